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
