//! Assertions: what another reader finds in one is what was given.
#![no_main]

use core::convert::Infallible;

use arbitrary::{Arbitrary, Unstructured};
use jurat_core::{
    Assertion, Audience, Claim, ClaimValue, ClientAssertion, Error, Es256Signature, Es256Signer, GrantAssertion,
    IssuerIdentifier, JwtId, Kind, MAX_LIFETIME, MAX_VALUE_SIZE, NumericDate, Options, ToBeSigned,
};
use jurat_fuzz::{base64url, decoded, exact, json, parts};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

const CLIENT_TYPE: &str = "client-authentication+jwt";
const REGISTERED: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

#[derive(Arbitrary, Debug)]
struct Numbers {
    grant: bool,
    typed: bool,
    has_key_id: bool,
    thumbprint: Option<[u8; 32]>,
    issued_at: u64,
    lifetime: Option<u16>,
    not_before: Option<u64>,
    id: u8,
    random: [u8; 16],
    kinds: [u8; 4],
    claims: u8,
    integer: i64,
    fraction: f64,
    size: u16,
}

/// Answers at once, with something that depends on the message.
struct Signer;

impl Es256Signer for Signer {
    type Error = Infallible;

    fn sign(&mut self, input: &ToBeSigned<'_>) -> Result<Es256Signature, Infallible> {
        Ok(signature(&input.hash()))
    }
}

fn signature(hash: &[u8; 32]) -> Es256Signature {
    let mut number = *hash;
    number[0] &= 0x7f;
    number[31] |= 1;
    Es256Signature::from_bytes([number, number].concat().try_into().unwrap()).unwrap()
}

/// The assertion, however it is written; it is checked against itself.
fn written<'a, K: Kind>(size: u16, make: impl Fn() -> Assertion<'a, K>) -> Result<String, Error> {
    let once = exact(size, |buffer| match make().sign_with(buffer, &mut Signer) {
        Ok(signed) => Ok(signed.as_bytes().len()),
        Err(jurat_core::SignError::Refused(error)) => Err(error),
        Err(error) => panic!("{error:?}"),
    });
    assert_eq!(make().needed(), once.as_ref().map(Vec::len).map_err(|error| *error));
    let once = once?;

    let mut buffer = vec![0xaa; once.len()];
    let prepared = make().prepare(&mut buffer).unwrap();
    let to_be_signed = prepared.to_be_signed();
    let hash: [u8; 32] = Sha256::digest(to_be_signed.message()).into();
    assert_eq!(to_be_signed.hash(), hash);
    assert_eq!(prepared.finish(&signature(&hash)).as_bytes(), once);
    let (bytes, input) = make().prepare(&mut buffer).unwrap().detach();
    let hash = input.to_be_signed(bytes).hash();
    input.attach(bytes, &signature(&hash)).unwrap();
    assert_eq!(bytes, once);
    // Its room is taken.
    assert!(input.attach(bytes, &signature(&hash)).is_err());
    // An attempt that is given up leaves nothing.
    drop(make().prepare(&mut buffer).unwrap());
    assert!(buffer.iter().all(|byte| *byte == 0));
    Ok(String::from_utf8(once).unwrap())
}

fn is_value(text: &str) -> bool {
    (1..=MAX_VALUE_SIZE).contains(&text.len())
}

fn is_type_of_clients(typ: &str) -> bool {
    let typ = typ.to_ascii_lowercase();
    typ.strip_prefix("application/").unwrap_or(&typ) == CLIENT_TYPE
}

// Numbers, then texts with zero bytes between.
libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut input = Unstructured::new(data);
    let Ok(numbers) = Numbers::arbitrary(&mut input) else { return };
    let mut texts = parts(input.take_rest()).map(|text| String::from_utf8_lossy(text).into_owned());
    let mut text = || texts.next().unwrap_or_default();
    let (iss, sub, typ, url) = (text(), text(), text(), text());
    let (key_id, jwt_id) = (text(), text());
    let issuer = IssuerIdentifier::new(&url).or(IssuerIdentifier::new("https://as.example")).unwrap();
    let date = |seconds: u64| NumericDate::from_seconds(seconds % 100_000_000_000).unwrap();
    let (issued_at, not_before) = (date(numbers.issued_at), numbers.not_before.map(date));
    let lifetime = numbers.lifetime.map_or(60, u32::from);
    let thumbprint = numbers.thumbprint.map(|bytes| base64url(&bytes));
    let fractions = json!([numbers.fraction]).to_string();
    let kinds = numbers.kinds.iter().take(usize::from(numbers.claims % 5));
    let given: Vec<(u8, String, String)> = kinds.map(|kind| (*kind, text(), text())).collect();
    let claims: Vec<Claim<'_>> = given
        .iter()
        .map(|(kind, name, text)| Claim {
            name,
            value: match kind % 6 {
                0 => ClaimValue::Text(text),
                1 => ClaimValue::Integer(numbers.integer),
                2 => ClaimValue::Boolean(*kind > 127),
                3 => ClaimValue::Null,
                4 => ClaimValue::Json(&fractions),
                _ => ClaimValue::Json(text),
            },
        })
        .collect();
    let id = || match numbers.id % 3 {
        0 => JwtId::text(&jwt_id),
        1 => JwtId::random(numbers.random),
        _ => JwtId::omitted(),
    };
    let typ = if numbers.grant { Some(typ.as_str()).filter(|_| numbers.typed) } else { Some(CLIENT_TYPE) };
    let sub = if numbers.grant { &sub } else { &iss };
    let key_id = numbers.has_key_id.then_some(key_id.as_str());
    let options = Options { lifetime, key_id, certificate_thumbprint: thumbprint.as_deref(), not_before, claims: None };
    let found = if numbers.grant {
        written(numbers.size, || {
            let grant = GrantAssertion::new(&iss, sub, Audience::from(issuer), issued_at, id());
            let grant = if let Some(typ) = typ { grant.with_type(typ) } else { grant };
            grant.with_options(options).with_claims(&claims)
        })
    } else {
        written(numbers.size, || {
            let client = ClientAssertion::new(&iss, issuer, issued_at, id());
            client.with_options(options).with_claims(&claims)
        })
    };

    let names: std::collections::HashSet<&str> = claims.iter().map(|claim| claim.name).collect();
    let expires = issued_at.as_seconds() + u64::from(lifetime);
    let right = is_value(&iss)
        && is_value(sub)
        && key_id.is_none_or(is_value)
        && (1..=MAX_LIFETIME).contains(&lifetime)
        && not_before.is_none_or(|time| time.as_seconds() < expires)
        && match numbers.id % 3 {
            0 => is_value(&jwt_id),
            1 => numbers.random != [numbers.random[0]; 16],
            _ => true,
        }
        && names.len() == claims.len()
        && names.iter().all(|name| is_value(name) && !REGISTERED.contains(name))
        && (!numbers.grant || typ.is_none_or(|typ| is_value(typ) && !is_type_of_clients(typ)));
    // What is deeper than the core reads is not looked at: nothing that is written here by chance.
    let deep = claims.iter().any(|claim| match claim.value {
        ClaimValue::Json(text) => text.bytes().filter(|byte| matches!(byte, b'[' | b'{')).count() > 32,
        _ => false,
    });
    let raw = claims.iter().all(|claim| match claim.value {
        ClaimValue::Json(text) => json(text.as_bytes()).is_some(),
        _ => true,
    });
    if deep || claims.iter().any(|claim| matches!(claim.value, ClaimValue::Json(text) if text.contains("$serde"))) {
        return;
    }
    assert_eq!(found.is_ok(), right && raw, "{found:?}");
    let Ok(found) = found else { return };

    let [header, payload, signed] = found.split('.').collect::<Vec<_>>().try_into().unwrap();
    let [header, payload] = [header, payload].map(|segment| json(&decoded(segment).unwrap()).unwrap());
    let mut wanted = Map::new();
    let mut add = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            assert!(wanted.insert(name.to_owned(), value).is_none());
        }
    };
    add("aud", Some(json!(issuer.as_str())));
    add("iss", Some(json!(iss)));
    add("sub", Some(json!(sub)));
    add("iat", Some(json!(issued_at.as_seconds())));
    add("exp", Some(json!(expires)));
    add("nbf", not_before.map(|time| json!(time.as_seconds())));
    add(
        "jti",
        match numbers.id % 3 {
            0 => Some(json!(jwt_id)),
            1 => Some(json!(base64url(&numbers.random))),
            _ => None,
        },
    );
    for claim in &claims {
        add(
            claim.name,
            Some(match claim.value {
                ClaimValue::Text(text) => json!(text),
                ClaimValue::Integer(integer) => json!(integer),
                ClaimValue::Boolean(boolean) => json!(boolean),
                ClaimValue::Json(text) => json(text.as_bytes()).unwrap(),
                _ => Value::Null,
            }),
        );
    }
    assert_eq!(payload, Value::Object(wanted));
    let mut wanted = json!({"alg": "ES256"});
    for (name, value) in [("typ", typ), ("kid", key_id), ("x5t#S256", thumbprint.as_deref())] {
        if let Some(value) = value {
            wanted[name] = json!(value);
        }
    }
    assert_eq!(header, wanted);
    let message = &found[..found.len() - signed.len() - 1];
    assert_eq!(decoded(signed).unwrap(), signature(&Sha256::digest(message).into()).as_bytes());
});
