from collections.abc import Sequence
from os import PathLike
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
    "PublicKey",
    "SigningKey",
    "ToBeSigned",
    "TokenRequest",
    "Verified",
    "__version__",
    "certificate_thumbprint",
    "derive_jwt_id",
    "jwks",
    "registration",
    "signature_from_der",
    "signing_key",
]

CONTENT_TYPE: str
__version__: str

@final
class SigningKey:
    """A P-256 private key in memory, signing deterministically (RFC 6979). Wiped when it is dropped."""

    def __new__(cls, scalar: Buffer, /, *, hedged: bool = False) -> SigningKey:
        """The private scalar: 32 bytes, big-endian.

        With hedged, every signature has entropy from the system's random source added to its nonce (RFC 6979 section
        3.6), so that no two are alike.
        """

    @staticmethod
    def generate(*, hedged: bool = False) -> SigningKey:
        """Makes a new key from the system's random source."""

    @staticmethod
    def load(data: str | Buffer, /, *, hedged: bool = False) -> SigningKey:
        """Reads a private key: PEM or a JWK as text or bytes, DER (PKCS#8 or SEC1) or 32 raw bytes as bytes.

        Encrypted keys, keys for other algorithms or curves and damaged ones are refused with a cause of their own.
        """

    def save(self, path: str | PathLike[str], /, *, overwrite: bool = False) -> None:
        """Writes the key as PKCS#8 in PEM, unencrypted, into a file that only its owner can read (mode 0600).

        The file is there whole or not at all. A file that exists is replaced only with overwrite; FileExistsError
        otherwise.
        """

    @property
    def public_key(self) -> PublicKey:
        """The public half. It is computed each time, which takes as long as a signature."""

    def sign_hash(self, hash: Buffer, /) -> bytes:
        """Signs a SHA-256 hash of 32 bytes: r, then s, 32 bytes each."""

@final
class PublicKey:
    """A P-256 public key."""

    def __new__(cls, x: Buffer, y: Buffer, /) -> PublicKey:
        """The coordinates: 32 bytes each, big-endian; a point of the curve."""

    @property
    def x(self) -> bytes: ...
    @property
    def y(self) -> bytes: ...
    @property
    def thumbprint(self) -> str:
        """The thumbprint (RFC 7638), 43 characters: a good key id."""

    def jwk(self, key_id: str | None = None) -> str:
        """The key as JSON Web Key, with the thumbprint as kid unless another is given."""

    def spki_der(self) -> bytes:
        """The key as SubjectPublicKeyInfo in DER: 91 bytes."""

    def spki_pem(self) -> str:
        """The key as SubjectPublicKeyInfo in PEM."""

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
class Verified:
    """A signer around another one, which verifies every signature before it is used.

    It is for signers that may fail without saying so. A signature that does not verify raises SignatureError.
    """

    def __new__(cls, signer: Signer, public_key: PublicKey, /) -> Verified: ...
    def __call__(self, input: ToBeSigned, /) -> bytes: ...

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
        certificate_thumbprint: str | None = None,
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
        certificate_thumbprint: str | None = None,
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

def derive_jwt_id(secret: Buffer, /, boot: int, message: int) -> bytes:
    """The 16 bytes that a device without a good random source makes its jti of; for ClientAssertion's random.

    HMAC-SHA256 under a secret of 32 bytes, from the boot counter and the message counter.
    """

def signing_key(periods: Sequence[tuple[int, int | None]], now: int) -> int:
    """Which of several keys signs at now: the place in periods of the one that became active last.

    Each period is the time from which on a key signs and the time from which on it is retired, or None, in seconds. A
    key belongs into the JWKS until it is retired, and before it is active.
    """

def jwks(keys: Sequence[PublicKey | tuple[PublicKey, str]], /) -> str:
    """A JSON Web Key Set of keys, each alone, with its thumbprint as kid, or with its key id."""

def registration(
    *,
    keys: Sequence[PublicKey | tuple[PublicKey, str]] | None = None,
    jwks_uri: str | None = None,
    client_credentials: bool = True,
    jwt_bearer: bool = False,
    client_name: str | None = None,
    scope: str | None = None,
    software_id: str | None = None,
    software_version: str | None = None,
    insecure_http: bool = False,
) -> str:
    """A client registration request (RFC 7591), JSON: private_key_jwt with ES256, and either keys or jwks_uri."""

def certificate_thumbprint(der: bytes, /) -> str:
    """The thumbprint of a certificate in DER, for the header parameter x5t#S256."""

def signature_from_der(der: bytes, /) -> bytes:
    """The 64 bytes of a signature, r then s, from its DER, read strictly: for key services that give that."""
