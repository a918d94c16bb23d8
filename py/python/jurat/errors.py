"""The exceptions of jurat.

Each carries the cause and the argument that Rust and C report too; none carries a value that was passed in.
"""

from __future__ import annotations

__all__ = ["Error", "InvalidArgumentError", "InvalidKeyError", "SignatureError"]


class Error(Exception):
    """The base of all exceptions of jurat.

    Attributes:
        cause: why, such as ``"Milliseconds"``: the name of the cause in Rust.
        argument: the argument it speaks of, such as ``"issued_at"``; empty if none.
        status: the number that the C API returns, ``-(256 * cause + argument)``.
    """

    cause: str
    argument: str
    status: int

    def __init__(self, message: str, *, cause: str = "", argument: str = "", status: int = 0) -> None:
        super().__init__(message)
        self.cause = cause
        self.argument = argument
        self.status = status

    def __reduce__(self) -> tuple[object, ...]:
        return (_from_status, (self.status, self.cause, self.argument, self._text()))

    def _text(self) -> str:
        return str(self).removeprefix(f"{self.argument}: ") if self.argument else str(self)


class InvalidArgumentError(Error, ValueError):
    """An argument was refused: nothing was signed."""


class InvalidKeyError(Error, ValueError):
    """The private key is not one of P-256."""


class SignatureError(Error):
    """A signature is not one, is missing, or was made already: an assertion is signed once."""


def _from_status(status: int, cause: str, argument: str, text: str) -> Error:
    """Makes the exception for a status: causes from 50 on speak of signatures and keys."""
    family: type[Error] = InvalidArgumentError
    number = -status >> 8
    if cause == "ZeroKey" or (number >= 60 and argument in {"key", "public_key"}):
        family = InvalidKeyError
    elif number >= 50:
        family = SignatureError if argument != "certificate" else InvalidArgumentError
    message = f"{argument}: {text}" if argument else text
    return family(message, cause=cause, argument=argument, status=status)
