"""The truth table is about the cases that there are, and says only what the library can."""

from __future__ import annotations

import re

import pytest

from cases import CASES
from truth import HERE, SERVERS, codes, recorded, table, truth

ROWS = table()


@pytest.mark.parametrize("server", SERVERS)
def test_every_refusal_has_a_row(server: str) -> None:
    refused = {row["case"] for row in recorded(server) if row["status"] >= 400}
    assert len(refused) >= 80
    assert refused - ROWS.keys() == set()
    assert all(truth(ROWS, case, server).causes for case in refused)


def test_no_row_is_about_an_unknown_case() -> None:
    refused = {row["case"] for server in SERVERS for row in recorded(server) if row["status"] >= 400}
    extra = {case for case, row in ROWS.items() if row.get("extra")}
    assert ROWS.keys() - extra == refused
    # What was recorded is provoked, too, and nothing else than what has a row.
    provoked = {name for name, case in CASES.items() if not case.control}
    assert provoked == refused | extra and not refused & extra


@pytest.mark.parametrize("case", ROWS)
def test_rows_are_well_formed(case: str) -> None:
    row = ROWS[case]
    known = codes()
    assert len(known) > 50
    allowed = {"causes", "also", "decidable", "why"}
    assert row.keys() <= allowed | {"extra", "at"}
    assert row["decidable"] in (True, False, "profile")
    elsewhere = row.get("at", {})
    assert elsewhere.keys() <= set(SERVERS)
    assert all(it.keys() <= allowed for it in elsewhere.values())
    for server in SERVERS:
        it = truth(ROWS, case, server)
        # More than three would be no answer.
        assert 1 <= len(it.causes) <= 3
        assert known.issuperset(it.causes) and it.also <= known and it.also.isdisjoint(it.causes)


@pytest.mark.parametrize("server", SERVERS)
def test_recordings_hold_no_credentials(server: str) -> None:
    text = (HERE / "recorded" / f"{server}.jsonl").read_text()
    assert not re.search(r"eyJ[\w-]{8}", text)
    for row in recorded(server):
        assert not re.search(r'access_token": ?"(?!<redacted>)', row["body"])
        sent = row["sent"]
        assert all(value.endswith("<removed>") for value in sent.get("http_headers", {}).values())
        assert all(value == "<removed>" for name, value in sent["params"] if name == "client_secret")
        assert '"d"' not in str(sent)
