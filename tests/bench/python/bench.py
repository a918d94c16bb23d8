"""What a client assertion costs, beside other libraries: ratios of one interleaved run, and whether they are as wanted.

Each library makes an assertion with the same header and claims as the others, with a new ``jti`` and ``iat``.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import joserfc.jwk
import joserfc.jwt
import jwcrypto.jwk
import jwcrypto.jwt
import jwt as pyjwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jose import jwt as python_jose
from jose.backends import ECKey

import jurat

with warnings.catch_warnings():
    # It says at each start that it will be replaced by joserfc.
    from authlib.deprecate import AuthlibDeprecationWarning

    warnings.simplefilter("ignore", AuthlibDeprecationWarning)
    from authlib.jose import JsonWebKey, JsonWebToken

CLIENT, ISSUER, KEY_ID, TYPE = "device-7", "https://as.example", "2026-11", "client-authentication+jwt"
# The targets: a ratio to the fastest peer, a ratio of throughputs, milliseconds.
KEPT, PARSED, THREADS, IMPORT = 0.5, 1.0, 1.6, 20.0
# What two threads that only hash must have of one for THREADS to be judged.
POSSIBLE = 1.8

BLOCK = bytes(30_000)

Make = Callable[[], str]


@dataclass
class Row:
    name: str
    ours: bool
    # The key is loaded before, or parsed in each call.
    kept: Make
    parsed: Make


def claims() -> dict[str, Any]:
    now = int(time.time())
    jwt_id = base64.urlsafe_b64encode(os.urandom(16)).rstrip(b"=").decode()
    return {"iss": CLIENT, "sub": CLIENT, "aud": ISSUER, "exp": now + 60, "iat": now, "jti": jwt_id}


def rows(pem: bytes) -> list[Row]:
    header = {"alg": "ES256", "typ": TYPE, "kid": KEY_ID}
    extra = {"typ": TYPE, "kid": KEY_ID}

    def by_jurat(key: jurat.SigningKey) -> str:
        return jurat.client_assertion(key, client_id=CLIENT, issuer=ISSUER, key_id=KEY_ID)

    def by_pyjwt(key: Any) -> str:
        return pyjwt.encode(claims(), key, algorithm="ES256", headers=extra)

    def by_python_jose(key: Any) -> str:
        made: str = python_jose.encode(claims(), key, algorithm="ES256", headers=extra)
        return made

    def by_joserfc(key: Any) -> str:
        return joserfc.jwt.encode(header, claims(), key, ["ES256"])

    tokens = JsonWebToken(["ES256"])

    def by_authlib(key: Any) -> str:
        made: bytes = tokens.encode(header, claims(), key)
        return made.decode()

    def by_jwcrypto(key: Any) -> str:
        token = jwcrypto.jwt.JWT(header=header, claims=claims())
        token.make_signed_token(key)
        made: str = token.serialize()
        return made

    def row(name: str, make: Callable[[Any], str], load: Callable[[], Any]) -> Row:
        key = load()
        return Row(name, name.startswith("jurat"), lambda: make(key), lambda: make(load()))

    def peer(distribution: str, make: Callable[[Any], str], load: Callable[[], Any]) -> Row:
        return row(f"{distribution} {version(distribution)}", make, load)

    return [
        row(
            f"jurat {jurat.__version__}, {jurat.SigningKey.load(pem).backend}",
            by_jurat,
            lambda: jurat.SigningKey.load(pem),
        ),
        peer("PyJWT", by_pyjwt, lambda: serialization.load_pem_private_key(pem, None)),
        peer("python-jose", by_python_jose, lambda: ECKey(pem, "ES256")),
        peer("joserfc", by_joserfc, lambda: joserfc.jwk.ECKey.import_key(pem)),
        peer("Authlib", by_authlib, lambda: JsonWebKey.import_key(pem)),
        peer("jwcrypto", by_jwcrypto, lambda: jwcrypto.jwk.JWK.from_pem(pem)),
    ]


def segments(assertion: str) -> tuple[dict[str, Any], dict[str, Any]]:
    header, payload, _ = (base64.urlsafe_b64decode(part + "==") for part in assertion.split("."))
    return json.loads(header), json.loads(payload)


def check(all_rows: Sequence[Row], public: ec.EllipticCurvePublicKey) -> None:
    """That all make the same assertion, and a new one each time."""
    for row in all_rows:
        for make in (row.kept, row.parsed):
            first, second = make(), make()
            pyjwt.decode(first, public, algorithms=["ES256"], audience=ISSUER)
            header, payload = segments(first)
            assert header == {"alg": "ES256", "typ": TYPE, "kid": KEY_ID}, (row.name, header)
            assert set(payload) == {"iss", "sub", "aud", "exp", "iat", "jti"}, (row.name, payload)
            assert payload["jti"] != segments(second)[1]["jti"], row.name


def microseconds(make: Make, seconds: float) -> float:
    """The processor time of one call, of as many as fit."""
    count, begin = 0, time.thread_time_ns()
    until = begin + int(seconds * 1e9)
    while (now := time.thread_time_ns()) < until:
        for _ in range(20):
            make()
        count += 20
    return (now - begin) / count / 1e3


def table(title: str, all_rows: Sequence[Row], makes: Sequence[Make], rounds: int, seconds: float) -> float:
    """Prints the rows; gives jurat's ratio to the fastest peer. The rows take turns."""
    times: list[list[float]] = [[] for _ in makes]
    for _ in range(rounds):
        for own, make in zip(times, makes, strict=True):
            own.append(microseconds(make, seconds))
    peers = [own for row, own in zip(all_rows, times, strict=True) if not row.ours]
    fastest = min(peers, key=median)
    ratio = [median(a / b for a, b in zip(own, fastest, strict=True)) for own in times]
    print(f"\n| {title} | µs, median | to the fastest peer |\n| --- | ---: | ---: |")
    for at in sorted(range(len(ratio)), key=ratio.__getitem__):
        name = f"**{all_rows[at].name}**" if all_rows[at].ours else all_rows[at].name
        print(f"| {name} | {median(times[at]):.1f} | {ratio[at]:.3f} |")
    return next(value for row, value in zip(all_rows, ratio, strict=True) if row.ours)


def throughput(make: Make, count: int, seconds: float) -> float:
    """Assertions in a second, of all threads together."""
    made = [0] * count
    begin = threading.Barrier(count + 1)
    stop = threading.Event()

    def work(at: int) -> None:
        begin.wait()
        while not stop.is_set():
            for _ in range(20):
                make()
            made[at] += 20

    threads = [threading.Thread(target=work, args=(at,)) for at in range(count)]
    for thread in threads:
        thread.start()
    begin.wait()
    start = time.perf_counter()
    stop.wait(seconds)
    stop.set()
    for thread in threads:
        thread.join()
    return sum(made) / (time.perf_counter() - start)


def threads(makes: Sequence[Make], rounds: int, seconds: float) -> list[float]:
    """Two threads' throughput to one's, in the upper quarter: whatever else runs here only makes it less."""
    ratios: list[list[float]] = [[] for _ in makes]
    for _ in range(rounds):
        for own, make in zip(ratios, makes, strict=True):
            one, two = throughput(make, 1, seconds), throughput(make, 2, seconds)
            own.append(two / one)
    return [quantiles(own, n=4)[2] for own in ratios]


def hashing() -> str:
    """It takes as long as an assertion, without the interpreter's lock: what two threads can have on this machine."""
    return hashlib.sha256(BLOCK).hexdigest()


def imports(rounds: int) -> tuple[float, float]:
    """Milliseconds of a bare interpreter, and what `import jurat` adds to it."""
    folder = str(Path(jurat.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": folder}

    def run(code: str) -> float:
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], env=environment, check=True)
        return (time.perf_counter() - begin) * 1e3

    run("import jurat")
    bare, added = [], []
    for _ in range(rounds):
        without, with_it = run("pass"), run("import jurat")
        bare.append(without)
        added.append(with_it - without)
    return median(bare), median(added)


def verdict(name: str, value: float, target: float, *, below: bool, unit: str = "") -> bool:
    met = value <= target if below else value >= target
    print(
        f"{name}: {value:.2f}{unit}, the target is {'≤' if below else '≥'} {target}{unit}: {'met' if met else 'MISSED'}"
    )
    return met


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a few rounds")
    quick = parser.parse_args().quick
    rounds, seconds = (3, 0.05) if quick else (15, 0.2)

    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    all_rows = rows(pem)
    check(all_rows, key.public_key())
    print(f"Python {sys.version.split()[0]}, cryptography {version('cryptography')}, {os.cpu_count()} processors")
    kept = table("the key stays loaded", all_rows, [row.kept for row in all_rows], rounds, seconds)
    parsed = table("PEM parsed in each call", all_rows, [row.parsed for row in all_rows], rounds, seconds)
    two, possible = threads([all_rows[0].kept, hashing], 3 * rounds, seconds / 2)
    bare, added = imports(10 if quick else 60)
    print(f"\nA bare interpreter takes {bare:.1f} ms.")
    print(f"Two threads do {two:.2f} times the work of one; two that only hash, {possible:.2f} times.")
    met = [
        verdict("key kept, to the fastest peer", kept, KEPT, below=True),
        verdict("PEM parsed, to the fastest peer", parsed, PARSED, below=True),
        # Where others keep the processors busy, this says nothing of jurat.
        possible < POSSIBLE or verdict("two threads, to one", two, THREADS, below=False),
        verdict("import jurat", added, IMPORT, below=True, unit=" ms"),
    ]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
