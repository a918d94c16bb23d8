from collections.abc import Sequence
from os import PathLike
from typing import ClassVar, Literal, final

from typing_extensions import Buffer, Unpack

from ._types import Claims, Headers, Parameters, ProfileChanges, Signer, TokenResponse

__all__ = [
    "BUILD_TIME",
    "CONTENT_TYPE",
    "Answer",
    "ClientAssertion",
    "Clock",
    "Exchange",
    "ForeignError",
    "GrantAssertion",
    "JsonText",
    "Metadata",
    "OauthError",
    "Prepared",
    "PreparedRequest",
    "Profile",
    "PublicKey",
    "Server",
    "SigningKey",
    "Step",
    "TimeFault",
    "ToBeSigned",
    "Token",
    "TokenRequest",
    "Unusable",
    "Verified",
    "__version__",
    "_diagnose",
    "_inspect",
    "certificate_thumbprint",
    "check_issuer",
    "derive_jwt_id",
    "http_date",
    "jwks",
    "read_response",
    "registration",
    "retry_after",
    "signature_from_der",
    "signing_key",
    "time_fault",
    "time_request",
    "well_known_urls",
]

BUILD_TIME: int
CONTENT_TYPE: str
__version__: str

@final
class SigningKey:
    """A P-256 private key in memory. Wiped when it is dropped, and never pickled.

    Every signature has entropy from the system's random source added to its nonce (RFC 6979 section 3.6), so that no
    two are alike; assertions are signed by the fastest library that the processor has, without the interpreter's lock.
    With deterministic they are exactly those of RFC 6979, which take longer. Threads may share a key.
    """

    def __new__(cls, scalar: Buffer, /, *, deterministic: bool = False) -> SigningKey:
        """The private scalar: 32 bytes, big-endian."""

    @staticmethod
    def generate(*, deterministic: bool = False) -> SigningKey:
        """Makes a new key from the system's random source."""

    @staticmethod
    def load(data: str | Buffer, /, *, deterministic: bool = False) -> SigningKey:
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

    @property
    def backend(self) -> str:
        """Who signs assertions: ``graviola``, or ``p256`` where that is not possible or not wanted. For diagnostics."""

    def sign_hash(self, hash: Buffer, /) -> bytes:
        """Signs a SHA-256 hash of 32 bytes: r, then s, 32 bytes each. It is ``p256`` that signs hashes."""

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

    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...

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

    With a server, endpoint says which of its endpoints the request goes to, by the name that metadata has for it, such
    as ``introspection_endpoint``; ``token_endpoint`` if None. endpoint_url is its URL, from configuration: only
    profiles whose audience is an endpoint need it, and for the token endpoint the server's own stands in for None.
    """

    def __new__(
        cls,
        *,
        client_id: str,
        issuer: str | None = None,
        server: Server | None = None,
        endpoint: str | None = None,
        endpoint_url: str | None = None,
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
        server: Server | None = None,
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
        http_endpoint: str | None = None,
        insecure_http: bool = False,
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

    HMAC-SHA256 under a secret of 32 bytes, from the boot counter and the message counter, each below 2**64.
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

@final
class Profile:
    """How one server product departs from RFC 10070.

    >>> profile = jurat.Profile.named("keycloak")
    >>> profile.audience, profile.max_lifetime
    ('issuer', 60)
    >>> profile.replace(id="our-keycloak", max_lifetime=300)
    Profile(our-keycloak)
    """

    @staticmethod
    def named(name: str, /) -> Profile:
        """The profile of this id. InvalidArgumentError, with ids that are close, for one that there is not."""

    @staticmethod
    def names() -> list[str]:
        """The ids of all profiles, ``rfc-10070`` first."""

    def replace(self, **changes: Unpack[ProfileChanges]) -> Profile:
        """A profile with other values, for a server that is set up in another way.

        All but product, the tolerances, proof_of_possession, source and date can be changed: those only inform.
        """

    @property
    def id(self) -> str:
        """The name to configure it by: lower case, with hyphens."""

    @property
    def product(self) -> str:
        """The product, and the versions that the values were read from."""

    @property
    def es256(self) -> str:
        """How far it takes ES256 client assertions.

        ``accepted``; ``if_advertised``: only where its metadata lists ES256; ``refused``; ``client_secret``: it takes
        an ES256 JWT as client_secret, which is another object; ``audience_list``: it wants a list of audiences, which
        is never sent.
        """

    @property
    def audience(self) -> str:
        """``aud`` of client assertions.

        ``issuer``; ``token_endpoint``; ``invoked_endpoint``: the one that is contacted; ``client_id``: for grants only;
        or an absolute URI, which is the audience itself.
        """

    @property
    def type(self) -> str | None:
        """``typ`` of client assertions; None: left out."""

    @property
    def lifetime(self) -> int:
        """Seconds from ``iat`` to ``exp`` unless the caller sets others."""

    @property
    def max_lifetime(self) -> int:
        """The most seconds from ``iat`` to ``exp`` of a client assertion that it takes; 60 where that is not known."""

    @property
    def not_before(self) -> bool:
        """Whether ``nbf`` is sent, with the value of ``iat``."""

    @property
    def key_id(self) -> str:
        """What the header must have: ``optional``: nothing; ``required``: kid; ``certificate_thumbprint``: x5t#S256."""

    @property
    def jwt_id_required(self) -> bool:
        """Whether an assertion without ``jti`` is refused."""

    @property
    def send_client_id(self) -> bool:
        """Whether ``client_id`` is sent beside the client assertion."""

    @property
    def claims_refused(self) -> bool:
        """Whether claims that it does not know are refused."""

    @property
    def grant_audience(self) -> str | None:
        """``aud`` of JWT bearer grants, as `audience`; None: not known to take any."""

    @property
    def grant_max_lifetime(self) -> int:
        """The most seconds from ``iat`` to ``exp`` of a grant that it takes, as `max_lifetime`."""

    @property
    def future_tolerance(self) -> int | None:
        """Seconds that ``iat`` or ``nbf`` may be ahead of its clock; None: not known."""

    @property
    def expiry_tolerance(self) -> int | None:
        """Seconds that an assertion is taken for after ``exp``; None: not known."""

    @property
    def proof_of_possession(self) -> bool:
        """Whether it wants DPoP (RFC 9449) or a client certificate (RFC 8705) as well."""

    @property
    def source(self) -> str:
        """Where the values come from."""

    @property
    def date(self) -> str:
        """When that was: year and month, or the year."""

    def __hash__(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...

@final
class Metadata:
    """A server's metadata (RFC 8414, OpenID Connect Discovery 1.0), of which only this is read.

    >>> document = '{"issuer": "https://as.example", "token_endpoint": "https://as.example/token"}'
    >>> metadata = jurat.Metadata.read(document, issuer="https://as.example")
    >>> metadata.endpoint("token_endpoint"), metadata.es256("token_endpoint")
    ('https://as.example/token', 'unknown')
    """

    @staticmethod
    def read(document: str | Buffer, /, *, issuer: str, insecure_http: bool = False) -> Metadata:
        """Reads the document that was fetched for issuer, over TLS whose certificate was checked.

        MetadataError for a document that cannot be read or is about another issuer; InvalidArgumentError for an
        endpoint in it that is no https URL. With insecure_http an issuer of plain http may have endpoints of plain
        http.
        """

    @property
    def issuer(self) -> str: ...
    def endpoint(self, name: str, /) -> str | None:
        """The URL of an endpoint, if the server has it.

        One of ``token_endpoint``, ``pushed_authorization_request_endpoint``, ``introspection_endpoint``,
        ``revocation_endpoint``, ``device_authorization_endpoint`` and ``backchannel_authentication_endpoint``. It is
        where a request goes, and never an audience (RFC 10070).
        """

    def private_key_jwt(self, endpoint: str, /) -> str:
        """Whether clients can authenticate by private_key_jwt at this endpoint, by the name that `endpoint` has for it.

        ``supported``; ``unsupported``: there is a list without it; ``not_advertised``: there is no list, and the
        default of the standard does not have it; ``unknown``: there is no list and no default.
        """

    def es256(self, endpoint: str, /) -> str:
        """Whether client assertions can be signed with ES256 there, as for `private_key_jwt`."""

    def grant_type(self, name: str, /) -> str:
        """Whether the server has this grant type, such as ``client_credentials``, as for `private_key_jwt`."""

@final
class Server:
    """An authorization server, as the client is configured for it. Nothing that it answers changes any of that.

    >>> server = jurat.Server(issuer="https://hydra.example", profile="ory-hydra",
    ...                       token_endpoint="https://hydra.example/oauth2/token")
    >>> server
    Server(https://hydra.example, ory-hydra)
    """

    def __new__(
        cls,
        *,
        issuer: str,
        profile: Profile | str | None = None,
        token_endpoint: str | None = None,
        metadata: Metadata | None = None,
        insecure_http: bool = False,
    ) -> Server:
        """The issuer, and what is known of it.

        The profile is one of your own or the id of a known one, ``rfc-10070`` if None. token_endpoint comes from the
        client's own configuration: profiles whose audience is an endpoint need it. What metadata excludes is refused
        before it is sent. insecure_http takes plain http too, for a test server on this machine.
        """

    @property
    def issuer(self) -> str: ...
    @property
    def profile(self) -> Profile: ...
    @property
    def token_endpoint(self) -> str | None: ...
    @property
    def metadata(self) -> Metadata | None: ...
    @property
    def insecure_http(self) -> bool: ...

def well_known_urls(issuer: str, /, *, insecure_http: bool = False) -> list[str]:
    """The URLs at which an issuer's metadata may stand, in the order to try them: the next if there is no document.

    >>> jurat.well_known_urls("https://as.example/tenant")[0]
    'https://as.example/.well-known/oauth-authorization-server/tenant'
    """

def check_issuer(issuer: str, found: str, /, *, insecure_http: bool = False) -> None:
    """Compares an issuer with one that was found, code point by code point (RFC 8414 section 3.3).

    MetadataError if they differ; its cause says how, such as ``IssuerSlash``.
    """

@final
class Clock:
    """Corrects what a device's clock shows; it never sets that clock. A value: learning gives a new one.

    device is always the whole seconds that the device's clock shows, since whatever moment, rounded down. build_time is
    when the firmware or the script was made, in seconds since 1970: no right clock shows an earlier time, nor one that
    is more than 20 years later. It is `BUILD_TIME`, that of this release, if None.

    >>> clock = jurat.Clock.unset()
    >>> date = jurat.http_date("Mon, 23 Nov 2026 18:44:14 GMT")
    >>> clock = clock.learn(date=date, sent_at=73, received_at=74)
    >>> clock.state(74), clock.uncertainty, clock.now(100) - date
    ('estimated', 2, 27)
    """

    @staticmethod
    def trusted(*, build_time: int | None = None, uncertainty: int | None = None) -> Clock:
        """A clock that is right to uncertainty seconds, 1 if None: one that NTP sets."""

    @staticmethod
    def estimated(*, offset: int, uncertainty: int, build_time: int | None = None) -> Clock:
        """A clock of which offset and uncertainty were learned before, if it has run on since."""

    @staticmethod
    def unset(*, build_time: int | None = None) -> Clock:
        """A clock that shows anything, such as the seconds since power-on."""

    def now(self, device: int, /) -> int:
        """The time, in seconds since 1970. ClockError for a clock that is not set."""

    def issued_at(self, device: int, /) -> int:
        """The time for ``iat``: earlier than now by the uncertainty, but not by more than 10 seconds."""

    def state(self, device: int, /) -> Literal["trusted", "estimated", "unset"]:
        """How far it can be trusted. A time that cannot be right counts as unset."""

    @property
    def offset(self) -> int:
        """The seconds to be added to what the device's clock shows; 0 while nothing was learned."""

    @property
    def uncertainty(self) -> int | None:
        """How many seconds at most the time is off; None while nothing was learned."""

    def learn(self, *, date: int, sent_at: int, received_at: int, cached: bool = False) -> Clock:
        """The clock with what a server's answer says of the time.

        date is the answer's ``Date``, of `http_date`; sent_at and received_at are what the device's clock showed before
        and after; cached says that the answer has an ``Age`` above 0. The time has moved by the difference of the
        offsets. ClockError for an answer from a cache, a round trip above 10 seconds, a date that cannot be right, or a
        correction above a day of a clock that was set.
        """

    def __hash__(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...

def http_date(text: str, /) -> int:
    """The time of an HTTP-date in any of its three forms (RFC 9110 section 5.6.7), in seconds since 1970.

    >>> jurat.http_date("Sun, 06 Nov 1994 08:49:37 GMT")
    784111777
    """

def retry_after(text: str, /, *, date: int | None = None) -> int | None:
    """The seconds to wait that a ``Retry-After`` asks for (RFC 9110 section 10.2.3), a day at most.

    date is that of the same answer, which an HTTP-date counts from. None for what cannot be understood.

    >>> jurat.retry_after("120")
    120
    """

@final
class TimeFault:
    """Why a device's time differs from a server's, as far as the two numbers tell."""

    @property
    def kind(
        self,
    ) -> Literal[
        "none",
        "milliseconds",
        "microseconds",
        "nanoseconds",
        "unset",
        "epoch_2000",
        "epoch_2001",
        "ntp",
        "gps",
        "local_time",
        "drift",
        "unexplained",
    ]: ...
    @property
    def text(self) -> str:
        """What is wrong, and what to do."""

    def __hash__(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...

def time_fault(device: int, server: int, /) -> TimeFault:
    """Judges what a device takes for seconds since 1970 by the server's time.

    >>> jurat.time_fault(1_795_459_454_000, 1_795_459_454).text
    'milliseconds: divide by 1000'
    """

@final
class Token:
    """An access token (RFC 6749 section 5.1). It is a credential: repr does not show it, and it belongs into no log."""

    @property
    def kind(self) -> Literal["token"]: ...
    @property
    def access_token(self) -> str: ...
    @property
    def token_type(self) -> str:
        """``Bearer``, ``DPoP``, or what else the server says."""

    @property
    def expires_in(self) -> int | None:
        """For how many seconds from the answer on it is good; None where the server does not say."""

    @property
    def scope(self) -> str | None:
        """The scope that it has; None: the one that was asked for."""

    def missing_scope(self, requested: str, /) -> list[str]:
        """The names in requested that its scope does not have: a server may grant less."""

@final
class OauthError:
    """An error of OAuth (RFC 6749 section 5.2). No exception: that a server refuses is an answer.

    Texts are printable ASCII, 512 characters at most, without what looked like a token.
    """

    @property
    def kind(self) -> Literal["error"]: ...
    @property
    def status(self) -> int:
        """The status of HTTP."""

    @property
    def code(self) -> str:
        """``error``, such as ``invalid_client``."""

    @property
    def description(self) -> str | None:
        """``error_description``."""

    @property
    def uri(self) -> str | None:
        """``error_uri``. Whoever answered chose it."""

@final
class ForeignError:
    """JSON that says what is wrong in its own way, such as problem details (RFC 9457). Texts as in `OauthError`."""

    @property
    def kind(self) -> Literal["foreign"]: ...
    @property
    def status(self) -> int: ...
    @property
    def code(self) -> str | None: ...
    @property
    def title(self) -> str | None: ...
    @property
    def detail(self) -> str | None: ...

@final
class Unusable:
    """An answer that says nothing of OAuth."""

    @property
    def kind(self) -> Literal["not_json", "empty", "truncated", "too_large", "unusable", "redirect"]:
        """What it is.

        ``not_json``: a page of a proxy, most likely; ``empty``; ``truncated``: it ends too early; ``too_large``: more
        than was read; ``unusable``: JSON that is no answer of OAuth, and `cause` says why; ``redirect``: which is never
        followed.
        """

    @property
    def status(self) -> int: ...
    @property
    def cause(self) -> str | None:
        """Why it is ``unusable``: the name of the cause, as in `Error.cause`."""

def read_response(
    status: int, body: str | Buffer, headers: Headers | None = None, *, truncated: bool = False
) -> TokenResponse:
    """What a token endpoint's answer is, whatever it says; it raises for no answer.

    headers are all that the HTTP client has, a mapping or pairs. truncated: the body goes on where it ends here.

    >>> jurat.read_response(401, b'{"error": "invalid_client"}')
    OauthError(401, invalid_client)
    """

@final
class Step:
    """What to do now."""

    @property
    def kind(self) -> Literal["learn_time", "send", "wait", "answer", "done", "stop"]:
        """What it is.

        ``learn_time``: ask the server for the time, with `time_request` or any request that carries no assertion, after
        `Exchange.ask_time`; ``send``: a request of `Exchange.sign`; ``wait``: for `seconds`; ``answer``: give the one
        to the request that was made; ``done``: there is a token; ``stop``: give up, for `cause`.
        """

    @property
    def seconds(self) -> int | None: ...
    @property
    def cause(self) -> str | None:
        """The name of the cause, as in `Error.cause`; `ExchangeError` lists them."""

    @property
    def text(self) -> str | None:
        """The cause as a sentence."""

@final
class Answer:
    """What an answer meant."""

    @property
    def response(self) -> TokenResponse: ...
    @property
    def step(self) -> Step: ...
    @property
    def renew_at(self) -> int | None:
        """When to renew the token, by the device's clock: shortly before it expires; None where that is unknown."""

    @property
    def clock_moved(self) -> int:
        """Seconds that the corrected time moved by because of this answer."""

@final
class Exchange:
    """How an assertion becomes a token: what to send, and what to do with each answer (not RFC 8693).

    It opens no socket. It sees to it that nothing is signed while the clock is not set, that no ``jti`` is used twice,
    that no more requests go out than were allowed, and that a refusal leads to another attempt only where something has
    changed: the clock's correction, or a wait that the server asked for. Threads may share it. device_time is what the
    device's clock shows, in whole seconds; ``int(time.time())`` if None.

    >>> exchange = jurat.Exchange()
    >>> exchange.step(1_795_459_454)
    Step(send)
    >>> client = jurat.ClientAssertion(client_id="device-7", issuer="https://as.example")
    >>> request = jurat.TokenRequest(client=client)
    >>> body = exchange.sign(request, jurat.SigningKey.generate(), device_time=1_795_459_454)
    >>> answer = exchange.answer(status=200, body=b'{"access_token": "t", "token_type": "Bearer", "expires_in": 3600}',
    ...                          sent_at=1_795_459_454, received_at=1_795_459_455)
    >>> answer
    Answer(Token(..), Step(done))
    """

    def __new__(cls, *, clock: Clock | None = None, attempts: int | None = None) -> Exchange:
        """The clock is trusted to a second if None. attempts are the requests with an assertion, 1 to 4; 2 if None."""

    @staticmethod
    def from_bytes(data: Buffer, /) -> Exchange:
        """The exchange that was put away."""

    def to_bytes(self) -> bytes:
        """The exchange as bytes, for a device that loses its memory while it waits. They hold nothing secret."""

    @property
    def clock(self) -> Clock:
        """The clock with all that was learned: keep it for the next exchange."""

    def step(self, device_time: int | None = None) -> Step:
        """What to do now."""

    def issued_at(self, device_time: int | None = None) -> int:
        """The ``iat`` of an assertion made now. ClockError for a clock that is not set."""

    def ask_time(self, device_time: int | None = None) -> None:
        """Counts a request for the time. ExchangeError unless the step is ``learn_time``."""

    def sign(
        self,
        request: TokenRequest,
        key: Signer,
        /,
        *,
        grant_key: Signer | None = None,
        device_time: int | None = None,
    ) -> str:
        """Signs a request, as `TokenRequest.sign`, with `issued_at` as ``iat`` of every assertion in it, and counts it.

        Send it right away, once. ExchangeError unless the step is ``send``; InvalidArgumentError for a ``jti`` that
        this exchange has used before. If it raises, a failing signer's own exception too, nothing is counted. A request
        that a signer was asked for is used up; one that was refused before is not.
        """

    def answer(
        self,
        *,
        status: int,
        body: str | Buffer,
        headers: Headers | None = None,
        sent_at: int,
        received_at: int,
        truncated: bool = False,
    ) -> Answer:
        """Takes the answer to the request that was counted last, as `read_response`.

        Only one that came over TLS from the configured server. sent_at and received_at are what the device's clock
        showed before the first byte was sent and when the answer had come. ExchangeError when none is awaited.
        """

    def no_answer(self, device_time: int | None = None) -> Step:
        """There will be no answer: the connection failed. The attempt stays counted.

        ExchangeError when none is awaited.
        """

def time_request(endpoint: str, /, *, insecure_http: bool = False) -> str:
    """A whole HTTP/1.1 request for the time: HEAD of the endpoint, without an assertion.

    >>> jurat.time_request("https://as.example/token").splitlines()
    ['HEAD /token HTTP/1.1', 'Host: as.example', 'Connection: close', '']
    """

# For jurat.diagnosis alone.
def _diagnose(
    parts: dict[str, object],
    *,
    explain: bool,
    hash_key: bytes,
    hash_client_id: bool,
    hash_jwt_id: bool,
    clear_grant: bool,
) -> str:
    """Checks a request, or explains an answer; gives JSON."""

def _inspect(assertion: str, /) -> str:
    """Takes an assertion apart; gives JSON."""
