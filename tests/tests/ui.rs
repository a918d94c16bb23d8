//! What must not compile: one kind of assertion for the other, and an assertion used twice.
//!
//! The messages are those of the compiler in `rust-toolchain.toml`.

#[test]
fn what_must_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
