"""The score itself, by answers that are known to be right or wrong."""

from __future__ import annotations

import base64
import json

import pytest

from live import Observed
from score import Json, Question, Verdict, ask, live_questions, recorded_questions, recorded_scores, score
from truth import SERVERS, Truth

TRUE = Truth(("expired", "lifetime_invalid"), frozenset({"clock_skew"}), True, True)


def answer(*causes: tuple[str, str], undistinguished: tuple[str, ...] = ()) -> Json:
    return {
        "causes": [{"code": code, "class": kind, "evidence": [], "fix": ""} for code, kind in causes],
        "cannot_distinguish": list(undistinguished),
        "next_step": "",
        "evidence": {},
    }


def verdict(given: Json, decidable: bool = True) -> Verdict:
    return ask(Question("authlib", "case", TRUE, decidable, {}), lambda _: given)


def test_hits() -> None:
    assert verdict(answer(("expired", "proven"))).hit
    assert verdict(answer(("lifetime_invalid", "consistent"))).hit
    assert not verdict(answer()).hit
    # The second cause is none, and neither is what is only true besides.
    assert not verdict(answer(("time_unit", "consistent"), ("expired", "consistent"))).hit
    assert not verdict(answer(("clock_skew", "proven"))).hit


def test_what_cannot_be_decided() -> None:
    among = answer(("key_unknown", "consistent"), undistinguished=("key_unknown", "expired"))
    assert not verdict(among, decidable=True).hit
    assert verdict(among, decidable=False).hit
    too_many = ("expired", "a", "b", "c", "d")
    assert not verdict(answer(undistinguished=too_many), decidable=False).hit
    assert verdict(answer(undistinguished=too_many[:4]), decidable=False).hit
    assert not verdict(answer(undistinguished=("a", "b")), decidable=False).hit


def test_proofs() -> None:
    assert verdict(answer(("expired", "proven"))).proven
    assert not verdict(answer(("expired", "stated"))).proven
    assert not verdict(answer(("time_unit", "proven"))).proven
    assert verdict(answer(("expired", "proven"), ("clock_skew", "proven"))).wrongly_proven == []
    assert verdict(answer(("expired", "proven"), ("time_unit", "proven"))).wrongly_proven == ["time_unit"]
    assert verdict(answer(("expired", "proven"), ("time_unit", "consistent"))).wrongly_proven == []


def test_failures_are_misses() -> None:
    for failed in (verdict({}), verdict({"causes": [{}], "cannot_distinguish": []})):
        assert not failed.hit and "KeyError" in str(failed)


@pytest.mark.parametrize("profile", [True, False])
def test_whoever_knows_everything_gets_everything(profile: bool, observed: dict[str, list[Observed]]) -> None:
    questions = list(live_questions((it for each in observed.values() for it in each), profile))
    known = {id(it.document): it.truth for it in questions}
    oracle = score("oracle", questions, lambda it: answer((known[id(it)].causes[0], "proven")))
    assert oracle.hits.share == oracle.proven.share == 1 and not oracle.wrongly_proven
    assert oracle.hits.total >= 600 and oracle.proven.total >= 500
    assert set(oracle.by(lambda it: it.server)) == set(SERVERS)
    fool = score("fool", questions, lambda it: answer(("metadata_unusable", "proven")))
    assert fool.hits.hits == fool.proven.hits == 0 and len(fool.wrongly_proven) == len(questions)
    # Of the same answer to all, some is right.
    stubborn = score("stubborn", questions, lambda it: answer(("signature_invalid", "consistent")))
    assert 0 < stubborn.hits.share < 0.1 and stubborn.proven.hits == 0
    assert "miss: " in str(stubborn) and json.dumps(stubborn.as_json())


def test_recorded_questions() -> None:
    for profile in (True, False):
        for rebuild in (True, False):
            questions = list(recorded_questions(profile, rebuild))
            assert len(questions) == 374
            for it in questions:
                request = it.document["request"]
                assert (it.document["profile"] is not None) == profile
                assert request["endpoint"].endswith("/token")
                for name, value in request["params"]:
                    if name in ("assertion", "client_assertion") and value.count(".") == 2:
                        assert rebuild
                        header, claims, signature = value.split(".")
                        assert "alg" in json.loads(base64.urlsafe_b64decode(header + "=="))
                        assert isinstance(json.loads(base64.urlsafe_b64decode(claims + "==")), dict)
                        assert signature == "<removed>"
            methods = {it.document["request"]["method"] for it in questions if it.case == "http_get"}
            assert methods == {"GET"}
    kept = next(it for it in recorded_questions(True, True) if it.case == "sig_alg_none")
    [assertion] = [value for name, value in kept.document["request"]["params"] if name == "client_assertion"]
    assert json.loads(base64.urlsafe_b64decode(assertion.split(".")[0] + "==")) == {"alg": "none", "kid": "es256-1"}


def test_recorded_scores_are_four() -> None:
    scores = recorded_scores(lambda it: answer())
    assert len({it.name for it in scores}) == 4
    assert all(it.hits.hits == 0 and it.hits.total == 374 for it in scores)
