"""The library on each board: it has the C side's ABI, and brings no instruction that the board does not have."""

from __future__ import annotations

from pathlib import Path

import pytest

import rust
import toolchain
from toolchain import BOARDS, Board


def link(board: Board, library: Path, directory: Path) -> Path:
    return toolchain.compile_and_link(
        [toolchain.HERE / "request.c"],
        library,
        directory / "request.elf",
        board=board,
        defines={"SIGNER": 2},
        include_dirs=[rust.ROOT / "include"],
    )


def c_only(board: Board, directory: Path) -> list[str]:
    source = directory / "nothing.c"
    source.write_text("int main(void) { return 0; }\n")
    return toolchain.instruction_set(
        toolchain.compile_and_link([source], None, directory / "nothing.elf", board=board), board
    )


@pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
def test_it_is_made_for_the_board(board: Board, tmp_path: Path) -> None:
    elf = link(board, rust.library(p256=True, target=board.target), tmp_path)
    assert toolchain.instruction_set(elf, board) == c_only(board, tmp_path)
    memory = toolchain.origins(elf, ["memcpy", "memset", "memmove", "memcmp"])
    assert memory
    assert all("libc" in origin for origin in memory.values()), memory
    assert not toolchain.symbols(elf, board) & toolchain.ALLOCATOR_SYMBOLS
    assert toolchain.run(elf, board=board, timeout=120).status == 0


# An object of the better processor makes the whole program one for that processor.
@pytest.mark.parametrize(("board", "better"), [("thumbv6m", "thumbv7m"), ("riscv32imc", "riscv32imac")])
def test_instructions_it_does_not_have_are_seen(board: str, better: str, tmp_path: Path) -> None:
    elf = link(BOARDS[board], rust.library(p256=True, target=BOARDS[better].target), tmp_path)
    assert toolchain.instruction_set(elf, BOARDS[board]) == c_only(BOARDS[better], tmp_path)


@pytest.mark.parametrize(
    ("board", "other"),
    [
        ("thumbv7em", "thumbv7em-hf"),
        ("thumbv7em-hf", "thumbv7em"),
        ("thumbv8m.main", "thumbv8m.main-hf"),
        ("thumbv8m.main-hf", "thumbv8m.main"),
    ],
)
def test_the_other_float_abi_does_not_link(board: str, other: str, tmp_path: Path) -> None:
    with pytest.raises(toolchain.ToolError, match="uses VFP register arguments"):
        link(BOARDS[board], rust.library(p256=True, target=BOARDS[other].target), tmp_path)
