"""`jurat.inspect`, `jurat.check` and `jurat.explain`: what causes they name, what they never show, and odd input.

The numbers are those of the list of cases that every diagnosis has to get right, 59 to 85.
"""

from __future__ import annotations

import base64
import copy
import doctest
import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import jurat
from jurat import diagnosis
from refusals import (
    ALICE,
    AUTHORIZATION,
    CLIENT_ID,
    CLIENT_SECRET,
    CODE,
    EVERY,
    FORM,
    HOUR,
    ISSUER,
    JWT_BEARER,
    KEY,
    NOW,
    OTHER,
    REGISTRATION,
    STS,
    TOKEN,
    UNREGISTERED,
    Json,
    answer,
    assertion,
    base64url,
    causes,
    client,
    client_params,
    clock,
    der,
    document,
    explain,
    facts,
    first,
    grant,
    grant_params,
    jws,
    leaks,
    metadata,
    of_grant,
    secrets_of,
    swapped,
)

CONFLICT = "what is known here says otherwise"
FAULTS = Path(__file__).resolve().parents[2] / "core" / "src" / "diagnosis" / "fault.rs"


def codes() -> list[str]:
    """All that there are, as core lists them."""
    listed = FAULTS.read_text().partition("\ncodes! {")[2].partition("\n}")[0]
    return re.findall(r'\w+: "(\w+)"', listed)


def check(sent: str, **members: Any) -> list[tuple[str, str]]:
    """The causes before anything is sent."""
    given = document(sent, **members)
    del given["response"]
    found = jurat.check(given)
    assert leaks(json.dumps(found), secrets_of(given)) == []
    return causes(found)


def registered_keys(*keys: Json) -> Json:
    return REGISTRATION | {"jwks": {"keys": list(keys)}}


# -------------------------------------------------------------------------------------------- what a server says


def test_59_keycloak_says_that_the_audience_is_wrong() -> None:
    said = answer("invalid_client", "Invalid token audience", status=400)
    found = explain(document(assertion(aud=TOKEN), said, profile="keycloak"))
    assert causes(found)[0] == ("audience_mismatch", "stated")
    assert "the server says: Invalid token audience" in facts(found, "audience_mismatch")


HYDRA_AUDIENCE = (
    "Client authentication failed (e.g., unknown client). Claim 'audience' from 'client_assertion' must match the "
    "authorization server's token endpoint 'https://evil.example/oauth2/token'."
)


def test_60_hydra_takes_its_token_endpoint_and_no_other() -> None:
    found = explain(document(assertion(), answer("invalid_client", HYDRA_AUDIENCE), profile="ory-hydra"))
    assert causes(found)[0] == ("audience_mismatch", "proven")
    # By the profile, and never by the answer, whatever URL is in it.
    assert f"aud is {ISSUER}, the token endpoint is {TOKEN}" in facts(found, "audience_mismatch")
    assert "from configuration and not from its answer" in found["causes"][0]["fix"]
    assert "evil" not in found["next_step"] + found["causes"][0]["fix"]


UNRECOGNIZABLE = answer("error", "The error is unrecognizable", status=500)


def test_61_hydra_fails_on_what_has_expired() -> None:
    late: Json = {"iat": NOW - 180, "exp": NOW - 120, "aud": TOKEN, "header": {"typ": None}}
    right = document(assertion(**late), UNRECOGNIZABLE, profile="ory-hydra")
    assert first(right) == ("expired", "proven")
    slow = document(assertion(**late), UNRECOGNIZABLE, profile="ory-hydra", **clock(NOW - 180))
    assert causes(explain(slow))[:2] == [("clock_skew", "proven"), ("expired", "proven")]


def test_62_hydra_may_fail_on_its_own() -> None:
    fresh = assertion(header={"typ": None}, aud=TOKEN)
    assert causes(explain(document(fresh, UNRECOGNIZABLE, profile="ory-hydra"))) == [("server_fault", "stated")]


@pytest.mark.parametrize("profile", ["duende", None])
def test_63_nothing_is_said_and_nothing_is_wrong_here(profile: str | None) -> None:
    given = document(assertion(), answer(status=400), profile=profile)
    found = explain(given)
    assert {kind for _, kind in causes(found)} == {"consistent"}
    # The key, the registration, the replay, the type.
    expected = {"key_not_propagated", "client_unknown", "jti_replayed", "type_header_refused"}
    assert set(found["cannot_distinguish"]) == expected == {code for code, _ in causes(found)}
    # With less evidence it is other guesses, and what would help.
    del given["registration"], given["key"]
    found = explain(given)
    assert len(found["cannot_distinguish"]) == 4 and "kid_unknown" in found["cannot_distinguish"]
    assert found["next_step"].startswith("Give the ")


def test_64_a_near_miss_comes_first() -> None:
    found = explain(document(assertion(aud=f"{ISSUER}/"), answer(status=400), profile="duende"))
    assert causes(found) == [("audience_near_miss", "proven")]
    assert "they differ by a final slash" in facts(found, "audience_near_miss")


def test_65_spring_may_look_at_typ_and_wants_a_client_id() -> None:
    found = explain(document(assertion(), answer(), profile="spring"))
    assert causes(found)[0] == ("type_header_refused", "consistent")
    assert "versions differ" in facts(found, "type_header_refused")
    assert "type_header_refused" in found["cannot_distinguish"]
    params = client_params(assertion(header={"typ": "JWT"}), client_id=None)
    found = explain(document(params, answer("invalid_request", status=400), profile="spring"))
    assert causes(found) == [("client_id_mismatch", "proven")]
    assert "client_id is absent, and this server requires it" in facts(found, "client_id_mismatch")


def test_66_keycloak_wants_iat() -> None:
    said = "Token expiration is too far in the future and iat claim not present in token"
    sent = assertion(iat=None, exp=NOW + 300)
    found = explain(document(sent, answer("invalid_client", said, status=400), profile="keycloak"))
    assert causes(found)[0] == ("iat_missing", "proven")
    assert found["next_step"].startswith("Set iat")


def test_67_okta_takes_one_way_of_authentication() -> None:
    said = answer("invalid_request", "Cannot supply multiple client credentials. Use one of the following: ...")
    given = document(assertion(header={"typ": "JWT"}, aud=TOKEN), said, profile="okta")
    # What it says alone, and with what was sent.
    assert first(given) == ("multiple_client_auth", "stated")
    given["request"]["headers"] = {"authorization": AUTHORIZATION}
    assert first(given) == ("multiple_client_auth", "proven")


def test_68_a_replay_that_was_none() -> None:
    sent = assertion(header={"typ": None}, aud=TOKEN, jti="1")
    given = document(sent, answer("jti_known", status=400), profile="ory-hydra")
    found = explain(given)
    assert causes(found) == [("jti_replayed", "stated")]
    assert "another device, or this one before a reset, made the same jti" in facts(found, "jti_replayed")
    assert "random source repeats after a reset" in found["next_step"]
    given["seen_jti"] = ["1"]
    found = explain(given)
    assert causes(found) == [("jti_replayed", "proven")] and "another device" not in facts(found, "jti_replayed")


@pytest.mark.parametrize(
    ("shows", "code", "fact"),
    [
        (lambda now: now + HOUR, "clock_skew", "as local time is: convert it to UTC"),
        (lambda now: now + 2_208_988_800, "time_unit", "counts from 1900-01-01, as NTP does"),
        (lambda now: now - 946_684_800, "time_unit", "counts from 2000-01-01"),
        (lambda now: now - 315_964_782, "time_unit", "as GPS does"),
        (lambda now: now * 1_000, "time_unit", "too large for seconds: milliseconds?"),
        (lambda now: 4_711, "clock_skew", "not set, or the time since power-on"),
        (lambda now: now - 400, "clock_skew", "as a clock that drifts is"),
    ],
)
def test_69_why_the_time_is_wrong(shows: Callable[[int], int], code: str, fact: str) -> None:
    time = shows(NOW)
    found = explain(document(assertion(iat=time, exp=time + 60), answer(), **clock(time)))
    assert causes(found)[0] == (code, "proven")
    assert fact in facts(found, code)


# ----------------------------------------------------------------------------------------- what is known locally


def short_r() -> str:
    """With an r that begins with a zero, which is left out."""
    while True:
        head, _, signature = assertion().rpartition(".")
        decoded = base64.urlsafe_b64decode(signature + "==")
        if decoded[0] == 0:
            return f"{head}.{base64url(decoded[1:])}"


def test_70_forms_of_signatures_show_before_anything_is_sent() -> None:
    in_der = assertion(reshape=der)
    assert check(in_der) == [("signature_der", "proven")]
    assert jurat.inspect(in_der)["signature"] == "der"
    assert check(assertion(reshape=swapped)) == [("signature_encoding", "proven")]
    assert check(short_r()) == [("signature_encoding", "proven")]
    assert check(assertion(reshape=lambda it: it[31::-1] + it[:31:-1])) == [("signature_encoding", "proven")]


def test_71_another_key_is_registered() -> None:
    sent = assertion(UNREGISTERED, header={"kid": KEY.kid})
    assert check(sent, key=UNREGISTERED.jwk) == [("key_mismatch", "proven")]
    # Without the device's own key, it might be another thing.
    found = explain(document(sent, key=None))
    assert {"key_mismatch", "signature_invalid"} <= set(found["cannot_distinguish"])
    assert found["next_step"].startswith("Give the public half of the key that signs")


def test_72_the_key_has_another_name() -> None:
    for sent in (assertion(header={"kid": "es256-9"}), assertion(header={"kid": OTHER.kid})):
        code = check(sent)[0]
        assert code == check(sent, key=None)[0]
        assert code in {("kid_unknown", "proven"), ("kid_mismatch", "proven")}


def test_73_the_key_is_not_published() -> None:
    for key in (UNREGISTERED.jwk, None):
        assert check(assertion(UNREGISTERED), key=key) == [("key_unknown", "proven")]
    lately = {"source": f"{ISSUER}/k.json", "fetched_at": NOW - 10, "max_age": HOUR, "keys": [KEY.named]}
    registration = {name: value for name, value in REGISTRATION.items() if name != "jwks"}
    found = explain(document(assertion(), registration=registration, jwks=lately, profile="oidc-provider"))
    assert ("key_not_propagated", "consistent") in causes(found)


# --------------------------------------------------------------------------------------------- what a code means


def test_74_the_grant_was_refused_and_not_the_client() -> None:
    params = client_params(assertion(), ("code", CODE), grant_type="authorization_code")
    found = explain(document(params, answer("invalid_grant", status=400)))
    assert causes(found) == [("grant_refused", "stated")]
    assert "after the client was authenticated" in facts(found, "grant_refused")
    # Even where something is wrong with the client assertion, it is not that.
    params = client_params(assertion(aud=f"{ISSUER}/"), ("code", CODE), grant_type="authorization_code")
    assert first(document(params, answer("invalid_grant", status=400))) == ("grant_refused", "stated")


def test_75_codes_that_come_after_authentication() -> None:
    for error, code in [
        ("invalid_scope", "scope_invalid"),
        ("unauthorized_client", "grant_type_unsupported"),
        ("invalid_target", "resource_invalid"),
    ]:
        found = explain(document(assertion(), answer(error, status=400)))
        assert causes(found) == [(code, "stated")]
        assert "after the client was authenticated" in facts(found, code)


def test_76_the_grant_type_is_no_assertion_type() -> None:
    params = client_params(assertion(), client_assertion_type=JWT_BEARER)
    found = explain(document(params, answer("invalid_request", status=400)))
    assert causes(found) == [("assertion_type_wrong", "proven"), ("purpose_confused", "proven")]


def test_77_json_is_no_form() -> None:
    given = document(assertion(), answer("invalid_request", status=400))
    given["request"]["content_type"] = "application/json"
    assert first(given) == ("content_type_wrong", "proven")
    body = json.dumps({"client_assertion": assertion()})
    given["request"] |= {"content_type": None, "params": [], "body": body}
    assert first(given) == ("content_type_wrong", "proven")


def test_78_numbers_of_entra_are_hints() -> None:
    # It takes no ES256: what it says is about other assertions than ours.
    sent = assertion(header={"typ": "JWT", "alg": "PS256", "kid": None, "x5t#S256": "x"}, aud=TOKEN)
    registration = {"client_id": CLIENT_ID, "token_endpoint_auth_method": "private_key_jwt"}

    def found(number: int) -> list[tuple[str, str]]:
        said = answer("invalid_client", f"AADSTS{number}: ... Trace ID: 7", error_codes=[number], trace_id="7")
        given = document(sent, said, profile="entra", registration=registration, key=None, token_endpoint=TOKEN)
        return causes(explain(given))

    for number, code in [
        (700027, "key_unknown"),
        (700024, "expired"),
        (50027, "assertion_malformed"),
        (700016, "client_unknown"),
        (700023, "scope_invalid"),
    ]:
        # Never more than stated: Microsoft says that they change.
        assert found(number)[0] == (code, "stated")
        assert "proven" not in {kind for _, kind in found(number)}
    assert not any(code.startswith("audience") for code, _ in found(700023))


def test_79_what_maskinporten_and_google_say() -> None:
    def asked(description: str, profile: str, **claims: Any) -> list[tuple[str, str]]:
        said = answer("invalid_grant", description, status=400)
        return causes(explain(document(grant_params(grant(**claims)), said, profile=profile)))

    assert asked("MP-110: Invalid assertion. Invalid JWT claim aud", "maskinporten")[0][0] == "audience_mismatch"
    assert asked("MP-110: Invalid JWT claim aud", "maskinporten", aud=TOKEN)[0] == ("audience_mismatch", "proven")
    codes = {code for code, _ in asked("MP-121: Invalid assertion. Expired key", "maskinporten", iss=CLIENT_ID)}
    assert {"key_unknown", "key_not_propagated"} <= codes
    said = "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat"
    google = {"aud": "https://oauth2.googleapis.com/token"}
    assert asked(said, "google", **google)[0] == ("expired", "stated")
    assert asked(said, "google", **google, exp=NOW + 2 * HOUR)[0] == ("lifetime_too_long", "proven")
    assert asked(said, "google", **google, iat=NOW - HOUR, exp=NOW - 1)[0] == ("expired", "proven")


def test_80_a_nonce_is_no_fault_of_the_assertion() -> None:
    said = answer("use_dpop_nonce", status=400)
    said["headers"]["dpop-nonce"] = "eyJ7S_zG.eyJH0-Z.HX4w-7v"
    found = explain(document(assertion(aud=f"{ISSUER}/"), said))
    assert causes(found)[0] == ("dpop_nonce_required", "stated")
    assert "fresh assertion" in found["next_step"]
    assert found["evidence"]["server_error"]["dpop_nonce"] is True  # type: ignore[index]


def test_81_both_sides_of_a_conflict_are_kept() -> None:
    said = answer("invalid_client", "The client_assertion token is expired.")
    found = explain(document(assertion(header={"typ": "JWT"}, aud=TOKEN), said, profile="okta"))
    assert causes(found) == [("expired", "stated")]
    assert found["causes"][0]["evidence"] == ["the server says: The client_assertion token is expired.", CONFLICT]
    record = found["evidence"]
    assert (record["expiration"], record["clock"]["server_date"]) == (NOW + 60, NOW)


# ---------------------------------------------------------------------------------------------------- hostile texts


HOSTILE = {
    "a JWT": assertion(),
    "escapes": "\x1b[2J\x1b]0;owned\x07\x1b[31mThe token is expired",
    "NUL": "\0" * 64,
    "SQL": "'; DROP TABLE clients;--",
    "a megabyte": "audience " * 120_000,
    "all that there is": "audience expired jti signature kid client_assertion_type",
    "another cause": "Token is not active",
    "bidirectional": "\u202eevitca\u202c",
    "half a character": "\ud800",
    "a number": "9" * 5_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_82_hostile_texts_change_nothing_else(text: str) -> None:
    for sent, profile in [
        (assertion(aud=f"{ISSUER}/"), "oidc-provider"),
        (assertion(reshape=der), "keycloak"),
        (assertion(UNREGISTERED), None),
        (assertion(iat=NOW - HOUR, exp=NOW - HOUR + 60), "authlib"),
    ]:
        quiet = explain(document(sent, answer(), profile=profile))
        for response in (
            answer("invalid_client", text),
            answer("invalid_client", None, error_uri=f"https://x.example/?{text}"),
            answer(text[:70], text),
        ):
            found = explain(document(sent, response, profile=profile))
            # What the text itself says may come behind.
            assert causes(found)[0] == causes(quiet)[0]
            assert found["causes"][0]["evidence"][0] == quiet["causes"][0]["evidence"][0]
            assert found["next_step"] == quiet["next_step"]
            shown = json.dumps(found, ensure_ascii=False)
            assert shown.isprintable() and shown.isascii() and len(shown) < 5_000


def test_82_hostile_headers_and_bodies() -> None:
    quiet = explain(document(assertion(aud=f"{ISSUER}/"), answer()))
    for body in ("{" * 100_000, "[" * 100_000, '"\ud800"', "\0", "<html>" * 10_000, "\udcff" * 100, '{"error":NaN}'):
        said = answer() | {"body": body, "headers": {"date": "\ud800", "x" * 10_000: "\x1b[0m", "age": "-1"}}
        assert ("audience_near_miss", "proven") in causes(explain(document(assertion(aud=f"{ISSUER}/"), said)))
    said = answer() | {"body": answer()["body"].encode()}
    assert explain(document(assertion(aud=f"{ISSUER}/"), said))["causes"] == quiet["causes"]


# ------------------------------------------------------------------------------------------------ every cause once


# No profile of a server that is known asks for it.
CANNOT_BE_MADE = {"nbf_required"}


def test_there_is_a_record_for_every_cause() -> None:
    assert EVERY.keys() | CANNOT_BE_MADE == set(codes())


@pytest.mark.parametrize("code", EVERY)
def test_83_a_record_of_each_cause_has_no_secret(code: str) -> None:
    given = EVERY[code]()
    found = explain(given)
    assert code in {cause["code"] for cause in found["causes"]}, causes(found)
    assert code in found["evidence"]["causes"]
    # A server that repeats all that it has got in the body, and more.
    short = [secret for secret in (CLIENT_SECRET, CODE) if secret in str(given["request"])]
    hidden = [secret for secret in secrets_of(given) if len(secret) >= 40 and secret not in AUTHORIZATION] + short
    for secret in (*hidden, " ".join(hidden), f"'{' '.join(reversed(hidden))}'"):
        given["response"] = answer(f"invalid_client {secret}", f"I got '{secret}'.", error_uri=f"{ISSUER}/?{secret}")
        explain(given)


@pytest.mark.parametrize("code", EVERY)
def test_evidence_is_always_whole(code: str) -> None:
    found = explain(EVERY[code]())
    assert set(found) == diagnosis.Explanation.__annotations__.keys()
    record = found["evidence"]
    assert record.keys() == diagnosis.EvidenceRecord.__annotations__.keys()
    assert record["does_not_prove"] == [
        "a user's consent",
        "what a resource server will allow",
        "the audience of the access token",
    ]
    assert record["versions"]["jurat"] == jurat.__version__
    for cause in found["causes"]:
        assert cause.keys() == diagnosis.Cause.__annotations__.keys()
        assert cause["evidence"] and cause["fix"].endswith(".")
    assert json.loads(json.dumps(found)) == found


def test_the_record_of_nothing_says_that_nothing_is_known() -> None:
    record = jurat.explain({"request": {}, "response": {"status": 401}})["evidence"]
    known = {name for name, value in record.items() if value != "absent"}
    assert known == {"versions", "causes", "assertion_header", "server_error", "clock", "does_not_prove"} - {
        "assertion_header"
    }


# --------------------------------------------------------------------------------------------------------- privacy


def hashes(record: Any) -> dict[str, str]:
    return {name: value for name, value in record.items() if str(value).startswith("hmac-sha256:")}


def test_84_hashes_are_those_of_their_key() -> None:
    params = [*client_params(assertion()), ["assertion", grant()]]
    given = document(params, answer("invalid_client", f"no {CLIENT_ID} of {ALICE} at {STS}"))
    hide = {"hash_client_id": True, "hash_jwt_id": True}
    one = explain(given, hash_key=bytes(32), **hide)
    assert one == explain(given, hash_key=bytearray(32), **hide)
    other = explain(given, hash_key=b"\1" * 32, **hide)
    mine, theirs = hashes(one["evidence"]), hashes(other["evidence"])
    assert mine.keys() == theirs.keys() == {"client_id", "issuer", "subject", "jwt_id"}
    assert all(mine[name] != theirs[name] for name in mine)
    # The client is the same by whatever name.
    assert mine["client_id"] == mine["issuer"] == mine["subject"] != mine["jwt_id"]
    for found in (one, other):
        text = json.dumps(found)
        assert not any(name in text for name in (CLIENT_ID, ALICE, STS))
    # Without a key they differ each time.
    assert hashes(explain(given, **hide)["evidence"]) != hashes(explain(given, **hide)["evidence"])


def test_names_of_grants_are_hashed_unless_asked_for() -> None:
    given = of_grant("invalid_grant", f"nobody knows {ALICE}")
    text = json.dumps(explain(given))
    assert ALICE not in text and STS not in text and "nobody knows [hashed]" in text
    shown = explain(given, show_grant=True)["evidence"]
    assert (shown["issuer"], shown["subject"]) == (STS, ALICE)
    # The client is in clear unless asked for.
    assert explain(client(jti="j-1"))["evidence"]["client_id"] == CLIENT_ID
    assert explain(client(jti="j-1"))["evidence"]["jwt_id"] == "j-1"


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (b"", "hash_key: wrong number of bytes"),
        (bytes(15), "hash_key: wrong number of bytes"),
        ("a" * 32, "hash_key: bytes are required"),
        (32, "hash_key: bytes are required"),
    ],
)
def test_hash_keys_that_are_none(key: Any, message: str) -> None:
    for call in (jurat.explain, jurat.check):
        with pytest.raises(jurat.InvalidArgumentError) as raised:
            call(document(assertion()), hash_key=key)
        assert str(raised.value) == message and raised.value.argument == "hash_key"


# ------------------------------------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"request": None}, "request: an object is required"),
        ({"request": []}, "request: an object is required"),
        ({"response": None}, "response: an object is required"),
        ({"response": {}}, "response.status: a number is required"),
        ({"response": {"status": "401"}}, "response.status: a number is required"),
        ({"response": {"status": 1_000}}, "response.status: a number from 0 to 999 is required"),
        ({"response": {"status": float("nan")}}, "response.status: a number from 0 to 999 is required"),
        ({"response": {"status": 401, "body": {}}}, "response.body: text is required"),
        ({"request": {"params": {"a": 1}}}, "request.params: pairs of texts, or an object of texts, are required"),
        ({"request": {"params": ["ab"]}}, "request.params: pairs of texts, or an object of texts, are required"),
        ({"request": {"params": [["a", "\ud800"]]}}, "request.params: not UTF-8"),
        ({"request": {"params": [["a", "b"]], "body": "a=b"}}, "request.body: either this or request.params"),
        ({"request": {"method": 1}}, "request.method: text is required"),
        ({"request": {"body": "%ff", "content_type": FORM}}, None),
        ({"request": {"body": b"scope=%ff"}}, "request_body: not UTF-8"),
        ({"sent_at": -1}, f"sent_at: a number from 0 to {2**64 - 1} is required"),
        ({"sent_at": True}, "sent_at: a number is required"),
        ({"received_at": 2**64}, f"received_at: a number from 0 to {2**64 - 1} is required"),
        ({"sent_at": NOW + 0.5}, None),
        ({"clock": {"uncertainty_s": -1}}, f"clock.uncertainty_s: a number from 0 to {2**32 - 1} is required"),
        ({"clock": "ntp"}, "clock: an object is required"),
        ({"issuer": 1}, "issuer: text is required"),
        ({"issuer": "nonsense"}, None),
        ({"metadata": "{}"}, "metadata: an object is required"),
        ({"metadata": {"issuer": {1, 2}}}, "metadata: not JSON"),
        ({"metadata": {"issuer": float("nan")}}, "metadata: not JSON"),
        ({"metadata": {"issuer": "\ud800"}}, None),
        ({"registration": {"client_id": 7}}, "registration: a JSON member that is missing or of another type"),
        ({"registration": {"jwks": {}}}, "jwks: a JSON member that is missing or of another type"),
        ({"jwks": {}}, "jwks.keys: a list is required"),
        ({"jwks": {"keys": {}}}, "jwks.keys: a list is required"),
        ({"jwks": {"keys": [None, 1, [], {"kid": 1}]}}, None),
        ({"key": "x"}, "key: a public JWK is required"),
        ({"key": {"kty": "RSA"}}, "key: not a JSON Web Key"),
        ({"profile": "keycloack"}, "profile: unknown; close to it are keycloak"),
        ({"profile": "\ud800"}, "profile: not UTF-8"),
        ({"profile": {}}, "profile: text is required"),
        ({"seen_jti": "abc"}, "seen_jti: a list of texts is required"),
        ({"seen_jti": [1]}, "seen_jti: a list of texts is required"),
        ({"what_nobody_knows": object()}, None),
    ],
)
def test_what_is_wrong_with_a_document_is_named(change: Json, message: str | None) -> None:
    given = document(assertion()) | change
    if message is None:
        explain(given)
        return
    with pytest.raises(jurat.Error) as raised:
        jurat.explain(given)
    assert isinstance(raised.value, ValueError)
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize("given", [None, [], "{}", 7, b"{}"])
def test_a_document_is_an_object(given: Any) -> None:
    for call in (jurat.explain, jurat.check):
        with pytest.raises(jurat.InvalidArgumentError, match=r"^(document|request): an object is required$"):
            call(given)


def test_options_have_names() -> None:
    for call in (jurat.explain, jurat.check):
        with pytest.raises(TypeError):
            call(document(assertion()), bytes(32))  # type: ignore[call-arg]
        with pytest.raises(TypeError):
            call(document(assertion()), hash_everything=True)  # type: ignore[call-arg]


def test_what_is_no_assertion() -> None:
    with pytest.raises(TypeError, match="assertion: text is required"):
        jurat.inspect(b"e30.e30.")  # type: ignore[arg-type]
    with pytest.raises(jurat.InvalidArgumentError, match="assertion: not UTF-8"):
        jurat.inspect("\ud800")
    for text in ("", ".", "a.b.c", "." * 100_000, "\0", "eyJ" * 50_000, "\U0001f511.\U0001f511.", "<removed>"):
        found = jurat.inspect(text)
        assert found.keys() == diagnosis.Inspection.__annotations__.keys()
        assert found["causes"][0]["code"] == "assertion_malformed"


def test_everything_odd_is_reported() -> None:
    claims = f'{{"iss":"a","sub":"b","aud":["{ISSUER}","x"],"exp":"soon","iat":1795458513000,"jti":7,"jti":8}}'
    found = jurat.inspect(jws({"alg": "none", "crit": ["x"]}, claims.encode(), reshape=der) + "=")
    reported = {cause["code"] for cause in found["causes"]}
    expected = {"assertion_malformed", "algorithm_none", "header_member_refused", "time_unit", "jti_invalid"}
    assert expected <= reported
    assert found["claims"] is not None and found["claims"]["exp"] == "soon"
    assert jurat.inspect(assertion())["causes"] == []
    assert jurat.inspect(grant())["kind"] == "grant"
    big = jurat.inspect(jws({"alg": "ES256"}, b'{"exp":' + b"9" * 5_000 + b',"iat":1e999,"nbf":-' + b"9" * 400 + b"}"))
    assert big["claims"] == {"exp": float("inf"), "iat": float("inf"), "nbf": float("-inf")}


def test_missing_evidence_never_passes() -> None:
    def statuses(given: Json) -> dict[str, str]:
        return {it["check"]: it["status"] for it in jurat.check(given)["checks"]}

    everything = document(assertion(), metadata=metadata(), profile="keycloak")
    full = statuses(everything)
    assert full["audience"] == full["key"] == full["signature"] == full["replay"] == full["expiration"] == "passed"
    for missing, lost in [
        ("issuer", {"metadata"}),
        ("registration", {"client", "key", "signature"}),
        ("seen_jti", {"replay"}),
        ("sent_at", {"expiration", "issued_at", "clock"}),
        ("profile", {"lifetime", "type_header"}),
        ("metadata", {"metadata"}),
    ]:
        partial = {name: value for name, value in everything.items() if name != missing}
        less = statuses(partial)
        assert {name for name in full if full[name] != less[name]} >= lost
        assert all(less[name] == "not_decidable" for name in lost), missing
        for result in jurat.check(partial)["checks"]:
            assert ("needs" in result) == (result["status"] == "not_decidable")
    assert set(statuses({"request": {}}).values()) == {"not_decidable"}


def test_the_request_may_be_a_body() -> None:
    key = jurat.SigningKey(KEY.scalar)
    client = jurat.ClientAssertion(client_id=CLIENT_ID, issuer=ISSUER, key_id=KEY.kid, issued_at=NOW)
    body = jurat.TokenRequest(client=client, scope="api").sign(key)
    given = document(assertion())
    for sent in (body, body.encode()):
        given["request"] |= {"params": None, "body": sent}
        assert jurat.check(given)["causes"] == []
    given["request"]["body"] = body.replace("client_credentials", "client_credentials&grant_type=password")
    assert causes(jurat.check(given))[0] == ("parameter_duplicated", "proven")


def test_a_private_key_goes_no_further() -> None:
    private = KEY.named | {"d": base64url(KEY.scalar)}
    jwks = {"keys": [private]}
    found = explain(document(assertion(), key=private, registration=registered_keys(private), jwks=jwks))
    assert base64url(KEY.scalar) not in json.dumps(found)


def test_the_examples_run() -> None:
    assert doctest.testmod(diagnosis, extraglobs={"jurat": jurat}).failed == 0


# ------------------------------------------------------------------------------------------------------------ noise


NOISE: list[Any] = [
    None,
    True,
    -1,
    10**30,
    10**5_000,
    0.5,
    float("nan"),
    float("-inf"),
    "",
    "\ud800",
    "\0",
    "\x1b[31m",
    "x" * 100_000,
    "eyJ.eyJ.eyJ",
    b"\xff",
    [],
    {},
    [[]],
    [["a", "b", "c"]],
    {"keys": [{}]},
    {"a": {1: object()}},
    {"\ud800": "\ud800"},
    object(),
    {1, 2},
    "<removed>",
]


def nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return {"keys": value, "issuer": value, "params": value}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    for name in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from places(value[name], (*path, name))


def put(value: Any, path: tuple[Any, ...], new: Any) -> None:
    for name in path[:-1]:
        value = value[name]
    value[path[-1]] = new


def test_85_noise_raises_nothing_else_and_tells_nothing() -> None:
    """Documents with something else in some places: either there is an answer, or one of jurat's own errors."""
    chance = random.Random(7_523)
    noise = [*NOISE, nested(40), nested(900), nested(100_000)]
    whole = document(
        client_params(assertion(), ("client_secret", CLIENT_SECRET), ("code", CODE)),
        answer("invalid_client", "The token is expired"),
        metadata=metadata(token_endpoint_auth_methods_supported=["private_key_jwt"]),
        metadata_fetched_at=NOW,
        jwks={"source": f"{ISSUER}/k", "fetched_at": NOW, "max_age": 60, "keys": [KEY.named]},
        token_endpoint=TOKEN,
        profile="keycloak",
    )
    hidden = [secret for secret in secrets_of(whole) if len(secret) > 8]
    everywhere = list(places(whole))
    raised: list[jurat.Error] = []
    answered: list[Any] = []
    for turn in range(3_000):
        given = copy.deepcopy(whole)
        # Each place once, and then several at once.
        chosen = [everywhere[turn % len(everywhere)]] if turn < 2_000 else chance.sample(everywhere, 3)
        for path in sorted(chosen, key=len, reverse=True):
            put(given, path, chance.choice(noise))
        try:
            answered.append((jurat.explain if turn % 2 else jurat.check)(given))
        except jurat.Error as error:
            raised.append(error)
    assert len(raised) > 500 and len(answered) > 500
    for each in raised:
        assert leaks(f"{each!r} {each} {each.__dict__}", hidden) == []
    for found in answered:
        assert leaks(json.dumps(found, ensure_ascii=False), hidden) == []


def test_85_broken_assertions_raise_nothing() -> None:
    chance = random.Random(7_515)
    right = [assertion(), grant(), assertion(reshape=der)]
    for _ in range(1_500):
        text = list(chance.choice(right))
        for _ in range(chance.randint(1, 6)):
            place = chance.randrange(len(text))
            change = chance.choice(["", ".", "=", "\n", "\0", "A", "-", "é", "\U0001f511", "eyJ"])
            text[place : place + chance.choice([0, 1, 40])] = [change]
        broken = "".join(text)
        jurat.inspect(broken)
        answered = jurat.explain(document(broken))
        assert answered["causes"] and answered["next_step"]
        # What is left of it is a credential as well, if it is long enough to be one.
        assert leaks(json.dumps(answered), [part for part in broken.split(".") if len(part) > 60]) == []
