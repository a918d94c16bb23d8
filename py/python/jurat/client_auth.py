"""Client authentication of requests that other libraries make: `PrivateKeyJwt` adds it to their form."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from ._jurat import CONTENT_TYPE, ClientAssertion, Clock, Server, http_date
from .errors import Error, PolicyError, _refusal

if TYPE_CHECKING:
    from ._types import Signer

__all__ = ["PrivateKeyJwt"]

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# The endpoints that metadata names and that a client authenticates at.
_ENDPOINTS = (
    "token_endpoint",
    "pushed_authorization_request_endpoint",
    "introspection_endpoint",
    "revocation_endpoint",
    "device_authorization_endpoint",
    "backchannel_authentication_endpoint",
)
# What a wrong clock is answered with (RFC 6749 section 5.2).
_REFUSED = (400, 401)


class PrivateKeyJwt:
    """Adds a fresh client assertion (RFC 7523 section 2.2) to forms that are sent to a server's endpoints.

    It is for what other libraries send: token requests of theirs, introspection, revocation, pushed authorization. The
    assertion goes to the server that it was configured for, and to no other: an endpoint is known from the server's
    token endpoint, its metadata, or endpoint_url. Each gets the assertion that the server's profile and metadata ask
    for there; where the endpoint is the audience, its URL has to be configured. Threads and tasks may share it.

    >>> server = jurat.Server(issuer="https://as.example", token_endpoint="https://as.example/token")
    >>> auth = jurat.PrivateKeyJwt(jurat.SigningKey.generate(), client_id="device-7", server=server)
    >>> form = auth.add("https://as.example/token", "grant_type=client_credentials")
    >>> [part.split("=")[0] for part in form.split("&")]
    ['grant_type', 'client_id', 'client_assertion_type', 'client_assertion']
    """

    def __init__(
        self,
        key: Signer,
        *,
        client_id: str,
        server: Server,
        key_id: str | None = None,
        endpoint: str | None = None,
        endpoint_url: str | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Who authenticates, and where.

        Args:
            key: signs, as for `client_assertion`.
            client_id: the client.
            server: the server.
            key_id: ``kid``.
            endpoint: which of its endpoints `assertion` and `parameters` are for, by the name that metadata has for it;
                ``token_endpoint`` if None.
            endpoint_url: its URL, from configuration.
            clock: what is known of this machine's clock; trusted to a second if None.

        Raises:
            InvalidArgumentError: no endpoint's URL is known, so that none could be told from a foreign one.
            TypeError: server is no `Server`.
        """
        if not isinstance(server, Server):
            raise TypeError("server: a Server is required")
        self._key = key
        self._client_id = client_id
        self._server = server
        self._key_id = key_id
        self._endpoint = "token_endpoint" if endpoint is None else endpoint
        self._endpoint_url = endpoint_url
        self._clock = Clock.trusted() if clock is None else clock
        # By URL. The audience never comes from metadata, so that with a URL of metadata's none is configured.
        self._known: dict[str, tuple[str, str | None]] = {}
        if server.metadata is not None:
            for name in _ENDPOINTS:
                url = server.metadata.endpoint(name)
                # The token endpoint that is configured stands in for metadata's.
                if url is not None and (name != "token_endpoint" or server.token_endpoint is None):
                    self._known.setdefault(url, (name, None))
        if server.token_endpoint is not None:
            self._known[server.token_endpoint] = ("token_endpoint", server.token_endpoint)
        if endpoint_url is not None:
            self._known[endpoint_url] = (self._endpoint, endpoint_url)
        if not self._known:
            raise _refusal("server", "it has no token endpoint and no metadata; or endpoint_url is required")

    def __repr__(self) -> str:
        return f"PrivateKeyJwt({self._server.issuer}, {self._client_id})"

    @property
    def client_id(self) -> str:
        """The client."""
        return self._client_id

    @property
    def server(self) -> Server:
        """The server."""
        return self._server

    @property
    def clock(self) -> Clock:
        """The clock with what `learn` was told."""
        return self._clock

    def assertion(self) -> str:
        """A fresh assertion. It is sent once.

        Raises:
            Error: none could be made, as for `client_assertion`.
        """
        return self._assertion(self._endpoint, self._endpoint_url)

    def _assertion(self, endpoint: str, configured: str | None) -> str:
        assertion = ClientAssertion(
            client_id=self._client_id,
            server=self._server,
            endpoint=endpoint,
            endpoint_url=configured,
            key_id=self._key_id,
            issued_at=self._clock.issued_at(int(time.time())),
        )
        return assertion.sign(self._key)

    def parameters(self) -> dict[str, str]:
        """What authenticates a request, once.

        Raises:
            Error: as for `assertion`.
        """
        return self._parameters(self._endpoint, self._endpoint_url)

    def _parameters(self, endpoint: str, configured: str | None) -> dict[str, str]:
        client_id = {"client_id": self._client_id} if self._server.profile.send_client_id else {}
        assertion = self._assertion(endpoint, configured)
        return {**client_id, "client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}

    def add(self, url: str, form: str) -> str:
        """The form, for a request to url, with the client's authentication.

        An assertion that is in it already, of an attempt before, is replaced.

        Raises:
            PolicyError: url is none of the server's endpoints that are known; or the audience is an endpoint, and not
                this one, or its URL is not configured.
            MetadataError: the server's metadata excludes it at this endpoint.
            InvalidArgumentError: the form has another client_id, or a client_secret.
            Error: for more, as for `assertion`.
        """
        return self._add(url, form, str)

    def _add(self, url: str, form: str, spelt: Callable[[str], str]) -> str:
        """The same, where a library has written url in its own way: as spelt would write those that are known here."""
        contacted = self._contacted(url.partition("#")[0], spelt)
        if contacted is None:
            raise PolicyError(
                "url: none of the endpoints of this server that are known here",
                cause="EndpointNotContacted",
                argument="url",
            )
        # What is no UTF-8 goes out as it came.
        fields = parse_qsl(form, keep_blank_values=True, errors="surrogateescape")
        if any(name == "client_secret" for name, _ in fields):
            raise _refusal("form", "it has a client_secret, which is another way to authenticate")
        if any(name == "client_id" and value != self._client_id for name, value in fields):
            raise _refusal("form", "it has another client_id")
        added = self._parameters(*contacted)
        kept = [(name, value) for name, value in fields if name not in added]
        return urlencode([*kept, *added.items()], errors="surrogateescape")

    def _contacted(self, url: str, spelt: Callable[[str], str]) -> tuple[str, str | None] | None:
        """Which endpoint url is, and its URL if it is configured."""
        for known, endpoint in self._known.items():
            # What the library cannot read as a URL it does not send to.
            with suppress(Exception):
                if spelt(known) == url:
                    return endpoint
        return None

    def learn(self, status: int, headers: Mapping[str, str], *, sent_at: int, received_at: int) -> bool:
        """Takes an answer. True: it is a refusal, and its ``Date`` has corrected the clock, so that a fresh assertion
        may be taken.

        Args:
            status: of HTTP.
            headers: of the answer; their names in any case.
            sent_at: what this machine's clock showed before the request, in seconds.
            received_at: and after the answer.
        """
        if status not in _REFUSED:
            return False
        names = {name.lower(): value for name, value in headers.items()}
        before, age = self._clock, names.get("age", "0").strip()
        try:
            date = http_date(names.get("date", ""))
            after = before.learn(date=date, sent_at=sent_at, received_at=received_at, cached=age not in {"", "0"})
        except Error:
            return False
        self._clock = after
        return abs(after.offset - before.offset) > (after.uncertainty or 0)


def is_form(content_type: str | None) -> bool:
    """Whether a body of this type is a form."""
    return (content_type or "").partition(";")[0].strip().lower() == CONTENT_TYPE


def not_a_form(what: str) -> Error:
    """The exception for a request without one."""
    return _refusal("request", f"client authentication goes into the form of a POST: {what}")


def form_of(body: object) -> str:
    """The form that is the body of a request."""
    if isinstance(body, bytes):
        try:
            return body.decode()
        except UnicodeDecodeError:
            raise not_a_form("this body is not UTF-8") from None
    if isinstance(body, str | None):
        return body or ""
    raise not_a_form("this body is a stream, which can be read once")


def redirected() -> Error:
    """The exception for an endpoint that sends an assertion on: nobody but the server may have it."""
    return _refusal("url", "the server redirects a client's authentication")
