"""Says why a server refuses: from what was sent, what came back, and what is known locally.

What goes in and what comes out is what the commands ``jurat check`` and ``jurat explain`` read and print: JSON objects.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict, TypeVar, cast

from ._jurat import _diagnose, _inspect
from .errors import _refusal

__all__ = ["Cause", "CheckResult", "Checks", "Explanation", "Inspection", "check", "explain", "inspect"]

# As long as the hash itself (RFC 2104 section 3).
_HASH_KEY_SIZE = 32

# The functional form: `class` is a keyword.
Cause = TypedDict(
    "Cause",
    {"code": str, "class": Literal["proven", "stated", "consistent"], "evidence": list[str], "fix": str},
)
"""One cause: a stable code, how sure it is, what shows it, and what to do, in a sentence."""


class CheckResult(TypedDict, total=False):
    """What became of a check; `needs` says which evidence it lacks."""

    check: str
    status: Literal["passed", "failed", "not_decidable"]
    needs: str


class Explanation(TypedDict):
    """The causes, the likeliest first; those that cannot be told apart; what to do; and the evidence record."""

    causes: list[Cause]
    cannot_distinguish: list[str]
    next_step: str
    evidence: dict[str, Any]


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

    >>> import jurat
    >>> found = jurat.inspect("eyJhbGciOiJub25lIn0.eyJpc3MiOiJhIiwic3ViIjoiYSJ9.")
    >>> found["header"], found["causes"][0]["code"]
    ({'alg': 'none'}, 'algorithm_none')
    """
    return cast("Inspection", json.loads(_inspect(assertion), parse_int=_number))


def check(document: Mapping[str, Any], **privacy: Any) -> Checks:
    """Checks a request before it is sent, by what is known locally.

    Args:
        document: as for `explain`; a ``response`` in it does not count. ``sent_at`` is now.
        privacy: as for `explain`.

    Returns:
        The causes of a refusal to come, and each check as passed, failed or not decidable: never passed without the
        evidence for it.

    >>> import jurat
    >>> found = jurat.check({"request": {"method": "GET", "params": []}})
    >>> found["causes"][0]["code"], found["causes"][0]["class"]
    ('http_method_wrong', 'proven')
    """
    return cast("Checks", _run(document, explain=False, **privacy))


def explain(
    document: Mapping[str, Any],
    *,
    hash_key: bytes | None = None,
    hash_client_id: bool = False,
    hash_jwt_id: bool = False,
    show_grant: bool = False,
) -> Explanation:
    """Explains an answer: ranked causes, each with its evidence and a fix.

    Args:
        document: what was sent, what came back, and what is known. Every member but ``request`` and ``response`` may be
            absent or None::

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

            Instead of ``params``, a request may have its ``body`` as it was sent. An assertion, or its signature, may be
            replaced by a placeholder such as ``<removed>``: what depends on it is then not decidable.
        hash_key: the key of the hashes in the record, 16 bytes or more: the same value has the same hash under the same
            key. Without it, a random one.
        hash_client_id: hash the client id too.
        hash_jwt_id: hash ``jti`` too.
        show_grant: show ``iss`` and ``sub`` of a grant, which are hashed otherwise: they name people.

    Returns:
        No signature, key, token or whole assertion is in it. ``evidence`` is the record for a ticket, in which what is
        not known is ``"absent"``.

    Raises:
        InvalidArgumentError: a member is missing or of another type; the message names it.

    >>> import jurat
    >>> found = jurat.explain({
    ...     "request": {"method": "POST", "endpoint": "https://as.example/token", "params": []},
    ...     "response": {"status": 429, "headers": {"retry-after": "5"}, "body": ""},
    ... })
    >>> found["causes"][0]["code"], found["next_step"]
    ('rate_limited', 'Wait as long as Retry-After says, then send a fresh assertion.')
    """
    found = _run(
        document,
        explain=True,
        hash_key=hash_key,
        hash_client_id=hash_client_id,
        hash_jwt_id=hash_jwt_id,
        show_grant=show_grant,
    )
    return cast("Explanation", found)


def _run(
    document: Mapping[str, Any],
    *,
    explain: bool,
    hash_key: bytes | None = None,
    hash_client_id: bool = False,
    hash_jwt_id: bool = False,
    show_grant: bool = False,
) -> dict[str, Any]:
    whole = _Members(document, "")
    request = whole.object("request", required=True)
    response = whole.object("response", required=explain)
    clock = whole.object("clock")
    jwks = whole.object("jwks")
    headers = request.pairs("headers")
    if (content_type := request.text("content_type")) is not None:
        headers.append(("content-type", content_type))
    body = request.text("body")
    parts = {
        "method": request.text("method") or "",
        "endpoint": request.text("endpoint") or "",
        "request_headers": headers,
        "params": request.pairs("params"),
        "body": None if body is None else _utf8("request.body", body),
        "status": response.integer("status", 999) if response else None,
        "response_headers": response.pairs("headers"),
        # A server may send anything: what is no character is none.
        "response_body": (response.text("body") or "").encode("utf-8", "replace"),
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
    if explain and parts["status"] is None:
        raise _refusal("response.status", "a number is required")
    text = _diagnose(
        parts,
        explain=explain,
        hash_key=secrets.token_bytes(_HASH_KEY_SIZE) if hash_key is None else bytes(hash_key),
        hash_client_id=hash_client_id,
        hash_jwt_id=hash_jwt_id,
        clear_grant=show_grant,
    )
    return cast("dict[str, Any]", json.loads(text))


T = TypeVar("T")


class _Members:
    """The members of an object in a document, each of the type that is wanted; null and absent are the same."""

    def __init__(self, members: Mapping[str, Any] | None, name: str) -> None:
        if members is not None and not isinstance(members, Mapping):
            raise _refusal(name or "document", "an object is required")
        self._members = members or {}
        self._present = members is not None
        self._name = name

    def __bool__(self) -> bool:
        return self._present

    def _path(self, name: str) -> str:
        return f"{self._name}.{name}" if self._name else name

    def _get(self, name: str, kind: type[T], text: str) -> T | None:
        value = self._members.get(name)
        if value is None:
            return None
        # In Python, True is an integer.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise _refusal(self._path(name), f"{text} is required")
        return value

    def object(self, name: str, *, required: bool = False) -> _Members:
        value = self._members.get(name)
        if value is None and required:
            raise _refusal(self._path(name), "an object is required")
        return _Members(value, self._path(name))

    def text(self, name: str) -> str | None:
        return self._get(name, str, "text")

    def integer(self, name: str, most: int = 2**64 - 1) -> int | None:
        value = self._members.get(name)
        # What JSON has with a fraction of zero, or a clock with its milliseconds.
        number = int(value) if isinstance(value, float) and abs(value) <= most else self._get(name, int, "a number")
        if number is not None and not 0 <= number <= most:
            raise _refusal(self._path(name), f"a number from 0 to {most} is required")
        return number

    def pairs(self, name: str) -> list[tuple[str, str]]:
        value = self._members.get(name)
        pairs = list(value.items()) if isinstance(value, Mapping) else value
        if pairs is None:
            return []
        text = "pairs of texts, or an object of texts, are required"
        if not isinstance(pairs, Sequence) or isinstance(pairs, str):
            raise _refusal(self._path(name), text)
        for pair in pairs:
            if not isinstance(pair, Sequence) or len(pair) != 2 or not all(isinstance(part, str) for part in pair):
                raise _refusal(self._path(name), text)
            _utf8(self._path(name), "".join(pair))
        return [(name, value) for name, value in pairs]

    def texts(self, name: str) -> list[str] | None:
        value = self._get(name, list, "a list of texts")
        if value is not None and not all(isinstance(each, str) for each in value):
            raise _refusal(self._path(name), "a list of texts is required")
        return value

    def json(self, name: str) -> bytes | None:
        """An object, written as JSON; one that has no JSON is no evidence."""
        value = self._members.get(name)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise _refusal(self._path(name), "an object is required")
        return _written(self._path(name), dict(value))

    def json_list(self, name: str) -> bytes | None:
        value = self._get(name, list, "a list")
        if value is None and self._present:
            raise _refusal(self._path(name), "a list is required")
        return None if value is None else _written(self._path(name), {name: value})

    def key(self, name: str) -> bytes | None:
        """A public JWK, in a set by itself. Nothing of a private half goes on."""
        value = self._members.get(name)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise _refusal(self._path(name), "a public JWK is required")
        public = {member: value.get(member) for member in ("kty", "crv", "x", "y")}
        return _written(self._path(name), {"keys": [public]})


def _written(path: str, value: object) -> bytes:
    try:
        return _utf8(path, json.dumps(value, ensure_ascii=False, allow_nan=False))
    except (TypeError, ValueError, RecursionError):
        raise _refusal(path, "not JSON") from None


def _utf8(path: str, text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise _refusal(path, "not UTF-8") from None


def _number(digits: str) -> int | float:
    """A claim may be any number; Python refuses to convert very long ones."""
    return int(digits) if len(digits) < 400 else float("inf")
