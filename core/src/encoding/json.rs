//! JSON (RFC 8259): a writer for what we send, a reader for what others give us.

pub(crate) mod read;
pub(crate) mod write;
