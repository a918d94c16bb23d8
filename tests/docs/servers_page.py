"""Writes py/docs/servers.md from the profiles: `python tests/docs/servers_page.py`; a test compares the two."""

from __future__ import annotations

from pathlib import Path

import jurat

PAGE = Path(__file__).resolve().parents[2] / "py" / "docs" / "servers.md"

HEAD = """\
# Servers

What a server takes as `aud`, `typ` and lifetime is its *profile*. Name it where the server is configured, as
`jurat.Server(issuer=…, profile="keycloak")` or with `--profile keycloak`; without one it is `rfc-10070`. What a server
has to know of the client is the same everywhere: `token_endpoint_auth_method` is `private_key_jwt`,
`token_endpoint_auth_signing_alg` is `ES256`, and the public key is given as `jwks` or `jwks_uri`, with `use` = `sig`.
What `jurat.registration` writes has all of them.

In the tables, *client* is what to configure on this side besides the issuer identifier. *Longest* is the most seconds
from `iat` to `exp` that jurat lets through, which is 60 where the limit is not known. *Ahead* and *after `exp`* are the
seconds that the server forgives a clock. What a table rests on stands in its last line.

A server that is set up in another way gets a profile of its own:

```python
import jurat

ours = jurat.Profile.named("keycloak").replace(id="our-keycloak", max_lifetime=300)
server = jurat.Server(issuer="https://sso.example/realms/plant", profile=ours)
print(server.profile.audience, server.profile.max_lifetime)
```

```text
issuer 300
```
"""

REFUSED = """\
## Servers that do not take it

These are known not to take what jurat makes; with their profiles an assertion is refused before anything is sent.

| profile | product | why | source |
| --- | --- | --- | --- |
"""

WHY = {
    "refused": "no ES256 among its algorithms",
    "client_secret": "it takes an ES256 JWT as `client_secret`, which is another object",
    "audience_list": "it wants a list of audiences",
}

# What the data cannot say.
NOTES = {
    "keycloak": "An assertion is used within 60 s of its `iat`, unless the client's setting there is another. `typ` is "
    "not looked at.",
    "ory-hydra": "Register the client with `token_endpoint_auth_signing_alg` = `ES256`: the default is RS256.",
    "okta": "`kid` is needed when the client has several keys. Client assertions and grants have different audiences.",
    "spring": "The algorithm is that of the client's settings. Up to 6.5 a `typ` other than `JWT` is refused.",
    "duende": "An assertion with this `typ` is held to the strict rules.",
    "authelia": "Its list of allowed audiences is configured, and has to have the issuer identifier.",
    "oidc-provider": "For its FAPI 2.0 mode, take the profile `fapi2`. `typ` is not looked at.",
    "authlib": "The application decides which audiences it takes, and finds the key. `typ` is not looked at.",
    "better-auth": "`kid` is needed when the client has several keys. `typ` is not looked at.",
    "zitadel": "In a grant, `iss` has to be `sub`. `typ` is not looked at.",
    "glewlwyd": "`jti` is required if the client is set up so. `typ` is not looked at.",
    "smart": "The algorithms of the standard are RS384 and ES384: ES256 goes through only where the metadata lists it.",
    "servicenow": "For JWT bearer grants; it is not known to take client assertions.",
}


def audience(value: str | None) -> str:
    names = {
        None: "not known to take any",
        "issuer": "the issuer identifier",
        "token_endpoint": "the token endpoint",
        "invoked_endpoint": "the endpoint that is contacted",
        "client_id": "the client id",
    }
    return names.get(value) or f"`{value}`"


def seconds(value: int | None) -> str:
    return "not known" if value is None else f"{value} s"


def client(profile: jurat.Profile) -> str:
    needed = []
    if profile.audience in {"token_endpoint", "invoked_endpoint"} or profile.grant_audience == "token_endpoint":
        needed.append("the token endpoint")
    if profile.es256 == "if_advertised":
        needed.append("the metadata")
    if profile.key_id == "required":
        needed.append("the key id")
    if profile.key_id == "certificate_thumbprint":
        needed.append("the certificate's thumbprint")
    return ", ".join(needed) or "nothing"


def section(profile: jurat.Profile) -> str:
    key_id = {"optional": "optional", "required": "required", "certificate_thumbprint": "`x5t#S256` is required"}
    rows = [
        ("client", client(profile)),
        ("`aud`", audience(profile.audience)),
        ("`typ`", "left out" if profile.type is None else f"`{profile.type}`"),
        ("lifetime", f"{profile.lifetime} s, longest {profile.max_lifetime} s"),
        ("`kid`", key_id[profile.key_id]),
        ("`jti`", "required" if profile.jwt_id_required else "not required; it is sent all the same"),
        ("`client_id`", "sent beside the assertion" if profile.send_client_id else "not sent"),
        ("clock", f"ahead {seconds(profile.future_tolerance)}, after `exp` {seconds(profile.expiry_tolerance)}"),
        ("`aud` of grants", audience(profile.grant_audience)),
    ]
    if profile.grant_audience is not None:
        rows.append(("longest grant", f"{profile.grant_max_lifetime} s"))
    if profile.not_before:
        rows.append(("`nbf`", "sent, as `iat`"))
    if profile.claims_refused:
        rows.append(("more claims", "refused"))
    if profile.proof_of_possession:
        rows.append(("besides", "DPoP (RFC 9449) or a client certificate (RFC 8705), which jurat does not make"))
    rows.append(("source", f"{profile.source}, {profile.date}"))
    lines = [
        f"## {profile.id}",
        "",
        f"{profile.product[0].upper()}{profile.product[1:]}.",
        "",
        "| | |",
        "| --- | --- |",
    ]
    lines += [f"| {name} | {value} |" for name, value in rows]
    if profile.id in NOTES:
        lines += ["", NOTES[profile.id]]
    return "\n".join([*lines, ""])


def page() -> str:
    profiles = [jurat.Profile.named(name) for name in jurat.Profile.names()]
    parts = [HEAD, *(section(profile) for profile in profiles if profile.es256 not in WHY)]
    if unknown := set(NOTES) - {profile.id for profile in profiles}:
        raise ValueError(f"notes about no profile: {unknown}")
    refused = [
        f"| `{profile.id}` | {profile.product} | {WHY[profile.es256]} | {profile.source}, {profile.date} |\n"
        for profile in profiles
        if profile.es256 in WHY
    ]
    return "\n".join([*parts, REFUSED + "".join(refused)])


if __name__ == "__main__":
    PAGE.write_text(page())
