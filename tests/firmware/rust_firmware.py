"""The vectors through Rust on bare metal: builds the firmware in `rust/` for a board and runs it in QEMU."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import toolchain
from rust import COMPACT_SHA256, ROOT

MANIFEST = ROOT / "tests" / "firmware" / "rust" / "Cargo.toml"
DIRECTORY = ROOT / "target" / "rust-firmware"

# Those that build.rs knows the memory of.
BOARDS = ("thumbv6m", "thumbv7m", "thumbv7em-hf", "thumbv8m.main-hf", "riscv32imac", "riscv32imc")


def report(vectors: Path, name: str) -> str:
    """What the runner prints on one of BOARDS: a line for each vector."""
    board = toolchain.BOARDS[name]
    command = [
        *("cargo", "build", "--locked", "--quiet", "--release", "--target", board.target),
        *("--manifest-path", str(MANIFEST), "--target-dir", str(DIRECTORY)),
    ]
    environment = {**os.environ, "RUSTFLAGS": COMPACT_SHA256, "JURAT_VECTORS": str(vectors)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise toolchain.ToolError(f"{command}: status {done.returncode}\n{done.stderr}")
    result = toolchain.run(DIRECTORY / board.target / "release" / "jurat-firmware-tests", board=board, timeout=900)
    if result.status != 0:
        raise toolchain.ToolError(f"{name}: status {result.status}\n{result.stdout[-2000:]!r}\n{result.stderr!r}")
    return result.stdout.decode()
