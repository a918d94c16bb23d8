"""All cases at all servers, once for the session. The servers and who starts them are those of the interop tests."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "interop"))

if TYPE_CHECKING:
    from live import Observed


@pytest.fixture(scope="session")
def observed() -> dict[str, list[Observed]]:
    from live import observe
    from truth import SERVERS

    return {server: list(observe(server)) for server in SERVERS}
