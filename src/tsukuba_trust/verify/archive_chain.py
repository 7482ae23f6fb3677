"""Step 9.1: the bytes of an archive, its digests, its chain and the order of events.

protocol.md sections 12 and 13. One pass over the file; ballots stay in the file, and
only where they stand and what they are called is kept.
"""

from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

from tsukuba_trust.board import archive as form
from tsukuba_trust.board.archive import EVENT, EventLink, name_digest, read_link
from tsukuba_trust.board.tar import RawRecord, check_record_bytes, scan
from tsukuba_trust.errors import Rejected
from tsukuba_trust.verify.checks import check

RECORDS = {
    "Setup": 4,
    "Ballot": 1,
    "EndBallots": 0,
    "EncryptedTally": 2,
    "Shuffle": 2,
    "EndShuffles": 0,
    "PartialDecryption": 2,
    "Result": 1,
}
NEXT = {
    "": ("Setup",),
    "Setup": ("Ballot", "EndBallots"),
    "Ballot": ("Ballot", "EndBallots"),
    "EndBallots": ("EncryptedTally",),
    "EncryptedTally": ("Shuffle", "PartialDecryption"),
    "Shuffle": ("Shuffle", "EndShuffles"),
    "EndShuffles": ("PartialDecryption",),
    "PartialDecryption": ("PartialDecryption", "Result"),
    "Result": (),
}
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Place:
    """Where a data record's body stands, in bytes, and its name."""

    offset: int
    size: int
    digest: str


@dataclass(slots=True)
class Chain:
    """What is kept of an archive: 48 bytes per ballot, and the places of all else.

    :param ballots: offset and size of each ballot in turn
    :param digests: SHA-256 of each ballot, 32 bytes each
    :param events: records of all other events, in order
    :param head: SHA-256 of the last event, hex
    """

    stream: BinaryIO
    timestamp: int
    ballots: "array[int]" = field(default_factory=lambda: array("Q"))
    digests: bytearray = field(default_factory=bytearray)
    events: list[tuple[str, tuple[Place, ...]]] = field(default_factory=list)
    height: int = 0
    head: str = ""
    last: str = ""

    def of_kind(self, kind: str) -> list[tuple[Place, ...]]:
        """Return the records of every event of a kind."""
        return [records for name, records in self.events if name == kind]

    def ballot_count(self) -> int:
        """Return the number of ballot events."""
        return len(self.ballots) // 2

    def ballot_digest(self, index: int) -> bytes:
        """Return SHA-256 of a ballot, by its place among the ballots."""
        return bytes(self.digests[32 * index : 32 * index + 32])

    def ballot_text(self, index: int) -> str:
        """Read a ballot again."""
        return self._text(self.ballots[2 * index], self.ballots[2 * index + 1])

    def text(self, place: Place) -> str:
        """Read a record again."""
        return self._text(place.offset, place.size)

    def _text(self, offset: int, size: int) -> str:
        self.stream.seek(offset)
        try:
            return self.stream.read(size).decode("utf-8")
        except UnicodeDecodeError as error:
            raise Rejected("archive_text", "a record is not UTF-8", step="9.1") from error

    def add(self, kind: str, records: Sequence[Place]) -> None:
        """Keep an event."""
        if kind == "Ballot":
            self.ballots.extend((records[-1].offset, records[-1].size))
            self.digests += bytes.fromhex(records[-1].digest)
        else:
            self.events.append((kind, tuple(records)))
        self.height += 1
        self.last = kind


@contextmanager
def at_step(step: str, where: str = "") -> Iterator[None]:
    """Give every refusal inside the number of its step, and say where."""
    try:
        yield
    except Rejected as error:
        if error.step.startswith("9."):
            raise
        inner = "" if error.step == error.code else error.step
        detail = ": ".join(part for part in (where, inner, error.detail) if part)
        raise Rejected(error.code, detail, step=step) from error


def read_chain(stream: BinaryIO) -> Chain:
    """Read an archive from its start and check everything that needs no election.

    :raises Rejected: step 9.1
    :raises Misconfigured: ``archive_unreadable``
    """
    stream.seek(0)
    records = scan(stream)
    first = form.first_record(records)
    chain = Chain(stream, form.read_timestamp(first))
    check_bytes(first, chain.timestamp)
    check_first_record(first)
    pending: list[RawRecord] = []
    for record in records:
        check_bytes(record, chain.timestamp)
        check_digest(record)
        if record.name.endswith(EVENT):
            _take_event(chain, pending, record)
            pending = []
        else:
            pending.append(record)
    check_nothing_left(pending)
    return chain


def _take_event(chain: Chain, pending: Sequence[RawRecord], record: RawRecord) -> None:
    with at_step("9.1"):
        link = read_link(record)
    check_event_form(record)
    check_parent(link, chain.head)
    check_height(link, chain.height)
    check_order(chain.last, link.kind)
    check_records(link.kind, pending)
    check_payload(link, pending)
    places = [Place(r.offset, len(r.body), name_digest(r)) for r in pending]
    chain.add(link.kind, places[len(places) - RECORDS.get(link.kind, 0) :])
    chain.head = name_digest(record)


@check("9.1")
def check_bytes(record: RawRecord, timestamp: int) -> None:
    """Check that header and padding hold no byte that the format does not fix."""
    check_record_bytes(record, timestamp, step="9.1")


@check("9.1")
def check_first_record(record: RawRecord) -> None:
    """Check version and form of the archive's first record."""
    form.check_header(record, step="9.1")


@check("9.1")
def check_digest(record: RawRecord) -> None:
    """Check that a record is named by its SHA-256."""
    form.check_digest(record, step="9.1")


@check("9.1")
def check_event_form(record: RawRecord) -> None:
    """Check that an event has only its own fields, in canonical form."""
    form.check_link_form(record, step="9.1")


@check("9.1")
def check_parent(link: EventLink, parent: str) -> None:
    """Check that an event names the one before it (attack P11)."""
    form.check_parent(link, parent, step="9.1")


@check("9.1")
def check_height(link: EventLink, height: int) -> None:
    """Check that heights count from 0 without a gap."""
    form.check_height(link, height, step="9.1")


@check("9.1")
def check_order(previous: str, kind: str) -> None:
    """Check that this event may follow the one before it.

    Other programs do not: with EndBallots in the middle they drop all earlier ballots.

    :source: protocol.md section 12
    """
    if kind not in NEXT.get(previous, ()):
        raise Rejected("event_order", f"{kind[:20]} after {previous or 'nothing'}", step="9.1")


@check("9.1")
def check_records(kind: str, records: Sequence[RawRecord]) -> None:
    """Check that an event has as many data records directly before it as it needs."""
    if len(records) != RECORDS.get(kind):
        raise Rejected("event_records", f"{len(records)} records before {kind[:20]}", step="9.1")


@check("9.1")
def check_payload(link: EventLink, records: Sequence[RawRecord]) -> None:
    """Check that the last data record before an event is its payload."""
    form.check_payload(link, records, step="9.1")


@check("9.1")
def check_nothing_left(records: Sequence[RawRecord]) -> None:
    """Check that no data record stands after the last event."""
    if records:
        raise Rejected("archive_unreferenced", "data records after the last event", step="9.1")


@check("9.10")
def check_continues(stream: BinaryIO, previous: BinaryIO) -> None:
    """Check that an archive begins with all the bytes of an earlier one.

    It is the only protection against ballots that were removed.

    :source: protocol.md sections 12, 13
    """
    stream.seek(0)
    previous.seek(0)
    while earlier := previous.read(BLOCK):
        if stream.read(len(earlier)) != earlier:
            raise Rejected("archive_not_continued", "the earlier archive differs", step="9.10")
