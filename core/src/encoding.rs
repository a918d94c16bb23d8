//! Bytes into text: JSON, base64url, form encoding, and the buffer they go to.

pub(crate) mod base64url;
pub(crate) mod form;
pub(crate) mod json;
pub(crate) mod output;
pub(crate) mod pem;
pub(crate) mod text;
pub(crate) mod utf8;

/// Whether speed is worth more code here: on hosts. A microcontroller has the small form of what asks for this.
pub(crate) const LARGE: bool = cfg!(target_pointer_width = "64");
