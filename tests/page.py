"""Writes tests/README.md: what ran, how often, and what it found, of the results of a whole run and the dated pages."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parent
# What ran apart from the steps, each with where its results stand.
PAGES = {
    "DEEP.md": "the deep comparison of jurat's own arithmetic with others",
    "FUZZ.md": "fuzzing, 20 processor minutes for each target",
    "MUTANTS.md": "changes to the core in one place after the other, and whether a test saw them",
    "diagnosis/SCORES.md": "refusals of real servers, and how often their cause was named",
    "bench/RESULTS.md": "the speed of Rust, compared with other libraries",
    "bench/python/RESULTS.md": "the speed of Python, compared with other libraries",
}


def page(results: dict[str, Any]) -> str:
    total = results["total"]
    lines = [
        "# What stands behind jurat",
        "",
        "Written by `tests/run --page` of what `tests/run` found, which anybody can repeat: it installs what it uses.",
        "Steps run beside each other and build what has changed: their seconds differ from run to run.",
        "",
        f"The run of {results['date']} at commit {results['commit']}: **{total['passed']} passed, "
        f"{total['failed']} failed, {total['skipped']} skipped**.",
        "",
        "| step | what | passed | failed | skipped | seconds |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for step in results["steps"]:
        what = " ".join(step["what"].split("\n\n")[0].split())
        cells = [f"`{step['step']}`", what, *(str(step[name]) for name in ("passed", "failed", "skipped", "seconds"))]
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", "## What it counted", ""]
    lines += [f"- {figure}" for step in results["steps"] for figure in sorted(step["figures"])]
    lines += ["", "## What was left out", ""]
    lines += [f"- {note}" for note in total["notes"]] or ["Nothing."]
    lines += ["", "## What ran longer", ""]
    for name, what in PAGES.items():
        path = TESTS / name
        if path.exists():
            text = path.read_text()
            dates = re.findall(r"\d{4}-\d\d-\d\d", text)
            # What the page itself has in bold.
            result = "".join(f": {found}" for found in re.findall(r"^\*\*(.+?)\.?\*\*", text, re.M)[:1])
            lines.append(f"- [{what}]({name}), {max(dates) if dates else 'without a date'}{result}")
    return "\n".join(lines) + "\n\n" + (TESTS / "FINDINGS.md").read_text().strip() + "\n"


def main() -> None:
    results = Path(sys.argv[1])
    if not results.exists():
        sys.exit("tests/page.py: there are no results: run tests/run without a step first")
    (TESTS / "README.md").write_text(page(json.loads(results.read_text())))


if __name__ == "__main__":
    main()
