//! Verifies JWTs with the crate `jsonwebtoken`: `jurat-verify rust-crypto`, or `aws-lc` where it is built with that.
//!
//! stdin:  JSON lines {"jwt", "jwk": <public JWK>, "issuer", "subject", "audience"}
//! stdout: one JSON line for each, in the same order: {"ok": true, "header", "payload"} or {"ok": false, "reason"}

use std::io::{BufRead as _, Write as _};

use jsonwebtoken::crypto::{CryptoProvider, rust_crypto};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, TokenData, Validation, decode};
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[derive(Deserialize)]
struct Question {
    jwt: String,
    jwk: Jwk,
    issuer: String,
    subject: String,
    audience: String,
}

fn verify(question: &Question) -> jsonwebtoken::errors::Result<TokenData<Map<String, Value>>> {
    let mut validation = Validation::new(Algorithm::ES256);
    validation.set_required_spec_claims(&["exp", "iss", "sub", "aud"]);
    validation.set_issuer(&[&question.issuer]);
    validation.set_audience(&[&question.audience]);
    validation.sub = Some(question.subject.clone());
    // There is no clock but the real one.
    validation.validate_exp = false;
    decode(&question.jwt, &DecodingKey::from_jwk(&question.jwk)?, &validation)
}

fn provider(name: &str) -> Option<&'static CryptoProvider> {
    match name {
        "rust-crypto" => Some(&rust_crypto::DEFAULT_PROVIDER),
        #[cfg(feature = "aws-lc")]
        "aws-lc" => Some(&jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER),
        _ => None,
    }
}

fn main() -> Result<(), Box<dyn core::error::Error>> {
    let name = std::env::args().nth(1).unwrap_or_default();
    provider(&name).ok_or("no such provider")?.install_default().map_err(|_| "a provider is there already")?;
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let answer = match verify(&serde_json::from_str(&line?)?) {
            Ok(token) => json!({ "ok": true, "header": token.header, "payload": token.claims }),
            Err(error) => json!({ "ok": false, "reason": error.to_string() }),
        };
        writeln!(output, "{answer}")?;
    }
    Ok(())
}
