/* Prints one token request, with the same bytes on every machine. */
#include <string.h>

#include "jurat.h"

#if defined BOARD
#include "board.h"
#elif defined __ZEPHYR__
#include <zephyr/kernel.h>
#define board_write(data, length) printk("%.*s\n", (int)(length), data)
#else
#include <stdio.h>
#define board_write(data, length) fwrite(data, 1, length, stdout)
#endif

#if defined JURAT_P256 || defined JURAT_COMB
/* The test key of RFC 7515 appendix A.3: published, so never for use. */
static const uint8_t key[JURAT_KEY_SIZE] = {
    0x8e, 0x9b, 0x10, 0x9e, 0x71, 0x90, 0x98, 0xbf, 0x98, 0x04, 0x87, 0xdf, 0x1f, 0x5d, 0x77, 0xe9,
    0xcb, 0x29, 0x60, 0x6e, 0xbe, 0xd2, 0x26, 0x3b, 0x5f, 0x57, 0xc2, 0x13, 0xdf, 0x84, 0xf4, 0xb2};
#else
/* Stands for a secure element: r and s are the hash. */
static int32_t element(void *context, const uint8_t *hash, const uint8_t *message, size_t length,
                       uint8_t *signature, size_t signature_size, size_t *signature_length)
{
    (void)context, (void)message, (void)length, (void)signature_size;
    memcpy(signature, hash, JURAT_HASH_SIZE);
    memcpy(signature + JURAT_HASH_SIZE, hash, JURAT_HASH_SIZE);
    *signature_length = JURAT_SIGNATURE_SIZE;
    return 0;
}
#endif

#ifdef ESP_PLATFORM
#define main app_main
#endif

int main(void)
{
#ifdef JURAT_COMB
    jurat_signer signer = JURAT_COMB_SIGNER(key);
#elif defined JURAT_P256
    jurat_signer signer = JURAT_P256_SIGNER(key);
#else
    jurat_signer signer = JURAT_SIGNER_INIT(element, NULL);
#endif
    static const uint8_t random[JURAT_RANDOM_SIZE] = {1, 2, 3, 4};
    jurat_client_assertion client = JURAT_CLIENT_ASSERTION_INIT;
    client.client_id = jurat_text("device-7");
    client.issuer = jurat_text("https://as.example");
    client.issued_at = 1795459454;
    client.random = random;
    client.random_size = sizeof random;
    jurat_token_request request = JURAT_TOKEN_REQUEST_INIT;
    request.client = &client;
    static char body[1024];
    size_t length;
    int32_t status = jurat_token_request_sign(&request, NULL, &signer, body, sizeof body, &length);
    board_write(body, length);
    return status == JURAT_OK ? 0 : 1;
}
