"""Reader and writer of ``.bel`` archives, byte for byte (protocol.md section 12).

An archive is a chain of events. Each event comes directly after the data records
that it needs; the last of them is its payload. Both are named by their SHA-256.
What events mean, and their order, is not known here.
"""

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from tsukuba_trust.board.tar import (
    RawRecord,
    check_record_bytes,
    record_bytes,
    scan,
    stream_of,
)
from tsukuba_trust.crypto import json_text
from tsukuba_trust.errors import Misconfigured, Rejected
from tsukuba_trust.values import Json

HEADER = "BELENIOS"
DATA, EVENT = ".data.json", ".event.json"


@dataclass(frozen=True, slots=True)
class Event:
    """One event and the data records directly before it.

    :param kind: "Setup", "Ballot", …
    :param records: canonical texts; the last one is the event's payload
    """

    kind: str
    records: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Archive:
    """A whole archive in memory; ``verify`` streams instead.

    :param timestamp: POSIX seconds of every header
    :param head: SHA-256 of the last event, hex; empty when there is none
    """

    timestamp: int
    events: tuple[Event, ...]
    head: str


@dataclass(frozen=True, slots=True)
class EventLink:
    """What an event record says about itself (read leniently, checked apart)."""

    kind: str
    height: Json
    parent: Json
    payload: Json


class ArchiveWriter:
    """Writes an archive record by record into a sink; keeps only the chain's end.

    :param sink: takes the bytes in order, for instance ``file.write``
    """

    def __init__(
        self,
        timestamp: int,
        sink: Callable[[bytes], object],
        *,
        height: int = 0,
        parent: str = "",
    ) -> None:
        self._timestamp = timestamp
        self._sink = sink
        self._height = height
        self.head = parent
        if not parent:
            body = json_text.write({"version": 1, "timestamp": str(timestamp)})
            self._record(HEADER, body.encode())

    def add(self, event: Event) -> None:
        """Write an event with its data records."""
        link: dict[str, Json] = {"parent": self.head} if self.head else {}
        link |= {"height": self._height, "type": event.kind}
        for text in event.records:
            body = text.encode("utf-8")
            link["payload"] = digest(body)
            self._record(link["payload"] + DATA, body)
        body = json_text.write(link).encode()
        self.head = digest(body)
        self._height += 1
        self._record(self.head + EVENT, body)

    def _record(self, name: str, body: bytes) -> None:
        self._sink(record_bytes(name, body, self._timestamp))


def digest(body: bytes) -> str:
    """Return the name of a record: lower-case hexadecimal SHA-256."""
    return hashlib.sha256(body).hexdigest()


def write_archive(timestamp: int, events: Iterable[Event]) -> bytes:
    """Return the bytes of an archive.

    :param timestamp: POSIX seconds
    """
    sink = io.BytesIO()
    writer = ArchiveWriter(timestamp, sink.write)
    for event in events:
        writer.add(event)
    return sink.getvalue()


def read_archive(data: bytes | BinaryIO) -> Archive:
    """Read an archive strictly: record bytes, digests, chain, heights, event forms.

    :raises Rejected: the first thing that is not as the format wants it
    :raises Misconfigured: ``archive_unreadable``: cut off within a record, or no archive
    """
    records = scan(stream_of(data))
    first = first_record(records)
    timestamp = read_timestamp(first)
    check_record_bytes(first, timestamp)
    check_header(first)
    events: list[Event] = []
    parent = ""
    for pending, record in _grouped(records, timestamp):
        link = read_link(record)
        check_link_form(record)
        check_parent(link, parent)
        check_height(link, len(events))
        check_payload(link, pending)
        events.append(Event(link.kind, tuple(record_text(r) for r in pending)))
        parent = name_digest(record)
    return Archive(timestamp, tuple(events), parent)


def _grouped(
    records: Iterator[RawRecord], timestamp: int
) -> Iterator[tuple[list[RawRecord], RawRecord]]:
    pending: list[RawRecord] = []
    for record in records:
        check_record_bytes(record, timestamp)
        check_digest(record)
        if record.name.endswith(EVENT):
            yield pending, record
            pending = []
        else:
            pending.append(record)
    if pending:
        raise Rejected("archive_unreferenced", "data records after the last event", step="9.1")


def first_record(records: Iterator[RawRecord]) -> RawRecord:
    """Take the first record.

    :raises Misconfigured: this is no archive
    """
    for record in records:
        if record.name == HEADER:
            return record
        break
    raise Misconfigured("archive_unreadable", "the file does not begin as a .bel archive")


def read_timestamp(record: RawRecord) -> int:
    """Read the time out of the first record.

    :raises Misconfigured: this is no archive
    """
    try:
        value = json_text.read(record.body.decode("utf-8"), code="archive_header")
        return int(value["timestamp"])
    except (Rejected, ValueError, KeyError, TypeError) as error:
        raise Misconfigured("archive_unreadable", "the first record has no time") from error


def check_header(record: RawRecord, *, step: str = "9.1") -> None:
    """Check that the first record's body is the only one allowed for its time.

    :raises Rejected: ``archive_header``
    """
    wanted = json_text.write({"version": 1, "timestamp": str(read_timestamp(record))})
    if record.body != wanted.encode():
        raise Rejected("archive_header", "not version 1 in canonical form", step=step)


def check_digest(record: RawRecord, *, step: str = "9.1") -> None:
    """Check that a record is named by its SHA-256 and by what it is.

    :raises Rejected: ``archive_digest``
    """
    name, dot, kind = record.name.partition(".")
    if name != digest(record.body) or dot + kind not in (DATA, EVENT):
        raise Rejected("archive_digest", f"record {record.name[:90]}", step=step)


def name_digest(record: RawRecord) -> str:
    """Return the digest that a record carries in its name."""
    return record.name.partition(".")[0]


def record_text(record: RawRecord) -> str:
    """Return the text of a record.

    :raises Rejected: ``archive_text``: it is not UTF-8
    """
    try:
        return record.body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Rejected("archive_text", "a record is not UTF-8", step="9.1") from error


def read_link(record: RawRecord) -> EventLink:
    """Read an event record, form not checked.

    :raises Rejected: ``event_form``: it is no JSON object
    """
    value = json_text.read(record_text(record), code="event_form", step="9.1")
    if not isinstance(value, dict):
        raise Rejected("event_form", "an event is no object", step="9.1")
    return EventLink(
        str(value.get("type")), value.get("height"), value.get("parent"), value.get("payload")
    )


def check_link_form(record: RawRecord, *, step: str = "9.1") -> None:
    """Check that an event has only its own fields, in canonical form.

    :raises Rejected: ``event_form``
    """
    link = read_link(record)
    value = {
        "parent": link.parent,
        "height": link.height,
        "type": link.kind,
        "payload": link.payload,
    }
    present = {name: item for name, item in value.items() if item is not None}
    if record.body != json_text.write(present).encode():
        raise Rejected("event_form", f"event {record.name[:16]} is not canonical", step=step)


def check_parent(link: EventLink, parent: str, *, step: str = "9.1") -> None:
    """Check that an event names the one before it.

    :raises Rejected: ``event_chain``
    """
    if link.parent != (parent or None):
        raise Rejected("event_chain", f"parent of the event of height {link.height}", step=step)


def check_height(link: EventLink, height: int, *, step: str = "9.1") -> None:
    """Check that heights count from 0 without a gap.

    :raises Rejected: ``event_height``
    """
    if type(link.height) is not int or link.height != height:
        raise Rejected("event_height", f"the event at place {height}", step=step)


def check_payload(link: EventLink, records: Sequence[RawRecord], *, step: str = "9.1") -> None:
    """Check that the last data record before an event is its payload.

    :raises Rejected: ``event_payload``
    """
    wanted = name_digest(records[-1]) if records else None
    if link.payload != wanted:
        raise Rejected("event_payload", f"of the event of height {link.height}", step=step)
