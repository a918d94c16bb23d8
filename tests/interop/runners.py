"""Those that make assertions: Rust, C on the host, Python, and C firmware on each emulated board.

Each takes a file of vectors and gives a report, a line for each vector: id, status, output.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import rust
import toolchain

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
C_SOURCES = TESTS / "c"

SANITIZERS = ("-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
C_FLAGS = ("-DJURAT_COMB", "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror")


class RunnerError(Exception):
    """A runner did not come to its end: no report, and no reason to skip a test."""


@dataclass(frozen=True)
class Line:
    status: int
    output: str


Report = dict[str, Line]


def run(*command: str | Path) -> str:
    done = subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RunnerError(f"{command}: status {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr}")
    return done.stdout


@cache
def cargo(*arguments: str) -> None:
    run("cargo", "build", "--locked", "--quiet", *arguments)


def built(name: str) -> Path:
    """A program of the Rust test package."""
    cargo("--package", "jurat-tests", "--bins")
    return ROOT / "target" / "debug" / name


def c_library() -> Path:
    """For C on the host, with all that it can have in it, as C_FLAGS tell the header."""
    cargo("--package", "jurat-ffi", "--features", "comb")
    return ROOT / "target" / "debug" / "libjurat.a"


def table(vectors: Path, directory: Path) -> Path:
    """The vectors as C, for both programs that include it."""
    source = directory / "vectors_table.h"
    source.write_text(run(built("vectors_c"), vectors))
    return source


def rust_report(vectors: Path, _: Path) -> str:
    return run(built("vectors_rust"), vectors)


def c_report(vectors: Path, directory: Path) -> str:
    table(vectors, directory)
    program = directory / "vectors_host"
    sources = [C_SOURCES / "vectors_main.c", C_SOURCES / "host_main.c"]
    run("gcc", *C_FLAGS, f"-I{ROOT / 'include'}", f"-I{directory}", *sources, c_library(), "-o", program)
    return run(program)


def firmware_report(board: toolchain.Board, vectors: Path, directory: Path) -> str:
    table(vectors, directory)
    elf = toolchain.compile_and_link(
        [C_SOURCES / "vectors_main.c", TESTS / "firmware" / "vectors_firmware.c"],
        rust.library(p256=True, target=board.target),
        directory / "vectors.elf",
        board=board,
        defines={"JURAT_COMB": None},
        include_dirs=[ROOT / "include", directory],
    )
    result = toolchain.run(elf, board=board, timeout=600)
    if result.status != 0:
        raise RunnerError(f"firmware: status {result.status}\n{result.stdout[-2000:].decode()}")
    return result.stdout.decode()


def python_report(vectors: Path, _: Path) -> str:
    return run(sys.executable, TESTS / "py" / "vectors_py.py", vectors)


# One of each kind: what they make goes to other libraries and to servers.
RUNNERS = ("rust", "c", "python", "firmware")
EVERY_RUNNER: dict[str, Callable[[Path, Path], str]] = {
    "rust": rust_report,
    "c": c_report,
    "python": python_report,
    "firmware": partial(firmware_report, toolchain.DEFAULT),
    **{
        f"firmware-{name}": partial(firmware_report, board)
        for name, board in toolchain.BOARDS.items()
        if board != toolchain.DEFAULT
    },
}


def report(runner: str, vectors: Path, directory: Path) -> Report:
    """What one of EVERY_RUNNER says of each vector, in its order."""
    lines: Report = {}
    for text in EVERY_RUNNER[runner](vectors, directory).splitlines():
        name, status, output = [*text.split(" ", 2), ""][:3]
        if name in lines:
            raise RunnerError(f"{runner} reports {name} twice")
        lines[name] = Line(int(status), output)
    return lines
