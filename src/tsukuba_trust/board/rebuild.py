"""From the board to a contest's archive, byte for byte: the rebuilding rule.

Everything streams: ballots are fetched by index when their turn comes.

:source: protocol.md 8, 12, 16 (B); architecture.md D6
"""

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from tempfile import TemporaryFile
from typing import BinaryIO, TypeAlias, overload

from tsukuba_trust.board import archive, events
from tsukuba_trust.board.archive import ArchiveWriter
from tsukuba_trust.board.ledger import Ledger
from tsukuba_trust.crypto import json_text
from tsukuba_trust.crypto.elgamal import Ciphertext, ciphertext_json, read_ciphertexts
from tsukuba_trust.crypto.groups import Group
from tsukuba_trust.crypto.shuffle_record import reread_lists
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Json

Sink: TypeAlias = Callable[[bytes], object]
BallotText: TypeAlias = Callable[[int], str]  # index on the board -> text of the ballot there
Combine: TypeAlias = Callable[[Sequence[Json], Sequence[int]], Sequence[Ciphertext]]


@dataclass(frozen=True, slots=True)
class Counting:
    """Who counts in a contest.

    :param credentials: one per holder who is not struck, in the order of protocol.md 2
    :param ballots: board indexes of the counting ballots, in the order of their credentials
    """

    credentials: tuple[str, ...]
    ballots: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """What a contest's archive is made of.

    :param timestamp: POSIX seconds of the definition's opening instant; no act changes it
    :param record: the contest's Belenios election record
    :param trustees: text of the trustees
    :param ballot: fetches a ballot's text
    """

    timestamp: int
    group: Group
    record: str
    trustees: str
    counting: Counting
    ballot: BallotText


@dataclass(frozen=True, slots=True)
class Shuffle:
    """One trustee's mix of a contest.

    :param owner: number of the trustee
    :param text: as accepted on the board
    """

    owner: int
    text: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """Where an archive stands after its encrypted tally.

    :param tally: canonical text of the encrypted tally
    :param ciphertexts: what is decrypted, one row per question: the same, or the lists of
        the last shuffle
    :param ballots: ``num_tallied``
    :param head: digest of the last event
    :param height: of the next event
    """

    timestamp: int
    tally: str
    ciphertexts: tuple[tuple[Ciphertext, ...], ...]
    ballots: int
    head: str
    height: int

    @property
    def digest(self) -> str:
        """The hex SHA-256 of the encrypted tally, as ``TallyFixed`` names it."""
        return archive.digest(self.tally.encode("utf-8"))


def read_prefix(group: Group, data: bytes) -> Prefix:
    """Read an archive that ends with its encrypted tally.

    :raises Rejected: it is none
    """
    read = archive.read_archive(data)
    if not read.events or read.events[-1].kind != "EncryptedTally":
        raise Rejected("archive_events", "does not end with the encrypted tally", step="9.1")
    tally, sized = read.events[-1].records
    rows = json_text.read(tally, code="tally_form")
    ciphertexts = tuple(tuple(read_ciphertexts(group, row, identity_allowed=True)) for row in rows)
    count = int(json_text.read(sized, code="tally_form")["num_tallied"])
    return Prefix(read.timestamp, tally, ciphertexts, count, read.head, len(read.events))


def counting(ledger: Ledger, contest: str, group: Group) -> Counting:
    """Apply the counting rule to a contest.

    :source: protocol.md 16, "Rebuilding rule (B)"
    """
    chosen = ledger.counting(contest)
    credentials = sorted(chosen, key=lambda text: group.sort_key(group.reread(text)))
    found = (chosen[credential] for credential in credentials)
    return Counting(tuple(credentials), tuple(index for index in found if index is not None))


def write_until_tally(box: Box, combine: Combine, sink: Sink) -> Prefix:
    """Write an archive up to and including EncryptedTally.

    :param combine: (answers, weights) -> ciphertexts of the contest's one question
    :param sink: takes the bytes in order
    """
    credentials = json_text.write(list(box.counting.credentials))
    writer = ArchiveWriter(box.timestamp, sink)
    writer.add(events.setup(box.record, box.trustees, credentials))
    count = len(box.counting.ballots)
    with TemporaryFile() as file:
        answers = _Answers(file)
        for index in box.counting.ballots:
            text = box.ballot(index)
            writer.add(events.ballot(text))
            answers.keep(text)
        writer.add(events.end_ballots())
        row = tuple(combine(answers, [1] * count))
    tally = json_text.write([[ciphertext_json(box.group, item) for item in row]])
    writer.add(events.encrypted_tally(events.Tally(tally, count, count)))
    return Prefix(box.timestamp, tally, (row,), count, writer.head, count + 3)


def after_shuffles(prefix: Prefix, group: Group, shuffles: Sequence[Shuffle]) -> Prefix:
    """Return the same with the list of the last shuffle in place of the sorted one.

    :param shuffles: of the contest's one question, in order; membership was checked
    :raises Rejected: the last one cannot be read
    """
    if not shuffles:
        return prefix
    lists = reread_lists(group, shuffles[-1].text)
    return replace(prefix, ciphertexts=tuple(tuple(row) for row in lists))


def write_rest(
    prefix: Prefix,
    decryptions: Mapping[int, str],
    result: str | None,
    sink: Sink,
    *,
    shuffles: Sequence[Shuffle] = (),
    mixers: int = 0,
) -> str:
    """Write what follows the encrypted tally: shuffles, decryptions by rising owner, the result.

    :param decryptions: owner's number -> text of the decryption accepted on the board
    :param result: text of the result; nothing below ``minimum_ballots``
    :param shuffles: those accepted on the board, in order
    :param mixers: how many there must be; their end is written behind the last one
    :returns: digest of the last event
    """
    writer = ArchiveWriter(prefix.timestamp, sink, height=prefix.height, parent=prefix.head)
    for shuffle in shuffles:
        writer.add(events.shuffle(shuffle.owner, shuffle.text))
    if shuffles and len(shuffles) == mixers:
        writer.add(events.end_shuffles())
    for owner, text in sorted(decryptions.items()):
        writer.add(events.partial_decryption(owner, text))
    if result is not None:
        writer.add(events.result(result))
    return writer.head


class _Answers(Sequence[Json]):
    """The counting ballots' answers to the one question, decoded only while looked at.

    They are read from a file of their own, so that whoever combines them is given no way
    to the board (attack O22).
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._ends = array("Q", [0])

    def keep(self, text: str) -> None:
        """Take the next ballot's text."""
        self._file.seek(self._ends[-1])
        self._ends.append(self._ends[-1] + self._file.write(text.encode("utf-8")))

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, index: int) -> Json: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Json]: ...

    def __getitem__(self, index: int | slice) -> Json:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        at = range(len(self))[index]
        self._file.seek(self._ends[at])
        text = self._file.read(self._ends[at + 1] - self._ends[at]).decode("utf-8")
        return json_text.read(text, code="ballot_form")["answers"][0]
