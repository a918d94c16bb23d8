//! Signers of other crates, each version behind a feature of its own.

use core::marker::PhantomData;

use signature::SignatureEncoding;
use signature::hazmat::PrehashSigner;

use super::signature::Es256Signature;
use super::signer::{Es256Signer, ToBeSigned};
use crate::error::{Argument, Cause, Error, SignError};

/// A signer that implements `PrehashSigner` of the crate `signature`, version 3.
///
/// `G` is the type of its signatures, which has to convert into 64 bytes: r, then s (RFC 7518 section 3.4), as
/// `p256::ecdsa::Signature` does. Types that hold DER do not convert, so that they do not compile here. Which curve the key
/// is on is not known here; it has to be P-256.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use jurat_core::{ClientAssertion, IssuerIdentifier, JwtId, NumericDate, PrehashSignerV3};
///
/// let key = p256::ecdsa::SigningKey::from_slice(&[7; 32])?; // never use such a key
/// let mut signer = PrehashSignerV3::<_, p256::ecdsa::Signature>::new(key);
///
/// let issuer = IssuerIdentifier::new("https://as.example")?;
/// let now = NumericDate::from_seconds(1_795_459_454)?;
/// let mut buffer = [0; 512];
/// let assertion = ClientAssertion::new("device-7", issuer, now, JwtId::text("1")).sign_with(&mut buffer, &mut signer)?;
/// assert_eq!(assertion.as_str().split('.').count(), 3);
/// # Ok(())
/// # }
/// ```
pub struct PrehashSignerV3<S, G> {
    signer: S,
    signature: PhantomData<fn() -> G>,
}

impl<S, G> PrehashSignerV3<S, G> {
    /// Signs with this signer.
    #[must_use]
    pub const fn new(signer: S) -> Self {
        Self { signer, signature: PhantomData }
    }
}

impl<S, G> Es256Signer for PrehashSignerV3<S, G>
where
    S: PrehashSigner<G>,
    G: SignatureEncoding,
    G::Repr: Into<[u8; 64]>,
{
    /// The signer's own error, or that its signature is none.
    type Error = SignError<signature::Error>;

    fn sign(&mut self, input: &ToBeSigned<'_>) -> Result<Es256Signature, Self::Error> {
        let signature = self.signer.sign_prehash(&input.hash()).map_err(SignError::Signer)?;
        // Not `to_bytes`, which panics where this fails.
        let bytes: G::Repr =
            signature.try_into().map_err(|_| Error::new(Cause::SignatureOutOfRange, Argument::Signature))?;
        Ok(Es256Signature::from_bytes(bytes.into())?)
    }
}

impl<S, G> core::fmt::Debug for PrehashSignerV3<S, G> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("PrehashSignerV3(..)")
    }
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::SigningKey;
    use signature::hazmat::PrehashSigner;
    use signature::{Error as ForeignError, SignatureEncoding};

    use super::PrehashSignerV3;
    use crate::error::{Argument, Cause, Error, SignError};
    use crate::key::signer::{Es256Signer, ToBeSigned};
    use crate::key::software::SoftwareSigner;

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn it_signs_as_the_own_signer_does() {
        let (message, hash) = (b"message", [0x5a; 32]);
        let mut signer = PrehashSignerV3::<_, p256::ecdsa::Signature>::new(SigningKey::from_slice(&[7; 32]).unwrap());
        let signature = signer.sign(&ToBeSigned::from_parts(message, &hash)).unwrap();
        assert!(signature == SoftwareSigner::from_scalar(&[7; 32]).unwrap().sign_hash(&hash));
    }

    /// 64 bytes, whatever they are; they refuse to be encoded where the first one is 1.
    #[derive(Clone)]
    struct Raw([u8; 64]);

    impl TryFrom<&[u8]> for Raw {
        type Error = ForeignError;
        fn try_from(bytes: &[u8]) -> Result<Self, ForeignError> {
            bytes.try_into().map(Self).map_err(|_| ForeignError::new())
        }
    }

    impl TryFrom<Raw> for [u8; 64] {
        type Error = ForeignError;
        fn try_from(raw: Raw) -> Result<Self, ForeignError> {
            if raw.0[0] == 1 { Err(ForeignError::new()) } else { Ok(raw.0) }
        }
    }

    impl SignatureEncoding for Raw {
        type Repr = [u8; 64];
    }

    /// Gives these bytes, or fails.
    struct Foreign(Option<[u8; 64]>);

    impl PrehashSigner<Raw> for Foreign {
        fn sign_prehash(&self, _: &[u8]) -> Result<Raw, ForeignError> {
            self.0.map(Raw).ok_or_else(ForeignError::new)
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn its_failures_are_told_apart() {
        let sign = |bytes| {
            let mut signer = PrehashSignerV3::<_, Raw>::new(Foreign(bytes));
            signer.sign(&ToBeSigned::from_parts(b"", &[0; 32]))
        };
        let out_of_range = Error::new(Cause::SignatureOutOfRange, Argument::Signature);
        assert!(sign(Some([2; 64])).is_ok());
        assert!(matches!(sign(None), Err(SignError::Signer(_))));
        for bad in [[0; 64], [0xff; 64], [1; 64]] {
            assert!(matches!(sign(Some(bad)), Err(SignError::Refused(error)) if error == out_of_range));
        }
    }
}
