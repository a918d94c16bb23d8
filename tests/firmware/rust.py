"""Builds libjurat.a for bare metal."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import toolchain
from toolchain import ToolError

ROOT = Path(__file__).resolve().parents[2]
TARGET = toolchain.DEFAULT.target
# The target whose libcore rustup may not have: it is built from the component rust-src.
WITHOUT_CORE = "thumbv8m.base-none-eabi"

# sha2's small implementation. Only the final build can choose it, so firmware has to set this too.
COMPACT_SHA256 = '--cfg sha2_backend="soft" --cfg sha2_backend_soft="compact"'
PANIC_GATE = "--cfg jurat_panic_gate"


def library(
    *,
    p256: bool,
    http: bool = False,
    flags: Sequence[str] = (COMPACT_SHA256,),
    opt: str = "s",
    target: str = TARGET,
    comb: str = "comb",
) -> Path:
    """libjurat.a as `cargo rustc -p jurat-ffi --profile firmware` makes it, with these RUSTFLAGS."""
    # The comb signer is in none of it that does not name it, and inside of the gate.
    features = [comb, *(["p256", "import"] if p256 else []), *(["http"] if http else [])]
    # The targets for Armv8-M do not say which of their processors have what its assembly needs.
    if comb == "comb-arm" and target.startswith("thumbv8m.main"):
        flags = (*flags, "-C target-cpu=cortex-m33")
    # A directory for each set of flags: cargo would build everything anew at each change.
    kinds = {"p256": p256, "http": http, "gate": PANIC_GATE in flags, comb: comb != "comb"}
    name = "-".join(["firmware", opt, *(kind for kind, is_one in kinds.items() if is_one)])
    directory = ROOT / "target" / name
    command = [
        "cargo", "rustc", "--locked", "--quiet", "--package", "jurat-ffi", "--lib", "--crate-type", "staticlib",
        "--profile", "firmware", "--target", target, "--target-dir", str(directory),
        "--no-default-features", "--features", ",".join(features),
    ]  # fmt: skip
    environment = {**os.environ, "RUSTFLAGS": " ".join(flags), "CARGO_PROFILE_FIRMWARE_OPT_LEVEL": opt}
    if target == WITHOUT_CORE:
        command.append("-Zbuild-std=core")
        environment["RUSTC_BOOTSTRAP"] = "1"
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ToolError(f"{' '.join(command)}: status {done.returncode}\n{done.stderr}")
    return directory / target / "firmware" / "libjurat.a"
