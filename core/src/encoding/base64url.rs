//! base64url without padding (RFC 7515 section 2), and PEM's base64, which is `base64ct`'s.

use base64ct::{Base64, Encoding as _};

use super::output::copy;

/// Characters for `bytes` bytes.
pub(crate) const fn encoded_len(bytes: usize) -> usize {
    // Never less than `bytes`, whatever they are: `bytes * 4` would have to be cut on 32-bit targets.
    bytes.saturating_add(bytes.div_ceil(3))
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Turns the first `bytes` bytes of `characters` into base64url, which fills it: its length is their [`encoded_len`].
///
/// With a table, and so not for secrets: everything in an assertion is sent. `base64ct` takes six times the instructions on
/// a Cortex-M4 at opt-level s, and needs a second buffer.
pub(crate) fn encode_in_place(characters: &mut [u8], bytes: usize) {
    let mut from = bytes;
    // The lowest `count` bits are still to be written; at the end of the text that is what the last byte is filled up by.
    let mut bits: u32 = 0;
    let mut count = characters.len().wrapping_mul(6).wrapping_sub(bytes.wrapping_mul(8));
    // From the end: a character stands at or behind the bytes that it is made of, so no byte is lost.
    for to in (0..characters.len()).rev() {
        if count < 6 {
            from = from.wrapping_sub(1);
            bits |= characters.get(from).map_or(0, |byte| u32::from(*byte) << count);
            count = count.wrapping_add(8);
        }
        if let (Some(to), Some(character)) = (characters.get_mut(to), ALPHABET.get((bits & 63) as usize)) {
            *to = *character;
        }
        bits >>= 6;
        count = count.wrapping_sub(6);
    }
}

/// Encodes into `to`, whose length is the [`encoded_len`] of the bytes.
pub(crate) fn encode_into(bytes: &[u8], to: &mut [u8]) {
    copy(to, bytes);
    encode_in_place(to, bytes.len());
}

/// The base64 of PEM, with padding and in constant time; `to` must have room for [`padded_len`] characters.
pub(crate) fn encode_padded_into<'t>(bytes: &[u8], to: &'t mut [u8]) -> &'t str {
    Base64::encode(bytes, to).unwrap_or_default()
}

/// Characters for `bytes` bytes, padding included.
pub(crate) const fn padded_len(bytes: usize) -> usize {
    bytes.div_ceil(3).saturating_mul(4)
}

/// 32 bytes, a hash or a coordinate, as their 43 characters.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Encoded32([u8; encoded_len(32)]);

impl Encoded32 {
    pub(crate) fn new(bytes: &[u8; 32]) -> Self {
        let mut characters = [0; encoded_len(32)];
        encode_into(bytes, &mut characters);
        Self(characters)
    }

    pub(crate) fn as_str(&self) -> &str {
        // Only ASCII is ever written, so that this check cannot fail.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use base64ct::{Base64UrlUnpadded, Encoding as _};

    use super::{encode_in_place, encode_into, encoded_len};

    #[test]
    fn the_same_as_base64ct() {
        for length in 0..300 {
            // Every byte value at every place of a group, and what is behind the bytes does not matter.
            let bytes: std::vec::Vec<u8> =
                (0..length).map(|index| u8::try_from((index * 7 + length) % 256).unwrap()).collect();
            let mut room = [0; 400];
            let expected = Base64UrlUnpadded::encode(&bytes, &mut room).unwrap();
            let mut characters = std::vec![0xff; encoded_len(bytes.len())];
            characters[..bytes.len()].copy_from_slice(&bytes);
            encode_in_place(&mut characters, bytes.len());
            assert_eq!(characters, expected.as_bytes());
            encode_into(&bytes, &mut characters);
            assert_eq!(characters, expected.as_bytes());
        }
    }
}
