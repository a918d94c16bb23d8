"""One server of each kind for the session; fresh jti values keep the tests apart."""

from __future__ import annotations

import http.server
import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

import jurat
from judges import (
    CLIENT_ID,
    GRANT_ISSUER,
    GRANT_SUBJECT,
    GRANTS,
    ISSUER,
    LATER,
    Key,
    Server,
    start_server,
)

# The firmware's tools stand beside its sources, and what stands in front of servers beside these.
for _folder in ("firmware", "servers"):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / _folder))

from front import Front  # noqa: E402 - from there


@pytest.fixture(scope="session")
def key() -> Key:
    """The key that every server holds as the client's and as the grant issuer's."""
    return Key.generate("key-1")


@pytest.fixture(scope="session")
def oidc_default(key: Key) -> Iterator[Server]:
    clients = [{"client_id": CLIENT_ID, "jwks": key.jwks}]
    with start_server("oidc-provider", {"mode": "default", "clients": clients}) as it:
        yield it


@pytest.fixture(scope="session")
def oidc_fapi2(key: Key) -> Iterator[Server]:
    clients = [{"client_id": CLIENT_ID, "jwks": key.jwks}]
    with start_server("oidc-provider", {"mode": "fapi2", "clients": clients}) as it:
        yield it


@pytest.fixture(scope="session")
def authlib(key: Key) -> Iterator[Server]:
    issuer = {"iss": GRANT_ISSUER, "subjects": [GRANT_SUBJECT], "jwks": key.jwks}
    client = {"client_id": CLIENT_ID, "jwks": key.jwks}
    with start_server("authlib", {"issuers": [issuer], "clients": [client]}) as it:
        yield it


@pytest.fixture(scope="session")
def better_auth(key: Key) -> Iterator[Server]:
    clients = [{"client_id": CLIENT_ID, "jwks": key.jwks}]
    with start_server("better-auth", {"clients": clients}) as it:
        yield it


# ---------------------------------------------------------------------------------- by https, as a user reaches them


class Quiet(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def answer(self, status: int, body: object = None, **headers: str) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Type": "application/json", "Content-Length": str(len(content))}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture(scope="session")
def signer(key: Key) -> jurat.SigningKey:
    return jurat.SigningKey.load(key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


@pytest.fixture(scope="session")
def named_servers(key: Key) -> Iterator[dict[str, Server]]:
    clients = [{"client_id": CLIENT_ID, "jwks": key.jwks}]
    issuers = [{"iss": GRANT_ISSUER, "subjects": [GRANT_SUBJECT], "jwks": key.jwks}]
    config = {"mode": "default", "clients": clients}
    with (
        start_server("oidc-provider", {**config, "issuer": ISSUER}) as now,
        start_server("oidc-provider", {**config, "issuer": LATER, "date_offset": 3600}) as later,
        start_server("authlib", {"clients": clients, "issuers": issuers, "issuer": GRANTS}) as grants,
    ):
        yield {"as.example": now, "later.example": later, "grants.example": grants}


@pytest.fixture(scope="session")
def resource(signer: jurat.SigningKey, named_servers: dict[str, Server]) -> Iterator[str]:
    """A resource server that asks the authorization server about each token, on its back channel."""
    here = named_servers["as.example"].listens

    class Resource(Quiet):
        def do_GET(self) -> None:
            scheme, _, token = self.headers.get("Authorization", "").partition(" ")
            answer = requests.post(
                f"{here}/token/introspection",
                data={"token": token, **AUTHENTICATION.parameters()},
                headers={"X-Forwarded-Proto": "https", "Host": "as.example"},
                timeout=10,
            ).json()
            active = scheme == "Bearer" and answer.get("active") is True
            self.answer(200 if active else 401, answer, **({} if active else {"WWW_Authenticate": "Bearer"}))

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

    AUTHENTICATION = jurat.PrivateKeyJwt(
        signer,
        client_id=CLIENT_ID,
        server=jurat.Server(issuer=ISSUER),
        endpoint="introspection_endpoint",
        endpoint_url=f"{ISSUER}/token/introspection",
    )
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Resource) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def busy() -> Iterator[str]:
    """A token endpoint that is too busy for every second request."""
    count = 0

    class Busy(Quiet):
        def do_POST(self) -> None:
            nonlocal count
            count += 1
            self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/long":
                self.answer(503, {}, Retry_After="7200")
            elif self.path == "/elsewhere":
                self.answer(307, {}, Location=f"{ISSUER}/token")
            elif count % 2:
                self.answer(429, {"error": "slow_down"}, Retry_After="1")
            else:
                self.answer(200, {"access_token": f"busy-{count}", "token_type": "Bearer", "expires_in": 600})

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Busy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def front(
    named_servers: dict[str, Server], resource: str, busy: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Front]:
    hosts = {name: server.listens for name, server in named_servers.items()}
    with Front({**hosts, "api.example.com": resource, "busy.example": busy}) as it:
        for name, value in it.environment().items():
            monkeypatch.setenv(name, value)
        yield it
