"""With a signer of the caller's own, no curve code comes into the firmware: the link map and the symbols show it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import rust
import toolchain

# What a software curve is made of. A mangled symbol has these names in it, also as type arguments.
CURVE_CRATES = ("p256", "ecdsa", "elliptic_curve", "crypto_bigint", "primefield", "primeorder", "rfc6979")


def link(directory: Path, *, p256: bool) -> Path:
    return toolchain.compile_and_link(
        [toolchain.HERE / "request.c"],
        rust.library(p256=p256),
        directory / "request.elf",
        defines={"SIGNER": 2 if p256 else 1},
        include_dirs=[rust.ROOT / "include"],
    )


def curve_code(elf: Path) -> dict[str, list[str]]:
    """By crate, what the ELF file has of it, and what the link map names, where also that stands which was dropped."""
    names = toolchain.symbols(elf) | set(toolchain.map_file(elf).read_text().split())
    found = {crate: sorted(name for name in names if crate in name) for crate in CURVE_CRATES}
    return {crate: names for crate, names in found.items() if names}


def test_an_external_signer_brings_no_curve(tmp_path: Path) -> None:
    elf = link(tmp_path, p256=False)
    assert "jurat_token_request_sign" in toolchain.symbols(elf)
    assert curve_code(elf) == {}
    assert toolchain.run(elf, timeout=60).status == 0


def test_what_is_looked_for_is_found_where_it_is(tmp_path: Path) -> None:
    found = curve_code(link(tmp_path, p256=True))
    assert {"p256", "ecdsa", "elliptic_curve", "crypto_bigint", "primeorder", "rfc6979"} <= set(found)


@pytest.mark.parametrize("p256", [False, True])
def test_the_dependencies_agree(p256: bool) -> None:
    command = [
        "cargo", "tree", "--locked", "--package", "jurat-ffi", "--edges", "normal", "--prefix", "none",
        "--format", "{lib}", "--target", rust.TARGET,
        "--no-default-features", "--features", "p256" if p256 else "",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=rust.ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise toolchain.ToolError(done.stderr)
    crates = set(done.stdout.split())
    assert "jurat_core" in crates
    assert crates & set(CURVE_CRATES) == (set(CURVE_CRATES) if p256 else set())
