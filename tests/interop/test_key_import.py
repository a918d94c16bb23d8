"""Private keys as other tools write them, read by jurat: form by form, tool by tool, and what has to be refused.

`pytest -s` shows the table. Every file is written while the tests run, by the tool that the table names. Two shapes
have no tool here and are put together by hand: `Go-style` and `Apple-style`.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import ecdsa
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from joserfc.jwk import ECKey
from jwt.algorithms import ECAlgorithm

from judges import SERVERS, node
from runners import ROOT, built, run

Private = ec.EllipticCurvePrivateKey
PEM, DER = Encoding.PEM, Encoding.DER
PKCS8, SEC1 = PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL

TOOLS = {
    "openssl",
    "cryptography",
    "joserfc",
    "PyJWT",
    "python-ecdsa",
    "node crypto",
    "node jose",
    "Go-style",
    "Apple-style",
}

# From a key in PEM on standard input, all that Node and jose write of it; and keys that they make themselves.
NODE = """
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { exportJWK, exportPKCS8, generateKeyPair, importPKCS8 } from 'jose';
import { readFileSync } from 'node:fs';

const files = {};
const put = (name, data) => { files[name] = Buffer.from(data).toString('base64'); };
const key = createPrivateKey(readFileSync(0));
for (const type of ['pkcs8', 'sec1']) {
  for (const format of ['pem', 'der']) put(`crypto ${type} ${format}`, key.export({ type, format }));
}
put('crypto jwk', JSON.stringify(key.export({ format: 'jwk' })));
const webKey = await importPKCS8(key.export({ type: 'pkcs8', format: 'pem' }), 'ES256', { extractable: true });
put('jose pkcs8', await exportPKCS8(webKey));
put('jose jwk', JSON.stringify(await exportJWK(webKey)));
put('jose jwk spaced', JSON.stringify({ kid: 'a', use: 'sig', alg: 'ES256', ...await exportJWK(webKey) }, null, 2));

const made = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
put('made crypto', made.export({ type: 'pkcs8', format: 'pem' }));
put('made crypto x', Buffer.from(made.export({ format: 'jwk' }).x, 'base64url'));
const pair = await generateKeyPair('ES256', { extractable: true });
put('made jose', JSON.stringify(await exportJWK(pair.privateKey)));
put('made jose x', Buffer.from((await exportJWK(pair.publicKey)).x, 'base64url'));

put('bad public jwk', JSON.stringify(await exportJWK(pair.publicKey)));
for (const algorithm of ['ES384', 'RS256', 'EdDSA']) {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  put(`bad ${algorithm} jwk`, JSON.stringify(await exportJWK(privateKey)));
  put(`bad ${algorithm} pkcs8`, await exportPKCS8(privateKey));
}
const secret = { cipher: 'aes-256-cbc', passphrase: 'x' };
put('bad encrypted pkcs8', key.export({ type: 'pkcs8', format: 'pem', ...secret }));
put('bad encrypted pkcs8 der', key.export({ type: 'pkcs8', format: 'der', ...secret }));
put('bad encrypted sec1', key.export({ type: 'sec1', format: 'pem', ...secret }));
put('bad public pem', createPublicKey(key).export({ type: 'spki', format: 'pem' }));
console.log(JSON.stringify(files));
"""


@dataclass(frozen=True)
class Row:
    form: str
    tool: str
    file: bytes
    expected: str


def openssl(*arguments: str, stdin: bytes = b"") -> bytes:
    done = subprocess.run(["openssl", *arguments], input=stdin, capture_output=True, check=False)
    assert done.returncode == 0, (arguments, done.stderr)
    return done.stdout


def node_files(pem: bytes) -> dict[str, bytes]:
    command = [node(), "--no-warnings", "--input-type=module", "--eval", NODE]
    done = subprocess.run(command, input=pem, capture_output=True, cwd=SERVERS, check=False)
    assert done.returncode == 0, done.stderr
    files: dict[str, str] = json.loads(done.stdout)
    return {name: base64.b64decode(data) for name, data in files.items()}


def written(key: Private | ed25519.Ed25519PrivateKey, encoding: Encoding, form: PrivateFormat) -> bytes:
    return key.private_bytes(encoding, form, NoEncryption())


def x_of(key: Private) -> str:
    return key.public_key().public_numbers().x.to_bytes(32).hex()


def from_node(raw: bytes) -> str:
    return raw.hex().rjust(64, "0")


# ------------------------------------------------------------ shapes without a tool


def tlv(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    length = len(content)
    return bytes([tag, length] if length < 0x80 else [tag, 0x81, length]) + content


def pkcs8_by_hand(key: Private, *, inner_parameters: bool) -> bytes:
    """PKCS#8 with the public half inside of the key, and the curve named there once more or not."""
    ec_public_key, prime256v1 = bytes.fromhex("06072a8648ce3d0201"), bytes.fromhex("06082a8648ce3d030107")
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    scalar = key.private_numbers().private_value.to_bytes(32)
    parameters = tlv(0xA0, prime256v1) if inner_parameters else b""
    inner = tlv(0x30, b"\x02\x01\x01", tlv(4, scalar), parameters, tlv(0xA1, tlv(3, b"\0", point)))
    return tlv(0x30, b"\x02\x01\x00", tlv(0x30, ec_public_key, prime256v1), tlv(4, inner))


def pem_by_hand(der: bytes, line_end: str = "\n") -> bytes:
    text = base64.b64encode(der).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return line_end.join(["-----BEGIN PRIVATE KEY-----", *lines, "-----END PRIVATE KEY-----"]).encode()


# ------------------------------------------------------------ rows


def openssl_rows(key: Private) -> Iterator[Row]:
    x = x_of(key)
    ok, bare = f"ok {x} match", f"ok {x} absent"
    sec1 = written(key, PEM, SEC1)
    pkcs8 = openssl("pkcs8", "-topk8", "-nocrypt", stdin=sec1)
    certificate = openssl("req", "-x509", "-key", "/dev/stdin", "-subj", "/CN=x", stdin=sec1)
    bag = openssl("pkcs12", "-export", "-passout", "pass:x", stdin=sec1 + certificate)
    for form, file, expected in [
        ("SEC1 PEM", openssl("ec", stdin=sec1), ok),
        ("SEC1 PEM, with -text before it", openssl("ec", "-text", stdin=sec1), ok),
        ("SEC1 DER", openssl("ec", "-outform", "DER", stdin=sec1), ok),
        ("SEC1 PEM, no public half", openssl("ec", "-no_public", stdin=sec1), bare),
        ("SEC1 PEM, compressed point", openssl("ec", "-conv_form", "compressed", stdin=sec1), ok),
        ("PKCS#8 PEM", pkcs8, ok),
        ("PKCS#8 PEM, CRLF", pkcs8.replace(b"\n", b"\r\n") + b"\r\n", ok),
        ("PKCS#8 DER", openssl("pkcs8", "-topk8", "-nocrypt", "-outform", "DER", stdin=sec1), ok),
        ("PKCS#8 PEM, out of PKCS#12", openssl("pkcs12", "-nodes", "-nocerts", "-passin", "pass:x", stdin=bag), ok),
        (
            "PEM, key and certificate",
            openssl("pkcs12", "-nodes", "-passin", "pass:x", stdin=bag),
            "refused SeveralBlocks",
        ),
        ("PKCS#12", bag, "refused InvalidDer"),
        ("PKCS#8 PEM, encrypted", openssl("pkcs8", "-topk8", "-passout", "pass:x", stdin=sec1), "refused EncryptedKey"),
        (
            "PKCS#8 DER, encrypted",
            openssl("pkcs8", "-topk8", "-passout", "pass:x", "-outform", "DER", stdin=sec1),
            "refused EncryptedKey",
        ),
        (
            "SEC1 PEM, encrypted",
            openssl("ec", "-aes256", "-passout", "pass:x", stdin=sec1),
            "refused EncryptedKey",
        ),
        ("SEC1 PEM, explicit curve", openssl("ec", "-param_enc", "explicit", stdin=sec1), "refused WrongCurve"),
        (
            "PKCS#8 PEM, explicit curve",
            openssl("pkey", "-ec_param_enc", "explicit", stdin=sec1),
            "refused WrongCurve",
        ),
        ("SPKI PEM", openssl("pkey", "-pubout", stdin=sec1), "refused NotPrivate"),
        ("SPKI DER", openssl("pkey", "-pubout", "-outform", "DER", stdin=sec1), "refused NotPrivate"),
        ("certificate PEM", certificate, "refused NotPrivate"),
        ("certificate DER", openssl("x509", "-outform", "DER", stdin=certificate), "refused NotPrivate"),
    ]:
        yield Row(form, "openssl", file, expected)


def cryptography_rows(key: Private) -> Iterator[Row]:
    ok = f"ok {x_of(key)} match"
    secret: KeySerializationEncryption = BestAvailableEncryption(b"x")
    for form, file, expected in [
        ("PKCS#8 PEM", written(key, PEM, PKCS8), ok),
        ("PKCS#8 DER", written(key, DER, PKCS8), ok),
        ("SEC1 PEM", written(key, PEM, SEC1), ok),
        ("SEC1 DER", written(key, DER, SEC1), ok),
        ("PKCS#8 PEM, encrypted", key.private_bytes(PEM, PKCS8, secret), "refused EncryptedKey"),
        ("PKCS#8 DER, encrypted", key.private_bytes(DER, PKCS8, secret), "refused EncryptedKey"),
        ("SEC1 PEM, encrypted", key.private_bytes(PEM, SEC1, secret), "refused EncryptedKey"),
        ("OpenSSH's own", written(key, PEM, PrivateFormat.OpenSSH), "refused InvalidPem"),
    ]:
        yield Row(form, "cryptography", file, expected)


def other_python_rows(key: Private) -> Iterator[Row]:
    ok = f"ok {x_of(key)} match"
    pkcs8 = written(key, PEM, PKCS8)
    jwk = ECKey.import_key(pkcs8.decode())
    yield Row("JWK", "joserfc", json.dumps(jwk.as_dict(private=True)).encode(), ok)
    yield Row("PKCS#8 PEM", "joserfc", jwk.as_pem(private=True), ok)
    yield Row("JWK, public", "joserfc", json.dumps(jwk.as_dict(private=False)).encode(), "refused NotPrivate")
    yield Row("JWK", "PyJWT", ECAlgorithm.to_jwk(key).encode(), ok)
    signing = ecdsa.SigningKey.from_pem(pkcs8.decode())
    yield Row("SEC1 PEM", "python-ecdsa", signing.to_pem(), ok)
    yield Row("SEC1 DER", "python-ecdsa", signing.to_der(), ok)
    yield Row("PKCS#8 PEM", "python-ecdsa", signing.to_pem(format="pkcs8"), ok)
    yield Row("PKCS#8 DER", "python-ecdsa", signing.to_der(format="pkcs8"), ok)
    yield Row("SEC1 DER, compressed point", "python-ecdsa", signing.to_der("compressed"), ok)
    yield Row("scalar", "python-ecdsa", signing.to_string(), f"ok {x_of(key)} absent")


def node_rows(key: Private) -> Iterator[Row]:
    ok = f"ok {x_of(key)} match"
    files = node_files(written(key, PEM, PKCS8))
    for name, form in {
        "crypto pkcs8 pem": "PKCS#8 PEM",
        "crypto pkcs8 der": "PKCS#8 DER",
        "crypto sec1 pem": "SEC1 PEM",
        "crypto sec1 der": "SEC1 DER",
        "crypto jwk": "JWK",
        "jose pkcs8": "PKCS#8 PEM",
        "jose jwk": "JWK",
        "jose jwk spaced": "JWK, other members",
    }.items():
        yield Row(form, f"node {name.split()[0]}", files[name], ok)
    for tool, form in {"crypto": "PKCS#8 PEM", "jose": "JWK"}.items():
        x = from_node(files[f"made {tool} x"])
        yield Row(f"{form}, key of its own", f"node {tool}", files[f"made {tool}"], f"ok {x} match")
    for name, (tool, form, cause) in {
        "bad public jwk": ("jose", "JWK, public", "NotPrivate"),
        "bad public pem": ("crypto", "SPKI PEM", "NotPrivate"),
        "bad ES384 jwk": ("jose", "JWK, P-384", "WrongCurve"),
        "bad ES384 pkcs8": ("jose", "PKCS#8 PEM, P-384", "WrongCurve"),
        "bad RS256 jwk": ("jose", "JWK, RSA", "WrongAlgorithm"),
        "bad RS256 pkcs8": ("jose", "PKCS#8 PEM, RSA", "WrongAlgorithm"),
        "bad EdDSA jwk": ("jose", "JWK, Ed25519", "WrongAlgorithm"),
        "bad EdDSA pkcs8": ("jose", "PKCS#8 PEM, Ed25519", "WrongAlgorithm"),
        "bad encrypted pkcs8": ("crypto", "PKCS#8 PEM, encrypted", "EncryptedKey"),
        "bad encrypted pkcs8 der": ("crypto", "PKCS#8 DER, encrypted", "EncryptedKey"),
        "bad encrypted sec1": ("crypto", "SEC1 PEM, encrypted", "EncryptedKey"),
    }.items():
        yield Row(form, f"node {tool}", files[name], f"refused {cause}")


def rows_by_hand(key: Private) -> Iterator[Row]:
    ok = f"ok {x_of(key)} match"
    go, apple = pkcs8_by_hand(key, inner_parameters=False), pkcs8_by_hand(key, inner_parameters=True)
    yield Row("PKCS#8 DER", "Go-style", go, ok)
    yield Row("PKCS#8 PEM", "Go-style", pem_by_hand(go) + b"\n", ok)
    # Apple's files name the curve twice and end without a line end.
    yield Row("PKCS#8 PEM (.p8)", "Apple-style", pem_by_hand(apple), ok)
    yield Row("PKCS#8 PEM (.p8), CRLF", "Apple-style", pem_by_hand(apple, "\r\n"), ok)


def rows_of_other_keys() -> Iterator[Row]:
    """What tools write of keys that are not P-256, and of keys that they make themselves."""
    own = openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout")
    x = x_of(private(own))
    yield Row("SEC1 PEM, key of its own", "openssl", own, f"ok {x} match")
    own = openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
    yield Row("PKCS#8 PEM, key of its own", "openssl", own, f"ok {x_of(private(own))} match")
    parameters = openssl("ecparam", "-name", "prime256v1", "-genkey")
    yield Row("SEC1 PEM behind EC PARAMETERS", "openssl", parameters, "refused SeveralBlocks")
    for curve, name in [("secp384r1", "P-384"), ("secp521r1", "P-521"), ("secp256k1", "secp256k1")]:
        sec1 = openssl("ecparam", "-name", curve, "-genkey", "-noout")
        yield Row(f"SEC1 PEM, {name}", "openssl", sec1, "refused WrongCurve")
        for form in ("PEM", "DER"):
            pkcs8 = openssl("pkcs8", "-topk8", "-nocrypt", "-outform", form, stdin=sec1)
            yield Row(f"PKCS#8 {form}, {name}", "openssl", pkcs8, "refused WrongCurve")
    for bits in ("1024", "2048"):
        rsa_key = openssl("genrsa", bits)
        for form, encoding in [("PKCS#1", ["-traditional"]), ("PKCS#8", [])]:
            pem = openssl("pkey", *encoding, stdin=rsa_key)
            yield Row(f"{form} PEM, RSA {bits}", "openssl", pem, "refused WrongAlgorithm")
            der = openssl("pkey", *encoding, "-outform", "DER", stdin=rsa_key)
            yield Row(f"{form} DER, RSA {bits}", "openssl", der, "refused WrongAlgorithm")
    ed = written(ed25519.Ed25519PrivateKey.generate(), PEM, PKCS8)
    yield Row("PKCS#8 PEM, Ed25519", "cryptography", ed, "refused WrongAlgorithm")
    k1 = written(ec.generate_private_key(ec.SECP256K1()), DER, SEC1)
    yield Row("SEC1 DER, secp256k1", "cryptography", k1, "refused WrongCurve")
    p384 = written(ec.generate_private_key(ec.SECP384R1()), DER, PKCS8)
    yield Row("PKCS#8 DER, P-384", "cryptography", p384, "refused WrongCurve")


def damaged_rows(key: Private) -> Iterator[Row]:
    """Files of real tools that somebody damaged on the way."""
    other = ec.generate_private_key(ec.SECP256R1())
    pem, der = written(key, PEM, PKCS8), written(key, DER, PKCS8)
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    others = other.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    off_curve = point[:-1] + bytes([point[-1] ^ 1])
    scalar = key.private_numbers().private_value.to_bytes(32)
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    jwk = json.loads(ECAlgorithm.to_jwk(key))

    def with_x(octets: bytes) -> bytes:
        x = base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
        return json.dumps({**jwk, "x": x}).encode()

    for form, file, cause in [
        ("PKCS#8 DER, cut", der[:-1], "Truncated"),
        ("PKCS#8 DER, one byte more", der + b"\0", "TrailingData"),
        ("PKCS#8 PEM, cut", pem[: len(pem) // 2], "InvalidPem"),
        (
            "PKCS#8 PEM, a line is missing",
            b"".join(line for at, line in enumerate(pem.splitlines(True)) if at != 2),
            "Truncated",
        ),
        ("PKCS#8 PEM, text behind", pem + b"x\n", "TrailingData"),
        ("PKCS#8 PEM, twice", pem + pem, "SeveralBlocks"),
        ("PKCS#8 DER, d = 0", der.replace(scalar, bytes(32)), "ZeroKey"),
        ("PKCS#8 DER, d = n", der.replace(scalar, order.to_bytes(32)), "KeyTooLarge"),
        ("PKCS#8 DER, not on the curve", der.replace(point, off_curve), "NotOnCurve"),
        ("PKCS#8 DER, another's public half", der.replace(point, others), "KeyMismatch"),
        ("JWK, x of 31 bytes", with_x(point[1:32]), "InvalidCoordinate"),
        ("JWK, x of 33 bytes", with_x(b"\0" + point[1:33]), "InvalidCoordinate"),
        (
            "JWK, another's public half",
            json.dumps({**json.loads(ECAlgorithm.to_jwk(other)), "d": jwk["d"]}).encode(),
            "KeyMismatch",
        ),
    ]:
        yield Row(form, "damaged", file, f"refused {cause}")


def private(pem: bytes) -> Private:
    key = load_pem_private_key(pem, None)
    assert isinstance(key, Private)
    return key


# ------------------------------------------------------------ tests


@pytest.fixture(scope="module")
def random_key() -> Private:
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="module")
def short_key() -> Private:
    """d and x begin with a zero byte, which writers like to lose."""
    while True:
        key = ec.derive_private_key(int.from_bytes(secrets.token_bytes(31)) | 1, ec.SECP256R1())
        if key.public_key().public_numbers().x < 2**248:
            return key


def check(rows: list[Row], directory: Path) -> None:
    program = built("key_import")
    file = directory / "key"
    wrong = []
    print()
    for row in rows:
        file.write_bytes(row.file)
        got = run(program, file).strip()
        # x differs from run to run: what counts is that it is the right one.
        words = got.split()
        shown = f"{words[0]}, halves {words[2]}" if words[0] == "ok" else f"{words[0]}: {words[1]}"
        print(f"| {row.form:34} | {row.tool:12} | {shown:26} |{'' if got == row.expected else ' WRONG'}")
        if got != row.expected:
            wrong.append((row.form, row.tool, got, row.expected))
    assert not wrong


@pytest.mark.parametrize("which", ["random_key", "short_key"])
def test_every_form_of_every_tool(which: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    key: Private = request.getfixturevalue(which)
    makers = (openssl_rows, cryptography_rows, other_python_rows, node_rows, rows_by_hand, damaged_rows)
    rows = [row for make in makers for row in make(key)]
    # All of them wrote one and the same key.
    assert {row.tool for row in rows if row.expected.startswith(f"ok {x_of(key)}")} == TOOLS
    check(rows, tmp_path)


def test_other_keys(tmp_path: Path) -> None:
    check(list(rows_of_other_keys()), tmp_path)


def test_without_a_curve(tmp_path: Path) -> None:
    """The core's own tests of the import, in a build that has no curve: cargo gives its tests all features at once."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "lib.rs").touch()
    shutil.copy(ROOT / "Cargo.lock", tmp_path)
    (tmp_path / "Cargo.toml").write_text(
        f"""
        [package]
        name = "import-without-curve"
        version = "0.0.0"
        edition = "2024"
        [features]
        # The tests ask for it.
        p256 = []
        [dependencies]
        jurat-core = {{ path = "{ROOT / "core"}", features = ["import"] }}
        [[test]]
        name = "import"
        path = "{ROOT / "core" / "tests" / "import.rs"}"
        [workspace]
        """
    )
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "without-curve"
    manifest = tmp_path / "Cargo.toml"
    printed = run("cargo", "test", "--offline", "--manifest-path", manifest, "--test", "import", "--target-dir", target)
    assert "test result: ok" in printed and " 0 passed" not in printed
