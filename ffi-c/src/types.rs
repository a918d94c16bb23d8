//! The structs of the C API. Their names are the C names, so that cbindgen needs no table of renames.
#![allow(non_camel_case_types, clippy::exhaustive_structs)]

use core::ffi::{c_char, c_void};

/// Bytes of a SHA-256 hash.
pub const JURAT_HASH_SIZE: usize = 32;
/// Bytes of a raw ES256 signature: r, then s, 32 bytes each, big-endian.
pub const JURAT_SIGNATURE_SIZE: usize = 64;
/// Bytes of a P-256 private key: the scalar, big-endian.
pub const JURAT_KEY_SIZE: usize = 32;
/// Random bytes that make a `jti`.
pub const JURAT_RANDOM_SIZE: usize = 16;
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

/// Makes one ES256 signature.
///
/// `hash` is the SHA-256 hash of `message`, JURAT_HASH_SIZE bytes; `message` is the signing input. Use the one that the
/// key's owner takes. `signature` receives JURAT_SIGNATURE_SIZE bytes: r, then s, 32 bytes each, big-endian, not DER.
/// Returns 0, or an error number of its own.
pub type jurat_sign_function = Option<
    unsafe extern "C" fn(
        context: *mut c_void,
        hash: *const u8,
        message: *const u8,
        message_length: usize,
        signature: *mut u8,
    ) -> i32,
>;

/// Whoever holds the key. Start from JURAT_SIGNER_INIT or JURAT_P256_SIGNER.
#[repr(C)]
pub struct jurat_signer {
    /// sizeof(jurat_signer).
    pub struct_size: u32,
    /// What `sign` returned last, untouched: look here when a call gives the cause JURAT_CAUSE_SIGNER_FAILED.
    pub status: i32,
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
};
