//! base64url without padding (RFC 7515 section 2), and PEM's base64, which is `base64ct`'s.

use base64ct::{Base64, Encoding as _};

use super::LARGE;
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
    // From the end: a character stands at or behind the bytes that it is made of, so no byte is lost.
    let groups = if LARGE { bytes / 3 } else { 0 };
    encode_behind(groups, characters, bytes);
    for group in (0..groups).rev() {
        encode_group(characters, group);
    }
}

/// The characters behind so many groups, one after the other.
// On a microcontroller that is all there is.
#[inline(always)]
fn encode_behind(groups: usize, characters: &mut [u8], bytes: usize) {
    let mut from = bytes;
    // The lowest `count` bits are still to be written; at the end of the text that is what the last byte is filled up by.
    let mut bits: u32 = 0;
    let mut count = characters.len().wrapping_mul(6).wrapping_sub(bytes.wrapping_mul(8));
    for to in (groups.wrapping_mul(4)..characters.len()).rev() {
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

/// The four characters of a group of three bytes.
fn encode_group(characters: &mut [u8], group: usize) {
    let Some([a, b, c, ..]) = characters.get(group.wrapping_mul(3)..) else { return };
    let bits = u32::from_be_bytes([0, *a, *b, *c]);
    if let Some([a, b, c, d, ..]) = characters.get_mut(group.wrapping_mul(4)..) {
        for (to, shift) in [(a, 18), (b, 12), (c, 6), (d, 0)] {
            if let Some(character) = ALPHABET.get((bits >> shift & 63) as usize) {
                *to = *character;
            }
        }
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

/// What is odd about a text that should be base64url without padding (RFC 7515 section 2). All of it, not the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Oddities {
    /// `=` at the end.
    pub(crate) padding: bool,
    /// `+` or `/`: the alphabet of base64.
    pub(crate) standard: bool,
    /// Blanks, tabs, line ends.
    pub(crate) white_space: bool,
    /// A character of no base64.
    pub(crate) foreign: bool,
    /// One character more than some number of bytes takes.
    pub(crate) length: bool,
    /// Bits behind the last byte that are not 0: another text stands for the same bytes.
    pub(crate) trailing_bits: bool,
}

impl Oddities {
    pub(crate) fn any(self) -> bool {
        self != Self::default()
    }
}

/// Decodes what it can, and tells what was odd. Gives the number of bytes; those that `to` has no room for are counted, too.
///
/// Not for secrets: it takes its time by what it reads.
pub(crate) fn decode(text: &[u8], to: &mut [u8]) -> (usize, Oddities) {
    let mut odd = Oddities::default();
    let (mut bits, mut count, mut length) = (0_u32, 0_u32, 0_usize);
    let mut room = to.iter_mut();
    for character in text {
        let value = match character {
            b'A'..=b'Z' => character.wrapping_sub(b'A'),
            b'a'..=b'z' => character.wrapping_sub(b'a').wrapping_add(26),
            b'0'..=b'9' => character.wrapping_sub(b'0').wrapping_add(52),
            b'-' | b'+' => 62,
            b'_' | b'/' => 63,
            b'=' => {
                odd.padding = true;
                continue;
            }
            b' ' | b'\t' | b'\r' | b'\n' => {
                odd.white_space = true;
                continue;
            }
            _ => {
                odd.foreign = true;
                continue;
            }
        };
        odd.standard |= matches!(character, b'+' | b'/');
        bits = bits << 6 | u32::from(value);
        count = count.wrapping_add(6);
        if count >= 8 {
            count = count.wrapping_sub(8);
            if let Some(byte) = room.next() {
                *byte = (bits >> count).to_le_bytes()[0];
            }
            length = length.saturating_add(1);
            bits &= (1_u32 << count).wrapping_sub(1);
        }
    }
    odd.length = count == 6;
    odd.trailing_bits = !odd.length && bits != 0;
    (length, odd)
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

    use super::{Oddities, decode, encode_behind, encode_in_place, encode_into, encoded_len};

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn what_is_encoded_is_decoded_and_nothing_is_odd() {
        for length in 0..100_usize {
            let bytes: std::vec::Vec<u8> = (0..length).map(|index| (index * 37 + length).to_le_bytes()[0]).collect();
            let mut text = std::vec![0; encoded_len(length)];
            encode_into(&bytes, &mut text);
            let mut decoded = std::vec![0; length];
            assert_eq!(decode(&text, &mut decoded), (length, Oddities::default()));
            assert_eq!(decoded, bytes);
            // Without room it counts.
            assert_eq!(decode(&text, &mut []).0, length);
        }
    }

    #[test]
    fn each_oddity() {
        let none = Oddities::default();
        for (text, odd) in [
            ("-__-", none),
            ("+//+", Oddities { standard: true, ..none }),
            ("QQ==", Oddities { padding: true, ..none }),
            ("Q Q", Oddities { white_space: true, ..none }),
            ("Q\r\nQ", Oddities { white_space: true, ..none }),
            ("Q!Q", Oddities { foreign: true, ..none }),
            ("Q\u{e9}Q", Oddities { foreign: true, ..none }),
            ("QQQQQ", Oddities { length: true, ..none }),
            ("QR", Oddities { trailing_bits: true, ..none }),
            ("QQR", Oddities { trailing_bits: true, ..none }),
            ("+R = ", Oddities { standard: true, trailing_bits: true, padding: true, white_space: true, ..none }),
        ] {
            assert_eq!(decode(text.as_bytes(), &mut [0; 8]).1, odd, "{text:?}");
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn strict_where_base64ct_is() {
        // Every text of up to three characters of these is decoded alike, or odd here and refused there.
        let alphabet = b"AQRgw-_+/= \n!";
        let mut texts = std::vec![std::vec::Vec::new()];
        for _ in 0..4 {
            texts = texts
                .iter()
                .flat_map(|text| {
                    let more = alphabet.iter().map(|byte| [text.as_slice(), &[*byte]].concat());
                    core::iter::once(text.clone()).chain(more).collect::<std::vec::Vec<_>>()
                })
                .collect();
        }
        for text in texts {
            let (mut ours, mut theirs) = ([0; 4], [0; 4]);
            let (length, odd) = decode(&text, &mut ours);
            match Base64UrlUnpadded::decode(&text, &mut theirs) {
                Ok(bytes) => {
                    assert!(!odd.any(), "{text:?}");
                    assert_eq!(&ours[..length], bytes);
                }
                Err(_) => assert!(odd.any(), "{text:?}"),
            }
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
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
            // As on a microcontroller.
            characters[..bytes.len()].copy_from_slice(&bytes);
            encode_behind(0, &mut characters, bytes.len());
            assert_eq!(characters, expected.as_bytes());
        }
    }
}
