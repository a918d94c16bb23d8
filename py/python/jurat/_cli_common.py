"""What the commands of `jurat.cli` have in common: what they read, and how they print."""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO, TypeVar, cast

import click
from rich.console import Console
from rich.table import Table

from ._files import drafted, write_whole
from ._jurat import Metadata, Server, SigningKey
from .errors import Error
from .httpx import sender
from .tokens import discover

EXIT_CODES = "Exit code: 0 done, 1 refused or failed, with the reason on the standard error, 2 wrong usage."

# The most characters of one value.
_MAX_SHOWN = 300
# The most bytes of a file with keys: a set may have those of a fleet.
_MAX_KEYS = 256 * 1024 * 1024
# The most seconds of a timeout. Sockets take none that is infinite.
_MAX_TIMEOUT = 86_400
F = TypeVar("F", bound=Callable[..., None])


class Refused(click.ClickException):
    """Of documents that cannot be read."""

    exit_code = 2


def failing(command: F) -> F:
    """What jurat refuses or the system does not do is said in one sentence, with exit code 1."""

    @functools.wraps(command)
    def run(*given: Any, **options: Any) -> None:
        try:
            command(*given, **options)
        except (Error, OSError) as error:
            raise click.ClickException(str(error)) from error

    return run  # type: ignore[return-value]


# ------------------------------------------------------------------------------------------------- what is read


class SecretFile(click.File):
    """A file with a key. Arguments are seen by whoever lists the processes, and are kept by shells."""

    def __init__(self) -> None:
        super().__init__("rb")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and ("PRIVATE KEY" in value or value.lstrip().startswith("{")):
            self.fail("a key is read from a file, the standard input or JURAT_KEY, never from an argument.", param, ctx)
        return super().convert(value, param, ctx)


def key_option(command: F) -> F:
    """``--key``, given as key: a `SigningKey`."""

    def read(ctx: click.Context, param: click.Parameter, file: BinaryIO | None) -> SigningKey:
        if file is not None:
            return load_key(*read_keys(file))
        if text := os.environ.get("JURAT_KEY"):
            return load_key(text, "JURAT_KEY")
        raise click.UsageError("a key is required: --key FILE, or the key itself in the environment, as JURAT_KEY")

    return click.option(
        "--key",
        type=SecretFile(),
        callback=read,
        help="The private key: PEM, DER, JWK or 32 bytes, or - for the standard input. "
        "[default: the text in the environment variable JURAT_KEY]",
    )(command)


def read_keys(file: BinaryIO) -> tuple[bytes, str]:
    """What a file with keys has in it, and what to call it."""
    name = str(getattr(file, "name", "<stdin>"))
    data = file.read(_MAX_KEYS + 1)
    if len(data) > _MAX_KEYS:
        raise click.ClickException(f"{name}: more than {_MAX_KEYS} bytes, so no key")
    return data, name


def load_key(data: str | bytes, name: str) -> SigningKey:
    """The private key that was read from what is called name."""
    try:
        return SigningKey.load(data)
    except Error as error:
        raise click.ClickException(f"{name}: {error}") from error


def json_object(file: BinaryIO, name: str) -> dict[str, Any]:
    """The JSON object in a file, of which name says what it is."""
    return as_object(file.read(), name)


def as_object(text: bytes, name: str) -> dict[str, Any]:
    """The same of what was read."""
    document = maybe_object(text)
    if document is None:
        raise click.ClickException(f"{name}: not a JSON object")
    return document


def maybe_object(text: bytes) -> dict[str, Any] | None:
    """The same where it may be something else: None then."""
    try:
        document: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", document) if isinstance(document, dict) else None


def as_objects(value: object) -> list[dict[str, Any]]:
    """The JSON objects in a list; none where it is no list, or where something else is in it."""
    members = cast("list[object]", value) if isinstance(value, list) else []
    if not all(isinstance(member, dict) for member in members):
        return []
    return cast("list[dict[str, Any]]", members)


def server_options(command: F) -> F:
    """What says which server; `read_server` takes it."""
    for decorate in (
        click.option("--insecure-http", is_flag=True, help="Take plain http too: for a test server on this machine."),
        click.option("--token-endpoint", metavar="URL", help="The token endpoint, from configuration."),
        click.option("--profile", default="rfc-10070", show_default=True, metavar="ID", help="The server's product."),
        click.option(
            "--metadata",
            "metadata_file",
            type=click.File("rb"),
            help="The server's metadata, or - for the standard input, instead of fetching it.",
        ),
        click.option(
            "--issuer",
            required=True,
            metavar="URL",
            help="The server's issuer identifier, spelled as it spells it.",
        ),
    ):
        command = decorate(command)
    return command


def read_server(
    *,
    issuer: str,
    metadata_file: BinaryIO | None,
    profile: str,
    token_endpoint: str | None,
    insecure_http: bool,
    fetch: bool,
) -> Server:
    """The server of `server_options`. With fetch, metadata is fetched unless there is a file or a token endpoint."""
    document = None
    if metadata_file is not None:
        document = metadata_file.read()
    elif fetch and token_endpoint is None:
        document = discover(issuer, sender(), insecure_http=insecure_http)
    metadata = None
    if document is not None:
        metadata = Metadata.read(document, issuer=issuer, insecure_http=insecure_http)
    return Server(
        issuer=issuer,
        profile=profile,
        token_endpoint=token_endpoint,
        metadata=metadata,
        insecure_http=insecure_http,
    )


def timeout_option(command: F) -> F:
    """``--timeout``, in seconds."""

    def read(ctx: click.Context, param: click.Parameter, value: float) -> float:
        # So that nan is refused, too.
        if not 0 < value <= _MAX_TIMEOUT:
            raise click.BadParameter(f"must be more than 0, and {_MAX_TIMEOUT} at most.")
        return value

    return click.option(
        "--timeout",
        type=float,
        default=10.0,
        show_default=True,
        callback=read,
        help="Seconds for each connection.",
    )(command)


output_option = click.option(
    "--output",
    type=click.Path(dir_okay=False),
    help="The file to write, whole or not at all. [default: standard output]",
)


# Of commands that print nothing else.
json_option = click.option("--json", is_flag=True, expose_value=False, help="It is JSON in any case.")


def write_public(output: str | None, text: str) -> None:
    """Into a file that everybody may read, or to the standard output."""
    text = text.removesuffix("\n")
    if output is None:
        print_text(text)
    else:
        write_whole(output, f"{text}\n", overwrite=True, mode=0o666)


@contextmanager
def secret_output(output: str | None) -> Generator[Callable[[str], None], None, None]:
    """Gives what writes into a file that only its owner can read, if one is wanted.

    Whether it can be made turns out before the block, in which there may come what nobody gets again.
    """
    if output is None:
        yield lambda text: None
        return
    with drafted(output, overwrite=True, mode=0o600) as write:
        yield lambda text: write(f"{text}\n")


# ------------------------------------------------------------------------------------------------- for machines


def print_text(text: str) -> None:
    """The bytes that a file would have, whatever the locale."""
    click.echo(text.encode())


def print_json(text: str) -> None:
    """As core wrote it, on one line: a line end can only stand between two tokens."""
    text = text.translate(dict.fromkeys(b"\t\n\r", " "))
    if sys.stdout.isatty():
        # What a terminal might obey can only stand in strings.
        text = "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in text)
    print_text(text)


# --------------------------------------------------------------------------------------------------- for people


def show(*lines: str) -> None:
    text = "\n".join(lines).removeprefix("\n")
    # What the terminal's encoding does not have is better escaped than an exception.
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    text = text.encode(encoding, "backslashreplace").decode(encoding)
    # https://no-color.org
    click.echo(text, color=False if os.environ.get("NO_COLOR") else None)


def shown(value: object) -> str:
    """A value on one line, without anything that a terminal obeys."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}..."


def heading(text: str) -> Iterator[str]:
    yield ""
    yield click.style(text, bold=True)


def rows(members: Sequence[tuple[str, object]]) -> Iterator[str]:
    """Names and values, one a line; what is None is left out."""
    present = [(name, value) for name, value in members if value is not None]
    width = max((len(name) for name, _ in present), default=0)
    for name, value in present:
        yield f"  {name:{width}}  {shown(value)}"


def table(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
    """A table, as wide as the terminal; as wide as it needs to be where there is none."""
    console = Console(width=None if sys.stdout.isatty() else 10_000, highlight=False)
    made = Table(box=None, pad_edge=False, header_style="bold")
    for head in heads:
        made.add_column(head, overflow="fold")
    for line in lines:
        made.add_row(*line)
    with console.capture() as captured:
        console.print(made)
    show(*(line.rstrip() for line in captured.get().splitlines()))
