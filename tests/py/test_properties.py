"""What holds for any arguments: round trips through other parsers, and no exception but those that are documented.

``HYPOTHESIS_CASES`` takes more cases, and other ones in each run.
"""

from __future__ import annotations

import ast
import base64
import inspect
import json
import os
import string
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from email.utils import formatdate, parsedate_to_datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir

import jurat
from jurat import _jurat, _types
from test_surface import CLIENT, ISSUER, KEY, MAKE, NOW, SCALAR, document

# What it keeps of Python's tables of characters.
set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "hypothesis")
GIVEN = os.environ.get("HYPOTHESIS_CASES")
ROUNDS = int(GIVEN or 60)
CASES = settings(
    max_examples=ROUNDS,
    derandomize=GIVEN is None,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

# With lone surrogates, which no UTF-8 has.
ANY_TEXT = st.text(st.characters(codec=None), max_size=30)
TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)
SECONDS = st.integers(0, 99_999_999_999)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
SCOPES = st.lists(st.text(string.ascii_letters + string.digits + ":/.!#", min_size=1, max_size=8), min_size=1).map(
    " ".join
)
URLS = st.from_regex(r"https://[a-z0-9.-]{1,12}(:[1-9][0-9]{0,3})?(/[a-z0-9._~%-]{0,8}){0,3}", fullmatch=True)
NAMES = TEXT.map("x{}".format)


def result_of(call: Callable[[], object]) -> object:
    """What comes out, to be compared: the result, or the exception."""
    try:
        return repr(call())
    except (jurat.Error, TypeError, OverflowError) as error:
        return type(error), str(error)


# ------------------------------------------------------------------------------------------------------ any arguments


class Argument(NamedTuple):
    """A parameter, as its function declares it."""

    name: str
    annotation: str
    positional: bool
    required: bool


class Call(NamedTuple):
    """A function of the API: whose it is, and what it takes."""

    name: str
    parameters: list[Argument]

    def target(self) -> Any:
        owner, _, name = self.name.rpartition(".")
        if not owner:
            return getattr(jurat, name)
        if name == "__new__":
            return getattr(jurat, owner)
        static = isinstance(inspect.getattr_static(getattr(jurat, owner), name), staticmethod)
        return getattr(getattr(jurat, owner) if static else MAKE[owner](), name)


def of_stub(function: ast.FunctionDef, name: str) -> Call:
    given = function.args
    plain = [each for each in (*given.posonlyargs, *given.args) if each.annotation]
    required = len(plain) - len(given.defaults)
    found = [
        Argument(each.arg, ast.unparse(each.annotation), True, place < required)
        for place, each in enumerate(plain)
        if each.annotation
    ]
    for each, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
        assert each.annotation
        found.append(Argument(each.arg, ast.unparse(each.annotation), False, default is None))
    if given.kwarg is not None:
        found += [
            Argument(change, "object", False, False) for change in (*_types.ProfileChanges.__annotations__, "\ud800")
        ]
    return Call(name, found)


def calls() -> Iterator[Call]:
    """All that is compiled, by the stub, and all that is written in Python."""
    stub = ast.parse(Path(jurat.__file__).with_name("_jurat.pyi").read_text())
    for node in stub.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield of_stub(node, node.name)
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef) and inner.name not in ("__eq__", "__hash__"):
                    properties = [each.id for each in inner.decorator_list if isinstance(each, ast.Name)]
                    if "property" not in properties:
                        yield of_stub(inner, f"{node.name}.{inner.name}")
    for name in jurat.__all__:
        value = getattr(jurat, name)
        if name in vars(_jurat) or not callable(value) or hasattr(value, "__traceback__"):
            continue
        yield Call(
            name,
            [
                Argument(each.name, str(each.annotation), each.kind != each.KEYWORD_ONLY, each.default is each.empty)
                for each in inspect.signature(value).parameters.values()
            ],
        )


CALLS = {call.name: call for call in calls()}

GOOD_TEXTS = st.sampled_from(
    [
        *(ISSUER, f"{ISSUER}/token", "http://127.0.0.1:1/x", "token_endpoint", "keycloak", "JWT", "a b", "120", "c"),
        *("Mon, 23 Nov 2026 18:44:14 GMT", document(), '"json"', "{}", "[[[", "issuer", "2" * 43, "k" * 2049, ""),
    ]
)
TEXTS = GOOD_TEXTS | ANY_TEXT
RAW = st.sampled_from([SCALAR, bytes(32), bytes(16), b"{}", document().encode(), KEY.sign_hash(SCALAR)]) | st.binary()


def released() -> memoryview:
    view = memoryview(SCALAR)
    view.release()
    return view


BUFFERS = st.one_of(
    RAW,
    RAW.map(bytearray),
    st.builds(lambda raw: memoryview(raw), RAW),
    st.builds(lambda: memoryview(SCALAR * 2)[::2]),
    st.builds(lambda: memoryview(SCALAR).cast("I")),
    st.builds(released),
    st.just(jurat.Exchange().to_bytes()),
)
INTEGERS = (
    st.integers() | st.sampled_from([0, -1, NOW, NOW * 1000, 200, 401, 2**32, 2**53, 2**63, 2**64]) | st.booleans()
)
ODD_JSON = st.sampled_from(
    [float("nan"), float("inf"), {1: 2}, {(): 1}, b"", object(), (1,), "\ud800", jurat.JsonText("[1")]
)
VALUES = JSON | ODD_JSON
PAIRS = st.dictionaries(TEXTS, VALUES, max_size=3) | st.lists(st.tuples(TEXTS, VALUES), max_size=3)
SIGNERS = st.sampled_from([KEY, SCALAR, lambda what: KEY.sign_hash(what.hash)]) | BUFFERS.map(
    lambda made: lambda _: made
)
PUBLISHED = st.lists(st.sampled_from([KEY.public_key, (KEY.public_key, "\ud800"), (KEY.public_key, "a")]), max_size=3)
PERIODS = st.lists(st.tuples(INTEGERS, st.none() | INTEGERS), max_size=3)
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "request": st.fixed_dictionaries(
            {}, optional={"method": TEXTS, "endpoint": TEXTS, "headers": PAIRS, "params": PAIRS, "body": TEXTS | RAW}
        ),
        "response": st.fixed_dictionaries({}, optional={"status": INTEGERS, "headers": PAIRS, "body": TEXTS | RAW}),
        "sent_at": INTEGERS,
        "received_at": INTEGERS | st.floats(),
        "clock": PAIRS,
        "issuer": TEXTS,
        "token_endpoint": TEXTS,
        "metadata": PAIRS,
        "registration": PAIRS,
        "jwks": st.fixed_dictionaries({"keys": st.lists(VALUES, max_size=2)}) | PAIRS,
        "key": st.just(json.loads(KEY.public_key.jwk())) | PAIRS,
        "profile": TEXTS,
        "seen_jti": st.lists(TEXTS, max_size=2),
    },
)
FOLDER = tempfile.TemporaryDirectory()
WRONG = st.sampled_from([None, 7, 1.5, "x", b"x", [], {}, (), object(), [("a",)], int])

BY_ANNOTATION: dict[str, st.SearchStrategy[Any]] = {
    "str": TEXTS,
    "Buffer": BUFFERS,
    "bytes": RAW,
    "int": INTEGERS,
    "bool": st.booleans(),
    "None": st.none(),
    "object": WRONG | TEXTS | INTEGERS,
    # Names in a folder of its own: keys are written there.
    "PathLike[str]": TEXTS.map(lambda name: Path(FOLDER.name) / name.replace("/", ":")),
    "Claims": PAIRS,
    "Parameters": PAIRS,
    "Headers": PAIRS,
    "Signer": SIGNERS,
    "Sequence[PublicKey": PUBLISHED,
    "Sequence[tuple[int": PERIODS,
    "Mapping[str, Any]": DOCUMENTS | PAIRS,
    "Callable[[], GrantAssertion]": st.just(MAKE["GrantAssertion"]),
    "Literal": TEXTS,
    "HttpResponse": WRONG,
    "Exception": st.just(ValueError()),
}


def arguments(annotation: str) -> st.SearchStrategy[Any]:
    """Arguments of the types that are asked for, and now and then of others."""
    if "PathLike" in annotation:
        return BY_ANNOTATION["PathLike[str]"] | WRONG.filter(lambda value: not isinstance(value, str))
    found = [strategy for name, strategy in BY_ANNOTATION.items() if name in annotation]
    found += [st.builds(MAKE[name]) for name in MAKE if name in annotation]
    assert found, annotation
    return st.one_of(*found, *found, WRONG)


# What only holds what it was given.
RECORDS = {"HttpRequest", "HttpResponse", "NoAnswer"}
# What Python says of a file that cannot be written, and of a name that none can have.
ALSO = {"SigningKey.save": (OSError, ValueError)}


def invoke(call: Call, data: st.DataObject) -> object:
    target = call.target()
    plain, named = [], {}
    for name, annotation, positional, required in call.parameters:
        if not required and data.draw(st.booleans()):
            if positional:
                break
            continue
        value = data.draw(arguments(annotation), label=name)
        if positional:
            plain.append(value)
        else:
            named[name] = value
    return target(*plain, **named)


def test_every_function_is_called() -> None:
    assert len(CALLS) > 60
    assert {"SigningKey.load", "Exchange.sign", "client_assertion", "explain", "TokenSource", "jwks"} <= set(CALLS)


@pytest.mark.parametrize("name", sorted(set(CALLS) - RECORDS))
@CASES
@given(data=st.data())
def test_any_arguments(name: str, data: st.DataObject) -> None:
    """Whatever is given: a result, one of jurat's exceptions, or what Python says of wrong types and numbers."""
    with suppress(jurat.Error, TypeError, OverflowError, *ALSO.get(name, ())):
        invoke(CALLS[name], data)


ENDLESS: list[Any] = []
ENDLESS.append(ENDLESS)
NESTED: list[Any] = []
for _ in range(100_000):
    NESTED = [NESTED]


@pytest.mark.parametrize(
    "value", [float("nan"), 10**5_000, NESTED, {"a": ENDLESS}], ids=["nan", "digits", "deep", "endless"]
)
def test_what_json_cannot_write_is_refused(value: object) -> None:
    for make in (jurat.client_assertion, jurat.grant_assertion):
        who = CLIENT if make is jurat.client_assertion else {"iss": ISSUER, "sub": "a", "issuer": ISSUER}
        with pytest.raises(jurat.InvalidArgumentError) as refused:
            make(KEY, **who, claims={"a": value})
        assert (refused.value.cause, refused.value.argument) == ("InvalidJson", "claims")


def test_other_types_are_type_errors() -> None:
    periods: Any = [("a",)]
    with pytest.raises(TypeError, match="^periods: pairs"):
        jurat.signing_key(periods, NOW)
    unknown: Any = {"\ud800": 1}
    with pytest.raises(TypeError, match="unexpected keyword argument"):
        jurat.Profile.named("keycloak").replace(**unknown)


def test_that_would_see_another_exception(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(jurat, "http_date", broken)
    with pytest.raises(KeyError):
        test_any_arguments("http_date")


SURROGATES = {
    "client_id": "client_id",
    "key_id": "key_id",
    "jwt_id": "jwt_id",
    "issuer": "issuer",
    "certificate_thumbprint": "certificate_thumbprint",
}


@pytest.mark.parametrize(("keyword", "argument"), SURROGATES.items())
@CASES
@given(before=TEXT, lone=st.integers(0xD800, 0xDFFF).map(chr), after=TEXT)
def test_lone_surrogates_are_not_utf8(keyword: str, argument: str, before: str, lone: str, after: str) -> None:
    with pytest.raises(jurat.InvalidArgumentError) as refused:
        jurat.ClientAssertion(**{**CLIENT, keyword: before + lone + after})
    assert (refused.value.cause, refused.value.argument) == ("NotUtf8", argument)


# Each with what its text begins with: only of a key, text and bytes may be different forms.
READERS: list[tuple[Callable[[Any], object], str]] = [
    (lambda given: jurat.read_response(401, given), ""),
    (jurat.SigningKey.load, "{" + " " * 32),
    (jurat.SigningKey.load, "-----BEGIN PRIVATE KEY-----\nMIGH\n"),
    (lambda given: jurat.Metadata.read(given, issuer=ISSUER), ""),
]
FORMS: list[Callable[[bytes], Any]] = [
    bytes,
    bytearray,
    memoryview,
    lambda given: memoryview(b"".join(bytes([each, 0]) for each in given))[::2],
]


@pytest.mark.parametrize(("read", "begins"), READERS)
@CASES
@given(text=TEXT | st.sampled_from([document(), '{"error": "invalid_client"}']))
def test_text_and_bytes_are_alike(read: Callable[[Any], object], begins: str, text: str) -> None:
    text = begins + text
    expected = result_of(lambda: read(text))
    for form in FORMS:
        assert result_of(partial(read, form(text.encode()))) == expected


PLAIN = jurat.SigningKey(SCALAR, deterministic=True)


@pytest.mark.parametrize(
    "read",
    [jurat.SigningKey, PLAIN.sign_hash, jurat.Exchange.from_bytes, lambda given: jurat.derive_jwt_id(given, 1, 2)],
)
@CASES
@given(raw=RAW)
def test_bytes_like_are_alike(read: Callable[[Any], object], raw: bytes) -> None:
    expected = result_of(lambda: read(raw))
    for form in FORMS:
        assert result_of(partial(read, form(raw))) == expected


# -------------------------------------------------------------------------------------------------------- round trips


def decoded(part: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


COMMON = {
    "key_id": TEXT,
    "lifetime": st.integers(1, 3600),
    "claims": st.dictionaries(NAMES, JSON, max_size=4),
    "jwt_id": TEXT,
}


def utf8(value: object) -> bool:
    return not any(0xD800 <= ord(each) <= 0xDFFF for each in json.dumps(value, ensure_ascii=False))


@CASES
@given(client_id=TEXT, issuer=URLS, at=SECONDS, more=st.fixed_dictionaries({}, optional=COMMON))
@example(client_id='\u2028"\\\x7f\U0010ffff', issuer=ISSUER, at=0, more={})
def test_an_assertion_is_what_was_given(client_id: str, issuer: str, at: int, more: dict[str, Any]) -> None:
    def make() -> str:
        return jurat.client_assertion(KEY, client_id=client_id, issuer=issuer, issued_at=at, **more)

    claims = more.get("claims", {})
    if not utf8([claims]):
        # JSON has a form for half of a pair, and text has none.
        assert not isinstance(result_of(make), str) or "\\ud" in json.dumps(claims)
        return
    header, payload, signature = make().split(".")
    said = decoded(payload)
    jti = said.pop("jti")
    expected = {"aud": issuer, "iss": client_id, "sub": client_id, "iat": at, "exp": at + more.get("lifetime", 60)}
    assert said == {**expected, **claims}
    assert jti == more.get("jwt_id", jti)
    typed = {"typ": "client-authentication+jwt", "alg": "ES256"}
    assert decoded(header) == typed | ({"kid": more["key_id"]} if "key_id" in more else {})
    assert len(base64.urlsafe_b64decode(signature + "==")) == 64


@CASES
@given(
    client_id=TEXT,
    sub=TEXT,
    scope=st.none() | SCOPES,
    parameters=st.dictionaries(NAMES, TEXT, max_size=4),
    both=st.booleans(),
)
def test_a_request_is_what_was_given(
    client_id: str, sub: str, scope: str | None, parameters: dict[str, str], both: bool
) -> None:
    def request() -> jurat.TokenRequest:
        client = jurat.ClientAssertion(client_id=client_id, issuer=ISSUER, issued_at=NOW, jwt_id="1")
        grant = jurat.GrantAssertion(iss=ISSUER, sub=sub, issuer=ISSUER, issued_at=NOW, jwt_id="2") if both else None
        return jurat.TokenRequest(client=client, grant=grant, scope=scope, parameters=parameters)

    key = jurat.SigningKey(SCALAR, deterministic=True)
    body = request().sign(key)
    fields = dict(parse_qsl(body, strict_parsing=True, keep_blank_values=True))
    assert fields["client_id"] == client_id == decoded(fields["client_assertion"].split(".")[1])["iss"]
    assert fields.get("scope") == scope
    assert {name: fields[name] for name in parameters} == parameters
    assert not both or decoded(fields["assertion"].split(".")[1])["sub"] == sub
    prepared = request().prepare()
    signatures = {
        name: key.sign_hash(getattr(prepared, name).hash) for name in ("client", "grant") if getattr(prepared, name)
    }
    assert prepared.finish(**signatures) == body


@CASES
@given(scalar=st.integers(1, 2**255).map(lambda number: number.to_bytes(32)), key_id=st.none() | TEXT)
def test_a_key_is_what_was_written(scalar: bytes, key_id: str | None) -> None:
    key = jurat.SigningKey(scalar)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "key.pem"
        key.save(path)
        pem = path.read_bytes()
        jurat.SigningKey.load(pem).save(path, overwrite=True)
        assert path.read_bytes() == pem
    theirs = serialization.load_pem_private_key(pem, None)
    assert isinstance(theirs, ec.EllipticCurvePrivateKey)
    assert theirs.private_numbers().private_value == int.from_bytes(scalar)
    numbers = theirs.public_key().public_numbers()
    public = key.public_key
    jwk = json.loads(public.jwk(key_id))
    assert jwk["kid"] == (public.thumbprint if key_id is None else key_id)
    for member, number in (("x", numbers.x), ("y", numbers.y)):
        assert base64.urlsafe_b64decode(jwk[member] + "=") == number.to_bytes(32) == getattr(public, member)
    assert serialization.load_pem_public_key(public.spki_pem().encode()) == theirs.public_key()
    assert serialization.load_der_public_key(public.spki_der()) == theirs.public_key()
    private = {**jwk, "d": base64.urlsafe_b64encode(scalar).decode().rstrip("=")}
    assert jurat.SigningKey.load(json.dumps(private)).public_key == public
    assert json.loads(jurat.jwks([(public, key_id or "k")]))["keys"] == [{**jwk, "kid": key_id or "k"}]


@CASES
@given(name=st.none() | TEXT, software=st.none() | TEXT, scope=st.none() | SCOPES)
def test_a_registration_is_what_was_given(name: str | None, software: str | None, scope: str | None) -> None:
    made = json.loads(jurat.registration(keys=[KEY.public_key], client_name=name, scope=scope, software_id=software))
    assert (made.get("client_name"), made.get("software_id"), made.get("scope")) == (name, software, scope)
    assert made["jwks"]["keys"] == [json.loads(KEY.public_key.jwk())]


@CASES
@given(at=st.integers(0, 99_999_999_999))
def test_a_date_is_what_another_writer_meant(at: int) -> None:
    text = formatdate(at, usegmt=True)
    assert jurat.http_date(text) == at == parsedate_to_datetime(text).timestamp()
    assert jurat.retry_after(text, date=max(at - 60, 0)) == min(at, 60)


@CASES
@given(
    offset=st.integers(-(2**63), 2**63 - 1),
    uncertainty=st.integers(0, 2**32 - 1),
    build=SECONDS,
    attempts=st.integers(1, 4),
    device=st.integers(0, 2**64 - 1),
)
def test_an_exchange_is_what_was_put_away(
    offset: int, uncertainty: int, build: int, attempts: int, device: int
) -> None:
    clock = jurat.Clock.estimated(offset=offset, uncertainty=uncertainty, build_time=build)
    exchange = jurat.Exchange(clock=clock, attempts=attempts)
    again = jurat.Exchange.from_bytes(exchange.to_bytes())
    assert (again.to_bytes(), again.clock) == (exchange.to_bytes(), clock)
    assert repr(again.step(device)) == repr(exchange.step(device))
    assert (clock.offset, clock.uncertainty) == (offset, None if uncertainty == 2**32 - 1 else uncertainty)


@CASES
@given(value=st.dictionaries(TEXT, JSON, max_size=4), status=st.integers(100, 599), cut=st.integers(0, 200))
def test_any_answer_is_one_of_five(value: dict[str, Any], status: int, cut: int) -> None:
    whole = {"access_token": "secret-token", "token_type": "Bearer", **value}
    for body in (json.dumps(value), json.dumps(whole), json.dumps(whole)[:cut]):
        made = jurat.read_response(status, body, truncated=len(body) == cut)
        assert isinstance(made, jurat.Token | jurat.OauthError | jurat.ForeignError | jurat.Unusable)
        assert isinstance(made, jurat.Token) or "secret-token" not in repr(made)
