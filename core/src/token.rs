//! The request to the token endpoint.

pub(crate) mod request;
