//! Assertions taken apart: any text at all.
#![no_main]

use jurat_core::{Diagnosis, Inspection, Member};
use jurat_fuzz::{base64url, decoded, exact, json, parts};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// What is there is what `serde_json` finds; of a name that is there twice, it takes the last.
fn compare(member: Member<'_>, document: &Value, name: &str) {
    match member {
        Member::Absent => assert!(document.get(name).is_none()),
        Member::Text(text) => assert_eq!(document[name], text),
        Member::Json(text) => assert_eq!(json(text.as_bytes()).as_ref(), document.get(name)),
        _ => panic!("a member that is new"),
    }
}

/// Whether each name is there once: `serde_json` writes what it read.
fn is_simple(text: &str, document: &Value) -> bool {
    let colons = |text: &str| text.matches(':').count();
    document.is_object() && colons(text) == colons(&document.to_string()) && !text.contains("$serde")
}

// Any text; or behind a zero byte what the segments hold, with zero bytes between.
libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = match data {
        [0, segments @ ..] => parts(segments).map(base64url).collect::<Vec<_>>().join("."),
        _ => String::from_utf8_lossy(data).into_owned(),
    };
    let text = text.as_str();
    let needed = Inspection::scratch_size(text.len());
    let mut scratch = vec![0; needed];
    let found = Inspection::read(text, &mut scratch).expect("so many bytes are enough");
    assert_eq!(found.length(), text.len());
    assert_eq!(found.digest(), <[u8; 32]>::from(Sha256::digest(text)));
    let segments: Vec<&str> = text.split('.').collect();
    for (segment, shown) in segments.iter().zip([found.header_json(), found.claims_json()]) {
        let decoded = decoded(segment).and_then(|bytes| String::from_utf8(bytes).ok());
        if let Some(decoded) = decoded.filter(|decoded| json(decoded.as_bytes()).is_some_and(|json| json.is_object())) {
            assert!(shown == decoded || shown.is_empty());
        }
        assert!(
            shown.is_empty() || shown.contains("$serde") || json(shown.as_bytes()).is_some_and(|json| json.is_object())
        );
    }
    for (shown, members) in [
        (found.header_json(), vec![("alg", found.algorithm()), ("typ", found.typ()), ("kid", found.key_id())]),
        (
            found.claims_json(),
            vec![
                ("iss", found.issuer()),
                ("sub", found.subject()),
                ("aud", found.audience()),
                ("exp", found.expiration()),
                ("iat", found.issued_at()),
                ("nbf", found.not_before()),
                ("jti", found.jwt_id()),
            ],
        ),
    ] {
        if let Some(document) = json(shown.as_bytes()).filter(|document| is_simple(shown, document)) {
            members.into_iter().for_each(|(name, member)| compare(member, &document, name));
        }
    }

    let mut small = vec![0; usize::from(data.first().copied().unwrap_or_default()) * needed / 256];
    match (Inspection::read(text, &mut small), found.claims_json()) {
        (Ok(again), claims) => assert_eq!(again.claims_json(), claims),
        (Err(error), _) => assert!(error.needed().is_some_and(|size| size <= needed)),
    }

    let mut scratch = vec![0; needed];
    let diagnosis = Diagnosis::inspect(text, &mut scratch).expect("so many bytes are enough");
    let record = exact(data.len() as u16, |buffer| Ok(diagnosis.write_inspection(buffer)?.len())).unwrap();
    let record = String::from_utf8(record).unwrap();
    assert!(record.contains("$serde") || json(record.as_bytes()).is_some_and(|record| record.is_object()), "{record}");
    // The signature stays out of it.
    if let Some(signature) = segments.get(2).filter(|signature| signature.len() >= 40) {
        let said = found.header_json().contains(signature) || found.claims_json().contains(signature);
        assert!(said || !record.contains(signature), "{record}");
    }
});
