"""`jurat inspect`, `jurat check` and `jurat explain`."""

from __future__ import annotations

import json
import os
import pty
import random
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner, Result

import jurat
from jurat import cli
from refusals import (
    CLIENT_ID,
    EVERY,
    ISSUER,
    KEY,
    NOW,
    Json,
    answer,
    assertion,
    client,
    client_params,
    document,
    explain,
    grant,
    jws,
    leaks,
    of_grant,
    secrets_of,
)

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(sys.executable).with_name("jurat")
HASH_KEY = bytes(range(32))


def command(*arguments: object, stdin: str | bytes | Json = b"") -> Result:
    text = json.dumps(stdin) if isinstance(stdin, dict) else stdin
    return CliRunner().invoke(cli.main, [str(each) for each in arguments], input=text)


def near_miss() -> Json:
    return document(assertion(aud=f"{ISSUER}/", jti="j-1"), answer(), profile="duende")


@pytest.fixture
def hash_key(tmp_path: Path) -> Path:
    file = tmp_path / "hash.key"
    file.write_bytes(HASH_KEY)
    return file


# ------------------------------------------------------------------------------------------------------ for machines


def test_explain_reads_and_prints_json() -> None:
    given = near_miss()
    done = subprocess.run(
        [SCRIPT, "explain", "--json"], input=json.dumps(given), capture_output=True, text=True, check=True
    )
    assert done.stderr == "" and done.stdout.count("\n") == 1
    found = json.loads(done.stdout)
    assert list(found) == ["causes", "cannot_distinguish", "next_step", "evidence"]
    assert found["causes"][0] == {
        "code": "audience_near_miss",
        "class": "proven",
        "evidence": [f"aud is {ISSUER}/, the issuer identifier is {ISSUER}", "they differ by a final slash"],
        "fix": "Spell aud exactly as the server does: slash, upper and lower case, port and scheme count.",
    }
    assert found == jurat.explain(given)


@pytest.mark.parametrize("code", EVERY)
def test_the_commands_say_what_python_says(code: str, hash_key: Path) -> None:
    given = EVERY[code]()
    for options, privacy in [
        ((), {}),
        (("--hash-client-id", "--hash-jwt-id"), {"hash_client_id": True, "hash_jwt_id": True}),
    ]:
        keyed = ("--json", "--hash-key-file", hash_key, *options)
        done = command("explain", *keyed, stdin=given)
        assert json.loads(done.stdout) == explain(given, hash_key=HASH_KEY, **privacy)
        assert done.exit_code == 0
        done = command("check", *keyed, stdin=given)
        assert json.loads(done.stdout) == jurat.check(given, hash_key=HASH_KEY, **privacy)
        assert done.exit_code == (1 if json.loads(done.stdout)["causes"] else 0)
    # For people it is the same, and as little of it.
    for name in ("explain", "check"):
        shown = command(name, stdin=given).stdout
        assert leaks(shown, secrets_of(given)) == []
        for cause in (jurat.explain if name == "explain" else jurat.check)(given)["causes"]:
            assert f"{cause['code']}: {cause['class']}\n" in shown and f"Fix: {cause['fix']}\n" in shown


def test_files_or_the_standard_input(tmp_path: Path) -> None:
    file = tmp_path / "refusal.json"
    given = near_miss() | {"issuer": "https://as.example/größe"}
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        file.write_text(json.dumps(given, ensure_ascii=False), encoding=encoding)
        for arguments, stdin in [((file,), b""), (("-",), file.read_bytes()), ((), file.read_bytes())]:
            done = command("explain", *arguments, "--json", stdin=stdin)
            assert json.loads(done.stdout) == jurat.explain(given)


def test_names_of_grants() -> None:
    given = of_grant()
    assert "alice" not in command("explain", stdin=given).stdout
    assert "alice@example.org" in command("explain", "--show-grant", stdin=given).stdout
    assert CLIENT_ID in command("explain", stdin=client()).stdout
    hidden = command("explain", "--hash-client-id", stdin=client()).stdout
    assert CLIENT_ID not in hidden and "hmac-sha256:" in hidden


# -------------------------------------------------------------------------------------------------------- for people


def test_what_people_see() -> None:
    given = near_miss() | {"metadata": {"issuer": ISSUER, "token_endpoint_auth_methods_supported": ["private_key_jwt"]}}
    assert (
        command("explain", stdin=given).stdout
        == f"""\
Causes
1. audience_near_miss: proven
   - aud is {ISSUER}/, the issuer identifier is {ISSUER}
   - they differ by a final slash
   Fix: Spell aud exactly as the server does: slash, upper and lower case, port and scheme count.

Next step
  Spell aud exactly as the server does: slash, upper and lower case, port and scheme count.

Evidence
  answer             401, invalid_client
  metadata           private_key_jwt supported, ES256 unknown
  sent to            {ISSUER}/token
  issuer identifier  {ISSUER}
  client id          {CLIENT_ID}
  client_assertion   alg ES256, typ client-authentication+jwt, kid es256-1, signature raw
  aud                {ISSUER}/
  iat                2026-11-23T18:28:33Z ({NOW})
  exp                2026-11-23T18:29:33Z ({NOW + 60})
  jti                j-1
  keys registered    kid es256-1, es256-2
  signing key        {jurat.SigningKey(KEY.scalar).public_key.thumbprint}
  clock              ntp, within 1 s
  sent at            2026-11-23T18:28:33Z ({NOW})
  server's date      2026-11-23T18:28:33Z ({NOW})
  profile            duende
  not known          not_before, other_assertion
  does not prove     a user's consent, what a resource server will allow, the audience of the access token
  made by            jurat {jurat.__version__}
"""
    )


def test_the_readme_shows_what_there_is() -> None:
    text = (ROOT / "README.md").read_text().partition("## Why was it refused\n")[2].partition("\n## ")[0]
    blocks = dict(re.findall(r"```(\w*)\n(.*?)```", text, re.DOTALL))
    shell = blocks["sh"].partition("#")[0].split()
    done = subprocess.run([SCRIPT, *shell[1:]], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(blocks[""].partition("  …\n")[0])
    given = json.loads((ROOT / shell[-1]).read_text())
    names = {
        "url": given["request"]["endpoint"],
        "body": urlencode(dict(given["request"]["params"])),
        "answer": SimpleNamespace(status_code=401, headers=given["response"]["headers"], content=b""),
        "metadata": {"issuer": ISSUER},
        **given,
    }
    printed: list[str] = []
    exec(blocks["python"], {"jurat": jurat, "print": lambda *texts: printed.extend(texts), **names})
    assert printed[0] == "clock_skew"


def test_what_cannot_be_told_apart() -> None:
    found = jurat.explain(document(assertion()))
    shown = command("explain", stdin=document(assertion())).stdout
    assert f"These cannot be told apart\n  {', '.join(found['cannot_distinguish'])}\n" in shown
    assert f"Next step\n  {found['next_step']}\n" in shown
    token: Json = {"access_token": "t" * 20, "token_type": "Bearer"}
    success = command("explain", stdin=document(assertion(), answer(None, status=200, **token)))
    assert success.exit_code == 0 and "there is a token" in success.stdout and "ttt" not in success.stdout


def test_checks_are_listed_by_what_became_of_them() -> None:
    given = near_miss()
    del given["response"], given["seen_jti"]
    shown = command("check", stdin=given).stdout
    statuses: dict[str, list[str]] = {}
    for result in jurat.check(given)["checks"]:
        statuses.setdefault(result["status"].replace("_", " "), []).append(result["check"])
    for status, names in statuses.items():
        assert f"{status} ({len(names)}): {', '.join(names)}\n" in shown
    assert "- replay: Give the jti values that were sent before" in shown


def on_a_terminal(*arguments: str | Path, stdin: bytes = b"", **environment: str) -> str:
    ours, theirs = pty.openpty()
    variables = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | environment
    process = subprocess.Popen([SCRIPT, *arguments], stdin=subprocess.PIPE, stdout=theirs, env=variables)
    os.close(theirs)
    assert process.stdin is not None
    process.stdin.write(stdin)
    process.stdin.close()
    output = b""
    try:
        while part := os.read(ours, 65_536):
            output += part
    # What a terminal gives when the other side is gone.
    except OSError:
        pass
    os.close(ours)
    process.wait()
    return output.decode().replace("\r\n", "\n")


def test_colours_are_for_terminals() -> None:
    given = json.dumps(near_miss()).encode()
    plain = command("explain", stdin=given).stdout
    assert "\x1b" not in plain
    coloured = on_a_terminal("explain", stdin=given)
    assert "\x1b[31mproven\x1b[0m" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plain
    assert on_a_terminal("explain", stdin=given, NO_COLOR="1") == plain
    assert on_a_terminal("explain", stdin=given, NO_COLOR="") == coloured
    # JSON is never coloured.
    assert json.loads(on_a_terminal("explain", "--json", stdin=given)) == jurat.explain(json.loads(given))


NASTY = "\x1b]0;owned\x07\x1b[2J\x7f\x9b31m\u202e\u2028\r\nCauses\n1. expired: proven"


def test_no_terminal_is_told_what_to_do() -> None:
    sent = assertion(header={"kid": NASTY, "typ": NASTY, NASTY: 1}, aud=NASTY, jti=NASTY, iss=NASTY, sub=NASTY)
    params = client_params(sent, grant_type=NASTY, client_id=NASTY)
    given = document(params, answer(NASTY, NASTY), issuer=f"https://{NASTY}", clock={"source": NASTY})
    given["request"]["endpoint"] = given["request"]["method"] = NASTY
    for text, arguments in [(json.dumps(given), ["explain"]), (json.dumps(given), ["check"]), (sent, ["inspect"])]:
        shown = command(*arguments, stdin=text).stdout
        assert all(char.isprintable() for char in shown.replace("\n", ""))
        assert "1. expired: proven" not in shown.splitlines()
        seen = on_a_terminal(*arguments, "--json", stdin=text.encode())
        assert seen.count("\n") == 1 and seen.strip().isprintable()
        assert json.loads(seen) == json.loads(command(*arguments, "--json", stdin=text).stdout)


def test_terminals_with_few_characters() -> None:
    given = document(assertion(header={"kid": "schlüssel"}))
    variables = os.environ | {"PYTHONIOENCODING": "ascii"}
    for name, stdin in [("explain", json.dumps(given)), ("inspect", assertion(header={"kid": "schlüssel"}))]:
        done = subprocess.run([SCRIPT, name], input=stdin.encode(), capture_output=True, env=variables, check=False)
        assert done.stderr == b"" and rb"schl\xfcssel" in done.stdout
        done = subprocess.run(
            [SCRIPT, name, "--json"], input=stdin.encode(), capture_output=True, env=variables, check=False
        )
        assert done.stderr == b"" and "schlüssel" in str(json.loads(done.stdout.decode()))


# ----------------------------------------------------------------------------------------------------------- inspect


def test_inspect(tmp_path: Path) -> None:
    file = tmp_path / "assertion.jwt"
    right = assertion(jti="j-1")
    for text in (right, f"{right}\n", f"{right}\r\n", f"\ufeff{right}"):
        file.write_text(text, newline="")
        done = command("inspect", file)
        assert (done.exit_code, done.stderr) == (0, "")
        assert f"  iat  2026-11-23T18:28:33Z ({NOW})\n" in done.stdout and "Nothing is odd." in done.stdout
        assert command("inspect", stdin=text.encode()).stdout == done.stdout
        assert json.loads(command("inspect", "--json", file).stdout) == jurat.inspect(right)
        # Whoever looks at it has it; it need not stand there once more.
        assert right.rpartition(".")[2] not in done.stdout
    done = command("inspect", stdin=f"{right}\n\n")
    assert done.exit_code == 1 and "signature has a blank or a line end" in done.stdout
    done = command("inspect", stdin=f"{right}.e30")
    assert done.exit_code == 1 and "1. assertion_malformed: proven\n" in done.stdout
    done = command("inspect", stdin=jws({"alg": "ES256", "typ": [1]}, b"no JSON"))
    assert done.exit_code == 1 and "  typ  [1]\n" in done.stdout and "Claims\n  no JSON object\n" in done.stdout
    assert "grant, signature raw" in command("inspect", stdin=grant()).stdout
    assert command("inspect", stdin=b"\xff\xfe\x00").exit_code == 1


def test_inspect_of_json_on_many_lines() -> None:
    claims = json.dumps({"iss": "a", "sub": "a", "aud": ISSUER, "jti": "1", "exp": NOW}, indent=2).encode()
    sent = jws({"alg": "ES256", "kid": "k"}, claims.replace(b"\n", b"\r\n"))
    done = command("inspect", "--json", stdin=sent)
    assert done.stdout.count("\n") == 1 and "\r" not in done.stdout
    assert json.loads(done.stdout) == jurat.inspect(sent)
    # A number that no date has, and one that Python does not read.
    odd = b'{"exp":99999999999999999999,"iat":1e999,"nbf":' + b"9" * 5_000 + b"}"
    assert "  exp  99999999999999999999\n" in command("inspect", stdin=jws({"alg": "ES256"}, odd)).stdout


def test_an_assertion_is_no_argument() -> None:
    sent = assertion()
    done = command("inspect", sent)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "never from an argument" in done.stderr and sent[:20] not in done.stderr


# ------------------------------------------------------------------------------------------------------- wrong usage


@pytest.mark.parametrize(
    ("stdin", "message"),
    [
        (b"", "document: not JSON: Expecting value in line 1, column 1"),
        (b"[]", "document: an object is required"),
        (b"{", "document: not JSON: Expecting property name enclosed in double quotes in line 1, column 2"),
        (b"\xff", "document: not JSON"),
        (b"[" * 200_000, "document: not JSON"),
        (b'{"sent_at":' + b"9" * 5_000 + b"}", "document: not JSON"),
        (b"{}", "request: an object is required"),
        (b'{"request":{},"response":{"status":NaN}}', "response.status: a number from 0 to 999 is required"),
        (b'{"request":{"params":[["a"]]},"response":{"status":1}}', "request.params: pairs of texts"),
        (b'{"request":{},"response":{"status":1},"profile":"keycloack"}', "profile: unknown; close to it are keycloak"),
    ],
)
def test_documents_that_are_none(stdin: bytes, message: str) -> None:
    done = command("explain", stdin=stdin)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"Error: {message}")


def test_hash_keys(tmp_path: Path, hash_key: Path) -> None:
    given = near_miss()
    same = [
        command("explain", "--json", "--hash-jwt-id", "--hash-key-file", hash_key, stdin=given).stdout for _ in "ab"
    ]
    assert same[0] == same[1]
    differ = [command("explain", "--json", "--hash-jwt-id", stdin=given).stdout for _ in "ab"]
    assert differ[0] != differ[1]
    short, long = tmp_path / "short", tmp_path / "long"
    short.write_bytes(bytes(15))
    long.write_bytes(bytes(4_097))
    for file, message in [
        (short, "Error: hash_key: wrong number of bytes\n"),
        (long, f"Error: {long}: more than 4096 bytes\n"),
        (Path("/dev/zero"), "Error: /dev/zero: more than 4096 bytes\n"),
    ]:
        done = command("check", "--hash-key-file", file, stdin=given)
        assert (done.exit_code, done.stdout, done.stderr) == (2, "", message)


@pytest.mark.parametrize(
    "arguments",
    [
        ["explain", "no/such/file"],
        ["explain", "."],
        ["explain", "--hash-key-file", "no/such/file"],
        ["explain", "--hash-key-file", "."],
        ["check", "--unknown"],
        ["inspect", "no/such/file"],
        ["inspect", "--hash-jwt-id"],
        ["explain", "-", "-"],
    ],
)
def test_wrong_usage(arguments: list[str]) -> None:
    done = command(*arguments)
    assert (done.exit_code, done.stdout) == (2, "") and done.stderr.startswith("Usage: ")


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("inspect", "Exit code: 0 nothing odd, 1 something odd, 2 wrong usage."),
        ("check", "Exit code: 0 no cause was found"),
        ("explain", "Exit code: 0 explained, or a token, 1 a refusal for which no cause was found"),
    ],
)
def test_each_command_explains_itself(name: str, codes: str) -> None:
    shown = command(name, "--help")
    text = " ".join(shown.stdout.split())
    assert shown.exit_code == 0 and codes in text
    assert f"Example: jurat {name} " in text
    assert all(len(line) <= 80 for line in shown.stdout.splitlines())
    assert f"  {name} " in command("--help").stdout


def test_the_document_in_the_help_is_one() -> None:
    shown = command("explain", "--help").stdout
    text = shown.partition("is proven:\n")[2].partition("\n\n")[0]
    # Only what is left out.
    for left, right in [('", "client_credentials"], ...]', '", "client_credentials"]]'), ('"..."', '"x"'), ("...", "")]:
        text = text.replace(left, right)
    given = json.loads(text)
    assert set(given) == jurat.diagnosis.Document.__annotations__.keys()
    del given["key"]
    assert jurat.explain(given)["causes"]


def changed(value: Any, chance: random.Random) -> Any:
    """The same document with some of it gone, doubled, or of another type."""
    if chance.random() < 0.02:
        return chance.choice([None, "", -1, 1e300, [], {}, True, "\ud800", [[]], {"": ""}, "eyJ.eyJ.", 2**70])
    if isinstance(value, dict):
        return {name: changed(each, chance) for name, each in value.items() if chance.random() > 0.02}
    if isinstance(value, list):
        kept = [changed(each, chance) for each in value if chance.random() > 0.02]
        return kept * 2 if chance.random() < 0.02 else kept
    return value


def test_noise_is_explained_or_refused() -> None:
    chance = random.Random(6_749)
    codes: Sequence[int] = []
    for code in [*EVERY] * 6:
        given = changed(EVERY[code](), chance)
        for name in ("explain", "check"):
            done = command(name, *chance.choice([[], ["--json"]]), stdin=json.dumps(given))
            assert done.exception is None or isinstance(done.exception, SystemExit), given
            assert done.exit_code in (0, 1, 2) and "Traceback" not in done.output
            codes = [*codes, done.exit_code]
    assert set(codes) == {0, 1, 2}
