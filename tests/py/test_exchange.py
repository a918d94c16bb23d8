"""Clocks, dates, answers and the exchange that goes from one to the next."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import jwt
import pytest

import jurat

SCALAR = bytes(range(1, 33))
ISSUER = "https://as.example"
NOW = 1_795_459_454  # Mon, 23 Nov 2026 18:44:14 GMT
EPOCH_2000 = 946_684_800
ACCESS = "2YotnFZFEjr1zCsicMWpAA"
TOKEN = json.dumps({"access_token": ACCESS, "token_type": "bearer", "expires_in": 3600, "scope": "a b"})
REFUSED = '{"error":"invalid_client","error_description":"bad \\u0000 eyJhbGciOiJFUzI1NiJ9.e30.c2ln"}'
YEARS_20 = 631_152_000


def date(seconds: int) -> str:
    return formatdate(seconds, usegmt=True)


def request(**given: Any) -> jurat.TokenRequest:
    client = jurat.ClientAssertion(client_id="device-7", issuer=ISSUER, **given)
    return jurat.TokenRequest(client=client)


def claims(body: str, parameter: str = "client_assertion") -> dict[str, Any]:
    """By PyJWT."""
    assertion = dict(parse_qsl(body, strict_parsing=True))[parameter]
    payload = jwt.decode(assertion, options={"verify_signature": False})
    assert isinstance(payload, dict)
    return payload


def send(exchange: jurat.Exchange, device: int) -> dict[str, Any]:
    assert exchange.step(device).kind == "send"
    made = claims(exchange.sign(request(), SCALAR, device_time=device))
    assert exchange.step(device).kind == "answer"
    return made


def answer(exchange: jurat.Exchange, device: int, status: int, body: str | bytes = b"", **headers: str) -> jurat.Answer:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return exchange.answer(status=status, body=body, headers=fields, sent_at=device, received_at=device + 1)


# ------------------------------------------------------------------------------------------------ dates and faults


def test_dates() -> None:
    for text in ("Mon, 23 Nov 2026 18:44:14 GMT", "Monday, 23-Nov-26 18:44:14 GMT", "Mon Nov 23 18:44:14 2026"):
        assert jurat.http_date(text) == NOW
    assert jurat.http_date("Thu, 01 Jan 1970 00:00:00 GMT") == 0
    for text in ("", "Tue, 23 Nov 2026 18:44:14 GMT", "Mon, 23 Nov 2026 18:44:14 UTC", "1795459454"):
        with pytest.raises(jurat.InvalidArgumentError, match="^date: not a date of HTTP") as refused:
            jurat.http_date(text)
        assert refused.value.cause == "InvalidDate"
    with pytest.raises(jurat.InvalidArgumentError, match="^date: not UTF-8"):
        jurat.http_date("\ud800")


def test_retry_after() -> None:
    assert jurat.retry_after("0") == 0
    assert jurat.retry_after("86400") == jurat.retry_after("9" * 40) == 86_400
    assert jurat.retry_after(date(NOW + 60), date=NOW) == 60
    assert jurat.retry_after(date(NOW - 60), date=NOW) == 0
    for text in ("", "-1", "1.5", " 1", "soon", "\ud800", date(NOW)):
        assert jurat.retry_after(text) is None
    with pytest.raises(jurat.InvalidArgumentError, match="^date: looks like milliseconds"):
        jurat.retry_after("1", date=NOW * 1000)


@pytest.mark.parametrize(
    ("device", "kind"),
    [
        (NOW, "none"),
        (NOW + 29, "none"),
        (NOW + 30, "drift"),
        (NOW * 1000, "milliseconds"),
        (NOW * 10**6, "microseconds"),
        (NOW * 10**9, "nanoseconds"),
        (73, "unset"),
        (NOW - EPOCH_2000, "epoch_2000"),
        (NOW - 978_307_200, "epoch_2001"),
        (NOW + 2_208_988_800, "ntp"),
        (NOW - 315_964_800 + 18, "gps"),
        (NOW + 3600, "local_time"),
        (NOW + 10**8, "unexplained"),
    ],
)
def test_faults(device: int, kind: str) -> None:
    fault = jurat.time_fault(device, NOW)
    assert fault.kind == kind and fault.text
    assert repr(fault) == f"TimeFault({kind})"
    assert fault == jurat.time_fault(device, NOW)
    assert len({fault, jurat.time_fault(device, NOW), jurat.time_fault(NOW, NOW)}) == (1 if kind == "none" else 2)


def test_times_out_of_range() -> None:
    refusals: list[tuple[Callable[[], object], str]] = [
        (lambda: jurat.time_fault(-1, NOW), "clock"),
        (lambda: jurat.time_fault(NOW, -1), "time"),
        (lambda: jurat.Clock.trusted().now(-1), "clock"),
        (lambda: jurat.Clock.trusted().state(2**64), "clock"),
        (lambda: jurat.Clock.trusted(uncertainty=-1), "clock"),
        (lambda: jurat.Clock.estimated(offset=2**63, uncertainty=1), "clock"),
        (lambda: jurat.Clock.unset(build_time=-1), "build_time"),
    ]
    for refuse, argument in refusals:
        with pytest.raises(jurat.InvalidArgumentError) as refused:
            refuse()
        assert (refused.value.cause, refused.value.argument) == ("TimeOutOfRange", argument)
    with pytest.raises(jurat.InvalidArgumentError, match="^clock: looks like milliseconds"):
        jurat.Clock.trusted().now(NOW * 1000)


# ---------------------------------------------------------------------------------------------------------- clocks


def test_the_build_time() -> None:
    assert jurat.http_date("Sun, 01 Nov 2026 00:00:00 GMT") == jurat.BUILD_TIME
    trusted = jurat.Clock.trusted()
    assert [trusted.state(jurat.BUILD_TIME + off) for off in (-1, 0, YEARS_20, YEARS_20 + 1)] == [
        "unset",
        "trusted",
        "trusted",
        "unset",
    ]
    assert jurat.Clock.trusted(build_time=10).state(10) == "trusted"
    assert jurat.Clock.trusted(build_time=10).state(9) == "unset"


def test_a_trusted_clock() -> None:
    clock = jurat.Clock.trusted()
    assert (clock.offset, clock.uncertainty, clock.now(NOW), clock.issued_at(NOW)) == (0, 1, NOW, NOW - 1)
    assert jurat.Clock.trusted(uncertainty=500).issued_at(NOW) == NOW - 10
    assert (
        clock == jurat.Clock.trusted(uncertainty=1, build_time=jurat.BUILD_TIME) != jurat.Clock.trusted(uncertainty=2)
    )
    assert hash(clock) == hash(jurat.Clock.trusted())
    assert repr(clock) == "Clock(offset=0, uncertainty=1)"
    for refuse in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            refuse(clock)


def test_an_unset_clock_learns() -> None:
    unset = jurat.Clock.unset()
    assert (unset.offset, unset.uncertainty, unset.state(NOW), repr(unset)) == (0, None, "unset", "Clock(unset)")
    for ask in (unset.now, unset.issued_at):
        with pytest.raises(jurat.ClockError, match="^clock: the clock is not set") as refused:
            ask(73)
        assert refused.value.cause == "ClockUnset" and not isinstance(refused.value, ValueError)
    learned = unset.learn(date=NOW, sent_at=73, received_at=74)
    assert unset.state(74) == "unset"  # a value: the old one stays
    assert (learned.state(74), learned.offset, learned.uncertainty) == ("estimated", NOW + 1 - 74, 2)
    again = jurat.Clock.estimated(offset=learned.offset, uncertainty=2)
    assert again == learned
    assert learned.learn(date=NOW + 100, sent_at=173, received_at=174) == learned


@pytest.mark.parametrize(
    ("change", "cause", "argument"),
    [
        ({"cached": True}, "Cached", "date"),
        ({"received_at": NOW + 11}, "RoundTripTooLong", "clock"),
        ({"received_at": NOW - 1}, "RoundTripTooLong", "clock"),
        ({"date": jurat.BUILD_TIME - 1}, "BeforeBuild", "date"),
        ({"date": NOW + 86_500}, "JumpTooFar", "clock"),
        ({"date": jurat.BUILD_TIME + YEARS_20 + 1}, "JumpTooFar", "date"),
    ],
)
def test_what_no_clock_learns_from(change: dict[str, Any], cause: str, argument: str) -> None:
    sample: dict[str, Any] = {"date": NOW, "sent_at": NOW, "received_at": NOW + 10}
    jurat.Clock.trusted().learn(**sample)
    with pytest.raises(jurat.ClockError) as refused:
        jurat.Clock.trusted().learn(**sample | change)
    assert (refused.value.cause, refused.value.argument) == (cause, argument)


# --------------------------------------------------------------------------------------------------------- answers


def test_a_token() -> None:
    for body in (TOKEN, TOKEN.encode(), bytearray(TOKEN.encode())):
        token = jurat.read_response(200, body, {"Content-Type": "application/json"})
        assert isinstance(token, jurat.Token)
        for _ in range(2):
            assert (token.kind, token.access_token, token.token_type) == ("token", ACCESS, "Bearer")
            assert (token.expires_in, token.scope) == (3600, "a b")
        assert token.missing_scope("a c  d b") == ["c", "d"]
    bare = jurat.read_response(200, '{"access_token":"t","token_type":"dPoP"}')
    assert isinstance(bare, jurat.Token)
    assert (bare.token_type, bare.expires_in, bare.scope, bare.missing_scope("a")) == ("DPoP", None, None, [])
    other = jurat.read_response(200, '{"access_token":"t\\u0041","token_type":"mac"}')
    assert isinstance(other, jurat.Token)
    assert (other.access_token, other.token_type) == ("tA", "mac")


def test_nothing_shows_the_token() -> None:
    exchange = jurat.Exchange()
    send(exchange, NOW)
    done = answer(exchange, NOW, 200, TOKEN)
    token = done.response
    shown = [repr(token), str(token), repr(done), repr(exchange), repr(exchange.to_bytes()), repr(done.step)]
    for refuse in (pickle.dumps, copy.deepcopy, json.dumps):
        with pytest.raises(TypeError) as refused:
            refuse(token)
        shown.append(str(refused.value))
    assert not any(ACCESS in text for text in shown)
    assert shown[:3] == ["Token(..)", "Token(..)", "Answer(Token(..), Step(done))"]


def test_an_error() -> None:
    error = jurat.read_response(400, REFUSED)
    assert isinstance(error, jurat.OauthError)
    assert (error.kind, error.status, error.code, error.uri) == ("error", 400, "invalid_client", None)
    assert error.description == "bad [removed]"
    assert repr(error) == "OauthError(400, invalid_client)"
    with_uri = jurat.read_response(200, '{"error":"x","error_uri":"https://as.example/e"}')
    assert isinstance(with_uri, jurat.OauthError)
    assert (with_uri.code, with_uri.uri) == ("x", "https://as.example/e")


def test_a_foreign_error() -> None:
    error = jurat.read_response(500, '{"code":7,"title":"no","detail":"because"}')
    assert isinstance(error, jurat.ForeignError)
    assert (error.kind, error.status, error.code, error.title, error.detail) == ("foreign", 500, "7", "no", "because")
    bare = jurat.read_response(400, "{}")
    assert isinstance(bare, jurat.ForeignError)
    assert (bare.code, bare.title, bare.detail, repr(bare)) == (None, None, None, "ForeignError(400)")


@pytest.mark.parametrize(
    ("status", "body", "kind", "cause"),
    [
        (200, "<html>", "not_json", None),
        (200, b"\xff\xfe", "not_json", None),
        (401, " ", "empty", None),
        (200, '{"access_token":"t', "truncated", None),
        (302, TOKEN, "redirect", None),
        (200, "{}", "unusable", "WrongType"),
        (400, TOKEN, "unusable", "Conflict"),
        (200, '{"access_token":"","token_type":"bearer"}', "unusable", "Empty"),
        (200, '{"access_token":"a","access_token":"b","token_type":"bearer"}', "unusable", "Repeated"),
        (200, "[" * 40 + "]" * 40, "unusable", "TooDeep"),
    ],
)
def test_an_answer_that_says_nothing(status: int, body: str | bytes, kind: str, cause: str | None) -> None:
    response = jurat.read_response(status, body)
    assert isinstance(response, jurat.Unusable)
    assert (response.kind, response.status, response.cause) == (kind, status, cause)
    assert repr(response) == f"Unusable({status}, {kind})"


def test_an_answer_larger_than_what_was_read() -> None:
    assert jurat.read_response(200, TOKEN, truncated=True).kind == "too_large"


def test_headers_that_are_no_text() -> None:
    headers = {"\udcff": "a", "X-\udcff": "\udcff", "Retry-After": "5"}
    answer = jurat.read_response(400, b'{"error":"invalid_scope"}', headers)
    assert answer.kind == "error"


def test_what_is_no_answer() -> None:
    for status in (-1, 2**16, 2**70):
        with pytest.raises(jurat.InvalidArgumentError, match="^status: ") as refused:
            jurat.read_response(status, b"")
        assert refused.value.argument == "status"
    no_pairs: list[Any] = [7, "Date: x", ["Date: x"], [("Date",)], [["Date", "x"]], [(b"Date", "x")], {7: "x"}]
    for name, wrong in [
        ("status", "200"),
        ("body", 7),
        ("body", {"access_token": "x"}),
        ("headers", {"Date": b"x"}),
        ("headers", {"Date": ["x"]}),
        *(("headers", value) for value in no_pairs),
    ]:
        given: dict[str, Any] = {"status": 200, "body": b"", "headers": None, name: wrong}
        with pytest.raises(TypeError) as wrong_type:
            jurat.read_response(**given)
        # PyO3 says it in a note.
        said = [str(wrong_type.value), *getattr(wrong_type.value, "__notes__", [])]
        assert f"{name}: " in said[0] or said[1:] == [f"while processing '{name}'"]


# ------------------------------------------------------------------------------------------------------- exchanges


def test_a_token_at_once() -> None:
    exchange = jurat.Exchange()
    made = send(exchange, NOW)
    assert (made["iat"], made["exp"], made["aud"]) == (NOW - 1, NOW + 59, ISSUER)
    assert exchange.issued_at(NOW) == NOW - 1
    done = answer(exchange, NOW, 200, TOKEN, date=date(NOW))
    assert (done.step.kind, done.step.seconds, done.step.cause, done.step.text) == ("done", None, None, None)
    assert (done.renew_at, done.clock_moved, exchange.step(NOW).kind) == (NOW + 3540, 0, "done")
    with pytest.raises(jurat.ExchangeError, match="^exchange: no attempts are left"):
        exchange.sign(request(), SCALAR, device_time=NOW)


def test_the_systems_clock_unless_a_device_s_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: NOW + 0.9)
    exchange = jurat.Exchange()
    assert exchange.step().kind == "send"
    assert exchange.issued_at() == NOW - 1
    assert claims(exchange.sign(request(), SCALAR))["iat"] == NOW - 1
    assert exchange.no_answer().kind == "send"
    monkeypatch.setattr(time, "time", lambda: 73.0)
    assert exchange.step().kind == "learn_time"
    exchange.ask_time()
    assert exchange.step().kind == "answer"


def test_iat_is_the_exchanges_whatever_the_assertion_says() -> None:
    exchange = jurat.Exchange()
    grant = jurat.GrantAssertion(iss="i", sub="s", issuer=ISSUER, issued_at=5)
    client = jurat.ClientAssertion(client_id="d", issuer=ISSUER, issued_at=7)
    both = jurat.TokenRequest(client=client, grant=grant)
    body = exchange.sign(both, SCALAR, grant_key=bytes(31) + b"\7", device_time=NOW)
    assert claims(body)["iat"] == claims(body, "assertion")["iat"] == NOW - 1


def test_a_clock_that_is_an_hour_fast() -> None:
    exchange, device = jurat.Exchange(), NOW + 3600
    first = send(exchange, device)
    assert first["iat"] == device - 1
    again = answer(exchange, device, 401, REFUSED, date=date(NOW))
    assert (again.response.kind, again.step.kind) == ("error", "send")
    assert -3601 <= again.clock_moved == exchange.clock.offset <= -3599
    second = send(exchange, device + 2)
    assert NOW - 5 <= second["iat"] <= NOW + 2 and second["jti"] != first["jti"]
    stopped = answer(exchange, device + 2, 401, REFUSED, date=date(NOW + 2)).step
    assert (stopped.kind, stopped.cause, stopped.text) == ("stop", "Refused", "the server refused the request")
    assert repr(stopped) == "Step(stop, Refused)"


def test_a_clock_that_is_right_and_refused() -> None:
    exchange = jurat.Exchange()
    send(exchange, NOW)
    refused = answer(exchange, NOW, 401, REFUSED, date=date(NOW))
    assert (refused.step.kind, refused.step.cause, refused.clock_moved) == ("stop", "Refused", 0)


def test_a_clock_that_is_less_right_than_it_says() -> None:
    exchange = jurat.Exchange(clock=jurat.Clock.trusted(uncertainty=0))
    assert send(exchange, NOW + 1)["iat"] == NOW + 1
    later = answer(exchange, NOW + 1, 401, REFUSED, date=date(NOW))
    assert (later.step.kind, later.clock_moved, exchange.clock.uncertainty) == ("send", -1, 2)
    assert send(exchange, NOW + 2)["iat"] < NOW


def test_an_unset_clock() -> None:
    exchange = jurat.Exchange(clock=jurat.Clock.unset())
    assert exchange.step(73).kind == "learn_time"
    with pytest.raises(jurat.ClockError, match="^clock: "):
        exchange.sign(request(), SCALAR, device_time=73)
    exchange.ask_time(73)
    learned = answer(exchange, 73, 405, b"", Date=date(NOW))
    assert (learned.response.kind, learned.step.kind, learned.clock_moved) == ("empty", "send", NOW + 1 - 74)
    assert NOW - 5 <= send(exchange, 75)["iat"] <= NOW + 2
    assert answer(exchange, 75, 200, TOKEN).renew_at == 75 + 3540  # by the device's clock
    with pytest.raises(jurat.ExchangeError):
        exchange.ask_time(76)


def test_a_clock_that_counts_from_2000() -> None:
    device = NOW - EPOCH_2000
    exchange = jurat.Exchange(clock=jurat.Clock.trusted())
    assert exchange.step(device).kind == "learn_time"
    with pytest.raises(jurat.ClockError, match="^clock: the clock is not set"):
        exchange.issued_at(device)
    exchange.ask_time(device)
    assert answer(exchange, device, 200, b"", date=date(NOW)).step.kind == "send"
    assert abs(exchange.clock.offset - EPOCH_2000) <= 1
    assert NOW - 5 <= send(exchange, device + 1)["iat"] <= NOW + 2


def test_a_time_that_cannot_be_learned() -> None:
    exchange = jurat.Exchange(clock=jurat.Clock.unset(), attempts=1)
    exchange.ask_time(73)
    cached = answer(exchange, 73, 200, b"", date=date(NOW), age="7")
    assert (cached.step.kind, cached.step.cause) == ("stop", "Cached")
    late = jurat.Exchange()
    send(late, NOW + 90_000)
    jump = answer(late, NOW + 90_000, 401, REFUSED, date=date(NOW))
    assert (jump.step.kind, jump.step.cause, late.clock) == ("stop", "JumpTooFar", jurat.Clock.trusted())


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry_after": "120"}, 120),
        ({"retry_after": date(NOW + 121), "date": date(NOW + 1)}, 120),
        ({"retry_after": date(NOW + 121)}, 120),  # the clock is set
        ({"retry_after": "soon"}, 30),
        ({}, 30),
        ({"Retry-AFTER": " 5 "}, 5),
        ({"retry_after": "\ud800"}, 30),
    ],
)
def test_a_server_that_is_overloaded(headers: dict[str, str], wait: int) -> None:
    exchange = jurat.Exchange()
    send(exchange, NOW)
    later = answer(exchange, NOW, 429, "<html>busy", **headers)
    assert (later.response.kind, later.step.kind, later.step.seconds) == ("not_json", "wait", wait)
    assert repr(later.step) == f"Step(wait, {wait})"
    until = NOW + 1 + wait
    assert exchange.step(until - 1).seconds == 1
    early = request()
    with pytest.raises(jurat.ExchangeError) as refused:
        exchange.sign(early, SCALAR, device_time=until - 1)
    assert (refused.value.cause, refused.value.argument) == ("TooEarly", "exchange")
    exchange.sign(early, SCALAR, device_time=until)  # a refusal does not use the request up
    assert answer(exchange, until, 503).step.cause == "NoAttemptsLeft"


@pytest.mark.parametrize(
    ("status", "body", "headers", "cause"),
    [
        (400, '{"error":"use_dpop_nonce"}', {"dpop_nonce": "x"}, "DpopRequired"),
        (307, "", {"location": "https://evil.example/"}, "Redirected"),
        (200, "<html>", {}, "NotOauth"),
        (500, "<html>", {}, "ServerFault"),
        (200, "", {}, "ResponseTruncated"),
        (400, '{"error":"invalid_scope"}', {"date": date(NOW + 3600)}, "Refused"),
        (404, '{"detail":"Not Found"}', {"date": date(NOW + 3600)}, "NotOauth"),
    ],
)
def test_an_answer_that_ends_it(status: int, body: str, headers: dict[str, str], cause: str) -> None:
    exchange = jurat.Exchange()
    send(exchange, NOW)
    ended = answer(exchange, NOW, status, body, **headers)
    assert (ended.step.kind, ended.step.cause) == ("stop", cause)
    assert exchange.step(NOW + 10**6).cause == cause
    with pytest.raises(jurat.ExchangeError, match="^exchange: no attempts"):
        exchange.sign(request(), SCALAR, device_time=NOW + 10**6)


def test_an_answer_larger_than_its_buffer() -> None:
    exchange = jurat.Exchange()
    send(exchange, NOW)
    given: dict[str, Any] = {"status": 200, "body": TOKEN, "sent_at": NOW, "received_at": NOW, "truncated": True}
    large = exchange.answer(**given)
    assert (large.response.kind, large.step.cause) == ("too_large", "ResponseTooLarge")


def test_a_hint_at_another_audience_changes_nothing() -> None:
    server = jurat.Server(issuer=ISSUER, profile="okta", token_endpoint=f"{ISSUER}/token")
    exchange, audiences = jurat.Exchange(), []
    for _ in range(2):
        client = jurat.ClientAssertion(client_id="d", server=server)
        body = exchange.sign(jurat.TokenRequest(client=client), SCALAR, device_time=NOW + 3600)
        audiences.append(claims(body)["aud"])
        hint = {"error": "invalid_client", "error_description": "aud must be https://evil.example/token"}
        hint |= {"issuer": "https://evil.example", "token_endpoint": "https://evil.example/token", "aud": "evil"}
        answer(exchange, NOW + 3600, 401, json.dumps(hint), date=date(NOW), link="<https://evil.example>; rel=issuer")
    assert audiences == [f"{ISSUER}/token"] * 2


def test_a_jti_is_used_once() -> None:
    exchange = jurat.Exchange(attempts=3)
    exchange.sign(request(jwt_id="same"), SCALAR, device_time=NOW)
    exchange.no_answer(NOW)
    before = exchange.to_bytes()
    with pytest.raises(jurat.InvalidArgumentError) as refused:
        exchange.sign(request(jwt_id="same"), SCALAR, device_time=NOW)
    assert (refused.value.cause, refused.value.argument) == ("Repeated", "jwt_id")
    assert exchange.to_bytes() == before
    exchange.sign(request(jwt_id="other"), SCALAR, device_time=NOW)


def test_a_failing_signer_leaves_the_exchange_as_it_was() -> None:
    class BusError(Exception):
        pass

    def broken(_: jurat.ToBeSigned) -> bytes:
        assert exchange.to_bytes() == before  # nothing is counted, and nothing is locked
        raise BusError("no answer")

    exchange = jurat.Exchange(attempts=1)
    before = exchange.to_bytes()
    used = request(jwt_id="same")
    with pytest.raises(BusError, match="no answer"):
        exchange.sign(used, broken, device_time=NOW)
    with pytest.raises(jurat.SignatureError):
        exchange.sign(request(), lambda _: bytes(64), device_time=NOW)
    assert exchange.to_bytes() == before
    with pytest.raises(jurat.SignatureError, match="signed already"):
        exchange.sign(used, SCALAR, device_time=NOW)
    exchange.sign(request(jwt_id="same"), SCALAR, device_time=NOW)
    assert exchange.to_bytes() != before


def test_the_attempts_are_counted() -> None:
    for attempts in (1, 4):
        exchange = jurat.Exchange(attempts=attempts)
        for _ in range(attempts):
            send(exchange, NOW)
            exchange.no_answer(NOW)
        step = exchange.step(NOW)
        assert (step.kind, step.cause) == ("stop", "NoAttemptsLeft")
    for wrong in (0, 5, -1, 256, 2**70):
        with pytest.raises(jurat.InvalidArgumentError) as refused:
            jurat.Exchange(attempts=wrong)
        assert (refused.value.cause, refused.value.argument) == ("NoAttemptsLeft", "attempts")


def test_nothing_is_awaited() -> None:
    exchange = jurat.Exchange()
    for refuse in (lambda: answer(exchange, NOW, 200, TOKEN), lambda: exchange.no_answer(NOW)):
        with pytest.raises(jurat.ExchangeError) as refused:
            refuse()
        assert (refused.value.cause, refused.value.argument) == ("NoRequest", "exchange")
        again = pickle.loads(pickle.dumps(refused.value))
        assert (type(again), str(again)) == (jurat.ExchangeError, str(refused.value))
    send(exchange, NOW)
    with pytest.raises(jurat.ExchangeError) as refused:
        exchange.sign(request(), SCALAR, device_time=NOW)
    assert (refused.value.cause, refused.value.argument) == ("AnswerAwaited", "exchange")


def test_an_exchange_that_is_put_away() -> None:
    exchange = jurat.Exchange(attempts=3)
    send(exchange, NOW)
    answer(exchange, NOW, 503, retry_after="60")
    data = exchange.to_bytes()
    again = jurat.Exchange.from_bytes(bytearray(data))
    assert again.to_bytes() == data
    assert again.step(NOW + 31).seconds == 30
    assert again.clock == exchange.clock
    send(again, NOW + 61)
    assert exchange.step(NOW + 61).kind == "send"  # two exchanges
    with pytest.raises(jurat.InvalidArgumentError, match="^exchange: wrong number of bytes"):
        jurat.Exchange.from_bytes(data[:-1])
    with pytest.raises(jurat.InvalidArgumentError) as refused:
        jurat.Exchange.from_bytes(b"\xff" * len(data))
    assert (refused.value.cause, refused.value.argument) == ("UnknownStruct", "exchange")
    for refuse in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            refuse(exchange)


def test_one_exchange_in_many_threads() -> None:
    """Of many that sign at the same time, one counts: the others have nothing to send."""
    for _ in range(20):
        exchange, threads = jurat.Exchange(), 8
        barrier = threading.Barrier(threads)

        def signer(what: jurat.ToBeSigned, barrier: threading.Barrier = barrier) -> bytes:
            barrier.wait(30)  # all of them are past the check
            return jurat.SigningKey(SCALAR).sign_hash(what.hash)

        def attempt(_: int, exchange: jurat.Exchange = exchange, signer: Any = signer) -> str:
            try:
                return exchange.sign(request(), signer, device_time=NOW)
            except jurat.ExchangeError as error:
                return error.cause

        with ThreadPoolExecutor(threads) as pool:
            results = sorted(pool.map(attempt, range(threads)))
        assert results[:-1] == ["AnswerAwaited"] * (threads - 1)
        assert claims(results[-1])["iat"] == NOW - 1
        assert answer(exchange, NOW, 200, TOKEN).step.kind == "done"


def test_an_answer_counts_once_among_threads() -> None:
    exchange = jurat.Exchange()
    send(exchange, NOW)

    def feed(_: int) -> str:
        try:
            return answer(exchange, NOW, 200, TOKEN).step.kind
        except jurat.ExchangeError as error:
            return error.cause

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(feed, range(64))) == ["NoRequest"] * 63 + ["done"]


def test_a_request_for_the_time() -> None:
    text = jurat.time_request("https://as.example:8443/token?x=1")
    assert text == "HEAD /token?x=1 HTTP/1.1\r\nHost: as.example:8443\r\nConnection: close\r\n\r\n"
    assert jurat.time_request("http://localhost:1", insecure_http=True).startswith(
        "HEAD / HTTP/1.1\r\nHost: localhost:1"
    )
    for url in ("http://as.example/token", "https://user@as.example/token", ""):
        with pytest.raises(jurat.InvalidArgumentError, match="^endpoint: "):
            jurat.time_request(url)


# --------------------------------------------------------------------------------------------------- token sources


class Script:
    """Sends nothing: it gives these answers, the last one for ever, and keeps the requests."""

    def __init__(self, *answers: jurat.HttpResponse) -> None:
        self.answers = list(answers)
        self.sent: list[jurat.HttpRequest] = []

    def __call__(self, request: jurat.HttpRequest) -> jurat.HttpResponse:
        self.sent.append(request)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


GIVEN = jurat.HttpResponse(200, {}, TOKEN.encode())


def tokens(endpoint: str | None = f"{ISSUER}/token", **options: Any) -> jurat.TokenSource:
    server = jurat.Server(issuer=ISSUER, token_endpoint=endpoint)
    return jurat.TokenSource(jurat.SigningKey(SCALAR), client_id="device-7", server=server, **options)


@pytest.mark.parametrize("kind", [dict, list, iter])
def test_parameters_are_in_every_attempt(kind: Callable[[Any], Any]) -> None:
    source, sent = tokens(parameters=kind([("audience", "api")])), Script(GIVEN)
    for _ in range(2):
        source.token(sent)
        source.invalidate()
    assert [dict(parse_qsl(each.body or ""))["audience"] for each in sent.sent] == ["api", "api"]


@pytest.mark.parametrize("status", [200, 401, 404, 415, 503])
def test_a_time_that_is_not_learned_says_nothing_of_an_assertion(status: int) -> None:
    source, sent = tokens(clock=jurat.Clock.unset(), max_wait=0), Script(jurat.HttpResponse(status, {}, b""))
    with pytest.raises(jurat.TokenError, match="^the time could not be learned: [a-zA-Z0-9 ]+$") as refused:
        source.token(sent)
    assert {each.method for each in sent.sent} == {"HEAD"}
    assert refused.value.diagnosis is None
    assert refused.value.response is not None and refused.value.response.kind == "empty"


def test_a_wait_that_is_too_long_keeps_the_answer() -> None:
    source, sent = tokens(), Script(jurat.HttpResponse(429, {"Retry-After": "100"}, b'{"error":"slow_down"}'))
    with pytest.raises(jurat.TokenError, match="^the server asks to wait for 100 seconds: slow_down; ") as refused:
        source.token(sent)
    assert (refused.value.cause, refused.value.retry_after) == ("TooEarly", 100)
    assert isinstance(refused.value.response, jurat.OauthError)
    assert refused.value.diagnosis is not None
    with pytest.raises(jurat.TokenError, match="^the server asked to wait$") as early:
        source.token(sent)
    assert (early.value.cause, early.value.response, len(sent.sent)) == ("TooEarly", None, 1)
    again = pickle.loads(pickle.dumps(refused.value))
    assert (type(again), str(again), again.retry_after) == (jurat.TokenError, str(refused.value), 100)
    assert (again.diagnosis, again.response) == (refused.value.diagnosis, None)


METADATA = json.dumps({"issuer": ISSUER, "token_endpoint": f"{ISSUER}/token"})


@pytest.mark.parametrize("page", [b"<!doctype html><html></html>", b"", b"[]", b'"text"', b"\xff"])
def test_a_page_in_the_place_of_metadata_is_none(page: bytes) -> None:
    none = jurat.HttpResponse(200, {}, page)
    sent = Script(none, jurat.HttpResponse(200, {}, f"\n {METADATA}".encode()), GIVEN)
    assert tokens(None).token(sent).access_token == ACCESS
    assert [each.url for each in sent.sent] == [*jurat.well_known_urls(ISSUER), f"{ISSUER}/token"]
    with pytest.raises(jurat.TokenError, match="openid-configuration: no JSON object"):
        tokens(None).token(Script(none))


def test_metadata_of_another_issuer_ends_the_search() -> None:
    other = jurat.HttpResponse(200, {}, METADATA.replace("as.example", "other.example").encode())
    sent = Script(other, jurat.HttpResponse(200, {}, METADATA.encode()), GIVEN)
    with pytest.raises(jurat.MetadataError) as refused:
        tokens(None).token(sent)
    assert (refused.value.cause, len(sent.sent)) == ("OtherIssuer", 1)


def test_a_number_in_metadata_that_python_does_not_read() -> None:
    """Core skips it, and a refusal is still a `TokenError`."""
    metadata = METADATA.replace("{", '{"x": ' + "1" * 5000 + ", ", 1)
    sent = Script(jurat.HttpResponse(200, {}, metadata.encode()), jurat.HttpResponse(401, {}, REFUSED.encode()))
    with pytest.raises(jurat.TokenError) as refused:
        tokens(None).token(sent)
    assert (refused.value.cause, refused.value.diagnosis) == ("Refused", None)


# ----------------------------------------------------------------------------------------------------- the example

DEVICE = Path(__file__).resolve().parents[2] / "py" / "examples" / "token_exchange.py"


def device(key: Path, endpoint: str) -> subprocess.CompletedProcess[str]:
    options = ["--key", key, "--client-id", "device-7", "--issuer", ISSUER, "--token-endpoint", endpoint]
    command = [sys.executable, "-W", "always", str(DEVICE), *map(str, options)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def answering() -> Iterator[tuple[int, list[str]]]:
    """The port of a server that gives a token and keeps the connection, and the methods that it was asked by."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked.append(self.command)
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", str(len(TOKEN)))
            self.end_headers()
            self.wfile.write(TOKEN.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield http.server_port, asked
        http.shutdown()
        thread.join()


def test_the_example_leaves_no_connection(answering: tuple[int, list[str]], tmp_path: Path) -> None:
    port, asked = answering
    jurat.SigningKey.generate().save(tmp_path / "key.pem")
    done = device(tmp_path / "key.pem", f"http://127.0.0.1:{port}/token")
    assert (done.returncode, done.stderr, asked) == (0, "", ["POST"])


def test_the_example_sends_nothing_in_the_clear_to_https(answering: tuple[int, list[str]], tmp_path: Path) -> None:
    port, asked = answering
    jurat.SigningKey.generate().save(tmp_path / "key.pem")
    done = device(tmp_path / "key.pem", f"https://127.0.0.1:{port}/token")
    assert (done.returncode, done.stderr) == (2, "error: only http here: a device brings its own TLS\n")
    assert asked == []


def test_the_example_says_what_failed(tmp_path: Path) -> None:
    missing = device(tmp_path / "no.pem", "http://127.0.0.1:1/token")
    assert missing.returncode == 2 and missing.stderr.startswith("error: [Errno 2] ")
    (tmp_path / "no.pem").write_text("x")
    damaged = device(tmp_path / "no.pem", "http://127.0.0.1:1/token")
    assert damaged.returncode == 2 and damaged.stderr.startswith("error: key: ")
