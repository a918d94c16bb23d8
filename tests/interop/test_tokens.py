"""Real authorization servers issue tokens for what each of the four makes, and refuse what they should."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass
from typing import Any

import pytest

from judges import CLIENT_ID, GRANT_ISSUER, GRANT_SUBJECT, RESOURCE, Json, Key, Response, Server, post
from runners import RUNNERS, Report, report

# Long enough for the slowest runner to come to its end, and for the server to be asked.
LIFETIME = 300
SERVERS = ("oidc_default", "oidc_fapi2", "authlib")
# What a client assertion or a grant is refused with.
REFUSED = {
    "oidc_default": (401, "invalid_client"),
    "oidc_fapi2": (401, "invalid_client"),
    "authlib": (400, "invalid_grant"),
}
NEGATIVES = ("expired", "wrong-audience", "wrong-key")


# Which member of a vector names the key for which assertion.
SIGNERS = {"client": "key", "grant": "grant_key"}


def scalar(key: Key) -> str:
    return key.private.private_numbers().private_value.to_bytes(32).hex()


def client(server: Server, now: int, **changes: Any) -> Json:
    made = {"client_id": CLIENT_ID, "issuer": server.issuer, "issued_at": now, "lifetime": LIFETIME, "key_id": "key-1"}
    return {**made, "random": secrets.token_hex(16), "insecure_http": True, **changes}


def grant(server: Server, now: int, **changes: Any) -> Json:
    made = {"iss": GRANT_ISSUER, "sub": GRANT_SUBJECT, "issued_at": now, "lifetime": LIFETIME, "key_id": "key-1"}
    audience = {} if "token_endpoint" in changes else {"issuer": server.issuer}
    return {**made, **audience, "random": secrets.token_hex(16), "insecure_http": True, **changes}


def requests_for(name: str, server: Server, now: int) -> dict[str, Json]:
    """The token requests that one runner makes for one server: each refused one differs in one thing."""
    past = now - 2 * LIFETIME
    other = {"issuer": "https://other.example"}
    if name == "authlib":
        return {
            "ok": {"grant": grant(server, now), "scope": "api"},
            "endpoint-audience": {"grant": grant(server, now, token_endpoint=server.token_endpoint), "scope": "api"},
            "with-client": {"grant": grant(server, now), "client": client(server, now), "scope": "api"},
            "expired": {"grant": grant(server, past), "scope": "api"},
            "wrong-audience": {"grant": grant(server, now, **other), "scope": "api"},
            "wrong-key": {"grant": grant(server, now), "scope": "api"},
        }
    return {
        "ok": {"client": client(server, now), "scope": "api"},
        "resource": {"client": client(server, now), "scope": "api", "resource": RESOURCE},
        "without-client-id": {"client": client(server, now), "scope": "api", "omit_client_id": True},
        "expired": {"client": client(server, past), "scope": "api"},
        "wrong-audience": {"client": client(server, now, **other), "scope": "api"},
        "wrong-key": {"client": client(server, now), "scope": "api"},
    }


@dataclass(frozen=True)
class Live:
    servers: dict[str, Server]
    reports: dict[str, Report]

    def post(self, server: str, runner: str, case: str) -> Response:
        line = self.reports[runner][f"{server}-{runner}-{case}"]
        assert line.status == 0
        return post(self.servers[server].token_endpoint, line.output)


@pytest.fixture(scope="module")
def live(
    key: Key,
    oidc_default: Server,
    oidc_fapi2: Server,
    authlib: Server,
    tmp_path_factory: pytest.TempPathFactory,
) -> Live:
    """All requests of all runners, made now. Every runner makes all of them, and its own are sent."""
    servers = dict(zip(SERVERS, (oidc_default, oidc_fapi2, authlib), strict=True))
    keys = {"registered": {"d": scalar(key)}, "wrong": {"d": scalar(Key.generate("key-1"))}}
    vectors = []
    for name, server in servers.items():
        for runner in RUNNERS:
            for case, given in requests_for(name, server, int(time.time())).items():
                signer = "wrong" if case == "wrong-key" else "registered"
                signers = {member: signer for part, member in SIGNERS.items() if part in given}
                vectors.append(
                    {
                        "id": f"{name}-{runner}-{case}",
                        "kind": "token_request",
                        "input": {**signers, **given},
                        "expected": {"output": ""},
                    }
                )
    path = tmp_path_factory.mktemp("live") / "live.json"
    path.write_text(json.dumps({"format": 1, "keys": keys, "vectors": vectors}))
    return Live(servers, {runner: report(runner, path, tmp_path_factory.mktemp(runner)) for runner in RUNNERS})


def accepted(answer: Response) -> None:
    assert answer.status == 200, (answer.status, answer.text)
    assert answer.json["access_token"]
    assert answer.json["token_type"].lower() == "bearer"


def test_all_four_wrote_the_same_bytes(live: Live) -> None:
    assert live.reports["rust"] == live.reports["c"] == live.reports["python"] == live.reports["firmware"]


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize("server", SERVERS)
def test_a_token_is_issued_once(live: Live, server: str, runner: str) -> None:
    accepted(live.post(server, runner, "ok"))
    again = live.post(server, runner, "ok")
    assert (again.status, again.json["error"]) == REFUSED[server], "the same request, replayed"


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize("case", NEGATIVES)
@pytest.mark.parametrize("server", SERVERS)
def test_a_wrong_one_is_refused(live: Live, server: str, case: str, runner: str) -> None:
    refused = live.post(server, runner, case)
    assert (refused.status, refused.json["error"]) == REFUSED[server]


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize(
    ("server", "case"),
    [
        ("oidc_default", "resource"),
        ("oidc_default", "without-client-id"),
        ("oidc_fapi2", "resource"),
        ("authlib", "endpoint-audience"),
        ("authlib", "with-client"),
    ],
)
def test_other_forms_get_a_token_too(live: Live, server: str, case: str, runner: str) -> None:
    accepted(live.post(server, runner, case))
