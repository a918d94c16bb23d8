"""The command `jurat`; it needs the extra `cli`."""

from __future__ import annotations

import json
from typing import Any, BinaryIO, Literal

from ._jurat import Profile
from .export import export_config

try:
    import click
    from click.shell_completion import get_completion_class

    from ._cli_common import (
        EXIT_CODES,
        failing,
        json_object,
        output_option,
        print_json,
        read_server,
        rows,
        server_options,
        show,
        table,
        write_public,
    )
    from ._cli_diagnosis import check, explain, inspect
    from ._cli_fleet import fleet
    from ._cli_keys import jwks_command, keygen, register, rotate
    from ._cli_token import mint, token
except ModuleNotFoundError as _missing:
    if (_missing.name or "").partition(".")[0] not in {"anyio", "click", "httpx", "rich"}:
        raise
    raise SystemExit("jurat: the command needs click, httpx and rich: pip install 'jurat[cli]'") from None

__all__ = ["main"]

_PROFILE = (
    "id",
    "product",
    "es256",
    "audience",
    "type",
    "lifetime",
    "max_lifetime",
    "not_before",
    "key_id",
    "jwt_id_required",
    "send_client_id",
    "claims_refused",
    "grant_audience",
    "grant_max_lifetime",
    "future_tolerance",
    "expiry_tolerance",
    "proof_of_possession",
    "source",
    "date",
)


@click.group(epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="jurat")
def main() -> None:
    """OAuth client assertions (RFC 7523, RFC 10070): keys, tokens, what devices are configured with, and why servers
    refuse them.

    Keys are read from files, the standard input or the environment, never from arguments. Assertions and tokens are
    never printed unless that is asked for.
    """


for _command in (check, explain, fleet, inspect, jwks_command, keygen, mint, register, rotate, token):
    main.add_command(_command)


@main.command("export-config", epilog=EXIT_CODES)
@server_options
@click.option(
    "--registration",
    type=click.File("rb"),
    help="What the server answered to the registration (RFC 7591), JSON.",
)
@click.option("--client-id", metavar="TEXT", help="The client id, unless the registration has it.")
@click.option("--key-id", metavar="TEXT", help="The kid of the device's key, if several are registered.")
@click.option("--scope", metavar="TEXT", help="The scope to ask for, unless the registration's.")
@click.option("--language", type=click.Choice(["c", "rust", "json"]), default="c", show_default=True)
@click.option("--json", "language", flag_value="json", help="The same as --language json.")
@click.option(
    "--name", default="jurat_config", show_default=True, help="The Rust module, or the beginning of C's macros."
)
@output_option
@failing
def _export_config(
    registration: BinaryIO | None,
    client_id: str | None,
    key_id: str | None,
    scope: str | None,
    language: Literal["c", "rust", "json"],
    name: str,
    output: str | None,
    **server: Any,
) -> None:
    """Write what a device is configured with, as a C header or a Rust module to be built into it, or as JSON.

    The server's metadata is fetched from where its issuer publishes it, by https and without following redirections,
    unless a file or the token endpoint is given: with the endpoint alone nothing is fetched, and only the profile says
    what the server takes. What metadata or profile excludes is refused. A token endpoint that is taken from metadata is
    pinned by this: compare it with what the server's operator says.

    \b
    Example:
      jurat export-config --issuer https://as.example --profile keycloak \\
          --registration client.json --output jurat_config.h
    """
    text = export_config(
        server=read_server(**server, fetch=True),
        client_id=client_id,
        key_id=key_id,
        scope=scope,
        registration=None if registration is None else json_object(registration, "registration"),
        language=language,
        name=name,
    )
    write_public(output, text)


@main.command(epilog=EXIT_CODES)
@click.argument("name", required=False, metavar="[ID]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: an object, or a list of them.")
@failing
def profiles(name: str | None, as_json: bool) -> None:
    """List the servers that are known, or all that is known of one.

    \b
    Example:
      jurat profiles keycloak
    """
    found = [Profile.named(each) for each in ([name] if name else Profile.names())]
    values = [{member: getattr(profile, member) for member in _PROFILE} for profile in found]
    if as_json:
        print_json(json.dumps(values[0] if name else values, ensure_ascii=False))
    elif name:
        show(*rows([(member.replace("_", " "), value) for member, value in values[0].items()]))
    else:
        table(
            ["profile", "product", "aud", "typ", "longest", "header"],
            [
                [each.id, each.product, each.audience, each.type or "", f"{each.max_lifetime} s", each.key_id]
                for each in found
            ],
        )


@main.command(epilog=EXIT_CODES)
@click.argument("shell", type=click.Choice(["bash", "fish", "zsh"]))
def completion(shell: str) -> None:
    """Print what completes the command in a shell.

    \b
    Example:
      jurat completion bash > ~/.local/share/bash-completion/completions/jurat
    """
    made = get_completion_class(shell)
    assert made is not None
    click.echo(made(main, {}, "jurat", "_JURAT_COMPLETE").source())
