//! `application/x-www-form-urlencoded` (RFC 6749 appendix B).

use super::output::Output;

/// Writes `&name=` and the value, both encoded.
pub(crate) fn parameter(output: &mut Output<'_>, name: &str, value: &str) {
    output.put(b"&");
    encode(output, name);
    output.put(b"=");
    encode(output, value);
}

/// Space becomes `+`; letters, digits and `- . _` stay; every other byte becomes `%HH`.
///
/// Encoders disagree on `*` and `~`, decoders do not: both are escaped.
fn encode(output: &mut Output<'_>, text: &str) {
    let mut rest = text.as_bytes();
    loop {
        let plain = rest.iter().position(|byte| !stays(*byte)).unwrap_or(rest.len());
        let Some((head, tail)) = rest.split_at_checked(plain) else { return };
        output.put(head);
        let Some((byte, after)) = tail.split_first() else { return };
        if *byte == b' ' {
            output.put(b"+");
        } else {
            output.put(&[b'%', hex(*byte >> 4, b'A'), hex(*byte & 15, b'A')]);
        }
        rest = after;
    }
}

const fn stays(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')
}

/// The hexadecimal digit for a value below 16; `ten` is the letter for 10.
pub(crate) const fn hex(nibble: u8, ten: u8) -> u8 {
    if nibble < 10 { b'0'.wrapping_add(nibble) } else { ten.wrapping_add(nibble.wrapping_sub(10)) }
}
