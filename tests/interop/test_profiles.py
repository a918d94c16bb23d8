"""Each server profile of jurat against a server with that product's rules, at every limit and one second beyond.

The rules are those of ``profile_server.py``, which was written from the products' sources and documents and
not from jurat's table. For the products that run here, ``test_exchange.py`` asks them themselves.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

import jurat
from judges import CLIENT_ASSERTION_TYPE, CLIENT_ID, GRANT_ISSUER, Key, Response, Server, post, start_server

NOW = 1_800_000_000

# The profiles that can be used, and the servers whose rules they have to please.
PRODUCTS = {
    "keycloak": ["keycloak"],
    "ory-hydra": ["hydra"],
    "okta": ["okta"],
    "spring": ["spring-6.5", "spring-7"],
    "duende": ["duende", "duende-strict"],
    "authelia": ["authelia"],
    "oidc-provider": ["oidc-provider"],
    "authlib": ["authlib"],
    "better-auth": ["better-auth"],
    "zitadel": ["zitadel"],
    "glewlwyd": ["glewlwyd"],
    "atproto": ["atproto"],
    "fapi2": ["fapi2"],
    "singpass": ["singpass"],
    "corppass": ["corppass"],
    "apple-business": ["apple-business"],
    "au-cdr": ["au-cdr"],
}
PAIRS = [(profile, server) for profile, servers in PRODUCTS.items() for server in servers]


def known(tolerance: str) -> list[tuple[str, str]]:
    """The pairs whose profile knows this."""
    return [pair for pair in PAIRS if getattr(jurat.Profile.named(pair[0]), tolerance) is not None]


# No client assertions, no ES256 unless advertised, or no product.
OTHERS = {"servicenow", "smart", "rfc-10070"}
REFUSED = {
    *("auth0", "entra", "google", "salesforce", "maskinporten", "ibm", "oracle", "uk-open-banking"),
    *("brazil-open-banking", "apple-sign-in", "gematik"),
}
ENDPOINTS = {
    "token_endpoint": "/token",
    "pushed_authorization_request_endpoint": "/par",
    "introspection_endpoint": "/introspect",
    "revocation_endpoint": "/revoke",
    "device_authorization_endpoint": "/device_authorization",
    "backchannel_authentication_endpoint": "/bc-authorize",
}

Start = Callable[[str], Server]


@pytest.fixture(scope="module")
def start(key: Key) -> Iterator[Start]:
    running: dict[str, Server] = {}

    def started(product: str) -> Server:
        if product not in running:
            client = {"client_id": CLIENT_ID, "jwks": key.jwks, "token_endpoint_auth_signing_alg": "ES256"}
            issuers = [{"iss": GRANT_ISSUER, "jwks": key.jwks}]
            config = {"profile": product, "clients": [client], "issuers": issuers, "now": NOW}
            running[product] = start_server("profile", config)
        at(running[product], NOW)
        return running[product]

    yield started
    for server in running.values():
        server.stop()


@pytest.fixture(scope="module")
def signer(key: Key) -> jurat.SigningKey:
    return jurat.SigningKey.load(key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def at(server: Server, now: int) -> None:
    assert requests.post(f"{server.issuer}/control/time", json={"now": now}, timeout=10).status_code == 204


def configured(server: Server, profile: str | jurat.Profile, **changes: Any) -> jurat.Server:
    given = {"issuer": server.issuer, "token_endpoint": server.token_endpoint, "insecure_http": True, **changes}
    return jurat.Server(profile=profile, **given)


def ask(
    server: Server,
    signer: jurat.SigningKey,
    key: Key,
    profile: str | jurat.Profile,
    endpoint: str = "token_endpoint",
    **claims: Any,
) -> Response:
    """Asks with an assertion that is made now, unless it says otherwise."""
    url = server.issuer + ENDPOINTS[endpoint]
    client = jurat.ClientAssertion(
        client_id=CLIENT_ID,
        key_id=key.kid,
        server=configured(server, profile),
        endpoint=endpoint,
        endpoint_url=url,
        insecure_http=True,
        **{"issued_at": NOW, **claims},
    )
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": CLIENT_ASSERTION_TYPE,
        "client_assertion": client.sign(signer),
        "client_id": CLIENT_ID,
    }
    return post(url, urlencode(form))


def taken(answer: Response) -> bool:
    # ATProto has no client_credentials, and says so once it knows who asks.
    return answer.status in (200, 201) or 'Grant type "client_credentials" is not' in answer.json.get(
        "error_description", ""
    )


def test_every_profile_stands_in_a_table_here() -> None:
    assert set(jurat.Profile.names()) == set(PRODUCTS) | OTHERS | REFUSED


@pytest.mark.parametrize(("profile", "product"), PAIRS)
def test_a_profile_gets_a_token(profile: str, product: str, start: Start, signer: jurat.SigningKey, key: Key) -> None:
    server = start(product)
    endpoint = "pushed_authorization_request_endpoint" if profile == "atproto" else "token_endpoint"
    for _ in range(2):
        answer = ask(server, signer, key, profile, endpoint)
        assert answer.status in (200, 201), answer.text


# What another profile makes is refused: the rules are really asked about.
WRONG = [
    *[("rfc-10070", product) for product in ("hydra", "okta", "glewlwyd", "spring-6.5", "singpass", "corppass")],
    ("spring", "duende-strict"),
    ("okta", "zitadel"),
    ("ory-hydra", "atproto"),
    ("ory-hydra", "fapi2"),
    ("oidc-provider", "apple-business"),
    ("atproto", "singpass"),
]


@pytest.mark.parametrize(("profile", "product"), WRONG)
def test_another_profile_gets_none(
    profile: str, product: str, start: Start, signer: jurat.SigningKey, key: Key
) -> None:
    assert not taken(ask(start(product), signer, key, profile))


@pytest.mark.parametrize(("profile", "product"), known("future_tolerance"))
def test_a_clock_that_is_fast(profile: str, product: str, start: Start, signer: jurat.SigningKey, key: Key) -> None:
    tolerance = jurat.Profile.named(profile).future_tolerance
    assert tolerance is not None
    server = start(product)
    for ahead, expected in [(tolerance, True), (tolerance + 1, False)]:
        # Some look at `nbf` alone.
        ahead_of = {"issued_at": NOW + ahead, "not_before": NOW + ahead}
        assert taken(ask(server, signer, key, profile, **ahead_of)) == expected, ahead


@pytest.mark.parametrize(("profile", "product"), known("expiry_tolerance"))
def test_an_assertion_that_arrives_late(
    profile: str, product: str, start: Start, signer: jurat.SigningKey, key: Key
) -> None:
    tolerance = jurat.Profile.named(profile).expiry_tolerance
    assert tolerance is not None
    if profile == "zitadel":
        tolerance = -1  # As its row says in a comment: it ends a second early.
    server = start(product)
    for late, expected in [(tolerance - 1, True), (tolerance, False)]:
        at(server, NOW + 30 + late)
        assert taken(ask(server, signer, key, profile, lifetime=30)) == expected, late


# The products that run here, asked themselves. FAPI 2.0 only says what a server has to take at least.
REAL = {"oidc_default": "oidc-provider", "authlib": "authlib", "better_auth": "better-auth"}


def in_one_second(ask: Callable[[int], Response]) -> Response:
    """What the server answered in the second that the assertion was made for."""
    for _ in range(20):
        time.sleep(1.02 - time.time() % 1)
        now = int(time.time())
        answer = ask(now)
        if int(time.time()) == now:
            return answer
    raise AssertionError("no answer within a second")


def real_answer(server: Server, signer: jurat.SigningKey, key: Key, profile: str, **claims: Any) -> Response:
    client = jurat.ClientAssertion(
        client_id=CLIENT_ID, key_id=key.kid, server=configured(server, profile), **{"lifetime": 30, **claims}
    )
    return post(server.token_endpoint, jurat.TokenRequest(client=client).sign(signer))


@pytest.mark.parametrize("name", REAL)
def test_a_real_server_and_a_clock_that_is_fast(
    name: str, request: pytest.FixtureRequest, signer: jurat.SigningKey, key: Key
) -> None:
    server: Server = request.getfixturevalue(name)
    tolerance = jurat.Profile.named(REAL[name]).future_tolerance
    assert tolerance is not None
    for ahead, expected in [(tolerance, True), (tolerance + 1, False)]:
        answer = in_one_second(
            lambda now, ahead=ahead: real_answer(
                server, signer, key, REAL[name], issued_at=now + ahead, not_before=now + ahead
            )
        )
        assert (answer.status == 200) == expected, (ahead, answer.text)


@pytest.mark.parametrize("name", REAL)
def test_a_real_server_and_an_assertion_that_arrives_late(
    name: str, request: pytest.FixtureRequest, signer: jurat.SigningKey, key: Key
) -> None:
    server: Server = request.getfixturevalue(name)
    tolerance = jurat.Profile.named(REAL[name]).expiry_tolerance
    assert tolerance is not None
    for late, expected in [(tolerance - 1, True), (tolerance, False)]:
        answer = in_one_second(
            lambda now, late=late: real_answer(server, signer, key, REAL[name], issued_at=now - 30 - late)
        )
        assert (answer.status == 200) == expected, (late, answer.text)


@pytest.mark.parametrize("lifetime", [300, 301])
def test_a_real_better_auth_and_the_longest_lifetime(
    lifetime: int, better_auth: Server, signer: jurat.SigningKey, key: Key
) -> None:
    loose = jurat.Profile.named("better-auth").replace(id="loose", max_lifetime=3600)
    client = {"client_id": CLIENT_ID, "key_id": key.kid, "server": configured(better_auth, loose), "lifetime": lifetime}

    def ask_now(now: int) -> Response:
        made = jurat.ClientAssertion(issued_at=now, **client)
        return post(better_auth.token_endpoint, jurat.TokenRequest(client=made).sign(signer))

    answer = in_one_second(ask_now)
    assert (answer.status == 200) == (lifetime == 300), answer.text


# The longest lifetime, where the product itself has a limit below that of the library.
@pytest.mark.parametrize(("profile", "longest"), [("singpass", 120), ("corppass", 600), ("better-auth", 300)])
def test_the_longest_lifetime(profile: str, longest: int, start: Start, signer: jurat.SigningKey, key: Key) -> None:
    server = start(profile)
    assert jurat.Profile.named(profile).max_lifetime == longest
    assert taken(ask(server, signer, key, profile, lifetime=longest))
    with pytest.raises(jurat.InvalidArgumentError, match="lifetime: longer than this server takes"):
        ask(server, signer, key, profile, lifetime=longest + 1)
    # The server is of the same opinion.
    loose = jurat.Profile.named(profile).replace(id="loose", max_lifetime=3600)
    assert not taken(ask(server, signer, key, loose, lifetime=longest + 1))


@pytest.mark.parametrize("profile", ["keycloak", "atproto", "zitadel"])
def test_how_old_an_assertion_may_be(profile: str, start: Start, signer: jurat.SigningKey, key: Key) -> None:
    """These count from `iat`: a longer lifetime helps nothing."""
    server, longest = start(profile), jurat.Profile.named(profile).max_lifetime
    loose = jurat.Profile.named(profile).replace(id="loose", max_lifetime=3600)
    for old, expected in [(longest - 2, True), (longest + 1, False)]:
        at(server, NOW + old)
        assert taken(ask(server, signer, key, loose, lifetime=3600)) == expected, old


@pytest.mark.parametrize("endpoint", list(ENDPOINTS)[1:])
@pytest.mark.parametrize(("profile", "product"), PAIRS)
def test_the_other_endpoints(
    profile: str, product: str, endpoint: str, start: Start, signer: jurat.SigningKey, key: Key
) -> None:
    server = start(product)
    if jurat.Profile.named(profile).audience == "token_endpoint":
        # That audience would not be the URL that is contacted.
        with pytest.raises(jurat.PolicyError, match="endpoint: "):
            ask(server, signer, key, profile, endpoint)
    else:
        assert ask(server, signer, key, profile, endpoint).status in (200, 201)


@pytest.mark.parametrize(
    ("profile", "product"),
    [
        *[("keycloak", "keycloak"), ("ory-hydra", "hydra"), ("okta", "okta"), ("authlib", "authlib")],
        *[("zitadel", "zitadel"), ("servicenow", "servicenow")],
    ],
)
def test_grants(profile: str, product: str, start: Start, signer: jurat.SigningKey, key: Key) -> None:
    server = start(product)
    grant = jurat.GrantAssertion(
        iss=GRANT_ISSUER, sub=GRANT_ISSUER, server=configured(server, profile), key_id=key.kid, issued_at=NOW
    )
    answer = post(server.token_endpoint, jurat.TokenRequest(grant=grant).sign(signer))
    assert answer.status == 200, answer.text


@pytest.mark.parametrize("profile", sorted(REFUSED))
def test_known_to_refuse(profile: str) -> None:
    server = jurat.Server(issuer="https://as.example", profile=profile, token_endpoint="https://as.example/token")
    with pytest.raises(jurat.PolicyError, match="profile: this server "):
        jurat.ClientAssertion(client_id=CLIENT_ID, server=server).prepare()


@pytest.mark.parametrize(("profile", "product"), PAIRS)
def test_metadata_of_the_server(profile: str, product: str, start: Start, signer: jurat.SigningKey, key: Key) -> None:
    """What it advertises is no reason to refuse, and its endpoints are the ones that are there."""
    server = start(product)
    document = requests.get(server.metadata_url, timeout=10).content
    metadata = jurat.Metadata.read(document, issuer=server.issuer, insecure_http=True)
    assert metadata.private_key_jwt("token_endpoint") == "supported"
    for endpoint, path in ENDPOINTS.items():
        assert metadata.endpoint(endpoint) == server.issuer + path
    server_with = configured(server, profile, metadata=metadata)
    client = jurat.ClientAssertion(client_id=CLIENT_ID, key_id=key.kid, server=server_with, issued_at=NOW)
    assert client.sign(signer).count(".") == 2


@pytest.mark.parametrize("name", ["oidc_default", "oidc_fapi2", "authlib", "better_auth"])
def test_metadata_of_real_servers(name: str, request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(name)
    urls = jurat.well_known_urls(server.issuer, insecure_http=True)
    answers = [requests.get(url, timeout=10) for url in urls]
    found = next(answer for answer in answers if answer.status_code == 200)
    metadata = jurat.Metadata.read(found.content, issuer=server.issuer, insecure_http=True)
    assert metadata.endpoint("token_endpoint") == server.token_endpoint
    assert metadata.private_key_jwt("token_endpoint") == "supported"
    assert metadata.es256("token_endpoint") == "supported"
    with pytest.raises(jurat.MetadataError, match="differs by a final slash"):
        jurat.Metadata.read(found.content, issuer=f"{server.issuer}/", insecure_http=True)
