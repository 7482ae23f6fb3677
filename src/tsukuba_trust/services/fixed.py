"""What the log has fixed about an election before its first ballot, read once.

Entry 0 and ``TrusteesFixed`` never change, so processes keep them in memory; everything
that may change is asked of the board each time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tsukuba_trust.board import canonical, entries
from tsukuba_trust.crypto.groups import group
from tsukuba_trust.crypto.record import ElectionRecord, read_record
from tsukuba_trust.crypto.trustees import Trustees, read_trustees
from tsukuba_trust.elections.freezing import thaw
from tsukuba_trust.errors import Refused
from tsukuba_trust.store.board import BoardStore
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


class Catalogue:
    """The elections of a board store, by origin and by contest. Thread-safe: it only adds.

    :param board: of this installation
    """

    def __init__(self, board: BoardStore) -> None:
        self._board = board
        self._known: dict[str, Fixed] = {}

    def get(self, origin: str) -> Fixed:
        """Return what is fixed about an election.

        :raises Refused: ``unknown_election``
        """
        known = self._known.get(origin)
        if known is None:
            known = self._read(origin)
            if known.trustees is not None:
                self._known[origin] = known
        return known

    def of_contest(self, contest: str) -> Fixed:
        """Return the election that a contest belongs to.

        :raises Refused: ``unknown_contest``
        """
        for fixed in list(self._known.values()):
            if contest in fixed.records:
                return fixed
        for origin in self._board.origins():
            fixed = self.get(origin)
            if contest in fixed.defined["contests"]:
                return fixed
        raise Refused("unknown_contest")

    def _read(self, origin: str) -> Fixed:
        if origin not in self._board.origins():
            raise Refused("unknown_election")
        data = self._board.entry(origin, 0)
        defined = entries.read_entry(data)
        text = entries.document_text(defined["definition"], self._board.blob)
        election = thaw(canonical.decode(text.encode()))
        fixed = Fixed(origin, defined, election, canonical.digest(data))
        if self._board.state(origin).phase == "defined":
            return fixed
        return self._with_trustees(fixed, entries.read_entry(self._board.entry(origin, 1)))

    def _with_trustees(self, fixed: Fixed, entry: Json) -> Fixed:
        """Read what was checked before it was appended, and once more now."""
        text = entries.document_text(entry["trustees"], self._board.blob, blob=True)
        trustees = read_trustees(group(fixed.election.group), text)
        records = {
            item["contest"]: read_record(
                entries.document_text(item["record"], self._board.blob, blob=True)
            )
            for item in entry["records"]
        }
        return replace(fixed, trustees=trustees, records=records)
