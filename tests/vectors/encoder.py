"""What the vectors are written with: JSON, base64url, forms, signatures, and the keys."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any
from urllib.parse import quote_plus

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature

Json = dict[str, Any]

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
CLIENT_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

NOW = 1795459454
ISSUER = "https://as.example"
ENDPOINT = "https://as.example/token"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def compact(value: Any) -> str:
    """JSON with RFC 8259's required escapes only, and no white space."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def json_object(members: list[tuple[str, str]]) -> str:
    return "{" + ",".join(f"{compact(name)}:{value}" for name, value in members) + "}"


def form(text: str) -> str:
    """application/x-www-form-urlencoded. jurat escapes `~` too, as WHATWG's encoder does."""
    return quote_plus(text, safe="").replace("~", "%7E")


def sign_hash(d: int, digest: bytes) -> bytes:
    """Raw r and s, deterministic (RFC 6979, SHA-256)."""
    key = ec.derive_private_key(d, ec.SECP256R1())
    algorithm = ec.ECDSA(Prehashed(hashes.SHA256()), deterministic_signing=True)
    r, s = decode_dss_signature(key.sign(digest, algorithm))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def key(d: str, source: str) -> Json:
    numbers = ec.derive_private_key(int(d, 16), ec.SECP256R1()).public_key().public_numbers()
    x, y = (b64(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
    return {"d": d, "x": x, "y": y, "source": source}


KEYS: dict[str, Json] = {
    "rfc7515-a3": key(unb64("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI").hex(), "RFC 7515 appendix A.3"),
    "rfc6979-p256": key("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721", "RFC 6979 appendix A.2.5"),
    "jurat-1": key(
        sha256(b"jurat test key 1").hex(),
        "SHA-256 of `jurat test key 1`: anyone can compute it, so it is for tests only",
    ),
    "one": key(f"{1:064x}", "the smallest private key: its public key is the base point"),
    "largest": key(f"{ORDER - 1:064x}", "the largest private key, n - 1"),
}
KEY = "jurat-1"
OTHER_KEY = "rfc6979-p256"


def changed(base: Json, changes: Json) -> Json:
    """`base` with members replaced, added, or taken out by None."""
    return {name: value for name, value in (base | changes).items() if value is not None}
