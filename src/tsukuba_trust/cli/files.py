"""Files that commands write and read: secrets with mode 0600, never overwritten."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tsukuba_trust.errors import Misconfigured

PRIVATE = 0o600
PUBLIC = 0o644


def write_new(path: Path, text: str, *, secret: bool = False) -> None:
    """Write a new file durably, whole or not at all; an existing one is never overwritten.

    :param secret: mode 0600 from the first byte on
    :raises Misconfigured: ``file_exists``
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE if secret else PUBLIC)
    except FileExistsError:
        raise Misconfigured("file_exists", "not overwritten", where=str(path)) from None
    with _gone_unless_whole(path), os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def replace_text(path: Path, text: str) -> None:
    """Replace a public file as a whole: never half of it, whatever happens."""
    beside = path.with_name(path.name + ".new")
    with _gone_unless_whole(beside):
        with beside.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)


@contextmanager
def _gone_unless_whole(path: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def read_text(path: Path, limit: int = 16 * 1024 * 1024) -> str:
    """Read a small UTF-8 file.

    :param limit: bytes; more is refused before it is read
    :raises Misconfigured: ``file_missing``, ``file_too_large``, ``file_not_text``
    """
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise Misconfigured("file_missing", reason, where=str(path)) from None
    if len(data) > limit:
        raise Misconfigured("file_too_large", f"more than {limit} bytes", where=str(path))
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Misconfigured("file_not_text", "not UTF-8", where=str(path)) from None
