//! Signing with a scalar in memory, on `p256`.

use core::convert::Infallible;

use ecdsa::hazmat::sign_prehashed_rfc6979;
use p256::elliptic_curve::sec1::ToSec1Point as _;
use p256::{NistP256, SecretKey};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::generate::is_constant;
use super::public::PublicKey;
use super::signature::Es256Signature;
use super::signer::{Es256Signer, ToBeSigned};
use crate::error::{Argument, Cause, Error};

/// A P-256 private key held in memory, signing deterministically (RFC 6979, SHA-256).
///
/// The scalar is wiped when this is dropped. What Rust cannot promise: copies that the compiler made on the stack while
/// moving or using it. So build it where it stays.
///
/// Each signature costs one scalar multiplication: the public key is never computed.
///
/// ```
/// use jurat_core::{Cause, SoftwareSigner};
/// // The test key of RFC 7515 appendix A.3: published, so never for use.
/// let scalar = [
///     0x8e, 0x9b, 0x10, 0x9e, 0x71, 0x90, 0x98, 0xbf, 0x98, 0x04, 0x87, 0xdf, 0x1f, 0x5d, 0x77, 0xe9,
///     0xcb, 0x29, 0x60, 0x6e, 0xbe, 0xd2, 0x26, 0x3b, 0x5f, 0x57, 0xc2, 0x13, 0xdf, 0x84, 0xf4, 0xb2,
/// ];
/// let signer = SoftwareSigner::from_scalar(&scalar)?;
/// let signature = signer.sign_hash(&[0x5a; 32]);
/// assert_eq!(signature.as_bytes().len(), 64);
/// assert_eq!(SoftwareSigner::from_scalar(&[0; 32]).unwrap_err().cause(), Cause::ZeroKey);
/// # Ok::<(), jurat_core::Error>(())
/// ```
pub struct SoftwareSigner {
    key: SecretKey,
}

impl SoftwareSigner {
    /// The private scalar d, 32 bytes, big-endian. The caller's copy is the caller's to wipe.
    ///
    /// # Errors
    /// [`Cause::ZeroKey`] when d is 0, [`Cause::KeyTooLarge`] when it is not below the order of P-256.
    pub fn from_scalar(d: &[u8; 32]) -> Result<Self, Error> {
        match SecretKey::from_slice(d) {
            Ok(key) => Ok(Self { key }),
            // Whether the refused one is zero is no secret worth a constant time.
            Err(_) if d.iter().all(|byte| *byte == 0) => Err(Error::new(Cause::ZeroKey, Argument::Key)),
            Err(_) => Err(Error::new(Cause::KeyTooLarge, Argument::Key)),
        }
    }

    pub(super) fn scalar(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.key.to_bytes().into())
    }

    /// The public half. This costs a scalar multiplication, as a signature does.
    ///
    /// # Errors
    /// None for a key of P-256; the curve library's type allows for one.
    pub fn public_key(&self) -> Result<PublicKey, Error> {
        let point = self.key.public_key().to_sec1_point(false);
        PublicKey::from_sec1(point.as_bytes())
    }

    /// Signs a SHA-256 hash, 32 bytes. For tests and other protocols; assertions use [`Es256Signer`].
    #[must_use]
    pub fn sign_hash(&self, hash: &[u8; 32]) -> Es256Signature {
        self.sign_hash_with(hash, &[])
    }

    /// The same with entropy added to the nonce (RFC 6979 section 3.6), against attacks that provoke faults in two
    /// signatures of the same message.
    ///
    /// Bad entropy takes nothing away: the nonce still depends on the key and the hash, and all-equal bytes count as none,
    /// which gives the deterministic signature.
    #[must_use]
    pub fn sign_hash_hedged(&self, hash: &[u8; 32], entropy: &[u8; 32]) -> Es256Signature {
        if is_constant(entropy) { self.sign_hash(hash) } else { self.sign_hash_with(hash, entropy) }
    }

    fn sign_hash_with(&self, hash: &[u8; 32], added: &[u8]) -> Es256Signature {
        let scalar = Zeroizing::new(self.key.to_nonzero_scalar());
        let (signature, _recovery_id) = sign_prehashed_rfc6979::<NistP256, Sha256>(&scalar, hash, added);
        Es256Signature::from_scalars(signature.to_bytes().into())
    }
}

impl Es256Signer for SoftwareSigner {
    type Error = Infallible;

    fn sign(&mut self, input: &ToBeSigned<'_>) -> Result<Es256Signature, Infallible> {
        Ok(self.sign_hash(&input.hash()))
    }
}

impl core::fmt::Debug for SoftwareSigner {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SoftwareSigner(..)")
    }
}

/// A [`SoftwareSigner`] with entropy added to every nonce; see [`SoftwareSigner::sign_hash_hedged`].
///
/// `entropy` fills 32 bytes from the device's random source. Where it fails it leaves them alone: the signature is the
/// deterministic one then.
///
/// ```
/// use jurat_core::{HedgedSigner, SoftwareSigner};
/// # let scalar = [7; 32];
/// let signer = SoftwareSigner::from_scalar(&scalar)?;
/// let mut hedged = HedgedSigner::new(signer, |entropy| {
///     // read_random(entropy)
/// #   entropy[0] = 1;
/// });
/// # let _ = &mut hedged;
/// # Ok::<(), jurat_core::Error>(())
/// ```
pub struct HedgedSigner<F> {
    signer: SoftwareSigner,
    entropy: F,
}

impl<F: FnMut(&mut [u8; 32])> HedgedSigner<F> {
    /// Adds what `entropy` fills in to the nonces of `signer`.
    pub const fn new(signer: SoftwareSigner, entropy: F) -> Self {
        Self { signer, entropy }
    }
}

impl<F: FnMut(&mut [u8; 32])> Es256Signer for HedgedSigner<F> {
    type Error = Infallible;

    fn sign(&mut self, input: &ToBeSigned<'_>) -> Result<Es256Signature, Infallible> {
        let mut entropy = Zeroizing::new([0; 32]);
        (self.entropy)(&mut entropy);
        Ok(self.signer.sign_hash_hedged(&input.hash(), &entropy))
    }
}

impl<F> core::fmt::Debug for HedgedSigner<F> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("HedgedSigner(..)")
    }
}
