/* Verifies JWTs with rhonabwy; verify_lines.h tells how it is asked. */

#include <rhonabwy.h>

#include "verify_lines.h"

static const char *judge(jwt_t *jwt, jwk_t *jwk, const json_t *question)
{
    if (r_jwk_import_from_json_t(jwk, json_object_get(question, "jwk")) != RHN_OK) {
        return "no key";
    }
    if (r_jwt_parse(jwt, text(question, "jwt"), 0) != RHN_OK) {
        return "not parsed";
    }
    if (r_jwt_get_type(jwt) != R_JWT_TYPE_SIGN || r_jwt_get_sign_alg(jwt) != R_JWA_ALG_ES256) {
        return "another algorithm";
    }
    if (r_jwt_verify_signature(jwt, jwk, 0) != RHN_OK) {
        return "signature";
    }
    const int claims =
        r_jwt_validate_claims(jwt, R_JWT_CLAIM_ISS, text(question, "issuer"), R_JWT_CLAIM_SUB,
                              text(question, "subject"), R_JWT_CLAIM_AUD, text(question, "audience"), R_JWT_CLAIM_EXP,
                              R_JWT_CLAIM_PRESENT, R_JWT_CLAIM_JTI, NULL, R_JWT_CLAIM_NOP);
    return claims == RHN_OK ? NULL : "claims";
}

static const char *verify(const json_t *question, json_t **header, json_t **payload)
{
    jwt_t *jwt = NULL;
    jwk_t *jwk = NULL;
    if (r_jwt_init(&jwt) != RHN_OK || r_jwk_init(&jwk) != RHN_OK) {
        return "no memory";
    }
    const char *reason = judge(jwt, jwk, question);
    if (reason == NULL) {
        *header = r_jwt_get_full_header_json_t(jwt);
        *payload = r_jwt_get_full_claims_json_t(jwt);
    }
    r_jwk_free(jwk);
    r_jwt_free(jwt);
    return reason;
}
