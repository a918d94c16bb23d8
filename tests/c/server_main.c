/* Servers, time, answers and exchanges through jurat.h. Reads a command a line and prints a line of JSON for each; whoever
 * runs it judges them. Arguments are separated by blanks: numbers, or texts in hexadecimal ("." is an empty one, "-" none). */
#include "commands.h"

#define PROFILES(X) \
    X(rfc_10070) X(keycloak) X(ory_hydra) X(okta) X(spring) X(duende) X(authelia) X(oidc_provider) X(authlib) \
    X(better_auth) X(zitadel) X(glewlwyd) X(atproto) X(fapi2) X(singpass) X(corppass) X(apple_business) X(servicenow) \
    X(au_cdr) X(auth0) X(entra) X(google) X(salesforce) X(maskinporten) X(ibm) X(oracle) X(smart) X(uk_open_banking) \
    X(brazil_open_banking) X(apple_sign_in) X(gematik)

static const uint8_t KEY[JURAT_KEY_SIZE] = { 7 };
static const uint64_t BUILD_TIME = UINT64_C(1790000000);

static char output[4096];
static size_t length;

static void report_output(int32_t status)
{
    jurat_str text = { output, status == JURAT_OK ? length : 0 };
    begin(status);
    put_text("output", text);
    put("length", length);
    end();
    for (size_t i = 0; status != JURAT_OK && i < sizeof output; ++i) {
        if (output[i] != 0) abort();
    }
    memset(output, 0, sizeof output);
}

/* ------------------------------------------------------------------- servers */

static jurat_profile own = JURAT_PROFILE_INIT;
static jurat_metadata metadata;

static void report_profile(const char *name, const jurat_profile *profile)
{
    begin(JURAT_OK);
    put_text("name", jurat_text(name));
    put("named", profile == jurat_profile_named(profile->id));
    put("size", profile->struct_size == sizeof *profile);
    put("flags", profile->flags);
    put_text("id", profile->id);
    put("es256", profile->es256);
    put("audience", profile->audience);
    put_text("audience_fixed", profile->audience_fixed);
    put("type", profile->type_);
    put_text("type_fixed", profile->type_fixed);
    put("max_lifetime", profile->max_lifetime);
    put("key_id", profile->key_id);
    put("grant_audience", profile->grant_audience);
    put_text("grant_audience_fixed", profile->grant_audience_fixed);
    put("grant_max_lifetime", profile->grant_max_lifetime);
    put("future_tolerance", profile->future_tolerance);
    put("expiry_tolerance", profile->expiry_tolerance);
    end();
}

/* A line for names that are none, one for each profile, and one for the macro. */
static void profiles(void)
{
    begin(JURAT_OK);
    put("unknown", jurat_profile_named(jurat_text("keycloa")) != NULL || jurat_profile_named(jurat_text(NULL)) != NULL ||
                       jurat_profile_named(jurat_text("\xff")) != NULL);
    end();
#define REPORT(name) report_profile(#name, &jurat_profile_##name);
    PROFILES(REPORT)
    jurat_profile start = JURAT_PROFILE_INIT;
    report_profile("INIT", &start);
}

static void set_own(void)
{
    own = jurat_profile_keycloak;
    own.flags = small();
    own.es256 = small();
    own.audience = small();
    own.audience_fixed = text_argument();
    own.type_ = small();
    own.type_fixed = text_argument();
    own.max_lifetime = small();
    own.key_id = small();
    own.grant_audience = small();
    own.grant_audience_fixed = text_argument();
    own.grant_max_lifetime = small();
    /* The texts are in the line, which the next command overwrites. */
    static char kept[3][256];
    jurat_str *texts[] = { &own.audience_fixed, &own.type_fixed, &own.grant_audience_fixed };
    for (size_t i = 0; i < 3; ++i) {
        if (texts[i]->data == NULL) continue;
        memcpy(kept[i], texts[i]->data, texts[i]->length);
        texts[i]->data = kept[i];
    }
    begin(JURAT_OK);
    end();
}

static void read_metadata(void)
{
    static char document[1 << 16];
    jurat_str issuer = text_argument();
    uint32_t flags = small();
    jurat_str text = text_argument();
    if (text.length != 0) memcpy(document, text.data, text.length);
    memset(&metadata, 0xaa, sizeof metadata);
    int32_t status = jurat_metadata_read(document, text.length, issuer, flags, &metadata);
    begin(status);
    put("zero", metadata.struct_size == 0 && metadata.issuer.data == NULL && metadata.jwt_bearer == 0);
    if (status == JURAT_OK) {
        put("size", metadata.struct_size == sizeof metadata && metadata.flags == 0);
        put_text("issuer", metadata.issuer);
        put_text("token_endpoint", metadata.token_endpoint);
        put_text("pushed_authorization_request_endpoint", metadata.pushed_authorization_request_endpoint);
        put_text("introspection_endpoint", metadata.introspection_endpoint);
        put_text("revocation_endpoint", metadata.revocation_endpoint);
        put_text("device_authorization_endpoint", metadata.device_authorization_endpoint);
        put_text("backchannel_authentication_endpoint", metadata.backchannel_authentication_endpoint);
        put_text("grant_types_supported", metadata.grant_types);
        put("token_private_key_jwt", metadata.token_private_key_jwt);
        put("token_es256", metadata.token_es256);
        put("introspection_private_key_jwt", metadata.introspection_private_key_jwt);
        put("introspection_es256", metadata.introspection_es256);
        put("revocation_private_key_jwt", metadata.revocation_private_key_jwt);
        put("revocation_es256", metadata.revocation_es256);
        put("client_credentials", metadata.client_credentials);
        put("jwt_bearer", metadata.jwt_bearer);
    }
    end();
}

static void well_known(void)
{
    uint32_t form = small();
    jurat_str issuer = text_argument();
    uint32_t flags = small();
    report_output(jurat_well_known_url(form, issuer, flags, output, sizeof output, &length));
}

static void compare(void)
{
    jurat_str issuer = text_argument(), found = text_argument();
    begin(jurat_issuer_compare(issuer, found, small()));
    end();
}

/* profile (a name, or "own") issuer token_endpoint metadata (0 or 1: what was read last) */
static jurat_server server_argument(void)
{
    jurat_server server = JURAT_SERVER_INIT;
    jurat_str profile = text_argument();
    if (profile.data != NULL) {
        server.profile = profile.length == 3 && memcmp(profile.data, "own", 3) == 0 ? &own : jurat_profile_named(profile);
        if (server.profile == NULL) exit(2);
    }
    server.flags = small();
    server.issuer = text_argument();
    server.token_endpoint = text_argument();
    server.metadata = small() != 0 ? &metadata : NULL;
    return server;
}

/* server, endpoint, endpoint_url, lifetime, nbf, kid, claims, issuer beside the server */
static void client(void)
{
    jurat_server server = server_argument();
    jurat_claim claim = { JURAT_TEXT("role"), JURAT_CLAIM_TEXT, 0, JURAT_TEXT("meter") };
    jurat_client_assertion assertion = JURAT_CLIENT_ASSERTION_INIT;
    assertion.client_id = jurat_text("device-7");
    assertion.issued_at = 1795459454;
    assertion.jwt_id = jurat_text("jti-1");
    assertion.server = &server;
    assertion.endpoint = small();
    assertion.endpoint_url = text_argument();
    assertion.lifetime = small();
    assertion.not_before = number();
    assertion.key_id = text_argument();
    assertion.claims = (jurat_claims){&claim, small(), jurat_claims_hook};
    assertion.issuer = text_argument();
    if (server.issuer.data == NULL && server.profile == NULL) assertion.server = NULL;
    jurat_signer signer = JURAT_P256_SIGNER(KEY);
    report_output(jurat_client_assertion_sign(&assertion, &signer, output, sizeof output, &length));
}

/* server, lifetime, typ, issuer and token endpoint beside the server */
static void grant(void)
{
    jurat_server server = server_argument();
    jurat_grant_assertion assertion = JURAT_GRANT_ASSERTION_INIT;
    assertion.iss = jurat_text("device-7");
    assertion.sub = jurat_text("alice");
    assertion.issued_at = 1795459454;
    assertion.jwt_id = jurat_text("jti-2");
    assertion.server = &server;
    assertion.lifetime = small();
    assertion.type_ = text_argument();
    assertion.issuer = text_argument();
    assertion.token_endpoint = text_argument();
    jurat_signer signer = JURAT_P256_SIGNER(KEY);
    report_output(jurat_grant_assertion_sign(&assertion, &signer, output, sizeof output, &length));
}

/* server, http_endpoint, flags of the request */
static void request(void)
{
    jurat_server server = server_argument();
    jurat_client_assertion assertion = JURAT_CLIENT_ASSERTION_INIT;
    assertion.client_id = jurat_text("device-7");
    assertion.issued_at = 1795459454;
    assertion.jwt_id = jurat_text("jti-1");
    assertion.server = &server;
    jurat_token_request asked = JURAT_TOKEN_REQUEST_INIT;
    asked.client = &assertion;
    asked.http_endpoint = text_argument();
    asked.http_hook = jurat_http_hook;
    asked.flags = small();
    jurat_signer signer = JURAT_P256_SIGNER(KEY);
    report_output(jurat_token_request_sign(&asked, NULL, &signer, output, sizeof output, &length));
}

/* ---------------------------------------------------------------------- time */

static jurat_clock clock_in_use;

static void time_request(void)
{
    jurat_str endpoint = text_argument();
    uint32_t flags = small();
    int32_t status = jurat_time_request(endpoint, flags, output, sizeof output, &length);
    if (status == JURAT_OK && length > JURAT_HTTP_HEAD_SIZE(endpoint.length)) abort();
    report_output(status);
}

static void http_date(void)
{
    uint64_t seconds = 99;
    begin(jurat_http_date(text_argument(), &seconds));
    put("seconds", seconds);
    end();
}

static void retry_after(void)
{
    uint32_t seconds = 99;
    jurat_str text = text_argument();
    begin(jurat_retry_after(text, number(), &seconds));
    put("seconds", seconds);
    end();
}

static void time_fault(void)
{
    uint64_t device = number();
    uint32_t fault = jurat_time_fault(device, number());
    begin(JURAT_OK);
    put("fault", fault);
    put_text("text", jurat_text(jurat_time_fault_text(fault)));
    put_text("unknown", jurat_text(jurat_time_fault_text(12)));
    end();
}

static void put_clock(const jurat_clock *clock)
{
    put("state", clock->state);
    put("build_time", clock->build_time);
    put_signed("offset", clock->offset);
    put("uncertainty", clock->uncertainty);
    put("size", clock->struct_size == sizeof *clock);
}

/* state, build time, and with an estimated one offset and uncertainty */
static void set_clock(void)
{
    uint32_t state = small();
    jurat_clock clock = JURAT_CLOCK_INIT(state, number());
    clock_in_use = clock;
    clock_in_use.offset = (int64_t)number();
    if (state == JURAT_CLOCK_ESTIMATED) clock_in_use.uncertainty = small();
    begin(JURAT_OK);
    put_clock(&clock_in_use);
    end();
}

/* What each call that asks the clock says at this time. */
static void ask_clock(void)
{
    uint64_t device = number(), now = 99, issued_at = 99;
    uint32_t state = 99;
    int32_t status = jurat_clock_state(&clock_in_use, device, &state);
    begin(jurat_clock_now(&clock_in_use, device, &now));
    put("now", now);
    put("issued_at_cause", (uint64_t)JURAT_CAUSE(jurat_clock_issued_at(&clock_in_use, device, &issued_at)));
    put("issued_at", issued_at);
    put("state_cause", (uint64_t)JURAT_CAUSE(status));
    put("state", state);
    end();
}

static void learn(void)
{
    int64_t moved = 99;
    uint64_t date = number(), sent_at = number(), received_at = number();
    int32_t status = jurat_clock_learn(&clock_in_use, date, sent_at, received_at, small(), &moved);
    begin(status);
    put_signed("moved", moved);
    put_clock(&clock_in_use);
    end();
}

/* ------------------------------------------------------------------- answers */

static char body[1 << 14];
static char headers[1 << 12];
static jurat_response response;

/* status flags body, then names and values of headers */
static void set_response(void)
{
    jurat_response start = JURAT_RESPONSE_INIT;
    int32_t status = JURAT_OK;
    size_t used = 0;
    response = start;
    response.status = small();
    response.flags = small();
    jurat_str text = text_argument();
    if (text.length != 0) memcpy(body, text.data, text.length);
    response.body = body;
    response.body_size = text.length;
    for (size_t count = number(); count > 0; --count) {
        jurat_str name = text_argument(), value = text_argument();
        if (value.length != 0) memcpy(headers + used, value.data, value.length);
        if (value.data != NULL) value.data = headers + used;
        used += value.length;
        if (status == JURAT_OK) status = jurat_response_header(&response, name, value);
    }
    begin(status);
    put("flags", response.flags);
    put_text("content_type", response.content_type);
    put_text("date", response.date);
    put_text("age", response.age);
    put_text("retry_after", response.retry_after);
    end();
}

/* flags, then all that has come, which stands in a block of its own: reading beyond either end is seen */
static void from_connection(void)
{
    static char *bytes;
    uint32_t flags = small(), complete = 99;
    jurat_str text = text_argument();
    free(bytes);
    bytes = malloc(text.length + (text.length == 0));
    if (bytes == NULL) exit(2);
    if (text.length != 0) memcpy(bytes, text.data, text.length);
    memset(&response, 0xaa, sizeof response);
    int32_t status = jurat_response_http1(bytes, text.length, flags, &response, &complete);
    jurat_str found = { response.body, response.body_size };
    begin(status);
    put("complete", complete);
    put("same", text.length == 0 || memcmp(bytes, text.data, text.length) == 0);
    put("size", response.struct_size == sizeof response);
    put("inside", response.body >= bytes && response.body + response.body_size <= bytes + text.length);
    put("flags", response.flags);
    put("status", response.status);
    put_text("body", found);
    put_text("content_type", response.content_type);
    put_text("date", response.date);
    put_text("age", response.age);
    put_text("retry_after", response.retry_after);
    end();
}

static void report_answer(int32_t status, const jurat_answer *answer)
{
    begin(status);
    put("outcome", answer->outcome);
    put("unusable", answer->unusable);
    put("step", answer->step);
    put("wait", answer->wait);
    put("stop", answer->cause);
    put("flags", answer->flags);
    put("expires_in", answer->expires_in);
    put("token_type", answer->token_type);
    put("renew_at", answer->renew_at);
    put_signed("clock_moved", answer->clock_moved);
    put_text("access_token", answer->access_token);
    put_text("token_type_text", answer->token_type_text);
    put_text("scope", answer->scope);
    put("error_code", answer->error_code);
    put_text("error", answer->error);
    put_text("description", answer->description);
    put_text("uri", answer->uri);
    end();
}

static jurat_answer filled_answer(void)
{
    jurat_answer answer;
    memset(&answer, 0xaa, sizeof answer);
    return answer;
}

static void read_response(void)
{
    jurat_answer answer = filled_answer();
    int32_t status = jurat_response_read(&response, &answer);
    report_answer(status, &answer);
}

/* ------------------------------------------------------------------ exchanges */

static jurat_exchange exchange;

static void init(void)
{
    begin(jurat_exchange_init(&exchange, &clock_in_use, small()));
    end();
}

static void step(void)
{
    uint32_t number_of_step = 99, detail = 99;
    begin(jurat_exchange_step(&exchange, number(), &number_of_step, &detail));
    put("step", number_of_step);
    put("detail", detail);
    end();
}

static void issued_at(void)
{
    uint64_t seconds = 99;
    begin(jurat_exchange_issued_at(&exchange, number(), &seconds));
    put("issued_at", seconds);
    end();
}

static void ask_time(void)
{
    begin(jurat_exchange_ask_time(&exchange, number()));
    end();
}

static void no_answer(void)
{
    begin(jurat_exchange_no_answer(&exchange, number()));
    end();
}

static void exchange_clock(void)
{
    jurat_clock clock;
    memset(&clock, 0xaa, sizeof clock);
    begin(jurat_exchange_clock(&exchange, &clock));
    put_clock(&clock);
    end();
}

static int32_t fails(void *context, const uint8_t *hash, const uint8_t *message, size_t message_length,
                     uint8_t *signature, size_t signature_size, size_t *signature_length)
{
    (void)context, (void)hash, (void)message, (void)message_length, (void)signature, (void)signature_size;
    (void)signature_length;
    return 7;
}

/* device, first byte of the random bytes, room, which signer: 0 a key, 1 one that fails, 2 in two phases */
static void sign(void)
{
    uint8_t random[JURAT_RANDOM_SIZE] = { 1, 2, 3 };
    jurat_client_assertion assertion = JURAT_CLIENT_ASSERTION_INIT;
    assertion.client_id = jurat_text("device-7");
    assertion.issuer = jurat_text("https://as.example");
    assertion.random = random;
    assertion.random_size = sizeof random;
    jurat_token_request asked = JURAT_TOKEN_REQUEST_INIT;
    asked.client = &assertion;
    jurat_signer good = JURAT_P256_SIGNER(KEY), bad = JURAT_SIGNER_INIT(fails, NULL);
    uint64_t device = number();
    random[0] = (uint8_t)number();
    size_t room = number();
    uint32_t how = small();
    if (room > sizeof output) exit(2);
    char *to = room == 0 ? NULL : output;
    int32_t status;
    if (how == 2) {
        jurat_to_be_signed for_grant, for_client;
        uint8_t signature[JURAT_SIGNATURE_SIZE];
        size_t got;
        status = jurat_exchange_prepare(&exchange, &asked, device, to, room, &length, &for_grant, &for_client);
        if (status == JURAT_OK) {
            if (for_grant.message != NULL) abort();
            status = jurat_p256_sign((void *)(uintptr_t)KEY, for_client.hash, NULL, 0, signature, sizeof signature, &got);
        }
        if (status == JURAT_OK) status = jurat_attach_signature(output, length, &for_client, signature, got);
    } else {
        status = jurat_exchange_sign(&exchange, &asked, device, NULL, how == 1 ? &bad : &good, to, room, &length);
    }
    report_output(status);
}

static void answer(void)
{
    jurat_answer result = filled_answer();
    uint64_t sent_at = number();
    int32_t status = jurat_exchange_answer(&exchange, &response, sent_at, number(), &result);
    report_answer(status, &result);
}

/* Put away, the memory lost, and taken up again. */
static void sleep_deeply(void)
{
    uint8_t kept[sizeof exchange];
    memcpy(kept, &exchange, sizeof kept);
    memset(&exchange, 0xff, sizeof exchange);
    begin(jurat_exchange_ask_time(&exchange, BUILD_TIME));
    end();
    memcpy(&exchange, kept, sizeof kept);
}

int main(void)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } commands[] = {
        { "profiles", profiles },   { "own", set_own },           { "metadata", read_metadata },
        { "well-known", well_known }, { "compare", compare },     { "client", client },
        { "grant", grant },         { "request", request },       { "time-request", time_request },
        { "http-date", http_date }, { "retry-after", retry_after }, { "time-fault", time_fault },
        { "clock", set_clock },     { "ask-clock", ask_clock },   { "learn", learn },
        { "response", set_response }, { "read", read_response },  { "init", init },
        { "step", step },           { "issued-at", issued_at },   { "ask-time", ask_time },
        { "no-answer", no_answer }, { "exchange-clock", exchange_clock }, { "sign", sign },
        { "answer", answer },       { "sleep", sleep_deeply },    { "http1", from_connection },
    };
    while (fgets(line, sizeof line, stdin) != NULL) {
        arguments = line;
        const char *name = word();
        size_t i = 0;
        while (i < sizeof commands / sizeof *commands && strcmp(commands[i].name, name) != 0) ++i;
        if (i == sizeof commands / sizeof *commands) return 2;
        commands[i].run();
    }
    return 0;
}
