//! One signature for one assertion.

use jurat_core::{Client, Es256Signature, Prepared};

fn twice(prepared: Prepared<'_, Client>, signature: &Es256Signature) {
    let _signed = prepared.finish(signature);
    let _again = prepared.finish(signature);
}

fn main() {}
