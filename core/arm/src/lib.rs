//! The field of P-256, and what else takes long, in assembly, for the comb signer of `jurat-core` on Arm Cortex-M with the DSP extension: Cortex-M4, M7,
//! and those M33, M35P, M55 and M85 that have it.
//!
//! It is a crate of its own because it cannot do without `unsafe`, and `jurat-core` forbids that. Whoever wants it turns on the
//! feature `comb-arm` of `jurat-core`; on other architectures this crate is empty. Where the target does not promise the
//! instructions, the assembler refuses them, and the build fails: `thumbv7em-none-eabi` and `thumbv7em-none-eabihf` promise
//! them; for `thumbv8m.main-none-eabi` and `thumbv8m.main-none-eabihf` it takes `-C target-cpu=cortex-m33`.
//!
//! An element is 8 words, the lowest first, of a number below p = 2^256 - 2^224 + 2^192 + 2^96 - 1. If an argument is not
//! below p, the result is some number, and nothing worse happens.
//!
//! No instruction here has a time that depends on its data, no branch and no address depends on it.
#![no_std]
#![cfg(target_arch = "arm")]

mod field;
mod inverse;
mod select;

pub use field::{
    add, add_assign, multiply, multiply_assign, multiply_into, subtract, subtract_assign, subtract_into, times,
};
pub use inverse::divide;
pub use select::{negate_if, select};
