"""The panics that are left where curve, key import and HTTP are: exactly those that panics.toml gives a reason for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from test_budgets import UNGATED

import rust
import stack
import toolchain

LIST = Path(__file__).with_name("panics.toml")

# A function, and the function of core by which it panics.
Panic = tuple[str, str]


def listed() -> set[Panic]:
    found: set[Panic] = set()
    for entry in tomllib.loads(LIST.read_text())["panic"]:
        assert set(entry) == {"functions", "panics", "reason"}
        assert entry["reason"].strip(), entry["functions"]
        here = {(function, panic) for function in entry["functions"] for panic in entry["panics"]}
        assert not here & found, "listed twice"
        found |= here
    return found


def linked(elf: Path, board: toolchain.Board) -> set[Panic]:
    """Every function outside of core that refers to one in core that leads to the panic handler."""
    names: dict[int, str] = {}
    references: set[tuple[int, int]] = set()
    for start, name, _, _, operands in stack.instructions(elf, board):
        names[start] = name
        references.update((start, int(target, 16)) for target in re.findall(r"\b([0-9a-f]+) <", operands))
    pairs = {(names[start], names[target]) for start, target in references if target in names}
    ways = {name for name in names.values() if re.match("core::panicking::|.*rust_begin_unwind", name)}
    while more := {caller for caller, callee in pairs if callee in ways and caller.startswith("core::")} - ways:
        ways |= more
    return {(caller, callee.rpartition("::")[2]) for caller, callee in pairs if callee in ways and caller not in ways}


@pytest.mark.parametrize("board", toolchain.BOARDS.values(), ids=toolchain.BOARDS)
def test_each_panic_has_its_reason(board: toolchain.Board, tmp_path: Path) -> None:
    flags = [rust.COMPACT_SHA256]
    if board.target == rust.WITHOUT_CORE:
        # With core built from its source, names would be written in another way.
        flags.append("-Zunstable-options -Csymbol-mangling-version=legacy")
    library = rust.library(p256=True, http=True, flags=flags, target=board.target)
    functions = stack.header_functions()
    found = linked(stack.link(functions, library, tmp_path, board), board)
    new, gone = found - listed(), listed() - found
    assert not new, f"panics without a reason: {sorted(new)}"
    assert not gone, f"reasons for panics that are gone, to be deleted: {sorted(gone)}"
    # The gate is shut in this library too, with all that the gate's own build leaves out.
    gated = [name for name in functions if name not in UNGATED]
    assert not linked(stack.link(gated, library, tmp_path, board), board)
