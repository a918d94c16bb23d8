"""Keys, registration documents and one JWKS for many devices; the command is ``jurat fleet``.

In the folder of a fleet lie ``keys/<device>.pem``, ``registrations/<device>.json``, ``jwks.json`` and ``devices.csv``,
which says which device has which kid. No state is kept beside them: a run makes what is missing, so that one that was
interrupted is finished by the same call again.

What a run promises:

- A key file that exists is the device's key. It is read and never replaced; a damaged one is an error. Of two runs at
  once for the same devices one is refused, and if it were not, the first to link a key into its place would settle it
  for both.
- A key is on the disk (fsync) before it has its name. After a power cut, too, there are whole keys and no others.
- The folder of the keys is on the disk before ``jwks.json`` is moved into its place: what is published has its key.
- ``jwks.json``, ``devices.csv`` and registrations are there whole or not at all. A registration that a power cut took
  is written by the next run.

A shard is the part of a list whose names hash to it: rows that are added to a list later, or put in another order,
leave every other device where its key is. Shards of the same n may run at once, in folders of their own or in
a shared one.
"""

from __future__ import annotations

import errno
import heapq
import json
import os
import re
import shutil
import tempfile
import time
from array import array
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from csv import Error as CsvError
from csv import reader, writer
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from io import TextIOWrapper
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, NamedTuple, TextIO, TypeAlias, TypedDict, TypeVar, cast

from ._files import write_whole
from ._jurat import PublicKey, SigningKey, registration
from .errors import Error, InvalidArgumentError, _refusal

__all__ = ["Merged", "Progress", "Summary", "merge", "provision"]

# How many devices are done, and of how many.
Progress: TypeAlias = Callable[[int, int], object]

# A name is that of files, too, on any system and with room for what is put around it.
_NAME = re.compile(r"(?!\.)[A-Za-z0-9._-]{1,128}")
_BAD_NAME = "a device's name must be ASCII letters, digits, '.', '_' or '-', 128 at most, not beginning with '.'"
_COLUMNS = ("device", "client_name", "scope", "software_id", "software_version", "key_id")
# A shard's table has what is needed to join it with the others, and to see that nothing is missing.
_TABLE = ["device", "kid"]
_SHARD_TABLE = ["number", "total", "device", "kid", "x", "y"]
_SHARD_FILE = re.compile(r"devices\.([1-9][0-9]*)-of-([1-9][0-9]*)\.csv")
# What write_whole calls its drafts. No device's name begins with a dot.
_DRAFT = re.compile(r"\.(.+)\.(?:pem|json)\.[0-9a-f]{16}")

# Each is a file that is open while they are joined.
_MAX_SHARDS = 1_000
# Nearly all of a thread's time is waiting for the disk.
_WORKERS, _MAX_WORKERS = 8, 256

S = TypeVar("S")
T = TypeVar("T")


@dataclass(frozen=True)
class Summary:
    """What a run of `provision` did, and where things lie.

    Attributes:
        devices: how many there are, in this shard.
        made: how many keys were made.
        found: how many were there already.
        registrations: how many registrations were written: those that were missing or differed.
        seconds: how long it took.
        keys_folder: the private keys, ``<device>.pem``.
        registrations_folder: ``<device>.json``.
        jwks_file: the public keys.
        devices_file: which device has which kid.
    """

    devices: int
    made: int
    found: int
    registrations: int
    seconds: float
    keys_folder: Path
    registrations_folder: Path
    jwks_file: Path
    devices_file: Path


@dataclass(frozen=True)
class Merged:
    """What `merge` joined, and where it lies.

    Attributes:
        shards: how many shards.
        devices: how many devices.
        seconds: how long it took.
        jwks_file: the public keys of all.
        devices_file: which device has which kid.
    """

    shards: int
    devices: int
    seconds: float
    jwks_file: Path
    devices_file: Path


class _Options(TypedDict, total=False):
    """What a registration has besides the key."""

    jwks_uri: str
    client_name: str
    scope: str
    software_id: str
    software_version: str


class _Device(NamedTuple):
    """A device of the list. number counts from 1; line is where it stands in a file."""

    number: int
    name: str
    options: _Options
    key_id: str | None = None
    line: int = 0


class _Row(NamedTuple):
    number: int
    total: int
    device: str
    kid: str
    public: PublicKey


class _Done(NamedTuple):
    row: _Row
    made: bool
    registered: bool


_List: TypeAlias = Callable[[], Iterator[_Device]]
_Rows: TypeAlias = Generator[_Row, None, None]


@dataclass(frozen=True)
class _Shard:
    """The part number k of n; 1 of 1 is the whole."""

    k: int = 1
    n: int = 1

    def has(self, name: str) -> bool:
        return self.n == 1 or _hash(name) % self.n == self.k - 1

    @property
    def infix(self) -> str:
        return "" if self.n == 1 else f".{self.k}-of-{self.n}"


def provision(
    out: str | os.PathLike[str],
    *,
    count: int | None = None,
    prefix: str = "device-",
    csv: str | os.PathLike[str] | BinaryIO | None = None,
    jwks_uri: str | None = None,
    client_name: str | None = None,
    scope: str | None = None,
    software_id: str | None = None,
    software_version: str | None = None,
    shard: tuple[int, int] | None = None,
    workers: int = _WORKERS,
    progress: Progress | None = None,
) -> Summary:
    """Makes the keys, the registrations and the JWKS of a fleet, or what is missing of them.

    The whole list is checked before the first key is made. Needed memory does not grow with it, but for about 30 bytes
    for each device.

    Args:
        out: the folder; it is made if it is missing.
        count: how many devices, whose names are prefix and a number from 1 on, with zeros before it for equal length:
            a count with more digits gives other names. Or else csv.
        prefix: what their names begin with.
        csv: the list, UTF-8, as a file's name or open: a line of column names, ``device`` and any of ``client_name``,
            ``scope``, ``software_id``, ``software_version`` and ``key_id``, then a line for each device. A field that
            is empty is as the argument says.
        jwks_uri: where the JWKS will be published: registrations then refer to it instead of carrying their key.
        client_name: of each registration; the device's name if None.
        scope: of each registration; none if None.
        software_id: of each registration; none if None.
        software_version: of each registration; none if None.
        shard: ``(k, n)`` for the part number k of n alone, with k from 1 on; `merge` joins the parts.
        workers: how many threads, which mostly wait for the disk.
        progress: is called after each device, with how many are done and of how many.

    Raises:
        InvalidArgumentError: an argument was refused, such as a list with a device twice; the message has the line. Or
            another run is at work in the folder, others may enter the folder of the keys, or two devices have one key.
        InvalidKeyError: a key that is there is damaged. The message names the file.
        OSError: a file cannot be read or written.
        TypeError: both count and csv, or neither.
    """
    began = time.monotonic()
    if (count is None) == (csv is None):
        raise TypeError("provision takes either count or csv")
    part = _shard(shard)
    if not 1 <= workers <= _MAX_WORKERS:
        raise _refusal("workers", f"must be 1 to {_MAX_WORKERS}")
    options = _options(
        jwks_uri=jwks_uri,
        client_name=client_name,
        scope=scope,
        software_id=software_id,
        software_version=software_version,
    )
    with ExitStack() as stack:
        devices = _counted(count, prefix, options) if csv is None else stack.enter_context(_listed(csv, options))
        total, own = _survey(devices, part, options)
        folder = Path(out)
        keys, registrations = folder / "keys", folder / "registrations"
        folder.mkdir(parents=True, exist_ok=True)
        stack.enter_context(_locked(folder, part))
        _private_folder(keys)
        registrations.mkdir(exist_ok=True)
        for drafts in (keys, registrations):
            _remove_drafts(drafts, part)
        made = registered = 0

        def rows() -> _Rows:
            nonlocal made, registered
            work = partial(_provide, keys, registrations, total)
            mine = (device for device in devices() if part.has(device.name))
            with closing(_in_order(work, mine, workers)) as results:
                for done, result in enumerate(results, 1):
                    made += result.made
                    registered += result.registered
                    yield result.row
                    if progress is not None:
                        progress(done, own)

        jwks_file, devices_file = _publish(folder, part, rows, [keys, registrations])
    seconds = time.monotonic() - began
    return Summary(
        own, made, own - made, registered, seconds, keys, registrations, jwks_file=jwks_file, devices_file=devices_file
    )


def merge(out: str | os.PathLike[str], *, progress: Progress | None = None) -> Merged:
    """Joins the shards whose ``devices.k-of-n.csv`` lie in one folder into ``jwks.json`` and ``devices.csv``.

    These are what one run without shards gives for the same keys. Private keys are neither needed nor read: they stay
    on the machines where they are.

    Args:
        out: the folder.
        progress: is called after each device, with how many are done and of how many.

    Raises:
        InvalidArgumentError: a shard or a part of it is missing, shards are of different lists, a device, a kid or a
            key is there twice, or another run is at work in the folder. What was there before stays.
        OSError: a file cannot be read or written.
    """
    began = time.monotonic()
    folder = Path(out)
    tables = _tables(folder)
    devices = 0

    def rows() -> _Rows:
        nonlocal devices
        with ExitStack() as stack:
            parts = [stack.enter_context(closing(_read_table(file, part))) for part, file in tables]
            for row in _joined(parts):
                yield row
                devices = row.number
                if progress is not None:
                    progress(row.number, row.total)

    with _locked(folder, _Shard()):
        jwks_file, devices_file = _publish(folder, _Shard(), rows, [])
    return Merged(len(tables), devices, time.monotonic() - began, jwks_file, devices_file)


# --------------------------------------------------------------------------------------------------------- arguments


def _shard(shard: tuple[int, int] | None) -> _Shard:
    k, n = shard or (1, 1)
    if not 1 <= k <= n <= _MAX_SHARDS:
        raise _refusal("shard", f"must be k of n, from 1 of n to n of n, and n {_MAX_SHARDS} at most")
    return _Shard(k, n)


def _options(**given: str | None) -> _Options:
    return cast("_Options", {name: value for name, value in given.items() if value is not None})


def _counted(count: int | None, prefix: str, options: _Options) -> _List:
    if count is None or count < 1:
        raise _refusal("count", "must be 1 or more")
    width = len(str(count))
    if not _NAME.fullmatch(f"{prefix}{count}"):
        raise _refusal("prefix", _BAD_NAME)
    return lambda: (_Device(number, f"{prefix}{number:0{width}}", options) for number in range(1, count + 1))


@contextmanager
def _listed(csv: str | os.PathLike[str] | BinaryIO, options: _Options) -> Generator[_List, None, None]:
    """The list in a file, which is read from its beginning each time."""
    with ExitStack() as stack:
        file = stack.enter_context(open(csv, "rb")) if isinstance(csv, str | os.PathLike) else csv
        if not file.seekable():
            copy = stack.enter_context(tempfile.TemporaryFile())
            shutil.copyfileobj(file, copy)
            file = copy
        # What is no UTF-8 becomes what no argument may be, and is refused with its line.
        text = TextIOWrapper(file, "utf-8-sig", "surrogateescape", newline="")
        # The file is closed by who opened it.
        stack.callback(text.detach)
        yield partial(_read_list, text, options)


def _read_list(text: TextIO, options: _Options) -> Iterator[_Device]:
    text.seek(0)
    records = reader(text, strict=True)
    columns: list[str] | None = None
    number = 0
    try:
        for record in records:
            if columns is None:
                columns = _header(record)
            elif record:
                if len(record) != len(columns):
                    raise _bad_line(records.line_num, f"has {len(record)} fields and not {len(columns)}")
                number += 1
                yield _device(number, dict(zip(columns, record, strict=True)), options, records.line_num)
    except CsvError as error:
        raise _bad_line(records.line_num, str(error)) from None
    if number == 0:
        raise _refusal("csv", "has no devices")


def _header(columns: list[str]) -> list[str]:
    if "device" not in columns:
        raise _bad_line(1, "has no column device")
    if len(set(columns)) != len(columns) or not set(columns) <= set(_COLUMNS):
        raise _bad_line(1, f"must have columns out of {', '.join(_COLUMNS)}, each once")
    return columns


def _device(number: int, fields: dict[str, str], options: _Options, line: int) -> _Device:
    name = fields.pop("device")
    if not _NAME.fullmatch(name):
        raise _bad_line(line, _BAD_NAME)
    key_id = fields.pop("key_id", None) or None
    own = _options(**{column: value or None for column, value in fields.items()})
    return _Device(number, name, {**options, **own}, key_id, line)


def _bad_line(line: int, text: str) -> InvalidArgumentError:
    return _refusal("csv", f"line {line}: {text}")


def _survey(devices: _List, part: _Shard, options: _Options) -> tuple[int, int]:
    """Checks the list before anything is written, and counts all of it and the shard's part."""
    public = SigningKey.generate().public_key
    _registration(public, _Device(1, "device", options))
    seen = _Seen()
    total = own = 0
    for device in devices():
        total += 1
        seen.add("device", device.name)
        if device.key_id is not None:
            seen.add("key_id", device.key_id)
        if part.has(device.name):
            own += 1
            # Those that all have were looked at above.
            if device.key_id is not None or device.options != options:
                try:
                    public.jwk(device.key_id)
                    _registration(public, device)
                except Error as error:
                    raise _bad_line(device.line, str(error)) from None
    if seen.twice():
        for device in devices():
            for kind, value in (("device", device.name), ("key_id", device.key_id)):
                if value is not None and (first := seen.again(kind, value, str(device.line))):
                    raise _bad_line(device.line, f"its {kind} is that of line {first}, too")
    return total, own


class _Seen:
    """Finds what occurs twice. It keeps 8 bytes of each value; a second pass over those that look equal is exact."""

    def __init__(self) -> None:
        self._hashes = [array("Q") for _ in range(256)]
        self._suspects: set[int] = set()
        self._first: dict[tuple[str, str], str] = {}

    def add(self, kind: str, value: str) -> None:
        number = _hash(f"{kind} {value}")
        self._hashes[number & 255].append(number)

    def twice(self) -> bool:
        """Whether there is need of the second pass, in which `again` is called for each."""
        for hashes in self._hashes:
            if len(set(hashes)) != len(hashes):
                ordered = sorted(hashes)
                self._suspects.update(a for a, b in pairwise(ordered) if a == b)
        return bool(self._suspects)

    def again(self, kind: str, value: str, place: str) -> str | None:
        """The place where it was seen before, if it was."""
        if _hash(f"{kind} {value}") not in self._suspects:
            return None
        first = self._first.get((kind, value))
        self._first.setdefault((kind, value), place)
        return first


def _hash(text: str) -> int:
    return int.from_bytes(sha256(text.encode("utf-8", "surrogateescape")).digest()[:8])


# ----------------------------------------------------------------------------------------------------------- folders


@contextmanager
def _locked(folder: Path, part: _Shard) -> Generator[None, None, None]:
    """Keeps other runs out that may do the same: any for the whole, for a shard those of it or of another count."""
    try:
        import fcntl
    except ModuleNotFoundError:
        raise OSError(errno.ENOTSUP, "a system with modes and locks of POSIX is needed", str(folder)) from None
    whole = folder / ".fleet.lock"
    locks = [(whole, fcntl.LOCK_EX)]
    if part.n > 1:
        locks = [(whole, fcntl.LOCK_SH), (folder / f".fleet{part.infix}.lock", fcntl.LOCK_EX)]

    def lock(stack: ExitStack, path: Path, kind: int) -> None:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        stack.callback(os.close, descriptor)
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _refusal("out", "another run is at work there") from None
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(path)) from error

    with ExitStack() as stack:
        for path, kind in locks:
            lock(stack, path, kind)
        # Each has its own lock before it looks at others', so that of two at least one sees the other.
        for path in folder.glob(".fleet.*-of-*.lock") if part.n > 1 else ():
            if not path.name.endswith(f"-of-{part.n}.lock"):
                with ExitStack() as look:
                    lock(look, path, fcntl.LOCK_SH)
        yield


def _private_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        raise _refusal("out", f"{folder} is not for its owner alone: its mode must be 0700")


def _remove_drafts(folder: Path, part: _Shard) -> None:
    """Removes what a run that was killed left of this shard. Others of its count may be at work."""
    with os.scandir(folder) as entries:
        for entry in entries:
            draft = _DRAFT.fullmatch(entry.name)
            if draft and part.has(draft[1]):
                os.unlink(entry.path)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _draft_of(target: Path) -> Generator[TextIO, None, None]:
    """A file that takes target's place when the block ends well. The lock makes the draft's name one's own."""
    draft = target.with_name(f".{target.name}.draft")
    draft.unlink(missing_ok=True)
    try:
        with draft.open("x", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


# -------------------------------------------------------------------------------------------------------- one device


def _provide(keys: Path, registrations: Path, total: int, device: _Device) -> _Done:
    key, made = _key(keys / f"{device.name}.pem")
    public = key.public_key
    document = _registration(public, device)
    registered = _write_if_other(registrations / f"{device.name}.json", document)
    return _Done(_Row(device.number, total, device.name, device.key_id or public.thumbprint, public), made, registered)


def _key(file: Path) -> tuple[SigningKey, bool]:
    """The key in file, and whether it was made now."""
    try:
        return _load(file), False
    except FileNotFoundError:
        key = SigningKey.generate()
    try:
        key.save(file)
    except FileExistsError:
        # Somebody was faster.
        return _load(file), False
    return key, True


def _load(file: Path) -> SigningKey:
    with file.open(encoding="ascii", errors="replace") as opened:
        # As text: the first 32 bytes of a PEM would be a key in raw form.
        text = opened.read()
        # Who put it there may not have waited for the disk.
        os.fsync(opened.fileno())
    try:
        return SigningKey.load(text)
    except Error as error:
        message = f"{error.argument}: {file}: {error._text()}"
        raise type(error)(message, cause=error.cause, argument=error.argument, status=error.status) from None


def _registration(public: PublicKey, device: _Device) -> str:
    options: _Options = {"client_name": device.name, **device.options}
    keys = None if "jwks_uri" in options else [public if device.key_id is None else (public, device.key_id)]
    # JSON in ASCII, whatever the names are.
    return json.dumps(json.loads(registration(keys=keys, **options)), separators=(",", ":")) + "\n"


def _write_if_other(file: Path, text: str) -> bool:
    try:
        if file.read_bytes() == text.encode():
            return False
    except FileNotFoundError:
        pass
    write_whole(file, text, overwrite=True, mode=0o666)
    return True


def _in_order(work: Callable[[S], T], items: Iterable[S], workers: int) -> Generator[T, None, None]:
    """The results in the order of items, of which only a few are under way at once."""
    executor = ThreadPoolExecutor(workers, "jurat-fleet")
    under_way: deque[Future[T]] = deque()
    try:
        for item in items:
            under_way.append(executor.submit(work, item))
            if len(under_way) == 4 * workers:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    finally:
        executor.shutdown(cancel_futures=True)


# -------------------------------------------------------------------------------------------------- what is published


def _publish(folder: Path, part: _Shard, rows: Callable[[], _Rows], before: Iterable[Path]) -> tuple[Path, Path]:
    """Writes the JWKS and the table, and puts both into their places when the folders before are on the disk."""
    jwks_file, table_file = folder / f"jwks{part.infix}.json", folder / f"devices{part.infix}.csv"
    seen = _Seen()
    # The JWKS comes last.
    with _draft_of(jwks_file) as jwks, _draft_of(table_file) as file:
        table = writer(file, lineterminator="\n")
        table.writerow(_TABLE if part.n == 1 else _SHARD_TABLE)
        jwks.write('{"keys":[')
        with closing(rows()) as all_rows:
            for place, row in enumerate(all_rows):
                x, y = _base64url(row.public.x), _base64url(row.public.y)
                for kind, value in _unique(row):
                    seen.add(kind, value)
                jwks.write(f"{',' if place else ''}\n{row.public.jwk(row.kid)}")
                short = [row.device, row.kid]
                table.writerow(short if part.n == 1 else [row.number, row.total, *short, x, y])
        jwks.write("\n]}\n")
        if seen.twice():
            _refuse_repeated(seen, rows)
        for each in (*before, folder):
            _sync_folder(each)
    _sync_folder(folder)
    return jwks_file, table_file


def _refuse_repeated(seen: _Seen, rows: Callable[[], _Rows]) -> None:
    with closing(rows()) as all_rows:
        for row in all_rows:
            for kind, value in _unique(row):
                if first := seen.again(kind, value, row.device):
                    raise _refusal("out", f"the {kind} of {row.device} is that of {first}, too")


def _unique(row: _Row) -> list[tuple[str, str]]:
    return [("name", row.device), ("kid", row.kid), ("key", row.public.thumbprint)]


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


# ------------------------------------------------------------------------------------------------------------ shards


def _tables(folder: Path) -> list[tuple[_Shard, Path]]:
    """The tables of all shards; without one of them nothing is joined."""
    with os.scandir(folder) as entries:
        names = [match for entry in entries if (match := _SHARD_FILE.fullmatch(entry.name))]
    found = {int(name[1]): folder / name[0] for name in names}
    counts = {int(name[2]) for name in names}
    if not counts:
        raise _refusal("out", "there is no shard")
    if len(counts) > 1:
        raise _refusal("out", f"there are shards of {' and of '.join(map(str, sorted(counts)))}")
    (n,) = counts
    parts = [_shard((k, n)) for k in sorted({*found, n})]
    missing = [k for k in range(1, n + 1) if k not in found]
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise _refusal("out", f"the shard {missing[0]}/{n}{more} is missing")
    return [(part, found[part.k]) for part in parts]


def _read_table(file: Path, part: _Shard) -> _Rows:
    with file.open(encoding="utf-8", newline="") as opened:
        records = reader(opened, strict=True)
        before = 0
        try:
            if next(records, None) != _SHARD_TABLE:
                raise ValueError("no table of a shard")
            for number, total, device, kid, x, y in records:
                public = PublicKey(_bytes(x), _bytes(y))
                row = _Row(int(number), int(total), device, kid, public)
                if row.number <= before or not _NAME.fullmatch(device) or not part.has(device):
                    raise ValueError("no device of this shard, or not in its place")
                before = row.number
                yield row
        # What jurat refuses is one of ValueError, and so is what is no UTF-8.
        except (CsvError, ValueError) as error:
            raise _refusal("out", f"{file}: line {records.line_num}: {error}") from None


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _joined(parts: list[_Rows]) -> Iterator[_Row]:
    """The rows of all in the order of the list, without a hole."""
    due, total = 1, None
    for row in heapq.merge(*parts, key=lambda row: row.number):
        total = total or row.total
        if row.total != total:
            raise _refusal("out", f"there are shards of lists of {total} and of {row.total} devices")
        if row.number != due:
            fault = f"{due} is missing" if row.number > due else f"{row.number} is there twice"
            raise _refusal("out", f"device number {fault}")
        due += 1
        yield row
    if due - 1 != total:
        raise _refusal("out", f"device number {due} is missing")
