#ifndef JURAT_H
#define JURAT_H

/**
 * @file
 * jurat: OAuth client assertions and JWT bearer grants (RFC 7523, RFC 10070), ES256-signed into fixed buffers.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
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
 *   Inputs are only read. Outputs overlap neither inputs nor each other.
 * - Structs are started from their INIT macro, which fills in struct_size; a struct of another version is refused.
 * - Stack, measured on a Cortex-M4 at opt-level s: the jurat_token_request_ calls take up to 2,700 bytes besides what the
 *   caller's signer takes, up to 5,400 bytes with jurat_p256_sign as the signer, and up to 8,000 bytes with
 *   jurat_verified_sign around it; jurat_key_import takes up to 4,900 bytes. The other calls take less than these.
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

#define JURAT_VERSION_MAJOR 0
#define JURAT_VERSION_MINOR 1
#define JURAT_VERSION_PATCH 0
/** The version of this header, for comparisons: (major << 16) | (minor << 8) | patch. */
#define JURAT_VERSION_NUMBER \
    ((JURAT_VERSION_MAJOR << 16) | (JURAT_VERSION_MINOR << 8) | JURAT_VERSION_PATCH)
/** The version of this header, as text. */
#define JURAT_VERSION "0.1.0"

/* Define JURAT_NO_P256 for a library that was built without software signing. */
#ifndef JURAT_NO_P256
#define JURAT_P256
#endif
/* Define JURAT_NO_IMPORT for a library that was built without key import. */
#ifndef JURAT_NO_IMPORT
#define JURAT_IMPORT
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
 * as JSON members (`,"name":value` each). For any text at all, give six times the length of client_id, jwt_id and key_id.
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

/** An absent text. */
#define JURAT_TEXT_NONE { NULL, 0 }
/** A text from a string literal, as an initializer. */
#define JURAT_TEXT(literal) { "" literal, sizeof(literal) - 1 }

/** The start of every jurat_client_assertion. */
#define JURAT_CLIENT_ASSERTION_INIT \
    { sizeof(jurat_client_assertion), 0, JURAT_TEXT_NONE, JURAT_TEXT_NONE, 0, 0, JURAT_DEFAULT_LIFETIME, \
      JURAT_TEXT_NONE, NULL, 0, JURAT_TEXT_NONE, JURAT_TEXT_NONE, NULL, 0 }
/** The start of every jurat_grant_assertion. */
#define JURAT_GRANT_ASSERTION_INIT \
    { sizeof(jurat_grant_assertion), 0, JURAT_TEXT_NONE, JURAT_TEXT_NONE, JURAT_TEXT_NONE, JURAT_TEXT_NONE, \
      JURAT_TEXT_NONE, 0, 0, JURAT_DEFAULT_LIFETIME, JURAT_TEXT_NONE, NULL, 0, JURAT_TEXT_NONE, JURAT_TEXT_NONE, NULL, 0 }
/** The start of every jurat_token_request. */
#define JURAT_TOKEN_REQUEST_INIT \
    { sizeof(jurat_token_request), 0, NULL, NULL, JURAT_TEXT_NONE, JURAT_TEXT_NONE, NULL, 0 }
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
 * Flag of an assertion: a plain http URL is taken too. For test servers on loopback.
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
 * Why a call was refused. The numbers are append-only.
 */
enum jurat_cause
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
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
     * A `struct_size` or `flags` that this version does not know (C).
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
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum jurat_cause jurat_cause;
#else
typedef int32_t jurat_cause;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Which argument a cause speaks of. The text is the name that C and Python give it. The numbers are append-only.
 */
enum jurat_argument
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
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
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum jurat_argument jurat_argument;
#else
typedef int32_t jurat_argument;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Which grants a client may use; never empty.
 *
 * ```
 * use jurat_core::GrantTypes;
 * let both = GrantTypes::CLIENT_CREDENTIALS.and(GrantTypes::JWT_BEARER);
 * assert!(both.contains(GrantTypes::JWT_BEARER));
 * ```
 */
typedef struct GrantTypes GrantTypes;

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
     * server spells it.
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
     * Custom claims, in the order in which they are written.
     */
    const struct jurat_claim *claims;
    /**
     * How many.
     */
    size_t claims_length;
} jurat_client_assertion;

/**
 * Makes one ES256 signature.
 *
 * `hash` is the SHA-256 hash of `message`, JURAT_HASH_SIZE bytes; `message` is the signing input. Use the one that the
 * key's owner takes. `signature` receives the signature in the form that the signer declares, and `*signature_length` its
 * bytes: JURAT_SIGNATURE_SIZE for a raw one. `signature_size` is JURAT_SIGNATURE_DER_SIZE, whatever the form.
 * Returns 0, or an error number of its own.
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
     * The authorization server's issuer identifier, as `aud`; or else `token_endpoint`.
     */
    struct jurat_str issuer;
    /**
     * The token endpoint, as `aud`, from the client's own configuration; or else `issuer`.
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
     * Custom claims, in the order in which they are written.
     */
    const struct jurat_claim *claims;
    /**
     * How many.
     */
    size_t claims_length;
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
     * JURAT_OMIT_CLIENT_ID, or 0.
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
 * Fills `random` with random bytes. Returns 0, or anything else when it could not.
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
 * Writes a signed client assertion, for a caller who puts it into a request of their own.
 *
 * @param assertion      What it says.
 * @param signer         Who signs it; `signer->status` receives what the signer returned.
 * @param output         Receives the assertion, ASCII, without a NUL behind it.
 * @param output_size    Room in `output`, in bytes. JURAT_CLIENT_ASSERTION_SIZE() is enough.
 * @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL those that are needed.
 *
 * Causes: BUFFER_TOO_SMALL, EMPTY, TOO_LONG, NOT_UTF8, NULL_POINTER, WRONG_LENGTH, UNKNOWN_STRUCT, OVERLAP,
 * INVALID_CHARACTER, NOT_RANDOM, NOT_HTTPS, HAS_QUERY, HAS_FRAGMENT, CONFLICT, MILLISECONDS, TIME_OUT_OF_RANGE,
 * LIFETIME_OUT_OF_RANGE, NEVER_VALID, RESERVED, REPEATED, INVALID_JSON, SIGNER_FAILED, SIGNATURE_OUT_OF_RANGE.
 */
int32_t jurat_client_assertion_sign(const struct jurat_client_assertion *assertion,
                                    struct jurat_signer *signer,
                                    char *output,
                                    size_t output_size,
                                    size_t *output_length);

/**
 * Writes a signed grant, for a caller who puts it into a request of their own.
 *
 * @param assertion      What it says.
 * @param signer         Who signs it; `signer->status` receives what the signer returned.
 * @param output         Receives the assertion, ASCII, without a NUL behind it.
 * @param output_size    Room in `output`, in bytes. JURAT_GRANT_ASSERTION_SIZE() is enough.
 * @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL those that are needed.
 *
 * Causes: those of jurat_client_assertion_sign(), and WRONG_PURPOSE.
 */
int32_t jurat_grant_assertion_sign(const struct jurat_grant_assertion *assertion,
                                   struct jurat_signer *signer,
                                   char *output,
                                   size_t output_size,
                                   size_t *output_length);

/**
 * Writes the whole body of a token request, assertions included and signed.
 *
 * POST it to the token endpoint as JURAT_CONTENT_TYPE, once.
 *
 * @param request        What it asks for.
 * @param grant_signer   Who signs the grant; may be NULL where there is none, and may be `client_signer`.
 * @param client_signer  Who signs the client assertion; may be NULL where there is none.
 * @param output         Receives the body, ASCII, without a NUL behind it.
 * @param output_size    Room in `output`, in bytes. JURAT_TOKEN_REQUEST_SIZE() is enough.
 * @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL those that are needed.
 *
 * Causes: those of jurat_grant_assertion_sign(), and NOT_ABSOLUTE.
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
 *
 * Causes: those of jurat_client_assertion_sign() but the signer's.
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
 *
 * Causes: those of jurat_grant_assertion_sign() but the signer's.
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
 *
 * Causes: those of jurat_token_request_sign() but the signers'.
 */
int32_t jurat_token_request_prepare(const struct jurat_token_request *request,
                                    char *output,
                                    size_t output_size,
                                    size_t *output_length,
                                    struct jurat_to_be_signed *grant,
                                    struct jurat_to_be_signed *client);

/**
 * The second phase: puts a signature where it belongs.
 *
 * @param output          The output of the prepare call.
 * @param output_length   What that call gave as `*output_length`.
 * @param to_be_signed    What that call gave; emptied, since a second signature is refused.
 * @param signature       r, then s, 32 bytes each, big-endian.
 * @param signature_size  JURAT_SIGNATURE_SIZE.
 *
 * On failure the whole output is zeroed.
 *
 * Causes: NULL_POINTER, WRONG_LENGTH, OVERLAP, NOT_PREPARED, SIGNATURE_OUT_OF_RANGE.
 */
int32_t jurat_attach_signature(char *output,
                               size_t output_length,
                               struct jurat_to_be_signed *to_be_signed,
                               const uint8_t *signature,
                               size_t signature_size);

/**
 * The cause in a status: a JURAT_CAUSE_ number, or 0 for JURAT_OK. JURAT_CAUSE() is the same as a macro.
 */
int32_t jurat_cause_of(int32_t status);

/**
 * The argument in a status: a JURAT_ARGUMENT_ number. JURAT_ARGUMENT() is the same as a macro.
 */
int32_t jurat_argument_of(int32_t status);

/**
 * What is wrong, as a fixed English sentence with a NUL behind it; empty for JURAT_OK and for an unknown status.
 */
const char *jurat_cause_text(int32_t status);

/**
 * The name of the argument in a status, with a NUL behind it; empty where there is none.
 */
const char *jurat_argument_text(int32_t status);

/**
 * The version of the library that runs, such as "0.1.0". JURAT_VERSION is that of the header.
 */
const char *jurat_version(void);

/**
 * Makes a private key of random bytes: the first 32 of them that are a number in 1..n of P-256.
 *
 * @param random       Bytes from a cryptographic random source; 64 are plenty, since one attempt in 2^32 is rejected.
 * @param random_size  How many.
 * @param key          Receives the key: JURAT_KEY_SIZE bytes, the scalar, big-endian. Zeroed on failure.
 * @param key_size     Room in `key`, in bytes.
 * @param key_length   Receives JURAT_KEY_SIZE.
 *
 * Causes: BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, NOT_RANDOM, OUT_OF_RANDOM. There is no fallback.
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
 *
 * Causes: BUFFER_TOO_SMALL, NULL_POINTER, WRONG_LENGTH, OVERLAP, NOT_RANDOM (a secret whose bytes are all equal).
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
 *
 * Causes: EMPTY (no key is active), NULL_POINTER, MILLISECONDS, TIME_OUT_OF_RANGE.
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
 *
 * Causes: BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, EMPTY, ZERO_KEY, KEY_TOO_LARGE, INVALID_COORDINATE, NOT_ON_CURVE,
 * KEY_MISMATCH, WRONG_ALGORITHM, WRONG_CURVE, ENCRYPTED_KEY, NOT_PRIVATE, INVALID_PEM, SEVERAL_BLOCKS, INVALID_DER,
 * TRUNCATED, TRAILING_DATA, INVALID_JWK.
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
 *
 * Causes: NULL_POINTER, WRONG_LENGTH, ZERO_KEY, KEY_TOO_LARGE.
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
 *
 * Causes: BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, INVALID_COORDINATE.
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
 *
 * Causes: BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, EMPTY, INVALID_DER, TRUNCATED, TRAILING_DATA.
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
 *
 * Causes: BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, INVALID_COORDINATE, EMPTY, TOO_LONG, NOT_UTF8.
 */
int32_t jurat_jwk_write(const struct jurat_jwk *jwk, char *output, size_t output_size, size_t *output_length);

/**
 * Writes public keys as JSON Web Key Set, for registration or for a `jwks_uri`.
 *
 * @param keys           The keys, each with another `kid`.
 * @param keys_length    How many.
 * @param output         Receives the JSON, UTF-8, without a NUL behind it.
 * @param output_size    Room in `output`, in bytes.
 * @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL those that are needed.
 *
 * Causes: those of jurat_jwk_write(), and REPEATED.
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
 *
 * Causes: BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, INVALID_COORDINATE.
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
 *
 * Causes: BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, INVALID_COORDINATE.
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
 *
 * Causes: those of jurat_jwks_write(), and UNKNOWN_STRUCT, CONFLICT, NOT_HTTPS, HAS_FRAGMENT, INVALID_CHARACTER.
 */
int32_t jurat_registration_write(const struct jurat_registration *registration,
                                 char *output,
                                 size_t output_size,
                                 size_t *output_length);

/**
 * Reads a signature in DER, strictly, for jurat_attach_signature(). A jurat_signer does this by itself.
 *
 * @param der               The signature: minimal lengths, no negative numbers, nothing behind it.
 * @param der_size          Bytes.
 * @param signature         Receives r, then s, 32 bytes each, big-endian.
 * @param signature_size    Room in `signature`, in bytes.
 * @param signature_length  Receives JURAT_SIGNATURE_SIZE.
 *
 * Causes: BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, INVALID_DER, TRUNCATED, TRAILING_DATA, SIGNATURE_OUT_OF_RANGE.
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
 *
 * Causes: BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, ZERO_KEY, KEY_TOO_LARGE.
 */
int32_t jurat_p256_sign(void *context,
                        const uint8_t *hash,
                        const uint8_t *_message,
                        size_t _message_length,
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
 *
 * Causes: those of jurat_p256_sign().
 */
int32_t jurat_p256_hedged_sign(void *context,
                               const uint8_t *hash,
                               const uint8_t *_message,
                               size_t _message_length,
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
 *
 * Causes: those of jurat_token_request_sign() about the signer, INVALID_COORDINATE, NOT_ON_CURVE, WRONG_SIGNATURE.
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

/** A text from a NUL-terminated string; NULL gives an absent one. */
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
