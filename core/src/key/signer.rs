//! What is signed, and the trait of those who sign.

use sha2::{Digest as _, Sha256};

use super::signature::Es256Signature;

/// What a signer has to sign, in both forms: some backends take the hash, some only the message.
#[derive(Clone, Copy)]
pub struct ToBeSigned<'m> {
    message: &'m [u8],
    /// Where it was known before.
    hash: Option<&'m [u8; 32]>,
}

impl<'m> ToBeSigned<'m> {
    /// A message and its SHA-256 hash: for signers around other signers, and for tests. Whether they belong together is not
    /// checked.
    #[must_use]
    pub const fn from_parts(message: &'m [u8], hash: &'m [u8; 32]) -> Self {
        Self { message, hash: Some(hash) }
    }

    pub(crate) const fn new(message: &'m [u8]) -> Self {
        Self { message, hash: None }
    }

    /// SHA-256 of [`message`](Self::message), 32 bytes: for signers that take a prehashed message. It is computed here, so
    /// that signers which hash themselves do not pay for it.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        self.hash.copied().unwrap_or_else(|| Sha256::digest(self.message).into())
    }

    /// The JWS signing input, ASCII (RFC 7515 section 5.1): for signers that hash themselves.
    #[must_use]
    pub const fn message(&self) -> &'m [u8] {
        self.message
    }
}

// Header and claims are personal data on some servers.
impl core::fmt::Debug for ToBeSigned<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("ToBeSigned(..)")
    }
}

/// Makes ES256 signatures, wherever the key lives.
///
/// `&mut self`, because a secure element behind a bus needs it. For signers that answer later, use the two halves:
/// [`ClientAssertion::prepare`](crate::ClientAssertion::prepare) and [`Prepared::finish`](crate::Prepared::finish).
///
/// ```
/// use jurat_core::{Error, Es256Signature, Es256Signer, ToBeSigned};
///
/// /// Stands for the driver of a secure element.
/// struct Element;
/// # impl Element { fn ecdsa(&mut self, _slot: u8, _hash: &[u8; 32]) -> Result<[u8; 64], u8> { Ok([1; 64]) } }
///
/// struct Slot { element: Element, number: u8 }
///
/// #[derive(Debug)]
/// enum SlotError { Bus(u8), Signature(Error) }
///
/// impl Es256Signer for Slot {
///     type Error = SlotError;
///     fn sign(&mut self, input: &ToBeSigned<'_>) -> Result<Es256Signature, SlotError> {
///         let raw = self.element.ecdsa(self.number, &input.hash()).map_err(SlotError::Bus)?;
///         Es256Signature::from_bytes(raw).map_err(SlotError::Signature)
///     }
/// }
/// ```
pub trait Es256Signer {
    /// The signer's own error; it reaches the caller untouched, in [`SignError::Signer`](crate::SignError::Signer).
    type Error;

    /// Signs with the P-256 key: ECDSA with SHA-256, raw r and s (RFC 7518 section 3.4).
    ///
    /// # Errors
    /// Whatever the signer reports; nothing of the output is kept then.
    fn sign(&mut self, input: &ToBeSigned<'_>) -> Result<Es256Signature, Self::Error>;
}

impl<S: Es256Signer + ?Sized> Es256Signer for &mut S {
    type Error = S::Error;

    fn sign(&mut self, input: &ToBeSigned<'_>) -> Result<Es256Signature, S::Error> {
        (**self).sign(input)
    }
}
