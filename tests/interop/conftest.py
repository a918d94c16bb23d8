"""One server of each kind for the session; fresh jti values keep the tests apart."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from judges import (
    CLIENT_ID,
    GRANT_ISSUER,
    GRANT_SUBJECT,
    Key,
    Server,
    start_server,
)

# The firmware's tools stand beside its sources.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "firmware"))


@pytest.fixture(scope="session")
def key() -> Key:
    """The key that every server holds as the client's and as the grant issuer's."""
    return Key.generate("key-1")


@pytest.fixture(scope="session")
def oidc_default(key: Key) -> Iterator[Server]:
    clients = [{"client_id": CLIENT_ID, "jwks": key.jwks}]
    with start_server("oidc-provider", {"mode": "default", "clients": clients}) as it:
        yield it


@pytest.fixture(scope="session")
def oidc_fapi2(key: Key) -> Iterator[Server]:
    clients = [{"client_id": CLIENT_ID, "jwks": key.jwks}]
    with start_server("oidc-provider", {"mode": "fapi2", "clients": clients}) as it:
        yield it


@pytest.fixture(scope="session")
def authlib(key: Key) -> Iterator[Server]:
    issuer = {"iss": GRANT_ISSUER, "subjects": [GRANT_SUBJECT], "jwks": key.jwks}
    client = {"client_id": CLIENT_ID, "jwks": key.jwks}
    with start_server("authlib", {"issuers": [issuer], "clients": [client]}) as it:
        yield it


@pytest.fixture(scope="session")
def better_auth(key: Key) -> Iterator[Server]:
    clients = [{"client_id": CLIENT_ID, "jwks": key.jwks}]
    with start_server("better-auth", {"clients": clients}) as it:
        yield it
