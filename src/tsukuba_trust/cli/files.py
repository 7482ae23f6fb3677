"""Files that commands write and read: secrets with mode 0600, never overwritten."""

import codecs
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tsukuba_trust.errors import Misconfigured

PRIVATE = 0o600
PUBLIC = 0o644
_CODECS = {"utf-8": "utf-8", "shift_jis": "cp932"}
_SHOWN = 60  # characters of a line in a complaint


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
        return _read(path, limit).decode()
    except UnicodeDecodeError:
        raise Misconfigured("file_not_text", "not UTF-8", where=str(path)) from None


def read_table_text(path: Path, encoding: str, limit: int = 16 * 1024 * 1024) -> str:
    """Read a public file that an office's own programs wrote, and say how to read it if not so.

    :param encoding: "utf-8" or "shift_jis" (as Windows writes it)
    :raises Misconfigured: ``file_missing``, ``file_too_large``, ``file_has_bom``,
        ``file_not_text``; the last with line and column, and the line itself when it reads as
        Shift_JIS: so never use this for a file with secrets
    """
    data = _read(path, limit)
    if data.startswith(codecs.BOM_UTF8):
        detail = "a byte order mark; save the file as UTF-8 without it"
        raise Misconfigured("file_has_bom", detail, where=f"{path}:1:1")
    try:
        return data.decode(_CODECS[encoding])
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        detail = f"not {encoding}{_offer(data, error.start) if encoding == 'utf-8' else ''}"
        raise Misconfigured("file_not_text", detail, where=f"{path}:{line}:{column}") from None


def _read(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise Misconfigured("file_missing", reason, where=str(path)) from None
    if len(data) > limit:
        raise Misconfigured("file_too_large", f"more than {limit} bytes", where=str(path))
    return data


def _offer(data: bytes, start: int) -> str:
    """Show how a line that is not UTF-8 reads as Shift_JIS, if it does."""
    first = data.rfind(b"\n", 0, start) + 1
    last = data.find(b"\n", start)
    line = data[first : last if last >= 0 else len(data)]
    try:
        data.decode(_CODECS["shift_jis"])
        shown = line.decode(_CODECS["shift_jis"]).strip()
    except UnicodeDecodeError:
        return ""
    shown = "".join(character for character in shown if character.isprintable())[:_SHOWN]
    return f"; as shift_jis the line reads: {shown} (if that is right: --encoding shift_jis)"
