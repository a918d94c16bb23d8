"""The commands that need no server: what they write, print and refuse, and that nothing secret gets out."""

from __future__ import annotations

import hashlib
import json
import os
import pty
import re
import stat
import subprocess
import sys
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path

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


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ('{"keys": []}', "no keys in it"),
        ('{"keys": {}}', "no keys in it"),
        ('{"keys": [7]}', "no keys in it"),
        ('{"kty": "RSA"}', "not a key of P-256"),
        ('{"kty": "EC", "crv": "P-256", "x": "!", "y": "AA"}', "not base64url"),
        ('{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}', "public_key: "),
        ("{", "not a JSON object"),
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
    wrong = command("mint", *given, JURAT_KEY="-----BEGIN EC PRIVATE KEY-----")
    assert wrong.exit_code == 1 and wrong.stderr.startswith("Error: JURAT_KEY: key: ")


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
