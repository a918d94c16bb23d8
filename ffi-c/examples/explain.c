/* A device that logs why it was refused. Its audience has a slash that the server's issuer identifier does not have, and the
 * server says of that what most servers say: nothing. A device reads the answer with jurat_response_http1(), or takes it from
 * its HTTP client; here it stands in the program. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "jurat.h"

/* The test key of RFC 7515 appendix A.3: published, so never for use. */
static const uint8_t key[JURAT_KEY_SIZE] = {
    0x8e, 0x9b, 0x10, 0x9e, 0x71, 0x90, 0x98, 0xbf, 0x98, 0x04, 0x87, 0xdf, 0x1f, 0x5d, 0x77, 0xe9,
    0xcb, 0x29, 0x60, 0x6e, 0xbe, 0xd2, 0x26, 0x3b, 0x5f, 0x57, 0xc2, 0x13, 0xdf, 0x84, 0xf4, 0xb2};
/* How the device is registered, in flash. */
static const char registration[] =
    "{\"client_id\":\"device-7\",\"token_endpoint_auth_method\":\"private_key_jwt\",\"jwks\":{\"keys\":[{\"kty\":\"EC\","
    "\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
    "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}}";

static char body[1024];
static uint8_t scratch[JURAT_DIAGNOSIS_SCRATCH_SIZE(sizeof body)];
static char record[4096];

static int fail(int32_t status)
{
    fprintf(stderr, "%s: %s\n", jurat_argument_text(status), jurat_cause_text(status));
    return 2;
}

int main(void)
{
    uint8_t random[2][JURAT_RANDOM_SIZE];
    FILE *source = fopen("/dev/urandom", "rb");
    if (source == NULL || fread(random, sizeof random, 1, source) != 1) return 2;
    const uint64_t now = (uint64_t)time(NULL);

    jurat_client_assertion client = JURAT_CLIENT_ASSERTION_INIT;
    client.client_id = jurat_text("device-7");
    client.issuer = jurat_text("https://as.example/"); /* the slash */
    client.issued_at = now;
    client.random = random[0];
    client.random_size = sizeof random[0];
    jurat_token_request request = JURAT_TOKEN_REQUEST_INIT;
    request.client = &client;
    jurat_signer signer = JURAT_P256_SIGNER(key);
    size_t length;
    int32_t status = jurat_token_request_sign(&request, NULL, &signer, body, sizeof body, &length);
    if (status != JURAT_OK) return fail(status);

    /* It is sent, and this comes back. */
    char answered[] = "{\"error\":\"invalid_client\"}";
    jurat_response response = JURAT_RESPONSE_INIT;
    response.status = 401;
    response.body = answered;
    response.body_size = strlen(answered);
    jurat_answer answer;
    status = jurat_response_read(&response, &answer);
    if (status != JURAT_OK) return fail(status);

    jurat_public_key public_key;
    status = jurat_p256_public_key(key, sizeof key, &public_key);
    if (status != JURAT_OK) return fail(status);
    jurat_evidence evidence = JURAT_EVIDENCE_INIT;
    evidence.method = jurat_text("POST");
    evidence.endpoint = jurat_text("https://as.example/token");
    evidence.content_type = jurat_text(JURAT_CONTENT_TYPE);
    evidence.request_body = body;
    evidence.request_body_size = length;
    evidence.response = &response;
    evidence.answer = &answer;
    evidence.sent_at = now;
    evidence.clock_source = jurat_text("ntp");
    evidence.clock_uncertainty = 1;
    evidence.issuer = jurat_text("https://as.example");
    evidence.registration = registration;
    evidence.registration_size = sizeof registration - 1;
    evidence.public_key = &public_key;
    evidence.verify = jurat_p256_verify;
    evidence.scratch = scratch;
    evidence.scratch_size = sizeof scratch;
    jurat_diagnosis diagnosis;
    status = jurat_explain(&evidence, &diagnosis);
    if (status != JURAT_OK) return fail(status);
    for (uint32_t i = 0; i < diagnosis.causes_length; i++) {
        printf("%s: %s. %s\n", jurat_class_name(diagnosis.causes[i].class_), jurat_fault_code(diagnosis.causes[i].fault),
               jurat_fault_text(diagnosis.causes[i].fault));
    }
    if (diagnosis.candidates_length != 0) printf("%s\n", jurat_wanted_text(diagnosis.wanted));

    /* For a ticket: no assertion, no signature and no key is in it. */
    jurat_privacy privacy = JURAT_PRIVACY_INIT;
    privacy.hash_key = random[1];
    privacy.hash_key_size = sizeof random[1];
    status = jurat_evidence_json(&evidence, &privacy, record, sizeof record, &length);
    memset(body, 0, sizeof body);
    if (status != JURAT_OK) return fail(status);
    printf("%.*s\n", (int)length, record);
    return 0;
}
