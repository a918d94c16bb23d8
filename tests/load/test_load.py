"""Load and faults: a million assertions, many threads, signers, clocks, random sources and disks that fail.

No id is used twice in all of it.
"""

from __future__ import annotations

import base64
import errno
import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

import jurat

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SCALAR = bytes(range(1, 33))
KEY = jurat.SigningKey(SCALAR)
PUBLIC = ec.derive_private_key(int.from_bytes(SCALAR), ec.SECP256R1()).public_key()
ISSUER = "https://as.example"
CLIENT: dict[str, Any] = {"client_id": "device-7", "issuer": ISSUER}
SERVER = jurat.Server(issuer=ISSUER, token_endpoint=f"{ISSUER}/token")
NOW = 1_795_459_454  # Mon, 23 Nov 2026 18:44:14 GMT
TOKEN = b'{"access_token": "t", "token_type": "Bearer", "expires_in": 3600}'
MILLION = 1_000_000
# What a process may grow by between the hundred-thousandth assertion and the last one, in kilobytes.
GROWTH = 2_048

Tell = Callable[[str, object], None]


class Ids:
    """The ids of all that was signed in this run."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: set[bytes] = set()

    def add(self, *ids: bytes) -> None:
        with self._lock:
            before = len(self._seen)
            self._seen.update(ids)
            assert len(self._seen) == before + len(ids), "an id was used twice"

    def add_all(self, packed: bytes) -> None:
        """Those that a program wrote, 16 bytes each."""
        self.add(*(packed[place : place + 16] for place in range(0, len(packed), 16)))

    def take(self, assertion: str) -> dict[str, Any]:
        """Adds that of an assertion, which has to verify; gives its claims."""
        claims = jwt.decode(
            assertion,
            PUBLIC,
            algorithms=["ES256"],
            audience=ISSUER,
            options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},
        )
        assert isinstance(claims, dict)
        self.add(base64.urlsafe_b64decode(claims["jti"] + "=="))
        return claims


IDS = Ids()


def test_ids_that_come_twice_are_seen() -> None:
    ids = Ids()
    ids.add(b"1")
    with pytest.raises(AssertionError, match="used twice"):
        ids.add(b"2", b"1")


def assertion_of(request: jurat.HttpRequest, parameter: str = "client_assertion") -> str:
    assert request.body is not None
    return parse_qs(request.body)[parameter][0]


def always(*answers: tuple[int, dict[str, str], bytes]) -> Callable[[jurat.HttpRequest], jurat.HttpResponse]:
    """These answers, and the last one from then on."""
    left = list(answers)

    def send(request: jurat.HttpRequest) -> jurat.HttpResponse:
        if request.method == "POST":
            IDS.take(assertion_of(request))
        status, headers, body = left.pop(0) if len(left) > 1 else left[0]
        return jurat.HttpResponse(status, headers, body)

    return send


# -------------------------------------------------------------------------------------------------------- a million


def run(*command: str | Path) -> tuple[bytes, list[int]]:
    """What a program wrote, and the numbers that it tells."""
    done = subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout, [int(number) for number in done.stderr.split()]


def test_a_million_in_python_take_no_more_memory(record_testsuite_property: Tell) -> None:
    ids, (before, after) = run(sys.executable, HERE / "mint_many.py", str(MILLION))
    IDS.add_all(ids)
    assert len(ids) == 16 * MILLION
    assert after - before < GROWTH
    record_testsuite_property("minted by one process in Python", f"{MILLION}, memory grew by {after - before} kB")


def test_memory_that_is_kept_is_seen() -> None:
    ids, (before, after) = run(sys.executable, HERE / "mint_many.py", str(MILLION // 50), "leak")
    IDS.add_all(ids)
    assert after - before > GROWTH


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program in C, with the library as it ships."""
    run("cargo", "build", "--locked", "--quiet", "--release", "--package", "jurat-ffi")
    made = tmp_path_factory.mktemp("load") / "mint"
    flags = ("-O1", "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror")
    counted = "-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc"
    library = ROOT / "target" / "release" / "libjurat.a"
    run("gcc", *flags, f"-I{ROOT / 'include'}", HERE / "mint.c", library, counted, "-o", made)
    return made


def test_a_million_in_c_take_no_memory(program: Path, record_testsuite_property: Tell) -> None:
    ids, (before, after, allocations) = run(program, "many", str(MILLION))
    IDS.add_all(ids)
    assert len(ids) == 16 * MILLION
    # The buffer of what reads the memory is counted, too.
    assert (after - before < 256, allocations) == (True, 0)
    record_testsuite_property("minted by one process in C", f"{MILLION}, {allocations} allocations")
    ids, (before, after, allocations) = run(program, "many", str(MILLION // 10), "leak")
    IDS.add_all(ids)
    assert (after - before > 256, allocations) == (True, MILLION // 10 - MILLION // 100)


def test_a_signer_in_c_that_fails_leaves_nothing(program: Path, record_testsuite_property: Tell) -> None:
    """The program has the checks: each failure leaves zeros and the exchange as it was, and spends no id."""
    ids, (failed, shrank) = run(program, "faults", "50000")
    assert failed > 50_000 and shrank > 50_000
    assert len(ids) == 16 * 50_000
    IDS.add_all(ids)
    record_testsuite_property("failures in C that left nothing", f"{failed} of signers, {shrank} of buffers")


# ---------------------------------------------------------------------------------------------------------- threads


def test_64_threads_share_a_key() -> None:
    start = threading.Barrier(64)

    def mint(_: int) -> list[str]:
        start.wait()
        return [jurat.client_assertion(KEY, **CLIENT) for _ in range(50)]

    with ThreadPoolExecutor(64) as pool:
        made = [assertion for each in pool.map(mint, range(64)) for assertion in each]
    assert len({IDS.take(assertion)["jti"] for assertion in made}) == 64 * 50


@pytest.mark.parametrize("shared", [True, False])
def test_64_threads_share_a_source(shared: bool) -> None:
    """One of them fetches. Each with a source of its own, every one does, which shows that fetches are counted."""
    start, sent = threading.Barrier(64), []
    sources = [jurat.TokenSource(KEY, client_id="device-7", server=SERVER) for _ in range(64)]

    def send(request: jurat.HttpRequest) -> jurat.HttpResponse:
        sent.append(assertion_of(request))
        time.sleep(0.05)
        return jurat.HttpResponse(200, {}, TOKEN)

    def fetch(number: int) -> str:
        start.wait()
        return sources[0 if shared else number].token(send).access_token

    with ThreadPoolExecutor(64) as pool:
        for fetches in (1, 2):
            assert set(pool.map(fetch, range(64))) == {"t"}
            assert len(sent) == fetches * (1 if shared else 64)
            for source in sources:
                source.invalidate()
    for assertion in sent:
        IDS.take(assertion)


# ---------------------------------------------------------------------------------------------------------- signers


class BusError(Exception):
    pass


class Faulty:
    """A signer that fails in every way, at random."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.failed = 0

    def __call__(self, what: jurat.ToBeSigned) -> bytes:
        fault = self.random.randrange(8)
        self.failed += fault < 5
        if fault == 0:
            raise BusError("no answer")
        wrong: Any = {1: bytes(64), 2: bytes(63), 3: None, 4: b"\xff" * 64}
        return wrong.get(fault, KEY.sign_hash(what.hash)) if fault < 5 else KEY.sign_hash(what.hash)


FAILURES = (BusError, jurat.SignatureError, jurat.InvalidArgumentError, TypeError)


def request_with(random_bytes: bytes, grant: bool) -> jurat.TokenRequest:
    made = jurat.GrantAssertion(iss=ISSUER, sub="alice", issuer=ISSUER) if grant else None
    return jurat.TokenRequest(client=jurat.ClientAssertion(**CLIENT, random=random_bytes), grant=made)


def test_a_signer_that_fails_spends_nothing() -> None:
    signer = Faulty(1)
    for number in range(500):
        exchange = jurat.Exchange(attempts=1)
        before = exchange.to_bytes()
        jwt_id = os.urandom(16)
        body = None
        while body is None:
            # With two assertions, the second may be the one that fails.
            request = request_with(jwt_id, number % 2 == 1)
            failed = signer.failed
            try:
                body = exchange.sign(request, signer, device_time=NOW)
            except FAILURES:
                assert signer.failed == failed + 1
                assert (exchange.to_bytes(), exchange.step(NOW).kind) == (before, "send")
                with pytest.raises(jurat.SignatureError, match="signed already"):
                    request.sign(KEY)
        # The id that failed was never sent, and is this one's.
        for assertion in (field[0] for name, field in parse_qs(body).items() if name.endswith("assertion")):
            IDS.take(assertion)
        assert exchange.step(NOW).kind == "answer"
    assert signer.failed > 300


def test_a_source_whose_signer_fails_sends_nothing() -> None:
    signer, sent = Faulty(2), []
    source = jurat.TokenSource(signer, client_id="device-7", server=SERVER)

    def send(request: jurat.HttpRequest) -> jurat.HttpResponse:
        sent.append(assertion_of(request))
        return jurat.HttpResponse(200, {}, TOKEN)

    for _ in range(500):
        before = len(sent), signer.failed
        try:
            assert source.token(send).access_token == "t"
            assert (len(sent), signer.failed) == (before[0] + 1, before[1])
        except FAILURES:
            assert (len(sent), signer.failed) == (before[0], before[1] + 1)
        source.invalidate()
    for assertion in sent:
        IDS.take(assertion)
    assert len(sent) + signer.failed == 500 and signer.failed > 200


# ----------------------------------------------------------------------------------------------------------- clocks

YEAR_2106 = 2**32
MAX_WAIT = 60


class World:
    """A machine whose clock jumps while it waits for something, and a server that answers anything."""

    JUMPS = (0, 0, 0, 1, 5, 61, 3_600, -1, -61, -3_600, -86_400, 10**6, -(10**7))
    TIMES = (0, 1, NOW, YEAR_2106 - 1, YEAR_2106, YEAR_2106 + 10**6, 99_999_999_999, jurat.BUILD_TIME - 1)
    # A day that ends with a leap second.
    LEAP = "Wed, 30 Jun 2027 23:59:60 GMT"

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.now: float = NOW
        self.posts: list[int] = []
        self.heads = 0
        self.sleeps: list[float] = []

    def jump(self) -> None:
        if self.random.randrange(6) == 0:
            self.now = self.random.choice(self.TIMES)
        self.now = max(0, self.now + self.random.choice(self.JUMPS))

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        assert len(self.sleeps) < 100, "it waits without an end"
        self.now += seconds
        self.jump()

    def send(self, source: jurat.TokenSource) -> Callable[[jurat.HttpRequest], jurat.HttpResponse | jurat.NoAnswer]:
        def send(request: jurat.HttpRequest) -> jurat.HttpResponse | jurat.NoAnswer:
            if request.method == "POST":
                claims = IDS.take(assertion_of(request))
                now = source.clock.now(int(self.now))
                assert claims["iat"] <= now < claims["exp"], "sent when it had expired"
                self.posts.append(claims["iat"])
            else:
                self.heads += 1
            self.jump()
            return self.answer()

        return send

    def answer(self) -> jurat.HttpResponse | jurat.NoAnswer:
        if self.random.randrange(8) == 0:
            return jurat.NoAnswer(OSError("no route"))
        headers = {"Retry-After": str(self.random.choice((0, 1, 30, 61, 7_200, 10**9)))}
        at = self.random.choice((NOW, int(self.now), YEAR_2106, 0, NOW + 5_000))
        headers["Date"] = self.random.choice((formatdate(at, usegmt=True), self.LEAP))
        body = self.random.choice((TOKEN, b'{"error": "invalid_client"}', b"", b"<html>"))
        return jurat.HttpResponse(self.random.choice((200, 401, 429, 503)), headers, body)


def test_a_clock_that_jumps(monkeypatch: pytest.MonkeyPatch, record_testsuite_property: Tell) -> None:
    got = refused = corrected = 0
    for seed in range(1_500):
        world = World(seed)
        monkeypatch.setattr(time, "time", lambda world=world: world.now)
        attempts = world.random.randint(1, 4)
        source = jurat.TokenSource(
            KEY, client_id="device-7", server=SERVER, attempts=attempts, max_wait=MAX_WAIT, clock=jurat.Clock.trusted()
        )
        for _ in range(4):
            world.posts, world.heads, world.sleeps = [], 0, []
            try:
                source.token(world.send(source), sleep=world.sleep)
                got += 1
            except (jurat.TokenError, jurat.ClockError):
                refused += 1
            assert len(world.posts) <= attempts and world.heads <= attempts
            assert sum(world.sleeps) <= attempts * MAX_WAIT * 2 and all(1 <= each <= MAX_WAIT for each in world.sleeps)
            world.jump()
        corrected += source.clock.offset != 0
    assert got > 300 and refused > 300 and corrected > 100, (got, refused, corrected)
    record_testsuite_property("tokens by clocks that jump", f"{got}, {refused} given up, {corrected} clocks corrected")


@contextmanager
def clock_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    now: list[float] = [NOW]
    monkeypatch.setattr(time, "time", lambda: now[0])
    yield now


def test_a_clock_that_stands_still_is_not_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        assert len(waited) < 100, "it waits without an end"

    source = jurat.TokenSource(KEY, client_id="device-7", server=SERVER, max_wait=MAX_WAIT)
    with clock_at(monkeypatch), pytest.raises(jurat.TokenError) as refused:
        source.token(always((503, {"Retry-After": "20"}, b"")), sleep=sleep)
    assert refused.value.cause == "TooEarly"
    assert waited == [20, 20, 20]


def test_a_clock_that_went_back_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wait that a server asked for before the clock was put right is none of years."""
    source = jurat.TokenSource(KEY, client_id="device-7", server=SERVER)
    with clock_at(monkeypatch) as now:
        now[0] = NOW + 10**8
        with pytest.raises(jurat.TokenError, match="7200 seconds"):
            source.token(always((503, {"Retry-After": "7200"}, b"")))
        with pytest.raises(jurat.TokenError, match="asked to wait"):
            source.token(always((200, {}, TOKEN)))
        now[0] = NOW
        assert source.token(always((200, {}, TOKEN))).access_token == "t"


def test_a_wait_during_which_the_clock_goes_back_is_none_of_years(monkeypatch: pytest.MonkeyPatch) -> None:
    source = jurat.TokenSource(KEY, client_id="device-7", server=SERVER)
    with clock_at(monkeypatch) as now:
        now[0] = NOW + 10**8
        with pytest.raises(jurat.TokenError):
            source.token(always((503, {"Retry-After": "20"}, b"")), sleep=lambda _: now.__setitem__(0, NOW))
        now[0] += 86_400
        assert source.token(always((200, {}, TOKEN))).access_token == "t"


def test_a_token_is_not_kept_when_the_clock_went_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """For how long it had been good cannot be told then."""
    source = jurat.TokenSource(KEY, client_id="device-7", server=SERVER)
    with clock_at(monkeypatch) as now:
        now[0] = NOW + 10**8
        source.token(always((200, {}, TOKEN)))
        assert source.cached() is not None
        now[0] = NOW
        assert source.cached() is None


# ---------------------------------------------------------------------------------------------------- random sources


def broken(_: int) -> bytes:
    raise OSError(errno.EIO, "no entropy")


SOURCES: dict[str, tuple[Callable[[int], bytes], type[Exception], str]] = {
    "stopped": (broken, OSError, "no entropy"),
    "constant": (lambda size: b"\x07" * size, jurat.InvalidArgumentError, "^random: "),
    "short": (lambda size: bytes(range(size - 1)), jurat.InvalidArgumentError, "^random: "),
}


@pytest.mark.parametrize("name", SOURCES)
def test_a_random_source_that_fails(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    urandom, error, match = SOURCES[name]
    sent = []
    source = jurat.TokenSource(KEY, client_id="device-7", server=SERVER)

    def send(request: jurat.HttpRequest) -> jurat.HttpResponse:
        sent.append(IDS.take(assertion_of(request)))
        return jurat.HttpResponse(200, {}, TOKEN)

    with monkeypatch.context() as patch:
        patch.setattr(os, "urandom", urandom)
        for make in (
            jurat.SigningKey.generate,
            lambda: jurat.client_assertion(KEY, **CLIENT),
            lambda: jurat.Exchange().sign(jurat.TokenRequest(client=jurat.ClientAssertion(**CLIENT)), KEY),
            lambda: source.token(send),
        ):
            with pytest.raises(error, match=match):
                make()
    assert sent == []
    source.token(send)
    assert len(sent) == 1


def test_a_random_source_that_repeats_is_refused_in_one_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    exchange, again = jurat.Exchange(), os.urandom(16)
    monkeypatch.setattr(os, "urandom", lambda _: again)
    body = exchange.sign(jurat.TokenRequest(client=jurat.ClientAssertion(**CLIENT)), KEY, device_time=NOW)
    IDS.take(parse_qs(body)["client_assertion"][0])
    exchange.no_answer(NOW)
    before = exchange.to_bytes()
    with pytest.raises(jurat.InvalidArgumentError) as refused:
        exchange.sign(jurat.TokenRequest(client=jurat.ClientAssertion(**CLIENT)), KEY, device_time=NOW)
    assert (refused.value.cause, refused.value.argument) == ("Repeated", "jwt_id")
    assert exchange.to_bytes() == before


# -------------------------------------------------------------------------------------------------------------- files

KILLS = 200


def killed(write: Callable[[], None], seconds: float) -> None:
    """Writes again and again in a process that is killed after so long."""
    ready, told = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.umask(0)
            os.write(told, b"x")
            while True:
                write()
        finally:
            os._exit(1)
    os.read(ready, 1)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(ready)
    os.close(told)
    assert os.WIFSIGNALED(status), "it ended by itself"


def pems(folder: Path) -> tuple[list[jurat.SigningKey], set[bytes]]:
    keys = [jurat.SigningKey.generate() for _ in range(2)]
    for number, key in enumerate(keys):
        key.save(folder / f"{number}.pem")
    return keys, {(folder / f"{number}.pem").read_bytes() for number in range(2)}


def test_a_process_that_is_killed_leaves_a_whole_key(tmp_path: Path) -> None:
    keys, whole = pems(tmp_path)
    delays, drafts = random.Random(3), 0
    for number in range(KILLS):
        folder = tmp_path / f"kill-{number}"
        folder.mkdir()
        path = folder / "device.pem"
        # Every second time there is none before.
        if number % 2:
            keys[0].save(path)

        def write(path: Path = path) -> None:
            for key in keys:
                key.save(path, overwrite=True)

        killed(write, delays.random() * 0.004)
        if number % 2 or path.exists():
            assert path.read_bytes() in whole
        left = [entry for entry in folder.iterdir() if entry != path]
        drafts += len(left)
        for entry in folder.iterdir():
            assert entry.stat().st_mode & 0o077 == 0, "others can read it"
    assert drafts > 0, "no process was killed while it wrote"


def test_a_half_of_a_key_is_seen(tmp_path: Path) -> None:
    """The control: a file that is written in its place is found in halves, and readable."""
    _, whole = pems(tmp_path)
    text, path = min(whole).decode(), tmp_path / "device.pem"
    path.write_text(text)

    def write() -> None:
        with path.open("w") as file:
            for letter in text:
                file.write(letter)
                file.flush()

    halves = 0
    for number in range(20):
        killed(write, number * 0.0003)
        halves += path.read_bytes() not in whole
    assert halves > 0 and path.stat().st_mode & 0o077 != 0


@contextmanager
def disk_with(size: int) -> Iterator[None]:
    """No file can get larger than that: what is written behind it fails as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [0, 1, 100, 240])
@pytest.mark.parametrize("overwrite", [True, False])
def test_a_disk_that_is_full_leaves_nothing(size: int, overwrite: bool, tmp_path: Path) -> None:
    path, key = tmp_path / "device.pem", jurat.SigningKey.generate()
    if overwrite:
        key.save(path)
    before = {entry: entry.read_bytes() for entry in tmp_path.iterdir()}
    with disk_with(size), pytest.raises(OSError, match="File too large") as refused:
        jurat.SigningKey.generate().save(path, overwrite=overwrite)
    assert (refused.value.errno, refused.value.filename) == (errno.EFBIG, str(path))
    assert {entry: entry.read_bytes() for entry in tmp_path.iterdir()} == before
    with disk_with(4_096):
        key.save(path, overwrite=overwrite)
    assert jurat.SigningKey.load(path.read_bytes()).public_key == key.public_key
