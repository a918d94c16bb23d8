"""``jurat token`` as a person runs it, against real servers over TLS."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
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
    assert (done.returncode, done.stdout) == (1, "")
    assert "wait for 7200 seconds" in done.stderr


def test_the_environment_holds_the_key(front: Front, file: Path) -> None:
    command = [SCRIPT, "token", "--issuer", ISSUER, "--client-id", CLIENT_ID]
    environment = {**os.environ, "JURAT_KEY": file.read_text()}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
