"""The commands that say why a server refuses: what they read and print. They are commands of `jurat.cli`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import click

from ._cli_common import Refused, heading, print_json, show, shown
from .diagnosis import Cause, CheckResult, EvidenceRecord, Explanation, _diagnosis, _inspected, _inspection
from .errors import Error

__all__ = ["check", "explain", "inspect"]

# Longer ones are no keys: a device that never ends, most likely.
_MAX_HASH_KEY = 4_096

_COLOURS = {"proven": "red", "stated": "yellow", "consistent": "cyan"}
F = TypeVar("F", bound=Callable[..., None])


class _Assertion(click.File):
    """A file. Arguments are seen by whoever lists the processes, and are kept by shells."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and value.startswith("eyJ"):
            self.fail("an assertion is read from a file or the standard input, never from an argument.", param, ctx)
        return super().convert(value, param, ctx)


def _options(command: F) -> F:
    """What `check` and `explain` have in common."""
    for decorate in (
        click.option("--show-grant", is_flag=True, help="Show iss and sub of a grant: they name people."),
        click.option("--hash-jwt-id", is_flag=True, help="Hash jti."),
        click.option("--hash-client-id", is_flag=True, help="Hash the client id."),
        click.option(
            "--hash-key-file",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="Its bytes, 16 or more, are the key of the hashes: the same value has the same hash under the same "
            "key. [default: a random one]",
        ),
        click.option("--json", "as_json", is_flag=True, help="Print one JSON object."),
        click.argument("document", type=click.File("rb"), default="-"),
    ):
        command = decorate(command)
    return command


@click.command(epilog="Exit code: 0 nothing odd, 1 something odd, 2 wrong usage.")
@click.argument("file", type=_Assertion("rb"), default="-")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def inspect(file: BinaryIO, as_json: bool) -> None:
    """Take an assertion apart, however broken, and report everything that is odd about it.

    FILE has the assertion, or is - for the standard input. Nothing is verified. Header and claims are shown in clear.

    \b
    Example:
      jurat inspect assertion.jwt
    """
    # What a shell or an editor puts behind a text is not of it.
    assertion = file.read().decode("utf-8-sig", "replace").removesuffix("\n").removesuffix("\r")
    text = _inspected(assertion)
    found = _inspection(text)
    if as_json:
        print_json(text)
    else:
        show(
            f"{found['kind']}, signature {found['signature']}, SHA-256 {found['sha256']}",
            *_members("Header", found["header"]),
            *_members("Claims", found["claims"]),
            *_causes(found["causes"], "Nothing is odd."),
            *_next(found["next_step"]),
        )
    raise SystemExit(1 if found["causes"] else 0)


@click.command(
    epilog="Exit code: 0 no cause was found, which is no promise where checks are not decidable, 1 causes were found, "
    "2 wrong usage or a document that cannot be read."
)
@_options
def check(document: BinaryIO, as_json: bool, **options: Any) -> None:
    """Check a request before it is sent, by what is known locally.

    DOCUMENT is that of jurat explain, a file or - for the standard input. A response in it does not count, and sent_at
    is now. What lacks its evidence is not decidable, and never passes.

    \b
    Example:
      jurat check request.json && ./send request.json
    """
    text = _run(document, explain=False, **options)
    found = json.loads(text)
    if as_json:
        print_json(text)
    else:
        show(
            *_checks(found["checks"]),
            *_causes(found["causes"]),
            *_next(found["next_step"]),
            *_record(found["evidence"]),
        )
    raise SystemExit(1 if found["causes"] else 0)


@click.command(
    epilog="Exit code: 0 explained, or a token, 1 a refusal for which no cause was found, 2 wrong usage or a document "
    "that cannot be read."
)
@_options
def explain(document: BinaryIO, as_json: bool, **options: Any) -> None:
    """Explain a server's refusal: ranked causes, each with its evidence and a fix.

    A cause is proven by what is known locally, stated by the server, or consistent with both. What is printed has no
    signature, key, token or assertion in it: it can go into a ticket.

    \b
    DOCUMENT is JSON, a file or - for the standard input. Only request and
    response are needed; the more there is, the more is proven:
      {"request":  {"method": "POST", "endpoint": "https://as.example/token",
                    "content_type": "application/x-www-form-urlencoded",
                    "params": [["grant_type", "client_credentials"], ...]},
       "response": {"status": 401, "headers": {"date": "..."}, "body": "..."},
       "sent_at": 1795458513, "received_at": 1795458514,
       "clock": {"source": "ntp", "uncertainty_s": 1},
       "issuer": "https://as.example", "token_endpoint": "https://...",
       "metadata": {...}, "metadata_fetched_at": 1795450000,
       "registration": {"client_id": "...", "jwks": {"keys": [...]}},
       "jwks": {"source": "...", "fetched_at": 1795450000, "keys": [...]},
       "key": {...}, "profile": "keycloak", "seen_jti": [...]}

    \b
    Example:
      jurat explain --json < refusal.json | jq -r '.causes[0].code'
    """
    text = _run(document, explain=True, **options)
    found = json.loads(text)
    if as_json:
        print_json(text)
    else:
        show(*explained(found))
    answer = found["evidence"]["server_error"]
    raise SystemExit(0 if found["causes"] or answer["shape"] == "token" else 1)


def explained(found: Explanation) -> Iterator[str]:
    """What `explain` found, for people."""
    yield from _causes(found["causes"])
    yield from _candidates(found["cannot_distinguish"])
    yield from _next(found["next_step"])
    yield from _record(found["evidence"])


def _run(document: BinaryIO, *, explain: bool, hash_key_file: Path | None, **options: bool) -> str:
    try:
        given = json.load(document)
    except json.JSONDecodeError as error:
        raise Refused(f"document: not JSON: {error.msg} in line {error.lineno}, column {error.colno}") from error
    except (ValueError, RecursionError) as error:
        raise Refused("document: not JSON") from error
    try:
        return _diagnosis(given, explain=explain, hash_key=_hash_key(hash_key_file), **options)
    except (Error, OSError) as error:
        raise Refused(str(error)) from error


def _hash_key(file: Path | None) -> bytes | None:
    if file is None:
        return None
    with file.open("rb") as opened:
        key = opened.read(_MAX_HASH_KEY + 1)
    if len(key) > _MAX_HASH_KEY:
        raise Refused(f"{file}: more than {_MAX_HASH_KEY} bytes")
    return key


# ------------------------------------------------------------------------------------------------------- for people


def _time(value: object) -> str:
    if isinstance(value, int):
        try:
            return f"{datetime.fromtimestamp(value, UTC):%Y-%m-%dT%H:%M:%SZ} ({value})"
        # Of the year 10000 or later.
        except (ValueError, OverflowError, OSError):
            pass
    return shown(value)


def _members(title: str, members: Mapping[str, Any] | None) -> Iterator[str]:
    yield from heading(title)
    if members is None:
        yield "  no JSON object"
        return
    width = max(map(len, members), default=0)
    for name, value in members.items():
        is_time = title == "Claims" and name in ("exp", "iat", "nbf")
        yield f"  {shown(name):{width}}  {_time(value) if is_time else shown(value)}"


def _causes(causes: Sequence[Cause], none: str = "No cause was found.") -> Iterator[str]:
    yield from heading("Causes" if causes else none)
    for number, cause in enumerate(causes, 1):
        kind = click.style(cause["class"], fg=_COLOURS.get(cause["class"]))
        yield f"{number}. {click.style(cause['code'], bold=True)}: {kind}"
        for fact in cause["evidence"]:
            yield f"   - {shown(fact)}"
        yield f"   Fix: {cause['fix']}"


def _checks(checks: Sequence[CheckResult]) -> Iterator[str]:
    by_status: dict[str, list[CheckResult]] = {"failed": [], "not_decidable": [], "passed": []}
    for result in checks:
        by_status[result["status"]].append(result)
    for status, colour in (("failed", "red"), ("passed", "green"), ("not_decidable", "yellow")):
        results = by_status[status]
        names = ", ".join(result["check"] for result in results)
        yield f"{click.style(status.replace('_', ' '), fg=colour)} ({len(results)}): {names or 'none'}"
    for needs in dict.fromkeys(result.get("needs") for result in by_status["not_decidable"]):
        names = ", ".join(result["check"] for result in by_status["not_decidable"] if result.get("needs") == needs)
        yield f"   - {names}: {needs}"


def _candidates(codes: Sequence[str]) -> Iterator[str]:
    if codes:
        yield from heading("These cannot be told apart")
        yield f"  {', '.join(codes)}"


def _next(step: str) -> Iterator[str]:
    yield from heading("Next step")
    yield f"  {step}"


def _record(record: EvidenceRecord) -> Iterator[str]:
    """The evidence in short: what is known of what was looked at."""
    yield from heading("Evidence")
    rows = list(_rows(record))
    width = max(len(name) for name, _ in rows)
    for name, text in rows:
        yield f"  {name:{width}}  {text}"


def _rows(record: EvidenceRecord) -> Iterator[tuple[str, str]]:
    def known(value: object, show: Callable[[Any], str] = shown) -> Iterator[str]:
        if value != "absent":
            yield show(value)

    def row(name: str, *parts: Iterator[str]) -> Iterator[tuple[str, str]]:
        if text := ", ".join(text for part in parts for text in part):
            yield name, text

    answer, clock, keys = record["server_error"], record["clock"], record["jwks_state"]
    header, profile = record["assertion_header"], record["profile"]
    if isinstance(answer, dict):
        said = known(answer["error"]), known(answer["error_description"])
        shape = answer["shape"] if answer["shape"] != "oauth" else "absent"
        yield from row("answer", known(answer["status"]), known(shape), *said)
    metadata = record["authorization_server_metadata"]
    if isinstance(metadata, dict):
        if "problem" in metadata:
            yield from row("metadata", known(metadata["problem"]))
        else:
            methods = {**metadata["methods"], **metadata["algorithms"]}
            yield from row("metadata", (f"{name} {support.replace('_', ' ')}" for name, support in methods.items()))
    yield from row("sent to", known(record["token_endpoint"]))
    yield from row("issuer identifier", known(record["issuer_identifier"]))
    client_id = record["client_id"]
    yield from row("client id", known(client_id))
    if isinstance(header, dict):
        named = (f"{name} {shown(header[name])}" for name in ("alg", "typ", "kid") if header[name] != "absent")
        form = f"signature {record['signature_form']}"
        yield from row(record["assertion_parameter"], named, iter([form]))
        for name, party in (("iss", record["issuer"]), ("sub", record["subject"])):
            if party != client_id:
                yield from row(name, known(party))
        audience = record["audience"]
        yield from row("aud", *(known(each) for each in (audience if isinstance(audience, list) else [audience])))
        yield from row("iat", known(record["issued_at"], _time))
        yield from row("nbf", known(record["not_before"], _time))
        yield from row("exp", known(record["expiration"], _time))
        yield from row("jti", known(record["jwt_id"]))
    if isinstance(keys, dict):
        for name in ("registered", "published"):
            if keys[name] != "absent":
                kids = [shown(key["kid"]) for key in keys[name]]
                yield from row(f"keys {name}", iter([f"kid {', '.join(kids)}" if kids else "none"]))
        yield from row("keys fetched", known(keys["fetched_at"], _time))
    yield from row("signing key", known(record["signing_key"]))
    ahead = known(clock["ahead_s"], lambda ahead: f"{abs(ahead)} s {'ahead of' if ahead > 0 else 'behind'} the server")
    within = known(clock["uncertainty_s"], lambda uncertainty: f"within {uncertainty} s")
    yield from row("clock", known(clock["source"]), within, ahead)
    yield from row("sent at", known(clock["sent_at"], _time))
    yield from row("server's date", known(clock["server_date"], _time))
    if isinstance(profile, dict):
        yield from row("profile", known(profile["id"]))
    absent = [name for name, value in record.items() if value == "absent"]
    yield from row("not known", iter(absent))
    yield from row("does not prove", iter(record["does_not_prove"]))
    yield from row("made by", iter([f"jurat {record['versions']['jurat']}"]))
