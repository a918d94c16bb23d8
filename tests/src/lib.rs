//! The vectors of `tests/vectors/vectors.json`: what they are, a runner for Rust, and a table of them for C.
//!
//! It does without std, so that firmware runs the same runner; the heap is the tests', jurat has none.
#![no_std]

extern crate alloc;

pub mod c_table;
pub mod model;
pub mod profiles;
pub mod runner;
