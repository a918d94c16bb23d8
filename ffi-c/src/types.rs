//! The structs of the C API. Their names are the C names, so that cbindgen needs no table of renames.
#![allow(non_camel_case_types, clippy::exhaustive_structs)]

use core::ffi::{c_char, c_void};

use jurat_core::Behaviour;

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
/// What `certificate_thumbprint` adds to the size of an assertion at most, in bytes.
pub const JURAT_CERTIFICATE_THUMBPRINT_SIZE: usize = 76;
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

/// Flag of a struct or a call: a plain http URL is taken too, of the URLs in it. For test servers on loopback.
pub const JURAT_INSECURE_HTTP: u32 = 1;
/// Flag of an assertion: no `jti`. Many servers refuse that, and the others take the assertion twice.
pub const JURAT_OMIT_JWT_ID: u32 = 2;
/// Flag of a token request: no `client_id` beside the client assertion.
pub const JURAT_OMIT_CLIENT_ID: u32 = 4;

/// Flag of a response: its body goes on where it ends, the buffer was too small for it.
pub const JURAT_BODY_TRUNCATED: u32 = 8;
/// Flag of a response: the connection ended before its body did.
pub const JURAT_BODY_INCOMPLETE: u32 = 524288;
/// Flag of a response: it had a `DPoP-Nonce` (RFC 9449 section 8).
pub const JURAT_DPOP_NONCE: u32 = 16;
/// Flag of jurat_response_http1(): no more bytes will come, since the connection has ended. It counts where
/// JURAT_BUFFER_FULL is set too.
pub const JURAT_CONNECTION_ENDED: u32 = 32;
/// Flag of jurat_response_http1(): the answer to a HEAD, which has no body.
pub const JURAT_HEAD: u32 = 64;
/// Flag of jurat_response_http1(): there is room for no more bytes, the buffer is full.
pub const JURAT_BUFFER_FULL: u32 = 128;
/// Flag of a profile: `nbf` is sent, with the value of `iat`.
pub const JURAT_PROFILE_NOT_BEFORE: u32 = 256;
/// Flag of a profile: an assertion without `jti` is refused.
pub const JURAT_PROFILE_JWT_ID_REQUIRED: u32 = 512;
/// Flag of a profile: claims that the server does not know are refused.
pub const JURAT_PROFILE_CLAIMS_REFUSED: u32 = 1024;
/// Flag of a profile: `client_id` is not sent beside the client assertion.
pub const JURAT_PROFILE_OMIT_CLIENT_ID: u32 = 2048;
/// Flag of a profile: the server wants a proof of possession as well, DPoP (RFC 9449) or a client certificate (RFC 8705).
/// It changes nothing here: the assertion is the client authentication only.
pub const JURAT_PROFILE_PROOF_OF_POSSESSION: u32 = 4096;

/// Flag of an evidence: the request had an `Authorization` header.
pub const JURAT_AUTHORIZATION_SENT: u32 = 8192;
/// Flag of an evidence: the request had a `DPoP` header (RFC 9449).
pub const JURAT_DPOP_SENT: u32 = 16384;
/// Flag of an evidence: the request had no `Content-Type`, and that is known.
pub const JURAT_CONTENT_TYPE_ABSENT: u32 = 32768;
/// Flag of a jurat_privacy: the client id is hashed, and with it `iss` and `sub` of client assertions.
pub const JURAT_HASH_CLIENT_ID: u32 = 65536;
/// Flag of a jurat_privacy: `jti` is hashed.
pub const JURAT_HASH_JWT_ID: u32 = 131072;
/// Flag of a jurat_privacy: `iss` and `sub` of grants are in clear, although they name people.
pub const JURAT_SHOW_GRANT: u32 = 262144;

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

/// ES256 in a profile: the server takes ES256 client assertions.
pub const JURAT_ES256_ACCEPTED: u32 = 1;
/// ES256 in a profile: only where the server's metadata lists it.
pub const JURAT_ES256_IF_ADVERTISED: u32 = 2;
/// ES256 in a profile: the server takes other algorithms only.
pub const JURAT_ES256_REFUSED: u32 = 3;
/// ES256 in a profile: the server takes an ES256 JWT as `client_secret`, which is another object.
pub const JURAT_ES256_CLIENT_SECRET: u32 = 4;
/// ES256 in a profile: the server wants a list of audiences, which is never sent.
pub const JURAT_ES256_AUDIENCE_LIST: u32 = 5;

/// Audience in a profile: the issuer identifier, whichever endpoint is contacted.
pub const JURAT_AUDIENCE_ISSUER: u32 = 1;
/// Audience in a profile: the token endpoint, and requests to that one only. It has to be configured.
pub const JURAT_AUDIENCE_TOKEN_ENDPOINT: u32 = 2;
/// Audience in a profile: the endpoint that is contacted. It has to be configured.
pub const JURAT_AUDIENCE_INVOKED_ENDPOINT: u32 = 3;
/// Audience in a profile: the absolute URI beside it.
pub const JURAT_AUDIENCE_FIXED: u32 = 4;
/// Audience in a profile: the client id, which is `iss`. For grants only.
pub const JURAT_AUDIENCE_CLIENT_ID: u32 = 5;

/// Type in a profile: `client-authentication+jwt` (RFC 10070). With no other audience than the issuer identifier.
pub const JURAT_TYPE_CLIENT_AUTHENTICATION: u32 = 1;
/// Type in a profile: `JWT`.
pub const JURAT_TYPE_JWT: u32 = 2;
/// Type in a profile: none.
pub const JURAT_TYPE_OMIT: u32 = 3;
/// Type in a profile: the one beside it.
pub const JURAT_TYPE_FIXED: u32 = 4;

/// Key id in a profile: nothing is needed, as long as the client has one key there.
pub const JURAT_KEY_ID_OPTIONAL: u32 = 1;
/// Key id in a profile: `kid` is needed.
pub const JURAT_KEY_ID_REQUIRED: u32 = 2;
/// Key id in a profile: `x5t#S256` is needed, the server knows keys by their certificates.
pub const JURAT_KEY_ID_CERTIFICATE_THUMBPRINT: u32 = 3;

/// Endpoint: the token endpoint (RFC 6749 section 3.2).
pub const JURAT_ENDPOINT_TOKEN: u32 = 1;
/// Endpoint: the pushed authorization request endpoint (RFC 9126 section 2).
pub const JURAT_ENDPOINT_PUSHED_AUTHORIZATION_REQUEST: u32 = 2;
/// Endpoint: the introspection endpoint (RFC 7662 section 2).
pub const JURAT_ENDPOINT_INTROSPECTION: u32 = 3;
/// Endpoint: the revocation endpoint (RFC 7009 section 2).
pub const JURAT_ENDPOINT_REVOCATION: u32 = 4;
/// Endpoint: the device authorization endpoint (RFC 8628 section 3.1).
pub const JURAT_ENDPOINT_DEVICE_AUTHORIZATION: u32 = 5;
/// Endpoint: the backchannel authentication endpoint (OpenID Connect CIBA Core 1.0 section 7).
pub const JURAT_ENDPOINT_BACKCHANNEL_AUTHENTICATION: u32 = 6;

/// Support in metadata: a list holds it, or the default of a list that is absent does.
pub const JURAT_SUPPORT_SUPPORTED: u32 = 1;
/// Support in metadata: there is a list, and it does not hold it.
pub const JURAT_SUPPORT_UNSUPPORTED: u32 = 2;
/// Support in metadata: there is no list, and the default of the standard does not hold it. A reason to ask, not one to
/// give up.
pub const JURAT_SUPPORT_NOT_ADVERTISED: u32 = 3;
/// Support in metadata: there is no list, and the standard gives no default.
pub const JURAT_SUPPORT_UNKNOWN: u32 = 4;

/// Well-known URL: `/.well-known/oauth-authorization-server` between host and path (RFC 8414 section 3.1). Tried first.
pub const JURAT_WELL_KNOWN_OAUTH_AUTHORIZATION_SERVER: u32 = 1;
/// Well-known URL: `/.well-known/openid-configuration` between host and path (RFC 8414 section 5).
pub const JURAT_WELL_KNOWN_OPENID_CONFIGURATION_INSERTED: u32 = 2;
/// Well-known URL: `/.well-known/openid-configuration` behind the path (OpenID Connect Discovery 1.0 section 4). Tried
/// last; for an issuer identifier without a path it is the one before.
pub const JURAT_WELL_KNOWN_OPENID_CONFIGURATION: u32 = 3;

/// A device's time: less than 30 seconds from the server's.
pub const JURAT_TIME_FAULT_NONE: u32 = 0;
/// A device's time: milliseconds, 10^11 or more.
pub const JURAT_TIME_FAULT_MILLISECONDS: u32 = 1;
/// A device's time: microseconds, 10^14 or more.
pub const JURAT_TIME_FAULT_MICROSECONDS: u32 = 2;
/// A device's time: nanoseconds, 10^17 or more.
pub const JURAT_TIME_FAULT_NANOSECONDS: u32 = 3;
/// A device's time: not set, before 2001-09-09 (10^9), such as that since the device was switched on.
pub const JURAT_TIME_FAULT_UNSET: u32 = 4;
/// A device's time: seconds since 2000-01-01, as many clock chips count.
pub const JURAT_TIME_FAULT_EPOCH_2000: u32 = 5;
/// A device's time: seconds since 2001-01-01.
pub const JURAT_TIME_FAULT_EPOCH_2001: u32 = 6;
/// A device's time: seconds since 1900-01-01, as NTP counts.
pub const JURAT_TIME_FAULT_NTP: u32 = 7;
/// A device's time: seconds since 1980-01-06, as GPS counts.
pub const JURAT_TIME_FAULT_GPS: u32 = 8;
/// A device's time: local time, off by a whole number of quarters of an hour, up to 14 hours.
pub const JURAT_TIME_FAULT_LOCAL_TIME: u32 = 9;
/// A device's time: 30 seconds or more, but less than 15 minutes off.
pub const JURAT_TIME_FAULT_DRIFT: u32 = 10;
/// A device's time: none of these.
pub const JURAT_TIME_FAULT_UNEXPLAINED: u32 = 11;

/// State of a clock: set by a source of the device's own, such as NTP.
pub const JURAT_CLOCK_TRUSTED: u32 = 1;
/// State of a clock: the time was learned from a server, now or before a restart.
pub const JURAT_CLOCK_ESTIMATED: u32 = 2;
/// State of a clock: not set, or at a time that cannot be right, before the build or more than 20 years after it.
pub const JURAT_CLOCK_UNSET: u32 = 3;

/// Outcome: a token (RFC 6749 section 5.1).
pub const JURAT_OUTCOME_TOKEN: u32 = 1;
/// Outcome: an error (RFC 6749 section 5.2).
pub const JURAT_OUTCOME_ERROR: u32 = 2;
/// Outcome: JSON that says what is wrong in a way of its own, such as problem details (RFC 9457).
pub const JURAT_OUTCOME_FOREIGN: u32 = 3;
/// Outcome: something else than JSON, a page of a proxy most likely.
pub const JURAT_OUTCOME_NOT_JSON: u32 = 4;
/// Outcome: no body.
pub const JURAT_OUTCOME_EMPTY: u32 = 5;
/// Outcome: what ends too early, JSON or the connection within the body.
pub const JURAT_OUTCOME_TRUNCATED: u32 = 6;
/// Outcome: more than the buffer holds.
pub const JURAT_OUTCOME_TOO_LARGE: u32 = 7;
/// Outcome: JSON that is no answer of OAuth; `unusable` says why.
pub const JURAT_OUTCOME_UNUSABLE: u32 = 8;
/// Outcome: a redirection, which is not followed, since it would hand the assertion to whoever is named there.
pub const JURAT_OUTCOME_REDIRECT: u32 = 9;

/// Step: ask the server for the time, with jurat_time_request() or any request to its origin that carries no assertion,
/// after jurat_exchange_ask_time().
pub const JURAT_STEP_LEARN_TIME: u32 = 1;
/// Step: send a request with new assertions, which jurat_exchange_sign() makes.
pub const JURAT_STEP_SEND: u32 = 2;
/// Step: wait so many seconds.
pub const JURAT_STEP_WAIT: u32 = 3;
/// Step: give the answer to the request that was made to jurat_exchange_answer().
pub const JURAT_STEP_ANSWER: u32 = 4;
/// Step: there is a token, nothing is left to do.
pub const JURAT_STEP_DONE: u32 = 5;
/// Step: give up, for a cause. Another exchange may be begun later.
pub const JURAT_STEP_STOP: u32 = 6;

/// Flag in an answer: `expires_in` is known.
pub const JURAT_ANSWER_EXPIRES: u32 = 1;
/// Flag in an answer: `renew_at` is known.
pub const JURAT_ANSWER_RENEW: u32 = 2;
/// Flag in an answer: the server wrote `expires_in` as text, which it should not.
pub const JURAT_ANSWER_EXPIRES_WAS_TEXT: u32 = 4;

/// Token type: used by sending it (RFC 6750).
pub const JURAT_TOKEN_TYPE_BEARER: u32 = 1;
/// Token type: used with a proof of possession (RFC 9449).
pub const JURAT_TOKEN_TYPE_DPOP: u32 = 2;
/// Token type: used in another way, which `token_type_text` names.
pub const JURAT_TOKEN_TYPE_OTHER: u32 = 3;

/// Error code: not one of the others.
pub const JURAT_ERROR_OTHER: u32 = 0;
/// Error code: `invalid_request` (RFC 6749 section 5.2).
pub const JURAT_ERROR_INVALID_REQUEST: u32 = 1;
/// Error code: `invalid_client`, client authentication failed.
pub const JURAT_ERROR_INVALID_CLIENT: u32 = 2;
/// Error code: `invalid_grant`, the grant failed.
pub const JURAT_ERROR_INVALID_GRANT: u32 = 3;
/// Error code: `unauthorized_client`, the client may not use this grant type.
pub const JURAT_ERROR_UNAUTHORIZED_CLIENT: u32 = 4;
/// Error code: `unsupported_grant_type`.
pub const JURAT_ERROR_UNSUPPORTED_GRANT_TYPE: u32 = 5;
/// Error code: `invalid_scope`.
pub const JURAT_ERROR_INVALID_SCOPE: u32 = 6;
/// Error code: `invalid_target` (RFC 8707 section 2).
pub const JURAT_ERROR_INVALID_TARGET: u32 = 7;
/// Error code: `use_dpop_nonce` (RFC 9449 section 8).
pub const JURAT_ERROR_USE_DPOP_NONCE: u32 = 8;
/// Error code: `server_error` (RFC 6749 section 4.1.2.1).
pub const JURAT_ERROR_SERVER_ERROR: u32 = 9;
/// Error code: `temporarily_unavailable` (RFC 6749 section 4.1.2.1).
pub const JURAT_ERROR_TEMPORARILY_UNAVAILABLE: u32 = 10;

/// Bytes of an exchange.
pub const JURAT_EXCHANGE_SIZE: usize = 99;
/// The most requests with an assertion that an exchange can be allowed.
pub const JURAT_MAX_ATTEMPTS: u32 = 4;

/// The most causes that a diagnosis has; beyond these, the less likely ones are left out.
pub const JURAT_MAX_CAUSES: usize = 12;
/// The most causes that are given as indistinguishable.
pub const JURAT_MAX_CANDIDATES: usize = 4;
/// Places for the checks of a diagnosis; those that no JURAT_CHECK_ number has are JURAT_STATUS_NOT_APPLICABLE.
pub const JURAT_CHECKS: usize = 48;

/// Check: it is a POST.
pub const JURAT_CHECK_HTTP_METHOD: u32 = 0;
/// Check: the body is a form.
pub const JURAT_CHECK_CONTENT_TYPE: u32 = 1;
/// Check: no parameter is there twice.
pub const JURAT_CHECK_PARAMETERS: u32 = 2;
/// Check: there is one way of client authentication.
pub const JURAT_CHECK_CLIENT_AUTHENTICATION: u32 = 3;
/// Check: the grant type is there, and the server and the registration have it.
pub const JURAT_CHECK_GRANT_TYPE: u32 = 4;
/// Check: the assertion is there.
pub const JURAT_CHECK_ASSERTION: u32 = 5;
/// Check: `client_assertion_type` is the right one.
pub const JURAT_CHECK_ASSERTION_TYPE: u32 = 6;
/// Check: three segments of base64url, two of them JSON objects, no name twice.
pub const JURAT_CHECK_STRUCTURE: u32 = 7;
/// Check: the assertion is not too long.
pub const JURAT_CHECK_LENGTH: u32 = 8;
/// Check: it is used for what it was made for.
pub const JURAT_CHECK_PURPOSE: u32 = 9;
/// Check: `alg`.
pub const JURAT_CHECK_ALGORITHM: u32 = 10;
/// Check: `typ`.
pub const JURAT_CHECK_TYPE_HEADER: u32 = 11;
/// Check: nothing in the header that a server has to refuse.
pub const JURAT_CHECK_HEADER_MEMBERS: u32 = 12;
/// Check: `iss` and `sub`.
pub const JURAT_CHECK_ISSUER_AND_SUBJECT: u32 = 13;
/// Check: the parameter `client_id`.
pub const JURAT_CHECK_CLIENT_ID: u32 = 14;
/// Check: the client is the registered one.
pub const JURAT_CHECK_CLIENT: u32 = 15;
/// Check: it is registered for `private_key_jwt`, which the server has.
pub const JURAT_CHECK_AUTH_METHOD: u32 = 16;
/// Check: `aud`.
pub const JURAT_CHECK_AUDIENCE: u32 = 17;
/// Check: times are seconds since 1970.
pub const JURAT_CHECK_TIME_UNIT: u32 = 18;
/// Check: the device's clock.
pub const JURAT_CHECK_CLOCK: u32 = 19;
/// Check: `exp`.
pub const JURAT_CHECK_EXPIRATION: u32 = 20;
/// Check: `nbf`.
pub const JURAT_CHECK_NOT_BEFORE: u32 = 21;
/// Check: `iat`.
pub const JURAT_CHECK_ISSUED_AT: u32 = 22;
/// Check: from `iat` or now to `exp`.
pub const JURAT_CHECK_LIFETIME: u32 = 23;
/// Check: `jti`.
pub const JURAT_CHECK_JWT_ID: u32 = 24;
/// Check: `jti` is new.
pub const JURAT_CHECK_REPLAY: u32 = 25;
/// Check: `kid`.
pub const JURAT_CHECK_KEY_ID: u32 = 26;
/// Check: the key is registered.
pub const JURAT_CHECK_KEY: u32 = 27;
/// Check: the signature has the right form.
pub const JURAT_CHECK_SIGNATURE_FORM: u32 = 28;
/// Check: the signature verifies.
pub const JURAT_CHECK_SIGNATURE: u32 = 29;
/// Check: no claims that the server refuses.
pub const JURAT_CHECK_CLAIMS: u32 = 30;
/// Check: the scope is registered.
pub const JURAT_CHECK_SCOPE: u32 = 31;
/// Check: a proof of possession, where the server wants one.
pub const JURAT_CHECK_PROOF_OF_POSSESSION: u32 = 32;
/// Check: the metadata is that of the issuer.
pub const JURAT_CHECK_METADATA: u32 = 33;

/// Status of a check: there is nothing to check.
pub const JURAT_STATUS_NOT_APPLICABLE: u32 = 0;
/// Status of a check: it holds.
pub const JURAT_STATUS_PASSED: u32 = 1;
/// Status of a check: evidence is missing.
pub const JURAT_STATUS_NOT_DECIDABLE: u32 = 2;
/// Status of a check: it does not hold, and there is a cause for it.
pub const JURAT_STATUS_FAILED: u32 = 3;

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

/// For the library alone: what a jurat_claims_function is called with.
#[non_exhaustive]
pub enum jurat_claims_call {}

/// The function jurat_claims_hook(), which JURAT_CLAIMS() names, so that it is linked nowhere else.
pub type jurat_claims_function = Option<unsafe extern "C" fn(call: *mut jurat_claims_call)>;

/// Custom claims: JURAT_CLAIMS(array), or JURAT_CLAIMS_NONE.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct jurat_claims {
    /// The claims.
    pub entries: *const jurat_claim,
    /// How many.
    pub length: usize,
    /// jurat_claims_hook: the code for claims gets only into firmware that names it.
    pub hook: jurat_claims_function,
}

/// An extra request parameter.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct jurat_parameter {
    /// The name: not empty, not one that the library writes, not that of another parameter, and beside a client assertion
    /// not `client_secret`.
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
    /// server spells it; or else `server`.
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
    /// Custom claims, in the order in which they are written: JURAT_CLAIMS(array).
    pub claims: jurat_claims,
    /// The server, whose profile decides on `aud`, `typ` and more; or else `issuer`.
    pub server: *const jurat_server,
    /// Where the request goes: one of the JURAT_ENDPOINT_ numbers, 0 for the token endpoint. Only with `server`.
    pub endpoint: u32,
    /// Its URL from configuration, needed when the profile's audience is that endpoint; absent if `{NULL, 0}`. For the token
    /// endpoint, that of `server` stands in.
    pub endpoint_url: jurat_str,
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
    /// The authorization server's issuer identifier, as `aud`; or else `token_endpoint` or `server`.
    pub issuer: jurat_str,
    /// The token endpoint, as `aud`, from the client's own configuration; or else `issuer` or `server`.
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
    /// Custom claims, in the order in which they are written: JURAT_CLAIMS(array).
    pub claims: jurat_claims,
    /// The server, whose profile decides on `aud` and more; or else `issuer` or `token_endpoint`.
    pub server: *const jurat_server,
}

/// For the library alone: what a jurat_server_function is called with.
#[non_exhaustive]
pub enum jurat_server_call {}

/// For the library alone: what a jurat_http_function is called with.
#[non_exhaustive]
pub enum jurat_http_call {}

/// The function jurat_server_hook(), which its user names where it is wanted, so that it is linked nowhere else.
pub type jurat_server_function = Option<unsafe extern "C" fn(call: *mut jurat_server_call)>;

/// The function jurat_http_hook(), which its user names where it is wanted, so that it is linked nowhere else. Its type is
/// not that of jurat_server_hook(), so that neither takes the other's place.
pub type jurat_http_function = Option<unsafe extern "C" fn(call: *mut jurat_http_call)>;

/// A token request. Start from JURAT_TOKEN_REQUEST_INIT.
///
/// With `client` alone: grant_type=client_credentials. With `grant`: the JWT bearer grant, and `client` authenticates
/// the client if it is there.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct jurat_token_request {
    /// sizeof(jurat_token_request).
    pub struct_size: u32,
    /// JURAT_OMIT_CLIENT_ID, JURAT_INSECURE_HTTP, or 0.
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
    /// The URL that an HTTP/1.1 request is written for, whole: its head (RFC 9112) with `Connection: close`, then the body.
    /// For firmware that has a TLS socket and no HTTP client. Only the body if `{NULL, 0}`.
    pub http_endpoint: jurat_str,
    /// jurat_http_hook, with `http_endpoint`: the code for it gets only into firmware that names it. NULL otherwise.
    pub http_hook: jurat_http_function,
}

/// How a server departs from RFC 10070. Start from JURAT_PROFILE_INIT, or from a copy of a profile that the library has:
/// `jurat_profile mine = jurat_profile_keycloak;`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct jurat_profile {
    /// sizeof(jurat_profile).
    pub struct_size: u32,
    /// JURAT_PROFILE_NOT_BEFORE, _JWT_ID_REQUIRED, _CLAIMS_REFUSED, _OMIT_CLIENT_ID, _PROOF_OF_POSSESSION, or 0.
    pub flags: u32,
    /// The name to configure it by: lower case, with hyphens. No call but jurat_profile_named() looks at it.
    pub id: jurat_str,
    /// How far the server takes ES256 client assertions: JURAT_ES256_ACCEPTED, _IF_ADVERTISED, _REFUSED, _CLIENT_SECRET,
    /// _AUDIENCE_LIST.
    pub es256: u32,
    /// `aud` of client assertions: JURAT_AUDIENCE_ISSUER, _TOKEN_ENDPOINT, _INVOKED_ENDPOINT, _FIXED.
    pub audience: u32,
    /// The absolute URI of JURAT_AUDIENCE_FIXED, `{NULL, 0}` otherwise.
    pub audience_fixed: jurat_str,
    /// `typ` of client assertions: JURAT_TYPE_CLIENT_AUTHENTICATION, _JWT, _OMIT, _FIXED.
    pub type_: u32,
    /// The type of JURAT_TYPE_FIXED, `{NULL, 0}` otherwise.
    pub type_fixed: jurat_str,
    /// The most seconds between `iat` and `exp` of a client assertion that the server takes, at most JURAT_MAX_LIFETIME.
    pub max_lifetime: u32,
    /// What the header must have: JURAT_KEY_ID_OPTIONAL, _REQUIRED, _CERTIFICATE_THUMBPRINT.
    pub key_id: u32,
    /// `aud` of grants: one of the numbers of `audience`, or JURAT_AUDIENCE_CLIENT_ID; 0: the server is not known to take
    /// grants.
    pub grant_audience: u32,
    /// The absolute URI of JURAT_AUDIENCE_FIXED, `{NULL, 0}` otherwise.
    pub grant_audience_fixed: jurat_str,
    /// The most seconds between `iat` and `exp` of a grant that the server takes, at most JURAT_MAX_LIFETIME.
    pub grant_max_lifetime: u32,
    /// Seconds that `iat` or `nbf` may be ahead of the server's clock; UINT32_MAX: not known.
    pub future_tolerance: u32,
    /// Seconds that an assertion is taken for after `exp`; UINT32_MAX: not known.
    pub expiry_tolerance: u32,
}

/// What a server says about itself (RFC 8414), as jurat_metadata_read() gives it. Its texts point into the document.
///
/// Its endpoints are where to send a request, and never become the audience of an assertion (RFC 10070).
#[derive(Clone, Copy)]
#[repr(C)]
pub struct jurat_metadata {
    /// sizeof(jurat_metadata).
    pub struct_size: u32,
    /// 0.
    pub flags: u32,
    /// The issuer identifier, which is the one that was asked for.
    pub issuer: jurat_str,
    /// `token_endpoint`, `{NULL, 0}` if it is not there.
    pub token_endpoint: jurat_str,
    /// `pushed_authorization_request_endpoint`, likewise.
    pub pushed_authorization_request_endpoint: jurat_str,
    /// `introspection_endpoint`, likewise.
    pub introspection_endpoint: jurat_str,
    /// `revocation_endpoint`, likewise.
    pub revocation_endpoint: jurat_str,
    /// `device_authorization_endpoint`, likewise.
    pub device_authorization_endpoint: jurat_str,
    /// `backchannel_authentication_endpoint`, likewise.
    pub backchannel_authentication_endpoint: jurat_str,
    /// `grant_types_supported`, the JSON array as it stands in the document, likewise. Of grant types, a diagnosis looks
    /// here and nowhere else.
    pub grant_types: jurat_str,
    /// private_key_jwt at the token endpoint: JURAT_SUPPORT_SUPPORTED, _UNSUPPORTED, _NOT_ADVERTISED, _UNKNOWN. It holds
    /// for the pushed authorization request, device authorization and backchannel authentication endpoints too.
    pub token_private_key_jwt: u32,
    /// ES256 client assertions at the token endpoint, likewise.
    pub token_es256: u32,
    /// private_key_jwt at the introspection endpoint, likewise.
    pub introspection_private_key_jwt: u32,
    /// ES256 client assertions at the introspection endpoint, likewise.
    pub introspection_es256: u32,
    /// private_key_jwt at the revocation endpoint, likewise.
    pub revocation_private_key_jwt: u32,
    /// ES256 client assertions at the revocation endpoint, likewise.
    pub revocation_es256: u32,
    /// The grant type client_credentials, likewise.
    pub client_credentials: u32,
    /// The grant type urn:ietf:params:oauth:grant-type:jwt-bearer, likewise.
    pub jwt_bearer: u32,
}

/// An authorization server, as the client is configured for it. Start from JURAT_SERVER_INIT.
///
/// Nothing that a server answers changes any of it (RFC 10070): another audience is another configuration.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct jurat_server {
    /// sizeof(jurat_server).
    pub struct_size: u32,
    /// JURAT_INSECURE_HTTP, or 0.
    pub flags: u32,
    /// The issuer identifier: an https URL without query or fragment, spelled as the server spells it.
    pub issuer: jurat_str,
    /// The token endpoint, needed only when the profile's audience is an endpoint; absent if `{NULL, 0}`.
    pub token_endpoint: jurat_str,
    /// What product it is; NULL: one that follows RFC 10070.
    pub profile: *const jurat_profile,
    /// Its metadata: what it excludes is refused before it is sent. NULL: not known.
    pub metadata: *const jurat_metadata,
    /// jurat_server_hook, as JURAT_SERVER_INIT sets it.
    pub hook: jurat_server_function,
}

/// What corrects the device's clock, which it never sets. Plain data, to be kept. Start from JURAT_CLOCK_INIT.
///
/// What the calls take as `device` is the whole seconds that the device's clock shows, since whatever moment, rounded down,
/// and below 10^11. That clock may stand wrong, but it has to run evenly.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct jurat_clock {
    /// sizeof(jurat_clock).
    pub struct_size: u32,
    /// JURAT_CLOCK_TRUSTED, _ESTIMATED or _UNSET.
    pub state: u32,
    /// When the firmware was built: no right clock shows an earlier time. Seconds since 1970-01-01T00:00:00Z.
    pub build_time: u64,
    /// Seconds to be added to what the device's clock shows; 0 unless `state` is JURAT_CLOCK_ESTIMATED.
    pub offset: i64,
    /// How many seconds the corrected time may be off by. Over a restart of the device, add what its clock may have drifted.
    /// Does not matter for JURAT_CLOCK_UNSET.
    pub uncertainty: u32,
}

/// An answer of a server, as the HTTP client gave it. Start from JURAT_RESPONSE_INIT.
///
/// Only answers that came over TLS from the configured server are worth reading.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct jurat_response {
    /// sizeof(jurat_response).
    pub struct_size: u32,
    /// JURAT_BODY_TRUNCATED, JURAT_BODY_INCOMPLETE, JURAT_DPOP_NONCE, or 0.
    pub flags: u32,
    /// The HTTP status, such as 200.
    pub status: u32,
    /// The body. It is changed when it is read, which is possible once.
    pub body: *mut c_char,
    /// Its bytes.
    pub body_size: usize,
    /// `Content-Type`, without white space around it, absent if `{NULL, 0}`. What a body is shows when it is read.
    pub content_type: jurat_str,
    /// `Date`, likewise.
    pub date: jurat_str,
    /// `Age`, likewise.
    pub age: jurat_str,
    /// `Retry-After`, likewise.
    pub retry_after: jurat_str,
}

/// What an answer meant. Its texts point into the body of the response, which holds the token until the caller wipes it.
///
/// Texts of an error are printable ASCII, 512 bytes at most, and what looked like a token in them is gone. They say what the
/// server says, and prove nothing.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct jurat_answer {
    /// What it was: one of the JURAT_OUTCOME_ numbers.
    pub outcome: u32,
    /// Why it is of no use with JURAT_OUTCOME_UNUSABLE: a JURAT_CAUSE_ number. 0 otherwise.
    pub unusable: u32,
    /// What to do now: one of the JURAT_STEP_ numbers; 0 from jurat_response_read().
    pub step: u32,
    /// Seconds to wait with JURAT_STEP_WAIT. 0 otherwise.
    pub wait: u32,
    /// Why to stop with JURAT_STEP_STOP: a JURAT_CAUSE_ number. 0 otherwise.
    pub cause: u32,
    /// JURAT_ANSWER_EXPIRES, JURAT_ANSWER_RENEW, JURAT_ANSWER_EXPIRES_WAS_TEXT, or 0.
    pub flags: u32,
    /// For how many seconds from the answer on the token is good, with JURAT_ANSWER_EXPIRES.
    pub expires_in: u32,
    /// How the token is used: JURAT_TOKEN_TYPE_BEARER, _DPOP or _OTHER; 0 without a token.
    pub token_type: u32,
    /// When to renew the token, in seconds of the device's clock, with JURAT_ANSWER_RENEW: shortly before it expires.
    pub renew_at: u64,
    /// Seconds that the corrected time moved by because of this answer.
    pub clock_moved: i64,
    /// The token. It is a credential: it belongs into no log.
    pub access_token: jurat_str,
    /// The token type as the server wrote it, with JURAT_TOKEN_TYPE_OTHER.
    pub token_type_text: jurat_str,
    /// The scope that the token has; `{NULL, 0}`: the one that was asked for.
    pub scope: jurat_str,
    /// With JURAT_OUTCOME_ERROR: one of the JURAT_ERROR_ numbers. 0 otherwise.
    pub error_code: u32,
    /// `error` as the server wrote it, 64 bytes at most; with JURAT_OUTCOME_FOREIGN its `code`, absent if `{NULL, 0}`.
    pub error: jurat_str,
    /// `error_description`; with JURAT_OUTCOME_FOREIGN its `detail`, or else its `message`, or else its `title`.
    pub description: jurat_str,
    /// `error_uri`. Not to be followed without thought: whoever answered chose it.
    pub uri: jurat_str,
}

/// How an assertion becomes a token: what to send, and what to do with each answer. jurat_exchange_init() starts it.
///
/// It may be copied, put away while the device sleeps, and taken up again if the device's clock runs on meanwhile; it holds
/// nothing secret. Its bytes are those of this version of the library.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct jurat_exchange {
    /// For the library.
    pub bytes: [u8; JURAT_EXCHANGE_SIZE],
}

/// Says whether a signature is right, as jurat_p256_verify() does; a secure element may do it as well.
///
/// `hash` is the SHA-256 of what should have been signed, JURAT_HASH_SIZE bytes; `signature` is r, then s,
/// JURAT_SIGNATURE_SIZE bytes, each of the two in its range. Returns 0 when it is right, and anything else when it is not, or
/// when `public_key` is no point of P-256. It has to return, as a jurat_sign_function has. It changes nothing of what the call
/// was given.
pub type jurat_verify_function = Option<
    unsafe extern "C" fn(
        context: *mut c_void,
        public_key: *const jurat_public_key,
        hash: *const u8,
        signature: *const u8,
    ) -> i32,
>;

/// What a server product is known to do when it judges, and what its texts mean: one of the `jurat_behaviour_` constants.
/// Firmware has in it those that it names.
pub struct jurat_behaviour {
    pub(crate) behaviour: &'static Behaviour<'static>,
    /// Where the profile of the same id comes from, and when that was.
    pub(crate) source: &'static str,
    pub(crate) date: &'static str,
}

/// What is known of a request and of the answer to it. Start from JURAT_EVIDENCE_INIT.
///
/// All of it may be absent: what cannot be decided then is said to be so, and never taken to be right. Everything is only
/// read, but for `scratch`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct jurat_evidence {
    /// sizeof(jurat_evidence).
    pub struct_size: u32,
    /// JURAT_AUTHORIZATION_SENT, JURAT_DPOP_SENT, JURAT_CONTENT_TYPE_ABSENT, or 0.
    pub flags: u32,
    /// The method of the request, such as "POST"; not known if `{NULL, 0}`.
    pub method: jurat_str,
    /// The URL that was contacted; not known if `{NULL, 0}`.
    pub endpoint: jurat_str,
    /// `Content-Type` of the request; not known if `{NULL, 0}`.
    pub content_type: jurat_str,
    /// The form as it was sent, byte by byte, without an HTTP head before it. It holds the assertions: keep it until the answer
    /// is there, and wipe it then.
    pub request_body: *const c_char,
    /// Its bytes; 0 where it is not at hand.
    pub request_body_size: usize,
    /// The answer: its status and headers, the body is not looked at. NULL where there is none.
    pub response: *const jurat_response,
    /// What jurat_exchange_answer() or jurat_response_read() made of it; together with `response`.
    pub answer: *const jurat_answer,
    /// What the device's clock showed when the request was sent, or shows now: seconds since 1970-01-01T00:00:00Z; 0: not
    /// known.
    pub sent_at: u64,
    /// What it showed when the answer had come, in the same seconds; 0: not known.
    pub received_at: u64,
    /// Where its time comes from, such as "ntp"; not known if `{NULL, 0}`.
    pub clock_source: jurat_str,
    /// By how many seconds it may be wrong; UINT32_MAX: not known.
    pub clock_uncertainty: u32,
    /// The server, as the request was made for it; or else `issuer` and `token_endpoint`.
    pub server: *const jurat_server,
    /// The server's issuer identifier, from configuration; or else `server`.
    pub issuer: jurat_str,
    /// The server's token endpoint, from configuration; or else `server`.
    pub token_endpoint: jurat_str,
    /// What the server's product is known to do, such as `&jurat_behaviour_keycloak`; NULL: not known.
    pub behaviour: *const jurat_behaviour,
    /// What jurat_metadata_read() returned, where it refused the server's metadata: `server` has none then. 0 otherwise.
    pub metadata_status: i32,
    /// When the metadata was fetched, in seconds since 1970-01-01T00:00:00Z; 0: not known.
    pub metadata_fetched_at: u64,
    /// The SHA-256 of the metadata as it was fetched, JURAT_HASH_SIZE bytes; NULL: not known.
    pub metadata_digest: *const u8,
    /// How the client is registered at the server (RFC 7591): a JSON object, with `client_id` and `jwks` if they are known.
    pub registration: *const c_char,
    /// Its bytes; 0 where it is not at hand.
    pub registration_size: usize,
    /// The JWK set that the client publishes (RFC 7517 section 5), besides that of its registration.
    pub jwks: *const c_char,
    /// Its bytes; 0 where it is not at hand.
    pub jwks_size: usize,
    /// Where that set was fetched, a URL; not known if `{NULL, 0}`.
    pub jwks_source: jurat_str,
    /// When, in seconds since 1970-01-01T00:00:00Z; 0: not known.
    pub jwks_fetched_at: u64,
    /// For how many seconds a copy of it may be kept; UINT32_MAX: not known.
    pub jwks_max_age: u32,
    /// The public half of the key that signs; NULL: not known.
    pub public_key: *const jurat_public_key,
    /// The `jti` values that were sent before, without that of this request. NULL: not known.
    pub seen: *const jurat_str,
    /// How many; 0 beside a pointer that is not NULL says that there were none.
    pub seen_length: usize,
    /// Verifies signatures, such as jurat_p256_verify; NULL: whether they are right is not decidable.
    pub verify: jurat_verify_function,
    /// For `verify`, as it is.
    pub verify_context: *mut c_void,
    /// Memory for what is decoded. JURAT_DIAGNOSIS_SCRATCH_SIZE() bytes are enough for any request; of one that the library
    /// wrote without JSON escapes, `request_body_size` bytes are.
    pub scratch: *mut u8,
    /// Its bytes.
    pub scratch_size: usize,
}

/// A cause of a refusal, and how sure it is.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct jurat_finding {
    /// What is wrong: one of the JURAT_FAULT_ numbers. jurat_fault_code() names it, jurat_fault_text() says what to do.
    pub fault: u32,
    /// JURAT_CLASS_PROVEN, _STATED or _CONSISTENT.
    pub class_: u32,
}

/// Why a request was refused, or what would have it refused.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct jurat_diagnosis {
    /// How many causes there are; none where nothing that is known speaks against the request.
    pub causes_length: u32,
    /// The causes, the likeliest first; zero behind the last.
    pub causes: [jurat_finding; JURAT_MAX_CAUSES],
    /// How many causes cannot be told apart; 0 where one stands out.
    pub candidates_length: u32,
    /// These, JURAT_FAULT_ numbers, the likeliest first; zero behind the last.
    pub candidates: [u32; JURAT_MAX_CANDIDATES],
    /// The one piece of evidence that would decide more: one of the JURAT_WANTED_ numbers, 0 for none. jurat_wanted_text()
    /// says it.
    pub wanted: u32,
    /// What became of each check, by its JURAT_CHECK_ number: JURAT_STATUS_PASSED, _FAILED, _NOT_DECIDABLE or _NOT_APPLICABLE.
    pub checks: [u8; JURAT_CHECKS],
}

/// What of a record is in clear, and what is a keyed hash. Start from JURAT_PRIVACY_INIT.
///
/// Client id and `jti` are in clear unless a flag says otherwise; `iss` and `sub` of a grant are hashed unless a flag says
/// otherwise. A signature, a key, a token or a whole assertion is never in a record.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct jurat_privacy {
    /// sizeof(jurat_privacy).
    pub struct_size: u32,
    /// JURAT_HASH_CLIENT_ID, JURAT_HASH_JWT_ID, JURAT_SHOW_GRANT, or 0.
    pub flags: u32,
    /// The key of the hashes (HMAC-SHA256): one for a device or an export, random, and for nobody who is not to guess names.
    pub hash_key: *const u8,
    /// Its bytes, 16 or more.
    pub hash_key_size: usize,
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
/// Returns 0, or an error number of its own. It has to return: longjmp() or an exception out of it would leave parts of the
/// request behind. It changes nothing of what the call was given.
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

/// Fills `random` with random bytes. Returns 0, or anything else when it could not. It has to return, as a jurat_sign_function
/// has.
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
    assert!(JURAT_CERTIFICATE_THUMBPRINT_SIZE == jurat_core::CERTIFICATE_THUMBPRINT_MEMBER_SIZE);
    assert!(JURAT_SPKI_DER_SIZE == jurat_core::SPKI_DER_SIZE);
    assert!(JURAT_SPKI_PEM_SIZE == jurat_core::SPKI_PEM_SIZE);
    assert!(JURAT_EXCHANGE_SIZE == jurat_core::EXCHANGE_SIZE);
    assert!(JURAT_MAX_ATTEMPTS == jurat_core::MAX_ATTEMPTS as u32);
    assert!(JURAT_MAX_CAUSES == jurat_core::MAX_CAUSES);
    assert!(JURAT_MAX_CANDIDATES == jurat_core::MAX_CANDIDATES);
    assert!(JURAT_CHECKS >= jurat_core::Check::ALL.len());
};

#[cfg(test)]
mod tests {
    use jurat_core::{Endpoint, ErrorCode, Support, TimeFault, WellKnown};

    use super::*;

    fn same<T: Copy>(core: &[T], number: impl Fn(T) -> i32, c: &[u32]) {
        assert!(core.iter().map(|value| number(*value).unsigned_abs()).eq(c.iter().copied()));
    }

    #[test]
    fn the_numbers_are_those_of_core() {
        same(
            &Endpoint::ALL,
            Endpoint::number,
            &[
                JURAT_ENDPOINT_TOKEN,
                JURAT_ENDPOINT_PUSHED_AUTHORIZATION_REQUEST,
                JURAT_ENDPOINT_INTROSPECTION,
                JURAT_ENDPOINT_REVOCATION,
                JURAT_ENDPOINT_DEVICE_AUTHORIZATION,
                JURAT_ENDPOINT_BACKCHANNEL_AUTHENTICATION,
            ],
        );
        same(
            &[Support::Supported, Support::Unsupported, Support::NotAdvertised, Support::Unknown],
            Support::number,
            &[JURAT_SUPPORT_SUPPORTED, JURAT_SUPPORT_UNSUPPORTED, JURAT_SUPPORT_NOT_ADVERTISED, JURAT_SUPPORT_UNKNOWN],
        );
        same(
            &[
                WellKnown::OauthAuthorizationServer,
                WellKnown::OpenidConfigurationInserted,
                WellKnown::OpenidConfiguration,
            ],
            WellKnown::number,
            &[
                JURAT_WELL_KNOWN_OAUTH_AUTHORIZATION_SERVER,
                JURAT_WELL_KNOWN_OPENID_CONFIGURATION_INSERTED,
                JURAT_WELL_KNOWN_OPENID_CONFIGURATION,
            ],
        );
        same(
            &[
                TimeFault::None,
                TimeFault::Milliseconds,
                TimeFault::Microseconds,
                TimeFault::Nanoseconds,
                TimeFault::Unset,
                TimeFault::Epoch2000,
                TimeFault::Epoch2001,
                TimeFault::Ntp,
                TimeFault::Gps,
                TimeFault::LocalTime,
                TimeFault::Drift,
                TimeFault::Unexplained,
            ],
            TimeFault::number,
            &[
                JURAT_TIME_FAULT_NONE,
                JURAT_TIME_FAULT_MILLISECONDS,
                JURAT_TIME_FAULT_MICROSECONDS,
                JURAT_TIME_FAULT_NANOSECONDS,
                JURAT_TIME_FAULT_UNSET,
                JURAT_TIME_FAULT_EPOCH_2000,
                JURAT_TIME_FAULT_EPOCH_2001,
                JURAT_TIME_FAULT_NTP,
                JURAT_TIME_FAULT_GPS,
                JURAT_TIME_FAULT_LOCAL_TIME,
                JURAT_TIME_FAULT_DRIFT,
                JURAT_TIME_FAULT_UNEXPLAINED,
            ],
        );
        same(
            &[
                ErrorCode::Other,
                ErrorCode::InvalidRequest,
                ErrorCode::InvalidClient,
                ErrorCode::InvalidGrant,
                ErrorCode::UnauthorizedClient,
                ErrorCode::UnsupportedGrantType,
                ErrorCode::InvalidScope,
                ErrorCode::InvalidTarget,
                ErrorCode::UseDpopNonce,
                ErrorCode::ServerError,
                ErrorCode::TemporarilyUnavailable,
            ],
            ErrorCode::number,
            &[
                JURAT_ERROR_OTHER,
                JURAT_ERROR_INVALID_REQUEST,
                JURAT_ERROR_INVALID_CLIENT,
                JURAT_ERROR_INVALID_GRANT,
                JURAT_ERROR_UNAUTHORIZED_CLIENT,
                JURAT_ERROR_UNSUPPORTED_GRANT_TYPE,
                JURAT_ERROR_INVALID_SCOPE,
                JURAT_ERROR_INVALID_TARGET,
                JURAT_ERROR_USE_DPOP_NONCE,
                JURAT_ERROR_SERVER_ERROR,
                JURAT_ERROR_TEMPORARILY_UNAVAILABLE,
            ],
        );
        same(
            jurat_core::Check::ALL,
            jurat_core::Check::number,
            &[
                JURAT_CHECK_HTTP_METHOD,
                JURAT_CHECK_CONTENT_TYPE,
                JURAT_CHECK_PARAMETERS,
                JURAT_CHECK_CLIENT_AUTHENTICATION,
                JURAT_CHECK_GRANT_TYPE,
                JURAT_CHECK_ASSERTION,
                JURAT_CHECK_ASSERTION_TYPE,
                JURAT_CHECK_STRUCTURE,
                JURAT_CHECK_LENGTH,
                JURAT_CHECK_PURPOSE,
                JURAT_CHECK_ALGORITHM,
                JURAT_CHECK_TYPE_HEADER,
                JURAT_CHECK_HEADER_MEMBERS,
                JURAT_CHECK_ISSUER_AND_SUBJECT,
                JURAT_CHECK_CLIENT_ID,
                JURAT_CHECK_CLIENT,
                JURAT_CHECK_AUTH_METHOD,
                JURAT_CHECK_AUDIENCE,
                JURAT_CHECK_TIME_UNIT,
                JURAT_CHECK_CLOCK,
                JURAT_CHECK_EXPIRATION,
                JURAT_CHECK_NOT_BEFORE,
                JURAT_CHECK_ISSUED_AT,
                JURAT_CHECK_LIFETIME,
                JURAT_CHECK_JWT_ID,
                JURAT_CHECK_REPLAY,
                JURAT_CHECK_KEY_ID,
                JURAT_CHECK_KEY,
                JURAT_CHECK_SIGNATURE_FORM,
                JURAT_CHECK_SIGNATURE,
                JURAT_CHECK_CLAIMS,
                JURAT_CHECK_SCOPE,
                JURAT_CHECK_PROOF_OF_POSSESSION,
                JURAT_CHECK_METADATA,
            ],
        );
        // A new one of core's has to come here too.
        assert_eq!((Endpoint::ALL.len(), WellKnown::ALL.len(), TimeFault::ALL.len()), (6, 3, 12));
        assert_eq!(Support::from_number(5), None);
    }
}
