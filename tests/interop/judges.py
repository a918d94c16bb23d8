"""Independent judges: real authorization servers and JWT verifiers, none of them jurat.

A server is started on loopback for one test session and asked over HTTP; a
verifier is a library function. Both are built from published packages, see
``tests/servers/package.json`` and ``tests/servers/requirements.txt``.
"""

from __future__ import annotations

import contextlib
import json
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt as joserfc_jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from joserfc.jws import JWSRegistry
from jwt.algorithms import ECAlgorithm

SERVERS = Path(__file__).resolve().parent.parent / "servers"

CLIENT_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
JWT_BEARER_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
# Who the servers in conftest.py know.
CLIENT_ID = "meter-0042"
GRANT_ISSUER = "https://factory.example"
GRANT_SUBJECT = "meter-0042"
RESOURCE = "https://api.example.com"
# Names by which they are reached over TLS; the second has a clock that is an hour ahead.
ISSUER = "https://as.example"
LATER = "https://later.example"
GRANTS = "https://grants.example"

REQUIRED_CLAIMS = ["iss", "sub", "aud", "exp", "iat", "jti"]

Json = dict[str, Any]


class JudgeUnavailable(Exception):
    """A judge could not be asked: no verdict, and no reason to skip a test."""


# ---------------------------------------------------------------------------- keys


@dataclass(frozen=True)
class Key:
    """A P-256 key pair, made when the tests run so that none is ever stored."""

    kid: str
    private: ec.EllipticCurvePrivateKey

    @classmethod
    def generate(cls, kid: str) -> Key:
        return cls(kid, ec.generate_private_key(ec.SECP256R1()))

    @property
    def public_jwk(self) -> Json:
        jwk = ECAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {**jwk, "use": "sig", "alg": "ES256", "kid": self.kid}

    @property
    def jwks(self) -> Json:
        return {"keys": [self.public_jwk]}


# ------------------------------------------------------------------------- servers


def node() -> str:
    """The Node.js binary, once it is certain that the packages are there too."""
    binary = shutil.which("node")
    if binary is None:
        raise JudgeUnavailable("node is not on PATH")
    if not (SERVERS / "node_modules").is_dir():
        raise JudgeUnavailable("run `npm ci` in tests/servers first")
    return binary


def command(kind: str) -> list[str]:
    if kind == "oidc-provider":
        return [node(), str(SERVERS / "oidc_provider.mjs")]
    if kind == "authlib":
        return [sys.executable, str(SERVERS / "authlib_server.py")]
    if kind == "better-auth":
        return [node(), str(SERVERS / "better_auth.mjs")]
    if kind == "profile":
        return [sys.executable, str(SERVERS / "profile_server.py")]
    raise ValueError(f"unknown kind of server: {kind}")


class Server:
    """A running server; use it as a context manager, or call ``stop``."""

    def __init__(self, kind: str, config: Json, timeout: float) -> None:
        # Into a file and not a pipe: nobody has to read it for the server to go on.
        # It lives as long as the server, so no `with` here.
        self._stderr = tempfile.NamedTemporaryFile(suffix=".log")  # noqa: SIM115
        self._process = subprocess.Popen(
            command(kind),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            text=True,
        )
        try:
            ready = self._configure(config, timeout)
        except Exception as error:
            self._end_process()
            log = self.log()
            self._stderr.close()
            raise JudgeUnavailable(f"{kind} did not start: {error!r}\n{log}") from error
        self.issuer: str = ready["issuer"]
        self.token_endpoint: str = ready["token_endpoint"]
        self.metadata_url: str = ready["metadata_url"]
        # Only where clients can register themselves.
        self.registration_endpoint: str = ready.get("registration_endpoint", "")
        # Where it listens; the issuer is another URL only where the configuration says so.
        self.listens: str = ready.get("listens") or self.issuer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _configure(self, config: Json, timeout: float) -> Json:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None
        stdin.write(json.dumps(config) + "\n")
        stdin.flush()
        # readline() knows no timeout, so a thread waits in our place.
        lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=lambda: lines.put(stdout.readline()), daemon=True).start()
        ready: Json = json.loads(lines.get(timeout=timeout))
        return ready

    def log(self) -> str:
        """All that the server has written to stderr so far."""
        # Opened anew: the server shares the offset of the handle kept here.
        return Path(self._stderr.name).read_text(errors="replace")

    def events(self) -> list[Json]:
        """The JSON lines of the log, the newest last."""
        return [json.loads(line) for line in self.log().splitlines() if line[:1] == "{"]

    def stop(self) -> None:
        self._end_process()
        self._stderr.close()

    def _end_process(self) -> None:
        process = self._process
        if process.stdin is not None and not process.stdin.closed:
            # Closing asks the server to leave; the pipe is broken if it already has.
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
        for insist in (process.terminate, process.kill):
            try:
                process.wait(timeout=5)
                break
            except subprocess.TimeoutExpired:
                insist()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def start_server(kind: str, config: Json, timeout: float = 30) -> Server:
    """Starts a server of one of the kinds in ``command`` and waits until it answers."""
    return Server(kind, config, timeout)


@dataclass(frozen=True)
class Response:
    status: int
    text: str
    json: Any = None  # None when the body is no JSON
    headers: dict[str, str] = field(default_factory=dict)


def post(url: str, body: str, timeout: float = 10) -> Response:
    """Posts an already encoded form, byte for byte as given."""
    with requests.Session() as session:
        # A proxy named by the environment must not see assertions.
        session.trust_env = False
        answer = session.post(
            url,
            data=body.encode("ascii"),
            headers={
                "Content-Type": "application/x-www-form-urlencoded",
                "Accept": "application/json",
            },
            allow_redirects=False,
            timeout=timeout,
        )
    try:
        parsed = answer.json()
    except ValueError:
        parsed = None
    return Response(answer.status_code, answer.text, parsed, dict(answer.headers))


# ----------------------------------------------------------------------- verifiers


@dataclass(frozen=True)
class Verdict:
    """What a verifier said: header and payload when ``ok``, else its reason."""

    ok: bool
    header: Json = field(default_factory=dict)
    payload: Json = field(default_factory=dict)
    reason: str = ""


def verify_pyjwt(token: str, public_jwk: Json, audience: str, issuer: str, now: int) -> Verdict:
    try:
        decoded = jwt.decode_complete(
            token,
            key=jwt.PyJWK(public_jwk, algorithm="ES256"),
            algorithms=["ES256"],
            audience=audience,
            issuer=issuer,
            options={
                "require": REQUIRED_CLAIMS,
                "strict_aud": True,  # one string, never an array
                # PyJWT can only ask the real clock, so the times are judged below.
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except jwt.PyJWTError as error:
        return Verdict(False, reason=f"{type(error).__name__}: {error}")

    claims = decoded["payload"]
    for name in ("exp", "iat", "nbf"):
        # Not isinstance(): a bool is an int in Python, yet no number in JSON.
        if type(claims.get(name, 0)) is not int:
            return Verdict(False, reason=f"{name} is not an integer")
    if claims["exp"] <= now:
        return Verdict(False, reason="exp has passed")
    if claims["iat"] > now or claims.get("nbf", now) > now:
        return Verdict(False, reason="iat or nbf lies ahead")
    return Verdict(True, decoded["header"], claims)


class LargeHeaders(JWSRegistry):
    """joserfc takes headers of 512 characters; the longest `kid` that jurat writes makes a longer one."""

    max_header_length = 32_768


def verify_joserfc(token: str, public_jwk: Json, audience: str, issuer: str, now: int) -> Verdict:
    registry = joserfc_jwt.JWTClaimsRegistry(
        now=now,
        leeway=0,
        iss={"essential": True, "value": issuer},
        sub={"essential": True},
        aud={"essential": True, "value": audience},
        exp={"essential": True},
        iat={"essential": True},
        jti={"essential": True},
    )
    try:
        key = ECKey.import_key(public_jwk)
        decoded = joserfc_jwt.decode(token, key, registry=LargeHeaders(algorithms=["ES256"]))
        registry.validate(decoded.claims)
    except (JoseError, ValueError) as error:
        return Verdict(False, reason=f"{type(error).__name__}: {error}")
    return Verdict(True, dict(decoded.header), decoded.claims)


def verify_jose_npm(cases: list[Json], timeout: float = 60) -> list[Verdict]:
    """Verifies many at once with npm ``jose``, as one start of Node.js costs the most.

    A case is ``{"jwt", "jwk", "options"}``, as ``verify_jose.mjs`` tells. The
    verdicts come in the order of the cases.
    """
    lines = [json.dumps({**case, "id": index}) for index, case in enumerate(cases)]
    done = subprocess.run(
        [node(), str(SERVERS / "verify_jose.mjs")],
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    # Not splitlines(): it would part a string at U+2028.
    answers = [json.loads(line) for line in done.stdout.split("\n") if line]
    if done.returncode or [answer["id"] for answer in answers] != list(range(len(cases))):
        raise JudgeUnavailable(f"verify_jose.mjs failed\n{done.stderr}")
    return [
        (
            Verdict(True, answer["header"], answer["payload"])
            if answer["ok"]
            else Verdict(False, reason=f"{answer['code']}: {answer['message']}")
        )
        for answer in answers
    ]
