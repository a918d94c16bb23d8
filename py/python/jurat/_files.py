"""Files that are there whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path


def write_private(path: str | os.PathLike[str], text: str, *, overwrite: bool) -> None:
    """Writes a file that only its owner can read.

    Raises:
        FileExistsError: there is a file already, and overwrite is False.
    """
    write_whole(path, text, overwrite=overwrite, mode=0o600)


def write_whole(path: str | os.PathLike[str], text: str, *, overwrite: bool, mode: int) -> None:
    """Writes a file in UTF-8, whole or not at all. The process's mask takes from mode what it does.

    It is written under another name beside its place and moved there when it is complete, so that a process that is
    killed leaves no half of it behind under the name.

    Raises:
        FileExistsError: there is a file already, and overwrite is False.
        OSError: what is there is a device, a pipe, a folder or a link, which no file replaces; or the file cannot be
            written.
    """
    with drafted(path, overwrite=overwrite, mode=mode) as write:
        write(text)


@contextmanager
def drafted(
    path: str | os.PathLike[str], *, overwrite: bool, mode: int
) -> Generator[Callable[[str], None], None, None]:
    """The same for a text that there is not yet: gives what writes it, once, after the other name could be taken.

    Raises:
        FileExistsError: as `write_whole`.
        OSError: as `write_whole`, and before the block most of what would keep the text from being written.
    """
    target = Path(path)
    if not target.name:
        raise OSError(errno.EINVAL, "not the name of a file", str(path))
    if os.path.lexists(target):
        if not overwrite:
            raise FileExistsError(errno.EEXIST, "there is a file already; overwrite=True replaces it", str(target))
        # A move would put the file in the place of /dev/null, too.
        if not stat.S_ISREG(target.lstat().st_mode):
            raise OSError(errno.EINVAL, "not a regular file, so it is not replaced", str(target))
    draft = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    with _naming(target):
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:

            def write(text: str) -> None:
                with _naming(target):
                    with file:
                        file.write(text)
                        file.flush()
                        os.fsync(file.fileno())
                    if overwrite:
                        draft.replace(target)
                    else:
                        # A link, unlike a move, fails where somebody was faster.
                        os.link(draft, target)
                        draft.unlink()

            yield write
    finally:
        # If it is still there, something else went wrong, which is to be told.
        with suppress(OSError):
            draft.unlink()


@contextmanager
def _naming(target: Path) -> Generator[None, None, None]:
    """Errors name the target: the caller knows this name and not the draft's."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(target)) from error
