//! The ES256 signature as JOSE wants it.

use crate::error::{Argument, Cause, Error};

/// The order n of P-256, big-endian (SP 800-186 section 3.2.1.3).
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa,
    0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// An ES256 signature: r, then s, 32 bytes each, big-endian, 64 bytes in all (RFC 7518 section 3.4).
///
/// It is not DER. r and s are in 1..n, which a verifier checks first; whether the signature fits a message and a key
/// is not known here.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Es256Signature([u8; 64]);

impl Es256Signature {
    /// r and s, 32 bytes each, big-endian, leading zero bytes kept.
    ///
    /// # Errors
    /// [`Cause::SignatureOutOfRange`] when r or s is 0 or not below the order of P-256.
    pub fn from_bytes(r_and_s: [u8; 64]) -> Result<Self, Error> {
        let (r, s) = r_and_s.split_at(32);
        let in_range = |number: &[u8]| number.iter().any(|byte| *byte != 0) && number < ORDER.as_slice();
        if in_range(r) && in_range(s) {
            Ok(Self(r_and_s))
        } else {
            Err(Error::new(Cause::SignatureOutOfRange, Argument::Signature))
        }
    }

    /// r and s, 32 bytes each, big-endian.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }

    /// For signers of this crate, whose r and s are in range by construction.
    #[cfg(feature = "p256")]
    pub(crate) const fn from_scalars(r_and_s: [u8; 64]) -> Self {
        Self(r_and_s)
    }
}

// A signature makes an assertion usable: it stays out of logs.
impl core::fmt::Debug for Es256Signature {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Es256Signature(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::{Es256Signature, ORDER};

    fn signature(r: [u8; 32], s: [u8; 32]) -> bool {
        let mut both = [0; 64];
        both[..32].copy_from_slice(&r);
        both[32..].copy_from_slice(&s);
        Es256Signature::from_bytes(both).is_ok()
    }

    #[test]
    fn the_order_is_the_order_of_p256() {
        // n - 1 is a scalar and n is none.
        let mut largest = ORDER;
        largest[31] -= 1;
        assert!(p256::SecretKey::from_slice(&largest).is_ok());
        assert!(p256::SecretKey::from_slice(&ORDER).is_err());
    }

    #[test]
    fn r_and_s_are_in_1_to_n() {
        let zero = [0; 32];
        let mut one = zero;
        one[31] = 1;
        let mut largest = ORDER;
        largest[31] -= 1;
        for good in [one, largest] {
            assert!(signature(good, good));
            for bad in [zero, ORDER, [0xff; 32]] {
                assert!(!signature(good, bad));
                assert!(!signature(bad, good));
            }
        }
    }
}
