//! The public half of a key, and the forms that a server wants it in.

use core::cmp::Ordering;

use sha2::{Digest as _, Sha256};

use crate::encoding::base64url::{self, Encoded32};
use crate::encoding::output::{Output, copy};
use crate::encoding::pem;
use crate::error::{Argument, Cause, Error};

/// Bytes of an uncompressed point: 0x04, x, y (SEC 1 section 2.3.3).
pub const SEC1_SIZE: usize = 65;

/// Bytes of a SubjectPublicKeyInfo of P-256 in DER (RFC 5480 section 2).
pub const SPKI_DER_SIZE: usize = 91;

/// Bytes of the same in PEM (RFC 7468 section 13): 178, all ASCII.
pub const SPKI_PEM_SIZE: usize = pem::size(LABEL, SPKI_DER_SIZE);

const LABEL: &str = "PUBLIC KEY";

/// Characters of a thumbprint: SHA-256 in base64url.
pub const THUMBPRINT_SIZE: usize = base64url::encoded_len(32);

/// What stands before the point in DER: id-ecPublicKey, prime256v1, and the head of a bit string without unused bits.
const SPKI_HEAD: [u8; SPKI_DER_SIZE - SEC1_SIZE] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// The prime p of P-256, big-endian (SP 800-186 section 3.2.1.3).
const PRIME: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
];

/// A P-256 public key: the coordinates x and y, 32 bytes each, big-endian.
///
/// Both are below the field's prime. Whether they are a point of the curve takes curve arithmetic:
/// `is_on_curve` knows, where there is a software curve (feature `p256`).
///
/// There is no private half in it, so none can get into what is made of it.
///
/// ```
/// use jurat_core::{PublicKey, SPKI_PEM_SIZE};
/// // The test key of RFC 7515 appendix A.3.
/// let x = [
///     0x7f, 0xcd, 0xce, 0x27, 0x70, 0xf6, 0xc4, 0x5d, 0x41, 0x83, 0xcb, 0xee, 0x6f, 0xdb, 0x4b, 0x7b,
///     0x58, 0x07, 0x33, 0x35, 0x7b, 0xe9, 0xef, 0x13, 0xba, 0xcf, 0x6e, 0x3c, 0x7b, 0xd1, 0x54, 0x45,
/// ];
/// let y = [
///     0xc7, 0xf1, 0x44, 0xcd, 0x1b, 0xbd, 0x9b, 0x7e, 0x87, 0x2c, 0xdf, 0xed, 0xb9, 0xee, 0xb9, 0xf4,
///     0xb3, 0x69, 0x5d, 0x6e, 0xa9, 0x0b, 0x24, 0xad, 0x8a, 0x46, 0x23, 0x28, 0x85, 0x88, 0xe5, 0xad,
/// ];
/// let key = PublicKey::from_coordinates(&x, &y)?;
/// assert_eq!(key.thumbprint().as_str(), "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
/// assert_eq!(PublicKey::from_sec1(&key.to_sec1())?, key);
/// assert!(key.to_spki_der().ends_with(&y));
///
/// let mut buffer = [0; SPKI_PEM_SIZE];
/// assert!(key.write_spki_pem(&mut buffer)?.starts_with("-----BEGIN PUBLIC KEY-----\nMFkw"));
/// # Ok::<(), jurat_core::Error>(())
/// ```
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

    /// The thumbprint (RFC 7638): SHA-256 over the JWK's required members. The usual `kid`.
    #[must_use]
    pub fn thumbprint(&self) -> Thumbprint {
        // The members in the order of their names and without white space (RFC 7638 section 3.1).
        let mut hash = Sha256::new();
        hash.update(r#"{"crv":"P-256","kty":"EC","x":""#);
        hash.update(Encoded32::new(&self.x).as_str());
        hash.update(r#"","y":""#);
        hash.update(Encoded32::new(&self.y).as_str());
        hash.update(r#""}"#);
        Thumbprint(Encoded32::new(&hash.finalize().into()))
    }

    /// The uncompressed point: 0x04, x, y, 65 bytes (SEC 1 section 2.3.3).
    #[must_use]
    pub fn to_sec1(&self) -> [u8; SEC1_SIZE] {
        let mut point = [0; SEC1_SIZE];
        copy(&mut point, self.sec1());
        point
    }

    /// The SubjectPublicKeyInfo in DER, 91 bytes, the point uncompressed (RFC 5480 section 2).
    #[must_use]
    pub fn to_spki_der(&self) -> [u8; SPKI_DER_SIZE] {
        let mut der = [0; SPKI_DER_SIZE];
        copy(&mut der, SPKI_HEAD.iter().chain(self.sec1()));
        der
    }

    /// Writes the SubjectPublicKeyInfo as PEM, [`SPKI_PEM_SIZE`] bytes: `BEGIN PUBLIC KEY`, lines of 64 characters that
    /// end in LF, the last one too (RFC 7468 section 13).
    ///
    /// # Errors
    /// [`Cause::BufferTooSmall`]: [`Error::needed`] says how many bytes would do. `output` is zeroed then.
    pub fn write_spki_pem<'o>(&self, output: &'o mut [u8]) -> Result<&'o str, Error> {
        let mut output = Output::new(output);
        pem::write(&mut output, LABEL, &self.to_spki_der());
        output.into_text()
    }

    fn sec1(&self) -> impl Iterator<Item = &u8> {
        [4].iter().chain(&self.x).chain(&self.y)
    }
}

impl core::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("PublicKey(..)")
    }
}

/// A key's thumbprint, 43 base64url characters (RFC 7638), from [`PublicKey::thumbprint`].
///
/// It follows from the key alone, wherever it is computed, which makes it a good `kid`:
///
/// ```
/// # use jurat_core::{ClientAssertion, Error, IssuerIdentifier, JwtId, NumericDate, PublicKey};
/// # fn example(key: &PublicKey, issuer: IssuerIdentifier<'_>, now: NumericDate, id: JwtId<'_>) -> Result<usize, Error> {
/// let thumbprint = key.thumbprint();
/// let assertion = ClientAssertion::new("device-7", issuer, now, id).with_key_id(thumbprint.as_str());
/// # assertion.needed()
/// # }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Thumbprint(Encoded32);

impl Thumbprint {
    /// The 43 characters, ASCII.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl core::fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

// Public, as the key is.
impl core::fmt::Debug for Thumbprint {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_tuple("Thumbprint").field(&self.as_str()).finish()
    }
}

/// The `x5t#S256` of an X.509 certificate: the SHA-256 of its DER, 43 base64url characters (RFC 7515 section 4.1.8).
///
/// For servers that know the key by its certificate:
/// [`with_certificate_thumbprint`](crate::ClientAssertion::with_certificate_thumbprint) puts it into the header.
///
/// ```
/// use jurat_core::{Cause, CertificateThumbprint};
/// // Not a certificate but for its outermost length.
/// let der = [0x30, 0x03, 0x02, 0x01, 0x00];
/// let thumbprint = CertificateThumbprint::of_der(&der)?;
/// assert_eq!(thumbprint.as_str(), "tWCDPW94evRhE7lqrU3VtdGuANzMac8wzJK-1lHFZhc");
/// assert_eq!(CertificateThumbprint::of_der(b"-----BEGIN").unwrap_err().cause(), Cause::InvalidDer);
/// # Ok::<(), jurat_core::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CertificateThumbprint(Encoded32);

impl CertificateThumbprint {
    /// The thumbprint of one certificate in DER, as a TLS library has it; a chain and PEM are none.
    ///
    /// Of the certificate, only that its outermost length is right is looked at.
    ///
    /// # Errors
    /// [`Cause::InvalidDer`] when this is no DER sequence (PEM, for one), [`Cause::Truncated`] when it ends too early,
    /// [`Cause::TrailingData`] when something is behind it, such as the next certificate of a chain.
    pub fn of_der(certificate: &[u8]) -> Result<Self, Error> {
        let (length, body) = match certificate {
            [0x30, length @ ..=0x7f, body @ ..] => (u32::from(*length), body),
            [0x30, 0x81, length, body @ ..] => (u32::from(*length), body),
            [0x30, 0x82, high, low, body @ ..] => (u32::from_be_bytes([0, 0, *high, *low]), body),
            [0x30, 0x83, high, middle, low, body @ ..] => (u32::from_be_bytes([0, *high, *middle, *low]), body),
            _ => return Err(Error::new(Cause::InvalidDer, Argument::Certificate)),
        };
        // A `usize` of 16 bits cannot hold every length, so the comparison is in the other type.
        match u32::try_from(body.len()).unwrap_or(u32::MAX).cmp(&length) {
            Ordering::Less => Err(Error::new(Cause::Truncated, Argument::Certificate)),
            Ordering::Greater => Err(Error::new(Cause::TrailingData, Argument::Certificate)),
            Ordering::Equal => Ok(Self(Encoded32::new(&Sha256::digest(certificate).into()))),
        }
    }

    /// The 43 characters, ASCII.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl core::fmt::Display for CertificateThumbprint {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

// Public, as the certificate is.
impl core::fmt::Debug for CertificateThumbprint {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_tuple("CertificateThumbprint").field(&self.as_str()).finish()
    }
}
