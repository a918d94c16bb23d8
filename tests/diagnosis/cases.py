"""Requests with one defect each, the defect in the bytes: JOSE by hand, as no library makes what is wrong on purpose.

A case changes a `Draft` of a request that every server takes. `build` makes the request of it, and looks whether the
assertion has a sound signature, or not, as the case means it to. The names are those of recorded/*.jsonl, and more.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature, encode_dss_signature

from judges import CLIENT_ASSERTION_TYPE, JWT_BEARER_GRANT, Json, Key

FORM = "application/x-www-form-urlencoded"
SUBJECT = "alice"
ELSEWHERE = "https://other.example"
HOUR = 3_600
# Seconds from the beginning of 1970 to that of 2000, from 1900 and from GPS time to it.
EPOCH_2000 = 946_684_800
EPOCH_NTP = 2_208_988_800
EPOCH_GPS = 315_964_800

Change = Callable[["Draft"], object]


# ----------------------------------------------------------------------------------------------------------- JOSE


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def compact(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def es256(key: Key, message: bytes) -> bytes:
    """r and s, 32 bytes each."""
    r, s = decode_dss_signature(key.private.sign(message, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32) + s.to_bytes(32)


def is_sound(assertion: str, key: Key) -> bool:
    """Whether this is an ES256 JWS in the one form that RFC 7515 has for it, signed with this key."""
    head, _, last = assertion.rpartition(".")
    try:
        parts = [base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in assertion.split(".")]
        header, claims, signature = parts
        if json.loads(header).get("alg") != "ES256" or not isinstance(json.loads(claims), dict):
            return False
        if [base64url(part) for part in parts] != assertion.split(".") or len(signature) != 64 or not last:
            return False
        der = encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
        key.private.public_key().verify(der, head.encode("ascii"), ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, UnicodeError, ValueError):
        return False
    return True


# ------------------------------------------------------------------------------------------------- what a case has


@dataclass(frozen=True)
class Client:
    client_id: str
    keys: tuple[Key, ...] = ()
    method: str = "private_key_jwt"

    @property
    def jwks(self) -> Json:
        return {"keys": [key.public_jwk for key in self.keys]}

    @property
    def registration(self) -> Json:
        """Its metadata (RFC 7591), as the device has them."""
        known: Json = {
            "client_id": self.client_id,
            "token_endpoint_auth_method": self.method,
            "grant_types": ["client_credentials"],
            "scope": "api",
        }
        if self.keys:
            known |= {"token_endpoint_auth_signing_alg": "ES256", "jwks": self.jwks}
        return known


@dataclass(frozen=True)
class Place:
    """A server, and who is registered there. The first one's grants are taken, where grants are."""

    issuer: str
    token_endpoint: str
    two_keys: Client
    one_key: Client
    by_secret: Client
    # Whether the client has to be authenticated beside a grant.
    grant_needs_client: bool = False


@dataclass
class Draft:
    """A request in the making. All of it is right until a case changes it."""

    place: Place
    now: int
    grant: bool
    client: Client = field(init=False)
    key: Key = field(init=False)
    header: Json = field(init=False)
    claims: Json = field(init=False)
    # From the device's clock to what it shows: the identity for one that is right.
    shows: Callable[[int], int] = lambda time: time
    # The text of the claims, if it is not simply the claims.
    payload: bytes | None = None
    # From header.claims, as sent, to what is signed; then how; what becomes of r and s; how that is encoded.
    signs: Callable[[bytes], bytes] = lambda text: text
    sign: Callable[[bytes], bytes] | None = None
    reshape: Callable[[bytes], bytes] = lambda signature: signature
    encode: Callable[[bytes], str] = base64url
    # The last touch on the whole assertion.
    touch: Callable[[str], str] = lambda assertion: assertion
    # Whether there is nothing wrong with the form and the signature of the assertion.
    sound: bool = True
    params: list[tuple[str, str]] = field(default_factory=list)
    reparam: Callable[[list[tuple[str, str]]], list[tuple[str, str]]] = lambda params: params
    client_id: str | None = ""  # "": that of the client
    scope: str = "api"
    method: str = "POST"
    path: str = ""
    content_type: str | None = FORM
    headers: dict[str, str] = field(default_factory=dict)
    # Instead of what the device knows.
    evidence: Json = field(default_factory=dict)
    # How the client assertion beside a grant differs from a right one; None for no client assertion.
    beside: Change | None = None
    # What was sent before, and taken: this assertion, or another with its `jti`.
    replayed: Literal["", "assertion", "jti"] = ""

    def __post_init__(self) -> None:
        self.become(self.place.two_keys)
        if self.grant and self.place.grant_needs_client:
            self.beside = nothing

    def become(self, client: Client) -> None:
        """Another client, with its own first key if it has one."""
        self.client = client
        if client.keys:
            self.key = client.keys[0]
            self.header = {"alg": "ES256", "kid": self.key.kid}
        self.claims = {
            "iss": client.client_id,
            "sub": SUBJECT if self.grant else client.client_id,
            "aud": self.place.issuer,
            "iat": self.now,
            "exp": self.now + 60,
            "jti": str(uuid.uuid4()),
        }

    def claim(self, **values: Any) -> None:
        """Sets claims; None takes one out."""
        for name, value in values.items():
            if value is None:
                self.claims.pop(name)
            else:
                self.claims[name] = value

    def time(self, iat: int = 0, exp: int = 60, nbf: int | None = None) -> None:
        """Sets the times, in seconds from now."""
        self.claim(iat=self.now + iat, exp=self.now + exp)
        if nbf is not None:
            self.claim(nbf=self.now + nbf)

    def clock(self, shows: Callable[[int], int], lifetime: int = 60, nbf: bool = False) -> None:
        """The device's clock shows another time, and all its times follow."""
        self.shows = shows
        self.claim(iat=shows(self.now), exp=shows(self.now) + lifetime)
        if nbf:
            self.claim(nbf=shows(self.now))
        self.evidence["clock"] = {"source": "rtc"}
        if self.beside is not None:
            self.beside = lambda client: client.clock(shows, lifetime, nbf)


@dataclass(frozen=True)
class Request:
    method: str
    url: str
    content_type: str | None
    headers: dict[str, str]
    params: list[tuple[str, str]]


@dataclass(frozen=True)
class Built:
    draft: Draft
    assertion: str
    request: Request


def sign(it: Draft) -> str:
    payload = compact(it.claims) if it.payload is None else it.payload
    signing_input = f"{base64url(compact(it.header))}.{base64url(payload)}".encode()
    message = it.signs(signing_input)
    signature = es256(it.key, message) if it.sign is None else it.sign(message)
    return it.touch(f"{signing_input.decode()}.{it.encode(it.reshape(signature))}")


def build(it: Draft, assertion: str | None = None) -> Built:
    """The request, with this assertion if it is an old one. Fails for a case that is not in its bytes."""
    if assertion is None:
        assertion = sign(it)
        if is_sound(assertion, it.key) != it.sound:
            raise AssertionError(f"sound is not {it.sound}: {assertion}")
    params = [("grant_type", JWT_BEARER_GRANT if it.grant else "client_credentials")]
    if it.grant:
        params.append(("assertion", assertion))
        if it.beside is not None:
            client = Draft(it.place, it.now, grant=False)
            it.beside(client)
            params += [("client_assertion_type", CLIENT_ASSERTION_TYPE), ("client_assertion", sign(client))]
    else:
        params += [("client_assertion_type", CLIENT_ASSERTION_TYPE), ("client_assertion", assertion)]
        if it.client_id is not None:
            params.append(("client_id", it.client_id or it.client.client_id))
    if it.scope:
        params.append(("scope", it.scope))
    params = it.reparam(params + it.params)
    url = it.place.token_endpoint + it.path
    return Built(it, assertion, Request(it.method, url, it.content_type, it.headers, params))


# ---------------------------------------------------------------------------------------------------------- cases


@dataclass(frozen=True)
class Case:
    name: str
    change: Change
    grant: bool = False
    # Not refused anywhere: without these, a server that refuses all would please.
    control: bool = False

    def draft(self, place: Place, now: int) -> Draft:
        draft = Draft(place, now, self.grant)
        self.change(draft)
        return draft


CASES: dict[str, Case] = {}


def add(name: str, change: Change, *, grant: bool = False, control: bool = False) -> None:
    assert name not in CASES, name
    CASES[name] = Case(name, change, grant, control)


def case(change: Change) -> Change:
    add(change.__name__, change)
    return change


def nothing(it: Draft) -> None: ...


add("ok", nothing, control=True)
add("client_id_param_absent", lambda it: setattr(it, "client_id", None), control=True)
add("single_key_client_ok", lambda it: it.become(it.place.one_key), control=True)
add("nbf_now", lambda it: it.time(nbf=0), control=True)
add("grant_ok", nothing, grant=True, control=True)


@case
def replay_same_jwt(it: Draft) -> None:
    it.replayed = "assertion"


@case
def jti_replayed_in_new_jwt(it: Draft) -> None:
    it.replayed = "jti"


# What is wrong with `aud`: by the issuer and the token endpoint.
AUDIENCES: dict[str, Callable[[str, str], Any]] = {
    "aud_token_endpoint": lambda issuer, token: token,
    "aud_array_issuer_only": lambda issuer, token: [issuer],
    "aud_array_token_only": lambda issuer, token: [token],
    "aud_array_issuer_and_token": lambda issuer, token: [issuer, token],
    "aud_array_token_and_foreign": lambda issuer, token: [token, ELSEWHERE],
    "aud_array_issuer_and_foreign": lambda issuer, token: [issuer, ELSEWHERE],
    "aud_array_empty": lambda issuer, token: [],
    "aud_issuer_slash_toggled": lambda issuer, token: f"{issuer}/",
    "aud_token_trailing_slash": lambda issuer, token: f"{token}/",
    "aud_host_case": lambda issuer, token: token.replace("127.0.0.1", "LOCALHOST"),
    "aud_wrong": lambda issuer, token: f"{ELSEWHERE}/token",
    "aud_missing": lambda issuer, token: None,
    "aud_number": lambda issuer, token: 1,
    # Not recorded:
    "aud_scheme_https": lambda issuer, token: issuer.replace("http:", "https:"),
    "aud_scheme_upper_case": lambda issuer, token: issuer.replace("http:", "HTTP:"),
    "aud_port_missing": lambda issuer, token: issuer.replace(issuer.split("/")[2], "127.0.0.1"),
    "aud_percent_encoded": lambda issuer, token: token.replace("/token", "/%74oken"),
    "aud_other_endpoint": lambda issuer, token: f"{issuer}/reg",
    "aud_other_tenant": lambda issuer, token: f"{issuer}/realms/staging",
    "aud_resource": lambda issuer, token: "https://api.example.com",
    "aud_array_foreign": lambda issuer, token: [ELSEWHERE, "https://third.example"],
    "aud_empty": lambda issuer, token: "",
}
for _name, _aud in AUDIENCES.items():
    add(_name, lambda it, aud=_aud: it.claim(aud=aud(it.place.issuer, it.place.token_endpoint)))  # type: ignore[misc]


# ------------------------------------------------------------------------------------------------------ the header

add("header_unknown_member", lambda it: it.header.update({"x-note": "hello"}))
add("header_crit_unknown", lambda it: it.header.update({"crit": ["x-must"], "x-must": 1}))
add("kid_unknown", lambda it: it.header.update(kid="no-such-kid"))
add("kid_missing", lambda it: it.header.pop("kid"))
add("kid_empty", lambda it: it.header.update(kid=""))
add("kid_number", lambda it: it.header.update(kid=1))
add("kid_of_other_key", lambda it: it.header.update(kid=it.place.two_keys.keys[1].kid))


@case
def header_embedded_jwk_unregistered(it: Draft) -> None:
    it.key = Key.generate("")
    it.header = {"alg": "ES256", "jwk": {name: it.key.public_jwk[name] for name in ("kty", "crv", "x", "y")}}


@case
def single_key_client_kid_unknown(it: Draft) -> None:
    it.become(it.place.one_key)
    it.header["kid"] = "no-such-kid"


@case
def key_unregistered(it: Draft) -> None:
    it.key = Key.generate(it.key.kid)


@case
def key_unregistered_no_kid(it: Draft) -> None:
    key_unregistered(it)
    del it.header["kid"]


@case
def rotated_away(it: Draft) -> None:
    """The device still has the key of last year, and its name."""
    it.key = Key.generate("es256-0")
    it.header["kid"] = it.key.kid
    published(it, it.place.two_keys.keys)


@case
def rotated_under_same_kid(it: Draft) -> None:
    """A new key under the old name, which the key set that is fetched does not have."""
    it.key = Key.generate(it.key.kid)
    published(it, it.place.two_keys.keys)


@case
def rotated_not_propagated(it: Draft) -> None:
    """The new key is published, and the server has not fetched the set since."""
    it.key = Key.generate("es256-3")
    it.header["kid"] = it.key.kid
    published(it, (*it.place.two_keys.keys, it.key), fetched=10)


def published(it: Draft, keys: tuple[Key, ...], fetched: int = 300) -> None:
    """The device has the key set from a URL, not from the registration."""
    source = "https://keys.example/jwks.json"
    registration = it.client.registration
    del registration["jwks"]
    it.evidence |= {
        "registration": registration | {"jwks_uri": source},
        "jwks": {
            "source": source,
            "fetched_at": it.now - fetched,
            "max_age": HOUR,
            "keys": [key.public_jwk for key in keys],
        },
    }


# ------------------------------------------------------------------------------------------------------ the client

add("client_id_param_wrong", lambda it: setattr(it, "client_id", it.place.by_secret.client_id))
add("iss_missing", lambda it: it.claim(iss=None))
add("sub_missing", lambda it: it.claim(sub=None))
add("iss_ne_sub", lambda it: it.claim(iss="https://somebody.example"))
add("sub_ne_iss_with_client_id", lambda it: it.claim(sub="somebody@example.org"))


@case
def sub_ne_iss(it: Draft) -> None:
    it.claim(sub="somebody@example.org")
    it.client_id = None


@case
def unknown_client(it: Draft) -> None:
    it.claim(iss="no-such-client", sub="no-such-client")
    it.client_id = "no-such-client"


@case
def client_of_another_case(it: Draft) -> None:
    name = it.client.client_id.upper()
    it.claim(iss=name, sub=name)
    it.client_id = name


@case
def client_without_key_auth(it: Draft) -> None:
    it.become(it.place.by_secret)
    it.evidence["registration"] = it.client.registration


@case
def grant_assertion_as_client_auth(it: Draft) -> None:
    it.claim(sub=SUBJECT)
    it.client_id = None


# ------------------------------------------------------------------------------------------------------- the times

add("iat_past_1h", lambda it: it.time(iat=-HOUR))
add("iat_past_1y", lambda it: it.time(iat=-365 * 24 * HOUR))
add("exp_string", lambda it: it.claim(exp=str(it.now + 60)))
add("expired_5s", lambda it: it.time(-65, -5))
add("expired_30s", lambda it: it.time(-90, -30))
add("expired_90s", lambda it: it.time(-150, -90))
add("expired_1h", lambda it: it.time(-HOUR - 60, -HOUR))
add("exp_now", lambda it: it.time(exp=0))
add("exp_zero", lambda it: it.claim(exp=0))
add("exp_missing", lambda it: it.claim(exp=None))
add("exp_10min", lambda it: it.time(exp=600))
add("exp_1h", lambda it: it.time(exp=HOUR))
add("exp_1day", lambda it: it.time(exp=24 * HOUR))
add("exp_1year", lambda it: it.time(exp=365 * 24 * HOUR))
add("exp_ms", lambda it: it.claim(exp=(it.now + 60) * 1000))
add("iat_exp_ms", lambda it: it.claim(iat=it.now * 1000, exp=(it.now + 60) * 1000))
add(
    "iat_exp_nbf_ms",
    lambda it: it.claim(iat=it.now * 1000, exp=(it.now + 60) * 1000, nbf=it.now * 1000),
)
add("iat_future_90s", lambda it: it.time(90, 150))
add("iat_future_1h", lambda it: it.time(HOUR, HOUR + 60))
add("nbf_future_5s", lambda it: it.time(nbf=5))
add("nbf_future_30s", lambda it: it.time(exp=120, nbf=30))
add("nbf_future_90s", lambda it: it.time(exp=150, nbf=90))
add("nbf_future_1h", lambda it: it.time(exp=HOUR + 60, nbf=HOUR))
add("exp_before_iat", lambda it: it.time(100, 50))
# Not recorded:
add("exp_negative", lambda it: it.claim(exp=-1))
add("exp_iso_8601", lambda it: it.claim(exp="2030-01-01T00:00:00Z"))
add("iat_string", lambda it: it.claim(iat=str(it.now)))
add("nbf_string", lambda it: it.claim(nbf=str(it.now)))


@case
def exp_null(it: Draft) -> None:
    it.claims["exp"] = None


# The device's clock is wrong, and the server's Date is right. With `nbf` more servers look at the beginning.
CLOCKS: dict[str, Callable[[int], int]] = {
    "clock_fast_1h": lambda time: time + HOUR,
    "clock_slow_1h": lambda time: time - HOUR,
    "clock_slow_3min": lambda time: time - 180,
    "clock_west_5h": lambda time: time - 5 * HOUR,
    "clock_epoch_2000": lambda time: time - EPOCH_2000,
    "clock_epoch_gps": lambda time: time - EPOCH_GPS,
    "clock_epoch_ntp": lambda time: time + EPOCH_NTP,
    "clock_uptime": lambda time: 4_711,
}
for _name, _shows in CLOCKS.items():
    add(_name, lambda it, shows=_shows: it.clock(shows))  # type: ignore[misc]
    add(f"{_name}_nbf", lambda it, shows=_shows: it.clock(shows, nbf=True))  # type: ignore[misc]
add("clock_milliseconds", lambda it: it.clock(lambda time: time * 1000, 60_000))
add("clock_milliseconds_nbf", lambda it: it.clock(lambda time: time * 1000, 60_000, nbf=True))

# --------------------------------------------------------------------------------------------------------- the jti

add("jti_missing", lambda it: it.claim(jti=None))
add("jti_empty", lambda it: it.claim(jti=""))
add("jti_number", lambda it: it.claim(jti=secrets.randbelow(2**31)))


# --------------------------------------------------------------------------------------------------- the signature


def ill(name: str, **parts: Any) -> None:
    """A case of which the signature or the form is unsound."""

    def change(it: Draft) -> None:
        it.sound = False
        for part, value in parts.items():
            setattr(it, part, value)

    add(name, change)


def swap(signature: bytes) -> bytes:
    return signature[32:] + signature[:32]


def der(signature: bytes) -> bytes:
    return encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))


def little_endian(signature: bytes) -> bytes:
    return signature[31::-1] + signature[:31:-1]


ill("sig_flip", reshape=lambda it: bytes([it[0] ^ 1]) + it[1:])
ill("sig_der", reshape=der)
ill("sig_truncated", reshape=lambda it: it[:-1])
ill("sig_zero_sig", reshape=lambda it: bytes(64))
ill("sig_empty_sig", reshape=lambda it: b"")
ill("sig_swapped_rs", reshape=swap)
ill("sig_padded_b64_signature", encode=lambda it: base64.urlsafe_b64encode(it).decode())
# Not recorded:
ill("sig_little_endian", reshape=little_endian)
ill("sig_hex", encode=lambda it: it.hex())
ill("sig_encoded_twice", encode=lambda it: base64url(base64url(it).encode()))
ill("sig_line_end", touch=lambda it: it + "\n")
ill("signed_nul_terminated", signs=lambda it: it + b"\0")
ill("signed_with_line_end", signs=lambda it: it + b"\n")
ill("signed_claims_only", signs=lambda it: it.partition(b".")[2])
ill("signed_decoded_claims", signs=lambda it: base64.urlsafe_b64decode(it.partition(b".")[2] + b"=="))
ill("jwt_line_break", touch=lambda it: f"{it[:64]}\n{it[64:]}")
ill("jwt_leading_space", touch=lambda it: f" {it}")
ill("jwt_four_parts", touch=lambda it: f"{it}.e30")
ill("jwt_in_quotes", touch=lambda it: f'"{it}"')


@case
def sig_std_b64_signature(it: Draft) -> None:
    """With a signature in which the alphabets differ."""
    it.sound = False
    it.encode = lambda signature: base64.b64encode(signature).rstrip(b"=").decode()
    signer = it.key

    def sign(message: bytes) -> bytes:
        while not set(base64url(signature := es256(signer, message))) & {"-", "_"}:
            pass
        return signature

    it.sign = sign


@case
def sig_short_r(it: Draft) -> None:
    """With an r that begins with a zero, which is left out."""
    it.sound = False
    signer = it.key

    def sign(message: bytes) -> bytes:
        while (signature := es256(signer, message))[0]:
            pass
        return signature

    it.sign = sign
    it.reshape = lambda signature: signature[1:]


@case
def signed_hashed_twice(it: Draft) -> None:
    it.sound = False
    signer = it.key.private

    def sign(message: bytes) -> bytes:
        twice = hashlib.sha256(hashlib.sha256(message).digest()).digest()
        r, s = decode_dss_signature(signer.sign(twice, ec.ECDSA(Prehashed(hashes.SHA256()))))
        return r.to_bytes(32) + s.to_bytes(32)

    it.sign = sign


@case
def sig_tampered_claims(it: Draft) -> None:
    """The claims were written anew after the signature was made."""
    it.sound = False
    signed = it.claims | {"jti": str(uuid.uuid4())}
    it.signs = lambda sent: sent.partition(b".")[0] + b"." + base64url(compact(signed)).encode()


@case
def claims_reserialised(it: Draft) -> None:
    """The same claims, with spaces that were not there when they were signed."""
    it.sound = False
    it.payload = json.dumps(it.claims).encode()
    signed = base64url(compact(it.claims)).encode()
    it.signs = lambda sent: sent.partition(b".")[0] + b"." + signed


@case
def sig_padded_b64_payload(it: Draft) -> None:
    """The claims are padded, and that is what was signed."""
    it.sound = False
    claims = compact(it.claims)
    # Of a length that needs padding.
    it.payload = claims + b" " * (len(claims) % 3 == 0)
    it.signs = lambda sent: sent + b"=" * (-len(sent.partition(b".")[2]) % 4)

    def pad(assertion: str) -> str:
        header, claims, signature = assertion.split(".")
        return f"{header}.{claims}{'=' * (-len(claims) % 4)}.{signature}"

    it.touch = pad


@case
def claims_duplicate_aud(it: Draft) -> None:
    """Two members of one name, of which a parser takes the last."""
    text = compact(it.claims)
    it.payload = text[:-1] + b',"aud":' + compact(ELSEWHERE) + b"}"


def algorithm(name: str, alg: Any, sign: Callable[[Draft], Callable[[bytes], bytes]] | None = None) -> None:
    def change(it: Draft) -> None:
        it.sound = False
        it.header["alg"] = alg
        if alg is None:
            del it.header["alg"]
        if sign is not None:
            it.sign = sign(it)

    add(name, change)


def hs256(secret: bytes) -> Callable[[bytes], bytes]:
    return lambda message: hmac.digest(secret, message, "sha256")


def spki(it: Draft) -> bytes:
    public = it.key.private.public_key()
    return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def rs256(it: Draft) -> Callable[[bytes], bytes]:
    key = rsa.generate_private_key(65_537, 2_048)
    return lambda message: key.sign(message, padding.PKCS1v15(), hashes.SHA256())


def es384(it: Draft) -> Callable[[bytes], bytes]:
    key = ec.generate_private_key(ec.SECP384R1())

    def sign(message: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA384())))
        return r.to_bytes(48) + s.to_bytes(48)

    return sign


algorithm("sig_alg_none", "none", lambda it: lambda message: b"")
algorithm("sig_alg_none_with_sig", "none")
algorithm("sig_hs256", "HS256", lambda it: hs256(secrets.token_bytes(32)))
algorithm("sig_hs256_pubkey", "HS256", lambda it: hs256(spki(it)))
algorithm("sig_rs256", "RS256", rs256)
algorithm("sig_es384", "ES384", es384)
algorithm("sig_es256_lowercase_alg", "es256")
# Not recorded:
algorithm("sig_es256k", "ES256K")
algorithm("sig_alg_missing", None)


# ----------------------------------------------------------------------------------------------------- the request

ill("jwt_garbage", touch=lambda it: "not-a-jwt")
ill("jwt_two_parts", touch=lambda it: it.rpartition(".")[0])
ill("jwt_empty", touch=lambda it: "")
ill("jwt_payload_not_json", payload=b"not json")


def replaced(name: str, value: str | None) -> Callable[[Draft], None]:
    """The parameter with another value, or without it."""

    def change(it: Draft) -> None:
        it.reparam = lambda params: [
            (key, old if key != name else value or "") for key, old in params if key != name or value is not None
        ]

    return change


def headers(**values: str) -> Callable[[Draft], None]:
    return lambda it: it.headers.update(values)


add("assertion_type_wrong", replaced("client_assertion_type", CLIENT_ASSERTION_TYPE.replace("jwt", "saml2")))
add("assertion_type_is_grant_urn", replaced("client_assertion_type", JWT_BEARER_GRANT))
add("assertion_type_missing", replaced("client_assertion_type", None))
add("assertion_missing", replaced("client_assertion", None))
add("basic_and_assertion", headers(Authorization="Basic " + base64.b64encode(b"meter-0042:wrong").decode()))
add("post_secret_and_assertion", lambda it: it.params.append(("client_secret", "wrong")))
add("json_body", lambda it: setattr(it, "content_type", "application/json"))
add("grant_type_missing", replaced("grant_type", None))
add("grant_type_unknown", replaced("grant_type", "urn:example:nope"))
# Not recorded:
add("assertion_type_encoded_twice", replaced("client_assertion_type", CLIENT_ASSERTION_TYPE.replace(":", "%3A")))
add("content_type_text", lambda it: setattr(it, "content_type", "text/plain"))
add("content_type_missing", lambda it: setattr(it, "content_type", None))
add("grant_type_not_allowed", replaced("grant_type", "password"))
add("duplicate_grant_type", lambda it: it.params.append(("grant_type", "client_credentials")))
add("wrong_path", lambda it: setattr(it, "path", "s"))
add("scope_not_allowed", lambda it: setattr(it, "scope", "openid"))
add("resource_unknown", lambda it: it.params.append(("resource", "https://nobody.example")))
add("assertion_too_long", lambda it: it.claim(note="x" * 150_000))


@case
def http_get(it: Draft) -> None:
    it.method = "GET"
    it.content_type = None


@case
def duplicate_client_assertion(it: Draft) -> None:
    it.reparam = lambda params: [*params, *(pair for pair in params if pair[0] == "client_assertion")]


@case
def assertion_as_other_parameter(it: Draft) -> None:
    it.reparam = lambda params: [("assertion" if name == "client_assertion" else name, it) for name, it in params]


# ---------------------------------------------------------------------------------------------------------- grants

# The same defects in a grant.
GRANTS_TOO = (
    "aud_wrong aud_missing expired_90s expired_1h exp_missing iat_exp_ms iat_future_1h nbf_future_1h iss_missing "
    "sub_missing kid_unknown kid_missing key_unregistered sig_flip sig_der sig_zero_sig sig_alg_none sig_hs256 "
    "sig_hs256_pubkey sig_rs256 "
    # Not recorded:
    "replay_same_jwt aud_issuer_slash_toggled aud_array_empty kid_of_other_key sig_swapped_rs sig_truncated "
    "signed_nul_terminated exp_string jti_missing jti_number clock_slow_1h clock_fast_1h clock_epoch_2000 "
    "clock_milliseconds rotated_away header_crit_unknown jwt_two_parts"
)
for _name in GRANTS_TOO.split():
    add(f"grant_{_name}", CASES[_name].change, grant=True)

add("grant_iss_unknown", lambda it: it.claim(iss="no-such-issuer"), grant=True)
add("grant_sub_unknown", lambda it: it.claim(sub="nobody"), grant=True)
add("grant_client_auth_assertion_as_grant", lambda it: it.claim(sub=it.claims["iss"]), grant=True)
add("grant_assertion_missing", replaced("assertion", None), grant=True)
add("grant_assertion_garbage", CASES["jwt_garbage"].change, grant=True)


def beside(change: Change | None) -> Change:
    """With a client assertion beside the grant, which may have a defect of its own, or without."""
    return lambda it: setattr(it, "beside", change)


def client_id_alone(it: Draft) -> None:
    it.beside = None
    it.params = [("client_id", it.client.client_id)]


def wrong_beside_right(it: Draft) -> None:
    it.beside = nothing
    it.claim(aud=f"{ELSEWHERE}/token")


def one_jwt_for_both(it: Draft) -> None:
    it.beside = None
    it.reparam = lambda params: [
        *params,
        ("client_assertion_type", CLIENT_ASSERTION_TYPE),
        *(("client_assertion", value) for name, value in params if name == "assertion"),
    ]


add("grant_no_client_auth", beside(None), grant=True)
add("grant_client_id_param_only", client_id_alone, grant=True)
add("grant_same_jwt_for_both", one_jwt_for_both, grant=True)
add("grant_ok_beside_client", beside(nothing), grant=True, control=True)
add("grant_beside_client_aud_wrong", beside(CASES["aud_wrong"].change), grant=True)
add("grant_beside_client_expired", beside(CASES["expired_1h"].change), grant=True)
add("grant_aud_wrong_beside_client", wrong_beside_right, grant=True)
