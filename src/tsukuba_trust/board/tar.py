"""The bytes of one record of a ``.bel`` archive (protocol.md section 12).

A tar in the oldest dialect, without end-of-archive blocks. The format leaves no
freedom: every byte of a header follows from name, size and time.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from tsukuba_trust.errors import Misconfigured, Rejected

BLOCK = 512
_OCTAL = frozenset(b"01234567")


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A record as it stands in the file, nothing checked.

    :param offset: of the body, in bytes from the start of the archive
    :param header: the 512 bytes of the header
    :param padding: what follows the body up to the next block
    """

    offset: int
    header: bytes
    name: str
    body: bytes
    padding: bytes


def record_bytes(name: str, body: bytes, timestamp: int) -> bytes:
    """Return header, body and padding of a record.

    :param timestamp: POSIX seconds, the same in all records of an archive
    :source: protocol.md section 12
    """
    return header_bytes(name, len(body), timestamp) + body + bytes(-len(body) % BLOCK)


def header_bytes(name: str, size: int, timestamp: int) -> bytes:
    """Return the 512 bytes of a record's header."""
    header = bytearray(BLOCK)
    _put(header, 0, name.encode("ascii"))
    _put(header, 100, b"0000644")
    _put(header, 108, b"0000000")
    _put(header, 116, b"0000000")
    _put(header, 124, b"%011o" % size)
    _put(header, 136, b"%011o" % timestamp)
    _put(header, 148, b" " * 8)
    _put(header, 156, b"0")
    _put(header, 148, b"%06o\0 " % sum(header))
    return bytes(header)


def scan(stream: BinaryIO) -> Iterator[RawRecord]:
    """Yield the records of a file from its present position, form not checked.

    :raises Misconfigured: the file ends within a record, so it is cut off or no archive
    :raises Rejected: a size that is no number, where reading cannot go on
    """
    offset = 0
    while header := stream.read(BLOCK):
        if len(header) < BLOCK:
            raise Misconfigured("archive_unreadable", "the file ends within a record")
        size = _size(header)
        body = stream.read(size)
        padding = stream.read(-size % BLOCK)
        if len(body) < size or len(padding) < -size % BLOCK:
            raise Misconfigured("archive_unreadable", "the file ends within a record")
        name = header[:100].rstrip(b"\0").decode("ascii", "replace")
        yield RawRecord(offset + BLOCK, header, name, body, padding)
        offset += BLOCK + size + len(padding)


def stream_of(data: bytes | BinaryIO) -> BinaryIO:
    """Return a file at its start, for bytes or for a file that can seek."""
    if isinstance(data, bytes):
        return io.BytesIO(data)
    data.seek(0)
    return data


def check_record_bytes(record: RawRecord, timestamp: int, *, step: str = "") -> None:
    """Check that header and padding are the only bytes the format allows.

    :raises Rejected: ``archive_bytes``
    """
    name_fits = record.name.isascii() and len(record.name) <= 100
    if (
        not name_fits
        or record.header != header_bytes(record.name, len(record.body), timestamp)
        or any(record.padding)
    ):
        raise Rejected("archive_bytes", f"record at byte {record.offset - BLOCK}", step=step)


def _put(header: bytearray, at: int, text: bytes) -> None:
    header[at : at + len(text)] = text


def _size(header: bytes) -> int:
    digits = header[124:135]
    if not _OCTAL.issuperset(digits):
        raise Rejected("archive_bytes", "a record's size is no octal number", step="9.1")
    return int(digits, 8)
