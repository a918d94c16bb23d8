//! base64url without padding (RFC 7515 section 2), and PEM's base64, on `base64ct`.

use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};

/// Characters for `bytes` bytes.
pub(crate) const fn encoded_len(bytes: usize) -> usize {
    bytes.saturating_mul(4).div_ceil(3)
}

/// Encodes into `to` and gives the characters back; `to` must have room for [`encoded_len`] of them.
pub(crate) fn encode_into<'t>(bytes: &[u8], to: &'t mut [u8]) -> &'t str {
    // The only failure is a `to` that is too short, and every caller sizes it by `encoded_len`.
    Base64UrlUnpadded::encode(bytes, to).unwrap_or_default()
}

/// The same in the base64 of PEM, with padding; `to` must have room for [`padded_len`] characters.
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
