"""Runs the vectors through the Python module: `python vectors_py.py FILE` prints the report of every runner."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import jurat

Input = dict[str, Any]

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

    def output(self, vector: Input) -> str:
        kind, given = vector["kind"], vector["input"]
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
