"""The rules of the surface: what holds for every class, function and exception of jurat."""

from __future__ import annotations

import ast
import copy
import inspect
import io
import json
import logging
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import jurat
from jurat import _jurat, errors

SCALAR = bytes(range(1, 33))
ISSUER = "https://as.example"
CLIENT: dict[str, Any] = {"client_id": "device-7", "issuer": ISSUER}
NOW = 1_795_459_454
SECRET = "AAAAsecretAAAA"
SIGNATURE = jurat.SigningKey(SCALAR).sign_hash(bytes(32))

KEY = jurat.SigningKey(SCALAR)
CLASSES = sorted(name for name, value in vars(_jurat).items() if isinstance(value, type))
FUNCTIONS = sorted(name for name, value in vars(_jurat).items() if callable(value) and not isinstance(value, type))
PUBLIC_ERRORS = [
    value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, errors.Error)
]

# Who is called with more than this without its keyword has taken one for another.
POSITIONAL = {
    "check_issuer": 2,
    "derive_jwt_id": 3,
    "read_response": 3,
    "signing_key": 2,
    "time_fault": 2,
    "PublicKey": 2,
    "Verified": 2,
    "Exchange.sign": 2,
}


def assertion() -> jurat.ClientAssertion:
    return jurat.ClientAssertion(**CLIENT, jwt_id=SECRET, claims={"secret": SECRET})


def grant() -> jurat.GrantAssertion:
    return jurat.GrantAssertion(iss=ISSUER, sub=SECRET, issuer=ISSUER, claims={"secret": SECRET})


def request() -> jurat.TokenRequest:
    return jurat.TokenRequest(client=assertion(), grant=grant(), parameters={"password": SECRET})


def document() -> str:
    return json.dumps({"issuer": ISSUER, "token_endpoint": f"{ISSUER}/token"})


def token() -> object:
    body = {"access_token": SECRET, "token_type": "Bearer", "expires_in": 3600}
    return jurat.read_response(200, json.dumps(body))


def answer() -> jurat.Answer:
    exchange = jurat.Exchange()
    exchange.sign(jurat.TokenRequest(client=jurat.ClientAssertion(**CLIENT)), KEY, device_time=NOW)
    body = json.dumps({"access_token": SECRET, "token_type": "Bearer"})
    return exchange.answer(status=200, body=body, sent_at=NOW, received_at=NOW)


def server() -> jurat.Server:
    return jurat.Server(issuer=ISSUER, metadata=jurat.Metadata.read(document(), issuer=ISSUER))


# An object of each class; each that can has SECRET in it.
MAKE: dict[str, Callable[[], object]] = {
    "Answer": answer,
    "ClientAssertion": assertion,
    "Clock": jurat.Clock.trusted,
    "Exchange": jurat.Exchange,
    "ForeignError": lambda: jurat.read_response(400, json.dumps({"title": "no", "instance": SECRET})),
    "GrantAssertion": grant,
    "JsonText": lambda: jurat.JsonText(f'"{SECRET}"'),
    "Metadata": lambda: jurat.Metadata.read(document(), issuer=ISSUER),
    "OauthError": lambda: jurat.read_response(400, json.dumps({"error": "invalid_client", "access_token": SECRET})),
    "Prepared": lambda: assertion().prepare(),
    "PreparedRequest": lambda: request().prepare(),
    "Profile": lambda: jurat.Profile.named("keycloak"),
    "PublicKey": lambda: KEY.public_key,
    "Server": server,
    "SigningKey": lambda: KEY,
    "Step": lambda: jurat.Exchange().step(NOW),
    "TimeFault": lambda: jurat.time_fault(NOW, NOW),
    "ToBeSigned": lambda: assertion().prepare().to_be_signed,
    "Token": token,
    "TokenRequest": request,
    "Unusable": lambda: jurat.read_response(200, f"<html>{SECRET}"),
    "Verified": lambda: jurat.Verified(KEY, KEY.public_key),
}


def test_there_is_an_object_of_each_class() -> None:
    assert sorted(MAKE) == CLASSES
    assert {name: type(make()).__name__ for name, make in MAKE.items()} == {name: name for name in CLASSES}


def test_all_that_is_compiled_is_exported() -> None:
    compiled = {name for name in (*CLASSES, *FUNCTIONS) if not name.startswith("_")}
    assert compiled <= set(jurat.__all__)
    assert all(hasattr(jurat, name) for name in jurat.__all__)
    assert set(jurat.__all__) <= set(dir(jurat))
    assert all(getattr(_jurat, name).__module__ == "jurat" for name in CLASSES)


@pytest.mark.parametrize("name", CLASSES)
def test_objects_are_frozen_and_classes_final(name: str) -> None:
    value: Any = MAKE[name]()
    for attribute in ("anything", *(each for each in dir(type(value)) if not each.startswith("_"))):
        with pytest.raises((AttributeError, TypeError)):
            setattr(value, attribute, 1)
        with pytest.raises((AttributeError, TypeError)):
            delattr(value, attribute)
    with pytest.raises(TypeError, match="not an acceptable base type"):
        type("Sub", (type(value),), {})


@pytest.mark.parametrize("name", CLASSES)
def test_nothing_that_holds_a_secret_shows_it(name: str) -> None:
    value = MAKE[name]()
    log = io.StringIO()
    logger = logging.Logger("surface")
    logger.addHandler(logging.StreamHandler(log))
    logger.info("%s %r", value, value)
    for shown in (repr(value), str(value), f"{value}", repr([value]), log.getvalue()):
        assert SECRET not in shown
        assert SCALAR.hex() not in shown
        assert str(int.from_bytes(SCALAR)) not in shown
        assert "eyJ" not in shown


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize("duplicate", [pickle.dumps, copy.copy, copy.deepcopy])
def test_copies_are_refused_by_name(name: str, duplicate: Callable[[object], object]) -> None:
    """Of a key, and of what is signed once, there is never a second one."""
    with pytest.raises(TypeError, match=rf"cannot pickle 'jurat\.{name}' object"):
        duplicate(MAKE[name]())


# ------------------------------------------------------------------------------------------------------ signatures


def signatures(owner: ModuleType | type, prefix: str = "") -> Iterator[tuple[str, inspect.Signature]]:
    """Of all that can be called, by what `__text_signature__` says."""
    for name, value in vars(owner).items():
        if isinstance(value, type) and not prefix:
            if value.__text_signature__ is not None:
                yield name, inspect.signature(value)
            yield from signatures(value, f"{name}.")
        elif not name.startswith("_") and callable(getattr(owner, name)):
            signature = inspect.signature(getattr(owner, name))
            parameters = [each for each in signature.parameters.values() if each.name != "self"]
            yield f"{prefix}{name}", signature.replace(parameters=parameters)


SIGNATURES = dict(signatures(_jurat))


@pytest.mark.parametrize("name", sorted(SIGNATURES))
def test_options_have_their_keyword(name: str) -> None:
    """What has a default is given by its name; so is all but one of what has none, unless it stands in a list."""
    parameters = list(SIGNATURES[name].parameters.values())
    plain = [each for each in parameters if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)]
    flags = [each.name for each in plain if isinstance(each.default, bool)]
    assert not flags
    assert len(plain) <= POSITIONAL.get(name, 1), plain


def test_the_functions_in_python_have_keywords_too() -> None:
    for name in ("client_assertion", "grant_assertion", "token_request", "check", "explain", "export_config"):
        kinds = [each.kind for each in inspect.signature(getattr(jurat, name)).parameters.values()]
        assert set(kinds[1:]) == {inspect.Parameter.KEYWORD_ONLY}, name


# -------------------------------------------------------------------------------------------- text and bytes-like

BYTES_LIKE = (bytes, bytearray, memoryview)


@pytest.mark.parametrize("kind", BYTES_LIKE)
def test_what_takes_bytes_takes_all_that_is_like_them(kind: Callable[[bytes], Any]) -> None:
    # What is signed twice is not alike.
    key = jurat.SigningKey(kind(SCALAR), deterministic=True)
    public = jurat.PublicKey(kind(KEY.public_key.x), kind(KEY.public_key.y))
    assert public == key.public_key == jurat.SigningKey.load(kind(SCALAR)).public_key
    assert key.sign_hash(kind(bytes(32))) == jurat.SigningKey(SCALAR, deterministic=True).sign_hash(bytes(32))
    assert jurat.derive_jwt_id(kind(SCALAR), 1, 2) == jurat.derive_jwt_id(SCALAR, 1, 2)
    made = jurat.ClientAssertion(**CLIENT, random=kind(bytes(15) + b"\x01"), issued_at=NOW).sign(kind(SCALAR))
    assert jurat.inspect(made)["header"]
    prepared = assertion().prepare()
    assert prepared.finish(kind(SIGNATURE)).count(".") == 2
    one = request().prepare()
    assert "assertion=" in one.finish(client=kind(SIGNATURE), grant=kind(SIGNATURE))
    assert jurat.Metadata.read(kind(document().encode()), issuer=ISSUER).issuer == ISSUER
    exchange = jurat.Exchange.from_bytes(kind(jurat.Exchange().to_bytes()))
    exchange.sign(jurat.TokenRequest(client=jurat.ClientAssertion(**CLIENT)), KEY, device_time=NOW)
    body = b'{"error": "invalid_client"}'
    assert isinstance(jurat.read_response(401, kind(body)), jurat.OauthError)
    given = exchange.answer(status=401, body=kind(body), sent_at=NOW, received_at=NOW)
    assert isinstance(given.response, jurat.OauthError)
    assert jurat.Verified(lambda what: kind(KEY.sign_hash(what.hash)), KEY.public_key)(prepared_input())
    parts = {"request": {"method": "GET", "params": []}}
    assert jurat.check(parts, hash_key=kind(SCALAR))["causes"]


def prepared_input() -> jurat.ToBeSigned:
    return assertion().prepare().to_be_signed


def test_what_takes_text_or_bytes_takes_both(tmp_path: Path) -> None:
    KEY.save(tmp_path / "key.pem")
    pem = (tmp_path / "key.pem").read_text()
    assert jurat.SigningKey.load(pem).public_key == jurat.SigningKey.load(pem.encode()).public_key == KEY.public_key
    assert jurat.Metadata.read(document(), issuer=ISSUER).issuer == ISSUER
    text = '{"error": "invalid_client"}'
    assert repr(jurat.read_response(401, text)) == repr(jurat.read_response(401, text.encode()))
    KEY.save(str(tmp_path / "other.pem"))


@pytest.mark.parametrize("wrong", [None, 7, 1.5, [1], object()])
def test_what_is_neither_is_a_type_error(wrong: Any) -> None:
    for refused in (
        lambda: jurat.SigningKey(wrong),
        lambda: jurat.SigningKey.load(wrong),
        lambda: KEY.sign_hash(wrong),
        lambda: jurat.read_response(200, wrong),
        lambda: jurat.Metadata.read(wrong, issuer=ISSUER),
        lambda: assertion().sign(wrong),
        lambda: assertion().prepare().finish(wrong),
        lambda: jurat.client_assertion(KEY, client_id=wrong, issuer=ISSUER),
    ):
        with pytest.raises(TypeError):
            refused()


# ------------------------------------------------------------------------------------------------------ exceptions


@pytest.mark.parametrize("error", PUBLIC_ERRORS, ids=lambda error: str(error.__name__))
def test_exceptions_are_exported_documented_and_complete(error: type[jurat.Error]) -> None:
    assert getattr(jurat, error.__name__) is error
    assert error.__name__ in jurat.__all__
    assert error.__name__ in errors.__all__
    assert error.__doc__
    assert error.__doc__.strip().endswith(".")
    bare = error("text")
    assert (bare.cause, bare.argument, bare.status) == ("", "", 0)
    full = error("issuer: text", cause="Empty", argument="issuer", status=-7)
    assert (full.cause, full.argument, full.status, str(full)) == ("Empty", "issuer", -7, "issuer: text")
    # Queues and pools of processes carry exceptions.
    for made in (full, bare):
        for again in (pickle.loads(pickle.dumps(made)), copy.copy(made), copy.deepcopy(made)):
            assert type(again) is error
            assert (str(again), vars(again)) == (str(made), vars(made))


def test_what_is_raised_carries_all_three() -> None:
    def refusals() -> Iterator[Callable[[], object]]:
        yield lambda: jurat.client_assertion(KEY, client_id="", issuer=ISSUER)
        yield lambda: jurat.client_assertion(KEY, client_id="a", issuer="http://as.example")
        yield lambda: jurat.SigningKey(bytes(32))
        yield lambda: jurat.SigningKey.load(SECRET)
        yield lambda: assertion().prepare().finish(bytes(64))
        yield lambda: jurat.Metadata.read("{}", issuer=ISSUER)
        yield lambda: jurat.Clock.unset().now(NOW)
        yield lambda: jurat.Exchange().no_answer(NOW)
        yield lambda: jurat.Server(issuer=ISSUER, profile=jurat.Profile.named("rfc-10070").replace(es256="x"))

    for refused in refusals():
        with pytest.raises(jurat.Error) as raised:
            refused()
        error = raised.value
        assert error.argument
        # What only Python refuses has no cause, and no number of C's.
        assert bool(error.cause) == bool(error.status)
        assert error.status <= 0
        assert SECRET not in f"{error!r} {error}"


# --------------------------------------------------------------------------------------------------- documentation


def undocumented(tree: ast.Module) -> Iterator[str]:
    """What has a name that does not say enough: classes, functions, and methods that take more than self."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            if not ast.get_docstring(node):
                yield node.name
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef) and not inner.name.startswith("__"):
                    decorators = {each.id for each in inner.decorator_list if isinstance(each, ast.Name)}
                    if "property" not in decorators and not ast.get_docstring(inner):
                        yield f"{node.name}.{inner.name}"
        elif isinstance(node, ast.FunctionDef) and not ast.get_docstring(node):
            yield node.name


def test_all_that_is_public_is_documented() -> None:
    """At run time or, for what is compiled, in the stub."""
    stub = Path(jurat.__file__).with_name("_jurat.pyi")
    assert list(undocumented(ast.parse(stub.read_text()))) == []
    for name in set(jurat.__all__) - {*CLASSES, *FUNCTIONS}:
        value = getattr(jurat, name)
        if callable(value):
            assert inspect.getdoc(value), name
