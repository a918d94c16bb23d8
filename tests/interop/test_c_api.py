"""The C API under bad callers, with the sanitizers on both sides; its macros and symbols against the library."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from runners import C_FLAGS, C_SOURCES, ROOT, SANITIZERS, built, c_library, cargo, run


@cache
def sanitized_library() -> Path:
    """The library with the address sanitizer in its own code too, which only a nightly compiler can put there."""
    rustup = shutil.which("rustup")
    nightly = rustup and subprocess.run(
        [rustup, "component", "list", "--installed", "--toolchain", "nightly"],
        capture_output=True,
        text=True,
        check=False,
    )
    if not nightly or "rust-src" not in nightly.stdout.split():
        pytest.skip("no nightly Rust with rust-src is installed")
    host = re.search(r"^host: (.*)$", run("rustc", "+nightly", "-vV"), re.MULTILINE)
    assert host
    directory = ROOT / "target" / "sanitized"
    command = ["cargo", "+nightly", "rustc", "--locked", "--quiet", "-Zbuild-std", "--target", host[1]]
    command += ["--target-dir", str(directory), "--package", "jurat-ffi", "--features", "comb"]
    command += ["--lib", "--crate-type", "staticlib"]
    environment = {**os.environ, "RUSTFLAGS": "-Zsanitizer=address"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return directory / host[1] / "debug" / "libjurat.a"


@pytest.mark.parametrize("library", [c_library, sanitized_library])
def test_bad_callers(library: Callable[[], Path], tmp_path: Path) -> None:
    (tmp_path / "sizes_table.h").write_text(run(built("vectors_c"), "--sizes"))
    program = tmp_path / "bad_callers"
    includes = (f"-I{ROOT / 'include'}", f"-I{tmp_path}")
    run("gcc", *C_FLAGS, *SANITIZERS, *includes, C_SOURCES / "bad_callers.c", library(), "-o", program)
    done = subprocess.run([program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    passed = re.fullmatch(r"(\d+) checks passed", done.stdout.splitlines()[-1])
    assert passed and int(passed[1]) > 60_000


def test_the_sanitizer_sees_into_the_library(tmp_path: Path) -> None:
    """A length without its bytes, which no library can tell, has to be seen where the library reads a text."""
    source = tmp_path / "too_long.c"
    source.write_text("""
#include <string.h>
#include "jurat.h"
int main(void)
{
    jurat_str date = { strdup("Mon"), 30 };
    uint64_t seconds;
    return jurat_http_date(date, &seconds) == JURAT_OK;
}
""")
    program = tmp_path / "too_long"
    run("gcc", *SANITIZERS, f"-I{ROOT / 'include'}", source, sanitized_library(), "-o", program)
    done = subprocess.run([program], capture_output=True, text=True, check=False)
    assert re.search(r"^SUMMARY: .*heap-buffer-overflow", done.stderr, re.MULTILINE), done.stderr
    assert re.search(r"^ +#\d+ .*is_utf8", done.stderr, re.MULTILINE), done.stderr


def test_only_jurat_symbols_are_exported() -> None:
    cargo("--release", "--package", "jurat-ffi")
    library = ROOT / "target" / "release" / "libjurat.so"
    exported = {line.split()[-1] for line in run("nm", "--dynamic", "--defined-only", library).splitlines()}
    header = (ROOT / "include" / "jurat.h").read_text()
    # Without what is in no library that does not ask for it.
    header = re.sub(r"^#if defined\(JURAT_COMB\)[\s\S]*?^#endif", "", header, flags=re.MULTILINE)
    declared = set(re.findall(r"^\w[\w \*]*?\b(jurat_\w+)\(", header, re.MULTILINE))
    declared |= set(re.findall(r"^extern const struct jurat_\w+ (\w+);", header, re.MULTILINE))
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
