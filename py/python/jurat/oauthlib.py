"""Client authentication for `OAuthLib <https://oauthlib.readthedocs.io>`_, and so for ``requests_oauthlib``.

It needs the extra ``oauthlib``.
"""

from __future__ import annotations

from typing import Any

from oauthlib.oauth2 import BackendApplicationClient

from .client_auth import PrivateKeyJwt

__all__ = ["AssertionClient"]


class AssertionClient(BackendApplicationClient):
    """A client for the client credentials grant that authenticates by private_key_jwt.

    Each body that it prepares has a fresh assertion. ``requests_oauthlib`` has to be told ``include_client_id=True``;
    otherwise it sends an empty password besides::

        session = OAuth2Session(client=AssertionClient(auth))
        session.fetch_token(token_endpoint, include_client_id=True)
    """

    def __init__(self, auth: PrivateKeyJwt, **options: Any) -> None:
        """The client of auth; options are those of ``BackendApplicationClient``."""
        super().__init__(auth.client_id, **options)  # pyright: ignore[reportUnknownMemberType]
        self._auth = auth

    def prepare_request_body(
        self, body: str = "", scope: Any = None, include_client_id: bool = False, **kwargs: Any
    ) -> str:
        """The body of a token request, to be sent once; whether with a client_id, the server's profile says."""
        own: dict[str, Any] = self._auth.parameters()
        return super().prepare_request_body(  # pyright: ignore[reportUnknownMemberType]
            body, scope, include_client_id="client_id" in own, **{**kwargs, **own}
        )
