"""The blocks of code on the pages of py/docs, and what runs each language."""

from __future__ import annotations

import contextlib
import csv
import doctest
import io
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
import tomllib
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "py" / "docs"
# Cargo's, for the programs on the pages.
BUILD = ROOT / "target" / "docs"

FENCE = re.compile(r"^( *)(`{3,}|~{3,}) *([^`\n]*)\n(.*?)^\1\2 *$", re.MULTILINE | re.DOTALL)
C_FLAGS = ("-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror")


class BlockError(AssertionError):
    """A block does not do what the page says."""


@dataclass(frozen=True)
class Block:
    page: str  # below py/docs, without .md
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}.md:{self.line} ({self.language})"

    @property
    def name(self) -> str:
        """Fit for a file's name."""
        return f"{re.sub(r'[^a-z]', '_', self.page)}_{self.line}"


def pages() -> list[str]:
    return sorted(str(path.relative_to(DOCS).with_suffix("")) for path in DOCS.rglob("*.md"))


def blocks(page: str) -> list[Block]:
    source = (DOCS / f"{page}.md").read_text()
    found = [
        # Its first line, below the fence.
        Block(page, source.count("\n", 0, match.start()) + 2, match[3].strip(), textwrap.dedent(match[4]))
        for match in FENCE.finditer(source)
    ]
    fences = len(re.findall(r"^ *(?:`{3,}|~{3,})", source, re.MULTILINE))
    if fences != 2 * len(found):
        raise BlockError(f"{page}.md: a block has no end")
    return found


def every_block(language: str) -> list[Block]:
    return [block for page in pages() for block in blocks(page) if block.language == language]


class Reader:
    """Does what a page says, block by block, in one folder."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._environment = {**os.environ, **environment}
        self._names: dict[str, Any] = {"__name__": "__main__"}
        # What the block before has printed; None where there was none.
        self._printed: str | None = None

    def do(self, block: Block) -> None:
        if block.language == "text":
            self._compare(block)
            return
        languages: dict[str, Callable[[Block], str]] = {
            "python": self._python,
            "sh": self._sh,
            "c": self._c,
            "rust": self._rust,
            "json": lambda block: str(json.loads(block.text))[:0],
            "toml": lambda block: str(tomllib.loads(block.text))[:0],
            "csv": self._csv,
        }
        if block.language not in languages:
            raise BlockError(f"{block}: nothing runs this language")
        self._printed = languages[block.language](block)

    def _compare(self, block: Block) -> None:
        """A block of text is what the block before it prints, with ... for what is another each time."""
        if self._printed is None:
            raise BlockError(f"{block}: the output of nothing")
        if not block.text.replace("...", "").strip():
            raise BlockError(f"{block}: an output that is anything")
        options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        if not doctest.OutputChecker().check_output(block.text, self._printed, options):
            raise BlockError(f"{block}: the output is\n{self._printed}")
        self._printed = None

    def _python(self, block: Block) -> str:
        # As many lines as stand above it, so that a traceback has the line of the page.
        code = compile("\n" * (block.line - 1) + block.text, str(DOCS / f"{block.page}.md"), "exec")
        with contextlib.redirect_stdout(io.StringIO()) as printed, warnings.catch_warnings():
            # What a library wants to be done in another way is no example.
            warnings.simplefilter("error")
            exec(code, self._names)
        return printed.getvalue()

    def _sh(self, block: Block) -> str:
        return self._run(block, "bash", "-e", "-o", "pipefail", "-c", block.text)

    def _c(self, block: Block) -> str:
        # Under the name that its first line has, for what comes after it on the page.
        named = re.match(r"/\* (\w+\.c) \*/\n", block.text)
        source = self._folder / (named[1] if named else f"{block.name}.c")
        source.write_text(block.text)
        command = ["gcc", *C_FLAGS, f"-I{ROOT / 'include'}", f"-I{self._folder}", str(source)]
        if not re.search(r"\bint main\(", block.text):
            return self._run(block, *command, "-Wno-unused-function", "-fsyntax-only")
        program = str(self._folder / block.name)
        self._run(block, *command, str(c_library()), "-o", program)
        return self._run(block, program)

    def _rust(self, block: Block) -> str:
        programs = rust_programs()
        return self._run(block, str(programs[block])) if block in programs else ""

    def _csv(self, block: Block) -> str:
        rows = list(csv.reader(io.StringIO(block.text), strict=True))
        if len({len(row) for row in rows}) != 1:
            raise BlockError(f"{block}: rows of several lengths")
        return ""

    def _run(self, block: Block, *command: str) -> str:
        done = subprocess.run(
            command,
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        if done.returncode != 0:
            raise BlockError(f"{block}: status {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout


def cargo(*arguments: str | Path) -> None:
    done = subprocess.run(
        ["cargo", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, timeout=1800, check=False
    )
    if done.returncode != 0:
        raise BlockError(f"cargo {' '.join(map(str, arguments))}\n{done.stderr}")


@cache
def c_library() -> Path:
    cargo("build", "--locked", "--quiet", "--release", "--package", "jurat-ffi")
    return ROOT / "target" / "release" / "libjurat.a"


MANIFEST = """\
[package]
name = "pages"
edition = "2024"
publish = false

{dependencies}
[patch.crates-io]
jurat-core = {{ path = {core} }}

[workspace]
"""
# Firmware, for which the blocks without a main function are compiled besides.
TARGET = "thumbv7em-none-eabihf"


@cache
def rust_programs() -> dict[Block, Path]:
    """Compiles all blocks at once; gives the program of each that has a main function.

    What a reader adds to Cargo.toml is a block of TOML. The others are modules of one library without std.
    """
    found = every_block("rust")
    manifests = [block.text for block in every_block("toml") if "[dependencies]" in block.text]
    if len(manifests) != 1:
        raise BlockError(f"{len(manifests)} blocks with dependencies, where one is right")
    shutil.rmtree(BUILD / "src", ignore_errors=True)
    (BUILD / "src" / "bin").mkdir(parents=True)
    core = json.dumps(str(ROOT / "core"))
    (BUILD / "Cargo.toml").write_text(MANIFEST.format(dependencies=manifests[0], core=core))
    # The same versions as everywhere here.
    shutil.copy(ROOT / "Cargo.lock", BUILD / "Cargo.lock")
    programs = {block: BUILD / "debug" / block.name for block in found if re.search(r"\bfn main\(", block.text)}
    library = ["#![no_std]", "#![deny(warnings)]", "#![allow(dead_code)]"]
    for block in found:
        if block in programs:
            (BUILD / "src" / "bin" / f"{block.name}.rs").write_text(block.text)
        else:
            library += [f"mod {block.name} {{", block.text, "}"]
    (BUILD / "src" / "lib.rs").write_text("\n".join(library) + "\n")
    cargo("fetch", "--locked")
    options = ("--quiet", "--offline", "--manifest-path", BUILD / "Cargo.toml", "--target-dir", BUILD)
    cargo("build", *options)
    cargo("check", *options, "--lib", "--target", TARGET)
    return programs


def command_path() -> str:
    """PATH with the command `jurat` of this interpreter."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    if shutil.which("jurat", path=path) is None:
        raise BlockError("the command jurat is not installed")
    return path
