"""The live cases are the recorded ones, and each of them is one thing."""

from __future__ import annotations

import json

import pytest

from cases import CASES
from live import Observed
from truth import SERVERS, recorded, table

# Answered in another way than in the recordings, each by the way in which the test's server differs from theirs.
GRANT_RULES = {"grant_sub_missing", "grant_replay_same_jwt", "grant_jti_missing", "grant_same_jwt_for_both"}
WITH_CLIENT_ID = {"jwt_empty"}
NO_OTHER_METHOD = {"assertion_type_wrong", "assertion_type_is_grant_urn", "assertion_type_missing", "assertion_missing"}
DIFFERENT = {
    "oidc-provider": GRANT_RULES | WITH_CLIENT_ID | {"grant_assertion_missing"},
    "oidc-provider-fapi2": GRANT_RULES | WITH_CLIENT_ID | {"grant_assertion_missing"},
    "authlib": GRANT_RULES | WITH_CLIENT_ID | NO_OTHER_METHOD | {"client_without_key_auth"},
    "better-auth": set(),
}


@pytest.mark.parametrize("server", SERVERS)
def test_servers_answer_as_recorded(server: str, observed: dict[str, list[Observed]]) -> None:
    rows = {row["case"]: row for row in recorded(server)}
    compared = 0
    for it in observed[server]:
        if it.case not in rows or it.case in DIFFERENT[server]:
            continue
        row = rows[it.case]
        assert it.answer.status == row["status"], it
        if it.refused:
            compared += 1
            assert it.answer.headers.get("content-type") == row["content_type"], it
            if row["error"] is not None:
                answered = json.loads(it.answer.body)
                assert answered["error"] == row["error"], it
                assert answered.get("error_description") == row["error_description"], it
    assert compared >= 80


@pytest.mark.parametrize("server", SERVERS)
def test_cases_are_refused(server: str, observed: dict[str, list[Observed]]) -> None:
    refused = {it.case for it in observed[server] if it.refused}
    assert len(refused) >= 140
    assert refused <= table().keys()
    assert not {it.case for it in observed[server] if CASES[it.case].control} & refused


def test_every_case_is_refused_somewhere(observed: dict[str, list[Observed]]) -> None:
    refused = {it.case for all_of_one in observed.values() for it in all_of_one if it.refused}
    assert {name for name, case in CASES.items() if not case.control} == refused


@pytest.mark.parametrize("server", SERVERS)
def test_documents_are_json_without_private_keys(server: str, observed: dict[str, list[Observed]]) -> None:
    for it in observed[server]:
        text = json.dumps(it.document)
        assert '"d":' not in text and "PRIVATE" not in text
        assert json.loads(text) == it.document
