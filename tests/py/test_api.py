"""What a Python user relies on, beyond the vectors."""

from __future__ import annotations

import base64
import copy
import json
import pickle
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qsl

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

import jurat

SCALAR = bytes(range(1, 33))
PUBLIC = ec.derive_private_key(int.from_bytes(SCALAR), ec.SECP256R1()).public_key()
ISSUER = "https://as.example"
CLIENT: dict[str, Any] = {"client_id": "device-7", "issuer": ISSUER}


@pytest.fixture
def key() -> jurat.SigningKey:
    return jurat.SigningKey(SCALAR)


def decode(assertion: str) -> dict[str, Any]:
    """By PyJWT: the signature, and the payload."""
    payload = jwt.decode(assertion, PUBLIC, algorithms=["ES256"], audience=ISSUER)
    assert isinstance(payload, dict)
    return payload


def test_defaults_are_evaluated_at_each_call(key: jurat.SigningKey, monkeypatch: pytest.MonkeyPatch) -> None:
    first = decode(jurat.client_assertion(key, **CLIENT))
    second = decode(jurat.client_assertion(key, **CLIENT))
    assert first["jti"] != second["jti"]
    assert len(base64.urlsafe_b64decode(first["jti"] + "==")) == 16
    assert abs(first["iat"] - time.time()) < 5
    assert first["exp"] == first["iat"] + 60
    monkeypatch.setattr(time, "time", lambda: first["iat"] - 7.5)
    assert decode(jurat.client_assertion(key, **CLIENT))["iat"] == first["iat"] - 8


def test_claims_of_every_kind(key: jurat.SigningKey) -> None:
    claims = {
        "t": "é\n",
        "i": -5,
        "big": 2**70,
        "b": True,
        "n": None,
        "f": 0.5,
        "l": [1, {"a": None}],
        "j": jurat.JsonText("[1]"),
    }
    payload = decode(jurat.client_assertion(key, **CLIENT, claims=claims))
    expected = {**claims, "j": [1]}
    assert {name: payload[name] for name in claims} == expected
    assert payload["b"] is True
    pairs = decode(jurat.client_assertion(key, **CLIENT, claims=list(claims.items())))
    assert {name: pairs[name] for name in claims} == expected


def test_a_callable_signs(key: jurat.SigningKey) -> None:
    seen = []

    def remote(what: jurat.ToBeSigned) -> bytes:
        seen.append(what)
        return key.sign_hash(what.hash)

    assertion = jurat.client_assertion(remote, **CLIENT)
    decode(assertion)
    assert seen[0].message == assertion.rpartition(".")[0].encode()


def test_an_exception_of_the_callable_comes_through() -> None:
    class BusError(Exception):
        pass

    def broken(_: jurat.ToBeSigned) -> bytes:
        raise BusError("no answer")

    with pytest.raises(BusError, match="no answer"):
        jurat.token_request(broken, **CLIENT)


def test_two_phases(key: jurat.SigningKey) -> None:
    prepared = jurat.ClientAssertion(**CLIENT).prepare()
    signature = key.sign_hash(prepared.to_be_signed.hash)
    decode(prepared.finish(signature))
    with pytest.raises(jurat.SignatureError) as refused:
        prepared.finish(signature)
    assert refused.value.cause == "NotPrepared"
    with pytest.raises(jurat.SignatureError):
        _ = prepared.to_be_signed


def test_a_request_in_two_phases(key: jurat.SigningKey) -> None:
    def request() -> jurat.PreparedRequest:
        client = jurat.ClientAssertion(**CLIENT)
        grant = jurat.GrantAssertion(iss="https://sts.example", sub="alice", issuer=ISSUER)
        return jurat.TokenRequest(client=client, grant=grant).prepare()

    prepared = request()
    assert prepared.client is not None
    assert prepared.grant is not None
    client, grant = key.sign_hash(prepared.client.hash), key.sign_hash(prepared.grant.hash)
    with pytest.raises(jurat.SignatureError, match="^grant: "):
        prepared.finish(client=client)
    body = dict(parse_qsl(prepared.finish(client=client, grant=grant), strict_parsing=True))
    assert decode(body["assertion"])["sub"] == "alice"
    assert decode(body["client_assertion"])["sub"] == "device-7"
    alone = jurat.TokenRequest(client=jurat.ClientAssertion(**CLIENT)).prepare()
    assert alone.grant is None
    with pytest.raises(jurat.SignatureError, match="^grant: "):
        alone.finish(client=client, grant=grant)


def test_an_assertion_is_signed_once(key: jurat.SigningKey) -> None:
    assertion = jurat.ClientAssertion(**CLIENT)
    assertion.sign(key)
    for again in (assertion.prepare, lambda: assertion.sign(key), jurat.TokenRequest(client=assertion).prepare):
        with pytest.raises(jurat.SignatureError, match="signed already"):
            again()


def test_the_common_request(key: jurat.SigningKey) -> None:
    body = parse_qsl(jurat.token_request(key, **CLIENT, key_id="k", scope="a b"), strict_parsing=True)
    assert [name for name, _ in body] == [
        "grant_type",
        "client_assertion_type",
        "client_assertion",
        "client_id",
        "scope",
    ]
    assert body[0] == ("grant_type", "client_credentials")
    assert body[3:] == [("client_id", "device-7"), ("scope", "a b")]
    assert jwt.get_unverified_header(body[2][1]) == {"typ": "client-authentication+jwt", "alg": "ES256", "kid": "k"}


def test_the_request_takes_one_client(key: jurat.SigningKey) -> None:
    client = jurat.ClientAssertion(**CLIENT)
    with pytest.raises(TypeError):
        jurat.token_request(key, client=client, **CLIENT)
    with pytest.raises(TypeError):
        jurat.token_request(key, client_id="device-7")
    with pytest.raises(jurat.InvalidArgumentError, match="^client: a value is required"):
        jurat.token_request(key)


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"client_id": ""}, "Empty", "client_id"),
    ({"client_id": "\ud800"}, "NotUtf8", "client_id"),
    ({"issuer": "http://as.example"}, "NotHttps", "issuer"),
    ({"issued_at": int(time.time() * 1000)}, "Milliseconds", "issued_at"),
    ({"issued_at": -1}, "TimeOutOfRange", "issued_at"),
    ({"issued_at": 2**80}, "TimeOutOfRange", "issued_at"),
    ({"not_before": 2**60}, "TimeOutOfRange", "not_before"),
    ({"lifetime": 0}, "LifetimeOutOfRange", "lifetime"),
    ({"lifetime": -60}, "LifetimeOutOfRange", "lifetime"),
    ({"lifetime": 3601}, "LifetimeOutOfRange", "lifetime"),
    ({"claims": {"iss": "x"}}, "Reserved", "claims"),
    ({"claims": [("a", 1), ("a", 2)]}, "Repeated", "claims"),
    ({"claims": {"a": jurat.JsonText("{")}}, "InvalidJson", "claims"),
]


@pytest.mark.parametrize(("change", "cause", "argument"), REFUSED)
def test_refusals_name_the_argument(key: jurat.SigningKey, change: dict[str, Any], cause: str, argument: str) -> None:
    with pytest.raises(jurat.InvalidArgumentError) as refused:
        jurat.client_assertion(key, **{**CLIENT, **change})
    error = refused.value
    assert isinstance(error, ValueError)
    assert isinstance(error, jurat.Error)
    assert (error.cause, error.argument) == (cause, argument)
    assert error.status < 0
    assert str(error).startswith(f"{argument}: ")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.status) == (type(error), str(error), error.status)


@pytest.mark.parametrize(
    "change", [{"client_id": 7}, {"claims": 7}, {"issued_at": 1.5}, {"issued_at": "1"}, {"unknown": 1}]
)
def test_wrong_types_are_type_errors(key: jurat.SigningKey, change: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        jurat.client_assertion(key, **{**CLIENT, **change})


@pytest.mark.parametrize("wrong", [7, "a=b", ["a=b"], [("a",)], {7: "x"}, {"a": object()}])
def test_names_and_values_of_wrong_types_are_named(key: jurat.SigningKey, wrong: Any) -> None:
    for name, make in (("claims", jurat.client_assertion), ("parameters", jurat.token_request)):
        with pytest.raises(TypeError) as refused:
            make(key, **CLIENT, **{name: wrong})
        said = [str(refused.value), *getattr(refused.value, "__notes__", [])]
        assert said[0].startswith(f"{name}: ") or said[1:] == [f"while processing '{name}'"]


@pytest.mark.parametrize("scalar", [bytes(32), b"\xff" * 32])
def test_keys_out_of_range(scalar: bytes) -> None:
    with pytest.raises(jurat.InvalidKeyError):
        jurat.SigningKey(scalar)


@pytest.mark.parametrize("form", [bytes, bytearray, memoryview])
def test_keys_are_bytes_like(form: Any) -> None:
    decode(jurat.client_assertion(form(SCALAR), **CLIENT))
    with pytest.raises(jurat.InvalidArgumentError, match="^key: wrong number of bytes"):
        jurat.SigningKey(form(SCALAR[1:]))


def test_what_no_signer_is() -> None:
    for signer in (None, 7, "x" * 32):
        with pytest.raises(TypeError, match="^key: "):
            jurat.client_assertion(signer, **CLIENT)  # type: ignore[arg-type]


@pytest.mark.parametrize("returned", [b"", bytes(63), bytes(64), b"\xff" * 64])
def test_signatures_are_checked(returned: bytes) -> None:
    with pytest.raises(jurat.Error) as refused:
        jurat.client_assertion(lambda _: returned, **CLIENT)
    assert refused.value.argument == "signature"


def test_nothing_shows_the_key(key: jurat.SigningKey) -> None:
    shown = [repr(key), str(key), repr(vars(jurat)), repr(jurat.ClientAssertion(**CLIENT))]
    for refuse in (lambda: pickle.dumps(key), lambda: copy.deepcopy(key), lambda: json.dumps(key)):
        with pytest.raises(TypeError) as refused:
            refuse()
        shown.append(str(refused.value))
    forms = [
        SCALAR.hex(),
        base64.b64encode(SCALAR).decode(),
        base64.urlsafe_b64encode(SCALAR).decode().rstrip("="),
        repr(SCALAR),
    ]
    for text in shown:
        assert not any(form.lower() in text.lower() for form in forms)


def test_one_key_in_many_threads(key: jurat.SigningKey) -> None:
    with ThreadPoolExecutor(16) as pool:
        assertions = list(pool.map(lambda _: jurat.client_assertion(key, **CLIENT), range(200)))
    assert len({decode(assertion)["jti"] for assertion in assertions}) == 200


# As where a garbage collection or a switch of threads comes while a refusal is made.
REFUSED_IN_THREADS = """
import threading, time
import jurat, jurat.errors

def slow(*given, make=jurat.errors._from_status):
    time.sleep(0.2)
    return make(*given)

jurat.errors._from_status = slow
one = jurat.ClientAssertion(client_id="d", issuer="https://as.example").prepare()
one.finish(b"\\1" * 64)
two = jurat.TokenRequest(client=jurat.ClientAssertion(client_id="d", issuer="https://as.example")).prepare()
two.finish(client=b"\\1" * 64)

def refused(look):
    try:
        look()
    except jurat.SignatureError:
        count.append(1)

count = []
looks = [lambda: one.to_be_signed, lambda: two.client, lambda: two.grant] * 2
threads = [threading.Thread(target=refused, args=[look]) for look in looks]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(count))
"""


def test_a_refusal_in_many_threads() -> None:
    # A process of its own, for it would hang as a whole.
    run = [sys.executable, "-c", REFUSED_IN_THREADS]
    done = subprocess.run(run, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "6\n"


def test_the_interpreter_is_free_while_signing(key: jurat.SigningKey) -> None:
    # Another thread gets its turn during one long series of signatures only if each lets go of the interpreter.
    turns, stop = 0, threading.Event()

    def count() -> None:
        nonlocal turns
        while not stop.is_set():
            turns += 1
            time.sleep(0)

    counter = threading.Thread(target=count)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(3600)
    try:
        counter.start()
        for _ in range(100):
            key.sign_hash(bytes(32))
        seen = turns
    finally:
        stop.set()
        sys.setswitchinterval(interval)
        counter.join()
    assert seen > 0
