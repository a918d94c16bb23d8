/* Writes one token request and says what it cost. What is measured is chosen
 * by SIGNER: none (the frame that the others are compared with), a callback
 * (stands for a secure element: what the library itself costs), p256, p256
 * with every signature verified, or the comb. With IMPORT it reads a key instead. With
 * ASSERTION it writes no request but a client assertion alone, whose signing
 * input has 300 bytes. */
#define JURAT_COMB
#include "measured.h"

#define SIGNER_NONE 0
#define SIGNER_CALLBACK 1
#define SIGNER_P256 2
#define SIGNER_VERIFIED 3
#define SIGNER_IMPORT 4
#define SIGNER_COMB 5

#ifdef ASSERTION
#define CLIENT_ID "sensor-4711.example"
#define ISSUER "https://as.example/field"
#define KEY_ID "2026-11-23"
#else
#define CLIENT_ID "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
#define ISSUER "https://as.example/realms/field"
#define KEY_ID "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U"
#endif
#define SCOPE "telemetry"

#if SIGNER != SIGNER_NONE
static char body[JURAT_TOKEN_REQUEST_SIZE(
    JURAT_CLIENT_ASSERTION_SIZE(sizeof CLIENT_ID - 1, sizeof ISSUER - 1, JURAT_JWT_ID_LENGTH, sizeof KEY_ID - 1, 0),
    0, sizeof CLIENT_ID - 1, sizeof SCOPE - 1, 0, 0)];
static size_t body_length;
static size_t message_length;

#if SIGNER == SIGNER_P256 || SIGNER == SIGNER_VERIFIED || SIGNER == SIGNER_COMB
/* The test key of RFC 7515 appendix A.3: published, so never for use. */
static const uint8_t key[JURAT_KEY_SIZE] = {
    0x8e, 0x9b, 0x10, 0x9e, 0x71, 0x90, 0x98, 0xbf, 0x98, 0x04, 0x87, 0xdf, 0x1f, 0x5d, 0x77, 0xe9,
    0xcb, 0x29, 0x60, 0x6e, 0xbe, 0xd2, 0x26, 0x3b, 0x5f, 0x57, 0xc2, 0x13, 0xdf, 0x84, 0xf4, 0xb2,
};
#elif SIGNER == SIGNER_IMPORT
/* The same as PEM. */
static const char pem[] = "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjpsQnnGQmL+YBIff\n"
    "H1136cspYG6+0iY7X1fCE9+E9LKhRANCAAR/zc4ncPbEXUGDy+5v20t7WAczNXvp\n"
    "7xO6z248e9FURcfxRM0bvZt+hyzf7bnuufSzaV1uqQskrYpGIyiFiOWt\n"
    "-----END PRIVATE KEY-----\n";
#endif

#if SIGNER == SIGNER_IMPORT
static int32_t __attribute__((noinline)) write_request(void)
{
    return jurat_key_import((const uint8_t *)pem, sizeof pem - 1, (uint8_t *)body, sizeof body, &body_length, NULL, NULL);
}
#else
static int32_t __attribute__((noinline)) write_request(void)
{
#if SIGNER == SIGNER_P256
    jurat_signer signer = JURAT_P256_SIGNER(key);
#elif SIGNER == SIGNER_COMB
    jurat_signer signer = JURAT_COMB_SIGNER(key);
#elif SIGNER == SIGNER_VERIFIED
    jurat_signer inner = JURAT_P256_SIGNER(key);
    /* The public half of the key. */
    static const jurat_public_key public_key = {
        {0x7f, 0xcd, 0xce, 0x27, 0x70, 0xf6, 0xc4, 0x5d, 0x41, 0x83, 0xcb, 0xee, 0x6f, 0xdb, 0x4b, 0x7b,
         0x58, 0x07, 0x33, 0x35, 0x7b, 0xe9, 0xef, 0x13, 0xba, 0xcf, 0x6e, 0x3c, 0x7b, 0xd1, 0x54, 0x45},
        {0xc7, 0xf1, 0x44, 0xcd, 0x1b, 0xbd, 0x9b, 0x7e, 0x87, 0x2c, 0xdf, 0xed, 0xb9, 0xee, 0xb9, 0xf4,
         0xb3, 0x69, 0x5d, 0x6e, 0xa9, 0x0b, 0x24, 0xad, 0x8a, 0x46, 0x23, 0x28, 0x85, 0x88, 0xe5, 0xad}};
    jurat_verified verified = {&inner, public_key};
    jurat_signer signer = JURAT_VERIFIED_SIGNER(&verified);
#else
    jurat_signer signer = JURAT_SIGNER_INIT(element, &message_length);
#endif
    static const uint8_t random[JURAT_RANDOM_SIZE] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    jurat_client_assertion client = JURAT_CLIENT_ASSERTION_INIT;
    client.client_id = (jurat_str)JURAT_TEXT(CLIENT_ID);
    client.issuer = (jurat_str)JURAT_TEXT(ISSUER);
    client.key_id = (jurat_str)JURAT_TEXT(KEY_ID);
    client.issued_at = 1795459454;
    client.random = random;
    client.random_size = sizeof random;
#ifdef ASSERTION
    return jurat_client_assertion_sign(&client, &signer, body, sizeof body, &body_length);
#else
    jurat_token_request request = JURAT_TOKEN_REQUEST_INIT;
    request.client = &client;
    request.scope = (jurat_str)JURAT_TEXT(SCOPE);
    return jurat_token_request_sign(&request, NULL, &signer, body, sizeof body, &body_length);
#endif
}
#endif
#endif

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
#endif
    return status == 0 ? 0 : 1;
}
