//! The buffer is not free while an assertion stands in it.

use jurat_core::{Client, Es256Signature, Prepared};

fn overwrite(buffer: &mut [u8], prepare: fn(&mut [u8]) -> Prepared<'_, Client>, signature: &Es256Signature) -> usize {
    let signed = prepare(buffer).finish(signature);
    buffer.fill(0);
    signed.as_bytes().len()
}

fn main() {}
