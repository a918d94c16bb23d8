//! Signatures and whoever makes them.

pub(crate) mod public;
pub(crate) mod signature;
pub(crate) mod signer;
#[cfg(feature = "p256")]
pub(crate) mod software;
