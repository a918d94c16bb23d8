#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects))]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(test)]
extern crate std;

mod assertion;
mod encoding;
mod error;
mod key;
mod list;
mod time;
mod token;

pub use assertion::audience::{Audience, IssuerIdentifier};
pub use assertion::claim::{Claim, ClaimValue};
pub use assertion::jwt_id::JwtId;
pub use assertion::signing::{Prepared, Signed, SigningInput};
pub use assertion::size::{
    client_assertion_size, client_assertion_size_worst, grant_assertion_size, grant_assertion_size_worst,
};
pub use assertion::{Assertion, Client, ClientAssertion, Grant, GrantAssertion, Kind, MAX_VALUE_SIZE};
pub use error::{Argument, Cause, Error, SignError};
pub use key::public::PublicKey;
pub use key::signature::Es256Signature;
pub use key::signer::{Es256Signer, ToBeSigned};
#[cfg(feature = "p256")]
pub use key::software::SoftwareSigner;
pub use time::{DEFAULT_LIFETIME, MAX_LIFETIME, NumericDate};
pub use token::request::{CONTENT_TYPE, Parameter, PreparedRequest, SignedRequest, TokenRequest, token_request_size};
