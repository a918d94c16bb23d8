//! The C API, called as its header says: every text and every buffer ends where its memory ends, which AddressSanitizer
//! watches, and what a call writes is what it says.
#![no_main]

use core::ffi::{c_char, c_void};
use core::mem::zeroed;
use core::ptr::{null, null_mut};
use core::slice::from_raw_parts;

use arbitrary::{Arbitrary, Unstructured};
use jurat::*;
use jurat_core::{Argument, Cause, Error};
use jurat_fuzz::{UNTOUCHED, json};

const KEY: [u8; JURAT_KEY_SIZE] = [7; 32];

#[derive(Arbitrary, Clone, Copy, Debug)]
struct Numbers {
    call: u8,
    flags: u32,
    more_flags: u32,
    status: u16,
    endpoint: u8,
    issued_at: u32,
    not_before: u32,
    lifetime: u16,
    random: Option<[u8; 16]>,
    claims: [(u8, i64); 3],
    claims_length: u8,
    profile: u8,
    given: u16,
    scratch: u16,
    size: u16,
}

/// The texts of an input, each in memory of its own.
struct Texts<'a>(Box<dyn Iterator<Item = &'a [u8]> + 'a>, Vec<Box<[u8]>>);

impl Texts<'_> {
    /// The next one; it stays where it is.
    fn bytes(&mut self) -> (*mut u8, usize) {
        self.1.push(self.0.next().unwrap_or_default().into());
        let bytes = self.1.last_mut().expect("it was put there");
        if bytes.is_empty() { (null_mut(), 0) } else { (bytes.as_mut_ptr(), bytes.len()) }
    }

    fn text(&mut self) -> jurat_str {
        let (data, length) = self.bytes();
        jurat_str { data: data.cast(), length }
    }
}

fn struct_size<T>() -> u32 {
    size_of::<T>() as u32
}

/// A struct as its INIT macro leaves it, but for its size.
fn init<T>() -> T {
    // SAFETY: the structs of C here are numbers, pointers, and functions that may be absent.
    unsafe { zeroed() }
}

/// Bytes of a result in C's memory.
fn is_zero<T>(value: &T) -> bool {
    // SAFETY: the result was zeroed as a whole before.
    unsafe { from_raw_parts((&raw const *value).cast::<u8>(), size_of::<T>()) }.iter().all(|byte| *byte == 0)
}

fn bytes_of(text: jurat_str) -> Vec<u8> {
    // SAFETY: what a call gives is NULL or so long: AddressSanitizer reads along.
    if text.data.is_null() { Vec::new() } else { unsafe { from_raw_parts(text.data.cast(), text.length) }.to_vec() }
}

/// Calls with no room, with too little, and with enough: gives what was written.
fn output(some: u16, call: impl Fn(*mut u8, usize, *mut usize) -> i32) -> Result<Vec<u8>, i32> {
    let too_small = Error::new(Cause::BufferTooSmall, Argument::Output).status();
    let mut needed = usize::MAX;
    let status = call(null_mut(), 0, &raw mut needed);
    assert!(status < 0, "nothing was written");
    let refused = |size: usize, status, wanted| {
        let mut room = vec![UNTOUCHED; size].into_boxed_slice();
        let mut length = usize::MAX;
        assert_eq!(call(room.as_mut_ptr(), size, &raw mut length), status);
        assert_eq!(length, wanted);
        assert!(room.iter().all(|byte| matches!(*byte, 0 | UNTOUCHED)), "{room:?}");
    };
    if status != too_small {
        assert_eq!(needed, 0);
        refused(64, status, 0);
        return Err(status);
    }
    for size in [usize::from(some) % needed, needed - 1].into_iter().filter(|size| *size != 0) {
        refused(size, too_small, needed);
    }
    let mut room = vec![UNTOUCHED; needed + 9].into_boxed_slice();
    let mut length = usize::MAX;
    let status = call(room.as_mut_ptr(), room.len(), &raw mut length);
    assert_eq!(room[needed..], [UNTOUCHED; 9]);
    if status != JURAT_OK {
        // A signer is asked only where there is room.
        assert!(length == 0 && room[..needed].iter().all(|byte| matches!(*byte, 0 | UNTOUCHED)));
        return Err(status);
    }
    assert_eq!(length, needed);
    let mut tight = vec![UNTOUCHED; needed].into_boxed_slice();
    assert_eq!(call(tight.as_mut_ptr(), needed, &raw mut length), JURAT_OK);
    assert_eq!(tight[..], room[..needed]);
    Ok(tight.into_vec())
}

/// Signs with r = s = what the context says, in any form and of any length.
unsafe extern "C" fn sign(
    context: *mut c_void,
    hash: *const u8,
    message: *const u8,
    message_length: usize,
    signature: *mut u8,
    signature_size: usize,
    signature_length: *mut usize,
) -> i32 {
    // SAFETY: the library's promise; the context is the one below.
    unsafe {
        let given = *context.cast::<u16>();
        assert!(from_raw_parts(message, message_length).is_ascii());
        assert_eq!((from_raw_parts(hash, JURAT_HASH_SIZE).len(), signature_size), (32, JURAT_SIGNATURE_DER_SIZE));
        for index in 0..signature_size {
            signature.add(index).write(if index % 32 == 31 { given as u8 } else { 0 });
        }
        signature_length.write(if given & 0x100 == 0 { JURAT_SIGNATURE_SIZE } else { usize::from(given >> 9) });
        if given & 0xc000 == 0xc000 { 1 } else { 0 }
    }
}

fn claims(numbers: &Numbers, texts: &mut Texts<'_>) -> Vec<jurat_claim> {
    let claims = numbers.claims.iter().take(usize::from(numbers.claims_length % 4));
    claims
        .map(|(kind, integer)| jurat_claim {
            name: texts.text(),
            kind: u32::from(kind % 7),
            integer: *integer,
            text: texts.text(),
        })
        .collect()
}

fn token_request(numbers: &Numbers, texts: &mut Texts<'_>) {
    let given = |bit: u16| numbers.given >> bit & 1 == 1;
    let claims = claims(numbers, texts);
    let claims = jurat_claims {
        entries: if claims.is_empty() { null() } else { claims.as_ptr() },
        length: claims.len(),
        hook: Some(jurat_claims_hook),
    };
    let random = numbers.random.map(Box::new);
    let (random, random_size) = random.as_ref().map_or((null(), 0), |random| (random.as_ptr(), random.len()));
    let mut server = init::<jurat_server>();
    server.struct_size = struct_size::<jurat_server>();
    server.issuer = texts.text();
    server.token_endpoint = texts.text();
    server.hook = Some(jurat_server_hook);
    if given(0) {
        let id = jurat_core::Profile::ALL.get(usize::from(numbers.profile)).map_or("", |profile| profile.id);
        // SAFETY: a text.
        server.profile = unsafe { jurat_profile_named(jurat_str { data: id.as_ptr().cast(), length: id.len() }) };
    }
    let server: *const jurat_server = if given(1) { &raw const server } else { null() };
    let mut client = init::<jurat_client_assertion>();
    client.struct_size = struct_size::<jurat_client_assertion>();
    client.flags = numbers.flags;
    (client.issued_at, client.not_before) = (numbers.issued_at.into(), numbers.not_before.into());
    client.lifetime = numbers.lifetime.into();
    (client.random, client.random_size) = (random, random_size);
    (client.client_id, client.issuer, client.jwt_id, client.key_id) =
        (texts.text(), texts.text(), texts.text(), texts.text());
    client.endpoint_url = texts.text();
    (client.claims, client.server, client.endpoint) = (claims, server, u32::from(numbers.endpoint % 8));
    let mut grant = init::<jurat_grant_assertion>();
    grant.struct_size = struct_size::<jurat_grant_assertion>();
    grant.flags = numbers.more_flags;
    (grant.issued_at, grant.lifetime) = (numbers.issued_at.into(), numbers.lifetime.into());
    (grant.random, grant.random_size) = (random, random_size);
    (grant.iss, grant.sub, grant.issuer) = (texts.text(), texts.text(), texts.text());
    (grant.token_endpoint, grant.type_, grant.jwt_id) = (texts.text(), texts.text(), texts.text());
    (grant.claims, grant.server) = (claims, server);
    let parameters = [(); 2].map(|()| jurat_parameter { name: texts.text(), value: texts.text() });
    let mut request = init::<jurat_token_request>();
    request.struct_size = struct_size::<jurat_token_request>();
    request.client = if given(2) { null() } else { &raw const client };
    request.grant = if given(3) { &raw const grant } else { null() };
    (request.scope, request.resource) = (texts.text(), texts.text());
    request.parameters_length = usize::from(numbers.endpoint >> 3) % 3;
    request.parameters = if request.parameters_length == 0 { null() } else { parameters.as_ptr() };
    if given(4) {
        request.http_endpoint = texts.text();
        request.http_hook = Some(jurat_http_hook);
    }
    let mut context = numbers.status;
    let mut signer = jurat_signer {
        struct_size: struct_size::<jurat_signer>(),
        status: 0,
        form: u32::from(given(5)),
        sign: Some(sign),
        context: (&raw mut context).cast(),
    };
    let mut second = jurat_signer { ..signer };
    let (first, second) = (&raw mut signer, &raw mut second);
    let grant_signer = if request.grant.is_null() && !given(6) { null_mut() } else { first };
    let client_signer = if request.client.is_null() && !given(6) { null_mut() } else { second };
    // SAFETY: as the header says.
    let signed = output(numbers.size, |room, size, length| unsafe {
        jurat_token_request_sign(&raw const request, grant_signer, client_signer, room.cast(), size, length)
    });
    if let Ok(signed) = signed {
        assert!(signed.is_ascii());
    }
    // SAFETY: as the header says.
    let assertion = output(numbers.size, |room, size, length| unsafe {
        jurat_client_assertion_sign(&raw const client, second, room.cast(), size, length)
    });
    if let Ok(assertion) = assertion {
        assert_eq!(assertion.split(|byte| *byte == b'.').count(), 3);
    }
}

fn response(numbers: &Numbers, texts: &mut Texts<'_>) -> jurat_response {
    let mut response = init::<jurat_response>();
    response.struct_size = struct_size::<jurat_response>();
    response.flags = numbers.flags & (JURAT_BODY_TRUNCATED | JURAT_DPOP_NONCE);
    response.status = u32::from(numbers.status) % 700;
    let (body, body_size) = texts.bytes();
    (response.body, response.body_size) = (body.cast(), body_size);
    (response.content_type, response.date) = (texts.text(), texts.text());
    (response.age, response.retry_after) = (texts.text(), texts.text());
    response
}

fn read(response: &mut jurat_response) -> Option<jurat_answer> {
    let mut answer = init::<jurat_answer>();
    // SAFETY: as the header says.
    if unsafe { jurat_response_read(response, &raw mut answer) } != JURAT_OK {
        assert!(is_zero(&answer));
        return None;
    }
    assert!((JURAT_OUTCOME_TOKEN..=JURAT_OUTCOME_REDIRECT).contains(&answer.outcome));
    assert_eq!(answer.outcome == JURAT_OUTCOME_TOKEN, !bytes_of(answer.access_token).is_empty());
    for text in
        [answer.access_token, answer.token_type_text, answer.scope, answer.error, answer.description, answer.uri]
    {
        assert!(bytes_of(text).iter().all(|byte| matches!(byte, b' '..=b'~')));
        let body = response.body.addr()..=response.body.addr() + response.body_size;
        assert!(text.data.is_null() || body.contains(&text.data.addr()));
    }
    Some(answer)
}

fn http1(numbers: &Numbers, texts: &mut Texts<'_>) {
    let (bytes, length) = texts.bytes();
    let mut response = init::<jurat_response>();
    let mut complete = u32::MAX;
    // SAFETY: as the header says.
    let status =
        unsafe { jurat_response_http1(bytes.cast(), length, numbers.flags, &raw mut response, &raw mut complete) };
    if status != JURAT_OK || complete == 0 {
        assert!(complete == 0 && is_zero(&response));
        return;
    }
    assert_eq!(complete, 1);
    assert!(response.body_size <= length);
    for text in [response.content_type, response.date, response.age, response.retry_after] {
        assert!(core::str::from_utf8(&bytes_of(text)).is_ok());
    }
    read(&mut response);
}

fn metadata(numbers: &Numbers, texts: &mut Texts<'_>) {
    let (document, size) = texts.bytes();
    let mut metadata = init::<jurat_metadata>();
    // SAFETY: as the header says.
    let status = unsafe { jurat_metadata_read(document.cast(), size, texts.text(), numbers.flags, &raw mut metadata) };
    if status != JURAT_OK {
        return assert!(is_zero(&metadata));
    }
    let texts = [
        metadata.issuer,
        metadata.token_endpoint,
        metadata.pushed_authorization_request_endpoint,
        metadata.introspection_endpoint,
        metadata.revocation_endpoint,
        metadata.device_authorization_endpoint,
        metadata.backchannel_authentication_endpoint,
        metadata.grant_types,
    ];
    assert!(texts.map(bytes_of).iter().all(|text| core::str::from_utf8(text).is_ok()));
    assert!((JURAT_SUPPORT_SUPPORTED..=JURAT_SUPPORT_UNKNOWN).contains(&metadata.token_es256));
}

fn inspect(numbers: &Numbers, texts: &mut Texts<'_>) {
    let assertion = texts.text();
    let mut scratch = vec![0; usize::from(numbers.scratch)].into_boxed_slice();
    let (room, room_size) = (scratch.as_mut_ptr(), scratch.len());
    // SAFETY: as the header says.
    let record = output(numbers.size, |output, size, length| unsafe {
        jurat_inspect_json(assertion, room, room_size, output.cast(), size, length)
    });
    match record {
        Ok(record) => assert!(json(&record).is_some() || record.windows(6).any(|window| window == b"$serde")),
        Err(status) => {
            let text = bytes_of(assertion);
            // Twice as many bytes are enough.
            let enough = room_size >= 2 * text.len();
            let not_utf8 = Error::new(Cause::NotUtf8, Argument::ClientAssertion).status();
            assert!(!enough || text.is_empty() || status == not_utf8 && core::str::from_utf8(&text).is_err());
        }
    }
}

type Record = unsafe extern "C" fn(*const jurat_evidence, *const jurat_privacy, *mut c_char, usize, *mut usize) -> i32;

fn explain(numbers: &Numbers, texts: &mut Texts<'_>) {
    let given = |bit: u16| numbers.given >> bit & 1 == 1;
    let mut response = response(numbers, texts);
    let answer = read(&mut response);
    let mut server = init::<jurat_server>();
    (server.struct_size, server.issuer) = (struct_size::<jurat_server>(), texts.text());
    let public_key = jurat_public_key { x: [1; 32], y: [2; 32] };
    let mut evidence = init::<jurat_evidence>();
    evidence.struct_size = struct_size::<jurat_evidence>();
    evidence.flags = numbers.flags & (JURAT_AUTHORIZATION_SENT | JURAT_DPOP_SENT | JURAT_CONTENT_TYPE_ABSENT);
    (evidence.method, evidence.endpoint, evidence.content_type) = (texts.text(), texts.text(), texts.text());
    let (body, size) = texts.bytes();
    (evidence.request_body, evidence.request_body_size) = (body.cast(), size);
    if let Some(answer) = answer.as_ref().filter(|_| !given(0)) {
        (evidence.response, evidence.answer) = (&raw const response, answer);
    }
    (evidence.sent_at, evidence.received_at) = (numbers.issued_at.into(), numbers.not_before.into());
    (evidence.clock_source, evidence.clock_uncertainty) = (texts.text(), numbers.lifetime.into());
    if given(1) {
        evidence.server = &raw const server;
    } else {
        (evidence.issuer, evidence.token_endpoint) = (texts.text(), texts.text());
    }
    evidence.behaviour = if given(2) { &raw const jurat_behaviour_keycloak } else { null() };
    let (registration, size) = texts.bytes();
    (evidence.registration, evidence.registration_size) = (registration.cast(), size);
    let (jwks, size) = texts.bytes();
    (evidence.jwks, evidence.jwks_size, evidence.jwks_source) = (jwks.cast(), size, texts.text());
    evidence.public_key = if given(3) { &raw const public_key } else { null() };
    let seen = [texts.text(), texts.text()];
    (evidence.seen, evidence.seen_length) = if given(4) { (seen.as_ptr(), 2) } else { (null(), 0) };
    let mut scratch = vec![0; usize::from(numbers.scratch)].into_boxed_slice();
    (evidence.scratch, evidence.scratch_size) = (scratch.as_mut_ptr(), scratch.len());
    let mut privacy = init::<jurat_privacy>();
    privacy.struct_size = struct_size::<jurat_privacy>();
    privacy.flags = numbers.more_flags & (JURAT_HASH_CLIENT_ID | JURAT_HASH_JWT_ID | JURAT_SHOW_GRANT);
    (privacy.hash_key, privacy.hash_key_size) = (KEY.as_ptr(), KEY.len());

    for call in [jurat_check, jurat_explain] {
        let mut diagnosis = init::<jurat_diagnosis>();
        diagnosis.checks = [UNTOUCHED; JURAT_CHECKS];
        // SAFETY: as the header says.
        if unsafe { call(&raw const evidence, &raw mut diagnosis) } != JURAT_OK {
            assert!(is_zero(&diagnosis));
            continue;
        }
        let (causes, candidates) = (diagnosis.causes_length as usize, diagnosis.candidates_length as usize);
        assert!(diagnosis.causes[causes..].iter().all(|cause| cause.fault == 0 && cause.class_ == 0));
        assert!(diagnosis.causes[..causes].iter().all(|cause| cause.fault != 0 && cause.class_ != 0));
        assert!(diagnosis.candidates[candidates..].iter().all(|fault| *fault == 0));
        assert!(diagnosis.checks.iter().all(|status| u32::from(*status) <= JURAT_STATUS_FAILED));
    }
    for call in [jurat_check_json as Record, jurat_explain_json, jurat_evidence_json] {
        // SAFETY: as the header says.
        let record = output(numbers.size, |output, size, length| unsafe {
            call(&raw const evidence, &raw const privacy, output.cast(), size, length)
        });
        if let Ok(record) = record {
            assert!(json(&record).is_some());
        }
    }
}

fn key_import(numbers: &Numbers, texts: &mut Texts<'_>) {
    let (input, input_size) = texts.bytes();
    // SAFETY: as the header says.
    let key = output(numbers.size, |key, size, length| unsafe {
        jurat_key_import(input, input_size, key, size, length, null_mut(), null_mut())
    });
    assert!(key.is_err() || key.is_ok_and(|key| key.len() == JURAT_KEY_SIZE));
    // SAFETY: as the header says.
    let signature = output(numbers.size, |output, size, length| unsafe {
        jurat_signature_from_der(input, input_size, output, size, length)
    });
    assert!(signature.is_err() || signature.is_ok_and(|signature| signature.len() == JURAT_SIGNATURE_SIZE));
}

// Which call, numbers, then texts with zero bytes between.
libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut input = Unstructured::new(data);
    let Ok(numbers) = Numbers::arbitrary(&mut input) else { return };
    let mut texts = Texts(Box::new(jurat_fuzz::parts(input.take_rest())), Vec::new());
    let call = [
        token_request,
        |numbers: &Numbers, texts: &mut Texts<'_>| {
            read(&mut response(numbers, texts));
        },
        http1,
        metadata,
        inspect,
        explain,
        key_import,
    ];
    call[usize::from(numbers.call) % call.len()](&numbers, &mut texts);
});
