//! `public_half X Y [KID]`: prints the public key with these coordinates (hexadecimal) in every form, a line each: JWK,
//! JWK Set, thumbprint, SPKI DER in hexadecimal, SPKI PEM as a JSON string, registration with the key, and with a URL.
//! `public_half --certificate DER`: prints the `x5t#S256` of a certificate (hexadecimal).

use std::process::ExitCode;

use jurat_core::{CertificateThumbprint, GrantTypes, Jwk, Jwks, PublicKey, Registration, SPKI_PEM_SIZE};

type Failure = Box<dyn core::error::Error>;

fn decode(hex: &str) -> Result<Vec<u8>, Failure> {
    let pairs = hex.as_bytes().chunks(2).map(|pair| Ok(u8::from_str_radix(core::str::from_utf8(pair)?, 16)?));
    pairs.collect()
}

fn forms(x: &str, y: &str, key_id: Option<&str>) -> Result<Vec<String>, Failure> {
    let key = PublicKey::from_coordinates(&decode(x)?, &decode(y)?)?;
    let keys = [Jwk { key, key_id }];
    let by_value = Registration::jwks(Jwks::new(&keys)).with_client_name("Zähler 7").with_scope("api");
    let by_url = Registration::jwks_uri("https://device.example/jwks")?
        .with_grant_types(GrantTypes::CLIENT_CREDENTIALS.and(GrantTypes::JWT_BEARER))
        .with_software_id("meter")
        .with_software_version("2.0");
    let mut buffer = [0; 16_384];
    let mut lines = vec![
        keys[0].write(&mut buffer)?.into(),
        Jwks::new(&keys).write(&mut buffer)?.into(),
        key.thumbprint().to_string(),
        key.to_spki_der().iter().map(|byte| format!("{byte:02x}")).collect(),
    ];
    lines.push(serde_json::to_string(key.write_spki_pem(&mut [0; SPKI_PEM_SIZE])?)?);
    lines.push(by_value.write(&mut buffer)?.into());
    lines.push(by_url.write(&mut buffer)?.into());
    Ok(lines)
}

fn main() -> Result<ExitCode, Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let lines = match arguments[..] {
        ["--certificate", der] => vec![CertificateThumbprint::of_der(&decode(der)?)?.to_string()],
        [x, y] => forms(x, y, None)?,
        [x, y, key_id] => forms(x, y, Some(key_id))?,
        _ => {
            eprintln!("usage: public_half X Y [KID] | --certificate DER");
            return Ok(ExitCode::FAILURE);
        }
    };
    for line in lines {
        println!("{line}");
    }
    Ok(ExitCode::SUCCESS)
}
