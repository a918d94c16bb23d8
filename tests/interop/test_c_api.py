"""The C API under bad callers, with the sanitizers on the C side; its macros and symbols against the library."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from runners import C_FLAGS, C_SOURCES, ROOT, SANITIZERS, built, cargo, run


def test_bad_callers(tmp_path: Path) -> None:
    cargo("--package", "jurat-ffi")
    (tmp_path / "sizes_table.h").write_text(run(built("vectors_c"), "--sizes"))
    program = tmp_path / "bad_callers"
    includes = (f"-I{ROOT / 'include'}", f"-I{tmp_path}")
    library = ROOT / "target" / "debug" / "libjurat.a"
    run("gcc", *C_FLAGS, *SANITIZERS, *includes, C_SOURCES / "bad_callers.c", library, "-o", program)
    done = subprocess.run([program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    passed = re.fullmatch(r"(\d+) checks passed", done.stdout.splitlines()[-1])
    assert passed and int(passed[1]) > 10_000


def test_only_jurat_symbols_are_exported() -> None:
    cargo("--release", "--package", "jurat-ffi")
    library = ROOT / "target" / "release" / "libjurat.so"
    exported = {line.split()[-1] for line in run("nm", "--dynamic", "--defined-only", library).splitlines()}
    header = (ROOT / "include" / "jurat.h").read_text()
    declared = set(re.findall(r"^\w[\w \*]*?\b(jurat_\w+)\(", header, re.MULTILINE))
    declared |= set(re.findall(r"^extern const struct jurat_profile (\w+);", header, re.MULTILINE))
    assert exported == declared - {"jurat_text"}


@pytest.mark.parametrize(("compiler", "language"), [("gcc", "c"), ("g++", "c++")])
@pytest.mark.parametrize(
    ("hook", "place", "other"),
    [
        ("jurat_server_hook", "jurat_server *to) { to->hook", "jurat_http_hook"),
        ("jurat_http_hook", "jurat_token_request *to) { to->http_hook", "jurat_server_hook"),
    ],
)
def test_no_hook_takes_the_place_of_another(compiler: str, language: str, hook: str, place: str, other: str) -> None:
    command = [compiler, f"-x{language}", "-Wall", "-Werror", f"-I{ROOT / 'include'}", "-fsyntax-only", "-"]
    for named in (hook, other):
        source = f'#include "jurat.h"\nvoid set({place} = {named}; }}\n'
        done = subprocess.run(command, input=source, capture_output=True, text=True, check=False)
        assert (done.returncode == 0) == (named == hook), done.stderr
        assert named == hook or "incompatible" in done.stderr or "invalid conversion" in done.stderr
