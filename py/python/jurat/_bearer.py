"""How an access token is sent (RFC 6750 section 2.1)."""

from __future__ import annotations

from ._jurat import Server, Token
from .errors import TokenError, _refusal


def authorization(token: Token, url: str, server: Server) -> str:
    """The header field ``Authorization`` for a request to url.

    Raises:
        InvalidArgumentError: it would go over plain http.
        TokenError: the token is of another type, such as DPoP, which a thief cannot use and a bearer neither.
    """
    if not url.lower().startswith("https://") and not server.insecure_http:
        raise _refusal("url", "an access token goes over https only")
    if token.token_type.lower() != "bearer":
        raise TokenError(f"the server gave a token of type {token.token_type}: not a bearer token", argument="response")
    return f"Bearer {token.access_token}"
