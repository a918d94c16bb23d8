"""Firmware that gets a token from a real authorization server over its UART: it writes requests and reads answers.

What is at the line's other end moves bytes. It also records them, and what the device logged is held to the record.
"""

from __future__ import annotations

import io
import itertools
import json
import secrets
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPResponse
from pathlib import Path
from typing import cast
from urllib.parse import urlencode, urlsplit

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

import bridge
import jurat
from judges import CLIENT_ASSERTION_TYPE, CLIENT_ID, Json, Key, Server, post
from runners import ROOT, rust, toolchain

SOURCES = [toolchain.HERE / "token.c", toolchain.HERE / "uart.c"]
# One of each kind of processor, and of UART.
BOARDS = ("thumbv7em-hf", "thumbv8m.main-hf", "riscv32imac")
# Servers, and the profiles that they are.
REAL = {"oidc_default": "oidc_provider", "oidc_fapi2": "fapi2", "authlib": "authlib", "better_auth": "better_auth"}

# One device that starts again for each test.
SECRET = secrets.token_bytes(32)
BOOTS = itertools.count(1)


@dataclass(frozen=True)
class Ran:
    status: int
    log: str
    connections: list[bridge.Connection]

    @property
    def steps(self) -> list[str]:
        return [line.split(": ")[1] for line in self.log.splitlines() if line.startswith("device ")]

    @property
    def answer(self) -> tuple[int, Json]:
        """Status and body of the last answer, as Python's http.client reads them."""

        class Recorded:
            def __init__(self, received: bytes) -> None:
                self.received = received

            def makefile(self, _: str) -> io.BytesIO:
                return io.BytesIO(self.received)

        response = HTTPResponse(cast(socket.socket, Recorded(bytes(self.connections[-1].received))))
        response.begin()
        return response.status, json.loads(response.read())


def numbers(data: bytes) -> str:
    return ",".join(map(str, data))


Fetch = Callable[..., Ran]


@pytest.fixture
def fetch(key: Key, tmp_path: Path) -> Fetch:
    def fetch(
        server: Server,
        profile: str,
        board_name: str = BOARDS[0],
        signs_with: Key = key,
        clock_off: int = 0,
        clock_state: str = "JURAT_CLOCK_TRUSTED",
    ) -> Ran:
        board = toolchain.BOARDS[board_name]
        scalar = signs_with.private.private_numbers().private_value.to_bytes(32, "big")
        elf = toolchain.compile_and_link(
            SOURCES,
            rust.library(p256=True, http=True, target=board.target),
            tmp_path / "token.elf",
            board=board,
            defines={
                "CLIENT_ID": f'"{CLIENT_ID}"',
                "KEY_ID": f'"{signs_with.kid}"',
                "KEY": numbers(scalar),
                "ISSUER": f'"{server.issuer}"',
                "TOKEN_ENDPOINT": f'"{server.token_endpoint}"',
                "PROFILE": f"jurat_profile_{profile}",
                "CLOCK_STATE": clock_state,
                "CLOCK_OFF": clock_off,
                "SECRET": numbers(SECRET),
                "BOOT": next(BOOTS),
            },
            include_dirs=[ROOT / "include"],
        )
        url = urlsplit(server.token_endpoint)
        assert url.hostname is not None and url.port is not None
        with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as pool:
            carried = pool.submit(bridge.carry, listener, (url.hostname, url.port))
            line = f"tcp:127.0.0.1:{listener.getsockname()[1]}"
            result = toolchain.run(elf, board=board, timeout=60, serial=line)
            log = result.stdout.decode()
            assert result.stderr == b"" and result.status in (0, 1), (log, result.stderr)
            assert "eyJ" not in log, "an assertion"
            connections = carried.result()
        return Ran(result.status, log, connections)

    return fetch


def has_token(ran: Ran) -> str:
    """The token that the server gave is the one that the device found."""
    assert (ran.status, ran.steps[-1]) == (0, "Done"), ran.log
    status, answer = ran.answer
    assert status == 200
    token: str = answer["access_token"]
    assert f"  token of {len(token)} characters\n" in ran.log
    assert token not in ran.log
    return token


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("board", BOARDS)
def test_a_token_at_once(request: pytest.FixtureRequest, fetch: Fetch, name: str, board: str) -> None:
    ran = fetch(request.getfixturevalue(name), REAL[name], board)
    has_token(ran)
    assert ran.steps == ["Send", "Done"]


def test_the_server_knows_the_token(better_auth: Server, fetch: Fetch, key: Key) -> None:
    """Of these servers, it is the one that can be asked (RFC 7662)."""
    signer = jurat.SigningKey.load(key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    def introspected(token: str) -> Json:
        assertion = jurat.client_assertion(
            signer, client_id=CLIENT_ID, issuer=better_auth.issuer, key_id=key.kid, insecure_http=True
        )
        form = {"token": token, "client_assertion_type": CLIENT_ASSERTION_TYPE, "client_assertion": assertion}
        answer: Json = post(f"{better_auth.issuer}/oauth2/introspect", urlencode(form)).json
        return answer

    token = has_token(fetch(better_auth, "better_auth"))
    known = introspected(token)
    assert (known["active"], known["client_id"]) == (True, CLIENT_ID)
    assert introspected(token[::-1])["active"] is False


def test_a_clock_an_hour_slow(authlib: Server, fetch: Fetch) -> None:
    ran = fetch(authlib, "authlib", clock_off=-3600)
    has_token(ran)
    assert (ran.steps, len(ran.connections)) == (["Send", "Send", "Done"], 2)


def test_a_clock_that_is_not_set(better_auth: Server, fetch: Fetch) -> None:
    ran = fetch(better_auth, "better_auth", clock_off=-int(time.time()), clock_state="JURAT_CLOCK_UNSET")
    has_token(ran)
    assert ran.steps == ["LearnTime", "Send", "Done"]
    asked, sent = ran.connections
    assert asked.sent.startswith(b"HEAD ") and b"client_assertion=" not in asked.sent
    assert sent.sent.startswith(b"POST ")


def test_another_key_is_refused(oidc_fapi2: Server, fetch: Fetch, key: Key) -> None:
    ran = fetch(oidc_fapi2, "fapi2", signs_with=Key.generate(key.kid))
    assert (ran.status, ran.steps) == (1, ["Send", "Stop"]), ran.log
    status, answer = ran.answer
    assert (status, answer["error"]) == (401, "invalid_client")
    assert ran.log.splitlines()[1::2] == ["  invalid_client", "  the server refused the request"]
