"""Random assertions that jurat makes, and what they become when somebody tampers with them.

All of it follows from the seed, but for the signatures of the default backend, which has entropy in its nonces.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

import jurat
from judges import Json

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
MAX_VALUE_SIZE = 2_048
CLIENT_TYPE = "client-authentication+jwt"
# The smallest private keys whose public x or y begins with a zero byte, or with two.
ZERO_BYTE = {"x": (379, 552, 751, 783), "y": (43, 444, 742, 997)}
TWO_ZERO_BYTES = {"x": (40_393, 116_173), "y": (2_376, 61_552)}

NAMES = ["scope", "roles", "cnf", "nonce", "software_version", "azp", "__proto__", "constructor", "kid", "alg"]
INTEGERS = [0, 1, -1, 2**31, 2**32, 2**53 - 1, 1 - 2**53, 2**53, 2**53 + 1, 2**63 - 1, -(2**63)]
FRACTIONS = [0.1, -0.0, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, -1e21, 1e-7, 1e22, 123456789.125]
TIMES = [1, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 1_795_459_454, 99_999_999_999]
# No U+0000: not everybody reads it, which has a test of its own.
ALPHABETS = [
    [*map(chr, range(0x20, 0x7F))],
    [*map(chr, range(1, 0x20)), *map(chr, range(0x7F, 0xA0))],
    [*"aeiouAÅéñß", *map(chr, range(0x300, 0x370))],
    [*map(chr, (*range(0x5D0, 0x5EB), *range(0x621, 0x64B), *range(0x202A, 0x202F), *range(0x2066, 0x206A)))],
    [*map(chr, (*range(0x4E00, 0x4F00), *range(0xAC00, 0xAD00), *range(0x400, 0x460)))],
    [*map(chr, (*range(0x1F300, 0x1F650), *range(0x1F3FB, 0x1F400), 0x200D, 0xFE0F, *range(0xE0061, 0xE007B)))],
    [*map(chr, (0xD7FF, 0xE000, 0xFDD0, 0xFEFF, 0xFFFD, 0xFFFE, 0xFFFF, 0x10000, 0x1FFFF, 0x10FFFF, 0x2028, 0x2029))],
    [*'"\\/&<>%+`$;:,{}[]', "\\u0041", "\\n", "\\ud83d", "%00", "\\\\", '\\"'],
]


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class TestKey:
    """A private key, and its public half as jurat publishes it."""

    __test__ = False

    def __init__(self, name: str, scalar: int) -> None:
        self.name, self.scalar = name, scalar
        self.signers = {
            way: jurat.SigningKey(scalar.to_bytes(32), deterministic=way == "deterministic")
            for way in ("default", "deterministic")
        }
        self.public = self.signers["default"].public_key
        self.jwk: Json = {**json.loads(self.public.jwk()), "use": "sig", "alg": "ES256"}
        self.pem = self.public.spki_pem()


@dataclass(frozen=True)
class Case:
    """An assertion: who made it from what, and what has to be in it."""

    way: str
    kind: str
    key: TestKey
    given: Json
    header: Json
    claims: Json
    assertion: str = ""

    @cached_property
    def signature(self) -> bytes:
        return decoded(self.assertion.rpartition(".")[2])

    @property
    def question(self) -> Json:
        """What a verifier is asked."""
        return {
            "jwt": self.assertion,
            "jwk": self.key.jwk,
            "pem": self.key.pem,
            "issuer": self.claims["iss"],
            "subject": self.claims["sub"],
            "audience": self.claims["aud"],
            # It is valid from then on.
            "now": max(self.claims["iat"], self.claims.get("nbf", 0)),
        }


def leading_zeros(half: bytes) -> int:
    return len(half) - len(half.lstrip(b"\0"))


def zeros(signature: bytes) -> tuple[int, int]:
    """The zero bytes that r and s begin with."""
    return leading_zeros(signature[:32]), leading_zeros(signature[32:])


# -------------------------------------------------------------------------------------------------------- making them


class Maker:
    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.keys = [TestKey(f"k{index}", scalar) for index, scalar in enumerate(self.scalars())]

    def scalars(self) -> Iterator[int]:
        for known in (ZERO_BYTE, TWO_ZERO_BYTES):
            for scalar in (*known["x"], *known["y"]):
                # The second has the same x.
                yield from (scalar, ORDER - scalar)
        for distance in range(1, 11):
            yield from (distance, ORDER - distance)
        for bits in range(8, 256, 8):
            yield self.random.randrange(1, 2**bits)
        for _ in range(100):
            yield self.random.randrange(1, ORDER)

    def text(self, limit: int = MAX_VALUE_SIZE) -> str:
        choose = self.random.choice
        length = choose([1, 2, 5, 12, 12, 12, 40, 40]) if self.random.random() < 0.98 else limit
        alphabets = self.random.choices(ALPHABETS, k=choose([1, 1, 2, 3]))
        text = "".join(choose(choose(alphabets)) for _ in range(length))
        return text.encode()[:limit].decode(errors="ignore") or "~"

    def url(self) -> str:
        host = "".join(self.random.choices(string.ascii_letters + string.digits, k=8))
        path = self.random.choice(["", "/", "/tenant", "/a/~b/%C3%BC", "/:@!$&'()*+,;=", ":8443/x", "/" + "i" * 2_000])
        return f"https://{host}.example{path}"

    def integer(self) -> int:
        if self.random.random() < 0.5:
            return self.random.choice(INTEGERS)
        return self.random.randrange(-(2 ** self.random.randrange(64)), 2 ** self.random.randrange(64))

    def value(self, depth: int = 0) -> Any:
        kind = self.random.randrange(9 if depth < 4 else 5)
        if kind == 0:
            return self.text()
        if kind == 1:
            return self.integer()
        if kind == 2:
            return self.random.choice([True, False, None])
        if kind == 3:
            return self.random.choice([*FRACTIONS, self.random.uniform(-1, 1), self.random.lognormvariate(0, 99)])
        if kind == 4:
            return self.random.choice(["", {}, [], [{}], {"": ""}, "x" * 4_000])
        if kind == 5 and depth == 0:
            return self.deep()
        if kind % 2:
            return [self.value(depth + 1) for _ in range(self.random.randrange(5))]
        return {self.name(): self.value(depth + 1) for _ in range(self.random.randrange(5))}

    def deep(self) -> Any:
        """As many levels as jurat takes."""
        value: Any = []
        for _ in range(31):
            value = self.random.choice([[value], {"a": value}])
        return value

    def name(self) -> str:
        return self.random.choice(NAMES) if self.random.random() < 0.5 else self.text(100)

    def json_text(self, value: Any) -> str:
        """A value as others would write it, with what white space and escapes there can be."""
        choose = self.random.choice
        text = json.dumps(
            value,
            ensure_ascii=choose([True, False]),
            indent=choose([None, None, 2, "\t"]),
            separators=choose([(",", ":"), (", ", ": "), (" \r\n,", "\t: ")]),
        )
        return text.replace("/", "\\/") if choose([True, False]) else text

    def claim(self, name: str) -> tuple[Json, Any]:
        """A claim as vectors have it, and its value."""
        value = self.value()
        form = {str: "text", int: "integer", bool: "boolean", type(None): "null"}.get(type(value), "json")
        if form != "json" and self.random.random() < 0.8:
            return {"name": name, form: value is None or value}, value
        return {"name": name, "json": self.json_text(value)}, value

    def client(self) -> tuple[Json, Json, Json]:
        client, issuer, endpoint = self.text(), self.url(), f"{self.url()}?tenant=1"
        claims = {"iss": client, "sub": client, "aud": issuer}
        header = {"typ": CLIENT_TYPE, "alg": "ES256"}
        match self.random.randrange(4):
            case 0:
                server = {"profile": "spring", "issuer": issuer}
                return {"client_id": client, "server": server}, {**header, "typ": "JWT"}, claims
            case 1:
                server = {"profile": "ory-hydra", "issuer": issuer, "token_endpoint": endpoint}
                return {"client_id": client, "server": server}, {"alg": "ES256"}, {**claims, "aud": endpoint}
        return {"client_id": client, "issuer": issuer}, header, claims

    def grant(self) -> tuple[Json, Json, Json]:
        place = self.random.choice(["issuer", "token_endpoint"])
        given = {"iss": self.text(), "sub": self.text(), place: self.url()}
        header = {"alg": "ES256"}
        claims = {"iss": given["iss"], "sub": given["sub"], "aud": given[place]}
        if self.random.random() < 0.6:
            given["type"] = header["typ"] = self.random.choice(["JWT", "JWT", "jwt", "authorization-grant+jwt"])
        return given, header, claims

    def case(self, way: str) -> Case:
        kind = self.random.choice(["client_assertion", "client_assertion", "grant_assertion"])
        given, header, claims = self.client() if kind == "client_assertion" else self.grant()
        chance = self.random.random
        given["issued_at"] = issued = self.random.choice([*TIMES, self.random.randrange(1, 10**11)])
        given["lifetime"] = lifetime = self.random.choice([1, 60, 3_600, self.random.randrange(1, 3_601)])
        claims |= {"iat": issued, "exp": issued + lifetime}
        if chance() < 0.3:
            last = min(issued + lifetime - 1, 10**11 - 1)
            given["not_before"] = claims["nbf"] = self.random.choice([1, issued, last])
        if chance() < 0.5:
            given["jwt_id"] = claims["jti"] = self.text()
        else:
            random = self.random.randbytes(16)
            given["random"], claims["jti"] = random.hex(), encoded(random)
        if chance() < 0.5:
            given["key_id"] = header["kid"] = self.text()
        for name in {self.name() for _ in range(self.random.choice([0, 1, 2, 6]))}:
            written, claims[name] = self.claim(name)
            given.setdefault("claims", []).append(written)
        case = Case(way, kind, self.random.choice(self.keys), given, header, claims)
        return replace(case, assertion=signed(case))

    def minted_on(self, way: str, wanted: dict[int, int]) -> list[Case]:
        """Mints until there are as many signatures as wanted that begin, in r and in s, with so many zero bytes."""
        missing = {(half, count): number for count, number in wanted.items() for half in (0, 1)}
        found = []
        while any(missing.values()):
            key = self.random.choice(self.keys)
            issued = self.random.choice(TIMES)
            given: Json = {"client_id": "device-7", "issuer": "https://as.example", "issued_at": issued}
            start = self.random.getrandbits(64)
            for number in range(start, start + 1_000):
                assertion = jurat.client_assertion(key.signers[way], **given, jwt_id=str(number))
                counts = zeros(decoded(assertion[-86:]))
                halves = [place for place in enumerate(counts) if missing.get(place)]
                if halves:
                    missing[halves[0]] -= 1
                    header = {"typ": CLIENT_TYPE, "alg": "ES256"}
                    claims = {"iss": "device-7", "sub": "device-7", "aud": "https://as.example", "iat": issued}
                    claims |= {"exp": issued + 60, "jti": str(number)}
                    known = {**given, "jwt_id": str(number)}
                    found.append(Case(way, "client_assertion", key, known, header, claims, assertion))
        return found


def signed(case: Case) -> str:
    """By the plain function where it can say all, or else by the class."""
    given = dict(case.given)
    if "server" in given:
        given["server"] = jurat.Server(**given["server"])
    if "claims" in given:
        given["claims"] = [
            (claim["name"], jurat.JsonText(value) if form == "json" else None if form == "null" else value)
            for claim in given["claims"]
            for form, value in claim.items()
            if form != "name"
        ]
    signer = case.key.signers[case.way]
    client = case.kind == "client_assertion"
    if "random" in given:
        given["random"] = bytes.fromhex(given["random"])
        return (jurat.ClientAssertion if client else jurat.GrantAssertion)(**given).sign(signer)
    if client:
        return jurat.client_assertion(signer, **given)
    return jurat.grant_assertion(signer, **given)


def vectors(cases: list[Case]) -> Json:
    """The same as a file of vectors, which the runner in C reads."""
    keys = {case.key.name: {"d": f"{case.key.scalar:064x}"} for case in cases}
    made = [
        {
            "id": f"random-{index}",
            "kind": case.kind,
            "input": {"key": case.key.name, **case.given},
            "expected": {"output": case.assertion},
        }
        for index, case in enumerate(cases)
    ]
    return {"format": 1, "keys": keys, "vectors": made}


# ---------------------------------------------------------------------------------------------- tampering with them


def with_part(case: Case, place: int, part: bytes) -> Json:
    parts = case.assertion.split(".")
    parts[place] = encoded(part)
    return {**case.question, "jwt": ".".join(parts)}


def bit_flipped(place: int) -> Callable[[Case, Random], Json]:
    def flip(case: Case, random: Random) -> Json:
        part = bytearray(decoded(case.assertion.split(".")[place]))
        part[random.randrange(len(part))] ^= 1 << random.randrange(8)
        return with_part(case, place, bytes(part))

    return flip


def signature(change: Callable[[bytes, bytes], bytes]) -> Callable[[Case, Random], Json]:
    return lambda case, _: with_part(case, 2, change(case.signature[:32], case.signature[32:]))


def algorithm(name: str, *, key: str | None = None, empty: bool = False) -> Callable[[Case, Random], Json]:
    """Another algorithm in the header; with the signature as it was, an HMAC under the public key, or none."""

    def change(case: Case, _: Random) -> Json:
        header = encoded(json.dumps({**case.header, "alg": name}).encode())
        message = f"{header}.{case.assertion.split('.')[1]}"
        end = b"" if empty else case.signature
        if key is not None:
            end = hmac.digest(case.question[key].encode(), message.encode(), hashlib.sha256)
        return {**case.question, "jwt": f"{message}.{encoded(end)}"}

    return change


def der(r: bytes, s: bytes) -> bytes:
    return encode_dss_signature(int.from_bytes(r), int.from_bytes(s))


def negated(case: Case, _: Random) -> Json:
    r, s = case.signature[:32], int.from_bytes(case.signature[32:])
    return with_part(case, 2, r + (ORDER - s).to_bytes(32))


def spare_bits_set(case: Case, random: Random) -> Json:
    """64 bytes leave four bits of the last of 86 characters."""
    alphabet = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    last = alphabet.index(case.assertion[-1]) | random.randrange(1, 16)
    return {**case.question, "jwt": case.assertion[:-1] + alphabet[last]}


def first_byte_cut_off(*, zero: bool) -> Callable[[Case, Random], Json | None]:
    """Of signatures that begin with a zero byte, whose r stays the same number then, or of all others."""
    return lambda case, _: with_part(case, 2, case.signature[1:]) if zero == (case.signature[0] == 0) else None


def of_another(key: TestKey) -> Callable[[Case, Random], Json]:
    return lambda case, _: {**case.question, "jwk": key.jwk, "pem": key.pem}


ZERO = bytes(32)
WHOLE_ORDER = ORDER.to_bytes(32)
# What nobody may take; None where there is nothing to change in that way.
Ways = dict[str, Callable[[Case, Random], Json | None]]
TAMPERED: Ways = {
    "bit of the header": bit_flipped(0),
    "bit of the claims": bit_flipped(1),
    "bit of the signature": bit_flipped(2),
    "r and s swapped": signature(lambda r, s: s + r),
    "a byte cut off": signature(lambda r, s: r + s[:-1]),
    "first byte cut off": first_byte_cut_off(zero=False),
    "s cut off": signature(lambda r, s: r),
    "no signature": signature(lambda r, s: b""),
    "zero behind": signature(lambda r, s: r + s + b"\0"),
    "zero before": signature(lambda r, s: b"\0" + r + s),
    "twice": signature(lambda r, s: r + s + r + s),
    "DER": signature(der),
    "r and s zero": signature(lambda r, s: ZERO + ZERO),
    "r zero": signature(lambda r, s: ZERO + s),
    "s zero": signature(lambda r, s: r + ZERO),
    "r and s the order": signature(lambda r, s: WHOLE_ORDER + WHOLE_ORDER),
    "alg none": algorithm("none"),
    "alg none, no signature": algorithm("none", empty=True),
    "alg nOnE, no signature": algorithm("nOnE", empty=True),
    "alg HS256": algorithm("HS256"),
    "alg HS256 under the public key": algorithm("HS256", key="pem"),
    "alg ES384": algorithm("ES384"),
    "another's key": of_another(TestKey("another", 0x6A75726174)),
    "another audience": lambda case, _: {**case.question, "audience": "https://elsewhere.example"},
    "another issuer": lambda case, _: {**case.question, "issuer": "elsewhere"},
}
# Another signature that is valid by the mathematics, and other spellings of the same two numbers.
RESPELLED: Ways = {
    "n - s": negated,
    "spare bits": spare_bits_set,
    "zero of r left out": first_byte_cut_off(zero=True),
    "33 bytes for each half": signature(lambda r, s: b"\0" + r + b"\0" + s),
    "48 bytes for each half": signature(lambda r, s: bytes(16) + r + bytes(16) + s),
}
