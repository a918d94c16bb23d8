"""Servers, time, answers and exchanges through the C API, judged by Python's standard library and by hand."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from http.client import HTTPMessage, parse_headers
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256

from runners import C_FLAGS, C_SOURCES, ROOT, SANITIZERS, c_library, run

HEADER = (ROOT / "include" / "jurat.h").read_text()
PUBLIC = ec.derive_private_key(7 << 248, ec.SECP256R1()).public_key()

ISSUER = "https://as.example"
ENDPOINT = "https://as.example/token"
NOW = 1_795_459_454
BUILD = 1_790_000_000
UNKNOWN = 2**32 - 1

Json = dict[str, Any]
Argument = str | bytes | int | None
Ask = Callable[..., list[Json]]


def number(name: str) -> int:
    """A constant of the header, without its prefix."""
    found = re.search(rf"\bJURAT_{name}(?: =)? (\d+)\b", HEADER)
    assert found, name
    return int(found[1])


def name_of(prefix: str, value: int) -> str:
    """The constant with this number, without its prefix."""
    pattern = rf"\bJURAT_{prefix}_(\w+)(?: =)? {value}\b"
    return "OK" if prefix == "CAUSE" and value == 0 else re.findall(pattern, HEADER)[0]


def word(argument: Argument) -> str:
    if argument is None:
        return "-"
    if isinstance(argument, int):
        return str(argument)
    text = argument.encode() if isinstance(argument, str) else argument
    return text.hex() or "."


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Runs commands, each a name and its arguments, and gives their answers."""
    program = tmp_path_factory.mktemp("server") / "server_main"
    run("gcc", *C_FLAGS, *SANITIZERS, f"-I{ROOT / 'include'}", C_SOURCES / "server_main.c", c_library(), "-o", program)

    def ask(*commands: tuple[Argument, ...]) -> list[Json]:
        lines = [" ".join([str(name), *map(word, arguments)]) for name, *arguments in commands]
        done = subprocess.run([program], input="\n".join(lines), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        return [json.loads(line) for line in done.stdout.splitlines()]

    return ask


def reason(answer: Json) -> tuple[str, str]:
    return name_of("CAUSE", answer["cause"]), answer["argument"]


OK = ("OK", "")

# ---------------------------------------------------------------------------------------------------------- profiles

PROFILES = set(re.findall(r"^extern const struct jurat_profile jurat_profile_(\w+);$", HEADER, re.MULTILINE))
FIELDS = ("es256", "audience", "type", "max_lifetime", "key_id", "grant_audience", "grant_max_lifetime")


def test_profiles(ask: Ask) -> None:
    unknown, *rows, start = ask(("profiles",))
    assert unknown["unknown"] == 0
    assert len(rows) == 31
    assert {row["name"] for row in rows} == PROFILES
    for row in rows:
        assert row["id"] == row["name"].replace("_", "-")
        assert (row["named"], row["size"]) == (1, 1)
    profiles = {row["id"]: row for row in rows}
    assert {**start, "name": "rfc_10070", "id": "rfc-10070", "named": 1} == profiles["rfc-10070"]

    # As their documents and sources say, read by hand; flags and tolerances besides.
    required = number("PROFILE_JWT_ID_REQUIRED")
    refused, possession = number("PROFILE_CLAIMS_REFUSED"), number("PROFILE_PROOF_OF_POSSESSION")
    for name, fields, flags, tolerances in [
        ("rfc-10070", (1, 1, 1, 3600, 1, 1, 3600), 0, (UNKNOWN, UNKNOWN)),
        ("keycloak", (1, 1, 1, 60, 1, 1, 300), required, (15, 0)),
        ("ory-hydra", (1, 2, 3, 3600, 1, 2, 3600), required, (0, 1)),
        ("okta", (1, 3, 2, 3600, 1, 1, 60), 0, (UNKNOWN, UNKNOWN)),
        ("atproto", (1, 1, 3, 60, 2, 0, 60), required | possession, (0, 0)),
        ("servicenow", (1, 1, 1, 60, 1, 5, 60), required, (UNKNOWN, UNKNOWN)),
        ("maskinporten", (3, 1, 1, 60, 1, 1, 120), required | refused, (UNKNOWN, UNKNOWN)),
        ("entra", (3, 2, 2, 3600, 3, 0, 60), required, (UNKNOWN, UNKNOWN)),
        ("smart", (2, 2, 2, 300, 2, 0, 60), required, (UNKNOWN, UNKNOWN)),
        ("apple-sign-in", (4, 4, 2, 3600, 2, 0, 60), required, (UNKNOWN, UNKNOWN)),
        ("gematik", (5, 2, 2, 60, 1, 0, 60), required, (UNKNOWN, UNKNOWN)),
    ]:
        row = profiles[name]
        assert tuple(row[field] for field in FIELDS) == fields, name
        assert row["flags"] == flags, name
        assert (row["future_tolerance"], row["expiry_tolerance"]) == tolerances, name
    assert profiles["apple-business"]["audience_fixed"] == "https://account.apple.com/auth/oauth2/v2/token"
    assert profiles["google"]["grant_audience_fixed"] == "https://oauth2.googleapis.com/token"


def linked(source: str, directory: Path) -> Path:
    """A program without what it does not need."""
    (directory / "main.c").write_text(source)
    program = directory / "program"
    sections = ("-ffunction-sections", "-fdata-sections", "-Wl,--gc-sections")
    run("gcc", *C_FLAGS, *sections, f"-I{ROOT / 'include'}", directory / "main.c", c_library(), "-o", program)
    return program


def profiles_in(program: Path) -> set[str]:
    symbols = {line.split()[-1] for line in run("nm", "--defined-only", program).splitlines()}
    return {symbol.removeprefix("jurat_profile_") for symbol in symbols if symbol.startswith("jurat_profile_")}


USES_ONE = """#include "jurat.h"
int main(int argc, char **argv)
{
    static char output[1024];
    static const uint8_t key[JURAT_KEY_SIZE] = { 7 };
    size_t length;
    jurat_server server = JURAT_SERVER_INIT;
    server.issuer = jurat_text(argv[argc - 1]);
    server.profile = PROFILE;
    jurat_client_assertion client = JURAT_CLIENT_ASSERTION_INIT;
    client.client_id = client.jwt_id = jurat_text("a");
    client.server = &server;
    jurat_signer signer = JURAT_P256_SIGNER(key);
    return jurat_client_assertion_sign(&client, &signer, output, sizeof output, &length) != JURAT_OK;
}
"""


def test_a_program_has_only_the_profiles_that_it_names(ask: Ask, tmp_path: Path) -> None:
    program = linked(USES_ONE.replace("PROFILE", "&jurat_profile_keycloak"), tmp_path)
    assert profiles_in(program) == {"keycloak"}
    assert subprocess.run([program, ISSUER], check=False).returncode == 0
    assert subprocess.run([program, "http://as.example"], check=False).returncode == 1
    bare = tmp_path / "bare"
    shutil.copy(program, bare)
    run("strip", bare)
    # Not even in texts; the name of its own is there.
    assert b"keycloak" in bare.read_bytes()
    for text in (b"ory-hydra", b"oidc-provider", b"Keycloak", b"vendor documentation"):
        assert text not in bare.read_bytes(), text
    program = linked(USES_ONE.replace("PROFILE", 'jurat_profile_named(jurat_text("keycloak"))'), tmp_path)
    assert profiles_in(program) == PROFILES | {"named"}


# ---------------------------------------------------------------------------------------------------------- metadata

ENDPOINTS = (
    "token_endpoint",
    "pushed_authorization_request_endpoint",
    "introspection_endpoint",
    "revocation_endpoint",
    "device_authorization_endpoint",
    "backchannel_authentication_endpoint",
)
SUPPORTED, UNSUPPORTED, NOT_ADVERTISED, NOT_KNOWN = (
    number(f"SUPPORT_{name}") for name in ("SUPPORTED", "UNSUPPORTED", "NOT_ADVERTISED", "UNKNOWN")
)


def metadata(**members: object) -> str:
    return json.dumps({"issuer": ISSUER, **members}).replace("/", "\\/")


def test_metadata(ask: Ask) -> None:
    urls = {name: f"https://as.example/{name}?a=é".replace("é", "%C3%A9") for name in ENDPOINTS}
    document = metadata(
        **urls,
        token_endpoint_auth_methods_supported=["client_secret_basic", "private_key_jwt"],
        token_endpoint_auth_signing_alg_values_supported=["RS256"],
        introspection_endpoint_auth_signing_alg_values_supported=["ES256"],
        revocation_endpoint_auth_methods_supported=[],
        grant_types_supported=["client_credentials"],
        mtls_endpoint_aliases={"token_endpoint": "https://mtls.example/token"},
    )
    full, least = ask(("metadata", ISSUER, 0, document), ("metadata", ISSUER, 0, metadata(token_endpoint=None)))
    assert (reason(full), full["issuer"], full["zero"], full["size"]) == (OK, ISSUER, 0, 1)
    assert {name: full[name] for name in ENDPOINTS} == urls
    kinds = ("private_key_jwt", "es256")
    lists = [full[f"{name}_{kind}"] for name in ("token", "introspection", "revocation") for kind in kinds]
    assert lists == [SUPPORTED, UNSUPPORTED, NOT_KNOWN, SUPPORTED, UNSUPPORTED, NOT_KNOWN]
    assert (full["client_credentials"], full["jwt_bearer"]) == (SUPPORTED, UNSUPPORTED)
    assert json.loads(full["grant_types_supported"]) == ["client_credentials"]
    assert {least[name] for name in ENDPOINTS} == {None}
    lists = [least[f"{name}_{kind}"] for name in ("token", "introspection", "revocation") for kind in kinds]
    assert lists == [NOT_ADVERTISED, NOT_KNOWN, NOT_KNOWN, NOT_KNOWN, NOT_ADVERTISED, NOT_KNOWN]
    assert (least["client_credentials"], least["jwt_bearer"]) == (NOT_ADVERTISED, NOT_ADVERTISED)
    assert least["grant_types_supported"] is None


@pytest.mark.parametrize(
    ("document", "cause", "argument"),
    [
        ("", "INVALID_JSON", "metadata"),
        ("[]", "WRONG_TYPE", "metadata"),
        (metadata() + "x", "INVALID_JSON", "metadata"),
        (b'{"issuer":"\xff"}', "NOT_UTF8", "metadata"),
        ('{"issuer":"https://as.example","issuer":"https://as.example"}', "REPEATED", "metadata"),
        (metadata(deep=json.loads("[" * 40 + "]" * 40)), "TOO_DEEP", "metadata"),
        (metadata(token_endpoint="http://as.example/token"), "NOT_HTTPS", "token_endpoint"),
        (metadata(revocation_endpoint="https://as.example/#"), "HAS_FRAGMENT", "endpoint"),
        ('{"issuer":"https://as.example/"}', "ISSUER_SLASH", "issuer"),
        ('{"issuer":"https://evil.example"}', "OTHER_ISSUER", "issuer"),
    ],
)
def test_metadata_refused(ask: Ask, document: str | bytes, cause: str, argument: str) -> None:
    (answer,) = ask(("metadata", ISSUER, 0, document))
    assert reason(answer) == (cause, argument)
    assert answer["zero"] == 1


def test_plain_http_has_to_be_asked_for(ask: Ask) -> None:
    insecure = number("INSECURE_HTTP")
    url = "http://127.0.0.1:8080"
    document = json.dumps({"issuer": url, "token_endpoint": url + "/t"})
    answers = ask(
        ("metadata", url, 0, document),
        ("metadata", url, insecure, document),
        ("metadata", url, insecure | 2, document),
        ("well-known", 1, url, 0),
        ("well-known", 1, url, insecure),
        ("well-known", 1, url, 8),
        ("compare", url, url, 0),
        ("compare", url, url, insecure),
        ("time-request", url, 0),
        ("time-request", url, insecure),
        ("time-request", url, 4),
    )
    refused = ("NOT_HTTPS", "issuer")
    assert [reason(answer) for answer in answers[:8]] == [
        refused,
        OK,
        ("UNKNOWN_STRUCT", ""),
        refused,
        OK,
        ("UNKNOWN_STRUCT", ""),
        refused,
        OK,
    ]
    assert [reason(answer) for answer in answers[8:]] == [("NOT_HTTPS", "endpoint"), OK, ("UNKNOWN_STRUCT", "")]
    assert answers[1]["token_endpoint"] == url + "/t"


def test_well_known_urls(ask: Ask) -> None:
    for issuer, first, second, third in [
        (
            ISSUER,
            f"{ISSUER}/.well-known/oauth-authorization-server",
            *[f"{ISSUER}/.well-known/openid-configuration"] * 2,
        ),
        (
            f"{ISSUER}:8443/realms/a/",
            f"{ISSUER}:8443/.well-known/oauth-authorization-server/realms/a",
            f"{ISSUER}:8443/.well-known/openid-configuration/realms/a",
            f"{ISSUER}:8443/realms/a/.well-known/openid-configuration",
        ),
    ]:
        answers = ask(*(("well-known", form, issuer, 0) for form in (1, 2, 3)))
        assert [answer["output"] for answer in answers] == [first, second, third]
    for form in (0, 4, 2**31, 2**32 - 1):
        (answer,) = ask(("well-known", form, ISSUER, 0))
        assert reason(answer) == ("UNKNOWN_STRUCT", "")
    (answer,) = ask(("well-known", 1, ISSUER + "?a", 0))
    assert reason(answer) == ("HAS_QUERY", "issuer")


@pytest.mark.parametrize(
    ("found", "cause"),
    [
        (ISSUER, "OK"),
        ("https://other.example", "OTHER_ISSUER"),
        ("", "OTHER_ISSUER"),
        ("http://as.example", "ISSUER_SCHEME"),
        ("https://as.example:443", "ISSUER_PORT"),
        ("https://as.example/realms/a", "ISSUER_PATH"),
        ("https://as.ex%61mple", "ISSUER_ENCODING"),
        ("https://ás.example", "ISSUER_ENCODING"),
        ("https://AS.example", "ISSUER_CASE"),
        ("https://as.example/", "ISSUER_SLASH"),
        (b"\xff", "NOT_UTF8"),
    ],
)
def test_near_misses_of_an_issuer(ask: Ask, found: str | bytes, cause: str) -> None:
    (answer,) = ask(("compare", ISSUER, found, 0))
    assert reason(answer) == (cause, "" if cause == "OK" else "issuer")


# ------------------------------------------------------------------------------------------------------ server policy


def decoded(assertion: str) -> tuple[Json, Json]:
    """Header and claims, the signature verified."""
    header, claims, signature = (base64.urlsafe_b64decode(part + "==") for part in assertion.split("."))
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    message = assertion.rsplit(".", 1)[0].encode()
    PUBLIC.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(SHA256()))
    return json.loads(header), json.loads(claims)


def server(profile: str | None, *, endpoint: str | None = None, known: bool = False, issuer: str | None = ISSUER,
           flags: int = 0) -> tuple[Argument, ...]:  # fmt: skip
    return (profile, flags, issuer, endpoint, int(known))


def client(
    of: tuple[Argument, ...],
    *,
    at: int = 0,
    url: str | None = None,
    lifetime: int = 60,
    not_before: int = 0,
    key_id: str | None = None,
    claims: int = 0,
    issuer: str | None = None,
) -> tuple[Argument, ...]:
    return ("client", *of, at, url, lifetime, not_before, key_id, claims, issuer)


def grant(
    of: tuple[Argument, ...],
    *,
    lifetime: int = 60,
    typ: str | None = None,
    issuer: str | None = None,
    endpoint: str | None = None,
) -> tuple[Argument, ...]:
    return ("grant", *of, lifetime, typ, issuer, endpoint)


def test_assertions_for_servers(ask: Ask) -> None:
    introspection = number("ENDPOINT_INTROSPECTION")
    elsewhere = "https://as.example/introspect"
    for command, typ, audience in [
        (client(server(None)), "client-authentication+jwt", ISSUER),
        (client(server("keycloak"), at=introspection), "client-authentication+jwt", ISSUER),
        (client(server(None, issuer=None), issuer=ISSUER), "client-authentication+jwt", ISSUER),
        (client(server("ory-hydra", endpoint=ENDPOINT)), None, ENDPOINT),
        (client(server("okta", endpoint=ENDPOINT), at=number("ENDPOINT_TOKEN")), "JWT", ENDPOINT),
        (client(server("okta", endpoint=ENDPOINT), at=introspection, url=elsewhere), "JWT", elsewhere),
        (client(server("okta"), url=ENDPOINT), "JWT", ENDPOINT),
    ]:  # fmt: skip
        (answer,) = ask(command)
        assert reason(answer) == OK, command
        header, claims = decoded(answer["output"])
        assert header.get("typ") == typ
        assert (claims["aud"], claims["iss"], claims["sub"]) == (audience, "device-7", "device-7")
        assert (claims["iat"], claims["exp"], "nbf" in claims) == (NOW, NOW + 60, False)
    for command, typ, audience in [
        (grant(server(None)), None, ISSUER),
        (grant(server("ory-hydra", endpoint=ENDPOINT), typ="JWT"), "JWT", ENDPOINT),
        (grant(server("servicenow")), None, "device-7"),
    ]:
        (answer,) = ask(command)
        header, claims = decoded(answer["output"])
        assert (header.get("typ"), claims["aud"], claims["sub"]) == (typ, audience, "alice")


def test_what_a_server_refuses_is_refused_before_it_is_sent(ask: Ask) -> None:
    insecure = number("INSECURE_HTTP")
    plain = "http://127.0.0.1/token"
    for command, *expected in [
        (client(server("ory-hydra")), "ENDPOINT_NOT_PINNED", "token_endpoint"),
        (client(server("okta", endpoint=ENDPOINT), at=3), "ENDPOINT_NOT_PINNED", "endpoint"),
        (client(server("ory-hydra", endpoint=ENDPOINT), at=3), "ENDPOINT_NOT_CONTACTED", "endpoint"),
        (client(server("ory-hydra", endpoint=ENDPOINT), url=ENDPOINT + "/2"), "ENDPOINT_NOT_CONTACTED", "endpoint"),
        (client(server("auth0")), "SERVER_ALGORITHM", "profile"),
        (client(server("smart", endpoint=ENDPOINT)), "SERVER_ALGORITHM", "profile"),
        (client(server("apple-sign-in")), "SERVER_CLIENT_SECRET", "profile"),
        (client(server("gematik", endpoint=ENDPOINT)), "SERVER_AUDIENCE_LIST", "profile"),
        (client(server("keycloak"), lifetime=61), "LIFETIME_ABOVE_SERVER", "lifetime"),
        (client(server("zitadel")), "EMPTY", "key_id"),
        (client(server("keycloak"), issuer=ISSUER), "CONFLICT", "server"),
        (client(server(None, issuer=None)), "EMPTY", "issuer"),
        (client(server(None, issuer=None), at=1, issuer=ISSUER), "CONFLICT", "endpoint"),
        (client(server(None, issuer=None), url=ENDPOINT, issuer=ISSUER), "CONFLICT", "endpoint"),
        (client(server("keycloak", issuer=None)), "EMPTY", "issuer"),
        (client(server(None), at=7), "UNKNOWN_STRUCT", "endpoint"),
        (client(server(None), at=2**31 + 1), "UNKNOWN_STRUCT", "endpoint"),
        (client(server("ory-hydra", endpoint=plain)), "NOT_HTTPS", "token_endpoint"),
        (client(server("ory-hydra", endpoint=plain, flags=insecure)), "OK", ""),
        # The flag of the server is for the server's URLs.
        (client(server("okta", flags=insecure), url=plain), "NOT_HTTPS", "endpoint"),
        (client(server(None, flags=2)), "UNKNOWN_STRUCT", "server"),
        (grant(server("okta", endpoint=ENDPOINT), lifetime=61), "LIFETIME_ABOVE_SERVER", "lifetime"),
        (grant(server("spring")), "NO_GRANT", "profile"),
        (grant(server("ory-hydra")), "ENDPOINT_NOT_PINNED", "token_endpoint"),
        (grant(server(None), issuer=ISSUER), "CONFLICT", "server"),
        (grant(server(None), endpoint=ENDPOINT), "CONFLICT", "server"),
        (grant(server(None), issuer=ISSUER, endpoint=ENDPOINT), "CONFLICT", "token_endpoint"),
    ]:
        (answer,) = ask(command)
        assert reason(answer) == tuple(expected), command


def test_metadata_of_a_server(ask: Ask) -> None:
    def sent(document: str, *, profile: str | None = None, at: int = 0, issuer: str = ISSUER) -> tuple[str, str]:
        of = server(profile, endpoint=ENDPOINT, known=True)
        read, answer = ask(("metadata", issuer, 0, document), client(of, at=at, key_id="k"))
        assert reason(read) == OK
        return reason(answer)

    methods, algorithms = "token_endpoint_auth_methods_supported", "token_endpoint_auth_signing_alg_values_supported"
    assert sent(metadata()) == OK
    assert sent(metadata(**{methods: ["client_secret_basic"]})) == ("METHOD_EXCLUDED", "metadata")
    assert sent(metadata(**{algorithms: ["RS256"]})) == ("ALGORITHM_EXCLUDED", "metadata")
    revocation = {"revocation_endpoint_auth_methods_supported": ["none"]}
    assert sent(metadata(**revocation)) == OK
    assert sent(metadata(**revocation), at=number("ENDPOINT_REVOCATION")) == ("METHOD_EXCLUDED", "metadata")
    introspection = {"introspection_endpoint_auth_signing_alg_values_supported": ["RS256"]}
    assert sent(metadata(**introspection), at=number("ENDPOINT_INTROSPECTION")) == ("ALGORITHM_EXCLUDED", "metadata")
    assert sent(metadata(**{algorithms: ["ES256"]}), profile="smart") == OK
    other = "https://other.example"
    assert sent(json.dumps({"issuer": other}), issuer=other) == ("OTHER_ISSUER", "metadata")
    # Metadata that was refused is none.
    _, answer = ask(("metadata", ISSUER, 0, "{}"), client(server(None, known=True)))
    assert reason(answer) == ("UNKNOWN_STRUCT", "metadata")


def own(**changes: Argument) -> tuple[Argument, ...]:
    members: dict[str, Argument] = {
        "flags": 0,
        "es256": 1,
        "audience": 1,
        "audience_fixed": None,
        "type": 1,
        "type_fixed": None,
        "max_lifetime": 300,
        "key_id": 1,
        "grant_audience": 1,
        "grant_audience_fixed": None,
        "grant_max_lifetime": 600,
    }
    assert changes.keys() <= members.keys()
    return ("own", *{**members, **changes}.values())


def test_a_profile_of_the_callers_own(ask: Ask) -> None:
    of = server("own", endpoint=ENDPOINT)
    fixed = number("AUDIENCE_FIXED")
    # nbf comes from the profile, and the caller's own comes before that.
    flags = number("PROFILE_NOT_BEFORE")
    made, *assertions = ask(
        own(flags=flags, audience=fixed, audience_fixed="urn:as", type=number("TYPE_FIXED"), type_fixed="x+jwt",
            grant_audience=fixed, grant_audience_fixed="urn:grants"),
        client(of, lifetime=300),
        client(of, not_before=NOW - 5),
        grant(of, lifetime=600),
    )  # fmt: skip
    assert reason(made) == OK
    header, claims = decoded(assertions[0]["output"])
    assert (header["typ"], claims["aud"], claims["nbf"], claims["exp"]) == ("x+jwt", "urn:as", NOW, NOW + 300)
    assert decoded(assertions[1]["output"])[1]["nbf"] == NOW - 5
    header, claims = decoded(assertions[2]["output"])
    assert (claims["aud"], claims["nbf"], claims["exp"]) == ("urn:grants", NOW, NOW + 600)

    unknown = ("UNKNOWN_STRUCT", "profile")
    for profile, command, expected in [
        (own(), client(of, lifetime=301), ("LIFETIME_ABOVE_SERVER", "lifetime")),
        (own(), grant(of, lifetime=601), ("LIFETIME_ABOVE_SERVER", "lifetime")),
        (own(audience=2), client(of), ("TYPED_AUDIENCE", "profile")),
        (own(audience=2, type=2), client(of), OK),
        (own(audience=5), client(of), ("CONFLICT", "audience")),
        (own(audience=4), client(of), ("EMPTY", "audience")),
        (own(audience=4, audience_fixed="as"), client(of), ("NOT_ABSOLUTE", "audience")),
        (own(audience=4, audience_fixed=b"\xff"), client(of), ("NOT_UTF8", "audience")),
        (own(audience=1, audience_fixed="urn:as"), client(of), ("CONFLICT", "audience")),
        (own(grant_audience=0, grant_audience_fixed="urn:as"), grant(of), ("CONFLICT", "audience")),
        (own(grant_audience=0), grant(of), ("NO_GRANT", "profile")),
        (own(type=4), client(of), ("EMPTY", "type")),
        (own(type=2, type_fixed="JWT"), client(of), ("CONFLICT", "type")),
        (own(flags=number("PROFILE_CLAIMS_REFUSED")), client(of, claims=1), ("CLAIMS_REFUSED", "claims")),
        (own(flags=number("PROFILE_CLAIMS_REFUSED")), client(of), OK),
        (own(key_id=2), client(of), ("EMPTY", "key_id")),
        (own(key_id=2), client(of, key_id="k"), OK),
        (own(key_id=3), client(of), ("EMPTY", "certificate_thumbprint")),
        (own(flags=1), client(of), unknown),
        (own(flags=8192), client(of), unknown),
        (own(es256=0), client(of), unknown),
        (own(es256=6), client(of), unknown),
        (own(audience=0), client(of), unknown),
        (own(audience=6), client(of), unknown),
        (own(type=0), client(of), unknown),
        (own(type=5), client(of), unknown),
        (own(key_id=0), client(of), unknown),
        (own(key_id=4), client(of), unknown),
        (own(grant_audience=6), client(of), unknown),
    ]:
        _, answer = ask(profile, command)
        assert reason(answer) == expected, profile


# ------------------------------------------------------------------------------------------------------- HTTP requests


def parsed(request: str) -> tuple[str, HTTPMessage, str]:
    head, body = request.split("\r\n\r\n", 1)
    first, _, fields = head.partition("\r\n")
    return first, parse_headers(BytesIO(f"{fields}\r\n\r\n".encode())), body


def test_whole_requests(ask: Ask) -> None:
    flags = number("INSECURE_HTTP")
    bare, whole, without_id, plain = ask(
        ("request", *server(None), None, 0),
        ("request", *server(None), "https://as.example:8443/token?a=b", 0),
        ("own", *own(flags=number("PROFILE_OMIT_CLIENT_ID"))[1:]),
        ("request", *server(None), "http://127.0.0.1:1/", flags),
    )
    first, headers, body = parsed(whole["output"])
    assert first == "POST /token?a=b HTTP/1.1"
    assert (headers["Host"], headers["Connection"], headers["Accept"]) == (
        "as.example:8443",
        "close",
        "application/json",
    )
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert int(headers["Content-Length"]) == len(body)
    # The same but for the signature's place: RFC 6979 makes the same signature.
    assert body == bare["output"]
    assert dict(parse_qsl(body))["client_id"] == "device-7"
    assert parsed(plain["output"])[1]["Host"] == "127.0.0.1:1"
    size = number_of_head_size(len("https://as.example:8443/token?a=b"))
    assert len(whole["output"]) - len(body) <= size
    assert reason(without_id) == OK
    _, sent = ask(own(flags=number("PROFILE_OMIT_CLIENT_ID")), ("request", *server("own"), None, 0))
    assert "client_id" not in dict(parse_qsl(sent["output"]))

    for command, *expected in [
        (("request", *server(None), "http://127.0.0.1/", 0), "NOT_HTTPS", "endpoint"),
        (("request", *server(None), "https://a@as.example/", 0), "INVALID_CHARACTER", "endpoint"),
        (("request", *server(None), "", 0), "EMPTY", "endpoint"),
        (("request", *server("ory-hydra", endpoint=ENDPOINT), ENDPOINT + "2", 0), "ENDPOINT_NOT_CONTACTED", "endpoint"),
        (("request", *server("ory-hydra", endpoint=ENDPOINT), ENDPOINT, 0), "OK", ""),
        (("request", *server(None), ENDPOINT, 2), "UNKNOWN_STRUCT", "request"),
    ]:
        (answer,) = ask(command)
        assert reason(answer) == tuple(expected), command


def number_of_head_size(url: int) -> int:
    found = re.search(r"#define JURAT_HTTP_HEAD_SIZE\(http_endpoint\) \(\(size_t\)(\d+) \+ \(http_endpoint\)\)", HEADER)
    assert found
    return int(found[1]) + url


def test_a_request_for_the_time(ask: Ask) -> None:
    for url, target, host in [(ENDPOINT, "/token", "as.example"), ("https://[::1]:1", "/", "[::1]:1")]:
        (answer,) = ask(("time-request", url, 0))
        first, headers, body = parsed(answer["output"])
        assert (first, body) == (f"HEAD {target} HTTP/1.1", "")
        assert dict(headers.items()) == {"Host": host, "Connection": "close"}
    answers = ask(("time-request", None, 0), ("time-request", ENDPOINT + "#", 0), ("time-request", b"\xff", 0))
    assert [reason(answer)[0] for answer in answers] == ["EMPTY", "HAS_FRAGMENT", "NOT_UTF8"]


# ---------------------------------------------------------------------------------------------------------------- time


def http_date(seconds: int) -> str:
    return format_datetime(datetime.fromtimestamp(seconds, UTC), usegmt=True)


def test_http_dates(ask: Ask) -> None:
    times = [0, 1, 951_782_400, 1_709_164_800, NOW, 4_102_444_799, 10**11 - 1]
    forms = ("%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y")
    for at in times:
        moment = datetime.fromtimestamp(at, UTC)
        texts = [moment.strftime(form) for form in forms if 1970 <= moment.year < 2070 or "%y" not in form]
        assert texts[0] == http_date(at)
        for answer in ask(*(("http-date", text) for text in texts)):
            assert (reason(answer), answer["seconds"]) == (OK, at), texts
    for text in (
        "",
        "0",
        "Mon, 23 Nov 2026 18:44:14",
        "Tue, 23 Nov 2026 18:44:14 GMT",
        "Mon, 31 Nov 2026 18:44:14 GMT",
    ):
        (answer,) = ask(("http-date", text))
        assert (reason(answer), answer["seconds"]) == (("INVALID_DATE", "date"), 0)
    (answer,) = ask(("http-date", b"\xff"))
    assert (reason(answer), answer["seconds"]) == (("NOT_UTF8", "date"), 0)


def test_retry_after(ask: Ask) -> None:
    for text, date, seconds in [
        ("0", 0, 0),
        ("120", 0, 120),
        ("86401", 0, 86_400),
        ("9" * 30, 0, 86_400),
        (http_date(NOW + 60), NOW, 60),
        (http_date(NOW - 60), NOW, 0),
        (http_date(NOW + 10**6), NOW, 86_400),
    ]:
        (answer,) = ask(("retry-after", text, date))
        assert (reason(answer), answer["seconds"]) == (OK, seconds), text
    for bad, date, cause in [
        (http_date(NOW), 0, "INVALID_DATE"),
        ("-1", NOW, "INVALID_DATE"),
        ("", NOW, "INVALID_DATE"),
        ("1.5", NOW, "INVALID_DATE"),
        ("1", 10**11, "MILLISECONDS"),
        ("1", 2**53, "TIME_OUT_OF_RANGE"),
        (b"\xff", NOW, "NOT_UTF8"),
    ]:
        (answer,) = ask(("retry-after", bad, date))
        assert (reason(answer), answer["seconds"]) == ((cause, "date"), 0), bad


@pytest.mark.parametrize(
    ("device", "fault"),
    [
        (NOW, "NONE"),
        (NOW + 29, "NONE"),
        (NOW * 1000, "MILLISECONDS"),
        (NOW * 10**6, "MICROSECONDS"),
        (NOW * 10**9, "NANOSECONDS"),
        (73, "UNSET"),
        (NOW - int(datetime(2000, 1, 1, tzinfo=UTC).timestamp()), "EPOCH_2000"),
        (NOW - int(datetime(2001, 1, 1, tzinfo=UTC).timestamp()), "EPOCH_2001"),
        (NOW - int(datetime(1900, 1, 1, tzinfo=UTC).timestamp()), "NTP"),
        (NOW - int(datetime(1980, 1, 6, tzinfo=UTC).timestamp()) + 18, "GPS"),
        (NOW + 19_800, "LOCAL_TIME"),
        (NOW - 30, "DRIFT"),
        (NOW + 86_400, "UNEXPLAINED"),
    ],
)
def test_time_faults(ask: Ask, device: int, fault: str) -> None:
    answer, other = ask(("time-fault", device, NOW), ("time-fault", device, 10**11))
    assert answer["fault"] == number(f"TIME_FAULT_{fault}")
    assert answer["text"]
    assert answer["unknown"] == ""
    assert other["fault"] == number("TIME_FAULT_UNEXPLAINED")


def test_clocks(ask: Ask) -> None:
    trusted, estimated, unset = (number(f"CLOCK_{name}") for name in ("TRUSTED", "ESTIMATED", "UNSET"))
    for clock, device, now, issued_at, state in [
        ((trusted, BUILD, 0), NOW, NOW, NOW - 1, trusted),
        ((estimated, BUILD, -3600, 4), NOW + 3600, NOW, NOW - 4, estimated),
        ((estimated, BUILD, NOW - 73, 400), 73, NOW, NOW - 10, estimated),
        ((trusted, BUILD, 0), BUILD - 1, None, None, unset),
        ((trusted, BUILD, 0), BUILD + 20 * 36_525 * 864 + 1, None, None, unset),
        ((unset, BUILD, 0), NOW, None, None, unset),
    ]:
        _, answer = ask(("clock", *clock), ("ask-clock", device))
        assert reason(answer) == (OK if now else ("CLOCK_UNSET", "clock"))
        assert (answer["now"], answer["issued_at"], answer["state"]) == (now or 0, issued_at or 0, state)
    for clock, device, expected in [
        ((0, BUILD, 0), NOW, ("UNKNOWN_STRUCT", "clock")),
        ((4, BUILD, 0), NOW, ("UNKNOWN_STRUCT", "clock")),
        ((trusted, BUILD, 1), NOW, ("CONFLICT", "clock")),
        ((unset, BUILD, -1), NOW, ("CONFLICT", "clock")),
        ((trusted, 10**11, 0), NOW, ("MILLISECONDS", "build_time")),
        ((trusted, BUILD, 0), 10**11, ("MILLISECONDS", "clock")),
    ]:
        _, answer = ask(("clock", *clock), ("ask-clock", device))
        assert (reason(answer), answer["now"], answer["state"]) == (expected, 0, unset)


def test_learning_the_time(ask: Ask) -> None:
    trusted, estimated, unset = (number(f"CLOCK_{name}") for name in ("TRUSTED", "ESTIMATED", "UNSET"))
    for clock, sample, moved, after in [
        ((unset, BUILD, 0), (NOW, 73, 74, 0), NOW - 73, (estimated, NOW - 73, 2)),
        ((trusted, BUILD, 0), (NOW, NOW, NOW, 0), 0, (trusted, 0, 1)),
        ((trusted, BUILD, 0), (NOW, NOW + 3600, NOW + 3600, 0), -3600, (estimated, -3600, 1)),
    ]:
        _, answer = ask(("clock", *clock), ("learn", *sample))
        assert (reason(answer), answer["moved"], answer["size"]) == (OK, moved, 1)
        assert (answer["state"], answer["offset"], answer["uncertainty"]) == after
        assert answer["build_time"] == BUILD
    for sample, cause, argument in [
        ((NOW, NOW, NOW + 11, 0), "ROUND_TRIP_TOO_LONG", "clock"),
        ((NOW, NOW, NOW - 1, 0), "ROUND_TRIP_TOO_LONG", "clock"),
        ((NOW, NOW, NOW, 1), "CACHED", "date"),
        ((BUILD - 1, NOW, NOW, 0), "BEFORE_BUILD", "date"),
        ((NOW + 90_000, NOW, NOW, 0), "JUMP_TOO_FAR", "clock"),
        ((BUILD + 7 * 10**8, NOW, NOW, 0), "JUMP_TOO_FAR", "date"),
        ((10**11, NOW, NOW, 0), "MILLISECONDS", "date"),
        ((NOW, 10**11, NOW, 0), "MILLISECONDS", "clock"),
    ]:
        before, answer = ask(("clock", trusted, BUILD, 0), ("learn", *sample))
        assert (reason(answer), answer["moved"]) == ((cause, argument), 0)
        assert {**answer, "cause": 0, "argument": "", "moved": None} == {**before, "moved": None}


# ------------------------------------------------------------------------------------------------------------- answers

TOKEN = json.dumps({"access_token": "2YotnFZF", "token_type": "bearer", "expires_in": 3600, "scope": "a b"})


def response(status: int, body: str | bytes, flags: int = 0, /, **headers: str | bytes) -> tuple[Argument, ...]:
    pairs = [part for name, value in headers.items() for part in (name.replace("_", "-"), value)]
    return ("response", status, flags, body, len(headers), *pairs)


def test_headers_of_an_answer(ask: Ask) -> None:
    (answer,) = ask(
        response(200, "", CONTENT_type="text/html", date="d", Age="1", retry_after="2", dpop_NONCE="n", server="x")
    )
    assert reason(answer) == OK
    assert answer["flags"] == number("DPOP_NONCE")
    values = [answer[name] for name in ("content_type", "date", "age", "retry_after")]
    assert values == ["text/html", "d", "1", "2"]
    # What nobody asks for may be any bytes.
    (answer,) = ask(response(200, "", server=b"\xff", date=b"\xff"))
    assert (reason(answer), answer["date"]) == (("NOT_UTF8", "response"), None)
    (answer,) = ask(response(200, "", server=b"\xff", date="d"))
    assert (reason(answer), answer["date"]) == (OK, "d")


def outcome(ask: Ask, *of: Any, **headers: Any) -> Json:
    _, answer = ask(response(*of, **headers), ("read",))
    assert reason(answer) == OK
    assert (answer["step"], answer["wait"], answer["stop"], answer["clock_moved"], answer["renew_at"]) == (
        0,
        0,
        0,
        0,
        0,
    )
    return {**answer, "outcome": name_of("OUTCOME", answer["outcome"])}


def test_tokens(ask: Ask) -> None:
    expires, was_text = number("ANSWER_EXPIRES"), number("ANSWER_EXPIRES_WAS_TEXT")
    answer = outcome(ask, 200, TOKEN)
    assert (answer["outcome"], answer["access_token"], answer["scope"]) == ("TOKEN", "2YotnFZF", "a b")
    assert (answer["flags"], answer["expires_in"], answer["token_type_text"]) == (expires, 3600, None)
    assert answer["token_type"] == number("TOKEN_TYPE_BEARER")
    assert (answer["error"], answer["description"], answer["error_code"]) == (None, None, 0)
    answer = outcome(ask, 201, r'{"access_token":"a\u002fb","token_type":"DPoP","expires_in":"60"}')
    assert (answer["access_token"], answer["token_type"]) == ("a/b", number("TOKEN_TYPE_DPOP"))
    assert (answer["flags"], answer["expires_in"], answer["scope"]) == (expires | was_text, 60, None)
    answer = outcome(ask, 200, '{"access_token":"a","token_type":"N_A","expires_in":"soon"}')
    assert (answer["token_type"], answer["token_type_text"]) == (number("TOKEN_TYPE_OTHER"), "N_A")
    assert (answer["flags"], answer["expires_in"]) == (was_text, 0)


def test_errors(ask: Ask) -> None:
    codes = {name: int(value) for name, value in re.findall(r"#define JURAT_ERROR_(\w+) (\d+)", HEADER)}
    assert len(codes) == 11
    for name, value in codes.items():
        text = name.lower() if value else "interaction_required"
        body = json.dumps({"error": text, "error_description": "d \x07é", "error_uri": "https://as.example/e"})
        answer = outcome(ask, 400, body)
        assert (answer["outcome"], answer["error_code"], answer["error"]) == ("ERROR", value, text)
        assert (answer["description"], answer["uri"]) == ("d ?", "https://as.example/e")
        assert answer["access_token"] is None
    problem = {"type": "about:blank", "title": "Bad", "detail": "no such client"}
    answer = outcome(ask, 400, json.dumps(problem))
    assert (answer["outcome"], answer["error"], answer["description"]) == ("FOREIGN", None, "no such client")
    answer = outcome(ask, 400, json.dumps({"errors": [{"code": "E1", "title": "Bad"}]}))
    assert (answer["outcome"], answer["error"], answer["description"]) == ("FOREIGN", "E1", "Bad")


@pytest.mark.parametrize(
    ("status", "body", "flags", "expected", "cause"),
    [
        (200, "<html>", 0, "NOT_JSON", 0),
        (200, " ", 0, "EMPTY", 0),
        (200, TOKEN[:-1], 0, "TRUNCATED", 0),
        (200, TOKEN, number("BODY_TRUNCATED"), "TOO_LARGE", 0),
        (200, TOKEN, number("BODY_INCOMPLETE"), "TRUNCATED", 0),
        (200, TOKEN, number("BODY_TRUNCATED") | number("BODY_INCOMPLETE"), "TOO_LARGE", 0),
        (302, TOKEN, 0, "REDIRECT", 0),
        (200, "[]", 0, "UNUSABLE", number("CAUSE_WRONG_TYPE")),
        (400, TOKEN, 0, "UNUSABLE", number("CAUSE_CONFLICT")),
        (200, '{"access_token":"","token_type":"bearer"}', 0, "UNUSABLE", number("CAUSE_EMPTY")),
    ],
)
def test_what_is_neither(ask: Ask, status: int, body: str, flags: int, expected: str, cause: int) -> None:
    answer = outcome(ask, status, body, flags)
    assert (answer["outcome"], answer["unusable"]) == (expected, cause)
    assert (answer["access_token"], answer["error"]) == (None, None)


def test_answers_refused(ask: Ask) -> None:
    for command, cause in [(response(65_536, TOKEN), "UNKNOWN_STRUCT"), (response(200, TOKEN, 4), "UNKNOWN_STRUCT")]:
        *_, answer = ask(command, ("read",))
        assert (reason(answer), answer["outcome"], answer["access_token"]) == ((cause, "response"), 0, None)


ENDED, FULL, HEAD = number("CONNECTION_ENDED"), number("BUFFER_FULL"), number("HEAD")
# What each says of an answer that is cut off in its head, and of one that is cut off in its body.
CUT_OFF = {
    ENDED: ("RESPONSE_TRUNCATED", number("BODY_INCOMPLETE")),
    FULL: ("RESPONSE_TOO_LARGE", number("BODY_TRUNCATED")),
    ENDED | FULL: ("RESPONSE_TRUNCATED", number("BODY_INCOMPLETE")),
}
NOTHING = {"size": 0, "inside": 0, "flags": 0, "status": 0, "body": None, "date": None, "age": None}


def in_chunks(body: str) -> str:
    return "".join(f"{len(part):x};n=v\r\n{part}\r\n" for part in (body[:1], body[1:])) + "0\r\nETag: x\r\n\r\n"


@pytest.mark.parametrize(
    ("framing", "encode", "ended"),
    [
        (f"Content-Length: {len(TOKEN)}", str, 0),
        ("Transfer-Encoding: chunked", in_chunks, 0),
        ("Connection: close", str, ENDED),
    ],
)
def test_answers_from_the_connection(ask: Ask, framing: str, encode: Callable[[str], str], ended: int) -> None:
    fields = f"Date: {http_date(NOW)} \t\r\nAge:0\r\nRETRY-AFTER: 5\r\nContent-Type: a/b\r\nDPoP-Nonce: n\r\n{framing}"
    head = f"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n{fields}\r\n\r\n"
    whole = head + encode(TOKEN)
    # Behind the last chunk nothing is missing that matters, and the end of a connection may be that of the body.
    whole_from = whole.index("\r\n0\r\n") + 5 if encode is in_chunks else len(whole)
    # Every beginning wants more and is left as it is, or is cut where no more will come.
    kinds = (0, *CUT_OFF)
    answers = iter(ask(*(("http1", flags, whole[:length]) for length in range(len(whole)) for flags in kinds)))
    for length in range(len(whole)):
        more = next(answers)
        assert (reason(more), more["complete"], more["same"]) == (OK, 0, 1), length
        assert {name: more[name] for name in NOTHING} == NOTHING
        for flags, (cause, in_body) in CUT_OFF.items():
            cut = next(answers)
            if length < len(head):
                assert reason(cut) == (cause, "response"), length
                assert (cut["complete"], cut["same"], {name: cut[name] for name in NOTHING}) == (0, 1, NOTHING)
            else:
                assert (reason(cut), cut["complete"], cut["inside"], cut["status"]) == (OK, 1, 1, 200), length
                assert TOKEN.startswith(cut["body"] or "")
                # Where the connection's end is that of the body, a full buffer may have missed it.
                is_cut = flags == FULL if ended else length < whole_from
                assert cut["flags"] == number("DPOP_NONCE") | (in_body if is_cut else 0), length
    for behind in ("", "HTTP/1.1 200 OK\r\n\r\n") if not ended else ("",):
        answer, read = ask(("http1", ended, whole + behind), ("read",))
        assert (reason(answer), answer["complete"], answer["size"], answer["inside"]) == (OK, 1, 1, 1)
        assert (answer["status"], answer["flags"], answer["body"]) == (200, number("DPOP_NONCE"), TOKEN)
        values = [answer[name] for name in ("content_type", "date", "age", "retry_after")]
        assert values == ["a/b", http_date(NOW), "0", "5"]
        assert (reason(read), read["access_token"]) == (OK, "2YotnFZF")
        # As it came, but for chunks, which are put together.
        assert answer["same"] == (encode is str)
    answer, read = ask(("http1", HEAD, head), ("read",))
    assert (reason(answer), answer["complete"], answer["same"], answer["date"]) == (OK, 1, 1, http_date(NOW))
    assert (answer["body"], name_of("OUTCOME", read["outcome"])) == ("", "EMPTY")


@pytest.mark.parametrize(
    ("flags", "text", "expected"),
    [
        (0, "<html>", ("NOT_OAUTH", "response")),
        (0, "HTTP/2 200\r\n\r\n", ("NOT_OAUTH", "response")),
        (0, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}", ("NOT_OAUTH", "response")),
        (0, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n", ("NOT_OAUTH", "response")),
        (HEAD, "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", ("NOT_OAUTH", "response")),
        (0, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}3\r\n", ("NOT_OAUTH", "response")),
        (0, "HTTP/1.1 200 OK\r\n" + "A: b\r\n" * 65 + "\r\n", ("RESPONSE_TOO_LARGE", "response")),
        (ENDED, "", ("RESPONSE_TRUNCATED", "response")),
        (ENDED, "HTTP/1.1 100 Continue\r\n\r\n", ("RESPONSE_TRUNCATED", "response")),
        (FULL, "", ("RESPONSE_TOO_LARGE", "response")),
        (FULL, "HTTP/1.1 100 Continue\r\n\r\n", ("RESPONSE_TOO_LARGE", "response")),
        *((flag, "HTTP/1.1 204 x\r\n\r\n", ("UNKNOWN_STRUCT", "response")) for flag in (1, 8, 16, 2**31)),
    ],
)
def test_what_is_no_answer_of_a_connection(ask: Ask, flags: int, text: str, expected: tuple[str, str]) -> None:
    (answer,) = ask(("http1", flags, text))
    assert (reason(answer), answer["complete"], answer["same"]) == (expected, 0, 1)
    assert {name: answer[name] for name in NOTHING} == NOTHING


def test_an_answer_of_64_headers(ask: Ask) -> None:
    (answer,) = ask(("http1", 0, "HTTP/1.1 204 x\r\n" + "A: b\r\n" * 64 + "\r\n"))
    assert (reason(answer), answer["complete"], answer["status"], answer["body"]) == (OK, 1, 204, "")


# ----------------------------------------------------------------------------------------------------------- exchanges

ROOM = 4096
WITH_KEY, FAILING, IN_TWO_PHASES = 0, 1, 2
TRUSTED, ESTIMATED, UNSET = (number(f"CLOCK_{name}") for name in ("TRUSTED", "ESTIMATED", "UNSET"))
START = (("clock", TRUSTED, BUILD, 0), ("init", 0))


def error(at: int, code: str = "invalid_client", status: int = 401, **headers: str) -> tuple[Argument, ...]:
    return response(status, json.dumps({"error": code}), date=http_date(at), **headers)


def step_of(answer: Json) -> tuple[str, int]:
    assert reason(answer) == OK
    return name_of("STEP", answer["step"]), answer["detail"]


def verdict(answer: Json) -> tuple[str, str, int, str]:
    """Outcome, step, seconds to wait, and why to stop."""
    assert reason(answer) == OK
    step = name_of("STEP", answer["step"])
    return name_of("OUTCOME", answer["outcome"]), step, answer["wait"], name_of("CAUSE", answer["stop"])


def sent(answer: Json) -> Json:
    assert reason(answer) == OK
    return decoded(dict(parse_qsl(answer["output"]))["client_assertion"])[1]


@pytest.mark.parametrize("how", [WITH_KEY, IN_TWO_PHASES])
def test_a_clock_that_is_an_hour_fast(ask: Ask, how: int) -> None:
    fast = NOW + 3600
    answers = ask(
        *START,
        ("step", fast),
        ("sign", fast, 1, ROOM, how),
        ("step", fast),
        ("sign", fast, 2, ROOM, how),
        ("sleep",),
        error(NOW),
        ("answer", fast, fast),
        ("sleep",),
        ("step", fast + 1),
        ("issued-at", fast + 1),
        ("sign", fast + 1, 1, ROOM, how),
        ("step", fast + 1),
        ("sign", fast + 1, 2, ROOM, how),
        response(200, TOKEN, date=http_date(NOW + 1)),
        ("answer", fast + 1, fast + 2),
        ("step", fast + 2),
        ("exchange-clock",),
        ("sign", fast + 2, 3, ROOM, how),
        ("answer", fast + 2, fast + 2),
    )[2:]
    assert step_of(answers[0]) == ("SEND", 0)
    first = sent(answers[1])
    assert first["iat"] == fast - 1
    assert step_of(answers[2]) == ("ANSWER", 0)
    assert reason(answers[3]) == ("ANSWER_AWAITED", "exchange")
    assert verdict(answers[6]) == ("ERROR", "SEND", 0, "OK")
    assert (answers[6]["clock_moved"], answers[6]["error_code"]) == (-3600, number("ERROR_INVALID_CLIENT"))
    # Garbage in between is refused; the bytes that were put away go on.
    assert reason(answers[4]) == reason(answers[7]) == ("UNKNOWN_STRUCT", "exchange")
    assert step_of(answers[8]) == ("SEND", 0)
    assert answers[9]["issued_at"] == NOW
    assert reason(answers[10]) == ("REPEATED", "jwt_id")
    assert step_of(answers[11]) == ("SEND", 0)
    second = sent(answers[12])
    assert (second["iat"], second["exp"]) == (NOW, NOW + 60)
    assert second["jti"] != first["jti"]
    assert verdict(answers[14]) == ("TOKEN", "DONE", 0, "OK")
    renewal = number("ANSWER_RENEW") | number("ANSWER_EXPIRES")
    assert (answers[14]["flags"], answers[14]["renew_at"]) == (renewal, fast + 1 + 3600 - 60)
    assert step_of(answers[15]) == ("DONE", 0)
    clock = answers[16]
    assert (clock["state"], clock["offset"], clock["uncertainty"]) == (ESTIMATED, -3600, 1)
    assert (clock["build_time"], clock["size"]) == (BUILD, 1)
    assert reason(answers[17]) == ("NO_ATTEMPTS_LEFT", "exchange")
    assert reason(answers[18]) == ("NO_REQUEST", "exchange")


def test_a_call_that_fails_counts_nothing(ask: Ask) -> None:
    answers = ask(
        *START,
        ("sign", NOW, 1, 0, WITH_KEY),
        ("sign", NOW, 1, 100, WITH_KEY),
        ("sign", NOW, 1, ROOM, FAILING),
        ("sign", NOW, 1, 100, IN_TWO_PHASES),
        ("sign", 10**11, 1, ROOM, WITH_KEY),
        ("no-answer", NOW),
        ("ask-time", NOW),
        # The same random bytes are still unused.
        ("sign", NOW, 1, ROOM, WITH_KEY),
        ("no-answer", NOW),
        ("sign", NOW + 1, 1, ROOM, WITH_KEY),
        ("sign", NOW + 1, 2, ROOM, WITH_KEY),
        ("no-answer", NOW + 1),
        ("step", NOW + 1),
        ("sign", NOW + 1, 3, ROOM, WITH_KEY),
    )[2:]
    assert [reason(answer) for answer in answers[:7]] == [
        ("BUFFER_TOO_SMALL", "output"),
        ("BUFFER_TOO_SMALL", "output"),
        ("SIGNER_FAILED", "signer"),
        ("BUFFER_TOO_SMALL", "output"),
        ("MILLISECONDS", "clock"),
        ("NO_REQUEST", "exchange"),
        ("NO_ATTEMPTS_LEFT", "exchange"),
    ]
    assert answers[0]["length"] == answers[1]["length"] == answers[3]["length"] == answers[7]["length"]
    assert [answers[index]["length"] for index in (2, 4)] == [0, 0]
    sent(answers[7])
    assert reason(answers[8]) == OK
    assert reason(answers[9]) == ("REPEATED", "jwt_id")
    sent(answers[10])
    assert step_of(answers[12]) == ("STOP", number("CAUSE_NO_ATTEMPTS_LEFT"))
    assert reason(answers[13]) == ("NO_ATTEMPTS_LEFT", "exchange")


def test_a_clock_that_is_not_set(ask: Ask) -> None:
    answers = ask(
        ("clock", UNSET, BUILD, 0),
        ("init", 0),
        ("step", 73),
        ("issued-at", 73),
        ("sign", 73, 1, ROOM, WITH_KEY),
        ("exchange-clock",),
        ("ask-time", 73),
        ("step", 73),
        ("ask-time", 73),
        response(405, "", date=http_date(NOW)),
        ("answer", 73, 74),
        ("sign", 100, 1, ROOM, WITH_KEY),
        ("exchange-clock",),
    )[2:]
    assert step_of(answers[0]) == ("LEARN_TIME", 0)
    assert (reason(answers[1]), answers[1]["issued_at"]) == (("CLOCK_UNSET", "clock"), 0)
    assert reason(answers[2]) == ("CLOCK_UNSET", "clock")
    assert (answers[3]["state"], answers[3]["offset"], answers[3]["uncertainty"]) == (UNSET, 0, UNKNOWN)
    assert reason(answers[4]) == OK
    assert step_of(answers[5]) == ("ANSWER", 0)
    assert reason(answers[6]) == ("NO_ATTEMPTS_LEFT", "exchange")
    assert verdict(answers[8]) == ("EMPTY", "SEND", 0, "OK")
    assert answers[8]["clock_moved"] == NOW - 73
    assert sent(answers[9])["iat"] == NOW + 27 - 2
    clock = answers[10]
    assert (clock["state"], clock["offset"], clock["uncertainty"]) == (ESTIMATED, NOW - 73, 2)
    # A time that is no time: twice, then no more.
    answers = ask(
        ("clock", UNSET, BUILD, 0),
        ("init", 0),
        ("ask-time", 73),
        response(200, ""),
        ("answer", 73, 74),
        ("ask-time", 75),
        error(BUILD - 1),
        ("answer", 75, 76),
    )
    assert verdict(answers[4]) == ("EMPTY", "LEARN_TIME", 0, "OK")
    assert verdict(answers[7])[1:] == ("STOP", 0, "BEFORE_BUILD")


def test_waiting(ask: Ask) -> None:
    answers = ask(
        *START,
        ("sign", NOW, 1, ROOM, WITH_KEY),
        response(429, "slow down", date=http_date(NOW), retry_after="120"),
        ("answer", NOW, NOW + 1),
        ("sleep",),
        ("step", NOW + 1),
        ("step", NOW + 120),
        ("sign", NOW + 120, 2, ROOM, WITH_KEY),
        ("step", NOW + 121),
        ("sign", NOW + 121, 2, ROOM, WITH_KEY),
        response(503, ""),
        ("answer", NOW + 121, NOW + 121),
    )[2:]
    assert verdict(answers[2]) == ("NOT_JSON", "WAIT", 120, "OK")
    assert step_of(answers[4]) == ("WAIT", 120)
    assert step_of(answers[5]) == ("WAIT", 1)
    assert reason(answers[6]) == ("TOO_EARLY", "exchange")
    assert step_of(answers[7]) == ("SEND", 0)
    assert sent(answers[8])["iat"] == NOW + 120
    assert verdict(answers[10]) == ("EMPTY", "STOP", 0, "NO_ATTEMPTS_LEFT")


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (error(NOW), "REFUSED"),
        (error(NOW + 3600, "invalid_scope", 400), "REFUSED"),
        (error(NOW, "use_dpop_nonce", 400, dpop_nonce="n"), "DPOP_REQUIRED"),
        (error(NOW + 90_000), "JUMP_TOO_FAR"),
        (response(302, ""), "REDIRECTED"),
        (response(200, "<html>"), "NOT_OAUTH"),
        (response(500, "<html>"), "SERVER_FAULT"),
        (response(200, TOKEN, number("BODY_TRUNCATED")), "RESPONSE_TOO_LARGE"),
        (response(200, TOKEN, number("BODY_INCOMPLETE")), "RESPONSE_TRUNCATED"),
        (response(401, json.dumps({"error": "invalid_client"}), number("BODY_INCOMPLETE")), "RESPONSE_TRUNCATED"),
        (response(404, json.dumps({"detail": "Not Found"}), date=http_date(NOW + 3600)), "NOT_OAUTH"),
        (response(200, TOKEN[:-1]), "RESPONSE_TRUNCATED"),
    ],
)
def test_stopping(ask: Ask, answer: tuple[Argument, ...], cause: str) -> None:
    commands = (("sign", NOW, 1, ROOM, WITH_KEY), answer, ("answer", NOW, NOW), ("sleep",), ("step", NOW))
    *_, said, _, step = ask(*START, *commands)
    assert verdict(said)[1:] == ("STOP", 0, cause)
    assert step_of(step) == ("STOP", number(f"CAUSE_{cause}"))


def test_attempts(ask: Ask) -> None:
    assert number("MAX_ATTEMPTS") == 4
    for attempts, expected in [
        (0, OK),
        (1, OK),
        (4, OK),
        (5, ("NO_ATTEMPTS_LEFT", "attempts")),
        (256, ("NO_ATTEMPTS_LEFT", "attempts")),
        (257, ("NO_ATTEMPTS_LEFT", "attempts")),
        (2**32 - 1, ("NO_ATTEMPTS_LEFT", "attempts")),
    ]:
        _, started, step = ask(START[0], ("init", attempts), ("step", NOW))
        assert reason(started) == expected
        assert reason(step) == (OK if expected == OK else ("UNKNOWN_STRUCT", "exchange"))
        assert (step["step"], step["detail"]) == (number("STEP_SEND") if expected == OK else 0, 0)
    _, _, once, _, said = ask(
        START[0], ("init", 1), ("sign", NOW, 1, ROOM, WITH_KEY), response(429, ""), ("answer", NOW, NOW)
    )
    assert reason(once) == OK
    assert verdict(said) == ("EMPTY", "STOP", 0, "NO_ATTEMPTS_LEFT")


def test_clocks_survive_an_exchange(ask: Ask) -> None:
    for clock in [
        (TRUSTED, BUILD, 0),
        (ESTIMATED, BUILD, 0, 7),
        (ESTIMATED, BUILD, NOW, 7),
        (ESTIMATED, BUILD, -NOW, 7),
        (ESTIMATED, BUILD, BUILD + 20 * 36_525 * 864, 7),
        (UNSET, BUILD, 0),
    ]:
        given, _, kept = ask(("clock", *clock), ("init", 0), ("exchange-clock",))
        assert kept == given
    # Such an offset leads nowhere: the clock is not set.
    for offset in (BUILD + 20 * 36_525 * 864 + 1, 2**63 - 1, -(2**63)):
        _, _, kept = ask(("clock", ESTIMATED, BUILD, offset, 7), ("init", 0), ("exchange-clock",))
        assert (kept["state"], kept["offset"], kept["uncertainty"]) == (UNSET, 0, UNKNOWN)
    _, started = ask(("clock", TRUSTED, BUILD, 1), ("init", 0))
    assert reason(started) == ("CONFLICT", "clock")
