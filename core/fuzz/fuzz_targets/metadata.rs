//! Metadata of servers: what `serde_json` finds in the document.
#![no_main]

use jurat_core::{Endpoint, IssuerIdentifier, Metadata, Support};
use jurat_fuzz::{contradicts, json, lists};
use serde_json::Value;

fn support(document: &Value, list: &str, name: &str, absent: Support) -> Support {
    match lists(document, list, name) {
        Some(true) => Support::Supported,
        Some(false) => Support::Unsupported,
        None => absent,
    }
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let issuers =
        [IssuerIdentifier::new("https://as.example"), IssuerIdentifier::insecure_http("http://127.0.0.1:1/a")];
    for issuer in issuers.map(Result::unwrap) {
        let mut bytes = data.to_vec();
        let found = Metadata::read(&mut bytes, issuer);
        assert!(!contradicts(data, found.as_ref().err().map(jurat_core::Error::cause)), "{found:?}");
        let (Ok(found), Some(document)) = (found, json(data)) else { continue };
        assert_eq!(document["issuer"], issuer.as_str());
        for endpoint in Endpoint::ALL {
            assert_eq!(found.endpoint(endpoint), document.get(endpoint.member()).and_then(Value::as_str));
        }
        for (endpoint, name, absent) in [
            (Endpoint::Token, "token", Support::NotAdvertised),
            (Endpoint::Introspection, "introspection", Support::Unknown),
            (Endpoint::Revocation, "revocation", Support::NotAdvertised),
        ] {
            let methods = format!("{name}_endpoint_auth_methods_supported");
            let algorithms = format!("{name}_endpoint_auth_signing_alg_values_supported");
            assert_eq!(found.private_key_jwt(endpoint), support(&document, &methods, "private_key_jwt", absent));
            assert_eq!(found.es256(endpoint), support(&document, &algorithms, "ES256", Support::Unknown));
        }
        for (grant_type, absent) in [("client_credentials", Support::NotAdvertised), ("implicit", Support::Supported)] {
            let expected = support(&document, "grant_types_supported", grant_type, absent);
            assert_eq!(found.grant_type(grant_type), expected);
        }
    }
});
