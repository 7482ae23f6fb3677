"""Step 9: the counting rule, the archives rebuilt byte for byte, and what ``TallyFixed`` says.

:source: protocol.md 8, 13, 16 (B); architecture.md D3, D6
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, BinaryIO

from tsukuba_trust.board import rebuild
from tsukuba_trust.board.rebuild import Prefix, Shuffle
from tsukuba_trust.crypto import json_text
from tsukuba_trust.crypto.elgamal import Ciphertext, in_order, multiply
from tsukuba_trust.crypto.record import ElectionRecord
from tsukuba_trust.errors import Misconfigured, Rejected
from tsukuba_trust.interfaces import BallotContext, IBallotScheme
from tsukuba_trust.values import Election, Json
from tsukuba_trust.verify.archive import verify_archive
from tsukuba_trust.verify.checks import check
from tsukuba_trust.verify.known import Known
from tsukuba_trust.verify.report import Missing
from tsukuba_trust.verify.workers import Workers

BALLOTS_PER_CHUNK = 200  # 30 ms of additions


@check("9")
def check_archive(found: Json, expected: Json) -> None:
    """Check that the fixed archive is the one that the counting rule gives."""
    if found != expected:
        raise Rejected("archive_differs", f"rebuilt: {expected['sha256']}")


@check("9")
def check_tally(found: str, expected: str) -> None:
    """Check that the fixed tally is the product of the counting ballots."""
    if found != expected:
        raise Rejected("tally_differs", f"recomputed: {expected}")


@check("9")
def check_ballots(found: int, expected: int) -> None:
    """Check the number of counting ballots."""
    if found != expected:
        raise Rejected("tally_ballots", f"says {found}, counted {expected}")


@check("9")
def check_copy(stream: BinaryIO, copy: Iterable[bytes]) -> None:
    """Check that the record's copy of an archive is the rebuilt one, byte for byte."""
    stream.seek(0)
    for piece in copy:
        if stream.read(len(piece)) != piece:
            raise Rejected("archive_copy_differs", "not what the board gives")
    if stream.read(1):
        raise Rejected("archive_copy_differs", "shorter than what the board gives")


@dataclass(frozen=True, slots=True)
class Adder:
    """Adds ballots up under encryption, or lists them, some at a time, in any process."""

    context: BallotContext
    scheme: IBallotScheme

    def add(self, texts: Sequence[str]) -> Sequence[Ciphertext]:
        """Combine some ballots; none, to what all begin with."""
        answers = [json_text.read(text, code="ballot_form")["answers"][0] for text in texts]
        return self.scheme.combine(self.context, answers, [1] * len(answers))

    def product(self, parts: Iterable[Sequence[Ciphertext]]) -> Sequence[Ciphertext]:
        """Combine what ``add`` returned; the order of the parts changes nothing."""
        if self.scheme.needs_shuffle:
            return in_order(self.context.group, chain.from_iterable(parts))
        sums = self.add([])
        for part in parts:
            pairs = zip(sums, part, strict=True)
            sums = [multiply(self.context.group, one, other) for one, other in pairs]
        return sums


class ProvenScheme:
    """A ballot scheme whose answers step 8 has proven: they are not proven twice."""

    def __init__(self, scheme: IBallotScheme) -> None:
        self._scheme = scheme

    def __reduce__(self) -> tuple[Any, ...]:
        return ProvenScheme, (self._scheme,)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._scheme, name)

    def verify_answer(self, context: BallotContext, answer: Json) -> None:
        """Return: step 8 did it."""


class Rebuilt:
    """A contest's archive as the board gives it.

    :param prefix: where it stands after its encrypted tally
    """

    def __init__(self, stream: BinaryIO, prefix: Prefix, document: Json) -> None:
        self.stream = stream
        self.prefix = prefix
        self.document = document

    def finish(
        self,
        decryptions: dict[int, str],
        result: str | None,
        shuffles: Sequence[Shuffle],
        mixers: int,
    ) -> str:
        """Write what follows the tally; return the digest of the last event."""
        self.stream.seek(0, 2)
        return rebuild.write_rest(
            self.prefix,
            decryptions,
            result,
            self.stream.write,
            shuffles=shuffles,
            mixers=mixers,
        )


def rebuild_tally(known: Known, contest: str, stream: BinaryIO, workers: Workers) -> Rebuilt | None:
    """Do step 9 for a contest with ``TallyFixed``; None when it could not be rebuilt.

    :param stream: an empty file for the archive
    """
    findings = known.findings
    index, entry = known.contests.tallies[contest]
    record, election = known.records.get(contest), known.election
    if record is None or election is None:
        return None
    scheme = known.plugins.ballot_schemes[election.contest(contest).ballot_scheme]
    if scheme.needs_shuffle != (contest in known.state.mixers):
        error = Misconfigured("shuffles_not_checked", "questions of this type are not mixed")
        findings.add_error("9", error, index)
        return None
    try:
        adder = Adder(_context(record), scheme)
        rebuilt = _write(known, record, election, (adder, workers), stream)
    except (Rejected, KeyError, IndexError, TypeError, ValueError) as error:
        # A ballot that cannot be read or added was refuted by an earlier step, entry and all.
        code = error.code if isinstance(error, Rejected) else "ballot_unusable"
        findings.add_error("9", Rejected(code, "the archive cannot be rebuilt"), index)
        return None
    findings.check(index, check_archive, entry["archive"], rebuilt.document)
    findings.check(index, check_tally, entry["tally"], rebuilt.prefix.digest)
    findings.check(index, check_ballots, entry["ballots"], rebuilt.prefix.ballots)
    _check_blob(known, index, entry["archive"])
    return rebuilt


def _context(record: ElectionRecord) -> BallotContext:
    return BallotContext(record.group, record.key, record.fingerprint, "", record.questions[0])


def _write(
    known: Known,
    record: ElectionRecord,
    election: Election,
    adding: tuple[Adder, Workers],
    stream: BinaryIO,
) -> Rebuilt:
    adder, workers = adding
    counting = rebuild.counting(known.ledger, record.uuid, record.group)

    def combine(_answers: Sequence[Json], _weights: Sequence[int]) -> Sequence[Ciphertext]:
        return adder.product(workers.map(adder.add, _chunks(known, counting.ballots)))

    digest = hashlib.sha256()
    size = 0

    def sink(data: bytes) -> None:
        nonlocal size
        stream.write(data)
        digest.update(data)
        size += len(data)

    box = rebuild.Box(
        timestamp=int(election.period.opens.timestamp()),
        group=record.group,
        record=record.text,
        trustees=known.trustees_text,
        counting=counting,
        ballot=known.spool.text,
    )
    prefix = rebuild.write_until_tally(box, combine, sink)
    return Rebuilt(stream, prefix, {"sha256": digest.hexdigest(), "size": size})


def _chunks(known: Known, ballots: Sequence[int]) -> Iterator[list[str]]:
    for start in range(0, len(ballots), BALLOTS_PER_CHUNK):
        yield [known.spool.text(index) for index in ballots[start : start + BALLOTS_PER_CHUNK]]


def _check_blob(known: Known, index: int, document: Json) -> None:
    try:
        for _ in known.reader.stream_blob(document["sha256"], document["size"]):
            pass
    except Rejected as error:
        known.findings.add_error("9", Missing(error.code, error.detail), index)


def check_rebuilt(known: Known, contest: str, rebuilt: Rebuilt, jobs: int) -> None:
    """Do steps 9.1 to 9.11 on the rebuilt archive, up to its tally."""
    schemes = dict(known.plugins.ballot_schemes)
    if contest not in known.refuted_ballots:
        schemes = {name: ProvenScheme(scheme) for name, scheme in schemes.items()}  # type: ignore[misc]
    index = known.contests.tallies[contest][0]
    try:
        verify_archive(rebuilt.stream, schemes, jobs=jobs)
    except (Rejected, Misconfigured) as error:
        known.findings.add_error("9", error, index)


def compare_copy(known: Known, contest: str, rebuilt: Rebuilt) -> None:
    """Compare the record's own ``.bel`` with the rebuilt one, when it has one."""
    name = f"{contest}.bel"
    if not known.reader.has(name):
        known.findings.note("9", "no_archive_copy", name)
        return
    known.findings.check(None, check_copy, rebuilt.stream, known.reader.stream(name))
