"""Writes vectors.json: what jurat is asked, and what it has to answer.

The answers come from here and from the files beside it, never from jurat: json, base64, hashlib, email.utils and
urllib.parse of the standard library do the encoding and the reading, `cryptography` (OpenSSL) and python-ecdsa make the
RFC 6979 signatures, and published values are asserted on the way. The cause of a refusal is written beside its input.

    python generate.py            writes vectors.json
    python generate.py --check    fails if vectors.json is not what it would write
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import sys
from collections.abc import Callable, Iterator
from email.utils import formatdate
from pathlib import Path
from typing import Any

import answers
import device
import diagnoses
import ecdsa
import servers
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_pem_private_key,
)
from encoder import (
    CLIENT_ASSERTION_TYPE,
    ENDPOINT,
    GRANT_TYPE,
    ISSUER,
    KEY,
    KEYS,
    NOW,
    ORDER,
    OTHER_KEY,
    Json,
    b64,
    changed,
    compact,
    form,
    json_object,
    sha256,
    sign_hash,
    unb64,
)

FILE = Path(__file__).resolve().parent / "vectors.json"

CLIENT_TYPE = servers.CLIENT_TYPE

# Limits of jurat: the longest value, and the output buffer of the runners.
LONGEST = 2048
ROOM = 16 * 1024

JTI = "6f1c0a52-9d3e"
# SHA-256 of nothing: any hash does.
X5T = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"


# ------------------------------------------------------------------------ what is right


def claim_value(claim: Json) -> str:
    if "json" in claim:
        return str(claim["json"])
    if "null" in claim:
        return "null"
    return compact(next(claim[kind] for kind in ("text", "integer", "boolean") if kind in claim))


def claims_json(i: Json, aud: str, iss: str, sub: str) -> str:
    members = [("aud", compact(aud)), ("iss", compact(iss)), ("sub", compact(sub))]
    members += [("iat", str(i["issued_at"])), ("exp", str(i["issued_at"] + i.get("lifetime", 60)))]
    if "not_before" in i:
        members.append(("nbf", str(i["not_before"])))
    if "random" in i:
        members.append(("jti", compact(b64(bytes.fromhex(i["random"])))))
    elif "jwt_id" in i:
        members.append(("jti", compact(i["jwt_id"])))
    members += [(claim["name"], claim_value(claim)) for claim in i.get("claims", [])]
    return json_object(members)


def header_json(i: Json, typ: str | None) -> str:
    members = [("typ", compact(typ))] if typ is not None else []
    members.append(("alg", '"ES256"'))
    if "key_id" in i:
        members.append(("kid", compact(i["key_id"])))
    if "certificate_thumbprint" in i:
        members.append(("x5t#S256", compact(i["certificate_thumbprint"])))
    return json_object(members)


def client_signing_input(i: Json) -> str:
    aud, typ = servers.client_for(i)
    claims = claims_json(i, aud, i["client_id"], i["client_id"])
    return f"{b64(header_json(i, typ).encode())}.{b64(claims.encode())}"


def grant_signing_input(i: Json) -> str:
    claims = claims_json(i, servers.grant_aud(i), i["iss"], i["sub"])
    return f"{b64(header_json(i, i.get('type')).encode())}.{b64(claims.encode())}"


def jws(signing_input: str, key_name: str) -> str:
    d = int(KEYS[key_name]["d"], 16)
    return f"{signing_input}.{b64(sign_hash(d, sha256(signing_input.encode())))}"


def token_request_body(i: Json) -> str:
    body: list[tuple[str, str]] = []
    if "grant" in i:
        body.append(("grant_type", GRANT_TYPE))
        body.append(("assertion", jws(grant_signing_input(i["grant"]), i["grant_key"])))
    else:
        body.append(("grant_type", "client_credentials"))
    if "client" in i:
        body.append(("client_assertion_type", CLIENT_ASSERTION_TYPE))
        body.append(("client_assertion", jws(client_signing_input(i["client"]), i["key"])))
        if not i.get("omit_client_id"):
            body.append(("client_id", i["client"]["client_id"]))
    body += [(name, i[name]) for name in ("scope", "resource") if name in i]
    body += [(name, value) for name, value in i.get("parameters", [])]
    return "&".join(f"{form(name)}={form(value)}" for name, value in body)


def token_request(i: Json) -> Json:
    body = token_request_body(i)
    if "http_endpoint" not in i:
        return {"output": body}
    return {"bytes": servers.post(i["http_endpoint"], body).encode().hex()}


def exchange(i: Json) -> Json:
    def body_end(issued_at: int, random: str) -> str:
        data = {"client_id": "device-7", "issuer": ISSUER, "issued_at": issued_at, "random": random}
        return jws(client_signing_input(data), i["key"])[-22:]

    return {"output": device.trace(i, body_end)}


def answer_of_server(i: Json) -> str:
    """What the functions give that have to do with a server or with time."""
    data = bytes.fromhex(i.get("data", ""))
    numbers = i.get("numbers", [])
    match i["function"]:
        case "http_date":
            return str(answers.http_date(data.decode()))
        case "retry_after":
            wait = answers.retry_after(data.decode(), numbers[0] if numbers else None)
            return "none" if wait is None else str(wait)
        case "well_known":
            return servers.well_known(numbers[0], i["issuer"])
        case "time_request":
            return servers.head("HEAD", data.decode())
        case "metadata":
            return servers.metadata_line(data)
        case "response":
            return answers.Answer(numbers[0], data, truncated=bool(numbers[1])).line()
    state, *rest = numbers
    clock = device.Clock(("trusted", "estimated", "unset")[state - 1], *rest[:3])
    moved = None
    if len(rest) > 4:
        moved = clock.learn(*rest[3:6], cached=bool(rest[6]))
    return clock.line(rest[-1], moved)


SERVER_FUNCTIONS = ("http_date", "retry_after", "well_known", "time_request", "metadata", "response", "clock")


def call(i: Json) -> bytes:
    """What the functions give. Keys are read by `cryptography`, or by the vector's own `d`."""
    data = bytes.fromhex(i.get("data", ""))
    function = i["function"]
    if function in SERVER_FUNCTIONS:
        return answer_of_server(i).encode()
    if function == "import_key":
        return read_key(data)
    if function == "generate_key":
        return next(chunk for chunk in (data[:32], data[32:]) if 0 < int.from_bytes(chunk, "big") < ORDER)
    if function == "derive_jwt_id":
        counters = i["boot"].to_bytes(8, "big") + i["message"].to_bytes(8, "big")
        return hmac.digest(data, b"jurat jti 1" + counters, "sha256")[:16]
    if function == "signature_from_der":
        r, s = decode_dss_signature(data)
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")
    if function == "certificate_thumbprint":
        return b64(sha256(data)).encode()
    if function == "sign_hedged":
        # python-ecdsa: `cryptography` has no added entropy.
        key = ecdsa.SigningKey.from_string(data[:32], ecdsa.NIST256p)
        entropy = b"" if len(set(data[64:])) == 1 else data[64:]
        return bytes(key.sign_digest_deterministic(data[32:64], hashfunc=hashlib.sha256, extra_entropy=entropy))
    x, y = bytes.fromhex(i["x"]), bytes.fromhex(i["y"])
    numbers = ec.EllipticCurvePublicNumbers(int.from_bytes(x, "big"), int.from_bytes(y, "big"), ec.SECP256R1())
    if function in {"spki_der", "spki_pem"}:
        encoding = Encoding.DER if function == "spki_der" else Encoding.PEM
        return numbers.public_key().public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)
    coordinates = {"x": b64(x), "y": b64(y)}
    # RFC 7638: the required members in the order of their names.
    thumbprint = b64(sha256(compact({"crv": "P-256", "kty": "EC", **coordinates}).encode()))
    if function == "thumbprint":
        return thumbprint.encode()
    members = {"kty": "EC", "crv": "P-256", **coordinates, "use": "sig", "alg": "ES256"}
    jwk = {**members, "kid": i.get("key_id", thumbprint)}
    if function == "jwks":
        return compact({"keys": [{**members, "kid": thumbprint}, jwk]}).encode()
    if function == "registration":
        document = {
            "token_endpoint_auth_method": "private_key_jwt",
            "token_endpoint_auth_signing_alg": "ES256",
            "grant_types": ["client_credentials", GRANT_TYPE],
            "response_types": [],
            "client_name": "Meter 7",
            "scope": "a b",
            "jwks": {"keys": [jwk]},
        }
        return compact(document).encode()
    return compact(jwk).encode()


def read_key(data: bytes) -> bytes:
    """The scalar of a key in one of the forms that jurat reads."""
    if len(data) == 32:
        return data
    if data.startswith(b"{"):
        return unb64(json.loads(data)["d"])
    load = load_pem_private_key if data.startswith(b"-----") else load_der_private_key
    private = load(data, None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    return private.private_numbers().private_value.to_bytes(32, "big")


ANSWERS: dict[str, Callable[[Json], Json]] = {
    "client_assertion": lambda i: {"output": jws(client_signing_input(i), i["key"])},
    "grant_assertion": lambda i: {"output": jws(grant_signing_input(i), i["key"])},
    "token_request": token_request,
    "exchange": exchange,
    "sign": lambda i: {
        "signature": sign_hash(int(KEYS[i["key"]]["d"] if "key" in i else i["d"], 16), bytes.fromhex(i["hash"])).hex()
    },
    "call": lambda i: {"bytes": call(i).hex()},
    "signature": lambda i: {"output": f"{client_signing_input(i['client'])}.{b64(bytes.fromhex(i['signature']))}"},
}


# --------------------------------------------------------------------------- the vectors


class Vectors:
    """The list in the making."""

    def __init__(self) -> None:
        self.list: list[Json] = []

    def _add(self, vector_id: str, comment: str, kind: str, data: Json, expected: Json, extra: Json) -> None:
        vector: Json = {"id": vector_id, "comment": comment}
        vector |= {name: value for name, value in extra.items() if value}
        self.list.append(vector | {"kind": kind, "input": data, "expected": expected})

    def accept(
        self,
        vector_id: str,
        comment: str,
        kind: str,
        data: Json,
        *,
        source: str = "",
        sizes: bool = False,
        known: str = "",
    ) -> Json:
        expected = {"bytes": known.encode().hex()} if known else ANSWERS[kind](data)
        assert all(len(text) <= ROOM for text in expected.values()), vector_id
        self._add(vector_id, comment, kind, data, expected, {"source": source, "sizes": sizes})
        return expected

    def expect(
        self, vector_id: str, comment: str, kind: str, data: Json, expected: Json, *, sizes: bool = False
    ) -> None:
        """For what was written down by hand."""
        self._add(vector_id, comment, kind, data, expected, {"sizes": sizes})

    def refuse(
        self, vector_id: str, comment: str, kind: str, data: Json, cause: str, argument: str, *, source: str = ""
    ) -> None:
        self._add(vector_id, comment, kind, data, {"cause": cause, "argument": argument}, {"source": source})


def client(**changes: Any) -> Json:
    base = {"client_id": "device-7", "issuer": ISSUER, "issued_at": NOW, "jwt_id": JTI}
    return changed(base, changes)


def grant(**changes: Any) -> Json:
    base = {"iss": "https://sts.example", "sub": "alice", "issuer": ISSUER, "issued_at": NOW, "jwt_id": "grant-1"}
    return changed(base, changes)


def ca(**changes: Any) -> Json:
    return {"key": KEY} | client(**changes)


def ga(**changes: Any) -> Json:
    return {"key": OTHER_KEY} | grant(**changes)


def request(**changes: Any) -> Json:
    return changed({"key": KEY, "client": client()}, changes)


def text_claim(name: str, text: str) -> Json:
    return {"name": name, "text": text}


CONTROLS = "".join(map(chr, range(0x20)))
# Two, three and four bytes; U+2028 and U+2029, which JavaScript once took for line ends; the
# ends of the ranges around the surrogates; a noncharacter.
UNICODE = "\u00e9\u07ff\u0800\u20ac\u2028\u2029\ud7ff\ue000\ufeff\uffff\U00010000\U0001f600\U0010ffff"


def published(v: Vectors) -> None:
    """Values that somebody else published."""
    header = "eyJhbGciOiJFUzI1NiJ9"
    payload = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    answer = v.accept(
        "rfc7515-a3-sign",
        "Key and signing input of the JWS example, whose own signature is not deterministic.",
        "sign",
        {"key": "rfc7515-a3", "hash": sha256(f"{header}.{payload}".encode()).hex()},
        source="RFC 7515 appendix A.3 (key and signing input)",
    )
    wanted = "e4ZrhZdbFQ7630Tq51E6RQiJaae9bFNGJszIhtusEwzvO21rzH76Wer6yRn2Zb34VjIm3cVRl0iQctbf4uBY3w"
    assert b64(bytes.fromhex(answer["signature"])) == wanted

    for message, r, s in (
        (
            "sample",
            "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
            "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
        ),
        (
            "test",
            "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367",
            "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083",
        ),
    ):
        answer = v.accept(
            f"rfc6979-a25-{message}",
            f"ECDSA with SHA-256 of `{message}`: r and s as published, s neither halved nor shortened.",
            "sign",
            {"key": "rfc6979-p256", "hash": sha256(message.encode()).hex()},
            source="RFC 6979 appendix A.2.5",
        )
        assert answer["signature"] == (r + s).lower()

    answer = v.accept(
        "rfc10070-example",
        "The example: header and claims come out byte for byte; its signature is elided there.",
        "client_assertion",
        {
            "key": KEY,
            "client_id": "https://client.example",
            "issuer": "https://authz.example.net",
            "issued_at": 1752702206,
            "lifetime": 3600,
            "omit_jwt_id": True,
            "key_id": "16",
        },
        source="RFC 10070, in its draft -10 section 4.1",
    )
    assert answer["output"].rsplit(".", 1)[0] == (
        "eyJ0eXAiOiJjbGllbnQtYXV0aGVudGljYXRpb24rand0IiwiYWxnIjoiRVMyNTYiLCJraWQiOiIxNiJ9."
        "eyJhdWQiOiJodHRwczovL2F1dGh6LmV4YW1wbGUubmV0IiwiaXNzIjoiaHR0cHM6Ly9jbGllbnQuZXhhbXBsZSIsInN1YiI6Imh0d"
        "HBzOi8vY2xpZW50LmV4YW1wbGUiLCJpYXQiOjE3NTI3MDIyMDYsImV4cCI6MTc1MjcwNTgwNn0"
    )

    answer = v.accept(
        "rfc7523-header",
        "A grant's header with a key id is that of the example.",
        "grant_assertion",
        ga(key_id="16"),
        source="RFC 7523 section 4 (header)",
    )
    assert answer["output"].startswith("eyJhbGciOiJFUzI1NiIsImtpZCI6IjE2In0.")

    answer = v.accept(
        "rfc6749-appendix-b",
        "The form encoding of U+0020, percent, ampersand, plus, pound and euro.",
        "token_request",
        request(parameters=[["value", " %&+£€"]]),
        source="RFC 6749 appendix B",
    )
    assert answer["output"].endswith("&value=+%25%26%2B%C2%A3%E2%82%AC")


def signing(v: Vectors) -> None:
    digest = sha256(b"jurat").hex()
    v.accept("sign-smallest-key", "d = 1.", "sign", {"key": "one", "hash": digest})
    v.accept("sign-largest-key", "d = n - 1.", "sign", {"key": "largest", "hash": digest})
    for name, number in (
        ("zero", 0),
        ("order-minus-1", ORDER - 1),
        ("order", ORDER),
        ("order-plus-1", ORDER + 1),
        ("largest", 2**256 - 1),
    ):
        comment = "RFC 6979 section 2.3.4 reduces a hash that is not below n."
        v.accept(f"sign-hash-{name}", comment, "sign", {"key": KEY, "hash": f"{number:064x}"})
    for name, number in (("zero", 0), ("order", ORDER), ("order-plus-1", ORDER + 1), ("largest", 2**256 - 1)):
        data = {"d": f"{number:064x}", "hash": digest}
        cause = "KEY_TOO_LARGE" if number else "ZERO_KEY"
        v.refuse(f"sign-key-{name}", "d is not in 1..n.", "sign", data, cause, "key")

    def leading_zero(half: int) -> Json:
        for count in range(100_000):
            data = ca(jwt_id=f"zero-{count}")
            digest = sha256(client_signing_input(data).encode())
            if sign_hash(int(KEYS[KEY]["d"], 16), digest)[32 * half] == 0:
                return data
        raise AssertionError("one signature in 256 begins with a zero byte")

    for half, name in enumerate("rs"):
        comment = f"{name} has a leading zero byte, which stays: always 64 bytes, 86 characters."
        v.accept(f"{name}-leading-zero", comment, "client_assertion", leading_zero(half))


def signatures(v: Vectors) -> None:
    """What a signer may give back: r and s in 1..n, whatever they sign."""

    def raw(r: int, s: int) -> str:
        return f"{r:064x}{s:064x}"

    good = {
        "smallest": raw(1, 1),
        "largest": raw(ORDER - 1, ORDER - 1),
        "smallest-largest": raw(1, ORDER - 1),
        "largest-smallest": raw(ORDER - 1, 1),
        "low-bytes-zero": raw(1 << 248, 1 << 248),
        "high-bytes-zero": raw(0xFF, 0x1234),
        # The beginning of a DER signature: no range check can tell.
        "looks-like-der": "3044022000" + "5a" * 59,
        "text": b"r and s are numbers, so that any 64 bytes in range will do here.".hex(),
    }
    bad = {
        "zero": raw(0, 0),
        "r-zero": raw(0, 1),
        "s-zero": raw(1, 0),
        "r-order": raw(ORDER, 1),
        "s-order": raw(1, ORDER),
        "r-order-plus-1": raw(ORDER + 1, 1),
        "s-order-plus-1": raw(1, ORDER + 1),
        "r-largest": raw(2**256 - 1, 1),
        "s-largest": raw(1, 2**256 - 1),
        "all-ones": "ff" * 64,
    }
    for name, signature in good.items():
        data = {"client": client(), "signature": signature}
        v.accept(f"signature-{name}", "r and s are in 1..n.", "signature", data)
    for name, signature in bad.items():
        data = {"client": client(), "signature": signature}
        comment = "r or s is not in 1..n."
        v.refuse(f"signature-{name}", comment, "signature", data, "SIGNATURE_OUT_OF_RANGE", "signature")


def client_assertions(v: Vectors) -> None:
    def accept(name: str, comment: str, data: Json, *, sizes: bool = False) -> None:
        v.accept(f"client-{name}", comment, "client_assertion", data, sizes=sizes)

    minimal = ca(client_id="c", issuer="https://a", issued_at=1, omit_jwt_id=True, jwt_id=None)
    accept("minimal", "The shortest values.", minimal, sizes=True)
    accept(
        "typical",
        "UUID, realm URL, random jti, thumbprint as kid.",
        ca(
            client_id="3b2f6a1e-5f5d-4a53-9f0c-0d7f2a3c9e11",
            issuer="https://login.as.example/realms/devices",
            jwt_id=None,
            random="1f2e3d4c5b6a798897a6b5c4d3e2f101",
            key_id="oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U",
        ),
        sizes=True,
    )
    accept(
        "maximal",
        "Every text as long as it may be, and claims of each kind.",
        ca(
            client_id="c" * LONGEST,
            issuer="https://as.example/".ljust(LONGEST, "i"),
            jwt_id="j" * LONGEST,
            key_id="k" * LONGEST,
            lifetime=3600,
            not_before=NOW - 5,
            claims=[
                text_claim("n" * 300, "t" * 300),
                {"name": "integer", "integer": -1},
                {"name": "true", "boolean": True},
                {"name": "false", "boolean": False},
                {"name": "null", "null": True},
                {"name": "json", "json": '{"a":[1,2.5e-3,"x"]}'},
                text_claim("empty", ""),
                {"name": "last", "integer": 8},
            ],
        ),
    )
    accept(
        "random-jwt-id", "16 random bytes are 22 base64url characters.", ca(jwt_id=None, random=bytes(range(16)).hex())
    )
    accept(
        "random-all-alphabet",
        "Random bytes whose base64url has `-` and `_`.",
        ca(jwt_id=None, random="fbeffffffefbefbefffffbefbefbefff"),
    )
    accept(
        "random-one-differs",
        "15 equal bytes and another one: not the mark of a dead random source.",
        ca(jwt_id=None, random="00" * 15 + "01"),
    )
    accept(
        "every-member",
        "Everything at once, short.",
        ca(key_id="k", not_before=NOW, lifetime=300, claims=[text_claim("a", "b"), {"name": "c", "integer": 1}]),
        sizes=True,
    )

    accept("issuer-final-slash", "Kept as it is: another issuer than without.", ca(issuer="https://as.example/"))
    accept(
        "issuer-every-part",
        "Upper case, IP literal, port, path, percent escape and every other character of RFC 3986.",
        ca(issuer="HTTPS://u@[2001:DB8::1]:8443/a;b=c,d/!$&'()*+~-._:@/%7e/Z"),
    )
    accept(
        "issuer-insecure-http", "Plain http, asked for by name.", ca(issuer="http://127.0.0.1:8080", insecure_http=True)
    )
    accept("issuer-insecure-https", "https where plain http is taken too.", ca(insecure_http=True))

    accept("lifetime-1", "The shortest lifetime.", ca(lifetime=1))
    accept("lifetime-3600", "The longest lifetime.", ca(lifetime=3600))
    accept("not-before-past", "nbf before iat.", ca(not_before=1))
    accept("certificate", "x5t#S256 alone.", ca(certificate_thumbprint=X5T), sizes=True)
    accept("certificate-and-key-id", "x5t#S256 after the kid.", ca(key_id="k", certificate_thumbprint=X5T), sizes=True)
    accept("not-before-last-second", "nbf one second before exp.", ca(not_before=NOW + 59))
    accept("year-2038", "iat = 2^31 - 1, exp beyond it.", ca(issued_at=2**31 - 1))
    accept("year-2106", "iat = 2^32 - 1, exp beyond it.", ca(issued_at=2**32 - 1))
    latest = 99_999_999_999
    accept("latest", "The last second that is not taken for milliseconds.", ca(issued_at=latest))
    accept(
        "latest-longest",
        "Every time as long as it can be: exp has 12 digits.",
        ca(issued_at=latest, lifetime=3600, not_before=latest),
    )

    # Escapes, in every place that takes free text.
    accept("controls-in-client-id", "U+0000 to U+001F.", ca(client_id=CONTROLS), sizes=True)
    accept("controls-in-key-id", "U+0000 to U+001F.", ca(key_id=CONTROLS))
    accept("controls-in-jwt-id", "U+0000 to U+001F.", ca(jwt_id=CONTROLS))
    accept("controls-in-claims", "U+0000 to U+001F, in name and value.", ca(claims=[text_claim(CONTROLS, CONTROLS)]))
    accept(
        "only-controls", "The most that escaping adds: six for one.", ca(client_id="\x1f" * 300, key_id="\x01" * 300)
    )
    ascii_text = "".join(map(chr, range(0x20, 0x80)))
    accept(
        "ascii-everywhere",
        "U+0020 to U+007F, quote and backslash among them; DEL and slash stay.",
        ca(client_id=ascii_text, key_id=ascii_text, jwt_id=ascii_text, claims=[text_claim(ascii_text, ascii_text)]),
    )
    accept(
        "unicode-everywhere",
        "Two to four bytes, U+2028, the edges of the surrogates: they stay UTF-8.",
        ca(client_id=UNICODE, key_id=UNICODE, jwt_id=UNICODE, claims=[text_claim(UNICODE, UNICODE)]),
    )
    accept("backslashes", "Runs of what needs an escape.", ca(client_id='\\\\""\\u0041\\n', key_id='"', jwt_id="\\"))
    accept("nul", "A NUL at the end: length counts, not the NUL.", ca(client_id="device\0", key_id="\0"))

    # A stage of the encoder is 48 bytes: claims and header of every length modulo 48.
    remainders: dict[str, set[int]] = {"header": set(), "claims": set()}
    for count in range(48):
        data = ca(
            client_id="c" * (count % 5 + 1),
            jwt_id="j" * (count + 49 - 2 * (count % 5)),
            key_id="k" * (7 * count % 48 + 1),
        )
        header, claims = map(unb64, client_signing_input(data).split("."))
        remainders["header"].add(len(header) % 48)
        remainders["claims"].add(len(claims) % 48)
        comment = f"{len(header)} bytes of header, {len(claims)} of claims."
        accept(f"stage-{len(claims) % 48:02}", comment, data)
    assert all(len(found) == 48 for found in remainders.values())


def claims(v: Vectors) -> None:
    def accept(name: str, comment: str, *list_: Json) -> None:
        v.accept(f"claims-{name}", comment, "client_assertion", ca(claims=list(list_)))

    def nested(depth: int) -> str:
        opening = "".join('{"a":' if level % 2 else "[" for level in range(depth))
        closing = "".join("}" if level % 2 else "]" for level in reversed(range(depth)))
        return f"{opening}0{closing}"

    accept("empty-list", "No custom claims.")
    integers = (0, 1, -1, 9, 10, -10, 2**53, -(2**53))
    accept(
        "integers",
        "Short ones, and the first that doubles lose.",
        *({"name": f"i{index}", "integer": number} for index, number in enumerate(integers)),
    )
    accept(
        "integer-limits",
        "The ends of 64 bits.",
        {"name": "least", "integer": -(2**63)},
        {"name": "largest", "integer": 2**63 - 1},
    )
    accept(
        "kinds",
        "One of each kind.",
        text_claim("text", 'a"b'),
        {"name": "integer", "integer": 17},
        {"name": "true", "boolean": True},
        {"name": "false", "boolean": False},
        {"name": "null", "null": True},
        {"name": "json", "json": '["sensor","relay"]'},
    )
    accept(
        "json-kept",
        "White space, digits, escapes and repeated members stay as they are.",
        {"name": "j", "json": ' {"b" : 1.50E+2,\t"a":"\\u0041\\/\\ud83d\\ude00é",\r\n"b":-0} '},
    )
    accept(
        "json-scalars",
        "One value may be a scalar.",
        *(
            {"name": f"j{index}", "json": text}
            for index, text in enumerate(('""', "0", "-1.5e3", "true", "false", "null"))
        ),
    )
    accept(
        "json-empty-containers",
        "Empty ones, with and without a blank.",
        *({"name": f"j{index}", "json": text} for index, text in enumerate(("[]", "{}", "[ ]", "{ }", "[[],{}]"))),
    )
    accept("json-depth-32", "The deepest that is taken.", {"name": "j", "json": nested(32)})
    accept("json-depth-32-empty", "The innermost is empty.", {"name": "j", "json": "[" * 32 + "]" * 32})
    accept(
        "near-registered",
        "Names are compared exactly.",
        *({"name": name, "null": True} for name in ("ISS", "sub ", "au", "expiry", "nbf\0")),
    )
    accept(
        "near-repeated",
        "Other names, even where they look alike.",
        *({"name": name, "null": True} for name in ("a", "A", "a ", "\\u0061", "\u00e9", "e\u0301")),
    )
    accept("many", "Twenty of them.", *({"name": f"c{index}", "integer": index} for index in range(20)))
    accept("longest-name", "2,048 bytes.", text_claim("é" * (LONGEST // 2), ""))

    def refuse(name: str, comment: str, cause: str, *list_: Json) -> None:
        v.refuse(f"claims-{name}", comment, "client_assertion", ca(claims=list(list_)), cause, "claims")

    for name in ("iss", "sub", "aud", "exp", "nbf", "iat", "jti"):
        refuse(
            f"reserved-{name}", "The library writes it.", "RESERVED", text_claim("a", "b"), {"name": name, "integer": 1}
        )
    refuse(
        "repeated", "A name twice.", "REPEATED", text_claim("a", "b"), text_claim("c", "d"), {"name": "a", "integer": 1}
    )
    refuse("empty-name", "A name is required.", "EMPTY", text_claim("", "b"))
    refuse("long-name", "2,049 bytes.", "TOO_LONG", text_claim("n" * (LONGEST + 1), "b"))
    for name, text in {
        "empty": "",
        "blank": " ",
        "two-values": "1 2",
        "trailing-comma": "[1,]",
        "leading-zero": "01",
        "no-digits": "1.",
        "bare-word": "nul",
        "nan": "NaN",
        "unterminated": '"a',
        "unclosed": "[[1]",
        "mismatched": "[1}",
        "overclosed": "[1]]",
        "single-quotes": "'a'",
        "control": '"\n"',
        "byte-order-mark": "\ufeff1",
        "lone-surrogate": '"\\ud800"',
        "lone-low-surrogate": '"\\ude00"',
        "reversed-surrogates": '"\\ude00\\ud83d"',
        "high-surrogate-and-letter": '"\\ud83d\\u0041"',
        "high-surrogate-and-text": '"\\ud83dude00"',
        "injection": '1,"iss":"mallory"',
        "closing": '1},{"a":1',
        "nul": "1\0",
        "depth-33": nested(33),
        "depth-33-empty": "[" * 33 + "]" * 33,
        "endless": "[" * LONGEST,
    }.items():
        refuse(f"json-{name}", "Not one JSON value of at most 32 levels.", "INVALID_JSON", {"name": "j", "json": text})


def refused_clients(v: Vectors) -> None:
    def refuse(name: str, comment: str, cause: str, argument: str, **changes: Any) -> None:
        v.refuse(f"client-{name}", comment, "client_assertion", ca(**changes), cause, argument)

    for argument in ("client_id", "issuer", "jwt_id", "key_id"):
        dashed = argument.replace("_", "-")
        refuse(f"empty-{dashed}", "Given, but empty.", "EMPTY", argument, **{argument: ""})
        long = "https://as.example/".ljust(LONGEST + 1, "x")
        refuse(f"long-{dashed}", "2,049 bytes.", "TOO_LONG", argument, **{argument: long})
    refuse(
        "long-in-bytes",
        "2,048 characters, but 2,049 bytes.",
        "TOO_LONG",
        "client_id",
        client_id="é" + "c" * (LONGEST - 1),
    )
    for name, url in {
        "http": "http://as.example",
        "no-scheme": "as.example",
        "relative": "//as.example",
        "other-scheme": "httpsx://as.example",
        "no-host": "https://",
        "empty-host": "https:///path",
        "only-port": "https://:443",
    }.items():
        refuse(f"issuer-{name}", "Not an https URL with a host.", "NOT_HTTPS", "issuer", issuer=url)
    refuse(
        "issuer-ftp", "Only http is let through.", "NOT_HTTPS", "issuer", issuer="ftp://as.example", insecure_http=True
    )
    refuse("issuer-query", "RFC 8414 section 2.", "HAS_QUERY", "issuer", issuer="https://as.example/?a=b")
    refuse("issuer-empty-query", "A query, although empty.", "HAS_QUERY", "issuer", issuer="https://as.example?")
    refuse("issuer-fragment", "RFC 8414 section 2.", "HAS_FRAGMENT", "issuer", issuer="https://as.example/#a")
    refuse(
        "issuer-empty-fragment", "A fragment, although empty.", "HAS_FRAGMENT", "issuer", issuer="https://as.example#"
    )
    for name, url in {
        "blank": "https://as.example/a b",
        "leading-blank": " https://as.example",
        "newline": "https://as.example\n",
        "nul": "https://as.example\0",
        "del": "https://as.example/\x7f",
        "quote": 'https://as.example/"',
        "backslash": "https://as.example\\a",
        "not-ascii": "https://äs.example",
    }.items():
        refuse(f"issuer-{name}", "Not a character of a URI.", "INVALID_CHARACTER", "issuer", issuer=url)
    for name, byte in (("zeros", "00"), ("ones", "ff"), ("erased", "5a")):
        comment = "All random bytes are equal."
        refuse(f"random-{name}", comment, "NOT_RANDOM", "random", jwt_id=None, random=byte * 16)
    for argument in ("issued_at", "not_before"):
        dashed = argument.replace("_", "-")
        for number in (10**11, NOW * 1000, 2**53 - 1):
            comment = "Milliseconds, or as good as."
            refuse(f"{dashed}-{number}", comment, "MILLISECONDS", argument, **{argument: number})
        for number in (2**53, 2**63, 2**64 - 1):
            comment = "Beyond what every JSON reader keeps."
            refuse(f"{dashed}-{number}", comment, "TIME_OUT_OF_RANGE", argument, **{argument: number})
    for lifetime in (0, 3601, 2**32 - 1):
        comment = "Not in 1 to 3600."
        refuse(f"lifetime-{lifetime}", comment, "LIFETIME_OUT_OF_RANGE", "lifetime", lifetime=lifetime)
    argument = "certificate_thumbprint"
    for name, text in (("empty", ""), ("short", X5T[:-1]), ("long", f"{X5T}A"), ("hexadecimal", "00" * 32)):
        comment = "Not the 43 characters of a SHA-256 hash in base64url."
        refuse(f"certificate-{name}", comment, "WRONG_LENGTH", argument, certificate_thumbprint=text)
    for name, character in (("base64", "+"), ("space", " "), ("padded", "="), ("not-ascii", "\u017f")):
        comment = "Not a character of base64url."
        text = X5T[: 43 - len(character.encode())] + character
        refuse(f"certificate-{name}", comment, "INVALID_CHARACTER", argument, certificate_thumbprint=text)
    refuse("not-before-exp", "nbf = exp.", "NEVER_VALID", "not_before", not_before=NOW + 60)
    refuse("not-before-after-exp", "nbf after exp.", "NEVER_VALID", "not_before", not_before=NOW + 61)


def grant_assertions(v: Vectors) -> None:
    def accept(name: str, comment: str, data: Json, *, sizes: bool = False) -> None:
        v.accept(f"grant-{name}", comment, "grant_assertion", data, sizes=sizes)

    def refuse(name: str, comment: str, cause: str, argument: str, **changes: Any) -> None:
        v.refuse(f"grant-{name}", comment, "grant_assertion", ga(**changes), cause, argument)

    minimal = ga(iss="i", sub="s", issuer="https://a", issued_at=1, omit_jwt_id=True, jwt_id=None)
    accept("minimal", "The shortest values; no typ.", minimal, sizes=True)
    accept("certificate", "x5t#S256, with a typ.", ga(type="JWT", certificate_thumbprint=X5T), sizes=True)
    accept("self-issued", "A client about itself.", ga(iss="device-7", sub="device-7"))
    accept(
        "token-endpoint",
        "The token endpoint as audience; it may have a query.",
        ga(issuer=None, token_endpoint=f"{ENDPOINT}?tenant=1&a=%20"),
    )
    plain = {"issuer": None, "token_endpoint": "http://[::1]:9/token", "insecure_http": True}
    accept("token-endpoint-insecure-http", "Plain http, asked for by name.", ga(**plain))
    accept("issuer-insecure-http", "Plain http, asked for by name.", ga(issuer="http://localhost", insecure_http=True))
    for name, typ in (("jwt", "JWT"), ("own", "application/vnd.example+jwt"), ("near", "client-authentication+jw")):
        accept(f"type-{name}", "A typ of the caller's.", ga(type=typ))
    accept(
        "every-member",
        "Everything at once.",
        ga(
            jwt_id=None,
            random="000102030405060708090a0b0c0d0e0f",
            type="JWT",
            key_id="k\n1",
            not_before=NOW,
            lifetime=300,
            claims=[text_claim("scope", "a b"), {"name": "act", "json": '{"sub":"device-7"}'}],
        ),
        sizes=True,
    )
    accept("controls-everywhere", "U+0000 to U+001F.", ga(iss=CONTROLS, sub=CONTROLS, type=CONTROLS))
    accept("unicode-everywhere", "Two to four bytes.", ga(iss=UNICODE, sub=UNICODE[::-1], type=UNICODE))
    long = "https://as.example/".ljust(LONGEST, "t")
    longest = {
        "issuer": None,
        "token_endpoint": long,
        "iss": "i" * LONGEST,
        "sub": "s" * LONGEST,
        "type": "t" * LONGEST,
    }
    accept("longest", "2,048 bytes each.", ga(**longest))

    for argument in ("iss", "sub", "issuer", "token_endpoint", "type"):
        dashed = argument.replace("_", "-")
        other = {"issuer": None} if argument == "token_endpoint" else {}
        refuse(f"empty-{dashed}", "Given, but empty.", "EMPTY", argument, **(other | {argument: ""}))
        refuse(f"long-{dashed}", "2,049 bytes.", "TOO_LONG", argument, **(other | {argument: long + "t"}))
    for name, cause, url in (
        ("http", "NOT_HTTPS", "http://as.example/token"),
        ("no-host", "NOT_HTTPS", "https://?a"),
        ("fragment", "HAS_FRAGMENT", "https://as.example/token#"),
        ("not-ascii", "INVALID_CHARACTER", "https://as.example/töken"),
    ):
        comment = "Not an https URL without a fragment."
        refuse(f"token-endpoint-{name}", comment, cause, "token_endpoint", issuer=None, token_endpoint=url)
    refuse("issuer-query", "An issuer identifier has none.", "HAS_QUERY", "issuer", issuer="https://as.example?a")
    for name, typ in (
        ("exact", CLIENT_TYPE),
        ("case", "Client-Authentication+JWT"),
        ("prefix", f"application/{CLIENT_TYPE}"),
        ("prefix-case", f"APPLICATION/{CLIENT_TYPE.upper()}"),
    ):
        refuse(f"type-client-{name}", "The typ of client assertions.", "WRONG_PURPOSE", "type", type=typ)
    refuse("lifetime-3601", "Checked for grants too.", "LIFETIME_OUT_OF_RANGE", "lifetime", lifetime=3601)
    refuse("claims-reserved", "Checked for grants too.", "RESERVED", "claims", claims=[text_claim("sub", "mallory")])


def token_requests(v: Vectors) -> None:
    def accept(name: str, comment: str, data: Json, *, sizes: bool = False) -> None:
        v.accept(f"request-{name}", comment, "token_request", data, sizes=sizes)

    def refuse(name: str, comment: str, cause: str, argument: str, **changes: Any) -> None:
        v.refuse(f"request-{name}", comment, "token_request", request(**changes), cause, argument)

    alone: Json = {"key": None, "client": None, "grant_key": OTHER_KEY, "grant": grant()}
    accept("client-credentials", "A client assertion alone.", request(), sizes=True)
    accept("omit-client-id", "Without client_id.", request(omit_client_id=True))
    accept("grant-alone", "The JWT bearer grant, the client not authenticated.", request(**alone))
    accept(
        "grant-with-client-id",
        "client_id is the caller's then.",
        request(**alone, parameters=[["client_id", "device-7"]]),
    )
    accept(
        "grant-with-client-secret",
        "Nor is the client authenticated otherwise.",
        request(**alone, parameters=[["client_id", "device-7"], ["client_secret", "x"]]),
    )
    accept(
        "grant-and-client",
        "Two assertions with two keys.",
        request(grant_key=OTHER_KEY, grant=grant(), scope="a b"),
        sizes=True,
    )
    accept("grant-and-client-one-key", "Two assertions with one key.", request(grant_key=KEY, grant=grant()))
    no_jti = {"jwt_id": None, "omit_jwt_id": True}
    accept(
        "two-without-jwt-id",
        "Two jti that are absent are not one jti.",
        request(grant_key=OTHER_KEY, grant=grant(**no_jti), client=client(**no_jti)),
    )
    accept(
        "scope",
        "Every character of RFC 6749 section 3.3.",
        request(scope="".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"\\') + " a"),
    )
    accept("resource", "An absolute URI, escaped.", request(resource="https://rs.example:8443/a%20b?c=d&e=f~*"))
    accept("resource-urn", "Any scheme.", request(resource="urn:example:rs"))
    accept("resource-scheme", "Every character of a scheme.", request(resource="aZ9+-.:x"))
    accept(
        "parameters",
        "In the order that they were given.",
        request(
            parameters=[
                ["z", "1"],
                ["a", "2"],
                ["actor_token", "x.y.z"],
                ["Scope", "other"],
                ["assertion ", "1"],
                ["€ ", "\0"],
            ]
        ),
    )
    accept("parameters-many", "Twenty of them.", request(parameters=[[f"p{index}", str(index)] for index in range(20)]))
    ascii_text = "".join(map(chr, range(0x80)))
    accept(
        "form-ascii",
        "U+0000 to U+007F in name, value and client_id: only letters, digits and `-._` stay.",
        request(client=client(client_id=ascii_text), parameters=[[ascii_text, ascii_text]]),
    )
    accept(
        "form-unicode",
        "UTF-8 is escaped byte by byte.",
        request(client=client(client_id=UNICODE), parameters=[[UNICODE, UNICODE]]),
    )
    accept(
        "everything",
        "Everything at once.",
        request(
            grant_key="rfc7515-a3",
            grant=grant(type="JWT", key_id="g", claims=[{"name": "a", "null": True}]),
            client=client(key_id="c", lifetime=300, claims=[{"name": "b", "boolean": True}]),
            scope="a b",
            resource="https://rs.example/",
            parameters=[["x", "y"]],
        ),
        sizes=True,
    )
    accept(
        "longest-texts",
        "2,048 bytes each, every byte escaped where that is possible.",
        request(scope="s" * LONGEST, resource="r:".ljust(LONGEST, "/"), parameters=[["n", "/" * LONGEST]]),
    )

    for argument, good in (("scope", "s"), ("resource", "r:")):
        refuse(f"empty-{argument}", "Given, but empty.", "EMPTY", argument, **{argument: ""})
        refuse(f"long-{argument}", "2,049 bytes.", "TOO_LONG", argument, **{argument: good.ljust(LONGEST + 1, "x")})
    for name, scope in {
        "two-blanks": "a  b",
        "leading-blank": " a",
        "final-blank": "a ",
        "only-blank": " ",
        "quote": 'a"',
        "backslash": "a\\",
        "tab": "a\tb",
        "del": "a\x7f",
        "not-ascii": "ä",
    }.items():
        refuse(f"scope-{name}", "RFC 6749 section 3.3.", "INVALID_CHARACTER", "scope", scope=scope)
    for name, cause, resource in (
        ("blank", "INVALID_CHARACTER", "https://rs.example/a b"),
        ("not-ascii", "INVALID_CHARACTER", "https://rs.example/ä"),
        ("relative", "NOT_ABSOLUTE", "/api"),
        ("no-scheme", "NOT_ABSOLUTE", "rs.example"),
        ("digit-first", "NOT_ABSOLUTE", "1a:b"),
        ("empty-scheme", "NOT_ABSOLUTE", ":b"),
        ("only-scheme", "NOT_ABSOLUTE", "https:"),
        ("fragment", "HAS_FRAGMENT", "https://rs.example/#a"),
    ):
        refuse(f"resource-{name}", "RFC 8707 section 2.", cause, "resource", resource=resource)
    names = ("grant_type", "assertion", "client_assertion_type", "client_assertion", "client_id", "scope", "resource")
    for name in names:
        comment = "The library writes it, or has an argument for it."
        dashed = name.replace("_", "-")
        refuse(f"reserved-{dashed}", comment, "RESERVED", "parameters", parameters=[["a", "b"], [name, "x"]])
    refuse(
        "reserved-omitted-client-id",
        "Left out by name is not sent by hand.",
        "RESERVED",
        "parameters",
        omit_client_id=True,
        parameters=[["client_id", "x"]],
    )
    refuse(
        "reserved-client-secret",
        "RFC 6749 section 2.3: one method in a request.",
        "RESERVED",
        "parameters",
        parameters=[["client_secret", "x"]],
    )
    refuse(
        "reserved-grant", "Without a client too.", "RESERVED", "parameters", **alone, parameters=[["assertion", "x"]]
    )
    refuse(
        "parameter-repeated", "A name twice.", "REPEATED", "parameters", parameters=[["a", "b"], ["c", "d"], ["a", "e"]]
    )
    long = "x" * (LONGEST + 1)
    for name, cause, parameter in (
        ("empty-name", "EMPTY", ["", "x"]),
        ("empty-value", "EMPTY", ["x", ""]),
        ("long-name", "TOO_LONG", [long, "x"]),
        ("long-value", "TOO_LONG", ["x", long]),
    ):
        refuse(
            f"parameter-{name}",
            "Name and value are required, and not endless.",
            cause,
            "parameters",
            parameters=[parameter],
        )

    both: Json = {"grant_key": OTHER_KEY}
    comment = "Each assertion has its own jti."
    refuse("same-jwt-id", comment, "REPEATED", "jwt_id", **both, grant=grant(jwt_id=JTI))
    random = {"jwt_id": None, "random": "000102030405060708090a0b0c0d0e0f"}
    refuse("same-random", comment, "REPEATED", "jwt_id", **both, grant=grant(**random), client=client(**random))
    comment = "What is wrong with an assertion is wrong with its request."
    refuse("client-lifetime", comment, "LIFETIME_OUT_OF_RANGE", "lifetime", client=client(lifetime=0))
    refuse("client-not-before", comment, "NEVER_VALID", "not_before", client=client(not_before=NOW + 60))
    refuse("client-claims", comment, "INVALID_JSON", "claims", client=client(claims=[{"name": "a", "json": "{"}]))
    refuse("grant-type", comment, "WRONG_PURPOSE", "type", **both, grant=grant(type=CLIENT_TYPE))
    refuse("grant-time", comment, "MILLISECONDS", "issued_at", **both, grant=grant(issued_at=NOW * 1000))
    refuse(
        "grant-claims",
        comment,
        "REPEATED",
        "claims",
        **both,
        grant=grant(claims=[text_claim("a", ""), text_claim("a", "")]),
    )


def keys_and_ids(v: Vectors) -> None:
    def accept(vector_id: str, comment: str, function: str, *, source: str = "", **data: Any) -> Json:
        return v.accept(vector_id, comment, "call", {"function": function, **data}, source=source)

    def refuse(vector_id: str, comment: str, function: str, cause: str, argument: str, **data: Any) -> None:
        v.refuse(vector_id, comment, "call", {"function": function, **data}, cause, argument)

    private = ec.derive_private_key(int(KEYS[KEY]["d"], 16), ec.SECP256R1())
    forms = {
        "raw": private.private_numbers().private_value.to_bytes(32, "big"),
        "pkcs8-pem": private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        "pkcs8-der": private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        "sec1-pem": private.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()),
        "sec1-der": private.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()),
        "jwk": compact(
            {"kty": "EC", "crv": "P-256", **{n: KEYS[KEY][n] for n in "xy"}, "d": b64(bytes.fromhex(KEYS[KEY]["d"]))}
        ).encode(),
    }
    for name, data in forms.items():
        answer = accept(f"import-{name}", "The same key in another form.", "import_key", data=data.hex())
        assert answer["bytes"] == KEYS[KEY]["d"]
    accept(
        "import-crlf",
        "Line ends of another system.",
        "import_key",
        data=forms["pkcs8-pem"].replace(b"\n", b"\r\n").hex(),
    )

    pem, der, jwk = forms["pkcs8-pem"], forms["pkcs8-der"], forms["jwk"]
    public_pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    p384 = ec.derive_private_key(7, ec.SECP384R1()).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    k256 = ec.derive_private_key(7, ec.SECP256K1()).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    ed25519 = Ed25519PrivateKey.from_private_bytes(bytes(32))
    other = (
        ec.derive_private_key(9, ec.SECP256R1())
        .public_key()
        .public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    )
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    d = forms["raw"]
    parsed = json.loads(jwk)
    for name, comment, data, cause in (
        ("empty", "Nothing.", b"", "EMPTY"),
        ("zero", "d = 0.", bytes(32), "ZERO_KEY"),
        ("order", "d = n.", ORDER.to_bytes(32, "big"), "KEY_TOO_LARGE"),
        ("zero-der", "d = 0 in DER.", der.replace(d, bytes(32)), "ZERO_KEY"),
        ("order-der", "d = n in DER.", der.replace(d, ORDER.to_bytes(32, "big")), "KEY_TOO_LARGE"),
        ("mismatch", "The public half of another key.", der.replace(point, other), "KEY_MISMATCH"),
        ("off-curve", "y is x.", der.replace(point, point[:33] + point[1:33]), "NOT_ON_CURVE"),
        ("p384", "Another curve.", p384, "WRONG_CURVE"),
        ("secp256k1", "Another curve of the same size.", k256, "WRONG_CURVE"),
        (
            "ed25519",
            "Another algorithm.",
            ed25519.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
            "WRONG_ALGORITHM",
        ),
        ("encrypted", "The label says it.", pem.replace(b" PRIVATE KEY", b" ENCRYPTED PRIVATE KEY"), "ENCRYPTED_KEY"),
        ("public", "A public key.", public_pem, "NOT_PRIVATE"),
        ("twice", "Two blocks.", pem + pem, "SEVERAL_BLOCKS"),
        ("truncated", "One byte short.", der[:-1], "TRUNCATED"),
        ("trailing", "One byte more.", der + b"\0", "TRAILING_DATA"),
        ("jwk-empty", "An object without members.", b"{}", "INVALID_JWK"),
        ("jwk-public", "Without d.", compact({n: v for n, v in parsed.items() if n != "d"}).encode(), "NOT_PRIVATE"),
        ("jwk-rsa", "Another type.", compact({**parsed, "kty": "RSA"}).encode(), "WRONG_ALGORITHM"),
        ("jwk-curve", "Another curve.", compact({**parsed, "crv": "P-384"}).encode(), "WRONG_CURVE"),
        ("jwk-short-x", "x of 31 bytes.", compact({**parsed, "x": b64(point[2:33])}).encode(), "INVALID_COORDINATE"),
        ("jwk-long-x", "x of 33 bytes.", compact({**parsed, "x": b64(point[:33])}).encode(), "INVALID_COORDINATE"),
        ("jwk-twice", "A member twice, once escaped.", jwk.replace(b'{"kty"', b'{"\\u0064":"","kty"'), "INVALID_JWK"),
    ):
        refuse(f"import-{name}", comment, "import_key", cause, "key", data=data.hex())

    high = (b"\xff" * 31 + b"\xfe").hex()
    accept("generate-first", "The first 32 bytes are a key.", "generate_key", data=KEYS[KEY]["d"] + high)
    accept("generate-second", "The first are not below n.", "generate_key", data=high + KEYS[KEY]["d"])
    refuse("generate-none", "None is.", "generate_key", "OUT_OF_RANDOM", "random", data=high * 2)
    for byte in ("00", "5a", "ff"):
        refuse(f"generate-constant-{byte}", "No random source.", "generate_key", "NOT_RANDOM", "random", data=byte * 64)

    start = KEYS[KEY]["d"] + sha256(b"jurat").hex()
    comment = "RFC 6979 section 3.6: the entropy goes behind the hash."
    for name, entropy in (("one", sha256(b"entropy 1")), ("other", sha256(b"entropy 2"))):
        accept(f"hedged-{name}", comment, "sign_hedged", data=start + entropy.hex())
    accept("hedged-constant", "Constant entropy counts as none.", "sign_hedged", data=start + "5a" * 32)

    secret = sha256(b"jurat test secret").hex()
    for name, boot, message in (("first", 0, 0), ("later", 17, 4), ("largest", 2**64 - 1, 2**64 - 1)):
        accept(f"derive-{name}", "HMAC-SHA256.", "derive_jwt_id", data=secret, boot=boot, message=message)
    counters = {"boot": 1, "message": 1}
    refuse("derive-unwritten", "Erased flash.", "derive_jwt_id", "NOT_RANDOM", "secret", data="ff" * 32, **counters)
    refuse("derive-short", "31 bytes.", "derive_jwt_id", "WRONG_LENGTH", "secret", data=secret[2:], **counters)

    for name, r, s in (("small", 1, 1), ("large", ORDER - 1, ORDER - 1), ("mixed", 2**255, 2**200)):
        accept(f"der-{name}", "Padded to 32 bytes.", "signature_from_der", data=encode_dss_signature(r, s).hex())
    good = encode_dss_signature(2**255 - 19, 2**200 + 1)
    for name, comment, data, cause in (
        ("empty", "Nothing.", b"", "TRUNCATED"),
        ("truncated", "One byte short.", good[:-1], "TRUNCATED"),
        ("trailing", "One byte more.", good + b"\0", "TRAILING_DATA"),
        ("raw", "A raw signature.", bytes(range(1, 65)), "INVALID_DER"),
        ("long-form", "A length that is not minimal.", b"\x30\x81" + good[1:], "INVALID_DER"),
        ("negative", "r is negative.", bytes.fromhex("3006020180020101"), "INVALID_DER"),
        ("leading-zero", "A zero byte too many.", bytes.fromhex("300702020001020101"), "INVALID_DER"),
        ("zero", "s is 0.", bytes.fromhex("3006020101020100"), "SIGNATURE_OUT_OF_RANGE"),
        ("order", "r is n.", encode_dss_signature(ORDER, 1), "SIGNATURE_OUT_OF_RANGE"),
    ):
        refuse(f"der-{name}", comment, "signature_from_der", cause, "signature", data=data.hex())

    for name in ("rfc7515-a3", KEY):
        x, y = (unb64(KEYS[name][coordinate]).hex() for coordinate in "xy")
        accept(f"thumbprint-{name}", "RFC 7638.", "thumbprint", x=x, y=y)
        accept(f"jwk-{name}", "With the thumbprint as kid.", "jwk", x=x, y=y)
        accept(f"jwk-named-{name}", "With a kid.", "jwk", x=x, y=y, key_id='k"\u00e9')
        accept(f"jwks-{name}", "The key under two names.", "jwks", x=x, y=y, key_id="next")
        accept(f"registration-{name}", "RFC 7591.", "registration", x=x, y=y, key_id="2026-11")
        accept(f"spki-der-{name}", "RFC 5480.", "spki_der", x=x, y=y)
        accept(f"spki-pem-{name}", "RFC 7468.", "spki_pem", x=x, y=y)
    rfc9449 = {
        "x": unb64("l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs").hex(),
        "y": unb64("9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA").hex(),
    }
    answer = accept(
        "thumbprint-rfc9449", "The key of the example.", "thumbprint", source="RFC 9449 section 4.1", **rfc9449
    )
    assert bytes.fromhex(answer["bytes"]) == b"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
    for function in ("jwk", "thumbprint"):
        refuse(
            f"{function}-x-too-large",
            "x is not below p.",
            function,
            "INVALID_COORDINATE",
            "public_key",
            x="ff" * 32,
            y="01" * 32,
        )
    refuse("jwk-empty-kid", "An empty kid.", "jwk", "EMPTY", "key_id", **rfc9449, key_id="")

    # The smallest DER that looks like a certificate from outside: a SEQUENCE.
    accept("certificate-thumbprint", "SHA-256 of the DER.", "certificate_thumbprint", data="3003020101")
    refuse("certificate-pem", "PEM.", "certificate_thumbprint", "INVALID_DER", "certificate", data=b"-----BEGIN".hex())
    refuse("certificate-cut", "One byte short.", "certificate_thumbprint", "TRUNCATED", "certificate", data="30030201")


def server(profile: str, **changes: Any) -> Json:
    return changed({"profile": profile, "issuer": ISSUER, "token_endpoint": ENDPOINT}, changes)


def clients_of_servers(v: Vectors) -> None:
    def for_server(profile: str, changes: Json, **of_server: Any) -> Json:
        base = {"issuer": None, "key_id": "2026-11", "server": server(profile, **of_server)}
        return ca(**(base | changes))

    def accept(name: str, comment: str, profile: str, *, of_server: Json | None = None, **changes: Any) -> None:
        data = for_server(profile, changes, **(of_server or {}))
        v.accept(f"server-{name}", comment, "client_assertion", data)

    def refuse(
        name: str,
        comment: str,
        profile: str,
        cause: str,
        argument: str,
        *,
        of_server: Json | None = None,
        **changes: Any,
    ) -> None:
        data = for_server(profile, changes, **(of_server or {}))
        v.refuse(f"server-{name}", comment, "client_assertion", data, cause, argument)

    def metadata(**members: Any) -> str:
        return compact({"issuer": ISSUER, "token_endpoint": ENDPOINT, **members})

    es256 = {"token_endpoint_auth_signing_alg_values_supported": ["RS384", "ES256"]}
    listed: dict[str, Json] = {"smart": {"metadata": metadata(**es256)}}
    for profile, row in servers.USABLE.items():
        if profile == "servicenow":
            continue
        of_server = listed.get(profile)
        accept(profile, "What this product takes, with the lifetime of its profile.", profile, of_server=of_server)
        if row.longest < 3600 and profile in {"keycloak", "better-auth", "singpass", "corppass", "smart"}:
            comment = "A second more than it takes."
            changes: Json = {"of_server": of_server, "lifetime": row.longest + 1}
            refuse(f"{profile}-lifetime", comment, profile, "LIFETIME_ABOVE_SERVER", "lifetime", **changes)
    for profile, needed in (("keycloak", "jwt_id"), ("zitadel", "key_id"), ("atproto", "key_id")):
        assert needed in servers.USABLE[profile].needs
        none: Json = {needed: None} | ({"omit_jwt_id": True} if needed == "jwt_id" else {})
        refuse(f"{profile}-no-{needed.replace('_', '-')}", "It requires one.", profile, "EMPTY", needed, **none)
    accept("corppass-longest", "The longest lifetime that it takes.", "corppass", lifetime=600)
    accept("okta-bare", "It asks for neither.", "okta", jwt_id=None, omit_jwt_id=True, key_id=None)
    for profile, cause in servers.UNSUPPORTED.items():
        refuse(f"unsupported-{profile}", "Known not to take this.", profile, cause, "profile")
    plain = {"issuer": "http://127.0.0.1:9", "token_endpoint": "http://127.0.0.1:9/t", "insecure_http": True}
    accept("insecure-http", "Plain http, asked for by name.", "ory-hydra", of_server=plain)
    comment = "The server's URLs are checked as others are."
    refuse("issuer-http", comment, "keycloak", "NOT_HTTPS", "issuer", of_server={"issuer": "http://as.example"})

    # The endpoint as audience: only one from configuration, and only the one that is contacted.
    unpinned: Json = {"token_endpoint": None}
    introspection: Json = {"endpoint": "introspection", "endpoint_url": "https://as.example/introspect"}
    comment = "The audience is an endpoint, and none is configured."
    refuse("ory-hydra-unpinned", comment, "ory-hydra", "ENDPOINT_NOT_PINNED", "token_endpoint", of_server=unpinned)
    refuse("okta-unpinned-introspection", comment, "okta", "ENDPOINT_NOT_PINNED", "endpoint", endpoint="introspection")
    comment = "A URL in metadata is no configuration."
    of_server = {"token_endpoint": None, "metadata": metadata()}
    refuse(
        "ory-hydra-metadata-only", comment, "ory-hydra", "ENDPOINT_NOT_PINNED", "token_endpoint", of_server=of_server
    )
    comment = "The audience would be an endpoint that is not contacted."
    refuse("ory-hydra-introspection", comment, "ory-hydra", "ENDPOINT_NOT_CONTACTED", "endpoint", **introspection)
    other: Json = {"endpoint": "token", "endpoint_url": f"{ENDPOINT}/"}
    refuse("ory-hydra-other-url", comment, "ory-hydra", "ENDPOINT_NOT_CONTACTED", "endpoint", **other)
    accept("okta-introspection", "The audience is the endpoint that is contacted.", "okta", **introspection)
    accept(
        "okta-endpoint-url",
        "The URL that is contacted, given with it.",
        "okta",
        of_server=unpinned,
        endpoint="token",
        endpoint_url=ENDPOINT,
    )
    accept(
        "rfc-10070-backchannel",
        "The audience stays the issuer.",
        "rfc-10070",
        **(introspection | {"endpoint": "backchannel_authentication"}),
    )

    # What metadata says.
    methods = "token_endpoint_auth_methods_supported"
    algorithms = "token_endpoint_auth_signing_alg_values_supported"
    own_methods = "introspection_endpoint_auth_methods_supported"
    accept(
        "metadata-lists",
        "It lists both.",
        "rfc-10070",
        of_server={"metadata": metadata(**{methods: ["private_key_jwt"], algorithms: ["ES256"]})},
    )
    accept("metadata-silent", "What it leaves open is not refused.", "rfc-10070", of_server={"metadata": metadata()})
    for name, cause, members, changes in (
        ("method", "METHOD_EXCLUDED", {methods: ["client_secret_basic"]}, {}),
        ("algorithm", "ALGORITHM_EXCLUDED", {algorithms: ["RS256", "ES384"]}, {}),
        ("introspection-method", "METHOD_EXCLUDED", {own_methods: ["bearer"]}, {"endpoint": "introspection"}),
    ):
        refuse(
            f"metadata-excludes-{name}",
            "A list that does not hold it.",
            "rfc-10070",
            cause,
            "metadata",
            of_server={"metadata": metadata(**members)},
            **changes,
        )
    refuse(
        "smart-not-listed",
        "Only where ES256 is listed.",
        "smart",
        "SERVER_ALGORITHM",
        "profile",
        of_server={"metadata": metadata()},
    )


def grants_of_servers(v: Vectors) -> None:
    def for_server(profile: str, changes: Json) -> Json:
        return ga(**({"issuer": None, "key_id": "2026-11", "server": server(profile)} | changes))

    def refuse(name: str, comment: str, profile: str, cause: str, argument: str, **changes: Any) -> None:
        data = for_server(profile, changes)
        v.refuse(f"server-grant-{name}", comment, "grant_assertion", data, cause, argument)

    for profile, row in servers.USABLE.items():
        if row.grant_aud is None:
            continue
        comment = "What this product takes, with the lifetime of its profile."
        v.accept(f"server-grant-{profile}", comment, "grant_assertion", for_server(profile, {}))
        if row.grant_longest < 3600:
            changes = {"lifetime": row.grant_longest + 1}
            comment = "A second more than it takes."
            refuse(f"{profile}-lifetime", comment, profile, "LIFETIME_ABOVE_SERVER", "lifetime", **changes)
    longest = for_server("keycloak", {"lifetime": 300})
    v.accept("server-grant-keycloak-longest", "More than in a client assertion.", "grant_assertion", longest)
    refuse("spring-none", "Not known to take any.", "spring", "NO_GRANT", "profile")
    unpinned = server("ory-hydra", token_endpoint=None)
    comment = "The audience is an endpoint, and none is configured."
    refuse("unpinned", comment, "ory-hydra", "ENDPOINT_NOT_PINNED", "token_endpoint", server=unpinned)
    refuse("no-key-id", "It requires one.", "zitadel", "EMPTY", "key_id", key_id=None)


def http_requests(v: Vectors) -> None:
    for name, url in (
        ("path", ENDPOINT),
        ("only-query", "https://as.example?a"),
        ("port", "HTTPS://[2001:db8::1]:8443/a/b;c"),
    ):
        comment = "A whole HTTP/1.1 request (RFC 9112)."
        v.accept(f"http-{name}", comment, "token_request", request(http_endpoint=url), sizes=name == "path")
    hydra = client(issuer=None, server=server("ory-hydra"))
    comment = "The audience is the URL that is contacted."
    v.accept("http-contacted", comment, "token_request", request(client=hydra, http_endpoint=ENDPOINT))
    both = request(grant_key=OTHER_KEY, grant=grant(), http_endpoint=ENDPOINT, scope="a b", parameters=[["x", "€"]])
    v.accept("http-everything", "The length is that of the whole body.", "token_request", both)

    def refuse(name: str, comment: str, cause: str, url: str, **changes: Any) -> None:
        data = request(http_endpoint=url, **changes)
        v.refuse(f"http-{name}", comment, "token_request", data, cause, "endpoint")

    comment = "The audience is another URL than the one that is contacted."
    refuse("not-contacted", comment, "ENDPOINT_NOT_CONTACTED", f"{ENDPOINT}2", client=hydra)
    of_endpoint = {"grant_key": OTHER_KEY, "grant": grant(issuer=None, token_endpoint=ENDPOINT)}
    refuse("grant-not-contacted", comment, "ENDPOINT_NOT_CONTACTED", f"{ENDPOINT}2", **of_endpoint)
    refuse("user", "A user's name in the URL.", "INVALID_CHARACTER", "https://u@as.example/token")
    refuse("plain", "Plain http.", "NOT_HTTPS", "http://as.example/token")


def times(v: Vectors) -> None:
    def accept(vector_id: str, comment: str, function: str, text: str = "", *numbers: int, known: str = "") -> Json:
        data: Json = {"function": function, "data": text.encode().hex()} if text else {"function": function}
        if numbers:
            data["numbers"] = list(numbers)
        return v.accept(vector_id, comment, "call", data, known=known)

    for name, text, seconds in (
        ("fixdate", "Sun, 06 Nov 1994 08:49:37 GMT", 784111777),
        ("rfc850", "Sunday, 06-Nov-94 08:49:37 GMT", 784111777),
        ("asctime", "Sun Nov  6 08:49:37 1994", 784111777),
        ("leap-second", "Sat, 31 Dec 2016 23:59:60 GMT", 1483228800),
        ("last", "Wed, 16 Nov 5138 09:46:39 GMT", 10**11 - 1),
    ):
        answer = accept(f"http-date-{name}", "RFC 9110 section 5.6.7.", "http_date", text)
        assert bytes.fromhex(answer["bytes"]) == str(seconds).encode()
    for name, text in (
        ("weekday", "Mon, 06 Nov 1994 08:49:37 GMT"),
        ("before-1970", "Wed, 31 Dec 1969 23:59:59 GMT"),
        ("too-late", "Wed, 16 Nov 5138 09:46:40 GMT"),
        ("iso", "1994-11-06T08:49:37Z"),
    ):
        data = {"function": "http_date", "data": text.encode().hex()}
        v.refuse(f"http-date-bad-{name}", "Not a date of HTTP.", "call", data, "INVALID_DATE", "date")

    until = formatdate(NOW + 60, usegmt=True)
    for name, text, *date in (
        ("seconds", "120"),
        ("capped", "99999999999999999999"),
        ("date", until, NOW),
        ("date-alone", until),
        ("word", "soon", NOW),
    ):
        accept(f"retry-after-{name}", "RFC 9110 section 10.2.3.", "retry_after", text, *date)

    # The numbers of jurat.h.
    for name, ahead, fault in (
        ("milliseconds", NOW * 999, 1),
        ("power-on", 73 - NOW, 4),
        ("epoch-2000", -946684800, 5),
        ("ntp", 2208988800, 7),
        ("gps", -315964800 + 18, 8),
        ("local", -5 * 3600 - 45 * 60, 9),
    ):
        accept(f"time-fault-{name}", "What ails a clock.", "time_fault", "", NOW + ahead, NOW, known=str(fault))


def issuers_and_metadata(v: Vectors) -> None:
    tenant = "https://as.example:8443/tenant/"
    for number, issuer in ((1, tenant), (2, tenant), (3, tenant), (3, ISSUER)):
        data = {"function": "well_known", "issuer": issuer, "numbers": [number]}
        name = "host" if issuer == ISSUER else "path"
        v.accept(f"well-known-{number}-{name}", "RFC 8414 section 3.1.", "call", data)

    for name, found, cause in (
        ("slash", "https://as.example:8443/tenant", "ISSUER_SLASH"),
        ("case", "https://AS.example:8443/tenant/", "ISSUER_CASE"),
        ("port", "https://as.example/tenant/", "ISSUER_PORT"),
        ("path", "https://as.example:8443/tenant2/", "ISSUER_PATH"),
        ("encoding", "https://as.example:8443/%74enant/", "ISSUER_ENCODING"),
        ("other", "https://as.example.evil.example:8443/tenant/", "OTHER_ISSUER"),
    ):
        data = {"function": "check_issuer", "issuer": tenant, "data": found.encode().hex()}
        v.refuse(f"check-issuer-{name}", "A near miss has a name.", "call", data, cause, "issuer")
    data = {"function": "check_issuer", "issuer": tenant, "data": tenant.encode().hex()}
    v.accept("check-issuer-same", "Code point by code point.", "call", data, known="ok")

    data = {"function": "time_request", "data": b"https://as.example:8443?a=b".hex()}
    v.accept("time-request", "HEAD, without an assertion.", "call", data)

    def accept(name: str, comment: str, document: str, **changes: Any) -> None:
        data = {"function": "metadata", "issuer": ISSUER, "data": document.encode().hex()}
        v.accept(f"metadata-{name}", comment, "call", data | changes)

    def refuse(name: str, comment: str, document: bytes, cause: str, argument: str = "metadata") -> None:
        data = {"function": "metadata", "issuer": ISSUER, "data": document.hex()}
        v.refuse(f"metadata-{name}", comment, "call", data, cause, argument)

    def with_members(**members: Any) -> str:
        return compact({"issuer": ISSUER, **members})

    full: Json = {name: f"https://as.example/{index}?a" for index, name in enumerate(servers.ENDPOINTS)}
    for name in ("token", "introspection", "revocation"):
        full[f"{name}_endpoint_auth_methods_supported"] = ["client_secret_basic", "private_key_jwt"]
        full[f"{name}_endpoint_auth_signing_alg_values_supported"] = ["ES256"]
    full["grant_types_supported"] = ["client_credentials", GRANT_TYPE]
    accept("minimal", "The issuer alone.", with_members())
    accept("full", "Everything that is read.", with_members(**full))
    accept(
        "empty-lists", "A list without elements holds nothing.", with_members(**{n: [] for n in full if "_supp" in n})
    )
    mixed = {"introspection_endpoint_auth_methods_supported": ["none"], "token_endpoint": ENDPOINT}
    accept("mixed", "Each endpoint has its own lists, or those of the token endpoint.", with_members(**mixed))
    escaped = json.dumps(with_members(**full)).replace("/", "\\/")[1:-1].replace('\\"', '"').replace("k", "\\u006b")
    accept("escaped", "Escapes, in names too.", f" {escaped}\r\n")
    aliases = {"token_endpoint": "https://mtls.as.example/token"}
    skipped = with_members(token_endpoint=ENDPOINT, mtls_endpoint_aliases=aliases, x=[None, {"é": -1.5e3}], é=True)
    accept("skipped", "What is not read.", skipped)
    plain = {"issuer": "http://127.0.0.1:9", "insecure_http": True}
    document = compact({"issuer": "http://127.0.0.1:9", "token_endpoint": "http://127.0.0.1:9/token"})
    accept("insecure-http", "Plain http, asked for by name.", document, **plain)

    for name, comment, text, cause in (
        ("not-json", "A page.", "<html>", "INVALID_JSON"),
        ("no-issuer", "RFC 8414 section 2.", "{}", "WRONG_TYPE"),
        ("twice", "A member twice, once escaped.", f'{{"\\u0069ssuer":"","issuer":"{ISSUER}"}}', "REPEATED"),
        ("deep", "33 levels.", with_members(x=json.loads("[" * 32 + "]" * 32)), "TOO_DEEP"),
    ):
        refuse(name, comment, text.encode(), cause)
    refuse("not-utf8", "A byte that is not UTF-8.", with_members(x="?").encode().replace(b"?", b"\xff"), "NOT_UTF8")
    other = compact({"issuer": f"{ISSUER}/"}).encode()
    refuse("other-issuer", "RFC 8414 section 3.3.", other, "ISSUER_SLASH", "issuer")
    http = with_members(token_endpoint="http://as.example/token").encode()
    refuse("http", "An endpoint of plain http.", http, "NOT_HTTPS", "token_endpoint")


def responses(v: Vectors) -> None:
    def accept(name: str, comment: str, status: int, body: bytes | str | Json, *, truncated: int = 0) -> None:
        if isinstance(body, dict):
            body = compact(body)
        data = (body.encode() if isinstance(body, str) else body).hex()
        call_ = {"function": "response", "data": data, "numbers": [status, truncated]}
        v.accept(f"response-{name}", comment, "call", call_)

    token = {"access_token": "2YotnFZFEjr1zCsicMWpAA", "token_type": "bearer"}
    accept("token", "RFC 6749 section 5.1.", 200, token | {"expires_in": 3600, "scope": "a b", "x": [1]})
    accept("token-minimal", "What is required.", 200, token)
    accept("token-dpop", "RFC 9449.", 200, token | {"token_type": "DPoP"})
    accept("token-other", "A type of its own.", 200, token | {"token_type": "Special 1"})
    for name, expires_in in (
        ("text", '"3600"'),
        ("huge", "4294967296"),
    ):
        body = compact(token)[:-1] + f',"expires_in":{expires_in}}}'
        accept(f"expires-in-{name}", "Not every server writes a number.", 200, body)
    accept("token-escaped", "Escapes.", 200, '{"access_token":"a\\/b\\u002b","token_type":"B\\u0065arer","scope":null}')
    for name, status, changes in (
        ("no-type", 200, {"token_type": None}),
        ("control", 200, {"access_token": "a\n"}),
    ):
        accept(f"token-bad-{name}", "A token that is none.", status, token | changes)
    accept("token-and-error", "The error counts.", 200, token | {"error": "invalid_client"})

    accept("error-known", "A code that is known.", 503, {"error": "temporarily_unavailable"})
    accept("error-other", "One that is not.", 401, {"error": "jti_known", "error_description": None})
    accept(
        "error-status-200", "Whatever the status is.", 200, {"error": "invalid_client", "error_uri": "https://e/?a=b"}
    )
    accept("error-long", "64 bytes of a code.", 400, {"error": "e." * 40})
    jwt = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhIn0.c2lnbmF0dXJl"
    for name, text in (
        ("unicode", "é€😀\u2028"),
        ("jwt", f"got {jwt}!"),
        ("bearer", "Bearer abcdefghijkl, Bearer x1"),
        ("run", f"'{'aB3-_' * 8}' and '{'aB3-_' * 7}abcd'"),
    ):
        comment = "A server's text, fit to be shown."
        accept(f"description-{name}", comment, 400, {"error": "invalid_client", "error_description": text})

    problem = {"title": "Unauthorized", "detail": "no such key", "status": 401}
    accept("foreign-problem", "RFC 9457.", 401, problem)
    accept(
        "foreign-errors", "A list of errors.", 400, {"title": "outer", "errors": [{"code": "015-0008"}, {"code": 2}]}
    )
    accept("foreign-object", "An error that is an object.", 400, {"error": {"code": 403, "message": "denied"}})
    accept("foreign-empty", "Nothing that is known.", 404, {"x": 1})
    for name, status, body in (
        ("html", 502, "<html><body>502 Bad Gateway</body></html>"),
        ("nothing", 200, ""),
        ("cut-off", 200, '{"access_token":"2Yotn'),
        ("redirect", 302, compact(token)),
        ("array", 200, "[1]"),
    ):
        accept(name, "What else comes.", status, body)
    accept("not-utf8", "A byte that is not UTF-8.", 200, b'{"access_token":"\xff","token_type":"bearer"}')
    accept("truncated", "The buffer was too small.", 200, token, truncated=1)


TRUSTED, ESTIMATED, UNSET = 1, 2, 3
BUILD = 1790000000


def clocks(v: Vectors) -> None:
    def accept(name: str, comment: str, *numbers: int) -> None:
        v.accept(f"clock-{name}", comment, "call", {"function": "clock", "numbers": list(numbers)})

    def refuse(name: str, comment: str, cause: str, argument: str, *numbers: int) -> None:
        data = {"function": "clock", "numbers": list(numbers)}
        v.refuse(f"clock-{name}", comment, "call", data, cause, argument)

    trusted = (TRUSTED, BUILD, 0, 1)
    unset = (UNSET, BUILD, 0, 0)
    life = device.SERVICE_LIFE
    comment = "Without an answer."
    accept("trusted", comment, *trusted, NOW)
    accept("estimated", comment, ESTIMATED, BUILD, -3600, 40, NOW + 3600)
    accept("unset", comment, *unset, 73)
    accept("learns", "Since power-on.", *unset, NOW, 73, 74, 0, 100)
    accept("agrees", "Within the bound.", TRUSTED, BUILD, 0, 60, NOW + 2, NOW, NOW + 2, 0, NOW + 2)
    accept("differs", "A second beyond the bound.", TRUSTED, BUILD, 0, 60, NOW + 4, NOW, NOW + 2, 0, NOW + 2)
    comment = "Within the bound, but not within what it says that it is right to."
    accept("disproved-fast", comment, *trusted, NOW, NOW + 2, NOW + 3, 0, NOW + 3)
    accept("disproved-slow", comment, TRUSTED, BUILD, 0, 0, NOW + 1, NOW, NOW, 0, NOW)
    accept("day", "The largest correction.", *trusted, NOW, NOW + 86400, NOW + 86400, 0, NOW + 86400)
    accept(
        "epoch-2000", "It cannot be right, so that it may move far.", *trusted, NOW, 848774654, 848774654, 0, 848774654
    )
    beyond = NOW + 86401
    refuse("jump", "A second more.", "JUMP_TOO_FAR", "clock", *trusted, NOW, beyond, beyond, 0, beyond)
    refuse("round-trip", "11 seconds.", "ROUND_TRIP_TOO_LONG", "clock", *unset, NOW, 100, 111, 0, 111)
    refuse("cached", "An answer with an Age.", "CACHED", "date", *unset, NOW, 100, 100, 1, 100)
    late = BUILD + life + 1
    refuse("date-too-late", "A date 20 years after the build.", "JUMP_TOO_FAR", "date", *unset, late, 100, 100, 0, 100)


TOKEN_ANSWER = compact({"access_token": "2YotnFZFEjr1zCsicMWpAA", "token_type": "Bearer", "expires_in": 3600})


def exchanges(v: Vectors) -> None:
    def error(code: str) -> str:
        return compact({"error": code})

    class Story:
        """Events in the making; `off` is what the device's clock is off by."""

        def __init__(self, off: int = 0) -> None:
            self.now, self.off, self.count = NOW, off, 0
            self.events: list[Json] = []

        def do(self, what: str, **more: Any) -> Story:
            self.events.append({"do": what, "device": self.now + self.off, **more})
            return self

        def step(self) -> Story:
            return self.do("step")

        def attempt(self, number: int | None = None) -> Story:
            self.count += 1
            random = sha256(f"jti {self.count if number is None else number}".encode())[:16].hex()
            return self.do("attempt", random=random)

        def ask_time(self) -> Story:
            return self.do("ask_time")

        def store(self) -> Story:
            self.events.append({"do": "store"})
            return self

        def wait(self, seconds: int) -> Story:
            self.now += seconds
            return self

        def answer(self, status: int, body: str = "", *, trip: int = 1, date: str | None = "", **more: Any) -> Story:
            sent = self.now + self.off
            self.now += trip
            right = formatdate(self.now, usegmt=True)
            fields: Json = {"status": status, "date": right if date == "" else date, "body": body}
            fields |= {"sent_at": sent, "received_at": self.now + self.off}
            self.events.append({"do": "answer"} | changed(fields, more))
            return self

    def add(name: str, comment: str, story: Story, state: str = "trusted", **more: Any) -> None:
        clock: Json = {"state": state, "build_time": BUILD}
        if state != "unset":
            clock["uncertainty"] = 1
        clock |= more.pop("clock", {})
        data = {"key": KEY, "clock": clock, **more, "events": story.events}
        v.accept(f"exchange-{name}", comment, "exchange", data)

    def first(off: int = 0) -> Story:
        return Story(off).step().attempt()

    refused = error("invalid_client")
    add("first-time", "A clock that is right.", first().step().answer(200, TOKEN_ANSWER).step().attempt().ask_time())
    no_expiry = compact({"access_token": "a", "token_type": "bearer"})
    add("no-expiry", "Nobody says when to renew.", first().answer(200, no_expiry))
    short = compact({"access_token": "a", "token_type": "bearer", "expires_in": 79})
    add("short-token", "An eighth before its end.", first().answer(200, short))
    for name, off in (("fast", 3600), ("slow", -3600)):
        story = first(off).answer(401, refused).step().attempt().answer(200, TOKEN_ANSWER)
        add(name, "Corrected by the date of the refusal.", story)
    learned = Story(73 - NOW).step().attempt().ask_time().step().answer(405).step().attempt().answer(200, TOKEN_ANSWER)
    add("unset", "Learns the time first.", learned, "unset")
    epoch = Story(-946684800).step().attempt().ask_time().answer(400, refused).attempt().answer(200, TOKEN_ANSWER)
    add("epoch-2000", "A time before the build is no time.", epoch)
    ntp = Story(2208988800).step().attempt().ask_time().answer(405).attempt().answer(200, TOKEN_ANSWER)
    add("ntp", "Nor is one in 2097.", ntp)
    far = first(90_000).answer(401, refused).step().attempt()
    add("beyond-a-day", "Not corrected, and not tried again.", far)
    before = formatdate(BUILD - 1, usegmt=True)
    add("before-build", "A server in the past.", first().answer(401, refused, date=before))
    add("cached", "A stored date tells nothing.", first(3600).answer(401, refused, age="1"))
    add("round-trip", "11 seconds tell nothing.", first(3600).answer(401, refused, trip=11))
    add("no-date", "No date, no correction.", first(3600).answer(401, refused, date=None).step())
    right = first().answer(401, refused).step().attempt()
    add("clock-agrees", "The clock is not to blame.", right)
    ahead = first(2).answer(401, refused, date=formatdate(NOW, usegmt=True)).step().attempt().answer(200, TOKEN_ANSWER)
    add("clock-disproved", "The date is before the iat.", ahead)
    unread = first(3600).answer(404, compact({"detail": "Not Found"})).step()
    add("foreign-404", "From who has read no assertion.", unread)

    for name, status, wait in (
        ("429-delta", 429, "120"),
        ("429-date", 429, formatdate(NOW + 91, usegmt=True)),
        ("503", 503, None),
    ):
        waited = first().answer(status, retry_after=wait).step().attempt().wait(200).step().attempt()
        add(name, "Waits, then once more.", waited.answer(200, TOKEN_ANSWER))
    dateless = first().answer(503, date=None, retry_after=formatdate(NOW + 91, usegmt=True)).step()
    add("503-dateless", "A time to wait for, from the clock's own on.", dateless)
    edge = first().answer(429, error("slow_down"), retry_after="10").wait(9).step().attempt(9).wait(1).step().attempt(9)
    add("too-early", "A second before the end of the wait, and at it.", edge)
    busy = first().answer(400, error("temporarily_unavailable")).step()
    add("unavailable", "An error that asks for a wait.", busy)
    spent = first().answer(503).wait(30).attempt().answer(503).step().wait(99).step().attempt()
    add("no-attempts-left", "Two are allowed.", spent)
    four = Story()
    for _ in range(4):
        four.attempt().do("no_answer")
    add("four-attempts", "Connections that fail are counted.", four.attempt(), attempts=4)
    repeated = first().do("no_answer").attempt(1).attempt(2).answer(200, TOKEN_ANSWER)
    add("repeated-jti", "Used before; that attempt is not counted.", repeated)
    add("nonce", "DPoP is not made here.", first(3600).answer(400, error("use_dpop_nonce")).step())
    add("invalid-scope", "The assertion was good.", first(3600).answer(400, error("invalid_scope")))
    add("html-502", "A proxy says wait.", first(3600).answer(502, "<html></html>").wait(30).attempt())
    add("html-500", "A page tells nothing of the server's clock.", first(3600).answer(500, "<html></html>"))
    add("redirect", "Never followed.", first(3600).answer(307, ""))
    hydra = compact({"error": "error", "error_description": "The error is unrecognizable"})
    add("500-expired", "Some answer so to an expired assertion.", first(-3600).answer(500, hydra).attempt())
    add("500-right", "With a right clock it is the server.", first().answer(500, hydra))
    twice = first(3600).answer(401, refused).attempt()
    twice.off += 600
    add("corrected-once", "A clock that jumps again.", twice.answer(401, refused).step(), attempts=3)
    nothing = Story().step().answer(200, TOKEN_ANSWER).do("no_answer").ask_time().attempt().attempt().ask_time()
    add("nothing-awaited", "Answers that nobody waits for, and questions too early.", nothing)
    busy = Story(73 - NOW).ask_time().answer(429, retry_after="600").step().attempt().wait(600).step().attempt()
    add("unset-busy", "A server that is asked for the time, and is busy: it is waited for.", busy, "unset")
    vague = Story(73 - NOW).ask_time().answer(503, date=None).step().wait(30).step().ask_time().answer(405, age="")
    add("unset-busy-dateless", "The wait has a default; an empty Age says that there was a cache.", vague, "unset")
    deaf = Story(73 - NOW).ask_time().do("no_answer").ask_time().answer(405, date=None).step().ask_time()
    add("time-unknown", "Two requests for the time, in vain.", deaf, "unset")
    estimated = Story(3600).step().attempt().answer(200, TOKEN_ANSWER)
    add("estimated", "A correction from before.", estimated, "estimated", clock={"offset": -3600, "uncertainty": 40})

    stored = Story(3600).store().step().attempt().store().answer(401, refused).store().attempt(1).attempt()
    stored.store().answer(503, "", retry_after="5").store().step().wait(5).attempt(2).attempt().store()
    add("stored", "Put away after each event.", stored.answer(200, TOKEN_ANSWER).store().step(), attempts=3)


def diagnosis(v: Vectors) -> None:
    for each in diagnoses.vectors():
        v.expect(each.id, each.comment, "diagnosis", each.input, each.expected, sizes=each.sizes)


def document() -> Json:
    vectors = Vectors()
    for part in (
        published,
        signing,
        signatures,
        client_assertions,
        refused_clients,
        claims,
        grant_assertions,
        token_requests,
        keys_and_ids,
        clients_of_servers,
        grants_of_servers,
        http_requests,
        times,
        issuers_and_metadata,
        responses,
        clocks,
        exchanges,
        diagnosis,
    ):
        part(vectors)
    return {"format": 1, "keys": KEYS, "vectors": vectors.list}


def text() -> str:
    return json.dumps(document(), indent=1) + "\n"


def differing(old: str, new: str) -> Iterator[str]:
    old_vectors, new_vectors = ({v["id"]: v for v in json.loads(t)["vectors"]} for t in (old, new))
    for vector_id in sorted(old_vectors.keys() | new_vectors.keys()):
        if old_vectors.get(vector_id) != new_vectors.get(vector_id):
            yield vector_id


def main() -> int:
    parser = argparse.ArgumentParser(description="Write vectors.json, or check it.")
    parser.add_argument("--check", action="store_true", help="fail if vectors.json differs, and change nothing")
    if not parser.parse_args().check:
        FILE.write_text(text(), encoding="utf-8")
        return 0
    old, new = FILE.read_text(encoding="utf-8"), text()
    if old == new:
        return 0
    print(f"{FILE.name} differs:", *(differing(old, new)), sep="\n  ", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
