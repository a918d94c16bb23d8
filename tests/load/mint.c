/* A million assertions in one process of C, and a signer that fails at random.
 *
 *     mint many COUNT [leak]    memory before and after, and the calls of malloc() between; the ids to standard output
 *     mint faults COUNT         COUNT requests through exchanges, with failures of every kind; the ids of what was made
 *
 * Linked with --wrap=malloc and its like, so that what the library asks for is counted, too. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jurat.h"

#define NOW UINT64_C(1795459454)
#define ROOM 2048
#define STATUS(cause, argument) (-(256 * JURAT_CAUSE_##cause + JURAT_ARGUMENT_##argument))
#define CHECK(condition) check((condition), #condition, __LINE__)

static void check(int good, const char *what, int line)
{
    if (!good) {
        fprintf(stderr, "%s:%d: %s\n", __FILE__, line, what);
        exit(1);
    }
}

/* ------------------------------------------------------------------------------------------------------- memory */

static unsigned long allocations;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *__wrap_malloc(size_t size)
{
    ++allocations;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    ++allocations;
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    ++allocations;
    return __real_realloc(old, size);
}

/* In kilobytes. */
static long resident(void)
{
    FILE *file = fopen("/proc/self/status", "r");
    CHECK(file != NULL);
    char line[256];
    long size = -1;
    while (fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "VmRSS: %ld", &size) == 1) break;
    }
    fclose(file);
    return size;
}

/* ------------------------------------------------------------------------------------------------------ signers */

static const uint8_t SIGNATURE[JURAT_SIGNATURE_SIZE] = { [31] = 1, [63] = 1 };

struct signing {
    int leaks;
    /* What the last call did: 0 is a signature. */
    unsigned fault;
    uint32_t random;
    int may_fail;
};

static uint32_t next(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static int32_t sign(void *context, const uint8_t *hash, const uint8_t *message, size_t message_length,
                    uint8_t *signature, size_t signature_size, size_t *signature_length)
{
    (void)hash, (void)message, (void)message_length, (void)signature_size;
    struct signing *signing = context;
    if (signing->leaks) {
        volatile char *lost = malloc(32);
        if (lost != NULL) lost[0] = 1;
    }
    signing->fault = signing->may_fail ? next(&signing->random) % 6 : 0;
    memcpy(signature, SIGNATURE, sizeof SIGNATURE);
    *signature_length = sizeof SIGNATURE;
    switch (signing->fault) {
    case 1: return 7;
    case 2: *signature_length = 63; return 0;
    case 3: memset(signature, 0, sizeof SIGNATURE); return 0;
    case 4: memset(signature, 0xff, sizeof SIGNATURE); return 0;
    case 5: *signature_length = 0; return INT32_MIN;
    default: return 0;
    }
}

/* ------------------------------------------------------------------------------------------------------ requests */

static const uint8_t SECRET[32] = "thirty-two bytes of the device's";

/* The id with this number, of this start of a device. */
static void make_id(uint64_t boot, uint64_t number, uint8_t id[JURAT_RANDOM_SIZE])
{
    size_t length;
    CHECK(jurat_jwt_id_derive(SECRET, sizeof SECRET, boot, number, id, JURAT_RANDOM_SIZE, &length) == JURAT_OK);
}

static jurat_client_assertion client_with(const uint8_t *id)
{
    jurat_client_assertion client = JURAT_CLIENT_ASSERTION_INIT;
    client.client_id = jurat_text("device-7");
    client.issuer = jurat_text("https://as.example");
    client.issued_at = NOW;
    client.random = id;
    client.random_size = JURAT_RANDOM_SIZE;
    return client;
}

static void put(const uint8_t *id)
{
    CHECK(fwrite(id, 1, JURAT_RANDOM_SIZE, stdout) == JURAT_RANDOM_SIZE);
}

static void mint_many(unsigned long count, int leaks)
{
    static char output[ROOM];
    struct signing signing = { leaks, 0, 0, 0 };
    jurat_signer signer = JURAT_SIGNER_INIT(sign, &signing);
    long before = 0;
    unsigned long allocated = 0;
    for (unsigned long i = 0; i < count; ++i) {
        /* Until then, whatever is done once was done. */
        if (i == count / 10) {
            before = resident();
            allocated = allocations;
        }
        uint8_t id[JURAT_RANDOM_SIZE];
        make_id(leaks ? 2 : 1, i, id);
        jurat_client_assertion client = client_with(id);
        jurat_token_request request = JURAT_TOKEN_REQUEST_INIT;
        request.client = &client;
        size_t length;
        CHECK(i % 2 ? jurat_client_assertion_sign(&client, &signer, output, ROOM, &length) == JURAT_OK
                    : jurat_token_request_sign(&request, NULL, &signer, output, ROOM, &length) == JURAT_OK);
        put(id);
    }
    fprintf(stderr, "%ld %ld %lu\n", before, resident(), allocations - allocated);
}

/* -------------------------------------------------------------------------------------------------------- faults */

static int is_zero(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; ++i) {
        if (bytes[i] != 0) return 0;
    }
    return 1;
}

static void mint_with_faults(unsigned long count)
{
    static char output[ROOM];
    struct signing signing = { 0, 0, 1, 1 };
    jurat_signer signer = JURAT_SIGNER_INIT(sign, &signing);
    jurat_clock clock = JURAT_CLOCK_INIT(JURAT_CLOCK_TRUSTED, NOW - 1000);
    static const int32_t statuses[] = { JURAT_OK, STATUS(SIGNER_FAILED, SIGNER), STATUS(WRONG_LENGTH, SIGNATURE),
                                        STATUS(SIGNATURE_OUT_OF_RANGE, SIGNATURE),
                                        STATUS(SIGNATURE_OUT_OF_RANGE, SIGNATURE), STATUS(SIGNER_FAILED, SIGNER) };
    unsigned long failed = 0, shrank = 0;
    for (unsigned long i = 0; i < count; ++i) {
        uint8_t id[JURAT_RANDOM_SIZE];
        make_id(3, i, id);
        jurat_client_assertion client = client_with(id);
        jurat_token_request request = JURAT_TOKEN_REQUEST_INIT;
        request.client = &client;
        jurat_exchange exchange, before;
        CHECK(jurat_exchange_init(&exchange, &clock, 1) == JURAT_OK);
        before = exchange;

        size_t needed, length;
        CHECK(jurat_exchange_sign(&exchange, &request, NOW, NULL, &signer, NULL, 0, &needed) ==
              STATUS(BUFFER_TOO_SMALL, OUTPUT));
        CHECK(needed > 0 && needed <= ROOM);
        for (;;) {
            /* The room shrinks behind the question, now and then. */
            size_t room = next(&signing.random) % 2 ? needed : next(&signing.random) % needed;
            memset(output, 0xaa, ROOM);
            signing.fault = 99;
            int32_t status = jurat_exchange_sign(&exchange, &request, NOW, NULL, &signer, output, room, &length);
            if (status == JURAT_OK) break;
            CHECK(memcmp(&exchange, &before, sizeof before) == 0);
            if (room < needed) {
                CHECK(room == 0 ? status == STATUS(NULL_POINTER, OUTPUT) || status == STATUS(BUFFER_TOO_SMALL, OUTPUT)
                                : status == STATUS(BUFFER_TOO_SMALL, OUTPUT));
                CHECK(length == needed && signing.fault == 99);
                ++shrank;
            } else {
                CHECK(signing.fault < 6 && signing.fault > 0 && status == statuses[signing.fault]);
                CHECK(length == 0);
                ++failed;
            }
            CHECK(is_zero(output, room));
            for (size_t j = room; j < ROOM; ++j) CHECK(output[j] == (char)0xaa);
        }
        /* What was never sent spent nothing: the id of the failed attempts is the one that went out. */
        CHECK(signing.fault == 0 && length == needed && memcmp(&exchange, &before, sizeof before) != 0);
        CHECK(jurat_exchange_sign(&exchange, &request, NOW, NULL, &signer, output, ROOM, &length) ==
              STATUS(ANSWER_AWAITED, EXCHANGE));
        CHECK(jurat_exchange_no_answer(&exchange, NOW) == JURAT_OK);
        CHECK(jurat_exchange_sign(&exchange, &request, NOW, NULL, &signer, output, ROOM, &length) ==
              STATUS(NO_ATTEMPTS_LEFT, EXCHANGE));
        put(id);
    }
    fprintf(stderr, "%lu %lu\n", failed, shrank);
}

int main(int argc, char **argv)
{
    static char buffer[1 << 16];
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    if (argc < 3) return 2;
    unsigned long count = strtoul(argv[2], NULL, 10);
    if (strcmp(argv[1], "many") == 0) {
        mint_many(count, argc > 3 && strcmp(argv[3], "leak") == 0);
    } else {
        mint_with_faults(count);
    }
    return fflush(stdout) == 0 ? 0 : 2;
}
