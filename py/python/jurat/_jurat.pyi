from typing import final

from typing_extensions import Buffer

from ._types import Claims, Parameters, Signer

__all__ = [
    "CONTENT_TYPE",
    "ClientAssertion",
    "GrantAssertion",
    "JsonText",
    "Prepared",
    "PreparedRequest",
    "SigningKey",
    "ToBeSigned",
    "TokenRequest",
    "__version__",
]

CONTENT_TYPE: str
__version__: str

@final
class SigningKey:
    """A P-256 private key in memory, signing deterministically (RFC 6979). Wiped when it is dropped."""

    def __new__(cls, scalar: Buffer, /) -> SigningKey:
        """The private scalar: 32 bytes, big-endian."""

    def sign_hash(self, hash: Buffer, /) -> bytes:
        """Signs a SHA-256 hash of 32 bytes: r, then s, 32 bytes each."""

@final
class ToBeSigned:
    """What a signer has to sign, in both forms."""

    @property
    def hash(self) -> bytes:
        """SHA-256 of the message: 32 bytes."""

    @property
    def message(self) -> bytes:
        """The JWS signing input, ASCII."""

@final
class JsonText:
    """A claim's value that is JSON text already; it is checked and written as it is."""

    def __new__(cls, text: str, /) -> JsonText: ...
    @property
    def text(self) -> str: ...

@final
class ClientAssertion:
    """Client authentication (RFC 7523 section 2.2, RFC 10070). It is signed once.

    The arguments are those of `jurat.client_assertion`; besides, random gives the 16 random bytes of the jti, and
    omit_jwt_id leaves it out, which many servers refuse.
    """

    def __new__(
        cls,
        *,
        client_id: str,
        issuer: str,
        key_id: str | None = None,
        lifetime: int | None = None,
        issued_at: int | None = None,
        not_before: int | None = None,
        jwt_id: str | None = None,
        random: Buffer | None = None,
        omit_jwt_id: bool = False,
        claims: Claims | None = None,
        insecure_http: bool = False,
    ) -> ClientAssertion: ...
    def sign(self, key: Signer, /) -> str:
        """Signs it. A second call is refused: each attempt takes a new assertion."""

    def prepare(self) -> Prepared:
        """The first of two phases, for signers that answer later."""

@final
class GrantAssertion:
    """An authorization grant (RFC 7523 section 2.1). It is signed once.

    The arguments are those of `jurat.grant_assertion`; random and omit_jwt_id are those of `ClientAssertion`.
    """

    def __new__(
        cls,
        *,
        iss: str,
        sub: str,
        issuer: str | None = None,
        token_endpoint: str | None = None,
        type: str | None = None,
        key_id: str | None = None,
        lifetime: int | None = None,
        issued_at: int | None = None,
        not_before: int | None = None,
        jwt_id: str | None = None,
        random: Buffer | None = None,
        omit_jwt_id: bool = False,
        claims: Claims | None = None,
        insecure_http: bool = False,
    ) -> GrantAssertion: ...
    def sign(self, key: Signer, /) -> str:
        """Signs it. A second call is refused: each attempt takes a new assertion."""

    def prepare(self) -> Prepared:
        """The first of two phases, for signers that answer later."""

@final
class Prepared:
    """An assertion that lacks only its signature."""

    @property
    def to_be_signed(self) -> ToBeSigned: ...
    def finish(self, signature: Buffer, /) -> str:
        """The second phase: the signature's 64 bytes, r then s, give the assertion. It can be called once."""

@final
class TokenRequest:
    """A token request; the arguments are those of `jurat.token_request`. It is signed once."""

    def __new__(
        cls,
        *,
        client: ClientAssertion | None = None,
        grant: GrantAssertion | None = None,
        scope: str | None = None,
        resource: str | None = None,
        parameters: Parameters | None = None,
        send_client_id: bool = True,
    ) -> TokenRequest: ...
    def sign(self, key: Signer, /, *, grant_key: Signer | None = None) -> str:
        """Signs every assertion in it, the grant with grant_key if there is one, and gives the body."""

    def prepare(self) -> PreparedRequest:
        """The first of two phases, for signers that answer later."""

@final
class PreparedRequest:
    """A token request that lacks only its signatures."""

    @property
    def client(self) -> ToBeSigned | None:
        """What has to be signed for the client assertion; None where there is none."""

    @property
    def grant(self) -> ToBeSigned | None:
        """What has to be signed for the grant; None where there is none."""

    def finish(self, *, client: Buffer | None = None, grant: Buffer | None = None) -> str:
        """The second phase: the signatures that are needed, 64 bytes each, give the body. It can be called once."""
