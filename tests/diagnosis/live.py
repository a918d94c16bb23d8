"""Sends every case to the servers, and gives what a device knows then, as `jurat explain --json` reads it."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests

from cases import CASES, FORM, SUBJECT, Built, Case, Client, Draft, Place, Request, build
from judges import JWT_BEARER_GRANT, Json, Key, Server, start_server

# The profile that a device would be configured with.
PROFILES = {
    "oidc-provider": "oidc-provider",
    "oidc-provider-fapi2": "fapi2",
    "authlib": "authlib",
    "better-auth": "better-auth",
}
# Who judges grants, and whether it wants the client to be authenticated besides.
GRANTS = {"oidc-provider": True, "oidc-provider-fapi2": True, "authlib": False}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: str


@dataclass(frozen=True)
class Observed:
    """A case at a server: what came back, and what the device knows."""

    server: str
    case: str
    answer: Answer
    # By the server's own log, which the device does not see.
    reason: str | None
    document: Json = field(repr=False)

    @property
    def refused(self) -> bool:
        return self.answer.status >= 400


def send(request: Request) -> Answer:
    """Sends it as it is, and makes sure that it went out like that."""
    query = urlencode(request.params)
    headers = {"Accept": "application/json", **request.headers}
    if request.content_type is not None:
        headers["Content-Type"] = request.content_type
    url, body = request.url, query
    if request.method == "GET":
        url, body = f"{url}?{query}", ""
    elif request.content_type == "application/json":
        body = json.dumps(dict(request.params))
    with requests.Session() as session:
        # A proxy named by the environment must not see assertions.
        session.trust_env = False
        made = session.prepare_request(requests.Request(request.method, url, headers=headers, data=body))
        assert made.headers.get("Content-Type") == request.content_type
        assert made.method == request.method and made.url is not None and (made.body or "") == body
        if request.content_type in (FORM, None):
            text = urlsplit(made.url).query if request.method == "GET" else body
            assert parse_qsl(text, keep_blank_values=True) == request.params
        answer = session.send(made, allow_redirects=False, timeout=20)
    return Answer(answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, answer.text)


def make_clients() -> tuple[Client, Client, Client]:
    two = Client("meter-0042", (Key.generate("es256-1"), Key.generate("es256-2")))
    return two, Client("meter-0043", (Key.generate("only"),)), Client("meter-0044", method="client_secret_basic")


def config(server: str, clients: tuple[Client, ...]) -> Json:
    known: list[Json] = [
        {"client_id": it.client_id, "token_endpoint_auth_method": it.method} | ({"jwks": it.jwks} if it.keys else {})
        for it in clients
    ]
    issuers = [{"iss": clients[0].client_id, "subjects": [SUBJECT], "jwks": clients[0].jwks}]
    if server.startswith("oidc-provider"):
        mode = "fapi2" if server.endswith("fapi2") else "default"
        # Where nobody has a secret to post, one that is posted is not looked at.
        known.append({"client_id": "meter-0045", "token_endpoint_auth_method": "client_secret_post"})
        return {"mode": mode, "clients": [it | {"scope": "api"} for it in known], "issuers": issuers}
    return {"clients": known} | ({"issuers": issuers} if server in GRANTS else {})


class Device:
    """What sends the cases to one server, and remembers what a device would."""

    def __init__(self, name: str, server: Server, clients: tuple[Client, Client, Client]) -> None:
        self.name = name
        self.server = server
        self.place = Place(server.issuer, server.token_endpoint, *clients, grant_needs_client=GRANTS.get(name, False))
        self.metadata = json.loads(send(Request("GET", server.metadata_url, None, {}, [])).body)
        assert self.metadata["issuer"] == server.issuer
        self.seen: deque[str] = deque(maxlen=8)

    def observe(self, case: Case) -> Observed:
        draft = case.draft(self.place, int(time.time()))
        built = self._after_replay(draft)
        events = len(self.server.events())
        sent_at = int(time.time())
        answer = send(built.request)
        received_at = int(time.time())
        reasons = [it.get("reason") for it in self.server.events()[events:] if "status" in it]
        document = self._document(built, answer, sent_at, received_at)
        jti = draft.claims.get("jti")
        if isinstance(jti, str):
            self.seen.append(jti)
        return Observed(self.name, case.name, answer, reasons[-1] if reasons else None, document)

    def _after_replay(self, draft: Draft) -> Built:
        """The request, once what it replays has been taken."""
        if not draft.replayed:
            return build(draft)
        earlier = Draft(self.place, draft.now, draft.grant)
        before = build(earlier)
        assert send(before.request).status == 200
        self.seen.append(earlier.claims["jti"])
        draft.claims = earlier.claims | ({} if draft.replayed == "assertion" else {"exp": draft.now + 61})
        built = build(draft, before.assertion if draft.replayed == "assertion" else None)
        assert (built.assertion == before.assertion) == (draft.replayed == "assertion")
        return built

    def _document(self, built: Built, answer: Answer, sent_at: int, received_at: int) -> Json:
        draft, request = built.draft, built.request
        registration = draft.client.registration
        if draft.grant:
            registration["grant_types"].append(JWT_BEARER_GRANT)
        return {
            "request": {
                "method": request.method,
                "endpoint": request.url,
                # Empty: there was none, and that is known.
                "content_type": request.content_type or "",
                "headers": request.headers,
                "params": [list(pair) for pair in request.params],
            },
            "response": {"status": answer.status, "headers": answer.headers, "body": answer.body},
            "sent_at": draft.shows(sent_at),
            "received_at": draft.shows(received_at),
            "clock": {"source": "ntp", "uncertainty_s": 1},
            "issuer": self.place.issuer,
            "metadata": self.metadata,
            "registration": registration,
            "jwks": None,
            "profile": PROFILES[self.name],
            "seen_jti": list(self.seen),
            "key": {name: draft.key.public_jwk[name] for name in ("kty", "crv", "x", "y")},
            **draft.evidence,
        }


def observe(name: str) -> Iterator[Observed]:
    """All cases at one server, in the order of the cases."""
    clients = make_clients()
    kind = "oidc-provider" if name.startswith("oidc-provider") else name
    with start_server(kind, config(name, clients)) as server:
        device = Device(name, server, clients)
        for case in CASES.values():
            if case.grant and name not in GRANTS:
                continue
            observed = device.observe(case)
            if case.control and observed.refused:
                raise AssertionError(f"{name} refuses {case.name}: {observed.answer} {observed.reason}\n{server.log()}")
            yield observed


def without(document: Json, *members: str) -> Json:
    return {name: value for name, value in document.items() if name not in members}


__all__: list[Any] = ["PROFILES", "Answer", "Observed", "observe", "send", "without"]
