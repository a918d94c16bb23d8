//! Signatures and whoever makes them.

#[cfg(feature = "signature-v3")]
pub(crate) mod adapter;
#[cfg(feature = "comb")]
pub(crate) mod comb;
pub(crate) mod generate;
#[cfg(feature = "host")]
pub(crate) mod host;
#[cfg(feature = "import")]
pub(crate) mod import;
pub(crate) mod jwk;
#[cfg(feature = "p256")]
pub(crate) mod private;
pub(crate) mod public;
pub(crate) mod rotation;
pub(crate) mod signature;
pub(crate) mod signer;
#[cfg(feature = "p256")]
pub(crate) mod software;
#[cfg(feature = "p256")]
pub(crate) mod verified;
