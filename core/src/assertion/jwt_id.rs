//! The `jti` claim.

use super::check_value;
use crate::encoding::base64url;
use crate::error::{Argument, Cause, Error};

/// Random bytes in a `jti`: 128 bits, since many servers look an id up across all clients.
pub(crate) const RANDOM_SIZE: usize = 16;

/// The `jti` claim, which must be new for every assertion (RFC 7519 section 4.1.7).
#[derive(Clone, Copy)]
pub struct JwtId<'a>(Form<'a>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form<'a> {
    Text(&'a str),
    Random([u8; RANDOM_SIZE]),
    Omitted,
}

impl<'a> JwtId<'a> {
    /// 16 bytes from a cryptographic random source; they become 22 base64url characters.
    #[must_use]
    pub const fn random(bytes: [u8; 16]) -> Self {
        Self(Form::Random(bytes))
    }

    /// An id of the caller's. A bare counter is no good one: across a fleet of devices it repeats.
    #[must_use]
    pub const fn text(id: &'a str) -> Self {
        Self(Form::Text(id))
    }

    /// No `jti` at all. Many servers refuse that, and those that do not will take the assertion twice.
    #[must_use]
    pub const fn omitted() -> Self {
        Self(Form::Omitted)
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        match &self.0 {
            Form::Text(id) => check_value(id, Argument::JwtId),
            Form::Random([first, rest @ ..]) if rest.iter().all(|byte| byte == first) => {
                Err(Error::new(Cause::NotRandom, Argument::Random))
            }
            Form::Random(_) | Form::Omitted => Ok(()),
        }
    }

    /// The claim's value, written into `characters` where it has to be made first.
    pub(super) fn text_in<'c>(
        &'c self,
        characters: &'c mut [u8; base64url::encoded_len(RANDOM_SIZE)],
    ) -> Option<&'c str> {
        match &self.0 {
            Form::Text(id) => Some(id),
            Form::Random(bytes) => Some(base64url::encode_into(bytes, characters)),
            Form::Omitted => None,
        }
    }

    pub(super) fn is_same(&self, other: &JwtId<'_>) -> bool {
        !matches!(self.0, Form::Omitted) && self.0 == other.0
    }
}

// An id of an assertion that has not been used yet could be burnt by someone else.
impl core::fmt::Debug for JwtId<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("JwtId(..)")
    }
}
