//! The request to the token endpoint, the answer, and what to do next.

pub(crate) mod exchange;
#[cfg(feature = "http")]
pub(crate) mod http;
pub(crate) mod http_head;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod server_text;
