"""Each data file in git has a line that says where it is from; what SECURITY.md refers to is there."""

from __future__ import annotations

import re
import subprocess
from fnmatch import fnmatchcase

import pytest

import rust

ROOT = rust.ROOT
TABLE = ROOT / "tests" / "PROVENANCE.md"

# What is written by hand to be compiled, run, built by or read.
SOURCES = re.compile(
    r"\.(c|cmake|cmake\.in|conf|defaults|h|ini|ld|md|mjs|pc\.in|py|pyi|rs|toml|typed|x|yml)$"
    r"|(^|/)(\.gitignore|CMakeLists\.txt|Kconfig|Makefile)$|^(\.ci/run|ffi-c/release|tests/run)$"
)


def files(*options: str) -> list[str]:
    command = ["git", "ls-files", "-z", *options]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return listed.strip("\0").split("\0")


def patterns() -> list[str]:
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in TABLE.read_text().splitlines() if "|" in line]
    assert all(len(row) == 3 and all(row) for row in rows)
    return [path.strip("`") for path, _, _ in rows[2:]]


def uncovered(names: list[str]) -> list[str]:
    data = [name for name in names if not SOURCES.search(name)]
    return [name for name in data if not any(fnmatchcase(name, pattern) for pattern in patterns())]


def test_each_data_file_has_its_line() -> None:
    names = files()
    assert len([name for name in names if not SOURCES.search(name)]) > 20
    assert uncovered(names) == []


@pytest.mark.parametrize("name", ["tests/vectors/others.json", "tests/key.pem", "py/a.der", "core/words.txt", "a"])
def test_a_file_without_a_line_is_found(name: str) -> None:
    assert uncovered(["README.md", name]) == [name]


@pytest.mark.parametrize("pattern", patterns())
def test_each_line_has_a_file(pattern: str) -> None:
    """Which may not be in git yet."""
    assert any(ROOT.glob(pattern)) or any(fnmatchcase(name, pattern) for name in files()), pattern


@pytest.mark.parametrize("page", ["SECURITY.md", "tests/PROVENANCE.md"])
def test_links_lead_somewhere(page: str) -> None:
    path = ROOT / page
    links = re.findall(r"\]\(([^)#]+)\)", path.read_text())
    assert links
    assert [link for link in links if not (path.parent / link).exists()] == []
