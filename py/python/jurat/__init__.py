"""OAuth client assertions and JWT bearer grants (RFC 7523, RFC 10070), ES256-signed.

>>> import jurat
>>> key = jurat.SigningKey(bytes(31) + b"\\x07")  # never use such a key
>>> assertion = jurat.client_assertion(key, client_id="device-7", issuer="https://as.example")
>>> assertion.count(".")
2

An assertion proves who signed it. It proves neither a user's consent, nor what a resource server will allow, nor the
audience of the access token.

What is compiled has its documentation in ``_jurat.pyi`` beside this file, where editors and type checkers find it.
"""

from __future__ import annotations

from ._jurat import (
    BUILD_TIME,
    CONTENT_TYPE,
    Answer,
    ClientAssertion,
    Clock,
    Exchange,
    ForeignError,
    GrantAssertion,
    JsonText,
    Metadata,
    OauthError,
    Prepared,
    PreparedRequest,
    Profile,
    PublicKey,
    Server,
    SigningKey,
    Step,
    TimeFault,
    ToBeSigned,
    Token,
    TokenRequest,
    Unusable,
    Verified,
    __version__,
    certificate_thumbprint,
    check_issuer,
    derive_jwt_id,
    http_date,
    jwks,
    read_response,
    registration,
    retry_after,
    signature_from_der,
    signing_key,
    time_fault,
    time_request,
    well_known_urls,
)
from .errors import (
    ClockError,
    Error,
    ExchangeError,
    InvalidArgumentError,
    InvalidKeyError,
    MetadataError,
    PolicyError,
    SignatureError,
    TokenError,
)

# `typing` takes as long to import as all that is needed here; type checkers know the name without it.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._types import Claims, Parameters, Signer
    from .client_auth import PrivateKeyJwt
    from .diagnosis import check, explain, inspect
    from .export import export_config
    from .tokens import HttpRequest, HttpResponse, NoAnswer, TokenSource

__all__ = [
    "BUILD_TIME",
    "CONTENT_TYPE",
    "Answer",
    "ClientAssertion",
    "Clock",
    "ClockError",
    "Error",
    "Exchange",
    "ExchangeError",
    "ForeignError",
    "GrantAssertion",
    "HttpRequest",
    "HttpResponse",
    "InvalidArgumentError",
    "InvalidKeyError",
    "JsonText",
    "Metadata",
    "MetadataError",
    "NoAnswer",
    "OauthError",
    "PolicyError",
    "Prepared",
    "PreparedRequest",
    "PrivateKeyJwt",
    "Profile",
    "PublicKey",
    "Server",
    "SignatureError",
    "SigningKey",
    "Step",
    "TimeFault",
    "ToBeSigned",
    "Token",
    "TokenError",
    "TokenRequest",
    "TokenSource",
    "Unusable",
    "Verified",
    "__version__",
    "certificate_thumbprint",
    "check",
    "check_issuer",
    "client_assertion",
    "derive_jwt_id",
    "explain",
    "export_config",
    "grant_assertion",
    "http_date",
    "inspect",
    "jwks",
    "read_response",
    "registration",
    "retry_after",
    "signature_from_der",
    "signing_key",
    "time_fault",
    "time_request",
    "token_request",
    "well_known_urls",
]

# What is imported when it is first asked for, and from where.
_LATER = {
    "HttpRequest": "tokens",
    "HttpResponse": "tokens",
    "NoAnswer": "tokens",
    "PrivateKeyJwt": "client_auth",
    "TokenSource": "tokens",
    "check": "diagnosis",
    "explain": "diagnosis",
    "export_config": "export",
    "inspect": "diagnosis",
}

# Type checkers would take any name for one of these.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        import importlib

        if name in _LATER:
            value = getattr(importlib.import_module(f".{_LATER[name]}", __name__), name)
            globals()[name] = value
            return value
        if name in _LATER.values():
            return importlib.import_module(f".{name}", __name__)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted({*globals(), *_LATER, *_LATER.values()})


def client_assertion(
    key: Signer,
    *,
    client_id: str,
    issuer: str | None = None,
    server: Server | None = None,
    key_id: str | None = None,
    lifetime: int | None = None,
    issued_at: int | None = None,
    not_before: int | None = None,
    jwt_id: str | None = None,
    claims: Claims | None = None,
    insecure_http: bool = False,
) -> str:
    """Makes a signed client assertion (RFC 7523 section 2.2, RFC 10070).

    Args:
        key: a `SigningKey`, the 32 bytes of a private key, or a callable that takes a `ToBeSigned` and returns the 64
            bytes of an ES256 signature, r then s.
        client_id: ``iss`` and ``sub``.
        issuer: the authorization server's issuer identifier, as ``aud``: an https URL without query or fragment,
            spelled as the server spells it.
        server: the authorization server with its profile; or else issuer.
        key_id: ``kid``.
        lifetime: seconds from ``iat`` to ``exp``, 1 to 3600; 60 if None, or what the server's profile says.
        issued_at: ``iat`` in seconds since 1970-01-01T00:00:00Z; now if None.
        not_before: ``nbf`` in the same seconds; left out if None.
        jwt_id: ``jti``; a fresh random one if None.
        claims: more claims, a mapping or pairs. Lists, dicts and floats are written as JSON.
        insecure_http: take a plain http issuer too, for a test server on this machine.

    Raises:
        InvalidArgumentError: an argument was refused; `Error.argument` names it.
        InvalidKeyError: the key is not a P-256 private key.
        MetadataError: the server's metadata excludes it.
        PolicyError: the server's profile does.
        SignatureError: what a callable returned is no ES256 signature.
        TypeError: both an issuer and a server, or neither.

    >>> key = jurat.SigningKey(bytes(31) + b"\\x07")
    >>> jurat.client_assertion(key, client_id="device-7", issuer="https://as.example")[:20]
    'eyJ0eXAiOiJjbGllbnQt'
    """
    assertion = ClientAssertion(
        client_id=client_id,
        issuer=issuer,
        server=server,
        key_id=key_id,
        lifetime=lifetime,
        issued_at=issued_at,
        not_before=not_before,
        jwt_id=jwt_id,
        claims=claims,
        insecure_http=insecure_http,
    )
    return assertion.sign(key)


def grant_assertion(
    key: Signer,
    *,
    iss: str,
    sub: str,
    issuer: str | None = None,
    token_endpoint: str | None = None,
    server: Server | None = None,
    type: str | None = None,
    key_id: str | None = None,
    lifetime: int | None = None,
    issued_at: int | None = None,
    not_before: int | None = None,
    jwt_id: str | None = None,
    claims: Claims | None = None,
    insecure_http: bool = False,
) -> str:
    """Makes a signed authorization grant (RFC 7523 section 2.1).

    Args:
        key: as for `client_assertion`.
        iss: who issues the grant.
        sub: whom the token is for.
        issuer: the authorization server's issuer identifier, as ``aud``; or else token_endpoint.
        token_endpoint: its token endpoint, as ``aud``, from the client's own configuration; or else issuer.
        server: the authorization server, whose profile says what ``aud`` is; or else one of the two.
        type: the header parameter ``typ``; left out if None.

    The other arguments and the exceptions are those of `client_assertion`.

    >>> key = jurat.SigningKey(bytes(31) + b"\\x07")
    >>> jurat.grant_assertion(key, iss="https://sts.example", sub="alice", issuer="https://as.example")[:20]
    'eyJhbGciOiJFUzI1NiJ9'
    """
    assertion = GrantAssertion(
        iss=iss,
        sub=sub,
        issuer=issuer,
        token_endpoint=token_endpoint,
        server=server,
        type=type,
        key_id=key_id,
        lifetime=lifetime,
        issued_at=issued_at,
        not_before=not_before,
        jwt_id=jwt_id,
        claims=claims,
        insecure_http=insecure_http,
    )
    return assertion.sign(key)


def token_request(
    key: Signer,
    *,
    client: ClientAssertion | None = None,
    grant: GrantAssertion | None = None,
    grant_key: Signer | None = None,
    client_id: str | None = None,
    issuer: str | None = None,
    server: Server | None = None,
    key_id: str | None = None,
    scope: str | None = None,
    resource: str | None = None,
    parameters: Parameters | None = None,
    send_client_id: bool = True,
    http_endpoint: str | None = None,
    insecure_http: bool = False,
) -> str:
    """Makes the body of a token request, to be POSTed once as `CONTENT_TYPE`.

    Give ``client_id`` and ``issuer`` or ``server`` for the common case, or a ``client`` and a ``grant`` of your own:
    with a client alone it is ``grant_type=client_credentials``, with a grant it is the JWT bearer grant.

    Args:
        key: signs every assertion in it; as for `client_assertion`.
        client: the client assertion; or else client_id and issuer or server, and key_id if wanted.
        grant: the grant.
        grant_key: signs the grant, where that is another key.
        scope: names separated by single spaces.
        resource: an absolute URI (RFC 8707).
        parameters: more parameters, a mapping or pairs.
        send_client_id: whether ``client_id`` goes with a client assertion.
        http_endpoint: the URL that the request goes to: what is made then is the whole HTTP/1.1 request, for a socket.
        insecure_http: as for `client_assertion`, and for http_endpoint.

    Raises:
        TypeError: both a ``client`` and one of client_id, issuer, server, key_id; or client_id without issuer or
            server, or one of these without it.

    The other exceptions are those of `client_assertion`.

    >>> key = jurat.SigningKey(bytes(31) + b"\\x07")
    >>> body = jurat.token_request(key, client_id="device-7", issuer="https://as.example", scope="telemetry")
    >>> body.split("&")[0], body.split("&")[-1]
    ('grant_type=client_credentials', 'scope=telemetry')
    """
    if client is None and client_id is not None:
        client = ClientAssertion(
            client_id=client_id, issuer=issuer, server=server, key_id=key_id, insecure_http=insecure_http
        )
    elif any(given is not None for given in (client_id, issuer, server, key_id)):
        raise TypeError("token_request takes either client, or client_id and issuer or server")
    request = TokenRequest(
        client=client,
        grant=grant,
        scope=scope,
        resource=resource,
        parameters=parameters,
        send_client_id=send_client_id,
        http_endpoint=http_endpoint,
        insecure_http=insecure_http,
    )
    return request.sign(key, grant_key=grant_key)
