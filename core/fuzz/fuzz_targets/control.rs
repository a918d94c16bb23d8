//! Fails on one word: a run that does not find it sees nothing.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| assert!(!data.starts_with(b"jurat"), "the control is found"));
