"""What the libraries ask of the systems that they are built for: nothing but `core`."""

from __future__ import annotations

import subprocess
import tomllib

import pytest

import rust
import toolchain

TARGETS = tuple(board.target for board in toolchain.BOARDS.values())
# What a dependency calls its parts for systems that have files, a heap or a random source.
OF_A_SYSTEM = frozenset({"std", "alloc", "getrandom", "os_rng", "sys_rng"})


def cargo(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["cargo", *arguments], cwd=rust.ROOT, capture_output=True, text=True, check=False)


def system_features(*arguments: str) -> dict[str, set[str]]:
    """By crate, which of these features its final build has; what runs at compile time is left out."""
    done = cargo("tree", "--locked", "--edges", "normal,no-proc-macro", "--prefix", "none", "--no-dedupe",
                 "--format", "{lib} {f}", *arguments)  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = {}
    for line in filter(None, done.stdout.splitlines()):
        crate, _, features = line.partition(" ")
        if crate == "getrandom" or not OF_A_SYSTEM.isdisjoint(features.split(",")):
            found[crate] = set(features.split(",")) & OF_A_SYSTEM
    return found


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("package", ["core", "ffi-c"])
def test_no_dependency_asks_for_a_system(package: str, target: str) -> None:
    manifest = rust.ROOT / package / "Cargo.toml"
    # The signer for hosts is for hosts.
    features = ",".join(tomllib.loads(manifest.read_text())["features"].keys() - {"host"})
    assert system_features("--manifest-path", str(manifest), "--features", features, "--target", target) == {}


def test_what_is_looked_for_is_found_where_it_is() -> None:
    found = system_features("--package", "jurat-tests")
    assert "alloc" in found["serde_json"]
