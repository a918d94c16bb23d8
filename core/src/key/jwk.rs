//! JSON Web Keys: the public half as servers register it.

use super::public::{PublicKey, THUMBPRINT_SIZE};
use crate::encoding::base64url::Encoded32;
use crate::encoding::json::write::{Array, Object};
use crate::encoding::output::Output;
use crate::error::{Argument, Cause, Error};
use crate::list::{Entries, List};
use crate::value::check_value;

/// A public key as a JSON Web Key (RFC 7517, RFC 7518 section 6.2).
///
/// The members, in this order: `kty` = `EC`, `crv` = `P-256`, `x`, `y`, `use` = `sig`, `alg` = `ES256`, `kid`. RFC 7517
/// requires fewer, but some servers overlook a key without `use` or `kid`.
///
/// ```
/// use jurat_core::{Jwk, PublicKey, jwk_size};
/// # let (x, y) = ([1; 32], [2; 32]);
/// let key = PublicKey::from_coordinates(&x, &y)?;
/// let mut buffer = [0; jwk_size("2026-11".len())];
/// let json = Jwk { key, key_id: Some("2026-11") }.write(&mut buffer)?;
/// assert!(json.starts_with(r#"{"kty":"EC","crv":"P-256","x":""#));
/// assert!(json.ends_with(r#""use":"sig","alg":"ES256","kid":"2026-11"}"#));
/// # Ok::<(), jurat_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a key and its name: callers write it as a literal")]
pub struct Jwk<'a> {
    /// The key.
    pub key: PublicKey,
    /// The `kid`, as the assertions will name it; without one, the key's [thumbprint](PublicKey::thumbprint).
    pub key_id: Option<&'a str>,
}

impl Jwk<'_> {
    /// Bytes that the JWK needs, exactly.
    ///
    /// # Errors
    /// Those of [`write`](Self::write), but for a buffer that is too small.
    pub fn needed(&self) -> Result<usize, Error> {
        Output::count(|output| self.write_to(output))
    }

    /// Writes the JWK into `output`, as UTF-8 without white space.
    ///
    /// # Errors
    /// `output` is zeroed with each of these.
    /// * [`Cause::BufferTooSmall`]: [`Error::needed`] says how many bytes would do.
    /// * [`Cause::Empty`] or [`Cause::TooLong`]: a `kid` that is empty or above
    ///   [`MAX_VALUE_SIZE`](crate::MAX_VALUE_SIZE) bytes.
    pub fn write<'o>(&self, output: &'o mut [u8]) -> Result<&'o str, Error> {
        let mut output = Output::new(output);
        self.write_to(&mut output)?;
        output.into_text()
    }

    fn write_to(&self, output: &mut Output<'_>) -> Result<(), Error> {
        self.check()?;
        self.members(Object::begin(output));
        Ok(())
    }

    fn check(&self) -> Result<(), Error> {
        self.key_id.map_or(Ok(()), |key_id| check_value(key_id, Argument::KeyId))
    }

    fn members(&self, mut jwk: Object<'_, '_>) {
        jwk.text("kty", "EC");
        jwk.text("crv", "P-256");
        jwk.text("x", Encoded32::new(self.key.x()).as_str());
        jwk.text("y", Encoded32::new(self.key.y()).as_str());
        jwk.text("use", "sig");
        jwk.text("alg", "ES256");
        match self.key_id {
            Some(key_id) => jwk.text("kid", key_id),
            None => jwk.text("kid", self.key.thumbprint().as_str()),
        }
        jwk.end();
    }

    fn has_key_id_of(&self, other: &Self) -> bool {
        match (self.key_id, other.key_id) {
            (Some(one), Some(two)) => one == two,
            // Thumbprints are equal when the keys are, and hashing takes longer.
            (None, None) => self.key == other.key,
            (Some(text), None) => text == other.key.thumbprint().as_str(),
            (None, Some(text)) => text == self.key.thumbprint().as_str(),
        }
    }
}

/// Several public keys as a JWK Set (RFC 7517 section 5): `{"keys":[...]}`, each as [`Jwk`] says.
///
/// For a server to register, or to be served as `application/jwk-set+json` where `jwks_uri` points to.
///
/// ```
/// use jurat_core::{Cause, Jwk, Jwks, PublicKey};
/// let current = Jwk { key: PublicKey::from_coordinates(&[1; 32], &[2; 32])?, key_id: Some("2026-11") };
/// let next = Jwk { key: PublicKey::from_coordinates(&[3; 32], &[4; 32])?, key_id: Some("2026-12") };
/// let mut buffer = [0; 512];
/// assert!(Jwks::new(&[current, next]).write(&mut buffer)?.starts_with(r#"{"keys":[{"kty":"EC","#));
///
/// let twice = Jwks::new(&[current, current]).write(&mut buffer).unwrap_err();
/// assert_eq!(twice.cause(), Cause::Repeated);
/// # Ok::<(), jurat_core::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Jwks<'a>(List<'a, Jwk<'a>>);

impl<'a> Jwks<'a> {
    /// These keys, in this order.
    #[must_use]
    pub const fn new(keys: &'a [Jwk<'a>]) -> Self {
        Self(List::Slice(keys))
    }

    /// The keys that `make` gives by their index, from 0 until `None`: for callers who have them in another form. It is
    /// asked more than once and must give the same each time.
    #[must_use]
    pub const fn made_by(make: &'a dyn Entries<Jwk<'a>>) -> Self {
        Self(List::Made(make))
    }

    /// Bytes that the JWK Set needs, exactly.
    ///
    /// # Errors
    /// Those of [`write`](Self::write), but for a buffer that is too small.
    pub fn needed(&self) -> Result<usize, Error> {
        Output::count(|output| self.write_to(output))
    }

    /// Writes the JWK Set into `output`, as UTF-8 without white space.
    ///
    /// # Errors
    /// Those of [`Jwk::write`] for each key, and
    /// * [`Cause::Empty`] about [`Argument::PublicKey`]: no keys;
    /// * [`Cause::Repeated`] about [`Argument::KeyId`]: two keys have the same `kid`, given or by default.
    pub fn write<'o>(&self, output: &'o mut [u8]) -> Result<&'o str, Error> {
        let mut output = Output::new(output);
        self.write_to(&mut output)?;
        output.into_text()
    }

    fn write_to(&self, output: &mut Output<'_>) -> Result<(), Error> {
        self.check()?;
        let mut set = Object::begin(output);
        self.elements(set.array("keys"));
        set.end();
        Ok(())
    }

    /// Writes this as a member of a larger document, which has checked it.
    pub(crate) fn member(&self, document: &mut Object<'_, '_>, name: &str) {
        let mut set = document.object(name);
        self.elements(set.array("keys"));
        set.end();
    }

    fn elements(&self, mut keys: Array<'_, '_>) {
        for jwk in self.0.from(0) {
            jwk.members(keys.object());
        }
        keys.end();
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.0.from(0).next().is_none() {
            return Err(Error::new(Cause::Empty, Argument::PublicKey));
        }
        for (index, jwk) in self.0.from(0).enumerate() {
            jwk.check()?;
            if self.0.from(index.saturating_add(1)).any(|other| jwk.has_key_id_of(&other)) {
                return Err(Error::new(Cause::Repeated, Argument::KeyId));
            }
        }
        Ok(())
    }
}

impl core::fmt::Debug for Jwks<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Jwks(..)")
    }
}

/// Bytes of a JWK whose `kid` has `key_id` bytes and needs no JSON escape: ASCII without quote, backslash and control
/// characters. 0 stands for the thumbprint.
///
/// Each byte of any other text takes up to 6. [`Jwk::needed`] is exact.
///
/// ```
/// assert_eq!(jurat_core::jwk_size(0), 204);
/// ```
#[must_use]
pub const fn jwk_size(key_id: usize) -> usize {
    const FRAME: usize =
        r#"{"kty":"EC","crv":"P-256","x":"","y":"","use":"sig","alg":"ES256","kid":""}"#.len() + 2 * THUMBPRINT_SIZE;
    FRAME.saturating_add(if key_id == 0 { THUMBPRINT_SIZE } else { key_id })
}

/// Bytes that are enough for a JWK Set of `keys` keys, `key_id` as for [`jwk_size`] of the one with the longest `kid`.
///
/// ```
/// use jurat_core::jwks_size;
/// static mut BUFFER: [u8; jwks_size(2, "2026-11".len())] = [0; jwks_size(2, "2026-11".len())];
/// ```
#[must_use]
pub const fn jwks_size(keys: usize, key_id: usize) -> usize {
    // A comma for each key, the last one too.
    keys.saturating_mul(jwk_size(key_id).saturating_add(1)).saturating_add(r#"{"keys":[]}"#.len())
}
