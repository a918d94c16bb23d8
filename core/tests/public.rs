//! The public half in each of its forms. Other libraries judge them in tests/interop/test_public_half.py.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};
use jurat_core::{
    Argument, CERTIFICATE_THUMBPRINT_MEMBER_SIZE, Cause, CertificateThumbprint, ClientAssertion, Error, GrantTypes,
    IssuerIdentifier, Jwk, Jwks, JwtId, NumericDate, PublicKey, Registration, SPKI_PEM_SIZE, jwk_size, jwks_size,
    registration_size,
};
use serde_json::{Value, json};

type Outcome<'o> = Result<&'o str, Error>;

fn key(x: &str, y: &str) -> PublicKey {
    let mut coordinates = [[0; 32]; 2];
    for (text, bytes) in [x, y].iter().zip(&mut coordinates) {
        Base64UrlUnpadded::decode(text, bytes).unwrap();
    }
    PublicKey::from_coordinates(&coordinates[0], &coordinates[1]).unwrap()
}

const JWS_X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
const JWS_Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
const JWS_THUMBPRINT: &str = "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U";
const DPOP_THUMBPRINT: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

/// RFC 7515 appendix A.3.
fn jws_key() -> PublicKey {
    key(JWS_X, JWS_Y)
}

/// RFC 9449 section 4.1.
fn dpop_key() -> PublicKey {
    key("l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs", "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA")
}

fn jwk(key_id: Option<&str>) -> Jwk<'_> {
    Jwk { key: jws_key(), key_id }
}

fn what(error: Error) -> (Cause, Argument) {
    (error.cause(), error.argument())
}

fn parsed(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

/// Writes into every size from 0 to two more than is needed; gives the text.
fn at_every_size(needed: usize, write: impl for<'o> Fn(&'o mut [u8]) -> Outcome<'o>) -> String {
    let mut text = String::new();
    for size in 0..needed + 3 {
        let mut buffer = vec![0xaa; size];
        match write(&mut buffer) {
            Ok(written) => {
                assert_eq!((written.len(), size >= needed), (needed, true));
                text = written.into();
                assert!(buffer[needed..].iter().all(|byte| *byte == 0xaa));
            }
            Err(error) => {
                assert!(size < needed);
                assert_eq!((what(error), error.needed()), ((Cause::BufferTooSmall, Argument::Output), Some(needed)));
                // What did not fit was never written, and what was is gone.
                assert!(buffer.iter().all(|byte| *byte == 0 || *byte == 0xaa));
                assert!(buffer.first().is_none_or(|byte| *byte == 0));
            }
        }
    }
    text
}

#[test]
fn thumbprints_of_published_keys() {
    assert_eq!(jws_key().thumbprint().as_str(), JWS_THUMBPRINT);
    assert_eq!(dpop_key().thumbprint().to_string(), DPOP_THUMBPRINT);
    assert_eq!(format!("{:?}", jws_key().thumbprint()), format!("Thumbprint(\"{JWS_THUMBPRINT}\")"));
}

#[test]
fn leading_zeros_stay() {
    let (mut x, mut y) = ([0; 32], [0xff; 32]);
    (x[31], y[0]) = (1, 0);
    let key = PublicKey::from_coordinates(&x, &y).unwrap();
    let point = key.to_sec1();
    assert_eq!((point[0], &point[1..33], &point[33..]), (4, &x[..], &y[..]));
    assert_eq!(PublicKey::from_sec1(&point), Ok(key));
    let mut buffer = [0; 512];
    let json = parsed(Jwk { key, key_id: None }.write(&mut buffer).unwrap());
    assert_eq!(json["x"], "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE");
    assert_eq!(json["y"], format!("AP{}8", "_".repeat(40)));
}

#[test]
fn coordinates_are_below_the_prime() {
    // 2^256 - 2^224 + 2^192 + 2^96 - 1.
    let mut prime = [0xff; 32];
    prime[4..20].fill(0);
    prime[7] = 1;
    let mut largest = prime;
    largest[31] -= 1;
    assert!(PublicKey::from_coordinates(&largest, &largest).is_ok());
    for (x, y) in [(prime, largest), (largest, prime)] {
        let refused = PublicKey::from_coordinates(&x, &y).unwrap_err();
        assert_eq!(what(refused), (Cause::InvalidCoordinate, Argument::Key));
    }
}

#[test]
fn der_is_in_the_pem() {
    let der = jws_key().to_spki_der();
    assert!(der.ends_with(&jws_key().to_sec1()));
    let pem = at_every_size(SPKI_PEM_SIZE, |output| jws_key().write_spki_pem(output));
    let lines: Vec<_> = pem.lines().collect();
    assert!(pem.ends_with('\n') && !pem.contains('\r'));
    assert_eq!((lines[0], lines[3]), ("-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----"));
    assert_eq!((lines.len(), lines[1].len(), lines[2].len()), (4, 64, 60));
    let mut decoded = [0; 128];
    assert_eq!(Base64::decode(lines[1..3].concat(), &mut decoded).unwrap(), der);
}

#[test]
fn a_jwk_to_the_byte() {
    let jwk = jwk(None);
    let text = at_every_size(jwk.needed().unwrap(), |output| jwk.write(output));
    let expected = format!(
        r#"{{"kty":"EC","crv":"P-256","x":"{JWS_X}","y":"{JWS_Y}","use":"sig","alg":"ES256","kid":"{JWS_THUMBPRINT}"}}"#
    );
    assert_eq!(text, expected);
    assert_eq!(jwk_size(0), text.len());
}

#[test]
fn key_ids_come_back_through_serde_json() {
    for key_id in ["1", "2026-11", "a\"b\\c", "\u{0}\u{1f}\n", "ключ", "\u{1f600}", &"k".repeat(2048)] {
        let jwk = jwk(Some(key_id));
        let mut buffer = vec![0; jwk.needed().unwrap()];
        let text = jwk.write(&mut buffer).unwrap();
        let json = parsed(text);
        assert_eq!(json["kid"], key_id);
        let names: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, ["kty", "crv", "x", "y", "use", "alg", "kid"]);
        // The size is exact where nothing is escaped.
        let escaped = key_id.chars().any(|character| character < ' ' || character == '"' || character == '\\');
        assert_eq!(jwk_size(key_id.len()) == text.len(), !escaped);
        assert!(text.len() <= jwk_size(key_id.len() * 6));
    }
}

#[test]
fn a_set_to_the_byte() {
    let keys = [jwk(Some("now")), Jwk { key: dpop_key(), key_id: None }];
    let jwks = Jwks::new(&keys);
    let text = at_every_size(jwks.needed().unwrap(), |output| jwks.write(output));
    let (mut one, mut two) = ([0; 512], [0; 512]);
    let expected = format!(r#"{{"keys":[{},{}]}}"#, keys[0].write(&mut one).unwrap(), keys[1].write(&mut two).unwrap());
    assert_eq!(text, expected);
    assert!(text.len() <= jwks_size(2, 43));
    assert_eq!(parsed(&text)["keys"][1]["kid"], DPOP_THUMBPRINT);

    let make = |index: usize| keys.get(index).copied();
    assert_eq!(Jwks::made_by(&make).write(&mut [0; 1024]), Ok(&*text));
    // One comma that is not there.
    assert_eq!(Jwks::new(&keys[1..]).needed().unwrap() + 1, jwks_size(1, 0));
}

#[test]
fn refused_key_ids() {
    let too_long = "k".repeat(2049);
    for (key_id, cause) in [("", Cause::Empty), (&*too_long, Cause::TooLong)] {
        let keys = [jwk(Some("first")), jwk(Some(key_id))];
        let refused = (cause, Argument::KeyId);
        let mut buffer = [0xaa; 4096];
        assert_eq!(what(keys[1].needed().unwrap_err()), refused);
        assert_eq!(what(keys[1].write(&mut buffer).unwrap_err()), refused);
        assert_eq!(what(Jwks::new(&keys).needed().unwrap_err()), refused);
        assert_eq!(what(Jwks::new(&keys).write(&mut buffer).unwrap_err()), refused);
        assert_eq!(what(Registration::jwks(Jwks::new(&keys)).write(&mut buffer).unwrap_err()), refused);
        assert!(buffer.iter().all(|byte| *byte == 0xaa), "refused before anything is written");
    }
}

#[test]
fn two_keys_of_one_name_are_refused() {
    let (one, other) = (jws_key(), dpop_key());
    let named = |key, key_id| Jwk { key, key_id };
    let repeated = [
        [named(one, Some("a")), named(other, Some("a"))],
        [named(one, None), named(one, None)],
        [named(one, None), named(other, Some(JWS_THUMBPRINT))],
        [named(one, Some(DPOP_THUMBPRINT)), named(other, None)],
        [named(one, None), named(one, Some(JWS_THUMBPRINT))],
    ];
    for keys in repeated {
        assert_eq!(what(Jwks::new(&keys).needed().unwrap_err()), (Cause::Repeated, Argument::KeyId));
        let far = [keys[0], named(key(JWS_Y, JWS_X), None), keys[1]];
        assert_eq!(what(Jwks::new(&far).needed().unwrap_err()), (Cause::Repeated, Argument::KeyId));
    }
    let distinct = [
        [named(one, None), named(other, None)],
        [named(one, Some("a")), named(one, Some("A"))],
        [named(one, None), named(one, Some("a"))],
        [named(one, Some(JWS_THUMBPRINT)), named(other, None)],
    ];
    for keys in distinct {
        assert!(Jwks::new(&keys).needed().is_ok());
    }
    assert_eq!(what(Jwks::new(&[]).needed().unwrap_err()), (Cause::Empty, Argument::PublicKey));
}

#[test]
fn a_registration_in_full_and_in_short() {
    let keys = [jwk(None)];
    let short = Registration::jwks(Jwks::new(&keys));
    let text = at_every_size(short.needed().unwrap(), |output| short.write(output));
    let mut buffer = [0; 512];
    let jwks = Jwks::new(&keys).write(&mut buffer).unwrap();
    let head = r#"{"token_endpoint_auth_method":"private_key_jwt","token_endpoint_auth_signing_alg":"ES256","#;
    assert_eq!(text, format!(r#"{head}"grant_types":["client_credentials"],"response_types":[],"jwks":{jwks}}}"#));

    let full = Registration::jwks_uri("https://device.example/jwks?v=1")
        .unwrap()
        .with_grant_types(GrantTypes::JWT_BEARER.and(GrantTypes::CLIENT_CREDENTIALS))
        .with_client_name("Zähler \"7\"")
        .with_scope("read write")
        .with_software_id("4NRB1-0XZABZI9E6-5SM3R")
        .with_software_version("2.0");
    let text = at_every_size(full.needed().unwrap(), |output| full.write(output));
    let expected = json!({
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "ES256",
        "grant_types": ["client_credentials", "urn:ietf:params:oauth:grant-type:jwt-bearer"],
        "response_types": [],
        "client_name": "Zähler \"7\"",
        "scope": "read write",
        "software_id": "4NRB1-0XZABZI9E6-5SM3R",
        "software_version": "2.0",
        "jwks_uri": "https://device.example/jwks?v=1",
    });
    // Texts, so that the order counts as well.
    assert_eq!(text, expected.to_string());
    assert_eq!(text.len(), registration_size(31, 11, 10, 22, 3) + 2, "two quotes are escaped");
    assert!(short.needed().unwrap() <= registration_size(jwks_size(1, 0), 0, 0, 0, 0));

    let bearer = full.with_grant_types(GrantTypes::JWT_BEARER);
    let mut buffer = [0; 1024];
    assert_eq!(parsed(bearer.write(&mut buffer).unwrap())["grant_types"].as_array().unwrap().len(), 1);
}

#[test]
fn refused_registrations() {
    let keys = [jwk(None)];
    let new = || Registration::jwks(Jwks::new(&keys));
    let refused = |registration: Registration<'_>| {
        let mut buffer = [0xaa; 1024];
        let error = registration.write(&mut buffer).unwrap_err();
        assert_eq!(registration.needed(), Err(error));
        assert_eq!(buffer, [0xaa; 1024]);
        what(error)
    };
    let too_long = "k".repeat(2049);
    for (text, expected) in [("", Cause::Empty), (&*too_long, Cause::TooLong)] {
        assert_eq!(refused(new().with_client_name(text)), (expected, Argument::ClientName));
        assert_eq!(refused(new().with_scope(text)), (expected, Argument::Scope));
        assert_eq!(refused(new().with_software_id(text)), (expected, Argument::SoftwareId));
        assert_eq!(refused(new().with_software_version(text)), (expected, Argument::SoftwareVersion));
    }
    for scope in [" ", "a ", " a", "a  b", "a\tb", "a\"", "a\\", "é"] {
        assert_eq!(refused(new().with_scope(scope)), (Cause::InvalidCharacter, Argument::Scope));
    }
    assert_eq!(refused(Registration::jwks(Jwks::new(&[]))), (Cause::Empty, Argument::PublicKey));
    assert_eq!(refused(Registration::jwks(Jwks::new(&[keys[0], keys[0]]))), (Cause::Repeated, Argument::KeyId));

    let uri = |url| {
        let registration = Registration::jwks_uri(url);
        registration.map(drop).map_err(|error| {
            assert_eq!(error.argument(), Argument::JwksUri);
            error.cause()
        })
    };
    assert_eq!(uri("https://device.example/jwks"), Ok(()));
    assert_eq!(uri(""), Err(Cause::Empty));
    assert_eq!(uri("http://device.example/jwks"), Err(Cause::NotHttps));
    assert_eq!(uri("https:///jwks"), Err(Cause::NotHttps));
    assert_eq!(uri("https://device.example/jwks#1"), Err(Cause::HasFragment));
    assert_eq!(uri("https://device.example/j wks"), Err(Cause::InvalidCharacter));
    assert!(Registration::insecure_http_jwks_uri("http://127.0.0.1:1/jwks").is_ok());
    assert!(Registration::insecure_http_jwks_uri("ftp://127.0.0.1/jwks").is_err());
}

#[test]
fn a_certificate_in_the_header() {
    let issuer = IssuerIdentifier::new("https://as.example").unwrap();
    let now = NumericDate::from_seconds(1_795_459_454).unwrap();
    let thumbprint = CertificateThumbprint::of_der(&[0x30, 0]).unwrap();
    assert_eq!(thumbprint.to_string(), thumbprint.as_str());
    // Header lengths with every remainder of base64.
    for key_id in ["1", "12", "123"] {
        let plain = || ClientAssertion::new("device-7", issuer, now, JwtId::text("1")).with_key_id(key_id);
        let bound = plain().needed().unwrap() + CERTIFICATE_THUMBPRINT_MEMBER_SIZE;
        let mut buffer = [0; 512];
        let prepared = plain().with_certificate_thumbprint(thumbprint.as_str()).prepare(&mut buffer[..bound]).unwrap();
        let message = core::str::from_utf8(prepared.to_be_signed().message()).unwrap();
        let mut header = [0; 256];
        let header = Base64UrlUnpadded::decode(message.split_once('.').unwrap().0, &mut header).unwrap();
        let header: Value = serde_json::from_slice(header).unwrap();
        assert_eq!((&header["kid"], &header["x5t#S256"]), (&json!(key_id), &json!(thumbprint.as_str())));
    }
}

#[test]
fn certificates_are_one_sequence() {
    // Only the outermost length is looked at, in each of its forms.
    let heads: [(&[u8], usize); 6] = [
        (&[0x30, 0], 0),
        (&[0x30, 0x7f], 127),
        (&[0x30, 0x81, 0x80], 128),
        (&[0x30, 0x82, 1, 2], 258),
        (&[0x30, 0x82, 0xff, 0xff], 65_535),
        (&[0x30, 0x83, 1, 0, 0], 65_536),
    ];
    for (head, length) in heads {
        let der = [head, &vec![7; length]].concat();
        assert_eq!(CertificateThumbprint::of_der(&der).unwrap().as_str().len(), 43);
        let cause = |der: &[u8]| CertificateThumbprint::of_der(der).map(drop).map_err(|error| error.cause());
        if length > 0 {
            assert_eq!(cause(&der[..der.len() - 1]), Err(Cause::Truncated));
        }
        assert_eq!(cause(&[&der[..], &[0]].concat()), Err(Cause::TrailingData));
        assert_eq!(cause(&[&der[..], &der].concat()), Err(Cause::TrailingData), "a chain");
    }
    for bad in [&b""[..], b"0", b"-----BEGIN CERTIFICATE-----", b"MIIB", &[0x31, 0], &[0x30, 0x80], &[0x30, 0x82, 1]] {
        let error = CertificateThumbprint::of_der(bad).unwrap_err();
        assert_eq!(what(error), (Cause::InvalidDer, Argument::Certificate));
    }
}
