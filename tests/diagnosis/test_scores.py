"""What `jurat.explain` has to reach; the tables are printed and stand in target/diagnosis-scores.txt."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

import jurat
from live import Observed
from score import Score, live_scores, recorded_scores

OUTPUT = Path(__file__).resolve().parents[2] / "target" / "diagnosis-scores.txt"
# The same answer of oidc-provider, to the byte.
ALIKE = ("aud_wrong", "expired_1h", "sig_der", "kid_unknown", "replay_same_jwt")


@pytest.fixture(scope="module")
def scores(observed: dict[str, list[Observed]]) -> dict[str, Score]:
    everything = [it for each in observed.values() for it in each]
    listed = live_scores(everything, jurat.explain) + recorded_scores(jurat.explain)
    text = "\n\n".join(map(str, listed)) + "\n"
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(text)
    print(f"\n{text}")
    return {it.name: it for it in listed}


def test_live_with_profile(scores: dict[str, Score]) -> None:
    it = scores["live, with profile"]
    assert it.hits.total >= 600
    assert it.hits.share >= 0.95
    assert it.proven.share >= 0.90


def test_recorded_with_profile(scores: dict[str, Score]) -> None:
    assert scores["recorded, header and claims, with profile"].hits.share >= 0.70


def test_what_is_proven_is_true(scores: dict[str, Score]) -> None:
    assert [str(wrong) for it in scores.values() for wrong in it.wrongly_proven] == []


@pytest.mark.parametrize("server", ["oidc-provider", "oidc-provider-fapi2"])
@pytest.mark.parametrize("profile", [True, False])
def test_one_answer_for_five_causes(server: str, profile: bool, observed: dict[str, list[Observed]]) -> None:
    cases = {it.case: it for it in observed[server] if it.case in ALIKE}
    assert len(cases) == len(ALIKE)
    answers = [copy.deepcopy(it.document["response"]) for it in cases.values()]
    for answer in answers:
        del answer["headers"]["date"]
    assert all(answer == answers[0] for answer in answers)
    same = {"date": next(iter(cases.values())).answer.headers["date"]}
    first = {}
    for name, it in cases.items():
        document = copy.deepcopy(it.document)
        document["response"]["headers"] |= same
        if not profile:
            document["profile"] = None
        first[name] = jurat.explain(document)["causes"][0]["code"]
    assert len(set(first.values())) == len(ALIKE), first
