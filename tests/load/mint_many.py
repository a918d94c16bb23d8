"""Mints as many assertions as it is told in one process: `mint_many.py COUNT [leak]`.

The ids go to the standard output, 16 bytes each; the memory after a tenth of them and at the end to the standard error.
"""

from __future__ import annotations

import base64
import re
import sys
from pathlib import Path

import jurat


def resident() -> int:
    """In kilobytes."""
    found = re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text())
    assert found
    return int(found[1])


def jwt_id(assertion: str) -> bytes:
    claims = base64.urlsafe_b64decode(assertion.split(".")[1] + "==")
    start = claims.index(b'"jti":"') + 7
    return base64.urlsafe_b64decode(claims[start : start + 22] + b"==")


def main(count: int, leaks: bool) -> None:
    key, kept = jurat.SigningKey.generate(), []
    before = 0
    for number in range(count):
        if number == count // 10:
            before = resident()
        assertion = jurat.client_assertion(key, client_id="device-7", issuer="https://as.example")
        if leaks:
            kept.append(assertion)
        sys.stdout.buffer.write(jwt_id(assertion))
    print(before, resident(), file=sys.stderr)


if __name__ == "__main__":
    main(int(sys.argv[1]), "leak" in sys.argv[2:])
