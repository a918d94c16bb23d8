"""What servers want, and what they say of themselves: a table and readers of this directory's own."""

from __future__ import annotations

import json
from typing import Any, NamedTuple
from urllib.parse import urlsplit

Json = dict[str, Any]

CLIENT_TYPE = "client-authentication+jwt"


class Row(NamedTuple):
    """What one product takes. `aud` is `issuer`, `token`, `invoked`, `iss`, or the audience itself."""

    aud: str
    typ: str | None
    longest: int
    needs: frozenset[str]
    grant_aud: str | None = None
    grant_longest: int = 60


NOTHING = frozenset[str]()
JTI = frozenset({"jwt_id"})
KID = frozenset({"key_id"})
BOTH = JTI | KID

# Written down from what the products are known to check. What nobody knows is chosen: the type of RFC 10070 with the
# issuer as audience and `JWT` with another, `jti` required, 60 seconds at most. No limit is 3600, the longest there is.
USABLE: dict[str, Row] = {
    "rfc-10070": Row("issuer", CLIENT_TYPE, 3600, NOTHING, "issuer", 3600),
    "keycloak": Row("issuer", CLIENT_TYPE, 60, JTI, "issuer", 300),
    "ory-hydra": Row("token", None, 3600, JTI, "token", 3600),
    "okta": Row("invoked", "JWT", 3600, NOTHING, "issuer"),
    "spring": Row("issuer", "JWT", 3600, NOTHING),
    "duende": Row("issuer", CLIENT_TYPE, 3600, JTI),
    "authelia": Row("issuer", CLIENT_TYPE, 60, JTI),
    "oidc-provider": Row("issuer", CLIENT_TYPE, 3600, JTI),
    "authlib": Row("issuer", CLIENT_TYPE, 3600, JTI, "issuer", 3600),
    "better-auth": Row("issuer", CLIENT_TYPE, 300, JTI),
    "zitadel": Row("issuer", CLIENT_TYPE, 3600, KID, "issuer", 3600),
    "glewlwyd": Row("invoked", None, 3600, NOTHING),
    "atproto": Row("issuer", None, 60, BOTH),
    "fapi2": Row("issuer", CLIENT_TYPE, 60, JTI),
    "singpass": Row("issuer", "JWT", 120, JTI),
    "corppass": Row("issuer", "JWT", 600, JTI),
    "apple-business": Row("https://account.apple.com/auth/oauth2/v2/token", "JWT", 3600, BOTH),
    "au-cdr": Row("issuer", "JWT", 300, JTI),
    # Where its metadata lists ES256.
    "smart": Row("token", "JWT", 300, BOTH),
    # Known for grants only.
    "servicenow": Row("issuer", CLIENT_TYPE, 60, JTI, "iss"),
}

# Why the others are refused.
UNSUPPORTED: dict[str, str] = {
    **dict.fromkeys(("auth0", "entra", "google", "salesforce", "maskinporten", "ibm", "oracle"), "SERVER_ALGORITHM"),
    **dict.fromkeys(("uk-open-banking", "brazil-open-banking", "smart"), "SERVER_ALGORITHM"),
    "apple-sign-in": "SERVER_CLIENT_SECRET",
    "gematik": "SERVER_AUDIENCE_LIST",
}


def client_for(i: Json) -> tuple[str, str | None]:
    """`aud` and `typ` of a client assertion."""
    if "issuer" in i:
        return i["issuer"], CLIENT_TYPE
    server = i["server"]
    row = USABLE[server["profile"]]
    contacted = i.get("endpoint_url", server.get("token_endpoint"))
    return {"issuer": server["issuer"], "token": server.get("token_endpoint"), "invoked": contacted}.get(
        row.aud, row.aud
    ), row.typ


def grant_aud(i: Json) -> str:
    if "server" not in i:
        return str(i["issuer"] if "issuer" in i else i["token_endpoint"])
    server = i["server"]
    rule = USABLE[server["profile"]].grant_aud
    assert rule is not None
    return str({"issuer": server["issuer"], "token": server.get("token_endpoint"), "iss": i["iss"]}[rule])


# --------------------------------------------------------------------------------------------------- metadata

ENDPOINTS = (
    "token_endpoint",
    "pushed_authorization_request_endpoint",
    "introspection_endpoint",
    "revocation_endpoint",
    "device_authorization_endpoint",
    "backchannel_authentication_endpoint",
)
# The endpoints that have lists of their own (RFC 8414 section 2).
LISTS = ("token", "introspection", "revocation")
GRANTS = ("client_credentials", "urn:ietf:params:oauth:grant-type:jwt-bearer")

SUPPORTED, UNLISTED, NOT_ADVERTISED, UNKNOWN = range(1, 5)


def metadata_line(document: bytes) -> str:
    """What a document says: URLs, then numbers for private_key_jwt, for ES256, and for grants."""
    found = {name: value for name, value in json.loads(document).items() if value is not None}

    def listed(member: str, value: str, absent: int) -> int:
        if member not in found:
            return absent
        return SUPPORTED if value in found[member] else UNLISTED

    methods = [
        # client_secret_basic is the default where there is one.
        listed(
            f"{name}_endpoint_auth_methods_supported",
            "private_key_jwt",
            UNKNOWN if name == "introspection" else NOT_ADVERTISED,
        )
        for name in LISTS
    ]
    algorithms = [listed(f"{name}_endpoint_auth_signing_alg_values_supported", "ES256", UNKNOWN) for name in LISTS]
    grants = [listed("grant_types_supported", name, NOT_ADVERTISED) for name in GRANTS]
    parts = {
        "endpoints": [found.get(name, "-") for name in ENDPOINTS],
        "private_key_jwt": methods,
        "es256": algorithms,
        "grants": grants,
    }
    return ";".join(f"{name}={','.join(map(str, values))}" for name, values in parts.items())


def well_known(form: int, issuer: str) -> str:
    url = urlsplit(issuer)
    path = url.path.removesuffix("/")
    name = "/.well-known/oauth-authorization-server" if form == 1 else "/.well-known/openid-configuration"
    return f"{url.scheme}://{url.netloc}" + (path + name if form == 3 else name + path)


# ------------------------------------------------------------------------------------------------------- HTTP


def head(method: str, url: str, *fields: str) -> str:
    """The head of a request (RFC 9112), up to the empty line."""
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if "?" in url else "")
    lines = [f"{method} {target} HTTP/1.1", f"Host: {parts.netloc}", "Connection: close", *fields]
    return "".join(f"{line}\r\n" for line in lines) + "\r\n"


def post(url: str, body: str) -> str:
    content_type = "Content-Type: application/x-www-form-urlencoded"
    # The length stands at the right of ten places.
    return head("POST", url, content_type, "Accept: application/json", f"Content-Length: {len(body):>10}") + body
