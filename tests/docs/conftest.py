"""https://as.example, which is an oidc-provider, and https://api.example, a resource that wants a Bearer token."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "interop"), str(TESTS / "servers")]

from front import Front  # noqa: E402
from judges import Key, Server, start_server  # noqa: E402

ISSUER = "https://as.example"


@pytest.fixture(scope="session")
def key() -> Key:
    """The key of the client that is there from the start."""
    return Key.generate("key-1")


@pytest.fixture(scope="session")
def oidc(key: Key) -> Iterator[Server]:
    clients = [{"client_id": "device-7", "jwks": key.jwks}]
    with start_server("oidc-provider", {"mode": "default", "clients": clients, "issuer": ISSUER}) as it:
        yield it


class Resource(BaseHTTPRequestHandler):
    """It looks at no token, only whether there is one."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        allowed = scheme == "Bearer" and bool(token)
        body = json.dumps({"path": self.path} if allowed else {"error": "a token is needed"}).encode()
        self.send_response(200 if allowed else 401)
        if not allowed:
            self.send_header("WWW-Authenticate", "Bearer")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.do_GET()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@pytest.fixture(scope="session")
def front(oidc: Server) -> Iterator[Front]:
    http = ThreadingHTTPServer(("127.0.0.1", 0), Resource)
    http.daemon_threads, http.block_on_close = True, False
    threading.Thread(target=http.serve_forever, daemon=True).start()
    with Front({"as.example": oidc.listens, "api.example": f"http://127.0.0.1:{http.server_port}"}) as it:
        yield it
    http.shutdown()
    http.server_close()
