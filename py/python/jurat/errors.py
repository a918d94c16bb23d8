"""The exceptions of jurat.

Each carries the cause and the argument that Rust and C report too; none carries a value that was passed in.
"""

from __future__ import annotations

# Without importing `typing`, see `jurat`.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._types import TokenResponse
    from .diagnosis import Explanation

__all__ = [
    "ClockError",
    "Error",
    "ExchangeError",
    "InvalidArgumentError",
    "InvalidKeyError",
    "MetadataError",
    "PolicyError",
    "SignatureError",
    "TokenError",
]


class Error(Exception):
    """The base of all exceptions of jurat.

    Attributes:
        cause: why, such as ``"Milliseconds"``: the name of the cause in Rust; empty for what only Python refuses.
        argument: the argument it speaks of, such as ``"issued_at"``; empty if none.
        status: the number that the C API returns, ``-(256 * cause + argument)``; 0 without a cause.
    """

    cause: str
    argument: str
    status: int

    def __init__(self, message: str, *, cause: str = "", argument: str = "", status: int = 0) -> None:
        super().__init__(message)
        self.cause = cause
        self.argument = argument
        self.status = status

    def _text(self) -> str:
        return str(self).removeprefix(f"{self.argument}: ") if self.argument else str(self)


class InvalidArgumentError(Error, ValueError):
    """An argument was refused: nothing was signed."""


class InvalidKeyError(Error, ValueError):
    """The private key is not one of P-256."""


class SignatureError(Error):
    """A signature is not one, is missing, or was made already: an assertion is signed once."""


class MetadataError(Error, ValueError):
    """The metadata is none, is of another issuer, or excludes what was wanted.

    Causes: ``OtherIssuer``, ``IssuerSlash``, ``IssuerCase``, ``IssuerPort``, ``IssuerScheme``, ``IssuerPath`` and
    ``IssuerEncoding`` say how the issuer that was found differs (RFC 8414 section 3.3); ``AlgorithmExcluded`` and
    ``MethodExcluded``, that ES256 or private_key_jwt is not in the server's list; ``InvalidJson``, ``TooDeep``,
    ``NotUtf8``, ``Repeated`` and ``WrongType``, that the document cannot be read.
    """


class PolicyError(Error, ValueError):
    """This server is not known to take it, or RFC 10070 excludes it.

    Causes: ``EndpointNotPinned`` and ``EndpointNotContacted``, where the audience is an endpoint; ``TypedAudience``;
    ``ServerAlgorithm``, ``ServerClientSecret``, ``ServerAudienceList``, ``ClaimsRefused`` and ``NoGrant``, which the
    server's profile says.
    """


class ClockError(Error):
    """The time is not known, or cannot be learned from this.

    Causes: ``ClockUnset``; ``RoundTripTooLong``, ``Cached``, ``BeforeBuild`` and ``JumpTooFar``, for what a server's
    answer says of the time.
    """


class ExchangeError(Error):
    """The exchange does not allow this now: `Exchange.step` says what it wants.

    Causes: ``NoAttemptsLeft``; ``TooEarly`` before a wait is over; ``NoRequest`` for an answer that is not awaited;
    ``AnswerAwaited`` for a request while one is awaited. With a step that says stop, nothing is raised: `Step.cause` is
    ``Refused``, ``DpopRequired``, ``NotOauth``, ``Redirected``, ``ServerFault``, ``ResponseTooLarge``,
    ``ResponseTruncated``, ``NoAttemptsLeft``, or the cause of a clock that could not be corrected.
    """


class TokenError(ExchangeError):
    """There is no token.

    Attributes:
        response: the last answer, such as an `OauthError`; None if there was none, or if nothing was sent because an
            earlier wait is not over.
        diagnosis: what `explain` says of it, from what is known here: without key, assertion or token, so that it is
            fit for a ticket. None without an answer to an assertion.
        retry_after: seconds that the server asked to wait, if that is why.
    """

    response: TokenResponse | None
    diagnosis: Explanation | None
    retry_after: int | None

    def __init__(
        self,
        message: str,
        *,
        cause: str = "",
        argument: str = "",
        status: int = 0,
        response: TokenResponse | None = None,
        diagnosis: Explanation | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message, cause=cause, argument=argument, status=status)
        self.response = response
        self.diagnosis = diagnosis
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[object, ...]:
        # An answer of a server may hold anything, and is not pickled.
        return (type(self), self.args, {**vars(self), "response": None})


def _from_status(status: int, cause: str, argument: str, text: str) -> Error:
    """Makes the exception for a status."""
    message = f"{argument}: {text}" if argument else text
    return _family(-status >> 8, cause, argument)(message, cause=cause, argument=argument, status=status)


def _family(number: int, cause: str, argument: str) -> type[Error]:
    """The causes come in tens; some are about an argument whose family comes first."""
    if cause == "ZeroKey" or (60 <= number < 80 and argument in {"key", "public_key"}):
        return InvalidKeyError
    if 80 <= number < 90 or argument == "metadata":
        return MetadataError
    if number < 50 or argument in {"attempts", "certificate"} or cause == "InvalidDate":
        return InvalidArgumentError
    if number >= 110 or argument == "exchange":
        return ExchangeError
    if number >= 100:
        return ClockError
    return PolicyError if number >= 90 else SignatureError


def _refusal(argument: str, text: str) -> InvalidArgumentError:
    """Makes the exception for what only Python refuses."""
    return InvalidArgumentError(f"{argument}: {text}", argument=argument)


def _unknown(argument: str, given: str, names: Sequence[str]) -> InvalidArgumentError:
    """Makes the exception for a name that is none of names."""
    import difflib

    close = difflib.get_close_matches(given, names)
    return _refusal(argument, f"unknown; {'close to it' if close else 'there'} are {', '.join(close or names)}")
