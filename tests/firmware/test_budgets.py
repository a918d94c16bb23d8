"""What calls cost on each board, against tests/budgets.toml, and what must not be in the link."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import costs
import pytest

import rust
import stack
import toolchain

# Over a budget by more than this fails; under it by more than this asks to lower the budget.
TOLERANCE = 0.02

# Outside of the gated set, and not in a library built without the features `p256`, `import` and `http`.
UNGATED = {
    "jurat_key_import",
    "jurat_p256_hedged_sign",
    "jurat_p256_public_key",
    "jurat_p256_sign",
    "jurat_p256_verify",
    "jurat_response_http1",
    "jurat_verified_sign",
}

CASES = [(target, name) for target, names in costs.budgets().items() for name in names]


@pytest.fixture(scope="module")
def bounds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, stack.Bound]:
    return stack.of_the_header(tmp_path_factory.mktemp("stack"))


def most_stack(name: str, elf: Path, bounds: dict[str, stack.Bound]) -> int:
    """What a run can take: the most of its calls, each with its callbacks, and the C function around them."""
    around = sum(
        function.frame
        for function in stack.functions(elf).values()
        if re.match("write_request|part|sign$", function.name)
    )
    most = 0
    for call in costs.MEASURED[name].calls:
        depth = 0
        for bound in (bounds[function] for function in call):
            most = max(most, depth + bound.most)
            depth += bound.at_callback or 0
    return around + most


@pytest.mark.parametrize(("target", "name"), CASES, ids=["-".join(case) for case in CASES])
def test_budget(
    target: str,
    name: str,
    bounds: dict[str, stack.Bound],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    board = costs.board_of(target)
    what, _, opt = name.rpartition("-")
    cost = costs.measure(what, opt, board, tmp_path)
    figures = ", ".join(f"{getattr(cost, figure):,} {figure}" for figure in costs.FIGURES)
    with capsys.disabled():
        print(f"\n{target} {name}: {figures}")
    assert not toolchain.symbols(cost.elf, board) & toolchain.ALLOCATOR_SYMBOLS
    if board == toolchain.DEFAULT and opt == "s":
        # The bounds are those of this library.
        assert cost.stack <= most_stack(what, cost.elf, bounds)
    budget = costs.budgets()[target][name]
    assert set(budget) == set(costs.FIGURES)
    for figure, allowed in budget.items():
        reached = getattr(cost, figure)
        assert reached <= allowed * (1 + TOLERANCE), f"{name}: {figure} {reached} is over its budget of {allowed}"
        if reached < allowed * (1 - TOLERANCE):
            warnings.warn(f"{name}: {figure} {reached} is well under {allowed}: lower the budget", stacklevel=1)


def test_every_board_has_budgets() -> None:
    budgets = costs.budgets()
    assert set(budgets) == {board.target for board in toolchain.BOARDS.values()}
    for target, names in budgets.items():
        assert {"builder-s", "builder-p256-s", "everything-s"} <= set(names), target


def test_the_readme_has_these_numbers() -> None:
    """`python tests/firmware/costs.py --write` puts them there."""
    readme = costs.README.read_text()
    for name, table in costs.tables(costs.budgets()).items():
        assert costs.in_readme(name, readme)[0] == table


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
    elf = costs.build("callback", "s", toolchain.DEFAULT, tmp_path)
    origins = toolchain.origins(elf, ["memcpy", "memset", "memmove", "memcmp"])
    assert origins
    assert all("libc" in origin for origin in origins.values()), origins


@pytest.mark.parametrize("board", toolchain.BOARDS.values(), ids=toolchain.BOARDS)
def test_no_panic_is_reachable(board: toolchain.Board, tmp_path: Path) -> None:
    """Every function of the header but those on the curve, the key import and HTTP links without the panic symbol."""
    functions = stack.header_functions()
    assert "jurat_token_request_sign" in functions
    assert set(functions) > UNGATED
    gated = [name for name in functions if name not in UNGATED]
    library = rust.library(p256=False, flags=(rust.COMPACT_SHA256, rust.PANIC_GATE), target=board.target)
    elf = stack.link(gated, library, tmp_path, board)
    assert set(gated) <= toolchain.symbols(elf, board)


@pytest.mark.parametrize("board", [toolchain.DEFAULT, toolchain.BOARDS["riscv32imac"]], ids=["arm", "riscv"])
def test_the_gate_can_fail(board: toolchain.Board, tmp_path: Path) -> None:
    """The same link with software signing in it fails: p256 keeps panics that no input reaches."""
    library = rust.library(p256=True, flags=(rust.COMPACT_SHA256, rust.PANIC_GATE), target=board.target)
    with pytest.raises(toolchain.ToolError, match="jurat_reachable_panic"):
        stack.link(["jurat_p256_sign"], library, tmp_path, board)
