"""How often `jurat.explain` finds the true cause: `score.py [--live | --recorded] [--json]`, both without an option.

A refusal is a hit if the first cause is one of truth.toml's. Where the evidence cannot decide, which it never can from
a recording, it is one, too, if `cannot_distinguish` has at most four codes and one of them is true. What is said to be
proven has to be true, in whatever place. Every refusal is asked about with the server's profile and without.
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from truth import SERVERS, Truth, recorded, table, truth

if TYPE_CHECKING:
    from live import Observed

Json = dict[str, Any]
Explain = Callable[[Json], Mapping[str, Any]]

CLIENT_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
FORM = "application/x-www-form-urlencoded"
PLACEHOLDER = "<jwt>"
# More than these are no answer.
MAX_UNDISTINGUISHED = 4


@dataclass(frozen=True)
class Question:
    server: str
    case: str
    truth: Truth
    # Whether the evidence that goes with it can decide.
    decidable: bool
    document: Json = field(repr=False)


@dataclass(frozen=True)
class Verdict:
    server: str
    case: str
    truth: Truth
    decidable: bool
    # The causes in their order, with their classes.
    answered: tuple[tuple[str, str], ...]
    undistinguished: tuple[str, ...]
    # Instead of an answer.
    failure: str = ""

    @property
    def first_is_true(self) -> bool:
        return bool(self.answered) and self.answered[0][0] in self.truth.causes

    @property
    def hit(self) -> bool:
        if self.first_is_true:
            return True
        few = len(self.undistinguished) <= MAX_UNDISTINGUISHED
        return not self.decidable and few and not set(self.truth.causes).isdisjoint(self.undistinguished)

    @property
    def proven(self) -> bool:
        return self.first_is_true and self.answered[0][1] == "proven"

    @property
    def wrongly_proven(self) -> list[str]:
        true = self.truth.also.union(self.truth.causes)
        return [code for code, kind in self.answered if kind == "proven" and code not in true]

    def __str__(self) -> str:
        answered = ", ".join(f"{code} ({kind})" for code, kind in self.answered) or self.failure or "nothing"
        among = f"; among {', '.join(self.undistinguished)}" if self.undistinguished else ""
        decidable = "" if self.decidable else " (not decidable)"
        return f"{self.server} {self.case}: {' or '.join(self.truth.causes)}{decidable}, answered {answered}{among}"


@dataclass(frozen=True)
class Count:
    hits: int
    total: int

    @classmethod
    def of(cls, each: Iterable[bool]) -> Count:
        listed = list(each)
        return cls(sum(listed), len(listed))

    @property
    def share(self) -> float:
        return self.hits / self.total if self.total else 0.0

    def __str__(self) -> str:
        return f"{self.hits:4}/{self.total:<4} {self.share:6.1%}"


@dataclass(frozen=True)
class Score:
    name: str
    verdicts: Sequence[Verdict]

    @property
    def hits(self) -> Count:
        return Count.of(it.hit for it in self.verdicts)

    @property
    def proven(self) -> Count:
        """Of the causes that the evidence can decide, those that were called proven."""
        return Count.of(it.proven for it in self.verdicts if it.decidable)

    @property
    def misses(self) -> list[Verdict]:
        return [it for it in self.verdicts if not it.hit]

    @property
    def wrongly_proven(self) -> list[Verdict]:
        return [it for it in self.verdicts if it.wrongly_proven]

    def by(self, group: Callable[[Verdict], str]) -> dict[str, Score]:
        groups: dict[str, list[Verdict]] = defaultdict(list)
        for it in self.verdicts:
            groups[group(it)].append(it)
        return {name: Score(name, groups[name]) for name in sorted(groups)}

    def __str__(self) -> str:
        rows = [*self.by(lambda it: it.server).values(), *self.by(lambda it: it.truth.causes[0]).values()]
        lines = [f"== {self.name}", f"{'':28} first cause true    proven of decidable"]
        lines += [f"{it.name:28} {it.hits}    {it.proven}" for it in (*rows, Score("total", self.verdicts))]
        lines += [f"miss: {it}" for it in self.misses]
        lines += [f"proven but wrong ({', '.join(it.wrongly_proven)}): {it}" for it in self.wrongly_proven]
        lines.append(f"proven but wrong: {len(self.wrongly_proven)}")
        return "\n".join(lines)

    def as_json(self) -> Json:
        def counts(it: Score) -> Json:
            return {
                "hits": it.hits.hits,
                "total": it.hits.total,
                "proven": it.proven.hits,
                "decidable": it.proven.total,
                "proven_but_wrong": len(it.wrongly_proven),
            }

        return {
            "name": self.name,
            **counts(self),
            "servers": {name: counts(it) for name, it in self.by(lambda it: it.server).items()},
            "causes": {name: counts(it) for name, it in self.by(lambda it: it.truth.causes[0]).items()},
            "misses": [str(it) for it in self.misses],
            "wrong": [str(it) for it in self.wrongly_proven],
        }


def ask(question: Question, explain: Explain) -> Verdict:
    asked = (question.server, question.case, question.truth, question.decidable)
    try:
        answer = explain(question.document)
        answered = tuple((cause["code"], cause["class"]) for cause in answer["causes"])
        return Verdict(*asked, answered, tuple(answer["cannot_distinguish"]))
    # One that fails is a miss like another, and the rest is worth seeing.
    except Exception as error:
        return Verdict(*asked, (), (), repr(error))


def score(name: str, questions: Iterable[Question], explain: Explain) -> Score:
    return Score(name, [ask(it, explain) for it in questions])


# -------------------------------------------------------------------------------------------------- live questions


def live_questions(observed: Iterable[Observed], profile: bool) -> Iterator[Question]:
    rows = table()
    for it in observed:
        if it.refused:
            true = truth(rows, it.case, it.server)
            document = it.document if profile else {**it.document, "profile": None}
            decidable = true.decidable if profile else true.decidable_without_profile
            yield Question(it.server, it.case, true, decidable, document)


# ---------------------------------------------------------------------------------------------- recorded questions


def encoded(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).rstrip(b"=").decode()


def rebuilt(sent: Json) -> str:
    """The assertion without its signature, which was not kept; the placeholder where nothing of it was."""
    if sent["header"] is None:
        return PLACEHOLDER
    header = {"alg": "ES256"} | sent["header"]
    return f"{encoded(header)}.{encoded(sent['claims'])}.<removed>"


def client_was_authenticated_besides(server: str, row: Json) -> bool:
    """Whether a client assertion went out beside the grant that the recording has nothing of."""
    if row["kind"] != "jwt_bearer_grant" or any(name == "client_assertion" for name, _ in row["sent"]["params"]):
        return False
    note = row.get("note", "")
    # A note on something else stands where it was done as with most grants at that server.
    return note == "client auth: assertion" or (not note.startswith("client auth:") and server != "authlib")


def recorded_document(server: str, row: Json, endpoint: str, profile: str | None, rebuild: bool) -> Json:
    sent = row["sent"]
    params = [list(pair) for pair in sent["params"]]
    if rebuild:
        assertion = rebuilt(sent)
        # Header and claims are those of the grant, if there is one.
        name_of_it = "assertion" if row["kind"] == "jwt_bearer_grant" else "client_assertion"
        same = row["case"] == "grant_same_jwt_for_both"
        params = [
            [name, assertion if value == PLACEHOLDER and (same or name == name_of_it) else value]
            for name, value in params
        ]
    if client_was_authenticated_besides(server, row):
        params += [["client_assertion_type", CLIENT_ASSERTION_TYPE], ["client_assertion", PLACEHOLDER]]
    get = row["case"] == "http_get"
    json_body = row["case"] == "json_body"
    headers = {
        "date": row["date"],
        "content-type": row["content_type"],
        "dpop-nonce": row["dpop_nonce"],
        "www-authenticate": row["www_authenticate"],
    }
    return {
        "request": {
            "method": "GET" if get else "POST",
            "endpoint": endpoint,
            "content_type": None if get else "application/json" if json_body else FORM,
            "headers": sent.get("http_headers", {}),
            "params": params,
        },
        "response": {
            "status": row["status"],
            "headers": {name: value for name, value in headers.items() if value is not None},
            "body": row["body"],
        },
        "profile": profile,
    }


def recorded_questions(profile: bool, rebuild: bool) -> Iterator[Question]:
    profiles = {it: "fapi2" if it == "oidc-provider-fapi2" else it for it in SERVERS}
    rows = table()
    for server in SERVERS:
        answers = recorded(server)
        # The one that some servers take as the audience.
        endpoint = next(it["sent"]["claims"]["aud"] for it in answers if it["case"] == "aud_token_endpoint")
        for row in answers:
            if row["status"] >= 400:
                name = profiles[server] if profile else None
                document = recorded_document(server, row, endpoint, name, rebuild)
                yield Question(server, row["case"], truth(rows, row["case"], server), False, document)


# ---------------------------------------------------------------------------------------------------------- all of it


def live_scores(observed: Sequence[Observed], explain: Explain) -> list[Score]:
    return [
        score("live, with profile", live_questions(observed, profile=True), explain),
        score("live, without profile", live_questions(observed, profile=False), explain),
    ]


def recorded_scores(explain: Explain) -> list[Score]:
    return [
        score(f"recorded, {what}, {which} profile", recorded_questions(which == "with", rebuild), explain)
        for rebuild, what in ((True, "header and claims"), (False, "no assertion"))
        for which in ("with", "without")
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--live", action="store_true", help="the servers that this starts, with all local evidence")
    parser.add_argument("--recorded", action="store_true", help="the recordings, request and response alone")
    parser.add_argument("--json", action="store_true", help="for machines")
    options = parser.parse_args()
    everything = options.live == options.recorded

    import jurat

    scores: list[Score] = []
    if options.live or everything:
        sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "interop"))
        from live import observe

        scores += live_scores([it for server in SERVERS for it in observe(server)], jurat.explain)
    if options.recorded or everything:
        scores += recorded_scores(jurat.explain)
    if options.json:
        print(json.dumps([it.as_json() for it in scores], indent=1))
    else:
        print("\n\n".join(map(str, scores)))


if __name__ == "__main__":
    main()
