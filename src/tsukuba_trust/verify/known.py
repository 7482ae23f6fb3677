"""What the steps learn from a record and hand on; nothing here judges anything."""

import json
import tempfile
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from tsukuba_trust.board import canonical
from tsukuba_trust.board.ledger import Ledger
from tsukuba_trust.board.rebuild import Shuffle
from tsukuba_trust.board.record import RecordReader
from tsukuba_trust.board.state import State
from tsukuba_trust.crypto.record import ElectionRecord
from tsukuba_trust.crypto.trustees import Trustees
from tsukuba_trust.elections.drawn_lots import DrawnLot
from tsukuba_trust.elections.sheets import PaperSheet
from tsukuba_trust.errors import Rejected
from tsukuba_trust.interfaces import IBallotScheme, ITallyMethod
from tsukuba_trust.values import Election, Json
from tsukuba_trust.verify.report import Findings, Missing
from tsukuba_trust.verify.roots import Roots
from tsukuba_trust.verify.seen import Seen


class Plugins(Protocol):
    """What the verifier needs of a registry."""

    @property
    def ballot_schemes(self) -> Mapping[str, IBallotScheme]:
        """Ballot schemes by name."""

    @property
    def tally_methods(self) -> Mapping[str, ITallyMethod]:
        """Tally methods by name."""


class Spool:
    """The ballots' texts in a temporary file, by index on the board; 16 bytes each in memory."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (closed by __exit__)
        self._indexes = array("Q")
        self._ends = array("Q", [0])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def add(self, index: int, text: str) -> None:
        """Keep the ballot of an entry; indexes rise."""
        data = text.encode()
        self._file.write(data)
        self._indexes.append(index)
        self._ends.append(self._ends[-1] + len(data))

    def text(self, index: int) -> str:
        """Return the ballot of an entry.

        :raises KeyError: none was kept
        """
        low, high = 0, len(self._indexes)
        while low < high:
            middle = (low + high) // 2
            if self._indexes[middle] < index:
                low = middle + 1
            else:
                high = middle
        if low == len(self._indexes) or self._indexes[low] != index:
            raise KeyError(index)
        self._file.seek(self._ends[low])
        return self._file.read(self._ends[low + 1] - self._ends[low]).decode()


@dataclass(slots=True)
class Contests:
    """What stands on the board about each contest, by uuid: (entry index, entry).

    :param proofs: of shuffles and decryptions, by index of their entry
    :param strong: texts of the strong proofs of decryptions, by index of their entry
    :param lots: as they stand, with the index of their entry
    :param sheeted: index of the newest ``SheetsEntered``
    :param papers: the newest sheet of every place
    :param incomplete: contests of which a shuffle, decryption or result is not in this copy
    """

    tallies: dict[str, tuple[int, Json]] = field(default_factory=dict)
    shuffles: dict[str, list[tuple[int, Shuffle]]] = field(default_factory=dict)
    proofs: dict[int, Json] = field(default_factory=dict)
    strong: dict[int, str] = field(default_factory=dict)
    decryptions: dict[str, dict[int, tuple[int, str]]] = field(default_factory=dict)
    results: dict[str, tuple[int, Json]] = field(default_factory=dict)
    lots: dict[str, list[tuple[int, DrawnLot]]] = field(default_factory=dict)
    sheeted: dict[str, int] = field(default_factory=dict)
    papers: dict[str, dict[str, PaperSheet]] = field(default_factory=dict)
    incomplete: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Known:
    """A record while it is being read.

    :param size: entries that the newest checkpoint speaks of; itself not yet verified
    :param defined: entry 0
    :param digest: D, hex
    :param rule: the approval rule in force
    :param keys: (size from which it signs, vkey) of every log key, in order
    :param roots: root of the first n entries, for every size n that somebody signed
    :param complete: whether every entry could be read
    :param lost: whether a document that the order hangs on is not in this copy, so that
        neither the order nor the count can be judged from there on
    :param holders: registrations that replace none
    :param electors: people of the roll who vote here; None without a roll
    :param groups: people of the roll by group; None without a roll
    :param acting: the newest act
    :param certified: ``at`` of the newest act certify; empty before
    :param refuted_ballots: contests in which a ballot was refuted
    """

    reader: RecordReader
    findings: Findings
    plugins: Plugins
    spool: Spool
    ledger: Ledger
    size: int = 0
    roots: Roots = field(default_factory=Roots)
    complete: bool = False
    lost: bool = False
    state: State = field(default_factory=State)
    defined: Json = None
    digest: str = ""
    election: Election | None = None
    rule: Json = None
    keys: list[tuple[int, str]] = field(default_factory=list)
    trustees: Trustees | None = None
    trustees_text: str = ""
    records: dict[str, ElectionRecord] = field(default_factory=dict)
    holders: int = 0
    registrations: int = 0
    electors: int | None = None
    groups: Mapping[str, int] | None = None
    contests: Contests = field(default_factory=Contests)
    entry_keys: Seen = field(default_factory=Seen)
    components: Seen = field(default_factory=Seen)
    refuted_ballots: set[str] = field(default_factory=set)
    audited: tuple[int, Json] | None = None
    certified: str = ""
    acting: Json = None

    @property
    def origin(self) -> str:
        """The log's origin as entry 0 says it; empty when there is none."""
        return str(self.defined["origin"]) if self.defined else ""

    def keys_at(self, size: int) -> list[str]:
        """Return the log key that signs heads of a size: the last one named before."""
        return [key for start, key in self.keys if start <= size][-1:]

    def text(self, document: Json, step: str) -> str:
        """Return the text of a document wherever it stands; whether it may is step 3's.

        :raises Missing: its blob is not in this copy
        """
        if "text" in document:
            return str(document["text"])
        try:
            data = self.reader.blob(document["sha256"], document["size"])
            return data.decode("utf-8")
        except Rejected as error:
            raise Missing(error.code, error.detail, step=step) from error
        except UnicodeDecodeError as error:
            raise Missing("blob_not_text", document["sha256"], step=step) from error


def lenient(data: bytes) -> Json:
    """Read an entry's bytes as an object in whatever spelling.

    :returns: None when it is none, or one that cannot be written canonically at all
    """
    try:
        value = json.loads(data)
        canonical.encode(value)
    except (ValueError, RecursionError, Rejected):
        return None
    return value
