"""Fetches a token as a device does, from a test server on this machine, and logs each step without any secret.

``python py/examples/token_exchange.py --help`` lists the options. The standard library sends; over TLS it would be the
same with ``http.client.HTTPSConnection``.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import jurat

ROOM = 16 * 1024


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--key", required=True, type=Path, help="the private key: PEM, DER, JWK or 32 bytes")
    parser.add_argument("--key-id", help="kid")
    parser.add_argument("--client-id", required=True)
    parser.add_argument("--issuer", required=True)
    parser.add_argument("--token-endpoint", required=True, help="an http URL")
    parser.add_argument("--profile", default="rfc-10070", choices=jurat.Profile.names())
    parser.add_argument("--scope")
    parser.add_argument("--clock-off", type=int, default=0, help="what the device's clock is off by, in seconds")
    parser.add_argument("--clock-unset", action="store_true", help="the device knows that its clock is not set")
    parser.add_argument("--attempts", type=int, help="requests with an assertion, at most")
    return parser.parse_args()


def send(endpoint: str, method: str, body: str | None) -> tuple[http.client.HTTPResponse, bytes]:
    url = urlsplit(endpoint)
    if url.scheme != "http" or url.hostname is None:
        raise ValueError("only http here: a device brings its own TLS")
    target = url.path + (f"?{url.query}" if url.query else "")
    headers = {"Accept": "application/json"} | ({"Content-Type": jurat.CONTENT_TYPE} if body else {})
    with contextlib.closing(http.client.HTTPConnection(url.hostname, url.port, timeout=10)) as connection:
        connection.request(method, target or "/", body, headers)
        with connection.getresponse() as response:
            # As much as a device has room for.
            return response, response.read(ROOM)


def main() -> int:
    given = options()
    key = jurat.SigningKey.load(given.key.read_bytes())
    server = jurat.Server(
        issuer=given.issuer, profile=given.profile, token_endpoint=given.token_endpoint, insecure_http=True
    )
    # A year ago, in place of the firmware's build time.
    build_time = int(time.time()) - 365 * 86_400
    clock = (
        jurat.Clock.unset(build_time=build_time)
        if given.clock_unset
        else jurat.Clock.trusted(build_time=build_time, uncertainty=1)
    )
    exchange = jurat.Exchange(clock=clock, attempts=given.attempts)

    def device_time() -> int:
        return int(time.time()) + int(given.clock_off)

    while True:
        now = device_time()
        step = exchange.step(now)
        # As the examples in Rust and C write it.
        name = "".join(word.title() for word in step.kind.split("_"))
        detail = step.cause if step.kind == "stop" else step.seconds
        print(f"device {now}: {name}" + (f"({detail})" if detail is not None else ""))
        if step.kind == "learn_time":
            exchange.ask_time(now)
            method, body = "HEAD", None
        elif step.kind == "send":
            client = jurat.ClientAssertion(client_id=given.client_id, key_id=given.key_id, server=server)
            request = jurat.TokenRequest(client=client, scope=given.scope)
            method, body = "POST", exchange.sign(request, key, device_time=now)
            print(f"  sends {len(body)} bytes")
        elif step.kind == "wait" and step.seconds is not None:
            time.sleep(step.seconds)
            continue
        else:
            return 0 if step.kind == "done" else 1
        sent_at = device_time()
        try:
            response, content = send(given.token_endpoint, method, body)
        except (OSError, http.client.HTTPException):
            # Whether the request arrived nobody knows: the next one has an assertion of its own.
            print("  no answer")
            exchange.no_answer(device_time())
            continue
        answer = exchange.answer(
            status=response.status,
            headers=response.getheaders(),
            body=content,
            truncated=len(content) == ROOM,
            sent_at=sent_at,
            received_at=device_time(),
        )
        print(f"  {answer.response!r}")
        if isinstance(answer.response, jurat.OauthError) and answer.response.description:
            print(f"  the server says: {answer.response.description}")
        if answer.renew_at is not None:
            print(f"  renew at {answer.renew_at} of the device's clock")
        if answer.clock_moved:
            print(f"  the clock moved by {answer.clock_moved} s, ±{exchange.clock.uncertainty} s")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (jurat.Error, OSError, ValueError, http.client.HTTPException) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
