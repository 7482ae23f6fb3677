"""Step 8: every ballot of the log, counted or not, in worker processes where there are any.

Whose ballot it is and whether she may cast it now is step 4's.

:source: protocol.md 6, 13 (step 5); attacks B01, B02
"""

import hashlib
from dataclasses import dataclass

from tsukuba_trust.crypto import ballot as form
from tsukuba_trust.crypto.ballot import Ballot, parse_ballot
from tsukuba_trust.crypto.record import ElectionRecord
from tsukuba_trust.errors import BallotRejected, Rejected
from tsukuba_trust.interfaces import BallotContext, IBallotScheme
from tsukuba_trust.values import Json
from tsukuba_trust.verify.checks import check
from tsukuba_trust.verify.known import Known
from tsukuba_trust.verify.report import Missing

CHUNK_BYTES = 131_072  # at least 0.1 s of proofs in every group and size of ballot
SEPARATOR = b"\x00"


@dataclass(frozen=True, slots=True)
class Box:
    """What the ballots of a contest are checked against; it goes to worker processes."""

    record: ElectionRecord
    scheme: IBallotScheme

    def context(self, credential: str) -> BallotContext:
        """Return what the proofs of a holder's answer are bound to."""
        of = self.record
        return BallotContext(of.group, of.key, of.fingerprint, credential, of.questions[0])


@dataclass(frozen=True, slots=True)
class Chunk:
    """Ballots that are checked together: (entry index, contest, text)."""

    boxes: tuple[tuple[str, Box], ...]
    ballots: tuple[tuple[int, str, str], ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What came out of one ballot.

    :param refusal: (name of the check, code, detail), or nothing
    :param components: 16 bytes for each first component of its ciphertexts
    """

    index: int
    contest: str
    refusal: tuple[str, str, str] | None
    components: tuple[bytes, ...] = ()


@check("8")
def check_form(ballot: Ballot) -> None:
    """Check that a ballot has the only form in which these values may stand."""
    form.check_canonical(ballot)


@check("8")
def check_fingerprint(ballot: Ballot, record: ElectionRecord) -> None:
    """Check that a ballot was sealed for this election record (attack B02)."""
    if ballot.fingerprint != record.fingerprint:
        raise BallotRejected("ballot_fingerprint", step="fingerprint")


@check("8")
def check_hash(ballot: Ballot) -> None:
    """Check that the signed hash is that of the content."""
    form.check_hash(ballot)


@check("8")
def check_signature(ballot: Ballot, record: ElectionRecord) -> None:
    """Check that the holder of its credential signed the hash."""
    form.check_signature_proof(record.group, ballot)


@check("8")
def check_answer_count(ballot: Ballot, record: ElectionRecord) -> None:
    """Check that a ballot has one answer per question."""
    if len(ballot.answers) != len(record.questions):
        raise BallotRejected("ballot_answers", f"{len(ballot.answers)} answers", step="answers")


@check("8")
def check_answer(box: Box, ballot: Ballot, answer: Json) -> None:
    """Check form, subgroup and proofs of an answer."""
    box.scheme.verify_answer(box.context(ballot.credential), answer)


@check("8")
def check_not_copied(index: int, earlier: int) -> None:
    """Refuse a ciphertext whose first component stood in another ballot (attack B01)."""
    raise Rejected("component_seen", f"copied from entry {earlier}, or randomness used twice")


def judge_chunk(chunk: Chunk) -> list[Judged]:
    """Check ballots, each by itself."""
    boxes = dict(chunk.boxes)
    return [_judge(index, contest, text, boxes[contest]) for index, contest, text in chunk.ballots]


def _judge(index: int, contest: str, text: str, box: Box) -> Judged:
    try:
        ballot = parse_ballot(text)
        check_form(ballot)
        check_fingerprint(ballot, box.record)
        check_hash(ballot)
        check_signature(ballot, box.record)
        check_answer_count(ballot, box.record)
        components: list[bytes] = []
        for answer in ballot.answers[: len(box.record.questions)]:
            check_answer(box, ballot, answer)
            found = box.scheme.first_components(box.context(ballot.credential), answer)
            components += [_component(contest, alpha) for alpha in found]
    except Rejected as error:
        return Judged(index, contest, (error.step, error.code, error.detail))
    return Judged(index, contest, None, tuple(components))


def _component(contest: str, alpha: str) -> bytes:
    digest = hashlib.sha256(contest.encode() + SEPARATOR + alpha.encode()).digest()
    return digest[:16]


class Gathering:
    """Collects ballots into chunks of a size that is worth a process."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._boxes: dict[str, Box] = {}
        self._ballots: list[tuple[int, str, str]] = []
        self._size = 0

    def add(self, entry: Json, index: int) -> Chunk | None:
        """Take a ballot; return a chunk when one is full."""
        known, contest = self._known, entry["contest"]
        try:
            text = known.text(entry["ballot"], "8")
        except Missing as error:
            known.findings.add_error("8", error, index)
            return None
        known.spool.add(index, text)
        if not self._has_box(contest):
            return None
        self._ballots.append((index, contest, text))
        self._size += len(text)
        return self.flush() if self._size >= CHUNK_BYTES else None

    def flush(self) -> Chunk | None:
        """Return what was gathered so far."""
        if not self._ballots:
            return None
        chunk = Chunk(tuple(self._boxes.items()), tuple(self._ballots))
        self._ballots, self._size = [], 0
        return chunk

    def _has_box(self, contest: str) -> bool:
        known = self._known
        if contest not in self._boxes and contest in known.records and known.election:
            name = known.election.contest(contest).ballot_scheme
            box = Box(known.records[contest], known.plugins.ballot_schemes[name])
            self._boxes[contest] = box
        return contest in self._boxes


def take_judged(known: Known, judged: Judged) -> None:
    """Write down what came out of a ballot."""
    known.findings.reached.add("8")
    if judged.refusal is not None:
        step, code, detail = judged.refusal
        known.refuted_ballots.add(judged.contest)
        text = ": ".join(part for part in (step, detail) if part and part != code)
        known.findings.add_error("8", Rejected(code, text), judged.index)
    for component in judged.components:
        known.components.add(component, judged.index)


def judge_components(known: Known) -> None:
    """Find copied ciphertexts, when all ballots are known."""
    for index, earlier in known.components.repeated():
        # The same ballot twice is step 3's.
        if known.spool.text(index) != known.spool.text(earlier):
            known.findings.check(index, check_not_copied, index, earlier)
