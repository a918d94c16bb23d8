//! The Python module: converts arguments, calls `jurat_core`, converts the result.
#![forbid(unsafe_code)]

mod assertion;
mod convert;
mod public;
mod request;
mod signing;

use pyo3::prelude::*;

/// The compiled part of `jurat`; its documentation is in `_jurat.pyi`.
#[pymodule(gil_used = false)]
mod _jurat {
    #[pymodule_export]
    use super::assertion::{ClientAssertion, GrantAssertion, JsonText, derive_jwt_id, signing_key};
    #[pymodule_export]
    use super::public::{PublicKey, certificate_thumbprint, jwks, registration};
    #[pymodule_export]
    use super::request::{PreparedRequest, TokenRequest};
    #[pymodule_export]
    use super::signing::{Prepared, SigningKey, ToBeSigned, Verified, signature_from_der};
    #[pymodule_export]
    const CONTENT_TYPE: &str = jurat_core::CONTENT_TYPE;
    #[pymodule_export]
    #[allow(non_upper_case_globals, reason = "the name that Python gives it")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
