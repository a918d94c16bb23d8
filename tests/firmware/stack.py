#!/usr/bin/env python3
"""How much stack each function of the header takes at most: read from the instructions of the linked library.

`python tests/firmware/stack.py` prints it; with `--write` it goes into the comments of ffi-c, and so into the header.
"""

from __future__ import annotations

import argparse
import bisect
import re
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import rust
import toolchain

HEADER = rust.ROOT / "include" / "jurat.h"
# The header's figures are multiples of this, so that not every change of the code changes the header.
STEP = 32

# What calls through pointers reach, by the function that makes them. Nothing: a function of whoever calls the library.
ENTRIES = "all that vtables of Entries point to"
VERIFY = "<jurat::diagnosis::Hook as jurat_core::diagnosis::evidence::Verifier>::verify"
SEEN = (
    "jurat::diagnosis::<impl jurat_core::diagnosis::evidence::SeenIds for "
    "jurat::convert::Array<jurat::types::jurat_str>>::count"
)
ASSERTION = "jurat_core::diagnosis::checks::<impl jurat_core::diagnosis::Diagnosis>::assertion"
MISREAD = "jurat_core::diagnosis::checks::key::Seal::misread"
MISSIGNED = "jurat_core::diagnosis::checks::key::Seal::missigned"
INDIRECT: dict[str, list[str]] = {
    "jurat::convert::Inputs::token_request": ["jurat_http_hook"],
    "jurat::convert::Inputs::client_assertion": ["jurat_claims_hook", "jurat_server_hook"],
    "jurat::convert::Inputs::grant_assertion": ["jurat_claims_hook", "jurat_server_hook"],
    "<jurat::Callback as jurat_core::key::signer::Es256Signer>::sign": [],
    "jurat_comb_hedged_sign": [],
    "jurat_p256_hedged_sign": [],
    VERIFY: [],
    ASSERTION: [VERIFY, SEEN],
    MISREAD: [VERIFY],
    MISSIGNED: [VERIFY],
    "jurat_core::diagnosis::record::<impl jurat_core::diagnosis::Diagnosis>::scrubbed": [
        "jurat_core::encoding::json::write::pieces::{{closure}}",
    ],
    "jurat_core::key::import::decoded": [
        "jurat_core::key::import::import_pkcs8_der",
        "jurat_core::key::import::import_sec1_der",
    ],
    "jurat_core::key::jwk::Jwks::check": [ENTRIES],
    "jurat_core::key::jwk::Jwks::elements": [ENTRIES],
    "jurat_core::assertion::Jwt::check": [
        "jurat_core::assertion::claim::check",
        "jurat_core::assertion::Jwt::check_rules",
    ],
    "jurat_core::assertion::Jwt::check_rules": [ENTRIES],
    "jurat_core::assertion::Jwt::write": ["jurat_core::assertion::claim::write"],
    "jurat_core::assertion::claim::check": [ENTRIES],
    "jurat_core::assertion::claim::write": [ENTRIES],
    "jurat_core::token::request::TokenRequest::prepare": [
        ENTRIES,
        "jurat_core::token::http_head::begin",
        "jurat_core::token::http_head::end",
    ],
}

# Function, one that it calls, and what that one never calls then: this point has both of its coordinates; an assertion
# by itself has nothing that verifies it.
NEVER = {
    (
        "jurat_core::key::verified::<impl jurat_core::key::public::PublicKey>::point",
        "elliptic_curve::public_key::PublicKey<C>::from_sec1_bytes",
    ): ("<primeorder::affine::AffinePoint<C> as elliptic_curve::point::DecompressPoint<C>>::decompress",),
    ("jurat::diagnosis::jurat_inspect_json::{{closure}}", ASSERTION): (VERIFY, SEEN, MISREAD, MISSIGNED),
}

CONDITION = "(?:eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)?"
CALL = re.compile(rf"bl{CONDITION}")
BRANCH = re.compile(rf"b{CONDITION}(?:\.[nw])?|cbn?z")
THROUGH_POINTER = re.compile(rf"blx{CONDITION}|bx{CONDITION}")
# Instructions that have the stack pointer as their first operand and do not lower it.
HARMLESS = ("add", "cmp", "ldm", "stmia", "tst", "vldm", "vstmia")


class StackError(Exception):
    """The code does something that this does not understand."""


@dataclass
class Function:
    name: str
    frame: int = 0
    calls: set[int] = field(default_factory=set)
    # Made when the frame is gone.
    tail_calls: set[int] = field(default_factory=set)
    through_pointer: bool = False
    not_understood: str = ""


def registers(text: str) -> int:
    """The bytes of a list of registers: `{r4, lr}`, `{d8-d15}`."""
    size = 0
    for part in text.strip("{}").split(", "):
        first, _, last = part.partition("-")
        size += (int(last[1:]) - int(first[1:]) + 1 if last else 1) * (8 if first[0] == "d" else 4)
    return size


def taken(opcode: str, operands: str) -> int | None:
    """By how many bytes an instruction lowers the stack pointer; None if that cannot be told."""
    first, _, rest = operands.partition(", ")
    if opcode.startswith(("push", "vpush")):
        return registers(operands)
    if first == "sp!" and opcode.startswith(("stmdb", "vstmdb")):
        return registers(rest)
    if found := re.search(r"\[sp, #-(\d+)\]!", operands):
        return int(found[1])
    if first in {"sp", "sp!"} and not opcode.startswith(HARMLESS):
        found = re.fullmatch(r"(?:sp, )?#(\d+)", rest)
        return int(found[1]) if found and opcode in {"sub", "sub.w", "subw"} else None
    return 0


def instructions(elf: Path, board: toolchain.Board = toolchain.DEFAULT) -> Iterator[tuple[int, str, int, str, str]]:
    """Function, address, opcode and operands of each; a function is an address and a name, which others may have."""
    command = [board.machine.prefix + "objdump", "-d", "-C", "--no-show-raw-insn", str(elf)]
    start, name = 0, ""
    for line in subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines():
        if found := re.fullmatch(r"([0-9a-f]+) <(.*)>:", line):
            start, name = int(found[1], 16), found[2]
        elif found := re.match(r" *([0-9a-f]+):\t([\w.]+)(?:\t([^@;]*))?", line):
            yield start, name, int(found[1], 16), found[2], (found[3] or "").strip()


def functions(elf: Path) -> dict[int, Function]:
    """All of them, by their addresses."""
    found: dict[int, Function] = {}
    branches = []
    for start, name, _, opcode, operands in instructions(elf):
        function = found.setdefault(start, Function(name))
        size = taken(opcode, operands)
        function.frame += size or 0
        if size is None:
            function.not_understood = f"{opcode} {operands}"
        elif THROUGH_POINTER.fullmatch(opcode) and operands != "lr":
            function.through_pointer = True
        elif CALL.fullmatch(opcode) or BRANCH.fullmatch(opcode):
            branches.append((start, bool(CALL.fullmatch(opcode)), int(re.findall(r"([0-9a-f]+) <", operands)[0], 16)))
    starts = sorted(found)
    for start, is_call, target in branches:
        holder = starts[bisect.bisect(starts, target) - 1]
        if is_call:
            found[start].calls.add(target)
        elif holder != start:
            found[start].tail_calls.add(target)
        if target != holder and holder != start:
            found[start].not_understood = f"a branch into {found[holder].name}"
    return found


def in_vtables(elf: Path, known: dict[int, Function]) -> set[int]:
    """The functions that read-only data points to. The lowest bit of a pointer says that its function is Thumb code."""
    section = elf.with_suffix(".rodata")
    subprocess.run(
        [toolchain.DEFAULT.machine.prefix + "objcopy", "-O", "binary", "-j", ".rodata", elf, section], check=True
    )
    data = section.read_bytes()
    words = struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])
    return {word - 1 for word in words if word - 1 in known}


@dataclass(frozen=True)
class Bound:
    """Bytes: the most that a call takes without a function of the caller's, and what it takes when it calls one."""

    most: int
    at_callback: int | None


def bounds(elf: Path) -> dict[str, Bound]:
    """What each jurat_ function takes at most."""
    known = functions(elf)
    vtables = in_vtables(elf, known)
    done: dict[tuple[int, tuple[str, ...]], Bound] = {}
    path: list[int] = []

    def named(wanted: str) -> set[int]:
        if wanted == ENTRIES:
            found = {at for at in vtables if " as jurat_core::list::Entries<" in known[at].name}
        else:
            found = {at for at, function in known.items() if function.name == wanted}
        if not found:
            raise StackError(f"{wanted} is not there")
        return found

    def calls(function: Function) -> set[int]:
        if function.through_pointer and function.name not in INDIRECT:
            raise StackError(f"{function.name} calls through a pointer")
        through = INDIRECT[function.name] if function.through_pointer else []
        return function.calls.union(*map(named, through))

    def bound(at: int, never: tuple[str, ...] = ()) -> Bound:
        if at in path:
            raise StackError("recursion: " + ", ".join(known[other].name for other in path[path.index(at) :]))
        if (at, never) not in done:
            function = known[at]
            if function.not_understood:
                raise StackError(f"{function.name}: {function.not_understood}")
            path.append(at)
            inside = [
                (function.frame, bound(target, NEVER.get((function.name, known[target].name), ())))
                for target in calls(function)
                if known[target].name not in never
            ]
            inside += [(0, bound(target)) for target in function.tail_calls]
            path.pop()
            if function.through_pointer and not INDIRECT[function.name]:
                inside.append((function.frame, Bound(0, 0)))
            at_callbacks = [frame + inner.at_callback for frame, inner in inside if inner.at_callback is not None]
            most = max([function.frame, *(frame + inner.most for frame, inner in inside)])
            done[at, never] = Bound(most, max(at_callbacks, default=None))
        return done[at, never]

    return {function.name: bound(at) for at, function in known.items() if re.fullmatch(r"jurat_\w+", function.name)}


def header_functions() -> list[str]:
    """The functions of the header that are in the library."""
    found = re.findall(r"^\w[\w \*]*?\b(jurat_\w+)\(", HEADER.read_text(), re.MULTILINE)
    return [name for name in found if name != "jurat_text"]


def link(names: list[str], library: Path, directory: Path, board: toolchain.Board = toolchain.DEFAULT) -> Path:
    """A program that refers to these functions, with the panic symbol left undefined."""
    source = directory / "functions.c"
    table = ",\n".join(f"    (any){name}" for name in names)
    source.write_text(
        '#define JURAT_COMB\n#include "jurat.h"\ntypedef void (*any)(void);\n'
        f"any volatile functions[] = {{\n{table},\n}};\n"
        "int main(void)\n{\n    return functions[0] == 0;\n}\n"
    )
    return toolchain.compile_and_link(
        [source],
        library,
        directory / "functions.elf",
        board=board,
        include_dirs=[HEADER.parent],
        extra=["-Wno-cast-function-type"],
    )


def of_the_header(directory: Path) -> dict[str, Bound]:
    """The bounds of all its functions, in the library that its figures are of."""
    return bounds(link(header_functions(), rust.library(p256=True, http=True), directory))


def stated() -> dict[str, Bound]:
    """What the header says."""
    pattern = r"Stack: ([\d,]+) bytes(?:, or ([\d,]+) and the [\w ]+'s)?\.\n \*/\n.*?\b(jurat_\w+)\("
    found = re.findall(pattern, HEADER.read_text())

    def number(text: str) -> int:
        return int(text.replace(",", ""))

    return {name: Bound(number(most), number(at) if at else None) for most, at, name in found}


def write(figures: dict[str, Bound]) -> None:
    """Puts figures into the comments of ffi-c, and makes the header of them."""
    line = re.compile(r"/// Stack: .*$(?=(?:\n(?!/// Stack: ).*)*?\n.*\bfn (jurat_\w+)\()", re.MULTILINE)

    def rounded(size: int) -> str:
        # A percent more than was found: a change elsewhere moves a frame by a register or two.
        return f"{-(-(size + size // 100) // STEP) * STEP:,}"

    def figure(found: re.Match[str]) -> str:
        bound = figures[found[1]]
        text = re.sub(r"(?<=/// Stack: )[\d,]+", rounded(bound.most), found[0])
        return text if bound.at_callback is None else re.sub(r"(?<=, or )[\d,]+", rounded(bound.at_callback), text)

    for source in (rust.ROOT / "ffi-c" / "src").glob("*.rs"):
        source.write_text(line.sub(figure, source.read_text()))
    ours = rust.ROOT / "target" / "tools" / "bin" / "cbindgen"
    cbindgen = str(ours) if ours.exists() else "cbindgen"
    command = [cbindgen, "--config", "ffi-c/cbindgen.toml", "--crate", "jurat-ffi", "--output", str(HEADER)]
    subprocess.run(command, cwd=rust.ROOT, check=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the figures into ffi-c and include/jurat.h")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        result = of_the_header(Path(temporary))
    for name, bound in sorted(result.items()):
        print(
            f"{name:32} {bound.most:6,}"
            + ("" if bound.at_callback is None else f", or {bound.at_callback:,} and the callback's")
        )
    if arguments.write:
        write(result)
