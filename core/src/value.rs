//! What a value may be, wherever it is given.

use crate::error::{Argument, Cause, Error};

/// The longest id, URL, name or parameter value that is taken, in bytes. The values of custom claims have no limit but the
/// buffer's.
pub const MAX_VALUE_SIZE: usize = 2_048;

/// Checks a value that must be there: not empty, not over-long.
pub(crate) const fn check_value(text: &str, argument: Argument) -> Result<(), Error> {
    if text.is_empty() {
        Err(Error::new(Cause::Empty, argument))
    } else if text.len() > MAX_VALUE_SIZE {
        Err(Error::new(Cause::TooLong, argument))
    } else {
        Ok(())
    }
}

/// Checks `scope`: names of visible ASCII without quote and backslash, separated by single spaces (RFC 6749 section 3.3).
pub(crate) fn check_scope(scope: &str) -> Result<(), Error> {
    check_value(scope, Argument::Scope)?;
    let allowed = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
    let mut names = scope.as_bytes().split(|byte| *byte == b' ');
    if names.all(|name| !name.is_empty() && name.iter().all(allowed)) {
        Ok(())
    } else {
        Err(Error::new(Cause::InvalidCharacter, Argument::Scope))
    }
}

/// Only characters that a URI may have (RFC 3986 section 2): visible ASCII without `"<>\^` and the like.
pub(crate) fn check_uri_characters(uri: &str, argument: Argument) -> Result<(), Error> {
    let allowed = |byte: u8| {
        byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
    };
    if uri.bytes().all(allowed) { Ok(()) } else { Err(Error::new(Cause::InvalidCharacter, argument)) }
}

/// Checks a URI that begins with a scheme and has something behind it (RFC 3986 section 3.1).
pub(crate) fn check_absolute_uri(uri: &str, argument: Argument) -> Result<(), Error> {
    check_value(uri, argument)?;
    check_uri_characters(uri, argument)?;
    let mut bytes = uri.bytes();
    let starts = bytes.next().is_some_and(|first| first.is_ascii_alphabetic());
    let end = bytes.find(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'+' | b'-' | b'.'));
    if starts && end == Some(b':') && bytes.next().is_some() {
        Ok(())
    } else {
        Err(Error::new(Cause::NotAbsolute, argument))
    }
}
