"""The comb signer on its boards: the way that it takes is the same for every key, nonce and hash.

That is what was seen of the compiled code: the same blocks in the same order, the same addresses read and written, and
no instruction that takes longer for some numbers than for others, the multiplication of a Cortex-M3 aside.
"""

from __future__ import annotations

import bisect
import re
from pathlib import Path

import executed
import pytest

import rust
import stack
import toolchain

# As sign.c has them.
COMB, HEDGED, BRANCHES, LOOKS_UP = 2, 3, 4, 5
BOARDS = ("thumbv6m", "thumbv7m", "thumbv7em-hf", "riscv32imc")
# A log of each instruction takes a while.
WITH_ADDRESSES = [("thumbv7m", "comb"), ("thumbv7em-hf", "comb"), ("thumbv7em-hf", "comb-arm")]
WITH_ASSEMBLY = [("thumbv7em-hf", "comb-arm"), ("thumbv8m.main-hf", "comb-arm")]

# Division ends early on every core that has it, and a table of branches is a branch.
VARIABLE = re.compile(r"[us]div|divu?|remu?|tb[bh]")
PREDICATED = re.compile(r"it[te]*")
# What an instruction that may be skipped is: one that takes one cycle whether it is or not, or one that is in a trace.
SKIPPABLE = re.compile(
    r"(mov|mvn|add|adc|sub|sbc|rsb|and|orr|eor|bic|lsl|lsr|asr|cmp|tst|uxt|sxt|ldr|str)\w*?"
    r"(eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)(\.[nw])?"
)


def program(signer: int, rounds: int, board: toolchain.Board, directory: Path, comb: str = "comb") -> Path:
    return toolchain.compile_and_link(
        [toolchain.HERE / "sign.c"],
        rust.library(p256=True, http=True, target=board.target, comb=comb),
        directory / f"sign-{signer}.elf",
        board=board,
        defines={"SIGNER": signer, "ROUNDS": rounds},
        include_dirs=[stack.HEADER.parent],
    )


@pytest.mark.parametrize("signer", [COMB, HEDGED], ids=["comb", "hedged"])
@pytest.mark.parametrize(("name", "comb"), [*((name, "comb") for name in BOARDS), *WITH_ASSEMBLY])
def test_the_path_is_the_same_for_every_key(name: str, comb: str, signer: int, tmp_path: Path) -> None:
    board = toolchain.BOARDS[name]
    elf = program(signer, 5, board, tmp_path, comb)
    first, *others = executed.paths(elf, board)
    assert len(others) == 4
    assert len(first) > 10_000
    assert all(other == first for other in others)
    # Nothing on it takes longer for some numbers.
    blocks = sorted(set(first))
    on_the_path = []
    for function in executed.functions(elf, board):
        start, end = function.instructions[0][0], function.instructions[-1][0]
        at = bisect.bisect_left(blocks, start)
        if at < len(blocks) and blocks[at] <= end:
            on_the_path.append(function)
    multiplication = "jurat_comb_arm::field::montgomery" if comb == "comb-arm" else "field::multiply32"
    assert any(multiplication in function.name for function in on_the_path)
    wrong = []
    for function in on_the_path:
        skippable = 0
        for _, opcode, operands in function.instructions:
            text = f"{function.name}: {opcode} {operands}"
            if VARIABLE.match(opcode) or (skippable and not SKIPPABLE.fullmatch(opcode)):
                wrong.append(text)
            skippable = len(opcode) - 1 if PREDICATED.fullmatch(opcode) else max(0, skippable - 1)
    assert not wrong


@pytest.mark.parametrize(("name", "comb"), WITH_ADDRESSES)
def test_the_addresses_are_the_same_for_every_key(name: str, comb: str, tmp_path: Path) -> None:
    board = toolchain.BOARDS[name]
    first, second = executed.addresses(program(COMB, 2, board, tmp_path, comb), board)
    assert len(first) > 50_000
    assert first == second


def test_a_branch_on_the_key_is_seen(tmp_path: Path) -> None:
    board = toolchain.DEFAULT
    first, *others = executed.paths(program(BRANCHES, 5, board, tmp_path), board)
    assert any(other != first for other in others)


def test_an_address_that_depends_on_the_key_is_seen(tmp_path: Path) -> None:
    board = toolchain.DEFAULT
    elf = program(LOOKS_UP, 2, board, tmp_path)
    first, second = executed.paths(elf, board)
    assert first == second
    one, other = executed.addresses(elf, board)
    different = {ours[0] for ours, theirs in zip(one, other, strict=True) if ours != theirs}
    assert [text.split(":")[0] for text in different] == ["sign"]
