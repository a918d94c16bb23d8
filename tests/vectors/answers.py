"""Reads what servers answer: dates, waits, and the bodies of token endpoints."""

from __future__ import annotations

import calendar
import json
import re
from email.utils import parsedate_tz
from typing import Any

# In the order of their numbers, from 1 on.
CODES = (
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
    "invalid_target",
    "use_dpop_nonce",
    "server_error",
    "temporarily_unavailable",
)

DAY = 86_400


def http_date(text: str) -> int | None:
    """Seconds since 1970 of a date in one of the three forms; of texts that are close to one it takes too many."""
    parsed = parsedate_tz(text)
    return None if parsed is None else calendar.timegm((*parsed[:6], 0, 0, 0))


def retry_after(text: str, date: int | None) -> int | None:
    if re.fullmatch("[0-9]+", text):
        return min(int(text), DAY)
    until = http_date(text)
    return None if until is None or date is None else min(max(until - date, 0), DAY)


def shown(text: str) -> str:
    """A server's text, made fit to be shown."""
    text = "".join(" " if char < " " or char == "\x7f" else char if char <= "~" else "?" for char in text)
    text = re.sub(" +", " ", text).lstrip(" ")
    shown, after_bearer = "", False
    while text:
        found = re.match("[^ ]+" if after_bearer else "[A-Za-z0-9_-][A-Za-z0-9_.-]*|.", text)
        assert found
        word, text = found[0], text[found.end() :]
        secret = after_bearer or "eyJ" in word or re.search("[A-Za-z0-9_-]{40}", word)
        shown += "[removed]"[: len(word)] if secret else word
        after_bearer = word.lower() == "bearer" and text[:1] == " "
        if after_bearer:
            shown, text = f"{shown} ", text[1:]
    return shown[:512].rstrip(" ")


# ------------------------------------------------------------------------------------------------- JSON bodies


class Number(str):
    """A number as it was written."""


class Object(list[tuple[str, Any]]):
    """The members of an object in their order."""


NAMES = (
    *("access_token", "token_type", "expires_in", "scope", "error", "error_description", "error_uri"),
    *("errors", "code", "title", "detail", "message"),
)
DECODER = json.JSONDecoder(object_pairs_hook=Object, parse_int=Number, parse_float=Number)


def depth(value: Any) -> int:
    if isinstance(value, Object):
        return 1 + max((depth(member) for _, member in value), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth, value), default=0)
    return 0


def is_cut_off(text: str, error: json.JSONDecodeError) -> bool:
    unterminated = error.msg.startswith("Unterminated string")
    return text.lstrip()[:1] in ("{", "[") and (unterminated or not text[error.pos :].strip())


def some(value: Any) -> str | None:
    return None if value is None else shown(str(value))


class Answer:
    """What an answer is: its `kind`, and what is known of it."""

    def __init__(self, status: int, body: bytes, *, truncated: bool = False) -> None:
        self.status = status
        self.kind = "unusable"
        self.cause = "WRONG_TYPE"
        self.found: dict[str, Any] = {}
        if truncated:
            self.kind = "too_large"
        elif 300 <= status < 400:
            self.kind = "redirect"
        elif not body.strip():
            self.kind = "empty"
        else:
            self._read(body)

    def _read(self, body: bytes) -> None:
        try:
            text = body.decode()
            value = DECODER.decode(text)
        except UnicodeDecodeError:
            self.kind = "not_json"
            return
        except json.JSONDecodeError as error:
            self.kind = "truncated" if is_cut_off(text, error) else "not_json"
            return
        if depth(value) > 32:
            self.cause = "TOO_DEEP"
            return
        if not isinstance(value, Object):
            return
        names = [name for name, _ in value if name in NAMES]
        if len(names) != len(set(names)):
            self.cause = "REPEATED"
            return
        self.found = {name: member for name, member in value if member is not None}
        said, success = self.found.get("error"), 200 <= self.status < 300
        if isinstance(said, str) and not isinstance(said, Number):
            self.kind = "error"
        elif said is not None or (not success and "access_token" not in self.found):
            self.kind = "foreign"
        elif not success:
            self.cause = "CONFLICT"
        elif "access_token" in self.found:
            self._token()

    def _token(self) -> None:
        texts = {name: self.found.get(name) for name in ("access_token", "token_type", "scope")}
        given = [text for text in texts.values() if text is not None]
        if not all(isinstance(text, str) and not isinstance(text, Number) for text in given):
            return
        if texts["token_type"] is None:
            return
        if any(not " " <= char <= "~" for text in given for char in text):
            self.cause = "INVALID_CHARACTER"
        elif not texts["access_token"]:
            self.cause = "EMPTY"
        else:
            self.kind = "token"

    @property
    def code(self) -> str:
        return shown(self.found["error"])[:64] if self.kind == "error" else ""

    @property
    def expires_in(self) -> int | None:
        given = self.found.get("expires_in")
        if not isinstance(given, str) or not re.fullmatch(r"[0-9]+(\.0*)?", given):
            return None
        return min(int(given.partition(".")[0]), 2**32 - 1)

    def line(self) -> str:
        found = self.found
        if self.kind == "unusable":
            return f"unusable {self.cause}"
        parts: dict[str, Any] = {}
        if self.kind == "token":
            token_type = found["token_type"]
            parts = {
                "access_token": found["access_token"],
                "token_type": {"bearer": "Bearer", "dpop": "DPoP"}.get(token_type.lower(), token_type),
                "expires_in": self.expires_in,
                "scope": found.get("scope"),
            }
        elif self.kind == "error":
            number = CODES.index(self.code) + 1 if self.code in CODES else 0
            parts = {"code": number, "text": self.code}
            parts |= {"description": some(found.get("error_description")), "uri": some(found.get("error_uri"))}
        elif self.kind == "foreign":
            parts = self._foreign()
        else:
            return self.kind
        return f"{self.kind} " + ";".join(f"{n}={'-' if value is None else value}" for n, value in parts.items())

    def _foreign(self) -> dict[str, str | None]:
        found = {name: some(self.found.get(name)) for name in ("code", "title", "detail", "message")}
        inner = self.found.get("error", self.found.get("errors"))
        if isinstance(inner, list) and not isinstance(inner, Object):
            inner = inner[0] if inner else None
        if isinstance(inner, Object):
            found |= {name: some(value) for name, value in inner if name in found}
        said = (found[name] for name in ("detail", "message", "title"))
        return {"code": found["code"], "text": next((text for text in said if text is not None), None)}
