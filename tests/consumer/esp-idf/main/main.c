/* Writes a token request and prints it. */
#include <stdio.h>

#include "jurat.h"

/* The test key of RFC 7515 appendix A.3: published, so never for use. */
static const uint8_t key[JURAT_KEY_SIZE] = {
    0x8e, 0x9b, 0x10, 0x9e, 0x71, 0x90, 0x98, 0xbf, 0x98, 0x04, 0x87, 0xdf, 0x1f, 0x5d, 0x77, 0xe9,
    0xcb, 0x29, 0x60, 0x6e, 0xbe, 0xd2, 0x26, 0x3b, 0x5f, 0x57, 0xc2, 0x13, 0xdf, 0x84, 0xf4, 0xb2,
};

void app_main(void)
{
    static const uint8_t random[JURAT_RANDOM_SIZE] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    static char body[1024];
    size_t length;
    jurat_signer signer = JURAT_P256_SIGNER(key);
    jurat_client_assertion client = JURAT_CLIENT_ASSERTION_INIT;
    client.client_id = jurat_text("device-7");
    client.issuer = jurat_text("https://as.example");
    client.issued_at = 1795459454;
    client.random = random;
    client.random_size = sizeof random;
    jurat_token_request request = JURAT_TOKEN_REQUEST_INIT;
    request.client = &client;
    int32_t status = jurat_token_request_sign(&request, NULL, &signer, body, sizeof body, &length);
    printf("status %d\n%.*s\n", (int)status, (int)length, body);
}
