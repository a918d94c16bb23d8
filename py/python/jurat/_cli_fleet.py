"""The command that provisions a fleet. It is a command of `jurat.cli`."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import click
from rich import progress as bars
from rich.console import Console

from ._cli_common import failing, print_json, rows, show
from .errors import InvalidArgumentError
from .fleet import Merged, Progress, Summary, _shard, merge, provision

__all__ = ["fleet"]

# What a shell gives for a command that SIGINT ended.
_INTERRUPTED = 130


def _read_shard(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[int, int] | None:
    if value is None:
        return None
    k, _, n = value.partition("/")
    try:
        shard = int(k), int(n)
        _shard(shard)
    except InvalidArgumentError as error:
        raise click.BadParameter(error._text()) from None
    except ValueError:
        raise click.BadParameter("must be k/n, such as 1/3") from None
    return shard


@click.command(epilog="Exit code: 0 done, 1 refused or failed, 2 wrong usage, 130 interrupted.")
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option("--count", type=click.IntRange(min=1), metavar="N", help="Devices whose names are numbers with a prefix.")
@click.option("--prefix", default="device-", show_default=True, metavar="TEXT", help="What their names begin with.")
@click.option("--csv", type=click.File("rb"), help="The devices, a file or - for the standard input.")
@click.option(
    "--jwks-uri",
    metavar="URL",
    help="Where the JWKS will be published: registrations refer to it instead of carrying their key.",
)
@click.option("--client-name", metavar="TEXT", help="Of each registration. [default: the device's name]")
@click.option("--scope", metavar="TEXT", help="Of each registration.")
@click.option("--software-id", metavar="TEXT", help="Of each registration.")
@click.option("--software-version", metavar="TEXT", help="Of each registration.")
@click.option("--shard", callback=_read_shard, metavar="K/N", help="Part K of N alone.")
@click.option("--workers", type=click.IntRange(1, 256), default=8, show_default=True, metavar="N", help="Threads.")
@click.option("--merge", "join", is_flag=True, help="Join the shards whose files lie in OUT.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
@failing
def fleet(ctx: click.Context, /, out: Path, join: bool, as_json: bool, **options: Any) -> None:
    """Make keys, registration documents (RFC 7591) and one JWKS for many devices, in the folder OUT.

    A key that is there already is the device's key and is never replaced, so that the same command goes on where one
    was interrupted. The list is checked before the first key is made.

    \b
    OUT/keys/DEVICE.pem             private, for their owner alone
    OUT/registrations/DEVICE.json
    OUT/jwks.json                   all public keys
    OUT/devices.csv                 device,kid

    A list in CSV begins with a line of column names: device, and any of client_name, scope, software_id,
    software_version and key_id. Names of devices are ASCII letters, digits, '.', '_' and '-'.

    With --shard the last two have names such as jwks.1-of-3.json. Copy these of all machines into one folder, which
    needs no private keys, and join them with --merge.

    \b
    Examples:
      jurat fleet lot-7 --count 10000 --prefix lot-7- --scope telemetry
      jurat fleet part-2 --csv million.csv --shard 2/40
      jurat fleet lot-8 --merge
    """
    _check_usage(ctx, join, options["count"], options["csv"])
    seen = [0, 0]
    try:
        with _bar() as bar:

            def progress(done: int, of: int) -> None:
                seen[:] = done, of
                bar(done, of)

            found = merge(out, progress=progress) if join else provision(out, progress=progress, **options)
    except KeyboardInterrupt:
        how_many = f"{seen[0]} of {seen[1]} devices are done" if seen[1] else "no device is done"
        click.echo(f"Interrupted: {how_many}. The same command goes on from there.", err=True)
        raise SystemExit(_INTERRUPTED) from None
    if as_json:
        print_json(json.dumps({name: _plain(value) for name, value in dataclasses.asdict(found).items()}))
    else:
        show(*rows(list(_summary(found))))


def _check_usage(ctx: click.Context, join: bool, count: int | None, csv: BinaryIO | None) -> None:
    if join:
        for name in ctx.params:
            if name not in {"out", "join", "as_json"} and ctx.get_parameter_source(name) is _GIVEN:
                raise click.UsageError(f"--merge takes no --{name.replace('_', '-')}")
    elif (count is None) == (csv is None):
        raise click.UsageError("either --count or --csv is needed, or --merge")
    elif csv is not None and ctx.get_parameter_source("prefix") is _GIVEN:
        raise click.UsageError("--prefix goes with --count")


_GIVEN = click.core.ParameterSource.COMMANDLINE


@contextmanager
def _bar() -> Generator[Progress, None, None]:
    """A progress bar on the standard error, if that is a terminal. Rich minds NO_COLOR."""
    if not sys.stderr.isatty():
        yield lambda done, of: None
        return
    columns = (*bars.Progress.get_default_columns(), bars.MofNCompleteColumn())
    with bars.Progress(*columns, console=Console(stderr=True)) as shown:
        task = shown.add_task("devices", total=None)
        yield lambda done, of: shown.update(task, completed=done, total=of)


def _plain(value: object) -> object:
    if isinstance(value, Path):
        return str(value)
    return round(value, 3) if isinstance(value, float) else value


def _summary(found: Summary | Merged) -> Iterator[tuple[str, object]]:
    yield "devices", found.devices
    if isinstance(found, Summary):
        yield "keys made", found.made
        yield "keys found", found.found
        yield "registrations written", found.registrations
    else:
        yield "shards", found.shards
    yield "seconds", round(found.seconds, 1)
    if isinstance(found, Summary):
        yield "private keys", str(found.keys_folder)
        yield "registrations", str(found.registrations_folder)
    yield "JWKS", str(found.jwks_file)
    yield "which kid", str(found.devices_file)
