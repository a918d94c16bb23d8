//! What a server is told, and what it tells, besides tokens.

pub(crate) mod registration;
