"""How an access token is sent (RFC 6750 section 2.1)."""

from __future__ import annotations

import re

from ._jurat import Server, Token
from .errors import TokenError, _refusal

# Printable ASCII without the space.
_SENDABLE = re.compile(r"[\x21-\x7e]+")


def authorization(token: Token, url: str, server: Server) -> str:
    """The header field ``Authorization`` for a request to url.

    Raises:
        InvalidArgumentError: it would go over plain http.
        TokenError: the token is of another type, such as DPoP, which a thief cannot use and a bearer neither; or no
            header field can have it.
    """
    if not url.lower().startswith("https://") and not server.insecure_http:
        raise _refusal("url", "an access token goes over https only")
    if token.token_type.lower() != "bearer":
        raise TokenError(f"the server gave a token of type {token.token_type}: not a bearer token", argument="response")
    return bearer(token.access_token)


def bearer(access_token: str) -> str:
    """The header field ``Authorization`` with an access token.

    Raises:
        TokenError: no header field can have it. An HTTP client would say so too, and show it.
    """
    if not _SENDABLE.fullmatch(access_token):
        raise TokenError("the server gave an access token that no header field can have", argument="response")
    return f"Bearer {access_token}"
