"""A rotation on a real server: the client's JWKS changes under way, and no request fails.

The client registers itself and changes its registered JWKS (RFC 7591, RFC 7592). jurat decides by the times of each key
which one signs; the test moves the clock that it is asked with.
"""

from __future__ import annotations

from typing import Any

import requests

import jurat
from judges import Json, Key, Response, Server, post

# Seconds of the worked example. The next key is published an hour before it signs; the old one is retired an hour after
# its last signature.
LEAD = 3_600
KEYS = (("key-a", 0, 10_800), ("key-b", 7_200, 18_000), ("key-c", 14_400, None))
END = 21_600
STEP = 120


class Registered:
    """A client that the server knows because it registered itself."""

    def __init__(self, server: Server, jwks: Json) -> None:
        self.server = server
        self.session = requests.Session()
        self.session.trust_env = False
        metadata = {
            "token_endpoint_auth_method": "private_key_jwt",
            "token_endpoint_auth_signing_alg": "ES256",
            "grant_types": ["client_credentials"],
            "response_types": [],
            "redirect_uris": [],
            "id_token_signed_response_alg": "ES256",
            "jwks": jwks,
        }
        answer = self.session.post(server.registration_endpoint, json=metadata, timeout=10)
        assert answer.status_code == 201, answer.text
        known = answer.json()
        self.client_id: str = known["client_id"]
        self.uri: str = known["registration_client_uri"]
        self.token: str = known["registration_access_token"]
        self.metadata = {**metadata, "client_id": self.client_id}

    def publish(self, jwks: Json) -> None:
        self.metadata["jwks"] = jwks
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = self.session.put(self.uri, json=self.metadata, headers=headers, timeout=10)
        assert answer.status_code == 200, answer.text
        # The server may give a new token for the next change.
        self.token = answer.json().get("registration_access_token", self.token)

    def ask(self, key: Key) -> Response:
        signer = jurat.SigningKey(key.private.private_numbers().private_value.to_bytes(32))
        issuer = self.server.issuer
        client = jurat.ClientAssertion(client_id=self.client_id, issuer=issuer, key_id=key.kid, insecure_http=True)
        return post(self.server.token_endpoint, jurat.token_request(signer, client=client, scope="api"))


def published(keys: list[Key], now: int) -> Json:
    """The JWKS at a time: what is not retired, and what becomes active within the hour."""
    times = zip(keys, KEYS, strict=True)
    return {
        "keys": [
            key.public_jwk
            for key, (_, active_from, retired_at) in times
            if active_from - LEAD <= now and (retired_at is None or now < retired_at)
        ]
    }


def test_no_request_fails_while_the_keys_change(oidc_default: Server) -> None:
    keys = [Key.generate(kid) for kid, _, _ in KEYS]
    periods = [(active_from, retired_at) for _, active_from, retired_at in KEYS]
    client = Registered(oidc_default, published(keys, 0))
    jwks, changes = published(keys, 0), 0
    signed: dict[str, int] = {}
    failed: list[Any] = []
    log: list[str] = []
    for now in range(0, END, STEP):
        if published(keys, now) != jwks:
            jwks, changes = published(keys, now), changes + 1
            client.publish(jwks)
        key = keys[jurat.signing_key(periods, now)]
        answer = client.ask(key)
        signed[key.kid] = signed.get(key.kid, 0) + 1
        if answer.status != 200:
            failed.append((now, key.kid, answer.text))
        kids = ", ".join(jwk["kid"] for jwk in jwks["keys"])
        line = f"published {kids:12}  signs {key.kid}  {answer.status}"
        if not log or log[-1].partition(" s  ")[2] != line:
            log.append(f"{now:6} s  {line}")
    print(f"\n{sum(signed.values())} requests, {len(failed)} failed, {changes} changes of the JWKS", *log, sep="\n")
    assert not failed, failed[:3]
    assert signed == {"key-a": 60, "key-b": 60, "key-c": 60}
    # At 3,600 s B comes, at 10,800 s A goes and C comes, at 18,000 s B goes.
    assert changes == 3
    # The controls: a key that is retired gets no token, and neither does one that was never published.
    assert client.ask(keys[0]).status == 401
    assert client.ask(Key.generate("key-c")).status == 401
