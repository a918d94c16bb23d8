"""Judges the judge of profiles: PyJWT mints here, and the clock of the server stands still.

Each refusal is asked for with a request that differs in one thing (and its jti) from a request that the same server
has just answered. What a product wants, and says, stands here a second time and is not read from the server's table.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
import requests

from judges import (
    CLIENT_ASSERTION_TYPE,
    CLIENT_ID,
    GRANT_ISSUER,
    GRANT_SUBJECT,
    JWT_BEARER_GRANT,
    Json,
    JudgeUnavailable,
    Key,
    Response,
    Server,
    post,
    start_server,
)

NOW = 1_800_000_000
TYP = "client-authentication+jwt"
ELSEWHERE = "https://as.elsewhere.example"
DAY = 86_400
# A name in the place of an audience: the server's port is not known when the tables are made.
APPLE = "https://account.apple.com/auth/oauth2/v2/token"
PATHS = {
    "token": "/token",
    "par": "/par",
    "introspect": "/introspect",
    "revoke": "/revoke",
    "device": "/device_authorization",
    "ciba": "/bc-authorize",
}

Refusal = tuple[int, str, str | None]
Start = Callable[[str], Server]


@dataclass(frozen=True)
class Wants:
    """The one way to please a product on which the tests vary; `typ` None: absent."""

    aud: Any = "issuer"
    typ: str | None = TYP
    grant_type: str = "client_credentials"
    refusal: Refusal = (401, "invalid_client", None)
    # Whether it wants a jti, and only once; and what it says of the causes that it names.
    jti: str = "required"
    texts: dict[str, Refusal] = field(default_factory=dict)


def named(status: int, error: str, **texts: str) -> dict[str, Refusal]:
    return {cause.replace("_", " "): (status, error, text) for cause, text in texts.items()}


ORY = (
    "Client authentication failed (e.g., unknown client, no client authentication included, or unsupported "
    "authentication method). "
)
UNFORESEEN: Refusal = (500, "error", "The error is unrecognizable")
SIGNATURE: Refusal = (401, "invalid_client", "client assertion signature verification failed")
WANTS = {
    "keycloak": Wants(
        refusal=(400, "invalid_client", "Invalid client or Invalid client credentials"),
        texts=named(
            400,
            "invalid_client",
            aud="Invalid token audience",
            replay="Token reuse detected",
            no_jti="Token jti claim is required",
            key="Client authentication with signed JWT failed: Signature on JWT token failed validation",
            kid="Unable to load public key",
        ),
    ),
    "hydra": Wants(
        aud="token",
        refusal=(401, "invalid_client", ORY.strip()),
        texts={
            **named(
                401,
                "invalid_client",
                aud=f"{ORY}Claim 'audience' from 'client_assertion' must match the authorization server's token "
                "endpoint '{token}'.",
                no_jti=f"{ORY}Claim 'jti' from 'client_assertion' must be set but is not.",
                key=f"{ORY}Unable to verify the integrity of the 'client_assertion' value.",
            ),
            "replay": (
                400,
                "jti_known",
                "The jti was already used. Claim 'jti' from 'client_assertion' MUST only be used once.",
            ),
            "kid": (
                400,
                "invalid_request",
                "The request is missing a required parameter, includes an invalid parameter value, includes a "
                "parameter more than once, or is otherwise malformed. The JSON Web Token uses signing key with kid "
                "'unknown', which could not be found.",
            ),
        },
    ),
    "okta": Wants(
        aud="token",
        jti="optional",
        texts=named(
            401,
            "invalid_client",
            aud="The audience claim for client_assertion must be the endpoint invoked for the request.",
            replay="The client_assertion token has already been used.",
            key="The client_assertion signature is invalid.",
            kid="The client_assertion JWT kid is invalid.",
        ),
    ),
    "spring-6.5": Wants(typ="JWT", jti="ignored"),
    "spring-7": Wants(jti="ignored"),
    "duende": Wants(aud="token", typ=None, refusal=(400, "invalid_client", None)),
    "duende-strict": Wants(refusal=(400, "invalid_client", None)),
    "authelia": Wants(
        refusal=(
            401,
            "invalid_client",
            f"{ORY}The required credentials were not found, used an unknown method, could not be parsed, were "
            "otherwise malformed, or were otherwise incorrect.",
        )
    ),
    "zitadel": Wants(jti="ignored"),
    "glewlwyd": Wants(aud="token", jti="optional"),
    "atproto": Wants(
        typ=None,
        grant_type="refresh_token",
        texts={
            **named(
                400,
                "invalid_client",
                aud='Validation of "client_assertion" failed: unexpected "aud" claim value',
                no_jti='Validation of "client_assertion" failed: missing required "jti" claim',
                key='Validation of "client_assertion" failed: signature verification failed',
                kid='Validation of "client_assertion" failed: no applicable key found in the JSON Web Key Set',
            ),
            "replay": (400, "invalid_grant", "private_key_jwt jti reused"),
        },
    ),
    "fapi2": Wants(),
    "singpass": Wants(typ="JWT", jti="optional"),
    "corppass": Wants(typ="JWT", jti="optional"),
    "apple-business": Wants(aud=APPLE, jti="optional"),
    "au-cdr": Wants(),
    "oidc-provider": Wants(refusal=(401, "invalid_client", "client authentication failed")),
    "authlib": Wants(
        texts=named(
            400,
            "invalid_client",
            aud="Invalid claim: 'aud'",
            replay="JWT ID is used before.",
            no_jti="Missing JWT ID.",
            kid="No key for kid: 'unknown'",
        ),
        refusal=(400, "invalid_client", None),
    ),
    "better-auth": Wants(
        refusal=SIGNATURE,
        texts=named(
            400,
            "invalid_client",
            replay="client assertion jti has already been used",
            no_jti="client assertion must include jti claim",
        ),
    ),
}
GRANTS = {
    "keycloak": "issuer",
    "hydra": "token",
    "okta": "issuer",
    "zitadel": "issuer",
    "authlib": "token",
    "servicenow": "client_id",
}


# ------------------------------------------------------------------------------------------------------- asking


def party(key: Key) -> Json:
    clients = [{"client_id": CLIENT_ID, "jwks": key.jwks, "token_endpoint_auth_signing_alg": "ES256"}]
    return {"clients": clients, "issuers": [{"iss": GRANT_ISSUER, "jwks": key.jwks}], "now": NOW}


@pytest.fixture(scope="module")
def start(key: Key) -> Iterator[Start]:
    """One server for each product, when it is first asked for."""
    running: dict[str, Server] = {}

    def started(profile: str) -> Server:
        if profile not in running:
            running[profile] = start_server("profile", {"profile": profile, **party(key)})
        return running[profile]

    yield started
    for server in running.values():
        server.stop()


def audience(server: Server, aud: Any) -> Any:
    if isinstance(aud, list):
        return [audience(server, one) for one in aud]
    if aud in PATHS:
        return server.issuer + PATHS[aud]
    return {"issuer": server.issuer, "issuer/": f"{server.issuer}/", "client_id": GRANT_ISSUER}.get(aud, aud)


def mint(key: Key, claims: Json, typ: str | None, kid: str | None) -> str:
    present = {name: value for name, value in claims.items() if value is not None}
    headers: Json = {"typ": typ} if kid is None else {"typ": typ, "kid": kid}
    return jwt.encode(present, key.private, algorithm="ES256", headers=headers)


def assertion(server: Server, key: Key, wants: Wants, **changes: Any) -> str:
    """A client assertion. Times count from NOW; None takes a claim out. `typ` and `kid` are the header's."""
    typ, kid = changes.pop("typ", wants.typ), changes.pop("kid", key.kid)
    claims = {"iss": CLIENT_ID, "sub": CLIENT_ID, "aud": wants.aud, "iat": 0, "exp": 60, "jti": uuid.uuid4().hex}
    claims.update(changes)
    claims["aud"] = audience(server, claims["aud"])
    for name in ("iat", "exp", "nbf"):
        if claims.get(name) is not None:
            claims[name] += NOW
    return mint(key, claims, typ, kid)


def send(server: Server, token: str, wants: Wants, endpoint: str = "token", **changes: str | None) -> Response:
    form = {
        "grant_type": wants.grant_type,
        "client_assertion_type": CLIENT_ASSERTION_TYPE,
        "client_assertion": token,
        "client_id": CLIENT_ID,
        **changes,
    }
    body = urlencode({name: value for name, value in form.items() if value is not None})
    return post(server.issuer + PATHS[endpoint], body)


def ask(server: Server, key: Key, wants: Wants, **changes: Any) -> Response:
    return send(server, assertion(server, key, wants, **changes), wants)


def ask_grant(server: Server, key: Key, aud: str, **changes: Any) -> Response:
    times = {"iat": 0, "exp": 60, **{name: value for name, value in changes.items() if name in ("iat", "exp")}}
    others = {name: value for name, value in changes.items() if name not in times}
    claims = {
        "iss": GRANT_ISSUER,
        "sub": GRANT_ISSUER,
        "aud": audience(server, aud),
        "jti": uuid.uuid4().hex,
        **others,
        **{name: None if value is None else NOW + value for name, value in times.items()},
    }
    return post(
        server.token_endpoint,
        urlencode({"grant_type": JWT_BEARER_GRANT, "assertion": mint(key, claims, "JWT", key.kid)}),
    )


def taken(answer: Response) -> bool:
    return answer.status == 200 and bool(answer.json["access_token"]) and answer.json["token_type"] == "Bearer"


def refusal(answer: Response) -> Refusal:
    assert answer.headers["Content-Type"] == "application/json"
    assert set(answer.json) <= {"error", "error_description"}
    return answer.status, answer.json["error"], answer.json.get("error_description")


# ---------------------------------------------------------------------------------------------- what each wants


@pytest.mark.parametrize("profile", WANTS)
def test_what_a_product_wants_gets_a_token(profile: str, start: Start, key: Key) -> None:
    answer = ask(start(profile), key, WANTS[profile])
    assert taken(answer), answer


def test_an_unknown_product_is_no_verdict() -> None:
    with pytest.raises(JudgeUnavailable, match="unknown profile: nonsense"):
        start_server("profile", {"profile": "nonsense"})


WRONG: dict[str, Json] = {
    "aud": {"aud": ELSEWHERE},
    "replay": {},
    "no jti": {"jti": None},
    "key": {},
    "kid": {"kid": "unknown"},
}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("profile", WANTS)
def test_a_refusal_has_the_shape_of_the_product(profile: str, wrong: str, start: Start, key: Key) -> None:
    server, wants = start(profile), WANTS[profile]
    good = assertion(server, key, wants)
    assert taken(send(server, good, wants))

    if wrong == "replay":
        answer = send(server, good, wants)
    elif wrong == "key":
        answer = ask(server, Key.generate(key.kid), wants)
    else:
        answer = ask(server, key, wants, **WRONG[wrong])
    if (wrong == "replay" and wants.jti == "ignored") or (wrong == "no jti" and wants.jti != "required"):
        assert taken(answer), answer
        return
    status, error, text = wants.texts.get(wrong, wants.refusal)
    if text is not None:
        text = text.replace("{token}", server.token_endpoint)
    assert refusal(answer) == (status, error, text)


NONE = object()  # for a typ that is absent
TYPES: dict[str, tuple[set[Any], set[Any]]] = {
    # What it takes, what it refuses.
    "keycloak": ({NONE, "JWT", TYP, "x"}, set()),
    "hydra": ({NONE, "JWT", TYP, "x"}, set()),
    "spring-6.5": ({NONE, "JWT"}, {TYP, "jwt"}),
    "spring-7": ({NONE, "JWT", TYP}, set()),
    "duende": ({NONE, "JWT"}, {TYP}),  # as its audience is the token endpoint
    "duende-strict": ({TYP}, {NONE, "JWT"}),
    "authelia": ({"JWT", TYP}, {NONE, "x"}),
    "singpass": ({"JWT"}, {NONE, TYP}),
    "corppass": ({"JWT"}, {NONE, TYP}),
}


@pytest.mark.parametrize("profile", TYPES)
def test_types(profile: str, start: Start, key: Key) -> None:
    server, wants = start(profile), WANTS[profile]
    for good in TYPES[profile][0]:
        assert taken(ask(server, key, wants, typ=None if good is NONE else good)), good
    for bad in TYPES[profile][1]:
        assert refusal(ask(server, key, wants, typ=None if bad is NONE else bad)) == wants.refusal, bad


ARRAYS = {
    # An array with the one audience, an array with another besides.
    "keycloak": (True, False),
    "hydra": (True, True),
    "spring-7": (True, True),
    "duende": (True, True),
    "duende-strict": (True, False),
    "glewlwyd": (False, False),
    "fapi2": (False, False),
    "zitadel": (True, True),
    "better-auth": (True, True),
}


@pytest.mark.parametrize("profile", ARRAYS)
def test_arrays(profile: str, start: Start, key: Key) -> None:
    server, wants = start(profile), WANTS[profile]
    assert taken(ask(server, key, wants))
    for aud, good in zip(([wants.aud], [wants.aud, ELSEWHERE]), ARRAYS[profile], strict=True):
        assert taken(ask(server, key, wants, aud=aud)) == good, aud
    if profile == "keycloak":
        answer = ask(server, key, wants, aud=["issuer", "token"])
        assert refusal(answer) == (400, "invalid_client", "Multiple audiences not allowed")


# What the form parameter `client_id` may be: absent, another's.
CLIENT_IDS: dict[str, tuple[bool, bool]] = {
    "keycloak": (True, False),
    "hydra": (True, False),
    "okta": (True, True),
    "spring-6.5": (False, False),
    "spring-7": (False, False),
    "atproto": (False, False),
    "oidc-provider": (True, False),
    "authlib": (True, True),
}


@pytest.mark.parametrize("profile", CLIENT_IDS)
def test_client_id(profile: str, start: Start, key: Key) -> None:
    server, wants = start(profile), WANTS[profile]
    for client_id, good in zip((None, "another"), CLIENT_IDS[profile], strict=True):
        answer = send(server, assertion(server, key, wants), wants, client_id=client_id)
        assert taken(answer) == good, client_id
        if not good and profile in ("spring-6.5", "spring-7", "atproto") and client_id is None:
            assert refusal(answer) == (400, "invalid_request", None)


@pytest.mark.parametrize("profile", ["atproto", "zitadel", "apple-business"])
def test_kid_is_required(profile: str, start: Start, key: Key) -> None:
    assert not taken(ask(start(profile), key, WANTS[profile], kid=None))


@pytest.mark.parametrize("profile", ["okta", "better-auth"])
def test_kid_is_required_of_clients_with_several_keys(profile: str, start: Start, key: Key) -> None:
    assert taken(ask(start(profile), key, WANTS[profile], kid=None))
    both = {"keys": [key.public_jwk, Key.generate("key-2").public_jwk]}
    with start_server(
        "profile", {"profile": profile, "clients": [{"client_id": CLIENT_ID, "jwks": both}], "now": NOW}
    ) as it:
        assert taken(ask(it, key, WANTS[profile]))
        assert not taken(ask(it, key, WANTS[profile], kid=None))


def test_hydra_takes_a_client_for_one_of_rs256_unless_told(key: Key) -> None:
    clients = [{"client_id": CLIENT_ID, "jwks": key.jwks}]
    with start_server("profile", {"profile": "hydra", "clients": clients, "now": NOW}) as server:
        status, error, text = refusal(ask(server, key, WANTS["hydra"]))
    assert (status, error) == (401, "invalid_client")
    assert text is not None and text.endswith(
        "'ES256' but the requested OAuth 2.0 Client enforces signing algorithm 'RS256'."
    )


def test_hydra_wants_keys_that_say_what_they_are_for(key: Key) -> None:
    useless = {name: value for name, value in key.public_jwk.items() if name != "use"}
    config = party(key)
    config["clients"][0]["jwks"] = {"keys": [useless]}
    with start_server("profile", {"profile": "hydra", **config}) as server:
        status, error, text = refusal(ask(server, key, WANTS["hydra"]))
    assert (status, error) == (400, "invalid_request")
    assert text is not None and "with use='sig' for kid" in text


def test_hydra_uses_the_jti_up_before_it_looks_at_the_audience(start: Start, key: Key) -> None:
    for profile, burnt in (("hydra", True), ("keycloak", False)):
        server, wants, jti = start(profile), WANTS[profile], uuid.uuid4().hex
        assert not taken(ask(server, key, wants, aud=ELSEWHERE, jti=jti))
        assert taken(ask(server, key, wants, jti=jti)) != burnt


def test_atproto_has_no_client_credentials(start: Start, key: Key) -> None:
    server, wants = start("atproto"), WANTS["atproto"]
    answer = send(server, assertion(server, key, wants), wants, grant_type="client_credentials")
    assert refusal(answer) == (400, "invalid_grant", 'Grant type "client_credentials" is not supported by the server')
    other = send(start("fapi2"), assertion(start("fapi2"), key, WANTS["fapi2"]), WANTS["fapi2"], grant_type="nonsense")
    assert refusal(other) == (400, "unsupported_grant_type", None)


# --------------------------------------------------------------------------------------------------- boundaries

BOUNDARIES: list[tuple[str, Json, Json, Refusal | None]] = [
    # The last that is taken, the first that is not, and the answer if it is not the one for every cause.
    ("keycloak", {"iat": -59, "exp": 1}, {"iat": -59, "exp": 0}, (400, "invalid_client", "Token is not active")),
    ("keycloak", {"iat": 15}, {"iat": 16}, (400, "invalid_client", "Token was issued in the future")),
    (
        "keycloak",
        {"iat": -60},
        {"iat": -61},
        (400, "invalid_client", "Token was issued too far in the past to be used now"),
    ),
    (
        "keycloak",
        {"iat": None},
        {"iat": None, "exp": 61},
        (
            400,
            "invalid_client",
            "Token expiration is too far in the future and iat claim not present in token",
        ),
    ),
    ("keycloak", {"nbf": 15}, {"nbf": 16}, (400, "invalid_client", "Token is not active")),
    ("hydra", {"iat": -60, "exp": 0}, {"iat": -60, "exp": -1}, UNFORESEEN),
    ("hydra", {"iat": 0}, {"iat": 1}, UNFORESEEN),
    ("hydra", {"nbf": 0}, {"nbf": 1}, UNFORESEEN),
    (
        "okta",
        {"iat": -9, "exp": 1},
        {"iat": -9, "exp": 0},
        (401, "invalid_client", "The client_assertion token is expired."),
    ),
    (
        "okta",
        {"exp": 3600},
        {"exp": 3601},
        (401, "invalid_client", "The client_assertion token has an expiration too far into the future."),
    ),
    (
        "okta",
        {"iat": 0},
        {"iat": 1},
        (401, "invalid_client", "The client_assertion token must be issued before the current time."),
    ),
    ("spring-6.5", {"iat": -120, "exp": -60}, {"iat": -120, "exp": -61}, None),
    ("spring-6.5", {"nbf": 60}, {"nbf": 61}, None),
    ("spring-7", {"iat": -120, "exp": -60}, {"iat": -120, "exp": -61}, None),
    ("spring-7", {"nbf": 60}, {"nbf": 61}, None),
    ("duende", {"iat": -400, "exp": -300}, {"iat": -400, "exp": -301}, None),
    ("duende", {"nbf": 300}, {"nbf": 301}, None),
    ("duende-strict", {"iat": -400, "exp": -300}, {"iat": -400, "exp": -301}, None),
    ("authelia", {"iat": -9, "exp": 1}, {"iat": -9, "exp": 0}, None),
    ("authelia", {"iat": 0}, {"iat": 1}, None),
    ("zitadel", {"iat": -9, "exp": 2}, {"iat": -9, "exp": 1}, None),
    ("zitadel", {"iat": 1}, {"iat": 2}, None),
    ("zitadel", {"iat": -3600}, {"iat": -3601}, None),
    ("zitadel", {"iat": 0}, {"iat": None}, None),
    ("glewlwyd", {"iat": -9, "exp": 1}, {"iat": -9, "exp": 0}, None),
    ("glewlwyd", {"exp": 3600}, {"exp": 3601}, None),
    (
        "atproto",
        {"iat": -9, "exp": 1},
        {"iat": -9, "exp": 0},
        (400, "invalid_client", 'Validation of "client_assertion" failed: "exp" claim timestamp check failed'),
    ),
    (
        "atproto",
        {"iat": 0},
        {"iat": 1},
        (
            400,
            "invalid_client",
            'Validation of "client_assertion" failed: "iat" claim timestamp check failed (it should be in the past)',
        ),
    ),
    (
        "atproto",
        {"iat": -60},
        {"iat": -61},
        (
            400,
            "invalid_client",
            'Validation of "client_assertion" failed: "iat" claim timestamp check failed (too far in the past)',
        ),
    ),
    (
        "atproto",
        {"iat": 0},
        {"iat": None},
        (400, "invalid_client", 'Validation of "client_assertion" failed: missing required "iat" claim'),
    ),
    ("fapi2", {"iat": -9, "exp": 1}, {"iat": -9, "exp": 0}, None),
    ("fapi2", {"iat": 10}, {"iat": 11}, None),
    ("fapi2", {"nbf": 10}, {"nbf": 11}, None),
    ("singpass", {"iat": -9, "exp": 1}, {"iat": -9, "exp": 0}, None),
    ("singpass", {"exp": 120}, {"exp": 121}, None),
    ("corppass", {"iat": -300, "exp": 300}, {"iat": -300, "exp": 301}, None),
    ("apple-business", {"exp": 180 * DAY}, {"exp": 180 * DAY + 1}, None),
    ("apple-business", {"iat": -9, "exp": 1}, {"iat": -9, "exp": 0}, None),
    ("au-cdr", {"iat": -9, "exp": 1}, {"iat": -9, "exp": 0}, None),
    ("oidc-provider", {"iat": -60, "exp": -14}, {"iat": -60, "exp": -15}, None),
    ("oidc-provider", {"nbf": 15}, {"nbf": 16}, None),
    ("authlib", {"iat": -90, "exp": -59}, {"iat": -90, "exp": -60}, (400, "invalid_client", "The token is expired")),
    ("authlib", {"iat": 60}, {"iat": 61}, (400, "invalid_client", "The token was issued in the future")),
    ("authlib", {"nbf": 60}, {"nbf": 61}, (400, "invalid_client", "The token is not yet valid")),
    ("better-auth", {"iat": -9, "exp": 1}, {"iat": -9, "exp": 0}, SIGNATURE),
    (
        "better-auth",
        {"exp": 300},
        {"exp": 301},
        (400, "invalid_client", "client assertion exp is too far in the future (max 300s)"),
    ),
    (
        "better-auth",
        {"iat": -300},
        {"iat": -301},
        (400, "invalid_client", "client assertion iat is too far in the past (max 300s)"),
    ),
]


@pytest.mark.parametrize(("profile", "good", "bad", "expected"), BOUNDARIES)
def test_boundary(profile: str, good: Json, bad: Json, expected: Refusal | None, start: Start, key: Key) -> None:
    server, wants = start(profile), WANTS[profile]
    answer = ask(server, key, wants, **good)
    assert taken(answer), answer
    assert refusal(ask(server, key, wants, **bad)) == (expected or wants.refusal)


# `iat` far off, where a product does not look at it.
@pytest.mark.parametrize("profile", ["spring-7", "duende", "glewlwyd", "au-cdr", "oidc-provider"])
@pytest.mark.parametrize("iat", [None, -DAY, DAY])
def test_iat_is_not_looked_at(profile: str, iat: int | None, start: Start, key: Key) -> None:
    assert taken(ask(start(profile), key, WANTS[profile], iat=iat))


# ------------------------------------------------------------------------------------------------ other endpoints

AUDIENCES: list[tuple[str, str, set[str]]] = [
    ("keycloak", "token", {"issuer", "token", "par", "introspect", "ciba"}),
    ("keycloak", "par", {"issuer", "token", "par", "introspect", "ciba"}),
    ("hydra", "introspect", {"token"}),
    ("okta", "introspect", {"introspect"}),
    ("okta", "revoke", {"revoke"}),
    ("spring-7", "revoke", {"issuer", "token", "introspect", "revoke", "par"}),
    ("duende", "par", {"issuer", "issuer/", "token", "par", "ciba"}),
    ("duende-strict", "par", {"issuer", "issuer/"}),
    ("authelia", "par", {"issuer", "token", "par"}),
    ("zitadel", "introspect", {"issuer"}),
    ("glewlwyd", "device", {"device"}),
    ("atproto", "par", {"issuer"}),
    ("fapi2", "par", {"issuer"}),
    ("au-cdr", "ciba", {"issuer", "token", "ciba"}),
    ("oidc-provider", "device", {"issuer", "token", "device"}),
    ("better-auth", "introspect", {"issuer", "introspect"}),
]


@pytest.mark.parametrize(("profile", "endpoint", "good"), AUDIENCES)
def test_audiences_of_an_endpoint(profile: str, endpoint: str, good: set[str], start: Start, key: Key) -> None:
    server, wants = start(profile), WANTS[profile]
    for aud in ("issuer", "issuer/", *PATHS, ELSEWHERE):
        answer = send(server, assertion(server, key, wants, aud=aud), wants, endpoint)
        assert (answer.status in (200, 201)) == (aud in good), aud


def test_typed_assertions_are_judged_strictly_by_duende(start: Start, key: Key) -> None:
    server, wants = start("duende"), WANTS["duende"]
    assert taken(ask(server, key, wants, aud="issuer", typ=TYP))
    assert taken(ask(server, key, wants, aud="token", typ="JWT"))
    assert refusal(ask(server, key, wants, aud="token", typ=TYP)) == (400, "invalid_client", None)


def test_each_endpoint_has_its_answer(start: Start, key: Key) -> None:
    server, wants = start("au-cdr"), WANTS["au-cdr"]
    members = {
        "token": "access_token",
        "par": "request_uri",
        "introspect": "active",
        "device": "device_code",
        "ciba": "auth_req_id",
    }
    for endpoint in PATHS:
        answer = send(server, assertion(server, key, wants), wants, endpoint)
        assert answer.status == (201 if endpoint == "par" else 200)
        assert answer.text == "" if endpoint == "revoke" else members[endpoint] in answer.json
        assert send(server, "x", wants, endpoint).status in (400, 401)


def test_par_wants_client_id(start: Start, key: Key) -> None:
    server, wants = start("fapi2"), WANTS["fapi2"]
    assert send(server, assertion(server, key, wants), wants, "par").status == 201
    assert send(server, assertion(server, key, wants), wants, "par", client_id=None).status == 401


# --------------------------------------------------------------------------------------------------------- grants


@pytest.mark.parametrize("profile", GRANTS)
def test_grant(profile: str, start: Start, key: Key) -> None:
    server, aud = start(profile), GRANTS[profile]
    assert taken(ask_grant(server, key, aud))
    status, error, _ = refusal(ask_grant(server, key, ELSEWHERE))
    assert (status, error) == (400, "invalid_grant")
    assert refusal(ask_grant(server, Key.generate(key.kid), aud))[:2] == (400, "invalid_grant")
    stranger = refusal(ask_grant(server, key, aud, iss="https://stranger.example"))
    assert stranger[:2] == ((401, "invalid_token") if profile == "okta" else (400, "invalid_grant"))


GRANT_BOUNDARIES: list[tuple[str, Json, Json, str]] = [
    ("keycloak", {"iat": -300}, {"iat": -301}, "Token was issued too far in the past to be used now"),
    ("hydra", {"exp": 30 * DAY}, {"exp": 30 * DAY + 1}, "unreasonably far in the future, considering token issued at"),
    ("hydra", {"iat": 0}, {"iat": None}, "MUST contain an 'iat'"),
    ("zitadel", {"iat": -3600}, {"iat": -3601}, "issuedAt of token is to old"),
    ("zitadel", {"exp": 2}, {"exp": 1}, "token has expired"),
    ("zitadel", {}, {"sub": GRANT_SUBJECT}, "delegation not allowed, issuer and sub must be identical"),
    ("authlib", {"exp": -59}, {"exp": -60}, "The token is expired"),
]


@pytest.mark.parametrize(("profile", "good", "bad", "text"), GRANT_BOUNDARIES)
def test_grant_boundary(profile: str, good: Json, bad: Json, text: str, start: Start, key: Key) -> None:
    server, aud = start(profile), GRANTS[profile]
    assert taken(ask_grant(server, key, aud, **good))
    status, error, description = refusal(ask_grant(server, key, aud, **bad))
    assert (status, error) == (400, "invalid_grant")
    assert description is not None and text in description


def test_grant_used_twice(start: Start, key: Key) -> None:
    for profile, error in (("hydra", "jti_known"), ("okta", "invalid_grant"), ("keycloak", "invalid_grant")):
        jti = uuid.uuid4().hex
        assert taken(ask_grant(start(profile), key, GRANTS[profile], jti=jti))
        assert refusal(ask_grant(start(profile), key, GRANTS[profile], jti=jti))[:2] == (400, error)


def test_a_client_that_comes_with_a_grant_is_judged(start: Start, key: Key) -> None:
    server, wants = start("hydra"), WANTS["hydra"]
    claims = {"iss": GRANT_ISSUER, "sub": GRANT_SUBJECT, "aud": server.token_endpoint, "iat": NOW, "exp": NOW + 60}
    for client, status in ((assertion(server, key, wants), 200), (assertion(server, key, wants, aud=ELSEWHERE), 401)):
        grant = mint(key, {**claims, "jti": uuid.uuid4().hex}, "JWT", key.kid)
        answer = send(server, client, wants, grant_type=JWT_BEARER_GRANT, assertion=grant)
        assert answer.status == status


def test_products_without_grants_or_without_clients(start: Start, key: Key) -> None:
    assert refusal(ask_grant(start("fapi2"), key, "issuer"))[1] == "unsupported_grant_type"
    assert refusal(ask(start("servicenow"), key, Wants())) == (401, "invalid_client", None)


# -------------------------------------------------------------------------------------------------------- control


@pytest.fixture
def server(key: Key) -> Iterator[Server]:
    with start_server("profile", {"profile": "oidc-provider", **party(key)}) as it:
        yield it


ME = WANTS["oidc-provider"]


def control(server: Server, name: str, body: Any) -> None:
    assert requests.post(f"{server.issuer}/control/{name}", json=body, timeout=10).status_code == 204


def recorded(server: Server) -> list[Json]:
    answer: list[Json] = requests.get(f"{server.issuer}/control/requests", timeout=10).json()
    return answer


def test_the_clock_can_be_set_and_dates(server: Server, key: Key) -> None:
    token = assertion(server, key, ME)
    control(server, "time", {"now": NOW + 75})
    late = send(server, token, ME)
    assert late.status == 401
    assert parsedate_to_datetime(late.headers["Date"]).timestamp() == NOW + 75
    control(server, "time", {"now": NOW + 74})
    assert taken(send(server, token, ME))
    control(server, "time", {"date_offset": 3600})
    answer = send(server, "x", ME)
    assert abs(parsedate_to_datetime(answer.headers["Date"]) - datetime.now(UTC)).total_seconds() > 3000


def test_requests_are_recorded_without_signatures(server: Server, key: Key) -> None:
    requests.get(server.metadata_url, timeout=10)
    token = assertion(server, key, ME, jti="one")
    send(server, token, ME, scope="api")
    metadata, asked = recorded(server)
    assert (metadata["method"], metadata["path"]) == ("GET", "/.well-known/oauth-authorization-server")
    assert (asked["method"], asked["path"], asked["time"]) == ("POST", "/token", NOW)
    assert asked["headers"]["Content-Type"] == "application/x-www-form-urlencoded"
    assert ["scope", "api"] in asked["form"] and ["client_assertion", "<jwt>"] in asked["form"]
    [seen] = asked["assertions"]
    assert seen["parameter"] == "client_assertion"
    assert seen["header"] == {"alg": "ES256", "kid": key.kid, "typ": TYP}
    assert (seen["claims"]["jti"], seen["claims"]["exp"]) == ("one", NOW + 60)
    for part in token.split("."):
        assert part not in str(asked)
        assert part not in server.log()


def test_canned_answers_come_first_and_in_order(server: Server, key: Key) -> None:
    canned: list[Json] = [
        {"status": 429, "headers": {"Retry-After": "7"}},
        {"status": 429, "headers": {"Retry-After": format_datetime(datetime.fromtimestamp(NOW, UTC), usegmt=True)}},
        {"status": 503, "headers": {"Content-Type": "text/html"}, "body": "<html>later</html>"},
        {"status": 200, "body": ""},
        {
            "status": 400,
            "headers": {"DPoP-Nonce": "n-1", "Content-Type": "application/json"},
            "body": '{"error":"use_dpop_nonce"}',
        },
        {"status": 307, "headers": {"Location": f"{ELSEWHERE}/token"}},
    ]
    control(server, "answers", canned)
    token = assertion(server, key, ME)
    for expected in canned:
        answer = send(server, token, ME)
        assert (answer.status, answer.text) == (expected["status"], expected.get("body", ""))
        for name, value in expected.get("headers", {}).items():
            assert answer.headers[name] == value
    assert taken(send(server, token, ME))
    assert len(recorded(server)) == len(canned) + 1


def test_a_canned_answer_may_use_the_assertion_up(server: Server, key: Key) -> None:
    for burn in (False, True):
        control(server, "answers", [{"status": 400, "burn": burn}])
        token = assertion(server, key, ME)
        assert send(server, token, ME).status == 400
        assert taken(send(server, token, ME)) != burn


def test_a_lying_server_names_another_audience_whatever_was_wrong(key: Key) -> None:
    with start_server("profile", {"profile": "hydra", "hint_audience": ELSEWHERE, **party(key)}) as server:
        assert taken(ask(server, key, WANTS["hydra"]))
        for wrong in ({"exp": -1}, {"aud": "issuer"}, {"jti": None}):
            answer = ask(server, key, WANTS["hydra"], **wrong)
            assert f"must match the authorization server's token endpoint '{ELSEWHERE}'" in answer.text
            assert server.token_endpoint not in answer.text


def test_metadata_names_the_endpoints(server: Server) -> None:
    for name in ("oauth-authorization-server", "openid-configuration"):
        metadata = requests.get(f"{server.issuer}/.well-known/{name}", timeout=10).json()
        assert metadata["issuer"] == server.issuer
        assert metadata["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
        assert "ES256" in metadata["token_endpoint_auth_signing_alg_values_supported"]
        urls = {value for member, value in metadata.items() if member.endswith("_endpoint")}
        assert urls == {server.issuer + path for path in PATHS.values()}


def test_malformed_requests(server: Server, key: Key) -> None:
    body = urlencode(
        {"client_id": CLIENT_ID, "client_assertion_type": CLIENT_ASSERTION_TYPE, "client_assertion": "a.b.c"}
    )
    assert refusal(post(server.token_endpoint, body)) == (400, "invalid_request", "invalid client_assertion format")
    assert refusal(post(server.token_endpoint, "a=1&a=2")) == (400, "invalid_request", None)
    assert refusal(post(server.token_endpoint, ""))[:2] == (400, "invalid_request")
    assert refusal(ask(server, key, ME, exp=None)) == ME.refusal
    answer = send(server, assertion(server, key, ME), ME, client_assertion_type="nonsense")
    assert refusal(answer)[:2] == (400, "invalid_request")
    answer = send(server, assertion(server, key, ME), ME, grant_type=None)
    assert refusal(answer)[:2] == (400, "invalid_request")


def test_a_form_says_that_it_is_one(server: Server, key: Key) -> None:
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": CLIENT_ASSERTION_TYPE,
        "client_assertion": assertion(server, key, ME),
    }
    for media_type, status in (("text/plain", 400), ("application/x-www-form-urlencoded; charset=utf-8", 200)):
        headers = {"Content-Type": media_type}
        assert requests.post(server.token_endpoint, urlencode(form), headers=headers, timeout=10).status_code == status
