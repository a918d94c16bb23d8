//! Mints a client assertion and shows it: header, claims, assertion, and the request body that would be sent.
//!
//! `cargo run --release --example client_assertion -- --help` lists the options. Nothing is sent anywhere.

use core::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use base64ct::{Base64UrlUnpadded, Encoding as _};
use clap::Parser;
use jurat_core::{
    CONTENT_TYPE, ClientAssertion, ImportedKey, IssuerIdentifier, Jwk, JwtId, NumericDate, PublicKey, SoftwareSigner,
    TokenRequest, generate_key, import_key,
};

/// Mint an OAuth client assertion (RFC 7523, RFC 10070) and show the token request it goes into.
#[derive(Parser)]
struct Options {
    /// The private key: PEM, DER (PKCS#8 or SEC1), JWK or 32 raw bytes. Without one, a throw-away key is made.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// The client id: `iss` and `sub`.
    #[arg(long, default_value = "device-7")]
    client_id: String,
    /// The authorization server's issuer identifier: `aud`.
    #[arg(long, default_value = "https://as.example")]
    issuer: String,
    /// The key id: `kid`.
    #[arg(long)]
    key_id: Option<String>,
    /// The scope to ask for.
    #[arg(long)]
    scope: Option<String>,
    /// Seconds until the assertion expires, 1 to 3600.
    #[arg(long, default_value_t = jurat_core::DEFAULT_LIFETIME)]
    lifetime: u32,
    /// Take a plain http issuer: for a test server on this machine.
    #[arg(long)]
    insecure_http: bool,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let mut signer = match &options.key {
        Some(path) => read_key(path).map_err(|error| format!("{}: {error}", path.display()))?,
        None => throw_away_key()?,
    };
    let public_key = signer.public_key()?;

    let issuer = if options.insecure_http {
        IssuerIdentifier::insecure_http(&options.issuer)?
    } else {
        IssuerIdentifier::new(&options.issuer)?
    };
    let now = NumericDate::from_seconds(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?;
    let mut random = [0; 16];
    getrandom::fill(&mut random)?;

    let mut client =
        ClientAssertion::new(&options.client_id, issuer, now, JwtId::random(random)).with_lifetime(options.lifetime);
    if let Some(key_id) = &options.key_id {
        client = client.with_key_id(key_id);
    }
    let mut request = TokenRequest::client_credentials(client);
    if let Some(scope) = &options.scope {
        request = request.with_scope(scope);
    }

    let mut buffer = [0; 16 * 1024];
    let body = request.sign_with(&mut buffer, &mut signer)?;
    show(body.as_str(), public_key)
}

fn show(body: &str, key: PublicKey) -> Result<(), Box<dyn Error>> {
    let assertion = body
        .split('&')
        .find_map(|parameter| parameter.strip_prefix("client_assertion="))
        .ok_or("a request without client_assertion")?;
    let mut segments = assertion.split('.');
    println!("header\n{}\n", readable(segments.next())?);
    println!("claims\n{}\n", readable(segments.next())?);
    println!("client_assertion ({} bytes)\n{assertion}\n", assertion.len());
    println!("Content-Type: {CONTENT_TYPE}\n\n{body}\n");

    println!("public key\n{}", Jwk { key, key_id: None }.write(&mut [0; 512])?);
    Ok(())
}

fn readable(segment: Option<&str>) -> Result<String, Box<dyn Error>> {
    let segment = segment.ok_or("too few segments")?;
    let mut buffer = vec![0; segment.len()];
    let json = Base64UrlUnpadded::decode(segment, &mut buffer).map_err(|error| error.to_string())?;
    Ok(serde_json::to_string_pretty(&serde_json::from_slice::<serde_json::Value>(json)?)?)
}

fn read_key(path: &Path) -> Result<SoftwareSigner, Box<dyn Error>> {
    Ok(import_key(&std::fs::read(path)?).and_then(ImportedKey::into_signer)?)
}

fn throw_away_key() -> Result<SoftwareSigner, Box<dyn Error>> {
    let (mut random, mut d) = ([0; 64], [0; 32]);
    getrandom::fill(&mut random)?;
    generate_key(&random, &mut d)?;
    eprintln!("No --key given: signing with a throw-away key.\n");
    Ok(SoftwareSigner::from_scalar(&d)?)
}
