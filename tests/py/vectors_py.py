"""Runs the vectors through the Python module: `python vectors_py.py FILE` prints the report of every runner."""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

import jurat
from jurat.diagnosis import _diagnosis, _inspected

Input = dict[str, Any]

URANDOM = os.urandom

# What the vectors call a claim's value, in Python.
CLAIM_VALUES = {
    "text": lambda value: value,
    "integer": lambda value: value,
    "boolean": lambda value: value,
    "null": lambda _: None,
    "json": jurat.JsonText,
}

ENDPOINTS = [
    f"{name}_endpoint"
    for name in (
        *("token", "pushed_authorization_request", "introspection"),
        *("revocation", "device_authorization", "backchannel_authentication"),
    )
]
GRANTS = ("client_credentials", "urn:ietf:params:oauth:grant-type:jwt-bearer")

# What Python names and the report numbers, in the order of the numbers.
SUPPORT = ("", "supported", "unsupported", "not_advertised", "unknown")
TIME_FAULTS = (
    *("none", "milliseconds", "microseconds", "nanoseconds", "unset", "epoch_2000"),
    *("epoch_2001", "ntp", "gps", "local_time", "drift", "unexplained"),
)
ERROR_CODES = (
    *("", "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type"),
    *("invalid_scope", "invalid_target", "use_dpop_nonce", "server_error", "temporarily_unavailable"),
)


# How the sentences begin that name a piece of evidence, in the order of the numbers.
WANTED = (
    *("", "Give the request", "Give the whole assertion", "Give the issuer", "Give the public keys"),
    *("Give the registration", "Give the Date", "Give the jti", "Name the server's product"),
    *("Give the server's metadata", "Give the public half", "Have the signature", "Look at the server's log"),
)


def cause_name(cause: str | None) -> str:
    """A cause as C spells it."""
    return re.sub("(?<=.)([A-Z])", r"_\1", cause or "?").upper()


def or_dash(value: object) -> str:
    return "-" if value is None else str(value)


def server(given: Input) -> jurat.Server:
    known = dict(given)
    if "metadata" in given:
        insecure_http = given.get("insecure_http", False)
        known["metadata"] = jurat.Metadata.read(given["metadata"], issuer=given["issuer"], insecure_http=insecure_http)
    return jurat.Server(**known)


def keywords(given: Input) -> Input:
    known = {name: value for name, value in given.items() if name not in {"key", "claims", "random"}}
    if "server" in given:
        known["server"] = server(given["server"])
    if "endpoint" in given:
        known["endpoint"] = f"{given['endpoint']}_endpoint"
    if "random" in given:
        known["random"] = bytes.fromhex(given["random"])
    if "claims" in given:
        known["claims"] = [
            (claim["name"], CLAIM_VALUES[form](claim[form]))
            for claim in given["claims"]
            for form in claim
            if form != "name"
        ]
    return known


def scalar(key: jurat.SigningKey) -> bytes:
    """The private key, by the only way out: a file, which another library reads."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "key.pem"
        key.save(file)
        private = load_pem_private_key(file.read_bytes(), None)
    assert isinstance(private, EllipticCurvePrivateKey)
    return private.private_numbers().private_value.to_bytes(32)


def metadata_line(document: bytes, issuer: str, *, insecure_http: bool) -> str:
    metadata = jurat.Metadata.read(document, issuer=issuer, insecure_http=insecure_http)
    own_lists = [f"{name}_endpoint" for name in ("token", "introspection", "revocation")]
    parts: Input = {
        "endpoints": [or_dash(metadata.endpoint(name)) for name in ENDPOINTS],
        "private_key_jwt": [SUPPORT.index(metadata.private_key_jwt(name)) for name in own_lists],
        "es256": [SUPPORT.index(metadata.es256(name)) for name in own_lists],
        "grants": [SUPPORT.index(metadata.grant_type(name)) for name in GRANTS],
    }
    return ";".join(f"{name}={','.join(map(str, values))}" for name, values in parts.items())


def response_line(body: bytes, status: int, truncated: int) -> str:
    said = jurat.read_response(status, body, truncated=truncated != 0)
    if isinstance(said, jurat.Unusable):
        return f"unusable {cause_name(said.cause)}" if said.kind == "unusable" else said.kind
    parts: Input
    if isinstance(said, jurat.Token):
        parts = {name: getattr(said, name) for name in ("access_token", "token_type", "expires_in", "scope")}
    elif isinstance(said, jurat.OauthError):
        number = ERROR_CODES.index(said.code) if said.code in ERROR_CODES else 0
        parts = {"code": number, "text": said.code, "description": said.description, "uri": said.uri}
    else:
        parts = {"code": said.code, "text": said.title if said.detail is None else said.detail}
    return f"{said.kind} " + ";".join(f"{name}={or_dash(value)}" for name, value in parts.items())


def made_clock(state: str, build_time: int, offset: int = 0, uncertainty: int = 0) -> jurat.Clock:
    if state == "trusted":
        return jurat.Clock.trusted(build_time=build_time, uncertainty=uncertainty)
    if state == "estimated":
        return jurat.Clock.estimated(offset=offset, uncertainty=uncertainty, build_time=build_time)
    return jurat.Clock.unset(build_time=build_time)


def refusal(error: jurat.Error) -> str:
    return f"!{cause_name(error.cause)}/{error.argument}"


def clock_line(numbers: list[int]) -> str:
    clock = made_clock(("trusted", "estimated", "unset")[numbers[0] - 1], *numbers[1:4])
    device, moved = numbers[-1], None
    if len(numbers) > 5:
        date, sent_at, received_at, cached = numbers[4:8]
        learned = clock.learn(date=date, sent_at=sent_at, received_at=received_at, cached=cached != 0)
        moved, clock = learned.offset - clock.offset, learned
    parts = [or_dash(moved), str(clock.offset), or_dash(clock.uncertainty), clock.state(device)]
    for ask in (clock.now, clock.issued_at):
        try:
            parts.append(str(ask(device)))
        except jurat.Error as error:
            parts.append(refusal(error))
    return " ".join(parts)


def step_text(step: jurat.Step) -> str:
    if step.kind == "wait":
        return f"wait:{step.seconds}"
    return f"stop:{cause_name(step.cause)}" if step.kind == "stop" else step.kind


def happens(exchange: jurat.Exchange, event: Input, key: jurat.SigningKey) -> str:
    do, device = event["do"], event.get("device")
    if do == "step":
        return step_text(exchange.step(device))
    if do == "ask_time":
        exchange.ask_time(device)
        return "asked"
    if do == "attempt":
        # Whatever `iat` it has: the exchange gives it the right one.
        client = jurat.ClientAssertion(
            client_id="device-7", issuer="https://as.example", issued_at=1, random=bytes.fromhex(event["random"])
        )
        request = jurat.TokenRequest(client=client, send_client_id=False)
        body = exchange.sign(request, key, device_time=device)
        return f"iat={exchange.issued_at(device)},end={body[-22:]}"
    if do == "answer":
        names = {"date": "DATE", "age": "Age", "retry_after": "retry-after"}
        answer = exchange.answer(
            status=event["status"],
            body=event["body"],
            headers=[(header, event[name]) for name, header in names.items() if name in event],
            sent_at=event["sent_at"],
            received_at=event["received_at"],
            truncated=event.get("truncated", False),
        )
        return f"{step_text(answer.step)},renew={or_dash(answer.renew_at)},moved={answer.clock_moved}"
    return step_text(exchange.no_answer(device))


def listed(items: Iterable[str]) -> str:
    return ",".join(items) or "-"


def causes_text(found: Input) -> str:
    return listed(f"{cause['code']}/{cause['class']}" for cause in found["causes"])


def inspection(given: Input) -> str:
    found: Any = jurat.inspect(given["assertion"])
    if given.get("json"):
        return _inspected(given["assertion"]).encode().hex()
    return f"kind={found['kind']};signature={found['signature']};causes={causes_text(found)}"


class Runner:
    def __init__(self, document: Input) -> None:
        self.public = {name: {"kty": "EC", "crv": "P-256"} | key for name, key in document["keys"].items()}
        self.keys = {
            name: jurat.SigningKey(bytes.fromhex(key["d"]), deterministic=True)
            for name, key in document["keys"].items()
        }

    def make(self, kind: str, given: Input) -> Any:
        """A new object each time: an assertion is signed once."""
        if kind == "client_assertion":
            return jurat.ClientAssertion(**keywords(given))
        if kind == "grant_assertion":
            return jurat.GrantAssertion(**keywords(given))
        client, grant = given.get("client"), given.get("grant")
        return jurat.TokenRequest(
            client=None if client is None else jurat.ClientAssertion(**keywords(client)),
            grant=None if grant is None else jurat.GrantAssertion(**keywords(grant)),
            scope=given.get("scope"),
            resource=given.get("resource"),
            parameters=[(name, value) for name, value in given.get("parameters", [])],
            send_client_id=not given.get("omit_client_id", False),
            http_endpoint=given.get("http_endpoint"),
        )

    def assertion(self, kind: str, given: Input) -> str:
        key = self.keys[given["key"]]
        once = self.make(kind, given).sign(key)
        prepared = self.make(kind, given).prepare()
        if prepared.finish(key.sign_hash(prepared.to_be_signed.hash)) != once:
            raise AssertionError("two phases give something else")
        return str(once)

    def request(self, given: Input) -> str:
        client, grant = self.keys.get(given.get("key", "")), self.keys.get(given.get("grant_key", ""))
        once = self.make("token_request", given).sign(client or grant, grant_key=grant)
        prepared = self.make("token_request", given).prepare()
        signatures = {
            name: key.sign_hash(what.hash)
            for name, what, key in (("client", prepared.client, client), ("grant", prepared.grant, grant))
            if what is not None and key is not None
        }
        if prepared.finish(**signatures) != once:
            raise AssertionError("two phases give something else")
        return str(once)

    def line(self, given: Input) -> str | None:
        """What the functions give that have to do with a server or with time; nothing for others."""
        data = bytes.fromhex(given.get("data", ""))
        numbers = given.get("numbers", [])
        insecure_http = given.get("insecure_http", False)
        match given["function"]:
            case "http_date":
                return str(jurat.http_date(data.decode()))
            case "retry_after":
                wait = jurat.retry_after(data.decode(), date=numbers[0] if numbers else None)
                return "none" if wait is None else str(wait)
            case "time_fault":
                return str(TIME_FAULTS.index(jurat.time_fault(*numbers).kind))
            case "well_known":
                # An issuer without a path has two of them: the third would be the second.
                return jurat.well_known_urls(given["issuer"], insecure_http=insecure_http)[: numbers[0]][-1]
            case "check_issuer":
                jurat.check_issuer(given["issuer"], data.decode(), insecure_http=insecure_http)
                return "ok"
            case "time_request":
                return jurat.time_request(data.decode(), insecure_http=insecure_http)
            case "metadata":
                return metadata_line(data, given["issuer"], insecure_http=insecure_http)
            case "response":
                return response_line(data, *numbers)
            case "clock":
                return clock_line(numbers)
        return None

    def exchange(self, given: Input) -> str:
        exchange = jurat.Exchange(clock=made_clock(**given["clock"]), attempts=given.get("attempts"))
        results = []
        for event in given["events"]:
            if event["do"] == "store":
                exchange = jurat.Exchange.from_bytes(exchange.to_bytes())
                results.append("stored")
                continue
            try:
                results.append(happens(exchange, event, self.keys[given["key"]]))
            except jurat.Error as error:
                results.append(refusal(error))
        clock = exchange.clock
        return ";".join([*results, f"offset={clock.offset},uncertainty={or_dash(clock.uncertainty)}"])

    def diagnosis(self, given: Input) -> str:
        if given["do"] == "inspect":
            return inspection(given)
        names = ("do", "json", "hash_key", "hash_client_id", "hash_jwt_id", "show_grant")
        document = {name: value for name, value in given.items() if name not in names}
        for name in ("metadata", "registration"):
            if name in given:
                document[name] = json.loads(given[name])
        if "jwks" in given:
            document["jwks"] = given["jwks"] | json.loads(given["jwks"]["document"])
        if "key" in given:
            document["key"] = self.public[given["key"]]
        options: Input = {name: given.get(name, False) for name in ("hash_client_id", "hash_jwt_id", "show_grant")}
        options["hash_key"] = bytes.fromhex(given["hash_key"]) if "hash_key" in given else None
        found: Any = (jurat.check if given["do"] == "check" else jurat.explain)(document, **options)
        if given.get("json"):
            # As the command prints it.
            text = _diagnosis(document, explain=given["do"] == "explain", **options)
            if json.loads(text) != found:
                raise AssertionError("what is printed is something else")
            return text.encode().hex()
        wanted = [number for number, text in enumerate(WANTED) if text and found["next_step"].startswith(text)]
        line = (
            f"causes={causes_text(found)};among={listed(found['cannot_distinguish'])};wants={listed(map(str, wanted))}"
        )
        if given["do"] == "check":
            checks: dict[str, list[str]] = {"failed": [], "not_decidable": [], "passed": []}
            for each in found["checks"]:
                checks[each["status"]].append(each["check"])
            line += f";failed={listed(checks['failed'])};undecided={listed(checks['not_decidable'])}"
            line += f";passed={len(checks['passed'])}"
        return line

    def call(self, given: Input) -> bytes:
        line = self.line(given)
        if line is not None:
            return line.encode()
        data = bytes.fromhex(given.get("data", ""))
        function = given["function"]
        if function == "import_key":
            return scalar(jurat.SigningKey.load(data))
        if function == "generate_key":
            # The only source of it is the system's, so that is what stands in.
            os.urandom = lambda _: data
            try:
                return scalar(jurat.SigningKey.generate())
            finally:
                os.urandom = URANDOM
        if function == "derive_jwt_id":
            return jurat.derive_jwt_id(data, given["boot"], given["message"])
        if function == "signature_from_der":
            return jurat.signature_from_der(data)
        if function == "certificate_thumbprint":
            return jurat.certificate_thumbprint(data).encode()
        if function == "sign_hedged":
            os.urandom = lambda _: data[64:]
            try:
                return jurat.SigningKey(data[:32]).sign_hash(data[32:64])
            finally:
                os.urandom = URANDOM
        key = jurat.PublicKey(bytes.fromhex(given["x"]), bytes.fromhex(given["y"]))
        if function == "jwks":
            return jurat.jwks([key, (key, given["key_id"])]).encode()
        if function == "registration":
            document = jurat.registration(
                keys=[(key, given["key_id"])], jwt_bearer=True, client_name="Meter 7", scope="a b"
            )
            return document.encode()
        if function == "jwk":
            return key.jwk(given.get("key_id")).encode()
        made = {"thumbprint": key.thumbprint.encode(), "spki_der": key.spki_der(), "spki_pem": key.spki_pem().encode()}
        return made[function]

    def output(self, vector: Input) -> str:
        kind, given = vector["kind"], vector["input"]
        if kind == "call":
            return self.call(given).hex()
        if kind == "sign":
            key = (
                self.keys[given["key"]]
                if "key" in given
                else jurat.SigningKey(bytes.fromhex(given["d"]), deterministic=True)
            )
            return key.sign_hash(bytes.fromhex(given["hash"])).hex()
        if kind == "signature":
            prepared = self.make("client_assertion", given["client"]).prepare()
            return str(prepared.finish(bytes.fromhex(given["signature"])))
        if kind == "exchange":
            return self.exchange(given)
        if kind == "diagnosis":
            return self.diagnosis(given)
        if kind == "token_request":
            body = self.request(given)
            # What is not plain characters is reported in hexadecimal.
            return body if re.fullmatch("[!-~]*", body) else body.encode().hex()
        return self.assertion(kind, given)


def report(document: Input) -> list[str]:
    runner = Runner(document)
    lines = []
    for vector in document["vectors"]:
        try:
            status, output = 0, runner.output(vector)
        except jurat.Error as error:
            status, output = error.status, ""
        lines.append(f"{vector['id']} {status} {output}".rstrip())
    return lines


if __name__ == "__main__":
    print("\n".join(report(json.loads(Path(sys.argv[1]).read_text()))))
