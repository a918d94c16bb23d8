"""Every lock file by cargo-deny, and each crate that firmware has by a list with a reason for it."""

from __future__ import annotations

import os
import subprocess
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

import rust

ROOT = rust.ROOT
CONFIGURATION = ROOT / "deny.toml"
DATABASE = "https://github.com/RustSec/advisory-db"
CRATES = tomllib.loads(Path(__file__).with_name("crates.toml").read_text())

# Of the lists in deny.toml, each lock file has a part.
UNUSED = ("license-exception-not-encountered", "unused-wrapper", "advisory-not-detected")


def run(*command: str | Path, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **environment}
    return subprocess.run([*map(str, command)], cwd=cwd, env=env, capture_output=True, text=True, check=False)


def deny(
    lock: Path, *arguments: str, configuration: Path = CONFIGURATION, **environment: str
) -> subprocess.CompletedProcess[str]:
    program = ROOT / "target" / "tools" / "bin" / "cargo-deny"
    manifest = ("--manifest-path", lock.with_name("Cargo.toml"), "--locked", "--config", configuration)
    return run(program, *manifest, *arguments, cwd=ROOT, **environment)


def check(
    lock: Path, *checks: str, configuration: Path = CONFIGURATION, **environment: str
) -> subprocess.CompletedProcess[str]:
    options = [option for name in UNUSED for option in ("-A", name)]
    return deny(lock, "check", *options, *checks, configuration=configuration, **environment)


def changed(folder: Path, old: str, new: str) -> Path:
    text = CONFIGURATION.read_text()
    assert old in text
    path = folder / "deny.toml"
    path.write_text(text.replace(old, new))
    return path


def locks() -> list[Path]:
    names = run("git", "ls-files", "--cached", "--others", "--exclude-standard", "*Cargo.lock").stdout.split()
    return [ROOT / name for name in names]


LOCKS = locks()
NAMES = [lock.parent.relative_to(ROOT).as_posix() for lock in LOCKS]
PRODUCT, BENCH = ROOT / "Cargo.lock", ROOT / "tests" / "bench" / "Cargo.lock"
each_lock = pytest.mark.parametrize("lock", LOCKS, ids=NAMES)


def test_there_is_a_lock_for_each_workspace() -> None:
    assert {PRODUCT, BENCH, *(ROOT / "tests" / "firmware").glob("*/Cargo.lock")} <= set(LOCKS)


@each_lock
def test_licences_bans_and_sources(lock: Path) -> None:
    done = check(lock, "licenses", "bans", "sources")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("lock", "old", "new", "found"),
    [
        (PRODUCT, '"MIT"]', '"0BSD"]', "rejected"),
        (PRODUCT, '{ crate = "native-tls" }', '{ crate = "p256" }', "banned"),
        # What is let through in the benchmark is let through there alone.
        (BENCH, 'wrappers = ["josekit"]', "wrappers = []", "openssl"),
        (PRODUCT, "[sources]", "[sources]\nallow-registry = []", "source-not-allowed"),
    ],
    ids=["licence", "ban", "openssl", "source"],
)
def test_what_is_not_allowed_is_found(lock: Path, old: str, new: str, found: str, tmp_path: Path) -> None:
    done = check(lock, "licenses", "bans", "sources", configuration=changed(tmp_path, old, new))
    assert done.returncode != 0
    assert found in done.stderr


# ------------------------------------------------------------------------------------------------------ advisories


def test_no_advisory() -> None:
    """By the newest database. Where it cannot be reached, nothing is known, and the reason is told."""
    fetched = deny(PRODUCT, "fetch", "db")
    if fetched.returncode != 0:
        assert "failed to fetch advisory database" in fetched.stderr, fetched.stderr
        pytest.skip(f"no advisories without {DATABASE}: {fetched.stderr.strip().splitlines()[-1]}")
    found = {name: check(lock, "advisories") for name, lock in zip(NAMES, LOCKS, strict=True)}
    assert not {name: done.stderr for name, done in found.items() if done.returncode != 0}


ADVISORY = """```toml
[advisory]
id = "RUSTSEC-2026-9999"
package = "typenum"
date = "2026-11-01"
url = "https://example.com"

[versions]
patched = [{patched}]
```

# Made up

For a test.
"""


@pytest.mark.parametrize("patched", ["", '">= 1.0.0"'], ids=["open", "patched"])
def test_an_advisory_is_found(patched: str, tmp_path: Path) -> None:
    """In a database of this test's own, which git takes for RustSec's."""
    path = tmp_path / "database" / "crates" / "typenum" / "RUSTSEC-2026-9999.md"
    path.parent.mkdir(parents=True)
    path.write_text(ADVISORY.format(patched=patched))
    who = ("-c", "user.name=tests", "-c", "user.email=tests@example.com")
    for command in (["init", "--quiet", "--initial-branch=main"], ["add", "."], [*who, "commit", "--quiet", "-m", "-"]):
        assert run("git", *command, cwd=tmp_path / "database").returncode == 0
    configuration = changed(tmp_path, "[advisories]", f'[advisories]\ndb-path = "{tmp_path / "copy"}"')
    instead = {"GIT_CONFIG_KEY_0": f"url.file://{tmp_path / 'database'}.insteadOf", "GIT_CONFIG_VALUE_0": DATABASE}
    done = check(PRODUCT, "advisories", configuration=configuration, GIT_CONFIG_COUNT="1", **instead)
    assert (done.returncode == 0) == bool(patched), done.stderr
    assert ("RUSTSEC-2026-9999" in done.stderr) == (not patched)


# -------------------------------------------------------------------------------------------------------- firmware

# As firmware uses them: nothing, each one, the C library, and Rust on an asynchronous executor.
FEATURES = [(), *((name,) for name in ("comb", "comb-2k", "comb-8k", "comb-arm", "defmt-v1", "http", "import", "p256"))]
FEATURES += [("signature-v3",), ("comb-arm", "http", "import", "p256"), ("defmt-v1", "p256")]
# What a feature turns on.
IMPLIED = {"comb-2k": "comb", "comb-8k": "comb", "comb-arm": "comb"}


def tree(features: Sequence[str], edges: str) -> list[str]:
    """Names of crates, one for each version."""
    command = ["cargo", "tree", "--locked", "--package", "jurat-core", "--no-default-features", "--prefix", "none"]
    options = [*command, "--no-dedupe", "--features", ",".join(features), "--edges", edges, "--target", rust.TARGET]
    done = run(*options)
    assert done.returncode == 0, done.stderr
    found = {tuple(line.split()[:2]) for line in done.stdout.splitlines()}
    return sorted(name for name, _ in found if name != "jurat-core")


def listed(kind: str, features: Iterable[str]) -> list[str]:
    on = {"always", *features, *(IMPLIED[name] for name in features if name in IMPLIED)}
    return sorted(entry["name"] for entry in CRATES[kind] if on & set(entry["with"]))


@pytest.mark.parametrize("features", FEATURES, ids=lambda features: "+".join(features) or "none")
def test_each_crate_in_firmware_is_listed(features: tuple[str, ...]) -> None:
    """And is there in one version alone."""
    linked = tree(features, "normal,no-proc-macro")
    assert linked == listed("crate", features)
    assert sorted(set(tree(features, "normal,build")) - set(linked)) == listed("build", features)


def test_the_list_has_a_reason_for_each() -> None:
    """And a crate that is not in it is seen."""
    entries = [*CRATES["crate"], *CRATES["build"]]
    assert all(set(entry) == {"name", "reason", "with"} and entry["reason"].endswith(".") for entry in entries)
    assert len({entry["name"] for entry in entries}) == len(entries)
    assert set(tree(("http",), "normal")) - set(listed("crate", ())) == {"httparse"}


# -------------------------------------------------------------------------------------------------- oldest compiler


def oldest() -> str:
    return str(tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["rust-version"])


def test_every_crate_names_the_oldest_compiler() -> None:
    """Which `tests/run rust` builds with."""
    for member in tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["members"]:
        package = tomllib.loads((ROOT / member / "Cargo.toml").read_text())["package"]
        assert package["rust-version"] == {"workspace": True}, member


def test_the_oldest_compiler_builds_what_firmware_has() -> None:
    """The features that no other build with it has, and the assembly."""
    features = "comb-arm,defmt-v1,http,import,p256,signature-v3"
    command = ("cargo", f"+{oldest()}.0", "check", "--locked", "--package", "jurat-core", "--features", features)
    done = run(*command, "--target", rust.TARGET, CARGO_TARGET_DIR=str(ROOT / "target" / "oldest"))
    assert done.returncode == 0, done.stderr
