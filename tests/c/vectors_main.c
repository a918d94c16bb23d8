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

enum kind { CLIENT_ASSERTION, GRANT_ASSERTION, TOKEN_REQUEST, SIGN, SIGNATURE, CALL, EXCHANGE, DIAGNOSIS };

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
    HTTP_DATE,
    RETRY_AFTER,
    TIME_FAULT,
    WELL_KNOWN,
    CHECK_ISSUER,
    TIME_REQUEST,
    METADATA,
    RESPONSE,
    CLOCK,
};

/* What happens to an exchange. `device` is the moment of the event, of an answer that at which it came. */
struct event {
    enum { STEP, ASK_TIME, ATTEMPT, ANSWER, NO_ANSWER, STORE } what;
    uint64_t device;
    const uint8_t *random;
    uint32_t status;
    uint32_t flags;
    jurat_str date;
    jurat_str age;
    jurat_str retry_after;
    jurat_str body;
    uint64_t sent_at;
};

struct exchange {
    jurat_clock clock;
    uint32_t attempts;
    const struct event *events;
    size_t events_length;
};

/* What a diagnosis goes by. Answer, metadata and the memory for what is decoded get into the evidence when it runs. */
struct diagnosis {
    enum { INSPECT, CHECK, EXPLAIN } what;
    jurat_str assertion;
    const jurat_evidence *evidence;
    jurat_str metadata;
    uint32_t status; /* 0: there is no answer */
    jurat_str body;
    const jurat_parameter *headers;
    size_t headers_length;
    const jurat_privacy *privacy; /* NULL: the line is wanted, not the JSON */
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
    jurat_str issuer;
    uint32_t flags;
    const int64_t *numbers;
    size_t numbers_length;
    jurat_metadata *metadata; /* where the metadata in `data` goes before an assertion is made */
    const struct exchange *exchange;
    const struct diagnosis *diagnosis;
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

/* What a server sent: it is changed where it is read. */
static char document[8192];
static char metadata_document[2048];

/* What a diagnosis decodes: enough for the longest request. */
static uint8_t scratch[24576];

/* The evidence of the vector that runs. */
static jurat_evidence evidence;

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

/* In software. Where the library has two signers of its own, they have to agree. */
static int32_t software_sign(const uint8_t *key, const uint8_t *hash, uint8_t *signature, size_t size, size_t *length)
{
    int32_t status = jurat_p256_sign((void *)(uintptr_t)key, hash, NULL, 0, signature, size, length);
#ifdef JURAT_COMB
    uint8_t other[JURAT_SIGNATURE_SIZE] = { 0 };
    size_t other_length;
    int32_t other_status = jurat_comb_sign((void *)(uintptr_t)key, hash, NULL, 0, other, sizeof other, &other_length);
    for (size_t i = 0; status == JURAT_OK && i < sizeof other; ++i) {
        if (signature[i] != other[i]) return FAILED;
    }
    if (other_status != status) return FAILED;
#endif
    return status;
}

static int32_t source_sign(void *context, const uint8_t *hash, const uint8_t *message, size_t message_length,
                           uint8_t *signature, size_t signature_size, size_t *signature_length)
{
    const struct source *source = context;
    ++*source->calls;
    if (source->signature == NULL) {
        (void)message, (void)message_length;
        return software_sign(source->key, hash, signature, signature_size, signature_length);
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

static int32_t diagnosis_json(const struct diagnosis *diagnosis, char *output, size_t size, size_t *length)
{
    switch (diagnosis->what) {
    case INSPECT:
        return jurat_inspect_json(diagnosis->assertion, scratch,
                                  JURAT_INSPECTION_SCRATCH_SIZE(diagnosis->assertion.length), output, size, length);
    case CHECK:
        return jurat_check_json(&evidence, diagnosis->privacy, output, size, length);
    case EXPLAIN:
        return jurat_explain_json(&evidence, diagnosis->privacy, output, size, length);
    }
    return FAILED;
}

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
    case DIAGNOSIS:
        return diagnosis_json(v->diagnosis, output, size, length);
    case SIGN:
    case CALL:
    case EXCHANGE:
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
    case EXCHANGE:
    case DIAGNOSIS:
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

/* Hexadecimal into `first`; `bytes` may be there too. */
static void to_hex(const uint8_t *bytes, size_t size)
{
    while (size-- > 0) {
        uint8_t byte = bytes[size];
        first[2 * size] = "0123456789abcdef"[byte >> 4];
        first[2 * size + 1] = "0123456789abcdef"[byte & 15];
    }
}

/* An output that is not plain characters is reported in hexadecimal. */
static const char *plain_or_hex(struct attempt *one)
{
    size_t plain = 0;
    while (plain < one->length && first[plain] > ' ' && first[plain] <= '~') {
        ++plain;
    }
    if (plain == one->length) {
        return NULL;
    }
    if (one->length > ROOM / 2) {
        return "no room for hexadecimal";
    }
    to_hex((const uint8_t *)first, one->length);
    one->length *= 2;
    return NULL;
}

static const char *put_document(const void *data, size_t size)
{
    if (size > sizeof(document)) {
        return "no room for a document";
    }
    for (size_t i = 0; i < size; ++i) {
        document[i] = ((const char *)data)[i];
    }
    return NULL;
}

static const char *check(const struct vector *v, struct attempt *one)
{
    if (v->metadata != NULL) {
        const char *wrong = put_document(v->data, v->data_length);
        if (wrong != NULL || jurat_metadata_read(document, v->data_length, v->issuer, 0, v->metadata) != JURAT_OK) {
            return wrong != NULL ? wrong : "the metadata is not read";
        }
    }
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
    }
    if (v->sizes) {
        const char *wrong = check_sizes(v, ONE_SHOT, one->length);
        wrong = wrong != NULL ? wrong : check_sizes(v, TWO_PHASE, one->length);
        if (wrong != NULL) {
            return wrong;
        }
    }
    return plain_or_hex(one);
}

/* The signature goes to `first`, in hexadecimal. */
static const char *check_sign(const struct vector *v, struct attempt *one)
{
    uint8_t signature[JURAT_SIGNATURE_SIZE] = { 0 };
    size_t signature_length;
    one->status = software_sign(v->key, v->hash, signature, sizeof(signature), &signature_length);
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

/* --------------------------------------------------------------------- lines */

/* A line of text in the making; what does not fit is left out, which the report then shows. */
struct line {
    char *data;
    size_t size;
    size_t length;
};

static void put(struct line *line, jurat_str text)
{
    for (size_t i = 0; i < text.length && line->length < line->size; ++i) {
        line->data[line->length++] = text.data[i];
    }
}

static void put_text(struct line *line, const char *text)
{
    put(line, jurat_text(text));
}

static void put_unsigned(struct line *line, uint64_t number)
{
    char digits[20];
    size_t start = sizeof(digits);
    do {
        digits[--start] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    put(line, (jurat_str){ digits + start, sizeof(digits) - start });
}

static void put_number(struct line *line, int64_t number)
{
    if (number < 0) {
        put_text(line, "-");
    }
    put_unsigned(line, number < 0 ? (uint64_t)0 - (uint64_t)number : (uint64_t)number);
}

static void put_named(struct line *line, const char *name, jurat_str text)
{
    put_text(line, name);
    put(line, text.data == NULL ? jurat_text("-") : text);
}

static void put_cause(struct line *line, uint32_t cause)
{
    const char *name = cause < sizeof(cause_names) / sizeof(cause_names[0]) ? cause_names[cause] : NULL;
    put_text(line, name == NULL ? "?" : name);
}

static void put_refusal(struct line *line, int32_t status)
{
    put_text(line, "!");
    put_cause(line, (uint32_t)JURAT_CAUSE(status));
    put_text(line, "/");
    put_text(line, jurat_argument_text(status));
}

static void put_time(struct line *line, int32_t status, uint64_t seconds)
{
    if (status == JURAT_OK) {
        put_unsigned(line, seconds);
    } else {
        put_refusal(line, status);
    }
}

static void put_uncertainty(struct line *line, const jurat_clock *clock)
{
    if (clock->state == JURAT_CLOCK_UNSET) {
        put_text(line, "-");
    } else {
        put_unsigned(line, clock->uncertainty);
    }
}

static int32_t put_metadata(const struct vector *v, struct line *line)
{
    jurat_metadata metadata;
    if (put_document(v->data, v->data_length) != NULL) {
        return FAILED;
    }
    int32_t status = jurat_metadata_read(document, v->data_length, v->issuer, v->flags, &metadata);
    if (status != JURAT_OK) {
        return status;
    }
    put_named(line, "endpoints=", metadata.token_endpoint);
    put_named(line, ",", metadata.pushed_authorization_request_endpoint);
    put_named(line, ",", metadata.introspection_endpoint);
    put_named(line, ",", metadata.revocation_endpoint);
    put_named(line, ",", metadata.device_authorization_endpoint);
    put_named(line, ",", metadata.backchannel_authentication_endpoint);
    const uint32_t numbers[] = { metadata.token_private_key_jwt,      metadata.introspection_private_key_jwt,
                                 metadata.revocation_private_key_jwt, metadata.token_es256,
                                 metadata.introspection_es256,        metadata.revocation_es256,
                                 metadata.client_credentials,         metadata.jwt_bearer };
    const char *const before[] = { ";private_key_jwt=", ",", ",", ";es256=", ",", ",", ";grants=", "," };
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); ++i) {
        put_text(line, before[i]);
        put_unsigned(line, numbers[i]);
    }
    return JURAT_OK;
}

static int32_t put_response(const struct vector *v, struct line *line)
{
    static const char *const others[] = { "not_json", "empty", "truncated", "too_large", "unusable ", "redirect" };
    jurat_response response = JURAT_RESPONSE_INIT;
    jurat_answer answer;
    if (put_document(v->data, v->data_length) != NULL) {
        return FAILED;
    }
    response.status = (uint32_t)v->numbers[0];
    response.flags = v->numbers[1] == 0 ? 0 : JURAT_BODY_TRUNCATED;
    response.body = document;
    response.body_size = v->data_length;
    int32_t status = jurat_response_read(&response, &answer);
    if (status != JURAT_OK) {
        return status;
    }
    switch (answer.outcome) {
    case JURAT_OUTCOME_TOKEN:
        put_named(line, "token access_token=", answer.access_token);
        put_text(line, ";token_type=");
        put(line, answer.token_type == JURAT_TOKEN_TYPE_BEARER ? jurat_text("Bearer")
                  : answer.token_type == JURAT_TOKEN_TYPE_DPOP ? jurat_text("DPoP")
                                                               : answer.token_type_text);
        put_text(line, ";expires_in=");
        if ((answer.flags & JURAT_ANSWER_EXPIRES) != 0) {
            put_unsigned(line, answer.expires_in);
        } else {
            put_text(line, "-");
        }
        put_named(line, ";scope=", answer.scope);
        break;
    case JURAT_OUTCOME_ERROR:
        put_text(line, "error code=");
        put_unsigned(line, answer.error_code);
        put_named(line, ";text=", answer.error);
        put_named(line, ";description=", answer.description);
        put_named(line, ";uri=", answer.uri);
        break;
    case JURAT_OUTCOME_FOREIGN:
        put_named(line, "foreign code=", answer.error);
        put_named(line, ";text=", answer.description);
        break;
    default:
        if (answer.outcome < JURAT_OUTCOME_NOT_JSON || answer.outcome > JURAT_OUTCOME_REDIRECT) {
            return FAILED;
        }
        put_text(line, others[answer.outcome - JURAT_OUTCOME_NOT_JSON]);
        if (answer.outcome == JURAT_OUTCOME_UNUSABLE) {
            put_cause(line, answer.unusable);
        }
    }
    return JURAT_OK;
}

static int32_t put_clock(const struct vector *v, struct line *line)
{
    static const char *const states[] = { "?", "trusted", "estimated", "unset" };
    const int64_t *numbers = v->numbers;
    uint64_t device = (uint64_t)numbers[v->numbers_length - 1];
    jurat_clock clock = { sizeof(jurat_clock), (uint32_t)numbers[0], (uint64_t)numbers[1], numbers[2],
                          (uint32_t)numbers[3] };
    if (v->numbers_length == 9) {
        int64_t moved;
        int32_t status = jurat_clock_learn(&clock, (uint64_t)numbers[4], (uint64_t)numbers[5], (uint64_t)numbers[6],
                                           (uint32_t)numbers[7], &moved);
        if (status != JURAT_OK) {
            return status;
        }
        put_number(line, moved);
    } else {
        put_text(line, "-");
    }
    put_text(line, " ");
    put_number(line, clock.offset);
    put_text(line, " ");
    put_uncertainty(line, &clock);
    uint32_t state;
    int32_t status = jurat_clock_state(&clock, device, &state);
    put_text(line, " ");
    put_text(line, states[status == JURAT_OK && state <= JURAT_CLOCK_UNSET ? state : 0]);
    uint64_t time;
    put_text(line, " ");
    status = jurat_clock_now(&clock, device, &time);
    put_time(line, status, time);
    put_text(line, " ");
    status = jurat_clock_issued_at(&clock, device, &time);
    put_time(line, status, time);
    return JURAT_OK;
}

static void put_step(struct line *line, uint32_t step, uint32_t detail)
{
    static const char *const names[] = { "?", "learn_time", "send", "wait:", "answer", "done", "stop:" };
    put_text(line, names[step <= JURAT_STEP_STOP ? step : 0]);
    if (step == JURAT_STEP_WAIT) {
        put_unsigned(line, detail);
    } else if (step == JURAT_STEP_STOP) {
        put_cause(line, detail);
    }
}

static int32_t ask_step(const jurat_exchange *exchange, uint64_t device, struct line *line)
{
    uint32_t step, detail;
    int32_t status = jurat_exchange_step(exchange, device, &step, &detail);
    if (status == JURAT_OK) {
        put_step(line, step, detail);
    }
    return status;
}

/* A request with an assertion whose `iat` is any: the exchange gives it the right one. */
static int32_t attempt_in(jurat_exchange *exchange, const struct event *event, const uint8_t *key, struct line *line)
{
    uint32_t calls = 0;
    struct source source = { key, NULL, &calls };
    jurat_signer signer = JURAT_SIGNER_INIT(source_sign, &source);
    jurat_client_assertion client = JURAT_CLIENT_ASSERTION_INIT;
    client.client_id = jurat_text("device-7");
    client.issuer = jurat_text("https://as.example");
    client.issued_at = 1;
    client.random = event->random;
    client.random_size = JURAT_RANDOM_SIZE;
    jurat_token_request request = JURAT_TOKEN_REQUEST_INIT;
    request.flags = JURAT_OMIT_CLIENT_ID;
    request.client = &client;
    uint64_t issued_at = 0;
    int32_t at = jurat_exchange_issued_at(exchange, event->device, &issued_at);
    size_t length;
    int32_t status = jurat_exchange_sign(exchange, &request, event->device, NULL, &signer, second, ROOM, &length);
    if (status != JURAT_OK) {
        return status;
    }
    put_text(line, "iat=");
    put_time(line, at, issued_at);
    put_text(line, ",end=");
    put(line, (jurat_str){ second + (length < 22 ? 0 : length - 22), length < 22 ? length : 22 });
    return JURAT_OK;
}

static int32_t answer_in(jurat_exchange *exchange, const struct event *event, struct line *line)
{
    jurat_response response = JURAT_RESPONSE_INIT;
    jurat_answer answer;
    if (put_document(event->body.data, event->body.length) != NULL) {
        return FAILED;
    }
    response.status = event->status;
    response.flags = event->flags;
    response.body = document;
    response.body_size = event->body.length;
    const struct {
        const char *name;
        jurat_str value;
    } fields[] = { { "DATE", event->date }, { "Age", event->age }, { "retry-after", event->retry_after } };
    int32_t status = JURAT_OK;
    for (size_t i = 0; i < 3 && status == JURAT_OK; ++i) {
        if (fields[i].value.data != NULL) {
            status = jurat_response_header(&response, jurat_text(fields[i].name), fields[i].value);
        }
    }
    if (status == JURAT_OK) {
        status = jurat_exchange_answer(exchange, &response, event->sent_at, event->device, &answer);
    }
    if (status != JURAT_OK) {
        return status;
    }
    put_step(line, answer.step, answer.step == JURAT_STEP_WAIT ? answer.wait : answer.cause);
    put_text(line, ",renew=");
    if ((answer.flags & JURAT_ANSWER_RENEW) != 0) {
        put_unsigned(line, answer.renew_at);
    } else {
        put_text(line, "-");
    }
    put_text(line, ",moved=");
    put_number(line, answer.clock_moved);
    return JURAT_OK;
}

/* The line goes to `first`. */
static const char *check_exchange(const struct vector *v, struct attempt *one)
{
    struct line line = { first, ROOM, 0 };
    jurat_exchange exchange;
    if (jurat_exchange_init(&exchange, &v->exchange->clock, v->exchange->attempts) != JURAT_OK) {
        return "the exchange does not begin";
    }
    for (size_t i = 0; i < v->exchange->events_length; ++i) {
        const struct event *event = &v->exchange->events[i];
        int32_t status = JURAT_OK;
        jurat_exchange stored = exchange;
        switch (event->what) {
        case STEP:
            status = ask_step(&exchange, event->device, &line);
            break;
        case ASK_TIME:
            status = jurat_exchange_ask_time(&exchange, event->device);
            put_text(&line, status == JURAT_OK ? "asked" : "");
            break;
        case ATTEMPT:
            status = attempt_in(&exchange, event, v->key, &line);
            break;
        case ANSWER:
            status = answer_in(&exchange, event, &line);
            break;
        case NO_ANSWER:
            status = jurat_exchange_no_answer(&exchange, event->device);
            status = status == JURAT_OK ? ask_step(&exchange, event->device, &line) : status;
            break;
        case STORE:
            exchange = (jurat_exchange){ { 0 } };
            exchange = stored;
            put_text(&line, "stored");
            break;
        }
        if (status != JURAT_OK) {
            put_refusal(&line, status);
        }
        put_text(&line, ";");
    }
    jurat_clock clock;
    if (jurat_exchange_clock(&exchange, &clock) != JURAT_OK) {
        return "the exchange has no clock";
    }
    put_text(&line, "offset=");
    put_number(&line, clock.offset);
    put_text(&line, ",uncertainty=");
    put_uncertainty(&line, &clock);
    one->length = line.length;
    return NULL;
}

/* ----------------------------------------------------------------- diagnoses */

/* Fills `evidence` with what the table has, and with what is read here. */
static const char *put_evidence(const struct diagnosis *from)
{
    static jurat_response response;
    static jurat_answer answer;
    static jurat_metadata metadata;
    static jurat_server server;
    evidence = *from->evidence;
    evidence.scratch = scratch;
    /* Escaped texts of the registration, too. */
    evidence.scratch_size = JURAT_DIAGNOSIS_SCRATCH_SIZE(evidence.request_body_size) + evidence.registration_size;
    if (evidence.scratch_size > sizeof(scratch)) {
        return "no room for what is decoded";
    }
    if (from->metadata.data != NULL) {
        if (from->metadata.length > sizeof(metadata_document)) {
            return "no room for the metadata";
        }
        for (size_t i = 0; i < from->metadata.length; ++i) {
            metadata_document[i] = from->metadata.data[i];
        }
        server = *evidence.server;
        evidence.metadata_status = jurat_metadata_read(metadata_document, from->metadata.length, server.issuer,
                                                       JURAT_INSECURE_HTTP, &metadata);
        server.metadata = evidence.metadata_status == JURAT_OK ? &metadata : NULL;
        evidence.server = &server;
    }
    if (from->status == 0) {
        return NULL;
    }
    const char *wrong = put_document(from->body.data, from->body.length);
    if (wrong != NULL) {
        return wrong;
    }
    response = (jurat_response)JURAT_RESPONSE_INIT;
    response.status = from->status;
    response.body = document;
    response.body_size = from->body.length;
    for (size_t i = 0; i < from->headers_length; ++i) {
        if (jurat_response_header(&response, from->headers[i].name, from->headers[i].value) != JURAT_OK) {
            return "a header field is refused";
        }
    }
    if (jurat_response_read(&response, &answer) != JURAT_OK) {
        return "the answer is not read";
    }
    evidence.response = &response;
    evidence.answer = &answer;
    return NULL;
}

static int is_zero(const void *data, size_t size)
{
    while (size > 0 && ((const unsigned char *)data)[size - 1] == 0) {
        --size;
    }
    return size == 0;
}

static int32_t ask(const struct diagnosis *from, jurat_diagnosis *diagnosis)
{
    return (from->what == CHECK ? jurat_check : jurat_explain)(&evidence, diagnosis);
}

/* Asks with as much scratch memory as is said to be enough, and without any. */
static const char *ask_twice(const struct diagnosis *from, jurat_diagnosis *diagnosis, int32_t *status)
{
    *status = ask(from, diagnosis);
    if (*status != JURAT_OK) {
        return is_zero(diagnosis, sizeof(*diagnosis)) ? NULL : "a diagnosis in spite of a failure";
    }
    jurat_diagnosis other;
    evidence.scratch_size = 0;
    int32_t without = ask(from, &other);
    if (without == -(256 * JURAT_CAUSE_BUFFER_TOO_SMALL + JURAT_ARGUMENT_SCRATCH)) {
        return is_zero(&other, sizeof(other)) ? NULL : "a diagnosis without scratch memory";
    }
    return without == JURAT_OK ? NULL : "another status without scratch memory";
}

static void put_next(struct line *line, const char *text, size_t *count)
{
    put_text(line, (*count)++ == 0 ? "" : ",");
    put_text(line, text);
}

static void end_list(struct line *line, size_t *count)
{
    put_text(line, *count == 0 ? "-" : "");
    *count = 0;
}

static void put_checks(struct line *line, const jurat_diagnosis *diagnosis, const char *name, uint32_t status)
{
    size_t count = 0;
    put_text(line, name);
    for (uint32_t i = 0; i < JURAT_CHECKS; ++i) {
        if (diagnosis->checks[i] == status) {
            put_next(line, jurat_check_name(i), &count);
        }
    }
    end_list(line, &count);
}

static void put_diagnosis(struct line *line, const jurat_diagnosis *diagnosis, int checks)
{
    size_t count = 0;
    put_text(line, "causes=");
    for (size_t i = 0; i < diagnosis->causes_length; ++i) {
        put_next(line, jurat_fault_code(diagnosis->causes[i].fault), &count);
        put_text(line, "/");
        put_text(line, jurat_class_name(diagnosis->causes[i].class_));
    }
    end_list(line, &count);
    put_text(line, ";among=");
    for (size_t i = 0; i < diagnosis->candidates_length; ++i) {
        put_next(line, jurat_fault_code(diagnosis->candidates[i]), &count);
    }
    end_list(line, &count);
    put_text(line, ";wants=");
    /* Where a cause stands out, the next step is its fix. */
    int stands_out = diagnosis->causes_length != 0 && diagnosis->causes[0].class_ != JURAT_CLASS_CONSISTENT &&
                     diagnosis->candidates_length == 0;
    if (stands_out || diagnosis->wanted == 0) {
        put_text(line, "-");
    } else {
        put_unsigned(line, diagnosis->wanted);
    }
    if (!checks) {
        return;
    }
    put_checks(line, diagnosis, ";failed=", JURAT_STATUS_FAILED);
    put_checks(line, diagnosis, ";undecided=", JURAT_STATUS_NOT_DECIDABLE);
    put_text(line, ";passed=");
    for (size_t i = 0; i < JURAT_CHECKS; ++i) {
        if (diagnosis->checks[i] == JURAT_STATUS_PASSED) {
            ++count;
        }
    }
    put_unsigned(line, count);
}

/* Whether `text` stands at `at`. */
static int stands_at(const char *data, size_t length, size_t at, const char *text)
{
    while (*text != '\0' && at < length && data[at] == *text) {
        ++at;
        ++text;
    }
    return *text == '\0';
}

/* The string that begins at `at` in JSON; there are no escapes in those that are looked for. */
static jurat_str string_at(const char *data, size_t length, size_t at)
{
    size_t end = at;
    while (end < length && data[end] != '"') {
        ++end;
    }
    return (jurat_str){ data + at, end - at };
}

/* The line of an inspection, of which C has the JSON only. No string in it has a bare quotation mark: what looks like a
 * member is one, and the last `causes` is ours, behind the claims. */
static const char *put_inspection(struct line *line, const char *json, size_t length)
{
    static const char kind[] = "{\"kind\":\"", signature[] = ",\"signature\":\"", sha256[] = ",\"sha256\":\"";
    size_t causes = length;
    while (causes > 0 && !stands_at(json, length, causes, ",\"causes\":[")) {
        --causes;
    }
    size_t at = causes;
    while (at > 0 && !stands_at(json, length, at, signature)) {
        --at;
    }
    if (!stands_at(json, length, 0, kind) || at == 0 ||
        causes - at > sizeof(signature) + sizeof("client_assertion") + sizeof(sha256) + 64) {
        return "the JSON of an inspection has other members";
    }
    put_named(line, "kind=", string_at(json, length, sizeof(kind) - 1));
    put_named(line, ";signature=", string_at(json, length, at + sizeof(signature) - 1));
    put_text(line, ";causes=");
    size_t count = 0;
    for (at = causes; at < length; ++at) {
        static const char code[] = "{\"code\":\"", class_[] = "\",\"class\":\"";
        if (!stands_at(json, length, at, code)) {
            continue;
        }
        jurat_str text = string_at(json, length, at + sizeof(code) - 1);
        put_next(line, "", &count);
        put(line, text);
        put_named(line, "/", string_at(json, length, at + sizeof(code) - 1 + text.length + sizeof(class_) - 1));
    }
    end_list(line, &count);
    return NULL;
}

/* The JSON to `first`, in hexadecimal. */
static const char *check_json(const struct vector *v, struct attempt *one)
{
    *one = call(v, ONE_SHOT, first, ROOM);
    if (one->wrong != NULL || one->status != JURAT_OK) {
        return one->wrong;
    }
    const char *wrong = v->sizes ? check_sizes(v, ONE_SHOT, one->length) : NULL;
    if (wrong == NULL && v->diagnosis->what == EXPLAIN) {
        size_t length;
        if (jurat_evidence_json(&evidence, v->diagnosis->privacy, second, ROOM, &length) != JURAT_OK) {
            return "the record is not written";
        }
        for (size_t i = 0; i < length && wrong == NULL; ++i) {
            wrong = second[i] == first[one->length - 1 - length + i] ? NULL : "the record alone is another one";
        }
    }
    if (one->length > ROOM / 2) {
        return "no room for hexadecimal";
    }
    to_hex((const uint8_t *)first, one->length);
    one->length *= 2;
    return wrong;
}

static const char *check_diagnosis(const struct vector *v, struct attempt *one)
{
    const struct diagnosis *from = v->diagnosis;
    struct line line = { first, ROOM, 0 };
    if (from->what == INSPECT) {
        if (from->privacy != NULL) {
            return check_json(v, one);
        }
        size_t length;
        one->status = diagnosis_json(from, second, ROOM, &length);
        if (one->status == JURAT_OK) {
            const char *wrong = put_inspection(&line, second, length);
            one->length = line.length;
            return wrong;
        }
        return NULL;
    }
    const char *wrong = put_evidence(from);
    if (wrong != NULL) {
        return wrong;
    }
    if (from->privacy != NULL) {
        return check_json(v, one);
    }
    jurat_diagnosis diagnosis;
    wrong = ask_twice(from, &diagnosis, &one->status);
    if (one->status == JURAT_OK) {
        put_diagnosis(&line, &diagnosis, from->what == CHECK);
        one->length = line.length;
    }
    return wrong;
}

static int32_t call_function(const struct vector *v, uint8_t *output, size_t size, size_t *length)
{
    char *text = (char *)output;
    const jurat_str data = { (const char *)v->data, v->data_length };
    struct line line = { text, size, 0 };
    int32_t status = JURAT_OK;
    uint64_t seconds;
    uint32_t wait;
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
#ifdef JURAT_COMB
        uint8_t other[JURAT_SIGNATURE_SIZE];
        size_t other_length;
        status = jurat_comb_hedged_sign(&hedged, v->data + 32, NULL, 0, other, sizeof other, &other_length);
        if (status != JURAT_OK) return status;
#endif
        status = jurat_p256_hedged_sign(&hedged, v->data + 32, NULL, 0, output, size, length);
#ifdef JURAT_COMB
        for (size_t i = 0; status == JURAT_OK && i < sizeof other; ++i) {
            if (output[i] != other[i]) return FAILED;
        }
#endif
        return status;
    }
    case WELL_KNOWN:
        return jurat_well_known_url((uint32_t)v->numbers[0], v->issuer, v->flags, text, size, length);
    case TIME_REQUEST:
        return jurat_time_request(data, v->flags, text, size, length);
    case HTTP_DATE:
        status = jurat_http_date(data, &seconds);
        if (status == JURAT_OK) {
            put_unsigned(&line, seconds);
        }
        break;
    case RETRY_AFTER:
        status = jurat_retry_after(data, v->numbers_length == 0 ? 0 : (uint64_t)v->numbers[0], &wait);
        if (status == JURAT_OK) {
            put_unsigned(&line, wait);
        } else if (JURAT_CAUSE(status) == JURAT_CAUSE_INVALID_DATE) {
            put_text(&line, "none");
            status = JURAT_OK;
        }
        break;
    case TIME_FAULT:
        put_unsigned(&line, jurat_time_fault((uint64_t)v->numbers[0], (uint64_t)v->numbers[1]));
        break;
    case CHECK_ISSUER:
        status = jurat_issuer_compare(v->issuer, data, v->flags);
        put_text(&line, status == JURAT_OK ? "ok" : "");
        break;
    case METADATA:
        status = put_metadata(v, &line);
        break;
    case RESPONSE:
        status = put_response(v, &line);
        break;
    case CLOCK:
        status = put_clock(v, &line);
        break;
    }
    *length = line.length;
    return status;
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
        const char *wrong = v->kind == SIGN       ? check_sign(v, &attempt)
                            : v->kind == CALL     ? check_call(v, &attempt)
                            : v->kind == EXCHANGE ? check_exchange(v, &attempt)
                            : v->kind == DIAGNOSIS ? check_diagnosis(v, &attempt)
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
