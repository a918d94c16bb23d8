"""The vector file: it has the documented shape, is what the generator writes, and makes sense.

The answers are read back here by parsers that had no part in writing them.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import re
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import generate
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from ecdsa import NIST256p, SigningKey  # type: ignore[import-untyped]
from ecdsa.util import sigencode_string  # type: ignore[import-untyped]
from jsonschema import Draft202012Validator

Json = dict[str, Any]

HERE = Path(__file__).resolve().parent
SCHEMA: Json = json.loads((HERE / "schema.json").read_text(encoding="utf-8"))
FILE: Json = json.loads((HERE / "vectors.json").read_text(encoding="utf-8"))
VECTORS: list[Json] = FILE["vectors"]

VALIDATOR = Draft202012Validator(SCHEMA)


def vectors(*kinds: str, expected: str) -> list[Any]:
    """The vectors of these kinds that expect this, as parameters of a test."""
    return [pytest.param(v, id=v["id"]) for v in VECTORS if v["kind"] in kinds and expected in v["expected"]]


def bytes_of(text: str) -> bytes:
    assert "=" not in text
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def public_key(name: str) -> ec.EllipticCurvePublicKey:
    x, y = (int.from_bytes(bytes_of(FILE["keys"][name][part]), "big") for part in ("x", "y"))
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()


def verify(key: str, raw: bytes, digest: bytes) -> None:
    assert len(raw) == 64
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    public_key(key).verify(encode_dss_signature(r, s), digest, ec.ECDSA(Prehashed(hashes.SHA256())))


def test_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_file_follows_the_schema() -> None:
    errors = [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(FILE)]
    assert errors == []


def test_file_is_what_the_generator_writes() -> None:
    assert (HERE / "vectors.json").read_text(encoding="utf-8") == generate.text()


def test_ids_are_unique() -> None:
    ids = [vector["id"] for vector in VECTORS]
    assert len(ids) == len(set(ids))


def test_keys_exist() -> None:
    for vector in VECTORS:
        for name in ("key", "grant_key"):
            assert vector["input"].get(name, generate.KEY) in FILE["keys"]


def objects(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where the objects in a value are."""
    items: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    found = [path] if isinstance(value, dict) else []
    for name, member in items:
        found += objects(member, (*path, name))
    return found


@pytest.mark.parametrize(
    "vector_id",
    [
        "client-every-member",
        "grant-every-member",
        "request-everything",
        "sign-key-zero",
        "signature-zero",
        "rfc7515-a3-sign",
        "server-metadata-lists",
        "server-grant-keycloak",
        "http-contacted",
        "clock-learns",
        "exchange-stored",
    ],
)
def test_schema_takes_no_unknown_member(vector_id: str) -> None:
    vector = next(v for v in VECTORS if v["id"] == vector_id)
    document = {"format": 1, "keys": FILE["keys"], "vectors": [vector]}
    assert VALIDATOR.is_valid(document)
    for path in objects(document):
        if path == ("keys",):
            continue
        changed = copy.deepcopy(document)
        place: Any = changed
        for step in path:
            place = place[step]
        place["unknown"] = 1
        assert not VALIDATOR.is_valid(changed), path


@pytest.mark.parametrize("name", FILE["keys"])
def test_public_keys_belong_to_their_private_keys(name: str) -> None:
    d = int(FILE["keys"][name]["d"], 16)
    own = ec.derive_private_key(d, ec.SECP256R1()).public_key().public_numbers()
    assert public_key(name).public_numbers() == own


@pytest.mark.parametrize("vector", vectors("sign", expected="signature"))
def test_signatures_verify(vector: Json) -> None:
    i = vector["input"]
    raw = bytes.fromhex(vector["expected"]["signature"])
    verify(i["key"], raw, bytes.fromhex(i["hash"]))


@pytest.mark.parametrize("vector", vectors("sign", expected="signature"))
def test_another_library_makes_the_same_signatures(vector: Json) -> None:
    i = vector["input"]
    key = SigningKey.from_string(bytes.fromhex(FILE["keys"][i["key"]]["d"]), NIST256p)
    raw = key.sign_digest_deterministic(bytes.fromhex(i["hash"]), hashfunc=hashlib.sha256, sigencode=sigencode_string)
    assert raw.hex() == vector["expected"]["signature"]


def read_assertion(jws: str) -> tuple[list[tuple[str, Any]], list[tuple[str, Any]]]:
    """The members of header and claims, in their order; a number stays its digits."""
    header, claims, _ = jws.split(".")

    def members(segment: str) -> list[tuple[str, Any]]:
        decoder = json.JSONDecoder(object_pairs_hook=list, parse_int=str, parse_float=str)
        return decoder.decode(bytes_of(segment).decode())  # type: ignore[no-any-return]

    return members(header), members(claims)


def check_assertion(jws: str, i: Json, key: str | None) -> None:
    signing_input, _, signature = jws.rpartition(".")
    if key is not None:
        verify(key, bytes_of(signature), hashlib.sha256(signing_input.encode()).digest())
    header, claims = read_assertion(jws)

    is_client = "client_id" in i
    typ = "client-authentication+jwt" if is_client else i.get("type")
    aud = i.get("issuer", i.get("token_endpoint"))
    if "server" in i:
        # Which of these, the table of the generator says; here, that it is none that nobody configured (RFC 10070).
        aud = dict(claims)["aud"]
        configured = {i["server"]["issuer"], i["server"].get("token_endpoint"), i.get("endpoint_url"), i.get("iss")}
        assert aud in configured or i["server"]["profile"] == "apple-business"
        typ = dict(header).get("typ")
        if is_client:
            assert typ in {"client-authentication+jwt", "JWT", None}
            assert typ != "client-authentication+jwt" or aud == i["server"]["issuer"]
    wanted = {"typ": typ, "alg": "ES256", "kid": i.get("key_id")}
    assert header == [(name, value) for name, value in wanted.items() if value]

    iat = i["issued_at"]
    jti = i.get("jwt_id")
    if "random" in i:
        random = base64.urlsafe_b64encode(bytes.fromhex(i["random"]))
        jti = random.decode().rstrip("=")
    registered = {
        "aud": aud,
        "iss": i["client_id"] if is_client else i["iss"],
        "sub": i["client_id"] if is_client else i["sub"],
        "iat": str(iat),
        "exp": str(iat + i.get("lifetime", 60)),
        "nbf": str(i["not_before"]) if "not_before" in i else None,
        "jti": jti,
    }
    own = i.get("claims", [])
    present = [(name, value) for name, value in registered.items() if value is not None]
    assert claims[: len(present)] == present
    assert [name for name, _ in claims[len(present) :]] == [c["name"] for c in own]
    for (_, value), claim in zip(claims[len(present) :], own, strict=True):
        if "text" in claim:
            assert value == claim["text"]
        elif "integer" in claim:
            assert value == str(claim["integer"])
        elif "boolean" in claim:
            assert value is claim["boolean"]
        elif "null" in claim:
            assert value is None
        else:
            decoder = json.JSONDecoder(object_pairs_hook=list, parse_int=str, parse_float=str)
            assert value == decoder.decode(claim["json"])


@pytest.mark.parametrize("vector", vectors("client_assertion", "grant_assertion", expected="output"))
def test_assertions_say_what_the_input_says(vector: Json) -> None:
    i = vector["input"]
    check_assertion(vector["expected"]["output"], i, i["key"])


@pytest.mark.parametrize("vector", vectors("signature", expected="output"))
def test_given_signatures_are_kept(vector: Json) -> None:
    i = vector["input"]
    check_assertion(vector["expected"]["output"], i["client"], None)
    signature = vector["expected"]["output"].rpartition(".")[2]
    assert bytes_of(signature).hex() == i["signature"]


@pytest.mark.parametrize("vector", vectors("token_request", expected="output"))
def test_requests_say_what_the_input_says(vector: Json) -> None:
    check_body(vector["expected"]["output"], vector["input"])


class Received(BaseHTTPRequestHandler):
    """Reads a request as a server does."""

    def __init__(self, request: bytes) -> None:
        self.rfile = BytesIO(request)
        self.raw_requestline = self.rfile.readline()
        assert self.parse_request()


@pytest.mark.parametrize("vector", vectors("token_request", expected="bytes"))
def test_http_requests_are_read_by_a_server(vector: Json) -> None:
    i = vector["input"]
    url = urlsplit(i["http_endpoint"])
    received = Received(bytes.fromhex(vector["expected"]["bytes"]))
    assert (received.command, received.request_version) == ("POST", "HTTP/1.1")
    assert urlsplit(f"https://{received.headers['Host']}{received.path}") == url._replace(path=url.path or "/")
    assert received.headers["Connection"] == "close"
    assert received.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert len(received.headers) == 5
    body = received.rfile.read(int(received.headers["Content-Length"])).decode()
    assert received.rfile.read() == b""
    check_body(body, i)


def check_body(text: str, i: Json) -> None:
    body = parse_qsl(text, strict_parsing=True, encoding="utf-8")
    names = [name for name, _ in body]
    assert len(names) == len(set(names))
    sent = dict(body)
    jwt_bearer = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    wanted = [("grant_type", jwt_bearer if "grant" in i else "client_credentials")]
    if "grant" in i:
        check_assertion(sent["assertion"], i["grant"], i["grant_key"])
        wanted.append(("assertion", sent["assertion"]))
    if "client" in i:
        check_assertion(sent["client_assertion"], i["client"], i["key"])
        assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        wanted.append(("client_assertion_type", assertion_type))
        wanted.append(("client_assertion", sent["client_assertion"]))
        if "omit_client_id" not in i:
            wanted.append(("client_id", i["client"]["client_id"]))
    wanted += [(name, i[name]) for name in ("scope", "resource") if name in i]
    wanted += [(name, value) for name, value in i.get("parameters", [])]
    assert body == wanted


def calls(function: str) -> list[Any]:
    return [each for each in vectors("call", expected="bytes") if each.values[0]["input"]["function"] == function]


@pytest.mark.parametrize("vector", calls("response"))
def test_no_line_shows_what_an_error_must_not(vector: Json) -> None:
    """A token's line has the token, which is test data; what a server says of an error has none."""
    line = bytes.fromhex(vector["expected"]["bytes"]).decode()
    assert re.fullmatch("[ -~]+", line)
    if not line.startswith("token "):
        assert "eyJ" not in line
        assert not re.search("[A-Za-z0-9_-]{40}", line)


@pytest.mark.parametrize("vector", calls("metadata"))
def test_metadata_lines_have_every_part(vector: Json) -> None:
    line = bytes.fromhex(vector["expected"]["bytes"]).decode()
    assert re.fullmatch(
        r"endpoints=([^,;]+,){5}[^,;]+;private_key_jwt=[1-4](,[1-4]){2};es256=[1-4](,[1-4]){2};.*", line
    )
    assert re.fullmatch("grants=[1-4],[1-4]", line.rpartition(";")[2])


@pytest.mark.parametrize("vector", vectors("exchange", expected="output"))
def test_exchanges_keep_their_promises(vector: Json) -> None:
    """What holds whatever happens: no `jti` twice, no more attempts than allowed, none ahead of the right time."""
    i = vector["input"]
    *results, clock = vector["expected"]["output"].split(";")
    assert re.fullmatch(r"offset=-?\d+,uncertainty=(\d+|-)", clock)
    assert len(results) == len(i["events"])
    made = [event["random"] for event, result in zip(i["events"], results, strict=True) if result.startswith("iat=")]
    assert len(made) == len(set(made)) <= i.get("attempts", 2)
    for event, result in zip(i["events"], results, strict=True):
        patterns = {
            "step": r"learn_time|send|wait:\d+|answer|done|stop:[A-Z_]+",
            "ask_time": "asked",
            "attempt": r"iat=\d+,end=[A-Za-z0-9_-]{22}",
            "answer": r"(learn_time|send|wait:\d+|done|stop:[A-Z_]+),renew=(\d+|-),moved=-?\d+",
            "no_answer": "learn_time|send|stop:[A-Z_]+",
            "store": "stored",
        }
        assert re.fullmatch(rf"{patterns[event['do']]}|![A-Z_]+/[a-z_]+", result), event
