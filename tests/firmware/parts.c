/* What each part costs that is not about making one request: reading metadata
 * of 30 KB, reading an answer, learning the time, a request for a server with
 * a profile, a whole exchange in which the clock is corrected, an HTTP/1.1
 * answer, and everything: a key is read and published, metadata is read, and
 * such an exchange, over HTTP, is signed in software. PART chooses; 0 is the
 * frame that the others are compared with. */
#include "measured.h"

#define PART_NONE 0
#define PART_METADATA 1
#define PART_RESPONSE 2
#define PART_CLOCK 3
#define PART_SERVER 4
#define PART_EXCHANGE 5
#define PART_HTTP 6
#define PART_EVERYTHING 7

#if PART == PART_SERVER || PART == PART_EXCHANGE || PART == PART_EVERYTHING
#define PART_SIGNS
#endif

#define ISSUER "https://as.example/realms/field"
#define TOKEN_ENDPOINT "https://as.example/realms/field/token"

static char document[30 * 1024];
static char answer_body[512];

static size_t append(char *to, size_t at, const char *text)
{
    size_t length = strlen(text);
    memcpy(to + at, text, length);
    return at + length;
}

/* Metadata with as many other members, nested ones among them, as there is room for. */
static size_t write_document(void)
{
    size_t length = append(document, 0, "{");
    while (length < sizeof document - 512) {
        length = append(document, length,
                        "\"ui_locales_supported\":[\"en\",\"de\",{\"nested\":[1,2.5e3,true,null,\"caf\\u00e9 \\ud83d\\ude00\"]}],");
    }
    return append(document, length,
                  "\"issuer\":\"https:\\/\\/as.example\\/realms\\/field\","
                  "\"token_endpoint\":\"https:\\/\\/as.example\\/realms\\/field\\/token\","
                  "\"token_endpoint_auth_methods_supported\":[\"client_secret_basic\",\"private_key_jwt\"],"
                  "\"token_endpoint_auth_signing_alg_values_supported\":[\"RS256\",\"ES256\"],"
                  "\"grant_types_supported\":[\"client_credentials\"]}");
}

static size_t write_refusal(void)
{
    return append(answer_body, 0,
                  "{\"error\":\"invalid_client\",\"error_description\":\"got eyJhbGciOiJub25lIn0.e30.c2ln at \\u001b[1m noon\"}");
}

static size_t write_token(void)
{
    return append(answer_body, 0,
                  "{\"access_token\":\"2YotnFZFEjr1zCsicMWpAA\",\"token_type\":\"bearer\",\"expires_in\":3600,\"scope\":\"a\"}");
}

#ifdef PART_SIGNS
static char body[1024];
static size_t body_length;
#if PART != PART_EVERYTHING
static size_t message_length;
#endif
#endif

#if PART == PART_METADATA
static int32_t __attribute__((noinline)) part(size_t length, size_t refusal, size_t token)
{
    (void)refusal;
    (void)token;
    jurat_metadata metadata;
    int32_t status = jurat_metadata_read(document, length, (jurat_str)JURAT_TEXT(ISSUER), 0, &metadata);
    return status != JURAT_OK ? status : metadata.token_es256 != JURAT_SUPPORT_SUPPORTED;
}
#elif PART == PART_RESPONSE
static int32_t __attribute__((noinline)) part(size_t length, size_t refusal, size_t token)
{
    (void)length;
    (void)token;
    jurat_response response = JURAT_RESPONSE_INIT;
    response.status = 401;
    response.body = answer_body;
    response.body_size = refusal;
    jurat_answer answer;
    int32_t status = jurat_response_read(&response, &answer);
    return status != JURAT_OK ? status : answer.error_code != JURAT_ERROR_INVALID_CLIENT;
}
#elif PART == PART_CLOCK
static int32_t __attribute__((noinline)) part(size_t length, size_t refusal, size_t token)
{
    (void)length;
    (void)refusal;
    (void)token;
    jurat_clock clock = JURAT_CLOCK_INIT(JURAT_CLOCK_UNSET, 1790000000);
    uint64_t date;
    int32_t status = jurat_http_date((jurat_str)JURAT_TEXT("Mon, 23 Nov 2026 18:44:14 GMT"), &date);
    if (status != JURAT_OK) return status;
    int64_t moved;
    status = jurat_clock_learn(&clock, date, 73, 74, 0, &moved);
    if (status != JURAT_OK) return status;
    uint64_t issued_at;
    status = jurat_clock_issued_at(&clock, 100, &issued_at);
    return status != JURAT_OK ? status : issued_at != 1795459454 + 25;
}
#elif PART == PART_HTTP
static char bytes[512];

static int32_t __attribute__((noinline)) part(size_t length, size_t refusal, size_t token)
{
    (void)length;
    (void)refusal;
    (void)token;
    size_t read = append(bytes, 0,
                         "HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 18:44:14 GMT\r\nContent-Type: application/json\r\n"
                         "Cache-Control: no-store\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{\"access_token\":\r\n"
                         "3\r\n\"a\"\r\n1\r\n}\r\n0\r\n\r\n");
    jurat_response response;
    uint32_t complete;
    int32_t status = jurat_response_http1(bytes, read, 0, &response, &complete);
    return status != JURAT_OK ? status : complete != 1 || response.body_size != 20;
}
#elif defined PART_SIGNS
static jurat_client_assertion client(const jurat_server *server, const uint8_t *random)
{
    jurat_client_assertion client = JURAT_CLIENT_ASSERTION_INIT;
    client.client_id = (jurat_str)JURAT_TEXT("f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
    client.key_id = (jurat_str)JURAT_TEXT("oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
    client.server = server;
    client.issued_at = 1795459454;
    client.random = random;
    client.random_size = JURAT_RANDOM_SIZE;
    return client;
}

#if PART == PART_EVERYTHING
/* The test key of RFC 7515 appendix A.3: published, so never for use. */
static const char pem[] = "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjpsQnnGQmL+YBIff\n"
    "H1136cspYG6+0iY7X1fCE9+E9LKhRANCAAR/zc4ncPbEXUGDy+5v20t7WAczNXvp\n"
    "7xO6z248e9FURcfxRM0bvZt+hyzf7bnuufSzaV1uqQskrYpGIyiFiOWt\n"
    "-----END PRIVATE KEY-----\n";
static uint8_t key[JURAT_KEY_SIZE];
static char bytes[512];

/* The key, and what a server needs to know of it. */
static int32_t read_key(void)
{
    size_t length;
    jurat_jwk jwk;
    memset(&jwk, 0, sizeof jwk);
    int32_t status = jurat_key_import((const uint8_t *)pem, sizeof pem - 1, key, sizeof key, &length, &jwk.key, NULL);
    if (status != JURAT_OK) return status;
    status = jurat_jwks_write(&jwk, 1, body, sizeof body, &length);
    if (status != JURAT_OK) return status;
    return jurat_spki_pem_write(&jwk.key, body, sizeof body, &length);
}

/* The answer as it comes from the connection. */
static int32_t receive(unsigned attempt, size_t length, jurat_response *response)
{
    size_t read = append(bytes, 0, attempt == 0 ? "HTTP/1.1 401 Unauthorized\r\n" : "HTTP/1.1 200 OK\r\n");
    read = append(bytes, read, "Date: Mon, 23 Nov 2026 18:44:14 GMT\r\nConnection: close\r\n\r\n");
    memcpy(bytes + read, answer_body, length);
    uint32_t complete;
    return jurat_response_http1(bytes, read + length, JURAT_CONNECTION_ENDED, response, &complete);
}
#endif

static int32_t __attribute__((noinline)) part(size_t length, size_t refusal, size_t token)
{
    (void)length;
    static const uint8_t random[2][JURAT_RANDOM_SIZE] = {{1, 2, 3}, {4, 5, 6}};
#if PART == PART_EVERYTHING
    jurat_metadata metadata;
    int32_t status = read_key();
    if (status != JURAT_OK) return status;
    status = jurat_metadata_read(document, length, (jurat_str)JURAT_TEXT(ISSUER), 0, &metadata);
    if (status != JURAT_OK) return status;
    jurat_signer signer = JURAT_P256_SIGNER(key);
#else
    jurat_signer signer = JURAT_SIGNER_INIT(element, &message_length);
#endif
    jurat_server server = JURAT_SERVER_INIT;
    server.issuer = (jurat_str)JURAT_TEXT(ISSUER);
    server.token_endpoint = (jurat_str)JURAT_TEXT(TOKEN_ENDPOINT);
    server.profile = &jurat_profile_ory_hydra;
    jurat_client_assertion assertion = client(&server, random[0]);
    jurat_token_request request = JURAT_TOKEN_REQUEST_INIT;
    request.client = &assertion;
#if PART == PART_EVERYTHING
    server.metadata = &metadata;
    request.http_endpoint = (jurat_str)JURAT_TEXT(TOKEN_ENDPOINT);
    request.http_hook = jurat_http_hook;
#endif
#if PART == PART_SERVER
    (void)refusal;
    (void)token;
    return jurat_token_request_sign(&request, NULL, &signer, body, sizeof body, &body_length);
#else
    /* An hour fast: refused, corrected, and then a token. */
    const uint64_t device = 1795459454 + 3600;
    jurat_clock clock = JURAT_CLOCK_INIT(JURAT_CLOCK_TRUSTED, 1790000000);
    jurat_exchange exchange;
#if PART != PART_EVERYTHING
    int32_t status;
#endif
    status = jurat_exchange_init(&exchange, &clock, 0);
    for (unsigned attempt = 0; status == JURAT_OK && attempt < 2; attempt++) {
        assertion.random = random[attempt];
        status = jurat_exchange_sign(&exchange, &request, device, NULL, &signer, body, sizeof body, &body_length);
        if (status != JURAT_OK) break;
        size_t answered = attempt == 0 ? refusal : write_token();
        jurat_response response = JURAT_RESPONSE_INIT;
        response.status = attempt == 0 ? 401 : 200;
        response.body = answer_body;
        response.body_size = answered;
        response.date = (jurat_str)JURAT_TEXT("Mon, 23 Nov 2026 18:44:14 GMT");
#if PART == PART_EVERYTHING
        status = receive(attempt, answered, &response);
        if (status != JURAT_OK) break;
#endif
        jurat_answer answer;
        status = jurat_exchange_answer(&exchange, &response, device, device, &answer);
        if (status == JURAT_OK && answer.step != (attempt == 0 ? JURAT_STEP_SEND : JURAT_STEP_DONE)) status = 1;
    }
    (void)token;
    return status;
#endif
}
#endif

int main(void)
{
    int32_t status = 0;
    size_t token = write_token();
    size_t refusal = write_refusal();
    size_t length = write_document();
    board_stack_paint();
#if PART != PART_NONE
    status = part(length, refusal, token);
#endif
    report("stack", board_stack_peak());

    /* What was read once has been changed. */
    refusal = write_refusal();
    length = write_document();
    board_ticks_start();
#if PART != PART_NONE
    status |= part(length, refusal, token);
#endif
    board_ticks_stop();
    report("instructions", board_instructions());
    report("document", length);
    report("answer", refusal + token);
    return status == 0 ? 0 : 1;
}
