"""Firmware that finds out on its own why a real authorization server refused it, three times with the same words."""

from __future__ import annotations

import base64
import json
import re
import secrets
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

import bridge
from judges import CLIENT_ID, Key, Server
from runners import ROOT, rust, toolchain

SOURCES = [toolchain.HERE / "refused.c", toolchain.HERE / "uart.c"]
# One of each kind of processor, and of UART.
BOARDS = ("thumbv7em-hf", "thumbv8m.main-hf", "riscv32imac")
# What is wrong with each request that the firmware sends, and the true cause.
TRUE = {"audience": "audience_mismatch", "key": "key_mismatch", "clock": "clock_skew"}


def numbers(data: bytes) -> str:
    return ",".join(map(str, data))


def scalar(key: Key) -> bytes:
    return key.private.private_numbers().private_value.to_bytes(32, "big")


@pytest.mark.parametrize("board_name", BOARDS)
def test_three_refusals(oidc_default: Server, key: Key, tmp_path: Path, board_name: str) -> None:
    board = toolchain.BOARDS[board_name]
    other = Key.generate(key.kid)
    registration = {"client_id": CLIENT_ID, "token_endpoint_auth_method": "private_key_jwt", "jwks": key.jwks}
    secret, hash_key = secrets.token_bytes(32), secrets.token_bytes(16)
    elf = toolchain.compile_and_link(
        SOURCES,
        rust.library(p256=True, http=True, target=board.target),
        tmp_path / "refused.elf",
        board=board,
        defines={
            "CLIENT_ID": f'"{CLIENT_ID}"',
            "KEY_ID": f'"{key.kid}"',
            "KEY": numbers(scalar(key)),
            "OTHER_KEY": numbers(scalar(other)),
            "ISSUER": f'"{oidc_default.issuer}"',
            "OTHER_ISSUER": f'"{oidc_default.issuer}/realms/lab"',
            "TOKEN_ENDPOINT": f'"{oidc_default.token_endpoint}"',
            "REGISTRATION": numbers(json.dumps(registration).encode()),
            "SECRET": numbers(secret),
            "HASH_KEY": numbers(hash_key),
            "BOOT": 1,
        },
        include_dirs=[ROOT / "include"],
    )
    url = urlsplit(oidc_default.token_endpoint)
    assert url.hostname is not None and url.port is not None
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as pool:
        carried = pool.submit(bridge.carry, listener, (url.hostname, url.port))
        line = f"tcp:127.0.0.1:{listener.getsockname()[1]}"
        result = toolchain.run(elf, board=board, timeout=60, serial=line)
        connections = carried.result()
    log = result.stdout.decode()
    assert (result.status, result.stderr) == (0, b""), log

    # What was right was taken, and what was not was refused with one and the same answer.
    said = re.findall(r"^(\w+): (\d+) (\w*)$", log, re.MULTILINE)
    assert said == [("right", "200", ""), *((name, "401", "invalid_client") for name in TRUE)]
    refusals = [bytes(connection.received) for connection in connections[1:]]
    same = {re.sub(rb"(?m)^Date: .*\r$", b"", refusal) for refusal in refusals}
    assert len(refusals) == len(TRUE) and len(same) == 1, same

    # The first cause of each, by itself and in the record.
    blocks = dict(re.findall(r"^(\w+): 401 \w+\n((?:  .*\n)+)", log, re.MULTILINE))
    for name, code in TRUE.items():
        *causes, record = blocks[name].splitlines()
        assert causes[0].startswith(f"  proven: {code}: "), causes
        read = json.loads(record)
        assert (read["causes"][0]["code"], read["causes"][0]["class"]) == (code, "proven")
        assert [cause.split(": ")[1] for cause in causes] == [cause["code"] for cause in read["causes"]]
        assert read["evidence"]["client_id"] == CLIENT_ID

    # Nothing that is secret is in what the device printed.
    for connection in connections:
        _, _, form = bytes(connection.sent).partition(b"\r\n\r\n")
        assertion = parse_qs(form.decode(), strict_parsing=True)["client_assertion"][0]
        assert all(part not in log for part in (assertion, assertion.split(".")[2]))
    token = json.loads(re.search(rb"\{.*\}", bytes(connections[0].received)).group())["access_token"]  # type: ignore[union-attr]
    assert token not in log
    for private in (scalar(key), scalar(other), secret, hash_key):
        for spelled in (private.hex(), base64.urlsafe_b64encode(private).rstrip(b"=").decode(), numbers(private)):
            assert spelled not in log
