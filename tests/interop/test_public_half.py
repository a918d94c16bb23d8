"""The public half of a key: what other libraries, openssl and a real server make of the forms that jurat writes."""

from __future__ import annotations

import datetime
import json
import secrets
import subprocess
import time
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
from authlib.oauth2.rfc7591 import ClientMetadataClaims
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from joserfc.jwk import ECKey, KeySet
from jwt.algorithms import ECAlgorithm

from judges import CLIENT_ASSERTION_TYPE, CLIENT_ID, SERVERS, Json, Server, node, post, start_server
from runners import built, run

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
PUBLIC_MEMBERS = ["kty", "crv", "x", "y", "use", "alg", "kid"]
MESSAGE = b"signed by cryptography"

Private = ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Forms:
    """What `public_half` prints of one key."""

    private: Private
    lines: list[str]

    @property
    def jwk(self) -> Json:
        return parsed(self.lines[0])

    @property
    def jwks(self) -> Json:
        return parsed(self.lines[1])

    @property
    def thumbprint(self) -> str:
        return self.lines[2]

    @property
    def der(self) -> bytes:
        return bytes.fromhex(self.lines[3])

    @property
    def pem(self) -> str:
        return str(json.loads(self.lines[4]))

    @property
    def registrations(self) -> list[Json]:
        return [parsed(line) for line in self.lines[5:]]


def parsed(text: str) -> Any:
    """JSON without a repeated member."""

    def members(pairs: list[tuple[str, Any]]) -> Json:
        names = [name for name, _ in pairs]
        assert len(names) == len(set(names)), names
        return dict(pairs)

    return json.loads(text, object_pairs_hook=members)


def coordinates(private: Private) -> tuple[bytes, bytes]:
    numbers = private.public_key().public_numbers()
    return numbers.x.to_bytes(32), numbers.y.to_bytes(32)


def forms(private: Private, *key_id: str) -> Forms:
    x, y = coordinates(private)
    # Not splitlines(): it would part a `kid` at U+2028.
    lines = run(built("public_half"), x.hex(), y.hex(), *key_id).removesuffix("\n").split("\n")
    assert len(lines) == 7
    return Forms(private, lines)


def generate(wanted: Callable[[bytes, bytes], bool] = lambda x, y: True) -> Private:
    while True:
        private = ec.generate_private_key(ec.SECP256R1())
        if wanted(*coordinates(private)):
            return private


@pytest.fixture(scope="module")
def made() -> list[Forms]:
    """Random keys, some of them with leading zero bytes, which a careless writer drops."""
    rare = [lambda x, y: x[0] == 0, lambda x, y: y[0] == 0, lambda x, y: x[-1] == 0, lambda x, y: y[-1] == 0]
    keys = [generate() for _ in range(50)] + [generate(wanted) for wanted in rare for _ in range(3)]
    return [forms(private) for private in keys]


@pytest.fixture(scope="module")
def one(made: list[Forms]) -> Forms:
    return made[0]


def test_der_and_pem_are_those_of_cryptography(made: list[Forms]) -> None:
    for form in made:
        public = form.private.public_key()
        assert form.der == public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        assert form.pem == public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def test_thumbprint_is_that_of_joserfc(made: list[Forms]) -> None:
    for form in made:
        theirs = ECKey.import_key(ECAlgorithm.to_jwk(form.private.public_key(), as_dict=True)).thumbprint()
        assert form.thumbprint == form.jwk["kid"] == theirs


def test_jwk_is_the_key_and_no_more(made: list[Forms]) -> None:
    for form in made:
        assert list(form.jwk) == PUBLIC_MEMBERS
        theirs = ECAlgorithm.to_jwk(form.private.public_key(), as_dict=True)
        assert form.jwk == {**theirs, "use": "sig", "alg": "ES256", "kid": form.thumbprint}
        assert form.jwks == {"keys": [form.jwk]}


def test_no_private_member_in_any_form(made: list[Forms]) -> None:
    def names(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set(value) | {name for inner in value.values() for name in names(inner)}
        return {name for inner in value for name in names(inner)} if isinstance(value, list) else set()

    for form in made:
        assert not names([form.jwk, form.jwks, *form.registrations]) & {"d", "p", "q", "k", "dp", "dq", "qi", "oth"}


def test_pyjwt_verifies_with_the_jwk(made: list[Forms]) -> None:
    for form in made:
        key = jwt.PyJWK(form.jwk)
        r, s = decode_dss_signature(form.private.sign(MESSAGE, ec.ECDSA(hashes.SHA256())))
        signature = r.to_bytes(32) + s.to_bytes(32)
        assert key.key_id == form.thumbprint
        assert key.Algorithm.verify(MESSAGE, key.key, signature)
        assert not key.Algorithm.verify(MESSAGE + b".", key.key, signature)


def test_sets_are_read_by_pyjwt_and_joserfc(made: list[Forms]) -> None:
    for form in made:
        assert jwt.PyJWKSet.from_json(form.lines[1])[form.thumbprint].key_id == form.thumbprint
        key = KeySet.import_key_set(form.jwks).get_by_kid(form.thumbprint)
        assert isinstance(key, ECKey)
        assert not key.is_private


def test_openssl_reads_the_pem(made: list[Forms]) -> None:
    for form in made:
        command = ["openssl", "pkey", "-pubin", "-pubcheck", "-noout", "-text_pub"]
        done = subprocess.run(command, input=form.pem, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "NIST CURVE: P-256" in done.stdout
        x, y = coordinates(form.private)
        assert f"04{x.hex()}{y.hex()}" in "".join(done.stdout.split()).replace(":", "")


@pytest.mark.parametrize("key_id", ["2026-11", 'a"b\\c', "\x01\x1f\n\u2028", "ключ 😀", "k" * 2048])
def test_a_given_key_id(one: Forms, key_id: str) -> None:
    form = forms(one.private, key_id)
    assert form.jwk == {**one.jwk, "kid": key_id}
    assert form.registrations[0]["jwks"] == form.jwks
    assert form.thumbprint == one.thumbprint


# --------------------------------------------------------------------------------------------------- registration


def test_registrations_in_full(one: Forms) -> None:
    common = {
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "ES256",
        "response_types": [],
    }
    by_value = {"grant_types": ["client_credentials"], "client_name": "Zähler 7", "scope": "api", "jwks": one.jwks}
    by_url = {
        "grant_types": ["client_credentials", JWT_BEARER],
        "software_id": "meter",
        "software_version": "2.0",
        "jwks_uri": "https://device.example/jwks",
    }
    assert one.registrations == [{**common, **by_value}, {**common, **by_url}]


def test_authlib_takes_the_registrations(one: Forms) -> None:
    for document in one.registrations:
        ClientMetadataClaims(document, {}).validate()


# Registers what stands on stdin at an oidc-provider, and prints its answers.
REGISTER = """
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
console.info = console.warn = () => {};
const { Provider } = await import('oidc-provider');
const server = createServer().listen(0, '127.0.0.1');
await once(server, 'listening');
const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(issuer, {
  clientAuthMethods: ['private_key_jwt'],
  scopes: ['api'],
  features: {
    registration: { enabled: true },
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
  },
});
provider.registerGrantType('urn:ietf:params:oauth:grant-type:jwt-bearer', async (ctx, next) => next());
server.on('request', provider.callback());
const answers = [];
for (const body of JSON.parse(await text(process.stdin))) {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${issuer}/reg`, { method: 'POST', headers, body });
  answers.push({ status: answer.status, body: await answer.json() });
}
process.stdout.write(JSON.stringify(answers));
process.exit(0);
"""


def test_oidc_provider_registers_the_client(one: Forms) -> None:
    without = {name: value for name, value in one.registrations[0].items() if name != "response_types"}
    done = subprocess.run(
        [node(), "--input-type=module", "--eval", REGISTER],
        input=json.dumps([*one.lines[5:], json.dumps(without)]),
        capture_output=True,
        text=True,
        cwd=SERVERS,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *answers, refused = json.loads(done.stdout)
    for asked, answer in zip(one.registrations, answers, strict=True):
        assert answer["status"] == 201, answer
        registered = answer["body"]
        assert registered["client_id"]
        kept = {name: value for name, value in asked.items() if name not in {"software_id", "software_version"}}
        assert {name: registered[name] for name in kept} == kept
    # Which is why the empty list of response types is written.
    assert refused["status"] == 400
    assert "redirect_uris" in refused["body"]["error_description"]


# ------------------------------------------------------------------------------------------------------ a server


def ask(server: Server, private: Private, key_id: str) -> tuple[int, Json]:
    now = int(time.time())
    claims = {"iss": CLIENT_ID, "sub": CLIENT_ID, "aud": server.issuer, "iat": now, "exp": now + 60}
    headers = {"kid": key_id, "typ": "client-authentication+jwt"}
    assertion = jwt.encode({**claims, "jti": uuid.uuid4().hex}, private, algorithm="ES256", headers=headers)
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": CLIENT_ASSERTION_TYPE,
        "client_assertion": assertion,
        "client_id": CLIENT_ID,
        "scope": "api",
    }
    answer = post(server.token_endpoint, urlencode(form))
    return answer.status, answer.json


@pytest.mark.parametrize("key_id", [(), ("2026-11",)], ids=["thumbprint", "given"])
def test_oidc_provider_takes_the_set(key_id: tuple[str, ...], one: Forms) -> None:
    form = forms(one.private, *key_id)
    name = key_id[0] if key_id else form.thumbprint
    clients = [{"client_id": CLIENT_ID, "jwks": form.jwks}]
    with start_server("oidc-provider", {"mode": "default", "clients": clients}) as server:
        status, body = ask(server, form.private, name)
        assert (status, body.get("token_type")) == (200, "Bearer"), body
        status, body = ask(server, generate(), name)
        assert (status, body["error"]) == (401, "invalid_client")


# --------------------------------------------------------------------------------------------------- certificates


def self_signed(private: Private, name: str) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder(subject, subject, private.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    padding = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.55555.1"), secrets.token_bytes(len(name)))
    return builder.add_extension(padding, critical=False).sign(private, hashes.SHA256())


@pytest.mark.parametrize("length", [1, 32, 64])
def test_x5t_is_the_fingerprint_of_the_certificate(length: int, one: Forms, tmp_path: Path) -> None:
    certificate = self_signed(one.private, "n" * length)
    der = certificate.public_bytes(Encoding.DER)
    ours = run(built("public_half"), "--certificate", der.hex()).strip()
    assert ours == urlsafe_b64encode(certificate.fingerprint(hashes.SHA256())).decode().rstrip("=")
    path = tmp_path / "certificate.der"
    path.write_bytes(der)
    printed = run("openssl", "x509", "-inform", "DER", "-in", path, "-noout", "-fingerprint", "-sha256")
    fingerprint = bytes.fromhex(printed.partition("=")[2].strip().replace(":", ""))
    assert ours == urlsafe_b64encode(fingerprint).decode().rstrip("=")
