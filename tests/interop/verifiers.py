"""Verifiers of other makers, each a process that answers a file of questions line by line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from everybody import CLIENT_TYPE, decoded
from judges import SERVERS, Json, JudgeUnavailable, Verdict, verify_jose_npm
from runners import ROOT, TESTS, run

FOLDER = Path(__file__).parent
PROGRAMS = ROOT / "target" / "verifiers"
# Of the command `jose`, which is a process for each question, one question in so many.
COMMAND_STEP = 25

Ask = Callable[[list[Json]], list[Verdict]]


@dataclass(frozen=True)
class Verifier:
    """What it is asked with, and what is known of it."""

    ask: Ask
    # Its numbers are doubles, so that integers beyond 2^53 lose digits.
    doubles: bool = False
    # It refuses every `typ` but JWT.
    only_jwt: bool = False
    # Spellings of a signature, of everybody.RESPELLED, that it takes besides the one that jurat writes.
    lenient: tuple[str, ...] = ()
    # It does not read U+0000, nor integers from 2^63 on.
    jansson: bool = False
    step: int = 1

    def takes(self, header: Json) -> bool:
        return not self.only_jwt or header.get("typ", "JWT").upper() == "JWT"

    def same(self, one: Json, other: Json) -> bool:
        return bool(self.normal(one) == self.normal(other))

    def normal(self, value: Any) -> Any:
        """For a comparison that tells true from 1, which Python does not."""
        if isinstance(value, dict):
            return {name: self.normal(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self.normal(each) for each in value]
        if isinstance(value, bool):
            return str(value), "boolean"
        return float(value) if self.doubles and isinstance(value, int) else value


def by_lines(make: Callable[[], list[str | Path]]) -> Ask:
    def ask(questions: list[Json]) -> list[Verdict]:
        with tempfile.TemporaryFile() as file:
            file.writelines(json.dumps(question).encode() + b"\n" for question in questions)
            file.seek(0)
            done = subprocess.run(make(), stdin=file, capture_output=True, check=False)
        answers = [json.loads(line) for line in done.stdout.split(b"\n") if line]
        if done.returncode or len(answers) != len(questions):
            raise JudgeUnavailable(f"{make()}: status {done.returncode}\n{done.stderr.decode()[-2000:]}")
        return [
            Verdict(answer["ok"], answer.get("header", {}), answer.get("payload", {}), answer.get("reason", ""))
            for answer in answers
        ]

    return ask


def in_python(library: str) -> Ask:
    return by_lines(lambda: [sys.executable, FOLDER / "verify_python.py", library])


@cache
def in_c(name: str, package: str) -> list[str | Path]:
    PROGRAMS.mkdir(parents=True, exist_ok=True)
    program = PROGRAMS / name
    flags = run("pkg-config", "--cflags", "--libs", package, "jansson").split()
    warnings = ("-std=c11", "-D_POSIX_C_SOURCE=200809L", "-O1", "-Wall", "-Wextra", "-Wpedantic", "-Werror")
    run("gcc", *warnings, SERVERS / f"verify_{name}.c", *flags, "-o", program)
    return [program]


@cache
def in_rust(provider: str) -> list[str | Path]:
    features = ["--features", "aws-lc"] if provider == "aws-lc" else []
    folder = ROOT / "target" / f"verify-rs-{provider}"
    manifest = TESTS / "verify-rs" / "Cargo.toml"
    run("cargo", "build", "--locked", "--quiet", "--manifest-path", manifest, "--target-dir", folder, *features)
    return [folder / "debug" / "jurat-verify", provider]


def ask_jose_npm(questions: list[Json]) -> list[Verdict]:
    cases = [
        {
            "jwt": asked["jwt"],
            "jwk": asked["jwk"],
            "options": {
                "algorithms": ["ES256"],
                "issuer": asked["issuer"],
                "subject": asked["subject"],
                "audience": asked["audience"],
                "currentDate": asked["now"],
                **({"typ": CLIENT_TYPE} if typ(asked) == CLIENT_TYPE else {}),
            },
        }
        for asked in questions
    ]
    return verify_jose_npm(cases, timeout=300)


def typ(question: Json) -> Any:
    """The type of the assertion, if its header can be read."""
    try:
        return json.loads(decoded(question["jwt"].partition(".")[0])).get("typ")
    except ValueError:
        return None


def jose_command(question: Json) -> Verdict:
    with tempfile.NamedTemporaryFile("w", suffix=".jwk") as key:
        json.dump(question["jwk"], key)
        key.flush()
        command = ["jose", "jws", "ver", "-i", "-", "-k", key.name, "-O", "-"]
        done = subprocess.run(command, input=question["jwt"].encode(), capture_output=True, check=False)
    if done.returncode != 0:
        return Verdict(False, reason=f"status {done.returncode}")
    # It gives the payload alone.
    claims = json.loads(done.stdout)
    if (claims["iss"], claims["aud"]) != (question["issuer"], question["audience"]):
        return Verdict(False, reason="another iss or aud")
    return Verdict(True, json.loads(decoded(question["jwt"].partition(".")[0])), claims)


def ask_jose_command(questions: list[Json]) -> list[Verdict]:
    return [jose_command(question) for question in questions]


def verdicts(asked: Iterable[tuple[Verifier, list[Json]]]) -> list[list[Verdict]]:
    """Of each what it says of its questions; as many at once as there are processors."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda pair: pair[0].ask(pair[1]), asked))


SPARE_BITS, NO_ZERO = "spare bits", "zero of r left out"
BYTES_33, BYTES_48 = "33 bytes for each half", "48 bytes for each half"
VERIFIERS = {
    # First, for it has to be built.
    "jsonwebtoken (rust_crypto)": Verifier(by_lines(lambda: in_rust("rust-crypto"))),
    "PyJWT": Verifier(in_python("pyjwt")),
    "joserfc": Verifier(in_python("joserfc")),
    "jwcrypto": Verifier(in_python("jwcrypto"), lenient=(SPARE_BITS, NO_ZERO, BYTES_33, BYTES_48)),
    "python-jose": Verifier(in_python("python-jose"), lenient=(SPARE_BITS,)),
    "jose (npm)": Verifier(ask_jose_npm, doubles=True, lenient=(SPARE_BITS,)),
    "libjwt": Verifier(by_lines(lambda: in_c("libjwt", "libjwt")), only_jwt=True, lenient=(SPARE_BITS,), jansson=True),
    "rhonabwy": Verifier(
        by_lines(lambda: in_c("rhonabwy", "librhonabwy")), lenient=(SPARE_BITS, BYTES_48), jansson=True
    ),
    "libjose": Verifier(by_lines(lambda: in_c("libjose", "jose")), jansson=True),
    "jose (command)": Verifier(ask_jose_command, step=COMMAND_STEP),
}
if "JURAT_DEEP" in os.environ:
    VERIFIERS["jsonwebtoken (aws_lc_rs)"] = Verifier(by_lines(lambda: in_rust("aws-lc")))
