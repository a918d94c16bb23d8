"""Fleets: what is made, that no key is made twice, and the command."""

from __future__ import annotations

import base64
import csv
import fcntl
import hashlib
import io
import json
import os
import pty
import random
import re
import select
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import KeySet

import jurat
from jurat.cli import main
from jurat.fleet import Summary, merge, provision

COMMAND = [sys.executable, "-c", "from jurat.cli import main; main(prog_name='jurat')", "fleet"]
LIST = b"device,scope,key_id\na,,\nb.1,read,\nC_2,,the-key\n"


def command(*arguments: str | Path, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["fleet", *map(str, arguments)], input=stdin)


def started(*arguments: str | Path, **given: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Where the tests run in the background, it is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        **given,
    )


def listed(text: str | bytes) -> BinaryIO:
    return io.BytesIO(text.encode() if isinstance(text, str) else text)


def files(folder: Path) -> dict[str, bytes]:
    """All files but locks, which stay."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock")
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def keys(folder: Path) -> dict[str, bytes]:
    """Whole keys, and not the drafts of a killed run."""
    return {path.name: path.read_bytes() for path in (folder / "keys").glob("*.pem") if path.name[0] != "."}


def table(folder: Path) -> dict[str, str]:
    with (folder / "devices.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    found = {row["device"]: row["kid"] for row in rows}
    assert len(found) == len(rows)
    return found


def base64url(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(32)).decode().rstrip("=")


def published(folder: Path) -> dict[str, dict[str, str]]:
    """The JWKS by kid, after others have read it and each private key was compared with it."""
    text = (folder / "jwks.json").read_text()
    document = json.loads(text)
    key_set = KeySet.import_key_set(document)
    by_kid: dict[str, dict[str, str]] = {key["kid"]: key for key in document["keys"]}
    assert len(by_kid) == len(document["keys"]) == len(key_set.keys)
    devices = table(folder)
    assert list(devices.values()) == list(by_kid)
    for device, kid in devices.items():
        private = serialization.load_pem_private_key((folder / "keys" / f"{device}.pem").read_bytes(), None)
        assert isinstance(private, ec.EllipticCurvePrivateKey)
        numbers = private.public_key().public_numbers()
        x, y = base64url(numbers.x), base64url(numbers.y)
        assert by_kid[kid] == {"kty": "EC", "crv": "P-256", "x": x, "y": y, "use": "sig", "alg": "ES256", "kid": kid}
        if len(kid) == 43:
            # RFC 7638, by hand.
            members = f'{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}'
            digest = hashlib.sha256(members.encode()).digest()
            assert kid == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return by_kid


@pytest.fixture(autouse=True)
def _mask() -> Iterator[None]:
    """Modes must not hang on it."""
    previous = os.umask(0o022)
    yield
    os.umask(previous)


# ----------------------------------------------------------------------------------------------------- what is made


def test_a_count(tmp_path: Path) -> None:
    out, told = tmp_path / "new" / "out", []
    done = provision(out, count=12, prefix="x-", scope="a b", progress=lambda *given: told.append(given))
    assert (done.devices, done.made, done.found, done.registrations) == (12, 12, 0, 12)
    assert told == [(number, 12) for number in range(1, 13)]
    names = [f"x-{number:02}" for number in range(1, 13)]
    assert list(table(out)) == names
    keys_published = published(out)
    expected = {".fleet.lock", "devices.csv", "jwks.json", "keys", "registrations"}
    assert {path.name for path in out.iterdir()} == expected
    assert (done.keys_folder, done.registrations_folder) == (out / "keys", out / "registrations")
    assert (done.jwks_file, done.devices_file) == (out / "jwks.json", out / "devices.csv")
    for name, kid in table(out).items():
        document = json.loads((out / "registrations" / f"{name}.json").read_text())
        assert (document["client_name"], document["scope"]) == (name, "a b")
        assert document["jwks"] == {"keys": [keys_published[kid]]}
        assert document["token_endpoint_auth_method"] == "private_key_jwt"


def test_keys_are_for_their_owner_alone(tmp_path: Path) -> None:
    os.umask(0)
    provision(tmp_path, count=3)
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()} == {0o600}
    (tmp_path / "keys").chmod(0o750)
    before = files(tmp_path)
    with pytest.raises(jurat.InvalidArgumentError, match=r"^out: .*keys is not for its owner alone"):
        provision(tmp_path, count=4)
    assert files(tmp_path) == before


def test_a_list(tmp_path: Path) -> None:
    text = "\ufeffsoftware_id,device,client_name,scope,key_id,software_version\r\n"
    text += 'id,a,"Gerät ""7"", links\r\nunten",read,kid \u00fc,2\r\n\r\n,b,,,,\r\n'
    provision(tmp_path, csv=listed(text), client_name="all", scope="write", software_version="1")
    read = {name: json.loads((tmp_path / "registrations" / f"{name}.json").read_text()) for name in "ab"}
    assert read["a"]["client_name"] == 'Gerät "7", links\r\nunten'
    assert (read["a"]["scope"], read["a"]["software_id"], read["a"]["software_version"]) == ("read", "id", "2")
    assert (read["b"]["client_name"], read["b"]["scope"], read["b"]["software_version"]) == ("all", "write", "1")
    assert "software_id" not in read["b"]
    assert table(tmp_path)["a"] == "kid \u00fc" == read["a"]["jwks"]["keys"][0]["kid"]
    published(tmp_path)


def test_a_list_in_a_file_and_from_a_pipe(tmp_path: Path) -> None:
    file, out = tmp_path / "list.csv", tmp_path / "out"
    file.write_bytes(LIST)
    for given in (file, str(file)):
        assert provision(out, csv=given).devices == 3
    with os.fdopen(os.memfd_create("x"), "w+b") as seekable:
        seekable.write(LIST)
        assert provision(out, csv=seekable).found == 3
        assert not seekable.closed
    reading, writing = os.pipe()
    os.write(writing, LIST)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert provision(out, csv=pipe).found == 3
    published(out)


def test_registrations_that_refer_to_the_jwks(tmp_path: Path) -> None:
    provision(tmp_path, csv=listed(LIST), jwks_uri="https://keys.example/jwks.json")
    for name in table(tmp_path):
        document = json.loads((tmp_path / "registrations" / f"{name}.json").read_text())
        assert document["jwks_uri"] == "https://keys.example/jwks.json" and "jwks" not in document
    published(tmp_path)


# ------------------------------------------------------------------------------------------------------- once more


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    provision(tmp_path, count=5)
    before = files(tmp_path)
    inodes = {path: path.stat().st_ino for path in (tmp_path / "registrations").iterdir()}
    done = provision(tmp_path, count=5)
    assert (done.made, done.found, done.registrations) == (0, 5, 0)
    assert files(tmp_path) == before
    assert {path: path.stat().st_ino for path in inodes} == inodes


def test_what_is_missing_or_differs_is_made(tmp_path: Path) -> None:
    provision(tmp_path, count=5)
    before = files(tmp_path)
    (tmp_path / "registrations" / "device-1.json").unlink()
    (tmp_path / "registrations" / "device-2.json").write_text("{")
    (tmp_path / "keys" / "device-3.pem").unlink()
    (tmp_path / "jwks.json").unlink()
    done = provision(tmp_path, count=5)
    assert (done.made, done.found, done.registrations) == (1, 4, 3)
    after = files(tmp_path)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"keys/device-3.pem", "registrations/device-3.json", "jwks.json", "devices.csv"}
    assert provision(tmp_path, count=5, scope="a").registrations == 5
    assert provision(tmp_path, count=7).made == 2
    published(tmp_path)


# 32 characters of a PEM are no key in raw form either.
@pytest.mark.parametrize("length", [0, 32, 100, 200])
def test_a_damaged_key_is_an_error_and_stays(length: int, tmp_path: Path) -> None:
    provision(tmp_path, count=5)
    file = tmp_path / "keys" / "device-3.pem"
    whole = file.read_bytes()
    file.write_bytes(whole[:length])
    before = files(tmp_path)
    with pytest.raises(jurat.Error, match=r"^key: .*device-3\.pem: ") as refused:
        provision(tmp_path, count=6)
    assert isinstance(refused.value, ValueError) and refused.value.argument == "key" and refused.value.status < 0
    after = files(tmp_path)
    assert {name: after[name] for name in before} == before
    file.write_bytes(whole)
    assert provision(tmp_path, count=6).devices == 6
    published(tmp_path)


def test_text_of_32_characters_is_no_key(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir(mode=0o700)
    (tmp_path / "keys" / "device-1.pem").write_text("# damaged: no key is here, sorry")
    with pytest.raises(jurat.InvalidKeyError, match=r"^key: .*device-1\.pem: not PEM"):
        provision(tmp_path, count=1)


def test_a_key_that_was_there_before_is_taken(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir(mode=0o700)
    private = ec.generate_private_key(ec.SECP256R1())
    form, plain = serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    pem = private.private_bytes(serialization.Encoding.PEM, form, plain)
    (tmp_path / "keys" / "device-2.pem").write_bytes(pem)
    assert provision(tmp_path, count=2).found == 1
    assert (tmp_path / "keys" / "device-2.pem").read_bytes() == pem
    published(tmp_path)


def test_one_key_for_two_devices_is_not_published(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir(mode=0o700)
    for name in ("a", "c"):
        jurat.SigningKey(bytes(31) + b"\7").save(tmp_path / "keys" / f"{name}.pem")
    for key_ids in (",,", "one,,two"):
        one, two, three = key_ids.split(",")
        with pytest.raises(jurat.InvalidArgumentError, match="^out: the (kid|key) of c is that of a, too"):
            provision(tmp_path, csv=listed(f"device,key_id\na,{one}\nb,{two}\nc,{three}\n"))
        assert {path.name for path in tmp_path.iterdir()} == {".fleet.lock", "keys", "registrations"}


def test_a_killed_run_is_finished_without_a_second_key(tmp_path: Path) -> None:
    numbers, most = random.Random(7), 400
    existing: dict[str, bytes] = {}
    killed = 0
    for _ in range(8):
        process = started(tmp_path, "--count", str(most))
        before = len(existing)
        while process.poll() is None and len(list((tmp_path / "keys").glob("device-*.pem"))) <= before:
            time.sleep(0.001)
        time.sleep(numbers.random() * 0.03)
        process.kill()
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        found = keys(tmp_path)
        assert {name: found[name] for name in existing} == existing
        for pem in found.values():
            jurat.SigningKey.load(pem.decode())
        existing = found
        assert not (tmp_path / "jwks.json").exists() or process.returncode == 0
    assert killed >= 3 and existing
    # What a kill between two calls leaves, whether or not it came to that here.
    for folder, name in (("keys", "device-007.pem"), ("registrations", "device-008.json")):
        (tmp_path / folder / f".{name}.0123456789abcdef").write_text("half")
    (tmp_path / ".jwks.json.draft").write_text("half")
    done = provision(tmp_path, count=most)
    assert (done.devices, done.found) == (most, len(existing))
    found = keys(tmp_path)
    assert len(found) == most and {name: found[name] for name in existing} == existing
    hidden = {path.name for path in tmp_path.rglob(".*")}
    assert hidden == {".fleet.lock"}
    assert len(published(tmp_path)) == most


def test_another_run_is_refused(tmp_path: Path) -> None:
    processes = [started(tmp_path, "--count", "300", "--json") for _ in range(3)]
    said = [process.communicate() for process in processes]
    codes = [process.returncode for process in processes]
    assert 0 in codes and set(codes) <= {0, 1}
    for code, (_, stderr) in zip(codes, said, strict=True):
        assert stderr == (b"Error: out: another run is at work there\n" if code else b"")
    assert sum(json.loads(stdout)["made"] for stdout, _ in said if stdout) == 300
    assert len(published(tmp_path)) == 300


def test_without_the_lock_the_first_link_settles_it(tmp_path: Path) -> None:
    unlocked = "import fcntl; fcntl.flock = lambda *_: None; " + COMMAND[2]
    run = [sys.executable, "-c", unlocked, "fleet", str(tmp_path), "--count", "300", "--json"]
    processes = [subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)]
    made = 0
    for process in processes:
        stdout, stderr = process.communicate()
        assert b"Traceback" not in stderr
        made += json.loads(stdout)["made"] if process.returncode == 0 else 0
    assert made <= 300
    before = keys(tmp_path)
    provision(tmp_path, count=300)
    after = keys(tmp_path)
    assert {name: after[name] for name in before} == before
    assert len(published(tmp_path)) == 300


def test_a_key_that_somebody_else_makes_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other, link = jurat.SigningKey.generate(), os.link

    def slow(source: Path, target: Path) -> None:
        if target.name == "device-2.pem" and not target.exists():
            target.write_text("")
            target.unlink()
            other_draft = tmp_path / "other"
            other.save(other_draft)
            other_draft.replace(target)
        link(source, target)

    monkeypatch.setattr(os, "link", slow)
    assert provision(tmp_path, count=3).found == 1
    assert table(tmp_path)["device-2"] == other.public_key.thumbprint
    published(tmp_path)


# Each is a step of a run on a full disk.
@pytest.mark.parametrize("fails", ["link", "fsync", "replace"])
def test_a_failing_disk(fails: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    provision(tmp_path, count=2)
    before = files(tmp_path)

    def broken(*_: object) -> None:
        raise OSError(28, "no space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os if fails != "replace" else Path, fails, broken)
        with pytest.raises(OSError, match="no space left"):
            provision(tmp_path, count=5)
    after = files(tmp_path)
    assert {name: after[name] for name in before} == before
    assert {path.name for path in tmp_path.rglob(".*")} == {".fleet.lock"}
    assert provision(tmp_path, count=5).devices == 5
    published(tmp_path)


def test_what_is_published_is_on_the_disk_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is synchronised, and what is moved or linked, in their order."""
    log: list[tuple[str, str]] = []
    fsync, link, replace = os.fsync, os.link, Path.replace

    def logged_fsync(descriptor: int) -> None:
        log.append(("fsync", os.readlink(f"/proc/self/fd/{descriptor}")))
        fsync(descriptor)

    def logged_link(source: Path, target: Path) -> None:
        log.append(("link", str(target)))
        link(source, target)

    def logged_replace(self: Path, target: Path) -> Path:
        log.append(("replace", str(target)))
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", logged_fsync)
    monkeypatch.setattr(os, "link", logged_link)
    monkeypatch.setattr(Path, "replace", logged_replace)
    provision(tmp_path, count=3, workers=1)
    published_at = log.index(("replace", str(tmp_path / "jwks.json")))
    for number in range(1, 4):
        key = str(tmp_path / "keys" / f"device-{number}.pem")
        linked_at = log.index(("link", key))
        kind, draft = log[linked_at - 1]
        assert kind == "fsync" and Path(draft).name.startswith(f".device-{number}.pem.")
        assert linked_at < log.index(("fsync", str(tmp_path / "keys"))) < published_at
    assert log.index(("fsync", str(tmp_path))) < published_at
    assert log[-2:] == [("replace", str(tmp_path / "jwks.json")), ("fsync", str(tmp_path))]
    log.clear()
    provision(tmp_path, count=3)
    # Found keys too: who put them there may not have waited.
    assert {path for kind, path in log if kind == "fsync"} >= {str(path) for path in (tmp_path / "keys").iterdir()}


# ----------------------------------------------------------------------------------------------------------- shards


def sharded(out: Path, n: int, **given: Any) -> list[Summary]:
    """Each shard in a folder of its own, and their outputs copied together, without the private keys."""
    done = []
    (out / "all").mkdir(parents=True)
    for k in range(1, n + 1):
        part = out / str(k)
        if hasattr(given.get("csv"), "seek"):
            given["csv"].seek(0)
        done.append(provision(part, shard=(k, n), **given))
        for path in (*part.glob("*.json"), *part.glob("*.csv")):
            shutil.copy(path, out / "all")
    return done


@pytest.mark.parametrize("n", [2, 3, 7])
def test_shards_joined_are_one_run(n: int, tmp_path: Path) -> None:
    text = "device,key_id\n" + "".join(f"d{number},{'' if number % 5 else f'k,{number}'!r}\n" for number in range(40))
    text = text.replace("'k,", '"k,').replace("'", '"')
    done = sharded(tmp_path, n, csv=listed(text))
    assert sum(each.made for each in done) == sum(each.devices for each in done) == 40
    assert all(each.devices for each in done)
    told: list[tuple[int, int]] = []
    joined = merge(tmp_path / "all", progress=lambda *given: told.append(given))
    assert (joined.shards, joined.devices) == (n, 40) and told[-1] == (40, 40)
    # One run over the same keys.
    whole = tmp_path / "whole"
    (whole / "keys").mkdir(parents=True, mode=0o700)
    for k in range(1, n + 1):
        for path in (tmp_path / str(k) / "keys").iterdir():
            shutil.copy(path, whole / "keys")
            assert not (tmp_path / "all" / "keys").exists()
    again = provision(whole, csv=listed(text))
    assert (again.made, again.found) == (0, 40)
    for name in ("jwks.json", "devices.csv"):
        assert (whole / name).read_bytes() == (tmp_path / "all" / name).read_bytes()
    published(whole)


def test_shards_in_one_folder_at_once(tmp_path: Path) -> None:
    processes = [started(tmp_path, "--count", "60", "--shard", f"{k}/3") for k in (1, 2, 3)]
    for process in processes:
        assert process.communicate()[1] == b"" and process.returncode == 0
    assert merge(tmp_path).devices == 60
    assert len(published(tmp_path)) == 60
    # Each is a JWKS by itself.
    parts = [json.loads((tmp_path / f"jwks.{k}-of-3.json").read_text())["keys"] for k in (1, 2, 3)]
    assert sum(len(part) for part in parts) == 60
    # The drafts of another shard are its own.
    drafts = [tmp_path / "keys" / f".device-{number:02}.pem.0123456789abcdef" for number in range(1, 61)]
    for draft in drafts:
        draft.write_text("half")
    provision(tmp_path, count=60, shard=(2, 3))
    assert sum(draft.exists() for draft in drafts) == 60 - len(parts[1])
    with (tmp_path / ".fleet.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        provision(tmp_path, count=60, shard=(2, 3))
        for refused in (lambda: provision(tmp_path, count=60), lambda: merge(tmp_path)):
            with pytest.raises(jurat.InvalidArgumentError, match="^out: another run"):
                refused()
    # With another count, its devices are those of several.
    with (tmp_path / ".fleet.2-of-3.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        provision(tmp_path, count=60, shard=(1, 3))
        drafts[0].write_text("half")
        for k in (1, 2):
            with pytest.raises(jurat.InvalidArgumentError, match="^out: another run"):
                provision(tmp_path, count=60, shard=(k, 2))
        assert drafts[0].exists()
    for k in (1, 2):
        provision(tmp_path, count=60, shard=(k, 2))
    assert not drafts[0].exists()


def test_a_list_that_grows_keeps_every_key_in_its_shard(tmp_path: Path) -> None:
    names = [f"d{number}" for number in range(30)]
    made = [provision(tmp_path / str(k), csv=listed("\n".join(["device", *names])), shard=(k, 3)) for k in (1, 2, 3)]
    names = ["new", *reversed(names)]
    again = [provision(tmp_path / str(k), csv=listed("\n".join(["device", *names])), shard=(k, 3)) for k in (1, 2, 3)]
    assert [each.found for each in again] == [each.made for each in made]
    assert sum(each.made for each in again) == 1


def test_more_shards_than_devices(tmp_path: Path) -> None:
    done = sharded(tmp_path, 5, count=1)
    assert sorted(each.devices for each in done) == [0, 0, 0, 0, 1]
    assert merge(tmp_path / "all").devices == 1
    assert len(json.loads((tmp_path / "all" / "jwks.json").read_text())["keys"]) == 1


def test_what_cannot_be_joined(tmp_path: Path) -> None:
    with pytest.raises(jurat.InvalidArgumentError, match="^out: there is no shard"):
        merge(tmp_path)
    sharded(tmp_path, 3, count=30)
    folder = tmp_path / "all"
    good = files(folder)
    first, second, third = (folder / f"devices.{k}-of-3.csv" for k in (1, 2, 3))
    lines = {path: path.read_text().splitlines(keepends=True) for path in (first, second, third)}

    def refused(message: str) -> None:
        with pytest.raises(jurat.InvalidArgumentError, match=message):
            merge(folder)
        assert not (folder / "jwks.json").exists() and not (folder / ".jwks.json.draft").exists()
        for name, data in good.items():
            (folder / name).write_bytes(data)

    second.unlink()
    refused("^out: the shard 2/3 is missing")
    third.unlink()
    first.unlink()
    refused("^out: the shard 1/3 and 1 more is missing")
    (folder / "devices.1-of-2.csv").write_text("")
    refused("^out: there are shards of 2 and of 3")
    (folder / "devices.1-of-2.csv").unlink()
    (folder / "devices.4-of-3.csv").write_text("")
    refused("^shard: must be k of n")
    (folder / "devices.4-of-3.csv").unlink()
    # A row less, the last one of all too.
    last = max((int(rows[-1].split(",")[0]), path) for path, rows in lines.items())[1]
    for path, rows in ((first, lines[first][:-1]), (last, lines[last][:-1]), (second, lines[second][:1])):
        path.write_text("".join(rows))
        refused(r"^out: device number \d+ is missing")
    # Half a row, half a character, and no table at all.
    for text in ("".join(lines[first])[:-9], "".join(lines[first][1:]), "", "\xff", 'number,"'):
        first.write_text(text, encoding="latin-1")
        refused(r"^out: .*devices\.1-of-3\.csv: line \d+: ")
    second.write_text("".join(lines[third]))
    refused(r"devices\.2-of-3\.csv: line 2: no device of this shard")
    number, total, device, kid, x, y = lines[first][2].strip().split(",")
    other = lines[first][1].strip().split(",")
    rows = lines[first].copy()
    for changed, message in [
        ([number, total, other[2], kid, x, y], f"^out: the name of {other[2]} is that of {other[2]}, too"),
        ([number, total, device, other[3], x, y], f"^out: the kid of {device} is that of {other[2]}, too"),
        ([number, total, device, kid, *other[4:]], f"^out: the key of {device} is that of {other[2]}, too"),
        ([number, "31", device, kid, x, y], "^out: there are shards of lists of 30 and of 31 devices"),
        ([other[0], total, device, kid, x, y], "line 3: no device of this shard, or not in its place"),
        ([number, total, device, kid, y, x], "line 3: "),
        ([number, total, "../x", kid, x, y], "line 3: no device of this shard"),
    ]:
        rows[2] = ",".join(changed) + "\n"
        first.write_text("".join(rows))
        refused(message)
    # A list that is another one has its numbers elsewhere.
    taken = lines[second][1].split(",")[0]
    rows = [lines[first][0], ",".join([taken, total, *other[2:]]) + "\n", *lines[first][2:]]
    first.write_text("".join(rows))
    with pytest.raises(jurat.InvalidArgumentError, match="^out: "):
        merge(folder)
    for name, data in good.items():
        (folder / name).write_bytes(data)
    assert merge(folder).devices == 30


# ------------------------------------------------------------------------------------------------------- bad input

BAD_LISTS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "has no devices"),
    "no devices": (b"device\n\n", "has no devices"),
    "no column device": (b"name\na\n", "line 1: has no column device"),
    "an unknown column": (b"device,sope\na,b\n", "line 1: must have columns out of device, client_name, scope"),
    "a column twice": (b"device,scope,scope\na,b,c\n", "line 1: must have columns"),
    "a device twice": (b"device\na\nb\n\na\n", "line 5: its device is that of line 2, too"),
    "a key_id twice": (b"device,key_id\na,k\nb,\nc,\nd,k\n", "line 5: its key_id is that of line 2, too"),
    "no name": (b"device,scope\na,\n,x\n", "line 3: a device's name must be"),
    "a path": (b"device\n../a\n", "line 2: a device's name must be"),
    "hidden": (b"device\n.a\n", "line 2: a device's name must be"),
    "a space": (b"device\na b\n", "line 2: a device's name must be"),
    "a line end": (b'device\n"a\n"\n', "line 3: a device's name must be"),
    "no ASCII": ("device\né\n".encode(), "line 2: a device's name must be"),
    "a digit that is not one of ASCII": ("device\n\u0663\n".encode(), "line 2: a device's name must be"),
    "too long": (b"device\n" + b"a" * 129 + b"\n", "line 2: a device's name must be"),
    "NUL": (b"device\na\0b\n", "line 2: "),
    "a field more": (b"device,scope\na,b,c\n", "line 2: has 3 fields and not 2"),
    "a field less": (b"device,scope\na\n", "line 2: has 1 fields and not 2"),
    "a quote too few": (b'device,scope\na,"b\n', "line 2: "),
    "a huge field": (b"device,scope\na," + b"b" * 200_000 + b"\n", "line 2: "),
    "no scope": (b"device,scope\na,b  c\n", "line 2: scope: "),
    "no UTF-8": (b"device,client_name\na,\xff\n", "line 2: client_name: "),
    "a key_id that is none": (b"device,key_id\na,\xff\n", "line 2: key_id: "),
}


@pytest.mark.parametrize("case", BAD_LISTS)
def test_a_bad_list_is_refused_before_anything_is_written(case: str, tmp_path: Path) -> None:
    text, message = BAD_LISTS[case]
    with pytest.raises(jurat.InvalidArgumentError, match=f"^csv: {re.escape(message)}") as refused:
        provision(tmp_path / "out", csv=listed(text))
    assert refused.value.argument == "csv"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("given", "argument"),
    [
        ({"count": 0}, "count"),
        ({"count": -1}, "count"),
        ({"count": 1, "prefix": "../"}, "prefix"),
        ({"count": 1, "prefix": ".d"}, "prefix"),
        ({"count": 100, "prefix": "d" * 126}, "prefix"),
        ({"count": 1, "shard": (0, 3)}, "shard"),
        ({"count": 1, "shard": (4, 3)}, "shard"),
        ({"count": 1, "shard": (1, 1001)}, "shard"),
        ({"count": 1, "workers": 0}, "workers"),
        ({"count": 1, "workers": 257}, "workers"),
        ({"count": 1, "scope": "a  b"}, "scope"),
        ({"count": 1, "jwks_uri": "http://keys.example"}, "jwks_uri"),
        ({"csv": listed(LIST), "client_name": "\ud800"}, "client_name"),
    ],
)
def test_a_bad_argument_is_named(given: dict[str, Any], argument: str, tmp_path: Path) -> None:
    with pytest.raises(jurat.InvalidArgumentError, match=f"^{argument}: ") as refused:
        provision(tmp_path / "out", **given)
    assert refused.value.argument == argument
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("given", [{}, {"count": 1, "csv": "x"}])
def test_one_kind_of_list(given: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="^provision takes either count or csv"):
        provision(tmp_path, **given)


def test_the_longest_name(tmp_path: Path) -> None:
    assert provision(tmp_path, count=1, prefix="d" * 127).made == 1


# ------------------------------------------------------------------------------------------------------ the command


def test_the_command(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = command(out, "--count", "4", "--scope", "read", "--software-id", "s", "--software-version", "1", "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    said = json.loads(done.stdout)
    assert done.stdout.count("\n") == 1
    assert said.pop("seconds") >= 0
    assert said == {
        "devices": 4,
        "made": 4,
        "found": 0,
        "registrations": 4,
        "keys_folder": str(out / "keys"),
        "registrations_folder": str(out / "registrations"),
        "jwks_file": str(out / "jwks.json"),
        "devices_file": str(out / "devices.csv"),
    }
    document = json.loads((out / "registrations" / "device-1.json").read_text())
    assert (document["scope"], document["software_id"], document["software_version"]) == ("read", "s", "1")
    shown = command(out, "--count", "4")
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert re.search(r"^ +keys made +0$", shown.stdout, re.M) and re.search(r"^ +keys found +4$", shown.stdout, re.M)
    assert str(out / "jwks.json") in shown.stdout
    for pem in keys(out).values():
        body = pem.decode().splitlines()[1]
        assert not any(body[at : at + 20] in shown.stdout + done.stdout for at in range(0, len(body) - 20))


def test_the_command_reads_lists_and_joins_shards(tmp_path: Path) -> None:
    for k in (1, 2):
        assert command(tmp_path, "--csv", "-", "--shard", f"{k}/2", stdin=LIST).exit_code == 0
    joined = command(tmp_path, "--merge", "--json")
    assert (joined.exit_code, joined.stderr) == (0, "")
    said = json.loads(joined.stdout)
    assert (said["devices"], said["shards"], said["jwks_file"]) == (3, 2, str(tmp_path / "jwks.json"))
    assert list(published(tmp_path).values())[2]["kid"] == "the-key"
    assert re.search(r"^ +shards +2$", command(tmp_path, "--merge").stdout, re.M)
    (tmp_path / "devices.2-of-2.csv").unlink()
    refused = command(tmp_path, "--merge")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == "Error: out: the shard 2/2 is missing\n"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["out"],
        ["out", "--count", "0"],
        ["out", "--count", "1", "--csv", "-"],
        ["out", "--csv", "no-such-file"],
        ["out", "--csv", "-", "--prefix", "d"],
        ["out", "--count", "1", "--shard", "3"],
        ["out", "--count", "1", "--shard", "4/3"],
        ["out", "--count", "1", "--shard", "a/b"],
        ["out", "--count", "1", "--workers", "0"],
        ["out", "--merge", "--count", "1"],
        ["out", "--merge", "--scope", "a"],
        ["out", "--merge", "--client-name", "a"],
    ],
)
def test_wrong_usage_is_told_apart(arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = command(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("Usage: ")
    assert list(tmp_path.iterdir()) == []


def test_a_refusal_is_one_line(tmp_path: Path) -> None:
    done = command(tmp_path / "out", "--csv", "-", stdin=b"device\na\na\n")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "Error: csv: line 3: its device is that of line 2, too\n"
    (tmp_path / "file").touch()
    assert command(tmp_path / "file", "--count", "1").exit_code == 2
    done = command(tmp_path / "file" / "out", "--count", "1")
    assert (done.exit_code, done.stdout) == (1, "") and done.stderr.startswith("Error: [Errno ")


def test_an_interruption_says_how_to_go_on(tmp_path: Path) -> None:
    process = started(tmp_path, "--count", "5000")
    while not (tmp_path / "keys").exists() or len(list((tmp_path / "keys").glob("*.pem"))) < 50:
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=10)
    assert (process.returncode, stdout) == (130, b"")
    said = re.fullmatch(rb"Interrupted: (\d+) of 5000 devices are done. The same command goes on from there.\n", stderr)
    assert said and 0 < int(said[1]) <= len(keys(tmp_path)) < 5000
    assert {path.name for path in tmp_path.rglob(".*")} == {".fleet.lock"}
    assert not (tmp_path / "jwks.json").exists()


@pytest.mark.parametrize("colour", [True, False])
def test_a_terminal_shows_the_progress(colour: bool, tmp_path: Path) -> None:
    outer, inner = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR"}}
    environment |= {"TERM": "xterm-256color", "COLUMNS": "100"} | ({} if colour else {"NO_COLOR": "1"})
    run = [*COMMAND, str(tmp_path), "--count", "20"]
    process = subprocess.Popen(run, stdout=subprocess.PIPE, stderr=inner, env=environment)
    os.close(inner)
    said = b""
    while select.select([outer], [], [], 10)[0]:
        try:
            said += os.read(outer, 65_536)
        # The terminal's other end is closed.
        except OSError:
            break
    os.close(outer)
    stdout, _ = process.communicate()
    assert process.returncode == 0 and b"keys made" in stdout
    assert b"devices" in said and b"20/20" in said
    assert bool(re.search(rb"\x1b\[[0-9;]*3[0-9;]*m", said)) == colour


def test_memory_does_not_grow_with_the_fleet(tmp_path: Path) -> None:
    """Peak memory of one run in kilobytes; disks are left out of it, for time."""
    program = """
import os, resource, sys
from pathlib import Path
os.fsync = lambda _: None
from jurat import fleet
# Registrations are files as keys are, and the keys are made; writing them would take the time.
fleet._write_if_other = lambda *_: True
fleet._key = lambda _: (fleet.SigningKey.generate(), True)
for k in (1, 2):
    fleet.provision(sys.argv[1], count=int(sys.argv[2]), shard=(k, 2))
fleet.merge(sys.argv[1])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
    peaks = []
    for count in ("2000", "20000"):
        run = [sys.executable, "-c", program, str(tmp_path / count), count]
        peaks.append(int(subprocess.run(run, check=True, capture_output=True).stdout))
    # 18,000 devices; 30 bytes each are half a megabyte.
    assert peaks[1] - peaks[0] < 4_096
