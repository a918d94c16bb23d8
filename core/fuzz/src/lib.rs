//! What the targets share: the other readers, and what every call that writes into a buffer keeps to.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jurat_core::{Cause, Error};
use serde_json::Value;

/// What stands in a buffer before anything is written.
pub const UNTOUCHED: u8 = 0xaa;

/// The parts of an input that is written by hand: whatever stands between two zero bytes.
pub fn parts(input: &[u8]) -> impl Iterator<Item = &[u8]> {
    input.split(|byte| *byte == 0)
}

pub fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Strict base64url without padding.
pub fn decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// What `serde_json` reads.
pub fn json(bytes: &[u8]) -> Option<Value> {
    serde_json::from_slice(bytes).ok()
}

/// Whether `found`, what the core says of a document, is wrong by `serde_json`.
pub fn contradicts(bytes: &[u8], found: Option<Cause>) -> bool {
    // A name of its own, for numbers, that it gives a meaning.
    if bytes.windows(11).any(|window| window == b"$serde_json") {
        return false;
    }
    match found {
        Some(Cause::InvalidJson) => json(bytes).is_some(),
        Some(Cause::NotUtf8) => core::str::from_utf8(bytes).is_ok(),
        // Each of these may hide another.
        Some(_) => false,
        None => json(bytes).is_none(),
    }
}

/// Whether a list in a document has this name.
pub fn lists(document: &Value, member: &str, name: &str) -> Option<bool> {
    Some(document.get(member)?.as_array()?.iter().any(|each| each == name))
}

/// Calls `write` with too little room, exactly enough, and more: what it needs is exact, and a failure leaves nothing.
///
/// # Errors
/// What `write` refuses for another reason than the room.
pub fn exact(some: u16, write: impl Fn(&mut [u8]) -> Result<usize, Error>) -> Result<Vec<u8>, Error> {
    let refused = |size: usize| {
        let mut buffer = vec![UNTOUCHED; size];
        let error = write(&mut buffer).expect_err("there is no room");
        (error, buffer)
    };
    let (error, _) = refused(0);
    let Some(needed) = error.needed() else {
        let mut buffer = [UNTOUCHED; 64];
        assert_eq!(write(&mut buffer), Err(error));
        assert_eq!(buffer, [UNTOUCHED; 64]);
        return Err(error);
    };
    for size in [usize::from(some) % needed, needed - 1] {
        let (again, buffer) = refused(size);
        assert_eq!(again, error);
        assert!(buffer.iter().all(|byte| *byte == 0), "{size} of {needed}");
    }
    let mut buffer = vec![UNTOUCHED; needed + 9];
    assert_eq!(write(&mut buffer[..needed]), Ok(needed));
    let written = buffer[..needed].to_vec();
    buffer.fill(UNTOUCHED);
    assert_eq!(write(&mut buffer), Ok(needed));
    assert_eq!(buffer[..needed], written);
    assert_eq!(buffer[needed..], [UNTOUCHED; 9]);
    Ok(written)
}
