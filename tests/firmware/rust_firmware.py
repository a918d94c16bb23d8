"""The vectors through Rust on bare metal: builds the firmware in `rust/` for a target and runs it in QEMU."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from rust import COMPACT_SHA256, ROOT
from toolchain import ToolError

MANIFEST = ROOT / "tests" / "firmware" / "rust" / "Cargo.toml"
DIRECTORY = ROOT / "target" / "rust-firmware"

# Each target's board. There is none for the Cortex-M0 with enough memory, but its code runs on a Cortex-M3.
ARM = ("qemu-system-arm", "-M")
RISCV = ("qemu-system-riscv32", "-M", "virt", "-bios", "none", "-cpu")
TARGETS = {
    "thumbv6m-none-eabi": (*ARM, "mps2-an385"),
    "thumbv7m-none-eabi": (*ARM, "mps2-an385"),
    "thumbv7em-none-eabihf": (*ARM, "mps2-an386"),
    "thumbv8m.main-none-eabihf": (*ARM, "mps2-an505"),
    "riscv32imac-unknown-none-elf": (*RISCV, "rv32,f=off,d=off"),
    "riscv32imc-unknown-none-elf": (*RISCV, "rv32,f=off,d=off,a=off"),
}


def run(*command: str | Path, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    if done.returncode != 0:
        raise ToolError(f"{command}: status {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr}")
    return done.stdout


def report(vectors: Path, target: str) -> str:
    """What the runner prints on the board of one of TARGETS: a line for each vector."""
    run(
        *("cargo", "build", "--locked", "--quiet", "--release", "--target", target),
        *("--manifest-path", MANIFEST, "--target-dir", DIRECTORY),
        environment={"RUSTFLAGS": COMPACT_SHA256, "JURAT_VECTORS": str(vectors)},
    )
    return run(
        *TARGETS[target],
        *("-nographic", "-monitor", "none", "-serial", "none"),
        *("-semihosting-config", "enable=on,target=native"),
        *("-kernel", DIRECTORY / target / "release" / "jurat-firmware-tests"),
    )
