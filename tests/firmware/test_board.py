"""The board support, tested without the library. Needs arm-none-eabi-gcc and qemu-system-arm."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import toolchain

STATUS_FAULT = 120
TIMEOUT = 60.0

Build = Callable[..., Path]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    def build(case: str, **defines: str | int) -> Path:
        return toolchain.compile_and_link(
            [toolchain.HERE / "selftest.c"],
            None,
            tmp_path / "selftest.elf",
            defines={"CASE": f"CASE_{case}", **defines},
        )

    return build


def test_output_is_complete_and_unchanged(build: Build) -> None:
    result = toolchain.run(build("OUTPUT"), timeout=TIMEOUT)
    assert result.stdout == (b"hello\n" + bytes(range(256)) + b"x" * 100_000 + b"\n0 18446744073709551615 0123abcd 42")
    assert result.stderr == b""
    assert result.status == 0


@pytest.mark.parametrize(("status", "arrives"), [(0, 0), (1, 1), (42, 42), (255, 255), (256, 255), (-1, 255)])
def test_exit_status(build: Build, status: int, arrives: int) -> None:
    result = toolchain.run(build("STATUS", STATUS=status), timeout=TIMEOUT)
    assert (result.status, result.stdout) == (arrives, b"")


def test_stack_peak(build: Build) -> None:
    result = toolchain.run(build("STACK"), timeout=TIMEOUT)
    assert result.status == 0
    for line in result.stdout.decode().splitlines():
        used, peak = map(int, line.split())
        assert used <= peak <= used + 32, line
    assert result.stdout.count(b"\n") == 4


# The period of 1024 ticks makes for many wraps in a short time, at the price
# of an interrupt each; the last case wraps twice at the full 24 bits.
@pytest.mark.parametrize(
    ("turns", "defines", "interrupt"),
    [
        ("1, 1000, 1000000, 2000000", {}, 0),
        ("1000000, 20000000", {"BOARD_TICK_PERIOD": 1024}, 10),
        ("700000000", {}, 10),
    ],
)
def test_instruction_count(build: Build, turns: str, defines: dict[str, int], interrupt: int) -> None:
    elf = build("TICKS", TURNS=turns, **defines)
    result = toolchain.run(elf, timeout=TIMEOUT, icount=True)
    assert result.status == 0, "the counter ran after stop (1), or jumped (2)"
    lines = result.stdout.decode().splitlines()
    assert len(lines) == len(turns.split(","))
    for line in lines:
        executed, counted = map(int, line.split())
        wraps = executed // (40 * defines.get("BOARD_TICK_PERIOD", 1 << 24))
        assert -40 <= counted - executed <= 40 + wraps * interrupt, line


def test_instruction_count_is_repeatable(build: Build) -> None:
    elf = build("TICKS", TURNS="12345, 1234567")
    outputs = {toolchain.run(elf, timeout=TIMEOUT, icount=True).stdout for _ in range(5)}
    assert len(outputs) == 1


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        ("CALL", "MemManage"),
        ("NULL_READ", "MemManage"),
        ("NULL_WRITE", "MemManage"),
        ("STACK", "MemManage"),
        ("UNDEFINED", "UsageFault"),
        ("UNMAPPED", "MemManage"),
        ("ESCALATED", "HardFault"),
        ("INTERRUPT", "exception 16"),
    ],
)
def test_fault_is_a_failure(build: Build, fault: str, name: str) -> None:
    result = toolchain.run(build("FAULT", FAULT=f"FAULT_{fault}"), timeout=TIMEOUT)
    assert result.status == STATUS_FAULT
    assert result.stdout.decode().splitlines()[:2] == ["before", f"fault {name}"]


def test_hang_is_ended(build: Build) -> None:
    with pytest.raises(subprocess.TimeoutExpired) as caught:
        toolchain.run(build("HANG"), timeout=2)
    assert caught.value.stdout == b"before"


def test_sizes_and_symbols(build: Build) -> None:
    elf = build("OUTPUT")
    size = toolchain.size(elf)
    assert size.stack == 64 * 1024
    assert 100_000 + 256 <= size.bss < 100_000 + 256 + 64
    assert 0 < size.data < 64
    assert 1000 < size.text < 5000
    assert size.flash == size.text + size.data
    assert size.ram == size.data + size.bss

    symbols = toolchain.symbols(elf)
    assert {"main", "reset_handler", "large", "memset"} <= symbols
    assert not symbols & toolchain.ALLOCATOR_SYMBOLS
    # Not used by this program, so the references in board.c must not keep it.
    assert "memmove" not in symbols

    biggest = toolchain.sections_by_symbol(elf, top=3)
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


@pytest.mark.parametrize(("source", "message"), [(USES_MALLOC, "_sbrk"), (HAS_CONSTRUCTOR, "constructors")])
def test_what_the_board_lacks_does_not_link(tmp_path: Path, source: str, message: str) -> None:
    path = tmp_path / "source.c"
    path.write_text(source)
    with pytest.raises(toolchain.ToolError, match=message):
        toolchain.compile_and_link([path], None, tmp_path / "firmware.elf")
