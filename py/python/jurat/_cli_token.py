"""The commands that mint an assertion and fetch a token. They are commands of `jurat.cli`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, BinaryIO

import click

from ._cli_common import (
    EXIT_CODES,
    F,
    as_objects,
    failing,
    heading,
    json_object,
    key_option,
    print_json,
    print_text,
    read_server,
    rows,
    secret_output,
    server_options,
    show,
    timeout_option,
)
from ._cli_diagnosis import explained
from ._jurat import ClientAssertion, Clock, GrantAssertion, Server, SigningKey, Token
from .diagnosis import inspect
from .errors import TokenError
from .httpx import sender
from .tokens import TokenSource

__all__ = ["mint", "token"]


def _who(command: F) -> F:
    """Whom an assertion is about; `_grant` takes the grant's."""
    for decorate in (
        click.option("--key-id", metavar="TEXT", help="The kid. [default: none]"),
        click.option("--grant-sub", metavar="TEXT", help="Whom the grant is for: a JWT bearer grant (RFC 7523)."),
        click.option("--grant-iss", metavar="TEXT", help="Who issues the grant."),
        click.option("--client-id", metavar="TEXT", help="The client that authenticates."),
        server_options,
        key_option,
    ):
        command = decorate(command)
    return command


def _secret_output(what: str) -> Callable[[F], F]:
    def decorate(command: F) -> F:
        print_it = click.option("--print", "print_it", is_flag=True, help=f"Print {what}, and nothing else.")
        output = click.option(
            "--output", type=click.Path(dir_okay=False), help=f"The file for {what}, which its owner alone can read."
        )
        return print_it(output(command))

    return decorate


@click.command(epilog=EXIT_CODES)
@_who
@click.option("--lifetime", type=int, metavar="SECONDS", help="From iat to exp. [default: what the profile says]")
@_secret_output("the assertion")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@failing
def mint(
    key: SigningKey,
    client_id: str | None,
    key_id: str | None,
    grant_iss: str | None,
    grant_sub: str | None,
    lifetime: int | None,
    output: str | None,
    print_it: bool,
    as_json: bool,
    **server: Any,
) -> None:
    """Mint one assertion, and show what it says.

    It is a client assertion with --client-id, and a grant with --grant-iss and --grant-sub. Nothing is fetched. The
    assertion itself goes into a file or, if that is asked for, to the standard output: whoever has it can use it once.

    \b
    Example:
      jurat mint --key device-7.pem --issuer https://as.example --client-id device-7 --output assertion.jwt
    """
    made: ClientAssertion | GrantAssertion
    found = read_server(**server, fetch=False)
    if (client_id is None) == (grant_sub is None):
        raise click.UsageError("either --client-id, or --grant-iss and --grant-sub")
    if client_id is not None:
        made = ClientAssertion(client_id=client_id, server=found, key_id=key_id, lifetime=lifetime)
    else:
        made = _grant(found, grant_iss, grant_sub, key_id, lifetime)
    with secret_output(output) as write:
        assertion = made.sign(key)
        write(assertion)
    said = inspect(assertion)
    header, claims = said["header"] or {}, said["claims"] or {}
    if as_json:
        whole = {"assertion": assertion} if print_it else {}
        print_json(json.dumps({"header": header, "claims": claims, **whole}, ensure_ascii=False))
    elif print_it:
        print_text(assertion)
    else:
        show(*heading("Header"), *rows(list(header.items())), *heading("Claims"), *rows(list(claims.items())))


def _grant(
    server: Server, iss: str | None, sub: str | None, key_id: str | None, lifetime: int | None = None
) -> GrantAssertion:
    if iss is None or sub is None:
        raise click.UsageError("--grant-iss and --grant-sub go together")
    return GrantAssertion(iss=iss, sub=sub, server=server, key_id=key_id, lifetime=lifetime)


@click.command(epilog=EXIT_CODES)
@_who
@click.option("--scope", metavar="TEXT", help="Names separated by single spaces.")
@click.option("--resource", metavar="URI", help="What the token is for (RFC 8707).")
@click.option(
    "--registration",
    type=click.File("rb"),
    help="What the server answered to the registration (RFC 7591), JSON: it has the client id and the kid, and a "
    "refusal is explained better with it.",
)
@click.option("--attempts", type=click.IntRange(1, 4), default=2, show_default=True, help="Requests, at most.")
@click.option("--max-wait", type=click.IntRange(0), default=60, show_default=True, help="Seconds, if asked to wait.")
@click.option("--clock-unset", is_flag=True, help="This machine's clock is not set: learn the time from the server.")
@timeout_option
@_secret_output("the access token")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@failing
def token(
    key: SigningKey,
    client_id: str | None,
    key_id: str | None,
    grant_iss: str | None,
    grant_sub: str | None,
    registration: BinaryIO | None,
    clock_unset: bool,
    timeout: float,
    output: str | None,
    print_it: bool,
    as_json: bool,
    scope: str | None,
    resource: str | None,
    attempts: int,
    max_wait: int,
    **server: Any,
) -> None:
    """Fetch an access token, or say why there is none.

    The metadata is fetched from where the issuer publishes it, unless a file or the token endpoint is given. A wrong
    clock is corrected by what the server says, and a server that is busy is waited for. What is printed has no token
    and no assertion in it, unless that is asked for.

    \b
    Example:
      jurat token --key device-7.pem --issuer https://as.example --client-id device-7 --scope telemetry
    """
    registered = None if registration is None else json_object(registration, "registration")
    if client_id is None and registered is not None:
        client_id = registered.get("client_id")
        if not isinstance(client_id, str | None):
            raise click.ClickException("registration: its client_id is not text")
    if client_id is None and grant_sub is None:
        raise click.UsageError("--client-id, --registration, or --grant-iss and --grant-sub")
    if key_id is None and registered is not None:
        key_id = _registered_key_id(registered, key)
    found = read_server(**server, fetch=False)

    def grant() -> GrantAssertion:
        return _grant(source.server, grant_iss, grant_sub, key_id)

    source = TokenSource(
        key,
        server=found,
        client_id=client_id,
        key_id=key_id,
        grant=None if grant_iss is None and grant_sub is None else grant,
        scope=scope,
        resource=resource,
        registration=registered,
        clock=Clock.unset() if clock_unset else None,
        attempts=attempts,
        max_wait=max_wait,
    )
    with secret_output(output) as write:
        try:
            got = source.token(sender(timeout=timeout))
        except TokenError as error:
            if error.diagnosis is not None:
                if as_json:
                    print_json(json.dumps(error.diagnosis, ensure_ascii=False))
                else:
                    show(*explained(error.diagnosis))
            raise
        write(got.access_token)
    _report(source, got, scope, print_it, as_json)


def _registered_key_id(registered: dict[str, Any], key: SigningKey) -> str | None:
    """The kid that the key is registered with, if it is."""
    public = json.loads(key.public_key.jwk())
    for key_set in as_objects([registered.get("jwks")]):
        for member in as_objects(key_set.get("keys")):
            if all(member.get(name) == public[name] for name in ("crv", "x", "y")):
                kid: object = member.get("kid")
                return kid if isinstance(kid, str) else None
    return None


def _report(source: TokenSource, got: Token, scope: str | None, print_it: bool, as_json: bool) -> None:
    said = {
        "token_type": got.token_type,
        "expires_in": got.expires_in,
        "scope": got.scope or scope,
        "missing_scope": got.missing_scope(scope) if scope else [],
        "issuer": source.server.issuer,
        "profile": source.server.profile.id,
        "clock_offset": source.clock.offset,
    }
    if as_json:
        whole = {"access_token": got.access_token} if print_it else {}
        print_json(json.dumps({**said, **whole}, ensure_ascii=False))
    elif print_it:
        print_text(got.access_token)
    else:
        expires = None if got.expires_in is None else f"{got.expires_in} s"
        clock = f"{source.clock.offset:+} s" if source.clock.offset else None
        missing = " ".join(got.missing_scope(scope)) if scope else ""
        show(
            click.style("A token.", fg="green", bold=True),
            *rows(
                [
                    ("type", got.token_type),
                    ("expires in", expires),
                    ("scope", got.scope or scope),
                    ("not granted", missing or None),
                    ("issuer", source.server.issuer),
                    ("profile", source.server.profile.id),
                    ("clock corrected by", clock),
                ]
            ),
        )
