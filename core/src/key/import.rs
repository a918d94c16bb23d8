//! Private keys as others wrote them: a scalar, SEC1 or PKCS#8 DER, PEM of both, JWK.
//!
//! The bytes are borrowed from the caller's file wherever they can be. What has to be decoded, PEM's body and the JWK's
//! numbers, is decoded into buffers on the stack that are wiped on every path out of here.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use pem_rfc7468::Decoder;
use pkcs8::{AlgorithmIdentifierRef, ObjectIdentifier, PrivateKeyInfoRef};
use sec1::der::asn1::OctetStringRef;
use sec1::der::{self, Decode as _, ErrorKind, Header, Reader as _, SliceReader, Tag, Tagged as _};
use sec1::{EcParameters, EcPrivateKey};
use zeroize::Zeroizing;

use super::generate::is_below_order;
use super::public::PublicKey;
#[cfg(feature = "p256")]
use super::software::SoftwareSigner;
use crate::encoding::json::read::{Text, members};
use crate::error::{Argument, Cause, Error};

/// The curve P-256 (RFC 5480 section 2.1.1.1).
const SECP256R1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");

/// Room for the DER in a PEM block. A P-256 key takes 67 to 150 bytes, and about 100 more with attributes.
const PEM_ROOM: usize = 512;

/// The shortest SEC1 scalar that still is a random key without its leading zero bytes: the chance is 1 in 2^64.
const SHORTEST_SCALAR: usize = 24;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";

/// What is known of the public half that came with a private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt-v1", derive(defmt::Format))]
#[non_exhaustive]
pub enum Halves {
    /// It is a point of the curve and belongs to the private half.
    Match,
    /// There is one, and nothing is known of it: a build without the feature `p256` cannot calculate on the curve.
    NotChecked,
    /// There is none: the private half stands alone.
    Absent,
}

/// A private key as it was read: the scalar, in 1..n of P-256, and the public half if there was one.
///
/// The scalar is wiped when this is dropped. What Rust cannot promise: copies that the compiler made on the stack while
/// moving it. The file's bytes are the caller's to wipe.
pub struct ImportedKey {
    d: Zeroizing<[u8; 32]>,
    public: Option<PublicKey>,
    halves: Halves,
}

impl ImportedKey {
    /// The private scalar d, 32 bytes, big-endian: for a secure element, or a signer of your own.
    #[must_use]
    pub fn scalar(&self) -> &[u8; 32] {
        &self.d
    }

    /// The public half that came with the key. How far it can be trusted, [`halves`](Self::halves) says.
    ///
    /// `None` when there was none, and when it is a compressed point in a build without the feature `p256`. With it,
    /// [`SoftwareSigner::public_key`](crate::SoftwareSigner::public_key) calculates one.
    #[must_use]
    pub const fn public_key(&self) -> Option<PublicKey> {
        self.public
    }

    /// Whether the public half that came with the key was checked against the private one.
    #[must_use]
    pub const fn halves(&self) -> Halves {
        self.halves
    }

    /// A signer with this key.
    ///
    /// # Errors
    /// None: the range of the scalar has been checked.
    #[cfg(feature = "p256")]
    pub fn into_signer(self) -> Result<SoftwareSigner, Error> {
        SoftwareSigner::from_scalar(&self.d)
    }

    /// With the scalar's range checked. `halves` is for a public half that is not there or cannot be read.
    fn new(d: Zeroizing<[u8; 32]>, public: Option<PublicKey>, halves: Halves) -> Result<Self, Error> {
        if d.iter().fold(0, |all, byte| all | byte) == 0 {
            return Err(refused(Cause::ZeroKey));
        }
        if !is_below_order(&d) {
            return Err(refused(Cause::KeyTooLarge));
        }
        let halves = match &public {
            Some(public) => compared(&d, public)?,
            None => halves,
        };
        Ok(Self { d, public, halves })
    }
}

impl core::fmt::Debug for ImportedKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("ImportedKey(..)")
    }
}

const fn refused(cause: Cause) -> Error {
    Error::new(cause, Argument::Key)
}

/// For errors of the parsers that all mean the same to the caller.
fn because<E>(cause: Cause) -> impl Fn(E) -> Error {
    move |_| refused(cause)
}

#[cfg(feature = "p256")]
fn compared(d: &[u8; 32], public: &PublicKey) -> Result<Halves, Error> {
    if !public.is_on_curve() {
        return Err(refused(Cause::NotOnCurve));
    }
    if public_key(d)? == *public { Ok(Halves::Match) } else { Err(refused(Cause::KeyMismatch)) }
}

#[cfg(feature = "host")]
fn public_key(d: &[u8; 32]) -> Result<PublicKey, Error> {
    crate::key::host::HostSigner::from_scalar(d)?.public_key()
}

#[cfg(all(feature = "p256", not(feature = "host")))]
fn public_key(d: &[u8; 32]) -> Result<PublicKey, Error> {
    SoftwareSigner::from_scalar(d)?.public_key()
}

#[cfg(not(feature = "p256"))]
fn compared(_d: &[u8; 32], _public: &PublicKey) -> Result<Halves, Error> {
    Ok(Halves::NotChecked)
}

/// Reads a private key in whatever form it comes, told apart by the first bytes: JWK, PEM, DER (PKCS#8 or SEC1), or the
/// 32 bytes of the scalar.
///
/// 32 bytes that begin as one of the other forms are taken for what is left of it; for a random scalar the chance is 1 in
/// 2^38, and [`import_scalar`] takes that one too.
///
/// # Errors
/// Those of [`import_scalar`], [`import_sec1_der`], [`import_pkcs8_der`], [`import_pem`] and [`import_jwk`]. What is none
/// of the forms: [`Cause::InvalidPem`] when it is ASCII, [`Cause::WrongLength`] otherwise.
///
/// ```
/// # #[cfg(feature = "p256")]
/// # {
/// use jurat_core::{Cause, Halves, import_key};
/// // The test key of RFC 7515 appendix A.3: published, so never for use.
/// let file = br#"{"kty":"EC", "crv":"P-256",
///     "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
///     "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
///     "d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#;
/// let key = import_key(file)?;
/// assert_eq!(key.halves(), Halves::Match);
/// assert_eq!(key.public_key().map(|public| public.x()[0]), Some(0x7f));
/// let signer = key.into_signer()?;
/// # let _ = signer;
///
/// let error = import_key(b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIH=\n-----END ENCRYPTED PRIVATE KEY-----\n").unwrap_err();
/// assert_eq!(error.cause(), Cause::EncryptedKey);
/// # }
/// # Ok::<(), jurat_core::Error>(())
/// ```
pub fn import_key(input: &[u8]) -> Result<ImportedKey, Error> {
    let scalar_sized = input.len() == 32;
    match characters(input).trim_ascii_start() {
        [] => Err(refused(Cause::Empty)),
        [b'{', ..] if !scalar_sized || input.is_ascii() => import_jwk(input),
        // The bytes of a scalar may be those of a line of PEM.
        text if !begins_as_der(input) && text.windows(BEGIN.len()).any(|window| window == BEGIN) => import_pem(input),
        _ if scalar_sized && !begins_as_der(input) => import_scalar(input),
        _ if input.first() == Some(&0x30) => match shape(input, input.len())? {
            Shape::Pkcs8 => import_pkcs8_der(input),
            Shape::Sec1 => import_sec1_der(input),
        },
        _ if input.is_ascii() => Err(refused(Cause::InvalidPem)),
        _ => Err(refused(Cause::WrongLength)),
    }
}

/// What a text file says: without the byte order mark that some editors put before it, and the NUL that ends text in C.
fn characters(input: &[u8]) -> &[u8] {
    let input = input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input);
    input.strip_suffix(b"\0").unwrap_or(input)
}

/// Whether these are the first bytes of a PKCS#8 or SEC1 key, or of a P-256 public key, rather than a scalar: 32 bytes are
/// one, unless they are the beginning of more.
const fn begins_as_der(input: &[u8]) -> bool {
    match input {
        [0x30, length @ ..=0x7f, 2, 1, 0 | 1, 0x30 | 4, ..] => *length >= 0x20 || input.len() != 32,
        [0x30, 0x81, _, 2, 1, 0 | 1, 0x30 | 4, ..]
        | [0x30, 0x82, _, _, 2, 1, 0 | 1, 0x30 | 4, ..]
        | [0x30, 0x59, 0x30, 0x13, 6, ..] => true,
        _ => false,
    }
}

/// Reads the private scalar d: 32 bytes, big-endian.
///
/// # Errors
/// About [`Argument::Key`]: [`Cause::Empty`], [`Cause::WrongLength`], [`Cause::ZeroKey`], [`Cause::KeyTooLarge`].
///
/// ```
/// use jurat_core::{Cause, Halves, import_scalar};
/// let key = import_scalar(&[7; 32])?;
/// assert_eq!((key.halves(), key.public_key()), (Halves::Absent, None));
/// assert_eq!(import_scalar(&[7; 31]).unwrap_err().cause(), Cause::WrongLength);
/// # Ok::<(), jurat_core::Error>(())
/// ```
pub fn import_scalar(input: &[u8]) -> Result<ImportedKey, Error> {
    if input.is_empty() {
        return Err(refused(Cause::Empty));
    }
    let d = Zeroizing::new(<[u8; 32]>::try_from(input).map_err(because(Cause::WrongLength))?);
    ImportedKey::new(d, None, Halves::Absent)
}

/// Reads a SEC1 `ECPrivateKey` in DER (RFC 5915).
///
/// Without `parameters`, which some writers leave out, the curve is taken to be P-256. A `privateKey` of 24 to 31 bytes
/// is one that lost its leading zero bytes, and a longer one may have more of them; OpenSSL and Node.js read such keys too.
///
/// # Errors
/// About [`Argument::Key`]: [`Cause::Empty`], [`Cause::Truncated`], [`Cause::TrailingData`], [`Cause::WrongCurve`] (also
/// when the curve is written out instead of named), [`Cause::WrongAlgorithm`], [`Cause::NotPrivate`],
/// [`Cause::EncryptedKey`], [`Cause::ZeroKey`], [`Cause::KeyTooLarge`], [`Cause::InvalidCoordinate`] of the public half;
/// with the feature `p256` [`Cause::NotOnCurve`] and [`Cause::KeyMismatch`]. [`Cause::InvalidDer`] for the rest.
///
/// ```
/// use jurat_core::import_sec1_der;
/// // SEQUENCE { INTEGER 1, OCTET STRING of 32 bytes }: no parameters, no public half.
/// let mut file = [7; 39];
/// file[..7].copy_from_slice(&[0x30, 37, 2, 1, 1, 4, 32]);
/// assert_eq!(import_sec1_der(&file)?.scalar(), &[7; 32]);
/// # Ok::<(), jurat_core::Error>(())
/// ```
pub fn import_sec1_der(input: &[u8]) -> Result<ImportedKey, Error> {
    if input.is_empty() {
        return Err(refused(Cause::Empty));
    }
    match shape(input, input.len())? {
        Shape::Sec1 => ec_private_key(input, None),
        Shape::Pkcs8 => Err(refused(Cause::InvalidDer)),
    }
}

/// Reads a PKCS#8 `PrivateKeyInfo` in DER (RFC 5208, RFC 5958) with an `ECPrivateKey` inside (RFC 5915).
///
/// # Errors
/// Those of [`import_sec1_der`]; [`Cause::WrongAlgorithm`] for RSA, Ed25519 and all other algorithms than `ecPublicKey`.
///
/// ```
/// use jurat_core::{Cause, import_pkcs8_der};
/// // An Ed25519 key (RFC 8410).
/// let mut file = [7; 48];
/// file[..16].copy_from_slice(&[0x30, 46, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 34, 4, 32]);
/// assert_eq!(import_pkcs8_der(&file).unwrap_err().cause(), Cause::WrongAlgorithm);
/// assert_eq!(import_pkcs8_der(&file[..40]).unwrap_err().cause(), Cause::Truncated);
/// ```
pub fn import_pkcs8_der(input: &[u8]) -> Result<ImportedKey, Error> {
    if input.is_empty() {
        return Err(refused(Cause::Empty));
    }
    match shape(input, input.len())? {
        Shape::Pkcs8 => {}
        Shape::Sec1 => return Err(refused(Cause::InvalidDer)),
    }
    let (inner, public) = private_key_info(input).map_err(because(Cause::InvalidDer))?;
    match shape(inner, inner.len())? {
        Shape::Sec1 => ec_private_key(inner, public),
        Shape::Pkcs8 => Err(refused(Cause::InvalidDer)),
    }
}

/// The key inside of PKCS#8, and the public half beside it.
fn private_key_info(input: &[u8]) -> der::Result<(&[u8], Option<&[u8]>)> {
    let Ok(info) = PrivateKeyInfoRef::from_der(input) else {
        // Python's ecdsa writes version 2 without the public half that makes it version 2 (RFC 5958 section 2).
        return SliceReader::new(input)?.sequence(|reader| {
            u8::decode(reader)?;
            AlgorithmIdentifierRef::decode(reader)?;
            Ok((<&OctetStringRef>::decode(reader)?.as_bytes(), None))
        });
    };
    let public = match info.public_key {
        Some(bits) => Some(bits.as_bytes().ok_or(Tag::BitString.value_error())?),
        None => None,
    };
    Ok((info.private_key.as_bytes(), public))
}

enum Shape {
    Pkcs8,
    Sec1,
}

/// What DER of `total` bytes is, by its first elements; `der` may be only the beginning of it.
///
/// What is something else than a P-256 key is refused here, with the cause that says what it is.
fn shape(der: &[u8], total: usize) -> Result<Shape, Error> {
    let invalid = because::<der::Error>(Cause::InvalidDer);
    let mut reader = SliceReader::new(der).map_err(&invalid)?;
    let header = Header::decode(&mut reader).map_err(|error| match error.kind() {
        ErrorKind::Incomplete { .. } => refused(Cause::Truncated),
        _ => refused(Cause::InvalidDer),
    })?;
    let taken = usize::try_from(reader.position()).map_err(&invalid)?;
    let content = usize::try_from(header.length()).map_err(&invalid)?;
    match (header.tag(), content.cmp(&total.saturating_sub(taken))) {
        (Tag::Sequence, core::cmp::Ordering::Equal) => {}
        (Tag::Sequence, core::cmp::Ordering::Greater) => return Err(refused(Cause::Truncated)),
        (Tag::Sequence, core::cmp::Ordering::Less) => return Err(refused(Cause::TrailingData)),
        _ => return Err(refused(Cause::InvalidDer)),
    }
    if Tag::peek(&reader).map_err(&invalid)? != Tag::Integer {
        return Err(not_private(reader).unwrap_or_else(invalid));
    }
    let version = u8::decode(&mut reader).map_err(&invalid)?;
    match (version, Tag::peek(&reader).map_err(&invalid)?) {
        (0 | 1, Tag::Sequence) => {
            is_p256(&AlgorithmIdentifierRef::decode(&mut reader).map_err(&invalid)?)?;
            Ok(Shape::Pkcs8)
        }
        (1, Tag::OctetString) => Ok(Shape::Sec1),
        // The RSA key of PKCS#1, or OpenSSL's DSA key: numbers, one behind the other.
        (0 | 1, Tag::Integer) => Err(refused(Cause::WrongAlgorithm)),
        _ => Err(refused(Cause::InvalidDer)),
    }
}

/// DER that does not begin with a version: encrypted PKCS#8, a public key, or a certificate.
fn not_private(mut reader: SliceReader<'_>) -> der::Result<Error> {
    let first = Tag::peek(&reader)?;
    reader.tlv_bytes()?;
    Ok(refused(match (first, Tag::peek(&reader)?) {
        (Tag::Sequence, Tag::OctetString) => Cause::EncryptedKey,
        (Tag::Sequence, Tag::BitString | Tag::Sequence) => Cause::NotPrivate,
        _ => Cause::InvalidDer,
    }))
}

/// Whether PKCS#8 says that the key is one of P-256.
fn is_p256(algorithm: &AlgorithmIdentifierRef<'_>) -> Result<(), Error> {
    if algorithm.oid != sec1::ALGORITHM_OID {
        return Err(refused(Cause::WrongAlgorithm));
    }
    match algorithm.parameters {
        Some(curve) if curve.tag() == Tag::ObjectIdentifier => {
            match curve.decode_as::<ObjectIdentifier>().map_err(because(Cause::InvalidDer))? {
                SECP256R1 => Ok(()),
                _ => Err(refused(Cause::WrongCurve)),
            }
        }
        // A curve that is written out. It might be P-256, but RFC 5480 section 2.1.1 wants the name.
        Some(curve) if curve.tag() == Tag::Sequence => Err(refused(Cause::WrongCurve)),
        _ => Err(refused(Cause::InvalidDer)),
    }
}

/// Reads an `ECPrivateKey`, with the public half that PKCS#8 may have around it.
fn ec_private_key(input: &[u8], outer_public: Option<&[u8]>) -> Result<ImportedKey, Error> {
    let key = EcPrivateKey::from_der(input).map_err(|error| match error.kind() {
        // Only the name of the curve is an object identifier here, so this is one that is written out.
        ErrorKind::TagUnexpected { expected: Some(Tag::ObjectIdentifier), actual: Tag::Sequence } => {
            refused(Cause::WrongCurve)
        }
        _ => refused(Cause::InvalidDer),
    })?;
    if key.parameters.and_then(EcParameters::named_curve).is_some_and(|curve| curve != SECP256R1) {
        return Err(refused(Cause::WrongCurve));
    }
    let mut scalar = key.private_key;
    while let [0, rest @ ..] = scalar
        && rest.len() >= 32
    {
        scalar = rest;
    }
    if !(SHORTEST_SCALAR..=32).contains(&scalar.len()) {
        return Err(refused(Cause::InvalidDer));
    }
    let mut d = Zeroizing::new([0; 32]);
    for (to, from) in d.iter_mut().rev().zip(scalar.iter().rev()) {
        *to = *from;
    }
    let point = match (key.public_key, outer_public) {
        (Some(inner), Some(outer)) if inner != outer => return Err(refused(Cause::KeyMismatch)),
        (inner, outer) => inner.or(outer),
    };
    let halves = if point.is_some() { Halves::NotChecked } else { Halves::Absent };
    let public = point.map(public_point).transpose()?.flatten();
    ImportedKey::new(d, public, halves)
}

/// A point as SEC1 writes it; `None` if it is compressed and there is no curve to calculate y with.
fn public_point(point: &[u8]) -> Result<Option<PublicKey>, Error> {
    match point {
        [2 | 3, x @ ..] if x.len() == 32 => decompressed(point),
        _ => PublicKey::from_sec1(point).map(Some),
    }
}

#[cfg(feature = "p256")]
fn decompressed(point: &[u8]) -> Result<Option<PublicKey>, Error> {
    use p256::elliptic_curve::sec1::ToSec1Point as _;

    let key = p256::PublicKey::from_sec1_bytes(point).map_err(because(Cause::NotOnCurve))?;
    PublicKey::from_sec1(key.to_sec1_point(false).as_bytes()).map(Some)
}

#[cfg(not(feature = "p256"))]
fn decompressed(_point: &[u8]) -> Result<Option<PublicKey>, Error> {
    Ok(None)
}

/// Reads a private key in PEM (RFC 7468): one block, `PRIVATE KEY` (PKCS#8) or `EC PRIVATE KEY` (SEC1).
///
/// Lines end with LF, CRLF or CR and have any width. There may be text before the block, as OpenSSL writes it, and blank
/// lines behind it. What `openssl ecparam -genkey` writes is two blocks, `EC PARAMETERS` and `EC PRIVATE KEY`: with its
/// option `-noout` it is one. A byte order mark before the text and a NUL behind it are left out.
///
/// # Errors
/// Those of [`import_sec1_der`] and [`import_pkcs8_der`], and about [`Argument::Key`]: [`Cause::EncryptedKey`] by the
/// label or the headers of an encrypted block, [`Cause::WrongAlgorithm`] and [`Cause::NotPrivate`] by the label,
/// [`Cause::SeveralBlocks`], [`Cause::TrailingData`] for text behind the block, [`Cause::InvalidPem`] for everything else
/// that is no such block. [`Cause::InvalidDer`] also for a key of more than 512 bytes.
///
/// ```
/// use jurat_core::{Cause, import_pem};
/// let file = b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
/// assert_eq!(import_pem(file).unwrap_err().cause(), Cause::NotPrivate);
/// ```
pub fn import_pem(input: &[u8]) -> Result<ImportedKey, Error> {
    let block = only_block(characters(input))?;
    match pem_rfc7468::decode_label(block).map_err(because(Cause::InvalidPem))? {
        // OpenSSL's own encryption, from before PKCS#8: in headers (RFC 1421 section 4.6).
        "EC PRIVATE KEY" if at_line(block, b"Proc-Type:").or(at_line(block, b"DEK-Info:")).is_some() => {
            Err(refused(Cause::EncryptedKey))
        }
        "EC PRIVATE KEY" => decoded(block, import_sec1_der),
        "PRIVATE KEY" => decoded(block, import_pkcs8_der),
        "ENCRYPTED PRIVATE KEY" => Err(refused(Cause::EncryptedKey)),
        "RSA PRIVATE KEY" | "DSA PRIVATE KEY" => Err(refused(Cause::WrongAlgorithm)),
        "PUBLIC KEY"
        | "RSA PUBLIC KEY"
        | "EC PARAMETERS"
        | "CERTIFICATE"
        | "X509 CERTIFICATE"
        | "TRUSTED CERTIFICATE"
        | "CERTIFICATE REQUEST"
        | "NEW CERTIFICATE REQUEST" => Err(refused(Cause::NotPrivate)),
        _ => Err(refused(Cause::InvalidPem)),
    }
}

/// The one block in a file, from its BEGIN to the end of its END line.
fn only_block(input: &[u8]) -> Result<&[u8], Error> {
    if input.trim_ascii().is_empty() {
        return Err(refused(Cause::Empty));
    }
    let missing = refused(Cause::InvalidPem);
    let from_begin = input.get(at_line(input, BEGIN).ok_or(missing)?..).unwrap_or_default();
    if from_begin.get(BEGIN.len()..).is_some_and(|rest| at_line(rest, BEGIN).is_some()) {
        return Err(refused(Cause::SeveralBlocks));
    }
    let end = at_line(from_begin, END).ok_or(missing)?;
    let is_line_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
    let length =
        from_begin.iter().skip(end).position(is_line_end).map_or(from_begin.len(), |line| end.saturating_add(line));
    let (block, behind) = from_begin.split_at_checked(length).ok_or(missing)?;
    if behind.trim_ascii().is_empty() { Ok(block.trim_ascii_end()) } else { Err(refused(Cause::TrailingData)) }
}

/// Where the first line is that begins with `mark`.
fn at_line(text: &[u8], mark: &[u8]) -> Option<usize> {
    let begins_line =
        |at: usize| at.checked_sub(1).is_none_or(|before| matches!(text.get(before), Some(b'\r' | b'\n')));
    text.windows(mark.len()).enumerate().position(|(at, window)| window == mark && begins_line(at))
}

/// Reads what a block holds from a buffer that is wiped behind it.
fn decoded(block: &[u8], read: fn(&[u8]) -> Result<ImportedKey, Error>) -> Result<ImportedKey, Error> {
    let invalid = because::<pem_rfc7468::Error>(Cause::InvalidPem);
    let mut room = Zeroizing::new([0; PEM_ROOM]);
    let mut decoder = Decoder::new_detect_wrap(block).map_err(&invalid)?;
    let total = decoder.remaining_len();
    let part = room.get_mut(..total.min(PEM_ROOM)).unwrap_or_default();
    let der = decoder.decode(part).map_err(invalid)?;
    if total > PEM_ROOM {
        // Too large for a P-256 key; its beginning tells what it is instead.
        return Err(shape(der, total).err().unwrap_or(refused(Cause::InvalidDer)));
    }
    if decoder.is_finished() { read(der) } else { Err(refused(Cause::InvalidPem)) }
}

/// Reads a private JWK (RFC 7517, RFC 7518 section 6.2): `kty`, `crv`, `x`, `y` and `d`, and what else there is. A byte
/// order mark before the text and a NUL behind it are left out.
///
/// # Errors
/// About [`Argument::Key`]: [`Cause::Empty`]; [`Cause::InvalidJwk`] when it is not one JSON object, when one of these
/// members or `alg` is given twice, missing or not a string, and for bad base64url; [`Cause::WrongAlgorithm`] for another
/// `kty` than `EC` and another `alg` than `ES256`; [`Cause::WrongCurve`]; [`Cause::NotPrivate`] without `d`;
/// [`Cause::InvalidCoordinate`] when `x`, `y` or `d` is not 32 bytes; [`Cause::ZeroKey`], [`Cause::KeyTooLarge`]; with the
/// feature `p256` [`Cause::NotOnCurve`] and [`Cause::KeyMismatch`].
///
/// ```
/// use jurat_core::{Cause, import_jwk};
/// let error = import_jwk(br#"{"kty":"OKP","crv":"Ed25519","x":"","d":""}"#).unwrap_err();
/// assert_eq!(error.cause(), Cause::WrongAlgorithm);
/// let error = import_jwk(br#"{"kty":"EC","crv":"P-256","x":"","y":""}"#).unwrap_err();
/// assert_eq!(error.cause(), Cause::NotPrivate);
/// ```
pub fn import_jwk(input: &[u8]) -> Result<ImportedKey, Error> {
    const NAMES: [&str; 6] = ["kty", "crv", "alg", "x", "y", "d"];

    let input = characters(input);
    if input.trim_ascii().is_empty() {
        return Err(refused(Cause::Empty));
    }
    let invalid = refused(Cause::InvalidJwk);
    let document = core::str::from_utf8(input).map_err(because(Cause::InvalidJwk))?;
    let mut values = [None; NAMES.len()];
    for (name, value) in members(document).ok_or(invalid)? {
        if let Some((_, slot)) = NAMES.iter().zip(&mut values).find(|(known, _)| name.is(known))
            && slot.replace(value).is_some()
        {
            return Err(invalid);
        }
    }
    let [kty, crv, alg, x, y, d] = values;
    let text = |value: Option<_>| value.and_then(Text::of).ok_or(invalid);
    if !text(kty)?.is("EC") || alg.is_some() && !text(alg)?.is("ES256") {
        return Err(refused(Cause::WrongAlgorithm));
    }
    if !text(crv)?.is("P-256") {
        return Err(refused(Cause::WrongCurve));
    }
    if d.is_none() {
        return Err(refused(Cause::NotPrivate));
    }
    let (x, y) = (number(text(x)?)?, number(text(y)?)?);
    let public = PublicKey::from_coordinates(&*x, &*y)?;
    ImportedKey::new(number(text(d)?)?, Some(public), Halves::NotChecked)
}

/// 32 bytes in base64url. The private one goes through here, so that everything is wiped.
fn number(text: Text<'_>) -> Result<Zeroizing<[u8; 32]>, Error> {
    let mut encoded = Zeroizing::new([0; 64]);
    let mut length = 0_usize;
    for character in text.characters() {
        // 64 characters are 48 bytes: too many, whatever else is wrong.
        let slot = encoded.get_mut(length).ok_or(refused(Cause::InvalidCoordinate))?;
        *slot = u8::try_from(character).map_err(because(Cause::InvalidJwk))?;
        length = length.saturating_add(1);
    }
    let mut decoded = Zeroizing::new([0; 48]);
    let bytes = Base64UrlUnpadded::decode(encoded.get(..length).unwrap_or_default(), &mut *decoded)
        .map_err(because(Cause::InvalidJwk))?;
    <[u8; 32]>::try_from(bytes).map(Zeroizing::new).map_err(because(Cause::InvalidCoordinate))
}
