"""An authorization server on loopback that judges as one named product does, by the product's own rules.

stdin:  one JSON line {"profile": a name in PRODUCTS,
                       "clients": [{"client_id", "jwks": {"keys": []}, "token_endpoint_auth_signing_alg"}],
                       "issuers": [{"iss", "jwks": {"keys": []}}], of those whose assertions are taken as grants,
                       "now": seconds since 1970 at which the clock stands, "date_offset": seconds it is off,
                       "hint_audience": a URL that every refusal names as the audience, whatever was wrong,
                       "answers": [{"status", "headers": {}, "body", "burn"}] to give before the real ones: all but the
                       status may be absent, Date is always the clock's}
        "profile" is the only one that has to be there. "burn" uses up the `jti` of the request all the same.
stdout: one JSON line {"issuer", "token_endpoint", "metadata_url", "control"} when ready, nothing else
stderr: one JSON line per refusal, with the cause that the HTTP answer may withhold

The endpoints (/token, /par, /introspect, /revoke, /device_authorization, /bc-authorize) stand in the metadata. Each
authenticates the client by its assertion, for the audience that the product wants there, and answers the least that
is an answer. Under the URL "control": POST time {"now"} or {"date_offset"}, POST answers [{...}], and GET requests,
all that came in: {"time", "method", "path", "headers", "form": [[name, value]], "assertions": [{"parameter",
"header", "claims"}]}, without what was signed and the signature.

Where the rules come from, and which version of the product they are of:

keycloak          main of 2026: AbstractBaseJWTValidator.java and JsonWebToken.java. The 15 s are for `iat` and `nbf`
                  alone; an assertion with `iat` is refused from its `exp` on. The grant is that of 26.5.
hydra             July 2026: fosite/client_authentication.go, token/jwt/map_claims.go
okta              developer documentation and list of errors, August 2026; nothing is said about tolerances
spring-6.5        Authorization Server 1.x with Security up to 6.5: source
spring-7          Security 7.x: source, JwtClientAssertionDecoderFactory
duende, -strict   IdentityServer, July 2026: source, without and with StrictClientAssertionAudienceValidation
authelia          oauth2-provider, August 2026: source; for a client that may not leave `typ` out
zitadel           zitadel/oidc, August 2026: source, pkg/oidc/verifier.go and pkg/op/verifier_jwt_profile.go
glewlwyd          2.7: source
atproto           reference server, 2026: source, oauth-provider/src/client/client.ts; without DPoP
fapi2             FAPI 2.0 Security Profile (final, 2025) at its strictest: at most 10 s in the future
singpass, corppass  their API documentation, 2026, second hand: the shape of refusals is not known
apple-business    Apple School and Business Manager API, second hand: the shape of refusals is not known
servicenow        JWT bearer grant, second hand: the shape of refusals is not known
au-cdr            Consumer Data Standards 1.36.0; the shape of refusals is not laid down
oidc-provider     9.13.3: source and recorded answers
authlib           1.9.9 with joserfc 1.8.0: source and recorded answers
better-auth       1.7.25 with oauth-provider 1.7.5: source and recorded answers

Where a product's documentation is silent, RFC 7519 holds: no tolerance for `exp`, and an answer of RFC 6749 without
a description. Signatures are judged by PyJWT. Everything is in memory. The process ends when stdin closes or on
SIGTERM.
"""

from __future__ import annotations

import json
import logging
import secrets
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Literal
from urllib.parse import parse_qsl

import jwt
from flask import Flask, Response, request
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
TYPED = "client-authentication+jwt"

ASYMMETRIC = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
DAY = 86_400

# The name of an endpoint in the rules, its path, and its member of the metadata.
ENDPOINTS = {
    "token": ("/token", "token_endpoint"),
    "par": ("/par", "pushed_authorization_request_endpoint"),
    "introspect": ("/introspect", "introspection_endpoint"),
    "revoke": ("/revoke", "revocation_endpoint"),
    "device": ("/device_authorization", "device_authorization_endpoint"),
    "ciba": ("/bc-authorize", "backchannel_authentication_endpoint"),
}

Json = dict[str, Any]


# ----------------------------------------------------------------------------------------------------- the rules


class Cause(StrEnum):
    """Why a request is refused; a product may say it, or not."""

    NO_ASSERTION = "no assertion"
    ASSERTION_TYPE = "assertion type"
    CLIENT_ID_MISSING = "client_id missing"
    CLIENT_ID_OTHER = "client_id is another's"
    MALFORMED = "malformed"
    TOO_LONG = "too long"
    UNKNOWN = "unknown client or issuer"
    ALG = "alg"
    TYP = "typ"
    KID_MISSING = "kid missing"
    KEY = "no such key"
    KEY_USE = "key without its use"
    SIGNATURE = "signature"
    ISS = "iss"
    SUB = "sub"
    AUD = "aud"
    AUDS = "more than one aud"
    EXP_MISSING = "exp missing"
    EXPIRED = "expired"
    NOT_BEFORE = "nbf ahead"
    LIFETIME = "lifetime"
    LIFETIME_NO_IAT = "lifetime without iat"
    IAT_MISSING = "iat missing"
    IAT_AHEAD = "iat ahead"
    IAT_OLD = "iat old"
    JTI_MISSING = "jti missing"
    REPLAY = "replay"
    GRANT_TYPE = "grant type"


@dataclass(frozen=True)
class Rules:
    """What a product asks of an assertion. Times in whole seconds; None: it does not look.

    An audience is an endpoint's name, "issuer", "issuer/" (with a slash), "issuer/connect/token", "invoked" (the
    endpoint the request came to), "client_id", or the URL itself.
    """

    audiences: tuple[str, ...]
    # An array as `aud`: any element may fit; only one element is allowed; none is.
    array: Literal["any", "one", "never"] = "any"
    # None in the set: `typ` may be absent.
    types: frozenset[str | None] | None = None
    # For an assertion that says what it is.
    typed: Rules | None = None
    algs: tuple[str, ...] = ASYMMETRIC
    # Only the algorithm that the client registered, which is this one if it registered none.
    registered_alg: str | None = None
    kid: Literal["required", "several", "optional"] = "optional"
    # The key has to be registered with the member `use`, "sig".
    use_sig: bool = False
    # The form parameter: has to be there; has to fit if it is there; is not looked at.
    client_id: Literal["required", "fits", "ignored"] = "fits"
    longest: int | None = None
    exp_required: bool = True
    # The last second at which an assertion is taken, counted from its `exp`.
    last: int = -1
    # At most `exp` - now, `exp` - now without `iat`, `exp` - `iat`.
    life: int | None = None
    life_without_iat: int | None = None
    life_from_iat: int | None = None
    iat_required: bool = False
    iat_ahead: int | None = None
    iat_age: int | None = None
    nbf_ahead: int | None = 0
    jti: Literal["required", "optional", "ignored"] = "required"
    # A `jti` is used up for its client alone, or for all.
    jti_of_client: bool = False
    # It is used up even when the audience is wrong.
    jti_first: bool = False
    # A grant is for the issuer itself only.
    sub_is_iss: bool = False


Answer = tuple[int, str, str | None]


@dataclass(frozen=True)
class Product:
    client: Rules | None = None
    grant: Rules | None = None
    # The refusal of a client, unless the cause has one of its own; and those of a grant.
    refusal: Answer = (401, "invalid_client", None)
    refusals: Mapping[Cause, Answer] = field(default_factory=dict)
    grant_refusal: Answer = (400, "invalid_grant", None)
    grant_refusals: Mapping[Cause, Answer] = field(default_factory=dict)
    grant_types: tuple[str, ...] = ("client_credentials",)


def all_with(status: int, error: str, texts: Mapping[Cause, str]) -> dict[Cause, Answer]:
    return {cause: (status, error, text) for cause, text in texts.items()}


BAD_REQUEST = dict.fromkeys(
    (Cause.NO_ASSERTION, Cause.ASSERTION_TYPE, Cause.CLIENT_ID_MISSING), (400, "invalid_request", None)
)

KEYCLOAK_TEXTS = {
    Cause.AUD: "Invalid token audience",
    Cause.AUDS: "Multiple audiences not allowed",
    Cause.EXPIRED: "Token is not active",
    Cause.NOT_BEFORE: "Token is not active",
    Cause.LIFETIME_NO_IAT: "Token expiration is too far in the future and iat claim not present in token",
    Cause.IAT_AHEAD: "Token was issued in the future",
    Cause.IAT_OLD: "Token was issued too far in the past to be used now",
    Cause.KEY: "Unable to load public key",
    Cause.SIGNATURE: "Client authentication with signed JWT failed: Signature on JWT token failed validation",
    Cause.ALG: "Invalid signature algorithm",
    Cause.REPLAY: "Token reuse detected",
    Cause.JTI_MISSING: "Token jti claim is required",
    Cause.EXP_MISSING: "Token exp claim is required",
    Cause.SUB: "Token sub claim is required",
    Cause.CLIENT_ID_OTHER: "client_id parameter does not match sub claim",
    Cause.NO_ASSERTION: "Parameter client_assertion_type is missing",
    Cause.ASSERTION_TYPE: f"Parameter client_assertion_type has value '{{value}}' but expected is '{ASSERTION_TYPE}'",
    Cause.MALFORMED: "Client authentication with signed JWT failed: Unable to parse the token",
}
KEYCLOAK = Rules(
    audiences=("issuer", "token", "introspect", "par", "ciba"),
    array="one",
    life_without_iat=60,
    iat_ahead=15,
    iat_age=60,
    nbf_ahead=15,
)

ORY_CLIENT = (
    "Client authentication failed (e.g., unknown client, no client authentication included, or unsupported "
    "authentication method)."
)
ORY_REQUEST = (
    "The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than "
    "once, or is otherwise malformed."
)
ORY_GRANT = (
    "The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token is "
    "invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued "
    "to another client."
)
ORY_UNFORESEEN = (500, "error", "The error is unrecognizable")
HYDRA_REFUSALS = {
    **all_with(
        401,
        "invalid_client",
        {
            Cause.AUD: f"{ORY_CLIENT} Claim 'audience' from 'client_assertion' must match the authorization server's "
            "token endpoint '{token}'.",
            Cause.SIGNATURE: f"{ORY_CLIENT} Unable to verify the integrity of the 'client_assertion' value.",
            Cause.MALFORMED: f"{ORY_CLIENT} Unable to verify the integrity of the 'client_assertion' value.",
            Cause.ALG: f"{ORY_CLIENT} The 'client_assertion' uses signing algorithm '{{alg}}' but the requested "
            "OAuth 2.0 Client enforces signing algorithm '{registered}'.",
            Cause.JTI_MISSING: f"{ORY_CLIENT} Claim 'jti' from 'client_assertion' must be set but is not.",
            Cause.EXP_MISSING: f"{ORY_CLIENT} Unable to type assert the expiry time from claims. This should not "
            "happen as we validate the expiry time already earlier with token.Claims.Valid()",
            Cause.ISS: f"{ORY_CLIENT} Claim 'iss' from 'client_assertion' must match the 'client_id' of the "
            "OAuth 2.0 Client.",
            Cause.SUB: f"{ORY_CLIENT} Claim 'sub' from 'client_assertion' must match the 'client_id' of the "
            "OAuth 2.0 Client.",
        },
    ),
    **all_with(
        400,
        "invalid_request",
        {
            Cause.KEY: f"{ORY_REQUEST} The JSON Web Token uses signing key with kid '{{kid}}', which could not be "
            "found.",
            Cause.KEY_USE: f"{ORY_REQUEST} Unable to find ECDSA public key with use='sig' for kid '{{kid}}' in JSON "
            "Web Key Set.",
            Cause.ASSERTION_TYPE: f"{ORY_REQUEST} Unknown client_assertion_type '{{value}}'.",
        },
    ),
    Cause.REPLAY: (
        400,
        "jti_known",
        "The jti was already used. Claim 'jti' from 'client_assertion' MUST only be used once.",
    ),
    Cause.EXPIRED: ORY_UNFORESEEN,
    Cause.IAT_AHEAD: ORY_UNFORESEEN,
    Cause.NOT_BEFORE: ORY_UNFORESEEN,
}
HYDRA_GRANT_REFUSALS = {
    **all_with(
        400,
        "invalid_grant",
        {
            cause: f"{ORY_GRANT} The JWT in 'assertion' request parameter {text}"
            for cause, text in {
                Cause.AUD: "MUST contain an 'aud' (audience) claim containing a value '{token}' that identifies the "
                "authorization server as an intended audience.",
                Cause.EXPIRED: "expired.",
                Cause.EXP_MISSING: "MUST contain an 'exp' (expiration time) claim.",
                Cause.IAT_MISSING: "MUST contain an 'iat' (issued at) claim.",
                Cause.JTI_MISSING: "MUST contain an 'jti' (JWT ID) claim.",
                Cause.SUB: "MUST contain a 'sub' (subject) claim.",
                Cause.LIFETIME: "contains an 'exp' (expiration time) claim that is unreasonably far in the future, "
                "considering token issued at.",
            }.items()
        },
    ),
    Cause.SIGNATURE: (400, "invalid_grant", f"{ORY_GRANT} Unable to verify the integrity of the 'assertion' value."),
    Cause.UNKNOWN: (400, "invalid_grant", f"{ORY_GRANT} No public JWK was registered for issuer '{{iss}}'."),
    Cause.KEY: (400, "invalid_grant", f"{ORY_GRANT} No public JWK was registered for issuer '{{iss}}'."),
    Cause.REPLAY: (400, "jti_known", "The jti was already used."),
}

OKTA_TEXTS = {
    Cause.AUD: "The audience claim for client_assertion must be the endpoint invoked for the request.",
    Cause.EXPIRED: "The client_assertion token is expired.",
    Cause.LIFETIME: "The client_assertion token has an expiration too far into the future.",
    Cause.IAT_AHEAD: "The client_assertion token must be issued before the current time.",
    Cause.KEY: "The client_assertion JWT kid is invalid.",
    Cause.KID_MISSING: "The client_assertion JWT kid is invalid.",
    Cause.SIGNATURE: "The client_assertion signature is invalid.",
    Cause.ALG: "The client_assertion JWT signature algorithm is invalid.",
    Cause.REPLAY: "The client_assertion token has already been used.",
    Cause.EXP_MISSING: "The client_assertion token must contain the 'exp' claim as seconds since epoch.",
    Cause.ISS: "The issuer claim for client_assertion is not a valid client_id.",
    Cause.SUB: "The subject claim for client_assertion is not a valid client_id.",
    Cause.UNKNOWN: "The issuer claim for client_assertion is not a valid client_id.",
    Cause.MALFORMED: "The parsing of the client_assertion failed.",
}

DUENDE_STRICT = Rules(
    audiences=("issuer", "issuer/"),
    array="one",
    types=frozenset({TYPED}),
    client_id="ignored",
    longest=51_200,
    last=300,
    nbf_ahead=300,
)
ATPROTO_FAILED = 'Validation of "client_assertion" failed: '
ZITADEL = Rules(
    audiences=("issuer",),
    kid="required",
    client_id="ignored",
    algs=("RS256", "ES256", "PS256"),
    last=-2,
    iat_required=True,
    iat_ahead=1,
    iat_age=3600,
    nbf_ahead=None,
    jti="ignored",
    sub_is_iss=True,
)
SPRING = Rules(
    audiences=("issuer", "token", "introspect", "revoke", "par"),
    registered_alg="RS256",
    client_id="required",
    last=60,
    nbf_ahead=60,
    jti="ignored",
)
AUTHLIB = Rules(audiences=("issuer", "token"), client_id="ignored", last=59, iat_ahead=60, nbf_ahead=60)
BETTER_AUTH_SIGNATURE = (401, "invalid_client", "client assertion signature verification failed")

PRODUCTS = {
    "keycloak": Product(
        client=KEYCLOAK,
        # Such assertions are used within 300 s, and RFC 7523 allows them the token endpoint too: Keycloak does not.
        grant=Rules(
            audiences=("issuer",),
            array="one",
            client_id="ignored",
            life_without_iat=300,
            iat_ahead=15,
            iat_age=300,
            nbf_ahead=15,
        ),
        refusal=(400, "invalid_client", "Invalid client or Invalid client credentials"),
        refusals=all_with(400, "invalid_client", KEYCLOAK_TEXTS),
        grant_refusals=all_with(400, "invalid_grant", KEYCLOAK_TEXTS),
        grant_types=("client_credentials", JWT_BEARER),
    ),
    "hydra": Product(
        client=Rules(audiences=("token",), registered_alg="RS256", use_sig=True, last=0, iat_ahead=0, jti_first=True),
        grant=Rules(
            audiences=("token",),
            kid="optional",
            client_id="ignored",
            life_from_iat=30 * DAY,
            iat_required=True,
        ),
        refusal=(401, "invalid_client", ORY_CLIENT),
        refusals=HYDRA_REFUSALS,
        grant_refusal=(400, "invalid_grant", ORY_GRANT),
        grant_refusals=HYDRA_GRANT_REFUSALS,
        grant_types=("client_credentials", JWT_BEARER),
    ),
    "okta": Product(
        client=Rules(
            audiences=("invoked",),
            algs=("RS256", "RS384", "RS512", "ES256", "ES384", "ES512"),
            kid="several",
            client_id="ignored",
            life=3600,
            iat_ahead=0,
            jti="optional",
        ),
        grant=Rules(audiences=("issuer",), client_id="ignored", jti="optional"),
        refusals={
            **all_with(401, "invalid_client", OKTA_TEXTS),
            Cause.ASSERTION_TYPE: (400, "invalid_request", "The client_assertion_type is invalid."),
        },
        grant_refusals={
            Cause.AUD: (
                400,
                "invalid_grant",
                "The audience of the JWT Bearer Grant must match the the issuer of the authorization server.",
            ),
            Cause.REPLAY: (400, "invalid_grant", "The jti of the JWT Bearer Grant was already used."),
            Cause.UNKNOWN: (
                401,
                "invalid_token",
                "The issuer of the token is not permitted to use the JWT Bearer Grant.",
            ),
        },
        grant_types=("client_credentials", JWT_BEARER),
    ),
    "spring-6.5": Product(client=replace(SPRING, types=frozenset({None, "JWT"})), refusals=BAD_REQUEST),
    "spring-7": Product(client=SPRING, refusals=BAD_REQUEST),
    "duende": Product(
        client=Rules(
            audiences=("issuer", "issuer/", "token", "issuer/connect/token", "ciba", "par"),
            typed=DUENDE_STRICT,
            client_id="ignored",
            longest=51_200,
            last=300,
            nbf_ahead=300,
        ),
        refusal=(400, "invalid_client", None),
    ),
    "duende-strict": Product(client=DUENDE_STRICT, refusal=(400, "invalid_client", None)),
    "authelia": Product(
        client=Rules(
            audiences=("issuer", "token", "par"), types=frozenset({TYPED, "JWT"}), registered_alg="ES256", iat_ahead=0
        ),
        refusal=(
            401,
            "invalid_client",
            f"{ORY_CLIENT} The required credentials were not found, used an unknown method, could not be parsed, were "
            "otherwise malformed, or were otherwise incorrect.",
        ),
    ),
    "zitadel": Product(
        client=ZITADEL,
        grant=ZITADEL,
        grant_refusals=all_with(
            400,
            "invalid_grant",
            {
                Cause.AUD: "audience is not valid",
                Cause.EXPIRED: "token has expired",
                Cause.IAT_AHEAD: "issuedAt of token is in the future",
                Cause.IAT_OLD: "issuedAt of token is to old",
                Cause.IAT_MISSING: "issuedAt of token is missing",
                Cause.SUB: "delegation not allowed, issuer and sub must be identical",
            },
        ),
        grant_types=("client_credentials", JWT_BEARER),
    ),
    "glewlwyd": Product(
        client=Rules(audiences=("invoked",), array="never", client_id="ignored", life=3600, jti="optional")
    ),
    "atproto": Product(
        client=Rules(
            audiences=("issuer",),
            algs=("ES256",),
            kid="required",
            client_id="required",
            exp_required=False,
            iat_required=True,
            iat_ahead=0,
            iat_age=60,
            jti_of_client=True,
        ),
        refusal=(400, "invalid_client", 'Unable to verify "client_assertion" JWT'),
        refusals={
            **all_with(
                400,
                "invalid_client",
                {
                    Cause.AUD: f'{ATPROTO_FAILED}unexpected "aud" claim value',
                    Cause.EXPIRED: f'{ATPROTO_FAILED}"exp" claim timestamp check failed',
                    Cause.NOT_BEFORE: f'{ATPROTO_FAILED}"nbf" claim timestamp check failed',
                    Cause.IAT_MISSING: f'{ATPROTO_FAILED}missing required "iat" claim',
                    Cause.IAT_AHEAD: f'{ATPROTO_FAILED}"iat" claim timestamp check failed (it should be in the past)',
                    Cause.IAT_OLD: f'{ATPROTO_FAILED}"iat" claim timestamp check failed (too far in the past)',
                    Cause.JTI_MISSING: f'{ATPROTO_FAILED}missing required "jti" claim',
                    Cause.ISS: f'{ATPROTO_FAILED}unexpected "iss" claim value',
                    Cause.SUB: f'{ATPROTO_FAILED}unexpected "sub" claim value',
                    Cause.SIGNATURE: f"{ATPROTO_FAILED}signature verification failed",
                    Cause.KEY: f"{ATPROTO_FAILED}no applicable key found in the JSON Web Key Set",
                    Cause.KID_MISSING: '"kid" required in client_assertion',
                },
            ),
            **BAD_REQUEST,
            Cause.REPLAY: (400, "invalid_grant", "private_key_jwt jti reused"),
            Cause.GRANT_TYPE: (400, "invalid_grant", 'Grant type "{value}" is not supported by the server'),
        },
        grant_types=("authorization_code", "refresh_token"),
    ),
    "fapi2": Product(
        client=Rules(audiences=("issuer",), array="never", algs=("PS256", "ES256", "EdDSA"), iat_ahead=10, nbf_ahead=10)
    ),
    "singpass": Product(
        client=Rules(
            audiences=("issuer",),
            types=frozenset({"JWT"}),
            algs=("ES256", "ES384", "ES512"),
            iat_required=True,
            life_from_iat=120,
            jti="optional",
        ),
        grant_types=("authorization_code", "client_credentials"),
    ),
    "corppass": Product(
        client=Rules(
            audiences=("issuer",),
            types=frozenset({"JWT"}),
            algs=("ES256", "ES384", "ES512"),
            iat_required=True,
            life_from_iat=600,
            jti="optional",
        ),
        grant_types=("authorization_code", "client_credentials"),
    ),
    "apple-business": Product(
        client=Rules(
            audiences=("https://account.apple.com/auth/oauth2/v2/token",),
            algs=("ES256",),
            kid="required",
            life=180 * DAY,
            jti="optional",
        )
    ),
    "servicenow": Product(
        grant=Rules(audiences=("client_id",), client_id="ignored", jti="optional"),
        grant_types=(JWT_BEARER,),
    ),
    "au-cdr": Product(client=Rules(audiences=("issuer", "token", "invoked"), algs=("PS256", "ES256"))),
    "oidc-provider": Product(
        client=Rules(audiences=("issuer", "token", "invoked"), last=14, nbf_ahead=15, jti_of_client=True),
        refusal=(401, "invalid_client", "client authentication failed"),
        refusals=all_with(
            400,
            "invalid_request",
            {
                Cause.CLIENT_ID_OTHER: "client_id mismatch",
                Cause.MALFORMED: "invalid client_assertion format",
                Cause.NO_ASSERTION: "no client authentication mechanism provided",
                Cause.ASSERTION_TYPE: f"client_assertion_type must have value {ASSERTION_TYPE}",
            },
        ),
    ),
    "authlib": Product(
        client=AUTHLIB,
        grant=replace(AUTHLIB, jti="ignored"),
        refusal=(400, "invalid_client", None),
        refusals=all_with(
            400,
            "invalid_client",
            {
                Cause.AUD: "Invalid claim: 'aud'",
                Cause.EXPIRED: "The token is expired",
                Cause.EXP_MISSING: "Missing claim: 'exp'",
                Cause.IAT_AHEAD: "The token was issued in the future",
                Cause.NOT_BEFORE: "The token is not yet valid",
                Cause.KEY: "No key for kid: '{kid}'",
                Cause.ISS: "Issuer and Subject MUST match.",
                Cause.SUB: "Issuer and Subject MUST match.",
                Cause.UNKNOWN: "The client does not exist on this server.",
                Cause.JTI_MISSING: "Missing JWT ID.",
                Cause.REPLAY: "JWT ID is used before.",
            },
        ),
        grant_refusals=all_with(
            400,
            "invalid_grant",
            {
                Cause.AUD: "Invalid claim: 'aud'",
                Cause.EXPIRED: "The token is expired",
                Cause.IAT_AHEAD: "The token was issued in the future",
                Cause.NOT_BEFORE: "The token is not yet valid",
            },
        ),
        grant_types=("client_credentials", JWT_BEARER),
    ),
    "better-auth": Product(
        client=Rules(audiences=("issuer", "invoked"), kid="several", life=300, iat_age=300, jti_of_client=True),
        refusal=BETTER_AUTH_SIGNATURE,
        refusals=all_with(
            400,
            "invalid_client",
            {
                Cause.REPLAY: "client assertion jti has already been used",
                Cause.JTI_MISSING: "client assertion must include jti claim",
                Cause.EXP_MISSING: "client assertion must include exp claim",
                Cause.LIFETIME: "client assertion exp is too far in the future (max 300s)",
                Cause.IAT_OLD: "client assertion iat is too far in the past (max 300s)",
                Cause.CLIENT_ID_OTHER: "client_id in body does not match assertion sub/iss",
                Cause.UNKNOWN: "unknown client",
                Cause.ALG: "unsupported assertion signing algorithm: {alg}",
                Cause.ASSERTION_TYPE: "unsupported client_assertion_type",
                Cause.NO_ASSERTION: "client_assertion and client_assertion_type must both be provided",
                Cause.MALFORMED: "malformed client assertion: invalid JWT header",
            },
        ),
    ),
}


# ---------------------------------------------------------------------------------------------------- the judge


class Refused(Exception):
    def __init__(self, cause: Cause, **details: Any) -> None:
        super().__init__(cause)
        self.cause = cause
        self.details = details


def refuse_unless(holds: bool, cause: Cause, **details: Any) -> None:
    if not holds:
        raise Refused(cause, **details)


class Details(dict[str, Any]):
    """For a text that names what this refusal does not know."""

    def __missing__(self, name: str) -> str:
        return ""


def parts(token: str) -> tuple[Json, Json]:
    """Header and claims of a JWT, unverified."""
    try:
        header = jwt.get_unverified_header(token)
        claims = jwt.decode(token, options={"verify_signature": False})
    except jwt.PyJWTError as error:
        raise Refused(Cause.MALFORMED) from error
    return header, claims


def seconds(claims: Json, name: str) -> float | None:
    value = claims.get(name)
    # A bool is an int in Python, yet no number in JSON.
    refuse_unless(value is None or type(value) in (int, float), Cause.MALFORMED)
    return value


class Judge:
    """Judges assertions by one product's rules and remembers the `jti` of those it took."""

    def __init__(self, config: Json, issuer: str, endpoints: Mapping[str, str]) -> None:
        self.product = PRODUCTS[config["profile"]]
        self._issuer = issuer
        self._endpoints = endpoints
        self._clients = {entry["client_id"]: entry for entry in config.get("clients", [])}
        self._issuers = {entry["iss"]: entry for entry in config.get("issuers", [])}
        self._used: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    @property
    def algs(self) -> tuple[str, ...]:
        rules = self.product.client or self.product.grant
        return rules.algs if rules is not None else ()

    def client(self, form: Json, invoked: str, now: int) -> str:
        """Authenticates the client of a request; the answer is its `client_id`."""
        rules = self.product.client
        kind, token = form.get("client_assertion_type"), form.get("client_assertion")
        if rules is None or not kind or not token:
            raise Refused(Cause.NO_ASSERTION)
        refuse_unless(kind == ASSERTION_TYPE, Cause.ASSERTION_TYPE, value=kind)
        refuse_unless(rules.longest is None or len(token) <= rules.longest, Cause.TOO_LONG)
        header, claims = parts(token)
        name = form.get("client_id")
        # RFC 9126 section 2.1: there it is a parameter of the authorization request.
        if rules.client_id == "required" or invoked == "par":
            refuse_unless(bool(name), Cause.CLIENT_ID_MISSING)
        if rules.client_id != "ignored" and name:
            refuse_unless(name == claims.get("sub"), Cause.CLIENT_ID_OTHER)
        party = self._clients.get(claims.get("sub") or claims.get("iss"))
        if party is None:
            raise Refused(Cause.UNKNOWN)
        client_id: str = party["client_id"]
        refuse_unless(claims.get("iss") == client_id, Cause.ISS)
        refuse_unless(claims.get("sub") == client_id, Cause.SUB)
        self._check(rules, party, token, header, claims, invoked, now)
        return client_id

    def grant(self, form: Json, now: int) -> None:
        """Judges the assertion of a jwt-bearer grant (RFC 7523 section 2.1)."""
        rules = self.product.grant
        token = form.get("assertion")
        if rules is None or not token:
            raise Refused(Cause.NO_ASSERTION)
        header, claims = parts(token)
        issuer = claims.get("iss")
        party = self._issuers.get(issuer)
        if party is None:
            raise Refused(Cause.UNKNOWN, iss=issuer)
        refuse_unless(bool(claims.get("sub")), Cause.SUB)
        if rules.sub_is_iss:
            refuse_unless(claims["sub"] == issuer, Cause.SUB)
        self._check(rules, party, token, header, claims, "token", now)

    def _check(self, rules: Rules, party: Json, token: str, header: Json, claims: Json, invoked: str, now: int) -> None:
        if rules.typed is not None and header.get("typ") == TYPED:
            rules = rules.typed
        if rules.types is not None:
            refuse_unless(header.get("typ") in rules.types, Cause.TYP)
        self._check_signature(rules, party, token, header, claims)
        self._check_times(rules, claims, now)

        jti = claims.get("jti")
        if rules.jti == "required":
            refuse_unless(isinstance(jti, str) and jti != "", Cause.JTI_MISSING)
        used = (claims["iss"] if rules.jti_of_client else "", str(jti))
        once = rules.jti != "ignored" and jti is not None
        if once and rules.jti_first:
            self._use(used)
        self._check_audience(rules, claims, invoked)
        if once and not rules.jti_first:
            self._use(used)

    def _check_signature(self, rules: Rules, party: Json, token: str, header: Json, claims: Json) -> None:
        alg, kid, keys = header.get("alg"), header.get("kid"), party["jwks"]["keys"]
        registered = party.get("token_endpoint_auth_signing_alg", rules.registered_alg)
        refuse_unless(
            alg in rules.algs and (registered is None or alg == registered), Cause.ALG, alg=alg, registered=registered
        )
        if rules.kid == "required" or (rules.kid == "several" and len(keys) > 1):
            refuse_unless(kid is not None, Cause.KID_MISSING)
        found = [key for key in keys if kid is None or key.get("kid") == kid]
        refuse_unless(bool(found), Cause.KEY, kid=kid, iss=claims.get("iss"))
        if rules.use_sig:
            found = [key for key in found if key.get("use") == "sig"]
            refuse_unless(bool(found), Cause.KEY_USE, kid=kid)
        for key in found:
            try:
                jwt.api_jws.decode_complete(token, key=jwt.PyJWK(key, algorithm=alg), algorithms=[str(alg)])
                return
            except jwt.PyJWTError:
                continue
        raise Refused(Cause.SIGNATURE)

    def _check_times(self, rules: Rules, claims: Json, now: int) -> None:
        exp, iat, nbf = (seconds(claims, name) for name in ("exp", "iat", "nbf"))
        if exp is None:
            refuse_unless(not rules.exp_required, Cause.EXP_MISSING)
        else:
            refuse_unless(now <= exp + rules.last, Cause.EXPIRED)
            if rules.life is not None:
                refuse_unless(exp - now <= rules.life, Cause.LIFETIME)
            if rules.life_without_iat is not None and iat is None:
                refuse_unless(exp - now <= rules.life_without_iat, Cause.LIFETIME_NO_IAT)
            if rules.life_from_iat is not None and iat is not None:
                refuse_unless(exp - iat <= rules.life_from_iat, Cause.LIFETIME)
        if nbf is not None and rules.nbf_ahead is not None:
            refuse_unless(nbf <= now + rules.nbf_ahead, Cause.NOT_BEFORE)
        if iat is None:
            refuse_unless(not rules.iat_required, Cause.IAT_MISSING)
            return
        if rules.iat_ahead is not None:
            refuse_unless(iat <= now + rules.iat_ahead, Cause.IAT_AHEAD)
        if rules.iat_age is not None:
            refuse_unless(now - iat <= rules.iat_age, Cause.IAT_OLD)

    def _check_audience(self, rules: Rules, claims: Json, invoked: str) -> None:
        known = {
            "issuer": self._issuer,
            "issuer/": f"{self._issuer}/",
            "issuer/connect/token": f"{self._issuer}/connect/token",
            "invoked": self._endpoints[invoked],
            "client_id": claims["iss"],
            **self._endpoints,
        }
        taken = {known.get(name, name) for name in rules.audiences}
        aud = claims.get("aud")
        values = aud if isinstance(aud, list) else [aud]
        fits = any(isinstance(value, str) and value in taken for value in values)
        refuse_unless(fits and not (isinstance(aud, list) and rules.array == "never"), Cause.AUD, **self._endpoints)
        refuse_unless(len(values) == 1 or rules.array == "any", Cause.AUDS)

    def _use(self, used: tuple[str, str]) -> None:
        with self._lock:
            fresh = used not in self._used
            self._used.add(used)
        refuse_unless(fresh, Cause.REPLAY)


# ---------------------------------------------------------------------------------------------------- the server


class Clock:
    """Stands still, or goes, perhaps wrongly."""

    def __init__(self, config: Json) -> None:
        self.set(config)

    def set(self, config: Json) -> None:
        self._now: int | None = config.get("now")
        self._offset: int = config.get("date_offset", 0)

    def __call__(self) -> int:
        return int(time.time()) + self._offset if self._now is None else self._now


def token_response() -> Json:
    return {"access_token": secrets.token_urlsafe(24), "token_type": "Bearer", "expires_in": 600, "scope": "api"}


# What an endpoint answers when it knows the client.
SUCCESSES: dict[str, Callable[[], tuple[int, Json | None]]] = {
    "par": lambda: (
        201,
        {"request_uri": f"urn:ietf:params:oauth:request_uri:{secrets.token_hex(8)}", "expires_in": 90},
    ),
    "introspect": lambda: (200, {"active": False}),
    "revoke": lambda: (200, None),
    "device": lambda: (
        200,
        {
            "device_code": secrets.token_urlsafe(24),
            "user_code": "WDJB-MJHT",
            "verification_uri": "https://as.example.com/device",
            "expires_in": 600,
            "interval": 5,
        },
    ),
    "ciba": lambda: (200, {"auth_req_id": secrets.token_urlsafe(24), "expires_in": 600, "interval": 5}),
    "token": lambda: (200, token_response()),
}


class ProfileServer:
    def __init__(self, config: Json, issuer: str, clock: Clock) -> None:
        self._clock = clock
        self._hint = config.get("hint_audience")
        self._answers: list[Json] = list(config.get("answers", []))
        self._requests: list[Json] = []
        self._lock = threading.Lock()
        self._issuer = issuer
        self._endpoints = {name: f"{issuer}{path}" for name, (path, _) in ENDPOINTS.items()}
        self._judge = Judge(config, issuer, self._endpoints)

    def routes(self, app: Flask) -> None:
        for name, (path, _) in ENDPOINTS.items():
            app.add_url_rule(path, name, self._endpoint, methods=["POST"], defaults={"name": name})
        for suffix in ("oauth-authorization-server", "openid-configuration"):
            app.add_url_rule(f"/.well-known/{suffix}", suffix, self._metadata)
        app.register_error_handler(405, self._another_method)
        app.add_url_rule("/control/time", "time", self._set_time, methods=["POST"])
        app.add_url_rule("/control/answers", "answers", self._add_answers, methods=["POST"])
        app.add_url_rule("/control/requests", "requests", self._list_requests)

    # ------------------------------------------------------------------------------------------------- control

    def _set_time(self) -> Response:
        self._clock.set(request.get_json())
        return Response(status=204)

    def _add_answers(self) -> Response:
        with self._lock:
            self._answers += request.get_json()
        return Response(status=204)

    def _list_requests(self) -> Response:
        with self._lock:
            return self._json(200, self._requests)

    # ----------------------------------------------------------------------------------------------- the product

    def _metadata(self) -> Response:
        self._record([])
        product = self._judge.product
        document: Json = {
            "issuer": self._issuer,
            "grant_types_supported": list(product.grant_types),
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": list(self._judge.algs),
            **{member: self._endpoints[name] for name, (_, member) in ENDPOINTS.items()},
        }
        return self._json(200, document)

    def _another_method(self, _: Exception) -> Response:
        self._record([])
        return Response(status=405)

    def _endpoint(self, name: str) -> Response:
        # Another media type is no form (RFC 6749 section 3.2).
        is_form = request.mimetype == "application/x-www-form-urlencoded"
        pairs = parse_qsl(request.get_data(as_text=True), keep_blank_values=True) if is_form else []
        self._record(pairs)
        with self._lock:
            canned = self._answers.pop(0) if self._answers else None
        if canned is not None:
            if canned.get("burn"):
                self._judged(name, dict(pairs))
            answer = Response(canned.get("body", ""), canned["status"])
            # Behind the body, which would set the length.
            answer.headers.update(canned.get("headers", {}))
            return answer
        if len(pairs) != len(dict(pairs)):  # RFC 6749 section 3.2
            return self._refusal((400, "invalid_request", None), "a parameter is repeated", {})
        return self._judged(name, dict(pairs))

    def _judged(self, name: str, form: Json) -> Response:
        product, now = self._judge.product, self._clock()
        kind = form.get("grant_type")
        granted = name == "token" and kind == JWT_BEARER
        try:
            # With a grant, client authentication is optional, but has to be valid (RFC 7523 section 3.1).
            if not granted or "client_assertion" in form:
                self._judge.client(form, name, now)
            if name == "token":
                refuse_unless(kind in product.grant_types, Cause.GRANT_TYPE, value=kind)
        except Refused as refused:
            answer = product.refusals.get(refused.cause, product.refusal)
            if refused.cause is Cause.GRANT_TYPE and refused.cause not in product.refusals:
                answer = (400, "unsupported_grant_type" if kind else "invalid_request", None)
            return self._refusal(answer, refused.cause, refused.details)
        if granted:
            try:
                self._judge.grant(form, now)
            except Refused as refused:
                answer = product.grant_refusals.get(refused.cause, product.grant_refusal)
                return self._refusal(answer, refused.cause, refused.details)
        return self._json(*SUCCESSES[name]())

    def _refusal(self, answer: Answer, cause: str, details: Json) -> Response:
        status, error, text = answer
        event = {"event": "refused", "status": status, "error": error, "reason": str(cause)}
        print(json.dumps(event), file=sys.stderr, flush=True)
        body = {"error": error}
        if self._hint is not None:
            body["error_description"] = (
                f"Claim 'audience' from 'client_assertion' must match the authorization server's token endpoint "
                f"'{self._hint}'."
            )
        elif text is not None:
            body["error_description"] = text.format_map(Details(details))
        return self._json(status, body)

    # -------------------------------------------------------------------------------------------------- helpers

    def _json(self, status: int, body: Any) -> Response:
        text = "" if body is None else json.dumps(body)
        return Response(text, status, {"Cache-Control": "no-store"}, content_type="application/json")

    def _record(self, pairs: list[tuple[str, str]]) -> None:
        assertions: list[Json] = []
        form: list[list[str]] = []
        for name, value in pairs:
            if name in ("client_assertion", "assertion"):
                try:
                    header, claims = parts(value)
                    assertions.append({"parameter": name, "header": header, "claims": claims})
                except Refused:
                    assertions.append({"parameter": name, "header": None, "claims": None})
                value = "<jwt>"
            form.append([name, value])
        record = {
            "time": self._clock(),
            "method": request.method,
            "path": request.path,
            "headers": dict(request.headers),
            "form": form,
            "assertions": assertions,
        }
        with self._lock:
            self._requests.append(record)


def main() -> None:
    config = json.loads(sys.stdin.readline())
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    if config["profile"] not in PRODUCTS:
        sys.exit(f"unknown profile: {config['profile']}")

    # The issuer holds the port, so the port has to be known before the server is made.
    clock = Clock(config)

    class Dated(WSGIRequestHandler):
        """Answers with the Date of that clock."""

        def date_time_string(self, timestamp: float | None = None) -> str:
            return super().date_time_string(clock())

    app = Flask("profile_server")
    http: BaseWSGIServer = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Dated)
    issuer = f"http://127.0.0.1:{http.server_port}"
    ProfileServer(config, issuer, clock).routes(app)

    threading.Thread(target=http.serve_forever, daemon=True).start()
    ready = {
        "issuer": issuer,
        "token_endpoint": f"{issuer}/token",
        "metadata_url": f"{issuer}/.well-known/oauth-authorization-server",
        "control": f"{issuer}/control",
    }
    print(json.dumps(ready), flush=True)
    sys.stdin.read()  # returns when the parent closes the pipe or is gone
    http.shutdown()


if __name__ == "__main__":
    main()
