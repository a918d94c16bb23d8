"""What one token request costs on a Cortex-M4F, against tests/budgets.toml, and what must not be in the link."""

from __future__ import annotations

import re
import tomllib
import warnings
from dataclasses import dataclass
from pathlib import Path

import pytest

import rust
import stack
import toolchain

BUDGETS = rust.ROOT / "tests" / "budgets.toml"
# Over a budget by more than this fails; under it by more than this asks to lower the budget.
TOLERANCE = 0.02

# What is measured, by the first part of its name: the program, what it is told, and whether it has the curve in it.
SIGNERS = {"callback": 1, "p256": 2, "verified": 3, "import": 4}
PARTS = {"metadata": 1, "response": 2, "clock": 3, "server": 4, "exchange": 5, "http": 6}

# The calls in each of them that take the most stack; behind a call those that it makes as callbacks.
CALLS = {
    "callback": [["jurat_token_request_sign"]],
    "p256": [["jurat_token_request_sign", "jurat_p256_sign"]],
    "verified": [["jurat_token_request_sign", "jurat_verified_sign", "jurat_p256_sign"]],
    "import": [["jurat_key_import"]],
    "metadata": [["jurat_metadata_read"]],
    "response": [["jurat_response_read"]],
    "clock": [["jurat_http_date"], ["jurat_clock_learn"], ["jurat_clock_issued_at"]],
    "server": [["jurat_token_request_sign"]],
    "exchange": [["jurat_exchange_sign"], ["jurat_exchange_answer"]],
    "http": [["jurat_response_http1"]],
}

# Outside of the gated set, and not in a library built without the features `p256`, `import` and `http`.
UNGATED = {
    "jurat_key_import",
    "jurat_p256_hedged_sign",
    "jurat_p256_public_key",
    "jurat_p256_sign",
    "jurat_response_http1",
    "jurat_verified_sign",
}


@dataclass(frozen=True)
class Cost:
    flash: int
    ram: int
    stack: int
    instructions: int
    elf: Path


def build(name: str, opt: str, directory: Path, *, frame: bool = False) -> Path:
    """The program that does it; as a frame, the same without the library."""
    program, define = ("parts", "PART") if name in PARTS else ("request", "SIGNER")
    number = {**SIGNERS, **PARTS}[name]
    library = (
        None if frame else rust.library(p256=program == "request" and name != "callback", http=name == "http", opt=opt)
    )
    return toolchain.compile_and_link(
        [toolchain.HERE / f"{program}.c"],
        library,
        directory / f"{program}-{'none' if frame else name}-{opt}.elf",
        defines={define: 0 if frame else number},
        include_dirs=[stack.HEADER.parent],
    )


def measure(name: str, opt: str, directory: Path) -> Cost:
    """Flash and RAM beyond those of the same program without the library; the request's own buffer is not counted."""
    frame, elf = build(name, opt, directory, frame=True), build(name, opt, directory)
    runs = [toolchain.run(elf, timeout=120, icount=True) for _ in range(2)]
    assert runs[0].status == 0, runs[0].stdout
    assert runs[0].stdout == runs[1].stdout, "not repeatable"
    numbers = dict(line.split() for line in runs[0].stdout.decode().splitlines()[:4])
    buffers = {"body", "body_length", "bytes", "message_length"}
    ours = toolchain.symbols(elf) - toolchain.symbols(frame) - buffers
    ram = sum(
        symbol.size
        for symbol in toolchain.sections_by_symbol(elf)
        if symbol.name in ours and symbol.kind.lower() in {"b", "d"}
    )
    return Cost(
        flash=toolchain.size(elf).flash - toolchain.size(frame).flash,
        ram=ram,
        stack=int(numbers["stack"]),
        instructions=int(numbers["instructions"]),
        elf=elf,
    )


@pytest.fixture(scope="module")
def bounds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, stack.Bound]:
    return stack.of_the_header(tmp_path_factory.mktemp("stack"))


def most_stack(name: str, elf: Path, bounds: dict[str, stack.Bound]) -> int:
    """What a run can take: the most of its calls, each with its callbacks, and the C function around them."""
    around = sum(
        function.frame for function in stack.functions(elf).values() if re.match("write_request|part", function.name)
    )
    most = 0
    for call in CALLS[name]:
        depth = 0
        for bound in (bounds[function] for function in call):
            most = max(most, depth + bound.most)
            depth += bound.at_callback or 0
    return around + most


CASES = [(name, values) for name, values in tomllib.loads(BUDGETS.read_text())["thumbv7em-none-eabihf"].items()]


@pytest.mark.parametrize(("name", "budget"), CASES, ids=[name for name, _ in CASES])
def test_budget(
    name: str,
    budget: dict[str, int],
    bounds: dict[str, stack.Bound],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    what, _, opt = name.rpartition("-")
    cost = measure(what, opt, tmp_path)
    with capsys.disabled():
        print(f"\n{name}: {cost.flash} flash, {cost.ram} ram, {cost.stack} stack, {cost.instructions} instructions")
    assert not toolchain.symbols(cost.elf) & toolchain.ALLOCATOR_SYMBOLS
    # The bounds are those of the library at this level.
    assert opt != "s" or cost.stack <= most_stack(what, cost.elf, bounds)
    for figure, allowed in budget.items():
        reached = getattr(cost, figure)
        assert reached <= allowed * (1 + TOLERANCE), f"{name}: {figure} {reached} is over its budget of {allowed}"
        if reached < allowed * (1 - TOLERANCE):
            warnings.warn(f"{name}: {figure} {reached} is well under {allowed}: lower the budget", stacklevel=1)


def test_the_readme_has_these_numbers() -> None:
    readme = (rust.ROOT / "README.md").read_text()
    for name, budget in CASES:
        row = (
            f"| `{name}` | {budget['flash']:,} | {budget['ram']:,} | {budget['stack']:,} | {budget['instructions']:,} |"
        )
        assert row in readme, row


def test_the_header_states_the_stack(bounds: dict[str, stack.Bound]) -> None:
    """Enough, and not much more. `python tests/firmware/stack.py --write` puts it right."""
    stated = stack.stated()
    assert set(stated) == set(bounds)
    for name, bound in bounds.items():
        for figure, least in ((stated[name].most, bound.most), (stated[name].at_callback, bound.at_callback)):
            assert (figure is None) == (least is None), name
            if figure is not None and least is not None:
                assert least <= figure <= least * 1.05 + 64, f"{name}: {figure} stated, {least} found"


def test_memory_functions_come_from_the_c_library(tmp_path: Path) -> None:
    elf = build("callback", "s", tmp_path)
    origins = toolchain.origins(elf, ["memcpy", "memset", "memmove", "memcmp"])
    assert origins
    assert all("libc" in origin for origin in origins.values()), origins


def test_no_panic_is_reachable(tmp_path: Path) -> None:
    """Every function of the header but those on the curve and the key import links without the panic symbol."""
    functions = stack.header_functions()
    assert "jurat_token_request_sign" in functions
    assert set(functions) > UNGATED
    gated = [name for name in functions if name not in UNGATED]
    elf = stack.link(gated, rust.library(p256=False, flags=(rust.COMPACT_SHA256, rust.PANIC_GATE)), tmp_path)
    assert set(gated) <= toolchain.symbols(elf)


def test_the_gate_can_fail(tmp_path: Path) -> None:
    """The same link with software signing in it fails: p256 keeps panics that no input reaches."""
    library = rust.library(p256=True, flags=(rust.COMPACT_SHA256, rust.PANIC_GATE))
    with pytest.raises(toolchain.ToolError, match="jurat_reachable_panic"):
        stack.link(["jurat_p256_sign"], library, tmp_path)
