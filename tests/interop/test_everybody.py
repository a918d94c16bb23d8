"""Everybody accepts it: ten thousand random assertions, the verifiers of others, and servers that are asked on and on.

`JURAT_SEED` repeats a run; without it each day has a seed of its own, which is printed.
"""

from __future__ import annotations

import datetime
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import pytest
import requests

import jurat
from everybody import (
    ORDER,
    RESPELLED,
    TAMPERED,
    TWO_ZERO_BYTES,
    ZERO_BYTE,
    Case,
    Maker,
    TestKey,
    Ways,
    leading_zeros,
    signed,
    vectors,
    zeros,
)
from judges import CLIENT_ID, GRANT_ISSUER, GRANT_SUBJECT, Json, Server, Verdict
from runners import report
from verifiers import VERIFIERS, Verifier, verdicts

SEED = int(os.environ.get("JURAT_SEED") or datetime.date.today().strftime("%Y%m%d"))
COUNT, BY_C = 10_000, 500
# The buffer of the runner in C, and what its compilers have to take as a string.
C_ROOM, C_STRING = 16_000, 4_000
# Of each way of tampering.
SAMPLE = 150
# Of the requests to a server, every fiftieth is sent again, forty-nine later.
REQUESTS, REPLAYED_STEP = 1_000, 50

Tell = Callable[[str, object], None]


# ---------------------------------------------------------------------------------------------------- what was made


@pytest.fixture(scope="module")
def maker() -> Maker:
    return Maker(SEED)


def fits_c(case: Case) -> bool:
    texts = [str(claim.get("text") or claim.get("json")) for claim in case.given.get("claims", [])]
    return len(case.assertion) < C_ROOM and all(len(text.encode()) < C_STRING for text in texts)


@pytest.fixture(scope="module")
def by_c(maker: Maker, tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    """What C makes of the same as Python."""
    drawn = iter(lambda: maker.case("deterministic"), None)
    cases = [next(filter(fits_c, drawn)) for _ in range(BY_C)]
    file = tmp_path_factory.mktemp("c") / "vectors.json"
    file.write_text(json.dumps(vectors(cases)))
    lines = report("c", file, file.parent)
    assert all(line.status == 0 for line in lines.values())
    made = [replace(case, assertion=line.output) for case, line in zip(cases, lines.values(), strict=True)]
    differ = [told(other) for case, other in zip(cases, made, strict=True) if case.assertion != other.assertion]
    assert not differ, differ[0]
    return [replace(case, way="c") for case in made]


@pytest.fixture(scope="module")
def cases(maker: Maker, by_c: list[Case]) -> list[Case]:
    cases = by_c + maker.minted_on("default", {1: 100, 2: 2}) + maker.minted_on("deterministic", {1: 25})
    while len(cases) < COUNT:
        cases.append(maker.case(("default", "deterministic")[len(cases) % 2]))
    return cases


Changed = tuple[str, Case, Json]


def changed(cases: list[Case], ways: Ways, random: Random) -> list[Changed]:
    """Of assertions that all of the verifiers take, and of a few with zero bytes in the signature."""
    plain = [case for case in cases if case.header.get("typ", "JWT") == "JWT"]
    zero = [case for case in plain if any(zeros(case.signature))]
    found = []
    for name, change in ways.items():
        for case in random.sample(plain, SAMPLE) + random.sample(zero, min(len(zero), SAMPLE // 5)):
            question = change(case, random)
            if question is not None:
                found.append((name, case, question))
    return found


@dataclass
class Outcome:
    """What one verifier said."""

    verifier: Verifier
    good: list[tuple[Case, Verdict]]
    tampered: list[tuple[str, Case, Verdict]]
    respelled: list[tuple[str, Case, Verdict]]

    @property
    def verified(self) -> list[tuple[Case, Verdict]]:
        return [(case, verdict) for case, verdict in self.good if verdict.ok]

    @property
    def refused(self) -> list[tuple[Case, Verdict]]:
        """But for those of a type that it is known to refuse."""
        return [(case, said) for case, said in self.good if not said.ok and self.verifier.takes(case.header)]

    def taken(self, way: str) -> list[bool]:
        return [verdict.ok for name, _, verdict in self.respelled if name == way]


@pytest.fixture(scope="module")
def outcomes(cases: list[Case]) -> dict[str, Outcome]:
    tampered, respelled = (changed(cases, ways, Random(SEED)) for ways in (TAMPERED, RESPELLED))
    # Where each takes a process, a sample.
    asked = [
        (each, (cases[:: each.step], tampered[:: each.step], respelled[:: each.step])) for each in VERIFIERS.values()
    ]
    said = verdicts(
        (each, [case.question for case in good] + [question for *_, question in bad + other])
        for each, (good, bad, other) in asked
    )
    found = {}
    for name, (each, (good, bad, other)), answers in zip(VERIFIERS, asked, said, strict=True):
        rest = iter(answers)
        found[name] = Outcome(
            each,
            [(case, next(rest)) for case in good],
            [(way, case, next(rest)) for way, case, _ in bad],
            [(way, case, next(rest)) for way, case, _ in other],
        )
    return found


def told(case: Case, *more: object) -> str:
    """All that it takes to look at one again."""
    return f"seed {SEED}, {case.way}, key {case.key.scalar:064x}, {case.given!r}\n{case.assertion}\n{more!r}"


def test_there_is_something_of_everything(cases: list[Case], record_testsuite_property: Tell) -> None:
    assert len(cases) == COUNT
    ways = Counter(case.way for case in cases)
    assert ways["c"] == BY_C and min(ways["default"], ways["deterministic"]) > COUNT // 3
    assert Counter(case.kind for case in cases).keys() == {"client_assertion", "grant_assertion"}
    begin = Counter((half, count) for case in cases for half, count in enumerate(zeros(case.signature)) if count)
    for half in (0, 1):
        assert begin[half, 1] >= 125 and begin[half, 2] >= 2
    used = {case.key.scalar: case.key for case in cases}
    for place in ("x", "y"):
        known = [(1, scalar) for scalar in ZERO_BYTE[place]] + [(2, scalar) for scalar in TWO_ZERO_BYTES[place]]
        for count, scalar in known:
            assert leading_zeros(getattr(used[scalar].public, place)) == count
    assert {1, ORDER - 1} <= used.keys()
    texts = "".join(case.claims["sub"] for case in cases)
    assert {"\x01", "\u0301", "\u05d0", "\u202e", "\uffff", "\U0001f300", "\U0010ffff", "\\", '"'} <= set(texts)
    values = [value for case in cases for value in case.claims.values()]
    assert {} in values and 2**63 - 1 in values and -(2**63) in values and 5e-324 in values
    assert max(len(case.assertion) for case in cases) > 15_000
    record_testsuite_property(
        "random assertions",
        f"{len(cases)} with {len(used)} keys, {ways['c']} of them by C, the others by Python, seed {SEED}; signatures "
        f"that begin with a zero byte: r {begin[0, 1]}, s {begin[1, 1]}; with two: r {begin[0, 2]}, s {begin[1, 2]}",
    )


# -------------------------------------------------------------------------------------------------- the verifiers


@pytest.mark.parametrize("name", VERIFIERS)
def test_none_is_refused_and_all_come_back(name: str, outcomes: dict[str, Outcome]) -> None:
    outcome = outcomes[name]
    assert [told(case, verdict.reason) for case, verdict in outcome.refused[:1]] == []
    same = outcome.verifier.same
    differ = [
        told(case, verdict.header, verdict.payload)
        for case, verdict in outcome.verified
        if not (same(verdict.payload, case.claims) and same(verdict.header, case.header))
    ]
    assert differ[:1] == []
    assert len(outcome.verified) >= COUNT // outcome.verifier.step // 3


@pytest.mark.parametrize("name", VERIFIERS)
def test_none_that_was_tampered_with_is_taken(name: str, outcomes: dict[str, Outcome]) -> None:
    outcome = outcomes[name]
    assert [told(case, way) for way, case, verdict in outcome.tampered if verdict.ok][:1] == []
    assert {way for way, *_ in outcome.tampered} == set(TAMPERED)


@pytest.mark.parametrize("name", VERIFIERS)
def test_other_spellings_of_a_signature_are_taken_as_is_known(name: str, outcomes: dict[str, Outcome]) -> None:
    outcome = outcomes[name]
    # Nothing in JWS says that s has to be the smaller one.
    assert outcome.taken("n - s") and all(outcome.taken("n - s"))
    # A later version may be stricter.
    for way in RESPELLED.keys() - {"n - s", *outcome.verifier.lenient}:
        assert not any(outcome.taken(way)), way


def test_the_table(outcomes: dict[str, Outcome], record_testsuite_property: Tell) -> None:
    for name, outcome in outcomes.items():
        by_type = len(outcome.good) - len(outcome.verified) - len(outcome.refused)
        taken = sum(verdict.ok for *_, verdict in outcome.tampered)
        also = [way for way in RESPELLED if any(outcome.taken(way))]
        assert len(outcome.tampered) and len(outcome.respelled)
        told_apart = f"; {by_type} refused for a `typ` other than JWT" if by_type else ""
        spelled = f"; other spellings of a signature taken: {', '.join(also)}" if also else ""
        record_testsuite_property(
            f"verified by {name}",
            f"{len(outcome.verified)}, refused {len(outcome.refused)}{told_apart}; "
            f"{taken} of {len(outcome.tampered)} tampered taken{spelled}",
        )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (True, 1),
        (0, False),
        (None, 0),
        ("a", "a\u0301"),
        ({"a": 1}, {}),
        ([1, 2], [2, 1]),
        (2**53, 2**53 + 1),
        ([], {}),
    ],
)
def test_a_difference_is_seen(one: Any, other: Any) -> None:
    verifier = VERIFIERS["PyJWT"]
    assert verifier.same({"claim": one}, {"claim": one})
    assert not verifier.same({"claim": one}, {"claim": other})


# What jurat writes, and not everybody reads: name and value of a claim.
BEYOND: dict[str, tuple[str, Json, Any]] = {
    "U+0000 in a text": ("claim", {"text": "a\0b"}, "a\0b"),
    "U+0000 in a name": ("a\0b", {"integer": 1}, 1),
    "U+0000 in JSON": ("claim", {"json": '{"a":"\\u0000"}'}, {"a": "\0"}),
    "2^63": ("claim", {"json": str(2**63)}, 2**63),
    "2^64 - 1": ("claim", {"json": str(2**64 - 1)}, 2**64 - 1),
}


@pytest.mark.parametrize("name", [name for name in VERIFIERS if VERIFIERS[name].step == 1])
def test_what_not_everybody_reads(name: str) -> None:
    """Those who read JSON by Jansson refuse it; to all others it is as any other value."""
    verifier = VERIFIERS[name]
    claims = {"iss": "a", "sub": "b", "aud": "https://as.example", "iat": 7, "exp": 67, "jti": "c"}
    given = {"iss": "a", "sub": "b", "issuer": "https://as.example", "issued_at": 7, "jwt_id": "c"}
    key = TestKey("one", 0x6A75726174)
    plain = Case("deterministic", "grant_assertion", key, given, {"alg": "ES256"}, claims)
    beyond = [
        replace(plain, given={**given, "claims": [{"name": claim, **written}]}, claims={**claims, claim: value})
        for claim, written, value in BEYOND.values()
    ]
    made = [replace(case, assertion=signed(case)) for case in (plain, *beyond)]
    said = verifier.ask([case.question for case in made])
    assert [verdict.ok for verdict in said] == [True] + [not verifier.jansson] * len(BEYOND)
    assert all(
        verifier.same(verdict.payload, case.claims) for case, verdict in zip(made, said, strict=True) if verdict.ok
    )


# ---------------------------------------------------------------------------------------------------- the servers


def client_requests(signer: jurat.SigningKey, server: Server, random: Random) -> Iterator[str]:
    while True:
        client = jurat.ClientAssertion(
            client_id=CLIENT_ID,
            issuer=server.issuer,
            key_id=random.choice(["key-1", None]),
            lifetime=random.randrange(30, 301),
            claims={"boot": random.getrandbits(53), "site": random.choice(["Zürich", "東京", "", "a\n"])},
            insecure_http=True,
        )
        yield jurat.TokenRequest(client=client, scope="api", insecure_http=True).sign(signer)


def grant_requests(signer: jurat.SigningKey, server: Server, random: Random) -> Iterator[str]:
    while True:
        grant = jurat.GrantAssertion(
            iss=GRANT_ISSUER,
            sub=GRANT_SUBJECT,
            issuer=server.issuer,
            lifetime=random.randrange(30, 301),
            insecure_http=True,
        )
        yield jurat.TokenRequest(grant=grant, scope="api", insecure_http=True).sign(signer)


SERVERS = {
    "oidc-provider": ("oidc_default", client_requests),
    "oidc-provider-fapi2": ("oidc_fapi2", client_requests),
    "better-auth": ("better_auth", client_requests),
    "authlib-client": ("authlib", client_requests),
    "authlib-grant": ("authlib", grant_requests),
}


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_refuses_none_of_a_thousand(
    name: str, signer: jurat.SigningKey, request: pytest.FixtureRequest, record_testsuite_property: Tell
) -> None:
    fixture, make = SERVERS[name]
    server: Server = request.getfixturevalue(fixture)
    source = make(signer, server, Random(SEED))
    bodies: list[str] = []
    replayed = []
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Content-Type"] = jurat.CONTENT_TYPE

        def ask(body: str) -> requests.Response:
            return session.post(server.token_endpoint, data=body, allow_redirects=False, timeout=10)

        for number in range(REQUESTS):
            # Made when it is sent: nothing expires on the way.
            bodies.append(next(source))
            answer = ask(bodies[-1])
            assert answer.status_code == 200, (f"seed {SEED}, request {number}", bodies[-1], answer.text)
            assert answer.json()["access_token"]
            # Not at the end: oidc-provider's memory holds a thousand things.
            if number % REPLAYED_STEP == REPLAYED_STEP - 1:
                replayed.append(ask(bodies[-REPLAYED_STEP]))
    assert len(replayed) == REQUESTS // REPLAYED_STEP
    assert {(answer.status_code, answer.json()["error"]) for answer in replayed} <= {
        (400, "invalid_client"),
        (401, "invalid_client"),
        (400, "invalid_grant"),
    }
    log = server.log()
    assert not any(body.partition("assertion=ey")[2][:200] in log for body in bodies)
    record_testsuite_property(
        f"token requests at {name}", f"{REQUESTS} in a row, none refused; of {len(replayed)} replays none taken"
    )
