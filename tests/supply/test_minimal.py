"""The lowest versions that the manifests allow, of what they name and of what that needs, are enough to build with."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import rust

SCRATCH = rust.ROOT / "target" / "minimal"
PARTS = ("Cargo.toml", "core", "ffi-c", "py", "rust-toolchain.toml")


def cargo(source: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # `-Z` on the compiler that everything else is built with.
    env = {**os.environ, "CARGO_TARGET_DIR": str(SCRATCH / "target"), "RUSTC_BOOTSTRAP": "1"}
    return subprocess.run(["cargo", *arguments], cwd=source, env=env, capture_output=True, text=True, check=False)


def lowest(source: Path) -> None:
    done = cargo(source, "generate-lockfile", "-Z", "minimal-versions")
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def source() -> Path:
    """The sources without what only the tests need, always in the same place and with the times that they have here."""
    place = SCRATCH / "source"
    shutil.rmtree(place, ignore_errors=True)
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *PARTS]
    names = subprocess.run(command, cwd=rust.ROOT, capture_output=True, text=True, check=True).stdout
    for name in names.strip("\0").split("\0"):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(rust.ROOT / name, place / name)
    changed(place / "Cargo.toml", ', "tests"]', "]")
    manifest = (place / "core" / "Cargo.toml").read_text()
    before, found, behind = manifest.partition("[dev-dependencies]")
    assert found
    _, found, behind = behind.partition("\n[[")
    assert found
    (place / "core" / "Cargo.toml").write_text(f"{before}[[{behind}")
    lowest(place)
    return place


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_the_manifests_name_versions_that_are_new_enough(source: Path) -> None:
    packages = ("--package", "jurat-core", "--package", "jurat-ffi", "--package", "jurat-py")
    done = cargo(source, "check", "--locked", "--quiet", *packages, "--all-features")
    assert done.returncode == 0, done.stderr


def test_a_version_that_is_too_old_is_found(source: Path) -> None:
    changed(source / "Cargo.toml", 'httparse = { version = "1.10"', 'httparse = { version = "1.0"')
    lowest(source)
    done = cargo(source, "check", "--locked", "--quiet", "--package", "jurat-core", "--features", "http")
    assert done.returncode != 0
    assert "httparse" in done.stderr
