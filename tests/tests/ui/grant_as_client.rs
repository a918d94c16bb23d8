//! A grant does not authenticate a client.

use jurat_core::{GrantAssertion, TokenRequest};

fn request(grant: GrantAssertion<'static>) -> TokenRequest<'static> {
    TokenRequest::client_credentials(grant)
}

fn main() {}
