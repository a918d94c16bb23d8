/* Writes one token request and says what it cost. What is measured is chosen
 * by SIGNER: none (the frame that the others are compared with), a callback
 * (stands for a secure element: what the library itself costs) or p256. */
#include <string.h>

#include "board.h"
#include "jurat.h"

#define SIGNER_NONE 0
#define SIGNER_CALLBACK 1
#define SIGNER_P256 2

#define CLIENT_ID "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
#define ISSUER "https://as.example/realms/field"
#define KEY_ID "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U"
#define SCOPE "telemetry"

#if SIGNER != SIGNER_NONE
static char body[JURAT_TOKEN_REQUEST_SIZE(
    JURAT_CLIENT_ASSERTION_SIZE(sizeof CLIENT_ID - 1, sizeof ISSUER - 1, JURAT_JWT_ID_LENGTH, sizeof KEY_ID - 1, 0),
    0, sizeof CLIENT_ID - 1, sizeof SCOPE - 1, 0, 0)];
static size_t body_length;
static size_t message_length;

#if SIGNER == SIGNER_P256
/* The test key of RFC 7515 appendix A.3: published, so never for use. */
static const uint8_t key[JURAT_KEY_SIZE] = {
    0x8e, 0x9b, 0x10, 0x9e, 0x71, 0x90, 0x98, 0xbf, 0x98, 0x04, 0x87, 0xdf, 0x1f, 0x5d, 0x77, 0xe9,
    0xcb, 0x29, 0x60, 0x6e, 0xbe, 0xd2, 0x26, 0x3b, 0x5f, 0x57, 0xc2, 0x13, 0xdf, 0x84, 0xf4, 0xb2,
};
#else
static int32_t element(void *context, const uint8_t *hash, const uint8_t *message, size_t length, uint8_t *signature,
                       size_t signature_size, size_t *signature_length)
{
    (void)context;
    (void)message;
    (void)signature_size;
    message_length = length;
    *signature_length = JURAT_SIGNATURE_SIZE;
    memcpy(signature, hash, JURAT_HASH_SIZE);
    memcpy(signature + JURAT_HASH_SIZE, hash, JURAT_HASH_SIZE);
    return 0;
}
#endif

static int32_t __attribute__((noinline)) write_request(void)
{
#if SIGNER == SIGNER_P256
    jurat_signer signer = JURAT_P256_SIGNER(key);
#else
    jurat_signer signer = JURAT_SIGNER_INIT(element, NULL);
#endif
    static const uint8_t random[JURAT_RANDOM_SIZE] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    jurat_client_assertion client = JURAT_CLIENT_ASSERTION_INIT;
    client.client_id = (jurat_str)JURAT_TEXT(CLIENT_ID);
    client.issuer = (jurat_str)JURAT_TEXT(ISSUER);
    client.key_id = (jurat_str)JURAT_TEXT(KEY_ID);
    client.issued_at = 1795459454;
    client.random = random;
    client.random_size = sizeof random;
    jurat_token_request request = JURAT_TOKEN_REQUEST_INIT;
    request.client = &client;
    request.scope = (jurat_str)JURAT_TEXT(SCOPE);
    return jurat_token_request_sign(&request, NULL, &signer, body, sizeof body, &body_length);
}
#endif

static void report(const char *name, uint64_t number)
{
    board_put(name);
    board_put(" ");
    board_put_decimal(number);
    board_put("\n");
}

int main(void)
{
    int32_t status = 0;
    board_stack_paint();
#if SIGNER != SIGNER_NONE
    status = write_request();
#endif
    report("stack", board_stack_peak());

    board_ticks_start();
#if SIGNER != SIGNER_NONE
    status |= write_request();
#endif
    board_ticks_stop();
    report("instructions", board_instructions());

#if SIGNER != SIGNER_NONE
    report("message", message_length);
    report("body", body_length);
    board_write(body, body_length);
    board_put("\n");
#endif
    return status == 0 ? 0 : 1;
}
