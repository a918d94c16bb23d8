"""The commands that make keys and publish them. They are commands of `jurat.cli`."""

from __future__ import annotations

import base64
import binascii
import json
import secrets
import tempfile
from pathlib import Path
from typing import Any, BinaryIO

import click

from ._bearer import bearer
from ._cli_common import (
    EXIT_CODES,
    SecretFile,
    as_object,
    as_objects,
    failing,
    json_option,
    load_key,
    maybe_object,
    output_option,
    print_json,
    read_keys,
    rows,
    show,
    shown,
    timeout_option,
    write_public,
)
from ._files import drafted, write_private
from ._jurat import PublicKey, SigningKey, jwks, read_response, registration
from .errors import TokenError
from .httpx import sender
from .tokens import HttpRequest, NoAnswer

__all__ = ["jwks_command", "keygen", "register", "rotate"]

# Members of a registration that are not sent back (RFC 7592 section 2.2).
_OF_THE_SERVER = {
    "client_id_issued_at",
    "client_secret_expires_at",
    "registration_access_token",
    "registration_client_uri",
}
# The most bytes of an answer, besides what was sent, which it repeats.
_MAX_MORE = 1024 * 1024


@click.command(epilog=EXIT_CODES)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--overwrite", is_flag=True, help="Replace a key that is there: it is gone then.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@failing
def keygen(file: Path, overwrite: bool, as_json: bool) -> None:
    """Make a P-256 key, and print its public half.

    FILE gets the private key, PKCS#8 in PEM, unencrypted, and readable by its owner only. It is there whole or not at
    all.

    \b
    Example:
      jurat keygen device-7.pem
    """
    key = SigningKey.generate()
    key.save(file, overwrite=overwrite)
    public = key.public_key
    if as_json:
        print_json(json.dumps({"file": str(file), "kid": public.thumbprint, "jwk": json.loads(public.jwk())}))
    else:
        show(*rows([("private key", str(file)), ("kid", public.thumbprint), ("public key", public.jwk())]))


@click.command("jwks", epilog=EXIT_CODES)
@click.argument("keys", metavar="KEY...", type=SecretFile(), nargs=-1, required=True)
@click.option("--key-id", metavar="TEXT", help="The kid of the only private key, instead of its thumbprint.")
@output_option
@json_option
@failing
def jwks_command(keys: tuple[BinaryIO, ...], key_id: str | None, output: str | None) -> None:
    """Write one JSON Web Key Set with the public halves of keys.

    Each KEY is a private key, of which nothing private is written, a public JWK, or a JSON Web Key Set, whose keys keep
    their kid. A key that comes twice is written once.

    \b
    Example:
      jurat jwks old.pem new.pem --output jwks.json
    """
    write_public(output, jwks(_public_keys(keys, key_id)))


@click.command(epilog=EXIT_CODES)
@click.option("--key", "keys", type=SecretFile(), multiple=True, help="A key, as for jurat jwks; there may be several.")
@click.option("--jwks-uri", metavar="URL", help="Where the client publishes its keys, instead of keys.")
@click.option("--key-id", metavar="TEXT", help="The kid of the only private key, instead of its thumbprint.")
@click.option(
    "--grant",
    "grants",
    type=click.Choice(["client_credentials", "jwt-bearer"]),
    multiple=True,
    default=["client_credentials"],
    show_default=True,
    help="A grant type; there may be both.",
)
@click.option("--client-name", metavar="TEXT", help="For people.")
@click.option("--scope", metavar="TEXT", help="Names separated by single spaces.")
@click.option("--software-id", metavar="TEXT", help="The software that the client runs, the same for all devices.")
@click.option("--software-version", metavar="TEXT", help="Its version.")
@click.option("--insecure-http", is_flag=True, help="Take a jwks_uri of plain http, for a test on this machine.")
@output_option
@json_option
@failing
def register(
    keys: tuple[BinaryIO, ...], key_id: str | None, grants: tuple[str, ...], output: str | None, **options: Any
) -> None:
    """Write a registration request (RFC 7591): private_key_jwt, signed with ES256.

    \b
    Example:
      jurat register --key device-7.pem --scope telemetry |
          curl --fail --json @- https://as.example/register --output client.json
    """
    document = registration(
        keys=_public_keys(keys, key_id) if keys else None,
        client_credentials="client_credentials" in grants,
        jwt_bearer="jwt-bearer" in grants,
        **options,
    )
    write_public(output, document)


@click.command(epilog=EXIT_CODES)
@click.option(
    "--registration",
    "file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What the server answered to the registration; it is replaced by what the server answers now.",
)
@click.option(
    "--key", "keys", type=SecretFile(), multiple=True, required=True, help="A key that is to be published, as for jwks."
)
@timeout_option
@click.option("--insecure-http", is_flag=True, help="Take plain http too: for a test server on this machine.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@failing
def rotate(file: Path, keys: tuple[BinaryIO, ...], timeout: float, insecure_http: bool, as_json: bool) -> None:
    """Change the keys that are registered at the server (RFC 7592).

    No request fails while a key changes if the new one is registered before it signs, and the old one until the last
    assertion that it signed has expired. Where the registration has a jwks_uri, publish what jurat jwks writes instead.

    The server's answer may have the only token for the next change. If it cannot be put into the registration's file,
    it is kept in another one, which the error names.

    \b
    Example:
      jurat keygen new.pem
      jurat rotate --registration client.json --key old.pem --key new.pem
      # Now new.pem signs. When what old.pem signed has expired:
      jurat rotate --registration client.json --key new.pem
    """
    public = _public_keys(keys, None)
    registered = as_object(file.read_bytes(), str(file))
    changed, url, authorization = _change(registered, jwks(public))
    if not url.startswith("https://") and not insecure_http:
        raise click.ClickException("registration: its registration_client_uri is no https URL")
    body = json.dumps(changed)
    headers = {"Accept": "application/json", "Content-Type": "application/json", **authorization}
    request = HttpRequest("PUT", url, headers, body, limit=len(body) + _MAX_MORE)
    # The file that a link leads to: a link is not replaced.
    target = file.resolve()
    with drafted(target, overwrite=True, mode=0o600) as write:
        answer = _sent(request, timeout)
        # From here on the old token may be no good any more.
        text = answer.decode(errors="backslashreplace")
        try:
            # Some answer only with what has changed, and some with null for what there is not.
            said = {name: value for name, value in as_object(answer, "its answer").items() if value is not None}
            text = json.dumps({**registered, "jwks": changed["jwks"], **said}) + "\n"
            write(text)
        except (click.ClickException, OSError, RecursionError) as error:
            where = _kept(text, target)
            raise click.ClickException(f"the server has changed the keys, but {error}; {where}") from error
    kids = [kid for _, kid in public]
    if as_json:
        print_json(json.dumps({"client_id": changed["client_id"], "kids": kids}))
    else:
        show(*rows([("client id", changed["client_id"]), *(("kid", kid) for kid in kids)]))


def _sent(request: HttpRequest, timeout: float) -> bytes:
    """What the server answers to the change that it made."""
    answer = sender(timeout=timeout)(request)
    url = shown(request.url)
    if isinstance(answer, NoAnswer):
        raise click.ClickException(f"{url}: {str(answer.error) or type(answer.error).__name__}") from answer.error
    if answer.status != 200:
        raise click.ClickException(f"{url}: the server refuses: {read_response(answer.status, answer.body)!r}")
    return answer.body


def _kept(text: str, target: Path) -> str:
    """Puts it beside target, or where temporary files go; says where it is."""
    for folder in (lambda: target.parent, tempfile.gettempdir):
        try:
            other = Path(folder(), f"{target.name}.{secrets.token_hex(4)}")
            write_private(other, text, overwrite=True)
        except OSError:
            continue
        return f"what it answered is in {other}"
    return "what it answered is lost, since no other file can be written either"


def _change(registered: dict[str, Any], key_set: str) -> tuple[dict[str, Any], str, dict[str, str]]:
    """What to send (RFC 7592 section 2.2), where, and with which authorization."""
    if registered.get("jwks_uri") is not None:
        raise click.ClickException("registration: it has a jwks_uri, so publish what jurat jwks writes there")
    url, token = registered.get("registration_client_uri"), registered.get("registration_access_token")
    if not isinstance(url, str) or not isinstance(token, str) or not isinstance(registered.get("client_id"), str):
        raise click.ClickException(
            "registration: it lacks client_id, registration_client_uri or registration_access_token"
        )
    changed = {name: value for name, value in registered.items() if name not in _OF_THE_SERVER}
    try:
        authorization = bearer(token)
    except TokenError:
        text = "registration: its registration_access_token is none that a header field can have"
        raise click.ClickException(text) from None
    return {**changed, "jwks": json.loads(key_set)}, url, {"Authorization": authorization}


def _public_keys(files: tuple[BinaryIO, ...], key_id: str | None) -> list[tuple[PublicKey, str]]:
    """Each key once, by its kid."""
    found: dict[str, PublicKey] = {}
    for file in files:
        data, name = read_keys(file)
        for key, kid in _read(data, name, key_id):
            # Refuses a kid that is none.
            key.jwk(kid)
            if found.setdefault(kid, key) != key:
                raise click.ClickException(f"{name}: another key with the kid {kid}")
    return [(key, kid) for kid, key in found.items()]


def _read(data: bytes, name: str, key_id: str | None) -> list[tuple[PublicKey, str]]:
    # What is no JSON is a private key, or none: its 32 bytes may begin with a brace, too.
    document = maybe_object(data) or {}
    if not document or "d" in document:
        public = load_key(data, name).public_key
        return [(public, _kid(document, public, name) if key_id is None else key_id)]
    members = as_objects(document.get("keys", [document]))
    if not members:
        raise click.ClickException(f"{name}: no keys in it")
    return [_from_jwk(member, name) for member in members]


def _from_jwk(member: dict[str, Any], name: str) -> tuple[PublicKey, str]:
    if (member.get("kty"), member.get("crv")) != ("EC", "P-256"):
        raise click.ClickException(f"{name}: not a key of P-256")
    if "d" in member:
        raise click.ClickException(f"{name}: a private key is in this set, where others may have seen it")
    public = PublicKey(_coordinate(member.get("x"), name), _coordinate(member.get("y"), name))
    return public, _kid(member, public, name)


def _kid(jwk: dict[str, Any], public: PublicKey, name: str) -> str:
    """The JWK's own, or else the thumbprint."""
    kid: object = jwk.get("kid")
    if kid is None:
        return public.thumbprint
    if not isinstance(kid, str):
        raise click.ClickException(f"{name}: a kid that is not text")
    return kid


def _coordinate(text: object, name: str) -> bytes:
    try:
        if not isinstance(text, str):
            raise ValueError
        return base64.b64decode(f"{text}{'=' * (-len(text) % 4)}", altchars="-_", validate=True)
    except (ValueError, binascii.Error):
        raise click.ClickException(f"{name}: a coordinate that is not base64url") from None
