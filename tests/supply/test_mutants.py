"""What is written about the mutants of the core is what is known of them."""

from __future__ import annotations

import re
from pathlib import Path

import judge


def test_the_page_is_made_of_the_outcomes_and_of_the_sources_as_they_are() -> None:
    assert judge.PAGE.read_text() == judge.page(), "write it anew: tests/mutants/judge.py --page"


def test_every_reason_is_for_a_survivor() -> None:
    survived = [name for came in judge.known().values() for name in came["survived"]]
    for each in judge.reasons():
        fitting = [name for name in survived if re.fullmatch(each["mutant"], name.split(":", 3)[3].strip())]
        assert fitting and each["reason"], each
        assert each.get("file") in {None, *(name.split(":")[0] for name in fitting)}, each


def test_a_reason_is_for_what_it_names_alone() -> None:
    place = "core/src/encoding/base64url.rs:131:26: "
    assert judge.reason(f"{place}replace | with ^ in decode")
    assert judge.reason(f"{place}replace | with & in decode") is None
    assert judge.reason("core/src/error.rs:131:26: replace | with ^ in decode") is None


def test_a_file_is_another_when_its_code_is_but_not_when_its_tests_are(tmp_path: Path) -> None:
    file = tmp_path / "a.rs"

    def digest(text: str) -> str:
        file.write_text(text)
        return judge.digest(file)

    tests = "\n#[cfg(test)]\nmod tests {{ {} }}\n"
    assert digest("code" + tests.format("one")) == digest("code" + tests.format("two")) == digest("code")
    assert digest("code") != digest("other")
