"""The vector file: it has the documented shape, is what the generator writes, and makes sense.

The answers are read back here by parsers that had no part in writing them.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

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
    wanted = {"typ": typ, "alg": "ES256", "kid": i.get("key_id")}
    assert header == [(name, value) for name, value in wanted.items() if value]

    iat = i["issued_at"]
    jti = i.get("jwt_id")
    if "random" in i:
        random = base64.urlsafe_b64encode(bytes.fromhex(i["random"]))
        jti = random.decode().rstrip("=")
    registered = {
        "aud": i.get("issuer", i.get("token_endpoint")),
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
    i = vector["input"]
    body = parse_qsl(vector["expected"]["output"], strict_parsing=True, encoding="utf-8")
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
