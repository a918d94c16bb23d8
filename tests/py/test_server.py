"""Profiles, metadata, and assertions for a configured server."""

from __future__ import annotations

import ast
import copy
import doctest
import json
import pickle
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import jwt
import pytest

import jurat
import jurat.errors
import jurat.export

SCALAR = bytes(range(1, 33))
ISSUER = "https://as.example"
TOKEN = f"{ISSUER}/token"
CORE = Path(__file__).resolve().parents[2] / "core" / "src"
ENDPOINTS = [
    "token_endpoint",
    "pushed_authorization_request_endpoint",
    "introspection_endpoint",
    "revocation_endpoint",
    "device_authorization_endpoint",
    "backchannel_authentication_endpoint",
]


def parts(assertion: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims, by PyJWT."""
    decoded = jwt.decode_complete(assertion, options={"verify_signature": False})
    return decoded["header"], decoded["payload"]


def claims(**given: Any) -> dict[str, Any]:
    return parts(jurat.client_assertion(SCALAR, client_id="device-7", **given))[1]


def read(issuer: str = ISSUER, **members: Any) -> jurat.Metadata:
    return jurat.Metadata.read(json.dumps({"issuer": issuer, **members}), issuer=issuer)


@pytest.mark.parametrize("module", [jurat, jurat.errors, jurat.export], ids=lambda module: module.__name__)
def test_the_examples_run(module: Any) -> None:
    assert doctest.testmod(module, extraglobs={"jurat": jurat}).failed == 0


def test_the_examples_of_the_stub_run() -> None:
    stub = Path(jurat.__file__).with_name("_jurat.pyi")
    documented = (ast.ClassDef, ast.FunctionDef)
    texts = [ast.get_docstring(node) for node in ast.walk(ast.parse(stub.read_text())) if isinstance(node, documented)]
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner()
    for text in texts:
        runner.run(parser.get_doctest(text or "", {"jurat": jurat}, "stub", str(stub), None))
    assert runner.failures == 0 and runner.tries > 20


def test_help_shows_no_text_but_the_stubs() -> None:
    stub = ast.parse(Path(jurat.__file__).with_name("_jurat.pyi").read_text())
    documented = {node.name: ast.get_docstring(node) for node in stub.body if isinstance(node, ast.ClassDef)}
    for name in jurat.__all__:
        if name in documented:
            assert getattr(jurat, name).__doc__ in {None, "", documented[name]}, name


# ---------------------------------------------------------------------------------------------------- profiles


@pytest.mark.parametrize(
    "name", ["id", "es256", "audience", "type", "lifetime", "max_lifetime", "not_before", "key_id"]
)
def test_a_change_of_the_wrong_type_is_named(name: str) -> None:
    changes: Any = {name: 1.5}
    with pytest.raises(TypeError) as refused:
        jurat.Profile.named("keycloak").replace(**changes)
    assert refused.value.__notes__ == [f"while processing '{name}'"]


def test_every_profile_of_core_is_there() -> None:
    rows = re.findall(r"^        id: \"(.+)\",$", (CORE / "server" / "profile.rs").read_text(), re.MULTILINE)
    assert sorted(jurat.Profile.names()) == sorted(set(rows))
    assert jurat.Profile.names()[0] == "rfc-10070"


@pytest.mark.parametrize("name", jurat.Profile.names())
def test_every_rule_has_a_name(name: str) -> None:
    profile = jurat.Profile.named(name)
    words = {"issuer", "token_endpoint", "invoked_endpoint", "client_id"}
    assert profile.id == name
    assert profile.es256 in {"accepted", "if_advertised", "refused", "client_secret", "audience_list"}
    assert profile.key_id in {"optional", "required", "certificate_thumbprint"}
    assert profile.audience in words or profile.audience.startswith("https://")
    assert profile.grant_audience in {None, *words} or str(profile.grant_audience).startswith("https://")
    assert profile.type != ""
    assert 1 <= profile.lifetime <= profile.max_lifetime <= 3600
    assert profile.product and profile.source and profile.date
    assert repr(profile) == f"Profile({name})"


def test_the_values_of_a_profile() -> None:
    values = {name: getattr(jurat.Profile.named("zitadel"), name) for name in dir(jurat.Profile) if name[0] != "_"}
    assert {name: value for name, value in values.items() if not callable(value)} == {
        "id": "zitadel",
        "product": "Zitadel, its OIDC library",
        "es256": "accepted",
        "audience": "issuer",
        "type": "client-authentication+jwt",
        "lifetime": 60,
        "max_lifetime": 3600,
        "not_before": False,
        "key_id": "required",
        "jwt_id_required": False,
        "send_client_id": True,
        "claims_refused": False,
        "grant_audience": "issuer",
        "grant_max_lifetime": 3600,
        "future_tolerance": 1,
        "expiry_tolerance": 0,
        "proof_of_possession": False,
        "source": "source code",
        "date": "2026-08",
    }
    assert jurat.Profile.named("okta").audience == "invoked_endpoint"
    assert jurat.Profile.named("apple-sign-in").audience == "https://appleid.apple.com"
    assert jurat.Profile.named("servicenow").grant_audience == "client_id"
    assert jurat.Profile.named("atproto").type is None
    assert jurat.Profile.named("atproto").proof_of_possession
    assert jurat.Profile.named("maskinporten").claims_refused
    assert jurat.Profile.named("smart").es256 == "if_advertised"


@pytest.mark.parametrize(
    ("name", "shown"), [("keycloack", "close to it are keycloak"), ("", "there are rfc"), ("\ud800", "there are rfc")]
)
def test_an_unknown_profile_names_what_is_close(name: str, shown: str) -> None:
    for make in (jurat.Profile.named, lambda name: jurat.Server(issuer=ISSUER, profile=name)):
        with pytest.raises(jurat.InvalidArgumentError, match=f"^profile: unknown; {shown}") as refused:
            make(name)
        assert (refused.value.argument, refused.value.cause, refused.value.status) == ("profile", "", 0)
        again = pickle.loads(pickle.dumps(refused.value))
        assert (type(again), str(again)) == (jurat.InvalidArgumentError, str(refused.value))


CHANGES: dict[str, Any] = {
    "id": "ours",
    "es256": "if_advertised",
    "audience": "token_endpoint",
    "type": None,
    "lifetime": 30,
    "max_lifetime": 90,
    "not_before": True,
    "key_id": "required",
    "jwt_id_required": False,
    "send_client_id": False,
    "claims_refused": True,
    "grant_audience": None,
    "grant_max_lifetime": 45,
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_profile_of_ones_own(name: str) -> None:
    keycloak = jurat.Profile.named("keycloak")
    mine = keycloak.replace(**{name: CHANGES[name]})
    assert getattr(mine, name) == CHANGES[name] != getattr(keycloak, name)
    for other in CHANGES.keys() - {name}:
        assert getattr(mine, other) == getattr(keycloak, other)
    assert mine != keycloak and keycloak == jurat.Profile.named("keycloak")
    assert hash(mine.replace(**{name: getattr(keycloak, name)})) == hash(keycloak)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"audience": "isuer"}, "^audience: unknown; close to it are issuer"),
        ({"grant_audience": ""}, "^grant_audience: unknown"),
        ({"es256": "maybe"}, "^es256: unknown"),
        ({"key_id": "https://a"}, "^key_id: unknown"),
        ({"lifetime": -1}, "^lifetime: "),
        ({"max_lifetime": 2**32}, "^lifetime: "),
    ],
)
def test_a_change_that_is_none(change: dict[str, Any], message: str) -> None:
    with pytest.raises(jurat.InvalidArgumentError, match=message):
        jurat.Profile.named("keycloak").replace(**change)


@pytest.mark.parametrize("change", [{"product": "x"}, {"not_before": 1}, {"id": None}, {"audience": None}, {"x": 1}])
def test_a_change_of_another_type(change: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        jurat.Profile.named("keycloak").replace(**change)


# ---------------------------------------------------------------------------------------------------- metadata


def test_metadata_says_what_it_says() -> None:
    document = json.dumps(
        {
            "issuer": ISSUER,
            **{name: f"{ISSUER}/{name}" for name in ENDPOINTS[:3]},
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
            "introspection_endpoint_auth_methods_supported": ["bearer"],
            "grant_types_supported": ["client_credentials"],
        }
    ).replace("/", r"\/")
    for form in (document, document.encode(), bytearray(document.encode()), memoryview(document.encode())):
        metadata = jurat.Metadata.read(form, issuer=ISSUER)
        for _ in range(2):  # each look is at a fresh copy
            assert [metadata.endpoint(name) for name in ENDPOINTS] == [
                *(f"{ISSUER}/{name}" for name in ENDPOINTS[:3]),
                *[None] * 3,
            ]
        assert metadata.issuer == ISSUER
        methods = {name: metadata.private_key_jwt(name) for name in ENDPOINTS}
        assert methods == dict.fromkeys(ENDPOINTS, "supported") | {
            "introspection_endpoint": "unsupported",
            "revocation_endpoint": "not_advertised",
        }
        algorithms = {name: metadata.es256(name) for name in ENDPOINTS}
        assert algorithms == dict.fromkeys(ENDPOINTS, "unsupported") | {
            "introspection_endpoint": "unknown",
            "revocation_endpoint": "unknown",
        }
        assert metadata.grant_type("client_credentials") == "supported"
        assert metadata.grant_type("authorization_code") == "unsupported"
        assert repr(metadata) == f"Metadata({ISSUER})"
    assert read().grant_type("client_credentials") == "not_advertised"
    assert read().grant_type("authorization_code") == "supported"


def test_a_buffer_that_changes_later_does_not_matter() -> None:
    document = bytearray(json.dumps({"issuer": ISSUER, "token_endpoint": TOKEN}).encode())
    metadata = jurat.Metadata.read(document, issuer=ISSUER)
    document[:] = bytes(len(document))
    assert metadata.endpoint("token_endpoint") == TOKEN


@pytest.mark.parametrize("name", ["token", "", "Token_Endpoint", "userinfo_endpoint", "\ud800"])
def test_an_endpoint_that_is_none(name: str) -> None:
    metadata = read()
    for ask in (metadata.endpoint, metadata.private_key_jwt, metadata.es256):
        with pytest.raises(jurat.InvalidArgumentError, match="^endpoint: unknown; "):
            ask(name)
    with pytest.raises(jurat.InvalidArgumentError, match="^endpoint: unknown; "):
        jurat.ClientAssertion(client_id="d", server=jurat.Server(issuer=ISSUER), endpoint=name)


@pytest.mark.parametrize(
    ("document", "cause"),
    [
        ("", "InvalidJson"),
        ("{", "InvalidJson"),
        (b'{"issuer": "\xff"}', "NotUtf8"),
        ("\ud800", "NotUtf8"),
        ("[]", "WrongType"),
        ("{}", "WrongType"),
        ('{"issuer": 7}', "WrongType"),
        (f'{{"issuer": "{ISSUER}", "iss\\u0075er": "{ISSUER}"}}', "Repeated"),
        (f'{{"issuer": "{ISSUER}", "x": {"[" * 40}{"]" * 40}}}', "TooDeep"),
        (f'{{"issuer": "{ISSUER}", "grant_types_supported": [1]}}', "WrongType"),
    ],
)
def test_metadata_that_cannot_be_read(document: Any, cause: str) -> None:
    with pytest.raises(jurat.MetadataError) as refused:
        jurat.Metadata.read(document, issuer=ISSUER)
    assert (refused.value.cause, refused.value.argument) == (cause, "metadata")
    assert isinstance(refused.value, ValueError)


NEAR_MISSES = [
    ("https://other.example", "OtherIssuer"),
    (f"{ISSUER}/", "IssuerSlash"),
    ("https://AS.example", "IssuerCase"),
    (f"{ISSUER}:443", "IssuerPort"),
    ("http://as.example", "IssuerScheme"),
    (f"{ISSUER}/tenant", "IssuerPath"),
    ("https://a%73.example", "IssuerEncoding"),
    ("https://as.exämple", "IssuerEncoding"),
]


@pytest.mark.parametrize(("found", "cause"), NEAR_MISSES)
def test_another_issuer_is_told_apart(found: str, cause: str) -> None:
    document = json.dumps({"issuer": found})
    for check in (
        lambda: jurat.Metadata.read(document, issuer=ISSUER),
        lambda: jurat.check_issuer(ISSUER, found),
    ):
        with pytest.raises(jurat.MetadataError) as refused:
            check()
        assert (refused.value.cause, refused.value.argument) == (cause, "issuer")
        again = pickle.loads(pickle.dumps(refused.value))
        assert (type(again), again.cause) == (jurat.MetadataError, cause)


def test_the_same_issuer_passes() -> None:
    jurat.check_issuer(ISSUER, ISSUER)
    jurat.check_issuer("http://localhost:1", "http://localhost:1", insecure_http=True)
    with pytest.raises(jurat.InvalidArgumentError, match="^issuer: must be an absolute https URL"):
        jurat.check_issuer("http://localhost:1", "http://localhost:1")


def test_plain_http_is_asked_for_by_name() -> None:
    issuer = "http://localhost:1"
    document = json.dumps({"issuer": issuer, "token_endpoint": f"{issuer}/token"})
    metadata = jurat.Metadata.read(document, issuer=issuer, insecure_http=True)
    assert metadata.endpoint("token_endpoint") == f"{issuer}/token"
    server = jurat.Server(issuer=issuer, metadata=metadata, insecure_http=True)
    assert claims(server=server)["aud"] == issuer
    okta = jurat.Server(issuer=issuer, profile="okta", insecure_http=True)
    for endpoint in (None, "introspection_endpoint"):
        client = jurat.ClientAssertion(client_id="d", server=okta, endpoint=endpoint, endpoint_url=f"{issuer}/e")
        assert parts(client.sign(SCALAR))[1]["aud"] == f"{issuer}/e"
    for refuse in (
        lambda: jurat.Metadata.read(document, issuer=issuer),
        lambda: jurat.Server(issuer=issuer, metadata=metadata),
        lambda: jurat.well_known_urls(issuer),
    ):
        with pytest.raises(jurat.InvalidArgumentError, match="^issuer: .*insecure_http"):
            refuse()
    for member, argument in [("token_endpoint", "token_endpoint"), ("revocation_endpoint", "endpoint")]:
        with pytest.raises(jurat.InvalidArgumentError, match=f"^{argument}: must be an absolute https URL"):
            read(**{member: "http://as.example/x"})


def test_well_known_urls() -> None:
    well_known = f"{ISSUER}/.well-known"
    assert jurat.well_known_urls(f"{ISSUER}/t") == [
        f"{well_known}/oauth-authorization-server/t",
        f"{well_known}/openid-configuration/t",
        f"{ISSUER}/t/.well-known/openid-configuration",
    ]
    urls = [f"{well_known}/oauth-authorization-server", f"{well_known}/openid-configuration"]
    assert jurat.well_known_urls(ISSUER) == jurat.well_known_urls(f"{ISSUER}/") == urls
    assert jurat.well_known_urls("http://[::1]:1", insecure_http=True)[0].startswith("http://[::1]:1/.well-known/")


# ------------------------------------------------------------------------------------------------------ servers


def test_the_audience_is_that_of_the_profile() -> None:
    assert claims(server=jurat.Server(issuer=ISSUER))["aud"] == ISSUER
    hydra = jurat.Server(issuer=ISSUER, profile="ory-hydra", token_endpoint=TOKEN)
    header, payload = parts(jurat.client_assertion(SCALAR, client_id="device-7", server=hydra))
    assert (payload["aud"], "typ" in header) == (TOKEN, False)
    assert parts(jurat.grant_assertion(SCALAR, iss="i", sub="s", server=hydra))[1]["aud"] == TOKEN
    mine = jurat.Profile.named("rfc-10070").replace(audience="urn:example:as", type="JWT", grant_audience="client_id")
    server = jurat.Server(issuer=ISSUER, profile=mine)
    assert server.profile == mine
    header, payload = parts(jurat.client_assertion(SCALAR, client_id="device-7", server=server))
    assert (header["typ"], payload["aud"]) == ("JWT", "urn:example:as")
    assert parts(jurat.grant_assertion(SCALAR, iss="i", sub="s", server=server))[1]["aud"] == "i"


def test_what_a_server_shows() -> None:
    metadata = read()
    server = jurat.Server(issuer=ISSUER, profile="okta", token_endpoint=TOKEN, metadata=metadata)
    assert (server.issuer, server.profile, server.token_endpoint) == (ISSUER, jurat.Profile.named("okta"), TOKEN)
    assert server.metadata is metadata and not server.insecure_http
    assert repr(server) == f"Server({ISSUER}, okta)"
    assert jurat.Server(issuer=ISSUER).profile == jurat.Profile.named("rfc-10070")
    for value in (server, metadata, server.profile):
        for refuse in (pickle.dumps, copy.deepcopy):
            with pytest.raises(TypeError):
                refuse(value)


def test_other_endpoints() -> None:
    okta = jurat.Server(issuer=ISSUER, profile="okta", token_endpoint=TOKEN)
    url = f"{ISSUER}/introspect"

    def audience(server: jurat.Server, **where: Any) -> Any:
        return parts(jurat.ClientAssertion(client_id="d", server=server, **where).sign(SCALAR))[1]["aud"]

    assert audience(okta) == audience(okta, endpoint="token_endpoint") == audience(okta, endpoint_url=TOKEN) == TOKEN
    assert audience(okta, endpoint="introspection_endpoint", endpoint_url=url) == url
    assert audience(jurat.Server(issuer=ISSUER), endpoint="revocation_endpoint") == ISSUER
    hydra = jurat.Server(issuer=ISSUER, profile="ory-hydra", token_endpoint=TOKEN)
    for server, where, cause, argument in [
        (okta, {"endpoint": "introspection_endpoint"}, "EndpointNotPinned", "endpoint"),
        (okta, {"endpoint_url": url}, "EndpointNotContacted", "endpoint"),
        (hydra, {"endpoint": "introspection_endpoint", "endpoint_url": url}, "EndpointNotContacted", "endpoint"),
        (jurat.Server(issuer=ISSUER, profile="okta"), {}, "EndpointNotPinned", "token_endpoint"),
    ]:
        with pytest.raises(jurat.PolicyError) as refused:
            audience(server, **where)
        assert (refused.value.cause, refused.value.argument) == (cause, argument)
        assert isinstance(refused.value, ValueError)
    with pytest.raises(jurat.InvalidArgumentError, match="^endpoint: must be an absolute https URL"):
        audience(okta, endpoint_url="http://as.example/token")
    assert audience(jurat.Server(issuer=ISSUER, profile="okta"), endpoint_url=TOKEN) == TOKEN


@pytest.mark.parametrize(
    ("profile", "cause"),
    [
        ("entra", "ServerAlgorithm"),
        ("smart", "ServerAlgorithm"),
        ("apple-sign-in", "ServerClientSecret"),
        ("gematik", "ServerAudienceList"),
        ("servicenow", "NoGrant"),
    ],
)
def test_what_a_profile_refuses(profile: str, cause: str) -> None:
    server = jurat.Server(issuer=ISSUER, profile=profile, token_endpoint=TOKEN)
    if cause == "NoGrant":
        server = jurat.Server(issuer=ISSUER, profile="duende")
        with pytest.raises(jurat.PolicyError) as refused:
            jurat.grant_assertion(SCALAR, iss="i", sub="s", server=server)
    else:
        with pytest.raises(jurat.PolicyError) as refused:
            jurat.client_assertion(SCALAR, client_id="d", server=server)
    assert (refused.value.cause, refused.value.argument) == (cause, "profile")


def test_more_that_a_profile_refuses() -> None:
    base = jurat.Profile.named("rfc-10070")
    for change, given, cause, argument in [
        ({"max_lifetime": 59}, {}, "LifetimeAboveServer", "lifetime"),
        ({"max_lifetime": 120}, {"lifetime": 121}, "LifetimeAboveServer", "lifetime"),
        ({"key_id": "required"}, {}, "Empty", "key_id"),
        ({"key_id": "certificate_thumbprint"}, {}, "Empty", "certificate_thumbprint"),
        ({"jwt_id_required": True}, {"omit_jwt_id": True}, "Empty", "jwt_id"),
        ({"claims_refused": True}, {"claims": {"a": 1}}, "ClaimsRefused", "claims"),
        ({"audience": "urn:x"}, {}, "TypedAudience", "profile"),
        ({"audience": "client_id", "type": "JWT"}, {}, "Conflict", "audience"),
        ({"audience": ":", "type": "JWT"}, {}, "NotAbsolute", "audience"),
        ({"type": ""}, {}, "Empty", "type"),
    ]:
        server = jurat.Server(issuer=ISSUER, profile=base.replace(**change))  # type: ignore[arg-type]
        with pytest.raises(jurat.Error) as refused:
            jurat.ClientAssertion(client_id="d", server=server, **given).sign(SCALAR)  # type: ignore[arg-type]
        assert (refused.value.cause, refused.value.argument) == (cause, argument)
        family = jurat.PolicyError if cause in {"ClaimsRefused", "TypedAudience"} else jurat.InvalidArgumentError
        assert type(refused.value) is family


def test_the_limit_of_grants() -> None:
    server = jurat.Server(issuer=ISSUER, profile=jurat.Profile.named("keycloak").replace(grant_max_lifetime=45))
    grant = {"iss": "i", "sub": "s", "server": server}
    assert jurat.grant_assertion(SCALAR, **grant, lifetime=45)  # type: ignore[arg-type]
    with pytest.raises(jurat.InvalidArgumentError, match="^lifetime: longer than this server takes"):
        jurat.grant_assertion(SCALAR, **grant, lifetime=46)  # type: ignore[arg-type]


def test_what_metadata_excludes() -> None:
    for member, values, cause in [
        ("token_endpoint_auth_methods_supported", ["client_secret_basic"], "MethodExcluded"),
        ("token_endpoint_auth_signing_alg_values_supported", ["RS256"], "AlgorithmExcluded"),
    ]:
        metadata = jurat.Metadata.read(json.dumps({"issuer": ISSUER, member: values}), issuer=ISSUER)
        server = jurat.Server(issuer=ISSUER, metadata=metadata)
        with pytest.raises(jurat.MetadataError) as refused:
            claims(server=server)
        assert (refused.value.cause, refused.value.argument) == (cause, "metadata")
    smart = {"issuer": ISSUER, "profile": "smart", "token_endpoint": TOKEN}
    listed = read(token_endpoint_auth_signing_alg_values_supported=["ES256", "ES384"])
    assert claims(server=jurat.Server(**smart, metadata=listed), key_id="k")["aud"] == TOKEN  # type: ignore[arg-type]
    other = jurat.Server(issuer=ISSUER, metadata=read("https://other.example"))
    with pytest.raises(jurat.MetadataError, match="^metadata: the document of another issuer"):
        claims(server=other)


def test_metadata_never_gives_an_audience() -> None:
    hostile = read(token_endpoint="https://evil.example/token")
    server = jurat.Server(issuer=ISSUER, profile="ory-hydra", metadata=hostile)
    with pytest.raises(
        jurat.PolicyError, match="^token_endpoint: an endpoint as audience must come from configuration"
    ):
        claims(server=server)
    pinned = jurat.Server(issuer=ISSUER, profile="ory-hydra", token_endpoint=TOKEN, metadata=hostile)
    assert claims(server=pinned)["aud"] == TOKEN


def test_the_assertion_in_a_form_is_of_the_endpoint_that_it_goes_to() -> None:
    introspect, revoke = f"{ISSUER}/introspect", f"{ISSUER}/revoke"
    metadata = read(
        token_endpoint=f"{ISSUER}/other",
        introspection_endpoint=introspect,
        revocation_endpoint=revoke,
        revocation_endpoint_auth_methods_supported=["client_secret_basic"],
    )

    def auth(profile: str, token_endpoint: str | None = TOKEN, **options: Any) -> jurat.PrivateKeyJwt:
        server = jurat.Server(issuer=ISSUER, profile=profile, token_endpoint=token_endpoint, metadata=metadata)
        key = jurat.SigningKey(SCALAR)
        return jurat.PrivateKeyJwt(key, client_id="device-7", server=server, **options)

    def audience(auth: jurat.PrivateKeyJwt, url: str) -> Any:
        return parts(dict(parse_qsl(auth.add(url, "token=x")))["client_assertion"])[1]["aud"]

    named = {"endpoint": "introspection_endpoint", "endpoint_url": introspect}
    for made, url, expected in [
        (auth("rfc-10070"), TOKEN, ISSUER),
        (auth("rfc-10070"), introspect, ISSUER),
        (auth("rfc-10070", None), f"{ISSUER}/other", ISSUER),
        (auth("okta"), TOKEN, TOKEN),
        (auth("okta", **named), TOKEN, TOKEN),
        (auth("okta", **named), introspect, introspect),
        (auth("okta", None, endpoint_url=TOKEN), TOKEN, TOKEN),
    ]:
        assert audience(made, url) == expected
    for made, url, cause in [
        (auth("okta"), introspect, "EndpointNotPinned"),
        (auth("okta", None), f"{ISSUER}/other", "EndpointNotPinned"),
        (auth("okta", None, endpoint_url=TOKEN), f"{ISSUER}/other", "EndpointNotPinned"),
        (auth("okta"), f"{ISSUER}/other", "EndpointNotContacted"),
        (auth("ory-hydra"), introspect, "EndpointNotContacted"),
        (auth("ory-hydra", **named), introspect, "EndpointNotContacted"),
        (auth("rfc-10070"), revoke, "MethodExcluded"),
        (auth("rfc-10070", endpoint_url=introspect), revoke, "MethodExcluded"),
    ]:
        with pytest.raises(jurat.PolicyError if cause.startswith("Endpoint") else jurat.MetadataError) as refused:
            audience(made, url)
        assert refused.value.cause == cause, url


def test_what_else_is_in_a_form_goes_out_as_it_came() -> None:
    server = jurat.Server(issuer=ISSUER, token_endpoint=TOKEN)
    silent = jurat.Server(issuer=ISSUER, token_endpoint=TOKEN, profile=server.profile.replace(send_client_id=False))
    for at in (server, silent):
        auth = jurat.PrivateKeyJwt(jurat.SigningKey(SCALAR), client_id="device-7", server=at)
        form = auth.add(TOKEN, "x=%FF&y=a+b&z=%C3%A9&e=")
        assert form.startswith("x=%FF&y=a+b&z=%C3%A9&e=&client_")
        for ids in ("client_id=other&client_id=device-7", "client_id=device-7&client_id=other", "client_id="):
            with pytest.raises(jurat.InvalidArgumentError, match="^form: it has another client_id"):
                auth.add(TOKEN, ids)


def test_the_lifetime_is_the_profiles_unless_given() -> None:
    server = jurat.Server(issuer=ISSUER, profile=jurat.Profile.named("keycloak").replace(lifetime=30, not_before=True))
    payload = claims(server=server, issued_at=1_795_459_454)
    assert (payload["exp"] - payload["iat"], payload["nbf"]) == (30, payload["iat"])
    payload = claims(server=server, issued_at=1_795_459_454, lifetime=60, not_before=1_795_459_400)
    assert (payload["exp"] - payload["iat"], payload["nbf"]) == (60, 1_795_459_400)


def test_the_arguments_that_exclude_each_other() -> None:
    server = jurat.Server(issuer=ISSUER)
    client = jurat.ClientAssertion(client_id="d", server=server)
    for refuse in (
        lambda: jurat.ClientAssertion(client_id="d"),
        lambda: jurat.ClientAssertion(client_id="d", issuer=ISSUER, server=server),
        lambda: jurat.ClientAssertion(client_id="d", issuer=ISSUER, endpoint="token_endpoint"),
        lambda: jurat.ClientAssertion(client_id="d", issuer=ISSUER, endpoint_url=TOKEN),
        lambda: jurat.ClientAssertion(client_id="d", server=ISSUER),  # type: ignore[arg-type]
        lambda: jurat.client_assertion(SCALAR, client_id="d"),
        lambda: jurat.client_assertion(SCALAR, client_id="d", issuer=ISSUER, server=server),
        lambda: jurat.GrantAssertion(iss="i", sub="s", issuer=ISSUER, server=server),
        lambda: jurat.GrantAssertion(iss="i", sub="s", token_endpoint=TOKEN, server=server),
        lambda: jurat.token_request(SCALAR, client_id="d", issuer=ISSUER, server=server),
        lambda: jurat.token_request(SCALAR, server=server),
        lambda: jurat.token_request(SCALAR, client=client, server=server),
        lambda: jurat.token_request(SCALAR, client=client, key_id="k"),
        lambda: jurat.Server(issuer=ISSUER, profile=7),  # type: ignore[arg-type]
    ):
        with pytest.raises(TypeError):
            refuse()


def test_a_request_to_a_server() -> None:
    quiet = jurat.Profile.named("rfc-10070").replace(send_client_id=False)
    body = jurat.token_request(SCALAR, client_id="d", server=jurat.Server(issuer=ISSUER, profile=quiet), key_id="k")
    names = dict(parse_qsl(body, strict_parsing=True))
    assert list(names) == ["grant_type", "client_assertion_type", "client_assertion"]
    assert parts(names["client_assertion"])[0]["kid"] == "k"


def test_a_whole_http_request() -> None:
    hydra = jurat.Server(issuer=ISSUER, profile="ory-hydra", token_endpoint=TOKEN)
    text = jurat.token_request(SCALAR, client_id="d", server=hydra, http_endpoint=TOKEN)
    head, _, body = text.partition("\r\n\r\n")
    lines = head.split("\r\n")
    assert lines[:2] == ["POST /token HTTP/1.1", "Host: as.example"]
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    assert fields["content-type"] == jurat.CONTENT_TYPE
    assert int(fields["content-length"]) == len(body)
    assert dict(parse_qsl(body, strict_parsing=True))["grant_type"] == "client_credentials"
    plain = {"client_id": "d", "issuer": "http://localhost:1", "insecure_http": True}
    local = jurat.token_request(SCALAR, **plain, http_endpoint="http://localhost:1/t")  # type: ignore[arg-type]
    assert local.startswith("POST /t HTTP/1.1\r\nHost: localhost:1\r\n")
    for url, family, cause in [
        (f"{TOKEN}/", jurat.PolicyError, "EndpointNotContacted"),
        ("http://as.example/token", jurat.InvalidArgumentError, "NotHttps"),
        ("https://user@as.example/token", jurat.Error, None),
    ]:
        with pytest.raises(family) as refused:
            jurat.token_request(SCALAR, client_id="d", server=hydra, http_endpoint=url)
        assert cause in {None, refused.value.cause}
        assert refused.value.argument == "endpoint"


def test_a_refused_assertion_is_not_used_up() -> None:
    server = jurat.Server(issuer=ISSUER)
    client = jurat.ClientAssertion(client_id="d", server=server)
    with pytest.raises(jurat.InvalidArgumentError, match="^scope: "):
        jurat.TokenRequest(client=client, scope="a  b").sign(SCALAR)
    client.sign(SCALAR)
    with pytest.raises(jurat.SignatureError, match="signed already"):
        client.sign(SCALAR)
    grant = jurat.GrantAssertion(iss="i", sub="s", server=server)
    jurat.TokenRequest(grant=grant).sign(SCALAR)
    with pytest.raises(jurat.SignatureError, match="^grant: .*signed already"):
        jurat.TokenRequest(client=jurat.ClientAssertion(client_id="d", server=server), grant=grant).prepare()
    # Both or neither.
    client = jurat.ClientAssertion(client_id="d", server=server)
    request = jurat.TokenRequest(client=client, grant=grant)
    exchange = jurat.Exchange()
    for refused in (request.prepare, lambda: request.sign(SCALAR), lambda: exchange.sign(request, SCALAR)):
        with pytest.raises(jurat.SignatureError, match="^grant: .*signed already"):
            refused()
    client.sign(SCALAR)
    fresh = jurat.GrantAssertion(iss="i", sub="s", server=server)
    with pytest.raises(jurat.SignatureError, match="^client: .*signed already"):
        jurat.TokenRequest(client=client, grant=fresh).sign(SCALAR)
    fresh.sign(SCALAR)
