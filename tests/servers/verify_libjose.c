/* Verifies JWTs with libjose, of which the command `jose` is made; verify_lines.h tells how it is asked. */

#include <jose/b64.h>
#include <jose/jws.h>

#include "verify_lines.h"

/* The three parts of the compact form, as an object. */
static json_t *parts(const char *jwt)
{
    const char *first = strchr(jwt, '.');
    const char *second = first == NULL ? NULL : strchr(first + 1, '.');
    if (second == NULL) {
        return NULL;
    }
    return json_pack("{s:s%, s:s%, s:s}", "protected", jwt, (size_t)(first - jwt), "payload", first + 1,
                     (size_t)(second - first - 1), "signature", second + 1);
}

static int has(const json_t *claims, const char *name, const json_t *question, const char *expected)
{
    return json_equal(json_object_get(claims, name), json_object_get(question, expected));
}

static const char *judge(const json_t *jws, const json_t *question, json_t **header, json_t **payload)
{
    if (jws == NULL || !jose_jws_ver(NULL, jws, NULL, json_object_get(question, "jwk"), false)) {
        return "signature";
    }
    *header = jose_b64_dec_load(json_object_get(jws, "protected"));
    *payload = jose_b64_dec_load(json_object_get(jws, "payload"));
    /* It knows no claims: they are the caller's. */
    if (!has(*payload, "iss", question, "issuer") || !has(*payload, "sub", question, "subject") ||
        !has(*payload, "aud", question, "audience")) {
        json_decref(*header);
        json_decref(*payload);
        return "another iss, sub or aud";
    }
    return NULL;
}

static const char *verify(const json_t *question, json_t **header, json_t **payload)
{
    json_t *jws = parts(text(question, "jwt"));
    const char *reason = judge(jws, question, header, payload);
    json_decref(jws);
    return reason;
}
