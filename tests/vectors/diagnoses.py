"""Requests that are refused, or would be, and why: what a diagnosis has to say of each.

The answers are written down here by hand, from what the causes mean; nothing computes them. Each request has one
defect, unless its comment says otherwise.
"""

from __future__ import annotations

import hmac
import json
import tomllib
from collections.abc import Iterator, Sequence
from email.utils import formatdate
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from encoder import (
    CLIENT_ASSERTION_TYPE,
    ENDPOINT,
    GRANT_TYPE,
    ISSUER,
    KEY,
    KEYS,
    NOW,
    OTHER_KEY,
    Json,
    b64,
    changed,
    compact,
    form,
    json_object,
    sha256,
    sign_hash,
    unb64,
)
from servers import CLIENT_TYPE

ROOT = Path(__file__).resolve().parents[2]


class Vector(NamedTuple):
    id: str
    comment: str
    input: Json
    expected: Json
    sizes: bool = False


# --------------------------------------------------------------------------------------------------- what is known

CLIENT = "device-7"
# Registered nowhere.
THIRD_KEY = "rfc7515-a3"
DATE = formatdate(NOW, usegmt=True)

HEADER: Json = {"typ": CLIENT_TYPE, "alg": "ES256", "kid": "k1"}
CLAIMS: Json = {"aud": ISSUER, "iss": CLIENT, "sub": CLIENT, "iat": NOW, "exp": NOW + 60, "jti": "id-1"}
GRANT_HEADER: Json = {"alg": "ES256", "kid": "k1"}
GRANT_CLAIMS: Json = CLAIMS | {"iss": "https://sts.example", "sub": "alice", "jti": "id-2"}


def raw(signing_input: str, key: str = KEY) -> bytes:
    return sign_hash(int(KEYS[key]["d"], 16), sha256(signing_input.encode()))


def der(signing_input: str) -> bytes:
    signature = raw(signing_input)
    return encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))


def signing_input(header: Json | str, claims: Json | str) -> str:
    parts = (part if isinstance(part, str) else compact(part) for part in (header, claims))
    return ".".join(b64(part.encode()) for part in parts)


def signed(header: Json | str, claims: Json | str, key: str = KEY) -> str:
    text = signing_input(header, claims)
    return f"{text}.{b64(raw(text, key))}"


def client(header: Json | None = None, key: str = KEY, **claims: Any) -> str:
    """A client assertion in order, but for these members; None leaves one out."""
    return signed(changed(HEADER, header or {}), changed(CLAIMS, claims), key)


def grant(header: Json | None = None, key: str = KEY, **claims: Any) -> str:
    return signed(changed(GRANT_HEADER, header or {}), changed(GRANT_CLAIMS, claims), key)


def with_signature(signature: bytes) -> str:
    return f"{signing_input(HEADER, CLAIMS)}.{b64(signature)}"


def encoded(*pairs: tuple[str, str]) -> str:
    return "&".join(f"{form(name)}={form(value)}" for name, value in pairs)


def sent(
    assertion: str | None,
    *more: tuple[str, str],
    grant: str | None = None,
    client_id: str | None = CLIENT,
    assertion_type: str | None = CLIENT_ASSERTION_TYPE,
    grant_type: str | None = None,
    **changes: Any,
) -> Json:
    """A request; `more` stands behind its parameters."""
    pairs = [
        ("grant_type", grant_type or ("client_credentials" if grant is None else GRANT_TYPE)),
        ("assertion", grant),
        ("client_assertion_type", None if assertion is None else assertion_type),
        ("client_assertion", assertion),
        ("client_id", None if assertion is None else client_id),
    ]
    base = {
        "method": "POST",
        "endpoint": ENDPOINT,
        "content_type": "application/x-www-form-urlencoded",
        "body": encoded(*((name, value) for name, value in pairs if value is not None), *more),
    }
    return changed(base, changes)


def answer(status: int, body: Json | str, *headers: tuple[str, str], date: int | None = NOW) -> Json:
    dated = () if date is None else (("Date", formatdate(date, usegmt=True)),)
    fields = [[name, value] for name, value in (*dated, *headers)]
    text = body if isinstance(body, str) else compact(body)
    return changed({"status": status, "headers": fields or None, "body": text}, {})


def error(code: str, description: str | None = None, *, status: int = 400) -> Json:
    return answer(status, changed({"error": code, "error_description": description}, {}))


INVALID_CLIENT = error("invalid_client", status=401)
INVALID_GRANT = error("invalid_grant")


def jwk(kid: str, key: str, **more: Any) -> Json:
    return {"kty": "EC", "crv": "P-256", "kid": kid, "x": KEYS[key]["x"], "y": KEYS[key]["y"]} | more


K1, K2 = jwk("k1", KEY), jwk("k2", OTHER_KEY)


def registration(**changes: Any) -> str:
    base = {
        "client_id": CLIENT,
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "ES256",
        "grant_types": ["client_credentials", GRANT_TYPE],
        "scope": "meter:read meter:write",
        "jwks": {"keys": [K1, K2]},
    }
    return compact(changed(base, changes))


def metadata(**changes: Any) -> str:
    base = {
        "issuer": ISSUER,
        "token_endpoint": ENDPOINT,
        "grant_types_supported": ["client_credentials", GRANT_TYPE],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256"],
    }
    return compact(changed(base, changes))


# What a device knows that has nothing but its own configuration and clock.
DEVICE: Json = {
    "request": sent(client()),
    "response": INVALID_CLIENT,
    "sent_at": NOW,
    "received_at": NOW + 1,
    "clock": {"source": "ntp", "uncertainty_s": 1},
    "issuer": ISSUER,
    "profile": "rfc-10070",
    "seen_jti": ["id-0"],
}
SCOPE = ("scope", "meter:read")
# Everything.
ALL: Json = DEVICE | {
    "request": sent(client(), SCOPE),
    "metadata": metadata(),
    "registration": registration(),
    "key": KEY,
}


# ---------------------------------------------------------------------------------------------------- what is said

# In the order of the numbers.
WANTED = (
    *("", "request", "assertion", "issuer", "keys", "registration", "time", "seen_ids", "profile", "metadata"),
    *("key", "verifier", "server_log"),
)
CHECKS = (
    *("http_method", "content_type", "parameters", "client_authentication", "grant_type", "assertion"),
    *("assertion_type", "structure", "length", "purpose", "algorithm", "type_header", "header_members"),
    *("issuer_and_subject", "client_id", "client", "auth_method", "audience", "time_unit", "clock", "expiration"),
    *("not_before", "issued_at", "lifetime", "jwt_id", "replay", "key_id", "key", "signature_form", "signature"),
    *("claims", "scope", "proof_of_possession", "metadata"),
)


def listed(items: Sequence[str]) -> str:
    return ",".join(items) or "-"


def said(*causes: str, among: Sequence[str] = (), wants: str = "") -> str:
    number = str(WANTED.index(wants)) if wants else "-"
    return f"causes={listed(causes)};among={listed(among)};wants={number}"


def any_of(*codes: str, wants: str, aside: Sequence[str] = ()) -> str:
    """Nothing tells these apart, and `aside` is not what the answer is about."""
    return said(*(f"{code}/consistent" for code in (*codes, *aside)), among=codes, wants=wants)


def checked(line: str, *, failed: str = "", undecided: str = "", absent: str = "scope") -> str:
    """The line of a check; `absent` is what there was nothing to check of. All else has passed."""
    groups = [group.split() for group in (failed, undecided, absent)]
    for group in groups:
        assert group == [name for name in CHECKS if name in group], group
    passed = len(CHECKS) - sum(map(len, groups))
    return f"{line};failed={listed(groups[0])};undecided={listed(groups[1])};passed={passed}"


# What depends on registration, keys and metadata.
UNREGISTERED = "grant_type algorithm client auth_method key signature metadata"


# ----------------------------------------------------------------------------------------------------- inspections


def inspections() -> Iterator[Vector]:
    def one(
        name: str, comment: str, assertion: str, *causes: str, kind: str = "client_assertion", form: str = "raw"
    ) -> Vector:
        line = f"kind={kind};signature={form};causes={listed(causes)}"
        return Vector(f"inspect-{name}", comment, {"do": "inspect", "assertion": assertion}, {"output": line})

    malformed = "assertion_malformed/proven"
    head, body, signature = client().split(".")
    yield one("client", "Nothing is odd.", client())
    yield one("grant", "iss and sub differ, and typ does not say what it is for.", grant(), kind="grant")
    escaped = compact(CLAIMS).replace('"sub":"device-7"', '"sub":"\\u0064evice\\u002d7"')
    yield one("escapes", "iss and sub are the same text, written in two ways.", signed(HEADER, escaped))

    unsigned = f"{signing_input(HEADER | {'alg': 'None'}, CLAIMS)}."
    yield one("none", "In any case.", unsigned, "algorithm_none/proven", form="empty")
    for name, alg, how in (
        ("symmetric", "HS256", "proven"),
        ("lower-case", "es256", "proven"),
        ("number", 7, "proven"),
        ("other", "RS256", "consistent"),
    ):
        comment = "That of another key may be right; what is none never is."
        yield one(f"alg-{name}", comment, client({"alg": alg}), f"algorithm_unsupported/{how}")

    # The next one of the alphabet: of an even number, the last bit is one that no byte has.
    stray = body[:-1] + chr(ord(body[-1]) + 1)
    assert len(body) % 4 in {2, 3} and unb64(stray) == unb64(body)
    for name, comment, text in (
        ("padding", "RFC 7515 section 2.", f"{head}=.{body}.{signature}"),
        ("stray-bits", "Another text stands for the same claims.", f"{head}.{stray}.{signature}"),
        ("line-end", "As base64 of mail has it.", f"{head}\r\n.{body}.{signature}"),
        ("bearer", "A word before it.", f"Bearer {client()}"),
        ("five-segments", "JWE has as many.", f"{client()}.x.y"),
        ("claim-twice", "RFC 7519 section 4.", signed(HEADER, compact(CLAIMS)[:-1] + ',"\\u0061ud":""}')),
        ("claims-array", "No object.", signed(HEADER, "[1]")),
        ("header-no-json", "Quotation marks of another kind.", signed("{'alg':'ES256'}", CLAIMS)),
    ):
        yield one(name, comment, text, malformed)
    comment = "A JSON string instead of its content: a quotation mark at each end, and one defect."
    yield one("quoted", comment, f'"{client()}"', malformed)
    yield one("two-segments", "No signature, and no dot before it.", f"{head}.{body}", malformed, form="empty")
    yield one("nothing", "One segment, of no characters.", "", malformed, form="empty")

    as_der = with_signature(der(f"{head}.{body}"))
    yield one("der", "As crypto libraries write it.", as_der, "signature_der/proven", form="der")
    twice = signing_input(HEADER, compact(CLAIMS)[:-1] + ',"jti":7}')
    twice = f"{twice}.{b64(der(twice))}"
    yield one("several", "Everything that is odd, not the first.", twice, malformed, "signature_der/proven", form="der")
    zero = with_signature(bytes(64))
    yield one("zero", "No signature has r = 0.", zero, "signature_invalid/proven", form="out_of_range")
    for name, length, shown in (("short", 63, "other_length"), ("long", 65, "other_length"), ("raw-empty", 0, "empty")):
        yield one(
            f"signature-{name}",
            "Where 64 bytes are wanted.",
            with_signature(bytes(range(length))),
            "signature_encoding/proven",
            form=shown,
        )
    padded = f"{client()}=="
    yield one("signature-padding", "64 bytes, and padding.", padded, "signature_encoding/proven")
    yield one("signature-removed", "As it is pasted into a ticket.", f"{head}.{body}.<removed>", form="removed")

    for name, claims, causes in (
        ("parties-missing", {"iss": None, "sub": None}, ["issuer_missing/proven", "subject_missing/proven"]),
        (
            "parties-differ",
            {"sub": "alice"},
            ["issuer_subject_mismatch/proven", "purpose_confused/consistent"],
        ),
        ("audience-missing", {"aud": None}, ["audience_missing/proven"]),
        ("audience-empty-list", {"aud": []}, ["audience_missing/proven"]),
        ("audience-number", {"aud": 7}, ["audience_mismatch/proven"]),
        ("audience-list", {"aud": [ISSUER, ENDPOINT]}, ["audience_multiple/consistent"]),
        ("times", {"iat": "now", "exp": None}, ["time_unit/proven", "exp_missing/proven"]),
        ("exp-before-iat", {"exp": NOW}, ["lifetime_invalid/proven"]),
        ("lifetime", {"exp": NOW + 3601}, ["lifetime_too_long/consistent"]),
        ("jti-missing", {"jti": None}, ["jti_missing/consistent"]),
        ("jti-number", {"jti": 7}, ["jti_invalid/proven"]),
    ):
        yield one(name, "One claim, or two, that are not in order.", client(**claims), *causes)
    for name, header, cause in (
        ("crit", {"crit": ["b64"], "b64": False}, "header_member_refused/proven"),
        ("header-member", {"x-note": 1}, "header_member_refused/consistent"),
        ("kid-missing", {"kid": None}, "kid_missing/consistent"),
        ("typ", {"typ": "at+jwt"}, "type_header_refused/consistent"),
    ):
        yield one(name, "A header parameter that is not in order.", client(header), cause)


# ---------------------------------------------------------------------------------------------------------- checks


def checks() -> Iterator[Vector]:
    def one(name: str, comment: str, base: Json, expected: str, **changes: Any) -> Vector:
        given = changed(base, {"response": None} | changes)
        return Vector(f"check-{name}", comment, {"do": "check"} | given, {"output": expected})

    nothing = said()
    yield one("in-order", "Everything is known, and everything is right.", ALL, checked(nothing, absent=""))
    both = sent(client(), SCOPE, grant=grant({"kid": "g1"}, OTHER_KEY))
    published = {"document": compact({"keys": [jwk("g1", OTHER_KEY)]})}
    yield one(
        "both-in-order",
        "A client assertion and a grant, whose keys are published elsewhere.",
        ALL,
        checked(nothing, absent=""),
        request=both,
        jwks=published,
    )
    kinds = ["client_credentials", "refresh_token"]
    yield one(
        "refresh-token",
        "Any grant type that the server and the client have.",
        ALL,
        checked(nothing),
        request=sent(client(), ("refresh_token", "x"), grant_type="refresh_token"),
        metadata=metadata(grant_types_supported=kinds),
        registration=registration(grant_types=kinds),
    )
    device = said(wants="keys")
    yield one("device", "Configuration and clock.", DEVICE, checked(device, undecided=UNREGISTERED))
    late = answer(401, {"error": "invalid_client"}, date=NOW + 3600)
    comment = "An answer does not count, nor does its date."
    yield one("answer", comment, DEVICE, checked(device, undecided=UNREGISTERED), response=late)
    yield one(
        "request-alone",
        "Nothing passes for want of evidence.",
        {"request": sent(client())},
        checked(
            said(wants="issuer"),
            undecided="grant_type algorithm type_header client auth_method audience time_unit clock expiration "
            "issued_at lifetime replay key signature proof_of_possession metadata",
        ),
    )
    assertion_checks = " ".join(CHECKS[CHECKS.index("structure") : CHECKS.index("claims") + 1])
    yield one(
        "nothing",
        "A request of which nothing is known.",
        {"request": {}},
        checked(
            said(wants="request"),
            undecided="http_method content_type parameters client_authentication proof_of_possession metadata",
            absent=f"grant_type assertion assertion_type {assertion_checks} scope",
        ),
    )
    for name, comment, changes, wants, undecided in (
        (
            "no-registration",
            "Nor keys.",
            {"registration": None},
            "keys",
            "grant_type client auth_method key signature scope",
        ),
        (
            "no-keys",
            "A registration without them.",
            {"registration": registration(jwks=None)},
            "keys",
            "key signature",
        ),
        ("no-metadata", "Of RFC 8414.", {"metadata": None}, "metadata", "grant_type metadata"),
        ("no-seen-ids", "They are not known: a replay is not excluded.", {"seen_jti": None}, "seen_ids", "replay"),
        (
            "no-time",
            "Neither a clock nor a date.",
            {"sent_at": None, "received_at": None, "clock": None},
            "time",
            "time_unit clock expiration issued_at",
        ),
        (
            "no-uncertainty",
            "A clock that may be wrong by any number of seconds.",
            {"clock": {"source": "rtc"}},
            "time",
            "time_unit clock expiration",
        ),
        (
            "no-profile",
            "What the server takes besides.",
            {"profile": None},
            "profile",
            "type_header lifetime proof_of_possession",
        ),
        (
            "no-issuer",
            "The endpoint does not tell it.",
            {"issuer": None, "metadata": None},
            "issuer",
            "grant_type audience metadata",
        ),
        (
            "assertion-removed",
            "A placeholder stands for it.",
            {"request": sent("<removed>", SCOPE)},
            "assertion",
            assertion_checks,
        ),
        (
            "signature-removed",
            "A placeholder stands for it; the key is known by kid.",
            {"request": sent(f"{signing_input(HEADER, CLAIMS)}.[removed]", SCOPE)},
            "assertion",
            "signature_form signature",
        ),
    ):
        expected = checked(said(wants=wants), undecided=undecided, absent="")
        yield one(name, comment, ALL, expected, **changes)
    yield one("no-seen-id-at-all", "None was sent: that is known.", ALL, checked(nothing, absent=""), seen_jti=[])

    spoiled = sent(client(aud=f"{ISSUER}/", iat=NOW - 200, exp=NOW - 140), SCOPE, SCOPE, method="GET")
    yield one(
        "several",
        "The method, a parameter twice, the audience, the time and a replay: in the order in which servers look.",
        DEVICE,
        checked(
            said(
                "http_method_wrong/proven",
                "parameter_duplicated/proven",
                "audience_near_miss/proven",
                "expired/proven",
                "jti_replayed/proven",
            ),
            failed="http_method parameters audience expiration replay",
            undecided="grant_type algorithm client auth_method key signature scope metadata",
            absent="",
        ),
        request=spoiled,
        seen_jti=["id-1"],
    )
    claims = changed(CLAIMS, {"sub": "alice", "aud": "https://other.example", "iat": "now", "exp": None, "jti": 7})
    text = signing_input(HEADER | {"crit": ["b64"]}, claims)
    crowd = sent(
        f"{text}.{b64(der(text))}",
        SCOPE,
        SCOPE,
        method="GET",
        headers=[["Authorization", "Basic eDp5"]],
        assertion_type=GRANT_TYPE + "s",
    )
    yield one(
        "twelve",
        "A thirteenth that is proven takes the place of one that is not: iss and sub of a grant.",
        DEVICE,
        checked(
            said(
                "http_method_wrong/proven",
                "parameter_duplicated/proven",
                "multiple_client_auth/proven",
                "assertion_type_wrong/proven",
                "signature_der/proven",
                "header_member_refused/proven",
                "issuer_subject_mismatch/proven",
                "client_id_mismatch/proven",
                "audience_mismatch/proven",
                "time_unit/proven",
                "exp_missing/proven",
                "jti_invalid/proven",
            ),
            failed="http_method parameters client_authentication assertion_type purpose header_members "
            "issuer_and_subject client_id audience time_unit expiration jwt_id signature_form",
            undecided="grant_type algorithm client auth_method key signature scope metadata",
            absent="clock issued_at lifetime replay",
        ),
        request=crowd,
    )
    other = metadata(issuer=f"{ISSUER}/")
    yield one(
        "metadata-of-another",
        "RFC 8414 section 3.3: nothing of it counts.",
        ALL,
        checked(
            said("metadata_unusable/consistent", wants="metadata"), failed="metadata", undecided="grant_type", absent=""
        ),
        metadata=other,
    )
    yield one(
        "proof-of-possession",
        "Or a client certificate, which a request does not show.",
        ALL,
        checked(said("proof_of_possession_required/consistent"), failed="proof_of_possession", absent=""),
        profile="fapi2",
    )
    dpop = sent(client(), SCOPE, headers=[["DPoP", "eyJ"]])
    yield one(
        "dpop", "Whether it is right is not looked at.", ALL, checked(nothing, absent=""), profile="fapi2", request=dpop
    )


# ---------------------------------------------------------------------------------------------------- explanations


def explanations() -> Iterator[Vector]:
    def one(name: str, comment: str, expected: str, base: Json = DEVICE, **changes: Any) -> Vector:
        given = {"do": "explain"} | changed(base, changes)
        return Vector(f"explain-{name}", comment, given, {"output": expected})

    def proven(name: str, comment: str, cause: str, *more: str, base: Json = DEVICE, **changes: Any) -> Vector:
        return one(name, comment, said(f"{cause}/proven", *more), base, **changes)

    def stated(name: str, comment: str, cause: str, *more: str, **changes: Any) -> Vector:
        return one(name, comment, said(f"{cause}/stated", *more), **changes)

    yield from of_requests(proven, stated)
    yield from of_assertions(one, proven)
    yield from of_times(proven)
    yield from of_keys(one, proven)
    yield from of_answers(one, proven, stated)
    yield from of_texts(one, proven, stated)
    yield from of_two_assertions(one, proven, stated)


def of_requests(proven: Any, stated: Any) -> Iterator[Vector]:
    good = client()
    page = answer(405, "<html>405</html>")
    proxy = "not_oauth_response/consistent"
    comment = "The page is what follows from it."
    yield proven("get", comment, "http_method_wrong", proxy, request=sent(good, method="GET"), response=page)
    body = compact({"grant_type": "client_credentials", "client_assertion": good})
    unseen = error("unsupported_grant_type")
    yield proven(
        "json-body",
        "What is no form has no grant type.",
        "content_type_wrong",
        request=sent(good, body=body, content_type="application/json; charset=utf-8"),
        response=unseen,
    )
    comment = "The header is right, the body is not."
    yield proven("json-in-form", comment, "content_type_wrong", request=sent(good, body=f" {body}"), response=unseen)
    bad = error("invalid_request")
    comment = "No Content-Type was sent, which is known."
    yield proven("no-content-type", comment, "content_type_wrong", request=sent(good, content_type=""), response=bad)
    unknown = sent(good, content_type=None)
    comment = "Whether one was sent is not known: the status says it."
    yield stated("415", comment, "content_type_wrong", request=unknown, response=answer(415, ""))

    comment = "RFC 6749 section 3.2."
    yield proven("scope-twice", comment, "parameter_duplicated", request=sent(good, SCOPE, SCOPE), response=bad)
    comment = "RFC 6749 section 2.3: one mechanism."
    basic = sent(good, headers=[["authorization", "Basic eDp5"]])
    yield proven("authorization", comment, "multiple_client_auth", request=basic, response=bad)
    yield proven("client-secret", comment, "multiple_client_auth", request=sent(good, ("client_secret", "x")))
    comment = "RFC 7523 section 2.2."
    yield proven("no-type", comment, "assertion_type_wrong", request=sent(good, assertion_type=None))
    comment = "The grant type of a JWT bearer grant: two names for what was confused."
    confused = sent(good, assertion_type=GRANT_TYPE)
    yield proven("type-of-a-grant", comment, "assertion_type_wrong", "purpose_confused/proven", request=confused)
    comment = "An empty parameter is none (RFC 6749 section 3.2)."
    yield proven("empty-assertion", comment, "assertion_missing", request=sent("", client_id=None))
    without = sent(None, ("refresh_token", "x"), grant_type="refresh_token")
    yield proven("no-assertion", "No client authentication at all.", "assertion_missing", request=without)
    comment = "The server wants client authentication, and there is a grant only."
    yield stated("grant-alone", comment, "assertion_missing", request=sent(None, grant=grant()))
    large = client(note="n" * 6200)
    assert len(large) > 8192
    comment = "It is long, and the status says so."
    yield stated("413", comment, "assertion_too_long", request=sent(large), response=answer(413, ""))

    comment = "The metadata does not list it."
    exchange = "urn:ietf:params:oauth:grant-type:token-exchange"
    unlisted = metadata(grant_types_supported=[exchange])
    yield proven("grant-type", comment, "grant_type_unsupported", metadata=unlisted, response=unseen)
    comment = "The client is not registered for it."
    code = registration(grant_types=["authorization_code"], jwks=None)
    yield proven(
        "grant-type-of-client",
        comment,
        "grant_type_unsupported",
        registration=code,
        response=error("unauthorized_client"),
    )
    typo = sent(good, grant_type="client-credentials")
    comment = "A grant type that no list has."
    yield proven(
        "grant-type-typo", comment, "grant_type_unsupported", metadata=metadata(), request=typo, response=unseen
    )


def of_assertions(one: Any, proven: Any) -> Iterator[Vector]:
    def claims(name: str, comment: str, cause: str, *more: str, **changes: Any) -> Vector:
        return proven(name, comment, cause, *more, request=sent(client(**changes)))

    head, body, signature = client().split(".")
    lines = "\n".join(body[at : at + 64] for at in range(0, len(body), 64))
    comment = "Wrapped, as PEM is."
    yield proven("wrapped", comment, "assertion_malformed", request=sent(f"{head}.{lines}.{signature}"))
    none = f"{signing_input(HEADER | {'alg': 'none'}, CLAIMS)}."
    yield proven("none", "Unsigned.", "algorithm_none", request=sent(none))
    yield proven(
        "symmetric", "That is client_secret_jwt.", "algorithm_unsupported", request=sent(client({"alg": "HS256"}))
    )
    rsa = metadata(token_endpoint_auth_signing_alg_values_supported=["RS256"])
    yield proven("es256-unlisted", "By the metadata.", "algorithm_unsupported", metadata=rsa)
    rsa = registration(token_endpoint_auth_signing_alg="RS256", jwks=None)
    yield proven("es256-unregistered", "By the registration.", "algorithm_unsupported", registration=rsa)
    basic = registration(token_endpoint_auth_method="client_secret_basic", jwks=None)
    method = "auth_method_unsupported"
    yield proven("auth-method", "By the registration.", method, registration=basic)
    unauthorized = error("unauthorized_client")
    comment = "Another code for the same."
    yield proven("unauthorized-client", comment, method, registration=basic, response=unauthorized)
    unlisted = metadata(token_endpoint_auth_methods_supported=["client_secret_basic"])
    yield proven("auth-method-unlisted", "By the metadata.", method, metadata=unlisted)

    yield proven("typ", "This server takes another one.", "type_header_refused", profile="singpass")
    comment = "Its older versions refuse it, its newer ones do not look."
    open_here = ("client_unknown", "signature_invalid", "kid_unknown", "type_header_refused")
    yield one("typ-of-some-versions", comment, any_of(*open_here, wants="registration"), profile="spring")
    crit = sent(client({"crit": ["b64"], "b64": True}))
    yield proven("crit", "RFC 7515 section 4.1.11.", "header_member_refused", request=crit)
    note = sent(client({"x-note": 1}))
    yield proven(
        "header-member",
        "This server refuses what it does not know.",
        "header_member_refused",
        request=note,
        profile="authlib",
        response=error("invalid_client", "Unsupported 'x-note' in header"),
    )
    comment = "A claim that this server does not know, in a grant."
    extra = sent(None, grant=grant(extra=1))
    yield proven("claim", comment, "claim_forbidden", request=extra, profile="maskinporten", response=INVALID_GRANT)

    yield claims("no-iss", "Absent.", "issuer_missing", iss=None)
    yield claims("no-sub", "A number is no name.", "subject_missing", sub=7)
    other = sent(client(sub="alice"), client_id=None)
    comment = "It looks like a grant, too."
    yield proven("iss-sub", comment, "issuer_subject_mismatch", "purpose_confused/consistent", request=other)
    comment = "The parameter names another client."
    yield proven("client-id", comment, "client_id_mismatch", request=sent(client(), client_id="device-8"))
    jwt = sent(client({"typ": "JWT"}), client_id=None)
    comment = "This server needs the parameter."
    yield proven("client-id-required", comment, "client_id_mismatch", request=jwt, profile="spring")
    registered = registration(client_id="device-8", jwks=None)
    yield proven("client-of-another", "Registered under another id.", "client_unknown", registration=registered)

    yield claims("no-aud", "Absent.", "audience_missing", aud=None)
    yield claims("aud-list", "Of two, one of them the issuer.", "audience_multiple", aud=[ISSUER, ENDPOINT])
    comment = "Of one: RFC 10070 allows it, and not every server does."
    few = ("client_unknown", "audience_multiple", "signature_invalid", "kid_unknown")
    listed_aud = sent(client(aud=[ISSUER]))
    yield one("aud-list-of-one", comment, any_of(*few, wants="registration"), request=listed_aud)
    for name, aud in (
        ("slash", f"{ISSUER}/"),
        ("case", "https://AS.example"),
        ("port", f"{ISSUER}:443"),
        ("scheme", "http://as.example"),
    ):
        yield claims(f"aud-{name}", "Servers compare byte by byte.", "audience_near_miss", aud=aud)
    realm = f"{ISSUER}/realm"
    percent = sent(client(aud=f"{ISSUER}/r%65alm"))
    yield proven("aud-encoding", "Servers compare byte by byte.", "audience_near_miss", request=percent, issuer=realm)
    yield claims("aud-host", "Of another environment.", "audience_mismatch", aud="https://staging.example")
    yield claims("aud-path", "Of another tenant.", "audience_mismatch", aud=f"{ISSUER}/other")
    yield claims("aud-endpoint", "RFC 10070 excludes it.", "audience_mismatch", aud=ENDPOINT)
    hydra = "This server takes its token endpoint only."
    yield proven("aud-issuer", hydra, "audience_mismatch", profile="ory-hydra", token_endpoint=ENDPOINT)

    yield proven("no-jti", "This server wants it.", "jti_missing", request=sent(client(jti=None)), profile="keycloak")
    comment = "Whether this server wants it is not known."
    maybe = ("jti_missing", "client_unknown", "signature_invalid", "kid_unknown")
    yield one("no-jti-maybe", comment, any_of(*maybe, wants="registration"), request=sent(client(jti=None)))
    yield claims("empty-jti", "No id.", "jti_invalid", jti="")
    yield proven("replay", "By the ids that were sent before.", "jti_replayed", seen_jti=["id-0", "id-1"])


def of_times(proven: Any) -> Iterator[Vector]:
    def one(name: str, comment: str, cause: str, *more: str, changes: Json | None = None, **claims: Any) -> Vector:
        return proven(name, comment, cause, *more, request=sent(client(**claims)), **(changes or {}))

    def of(profile: str, description: str | None = None) -> Json:
        return {"profile": profile, "response": error("invalid_client", description, status=401)}

    def device(sent_at: int) -> Json:
        return {"sent_at": sent_at, "received_at": sent_at + 1}

    yield one("no-exp", "Absent.", "exp_missing", exp=None)
    yield one("no-iat", "This server wants it.", "iat_missing", changes=of("zitadel"), iat=None)
    comment = "With iat this server would count from there, and take it."
    more = "lifetime_too_long/consistent"
    yield one("no-iat-far-exp", comment, "iat_missing", more, changes=of("keycloak"), iat=None, exp=NOW + 600)
    yield one("exp-text", "A number in quotes is none.", "time_unit", exp=str(NOW + 60))
    later = "issued_in_future/consistent"
    yield one("milliseconds", "iat is far ahead then.", "time_unit", later, iat=NOW * 1000, exp=NOW * 1000 + 60000)
    from_2000 = NOW - 946684800
    past = "expired/consistent"
    comment = "Seconds since 2000: long past, if it were the right epoch."
    yield one("epoch-2000", comment, "time_unit", past, changes=device(from_2000), iat=from_2000, exp=from_2000 + 60)
    slow, fast = NOW - 3600, NOW + 3600
    expired = "expired/proven"
    comment = "By the date of the answer; expired is what follows."
    yield one("clock-slow", comment, "clock_skew", expired, changes=device(slow), iat=slow, exp=slow + 60)
    comment = "By the date of the answer; this server refuses an iat that is ahead."
    authlib = of("authlib", "The token is not valid as it was issued in the future")
    ahead = "issued_in_future/proven"
    yield one("clock-fast", comment, "clock_skew", ahead, changes=device(fast) | authlib, iat=fast, exp=fast + 60)
    yield one("clock-unset", "Seconds since power-on.", "clock_skew", expired, changes=device(73), iat=73, exp=133)
    yield one("expired", "The clock is right: it was kept too long.", "expired", iat=NOW - 150, exp=NOW - 90)
    yield one("nbf", "The clock is right.", "not_yet_valid", nbf=NOW + 50)
    comment = "The clock is right; this server takes 60 seconds."
    yield one("iat-ahead", comment, "issued_in_future", changes=authlib, iat=NOW + 90, exp=NOW + 150)
    comment = "This server takes an assertion for 60 seconds."
    yield one("iat-old", comment, "issued_too_long_ago", changes=of("keycloak"), iat=NOW - 100)
    comment = "This server takes 300 seconds."
    yield one("lifetime", comment, "lifetime_too_long", changes=of("better-auth"), exp=NOW + 600)
    comment = "Valid at no time; and it has expired, within what a date tells."
    yield one("no-lifetime", comment, "lifetime_invalid", "expired/consistent", exp=NOW)


def of_keys(one: Any, proven: Any) -> Iterator[Vector]:
    def key(name: str, comment: str, cause: str, assertion: str, **changes: Any) -> Vector:
        return proven(name, comment, cause, base=ALL, request=sent(assertion, SCOPE), **changes)

    several = {"profile": "authlib", "response": error("invalid_client", "No key for kid: 'None'")}
    yield key("kid-missing", "It has several keys there.", "kid_missing", client({"kid": None}), **several)
    yield key("kid-unknown", "The key is registered, under another one.", "kid_unknown", client({"kid": "k3"}))
    yield key("kid-of-another", "Of the other registered key.", "kid_mismatch", client({"kid": "k2"}))
    stranger = client({"kid": "k3"}, THIRD_KEY)
    yield key("key-unknown", "Neither key nor kid is registered.", "key_unknown", stranger, key=THIRD_KEY)
    nobody = registration(jwks={"keys": []})
    yield key("no-keys", "The client is registered without keys.", "key_unknown", client(), registration=nobody)
    yield key("key-mismatch", "Another key has this kid there.", "key_mismatch", client(None, THIRD_KEY), key=THIRD_KEY)
    uri = registration(jwks=None, jwks_uri="https://keys.example/device-7.json")
    rotated = {
        "document": compact({"keys": [K1 | {"nbf": NOW - 60}]}),
        "source": "https://keys.example/device-7.json",
        "fetched_at": NOW - 10,
        "max_age": 3600,
    }
    comment = "A key of this minute: the server may have an older copy of the set."
    behind = ("key_not_propagated", "client_unknown", "jti_replayed", "type_header_refused")
    yield one("key-of-today", comment, any_of(*behind, wants="server_log"), ALL, registration=uri, jwks=rotated)

    text = signing_input(HEADER, CLAIMS)
    good = raw(text)
    r, s = good[:32], good[32:]
    as_der = sent(with_signature(der(text)))
    yield proven("der", "As crypto libraries write it.", "signature_der", request=as_der)
    yield proven("s-missing", "32 bytes.", "signature_encoding", request=sent(with_signature(r)))
    swapped = with_signature(s + r)
    yield key("swapped", "s before r: it verifies in that order.", "signature_encoding", swapped)
    reversed_ = with_signature(r[::-1] + s[::-1])
    yield key("little-endian", "It verifies in the other byte order.", "signature_encoding", reversed_)
    zero = with_signature(bytes(64))
    yield proven("zero", "No signature has r = 0.", "signature_invalid", request=sent(zero))
    flipped = with_signature(bytes([*good[:40], good[40] ^ 1, *good[41:]]))
    yield key("flipped-bit", "Not even the key that signs verifies it.", "signature_invalid", flipped)
    comment = "Without the key that signs, it may be right, and the key wrong."
    which = ("signature_invalid", "key_mismatch", "signing_input_altered")
    yield one("flipped-or-other-key", comment, any_of(*which, wants="key"), ALL, request=sent(flipped, SCOPE), key=None)
    hashed_twice = with_signature(sign_hash(int(KEYS[KEY]["d"], 16), sha256(sha256(text.encode()))))
    yield key("hashed-twice", "The signer hashes what is a hash.", "signing_input_altered", hashed_twice)
    nul = with_signature(raw(f"{text}\0"))
    yield key("nul", "A NUL was signed, too.", "signing_input_altered", nul)


def of_answers(one: Any, proven: Any, stated: Any) -> Iterator[Vector]:
    unknown = ("client_unknown", "auth_method_unsupported", "signature_invalid", "kid_unknown")
    comment = "Nothing that a device knows speaks against these; the registration would."
    yield one("device", comment, any_of(*unknown, wants="registration"))
    comment = "Everything that can be known is right: only the server can tell."
    elsewhere = ("client_unknown", "jti_replayed", "type_header_refused", "key_not_propagated")
    yield one("all-right", comment, any_of(*elsewhere, wants="server_log"), ALL)
    comment = "The assertion was taken out."
    unseen = ("audience_mismatch", "expired", "signature_invalid", "key_unknown")
    yield one("assertion-removed", comment, any_of(*unseen, wants="assertion"), request=sent("<jwt>"))
    rs256 = ("algorithm_unsupported", "client_unknown", "auth_method_unsupported", "key_not_propagated")
    comment = "Whether the key is one of RSA is not known."
    yield one("rs256", comment, any_of(*rs256, wants="registration"), request=sent(client({"alg": "RS256"})))
    comment = "A defect, but invalid_client is not about the grant type."
    exchange = metadata(grant_types_supported=["urn:ietf:params:oauth:grant-type:token-exchange"])
    line = any_of(*unknown, wants="registration", aside=["grant_type_unsupported"])
    yield one("not-the-grant-type", comment, line, metadata=exchange)
    comment = "It is noted, and hardly ever the reason."
    line = any_of(*unknown, wants="registration", aside=["metadata_unusable"])
    yield one("metadata-of-another", comment, line, metadata=metadata(issuer="https://other.example"))

    scope = error("invalid_scope")
    yield stated("invalid-scope", "The client was authenticated.", "scope_invalid", response=scope)
    old = sent(client(iat=NOW - 150, exp=NOW - 90))
    comment = "The client was authenticated, so that it had not expired there."
    yield stated("invalid-scope-expired", comment, "scope_invalid", "expired/consistent", request=old, response=scope)
    target = error("invalid_target")
    yield stated("invalid-target", "RFC 8707 section 2.", "resource_invalid", response=target)
    code = sent(client(), ("code", "SplxlOBeZQQYbYS6WxSbIA"), grant_type="authorization_code")
    comment = "There is no grant of ours: the code was refused."
    yield stated("code-refused", comment, "grant_refused", request=code, response=INVALID_GRANT)
    comment = "The client was authenticated."
    unauthorized = error("unauthorized_client")
    yield stated("unauthorized", comment, "grant_type_unsupported", response=unauthorized)
    nonce = answer(400, {"error": "use_dpop_nonce"}, ("DPoP-Nonce", "n"))
    yield stated("dpop-nonce", "RFC 9449 section 8.", "dpop_nonce_required", response=nonce)
    proof = error("invalid_dpop_proof")
    yield stated("dpop-proof", "RFC 9449 section 5.", "proof_of_possession_required", response=proof)
    known = error("jti_known")
    comment = "A code of its own. The id was not sent before from here."
    yield stated("jti-known", comment, "jti_replayed", response=known)

    moved = answer(307, "", ("Location", "https://as.example/login"))
    yield proven("redirect", "It is not followed.", "not_oauth_response", response=moved)
    page = answer(404, "<html>404</html>", ("Content-Type", "text/html"))
    yield proven("404", "A page.", "not_oauth_response", response=page)
    comment = "A wall before the server, or a refusal without a word."
    wall = ("client_unknown", "signature_invalid", "kid_unknown", "not_oauth_response")
    yield one("403", comment, any_of(*wall, wants="registration"), response=answer(403, ""))
    busy = answer(429, "", ("Retry-After", "120"))
    comment = "Nothing was judged: that it has expired is another thing."
    yield stated("429", comment, "rate_limited", "expired/consistent", request=old, response=busy)
    overloaded = error("temporarily_unavailable")
    yield stated("unavailable", "RFC 6749 has the code elsewhere.", "rate_limited", response=overloaded)
    broken = error("server_error", status=500)
    yield stated("500", "The server's own words.", "server_fault", response=broken)
    comment = "Some servers fail on times."
    foreign = answer(500, "{}")
    yield proven("500-expired", comment, "expired", "server_fault/stated", request=old, response=foreign)
    token = {"access_token": "2YotnFZFEjr1zCsicMWpAA", "token_type": "Bearer", "expires_in": 60}
    granted = answer(200, token | {"scope": "meter:read"})
    wide = sent(client(aud="https://wrong.example"), ("scope", "meter:read meter:write"))
    yield stated("scope-reduced", "A token, for less.", "scope_reduced", request=wide, response=granted)
    comment = "A token: what looks wrong here did not matter."
    yield one("token", comment, said(), request=wide, response=answer(200, token))


def of_texts(one: Any, proven: Any, stated: Any) -> Iterator[Vector]:
    reuse = error("invalid_client", "Token reuse detected")
    comment = "A text that the profile knows."
    yield stated("reuse-at-keycloak", comment, "jti_replayed", profile="keycloak", response=reuse, seen_jti=None)
    comment = "The same from nobody in particular is a hint."
    hinted = ("jti_replayed", "client_unknown", "signature_invalid", "kid_unknown")
    yield one("reuse", comment, any_of(*hinted, wants="seen_ids"), profile=None, response=reuse, seen_jti=None)
    unrecognizable = error("error", "The error is unrecognizable", status=500)
    hydra = {"profile": "ory-hydra", "token_endpoint": ENDPOINT, "response": unrecognizable}
    comment = "The text stands for times, too, and these are right."
    yield stated("hydra-500", comment, "server_fault", request=sent(client(aud=ENDPOINT)), **hydra)
    comment = "The same text, and the time is not right."
    old = sent(client(aud=ENDPOINT, iat=NOW - 150, exp=NOW - 90))
    yield proven("hydra-500-expired", comment, "expired", request=old, **hydra)
    comment = "The same, of an assertion that is not at hand: one of four."
    four = ("expired", "not_yet_valid", "issued_in_future", "server_fault")
    line = said("expired/stated", *(f"{code}/consistent" for code in four[1:]), among=four, wants="assertion")
    yield one("hydra-500-removed", comment, line, request=sent("<removed>"), **hydra)
    wrong = error("invalid_client", "The client_assertion token is expired.", status=401)
    okta = sent(client({"typ": "JWT"}, aud=ENDPOINT))
    comment = "What is seen here says otherwise: both are said."
    yield stated("contradicted", comment, "expired", request=okta, profile="okta", response=wrong)
    no_key = error("invalid_client", "Unable to load public key")
    comment = "It is registered: then the server has an older copy."
    line = said("key_not_propagated/stated", "kid_unknown/consistent")
    yield one("contradicted-key", comment, line, ALL, profile="keycloak", response=no_key)
    nothing = error("invalid_request", "no client authentication mechanism provided")
    comment = "The parameters were sent, and not seen: whether as a form is not known."
    line = said("content_type_wrong/stated", "assertion_missing/consistent")
    request = sent(client(), content_type=None)
    yield one("contradicted-form", comment, line, request=request, profile="oidc-provider", response=nothing)
    subject = error("invalid_grant", "Invalid 'sub' value in assertion")
    comment = "Whom the server knows, only it knows."
    alone = sent(None, grant=grant())
    yield stated("unknown-subject", comment, "subject_unknown", request=alone, profile="authlib", response=subject)

    aud_removed = sent("<removed>")
    grant_removed = sent(None, grant="<removed>")
    used = error("jti_known", "The jti was already used. Claim 'jti' from 'client_assertion' MUST only be used once.")
    comment = "A sentence of another fault is in it: that there is no jti."
    at_hydra = {"profile": "ory-hydra", "token_endpoint": ENDPOINT}
    request = sent(client(aud=ENDPOINT))
    yield stated("hydra-replay", comment, "jti_replayed", request=request, response=used, seen_jti=None, **at_hydra)
    ory_grant = (
        "The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token is "
        "invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was "
        "issued to another client. The JWT in 'assertion' request parameter MUST contain an 'aud' (audience) claim"
    )
    comment = "The reason stands behind 229 characters that are always the same."
    missing = error("invalid_grant", f"{ory_grant}.")
    yield stated("hydra-grant-no-aud", comment, "audience_missing", request=grant_removed, response=missing, **at_hydra)
    comment = "It goes on: then there is one."
    ending = f" containing a value '{ENDPOINT}' that identifies the authorization server as an intended audience."
    other = error("invalid_grant", ory_grant + ending)
    audience = ("audience_mismatch/stated", "audience_near_miss/consistent")
    two = ("audience_mismatch", "audience_near_miss")
    line = said(*audience, among=two, wants="assertion")
    yield one("hydra-grant-aud", comment, line, request=grant_removed, response=other, **at_hydra)
    comment = "What follows the word is taken for a token; the sentence is known without it."
    bearer = "The audience of the JWT Bearer Grant must match the the issuer of the authorization server."
    response = error("invalid_grant", bearer)
    yield one("okta-grant-aud", comment, line, request=grant_removed, response=response, profile="okta")
    comment = "As Keycloak had it up to 26.4."
    older = (
        "Client authentication with signed JWT failed: Token audience doesn't match domain. Expected audiences are any"
    )
    response = error("invalid_client", older)
    three = ("audience_mismatch", "audience_missing", "audience_near_miss")
    line = said(
        "audience_mismatch/stated", *(f"{code}/consistent" for code in three[1:]), among=three, wants="assertion"
    )
    yield one("keycloak-older-aud", comment, line, request=aud_removed, response=response, profile="keycloak")
    comment = "The same words of a refresh token, which is not looked at."
    inactive = error("invalid_grant", "Token is not active")
    request = sent(client(), ("refresh_token", "x"), grant_type="refresh_token")
    refresh = {"request": request, "response": inactive, "profile": "keycloak"}
    yield stated("refresh-token-inactive", comment, "grant_refused", **refresh)
    comment = "A client assertion, whose refusal has a code of grants there."
    invalid = error("invalid_grant", "audience is not valid: Audience must contain client_id")
    line = said(*audience, among=two, wants="assertion")
    yield one("zitadel-aud", comment, line, request=aud_removed, response=invalid, profile="zitadel")
    comment = "Of everything that is wrong with a client assertion, though the code stands for a grant type."
    failed = error("unauthorized_client", "JWT assertion failed")
    hidden = ("audience_mismatch", "expired", "signature_invalid", "key_unknown")
    line = any_of(*hidden, wants="assertion")
    yield one("zitadel-unauthorized", comment, line, request=aud_removed, response=failed, profile="zitadel")
    comment = "Of a text, 512 characters are read."
    reuse_behind = error("invalid_client", f"{'many words ' * 46}Token reuse detected")
    at_keycloak = {"profile": "keycloak", "seen_jti": None}
    line = any_of(*hidden, wants="assertion")
    yield one("text-too-long", comment, line, request=aud_removed, response=reuse_behind, **at_keycloak)
    reuse_within = error("invalid_client", f"{'many words ' * 44}Token reuse detected")
    yield stated("text-long", comment, "jti_replayed", response=reuse_within, **at_keycloak)

    unknown = ("client_unknown", "auth_method_unsupported", "signature_invalid", "kid_unknown")
    for name, description in (
        ("everything", "expired audience signature algorithm jti reuse 'exp' client_id public key twice"),
        ("escapes", "\u001b[31mred\u001b[0m \u202e'; DROP TABLE clients; --\r\n\u0000"),
        ("jwt", f"got {client()} and eyJhbGciOiJub25lIn0.e30."),
        ("long", "x" * 2000),
    ):
        hostile = error("invalid_client", description, status=401)
        comment = "A text that changes nothing."
        yield one(f"hostile-{name}", comment, any_of(*unknown, wants="registration"), response=hostile)


def of_two_assertions(one: Any, proven: Any, stated: Any) -> Iterator[Vector]:
    comment = "Of a grant nothing is known but itself."
    open_of_grant = ("client_unknown", "signature_invalid", "kid_unknown", "subject_unknown")
    alone = sent(None, grant=grant())
    yield one("grant", comment, any_of(*open_of_grant, wants="keys"), request=alone, response=INVALID_GRANT)
    old = {"iat": NOW - 150, "exp": NOW - 90}
    both = sent(client(), grant=grant(**old))
    comment = "invalid_grant is about the grant."
    yield proven("both-invalid-grant", comment, "expired", request=both, response=INVALID_GRANT)
    comment = "The same request; invalid_client is about the client assertion."
    unknown = ("client_unknown", "auth_method_unsupported", "signature_invalid", "kid_unknown")
    line = any_of(*unknown, wants="registration", aside=["expired"])
    yield one("both-invalid-client", comment, line, request=both)
    comment = "Both have expired: the cause is there once for each, that of the grant first."
    twice = sent(client(**old), grant=grant(**old))
    yield proven("both-expired", comment, "expired", "expired/consistent", request=twice, response=INVALID_GRANT)
    comment = "invalid_request is about either."
    yield proven("both-invalid-request", comment, "expired", request=both, response=error("invalid_request"))
    typed = sent(None, grant=grant({"typ": CLIENT_TYPE}))
    comment = "A grant with the type of a client assertion."
    yield proven("grant-typed-as-client", comment, "purpose_confused", request=typed, response=INVALID_GRANT)
    same = client()
    comment = "One JWT for both purposes: what authenticates a client is no grant."
    doubled = sent(same, grant=same)
    yield proven("same-jwt-twice", comment, "purpose_confused", request=doubled, response=INVALID_GRANT)


# -------------------------------------------------------------------------------------------------------- refusals


def refusals() -> Iterator[Vector]:
    deep = compact({"client_id": json.loads("[" * 32 + "]" * 32)})
    for name, comment, cause, argument, changes in (
        ("client-id", "A number.", "WRONG_TYPE", "registration", {"registration": compact({"client_id": 7})}),
        ("grant-types", "A text.", "WRONG_TYPE", "registration", {"registration": compact({"grant_types": "a"})}),
        ("deep", "33 levels.", "TOO_DEEP", "registration", {"registration": deep}),
        ("surrogate", "Half of a pair.", "INVALID_JSON", "registration", {"registration": '{"client_id":"\\ud800"}'}),
        ("keys", "No list.", "WRONG_TYPE", "jwks", {"registration": compact({"jwks": {"keys": {}}})}),
        ("no-keys", "No member keys.", "WRONG_TYPE", "jwks", {"registration": compact({"jwks": {}})}),
        ("body", "A byte that is no UTF-8.", "NOT_UTF8", "request_body", {"request": {"body": "client_id=%ff"}}),
        ("hash-key", "15 bytes.", "WRONG_LENGTH", "hash_key", {"json": True, "hash_key": "00" * 15}),
    ):
        given = {"do": "explain"} | DEVICE | changes
        yield Vector(f"explain-refused-{name}", comment, given, {"cause": cause, "argument": argument})


# ------------------------------------------------------------------------------------------------------------ JSON

VERSION = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]
HASH_KEY = bytes(range(16))

FIXES = {
    "audience_near_miss": "Spell aud exactly as the server does: slash, upper and lower case, port and scheme count.",
    "client_unknown": "Use the client id (in a grant, the issuer) under which it is registered at this server and "
    "tenant.",
    "exp_missing": "Set exp, in seconds since 1970: iat + 60.",
    "expired": "Mint the assertion right before it is sent, and use it once.",
    "kid_unknown": "Send the kid under which the key is registered, or register the key under this kid.",
    "rate_limited": "Wait as long as Retry-After says, then send a fresh assertion.",
    "signature_der": "Convert the signature from DER to r and s, 32 bytes each, before it is encoded.",
    "signature_invalid": "Sign the bytes that are sent, header.claims, with SHA-256 and the registered key, and send "
    "the signature unchanged.",
    "subject_unknown": "Set sub to a subject that the server knows for this issuer.",
}
NEEDS_KEYS = "Give the public keys that are registered (jwks): kid and signature are compared with them."
NEEDS_SEEN = "Give the jti values that were sent before: a replay shows by them."
DOES_NOT_PROVE = ["a user's consent", "what a resource server will allow", "the audience of the access token"]
OF_ASSERTION = (
    *("assertion_parameter", "assertion_header", "issuer", "subject", "audience", "expiration", "issued_at"),
    *("not_before", "jwt_id", "signing_algorithm", "key_id", "assertion_sha256", "signature_form"),
)
RECORD = (
    *("versions", "causes", "authorization_server_metadata", "issuer_identifier", "token_endpoint", "client_id"),
    *(*OF_ASSERTION, "other_assertion", "jwks_state", "signing_key", "server_error", "clock", "profile"),
    "does_not_prove",
)


def cause(code: str, how: str, *evidence: str) -> Json:
    return {"code": code, "class": how, "evidence": list(evidence), "fix": FIXES[code]}


def hashed(text: str) -> str:
    return f"hmac-sha256:{hmac.digest(HASH_KEY, text.encode(), 'sha256')[:16].hex()}"


def thumbprint(key: str) -> str:
    members = {"crv": "P-256", "kty": "EC", "x": KEYS[key]["x"], "y": KEYS[key]["y"]}
    return b64(sha256(compact(members).encode()))


def clock(**known: int | str) -> Json:
    names = ("source", "uncertainty_s", "sent_at", "received_at", "server_date", "ahead_s")
    return {name: known.get(name, "absent") for name in names}


def server_error(status: int, shape: str, **known: Any) -> Json:
    base = {"error": "absent", "error_description": "absent", "error_uri": "absent", "content_type": "absent"}
    return {"status": status, "shape": shape} | base | {"dpop_nonce": False, "retry_after": False} | known


def of_assertion(parameter: str, assertion: str, header: Json, claims: Json, **shown: str) -> Json:
    """Header and claims are given in clear; `shown` has what is not."""
    known = {
        "assertion_parameter": parameter,
        "assertion_header": {name: header.get(name, "absent") for name in ("typ", "alg", "kid")}
        | {"other_members": False},
        "issuer": claims["iss"],
        "subject": claims["sub"],
        "audience": claims["aud"],
        "expiration": claims["exp"],
        "issued_at": claims["iat"],
        "not_before": "absent",
        "jwt_id": claims["jti"],
        "signing_algorithm": header["alg"],
        "key_id": header["kid"],
        "assertion_sha256": sha256(assertion.encode()).hex(),
        "signature_form": "raw",
    }
    assert tuple(known) == OF_ASSERTION
    return known | shown


def record(causes: Sequence[Json], **known: Any) -> Json:
    """Every member, in the order in which they are written."""
    known |= {"versions": {"jurat": VERSION, "record": 1}, "causes": [each["code"] for each in causes]}
    known |= {"does_not_prove": DOES_NOT_PROVE}
    assert not known.keys() - set(RECORD)
    return {name: known.get(name, "absent") for name in RECORD}


def explained(causes: list[Json], next_step: str, among: Sequence[str] = (), **known: Any) -> Json:
    return {
        "causes": causes,
        "cannot_distinguish": list(among),
        "next_step": next_step,
        "evidence": record(causes, **known),
    }


def as_bytes(document: Json | str) -> Json:
    text = document if isinstance(document, str) else compact(document)
    return {"bytes": text.encode().hex()}


def documents() -> Iterator[Vector]:
    options: Json = {"json": True, "hash_key": HASH_KEY.hex()}

    claims = changed(CLAIMS, {"exp": None, "note": "\u00e9"})
    text = signing_input('{ "alg" : "ES256", "kid" : "k\\u0031" }', claims)
    assertion = f"{text}.{b64(der(text))}"
    causes = [
        cause("signature_der", "proven", "the signature is DER: a SEQUENCE of two INTEGERs"),
        cause("exp_missing", "proven", "exp is absent"),
    ]
    members = {
        "kind": compact("client_assertion"),
        "header": '{ "alg" : "ES256", "kid" : "k\\u0031" }',
        "claims": compact(claims),
        "signature": compact("der"),
        "sha256": compact(sha256(assertion.encode()).hex()),
        "causes": compact(causes),
        "next_step": compact(FIXES["signature_der"]),
    }
    comment = "Header and claims stand there as they were sent."
    data = {"do": "inspect", "assertion": assertion, "json": True}
    yield Vector("inspect-json", comment, data, as_bytes(json_object(list(members.items()))), sizes=True)

    causes = [cause("rate_limited", "stated", "the status of the answer: 429", "it has no Retry-After")]
    expected = explained(causes, FIXES["rate_limited"], server_error=server_error(429, "empty"), clock=clock())
    data = {"do": "explain", "request": {}, "response": answer(429, "", date=None)} | options
    yield Vector("explain-json-nothing", "Every member is there.", data, as_bytes(expected), sizes=True)

    old = {"iat": NOW - 150, "exp": NOW - 90}
    granted = grant({"kid": "g1"}, OTHER_KEY, **old)
    published = {
        "document": compact({"keys": [jwk("g1", OTHER_KEY, nbf=NOW - 9000)]}),
        "source": "https://user@keys.example/sts.json?v=1",
        "fetched_at": NOW - 600,
        "max_age": 3600,
    }
    description = f"the assertion of alice for device-7 has expired: {granted}"
    data = (
        {"do": "explain"}
        | ALL
        | options
        | {
            "request": sent(client(), SCOPE, grant=granted),
            "response": error("invalid_grant", description),
            "metadata_fetched_at": NOW - 700,
            "jwks": published,
            "hash_client_id": True,
            "hash_jwt_id": True,
        }
    )
    repeated = "the assertion of [hashed] for [hashed] has expired: [removed]"
    causes = [cause("expired", "proven", "seconds from exp to when it was judged: 89", f"the server says: {repeated}")]
    of_server = {
        "issuer": ISSUER,
        "token_endpoint": ENDPOINT,
        "methods": {"private_key_jwt": "supported"},
        "algorithms": {"ES256": "supported"},
        "fetched_at": NOW - 700,
        "sha256": sha256(metadata().encode()).hex(),
    }
    of_keys = {
        "source": "https://keys.example/sts.json",
        "fetched_at": NOW - 600,
        "max_age": 3600,
        "registered": [
            {"kid": kid, "thumbprint": thumbprint(key), "activated_at": "absent"}
            for kid, key in (("k1", KEY), ("k2", OTHER_KEY))
        ],
        "published": [{"kid": "g1", "thumbprint": thumbprint(OTHER_KEY), "activated_at": NOW - 9000}],
    }
    who = {"issuer": hashed("https://sts.example"), "subject": hashed("alice"), "jwt_id": hashed("id-2")}
    client_itself = {"issuer": hashed(CLIENT), "subject": hashed(CLIENT), "jwt_id": hashed("id-1")}
    expected = explained(
        causes,
        FIXES["expired"],
        authorization_server_metadata=of_server,
        issuer_identifier=ISSUER,
        token_endpoint=ENDPOINT,
        client_id=hashed(CLIENT),
        **of_assertion("assertion", granted, GRANT_HEADER | {"kid": "g1"}, GRANT_CLAIMS | old, **who),
        other_assertion=of_assertion("client_assertion", client(), HEADER, CLAIMS, **client_itself),
        jwks_state=of_keys,
        signing_key=thumbprint(KEY),
        server_error=server_error(400, "oauth", error="invalid_grant", error_description=repeated),
        clock=clock(source="ntp", uncertainty_s=1, sent_at=NOW, received_at=NOW + 1, server_date=NOW),
        profile={"id": "rfc-10070", "source": "RFC 7523, and RFC 10070 as its draft -10", "date": "2026-04"},
    )
    comment = "Everything that a record can have; whom it speaks of is hashed, in the server's text, too."
    yield Vector("explain-json-everything", comment, data, as_bytes(expected))

    hostile = f"\u001b[31m{granted}\u001b[0m'; DROP TABLE clients; -- \"\\"
    data = (
        {"do": "explain"}
        | options
        | {
            "request": sent(None, grant=grant(), method=None, content_type=None),
            "response": error("invalid_grant", hostile),
            "show_grant": True,
        }
    )
    open_here = ("client_unknown", "signature_invalid", "kid_unknown", "subject_unknown")
    causes = [cause(code, "consistent", "nothing that is known speaks against it") for code in open_here]
    harmless = "[[removed] [0m'; DROP TABLE clients; -- \"\\"
    expected = explained(
        causes,
        NEEDS_KEYS,
        open_here,
        token_endpoint=ENDPOINT,
        **of_assertion("assertion", grant(), GRANT_HEADER, GRANT_CLAIMS),
        server_error=server_error(400, "oauth", error="invalid_grant", error_description=harmless),
        clock=clock(server_date=NOW),
    )
    comment = "A text that is to do harm, and a grant in clear."
    yield Vector("explain-json-hostile", comment, data, as_bytes(expected))

    near = client(aud=f"{ISSUER}/")
    data = {"do": "check"} | changed(ALL, {"response": None, "seen_jti": None}) | options
    data["request"] = sent(near, SCOPE)
    causes = [
        cause(
            "audience_near_miss",
            "proven",
            f"aud is {ISSUER}/, the issuer identifier is {ISSUER}",
            "they differ by a final slash",
        )
    ]
    statuses = {name: {"status": "passed"} for name in CHECKS}
    statuses["audience"] = {"status": "failed"}
    statuses["replay"] = {"status": "not_decidable", "needs": NEEDS_SEEN}
    listed_checks = [{"check": name} | status for name, status in statuses.items()]
    expected = {"checks": listed_checks} | explained(
        causes,
        FIXES["audience_near_miss"],
        authorization_server_metadata=of_server | {"fetched_at": "absent"},
        issuer_identifier=ISSUER,
        token_endpoint=ENDPOINT,
        client_id=CLIENT,
        **of_assertion("client_assertion", near, HEADER, CLAIMS | {"aud": f"{ISSUER}/"}),
        jwks_state={
            "source": "absent",
            "fetched_at": "absent",
            "max_age": "absent",
            "registered": of_keys["registered"],
            "published": "absent",
        },
        signing_key=thumbprint(KEY),
        clock=clock(source="ntp", uncertainty_s=1, sent_at=NOW, received_at=NOW + 1),
        profile={"id": "rfc-10070", "source": "RFC 7523, and RFC 10070 as its draft -10", "date": "2026-04"},
    )
    yield Vector("check-json", "What became of each check, and what one lacks.", data, as_bytes(expected))


def vectors() -> Iterator[Vector]:
    yield from inspections()
    yield from checks()
    yield from explanations()
    yield from documents()
    yield from refusals()
