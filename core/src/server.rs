//! What a server is told, and what it tells, besides tokens.

pub(crate) mod metadata;
pub(crate) mod policy;
pub(crate) mod profile;
pub(crate) mod registration;
pub(crate) mod well_known;
