"""The commands without a server: what they write, print and refuse, and that nothing secret gets out."""

from __future__ import annotations

import hashlib
import json
import os
import pty
import re
import stat
import subprocess
import sys
import tempfile
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from typing import Any

import jwt
import pytest
from click import Group
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc.jwk import KeySet

import jurat
from jurat import cli

ISSUER = "https://as.example"
SCRIPT = Path(sys.executable).with_name("jurat")
# The test key of RFC 7515 appendix A.3.
PUBLISHED = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
}
COMMANDS = {
    *("check", "completion", "explain", "export-config", "fleet", "inspect", "jwks", "keygen", "mint", "profiles"),
    *("register", "rotate", "token"),
}


def command(*arguments: object, stdin: str | bytes = b"", **environment: str) -> Result:
    return CliRunner().invoke(cli.main, [str(each) for each in arguments], input=stdin, env=environment)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    file = tmp_path / "key.pem"
    assert command("keygen", file).exit_code == 0
    return file


def private(file: Path) -> ec.EllipticCurvePrivateKey:
    found = load_pem_private_key(file.read_bytes(), None)
    assert isinstance(found, ec.EllipticCurvePrivateKey)
    return found


def thumbprint(file: Path) -> str:
    numbers = private(file).public_key().public_numbers()
    x, y = (urlsafe_b64encode(number.to_bytes(32)).decode().rstrip("=") for number in (numbers.x, numbers.y))
    text = f'{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}'
    return urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


def scalars(file: Path) -> set[str]:
    d = private(file).private_numbers().private_value.to_bytes(32)
    return {d.hex(), urlsafe_b64encode(d).decode().rstrip("="), file.read_text().splitlines()[1]}


def test_every_command_has_an_example_and_its_exit_codes() -> None:
    assert isinstance(cli.main, Group)
    assert set(cli.main.commands) == COMMANDS
    for name in COMMANDS:
        shown = command(name, "--help").output
        assert f"jurat {name}" in re.split("Examples?:", shown)[-1], name
        assert "Exit code: 0" in shown, name


def test_every_command_prints_json_too() -> None:
    for name in COMMANDS - {"completion"}:  # which prints a program
        assert "--json" in command(name, "--help").output, name


def test_keygen(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    shown = command("keygen", file)
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert thumbprint(file) in shown.stdout
    assert not any(secret in shown.output for secret in scalars(file))
    before = file.read_bytes()
    again = command("keygen", file)
    assert (again.exit_code, again.stdout) == (1, "")
    assert "there is a file already" in again.stderr and str(file) in again.stderr
    assert file.read_bytes() == before
    found = json.loads(command("keygen", file, "--overwrite", "--json").stdout)
    assert found["kid"] == found["jwk"]["kid"] == thumbprint(file)
    assert found["file"] == str(file) and "d" not in found["jwk"]
    assert command("keygen", tmp_path / "none" / "key.pem").exit_code == 1


def test_jwks(key: Path, tmp_path: Path) -> None:
    other, public, together = tmp_path / "other.pem", tmp_path / "other.json", tmp_path / "jwks.json"
    command("keygen", other)
    public.write_text(jurat.SigningKey.load(other.read_bytes()).public_key.jwk("named"))
    assert command("jwks", key, public, "--output", together).exit_code == 0
    found = KeySet.import_key_set(json.loads(together.read_text()))
    assert [each.kid for each in found.keys] == [thumbprint(key), "named"]
    assert not any(each.is_private for each in found.keys)
    # A set and a key that is in it give the set.
    again = command("jwks", together, key)
    assert json.loads(again.stdout) == json.loads(together.read_text())
    one = command("jwks", "-", "--key-id", "mine", stdin=key.read_bytes())
    assert [each["kid"] for each in json.loads(one.stdout)["keys"]] == ["mine"]
    public.write_text(json.dumps(json.loads(public.read_text()) | {"kid": None}))
    assert json.loads(command("jwks", public).stdout)["keys"][0]["kid"] == thumbprint(other)
    for wrong in ("", "\udcff"):
        refused = command("jwks", key, "--key-id", wrong)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert refused.stderr.startswith("Error: key_id: ")


def test_a_raw_key_may_begin_as_json_does(tmp_path: Path) -> None:
    raw = tmp_path / "key.bin"
    raw.write_bytes(b"{" + b"\xff" * 31)
    kid = jurat.SigningKey.load(raw.read_bytes()).public_key.thumbprint
    for arguments in (["jwks", raw], ["register", "--key", raw]):
        assert kid in command(*arguments).stdout
    assert mint(raw, "--client-id", "device-7").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["jwks", "key.pem", "--key-id", "clé"], "clé"),
        (["register", "--key", "key.pem", "--client-name", "Gerät 7"], "Gerät 7"),
        (["export-config", "--issuer", ISSUER, "--token-endpoint", ISSUER, "--json", "--client-id", "gerät"], "gerät"),
    ],
)
def test_what_is_written_is_utf_8_whatever_the_locale(arguments: list[str], text: str, key: Path) -> None:
    def run(*more: str, encoding: str) -> bytes:
        line, environment = [str(SCRIPT), *arguments, *more], {**os.environ, "PYTHONIOENCODING": encoding}
        return subprocess.run(line, cwd=key.parent, env=environment, capture_output=True, check=True).stdout

    assert run("--output", "output", encoding="ascii") == b""
    written = (key.parent / "output").read_bytes()
    assert text in written.decode() and written.endswith(b"}\n")
    for encoding in ("ascii", "latin-1", "utf-16"):
        assert run(encoding=encoding) == written


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ('{"keys": []}', "no keys in it"),
        ('{"keys": {}}', "no keys in it"),
        ('{"keys": [7]}', "no keys in it"),
        ('{"kty": "RSA"}', "not a key of P-256"),
        ('{"kty": "EC", "crv": "P-256", "x": "!", "y": "AA"}', "not base64url"),
        ('{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}', "public_key: "),
        (f'{{"kty": "EC", "crv": "P-256", "x": {"1" * 43}, "y": {"1" * 43}}}', "not base64url"),
        (json.dumps(PUBLISHED | {"kid": 5}), "a kid that is not text"),
        (json.dumps({name: PUBLISHED[name] for name in PUBLISHED if name != "d"} | {"kid": 5}), "a kid that is not"),
        ("{", "key: "),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "key: "),
    ],
)
def test_what_is_no_key_is_refused(document: str, said: str, tmp_path: Path) -> None:
    file, output = tmp_path / "key", tmp_path / "jwks.json"
    file.write_text(document)
    refused = command("jwks", file, "--output", output)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert said in refused.stderr
    assert not output.exists()


def test_two_keys_with_one_kid_are_refused(key: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text(jurat.SigningKey.generate().public_key.jwk(thumbprint(key)))
    assert "another key with the kid" in command("jwks", key, other).stderr


def test_a_private_key_in_a_set_is_refused(key: Path, tmp_path: Path) -> None:
    d = urlsafe_b64encode(private(key).private_numbers().private_value.to_bytes(32)).decode().rstrip("=")
    jwk = json.loads(jurat.SigningKey.load(key.read_bytes()).public_key.jwk()) | {"d": d}
    alone, among = tmp_path / "alone.json", tmp_path / "among.json"
    alone.write_text(json.dumps(jwk))
    among.write_text(json.dumps({"keys": [jwk]}))
    assert json.loads(command("jwks", alone).stdout)["keys"][0] == {name: jwk[name] for name in jwk if name != "d"}
    refused = command("jwks", among)
    assert refused.exit_code == 1
    assert "a private key is in this set" in refused.stderr
    assert d not in refused.output


def test_register(key: Path) -> None:
    shown = command("register", "--key", key, "--scope", "a b", "--grant", "jwt-bearer", "--client-name", "Meter 7")
    document = json.loads(shown.stdout)
    assert document["token_endpoint_auth_method"] == "private_key_jwt"
    assert document["token_endpoint_auth_signing_alg"] == "ES256"
    assert document["grant_types"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    assert [each["kid"] for each in document["jwks"]["keys"]] == [thumbprint(key)]
    assert (document["scope"], document["client_name"]) == ("a b", "Meter 7")
    assert not any(secret in shown.output for secret in scalars(key))
    by_url = json.loads(command("register", "--jwks-uri", "https://device.example/jwks.json").stdout)
    assert by_url["jwks_uri"] == "https://device.example/jwks.json" and "jwks" not in by_url
    for wrong in (
        [],
        ["--jwks-uri", "http://device.example/"],
        ["--key", key, "--jwks-uri", "https://device.example/"],
    ):
        refused = command("register", *wrong)
        assert refused.exit_code != 0 and refused.stdout == "", wrong


def mint(key: Path, *options: object, **environment: str) -> Result:
    return command("mint", "--key", key, "--issuer", ISSUER, *options, **environment)


def test_mint_shows_what_it_says_and_not_the_assertion(key: Path) -> None:
    shown = mint(key, "--client-id", "device-7", "--key-id", "k")
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert "device-7" in shown.stdout and ISSUER in shown.stdout
    assert "eyJ" not in shown.output
    found = json.loads(mint(key, "--client-id", "device-7", "--json", "--lifetime", 30).stdout)
    assert found["claims"]["exp"] - found["claims"]["iat"] == 30
    assert "assertion" not in found


def test_mint_gives_the_assertion_when_asked(key: Path, tmp_path: Path) -> None:
    public, file = private(key).public_key(), tmp_path / "assertion.jwt"
    for name, value in (("--print", None), ("--output", file)):
        shown = mint(key, "--client-id", "device-7", name, *([value] if value else []))
        text = shown.stdout.strip() if value is None else file.read_text().strip()
        claims = jwt.decode(text, public, ["ES256"], audience=ISSUER)
        assert (claims["iss"], claims["sub"]) == ("device-7", "device-7")
    assert "eyJ" not in shown.output
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    grant = json.loads(mint(key, "--grant-iss", "https://sts.example", "--grant-sub", "a", "--print", "--json").stdout)
    assert jwt.decode(grant["assertion"], public, ["ES256"], audience=ISSUER)["sub"] == "a"
    assert "typ" not in grant["header"]


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--client-id", "a", "--grant-iss", "b", "--grant-sub", "c"],
        ["--grant-sub", "c"],
        ["--grant-iss", "b"],
    ],
)
def test_who_is_asked_for(key: Path, options: list[str]) -> None:
    refused = mint(key, *options)
    assert (refused.exit_code, refused.stdout) == (2, "")


def test_keys_come_from_files_standard_input_or_the_environment(key: Path) -> None:
    given = ("--issuer", ISSUER, "--client-id", "d")
    assert command("mint", *given, JURAT_KEY=key.read_text()).exit_code == 0
    assert command("mint", *given, "--key", "-", stdin=key.read_bytes()).exit_code == 0
    missing = command("mint", *given)
    assert missing.exit_code == 2 and "JURAT_KEY" in missing.stderr
    for text in (key.read_text(), '{"kty": "EC", "d": "secret"}'):
        refused = command("mint", *given, "--key", text)
        assert refused.exit_code == 2
        assert "never from an argument" in refused.stderr
        assert not any(secret in refused.output for secret in (*scalars(key), '"d"'))
    # 32 characters are no raw key.
    for text in ("-----BEGIN EC PRIVATE KEY-----", "0123456789abcdef" * 2):
        wrong = command("mint", *given, JURAT_KEY=text)
        assert wrong.exit_code == 1 and wrong.stderr.startswith("Error: JURAT_KEY: key: not PEM")


# ------------------------------------------------------------------------------------- with another one's answers

# With a draft's it is longer than what a file system takes.
LONG = "a" * 250


class Answering:
    """Answers in place of a server, and has seen what it was asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, module: str, body: bytes) -> None:
        self.body = body
        self.seen: list[jurat.HttpRequest] = []
        monkeypatch.setattr(f"jurat.{module}.sender", lambda timeout: self)

    def __call__(self, request: jurat.HttpRequest) -> jurat.HttpResponse:
        self.seen.append(request)
        return jurat.HttpResponse(200, {}, self.body[: request.limit], truncated=len(self.body) > request.limit)


@pytest.fixture
def registrar(monkeypatch: pytest.MonkeyPatch) -> Answering:
    """It names only the token, and gives a new one."""
    return Answering(monkeypatch, "_cli_keys", b'{"registration_access_token": "new"}')


def registration(file: Path, **changes: object) -> Path:
    given = {"client_id": "c", "registration_client_uri": f"{ISSUER}/reg/c", "registration_access_token": "old"}
    file.write_text(json.dumps({**given, "jwks": {"keys": []}, **changes}))
    return file


def rotate(file: Path, key: Path, *options: object) -> Result:
    return command("rotate", "--registration", file, "--key", key, *options)


def kids(document: Any) -> list[str]:
    return [each["kid"] for each in document["jwks"]["keys"]]


def test_rotate_keeps_what_was_registered_and_what_is_answered(key: Path, tmp_path: Path, registrar: Answering) -> None:
    file = registration(tmp_path / "client.json", scope="a", jwks_uri=None)
    registrar.body = b'{"registration_access_token": "new", "client_name": "n", "scope": null, "jwks": null}'
    assert rotate(file, key).exit_code == 0
    found = json.loads(file.read_text())
    assert (found["registration_access_token"], found["client_name"], found["scope"]) == ("new", "n", "a")
    assert kids(found) == [thumbprint(key)]
    (sent,) = registrar.seen
    assert (sent.method, sent.headers["Authorization"]) == ("PUT", "Bearer old")
    assert kids(json.loads(sent.body or "")) == [thumbprint(key)]
    # What the server says is more than what was sent; and it may be long.
    registrar.body = json.dumps({"jwks": {"keys": [{"kid": "its"}]}, "more": "x" * 100_000}).encode()
    assert rotate(file, key).exit_code == 0
    assert kids(json.loads(file.read_text())) == ["its"]
    assert sorted(tmp_path.iterdir()) == [file, key]


def test_rotate_goes_where_a_link_leads(key: Path, tmp_path: Path, registrar: Answering) -> None:
    file, link = registration(tmp_path / "client.json"), tmp_path / "link.json"
    link.symlink_to(file.name)
    assert rotate(link, key).exit_code == 0
    assert link.is_symlink()
    assert json.loads(file.read_text())["registration_access_token"] == "new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_rotate_sends_nothing_if_it_cannot_write(key: Path, tmp_path: Path, registrar: Answering) -> None:
    refused = rotate(registration(tmp_path / LONG), key)
    assert (refused.exit_code, refused.stdout, registrar.seen) == (1, "", [])
    assert refused.stderr.startswith("Error: [Errno ")


@pytest.mark.parametrize(("fails", "place"), [(1, "here"), (2, "temporary"), (3, None)])
def test_rotate_keeps_the_answer_if_it_cannot_write_at_last(
    fails: int, place: str | None, key: Path, tmp_path: Path, registrar: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("here", "temporary"):
        (tmp_path / folder).mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    file = registration(tmp_path / "here" / "client.json")
    before, replace = file.read_bytes(), Path.replace
    left = [OSError(28, "no space left on device")] * fails

    def broken(self: Path, target: Path) -> Path:
        if left:
            raise left.pop()
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", broken)
    refused = rotate(file, key)
    assert (refused.exit_code, refused.stdout, file.read_bytes()) == (1, "", before)
    assert f"the server has changed the keys, but [Errno 28] no space left on device: '{file}'; " in refused.stderr
    assert "new" not in refused.output.replace(str(tmp_path), "")
    others = [each for folder in ("here", "temporary") for each in (tmp_path / folder).iterdir() if each != file]
    if place is None:
        assert "what it answered is lost" in refused.stderr and not others
        return
    (other,) = others
    assert refused.stderr.endswith(f"what it answered is in {other}\n") and other.parent.name == place
    assert stat.S_IMODE(other.stat().st_mode) == 0o600
    found = json.loads(other.read_text())
    assert (found["client_id"], found["registration_access_token"], kids(found)) == ("c", "new", [thumbprint(key)])


@pytest.mark.parametrize("body", [b"", b"[]", b'{"registration_access_token": "new"', b"new \xff", b"{" * 2**21])
def test_rotate_keeps_an_answer_that_it_cannot_read(
    body: bytes, key: Path, tmp_path: Path, registrar: Answering
) -> None:
    file = registration(tmp_path / "client.json")
    before, registrar.body = file.read_bytes(), body
    refused = rotate(file, key)
    assert (refused.exit_code, refused.stdout, file.read_bytes()) == (1, "", before)
    assert "but its answer: not a JSON object; what it answered is in " in refused.stderr
    (other,) = set(tmp_path.iterdir()) - {file, key}
    assert stat.S_IMODE(other.stat().st_mode) == 0o600
    kept = other.read_bytes()
    assert len(kept) >= min(len(body), 2**20) and body.replace(b"\xff", b"\\xff").startswith(kept)


@pytest.mark.parametrize("token", ["s3cret\n", "s3 cret", "s3cr\u00e9t", "s3cret\x7f", ""])
def test_rotate_shows_no_token_that_is_none(token: str, key: Path, tmp_path: Path, registrar: Answering) -> None:
    refused = rotate(registration(tmp_path / "client.json", registration_access_token=token), key)
    assert (refused.exit_code, refused.stdout, registrar.seen) == (1, "", [])
    assert refused.stderr.startswith("Error: registration: its registration_access_token is none")
    assert "s3" not in refused.stderr


def token(key: Path, *options: object) -> Result:
    return command("token", "--key", key, "--issuer", ISSUER, "--token-endpoint", f"{ISSUER}/token", *options)


def test_token_asks_for_none_that_it_cannot_write(key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = Answering(monkeypatch, "_cli_token", b'{"access_token": "t", "token_type": "Bearer"}')
    refused = token(key, "--client-id", "c", "--output", tmp_path / LONG)
    assert (refused.exit_code, refused.stdout, server.seen) == (1, "", [])
    assert refused.stderr.startswith("Error: [Errno ")
    file = tmp_path / "token"
    assert token(key, "--client-id", "c", "--output", file).exit_code == 0
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"t\n", 0o600)
    server.body = b'{"error": "invalid_client"}'
    assert token(key, "--client-id", "c", "--output", file).exit_code == 1
    assert file.read_bytes() == b"t\n" and sorted(tmp_path.iterdir()) == [key, file]


def test_a_registered_client_id_is_text(key: Path, tmp_path: Path) -> None:
    refused = token(key, "--registration", registration(tmp_path / "client.json", client_id=7))
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == "Error: registration: its client_id is not text\n"


@pytest.mark.parametrize("seconds", ["-1", "0", "nan", "inf", "1e300"])
def test_a_timeout_that_is_none_is_refused(seconds: str, key: Path, tmp_path: Path) -> None:
    for refused in (
        token(key, "--client-id", "c", "--timeout", seconds),
        rotate(registration(tmp_path / "client.json"), key, "--timeout", seconds),
    ):
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert "Invalid value for '--timeout': must be more than 0" in refused.stderr


def test_profiles() -> None:
    listed = command("profiles").stdout.splitlines()
    assert listed[0].split() == ["profile", "product", "aud", "typ", "longest", "header"]
    assert [line.split()[0] for line in listed[1:]] == jurat.Profile.names()
    one = json.loads(command("profiles", "keycloak", "--json").stdout)
    assert (one["audience"], one["max_lifetime"]) == ("issuer", 60)
    assert [each["id"] for each in json.loads(command("profiles", "--json").stdout)] == jurat.Profile.names()
    assert "close to it are keycloak" in command("profiles", "keycloack").stderr


def on_a_terminal(*arguments: str, columns: int = 80, **environment: str) -> str:
    """What a person sees, with the codes that colour it."""
    leader, follower = pty.openpty()
    os.set_inheritable(follower, True)
    variables = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    with subprocess.Popen(
        [SCRIPT, *arguments],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env={**variables, "TERM": "xterm-256color", "COLUMNS": str(columns), **environment},
    ) as process:
        os.close(follower)
        parts = []
        # The end of a terminal is an error of the system.
        while True:
            try:
                part = os.read(leader, 4096)
            except OSError:
                break
            if not part:
                break
            parts.append(part)
        process.wait(20)
    os.close(leader)
    return b"".join(parts).decode()


def test_a_terminal_has_colours_and_a_pipe_has_none(tmp_path: Path) -> None:
    shown = on_a_terminal("profiles")
    assert "\x1b[1m" in shown
    lines = re.sub("\x1b\\[[0-9;]*m", "", shown).splitlines()
    assert max(map(len, lines)) <= 80
    assert "…" not in shown
    for plain in (
        on_a_terminal("profiles", NO_COLOR="1"),
        subprocess.run([SCRIPT, "profiles"], capture_output=True, text=True, check=True).stdout,
    ):
        assert "\x1b" not in plain


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str) -> None:
    script = command("completion", shell)
    assert script.exit_code == 0
    assert "_JURAT_COMPLETE" in script.stdout
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=script.stdout, text=True, check=True)
        asked = {"COMP_WORDS": "jurat pro", "COMP_CWORD": "1", "_JURAT_COMPLETE": "bash_complete"}
        done = subprocess.run([SCRIPT], env={**os.environ, **asked}, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "plain,profiles"


def test_nothing_is_decoded_that_was_not_made_here(key: Path) -> None:
    """The parts that mint shows are those of its own assertion."""
    found = json.loads(mint(key, "--client-id", "device-7", "--json", "--print").stdout)
    header, claims = (
        json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in found["assertion"].split(".")[:2]
    )
    assert (found["header"], found["claims"]) == (header, claims)
