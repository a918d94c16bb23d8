"""Builds firmware for boards that QEMU has, runs it, and measures it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
LINKER_SCRIPT = HERE / "board.ld"


@dataclass(frozen=True)
class Machine:
    """One of QEMU's machines, and what its programs are built with."""

    qemu: tuple[str, ...]
    prefix: str
    sources: tuple[Path, ...]
    flags: tuple[str, ...]
    """Of compiler and linker."""
    flash: int
    ram: int


@dataclass(frozen=True)
class Board:
    """A machine seen as one Rust target: `cpu` makes the C side's ABI that of the target."""

    target: str
    machine: Machine
    cpu: tuple[str, ...]
    qemu_cpu: tuple[str, ...] = ()


def _arm(machine: str, flash: int, ram: int) -> Machine:
    # Without the flag, inline assembly for Armv6-M would be in another syntax.
    flags = ("-mthumb", "-masm-syntax-unified")
    sources = (HERE / "arm.c", HERE / "board.c")
    return Machine(("qemu-system-arm", "-M", machine), "arm-none-eabi-", sources, flags, flash, ram)


# Cortex-M3, M4F and M33. The last starts in secure state, with its memories at their secure addresses.
AN385 = _arm("mps2-an385", 0x00000000, 0x20000000)
AN386 = _arm("mps2-an386", 0x00000000, 0x20000000)
AN505 = _arm("mps2-an505", 0x10000000, 0x38000000)
VIRT = Machine(
    qemu=("qemu-system-riscv32", "-M", "virt", "-bios", "none"),
    prefix="riscv64-unknown-elf-",
    sources=(HERE / "riscv.c", HERE / "board.c"),
    flags=("-mabi=ilp32", "--specs=picolibc.specs"),
    flash=0x80000000,
    ram=0x80400000,
)

_SOFT = ("-mfloat-abi=soft",)
_NO_FLOAT = "f=false,d=false"
BOARDS = {
    # QEMU's only Cortex-M0 has 16 KB of RAM. The M3 runs the same code; test_library.py sees that there is no other.
    "thumbv6m": Board("thumbv6m-none-eabi", AN385, ("-mcpu=cortex-m0plus", *_SOFT)),
    "thumbv7m": Board("thumbv7m-none-eabi", AN385, ("-mcpu=cortex-m3", *_SOFT)),
    "thumbv7em": Board("thumbv7em-none-eabi", AN386, ("-mcpu=cortex-m4", *_SOFT)),
    "thumbv7em-hf": Board("thumbv7em-none-eabihf", AN386, ("-mcpu=cortex-m4", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16")),
    # As with the M0, QEMU has no Cortex-M23.
    "thumbv8m.base": Board("thumbv8m.base-none-eabi", AN505, ("-mcpu=cortex-m23", *_SOFT)),
    "thumbv8m.main": Board("thumbv8m.main-none-eabi", AN505, ("-mcpu=cortex-m33", *_SOFT)),
    "thumbv8m.main-hf": Board(
        "thumbv8m.main-none-eabihf", AN505, ("-mcpu=cortex-m33", "-mfloat-abi=hard", "-mfpu=fpv5-sp-d16")
    ),
    "riscv32imc": Board(
        "riscv32imc-unknown-none-elf", VIRT, ("-march=rv32imc",), ("-cpu", f"rv32,a=false,{_NO_FLOAT}")
    ),
    "riscv32imac": Board("riscv32imac-unknown-none-elf", VIRT, ("-march=rv32imac",), ("-cpu", f"rv32,{_NO_FLOAT}")),
}
# The one whose costs are measured.
DEFAULT = BOARDS["thumbv7em-hf"]

# What the C side or the library would need for a heap.
ALLOCATOR_SYMBOLS = frozenset(
    {
        "malloc", "calloc", "realloc", "free", "aligned_alloc", "memalign", "posix_memalign",
        "_malloc_r", "_calloc_r", "_realloc_r", "_free_r", "_memalign_r",
        "sbrk", "_sbrk", "_sbrk_r",
        "__rust_alloc", "__rust_alloc_zeroed", "__rust_dealloc", "__rust_realloc",
        "__rg_alloc", "__rg_alloc_zeroed", "__rg_dealloc", "__rg_realloc",
        "__rdl_alloc", "__rdl_alloc_zeroed", "__rdl_dealloc", "__rdl_realloc",
    }
)  # fmt: skip


class ToolError(Exception):
    """A tool failed; the message holds what it printed."""


@dataclass(frozen=True)
class RunResult:
    status: int
    stdout: bytes
    stderr: bytes


@dataclass(frozen=True)
class Size:
    """Bytes by section kind. The stack is no part of `bss`."""

    text: int
    data: int
    bss: int
    stack: int

    @property
    def flash(self) -> int:
        return self.text + self.data

    @property
    def ram(self) -> int:
        return self.data + self.bss


@dataclass(frozen=True)
class Symbol:
    name: str
    size: int
    kind: str
    """The letter of nm: t is code, r is constant, d and b are RAM."""


def _tool(board: Board, name: str, *arguments: str | Path) -> str:
    command = [board.machine.prefix + name, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    # Nothing here should as much as warn.
    if done.returncode != 0 or done.stderr:
        raise ToolError(f"{' '.join(command)}: status {done.returncode}\n{done.stderr}")
    return done.stdout


def map_file(elf: Path) -> Path:
    return elf.with_name(elf.name + ".map")


def compile_and_link(
    sources: Sequence[Path],
    library: Path | None,
    output: Path,
    *,
    board: Board = DEFAULT,
    defines: Mapping[str, str | int | None] | None = None,
    include_dirs: Sequence[Path] = (),
    opt: str = "-Os",
    extra: Sequence[str] = (),
) -> Path:
    """Builds `sources` and the board support with `library` into an ELF file.

    A define of None is given without a value. `extra` goes to the compiler
    and to the linker. The map is written to `map_file(output)`.

    The C library and libgcc come both before and after the library. A linker takes a
    function from the first archive that has it, a weak definition included,
    and the Rust archive has memcpy and its relatives in its compiler_builtins.
    board.c refers to all of them, so that the C library's are chosen before the Rust
    archive is looked at; what is not called is dropped by --gc-sections all
    the same. Arithmetic helpers such as __aeabi_uldivmod come from libgcc if
    the C side needs them, and else from the Rust archive.
    """
    objects_dir = output.with_name(output.name + ".objects")
    objects_dir.mkdir(parents=True, exist_ok=True)
    machine = board.machine
    flags = [
        *machine.flags, *board.cpu, "-std=c11", opt, "-g", "-Wall", "-Wextra", "-Werror",
        "-ffunction-sections", "-fdata-sections", f"-I{HERE}",
        *(f"-I{directory}" for directory in include_dirs),
        *(f"-D{n}" if v is None else f"-D{n}={v}" for n, v in (defines or {}).items()),
        *extra,
    ]  # fmt: skip
    objects: list[Path] = []
    for number, source in enumerate((*machine.sources, *sources)):
        objects.append(objects_dir / f"{number}-{source.stem}.o")
        _tool(board, "gcc", *flags, "-c", source, "-o", objects[-1])
    libraries = () if library is None else (library,)
    _tool(
        board, "gcc", *machine.flags, *board.cpu, *extra, "-nostdlib", "-static", "-T", LINKER_SCRIPT,
        f"-Wl,--defsym=__flash_start={machine.flash:#x}", f"-Wl,--defsym=__ram_start={machine.ram:#x}",
        "-Wl,--gc-sections", "-Wl,--orphan-handling=error", "-Wl,--fatal-warnings",
        "-Wl,-z,noexecstack",  # newlib's assembler does not say, and ld would warn
        f"-Wl,-Map={map_file(output)}",
        *objects, "-lc", "-lgcc", *libraries, "-lc", "-lgcc", "-o", output,
    )  # fmt: skip
    return output


def run(elf: Path, *, board: Board = DEFAULT, timeout: float, icount: bool = False, serial: str = "none") -> RunResult:
    """Runs the firmware to its end.

    `icount` ties the board's clock to the instructions executed, which
    board_instructions() needs. `serial` is where the line of the board's UART
    goes, in QEMU's words. Raises subprocess.TimeoutExpired, with the
    output so far, after killing QEMU.
    """
    command = [
        *board.machine.qemu, *board.qemu_cpu, "-nographic", "-monitor", "none", "-serial", serial,
        "-semihosting-config", "enable=on,target=native",
        *(("-icount", "shift=0") if icount else ()),
        "-kernel", str(elf),
    ]  # fmt: skip
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, check=False)
    return RunResult(done.returncode, done.stdout, done.stderr)


def size(elf: Path, board: Board = DEFAULT) -> Size:
    text, data, bss = map(int, _tool(board, "size", "--format=berkeley", elf).splitlines()[1].split()[:3])
    stack = 0
    for line in _tool(board, "size", "--format=sysv", "--radix=10", elf).splitlines():
        fields = line.split()
        if fields and fields[0] == ".stack":
            stack = int(fields[1])
    return Size(text, data, bss - stack, stack)


def symbols(elf: Path, board: Board = DEFAULT) -> set[str]:
    return {line.split()[-1] for line in _tool(board, "nm", elf).splitlines()}


def sections_by_symbol(elf: Path, top: int | None = None, board: Board = DEFAULT) -> list[Symbol]:
    """The biggest symbols, in falling order of size, each address once."""
    listing = _tool(board, "nm", "--print-size", "--size-sort", "--reverse-sort", "--radix=d", elf)
    found: dict[str, Symbol] = {}
    for line in listing.splitlines():
        address, length, kind, name = line.split(maxsplit=3)
        found.setdefault(address, Symbol(name, int(length), kind))
    return list(found.values())[:top]


def instruction_set(elf: Path, board: Board = DEFAULT) -> list[str]:
    """What the linker made of the attributes of all that is in it: the instructions it may use, and its float ABI."""
    wanted = ("Tag_CPU_arch:", "Tag_FP_arch:", "Tag_ABI_VFP_args:", "Tag_RISCV_arch:")
    lines = [line.strip() for line in _tool(board, "readelf", "--arch-specific", elf).splitlines()]
    # The extensions with long names are parts of those with a letter; which are listed depends on the compiler.
    return [re.sub(r"_z\w+", "", line) for line in lines if line.startswith(wanted)]


def origins(elf: Path, names: Sequence[str]) -> dict[str, str]:
    """Which archive member, or object, each of these functions was linked from.

    Read from the map's section list, whose lines are a section, its address
    and size and the input file, then the symbols in it. Functions that
    --gc-sections dropped are left out.
    """
    wanted = set(names)
    found: dict[str, str] = {}
    origin = ""
    memory_map = map_file(elf).read_text().partition("Linker script and memory map")[2]
    for line in memory_map.splitlines():
        fields = line.split()
        if len(fields) >= 3 and fields[-3].startswith("0x") and fields[-2].startswith("0x"):
            origin = fields[-1]
        elif len(fields) == 2 and fields[0].startswith("0x") and fields[1] in wanted:
            found[fields[1]] = origin
    return found
