"""What a log has fixed about an election before its first ballot.

Entry 0 and ``TrusteesFixed`` never change, so whoever holds a log or a record reads them
once; everything that may change is asked of the log each time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tsukuba_trust.board import canonical, entries
from tsukuba_trust.board.entries import Blobs
from tsukuba_trust.crypto.groups import group
from tsukuba_trust.crypto.record import ElectionRecord, read_record
from tsukuba_trust.crypto.trustees import Trustees, read_trustees
from tsukuba_trust.elections.freezing import definition_digest, thaw
from tsukuba_trust.errors import Refused
from tsukuba_trust.values import Election, Json


@dataclass(frozen=True, slots=True)
class Fixed:
    """An election as the log defines it.

    :param defined: entry 0
    :param digest: D, hex SHA-256 of entry 0
    :param trustees: None until they are fixed
    :param records: Belenios election records by contest; empty until then
    """

    origin: str
    defined: Json
    election: Election
    digest: str
    trustees: Trustees | None = None
    records: Mapping[str, ElectionRecord] = field(default_factory=dict)

    @property
    def keys(self) -> Trustees:
        """The trustees.

        :raises Refused: ``trustees_missing``: they are not fixed yet
        """
        if self.trustees is None:
            raise Refused("trustees_missing")
        return self.trustees

    def day(self, at: datetime) -> date:
        """Return the calendar day of an instant where the election is held."""
        return at.astimezone(ZoneInfo(self.election.period.timezone)).date()

    def with_trustees(self, entry: Json, blob: Blobs) -> "Fixed":
        """Return the same with ``TrusteesFixed`` read.

        :raises Rejected: a key, proof or record does not stand
        """
        text = entries.document_text(entry["trustees"], blob, blob=True)
        records = {
            item["contest"]: read_record(entries.document_text(item["record"], blob, blob=True))
            for item in entry["records"]
        }
        trustees = read_trustees(group(self.election.group), text)
        return replace(self, trustees=trustees, records=records)


def read_fixed(data: bytes, blob: Blobs) -> Fixed:
    """Read entry 0.

    :param data: its canonical bytes
    :raises Rejected: it is none
    """
    defined = entries.read_entry(data)
    text = entries.document_text(defined["definition"], blob)
    election = thaw(canonical.decode(text.encode()))
    return Fixed(defined["origin"], defined, election, definition_digest(data))
