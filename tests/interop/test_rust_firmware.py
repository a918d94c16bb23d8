"""Rust on bare metal, on cores of six kinds, says of every vector what it says on the host."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from runners import ROOT, report
from rust_firmware import BOARDS
from rust_firmware import report as firmware_report

VECTORS = ROOT / "tests" / "vectors" / "vectors.json"


def on_host(vectors: Path, directory: Path) -> list[str]:
    lines = report("rust", vectors, directory)
    return [f"{name} {line.status} {line.output}".rstrip() for name, line in lines.items()]


@pytest.mark.parametrize("board", BOARDS)
def test_it_reports_what_the_host_does(board: str, tmp_path: Path) -> None:
    wanted = on_host(VECTORS, tmp_path)
    assert len(wanted) >= 100
    assert firmware_report(VECTORS, board).splitlines() == wanted


def test_it_runs_the_vectors_that_it_is_given(tmp_path: Path) -> None:
    """The comparison can fail: another file gives another report."""
    document = json.loads(VECTORS.read_text())
    path = tmp_path / "one.json"
    path.write_text(json.dumps({**document, "vectors": document["vectors"][:1]}))
    assert firmware_report(path, "riscv32imac").splitlines() == on_host(VECTORS, tmp_path)[:1]
