//! base64url without padding (RFC 7515 section 2), on `base64ct`.

use base64ct::{Base64UrlUnpadded, Encoding as _};

/// Characters for `bytes` bytes.
pub(crate) const fn encoded_len(bytes: usize) -> usize {
    bytes.saturating_mul(4).div_ceil(3)
}

/// Encodes into `to` and gives the characters back; `to` must have room for [`encoded_len`] of them.
pub(crate) fn encode_into<'t>(bytes: &[u8], to: &'t mut [u8]) -> &'t str {
    // The only failure is a `to` that is too short, and every caller sizes it by `encoded_len`.
    Base64UrlUnpadded::encode(bytes, to).unwrap_or_default()
}
