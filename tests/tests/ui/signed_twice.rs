//! Each attempt takes a new assertion.

use jurat_core::{ClientAssertion, SoftwareSigner};

fn retry(assertion: ClientAssertion<'_>, signer: &mut SoftwareSigner, buffer: &mut [u8]) {
    let _first = assertion.sign_with(&mut *buffer, signer);
    let _second = assertion.sign_with(&mut *buffer, signer);
}

fn main() {}
