/* A token request signed by a key that never leaves PSA Crypto, and what is left when PSA refuses.
 *
 * psa_main deterministic|randomized CLIENT_ID
 *
 * Prints the public key, reads the issuer (a line) from stdin, prints the body: whoever judges it has to know the key first.
 * Then one line for each refusal: its name, the signer's status, the call's cause, and whether the output is zero. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "jurat_psa.h"

static char body[2048];

static void need(int good, const char *what)
{
    if (!good) {
        fprintf(stderr, "psa_main: %s\n", what);
        exit(2);
    }
}

static psa_key_id_t generate(psa_ecc_family_t family, size_t bits, psa_algorithm_t algorithm, psa_key_usage_t usage)
{
    psa_key_id_t id = 0;
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
    psa_set_key_type(&attributes, PSA_KEY_TYPE_ECC_KEY_PAIR(family));
    psa_set_key_bits(&attributes, bits);
    psa_set_key_algorithm(&attributes, algorithm);
    psa_set_key_usage_flags(&attributes, usage);
    need(psa_generate_key(&attributes, &id) == PSA_SUCCESS, "psa_generate_key");
    return id;
}

static int32_t sign(jurat_signer *signer, const char *client_id, const char *issuer, size_t *length)
{
    uint8_t random[JURAT_RANDOM_SIZE];
    need(psa_generate_random(random, sizeof random) == PSA_SUCCESS, "psa_generate_random");
    jurat_client_assertion client = JURAT_CLIENT_ASSERTION_INIT;
    client.flags = JURAT_INSECURE_HTTP;
    client.client_id = jurat_text(client_id);
    client.issuer = jurat_text(issuer);
    client.issued_at = (uint64_t)time(NULL);
    client.random = random;
    client.random_size = sizeof random;
    client.key_id = jurat_text("psa");
    jurat_token_request request = JURAT_TOKEN_REQUEST_INIT;
    request.client = &client;
    request.scope = jurat_text("api");
    return jurat_token_request_sign(&request, NULL, signer, body, sizeof body, length);
}

static void refuse(const char *name, jurat_psa_key key, const char *client_id)
{
    jurat_signer signer = JURAT_PSA_SIGNER(&key);
    size_t length = 0;
    memset(body, 0x55, sizeof body);
    int32_t status = sign(&signer, client_id, "https://as.example", &length);
    size_t written = 0, kept = 0;
    for (size_t i = 0; i < sizeof body; i++) {
        written += body[i] == 0;
        kept += body[i] == 0x55;
    }
    int clean = length == 0 && written > 0 && written + kept == sizeof body;
    printf("%s %d %d %d\n", name, (int)signer.status, (int)JURAT_CAUSE(status), clean);
}

int main(int argc, char **argv)
{
    need(argc == 3, "two arguments");
    const psa_algorithm_t deterministic = PSA_ALG_DETERMINISTIC_ECDSA(PSA_ALG_SHA_256);
    const psa_algorithm_t randomized = PSA_ALG_ECDSA(PSA_ALG_SHA_256);
    const int is_deterministic = strcmp(argv[1], "deterministic") == 0;
    const psa_algorithm_t mine = is_deterministic ? deterministic : randomized;
    const psa_algorithm_t other = is_deterministic ? randomized : deterministic;
    need(psa_crypto_init() == PSA_SUCCESS, "psa_crypto_init");
    jurat_psa_key key = {generate(PSA_ECC_FAMILY_SECP_R1, 256, mine, PSA_KEY_USAGE_SIGN_HASH), mine};

    uint8_t bytes[65];
    size_t length = 0;
    printf("export %d\n", (int)psa_export_key(key.id, bytes, sizeof bytes, &length));
    need(psa_export_public_key(key.id, bytes, sizeof bytes, &length) == PSA_SUCCESS, "psa_export_public_key");
    printf("public ");
    for (size_t i = 0; i < length; i++) {
        printf("%02x", bytes[i]);
    }
    printf("\n");
    fflush(stdout);

    char issuer[256] = "";
    need(fgets(issuer, sizeof issuer, stdin) != NULL, "no issuer");
    issuer[strcspn(issuer, "\n")] = '\0';
    jurat_signer signer = JURAT_PSA_SIGNER(&key);
    int32_t status = sign(&signer, argv[2], issuer, &length);
    printf("signed %d %d\n", (int)signer.status, (int)status);
    printf("body %.*s\n", (int)length, body);

    refuse("another-algorithm", (jurat_psa_key){key.id, other}, argv[2]);
    jurat_psa_key verify_only = {generate(PSA_ECC_FAMILY_SECP_R1, 256, mine, PSA_KEY_USAGE_VERIFY_HASH), mine};
    refuse("not-for-signing", verify_only, argv[2]);
    /* Its signatures have 64 bytes too. */
    jurat_psa_key secp256k1 = {generate(PSA_ECC_FAMILY_SECP_K1, 256, mine, PSA_KEY_USAGE_SIGN_HASH), mine};
    refuse("secp256k1", secp256k1, argv[2]);
    jurat_psa_key p384 = {generate(PSA_ECC_FAMILY_SECP_R1, 384, mine, PSA_KEY_USAGE_SIGN_HASH), mine};
    refuse("p384", p384, argv[2]);
    need(psa_destroy_key(key.id) == PSA_SUCCESS, "psa_destroy_key");
    refuse("destroyed", key, argv[2]);
    refuse("no-key", (jurat_psa_key){0, mine}, argv[2]);
    size_t got;
    need(jurat_psa_sign(NULL, bytes, NULL, 0, bytes, JURAT_SIGNATURE_SIZE, &got) == PSA_ERROR_INVALID_ARGUMENT, "a NULL key");
    need(jurat_psa_sign(&key, NULL, NULL, 0, bytes, JURAT_SIGNATURE_SIZE, &got) == PSA_ERROR_INVALID_ARGUMENT, "a NULL hash");
    need(jurat_psa_sign(&key, bytes, NULL, 0, NULL, JURAT_SIGNATURE_SIZE, &got) == PSA_ERROR_INVALID_ARGUMENT, "a NULL signature");
    mbedtls_psa_crypto_free();
    return 0;
}
