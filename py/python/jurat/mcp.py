"""The assertion callback for the `Model Context Protocol's SDK <https://py.sdk.modelcontextprotocol.io>`_.

It needs the extra ``mcp``, which nothing here imports: the callback is all that the SDK asks for.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ._jurat import check_issuer
from .client_auth import PrivateKeyJwt

__all__ = ["assertion_provider"]


def assertion_provider(auth: PrivateKeyJwt) -> Callable[[str], Awaitable[str]]:
    """The ``assertion_provider`` of the SDK's ``PrivateKeyJWTOAuthProvider``: a fresh assertion for each request.

    The SDK gives it the issuer that it found. That one has to be the one that auth is configured with, code point by
    code point: an MCP server cannot have an assertion made for another authorization server.

    Args:
        auth: who authenticates, and where.

    Raises:
        MetadataError: from the callback, for another issuer.
    """

    async def provide(audience: str) -> str:
        server = auth.server
        check_issuer(server.issuer, audience, insecure_http=server.insecure_http)
        return auth.assertion()

    return provide
