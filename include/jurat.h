#ifndef JURAT_H
#define JURAT_H

/**
 * @file
 * jurat: OAuth client assertions and JWT bearer grants (RFC 7523, RFC 10070), ES256-signed into fixed buffers.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * For C99 and C++11, and later ones.
 *
 * Conventions, for every call:
 * - The caller allocates everything. No call keeps a pointer, no call allocates, there is no global state: every call is
 *   reentrant, and may be made from any thread on its own arguments.
 * - A call returns an int32_t status: JURAT_OK, or a negative number that holds a cause and an argument, which
 *   JURAT_CAUSE() and JURAT_ARGUMENT() take out of it. Numbers are append-only.
 * - A byte output is followed by its size (room, in bytes) and its length (bytes written). A NULL output with a size of 0
 *   asks for the size: the cause is BUFFER_TOO_SMALL and the length is exact.
 * - On failure, every byte that had been written to the output is zero, and the length is 0, or the needed size when the
 *   output was too small. Outputs are not NUL-terminated.
 * - Every pointer is NULL or points to what its type and length say. NULL with a length of 0 is legal and means absent.
 *   Inputs are only read, but for what a server sent, a metadata document or the body of an answer: its texts are
 *   unescaped where they stand, and what was read points into it. Outputs overlap neither inputs nor each other.
 * - A single result, such as a time, is 0 on failure, and a struct that is a result is zero.
 * - Structs are started from their INIT macro, which fills in struct_size; a struct of another version is refused.
 * - Each call lists the causes of its statuses, without JURAT_CAUSE_ in front. Long lists that several calls have stand here:
 *   - assertions: BUFFER_TOO_SMALL, EMPTY, TOO_LONG, NOT_UTF8, NULL_POINTER, WRONG_LENGTH, UNKNOWN_STRUCT, OVERLAP,
 *     INVALID_CHARACTER, NOT_RANDOM, CONFLICT, NOT_HTTPS, HAS_QUERY, HAS_FRAGMENT, MILLISECONDS, TIME_OUT_OF_RANGE,
 *     LIFETIME_OUT_OF_RANGE, NEVER_VALID, RESERVED, REPEATED, INVALID_JSON; with a `server` also SERVER_ALGORITHM,
 *     SERVER_CLIENT_SECRET, SERVER_AUDIENCE_LIST, NOT_ABSOLUTE, CLAIMS_REFUSED, LIFETIME_ABOVE_SERVER, OTHER_ISSUER,
 *     ENDPOINT_NOT_PINNED.
 *   - client assertions: those of assertions; with a `server` also ENDPOINT_NOT_CONTACTED, TYPED_AUDIENCE, METHOD_EXCLUDED,
 *     ALGORITHM_EXCLUDED.
 *   - grants: those of assertions; WRONG_PURPOSE; with a `server` also NO_GRANT.
 *   - requests: those of client assertions and grants; NOT_ABSOLUTE.
 *   - signers: NULL_POINTER, UNKNOWN_STRUCT, OVERLAP, SIGNER_FAILED, WRONG_LENGTH, SIGNATURE_OUT_OF_RANGE, INVALID_DER,
 *     TRUNCATED, TRAILING_DATA.
 *   - diagnoses: BUFFER_TOO_SMALL about the scratch memory, NULL_POINTER, UNKNOWN_STRUCT, OVERLAP, CONFLICT, TOO_LONG,
 *     NOT_UTF8; about a registration or a set of keys INVALID_JSON, TOO_DEEP, REPEATED, WRONG_TYPE; INVALID_COORDINATE; about
 *     metadata EMPTY, NOT_HTTPS, HAS_QUERY, HAS_FRAGMENT, INVALID_CHARACTER.
 *   - records: BUFFER_TOO_SMALL, WRONG_LENGTH (of the key of hashes).
 * - Each call states its stack: the most that it takes on a Cortex-M4F in a library built at opt-level s, as the
 *   instructions of that library say; other cores take up to a fifth more. Calls that call a function of the caller's have a second figure: what is taken at
 *   that moment, and what that function takes comes on top. The larger one counts.
 * - Times are seconds since 1970-01-01T00:00:00Z, lifetimes are seconds, lengths are bytes, text is UTF-8.
 *
 * An assertion proves who signed it. It proves neither a user's consent, nor what a resource server will allow, nor the
 * audience of the access token. A signed request is a credential until it expires: send it once, over TLS, and log it
 * nowhere.
 *
 * Generated from ffi-c by cbindgen: changes go there.
 */


#include <stddef.h>
#include <stdint.h>

/** The first part of the version of this header. */
#define JURAT_VERSION_MAJOR 0
/** The second part. */
#define JURAT_VERSION_MINOR 1
/** The third part. */
#define JURAT_VERSION_PATCH 0
/** The version of this header, for comparisons: (major << 16) | (minor << 8) | patch. */
#define JURAT_VERSION_NUMBER \
    ((JURAT_VERSION_MAJOR << 16) | (JURAT_VERSION_MINOR << 8) | JURAT_VERSION_PATCH)
/** The version of this header, as text. */
#define JURAT_VERSION "0.1.0"

/* Define JURAT_NO_P256 for a library that was built without software signing. */
#ifndef JURAT_NO_P256
/** The library has software signing in it. */
#define JURAT_P256
#endif
/* Define JURAT_NO_IMPORT for a library that was built without key import. */
#ifndef JURAT_NO_IMPORT
/** The library has key import in it. */
#define JURAT_IMPORT
#endif
/* Define JURAT_NO_HTTP for a library that was built without reading HTTP. */
#ifndef JURAT_NO_HTTP
/** The library reads HTTP. */
#define JURAT_HTTP
#endif

/* Define JURAT_COMB for a library that was built with the feature comb: jurat_comb_sign(). */

/** The media type of a token request. */
#define JURAT_CONTENT_TYPE "application/x-www-form-urlencoded"

/** The cause in a status: one of the JURAT_CAUSE_ numbers, or 0. */
#define JURAT_CAUSE(status) ((int32_t)((0u - (uint32_t)(status)) >> 8))
/** The argument in a status: one of the JURAT_ARGUMENT_ numbers. */
#define JURAT_ARGUMENT(status) ((int32_t)((0u - (uint32_t)(status)) & 0xffu))

#define JURAT_MEMBER_SIZE_(name, length) ((length) == 0 ? (size_t)0 : (size_t)(name) + 6 + (length))
#define JURAT_BASE64URL_SIZE_(bytes) (((size_t)(bytes)*4 + 2) / 3)
#define JURAT_CLAIMS_SIZE_(iss, sub, aud, jti, claims) \
    ((size_t)56 + (claims) + JURAT_MEMBER_SIZE_(3, iss) + JURAT_MEMBER_SIZE_(3, sub) + \
     JURAT_MEMBER_SIZE_(3, aud) + JURAT_MEMBER_SIZE_(3, jti))
#define JURAT_JWS_SIZE_(header, claims) \
    (JURAT_BASE64URL_SIZE_(header) + JURAT_BASE64URL_SIZE_(claims) + 88)
#define JURAT_PARAMETER_SIZE_(name, length) ((length) == 0 ? (size_t)0 : (size_t)(name) + (size_t)(length)*3)

/**
 * Bytes that are enough for a client assertion whose texts need no JSON escape: ASCII without quote, backslash and
 * control characters. The arguments are lengths in bytes; key_id is 0 for none, claims is the length of the custom claims
 * as JSON members (`,"name":value` each). With a server whose profile has another audience, issuer is the length of that
 * one; for one with a longer type, take JURAT_GRANT_ASSERTION_SIZE() with the client id as iss and as sub. For any text at
 * all, give six times the length of client_id, jwt_id and key_id. A certificate_thumbprint adds
 * JURAT_CERTIFICATE_THUMBPRINT_SIZE.
 */
#define JURAT_CLIENT_ASSERTION_SIZE(client_id, issuer, jwt_id, key_id, claims) \
    JURAT_JWS_SIZE_((size_t)49 + JURAT_MEMBER_SIZE_(3, key_id), \
                    JURAT_CLAIMS_SIZE_(client_id, client_id, issuer, jwt_id, claims))

/** The same for a grant; audience is the length of `aud`, whatever it is, type is 0 for none. */
#define JURAT_GRANT_ASSERTION_SIZE(iss, sub, audience, jwt_id, key_id, type, claims) \
    JURAT_JWS_SIZE_((size_t)15 + JURAT_MEMBER_SIZE_(3, type) + JURAT_MEMBER_SIZE_(3, key_id), \
                    JURAT_CLAIMS_SIZE_(iss, sub, audience, jwt_id, claims))

/**
 * Bytes that are enough for a token request, whatever its texts are. client_assertion and grant_assertion are sizes of
 * assertions (0 = none), the others lengths in bytes (0 = not sent); parameters is the sum of all names and values plus 2
 * for each.
 */
#define JURAT_TOKEN_REQUEST_SIZE(client_assertion, grant_assertion, client_id, scope, resource, parameters) \
    ((size_t)(client_assertion) + (size_t)(grant_assertion) + ((grant_assertion) == 0 ? (size_t)29 : (size_t)75) + \
     ((client_assertion) == 0 ? (size_t)0 : (size_t)105) + JURAT_PARAMETER_SIZE_(11, client_id) + \
     JURAT_PARAMETER_SIZE_(7, scope) + JURAT_PARAMETER_SIZE_(10, resource) + (size_t)(parameters)*3)

/** Bytes that the head of an HTTP/1.1 request takes at most, body not included: http_endpoint is the URL's length. */
#define JURAT_HTTP_HEAD_SIZE(http_endpoint) ((size_t)150 + (http_endpoint))

/**
 * Bytes of scratch memory that are enough to diagnose any request whose body has this many bytes. One that the library wrote
 * takes less than its own size, as long as its ids have no characters that JSON escapes. What a registration has of escaped
 * texts comes on top.
 */
#define JURAT_DIAGNOSIS_SCRATCH_SIZE(request_body) ((size_t)(request_body)*5 / 2 + 1)
/** Bytes of scratch memory that are enough to take an assertion of this many bytes apart. */
#define JURAT_INSPECTION_SCRATCH_SIZE(assertion) ((size_t)(assertion)*3 / 2 + 1)

/** An absent text. */
#define JURAT_TEXT_NONE { NULL, 0 }
/** A text from a string literal, as an initializer. */
#define JURAT_TEXT(literal) { "" literal, sizeof(literal) - 1 }

/** No custom claims. */
#define JURAT_CLAIMS_NONE { NULL, 0, NULL }
/**
 * Custom claims from an array of jurat_claim, as an initializer. A pointer does not compile: it would be no claims.
 *
 *     static const jurat_claim claims[] = {
 *         { JURAT_TEXT("model"), JURAT_CLAIM_TEXT, 0, JURAT_TEXT("T1000") },
 *         { JURAT_TEXT("hours"), JURAT_CLAIM_INTEGER, 4711, JURAT_TEXT_NONE },
 *     };
 *     client.claims = (jurat_claims)JURAT_CLAIMS(claims);    // in C++ without the cast
 */
#define JURAT_CLAIMS(array) \
    { (array), sizeof(array) / sizeof((array)[0]) / (sizeof(char[sizeof(array) % sizeof((array)[0]) ? -1 : 1])), \
      jurat_claims_hook }

/** The start of every jurat_client_assertion. */
#define JURAT_CLIENT_ASSERTION_INIT \
    { sizeof(jurat_client_assertion), 0, JURAT_TEXT_NONE, JURAT_TEXT_NONE, 0, 0, JURAT_DEFAULT_LIFETIME, \
      JURAT_TEXT_NONE, NULL, 0, JURAT_TEXT_NONE, JURAT_TEXT_NONE, JURAT_CLAIMS_NONE, NULL, 0, JURAT_TEXT_NONE }
/** The start of every jurat_grant_assertion. */
#define JURAT_GRANT_ASSERTION_INIT \
    { sizeof(jurat_grant_assertion), 0, JURAT_TEXT_NONE, JURAT_TEXT_NONE, JURAT_TEXT_NONE, JURAT_TEXT_NONE, \
      JURAT_TEXT_NONE, 0, 0, JURAT_DEFAULT_LIFETIME, JURAT_TEXT_NONE, NULL, 0, JURAT_TEXT_NONE, JURAT_TEXT_NONE, \
      JURAT_CLAIMS_NONE, NULL }
/** The start of every jurat_token_request. */
#define JURAT_TOKEN_REQUEST_INIT \
    { sizeof(jurat_token_request), 0, NULL, NULL, JURAT_TEXT_NONE, JURAT_TEXT_NONE, NULL, 0, JURAT_TEXT_NONE, NULL }
/** The start of every jurat_server: one that follows RFC 10070. */
#define JURAT_SERVER_INIT \
    { sizeof(jurat_server), 0, JURAT_TEXT_NONE, JURAT_TEXT_NONE, NULL, NULL, jurat_server_hook }
/** The start of a profile of your own: RFC 10070 as it stands. */
#define JURAT_PROFILE_INIT \
    { sizeof(jurat_profile), 0, JURAT_TEXT_NONE, JURAT_ES256_ACCEPTED, JURAT_AUDIENCE_ISSUER, JURAT_TEXT_NONE, \
      JURAT_TYPE_CLIENT_AUTHENTICATION, JURAT_TEXT_NONE, JURAT_MAX_LIFETIME, JURAT_KEY_ID_OPTIONAL, \
      JURAT_AUDIENCE_ISSUER, JURAT_TEXT_NONE, JURAT_MAX_LIFETIME, UINT32_MAX, UINT32_MAX }
/** A clock: one of JURAT_CLOCK_TRUSTED (right to a second), _ESTIMATED (`offset` and `uncertainty` have to be set then) and
 *  _UNSET, and when the firmware was built, in seconds since 1970-01-01T00:00:00Z. */
#define JURAT_CLOCK_INIT(state, build_time) \
    { sizeof(jurat_clock), (state), (build_time), 0, (state) == JURAT_CLOCK_TRUSTED ? 1 : UINT32_MAX }
/** The start of every jurat_response. */
#define JURAT_RESPONSE_INIT \
    { sizeof(jurat_response), 0, 0, NULL, 0, JURAT_TEXT_NONE, JURAT_TEXT_NONE, JURAT_TEXT_NONE, JURAT_TEXT_NONE }
/** The start of every jurat_evidence: nothing is known. */
#define JURAT_EVIDENCE_INIT \
    { sizeof(jurat_evidence), 0, JURAT_TEXT_NONE, JURAT_TEXT_NONE, JURAT_TEXT_NONE, NULL, 0, NULL, NULL, 0, 0, \
      JURAT_TEXT_NONE, UINT32_MAX, NULL, JURAT_TEXT_NONE, JURAT_TEXT_NONE, NULL, 0, 0, NULL, NULL, 0, NULL, 0, \
      JURAT_TEXT_NONE, 0, UINT32_MAX, NULL, NULL, 0, NULL, NULL, NULL, 0 }
/** The start of every jurat_privacy: set `hash_key` and `hash_key_size`. */
#define JURAT_PRIVACY_INIT { sizeof(jurat_privacy), 0, NULL, 0 }
/** The start of every jurat_registration. */
#define JURAT_REGISTRATION_INIT \
    { sizeof(jurat_registration), 0, JURAT_GRANT_CLIENT_CREDENTIALS, NULL, 0, JURAT_TEXT_NONE, JURAT_TEXT_NONE, \
      JURAT_TEXT_NONE, JURAT_TEXT_NONE, JURAT_TEXT_NONE }
/** A signer with a function and a context of the caller's own. */
#define JURAT_SIGNER_INIT(sign, context) { sizeof(jurat_signer), 0, JURAT_SIGNATURE_RAW, (sign), (context) }
/** The same for a function that gives signatures in DER. */
#define JURAT_DER_SIGNER_INIT(sign, context) { sizeof(jurat_signer), 0, JURAT_SIGNATURE_DER, (sign), (context) }
/** A signer with a private key in memory or in flash: JURAT_KEY_SIZE bytes. */
#define JURAT_P256_SIGNER(key) JURAT_SIGNER_INIT(jurat_p256_sign, (void *)(uintptr_t)(key))
/** The same with entropy added to the nonces: a pointer to a jurat_hedged_key. */
#define JURAT_P256_HEDGED_SIGNER(key) JURAT_SIGNER_INIT(jurat_p256_hedged_sign, (void *)(uintptr_t)(key))
#ifdef JURAT_COMB
/** JURAT_P256_SIGNER() on arithmetic of the library's own: small and fast, and not reviewed from outside. */
#define JURAT_COMB_SIGNER(key) JURAT_SIGNER_INIT(jurat_comb_sign, (void *)(uintptr_t)(key))
/** JURAT_P256_HEDGED_SIGNER() on the same. */
#define JURAT_COMB_HEDGED_SIGNER(key) JURAT_SIGNER_INIT(jurat_comb_hedged_sign, (void *)(uintptr_t)(key))
#endif
/** A signer whose signatures are verified before they are used: a pointer to a jurat_verified. */
#define JURAT_VERIFIED_SIGNER(verified) JURAT_SIGNER_INIT(jurat_verified_sign, (void *)(uintptr_t)(verified))


/**
 * The status of a call that did what it was asked for. Every other status is negative.
 */
#define JURAT_OK 0

/**
 * Bytes of a SHA-256 hash.
 */
#define JURAT_HASH_SIZE 32

/**
 * Bytes of a raw ES256 signature: r, then s, 32 bytes each, big-endian.
 */
#define JURAT_SIGNATURE_SIZE 64

/**
 * Room that a callback has for its signature: the longest ES256 signature in DER, in bytes.
 */
#define JURAT_SIGNATURE_DER_SIZE 72

/**
 * Form of a signature: r, then s, 32 bytes each, big-endian.
 */
#define JURAT_SIGNATURE_RAW 0

/**
 * Form of a signature: the DER of a SEQUENCE of r and s, as OpenSSL and many secure elements give it.
 */
#define JURAT_SIGNATURE_DER 1

/**
 * Bytes of a P-256 private key: the scalar, big-endian.
 */
#define JURAT_KEY_SIZE 32

/**
 * Random bytes that make a `jti`.
 */
#define JURAT_RANDOM_SIZE 16

/**
 * Bytes of the secret that ids are derived from.
 */
#define JURAT_SECRET_SIZE 32

/**
 * Characters of a thumbprint: of a key (RFC 7638) or of a certificate (`x5t#S256`).
 */
#define JURAT_THUMBPRINT_LENGTH 43

/**
 * What `certificate_thumbprint` adds to the size of an assertion at most, in bytes.
 */
#define JURAT_CERTIFICATE_THUMBPRINT_SIZE 76

/**
 * Bytes of a public key as SubjectPublicKeyInfo, in DER.
 */
#define JURAT_SPKI_DER_SIZE 91

/**
 * Bytes of a public key as SubjectPublicKeyInfo, in PEM.
 */
#define JURAT_SPKI_PEM_SIZE 178

/**
 * Characters of a `jti` that was made of random bytes.
 */
#define JURAT_JWT_ID_LENGTH 22

/**
 * The longest id, URL, name or parameter value that is taken, in bytes. The values of custom claims have no limit but the
 * output's.
 */
#define JURAT_MAX_VALUE_SIZE 2048

/**
 * The default lifetime of an assertion, in seconds.
 */
#define JURAT_DEFAULT_LIFETIME 60

/**
 * The longest lifetime of an assertion, in seconds.
 */
#define JURAT_MAX_LIFETIME 3600

/**
 * Flag of a struct or a call: a plain http URL is taken too, of the URLs in it. For test servers on loopback.
 */
#define JURAT_INSECURE_HTTP 1

/**
 * Flag of an assertion: no `jti`. Many servers refuse that, and the others take the assertion twice.
 */
#define JURAT_OMIT_JWT_ID 2

/**
 * Flag of a token request: no `client_id` beside the client assertion.
 */
#define JURAT_OMIT_CLIENT_ID 4

/**
 * Flag of a response: its body goes on where it ends, the buffer was too small for it.
 */
#define JURAT_BODY_TRUNCATED 8

/**
 * Flag of a response: the connection ended before its body did.
 */
#define JURAT_BODY_INCOMPLETE 524288

/**
 * Flag of a response: it had a `DPoP-Nonce` (RFC 9449 section 8).
 */
#define JURAT_DPOP_NONCE 16

/**
 * Flag of jurat_response_http1(): no more bytes will come, since the connection has ended. It counts where
 * JURAT_BUFFER_FULL is set too.
 */
#define JURAT_CONNECTION_ENDED 32

/**
 * Flag of jurat_response_http1(): the answer to a HEAD, which has no body.
 */
#define JURAT_HEAD 64

/**
 * Flag of jurat_response_http1(): there is room for no more bytes, the buffer is full.
 */
#define JURAT_BUFFER_FULL 128

/**
 * Flag of a profile: `nbf` is sent, with the value of `iat`.
 */
#define JURAT_PROFILE_NOT_BEFORE 256

/**
 * Flag of a profile: an assertion without `jti` is refused.
 */
#define JURAT_PROFILE_JWT_ID_REQUIRED 512

/**
 * Flag of a profile: claims that the server does not know are refused.
 */
#define JURAT_PROFILE_CLAIMS_REFUSED 1024

/**
 * Flag of a profile: `client_id` is not sent beside the client assertion.
 */
#define JURAT_PROFILE_OMIT_CLIENT_ID 2048

/**
 * Flag of a profile: the server wants a proof of possession as well, DPoP (RFC 9449) or a client certificate (RFC 8705).
 * It changes nothing here: the assertion is the client authentication only.
 */
#define JURAT_PROFILE_PROOF_OF_POSSESSION 4096

/**
 * Flag of an evidence: the request had an `Authorization` header.
 */
#define JURAT_AUTHORIZATION_SENT 8192

/**
 * Flag of an evidence: the request had a `DPoP` header (RFC 9449).
 */
#define JURAT_DPOP_SENT 16384

/**
 * Flag of an evidence: the request had no `Content-Type`, and that is known.
 */
#define JURAT_CONTENT_TYPE_ABSENT 32768

/**
 * Flag of a jurat_privacy: the client id is hashed, and with it `iss` and `sub` of client assertions.
 */
#define JURAT_HASH_CLIENT_ID 65536

/**
 * Flag of a jurat_privacy: `jti` is hashed.
 */
#define JURAT_HASH_JWT_ID 131072

/**
 * Flag of a jurat_privacy: `iss` and `sub` of grants are in clear, although they name people.
 */
#define JURAT_SHOW_GRANT 262144

/**
 * Grant type of a registration: client_credentials.
 */
#define JURAT_GRANT_CLIENT_CREDENTIALS 1

/**
 * Grant type of a registration: urn:ietf:params:oauth:grant-type:jwt-bearer.
 */
#define JURAT_GRANT_JWT_BEARER 2

/**
 * An imported key had no public half.
 */
#define JURAT_HALVES_ABSENT 0

/**
 * The public half belongs to the private one.
 */
#define JURAT_HALVES_MATCH 1

/**
 * There is a public half, but no software curve in the library to check it with.
 */
#define JURAT_HALVES_NOT_CHECKED 2

/**
 * Kind of a claim: `text` is text, which is escaped as JSON needs it.
 */
#define JURAT_CLAIM_TEXT 1

/**
 * Kind of a claim: `integer` is the value.
 */
#define JURAT_CLAIM_INTEGER 2

/**
 * Kind of a claim: false for an `integer` of 0, true for 1; anything else is refused.
 */
#define JURAT_CLAIM_BOOLEAN 3

/**
 * Kind of a claim: null.
 */
#define JURAT_CLAIM_NULL 4

/**
 * Kind of a claim: `text` is one JSON value, which is checked and written as it is.
 */
#define JURAT_CLAIM_JSON 5

/**
 * ES256 in a profile: the server takes ES256 client assertions.
 */
#define JURAT_ES256_ACCEPTED 1

/**
 * ES256 in a profile: only where the server's metadata lists it.
 */
#define JURAT_ES256_IF_ADVERTISED 2

/**
 * ES256 in a profile: the server takes other algorithms only.
 */
#define JURAT_ES256_REFUSED 3

/**
 * ES256 in a profile: the server takes an ES256 JWT as `client_secret`, which is another object.
 */
#define JURAT_ES256_CLIENT_SECRET 4

/**
 * ES256 in a profile: the server wants a list of audiences, which is never sent.
 */
#define JURAT_ES256_AUDIENCE_LIST 5

/**
 * Audience in a profile: the issuer identifier, whichever endpoint is contacted.
 */
#define JURAT_AUDIENCE_ISSUER 1

/**
 * Audience in a profile: the token endpoint, and requests to that one only. It has to be configured.
 */
#define JURAT_AUDIENCE_TOKEN_ENDPOINT 2

/**
 * Audience in a profile: the endpoint that is contacted. It has to be configured.
 */
#define JURAT_AUDIENCE_INVOKED_ENDPOINT 3

/**
 * Audience in a profile: the absolute URI beside it.
 */
#define JURAT_AUDIENCE_FIXED 4

/**
 * Audience in a profile: the client id, which is `iss`. For grants only.
 */
#define JURAT_AUDIENCE_CLIENT_ID 5

/**
 * Type in a profile: `client-authentication+jwt` (RFC 10070). With no other audience than the issuer identifier.
 */
#define JURAT_TYPE_CLIENT_AUTHENTICATION 1

/**
 * Type in a profile: `JWT`.
 */
#define JURAT_TYPE_JWT 2

/**
 * Type in a profile: none.
 */
#define JURAT_TYPE_OMIT 3

/**
 * Type in a profile: the one beside it.
 */
#define JURAT_TYPE_FIXED 4

/**
 * Key id in a profile: nothing is needed, as long as the client has one key there.
 */
#define JURAT_KEY_ID_OPTIONAL 1

/**
 * Key id in a profile: `kid` is needed.
 */
#define JURAT_KEY_ID_REQUIRED 2

/**
 * Key id in a profile: `x5t#S256` is needed, the server knows keys by their certificates.
 */
#define JURAT_KEY_ID_CERTIFICATE_THUMBPRINT 3

/**
 * Endpoint: the token endpoint (RFC 6749 section 3.2).
 */
#define JURAT_ENDPOINT_TOKEN 1

/**
 * Endpoint: the pushed authorization request endpoint (RFC 9126 section 2).
 */
#define JURAT_ENDPOINT_PUSHED_AUTHORIZATION_REQUEST 2

/**
 * Endpoint: the introspection endpoint (RFC 7662 section 2).
 */
#define JURAT_ENDPOINT_INTROSPECTION 3

/**
 * Endpoint: the revocation endpoint (RFC 7009 section 2).
 */
#define JURAT_ENDPOINT_REVOCATION 4

/**
 * Endpoint: the device authorization endpoint (RFC 8628 section 3.1).
 */
#define JURAT_ENDPOINT_DEVICE_AUTHORIZATION 5

/**
 * Endpoint: the backchannel authentication endpoint (OpenID Connect CIBA Core 1.0 section 7).
 */
#define JURAT_ENDPOINT_BACKCHANNEL_AUTHENTICATION 6

/**
 * Support in metadata: a list holds it, or the default of a list that is absent does.
 */
#define JURAT_SUPPORT_SUPPORTED 1

/**
 * Support in metadata: there is a list, and it does not hold it.
 */
#define JURAT_SUPPORT_UNSUPPORTED 2

/**
 * Support in metadata: there is no list, and the default of the standard does not hold it. A reason to ask, not one to
 * give up.
 */
#define JURAT_SUPPORT_NOT_ADVERTISED 3

/**
 * Support in metadata: there is no list, and the standard gives no default.
 */
#define JURAT_SUPPORT_UNKNOWN 4

/**
 * Well-known URL: `/.well-known/oauth-authorization-server` between host and path (RFC 8414 section 3.1). Tried first.
 */
#define JURAT_WELL_KNOWN_OAUTH_AUTHORIZATION_SERVER 1

/**
 * Well-known URL: `/.well-known/openid-configuration` between host and path (RFC 8414 section 5).
 */
#define JURAT_WELL_KNOWN_OPENID_CONFIGURATION_INSERTED 2

/**
 * Well-known URL: `/.well-known/openid-configuration` behind the path (OpenID Connect Discovery 1.0 section 4). Tried
 * last; for an issuer identifier without a path it is the one before.
 */
#define JURAT_WELL_KNOWN_OPENID_CONFIGURATION 3

/**
 * A device's time: less than 30 seconds from the server's.
 */
#define JURAT_TIME_FAULT_NONE 0

/**
 * A device's time: milliseconds, 10^11 or more.
 */
#define JURAT_TIME_FAULT_MILLISECONDS 1

/**
 * A device's time: microseconds, 10^14 or more.
 */
#define JURAT_TIME_FAULT_MICROSECONDS 2

/**
 * A device's time: nanoseconds, 10^17 or more.
 */
#define JURAT_TIME_FAULT_NANOSECONDS 3

/**
 * A device's time: not set, before 2001-09-09 (10^9), such as that since the device was switched on.
 */
#define JURAT_TIME_FAULT_UNSET 4

/**
 * A device's time: seconds since 2000-01-01, as many clock chips count.
 */
#define JURAT_TIME_FAULT_EPOCH_2000 5

/**
 * A device's time: seconds since 2001-01-01.
 */
#define JURAT_TIME_FAULT_EPOCH_2001 6

/**
 * A device's time: seconds since 1900-01-01, as NTP counts.
 */
#define JURAT_TIME_FAULT_NTP 7

/**
 * A device's time: seconds since 1980-01-06, as GPS counts.
 */
#define JURAT_TIME_FAULT_GPS 8

/**
 * A device's time: local time, off by a whole number of quarters of an hour, up to 14 hours.
 */
#define JURAT_TIME_FAULT_LOCAL_TIME 9

/**
 * A device's time: 30 seconds or more, but less than 15 minutes off.
 */
#define JURAT_TIME_FAULT_DRIFT 10

/**
 * A device's time: none of these.
 */
#define JURAT_TIME_FAULT_UNEXPLAINED 11

/**
 * State of a clock: set by a source of the device's own, such as NTP.
 */
#define JURAT_CLOCK_TRUSTED 1

/**
 * State of a clock: the time was learned from a server, now or before a restart.
 */
#define JURAT_CLOCK_ESTIMATED 2

/**
 * State of a clock: not set, or at a time that cannot be right, before the build or more than 20 years after it.
 */
#define JURAT_CLOCK_UNSET 3

/**
 * Outcome: a token (RFC 6749 section 5.1).
 */
#define JURAT_OUTCOME_TOKEN 1

/**
 * Outcome: an error (RFC 6749 section 5.2).
 */
#define JURAT_OUTCOME_ERROR 2

/**
 * Outcome: JSON that says what is wrong in a way of its own, such as problem details (RFC 9457).
 */
#define JURAT_OUTCOME_FOREIGN 3

/**
 * Outcome: something else than JSON, a page of a proxy most likely.
 */
#define JURAT_OUTCOME_NOT_JSON 4

/**
 * Outcome: no body.
 */
#define JURAT_OUTCOME_EMPTY 5

/**
 * Outcome: what ends too early, JSON or the connection within the body.
 */
#define JURAT_OUTCOME_TRUNCATED 6

/**
 * Outcome: more than the buffer holds.
 */
#define JURAT_OUTCOME_TOO_LARGE 7

/**
 * Outcome: JSON that is no answer of OAuth; `unusable` says why.
 */
#define JURAT_OUTCOME_UNUSABLE 8

/**
 * Outcome: a redirection, which is not followed, since it would hand the assertion to whoever is named there.
 */
#define JURAT_OUTCOME_REDIRECT 9

/**
 * Step: ask the server for the time, with jurat_time_request() or any request to its origin that carries no assertion,
 * after jurat_exchange_ask_time().
 */
#define JURAT_STEP_LEARN_TIME 1

/**
 * Step: send a request with new assertions, which jurat_exchange_sign() makes.
 */
#define JURAT_STEP_SEND 2

/**
 * Step: wait so many seconds.
 */
#define JURAT_STEP_WAIT 3

/**
 * Step: give the answer to the request that was made to jurat_exchange_answer().
 */
#define JURAT_STEP_ANSWER 4

/**
 * Step: there is a token, nothing is left to do.
 */
#define JURAT_STEP_DONE 5

/**
 * Step: give up, for a cause. Another exchange may be begun later.
 */
#define JURAT_STEP_STOP 6

/**
 * Flag in an answer: `expires_in` is known.
 */
#define JURAT_ANSWER_EXPIRES 1

/**
 * Flag in an answer: `renew_at` is known.
 */
#define JURAT_ANSWER_RENEW 2

/**
 * Flag in an answer: the server wrote `expires_in` as text, which it should not.
 */
#define JURAT_ANSWER_EXPIRES_WAS_TEXT 4

/**
 * Token type: used by sending it (RFC 6750).
 */
#define JURAT_TOKEN_TYPE_BEARER 1

/**
 * Token type: used with a proof of possession (RFC 9449).
 */
#define JURAT_TOKEN_TYPE_DPOP 2

/**
 * Token type: used in another way, which `token_type_text` names.
 */
#define JURAT_TOKEN_TYPE_OTHER 3

/**
 * Error code: not one of the others.
 */
#define JURAT_ERROR_OTHER 0

/**
 * Error code: `invalid_request` (RFC 6749 section 5.2).
 */
#define JURAT_ERROR_INVALID_REQUEST 1

/**
 * Error code: `invalid_client`, client authentication failed.
 */
#define JURAT_ERROR_INVALID_CLIENT 2

/**
 * Error code: `invalid_grant`, the grant failed.
 */
#define JURAT_ERROR_INVALID_GRANT 3

/**
 * Error code: `unauthorized_client`, the client may not use this grant type.
 */
#define JURAT_ERROR_UNAUTHORIZED_CLIENT 4

/**
 * Error code: `unsupported_grant_type`.
 */
#define JURAT_ERROR_UNSUPPORTED_GRANT_TYPE 5

/**
 * Error code: `invalid_scope`.
 */
#define JURAT_ERROR_INVALID_SCOPE 6

/**
 * Error code: `invalid_target` (RFC 8707 section 2).
 */
#define JURAT_ERROR_INVALID_TARGET 7

/**
 * Error code: `use_dpop_nonce` (RFC 9449 section 8).
 */
#define JURAT_ERROR_USE_DPOP_NONCE 8

/**
 * Error code: `server_error` (RFC 6749 section 4.1.2.1).
 */
#define JURAT_ERROR_SERVER_ERROR 9

/**
 * Error code: `temporarily_unavailable` (RFC 6749 section 4.1.2.1).
 */
#define JURAT_ERROR_TEMPORARILY_UNAVAILABLE 10

/**
 * Bytes of an exchange.
 */
#define JURAT_EXCHANGE_SIZE 99

/**
 * The most requests with an assertion that an exchange can be allowed.
 */
#define JURAT_MAX_ATTEMPTS 4

/**
 * The most causes that a diagnosis has; beyond these, the less likely ones are left out.
 */
#define JURAT_MAX_CAUSES 12

/**
 * The most causes that are given as indistinguishable.
 */
#define JURAT_MAX_CANDIDATES 4

/**
 * Places for the checks of a diagnosis; those that no JURAT_CHECK_ number has are JURAT_STATUS_NOT_APPLICABLE.
 */
#define JURAT_CHECKS 48

/**
 * Check: it is a POST.
 */
#define JURAT_CHECK_HTTP_METHOD 0

/**
 * Check: the body is a form.
 */
#define JURAT_CHECK_CONTENT_TYPE 1

/**
 * Check: no parameter is there twice.
 */
#define JURAT_CHECK_PARAMETERS 2

/**
 * Check: there is one way of client authentication.
 */
#define JURAT_CHECK_CLIENT_AUTHENTICATION 3

/**
 * Check: the grant type is there, and the server and the registration have it.
 */
#define JURAT_CHECK_GRANT_TYPE 4

/**
 * Check: the assertion is there.
 */
#define JURAT_CHECK_ASSERTION 5

/**
 * Check: `client_assertion_type` is the right one.
 */
#define JURAT_CHECK_ASSERTION_TYPE 6

/**
 * Check: three segments of base64url, two of them JSON objects, no name twice.
 */
#define JURAT_CHECK_STRUCTURE 7

/**
 * Check: the assertion is not too long.
 */
#define JURAT_CHECK_LENGTH 8

/**
 * Check: it is used for what it was made for.
 */
#define JURAT_CHECK_PURPOSE 9

/**
 * Check: `alg`.
 */
#define JURAT_CHECK_ALGORITHM 10

/**
 * Check: `typ`.
 */
#define JURAT_CHECK_TYPE_HEADER 11

/**
 * Check: nothing in the header that a server has to refuse.
 */
#define JURAT_CHECK_HEADER_MEMBERS 12

/**
 * Check: `iss` and `sub`.
 */
#define JURAT_CHECK_ISSUER_AND_SUBJECT 13

/**
 * Check: the parameter `client_id`.
 */
#define JURAT_CHECK_CLIENT_ID 14

/**
 * Check: the client is the registered one.
 */
#define JURAT_CHECK_CLIENT 15

/**
 * Check: it is registered for `private_key_jwt`, which the server has.
 */
#define JURAT_CHECK_AUTH_METHOD 16

/**
 * Check: `aud`.
 */
#define JURAT_CHECK_AUDIENCE 17

/**
 * Check: times are seconds since 1970.
 */
#define JURAT_CHECK_TIME_UNIT 18

/**
 * Check: the device's clock.
 */
#define JURAT_CHECK_CLOCK 19

/**
 * Check: `exp`.
 */
#define JURAT_CHECK_EXPIRATION 20

/**
 * Check: `nbf`.
 */
#define JURAT_CHECK_NOT_BEFORE 21

/**
 * Check: `iat`.
 */
#define JURAT_CHECK_ISSUED_AT 22

/**
 * Check: from `iat` or now to `exp`.
 */
#define JURAT_CHECK_LIFETIME 23

/**
 * Check: `jti`.
 */
#define JURAT_CHECK_JWT_ID 24

/**
 * Check: `jti` is new.
 */
#define JURAT_CHECK_REPLAY 25

/**
 * Check: `kid`.
 */
#define JURAT_CHECK_KEY_ID 26

/**
 * Check: the key is registered.
 */
#define JURAT_CHECK_KEY 27

/**
 * Check: the signature has the right form.
 */
#define JURAT_CHECK_SIGNATURE_FORM 28

/**
 * Check: the signature verifies.
 */
#define JURAT_CHECK_SIGNATURE 29

/**
 * Check: no claims that the server refuses.
 */
#define JURAT_CHECK_CLAIMS 30

/**
 * Check: the scope is registered.
 */
#define JURAT_CHECK_SCOPE 31

/**
 * Check: a proof of possession, where the server wants one.
 */
#define JURAT_CHECK_PROOF_OF_POSSESSION 32

/**
 * Check: the metadata is that of the issuer.
 */
#define JURAT_CHECK_METADATA 33

/**
 * Status of a check: there is nothing to check.
 */
#define JURAT_STATUS_NOT_APPLICABLE 0

/**
 * Status of a check: it holds.
 */
#define JURAT_STATUS_PASSED 1

/**
 * Status of a check: evidence is missing.
 */
#define JURAT_STATUS_NOT_DECIDABLE 2

/**
 * Status of a check: it does not hold, and there is a cause for it.
 */
#define JURAT_STATUS_FAILED 3

/**
 * Why a call was refused. The numbers are append-only.
 */
enum jurat_cause
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The output buffer is too small; the needed size comes with it.
     */
    JURAT_CAUSE_BUFFER_TOO_SMALL = 1,
    /**
     * A required argument is absent or empty.
     */
    JURAT_CAUSE_EMPTY = 10,
    /**
     * Longer than 2,048 bytes.
     */
    JURAT_CAUSE_TOO_LONG = 11,
    /**
     * Text that is not UTF-8.
     */
    JURAT_CAUSE_NOT_UTF8 = 12,
    /**
     * A NULL or misaligned pointer where bytes were announced or a pointer is required (C).
     */
    JURAT_CAUSE_NULL_POINTER = 13,
    /**
     * The number of bytes is not the one that is needed.
     */
    JURAT_CAUSE_WRONG_LENGTH = 14,
    /**
     * A `struct_size` or `flags` (C), or bytes of a format, that this version does not know.
     */
    JURAT_CAUSE_UNKNOWN_STRUCT = 15,
    /**
     * The output overlaps an input (C).
     */
    JURAT_CAUSE_OVERLAP = 16,
    /**
     * A character that is not allowed there.
     */
    JURAT_CAUSE_INVALID_CHARACTER = 17,
    /**
     * All random bytes are equal: the source does not work.
     */
    JURAT_CAUSE_NOT_RANDOM = 18,
    /**
     * Two arguments of which only one may be given, or that belong together.
     */
    JURAT_CAUSE_CONFLICT = 19,
    /**
     * Not an absolute `https` URL with a host.
     */
    JURAT_CAUSE_NOT_HTTPS = 20,
    /**
     * A query component where none is allowed (RFC 8414 section 2).
     */
    JURAT_CAUSE_HAS_QUERY = 21,
    /**
     * A fragment where none is allowed (RFC 8414 section 2, RFC 6749 section 3.2).
     */
    JURAT_CAUSE_HAS_FRAGMENT = 22,
    /**
     * Not an absolute URI.
     */
    JURAT_CAUSE_NOT_ABSOLUTE = 23,
    /**
     * Random bytes that ran out before a key was found.
     */
    JURAT_CAUSE_OUT_OF_RANDOM = 25,
    /**
     * A time of 10^11 or more: milliseconds where seconds are wanted.
     */
    JURAT_CAUSE_MILLISECONDS = 30,
    /**
     * A time that does not fit, or is negative.
     */
    JURAT_CAUSE_TIME_OUT_OF_RANGE = 31,
    /**
     * A lifetime of 0 or above 3,600 seconds.
     */
    JURAT_CAUSE_LIFETIME_OUT_OF_RANGE = 32,
    /**
     * `nbf` is not before `exp`: the assertion would never be valid.
     */
    JURAT_CAUSE_NEVER_VALID = 33,
    /**
     * A lifetime above what the server takes.
     */
    JURAT_CAUSE_LIFETIME_ABOVE_SERVER = 34,
    /**
     * A name that the library writes itself.
     */
    JURAT_CAUSE_RESERVED = 40,
    /**
     * A name that is given twice.
     */
    JURAT_CAUSE_REPEATED = 41,
    /**
     * Text that is not one JSON value (RFC 8259), or is nested deeper than 32.
     */
    JURAT_CAUSE_INVALID_JSON = 42,
    /**
     * A type that belongs to the other kind of assertion.
     */
    JURAT_CAUSE_WRONG_PURPOSE = 43,
    /**
     * JSON that is nested deeper than 32.
     */
    JURAT_CAUSE_TOO_DEEP = 44,
    /**
     * A JSON member of another type than the standard gives it, or one that is missing.
     */
    JURAT_CAUSE_WRONG_TYPE = 45,
    /**
     * A private key of zero.
     */
    JURAT_CAUSE_ZERO_KEY = 50,
    /**
     * A signature whose r or s is not in 1..n of P-256.
     */
    JURAT_CAUSE_SIGNATURE_OUT_OF_RANGE = 51,
    /**
     * The signer reported a failure.
     */
    JURAT_CAUSE_SIGNER_FAILED = 52,
    /**
     * A signature is missing, there already, or given where none is wanted.
     */
    JURAT_CAUSE_NOT_PREPARED = 53,
    /**
     * A signature that does not verify with the public key.
     */
    JURAT_CAUSE_WRONG_SIGNATURE = 54,
    /**
     * A private key that is not below the order of P-256.
     */
    JURAT_CAUSE_KEY_TOO_LARGE = 60,
    /**
     * A coordinate of a public key that is not 32 bytes, or not below the field's prime.
     */
    JURAT_CAUSE_INVALID_COORDINATE = 61,
    /**
     * A public key that is not a point of the curve.
     */
    JURAT_CAUSE_NOT_ON_CURVE = 62,
    /**
     * A public key that does not belong to the private key beside it.
     */
    JURAT_CAUSE_KEY_MISMATCH = 63,
    /**
     * A key for another algorithm, such as RSA.
     */
    JURAT_CAUSE_WRONG_ALGORITHM = 64,
    /**
     * A key on another curve, such as P-384.
     */
    JURAT_CAUSE_WRONG_CURVE = 65,
    /**
     * A private key that is encrypted.
     */
    JURAT_CAUSE_ENCRYPTED_KEY = 66,
    /**
     * A public key where a private one is wanted.
     */
    JURAT_CAUSE_NOT_PRIVATE = 67,
    /**
     * Text that is not PEM.
     */
    JURAT_CAUSE_INVALID_PEM = 70,
    /**
     * More than one PEM block.
     */
    JURAT_CAUSE_SEVERAL_BLOCKS = 71,
    /**
     * Bytes that are not the DER that is wanted: of a private key, a signature or a certificate.
     */
    JURAT_CAUSE_INVALID_DER = 72,
    /**
     * DER that ends too early.
     */
    JURAT_CAUSE_TRUNCATED = 73,
    /**
     * Bytes behind the end.
     */
    JURAT_CAUSE_TRAILING_DATA = 74,
    /**
     * JSON that is not a JWK.
     */
    JURAT_CAUSE_INVALID_JWK = 75,
    /**
     * A document of another issuer.
     */
    JURAT_CAUSE_OTHER_ISSUER = 80,
    /**
     * An issuer that differs by a final slash.
     */
    JURAT_CAUSE_ISSUER_SLASH = 81,
    /**
     * An issuer that differs by upper and lower case.
     */
    JURAT_CAUSE_ISSUER_CASE = 82,
    /**
     * An issuer that differs by the port.
     */
    JURAT_CAUSE_ISSUER_PORT = 83,
    /**
     * An issuer that differs by the scheme, http or https.
     */
    JURAT_CAUSE_ISSUER_SCHEME = 84,
    /**
     * An issuer on the same host with another path: another tenant or realm.
     */
    JURAT_CAUSE_ISSUER_PATH = 85,
    /**
     * An issuer that differs by percent-encoding, or has characters that are not ASCII.
     */
    JURAT_CAUSE_ISSUER_ENCODING = 86,
    /**
     * An endpoint as audience that does not come from configuration (RFC 10070).
     */
    JURAT_CAUSE_ENDPOINT_NOT_PINNED = 90,
    /**
     * An endpoint as audience that is not the one that is contacted.
     */
    JURAT_CAUSE_ENDPOINT_NOT_CONTACTED = 91,
    /**
     * The type client-authentication+jwt with an audience that is not the issuer identifier (RFC 10070).
     */
    JURAT_CAUSE_TYPED_AUDIENCE = 92,
    /**
     * Metadata that lists algorithms for this endpoint, and ES256 is not among them.
     */
    JURAT_CAUSE_ALGORITHM_EXCLUDED = 93,
    /**
     * Metadata that lists authentication methods for this endpoint, and private_key_jwt is not among them.
     */
    JURAT_CAUSE_METHOD_EXCLUDED = 94,
    /**
     * A server that does not take ES256 client assertions.
     */
    JURAT_CAUSE_SERVER_ALGORITHM = 95,
    /**
     * A server that takes a JWT as `client_secret`, which is another object.
     */
    JURAT_CAUSE_SERVER_CLIENT_SECRET = 96,
    /**
     * A server that wants a list of audiences, which is never sent.
     */
    JURAT_CAUSE_SERVER_AUDIENCE_LIST = 97,
    /**
     * Custom claims for a server that refuses claims it does not know.
     */
    JURAT_CAUSE_CLAIMS_REFUSED = 98,
    /**
     * A server that is not known to take JWT bearer grants.
     */
    JURAT_CAUSE_NO_GRANT = 99,
    /**
     * The clock is not set: the time has to be learned first.
     */
    JURAT_CAUSE_CLOCK_UNSET = 100,
    /**
     * A round trip of more than 10 seconds, or one that ended before it began: the time in it is too vague.
     */
    JURAT_CAUSE_ROUND_TRIP_TOO_LONG = 101,
    /**
     * A time from a cache.
     */
    JURAT_CAUSE_CACHED = 102,
    /**
     * A time before the firmware was built.
     */
    JURAT_CAUSE_BEFORE_BUILD = 103,
    /**
     * A correction beyond the limit: 24 hours, or 20 years after the build for a clock that was not set.
     */
    JURAT_CAUSE_JUMP_TOO_FAR = 104,
    /**
     * Not a date of HTTP (RFC 9110 section 5.6.7), or none at all.
     */
    JURAT_CAUSE_INVALID_DATE = 105,
    /**
     * The stated number of attempts has been made.
     */
    JURAT_CAUSE_NO_ATTEMPTS_LEFT = 110,
    /**
     * The wait that was asked for is not over.
     */
    JURAT_CAUSE_TOO_EARLY = 111,
    /**
     * An answer to a request that was not made.
     */
    JURAT_CAUSE_NO_REQUEST = 112,
    /**
     * A request while the answer to another one is awaited.
     */
    JURAT_CAUSE_ANSWER_AWAITED = 113,
    /**
     * The server refused the request.
     */
    JURAT_CAUSE_REFUSED = 120,
    /**
     * The server wants a DPoP proof, which is not ours to make.
     */
    JURAT_CAUSE_DPOP_REQUIRED = 121,
    /**
     * An answer that is none of OAuth: from a proxy, or from another service.
     */
    JURAT_CAUSE_NOT_OAUTH = 122,
    /**
     * A redirection, which is never followed with an assertion.
     */
    JURAT_CAUSE_REDIRECTED = 123,
    /**
     * The server failed on its own.
     */
    JURAT_CAUSE_SERVER_FAULT = 124,
    /**
     * An answer that was larger than its buffer.
     */
    JURAT_CAUSE_RESPONSE_TOO_LARGE = 125,
    /**
     * An answer that ended too early, or an empty one.
     */
    JURAT_CAUSE_RESPONSE_TRUNCATED = 126,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum jurat_cause jurat_cause;
#else
typedef uint8_t jurat_cause;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Which argument a cause speaks of. The text is the name that C and Python give it. The numbers are append-only.
 */
enum jurat_argument
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * None in particular.
     */
    JURAT_ARGUMENT_NONE = 0,
    /**
     * The buffer that receives the result.
     */
    JURAT_ARGUMENT_OUTPUT = 1,
    /**
     * The place for the number of bytes written (C).
     */
    JURAT_ARGUMENT_OUTPUT_LENGTH = 2,
    /**
     * The client identifier: `iss` and `sub` of a client assertion.
     */
    JURAT_ARGUMENT_CLIENT_ID = 3,
    /**
     * The authorization server's issuer identifier.
     */
    JURAT_ARGUMENT_ISSUER = 4,
    /**
     * The authorization server's token endpoint.
     */
    JURAT_ARGUMENT_TOKEN_ENDPOINT = 5,
    /**
     * The `iss` claim of a grant.
     */
    JURAT_ARGUMENT_ISS = 6,
    /**
     * The `sub` claim of a grant.
     */
    JURAT_ARGUMENT_SUB = 7,
    /**
     * The `iat` claim, in seconds.
     */
    JURAT_ARGUMENT_ISSUED_AT = 8,
    /**
     * Seconds between `iat` and `exp`.
     */
    JURAT_ARGUMENT_LIFETIME = 9,
    /**
     * The `nbf` claim, in seconds.
     */
    JURAT_ARGUMENT_NOT_BEFORE = 10,
    /**
     * The `jti` claim.
     */
    JURAT_ARGUMENT_JWT_ID = 11,
    /**
     * The 16 random bytes for a `jti`.
     */
    JURAT_ARGUMENT_RANDOM = 12,
    /**
     * The `kid` header parameter.
     */
    JURAT_ARGUMENT_KEY_ID = 13,
    /**
     * The `typ` header parameter of a grant.
     */
    JURAT_ARGUMENT_TYPE = 14,
    /**
     * The custom claims.
     */
    JURAT_ARGUMENT_CLAIMS = 15,
    /**
     * The `scope` request parameter.
     */
    JURAT_ARGUMENT_SCOPE = 16,
    /**
     * The `resource` request parameter (RFC 8707).
     */
    JURAT_ARGUMENT_RESOURCE = 17,
    /**
     * The extra request parameters.
     */
    JURAT_ARGUMENT_PARAMETERS = 18,
    /**
     * The private key.
     */
    JURAT_ARGUMENT_KEY = 19,
    /**
     * The signature that a signer gave.
     */
    JURAT_ARGUMENT_SIGNATURE = 20,
    /**
     * The signer.
     */
    JURAT_ARGUMENT_SIGNER = 21,
    /**
     * The client assertion, as an argument.
     */
    JURAT_ARGUMENT_CLIENT_ASSERTION = 22,
    /**
     * The grant assertion, as an argument.
     */
    JURAT_ARGUMENT_GRANT_ASSERTION = 23,
    /**
     * The token request, as an argument.
     */
    JURAT_ARGUMENT_TOKEN_REQUEST = 24,
    /**
     * The place for what a two-phase call prepared.
     */
    JURAT_ARGUMENT_TO_BE_SIGNED = 25,
    /**
     * The SHA-256 hash to be signed.
     */
    JURAT_ARGUMENT_HASH = 26,
    /**
     * A point in time that no other argument names.
     */
    JURAT_ARGUMENT_TIME = 27,
    /**
     * The device's secret that ids are derived from.
     */
    JURAT_ARGUMENT_SECRET = 28,
    /**
     * The `x5t#S256` header parameter.
     */
    JURAT_ARGUMENT_CERTIFICATE_THUMBPRINT = 29,
    /**
     * A certificate.
     */
    JURAT_ARGUMENT_CERTIFICATE = 30,
    /**
     * Where a client's public keys can be fetched.
     */
    JURAT_ARGUMENT_JWKS_URI = 31,
    /**
     * The grant types of a registration.
     */
    JURAT_ARGUMENT_GRANT_TYPES = 32,
    /**
     * A registration, as an argument.
     */
    JURAT_ARGUMENT_REGISTRATION = 33,
    /**
     * A public key.
     */
    JURAT_ARGUMENT_PUBLIC_KEY = 34,
    /**
     * The name of a client in a registration.
     */
    JURAT_ARGUMENT_CLIENT_NAME = 35,
    /**
     * The id of a client's software in a registration.
     */
    JURAT_ARGUMENT_SOFTWARE_ID = 36,
    /**
     * The version of a client's software in a registration.
     */
    JURAT_ARGUMENT_SOFTWARE_VERSION = 37,
    /**
     * The authorization server's metadata.
     */
    JURAT_ARGUMENT_METADATA = 38,
    /**
     * The authorization server, as an argument.
     */
    JURAT_ARGUMENT_SERVER = 39,
    /**
     * The profile of the server.
     */
    JURAT_ARGUMENT_PROFILE = 40,
    /**
     * The endpoint that is contacted.
     */
    JURAT_ARGUMENT_ENDPOINT = 41,
    /**
     * The audience of a profile.
     */
    JURAT_ARGUMENT_AUDIENCE = 42,
    /**
     * The clock.
     */
    JURAT_ARGUMENT_CLOCK = 43,
    /**
     * The time at which the firmware was built.
     */
    JURAT_ARGUMENT_BUILD_TIME = 44,
    /**
     * The `Date` header of an answer.
     */
    JURAT_ARGUMENT_DATE = 45,
    /**
     * The answer of the server.
     */
    JURAT_ARGUMENT_RESPONSE = 46,
    /**
     * The token exchange, as an argument.
     */
    JURAT_ARGUMENT_EXCHANGE = 47,
    /**
     * The number of attempts.
     */
    JURAT_ARGUMENT_ATTEMPTS = 48,
    /**
     * The memory for what is decoded.
     */
    JURAT_ARGUMENT_SCRATCH = 49,
    /**
     * The evidence of a diagnosis, as an argument.
     */
    JURAT_ARGUMENT_EVIDENCE = 50,
    /**
     * The parameters of a request that was sent.
     */
    JURAT_ARGUMENT_REQUEST_BODY = 51,
    /**
     * The set of public keys.
     */
    JURAT_ARGUMENT_JWKS = 52,
    /**
     * The key of keyed hashes.
     */
    JURAT_ARGUMENT_HASH_KEY = 53,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum jurat_argument jurat_argument;
#else
typedef uint8_t jurat_argument;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * One thing that makes a server refuse. The numbers and the codes are append-only.
 *
 * [`code`](Self::code) is the name that every language and every record gives it, [`text`](Self::text) says what to do about
 * it, in a sentence. Firmware that never calls `text` does not contain these sentences.
 *
 * ```
 * use jurat_core::Fault;
 * assert_eq!(Fault::AudienceNearMiss.code(), "audience_near_miss");
 * assert!(Fault::AudienceNearMiss.text().starts_with("Spell aud"));
 * assert_eq!(Fault::from_number(Fault::Expired.number()), Some(Fault::Expired));
 * ```
 */
enum jurat_fault
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The request was not a POST (RFC 6749 section 3.2).
     */
    JURAT_FAULT_HTTP_METHOD_WRONG = 1,
    /**
     * The body was not `application/x-www-form-urlencoded` (RFC 6749 section 4.4.2).
     */
    JURAT_FAULT_CONTENT_TYPE_WRONG = 2,
    /**
     * A parameter was sent more than once (RFC 6749 section 3.2).
     */
    JURAT_FAULT_PARAMETER_DUPLICATED = 3,
    /**
     * More than one way of client authentication (RFC 6749 section 2.3).
     */
    JURAT_FAULT_MULTIPLE_CLIENT_AUTH = 4,
    /**
     * The grant type is absent, unknown to the server, or not allowed to this client.
     */
    JURAT_FAULT_GRANT_TYPE_UNSUPPORTED = 5,
    /**
     * `client_assertion_type` is absent, or is not the one of RFC 7523 section 2.2.
     */
    JURAT_FAULT_ASSERTION_TYPE_WRONG = 6,
    /**
     * The assertion is absent or empty, or the server wants client authentication and there was none.
     */
    JURAT_FAULT_ASSERTION_MISSING = 7,
    /**
     * The assertion is not three segments of base64url, or a segment is not a JSON object with unique members.
     */
    JURAT_FAULT_ASSERTION_MALFORMED = 8,
    /**
     * The assertion is longer than the server takes.
     */
    JURAT_FAULT_ASSERTION_TOO_LONG = 9,
    /**
     * A grant where client authentication was wanted, or the other way round.
     */
    JURAT_FAULT_PURPOSE_CONFUSED = 10,
    /**
     * `alg` is `none`.
     */
    JURAT_FAULT_ALGORITHM_NONE = 20,
    /**
     * `alg` is absent, unknown, not the registered one, or not in the server's list.
     */
    JURAT_FAULT_ALGORITHM_UNSUPPORTED = 21,
    /**
     * The client is not registered for `private_key_jwt`, or the server does not have it.
     */
    JURAT_FAULT_AUTH_METHOD_UNSUPPORTED = 22,
    /**
     * The server refuses this `typ`, or wants one.
     */
    JURAT_FAULT_TYPE_HEADER_REFUSED = 23,
    /**
     * A header parameter that the server refuses: an unknown one in `crit`, one that it does not know, or of a wrong type.
     */
    JURAT_FAULT_HEADER_MEMBER_REFUSED = 24,
    /**
     * A claim that the server does not know, and refuses.
     */
    JURAT_FAULT_CLAIM_FORBIDDEN = 25,
    /**
     * `iss` is absent.
     */
    JURAT_FAULT_ISSUER_MISSING = 30,
    /**
     * `sub` is absent.
     */
    JURAT_FAULT_SUBJECT_MISSING = 31,
    /**
     * `iss` and `sub` of a client assertion differ.
     */
    JURAT_FAULT_ISSUER_SUBJECT_MISMATCH = 32,
    /**
     * The parameter `client_id` names another client than the assertion.
     */
    JURAT_FAULT_CLIENT_ID_MISMATCH = 33,
    /**
     * The server does not know the client, or the issuer of the grant.
     */
    JURAT_FAULT_CLIENT_UNKNOWN = 34,
    /**
     * The server does not know the subject of the grant.
     */
    JURAT_FAULT_SUBJECT_UNKNOWN = 35,
    /**
     * `aud` is absent or an empty list.
     */
    JURAT_FAULT_AUDIENCE_MISSING = 40,
    /**
     * `aud` is a list where one string is wanted.
     */
    JURAT_FAULT_AUDIENCE_MULTIPLE = 41,
    /**
     * `aud` is almost the expected one: a final slash, upper and lower case, a port, the scheme, percent-encoding.
     */
    JURAT_FAULT_AUDIENCE_NEAR_MISS = 42,
    /**
     * `aud` is not what the server takes.
     */
    JURAT_FAULT_AUDIENCE_MISMATCH = 43,
    /**
     * `exp` is absent.
     */
    JURAT_FAULT_EXP_MISSING = 50,
    /**
     * `iat` is absent, and the server wants it.
     */
    JURAT_FAULT_IAT_MISSING = 51,
    /**
     * `nbf` is absent, and the server wants it.
     */
    JURAT_FAULT_NBF_REQUIRED = 52,
    /**
     * A time in another unit or from another epoch, or one that is no number.
     */
    JURAT_FAULT_TIME_UNIT = 53,
    /**
     * The device's clock is off.
     */
    JURAT_FAULT_CLOCK_SKEW = 54,
    /**
     * The assertion had expired when it arrived.
     */
    JURAT_FAULT_EXPIRED = 55,
    /**
     * `nbf` was in the future.
     */
    JURAT_FAULT_NOT_YET_VALID = 56,
    /**
     * `iat` was in the future.
     */
    JURAT_FAULT_ISSUED_IN_FUTURE = 57,
    /**
     * `iat` was too long ago for this server.
     */
    JURAT_FAULT_ISSUED_TOO_LONG_AGO = 58,
    /**
     * `exp` is further away than the server takes.
     */
    JURAT_FAULT_LIFETIME_TOO_LONG = 59,
    /**
     * `exp` is not after `iat` or `nbf`: a lifetime of nothing.
     */
    JURAT_FAULT_LIFETIME_INVALID = 60,
    /**
     * `jti` is absent, and the server wants it.
     */
    JURAT_FAULT_JTI_MISSING = 70,
    /**
     * `jti` is no string, or an empty one.
     */
    JURAT_FAULT_JTI_INVALID = 71,
    /**
     * `jti` has been used before.
     */
    JURAT_FAULT_JTI_REPLAYED = 72,
    /**
     * `kid` is absent, and the server needs it to find the key.
     */
    JURAT_FAULT_KID_MISSING = 80,
    /**
     * The key is registered, but not under this `kid`, which no registered key has.
     */
    JURAT_FAULT_KID_UNKNOWN = 81,
    /**
     * `kid` is that of another registered key.
     */
    JURAT_FAULT_KID_MISMATCH = 82,
    /**
     * The key that signed is not registered, neither under this `kid` nor under another.
     */
    JURAT_FAULT_KEY_UNKNOWN = 83,
    /**
     * Another key is registered under this `kid` than the one that signed.
     */
    JURAT_FAULT_KEY_MISMATCH = 84,
    /**
     * The key was published too recently: the server may still have an older copy of the key set.
     */
    JURAT_FAULT_KEY_NOT_PROPAGATED = 85,
    /**
     * The signature is DER, where r and s are wanted, 32 bytes each (RFC 7518 section 3.4).
     */
    JURAT_FAULT_SIGNATURE_DER = 90,
    /**
     * The signature has another length, order or alphabet than RFC 7518 section 3.4 and RFC 7515 section 2 say.
     */
    JURAT_FAULT_SIGNATURE_ENCODING = 91,
    /**
     * The signature does not verify with the key.
     */
    JURAT_FAULT_SIGNATURE_INVALID = 92,
    /**
     * What was signed is not what was sent.
     */
    JURAT_FAULT_SIGNING_INPUT_ALTERED = 93,
    /**
     * The client was authenticated; the scope was refused.
     */
    JURAT_FAULT_SCOPE_INVALID = 100,
    /**
     * There is a token, with less scope than was asked for.
     */
    JURAT_FAULT_SCOPE_REDUCED = 101,
    /**
     * The client was authenticated; the resource was refused (RFC 8707).
     */
    JURAT_FAULT_RESOURCE_INVALID = 102,
    /**
     * The client was authenticated; the grant was refused, and it is none of ours.
     */
    JURAT_FAULT_GRANT_REFUSED = 103,
    /**
     * The server wants a DPoP proof with its nonce (RFC 9449 section 8). Not a fault of the assertion.
     */
    JURAT_FAULT_DPOP_NONCE_REQUIRED = 110,
    /**
     * The server wants a proof of possession besides: DPoP or a client certificate.
     */
    JURAT_FAULT_PROOF_OF_POSSESSION_REQUIRED = 111,
    /**
     * The answer is none of OAuth: a proxy's page, another service, a redirection.
     */
    JURAT_FAULT_NOT_OAUTH_RESPONSE = 112,
    /**
     * The server wants fewer requests, or is overloaded.
     */
    JURAT_FAULT_RATE_LIMITED = 113,
    /**
     * The server failed on its own.
     */
    JURAT_FAULT_SERVER_FAULT = 114,
    /**
     * The metadata is that of another issuer, or cannot be read.
     */
    JURAT_FAULT_METADATA_UNUSABLE = 115,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum jurat_fault jurat_fault;
#else
typedef uint8_t jurat_fault;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * How sure a cause is. The numbers are stable.
 */
enum jurat_class
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Local evidence shows it: the bytes that were sent, the keys, the metadata, the registration, the clock, and what the
     * named server is known to do.
     */
    JURAT_CLASS_PROVEN = 1,
    /**
     * The server says it, by an error code, or by a text that its profile knows. That proves nothing.
     */
    JURAT_CLASS_STATED = 2,
    /**
     * Nothing speaks against it.
     */
    JURAT_CLASS_CONSISTENT = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum jurat_class jurat_class;
#else
typedef uint8_t jurat_class;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * A piece of evidence that is missing. The numbers are append-only.
 */
enum jurat_wanted
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The request as it was sent: its method, content type and parameters.
     */
    JURAT_WANTED_REQUEST = 1,
    /**
     * The assertion with its signature.
     */
    JURAT_WANTED_ASSERTION = 2,
    /**
     * The issuer identifier.
     */
    JURAT_WANTED_ISSUER = 3,
    /**
     * The public keys that are registered.
     */
    JURAT_WANTED_KEYS = 4,
    /**
     * The registration.
     */
    JURAT_WANTED_REGISTRATION = 5,
    /**
     * The time: of the answer's `Date`, or of a clock whose uncertainty is known.
     */
    JURAT_WANTED_TIME = 6,
    /**
     * The `jti` values that were sent before.
     */
    JURAT_WANTED_SEEN_IDS = 7,
    /**
     * The server's profile.
     */
    JURAT_WANTED_PROFILE = 8,
    /**
     * The server's metadata.
     */
    JURAT_WANTED_METADATA = 9,
    /**
     * The public half of the key that signs.
     */
    JURAT_WANTED_KEY = 10,
    /**
     * Something that verifies signatures.
     */
    JURAT_WANTED_VERIFIER = 11,
    /**
     * The reason in the server's own log.
     */
    JURAT_WANTED_SERVER_LOG = 12,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum jurat_wanted jurat_wanted;
#else
typedef uint8_t jurat_wanted;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What a server product is known to do when it judges, and what its texts mean: one of the `jurat_behaviour_` constants.
 * Firmware has in it those that it names.
 */
typedef struct jurat_behaviour jurat_behaviour;

/**
 * For the library alone: what a jurat_claims_function is called with.
 */
typedef struct jurat_claims_call jurat_claims_call;

/**
 * For the library alone: what a jurat_http_function is called with.
 */
typedef struct jurat_http_call jurat_http_call;

/**
 * For the library alone: what a jurat_server_function is called with.
 */
typedef struct jurat_server_call jurat_server_call;

/**
 * UTF-8 text with its length in bytes; no NUL is needed. `{NULL, 0}` means absent.
 *
 * See jurat_text() for a NUL-terminated string and JURAT_TEXT() for a literal.
 */
typedef struct jurat_str {
    /**
     * The first byte.
     */
    const char *data;
    /**
     * Bytes.
     */
    size_t length;
} jurat_str;

/**
 * A custom claim.
 */
typedef struct jurat_claim {
    /**
     * The member's name: not empty, not one of iss sub aud exp nbf iat jti, not that of another claim.
     */
    struct jurat_str name;
    /**
     * One of JURAT_CLAIM_TEXT, _INTEGER, _BOOLEAN, _NULL, _JSON.
     */
    uint32_t kind;
    /**
     * The value of an integer or a boolean.
     */
    int64_t integer;
    /**
     * The value of text or JSON text.
     */
    struct jurat_str text;
} jurat_claim;

/**
 * The function jurat_claims_hook(), which JURAT_CLAIMS() names, so that it is linked nowhere else.
 */
typedef void (*jurat_claims_function)(struct jurat_claims_call *call);

/**
 * Custom claims: JURAT_CLAIMS(array), or JURAT_CLAIMS_NONE.
 */
typedef struct jurat_claims {
    /**
     * The claims.
     */
    const struct jurat_claim *entries;
    /**
     * How many.
     */
    size_t length;
    /**
     * jurat_claims_hook: the code for claims gets only into firmware that names it.
     */
    jurat_claims_function hook;
} jurat_claims;

/**
 * How a server departs from RFC 10070. Start from JURAT_PROFILE_INIT, or from a copy of a profile that the library has:
 * `jurat_profile mine = jurat_profile_keycloak;`.
 */
typedef struct jurat_profile {
    /**
     * sizeof(jurat_profile).
     */
    uint32_t struct_size;
    /**
     * JURAT_PROFILE_NOT_BEFORE, _JWT_ID_REQUIRED, _CLAIMS_REFUSED, _OMIT_CLIENT_ID, _PROOF_OF_POSSESSION, or 0.
     */
    uint32_t flags;
    /**
     * The name to configure it by: lower case, with hyphens. No call but jurat_profile_named() looks at it.
     */
    struct jurat_str id;
    /**
     * How far the server takes ES256 client assertions: JURAT_ES256_ACCEPTED, _IF_ADVERTISED, _REFUSED, _CLIENT_SECRET,
     * _AUDIENCE_LIST.
     */
    uint32_t es256;
    /**
     * `aud` of client assertions: JURAT_AUDIENCE_ISSUER, _TOKEN_ENDPOINT, _INVOKED_ENDPOINT, _FIXED.
     */
    uint32_t audience;
    /**
     * The absolute URI of JURAT_AUDIENCE_FIXED, `{NULL, 0}` otherwise.
     */
    struct jurat_str audience_fixed;
    /**
     * `typ` of client assertions: JURAT_TYPE_CLIENT_AUTHENTICATION, _JWT, _OMIT, _FIXED.
     */
    uint32_t type_;
    /**
     * The type of JURAT_TYPE_FIXED, `{NULL, 0}` otherwise.
     */
    struct jurat_str type_fixed;
    /**
     * The most seconds between `iat` and `exp` of a client assertion that the server takes, at most JURAT_MAX_LIFETIME.
     */
    uint32_t max_lifetime;
    /**
     * What the header must have: JURAT_KEY_ID_OPTIONAL, _REQUIRED, _CERTIFICATE_THUMBPRINT.
     */
    uint32_t key_id;
    /**
     * `aud` of grants: one of the numbers of `audience`, or JURAT_AUDIENCE_CLIENT_ID; 0: the server is not known to take
     * grants.
     */
    uint32_t grant_audience;
    /**
     * The absolute URI of JURAT_AUDIENCE_FIXED, `{NULL, 0}` otherwise.
     */
    struct jurat_str grant_audience_fixed;
    /**
     * The most seconds between `iat` and `exp` of a grant that the server takes, at most JURAT_MAX_LIFETIME.
     */
    uint32_t grant_max_lifetime;
    /**
     * Seconds that `iat` or `nbf` may be ahead of the server's clock; UINT32_MAX: not known.
     */
    uint32_t future_tolerance;
    /**
     * Seconds that an assertion is taken for after `exp`; UINT32_MAX: not known.
     */
    uint32_t expiry_tolerance;
} jurat_profile;

/**
 * What a server says about itself (RFC 8414), as jurat_metadata_read() gives it. Its texts point into the document.
 *
 * Its endpoints are where to send a request, and never become the audience of an assertion (RFC 10070).
 */
typedef struct jurat_metadata {
    /**
     * sizeof(jurat_metadata).
     */
    uint32_t struct_size;
    /**
     * 0.
     */
    uint32_t flags;
    /**
     * The issuer identifier, which is the one that was asked for.
     */
    struct jurat_str issuer;
    /**
     * `token_endpoint`, `{NULL, 0}` if it is not there.
     */
    struct jurat_str token_endpoint;
    /**
     * `pushed_authorization_request_endpoint`, likewise.
     */
    struct jurat_str pushed_authorization_request_endpoint;
    /**
     * `introspection_endpoint`, likewise.
     */
    struct jurat_str introspection_endpoint;
    /**
     * `revocation_endpoint`, likewise.
     */
    struct jurat_str revocation_endpoint;
    /**
     * `device_authorization_endpoint`, likewise.
     */
    struct jurat_str device_authorization_endpoint;
    /**
     * `backchannel_authentication_endpoint`, likewise.
     */
    struct jurat_str backchannel_authentication_endpoint;
    /**
     * `grant_types_supported`, the JSON array as it stands in the document, likewise. Of grant types, a diagnosis looks
     * here and nowhere else.
     */
    struct jurat_str grant_types;
    /**
     * private_key_jwt at the token endpoint: JURAT_SUPPORT_SUPPORTED, _UNSUPPORTED, _NOT_ADVERTISED, _UNKNOWN. It holds
     * for the pushed authorization request, device authorization and backchannel authentication endpoints too.
     */
    uint32_t token_private_key_jwt;
    /**
     * ES256 client assertions at the token endpoint, likewise.
     */
    uint32_t token_es256;
    /**
     * private_key_jwt at the introspection endpoint, likewise.
     */
    uint32_t introspection_private_key_jwt;
    /**
     * ES256 client assertions at the introspection endpoint, likewise.
     */
    uint32_t introspection_es256;
    /**
     * private_key_jwt at the revocation endpoint, likewise.
     */
    uint32_t revocation_private_key_jwt;
    /**
     * ES256 client assertions at the revocation endpoint, likewise.
     */
    uint32_t revocation_es256;
    /**
     * The grant type client_credentials, likewise.
     */
    uint32_t client_credentials;
    /**
     * The grant type urn:ietf:params:oauth:grant-type:jwt-bearer, likewise.
     */
    uint32_t jwt_bearer;
} jurat_metadata;

/**
 * The function jurat_server_hook(), which its user names where it is wanted, so that it is linked nowhere else.
 */
typedef void (*jurat_server_function)(struct jurat_server_call *call);

/**
 * An authorization server, as the client is configured for it. Start from JURAT_SERVER_INIT.
 *
 * Nothing that a server answers changes any of it (RFC 10070): another audience is another configuration.
 */
typedef struct jurat_server {
    /**
     * sizeof(jurat_server).
     */
    uint32_t struct_size;
    /**
     * JURAT_INSECURE_HTTP, or 0.
     */
    uint32_t flags;
    /**
     * The issuer identifier: an https URL without query or fragment, spelled as the server spells it.
     */
    struct jurat_str issuer;
    /**
     * The token endpoint, needed only when the profile's audience is an endpoint; absent if `{NULL, 0}`.
     */
    struct jurat_str token_endpoint;
    /**
     * What product it is; NULL: one that follows RFC 10070.
     */
    const struct jurat_profile *profile;
    /**
     * Its metadata: what it excludes is refused before it is sent. NULL: not known.
     */
    const struct jurat_metadata *metadata;
    /**
     * jurat_server_hook, as JURAT_SERVER_INIT sets it.
     */
    jurat_server_function hook;
} jurat_server;

/**
 * Client authentication (RFC 7523 section 2.2, RFC 10070). Start from JURAT_CLIENT_ASSERTION_INIT.
 *
 * One struct makes one assertion: a new attempt needs a new `jti` and a new `issued_at`.
 */
typedef struct jurat_client_assertion {
    /**
     * sizeof(jurat_client_assertion).
     */
    uint32_t struct_size;
    /**
     * JURAT_INSECURE_HTTP, JURAT_OMIT_JWT_ID, or 0.
     */
    uint32_t flags;
    /**
     * The client id: `iss` and `sub`.
     */
    struct jurat_str client_id;
    /**
     * The authorization server's issuer identifier: `aud`. An https URL without query or fragment, spelled as the
     * server spells it; or else `server`.
     */
    struct jurat_str issuer;
    /**
     * `iat`: seconds since 1970-01-01T00:00:00Z.
     */
    uint64_t issued_at;
    /**
     * `nbf`: seconds since 1970-01-01T00:00:00Z, 0 = absent.
     */
    uint64_t not_before;
    /**
     * Seconds from `iat` to `exp`, 1 to 3600.
     */
    uint32_t lifetime;
    /**
     * `jti`, new for every assertion; or else `random`.
     */
    struct jurat_str jwt_id;
    /**
     * 16 bytes from a cryptographic random source, which become the `jti`; or else `jwt_id`.
     */
    const uint8_t *random;
    /**
     * JURAT_RANDOM_SIZE, or 0 when `random` is NULL.
     */
    size_t random_size;
    /**
     * `kid`, absent if `{NULL, 0}`.
     */
    struct jurat_str key_id;
    /**
     * `x5t#S256`, as jurat_certificate_thumbprint() wrote it, absent if `{NULL, 0}`.
     */
    struct jurat_str certificate_thumbprint;
    /**
     * Custom claims, in the order in which they are written: JURAT_CLAIMS(array).
     */
    struct jurat_claims claims;
    /**
     * The server, whose profile decides on `aud`, `typ` and more; or else `issuer`.
     */
    const struct jurat_server *server;
    /**
     * Where the request goes: one of the JURAT_ENDPOINT_ numbers, 0 for the token endpoint. Only with `server`.
     */
    uint32_t endpoint;
    /**
     * Its URL from configuration, needed when the profile's audience is that endpoint; absent if `{NULL, 0}`. For the token
     * endpoint, that of `server` stands in.
     */
    struct jurat_str endpoint_url;
} jurat_client_assertion;

/**
 * Makes one ES256 signature.
 *
 * `hash` is the SHA-256 hash of `message`, JURAT_HASH_SIZE bytes; `message` is the signing input. Use the one that the
 * key's owner takes. `signature` receives the signature in the form that the signer declares, and `*signature_length` its
 * bytes: JURAT_SIGNATURE_SIZE for a raw one. `signature_size` is JURAT_SIGNATURE_DER_SIZE, whatever the form.
 * Returns 0, or an error number of its own. It has to return: longjmp() or an exception out of it would leave parts of the
 * request behind. It changes nothing of what the call was given.
 */
typedef int32_t (*jurat_sign_function)(void *context,
                                       const uint8_t *hash,
                                       const uint8_t *message,
                                       size_t message_length,
                                       uint8_t *signature,
                                       size_t signature_size,
                                       size_t *signature_length);

/**
 * Whoever holds the key. Start from JURAT_SIGNER_INIT or JURAT_P256_SIGNER.
 */
typedef struct jurat_signer {
    /**
     * sizeof(jurat_signer).
     */
    uint32_t struct_size;
    /**
     * What `sign` returned last, untouched: look here when a call gives the cause JURAT_CAUSE_SIGNER_FAILED.
     */
    int32_t status;
    /**
     * The form of its signatures: JURAT_SIGNATURE_RAW or JURAT_SIGNATURE_DER. It is never guessed.
     */
    uint32_t form;
    /**
     * Makes a signature.
     */
    jurat_sign_function sign;
    /**
     * For `sign`, as it is.
     */
    void *context;
} jurat_signer;

/**
 * An authorization grant (RFC 7523 section 2.1). Start from JURAT_GRANT_ASSERTION_INIT.
 *
 * One struct makes one assertion: a new attempt needs a new `jti` and a new `issued_at`.
 */
typedef struct jurat_grant_assertion {
    /**
     * sizeof(jurat_grant_assertion).
     */
    uint32_t struct_size;
    /**
     * JURAT_INSECURE_HTTP, JURAT_OMIT_JWT_ID, or 0.
     */
    uint32_t flags;
    /**
     * Who issues the grant: `iss`.
     */
    struct jurat_str iss;
    /**
     * Whom the token is for: `sub`.
     */
    struct jurat_str sub;
    /**
     * The authorization server's issuer identifier, as `aud`; or else `token_endpoint` or `server`.
     */
    struct jurat_str issuer;
    /**
     * The token endpoint, as `aud`, from the client's own configuration; or else `issuer` or `server`.
     */
    struct jurat_str token_endpoint;
    /**
     * `typ`, absent if `{NULL, 0}`.
     */
    struct jurat_str type_;
    /**
     * `iat`: seconds since 1970-01-01T00:00:00Z.
     */
    uint64_t issued_at;
    /**
     * `nbf`: seconds since 1970-01-01T00:00:00Z, 0 = absent.
     */
    uint64_t not_before;
    /**
     * Seconds from `iat` to `exp`, 1 to 3600.
     */
    uint32_t lifetime;
    /**
     * `jti`, new for every assertion; or else `random`.
     */
    struct jurat_str jwt_id;
    /**
     * 16 bytes from a cryptographic random source, which become the `jti`; or else `jwt_id`.
     */
    const uint8_t *random;
    /**
     * JURAT_RANDOM_SIZE, or 0 when `random` is NULL.
     */
    size_t random_size;
    /**
     * `kid`, absent if `{NULL, 0}`.
     */
    struct jurat_str key_id;
    /**
     * `x5t#S256`, as jurat_certificate_thumbprint() wrote it, absent if `{NULL, 0}`.
     */
    struct jurat_str certificate_thumbprint;
    /**
     * Custom claims, in the order in which they are written: JURAT_CLAIMS(array).
     */
    struct jurat_claims claims;
    /**
     * The server, whose profile decides on `aud` and more; or else `issuer` or `token_endpoint`.
     */
    const struct jurat_server *server;
} jurat_grant_assertion;

/**
 * An extra request parameter.
 */
typedef struct jurat_parameter {
    /**
     * The name: not empty, not one that the library writes, not that of another parameter, and beside a client assertion
     * not `client_secret`.
     */
    struct jurat_str name;
    /**
     * The value: not empty.
     */
    struct jurat_str value;
} jurat_parameter;

/**
 * The function jurat_http_hook(), which its user names where it is wanted, so that it is linked nowhere else. Its type is
 * not that of jurat_server_hook(), so that neither takes the other's place.
 */
typedef void (*jurat_http_function)(struct jurat_http_call *call);

/**
 * A token request. Start from JURAT_TOKEN_REQUEST_INIT.
 *
 * With `client` alone: grant_type=client_credentials. With `grant`: the JWT bearer grant, and `client` authenticates
 * the client if it is there.
 */
typedef struct jurat_token_request {
    /**
     * sizeof(jurat_token_request).
     */
    uint32_t struct_size;
    /**
     * JURAT_OMIT_CLIENT_ID, JURAT_INSECURE_HTTP, or 0.
     */
    uint32_t flags;
    /**
     * The grant, or NULL.
     */
    const struct jurat_grant_assertion *grant;
    /**
     * The client assertion, or NULL where there is a grant.
     */
    const struct jurat_client_assertion *client;
    /**
     * `scope`: names separated by single spaces; absent if `{NULL, 0}`.
     */
    struct jurat_str scope;
    /**
     * `resource` (RFC 8707): an absolute URI; absent if `{NULL, 0}`.
     */
    struct jurat_str resource;
    /**
     * Extra parameters, in the order in which they are written.
     */
    const struct jurat_parameter *parameters;
    /**
     * How many.
     */
    size_t parameters_length;
    /**
     * The URL that an HTTP/1.1 request is written for, whole: its head (RFC 9112) with `Connection: close`, then the body.
     * For firmware that has a TLS socket and no HTTP client. Only the body if `{NULL, 0}`.
     */
    struct jurat_str http_endpoint;
    /**
     * jurat_http_hook, with `http_endpoint`: the code for it gets only into firmware that names it. NULL otherwise.
     */
    jurat_http_function http_hook;
} jurat_token_request;

/**
 * What a prepare call leaves to be signed. It points into the output of that call.
 */
typedef struct jurat_to_be_signed {
    /**
     * The signing input; NULL where there is nothing to sign.
     */
    const uint8_t *message;
    /**
     * Its bytes.
     */
    size_t message_length;
    /**
     * Its SHA-256 hash.
     */
    uint8_t hash[JURAT_HASH_SIZE];
} jurat_to_be_signed;

/**
 * An answer of a server, as the HTTP client gave it. Start from JURAT_RESPONSE_INIT.
 *
 * Only answers that came over TLS from the configured server are worth reading.
 */
typedef struct jurat_response {
    /**
     * sizeof(jurat_response).
     */
    uint32_t struct_size;
    /**
     * JURAT_BODY_TRUNCATED, JURAT_BODY_INCOMPLETE, JURAT_DPOP_NONCE, or 0.
     */
    uint32_t flags;
    /**
     * The HTTP status, such as 200.
     */
    uint32_t status;
    /**
     * The body. It is changed when it is read, which is possible once.
     */
    char *body;
    /**
     * Its bytes.
     */
    size_t body_size;
    /**
     * `Content-Type`, without white space around it, absent if `{NULL, 0}`. What a body is shows when it is read.
     */
    struct jurat_str content_type;
    /**
     * `Date`, likewise.
     */
    struct jurat_str date;
    /**
     * `Age`, likewise.
     */
    struct jurat_str age;
    /**
     * `Retry-After`, likewise.
     */
    struct jurat_str retry_after;
} jurat_response;

/**
 * What an answer meant. Its texts point into the body of the response, which holds the token until the caller wipes it.
 *
 * Texts of an error are printable ASCII, 512 bytes at most, and what looked like a token in them is gone. They say what the
 * server says, and prove nothing.
 */
typedef struct jurat_answer {
    /**
     * What it was: one of the JURAT_OUTCOME_ numbers.
     */
    uint32_t outcome;
    /**
     * Why it is of no use with JURAT_OUTCOME_UNUSABLE: a JURAT_CAUSE_ number. 0 otherwise.
     */
    uint32_t unusable;
    /**
     * What to do now: one of the JURAT_STEP_ numbers; 0 from jurat_response_read().
     */
    uint32_t step;
    /**
     * Seconds to wait with JURAT_STEP_WAIT. 0 otherwise.
     */
    uint32_t wait;
    /**
     * Why to stop with JURAT_STEP_STOP: a JURAT_CAUSE_ number. 0 otherwise.
     */
    uint32_t cause;
    /**
     * JURAT_ANSWER_EXPIRES, JURAT_ANSWER_RENEW, JURAT_ANSWER_EXPIRES_WAS_TEXT, or 0.
     */
    uint32_t flags;
    /**
     * For how many seconds from the answer on the token is good, with JURAT_ANSWER_EXPIRES.
     */
    uint32_t expires_in;
    /**
     * How the token is used: JURAT_TOKEN_TYPE_BEARER, _DPOP or _OTHER; 0 without a token.
     */
    uint32_t token_type;
    /**
     * When to renew the token, in seconds of the device's clock, with JURAT_ANSWER_RENEW: shortly before it expires.
     */
    uint64_t renew_at;
    /**
     * Seconds that the corrected time moved by because of this answer.
     */
    int64_t clock_moved;
    /**
     * The token. It is a credential: it belongs into no log.
     */
    struct jurat_str access_token;
    /**
     * The token type as the server wrote it, with JURAT_TOKEN_TYPE_OTHER.
     */
    struct jurat_str token_type_text;
    /**
     * The scope that the token has; `{NULL, 0}`: the one that was asked for.
     */
    struct jurat_str scope;
    /**
     * With JURAT_OUTCOME_ERROR: one of the JURAT_ERROR_ numbers. 0 otherwise.
     */
    uint32_t error_code;
    /**
     * `error` as the server wrote it, 64 bytes at most; with JURAT_OUTCOME_FOREIGN its `code`, absent if `{NULL, 0}`.
     */
    struct jurat_str error;
    /**
     * `error_description`; with JURAT_OUTCOME_FOREIGN its `detail`, or else its `message`, or else its `title`.
     */
    struct jurat_str description;
    /**
     * `error_uri`. Not to be followed without thought: whoever answered chose it.
     */
    struct jurat_str uri;
} jurat_answer;

/**
 * A P-256 public key.
 */
typedef struct jurat_public_key {
    /**
     * The coordinate x, big-endian.
     */
    uint8_t x[32];
    /**
     * The coordinate y, big-endian.
     */
    uint8_t y[32];
} jurat_public_key;

/**
 * Says whether a signature is right, as jurat_p256_verify() does; a secure element may do it as well.
 *
 * `hash` is the SHA-256 of what should have been signed, JURAT_HASH_SIZE bytes; `signature` is r, then s,
 * JURAT_SIGNATURE_SIZE bytes, each of the two in its range. Returns 0 when it is right, and anything else when it is not, or
 * when `public_key` is no point of P-256. It has to return, as a jurat_sign_function has. It changes nothing of what the call
 * was given.
 */
typedef int32_t (*jurat_verify_function)(void *context,
                                         const struct jurat_public_key *public_key,
                                         const uint8_t *hash,
                                         const uint8_t *signature);

/**
 * What is known of a request and of the answer to it. Start from JURAT_EVIDENCE_INIT.
 *
 * All of it may be absent: what cannot be decided then is said to be so, and never taken to be right. Everything is only
 * read, but for `scratch`.
 */
typedef struct jurat_evidence {
    /**
     * sizeof(jurat_evidence).
     */
    uint32_t struct_size;
    /**
     * JURAT_AUTHORIZATION_SENT, JURAT_DPOP_SENT, JURAT_CONTENT_TYPE_ABSENT, or 0.
     */
    uint32_t flags;
    /**
     * The method of the request, such as "POST"; not known if `{NULL, 0}`.
     */
    struct jurat_str method;
    /**
     * The URL that was contacted; not known if `{NULL, 0}`.
     */
    struct jurat_str endpoint;
    /**
     * `Content-Type` of the request; not known if `{NULL, 0}`.
     */
    struct jurat_str content_type;
    /**
     * The form as it was sent, byte by byte, without an HTTP head before it. It holds the assertions: keep it until the answer
     * is there, and wipe it then.
     */
    const char *request_body;
    /**
     * Its bytes; 0 where it is not at hand.
     */
    size_t request_body_size;
    /**
     * The answer: its status and headers, the body is not looked at. NULL where there is none.
     */
    const struct jurat_response *response;
    /**
     * What jurat_exchange_answer() or jurat_response_read() made of it; together with `response`.
     */
    const struct jurat_answer *answer;
    /**
     * What the device's clock showed when the request was sent, or shows now: seconds since 1970-01-01T00:00:00Z; 0: not
     * known.
     */
    uint64_t sent_at;
    /**
     * What it showed when the answer had come, in the same seconds; 0: not known.
     */
    uint64_t received_at;
    /**
     * Where its time comes from, such as "ntp"; not known if `{NULL, 0}`.
     */
    struct jurat_str clock_source;
    /**
     * By how many seconds it may be wrong; UINT32_MAX: not known.
     */
    uint32_t clock_uncertainty;
    /**
     * The server, as the request was made for it; or else `issuer` and `token_endpoint`.
     */
    const struct jurat_server *server;
    /**
     * The server's issuer identifier, from configuration; or else `server`.
     */
    struct jurat_str issuer;
    /**
     * The server's token endpoint, from configuration; or else `server`.
     */
    struct jurat_str token_endpoint;
    /**
     * What the server's product is known to do, such as `&jurat_behaviour_keycloak`; NULL: not known.
     */
    const struct jurat_behaviour *behaviour;
    /**
     * What jurat_metadata_read() returned, where it refused the server's metadata: `server` has none then. 0 otherwise.
     */
    int32_t metadata_status;
    /**
     * When the metadata was fetched, in seconds since 1970-01-01T00:00:00Z; 0: not known.
     */
    uint64_t metadata_fetched_at;
    /**
     * The SHA-256 of the metadata as it was fetched, JURAT_HASH_SIZE bytes; NULL: not known.
     */
    const uint8_t *metadata_digest;
    /**
     * How the client is registered at the server (RFC 7591): a JSON object, with `client_id` and `jwks` if they are known.
     */
    const char *registration;
    /**
     * Its bytes; 0 where it is not at hand.
     */
    size_t registration_size;
    /**
     * The JWK set that the client publishes (RFC 7517 section 5), besides that of its registration.
     */
    const char *jwks;
    /**
     * Its bytes; 0 where it is not at hand.
     */
    size_t jwks_size;
    /**
     * Where that set was fetched, a URL; not known if `{NULL, 0}`.
     */
    struct jurat_str jwks_source;
    /**
     * When, in seconds since 1970-01-01T00:00:00Z; 0: not known.
     */
    uint64_t jwks_fetched_at;
    /**
     * For how many seconds a copy of it may be kept; UINT32_MAX: not known.
     */
    uint32_t jwks_max_age;
    /**
     * The public half of the key that signs; NULL: not known.
     */
    const struct jurat_public_key *public_key;
    /**
     * The `jti` values that were sent before, without that of this request. NULL: not known.
     */
    const struct jurat_str *seen;
    /**
     * How many; 0 beside a pointer that is not NULL says that there were none.
     */
    size_t seen_length;
    /**
     * Verifies signatures, such as jurat_p256_verify; NULL: whether they are right is not decidable.
     */
    jurat_verify_function verify;
    /**
     * For `verify`, as it is.
     */
    void *verify_context;
    /**
     * Memory for what is decoded. JURAT_DIAGNOSIS_SCRATCH_SIZE() bytes are enough for any request; of one that the library
     * wrote without JSON escapes, `request_body_size` bytes are.
     */
    uint8_t *scratch;
    /**
     * Its bytes.
     */
    size_t scratch_size;
} jurat_evidence;

/**
 * A cause of a refusal, and how sure it is.
 */
typedef struct jurat_finding {
    /**
     * What is wrong: one of the JURAT_FAULT_ numbers. jurat_fault_code() names it, jurat_fault_text() says what to do.
     */
    uint32_t fault;
    /**
     * JURAT_CLASS_PROVEN, _STATED or _CONSISTENT.
     */
    uint32_t class_;
} jurat_finding;

/**
 * Why a request was refused, or what would have it refused.
 */
typedef struct jurat_diagnosis {
    /**
     * How many causes there are; none where nothing that is known speaks against the request.
     */
    uint32_t causes_length;
    /**
     * The causes, the likeliest first; zero behind the last.
     */
    struct jurat_finding causes[JURAT_MAX_CAUSES];
    /**
     * How many causes cannot be told apart; 0 where one stands out.
     */
    uint32_t candidates_length;
    /**
     * These, JURAT_FAULT_ numbers, the likeliest first; zero behind the last.
     */
    uint32_t candidates[JURAT_MAX_CANDIDATES];
    /**
     * The one piece of evidence that would decide more: one of the JURAT_WANTED_ numbers, 0 for none. jurat_wanted_text()
     * says it.
     */
    uint32_t wanted;
    /**
     * What became of each check, by its JURAT_CHECK_ number: JURAT_STATUS_PASSED, _FAILED, _NOT_DECIDABLE or _NOT_APPLICABLE.
     */
    uint8_t checks[JURAT_CHECKS];
} jurat_diagnosis;

/**
 * What of a record is in clear, and what is a keyed hash. Start from JURAT_PRIVACY_INIT.
 *
 * Client id and `jti` are in clear unless a flag says otherwise; `iss` and `sub` of a grant are hashed unless a flag says
 * otherwise. A signature, a key, a token or a whole assertion is never in a record.
 */
typedef struct jurat_privacy {
    /**
     * sizeof(jurat_privacy).
     */
    uint32_t struct_size;
    /**
     * JURAT_HASH_CLIENT_ID, JURAT_HASH_JWT_ID, JURAT_SHOW_GRANT, or 0.
     */
    uint32_t flags;
    /**
     * The key of the hashes (HMAC-SHA256): one for a device or an export, random, and for nobody who is not to guess names.
     */
    const uint8_t *hash_key;
    /**
     * Its bytes, 16 or more.
     */
    size_t hash_key_size;
} jurat_privacy;

/**
 * What corrects the device's clock, which it never sets. Plain data, to be kept. Start from JURAT_CLOCK_INIT.
 *
 * What the calls take as `device` is the whole seconds that the device's clock shows, since whatever moment, rounded down,
 * and below 10^11. That clock may stand wrong, but it has to run evenly.
 */
typedef struct jurat_clock {
    /**
     * sizeof(jurat_clock).
     */
    uint32_t struct_size;
    /**
     * JURAT_CLOCK_TRUSTED, _ESTIMATED or _UNSET.
     */
    uint32_t state;
    /**
     * When the firmware was built: no right clock shows an earlier time. Seconds since 1970-01-01T00:00:00Z.
     */
    uint64_t build_time;
    /**
     * Seconds to be added to what the device's clock shows; 0 unless `state` is JURAT_CLOCK_ESTIMATED.
     */
    int64_t offset;
    /**
     * How many seconds the corrected time may be off by. Over a restart of the device, add what its clock may have drifted.
     * Does not matter for JURAT_CLOCK_UNSET.
     */
    uint32_t uncertainty;
} jurat_clock;

/**
 * How an assertion becomes a token: what to send, and what to do with each answer. jurat_exchange_init() starts it.
 *
 * It may be copied, put away while the device sleeps, and taken up again if the device's clock runs on meanwhile; it holds
 * nothing secret. Its bytes are those of this version of the library.
 */
typedef struct jurat_exchange {
    /**
     * For the library.
     */
    uint8_t bytes[JURAT_EXCHANGE_SIZE];
} jurat_exchange;

/**
 * When a key signs.
 */
typedef struct jurat_key_period {
    /**
     * From when on it signs: seconds since 1970-01-01T00:00:00Z.
     */
    uint64_t active_from;
    /**
     * From when on it is no longer published, and does not sign, in the same seconds; 0 while no end is planned.
     */
    uint64_t retired_at;
} jurat_key_period;

/**
 * A public key as a JSON Web Key.
 */
typedef struct jurat_jwk {
    /**
     * The key.
     */
    struct jurat_public_key key;
    /**
     * The `kid`, as the assertions will name it; if `{NULL, 0}`, the key's thumbprint (RFC 7638).
     */
    struct jurat_str key_id;
} jurat_jwk;

/**
 * A client registration (RFC 7591) with private_key_jwt and ES256. Start from JURAT_REGISTRATION_INIT.
 */
typedef struct jurat_registration {
    /**
     * sizeof(jurat_registration).
     */
    uint32_t struct_size;
    /**
     * JURAT_INSECURE_HTTP, or 0.
     */
    uint32_t flags;
    /**
     * JURAT_GRANT_CLIENT_CREDENTIALS, JURAT_GRANT_JWT_BEARER, or both.
     */
    uint32_t grant_types;
    /**
     * The client's public keys; or else `jwks_uri`.
     */
    const struct jurat_jwk *keys;
    /**
     * How many.
     */
    size_t keys_length;
    /**
     * Where the server can fetch them: an https URL; or else `keys`.
     */
    struct jurat_str jwks_uri;
    /**
     * What to call the client, absent if `{NULL, 0}`.
     */
    struct jurat_str client_name;
    /**
     * The scope it may ask for, absent if `{NULL, 0}`.
     */
    struct jurat_str scope;
    /**
     * Its software, absent if `{NULL, 0}`.
     */
    struct jurat_str software_id;
    /**
     * The version of its software, absent if `{NULL, 0}`.
     */
    struct jurat_str software_version;
} jurat_registration;

/**
 * Fills `random` with random bytes. Returns 0, or anything else when it could not. It has to return, as a jurat_sign_function
 * has.
 */
typedef int32_t (*jurat_random_function)(void *context, uint8_t *random, size_t random_size);

/**
 * A private key in memory with entropy added to its nonces: the context of jurat_p256_hedged_sign().
 */
typedef struct jurat_hedged_key {
    /**
     * The key: JURAT_KEY_SIZE bytes, the scalar, big-endian.
     */
    const uint8_t *key;
    /**
     * The device's random source. When it fails, the signature is the deterministic one.
     */
    jurat_random_function random;
    /**
     * For `random`, as it is.
     */
    void *context;
} jurat_hedged_key;

/**
 * A signer whose signatures are verified before they are used: the context of jurat_verified_sign().
 */
typedef struct jurat_verified {
    /**
     * Who signs; its `status` receives what it returned.
     */
    struct jurat_signer *signer;
    /**
     * The public key that the signatures have to verify with.
     */
    struct jurat_public_key public_key;
} jurat_verified;









#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * What a server does that follows RFC 10070.
 */
extern const struct jurat_behaviour jurat_behaviour_rfc_10070;

/**
 * What Keycloak does.
 */
extern const struct jurat_behaviour jurat_behaviour_keycloak;

/**
 * What Ory Hydra does.
 */
extern const struct jurat_behaviour jurat_behaviour_ory_hydra;

/**
 * What Okta does.
 */
extern const struct jurat_behaviour jurat_behaviour_okta;

/**
 * What Spring Authorization Server does.
 */
extern const struct jurat_behaviour jurat_behaviour_spring;

/**
 * What Duende IdentityServer does.
 */
extern const struct jurat_behaviour jurat_behaviour_duende;

/**
 * What Authelia does.
 */
extern const struct jurat_behaviour jurat_behaviour_authelia;

/**
 * What oidc-provider for Node.js does.
 */
extern const struct jurat_behaviour jurat_behaviour_oidc_provider;

/**
 * What Authlib does.
 */
extern const struct jurat_behaviour jurat_behaviour_authlib;

/**
 * What Better Auth does.
 */
extern const struct jurat_behaviour jurat_behaviour_better_auth;

/**
 * What Zitadel does.
 */
extern const struct jurat_behaviour jurat_behaviour_zitadel;

/**
 * What Glewlwyd does.
 */
extern const struct jurat_behaviour jurat_behaviour_glewlwyd;

/**
 * What servers of ATProto do.
 */
extern const struct jurat_behaviour jurat_behaviour_atproto;

/**
 * What a server does that holds to the FAPI 2.0 Security Profile, in the words of oidc-provider.
 */
extern const struct jurat_behaviour jurat_behaviour_fapi2;

/**
 * What Singpass does.
 */
extern const struct jurat_behaviour jurat_behaviour_singpass;

/**
 * What Corppass does.
 */
extern const struct jurat_behaviour jurat_behaviour_corppass;

/**
 * What servers of SMART on FHIR do.
 */
extern const struct jurat_behaviour jurat_behaviour_smart;

/**
 * What Microsoft Entra ID does.
 */
extern const struct jurat_behaviour jurat_behaviour_entra;

/**
 * What Google does with service accounts.
 */
extern const struct jurat_behaviour jurat_behaviour_google;

/**
 * What Maskinporten does.
 */
extern const struct jurat_behaviour jurat_behaviour_maskinporten;

/**
 * RFC 10070 as it stands, for servers that follow it.
 */
extern const struct jurat_profile jurat_profile_rfc_10070;

/**
 * Keycloak.
 */
extern const struct jurat_profile jurat_profile_keycloak;

/**
 * Ory Hydra. Its audience is the token endpoint, which has to be configured.
 */
extern const struct jurat_profile jurat_profile_ory_hydra;

/**
 * Okta. Its audience is the endpoint that is contacted, which has to be configured.
 */
extern const struct jurat_profile jurat_profile_okta;

/**
 * Spring Authorization Server.
 */
extern const struct jurat_profile jurat_profile_spring;

/**
 * Duende IdentityServer.
 */
extern const struct jurat_profile jurat_profile_duende;

/**
 * Authelia.
 */
extern const struct jurat_profile jurat_profile_authelia;

/**
 * oidc-provider for Node.js, but for its FAPI 2.0 mode, which is `jurat_profile_fapi2`.
 */
extern const struct jurat_profile jurat_profile_oidc_provider;

/**
 * Authlib.
 */
extern const struct jurat_profile jurat_profile_authlib;

/**
 * Better Auth.
 */
extern const struct jurat_profile jurat_profile_better_auth;

/**
 * Zitadel. `kid` is required.
 */
extern const struct jurat_profile jurat_profile_zitadel;

/**
 * Glewlwyd, a project that has ended. Its audience is the endpoint that is contacted.
 */
extern const struct jurat_profile jurat_profile_glewlwyd;

/**
 * ATProto, the network of Bluesky. DPoP is required.
 */
extern const struct jurat_profile jurat_profile_atproto;

/**
 * A server that holds to the FAPI 2.0 Security Profile.
 */
extern const struct jurat_profile jurat_profile_fapi2;

/**
 * Singpass (Singapore).
 */
extern const struct jurat_profile jurat_profile_singpass;

/**
 * Corppass (Singapore).
 */
extern const struct jurat_profile jurat_profile_corppass;

/**
 * The API of Apple Business Manager and Apple School Manager.
 */
extern const struct jurat_profile jurat_profile_apple_business;

/**
 * ServiceNow, for JWT bearer grants.
 */
extern const struct jurat_profile jurat_profile_servicenow;

/**
 * The Consumer Data Right (Australia).
 */
extern const struct jurat_profile jurat_profile_au_cdr;

/**
 * Auth0: RS256, RS384 and PS256 only.
 */
extern const struct jurat_profile jurat_profile_auth0;

/**
 * Microsoft Entra ID: PS256 and RS256 only, with a certificate.
 */
extern const struct jurat_profile jurat_profile_entra;

/**
 * Google service accounts: grants with RS256 only.
 */
extern const struct jurat_profile jurat_profile_google;

/**
 * Salesforce: grants with RS256 only.
 */
extern const struct jurat_profile jurat_profile_salesforce;

/**
 * Maskinporten (Norway): grants with RS256, RS384 and RS512 only.
 */
extern const struct jurat_profile jurat_profile_maskinporten;

/**
 * IBM Verify: RS, PS and HS algorithms only.
 */
extern const struct jurat_profile jurat_profile_ibm;

/**
 * Oracle Identity Cloud Service: RS256 only.
 */
extern const struct jurat_profile jurat_profile_oracle;

/**
 * SMART on FHIR. ES256 is an extra of some servers, whose metadata lists it.
 */
extern const struct jurat_profile jurat_profile_smart;

/**
 * Open Banking (United Kingdom): PS256 only.
 */
extern const struct jurat_profile jurat_profile_uk_open_banking;

/**
 * Open Finance (Brazil): PS256 only.
 */
extern const struct jurat_profile jurat_profile_brazil_open_banking;

/**
 * Sign in with Apple: an ES256 JWT as `client_secret`, with another `iss` than `sub`.
 */
extern const struct jurat_profile jurat_profile_apple_sign_in;

/**
 * gematik ZETA (Germany): a list of audiences, with the token endpoint in it.
 */
extern const struct jurat_profile jurat_profile_gematik;

/**
 * Writes a signed client assertion, for a caller who puts it into a request of their own.
 *
 * @param assertion      What it says.
 * @param signer         Who signs it; `signer->status` receives what the signer returned.
 * @param output         Receives the assertion, ASCII, without a NUL behind it.
 * @param output_size    Room in `output`, in bytes. JURAT_CLIENT_ASSERTION_SIZE() is enough.
 * @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL those that are needed.
 * @return Status: JURAT_OK, or those of client assertions and signers.
 *
 * Stack: 1,376 bytes, or 640 and the signer's.
 */
int32_t jurat_client_assertion_sign(const struct jurat_client_assertion *assertion,
                                    struct jurat_signer *signer,
                                    char *output,
                                    size_t output_size,
                                    size_t *output_length);

/**
 * For the library alone, which calls it through the `hook` that JURAT_CLAIMS() sets: the code for custom claims gets only
 * into firmware that has some.
 *
 * @param call  The library's own.
 *
 * Stack: 192 bytes.
 */
void jurat_claims_hook(struct jurat_claims_call *call);

/**
 * Writes a signed grant, for a caller who puts it into a request of their own.
 *
 * @param assertion      What it says.
 * @param signer         Who signs it; `signer->status` receives what the signer returned.
 * @param output         Receives the assertion, ASCII, without a NUL behind it.
 * @param output_size    Room in `output`, in bytes. JURAT_GRANT_ASSERTION_SIZE() is enough.
 * @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL those that are needed.
 * @return Status: JURAT_OK, or those of grants and signers.
 *
 * Stack: 1,376 bytes, or 640 and the signer's.
 */
int32_t jurat_grant_assertion_sign(const struct jurat_grant_assertion *assertion,
                                   struct jurat_signer *signer,
                                   char *output,
                                   size_t output_size,
                                   size_t *output_length);

/**
 * Writes the whole body of a token request, assertions included and signed.
 *
 * POST it to the token endpoint as JURAT_CONTENT_TYPE, once. With `request->http_endpoint` it is the whole HTTP/1.1 request.
 *
 * @param request        What it asks for.
 * @param grant_signer   Who signs the grant; may be NULL where there is none, and may be `client_signer`.
 * @param client_signer  Who signs the client assertion; may be NULL where there is none.
 * @param output         Receives the body, ASCII, without a NUL behind it.
 * @param output_size    Room in `output`, in bytes. JURAT_TOKEN_REQUEST_SIZE() is enough.
 * @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL those that are needed.
 * @return Status: JURAT_OK, or those of requests and signers.
 *
 * Stack: 2,144 bytes, or 1,312 and the signer's.
 */
int32_t jurat_token_request_sign(const struct jurat_token_request *request,
                                 struct jurat_signer *grant_signer,
                                 struct jurat_signer *client_signer,
                                 char *output,
                                 size_t output_size,
                                 size_t *output_length);

/**
 * The first of two phases: writes a client assertion but for its signature.
 *
 * For a signer that answers later. Sign `to_be_signed->hash` (or the message), then call jurat_attach_signature(). Until
 * then the room for the signature is zero bytes. If no signature comes, wipe the output.
 *
 * @param assertion      What it says.
 * @param output         Receives the assertion.
 * @param output_size    Room in `output`, in bytes.
 * @param output_length  Receives the bytes of the finished assertion; with JURAT_CAUSE_BUFFER_TOO_SMALL the same.
 * @param to_be_signed   Receives what has to be signed; it points into `output`.
 * @return Status: JURAT_OK, or those of client assertions.
 *
 * Stack: 1,216 bytes.
 */
int32_t jurat_client_assertion_prepare(const struct jurat_client_assertion *assertion,
                                       char *output,
                                       size_t output_size,
                                       size_t *output_length,
                                       struct jurat_to_be_signed *to_be_signed);

/**
 * The first of two phases: writes a grant but for its signature. See jurat_client_assertion_prepare().
 *
 * @param assertion      What it says.
 * @param output         Receives the assertion.
 * @param output_size    Room in `output`, in bytes.
 * @param output_length  Receives the bytes of the finished assertion; with JURAT_CAUSE_BUFFER_TOO_SMALL the same.
 * @param to_be_signed   Receives what has to be signed; it points into `output`.
 * @return Status: JURAT_OK, or those of grants.
 *
 * Stack: 1,216 bytes.
 */
int32_t jurat_grant_assertion_prepare(const struct jurat_grant_assertion *assertion,
                                      char *output,
                                      size_t output_size,
                                      size_t *output_length,
                                      struct jurat_to_be_signed *to_be_signed);

/**
 * The first of two phases: writes the body of a token request but for its signatures.
 *
 * Sign what `grant` and `client` hold (a `message` of NULL: nothing), and call jurat_attach_signature() for each. Until
 * then the room for the signatures is zero bytes. If a signature does not come, wipe the output.
 *
 * @param request        What it asks for.
 * @param output         Receives the body.
 * @param output_size    Room in `output`, in bytes.
 * @param output_length  Receives the bytes of the finished body; with JURAT_CAUSE_BUFFER_TOO_SMALL the same.
 * @param grant          Receives what has to be signed for the grant; it points into `output`.
 * @param client         Receives what has to be signed for the client assertion; another place than `grant`.
 * @return Status: JURAT_OK, or those of requests.
 *
 * Stack: 2,144 bytes.
 */
int32_t jurat_token_request_prepare(const struct jurat_token_request *request,
                                    char *output,
                                    size_t output_size,
                                    size_t *output_length,
                                    struct jurat_to_be_signed *grant,
                                    struct jurat_to_be_signed *client);

/**
 * The second phase: puts a signature where it belongs. On failure the whole output is zeroed.
 *
 * @param output          The output of the prepare call.
 * @param output_length   What that call gave as `*output_length`.
 * @param to_be_signed    What that call gave; emptied, since a second signature is refused.
 * @param signature       r, then s, 32 bytes each, big-endian.
 * @param signature_size  JURAT_SIGNATURE_SIZE.
 * @return Status: JURAT_OK, or NULL_POINTER, WRONG_LENGTH, OVERLAP, NOT_PREPARED, SIGNATURE_OUT_OF_RANGE.
 *
 * Stack: 352 bytes.
 */
int32_t jurat_attach_signature(char *output,
                               size_t output_length,
                               struct jurat_to_be_signed *to_be_signed,
                               const uint8_t *signature,
                               size_t signature_size);

/**
 * Takes the cause out of a status. JURAT_CAUSE() is the same as a macro.
 *
 * @param status  What a call returned.
 * @return A JURAT_CAUSE_ number, or 0 for JURAT_OK.
 *
 * Stack: 32 bytes.
 */
int32_t jurat_cause_of(int32_t status);

/**
 * Takes the argument out of a status. JURAT_ARGUMENT() is the same as a macro.
 *
 * @param status  What a call returned.
 * @return A JURAT_ARGUMENT_ number.
 *
 * Stack: 32 bytes.
 */
int32_t jurat_argument_of(int32_t status);

/**
 * Says what is wrong.
 *
 * @param status  What a call returned.
 * @return A fixed English sentence with a NUL behind it; empty for JURAT_OK and for an unknown status.
 *
 * Stack: 32 bytes.
 */
const char *jurat_cause_text(int32_t status);

/**
 * Names the argument in a status.
 *
 * @param status  What a call returned.
 * @return The name, with a NUL behind it; empty where there is none.
 *
 * Stack: 32 bytes.
 */
const char *jurat_argument_text(int32_t status);

/**
 * The version of the library that runs. JURAT_VERSION is that of the header.
 *
 * @return Text such as "0.1.0", with a NUL behind it.
 *
 * Stack: 32 bytes.
 */
const char *jurat_version(void);

/**
 * Looks up what a product is known to do. For programs that read the id at run time: all of them get into those, where a
 * name such as `jurat_behaviour_keycloak` takes that one alone.
 *
 * @param id  That of the profile, such as "keycloak".
 * @return What goes with the profile of this id, or NULL where nothing is known.
 *
 * Stack: 128 bytes.
 */
const struct jurat_behaviour *jurat_behaviour_named(struct jurat_str id);

/**
 * Checks a request before it is sent, by what is known locally. An answer does not count.
 *
 * @param evidence   What is known; `request_body` is what is about to be sent, `sent_at` is now.
 * @param diagnosis  Receives what would have it refused, and what became of each check; zeroed on failure.
 * @return Status: JURAT_OK, or those of diagnoses.
 *
 * Stack: 5,984 bytes, or 5,760 and the verifier's.
 */
int32_t jurat_check(const struct jurat_evidence *evidence, struct jurat_diagnosis *diagnosis);

/**
 * Explains an answer: why the server refused, the likeliest cause first.
 *
 * What the server says proves nothing: a cause is proven only by what is known here.
 *
 * @param evidence   What is known.
 * @param diagnosis  Receives the causes, and what became of each check; zeroed on failure.
 * @return Status: JURAT_OK, or those of diagnoses.
 *
 * Stack: 6,144 bytes, or 5,888 and the verifier's.
 */
int32_t jurat_explain(const struct jurat_evidence *evidence, struct jurat_diagnosis *diagnosis);

/**
 * Checks a request as jurat_check() does, and writes what was found as JSON: `checks`, each with its `status` and with what it
 * `needs`, and the members of jurat_explain_json().
 *
 * @param evidence       What is known.
 * @param privacy        What of it is in clear.
 * @param output         Receives one JSON object, UTF-8, without a NUL behind it.
 * @param output_size    Room in `output`, in bytes.
 * @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL about the output those that are needed.
 * @return Status: JURAT_OK, or those of diagnoses and records.
 *
 * Stack: 5,920 bytes, or 5,696 and the verifier's.
 */
int32_t jurat_check_json(const struct jurat_evidence *evidence,
                         const struct jurat_privacy *privacy,
                         char *output,
                         size_t output_size,
                         size_t *output_length);

/**
 * Explains an answer as jurat_explain() does, and writes what was found as JSON: `causes`, each with `code`, `class`,
 * `evidence` and `fix`; `cannot_distinguish`; `next_step`; and `evidence`, the record of jurat_evidence_json().
 *
 * @param evidence       What is known.
 * @param privacy        What of it is in clear.
 * @param output         Receives one JSON object, UTF-8, without a NUL behind it.
 * @param output_size    Room in `output`, in bytes.
 * @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL about the output those that are needed.
 * @return Status: JURAT_OK, or those of diagnoses and records.
 *
 * Stack: 6,080 bytes, or 5,824 and the verifier's.
 */
int32_t jurat_explain_json(const struct jurat_evidence *evidence,
                           const struct jurat_privacy *privacy,
                           char *output,
                           size_t output_size,
                           size_t *output_length);

/**
 * Writes the evidence of an answer as JSON that is fit to be pasted into a ticket. Each of its members is always there; what
 * is not known is "absent".
 *
 * @param evidence       What is known.
 * @param privacy        What of it is in clear.
 * @param output         Receives one JSON object, UTF-8, without a NUL behind it.
 * @param output_size    Room in `output`, in bytes.
 * @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL about the output those that are needed.
 * @return Status: JURAT_OK, or those of diagnoses and records.
 *
 * Stack: 6,080 bytes, or 5,824 and the verifier's.
 */
int32_t jurat_evidence_json(const struct jurat_evidence *evidence,
                            const struct jurat_privacy *privacy,
                            char *output,
                            size_t output_size,
                            size_t *output_length);

/**
 * Takes an assertion apart, and writes what was found as JSON: `kind`, `header` and `claims` as they were sent, `signature`,
 * `sha256`, `causes` and `next_step`. Everything is in clear: it is for whoever has the assertion.
 *
 * @param assertion      The assertion, however broken it is.
 * @param scratch        Memory for what is decoded.
 * @param scratch_size   Its bytes. JURAT_INSPECTION_SCRATCH_SIZE() is enough.
 * @param output         Receives one JSON object, UTF-8, without a NUL behind it.
 * @param output_size    Room in `output`, in bytes.
 * @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL about the output those that are needed.
 * @return Status: JURAT_OK, or BUFFER_TOO_SMALL (about the output, or the scratch memory), NULL_POINTER, TOO_LONG, NOT_UTF8,
 * OVERLAP.
 *
 * Stack: 5,312 bytes.
 */
int32_t jurat_inspect_json(struct jurat_str assertion,
                           uint8_t *scratch,
                           size_t scratch_size,
                           char *output,
                           size_t output_size,
                           size_t *output_length);

/**
 * The code of a fault, which every language and every record gives it.
 *
 * @param fault  One of the JURAT_FAULT_ numbers.
 * @return The code, such as "audience_mismatch", with a NUL behind it; empty for an unknown number.
 *
 * Stack: 32 bytes.
 */
const char *jurat_fault_code(uint32_t fault);

/**
 * What to do about a fault. Firmware that does not call this does not contain these texts.
 *
 * @param fault  One of the JURAT_FAULT_ numbers.
 * @return A fixed English sentence with a NUL behind it; empty for an unknown number.
 *
 * Stack: 32 bytes.
 */
const char *jurat_fault_text(uint32_t fault);

/**
 * The name of a class.
 *
 * @param class_  One of the JURAT_CLASS_ numbers.
 * @return "proven", "stated" or "consistent", with a NUL behind it; empty for an unknown number.
 *
 * Stack: 32 bytes.
 */
const char *jurat_class_name(uint32_t class_);

/**
 * Which evidence would decide more.
 *
 * @param wanted  One of the JURAT_WANTED_ numbers.
 * @return A fixed English sentence with a NUL behind it; empty for an unknown number.
 *
 * Stack: 32 bytes.
 */
const char *jurat_wanted_text(uint32_t wanted);

/**
 * The name of a check.
 *
 * @param check  One of the JURAT_CHECK_ numbers.
 * @return The name, such as "audience", with a NUL behind it; empty for an unknown number.
 *
 * Stack: 32 bytes.
 */
const char *jurat_check_name(uint32_t check);

/**
 * Reads a date of HTTP (RFC 9110 section 5.6.7): IMF-fixdate, the date of RFC 850, or that of C's asctime.
 *
 * @param text     The value of a `Date` header, without white space around it.
 * @param seconds  Receives the seconds since 1970-01-01T00:00:00Z; 0 on failure.
 * @return Status: JURAT_OK, or NULL_POINTER, TOO_LONG, NOT_UTF8, INVALID_DATE.
 *
 * Stack: 192 bytes.
 */
int32_t jurat_http_date(struct jurat_str text, uint64_t *seconds);

/**
 * Reads what a `Retry-After` header asks for (RFC 9110 section 10.2.3): seconds, or a date of HTTP.
 *
 * @param text     Its value, without white space around it.
 * @param date     The `Date` of the same answer, which a date in `text` counts from, as jurat_http_date() gave it; 0: none.
 * @param seconds  Receives the seconds to wait from the moment of the answer, 86400 at most; 0 on failure.
 * @return Status: JURAT_OK, or NULL_POINTER, TOO_LONG, NOT_UTF8, MILLISECONDS, TIME_OUT_OF_RANGE, INVALID_DATE
 * (neither seconds nor a date, or a date without `date`).
 *
 * Stack: 224 bytes.
 */
int32_t jurat_retry_after(struct jurat_str text,
                          uint64_t date,
                          uint32_t *seconds);

/**
 * Why a device's time differs from a server's, as far as the two numbers tell.
 *
 * @param device  What the device takes for seconds since 1970-01-01T00:00:00Z.
 * @param server  The server's time, as jurat_http_date() gave it. One of 10^11 or more gives JURAT_TIME_FAULT_UNEXPLAINED.
 * @return One of the JURAT_TIME_FAULT_ numbers.
 *
 * Stack: 64 bytes.
 */
uint32_t jurat_time_fault(uint64_t device,
                          uint64_t server);

/**
 * What a time fault is and what helps.
 *
 * @param fault  What jurat_time_fault() returned.
 * @return A fixed English text with a NUL behind it; empty for an unknown number.
 *
 * Stack: 32 bytes.
 */
const char *jurat_time_fault_text(uint32_t fault);

/**
 * Writes an HTTP/1.1 request for the time: `HEAD` of the endpoint, without an assertion and without a body.
 *
 * @param endpoint       The token endpoint, from configuration.
 * @param flags          JURAT_INSECURE_HTTP, or 0.
 * @param output         Receives the request, ASCII, without a NUL behind it.
 * @param output_size    Room in `output`, in bytes. JURAT_HTTP_HEAD_SIZE() is enough.
 * @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL those that are needed.
 * @return Status: JURAT_OK, or BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, UNKNOWN_STRUCT (a flag), EMPTY, TOO_LONG,
 * NOT_UTF8, NOT_HTTPS, HAS_FRAGMENT, INVALID_CHARACTER.
 *
 * Stack: 256 bytes.
 */
int32_t jurat_time_request(struct jurat_str endpoint,
                           uint32_t flags,
                           char *output,
                           size_t output_size,
                           size_t *output_length);

/**
 * The time that the device's clock stands for, corrected.
 *
 * @param clock   What corrects it.
 * @param device  What the device's clock shows, in seconds.
 * @param now     Receives the seconds since 1970-01-01T00:00:00Z; 0 on failure.
 * @return Status: JURAT_OK, or NULL_POINTER, UNKNOWN_STRUCT, CONFLICT (an offset that is not 0 unless the clock is
 * estimated), MILLISECONDS, TIME_OUT_OF_RANGE, CLOCK_UNSET.
 *
 * Stack: 64 bytes.
 */
int32_t jurat_clock_now(const struct jurat_clock *clock,
                        uint64_t device,
                        uint64_t *now);

/**
 * The time for the `iat` of an assertion made now: earlier than jurat_clock_now() by the uncertainty, but not by more than
 * 10 seconds, since servers take a clock that is slow rather than one that is fast.
 *
 * @param clock      What corrects the device's clock.
 * @param device     What the device's clock shows, in seconds.
 * @param issued_at  Receives the seconds since 1970-01-01T00:00:00Z; 0 on failure.
 * @return Status: JURAT_OK, or those of jurat_clock_now().
 *
 * Stack: 160 bytes.
 */
int32_t jurat_clock_issued_at(const struct jurat_clock *clock,
                              uint64_t device,
                              uint64_t *issued_at);

/**
 * How far the time can be trusted.
 *
 * @param clock   What corrects the device's clock.
 * @param device  What the device's clock shows, in seconds.
 * @param state   Receives JURAT_CLOCK_TRUSTED, _ESTIMATED or _UNSET: a clock is unset, whatever it was made as, where its
 *                time cannot be right, before the build or more than 20 years after it. JURAT_CLOCK_UNSET on failure.
 * @return Status: JURAT_OK, or NULL_POINTER, UNKNOWN_STRUCT, CONFLICT, MILLISECONDS, TIME_OUT_OF_RANGE.
 *
 * Stack: 96 bytes.
 */
int32_t jurat_clock_state(const struct jurat_clock *clock,
                          uint64_t device,
                          uint32_t *state);

/**
 * Learns the time from a server's answer. Only from one of the pinned server, over TLS that authenticated it: whoever
 * chooses a device's time can have it sign assertions for later.
 *
 * A clock that agrees with the answer stays as it is; any other takes the answer's time and is estimated then.
 *
 * @param clock        What corrects the device's clock; on failure it is as it was.
 * @param date         The `Date` of the answer, as jurat_http_date() gave it.
 * @param sent_at      What the device's clock showed before the request was sent, in seconds.
 * @param received_at  What it showed when the answer had come, in seconds.
 * @param cached       0, or anything else when the answer has an `Age` above 0 (RFC 9111 section 5.1).
 * @param moved        Receives the seconds by which the corrected time moved, 0 if the answer agrees; 0 on failure.
 * @return Status: JURAT_OK, or NULL_POINTER, UNKNOWN_STRUCT, CONFLICT, MILLISECONDS, TIME_OUT_OF_RANGE,
 * ROUND_TRIP_TOO_LONG (more than 10 s), CACHED, BEFORE_BUILD, JUMP_TOO_FAR.
 *
 * Stack: 256 bytes.
 */
int32_t jurat_clock_learn(struct jurat_clock *clock,
                          uint64_t date,
                          uint64_t sent_at,
                          uint64_t received_at,
                          uint32_t cached,
                          int64_t *moved);

/**
 * Adds a header field to a response, if it is one that matters: `Content-Type`, `Date`, `Age`, `Retry-After` or
 * `DPoP-Nonce`, in any case. Others are ignored, so that an HTTP client can give all it has.
 *
 * @param response  Receives it. On failure it is as it was.
 * @param name      The field's name.
 * @param value     Its value, without white space around it; the response points to it from then on.
 * @return Status: JURAT_OK, or NULL_POINTER, UNKNOWN_STRUCT, TOO_LONG, NOT_UTF8 (a name, or a value that matters).
 *
 * Stack: 288 bytes.
 */
int32_t jurat_response_header(struct jurat_response *response,
                              struct jurat_str name,
                              struct jurat_str value);

/**
 * Reads an answer without an exchange: what came of a request that jurat_token_request_sign() made.
 *
 * @param response  The answer. Its body is changed: texts are unescaped where they stand.
 * @param answer    Receives what it means, and points into the body; zeroed on failure.
 * @return Status: JURAT_OK, or NULL_POINTER, UNKNOWN_STRUCT, TOO_LONG, NOT_UTF8 (a header), OVERLAP. Whatever the body
 * is, is no failure but an outcome.
 *
 * Stack: 1,408 bytes.
 */
int32_t jurat_response_read(struct jurat_response *response,
                            struct jurat_answer *answer);

#if defined(JURAT_HTTP)
/**
 * Takes a whole HTTP/1.1 answer apart, head and body, as it came from the connection (RFC 9112).
 *
 * @param bytes     All that has come so far. Once it is complete, the body is decoded where it stands, and the response
 *                  points into it.
 * @param length    How many.
 * @param flags     JURAT_CONNECTION_ENDED, JURAT_BUFFER_FULL, JURAT_HEAD, or 0.
 * @param response  Receives the answer; zeroed while more bytes are needed, and on failure.
 * @param complete  Receives 1, or 0 when more bytes are needed: `bytes` is as it was then.
 * @return Status: JURAT_OK, or NOT_OAUTH (no HTTP/1.x, or it is not certain where the body ends), RESPONSE_TOO_LARGE
 * (more than 64 header fields, or the buffer is full before the body begins), RESPONSE_TRUNCATED (the connection ended
 * before the body began), NULL_POINTER, TOO_LONG, OVERLAP, UNKNOWN_STRUCT (a flag). A body that is cut off is no failure
 * but a flag of the response: JURAT_BODY_INCOMPLETE or JURAT_BODY_TRUNCATED.
 *
 * Stack: 2,624 bytes.
 */
int32_t jurat_response_http1(char *bytes,
                             size_t length,
                             uint32_t flags,
                             struct jurat_response *response,
                             uint32_t *complete);
#endif

/**
 * Starts an exchange.
 *
 * It sees to it that nothing is minted while the clock is not set, that no `jti` is used twice, that no more requests go out
 * than were allowed, and that a refusal leads to another attempt only where something has changed: the clock's correction,
 * or a wait that the server asked for. It never changes an audience.
 *
 * @param exchange  Receives it; zeroed on failure, which every other call refuses.
 * @param clock     What is known of the time; it is copied.
 * @param attempts  Requests with an assertion that are allowed, and as many that ask for the time: 1 to JURAT_MAX_ATTEMPTS,
 *                  0 for the usual 2.
 * @return Status: JURAT_OK, or NULL_POINTER, UNKNOWN_STRUCT, CONFLICT, MILLISECONDS, TIME_OUT_OF_RANGE,
 * NO_ATTEMPTS_LEFT (too many).
 *
 * Stack: 608 bytes.
 */
int32_t jurat_exchange_init(struct jurat_exchange *exchange,
                            const struct jurat_clock *clock,
                            uint32_t attempts);

/**
 * What to do now.
 *
 * @param exchange  The exchange.
 * @param device    What the device's clock shows, in seconds.
 * @param step      Receives one of the JURAT_STEP_ numbers; 0 on failure.
 * @param detail    Receives the seconds to wait with JURAT_STEP_WAIT, why to stop (a JURAT_CAUSE_ number) with
 *                  JURAT_STEP_STOP, and 0 otherwise; may be NULL.
 * @return Status: JURAT_OK, or NULL_POINTER, UNKNOWN_STRUCT.
 *
 * Stack: 384 bytes.
 */
int32_t jurat_exchange_step(const struct jurat_exchange *exchange,
                            uint64_t device,
                            uint32_t *step,
                            uint32_t *detail);

/**
 * The `iat` of an assertion made now, which jurat_exchange_sign() sets: see jurat_clock_issued_at().
 *
 * @param exchange   The exchange.
 * @param device     What the device's clock shows, in seconds.
 * @param issued_at  Receives the seconds since 1970-01-01T00:00:00Z; 0 on failure.
 * @return Status: JURAT_OK, or NULL_POINTER, UNKNOWN_STRUCT, CLOCK_UNSET, MILLISECONDS.
 *
 * Stack: 384 bytes.
 */
int32_t jurat_exchange_issued_at(const struct jurat_exchange *exchange, uint64_t device, uint64_t *issued_at);

/**
 * Counts a request for the time, which carries no assertion: jurat_time_request(), or any other.
 *
 * @param exchange  The exchange; on failure it is as it was.
 * @param device    What the device's clock shows, in seconds.
 * @return Status: JURAT_OK, or NULL_POINTER, UNKNOWN_STRUCT, NO_ATTEMPTS_LEFT (the step is not JURAT_STEP_LEARN_TIME).
 *
 * Stack: 512 bytes.
 */
int32_t jurat_exchange_ask_time(struct jurat_exchange *exchange,
                                uint64_t device);

/**
 * Writes and signs a token request as jurat_token_request_sign() does, with the exchange's `iat` in every assertion, and
 * counts it. Send it right away, once.
 *
 * @param exchange       The exchange; on failure it is as it was, since nothing was sent.
 * @param request        What it asks for. The `issued_at` of its assertions does not matter.
 * @param device         What the device's clock shows, in seconds.
 * @param grant_signer   Who signs the grant; may be NULL where there is none, and may be `client_signer`.
 * @param client_signer  Who signs the client assertion; may be NULL where there is none.
 * @param output         Receives the body, or with `request->http_endpoint` the request, ASCII, without a NUL behind it.
 * @param output_size    Room in `output`, in bytes.
 * @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL those that are needed.
 * @return Status: JURAT_OK, or those of jurat_exchange_prepare() and signers.
 *
 * Stack: 3,040 bytes, or 2,176 and the signer's.
 */
int32_t jurat_exchange_sign(struct jurat_exchange *exchange,
                            const struct jurat_token_request *request,
                            uint64_t device,
                            struct jurat_signer *grant_signer,
                            struct jurat_signer *client_signer,
                            char *output,
                            size_t output_size,
                            size_t *output_length);

/**
 * The first of two phases: writes a token request but for its signatures as jurat_token_request_prepare() does, with the
 * exchange's `iat` in every assertion, and counts it. If a signature does not come, nothing was sent: copy the exchange
 * before, and put the copy back.
 *
 * @param exchange       The exchange; on failure it is as it was.
 * @param request        What it asks for. The `issued_at` of its assertions does not matter.
 * @param device         What the device's clock shows, in seconds.
 * @param output         Receives the body, or with `request->http_endpoint` the request.
 * @param output_size    Room in `output`, in bytes.
 * @param output_length  Receives the bytes when finished; with JURAT_CAUSE_BUFFER_TOO_SMALL the same.
 * @param grant          Receives what has to be signed for the grant; it points into `output`.
 * @param client         Receives what has to be signed for the client assertion; another place than `grant`.
 * @return Status: JURAT_OK, or those of requests; REPEATED about the `jti` also for one of an earlier attempt, and for
 * an assertion without one whose `iat` an earlier attempt had: a second later there is another; CLOCK_UNSET,
 * MILLISECONDS; TOO_EARLY while a wait is not over, ANSWER_AWAITED while an answer is awaited, NO_ATTEMPTS_LEFT after
 * the last attempt, after a token and after JURAT_STEP_STOP.
 *
 * Stack: 3,168 bytes.
 */
int32_t jurat_exchange_prepare(struct jurat_exchange *exchange,
                               const struct jurat_token_request *request,
                               uint64_t device,
                               char *output,
                               size_t output_size,
                               size_t *output_length,
                               struct jurat_to_be_signed *grant,
                               struct jurat_to_be_signed *client);

/**
 * Takes the answer to the request that was counted last.
 *
 * Only answers of the configured server that came over authenticated TLS count for what they say: feed no others.
 *
 * @param exchange     The exchange; on failure it is as it was.
 * @param response     The answer. Its body is changed: texts are unescaped where they stand.
 * @param sent_at      What the device's clock showed before the first byte was sent, in seconds.
 * @param received_at  What it showed when the answer had come, in seconds.
 * @param answer       Receives what it means and what to do now, and points into the body; zeroed on failure.
 * @return Status: JURAT_OK, or those of jurat_response_read(); NO_REQUEST (no answer is awaited).
 *
 * Stack: 1,984 bytes.
 */
int32_t jurat_exchange_answer(struct jurat_exchange *exchange,
                              struct jurat_response *response,
                              uint64_t sent_at,
                              uint64_t received_at,
                              struct jurat_answer *answer);

/**
 * There will be no answer: the connection failed or timed out. The attempt stays counted, since the assertion may have
 * arrived. jurat_exchange_step() says what to do now.
 *
 * @param exchange  The exchange; on failure it is as it was.
 * @param device    What the device's clock shows, in seconds.
 * @return Status: JURAT_OK, or NULL_POINTER, UNKNOWN_STRUCT, NO_REQUEST (no answer is awaited).
 *
 * Stack: 512 bytes.
 */
int32_t jurat_exchange_no_answer(struct jurat_exchange *exchange,
                                 uint64_t device);

/**
 * The exchange's clock with all that was learned: keep it for the next one.
 *
 * @param exchange  The exchange.
 * @param clock     Receives it; zeroed on failure.
 * @return Status: JURAT_OK, or NULL_POINTER, UNKNOWN_STRUCT.
 *
 * Stack: 256 bytes.
 */
int32_t jurat_exchange_clock(const struct jurat_exchange *exchange, struct jurat_clock *clock);

/**
 * Makes a private key of random bytes: the first 32 of them that are a number in 1..n of P-256.
 *
 * @param random       Bytes from a cryptographic random source; 64 are plenty, since one attempt in 2^32 is rejected.
 * @param random_size  How many.
 * @param key          Receives the key: JURAT_KEY_SIZE bytes, the scalar, big-endian. Zeroed on failure.
 * @param key_size     Room in `key`, in bytes.
 * @param key_length   Receives JURAT_KEY_SIZE.
 * @return Status: JURAT_OK, or BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, TOO_LONG, NOT_RANDOM, OUT_OF_RANDOM. There is
 * no fallback.
 *
 * Stack: 96 bytes.
 */
int32_t jurat_key_generate(const uint8_t *random,
                           size_t random_size,
                           uint8_t *key,
                           size_t key_size,
                           size_t *key_length);

/**
 * Derives the random bytes of a `jti` on a device without a good random source: HMAC-SHA256 under a secret of the device.
 *
 * The boot counter has to move before the first message of each start, in memory that outlives it; when it did not, the
 * ids of that run are those of the one before, and servers refuse them as replayed.
 *
 * @param secret         32 bytes that no other device has; not the signing key.
 * @param secret_size    JURAT_SECRET_SIZE.
 * @param boot           How often the device has started.
 * @param message        How many assertions it has made since.
 * @param random         Receives JURAT_RANDOM_SIZE bytes, for the `random` of an assertion.
 * @param random_size    Room in `random`, in bytes.
 * @param random_length  Receives JURAT_RANDOM_SIZE.
 * @return Status: JURAT_OK, or BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, WRONG_LENGTH, NOT_RANDOM (a secret whose bytes
 * are all equal).
 *
 * Stack: 832 bytes.
 */
int32_t jurat_jwt_id_derive(const uint8_t *secret,
                            size_t secret_size,
                            uint64_t boot,
                            uint64_t message,
                            uint8_t *random,
                            size_t random_size,
                            size_t *random_length);

/**
 * Which of several keys signs now: of those that are active and not retired, the one that became active last.
 *
 * In a rotation the next key is published before it is active, long enough for servers to fetch it, and the old one is
 * retired when the last assertion it signed has expired. A key belongs into the JWKS until its `retired_at`.
 *
 * @param periods         When each key signs.
 * @param periods_length  How many keys.
 * @param now             Seconds since 1970-01-01T00:00:00Z.
 * @param index           Receives the place of the key in `periods`.
 * @return Status: JURAT_OK, or EMPTY (no key is active), NULL_POINTER, TOO_LONG, MILLISECONDS, TIME_OUT_OF_RANGE.
 *
 * Stack: 160 bytes.
 */
int32_t jurat_signing_key(const struct jurat_key_period *periods,
                          size_t periods_length,
                          uint64_t now,
                          size_t *index);

#if defined(JURAT_IMPORT)
/**
 * Reads a private key: 32 raw bytes, SEC1 or PKCS#8 in DER or PEM, or a private JWK.
 *
 * @param input       The key as it was written by OpenSSL, Python, Node, Go or Apple.
 * @param input_size  Bytes.
 * @param key         Receives the scalar: JURAT_KEY_SIZE bytes, big-endian. Zeroed on failure.
 * @param key_size    Room in `key`, in bytes.
 * @param key_length  Receives JURAT_KEY_SIZE.
 * @param public_key  Receives the public half, zero if there is none; may be NULL.
 * @param halves      Receives JURAT_HALVES_ABSENT, _MATCH or _NOT_CHECKED; may be NULL.
 * @return Status: JURAT_OK, or BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, EMPTY, TOO_LONG, WRONG_LENGTH, ZERO_KEY,
 * KEY_TOO_LARGE, INVALID_COORDINATE, NOT_ON_CURVE, KEY_MISMATCH, WRONG_ALGORITHM, WRONG_CURVE, ENCRYPTED_KEY,
 * NOT_PRIVATE, INVALID_PEM, SEVERAL_BLOCKS, INVALID_DER, TRUNCATED, TRAILING_DATA, INVALID_JWK.
 *
 * Stack: 5,216 bytes.
 */
int32_t jurat_key_import(const uint8_t *input,
                         size_t input_size,
                         uint8_t *key,
                         size_t key_size,
                         size_t *key_length,
                         struct jurat_public_key *public_key,
                         uint32_t *halves);
#endif

#if defined(JURAT_P256)
/**
 * Computes the public half of a private key in memory. It costs as much as a signature.
 *
 * @param key         JURAT_KEY_SIZE bytes, the scalar, big-endian.
 * @param key_size    JURAT_KEY_SIZE.
 * @param public_key  Receives the public half.
 * @return Status: JURAT_OK, or NULL_POINTER, WRONG_LENGTH, ZERO_KEY, KEY_TOO_LARGE.
 *
 * Stack: 2,752 bytes.
 */
int32_t jurat_p256_public_key(const uint8_t *key, size_t key_size, struct jurat_public_key *public_key);
#endif

#if defined(JURAT_COMB)
/**
 * The same on the arithmetic of jurat_comb_sign().
 *
 * @param key         JURAT_KEY_SIZE bytes, the scalar, big-endian.
 * @param key_size    JURAT_KEY_SIZE.
 * @param public_key  Receives the public half.
 * @return Status: JURAT_OK, or those of jurat_p256_public_key().
 *
 * Stack: 1,120 bytes.
 */
int32_t jurat_comb_public_key(const uint8_t *key, size_t key_size, struct jurat_public_key *public_key);
#endif

/**
 * Writes the thumbprint of a public key (RFC 7638), which serves as `kid`: JURAT_THUMBPRINT_LENGTH characters.
 *
 * @param key            The key.
 * @param output         Receives the thumbprint, without a NUL behind it.
 * @param output_size    Room in `output`, in bytes.
 * @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL those that are needed.
 * @return Status: JURAT_OK, or BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, INVALID_COORDINATE.
 *
 * Stack: 832 bytes.
 */
int32_t jurat_thumbprint(const struct jurat_public_key *key,
                         char *output,
                         size_t output_size,
                         size_t *output_length);

/**
 * Writes the thumbprint of a certificate for `x5t#S256` (RFC 7515 section 4.1.8): JURAT_THUMBPRINT_LENGTH characters.
 *
 * @param certificate       The certificate, in DER.
 * @param certificate_size  Bytes.
 * @param output            Receives the thumbprint, without a NUL behind it.
 * @param output_size       Room in `output`, in bytes.
 * @param output_length     Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL those that are needed.
 * @return Status: JURAT_OK, or BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, TOO_LONG, INVALID_DER, TRUNCATED,
 * TRAILING_DATA.
 *
 * Stack: 736 bytes.
 */
int32_t jurat_certificate_thumbprint(const uint8_t *certificate,
                                     size_t certificate_size,
                                     char *output,
                                     size_t output_size,
                                     size_t *output_length);

/**
 * Writes a public key as JSON Web Key: kty, crv, x, y, use, alg, kid.
 *
 * @param jwk            The key and its `kid`.
 * @param output         Receives the JSON, UTF-8, without a NUL behind it.
 * @param output_size    Room in `output`, in bytes.
 * @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL those that are needed.
 * @return Status: JURAT_OK, or BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, INVALID_COORDINATE, EMPTY, TOO_LONG, NOT_UTF8.
 *
 * Stack: 960 bytes.
 */
int32_t jurat_jwk_write(const struct jurat_jwk *jwk,
                        char *output,
                        size_t output_size,
                        size_t *output_length);

/**
 * Writes public keys as JSON Web Key Set, for registration or for a `jwks_uri`.
 *
 * @param keys           The keys, each with another `kid`.
 * @param keys_length    How many.
 * @param output         Receives the JSON, UTF-8, without a NUL behind it.
 * @param output_size    Room in `output`, in bytes.
 * @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL those that are needed.
 * @return Status: JURAT_OK, or those of jurat_jwk_write(); REPEATED.
 *
 * Stack: 1,088 bytes.
 */
int32_t jurat_jwks_write(const struct jurat_jwk *keys,
                         size_t keys_length,
                         char *output,
                         size_t output_size,
                         size_t *output_length);

/**
 * Writes a public key as SubjectPublicKeyInfo in DER: JURAT_SPKI_DER_SIZE bytes.
 *
 * @param key            The key.
 * @param output         Receives the DER.
 * @param output_size    Room in `output`, in bytes.
 * @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL those that are needed.
 * @return Status: JURAT_OK, or BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, INVALID_COORDINATE.
 *
 * Stack: 544 bytes.
 */
int32_t jurat_spki_der_write(const struct jurat_public_key *key,
                             uint8_t *output,
                             size_t output_size,
                             size_t *output_length);

/**
 * Writes a public key as SubjectPublicKeyInfo in PEM: JURAT_SPKI_PEM_SIZE bytes.
 *
 * @param key            The key.
 * @param output         Receives the PEM, ASCII, without a NUL behind it.
 * @param output_size    Room in `output`, in bytes.
 * @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL those that are needed.
 * @return Status: JURAT_OK, or BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, INVALID_COORDINATE.
 *
 * Stack: 576 bytes.
 */
int32_t jurat_spki_pem_write(const struct jurat_public_key *key,
                             char *output,
                             size_t output_size,
                             size_t *output_length);

/**
 * Writes a client registration request (RFC 7591): private_key_jwt, ES256, the grant types, and the keys or where they are.
 *
 * @param registration   What it says.
 * @param output         Receives the JSON, UTF-8, without a NUL behind it.
 * @param output_size    Room in `output`, in bytes.
 * @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL those that are needed.
 * @return Status: JURAT_OK, or those of jurat_jwks_write(); UNKNOWN_STRUCT, CONFLICT, NOT_HTTPS, HAS_FRAGMENT,
 * INVALID_CHARACTER.
 *
 * Stack: 1,280 bytes.
 */
int32_t jurat_registration_write(const struct jurat_registration *registration,
                                 char *output,
                                 size_t output_size,
                                 size_t *output_length);

/**
 * Looks a profile up. For programs that read the id at run time: all profiles get into them, where a name such as
 * `jurat_profile_keycloak` takes that one alone.
 *
 * @param id  Such as "keycloak".
 * @return The profile with this id, or NULL.
 *
 * Stack: 128 bytes.
 */
const struct jurat_profile *jurat_profile_named(struct jurat_str id);

/**
 * For the library alone, which calls it through the `hook` that JURAT_SERVER_INIT sets: the knowledge of servers gets only
 * into firmware that has a jurat_server.
 *
 * @param call  The library's own.
 *
 * Stack: 640 bytes.
 */
void jurat_server_hook(struct jurat_server_call *call);

/**
 * For the library alone: set it as the `http_hook` of a jurat_token_request that has an `http_endpoint`.
 *
 * @param call  The library's own.
 *
 * Stack: 160 bytes.
 */
void jurat_http_hook(struct jurat_http_call *call);

/**
 * Reads a server's metadata (RFC 8414 section 2, OpenID Connect Discovery 1.0 section 3), which must be about `issuer`.
 *
 * The document must have come over TLS whose certificate was checked against the issuer's host (RFC 8414 section 6.1).
 *
 * @param document       The body of the answer, of any size. It is changed: strings are unescaped where they stand.
 * @param document_size  Bytes.
 * @param issuer         The issuer identifier that is configured.
 * @param flags          JURAT_INSECURE_HTTP, or 0.
 * @param metadata       Receives what the document says, and points into it; zeroed on failure.
 * @return Status: JURAT_OK, or about the document NOT_UTF8, INVALID_JSON, TOO_DEEP, REPEATED, WRONG_TYPE; about its
 * URLs NOT_HTTPS, HAS_FRAGMENT, INVALID_CHARACTER, EMPTY, TOO_LONG; about its issuer and `issuer` those of
 * jurat_issuer_compare(); OVERLAP.
 *
 * Stack: 1,344 bytes.
 */
int32_t jurat_metadata_read(char *document,
                            size_t document_size,
                            struct jurat_str issuer,
                            uint32_t flags,
                            struct jurat_metadata *metadata);

/**
 * Writes the URL at which an issuer's metadata may stand, for a GET request. There are three: the next one is tried if
 * there is no document at the one before.
 *
 * @param form           JURAT_WELL_KNOWN_OAUTH_AUTHORIZATION_SERVER, _OPENID_CONFIGURATION_INSERTED or
 *                       _OPENID_CONFIGURATION.
 * @param issuer         The issuer identifier.
 * @param flags          JURAT_INSECURE_HTTP, or 0.
 * @param output         Receives the URL, ASCII, without a NUL behind it.
 * @param output_size    Room in `output`, in bytes.
 * @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL those that are needed.
 * @return Status: JURAT_OK, or BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, UNKNOWN_STRUCT (a form or flag), EMPTY,
 * TOO_LONG, NOT_UTF8, NOT_HTTPS, HAS_QUERY, HAS_FRAGMENT, INVALID_CHARACTER.
 *
 * Stack: 256 bytes.
 */
int32_t jurat_well_known_url(uint32_t form,
                             struct jurat_str issuer,
                             uint32_t flags,
                             char *output,
                             size_t output_size,
                             size_t *output_length);

/**
 * Compares an issuer identifier with one that was found, in metadata or elsewhere: code point by code point (RFC 8414
 * sections 3.3 and 4).
 *
 * @param issuer  The issuer identifier that is configured.
 * @param found   What was found, any text.
 * @param flags   JURAT_INSECURE_HTTP, or 0: for `issuer`.
 * @return Status: JURAT_OK, or for two that differ OTHER_ISSUER, or how close they are: ISSUER_SCHEME, ISSUER_PORT,
 * ISSUER_PATH, ISSUER_ENCODING, ISSUER_CASE, ISSUER_SLASH; NULL_POINTER, UNKNOWN_STRUCT (a flag), EMPTY, TOO_LONG,
 * NOT_UTF8, NOT_HTTPS, HAS_QUERY, HAS_FRAGMENT, INVALID_CHARACTER.
 *
 * Stack: 320 bytes.
 */
int32_t jurat_issuer_compare(struct jurat_str issuer,
                             struct jurat_str found,
                             uint32_t flags);

/**
 * Reads a signature in DER, strictly, for jurat_attach_signature(). A jurat_signer does this by itself.
 *
 * @param der               The signature: minimal lengths, no negative numbers, nothing behind it.
 * @param der_size          Bytes.
 * @param signature         Receives r, then s, 32 bytes each, big-endian.
 * @param signature_size    Room in `signature`, in bytes.
 * @param signature_length  Receives JURAT_SIGNATURE_SIZE.
 * @return Status: JURAT_OK, or BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, TOO_LONG, INVALID_DER, TRUNCATED,
 * TRAILING_DATA, SIGNATURE_OUT_OF_RANGE.
 *
 * Stack: 320 bytes.
 */
int32_t jurat_signature_from_der(const uint8_t *der,
                                 size_t der_size,
                                 uint8_t *signature,
                                 size_t signature_size,
                                 size_t *signature_length);

#if defined(JURAT_P256)
/**
 * Signs with a private key in memory: ECDSA on P-256, deterministic (RFC 6979, SHA-256). A jurat_sign_function.
 *
 * @param context           The key: JURAT_KEY_SIZE bytes, the scalar, big-endian. It is only read; copies are wiped.
 * @param hash              SHA-256 of the message, JURAT_HASH_SIZE bytes.
 * @param message           Not used; may be NULL.
 * @param message_length    Not used.
 * @param signature         Receives a raw signature.
 * @param signature_size    Room in `signature`, in bytes.
 * @param signature_length  Receives JURAT_SIGNATURE_SIZE.
 * @return Status: JURAT_OK, or BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, ZERO_KEY, KEY_TOO_LARGE.
 *
 * Stack: 3,616 bytes.
 */
int32_t jurat_p256_sign(void *context,
                        const uint8_t *hash,
                        const uint8_t *message,
                        size_t message_length,
                        uint8_t *signature,
                        size_t signature_size,
                        size_t *signature_length);
#endif

#if defined(JURAT_P256)
/**
 * The same with entropy added to the nonce (RFC 6979 section 3.6), against attacks that provoke faults. A
 * jurat_sign_function.
 *
 * Where the random source fails or gives constant bytes, the signature is the deterministic one.
 *
 * @param context           A jurat_hedged_key.
 * @param hash              SHA-256 of the message, JURAT_HASH_SIZE bytes.
 * @param message           Not used; may be NULL.
 * @param message_length    Not used.
 * @param signature         Receives a raw signature.
 * @param signature_size    Room in `signature`, in bytes.
 * @param signature_length  Receives JURAT_SIGNATURE_SIZE.
 * @return Status: JURAT_OK, or those of jurat_p256_sign().
 *
 * Stack: 3,680 bytes, or 288 and the random source's.
 */
int32_t jurat_p256_hedged_sign(void *context,
                               const uint8_t *hash,
                               const uint8_t *message,
                               size_t message_length,
                               uint8_t *signature,
                               size_t signature_size,
                               size_t *signature_length);
#endif

#if defined(JURAT_COMB)
/**
 * The same signatures as those of jurat_p256_sign(), on arithmetic of the library's own: a fourteenth of the instructions
 * on a Cortex-M4, in half of the flash. Nobody from outside has reviewed it yet. A jurat_sign_function.
 *
 * @param context           The key: JURAT_KEY_SIZE bytes, the scalar, big-endian. It is only read; copies are wiped.
 * @param hash              SHA-256 of the message, JURAT_HASH_SIZE bytes.
 * @param message           Not used; may be NULL.
 * @param message_length    Not used.
 * @param signature         Receives a raw signature.
 * @param signature_size    Room in `signature`, in bytes.
 * @param signature_length  Receives JURAT_SIGNATURE_SIZE.
 * @return Status: JURAT_OK, or BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, ZERO_KEY, KEY_TOO_LARGE.
 *
 * Stack: 1,728 bytes.
 */
int32_t jurat_comb_sign(void *context,
                        const uint8_t *hash,
                        const uint8_t *message,
                        size_t message_length,
                        uint8_t *signature,
                        size_t signature_size,
                        size_t *signature_length);
#endif

#if defined(JURAT_COMB)
/**
 * The same with entropy added to the nonce, as jurat_p256_hedged_sign() does it. A jurat_sign_function.
 *
 * @param context           A jurat_hedged_key.
 * @param hash              SHA-256 of the message, JURAT_HASH_SIZE bytes.
 * @param message           Not used; may be NULL.
 * @param message_length    Not used.
 * @param signature         Receives a raw signature.
 * @param signature_size    Room in `signature`, in bytes.
 * @param signature_length  Receives JURAT_SIGNATURE_SIZE.
 * @return Status: JURAT_OK, or those of jurat_comb_sign().
 *
 * Stack: 1,792 bytes, or 256 and the random source's.
 */
int32_t jurat_comb_hedged_sign(void *context,
                               const uint8_t *hash,
                               const uint8_t *message,
                               size_t message_length,
                               uint8_t *signature,
                               size_t signature_size,
                               size_t *signature_length);
#endif

#if defined(JURAT_P256)
/**
 * Has another signer sign, and verifies its signature before it is used: against faults and broken elements. A
 * jurat_sign_function. It costs two scalar multiplications more.
 *
 * The message is hashed again for it.
 *
 * @param context           A jurat_verified.
 * @param hash              For the other signer.
 * @param message           The message that the signature has to belong to.
 * @param message_length    Its bytes.
 * @param signature         Receives a raw signature.
 * @param signature_size    Room in `signature`, in bytes.
 * @param signature_length  Receives JURAT_SIGNATURE_SIZE.
 * @return Status: JURAT_OK, or those of signers; BUFFER_TOO_SMALL, TOO_LONG, INVALID_COORDINATE, NOT_ON_CURVE,
 * WRONG_SIGNATURE.
 *
 * Stack: 6,432 bytes, or 736 and the signer's.
 */
int32_t jurat_verified_sign(void *context,
                            const uint8_t *hash,
                            const uint8_t *message,
                            size_t message_length,
                            uint8_t *signature,
                            size_t signature_size,
                            size_t *signature_length);
#endif

#if defined(JURAT_P256)
/**
 * Says whether a signature is right, in software. A jurat_verify_function. It costs two scalar multiplications.
 *
 * @param context     Not used; may be NULL.
 * @param public_key  The key that should have made it.
 * @param hash        SHA-256 of the message, JURAT_HASH_SIZE bytes.
 * @param signature   r, then s, JURAT_SIGNATURE_SIZE bytes.
 * @return Status: JURAT_OK, or NULL_POINTER, INVALID_COORDINATE, NOT_ON_CURVE, SIGNATURE_OUT_OF_RANGE, WRONG_SIGNATURE.
 *
 * Stack: 6,112 bytes.
 */
int32_t jurat_p256_verify(void *context,
                          const struct jurat_public_key *public_key,
                          const uint8_t *hash,
                          const uint8_t *signature);
#endif

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

/**
 * Makes a text of a string. It has no status, and is compiled with the caller.
 *
 * @param string  Has a NUL behind it; NULL gives an absent text.
 * @return The text, which points to the string.
 */
static inline jurat_str jurat_text(const char *string)
{
    jurat_str text = JURAT_TEXT_NONE;
    if (string != NULL) {
        text.data = string;
        while (string[text.length] != 0) {
            text.length++;
        }
    }
    return text;
}

#endif /* JURAT_H */
