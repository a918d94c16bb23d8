"""Client authentication for `Authlib <https://docs.authlib.org>`_'s sessions; it needs the extra ``authlib``."""

from __future__ import annotations

import time
from collections.abc import MutableMapping
from typing import Any, Protocol, TypeVar

from .client_auth import PrivateKeyJwt, form_of

__all__ = ["register"]


class _Session(Protocol):
    """An ``OAuth2Session``, ``OAuth2Client`` or ``AsyncOAuth2Client``."""

    token_endpoint_auth_method: Any
    revocation_endpoint_auth_method: Any

    def register_client_auth_method(self, auth: Any) -> None: ...
    def register_compliance_hook(self, hook_type: str, hook: Any) -> None: ...


S = TypeVar("S", bound=_Session)


def register(session: S, auth: PrivateKeyJwt) -> S:
    """Has a session authenticate by private_key_jwt, with a fresh assertion for each request; gives the session.

    From a refusal the clock learns: the next request of the session then has the right time. The session keeps its
    token itself, as it always does.

    Args:
        session: an ``OAuth2Session`` for requests, or an ``OAuth2Client`` or ``AsyncOAuth2Client`` for HTTPX.
        auth: who authenticates, and where. For introspection and revocation, its server needs metadata.
    """
    sent_at = 0

    def authenticate(
        client: Any, method: str, uri: str, headers: MutableMapping[str, str], body: str | bytes
    ) -> tuple[str, MutableMapping[str, str], str]:
        nonlocal sent_at
        sent_at = int(time.time())
        form = auth._add(uri, form_of(body), spelt)
        if "Content-Length" in headers:
            headers["Content-Length"] = str(len(form))
        return uri, headers, form

    def spelt(url: str) -> str:
        """As the session's library writes the URL of a request."""
        # Authlib's HTTPX is one of two packages.
        build = getattr(session, "build_request", None)
        if build is not None:
            return str(build("POST", url).url)
        from . import requests

        return requests.spelt(url)

    def learn(response: Any) -> Any:
        auth.learn(response.status_code, response.headers, sent_at=sent_at, received_at=int(time.time()))
        return response

    session.register_client_auth_method(("private_key_jwt", authenticate))
    session.token_endpoint_auth_method = "private_key_jwt"
    session.revocation_endpoint_auth_method = "private_key_jwt"
    for hook in ("access_token_response", "refresh_token_response"):
        session.register_compliance_hook(hook, learn)
    return session
