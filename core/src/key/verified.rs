//! Verify after sign.

use core::fmt;

use ecdsa::hazmat::verify_prehashed;
use p256::NistP256;
use sha2::{Digest as _, Sha256};

use super::public::PublicKey;
use super::signature::Es256Signature;
use super::signer::{Es256Signer, ToBeSigned};
use crate::error::{Argument, Cause, Error};

/// A signer whose every signature is verified before it is used.
///
/// It is for signers that may fail without saying so: a broken or exchanged element, a key that is not the registered one,
/// and faults that somebody injects. With deterministic ECDSA (RFC 6979) a wrong signature beside the right one of the same
/// message can give the private key away, so that a wrong one must not leave the device.
///
/// The message is hashed again for it, so that a hash that was corrupted before it came to the signer is noticed too. What
/// it cannot notice is a message that was wrong from the start. It costs two scalar multiplications for each signature.
///
/// ```
/// use jurat_core::{ClientAssertion, IssuerIdentifier, JwtId, NumericDate, SignError, SoftwareSigner, Verified, VerifyError};
///
/// let key = SoftwareSigner::from_scalar(&[7; 32])?; // never use such keys
/// let other = SoftwareSigner::from_scalar(&[8; 32])?;
/// let mut signer = Verified::new(key, other.public_key()?)?;
///
/// let issuer = IssuerIdentifier::new("https://as.example")?;
/// let now = NumericDate::from_seconds(1_795_459_454)?;
/// let mut buffer = [0; 512];
/// let refused = ClientAssertion::new("device-7", issuer, now, JwtId::text("1")).sign_with(&mut buffer, &mut signer);
/// assert_eq!(refused.err(), Some(SignError::Signer(VerifyError::Wrong)));
/// # Ok::<(), jurat_core::Error>(())
/// ```
pub struct Verified<S> {
    signer: S,
    public_key: p256::PublicKey,
}

impl<S> Verified<S> {
    /// Verifies what this signer makes with this public key.
    ///
    /// # Errors
    /// [`Cause::NotOnCurve`] when the public key is no point of P-256.
    pub fn new(signer: S, public_key: PublicKey) -> Result<Self, Error> {
        Ok(Self { signer, public_key: public_key.point()? })
    }
}

impl PublicKey {
    /// The point, where it is one.
    pub(crate) fn point(&self) -> Result<p256::PublicKey, Error> {
        let point = p256::Sec1Point::from_affine_coordinates(&(*self.x()).into(), &(*self.y()).into(), false);
        let refused = |_| Error::new(Cause::NotOnCurve, Argument::PublicKey);
        p256::PublicKey::from_sec1_bytes(point.as_bytes()).map_err(refused)
    }

    /// Whether this is a point of the curve.
    #[must_use]
    pub fn is_on_curve(&self) -> bool {
        self.point().is_ok()
    }

    /// Whether `signature` is one of `message` by this key. For two-phase signing; [`Verified`] does it by itself.
    ///
    /// # Errors
    /// [`Cause::NotOnCurve`] when this is no point of P-256.
    pub fn verify(&self, message: &[u8], signature: &Es256Signature) -> Result<bool, Error> {
        self.verify_hash(&hash(message), signature)
    }

    /// The same by the SHA-256 of the message.
    pub(crate) fn verify_hash(&self, hash: &[u8; 32], signature: &Es256Signature) -> Result<bool, Error> {
        Ok(verifies(&self.point()?, hash, signature))
    }
}

// Not inlined: its stack is given back before the curve takes its own.
#[inline(never)]
fn hash(message: &[u8]) -> [u8; 32] {
    Sha256::digest(message).into()
}

/// Whether `signature` is one of a message with this SHA-256.
fn verifies(public_key: &p256::PublicKey, hash: &[u8; 32], signature: &Es256Signature) -> bool {
    ecdsa::Signature::<NistP256>::from_bytes(&(*signature.as_bytes()).into())
        .and_then(|signature| verify_prehashed(&public_key.to_projective(), hash, &signature))
        .is_ok()
}

impl<S: Es256Signer> Es256Signer for Verified<S> {
    type Error = VerifyError<S::Error>;

    fn sign(&mut self, input: &ToBeSigned<'_>) -> Result<Es256Signature, Self::Error> {
        let signature = self.signer.sign(input).map_err(VerifyError::Signer)?;
        if verifies(&self.public_key, &hash(input.message()), &signature) {
            Ok(signature)
        } else {
            Err(VerifyError::Wrong)
        }
    }
}

impl<S> fmt::Debug for Verified<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verified(..)")
    }
}

/// What a [`Verified`] signer can fail with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt-v1", derive(defmt::Format))]
#[non_exhaustive]
pub enum VerifyError<E> {
    /// The signer's own error, untouched.
    Signer(E),
    /// The signer gave a signature that is not one of this message by this key.
    Wrong,
}

impl<E: fmt::Display> fmt::Display for VerifyError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signer(error) => error.fmt(f),
            Self::Wrong => f.write_str("the signature does not belong to the message and the public key"),
        }
    }
}

impl<E: core::error::Error + 'static> core::error::Error for VerifyError<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Signer(error) => Some(error),
            Self::Wrong => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString as _;

    use sha2::{Digest as _, Sha256};

    use super::{Verified, VerifyError};
    use crate::error::{Argument, Cause, Error, SignError};
    use crate::key::public::PublicKey;
    use crate::key::signature::Es256Signature;
    use crate::key::signer::{Es256Signer, ToBeSigned};
    use crate::key::software::SoftwareSigner;
    use crate::{ClientAssertion, IssuerIdentifier, JwtId, NumericDate};

    const MESSAGE: &[u8] = b"header.claims";

    fn key(byte: u8) -> SoftwareSigner {
        SoftwareSigner::from_scalar(&[byte; 32]).unwrap()
    }

    #[derive(Clone, Copy)]
    enum Fault {
        None,
        Reported,
        /// A bit of the signature, counted from the last of s.
        Bit(usize),
        /// A bit of the hash, as if the signer had read it wrongly.
        HashBit(usize),
        OtherKey,
        Constant([u8; 64]),
        Swapped,
    }

    /// A signer with a fault in it. Past the range check, as a fault behind that check would be.
    struct Faulty(Fault);

    impl Es256Signer for Faulty {
        type Error = &'static str;

        fn sign(&mut self, input: &ToBeSigned<'_>) -> Result<Es256Signature, &'static str> {
            let mut hash = input.hash();
            if let Fault::HashBit(bit) = self.0 {
                hash[bit / 8] ^= 1 << (bit % 8);
            }
            let key = key(if matches!(self.0, Fault::OtherKey) { 8 } else { 7 });
            let mut bytes = *key.sign_hash(&hash).as_bytes();
            match self.0 {
                Fault::Reported => return Err("bus error"),
                Fault::Bit(bit) => bytes[63 - bit / 8] ^= 1 << (bit % 8),
                Fault::Constant(constant) => bytes = constant,
                Fault::Swapped => bytes.rotate_left(32),
                Fault::None | Fault::HashBit(_) | Fault::OtherKey => {}
            }
            Ok(Es256Signature::from_scalars(bytes))
        }
    }

    fn sign(fault: Fault, hash: &[u8; 32]) -> Result<Es256Signature, VerifyError<&'static str>> {
        let mut signer = Verified::new(Faulty(fault), key(7).public_key().unwrap()).unwrap();
        signer.sign(&ToBeSigned::from_parts(MESSAGE, hash))
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn a_good_signature_passes_and_an_error_too() {
        let hash = Sha256::digest(MESSAGE).into();
        assert!(sign(Fault::None, &hash).unwrap() == key(7).sign_hash(&hash));
        assert!(sign(Fault::Reported, &hash) == Err(VerifyError::Signer("bus error")));
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn every_flipped_bit_of_the_signature_is_caught() {
        let hash = Sha256::digest(MESSAGE).into();
        for bit in 0..512 {
            assert!(sign(Fault::Bit(bit), &hash) == Err(VerifyError::Wrong), "bit {bit}");
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn every_other_fault_is_caught() {
        let hash = Sha256::digest(MESSAGE).into();
        for bit in (0..256).step_by(5) {
            assert!(sign(Fault::HashBit(bit), &hash) == Err(VerifyError::Wrong), "bit {bit}");
        }
        let of_another_message = *key(7).sign_hash(&[0x5a; 32]).as_bytes();
        let constants = [[0; 64], [0xff; 64], [1; 64], of_another_message].map(Fault::Constant);
        for fault in constants.into_iter().chain([Fault::OtherKey, Fault::Swapped]) {
            assert!(sign(fault, &hash) == Err(VerifyError::Wrong));
        }
        // The signer is in order, and what it was given is not.
        assert!(sign(Fault::None, &[0x5a; 32]) == Err(VerifyError::Wrong));
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn a_wrong_signature_leaves_nothing_in_the_buffer() {
        let issuer = IssuerIdentifier::new("https://as.example").unwrap();
        let now = NumericDate::from_seconds(1_795_459_454).unwrap();
        let client = || ClientAssertion::new("device-7", issuer, now, JwtId::text("1"));
        let mut signer = Verified::new(Faulty(Fault::Bit(0)), key(7).public_key().unwrap()).unwrap();
        let mut buffer = [0; 512];
        let refused = client().sign_with(&mut buffer, &mut signer).unwrap_err();
        assert_eq!(refused, SignError::Signer(VerifyError::Wrong));
        assert!(buffer.iter().all(|byte| *byte == 0));

        let mut signer = Verified::new(key(7), key(7).public_key().unwrap()).unwrap();
        let length = client().sign_with(&mut buffer, &mut signer).unwrap().as_bytes().len();
        let mut expected = [0; 512];
        assert_eq!(client().sign_with(&mut expected, &mut key(7)).unwrap().as_bytes(), &buffer[..length]);
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn the_public_key_is_a_point_of_the_curve() {
        let good = key(7).public_key().unwrap();
        let mut y = *good.y();
        y[31] ^= 1;
        let bad = PublicKey::from_coordinates(good.x(), &y).unwrap();
        assert_eq!(Verified::new(key(7), bad).err(), Some(Error::new(Cause::NotOnCurve, Argument::PublicKey)));
    }

    #[test]
    fn its_errors_say_whose_they_are() {
        assert_eq!(VerifyError::Signer("bus error").to_string(), "bus error");
        assert!(VerifyError::<&str>::Wrong.to_string().starts_with("the signature does not belong"));
        let inner = Error::new(Cause::ZeroKey, Argument::Key);
        let error = VerifyError::Signer(inner);
        let source = core::error::Error::source(&error).and_then(|source| source.downcast_ref());
        assert_eq!(source, Some(&inner));
        assert!(core::error::Error::source(&VerifyError::<Error>::Wrong).is_none());
    }
}
