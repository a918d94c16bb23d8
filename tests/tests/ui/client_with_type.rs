//! The type of a client assertion is not the caller's to choose.

use jurat_core::ClientAssertion;

fn typed(client: ClientAssertion<'static>) -> ClientAssertion<'static> {
    client.with_type("JWT")
}

fn main() {}
