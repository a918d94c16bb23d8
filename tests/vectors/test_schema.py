"""The vector file: it has the documented shape, is what the generator writes, and makes sense.

The answers are read back here by parsers that had no part in writing them.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import re
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import generate
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature, encode_dss_signature
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
        "inspect-json",
        "check-signature-removed",
        "explain-key-of-today",
        "explain-json-everything",
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
    wanted = {"typ": typ, "alg": "ES256", "kid": i.get("key_id"), "x5t#S256": i.get("certificate_thumbprint")}
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


# ------------------------------------------------------------------------------------------------------- diagnoses

DIAGNOSES: list[Json] = [v for v in VECTORS if v["kind"] == "diagnosis"]
LINES = [pytest.param(v, id=v["id"]) for v in DIAGNOSES if "output" in v["expected"]]
FORM = "application/x-www-form-urlencoded"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def parts_of(line: str) -> dict[str, list[str]]:
    """The parts of a line by their names; a list that is empty is `-`."""
    parts = (part.split("=", 1) for part in line.split(";"))
    return {name: [] if value == "-" else value.split(",") for name, value in parts}


@pytest.mark.parametrize("vector", LINES)
def test_diagnoses_keep_their_promises(vector: Json) -> None:
    """Whatever was found: what is proven comes first and stands alone, and what cannot be told apart is among it."""
    parts = parts_of(vector["expected"]["output"])
    causes = [cause.split("/") for cause in parts["causes"]]
    assert len(causes) <= 12
    classes = [how for _, how in causes]
    assert classes == sorted(classes, key=["proven", "stated", "consistent"].index)
    among, wants = parts.get("among", []), parts.get("wants", [])
    assert among == [code for code, _ in causes][: len(among)]
    assert len(among) <= 4 and len(among) != 1
    if classes[:1] == ["proven"]:
        assert among == wants == []
    if "failed" in parts:
        assert not set(parts["failed"]) & set(parts["undecided"])
        assert bool(parts["failed"]) == bool(causes)
        assert len(parts["failed"]) + len(parts["undecided"]) + int(parts["passed"][0]) <= 34


@pytest.mark.parametrize("member", ["metadata", "registration"])
def test_documents_are_as_python_writes_them(member: str) -> None:
    """In Python they are objects, and have to be the same bytes when they are written again."""
    documents = {v["input"][member] for v in DIAGNOSES if member in v["input"] and "cause" not in v["expected"]}
    assert len(documents) >= 5
    for text in documents:
        assert json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":")) == text


def lenient(segment: str) -> bytes:
    """What a reader makes of a segment that looks away."""
    text = re.sub("[^A-Za-z0-9_-]", "", segment)
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Told:
    """What a diagnosis is told, read by other means: `the` assertion is the one that the answer is about."""

    def __init__(self, i: Json) -> None:
        self.request: Json = i.get("request", {})
        self.pairs = parse_qsl(self.request.get("body", ""), keep_blank_values=True)
        self.sent = dict(self.pairs)
        self.body: Json = {}
        self.status = i.get("response", {}).get("status")
        if i.get("response", {}).get("body", "").startswith("{"):
            self.body = json.loads(i["response"]["body"])
        fields = dict(i.get("response", {}).get("headers", []))
        self.now = i.get("sent_at") if i["do"] == "check" else None
        if "Date" in fields and i["do"] == "explain":
            self.now = int(parsedate_to_datetime(fields["Date"]).timestamp())
        self.sent_at = i.get("sent_at")
        grant = "assertion" in self.sent and self.body.get("error") not in {"invalid_client"}
        self.jws = i.get("assertion") or self.sent.get("assertion" if grant else "client_assertion", "")
        self.header: Json = {}
        self.claims: Json = {}
        self.signature = b""
        segments = self.jws.split(".")
        try:
            # Of a name that is there twice, the first counts.
            parts = [json.loads(lenient(part), object_pairs_hook=lambda it: dict(it[::-1])) for part in segments[:2]]
            self.header, self.claims = (part if isinstance(part, dict) else {} for part in parts)
            self.signature = lenient(segments[2])
        except (ValueError, IndexError):
            pass
        self.issuer = i.get("issuer")
        self.seen = i.get("seen_jti", [])
        self.registration: Json = json.loads(i.get("registration", "{}"))
        self.metadata: Json = json.loads(i.get("metadata", "{}"))
        self.key = i.get("key")
        keys = [self.registration.get("jwks", {}), json.loads(i.get("jwks", {}).get("document", "{}"))]
        self.jwks = [key for each in keys for key in each.get("keys", [])]

    def verified_by(self, name: str, signature: bytes | None = None) -> bool:
        signing_input = self.jws.rpartition(".")[0]
        try:
            verify(name, signature or self.signature, hashlib.sha256(signing_input.encode()).digest())
        except (InvalidSignature, AssertionError):
            return False
        return True

    @property
    def signers(self) -> list[str]:
        return [name for name in FILE["keys"] if self.verified_by(name)]

    def published(self, name: str) -> list[Any]:
        """The `kid` of each published key that is this one."""
        return [key["kid"] for key in self.jwks if key["x"] == FILE["keys"][name]["x"]]

    def is_der(self) -> bool:
        try:
            decode_dss_signature(self.signature)
        except ValueError:
            return False
        return True


def strict(told: Told) -> bool:
    """Whether an assertion is three segments of base64url, of which two are objects without a name twice."""

    def unique(pairs: list[tuple[str, Any]]) -> Json:
        assert len(pairs) == len(dict(pairs))
        return dict(pairs)

    try:
        head, claims, _ = told.jws.split(".")
        for segment in (head, claims):
            data = bytes_of(segment)
            assert base64.urlsafe_b64encode(data).rstrip(b"=").decode() == segment
            assert isinstance(json.loads(data, object_pairs_hook=unique), dict)
    except (AssertionError, ValueError):
        return False
    return True


def seconds(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 10**9 < value < 10**11


# What a cause is, by what is there: if it is said to be proven, this holds.
PROVEN: dict[str, Callable[[Told], bool]] = {
    "http_method_wrong": lambda it: it.request["method"] != "POST",
    "content_type_wrong": lambda it: (
        not it.request["content_type"].startswith(FORM) or it.request["body"].strip().startswith("{")
    ),
    "parameter_duplicated": lambda it: len(it.pairs) != len(it.sent),
    "multiple_client_auth": lambda it: "client_secret" in it.sent or "headers" in it.request,
    "grant_type_unsupported": lambda it: any(
        it.sent["grant_type"] not in grants
        for grants in (it.registration.get("grant_types"), it.metadata.get("grant_types_supported"))
        if grants is not None
    ),
    "assertion_type_wrong": lambda it: (
        it.sent.get("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    ),
    "assertion_missing": lambda it: not it.sent.get("client_assertion"),
    "assertion_malformed": lambda it: not strict(it),
    "purpose_confused": lambda it: (
        it.sent.get("client_assertion_type") == JWT_BEARER or it.header.get("typ") == "client-authentication+jwt"
    ),
    "algorithm_none": lambda it: str(it.header.get("alg")).lower() == "none",
    "algorithm_unsupported": lambda it: (
        it.header["alg"] != "ES256"
        or it.registration.get("token_endpoint_auth_signing_alg", "ES256") != "ES256"
        or "ES256" not in it.metadata["token_endpoint_auth_signing_alg_values_supported"]
    ),
    "auth_method_unsupported": lambda it: (
        it.registration.get("token_endpoint_auth_method", "private_key_jwt") != "private_key_jwt"
        or "private_key_jwt" not in it.metadata["token_endpoint_auth_methods_supported"]
    ),
    "type_header_refused": lambda it: it.header["typ"] != "JWT",
    "header_member_refused": lambda it: bool(it.header.keys() - {"alg", "typ", "kid"}),
    "claim_forbidden": lambda it: bool(it.claims.keys() - {"iss", "sub", "aud", "exp", "iat", "jti"}),
    "issuer_missing": lambda it: not isinstance(it.claims.get("iss"), str),
    "subject_missing": lambda it: not isinstance(it.claims.get("sub"), str),
    "issuer_subject_mismatch": lambda it: it.claims["iss"] != it.claims["sub"],
    "client_id_mismatch": lambda it: it.sent.get("client_id") != it.claims["sub"],
    "client_unknown": lambda it: it.registration["client_id"] != it.claims["sub"],
    "audience_missing": lambda it: not it.claims.get("aud"),
    "audience_multiple": lambda it: isinstance(it.claims["aud"], list) and len(it.claims["aud"]) > 1,
    "audience_near_miss": lambda it: (
        it.claims["aud"] != it.issuer
        and unquote(urlsplit(it.claims["aud"]).path).rstrip("/") == urlsplit(it.issuer).path
        and urlsplit(it.claims["aud"]).hostname == urlsplit(it.issuer).hostname
    ),
    "audience_mismatch": lambda it: it.claims["aud"] != it.issuer or it.issuer == "https://as.example",
    "exp_missing": lambda it: "exp" not in it.claims,
    "iat_missing": lambda it: "iat" not in it.claims,
    "time_unit": lambda it: not all(seconds(it.claims[name]) for name in ("exp", "iat") if name in it.claims),
    "clock_skew": lambda it: abs(it.sent_at - it.now) >= 300,
    "expired": lambda it: it.claims["exp"] < it.now - 1,
    "not_yet_valid": lambda it: it.claims["nbf"] > it.now + 1,
    "issued_in_future": lambda it: it.claims["iat"] > it.now + 61,
    "issued_too_long_ago": lambda it: it.claims["iat"] < it.now - 61,
    "lifetime_too_long": lambda it: it.claims["exp"] > it.now + 301,
    "lifetime_invalid": lambda it: it.claims["exp"] <= it.claims["iat"],
    "jti_missing": lambda it: "jti" not in it.claims,
    "jti_invalid": lambda it: not isinstance(it.claims["jti"], str) or it.claims["jti"] == "",
    "jti_replayed": lambda it: it.claims.get("jti") in it.seen,
    "kid_missing": lambda it: "kid" not in it.header and len(it.jwks) > 1,
    "kid_unknown": lambda it: it.header["kid"] not in [key["kid"] for key in it.jwks] and it.signers != [],
    "kid_mismatch": lambda it: any(
        it.published(name) and it.header["kid"] not in it.published(name) for name in it.signers
    ),
    "key_unknown": lambda it: not any(it.published(name) for name in it.signers),
    "key_mismatch": lambda it: (
        not any(it.published(name) for name in it.signers) and it.header["kid"] in [key["kid"] for key in it.jwks]
    ),
    "signature_der": lambda it: it.is_der(),
    "signature_encoding": lambda it: (
        len(it.signature) != 64
        or not re.fullmatch("[A-Za-z0-9_-]*", it.jws.rpartition(".")[2])
        or it.verified_by(it.key, it.signature[32:] + it.signature[:32])
        or it.verified_by(it.key, it.signature[31::-1] + it.signature[:31:-1])
    ),
    "signature_invalid": lambda it: it.signers == [],
    "signing_input_altered": lambda it: it.signers == [] and len(it.signature) == 64,
    "not_oauth_response": lambda it: it.body == {},
}


@pytest.mark.parametrize("vector", LINES)
def test_what_is_proven_is_in_the_bytes(vector: Json) -> None:
    told = Told(vector["input"])
    for cause in parts_of(vector["expected"]["output"])["causes"]:
        code, how = cause.split("/")
        assert how != "proven" or PROVEN[code](told), code


# Of these each is a cause wherever it is there.
OF_REQUEST = ("http_method_wrong", "parameter_duplicated")
OF_ASSERTION = (
    *("assertion_malformed", "algorithm_none", "issuer_missing", "subject_missing", "audience_missing"),
    *("exp_missing", "jti_missing", "jti_replayed", "signature_der"),
)


@pytest.mark.parametrize("vector", LINES)
def test_no_defect_is_passed_over(vector: Json) -> None:
    told = Told(vector["input"])
    # A token excuses everything.
    if told.claims and told.status != 200:
        found = {cause.split("/")[0] for cause in parts_of(vector["expected"]["output"])["causes"]}
        of_request = () if vector["input"]["do"] == "inspect" else OF_REQUEST
        assert {code for code in (*of_request, *OF_ASSERTION) if PROVEN[code](told)} <= found


def test_one_answer_for_five_causes() -> None:
    """The very same answer: what differs is what was sent, and what is known."""
    names = ("aud-slash", "expired", "replay", "key-mismatch", "der")
    same = [v for v in DIAGNOSES if v["id"] in {f"explain-{name}" for name in names}]
    assert len({json.dumps(v["input"]["response"]) for v in same}) == 1
    assert len({v["expected"]["output"] for v in same}) == len(names)


@pytest.mark.parametrize("vector", [pytest.param(v, id=v["id"]) for v in DIAGNOSES if "bytes" in v["expected"]])
def test_no_record_has_a_secret(vector: Json) -> None:
    """No token, signature or whole assertion; and in clear only what may be."""
    i = vector["input"]
    text = bytes.fromhex(vector["expected"]["bytes"]).decode()
    told = Told(i)
    assert json.loads(text)["causes"]
    assert "eyJ" not in text
    assert not told.jws or told.jws.rpartition(".")[2] not in text
    hidden = {"jti"} if "hash_jwt_id" in i else set()
    if "assertion" in told.sent and "show_grant" not in i:
        hidden |= {"iss", "sub"}
    assert not [name for name in hidden if told.claims[name] in text]
    assert "hash_client_id" not in i or told.sent["client_id"] not in text
