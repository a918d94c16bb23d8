//! The public half of a key.

use crate::error::{Argument, Cause, Error};

/// The prime p of P-256, big-endian (SP 800-186 section 3.2.1.3).
const PRIME: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
];

/// A P-256 public key: the coordinates x and y, 32 bytes each, big-endian.
///
/// Both are below the field's prime. Whether they are a point of the curve takes curve arithmetic:
/// [`is_on_curve`](Self::is_on_curve) knows, where there is a software curve.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey {
    x: [u8; 32],
    y: [u8; 32],
}

impl PublicKey {
    /// The coordinates, 32 bytes each, big-endian, leading zero bytes kept.
    ///
    /// # Errors
    /// [`Cause::InvalidCoordinate`] when one is not 32 bytes or not below the prime of P-256, or both are 0.
    pub fn from_coordinates(x: &[u8], y: &[u8]) -> Result<Self, Error> {
        let (Ok(x), Ok(y)) = (<[u8; 32]>::try_from(x), <[u8; 32]>::try_from(y)) else {
            return Err(Error::new(Cause::InvalidCoordinate, Argument::Key));
        };
        let infinity = x.iter().chain(&y).all(|byte| *byte == 0);
        if x < PRIME && y < PRIME && !infinity {
            Ok(Self { x, y })
        } else {
            Err(Error::new(Cause::InvalidCoordinate, Argument::Key))
        }
    }

    /// An uncompressed point: 0x04, x, y, 65 bytes (SEC 1 section 2.3.3).
    ///
    /// # Errors
    /// Those of [`from_coordinates`](Self::from_coordinates), also for another form or length.
    pub fn from_sec1(point: &[u8]) -> Result<Self, Error> {
        match point {
            [4, coordinates @ ..] => {
                let (x, y) = coordinates.split_at_checked(32).unwrap_or_default();
                Self::from_coordinates(x, y)
            }
            _ => Err(Error::new(Cause::InvalidCoordinate, Argument::Key)),
        }
    }

    /// The coordinate x.
    #[must_use]
    pub const fn x(&self) -> &[u8; 32] {
        &self.x
    }

    /// The coordinate y.
    #[must_use]
    pub const fn y(&self) -> &[u8; 32] {
        &self.y
    }

    /// Whether this is a point of the curve.
    #[cfg(feature = "p256")]
    #[must_use]
    pub fn is_on_curve(&self) -> bool {
        let point = p256::Sec1Point::from_affine_coordinates(&self.x.into(), &self.y.into(), false);
        p256::PublicKey::from_sec1_bytes(point.as_bytes()).is_ok()
    }
}

impl core::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("PublicKey(..)")
    }
}
