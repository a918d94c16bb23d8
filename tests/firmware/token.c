/* A device without a network: it fetches a token from an authorization server over
 * its UART, at whose other end something moves the bytes to the server and back.
 * Requests and answers are whole HTTP/1.1 messages, written and read here. A real
 * device has TLS below them: with it on the device, the line needs no trust.
 *
 * What is the device's own comes by defines: CLIENT_ID, KEY_ID, KEY (the scalar's
 * bytes), ISSUER, TOKEN_ENDPOINT, PROFILE, CLOCK_STATE, CLOCK_OFF (seconds), SECRET
 * (its bytes) and BOOT. The log holds no assertion, token or signature. */
#include <string.h>

#include "board.h"
#include "jurat.h"
#include "uart.h"

/* When the firmware was built, for the clock: 2026-01-01. */
#define BUILD_TIME 1767225600
/* Seconds without a byte after which no more is expected. */
#define SILENCE 10

/* The texts of the JURAT_STEP_ numbers. */
static const char *const steps[] = {"", "LearnTime", "Send", "Wait", "Answer", "Done", "Stop"};

static const uint8_t key[JURAT_KEY_SIZE] = {KEY};
/* Stands for one of the device's own, kept like the key, and for a counter in its flash. */
static const uint8_t secret[JURAT_SECRET_SIZE] = {SECRET};
static const uint64_t boot = BOOT;

/* The request, then the answer to it. */
static char buffer[4096];

static uint64_t device_time(void)
{
    return (uint64_t)((int64_t)board_time() + (CLOCK_OFF));
}

static void put_number(const char *before, uint64_t number, const char *after)
{
    board_put(before);
    board_put_decimal(number);
    board_put(after);
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

static void log_step(uint64_t now, uint32_t step, uint32_t detail)
{
    put_number("device ", now, ": ");
    board_put(steps[step]);
    board_put("\n");
    if (step == JURAT_STEP_STOP) {
        board_put("  ");
        board_put(jurat_cause_text(-(int32_t)(detail << 8)));
        board_put("\n");
    }
}

static void log_answer(const jurat_answer *answer)
{
    if (answer->outcome == JURAT_OUTCOME_TOKEN) {
        put_number("  token of ", answer->access_token.length, " characters\n");
    }
    if (answer->error.data != NULL) {
        board_put("  ");
        board_write(answer->error.data, answer->error.length);
        board_put("\n");
    }
}

/* The line says nowhere that the connection has ended, so that the answer itself has to say where it ends. */
static void receive(uint32_t flags, jurat_response *response)
{
    size_t length = 0;
    uint32_t complete = 0;
    while (complete == 0) {
        const int full = length == sizeof buffer;
        const int byte = full ? -1 : uart_get(SILENCE);
        if (byte < 0) {
            flags |= full ? JURAT_BUFFER_FULL : JURAT_CONNECTION_ENDED;
        } else {
            buffer[length++] = (char)byte;
        }
        check("answer", jurat_response_http1(buffer, length, flags, response, &complete));
    }
}

static size_t write_request(jurat_exchange *exchange, uint64_t now)
{
    /* Without a random source: the count of assertions goes on from attempt to attempt. */
    static uint64_t messages;
    uint8_t random[JURAT_RANDOM_SIZE];
    size_t length;
    check("id", jurat_jwt_id_derive(secret, sizeof secret, boot, messages++, random, sizeof random, &length));

    jurat_server server = JURAT_SERVER_INIT;
    server.flags = JURAT_INSECURE_HTTP;
    server.issuer = (jurat_str)JURAT_TEXT(ISSUER);
    server.token_endpoint = (jurat_str)JURAT_TEXT(TOKEN_ENDPOINT);
    server.profile = &PROFILE;
    jurat_client_assertion client = JURAT_CLIENT_ASSERTION_INIT;
    client.client_id = (jurat_str)JURAT_TEXT(CLIENT_ID);
    client.key_id = (jurat_str)JURAT_TEXT(KEY_ID);
    client.server = &server;
    client.random = random;
    client.random_size = length;
    jurat_token_request request = JURAT_TOKEN_REQUEST_INIT;
    request.flags = JURAT_INSECURE_HTTP;
    request.client = &client;
    request.http_endpoint = (jurat_str)JURAT_TEXT(TOKEN_ENDPOINT);
    request.http_hook = jurat_http_hook;
    jurat_signer signer = JURAT_P256_SIGNER(key);
    check("sign", jurat_exchange_sign(exchange, &request, now, NULL, &signer, buffer, sizeof buffer, &length));
    return length;
}

int main(void)
{
    uart_start();
    jurat_clock clock = JURAT_CLOCK_INIT(CLOCK_STATE, BUILD_TIME);
    jurat_exchange exchange;
    check("exchange", jurat_exchange_init(&exchange, &clock, 0));
    for (;;) {
        uint32_t step, detail;
        const uint64_t now = device_time();
        check("step", jurat_exchange_step(&exchange, now, &step, &detail));
        log_step(now, step, detail);
        size_t length;
        uint32_t flags = 0;
        if (step == JURAT_STEP_LEARN_TIME) {
            flags = JURAT_HEAD;
            check("ask", jurat_exchange_ask_time(&exchange, now));
            check("ask", jurat_time_request((jurat_str)JURAT_TEXT(TOKEN_ENDPOINT), JURAT_INSECURE_HTTP, buffer,
                                            sizeof buffer, &length));
        } else if (step == JURAT_STEP_SEND) {
            length = write_request(&exchange, now);
        } else if (step == JURAT_STEP_WAIT) {
            while (device_time() < now + detail) {
            }
            continue;
        } else {
            return step == JURAT_STEP_DONE ? 0 : 1;
        }
        const uint64_t sent_at = device_time();
        uart_put(buffer, length);
        jurat_response response;
        receive(flags, &response);
        jurat_answer answer;
        check("answer", jurat_exchange_answer(&exchange, &response, sent_at, device_time(), &answer));
        log_answer(&answer);
    }
}
