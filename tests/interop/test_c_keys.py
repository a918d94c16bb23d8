"""Keys and signers through the C API, judged by cryptography, PyJWT and joserfc."""

from __future__ import annotations

import hmac
import json
import re
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from joserfc.jwk import ECKey
from jwt.algorithms import ECAlgorithm

from runners import C_FLAGS, C_SOURCES, ROOT, SANITIZERS, c_library, run

PRIVATE = ec.generate_private_key(ec.SECP256R1())
SCALAR = PRIVATE.private_numbers().private_value.to_bytes(32)
CAUSES = {
    int(number): name
    for name, number in re.findall(r"JURAT_CAUSE_(\w+) = (\d+)", (ROOT / "include/jurat.h").read_text())
}

Answers = dict[str, tuple[str, bytes]]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    program = tmp_path_factory.mktemp("keys") / "keys_main"
    run("gcc", *C_FLAGS, *SANITIZERS, f"-I{ROOT / 'include'}", C_SOURCES / "keys_main.c", c_library(), "-o", program)
    return program


def ask(program: Path, key: bytes, directory: Path) -> tuple[Answers, list[bytes]]:
    """What it says of each thing: OK or a cause, and bytes; and the keys that sign at several times."""
    file = directory / "key"
    file.write_bytes(key)
    answers: Answers = {}
    signing = []
    for line in run(program, file).splitlines():
        name, cause, text = [*line.split(" ", 2), ""][:3]
        if name == "signing-key":
            signing.append(bytes.fromhex(text))
        answers[name] = ("OK" if cause == "0" else CAUSES[int(cause)], bytes.fromhex(text))
    return answers, signing


FORMS = {
    "raw": SCALAR,
    "pkcs8-pem": PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    "pkcs8-der": PRIVATE.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
    "sec1-pem": PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()),
    "sec1-der": PRIVATE.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()),
    "jwk": json.dumps(json.loads(ECAlgorithm.to_jwk(PRIVATE))).encode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_import(program: Path, form: str, tmp_path: Path) -> None:
    answers, _ = ask(program, FORMS[form], tmp_path)
    assert answers["import"] == ("OK", SCALAR)
    assert answers["halves"][1] == (b"\x00" if form == "raw" else b"\x01")


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (b"", "EMPTY"),
        (bytes(32), "ZERO_KEY"),
        (b"\xff" * 32, "KEY_TOO_LARGE"),
        (FORMS["pkcs8-pem"] * 2, "SEVERAL_BLOCKS"),
        (FORMS["pkcs8-der"][:-1], "TRUNCATED"),
        (FORMS["sec1-der"] + b"\0", "TRAILING_DATA"),
        (PRIVATE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), "NOT_PRIVATE"),
        (
            PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"x")),
            "ENCRYPTED_KEY",
        ),
    ],
)
def test_import_refuses(program: Path, data: bytes, cause: str, tmp_path: Path) -> None:
    answers, _ = ask(program, data, tmp_path)
    assert answers == {"import": (cause, b"")}


def test_the_public_half(program: Path, tmp_path: Path) -> None:
    answers, signing = ask(program, SCALAR, tmp_path)
    public = PRIVATE.public_key()
    numbers = public.public_numbers()
    assert answers["derive"] == ("OK", numbers.x.to_bytes(32) + numbers.y.to_bytes(32))
    jwk = json.loads(answers["jwk"][1])
    assert jwk == {**ECAlgorithm.to_jwk(public, as_dict=True), "use": "sig", "alg": "ES256", "kid": jwk["kid"]}
    assert answers["thumbprint"][1].decode() == jwk["kid"] == ECKey.import_key(jwk).thumbprint()
    assert json.loads(answers["jwks"][1]) == {"keys": [jwk, {**jwk, "kid": "next"}]}
    assert answers["spki-pem"][1] == public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert answers["spki-der"][1] == public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert answers["jwks-repeated"][0] == "REPEATED"
    registration = json.loads(answers["registration"][1])
    assert (registration["client_name"], registration["jwks"]) == ("Meter 7", {"keys": [jwk]})
    assert answers["registration-conflict"][0] == "CONFLICT"
    assert json.loads(answers["registration-uri"][1])["jwks_uri"] == "https://device.example/jwks.json"
    source = bytes(31) + b"\x09" + bytes(8) + b"\x01" + bytes(23)
    assert answers["generate"] == ("OK", source[:32])
    assert answers["generate-none"][0] == answers["generate-constant"][0] == "OUT_OF_RANDOM"
    counters = (3).to_bytes(8) + (4).to_bytes(8)
    assert answers["jti"] == ("OK", hmac.digest(source[:32], b"jurat jti 1" + counters, "sha256")[:16])
    assert answers["jti-constant"][0] == "WRONG_LENGTH"
    assert signing == [b"", b"\x01", b"\x00", b"\x02"]
    assert SCALAR.hex() not in "".join(answers[name][1].hex() for name in answers if name != "import")


def verifies(assertion: bytes) -> bool:
    options = {"verify_exp": False, "verify_iat": False}
    try:
        jwt.decode(assertion, PRIVATE.public_key(), ["ES256"], audience="https://as.example", options=options)  # type: ignore[arg-type]
    except jwt.InvalidSignatureError:
        return False
    return True


def test_signers(program: Path, tmp_path: Path) -> None:
    answers, _ = ask(program, SCALAR, tmp_path)
    for name in ("p256", "der", "hedged", "verified"):
        assert answers[name][0] == "OK"
        assert verifies(answers[name][1]), name
    assert answers["der"] == answers["verified"] == answers["p256"]
    assert answers["hedged"] != answers["p256"]
    assert answers["hedged-broken"] == answers["hedged-none"] == answers["p256"], "bad entropy: deterministic"
    assert answers["der-as-raw"][0] == "WRONG_LENGTH"
    assert answers["raw-as-der"][0] == "INVALID_DER"
    # Without a look at it, a damaged signature goes out; verified, it does not.
    assert answers["unverified-fault"][0] == "OK"
    assert not verifies(answers["unverified-fault"][1])
    for name in ("verified-fault", "verified-other", "verified-off-curve"):
        assert answers[name] == ("SIGNER_FAILED", b""), name
