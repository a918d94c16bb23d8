"""A callable signs with a key that never leaves a PKCS#11 token: SoftHSM 2 through python-pkcs11."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

import jurat
from judges import CLIENT_ID, Json, post, start_server, verify_pyjwt

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "1234"


@dataclass(frozen=True)
class Hsm:
    private: Any  # its methods are put together at run time, from what the key may do
    public_jwk: Json

    def sign(self, input: jurat.ToBeSigned) -> bytes:
        """CKM_ECDSA takes the hash and gives r, then s: nothing has to be converted."""
        from pkcs11 import Mechanism

        return bytes(self.private.sign(input.hash, mechanism=Mechanism.ECDSA))


@pytest.fixture(scope="module")
def hsm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hsm]:
    if shutil.which("softhsm2-util") is None or not MODULE.exists():
        pytest.fail("SoftHSM is missing: apt-get install softhsm2")
    try:
        import pkcs11
        from pkcs11 import Attribute, KeyType
        from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters
    except ImportError:
        pytest.fail("python-pkcs11 is missing: pip install -r tests/requirements.txt")
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    directory = tmp_path_factory.mktemp("softhsm")
    (directory / "tokens").mkdir()
    configuration = directory / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {directory / 'tokens'}\nobjectstore.backend = file\n")
    with pytest.MonkeyPatch.context() as patch:
        # Read when the module is loaded, which happens once in a process.
        patch.setenv("SOFTHSM2_CONF", str(configuration))
        make = ["softhsm2-util", "--init-token", "--free", "--label", "jurat", "--pin", PIN, "--so-pin", "12345678"]
        subprocess.run(make, check=True, capture_output=True)
        token = pkcs11.lib(str(MODULE)).get_token(token_label="jurat")
        with token.open(rw=True, user_pin=PIN) as session:
            curve = {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
            domain = session.create_domain_parameters(KeyType.EC, curve, local=True)
            public, private = domain.generate_keypair(
                private_template={Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}
            )
            key = load_der_public_key(encode_ec_public_key(public))
            assert isinstance(key, ec.EllipticCurvePublicKey)
            jwk = {**ECAlgorithm.to_jwk(key, as_dict=True), "use": "sig", "alg": "ES256", "kid": "hsm"}
            yield Hsm(private, jwk)


def test_the_key_does_not_leave(hsm: Hsm) -> None:
    from pkcs11 import Attribute
    from pkcs11.exceptions import AttributeSensitive

    assert hsm.private[Attribute.LOCAL] and hsm.private[Attribute.NEVER_EXTRACTABLE]
    with pytest.raises(AttributeSensitive):
        hsm.private[Attribute.VALUE]


def test_another_library_verifies_it(hsm: Hsm) -> None:
    assertion = jurat.client_assertion(hsm.sign, client_id=CLIENT_ID, issuer="https://as.example", key_id="hsm")
    verdict = verify_pyjwt(assertion, hsm.public_jwk, "https://as.example", CLIENT_ID, int(time.time()))
    assert verdict.ok, verdict.reason
    assert verdict.header == {"typ": "client-authentication+jwt", "alg": "ES256", "kid": "hsm"}


def test_a_server_issues_a_token_for_it(hsm: Hsm) -> None:
    clients = [{"client_id": CLIENT_ID, "jwks": {"keys": [hsm.public_jwk]}}]
    with start_server("oidc-provider", {"mode": "fapi2", "clients": clients}) as server:

        def request() -> str:
            return jurat.token_request(
                hsm.sign,
                client_id=CLIENT_ID,
                issuer=server.issuer,
                key_id="hsm",
                scope="api",
                insecure_http=True,
            )

        body = request()
        answer, again, fresh = (post(server.token_endpoint, sent) for sent in (body, body, request()))
    assert answer.status == 200 and answer.json["access_token"], answer.text
    assert (again.status, again.json["error"]) == (401, "invalid_client"), "the same request, replayed"
    assert fresh.status == 200 and fresh.json["access_token"], fresh.text


def test_it_signs_in_two_phases_too(hsm: Hsm) -> None:
    prepared = jurat.ClientAssertion(client_id=CLIENT_ID, issuer="https://as.example").prepare()
    assertion = prepared.finish(hsm.sign(prepared.to_be_signed))
    key = jwt.PyJWK(hsm.public_jwk, algorithm="ES256")
    assert jwt.decode(assertion, key, algorithms=["ES256"], audience="https://as.example")["sub"] == CLIENT_ID


def test_what_the_token_says_reaches_the_caller(hsm: Hsm) -> None:
    """The exception is PKCS#11's own, and the same that the token gives when it is asked directly."""
    from pkcs11 import Mechanism
    from pkcs11.exceptions import PKCS11Error

    def wrong_mechanism(input: jurat.ToBeSigned) -> bytes:
        return bytes(hsm.private.sign(input.hash, mechanism=Mechanism.SHA256_RSA_PKCS))

    with pytest.raises(PKCS11Error) as directly:
        hsm.private.sign(bytes(32), mechanism=Mechanism.SHA256_RSA_PKCS)
    with pytest.raises(PKCS11Error) as through:
        jurat.client_assertion(wrong_mechanism, client_id=CLIENT_ID, issuer="https://as.example")
    assert through.type is directly.type


def test_a_destroyed_key_signs_nothing(hsm: Hsm) -> None:
    """The last one: the key is gone then."""
    from pkcs11.exceptions import PKCS11Error

    hsm.private.destroy()
    with pytest.raises(PKCS11Error):
        jurat.client_assertion(hsm.sign, client_id=CLIENT_ID, issuer="https://as.example")
