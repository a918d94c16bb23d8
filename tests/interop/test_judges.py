"""Judges the judges: PyJWT mints here, so a failure is never the fault of jurat.

A judge that refuses everything, or takes everything, would prove nothing. So each
refusal is asked for with a request that differs in one thing (and its jti) from a
request that the same server has just answered with a token.
"""

from __future__ import annotations

import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
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
    RESOURCE,
    Json,
    JudgeUnavailable,
    Key,
    Response,
    Server,
    Verdict,
    post,
    start_server,
    verify_jose_npm,
    verify_joserfc,
    verify_pyjwt,
)

TYP = "client-authentication+jwt"
ELSEWHERE = "https://as.elsewhere.example"


# ------------------------------------------------------------------------- minting


def mint(key: Key, claims: Json, typ: str | None) -> str:
    # PyJWT adds "typ": "JWT" unless told otherwise; None takes the member out.
    return jwt.encode(claims, key.private, algorithm="ES256", headers={"kid": key.kid, "typ": typ})


def claims_for(aud: Any, iss: str, sub: str, issued: int | None = None) -> Json:
    iat = int(time.time()) if issued is None else issued
    jti = uuid.uuid4().hex
    return {"aud": aud, "iss": iss, "sub": sub, "iat": iat, "exp": iat + 60, "jti": jti}


def client_assertion(key: Key, aud: Any, issued: int | None = None) -> str:
    return mint(key, claims_for(aud, CLIENT_ID, CLIENT_ID, issued), TYP)


def grant_assertion(key: Key, aud: Any, issued: int | None = None, sub: str = GRANT_SUBJECT) -> str:
    return mint(key, claims_for(aud, GRANT_ISSUER, sub, issued), None)


def authenticate(server: Server, assertion: str, **changes: str) -> Response:
    """Asks for a token by client credentials."""
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": CLIENT_ASSERTION_TYPE,
        "client_assertion": assertion,
        "client_id": CLIENT_ID,
        "scope": "api",
        **changes,
    }
    return post(server.token_endpoint, urlencode(form))


def redeem(server: Server, assertion: str, **changes: str) -> Response:
    """Asks for a token by the jwt-bearer grant."""
    form = {
        "grant_type": JWT_BEARER_GRANT,
        "assertion": assertion,
        "scope": "api",
        **changes,
    }
    return post(server.token_endpoint, urlencode(form))


def with_client(assertion: str) -> Json:
    return {
        "client_assertion_type": CLIENT_ASSERTION_TYPE,
        "client_assertion": assertion,
    }


def issued_a_token(answer: Response) -> bool:
    return (
        answer.status == 200
        and bool(answer.json["access_token"])
        and answer.json["token_type"] == "Bearer"
        and answer.json["scope"] == "api"
    )


# ---------------------------------------------------------------- the two protocols


@dataclass(frozen=True)
class Case:
    """One way to get a token at one server, and how that server says no."""

    fixture: str
    ask: Any
    make: Any
    error: str
    statuses: dict[str, int]
    reasons: dict[str, str]


OIDC_REASONS = {
    "replayed": "only be used once",
    "expired": "expired",
    "wrong audience": "audience (aud)",
    "wrong key": "signature",
}
AUTHLIB_REASONS = {
    "replayed": "JWT ID is used before.",
    "expired": "The token is expired",
    "wrong audience": "Invalid claim: 'aud'",
    "wrong key": "",  # it gives none
}
BETTER_AUTH_REASONS = {
    # One text for whatever its JWT library refuses.
    **dict.fromkeys(OIDC_REASONS, "signature verification failed"),
    "replayed": "jti has already been used",
}
CASES = [
    pytest.param(
        Case(
            "oidc_default",
            authenticate,
            client_assertion,
            "invalid_client",
            dict.fromkeys(OIDC_REASONS, 401),
            OIDC_REASONS,
        ),
        id="oidc-provider",
    ),
    pytest.param(
        Case(
            "oidc_fapi2",
            authenticate,
            client_assertion,
            "invalid_client",
            dict.fromkeys(OIDC_REASONS, 401),
            OIDC_REASONS,
        ),
        id="oidc-provider-fapi2",
    ),
    pytest.param(
        Case(
            "authlib",
            authenticate,
            client_assertion,
            "invalid_client",
            dict.fromkeys(AUTHLIB_REASONS, 400),
            AUTHLIB_REASONS,
        ),
        id="authlib-client",
    ),
    pytest.param(
        Case(
            "authlib",
            redeem,
            grant_assertion,
            "invalid_grant",
            dict.fromkeys(AUTHLIB_REASONS, 400),
            AUTHLIB_REASONS,
        ),
        id="authlib-grant",
    ),
    pytest.param(
        Case(
            "better_auth",
            authenticate,
            client_assertion,
            "invalid_client",
            {**dict.fromkeys(BETTER_AUTH_REASONS, 401), "replayed": 400},
            BETTER_AUTH_REASONS,
        ),
        id="better-auth",
    ),
]


@pytest.mark.parametrize("case", CASES)
def test_good_request_gets_a_token(case: Case, key: Key, request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(case.fixture)
    answer = case.ask(server, case.make(key, server.issuer))
    assert issued_a_token(answer), (answer, server.events()[-1:])


@pytest.mark.parametrize("wrong", OIDC_REASONS)
@pytest.mark.parametrize("case", CASES)
def test_one_wrong_thing_is_refused(case: Case, wrong: str, key: Key, request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(case.fixture)
    good = case.make(key, server.issuer)
    assert issued_a_token(case.ask(server, good))

    if wrong == "replayed":
        bad = good
    elif wrong == "expired":
        # Authlib forgives 60 s and oidc-provider 15 s, so well beyond that.
        bad = case.make(key, server.issuer, issued=int(time.time()) - 180)
    elif wrong == "wrong audience":
        bad = case.make(key, ELSEWHERE)
    else:
        bad = case.make(Key.generate(key.kid), server.issuer)

    before = len(server.events())
    answer = case.ask(server, bad)
    assert (answer.status, answer.json["error"]) == (case.statuses[wrong], case.error)
    assert "access_token" not in answer.text
    [event] = server.events()[before:]
    assert case.reasons[wrong] in (event["reason"] or "")


# -------------------------------------------------------------- what sets them apart


@pytest.mark.parametrize("shape", ["token endpoint", "array"])
def test_only_fapi2_insists_on_the_issuer_string(
    shape: str, key: Key, oidc_default: Server, oidc_fapi2: Server
) -> None:
    def audience(server: Server) -> Any:
        return server.token_endpoint if shape == "token endpoint" else [server.issuer]

    lax = authenticate(oidc_default, client_assertion(key, audience(oidc_default)))
    strict = authenticate(oidc_fapi2, client_assertion(key, audience(oidc_fapi2)))
    assert issued_a_token(lax)
    assert (strict.status, strict.json["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("fixture", ["oidc_default", "oidc_fapi2"])
def test_oidc_provider_knows_one_resource(fixture: str, key: Key, request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(fixture)
    known = authenticate(server, client_assertion(key, server.issuer), resource=RESOURCE)
    assert issued_a_token(known)
    unknown = authenticate(server, client_assertion(key, server.issuer), resource=ELSEWHERE)
    assert (unknown.status, unknown.json["error"]) == (400, "invalid_target")


@pytest.mark.parametrize("fixture", ["oidc_default", "oidc_fapi2"])
def test_oidc_provider_compares_client_id_with_the_assertion(
    fixture: str, key: Key, request: pytest.FixtureRequest
) -> None:
    server: Server = request.getfixturevalue(fixture)
    assert issued_a_token(authenticate(server, client_assertion(key, server.issuer)))
    answer = authenticate(server, client_assertion(key, server.issuer), client_id="another")
    assert (answer.status, answer.json["error"]) == (400, "invalid_request")


def test_authlib_grant_takes_the_token_endpoint_as_audience(key: Key, authlib: Server) -> None:
    assert issued_a_token(redeem(authlib, grant_assertion(key, authlib.token_endpoint)))


def test_authlib_grant_subject_has_to_be_the_issuers(key: Key, authlib: Server) -> None:
    assert issued_a_token(redeem(authlib, grant_assertion(key, authlib.issuer)))
    answer = redeem(authlib, grant_assertion(key, authlib.issuer, sub="another"))
    assert (answer.status, answer.json["error"]) == (400, "invalid_grant")


def test_authlib_scope_has_to_be_known(key: Key, authlib: Server) -> None:
    assert issued_a_token(redeem(authlib, grant_assertion(key, authlib.issuer)))
    answer = redeem(authlib, grant_assertion(key, authlib.issuer), scope="admin")
    assert (answer.status, answer.json["error"]) == (400, "invalid_scope")


def test_authlib_grant_validates_the_client_that_comes_with_it(key: Key, authlib: Server) -> None:
    def grant() -> str:
        return grant_assertion(key, authlib.issuer)

    good = client_assertion(key, authlib.issuer)
    assert issued_a_token(redeem(authlib, grant(), **with_client(good)))
    for bad in (
        good,  # replayed
        client_assertion(Key.generate(key.kid), authlib.issuer),
        client_assertion(key, ELSEWHERE),
    ):
        answer = redeem(authlib, grant(), **with_client(bad))
        assert (answer.status, answer.json["error"]) == (400, "invalid_client")


@pytest.mark.parametrize("typ", [TYP, "JWT", "at+jwt", None])
@pytest.mark.parametrize("shape", ["issuer", "token endpoint", "array", "array with a stranger"])
def test_better_auth_takes_any_type_and_both_audiences(
    shape: str, typ: str | None, key: Key, better_auth: Server
) -> None:
    aud = {
        "issuer": better_auth.issuer,
        "token endpoint": better_auth.token_endpoint,
        "array": [better_auth.issuer],
        "array with a stranger": [better_auth.issuer, ELSEWHERE],
    }[shape]
    answer = authenticate(better_auth, mint(key, claims_for(aud, CLIENT_ID, CLIENT_ID), typ))
    assert issued_a_token(answer), answer


def test_better_auth_wants_assertions_of_five_minutes(key: Key, better_auth: Server) -> None:
    def assertion(lifetime: int) -> str:
        claims = claims_for(better_auth.issuer, CLIENT_ID, CLIENT_ID)
        return mint(key, {**claims, "exp": claims["iat"] + lifetime}, TYP)

    assert issued_a_token(authenticate(better_auth, assertion(300)))
    answer = authenticate(better_auth, assertion(400))
    assert (answer.status, answer.json["error"]) == (400, "invalid_client")
    assert "too far in the future" in answer.json["error_description"]


def test_better_auth_takes_one_of_many_at_the_same_time(key: Key, better_auth: Server) -> None:
    # Its adapter for memory, in the place of a database, would take them all.
    assertion = client_assertion(key, better_auth.issuer)
    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = list(pool.map(lambda _: authenticate(better_auth, assertion), range(8)))
    assert sorted(answer.status for answer in answers) == [200] + [400] * 7


# ------------------------------------------------------------------------------ metadata and clock

KINDS: list[tuple[str, Json]] = [
    ("oidc-provider", {"mode": "default"}),
    ("oidc-provider", {"mode": "fapi2"}),
    ("authlib", {}),
    ("better-auth", {}),
    ("profile", {"profile": "oidc-provider"}),
]


@pytest.mark.parametrize("fixture", ["oidc_default", "oidc_fapi2", "authlib", "better_auth"])
def test_metadata_says_what_the_server_does(fixture: str, request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(fixture)
    answer = requests.get(server.metadata_url, timeout=10)
    metadata = answer.json()
    assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (200, "application/json")
    assert metadata["issuer"] == server.issuer
    assert metadata["token_endpoint"] == server.token_endpoint
    assert "private_key_jwt" in metadata["token_endpoint_auth_methods_supported"]
    assert "ES256" in metadata["token_endpoint_auth_signing_alg_values_supported"]


@pytest.mark.parametrize("offset", [-86_400, 3600])
@pytest.mark.parametrize(("kind", "config"), KINDS)
def test_a_clock_that_is_off_judges_and_dates(kind: str, config: Json, offset: int, key: Key) -> None:
    clients = [{"client_id": CLIENT_ID, "jwks": key.jwks}]
    with start_server(kind, {**config, "clients": clients, "date_offset": offset}) as server:
        its_now = int(time.time()) + offset
        good = authenticate(server, client_assertion(key, server.issuer, its_now))
        assert issued_a_token(good), (good, server.log())
        assert abs(parsedate_to_datetime(good.headers["Date"]).timestamp() - its_now) < 30
        # One that has expired by the server's clock, whatever the time is here.
        late = authenticate(server, client_assertion(key, server.issuer, its_now - 200))
        assert (late.status, late.json["error"]) in [(400, "invalid_client"), (401, "invalid_client")]
        assert abs(parsedate_to_datetime(late.headers["Date"]).timestamp() - its_now) < 30


def test_post_sends_the_body_as_it_is(authlib: Server) -> None:
    # Encoded a second time, the name would be no grant_type and the type no known one.
    body = "grant%5Ftype=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"
    answer = post(authlib.token_endpoint, body)
    assert (answer.status, answer.json["error"]) == (400, "invalid_request")


def test_post_follows_no_redirect() -> None:
    class Redirect(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(307)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Redirect) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        # A second request would find nobody to answer it and fail.
        answer = post(f"http://127.0.0.1:{server.server_port}/token", "a=b")
    assert (answer.status, answer.json) == (307, None)
    assert answer.headers["Location"] == "/elsewhere"


def test_no_assertion_or_token_is_logged(key: Key, oidc_default: Server, authlib: Server, better_auth: Server) -> None:
    for server in (oidc_default, authlib, better_auth):
        good = client_assertion(key, server.issuer)
        token = authenticate(server, good).json["access_token"]
        assert authenticate(server, good).status in (400, 401)
        assert good not in server.log()
        assert token not in server.log()


# ------------------------------------------------------------------------ lifetimes


@pytest.mark.parametrize(("kind", "config"), KINDS)
def test_server_leaves_when_told(kind: str, config: Json) -> None:
    with start_server(kind, {**config, "clients": [], "issuers": []}) as server:
        assert post(server.token_endpoint, "").status == 400
    assert server._process.returncode == 0


def test_a_server_that_cannot_start_is_no_verdict() -> None:
    with pytest.raises(JudgeUnavailable, match="unknown mode"):
        start_server("oidc-provider", {"mode": "nonsense", "clients": []})


# ------------------------------------------------------------------------ verifiers

NOW = 1_700_000_000


def pyjwt(token: str, key: Key, audience: str, now: int) -> Verdict:
    return verify_pyjwt(token, key.public_jwk, audience, CLIENT_ID, now)


def joserfc(token: str, key: Key, audience: str, now: int) -> Verdict:
    return verify_joserfc(token, key.public_jwk, audience, CLIENT_ID, now)


def jose_npm(token: str, key: Key, audience: str, now: int) -> Verdict:
    options = {
        "issuer": CLIENT_ID,
        "subject": CLIENT_ID,
        "audience": audience,
        "typ": TYP,
        "algorithms": ["ES256"],
        "currentDate": now,
    }
    return verify_jose_npm([{"jwt": token, "jwk": key.public_jwk, "options": options}])[0]


def change_one(token: str, part: int) -> str:
    """Changes one character in the middle of one of the three parts."""
    parts = token.split(".")
    middle = len(parts[part]) // 2
    old = parts[part][middle]
    new = "A" if old != "A" else "B"
    parts[part] = parts[part][:middle] + new + parts[part][middle + 1 :]
    return ".".join(parts)


@pytest.mark.parametrize("verify", [pyjwt, joserfc, jose_npm])
def test_verifier_takes_the_good_and_refuses_the_bad(verify: Any, key: Key) -> None:
    audience = "https://as.example.com"
    claims = claims_for(audience, CLIENT_ID, CLIENT_ID, NOW)
    good = mint(key, claims, TYP)

    verdict: Verdict = verify(good, key, audience, NOW + 30)
    assert verdict.ok, verdict.reason
    assert verdict.header == {"typ": TYP, "alg": "ES256", "kid": key.kid}
    assert verdict.payload == claims

    refused = {
        "header tampered": verify(change_one(good, 0), key, audience, NOW + 30),
        "claims tampered": verify(change_one(good, 1), key, audience, NOW + 30),
        "signature tampered": verify(change_one(good, 2), key, audience, NOW + 30),
        "wrong key": verify(good, Key.generate(key.kid), audience, NOW + 30),
        "wrong audience": verify(good, key, ELSEWHERE, NOW + 30),
        "expired": verify(good, key, audience, NOW + 60),
    }
    for name, verdict in refused.items():
        assert not verdict.ok, name
        assert verdict.reason, name


def test_jose_npm_answers_in_order(key: Key) -> None:
    options = {"algorithms": ["ES256"], "currentDate": NOW}
    good = mint(key, claims_for("a", CLIENT_ID, CLIENT_ID, NOW), TYP)
    cases = [{"jwt": token, "jwk": key.public_jwk, "options": options} for token in (good, "x", good)]
    assert [verdict.ok for verdict in verify_jose_npm(cases)] == [True, False, True]
