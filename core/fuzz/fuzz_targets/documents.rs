//! Sets of keys and registrations, as a diagnosis reads them: what `serde_json` finds in the document.
#![no_main]

use jurat_core::{Cause, Error, PublicKey, PublishedKeys, RegisteredClient};
use jurat_fuzz::{contradicts, decoded, json};
use serde_json::Value;

fn key_of(key: &Value) -> Option<PublicKey> {
    let coordinate = |name| decoded(key[name].as_str()?).filter(|bytes| bytes.len() == 32);
    let (x, y) = (coordinate("x")?, coordinate("y")?);
    let of_curve = key["kty"] == "EC" && key["crv"] == "P-256";
    if of_curve { PublicKey::from_coordinates(&x, &y).ok() } else { None }
}

fn keys(data: &[u8]) {
    let found = PublishedKeys::read(data);
    assert!(!contradicts(data, found.as_ref().err().map(Error::cause)));
    let (Ok(found), Some(document)) = (found, json(data)) else { return };
    let keys = document["keys"].as_array().expect("it was read as one");
    assert_eq!((found.len(), found.is_empty()), (keys.len(), keys.is_empty()));
    // What is there twice in a key, or written with escapes, is none for the core.
    if let Some(first) = found.first() {
        assert_eq!(key_of(&keys[0]), Some(first));
    }
}

fn registration(data: &[u8]) {
    let mut bytes = data.to_vec();
    let found = RegisteredClient::read(&mut bytes);
    let cause = found.as_ref().err().map(Error::cause);
    assert!(!contradicts(data, cause));
    let mut scratch = vec![0; data.len()];
    let beside = RegisteredClient::read_in(data, &mut scratch);
    assert_eq!(beside.as_ref().err().map(Error::cause), cause);
    let mut small = vec![0; data.len() / 8];
    if let Err(error) = RegisteredClient::read_in(data, &mut small) {
        assert!(Some(error.cause()) == cause || error.cause() == Cause::BufferTooSmall);
    }
    let (Ok(found), Ok((beside, _)), Some(document)) = (found, beside, json(data)) else { return };
    assert_eq!(found.client_id(), document.get("client_id").and_then(Value::as_str));
    assert_eq!(beside.client_id(), found.client_id());
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    keys(data);
    registration(data);
});
