"""Keys: made, hedged, and the ids of devices without a random source."""

from __future__ import annotations

import base64
import gc
import hashlib
import hmac
import os
import stat
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature

import jurat

SCALAR = bytes(range(1, 33))
PUBLIC = ec.derive_private_key(int.from_bytes(SCALAR), ec.SECP256R1()).public_key()
HASH = hashlib.sha256(b"jurat").digest()


def verify(signature: bytes) -> None:
    der = encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
    PUBLIC.verify(der, HASH, ec.ECDSA(Prehashed(hashes.SHA256())))


def test_a_key_is_deterministic_unless_hedged() -> None:
    plain, hedged = jurat.SigningKey(SCALAR, deterministic=True), jurat.SigningKey(SCALAR)
    assert plain.sign_hash(HASH) == plain.sign_hash(HASH)
    signatures = {hedged.sign_hash(HASH) for _ in range(20)}
    assert len(signatures) == 20
    assert plain.sign_hash(HASH) not in signatures
    for signature in [plain.sign_hash(HASH), *signatures]:
        verify(signature)


@pytest.mark.parametrize("byte", [b"\x00", b"\x5a", b"\xff"])
def test_bad_entropy_gives_the_deterministic_signature(byte: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "urandom", lambda size: byte * size)
    assert jurat.SigningKey(SCALAR).sign_hash(HASH) == jurat.SigningKey(SCALAR, deterministic=True).sign_hash(HASH)


def test_the_same_entropy_gives_the_same_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "urandom", lambda size: bytes(range(size)))
    hedged, plain = jurat.SigningKey(SCALAR), jurat.SigningKey(SCALAR, deterministic=True)
    assert hedged.sign_hash(HASH) == hedged.sign_hash(HASH) != plain.sign_hash(HASH)
    verify(hedged.sign_hash(HASH))


def test_generated_keys_sign_and_differ() -> None:
    signatures = {jurat.SigningKey.generate().sign_hash(HASH) for _ in range(20)}
    assert len(signatures) == 20


def test_a_generated_key_is_the_random_number(monkeypatch: pytest.MonkeyPatch) -> None:
    # The first 32 bytes are no scalar, the next are.
    monkeypatch.setattr(os, "urandom", lambda size: (b"\xff" * 31 + b"\xfe" + SCALAR)[:size])
    verify(jurat.SigningKey.generate().sign_hash(HASH))


@pytest.mark.parametrize(
    ("source", "cause"),
    [(bytes(64), "NotRandom"), (b"\xff" * 64, "NotRandom"), ((b"\xff" * 31 + b"\xfe") * 2, "OutOfRandom")],
)
def test_there_is_no_key_without_random_bytes(source: bytes, cause: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "urandom", lambda size: source[:size])
    with pytest.raises(jurat.Error) as refused:
        jurat.SigningKey.generate()
    assert (refused.value.cause, refused.value.argument) == (cause, "random")


def test_no_assertion_without_random_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "urandom", bytes)
    with pytest.raises(jurat.InvalidArgumentError, match="^random: all bytes are equal"):
        jurat.client_assertion(jurat.SigningKey(SCALAR), client_id="device-7", issuer="https://as.example")


def test_derived_ids() -> None:
    secret = bytes(range(32))
    derived = jurat.derive_jwt_id(secret, 3, 4)
    message = b"jurat jti 1" + (3).to_bytes(8) + (4).to_bytes(8)
    assert derived == hmac.digest(secret, message, "sha256")[:16]
    assertion = jurat.ClientAssertion(client_id="device-7", issuer="https://as.example", random=derived)
    payload = jwt.decode(assertion.sign(jurat.SigningKey(SCALAR)), PUBLIC, ["ES256"], audience="https://as.example")
    assert len(payload["jti"]) == 22
    with pytest.raises(jurat.InvalidArgumentError, match="^secret: "):
        jurat.derive_jwt_id(bytes(32), 3, 4)
    with pytest.raises(jurat.InvalidArgumentError, match="^secret: wrong number of bytes"):
        jurat.derive_jwt_id(secret[1:], 3, 4)
    most = 2**64 - 1
    assert len(jurat.derive_jwt_id(secret, most, most)) == 16
    for wrong in (-1, 2**64, 10**30):
        with pytest.raises(jurat.InvalidArgumentError, match="^boot: "):
            jurat.derive_jwt_id(secret, wrong, 0)
        with pytest.raises(jurat.InvalidArgumentError, match="^message: "):
            jurat.derive_jwt_id(secret, 0, wrong)


def test_which_key_signs() -> None:
    periods = [(50, None), (10, 60), (90, None)]
    assert [jurat.signing_key(periods, now) for now in (10, 49, 50, 89, 90)] == [1, 1, 0, 0, 2]
    with pytest.raises(jurat.InvalidArgumentError, match="^key: a value is required"):
        jurat.signing_key(periods, 9)
    with pytest.raises(jurat.InvalidArgumentError, match="^time: looks like milliseconds"):
        jurat.signing_key(periods, 10**12)


def test_a_key_is_saved_for_its_owner_alone(tmp_path: Path) -> None:
    key, file = jurat.SigningKey.generate(), tmp_path / "device.pem"
    previous = os.umask(0)
    try:
        key.save(file)
    finally:
        os.umask(previous)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["device.pem"]
    private = serialization.load_pem_private_key(file.read_bytes(), None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    assert private.public_key().public_numbers().x.to_bytes(32) == key.public_key.x
    # cryptography writes the same bytes.
    form = serialization.PrivateFormat.PKCS8
    assert private.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()) == file.read_bytes()
    assert jurat.SigningKey.load(file.read_bytes()).public_key == key.public_key


def test_a_saved_key_is_not_replaced_unasked(tmp_path: Path) -> None:
    first, second, file = jurat.SigningKey.generate(), jurat.SigningKey.generate(), tmp_path / "device.pem"
    first.save(file)
    with pytest.raises(FileExistsError):
        second.save(str(file))
    assert jurat.SigningKey.load(file.read_text()).public_key == first.public_key
    second.save(file, overwrite=True)
    assert jurat.SigningKey.load(file.read_text()).public_key == second.public_key
    link = tmp_path / "link.pem"
    link.symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileExistsError):
        first.save(link)
    assert {entry.name for entry in tmp_path.iterdir()} == {"device.pem", "link.pem"}


def test_only_files_are_replaced(tmp_path: Path) -> None:
    key, pipe, link, folder = jurat.SigningKey.generate(), tmp_path / "pipe", tmp_path / "link", tmp_path / "folder"
    os.mkfifo(pipe)
    folder.mkdir()
    # As /dev/stdout is: what it leads to may be a file.
    link.symlink_to(tmp_path / "file")
    (tmp_path / "file").write_text("x")
    for path in (pipe, link, folder):
        with pytest.raises(OSError, match="not a regular file") as refused:
            key.save(path, overwrite=True)
        assert refused.value.filename == str(path)
    for name in ("", "/"):
        with pytest.raises(OSError, match="not the name of a file"):
            key.save(name, overwrite=True)
    assert stat.S_ISFIFO(pipe.lstat().st_mode) and link.is_symlink() and (tmp_path / "file").read_text() == "x"
    assert {entry.name for entry in tmp_path.iterdir()} == {"pipe", "link", "folder", "file"}


def test_a_failed_save_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as refused:
        jurat.SigningKey.generate().save(tmp_path / "no" / "device.pem")
    assert refused.value.filename == str(tmp_path / "no" / "device.pem")


def test_what_is_no_key_is_named() -> None:
    for wrong in (None, 7, Path("device.pem")):
        given: Any = wrong
        with pytest.raises(TypeError, match="^key: text or a bytes-like object is required"):
            jurat.SigningKey.load(given)


@pytest.mark.parametrize("fails", ["fsync", "link"])
def test_a_failed_save_leaves_nothing(fails: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(os, fails, broken)
    with pytest.raises(OSError, match="no space left"):
        jurat.SigningKey.generate().save(tmp_path / "device.pem")
    assert list(tmp_path.iterdir()) == []


def test_a_verified_signer_lets_no_wrong_signature_out() -> None:
    key, other = jurat.SigningKey(SCALAR), jurat.SigningKey.generate()
    client: dict[str, Any] = {"client_id": "device-7", "issuer": "https://as.example"}
    verified = jurat.Verified(key, key.public_key)
    assertion = jurat.client_assertion(verified, **client)
    assert jwt.decode(assertion, PUBLIC, algorithms=["ES256"], audience="https://as.example")["sub"] == "device-7"

    def flipped(bit: int) -> Callable[[jurat.ToBeSigned], bytes]:
        def sign(what: jurat.ToBeSigned) -> bytes:
            signature = bytearray(key.sign_hash(what.hash))
            signature[bit // 8] ^= 1 << bit % 8
            return bytes(signature)

        return sign

    def another_message(_: jurat.ToBeSigned) -> bytes:
        return key.sign_hash(HASH)

    faulty = [flipped(bit) for bit in range(0, 512, 37)]
    wrong: list[Any] = [*faulty, another_message, other]
    for signer in wrong:
        with pytest.raises(jurat.SignatureError) as refused:
            jurat.client_assertion(jurat.Verified(signer, key.public_key), **client)
        assert refused.value.cause == "WrongSignature"
    # The control: without a look at it, it goes out.
    assert jurat.client_assertion(faulty[0], **client)


def test_a_device_that_verifies_its_own_signatures_is_freed() -> None:
    class Device:
        def __init__(self) -> None:
            self.key = jurat.SigningKey.generate()
            self.signer = jurat.Verified(self.sign, self.key.public_key)

        def sign(self, what: jurat.ToBeSigned) -> bytes:
            return self.key.sign_hash(what.hash)

    device = Device()
    assert jurat.client_assertion(device.signer, client_id="device-7", issuer="https://as.example")
    seen = weakref.ref(device)
    gc.collect()
    assert seen() is device
    del device
    gc.collect()
    assert seen() is None


def test_nothing_that_is_said_shows_the_key(tmp_path: Path) -> None:
    key = jurat.SigningKey(SCALAR)
    pem = tmp_path / "device.pem"
    key.save(pem)
    said = [repr(key), repr(jurat.Verified(key, key.public_key)), repr(key.public_key)]
    damaged: list[str | bytes] = [
        pem.read_bytes()[:-40],
        pem.read_bytes() * 2,
        SCALAR[:31],
        b"{" + SCALAR,
        SCALAR + b"\0",
        "{" + pem.read_text(),
    ]
    for data in damaged:
        with pytest.raises(jurat.Error) as refused:
            jurat.SigningKey.load(data)
        said += [str(refused.value), repr(refused.value)]
    with pytest.raises(FileExistsError) as exists:
        key.save(pem)
    said.append(str(exists.value))
    encoded = [base64.b64encode(SCALAR).decode().rstrip("="), base64.urlsafe_b64encode(SCALAR).decode().rstrip("=")]
    body = "".join(pem.read_text().splitlines()[1:-1])
    for text in said:
        assert not any(
            form.lower() in text.lower() for form in [SCALAR.hex(), repr(SCALAR)[2:-1], *encoded, body[40:80]]
        )
