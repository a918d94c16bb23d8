"""Writes SCORES.md: what `explain` reached at the real servers, and why it missed what it missed.

`tests/.venv/bin/python tests/diagnosis/page.py`, after `tests/run python`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from score import Score, Verdict, live_scores, recorded_scores
from truth import SERVERS

HERE = Path(__file__).resolve().parent
PAGE = HERE / "SCORES.md"

# Why a miss is one: by its case, or else by its true cause.
REASONS = {
    "grant_jti_missing": "the grant at this server is the test's own and wants a `jti`; no profile knows that",
    "assertion_too_long": "the server says that it is malformed, which it is not; both are shown, its word first",
    "signature_der": "the form of the signature shows in the signature, which is not in the recordings",
    "signature_encoding": "the form of the signature shows in the signature, which is not in the recordings",
    "key_mismatch": "which keys are registered is not known; the likelier causes are named",
    "kid_mismatch": "which keys are registered is not known; the likelier causes are named",
    "kid_unknown": "which keys are registered is not known; the likelier causes are named",
    "kid_missing": "how many keys are registered is not known",
    "auth_method_unsupported": "the registration is not known; the likelier causes are named",
    "audience_near_miss": "the issuer is not known",
    "audience_multiple": "whether the server takes lists is not known without its profile",
    "audience_mismatch": "whether the server takes its endpoint is not known without its profile",
    "header_member_refused": "whether the server takes such a header is not known without its profile",
    "jti_replayed": "neither the assertion nor the earlier ones are in the recording",
    "issued_in_future": "what the server tolerates is not known without its profile",
    "lifetime_too_long": "what the server tolerates is not known without its profile",
    "issued_too_long_ago": "what the server tolerates is not known without its profile",
}
INTRODUCTION = """\
Written by `page.py` on {date}. `tests/run diagnosis` asks again each time, and fails below 95 % (live, first cause
true), 90 % (live, proven of what can be decided), 70 % (recorded), or with one cause that is wrongly called proven.

*Live*: each refused request of `cases.py`, the defect really in its bytes, with all that a device can know.
*Recorded*: the answers in `recorded/`, with nothing but request and answer; once with header and claims as they were
recorded, and once without the assertion, where oidc-provider has one text for 55 causes. A cell says how often the true
cause came first, or stood among at most four where the evidence cannot decide; and how many of the causes that it can
decide were proven. The truth is in `truth.toml`, which was there before the rules.

Causes wrongly called proven: **{wrong}**."""
OTHERWISE = "one text for all causes, and nothing that is known tells them apart"
UNSEEN = "header and claims are not in the request, and one text stands for all causes"


def table(scores: Sequence[Score], groups: Sequence[str]) -> list[str]:
    """A row for each group, with hits and proven ones in each of the scores."""
    names = [it.name for it in scores]
    lines = ["| | " + " | ".join(names) + " |", "| --- |" + " ---: |" * len(names)]
    for group in groups:
        cells = []
        for it in scores:
            part = {**it.by(lambda each: each.server), **it.by(lambda each: each.truth.causes[0]), "total": it}.get(
                group
            )
            cells.append("" if part is None else cell(part))
        lines.append(f"| {group} | " + " | ".join(cells) + " |")
    return lines


def cell(part: Score) -> str:
    hits = f"{part.hits.hits}/{part.hits.total}"
    proven = f", proven {part.proven.hits}/{part.proven.total}" if part.proven.total else ""
    return f"{hits} ({part.hits.share:.1%}){proven}"


def why(it: Verdict, seen: bool) -> str:
    if not seen:
        return UNSEEN
    return REASONS.get(it.case) or REASONS.get(it.truth.causes[0]) or OTHERWISE


def missed(it: Score) -> list[str]:
    if not it.misses:
        return ["None.", ""]
    seen = "no assertion" not in it.name
    lines = []
    ordered = sorted(it.misses, key=lambda each: why(each, seen))
    for reason, group in groupby(ordered, key=lambda each: why(each, seen)):
        listed = [f"{each.server} `{each.case}` ({each.truth.causes[0]})" for each in group]
        lines += [f"- {reason} ({len(listed)}): {', '.join(listed)}"]
    return [*lines, ""]


def page(scores: Sequence[Score]) -> str:
    live = [it for it in scores if it.name.startswith("live")]
    recorded = [it for it in scores if not it.name.startswith("live")]
    causes = sorted({cause for it in scores for cause in it.by(lambda each: each.truth.causes[0])})
    wrong = sum(len(it.wrongly_proven) for it in scores)
    lines = [
        "# What `explain` finds at real servers",
        "",
        *INTRODUCTION.format(date=f"{datetime.now(UTC):%Y-%m-%d}", wrong=wrong).splitlines(),
        "",
        "## By server",
        "",
        *table(live, [*SERVERS, "total"]),
        "",
        *table(recorded, [*SERVERS, "total"]),
        "",
        "## By cause",
        "",
        *table(live, causes),
        "",
        *table(recorded, causes),
        "",
        "## What was missed, and why",
        "",
    ]
    for it in scores:
        lines += [f"### {it.name[0].upper()}{it.name[1:]}", "", *missed(it)]
    return "\n".join(lines)


def main() -> None:
    import jurat

    sys.path.insert(0, str(HERE.parent / "interop"))
    from live import observe

    scores = live_scores([it for server in SERVERS for it in observe(server)], jurat.explain)
    PAGE.write_text(page(scores + recorded_scores(jurat.explain)))


if __name__ == "__main__":
    main()
