"""Every vector, byte for byte the same from every runner, and verified by other JOSE libraries."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from judges import Json, verify_jose_npm, verify_joserfc, verify_pyjwt
from runners import EVERY_RUNNER, ROOT, RUNNERS, Line, Report, report

VECTORS = ROOT / "tests" / "vectors" / "vectors.json"
DOCUMENT: Json = json.loads(VECTORS.read_text())
HEADER = (ROOT / "include" / "jurat.h").read_text()


class Reports(dict[str, Report]):
    """Each is made when it is first asked for, so that a runner which can not make one fails its own tests alone."""

    def __init__(self, directory: Callable[[str], Path]) -> None:
        self.directory = directory

    def __missing__(self, runner: str) -> Report:
        self[runner] = report(runner, VECTORS, self.directory(runner))
        return self[runner]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Reports:
    return Reports(tmp_path_factory.mktemp)


def number(name: str) -> int:
    """A number that the header gives a name."""
    found = re.search(rf"\b{name} = (\d+)", HEADER)
    assert found, name
    return int(found[1])


def expected(vector: Json) -> Line:
    answer = vector["expected"]
    if "cause" in answer:
        cause, argument = (
            number(f"JURAT_CAUSE_{answer['cause']}"),
            number(f"JURAT_ARGUMENT_{answer['argument'].upper()}"),
        )
        return Line(-(256 * cause + argument), "")
    return Line(0, answer.get("output") or answer.get("signature") or answer["bytes"])


@pytest.mark.parametrize("runner", EVERY_RUNNER)
def test_every_answer_is_the_expected_one(
    reports: Reports, runner: str, record_testsuite_property: Callable[[str, object], None]
) -> None:
    vectors = DOCUMENT["vectors"]
    assert len(vectors) >= 100
    assert list(reports[runner]) == [vector["id"] for vector in vectors]
    wrong = [
        (vector["id"], reports[runner][vector["id"]], expected(vector))
        for vector in vectors
        if reports[runner][vector["id"]] != expected(vector)
    ]
    assert not wrong, wrong[:3]
    record_testsuite_property(f"vectors by {runner}", f"{len(vectors)}, each with the expected answer")


def test_every_cause_of_a_refusal_is_reached() -> None:
    """No server is known that wants `nbf`."""
    codes = {name.lower() for name in re.findall(r"\bJURAT_FAULT_([A-Z_]+)\b", HEADER)}
    assert len(codes) >= 60
    lines = [vector["expected"].get("output", "") for vector in DOCUMENT["vectors"] if vector["kind"] == "diagnosis"]
    assert codes - {code for line in lines for code in re.findall("([a-z_]+)/", line)} == {"nbf_required"}


def assertions(vector: Json, output: str) -> list[tuple[str, str, Json]]:
    """Key name, assertion and what it was made of, for each assertion in the answer to a vector."""
    given = vector["input"]
    if vector["kind"] in {"client_assertion", "grant_assertion"}:
        return [(given["key"], output, given)]
    if vector["kind"] != "token_request":
        return []
    if "http_endpoint" in given:
        output = bytes.fromhex(output).decode().partition("\r\n\r\n")[2]
    body = dict(parse_qsl(output, strict_parsing=True))
    found = [(given.get("key"), body.get("client_assertion"), given.get("client"))]
    found.append((given.get("grant_key"), body.get("assertion"), given.get("grant")))
    return [(key, assertion, made_of) for key, assertion, made_of in found if assertion is not None]


def made_claims(made_of: Json) -> Json:
    """The registered claims that an input asks for, so that a verifier's reading can be held against it."""
    if "client_id" in made_of:
        iss = sub = made_of["client_id"]
    else:
        iss, sub = made_of["iss"], made_of["sub"]
    claims: dict[str, Any] = {
        "iss": iss,
        "sub": sub,
        "aud": made_of.get("issuer") or made_of.get("token_endpoint"),
        "iat": made_of["issued_at"],
        "exp": made_of["issued_at"] + made_of.get("lifetime", 60),
    }
    if "server" in made_of:
        # The profile decides on it, which the answer in the vector says.
        del claims["aud"]
    if "not_before" in made_of:
        claims["nbf"] = made_of["not_before"]
    if "jwt_id" in made_of:
        claims["jti"] = made_of["jwt_id"]
    for claim in made_of.get("claims", []):
        (form,) = set(claim) - {"name"}
        claims[claim["name"]] = {"null": None, "json": None}.get(form, claim[form])
        if form == "json":
            claims[claim["name"]] = json.loads(claim["json"])
    return claims


def audience(assertion: str, claims: Json) -> str:
    """What the assertion is for; where a server's profile decides, what it says itself, one string."""
    payload = assertion.split(".")[1]
    said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["aud"]
    assert isinstance(said, str)
    return str(claims.get("aud", said))


# The others have given the very same bytes.
@pytest.mark.parametrize("runner", RUNNERS)
def test_other_libraries_verify_what_it_made(reports: Reports, runner: str) -> None:
    keys = {name: {"kty": "EC", "crv": "P-256", "x": key["x"], "y": key["y"]} for name, key in DOCUMENT["keys"].items()}
    cases = []
    for vector in DOCUMENT["vectors"]:
        line = reports[runner][vector["id"]]
        if line.status == 0:
            cases += assertions(vector, line.output)
    # The verifiers want a jti; without one there is nothing but the signature to look at, and others have those.
    cases = [case for case in cases if not case[2].get("omit_jwt_id")]
    assert len(cases) >= 100

    for key, assertion, made_of in cases:
        claims = made_claims(made_of)
        # The one moment at which each of them is valid: iat may lie before nbf.
        now = max(claims["iat"], claims.get("nbf", 0))
        for verify in (verify_pyjwt, verify_joserfc):
            verdict = verify(assertion, keys[key], audience(assertion, claims), claims["iss"], now)
            assert verdict.ok, (verify.__name__, verdict.reason, made_of)
            assert {name: verdict.payload[name] for name in claims} == claims

    questions = [
        {"jwt": assertion, "jwk": keys[key], "options": {"algorithms": ["ES256"], "currentDate": made_of["issued_at"]}}
        for key, assertion, made_of in cases
        if "not_before" not in made_of
    ]
    verdicts = verify_jose_npm(questions)
    assert [verdict.reason for verdict in verdicts if not verdict.ok] == []
    assert len(verdicts) >= 100


def test_a_changed_assertion_is_verified_by_none(reports: Reports) -> None:
    vector = next(vector for vector in DOCUMENT["vectors"] if vector["kind"] == "client_assertion")
    assertion = reports["rust"][vector["id"]].output
    key = DOCUMENT["keys"][vector["input"]["key"]]
    jwk = {"kty": "EC", "crv": "P-256", "x": key["x"], "y": key["y"]}
    head, _, signature = assertion.rpartition(".")
    tampered = f"{head}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"
    given = vector["input"]
    for verify in (verify_pyjwt, verify_joserfc):
        assert not verify(tampered, jwk, given["issuer"], given["client_id"], given["issued_at"]).ok
    options = {"algorithms": ["ES256"], "currentDate": given["issued_at"]}
    assert not verify_jose_npm([{"jwt": tampered, "jwk": jwk, "options": options}])[0].ok


def test_the_reports_are_kept_apart(tmp_path: Path) -> None:
    """The comparison can fail: another file gives another report."""
    other = {**DOCUMENT, "vectors": DOCUMENT["vectors"][:1]}
    path = tmp_path / "one.json"
    path.write_text(json.dumps(other))
    assert list(report("rust", path, tmp_path)) == [DOCUMENT["vectors"][0]["id"]]
