"""Authentication for `HTTPX <https://www.python-httpx.org>`_, with and without async; it needs the extra ``httpx``."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator, Iterator
from contextlib import nullcontext

import anyio
import httpx

from . import client_auth
from ._bearer import authorization
from ._jurat import Token
from .client_auth import form_of, is_form, not_a_form, redirected
from .tokens import HttpRequest, HttpResponse, NoAnswer, TokenSource

__all__ = ["BearerAuth", "PrivateKeyJwt", "async_sender", "sender"]

# Besides HTTPX's own: of a proxy in the environment that is none or that needs another package, of certificates that
# are not there, of a host's name that DNS cannot have; in a group, of a port that is none.
_FAILURES = (httpx.HTTPError, httpx.InvalidURL, ImportError, OSError, ValueError, ExceptionGroup)


def sender(
    client: httpx.Client | None = None, *, timeout: float = 10.0
) -> Callable[[HttpRequest], HttpResponse | NoAnswer]:
    """Sends what a `TokenSource` wants to be sent.

    Args:
        client: with the proxies and certificates to use; one for each request if None.
        timeout: seconds for the connection, and for each piece of the answer.
    """

    def send(request: HttpRequest) -> HttpResponse | NoAnswer:
        try:
            with httpx.Client() if client is None else nullcontext(client) as own:
                # Without the client's own auth, which may be the one that asks for a token.
                response = own.send(_built(own, request, timeout), stream=True, auth=None, follow_redirects=False)
                try:
                    body = b""
                    for part in response.iter_bytes():
                        body += part
                        if len(body) > request.limit:
                            break
                    return _answer(response, body, request.limit)
                finally:
                    response.close()
        except _FAILURES as error:
            return NoAnswer(error)

    return send


def async_sender(
    client: httpx.AsyncClient | None = None, *, timeout: float = 10.0
) -> Callable[[HttpRequest], Awaitable[HttpResponse | NoAnswer]]:
    """The same, for `TokenSource.token_async`."""

    async def send(request: HttpRequest) -> HttpResponse | NoAnswer:
        try:
            async with httpx.AsyncClient() if client is None else nullcontext(client) as own:
                response = await own.send(_built(own, request, timeout), stream=True, auth=None, follow_redirects=False)
                try:
                    body = b""
                    async for part in response.aiter_bytes():
                        body += part
                        if len(body) > request.limit:
                            break
                    return _answer(response, body, request.limit)
                finally:
                    await response.aclose()
        except _FAILURES as error:
            return NoAnswer(error)

    return send


def _built(client: httpx.Client | httpx.AsyncClient, request: HttpRequest, timeout: float) -> httpx.Request:
    return client.build_request(
        request.method, request.url, content=request.body, headers=request.headers, timeout=timeout
    )


def _answer(response: httpx.Response, body: bytes, limit: int) -> HttpResponse:
    return HttpResponse(response.status_code, response.headers, body[:limit], truncated=len(body) > limit)


class BearerAuth(httpx.Auth):
    """Sends an access token with each request, over https only; for both kinds of client.

    A token that a resource server refuses with 401 is forgotten; unless it was fetched for this request, the request is
    sent once more with a new one where its body can be sent again.
    """

    def __init__(
        self,
        source: TokenSource,
        *,
        client: httpx.Client | None = None,
        async_client: httpx.AsyncClient | None = None,
        timeout: float = 10.0,
    ) -> None:
        """Where tokens come from.

        Args:
            source: of the tokens.
            client: fetches them for a client without async; its own ``auth`` is not used for that.
            async_client: fetches them for an async one.
            timeout: as for `sender`.
        """
        self._source = source
        self._send = sender(client, timeout=timeout)
        self._send_async = async_sender(async_client, timeout=timeout)

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        is_kept = self._source.cached() is not None
        token = self._source.token(self._send)
        response = yield self._signed(request, token)
        if self._forgets(token, request, response) and is_kept and _is_whole(request):
            token = self._source.token(self._send)
            response = yield self._signed(request, token)
            self._forgets(token, request, response)

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        is_kept = self._source.cached() is not None
        token = await self._source.token_async(self._send_async, sleep=anyio.sleep)
        response = yield self._signed(request, token)
        if self._forgets(token, request, response) and is_kept and _is_whole(request):
            token = await self._source.token_async(self._send_async, sleep=anyio.sleep)
            response = yield self._signed(request, token)
            self._forgets(token, request, response)

    def _signed(self, request: httpx.Request, token: Token) -> httpx.Request:
        request.headers["Authorization"] = authorization(token, str(request.url), self._source.server)
        return request

    def _forgets(self, token: Token, request: httpx.Request, response: httpx.Response) -> bool:
        """Whether the token was refused."""
        if response.status_code != 401:
            return False
        # A redirection has left it off, or has led to another server.
        if response.request.headers.get("Authorization") != request.headers["Authorization"]:
            return False
        self._source.invalidate(token)
        return True


def _is_whole(request: httpx.Request) -> bool:
    """Whether its body can be sent again."""
    return isinstance(request.stream, httpx.ByteStream)


def spelt(url: str) -> str:
    """As the library writes the URL of a request."""
    return str(httpx.URL(url))


class PrivateKeyJwt(client_auth.PrivateKeyJwt, httpx.Auth):
    """Authenticates the client in forms that are sent to the server's endpoints, as `jurat.PrivateKeyJwt`.

    A refusal whose ``Date`` corrects the clock is answered by one more request, with a fresh assertion. A redirection
    is refused, whether or not the client follows them: it would take the assertion elsewhere.
    """

    requires_request_body = True

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if request.method != "POST" or not is_form(request.headers.get("Content-Type")):
            raise not_a_form(f"this is {request.method}, {request.headers.get('Content-Type')}")
        signed = self._signed(request)
        sent_at = int(time.time())
        response = yield signed
        received_at = int(time.time())
        _refuse_redirection(response)
        if self.learn(response.status_code, response.headers, sent_at=sent_at, received_at=received_at):
            _refuse_redirection((yield self._signed(request)))

    def _signed(self, request: httpx.Request) -> httpx.Request:
        form = self._add(str(request.url), form_of(request.content), spelt).encode()
        headers = request.headers.copy()
        headers.pop("Transfer-Encoding", None)
        headers["Content-Length"] = str(len(form))
        return httpx.Request(
            request.method, request.url, headers=headers, stream=_Once(form), extensions=request.extensions
        )


class _Once(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that is sent once: a client that follows a redirection would send it again."""

    def __init__(self, body: bytes) -> None:
        self._parts = [body]

    def __iter__(self) -> Iterator[bytes]:
        if not self._parts:
            raise redirected()
        yield self._parts.pop()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self:
            yield part


def _refuse_redirection(response: httpx.Response) -> None:
    # The history has the answer to the attempt before, too.
    if any(each.has_redirect_location for each in (*response.history, response)):
        raise redirected()
