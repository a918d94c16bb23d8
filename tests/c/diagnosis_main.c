/* Diagnoses through jurat.h. Reads a command a line, as server_main.c does: most of them set a part of the evidence, and the
 * others print what is made of it. Each text stands in a block of its own: reading beyond either end is seen. */
#include "commands.h"

static const uint8_t KEY[JURAT_KEY_SIZE] = { 7 };

static jurat_evidence evidence;
static jurat_privacy privacy;
static jurat_server server;
static jurat_profile profile;
static jurat_metadata metadata;
static jurat_response response;
static jurat_answer answer;
static jurat_public_key public_key;
static jurat_str seen[64];

static void *blocks[256];
static size_t count;

/* Freed by the command "new". */
static void *block(size_t size)
{
    void *made = malloc(size + (size == 0));
    if (made == NULL || count == sizeof blocks / sizeof *blocks) exit(2);
    blocks[count++] = made;
    return made;
}

static jurat_str kept_argument(void)
{
    jurat_str text = text_argument();
    if (text.data == NULL) return text;
    char *made = block(text.length);
    if (text.length != 0) memcpy(made, text.data, text.length);
    text.data = made;
    return text;
}

static void new_evidence(void)
{
    while (count > 0) free(blocks[--count]);
    evidence = (jurat_evidence)JURAT_EVIDENCE_INIT;
    privacy = (jurat_privacy)JURAT_PRIVACY_INIT;
    response = (jurat_response)JURAT_RESPONSE_INIT;
    server = (jurat_server)JURAT_SERVER_INIT;
}

/* method endpoint content_type flags body */
static void request(void)
{
    evidence.method = kept_argument();
    evidence.endpoint = kept_argument();
    evidence.content_type = kept_argument();
    evidence.flags = small();
    jurat_str body = kept_argument();
    evidence.request_body = body.data;
    evidence.request_body_size = body.length;
}

/* status flags body, then names and values of headers */
static void answered(void)
{
    response.status = small();
    response.flags = small();
    jurat_str body = kept_argument();
    response.body = (char *)(uintptr_t)body.data;
    response.body_size = body.length;
    for (size_t headers = number(); headers > 0; --headers) {
        jurat_str name = kept_argument(), value = kept_argument();
        if (jurat_response_header(&response, name, value) != JURAT_OK) exit(2);
    }
    if (jurat_response_read(&response, &answer) != JURAT_OK) exit(2);
    evidence.response = &response;
    evidence.answer = &answer;
}

/* sent_at received_at source uncertainty */
static void times(void)
{
    evidence.sent_at = number();
    evidence.received_at = number();
    evidence.clock_source = kept_argument();
    evidence.clock_uncertainty = small();
}

/* issuer token_endpoint profile, metadata and its fetch time and digest */
static void server_command(void)
{
    jurat_str issuer = kept_argument(), token_endpoint = kept_argument(), id = kept_argument();
    jurat_str document = kept_argument();
    evidence.metadata_fetched_at = number();
    evidence.metadata_digest = (const uint8_t *)kept_argument().data;
    if (id.data == NULL && document.data == NULL) {
        evidence.issuer = issuer;
        evidence.token_endpoint = token_endpoint;
        return;
    }
    server.issuer = issuer;
    server.token_endpoint = token_endpoint;
    evidence.server = &server;
    if (id.data != NULL) {
        if (jurat_profile_named(id) == NULL) exit(2);
        profile = *jurat_profile_named(id);
        server.profile = &profile;
        evidence.behaviour = jurat_behaviour_named(id);
    }
    if (document.data != NULL) {
        int32_t status = jurat_metadata_read((char *)(uintptr_t)document.data, document.length, issuer,
                                             JURAT_INSECURE_HTTP, &metadata);
        if (status == JURAT_OK) server.metadata = &metadata;
        evidence.metadata_status = status;
    }
}

/* registration, JWK set, its source, fetch time and age */
static void keys(void)
{
    jurat_str registration = kept_argument(), jwks = kept_argument();
    evidence.registration = registration.data;
    evidence.registration_size = registration.length;
    evidence.jwks = jwks.data;
    evidence.jwks_size = jwks.length;
    evidence.jwks_source = kept_argument();
    evidence.jwks_fetched_at = number();
    evidence.jwks_max_age = small();
}

/* x and y, whether signatures are verified */
static void own_key(void)
{
    jurat_str key = text_argument();
    if (key.length == sizeof public_key) {
        memcpy(&public_key, key.data, key.length);
        evidence.public_key = &public_key;
    }
    if (small() != 0) evidence.verify = jurat_p256_verify;
}

/* how many, and each */
static void seen_ids(void)
{
    evidence.seen = seen;
    evidence.seen_length = number();
    for (size_t i = 0; i < evidence.seen_length; ++i) seen[i] = kept_argument();
}

/* flags and key of a jurat_privacy, size of the scratch memory */
static void private(void)
{
    privacy.flags = small();
    jurat_str key = kept_argument();
    privacy.hash_key = (const uint8_t *)key.data;
    privacy.hash_key_size = key.length;
    evidence.scratch_size = number();
    evidence.scratch = block(evidence.scratch_size);
}

static void report_diagnosis(int32_t (*call)(const jurat_evidence *, jurat_diagnosis *))
{
    jurat_diagnosis diagnosis;
    memset(&diagnosis, 0xaa, sizeof diagnosis);
    begin(call(&evidence, &diagnosis));
    printf(",\"causes\":[");
    for (uint32_t i = 0; i < diagnosis.causes_length; ++i) {
        printf("%s[\"%s\",\"%s\"]", i == 0 ? "" : ",", jurat_fault_code(diagnosis.causes[i].fault),
               jurat_class_name(diagnosis.causes[i].class_));
    }
    printf("],\"cannot_distinguish\":[");
    for (uint32_t i = 0; i < diagnosis.candidates_length; ++i) {
        printf("%s\"%s\"", i == 0 ? "" : ",", jurat_fault_code(diagnosis.candidates[i]));
    }
    printf("],\"checks\":{");
    for (uint32_t i = 0, written = 0; i < JURAT_CHECKS; ++i) {
        if (diagnosis.checks[i] == JURAT_STATUS_NOT_APPLICABLE) continue;
        printf("%s\"%s\":%u", written++ == 0 ? "" : ",", jurat_check_name(i), diagnosis.checks[i]);
    }
    printf("}");
    put_text("wanted", jurat_text(jurat_wanted_text(diagnosis.wanted)));
    put_text("fix", jurat_text(jurat_fault_text(diagnosis.causes[0].fault)));
    end();
}

static void check(void)
{
    report_diagnosis(jurat_check);
}

static void explain(void)
{
    report_diagnosis(jurat_explain);
}

/* In a block of exactly the size that it asks for. */
static void report_json(int32_t (*call)(const jurat_evidence *, const jurat_privacy *, char *, size_t, size_t *))
{
    size_t size = 0, length = 0;
    int32_t status = call(&evidence, &privacy, NULL, 0, &size);
    char *output = block(size);
    if (JURAT_ARGUMENT(status) == JURAT_ARGUMENT_OUTPUT) status = call(&evidence, &privacy, output, size, &length);
    begin(status);
    put("size", size);
    put("length", length);
    printf(",\"json\":%.*s", status == JURAT_OK ? (int)length : 4, status == JURAT_OK ? output : "null");
    end();
}

static void check_json(void)
{
    report_json(jurat_check_json);
}

static void explain_json(void)
{
    report_json(jurat_explain_json);
}

static void evidence_json(void)
{
    report_json(jurat_evidence_json);
}

/* an assertion */
static void inspect(void)
{
    jurat_str assertion = kept_argument();
    const size_t scratch_size = JURAT_INSPECTION_SCRATCH_SIZE(assertion.length);
    uint8_t *scratch = block(scratch_size);
    size_t size = 0, length = 0;
    int32_t status = jurat_inspect_json(assertion, scratch, scratch_size, NULL, 0, &size);
    char *output = block(size);
    if (JURAT_ARGUMENT(status) == JURAT_ARGUMENT_OUTPUT) {
        status = jurat_inspect_json(assertion, scratch, scratch_size, output, size, &length);
    }
    begin(status);
    printf(",\"json\":%.*s", status == JURAT_OK ? (int)length : 4, status == JURAT_OK ? output : "null");
    end();
}

/* Mints a request for an issuer, as a device does, and changes one byte so many before its end, if that is not 0. */
static void mint(void)
{
    static char body[2048];
    size_t length;
    jurat_client_assertion client = JURAT_CLIENT_ASSERTION_INIT;
    client.client_id = jurat_text("device-7");
    client.issuer = kept_argument();
    client.issued_at = number();
    client.jwt_id = kept_argument();
    client.key_id = kept_argument();
    jurat_token_request minted = JURAT_TOKEN_REQUEST_INIT;
    minted.flags = JURAT_OMIT_CLIENT_ID;
    minted.client = &client;
    jurat_signer signer = JURAT_P256_SIGNER(KEY);
    int32_t status = jurat_token_request_sign(&minted, NULL, &signer, body, sizeof body, &length);
    size_t from_end = number();
    if (status == JURAT_OK && from_end != 0) body[length - from_end] = body[length - from_end] == 'A' ? 'B' : 'A';
    evidence.request_body = body;
    evidence.request_body_size = length;
    if (jurat_p256_public_key(KEY, sizeof KEY, &public_key) != JURAT_OK) exit(2);
    evidence.public_key = &public_key;
    begin(status);
    put("length", length);
    end();
}

int main(void)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } commands[] = {
        { "new", new_evidence },     { "request", request },           { "answer", answered },
        { "times", times },          { "server", server_command },     { "keys", keys },
        { "own-key", own_key },      { "seen", seen_ids },             { "private", private },
        { "check", check },          { "explain", explain },           { "check-json", check_json },
        { "explain-json", explain_json }, { "evidence-json", evidence_json }, { "inspect", inspect },
        { "mint", mint },
    };
    new_evidence();
    while (fgets(line, sizeof line, stdin) != NULL) {
        arguments = line;
        const char *name = word();
        size_t i = 0;
        while (i < sizeof commands / sizeof *commands && strcmp(commands[i].name, name) != 0) ++i;
        if (i == sizeof commands / sizeof *commands) return 2;
        commands[i].run();
    }
    new_evidence();
    return 0;
}
