"""libjurat.a beside another Rust library in one image, and which names an archive of ours brings into it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

import rust
import toolchain

SECOND = toolchain.HERE / "second"
MANIFEST = tomllib.loads((rust.ROOT / "Cargo.toml").read_text())
OLDEST = f"{MANIFEST['workspace']['package']['rust-version']}.0"
PINNED = tomllib.loads((rust.ROOT / "rust-toolchain.toml").read_text())["toolchain"]["channel"]
INCLUDE = rust.ROOT / "include"

# What the C library has, and what the compiler's own library has: the run-time ABI of Arm.
FROM_C = re.compile(r"mem(cpy|set|move|cmp)|__aeabi_\w+")


def run(command: Sequence[str | Path], **environment: str) -> str:
    done = subprocess.run(
        command, cwd=rust.ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise toolchain.ToolError(f"{' '.join(map(str, command))}: status {done.returncode}\n{done.stderr}")
    return done.stdout


def build(manifest: Path, compiler: str, lto: str, directory: Path) -> Path:
    """A static library by another project's settings; `--locked` is for what is committed."""
    run(
        [
            "cargo", f"+{compiler}", "build", "--quiet", "--release", "--manifest-path", manifest,
            "--target", rust.TARGET, "--target-dir", directory, *(["--locked"] if manifest.parent == SECOND else []),
        ],
        CARGO_PROFILE_RELEASE_LTO=lto,
        RUSTFLAGS=rust.COMPACT_SHA256,
    )  # fmt: skip
    [library] = (directory / rust.TARGET / "release").glob("*.a")
    return library


def link(libraries: Sequence[Path], directory: Path) -> Path:
    """The program with these libraries, in this order: a linker takes a script for one library."""
    both = directory / "libraries.ld"
    both.write_text(f"INPUT({' '.join(map(str, libraries))})\n")
    return toolchain.compile_and_link([SECOND / "main.c"], both, directory / "two.elf", include_dirs=[INCLUDE])


def check_both_work(elf: Path) -> None:
    result = toolchain.run(elf, timeout=60)
    request, total = result.stdout.decode().splitlines()[:2]
    assert request.startswith("grant_type=client_credentials&client_assertion_type=")
    assert (total, result.status) == ("136", 0)
    assert result.stdout.endswith(b"\npanicked"), "the handler of the other library"


@pytest.mark.parametrize("lto", ["off", "fat"])
@pytest.mark.parametrize("compiler", [PINNED, OLDEST])
def test_another_rust_library_links(compiler: str, lto: str, tmp_path: Path) -> None:
    """With our panic handler and its own, whichever compiler made it, with and without LTO, in both orders."""
    ours = rust.library(p256=True)
    other = build(SECOND / "Cargo.toml", compiler, lto, tmp_path / "second")
    for libraries in ((ours, other), (other, ours)):
        check_both_work(link(libraries, tmp_path))


def symbols(library: Path) -> list[tuple[str, str, str, str]]:
    """Member, name, visibility and section of every symbol that is not local. nm shows no visibility."""
    found, member = [], ""
    for line in run(["arm-none-eabi-readelf", "--symbols", "--wide", library]).splitlines():
        fields = line.split()
        if line.startswith("File: "):
            member = line.rpartition("(")[2].rstrip(")")
        elif len(fields) >= 8 and fields[4] in {"GLOBAL", "WEAK"}:
            found.append((member, fields[7], fields[5], fields[6]))
    return found


def test_the_archive_defines_jurat_names_only() -> None:
    """All else belongs to the compiler's own library, is hidden, and comes in only where nobody else has it."""
    defined = [symbol for symbol in symbols(rust.library(p256=True, http=True)) if symbol[3] != "UND"]
    ours = {name for member, name, _, _ in defined if member.startswith("jurat-")}
    others = {visibility for member, _, visibility, _ in defined if not member.startswith("jurat-")}
    assert {name for name in ours if not name.startswith("jurat_")} == set()
    assert {"jurat_token_request_sign", "jurat_p256_sign", "jurat_response_http1"} <= ours
    assert others == {"HIDDEN"}


def test_the_shared_library_exports_jurat_names_only() -> None:
    run(["cargo", "build", "--locked", "--quiet", "--package", "jurat-ffi"])
    library = rust.ROOT / "target" / "debug" / "libjurat.so"
    exported = [line.split()[-1] for line in run(["nm", "--dynamic", "--defined-only", library]).splitlines()]
    assert "jurat_token_request_sign" in exported
    assert [name for name in exported if not name.startswith("jurat_")] == []


def link_in_usual_order(library: Path, directory: Path) -> Path:
    """As build systems do it: the C library last, and nothing that asks for its functions earlier."""
    elf = directory / "usual.elf"
    board, machine = toolchain.DEFAULT, toolchain.DEFAULT.machine
    run(
        [
            f"{machine.prefix}gcc", *machine.flags, *board.cpu, "-Os", "-nostdlib", "-static", f"-I{INCLUDE}",
            f"-I{toolchain.HERE}", "-T", toolchain.LINKER_SCRIPT, f"-Wl,--defsym=__flash_start={machine.flash}",
            f"-Wl,--defsym=__ram_start={machine.ram}", "-Wl,--gc-sections", f"-Wl,-Map={toolchain.map_file(elf)}",
            "-DSIGNER=2", *machine.sources, toolchain.HERE / "request.c", library, "-lc", "-lgcc", "-o", elf,
        ]
    )  # fmt: skip
    return elf


@pytest.mark.parametrize("alone", [True, False])
def test_our_object_alone_is_enough(alone: bool, tmp_path: Path) -> None:
    """What is in the archive besides is the compiler's own library, which a C toolchain has as well.

    With it, its memcpy and relatives come before those of the C library.
    """
    library = tmp_path / "libjurat.a"
    shutil.copy(rust.library(p256=True), library)
    if alone:
        members = run(["arm-none-eabi-ar", "t", library]).splitlines()
        run(["arm-none-eabi-ar", "d", library, *(name for name in members if not name.startswith("jurat-"))])
        assert {
            name for _, name, _, section in symbols(library) if section == "UND" and not FROM_C.fullmatch(name)
        } == set()
    elf = link_in_usual_order(library, tmp_path)
    origins = toolchain.origins(elf, ["memcpy", "memset", "memcmp"])
    assert {"libc.a(" in origin for origin in origins.values()} == {alone}, origins
    assert toolchain.run(elf, timeout=60).status == 0
