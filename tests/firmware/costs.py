#!/usr/bin/env python3
"""What calls cost on each board, measured in QEMU: bytes of flash, RAM and stack, and executed instructions.

`python tests/firmware/costs.py` measures all that has a budget and prints it; with `--write` the figures become the
budgets, and the README's tables are made of them.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import rust
import stack
import toolchain

BUDGETS = rust.ROOT / "tests" / "budgets.toml"
README = rust.ROOT / "README.md"
FIGURES = ("flash", "ram", "stack", "instructions")


@dataclass(frozen=True)
class Measured:
    """A program, what it is told, and its calls that take the most stack; behind a call those made as callbacks."""

    program: str
    defines: Mapping[str, int]
    calls: tuple[tuple[str, ...], ...]
    comb: str = "comb"
    """The feature by which the library has the comb."""


def _request(signer: int, *calls: str, comb: str = "comb", **defines: int) -> Measured:
    return Measured("request", {"SIGNER": signer, **defines}, (calls,), comb)


def _part(part: int, *calls: tuple[str, ...]) -> Measured:
    return Measured("parts", {"PART": part}, calls)


def _sign(signer: int, call: str, comb: str = "comb") -> Measured:
    return Measured("sign", {"SIGNER": signer}, ((call,),), comb)


def _diagnosis(call: int, *calls: str) -> Measured:
    return Measured("explain", {"CALL": call}, (calls,))


MEASURED = {
    "builder": _request(1, "jurat_client_assertion_sign", ASSERTION=1),
    "builder-p256": _request(2, "jurat_client_assertion_sign", "jurat_p256_sign", ASSERTION=1),
    "builder-comb": _request(5, "jurat_client_assertion_sign", "jurat_comb_sign", ASSERTION=1),
    "builder-comb-arm": _request(5, "jurat_client_assertion_sign", "jurat_comb_sign", comb="comb-arm", ASSERTION=1),
    "sign-p256": _sign(1, "jurat_p256_sign"),
    "sign-comb": _sign(2, "jurat_comb_sign"),
    "sign-comb-2k": _sign(2, "jurat_comb_sign", "comb-2k"),
    "sign-comb-8k": _sign(2, "jurat_comb_sign", "comb-8k"),
    "sign-comb-arm": _sign(2, "jurat_comb_sign", "comb-arm"),
    "callback": _request(1, "jurat_token_request_sign"),
    "p256": _request(2, "jurat_token_request_sign", "jurat_p256_sign"),
    "verified": _request(3, "jurat_token_request_sign", "jurat_verified_sign", "jurat_p256_sign"),
    "import": _request(4, "jurat_key_import"),
    "metadata": _part(1, ("jurat_metadata_read",)),
    "response": _part(2, ("jurat_response_read",)),
    "clock": _part(3, ("jurat_http_date",), ("jurat_clock_learn",), ("jurat_clock_issued_at",)),
    "server": _part(4, ("jurat_token_request_sign",)),
    "exchange": _part(5, ("jurat_exchange_sign",), ("jurat_exchange_answer",)),
    "http": _part(6, ("jurat_response_http1",)),
    "check": _diagnosis(1, "jurat_check"),
    "explain": _diagnosis(2, "jurat_explain"),
    "explain-texts": _diagnosis(3, "jurat_explain"),
    "explain-json": _diagnosis(4, "jurat_explain_json"),
    "everything": _part(7, ("jurat_exchange_sign", "jurat_p256_sign"), ("jurat_key_import",)),
}


@dataclass(frozen=True)
class Cost:
    flash: int
    ram: int
    stack: int
    instructions: int
    elf: Path


def build(name: str, opt: str, board: toolchain.Board, directory: Path, *, frame: bool = False) -> Path:
    """The program that does it, with the library that has every feature; as a frame, the same without the library."""
    measured = MEASURED[name]
    defines = {**measured.defines, next(iter(measured.defines)): 0} if frame else measured.defines
    return toolchain.compile_and_link(
        [toolchain.HERE / f"{measured.program}.c"],
        None if frame else rust.library(p256=True, http=True, opt=opt, target=board.target, comb=measured.comb),
        directory / f"{name}-{opt}{'-frame' if frame else ''}.elf",
        board=board,
        defines=defines,
        include_dirs=[stack.HEADER.parent],
    )


def measure(name: str, opt: str, board: toolchain.Board, directory: Path) -> Cost:
    """Flash and RAM beyond those of the same program without the library; the program's own buffers are not counted."""
    frame, elf = build(name, opt, board, directory, frame=True), build(name, opt, board, directory)
    runs = [toolchain.run(elf, board=board, timeout=120, icount=True) for _ in range(2)]
    if runs[0].status != 0 or runs[0].stdout != runs[1].stdout:
        raise toolchain.ToolError(f"{name}: status {runs[0].status}, or not repeatable\n{runs[0].stdout.decode()}")
    numbers = dict(line.split() for line in runs[0].stdout.decode().splitlines()[:4])
    buffers = {"body", "body_length", "bytes", "hash", "key", "message_length", "record_length", "signature"}
    ours = toolchain.symbols(elf, board) - toolchain.symbols(frame, board) - buffers
    ram = sum(
        symbol.size
        for symbol in toolchain.sections_by_symbol(elf, board=board)
        if symbol.name in ours and symbol.kind.lower() in {"b", "d"}
    )
    return Cost(
        flash=toolchain.size(elf, board).flash - toolchain.size(frame, board).flash,
        ram=ram,
        stack=int(numbers["stack"]),
        instructions=int(numbers["instructions"]),
        elf=elf,
    )


Budgets = dict[str, dict[str, dict[str, int]]]


def budgets() -> Budgets:
    """By target, what is measured, and figure."""
    return tomllib.loads(BUDGETS.read_text())


def board_of(target: str) -> toolchain.Board:
    (board,) = (board for board in toolchain.BOARDS.values() if board.target == target)
    return board


def measured(directory: Path) -> Iterable[tuple[str, str, Cost]]:
    for target, names in budgets().items():
        for name in names:
            what, _, opt = name.rpartition("-")
            yield target, name, measure(what, opt, board_of(target), directory)


def _table(heads: Iterable[str], rows: Iterable[Iterable[str | int]]) -> str:
    lines = [f"| {' | '.join(heads)} |", f"| {' | '.join('---' if n == 0 else '---:' for n, _ in enumerate(heads))} |"]
    lines += [f"| {' | '.join(it if isinstance(it, str) else f'{it:,}' for it in row)} |" for row in rows]
    return "\n".join(lines)


BUILDS = {"builder": "builder-s", "with p256": "builder-p256-s", "everything": "everything-s"}


SIGNED = ("flash", "stack", "instructions")


def _targets(figures: Budgets, *wanted: str) -> str:
    return _table(
        ("target", *(f"{what}: {figure}" for what in BUILDS for figure in wanted)),
        (
            [f"`{target}`", *(rows[name][figure] for name in BUILDS.values() for figure in wanted)]
            for target, rows in figures.items()
        ),
    )


def tables(figures: Budgets) -> dict[str, str]:
    """The README's: the three builds on every target, and what each build costs on the main one."""
    main = figures[toolchain.DEFAULT.target]
    return {
        "memory": _targets(figures, "flash", "stack"),
        "instructions": _targets(figures, "instructions"),
        "signers": _table(
            ("target", "signer", *SIGNED),
            (
                [f"`{target}`", f"`{name.removeprefix('sign-')}`", *(row[figure] for figure in SIGNED)]
                for target, rows in figures.items()
                for name, row in rows.items()
                if name.startswith("sign-")
            ),
        ),
        "costs": _table(
            ("build", "flash, bytes", "static RAM", "peak stack", "instructions"),
            (
                [f"`{name}`", *(row[figure] for figure in FIGURES)]
                for name, row in main.items()
                if not name.startswith("sign-")
            ),
        ),
    }


def in_readme(name: str, text: str) -> re.Match[str]:
    """The place of a table, between its two comments."""
    found = re.search(
        rf"(?<=<!-- {name}: written by `tests/firmware/costs.py --write` -->\n\n).*?(?=\n\n<!-- end of {name} -->)",
        text,
        re.DOTALL,
    )
    assert found, name
    return found


def write(costs: Iterable[tuple[str, str, Cost]]) -> None:
    text = BUDGETS.read_text()
    for target, name, cost in costs:
        line = ", ".join(f"{figure} = {getattr(cost, figure)}" for figure in FIGURES)
        section = re.search(rf"^\[\"?{re.escape(target)}\"?\]\n(?:.+\n)*", text, re.MULTILINE)
        assert section
        changed = re.sub(rf"^{name} = .*$", f"{name} = {{ {line} }}", section[0], flags=re.MULTILINE)
        text = text[: section.start()] + changed + text[section.end() :]
    BUDGETS.write_text(text)
    readme = README.read_text()
    for name, table in tables(tomllib.loads(text)).items():
        place = in_readme(name, readme)
        readme = readme[: place.start()] + table + readme[place.end() :]
    README.write_text(readme)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the figures into tests/budgets.toml and README.md")
    arguments = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory() as temporary:
        for target, name, cost in measured(Path(temporary)):
            print(target, name, *(f"{getattr(cost, figure):,} {figure}" for figure in FIGURES), flush=True)
            found.append((target, name, cost))
    if arguments.write:
        write(found)
