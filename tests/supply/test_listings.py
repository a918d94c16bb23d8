"""What others build on is what tests/abi lists: who changes it sees it, and says so in the change log.

cargo-semver-checks compares with a release, of which there is none: from the first one on, it is
`cargo semver-checks --package jurat-core --baseline-rev TAG`, which was tried with HEAD.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import listings
import rust


@pytest.mark.parametrize("name", listings.MAKERS)
def test_the_list_is_that_of_the_code(name: str) -> None:
    assert listings.MAKERS[name]() == listings.kept(name), "tests/supply/listings.py --write makes it anew"


def test_firmware_has_the_same_symbols() -> None:
    assert listings.firmware_symbols() == listings.kept("symbols")


def test_a_missing_symbol_is_seen() -> None:
    without = listings.symbols(rust.library(p256=False, http=True))
    assert set(listings.kept("symbols")) - set(without) >= {"jurat_p256_sign", "jurat_key_import"}


def test_structs_are_the_same_on_both_kinds_of_32_bits() -> None:
    assert listings.layout("32") == listings.layout("riscv32")


@pytest.mark.parametrize(
    ("compiler", "old", "new", "changed"),
    [
        ("32", "size_t length;\n} jurat_str;", "uint64_t length;\n} jurat_str;", "jurat_str"),
        ("64", "const char *data;", "const char *first, *data;", "jurat_str.data"),
    ],
)
def test_a_struct_that_moves_is_seen(compiler: str, old: str, new: str, changed: str, tmp_path: Path) -> None:
    text = listings.HEADER.read_text()
    assert old in text
    header = tmp_path / "jurat.h"
    header.write_text(text.replace(old, new))
    assert listings.layout(compiler)[changed] != listings.layout(compiler, header)[changed]


def test_a_missing_item_is_seen() -> None:
    """Without its features, a crate has less."""
    missing = set(listings.kept("jurat-core")) - set(listings.items("jurat-core"))
    assert "CombSigner: impl Es256Signer" in missing
    assert "SoftwareSigner::from_scalar: pub fn from_scalar(d: &[u8; 32]) -> Result<Self, Error>" in missing
    assert "MAX_ATTEMPTS: pub const MAX_ATTEMPTS: u8" not in missing
