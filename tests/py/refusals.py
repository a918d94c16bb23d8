"""Refused requests as `jurat.explain` reads them; their assertions are made by hand, wrong ones too."""

from __future__ import annotations

import base64
import copy
import json
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

import jurat

ISSUER = "https://as.example"
TOKEN = f"{ISSUER}/token"
CLIENT_ID = "meter-0042"
ALICE = "alice@example.org"
STS = "https://sts.example/tenant-7"
NOW = 1_795_458_513
HOUR = 3_600
FORM = "application/x-www-form-urlencoded"
CLIENT_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"

# What is sent beside an assertion, and what comes back, and is in no record.
CLIENT_SECRET = "n0t-for-0ther-eyes"
CODE = "SplxlOBeZQQYbYS6WxSbIA"
ACCESS_TOKEN = "2YotnFZFEjr1zCsicMWpAA-2YotnFZFEjr1zCsicMWpAA"
AUTHORIZATION = "Basic bWV0ZXItMDA0MjpuMHQtZm9yLTB0aGVyLWV5ZXM="

Json = dict[str, Any]


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass(frozen=True)
class Key:
    kid: str
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def jwk(self) -> Json:
        """The public half, without a name."""
        numbers = self.private.public_key().public_numbers()
        return {
            "kty": "EC",
            "crv": "P-256",
            "x": base64url(numbers.x.to_bytes(32)),
            "y": base64url(numbers.y.to_bytes(32)),
        }

    @property
    def named(self) -> Json:
        return self.jwk | {"kid": self.kid}

    @property
    def scalar(self) -> bytes:
        return self.private.private_numbers().private_value.to_bytes(32)

    def sign(self, message: bytes) -> bytes:
        r, s = decode_dss_signature(self.private.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32) + s.to_bytes(32)


KEY, OTHER, UNREGISTERED = Key("es256-1"), Key("es256-2"), Key("es256-0")


def der(signature: bytes) -> bytes:
    return encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))


def swapped(signature: bytes) -> bytes:
    return signature[32:] + signature[:32]


def jws(
    header: Json, claims: Json | bytes, key: Key = KEY, reshape: Callable[[bytes], bytes] = lambda signature: signature
) -> str:
    """Header and claims, without what is None in them, and their signature."""
    text = json.dumps({name: value for name, value in header.items() if value is not None}).encode()
    if isinstance(claims, dict):
        claims = json.dumps({name: value for name, value in claims.items() if value is not None}).encode()
    signing_input = f"{base64url(text)}.{base64url(claims)}"
    return f"{signing_input}.{base64url(reshape(key.sign(signing_input.encode())))}"


def assertion(key: Key = KEY, *, header: Json | None = None, reshape: Any = bytes, **claims: Any) -> str:
    """A right client assertion but for these."""
    right = {
        "iss": CLIENT_ID,
        "sub": CLIENT_ID,
        "aud": ISSUER,
        "iat": NOW,
        "exp": NOW + 60,
        "jti": secrets.token_hex(16),
    }
    known = {"typ": "client-authentication+jwt", "alg": "ES256", "kid": key.kid}
    return jws(known | (header or {}), right | claims, key, reshape)


def grant(key: Key = KEY, *, header: Json | None = None, reshape: Any = bytes, **claims: Any) -> str:
    return assertion(key, header={"typ": None} | (header or {}), reshape=reshape, **{"iss": STS, "sub": ALICE} | claims)


def client_params(sent: str, *more: tuple[str, str], **changed: str | None) -> list[list[str]]:
    """The parameters of a client credentials request."""
    right: dict[str, str | None] = {
        "grant_type": "client_credentials",
        "client_assertion_type": CLIENT_ASSERTION_TYPE,
        "client_assertion": sent,
        "client_id": CLIENT_ID,
    }
    pairs = [[name, value] for name, value in (right | changed).items() if value is not None]
    return pairs + [list(pair) for pair in more]


def grant_params(sent: str, *more: tuple[str, str]) -> list[list[str]]:
    return [["grant_type", JWT_BEARER], ["assertion", sent], *map(list, more)]


REGISTRATION = {
    "client_id": CLIENT_ID,
    "token_endpoint_auth_method": "private_key_jwt",
    "token_endpoint_auth_signing_alg": "ES256",
    "grant_types": ["client_credentials", "authorization_code", JWT_BEARER],
    "scope": "api",
    "jwks": {"keys": [KEY.named, OTHER.named]},
}


def answer(
    error: str | None = "invalid_client",
    description: str | None = None,
    *,
    status: int = 401,
    date: int = NOW,
    **more: Any,
) -> Json:
    body = {"error": error, "error_description": description} | more
    text = json.dumps({name: value for name, value in body.items() if value is not None})
    headers = {"date": formatdate(date, usegmt=True), "content-type": "application/json"}
    return {"status": status, "headers": headers, "body": text}


def document(sent: str | list[list[str]], response: Json | None = None, **members: Any) -> Json:
    """With all local evidence, and all of it right; a client assertion, or the parameters."""
    params = client_params(sent) if isinstance(sent, str) else sent
    return {
        "request": {"method": "POST", "endpoint": TOKEN, "content_type": FORM, "headers": {}, "params": params},
        "response": response or answer(),
        "sent_at": NOW,
        "received_at": NOW + 1,
        "clock": {"source": "ntp", "uncertainty_s": 1},
        "issuer": ISSUER,
        "registration": copy.deepcopy(REGISTRATION),
        "key": KEY.jwk,
        "seen_jti": [],
    } | members


def clock(shows: int) -> Json:
    """What the device's clock showed, while the server's was right."""
    return {"sent_at": shows, "received_at": shows + 1}


# ------------------------------------------------------------------------------------------------ every cause once


def with_request(**members: Any) -> Json:
    given = document(assertion(), answer("invalid_request", status=400))
    given["request"] |= members
    return given


def client(**claims: Any) -> Json:
    return document(assertion(**claims))


def of_grant(error: str = "invalid_grant", description: str | None = None, **claims: Any) -> Json:
    return document(grant_params(grant(**claims)), answer(error, description, status=400))


def with_header(**header: Any) -> Json:
    return document(assertion(header=header))


def refused_with(status: int, body: str = "", error: str | None = None, **headers: str) -> Json:
    return document(
        assertion(), {"status": status, "headers": headers, "body": body} if error is None else answer(error)
    )


def altered() -> str:
    """Signed with a NUL behind it."""
    head = assertion().rpartition(".")[0]
    return f"{head}.{base64url(KEY.sign(head.encode() + bytes(1)))}"


def metadata(**members: Any) -> Json:
    return {"issuer": ISSUER, "token_endpoint": TOKEN} | members


EVERY: dict[str, Callable[[], Json]] = {
    "http_method_wrong": lambda: with_request(method="GET"),
    "content_type_wrong": lambda: with_request(content_type="text/plain"),
    "parameter_duplicated": lambda: with_request(
        params=client_params(assertion(), ("grant_type", "client_credentials"))
    ),
    "multiple_client_auth": lambda: with_request(
        params=client_params(assertion(), ("client_secret", CLIENT_SECRET)), headers={"Authorization": AUTHORIZATION}
    ),
    "grant_type_unsupported": lambda: document(
        client_params(assertion(), grant_type="password"), answer("unsupported_grant_type", status=400)
    ),
    "assertion_type_wrong": lambda: with_request(params=client_params(assertion(), client_assertion_type=None)),
    "assertion_missing": lambda: with_request(params=client_params(assertion(), client_assertion=None)),
    "assertion_malformed": lambda: document(f"{assertion()}.e30"),
    "assertion_too_long": lambda: document(assertion(note="x" * 9_000), {"status": 413, "body": ""}),
    "purpose_confused": lambda: of_grant(header={"typ": "client-authentication+jwt"}),
    "algorithm_none": lambda: with_header(alg="none"),
    "algorithm_unsupported": lambda: with_header(alg="HS256"),
    "auth_method_unsupported": lambda: (
        client() | {"registration": REGISTRATION | {"token_endpoint_auth_method": "client_secret_basic"}}
    ),
    "type_header_refused": lambda: with_header(typ="at+jwt") | {"profile": "singpass"},
    "header_member_refused": lambda: with_header(crit=["x-must"], **{"x-must": 1}),
    "claim_forbidden": lambda: of_grant(note="x") | {"profile": "maskinporten"},
    "issuer_missing": lambda: client(iss=None),
    "subject_missing": lambda: client(sub=""),
    "issuer_subject_mismatch": lambda: client(iss="https://somebody.example"),
    "client_id_mismatch": lambda: document(client_params(assertion(), client_id="another")),
    "client_unknown": lambda: document(client_params(assertion(iss="nobody", sub="nobody"), client_id="nobody")),
    "subject_unknown": lambda: of_grant("invalid_grant", "Invalid 'sub' value in assertion") | {"profile": "authlib"},
    "audience_missing": lambda: client(aud=[]),
    "audience_multiple": lambda: client(aud=[ISSUER, TOKEN]),
    "audience_near_miss": lambda: client(aud=ISSUER.upper()),
    "audience_mismatch": lambda: client(aud=f"https://user:{CLIENT_SECRET}@else.example/?q={CODE}#{CODE}"),
    "exp_missing": lambda: client(exp=None),
    "iat_missing": lambda: client(iat=None) | {"profile": "zitadel"},
    "time_unit": lambda: client(exp="2030-01-01T00:00:00Z"),
    "clock_skew": lambda: client(iat=NOW - HOUR, exp=NOW - HOUR + 60) | clock(NOW - HOUR),
    "expired": lambda: client(iat=NOW - 120, exp=NOW - 60),
    "not_yet_valid": lambda: client(nbf=NOW + 30),
    "issued_in_future": lambda: client(iat=NOW + 90, exp=NOW + 120) | {"profile": "keycloak"},
    "issued_too_long_ago": lambda: client(iat=NOW - 90, exp=NOW + 90) | {"profile": "keycloak"},
    "lifetime_too_long": lambda: client(exp=NOW + 900) | {"profile": "better-auth"},
    "lifetime_invalid": lambda: client(exp=NOW),
    "jti_missing": lambda: client(jti=None) | {"profile": "oidc-provider"},
    "jti_invalid": lambda: client(jti=7),
    "jti_replayed": lambda: client(jti="once") | {"seen_jti": ["once"]},
    "kid_missing": lambda: with_header(kid=None) | {"profile": "authlib"},
    "kid_unknown": lambda: with_header(kid="es256-9"),
    "kid_mismatch": lambda: with_header(kid=OTHER.kid),
    "key_unknown": lambda: document(assertion(UNREGISTERED), key=UNREGISTERED.jwk),
    "key_mismatch": lambda: document(assertion(UNREGISTERED, header={"kid": KEY.kid}), key=UNREGISTERED.jwk),
    "key_not_propagated": lambda: document(assertion(), profile="oidc-provider"),
    "signature_der": lambda: document(assertion(reshape=der)),
    "signature_encoding": lambda: document(assertion(reshape=swapped)),
    "signature_invalid": lambda: document(assertion(reshape=lambda it: bytes([it[0] ^ 1]) + it[1:])),
    "signing_input_altered": lambda: document(altered()),
    "scope_invalid": lambda: document(assertion(), answer("invalid_scope", status=400)),
    "scope_reduced": lambda: document(
        client_params(assertion(), ("scope", "api admin")),
        answer(None, status=200, access_token=ACCESS_TOKEN, token_type="Bearer", refresh_token=CODE, scope="api"),
    ),
    "resource_invalid": lambda: document(assertion(), answer("invalid_target", status=400)),
    "grant_refused": lambda: document(
        client_params(assertion(), ("code", CODE), grant_type="authorization_code"),
        answer("invalid_grant", f"code {CODE} has expired", status=400),
    ),
    "dpop_nonce_required": lambda: document(assertion(), answer("use_dpop_nonce", status=400)),
    "proof_of_possession_required": lambda: document(assertion(), answer("invalid_dpop_proof", status=400)),
    "not_oauth_response": lambda: refused_with(404, "<html>"),
    "rate_limited": lambda: refused_with(429, **{"retry-after": "5"}),
    "server_fault": lambda: refused_with(502, "<html>"),
    "metadata_unusable": lambda: client() | {"metadata": metadata(issuer="https://other.example")},
}

# --------------------------------------------------------------------------------------------------------- secrets


def secrets_of(given: Json) -> Iterator[str]:
    """What no record may have: of all keys, and of what was sent and received."""
    yield from (CLIENT_SECRET, CODE, ACCESS_TOKEN, AUTHORIZATION.removeprefix("Basic "))
    for key in (KEY, OTHER, UNREGISTERED):
        yield from (base64url(key.scalar), key.scalar.hex(), str(int.from_bytes(key.scalar)))
    request = given.get("request", {})
    for name, value in request.get("params", ()):
        if name not in ("assertion", "client_assertion"):
            continue
        yield from (value, value.rpartition(".")[0])
        yield from (part for part in value.split(".") if len(part) > 20)
        signature = base64.urlsafe_b64decode(value.rpartition(".")[2].replace("=", "") + "==")
        if len(signature) > 16:
            yield signature.hex()


def leaks(text: str, hidden: Iterable[str]) -> list[str]:
    """What is in the text and should not be."""
    found = [secret for secret in hidden if secret and secret in text]
    return found + re.findall(r"eyJ[\w-]+\.[\w-]+\.[\w-]*", text) + re.findall(r'"d": *"[^"]*"', text)


def explain(given: Json, **privacy: Any) -> jurat.diagnosis.Explanation:
    """`jurat.explain`, and no secret in what it gives."""
    found = jurat.explain(given, **privacy)
    assert leaks(json.dumps(found, ensure_ascii=False), secrets_of(given)) == []
    return found


def causes(found: jurat.diagnosis.Explanation) -> list[tuple[str, str]]:
    return [(cause["code"], cause["class"]) for cause in found["causes"]]


def first(given: Json) -> tuple[str, str]:
    return causes(explain(given))[0]


def facts(found: jurat.diagnosis.Explanation, code: str) -> str:
    """All that shows this cause."""
    return "; ".join(fact for cause in found["causes"] if cause["code"] == code for fact in cause["evidence"])
