//! The C API called as C calls it, bad callers included: pointers and lengths, memory that nothing was written to, structs in
//! places of their own. `tests/c/bad_callers.c` says what each refusal is; here Miri looks at this side of the calls.
#![cfg(all(feature = "p256", feature = "import", feature = "http"))]
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]
#![allow(clippy::undocumented_unsafe_blocks, reason = "every call here is C's")]

use core::alloc::Layout;
use core::ffi::{c_char, c_void};
use core::mem::MaybeUninit;
use core::ptr::{null, null_mut};

use jurat::*;
use jurat_core::{Argument, Cause, Error, Fault};

const NOW: u64 = 1_795_459_454;
const ISSUER: &str = "https://as.example";
const KEY: [u8; JURAT_KEY_SIZE] = [7; 32];
const SIGNATURE: [u8; JURAT_SIGNATURE_SIZE] = {
    let mut bytes = [0; 64];
    bytes[31] = 1;
    bytes[63] = 1;
    bytes
};
/// Bytes above what any object has.
const ABOVE: [usize; 2] = [usize::MAX, usize::MAX / 2 + 1];

fn status(cause: Cause, argument: Argument) -> i32 {
    Error::new(cause, argument).status()
}

fn cause(status: i32) -> Option<Cause> {
    Cause::from_number(jurat_cause_of(status))
}

// ------------------------------------------------------------------------------------------------- memory, as C has it

/// Memory of so many bytes, aligned for any struct, to which nothing was written. It is never freed, as all that C has here:
/// leaks are not what is looked for.
#[derive(Clone, Copy)]
struct Room {
    start: *mut u8,
    size: usize,
}

impl Room {
    fn new(size: usize) -> Self {
        let layout = Layout::from_size_align(size.max(1), 16).unwrap();
        Self { start: unsafe { std::alloc::alloc(layout) }, size }
    }

    fn of(bytes: &[u8]) -> Self {
        let room = Self::new(bytes.len());
        unsafe { room.start.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        room
    }

    /// What is there, `offset` bytes in.
    const fn at<T>(self, offset: usize) -> *mut T {
        self.start.wrapping_add(offset).cast()
    }
}

/// A text in memory of its own, which ends where the text ends.
fn text(text: &str) -> jurat_str {
    jurat_str { data: Room::of(text.as_bytes()).at(0), length: text.len() }
}

const NONE: jurat_str = jurat_str { data: null(), length: 0 };

fn read(text: jurat_str) -> String {
    if text.data.is_null() {
        return String::new();
    }
    let bytes = unsafe { core::slice::from_raw_parts(text.data.cast::<u8>(), text.length) };
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A pointer that C has: to a place that lives on, and that others may use between two calls.
fn place<T>(value: T) -> *mut T {
    Box::into_raw(Box::new(value))
}

/// A place for a result, to which nothing was written.
fn nothing<T>() -> *mut T {
    place(MaybeUninit::<T>::uninit()).cast()
}

#[expect(clippy::cast_possible_truncation, reason = "small structs")]
const fn struct_size<T>() -> u32 {
    size_of::<T>() as u32
}

// --------------------------------------------------------------------------------------------------------- what is right

fn claims(entries: *const jurat_claim, length: usize) -> jurat_claims {
    jurat_claims { entries, length, hook: Some(jurat_claims_hook) }
}

fn client() -> jurat_client_assertion {
    jurat_client_assertion {
        struct_size: struct_size::<jurat_client_assertion>(),
        flags: 0,
        client_id: text("device-7"),
        issuer: text(ISSUER),
        issued_at: NOW,
        not_before: 0,
        lifetime: JURAT_DEFAULT_LIFETIME,
        jwt_id: text("jti-1"),
        random: null(),
        random_size: 0,
        key_id: NONE,
        certificate_thumbprint: NONE,
        claims: claims(null(), 0),
        server: null(),
        endpoint: 0,
        endpoint_url: NONE,
    }
}

fn grant() -> jurat_grant_assertion {
    jurat_grant_assertion {
        struct_size: struct_size::<jurat_grant_assertion>(),
        flags: 0,
        iss: text("https://sts.example"),
        sub: text("alice"),
        issuer: text(ISSUER),
        token_endpoint: NONE,
        type_: NONE,
        issued_at: NOW,
        not_before: 0,
        lifetime: JURAT_DEFAULT_LIFETIME,
        jwt_id: text("jti-2"),
        random: null(),
        random_size: 0,
        key_id: NONE,
        certificate_thumbprint: NONE,
        claims: claims(null(), 0),
        server: null(),
    }
}

fn request(grant: *const jurat_grant_assertion, client: *const jurat_client_assertion) -> jurat_token_request {
    jurat_token_request {
        struct_size: struct_size::<jurat_token_request>(),
        flags: 0,
        grant,
        client,
        scope: NONE,
        resource: NONE,
        parameters: null(),
        parameters_length: 0,
        http_endpoint: NONE,
        http_hook: None,
    }
}

fn server() -> jurat_server {
    jurat_server {
        struct_size: struct_size::<jurat_server>(),
        flags: 0,
        issuer: text(ISSUER),
        token_endpoint: NONE,
        profile: null(),
        metadata: null(),
        hook: Some(jurat_server_hook),
    }
}

fn clock() -> jurat_clock {
    jurat_clock {
        struct_size: struct_size::<jurat_clock>(),
        state: JURAT_CLOCK_TRUSTED,
        build_time: NOW - 1000,
        offset: 0,
        uncertainty: 1,
    }
}

fn response(body: Room, code: u32) -> jurat_response {
    jurat_response {
        struct_size: struct_size::<jurat_response>(),
        flags: 0,
        status: code,
        body: body.at(0),
        body_size: body.size,
        content_type: text("application/json"),
        date: text("Mon, 23 Nov 2026 18:44:14 GMT"),
        age: NONE,
        retry_after: NONE,
    }
}

fn exchange() -> jurat_exchange {
    let exchange = nothing();
    assert_eq!(unsafe { jurat_exchange_init(exchange, &clock(), 0) }, JURAT_OK);
    unsafe { *exchange }
}

fn public_key() -> jurat_public_key {
    jurat_public_key { x: [1; 32], y: [2; 32] }
}

fn jwk() -> jurat_jwk {
    jurat_jwk { key: public_key(), key_id: NONE }
}

fn registration(keys: *const jurat_jwk, keys_length: usize) -> jurat_registration {
    jurat_registration {
        struct_size: struct_size::<jurat_registration>(),
        flags: 0,
        grant_types: JURAT_GRANT_CLIENT_CREDENTIALS,
        keys,
        keys_length,
        jwks_uri: NONE,
        client_name: NONE,
        scope: NONE,
        software_id: NONE,
        software_version: NONE,
    }
}

const SENT: &str = "grant_type=client_credentials&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3A\
    client-assertion-type%3Ajwt-bearer&client_assertion=eyJhbGciOiJFUzI1NiIsImtpZCI6ImEifQ\
    .eyJpc3MiOiJhIiwic3ViIjoiYSIsImF1ZCI6Imh0dHBzOi8vYXMuZXhhbXBsZSIsImp0aSI6IlwiMSJ9\
    .AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQ";
const KEYS: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","kid":"a","x":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE","y":"AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI"}]}"#;

/// Everything that is known of a refusal; `scratch` has to be the evidence's own.
fn evidence(scratch: Room) -> jurat_evidence {
    let answer = nothing::<jurat_answer>();
    let response = place(response(Room::of(b"{\"error\":\"invalid_client\"}"), 401));
    assert_eq!(unsafe { jurat_response_read(response, answer) }, JURAT_OK);
    let registration = r#"{"client_id":"\u0061","scope":"a\u0062","jwks":{"keys":[]}}"#;
    let server = jurat_server { profile: &raw const jurat_profile_keycloak, hook: None, ..server() };
    jurat_evidence {
        struct_size: struct_size::<jurat_evidence>(),
        flags: JURAT_AUTHORIZATION_SENT,
        method: text("POST"),
        endpoint: text("https://as.example/token"),
        content_type: text("application/x-www-form-urlencoded"),
        request_body: text(SENT).data,
        request_body_size: SENT.len(),
        response,
        answer,
        sent_at: NOW,
        received_at: NOW + 1,
        clock_source: text("ntp"),
        clock_uncertainty: 1,
        server: place(server),
        issuer: NONE,
        token_endpoint: NONE,
        behaviour: &raw const jurat_behaviour_keycloak,
        metadata_status: status(Cause::OtherIssuer, Argument::Issuer),
        metadata_fetched_at: NOW,
        metadata_digest: KEY.as_ptr(),
        registration: text(registration).data,
        registration_size: registration.len(),
        jwks: text(KEYS).data,
        jwks_size: KEYS.len(),
        jwks_source: text("https://as.example/keys"),
        jwks_fetched_at: NOW,
        jwks_max_age: 60,
        public_key: place(public_key()),
        seen: place([text("1"), text("\"1")]).cast(),
        seen_length: 2,
        // What is hashed takes Miri long: one test verifies.
        verify: None,
        verify_context: place(0_usize).cast(),
        scratch: scratch.at(0),
        scratch_size: scratch.size,
    }
}

fn privacy() -> jurat_privacy {
    jurat_privacy {
        struct_size: struct_size::<jurat_privacy>(),
        flags: JURAT_HASH_CLIENT_ID,
        hash_key: place(KEY).cast(),
        hash_key_size: KEY.len(),
    }
}

/// Counts how often it was asked, reads what it is shown, and finds no signature right.
unsafe extern "C" fn verify(
    context: *mut c_void,
    public_key: *const jurat_public_key,
    hash: *const u8,
    signature: *const u8,
) -> i32 {
    unsafe {
        *context.cast::<usize>() += 1;
        assert_eq!((*public_key).x, [1; 32]);
        let _ = hash.cast::<[u8; JURAT_HASH_SIZE]>().read();
        let _ = signature.cast::<[u8; JURAT_SIGNATURE_SIZE]>().read();
    }
    1
}

/// What a callback does.
#[derive(Clone, Copy)]
struct Callback {
    returns: i32,
    /// Bytes that it writes.
    writes: &'static [u8],
    /// Bytes that it says it wrote, if it says anything.
    says: Option<usize>,
    calls: usize,
}

const GOOD: Callback = Callback { returns: 0, writes: &SIGNATURE, says: Some(64), calls: 0 };

unsafe extern "C" fn call_back(
    context: *mut c_void,
    hash: *const u8,
    message: *const u8,
    message_length: usize,
    signature: *mut u8,
    signature_size: usize,
    signature_length: *mut usize,
) -> i32 {
    let context = context.cast::<Callback>();
    unsafe {
        (*context).calls += 1;
        let callback = *context;
        // All of what it is shown can be read.
        let _ = hash.cast::<[u8; 32]>().read();
        assert!(core::slice::from_raw_parts(message, message_length).is_ascii());
        assert_eq!(signature_size, JURAT_SIGNATURE_DER_SIZE);
        signature.copy_from_nonoverlapping(callback.writes.as_ptr(), callback.writes.len());
        if let Some(length) = callback.says {
            signature_length.write(length);
        }
        callback.returns
    }
}

fn signer(sign: jurat_sign_function, context: *mut c_void) -> *mut jurat_signer {
    let form = JURAT_SIGNATURE_RAW;
    place(jurat_signer { struct_size: struct_size::<jurat_signer>(), status: 99, form, sign, context })
}

fn callback(callback: Callback) -> *mut jurat_signer {
    signer(Some(call_back), place(callback).cast())
}

// ------------------------------------------------------------------------------------------------------------- the calls

type Output = Box<dyn Fn(*mut c_char, usize, *mut usize) -> i32>;

/// Every call with a byte output, with everything else right.
fn outputs() -> Vec<(&'static str, Output)> {
    macro_rules! all {
        ($($name:ident($($before:expr),* $(; $($after:expr),*)?);)*) => {
            vec![$((stringify!($name), Box::new(move |output: *mut c_char, size: usize, length: *mut usize| unsafe {
                $name($($before,)* output.cast(), size, length, $($($after),*)?)
            })),)*]
        };
    }
    let (client, grant) = (place(client()), place(grant()));
    let (both, alone) = (place(request(grant, client)), place(request(null(), client)));
    let mut http = request(grant, client);
    http.http_endpoint = text("https://as.example/token");
    http.http_hook = Some(jurat_http_hook);
    let http = place(http);
    let key = place(public_key());
    let hash = place([3_u8; 32]).cast_const().cast::<u8>();
    let one = place(jwk());
    let random = place(*b"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef").cast_const().cast::<u8>();
    let certificate = place([0x30_u8, 3, 2, 1, 1]).cast_const().cast::<u8>();
    let der = place([0x30_u8, 6, 2, 1, 1, 2, 1, 1]).cast_const().cast::<u8>();
    let refused = place(evidence(Room::new(1024)));
    let privacy = place(privacy());
    let inspected = Room::new(1024);
    let mut all: Vec<(_, Output)> = all! {
        jurat_check_json(refused, privacy);
        jurat_explain_json(refused, privacy);
        jurat_evidence_json(refused, privacy);
        jurat_inspect_json(text("eyJhbGciOiJub25lIn0.eyJpc3MiOiJhIn0."), inspected.at(0), inspected.size);
        jurat_client_assertion_sign(client, callback(GOOD));
        jurat_grant_assertion_sign(grant, callback(GOOD));
        jurat_token_request_sign(both, callback(GOOD), callback(GOOD));
        jurat_token_request_sign(alone, null_mut(), callback(GOOD));
        jurat_token_request_sign(http, callback(GOOD), callback(GOOD));
        jurat_client_assertion_prepare(client; nothing());
        jurat_grant_assertion_prepare(grant; nothing());
        jurat_token_request_prepare(both; nothing(), nothing());
        jurat_token_request_prepare(http; nothing(), nothing());
        jurat_exchange_sign(place(exchange()), alone, NOW, null_mut(), callback(GOOD));
        jurat_exchange_prepare(place(exchange()), both, NOW; nothing(), nothing());
        jurat_time_request(text(ISSUER), 0);
        jurat_well_known_url(JURAT_WELL_KNOWN_OPENID_CONFIGURATION, text(ISSUER), 0);
        jurat_key_generate(random, 64);
        jurat_jwt_id_derive(place(*b"0123456789abcdef0123456789abcdef").cast_const().cast(), 32, 1, 2);
        jurat_key_import(place(KEY).cast_const().cast(), 32; nothing(), nothing());
        jurat_thumbprint(key);
        jurat_certificate_thumbprint(certificate, 5);
        jurat_jwk_write(one);
        jurat_jwks_write(one, 1);
        jurat_spki_der_write(key);
        jurat_spki_pem_write(key);
        jurat_registration_write(place(registration(one, 1)));
        jurat_signature_from_der(der, 8);
    };
    // A signature takes Miri half a minute.
    if !cfg!(miri) {
        let hedged = place(jurat_hedged_key { key: place(KEY).cast(), random: None, context: null_mut() });
        all.extend::<Vec<(_, Output)>>(all! {
            jurat_p256_sign(place(KEY).cast(), hash, null(), 0);
            jurat_p256_hedged_sign(hedged.cast(), hash, null(), 0);
        });
    }
    all
}

#[test]
fn outputs_of_any_size() {
    for (name, call) in outputs() {
        let length = nothing();
        let too_small = status(Cause::BufferTooSmall, Argument::Output);
        assert_eq!(call(null_mut(), 0, length), too_small, "{name}");
        let size = unsafe { *length };
        let small = Room::new(size - 1);
        assert_eq!(call(small.at(0), size - 1, length), too_small, "{name}");
        assert_eq!(unsafe { *length }, size, "{name}");
        for above in ABOVE {
            // What lies behind the output is inside of what it claims to be.
            let refused = [Some(Cause::NullPointer), Some(Cause::Overlap)];
            assert!(refused.contains(&cause(call(small.at(0), above, length))), "{name}");
            assert_eq!(call(null_mut(), above, length), status(Cause::NullPointer, Argument::Output), "{name}");
        }
        assert_eq!(call(null_mut(), 1, length), status(Cause::NullPointer, Argument::Output), "{name}");
        assert_eq!(unsafe { *length }, 0, "{name}");

        // Exactly as many bytes, to which nothing was written, and none behind them.
        let room = Room::new(size);
        let no_length = status(Cause::NullPointer, Argument::OutputLength);
        assert_eq!(call(room.at(0), size, null_mut()), no_length, "{name}");
        assert_eq!(call(room.at(0), size, length.cast::<u8>().wrapping_add(1).cast()), no_length, "{name}");
        if size >= size_of::<usize>() {
            assert_eq!(call(room.at(0), size, room.at(0)), status(Cause::Overlap, Argument::OutputLength), "{name}");
        }
        assert_eq!(call(room.at(0), size, length), JURAT_OK, "{name}");
        assert_eq!(unsafe { *length }, size, "{name}");
        let written = unsafe { core::slice::from_raw_parts(room.at::<u8>(0), size) };
        assert!(written.iter().any(|byte| *byte != 0), "{name}");
    }
}

type Bytes = Box<dyn Fn(*const u8, usize) -> i32>;

/// Every call with a byte input or a list.
fn inputs() -> Vec<(&'static str, Bytes)> {
    fn explain(evidence: jurat_evidence) -> i32 {
        unsafe { jurat_explain(&evidence, nothing()) }
    }
    fn out(call: impl Fn(*mut u8, usize, *mut usize) -> i32) -> i32 {
        let room = Room::new(1024);
        let length = nothing();
        let status = call(room.at(0), room.size, length);
        assert!(status == JURAT_OK || unsafe { *length } == 0);
        status
    }
    macro_rules! all {
        ($($name:ident: |$bytes:ident, $size:ident| $call:expr;)*) => {
            vec![$((stringify!($name), Box::new(move |$bytes: *const u8, $size: usize| {
                #[allow(unused_unsafe)]
                unsafe { $call }
            })),)*]
        };
    }
    all! {
        generate: |bytes, size| out(|to, room, length| jurat_key_generate(bytes, size, to, room, length));
        derive: |bytes, size| out(|to, room, length| jurat_jwt_id_derive(bytes, size, 1, 2, to, room, length));
        import: |bytes, size| out(|to, room, length| {
            jurat_key_import(bytes, size, to, room, length, null_mut(), null_mut())
        });
        certificate: |bytes, size| out(|to, room, length| {
            jurat_certificate_thumbprint(bytes, size, to.cast(), room, length)
        });
        der: |bytes, size| out(|to, room, length| jurat_signature_from_der(bytes, size, to, room, length));
        jwks: |bytes, size| out(|to, room, length| jurat_jwks_write(bytes.cast(), size, to.cast(), room, length));
        registration: |bytes, size| out(|to, room, length| {
            jurat_registration_write(&registration(bytes.cast(), size), to.cast(), room, length)
        });
        evidence_request: |bytes, size| {
            let (request_body, request_body_size) = (bytes.cast(), size);
            explain(jurat_evidence { request_body, request_body_size, ..evidence(Room::new(1024)) })
        };
        evidence_registration: |bytes, size| {
            let (registration, registration_size) = (bytes.cast(), size);
            explain(jurat_evidence { registration, registration_size, ..evidence(Room::new(1024)) })
        };
        evidence_jwks: |bytes, size| {
            explain(jurat_evidence { jwks: bytes.cast(), jwks_size: size, ..evidence(Room::new(1024)) })
        };
        evidence_seen: |bytes, size| {
            explain(jurat_evidence { seen: bytes.cast(), seen_length: size, ..evidence(Room::new(1024)) })
        };
        evidence_scratch: |bytes, size| {
            explain(jurat_evidence { scratch: bytes.cast_mut(), scratch_size: size, ..evidence(Room::new(1024)) })
        };
        hash_key: |bytes, size| out(|to, room, length| {
            let privacy = jurat_privacy { hash_key: bytes, hash_key_size: size, ..privacy() };
            jurat_explain_json(&evidence(Room::new(1024)), &privacy, to.cast(), room, length)
        });
        inspect_scratch: |bytes, size| out(|to, room, length| {
            jurat_inspect_json(text("a.b.c"), bytes.cast_mut(), size, to.cast(), room, length)
        });
        claims: |bytes, size| out(|to, room, length| {
            let client = jurat_client_assertion { claims: claims(bytes.cast(), size), ..client() };
            jurat_client_assertion_sign(&client, callback(GOOD), to.cast(), room, length)
        });
        grant_claims: |bytes, size| out(|to, room, length| {
            let grant = jurat_grant_assertion { claims: claims(bytes.cast(), size), ..grant() };
            jurat_grant_assertion_sign(&grant, callback(GOOD), to.cast(), room, length)
        });
        parameters: |bytes, size| out(|to, room, length| {
            let client = client();
            let request =
                jurat_token_request { parameters: bytes.cast(), parameters_length: size, ..request(null(), &client) };
            jurat_token_request_sign(&request, null_mut(), callback(GOOD), to.cast(), room, length)
        });
        random: |bytes, size| out(|to, room, length| {
            let client = jurat_client_assertion { jwt_id: NONE, random: bytes, random_size: size, ..client() };
            jurat_client_assertion_sign(&client, callback(GOOD), to.cast(), room, length)
        });
        periods: |bytes, size| jurat_signing_key(bytes.cast(), size, NOW, nothing());
        public_half: |bytes, size| jurat_p256_public_key(bytes, size, nothing());
        metadata: |bytes, size| jurat_metadata_read(bytes.cast_mut().cast(), size, text(ISSUER), 0, nothing());
        http1: |bytes, size| jurat_response_http1(bytes.cast_mut().cast(), size, 0, nothing(), nothing());
        body: |bytes, size| {
            let none = Room::new(0);
            let mut response = response(none, 200);
            (response.body, response.body_size) = (bytes.cast_mut().cast(), size);
            jurat_response_read(&raw mut response, nothing())
        };
        attach: |bytes, size| {
            let output = Room::of(&[0; 8]);
            let input = place(jurat_to_be_signed { message: null(), message_length: 0, hash: [0; 32] });
            jurat_attach_signature(output.at(0), 8, input, bytes, size)
        };
        verified_message: |bytes, size| {
            let verified = jurat_verified { signer: callback(GOOD), public_key: public_key() };
            let verified = place(verified).cast();
            out(|to, room, length| jurat_verified_sign(verified, [0; 32].as_ptr(), bytes, size, to, room, length))
        };
    }
}

#[test]
fn inputs_that_are_not_there() {
    // In the middle of nothing: what is behind and before it is nobody's.
    let memory = Room::of(&[0; 64]);
    for (name, call) in inputs() {
        // What has a fixed size is refused for that.
        let missing = [Some(Cause::NullPointer), Some(Cause::WrongLength)];
        for size in [1, 16, 32, 64, usize::MAX, usize::MAX / 2 + 1] {
            assert!(missing.contains(&cause(call(null_mut(), size))), "{name}: NULL, {size}");
        }
        for above in ABOVE {
            // A place that lies before the bytes is inside of what they claim to be.
            let refused = [Some(Cause::TooLong), Some(Cause::WrongLength), Some(Cause::Overlap)];
            assert!(refused.contains(&cause(call(memory.at(0), above))), "{name}: {above}");
        }
        assert!(call(memory.at(0), 0) <= JURAT_OK, "{name}");
        assert!(call(null(), 0) <= JURAT_OK, "{name}");
    }
}

type Pointer = Box<dyn Fn(*mut u8) -> i32>;

/// Every pointer to a struct, to a result and to a fixed number of bytes.
fn pointers() -> Vec<(&'static str, Pointer)> {
    macro_rules! all {
        ($($name:ident: |$pointer:ident| $call:expr;)*) => {
            vec![$((stringify!($name), Box::new(move |$pointer: *mut u8| {
                #[allow(unused_unsafe)]
                unsafe { $call }
            })),)*]
        };
    }
    let output = Room::new(2048);
    let (to, room, length) = (output.at::<c_char>(0), output.size, nothing());
    let client = place(client());
    let grant = place(grant());
    let both = place(request(grant, client));
    let exchange = place(exchange());
    let clock = place(clock());
    let date = text("Mon, 23 Nov 2026 18:44:14 GMT");
    let made = move |exchange: *mut jurat_exchange| {
        let one = place(request(null(), client));
        let signer = callback(GOOD);
        unsafe { jurat_exchange_sign(exchange, one, NOW, null_mut(), signer, to, room, length) }
    };
    let answered = || response(Room::of(b"{\"access_token\":\"a\",\"token_type\":\"bearer\"}"), 200);
    let explain = |change: fn(&mut jurat_evidence, *mut u8), pointer| {
        let evidence = place(evidence(Room::new(1024)));
        unsafe {
            change(&mut *evidence, pointer);
            jurat_explain(evidence, nothing())
        }
    };
    all! {
        check: |p| jurat_check(p.cast(), nothing());
        check_place: |p| jurat_check(place(evidence(Room::new(1024))), p.cast());
        explain: |p| jurat_explain(p.cast(), nothing());
        explain_place: |p| jurat_explain(place(evidence(Room::new(1024))), p.cast());
        check_json: |p| jurat_check_json(p.cast(), place(privacy()), to, room, length);
        explain_json: |p| jurat_explain_json(p.cast(), place(privacy()), to, room, length);
        evidence_json: |p| jurat_evidence_json(p.cast(), place(privacy()), to, room, length);
        privacy: |p| jurat_explain_json(place(evidence(Room::new(1024))), p.cast(), to, room, length);
        evidence_server: |p| explain(|evidence, p| evidence.server = p.cast(), p);
        evidence_behaviour: |p| explain(|evidence, p| evidence.behaviour = p.cast(), p);
        client: |p| jurat_client_assertion_sign(p.cast(), callback(GOOD), to, room, length);
        client_signer: |p| jurat_client_assertion_sign(client, p.cast(), to, room, length);
        client_prepare: |p| jurat_client_assertion_prepare(p.cast(), to, room, length, nothing());
        client_place: |p| jurat_client_assertion_prepare(client, to, room, length, p.cast());
        grant: |p| jurat_grant_assertion_sign(p.cast(), callback(GOOD), to, room, length);
        grant_signer: |p| jurat_grant_assertion_sign(grant, p.cast(), to, room, length);
        grant_prepare: |p| jurat_grant_assertion_prepare(p.cast(), to, room, length, nothing());
        grant_place: |p| jurat_grant_assertion_prepare(grant, to, room, length, p.cast());
        request: |p| jurat_token_request_sign(p.cast(), callback(GOOD), callback(GOOD), to, room, length);
        request_grant_signer: |p| jurat_token_request_sign(both, p.cast(), callback(GOOD), to, room, length);
        request_client_signer: |p| jurat_token_request_sign(both, callback(GOOD), p.cast(), to, room, length);
        request_prepare: |p| jurat_token_request_prepare(p.cast(), to, room, length, nothing(), nothing());
        request_grant_place: |p| jurat_token_request_prepare(both, to, room, length, p.cast(), nothing());
        request_client_place: |p| jurat_token_request_prepare(both, to, room, length, nothing(), p.cast());
        attach_place: |p| jurat_attach_signature(to, 8, p.cast(), SIGNATURE.as_ptr(), 64);
        server: |p| {
            let client = jurat_client_assertion { issuer: NONE, server: p.cast(), ..*client };
            jurat_client_assertion_sign(&client, callback(GOOD), to, room, length)
        };
        profile: |p| {
            let server = jurat_server { profile: p.cast(), ..server() };
            let client = jurat_client_assertion { issuer: NONE, server: &server, ..*client };
            jurat_client_assertion_sign(&client, callback(GOOD), to, room, length)
        };
        metadata: |p| {
            let server = jurat_server { metadata: p.cast(), ..server() };
            let client = jurat_client_assertion { issuer: NONE, server: &server, ..*client };
            jurat_client_assertion_sign(&client, callback(GOOD), to, room, length)
        };
        http_date: |p| jurat_http_date(date, p.cast());
        retry_after: |p| jurat_retry_after(date, NOW, p.cast());
        clock_now: |p| jurat_clock_now(p.cast(), NOW, nothing());
        clock_now_place: |p| jurat_clock_now(clock, NOW, p.cast());
        clock_issued_at: |p| jurat_clock_issued_at(p.cast(), NOW, nothing());
        clock_issued_at_place: |p| jurat_clock_issued_at(clock, NOW, p.cast());
        clock_state: |p| jurat_clock_state(p.cast(), NOW, nothing());
        clock_state_place: |p| jurat_clock_state(clock, NOW, p.cast());
        clock_learn: |p| jurat_clock_learn(p.cast(), NOW, NOW, NOW, 0, nothing());
        clock_learn_place: |p| jurat_clock_learn(clock, NOW, NOW, NOW, 0, p.cast());
        header: |p| jurat_response_header(p.cast(), text("Date"), text("x"));
        response: |p| jurat_response_read(p.cast(), nothing());
        answer: |p| jurat_response_read(&raw mut *place(answered()), p.cast());
        http1: |p| jurat_response_http1(null_mut(), 0, 0, p.cast(), nothing());
        http1_complete: |p| jurat_response_http1(null_mut(), 0, 0, nothing(), p.cast());
        init_clock: |p| jurat_exchange_init(nothing(), p.cast(), 0);
        step: |p| jurat_exchange_step(exchange, NOW, p.cast(), null_mut());
        issued_at: |p| jurat_exchange_issued_at(exchange, NOW, p.cast());
        exchange_request: |p| {
            let exchange = place(*exchange);
            jurat_exchange_sign(exchange, p.cast(), NOW, null_mut(), callback(GOOD), to, room, length)
        };
        exchange_signer: |p| {
            let exchange = place(*exchange);
            jurat_exchange_sign(exchange, both, NOW, callback(GOOD), p.cast(), to, room, length)
        };
        exchange_prepare: |p| {
            jurat_exchange_prepare(place(*exchange), p.cast(), NOW, to, room, length, nothing(), nothing())
        };
        exchange_grant_place: |p| {
            jurat_exchange_prepare(place(*exchange), both, NOW, to, room, length, p.cast(), nothing())
        };
        exchange_client_place: |p| {
            jurat_exchange_prepare(place(*exchange), both, NOW, to, room, length, nothing(), p.cast())
        };
        exchange_response: |p| {
            let exchange = place(*exchange);
            assert_eq!(made(exchange), JURAT_OK);
            jurat_exchange_answer(exchange, p.cast(), NOW, NOW, nothing())
        };
        exchange_answer: |p| {
            let exchange = place(*exchange);
            assert_eq!(made(exchange), JURAT_OK);
            jurat_exchange_answer(exchange, place(answered()), NOW, NOW, p.cast())
        };
        exchange_clock: |p| jurat_exchange_clock(exchange, p.cast());
        signing_key: |p| {
            let period = jurat_key_period { active_from: NOW, retired_at: 0 };
            jurat_signing_key(&period, 1, NOW, p.cast())
        };
        import_halves: |p| {
            jurat_key_import(KEY.as_ptr(), 32, to.cast(), room, length, null_mut(), p.cast())
        };
        read_metadata: |p| {
            let document = Room::of(b"{\"issuer\":\"https://as.example\"}");
            jurat_metadata_read(document.at(0), document.size, text(ISSUER), 0, p.cast())
        };
        jwk: |p| jurat_jwk_write(p.cast(), to, room, length);
        registration: |p| jurat_registration_write(p.cast(), to, room, length);
        hedged: |p| jurat_p256_hedged_sign(p.cast(), SIGNATURE.as_ptr(), null(), 0, to.cast(), 64, length);
        verified: |p| jurat_verified_sign(p.cast(), SIGNATURE.as_ptr(), null(), 0, to.cast(), 64, length);
        verified_signer: |p| {
            let verified = place(jurat_verified { signer: p.cast(), public_key: public_key() });
            jurat_verified_sign(verified.cast(), SIGNATURE.as_ptr(), null(), 0, to.cast(), 64, length)
        };
    }
}

/// Those that may be NULL.
const OPTIONAL: [&str; 6] = ["server", "profile", "metadata", "import_halves", "evidence_server", "evidence_behaviour"];

#[test]
fn pointers_to_nothing() {
    let memory = Room::of(&[0xaa; 256]);
    for (name, call) in pointers() {
        let status = call(null_mut());
        assert!(cause(status) == Some(Cause::NullPointer) || OPTIONAL.contains(&name), "{name}: {status}");
        // All of it is there, but not where it may be.
        assert_eq!(cause(call(memory.at(1))), Some(Cause::NullPointer), "{name}");
    }
}

/// Pointers to bytes, which may be anywhere.
#[test]
fn no_bytes() {
    let output = Room::new(1024);
    let (to, room, length) = (output.at::<c_char>(0), output.size, nothing());
    let missing = |argument| status(Cause::NullPointer, argument);
    let (step, seconds) = (nothing(), nothing());
    unsafe {
        let none = null_mut();
        assert_eq!(jurat_exchange_init(none, &clock(), 0), missing(Argument::Exchange));
        assert_eq!(jurat_exchange_step(none, NOW, step, null_mut()), missing(Argument::Exchange));
        assert_eq!(jurat_exchange_issued_at(none, NOW, seconds), missing(Argument::Exchange));
        assert_eq!((*step, *seconds), (0, 0));
        assert_eq!(jurat_exchange_ask_time(none, NOW), missing(Argument::Exchange));
        assert_eq!(jurat_exchange_no_answer(none, NOW), missing(Argument::Exchange));
        assert_eq!(jurat_exchange_clock(none, nothing()), missing(Argument::Exchange));
        let (client, signer) = (client(), callback(GOOD));
        let request = request(null(), &client);
        let sign = jurat_exchange_sign(none, &request, NOW, signer, signer, to, room, length);
        assert_eq!(sign, missing(Argument::Exchange));
        let prepare = jurat_exchange_prepare(none, &request, NOW, to, room, length, nothing(), nothing());
        assert_eq!(prepare, missing(Argument::Exchange));
        assert_eq!(jurat_p256_public_key(KEY.as_ptr(), 32, null_mut()), missing(Argument::PublicKey));
        assert_eq!(jurat_thumbprint(null(), to, room, length), missing(Argument::PublicKey));
        assert_eq!(jurat_spki_der_write(null(), to.cast(), room, length), missing(Argument::PublicKey));
        assert_eq!(jurat_spki_pem_write(null(), to, room, length), missing(Argument::PublicKey));
        let (key, hash) = (place(KEY).cast::<c_void>(), KEY.as_ptr());
        assert_eq!(jurat_p256_sign(null_mut(), hash, null(), 0, to.cast(), 64, length), missing(Argument::Key));
        assert_eq!(jurat_p256_sign(key, null(), null(), 0, to.cast(), 64, length), missing(Argument::Hash));
        let keyless: *mut c_void = place(jurat_hedged_key { key: null(), random: None, context: null_mut() }).cast();
        assert_eq!(jurat_p256_hedged_sign(keyless, hash, null(), 0, to.cast(), 64, length), missing(Argument::Key));
        let verified: *mut c_void = place(jurat_verified { signer, public_key: public_key() }).cast();
        assert_eq!(jurat_verified_sign(verified, null(), hash, 32, to.cast(), 64, length), missing(Argument::Hash));
        assert!(jurat_profile_named(NONE).is_null());
        // For the library alone, and harmless.
        jurat_server_hook(null_mut());
        jurat_http_hook(null_mut());
    }
}

type Text = Box<dyn Fn(jurat_str) -> i32>;

/// Every text of every call.
fn texts() -> Vec<(&'static str, Text)> {
    let output = Room::new(2048);
    let (to, room, length) = (output.at::<c_char>(0), output.size, nothing());
    let sign_client = move |client: jurat_client_assertion| unsafe {
        jurat_client_assertion_sign(&client, callback(GOOD), to, room, length)
    };
    let sign_grant = move |grant: jurat_grant_assertion| unsafe {
        jurat_grant_assertion_sign(&grant, callback(GOOD), to, room, length)
    };
    let sign = move |request: jurat_token_request| unsafe {
        jurat_token_request_sign(&request, null_mut(), callback(GOOD), to, room, length)
    };
    let for_server =
        move |server: jurat_server| sign_client(jurat_client_assertion { issuer: NONE, server: &server, ..client() });
    let with_profile = move |profile: jurat_profile| for_server(jurat_server { profile: &profile, ..server() });
    let granted = move |profile: jurat_profile| {
        let server = jurat_server { profile: &profile, ..server() };
        sign_grant(jurat_grant_assertion { issuer: NONE, server: &server, ..grant() })
    };
    let with_claim =
        move |claim: jurat_claim| sign_client(jurat_client_assertion { claims: claims(&claim, 1), ..client() });
    let with_parameter = move |parameter: jurat_parameter| {
        let client = client();
        sign(jurat_token_request { parameters: &parameter, parameters_length: 1, ..request(null(), &client) })
    };
    let register =
        move |registration: jurat_registration| unsafe { jurat_registration_write(&registration, to, room, length) };
    let respond = |change: fn(&mut jurat_response, jurat_str), text| {
        let body = Room::of(b"{}");
        let response = place(response(body, 200));
        unsafe {
            change(&mut *response, text);
            jurat_response_read(response, nothing())
        }
    };
    macro_rules! all {
        ($($name:ident: |$text:ident| $call:expr;)*) => {
            vec![$((stringify!($name), Box::new(move |$text: jurat_str| {
                #[allow(unused_unsafe)]
                unsafe { $call }
            })),)*]
        };
    }
    let fixed = (JURAT_AUDIENCE_FIXED, JURAT_TYPE_FIXED);
    let jwt = JURAT_TYPE_JWT;
    let explain = |change: fn(&mut jurat_evidence, jurat_str), text| {
        let evidence = place(evidence(Room::new(1024)));
        unsafe {
            change(&mut *evidence, text);
            jurat_explain(evidence, nothing())
        }
    };
    let answered = move |change: fn(&mut jurat_answer, jurat_str), text| {
        let evidence = place(evidence(Room::new(1024)));
        unsafe {
            change(&mut *(*evidence).answer.cast_mut(), text);
            jurat_explain(evidence, nothing())
        }
    };
    all! {
        method: |text| explain(|evidence, text| evidence.method = text, text);
        contacted: |text| explain(|evidence, text| evidence.endpoint = text, text);
        sent_type: |text| explain(|evidence, text| evidence.content_type = text, text);
        clock_source: |text| explain(|evidence, text| evidence.clock_source = text, text);
        jwks_source: |text| explain(|evidence, text| evidence.jwks_source = text, text);
        seen: |text| explain(|evidence, text| (evidence.seen, evidence.seen_length) = (place(text), 1), text);
        answer_error: |text| answered(|answer, text| answer.error = text, text);
        answer_description: |text| answered(|answer, text| answer.description = text, text);
        inspected: |text| jurat_inspect_json(text, null_mut(), 0, to, room, length);
        client_id: |text| sign_client(jurat_client_assertion { client_id: text, ..client() });
        issuer: |text| sign_client(jurat_client_assertion { issuer: text, ..client() });
        jwt_id: |text| sign_client(jurat_client_assertion { jwt_id: text, ..client() });
        key_id: |text| sign_client(jurat_client_assertion { key_id: text, ..client() });
        thumbprint: |text| sign_client(jurat_client_assertion { certificate_thumbprint: text, ..client() });
        endpoint_url: |text| sign_client(jurat_client_assertion { endpoint_url: text, ..client() });
        iss: |text| sign_grant(jurat_grant_assertion { iss: text, ..grant() });
        sub: |text| sign_grant(jurat_grant_assertion { sub: text, ..grant() });
        grant_issuer: |text| sign_grant(jurat_grant_assertion { issuer: text, ..grant() });
        token_endpoint: |text| sign_grant(jurat_grant_assertion { token_endpoint: text, ..grant() });
        type_: |text| sign_grant(jurat_grant_assertion { type_: text, ..grant() });
        grant_jwt_id: |text| sign_grant(jurat_grant_assertion { jwt_id: text, ..grant() });
        grant_key_id: |text| sign_grant(jurat_grant_assertion { key_id: text, ..grant() });
        grant_thumbprint: |text| sign_grant(jurat_grant_assertion { certificate_thumbprint: text, ..grant() });
        scope: |text| { let one = client(); sign(jurat_token_request { scope: text, ..request(null(), &one) }) };
        resource: |text| { let one = client(); sign(jurat_token_request { resource: text, ..request(null(), &one) }) };
        http_endpoint: |text| {
            let one = client();
            let http_hook: jurat_http_function = Some(jurat_http_hook);
            sign(jurat_token_request { http_endpoint: text, http_hook, ..request(null(), &one) })
        };
        claim: |value| with_claim(jurat_claim { name: value, kind: JURAT_CLAIM_NULL, integer: 0, text: NONE });
        claim_text: |value| {
            with_claim(jurat_claim { name: text("a"), kind: JURAT_CLAIM_TEXT, integer: 0, text: value })
        };
        claim_json: |value| {
            with_claim(jurat_claim { name: text("a"), kind: JURAT_CLAIM_JSON, integer: 0, text: value })
        };
        parameter: |name| with_parameter(jurat_parameter { name, value: text("a") });
        parameter_value: |value| with_parameter(jurat_parameter { name: text("a"), value });
        server_issuer: |issuer| for_server(jurat_server { issuer, ..server() });
        server_endpoint: |token_endpoint| for_server(jurat_server { token_endpoint, ..server() });
        audience: |audience_fixed| with_profile(jurat_profile {
            audience: fixed.0, audience_fixed, type_: jwt, ..jurat_profile_rfc_10070
        });
        grant_audience: |grant_audience_fixed| granted(jurat_profile {
            grant_audience: fixed.0, grant_audience_fixed, ..jurat_profile_rfc_10070
        });
        profile_type: |type_fixed| with_profile(jurat_profile { type_: fixed.1, type_fixed, ..jurat_profile_rfc_10070 });
        http_date: |text| jurat_http_date(text, nothing());
        retry_after: |text| jurat_retry_after(text, NOW, nothing());
        time_request: |text| jurat_time_request(text, 0, to, room, length);
        well_known: |text| jurat_well_known_url(1, text, 0, to, room, length);
        compare: |value| jurat_issuer_compare(value, text(ISSUER), 0);
        compare_found: |value| jurat_issuer_compare(text(ISSUER), value, 0);
        metadata_issuer: |text| {
            let document = Room::of(b"{}");
            jurat_metadata_read(document.at(0), 2, text, 0, nothing())
        };
        header_name: |name| jurat_response_header(place(response(Room::new(0), 200)), name, text("x"));
        header: |value| jurat_response_header(place(response(Room::new(0), 200)), text("age"), value);
        content_type: |text| respond(|response, text| response.content_type = text, text);
        date: |text| respond(|response, text| response.date = text, text);
        age: |text| respond(|response, text| response.age = text, text);
        response_retry_after: |text| respond(|response, text| response.retry_after = text, text);
        jwk_key_id: |key_id| jurat_jwk_write(&jurat_jwk { key_id, ..jwk() }, to, room, length);
        jwks_uri: |jwks_uri| register(jurat_registration { jwks_uri, ..registration(null(), 0) });
        client_name: |client_name| register(jurat_registration { client_name, ..registration(&jwk(), 1) });
        registration_scope: |scope| register(jurat_registration { scope, ..registration(&jwk(), 1) });
        software_id: |software_id| register(jurat_registration { software_id, ..registration(&jwk(), 1) });
        software_version: |version| register(jurat_registration { software_version: version, ..registration(&jwk(), 1) });
    }
}

#[test]
fn texts_that_are_none() {
    for (name, call) in texts() {
        for length in [1, usize::MAX] {
            assert_eq!(cause(call(jurat_str { data: null(), length })), Some(Cause::NullPointer), "{name}");
        }
        for length in ABOVE {
            assert_eq!(cause(call(jurat_str { length, ..text("a") })), Some(Cause::TooLong), "{name}");
        }
        for bytes in [&b"a\xff"[..], b"\x80", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"] {
            // Whoever looks for the rest of a character looks behind the memory.
            let room = Room::of(bytes);
            let text = jurat_str { data: room.at(0), length: bytes.len() };
            assert_eq!(cause(call(text)), Some(Cause::NotUtf8), "{name}: {bytes:?}");
        }
        // No bytes, wherever they are: at the end of nothing, and nowhere.
        call(jurat_str { data: Room::new(0).at(0), length: 0 });
        call(jurat_str { data: core::ptr::without_provenance(usize::MAX), length: 0 });
    }
    assert!(unsafe { jurat_profile_named(jurat_str { length: usize::MAX, ..text("a") }) }.is_null());
    assert!(unsafe { jurat_profile_named(jurat_str { data: null(), length: 1 }) }.is_null());
}

#[test]
fn callbacks_that_fail() {
    let (client, grant) = (client(), grant());
    let both = request(&grant, &client);
    let length = nothing();
    let failed = status(Cause::SignerFailed, Argument::Signer);
    let wrong_length = status(Cause::WrongLength, Argument::Signature);
    let out_of_range = status(Cause::SignatureOutOfRange, Argument::Signature);
    let silent = Callback { writes: &[], says: None, ..GOOD };
    let some = |says| Callback { writes: &[], says: Some(says), ..GOOD };
    let bad = [
        (Callback { returns: 1, ..GOOD }, failed),
        (Callback { returns: -1, ..GOOD }, failed),
        (Callback { returns: i32::MIN, ..silent }, failed),
        (Callback { returns: i32::MAX, says: Some(usize::MAX), ..silent }, failed),
        (silent, wrong_length),
        (Callback { says: None, ..GOOD }, wrong_length),
        (some(0), wrong_length),
        (some(63), wrong_length),
        (some(65), wrong_length),
        (some(72), wrong_length),
        (some(73), wrong_length),
        (some(usize::MAX), wrong_length),
        // It says that it wrote, and did not, or only the half.
        (some(64), out_of_range),
        (Callback { writes: &[1; 32], ..GOOD }, out_of_range),
        (Callback { writes: &[0xff; 64], ..GOOD }, out_of_range),
    ];
    for (callback_of, wanted) in bad {
        let (good, signer) = (callback(GOOD), callback(callback_of));
        let room = Room::new(1024);
        unsafe {
            let got = jurat_token_request_sign(&both, signer, good, room.at(0), 1024, length);
            assert_eq!((got, *length), (wanted, 0));
            // The second is not asked.
            assert_eq!(((*signer).status, (*good).status), (callback_of.returns, 99));
            // In DER, as much is wrong.
            (*signer).form = JURAT_SIGNATURE_DER;
            assert!(jurat_client_assertion_sign(&client, signer, room.at(0), 1024, length) < 0);
            assert_eq!(*length, 0);
        }
    }
    let (signer, room) = (callback(GOOD), Room::new(1024));
    let size = struct_size::<jurat_signer>();
    for (size, form) in [(0, 0), (1, 0), (size - 1, 0), (size + 1, 0), (u32::MAX, 0), (size, 2), (size, u32::MAX)] {
        let unknown = status(Cause::UnknownStruct, Argument::Signer);
        unsafe {
            ((*signer).struct_size, (*signer).form) = (size, form);
            assert_eq!(jurat_grant_assertion_sign(&grant, signer, room.at(0), 1024, length), unknown);
        }
    }
    let none = self::signer(None, null_mut());
    let missing = status(Cause::NullPointer, Argument::Signer);
    assert_eq!(unsafe { jurat_client_assertion_sign(&client, none, room.at(0), 1024, length) }, missing);
    assert_eq!(unsafe { (*none).status }, 99);
}

// ------------------------------------------------------------------------------------------------------- what is right

#[test]
fn both_phases_make_what_one_call_makes() {
    let (client, grant) = (place(client()), place(grant()));
    let claim = jurat_claim { name: text("a"), kind: JURAT_CLAIM_JSON, integer: 0, text: text("[1]") };
    unsafe { (*client).claims = claims(place(claim), 1) };
    let parameter = place(jurat_parameter { name: text("b"), value: text("c") });
    let both = request(grant, client);
    let both = place(jurat_token_request { parameters: parameter, parameters_length: 1, ..both });
    let signer = callback(GOOD);
    let (whole, later) = (Room::new(2048), Room::new(2048));
    let (length, other) = (nothing(), nothing());
    let (for_grant, for_client) = (nothing::<jurat_to_be_signed>(), nothing::<jurat_to_be_signed>());
    unsafe {
        assert_eq!(jurat_token_request_sign(both, signer, signer, whole.at(0), 2048, length), JURAT_OK);
        let output = later.at::<c_char>(0);
        assert_eq!(jurat_token_request_prepare(both, output, 2048, other, for_grant, for_client), JURAT_OK);
        assert_eq!(*length, *other);
        for input in [for_client, for_grant] {
            // A signer reads where the message is.
            let message = core::slice::from_raw_parts((*input).message, (*input).message_length);
            assert!(message.starts_with(b"ey"));
            assert_eq!(jurat_attach_signature(output, *other, input, SIGNATURE.as_ptr(), 64), JURAT_OK);
            assert!((*input).message.is_null());
        }
        let whole = core::slice::from_raw_parts(whole.at::<u8>(0), *length);
        assert_eq!(whole, core::slice::from_raw_parts(output.cast::<u8>(), *other));
        // Once more; and with what was made for another output.
        let again = jurat_attach_signature(output, *other, for_grant, SIGNATURE.as_ptr(), 64);
        assert_eq!(again, status(Cause::NotPrepared, Argument::ToBeSigned));
        assert!(core::slice::from_raw_parts(output.cast::<u8>(), *other).iter().all(|byte| *byte == 0));
        assert_eq!(jurat_client_assertion_prepare(client, output, 2048, other, for_client), JURAT_OK);
        let elsewhere = Room::of(&[0; 2048]);
        let strange = jurat_attach_signature(elsewhere.at(0), 2048, for_client, SIGNATURE.as_ptr(), 64);
        assert_eq!(strange, status(Cause::NotPrepared, Argument::Output));
        assert_eq!(jurat_grant_assertion_prepare(grant, output, 2048, other, for_grant), JURAT_OK);
        (*for_grant).message_length = usize::MAX;
        let strange = jurat_attach_signature(output, *other, for_grant, SIGNATURE.as_ptr(), 64);
        assert_eq!(strange, status(Cause::NotPrepared, Argument::Output));
    }
}

unsafe extern "C" fn random(context: *mut c_void, bytes: *mut u8, size: usize) -> i32 {
    unsafe {
        for at in 0..size {
            bytes.add(at).write(u8::try_from(at).unwrap());
        }
        context.cast::<i32>().read()
    }
}

#[test]
fn software_signs() {
    let (output, length) = (Room::new(1024), nothing());
    let key: *mut c_void = place(KEY).cast();
    let one = signer(Some(jurat_p256_sign), key);
    let client = client();
    unsafe {
        assert_eq!(jurat_client_assertion_sign(&client, one, output.at(0), 1024, length), JURAT_OK);
        assert_eq!((*one).status, JURAT_OK);
    }
    // One signature takes Miri a quarter of a minute, the others do no more with pointers.
    if cfg!(miri) {
        return;
    }
    let public_key = nothing();
    let source = |returns: i32| {
        let hedged = jurat_hedged_key { key: key.cast(), random: Some(random), context: place(returns).cast() };
        signer(Some(jurat_p256_hedged_sign), place(hedged).cast())
    };
    unsafe {
        assert_eq!(jurat_p256_public_key(key.cast(), JURAT_KEY_SIZE, public_key), JURAT_OK);
        for inner in [one, source(0), source(-1)] {
            let verified = place(jurat_verified { signer: inner, public_key: *public_key });
            let outer = signer(Some(jurat_verified_sign), verified.cast());
            assert_eq!(jurat_client_assertion_sign(&client, outer, output.at(0), 1024, length), JURAT_OK);
        }
        // A signature of something else, none, and a key that is none.
        let failed = status(Cause::SignerFailed, Argument::Signer);
        let none = Callback { writes: &[], says: Some(64), ..GOOD };
        for (inner, key, wanted) in [
            (callback(GOOD), *public_key, Cause::WrongSignature),
            (callback(none), *public_key, Cause::SignatureOutOfRange),
            (callback(Callback { returns: 7, ..GOOD }), *public_key, Cause::SignerFailed),
            (one, self::public_key(), Cause::NotOnCurve),
        ] {
            let verified = place(jurat_verified { signer: inner, public_key: key });
            let outer = signer(Some(jurat_verified_sign), verified.cast());
            assert_eq!(jurat_client_assertion_sign(&client, outer, output.at(0), 1024, length), failed);
            assert_eq!((cause((*outer).status), *length), (Some(wanted), 0));
        }
    }
}

#[test]
fn metadata_points_into_its_document() {
    let document = Room::of(
        b"{\"issuer\":\"https:\\/\\/as.example\",\"token_endpoint\":\"https://as.example/\\u0074oken\",\
          \"token_endpoint_auth_methods_supported\":[\"private_key_jwt\"]}",
    );
    let metadata = nothing::<jurat_metadata>();
    let (output, length) = (Room::new(1024), nothing());
    unsafe {
        let status_of = jurat_metadata_read(document.at(0), document.size, text(ISSUER), 0, metadata);
        assert_eq!(status_of, JURAT_OK);
        assert_eq!(read((*metadata).issuer), ISSUER);
        assert_eq!(read((*metadata).token_endpoint), "https://as.example/token");
        let server = jurat_server { metadata, profile: &raw const jurat_profile_keycloak, ..server() };
        let mut client = jurat_client_assertion { issuer: NONE, server: &server, ..client() };
        let got = jurat_client_assertion_sign(&client, callback(GOOD), output.at(0), 1024, length);
        assert_eq!(got, JURAT_OK);
        client.endpoint = 7;
        let got = jurat_client_assertion_sign(&client, callback(GOOD), output.at(0), 1024, length);
        assert_eq!(got, status(Cause::UnknownStruct, Argument::Endpoint));
        let grant = jurat_grant_assertion { issuer: NONE, server: &server, ..grant() };
        let got = jurat_grant_assertion_prepare(&grant, output.at(0), 1024, length, nothing());
        assert_eq!(got, JURAT_OK);
        // What was found is the document's, and a place in it is refused.
        document.at::<u8>(0).write_bytes(0, document.size);
        let got = jurat_metadata_read(document.at(0), document.size, text(ISSUER), 0, document.at(0));
        assert_eq!(got, status(Cause::Overlap, Argument::Metadata));
    }
}

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 18:44:14 GMT\r\nAge: 0\r\n\
    Transfer-Encoding: chunked\r\n\r\n10\r\n{\"access_token\":\r\n1f\r\n\"\\u0061\",\"token_type\":\"bearer\"}\r\n0\r\n\r\n";

/// All of it: a request over a connection, its answer as it came, and an exchange that was put away in between.
#[test]
fn an_exchange_over_a_connection() {
    let exchange = place(exchange());
    let (step, detail, seconds) = (nothing(), nothing(), nothing());
    let client = place(client());
    let mut http = request(null(), client);
    http.http_endpoint = text("https://as.example/token");
    http.http_hook = Some(jurat_http_hook);
    let (output, length) = (Room::new(1024), nothing());
    unsafe {
        assert_eq!(jurat_exchange_step(exchange, NOW, step, detail), JURAT_OK);
        assert_eq!((*step, *detail), (JURAT_STEP_SEND, 0));
        assert_eq!(jurat_exchange_issued_at(exchange, NOW, seconds), JURAT_OK);
        let signer = callback(GOOD);
        let got = jurat_exchange_sign(exchange, &http, NOW, null_mut(), signer, output.at(0), 1024, length);
        assert_eq!(got, JURAT_OK);
        assert!(core::slice::from_raw_parts(output.at::<u8>(0), *length).starts_with(b"POST /token HTTP/1.1"));

        // Put away, and taken up again from anywhere.
        let stored = Room::new(JURAT_EXCHANGE_SIZE + 1);
        let exchange_stored = stored.at::<jurat_exchange>(1);
        exchange_stored.copy_from_nonoverlapping(exchange, 1);

        let (response, complete) = (nothing::<jurat_response>(), nothing());
        for length in [0, 1, 20, ANSWER.len() - 1] {
            let bytes = Room::of(&ANSWER[..length]);
            assert_eq!(jurat_response_http1(bytes.at(0), length, 0, response, complete), JURAT_OK);
            assert_eq!((*complete, (*response).struct_size), (0, 0));
        }
        let bytes = Room::of(ANSWER);
        assert_eq!(jurat_response_http1(bytes.at(0), ANSWER.len(), 0, response, complete), JURAT_OK);
        assert_eq!((*complete, (*response).status), (1, 200));
        // Somebody looks at the bytes before the body is read.
        assert!(core::slice::from_raw_parts(bytes.at::<u8>(0), ANSWER.len()).starts_with(b"HTTP"));
        assert_eq!(read((*response).date), "Mon, 23 Nov 2026 18:44:14 GMT");
        let answer = nothing::<jurat_answer>();
        assert_eq!(jurat_exchange_answer(exchange_stored, response, NOW, NOW, answer), JURAT_OK);
        assert_eq!(((*answer).outcome, (*answer).step), (JURAT_OUTCOME_TOKEN, JURAT_STEP_DONE));
        assert_eq!(read((*answer).access_token), "a");
        // The caller wipes where the token was.
        (*response).body.write_bytes(0, (*response).body_size);
        assert_eq!(
            jurat_exchange_answer(exchange_stored, response, NOW, NOW, answer),
            status(Cause::NoRequest, Argument::Exchange)
        );
        assert_eq!(jurat_exchange_clock(exchange_stored, nothing()), JURAT_OK);
        assert_eq!(jurat_exchange_no_answer(exchange, NOW), JURAT_OK);
        assert_eq!(cause(jurat_exchange_ask_time(exchange, NOW)), Some(Cause::NoAttemptsLeft));

        // Bytes that are no exchange.
        stored.at::<u8>(0).write_bytes(0xff, stored.size);
        let no_exchange = status(Cause::UnknownStruct, Argument::Exchange);
        assert_eq!(jurat_exchange_step(stored.at(1), NOW, step, detail), no_exchange);
        assert_eq!((*step, *detail), (0, 0));
    }
}

#[test]
fn an_error_is_read_where_it_stands() {
    let body = b"{\"error\":\"invalid_client\",\"error_description\":\"a \\u00e9 b\",\"error_uri\":\"https:\\/\\/x\"}";
    let body = Room::of(body);
    let response = place(response(body, 401));
    let answer = nothing::<jurat_answer>();
    unsafe {
        assert_eq!(jurat_response_header(response, text("retry-after"), text("3")), JURAT_OK);
        assert_eq!(jurat_response_read(response, answer), JURAT_OK);
        assert_eq!((*answer).error_code, JURAT_ERROR_INVALID_CLIENT);
        assert_eq!(read((*answer).error), "invalid_client");
        assert!(read((*answer).uri).ends_with("//x"));
        // Results in the body are refused, and so is a response.
        assert_eq!(jurat_response_read(response, body.at(0)), status(Cause::Overlap, Argument::Output));
    }
}

#[test]
fn a_refusal_is_explained() {
    let scratch = Room::new(1024);
    let refused = place(evidence(scratch));
    let diagnosis = nothing::<jurat_diagnosis>();
    let (output, length) = (Room::new(8192), nothing());
    unsafe {
        (*refused).verify = Some(verify);
        assert_eq!(jurat_explain(refused, diagnosis), JURAT_OK);
        let faults: Vec<u32> =
            (*diagnosis).causes.iter().map(|cause| cause.fault).filter(|fault| *fault != 0).collect();
        assert_eq!(faults.len(), (*diagnosis).causes_length as usize);
        assert_eq!(faults[0], Fault::MultipleClientAuth.number().unsigned_abs());
        assert!(faults.contains(&Fault::JtiReplayed.number().unsigned_abs()));
        assert_eq!((*diagnosis).checks[JURAT_CHECK_REPLAY as usize], 3);
        // Each signature was tried in every way, by what C verifies with.
        assert!(*(*refused).verify_context.cast::<usize>() > 3);
        // What C has is C's again: the scratch memory between two calls, the answer's body.
        scratch.at::<u8>(0).write_bytes(0xaa, scratch.size);
        (*(*refused).response.cast_mut()).body.write_bytes(0, 1);
        (*refused).verify = None;
        assert_eq!(jurat_check(refused, diagnosis), JURAT_OK);
        let privacy = place(privacy());
        assert_eq!(jurat_explain_json(refused, privacy, output.at(0), output.size, length), JURAT_OK);
        let text = core::slice::from_raw_parts(output.at::<u8>(0), *length);
        assert!(text.starts_with(b"{\"causes\":[{\"code\":\"multiple_client_auth\""));
        // A result that is where an input is: nothing is borrowed any more when it is written.
        for at in [0, 16, 64] {
            let memory = Room::new(1024);
            memory.at::<jurat_evidence>(at).write(*refused);
            assert_eq!(jurat_explain(memory.at(at), memory.at(0)), JURAT_OK);
        }
        assert_eq!(jurat_explain(refused, refused.cast()), JURAT_OK);
    }
    for number in [0, 1, 115, 116, u32::MAX] {
        for text in [
            jurat_fault_code(number),
            jurat_fault_text(number),
            jurat_wanted_text(number),
            jurat_check_name(number),
            jurat_class_name(number),
        ] {
            let _ = unsafe { core::ffi::CStr::from_ptr(text) }.to_str().unwrap();
        }
    }
    let keycloak = unsafe { jurat_behaviour_named(text("keycloak")) };
    assert!(core::ptr::eq(keycloak, &raw const jurat_behaviour_keycloak));
    assert!(unsafe { jurat_behaviour_named(NONE) }.is_null());
}

#[test]
fn software_verifies() {
    let public_key = public_key();
    let (hash, signature) = (KEY.as_ptr(), SIGNATURE.as_ptr());
    unsafe {
        for (key, hash, signature, wanted) in [
            (null(), hash, signature, status(Cause::NullPointer, Argument::PublicKey)),
            (&raw const public_key, null(), signature, status(Cause::NullPointer, Argument::Hash)),
            (&raw const public_key, hash, null(), status(Cause::NullPointer, Argument::Signature)),
            (&raw const public_key, hash, signature, status(Cause::NotOnCurve, Argument::PublicKey)),
        ] {
            assert_eq!(jurat_p256_verify(null_mut(), key, hash, signature), wanted);
        }
    }
}

#[test]
fn clocks_and_periods() {
    let clock = place(clock());
    let (seconds, state, moved, index) = (nothing(), nothing(), nothing(), nothing());
    let period = jurat_key_period { active_from: NOW, retired_at: 0 };
    unsafe {
        assert_eq!(jurat_clock_now(clock, NOW, seconds), JURAT_OK);
        assert_eq!(jurat_clock_issued_at(clock, NOW, seconds), JURAT_OK);
        assert_eq!(jurat_clock_state(clock, NOW, state), JURAT_OK);
        assert_eq!(jurat_clock_learn(clock, NOW + 100, NOW, NOW, 0, moved), JURAT_OK);
        assert_eq!((*moved, (*clock).state), (100, JURAT_CLOCK_ESTIMATED));
        assert_eq!(jurat_http_date(text("Mon, 23 Nov 2026 18:44:14 GMT"), seconds), JURAT_OK);
        assert_eq!(jurat_retry_after(text("7"), 0, state), JURAT_OK);
        assert_eq!((*seconds, *state), (NOW, 7));
        assert_eq!(jurat_signing_key(&period, 1, NOW, index), JURAT_OK);
        assert_eq!(*index, 0);
    }
    assert_eq!(jurat_time_fault(NOW * 1000, NOW), JURAT_TIME_FAULT_MILLISECONDS);
    for number in [0, 11, 12, u32::MAX] {
        let text = unsafe { core::ffi::CStr::from_ptr(jurat_time_fault_text(number)) };
        assert_eq!(text.is_empty(), number > 11);
    }
    for number in [0, 1, i32::MIN, i32::MAX, status(Cause::Overlap, Argument::Output)] {
        for text in [jurat_cause_text(number), jurat_argument_text(number), jurat_version()] {
            let _ = unsafe { core::ffi::CStr::from_ptr(text) }.to_str().unwrap();
        }
    }
    assert_eq!(jurat_argument_of(status(Cause::Overlap, Argument::Output)), Argument::Output.number());
    let keycloak = unsafe { jurat_profile_named(text("keycloak")) };
    assert!(core::ptr::eq(keycloak, &raw const jurat_profile_keycloak));
}

/// A result that is where an input is: what comes out is not said, but that it is a status is.
#[test]
fn results_in_the_place_of_inputs() {
    let (output, length) = (Room::new(2048), nothing());
    let to = output.at::<c_char>(0);
    let (good, grant) = (callback(GOOD), place(grant()));
    unsafe {
        // What is to be signed, in a text, in a struct.
        let inside = nothing::<jurat_to_be_signed>();
        let hash: *mut c_char = (&raw mut (*inside).hash).cast();
        let client = place(jurat_client_assertion { key_id: jurat_str { data: hash, length: 32 }, ..client() });
        let both = place(request(grant, client));
        inside.cast::<u8>().write_bytes(b'a', size_of::<jurat_to_be_signed>());
        assert!(jurat_token_request_prepare(both, to, 2048, length, inside, nothing()) <= JURAT_OK);
        inside.cast::<u8>().write_bytes(b'a', size_of::<jurat_to_be_signed>());
        assert!(jurat_client_assertion_prepare(client, to, 2048, length, inside) <= JURAT_OK);
        assert!(jurat_exchange_prepare(place(exchange()), both, NOW, to, 2048, length, nothing(), inside) <= JURAT_OK);
        let one = Room::new(JURAT_EXCHANGE_SIZE).at::<jurat_exchange>(0);
        one.write(exchange());
        assert!(
            jurat_exchange_prepare(one, place(request(null(), client)), NOW, to, 2048, length, inside, one.cast())
                <= JURAT_OK
        );
        let both = place(request(grant, place(*client)));
        assert!(jurat_token_request_prepare(both, to, 2048, length, both.cast(), nothing()) < JURAT_OK);

        // The length, in a text.
        length.write(usize::from_ne_bytes([b'a'; size_of::<usize>()]));
        (*client).key_id = jurat_str { data: length.cast(), length: 4 };
        assert_eq!(jurat_client_assertion_sign(client, good, to, 2048, length), JURAT_OK);
        // What a signer returned, in a text.
        let both = place(request(grant, client));
        (*client).key_id = jurat_str { data: (&raw const (*good).status).cast(), length: 4 };
        assert!(jurat_client_assertion_sign(client, good, to, 2048, length) <= JURAT_OK);
        assert!(jurat_token_request_sign(both, good, good, to, 2048, length) <= JURAT_OK);
        let verified = place(jurat_verified { signer: good, public_key: public_key() });
        let message: *const u8 = (&raw const (*good).status).cast();
        assert!(jurat_verified_sign(verified.cast(), SIGNATURE.as_ptr(), message, 4, to.cast(), 64, length) < JURAT_OK);

        // An answer, in its response and in a header; an exchange in both.
        for at in [0, 8, 16, 32, 64] {
            let memory = Room::of(&[b'a'; 512]);
            let body = || Room::of(b"{\"access_token\":\"a\",\"token_type\":\"bearer\"}");
            let answered = place(response(body(), 200));
            (*answered).age = jurat_str { data: memory.at(at), length: 8 };
            assert!(jurat_response_read(answered, memory.at(0)) <= JURAT_OK);
            let inside = memory.at::<jurat_response>(at);
            inside.write(response(body(), 200));
            assert!(jurat_response_read(inside, memory.at(0)) <= JURAT_OK);
            inside.write(response(body(), 200));
            let sent = memory.at::<jurat_exchange>(at + 200);
            sent.write(exchange());
            let client = place(self::client());
            let alone = place(request(null(), client));
            assert_eq!(jurat_exchange_sign(sent, alone, NOW, null_mut(), good, to, 2048, length), JURAT_OK);
            (*inside).retry_after = jurat_str { data: sent.cast(), length: 3 };
            assert!(jurat_exchange_answer(sent, inside, NOW, NOW, memory.at(200)) <= JURAT_OK);
        }
        // Metadata in its issuer; a clock in what it moved by; the place of a key in its period; one key in another.
        let memory = Room::of(ISSUER.as_bytes());
        let document = Room::of(b"{\"issuer\":\"https://as.example\"}");
        let larger = Room::new(size_of::<jurat_metadata>());
        larger.at::<u8>(0).copy_from_nonoverlapping(memory.at(0), memory.size);
        let issuer = jurat_str { data: larger.at(0), length: memory.size };
        assert!(jurat_metadata_read(document.at(0), document.size, issuer, 0, larger.at(0)) <= JURAT_OK);
        let clock = place(clock());
        assert!(jurat_clock_learn(clock, NOW, NOW, NOW, 0, &raw mut (*clock).offset) <= JURAT_OK);
        assert!(jurat_clock_now(clock, NOW, &raw mut (*clock).build_time) <= JURAT_OK);
        let period = place(jurat_key_period { active_from: NOW, retired_at: 0 });
        assert!(jurat_signing_key(period, 1, NOW, period.cast()) <= JURAT_OK);
        let both = Room::of(&[7; 64]);
        assert_eq!(jurat_key_import(both.at(0), 32, to.cast(), 32, length, both.at(0), both.at(0)), JURAT_OK);
        let memory = Room::of(&[0; 200]);
        let got = jurat_key_import(KEY.as_ptr(), 32, memory.at(0), 64, length, memory.at(32), null_mut());
        assert_eq!(got, status(Cause::Overlap, Argument::PublicKey));
        memory.at::<jurat_exchange>(0).write(exchange());
        assert!(jurat_exchange_step(memory.at(0), NOW, memory.at(8), memory.at(8)) <= JURAT_OK);
        assert!(jurat_exchange_clock(memory.at(0), memory.at(0)) <= JURAT_OK);
        assert!(jurat_exchange_init(memory.at(0), memory.at(0), 0) <= JURAT_OK);
    }
}
