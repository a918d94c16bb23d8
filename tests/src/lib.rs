//! The vectors of `tests/vectors/vectors.json`: what they are, a runner for Rust, and a table of them for C.

pub mod c_table;
pub mod model;
pub mod profiles;
pub mod runner;
