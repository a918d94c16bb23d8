"""The library in C projects that know nothing of Rust: by CMake, by pkg-config, and from a release archive."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tarfile
from pathlib import Path
from urllib.parse import parse_qsl

import jwt
import pytest

from runners import C_FLAGS, ROOT, run, rust, toolchain

CONSUMER = ROOT / "tests" / "consumer"
# All that bare metal has to bring. Its compiler and its C library have them.
MEMORY = re.compile(r"(__aeabi_)?(memcpy|memset|memclr|memmove|memcmp)[48]?")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prefix that was moved after the installation."""
    build = ROOT / "target" / "linking"
    directory = tmp_path_factory.mktemp("installed")
    run("cmake", "-S", ROOT / "ffi-c", "-B", build)
    run("cmake", "--build", build)
    run("cmake", "--install", build, "--prefix", directory / "first")
    return (directory / "first").rename(directory / "moved here")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(run(ROOT / "ffi-c" / "release", rust.TARGET, "--out", tmp_path_factory.mktemp("archive")).strip())


@pytest.fixture(scope="module")
def unpacked(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(archive) as tar:
        tar.extractall(directory, filter="data")
    (content,) = directory.iterdir()
    assert f"{content.name}.tar.gz" == archive.name
    return content


def consumer(build: Path, *options: str) -> Path:
    run("cmake", "-S", CONSUMER, "-B", build, *options)
    run("cmake", "--build", build)
    return build / "consumer"


def check(body: str) -> None:
    """The request, as it was signed in software."""
    published = json.loads((ROOT / "tests" / "vectors" / "vectors.json").read_text())["keys"]["rfc7515-a3"]
    key = jwt.PyJWK({"kty": "EC", "crv": "P-256", "x": published["x"], "y": published["y"]}, algorithm="ES256").key
    assertion = dict(parse_qsl(body, strict_parsing=True))["client_assertion"]
    options = {"verify_exp": False}
    claims = jwt.decode(assertion, key, algorithms=["ES256"], audience="https://as.example", options=options)
    assert (claims["sub"], claims["iat"]) == ("device-7", 1795459454)


def symbols(library: Path, *options: str) -> set[str]:
    listing = run("nm", "--extern-only", "--format=posix", *options, library)
    return {line.split()[0] for line in listing.splitlines() if line and not line.endswith(":")}


def declared() -> set[str]:
    header = (ROOT / "include" / "jurat.h").read_text()
    # Without what is in no library that does not ask for it.
    header = re.sub(r"^#if defined\(JURAT_COMB\)[\s\S]*?^#endif", "", header, flags=re.MULTILINE)
    names = set(re.findall(r"^\w[\w \*]*?\b(jurat_\w+)\(", header, re.MULTILINE))
    names |= set(re.findall(r"^extern const struct jurat_\w+ (\w+);", header, re.MULTILINE))
    return names - {"jurat_text"}


def test_find_package(installed: Path, tmp_path: Path) -> None:
    check(run(consumer(tmp_path, f"-DCMAKE_PREFIX_PATH={installed}")))


@pytest.mark.parametrize("flags", ["", "-static"])
def test_pkg_config(installed: Path, flags: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PKG_CONFIG_PATH", str(installed / "lib" / "pkgconfig"))
    run("make", "-C", tmp_path, "-f", CONSUMER / "Makefile", f"VPATH={CONSUMER}", f"LDFLAGS={flags}")
    check(run(tmp_path / "consumer"))


def test_subdirectory(tmp_path: Path) -> None:
    """With cargo, and without what a device with a secure element does not need: the header leaves it out, too."""
    options = [f"-D{option}=OFF" for option in ("JURAT_P256", "JURAT_IMPORT", "JURAT_HTTP")]
    body = run(consumer(tmp_path, f"-DJURAT_SOURCE={ROOT}", *options))
    assertion = dict(parse_qsl(body, strict_parsing=True))["client_assertion"]
    signature = jwt.utils.base64url_decode(assertion.rpartition(".")[2])
    assert signature[:32] == signature[32:], "not by the program's own signer"
    (library,) = tmp_path.glob("jurat/stage/lib/*.a")
    missing = declared() - symbols(library, "--defined-only")
    assert {"jurat_p256_sign", "jurat_key_import", "jurat_response_http1"} <= missing
    macros = ("-DJURAT_NO_P256", "-DJURAT_NO_IMPORT", "-DJURAT_NO_HTTP")
    seen = run("gcc", "-E", "-P", *macros, ROOT / "include" / "jurat.h")
    assert not [name for name in missing if re.search(rf"\b{name}\b", seen)]


def test_the_comb_in_place_of_p256(installed: Path, tmp_path: Path) -> None:
    """The same bytes, from a library that has no other signer."""
    options = ("-DJURAT_P256=OFF", "-DJURAT_COMB=ON", "-DJURAT_IMPORT=OFF", "-DJURAT_HTTP=OFF")
    body = run(consumer(tmp_path / "comb", f"-DJURAT_SOURCE={ROOT}", *options))
    assert body == run(consumer(tmp_path / "host", f"-DCMAKE_PREFIX_PATH={installed}"))
    (library,) = tmp_path.glob("comb/jurat/stage/lib/*.a")
    found = symbols(library, "--defined-only")
    assert {"jurat_comb_sign", "jurat_comb_hedged_sign", "jurat_comb_public_key"} <= found
    assert "jurat_p256_sign" not in found


def test_the_comb_in_assembly_on_the_board(installed: Path, tmp_path: Path) -> None:
    options = [f"-DJURAT_SOURCE={ROOT}", f"-DJURAT_TARGET={rust.TARGET}", f"-DBOARD={toolchain.HERE}"]
    options += ["-DJURAT_P256=OFF", "-DJURAT_COMB=ON", "-DJURAT_COMB_FEATURES=comb-arm"]
    elf = consumer(tmp_path / "board", "--toolchain", str(CONSUMER / "arm-none-eabi.cmake"), *options)
    assert any("jurat_comb_arm" in symbol for symbol in toolchain.symbols(elf))
    result = toolchain.run(elf, timeout=120)
    assert result.stdout.decode() == run(consumer(tmp_path / "host", f"-DCMAKE_PREFIX_PATH={installed}"))


def test_release_archive_on_the_board(unpacked: Path, installed: Path, tmp_path: Path) -> None:
    options = [f"-DCMAKE_PREFIX_PATH={unpacked}", f"-DBOARD={toolchain.HERE}"]
    elf = consumer(tmp_path / "board", "--toolchain", str(CONSUMER / "arm-none-eabi.cmake"), *options)
    result = toolchain.run(elf, timeout=120)
    assert result.status == 0, result
    check(result.stdout.decode())
    host = consumer(tmp_path / "host", f"-DCMAKE_PREFIX_PATH={installed}")
    assert result.stdout.decode() == run(host)
    origins = toolchain.origins(elf, ["memcpy", "memset"])
    assert origins and all("libc" in origin for origin in origins.values()), origins


def test_nothing_else_is_global(unpacked: Path, installed: Path) -> None:
    for prefix in (unpacked, installed):
        assert symbols(prefix / "lib" / "libjurat.a", "--defined-only") == declared()
    needed = symbols(unpacked / "lib" / "libjurat.a", "--undefined-only")
    assert needed and all(MEMORY.fullmatch(name) for name in needed), needed


def test_the_one_library_is_small_enough_for_all(unpacked: Path, tmp_path: Path) -> None:
    """With a signer of the firmware's own, it costs no more than cargo's, and 2 % more than one without a curve."""
    libraries = {
        "released": unpacked / "lib" / "libjurat.a",
        "cargo": ROOT / "target" / "release-archive" / rust.TARGET / "cargo" / rust.TARGET / "firmware" / "libjurat.a",
        "no-curve": rust.library(p256=False),
    }
    flash = {
        name: toolchain.size(
            toolchain.compile_and_link(
                [toolchain.HERE / "request.c"],
                library,
                tmp_path / f"{name}.elf",
                defines={"SIGNER": 1},
                include_dirs=[unpacked / "include"],
            )
        ).flash
        for name, library in libraries.items()
    }
    assert flash["released"] <= flash["cargo"], flash
    assert flash["released"] <= flash["no-curve"] * 1.02, flash


SECOND = """
#[unsafe(no_mangle)]
extern "C" fn second(panics: bool) -> i32 {
    match std::panic::catch_unwind(|| if panics { panic!("as asked") }) {
        Ok(()) => 1,
        Err(_) => 2,
    }
}
"""
CALLS_BOTH = """
#include <stdbool.h>
#include "jurat.h"
int second(bool panics);
int main(void)
{
    static const uint8_t key[JURAT_KEY_SIZE] = {1};
    jurat_public_key public_key;
    return jurat_p256_public_key(key, sizeof key, &public_key) != JURAT_OK || second(false) != 1 || second(true) != 2;
}
"""


def test_beside_another_rust_library(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "second.rs").write_text(SECOND)
    (tmp_path / "main.c").write_text(CALLS_BOTH)
    run("rustc", "--edition=2024", "--crate-type=staticlib", "--out-dir", tmp_path, tmp_path / "second.rs")
    libraries = [installed / "lib" / "libjurat.a", tmp_path / "libsecond.a"]
    for order in (libraries, libraries[::-1]):
        run("gcc", *C_FLAGS, f"-I{installed / 'include'}", tmp_path / "main.c", *order, "-lm", "-o", tmp_path / "both")
        run(tmp_path / "both")


def test_archive_is_reproducible(archive: Path, unpacked: Path, tmp_path: Path) -> None:
    """From a copy of the sources elsewhere come the same bytes, and none of them tells where they were made."""
    copy = tmp_path / "elsewhere"
    for name in run("git", "ls-files", "--cached", "--others", "--exclude-standard").splitlines():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, copy / name)
    environment = {**os.environ, "SOURCE_DATE_EPOCH": run("git", "log", "-1", "--format=%ct").strip()}
    command = [copy / "ffi-c" / "release", rust.TARGET, "--out", tmp_path]
    subprocess.run(command, env=environment, capture_output=True, check=True)
    assert (tmp_path / archive.name).read_bytes() == archive.read_bytes()
    for path in unpacked.rglob("*"):
        for secret in (ROOT, Path.home()):
            assert path.is_dir() or f"{secret}/".encode() not in path.read_bytes(), path


def test_host_library_has_no_paths(installed: Path) -> None:
    """Its panic messages name source files, of the crates and of jurat itself."""
    library = (installed / "lib" / "libjurat.a").read_bytes()
    assert b"cargo/registry" in library
    for place in (ROOT, Path.home()):
        assert f"{place}/".encode() not in library


def test_what_is_linked_in_is_listed(unpacked: Path) -> None:
    sbom = json.loads((unpacked / "sbom.cdx.json").read_text())
    listed = {component["bom-ref"]: component for component in sbom["components"]}
    names = {component["name"] for component in listed.values()}
    assert {"jurat-core", "jurat-ffi", "p256", "sha2", "httparse", "pkcs8"} <= names
    assert not names & {"pyo3", "clap", "serde_json", "autocfg", "jurat-tests"}
    for edge in sbom["dependencies"]:
        assert edge["ref"] in {"jurat", *listed} and set(edge["dependsOn"]) <= set(listed)
    licences = (unpacked / "THIRD-PARTY.txt").read_text()
    for component in listed.values():
        if "hashes" in component:
            assert f"\n{component['name']} {component['version']}: " in licences
