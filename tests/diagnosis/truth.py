"""What truth.toml and the recordings say, as Python."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FAULTS = HERE.parents[1] / "core" / "src" / "diagnosis" / "fault.rs"
SERVERS = ("oidc-provider", "oidc-provider-fapi2", "authlib", "better-auth")

Json = dict[str, Any]


@dataclass(frozen=True)
class Truth:
    """Why one case is refused at one server."""

    causes: tuple[str, ...]
    also: frozenset[str]
    decidable: bool
    decidable_without_profile: bool


def table() -> dict[str, Json]:
    return tomllib.loads((HERE / "truth.toml").read_text())


def truth(rows: dict[str, Json], case: str, server: str) -> Truth:
    row = rows[case]
    row = row | row.get("at", {}).get(server, {})
    return Truth(tuple(row["causes"]), frozenset(row.get("also", ())), bool(row["decidable"]), row["decidable"] is True)


def codes() -> frozenset[str]:
    """The codes that the library has, as it lists them."""
    listed = FAULTS.read_text().partition("\ncodes! {")[2].partition("\n}")[0]
    return frozenset(re.findall(r'\w+: "(\w+)"', listed))


def recorded(server: str) -> list[Json]:
    return [json.loads(line) for line in (HERE / "recorded" / f"{server}.jsonl").read_text().splitlines()]
