"""Access tokens for one client at one server, fetched when they are needed and kept until shortly before they expire.

`TokenSource` opens no connection: it says what to send, and `jurat.requests` and `jurat.httpx` send it.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from ._jurat import (
    CONTENT_TYPE,
    ClientAssertion,
    Clock,
    Exchange,
    ForeignError,
    GrantAssertion,
    Metadata,
    OauthError,
    Profile,
    Server,
    SigningKey,
    Step,
    Token,
    TokenRequest,
    Unusable,
    well_known_urls,
)
from .diagnosis import Document, Explanation, explain
from .errors import Error, TokenError, _refusal

if TYPE_CHECKING:
    from ._types import Parameters, Signer, TokenResponse

__all__ = ["HttpRequest", "HttpResponse", "NoAnswer", "TokenSource", "discover"]

# More than any server's, in bytes.
_MAX_ANSWER = 64 * 1024
_MAX_METADATA = 1024 * 1024
# How long one task or thread that cannot wait for the lock sleeps until it looks again, in seconds.
_POLL = 0.01
# The longest wait that a server can ask for, in seconds. A longer one is of a clock that was set back meanwhile.
_MAX_WAIT = 86_400


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request to be sent once, over TLS whose certificate is checked, without following redirections.

    Attributes:
        method: ``GET``, ``HEAD``, ``POST`` or ``PUT``.
        url: where it goes.
        headers: its header fields.
        body: of ``POST`` and ``PUT``: it may have an assertion, and belongs into no log.
        limit: how many bytes of the answer's body to read.
    """

    method: str
    url: str
    headers: dict[str, str]
    body: str | None = field(default=None, repr=False)
    limit: int = _MAX_ANSWER


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """The answer to a request.

    Attributes:
        status: of HTTP.
        headers: its header fields, a mapping or pairs.
        body: as much of it as was asked for; it may have a token, and belongs into no log.
        truncated: there was more.
    """

    status: int
    headers: Mapping[str, str] | Sequence[tuple[str, str]]
    body: bytes = field(repr=False)
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """What came instead of an answer.

    Attributes:
        error: what the HTTP client raised.
    """

    error: Exception


@dataclass(frozen=True, slots=True)
class _Wait:
    seconds: int


@dataclass(frozen=True, slots=True)
class _Refusal:
    """An answer without a token."""

    answer: HttpResponse
    response: TokenResponse
    sent_at: int
    received_at: int


Send: TypeAlias = Callable[[HttpRequest], HttpResponse | NoAnswer]
SendAsync: TypeAlias = Callable[[HttpRequest], Awaitable[HttpResponse | NoAnswer]]
# A token, when it was asked for, and when to renew it.
_Kept: TypeAlias = tuple[Token, int, int | None]
_Todo: TypeAlias = HttpRequest | _Wait
_Came: TypeAlias = HttpResponse | NoAnswer | None
_R = TypeVar("_R")


def discover(issuer: str, send: Send, *, insecure_http: bool = False) -> bytes:
    """The JSON object at the first of the issuer's well-known URLs that has one, for `Metadata.read`.

    Raises:
        TokenError: there is none, or no answer.
        InvalidArgumentError: the issuer is none.
    """
    return _drive(_metadata(issuer, insecure_http), send, time.sleep)


def _metadata(issuer: str, insecure_http: bool) -> Generator[_Todo, _Came, bytes]:
    tried: list[str] = []
    error: Exception | None = None
    for url in well_known_urls(issuer, insecure_http=insecure_http):
        response = yield HttpRequest("GET", url, {"Accept": "application/json"}, limit=_MAX_METADATA)
        if not isinstance(response, HttpResponse):
            error = None if response is None else response.error
            tried.append(f"{url}: {str(error) or type(error).__name__}")
        elif response.truncated:
            tried.append(f"{url}: more than {_MAX_METADATA} bytes")
        elif response.status != HTTPStatus.OK:
            tried.append(f"{url}: status {response.status}")
        # Such as the page that a web server has for every path.
        elif not response.body.lstrip().startswith(b"{"):
            tried.append(f"{url}: no JSON object")
        else:
            return response.body
    raise TokenError("\n  ".join(["no metadata found:", *tried]), argument="metadata") from error


def _drive(flow: Generator[_Todo, _Came, _R], send: Send, sleep: Callable[[float], object]) -> _R:
    """Sends and waits until the flow ends."""
    try:
        todo = next(flow)
        while True:
            if isinstance(todo, _Wait):
                sleep(todo.seconds)
                todo = flow.send(None)
            else:
                todo = flow.send(send(todo))
    except StopIteration as done:
        result: _R = done.value
        return result


class TokenSource:
    """Access tokens for one client at one server.

    A token is fetched when there is none, and kept until shortly before it expires; one without an ``expires_in`` is
    kept until `invalidate`. Each attempt has a fresh assertion. A refusal leads to another attempt only where the
    server's ``Date`` has corrected the clock, and an answer that says wait is waited for (`Exchange`). Any number of
    threads, tasks and event loops may share a source: one of them fetches, and the others get what it got.

    >>> server = jurat.Server(issuer="https://as.example", token_endpoint="https://as.example/token")
    >>> source = jurat.TokenSource(jurat.SigningKey.generate(), client_id="device-7", server=server, scope="telemetry")
    >>> answer = jurat.HttpResponse(200, {}, b'{"access_token": "t", "token_type": "Bearer", "expires_in": 3600}')
    >>> source.token(lambda request: answer).access_token
    't'
    """

    def __init__(
        self,
        key: Signer,
        *,
        server: Server,
        client_id: str | None = None,
        key_id: str | None = None,
        grant: Callable[[], GrantAssertion] | None = None,
        grant_key: Signer | None = None,
        scope: str | None = None,
        resource: str | None = None,
        parameters: Parameters | None = None,
        registration: Mapping[str, Any] | None = None,
        clock: Clock | None = None,
        attempts: int | None = None,
        max_wait: int = 60,
    ) -> None:
        """What is asked for, of whom.

        Args:
            key: signs every assertion, as for `client_assertion`. A callable that takes its time blocks an event loop.
            server: the server. If it has a token endpoint neither configured nor in its metadata, the metadata is
                fetched from where its issuer publishes it.
            client_id: the client that authenticates; needed unless there is a grant.
            key_id: ``kid`` of the client assertion.
            grant: makes a fresh JWT bearer grant, for each attempt.
            grant_key: signs the grant, where that is another key.
            scope: names separated by single spaces.
            resource: an absolute URI (RFC 8707).
            parameters: more parameters, a mapping or pairs.
            registration: what the server answered to the registration (RFC 7591), for `TokenError.diagnosis` alone.
            clock: what is known of this machine's clock; trusted to a second if None.
            attempts: requests with an assertion for one token, 1 to 4; 2 if None.
            max_wait: the most seconds to wait for a server that asks for it; a longer wait is a `TokenError`, and until
                it is over nothing is sent.

        Raises:
            InvalidArgumentError: neither client_id nor grant; attempts or max_wait out of range.
            TypeError: server is no `Server`.
        """
        if not isinstance(server, Server):
            raise TypeError("server: a Server is required")
        if client_id is None and grant is None:
            raise _refusal("client_id", "a value is required, or a grant")
        if max_wait < 0:
            raise _refusal("max_wait", "must be 0 or more")
        self._clock = Clock.trusted() if clock is None else clock
        Exchange(clock=self._clock, attempts=attempts)
        self._attempts = attempts
        self._max_wait = max_wait
        self._key = key
        self._grant_key = grant_key
        self._server = server
        self._client_id = client_id
        self._key_id = key_id
        self._grant = grant
        self._scope = scope
        self._resource = resource
        # For each attempt: an iterator would be at its end after the first.
        self._parameters: Parameters | None = parameters
        if parameters is not None and not isinstance(parameters, Mapping):
            self._parameters = list(parameters)
        self._registration = registration
        self._document: bytes | None = None
        self._cached: _Kept | None = None
        self._wait_until = 0
        self._lock = threading.Lock()
        # The thread whose task or call has the lock: it would wait for itself.
        self._fetching_in: int | None = None

    def __repr__(self) -> str:
        return f"TokenSource({self._server.issuer}, {self._client_id or 'grant'})"

    @property
    def server(self) -> Server:
        """The server, with its metadata once that was fetched."""
        return self._server

    @property
    def clock(self) -> Clock:
        """The clock with what the server's answers said of the time."""
        return self._clock

    def cached(self) -> Token | None:
        """The token that is kept, if it need not be renewed yet."""
        cached = self._cached
        if cached is None:
            return None
        token, since, renew_at = cached
        # Of a clock that was set back, nobody knows how long the token has been good for.
        return token if renew_at is None or since <= _now() < renew_at else None

    def invalidate(self, token: Token | None = None) -> None:
        """Forgets the token that is kept: a resource server refused it. With a token, only if it is still that one."""
        cached = self._cached
        if cached is not None and (token is None or cached[0].access_token == token.access_token):
            self._cached = None

    def token(self, send: Send, *, sleep: Callable[[float], object] = time.sleep) -> Token:
        """The token that is kept, or a new one.

        Args:
            send: sends a request, once. It gives a `NoAnswer` where the connection failed.
            sleep: waits for so many seconds.

        Raises:
            TokenError: there is no token. `TokenError.diagnosis` says why, as far as is known here.
            Error: no assertion could be made, as for `client_assertion`, or the metadata is not this server's.
            RuntimeError: a task of this thread is fetching one, and would never come to its end.
        """
        if (token := self.cached()) is not None:
            return token
        if not self._lock.acquire(blocking=False):
            if self._fetching_in == threading.get_ident():
                raise RuntimeError("a token is being fetched in this thread: a task has to await token_async()")
            self._lock.acquire()
        try:
            self._fetching_in = threading.get_ident()
            if (token := self.cached()) is not None:
                return token
            return self._keep(_drive(self._flow(), send, sleep))
        finally:
            self._release()

    async def token_async(self, send: SendAsync, *, sleep: Callable[[float], Awaitable[object]]) -> Token:
        """The same, for tasks: sleep is ``asyncio.sleep`` or another loop's."""
        if (token := self.cached()) is not None:
            return token
        # A lock of one event loop would not do: threads and other loops may share this.
        while not self._lock.acquire(blocking=False):
            await sleep(_POLL)
        try:
            self._fetching_in = threading.get_ident()
            if (token := self.cached()) is not None:
                return token
            flow = self._flow()
            try:
                todo = next(flow)
                while True:
                    if isinstance(todo, _Wait):
                        await sleep(todo.seconds)
                        todo = flow.send(None)
                    else:
                        todo = flow.send(await send(todo))
            except StopIteration as done:
                return self._keep(done.value)
        finally:
            self._release()

    def _release(self) -> None:
        self._fetching_in = None
        self._lock.release()

    # ------------------------------------------------------------------------------------------- what the two drive

    def _flow(self) -> Generator[_Todo, _Came, _Kept]:
        """Gives what to send and how long to wait, takes the answers, and ends with a token and when to renew it."""
        if 0 < (left := self._wait_until - _now()) <= _MAX_WAIT:
            raise TokenError("the server asked to wait", cause="TooEarly", argument="exchange", retry_after=left)
        endpoint = yield from self._discover()
        exchange = Exchange(clock=self._clock, attempts=self._attempts)
        body: str | None = None
        problem: NoAnswer | _Refusal | None = None
        waited = 0
        while True:
            step = exchange.step()
            if step.kind == "wait" and step.seconds is not None:
                # By a clock that stands still, no wait would be over.
                waited += step.seconds
                if waited > self._max_wait:
                    self._wait_until = _now() + min(step.seconds, _MAX_WAIT)
                    raise self._refused(endpoint, body, step, problem)
                yield _Wait(step.seconds)
                continue
            waited = 0
            if step.kind == "learn_time":
                exchange.ask_time()
                body = None
                request = HttpRequest("HEAD", endpoint, {"Accept": "application/json"})
            elif step.kind == "send":
                body = exchange.sign(self._request(), self._key, grant_key=self._grant_key)
                headers = {"Accept": "application/json", "Content-Type": CONTENT_TYPE}
                request = HttpRequest("POST", endpoint, headers, body)
            else:
                raise self._refused(endpoint, body, step, problem)
            sent_at = _now()
            response = yield request
            received_at = _now()
            if not isinstance(response, HttpResponse):
                exchange.no_answer()
                problem = response
                continue
            answer = exchange.answer(
                status=response.status,
                headers=response.headers,
                body=response.body,
                truncated=response.truncated,
                sent_at=sent_at,
                received_at=received_at,
            )
            self._clock = exchange.clock
            if isinstance(answer.response, Token):
                return answer.response, sent_at, answer.renew_at
            problem = _Refusal(response, answer.response, sent_at, received_at)

    def _discover(self) -> Generator[_Todo, _Came, str]:
        """The token endpoint, from the metadata if need be."""
        endpoint = self._endpoint()
        if endpoint is None:
            self._use((yield from _metadata(self._server.issuer, self._server.insecure_http)))
            endpoint = self._endpoint()
        if endpoint is None:
            raise TokenError("the server's metadata has no token endpoint", argument="metadata")
        return endpoint

    def _endpoint(self) -> str | None:
        server = self._server
        if server.token_endpoint is None and server.metadata is not None:
            return server.metadata.endpoint("token_endpoint")
        return server.token_endpoint

    def _use(self, document: bytes) -> None:
        """Takes the metadata that was fetched."""
        server = self._server
        metadata = Metadata.read(document, issuer=server.issuer, insecure_http=server.insecure_http)
        self._server = Server(
            issuer=server.issuer, profile=server.profile, metadata=metadata, insecure_http=server.insecure_http
        )
        self._document = document

    def _request(self) -> TokenRequest:
        client = None
        if self._client_id is not None:
            client = ClientAssertion(client_id=self._client_id, key_id=self._key_id, server=self._server)
        return TokenRequest(
            client=client,
            grant=None if self._grant is None else self._grant(),
            scope=self._scope,
            resource=self._resource,
            parameters=self._parameters,
            send_client_id=self._server.profile.send_client_id,
        )

    def _keep(self, kept: _Kept) -> Token:
        self._cached = kept
        return kept[0]

    # ------------------------------------------------------------------------------------------------ why there is none

    def _refused(self, endpoint: str, body: str | None, step: Step, problem: NoAnswer | _Refusal | None) -> TokenError:
        """The exception for the last answer, with what is known here of its cause."""
        cause, text = step.cause or "", step.text or step.kind
        if step.kind == "wait":
            cause, text = "TooEarly", f"the server asks to wait for {step.seconds} seconds"
        if not isinstance(problem, _Refusal):
            error = TokenError(f"{text}: no answer from {endpoint}", cause=cause, argument="exchange")
            error.__cause__ = None if problem is None else problem.error
            return error
        said = problem.response
        # Of an assertion, an answer to a request without one says nothing.
        found = None if body is None else self._diagnosis(endpoint, body, problem)
        if body is None:
            text = f"the time could not be learned: {text}"
        elif isinstance(said, OauthError):
            text = f"{text}: {said.code}" + (f" ({said.description})" if said.description else "")
        elif isinstance(said, ForeignError | Unusable):
            text = f"{text}: {said!r}"
        if found is not None:
            first = next(iter(found["causes"]), None)
            # One that merely nothing speaks against is no better than those after it.
            if first is None or first["class"] == "consistent":
                text = f"{text}; {found['next_step']}"
            else:
                text = f"{text}; {first['code']} ({first['class']}): {first['fix']}"
        return TokenError(
            text, cause=cause, argument="exchange", response=said, diagnosis=found, retry_after=step.seconds
        )

    def _diagnosis(self, endpoint: str, body: str, problem: _Refusal) -> Explanation | None:
        """What `explain` says of it; nothing of the assertion is in it."""
        server = self._server
        document: Document = {
            "request": {"method": "POST", "endpoint": endpoint, "content_type": CONTENT_TYPE, "body": body},
            "response": {
                "status": problem.answer.status,
                "headers": problem.answer.headers,
                "body": problem.answer.body,
            },
            "sent_at": problem.sent_at,
            "received_at": problem.received_at,
            "issuer": server.issuer,
            "token_endpoint": server.token_endpoint,
            "registration": None if self._registration is None else dict(self._registration),
        }
        if server.profile.id in Profile.names():
            document["profile"] = server.profile.id
        if isinstance(self._key, SigningKey):
            document["key"] = json.loads(self._key.public_key.jwk(self._key_id))
        try:
            if self._document is not None:
                document["metadata"] = json.loads(self._document)
            return explain(document)
        # What the server sent may be no metadata by the standard, of which the exchange needed less; a ValueError is
        # Python's, for a number with too many digits.
        except (Error, ValueError):
            return None


def _now() -> int:
    return int(time.time())
