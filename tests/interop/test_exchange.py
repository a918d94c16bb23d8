"""Devices that fetch a token from real authorization servers: with a clock that is right, off, or not set.

The devices are the examples ``token_exchange`` of the three languages. They share their options and their log, which
has a line ``device <time>: <step>`` for each step.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

import jurat
from judges import CLIENT_ID, GRANT_ISSUER, GRANT_SUBJECT, Json, Key, Server, post, start_server
from runners import C_FLAGS, ROOT, SANITIZERS, cargo, run

YEARS_1970_TO_2000 = 946_684_800

# Servers, and the profiles that they are.
REAL = {
    "oidc_default": "oidc-provider",
    "oidc_fapi2": "fapi2",
    "authlib": "authlib",
    "better_auth": "better-auth",
}
# oidc-provider does not look at `iat` where there is an `exp`: an hour fast is no reason to refuse.
TAKES_A_FAST_CLOCK = {"oidc_default", "oidc_fapi2"}


@cache
def rust() -> list[str]:
    cargo("--release", "--example", "token_exchange")
    return [str(ROOT / "target" / "release" / "examples" / "token_exchange")]


@cache
def c() -> list[str]:
    cargo("--release", "--package", "jurat-ffi")
    program = ROOT / "target" / "release" / "token_exchange_c"
    source = ROOT / "ffi-c" / "examples" / "token_exchange.c"
    library = ROOT / "target" / "release" / "libjurat.a"
    run("gcc", *C_FLAGS, *SANITIZERS, f"-I{ROOT / 'include'}", source, library, "-o", program)
    return [str(program)]


def python() -> list[str]:
    return [sys.executable, str(ROOT / "py" / "examples" / "token_exchange.py")]


DEVICES: dict[str, Callable[[], list[str]]] = {"rust": rust, "c": c, "python": python}


@dataclass(frozen=True)
class Log:
    status: int
    text: str

    @property
    def steps(self) -> list[str]:
        return [line.split(": ")[1] for line in self.text.splitlines() if line.startswith("device ")]


Fetch = Callable[..., Log]


@pytest.fixture(params=DEVICES)
def fetch(request: pytest.FixtureRequest, key: Key, tmp_path: Path) -> Fetch:
    program = DEVICES[request.param]()
    file = tmp_path / "key.pem"
    file.write_bytes(key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    file.chmod(0o600)

    def device(server: Server, profile: str, *options: str) -> Log:
        done = subprocess.run(
            [
                *program,
                *("--key", str(file), "--key-id", key.kid, "--client-id", CLIENT_ID, "--issuer", server.issuer),
                *("--token-endpoint", server.token_endpoint, "--profile", profile, *options),
            ],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode in (0, 1), done.stderr
        # An assertion, and a token of each of these servers, has longer runs of these characters than anything else.
        secret = [word for word in done.stdout.replace("/", " ").split() if len(word) > 80 or "eyJ" in word]
        assert not secret, done.stdout
        return Log(done.returncode, done.stdout)

    return device


@pytest.fixture(params=REAL)
def real(request: pytest.FixtureRequest) -> tuple[str, Server]:
    return request.param, request.getfixturevalue(request.param)


def test_a_token_at_once(fetch: Fetch, real: tuple[str, Server]) -> None:
    name, server = real
    log = fetch(server, REAL[name])
    assert (log.status, log.steps) == (0, ["Send", "Done"]), log.text


@pytest.mark.parametrize("hours", [1, -1])
def test_a_clock_an_hour_off(fetch: Fetch, real: tuple[str, Server], hours: int) -> None:
    name, server = real
    log = fetch(server, REAL[name], "--clock-off", str(hours * 3600))
    again = [] if hours > 0 and name in TAKES_A_FAST_CLOCK else ["Send"]
    assert (log.status, log.steps) == (0, ["Send", *again, "Done"]), log.text


@pytest.mark.parametrize(
    "options",
    [
        # The device believes that it is right, and is at 1996: before its firmware was built.
        ("--clock-off", str(-YEARS_1970_TO_2000)),
        ("--clock-off", str(-1_795_000_000), "--clock-unset"),
        ("--clock-unset",),
    ],
)
def test_a_clock_that_is_not_set(fetch: Fetch, real: tuple[str, Server], options: tuple[str, ...]) -> None:
    name, server = real
    log = fetch(server, REAL[name], *options)
    assert (log.status, log.steps) == (0, ["LearnTime", "Send", "Done"]), log.text


def test_beyond_a_day_the_clock_is_not_corrected(fetch: Fetch, real: tuple[str, Server]) -> None:
    name, server = real
    log = fetch(server, REAL[name], "--clock-off", str(-86_500))
    assert (log.status, log.steps) == (1, ["Send", "Stop(JumpTooFar)"]), log.text


@pytest.mark.parametrize("hours", [1, -1])
def test_a_grant_by_a_clock_an_hour_off(authlib: Server, key: Key, hours: int) -> None:
    """Authlib looks at grants with the same eyes, and answers invalid_grant."""
    signer = jurat.SigningKey.load(key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    server = jurat.Server(issuer=authlib.issuer, profile="authlib", insecure_http=True)
    exchange = jurat.Exchange()

    def now() -> int:
        return int(time.time()) + hours * 3600

    steps, times = [], []
    while exchange.step(now()).kind == "send":
        grant = jurat.GrantAssertion(iss=GRANT_ISSUER, sub=GRANT_SUBJECT, server=server, key_id=key.kid)
        times.append(exchange.issued_at(now()))
        body = exchange.sign(jurat.TokenRequest(grant=grant), signer, device_time=now())
        sent_at = now()
        response = post(authlib.token_endpoint, body)
        answer = exchange.answer(
            status=response.status, headers=response.headers, body=response.text, sent_at=sent_at, received_at=now()
        )
        steps.append((answer.response.kind, answer.step.kind))
    assert steps == [("error", "send"), ("token", "done")]
    assert abs(times[1] - times[0] + hours * 3600) <= 3


# --------------------------------------------------------------- a server that can be told what to answer


Start = Callable[..., Server]


@pytest.fixture
def start(key: Key) -> Iterator[Start]:
    servers: list[Server] = []

    def started(**config: Any) -> Server:
        clients = [{"client_id": CLIENT_ID, "jwks": key.jwks}]
        servers.append(start_server("profile", {"profile": "fapi2", "clients": clients, **config}))
        return servers[-1]

    yield started
    for server in servers:
        server.stop()


def received(server: Server) -> list[Json]:
    answer: list[Json] = requests.get(f"{server.issuer}/control/requests", timeout=10).json()
    return [request for request in answer if not request["path"].startswith("/control")]


def claims(server: Server) -> list[Json]:
    return [assertion["claims"] for request in received(server) for assertion in request["assertions"]]


def fresh(server: Server, count: int) -> list[Json]:
    """The claims of so many assertions, no two of which are the same."""
    sent = claims(server)
    assert len(sent) == count == len({claim["jti"] for claim in sent})
    return sent


def test_a_server_that_names_another_audience_is_not_obeyed(fetch: Fetch, start: Start) -> None:
    elsewhere = "https://as.elsewhere.example"
    # An hour ahead of the device, so that there is a second attempt; the other key is never right.
    clients = [{"client_id": CLIENT_ID, "jwks": Key.generate("key-1").jwks}]
    server = start(hint_audience=elsewhere, date_offset=3600, clients=clients)
    log = fetch(server, "fapi2", "--attempts", "4")
    assert (log.status, log.steps) == (1, ["Send", "Send", "Stop(Refused)"]), log.text
    assert elsewhere in log.text
    assert [claim["aud"] for claim in fresh(server, 2)] == [server.issuer, server.issuer]


def test_the_time_is_asked_for_without_an_assertion(fetch: Fetch, start: Start) -> None:
    server = start()
    assert fetch(server, "fapi2", "--clock-unset").status == 0
    asked, sent = received(server)
    assert (asked["method"], asked["path"], asked["assertions"], asked["form"]) == ("HEAD", "/token", [], [])
    assert (sent["method"], len(sent["assertions"])) == ("POST", 1)


def date(seconds: int) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize("form", ["seconds", "date"])
@pytest.mark.parametrize("status", [429, 503])
def test_it_waits_and_mints_anew(fetch: Fetch, start: Start, form: str, status: int) -> None:
    wait = "1" if form == "seconds" else date(2)
    server = start(answers=[{"status": status, "headers": {"Retry-After": wait}, "body": "<html>", "burn": True}])
    log = fetch(server, "fapi2")
    assert log.status == 0, log.text
    assert [step.split("(")[0] for step in log.steps] == ["Send", "Wait", "Send", "Done"]
    fresh(server, 2)


@pytest.mark.parametrize("attempts", [1, 2, 4])
def test_the_number_of_attempts_is_kept(fetch: Fetch, start: Start, attempts: int) -> None:
    busy = {"status": 429, "headers": {"Retry-After": "0"}}
    server = start(answers=[busy] * 9)
    log = fetch(server, "fapi2", "--attempts", str(attempts))
    assert (log.status, log.steps[-1]) == (1, "Stop(NoAttemptsLeft)"), log.text
    fresh(server, attempts)


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        ({"status": 400, "headers": {"DPoP-Nonce": "n"}, "body": '{"error":"use_dpop_nonce"}'}, "DpopRequired"),
        ({"status": 307, "headers": {"Location": "/elsewhere"}}, "Redirected"),
        ({"status": 302, "headers": {"Location": "/token"}, "body": '{"error":"invalid_client"}'}, "Redirected"),
        ({"status": 200, "headers": {"Content-Type": "text/html"}, "body": "<html>hello"}, "NotOauth"),
        ({"status": 200, "body": '{"token_type":"bearer"}'}, "NotOauth"),
        ({"status": 401, "body": ""}, "ResponseTruncated"),
        ({"status": 401, "body": '{"error":"invalid_cl'}, "ResponseTruncated"),
        ({"status": 200, "body": " " * 20_000 + "{}"}, "ResponseTooLarge"),
        ({"status": 500, "body": "<html>"}, "ServerFault"),
        ({"status": 404, "body": '{"detail":"Not Found"}'}, "NotOauth"),
        ({"status": 400, "body": '{"error":"invalid_scope"}'}, "Refused"),
        ({"status": 403, "body": '{"title":"Forbidden","errors":[{"code":"015-0008"}]}'}, "Refused"),
    ],
)
def test_what_ends_it(fetch: Fetch, start: Start, answer: Json, cause: str) -> None:
    server = start(answers=[answer])
    log = fetch(server, "fapi2", "--attempts", "4")
    assert (log.status, log.steps) == (1, ["Send", f"Stop({cause})"]), log.text
    assert len(received(server)) == 1


# http.client does not say that it was lost.
@pytest.mark.parametrize("fetch", ["rust", "c"], indirect=True)
def test_a_connection_that_is_lost(fetch: Fetch, start: Start) -> None:
    cut = {"status": 401, "headers": {"Content-Length": "99"}, "body": '{"error":"invalid_client"}'}
    log = fetch(start(answers=[cut]), "fapi2", "--clock-off", "3600")
    assert (log.status, log.steps) == (1, ["Send", "Stop(ResponseTruncated)"]), log.text


def test_a_connection_without_an_answer(fetch: Fetch) -> None:
    token = b'HTTP/1.1 200 OK\r\n\r\n{"access_token":"a","token_type":"bearer","expires_in":60}'
    seen: list[bytes] = []

    def serve(listener: socket.socket) -> None:
        for answer in (b"", token):
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as file:
                head = list(iter(file.readline, b"\r\n"))
                (length,) = (line.split()[1] for line in head if line.lower().startswith(b"content-length:"))
                seen.append(file.read(int(length)))
                connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(30)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        log = fetch(SimpleNamespace(issuer=url, token_endpoint=f"{url}/token"), "fapi2")
        thread.join()
    assert (log.status, log.steps) == (0, ["Send", "Send", "Done"]), log.text
    assert "no answer" in log.text
    first, second = (parse_qs(form)[b"client_assertion"] for form in seen)
    assert first != second


def test_hostile_text_is_not_shown_as_it_came(fetch: Fetch, start: Start) -> None:
    text = "\\u001b[31m eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2ln Bearer abc " + "A" * 400
    server = start(answers=[{"status": 401, "body": f'{{"error":"invalid_client","error_description":"{text}"}}'}])
    log = fetch(server, "fapi2")
    assert log.steps == ["Send", "Stop(Refused)"]
    assert "[removed]" in log.text
    assert not any(part in log.text for part in ("\x1b", "eyJ", "abc", "A" * 40))
