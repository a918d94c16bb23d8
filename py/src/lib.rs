//! The Python module: converts arguments, calls `jurat_core`, converts the result.
#![forbid(unsafe_code)]

mod assertion;
mod clock;
mod convert;
mod diagnosis;
mod exchange;
mod profile;
mod public;
mod request;
mod response;
mod server;
mod signing;

use pyo3::prelude::*;

/// The compiled part of `jurat`; its documentation is in `_jurat.pyi`.
#[pymodule(gil_used = false)]
mod _jurat {
    #[pymodule_export]
    use super::assertion::{ClientAssertion, GrantAssertion, JsonText, derive_jwt_id, signing_key};
    #[pymodule_export]
    use super::clock::{Clock, TimeFault, http_date, retry_after, time_fault};
    #[pymodule_export]
    use super::diagnosis::{_diagnose, _inspect};
    #[pymodule_export]
    use super::exchange::{Answer, Exchange, Step};
    #[pymodule_export]
    use super::profile::Profile;
    #[pymodule_export]
    use super::public::{PublicKey, certificate_thumbprint, jwks, registration};
    #[pymodule_export]
    use super::request::{PreparedRequest, TokenRequest, time_request};
    #[pymodule_export]
    use super::response::{ForeignError, OauthError, Token, Unusable, read_response};
    #[pymodule_export]
    use super::server::{Metadata, Server, check_issuer, well_known_urls};
    #[pymodule_export]
    use super::signing::{Prepared, SigningKey, ToBeSigned, Verified, signature_from_der};
    #[pymodule_export]
    const BUILD_TIME: u64 = super::clock::BUILD_TIME;
    #[pymodule_export]
    const CONTENT_TYPE: &str = jurat_core::CONTENT_TYPE;
    #[pymodule_export]
    #[allow(non_upper_case_globals, reason = "the name that Python gives it")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
