//! Verifying in software.

use super::evidence::Verifier;
use crate::key::public::PublicKey;
use crate::key::signature::Es256Signature;

/// Verifies with the curve of the feature `p256`.
///
/// ```
/// use jurat_core::{Evidence, SoftwareVerifier};
/// let evidence = Evidence::new().with_verifier(&SoftwareVerifier);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "it has nothing in it")]
pub struct SoftwareVerifier;

impl Verifier for SoftwareVerifier {
    fn verify(&self, key: &PublicKey, hash: &[u8; 32], signature: &Es256Signature) -> Option<bool> {
        key.verify_hash(hash, signature).ok()
    }
}
