"""Says why a server refuses: from what was sent, what came back, and what is known locally.

What goes in and what comes out is what the commands ``jurat check`` and ``jurat explain`` read and print: JSON objects.

>>> import jurat
>>> document: jurat.diagnosis.Document = {
...     "request": {"method": "POST", "params": [["grant_type", "client_credentials"]]},
...     "response": {"status": 400, "body": '{"error": "invalid_client"}'},
... }
>>> jurat.explain(document)["causes"][0]["code"]
'assertion_missing'
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NotRequired, TypeAlias, TypedDict, cast

from ._jurat import _diagnose, _inspect
from .errors import _refusal

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = [
    "Cause",
    "CheckResult",
    "Checks",
    "ClockEvidence",
    "Document",
    "EvidenceRecord",
    "Explanation",
    "Inspection",
    "Jwks",
    "Request",
    "Response",
    "check",
    "explain",
    "inspect",
]

# As long as the hash itself (RFC 2104 section 3).
_HASH_KEY_SIZE = 32

Pairs: TypeAlias = Mapping[str, str] | Sequence[Sequence[str]]


class Request(TypedDict, total=False):
    """What was sent: `params` before they were form-encoded, or else the `body`."""

    method: str | None
    endpoint: str | None
    content_type: str | None
    headers: Pairs | None
    params: Pairs | None
    body: str | bytes | None


class Response(TypedDict, total=False):
    """What came back; `status` is needed."""

    status: int
    headers: Pairs | None
    body: str | bytes | None


class ClockEvidence(TypedDict, total=False):
    """Where the device's time comes from, such as ``ntp``, and by how many seconds it may be wrong."""

    source: str | None
    uncertainty_s: int | None


class Jwks(TypedDict, total=False):
    """The key set that the client publishes; `keys` are JWKs, and are needed."""

    source: str | None
    fetched_at: int | None
    max_age: int | None
    keys: list[dict[str, Any]]


class Document(TypedDict, total=False):
    """What `check` and `explain` take; `explain` says what the members are."""

    request: Request
    response: Response | None
    sent_at: int | None
    received_at: int | None
    clock: ClockEvidence | None
    issuer: str | None
    token_endpoint: str | None
    metadata: dict[str, Any] | None
    metadata_fetched_at: int | None
    registration: dict[str, Any] | None
    jwks: Jwks | None
    key: dict[str, Any] | None
    profile: str | None
    seen_jti: list[str] | None


# The functional form: `class` is a keyword.
Cause = TypedDict(
    "Cause",
    {"code": str, "class": Literal["proven", "stated", "consistent"], "evidence": list[str], "fix": str},
)
"""One cause: a stable code, how sure it is, what shows it, and what to do, in a sentence."""


class CheckResult(TypedDict):
    """What became of a check; `needs`, there where it is not decidable, says which evidence it lacks."""

    check: str
    status: Literal["passed", "failed", "not_decidable"]
    needs: NotRequired[str]


class EvidenceRecord(TypedDict):
    """What is fit for a ticket. Each member is always there; what is not known is ``"absent"``."""

    versions: dict[str, Any]
    causes: list[str]
    authorization_server_metadata: dict[str, Any] | str
    issuer_identifier: str
    token_endpoint: str
    client_id: str
    assertion_parameter: str
    assertion_header: dict[str, Any] | str
    issuer: str
    subject: str
    audience: str | list[str]
    expiration: int | str
    issued_at: int | str
    not_before: int | str
    jwt_id: str
    signing_algorithm: str
    key_id: str
    assertion_sha256: str
    signature_form: str
    other_assertion: dict[str, Any] | str
    jwks_state: dict[str, Any] | str
    signing_key: str
    server_error: dict[str, Any] | str
    clock: dict[str, Any]
    profile: dict[str, Any] | str
    does_not_prove: list[str]


class Explanation(TypedDict):
    """The causes, the likeliest first; those that cannot be told apart; what to do; and the evidence record."""

    causes: list[Cause]
    cannot_distinguish: list[str]
    next_step: str
    evidence: EvidenceRecord


class Checks(Explanation):
    """The same, and what became of each check."""

    checks: list[CheckResult]


class Inspection(TypedDict):
    """What an assertion says, and what is odd about it. Header and claims are None where they are no JSON."""

    kind: Literal["client_assertion", "grant"]
    header: dict[str, Any] | None
    claims: dict[str, Any] | None
    signature: str
    sha256: str
    causes: list[Cause]
    next_step: str


def inspect(assertion: str) -> Inspection:
    """Takes an assertion apart, however broken it is, and reports everything that is odd about it.

    Args:
        assertion: a compact JWS. A third segment such as ``<removed>`` stands for a signature that was cut out.

    Returns:
        Header and claims in clear: for the eyes of whoever has the assertion.

    Raises:
        InvalidArgumentError: it is no UTF-8.
        TypeError: it is no text.

    >>> import jurat
    >>> found = jurat.inspect("eyJhbGciOiJub25lIn0.eyJpc3MiOiJhIiwic3ViIjoiYSJ9.")
    >>> found["header"], found["causes"][0]["code"]
    ({'alg': 'none'}, 'algorithm_none')
    """
    return _inspection(_inspected(assertion))


def check(
    document: Mapping[str, Any],
    *,
    hash_key: Buffer | None = None,
    hash_client_id: bool = False,
    hash_jwt_id: bool = False,
    show_grant: bool = False,
) -> Checks:
    """Checks a request before it is sent, by what is known locally.

    Args:
        document: as for `explain`; a ``response`` in it does not count. ``sent_at`` is now.

    The other arguments and the exceptions are those of `explain`.

    Returns:
        The causes of a refusal to come, and each check as passed, failed or not decidable: never passed without the
        evidence for it.

    >>> import jurat
    >>> found = jurat.check({"request": {"method": "GET", "params": []}})
    >>> found["causes"][0]["code"], found["causes"][0]["class"]
    ('http_method_wrong', 'proven')
    """
    text = _diagnosis(
        document,
        explain=False,
        hash_key=hash_key,
        hash_client_id=hash_client_id,
        hash_jwt_id=hash_jwt_id,
        show_grant=show_grant,
    )
    return cast("Checks", json.loads(text))


def explain(
    document: Mapping[str, Any],
    *,
    hash_key: Buffer | None = None,
    hash_client_id: bool = False,
    hash_jwt_id: bool = False,
    show_grant: bool = False,
) -> Explanation:
    """Explains an answer: ranked causes, each with its evidence and a fix.

    Args:
        document: a `jurat.diagnosis.Document`: what was sent, what came back, and what is known. Every member but
            ``request`` and ``response`` may be absent or None; members that are not listed here do not count::

                {"request":  {"method": "POST", "endpoint": "https://as.example/token",
                              "content_type": "application/x-www-form-urlencoded", "headers": {},
                              "params": [["grant_type", "client_credentials"], ["client_assertion", "eyJ..."]]},
                 "response": {"status": 401, "headers": {"date": "..."}, "body": "..."},
                 "sent_at": 1795458513, "received_at": 1795458514,       # seconds of the device's clock
                 "clock": {"source": "ntp", "uncertainty_s": 1},
                 "issuer": "https://as.example",                         # from configuration
                 "token_endpoint": "https://as.example/token",           # from configuration
                 "metadata": {},                                         # RFC 8414
                 "metadata_fetched_at": 1795450000,
                 "registration": {"client_id": "device-7", "jwks": {}},  # RFC 7591
                 "jwks": {"source": "https://...", "fetched_at": 1795450000, "max_age": 3600, "keys": []},
                 "key": {},                                              # the public JWK of the key that signs
                 "profile": "keycloak", "seen_jti": []}

            Instead of ``params``, a request may have its ``body`` as it was sent. An assertion, or its signature, may
            be replaced by a placeholder such as ``<removed>``: what depends on it is then not decidable.
        hash_key: the key of the hashes in the record, 16 bytes or more: the same value has the same hash under the same
            key. If None, a random one.
        hash_client_id: hash the client id too.
        hash_jwt_id: hash ``jti`` too.
        show_grant: show ``iss`` and ``sub`` of a grant, which are hashed otherwise: they name people.

    Returns:
        No signature, key, token or whole assertion is in it. ``evidence`` is the record for a ticket, in which what is
        not known is ``"absent"``.

    Raises:
        InvalidArgumentError: a member is missing, of another type, or cannot be read; the message names it.

    >>> import jurat
    >>> found = jurat.explain({
    ...     "request": {"method": "POST", "endpoint": "https://as.example/token", "params": []},
    ...     "response": {"status": 429, "headers": {"retry-after": "5"}, "body": ""},
    ... })
    >>> found["causes"][0]["code"], found["next_step"]
    ('rate_limited', 'Wait as long as Retry-After says, then send a fresh assertion.')
    """
    text = _diagnosis(
        document,
        explain=True,
        hash_key=hash_key,
        hash_client_id=hash_client_id,
        hash_jwt_id=hash_jwt_id,
        show_grant=show_grant,
    )
    return cast("Explanation", json.loads(text))


def _diagnosis(
    document: object,
    *,
    explain: bool,
    hash_key: Buffer | None,
    hash_client_id: bool,
    hash_jwt_id: bool,
    show_grant: bool,
) -> str:
    """The JSON of `check` or `explain`, as the command prints it."""
    whole = _Members(document, "")
    request = whole.members("request", required=True)
    response = whole.members("response", required=explain)
    clock = whole.members("clock")
    jwks = whole.members("jwks")
    headers = request.pairs("headers")
    if (content_type := request.text("content_type")) is not None:
        headers.append(("content-type", content_type))
    params, body = request.pairs("params"), request.content("body")
    if params and body:
        raise _refusal("request.body", "either this or request.params")
    parts: dict[str, object] = {
        "method": request.text("method") or "",
        "endpoint": request.text("endpoint") or "",
        "request_headers": headers,
        "params": params,
        "body": body or None,
        "status": response.integer("status", 999, required=explain),
        "response_headers": response.pairs("headers", foreign=True),
        "response_body": response.content("body", foreign=True) or b"",
        "sent_at": whole.integer("sent_at"),
        "received_at": whole.integer("received_at"),
        "clock_source": clock.text("source"),
        "uncertainty": clock.integer("uncertainty_s", 2**32 - 1),
        "issuer": whole.text("issuer"),
        "token_endpoint": whole.text("token_endpoint"),
        "metadata": whole.json("metadata"),
        "metadata_fetched_at": whole.integer("metadata_fetched_at"),
        "registration": whole.json("registration"),
        "jwks": jwks.json_list("keys"),
        "jwks_source": jwks.text("source"),
        "jwks_fetched_at": jwks.integer("fetched_at"),
        "jwks_max_age": jwks.integer("max_age", 2**32 - 1),
        "key": whole.key("key"),
        "profile": whole.text("profile"),
        "seen": whole.texts("seen_jti"),
    }
    return _diagnose(
        parts,
        explain=explain,
        hash_key=_hash_key(hash_key),
        hash_client_id=hash_client_id,
        hash_jwt_id=hash_jwt_id,
        clear_grant=show_grant,
    )


def _hash_key(key: Buffer | None) -> bytes:
    if key is None:
        return secrets.token_bytes(_HASH_KEY_SIZE)
    try:
        # Of a number, `bytes` would make as many zeros.
        return bytes(memoryview(key))
    except TypeError:
        raise _refusal("hash_key", "bytes are required") from None


class _Members:
    """The members of an object in a document, each of the type that is wanted; null and absent are the same."""

    def __init__(self, members: object, name: str) -> None:
        if members is not None and not isinstance(members, Mapping):
            raise _refusal(name or "document", "an object is required")
        self._members = cast("Mapping[str, Any]", members or {})
        self._present = members is not None
        self._name = name

    def _path(self, name: str) -> str:
        return f"{self._name}.{name}" if self._name else name

    def _get(self, name: str, kinds: tuple[type, ...], text: str) -> Any:
        value = self._members.get(name)
        if value is None:
            return None
        # In Python, True is an integer.
        if not isinstance(value, kinds) or isinstance(value, bool):
            raise _refusal(self._path(name), f"{text} required")
        return value

    def members(self, name: str, *, required: bool = False) -> _Members:
        value = self._members.get(name)
        if value is None and required:
            raise _refusal(self._path(name), "an object is required")
        return _Members(value, self._path(name))

    def text(self, name: str) -> str | None:
        value = self._get(name, (str,), "text is")
        return None if value is None else self._clean(name, value)

    def content(self, name: str, *, foreign: bool = False) -> bytes | None:
        """Text, or bytes as an HTTP client has them."""
        value = self._get(name, (str, bytes, bytearray), "text is")
        if isinstance(value, str):
            return self._clean(name, value, foreign=foreign).encode()
        return None if value is None else bytes(value)

    def integer(self, name: str, most: int = 2**64 - 1, *, required: bool = False) -> int | None:
        value = self._get(name, (int, float), "a number is")
        if value is None and required:
            raise _refusal(self._path(name), "a number is required")
        # NaN is in no range. A fraction, as of a clock with milliseconds, is cut off.
        if value is not None and not 0 <= value <= most:
            raise _refusal(self._path(name), f"a number from 0 to {most} is required")
        return None if value is None else int(value)

    def pairs(self, name: str, *, foreign: bool = False) -> list[tuple[str, str]]:
        text = "pairs of texts, or an object of texts, are"
        value = self._get(name, (Mapping, list, tuple), text)
        checked: list[tuple[str, str]] = []
        pairs: Iterable[Any] = cast("Mapping[str, Any]", value).items() if isinstance(value, Mapping) else value or ()
        for pair in pairs:
            parts = cast("Sequence[Any]", pair) if isinstance(pair, list | tuple) else ()
            if len(parts) != 2 or not all(isinstance(part, str) for part in parts):
                raise _refusal(self._path(name), f"{text} required")
            first, second = (self._clean(name, part, foreign=foreign) for part in parts)
            checked.append((first, second))
        return checked

    def texts(self, name: str) -> list[str] | None:
        text = "a list of texts is"
        value = self._get(name, (list, tuple), text)
        if not all(isinstance(each, str) for each in value or ()):
            raise _refusal(self._path(name), f"{text} required")
        return None if value is None else [self._clean(name, each) for each in value]

    def json(self, name: str) -> bytes | None:
        """An object, written as JSON."""
        value = self._get(name, (Mapping,), "an object is")
        return None if value is None else self._written(name, dict(value))

    def json_list(self, name: str) -> bytes | None:
        value = self._get(name, (list, tuple), "a list is")
        if value is None and self._present:
            raise _refusal(self._path(name), "a list is required")
        return None if value is None else self._written(name, {name: value})

    def key(self, name: str) -> bytes | None:
        """A public JWK, in a set by itself. Nothing of a private half goes on."""
        value = self._get(name, (Mapping,), "a public JWK is")
        if value is None:
            return None
        public = {member: value.get(member) for member in ("kty", "crv", "x", "y")}
        return self._written(name, {"keys": [public]})

    def _written(self, name: str, value: object) -> bytes:
        """As most servers write it, so that its digest is most likely that of what came."""
        try:
            text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        except (TypeError, ValueError, RecursionError):
            raise _refusal(self._path(name), "not JSON") from None
        # Half of a surrogate pair, of which core says what it thinks.
        return text.encode(errors="backslashreplace")

    def _clean(self, name: str, text: str, *, foreign: bool = False) -> str:
        """A server may send anything: of what is foreign, that which is no character becomes a question mark."""
        try:
            return text.encode(errors="replace" if foreign else "strict").decode()
        except UnicodeEncodeError:
            raise _refusal(self._path(name), "not UTF-8") from None


def _inspected(assertion: str) -> str:
    """The JSON of `inspect`, as the command prints it."""
    if not isinstance(assertion, str):
        raise TypeError("assertion: text is required")
    try:
        assertion.encode()
    except UnicodeEncodeError:
        raise _refusal("assertion", "not UTF-8") from None
    return _inspect(assertion)


def _inspection(text: str) -> Inspection:
    return cast("Inspection", json.loads(text, parse_int=_number))


def _number(digits: str) -> int | float:
    """A claim may be any number; Python refuses to convert very long ones."""
    return int(digits) if len(digits) < 400 else float(digits)
