/* Keys and signers through jurat.h. Prints a line for each thing: a name, a status, and text or hexadecimal bytes; whoever
 * runs it judges them. The private key is the one in the file argv[1]: PEM, DER, JWK or raw. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jurat.h"

static char output[4096];
static size_t length;

static void report(const char *name, int32_t status, const void *bytes, size_t size)
{
    printf("%s %d ", name, status == JURAT_OK ? 0 : (int)JURAT_CAUSE(status));
    for (size_t i = 0; status == JURAT_OK && i < size; ++i) {
        printf("%02x", ((const unsigned char *)bytes)[i]);
    }
    printf("\n");
}

/* With the length that the call has left: it is read after the call, which an argument might not be. */
static void report_bytes(const char *name, int32_t status, const void *bytes)
{
    report(name, status, bytes, length);
}

static void report_output(const char *name, int32_t status)
{
    report_bytes(name, status, output);
}

/* ------------------------------------------------------------------- signers */

static const uint8_t *key_in_use;
static uint8_t flip;

/* Gives what an element gives that signs in DER; `flip` damages it. */
static int32_t der_element(void *context, const uint8_t *hash, const uint8_t *message, size_t message_length,
                           uint8_t *signature, size_t signature_size, size_t *signature_length)
{
    uint8_t raw[JURAT_SIGNATURE_SIZE];
    size_t got, at = 2;
    int32_t status = jurat_p256_sign((void *)(uintptr_t)key_in_use, hash, message, message_length, raw, sizeof raw, &got);
    (void)context;
    (void)signature_size;
    if (status != JURAT_OK) return status;
    for (int half = 0; half < 2; ++half) {
        const uint8_t *number = raw + 32 * half;
        size_t size = 32;
        while (size > 1 && *number == 0) ++number, --size;
        signature[at++] = 0x02;
        signature[at++] = (uint8_t)(size + (*number >> 7));
        if (*number >> 7) signature[at++] = 0;
        memcpy(signature + at, number, size);
        at += size;
    }
    signature[0] = 0x30;
    signature[1] = (uint8_t)(at - 2);
    signature[8] ^= flip;
    *signature_length = at;
    return 0;
}

static int32_t random_bytes(void *context, uint8_t *random, size_t size)
{
    for (size_t i = 0; i < size; ++i) random[i] = (uint8_t)(i + 1);
    return context == NULL ? 0 : 7;
}

static void sign(const char *name, jurat_signer signer)
{
    jurat_client_assertion client = JURAT_CLIENT_ASSERTION_INIT;
    client.client_id = jurat_text("device-7");
    client.issuer = jurat_text("https://as.example");
    client.issued_at = 1795459454;
    client.jwt_id = jurat_text("jti-1");
    int32_t status = jurat_client_assertion_sign(&client, &signer, output, sizeof output, &length);
    report_output(name, status);
    for (size_t i = 0; status != JURAT_OK && i < sizeof output; ++i) {
        if (output[i] != 0) abort();
    }
    memset(output, 0, sizeof output);
}

static void signers(const uint8_t *key, const jurat_public_key *public_key, const jurat_public_key *other)
{
    key_in_use = key;
    sign("p256", (jurat_signer)JURAT_P256_SIGNER(key));
    sign("der", (jurat_signer)JURAT_DER_SIGNER_INIT(der_element, NULL));
    /* Declared, not guessed: DER where raw is declared, and raw where DER is. */
    sign("der-as-raw", (jurat_signer)JURAT_SIGNER_INIT(der_element, NULL));
    sign("raw-as-der", (jurat_signer)JURAT_DER_SIGNER_INIT(jurat_p256_sign, (void *)(uintptr_t)key));

    jurat_hedged_key hedged = { key, random_bytes, NULL };
    sign("hedged", (jurat_signer)JURAT_P256_HEDGED_SIGNER(&hedged));
    hedged.context = &hedged;
    sign("hedged-broken", (jurat_signer)JURAT_P256_HEDGED_SIGNER(&hedged));
    hedged.random = NULL;
    sign("hedged-none", (jurat_signer)JURAT_P256_HEDGED_SIGNER(&hedged));

    jurat_signer inner = JURAT_DER_SIGNER_INIT(der_element, NULL);
    jurat_verified verified = { &inner, *public_key };
    sign("verified", (jurat_signer)JURAT_VERIFIED_SIGNER(&verified));
    flip = 1;
    sign("unverified-fault", (jurat_signer)JURAT_DER_SIGNER_INIT(der_element, NULL));
    sign("verified-fault", (jurat_signer)JURAT_VERIFIED_SIGNER(&verified));
    flip = 0;
    verified.public_key = *other;
    sign("verified-other", (jurat_signer)JURAT_VERIFIED_SIGNER(&verified));
    memset(&verified.public_key, 1, sizeof verified.public_key);
    sign("verified-off-curve", (jurat_signer)JURAT_VERIFIED_SIGNER(&verified));
}

/* ---------------------------------------------------------------------- keys */

int main(int argc, char **argv)
{
    static uint8_t file[4096];
    uint8_t key[JURAT_KEY_SIZE], random[JURAT_RANDOM_SIZE];
    jurat_public_key public_key, derived, other;
    uint32_t halves = 99;
    FILE *input = argc == 2 ? fopen(argv[1], "rb") : NULL;
    if (input == NULL) return 2;
    size_t size = fread(file, 1, sizeof file, input);
    fclose(input);

    memset(key, 0xaa, sizeof key);
    int32_t status = jurat_key_import(file, size, key, sizeof key, &length, &public_key, &halves);
    report("import", status, key, length);
    for (size_t i = 0; status != JURAT_OK && i < sizeof key; ++i) {
        if (key[i] != 0) abort();
    }
    if (status != JURAT_OK) return 0;
    printf("halves 0 %02x\n", (unsigned)halves);
    report("derive", jurat_p256_public_key(key, sizeof key, &derived), &derived, sizeof derived);
    report("comb", jurat_comb_public_key(key, sizeof key, &derived), &derived, sizeof derived);
    report_output("thumbprint", jurat_thumbprint(&derived, output, sizeof output, &length));
    jurat_jwk jwks[2] = { { derived, JURAT_TEXT_NONE }, { derived, JURAT_TEXT("next") } };
    report_output("jwk", jurat_jwk_write(&jwks[0], output, sizeof output, &length));
    report_output("jwks", jurat_jwks_write(jwks, 2, output, sizeof output, &length));
    report_output("spki-pem", jurat_spki_pem_write(&derived, output, sizeof output, &length));
    report_output("spki-der", jurat_spki_der_write(&derived, (uint8_t *)output, sizeof output, &length));
    jwks[1] = jwks[0];
    report_output("jwks-repeated", jurat_jwks_write(jwks, 2, output, sizeof output, &length));
    jurat_registration registration = JURAT_REGISTRATION_INIT;
    registration.keys = jwks;
    registration.keys_length = 1;
    registration.client_name = jurat_text("Meter 7");
    report_output("registration", jurat_registration_write(&registration, output, sizeof output, &length));
    registration.jwks_uri = jurat_text("https://device.example/jwks.json");
    report_output("registration-conflict", jurat_registration_write(&registration, output, sizeof output, &length));
    registration.keys_length = 0;
    report_output("registration-uri", jurat_registration_write(&registration, output, sizeof output, &length));

    static const uint8_t source[64] = { [31] = 9, [40] = 1 };
    report_bytes("generate", jurat_key_generate(source, sizeof source, key, sizeof key, &length), key);
    report_bytes("generate-none", jurat_key_generate(source, 31, key, sizeof key, &length), key);
    report_bytes("generate-constant", jurat_key_generate(source + 41, 0, key, sizeof key, &length), key);
    jurat_key_generate(source, sizeof source, key, sizeof key, &length);
    jurat_p256_public_key(key, sizeof key, &other);
    report_bytes("jti", jurat_jwt_id_derive(source, 32, 3, 4, random, sizeof random, &length), random);
    report_bytes("jti-constant", jurat_jwt_id_derive(key, 31, 3, 4, random, sizeof random, &length), random);

    static const jurat_key_period periods[] = { { 50, 0 }, { 10, 60 }, { 90, 0 } };
    static const uint64_t times[] = { 9, 10, 50, 90 };
    for (size_t i = 0; i < 4; ++i) {
        size_t index = 99;
        status = jurat_signing_key(periods, 3, times[i], &index);
        uint8_t byte = (uint8_t)index;
        report("signing-key", status, &byte, 1);
    }

    memset(output, 0, sizeof output);
    jurat_key_import(file, size, key, sizeof key, &length, NULL, NULL);
    signers(key, &derived, &other);
    return 0;
}
