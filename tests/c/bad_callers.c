/* What only C can do wrong, and what the header promises about it. For the
 * host, under -fsanitize=address,undefined.
 *
 * `vectors_c --sizes > sizes_table.h` writes the table of sizes. */
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jurat.h"

enum size_function { CLIENT_ASSERTION, GRANT_ASSERTION, TOKEN_REQUEST };

struct size_row {
    enum size_function function;
    size_t arguments[7];
    size_t size;
};

#include "sizes_table.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define STATUS(cause, argument) (-(256 * JURAT_CAUSE_##cause + JURAT_ARGUMENT_##argument))

static unsigned checks;

static void check(int good, const char *what, int line)
{
    if (!good) {
        fprintf(stderr, "%s:%d: %s\n", __FILE__, line, what);
        exit(1);
    }
    ++checks;
}

/* For helpers: the line is that of their caller. */
#define CHECK_AT(line, condition) check((condition), #condition, (line))
#define CHECK(condition) CHECK_AT(__LINE__, condition)

static void check_status(int32_t got, int32_t wanted, int line)
{
    if (got != wanted) {
        fprintf(stderr, "%s:%d: %s: %s (%ld instead of %ld)\n", __FILE__, line, jurat_argument_text(got),
                jurat_cause_text(got), (long)got, (long)wanted);
        exit(1);
    }
    ++checks;
}

#define CHECK_STATUS(call, wanted) check_status((call), (wanted), __LINE__)

/* ------------------------------------------------------------- what is right */

#define NOW UINT64_C(1795459454)
#define ROOM 2048

static const uint8_t KEY[JURAT_KEY_SIZE] = { 7 };
static const uint8_t ZERO_KEY[JURAT_KEY_SIZE] = { 0 };
static const uint8_t RANDOM[JURAT_RANDOM_SIZE] = { 1, 2, 3 };
static const uint8_t SIGNATURE[JURAT_SIGNATURE_SIZE] = { [31] = 1, [63] = 1 };

/* Output and inputs in one place, so that they can overlap. */
static union {
    char bytes[ROOM];
    max_align_t alignment;
} place;

static char *const output = place.bytes;

static jurat_client_assertion good_client(void)
{
    jurat_client_assertion client = JURAT_CLIENT_ASSERTION_INIT;
    client.client_id = jurat_text("device-7");
    client.issuer = jurat_text("https://as.example");
    client.issued_at = NOW;
    client.jwt_id = jurat_text("jti-1");
    return client;
}

static jurat_grant_assertion good_grant(void)
{
    jurat_grant_assertion grant = JURAT_GRANT_ASSERTION_INIT;
    grant.iss = jurat_text("https://sts.example");
    grant.sub = jurat_text("alice");
    grant.issuer = jurat_text("https://as.example");
    grant.issued_at = NOW;
    grant.jwt_id = jurat_text("jti-2");
    return grant;
}

/* ------------------------------------------------------------------ refusals */

static void fill(void)
{
    memset(place.bytes, 0xaa, sizeof(place.bytes));
}

static void check_nothing_left(int line)
{
    for (size_t i = 0; i < sizeof(place.bytes); ++i) {
        if (place.bytes[i] != 0 && place.bytes[i] != (char)0xaa) {
            CHECK_AT(line, !"something is left in the output");
        }
    }
    ++checks;
}

static void check_zero(const char *bytes, size_t length, int line)
{
    for (size_t i = 0; i < length; ++i) {
        if (bytes[i] != 0) {
            CHECK_AT(line, !"the output is not zero");
        }
    }
    ++checks;
}

static int is_empty(const jurat_to_be_signed *input)
{
    static const uint8_t zeros[JURAT_HASH_SIZE] = { 0 };
    return input->message == NULL && input->message_length == 0 && memcmp(input->hash, zeros, sizeof(zeros)) == 0;
}

/* A call that is refused, and the place that it empties all the same. */
#define EMPTIES(place, call, wanted)                \
    do {                                            \
        memset(&(place), 0xaa, sizeof(place));      \
        CHECK_STATUS(call, wanted);                 \
        CHECK(is_empty(&(place)));                  \
    } while (0)

static int32_t must_not_sign(void *context, const uint8_t *hash, const uint8_t *message, size_t message_length,
                             uint8_t *signature, size_t signature_size, size_t *signature_length)
{
    (void)context, (void)hash, (void)message, (void)message_length, (void)signature;
    (void)signature_size, (void)signature_length;
    fprintf(stderr, "%s: asked the signer\n", __FILE__);
    exit(1);
}

static void refuses_client(const jurat_client_assertion *client, int32_t wanted, int line)
{
    jurat_signer signer = JURAT_SIGNER_INIT(must_not_sign, NULL);
    jurat_to_be_signed input = { SIGNATURE, 1, { 1 } };
    size_t length = 1;
    fill();
    check_status(jurat_client_assertion_sign(client, &signer, output, ROOM, &length), wanted, line);
    CHECK_AT(line, length == 0);
    check_nothing_left(line);
    length = 1;
    check_status(jurat_client_assertion_prepare(client, output, ROOM, &length, &input), wanted, line);
    CHECK_AT(line, length == 0 && is_empty(&input));
    check_nothing_left(line);
}

static void refuses_grant(const jurat_grant_assertion *grant, int32_t wanted, int line)
{
    jurat_signer signer = JURAT_SIGNER_INIT(must_not_sign, NULL);
    jurat_to_be_signed input = { SIGNATURE, 1, { 1 } };
    size_t length = 1;
    fill();
    check_status(jurat_grant_assertion_sign(grant, &signer, output, ROOM, &length), wanted, line);
    CHECK_AT(line, length == 0);
    check_nothing_left(line);
    length = 1;
    check_status(jurat_grant_assertion_prepare(grant, output, ROOM, &length, &input), wanted, line);
    CHECK_AT(line, length == 0 && is_empty(&input));
    check_nothing_left(line);
}

static void refuses_request(const jurat_token_request *request, int32_t wanted, int line)
{
    jurat_signer signer = JURAT_SIGNER_INIT(must_not_sign, NULL);
    jurat_to_be_signed client = { SIGNATURE, 1, { 1 } };
    jurat_to_be_signed grant = client;
    size_t length = 1;
    fill();
    check_status(jurat_token_request_sign(request, &signer, &signer, output, ROOM, &length), wanted, line);
    CHECK_AT(line, length == 0);
    check_nothing_left(line);
    length = 1;
    check_status(jurat_token_request_prepare(request, output, ROOM, &length, &grant, &client), wanted, line);
    CHECK_AT(line, length == 0 && is_empty(&grant) && is_empty(&client));
    check_nothing_left(line);
}

#define REFUSES_CLIENT(client, cause, argument) refuses_client((client), STATUS(cause, argument), __LINE__)
#define REFUSES_GRANT(grant, cause, argument) refuses_grant((grant), STATUS(cause, argument), __LINE__)
#define REFUSES_REQUEST(request, cause, argument) refuses_request((request), STATUS(cause, argument), __LINE__)

/* -------------------------------------------------------------------- texts */

struct field {
    size_t offset;
    int32_t argument;
    int optional;
};

static const struct field client_fields[] = {
    { offsetof(jurat_client_assertion, client_id), JURAT_ARGUMENT_CLIENT_ID, 0 },
    { offsetof(jurat_client_assertion, issuer), JURAT_ARGUMENT_ISSUER, 0 },
    { offsetof(jurat_client_assertion, jwt_id), JURAT_ARGUMENT_JWT_ID, 0 },
    { offsetof(jurat_client_assertion, key_id), JURAT_ARGUMENT_KEY_ID, 1 },
    { offsetof(jurat_client_assertion, certificate_thumbprint), JURAT_ARGUMENT_CERTIFICATE_THUMBPRINT, 1 },
    { offsetof(jurat_client_assertion, endpoint_url), JURAT_ARGUMENT_ENDPOINT, 1 },
};

static const struct field grant_fields[] = {
    { offsetof(jurat_grant_assertion, iss), JURAT_ARGUMENT_ISS, 0 },
    { offsetof(jurat_grant_assertion, sub), JURAT_ARGUMENT_SUB, 0 },
    { offsetof(jurat_grant_assertion, issuer), JURAT_ARGUMENT_ISSUER, 0 },
    { offsetof(jurat_grant_assertion, token_endpoint), JURAT_ARGUMENT_TOKEN_ENDPOINT, 1 },
    { offsetof(jurat_grant_assertion, type_), JURAT_ARGUMENT_TYPE, 1 },
    { offsetof(jurat_grant_assertion, jwt_id), JURAT_ARGUMENT_JWT_ID, 0 },
    { offsetof(jurat_grant_assertion, key_id), JURAT_ARGUMENT_KEY_ID, 1 },
    { offsetof(jurat_grant_assertion, certificate_thumbprint), JURAT_ARGUMENT_CERTIFICATE_THUMBPRINT, 1 },
};

static const struct field request_fields[] = {
    { offsetof(jurat_token_request, scope), JURAT_ARGUMENT_SCOPE, 1 },
    { offsetof(jurat_token_request, resource), JURAT_ARGUMENT_RESOURCE, 1 },
    { offsetof(jurat_token_request, http_endpoint), JURAT_ARGUMENT_ENDPOINT, 1 },
};

struct bad_text {
    jurat_str text;
    int32_t cause;
};

static const struct bad_text bad_texts[] = {
    { { NULL, 1 }, JURAT_CAUSE_NULL_POINTER },
    { { NULL, SIZE_MAX }, JURAT_CAUSE_NULL_POINTER },
    { { "a", SIZE_MAX }, JURAT_CAUSE_TOO_LONG },
    { { "a", (SIZE_MAX >> 1) + 1 }, JURAT_CAUSE_TOO_LONG },
    /* No beginning, overlong, a surrogate, above U+10FFFF, an end too early. */
    { { "a\xff", 2 }, JURAT_CAUSE_NOT_UTF8 },
    { { "\x80", 1 }, JURAT_CAUSE_NOT_UTF8 },
    { { "\xc0\x80", 2 }, JURAT_CAUSE_NOT_UTF8 },
    { { "\xed\xa0\x80", 3 }, JURAT_CAUSE_NOT_UTF8 },
    { { "\xf4\x90\x80\x80", 4 }, JURAT_CAUSE_NOT_UTF8 },
    { { "\xe2\x82\xac", 2 }, JURAT_CAUSE_NOT_UTF8 },
    /* The first, the last and all bytes of the output. */
    { { place.bytes, 1 }, JURAT_CAUSE_OVERLAP },
    { { place.bytes + ROOM - 1, 1 }, JURAT_CAUSE_OVERLAP },
    { { place.bytes, ROOM }, JURAT_CAUSE_OVERLAP },
};

static int32_t status_of(int32_t cause, int32_t argument)
{
    return -(256 * cause + argument);
}

static void texts(void)
{
    static const jurat_str none = JURAT_TEXT_NONE;
    for (size_t i = 0; i < LENGTH(client_fields); ++i) {
        const struct field *field = &client_fields[i];
        jurat_client_assertion client = good_client();
        jurat_str *text = (jurat_str *)(void *)((char *)&client + field->offset);
        for (size_t j = 0; j < LENGTH(bad_texts); ++j) {
            *text = bad_texts[j].text;
            refuses_client(&client, status_of(bad_texts[j].cause, field->argument), __LINE__);
        }
        *text = none;
        if (!field->optional) {
            refuses_client(&client, status_of(JURAT_CAUSE_EMPTY, field->argument), __LINE__);
        }
    }
    for (size_t i = 0; i < LENGTH(grant_fields); ++i) {
        const struct field *field = &grant_fields[i];
        jurat_grant_assertion grant = good_grant();
        jurat_str *text = (jurat_str *)(void *)((char *)&grant + field->offset);
        for (size_t j = 0; j < LENGTH(bad_texts); ++j) {
            *text = bad_texts[j].text;
            refuses_grant(&grant, status_of(bad_texts[j].cause, field->argument), __LINE__);
        }
        *text = none;
        if (!field->optional) {
            refuses_grant(&grant, status_of(JURAT_CAUSE_EMPTY, field->argument), __LINE__);
        }
    }
    jurat_client_assertion client = good_client();
    for (size_t i = 0; i < LENGTH(request_fields); ++i) {
        const struct field *field = &request_fields[i];
        jurat_token_request request = JURAT_TOKEN_REQUEST_INIT;
        request.client = &client;
        request.http_hook = jurat_http_hook;
        jurat_str *text = (jurat_str *)(void *)((char *)&request + field->offset);
        for (size_t j = 0; j < LENGTH(bad_texts); ++j) {
            *text = bad_texts[j].text;
            refuses_request(&request, status_of(bad_texts[j].cause, field->argument), __LINE__);
        }
    }
    for (size_t j = 0; j < LENGTH(bad_texts); ++j) {
        jurat_claim claims[] = {
            { JURAT_TEXT("a"), JURAT_CLAIM_NULL, 0, JURAT_TEXT_NONE },
            { bad_texts[j].text, JURAT_CLAIM_NULL, 0, JURAT_TEXT_NONE },
        };
        client.claims = (jurat_claims)JURAT_CLAIMS(claims);
        int32_t wanted = status_of(bad_texts[j].cause, JURAT_ARGUMENT_CLAIMS);
        refuses_client(&client, wanted, __LINE__);
        static const uint32_t kinds[] = { JURAT_CLAIM_TEXT, JURAT_CLAIM_JSON };
        for (size_t k = 0; k < LENGTH(kinds); ++k) {
            jurat_claim with_text = { JURAT_TEXT("b"), kinds[k], 0, bad_texts[j].text };
            claims[1] = with_text;
            refuses_client(&client, wanted, __LINE__);
        }

        jurat_client_assertion plain = good_client();
        jurat_parameter parameter = { bad_texts[j].text, JURAT_TEXT("b") };
        jurat_token_request request = JURAT_TOKEN_REQUEST_INIT;
        request.client = &plain;
        request.parameters = &parameter;
        request.parameters_length = 1;
        wanted = status_of(bad_texts[j].cause, JURAT_ARGUMENT_PARAMETERS);
        refuses_request(&request, wanted, __LINE__);
        jurat_parameter other = { JURAT_TEXT("a"), bad_texts[j].text };
        parameter = other;
        refuses_request(&request, wanted, __LINE__);
    }
}

/* ------------------------------------------------------------------- structs */

static void structs(void)
{
    static const uint32_t wrong_sizes[] = { 0, 1, UINT32_MAX };
    jurat_client_assertion client = good_client();
    jurat_grant_assertion grant = good_grant();
    jurat_token_request request = JURAT_TOKEN_REQUEST_INIT;
    request.client = &client;

    for (size_t i = 0; i < LENGTH(wrong_sizes); ++i) {
        client.struct_size = wrong_sizes[i];
        REFUSES_CLIENT(&client, UNKNOWN_STRUCT, CLIENT_ASSERTION);
        REFUSES_REQUEST(&request, UNKNOWN_STRUCT, CLIENT_ASSERTION);
        grant.struct_size = wrong_sizes[i];
        REFUSES_GRANT(&grant, UNKNOWN_STRUCT, GRANT_ASSERTION);
    }
    client = good_client();
    client.struct_size -= 1;
    REFUSES_CLIENT(&client, UNKNOWN_STRUCT, CLIENT_ASSERTION);
    client.struct_size += 2;
    REFUSES_CLIENT(&client, UNKNOWN_STRUCT, CLIENT_ASSERTION);
    client = good_client();
    grant = good_grant();
    request.struct_size += 1;
    REFUSES_REQUEST(&request, UNKNOWN_STRUCT, TOKEN_REQUEST);
    request.struct_size -= 1;
    request.grant = &grant;
    grant.struct_size += 1;
    REFUSES_REQUEST(&request, UNKNOWN_STRUCT, GRANT_ASSERTION);
    grant.struct_size -= 1;

    static const uint32_t wrong_flags[] = { JURAT_OMIT_CLIENT_ID, 8, UINT32_C(1) << 31, UINT32_MAX };
    for (size_t i = 0; i < LENGTH(wrong_flags); ++i) {
        client.flags = wrong_flags[i];
        REFUSES_CLIENT(&client, UNKNOWN_STRUCT, CLIENT_ASSERTION);
        grant.flags = wrong_flags[i];
        REFUSES_GRANT(&grant, UNKNOWN_STRUCT, GRANT_ASSERTION);
    }
    client = good_client();
    grant = good_grant();
    static const uint32_t wrong_request_flags[] = { JURAT_OMIT_JWT_ID, 8, UINT32_C(1) << 31, UINT32_MAX };
    for (size_t i = 0; i < LENGTH(wrong_request_flags); ++i) {
        request.flags = wrong_request_flags[i];
        REFUSES_REQUEST(&request, UNKNOWN_STRUCT, TOKEN_REQUEST);
    }

    jurat_token_request nothing = JURAT_TOKEN_REQUEST_INIT;
    REFUSES_REQUEST(&nothing, EMPTY, CLIENT_ASSERTION);
}

/* Hooks that are not the library's, and do nothing. */
static void no_claims(jurat_claims_call *call)
{
    (void)call;
}

static void no_server(jurat_server_call *call)
{
    (void)call;
}

static void no_head(jurat_http_call *call)
{
    (void)call;
}

static void lists(void)
{
    jurat_client_assertion client = good_client();
    jurat_grant_assertion grant = good_grant();
    jurat_token_request request = JURAT_TOKEN_REQUEST_INIT;
    request.client = &client;

    jurat_claim claim = { JURAT_TEXT("a"), 0, 0, JURAT_TEXT("1") };
    client.claims = (jurat_claims){ &claim, 1, jurat_claims_hook };
    static const uint32_t wrong_kinds[] = { 0, 6, 256 + JURAT_CLAIM_TEXT, UINT32_MAX };
    for (size_t i = 0; i < LENGTH(wrong_kinds); ++i) {
        claim.kind = wrong_kinds[i];
        REFUSES_CLIENT(&client, UNKNOWN_STRUCT, CLAIMS);
    }
    static const int64_t wrong_booleans[] = { 2, -1, INT64_C(1) << 32, INT64_MIN };
    for (size_t i = 0; i < LENGTH(wrong_booleans); ++i) {
        claim.kind = JURAT_CLAIM_BOOLEAN;
        claim.integer = wrong_booleans[i];
        REFUSES_CLIENT(&client, UNKNOWN_STRUCT, CLAIMS);
    }

    jurat_claim claims[26];
    jurat_parameter parameters[LENGTH(claims)];
    static const char names[] = "abcdefghijklmnopqrstuvwxyz";
    for (size_t i = 0; i < LENGTH(claims); ++i) {
        jurat_claim null = { { names + i, 1 }, JURAT_CLAIM_NULL, 0, JURAT_TEXT_NONE };
        claims[i] = null;
        jurat_parameter one = { { names + i, 1 }, JURAT_TEXT("x") };
        parameters[i] = one;
    }
    client = good_client();
    client.claims = (jurat_claims)JURAT_CLAIMS(claims);
    static const size_t endless[] = { SIZE_MAX, SIZE_MAX / sizeof(jurat_claim), SIZE_MAX / 2 / sizeof(jurat_claim) + 1 };
    for (size_t i = 0; i < LENGTH(endless); ++i) {
        client.claims.length = endless[i];
        REFUSES_CLIENT(&client, TOO_LONG, CLAIMS);
    }
    client.claims.entries = NULL;
    client.claims.length = 1;
    REFUSES_CLIENT(&client, NULL_POINTER, CLAIMS);
    client.claims.entries = (const jurat_claim *)(const void *)((const char *)claims + 1);
    REFUSES_CLIENT(&client, NULL_POINTER, CLAIMS);
    grant.claims = (jurat_claims){ NULL, 1, jurat_claims_hook };
    REFUSES_GRANT(&grant, NULL_POINTER, CLAIMS);
    /* By another way than JURAT_CLAIMS(), without the code for them. */
    grant.claims = (jurat_claims){ claims, 1, NULL };
    REFUSES_GRANT(&grant, NULL_POINTER, CLAIMS);
    grant.claims.hook = no_claims;
    REFUSES_GRANT(&grant, NULL_POINTER, CLAIMS);
    grant.claims = (jurat_claims)JURAT_CLAIMS_NONE;
    jurat_server server = JURAT_SERVER_INIT;
    server.issuer = grant.issuer;
    server.hook = no_server;
    grant.issuer = (jurat_str)JURAT_TEXT_NONE;
    grant.server = &server;
    REFUSES_GRANT(&grant, NULL_POINTER, SERVER);
    client = good_client();
    request.http_endpoint = jurat_text("https://as.example/token");
    request.http_hook = no_head;
    REFUSES_REQUEST(&request, NULL_POINTER, ENDPOINT);
    request.http_endpoint = (jurat_str)JURAT_TEXT_NONE;

    client = good_client();
    request.parameters = parameters;
    request.parameters_length = SIZE_MAX;
    REFUSES_REQUEST(&request, TOO_LONG, PARAMETERS);
    request.parameters = NULL;
    request.parameters_length = 1;
    REFUSES_REQUEST(&request, NULL_POINTER, PARAMETERS);
    jurat_parameter absent = { JURAT_TEXT_NONE, JURAT_TEXT("x") };
    request.parameters = &absent;
    REFUSES_REQUEST(&request, EMPTY, PARAMETERS);

    /* The last of many is looked at like the first. */
    client.claims = (jurat_claims)JURAT_CLAIMS(claims);
    claims[25].name = claims[0].name;
    REFUSES_CLIENT(&client, REPEATED, CLAIMS);
    claims[25].name = jurat_text("iss");
    REFUSES_CLIENT(&client, RESERVED, CLAIMS);
    claims[25].name = jurat_text("\xff");
    REFUSES_CLIENT(&client, NOT_UTF8, CLAIMS);
    claims[25].name = jurat_text("z");
    request.parameters = parameters;
    request.parameters_length = LENGTH(parameters);
    parameters[25].name = parameters[0].name;
    REFUSES_REQUEST(&request, REPEATED, PARAMETERS);
    parameters[25].name = jurat_text("z");

    /* As many as the output has room for. */
    jurat_signer signer = JURAT_P256_SIGNER(KEY);
    size_t length = 0;
    CHECK_STATUS(jurat_token_request_sign(&request, NULL, &signer, output, ROOM, &length), JURAT_OK);
    static const char end[] = "&a=x&b=x&c=x&d=x&e=x&f=x&g=x&h=x&i=x&j=x&k=x&l=x&m=x&n=x&o=x&p=x&q=x&r=x&s=x&t=x&u=x&v=x"
                              "&w=x&x=x&y=x&z=x";
    CHECK(memcmp(output + length - (sizeof(end) - 1), end, sizeof(end) - 1) == 0);

    /* With a length of 0 the pointer does not matter, even one into the output. */
    client.claims = (jurat_claims){ (const jurat_claim *)(const void *)output, 0, jurat_claims_hook };
    request.parameters = (const jurat_parameter *)(const void *)output;
    request.parameters_length = 0;
    CHECK_STATUS(jurat_token_request_sign(&request, NULL, &signer, output, ROOM, &length), JURAT_OK);
}

static void jwt_ids(void)
{
    jurat_client_assertion client = good_client();
    client.flags = JURAT_OMIT_JWT_ID;
    REFUSES_CLIENT(&client, CONFLICT, JWT_ID);
    client.random = RANDOM;
    client.random_size = sizeof(RANDOM);
    REFUSES_CLIENT(&client, CONFLICT, RANDOM);
    client.flags = 0;
    REFUSES_CLIENT(&client, CONFLICT, RANDOM);
    client.flags = JURAT_OMIT_JWT_ID;
    client.jwt_id = jurat_text(NULL);
    REFUSES_CLIENT(&client, CONFLICT, RANDOM);
    client.flags = 0;
    static const size_t wrong_sizes[] = { 0, 1, 15, 17, SIZE_MAX };
    for (size_t i = 0; i < LENGTH(wrong_sizes); ++i) {
        client.random_size = wrong_sizes[i];
        REFUSES_CLIENT(&client, WRONG_LENGTH, RANDOM);
    }
    static const uint8_t constant[JURAT_RANDOM_SIZE] = { 0 };
    client.random = constant;
    client.random_size = sizeof(constant);
    REFUSES_CLIENT(&client, NOT_RANDOM, RANDOM);
    client.random = NULL;
    client.random_size = JURAT_RANDOM_SIZE;
    REFUSES_CLIENT(&client, NULL_POINTER, RANDOM);
    client.random = (const uint8_t *)place.bytes + ROOM - 1;
    REFUSES_CLIENT(&client, OVERLAP, RANDOM);

    jurat_grant_assertion grant = good_grant();
    grant.token_endpoint = jurat_text("https://as.example/token");
    REFUSES_GRANT(&grant, CONFLICT, TOKEN_ENDPOINT);
    grant.issuer = jurat_text("");
    REFUSES_GRANT(&grant, CONFLICT, TOKEN_ENDPOINT);
}

/* ------------------------------------------------------------------ pointers */

/* The same call with everything right but one thing. */
static int32_t client_sign(const jurat_client_assertion *client, jurat_signer *signer, char *to, size_t size,
                           size_t *length)
{
    fill();
    return jurat_client_assertion_sign(client, signer, to, size, length);
}

static void pointers(void)
{
    jurat_client_assertion client = good_client();
    jurat_grant_assertion grant = good_grant();
    jurat_token_request request = JURAT_TOKEN_REQUEST_INIT;
    request.client = &client;
    request.grant = &grant;
    jurat_signer signer = JURAT_SIGNER_INIT(must_not_sign, NULL);
    jurat_to_be_signed input = { NULL, 0, { 0 } };
    jurat_to_be_signed other = { NULL, 0, { 0 } };
    size_t lengths[2] = { 1, 1 };
    size_t *length = &lengths[0];
    size_t *misaligned = (size_t *)(void *)((char *)lengths + 1);

    REFUSES_CLIENT(NULL, NULL_POINTER, CLIENT_ASSERTION);
    REFUSES_GRANT(NULL, NULL_POINTER, GRANT_ASSERTION);
    REFUSES_REQUEST(NULL, NULL_POINTER, TOKEN_REQUEST);
    REFUSES_CLIENT((jurat_client_assertion *)(void *)((char *)&client + 1), NULL_POINTER, CLIENT_ASSERTION);

    static const size_t some_sizes[] = { 1, ROOM, SIZE_MAX };
    for (size_t i = 0; i < LENGTH(some_sizes); ++i) {
        size_t size = some_sizes[i];
        int32_t wanted = STATUS(NULL_POINTER, OUTPUT);
        lengths[0] = 1;
        CHECK_STATUS(client_sign(&client, &signer, NULL, size, length), wanted);
        CHECK(lengths[0] == 0);
        CHECK_STATUS(jurat_grant_assertion_sign(&grant, &signer, NULL, size, length), wanted);
        CHECK_STATUS(jurat_token_request_sign(&request, &signer, &signer, NULL, size, length), wanted);
        EMPTIES(input, jurat_client_assertion_prepare(&client, NULL, size, length, &input), wanted);
        EMPTIES(input, jurat_grant_assertion_prepare(&grant, NULL, size, length, &input), wanted);
        EMPTIES(input, jurat_token_request_prepare(&request, NULL, size, length, &input, &other), wanted);
        EMPTIES(other, jurat_token_request_prepare(&request, NULL, size, length, &input, &other), wanted);
        CHECK_STATUS(jurat_attach_signature(NULL, size, &input, SIGNATURE, sizeof(SIGNATURE)), wanted);
    }

    size_t *const bad_lengths[] = { NULL, misaligned };
    for (size_t i = 0; i < LENGTH(bad_lengths); ++i) {
        int32_t wanted = STATUS(NULL_POINTER, OUTPUT_LENGTH);
        CHECK_STATUS(client_sign(&client, &signer, output, ROOM, bad_lengths[i]), wanted);
        CHECK_STATUS(jurat_grant_assertion_sign(&grant, &signer, output, ROOM, bad_lengths[i]), wanted);
        CHECK_STATUS(jurat_token_request_sign(&request, &signer, &signer, output, ROOM, bad_lengths[i]), wanted);
        EMPTIES(input, jurat_client_assertion_prepare(&client, output, ROOM, bad_lengths[i], &input), wanted);
        EMPTIES(input, jurat_grant_assertion_prepare(&grant, output, ROOM, bad_lengths[i], &input), wanted);
        EMPTIES(input, jurat_token_request_prepare(&request, output, ROOM, bad_lengths[i], &input, &other), wanted);
        EMPTIES(other, jurat_token_request_prepare(&request, output, ROOM, bad_lengths[i], &input, &other), wanted);
        check_nothing_left(__LINE__);
    }

    /* A signer is needed for every assertion, and only for those. */
    int32_t no_signer = STATUS(NULL_POINTER, SIGNER);
    CHECK_STATUS(client_sign(&client, NULL, output, ROOM, length), no_signer);
    CHECK_STATUS(jurat_grant_assertion_sign(&grant, NULL, output, ROOM, length), no_signer);
    CHECK_STATUS(jurat_token_request_sign(&request, &signer, NULL, output, ROOM, length), no_signer);
    CHECK_STATUS(jurat_token_request_sign(&request, NULL, &signer, output, ROOM, length), no_signer);
    request.grant = NULL;
    CHECK_STATUS(jurat_token_request_sign(&request, &signer, NULL, output, ROOM, length), no_signer);
    request.grant = &grant;
    request.client = NULL;
    CHECK_STATUS(jurat_token_request_sign(&request, NULL, &signer, output, ROOM, length), no_signer);
    request.client = &client;
    CHECK_STATUS(client_sign(&client, (jurat_signer *)(void *)((char *)&signer + 1), output, ROOM, length), no_signer);
    signer.sign = NULL;
    CHECK_STATUS(client_sign(&client, &signer, output, ROOM, length), no_signer);
    signer.sign = must_not_sign;
    signer.struct_size += 1;
    CHECK_STATUS(client_sign(&client, &signer, output, ROOM, length), STATUS(UNKNOWN_STRUCT, SIGNER));
    signer.struct_size -= 1;
    CHECK(lengths[0] == 0);
    check_nothing_left(__LINE__);

    /* Places for what is to be signed. */
    int32_t no_place = STATUS(NULL_POINTER, TO_BE_SIGNED);
    CHECK_STATUS(jurat_client_assertion_prepare(&client, output, ROOM, length, NULL), no_place);
    CHECK_STATUS(jurat_grant_assertion_prepare(&grant, output, ROOM, length, NULL), no_place);
    EMPTIES(input, jurat_token_request_prepare(&request, output, ROOM, length, NULL, &input), no_place);
    EMPTIES(input, jurat_token_request_prepare(&request, output, ROOM, length, &input, NULL), no_place);
    int32_t same_place = STATUS(OVERLAP, TO_BE_SIGNED);
    CHECK_STATUS(jurat_token_request_prepare(&request, output, ROOM, length, &input, &input), same_place);
    /* Two places that overlap in part, either one first. */
    jurat_to_be_signed places[2];
    jurat_to_be_signed *between = (jurat_to_be_signed *)(void *)((char *)places + sizeof(void *));
    CHECK_STATUS(jurat_token_request_prepare(&request, output, ROOM, length, places, between), same_place);
    CHECK_STATUS(jurat_token_request_prepare(&request, output, ROOM, length, between, places), same_place);
    CHECK(lengths[0] == 0);
    check_nothing_left(__LINE__);
}

/* ------------------------------------------------------------------- overlap */

static void overlap(void)
{
    jurat_client_assertion client = good_client();
    jurat_grant_assertion grant = good_grant();
    jurat_token_request request = JURAT_TOKEN_REQUEST_INIT;
    request.client = &client;
    jurat_signer signer = JURAT_SIGNER_INIT(must_not_sign, NULL);
    jurat_to_be_signed input = { NULL, 0, { 0 } };
    jurat_to_be_signed other = { NULL, 0, { 0 } };
    size_t length = 1;

    /* Structs at the beginning, in the middle and at the end of the output. */
    const size_t offsets[] = { 0, 256, ROOM - 256 };
    for (size_t i = 0; i < LENGTH(offsets); ++i) {
        char *inside = output + offsets[i];
        memcpy(inside, &client, sizeof(client));
        jurat_client_assertion *client_inside = (jurat_client_assertion *)(void *)inside;
        CHECK_STATUS(jurat_client_assertion_sign(client_inside, &signer, output, ROOM, &length),
                     STATUS(OVERLAP, CLIENT_ASSERTION));
        request.client = client_inside;
        CHECK_STATUS(jurat_token_request_sign(&request, NULL, &signer, output, ROOM, &length),
                     STATUS(OVERLAP, CLIENT_ASSERTION));
        request.client = &client;
        memcpy(inside, &grant, sizeof(grant));
        CHECK_STATUS(jurat_grant_assertion_sign((jurat_grant_assertion *)(void *)inside, &signer, output, ROOM, &length),
                     STATUS(OVERLAP, GRANT_ASSERTION));
        request.grant = (jurat_grant_assertion *)(void *)inside;
        CHECK_STATUS(jurat_token_request_sign(&request, &signer, &signer, output, ROOM, &length),
                     STATUS(OVERLAP, GRANT_ASSERTION));
        request.grant = NULL;
        memcpy(inside, &request, sizeof(request));
        CHECK_STATUS(jurat_token_request_sign((jurat_token_request *)(void *)inside, NULL, &signer, output, ROOM, &length),
                     STATUS(OVERLAP, TOKEN_REQUEST));
        memcpy(inside, &signer, sizeof(signer));
        CHECK_STATUS(jurat_client_assertion_sign(&client, (jurat_signer *)(void *)inside, output, ROOM, &length),
                     STATUS(OVERLAP, SIGNER));
        CHECK(length == 0);
        CHECK_STATUS(jurat_client_assertion_sign(&client, &signer, output, ROOM, (size_t *)(void *)inside),
                     STATUS(OVERLAP, OUTPUT_LENGTH));
        int32_t place_inside = STATUS(OVERLAP, TO_BE_SIGNED);
        jurat_to_be_signed *input_inside = (jurat_to_be_signed *)(void *)inside;
        CHECK_STATUS(jurat_client_assertion_prepare(&client, output, ROOM, &length, input_inside), place_inside);
        CHECK_STATUS(jurat_grant_assertion_prepare(&grant, output, ROOM, &length, input_inside), place_inside);
        CHECK_STATUS(jurat_token_request_prepare(&request, output, ROOM, &length, input_inside, &other), place_inside);
        CHECK_STATUS(jurat_token_request_prepare(&request, output, ROOM, &length, &input, input_inside), place_inside);
        jurat_claim *claim_inside = (jurat_claim *)(void *)inside;
        jurat_client_assertion with_claim = client;
        with_claim.claims = (jurat_claims){ claim_inside, 1, jurat_claims_hook };
        CHECK_STATUS(jurat_client_assertion_sign(&with_claim, &signer, output, ROOM, &length), STATUS(OVERLAP, CLAIMS));
        request.parameters = (jurat_parameter *)(void *)inside;
        request.parameters_length = 1;
        CHECK_STATUS(jurat_token_request_sign(&request, NULL, &signer, output, ROOM, &length), STATUS(OVERLAP, PARAMETERS));
        request.parameters_length = 0;
    }

    /* Right before and right behind the output is not inside of it. */
    jurat_signer good = JURAT_P256_SIGNER(KEY);
    fill();
    memset(place.bytes, 'a', 8);
    memset(place.bytes + ROOM - 8, 'b', 8);
    client.client_id.data = place.bytes;
    client.client_id.length = 8;
    client.jwt_id.data = place.bytes + ROOM - 8;
    client.jwt_id.length = 8;
    CHECK_STATUS(jurat_client_assertion_sign(&client, &good, output + 8, ROOM - 16, &length), JURAT_OK);
    CHECK(memcmp(place.bytes, "aaaaaaaa", 8) == 0 && memcmp(place.bytes + ROOM - 8, "bbbbbbbb", 8) == 0);
    CHECK_STATUS(jurat_client_assertion_sign(&client, &good, output + 7, ROOM - 16, &length),
                 STATUS(OVERLAP, CLIENT_ID));
    CHECK_STATUS(jurat_client_assertion_sign(&client, &good, output + 8, ROOM - 15, &length), STATUS(OVERLAP, JWT_ID));
}

/* ------------------------------------------------------------------ software */

/* Calls by name, for those who look at each. */
static int32_t p256(void *context, const uint8_t *hash, const uint8_t *message, size_t message_length,
                    uint8_t *signature, size_t signature_size, size_t *signature_length)
{
    return jurat_p256_sign(context, hash, message, message_length, signature, signature_size, signature_length);
}

static int32_t comb(void *context, const uint8_t *hash, const uint8_t *message, size_t message_length,
                    uint8_t *signature, size_t signature_size, size_t *signature_length)
{
    return jurat_comb_sign(context, hash, message, message_length, signature, signature_size, signature_length);
}

static int32_t p256_hedged(void *context, const uint8_t *hash, const uint8_t *message, size_t message_length,
                           uint8_t *signature, size_t signature_size, size_t *signature_length)
{
    return jurat_p256_hedged_sign(context, hash, message, message_length, signature, signature_size, signature_length);
}

static int32_t comb_hedged(void *context, const uint8_t *hash, const uint8_t *message, size_t message_length,
                           uint8_t *signature, size_t signature_size, size_t *signature_length)
{
    return jurat_comb_hedged_sign(context, hash, message, message_length, signature, signature_size, signature_length);
}

static void refuses_hashes(jurat_sign_function sign)
{
    uint8_t bytes[JURAT_SIGNATURE_SIZE + JURAT_KEY_SIZE + JURAT_HASH_SIZE] = { 0 };
    uint8_t hash[JURAT_HASH_SIZE] = { 1 };
    void *key = (void *)(uintptr_t)KEY;
    size_t got;
    CHECK_STATUS(sign(NULL, hash, NULL, 0, bytes, JURAT_SIGNATURE_SIZE, &got), STATUS(NULL_POINTER, KEY));
    CHECK_STATUS(sign(key, NULL, NULL, 0, bytes, JURAT_SIGNATURE_SIZE, &got), STATUS(NULL_POINTER, HASH));
    CHECK_STATUS(sign(key, hash, NULL, 0, NULL, JURAT_SIGNATURE_SIZE, &got), STATUS(NULL_POINTER, OUTPUT));
    CHECK_STATUS(sign((void *)(uintptr_t)ZERO_KEY, hash, NULL, 0, bytes, JURAT_SIGNATURE_SIZE, &got), STATUS(ZERO_KEY, KEY));
    check_zero((const char *)bytes, sizeof(bytes), __LINE__);

    memcpy(bytes, KEY, sizeof(KEY));
    for (size_t i = 0; i < JURAT_SIGNATURE_SIZE; ++i) {
        CHECK_STATUS(sign(bytes + i, hash, NULL, 0, bytes, JURAT_SIGNATURE_SIZE, &got), STATUS(OVERLAP, KEY));
        CHECK_STATUS(sign(key, bytes + i, NULL, 0, bytes, JURAT_SIGNATURE_SIZE, &got), STATUS(OVERLAP, HASH));
    }
    CHECK_STATUS(sign(bytes, hash, NULL, 0, bytes + 31, JURAT_SIGNATURE_SIZE, &got), STATUS(OVERLAP, KEY));
    CHECK_STATUS(sign(key, bytes, NULL, 0, bytes + 31, JURAT_SIGNATURE_SIZE, &got), STATUS(OVERLAP, HASH));

    /* Next to each other is fine, and the message is not looked at. */
    memcpy(bytes + JURAT_SIGNATURE_SIZE, KEY, sizeof(KEY));
    CHECK_STATUS(sign(bytes + JURAT_SIGNATURE_SIZE, bytes + JURAT_SIGNATURE_SIZE + JURAT_KEY_SIZE, NULL,
                                 SIZE_MAX, bytes, JURAT_SIGNATURE_SIZE, &got),
                 JURAT_OK);
    CHECK(memcmp(bytes + JURAT_SIGNATURE_SIZE, KEY, sizeof(KEY)) == 0);
}

static void software_signing(void)
{
    refuses_hashes(p256);
    refuses_hashes(comb);

    /* Its own status comes out of the signer. */
    jurat_client_assertion client = good_client();
    jurat_signer signer = JURAT_P256_SIGNER(ZERO_KEY);
    size_t length = 1;
    CHECK_STATUS(client_sign(&client, &signer, output, ROOM, &length), STATUS(SIGNER_FAILED, SIGNER));
    CHECK(signer.status == STATUS(ZERO_KEY, KEY) && length == 0);
    check_nothing_left(__LINE__);
}

/* ----------------------------------------------------------------- callbacks */

struct callback {
    int32_t status;
    const uint8_t *signature; /* NULL writes nothing */
    unsigned calls;
    jurat_to_be_signed seen;
};

/* Writes nothing, and claims to have. */
static int32_t claim(void *context, const uint8_t *hash, const uint8_t *message, size_t message_length,
                     uint8_t *signature, size_t signature_size, size_t *signature_length)
{
    (void)hash, (void)message, (void)message_length, (void)signature, (void)signature_size;
    *signature_length = *(const size_t *)context;
    return 0;
}

static int32_t call_back(void *context, const uint8_t *hash, const uint8_t *message, size_t message_length,
                         uint8_t *signature, size_t signature_size, size_t *signature_length)
{
    struct callback *callback = context;
    ++callback->calls;
    callback->seen.message = message;
    callback->seen.message_length = message_length;
    memcpy(callback->seen.hash, hash, JURAT_HASH_SIZE);
    if (callback->signature != NULL) {
        memcpy(signature, callback->signature, JURAT_SIGNATURE_SIZE);
        *signature_length = JURAT_SIGNATURE_SIZE;
    }
    CHECK(signature_size == JURAT_SIGNATURE_DER_SIZE);
    return callback->status;
}

static void callbacks(void)
{
    jurat_client_assertion client = good_client();
    jurat_grant_assertion grant = good_grant();
    jurat_token_request request = JURAT_TOKEN_REQUEST_INIT;
    request.client = &client;
    request.grant = &grant;
    size_t length = 1;

    static const int32_t failures[] = { 1, -1, 7, -132, INT32_MAX, INT32_MIN };
    for (size_t i = 0; i < LENGTH(failures); ++i) {
        /* With a signature, and without. */
        for (int gives = 0; gives < 2; ++gives) {
            struct callback callback = { failures[i], gives ? SIGNATURE : NULL, 0, { NULL, 0, { 0 } } };
            jurat_signer signer = JURAT_SIGNER_INIT(call_back, &callback);
            length = 1;
            CHECK_STATUS(client_sign(&client, &signer, output, ROOM, &length), STATUS(SIGNER_FAILED, SIGNER));
            CHECK(signer.status == failures[i] && length == 0 && callback.calls == 1);
            check_nothing_left(__LINE__);
            CHECK_STATUS(jurat_grant_assertion_sign(&grant, &signer, output, ROOM, &length),
                         STATUS(SIGNER_FAILED, SIGNER));
            check_nothing_left(__LINE__);

            /* The second of two fails: nothing is left of the first either. */
            struct callback works = { 0, SIGNATURE, 0, { NULL, 0, { 0 } } };
            jurat_signer good = JURAT_SIGNER_INIT(call_back, &works);
            good.status = 99;
            signer.status = 99;
            fill();
            CHECK_STATUS(jurat_token_request_sign(&request, &good, &signer, output, ROOM, &length),
                         STATUS(SIGNER_FAILED, SIGNER));
            CHECK(good.status == 0 && signer.status == failures[i] && length == 0);
            check_nothing_left(__LINE__);
            /* The first fails: the second is not asked. */
            good.status = 99;
            CHECK_STATUS(jurat_token_request_sign(&request, &signer, &good, output, ROOM, &length),
                         STATUS(SIGNER_FAILED, SIGNER));
            CHECK(good.status == 99 && works.calls == 1);
            check_nothing_left(__LINE__);
        }
    }

    struct callback silent = { 0, NULL, 0, { NULL, 0, { 0 } } };
    jurat_signer signer = JURAT_SIGNER_INIT(call_back, &silent);
    signer.status = 99;
    CHECK_STATUS(client_sign(&client, &signer, output, ROOM, &length), STATUS(WRONG_LENGTH, SIGNATURE));
    CHECK(signer.status == 0 && length == 0);
    check_nothing_left(__LINE__);

    static const struct {
        size_t length;
        int32_t raw, der;
    } claims[] = {
        { 0, STATUS(WRONG_LENGTH, SIGNATURE), STATUS(TRUNCATED, SIGNATURE) },
        { 63, STATUS(WRONG_LENGTH, SIGNATURE), STATUS(INVALID_DER, SIGNATURE) },
        { 64, STATUS(SIGNATURE_OUT_OF_RANGE, SIGNATURE), STATUS(INVALID_DER, SIGNATURE) },
        { 65, STATUS(WRONG_LENGTH, SIGNATURE), STATUS(INVALID_DER, SIGNATURE) },
        { JURAT_SIGNATURE_DER_SIZE, STATUS(WRONG_LENGTH, SIGNATURE), STATUS(INVALID_DER, SIGNATURE) },
        { JURAT_SIGNATURE_DER_SIZE + 1, STATUS(WRONG_LENGTH, SIGNATURE), STATUS(WRONG_LENGTH, SIGNATURE) },
        { SIZE_MAX, STATUS(WRONG_LENGTH, SIGNATURE), STATUS(WRONG_LENGTH, SIGNATURE) },
    };
    for (size_t i = 0; i < LENGTH(claims); ++i) {
        size_t claimed = claims[i].length;
        jurat_signer claiming = JURAT_SIGNER_INIT(claim, &claimed);
        length = 1;
        CHECK_STATUS(client_sign(&client, &claiming, output, ROOM, &length), claims[i].raw);
        CHECK(length == 0);
        check_nothing_left(__LINE__);
        claiming.form = JURAT_SIGNATURE_DER;
        CHECK_STATUS(jurat_token_request_sign(&request, &claiming, &claiming, output, ROOM, &length), claims[i].der);
        CHECK(length == 0);
        check_nothing_left(__LINE__);
        claiming.form = 2;
        CHECK_STATUS(client_sign(&client, &claiming, output, ROOM, &length), STATUS(UNKNOWN_STRUCT, SIGNER));
    }

    /* What is refused before is not signed, and leaves the status alone. */
    signer.status = 99;
    silent.calls = 0;
    CHECK_STATUS(client_sign(&client, &signer, output, 10, &length), STATUS(BUFFER_TOO_SMALL, OUTPUT));
    CHECK(signer.status == 99 && silent.calls == 0 && length > 10);
    CHECK_STATUS(client_sign(&client, &signer, NULL, 0, &length), STATUS(BUFFER_TOO_SMALL, OUTPUT));
    CHECK(silent.calls == 0);

    /* It is shown what prepare shows. */
    struct callback works = { 0, SIGNATURE, 0, { NULL, 0, { 0 } } };
    jurat_signer good = JURAT_SIGNER_INIT(call_back, &works);
    CHECK_STATUS(client_sign(&client, &good, output, ROOM, &length), JURAT_OK);
    jurat_to_be_signed input;
    CHECK_STATUS(jurat_client_assertion_prepare(&client, output, ROOM, &length, &input), JURAT_OK);
    CHECK(input.message == works.seen.message && input.message == (const uint8_t *)output);
    CHECK(input.message_length == works.seen.message_length && input.message_length == length - 87);
    CHECK(memcmp(input.hash, works.seen.hash, sizeof(input.hash)) == 0);

    /* One signer may sign both. */
    works.calls = 0;
    CHECK_STATUS(jurat_token_request_sign(&request, &good, &good, output, ROOM, &length), JURAT_OK);
    CHECK(works.calls == 2);
}

/* ------------------------------------------------------------- the two phases */

struct prepared {
    jurat_to_be_signed client;
    jurat_to_be_signed grant;
    size_t length;
};

static struct prepared prepare_request(void)
{
    jurat_client_assertion client = good_client();
    jurat_grant_assertion grant = good_grant();
    jurat_token_request request = JURAT_TOKEN_REQUEST_INIT;
    request.client = &client;
    request.grant = &grant;
    struct prepared prepared;
    fill();
    CHECK_STATUS(jurat_token_request_prepare(&request, output, ROOM, &prepared.length, &prepared.grant, &prepared.client),
                 JURAT_OK);
    return prepared;
}

static void check_wiped(const struct prepared *prepared, size_t length, int line)
{
    CHECK_AT(line, is_empty(&prepared->client));
    check_zero(output, length, line);
}

#define ATTACH(p, to, length, bytes, size) jurat_attach_signature((to), (length), &(p).client, (bytes), (size))

static void attaching(void)
{
    const size_t size = sizeof(SIGNATURE);
    struct prepared p = prepare_request();
    CHECK_STATUS(ATTACH(p, output, p.length, SIGNATURE, size), JURAT_OK);
    CHECK(is_empty(&p.client) && !is_empty(&p.grant));
    CHECK_STATUS(jurat_attach_signature(output, p.length, &p.grant, SIGNATURE, size), JURAT_OK);
    CHECK(is_empty(&p.grant) && memchr(output, 0, p.length) == NULL);
    CHECK(output[p.length] == (char)0xaa);

    /* Once more; and once more with a copy. */
    CHECK_STATUS(ATTACH(p, output, p.length, SIGNATURE, size), STATUS(NOT_PREPARED, TO_BE_SIGNED));
    check_wiped(&p, p.length, __LINE__);
    p = prepare_request();
    jurat_to_be_signed copy = p.client;
    CHECK_STATUS(ATTACH(p, output, p.length, SIGNATURE, size), JURAT_OK);
    p.client = copy;
    CHECK_STATUS(ATTACH(p, output, p.length, SIGNATURE, size), STATUS(NOT_PREPARED, OUTPUT));
    check_wiped(&p, p.length, __LINE__);

    /* A signature that is none. */
    static const size_t wrong_sizes[] = { 0, 1, 32, 63, 65, 70, SIZE_MAX };
    for (size_t i = 0; i < LENGTH(wrong_sizes); ++i) {
        p = prepare_request();
        CHECK_STATUS(ATTACH(p, output, p.length, SIGNATURE, wrong_sizes[i]), STATUS(WRONG_LENGTH, SIGNATURE));
        check_wiped(&p, p.length, __LINE__);
    }
    static const uint8_t zeros[JURAT_SIGNATURE_SIZE] = { 0 };
    p = prepare_request();
    CHECK_STATUS(ATTACH(p, output, p.length, zeros, size), STATUS(SIGNATURE_OUT_OF_RANGE, SIGNATURE));
    check_wiped(&p, p.length, __LINE__);
    /* With the first of two refused, the second has nothing to be attached to. */
    CHECK_STATUS(jurat_attach_signature(output, p.length, &p.grant, SIGNATURE, size), STATUS(NOT_PREPARED, OUTPUT));
    check_zero(output, p.length, __LINE__);
    p = prepare_request();
    CHECK_STATUS(ATTACH(p, output, p.length, NULL, size), STATUS(NULL_POINTER, SIGNATURE));
    check_wiped(&p, p.length, __LINE__);
    p = prepare_request();
    CHECK_STATUS(ATTACH(p, output, p.length, (const uint8_t *)output, size), STATUS(OVERLAP, SIGNATURE));
    check_wiped(&p, p.length, __LINE__);
    p = prepare_request();
    CHECK_STATUS(jurat_attach_signature(output, p.length, NULL, SIGNATURE, size), STATUS(NULL_POINTER, TO_BE_SIGNED));
    check_zero(output, p.length, __LINE__);
    p = prepare_request();
    memcpy(output, &p.client, sizeof(p.client));
    CHECK_STATUS(jurat_attach_signature(output, p.length, (jurat_to_be_signed *)(void *)output, SIGNATURE, size),
                 STATUS(OVERLAP, TO_BE_SIGNED));
    check_zero(output, p.length, __LINE__);

    /* Another output: behind, before, or the right one but not all of it. */
    static char others[3 * ROOM];
    for (size_t i = 0; i < 3; ++i) {
        p = prepare_request();
        char *other = others + i * ROOM;
        memcpy(others + ROOM, output, p.length);
        p.client.message = (const uint8_t *)others + ROOM + (p.client.message - (const uint8_t *)output);
        int32_t wanted = i == 1 ? JURAT_OK : STATUS(NOT_PREPARED, OUTPUT);
        CHECK_STATUS(ATTACH(p, other, p.length, SIGNATURE, size), wanted);
        CHECK(is_empty(&p.client));
        if (i != 1) {
            check_zero(other, p.length, __LINE__);
        }
    }
    p = prepare_request();
    size_t end = (size_t)(p.client.message - (const uint8_t *)output) + p.client.message_length + 87;
    CHECK_STATUS(ATTACH(p, output, end - 1, SIGNATURE, size), STATUS(NOT_PREPARED, OUTPUT));
    check_wiped(&p, end - 1, __LINE__);
    p = prepare_request();
    CHECK_STATUS(ATTACH(p, output, end, SIGNATURE, size), JURAT_OK);
    p = prepare_request();
    CHECK_STATUS(ATTACH(p, NULL, 0, SIGNATURE, size), STATUS(NOT_PREPARED, OUTPUT));
    CHECK(is_empty(&p.client));

    /* Fields that somebody changed. */
    static const size_t wrong_lengths[] = { 0, 1, ROOM, SIZE_MAX };
    for (size_t i = 0; i < LENGTH(wrong_lengths); ++i) {
        p = prepare_request();
        p.client.message_length = wrong_lengths[i];
        CHECK_STATUS(ATTACH(p, output, p.length, SIGNATURE, size), STATUS(NOT_PREPARED, OUTPUT));
        check_wiped(&p, p.length, __LINE__);
    }
    for (int step = -1; step < 2; step += 2) {
        p = prepare_request();
        p.client.message += step;
        CHECK_STATUS(ATTACH(p, output, p.length, SIGNATURE, size), STATUS(NOT_PREPARED, OUTPUT));
        check_wiped(&p, p.length, __LINE__);
    }

    /* What is not there has nothing to be signed. */
    jurat_client_assertion client = good_client();
    jurat_token_request request = JURAT_TOKEN_REQUEST_INIT;
    request.client = &client;
    CHECK_STATUS(jurat_token_request_prepare(&request, output, ROOM, &p.length, &p.grant, &p.client), JURAT_OK);
    CHECK(is_empty(&p.grant) && !is_empty(&p.client));
    CHECK_STATUS(jurat_attach_signature(output, p.length, &p.grant, SIGNATURE, size),
                 STATUS(NOT_PREPARED, TO_BE_SIGNED));
    check_zero(output, p.length, __LINE__);
}

/* -------------------------------------------------------------------- servers */

static char document[] = "{\"issuer\":\"https://as.example\"}";

static jurat_metadata good_metadata(void)
{
    jurat_metadata metadata;
    CHECK_STATUS(jurat_metadata_read(document, sizeof(document) - 1, jurat_text("https://as.example"), 0, &metadata),
                 JURAT_OK);
    return metadata;
}

static void servers(void)
{
    static const jurat_str none = JURAT_TEXT_NONE;
    jurat_metadata metadata = good_metadata();
    jurat_profile profile = jurat_profile_keycloak;
    jurat_server server = JURAT_SERVER_INIT;
    server.issuer = jurat_text("https://as.example");
    server.profile = &profile;
    server.metadata = &metadata;
    jurat_client_assertion client = good_client();
    jurat_grant_assertion grant = good_grant();
    client.issuer = grant.issuer = none;
    client.server = grant.server = &server;

    static const struct {
        size_t offset;
        int32_t argument;
    } texts_of_server[] = {
        { offsetof(jurat_server, issuer), JURAT_ARGUMENT_ISSUER },
        { offsetof(jurat_server, token_endpoint), JURAT_ARGUMENT_TOKEN_ENDPOINT },
    };
    for (size_t i = 0; i < LENGTH(texts_of_server); ++i) {
        jurat_str *text = (jurat_str *)(void *)((char *)&server + texts_of_server[i].offset);
        jurat_str good = *text;
        for (size_t j = 0; j < LENGTH(bad_texts); ++j) {
            *text = bad_texts[j].text;
            refuses_client(&client, status_of(bad_texts[j].cause, texts_of_server[i].argument), __LINE__);
            refuses_grant(&grant, status_of(bad_texts[j].cause, texts_of_server[i].argument), __LINE__);
        }
        *text = good;
    }
    profile.audience = JURAT_AUDIENCE_FIXED;
    profile.type_ = JURAT_TYPE_FIXED;
    for (size_t j = 0; j < LENGTH(bad_texts); ++j) {
        profile.audience_fixed = bad_texts[j].text;
        profile.type_fixed = jurat_text("JWT");
        refuses_client(&client, status_of(bad_texts[j].cause, JURAT_ARGUMENT_AUDIENCE), __LINE__);
        profile.audience_fixed = jurat_text("urn:as");
        profile.type_fixed = bad_texts[j].text;
        refuses_client(&client, status_of(bad_texts[j].cause, JURAT_ARGUMENT_TYPE), __LINE__);
    }
    profile = jurat_profile_keycloak;
    profile.grant_audience = JURAT_AUDIENCE_FIXED;
    for (size_t j = 0; j < LENGTH(bad_texts); ++j) {
        profile.grant_audience_fixed = bad_texts[j].text;
        refuses_grant(&grant, status_of(bad_texts[j].cause, JURAT_ARGUMENT_AUDIENCE), __LINE__);
    }
    profile = jurat_profile_keycloak;
    for (size_t j = 0; j < LENGTH(bad_texts); ++j) {
        metadata.issuer = bad_texts[j].text;
        refuses_client(&client, status_of(bad_texts[j].cause, JURAT_ARGUMENT_METADATA), __LINE__);
    }
    metadata.issuer = none;
    REFUSES_CLIENT(&client, EMPTY, METADATA);
    metadata = good_metadata();

    /* What names the code that is wanted. */
    server.hook = NULL;
    REFUSES_CLIENT(&client, NULL_POINTER, SERVER);
    REFUSES_GRANT(&grant, NULL_POINTER, SERVER);
    server.hook = jurat_server_hook;
    jurat_token_request request = JURAT_TOKEN_REQUEST_INIT;
    request.client = &client;
    request.http_endpoint = jurat_text("https://as.example/token");
    refuses_request(&request, status_of(JURAT_CAUSE_NULL_POINTER, JURAT_ARGUMENT_ENDPOINT), __LINE__);

    /* Sizes and flags of each struct, and pointers to them. */
    static const struct {
        int32_t step;
        uint32_t flags;
    } wrong[] = { { 1, 0 }, { -1, 0 }, { 0, 2 }, { 0, UINT32_C(1) << 31 }, { 0, UINT32_MAX } };
    for (size_t i = 0; i < LENGTH(wrong); ++i) {
        server.struct_size += (uint32_t)wrong[i].step;
        server.flags = wrong[i].flags;
        REFUSES_CLIENT(&client, UNKNOWN_STRUCT, SERVER);
        REFUSES_GRANT(&grant, UNKNOWN_STRUCT, SERVER);
        server.struct_size = sizeof(server);
        server.flags = 0;
        profile.struct_size += (uint32_t)wrong[i].step;
        profile.flags |= wrong[i].flags;
        REFUSES_CLIENT(&client, UNKNOWN_STRUCT, PROFILE);
        REFUSES_GRANT(&grant, UNKNOWN_STRUCT, PROFILE);
        profile = jurat_profile_keycloak;
        metadata.struct_size += (uint32_t)wrong[i].step;
        metadata.flags = wrong[i].flags;
        REFUSES_CLIENT(&client, UNKNOWN_STRUCT, METADATA);
        metadata.struct_size = sizeof(metadata);
        metadata.flags = 0;
    }
    static const size_t supports[] = {
        offsetof(jurat_metadata, token_private_key_jwt),         offsetof(jurat_metadata, token_es256),
        offsetof(jurat_metadata, introspection_private_key_jwt), offsetof(jurat_metadata, introspection_es256),
        offsetof(jurat_metadata, revocation_private_key_jwt),    offsetof(jurat_metadata, revocation_es256),
    };
    for (size_t i = 0; i < LENGTH(supports); ++i) {
        static const uint32_t unknown[] = { 0, 5, UINT32_MAX };
        uint32_t *support = (uint32_t *)(void *)((char *)&metadata + supports[i]);
        uint32_t good = *support;
        for (size_t j = 0; j < LENGTH(unknown); ++j) {
            *support = unknown[j];
            REFUSES_CLIENT(&client, UNKNOWN_STRUCT, METADATA);
        }
        *support = good;
    }
    server.metadata = (const jurat_metadata *)(const void *)((const char *)&metadata + 1);
    REFUSES_CLIENT(&client, NULL_POINTER, METADATA);
    server.metadata = (const jurat_metadata *)(const void *)output;
    REFUSES_CLIENT(&client, OVERLAP, METADATA);
    server.metadata = NULL;
    server.profile = (const jurat_profile *)(const void *)((const char *)&profile + 1);
    REFUSES_CLIENT(&client, NULL_POINTER, PROFILE);
    server.profile = (const jurat_profile *)(const void *)(output + 256);
    REFUSES_CLIENT(&client, OVERLAP, PROFILE);
    server.profile = NULL;
    client.server = (const jurat_server *)(const void *)((const char *)&server + 1);
    REFUSES_CLIENT(&client, NULL_POINTER, SERVER);
    client.server = (const jurat_server *)(const void *)output;
    REFUSES_CLIENT(&client, OVERLAP, SERVER);
    grant.server = client.server;
    REFUSES_GRANT(&grant, OVERLAP, SERVER);
    client.server = &server;
    jurat_signer signer = JURAT_P256_SIGNER(KEY);
    size_t length;
    CHECK_STATUS(client_sign(&client, &signer, output, ROOM, &length), JURAT_OK);
}

/* All of a struct's bytes but for its padding, which holds what it held. */
static int no_metadata(const jurat_metadata *metadata)
{
    return metadata->struct_size == 0 && metadata->issuer.data == NULL && metadata->issuer.length == 0 &&
           metadata->token_endpoint.data == NULL && metadata->token_es256 == 0 && metadata->jwt_bearer == 0;
}

static void documents(void)
{
    jurat_str issuer = jurat_text("https://as.example");
    jurat_metadata metadata;
    static const size_t sizes_of_nothing[] = { 1, SIZE_MAX };
    for (size_t i = 0; i < LENGTH(sizes_of_nothing); ++i) {
        memset(&metadata, 0xaa, sizeof(metadata));
        CHECK_STATUS(jurat_metadata_read(NULL, sizes_of_nothing[i], issuer, 0, &metadata), STATUS(NULL_POINTER, METADATA));
        CHECK(no_metadata(&metadata));
    }
    CHECK_STATUS(jurat_metadata_read(NULL, 0, issuer, 0, &metadata), STATUS(INVALID_JSON, METADATA));
    CHECK_STATUS(jurat_metadata_read(document, sizeof(document) - 1, issuer, 0, NULL), STATUS(NULL_POINTER, METADATA));
    jurat_metadata *misaligned = (jurat_metadata *)(void *)((char *)&metadata + 1);
    CHECK_STATUS(jurat_metadata_read(document, sizeof(document) - 1, issuer, 0, misaligned), STATUS(NULL_POINTER, METADATA));
    for (size_t j = 0; j < LENGTH(bad_texts); ++j) {
        memset(&metadata, 0xaa, sizeof(metadata));
        CHECK_STATUS(jurat_metadata_read(place.bytes, ROOM, bad_texts[j].text, 0, &metadata),
                     status_of(bad_texts[j].cause, JURAT_ARGUMENT_ISSUER));
        CHECK(no_metadata(&metadata));
    }
    fill();
    static const size_t offsets[] = { 0, 256, ROOM - 256 };
    for (size_t i = 0; i < LENGTH(offsets); ++i) {
        jurat_metadata *inside = (jurat_metadata *)(void *)(place.bytes + offsets[i]);
        CHECK_STATUS(jurat_metadata_read(place.bytes, ROOM, issuer, 0, inside), STATUS(OVERLAP, METADATA));
    }
    /* Nothing was written. */
    CHECK(place.bytes[0] == (char)0xaa && place.bytes[256] == (char)0xaa && place.bytes[ROOM - 1] == (char)0xaa);

    size_t length = 1;
    for (size_t j = 0; j < LENGTH(bad_texts); ++j) {
        fill();
        CHECK_STATUS(jurat_well_known_url(JURAT_WELL_KNOWN_OPENID_CONFIGURATION, bad_texts[j].text, 0, output, ROOM, &length),
                     status_of(bad_texts[j].cause, JURAT_ARGUMENT_ISSUER));
        CHECK(length == 0);
        CHECK_STATUS(jurat_time_request(bad_texts[j].text, 0, output, ROOM, &length),
                     status_of(bad_texts[j].cause, JURAT_ARGUMENT_ENDPOINT));
        CHECK(length == 0);
        check_nothing_left(__LINE__);
        if (bad_texts[j].cause != JURAT_CAUSE_OVERLAP) {
            int32_t wanted = status_of(bad_texts[j].cause, JURAT_ARGUMENT_ISSUER);
            CHECK_STATUS(jurat_issuer_compare(bad_texts[j].text, issuer, 0), wanted);
            CHECK_STATUS(jurat_issuer_compare(issuer, bad_texts[j].text, 0), wanted);
        }
    }
    const uint32_t form = JURAT_WELL_KNOWN_OAUTH_AUTHORIZATION_SERVER;
    CHECK_STATUS(jurat_well_known_url(form, issuer, 0, NULL, 1, &length), STATUS(NULL_POINTER, OUTPUT));
    CHECK_STATUS(jurat_well_known_url(form, issuer, 0, output, ROOM, NULL), STATUS(NULL_POINTER, OUTPUT_LENGTH));
    CHECK_STATUS(jurat_well_known_url(form, issuer, 0, NULL, 0, &length), STATUS(BUFFER_TOO_SMALL, OUTPUT));
    fill();
    CHECK_STATUS(jurat_well_known_url(form, issuer, 0, output, length - 1, &length), STATUS(BUFFER_TOO_SMALL, OUTPUT));
    check_nothing_left(__LINE__);
    CHECK_STATUS(jurat_well_known_url(form, issuer, 0, output, length, &length), JURAT_OK);
    CHECK_STATUS(jurat_time_request(issuer, 0, NULL, 1, &length), STATUS(NULL_POINTER, OUTPUT));
    CHECK_STATUS(jurat_time_request(issuer, 0, output, ROOM, NULL), STATUS(NULL_POINTER, OUTPUT_LENGTH));
    CHECK_STATUS(jurat_time_request(issuer, 0, NULL, 0, &length), STATUS(BUFFER_TOO_SMALL, OUTPUT));
    CHECK_STATUS(jurat_time_request(issuer, 0, output, length, &length), JURAT_OK);

    for (size_t j = 0; j < LENGTH(bad_texts); ++j) {
        if (bad_texts[j].cause != JURAT_CAUSE_OVERLAP) {
            CHECK(jurat_profile_named(bad_texts[j].text) == NULL);
        }
    }
    CHECK(jurat_profile_named(jurat_text(NULL)) == NULL && jurat_profile_named(jurat_text("")) == NULL);
}

/* ------------------------------------------------------------ time and answers */

static jurat_clock good_clock(void)
{
    jurat_clock good = JURAT_CLOCK_INIT(JURAT_CLOCK_TRUSTED, NOW - 1000);
    return good;
}

static void clocks(void)
{
    jurat_str date = jurat_text("Mon, 23 Nov 2026 18:44:14 GMT");
    uint64_t seconds = 1;
    uint32_t wait = 1, state = 1;
    int64_t moved = 1;
    jurat_clock good = good_clock(), bad = good_clock();
    uint64_t *no_seconds = (uint64_t *)(void *)((char *)&bad + 1);

    CHECK_STATUS(jurat_http_date(date, NULL), STATUS(NULL_POINTER, OUTPUT));
    CHECK_STATUS(jurat_http_date(date, no_seconds), STATUS(NULL_POINTER, OUTPUT));
    CHECK_STATUS(jurat_retry_after(date, NOW, NULL), STATUS(NULL_POINTER, OUTPUT));
    for (size_t j = 0; j < LENGTH(bad_texts); ++j) {
        if (bad_texts[j].cause == JURAT_CAUSE_OVERLAP) continue;
        seconds = wait = 1;
        CHECK_STATUS(jurat_http_date(bad_texts[j].text, &seconds), status_of(bad_texts[j].cause, JURAT_ARGUMENT_DATE));
        CHECK_STATUS(jurat_retry_after(bad_texts[j].text, NOW, &wait), status_of(bad_texts[j].cause, JURAT_ARGUMENT_DATE));
        CHECK(seconds == 0 && wait == 0);
    }
    CHECK_STATUS(jurat_http_date(date, &seconds), JURAT_OK);
    CHECK(seconds == NOW);
    CHECK(jurat_time_fault_text(UINT32_MAX)[0] == 0 && jurat_time_fault_text(12)[0] == 0);
    CHECK(jurat_time_fault(UINT64_MAX, UINT64_MAX) == JURAT_TIME_FAULT_UNEXPLAINED);

    CHECK_STATUS(jurat_clock_now(&good, NOW, NULL), STATUS(NULL_POINTER, OUTPUT));
    CHECK_STATUS(jurat_clock_issued_at(&good, NOW, NULL), STATUS(NULL_POINTER, OUTPUT));
    CHECK_STATUS(jurat_clock_state(&good, NOW, NULL), STATUS(NULL_POINTER, OUTPUT));
    CHECK_STATUS(jurat_clock_learn(&good, NOW, NOW, NOW, 0, NULL), STATUS(NULL_POINTER, OUTPUT));
    const jurat_clock *const no_clocks[] = { NULL, (const jurat_clock *)(const void *)((const char *)&bad + 1) };
    for (size_t i = 0; i < LENGTH(no_clocks); ++i) {
        int32_t wanted = STATUS(NULL_POINTER, CLOCK);
        seconds = state = 1;
        moved = 1;
        CHECK_STATUS(jurat_clock_now(no_clocks[i], NOW, &seconds), wanted);
        CHECK(seconds == 0);
        CHECK_STATUS(jurat_clock_issued_at(no_clocks[i], NOW, &seconds), wanted);
        CHECK_STATUS(jurat_clock_state(no_clocks[i], NOW, &state), wanted);
        CHECK(state == JURAT_CLOCK_UNSET);
        CHECK_STATUS(jurat_clock_learn((jurat_clock *)(uintptr_t)no_clocks[i], NOW, NOW, NOW, 0, &moved), wanted);
        CHECK(moved == 0);
        jurat_exchange exchange;
        CHECK_STATUS(jurat_exchange_init(&exchange, no_clocks[i], 0), wanted);
    }
    for (int step = -1; step < 2; step += 2) {
        bad = good;
        bad.struct_size += (uint32_t)step;
        int32_t wanted = STATUS(UNKNOWN_STRUCT, CLOCK);
        CHECK_STATUS(jurat_clock_now(&bad, NOW, &seconds), wanted);
        CHECK_STATUS(jurat_clock_issued_at(&bad, NOW, &seconds), wanted);
        CHECK_STATUS(jurat_clock_state(&bad, NOW, &state), wanted);
        CHECK_STATUS(jurat_clock_learn(&bad, NOW, NOW, NOW, 0, &moved), wanted);
        CHECK(bad.struct_size == (uint32_t)sizeof(bad) + (uint32_t)step);
    }
    /* The extremes of the numbers. */
    static const int64_t offsets[] = { INT64_MIN, INT64_MAX };
    for (size_t i = 0; i < LENGTH(offsets); ++i) {
        bad = good;
        bad.state = JURAT_CLOCK_ESTIMATED;
        bad.offset = offsets[i];
        bad.uncertainty = UINT32_MAX;
        CHECK_STATUS(jurat_clock_now(&bad, NOW, &seconds), STATUS(CLOCK_UNSET, CLOCK));
        CHECK_STATUS(jurat_clock_now(&bad, UINT64_MAX, &seconds), STATUS(MILLISECONDS, CLOCK));
        CHECK_STATUS(jurat_clock_learn(&bad, NOW, UINT64_MAX, UINT64_MAX, UINT32_MAX, &moved), STATUS(MILLISECONDS, CLOCK));
        CHECK_STATUS(jurat_clock_learn(&bad, NOW, NOW, NOW, 0, &moved), JURAT_OK);
        CHECK(bad.state == JURAT_CLOCK_ESTIMATED && bad.offset == 0);
    }
}

static const char token[] = "{\"access_token\":\"a\",\"token_type\":\"bearer\"}";

static jurat_response good_response(void)
{
    jurat_response response = JURAT_RESPONSE_INIT;
    memcpy(place.bytes, token, sizeof(token) - 1);
    response.status = 200;
    response.body = place.bytes;
    response.body_size = sizeof(token) - 1;
    return response;
}

static int no_answer(const jurat_answer *answer)
{
    return answer->outcome == 0 && answer->step == 0 && answer->access_token.data == NULL && answer->uri.data == NULL &&
           answer->renew_at == 0 && answer->clock_moved == 0;
}

static jurat_exchange sent_exchange(void)
{
    jurat_clock clock = good_clock();
    jurat_client_assertion client = good_client();
    jurat_token_request request = JURAT_TOKEN_REQUEST_INIT;
    request.client = &client;
    jurat_signer signer = JURAT_P256_SIGNER(KEY);
    jurat_exchange exchange;
    size_t length;
    CHECK_STATUS(jurat_exchange_init(&exchange, &clock, 0), JURAT_OK);
    CHECK_STATUS(jurat_exchange_sign(&exchange, &request, NOW, NULL, &signer, output, ROOM, &length), JURAT_OK);
    return exchange;
}

/* With an exchange, and without. */
static void refuses_response(jurat_response *response, int32_t wanted, int line)
{
    jurat_answer answer;
    memset(&answer, 0xaa, sizeof(answer));
    check_status(jurat_response_read(response, &answer), wanted, line);
    CHECK_AT(line, no_answer(&answer));
    jurat_exchange exchange = sent_exchange(), before = exchange;
    memset(&answer, 0xaa, sizeof(answer));
    check_status(jurat_exchange_answer(&exchange, response, NOW, NOW, &answer), wanted, line);
    CHECK_AT(line, no_answer(&answer));
    CHECK_AT(line, memcmp(&exchange, &before, sizeof(before)) == 0);
}

#define REFUSES_RESPONSE(response, cause, argument) refuses_response((response), STATUS(cause, argument), __LINE__)

static void answers(void)
{
    jurat_answer answer;
    jurat_response response = good_response();
    jurat_str name = jurat_text("Date"), value = jurat_text("x");

    REFUSES_RESPONSE(NULL, NULL_POINTER, RESPONSE);
    REFUSES_RESPONSE((jurat_response *)(void *)((char *)&response + 1), NULL_POINTER, RESPONSE);
    CHECK_STATUS(jurat_response_header(NULL, name, value), STATUS(NULL_POINTER, RESPONSE));
    CHECK_STATUS(jurat_response_read(&response, NULL), STATUS(NULL_POINTER, OUTPUT));
    jurat_exchange exchange = sent_exchange();
    CHECK_STATUS(jurat_exchange_answer(&exchange, &response, NOW, NOW, NULL), STATUS(NULL_POINTER, OUTPUT));

    static const size_t some_sizes[] = { 1, SIZE_MAX };
    for (size_t i = 0; i < LENGTH(some_sizes); ++i) {
        response = good_response();
        response.body = NULL;
        response.body_size = some_sizes[i];
        REFUSES_RESPONSE(&response, NULL_POINTER, RESPONSE);
    }
    response.body_size = 0;
    CHECK_STATUS(jurat_response_read(&response, &answer), JURAT_OK);
    CHECK(answer.outcome == JURAT_OUTCOME_EMPTY);
    response.status = UINT32_MAX;
    REFUSES_RESPONSE(&response, UNKNOWN_STRUCT, RESPONSE);
    for (int step = -1; step < 2; step += 2) {
        response = good_response();
        response.struct_size += (uint32_t)step;
        REFUSES_RESPONSE(&response, UNKNOWN_STRUCT, RESPONSE);
        CHECK_STATUS(jurat_response_header(&response, name, value), STATUS(UNKNOWN_STRUCT, RESPONSE));
        CHECK(response.date.data == NULL);
    }
    static const uint32_t wrong_flags[] = { 1, 2, 4, 32, UINT32_MAX };
    for (size_t i = 0; i < LENGTH(wrong_flags); ++i) {
        response = good_response();
        response.flags = wrong_flags[i];
        REFUSES_RESPONSE(&response, UNKNOWN_STRUCT, RESPONSE);
        CHECK_STATUS(jurat_response_header(&response, name, value), STATUS(UNKNOWN_STRUCT, RESPONSE));
    }

    /* Headers: the body is the place that the last of the bad texts overlap. */
    static const struct field headers[] = {
        { offsetof(jurat_response, content_type), JURAT_ARGUMENT_RESPONSE, 1 },
        { offsetof(jurat_response, date), JURAT_ARGUMENT_DATE, 1 },
        { offsetof(jurat_response, age), JURAT_ARGUMENT_RESPONSE, 1 },
        { offsetof(jurat_response, retry_after), JURAT_ARGUMENT_RESPONSE, 1 },
    };
    for (size_t i = 0; i < LENGTH(headers); ++i) {
        for (size_t j = 0; j < LENGTH(bad_texts); ++j) {
            response = good_response();
            response.body_size = ROOM;
            *(jurat_str *)(void *)((char *)&response + headers[i].offset) = bad_texts[j].text;
            refuses_response(&response, status_of(bad_texts[j].cause, headers[i].argument), __LINE__);
        }
    }
    for (size_t j = 0; j < LENGTH(bad_texts); ++j) {
        if (bad_texts[j].cause == JURAT_CAUSE_OVERLAP) continue;
        int32_t wanted = status_of(bad_texts[j].cause, JURAT_ARGUMENT_RESPONSE);
        response = good_response();
        CHECK_STATUS(jurat_response_header(&response, bad_texts[j].text, value), wanted);
        CHECK_STATUS(jurat_response_header(&response, name, bad_texts[j].text), wanted);
        CHECK_STATUS(jurat_response_header(&response, jurat_text("Server"), bad_texts[j].text), JURAT_OK);
        CHECK(response.date.data == NULL);
    }
    CHECK_STATUS(jurat_response_header(&response, jurat_text(NULL), value), JURAT_OK);

    /* The response or the answer in the body. */
    fill();
    response = good_response();
    response.body_size = ROOM;
    jurat_response *response_inside = (jurat_response *)(void *)(place.bytes + 256);
    memcpy(response_inside, &response, sizeof(response));
    memset(&answer, 0xaa, sizeof(answer));
    CHECK_STATUS(jurat_response_read(response_inside, &answer), STATUS(OVERLAP, RESPONSE));
    CHECK(no_answer(&answer));
    memset(&answer, 0xaa, sizeof(answer));
    CHECK_STATUS(jurat_exchange_answer(&exchange, response_inside, NOW, NOW, &answer), STATUS(OVERLAP, RESPONSE));
    CHECK(no_answer(&answer));
    jurat_answer *answer_inside = (jurat_answer *)(void *)(place.bytes + 512);
    CHECK_STATUS(jurat_response_read(&response, answer_inside), STATUS(OVERLAP, OUTPUT));
    CHECK_STATUS(jurat_exchange_answer(&exchange, &response, NOW, NOW, answer_inside), STATUS(OVERLAP, OUTPUT));
    memcpy(place.bytes + 700, &exchange, sizeof(exchange));
    jurat_exchange *exchange_inside = (jurat_exchange *)(void *)(place.bytes + 700);
    CHECK_STATUS(jurat_exchange_answer(exchange_inside, &response, NOW, NOW, &answer), STATUS(OVERLAP, EXCHANGE));
    CHECK(memcmp(exchange_inside, &exchange, sizeof(exchange)) == 0);

    /* What was found is inside of the body. */
    response = good_response();
    CHECK_STATUS(jurat_response_read(&response, &answer), JURAT_OK);
    CHECK(answer.outcome == JURAT_OUTCOME_TOKEN && answer.access_token.data > place.bytes);
    CHECK(answer.access_token.data + answer.access_token.length < place.bytes + response.body_size);
}

/* Every call that takes an exchange, with one that is none. */
static void refuses_exchange(jurat_exchange *exchange, int32_t wanted, int line)
{
    jurat_client_assertion client = good_client();
    jurat_token_request request = JURAT_TOKEN_REQUEST_INIT;
    request.client = &client;
    jurat_signer signer = JURAT_SIGNER_INIT(must_not_sign, NULL);
    jurat_to_be_signed for_grant = { SIGNATURE, 1, { 1 } }, for_client = for_grant;
    jurat_response response = JURAT_RESPONSE_INIT;
    jurat_answer answer;
    jurat_clock clock;
    uint32_t step = 1, detail = 1;
    uint64_t seconds = 1;
    size_t length = 1;
    check_status(jurat_exchange_step(exchange, NOW, &step, &detail), wanted, line);
    check_status(jurat_exchange_issued_at(exchange, NOW, &seconds), wanted, line);
    CHECK_AT(line, step == 0 && detail == 0 && seconds == 0);
    check_status(jurat_exchange_ask_time(exchange, NOW), wanted, line);
    check_status(jurat_exchange_no_answer(exchange, NOW), wanted, line);
    memset(&clock, 0xaa, sizeof(clock));
    check_status(jurat_exchange_clock(exchange, &clock), wanted, line);
    CHECK_AT(line, clock.struct_size == 0 && clock.state == 0 && clock.build_time == 0);
    fill();
    check_status(jurat_exchange_sign(exchange, &request, NOW, NULL, &signer, output, ROOM, &length), wanted, line);
    CHECK_AT(line, length == 0);
    length = 1;
    check_status(jurat_exchange_prepare(exchange, &request, NOW, output, ROOM, &length, &for_grant, &for_client), wanted, line);
    CHECK_AT(line, length == 0 && is_empty(&for_grant) && is_empty(&for_client));
    check_nothing_left(line);
    memset(&answer, 0xaa, sizeof(answer));
    check_status(jurat_exchange_answer(exchange, &response, NOW, NOW, &answer), wanted, line);
    CHECK_AT(line, no_answer(&answer));
}

static void exchanges(void)
{
    jurat_clock clock = good_clock();
    jurat_exchange good, exchange;
    CHECK_STATUS(jurat_exchange_init(NULL, &clock, 0), STATUS(NULL_POINTER, EXCHANGE));
    CHECK_STATUS(jurat_exchange_init(&good, &clock, 0), JURAT_OK);
    refuses_exchange(NULL, STATUS(NULL_POINTER, EXCHANGE), __LINE__);

    /* Garbage, and bytes that no exchange has: format, attempts, made, asked, corrected, stage. */
    static const uint8_t garbage[] = { 0, 2, 0xaa, 0xff };
    for (size_t i = 0; i < LENGTH(garbage); ++i) {
        memset(&exchange, garbage[i], sizeof(exchange));
        refuses_exchange(&exchange, STATUS(UNKNOWN_STRUCT, EXCHANGE), __LINE__);
    }
    for (size_t i = 0; i < 6; ++i) {
        exchange = good;
        exchange.bytes[i] = 0xff;
        refuses_exchange(&exchange, STATUS(UNKNOWN_STRUCT, EXCHANGE), __LINE__);
    }
    /* One that failed to start is none. */
    clock.state = 0;
    CHECK_STATUS(jurat_exchange_init(&exchange, &clock, 0), STATUS(UNKNOWN_STRUCT, CLOCK));
    refuses_exchange(&exchange, STATUS(UNKNOWN_STRUCT, EXCHANGE), __LINE__);

    /* Any bytes at all are refused or taken, and no more: the sanitizers look on. */
    uint32_t random = 1, step = 0, taken = 0;
    for (unsigned round = 0; round < 20000; ++round) {
        exchange = good;
        for (unsigned change = 0; change < 1 + round % 4; ++change) {
            random = random * 1664525u + 1013904223u;
            exchange.bytes[(random >> 8) % sizeof(exchange)] = (uint8_t)(random >> 24);
        }
        int32_t status = jurat_exchange_step(&exchange, NOW, &step, NULL);
        CHECK(status == JURAT_OK || status == STATUS(UNKNOWN_STRUCT, EXCHANGE));
        if (status != JURAT_OK) continue;
        ++taken;
        jurat_exchange copy = exchange;
        jurat_exchange_ask_time(&copy, NOW);
        copy = exchange;
        jurat_exchange_no_answer(&copy, UINT64_MAX);
        copy = exchange;
        jurat_response response = good_response();
        jurat_answer answer;
        jurat_exchange_answer(&copy, &response, NOW, NOW + 1, &answer);
        CHECK_STATUS(jurat_exchange_clock(&exchange, &clock), JURAT_OK);
    }
    CHECK(taken > 1000 && taken < 19000);

    /* Places for results; the detail is optional. */
    exchange = good;
    step = 9;
    CHECK_STATUS(jurat_exchange_step(&exchange, NOW, NULL, &step), STATUS(NULL_POINTER, OUTPUT));
    CHECK(step == 0);
    step = 9;
    CHECK_STATUS(jurat_exchange_step(&exchange, NOW, &step, (uint32_t *)(void *)((char *)&clock + 1)),
                 STATUS(NULL_POINTER, OUTPUT));
    CHECK(step == 0);
    CHECK_STATUS(jurat_exchange_step(&exchange, NOW, &step, NULL), JURAT_OK);
    CHECK(step == JURAT_STEP_SEND);
    CHECK_STATUS(jurat_exchange_issued_at(&exchange, NOW, NULL), STATUS(NULL_POINTER, OUTPUT));
    CHECK_STATUS(jurat_exchange_clock(&exchange, NULL), STATUS(NULL_POINTER, CLOCK));

    jurat_client_assertion client = good_client();
    jurat_token_request request = JURAT_TOKEN_REQUEST_INIT;
    request.client = &client;
    jurat_signer signer = JURAT_P256_SIGNER(KEY);
    jurat_to_be_signed for_grant, for_client;
    size_t length;
    for (int prepares = 0; prepares < 2; ++prepares) {
#define SIGN(of, about, to, room, got) \
    (prepares ? jurat_exchange_prepare((of), (about), NOW, (to), (room), (got), &for_grant, &for_client) \
              : jurat_exchange_sign((of), (about), NOW, NULL, &signer, (to), (room), (got)))
        CHECK_STATUS(SIGN(&exchange, NULL, output, ROOM, &length), STATUS(NULL_POINTER, TOKEN_REQUEST));
        CHECK_STATUS(SIGN(&exchange, &request, NULL, 1, &length), STATUS(NULL_POINTER, OUTPUT));
        CHECK_STATUS(SIGN(&exchange, &request, output, ROOM, NULL), STATUS(NULL_POINTER, OUTPUT_LENGTH));
        CHECK_STATUS(SIGN(&exchange, &request, NULL, 0, &length), STATUS(BUFFER_TOO_SMALL, OUTPUT));
        static const size_t offsets[] = { 0, 1, 500, ROOM - sizeof(jurat_exchange), ROOM - 1 };
        static char beyond[ROOM + sizeof(jurat_exchange)];
        for (size_t i = 0; i < LENGTH(offsets); ++i) {
            memcpy(beyond + offsets[i], &exchange, sizeof(exchange));
            jurat_exchange *inside = (jurat_exchange *)(void *)(beyond + offsets[i]);
            CHECK_STATUS(SIGN(inside, &request, beyond, ROOM, &length), STATUS(OVERLAP, EXCHANGE));
            CHECK(memcmp(inside, &exchange, sizeof(exchange)) == 0);
        }
        CHECK(memcmp(&exchange, &good, sizeof(good)) == 0);
    }
    CHECK_STATUS(jurat_exchange_sign(&exchange, &request, NOW, NULL, NULL, output, ROOM, &length), STATUS(NULL_POINTER, SIGNER));
    CHECK_STATUS(jurat_exchange_prepare(&exchange, &request, NOW, output, ROOM, &length, &for_grant, &for_grant),
                 STATUS(OVERLAP, TO_BE_SIGNED));
    CHECK_STATUS(jurat_exchange_prepare(&exchange, &request, NOW, output, ROOM, &length, NULL, &for_client),
                 STATUS(NULL_POINTER, TO_BE_SIGNED));
    CHECK(memcmp(&exchange, &good, sizeof(good)) == 0);
    CHECK_STATUS(jurat_exchange_sign(&exchange, &request, NOW, NULL, &signer, output, ROOM, &length), JURAT_OK);
    CHECK(memcmp(&exchange, &good, sizeof(good)) != 0);
}

/* --------------------------------------------------------------------- outputs */

static const uint8_t SEED[64] = { [31] = 9, [40] = 1 };
static const uint8_t CERTIFICATE[] = { 0x30, 3, 2, 1, 1 };
static const uint8_t DER[] = { 0x30, 6, 2, 1, 1, 2, 1, 1 };
static const jurat_public_key PUBLIC_KEY = { { [31] = 1 }, { [31] = 2 } };
static const jurat_jwk JWK = { { { [31] = 1 }, { [31] = 2 } }, JURAT_TEXT_NONE };

static jurat_registration good_registration(void)
{
    jurat_registration registration = JURAT_REGISTRATION_INIT;
    registration.keys = &JWK;
    registration.keys_length = 1;
    return registration;
}

/* One of the calls with a byte output, with everything else right. */
static int32_t write_one(size_t which, char *to, size_t size, size_t *length)
{
    jurat_client_assertion client = good_client();
    jurat_grant_assertion grant = good_grant();
    jurat_token_request request = JURAT_TOKEN_REQUEST_INIT;
    struct callback works = { 0, SIGNATURE, 0, { NULL, 0, { 0 } } };
    jurat_signer signer = JURAT_SIGNER_INIT(call_back, &works);
    jurat_clock clock = good_clock();
    jurat_exchange exchange;
    jurat_registration registration = good_registration();
    jurat_hedged_key hedged = { KEY, NULL, NULL };
    jurat_to_be_signed input, other;
    uint8_t *bytes = (uint8_t *)to;
    request.client = &client;
    request.grant = &grant;
    request.http_endpoint = jurat_text("https://as.example/token");
    request.http_hook = jurat_http_hook;
    jurat_exchange_init(&exchange, &clock, 0);
    switch (which) {
    case 0: return jurat_client_assertion_sign(&client, &signer, to, size, length);
    case 1: return jurat_grant_assertion_sign(&grant, &signer, to, size, length);
    case 2: return jurat_token_request_sign(&request, &signer, &signer, to, size, length);
    case 3: return jurat_client_assertion_prepare(&client, to, size, length, &input);
    case 4: return jurat_grant_assertion_prepare(&grant, to, size, length, &input);
    case 5: return jurat_token_request_prepare(&request, to, size, length, &input, &other);
    case 6: return jurat_exchange_sign(&exchange, &request, NOW, &signer, &signer, to, size, length);
    case 7: return jurat_exchange_prepare(&exchange, &request, NOW, to, size, length, &input, &other);
    case 8: return jurat_time_request(jurat_text("https://as.example"), 0, to, size, length);
    case 9: return jurat_well_known_url(1, jurat_text("https://as.example"), 0, to, size, length);
    case 10: return jurat_key_generate(SEED, sizeof(SEED), bytes, size, length);
    case 11: return jurat_jwt_id_derive(SEED, JURAT_SECRET_SIZE, 1, 2, bytes, size, length);
    case 12: return jurat_key_import(KEY, sizeof(KEY), bytes, size, length, NULL, NULL);
    case 13: return jurat_thumbprint(&PUBLIC_KEY, to, size, length);
    case 14: return jurat_certificate_thumbprint(CERTIFICATE, sizeof(CERTIFICATE), to, size, length);
    case 15: return jurat_jwk_write(&JWK, to, size, length);
    case 16: return jurat_jwks_write(&JWK, 1, to, size, length);
    case 17: return jurat_spki_der_write(&PUBLIC_KEY, bytes, size, length);
    case 18: return jurat_spki_pem_write(&PUBLIC_KEY, to, size, length);
    case 19: return jurat_registration_write(&registration, to, size, length);
    case 20: return jurat_signature_from_der(DER, sizeof(DER), bytes, size, length);
    case 21: return jurat_p256_sign((void *)(uintptr_t)KEY, SEED, NULL, 0, bytes, size, length);
    case 22: return jurat_comb_sign((void *)(uintptr_t)KEY, SEED, NULL, 0, bytes, size, length);
    case 23: return jurat_comb_hedged_sign(&hedged, SEED, NULL, 0, bytes, size, length);
    default: return jurat_p256_hedged_sign(&hedged, SEED, NULL, 0, bytes, size, length);
    }
}

#define WRITERS 25

static void outputs(void)
{
    for (size_t i = 0; i < WRITERS; ++i) {
        size_t needed = 0, length;
        CHECK_STATUS(write_one(i, NULL, 0, &needed), STATUS(BUFFER_TOO_SMALL, OUTPUT));
        CHECK(needed > 0 && needed < ROOM);
        static const size_t some_sizes[] = { 1, ROOM, SIZE_MAX / 2 + 1, SIZE_MAX };
        for (size_t j = 0; j < LENGTH(some_sizes); ++j) {
            length = 1;
            CHECK_STATUS(write_one(i, NULL, some_sizes[j], &length), STATUS(NULL_POINTER, OUTPUT));
            CHECK(length == 0);
        }
        size_t *const bad_lengths[] = { NULL, (size_t *)(void *)((char *)&length + 1) };
        fill();
        for (size_t j = 0; j < LENGTH(bad_lengths); ++j) {
            CHECK_STATUS(write_one(i, output, ROOM, bad_lengths[j]), STATUS(NULL_POINTER, OUTPUT_LENGTH));
        }
        CHECK_STATUS(write_one(i, output, ROOM, (size_t *)(void *)(output + 256)), STATUS(OVERLAP, OUTPUT_LENGTH));
        check_nothing_left(__LINE__);
        /* In memory that ends where the output does. Signing goes on for as long as there is room for all but it. */
        for (size_t size = 1; size < needed; size += size < needed - 8 ? 7 : 1) {
            char *small = malloc(size);
            CHECK(small != NULL);
            memset(small, 0xaa, size);
            length = 1;
            CHECK_STATUS(write_one(i, small, size, &length), STATUS(BUFFER_TOO_SMALL, OUTPUT));
            CHECK(length == needed);
            size_t left = 0;
            for (size_t j = 0; j < size; ++j) {
                left += small[j] != 0 && small[j] != (char)0xaa;
            }
            CHECK(left == 0);
            free(small);
        }
        /* What is written is the same in more room, and what is behind it is nobody's. */
        for (size_t more = 0; more <= 10; ++more) {
            char *enough = malloc(needed + more);
            CHECK(enough != NULL);
            memset(enough, 0xaa, needed + more);
            CHECK_STATUS(write_one(i, enough, needed + more, &length), JURAT_OK);
            CHECK(length == needed);
            for (size_t j = needed; j < needed + more; ++j) CHECK(enough[j] == (char)0xaa);
            free(enough);
        }
    }
}

/* ------------------------------------------------------------------------ keys */

/* Bytes that are not there, more than there can be, and those of the output. */
static void refuses_bytes(int32_t (*call)(const uint8_t *bytes, size_t size, uint8_t *to, size_t room, size_t *length),
                          int32_t argument, int fixed, int line)
{
    int32_t wrong_length = status_of(JURAT_CAUSE_WRONG_LENGTH, argument);
    static const size_t above[] = { SIZE_MAX, SIZE_MAX / 2 + 1 };
    uint8_t *const bytes = (uint8_t *)place.bytes;
    size_t length = 1;
    fill();
    check_status(call(NULL, 32, bytes, ROOM, &length), status_of(JURAT_CAUSE_NULL_POINTER, argument), line);
    for (size_t i = 0; i < LENGTH(above); ++i) {
        check_status(call(NULL, above[i], bytes, ROOM, &length), status_of(JURAT_CAUSE_NULL_POINTER, argument), line);
        check_status(call(SEED, above[i], bytes, ROOM, &length),
                     fixed ? wrong_length : status_of(JURAT_CAUSE_TOO_LONG, argument), line);
    }
    static const size_t offsets[] = { 0, 1, 256, ROOM - 32, ROOM - 1 };
    for (size_t i = 0; i < LENGTH(offsets); ++i) {
        check_status(call(bytes + offsets[i], 32, bytes, ROOM, &length), status_of(JURAT_CAUSE_OVERLAP, argument), line);
    }
    check_status(call(bytes, 32, bytes + 31, ROOM - 31, &length), status_of(JURAT_CAUSE_OVERLAP, argument), line);
    CHECK_AT(line, length == 0);
    check_nothing_left(line);
}

static int32_t derive_from(const uint8_t *bytes, size_t size, uint8_t *to, size_t room, size_t *length)
{
    return jurat_jwt_id_derive(bytes, size, 1, 2, to, room, length);
}

static int32_t import_from(const uint8_t *bytes, size_t size, uint8_t *to, size_t room, size_t *length)
{
    return jurat_key_import(bytes, size, to, room, length, NULL, NULL);
}

static int32_t certificate_from(const uint8_t *bytes, size_t size, uint8_t *to, size_t room, size_t *length)
{
    return jurat_certificate_thumbprint(bytes, size, (char *)to, room, length);
}

static int no_key(const jurat_public_key *key)
{
    static const jurat_public_key none;
    return memcmp(key, &none, sizeof(none)) == 0;
}

static void keys(void)
{
    refuses_bytes(jurat_key_generate, JURAT_ARGUMENT_RANDOM, 0, __LINE__);
    refuses_bytes(derive_from, JURAT_ARGUMENT_SECRET, 1, __LINE__);
    refuses_bytes(import_from, JURAT_ARGUMENT_KEY, 0, __LINE__);
    refuses_bytes(certificate_from, JURAT_ARGUMENT_CERTIFICATE, 0, __LINE__);
    refuses_bytes(jurat_signature_from_der, JURAT_ARGUMENT_SIGNATURE, 0, __LINE__);

    /* Results besides the key: zero on failure, outside of the key, and optional. */
    uint8_t *const bytes = (uint8_t *)place.bytes;
    jurat_public_key half;
    uint32_t halves[2];
    size_t length;
    memset(&half, 0xaa, sizeof(half));
    halves[0] = 9;
    CHECK_STATUS(jurat_key_import(ZERO_KEY, 32, bytes, ROOM, &length, &half, halves), STATUS(ZERO_KEY, KEY));
    CHECK(length == 0 && no_key(&half) && halves[0] == 0);
    memset(&half, 0xaa, sizeof(half));
    halves[0] = 9;
    CHECK_STATUS(jurat_key_import(KEY, 32, bytes, 31, &length, &half, halves), STATUS(BUFFER_TOO_SMALL, OUTPUT));
    CHECK(length == JURAT_KEY_SIZE && no_key(&half) && halves[0] == 0);
    memset(&half, 0xaa, sizeof(half));
    halves[0] = 9;
    CHECK_STATUS(jurat_key_import(KEY, 32, bytes, ROOM, NULL, &half, halves), STATUS(NULL_POINTER, OUTPUT_LENGTH));
    CHECK(no_key(&half) && halves[0] == 0);
    fill();
    uint32_t *misaligned = (uint32_t *)(void *)((char *)halves + 1);
    CHECK_STATUS(jurat_key_import(KEY, 32, bytes, ROOM, &length, NULL, misaligned), STATUS(NULL_POINTER, OUTPUT_LENGTH));
    jurat_public_key *half_inside = (jurat_public_key *)(void *)(bytes + ROOM - 1);
    CHECK_STATUS(jurat_key_import(KEY, 32, bytes, ROOM, &length, half_inside, NULL), STATUS(OVERLAP, PUBLIC_KEY));
    uint32_t *halves_inside = (uint32_t *)(void *)bytes;
    CHECK_STATUS(jurat_key_import(KEY, 32, bytes, ROOM, &length, NULL, halves_inside), STATUS(OVERLAP, OUTPUT_LENGTH));
    check_nothing_left(__LINE__);
    memset(&half, 0xaa, sizeof(half));
    CHECK_STATUS(jurat_key_import(KEY, 32, bytes, ROOM, &length, &half, halves), JURAT_OK);
    CHECK(length == JURAT_KEY_SIZE && no_key(&half) && halves[0] == JURAT_HALVES_ABSENT);

    CHECK_STATUS(jurat_p256_public_key(KEY, sizeof(KEY), NULL), STATUS(NULL_POINTER, PUBLIC_KEY));
    static const size_t wrong_sizes[] = { 0, 1, 31, 33, SIZE_MAX };
    for (size_t i = 0; i < LENGTH(wrong_sizes); ++i) {
        memset(&half, 0xaa, sizeof(half));
        CHECK_STATUS(jurat_p256_public_key(KEY, wrong_sizes[i], &half), STATUS(WRONG_LENGTH, KEY));
        CHECK(no_key(&half));
        CHECK_STATUS(jurat_p256_public_key(NULL, wrong_sizes[i], &half), STATUS(NULL_POINTER, KEY));
    }
    CHECK_STATUS(jurat_p256_public_key(ZERO_KEY, sizeof(KEY), &half), STATUS(ZERO_KEY, KEY));
    CHECK_STATUS(jurat_comb_public_key(KEY, sizeof(KEY), NULL), STATUS(NULL_POINTER, PUBLIC_KEY));
    for (size_t i = 0; i < LENGTH(wrong_sizes); ++i) {
        memset(&half, 0xaa, sizeof(half));
        CHECK_STATUS(jurat_comb_public_key(KEY, wrong_sizes[i], &half), STATUS(WRONG_LENGTH, KEY));
        CHECK(no_key(&half));
        CHECK_STATUS(jurat_comb_public_key(NULL, wrong_sizes[i], &half), STATUS(NULL_POINTER, KEY));
    }
    CHECK_STATUS(jurat_comb_public_key(ZERO_KEY, sizeof(KEY), &half), STATUS(ZERO_KEY, KEY));

    /* Keys to be published. */
    CHECK_STATUS(jurat_thumbprint(NULL, output, ROOM, &length), STATUS(NULL_POINTER, PUBLIC_KEY));
    CHECK_STATUS(jurat_spki_der_write(NULL, bytes, ROOM, &length), STATUS(NULL_POINTER, PUBLIC_KEY));
    CHECK_STATUS(jurat_spki_pem_write(NULL, output, ROOM, &length), STATUS(NULL_POINTER, PUBLIC_KEY));
    CHECK_STATUS(jurat_jwk_write(NULL, output, ROOM, &length), STATUS(NULL_POINTER, PUBLIC_KEY));
    CHECK_STATUS(jurat_registration_write(NULL, output, ROOM, &length), STATUS(NULL_POINTER, REGISTRATION));
    const jurat_public_key *key_inside = (const jurat_public_key *)(const void *)(bytes + ROOM - 1);
    CHECK_STATUS(jurat_thumbprint(key_inside, output, ROOM, &length), STATUS(OVERLAP, PUBLIC_KEY));
    CHECK_STATUS(jurat_spki_der_write(key_inside, bytes, ROOM, &length), STATUS(OVERLAP, PUBLIC_KEY));
    CHECK_STATUS(jurat_spki_pem_write(key_inside, output, ROOM, &length), STATUS(OVERLAP, PUBLIC_KEY));
    const jurat_jwk *const jwks_inside[] = { (const jurat_jwk *)(const void *)(output + 256),
                                             (const jurat_jwk *)(const void *)(output + ROOM - 8) };
    for (size_t i = 0; i < LENGTH(jwks_inside); ++i) {
        CHECK_STATUS(jurat_jwk_write(jwks_inside[i], output, ROOM, &length), STATUS(OVERLAP, PUBLIC_KEY));
        CHECK_STATUS(jurat_jwks_write(jwks_inside[i], 1, output, ROOM, &length), STATUS(OVERLAP, PUBLIC_KEY));
    }
    jurat_jwk jwks[2] = { JWK, JWK };
    const jurat_jwk *between = (const jurat_jwk *)(const void *)((const char *)jwks + 1);
    CHECK_STATUS(jurat_jwk_write(between, output, ROOM, &length), STATUS(NULL_POINTER, PUBLIC_KEY));
    CHECK_STATUS(jurat_jwks_write(between, 1, output, ROOM, &length), STATUS(NULL_POINTER, PUBLIC_KEY));
    CHECK_STATUS(jurat_jwks_write(NULL, 1, output, ROOM, &length), STATUS(NULL_POINTER, PUBLIC_KEY));
    CHECK_STATUS(jurat_jwks_write(NULL, SIZE_MAX, output, ROOM, &length), STATUS(NULL_POINTER, PUBLIC_KEY));
    static const size_t endless[] = { SIZE_MAX, SIZE_MAX / sizeof(jurat_jwk), SIZE_MAX / 2 / sizeof(jurat_jwk) + 1 };
    for (size_t i = 0; i < LENGTH(endless); ++i) {
        CHECK_STATUS(jurat_jwks_write(jwks, endless[i], output, ROOM, &length), STATUS(TOO_LONG, PUBLIC_KEY));
    }
    memset(jwks[1].key.x, 0xff, sizeof(jwks[1].key.x));
    CHECK_STATUS(jurat_jwks_write(jwks, 2, output, ROOM, &length), STATUS(INVALID_COORDINATE, PUBLIC_KEY));
    CHECK(length == 0);

    static const struct field registration_fields[] = {
        { offsetof(jurat_registration, jwks_uri), JURAT_ARGUMENT_JWKS_URI, 1 },
        { offsetof(jurat_registration, client_name), JURAT_ARGUMENT_CLIENT_NAME, 1 },
        { offsetof(jurat_registration, scope), JURAT_ARGUMENT_SCOPE, 1 },
        { offsetof(jurat_registration, software_id), JURAT_ARGUMENT_SOFTWARE_ID, 1 },
        { offsetof(jurat_registration, software_version), JURAT_ARGUMENT_SOFTWARE_VERSION, 1 },
    };
    fill();
    for (size_t j = 0; j < LENGTH(bad_texts); ++j) {
        for (size_t i = 0; i < LENGTH(registration_fields); ++i) {
            jurat_registration registration = good_registration();
            *(jurat_str *)(void *)((char *)&registration + registration_fields[i].offset) = bad_texts[j].text;
            CHECK_STATUS(jurat_registration_write(&registration, output, ROOM, &length),
                         status_of(bad_texts[j].cause, registration_fields[i].argument));
        }
        jurat_jwk jwk = JWK;
        jwk.key_id = bad_texts[j].text;
        int32_t wanted = status_of(bad_texts[j].cause, JURAT_ARGUMENT_KEY_ID);
        CHECK_STATUS(jurat_jwk_write(&jwk, output, ROOM, &length), wanted);
        CHECK_STATUS(jurat_jwks_write(&jwk, 1, output, ROOM, &length), wanted);
        CHECK(length == 0);
    }
    static const struct {
        int32_t step;
        uint32_t flags;
        uint32_t grant_types;
        int32_t argument;
    } wrong[] = {
        { 1, 0, 1, JURAT_ARGUMENT_REGISTRATION },          { -1, 0, 1, JURAT_ARGUMENT_REGISTRATION },
        { 0, 2, 1, JURAT_ARGUMENT_REGISTRATION },          { 0, UINT32_C(1) << 31, 1, JURAT_ARGUMENT_REGISTRATION },
        { 0, UINT32_MAX, 1, JURAT_ARGUMENT_REGISTRATION }, { 0, 0, 0, JURAT_ARGUMENT_GRANT_TYPES },
        { 0, 0, 4, JURAT_ARGUMENT_GRANT_TYPES },           { 0, 0, UINT32_MAX, JURAT_ARGUMENT_GRANT_TYPES },
    };
    for (size_t i = 0; i < LENGTH(wrong); ++i) {
        jurat_registration registration = good_registration();
        registration.struct_size += (uint32_t)wrong[i].step;
        registration.flags = wrong[i].flags;
        registration.grant_types = wrong[i].grant_types;
        CHECK_STATUS(jurat_registration_write(&registration, output, ROOM, &length),
                     status_of(JURAT_CAUSE_UNKNOWN_STRUCT, wrong[i].argument));
    }
    check_nothing_left(__LINE__);

    /* Which key signs. */
    jurat_key_period period = { NOW, 0 };
    size_t index = 9;
    CHECK_STATUS(jurat_signing_key(&period, 1, NOW, NULL), STATUS(NULL_POINTER, OUTPUT_LENGTH));
    CHECK_STATUS(jurat_signing_key(NULL, 1, NOW, &index), STATUS(NULL_POINTER, KEY));
    CHECK(index == 0);
    static const size_t too_many[] = { SIZE_MAX, SIZE_MAX / 2 / sizeof(jurat_key_period) + 1 };
    for (size_t i = 0; i < LENGTH(too_many); ++i) {
        index = 9;
        CHECK_STATUS(jurat_signing_key(&period, too_many[i], NOW, &index), STATUS(TOO_LONG, KEY));
        CHECK(index == 0);
    }
    index = 9;
    CHECK_STATUS(jurat_signing_key(NULL, 0, NOW, &index), STATUS(EMPTY, KEY));
    CHECK(index == 0);
}

/* Signers around a key or around another signer. */
static void signers(void)
{
    uint8_t hash[JURAT_HASH_SIZE] = { 1 }, signature[JURAT_SIGNATURE_SIZE];
    size_t got;
    static const jurat_sign_function hedged_signers[] = { p256_hedged, comb_hedged };
    for (size_t i = 0; i < LENGTH(hedged_signers); ++i) {
        jurat_sign_function sign = hedged_signers[i];
        jurat_hedged_key hedged = { NULL, NULL, NULL };
        CHECK_STATUS(sign(NULL, hash, NULL, 0, signature, 64, &got), STATUS(NULL_POINTER, SIGNER));
        CHECK_STATUS(sign(&hedged, hash, NULL, 0, signature, 64, &got), STATUS(NULL_POINTER, KEY));
        hedged.key = KEY;
        CHECK_STATUS(sign(&hedged, NULL, NULL, 0, signature, 64, &got), STATUS(NULL_POINTER, HASH));
        hedged.key = signature;
        CHECK_STATUS(sign(&hedged, hash, NULL, 0, signature, 64, &got), STATUS(OVERLAP, KEY));
    }

    jurat_public_key half;
    CHECK_STATUS(jurat_p256_public_key(KEY, sizeof(KEY), &half), JURAT_OK);
    struct callback works = { 0, SIGNATURE, 0, { NULL, 0, { 0 } } };
    jurat_signer inner = JURAT_SIGNER_INIT(call_back, &works);
    jurat_verified verified = { NULL, half };
    CHECK_STATUS(jurat_verified_sign(NULL, hash, hash, 32, signature, 64, &got), STATUS(NULL_POINTER, SIGNER));
    CHECK_STATUS(jurat_verified_sign(&verified, hash, hash, 32, signature, 64, &got), STATUS(NULL_POINTER, SIGNER));
    verified.signer = &inner;
    CHECK_STATUS(jurat_verified_sign(&verified, NULL, hash, 32, signature, 64, &got), STATUS(NULL_POINTER, HASH));
    CHECK_STATUS(jurat_verified_sign(&verified, hash, NULL, 32, signature, 64, &got), STATUS(NULL_POINTER, HASH));
    CHECK_STATUS(jurat_verified_sign(&verified, hash, hash, SIZE_MAX, signature, 64, &got), STATUS(TOO_LONG, HASH));
    CHECK_STATUS(jurat_verified_sign(&verified, hash, signature, 64, signature, 64, &got), STATUS(OVERLAP, HASH));
    inner.struct_size += 1;
    CHECK_STATUS(jurat_verified_sign(&verified, hash, hash, 32, signature, 64, &got), STATUS(UNKNOWN_STRUCT, SIGNER));
    inner.struct_size -= 1;
    inner.form = 2;
    CHECK_STATUS(jurat_verified_sign(&verified, hash, hash, 32, signature, 64, &got), STATUS(UNKNOWN_STRUCT, SIGNER));
    inner.form = JURAT_SIGNATURE_RAW;
    inner.sign = NULL;
    CHECK_STATUS(jurat_verified_sign(&verified, hash, hash, 32, signature, 64, &got), STATUS(NULL_POINTER, SIGNER));
    inner.sign = call_back;
    CHECK(works.calls == 0);
    CHECK_STATUS(jurat_verified_sign(&verified, hash, hash, 32, signature, 64, &got), STATUS(WRONG_SIGNATURE, SIGNATURE));
    CHECK(works.calls == 1 && got == 0);
    verified.public_key = PUBLIC_KEY;
    CHECK_STATUS(jurat_verified_sign(&verified, hash, hash, 32, signature, 64, &got), STATUS(NOT_ON_CURVE, PUBLIC_KEY));

    /* For the library alone, and harmless. */
    jurat_claims_hook(NULL);
    jurat_server_hook(NULL);
    jurat_http_hook(NULL);
}

/* ---------------------------------------------------------------- diagnoses */

#define REQUEST_BODY                                                                                                   \
    "grant_type=client_credentials&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-"    \
    "bearer&client_assertion=eyJhbGciOiJub25lIn0.eyJpc3MiOiJhIiwic3ViIjoiYSIsImF1ZCI6Imh0dHBzOi8vYXMuZXhhbXBsZSJ9."

static uint8_t scratch[JURAT_DIAGNOSIS_SCRATCH_SIZE(sizeof REQUEST_BODY - 1)];

/* A refusal of a request whose assertion is not signed. */
static jurat_evidence good_evidence(void)
{
    static jurat_response response;
    static jurat_answer answer;
    jurat_response refused = JURAT_RESPONSE_INIT;
    refused.status = 401;
    response = refused;
    memset(&answer, 0, sizeof answer);
    answer.outcome = JURAT_OUTCOME_ERROR;
    answer.error = jurat_text("invalid_client");
    jurat_evidence evidence = JURAT_EVIDENCE_INIT;
    evidence.request_body = REQUEST_BODY;
    evidence.request_body_size = sizeof REQUEST_BODY - 1;
    evidence.response = &response;
    evidence.answer = &answer;
    evidence.scratch = scratch;
    evidence.scratch_size = sizeof scratch;
    return evidence;
}

static jurat_privacy good_privacy(void)
{
    jurat_privacy privacy = JURAT_PRIVACY_INIT;
    privacy.hash_key = RANDOM;
    privacy.hash_key_size = sizeof RANDOM;
    return privacy;
}

typedef int32_t json_call(const jurat_evidence *evidence, const jurat_privacy *privacy, char *to, size_t size,
                          size_t *length);

/* By functions of our own, so that test_header.py sees the calls. */
static int32_t check_json(const jurat_evidence *evidence, const jurat_privacy *privacy, char *to, size_t size,
                          size_t *length)
{
    return jurat_check_json(evidence, privacy, to, size, length);
}

static int32_t explain_json(const jurat_evidence *evidence, const jurat_privacy *privacy, char *to, size_t size,
                            size_t *length)
{
    return jurat_explain_json(evidence, privacy, to, size, length);
}

static int32_t evidence_json(const jurat_evidence *evidence, const jurat_privacy *privacy, char *to, size_t size,
                             size_t *length)
{
    return jurat_evidence_json(evidence, privacy, to, size, length);
}

static json_call *const json_calls[] = { check_json, explain_json, evidence_json };

/* As large as a record of these is at most. */
static char record[ROOM * 4];

static int no_diagnosis(const jurat_diagnosis *diagnosis)
{
    static const jurat_diagnosis none;
    return memcmp(diagnosis, &none, sizeof none) == 0;
}

static void refuses_evidence(const jurat_evidence *evidence, int32_t wanted, int line)
{
    jurat_privacy privacy = good_privacy();
    jurat_diagnosis diagnosis;
    memset(&diagnosis, 0xaa, sizeof diagnosis);
    check_status(jurat_check(evidence, &diagnosis), wanted, line);
    CHECK_AT(line, no_diagnosis(&diagnosis));
    memset(&diagnosis, 0xaa, sizeof diagnosis);
    check_status(jurat_explain(evidence, &diagnosis), wanted, line);
    CHECK_AT(line, no_diagnosis(&diagnosis));
    for (size_t i = 0; i < LENGTH(json_calls); ++i) {
        size_t length = 1;
        memset(record, 0xaa, sizeof record);
        check_status(json_calls[i](evidence, &privacy, record, sizeof record, &length), wanted, line);
        CHECK_AT(line, length == 0);
        for (size_t j = 0; j < sizeof record; ++j) {
            if (record[j] != 0 && record[j] != (char)0xaa) CHECK_AT(line, !"something is left in the output");
        }
    }
}

#define REFUSES_EVIDENCE(evidence, cause, argument) refuses_evidence((evidence), STATUS(cause, argument), __LINE__)

static const struct field evidence_fields[] = {
    { offsetof(jurat_evidence, method), JURAT_ARGUMENT_EVIDENCE, 1 },
    { offsetof(jurat_evidence, endpoint), JURAT_ARGUMENT_ENDPOINT, 1 },
    { offsetof(jurat_evidence, content_type), JURAT_ARGUMENT_EVIDENCE, 1 },
    { offsetof(jurat_evidence, clock_source), JURAT_ARGUMENT_CLOCK, 1 },
    { offsetof(jurat_evidence, issuer), JURAT_ARGUMENT_ISSUER, 1 },
    { offsetof(jurat_evidence, token_endpoint), JURAT_ARGUMENT_TOKEN_ENDPOINT, 1 },
    { offsetof(jurat_evidence, jwks_source), JURAT_ARGUMENT_JWKS_URI, 1 },
};

/* Texts that are none, wherever an evidence has them. The scratch memory is what the last ones overlap. */
static void evidence_texts(void)
{
    /* Text, so that nothing else is wrong with it. */
    memset(place.bytes, 'a', sizeof place.bytes);
    for (size_t j = 0; j < LENGTH(bad_texts); ++j) {
        const struct bad_text *bad = &bad_texts[j];
        jurat_evidence evidence = good_evidence();
        evidence.scratch = (uint8_t *)place.bytes;
        evidence.scratch_size = ROOM;
        for (size_t i = 0; i < LENGTH(evidence_fields); ++i) {
            jurat_str *text = (jurat_str *)(void *)((char *)&evidence + evidence_fields[i].offset);
            *text = bad->text;
            refuses_evidence(&evidence, status_of(bad->cause, evidence_fields[i].argument), __LINE__);
            *text = jurat_text(NULL);
        }
        evidence.seen = &bad->text;
        evidence.seen_length = 1;
        refuses_evidence(&evidence, status_of(bad->cause, JURAT_ARGUMENT_JWT_ID), __LINE__);
        evidence.seen = NULL;
        evidence.seen_length = 0;
        jurat_answer answer = *evidence.answer;
        jurat_response response = *evidence.response;
        evidence.answer = &answer;
        evidence.response = &response;
        answer.description = bad->text;
        refuses_evidence(&evidence, status_of(bad->cause, JURAT_ARGUMENT_RESPONSE), __LINE__);
        answer.description = jurat_text(NULL);
        response.date = bad->text;
        refuses_evidence(&evidence, status_of(bad->cause, JURAT_ARGUMENT_DATE), __LINE__);
        response.date = jurat_text(NULL);
        jurat_server server = JURAT_SERVER_INIT;
        evidence.server = &server;
        server.issuer = bad->text;
        refuses_evidence(&evidence, status_of(bad->cause, JURAT_ARGUMENT_ISSUER), __LINE__);
        server.issuer = jurat_text(NULL);
        server.token_endpoint = bad->text;
        refuses_evidence(&evidence, status_of(bad->cause, JURAT_ARGUMENT_TOKEN_ENDPOINT), __LINE__);
        server.token_endpoint = jurat_text(NULL);
        jurat_metadata metadata = good_metadata();
        server.issuer = jurat_text("https://as.example");
        server.metadata = &metadata;
        metadata.grant_types = bad->text;
        refuses_evidence(&evidence, status_of(bad->cause, JURAT_ARGUMENT_METADATA), __LINE__);
        evidence.server = NULL;
        /* Documents, which need not be text. */
        if (bad->cause == JURAT_CAUSE_NOT_UTF8) {
            evidence.jwks = bad->text.data;
            evidence.jwks_size = bad->text.length;
            refuses_evidence(&evidence, STATUS(NOT_UTF8, JWKS), __LINE__);
        }
        evidence.jwks_size = 0;
        evidence.registration = bad->text.data;
        evidence.registration_size = bad->text.length;
        refuses_evidence(&evidence, status_of(bad->cause, JURAT_ARGUMENT_REGISTRATION), __LINE__);
        evidence.registration_size = 0;
        evidence.request_body = bad->text.data;
        evidence.request_body_size = bad->text.length;
        refuses_evidence(&evidence, status_of(bad->cause, JURAT_ARGUMENT_REQUEST_BODY), __LINE__);
    }
}

static void evidence_structs(void)
{
    REFUSES_EVIDENCE(NULL, NULL_POINTER, EVIDENCE);
    jurat_evidence evidence = good_evidence();
    REFUSES_EVIDENCE((const jurat_evidence *)(const void *)((const char *)&evidence + 1), NULL_POINTER, EVIDENCE);
    for (int step = -1; step < 2; step += 2) {
        evidence = good_evidence();
        evidence.struct_size += (uint32_t)step;
        REFUSES_EVIDENCE(&evidence, UNKNOWN_STRUCT, EVIDENCE);
    }
    static const uint32_t wrong_flags[] = { 1, 4096, JURAT_HASH_JWT_ID, UINT32_MAX };
    for (size_t i = 0; i < LENGTH(wrong_flags); ++i) {
        evidence = good_evidence();
        evidence.flags = wrong_flags[i];
        REFUSES_EVIDENCE(&evidence, UNKNOWN_STRUCT, EVIDENCE);
    }
    /* What does not go together. */
    evidence = good_evidence();
    evidence.flags = JURAT_CONTENT_TYPE_ABSENT;
    evidence.content_type = jurat_text("text/plain");
    REFUSES_EVIDENCE(&evidence, CONFLICT, EVIDENCE);
    jurat_server server = JURAT_SERVER_INIT;
    evidence = good_evidence();
    evidence.server = &server;
    evidence.issuer = jurat_text("https://as.example");
    REFUSES_EVIDENCE(&evidence, CONFLICT, SERVER);
    evidence.issuer = jurat_text(NULL);
    evidence.token_endpoint = jurat_text("https://as.example/token");
    REFUSES_EVIDENCE(&evidence, CONFLICT, SERVER);
    evidence = good_evidence();
    evidence.answer = NULL;
    REFUSES_EVIDENCE(&evidence, CONFLICT, RESPONSE);
    evidence = good_evidence();
    evidence.response = NULL;
    REFUSES_EVIDENCE(&evidence, CONFLICT, RESPONSE);
    evidence = good_evidence();
    evidence.seen_length = 1;
    REFUSES_EVIDENCE(&evidence, NULL_POINTER, JWT_ID);
    /* The structs behind it. */
    evidence = good_evidence();
    evidence.server = &server;
    server.struct_size -= 1;
    REFUSES_EVIDENCE(&evidence, UNKNOWN_STRUCT, SERVER);
    server.struct_size += 1;
    jurat_profile profile = JURAT_PROFILE_INIT;
    server.profile = &profile;
    profile.es256 = 99;
    REFUSES_EVIDENCE(&evidence, UNKNOWN_STRUCT, PROFILE);
    server.profile = NULL;
    jurat_metadata metadata = good_metadata();
    server.metadata = &metadata;
    evidence.metadata_status = STATUS(OTHER_ISSUER, ISSUER);
    REFUSES_EVIDENCE(&evidence, CONFLICT, METADATA);
    evidence.metadata_status = 1;
    REFUSES_EVIDENCE(&evidence, CONFLICT, METADATA);
    evidence.metadata_status = JURAT_OK;
    metadata.revocation_es256 = 9;
    REFUSES_EVIDENCE(&evidence, UNKNOWN_STRUCT, METADATA);
    jurat_response response = *good_evidence().response;
    evidence = good_evidence();
    evidence.response = &response;
    response.status = 65536;
    REFUSES_EVIDENCE(&evidence, UNKNOWN_STRUCT, RESPONSE);
    response.status = 401;
    response.flags = 1;
    REFUSES_EVIDENCE(&evidence, UNKNOWN_STRUCT, RESPONSE);
    jurat_answer answer = *good_evidence().answer;
    evidence = good_evidence();
    evidence.answer = &answer;
    static const uint32_t wrong_outcomes[] = { 0, 10, UINT32_MAX };
    for (size_t i = 0; i < LENGTH(wrong_outcomes); ++i) {
        answer.outcome = wrong_outcomes[i];
        REFUSES_EVIDENCE(&evidence, UNKNOWN_STRUCT, RESPONSE);
    }
    answer.outcome = JURAT_OUTCOME_UNUSABLE;
    REFUSES_EVIDENCE(&evidence, UNKNOWN_STRUCT, RESPONSE);
    jurat_public_key key;
    memset(&key, 0xff, sizeof key);
    evidence = good_evidence();
    evidence.public_key = &key;
    REFUSES_EVIDENCE(&evidence, INVALID_COORDINATE, PUBLIC_KEY);
    /* Documents that are none. */
    static const struct {
        const char *text;
        int32_t cause;
    } documents[] = {
        { "{", JURAT_CAUSE_INVALID_JSON },
        { "[]", JURAT_CAUSE_WRONG_TYPE },
        { "{\"jwks\":1,\"keys\":1}", JURAT_CAUSE_WRONG_TYPE },
        { "{\"jwks\":{\"keys\":[]},\"jwks\":null,\"keys\":[],\"keys\":[]}", JURAT_CAUSE_REPEATED },
        { "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", JURAT_CAUSE_TOO_DEEP },
    };
    for (size_t i = 0; i < LENGTH(documents); ++i) {
        evidence = good_evidence();
        evidence.jwks = documents[i].text;
        evidence.jwks_size = strlen(documents[i].text);
        refuses_evidence(&evidence, status_of(documents[i].cause, JURAT_ARGUMENT_JWKS), __LINE__);
        evidence.registration = evidence.jwks;
        evidence.registration_size = evidence.jwks_size;
        evidence.jwks_size = 0;
        int in_set = i == 2;
        refuses_evidence(&evidence,
                         status_of(documents[i].cause, in_set ? JURAT_ARGUMENT_JWKS : JURAT_ARGUMENT_REGISTRATION),
                         __LINE__);
    }
    evidence = good_evidence();
    evidence.registration = "{\"client_id\":1}";
    evidence.registration_size = strlen(evidence.registration);
    REFUSES_EVIDENCE(&evidence, WRONG_TYPE, REGISTRATION);
}

static void diagnoses(void)
{
    jurat_evidence evidence = good_evidence();
    jurat_privacy privacy = good_privacy();
    jurat_diagnosis diagnosis;
    size_t length;
    evidence_texts();
    evidence_structs();
    CHECK_STATUS(jurat_explain(&evidence, &diagnosis), JURAT_OK);
    CHECK(diagnosis.causes_length >= 1 && diagnosis.causes[0].fault == JURAT_FAULT_ALGORITHM_NONE);
    CHECK(diagnosis.causes[0].class_ == JURAT_CLASS_PROVEN && diagnosis.candidates_length == 0);
    CHECK(diagnosis.checks[JURAT_CHECK_ALGORITHM] == JURAT_STATUS_FAILED);
    CHECK(diagnosis.checks[JURAT_CHECK_STRUCTURE] == JURAT_STATUS_PASSED);
    CHECK(diagnosis.checks[JURAT_CHECK_CLIENT] == JURAT_STATUS_NOT_DECIDABLE);
    for (size_t i = JURAT_CHECK_METADATA + 1; i < JURAT_CHECKS; ++i) {
        CHECK(diagnosis.checks[i] == JURAT_STATUS_NOT_APPLICABLE);
    }
    CHECK_STATUS(jurat_explain(&evidence, NULL), STATUS(NULL_POINTER, OUTPUT));
    CHECK_STATUS(jurat_check(&evidence, NULL), STATUS(NULL_POINTER, OUTPUT));

    /* Every size of the scratch memory, in a block of its own: too small, or enough. */
    size_t enough = 0;
    for (size_t size = 0; size <= sizeof scratch; ++size) {
        uint8_t *block = malloc(size + (size == 0));
        if (block == NULL) exit(2);
        evidence.scratch = size == 0 ? NULL : block;
        evidence.scratch_size = size;
        int32_t status = jurat_explain(&evidence, &diagnosis);
        if (status == JURAT_OK && enough == 0) enough = size;
        check_status(status, enough == 0 ? STATUS(BUFFER_TOO_SMALL, SCRATCH) : JURAT_OK, __LINE__);
        CHECK(enough != 0 || no_diagnosis(&diagnosis));
        if (enough == 0) refuses_evidence(&evidence, STATUS(BUFFER_TOO_SMALL, SCRATCH), __LINE__);
        free(block);
    }
    CHECK(enough != 0 && enough < sizeof REQUEST_BODY);
    evidence.scratch = NULL;
    evidence.scratch_size = 1;
    REFUSES_EVIDENCE(&evidence, NULL_POINTER, SCRATCH);
    static const size_t too_long[] = { SIZE_MAX / 2 + 1, SIZE_MAX };
    for (size_t i = 0; i < LENGTH(too_long); ++i) {
        /* All that there is lies in it, or behind it. */
        evidence.scratch = scratch;
        evidence.scratch_size = too_long[i];
        int32_t cause = JURAT_CAUSE(jurat_explain(&evidence, &diagnosis));
        CHECK(cause == JURAT_CAUSE_OVERLAP || cause == JURAT_CAUSE_TOO_LONG);
    }

    /* Sizes of the output, with the exact one in a block of its own. */
    evidence = good_evidence();
    for (size_t i = 0; i < LENGTH(json_calls); ++i) {
        size_t needed;
        CHECK_STATUS(json_calls[i](&evidence, &privacy, NULL, 0, &needed), STATUS(BUFFER_TOO_SMALL, OUTPUT));
        char *block = malloc(needed);
        if (block == NULL) exit(2);
        memset(block, 0xaa, needed);
        CHECK_STATUS(json_calls[i](&evidence, &privacy, block, needed - 1, &length), STATUS(BUFFER_TOO_SMALL, OUTPUT));
        CHECK(length == needed);
        check_zero(block, needed - 1, __LINE__);
        CHECK_STATUS(json_calls[i](&evidence, &privacy, block, needed, &length), JURAT_OK);
        CHECK(length == needed && block[0] == '{' && block[needed - 1] == '}');
        free(block);
        CHECK_STATUS(json_calls[i](&evidence, &privacy, NULL, 1, &length), STATUS(NULL_POINTER, OUTPUT));
        CHECK_STATUS(json_calls[i](&evidence, &privacy, record, sizeof record, NULL), STATUS(NULL_POINTER, OUTPUT_LENGTH));

        /* Privacy. */
        CHECK_STATUS(json_calls[i](&evidence, NULL, record, sizeof record, &length), STATUS(NULL_POINTER, HASH_KEY));
        jurat_privacy bad = privacy;
        bad.struct_size += 1;
        CHECK_STATUS(json_calls[i](&evidence, &bad, record, sizeof record, &length), STATUS(UNKNOWN_STRUCT, HASH_KEY));
        bad = privacy;
        bad.flags = JURAT_DPOP_SENT;
        CHECK_STATUS(json_calls[i](&evidence, &bad, record, sizeof record, &length), STATUS(UNKNOWN_STRUCT, HASH_KEY));
        bad = privacy;
        bad.hash_key_size = 15;
        CHECK_STATUS(json_calls[i](&evidence, &bad, record, sizeof record, &length), STATUS(WRONG_LENGTH, HASH_KEY));
        bad.hash_key = NULL;
        CHECK_STATUS(json_calls[i](&evidence, &bad, record, sizeof record, &length), STATUS(NULL_POINTER, HASH_KEY));

        /* Overlaps: the output with the scratch memory and with what is read, that with the scratch memory. */
        jurat_evidence inside = evidence;
        inside.scratch = (uint8_t *)record + 8;
        CHECK_STATUS(json_calls[i](&inside, &privacy, record, sizeof record, &length), STATUS(OVERLAP, SCRATCH));
        inside = evidence;
        inside.request_body = record + 8;
        CHECK_STATUS(json_calls[i](&inside, &privacy, record, sizeof record, &length), STATUS(OVERLAP, REQUEST_BODY));
        jurat_evidence *in_output = (jurat_evidence *)(void *)(record + 64);
        CHECK_STATUS(json_calls[i](in_output, &privacy, record, sizeof record, &length), STATUS(OVERLAP, EVIDENCE));
        bad = privacy;
        bad.hash_key = (const uint8_t *)record;
        CHECK_STATUS(json_calls[i](&evidence, &bad, record, sizeof record, &length), STATUS(OVERLAP, HASH_KEY));
        bad.hash_key = scratch;
        CHECK_STATUS(json_calls[i](&evidence, &bad, record, sizeof record, &length), STATUS(OVERLAP, HASH_KEY));
    }
    fill();
    evidence.scratch = (uint8_t *)place.bytes;
    evidence.scratch_size = ROOM;
    jurat_evidence *in_scratch = (jurat_evidence *)(void *)place.bytes;
    memcpy(in_scratch, &evidence, sizeof evidence);
    REFUSES_EVIDENCE(in_scratch, OVERLAP, EVIDENCE);
    CHECK_STATUS(jurat_explain(&evidence, (jurat_diagnosis *)(void *)place.bytes), STATUS(OVERLAP, OUTPUT));

    /* One assertion. */
    static const char jwt[] = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJhIn0.";
    uint8_t small[JURAT_INSPECTION_SCRATCH_SIZE(sizeof jwt - 1)];
    jurat_str assertion = { jwt, sizeof jwt - 1 };
    CHECK_STATUS(jurat_inspect_json(assertion, small, sizeof small, record, sizeof record, &length), JURAT_OK);
    CHECK(record[0] == '{' && record[length - 1] == '}');
    CHECK_STATUS(jurat_inspect_json(jurat_text(NULL), NULL, 0, record, sizeof record, &length), JURAT_OK);
    CHECK_STATUS(jurat_inspect_json(assertion, NULL, 0, record, sizeof record, &length),
                 STATUS(BUFFER_TOO_SMALL, SCRATCH));
    CHECK(length == 0);
    CHECK_STATUS(jurat_inspect_json(assertion, NULL, 1, record, sizeof record, &length), STATUS(NULL_POINTER, SCRATCH));
    CHECK_STATUS(jurat_inspect_json(assertion, (uint8_t *)record, 8, record, sizeof record, &length),
                 STATUS(OVERLAP, SCRATCH));
    memset(place.bytes, 'a', sizeof place.bytes);
    for (size_t j = 0; j < LENGTH(bad_texts); ++j) {
        CHECK_STATUS(jurat_inspect_json(bad_texts[j].text, (uint8_t *)place.bytes, ROOM, record, sizeof record, &length),
                     status_of(bad_texts[j].cause, JURAT_ARGUMENT_CLIENT_ASSERTION));
        CHECK(length == 0);
    }

    /* Verifying. */
    jurat_public_key key;
    memset(&key, 0xff, sizeof key);
    CHECK_STATUS(jurat_p256_verify(NULL, &key, KEY, SIGNATURE), STATUS(INVALID_COORDINATE, PUBLIC_KEY));
    CHECK_STATUS(jurat_p256_verify(NULL, NULL, KEY, SIGNATURE), STATUS(NULL_POINTER, PUBLIC_KEY));
    CHECK_STATUS(jurat_p256_public_key(KEY, sizeof KEY, &key), JURAT_OK);
    CHECK_STATUS(jurat_p256_verify(NULL, &key, NULL, SIGNATURE), STATUS(NULL_POINTER, HASH));
    CHECK_STATUS(jurat_p256_verify(NULL, &key, KEY, NULL), STATUS(NULL_POINTER, SIGNATURE));
    CHECK_STATUS(jurat_p256_verify(NULL, &key, KEY, SIGNATURE), STATUS(WRONG_SIGNATURE, SIGNATURE));
    uint8_t signature[JURAT_SIGNATURE_SIZE] = { 0 };
    CHECK_STATUS(jurat_p256_verify(NULL, &key, KEY, signature), STATUS(SIGNATURE_OUT_OF_RANGE, SIGNATURE));
    CHECK_STATUS(jurat_p256_sign((void *)(uintptr_t)KEY, KEY, NULL, 0, signature, sizeof signature, &length), JURAT_OK);
    CHECK_STATUS(jurat_p256_verify(NULL, &key, KEY, signature), JURAT_OK);
    key.y[31] ^= 1;
    CHECK_STATUS(jurat_p256_verify(NULL, &key, KEY, signature), STATUS(NOT_ON_CURVE, PUBLIC_KEY));

    /* Names and texts. */
    unsigned faults = 0, checks_named = 0, wanteds = 0, classes = 0;
    for (uint32_t number = 0; number < 300; ++number) {
        CHECK((jurat_fault_code(number)[0] == 0) == (jurat_fault_text(number)[0] == 0));
        faults += jurat_fault_code(number)[0] != 0;
        checks_named += jurat_check_name(number)[0] != 0;
        wanteds += jurat_wanted_text(number)[0] != 0;
        classes += jurat_class_name(number)[0] != 0;
    }
    CHECK(faults == 60 && checks_named == JURAT_CHECK_METADATA + 1 && wanteds == JURAT_WANTED_SERVER_LOG && classes == 3);
    CHECK(strcmp(jurat_fault_code(JURAT_FAULT_KID_UNKNOWN), "kid_unknown") == 0);
    CHECK(strcmp(jurat_check_name(JURAT_CHECK_KEY), "key") == 0);
    CHECK(strcmp(jurat_class_name(JURAT_CLASS_STATED), "stated") == 0);
    CHECK(jurat_fault_code(UINT32_MAX)[0] == 0 && jurat_class_name(0)[0] == 0);
}

/* --------------------------------------------------- macros, numbers and texts */

static const int32_t causes[] = {
    JURAT_CAUSE_BUFFER_TOO_SMALL,
    JURAT_CAUSE_EMPTY,
    JURAT_CAUSE_TOO_LONG,
    JURAT_CAUSE_NOT_UTF8,
    JURAT_CAUSE_NULL_POINTER,
    JURAT_CAUSE_WRONG_LENGTH,
    JURAT_CAUSE_UNKNOWN_STRUCT,
    JURAT_CAUSE_OVERLAP,
    JURAT_CAUSE_INVALID_CHARACTER,
    JURAT_CAUSE_NOT_RANDOM,
    JURAT_CAUSE_NOT_HTTPS,
    JURAT_CAUSE_HAS_QUERY,
    JURAT_CAUSE_HAS_FRAGMENT,
    JURAT_CAUSE_NOT_ABSOLUTE,
    JURAT_CAUSE_CONFLICT,
    JURAT_CAUSE_MILLISECONDS,
    JURAT_CAUSE_TIME_OUT_OF_RANGE,
    JURAT_CAUSE_LIFETIME_OUT_OF_RANGE,
    JURAT_CAUSE_NEVER_VALID,
    JURAT_CAUSE_RESERVED,
    JURAT_CAUSE_REPEATED,
    JURAT_CAUSE_INVALID_JSON,
    JURAT_CAUSE_WRONG_PURPOSE,
    JURAT_CAUSE_ZERO_KEY,
    JURAT_CAUSE_SIGNATURE_OUT_OF_RANGE,
    JURAT_CAUSE_SIGNER_FAILED,
    JURAT_CAUSE_NOT_PREPARED,
    JURAT_CAUSE_OUT_OF_RANDOM,
    JURAT_CAUSE_WRONG_SIGNATURE,
    JURAT_CAUSE_KEY_TOO_LARGE,
    JURAT_CAUSE_INVALID_COORDINATE,
    JURAT_CAUSE_NOT_ON_CURVE,
    JURAT_CAUSE_KEY_MISMATCH,
    JURAT_CAUSE_WRONG_ALGORITHM,
    JURAT_CAUSE_WRONG_CURVE,
    JURAT_CAUSE_ENCRYPTED_KEY,
    JURAT_CAUSE_NOT_PRIVATE,
    JURAT_CAUSE_INVALID_PEM,
    JURAT_CAUSE_SEVERAL_BLOCKS,
    JURAT_CAUSE_INVALID_DER,
    JURAT_CAUSE_TRUNCATED,
    JURAT_CAUSE_TRAILING_DATA,
    JURAT_CAUSE_INVALID_JWK,
    JURAT_CAUSE_LIFETIME_ABOVE_SERVER,
    JURAT_CAUSE_TOO_DEEP,
    JURAT_CAUSE_WRONG_TYPE,
    JURAT_CAUSE_OTHER_ISSUER,
    JURAT_CAUSE_ISSUER_SLASH,
    JURAT_CAUSE_ISSUER_CASE,
    JURAT_CAUSE_ISSUER_PORT,
    JURAT_CAUSE_ISSUER_SCHEME,
    JURAT_CAUSE_ISSUER_PATH,
    JURAT_CAUSE_ISSUER_ENCODING,
    JURAT_CAUSE_ENDPOINT_NOT_PINNED,
    JURAT_CAUSE_ENDPOINT_NOT_CONTACTED,
    JURAT_CAUSE_TYPED_AUDIENCE,
    JURAT_CAUSE_ALGORITHM_EXCLUDED,
    JURAT_CAUSE_METHOD_EXCLUDED,
    JURAT_CAUSE_SERVER_ALGORITHM,
    JURAT_CAUSE_SERVER_CLIENT_SECRET,
    JURAT_CAUSE_SERVER_AUDIENCE_LIST,
    JURAT_CAUSE_CLAIMS_REFUSED,
    JURAT_CAUSE_NO_GRANT,
    JURAT_CAUSE_CLOCK_UNSET,
    JURAT_CAUSE_ROUND_TRIP_TOO_LONG,
    JURAT_CAUSE_CACHED,
    JURAT_CAUSE_BEFORE_BUILD,
    JURAT_CAUSE_JUMP_TOO_FAR,
    JURAT_CAUSE_INVALID_DATE,
    JURAT_CAUSE_NO_ATTEMPTS_LEFT,
    JURAT_CAUSE_TOO_EARLY,
    JURAT_CAUSE_NO_REQUEST,
    JURAT_CAUSE_ANSWER_AWAITED,
    JURAT_CAUSE_REFUSED,
    JURAT_CAUSE_DPOP_REQUIRED,
    JURAT_CAUSE_NOT_OAUTH,
    JURAT_CAUSE_REDIRECTED,
    JURAT_CAUSE_SERVER_FAULT,
    JURAT_CAUSE_RESPONSE_TOO_LARGE,
    JURAT_CAUSE_RESPONSE_TRUNCATED,
};

/* The names are those of the functions' parameters and the structs' members. */
static const struct {
    int32_t number;
    const char *name;
} arguments[] = {
    { JURAT_ARGUMENT_NONE, "" },
    { JURAT_ARGUMENT_OUTPUT, "output" },
    { JURAT_ARGUMENT_OUTPUT_LENGTH, "output_length" },
    { JURAT_ARGUMENT_CLIENT_ID, "client_id" },
    { JURAT_ARGUMENT_ISSUER, "issuer" },
    { JURAT_ARGUMENT_TOKEN_ENDPOINT, "token_endpoint" },
    { JURAT_ARGUMENT_ISS, "iss" },
    { JURAT_ARGUMENT_SUB, "sub" },
    { JURAT_ARGUMENT_ISSUED_AT, "issued_at" },
    { JURAT_ARGUMENT_LIFETIME, "lifetime" },
    { JURAT_ARGUMENT_NOT_BEFORE, "not_before" },
    { JURAT_ARGUMENT_JWT_ID, "jwt_id" },
    { JURAT_ARGUMENT_RANDOM, "random" },
    { JURAT_ARGUMENT_KEY_ID, "key_id" },
    { JURAT_ARGUMENT_TYPE, "type" },
    { JURAT_ARGUMENT_CLAIMS, "claims" },
    { JURAT_ARGUMENT_SCOPE, "scope" },
    { JURAT_ARGUMENT_RESOURCE, "resource" },
    { JURAT_ARGUMENT_PARAMETERS, "parameters" },
    { JURAT_ARGUMENT_KEY, "key" },
    { JURAT_ARGUMENT_SIGNATURE, "signature" },
    { JURAT_ARGUMENT_SIGNER, "signer" },
    { JURAT_ARGUMENT_CLIENT_ASSERTION, "client" },
    { JURAT_ARGUMENT_GRANT_ASSERTION, "grant" },
    { JURAT_ARGUMENT_TOKEN_REQUEST, "request" },
    { JURAT_ARGUMENT_TO_BE_SIGNED, "to_be_signed" },
    { JURAT_ARGUMENT_HASH, "hash" },
    { JURAT_ARGUMENT_TIME, "time" },
    { JURAT_ARGUMENT_SECRET, "secret" },
    { JURAT_ARGUMENT_CERTIFICATE_THUMBPRINT, "certificate_thumbprint" },
    { JURAT_ARGUMENT_CERTIFICATE, "certificate" },
    { JURAT_ARGUMENT_JWKS_URI, "jwks_uri" },
    { JURAT_ARGUMENT_GRANT_TYPES, "grant_types" },
    { JURAT_ARGUMENT_REGISTRATION, "registration" },
    { JURAT_ARGUMENT_PUBLIC_KEY, "public_key" },
    { JURAT_ARGUMENT_CLIENT_NAME, "client_name" },
    { JURAT_ARGUMENT_SOFTWARE_ID, "software_id" },
    { JURAT_ARGUMENT_SOFTWARE_VERSION, "software_version" },
    { JURAT_ARGUMENT_METADATA, "metadata" },
    { JURAT_ARGUMENT_SERVER, "server" },
    { JURAT_ARGUMENT_PROFILE, "profile" },
    { JURAT_ARGUMENT_ENDPOINT, "endpoint" },
    { JURAT_ARGUMENT_AUDIENCE, "audience" },
    { JURAT_ARGUMENT_CLOCK, "clock" },
    { JURAT_ARGUMENT_BUILD_TIME, "build_time" },
    { JURAT_ARGUMENT_DATE, "date" },
    { JURAT_ARGUMENT_RESPONSE, "response" },
    { JURAT_ARGUMENT_EXCHANGE, "exchange" },
    { JURAT_ARGUMENT_ATTEMPTS, "attempts" },
    { JURAT_ARGUMENT_SCRATCH, "scratch" },
    { JURAT_ARGUMENT_EVIDENCE, "evidence" },
    { JURAT_ARGUMENT_REQUEST_BODY, "request_body" },
    { JURAT_ARGUMENT_JWKS, "jwks" },
    { JURAT_ARGUMENT_HASH_KEY, "hash_key" },
};

static void numbers(void)
{
    unsigned known = 0;
    for (size_t i = 0; i < LENGTH(causes); ++i) {
        for (size_t j = 0; j < LENGTH(arguments); ++j) {
            int32_t status = status_of(causes[i], arguments[j].number);
            CHECK(status < 0);
            CHECK(JURAT_CAUSE(status) == causes[i] && jurat_cause_of(status) == causes[i]);
            CHECK(JURAT_ARGUMENT(status) == arguments[j].number && jurat_argument_of(status) == arguments[j].number);
            CHECK(jurat_cause_text(status)[0] != '\0');
            CHECK(strcmp(jurat_argument_text(status), arguments[j].name) == 0);
        }
        for (size_t j = 0; j < i; ++j) {
            CHECK(strcmp(jurat_cause_text(status_of(causes[i], 0)), jurat_cause_text(status_of(causes[j], 0))) != 0);
        }
    }
    /* No number has a text but those of the lists above: they are complete. */
    for (int32_t number = 0; number < 256; ++number) {
        known += jurat_cause_text(status_of(number, 0))[0] != '\0';
        known += jurat_argument_text(status_of(1, number))[0] != '\0';
    }
    CHECK(known == LENGTH(causes) + LENGTH(arguments) - 1);
    CHECK(JURAT_CAUSE(JURAT_OK) == 0 && jurat_cause_of(JURAT_OK) == 0);
    CHECK(JURAT_ARGUMENT(JURAT_OK) == 0 && jurat_argument_of(JURAT_OK) == 0);

    static const int32_t unknown[] = { JURAT_OK, 1, 255, 256, INT32_MAX, -1, -65536, -INT32_MAX, INT32_MIN };
    for (size_t i = 0; i < LENGTH(unknown); ++i) {
        CHECK(jurat_cause_text(unknown[i])[0] == '\0');
    }
    CHECK(jurat_argument_text(JURAT_OK)[0] == '\0');
    CHECK(jurat_argument_text(-255)[0] == '\0' && jurat_argument_text(INT32_MIN)[0] == '\0');
}

static void versions(void)
{
    char text[32];
    snprintf(text, sizeof(text), "%d.%d.%d", JURAT_VERSION_MAJOR, JURAT_VERSION_MINOR, JURAT_VERSION_PATCH);
    CHECK(strcmp(text, JURAT_VERSION) == 0);
    CHECK(strcmp(jurat_version(), JURAT_VERSION) == 0);
    CHECK(JURAT_VERSION_NUMBER >> 16 == JURAT_VERSION_MAJOR);
    CHECK((JURAT_VERSION_NUMBER >> 8 & 255) == JURAT_VERSION_MINOR);
    CHECK((JURAT_VERSION_NUMBER & 255) == JURAT_VERSION_PATCH);
}

/* The macros are constant expressions. */
static char room_for_client[JURAT_CLIENT_ASSERTION_SIZE(8, 18, JURAT_JWT_ID_LENGTH, 0, 0)];
static char room_for_grant[JURAT_GRANT_ASSERTION_SIZE(19, 5, 18, 5, 0, 0, 0)];
static char room_for_request[JURAT_TOKEN_REQUEST_SIZE(sizeof(room_for_client), 0, 8, 0, 0, 0)];

static void size_macros(void)
{
    for (size_t i = 0; i < LENGTH(sizes); ++i) {
        const size_t *a = sizes[i].arguments;
        size_t size = 0;
        switch (sizes[i].function) {
        case CLIENT_ASSERTION:
            size = JURAT_CLIENT_ASSERTION_SIZE(a[0], a[1], a[2], a[3], a[4]);
            break;
        case GRANT_ASSERTION:
            size = JURAT_GRANT_ASSERTION_SIZE(a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
            break;
        case TOKEN_REQUEST:
            size = JURAT_TOKEN_REQUEST_SIZE(a[0], a[1], a[2], a[3], a[4], a[5]);
            break;
        }
        CHECK(size == sizes[i].size);
    }
    /* Arguments that are expressions, and int. */
    CHECK(JURAT_CLIENT_ASSERTION_SIZE(4 + 4, 9 << 1, 20 | 2, 1 ? 0 : 1, 1 - 1) == sizeof(room_for_client));
    CHECK(JURAT_GRANT_ASSERTION_SIZE(20 - 1, 4 + 1, 9 << 1, 4 | 1, 1 ? 0 : 1, 1 - 1, 1 - 1) == sizeof(room_for_grant));
    CHECK(JURAT_TOKEN_REQUEST_SIZE(0 ? 0 : sizeof(room_for_client), 1 - 1, 4 + 4, 1 - 1, 1 ? 0 : 1, 1 - 1) ==
          sizeof(room_for_request));

    /* They are enough, with a signature that stays in them. */
    jurat_client_assertion client = good_client();
    jurat_grant_assertion grant = good_grant();
    jurat_token_request request = JURAT_TOKEN_REQUEST_INIT;
    request.client = &client;
    jurat_signer signer = JURAT_P256_SIGNER(KEY);
    size_t length = 0;
    client.jwt_id = jurat_text(NULL);
    client.random = RANDOM;
    client.random_size = sizeof(RANDOM);
    CHECK_STATUS(jurat_client_assertion_sign(&client, &signer, room_for_client, sizeof(room_for_client), &length), 0);
    CHECK_STATUS(jurat_grant_assertion_sign(&grant, &signer, room_for_grant, sizeof(room_for_grant), &length), 0);
    static char room_for_certificate[sizeof(room_for_client) + JURAT_CERTIFICATE_THUMBPRINT_SIZE];
    jurat_client_assertion certified = client;
    certified.certificate_thumbprint = jurat_text("0123456789_-0123456789_-0123456789_-0123456");
    CHECK_STATUS(jurat_client_assertion_sign(&certified, &signer, room_for_client, sizeof(room_for_client), &length),
                 STATUS(BUFFER_TOO_SMALL, OUTPUT));
    CHECK(length <= sizeof(room_for_certificate));
    CHECK_STATUS(
        jurat_client_assertion_sign(&certified, &signer, room_for_certificate, sizeof(room_for_certificate), &length), 0);
    CHECK_STATUS(
        jurat_token_request_sign(&request, NULL, &signer, room_for_request, sizeof(room_for_request), &length), 0);
}

static void helpers(void)
{
    jurat_str none = JURAT_TEXT_NONE;
    CHECK(none.data == NULL && none.length == 0);
    jurat_str literal = JURAT_TEXT("a\0b");
    CHECK(literal.length == 3 && memcmp(literal.data, "a\0b", 3) == 0);
    CHECK(jurat_text(NULL).data == NULL && jurat_text(NULL).length == 0);
    CHECK(jurat_text("").data != NULL && jurat_text("").length == 0);
    CHECK(jurat_text("abc").length == 3);
    jurat_client_assertion client = JURAT_CLIENT_ASSERTION_INIT;
    jurat_grant_assertion grant = JURAT_GRANT_ASSERTION_INIT;
    CHECK(client.struct_size == sizeof(client) && client.lifetime == JURAT_DEFAULT_LIFETIME && client.flags == 0);
    CHECK(grant.struct_size == sizeof(grant) && grant.lifetime == JURAT_DEFAULT_LIFETIME && grant.flags == 0);
    CHECK(client.server == NULL && client.endpoint == 0 && client.endpoint_url.data == NULL && grant.server == NULL);
    jurat_clock unset = JURAT_CLOCK_INIT(JURAT_CLOCK_UNSET, NOW), trusted = JURAT_CLOCK_INIT(JURAT_CLOCK_TRUSTED, NOW);
    CHECK(unset.struct_size == sizeof(unset) && unset.build_time == NOW && unset.uncertainty == UINT32_MAX);
    CHECK(trusted.state == JURAT_CLOCK_TRUSTED && trusted.offset == 0 && trusted.uncertainty == 1);
}

/* Answers as they come from the connection. */
static void connections(void)
{
    static const char whole[] =
        "HTTP/1.1 401 Unauthorized\r\nDate: Mon, 23 Nov 2026 18:44:14 GMT\r\nDPoP-Nonce: n\r\nAge: 7\r\n"
        "Transfer-Encoding: chunked\r\n\r\n8\r\n{\"error\"\r\n5\r\n:\"x\"}\r\n0\r\n\r\n";
    const size_t head = (size_t)(strstr(whole, "\r\n\r\n") - whole) + 4;
    char bytes[sizeof whole];
    jurat_response response;
    uint32_t complete;
    for (size_t length = 0; length < sizeof whole - 1; ++length) {
        memcpy(bytes, whole, sizeof whole);
        memset(&response, 0xaa, sizeof response);
        complete = 9;
        CHECK_STATUS(jurat_response_http1(bytes, length, 0, &response, &complete), JURAT_OK);
        CHECK(complete == 0 && response.struct_size == 0 && response.body == NULL);
        CHECK(memcmp(bytes, whole, sizeof whole) == 0);
        static const struct {
            uint32_t flags, cut;
            int32_t status;
        } ends[] = {
            { JURAT_CONNECTION_ENDED, JURAT_BODY_INCOMPLETE, STATUS(RESPONSE_TRUNCATED, RESPONSE) },
            { JURAT_BUFFER_FULL, JURAT_BODY_TRUNCATED, STATUS(RESPONSE_TOO_LARGE, RESPONSE) },
            { JURAT_CONNECTION_ENDED | JURAT_BUFFER_FULL, JURAT_BODY_INCOMPLETE, STATUS(RESPONSE_TRUNCATED, RESPONSE) },
        };
        for (size_t i = 0; i < LENGTH(ends); ++i) {
            memcpy(bytes, whole, sizeof whole);
            int32_t wanted = length < head ? ends[i].status : JURAT_OK;
            CHECK_STATUS(jurat_response_http1(bytes, length, ends[i].flags, &response, &complete), wanted);
            CHECK(complete == (wanted == JURAT_OK));
            /* Behind the last chunk nothing is missing that matters. */
            int cut = wanted == JURAT_OK && length < sizeof whole - 3;
            CHECK((response.flags & ~(uint32_t)JURAT_DPOP_NONCE) == (cut ? ends[i].cut : 0));
        }
    }
    memcpy(bytes, whole, sizeof whole);
    CHECK_STATUS(jurat_response_http1(bytes, sizeof whole - 1, 0, &response, &complete), JURAT_OK);
    CHECK(complete == 1 && response.struct_size == sizeof response && response.status == 401);
    CHECK(response.flags == JURAT_DPOP_NONCE && response.body == bytes + head && response.body_size == 13);
    CHECK(memcmp(response.body, "{\"error\":\"x\"}", 13) == 0);
    CHECK(response.date.length == 29 && memcmp(response.date.data, "Mon, 23 Nov 2026 18:44:14 GMT", 29) == 0);
    CHECK(response.age.length == 1 && response.content_type.data == NULL && response.retry_after.data == NULL);
    jurat_answer answer;
    CHECK_STATUS(jurat_response_read(&response, &answer), JURAT_OK);
    CHECK(answer.outcome == JURAT_OUTCOME_ERROR && answer.error.length == 1);

    memcpy(bytes, whole, sizeof whole);
    CHECK_STATUS(jurat_response_http1(bytes, head, JURAT_HEAD, &response, &complete), JURAT_OK);
    CHECK(complete == 1 && response.status == 401 && response.body_size == 0);

    bytes[0] = 'X';
    CHECK_STATUS(jurat_response_http1(bytes, sizeof whole - 1, 0, &response, &complete), STATUS(NOT_OAUTH, RESPONSE));
    CHECK(complete == 0 && response.struct_size == 0);
    bytes[0] = 'H';
    CHECK_STATUS(jurat_response_http1(bytes, head, 1, &response, &complete), STATUS(UNKNOWN_STRUCT, RESPONSE));
    CHECK_STATUS(jurat_response_http1(NULL, 1, 0, &response, &complete), STATUS(NULL_POINTER, RESPONSE));
    CHECK_STATUS(jurat_response_http1(NULL, 0, 0, &response, &complete), JURAT_OK);
    CHECK(complete == 0);
    /* What is not wrong is zeroed. */
    complete = 9;
    CHECK_STATUS(jurat_response_http1(bytes, head, 0, NULL, &complete), STATUS(NULL_POINTER, RESPONSE));
    CHECK(complete == 0);
    memset(&response, 0xaa, sizeof response);
    CHECK_STATUS(jurat_response_http1(bytes, head, 0, &response, NULL), STATUS(NULL_POINTER, OUTPUT));
    CHECK(response.struct_size == 0 && response.status == 0 && response.body == NULL);
    jurat_response both[2];
    char *inside = (char *)both;
    memset(both, 0, sizeof both);
    complete = 9;
    CHECK_STATUS(jurat_response_http1(inside, sizeof both, 0, &both[1], &complete), STATUS(OVERLAP, RESPONSE));
    CHECK(complete == 0);
    memset(&response, 0xaa, sizeof response);
    CHECK_STATUS(jurat_response_http1(inside, sizeof both, 0, &response, (uint32_t *)(void *)both),
                 STATUS(OVERLAP, OUTPUT));
    CHECK(response.struct_size == 0 && response.status == 0 && response.body == NULL);
    /* More bytes than there can be, behind the places: before them, they would overlap. */
    struct {
        uint32_t complete;
        jurat_response response;
        char bytes[4];
    } behind;
    static const size_t too_long[] = { SIZE_MAX / 2 + 1, SIZE_MAX };
    for (size_t i = 0; i < LENGTH(too_long); ++i) {
        memset(&behind, 0xaa, sizeof behind);
        CHECK_STATUS(jurat_response_http1(behind.bytes, too_long[i], 0, &behind.response, &behind.complete),
                     STATUS(TOO_LONG, RESPONSE));
        CHECK(behind.complete == 0 && behind.response.struct_size == 0 && behind.bytes[0] == (char)0xaa);
    }
}

int main(void)
{
    helpers();
    texts();
    structs();
    lists();
    jwt_ids();
    pointers();
    overlap();
    software_signing();
    callbacks();
    attaching();
    servers();
    documents();
    clocks();
    answers();
    exchanges();
    outputs();
    keys();
    signers();
    connections();
    diagnoses();
    numbers();
    versions();
    size_macros();
    printf("%u checks passed\n", checks);
    return 0;
}
