"""The adapters for other libraries, each against real authorization servers, over TLS as a user has it."""

from __future__ import annotations

import asyncio
import io
import json
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import anyio
import authlib.integrations.httpx_client
import authlib.integrations.requests_client
import httpx
import httpx2
import oauthlib.oauth2
import pytest
import requests
import requests_oauthlib
import uvicorn
from mcp.client import Client
from mcp.client.auth.extensions.client_credentials import PrivateKeyJWTOAuthProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.server import MCPServer
from mcp.server.auth.provider import AccessToken
from mcp.server.auth.settings import AuthSettings

import jurat
import jurat.authlib
import jurat.httpx
import jurat.mcp
import jurat.oauthlib
import jurat.requests
from front import Front, Seen
from judges import CLIENT_ID, GRANT_ISSUER, GRANT_SUBJECT, GRANTS, ISSUER, LATER, RESOURCE, Server

API = f"{RESOURCE}/"
HOUR = 3600


def posts(front: Front, host: str = "as.example", path: str = "/token") -> list[Seen]:
    return [seen for seen in front.seen if (seen.method, seen.host, seen.path) == ("POST", host, path)]


def source(signer: jurat.SigningKey, issuer: str = ISSUER, **options: Any) -> jurat.TokenSource:
    """Of a server of which nothing is known but its issuer: the rest is discovered."""
    server = jurat.Server(issuer=issuer, profile="oidc-provider")
    return jurat.TokenSource(signer, client_id=CLIENT_ID, server=server, scope="api", **options)


def authentication(
    kind: type[jurat.PrivateKeyJwt], signer: jurat.SigningKey, issuer: str = ISSUER, path: str = "/token"
) -> Any:
    server = jurat.Server(issuer=issuer, token_endpoint=f"{issuer}/token", profile="oidc-provider")
    return kind(signer, client_id=CLIENT_ID, server=server, endpoint_url=f"{issuer}{path}")


def revoke(signer: jurat.SigningKey, token: jurat.Token | None) -> None:
    assert token is not None
    auth = authentication(jurat.requests.PrivateKeyJwt, signer, path="/token/revocation")
    answer = requests.post(f"{ISSUER}/token/revocation", data={"token": token.access_token}, auth=auth, timeout=10)
    assert answer.status_code == 200


# -------------------------------------------------------------------------------------------------- access tokens


def get(library: str, tokens: jurat.TokenSource, method: str = "GET", **options: Any) -> Any:
    if library == "requests":
        return requests.request(method, API, auth=jurat.requests.BearerAuth(tokens), timeout=10, **options)
    if library == "httpx":
        with httpx.Client(auth=jurat.httpx.BearerAuth(tokens)) as client:
            return client.request(method, API, **options)

    async def request() -> httpx.Response:
        async with httpx.AsyncClient(auth=jurat.httpx.BearerAuth(tokens)) as client:
            return await client.request(method, API, **options)

    return asyncio.run(request()) if library == "asyncio" else anyio.run(request, backend="trio")


@pytest.mark.parametrize("library", ["requests", "httpx", "asyncio", "trio"])
class TestBearer:
    def test_a_token_is_discovered_fetched_and_kept(self, library: str, front: Front, signer: jurat.SigningKey) -> None:
        tokens = source(signer)
        for _ in range(3):
            answer = get(library, tokens)
            assert (answer.status_code, answer.json()["client_id"]) == (200, CLIENT_ID)
        assert len(posts(front)) == 1
        assert tokens.server.metadata is not None

    def test_one_that_was_revoked_is_replaced(self, library: str, front: Front, signer: jurat.SigningKey) -> None:
        tokens = source(signer)
        assert get(library, tokens).status_code == 200
        revoke(signer, tokens.cached())
        assert get(library, tokens, "POST", data={"a": "b"}).status_code == 200
        assert len(posts(front)) == 2

    def test_a_body_that_is_gone_is_not_sent_again(self, library: str, front: Front, signer: jurat.SigningKey) -> None:
        tokens = source(signer)
        assert get(library, tokens).status_code == 200
        revoke(signer, tokens.cached())

        def parts() -> Iterator[bytes]:
            yield b"a=b"

        async def async_parts() -> Any:
            yield b"a=b"

        length = {"Content-Length": "3"}
        if library == "requests":
            # It has no way to send an iterator with a length; a file has one.
            with Path(__file__).open("rb") as file:
                refused = get(library, tokens, "POST", data=file)
        else:
            body = parts() if library == "httpx" else async_parts()
            refused = get(library, tokens, "POST", content=body, headers=length)
        assert refused.status_code == 401
        assert tokens.cached() is None, "the next request has a new one"
        assert get(library, tokens).status_code == 200

    def test_an_hour_behind(self, library: str, front: Front, signer: jurat.SigningKey) -> None:
        """The server refuses, its Date corrects the clock, and the second assertion is taken."""
        tokens = source(signer, LATER)
        # The resource server does not know this server's tokens: it is the token requests that count.
        assert get(library, tokens).status_code == 401
        assert [seen.status for seen in posts(front, "later.example")] == [401, 200]
        assert abs(tokens.clock.offset - HOUR) <= 2
        assert tokens.cached() is None, "one that was fetched for the request is forgotten, too"
        assert get(library, tokens).status_code == 401
        assert [seen.status for seen in posts(front, "later.example")] == [401, 200, 200], "what was learned is kept"

    def test_one_in_the_place_of_a_refused_one_is_forgotten_too(
        self, library: str, front: Front, signer: jurat.SigningKey
    ) -> None:
        """No token of this server is known to the resource."""
        tokens = source(signer, LATER)
        tokens.token(jurat.httpx.sender())
        assert get(library, tokens).status_code == 401
        assert [seen.status for seen in posts(front, "later.example")] == [401, 200, 200]
        assert tokens.cached() is None

    def test_a_wait(self, library: str, front: Front, signer: jurat.SigningKey) -> None:
        server = jurat.Server(issuer="https://busy.example", token_endpoint="https://busy.example/token")
        tokens = jurat.TokenSource(signer, client_id=CLIENT_ID, server=server)
        start = time.monotonic()
        get(library, tokens)
        assert time.monotonic() - start >= 1
        assert [seen.status for seen in posts(front, "busy.example")] == [429, 200]

    def test_a_wait_that_is_too_long(self, library: str, front: Front, signer: jurat.SigningKey) -> None:
        server = jurat.Server(issuer="https://busy.example", token_endpoint="https://busy.example/long")
        tokens = jurat.TokenSource(signer, client_id=CLIENT_ID, server=server)
        for _ in range(2):
            with pytest.raises(jurat.TokenError) as refused:
                get(library, tokens)
            assert refused.value.cause == "TooEarly"
            assert 7190 < (refused.value.retry_after or 0) <= 7200
        assert len(posts(front, "busy.example", "/long")) == 1, "until then nothing is sent"

    def test_a_refusal_says_why(self, library: str, front: Front) -> None:
        tokens = source(jurat.SigningKey.generate())
        with pytest.raises(jurat.TokenError) as refused:
            get(library, tokens)
        error = refused.value
        assert isinstance(error.response, jurat.OauthError)
        assert (error.cause, error.response.code) == ("Refused", "invalid_client")
        assert error.diagnosis is not None
        assert error.diagnosis["causes"]
        # None of the long texts is an assertion or a part of one.
        assert "eyJ" not in f"{error} {error.diagnosis} {error!r} {vars(error)}"

    def test_no_redirection_takes_an_assertion_along(
        self, library: str, front: Front, signer: jurat.SigningKey
    ) -> None:
        server = jurat.Server(issuer="https://busy.example", token_endpoint="https://busy.example/elsewhere")
        tokens = jurat.TokenSource(signer, client_id=CLIENT_ID, server=server)
        with pytest.raises(jurat.TokenError) as refused:
            get(library, tokens)
        assert refused.value.cause == "Redirected"
        assert posts(front) == []

    def test_no_answer(self, library: str, front: Front, signer: jurat.SigningKey) -> None:
        """Of a host that the proxy does not have."""
        for endpoint in (None, "https://gone.example/token"):
            server = jurat.Server(issuer="https://gone.example", token_endpoint=endpoint)
            with pytest.raises(jurat.TokenError) as refused:
                get(library, jurat.TokenSource(signer, client_id=CLIENT_ID, server=server))
            assert "gone.example" in str(refused.value)
            assert isinstance(refused.value.__cause__, requests.RequestException | httpx.HTTPError)

    def test_not_over_plain_http(self, library: str, front: Front, signer: jurat.SigningKey) -> None:
        auth: Any = jurat.requests if library == "requests" else jurat.httpx
        client: Any = requests if library == "requests" else httpx
        with pytest.raises(jurat.InvalidArgumentError, match="https only"):
            client.get("http://api.example.com/", auth=auth.BearerAuth(source(signer)), timeout=10)

    @pytest.mark.parametrize("token", ["s3cret ", "s3 cret", "s3cret\r\nX: y", "s3cret\u00e9"])
    def test_one_that_no_header_field_can_have_is_not_shown(self, library: str, token: str) -> None:
        server = jurat.Server(issuer=ISSUER, token_endpoint=f"{ISSUER}/token")
        tokens = jurat.TokenSource(jurat.SigningKey.generate(), client_id=CLIENT_ID, server=server)
        answer = json.dumps({"access_token": token, "token_type": "Bearer"})

        def fetch() -> None:
            tokens.token(lambda _: jurat.HttpResponse(200, {}, answer.encode()))
            get(library, tokens)

        with pytest.raises(jurat.TokenError) as refused:
            fetch()
        assert "s3" not in str(refused.value)


@pytest.mark.parametrize(
    ("variable", "value", "host"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:1", "127.0.0.1:1"),
        ("ALL_PROXY", "nonsense://127.0.0.1:1", "127.0.0.1:1"),
        ("SSL_CERT_FILE", "/nowhere", "127.0.0.1:1"),
        ("REQUESTS_CA_BUNDLE", "/nowhere", "127.0.0.1:1"),
        ("NO_PROXY", "*", "a..b"),
        ("NO_PROXY", "*", f"{'a' * 64}.example"),
        ("NO_PROXY", "*", "127.0.0.1:99999"),
        ("NO_PROXY", "*", "[::1"),
    ],
)
def test_what_cannot_be_sent_is_no_answer(
    variable: str, value: str, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    server = jurat.Server(issuer=ISSUER, token_endpoint=f"https://{host}/token")
    tokens = jurat.TokenSource(jurat.SigningKey.generate(), client_id=CLIENT_ID, server=server)
    for fetch in (
        lambda: tokens.token(jurat.requests.sender()),
        lambda: tokens.token(jurat.httpx.sender()),
        lambda: asyncio.run(tokens.token_async(jurat.httpx.async_sender(), sleep=asyncio.sleep)),
    ):
        with pytest.raises(jurat.TokenError, match=": no answer from https://") as refused:
            fetch()
        assert refused.value.__cause__ is not None


def test_a_grant(front: Front, signer: jurat.SigningKey) -> None:
    server = jurat.Server(issuer=GRANTS, profile="authlib", token_endpoint=f"{GRANTS}/token")

    def grant() -> jurat.GrantAssertion:
        return jurat.GrantAssertion(iss=GRANT_ISSUER, sub=GRANT_SUBJECT, server=server, key_id="key-1")

    tokens = jurat.TokenSource(signer, server=server, grant=grant, scope="api")
    first = tokens.token(jurat.httpx.sender())
    tokens.invalidate(first)
    assert tokens.token(jurat.requests.sender()).access_token != first.access_token
    assert [seen.status for seen in posts(front, "grants.example")] == [200, 200]


def test_threads_and_tasks_share_one_token(front: Front, signer: jurat.SigningKey) -> None:
    tokens = source(signer)
    seen = set()

    def in_a_thread(number: int) -> None:
        if number % 2:
            seen.add(tokens.token(jurat.requests.sender()).access_token)
        else:

            async def tasks() -> None:
                send = jurat.httpx.async_sender()
                got = await asyncio.gather(*(tokens.token_async(send, sleep=asyncio.sleep) for _ in range(8)))
                seen.update(token.access_token for token in got)

            asyncio.run(tasks())

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(in_a_thread, range(16)))
    assert len(seen) == 1
    assert len(posts(front)) == 1


def test_a_call_among_tasks_is_refused_and_does_not_hang(front: Front, signer: jurat.SigningKey) -> None:
    tokens = source(signer)

    async def tasks() -> None:
        fetching = asyncio.ensure_future(tokens.token_async(jurat.httpx.async_sender(), sleep=asyncio.sleep))
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="await token_async"):
            tokens.token(jurat.httpx.sender())
        await fetching
        assert tokens.token(jurat.httpx.sender()).access_token == (await fetching).access_token

    asyncio.run(tasks())


def test_a_task_that_is_cancelled_leaves_the_source_usable(front: Front, signer: jurat.SigningKey) -> None:
    tokens = source(signer)

    async def never(_: jurat.HttpRequest) -> jurat.HttpResponse | jurat.NoAnswer:
        await asyncio.sleep(60)
        raise AssertionError("it was cancelled")

    async def tasks() -> str:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(tokens.token_async(never, sleep=asyncio.sleep), 0.05)
        return (await tokens.token_async(jurat.httpx.async_sender(), sleep=asyncio.sleep)).access_token

    assert asyncio.run(tasks())


# ------------------------------------------------------------------------------------------- client authentication


def form(library: str, auth: Any, url: str = f"{ISSUER}/token", follow: bool = True, **data: str) -> Any:
    data = {"grant_type": "client_credentials", "scope": "api", **data}
    if library == "requests":
        return requests.post(url, data=data, auth=auth, timeout=10, allow_redirects=follow)
    if library == "httpx":
        return httpx.post(url, data=data, auth=auth, follow_redirects=follow)

    async def request() -> httpx.Response:
        async with httpx.AsyncClient(follow_redirects=follow) as client:
            return await client.post(url, data=data, auth=auth)

    return asyncio.run(request())


class Site:
    """A server that gives each form the next of its answers, by a clock an hour ahead; it keeps what it was sent."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.seen: list[tuple[str, Mapping[str, str], dict[str, str]]] = []

    def auth(self, kind: type[jurat.PrivateKeyJwt], path: str = "/token", **server: Any) -> Any:
        given = {"issuer": self.url, "token_endpoint": f"{self.url}{path}", "insecure_http": True, **server}
        return kind(jurat.SigningKey.generate(), client_id=CLIENT_ID, server=jurat.Server(**given))

    def redirect(self) -> tuple[int, dict[str, str]]:
        return 307, {"Location": f"{self.url.replace('127.0.0.1', 'localhost')}/elsewhere"}


@pytest.fixture
def site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
            it.seen.append((self.path, dict(self.headers), dict(parse_qsl(body))))
            status, headers = it.answers.pop(0) if it.answers else (200, {})
            self.send_response(status)
            for name, value in {**headers, "Content-Type": "application/json", "Content-Length": "2"}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b"{}")

        def date_time_string(self, timestamp: float | None = None) -> str:
            return formatdate(time.time() + HOUR, usegmt=True)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        # A client that keeps the form back leaves in the middle of its request.
        server.handle_error = lambda *_: None
        it = Site(server.server_port)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield it
        server.shutdown()


@pytest.mark.parametrize("library", ["requests", "httpx", "asyncio"])
class TestPrivateKeyJwt:
    @staticmethod
    def auth(library: str, *given: Any, **options: Any) -> Any:
        kind = jurat.requests.PrivateKeyJwt if library == "requests" else jurat.httpx.PrivateKeyJwt
        return authentication(kind, *given, **options)

    def test_each_request_has_a_fresh_assertion(self, library: str, front: Front, signer: jurat.SigningKey) -> None:
        """One that came twice would be refused as replayed."""
        auth = self.auth(library, signer)
        tokens = [form(library, auth).json()["access_token"] for _ in range(3)]
        assert len(set(tokens)) == 3
        auth = self.auth(library, signer, path="/token/introspection")
        answer = form(library, auth, f"{ISSUER}/token/introspection", token=tokens[0])
        assert answer.json()["active"] is True

    def test_an_hour_behind(self, library: str, front: Front, signer: jurat.SigningKey) -> None:
        auth = self.auth(library, signer, LATER)
        assert form(library, auth, f"{LATER}/token").status_code == 200
        assert form(library, auth, f"{LATER}/token").status_code == 200
        assert [seen.status for seen in posts(front, "later.example")] == [401, 200, 200]

    def test_a_refusal_is_an_answer(self, library: str, front: Front) -> None:
        answer = form(library, self.auth(library, jurat.SigningKey.generate()))
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
        assert len(posts(front)) == 1

    def test_not_to_another_server(self, library: str, front: Front, signer: jurat.SigningKey) -> None:
        with pytest.raises(jurat.PolicyError, match="none of the endpoints"):
            form(library, self.auth(library, signer), f"{LATER}/token")
        assert front.seen == []

    def test_only_forms_without_another_client(self, library: str, front: Front, signer: jurat.SigningKey) -> None:
        auth = self.auth(library, signer)
        for more in ({"client_id": "other"}, {"client_secret": "s"}):
            with pytest.raises(jurat.InvalidArgumentError, match="form: "):
                form(library, auth, **more)
        client: Any = requests if library == "requests" else httpx
        for call in (client.get, client.post):
            with pytest.raises(jurat.InvalidArgumentError, match="POST"):
                call(f"{ISSUER}/token", auth=auth, timeout=10)
        assert front.seen == []

    @pytest.mark.parametrize("follow", [True, False])
    @pytest.mark.parametrize("before", [[], [(401, {})]], ids=["first", "second"])
    def test_a_redirection_is_refused(
        self,
        library: str,
        site: Site,
        before: list[tuple[int, dict[str, str]]],
        follow: bool,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        closed: list[int] = []

        def close(self: requests.Response, close: Any = requests.Response.close) -> None:
            closed.append(self.status_code)
            close(self)

        monkeypatch.setattr(requests.Response, "close", close)
        kind = jurat.requests.PrivateKeyJwt if library == "requests" else jurat.httpx.PrivateKeyJwt
        site.answers = [*before, site.redirect()]
        with pytest.raises(jurat.InvalidArgumentError, match="redirects"):
            form(library, site.auth(kind), f"{site.url}/token", follow)
        assert [body["client_id"] for path, _, body in site.seen if path == "/token"] == [CLIENT_ID] * (len(before) + 1)
        assert not any("client_assertion" in body for path, _, body in site.seen if path != "/token")
        assert library != "requests" or 307 in closed

    def test_a_redirection_without_the_form_is_refused_too(self, library: str, site: Site) -> None:
        """The answer would be another server's, and so would its Date."""
        kind = jurat.requests.PrivateKeyJwt if library == "requests" else jurat.httpx.PrivateKeyJwt
        auth = site.auth(kind)
        site.answers = [(303, site.redirect()[1])]
        with pytest.raises(jurat.InvalidArgumentError, match="redirects"):
            form(library, auth, f"{site.url}/token")
        assert auth.clock.offset == 0


SPELT = [
    "https://AS.example/token",
    "https://as.example:443/token",
    "https://as.example",
    "https://as.example/%7Etoken",
    "https://as.example/a/../token",
]


@pytest.mark.parametrize("endpoint", SPELT)
def test_the_library_spells_the_endpoint_in_its_own_way(endpoint: str) -> None:
    server = jurat.Server(issuer=ISSUER, token_endpoint=endpoint)
    given: dict[str, Any] = {"client_id": CLIENT_ID, "server": server}
    key = jurat.SigningKey.generate()
    auth = jurat.requests.PrivateKeyJwt(key, **given)
    made = requests.Request("POST", endpoint, data={"a": "b"}, auth=auth).prepare()
    assert "client_assertion=" in str(made.body)
    with httpx.Client(
        transport=httpx.MockTransport(lambda request: httpx.Response(200, content=request.content)),
        auth=jurat.httpx.PrivateKeyJwt(key, **given),
    ) as client:
        assert "client_assertion=" in client.post(endpoint, data={"a": "b"}).text
        for other in (f"{ISSUER}:8443/token", f"{ISSUER}/token/", "https://as.example.com/token"):
            with pytest.raises(jurat.PolicyError, match="none of the endpoints"):
                client.post(other, data={"a": "b"})
            with pytest.raises(jurat.PolicyError, match="none of the endpoints"):
                requests.Request("POST", other, data={"a": "b"}, auth=auth).prepare()


URLENCODED = {"Content-Type": "application/x-www-form-urlencoded"}


def test_httpx_reads_a_form_that_comes_in_parts(site: Site) -> None:
    def parts() -> Iterator[bytes]:
        yield b"a="
        yield b"b"

    auth = site.auth(jurat.httpx.PrivateKeyJwt)
    assert httpx.post(f"{site.url}/token", content=parts(), headers=URLENCODED, auth=auth).status_code == 200
    [(_, headers, body)] = site.seen
    assert (body["a"], body["client_id"], "client_assertion" in body) == ("b", CLIENT_ID, True)
    assert "transfer-encoding" not in {name.lower() for name in headers}


def test_a_body_that_is_no_form_is_refused() -> None:
    server = jurat.Server(issuer=ISSUER, token_endpoint=f"{ISSUER}/token")
    given: dict[str, Any] = {"client_id": CLIENT_ID, "server": server}
    key = jurat.SigningKey.generate()
    for body, said in [(iter([b"a=b"]), "stream"), (io.BytesIO(b"a=b"), "stream"), (b"a=\xe9", "UTF-8")]:
        made = requests.Request("POST", f"{ISSUER}/token", data=body, headers=URLENCODED)
        made.auth = jurat.requests.PrivateKeyJwt(key, **given)
        with pytest.raises(jurat.InvalidArgumentError, match=f"^request: .*{said}"):
            made.prepare()
    with pytest.raises(jurat.InvalidArgumentError, match="^request: .*UTF-8"):
        httpx.post(
            f"{ISSUER}/token", content=b"a=\xe9", headers=URLENCODED, auth=jurat.httpx.PrivateKeyJwt(key, **given)
        )


@pytest.mark.parametrize("library", ["requests", "httpx", "asyncio"])
def test_authlib(library: str, front: Front, signer: jurat.SigningKey) -> None:
    def session(issuer: str = ISSUER) -> Any:
        auth = authentication(jurat.PrivateKeyJwt, signer, issuer)
        kind: Any = {
            "requests": authlib.integrations.requests_client.OAuth2Session,
            "httpx": authlib.integrations.httpx_client.OAuth2Client,
            "asyncio": authlib.integrations.httpx_client.AsyncOAuth2Client,
        }[library]
        return jurat.authlib.register(kind(CLIENT_ID, scope="api", token_endpoint=f"{issuer}/token"), auth)

    def fetch(session: Any, issuer: str = ISSUER) -> Any:
        return session.fetch_token(f"{issuer}/token", grant_type="client_credentials")

    async def asynchronous() -> None:
        async with session() as own:
            for _ in range(2):
                await fetch(own)
            assert (await own.get(API)).status_code == 200
        async with session(LATER) as own:
            with pytest.raises(Exception, match="invalid_client"):
                await fetch(own, LATER)
            assert (await fetch(own, LATER))["access_token"]

    if library == "asyncio":
        asyncio.run(asynchronous())
    else:
        with session() as own:
            tokens = {fetch(own)["access_token"] for _ in range(2)}
            assert len(tokens) == 2
            assert own.get(API).status_code == 200
        with session(LATER) as own:
            with pytest.raises(Exception, match="invalid_client"):
                fetch(own, LATER)
            assert fetch(own, LATER)["access_token"], "the clock has learned from the refusal"


@pytest.mark.parametrize("library", ["requests", "httpx"])
def test_authlib_at_each_endpoint(library: str, site: Site) -> None:
    document = {
        "issuer": site.url,
        "introspection_endpoint": f"{site.url}/introspect",
        "revocation_endpoint": f"{site.url}/revoke",
        "revocation_endpoint_auth_methods_supported": ["client_secret_basic"],
    }
    metadata = jurat.Metadata.read(json.dumps(document), issuer=site.url, insecure_http=True)
    kind: Any = {
        "requests": authlib.integrations.requests_client.OAuth2Session,
        "httpx": authlib.integrations.httpx_client.OAuth2Client,
    }[library]

    def session(path: str = "/token", **server: Any) -> Any:
        auth = site.auth(jurat.PrivateKeyJwt, path, metadata=metadata, **server)
        return jurat.authlib.register(kind(CLIENT_ID), auth)

    # Each library writes the second one in its own way.
    for path in ("/token", "/a/../%7Etoken"):
        with session(path) as own:
            own.introspect_token(f"{site.url}/introspect", token="t")
            with pytest.raises(jurat.MetadataError):
                own.revoke_token(f"{site.url}/revoke", token="t")
            site.answers = [(401, {})]
            own.parse_response_token = lambda response: {"access_token": str(response.status_code)}
            assert own.fetch_token(f"{site.url}{path}", grant_type="client_credentials")["access_token"] == "401"
            with pytest.raises(jurat.InvalidArgumentError, match="client_secret"):
                own.fetch_token(f"{site.url}{path}", grant_type="client_credentials", client_secret="s")
    assert all("client_assertion" in body for _, _, body in site.seen)
    assert len(site.seen) == 4
    with session(profile="ory-hydra") as own, pytest.raises(jurat.PolicyError) as refused:
        own.introspect_token(f"{site.url}/introspect", token="t")
    assert refused.value.cause == "EndpointNotContacted"


def test_requests_oauthlib_by_its_client(front: Front, signer: jurat.SigningKey) -> None:
    client = jurat.oauthlib.AssertionClient(authentication(jurat.PrivateKeyJwt, signer), scope=["api"])
    with requests_oauthlib.OAuth2Session(client=client) as session:
        tokens = {session.fetch_token(f"{ISSUER}/token", include_client_id=True)["access_token"] for _ in range(2)}
        assert len(tokens) == 2
        assert session.get(API, timeout=10).status_code == 200


@pytest.mark.parametrize("profile", ["keycloak", "rfc-10070"])
@pytest.mark.parametrize("sends", [True, False])
def test_oauthlib_sends_what_the_profile_says(sends: bool, profile: str, signer: jurat.SigningKey) -> None:
    kind = jurat.Profile.named(profile).replace(send_client_id=sends)
    server = jurat.Server(issuer=ISSUER, token_endpoint=f"{ISSUER}/token", profile=kind)
    auth = jurat.PrivateKeyJwt(signer, client_id=CLIENT_ID, server=server)
    client = jurat.oauthlib.AssertionClient(auth, scope=["api"])
    wanted = {
        "grant_type": "client_credentials",
        "scope": "api",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        **({"client_id": CLIENT_ID} if sends else {}),
    }
    for given in ((), ("", None), ("", ["api"]), ("", ["api"], True), ("", ["api"], False)):
        fields = parse_qsl(client.prepare_request_body(*given))
        body = dict(fields)
        assert body.pop("client_assertion").count(".") == 2 and len(fields) == len(body) + 1
        assert body == wanted
    body = dict(parse_qsl(client.prepare_request_body("a=b", scope=["c"], include_client_id=True, resource="d")))
    assert (body["a"], body["scope"], body["resource"], "client_id" in body) == ("b", "c", "d", sends)


def test_requests_oauthlib_by_its_auth(front: Front, signer: jurat.SigningKey) -> None:
    client = requests_oauthlib.OAuth2Session(client=oauthlib.oauth2.BackendApplicationClient(CLIENT_ID, scope=["api"]))
    auth = authentication(jurat.requests.PrivateKeyJwt, signer, LATER)
    assert client.fetch_token(f"{LATER}/token", auth=auth)["access_token"]
    assert [seen.status for seen in posts(front, "later.example")] == [401, 200]


# ------------------------------------------------------------------------------------------------------------- MCP


@pytest.fixture(scope="module")
def mcp_server(signer: jurat.SigningKey, named_servers: dict[str, Server]) -> Iterator[str]:
    """A server of the MCP SDK that asks the authorization server about each token."""

    class Verifier:
        async def verify_token(self, token: str) -> AccessToken | None:
            auth = authentication(jurat.PrivateKeyJwt, signer, path="/token/introspection")
            async with httpx.AsyncClient(trust_env=False) as client:
                answer = await client.post(
                    f"{named_servers['as.example'].listens}/token/introspection",
                    data={"token": token, **auth.parameters()},
                    headers={"X-Forwarded-Proto": "https", "Host": "as.example"},
                )
            said = answer.json()
            if not said["active"]:
                return None
            return AccessToken(token=token, client_id=said["client_id"], scopes=[], resource=said["aud"])

    settings = AuthSettings.model_validate(
        {"issuer_url": ISSUER, "resource_server_url": RESOURCE, "validate_token_resource": True}
    )
    server = MCPServer("meters", token_verifier=Verifier(), auth=settings)

    @server.tool()
    def read(meter: str) -> str:
        """Reads a meter."""
        return f"{meter}: 42 kWh"

    app = server.streamable_http_app(host="api.example.com")
    http_server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=http_server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not http_server.started:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    yield f"http://127.0.0.1:{http_server.servers[0].sockets[0].getsockname()[1]}"
    http_server.should_exit = True
    thread.join(10)


class Storage:
    async def get_tokens(self) -> None:
        return None

    async def set_tokens(self, tokens: object) -> None:
        pass

    async def get_client_info(self) -> None:
        return None

    async def set_client_info(self, client_info: object) -> None:
        pass


@pytest.mark.parametrize("configured", [ISSUER, LATER])
def test_mcp(
    mcp_server: str,
    named_servers: dict[str, Server],
    signer: jurat.SigningKey,
    monkeypatch: pytest.MonkeyPatch,
    configured: str,
) -> None:
    """A tool is called with a token for our assertion; one that was configured for another server is not made."""
    auth = authentication(jurat.PrivateKeyJwt, signer, configured)

    async def call() -> str:
        provider = PrivateKeyJWTOAuthProvider(
            server_url=f"{RESOURCE}/mcp",
            storage=Storage(),
            client_id=CLIENT_ID,
            assertion_provider=jurat.mcp.assertion_provider(auth),
            scope="api",
            issuer=ISSUER,
        )
        async with (
            httpx2.AsyncClient(auth=provider) as http_client,
            Client(streamable_http_client(f"{RESOURCE}/mcp", http_client=http_client)) as client,
        ):
            result: Any = await client.call_tool("read", {"meter": "m-1"})
            return str(result.content[0].text)

    with Front({"as.example": named_servers["as.example"].listens, "api.example.com": mcp_server}) as front:
        for name, value in front.environment().items():
            monkeypatch.setenv(name, value)
        if configured == ISSUER:
            assert asyncio.run(call()) == "m-1: 42 kWh"
            assert [seen.status for seen in posts(front)] == [200]
        else:
            with pytest.raises(Exception) as refused:  # noqa: PT011 - a group of them, which flattened() looks into
                asyncio.run(call())
            assert any(isinstance(error, jurat.MetadataError) for error in flattened(refused.value))
            assert posts(front) == []


def flattened(error: BaseException) -> list[BaseException]:
    """The exceptions of groups, and what caused them."""
    parts = [part for each in getattr(error, "exceptions", []) for part in flattened(each)]
    return [error, *parts, *(flattened(error.__cause__) if error.__cause__ else [])]
