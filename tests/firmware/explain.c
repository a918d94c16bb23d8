/* What it costs to say why a server refused a request, whose assertion has the
 * issuer of another realm as its audience: a check before it is sent, the causes
 * of the refusal as codes, these with their names and texts, and all of it as
 * JSON. The server's product, the registration with a key, and the device's own
 * key and clock are known; signatures are not verified. CALL chooses; 0 is the
 * frame that the others are compared with. */
#include "measured.h"

#define CALL_NONE 0
#define CALL_CHECK 1
#define CALL_EXPLAIN 2
#define CALL_TEXTS 3
#define CALL_JSON 4

static const char request[] =
    "grant_type=client_credentials&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-"
    "bearer&client_assertion=eyJ0eXAiOiJjbGllbnQtYXV0aGVudGljYXRpb24rand0IiwiYWxnIjoiRVMyNTYiLCJraWQiOiJvS0l5d3ZHVX"
    "BUVlR5eE1RM2J3SUllUVV1ZGZyX0NrTE1qQ0UxOUVDRC1VIn0.eyJhdWQiOiJodHRwczovL2FzLmV4YW1wbGUvcmVhbG1zL2xhYiIsImlzcyI6"
    "ImY4MWQ0ZmFlLTdkZWMtMTFkMC1hNzY1LTAwYTBjOTFlNmJmNiIsInN1YiI6ImY4MWQ0ZmFlLTdkZWMtMTFkMC1hNzY1LTAwYTBjOTFlNmJmNi"
    "IsImlhdCI6MTc5NTQ1OTQ1NCwiZXhwIjoxNzk1NDU5NTE0LCJqdGkiOiJBUUlEQkFVR0J3Z0pDZ3NNRFE0UEVBIn0.SYUQI_qkeYhT4r_IUZbw"
    "MRNgKjb-1XnvYy1nPNdaxgzYK0-vdCvcGKqH_bP0ubvqs5mV06gsSANDJD4yM0WM6Q&client_id=f81d4fae-7dec-11d0-a765-00a0c91e6"
    "bf6&scope=telemetry";
static const char registration[] =
    "{\"client_id\":\"f81d4fae-7dec-11d0-a765-00a0c91e6bf6\",\"token_endpoint_auth_method\":\"private_key_jwt\","
    "\"token_endpoint_auth_signing_alg\":\"ES256\",\"scope\":\"telemetry\",\"jwks\":{\"keys\":[{\"kty\":\"EC\","
    "\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
    "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\",\"use\":\"sig\",\"alg\":\"ES256\","
    "\"kid\":\"oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U\"}]}}";
/* Of the test key of RFC 7515 appendix A.3. */
static const jurat_public_key public_key = {
    {0x7f, 0xcd, 0xce, 0x27, 0x70, 0xf6, 0xc4, 0x5d, 0x41, 0x83, 0xcb, 0xee, 0x6f, 0xdb, 0x4b, 0x7b,
     0x58, 0x07, 0x33, 0x35, 0x7b, 0xe9, 0xef, 0x13, 0xba, 0xcf, 0x6e, 0x3c, 0x7b, 0xd1, 0x54, 0x45},
    {0xc7, 0xf1, 0x44, 0xcd, 0x1b, 0xbd, 0x9b, 0x7e, 0x87, 0x2c, 0xdf, 0xed, 0xb9, 0xee, 0xb9, 0xf4,
     0xb3, 0x69, 0x5d, 0x6e, 0xa9, 0x0b, 0x24, 0xad, 0x8a, 0x46, 0x23, 0x28, 0x85, 0x88, 0xe5, 0xad}};

/* The programs' own, in the frame too. */
static uint8_t scratch[sizeof request];
static char record[4096];
static size_t record_length;

static uint64_t sum(const void *data, size_t length)
{
    uint64_t total = 0;
    for (size_t i = 0; i < length; i++) {
        total += ((const uint8_t *)data)[i];
    }
    return total;
}

#if CALL != CALL_NONE
/* What is wrong, and what helps, in a log. */
#if CALL == CALL_TEXTS
static void keep(const char *text)
{
    const size_t length = strlen(text);
    memcpy(record + record_length, text, length);
    record_length += length;
}
#endif

static int32_t __attribute__((noinline)) part(void)
{
    /* Without the hook of JURAT_SERVER_INIT: that is the cost of making assertions for a server. */
    jurat_server server;
    memset(&server, 0, sizeof server);
    server.struct_size = sizeof server;
    server.issuer = (jurat_str)JURAT_TEXT("https://as.example/realms/field");
    server.token_endpoint = (jurat_str)JURAT_TEXT("https://as.example/realms/field/token");
    server.profile = &jurat_profile_oidc_provider;
    jurat_response response = JURAT_RESPONSE_INIT;
    response.status = 401;
    response.content_type = (jurat_str)JURAT_TEXT("application/json");
    response.date = (jurat_str)JURAT_TEXT("Mon, 23 Nov 2026 18:44:14 GMT");
    jurat_answer answer;
    memset(&answer, 0, sizeof answer);
    answer.outcome = JURAT_OUTCOME_ERROR;
    answer.error_code = JURAT_ERROR_INVALID_CLIENT;
    answer.error = (jurat_str)JURAT_TEXT("invalid_client");
    answer.description = (jurat_str)JURAT_TEXT("client authentication failed");
    jurat_evidence evidence = JURAT_EVIDENCE_INIT;
    evidence.method = (jurat_str)JURAT_TEXT("POST");
    evidence.endpoint = server.token_endpoint;
    evidence.content_type = (jurat_str)JURAT_TEXT(JURAT_CONTENT_TYPE);
    evidence.request_body = request;
    evidence.request_body_size = sizeof request - 1;
    evidence.response = &response;
    evidence.answer = &answer;
    evidence.sent_at = 1795459454;
    evidence.received_at = 1795459454;
    evidence.clock_source = (jurat_str)JURAT_TEXT("ntp");
    evidence.clock_uncertainty = 1;
    evidence.server = &server;
    evidence.behaviour = &jurat_behaviour_oidc_provider;
    evidence.registration = registration;
    evidence.registration_size = sizeof registration - 1;
    evidence.public_key = &public_key;
    evidence.scratch = scratch;
    evidence.scratch_size = sizeof scratch;
#if CALL == CALL_JSON
    static const uint8_t hash_key[16] = {1, 2, 3};
    jurat_privacy privacy = JURAT_PRIVACY_INIT;
    privacy.hash_key = hash_key;
    privacy.hash_key_size = sizeof hash_key;
    return jurat_explain_json(&evidence, &privacy, record, sizeof record, &record_length);
#else
    jurat_diagnosis diagnosis;
#if CALL == CALL_CHECK
    int32_t status = jurat_check(&evidence, &diagnosis);
#else
    int32_t status = jurat_explain(&evidence, &diagnosis);
#endif
    if (status != JURAT_OK) return status;
    if (diagnosis.causes[0].fault != JURAT_FAULT_AUDIENCE_MISMATCH) return 1;
#if CALL == CALL_TEXTS
    record_length = 0;
    keep(jurat_fault_code(diagnosis.causes[0].fault));
    keep(jurat_class_name(diagnosis.causes[0].class_));
    keep(jurat_fault_text(diagnosis.causes[0].fault));
    keep(jurat_wanted_text(diagnosis.wanted));
#endif
    return diagnosis.causes[0].class_ != JURAT_CLASS_PROVEN;
#endif
}
#endif

int main(void)
{
    int32_t status = 0;
    board_stack_paint();
#if CALL != CALL_NONE
    status = part();
#endif
    report("stack", board_stack_peak());

    board_ticks_start();
#if CALL != CALL_NONE
    status |= part();
#endif
    board_ticks_stop();
    report("instructions", board_instructions());
    report("given", sum(request, sizeof request) + sum(registration, sizeof registration) +
                        sum(&public_key, sizeof public_key));
    report("made", sum(record, sizeof record) + sum(scratch, sizeof scratch) + record_length);
    board_put_decimal((uint64_t)(status < 0 ? -status : status));
    return status == 0 ? 0 : 1;
}
