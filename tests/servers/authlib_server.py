"""An Authlib token endpoint on loopback: judges RFC 7523 grants and client assertions.

stdin:  one JSON line {"issuers": [{"iss", "subjects": [], "jwks": {"keys": []}}],
                       "clients": [{"client_id", "jwks": {"keys": []}, "token_endpoint_auth_method": private_key_jwt if
                       absent}],
                       "date_offset": seconds that the clock is off, 0 if absent,
                       "issuer": the https URL by which clients know it, where a proxy with TLS stands in front; if
                       absent, the http URL at which it listens}
stdout: one JSON line {"issuer", "token_endpoint", "metadata_url", "listens": the http URL} when ready, nothing else
stderr: one JSON line per refusal

Authlib and joserfc in the versions of requirements.txt, with Authlib's own rules: `aud` is the issuer or the token
endpoint, also in an array, and `exp` and `iat` may be 60 s off. Everything is in memory. The process ends when stdin
closes or on SIGTERM.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Any, ClassVar
from unittest.mock import patch

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, InvalidGrantError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion, JWTBearerGrant
from flask import Flask, Response
from joserfc import jwt
from joserfc.jwk import KeySet
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.serving import BaseWSGIServer, make_server

AUTH_METHOD = "private_key_jwt"
METADATA_PATH = "/.well-known/oauth-authorization-server"  # RFC 8414 section 3

Json = dict[str, Any]


@dataclass
class Party(ClientMixin):
    """A registered client, or an issuer whose assertions are taken as grants."""

    name: str
    keys: KeySet
    grant_type: str
    subjects: list[str] = field(default_factory=list)
    auth_method: str = AUTH_METHOD

    def get_client_id(self) -> str:
        return self.name

    def get_allowed_scope(self, scope: str | None) -> str:
        return scope or ""

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == self.auth_method

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == self.grant_type


class UsedOnce:
    """Remembers the pair (iss, jti) of every accepted assertion.

    Grants and client assertions share one memory: a jti names one JWT, whatever
    that JWT is used for.
    """

    def __init__(self) -> None:
        self._seen: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def take(self, claims: jwt.Claims) -> bool:
        pair = (claims["iss"], claims["jti"])
        with self._lock:
            fresh = pair not in self._seen
            self._seen.add(pair)
        return fresh


def make_grant(issuers: dict[str, Party], audiences: list[str], used: UsedOnce) -> type[JWTBearerGrant]:
    class Grant(JWTBearerGrant):
        TOKEN_ENDPOINT_AUTH_METHODS: ClassVar = [AUTH_METHOD]
        # Authlib alone takes a grant without a subject; RFC 7523 section 3 does not.
        CLAIMS_OPTIONS: ClassVar = {
            **JWTBearerGrant.CLAIMS_OPTIONS,
            "sub": {"essential": True},
        }

        def validate_token_request(self) -> None:
            # Client authentication is optional here, but once sent it has to be
            # valid (RFC 7523 section 3.1). Authlib leaves that to the subclass.
            form = self.request.form
            if form.get("client_assertion") or form.get("client_assertion_type"):
                self.authenticate_token_endpoint_client()
            super().validate_token_request()

        def verify_claims(self, claims: jwt.Claims) -> None:
            super().verify_claims(claims)
            if "jti" not in claims:
                raise InvalidGrantError(description="Missing JWT ID.")
            if not used.take(claims):
                raise InvalidGrantError(description="JWT ID is used before.")

        def get_audiences(self) -> list[str]:
            return audiences

        def resolve_issuer_client(self, issuer: str) -> Party | None:
            return issuers.get(issuer)

        def resolve_client_public_key(self, client: Party) -> KeySet:
            return client.keys

        def authenticate_user(self, subject: str) -> str | None:
            return subject if subject in self.request.client.subjects else None

        def has_granted_permission(self, client: Party, user: str) -> bool:
            return True

    return Grant


class ClientCredentials(ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar = [AUTH_METHOD]


class ClientAssertion(JWTBearerClientAssertion):
    CLIENT_AUTH_METHOD = AUTH_METHOD

    def __init__(self, audiences: list[str], used: UsedOnce) -> None:
        super().__init__()
        self._audiences = audiences
        self._used = used

    def get_audiences(self) -> list[str]:
        return self._audiences

    def validate_jti(self, claims: jwt.Claims, jti: str) -> bool:
        return self._used.take(claims)

    def resolve_client_public_key(self, client: Party) -> KeySet:
        return client.keys


def parties(entries: list[Json], name: str, grant: str) -> dict[str, Party]:
    return {
        entry[name]: Party(
            name=entry[name],
            # A set without keys cannot be imported.
            keys=KeySet.import_key_set(entry["jwks"]) if "jwks" in entry else KeySet([]),
            grant_type=grant,
            subjects=entry.get("subjects", []),
            auth_method=entry.get("token_endpoint_auth_method", AUTH_METHOD),
        )
        for entry in entries
    }


def build(app: Flask, config: Json, issuer: str, token_endpoint: str) -> None:
    issuers = parties(config.get("issuers", []), "iss", JWTBearerGrant.GRANT_TYPE)
    clients = parties(config.get("clients", []), "client_id", ClientCredentialsGrant.GRANT_TYPE)
    audiences = [issuer, token_endpoint]
    used = UsedOnce()

    app.config["OAUTH2_SCOPES_SUPPORTED"] = ["api"]
    server = AuthorizationServer(app, query_client=clients.get, save_token=lambda token, request: None)
    server.register_client_auth_method(AUTH_METHOD, ClientAssertion(audiences, used))
    server.register_grant(ClientCredentials)
    server.register_grant(make_grant(issuers, audiences, used))

    # Authlib validates such a document, but does not serve one.
    metadata = {
        "issuer": issuer,
        "token_endpoint": token_endpoint,
        "scopes_supported": ["api"],
        "grant_types_supported": [ClientCredentialsGrant.GRANT_TYPE, JWTBearerGrant.GRANT_TYPE],
        "token_endpoint_auth_methods_supported": [AUTH_METHOD],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256"],
    }

    @app.get(METADATA_PATH)
    def authorization_server() -> Json:
        return metadata

    @app.post("/token")
    def token() -> Response:
        response: Response = server.create_token_response()
        if response.status_code >= 400:
            answer = json.loads(response.get_data())
            refusal = {
                "event": "refused",
                "status": response.status_code,
                "error": answer.get("error"),
                "reason": answer.get("error_description"),
            }
            print(json.dumps(refusal), file=sys.stderr, flush=True)
        return response


def main() -> None:
    config = json.loads(sys.stdin.readline())
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    if offset := config.get("date_offset", 0):
        # For Authlib's verdicts and werkzeug's Date header alike.
        real = time.time
        patch("time.time", lambda: real() + offset).start()

    # The issuer holds the port, so the port has to be known before the app is built.
    app = Flask("authlib_server")
    http: BaseWSGIServer = make_server("127.0.0.1", 0, app, threaded=True)
    listens = f"http://127.0.0.1:{http.server_port}"
    issuer = config.get("issuer", listens)
    token_endpoint = f"{issuer}/token"
    build(app, config, issuer, token_endpoint)
    if issuer != listens:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=0, x_proto=1)  # type: ignore[method-assign]

    threading.Thread(target=http.serve_forever, daemon=True).start()
    ready = {"issuer": issuer, "token_endpoint": token_endpoint, "metadata_url": f"{issuer}{METADATA_PATH}"}
    print(json.dumps({**ready, "listens": listens}), flush=True)
    sys.stdin.read()  # returns when the parent closes the pipe or is gone
    http.shutdown()


if __name__ == "__main__":
    main()
