//! The structs of the C API. Their names are the C names, so that cbindgen needs no table of renames.
#![allow(non_camel_case_types, clippy::exhaustive_structs)]

use core::ffi::{c_char, c_void};

/// Bytes of a SHA-256 hash.
pub const JURAT_HASH_SIZE: usize = 32;
/// Bytes of a raw ES256 signature: r, then s, 32 bytes each, big-endian.
pub const JURAT_SIGNATURE_SIZE: usize = 64;
/// Room that a callback has for its signature: the longest ES256 signature in DER, in bytes.
pub const JURAT_SIGNATURE_DER_SIZE: usize = 72;
/// Form of a signature: r, then s, 32 bytes each, big-endian.
pub const JURAT_SIGNATURE_RAW: u32 = 0;
/// Form of a signature: the DER of a SEQUENCE of r and s, as OpenSSL and many secure elements give it.
pub const JURAT_SIGNATURE_DER: u32 = 1;
/// Bytes of a P-256 private key: the scalar, big-endian.
pub const JURAT_KEY_SIZE: usize = 32;
/// Random bytes that make a `jti`.
pub const JURAT_RANDOM_SIZE: usize = 16;
/// Bytes of the secret that ids are derived from.
pub const JURAT_SECRET_SIZE: usize = 32;
/// Characters of a thumbprint: of a key (RFC 7638) or of a certificate (`x5t#S256`).
pub const JURAT_THUMBPRINT_LENGTH: usize = 43;
/// Bytes of a public key as SubjectPublicKeyInfo, in DER.
pub const JURAT_SPKI_DER_SIZE: usize = 91;
/// Bytes of a public key as SubjectPublicKeyInfo, in PEM.
pub const JURAT_SPKI_PEM_SIZE: usize = 178;
/// Characters of a `jti` that was made of random bytes.
pub const JURAT_JWT_ID_LENGTH: usize = 22;
/// The longest id, URL, name or parameter value that is taken, in bytes. The values of custom claims have no limit but the
/// output's.
pub const JURAT_MAX_VALUE_SIZE: usize = 2048;
/// The default lifetime of an assertion, in seconds.
pub const JURAT_DEFAULT_LIFETIME: u32 = 60;
/// The longest lifetime of an assertion, in seconds.
pub const JURAT_MAX_LIFETIME: u32 = 3600;

/// Flag of an assertion: a plain http URL is taken too. For test servers on loopback.
pub const JURAT_INSECURE_HTTP: u32 = 1;
/// Flag of an assertion: no `jti`. Many servers refuse that, and the others take the assertion twice.
pub const JURAT_OMIT_JWT_ID: u32 = 2;
/// Flag of a token request: no `client_id` beside the client assertion.
pub const JURAT_OMIT_CLIENT_ID: u32 = 4;

/// Grant type of a registration: client_credentials.
pub const JURAT_GRANT_CLIENT_CREDENTIALS: u32 = 1;
/// Grant type of a registration: urn:ietf:params:oauth:grant-type:jwt-bearer.
pub const JURAT_GRANT_JWT_BEARER: u32 = 2;

/// An imported key had no public half.
pub const JURAT_HALVES_ABSENT: u32 = 0;
/// The public half belongs to the private one.
pub const JURAT_HALVES_MATCH: u32 = 1;
/// There is a public half, but no software curve in the library to check it with.
pub const JURAT_HALVES_NOT_CHECKED: u32 = 2;

/// Kind of a claim: `text` is text, which is escaped as JSON needs it.
pub const JURAT_CLAIM_TEXT: u32 = 1;
/// Kind of a claim: `integer` is the value.
pub const JURAT_CLAIM_INTEGER: u32 = 2;
/// Kind of a claim: false for an `integer` of 0, true for 1; anything else is refused.
pub const JURAT_CLAIM_BOOLEAN: u32 = 3;
/// Kind of a claim: null.
pub const JURAT_CLAIM_NULL: u32 = 4;
/// Kind of a claim: `text` is one JSON value, which is checked and written as it is.
pub const JURAT_CLAIM_JSON: u32 = 5;

/// UTF-8 text with its length in bytes; no NUL is needed. `{NULL, 0}` means absent.
///
/// See jurat_text() for a NUL-terminated string and JURAT_TEXT() for a literal.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct jurat_str {
    /// The first byte.
    pub data: *const c_char,
    /// Bytes.
    pub length: usize,
}

/// A custom claim.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct jurat_claim {
    /// The member's name: not empty, not one of iss sub aud exp nbf iat jti, not that of another claim.
    pub name: jurat_str,
    /// One of JURAT_CLAIM_TEXT, _INTEGER, _BOOLEAN, _NULL, _JSON.
    pub kind: u32,
    /// The value of an integer or a boolean.
    pub integer: i64,
    /// The value of text or JSON text.
    pub text: jurat_str,
}

/// An extra request parameter.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct jurat_parameter {
    /// The name: not empty, not one that the library writes, not that of another parameter.
    pub name: jurat_str,
    /// The value: not empty.
    pub value: jurat_str,
}

/// Client authentication (RFC 7523 section 2.2, RFC 10070). Start from JURAT_CLIENT_ASSERTION_INIT.
///
/// One struct makes one assertion: a new attempt needs a new `jti` and a new `issued_at`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct jurat_client_assertion {
    /// sizeof(jurat_client_assertion).
    pub struct_size: u32,
    /// JURAT_INSECURE_HTTP, JURAT_OMIT_JWT_ID, or 0.
    pub flags: u32,
    /// The client id: `iss` and `sub`.
    pub client_id: jurat_str,
    /// The authorization server's issuer identifier: `aud`. An https URL without query or fragment, spelled as the
    /// server spells it.
    pub issuer: jurat_str,
    /// `iat`: seconds since 1970-01-01T00:00:00Z.
    pub issued_at: u64,
    /// `nbf`: seconds since 1970-01-01T00:00:00Z, 0 = absent.
    pub not_before: u64,
    /// Seconds from `iat` to `exp`, 1 to 3600.
    pub lifetime: u32,
    /// `jti`, new for every assertion; or else `random`.
    pub jwt_id: jurat_str,
    /// 16 bytes from a cryptographic random source, which become the `jti`; or else `jwt_id`.
    pub random: *const u8,
    /// JURAT_RANDOM_SIZE, or 0 when `random` is NULL.
    pub random_size: usize,
    /// `kid`, absent if `{NULL, 0}`.
    pub key_id: jurat_str,
    /// `x5t#S256`, as jurat_certificate_thumbprint() wrote it, absent if `{NULL, 0}`.
    pub certificate_thumbprint: jurat_str,
    /// Custom claims, in the order in which they are written.
    pub claims: *const jurat_claim,
    /// How many.
    pub claims_length: usize,
}

/// An authorization grant (RFC 7523 section 2.1). Start from JURAT_GRANT_ASSERTION_INIT.
///
/// One struct makes one assertion: a new attempt needs a new `jti` and a new `issued_at`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct jurat_grant_assertion {
    /// sizeof(jurat_grant_assertion).
    pub struct_size: u32,
    /// JURAT_INSECURE_HTTP, JURAT_OMIT_JWT_ID, or 0.
    pub flags: u32,
    /// Who issues the grant: `iss`.
    pub iss: jurat_str,
    /// Whom the token is for: `sub`.
    pub sub: jurat_str,
    /// The authorization server's issuer identifier, as `aud`; or else `token_endpoint`.
    pub issuer: jurat_str,
    /// The token endpoint, as `aud`, from the client's own configuration; or else `issuer`.
    pub token_endpoint: jurat_str,
    /// `typ`, absent if `{NULL, 0}`.
    pub type_: jurat_str,
    /// `iat`: seconds since 1970-01-01T00:00:00Z.
    pub issued_at: u64,
    /// `nbf`: seconds since 1970-01-01T00:00:00Z, 0 = absent.
    pub not_before: u64,
    /// Seconds from `iat` to `exp`, 1 to 3600.
    pub lifetime: u32,
    /// `jti`, new for every assertion; or else `random`.
    pub jwt_id: jurat_str,
    /// 16 bytes from a cryptographic random source, which become the `jti`; or else `jwt_id`.
    pub random: *const u8,
    /// JURAT_RANDOM_SIZE, or 0 when `random` is NULL.
    pub random_size: usize,
    /// `kid`, absent if `{NULL, 0}`.
    pub key_id: jurat_str,
    /// `x5t#S256`, as jurat_certificate_thumbprint() wrote it, absent if `{NULL, 0}`.
    pub certificate_thumbprint: jurat_str,
    /// Custom claims, in the order in which they are written.
    pub claims: *const jurat_claim,
    /// How many.
    pub claims_length: usize,
}

/// A token request. Start from JURAT_TOKEN_REQUEST_INIT.
///
/// With `client` alone: grant_type=client_credentials. With `grant`: the JWT bearer grant, and `client` authenticates
/// the client if it is there.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct jurat_token_request {
    /// sizeof(jurat_token_request).
    pub struct_size: u32,
    /// JURAT_OMIT_CLIENT_ID, or 0.
    pub flags: u32,
    /// The grant, or NULL.
    pub grant: *const jurat_grant_assertion,
    /// The client assertion, or NULL where there is a grant.
    pub client: *const jurat_client_assertion,
    /// `scope`: names separated by single spaces; absent if `{NULL, 0}`.
    pub scope: jurat_str,
    /// `resource` (RFC 8707): an absolute URI; absent if `{NULL, 0}`.
    pub resource: jurat_str,
    /// Extra parameters, in the order in which they are written.
    pub parameters: *const jurat_parameter,
    /// How many.
    pub parameters_length: usize,
}

/// A P-256 public key.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct jurat_public_key {
    /// The coordinate x, big-endian.
    pub x: [u8; 32],
    /// The coordinate y, big-endian.
    pub y: [u8; 32],
}

/// A public key as a JSON Web Key.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct jurat_jwk {
    /// The key.
    pub key: jurat_public_key,
    /// The `kid`, as the assertions will name it; if `{NULL, 0}`, the key's thumbprint (RFC 7638).
    pub key_id: jurat_str,
}

/// A client registration (RFC 7591) with private_key_jwt and ES256. Start from JURAT_REGISTRATION_INIT.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct jurat_registration {
    /// sizeof(jurat_registration).
    pub struct_size: u32,
    /// JURAT_INSECURE_HTTP, or 0.
    pub flags: u32,
    /// JURAT_GRANT_CLIENT_CREDENTIALS, JURAT_GRANT_JWT_BEARER, or both.
    pub grant_types: u32,
    /// The client's public keys; or else `jwks_uri`.
    pub keys: *const jurat_jwk,
    /// How many.
    pub keys_length: usize,
    /// Where the server can fetch them: an https URL; or else `keys`.
    pub jwks_uri: jurat_str,
    /// What to call the client, absent if `{NULL, 0}`.
    pub client_name: jurat_str,
    /// The scope it may ask for, absent if `{NULL, 0}`.
    pub scope: jurat_str,
    /// Its software, absent if `{NULL, 0}`.
    pub software_id: jurat_str,
    /// The version of its software, absent if `{NULL, 0}`.
    pub software_version: jurat_str,
}

/// When a key signs.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct jurat_key_period {
    /// From when on it signs: seconds since 1970-01-01T00:00:00Z.
    pub active_from: u64,
    /// From when on it is no longer published, and does not sign, in the same seconds; 0 while no end is planned.
    pub retired_at: u64,
}

/// Makes one ES256 signature.
///
/// `hash` is the SHA-256 hash of `message`, JURAT_HASH_SIZE bytes; `message` is the signing input. Use the one that the
/// key's owner takes. `signature` receives the signature in the form that the signer declares, and `*signature_length` its
/// bytes: JURAT_SIGNATURE_SIZE for a raw one. `signature_size` is JURAT_SIGNATURE_DER_SIZE, whatever the form.
/// Returns 0, or an error number of its own.
pub type jurat_sign_function = Option<
    unsafe extern "C" fn(
        context: *mut c_void,
        hash: *const u8,
        message: *const u8,
        message_length: usize,
        signature: *mut u8,
        signature_size: usize,
        signature_length: *mut usize,
    ) -> i32,
>;

/// Fills `random` with random bytes. Returns 0, or anything else when it could not.
pub type jurat_random_function =
    Option<unsafe extern "C" fn(context: *mut c_void, random: *mut u8, random_size: usize) -> i32>;

/// A private key in memory with entropy added to its nonces: the context of jurat_p256_hedged_sign().
#[repr(C)]
pub struct jurat_hedged_key {
    /// The key: JURAT_KEY_SIZE bytes, the scalar, big-endian.
    pub key: *const u8,
    /// The device's random source. When it fails, the signature is the deterministic one.
    pub random: jurat_random_function,
    /// For `random`, as it is.
    pub context: *mut c_void,
}

/// A signer whose signatures are verified before they are used: the context of jurat_verified_sign().
#[repr(C)]
pub struct jurat_verified {
    /// Who signs; its `status` receives what it returned.
    pub signer: *mut jurat_signer,
    /// The public key that the signatures have to verify with.
    pub public_key: jurat_public_key,
}

/// Whoever holds the key. Start from JURAT_SIGNER_INIT or JURAT_P256_SIGNER.
#[repr(C)]
pub struct jurat_signer {
    /// sizeof(jurat_signer).
    pub struct_size: u32,
    /// What `sign` returned last, untouched: look here when a call gives the cause JURAT_CAUSE_SIGNER_FAILED.
    pub status: i32,
    /// The form of its signatures: JURAT_SIGNATURE_RAW or JURAT_SIGNATURE_DER. It is never guessed.
    pub form: u32,
    /// Makes a signature.
    pub sign: jurat_sign_function,
    /// For `sign`, as it is.
    pub context: *mut c_void,
}

/// What a prepare call leaves to be signed. It points into the output of that call.
#[repr(C)]
pub struct jurat_to_be_signed {
    /// The signing input; NULL where there is nothing to sign.
    pub message: *const u8,
    /// Its bytes.
    pub message_length: usize,
    /// Its SHA-256 hash.
    pub hash: [u8; JURAT_HASH_SIZE],
}

const _: () = {
    // One truth: the constants that C sees are core's.
    assert!(JURAT_MAX_VALUE_SIZE == jurat_core::MAX_VALUE_SIZE);
    assert!(JURAT_DEFAULT_LIFETIME == jurat_core::DEFAULT_LIFETIME);
    assert!(JURAT_MAX_LIFETIME == jurat_core::MAX_LIFETIME);
    assert!(JURAT_THUMBPRINT_LENGTH == jurat_core::THUMBPRINT_SIZE);
    assert!(JURAT_SPKI_DER_SIZE == jurat_core::SPKI_DER_SIZE);
    assert!(JURAT_SPKI_PEM_SIZE == jurat_core::SPKI_PEM_SIZE);
};
