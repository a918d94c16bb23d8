#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects))]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(any(test, feature = "host"))]
extern crate std;

mod assertion;
mod diagnosis;
mod encoding;
mod error;
mod key;
mod list;
mod server;
mod time;
mod token;
mod value;

#[doc(hidden)]
pub use assertion::Options;
pub use assertion::audience::{Audience, EndpointUrl, IssuerIdentifier};
#[doc(hidden)]
pub use assertion::claim::ClaimList;
pub use assertion::claim::{Claim, ClaimValue};
pub use assertion::jwt_id::{JwtId, derive_jwt_id};
pub use assertion::signing::{Prepared, Signed, SigningInput};
pub use assertion::size::{
    CERTIFICATE_THUMBPRINT_MEMBER_SIZE, client_assertion_size, client_assertion_size_worst, grant_assertion_size,
    grant_assertion_size_worst,
};
pub use assertion::{Assertion, Client, ClientAssertion, Grant, GrantAssertion, Kind};
pub use diagnosis::behaviour::{Behaviour, KeyIdNeed, ServerText, TypeNeed};
pub use diagnosis::checks::{Check, Status, Wanted};
#[doc(hidden)]
pub use diagnosis::evidence::EvidenceOptions;
pub use diagnosis::evidence::{
    Evidence, MetadataEvidence, PublishedKeys, ReceivedAnswer, RegisteredClient, SeenIds, SentRequest, Verifier,
};
pub use diagnosis::fact::Fact;
pub use diagnosis::fault::{Class, Fault};
pub use diagnosis::inspection::{Inspection, Member, SignatureForm};
pub use diagnosis::record::Privacy;
pub use diagnosis::sentence::Sentence;
#[cfg(feature = "p256")]
pub use diagnosis::verifier::SoftwareVerifier;
pub use diagnosis::{Diagnosis, Finding, MAX_CANDIDATES, MAX_CAUSES};
#[doc(hidden)]
pub use encoding::utf8::is_utf8;
pub use error::{Argument, Cause, Error, SignError};
#[cfg(feature = "signature-v3")]
pub use key::adapter::PrehashSignerV3;
#[cfg(feature = "comb")]
pub use key::comb::CombSigner;
pub use key::generate::generate_key;
#[cfg(feature = "host")]
pub use key::host::HostSigner;
#[cfg(feature = "import")]
pub use key::import::{
    Halves, ImportedKey, import_jwk, import_key, import_pem, import_pkcs8_der, import_scalar, import_sec1_der,
};
pub use key::jwk::{Jwk, Jwks, jwk_size, jwks_size};
#[cfg(feature = "p256")]
pub use key::private::PRIVATE_PEM_SIZE;
pub use key::public::{
    CertificateThumbprint, PublicKey, SEC1_SIZE, SPKI_DER_SIZE, SPKI_PEM_SIZE, THUMBPRINT_SIZE, Thumbprint,
};
pub use key::rotation::{KeyPeriod, signing_key};
pub use key::signature::Es256Signature;
pub use key::signer::{Es256Signer, ToBeSigned};
#[cfg(feature = "p256")]
pub use key::software::{HedgedSigner, SoftwareSigner};
#[cfg(feature = "p256")]
pub use key::verified::{Verified, VerifyError};
pub use list::Entries;
pub use server::metadata::{Endpoint, Metadata, Support};
pub use server::policy::Server;
pub use server::profile::{AudienceRule, Es256Rule, KeyIdRule, Profile, TypeRule};
pub use server::registration::{GrantTypes, Registration, registration_size};
pub use server::well_known::WellKnown;
pub use time::clock::{Clock, ClockState, MAX_BACKDATE, MAX_CORRECTION, MAX_ROUND_TRIP, TimeSample};
pub use time::fault::TimeFault;
pub use time::http_date::{MAX_RETRY_AFTER, retry_after};
pub use time::{DEFAULT_LIFETIME, MAX_LIFETIME, NumericDate};
pub use token::exchange::{Answer, DEFAULT_ATTEMPTS, DEFAULT_WAIT, EXCHANGE_SIZE, Exchange, MAX_ATTEMPTS, Step};
#[cfg(feature = "http")]
pub use token::http::End;
pub use token::http_head::time_request;
pub use token::request::{CONTENT_TYPE, Parameter, PreparedRequest, SignedRequest, TokenRequest, token_request_size};
pub use token::response::{ErrorCode, ForeignError, OauthError, Outcome, Response, Token, TokenType};
pub use token::server_text::MAX_SERVER_TEXT;
pub use value::MAX_VALUE_SIZE;
