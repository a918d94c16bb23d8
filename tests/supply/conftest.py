"""The helpers of the other tests."""

import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "firmware"), str(TESTS / "mutants")]
