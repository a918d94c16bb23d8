//! UTF-8 (RFC 3629).

/// Whether these bytes are UTF-8; for bindings.
///
/// The same as `core::str::from_utf8`, which is fast on long texts by a table and code of 624 bytes together. This one takes
/// a sixth of that in firmware.
#[must_use]
pub fn is_utf8(bytes: &[u8]) -> bool {
    let mut bytes = bytes.iter().copied();
    while let Some(first) = bytes.next() {
        // How many bytes follow, and the least code point that needs so many.
        let (following, least) = match first {
            0x00..=0x7f => continue,
            0xc0..=0xdf => (1, 0x80),
            0xe0..=0xef => (2, 0x800),
            0xf0..=0xf7 => (3, 0x1_0000),
            _ => return false,
        };
        let mut code = u32::from(first) & (0x3f >> following);
        for _ in 0..following {
            match bytes.next() {
                Some(byte @ 0x80..=0xbf) => code = code << 6 | u32::from(byte & 0x3f),
                _ => return false,
            }
        }
        // Neither longer than it has to be, nor half of a surrogate pair, nor beyond U+10FFFF.
        if code < least || char::from_u32(code).is_none() {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::is_utf8;

    fn same(bytes: &[u8]) {
        assert_eq!(is_utf8(bytes), core::str::from_utf8(bytes).is_ok(), "{bytes:02x?}");
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn every_sequence_of_up_to_three_bytes() {
        same(&[]);
        for one in 0..=0xff {
            same(&[one]);
            for two in 0..=0xff {
                same(&[one, two]);
                for three in 0..=0xff {
                    same(&[one, two, three]);
                }
            }
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn every_beginning_of_four_bytes_and_more() {
        let edges = [0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xe0, 0xed, 0xf0, 0xf4, 0xff];
        for one in 0..=0xff {
            for two in 0..=0xff {
                for three in edges {
                    for four in edges {
                        same(&[one, two, three, four]);
                        same(&[0xc3, 0xa9, one, two, three, four, 0x41]);
                    }
                }
            }
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn every_character() {
        for character in '\0'..=char::MAX {
            same(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}
