"""The servers behind TLS are what clients take them for, and nobody else gets through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
import requests
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

import jurat
from front import Front, Seen
from judges import Json, Key

METADATA = "https://as.example/.well-known/oauth-authorization-server"


@pytest.fixture(autouse=True)
def environment(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in front.environment().items():
        monkeypatch.setenv(name, value)


def signing_key(key: Key) -> jurat.SigningKey:
    return jurat.SigningKey.load(key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


@pytest.mark.parametrize("get", [httpx.get, requests.get])
def test_metadata_names_https(get: Callable[[str], Any]) -> None:
    answer: Json = get(METADATA).json()
    assert answer["issuer"] == "https://as.example"
    endpoints = {name: value for name, value in answer.items() if name.endswith("_endpoint")}
    assert {"token_endpoint", "registration_endpoint"} <= set(endpoints)
    assert all(value.startswith("https://as.example/") for value in endpoints.values()), endpoints


def test_a_token_over_a_connection_that_is_kept(key: Key, front: Front) -> None:
    signer = signing_key(key)
    seen = len(front.seen)
    headers = {"Content-Type": jurat.CONTENT_TYPE}
    with httpx.Client() as client:
        for _ in range(2):
            body = jurat.token_request(signer, client_id="device-7", issuer="https://as.example", scope="api")
            answer = client.post("https://as.example/token", content=body, headers=headers)
            token = jurat.read_response(answer.status_code, answer.content, answer.headers)
        assert isinstance(token, jurat.Token)
        resource = client.get("https://api.example/a?b=c", headers={"Authorization": f"Bearer {token.access_token}"})
        assert (resource.status_code, resource.json()) == (200, {"path": "/a?b=c"})
        head = client.head(METADATA)
        assert (head.status_code, head.content) == (200, b"")
        assert int(head.headers["Content-Length"]) > 0
    assert front.seen[seen:] == [
        Seen("POST", "as.example", "/token", 200),
        Seen("POST", "as.example", "/token", 200),
        Seen("GET", "api.example", "/a", 200),
        Seen("HEAD", "as.example", "/.well-known/oauth-authorization-server", 200),
    ]


def test_what_a_server_refuses_comes_through() -> None:
    answer = httpx.get("https://api.example/")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    body = jurat.token_request(jurat.SigningKey.generate(), client_id="device-7", issuer="https://as.example")
    refused = requests.post("https://as.example/token", body, headers={"Content-Type": jurat.CONTENT_TYPE}, timeout=10)
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("url", ["https://elsewhere.example/", "https://as.example:8443/"])
def test_no_other_host(url: str) -> None:
    with pytest.raises(httpx.ProxyError, match="502"):
        httpx.get(url)
    with pytest.raises(requests.exceptions.ProxyError, match="502"):
        requests.get(url, timeout=10)


def test_who_does_not_trust_it_gets_nothing(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = len(front.seen)
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name)
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(METADATA)
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(METADATA, timeout=10)
    assert front.seen[seen:] == []


def test_a_server_that_is_gone_is_a_bad_gateway(monkeypatch: pytest.MonkeyPatch) -> None:
    # Nobody listens on port 1.
    with Front({"as.example": "http://127.0.0.1:1"}) as front:
        for name, value in front.environment().items():
            monkeypatch.setenv(name, value)
        assert httpx.get("https://as.example/").status_code == 502
        assert front.seen == [Seen("GET", "as.example", "/", 502)]
