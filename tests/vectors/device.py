"""A device that fetches a token, as its rules are told: a clock, and the exchange that uses it."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

from answers import Answer, http_date, retry_after

Json = dict[str, Any]

FIRST_MILLISECONDS = 10**11
SERVICE_LIFE = 20 * 36_525 * 864
DAY = 86_400
UNKNOWN = 2**32 - 1
OVERLOADED = (429, 502, 503, 504)


class Refusal(Exception):
    def __init__(self, cause: str, argument: str) -> None:
        super().__init__(cause, argument)
        self.cause, self.argument = cause, argument

    def __str__(self) -> str:
        return f"!{self.cause}/{self.argument}"


class Clock:
    def __init__(self, state: str, build_time: int, offset: int = 0, uncertainty: int = 0) -> None:
        self.made_as, self.build_time = state, build_time
        self.offset, self.uncertainty = offset, UNKNOWN if state == "unset" else uncertainty

    def _plausible(self, time: int) -> bool:
        return self.build_time <= time <= self.build_time + SERVICE_LIFE and time < FIRST_MILLISECONDS

    def state(self, device: int) -> str:
        right = device < FIRST_MILLISECONDS and self._plausible(device + self.offset)
        return self.made_as if right else "unset"

    def now(self, device: int) -> int:
        if device >= FIRST_MILLISECONDS:
            raise Refusal("MILLISECONDS", "clock")
        if self.state(device) == "unset":
            raise Refusal("CLOCK_UNSET", "clock")
        return device + self.offset

    def issued_at(self, device: int) -> int:
        return max(self.now(device) - min(self.uncertainty, 10), 0)

    def learn(self, date: int, sent: int, received: int, *, cached: bool) -> int:
        if max(sent, received) >= FIRST_MILLISECONDS:
            raise Refusal("MILLISECONDS", "clock")
        if not 0 <= received - sent <= 10:
            raise Refusal("ROUND_TRIP_TOO_LONG", "clock")
        if cached:
            raise Refusal("CACHED", "date")
        if date < self.build_time:
            raise Refusal("BEFORE_BUILD", "date")
        # The middle between two whole seconds counts as the earlier one, which makes the offset the larger one.
        offset = date - (sent + received) // 2
        bound = (received - sent + 1) // 2 + 1
        if not self._plausible(received + offset):
            raise Refusal("JUMP_TOO_FAR", "date")
        moved = offset - self.offset
        if self.state(received) != "unset":
            # The server's clock is read between sending and receipt, and so is this one if it is as right as it says.
            first, last = self.now(received) - (received - sent), self.now(received)
            if abs(moved) <= bound and first - self.uncertainty <= date <= last + self.uncertainty:
                self.uncertainty = min(self.uncertainty, bound + abs(moved))
                return 0
            if abs(moved) > DAY:
                raise Refusal("JUMP_TOO_FAR", "clock")
        self.offset, self.uncertainty, self.made_as = offset, bound, "estimated"
        return moved

    @property
    def shown_uncertainty(self) -> str:
        return "-" if self.uncertainty == UNKNOWN else str(self.uncertainty)

    def line(self, device: int, moved: int | None) -> str:
        """What it shows: how far it moved, offset, uncertainty, state, time, and `iat`."""
        parts = ["-" if moved is None else str(moved), str(self.offset), self.shown_uncertainty, self.state(device)]
        for ask in (self.now, self.issued_at):
            try:
                parts.append(str(ask(device)))
            except Refusal as refusal:
                parts.append(str(refusal))
        return " ".join(parts)


class Exchange:
    """Leads to a token. Its stage is `idle`, `time`, `sent`, `waiting`, `done` or `stopped`."""

    def __init__(self, clock: Clock, attempts: int = 2) -> None:
        self.clock, self.attempts = clock, attempts
        self.made = self.asked = self.until = 0
        self.corrected = False
        self.stage, self.cause = "idle", ""
        self.used: set[str] = set()

    def stop(self, cause: str) -> None:
        self.stage, self.cause = "stopped", cause

    def step(self, device: int) -> str:
        if self.stage in {"time", "sent"}:
            return "answer"
        if self.stage == "done":
            return "done"
        if self.stage == "stopped":
            return f"stop:{self.cause}"
        if self.stage == "waiting" and device < self.until:
            return f"wait:{self.until - device}"
        if self.clock.state(device) == "unset":
            return "learn_time" if self.asked < self.attempts else "stop:CLOCK_UNSET"
        return "send" if self.made < self.attempts else "stop:NO_ATTEMPTS_LEFT"

    def ask_time(self, device: int) -> None:
        if self.step(device) != "learn_time":
            raise Refusal("NO_ATTEMPTS_LEFT", "exchange")
        self.asked += 1
        self.stage = "time"

    def attempt(self, device: int, random: str) -> int:
        """Gives the `iat`."""
        issued_at = self.clock.issued_at(device)
        step = self.step(device).partition(":")[0]
        if step != "send":
            cause = {"wait": "TOO_EARLY", "answer": "ANSWER_AWAITED"}.get(step, "NO_ATTEMPTS_LEFT")
            raise Refusal(cause, "exchange")
        if random in self.used:
            raise Refusal("REPEATED", "jwt_id")
        self.used.add(random)
        self.made += 1
        self.stage = "sent"
        return issued_at

    def no_answer(self, device: int) -> str:
        if self.stage not in {"time", "sent"}:
            raise Refusal("NO_REQUEST", "exchange")
        self.stage = "idle"
        return self.step(device)

    def answer(self, event: Json) -> str:
        sent, received = event["sent_at"], event["received_at"]
        date = http_date(event["date"]) if "date" in event else None
        self.moved, renew = 0, None

        def learn() -> int:
            if date is None:
                raise Refusal("INVALID_DATE", "date")
            self.moved = self.clock.learn(date, sent, received, cached=not re.fullmatch("0+", event.get("age", "0")))
            return self.moved

        since = received + self.clock.offset if date is None and self.clock.state(received) != "unset" else date
        wait = retry_after(event["retry_after"], since) if "retry_after" in event else None
        until = received + (30 if wait is None else wait)
        if self.stage == "time":
            self.stage, self.until = ("waiting", until) if event["status"] in OVERLOADED else ("idle", 0)
            try:
                learn()
            except Refusal as refusal:
                if self.asked == self.attempts:
                    self.stop(refusal.cause)
        elif self.stage == "sent":
            answer = Answer(event["status"], event.get("body", "").encode(), truncated=event.get("truncated", False))
            if answer.kind == "token":
                self.stage = "done"
                if answer.expires_in is not None:
                    # An eighth before its end, a minute at most.
                    renew = sent + answer.expires_in - min(answer.expires_in // 8, 60)
            elif self._is_wait(answer):
                self.stage, self.until = "waiting", until
                if self.made == self.attempts:
                    self.stop("NO_ATTEMPTS_LEFT")
            else:
                self._refused(answer, learn)
        else:
            raise Refusal("NO_REQUEST", "exchange")
        return f"{self.step(received)},renew={'-' if renew is None else renew},moved={self.moved}"

    @staticmethod
    def _is_wait(answer: Answer) -> bool:
        if answer.code == "use_dpop_nonce":
            return False
        return answer.status in OVERLOADED or answer.code == "temporarily_unavailable"

    def _refused(self, answer: Answer, learn: Callable[[], int]) -> None:
        """Only who has read the assertion can have refused it for its time."""
        by_server = "SERVER_FAULT" if answer.status >= 500 else "REFUSED"
        late = {"unauthorized_client", "unsupported_grant_type", "invalid_scope", "invalid_target"}
        of_server = answer.status in {400, 401, 403} or answer.status >= 500
        if answer.code == "use_dpop_nonce":
            self.stop("DPOP_REQUIRED")
        elif answer.code in late:
            self.stop("REFUSED")
        elif answer.kind == "error" or (answer.kind == "foreign" and of_server):
            self.stop(by_server)
            if self.corrected:
                return
            try:
                if learn() != 0:
                    self.corrected, self.stage = True, "idle"
            except Refusal as refusal:
                if refusal.cause in {"JUMP_TOO_FAR", "BEFORE_BUILD"}:
                    self.stop(refusal.cause)
        elif answer.kind in {"redirect", "too_large"}:
            self.stop("REDIRECTED" if answer.kind == "redirect" else "RESPONSE_TOO_LARGE")
        elif answer.status >= 500:
            self.stop("SERVER_FAULT")
        else:
            self.stop("RESPONSE_TRUNCATED" if answer.kind in {"empty", "truncated"} else "NOT_OAUTH")


def trace(i: Json, body_end: Callable[[int, str], str]) -> str:
    """What each event of an exchange gives. `body_end` has the end of a request with this `iat` and random bytes."""
    exchange = Exchange(Clock(**i["clock"]), i.get("attempts", 2))
    results = []
    for event in i["events"]:
        do = event["do"]
        try:
            if do == "step":
                result = exchange.step(event["device"])
            elif do == "ask_time":
                exchange.ask_time(event["device"])
                result = "asked"
            elif do == "attempt":
                issued_at = exchange.attempt(event["device"], event["random"])
                result = f"iat={issued_at},end={body_end(issued_at, event['random'])}"
            elif do == "answer":
                result = exchange.answer(event)
            elif do == "no_answer":
                result = exchange.no_answer(event["device"])
            else:
                exchange = copy.deepcopy(exchange)
                result = "stored"
        except Refusal as refusal:
            result = str(refusal)
        results.append(result)
    clock = exchange.clock
    return ";".join([*results, f"offset={clock.offset},uncertainty={clock.shown_uncertainty}"])
