#!/usr/bin/env python3
"""What others build on, as lists: symbols and structs of the C library, and the public items of the crates.

`tests/.venv/bin/python tests/supply/listings.py --write` writes them to tests/abi.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "firmware"))

import rust
from toolchain import ToolError

ROOT = rust.ROOT
LISTS = ROOT / "tests" / "abi"
TARGET = ROOT / "target" / "listings"
Item = dict[str, Any]


def run(*command: str | Path, **environment: str) -> str:
    env = {**os.environ, **environment}
    done = subprocess.run([*map(str, command)], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ToolError(f"{command}: status {done.returncode}\n{done.stderr}")
    return done.stdout


# ------------------------------------------------------------------------------------------------------- C library


def symbols(library: Path) -> list[str]:
    """What of its own a library has for others."""
    lines = run("nm", "--extern-only", "--defined-only", "--format=posix", library).splitlines()
    return sorted({line.split()[0] for line in lines if line.startswith("jurat_")})


def host_symbols() -> list[str]:
    command = ("cargo", "rustc", "--locked", "--quiet", "--package", "jurat-ffi", "--lib", "--crate-type", "staticlib")
    run(*command, "--release", "--all-features", "--target-dir", TARGET)
    return symbols(TARGET / "release" / "libjurat.a")


def firmware_symbols() -> list[str]:
    return symbols(rust.library(p256=True, http=True))


HEADER = ROOT / "include" / "jurat.h"
COMPILERS = {
    "64": ("gcc",),
    "32": ("arm-none-eabi-gcc", "-mcpu=cortex-m4", "-mthumb"),
    "riscv32": ("riscv64-unknown-elf-gcc", "-march=rv32imac", "-mabi=ilp32", "--specs=picolibc.specs"),
}


def members(header: Path) -> Iterator[tuple[str, str]]:
    """Each struct that a header lays open, with its members."""
    code = re.sub(r"/\*[\s\S]*?\*/", "", header.read_text())
    for name, body in re.findall(r"^typedef struct (\w+) \{([\s\S]*?)^\} \1;", code, re.MULTILINE):
        for declaration in body.split(";")[:-1]:
            (member,) = re.findall(r"(\w+)(?:\[\w+\])*$", declaration)
            yield name, member


def layout(compiler: str, header: Path = HEADER) -> dict[str, int]:
    """Sizes of structs and offsets of their members, as this compiler has them."""
    found = list(members(header))
    lines = [f"char _{name}[sizeof({name})];" for name in dict(found)]
    # An array has one element at least.
    lines += [f"char _{name}__{member}[offsetof({name}, {member}) + 1];" for name, member in found]
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder, "layout.c"), Path(folder, "layout.o")
        source.write_text("\n".join(["#include <stddef.h>", f'#include "{header}"', *lines]))
        run(*COMPILERS[compiler], "-DJURAT_COMB", "-c", source, "-o", made)
        listing = run("nm", "--print-size", "--format=posix", made)
    # `_name B address size`.
    fields = [line.split() for line in listing.splitlines() if line.startswith("_")]
    sizes = {name[1:]: int(size, 16) for name, _, _, size in fields}
    in_order = {name: sizes[name] for name in dict(found)}
    in_order |= {f"{name}.{member}": sizes[f"{name}__{member}"] - 1 for name, member in found}
    return in_order


def structs() -> list[str]:
    narrow, wide = layout("32"), layout("64")
    return [f"{name} {narrow[name]} {wide[name]}" for name in sorted(narrow)]


# ---------------------------------------------------------------------------------------------------------- crates


def documented(crate: str, *options: str) -> Item:
    """What rustdoc knows of a crate, by the compiler that everything else is built with."""
    command = ("cargo", "rustdoc", "--locked", "--quiet", "--package", crate, "--lib", *options)
    wanted = ("-Zunstable-options", "--output-format", "json")
    run(*command, "--target-dir", TARGET, "--", *wanted, RUSTC_BOOTSTRAP="1")
    (folder,) = {option for option in options if "-none-" in option} or {""}
    found: Item = json.loads((TARGET / folder / "doc" / f"{crate.replace('-', '_')}.json").read_text())
    return found


# Where what is public of an item ends.
ENDS = {
    "function": r" \{|;$",
    "struct": r" \{|\(|;$",
    "enum": r" \{",
    "trait": r" \{",
    "constant": r" = ",
    "assoc_const": r" = |;$",
}


def text(item: Item, kind: str) -> str:
    """Its declaration on one line, as the source has it; where a macro makes it, what it is."""
    span = item["span"]
    (first, left), (last, right) = span["begin"], span["end"]
    lines = (ROOT / span["filename"]).read_text().splitlines()[first - 1 : last]
    lines[-1] = lines[-1][:right]
    lines[0] = lines[0][left - 1 :]
    whole = " ".join(line.strip() for line in lines if not line.strip().startswith("//"))
    if re.match(r"\w+!", whole):
        return kind
    whole = whole.replace("( ", "(").replace(", )", ")")
    return re.split(ENDS.get(kind, r",$"), whole)[0].strip()


def public(index: dict[str, Item], number: int, path: str) -> Iterator[str]:
    """An item, and what is in it."""
    item = index[str(number)]
    ((kind, inner),) = item["inner"].items()
    if kind == "module":
        for each in inner["items"]:
            yield from public(index, each, path)
    elif kind == "use":
        # What comes from other crates is not in the index.
        if str(inner["id"]) in index:
            yield from public(index, inner["id"], path)
        else:
            yield f"use {inner['source']}"
    elif kind == "impl":
        yield from implemented(index, inner, path)
    else:
        name = f"{path}::{item['name']}" if path else str(item["name"])
        yield f"{name}: {'non_exhaustive ' if 'non_exhaustive' in item['attrs'] else ''}{text(item, kind)}"
        parts = [*inner.get("variants", []), *inner.get("items", []), *inner.get("impls", [])]
        if kind == "struct" and inner["kind"] != "unit":
            parts += inner["kind"].get("plain", {}).get("fields", [])
        for each in parts:
            if str(each) in index:
                yield from public(index, each, name)


def implemented(index: dict[str, Item], inner: Item, path: str) -> Iterator[str]:
    """Its own functions, or that there is a trait; what holds for every type is left out."""
    if inner["trait"] is None:
        for each in inner["items"]:
            yield from public(index, each, path)
    elif inner["blanket_impl"] is None and not inner["is_negative"]:
        trait = inner["trait"]["path"].rpartition("::")[2]
        if trait != "StructuralPartialEq" and (not inner["is_synthetic"] or trait in ("Send", "Sync")):
            yield f"{path}: impl {trait}"


def items(crate: str, *options: str) -> list[str]:
    found = documented(crate, *options)
    return sorted(set(public(found["index"], found["root"], "")))


# --------------------------------------------------------------------------------------------------------- to files

MAKERS: dict[str, Callable[[], list[str]]] = {
    "symbols": host_symbols,
    "structs": structs,
    "jurat-core": partial(items, "jurat-core", "--all-features"),
    "jurat-comb-arm": partial(items, "jurat-comb-arm", "--target", rust.TARGET),
}
HEADS = {
    "symbols": "What libjurat.a has for C. From the first release on, a line is added and none goes.",
    "structs": "Structs of jurat.h and where their members stand: bytes on 32 and on 64 bits.",
    "jurat-core": "The public items of jurat-core with all features.",
    "jurat-comb-arm": "The public items of jurat-comb-arm, on Arm.",
}


def kept(name: str) -> list[str]:
    lines = (LISTS / f"{name}.txt").read_text().splitlines()
    return [line for line in lines if not line.startswith("#")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", required=True, help="write all lists anew")
    parser.parse_args()
    LISTS.mkdir(exist_ok=True)
    for name, make in MAKERS.items():
        head = f"# {HEADS[name]} Written by tests/supply/listings.py.\n"
        (LISTS / f"{name}.txt").write_text(head + "".join(f"{line}\n" for line in make()))


if __name__ == "__main__":
    main()
