"""``jurat token`` as a person runs it, against real servers over TLS."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import requests

import jurat
from front import Front
from judges import CLIENT_ID, GRANT_ISSUER, GRANT_SUBJECT, GRANTS, ISSUER, LATER, RESOURCE

SCRIPT = Path(sys.executable).with_name("jurat")


@pytest.fixture
def file(signer: jurat.SigningKey, tmp_path: Path) -> Path:
    path = tmp_path / "key.pem"
    signer.save(path)
    return path


def token(file: Path, *options: object, issuer: str = ISSUER) -> subprocess.CompletedProcess[str]:
    command = [SCRIPT, "token", "--key", file, "--issuer", issuer, *options]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, timeout=60)
    if "--print" not in options:
        assert "eyJ" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


def posts(front: Front, host: str = "as.example") -> list[int]:
    return [seen.status for seen in front.seen if (seen.method, seen.host) == ("POST", host)]


def test_a_token(front: Front, file: Path) -> None:
    done = token(file, "--client-id", CLIENT_ID, "--scope", "api", "--profile", "oidc-provider")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "A token.\n"
        "  type        Bearer\n"
        "  expires in  600 s\n"
        "  scope       api\n"
        "  issuer      https://as.example\n"
        "  profile     oidc-provider\n"
    )
    assert posts(front) == [200]


def test_the_token_itself_when_asked(front: Front, file: Path, tmp_path: Path) -> None:
    kept = tmp_path / "token"
    given = ("--client-id", CLIENT_ID, "--scope", "api")
    printed = token(file, *given, "--print").stdout.strip()
    found: Any = json.loads(token(file, *given, "--print", "--json").stdout)
    assert token(file, *given, "--output", kept).returncode == 0
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    for text in (printed, found["access_token"], kept.read_text().strip()):
        answer = requests.get(f"{RESOURCE}/", headers={"Authorization": f"Bearer {text}"}, timeout=10)
        assert answer.status_code == 200
    assert "access_token" not in json.loads(token(file, *given, "--json").stdout)


def test_a_clock_that_is_an_hour_behind(front: Front, file: Path) -> None:
    done = token(file, "--client-id", CLIENT_ID, "--scope", "api", issuer=LATER)
    assert done.returncode == 0
    assert "clock corrected by  +3" in done.stdout
    assert posts(front, "later.example") == [401, 200]


def test_a_clock_that_is_not_set(front: Front, file: Path) -> None:
    assert token(file, "--client-id", CLIENT_ID, "--clock-unset", issuer=LATER).returncode == 0
    assert posts(front, "later.example") == [200]


def test_a_grant(front: Front, file: Path) -> None:
    given = ("--grant-iss", GRANT_ISSUER, "--grant-sub", GRANT_SUBJECT, "--scope", "api", "--profile", "authlib")
    assert token(file, *given, issuer=GRANTS).returncode == 0
    assert token(file, *given, "--client-id", CLIENT_ID, issuer=GRANTS).returncode == 0
    assert posts(front, "grants.example") == [200, 200]


def test_a_refusal_is_explained(front: Front, tmp_path: Path, signer: jurat.SigningKey) -> None:
    wrong, registration = tmp_path / "wrong.pem", tmp_path / "client.json"
    jurat.SigningKey.generate().save(wrong)
    registered = json.loads(jurat.jwks([(signer.public_key, "key-1")]))
    registration.write_text(json.dumps({"client_id": CLIENT_ID, "jwks": registered}))
    given = ("--registration", registration, "--key-id", "key-1", "--profile", "oidc-provider")
    done = token(wrong, *given)
    assert done.returncode == 1
    assert done.stdout.startswith("Causes\n1. ")
    assert "not known" in done.stdout
    assert done.stderr.startswith("Error: ") and "invalid_client" in done.stderr
    found: Any = json.loads(token(wrong, *given, "--json").stdout)
    assert found["causes"][0]["class"] == "proven"
    assert found["evidence"]["server_error"]["error"] == "invalid_client"


def test_no_server(front: Front, file: Path) -> None:
    done = token(file, "--client-id", CLIENT_ID, issuer="https://gone.example")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: metadata: no metadata found:\n  https://gone.example/.well-known/") or (
        done.stderr.startswith("Error: no metadata found:\n  https://gone.example/.well-known/")
    )


def test_a_server_that_asks_to_wait(front: Front, file: Path) -> None:
    given = ("--client-id", CLIENT_ID, "--token-endpoint", "https://busy.example/long")
    done = token(file, *given, issuer="https://busy.example")
    assert done.returncode == 1
    assert done.stdout.startswith("Causes\n1. rate_limited: stated\n")
    assert "wait for 7200 seconds" in done.stderr


def test_a_key_is_rotated_while_requests_go_on(front: Front, tmp_path: Path) -> None:
    """By the commands, one after the other; another process asks for tokens all the time, by the key that is in use."""
    (tmp_path / "wanted").touch()
    asking = subprocess.Popen(
        [
            "bash",
            "-c",
            'while [ -e wanted ]; do [ ! -e client.json ] || "$0" token --key key.pem --issuer "$1" '
            "--registration client.json --scope api >> log 2>&1 || echo refused >> log; done",
            SCRIPT,
            ISSUER,
        ],
        cwd=tmp_path,
    )

    def jurat_(*arguments: object) -> str:
        done = subprocess.run([SCRIPT, *map(str, arguments)], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), arguments
        return done.stdout

    def rest() -> None:
        """Until a few more requests were made."""
        before, deadline = tokens(), time.monotonic() + 30
        while tokens() < before + 3:
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def tokens() -> int:
        log = tmp_path / "log"
        return log.read_text().count("A token.") if log.exists() else 0

    try:
        jurat_("keygen", "key.pem")
        document = jurat_("register", "--key", "key.pem", "--scope", "api")
        answer = requests.post(f"{ISSUER}/reg", data=document, headers={"Content-Type": "application/json"}, timeout=10)
        assert answer.status_code == 201
        (tmp_path / "draft").write_text(answer.text)
        (tmp_path / "draft").rename(tmp_path / "client.json")
        rest()
        for turn in range(3):
            jurat_("keygen", f"new-{turn}.pem")
            jurat_("rotate", "--registration", "client.json", "--key", "key.pem", "--key", f"new-{turn}.pem")
            rest()
            (tmp_path / f"new-{turn}.pem").rename(tmp_path / "key.pem")
            rest()
            jurat_("rotate", "--registration", "client.json", "--key", "key.pem")
            rest()
    finally:
        (tmp_path / "wanted").unlink()
        asking.wait(30)
    log = (tmp_path / "log").read_text()
    assert "refused" not in log, log
    assert tokens() >= 3 * 10
    assert stat.S_IMODE((tmp_path / "client.json").stat().st_mode) == 0o600
    # The control: the first key is good for nothing.
    old = tmp_path / "old.pem"
    assert jurat_("keygen", "old.pem") and token(old, "--registration", tmp_path / "client.json").returncode == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"jwks_uri": "https://device.example/jwks.json"}, "it has a jwks_uri"),
        ({"registration_access_token": None}, "it lacks client_id, registration_client_uri"),
        ({"registration_access_token": "t-o-k-e-n\n"}, "its registration_access_token is none"),
        ({"registration_client_uri": f"{ISSUER}/reg/nobody"}, "the server refuses: OauthError(401, invalid_token)"),
        ({"registration_client_uri": "https://gone.example/reg/a"}, "https://gone.example/reg/a: "),
        ({"registration_client_uri": "http://as.example/reg/a"}, "no https URL"),
    ],
)
def test_a_rotation_that_fails_changes_nothing(
    changes: dict[str, str | None], said: str, front: Front, file: Path, tmp_path: Path
) -> None:
    registration = tmp_path / "client.json"
    given = {"client_id": "a", "registration_client_uri": f"{ISSUER}/reg/a", "registration_access_token": "t-o-k-e-n"}
    registration.write_text(json.dumps({**given, **changes}))
    before = registration.read_bytes()
    command = [SCRIPT, "rotate", "--registration", registration, "--key", file]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr and "t-o-k-e-n" not in done.stderr
    assert registration.read_bytes() == before


def test_the_environment_holds_the_key(front: Front, file: Path) -> None:
    command = [SCRIPT, "token", "--issuer", ISSUER, "--client-id", CLIENT_ID]
    environment = {**os.environ, "JURAT_KEY": file.read_text()}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
