"""A signer that answers later, on embassy: what it logs by defmt, and whether the assertion in it holds."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from urllib.parse import parse_qs

import jwt
import pytest

import rust
import toolchain

DEFMT_PRINT = rust.ROOT / "target" / "tools" / "bin" / "defmt-print"
# RFC 7515 appendix A.3.
PUBLIC_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}


def command(*arguments: str | Path, cwd: Path = rust.ROOT, given: bytes = b"") -> bytes:
    # RUSTFLAGS would replace what the folder's .cargo/config.toml says.
    environment = {name: value for name, value in os.environ.items() if name != "RUSTFLAGS"}
    done = subprocess.run(arguments, cwd=cwd, env=environment, input=given, capture_output=True, check=False)
    if done.returncode != 0:
        raise toolchain.ToolError(f"{arguments}: status {done.returncode}\n{done.stderr.decode()}")
    return done.stdout


@pytest.fixture(scope="module")
def log() -> list[str]:
    """The lines that the firmware logged before it ended well."""
    directory = rust.ROOT / "target" / "embassy"
    build = ("cargo", "build", "--locked", "--quiet", "--release", "--target-dir", directory)
    command(*build, cwd=toolchain.HERE / "embassy")
    elf = directory / rust.TARGET / "release" / "jurat-embassy"
    ran = toolchain.run(elf, timeout=60)
    lines = command(DEFMT_PRINT, "-e", elf, "--log-format", "{s}", given=ran.stdout).decode().splitlines()
    assert ran.status == 0, (lines, ran.stderr)
    return lines


def test_the_assertion_holds(log: list[str]) -> None:
    body = {name: value for name, [value] in parse_qs(log[0], strict_parsing=True).items()}
    assert (body["grant_type"], body["client_id"]) == ("client_credentials", "device-7")
    decoded = jwt.decode_complete(
        body["client_assertion"],
        jwt.PyJWK(PUBLIC_KEY, algorithm="ES256"),
        algorithms=["ES256"],
        audience="https://as.example",
        issuer="device-7",
        options={"verify_exp": False, "verify_iat": False},  # the board's clock stands still
    )
    assert decoded["header"] == {"typ": "client-authentication+jwt", "alg": "ES256"}
    # The first id was given to the request that was dropped.
    assert (decoded["payload"]["sub"], decoded["payload"]["jti"]) == ("device-7", "2")


def test_the_log_names_what_happened_and_no_token(log: list[str]) -> None:
    assert log[1:] == [
        "Answer { outcome: Token(Token(..)), step: Done, renew_at: Some(1795459507), clock_moved: 0 }",
        "Err(Error { cause: NotHttps, argument: Issuer, needed: 0 })",
    ]
