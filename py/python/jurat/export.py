"""What a device is configured with, as source text that is built into it."""

from __future__ import annotations

import base64
import json
import re
import textwrap
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias, cast

from ._jurat import ClientAssertion, Profile, Server, TokenRequest
from .errors import _refusal

__all__ = ["export_config"]

# A text that may be absent, a number, or a flag.
_Value: TypeAlias = str | int | bool | None

# Names with another meaning in Rust, now or reserved.
_RUST_WORDS = re.compile(
    "abstract|as|async|await|become|box|break|const|continue|crate|do|dyn|else|enum|extern|false|final|fn|for|gen|if|impl"
    "|in|let|loop|macro|match|mod|move|mut|override|priv|pub|ref|return|self|Self|static|struct|super|trait|true|try|type"
    "|typeof|unsafe|unsized|use|virtual|where|while|yield"
)

_OPTIONAL = {"TYPE", "KEY_ID", "SCOPE"}

_ABOUT = {
    "ISSUER": "The authorization server's issuer identifier.",
    "TOKEN_ENDPOINT": "Where requests go.",
    "AUDIENCE": "The aud claim of client assertions.",
    "TYPE": "Their typ header parameter, if any.",
    "CLIENT_ID": "Their iss and sub, and the parameter client_id.",
    "KEY_ID": "Their kid header parameter, if any.",
    "SCOPE": "The scope that is asked for, if any.",
    "PROFILE": "The id of the server's profile.",
    "LIFETIME": "Seconds from iat to exp.",
    "NOT_BEFORE": "Whether nbf is sent, with the value of iat.",
    "SEND_CLIENT_ID": "Whether client_id is sent beside the assertion.",
    "INSECURE_HTTP": "Whether plain http is allowed: for tests only.",
}

_WRITTEN = "Written by export_config of jurat, to be built into a device: change the configuration, not this."
_FROM_METADATA = (
    "The token endpoint was taken from the server's metadata. Building it in pins it: from here on it is configuration,"
    " and what the server answers or publishes later does not change it. Compare it with what the operator says."
)
_CONFIGURED = "The token endpoint is the one that was configured, and not taken from metadata."


def export_config(
    *,
    server: Server,
    client_id: str | None = None,
    key_id: str | None = None,
    scope: str | None = None,
    registration: Mapping[str, Any] | None = None,
    language: Literal["c", "rust", "json"] = "c",
    name: str = "jurat_config",
) -> str:
    """Writes what a device has to know of its server and of itself, as a C header or a Rust module.

    There is nothing secret in it, and no date: the same configuration gives the same text. In C each text is a macro
    with its length in bytes beside it; a text that is absent is a null pointer of length 0.

    Args:
        server: the server, with its profile. If it has no token endpoint configured, that of its metadata is taken,
            which is thereby configuration.
        client_id: the client id; that of the registration if None.
        key_id: ``kid``; the one of the key in the registration's ``jwks`` if None, if it has one key.
        scope: the scope to ask for; that of the registration if None.
        registration: what the server answered to the registration (RFC 7591 section 3.2.1).
        language: ``"c"``, ``"rust"``, or ``"json"`` for an object with the same values.
        name: the Rust module, or in capitals the beginning of each C macro: ASCII letters, digits and underscores,
            beginning with a letter.

    Raises:
        InvalidArgumentError: a value cannot be written or is missing, the registration is for another way of client
            authentication, or there is no token endpoint anywhere.
        MetadataError: the server's metadata excludes ES256 or private_key_jwt.
        PolicyError: the server's profile does not take ES256 client assertions, or not so.
        TypeError: server is no `Server`, or registration no mapping, such as JSON that was not read yet.

    >>> server = jurat.Server(issuer="https://as.example", token_endpoint="https://as.example/token")
    >>> text = jurat.export_config(server=server, client_id="device-7")
    >>> [line for line in text.splitlines() if "AUDIENCE" in line]
    ['#define JURAT_CONFIG_AUDIENCE "https://as.example"', '#define JURAT_CONFIG_AUDIENCE_LENGTH 18']
    """
    if not isinstance(server, Server):
        raise TypeError("server: a Server is required")
    if not isinstance(registration, Mapping | None):
        raise TypeError("registration: a mapping is required")
    if language not in {"c", "rust", "json"}:
        raise _refusal("language", "must be c, rust or json")
    if not re.fullmatch("[A-Za-z][A-Za-z0-9_]*", name):
        raise _refusal("name", "must be ASCII letters, digits and underscores, beginning with a letter")
    if language == "rust" and _RUST_WORDS.fullmatch(name):
        raise _refusal("name", "is a word of Rust")
    if language == "c" and name.upper() == "JURAT":
        raise _refusal("name", "is taken by the library's own header")

    if registration is not None:
        registered_id, registered_key, registered_scope = _read_registration(registration, key_id)
        if client_id is not None and client_id != registered_id:
            raise _refusal("client_id", "is not the one of the registration")
        client_id, key_id = registered_id, registered_key
        scope = registered_scope if scope is None else scope
    if client_id is None:
        raise _refusal("client_id", "a value is required, or a registration that has it")

    note = _CONFIGURED
    if server.token_endpoint is None:
        endpoint = server.metadata.endpoint("token_endpoint") if server.metadata is not None else None
        if endpoint is None:
            raise _refusal("token_endpoint", "neither configured nor in the server's metadata: nothing to pin")
        note = _FROM_METADATA
        server = Server(
            issuer=server.issuer,
            profile=server.profile,
            token_endpoint=endpoint,
            metadata=server.metadata,
            insecure_http=server.insecure_http,
        )
    values = _values(server, client_id, key_id, scope)
    if language == "json":
        return json.dumps({member.lower(): value for member, value in values.items()}, ensure_ascii=False) + "\n"
    write = _c if language == "c" else _rust
    # One of one's own may have the id of another.
    own = server.profile.id not in Profile.names() or server.profile != Profile.named(server.profile.id)
    return write(name, f"{_WRITTEN} {note}", values, own)


def _values(server: Server, client_id: str, key_id: str | None, scope: str | None) -> dict[str, _Value]:
    """Prepares a request as the device will, which refuses what would be refused there, and looks at it."""
    client = ClientAssertion(client_id=client_id, server=server, key_id=key_id, issued_at=0, jwt_id="0")
    request = TokenRequest(
        client=client, scope=scope, http_endpoint=server.token_endpoint, insecure_http=server.insecure_http
    )
    prepared = request.prepare().client
    assert prepared is not None
    header, claims = (
        json.loads(base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))) for part in prepared.message.split(b".")
    )
    return {
        "ISSUER": server.issuer,
        "TOKEN_ENDPOINT": server.token_endpoint,
        "AUDIENCE": claims["aud"],
        "TYPE": header.get("typ"),
        "CLIENT_ID": claims["sub"],
        "KEY_ID": header.get("kid"),
        "SCOPE": scope,
        "PROFILE": server.profile.id,
        "LIFETIME": claims["exp"] - claims["iat"],
        "NOT_BEFORE": "nbf" in claims,
        "SEND_CLIENT_ID": server.profile.send_client_id,
        "INSECURE_HTTP": server.insecure_http,
    }


def _read_registration(registration: Mapping[str, Any], key_id: str | None) -> tuple[str, str | None, str | None]:
    """The client id, the key id and the scope; what is absent or null says nothing."""
    wanted = {"token_endpoint_auth_method": "private_key_jwt", "token_endpoint_auth_signing_alg": "ES256"}
    for member, value in wanted.items():
        if registration.get(member) not in (None, value):
            raise _refusal("registration", f"its {member} is not {value}")
    client_id, scope, jwks = (registration.get(member) for member in ("client_id", "scope", "jwks"))
    if not isinstance(client_id, str):
        raise _refusal("registration", "it has no client_id")
    if scope is not None and not isinstance(scope, str):
        raise _refusal("registration", "its scope is not text")
    if jwks is not None:
        key_id = _registered_key(jwks, key_id)
    return client_id, key_id, scope or None


def _registered_key(jwks: object, key_id: str | None) -> str | None:
    keys: Any = cast("Mapping[str, Any]", jwks).get("keys") if isinstance(jwks, Mapping) else None
    if (
        not isinstance(keys, list)
        or not keys
        or not all(isinstance(key, Mapping) for key in cast("list[object]", keys))
    ):
        raise _refusal("registration", "its jwks is no JSON Web Key Set with keys")
    key_ids = [key.get("kid") for key in cast("list[Mapping[str, Any]]", keys)]
    if key_id is None and len(key_ids) > 1:
        raise _refusal("key_id", "a value is required: the registration has several keys")
    if key_id is not None and key_id not in key_ids:
        raise _refusal("key_id", "is none of those in the registration")
    found = key_ids[0] if key_id is None else key_id
    if found is not None and not isinstance(found, str):
        raise _refusal("registration", "its kid is not text")
    return found


def _c(name: str, note: str, values: Mapping[str, _Value], own_profile: bool) -> str:
    """A header. No value stands in a comment, which it could end."""
    prefix = name.upper()
    lines = ["/*", *_wrapped(note, " * "), " */", f"#ifndef {prefix}_H", f"#define {prefix}_H"]
    for member, value in values.items():
        lines += ["", f"/* {_ABOUT[member]} */"]
        if value is None:
            lines += [f"#define {prefix}_{member} ((const char *)0)", f"#define {prefix}_{member}_LENGTH 0"]
        elif isinstance(value, str):
            length = len(value.encode())
            lines += [f"#define {prefix}_{member} {_c_text(value)}", f"#define {prefix}_{member}_LENGTH {length}"]
        else:
            lines.append(f"#define {prefix}_{member} {int(value)}")
    if not own_profile:
        profile = str(values["PROFILE"]).replace("-", "_")
        flags = "JURAT_INSECURE_HTTP" if values["INSECURE_HTTP"] else "0"
        lines += [
            "",
            "/* A jurat_server, where jurat.h is included. No other profile gets into the firmware. */",
            f"#define {prefix}_SERVER \\",
            f"    {{ sizeof(jurat_server), {flags}, JURAT_TEXT({prefix}_ISSUER), \\",
            f"      JURAT_TEXT({prefix}_TOKEN_ENDPOINT), &jurat_profile_{profile}, NULL, jurat_server_hook }}",
        ]
    return "\n".join([*lines, "", "#endif", ""])


def _c_text(value: str) -> str:
    """Three octal digits end an escape whatever follows; a question mark could begin a trigraph."""
    plain = {byte: chr(byte) for byte in range(0x20, 0x7F)} | {ord(mark): f"\\{mark}" for mark in '"\\?'}
    return '"' + "".join(plain.get(byte, f"\\{byte:03o}") for byte in value.encode()) + '"'


def _rust(name: str, note: str, values: Mapping[str, _Value], own_profile: bool) -> str:
    lines = [*_wrapped(note, "/// "), f"pub mod {name} {{"]
    for index, (member, value) in enumerate(values.items()):
        lines += [""] if index else []
        lines.append(f"    /// {_ABOUT[member]}")
        if member == "PROFILE" and not own_profile:
            lines.append(f"    /// In jurat_core it is `Profile::{str(value).replace('-', '_').upper()}`.")
        if isinstance(value, bool):
            lines.append(f"    pub const {member}: bool = {str(value).lower()};")
        elif isinstance(value, int):
            lines.append(f"    pub const {member}: u32 = {value};")
        else:
            text = None if value is None else _rust_text(value)
            form, text = (
                ("Option<&str>", f"Some({text})" if text else "None") if member in _OPTIONAL else ("&str", text)
            )
            lines.append(f"    pub const {member}: {form} = {text};")
    return "\n".join([*lines, "}", ""])


def _rust_text(value: str) -> str:
    def character(each: str) -> str:
        if each in '"\\':
            return f"\\{each}"
        return each if " " <= each <= "~" else f"\\u{{{ord(each):x}}}"

    return '"' + "".join(map(character, value)) + '"'


def _wrapped(text: str, start: str) -> list[str]:
    return textwrap.wrap(text, 100, initial_indent=start, subsequent_indent=start)
