"""Files that must be whole or absent: written beside, flushed, renamed, flushed again."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tsukuba_trust.errors import Unavailable

PRIVATE = 0o600
PUBLIC = 0o644

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def write_whole(path: Path, data: bytes, mode: int = PRIVATE) -> None:
    """Put a file in its place, durable before this returns, or leave what was there.

    Order: temporary file in the same folder, write, fsync, rename, fsync of the folder.

    :raises Unavailable: ``disk_full``
    :source: board.md 2.3
    """
    with no_room_is_one_error():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fchmod(descriptor, mode)
                os.fsync(descriptor)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def no_room_is_one_error() -> Iterator[None]:
    """Turn a full disk, a quota or a file size limit into one error.

    :raises Unavailable: ``disk_full``
    """
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise Unavailable("disk_full", "no room for a file; nothing was written") from None
        raise
