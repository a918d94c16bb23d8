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
 * one. For any text at all, give six times the length of client_id, jwt_id and key_id.
 */
#define JURAT_CLIENT_ASSERTION_SIZE(client_id, issuer, jwt_id, key_id, claims) \
    JURAT_JWS_SIZE_((size_t)49 + JURAT_MEMBER_SIZE_(3, key_id), \
                    JURAT_CLAIMS_SIZE_(client_id, client_id, issuer, jwt_id, claims))

/** The same for a grant; audience is the issuer identifier or the token endpoint, type is 0 for none. */
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
 * Flag of a response: it had a `DPoP-Nonce` (RFC 9449 section 8).
 */
#define JURAT_DPOP_NONCE 16

/**
 * Flag of jurat_response_http1(): no more bytes will come, since the connection has ended or the buffer is full.
 */
#define JURAT_CONNECTION_ENDED 32

/**
 * Flag of jurat_response_http1(): the answer to a HEAD, which has no body.
 */
#define JURAT_HEAD 64

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
 * Outcome: JSON that ends too early.
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
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum jurat_argument jurat_argument;
#else
typedef uint8_t jurat_argument;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

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
     * The name: not empty, not one that the library writes, not that of another parameter.
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
     * JURAT_BODY_TRUNCATED, JURAT_DPOP_NONCE, or 0.
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
 * Texts of an error are printable ASCII, 256 bytes at most, and what looked like a token in them is gone. They say what the
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
 * Stack: 1,472 bytes, or 640 and the signer's.
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
 * Stack: 1,472 bytes, or 640 and the signer's.
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
 * Stack: 2,368 bytes, or 1,376 and the signer's.
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
 * Stack: 1,312 bytes.
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
 * Stack: 1,312 bytes.
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
 * Stack: 2,432 bytes.
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
 * Reads a date of HTTP (RFC 9110 section 5.6.7): IMF-fixdate, the date of RFC 850, or that of C's asctime.
 *
 * @param text     The value of a `Date` header, without white space around it.
 * @param seconds  Receives the seconds since 1970-01-01T00:00:00Z; 0 on failure.
 * @return Status: JURAT_OK, or NULL_POINTER, TOO_LONG, NOT_UTF8, INVALID_DATE.
 *
 * Stack: 160 bytes.
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
 * Stack: 128 bytes.
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
 * Stack: 224 bytes.
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
 * Stack: 1,376 bytes.
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
 * @param flags     JURAT_CONNECTION_ENDED, JURAT_HEAD, or 0.
 * @param response  Receives the answer; zeroed while more bytes are needed, and on failure.
 * @param complete  Receives 1, or 0 when more bytes are needed: `bytes` is as it was then.
 * @return Status: JURAT_OK, or NOT_OAUTH (no HTTP/1.x, or it is not certain where the body ends), RESPONSE_TOO_LARGE
 * (more than 64 header fields), RESPONSE_TRUNCATED (ended before the body began), NULL_POINTER, TOO_LONG, OVERLAP,
 * UNKNOWN_STRUCT (a flag).
 *
 * Stack: 2,592 bytes.
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
 * Stack: 256 bytes.
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
 * Stack: 3,232 bytes, or 2,240 and the signer's.
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
 * Stack: 3,296 bytes.
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
 * Stack: 1,952 bytes.
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
 * Stack: 800 bytes.
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
 * Stack: 5,088 bytes.
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
 * Stack: 704 bytes.
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
 * Stack: 1,248 bytes.
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
 * Stack: 672 bytes.
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
 * Stack: 1,408 bytes.
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
 * Stack: 224 bytes.
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
 * Stack: 3,584 bytes.
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
 * Stack: 3,648 bytes, or 288 and the random source's.
 */
int32_t jurat_p256_hedged_sign(void *context,
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
 * Stack: 6,336 bytes, or 672 and the signer's.
 */
int32_t jurat_verified_sign(void *context,
                            const uint8_t *hash,
                            const uint8_t *message,
                            size_t message_length,
                            uint8_t *signature,
                            size_t signature_size,
                            size_t *signature_length);
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
