//! A client assertion grants nothing.

use jurat_core::{ClientAssertion, TokenRequest};

fn request(client: ClientAssertion<'static>) -> TokenRequest<'static> {
    TokenRequest::jwt_bearer(client)
}

fn main() {}
