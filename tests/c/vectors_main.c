/* Runs the vectors through the C API: on the host and as firmware, so without
 * a heap, stdio or anything else of the C library.
 *
 * `vectors_c tests/vectors/vectors.json > vectors_table.h` writes the table.
 *
 * It knows no expected values. What it checks is that the two ways to the same
 * output agree, and what a call may leave in the buffer. */
#include <stddef.h>
#include <stdint.h>

#include "jurat.h"
#include "vectors.h"

enum kind { CLIENT_ASSERTION, GRANT_ASSERTION, TOKEN_REQUEST, SIGN, SIGNATURE, CALL };

/* The functions of keys and ids. */
enum function {
    IMPORT_KEY,
    GENERATE_KEY,
    DERIVE_JWT_ID,
    SIGNATURE_FROM_DER,
    CERTIFICATE_THUMBPRINT,
    THUMBPRINT,
    JWK,
    SPKI_DER,
    SPKI_PEM,
    JWKS,
    REGISTRATION,
    SIGN_HEDGED,
};

struct vector {
    const char *id;
    enum kind kind;
    int sizes;
    const jurat_client_assertion *client;
    const jurat_grant_assertion *grant;
    const jurat_token_request *request;
    const uint8_t *key;
    const uint8_t *grant_key;
    const uint8_t *hash;
    const uint8_t *signature;
    enum function function;
    const uint8_t *data;
    size_t data_length;
    const jurat_jwk *jwk;
    uint64_t boot;
    uint64_t message;
};

#include "vectors_table.h"

#define VECTORS (sizeof(vectors) / sizeof(vectors[0]))

/* The status in the report when a check of the runner's own failed. */
#define FAILED 99999
#define TOO_SMALL (-(256 * JURAT_CAUSE_BUFFER_TOO_SMALL + JURAT_ARGUMENT_OUTPUT))

/* Room for every output, and bytes behind it that nobody may touch. */
#define ROOM 16384u
#define GUARD 16u
#define UNTOUCHED ((char)0xaa)

static char first[ROOM + GUARD];
static char second[ROOM + GUARD];

enum form { ONE_SHOT, TWO_PHASE };

/* What a call did. */
struct attempt {
    int32_t status;
    size_t length;
    uint32_t calls;
    const char *wrong; /* NULL, or the check that failed */
};

/* ------------------------------------------------------------------- signers */

/* Signs with a key, or gives these bytes, whatever they are. */
struct source {
    const uint8_t *key;
    const uint8_t *signature;
    uint32_t *calls;
};

static int32_t source_sign(void *context, const uint8_t *hash, const uint8_t *message, size_t message_length,
                           uint8_t *signature, size_t signature_size, size_t *signature_length)
{
    const struct source *source = context;
    ++*source->calls;
    if (source->signature == NULL) {
        return jurat_p256_sign((void *)(uintptr_t)source->key, hash, message, message_length, signature, signature_size,
                               signature_length);
    }
    *signature_length = JURAT_SIGNATURE_SIZE;
    for (size_t i = 0; i < JURAT_SIGNATURE_SIZE; ++i) {
        signature[i] = source->signature[i];
    }
    return 0;
}

static int32_t attach(struct source *source, char *output, size_t length, jurat_to_be_signed *input)
{
    uint8_t signature[JURAT_SIGNATURE_SIZE];
    if (input->message == NULL) {
        return JURAT_OK;
    }
    size_t signature_length;
    int32_t status = source_sign(source, input->hash, input->message, input->message_length, signature,
                                 sizeof(signature), &signature_length);
    if (status != 0) {
        return status;
    }
    return jurat_attach_signature(output, length, input, signature, sizeof(signature));
}

/* --------------------------------------------------------------------- calls */

static int32_t one_shot(const struct vector *v, struct source *client, struct source *grant, char *output, size_t size,
                        size_t *length)
{
    jurat_signer client_signer = JURAT_SIGNER_INIT(source_sign, client);
    jurat_signer grant_signer = JURAT_SIGNER_INIT(source_sign, grant);
    switch (v->kind) {
    case CLIENT_ASSERTION:
    case SIGNATURE:
        return jurat_client_assertion_sign(v->client, &client_signer, output, size, length);
    case GRANT_ASSERTION:
        return jurat_grant_assertion_sign(v->grant, &grant_signer, output, size, length);
    case TOKEN_REQUEST:
        return jurat_token_request_sign(v->request, v->request->grant == NULL ? NULL : &grant_signer,
                                        v->request->client == NULL ? NULL : &client_signer, output, size, length);
    case SIGN:
    case CALL:
        break;
    }
    return FAILED;
}

static int32_t two_phase(const struct vector *v, struct source *client, struct source *grant, char *output, size_t size,
                         size_t *length)
{
    jurat_to_be_signed client_input = { NULL, 0, { 0 } };
    jurat_to_be_signed grant_input = { NULL, 0, { 0 } };
    int32_t status = FAILED;
    switch (v->kind) {
    case CLIENT_ASSERTION:
    case SIGNATURE:
        status = jurat_client_assertion_prepare(v->client, output, size, length, &client_input);
        break;
    case GRANT_ASSERTION:
        status = jurat_grant_assertion_prepare(v->grant, output, size, length, &grant_input);
        break;
    case TOKEN_REQUEST:
        status = jurat_token_request_prepare(v->request, output, size, length, &grant_input, &client_input);
        break;
    case SIGN:
    case CALL:
        break;
    }
    if (status != JURAT_OK) {
        return client_input.message == NULL && grant_input.message == NULL ? status : FAILED;
    }
    /* The other order than that of one_shot: it must not matter. */
    status = attach(client, output, *length, &client_input);
    if (status == JURAT_OK) {
        status = attach(grant, output, *length, &grant_input);
    }
    if (status != JURAT_OK) {
        *length = 0;
    }
    return client_input.message == NULL && grant_input.message == NULL ? status : FAILED;
}

/* Calls with `size` bytes of a buffer that has GUARD bytes more, and checks
 * what is left in it. */
static struct attempt call(const struct vector *v, enum form form, char *buffer, size_t size)
{
    struct attempt attempt = { 0, SIZE_MAX, 0, NULL };
    struct source client = { v->key, v->signature, &attempt.calls };
    struct source grant = { v->grant_key, NULL, &attempt.calls };
    for (size_t i = 0; i < size + GUARD; ++i) {
        buffer[i] = UNTOUCHED;
    }
    attempt.status = (form == ONE_SHOT ? one_shot : two_phase)(v, &client, &grant, buffer, size, &attempt.length);
    for (size_t i = size; i < size + GUARD; ++i) {
        if (buffer[i] != UNTOUCHED) {
            attempt.wrong = "wrote behind the output";
        }
    }
    if (attempt.status == JURAT_OK) {
        if (attempt.length > size) {
            attempt.wrong = "a length above the size";
        }
        return attempt;
    }
    if (attempt.status != TOO_SMALL && attempt.length != 0) {
        attempt.wrong = "a length without an output";
    }
    for (size_t i = 0; i < size; ++i) {
        if (buffer[i] != 0 && buffer[i] != UNTOUCHED) {
            attempt.wrong = "left something in the output";
        }
    }
    return attempt;
}

/* -------------------------------------------------------------------- checks */

/* With `length` bytes the output is that of `first`; with fewer, nothing is
 * signed. */
static const char *check_sizes(const struct vector *v, enum form form, size_t length)
{
    for (size_t size = 0; size <= length; ++size) {
        struct attempt attempt = call(v, form, second, size);
        if (attempt.wrong != NULL) {
            return attempt.wrong;
        }
        if (attempt.length != length) {
            return "another needed size";
        }
        if (size == length) {
            break;
        }
        if (attempt.status != TOO_SMALL) {
            return "took a buffer that is too small";
        }
        if (attempt.calls != 0) {
            return "signed for a buffer that is too small";
        }
    }
    for (size_t i = 0; i < length; ++i) {
        if (first[i] != second[i]) {
            return "exactly enough gives another output";
        }
    }

    /* NULL with a size of 0 asks for the size. */
    uint32_t calls = 0;
    size_t needed = 0;
    struct source source = { v->key, NULL, &calls };
    int32_t status = (form == ONE_SHOT ? one_shot : two_phase)(v, &source, &source, NULL, 0, &needed);
    return status == TOO_SMALL && needed == length && calls == 0 ? NULL : "no size for NULL";
}

static const char *check(const struct vector *v, struct attempt *one)
{
    *one = call(v, ONE_SHOT, first, ROOM);
    struct attempt two = call(v, TWO_PHASE, second, ROOM);
    if (one->wrong != NULL || two.wrong != NULL) {
        return one->wrong != NULL ? one->wrong : two.wrong;
    }
    if (one->status != two.status || one->length != two.length || one->calls != two.calls) {
        return "one shot and two phases give another status, length or number of signatures";
    }
    if (one->status != JURAT_OK) {
        return NULL;
    }
    for (size_t i = 0; i < one->length; ++i) {
        if (first[i] != second[i]) {
            return "one shot and two phases give another output";
        }
        if (first[i] <= ' ' || first[i] > '~') {
            return "the output is not plain ASCII";
        }
    }
    if (v->sizes) {
        const char *wrong = check_sizes(v, ONE_SHOT, one->length);
        return wrong != NULL ? wrong : check_sizes(v, TWO_PHASE, one->length);
    }
    return NULL;
}

static void to_hex(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; ++i) {
        first[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
        first[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
    }
}

/* The signature goes to `first`, in hexadecimal. */
static const char *check_sign(const struct vector *v, struct attempt *one)
{
    uint8_t signature[JURAT_SIGNATURE_SIZE] = { 0 };
    size_t signature_length;
    one->status = jurat_p256_sign((void *)(uintptr_t)v->key, v->hash, NULL, 0, signature, sizeof(signature),
                                  &signature_length);
    one->length = one->status == JURAT_OK ? 2 * sizeof(signature) : 0;
    to_hex(signature, sizeof(signature));
    for (size_t i = 0; one->status != JURAT_OK && i < sizeof(signature); ++i) {
        if (signature[i] != 0) {
            return "a signature in spite of a failure";
        }
    }
    return NULL;
}

/* The random source of a hedged signature: these bytes. */
static int32_t given_random(void *context, uint8_t *random, size_t size)
{
    for (size_t i = 0; i < size; ++i) {
        random[i] = ((const uint8_t *)context)[i];
    }
    return 0;
}

static int32_t call_function(const struct vector *v, uint8_t *output, size_t size, size_t *length)
{
    char *text = (char *)output;
    switch (v->function) {
    case IMPORT_KEY:
        return jurat_key_import(v->data, v->data_length, output, size, length, NULL, NULL);
    case GENERATE_KEY:
        return jurat_key_generate(v->data, v->data_length, output, size, length);
    case DERIVE_JWT_ID:
        return jurat_jwt_id_derive(v->data, v->data_length, v->boot, v->message, output, size, length);
    case SIGNATURE_FROM_DER:
        return jurat_signature_from_der(v->data, v->data_length, output, size, length);
    case CERTIFICATE_THUMBPRINT:
        return jurat_certificate_thumbprint(v->data, v->data_length, text, size, length);
    case THUMBPRINT:
        return jurat_thumbprint(&v->jwk->key, text, size, length);
    case JWK:
        return jurat_jwk_write(v->jwk, text, size, length);
    case SPKI_DER:
        return jurat_spki_der_write(&v->jwk->key, output, size, length);
    case SPKI_PEM:
        return jurat_spki_pem_write(&v->jwk->key, text, size, length);
    case JWKS: {
        const jurat_jwk keys[] = { { v->jwk->key, { NULL, 0 } }, *v->jwk };
        return jurat_jwks_write(keys, 2, text, size, length);
    }
    case REGISTRATION: {
        jurat_registration registration = JURAT_REGISTRATION_INIT;
        registration.grant_types = JURAT_GRANT_CLIENT_CREDENTIALS | JURAT_GRANT_JWT_BEARER;
        registration.keys = v->jwk;
        registration.keys_length = 1;
        registration.client_name = jurat_text("Meter 7");
        registration.scope = jurat_text("a b");
        return jurat_registration_write(&registration, text, size, length);
    }
    case SIGN_HEDGED: {
        jurat_hedged_key hedged = { v->data, given_random, (void *)(uintptr_t)(v->data + 64) };
        return jurat_p256_hedged_sign(&hedged, v->data + 32, NULL, 0, output, size, length);
    }
    }
    return FAILED;
}

/* The output goes to `first`, in hexadecimal. */
static const char *check_call(const struct vector *v, struct attempt *one)
{
    uint8_t *bytes = (uint8_t *)second;
    for (size_t i = 0; i < ROOM + GUARD; ++i) {
        second[i] = UNTOUCHED;
    }
    one->status = call_function(v, bytes, ROOM, &one->length);
    if (one->status != JURAT_OK) {
        for (size_t i = 0; i < ROOM; ++i) {
            if (second[i] != 0 && second[i] != UNTOUCHED) {
                return "left something in the output";
            }
        }
        return NULL;
    }
    if (one->length > ROOM / 2 || second[one->length] != UNTOUCHED) {
        return "wrote behind its length";
    }
    to_hex(bytes, one->length);
    one->length *= 2;
    return NULL;
}

/* -------------------------------------------------------------------- report */

static void write_text(const char *text)
{
    runner_write(text, jurat_text(text).length);
}

static void write_number(int32_t number)
{
    char digits[12];
    size_t start = sizeof(digits);
    uint32_t rest = number < 0 ? (uint32_t)0 - (uint32_t)number : (uint32_t)number;
    do {
        digits[--start] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    if (number < 0) {
        digits[--start] = '-';
    }
    runner_write(digits + start, sizeof(digits) - start);
}

int vectors_run(void)
{
    int failed = 0;
    for (size_t i = 0; i < VECTORS; ++i) {
        const struct vector *v = &vectors[i];
        struct attempt attempt = { 0, 0, 0, NULL };
        const char *wrong = v->kind == SIGN   ? check_sign(v, &attempt)
                            : v->kind == CALL ? check_call(v, &attempt)
                                              : check(v, &attempt);
        write_text(v->id);
        write_text(" ");
        write_number(wrong != NULL ? FAILED : attempt.status);
        if (wrong != NULL) {
            failed = 1;
            write_text(" ");
            write_text(wrong);
        } else if (attempt.status == JURAT_OK) {
            write_text(" ");
            runner_write(first, attempt.length);
        }
        write_text("\n");
    }
    return failed;
}
