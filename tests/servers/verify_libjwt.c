/* Verifies JWTs with libjwt; verify_lines.h tells how it is asked. */

#include <jwt.h>

#include "verify_lines.h"

static json_t *taken(char *written)
{
    json_t *value = written == NULL ? NULL : json_loads(written, 0, NULL);
    free(written);
    return value;
}

static int has(jwt_t *jwt, const char *name, const char *expected)
{
    const char *value = jwt_get_grant(jwt, name);
    return value != NULL && strcmp(value, expected) == 0;
}

static const char *verify(const json_t *question, json_t **header, json_t **payload)
{
    const char *pem = text(question, "pem");
    jwt_t *jwt = NULL;
    if (jwt_decode(&jwt, text(question, "jwt"), (const unsigned char *)pem, (int)strlen(pem)) != 0) {
        return "not decoded";
    }
    const char *reason = NULL;
    if (jwt_get_alg(jwt) != JWT_ALG_ES256) {
        /* It takes the algorithm from the header: to compare it is the caller's. */
        reason = "another algorithm";
    } else if (!has(jwt, "iss", text(question, "issuer")) || !has(jwt, "sub", text(question, "subject")) ||
               !has(jwt, "aud", text(question, "audience"))) {
        reason = "another iss, sub or aud";
    } else {
        *header = taken(jwt_get_headers_json(jwt, NULL));
        *payload = taken(jwt_get_grants_json(jwt, NULL));
        reason = *header == NULL || *payload == NULL ? "no claims" : NULL;
    }
    jwt_free(jwt);
    return reason;
}
