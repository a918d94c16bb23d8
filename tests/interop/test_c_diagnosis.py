"""Diagnoses through the C API: what Python says of each defect, and a device that mints, is refused and asks why."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from test_c_server import Argument, Json, linked, name_of, number, reason, word

import jurat
from judges import JWT_BEARER_GRANT, Key
from runners import C_FLAGS, C_SOURCES, ROOT, SANITIZERS, c_library, run

# The defects stand beside the scores.
sys.path.insert(0, str(ROOT / "tests" / "diagnosis"))
from cases import CASES, FORM, Built, Client, Place, build

HEADER = (ROOT / "include" / "jurat.h").read_text()
NOW = 1_795_459_454
DATE = "Mon, 23 Nov 2026 18:44:14 GMT"
HASH_KEY = bytes(range(32))
UNKNOWN = 2**32 - 1

Command = tuple[Argument, ...]
Ask = Callable[..., list[Json]]

PLACE = Place(
    "https://as.example/realms/field",
    "https://as.example/realms/field/token",
    Client("meter-0042", (Key.generate("es256-1"), Key.generate("es256-2"))),
    Client("meter-0043", (Key.generate("only"),)),
    Client("meter-0044", method="client_secret_basic"),
    grant_needs_client=True,
)
PROFILES = (None, "oidc-provider", "authlib", "better-auth", "keycloak", "ory-hydra")
METADATA: tuple[Json | None, ...] = (
    None,
    {
        "issuer": PLACE.issuer,
        "token_endpoint": PLACE.token_endpoint,
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256"],
        "grant_types_supported": ["client_credentials"],
    },
    {"issuer": PLACE.issuer + "/"},
    {"issuer": PLACE.issuer, "grant_types_supported": [], "token_endpoint_auth_methods_supported": []},
)
ANSWERS: tuple[tuple[int, str, Json], ...] = (
    (401, '{"error":"invalid_client","error_description":"client authentication failed"}', {}),
    (400, '{"error":"invalid_grant"}', {"Retry-After": "3"}),
    (400, '{"error":"invalid_client","error_description":"JWT ID is used before, got eyJhbGciOiJub25lIn0.e30."}', {}),
    (500, '{"error":"server_error"}', {"Age": "7"}),
    (401, '{"errors":[{"code":"E1","title":"no","detail":"audience \\u001b[1m"}]}', {"DPoP-Nonce": "n"}),
    (403, "<html>", {"Content-Type": "text/html"}),
    (302, "", {"Date": "yesterday"}),
    (200, '{"access_token":"secret","token_type":"DPoP","expires_in":60,"scope":"a"}', {}),
)


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Runs commands, each a name and its arguments, and gives what they print."""
    program = tmp_path_factory.mktemp("diagnosis") / "diagnosis_main"
    run(
        "gcc",
        *C_FLAGS,
        *SANITIZERS,
        f"-I{ROOT / 'include'}",
        C_SOURCES / "diagnosis_main.c",
        c_library(),
        "-o",
        program,
    )

    def ask(*commands: Command) -> list[Json]:
        lines = [" ".join([str(name), *map(word, arguments)]) for name, *arguments in commands]
        done = subprocess.run([program], input="\n".join(lines), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        return [json.loads(line) for line in done.stdout.splitlines()]

    return ask


def document(built: Built, index: int) -> Json:
    """What a device knows of a case, as Python takes it; answer, profile and metadata by the case's index."""
    draft, request = built.draft, built.request
    registration = draft.client.registration
    if draft.grant:
        registration["grant_types"].append(JWT_BEARER_GRANT)
    body = urlencode(request.params)
    if request.content_type == "application/json":
        body = json.dumps(dict(request.params))
    status, answer, headers = ANSWERS[index % len(ANSWERS)]
    return {
        "request": {
            "method": request.method,
            "endpoint": request.url,
            "content_type": request.content_type or "",
            "headers": request.headers,
            "body": body,
        },
        "response": {"status": status, "headers": {"Date": DATE, **headers}, "body": answer},
        "sent_at": draft.shows(NOW),
        "received_at": draft.shows(NOW) + 1,
        "clock": {"source": "ntp", "uncertainty_s": 1},
        "issuer": PLACE.issuer,
        "token_endpoint": PLACE.token_endpoint if index % 2 else None,
        "metadata": METADATA[index % len(METADATA)],
        "metadata_fetched_at": NOW - 9,
        "registration": registration,
        "jwks": None,
        "profile": PROFILES[index % len(PROFILES)],
        "seen_jti": ["an", "other"] if index % 3 else None,
        "key": {name: draft.key.public_jwk[name] for name in ("kty", "crv", "x", "y")},
        **draft.evidence,
    }


def coordinates(jwk: Json | None) -> bytes | None:
    return jwk and b"".join(base64.urlsafe_b64decode(jwk[name] + "=") for name in "xy")


def as_json(value: Json | None) -> str | None:
    return None if value is None else json.dumps(value)


def digest(metadata: Json) -> bytes:
    return hashlib.sha256(json.dumps(metadata).encode()).digest()


def commands(doc: Json, index: int) -> list[Command]:
    """The same for C."""
    request, response, clock, jwks = doc["request"], doc["response"], doc["clock"], doc["jwks"] or {}
    flags = {
        "AUTHORIZATION_SENT": "Authorization" in request["headers"],
        "DPOP_SENT": "DPoP" in request["headers"],
        "CONTENT_TYPE_ABSENT": request["content_type"] == "",
    }
    # What is written with escapes goes into the scratch memory.
    registration = (as_json(doc["registration"]) or "").replace("/", "\\/").replace("meter", "\\u006deter") or None
    metadata = as_json(doc["metadata"])
    seen = doc["seen_jti"]
    scratch = len(request["body"]) * 5 // 2 + 1 + len(registration or "")
    privacy = [name for bit, name in enumerate(("HASH_CLIENT_ID", "HASH_JWT_ID", "SHOW_GRANT")) if index >> bit & 1]
    made: list[Command] = [
        ("new",),
        (
            "request",
            request["method"],
            request["endpoint"],
            request["content_type"] or None,
            sum(number(name) for name, is_set in flags.items() if is_set),
            request["body"],
        ),
        (
            "answer",
            response["status"],
            0,
            response["body"],
            len(response["headers"]),
            *(text for header in response["headers"].items() for text in header),
        ),
        (
            "times",
            doc["sent_at"],
            doc["received_at"],
            clock.get("source"),
            clock.get("uncertainty_s", UNKNOWN),
        ),
        (
            "server",
            doc["issuer"],
            doc["token_endpoint"],
            doc["profile"],
            metadata,
            doc["metadata_fetched_at"] if metadata else 0,
            digest(doc["metadata"]) if metadata else None,
        ),
        (
            "keys",
            registration,
            as_json({"keys": jwks["keys"]}) if jwks else None,
            jwks.get("source"),
            jwks.get("fetched_at", 0),
            jwks.get("max_age", UNKNOWN),
        ),
        ("own-key", coordinates(doc["key"]), 1),
        ("private", sum(map(number, privacy)), HASH_KEY, scratch),
    ]
    return made if seen is None else [*made, ("seen", len(seen), *seen)]


def built() -> list[tuple[int, str, Built]]:
    """Each case; what is replayed was not sent, and is only the same as what is known to have been."""
    return [(index, name, build(case.draft(PLACE, NOW))) for index, (name, case) in enumerate(CASES.items())]


def test_each_case_is_what_it_is_in_python(ask: Ask) -> None:
    calls = ("explain", "explain-json", "evidence-json", "check", "check-json")
    docs = [(name, document(it, index), index) for index, name, it in built()]
    assert len(docs) > 150
    answers = iter(
        ask(*(command for _, doc, index in docs for command in (*commands(doc, index), *((c,) for c in calls))))
    )
    causes: set[str] = set()
    for name, doc, index in docs:
        explained, explained_json, record, checked, checked_json = (next(answers) for _ in calls)
        privacy: Any = {
            "hash_key": HASH_KEY,
            "hash_client_id": bool(index & 1),
            "hash_jwt_id": bool(index & 2),
            "show_grant": bool(index & 4),
        }
        expected = jurat.explain(doc, **privacy)
        expected_checks = jurat.check(doc, **privacy)
        if doc["metadata"] is not None:
            # Of the document as it was fetched, which is not what Python was given.
            for it in (expected, expected_checks):
                it["evidence"]["authorization_server_metadata"]["sha256"] = digest(doc["metadata"]).hex()
        for answer in (explained, explained_json, record, checked, checked_json):
            assert reason(answer) == ("OK", ""), name
        assert explained_json["json"] == expected, name
        assert explained_json["size"] == explained_json["length"]
        assert record["json"] == expected["evidence"], name
        assert explained["causes"] == [[cause["code"], cause["class"]] for cause in expected["causes"]], name
        assert explained["cannot_distinguish"] == expected["cannot_distinguish"], name
        if expected["causes"]:
            assert explained["fix"] == expected["causes"][0]["fix"]
        causes.update(code for code, _ in explained["causes"])

        assert checked_json["json"] == expected_checks, name
        assert checked["causes"] == [[cause["code"], cause["class"]] for cause in expected_checks["causes"]], name
        statuses = {it["check"]: number(f"STATUS_{it['status'].upper()}") for it in expected_checks["checks"]}
        assert checked["checks"] == statuses, name
    assert len(causes) >= 45, sorted(causes)


def test_an_assertion_taken_apart(ask: Ask) -> None:
    every = [it.assertion for _, _, it in built()]
    answers = ask(*(command for assertion in every for command in (("new",), ("inspect", assertion))))
    for assertion, answer in zip(every, answers, strict=True):
        assert reason(answer) == ("OK", "")
        assert answer["json"] == jurat.inspect(assertion), assertion


# ------------------------------------------------------------------------------------------------------ a real device

KEYS = json.dumps(
    {"client_id": "device-7", "jwks": {"keys": [json.loads(jurat.SigningKey(b"\x07" + bytes(31)).public_key.jwk())]}}
)
KID = jurat.SigningKey(b"\x07" + bytes(31)).public_key.thumbprint


def device(
    issuer: str = PLACE.issuer, at: int = NOW, jti: str = "jti-1", kid: str = KID, changed: int = 0
) -> list[Command]:
    return [
        ("new",),
        ("mint", issuer, at, jti, kid, changed),
        ("answer", 401, 0, ANSWERS[0][1], 1, "Date", DATE),
        ("times", at, at, "rtc", UNKNOWN),
        ("server", PLACE.issuer, None, "oidc-provider", None, 0, None),
        ("keys", KEYS, None, None, 0, UNKNOWN),
        ("own-key", None, 1),
        ("seen", 1, "jti-0"),
        ("private", 0, HASH_KEY, 1024),
    ]


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ({"issuer": PLACE.issuer + "/"}, "audience_near_miss"),
        ({"issuer": "https://as.example/realms/lab"}, "audience_mismatch"),
        ({"at": NOW - 3_600}, "clock_skew"),
        ({"jti": "jti-0"}, "jti_replayed"),
        ({"kid": "another"}, "kid_unknown"),
        # A byte of the signature, and one of the claims.
        ({"changed": 20}, "signature_invalid"),
        ({"changed": 96}, "signature_invalid"),
    ],
)
def test_a_refusal_is_explained_where_it_happened(ask: Ask, what: Json, code: str) -> None:
    """The request is minted, sent with one thing wrong, and refused with the same words each time."""
    minted, explained, record = ask(*device(**what), ("explain",), ("explain-json",))
    assert reason(minted) == ("OK", "")
    assert explained["causes"][0] == [code, "proven"], explained
    assert explained["cannot_distinguish"] == []
    assert record["json"]["causes"][0]["code"] == code
    assert not re.search(r"eyJ|[A-Za-z0-9_-]{86}", json.dumps(record["json"]))


def test_what_is_right_passes(ask: Ask) -> None:
    minted, checked = ask(*device(), ("check",))
    assert reason(minted) == ("OK", "")
    failed = number("STATUS_FAILED")
    assert failed not in checked["checks"].values(), checked
    assert checked["checks"]["signature"] == checked["checks"]["audience"] == number("STATUS_PASSED")
    # And nothing is passed that nobody looked at.
    (unknown,) = ask(*device()[:2], ("private", 0, HASH_KEY, 1024), ("check",))[1:]
    for name in ("audience", "replay", "client", "http_method"):
        assert unknown["checks"][name] == number("STATUS_NOT_DECIDABLE"), name


def test_too_little_scratch_memory(ask: Ask) -> None:
    for size in (0, 1, 100):
        *_, explained = ask(*device()[:-1], ("private", 0, HASH_KEY, size), ("explain-json",))
        assert (name_of("CAUSE", explained["cause"]), explained["argument"]) == ("BUFFER_TOO_SMALL", "scratch")
        assert explained["size"] == 0


# ------------------------------------------------------------------------------------------------------------- linking

EXPLAINS = """#include "jurat.h"
int main(int argc, char **argv)
{
    (void)argv;
    jurat_evidence evidence = JURAT_EVIDENCE_INIT;
    jurat_diagnosis diagnosis;
    evidence.behaviour = BEHAVIOUR;
    (void)TEXT;
    return argc + (int)jurat_explain(&evidence, &diagnosis) == 1 ? 0 : 1;
}
"""


def test_a_program_has_what_it_names(tmp_path: Path) -> None:
    """Codes only: neither the sentences nor another server's texts, nor the curve. That is the linker's doing."""

    def program(behaviour: str, text: str) -> tuple[set[str], bytes]:
        elf = linked(EXPLAINS.replace("BEHAVIOUR", behaviour).replace("TEXT", text), tmp_path)
        assert subprocess.run([elf], check=False).returncode == 0
        symbols = {line.split()[-1] for line in run("nm", "--defined-only", elf).splitlines()}
        run("strip", elf)
        return symbols, elf.read_bytes()

    named = {
        it.removeprefix("jurat_") for it in re.findall(r"^extern const struct jurat_behaviour (\w+);", HEADER, re.M)
    }
    assert len(named) == 20

    def behaviours(symbols: set[str]) -> set[str]:
        return {it.removeprefix("jurat_") for it in symbols if it.startswith("jurat_behaviour_")} & named

    symbols, binary = program("&jurat_behaviour_keycloak", "0")
    assert behaviours(symbols) == {"behaviour_keycloak"}
    assert "jurat_p256_verify" not in symbols
    assert b"unable to load public key" in binary
    for text in (
        b"jwt id is used before",
        b"Spell aud exactly",
        b"they differ by a final slash",
        b"audience_near_miss",
    ):
        assert text not in binary, text
    symbols, binary = program("NULL", "jurat_fault_text(1)")
    assert behaviours(symbols) == set()
    assert b"Spell aud exactly" in binary
    assert b"they differ by a final slash" not in binary
    symbols, _ = program('jurat_behaviour_named(jurat_text("keycloak"))', "0")
    assert behaviours(symbols) == named


def test_every_behaviour_goes_with_its_profile() -> None:
    found = re.findall(r"^extern const struct jurat_(behaviour|profile) jurat_\1_(\w+);", HEADER, re.M)
    behaviours = {name for kind, name in found if kind == "behaviour"}
    assert behaviours <= {name for kind, name in found if kind == "profile"}
    assert FORM == "application/x-www-form-urlencoded"
