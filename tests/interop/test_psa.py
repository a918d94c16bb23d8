"""A key that never leaves PSA Crypto signs through the C adapter: Debian's Mbed TLS is the PSA implementation."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from judges import CLIENT_ID, Json, post, start_server, verify_pyjwt
from runners import C_FLAGS, C_SOURCES, ROOT, SANITIZERS, RunnerError, c_library, run

PSA = ROOT / "ffi-c" / "psa"
INCLUDES = (f"-I{ROOT / 'include'}", f"-I{PSA}")
# Of libmbedcrypto itself they see only the calls.

SIGNER_FAILED = 52
# psa/crypto_values.h
NOT_PERMITTED, INVALID_ARGUMENT, INVALID_HANDLE = -133, -135, -136
REFUSALS = {
    "another-algorithm": NOT_PERMITTED,
    "not-for-signing": NOT_PERMITTED,
    "secp256k1": INVALID_ARGUMENT,
    "p384": INVALID_ARGUMENT,
    "destroyed": INVALID_HANDLE,
    "no-key": INVALID_HANDLE,
}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not Path("/usr/include/psa/crypto.h").exists():
        pytest.fail("PSA Crypto is missing: apt-get install libmbedtls-dev")
    made = tmp_path_factory.mktemp("psa") / "psa_main"
    sources = (C_SOURCES / "psa_main.c", PSA / "jurat_psa.c")
    run("gcc", *C_FLAGS, *SANITIZERS, *INCLUDES, *sources, c_library(), "-lmbedcrypto", "-o", made)
    return made


@dataclass(frozen=True)
class Signed:
    public_jwk: Json
    issuer: str
    token_status: int
    token: Json
    replayed: Json
    assertion: str
    lines: dict[str, list[str]]


@pytest.fixture(scope="module", params=["deterministic", "randomized"])
def signed(request: pytest.FixtureRequest, program: Path) -> Signed:
    """One run: the server learns the public key before the program signs, since the key dies with the program."""
    command = [str(program), request.param, CLIENT_ID]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        first = dict(line.split() for line in (process.stdout.readline(), process.stdout.readline()))
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes.fromhex(first["public"]))
        public_jwk = {**ECAlgorithm.to_jwk(point, as_dict=True), "use": "sig", "alg": "ES256", "kid": "psa"}
        clients = [{"client_id": CLIENT_ID, "jwks": {"keys": [public_jwk]}}]
        with start_server("oidc-provider", {"mode": "fapi2", "clients": clients}) as server:
            rest, _ = process.communicate(f"{server.issuer}\n", timeout=60)
            if process.returncode != 0:
                raise RunnerError(f"psa_main: status {process.returncode}")
            lines = {name: words for name, *words in map(str.split, rest.splitlines())}
            lines["export"] = [first["export"]]
            (body,) = lines["body"]
            answer, again = post(server.token_endpoint, body), post(server.token_endpoint, body)
    return Signed(
        public_jwk=public_jwk,
        issuer=server.issuer,
        token_status=answer.status,
        token=answer.json,
        replayed=again.json,
        assertion=dict(parse_qsl(body, strict_parsing=True))["client_assertion"],
        lines=lines,
    )


def test_the_key_does_not_leave(signed: Signed) -> None:
    assert signed.lines["export"] == [str(NOT_PERMITTED)]


def test_another_library_verifies_it(signed: Signed) -> None:
    assert signed.lines["signed"] == ["0", "0"]
    verdict = verify_pyjwt(signed.assertion, signed.public_jwk, signed.issuer, CLIENT_ID, int(time.time()))
    assert verdict.ok, verdict.reason
    assert verdict.header == {"typ": "client-authentication+jwt", "alg": "ES256", "kid": "psa"}


def test_a_server_issues_a_token_for_it(signed: Signed) -> None:
    assert signed.token_status == 200, signed.token
    assert signed.token["access_token"]
    assert signed.replayed["error"] == "invalid_client"


@pytest.mark.parametrize(("name", "status"), REFUSALS.items())
def test_what_psa_says_reaches_the_caller(signed: Signed, name: str, status: int) -> None:
    assert signed.lines[name] == [str(status), str(SIGNER_FAILED), "1"]


@pytest.mark.parametrize(
    "language",
    [("gcc", "-std=c99"), ("gcc", "-std=c2x"), ("g++", "-std=c++11", "-x", "c++"), ("g++", "-std=c++20", "-x", "c++")],
    ids=["c99", "c2x", "c++11", "c++20"],
)
def test_it_compiles_in_every_language(program: Path, language: tuple[str, ...], tmp_path: Path) -> None:
    compiler, *options = language
    flags = [flag for flag in C_FLAGS if not flag.startswith("-std")]
    run(compiler, *options, *flags, *INCLUDES, "-c", PSA / "jurat_psa.c", "-o", tmp_path / "jurat_psa.o")
