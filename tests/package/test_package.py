"""The package as it is published: a source distribution, and the wheel that is built of it with Rust alone."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import venv
import zipfile
from pathlib import Path

import jwt
import pytest
from packaging.metadata import Metadata
from packaging.tags import Tag
from packaging.utils import parse_sdist_filename, parse_wheel_filename

ROOT = Path(__file__).resolve().parents[2]
PY = ROOT / "py"
VERSION = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]
TOOLCHAIN = tomllib.loads((ROOT / "rust-toolchain.toml").read_text())["toolchain"]["channel"]
# What stays here from one run to the next is only built again where it has changed.
TARGET = ROOT / "target" / "package"
MAX_WHEEL = 1_000_000
LICENCES = ("LICENSE-MIT", "LICENSE-APACHE")

# A compiler of C that only links, which is what Rust needs of it.
LINKER = """#!/bin/sh
for argument; do
    case "$argument" in -c | -E | -S | *.c | *.cc | *.cpp | *.S) echo "cc: no compiler" >&2; exit 1 ;; esac
done
exec {cc} "$@"
"""

MINT = """
import json, sys
before = set(sys.modules)
import jurat
site = [name for name in set(sys.modules) - before if "site-packages" in (sys.modules[name].__file__ or "")]
key = jurat.SigningKey.generate()
assertion = jurat.client_assertion(key, client_id="device-7", issuer="https://as.example")
found = {"assertion": assertion, "key": key.public_key.spki_pem(), "backend": key.backend, "site": site}
print(json.dumps({**found, "file": jurat.__file__, "version": jurat.__version__}))
"""


def run(*command: str | Path, cwd: Path = ROOT, **environment: str) -> str:
    env = {**os.environ, "CARGO_TARGET_DIR": str(TARGET), "RUSTUP_TOOLCHAIN": TOOLCHAIN, **environment}
    done = subprocess.run([*map(str, command)], cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def maturin(*arguments: str | Path, cwd: Path = PY, **environment: str) -> None:
    run(sys.executable, "-m", "maturin", *arguments, cwd=cwd, **environment)


def only(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made where a developer's build and a cache lie in the source folder, which no sdist takes."""
    litter = [PY / "python" / "jurat" / "__pycache__" / "litter.cpython-311.pyc", PY / "python" / "jurat" / "litter.so"]
    for path in litter:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"")
    folder = tmp_path_factory.mktemp("sdist")
    try:
        maturin("sdist", "--out", folder)
    finally:
        for path in litter:
            path.unlink(missing_ok=True)
    return only(folder, "*.tar.gz")


@pytest.fixture(scope="module")
def unpacked(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Outside of the repository, always in the same place, with new times only for files that have changed."""
    fresh = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as tar:
        tar.extractall(fresh, filter="data")
    source = only(fresh, "*")
    place = Path(tempfile.gettempdir()) / f"jurat-sdist-{os.getuid()}"
    wanted = {path.relative_to(source) for path in source.rglob("*") if path.is_file()}
    for path in [path for path in place.rglob("*") if path.is_file()]:
        if path.relative_to(place) not in wanted:
            path.unlink()
    for name in wanted:
        content, path = (source / name).read_bytes(), place / name
        if not path.exists() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return place


@pytest.fixture(scope="module")
def wheel(unpacked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built of the sdist, with a compiler of C that can only link."""
    tools, folder = tmp_path_factory.mktemp("tools"), tmp_path_factory.mktemp("wheel")
    cc = shutil.which("cc")
    assert cc is not None
    (tools / "cc").write_text(LINKER.format(cc=cc))
    (tools / "cc").chmod(0o755)
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    maturin("build", "--release", "-i", sys.executable, "-o", folder, cwd=unpacked, PATH=path, CC="false", CXX="false")
    return only(folder, "*.whl")


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with this package alone, and without pip."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder)
    options = ("--quiet", "--no-index", "--disable-pip-version-check")
    run(sys.executable, "-m", "pip", "--python", folder / "bin" / "python", "install", *options, wheel)
    return folder


def check_metadata(text: bytes) -> None:
    found = Metadata.from_email(text, validate=True)
    assert (found.name, str(found.version)) == ("jurat", VERSION)
    assert str(found.requires_python) == ">=3.11"
    assert found.license_expression == "MIT OR Apache-2.0"
    assert sorted(found.license_files or ()) == sorted(LICENCES)
    assert (found.description or "").strip() == (PY / "README.md").read_text().strip()
    assert (found.description_content_type or "").startswith("text/markdown")
    assert found.summary
    assert found.keywords
    assert "cli" in (found.provides_extra or ())
    # At run time nothing is needed.
    assert all(requirement.marker is not None for requirement in found.requires_dist or ())


def test_the_sdist_has_what_it_needs_and_no_more(sdist: Path, unpacked: Path) -> None:
    assert parse_sdist_filename(sdist.name)[0] == "jurat"
    with tarfile.open(sdist) as tar:
        names = {name.partition("/")[2] for name in tar.getnames()}
        times = {member.mtime for member in tar.getmembers()}
    # The time of the build is not in it.
    assert len(times) == 1
    assert not [name for name in names if re.search(r"\.(so|pyd|pyc|o|a)$|__pycache__|(^|/)target/|\.git", name)]
    tracked = run("git", "ls-files", "--cached", "--others", "--exclude-standard", "python", "examples", "src", cwd=PY)
    for name in tracked.split():
        assert (name if name.startswith("python/") else f"py/{name}") in names
    assert {"Cargo.lock", "Cargo.toml", "pyproject.toml", "README.md", "core/Cargo.toml", *LICENCES} <= names
    for name in LICENCES:
        assert (unpacked / name).read_text() == (ROOT / name).read_text()
    check_metadata((unpacked / "PKG-INFO").read_bytes())


def test_the_wheel_is_for_every_python_from_3_11(wheel: Path) -> None:
    name, version, _, tags = parse_wheel_filename(wheel.name)
    assert (name, str(version)) == ("jurat", VERSION)
    assert {(tag.interpreter, tag.abi) for tag in tags} == {("cp311", "abi3")}
    assert wheel.stat().st_size < MAX_WHEEL


def test_the_wheel_has_everything(wheel: Path) -> None:
    info = f"jurat-{VERSION}.dist-info"
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        for name in LICENCES:
            assert archive.read(f"{info}/licenses/{name}").decode() == (ROOT / name).read_text()
        check_metadata(archive.read(f"{info}/METADATA"))
        lines = archive.read(f"{info}/WHEEL").decode().splitlines()
        assert "jurat=jurat.cli:main" in archive.read(f"{info}/entry_points.txt").decode()
        recorded = {line.partition(",")[0] for line in archive.read(f"{info}/RECORD").decode().splitlines()}
    assert recorded == names
    written = [tag for line in lines if line.startswith("Tag: ") for tag in [line.removeprefix("Tag: ")]]
    assert {Tag(*tag.split("-")) for tag in written} == set(parse_wheel_filename(wheel.name)[3])
    tracked = run("git", "ls-files", "--cached", "--others", "--exclude-standard", cwd=PY / "python").split()
    assert {*tracked, "jurat/_jurat.abi3.so"} == {name for name in names if not name.startswith(info)}
    assert {"jurat/py.typed", "jurat/_jurat.pyi"} <= names


def test_the_wheel_says_what_is_linked_into_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read(f"jurat-{VERSION}.dist-info/sboms/jurat-py.cyclonedx.json").decode()
    document = json.loads(text)
    assert document["bomFormat"] == "CycloneDX"
    lock = tomllib.loads((ROOT / "Cargo.lock").read_text())["package"]
    locked = {(entry["name"], entry["version"]) for entry in lock}
    components = {(each["name"], each["version"]) for each in document["components"]}
    assert components <= locked
    assert {"graviola", "jurat-core", "p256", "pyo3", "sha2", "zeroize"} <= {name for name, _ in components}
    assert all(each.get("licenses") for each in document["components"])
    # The folder that it was built in is in it, for which there is no setting, but nothing else of this machine.
    assert not re.search(rf"{re.escape(str(ROOT))}|{re.escape(str(Path.home()))}/", text)


def check_mint(found: dict[str, str]) -> None:
    claims = jwt.decode(found["assertion"], found["key"], algorithms=["ES256"], audience="https://as.example")
    assert claims["sub"] == "device-7"
    assert found["version"] == VERSION


def test_it_mints_without_any_other_package(installed: Path) -> None:
    found = json.loads(run(installed / "bin" / "python", "-I", "-c", MINT))
    check_mint(found)
    assert Path(found["file"]).is_relative_to(installed)


def test_it_mints_in_every_python_that_is_there(installed: Path) -> None:
    """Those on the path or of pyenv, from 3.11 on, with a lock."""
    site = only(installed, "lib/python3.*/site-packages")
    folders = [Path(folder) for folder in os.environ["PATH"].split(os.pathsep)]
    folders += (Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions").glob("*/bin")
    there: dict[str, Path] = {}
    for minor in range(11, 20):
        for folder in folders:
            if (program := folder / f"python3.{minor}").exists() and "shims" not in program.parts:
                there.setdefault(program.name, program)
    for name, program in there.items():
        print(f"{name}: {program}")
        check_mint(json.loads(run(program, "-c", MINT, PYTHONPATH=str(site))))


def test_the_command_says_what_it_lacks(installed: Path) -> None:
    command = installed / "bin" / "jurat"
    done = subprocess.run([command, "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "pip install 'jurat[cli]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_importing_it_imports_nothing_optional(wheel: Path, tmp_path: Path) -> None:
    """Where all of it is installed."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site-packages")
    found = json.loads(run(sys.executable, "-c", MINT, PYTHONPATH=str(tmp_path / "site-packages")))
    assert Path(found["file"]).is_relative_to(tmp_path)
    assert not [name for name in found["site"] if name.partition(".")[0] != "jurat"]


def test_it_compiles_for_a_free_threaded_python(tmp_path: Path) -> None:
    """For 3.14, by what pyo3 would find out of it."""
    configuration = TARGET / "free-threaded-3.14.txt"
    TARGET.mkdir(parents=True, exist_ok=True)
    lines = (
        "implementation=CPython",
        "version=3.14",
        "shared=true",
        "abi3=false",
        "pointer_width=64",
        "build_flags=Py_GIL_DISABLED",
        "suppress_build_script_link_lines=true",
    )
    text = "".join(f"{line}\n" for line in lines)
    # A new time of it would have pyo3 built anew.
    if not configuration.exists() or configuration.read_text() != text:
        configuration.write_text(text)
    command = ("cargo", "check", "--locked", "-p", "jurat-py", "--features", "pyo3/extension-module")
    run(*command, PYO3_CONFIG_FILE=str(configuration))
