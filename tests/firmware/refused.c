/* A device that finds out on its own why an authorization server refused it. It sends
 * four token requests over its UART: one that is right, and three of which each has one
 * thing wrong. All it has besides is what it would have anyway: its configuration, its
 * registration in flash, its key and its clock. The server says the same each time.
 *
 * By defines: CLIENT_ID, KEY_ID, KEY and OTHER_KEY (the scalars' bytes), ISSUER,
 * OTHER_ISSUER, TOKEN_ENDPOINT, REGISTRATION, SECRET and HASH_KEY (their bytes), and BOOT. */
#include <string.h>

#include "board.h"
#include "jurat.h"
#include "uart.h"

/* Seconds without a byte after which no more is expected. */
#define SILENCE 10

typedef struct {
    const char *name;
    jurat_str issuer;   /* the audience */
    const uint8_t *key; /* what signs */
    int32_t clock_off;  /* seconds */
} attempt;

static const uint8_t key[JURAT_KEY_SIZE] = {KEY};
/* One that was made anew, and of which the server does not know. */
static const uint8_t other_key[JURAT_KEY_SIZE] = {OTHER_KEY};
static const attempt attempts[] = {
    {"right", JURAT_TEXT(ISSUER), key, 0},
    {"audience", JURAT_TEXT(OTHER_ISSUER), key, 0},
    {"key", JURAT_TEXT(ISSUER), other_key, 0},
    {"clock", JURAT_TEXT(ISSUER), key, -3600},
};
#define ATTEMPTS (sizeof attempts / sizeof attempts[0])

static const char registration[] = {REGISTRATION};
static const uint8_t secret[JURAT_SECRET_SIZE] = {SECRET};
static const uint8_t hash_key[] = {HASH_KEY};
static const uint64_t boot = BOOT;

static char request[2048];
static char received[4096];
static char record[6144];
static uint8_t scratch[JURAT_DIAGNOSIS_SCRATCH_SIZE(sizeof request)];

static uint64_t device_time(const attempt *attempt)
{
    return (uint64_t)((int64_t)board_time() + attempt->clock_off);
}

static void check(const char *what, int32_t status)
{
    if (status != JURAT_OK) {
        board_put("error: ");
        board_put(what);
        board_put(": ");
        board_put(jurat_argument_text(status));
        board_put(": ");
        board_put(jurat_cause_text(status));
        board_put("\n");
        board_exit(2);
    }
}

static size_t write_request(const attempt *attempt, uint64_t message)
{
    uint8_t random[JURAT_RANDOM_SIZE];
    size_t length;
    check("id", jurat_jwt_id_derive(secret, sizeof secret, boot, message, random, sizeof random, &length));
    jurat_client_assertion client = JURAT_CLIENT_ASSERTION_INIT;
    client.flags = JURAT_INSECURE_HTTP;
    client.client_id = (jurat_str)JURAT_TEXT(CLIENT_ID);
    client.issuer = attempt->issuer;
    client.key_id = (jurat_str)JURAT_TEXT(KEY_ID);
    client.issued_at = device_time(attempt);
    client.random = random;
    client.random_size = length;
    jurat_token_request token_request = JURAT_TOKEN_REQUEST_INIT;
    token_request.flags = JURAT_INSECURE_HTTP;
    token_request.client = &client;
    token_request.http_endpoint = (jurat_str)JURAT_TEXT(TOKEN_ENDPOINT);
    token_request.http_hook = jurat_http_hook;
    jurat_signer signer = JURAT_P256_SIGNER(attempt->key);
    check("sign", jurat_token_request_sign(&token_request, NULL, &signer, request, sizeof request, &length));
    return length;
}

static void receive(jurat_response *response)
{
    size_t length = 0;
    uint32_t complete = 0;
    uint32_t flags = 0;
    while (complete == 0) {
        const int full = length == sizeof received;
        const int byte = full ? -1 : uart_get(SILENCE);
        if (byte < 0) {
            flags |= full ? JURAT_BUFFER_FULL : JURAT_CONNECTION_ENDED;
        } else {
            received[length++] = (char)byte;
        }
        check("answer", jurat_response_http1(received, length, flags, response, &complete));
    }
}

/* The form behind the head. */
static const char *body(size_t length)
{
    for (size_t i = 4; i <= length; i++) {
        if (memcmp(request + i - 4, "\r\n\r\n", 4) == 0) return request + i;
    }
    return request + length;
}

static void explain(const attempt *attempt, jurat_evidence *evidence)
{
    jurat_server server = JURAT_SERVER_INIT;
    server.flags = JURAT_INSECURE_HTTP;
    server.issuer = (jurat_str)JURAT_TEXT(ISSUER);
    server.token_endpoint = (jurat_str)JURAT_TEXT(TOKEN_ENDPOINT);
    server.profile = &jurat_profile_oidc_provider;
    jurat_public_key public_key;
    check("key", jurat_p256_public_key(attempt->key, JURAT_KEY_SIZE, &public_key));
    evidence->method = (jurat_str)JURAT_TEXT("POST");
    evidence->endpoint = server.token_endpoint;
    evidence->content_type = (jurat_str)JURAT_TEXT(JURAT_CONTENT_TYPE);
    evidence->clock_source = (jurat_str)JURAT_TEXT("rtc");
    evidence->server = &server;
    evidence->behaviour = &jurat_behaviour_oidc_provider;
    evidence->registration = registration;
    evidence->registration_size = sizeof registration;
    evidence->public_key = &public_key;
    evidence->verify = jurat_p256_verify;
    evidence->scratch = scratch;
    evidence->scratch_size = sizeof scratch;

    jurat_diagnosis diagnosis;
    check("explain", jurat_explain(evidence, &diagnosis));
    for (uint32_t i = 0; i < diagnosis.causes_length; i++) {
        board_put("  ");
        board_put(jurat_class_name(diagnosis.causes[i].class_));
        board_put(": ");
        board_put(jurat_fault_code(diagnosis.causes[i].fault));
        board_put(": ");
        board_put(jurat_fault_text(diagnosis.causes[i].fault));
        board_put("\n");
    }
    jurat_privacy privacy = JURAT_PRIVACY_INIT;
    privacy.hash_key = hash_key;
    privacy.hash_key_size = sizeof hash_key;
    size_t length;
    check("record", jurat_explain_json(evidence, &privacy, record, sizeof record, &length));
    board_put("  ");
    board_write(record, length);
    board_put("\n");
}

int main(void)
{
    uart_start();
    for (size_t i = 0; i < ATTEMPTS; i++) {
        const attempt *attempt = &attempts[i];
        const size_t length = write_request(attempt, i);
        jurat_evidence evidence = JURAT_EVIDENCE_INIT;
        evidence.request_body = body(length);
        evidence.request_body_size = (size_t)(request + length - evidence.request_body);
        evidence.sent_at = device_time(attempt);
        uart_put(request, length);
        jurat_response response;
        receive(&response);
        evidence.received_at = device_time(attempt);
        jurat_answer answer;
        check("answer", jurat_response_read(&response, &answer));
        evidence.response = &response;
        evidence.answer = &answer;

        board_put(attempt->name);
        board_put(": ");
        board_put_decimal(response.status);
        board_put(" ");
        if (answer.error.data != NULL) {
            board_write(answer.error.data, answer.error.length);
        }
        board_put("\n");
        if (answer.outcome != JURAT_OUTCOME_TOKEN) {
            explain(attempt, &evidence);
        }
        /* The assertion is no longer needed. */
        memset(request, 0, sizeof request);
    }
    return 0;
}
