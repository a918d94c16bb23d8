"""Runs the vectors through the Python module: `python vectors_py.py FILE` prints the report of every runner."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

import jurat

Input = dict[str, Any]

URANDOM = os.urandom

# What the vectors call a claim's value, in Python.
CLAIM_VALUES = {
    "text": lambda value: value,
    "integer": lambda value: value,
    "boolean": lambda value: value,
    "null": lambda _: None,
    "json": jurat.JsonText,
}


def keywords(given: Input) -> Input:
    known = {name: value for name, value in given.items() if name not in {"key", "claims", "random"}}
    if "random" in given:
        known["random"] = bytes.fromhex(given["random"])
    if "claims" in given:
        known["claims"] = [
            (claim["name"], CLAIM_VALUES[form](claim[form]))
            for claim in given["claims"]
            for form in claim
            if form != "name"
        ]
    return known


def scalar(key: jurat.SigningKey) -> bytes:
    """The private key, by the only way out: a file, which another library reads."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "key.pem"
        key.save(file)
        private = load_pem_private_key(file.read_bytes(), None)
    assert isinstance(private, EllipticCurvePrivateKey)
    return private.private_numbers().private_value.to_bytes(32)


class Runner:
    def __init__(self, document: Input) -> None:
        self.keys = {name: jurat.SigningKey(bytes.fromhex(key["d"])) for name, key in document["keys"].items()}

    def make(self, kind: str, given: Input) -> Any:
        """A new object each time: an assertion is signed once."""
        if kind == "client_assertion":
            return jurat.ClientAssertion(**keywords(given))
        if kind == "grant_assertion":
            return jurat.GrantAssertion(**keywords(given))
        client, grant = given.get("client"), given.get("grant")
        return jurat.TokenRequest(
            client=None if client is None else jurat.ClientAssertion(**keywords(client)),
            grant=None if grant is None else jurat.GrantAssertion(**keywords(grant)),
            scope=given.get("scope"),
            resource=given.get("resource"),
            parameters=[(name, value) for name, value in given.get("parameters", [])],
            send_client_id=not given.get("omit_client_id", False),
        )

    def assertion(self, kind: str, given: Input) -> str:
        key = self.keys[given["key"]]
        once = self.make(kind, given).sign(key)
        prepared = self.make(kind, given).prepare()
        if prepared.finish(key.sign_hash(prepared.to_be_signed.hash)) != once:
            raise AssertionError("two phases give something else")
        return str(once)

    def request(self, given: Input) -> str:
        client, grant = self.keys.get(given.get("key", "")), self.keys.get(given.get("grant_key", ""))
        once = self.make("token_request", given).sign(client or grant, grant_key=grant)
        prepared = self.make("token_request", given).prepare()
        signatures = {
            name: key.sign_hash(what.hash)
            for name, what, key in (("client", prepared.client, client), ("grant", prepared.grant, grant))
            if what is not None and key is not None
        }
        if prepared.finish(**signatures) != once:
            raise AssertionError("two phases give something else")
        return str(once)

    def call(self, given: Input) -> bytes:
        data = bytes.fromhex(given.get("data", ""))
        function = given["function"]
        if function == "import_key":
            return scalar(jurat.SigningKey.load(data))
        if function == "generate_key":
            # The only source of it is the system's, so that is what stands in.
            os.urandom = lambda _: data
            try:
                return scalar(jurat.SigningKey.generate())
            finally:
                os.urandom = URANDOM
        if function == "derive_jwt_id":
            return jurat.derive_jwt_id(data, given["boot"], given["message"])
        if function == "signature_from_der":
            return jurat.signature_from_der(data)
        if function == "certificate_thumbprint":
            return jurat.certificate_thumbprint(data).encode()
        if function == "sign_hedged":
            os.urandom = lambda _: data[64:]
            try:
                return jurat.SigningKey(data[:32], hedged=True).sign_hash(data[32:64])
            finally:
                os.urandom = URANDOM
        key = jurat.PublicKey(bytes.fromhex(given["x"]), bytes.fromhex(given["y"]))
        if function == "jwks":
            return jurat.jwks([key, (key, given["key_id"])]).encode()
        if function == "registration":
            document = jurat.registration(
                keys=[(key, given["key_id"])], jwt_bearer=True, client_name="Meter 7", scope="a b"
            )
            return document.encode()
        if function == "jwk":
            return key.jwk(given.get("key_id")).encode()
        made = {"thumbprint": key.thumbprint.encode(), "spki_der": key.spki_der(), "spki_pem": key.spki_pem().encode()}
        return made[function]

    def output(self, vector: Input) -> str:
        kind, given = vector["kind"], vector["input"]
        if kind == "call":
            return self.call(given).hex()
        if kind == "sign":
            key = self.keys[given["key"]] if "key" in given else jurat.SigningKey(bytes.fromhex(given["d"]))
            return key.sign_hash(bytes.fromhex(given["hash"])).hex()
        if kind == "signature":
            prepared = self.make("client_assertion", given["client"]).prepare()
            return str(prepared.finish(bytes.fromhex(given["signature"])))
        if kind == "token_request":
            return self.request(given)
        return self.assertion(kind, given)


def report(document: Input) -> list[str]:
    runner = Runner(document)
    lines = []
    for vector in document["vectors"]:
        try:
            status, output = 0, runner.output(vector)
        except jurat.Error as error:
            status, output = error.status, ""
        lines.append(f"{vector['id']} {status} {output}".rstrip())
    return lines


if __name__ == "__main__":
    print("\n".join(report(json.loads(Path(sys.argv[1]).read_text()))))
