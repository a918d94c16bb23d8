"""Authentication for `requests <https://requests.readthedocs.io>`_; it needs the extra ``requests``."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import requests
from requests.auth import AuthBase

from . import client_auth
from ._bearer import authorization
from .client_auth import form_of, is_form, not_a_form, redirected
from .tokens import HttpRequest, HttpResponse, NoAnswer, TokenSource

if TYPE_CHECKING:
    from ._jurat import Token

__all__ = ["BearerAuth", "PrivateKeyJwt", "sender"]


def sender(
    session: requests.Session | None = None, *, timeout: float = 10.0
) -> Callable[[HttpRequest], HttpResponse | NoAnswer]:
    """Sends what a `TokenSource` wants to be sent.

    Args:
        session: with the proxies and certificates to use; one for each request if None.
        timeout: seconds for the connection, and for each piece of the answer.
    """

    def send(request: HttpRequest) -> HttpResponse | NoAnswer:
        try:
            with (
                requests.Session() if session is None else nullcontext(session) as own,
                own.request(
                    request.method,
                    request.url,
                    data=request.body,
                    headers=request.headers,
                    # Neither the session's own, which may be the one that asks for a token, nor a password from
                    # ~/.netrc.
                    auth=_unchanged,
                    allow_redirects=False,
                    stream=True,
                    timeout=timeout,
                ) as response,
            ):
                return HttpResponse(response.status_code, response.headers, *_read(response, request.limit))
        # RequestException is an OSError, too. Others are of certificates that are not there, or of a host's name that
        # cannot be one.
        except (OSError, ValueError) as error:
            return NoAnswer(error)

    return send


def _read(response: requests.Response, limit: int) -> tuple[bytes, bool]:
    body = b""
    for part in response.iter_content(4096):
        body += part
        if len(body) > limit:
            return body[:limit], True
    return body, False


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


class BearerAuth(AuthBase):
    """Sends an access token with each request, over https only.

    A token that a resource server refuses with 401 is forgotten; unless it was fetched for this request, the request is
    sent once more with a new one where its body can be sent again.
    """

    def __init__(self, source: TokenSource, *, session: requests.Session | None = None, timeout: float = 10.0) -> None:
        """Where tokens come from.

        Args:
            source: of the tokens.
            session: fetches them; its own ``auth`` is not used for that.
            timeout: as for `sender`.
        """
        self._source = source
        self._send = sender(session, timeout=timeout)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        is_kept = self._source.cached() is not None
        token = self._sign(request)

        def look(response: requests.Response, **options: Any) -> requests.Response:
            refused = self._forgets(token, response)
            return self._again(response, options) if refused and is_kept else response

        request.register_hook("response", look)  # type: ignore[no-untyped-call]
        return request

    def _sign(self, request: requests.PreparedRequest) -> Token:
        token = self._source.token(self._send)
        request.headers["Authorization"] = authorization(token, str(request.url), self._source.server)
        return token

    def _forgets(self, token: Token, response: requests.Response) -> bool:
        """Whether the token was refused."""
        if response.status_code != 401:
            return False
        # A redirection has left it off, or has led to another server.
        if not response.request.headers.get("Authorization", "").endswith(token.access_token):
            return False
        self._source.invalidate(token)
        return True

    def _again(self, response: requests.Response, options: dict[str, Any]) -> requests.Response:
        if not isinstance(response.request.body, str | bytes | None):
            return response
        request = response.request.copy()
        token = self._sign(request)
        again = _resend(response, request, options)
        self._forgets(token, again)
        return again


def spelt(url: str) -> str:
    """As the library writes the URL of a request."""
    return str(requests.Request("POST", url).prepare().url)


def _resend(
    response: requests.Response, request: requests.PreparedRequest, options: dict[str, Any]
) -> requests.Response:
    """As the library's own digest authentication does it."""
    # The connection is free for the next request when the answer was read.
    _ = response.content
    response.close()
    # Once only.
    request.hooks = {event: [] for event in request.hooks}
    again = response.connection.send(request, **options)
    again.history.append(response)
    again.request = request
    return again


class PrivateKeyJwt(client_auth.PrivateKeyJwt, AuthBase):
    """Authenticates the client in forms that are sent to the server's endpoints, as `jurat.PrivateKeyJwt`.

    A refusal whose ``Date`` corrects the clock is answered by one more request, with a fresh assertion. A redirection
    is refused: it would take the assertion elsewhere. ``requests_oauthlib.OAuth2Session.fetch_token`` takes it as
    ``auth``, too.
    """

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if request.method != "POST" or not is_form(request.headers.get("Content-Type")):
            raise not_a_form(f"this is {request.method}, {request.headers.get('Content-Type')}")
        self._sign(request)
        sent_at = int(time.time())

        def look(response: requests.Response, **options: Any) -> requests.Response:
            return self._look(response, sent_at, options)

        request.register_hook("response", look)  # type: ignore[no-untyped-call]
        return request

    def _sign(self, request: requests.PreparedRequest) -> None:
        form = self._add(str(request.url), form_of(request.body), spelt)
        request.prepare_body(form, None)  # pyright: ignore[reportUnknownMemberType]

    def _look(self, response: requests.Response, sent_at: int, options: dict[str, Any]) -> requests.Response:
        _refuse_redirection(response)
        received_at = int(time.time())
        if not self.learn(response.status_code, response.headers, sent_at=sent_at, received_at=received_at):
            return response
        request = response.request.copy()
        self._sign(request)
        again = _resend(response, request, options)
        _refuse_redirection(again)
        return again


def _refuse_redirection(response: requests.Response) -> None:
    if response.is_redirect:
        response.close()
        raise redirected()
