"""Which way a program takes, by QEMU's log: the code that it runs, and the addresses that it reads and writes."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import stack
import toolchain

# A function that the program calls before and after what is looked at.
MARK = "mark"
EXECUTED = re.compile(r"Trace \d+: \S+ \[[0-9a-f]+/([0-9a-f]+)/")
# In the order of the log, which has four in a line.
REGISTER = re.compile(r"R\d\d=([0-9a-f]{8})")
NUMBERS = {
    **{f"r{number}": number for number in range(16)},
    "sl": 10, "fp": 11, "ip": 12, "sp": 13, "lr": 14, "pc": 15,
}  # fmt: skip
# Loads and stores, and those of many registers, whose first operand is an address.
MEMORY = re.compile(r"v?(ldr|str|ldm|stm|push|pop)\w*?(eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)?(\.[nw])?")
MANY = ("ldm", "stm", "vldm", "vstm")
# Whether an instruction with this condition is executed, by the flags that are set.
HOLDS: dict[str, Callable[[set[str]], bool]] = {
    "eq": lambda flags: "Z" in flags,
    "cs": lambda flags: "C" in flags,
    "mi": lambda flags: "N" in flags,
    "vs": lambda flags: "V" in flags,
    "hi": lambda flags: "C" in flags and "Z" not in flags,
    "ge": lambda flags: ("N" in flags) == ("V" in flags),
    "gt": lambda flags: "Z" not in flags and ("N" in flags) == ("V" in flags),
}
OPPOSITES = {"ne": "eq", "cc": "cs", "pl": "mi", "vc": "vs", "ls": "hi", "lt": "ge", "le": "gt"}


@contextmanager
def _log(elf: Path, board: toolchain.Board, *options: str) -> Iterator[TextIO]:
    """QEMU's log of a run, as it is written: it is too large for a file."""
    with tempfile.TemporaryDirectory() as directory:
        pipe = Path(directory) / "log"
        os.mkfifo(pipe)
        command = [
            *board.machine.qemu, *board.qemu_cpu, "-nographic", "-monitor", "none", "-serial", "none",
            "-semihosting-config", "enable=on,target=native", *options, "-D", str(pipe), "-kernel", str(elf),
        ]  # fmt: skip
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
            with pipe.open() as log:
                yield log
            if process.wait(60) != 0:
                raise toolchain.ToolError(f"{' '.join(command)}: status {process.returncode}")


def _address(elf: Path, board: toolchain.Board, name: str) -> int:
    listing = subprocess.run(
        [board.machine.prefix + "nm", elf], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    (address,) = (int(line.split()[0], 16) for line in listing if line.split()[-1] == name)
    # The lowest bit says that it is Thumb code.
    return address & ~1


def paths(elf: Path, board: toolchain.Board) -> list[list[int]]:
    """The addresses of the blocks that were executed, in their order, for each time between two marks."""
    mark = _address(elf, board, MARK)
    found: list[list[int]] = []
    marks = 0
    with _log(elf, board, "-d", "exec,nochain") as log:
        for line in log:
            executed = EXECUTED.match(line)
            if executed is None:
                raise toolchain.ToolError(f"QEMU's log has another form: {line}")
            at = int(executed[1], 16)
            if at == mark:
                marks += 1
                if marks % 2:
                    found.append([])
            elif marks % 2:
                found[-1].append(at)
    return found


@dataclass
class Access:
    """An instruction that reads or writes memory."""

    text: str
    registers: tuple[int, ...]
    """Those that its address is made of."""
    condition: str | None

    def made_by(self, flags: set[str]) -> bool:
        if self.condition in OPPOSITES:
            return not HOLDS[OPPOSITES[self.condition]](flags)
        return self.condition is None or HOLDS[self.condition](flags)


@dataclass
class Function:
    name: str
    instructions: list[tuple[int, str, str]] = field(default_factory=list)
    """Address, opcode and operands of each."""


def functions(elf: Path, board: toolchain.Board) -> list[Function]:
    found: dict[int, Function] = {}
    for start, name, at, opcode, operands in stack.instructions(elf, board):
        found.setdefault(start, Function(name)).instructions.append((at, opcode, operands))
    return list(found.values())


def _accesses(elf: Path, board: toolchain.Board) -> dict[int, Access]:
    """By address, for Arm."""
    found = {}
    for function in functions(elf, board):
        for at, opcode, operands in function.instructions:
            if memory := MEMORY.fullmatch(opcode):
                inside = re.search(r"\[(.*?)\]", operands)
                if inside:
                    names = re.findall(r"\b(r\d+|sl|fp|ip|sp|lr|pc)\b", inside[1])
                else:
                    names = [operands.split(",")[0].rstrip("!")] if opcode.startswith(MANY) else ["sp"]
                numbers = tuple(NUMBERS[name] for name in names)
                found[at] = Access(f"{function.name}: {opcode} {operands}", numbers, memory[2])
    return found


def addresses(elf: Path, board: toolchain.Board) -> list[list[tuple[str, tuple[str, ...]]]]:
    """The same for loads and stores: each one that was executed, with the registers that its address is made of."""
    accesses = _accesses(elf, board)
    mark = _address(elf, board, MARK)
    found: list[list[tuple[str, tuple[str, ...]]]] = []
    marks = 0
    with _log(elf, board, "-singlestep", "-d", "exec,cpu,nochain") as log:
        for line in log:
            executed = EXECUTED.match(line)
            if executed is None:
                continue
            at = int(executed[1], 16)
            if at == mark:
                marks += 1
                if marks % 2:
                    found.append([])
            elif marks % 2 and (access := accesses.get(at)):
                values = REGISTER.findall("".join(next(log) for _ in range(4)))
                # XPSR=81000000 N--- T priv-thread
                if access.made_by(set(next(log).split()[1])):
                    found[-1].append((access.text, tuple(values[number] for number in access.registers)))
    return found
