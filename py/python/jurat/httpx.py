"""Authentication for `HTTPX <https://www.python-httpx.org>`_, with and without async; it needs the extra ``httpx``."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator

import anyio
import httpx

from . import client_auth
from ._bearer import authorization
from ._jurat import Token
from .client_auth import is_form, not_a_form
from .tokens import HttpRequest, HttpResponse, NoAnswer, TokenSource

__all__ = ["BearerAuth", "PrivateKeyJwt", "async_sender", "sender"]


def sender(
    client: httpx.Client | None = None, *, timeout: float = 10.0
) -> Callable[[HttpRequest], HttpResponse | NoAnswer]:
    """Sends what a `TokenSource` wants to be sent.

    Args:
        client: with the proxies and certificates to use; one for each request if None.
        timeout: seconds for the connection, and for each piece of the answer.
    """

    def send(request: HttpRequest) -> HttpResponse | NoAnswer:
        own = httpx.Client() if client is None else client
        try:
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
        # UnicodeError: a host's name that DNS cannot have.
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            return NoAnswer(error)
        finally:
            if client is None:
                own.close()

    return send


def async_sender(
    client: httpx.AsyncClient | None = None, *, timeout: float = 10.0
) -> Callable[[HttpRequest], Awaitable[HttpResponse | NoAnswer]]:
    """The same, for `TokenSource.token_async`."""

    async def send(request: HttpRequest) -> HttpResponse | NoAnswer:
        own = httpx.AsyncClient() if client is None else client
        try:
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
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            return NoAnswer(error)
        finally:
            if client is None:
                await own.aclose()

    return send


def _built(client: httpx.Client | httpx.AsyncClient, request: HttpRequest, timeout: float) -> httpx.Request:
    return client.build_request(
        request.method, request.url, content=request.body, headers=request.headers, timeout=timeout
    )


def _answer(response: httpx.Response, body: bytes, limit: int) -> HttpResponse:
    return HttpResponse(response.status_code, response.headers, body[:limit], truncated=len(body) > limit)


class BearerAuth(httpx.Auth):
    """Sends an access token with each request, over https only; for both kinds of client.

    A token that a resource server refuses with 401 is forgotten; the request is sent once more with a new one where its
    body can be sent again.
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
        kept = self._source.cached()
        token = self._source.token(self._send)
        response = yield self._signed(request, token)
        if self._is_refused(kept, token, request, response):
            yield self._signed(request, self._source.token(self._send))

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        kept = self._source.cached()
        token = await self._source.token_async(self._send_async, sleep=anyio.sleep)
        response = yield self._signed(request, token)
        if self._is_refused(kept, token, request, response):
            yield self._signed(request, await self._source.token_async(self._send_async, sleep=anyio.sleep))

    def _signed(self, request: httpx.Request, token: Token) -> httpx.Request:
        request.headers["Authorization"] = authorization(token, str(request.url), self._source.server)
        return request

    def _is_refused(self, kept: Token | None, token: Token, request: httpx.Request, response: httpx.Response) -> bool:
        """Whether the token was an old one that is worth a new one."""
        if response.status_code != 401 or kept is None:
            return False
        # A redirection has left it off, or has led to another server.
        if response.request.headers.get("Authorization") != request.headers["Authorization"]:
            return False
        self._source.invalidate(token)
        return isinstance(request.stream, httpx.ByteStream)


class PrivateKeyJwt(client_auth.PrivateKeyJwt, httpx.Auth):
    """Authenticates the client in forms that are sent to the server's endpoints, as `jurat.PrivateKeyJwt`.

    A refusal whose ``Date`` corrects the clock is answered by one more request, with a fresh assertion. Do not let the
    client follow redirections, which by itself it does not: they would take the assertion elsewhere.
    """

    requires_request_body = True

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if request.method != "POST" or not is_form(request.headers.get("Content-Type")):
            raise not_a_form(f"this is {request.method}, {request.headers.get('Content-Type')}")
        signed = self._signed(request)
        sent_at = int(time.time())
        response = yield signed
        received_at = int(time.time())
        if self.learn(response.status_code, response.headers, sent_at=sent_at, received_at=received_at):
            yield self._signed(request)

    def _signed(self, request: httpx.Request) -> httpx.Request:
        headers = request.headers.copy()
        headers.pop("Content-Length", None)
        form = self.add(str(request.url), request.content.decode())
        return httpx.Request(request.method, request.url, headers=headers, content=form, extensions=request.extensions)
