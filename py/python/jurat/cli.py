"""The command `jurat`; it needs the extra `cli`."""

from __future__ import annotations

import json
from typing import Any, BinaryIO, Literal

from ._files import write_whole
from ._jurat import Metadata, Server, well_known_urls
from .errors import Error
from .export import export_config

try:
    import click
    import httpx
except ModuleNotFoundError:
    raise SystemExit("jurat: the command needs click and httpx: pip install 'jurat[cli]'") from None

from ._cli_diagnosis import check, explain, inspect

__all__ = ["main"]

# More than any server's metadata; what is larger is none.
_MAX_DOCUMENT = 1 << 20
_TIMEOUT = 10.0

_EXIT_CODES = "Exit code: 0 done, 1 refused or failed, with the reason on the standard error, 2 wrong usage."


@click.group(epilog=_EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="jurat")
def main() -> None:
    """OAuth client assertions (RFC 7523, RFC 10070): what devices are configured with, and why servers refuse them."""


for _command in (check, explain, inspect):
    main.add_command(_command)


@main.command("export-config", epilog=_EXIT_CODES)
@click.option("--issuer", required=True, metavar="URL", help="The server's issuer identifier, spelled as it spells it.")
@click.option(
    "--metadata",
    "metadata_file",
    type=click.File("rb"),
    help="The server's metadata, or - for the standard input, instead of fetching it.",
)
@click.option("--profile", default="rfc-10070", show_default=True, metavar="ID", help="The server's product.")
@click.option(
    "--registration",
    type=click.File("rb"),
    help="What the server answered to the registration (RFC 7591), JSON.",
)
@click.option("--client-id", metavar="TEXT", help="The client id, unless the registration has it.")
@click.option("--key-id", metavar="TEXT", help="The kid of the device's key, if several are registered.")
@click.option("--scope", metavar="TEXT", help="The scope to ask for, unless the registration's.")
@click.option(
    "--token-endpoint",
    metavar="URL",
    help="The token endpoint. Metadata is then not fetched, but read if there is a file.",
)
@click.option("--language", type=click.Choice(["c", "rust"]), default="c", show_default=True)
@click.option(
    "--name", default="jurat_config", show_default=True, help="The Rust module, or the beginning of C's macros."
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False),
    help="The file to write, whole or not at all. [default: standard output]",
)
@click.option("--insecure-http", is_flag=True, help="Take plain http too: for a test server on this machine.")
def _export_config(
    issuer: str,
    metadata_file: BinaryIO | None,
    profile: str,
    registration: BinaryIO | None,
    client_id: str | None,
    key_id: str | None,
    scope: str | None,
    token_endpoint: str | None,
    language: Literal["c", "rust"],
    name: str,
    output: str | None,
    insecure_http: bool,
) -> None:
    """Write what a device is configured with, as a C header or a Rust module to be built into it.

    The server's metadata is fetched from where its issuer publishes it, by https and without following redirections,
    unless a file is given. What it or the profile excludes is refused. A token endpoint that is taken from it is pinned
    by this: compare it with what the server's operator says.

    \b
    Example:
      jurat export-config --issuer https://as.example --profile keycloak \\
          --registration client.json --output jurat_config.h
    """
    try:
        document = None
        if metadata_file is not None:
            document = metadata_file.read()
        elif token_endpoint is None:
            document = _fetch(issuer, insecure_http)
        metadata = None
        if document is not None:
            metadata = Metadata.read(document, issuer=issuer, insecure_http=insecure_http)
        server = Server(
            issuer=issuer,
            profile=profile,
            token_endpoint=token_endpoint,
            metadata=metadata,
            insecure_http=insecure_http,
        )
        text = export_config(
            server=server,
            client_id=client_id,
            key_id=key_id,
            scope=scope,
            registration=None if registration is None else _json_object(registration),
            language=language,
            name=name,
        )
        if output is None:
            click.echo(text, nl=False)
        else:
            write_whole(output, text, overwrite=True, mode=0o666)
    except (Error, OSError) as error:
        raise click.ClickException(str(error)) from error


def _json_object(file: BinaryIO) -> dict[str, Any]:
    try:
        document = json.load(file)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise click.ClickException("registration: not a JSON object")
    return document


def _fetch(issuer: str, insecure_http: bool) -> bytes:
    """The document at the first of the issuer's well-known URLs that has one."""
    tried = []
    with httpx.Client(follow_redirects=False, timeout=_TIMEOUT, headers={"Accept": "application/json"}) as client:
        for url in well_known_urls(issuer, insecure_http=insecure_http):
            try:
                with client.stream("GET", url) as response:
                    if response.status_code == httpx.codes.OK:
                        return _body(response)
                    tried.append(f"{url}: status {response.status_code}")
            # UnicodeError: a host's name that DNS cannot have.
            except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
                tried.append(f"{url}: {str(error) or type(error).__name__}")
    raise click.ClickException("\n  ".join(["no metadata found:", *tried]))


def _body(response: httpx.Response) -> bytes:
    body = b""
    for part in response.iter_bytes():
        body += part
        if len(body) > _MAX_DOCUMENT:
            raise click.ClickException(f"{response.url}: more than {_MAX_DOCUMENT} bytes")
    return body
