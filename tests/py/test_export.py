"""What a device is configured with: the text, as compilers read it, and the command that writes it."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal

import pytest
from click.testing import CliRunner, Result

import jurat
from jurat import cli

ISSUER = "https://as.example"
TOKEN = f"{ISSUER}/token"
TEXTS = ["ISSUER", "TOKEN_ENDPOINT", "AUDIENCE", "TYPE", "CLIENT_ID", "KEY_ID", "SCOPE", "PROFILE"]
NUMBERS = ["LIFETIME", "NOT_BEFORE", "SEND_CLIENT_ID", "INSECURE_HTTP"]
Values = dict[str, str | int | None]


def server(**given: Any) -> jurat.Server:
    return jurat.Server(**{"issuer": ISSUER, "token_endpoint": TOKEN, **given})


def metadata(issuer: str = ISSUER, **members: Any) -> dict[str, Any]:
    return {"issuer": issuer, "token_endpoint": f"{issuer}/from-metadata", **members}


def read(document: dict[str, Any]) -> jurat.Metadata:
    return jurat.Metadata.read(json.dumps(document), issuer=document["issuer"])


def export(**given: Any) -> str:
    return jurat.export_config(**{"server": server(), "client_id": "device-7", **given})


def run(*command: str | Path) -> bytes:
    return subprocess.run([str(part) for part in command], check=True, capture_output=True).stdout


def parsed(output: bytes) -> Values:
    """What the compiled programs print: name, kind and, in hexadecimal, the value."""
    values: Values = {}
    for line in output.decode().splitlines():
        name, kind, value = line.split(" ")
        values[name] = None if kind == "-" else int(value) if kind == "n" else bytes.fromhex(value).decode()
    return values


def compiled_c(text: str, directory: Path) -> Values:
    compiler = shutil.which("gcc")
    if compiler is None:
        pytest.skip("gcc is not installed")
    (directory / "config.h").write_text(text)
    # Twice, for the guard; first of all, since it needs no other header.
    program = ['#include "config.h"', '#include "config.h"', "#include <stdio.h>"]
    program += ["static void text(const char *name, const char *value, unsigned long length, unsigned long size) {"]
    program += ['    printf("%s %s ", name, value ? "t" : "-");']
    program += ['    if (value && length + 1 != size) printf("length!");']
    program += ['    for (unsigned long i = 0; i < length; i++) printf("%02x", (unsigned char)value[i]);']
    program += ['    printf("\\n");', "}", "int main(void) {"]
    for name in TEXTS:
        macro = f"JURAT_CONFIG_{name}"
        program += [f'    text("{name}", {macro}, {macro}_LENGTH, sizeof {macro});']
    program += [f'    printf("{name} n %d\\n", JURAT_CONFIG_{name});' for name in NUMBERS]
    program += ["    return 0;", "}", ""]
    (directory / "main.c").write_text("\n".join(program))
    flags = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic"]
    run(compiler, *flags, directory / "main.c", "-o", directory / "c")
    return parsed(run(directory / "c"))


def compiled_rust(text: str, directory: Path) -> Values:
    compiler = shutil.which("rustc")
    if compiler is None:
        pytest.skip("rustc is not installed")
    (directory / "config.rs").write_text(text)
    program = ["//! A test.", 'include!("config.rs");', "use jurat_config as c;"]
    program += ["fn text(name: &str, value: Option<&str>) {", '    print!("{name} {} ", value.map_or("-", |_| "t"));']
    program += ['    for byte in value.unwrap_or("").bytes() { print!("{byte:02x}"); }', "    println!();", "}"]
    program += ["fn main() {"]
    for name in TEXTS:
        value = f"c::{name}" if name in {"TYPE", "KEY_ID", "SCOPE"} else f"Some(c::{name})"
        program += [f'    text("{name}", {value});']
    program += [f'    println!("{name} n {{}}", u32::from(c::{name}));' for name in NUMBERS]
    program += ["}", ""]
    (directory / "main.rs").write_text("\n".join(program))
    flags = ["--edition", "2021", "-D", "warnings", "-D", "missing-docs"]
    run(compiler, *flags, directory / "main.rs", "-o", directory / "rust")
    return parsed(run(directory / "rust"))


COMPILED: dict[Literal["c", "rust"], Callable[[str, Path], Values]] = {"c": compiled_c, "rust": compiled_rust}
PLAIN: Values = {
    "ISSUER": ISSUER,
    "TOKEN_ENDPOINT": TOKEN,
    "AUDIENCE": ISSUER,
    "TYPE": "client-authentication+jwt",
    "CLIENT_ID": "device-7",
    "KEY_ID": None,
    "SCOPE": None,
    "PROFILE": "rfc-10070",
    "LIFETIME": 60,
    "NOT_BEFORE": 0,
    "SEND_CLIENT_ID": 1,
    "INSECURE_HTTP": 0,
}
OWN = jurat.Profile.named("ory-hydra").replace(
    id='own "\\', lifetime=30, not_before=True, send_client_id=False, type=None, key_id="required"
)
NASTY = "\"\\ ??= ??/ */ /* // ' %s é \U0001f511 \x01\n\r\t\x7f1 a"
CASES: dict[str, tuple[dict[str, Any], Values]] = {
    "plain": ({}, {}),
    "of its own": (
        {"server": server(profile=OWN), "key_id": "k", "scope": "a b"},
        {
            "AUDIENCE": TOKEN,
            "TYPE": None,
            "KEY_ID": "k",
            "SCOPE": "a b",
            "PROFILE": 'own "\\',
            "LIFETIME": 30,
            "NOT_BEFORE": 1,
            "SEND_CLIENT_ID": 0,
        },
    ),
    "hard to write": ({"client_id": NASTY, "key_id": NASTY}, {"CLIENT_ID": NASTY, "KEY_ID": NASTY}),
    "a URL that would end a comment": (
        {"server": jurat.Server(issuer=f"{ISSUER}/*/", token_endpoint=f"{TOKEN}?a=/*??/")},
        {"ISSUER": f"{ISSUER}/*/", "AUDIENCE": f"{ISSUER}/*/", "TOKEN_ENDPOINT": f"{TOKEN}?a=/*??/"},
    ),
    "a fixed audience": (
        {"server": server(profile=jurat.Profile.named("rfc-10070").replace(audience="urn:as", type="x"))},
        {"AUDIENCE": "urn:as", "TYPE": "x"},
    ),
    "long": ({"client_id": "x" * 2048}, {"CLIENT_ID": "x" * 2048}),
}
for _case in CASES.values():
    _case[1].setdefault("PROFILE", _case[0].get("server", server()).profile.id)


@pytest.mark.parametrize("language", COMPILED)
@pytest.mark.parametrize("case", CASES)
def test_compilers_read_it_back(case: str, language: Literal["c", "rust"], tmp_path: Path) -> None:
    given, expected = CASES[case]
    text = export(**given, language=language)
    assert text.isascii() and text.endswith("\n")
    assert COMPILED[language](text, tmp_path) == PLAIN | expected
    assert export(**given, language=language) == text


def test_the_endpoint_of_metadata_is_pinned_and_that_is_said() -> None:
    told = jurat.Server(issuer=ISSUER, profile="ory-hydra", metadata=read(metadata()))
    for language in COMPILED:
        text = export(server=told, language=language)
        assert f'TOKEN_ENDPOINT{": &str = " if language == "rust" else " "}"{ISSUER}/from-metadata"' in text
        assert f'AUDIENCE{": &str = " if language == "rust" else " "}"{ISSUER}/from-metadata"' in text
        comment = " ".join(re.sub(r"^( \*|///)", "", line).strip() for line in text.splitlines())
        assert "was taken from the server's metadata. Building it in pins it" in comment
        configured = export(server=server(metadata=read(metadata())), language=language)
        assert TOKEN in configured and "from-metadata" not in configured and "Building it in" not in configured
    # The server itself stays without.
    assert told.token_endpoint is None


@pytest.mark.parametrize(
    ("given", "family", "message"),
    [
        ({"server": jurat.Server(issuer=ISSUER)}, jurat.InvalidArgumentError, "^token_endpoint: neither"),
        (
            {"server": jurat.Server(issuer=ISSUER, metadata=read({"issuer": ISSUER}))},
            jurat.InvalidArgumentError,
            "^token_endpoint: neither",
        ),
        ({"server": server(profile="entra")}, jurat.PolicyError, "^profile: this server does not take ES256"),
        ({"server": server(profile="gematik")}, jurat.PolicyError, "^profile: this server wants a list of audiences"),
        ({"server": server(profile="zitadel")}, jurat.InvalidArgumentError, "^key_id: a value is required"),
        (
            {"server": server(metadata=read(metadata(token_endpoint_auth_methods_supported=["none"])))},
            jurat.MetadataError,
            "^metadata: .*private_key_jwt is not among them",
        ),
        (
            {"server": server(metadata=read(metadata(token_endpoint_auth_signing_alg_values_supported=["RS256"])))},
            jurat.MetadataError,
            "^metadata: .*ES256 is not among them",
        ),
        ({"server": server(metadata=read(metadata("https://x.example")))}, jurat.MetadataError, "^metadata: .*another"),
        ({"client_id": None}, jurat.InvalidArgumentError, "^client_id: a value is required"),
        ({"client_id": ""}, jurat.InvalidArgumentError, "^client_id: "),
        ({"client_id": "\ud800"}, jurat.InvalidArgumentError, "^client_id: "),
        ({"client_id": "x" * 2049}, jurat.InvalidArgumentError, "^client_id: "),
        ({"key_id": ""}, jurat.InvalidArgumentError, "^key_id: "),
        ({"scope": "a  b"}, jurat.InvalidArgumentError, "^scope: "),
        ({"language": "go"}, jurat.InvalidArgumentError, "^language: "),
        ({"name": ""}, jurat.InvalidArgumentError, "^name: "),
        ({"name": "7"}, jurat.InvalidArgumentError, "^name: "),
        ({"name": "_a"}, jurat.InvalidArgumentError, "^name: "),
        ({"name": "a-b"}, jurat.InvalidArgumentError, "^name: "),
        ({"name": "a\n"}, jurat.InvalidArgumentError, "^name: "),
        ({"name": "é"}, jurat.InvalidArgumentError, "^name: "),
        ({"name": "jurat"}, jurat.InvalidArgumentError, "^name: is taken"),
        ({"name": "match", "language": "rust"}, jurat.InvalidArgumentError, "^name: is a word of Rust"),
    ],
)
def test_what_cannot_be_pinned(given: dict[str, Any], family: type[jurat.Error], message: str) -> None:
    with pytest.raises(family, match=message):
        export(**given)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("server", ISSUER), ("server", None), ("registration", '{"client_id": "d"}'), ("registration", [])],
)
def test_wrong_types_are_named(name: str, wrong: object) -> None:
    with pytest.raises(TypeError, match=f"^{name}: a "):
        export(**{name: wrong})


def test_the_name() -> None:
    assert "#ifndef A1_H\n#define A1_H\n" in export(name="a1")
    assert "\npub mod matches {\n" in export(name="matches", language="rust")
    assert "#define MATCH_ISSUER" in export(name="match")
    assert "\npub mod jurat {\n" in export(name="jurat", language="rust")


# -------------------------------------------------------------------------------------------------- registrations

KEYS = {"keys": [{"kty": "EC", "kid": "one"}]}
TWO = {"keys": [*KEYS["keys"], {"kty": "EC", "kid": "two"}]}


def registered(change: dict[str, Any], **given: Any) -> str:
    registration = {
        "client_id": "reg",
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "ES256",
        "jwks": KEYS,
        "scope": "a b",
        "client_secret": "hidden-away",
        **change,
    }
    return jurat.export_config(server=server(), registration=registration, language="rust", **given)


def test_a_registration_gives_the_rest() -> None:
    text = registered({})
    assert 'CLIENT_ID: &str = "reg"' in text
    assert 'KEY_ID: Option<&str> = Some("one")' in text
    assert 'SCOPE: Option<&str> = Some("a b")' in text
    assert "hidden-away" not in text
    assert 'Some("two")' in registered({"jwks": TWO}, key_id="two")
    assert 'Some("c")' in registered({}, scope="c", client_id="reg")
    bare = dict.fromkeys(["token_endpoint_auth_method", "token_endpoint_auth_signing_alg", "jwks", "scope"])
    text = registered(bare, key_id="mine")
    assert 'Some("mine")' in text and "SCOPE: Option<&str> = None" in text
    assert "KEY_ID: Option<&str> = None" in registered({"jwks": {"keys": [{"kty": "EC"}]}})


@pytest.mark.parametrize(
    ("change", "given", "message"),
    [
        ({"client_id": None}, {}, "^registration: it has no client_id"),
        ({"client_id": 7}, {}, "^registration: it has no client_id"),
        ({}, {"client_id": "other"}, "^client_id: is not the one"),
        ({"token_endpoint_auth_method": "client_secret_basic"}, {}, "^registration: its token_endpoint_auth_method "),
        ({"token_endpoint_auth_method": ["x"]}, {}, "^registration: its token_endpoint_auth_method "),
        ({"token_endpoint_auth_signing_alg": "RS256"}, {}, "^registration: its token_endpoint_auth_signing_alg "),
        ({"jwks": TWO}, {}, "^key_id: a value is required: the registration has several"),
        ({"jwks": TWO}, {"key_id": "three"}, "^key_id: is none of those"),
        ({"jwks": {"keys": [{"kid": 7}]}}, {}, "^registration: its kid is not text"),
        ({"jwks": {"keys": []}}, {}, "^registration: its jwks"),
        ({"jwks": {"keys": ["x"]}}, {}, "^registration: its jwks"),
        ({"jwks": []}, {}, "^registration: its jwks"),
        ({"scope": ["a"]}, {}, "^registration: its scope is not text"),
        ({"scope": "a  b"}, {}, "^scope: "),
    ],
)
def test_a_registration_for_something_else(change: dict[str, Any], given: dict[str, Any], message: str) -> None:
    with pytest.raises(jurat.InvalidArgumentError, match=message):
        registered(change, **given)


# ---------------------------------------------------------------------------------------------------- the command


def command(*arguments: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(cli.main, ["export-config", *map(str, arguments)], input=stdin)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, dict[str, tuple[int, bytes]], list[str]]]:
    """A server on this machine: its origin, its pages, and the paths that were asked for."""
    monkeypatch.setenv("NO_PROXY", "*")
    pages: dict[str, tuple[int, bytes]] = {}
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            status, body = pages.get(self.path, (404, b"no"))
            self.send_response(status)
            if status in {301, 302, 307}:
                self.send_header("Location", body.decode())
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}", pages, asked
        http.shutdown()
        thread.join()


OAUTH, OPENID = "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"


def test_the_command_fetches_in_order(site: Any) -> None:
    origin, pages, asked = site
    issuer = f"{origin}/t"
    document = json.dumps(metadata(issuer)).encode()
    for place in (f"/t{OPENID}", f"{OPENID}/t", f"{OAUTH}/t"):
        asked.clear()
        pages[place] = (200, document)
        done = command("--issuer", issuer, "--insecure-http", "--client-id", "d")
        assert (done.exit_code, done.stderr) == (0, "")
        assert f'#define JURAT_CONFIG_TOKEN_ENDPOINT "{issuer}/from-metadata"\n' in done.stdout
        assert "#define JURAT_CONFIG_INSECURE_HTTP 1\n" in done.stdout
        assert asked == [f"{OAUTH}/t", f"{OPENID}/t", f"/t{OPENID}"][: asked.index(place) + 1]
        assert asked[-1] == place


def test_the_command_follows_no_redirection(site: Any) -> None:
    origin, pages, asked = site
    pages["/elsewhere"] = (200, json.dumps(metadata(origin)).encode())
    pages[OAUTH] = (302, f"{origin}/elsewhere".encode())
    pages[OPENID] = (307, b"/elsewhere")
    done = command("--issuer", origin, "--insecure-http", "--client-id", "d")
    assert (done.exit_code, done.stdout, asked) == (1, "", [OAUTH, OPENID])
    assert "status 302" in done.stderr and "status 307" in done.stderr


def test_the_command_refuses_what_it_finds(site: Any) -> None:
    origin, pages, asked = site
    arguments = ("--issuer", origin, "--insecure-http", "--client-id", "d")
    for body, message in [
        (b"<html>", "no JSON object"),
        (b"{}}", "metadata: not one JSON value"),
        (json.dumps(metadata(f"{origin}/")).encode(), "issuer: another issuer: it differs by a final slash"),
        (json.dumps(metadata(origin, token_endpoint_auth_methods_supported=["none"])).encode(), "metadata: "),
        (b" " * ((1 << 20) + 1), "more than 1048576 bytes"),
        (b"", "no JSON object"),
    ]:
        pages[OAUTH] = (200, body)
        done = command(*arguments)
        assert (done.exit_code, done.stdout) == (1, "")
        assert done.stderr.startswith("Error: ") and message in done.stderr
    asked.clear()
    done = command("--issuer", origin, "--client-id", "d")
    assert (done.exit_code, asked) == (1, [])
    assert done.stderr.startswith("Error: issuer: must be an absolute https URL")


def test_the_command_without_a_server(site: Any) -> None:
    origin, _, asked = site
    done = command("--issuer", "http://127.0.0.1:1", "--insecure-http", "--client-id", "d")
    assert done.exit_code == 1 and done.stderr.startswith("Error: no metadata found:\n  http://127.0.0.1:1/")
    done = command("--issuer", origin, "--insecure-http", "--client-id", "d", "--token-endpoint", f"{origin}/t")
    assert (done.exit_code, asked) == (0, [])
    assert f'_TOKEN_ENDPOINT "{origin}/t"' in done.stdout


@pytest.mark.parametrize("host", ["a..b", f"{'a' * 64}.example", "[::g]", "xn--zz"])
def test_a_host_that_there_cannot_be(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    done = command("--issuer", f"https://{host}", "--client-id", "d")
    assert done.exit_code == 1 and done.stderr.startswith(f"Error: no metadata found:\n  https://{host}/.well-known/")


def test_the_command_reads_files(tmp_path: Path) -> None:
    document, registration = tmp_path / "metadata.json", tmp_path / "client.json"
    document.write_text(json.dumps(metadata()))
    registration.write_text(json.dumps({"client_id": "reg", "jwks": TWO, "scope": "a"}))
    options: Sequence[str | Path] = ("--issuer", ISSUER, "--registration", registration, "--key-id", "two")
    more = ("--profile", "ory-hydra", "--scope", "b", "--language", "rust", "--name", "mine")
    done = command(*options, "--metadata", document, *more)
    told = jurat.Server(issuer=ISSUER, profile="ory-hydra", metadata=read(metadata()))
    expected = export(server=told, client_id="reg", key_id="two", scope="b", language="rust", name="mine")
    assert (done.exit_code, done.stdout, done.stderr) == (0, expected, "")
    assert command(*options, "--metadata", "-", *more, stdin=document.read_text()).stdout == expected
    # Metadata counts beside an endpoint, too.
    document.write_text(json.dumps(metadata("https://x.example")))
    assert command(*options, "--metadata", document, "--token-endpoint", TOKEN).exit_code == 1
    for wrong in ("[]", "{", "\xff", "[" * 100_000):
        registration.write_text(wrong, encoding="latin-1")
        done = command(*options, "--token-endpoint", TOKEN)
        assert (done.exit_code, done.stderr) == (1, "Error: registration: not a JSON object\n")


def test_the_command_writes_whole_files(tmp_path: Path) -> None:
    output = tmp_path / "config.h"
    options: Sequence[str | Path] = ("--issuer", ISSUER, "--token-endpoint", TOKEN, "--output", output)
    done = command(*options, "--client-id", "d")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")
    assert output.read_text() == export(client_id="d")
    assert stat.S_IMODE(output.stat().st_mode) & 0o400
    assert not stat.S_IMODE(output.stat().st_mode) & 0o111
    refused = command(*options, "--client-id", "")
    assert (refused.exit_code, output.read_text()) == (1, export(client_id="d"))
    assert command(*options, "--client-id", "e").exit_code == 0
    assert output.read_text() == export(client_id="e")
    assert list(tmp_path.iterdir()) == [output]
    nowhere = command(*options[:-1], tmp_path / "no" / "config.h", "--client-id", "d")
    assert nowhere.exit_code == 1 and nowhere.stderr.startswith("Error: ")
    assert nowhere.stderr.endswith(f": '{tmp_path / 'no' / 'config.h'}'\n")
    unnamed = command(*options[:-1], "", "--client-id", "d")
    assert (unnamed.exit_code, unnamed.stderr) == (1, "Error: [Errno 22] not the name of a file: ''\n")
    output.unlink()
    output.symlink_to(os.devnull)
    device = command(*options, "--client-id", "d")
    assert (device.exit_code, output.is_symlink()) == (1, True)
    assert device.stderr == f"Error: [Errno 22] not a regular file, so it is not replaced: '{output}'\n"


def test_json_has_the_same_values() -> None:
    given = ("--issuer", ISSUER, "--token-endpoint", TOKEN, "--client-id", "d", "--scope", "a")
    shown = command(*given, "--json")
    assert shown.stdout == command(*given, "--language", "json").stdout
    found = json.loads(shown.stdout)
    rust = command(*given, "--language", "rust").stdout
    assert {name.upper() for name in found} == set(re.findall(r"pub const (\w+)", rust))
    assert (found["audience"], found["token_endpoint"], found["key_id"], found["lifetime"]) == (ISSUER, TOKEN, None, 60)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--issuer", ISSUER, "--language", "go"],
        ["--issuer", ISSUER, "--metadata", "no/such/file"],
        ["--issuer", ISSUER, "--unknown"],
    ],
)
def test_wrong_usage_is_told_apart(arguments: list[str]) -> None:
    done = command(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("Usage: ")


def test_the_command_explains_itself() -> None:
    shown = command("--help")
    assert shown.exit_code == 0
    assert "Exit code: 0 done, 1 refused or failed" in shown.stdout
    assert "unless a file or the token endpoint is given" in " ".join(shown.stdout.split())
    example = shown.stdout.partition("Example:\n")[2]
    assert example.startswith("    jurat export-config --issuer https://as.example --profile keycloak \\\n")
    unknown = command("--issuer", ISSUER, "--token-endpoint", TOKEN, "--profile", "keycloack", "--client-id", "d")
    assert (unknown.exit_code, unknown.stderr) == (1, "Error: profile: unknown; close to it are keycloak\n")


def test_the_installed_command() -> None:
    script = Path(sys.executable).with_name("jurat")
    assert run(script, "--version").decode().strip() == f"jurat, version {jurat.__version__}"


@pytest.mark.parametrize("missing", ["anyio", "click", "httpx", "rich"])
def test_a_missing_extra_is_named(missing: str) -> None:
    hide = f"import sys; sys.modules[{missing!r}] = None; from jurat.cli import main"
    done = subprocess.run([sys.executable, "-c", hide], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "jurat: the command needs click, httpx and rich: pip install 'jurat[cli]'\n"
    library = f"import sys; sys.modules[{missing!r}] = None; import jurat; jurat.export_config"
    run(sys.executable, "-c", library)
