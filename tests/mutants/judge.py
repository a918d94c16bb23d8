"""Changes the core in one place after the other and looks whether a test sees it (cargo-mutants).

    tests/mutants/judge.py [FILE ...]    judges these files of core/src, or all of them
    tests/mutants/judge.py --page        writes tests/MUTANTS.md of what is known

Of a file that has not changed since it was judged the survivors meet the tests again, of which there may be more.
A file takes minutes, the core hours: what comes of each is kept in tests/mutants/outcomes.json as soon as it is there.
Survivors that no test can kill have their reason in tests/mutants/explained.toml.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import queue
import re
import shutil
import subprocess
import sys
import threading
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CORE = ROOT / "core" / "src"
OUTCOMES = HERE / "outcomes.json"
EXPLAINED = HERE / "explained.toml"
PAGE = ROOT / "tests" / "MUTANTS.md"
BUILD = ROOT / "target" / "mutants"
TOOLS = ROOT / "target" / "tools" / "bin"

# Tests that take more than a second, and the part of the core for which they are worth it.
SLOW = {
    "assertion/jwt_id.rs": "test(no_id_twice_among_a_million_of_a_thousand_devices)",
    "diagnosis": "test(any_input_at_all)",
    "encoding/json/read.rs": "test(length_is_not_limited) | test(random_changes_agree_with_serde_json)",
    "encoding/utf8.rs": "test(every_beginning_of_four_bytes_and_more)",
    "key/comb": "binary(comb)",
    "key/import.rs": "test(a_file_with_one_wrong_byte_is_the_key_or_refused)",
    "key/signature.rs": "test(der_with_a_changed_byte_is_refused_or_means_what_another_reader_reads)",
    "token/server_text.rs": "test(hostile_text_is_made_fit)",
    "tests": "binary(ui)",
}
# The tests that a part of the core meets first, besides its own and the vectors: each takes time to build.
NEAR = {
    "assertion": ("prints", "properties", "signing"),
    "assertion/size.rs": ("size_bounds",),
    "diagnosis": ("behaviour", "diagnosis", "prints"),
    "encoding": ("properties",),
    "key": ("prints", "signing"),
    "key/comb": ("comb",),
    "key/import.rs": ("import",),
    "key/jwk.rs": ("public", "size_bounds"),
    "key/public.rs": ("public",),
    "server/profile.rs": ("profile",),
    "server/registration.rs": ("prints",),
    "token": ("prints", "properties"),
}
EVERY = ["--lib", "--tests"]
# What hosts of 64 bits do not build, and the tests of it where words have 32.
NARROW = {"core/src/key/comb/words.rs": ["--target=i686-unknown-linux-gnu", "--lib", "--test=comb"]}
FEATURES = ["--no-default-features", "--features", "jurat-core/host"]
# What cargo-mutants calls them.
FIELD = "delete field"
CAUGHT, TIMEOUT, UNVIABLE, MISSED = "CaughtMutant", "Timeout", "Unviable", "MissedMutant"


def digest(path: Path) -> str:
    """Of what can be changed: not of the tests at a file's end."""
    code, _, _ = path.read_text().partition("\n#[cfg(test)]\nmod tests")
    return hashlib.sha256(code.encode()).hexdigest()[:16]


def copy_of_sources(tree: Path) -> None:
    """Brings the tree to what is here; leaves what is equal, and its times with it, so that little is built again."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    for name in filter(None, listed):
        here, there = ROOT / name, tree / name
        if here.is_file() and not (there.exists() and there.read_bytes() == here.read_bytes()):
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(here, there)


def nextest_config(file: str, near: bool) -> str:
    """The tests of the same module first; slow ones last, for what they are about; one that hangs has failed.

    Of the tests inside of the core, those that are near are of the same part of it.
    """
    parts = Path(file).relative_to(CORE.relative_to(ROOT)).with_suffix("").parts
    module = "::".join(parts)
    part = f"(not kind(lib) | test(/^{parts[0]}::/))" if near else "all()"
    about = " | ".join(
        test
        for where, test in SLOW.items()
        if Path(file).is_relative_to(f"core/src/{where}") and (not near or test.startswith("binary"))
    )
    slow = " | ".join(SLOW.values())
    return f"""
[profile.default]
default-filter = '(not ({slow}) | {about or "none()"}) & {part}'
slow-timeout = {{ period = "20s", terminate-after = 1 }}

[[profile.default.overrides]]
filter = '{slow}'
priority = -100
slow-timeout = {{ period = "120s", terminate-after = 1 }}

[[profile.default.overrides]]
filter = 'test(/^{module}::/)'
priority = 100

[[profile.default.overrides]]
filter = 'not kind(lib) & not binary(vectors)'
priority = 75

[[profile.default.overrides]]
filter = 'binary(vectors)'
priority = 50
"""


def written_config(tree: Path, file: str, near: bool = False) -> Path:
    config = tree.with_name(f"{tree.name}.toml")
    config.write_text(nextest_config(file, near))
    return config


def logged(tree: Path, command: list[str], expected: tuple[int, ...]) -> None:
    """Runs a command in the tree; its output is in a file beside it."""
    # cargo-nextest may be elsewhere, as well.
    environment = {**os.environ, "PATH": f"{TOOLS}:{os.environ['PATH']}", "PROPTEST_CASES": "32"}
    log = tree.with_name(f"{tree.name}.log")
    with log.open("w") as written:
        done = subprocess.run(command, cwd=tree, env=environment, stdout=written, stderr=written, check=False)
    if done.returncode not in expected:
        sys.exit(f"tests/mutants: {command[:3]} ended with {done.returncode}: {log.read_text()[-3000:]}")


def must_pass(tree: Path) -> None:
    """Runs the tests on what nothing was changed in: where they fail they would kill everything."""
    command = ["cargo", "nextest", "run", "--locked", "--cargo-profile", "mutants", *FEATURES]
    command += ["--package", "jurat-core", "--package", "jurat-tests", *EVERY]
    logged(tree, [*command, "--config-file", str(written_config(tree, "core/src/lib.rs"))], (0,))


def run(tree: Path, file: str, tests: list[str], only: list[str]) -> dict[str, str]:
    """What came of each mutant of the file, or of those that are named."""
    output, config = tree.with_name(f"{tree.name}.out"), written_config(tree, file, near=tests != EVERY)
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    command = [str(TOOLS / "cargo-mutants"), "mutants", "--dir", str(tree), "--in-place", "--output", str(output)]
    command += ["--package", "jurat-core", "--test-package", "jurat-core,jurat-tests", *FEATURES]
    command += ["--profile", "mutants", "--test-tool", "nextest", "--baseline", "skip"]
    command += ["--timeout", "300", "--build-timeout", "90", "--file", file]
    command += [part for name in only for part in ("--re", f"^{re.escape(name)}$")]
    # It judges these whether they are named or not.
    if only and not any(FIELD in name for name in only):
        command += ["--exclude-re", FIELD]
    command += [f"--cargo-arg={test}" for test in tests]
    command += ["--", "--config-file", str(config)]
    # 2 and 3: some survived, some took too long.
    logged(tree, command, (0, 2, 3))
    outcomes = output / "mutants.out" / "outcomes.json"
    # There is none if there is nothing to change.
    found = json.loads(outcomes.read_text())["outcomes"] if outcomes.exists() else []
    came = {each["scenario"]["Mutant"]["name"]: each["summary"] for each in found if "Mutant" in each["scenario"]}
    return {name: summary for name, summary in came.items() if not only or name in only}


def reasons() -> list[dict[str, str]]:
    listed: list[dict[str, str]] = tomllib.loads(EXPLAINED.read_text()).get("survivor", [])
    return listed


def reason(name: str) -> str | None:
    """Why nothing can kill a mutant: names are `file:line:column: what`, and lines move."""
    file, _, _, what = name.split(":", 3)
    here = (each for each in reasons() if each.get("file") in (None, file))
    fitting = (each for each in here if re.fullmatch(each["mutant"], what.strip()))
    return next((each["reason"] for each in fitting), None)


def left(came: dict[str, Any]) -> list[str]:
    """The survivors that nothing explains."""
    return [name for name in came["survived"] if reason(name) is None]


def near(file: str) -> list[str]:
    """The tests that a file's mutants meet first, as cargo's arguments."""
    path = Path(file)
    fitting = (tests for where, tests in NEAR.items() if path.is_relative_to(f"core/src/{where}"))
    modules = (ROOT / path, ROOT / path.parent.with_suffix(".rs"))
    has_own = any("#[cfg(test)]" in module.read_text() for module in modules if module.exists())
    return ["--lib"] * has_own + [f"--test={test}" for test in sorted({"vectors"}.union(*fitting))]


def judge(tree: Path, file: str, by_every: bool) -> dict[str, Any]:
    """Judges every mutant of a file by the tests that are near, then what lives by these again, and by every test."""
    came: dict[str, Any] = known().get(file, {})
    if came.get("source") != digest(ROOT / file):
        came = {"source": digest(ROOT / file), "killed": 0, "timeouts": [], "unviable": 0, "survived": []}
        found = run(tree, file, near(file), [])
        alive = [name for name in found if found[name] == MISSED]
        if alive and file in NARROW:
            found |= run(tree, file, NARROW[file], alive)
    elif alive := left(came):
        found = run(tree, file, EVERY if by_every else near(file), alive)
    else:
        return came

    def those(summary: str) -> set[str]:
        return {name for name in found if found[name] == summary}

    return {
        "source": came["source"],
        "date": time.strftime("%Y-%m-%d"),
        "killed": came["killed"] + len(those(CAUGHT)),
        "timeouts": sorted({*came["timeouts"], *those(TIMEOUT)}),
        "unviable": came["unviable"] + len(those(UNVIABLE)),
        "survived": sorted({*came["survived"], *those(MISSED)} - those(CAUGHT) - those(TIMEOUT)),
    }


def known() -> dict[str, Any]:
    outcomes: dict[str, Any] = json.loads(OUTCOMES.read_text()) if OUTCOMES.exists() else {}
    return outcomes


def sources() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in CORE.rglob("*.rs") if path.name != "tests.rs")


def judge_all(files: list[str]) -> None:
    """Judges the files, one on each processor at a time."""
    places: queue.SimpleQueue[tuple[Path, int]] = queue.SimpleQueue()
    processors = sorted(os.sched_getaffinity(0))
    for processor in processors:
        tree = BUILD / f"tree-{processor}"
        copy_of_sources(tree)
        must_pass(tree)
        places.put((tree, processor))
    writing = threading.Lock()

    def one(file: str, by_every: bool) -> None:
        tree, processor = places.get()
        # Of this thread, and of what it starts.
        os.sched_setaffinity(0, {processor})
        begin = time.monotonic()
        try:
            came = judge(tree, file, by_every)
        finally:
            places.put((tree, processor))
        seconds = round(time.monotonic() - begin)
        with writing:
            written = OUTCOMES.with_suffix(".new")
            written.write_text(json.dumps(known() | {file: came}, indent=1, sort_keys=True) + "\n")
            # Others read it meanwhile.
            written.replace(OUTCOMES)
        print(f"{file}: {came['killed']} killed, {len(came['survived'])} survived, {seconds} s", flush=True)

    with ThreadPoolExecutor(len(processors)) as pool:
        for by_every in (False, True):
            list(pool.map(one, files, [by_every] * len(files)))


def page() -> str:
    outcomes = known()
    rows: list[str] = []
    alive: list[str] = []
    explained: list[str] = []
    killed = survived = 0
    for file, came in sorted(outcomes.items()):
        dead = came["killed"] + len(came["timeouts"])
        because = {name: reason(name) for name in came["survived"]}
        unexplained = [name for name, why in because.items() if why is None]
        alive += unexplained
        explained += [f"- `{name}`: {why}" for name, why in because.items() if why is not None]
        killed, survived = killed + dead, survived + len(because)
        stale = "" if (ROOT / file).exists() and digest(ROOT / file) == came["source"] else ", changed since"
        cells = (file, dead + len(because), dead, len(because), len(unexplained), f"{came['date']}{stale}")
        rows.append(f"| {' | '.join(map(str, cells))} |")
    missing = ", ".join(f"`{file}`" for file in sources() if file not in outcomes)
    share = killed / max(1, killed + survived)
    lines = [
        "# Mutants of the core",
        "",
        "Written by `tests/mutants/judge.py --page`. cargo-mutants changes the core in one place after the other, and",
        "the core's tests in Rust and the vectors are to see it; those in C, Python and firmware are not asked.",
        "",
        f"**{killed} of {killed + survived} killed, {share:.1%}.** "
        f"{len(explained)} of the others have a reason, below; {len(alive)} have none.",
        "",
        f"Not judged yet: {missing or 'none'}.",
        "",
        "| file | mutants that compile | killed | survived | of them without a reason | judged |",
        "| --- | ---: | ---: | ---: | ---: | --- |",
        *rows,
    ]
    lines += ["", "## Left", "", *([f"- `{name}`" for name in alive] or ["None."])]
    lines += ["", "## Survivors with a reason", "", *(explained or ["None."])]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("files", nargs="*", metavar="FILE", help="of core/src; all of them if none is given")
    parser.add_argument("--page", action="store_true", help="write tests/MUTANTS.md of what is known")
    options = parser.parse_args()
    if unknown := set(options.files) - set(sources()):
        parser.error(f"no such file: {', '.join(sorted(unknown))}")
    if not options.page:
        judge_all(options.files or sources())
    PAGE.write_text(page())


if __name__ == "__main__":
    main()
