"""Keys read from what other tools wrote, and what is published of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, PublicFormat
from joserfc.jwk import ECKey
from jwt.algorithms import ECAlgorithm

import jurat

PRIVATE = ec.generate_private_key(ec.SECP256R1())
PUBLIC = PRIVATE.public_key()
NUMBERS = PUBLIC.public_numbers()
NONE = serialization.NoEncryption()


def private_bytes(encoding: Encoding, form: PrivateFormat) -> bytes:
    return PRIVATE.private_bytes(encoding, form, NONE)


FORMS: dict[str, Any] = {
    "raw": PRIVATE.private_numbers().private_value.to_bytes(32),
    "pkcs8-pem": private_bytes(Encoding.PEM, PrivateFormat.PKCS8),
    "pkcs8-pem-text": private_bytes(Encoding.PEM, PrivateFormat.PKCS8).decode(),
    "pkcs8-der": private_bytes(Encoding.DER, PrivateFormat.PKCS8),
    "sec1-pem": private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL),
    "sec1-der": bytearray(private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL)),
    "jwk": ECAlgorithm.to_jwk(PRIVATE),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_key(form: str) -> None:
    key = jurat.SigningKey.load(FORMS[form])
    assert key.public_key.x == NUMBERS.x.to_bytes(32)
    assert key.public_key.y == NUMBERS.y.to_bytes(32)
    assertion = jurat.client_assertion(key, client_id="d", issuer="https://as.example")
    assert jwt.decode(assertion, PUBLIC, algorithms=["ES256"], audience="https://as.example")["sub"] == "d"


def pem(key: Any, password: bytes | None = None) -> bytes:
    encryption = serialization.BestAvailableEncryption(password) if password else NONE
    data = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
    assert isinstance(data, bytes)
    return data


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (b"", "Empty"),
        (bytes(32), "ZeroKey"),
        (b"\xff" * 32, "KeyTooLarge"),
        (pem(PRIVATE, b"secret"), "EncryptedKey"),
        (pem(rsa.generate_private_key(65537, 2048)), "WrongAlgorithm"),
        (pem(ed25519.Ed25519PrivateKey.generate()), "WrongAlgorithm"),
        (pem(ec.generate_private_key(ec.SECP384R1())), "WrongCurve"),
        (pem(ec.generate_private_key(ec.SECP256K1())), "WrongCurve"),
        (PUBLIC.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), "NotPrivate"),
        (FORMS["pkcs8-pem"] * 2, "SeveralBlocks"),
        (FORMS["pkcs8-der"][:-1], "Truncated"),
        (FORMS["pkcs8-der"] + b"\0", "TrailingData"),
        ("{}", "InvalidJwk"),
        (" ", "Empty"),
        # Text is never raw.
        ("0123456789abcdef" * 2, "InvalidPem"),
        ("-----BEGIN PRIVATE KEY-----\nMIGH", "InvalidPem"),
        ("é" * 16, "InvalidPem"),
        ("\0" * 32, "InvalidPem"),
        ("{" + " " * 31, "InvalidJwk"),
        (ECAlgorithm.to_jwk(PUBLIC), "NotPrivate"),
    ],
)
def test_every_refusal_has_a_cause(data: Any, cause: str) -> None:
    with pytest.raises(jurat.Error) as refused:
        jurat.SigningKey.load(data)
    assert (refused.value.cause, refused.value.argument) == (cause, "key")
    assert isinstance(refused.value, ValueError)


def test_the_public_half_in_every_form() -> None:
    key = jurat.SigningKey.load(FORMS["raw"]).public_key
    assert key == jurat.PublicKey(key.x, key.y)
    assert key.spki_der() == PUBLIC.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert key.spki_pem().encode() == PUBLIC.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    jwk = json.loads(key.jwk())
    assert list(jwk) == ["kty", "crv", "x", "y", "use", "alg", "kid"]
    assert jwk["kid"] == key.thumbprint == ECKey.import_key(jwk).thumbprint()
    assert json.loads(key.jwk("k")) == {**jwk, "kid": "k"}
    other = jurat.SigningKey.generate().public_key
    keys = json.loads(jurat.jwks([key, (other, "next")]))["keys"]
    assert keys == [jwk, json.loads(other.jwk("next"))]
    with pytest.raises(jurat.InvalidArgumentError, match="^key_id: the same name twice"):
        jurat.jwks([key, key])
    bad = "\ud800"
    calls: list[Callable[[], str]] = [
        lambda: key.jwk(bad),
        lambda: jurat.jwks([(key, bad)]),
        lambda: jurat.registration(keys=[(key, bad)]),
    ]
    for call in calls:
        with pytest.raises(jurat.InvalidArgumentError, match="^key_id: not UTF-8"):
            call()


def test_a_point_off_the_curve_is_none() -> None:
    with pytest.raises(jurat.InvalidKeyError) as refused:
        jurat.PublicKey(NUMBERS.x.to_bytes(32), NUMBERS.x.to_bytes(32))
    assert refused.value.cause == "NotOnCurve"


def test_no_private_member_comes_out() -> None:
    key = jurat.SigningKey.load(FORMS["raw"])
    public = key.public_key
    published = [public.jwk(), jurat.jwks([public]), public.spki_pem(), jurat.registration(keys=[public]), repr(public)]
    private = json.loads(FORMS["jwk"])["d"]
    for text in published:
        assert private not in text
        assert FORMS["raw"].hex() not in text
        assert '"d"' not in text


def test_a_registration() -> None:
    key = jurat.SigningKey.generate().public_key
    document = json.loads(jurat.registration(keys=[key], jwt_bearer=True, client_name="Meter 7", scope="a b"))
    assert document["token_endpoint_auth_method"] == "private_key_jwt"
    assert document["token_endpoint_auth_signing_alg"] == "ES256"
    assert document["grant_types"] == ["client_credentials", "urn:ietf:params:oauth:grant-type:jwt-bearer"]
    assert document["jwks"] == {"keys": [json.loads(key.jwk())]}
    assert (document["client_name"], document["scope"]) == ("Meter 7", "a b")
    remote = json.loads(jurat.registration(jwks_uri="https://device.example/jwks.json"))
    assert remote["jwks_uri"] == "https://device.example/jwks.json"
    assert "jwks" not in remote
    for wrong, argument in [
        ({}, "public_key"),
        ({"keys": [key], "jwks_uri": "https://a"}, "jwks_uri"),
        ({"jwks_uri": "http://a"}, "jwks_uri"),
        ({"keys": [key], "client_credentials": False}, "grant_types"),
        ({"keys": [key], "client_name": ""}, "client_name"),
        ({"keys": [key], "scope": "a  b"}, "scope"),
    ]:
        with pytest.raises(jurat.InvalidArgumentError) as refused:
            jurat.registration(**wrong)  # type: ignore[arg-type]
        assert refused.value.argument == argument


def test_a_certificate_in_the_header() -> None:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "device-7")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(PUBLIC).serial_number(1)
    builder = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1))
    certificate = builder.sign(PRIVATE, hashes.SHA256())
    thumbprint = jurat.certificate_thumbprint(certificate.public_bytes(Encoding.DER))
    client = jurat.ClientAssertion(client_id="d", issuer="https://as.example", certificate_thumbprint=thumbprint)
    header = jwt.get_unverified_header(client.sign(jurat.SigningKey.load(FORMS["raw"])))
    assert jwt.utils.base64url_decode(header["x5t#S256"]) == certificate.fingerprint(hashes.SHA256())
    with pytest.raises(jurat.InvalidArgumentError, match="^certificate: "):
        jurat.certificate_thumbprint(b"no certificate")
    for wrong in (thumbprint[1:], f"{thumbprint[1:]}="):
        client = jurat.ClientAssertion(client_id="d", issuer="https://as.example", certificate_thumbprint=wrong)
        with pytest.raises(jurat.InvalidArgumentError, match="^certificate_thumbprint: "):
            client.sign(FORMS["raw"])
