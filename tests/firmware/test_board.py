"""The board support, tested without the library. Needs the cross compilers and QEMU."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import toolchain
from toolchain import BOARDS, Board

STATUS_FAULT = 120
TIMEOUT = 60.0

Build = Callable[..., Path]

# Where a look at one board, or one of each architecture, is enough.
one_board = pytest.mark.parametrize("board", ["thumbv7em-hf"], indirect=True)
one_of_each = pytest.mark.parametrize("board", ["thumbv7em-hf", "riscv32imc"], indirect=True)


@pytest.fixture(params=BOARDS)
def board(request: pytest.FixtureRequest) -> Board:
    return BOARDS[request.param]


@pytest.fixture
def build(board: Board, tmp_path: Path) -> Build:
    def build(case: str, **defines: str | int) -> Path:
        return toolchain.compile_and_link(
            [toolchain.HERE / "selftest.c"],
            None,
            tmp_path / "selftest.elf",
            board=board,
            defines={"CASE": f"CASE_{case}", **defines},
        )

    return build


def test_output_is_complete_and_unchanged(board: Board, build: Build) -> None:
    result = toolchain.run(build("OUTPUT"), board=board, timeout=TIMEOUT)
    assert result.stdout == (b"hello\n" + bytes(range(256)) + b"x" * 100_000 + b"\n0 18446744073709551615 0123abcd 42")
    assert result.stderr == b""
    assert result.status == 0


@one_of_each
@pytest.mark.parametrize(("status", "arrives"), [(0, 0), (1, 1), (42, 42), (255, 255), (256, 255), (-1, 255)])
def test_exit_status(board: Board, build: Build, status: int, arrives: int) -> None:
    result = toolchain.run(build("STATUS", STATUS=status), board=board, timeout=TIMEOUT)
    assert (result.status, result.stdout) == (arrives, b"")


def test_stack_peak(board: Board, build: Build) -> None:
    result = toolchain.run(build("STACK"), board=board, timeout=TIMEOUT)
    assert result.status == 0
    for line in result.stdout.decode().splitlines():
        used, peak = map(int, line.split())
        assert used <= peak <= used + 32, line
    assert result.stdout.count(b"\n") == 4


def instruction_count(board: Board, elf: Path, turns: str, period: int = 1 << 24, interrupt: int = 0) -> None:
    """Each count is right to a tick, and to the instructions of an interrupt for each period."""
    tick = 50 if board.machine is toolchain.AN505 else 40
    result = toolchain.run(elf, board=board, timeout=TIMEOUT, icount=True)
    assert result.status == 0, "the counter ran after stop (1), or jumped (2)"
    lines = [[int(number) for number in line.split()] for line in result.stdout.decode().splitlines()]
    assert len(lines) == len(turns.split(","))
    for executed, counted in lines:
        wraps = executed // (tick * period)
        assert -tick <= counted - executed <= tick + wraps * interrupt, executed
    if board.machine is toolchain.VIRT:
        assert len({counted - executed for executed, counted in lines}) == 1, "nothing is rounded"


def test_instruction_count(board: Board, build: Build) -> None:
    turns = "1, 1000, 1000000, 2000000"
    instruction_count(board, build("TICKS", TURNS=turns), turns)


# The period of 1024 ticks makes for many wraps in a short time, at the price
# of an interrupt each; the last case wraps twice at the full 24 bits.
@one_board
@pytest.mark.parametrize(("turns", "period"), [("1000000, 20000000", 1024), ("700000000", 1 << 24)])
def test_instruction_count_through_wraps(board: Board, build: Build, turns: str, period: int) -> None:
    instruction_count(board, build("TICKS", TURNS=turns, BOARD_TICK_PERIOD=period), turns, period, interrupt=10)


def test_instruction_count_is_repeatable(board: Board, build: Build) -> None:
    elf = build("TICKS", TURNS="12345, 1234567")
    outputs = {toolchain.run(elf, board=board, timeout=TIMEOUT, icount=True).stdout for _ in range(5)}
    assert len(outputs) == 1


ARM_FAULTS = {
    "CALL": "MemManage",
    "NULL_READ": "MemManage",
    "NULL_WRITE": "MemManage",
    "CODE_WRITE": "MemManage",
    "STACK": "MemManage",
    "UNDEFINED": "UsageFault",
    "UNMAPPED": "MemManage",
    "ESCALATED": "HardFault",
    "INTERRUPT": "exception 16",
}
RISCV_FAULTS = {
    "CALL": "instruction access",
    "NULL_READ": "load access",
    "NULL_WRITE": "store access",
    "CODE_WRITE": "store access",
    "STACK": "store access",
    "UNDEFINED": "illegal instruction",
    "UNMAPPED": "load access",
    "INTERRUPT": "interrupt 1",
}
FAULTS = [
    (name, fault, said)
    for name, board in BOARDS.items()
    for fault, said in (RISCV_FAULTS if board.machine is toolchain.VIRT else ARM_FAULTS).items()
]


@pytest.mark.parametrize(("board", "fault", "said"), FAULTS, indirect=["board"])
def test_fault_is_a_failure(board: Board, build: Build, fault: str, said: str) -> None:
    result = toolchain.run(build("FAULT", FAULT=f"FAULT_{fault}"), board=board, timeout=TIMEOUT)
    assert result.status == STATUS_FAULT
    assert result.stdout.decode().splitlines()[:2] == ["before", f"fault {said}"]


@one_board
def test_hang_is_ended(board: Board, build: Build) -> None:
    with pytest.raises(subprocess.TimeoutExpired) as caught:
        toolchain.run(build("HANG"), board=board, timeout=2)
    assert caught.value.stdout == b"before"


@one_of_each
def test_sizes_and_symbols(board: Board, build: Build) -> None:
    elf = build("OUTPUT")
    size = toolchain.size(elf, board)
    assert size.stack == 64 * 1024
    assert 100_000 + 256 <= size.bss < 100_000 + 256 + 64
    assert 0 < size.data < 64
    assert 1000 < size.text < 5000
    assert size.flash == size.text + size.data
    assert size.ram == size.data + size.bss

    symbols = toolchain.symbols(elf, board)
    assert {"main", "reset_handler", "large", "memset"} <= symbols
    assert not symbols & toolchain.ALLOCATOR_SYMBOLS
    # Not used by this program, so the references in board.c must not keep it.
    assert "memmove" not in symbols

    biggest = toolchain.sections_by_symbol(elf, top=3, board=board)
    assert biggest[0] == toolchain.Symbol("large", 100_000, "b")
    assert len(biggest) == 3
    assert "libc.a(" in toolchain.origins(elf, ["memset"])["memset"]


USES_MALLOC = """
#include <stdlib.h>
void *volatile kept;
int main(void) { kept = malloc(8); return 0; }
"""

HAS_CONSTRUCTOR = """
int started;
__attribute__((constructor)) static void start(void) { started = 1; }
int main(void) { return started; }
"""


# By what the two C libraries ask for.
@one_of_each
@pytest.mark.parametrize(("source", "message"), [(USES_MALLOC, "_sbrk|__heap"), (HAS_CONSTRUCTOR, "constructors")])
def test_what_the_board_lacks_does_not_link(board: Board, tmp_path: Path, source: str, message: str) -> None:
    path = tmp_path / "source.c"
    path.write_text(source)
    with pytest.raises(toolchain.ToolError, match=message):
        toolchain.compile_and_link([path], None, tmp_path / "firmware.elf", board=board)
