"""What include/jurat.h says against what the library does: each function's statuses, the version, the constants."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from runners import C_FLAGS, C_SOURCES, ROOT, TESTS, built, c_library, run, table

HEADER = (ROOT / "include" / "jurat.h").read_text()
CAUSES = {int(number): name for name, number in re.findall(r"JURAT_CAUSE_(\w+) = (\d+)", HEADER)}


def unwrapped(comment: str) -> str:
    return " ".join(re.sub(r"^ \*", "", comment, flags=re.MULTILINE).split())


# Each function's comment.
COMMENTS = {
    name: unwrapped(comment)
    for comment, name in re.findall(r"/\*\*((?:(?!\*/)[\s\S])*)\*/\n\w[\w \*]*?\b(jurat_\w+)\(", HEADER)
}
FUNCTIONS = re.findall(r"^\w[\w \*]*?\b(jurat_\w+)\(", HEADER, re.MULTILINE)
WITH_STATUS = set(re.findall(r"^int32_t (jurat_\w+)\(", HEADER, re.MULTILINE)) - {"jurat_cause_of", "jurat_argument_of"}
# The lists at the top, which several functions have in common.
SHARED = {
    name: unwrapped(text)
    for name, text in re.findall(r"^ \*   - ([a-z ]+): ([^.]*)\.$", HEADER.partition("*/")[0], re.MULTILINE)
}


def causes_in(text: str) -> set[str]:
    """The causes that a list names, with those of the lists it refers to."""
    # What is in parentheses explains a cause; a function's own are no explanation.
    text = re.sub(r" \([^)]*\)|\bJURAT_\w+", "", text)
    found = set(re.findall(r"\b[A-Z][A-Z0-9_]{2,}\b", text))
    for references in re.findall(r"those of ([^;.]*)", text):
        for name in re.split(r", | and ", references):
            found |= listed(name[:-2]) if name.endswith("()") else causes_in(SHARED[name])
    return found


def listed(function: str) -> set[str]:
    found = re.search(r"@return Status: JURAT_OK, or (.*) Stack: ", COMMENTS[function])
    assert found, function
    return causes_in(found[1])


def test_every_function_lists_its_statuses() -> None:
    assert len(WITH_STATUS) >= 40
    assert set(SHARED) == {"assertions", "client assertions", "grants", "requests", "signers", "diagnoses", "records"}
    for function in WITH_STATUS:
        assert listed(function), function
        assert listed(function) <= set(CAUSES.values()), (function, listed(function) - set(CAUSES.values()))
    assert {name for name in FUNCTIONS if "@return Status: " in COMMENTS[name]} == WITH_STATUS


def test_every_function_states_its_stack() -> None:
    """But the inline one. That the figures are right is a test of tests/firmware."""
    stated = {
        name
        for name in FUNCTIONS
        if re.search(r"Stack: [\d,]+ bytes(, or [\d,]+ and the [\w ]+'s)?\.$", COMMENTS[name])
    }
    assert stated == set(FUNCTIONS) - {"jurat_text"}


RECORDER = """
#include <stdio.h>
#include "jurat.h"
static inline int32_t recorded(const char *function, int32_t status)
{
    if (status != JURAT_OK) {
        fprintf(stderr, "%s %d\\n", function, (int)JURAT_CAUSE(status));
    }
    return status;
}
"""


@pytest.fixture(scope="module")
def refusals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Which causes the functions gave that the C programs called directly: all vectors, all bad callers, and keys."""
    directory = tmp_path_factory.mktemp("refusals")
    (directory / "sizes_table.h").write_text(run(built("vectors_c"), "--sizes"))
    table(TESTS / "vectors" / "vectors.json", directory)
    recorder = directory / "recorder.h"
    macros = (f'#define {name}(...) recorded("{name}", {name}(__VA_ARGS__))\n' for name in sorted(WITH_STATUS))
    recorder.write_text(RECORDER + "".join(macros))
    key = directory / "key"
    key.write_bytes(bytes(31) + b"\x07")

    found: dict[str, set[str]] = {name: set() for name in WITH_STATUS}
    for sources in (["vectors_main.c", "host_main.c"], ["bad_callers.c"], ["keys_main.c"]):
        program = directory / sources[0].removesuffix(".c")
        includes = (f"-I{ROOT / 'include'}", f"-I{directory}", "-include", recorder)
        run("gcc", *C_FLAGS, *includes, *(C_SOURCES / source for source in sources), c_library(), "-o", program)
        done = subprocess.run([program, key], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        for line in done.stderr.splitlines():
            name, cause = line.split()
            found[name].add(CAUSES[int(cause)])
    return found


def test_no_function_gives_a_status_that_it_does_not_list(refusals: dict[str, set[str]]) -> None:
    assert sum(map(len, refusals.values())) >= 250
    unlisted = {name: causes - listed(name) for name, causes in refusals.items() if causes - listed(name)}
    assert not unlisted, unlisted


def test_the_version(tmp_path: Path) -> None:
    """The header's, the library's and the packages' are one; the number is made of the three parts, in `#if` too."""
    version = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]
    source = tmp_path / "version.c"
    source.write_text(
        '#include <stdio.h>\n#include "jurat.h"\n#if JURAT_VERSION_NUMBER == 0\n#error\n#endif\nint main(void)\n{\n'
        '    printf("%d.%d.%d ", JURAT_VERSION_MAJOR, JURAT_VERSION_MINOR, JURAT_VERSION_PATCH);\n'
        '    printf("%s %s %d", JURAT_VERSION, jurat_version(), JURAT_VERSION_NUMBER);\n    return 0;\n}\n'
    )
    other = HEADER
    for part, number in {"MAJOR": 3, "MINOR": 200, "PATCH": 7}.items():
        other = re.sub(rf"(?<=#define JURAT_VERSION_{part} )\d+", str(number), other)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "jurat.h").write_text(other)
    major, minor, patch = map(int, version.split("."))
    for directory, parts in ((ROOT / "include", (major, minor, patch)), (tmp_path / "other", (3, 200, 7))):
        run("gcc", *C_FLAGS, f"-I{directory}", source, c_library(), "-o", tmp_path / "version")
        number = parts[0] << 16 | parts[1] << 8 | parts[2]
        assert run(tmp_path / "version") == f"{'.'.join(map(str, parts))} {version} {version} {number}"


def test_the_constants_are_those_of_the_sources() -> None:
    """What cbindgen evaluated, and the text that stands in its configuration. Rust compares the sources with core."""
    sources = "".join(path.read_text() for path in (ROOT / "ffi-c" / "src").glob("*.rs"))
    constants = dict(re.findall(r"^pub const (JURAT_\w+): \w+ = ([\d_]+);", sources, re.MULTILINE))
    assert len(constants) >= 100
    defined = dict(re.findall(r"^#define (JURAT_\w+) (\d+)$", HEADER, re.MULTILINE))
    assert {name: defined.get(name) for name in constants} == {
        name: value.replace("_", "") for name, value in constants.items()
    }
    core = (ROOT / "core" / "src" / "token" / "request.rs").read_text()
    (media_type,) = re.findall(r'pub const CONTENT_TYPE: &str = "(.*)";', core)
    assert f'#define JURAT_CONTENT_TYPE "{media_type}"' in HEADER


@pytest.mark.parametrize(("name", "compiles"), [("array", True), ("pointer", False)])
def test_claims_are_counted_or_refused(name: str, compiles: bool, tmp_path: Path) -> None:
    """The length of what a pointer points to is not known: it would be no claims, without a word."""
    source = tmp_path / "claims.c"
    source.write_text(
        '#include "jurat.h"\nint main(void)\n{\n    static const jurat_claim array[3];\n'
        "    const jurat_claim *pointer = array;\n    (void)pointer;\n"
        f"    jurat_claims claims = JURAT_CLAIMS({name});\n    return claims.length != 3;\n}}\n"
    )
    command = ["gcc", *C_FLAGS, "-Wno-missing-field-initializers", f"-I{ROOT / 'include'}", source, c_library()]
    if compiles:
        run(*command, "-o", tmp_path / "claims")
        run(tmp_path / "claims")
    else:
        done = subprocess.run([*map(str, command), "-fsyntax-only"], capture_output=True, text=True, check=False)
        assert done.returncode != 0
        assert "JURAT_CLAIMS" in done.stderr
