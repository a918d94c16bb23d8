"""The examples that the README shows, run as it says, and judged by another library."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from urllib.parse import parse_qsl

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

import jurat
from runners import C_FLAGS, ROOT, cargo, run

COMMAND = ["cargo", "run", "--locked", "--quiet", "--release", "--example", "client_assertion", "--"]


def example(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=False)


def body(printed: str) -> dict[str, str]:
    (line,) = [line for line in printed.splitlines() if line.startswith("grant_type=")]
    return dict(parse_qsl(line, strict_parsing=True))


def verified(assertion: str, key: ec.EllipticCurvePublicKey, audience: str) -> dict[str, object]:
    payload = jwt.decode(assertion, key, algorithms=["ES256"], audience=audience, options={"require": ["exp", "jti"]})
    assert isinstance(payload, dict)
    return payload


def test_it_makes_a_key_of_its_own() -> None:
    done = example()
    assert done.returncode == 0, done.stderr
    assert "throw-away key" in done.stderr
    jwk = json.loads(done.stdout.splitlines()[-1])
    key = jwt.PyJWK(jwk, algorithm="ES256").key
    assert verified(body(done.stdout)["client_assertion"], key, "https://as.example")["sub"] == "device-7"


@pytest.mark.parametrize("form", ["pkcs8", "sec1", "raw"])
def test_it_takes_a_key_file(form: str, tmp_path: Path) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    formats = {"pkcs8": PrivateFormat.PKCS8, "sec1": PrivateFormat.TraditionalOpenSSL}
    file = tmp_path / "key"
    if form == "raw":
        file.write_bytes(private.private_numbers().private_value.to_bytes(32))
    else:
        file.write_bytes(private.private_bytes(Encoding.PEM, formats[form], NoEncryption()))
    arguments = [
        "--key",
        file,
        "--client-id",
        'd"7',
        "--issuer",
        "https://as.example/x",
        "--key-id",
        "k",
        "--scope",
        "a b",
    ]
    done = example(*arguments, "--lifetime", "120")
    assert done.returncode == 0, done.stderr
    sent = body(done.stdout)
    payload = verified(sent["client_assertion"], private.public_key(), "https://as.example/x")
    assert (payload["iss"], payload["sub"], payload["exp"] - payload["iat"]) == ('d"7', 'd"7', 120)  # type: ignore[operator]
    assert jwt.get_unverified_header(sent["client_assertion"])["kid"] == "k"
    assert (sent["client_id"], sent["scope"]) == ('d"7', "a b")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--issuer", "http://as.example"], "issuer: must be an absolute https URL"),
        (["--client-id", ""], "client_id: a value is required"),
        (["--lifetime", "0"], "lifetime: "),
        (["--key", "/nonexistent"], "/nonexistent: "),
        (["--key", "README.md"], "README.md: key: "),
    ],
)
def test_it_says_what_is_wrong(arguments: list[str], said: str) -> None:
    done = example(*arguments)
    assert done.returncode != 0
    assert said in done.stderr
    assert "grant_type" not in done.stdout


def test_the_c_example(tmp_path: Path) -> None:
    cargo("--release", "--package", "jurat-ffi")
    program = tmp_path / "token_request"
    release = ROOT / "target" / "release"
    published = json.loads((ROOT / "tests" / "vectors" / "vectors.json").read_text())["keys"]["rfc7515-a3"]
    public = {"kty": "EC", "crv": "P-256", "x": published["x"], "y": published["y"]}
    key = jwt.PyJWK(public, algorithm="ES256").key
    for library in (release / "libjurat.a", release / "libjurat.so"):
        source = ROOT / "ffi-c" / "examples" / "token_request.c"
        run("gcc", *C_FLAGS, f"-I{ROOT / 'include'}", source, library, f"-Wl,-rpath,{release}", "-o", program)
        assertion = dict(parse_qsl(run(program), strict_parsing=True))["client_assertion"]
        assert verified(assertion, key, "https://as.example")["sub"] == "device-7"


def test_the_c_example_that_explains(tmp_path: Path) -> None:
    cargo("--release", "--package", "jurat-ffi")
    program = tmp_path / "explain"
    source = ROOT / "ffi-c" / "examples" / "explain.c"
    run("gcc", *C_FLAGS, f"-I{ROOT / 'include'}", source, ROOT / "target" / "release" / "libjurat.a", "-o", program)
    *causes, record = run(program).splitlines()
    assert causes[0].startswith("proven: audience_near_miss. Spell aud exactly")
    evidence = json.loads(record)
    assert (evidence["issuer_identifier"], evidence["audience"]) == ("https://as.example", "https://as.example/")
    assert evidence["causes"] == [cause.split()[1].rstrip(".") for cause in causes]
    assert "eyJ" not in record


CONFIGURED = r"""
#include <stdio.h>
#include "jurat.h"
#include "config.h"

static const jurat_server server = JURAT_CONFIG_SERVER;

int main(void)
{
    static const uint8_t key[JURAT_KEY_SIZE] = {1}, random[JURAT_RANDOM_SIZE] = {1};
    jurat_signer signer = JURAT_P256_SIGNER(key);
    jurat_client_assertion client = JURAT_CLIENT_ASSERTION_INIT;
    client.client_id = (jurat_str)JURAT_TEXT(JURAT_CONFIG_CLIENT_ID);
    client.server = &server;
    client.issued_at = 1795459454;
    client.random = random;
    client.random_size = sizeof random;
    static char output[1024];
    size_t length;
    int32_t status = jurat_client_assertion_sign(&client, &signer, output, sizeof output, &length);
    return fwrite(output, 1, length, stdout) == length && status == JURAT_OK ? 0 : 1;
}
"""


def test_an_exported_configuration_is_all_that_firmware_needs(tmp_path: Path) -> None:
    """The header names one server, and no other profile gets into the program."""
    cargo("--release", "--package", "jurat-ffi")
    endpoint = "https://hydra.example/oauth2/token"
    server = jurat.Server(issuer="https://hydra.example", profile="ory-hydra", token_endpoint=endpoint)
    (tmp_path / "config.h").write_text(jurat.export_config(server=server, client_id="device-7"))
    (tmp_path / "main.c").write_text(CONFIGURED)
    program = tmp_path / "main"
    flags = (*C_FLAGS, "-Wl,--gc-sections", f"-I{ROOT / 'include'}", f"-I{tmp_path}")
    run("gcc", *flags, tmp_path / "main.c", ROOT / "target" / "release" / "libjurat.a", "-o", program)
    assertion = run(program)
    key = ec.derive_private_key(1 << 248, ec.SECP256R1()).public_key()
    payload = jwt.decode(assertion, key, algorithms=["ES256"], audience=endpoint, options={"verify_exp": False})
    assert (payload["aud"], payload["iss"]) == (endpoint, "device-7")
    assert "typ" not in jwt.get_unverified_header(assertion)
    names = {line.split()[-1] for line in run("nm", program).splitlines()}
    assert {name for name in names if name.startswith("jurat_profile_")} == {"jurat_profile_ory_hydra"}
