/* Fetches a token as a device does, over a plain connection to a test server on
 * this machine, and logs each step. A device puts its TLS socket where this has
 * a plain one. The log holds no assertion, token or signature. */
#define _DEFAULT_SOURCE
#include <getopt.h>
#include <inttypes.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "jurat.h"

static struct {
    const char *key, *key_id, *client_id, *issuer, *token_endpoint, *profile, *scope;
    int64_t clock_off;
    uint32_t clock_state, attempts;
} options = {.profile = "rfc-10070", .clock_state = JURAT_CLOCK_TRUSTED};

static uint64_t device_time(void)
{
    return (uint64_t)((int64_t)time(NULL) + options.clock_off);
}

static void fail(const char *what, int32_t status)
{
    fprintf(stderr, "error: %s: %s: %s\n", what, jurat_argument_text(status), jurat_cause_text(status));
    exit(2);
}

static void check(const char *what, int32_t status)
{
    if (status != JURAT_OK) fail(what, status);
}

static jurat_str text(const char *value)
{
    return value == NULL ? (jurat_str)JURAT_TEXT_NONE : jurat_text(value);
}

static void read_file(const char *name, void *to, size_t size, size_t *length)
{
    FILE *file = fopen(name, "rb");
    if (file == NULL) {
        perror(name);
        exit(2);
    }
    *length = fread(to, 1, size, file);
    fclose(file);
}

/* Sends a request; the connection ends with the answer. */
static int send_request(const char *request, size_t length)
{
    char host[128], port[8] = "80";
    if (sscanf(options.token_endpoint, "http://%127[^:/]:%7[0-9]", host, port) < 1) {
        fprintf(stderr, "error: only http here: a device brings its own TLS\n");
        exit(2);
    }
    struct addrinfo *address = NULL, hints = {.ai_socktype = SOCK_STREAM};
    int connection = -1;
    if (getaddrinfo(host, port, &hints, &address) == 0) {
        connection = socket(address->ai_family, address->ai_socktype, address->ai_protocol);
        struct timeval timeout = {.tv_sec = 10, .tv_usec = 0};
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
        if (connect(connection, address->ai_addr, address->ai_addrlen) != 0
            || send(connection, request, length, 0) != (ssize_t)length) {
            close(connection);
            connection = -1;
        }
        freeaddrinfo(address);
    }
    if (connection < 0) {
        fprintf(stderr, "error: no connection to %s:%s\n", host, port);
        exit(2);
    }
    return connection;
}

/* Reads until the connection ends, or the buffer is full; gives the flag that says which. */
static uint32_t receive(int connection, char *buffer, size_t size, size_t *length)
{
    ssize_t count = 1;
    *length = 0;
    while (*length < size && (count = read(connection, buffer + *length, size - *length)) > 0) *length += (size_t)count;
    close(connection);
    return count > 0 ? JURAT_BUFFER_FULL : JURAT_CONNECTION_ENDED;
}

static void log_answer(const jurat_answer *answer)
{
    static const char *const outcomes[] = {"", "token", "error", "foreign", "not JSON", "empty", "truncated",
                                           "too large", "unusable", "redirect"};
    printf("  %s", outcomes[answer->outcome]);
    if (answer->error.data != NULL) printf(" %.*s", (int)answer->error.length, answer->error.data);
    if (answer->description.data != NULL) printf(": %.*s", (int)answer->description.length, answer->description.data);
    if (answer->flags & JURAT_ANSWER_EXPIRES) printf(", expires in %" PRIu32 " s", answer->expires_in);
    if (answer->flags & JURAT_ANSWER_RENEW) printf(", renew at %" PRIu64 " of the device's clock", answer->renew_at);
    printf("\n");
    if (answer->clock_moved != 0) printf("  the clock moved by %" PRId64 " s\n", answer->clock_moved);
}

/* The step in the words of the other languages: "Stop(ClockUnset)" for CLOCK_UNSET. */
static void log_step(uint64_t now, uint32_t step, uint32_t detail)
{
    static const char *const steps[] = {"", "LearnTime", "Send", "Wait", "Answer", "Done", "Stop"};
    printf("device %" PRIu64 ": %s", now, steps[step]);
    if (step == JURAT_STEP_WAIT) printf("(%" PRIu32 ")", detail);
    if (step == JURAT_STEP_STOP) {
        static const struct {
            uint32_t cause;
            const char *name;
        } causes[] = {{JURAT_CAUSE_REFUSED, "Refused"}, {JURAT_CAUSE_CLOCK_UNSET, "ClockUnset"},
                      {JURAT_CAUSE_JUMP_TOO_FAR, "JumpTooFar"}, {JURAT_CAUSE_BEFORE_BUILD, "BeforeBuild"},
                      {JURAT_CAUSE_NO_ATTEMPTS_LEFT, "NoAttemptsLeft"}, {JURAT_CAUSE_DPOP_REQUIRED, "DpopRequired"},
                      {JURAT_CAUSE_NOT_OAUTH, "NotOauth"}, {JURAT_CAUSE_REDIRECTED, "Redirected"},
                      {JURAT_CAUSE_SERVER_FAULT, "ServerFault"}, {JURAT_CAUSE_RESPONSE_TOO_LARGE, "ResponseTooLarge"},
                      {JURAT_CAUSE_RESPONSE_TRUNCATED, "ResponseTruncated"}};
        const char *name = "?";
        for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++) {
            if (causes[i].cause == detail) name = causes[i].name;
        }
        printf("(%s)", name);
    }
    printf("\n");
}

static int fetch(const uint8_t *key)
{
    jurat_server server = JURAT_SERVER_INIT;
    server.flags = JURAT_INSECURE_HTTP;
    server.issuer = jurat_text(options.issuer);
    server.token_endpoint = jurat_text(options.token_endpoint);
    /* A firmware names its profile, such as &jurat_profile_keycloak, and gets no other. */
    server.profile = jurat_profile_named(jurat_text(options.profile));
    if (server.profile == NULL) {
        fprintf(stderr, "error: no such profile\n");
        return 2;
    }

    /* A year ago, in place of the firmware's build time. */
    jurat_clock clock = JURAT_CLOCK_INIT(options.clock_state, (uint64_t)time(NULL) - 365 * 86400);
    clock.uncertainty = 1;
    jurat_exchange exchange;
    check("exchange", jurat_exchange_init(&exchange, &clock, options.attempts));

    static char buffer[16 * 1024];
    for (;;) {
        uint32_t step, detail;
        uint64_t now = device_time();
        check("step", jurat_exchange_step(&exchange, now, &step, &detail));
        log_step(now, step, detail);
        size_t length;
        if (step == JURAT_STEP_LEARN_TIME) {
            check("ask", jurat_exchange_ask_time(&exchange, now));
            check("ask", jurat_time_request(jurat_text(options.token_endpoint), JURAT_INSECURE_HTTP, buffer,
                                            sizeof buffer, &length));
        } else if (step == JURAT_STEP_SEND) {
            uint8_t random[JURAT_RANDOM_SIZE];
            size_t got;
            read_file("/dev/urandom", random, sizeof random, &got);
            jurat_client_assertion client = JURAT_CLIENT_ASSERTION_INIT;
            client.client_id = jurat_text(options.client_id);
            client.key_id = text(options.key_id);
            client.server = &server;
            client.issued_at = now;
            client.random = random;
            client.random_size = got;
            jurat_token_request request = JURAT_TOKEN_REQUEST_INIT;
            request.flags = JURAT_INSECURE_HTTP;
            request.client = &client;
            request.scope = text(options.scope);
            request.http_endpoint = jurat_text(options.token_endpoint);
            request.http_hook = jurat_http_hook;
            jurat_signer signer = JURAT_P256_SIGNER(key);
            check("sign", jurat_exchange_sign(&exchange, &request, now, NULL, &signer, buffer, sizeof buffer, &length));
            printf("  sends %zu bytes\n", length);
        } else if (step == JURAT_STEP_WAIT) {
            fflush(stdout);
            sleep(detail);
            continue;
        } else {
            return step == JURAT_STEP_DONE ? 0 : 1;
        }
        uint64_t sent_at = device_time();
        int connection = send_request(buffer, length);
        uint32_t end = receive(connection, buffer, sizeof buffer, &length);
        uint64_t received_at = device_time();
        jurat_response response;
        uint32_t complete;
        uint32_t head = step == JURAT_STEP_LEARN_TIME ? JURAT_HEAD : 0;
        int32_t status = jurat_response_http1(buffer, length, end | head, &response, &complete);
        if (JURAT_CAUSE(status) == JURAT_CAUSE_RESPONSE_TRUNCATED) {
            /* Whether the request arrived nobody knows: the next one has an assertion of its own. */
            printf("  no answer\n");
            check("no answer", jurat_exchange_no_answer(&exchange, received_at));
            continue;
        }
        check("answer", status);
        jurat_answer answer;
        check("answer", jurat_exchange_answer(&exchange, &response, sent_at, received_at, &answer));
        log_answer(&answer);
    }
}

int main(int argc, char **argv)
{
    static const struct option known[] = {
        {"key", required_argument, NULL, 'k'},         {"key-id", required_argument, NULL, 'i'},
        {"client-id", required_argument, NULL, 'c'},   {"issuer", required_argument, NULL, 'u'},
        {"token-endpoint", required_argument, NULL, 'e'}, {"profile", required_argument, NULL, 'p'},
        {"scope", required_argument, NULL, 's'},       {"clock-off", required_argument, NULL, 'o'},
        {"clock-unset", no_argument, NULL, 'n'},       {"attempts", required_argument, NULL, 'a'},
        {NULL, 0, NULL, 0}};
    for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        switch (option) {
        case 'k': options.key = optarg; break;
        case 'i': options.key_id = optarg; break;
        case 'c': options.client_id = optarg; break;
        case 'u': options.issuer = optarg; break;
        case 'e': options.token_endpoint = optarg; break;
        case 'p': options.profile = optarg; break;
        case 's': options.scope = optarg; break;
        case 'o': options.clock_off = strtoll(optarg, NULL, 10); break;
        case 'n': options.clock_state = JURAT_CLOCK_UNSET; break;
        case 'a': options.attempts = (uint32_t)strtoul(optarg, NULL, 10); break;
        default: return 2;
        }
    }
    if (!options.key || !options.client_id || !options.issuer || !options.token_endpoint) {
        fprintf(stderr, "usage: token_exchange --key FILE --client-id ID --issuer URL --token-endpoint URL\n"
                        "  [--key-id ID] [--profile NAME] [--scope SCOPE] [--clock-off SECONDS] [--clock-unset]\n"
                        "  [--attempts N]\n");
        return 2;
    }
    uint8_t file[1024], key[JURAT_KEY_SIZE];
    size_t length, key_length;
    read_file(options.key, file, sizeof file, &length);
    check("key", jurat_key_import(file, length, key, sizeof key, &key_length, NULL, NULL));
    int status = fetch(key);
    memset(key, 0, sizeof key);
    memset(file, 0, sizeof file);
    return status;
}
