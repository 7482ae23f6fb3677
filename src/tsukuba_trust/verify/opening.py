"""Test of a ballot: does it hold what its maker says? (voting-flow.md section 6)

A voting device shows the randomness of a ballot that will never be cast. Whoever has it
encrypts again and compares, so a device that encrypts something else is found out.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tsukuba_trust.crypto import json_text
from tsukuba_trust.crypto.ballot import MAX_BYTES, Ballot, check_signature, read_ballot, tracker
from tsukuba_trust.crypto.record import ElectionRecord
from tsukuba_trust.crypto.vectors import LARGEST_ENTRY
from tsukuba_trust.elections.fixed import Fixed
from tsukuba_trust.errors import BallotRejected, Misconfigured, Rejected
from tsukuba_trust.interfaces import BallotContext, IBallotScheme, OpenedAnswer
from tsukuba_trust.values import Json

TYPE = "tsukuba-trust/opening/1"
FIELDS = ("type", "log", "contest", "ballot", "choices", "randomness")
LARGEST = 2 * MAX_BYTES  # bytes of a file: a ballot in it is escaped text

_SCALAR = re.compile("[0-9]{1,620}")


@dataclass(frozen=True, slots=True)
class Opening:
    """A test file as read; nothing in it is proven yet.

    :param log: origin
    :param contest: uuid
    :param ballot: exactly the bytes under the tracker that was shown
    :param choices: what was encrypted: 0 or 1 per ciphertext, the blank one first where there
        is one; or the entries of a vector
    :param randomness: exponent of each ciphertext
    """

    log: str
    contest: str
    ballot: str
    choices: tuple[int, ...]
    randomness: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """What a tested ballot holds, after everything was encrypted again.

    :param chosen: names as the record has them, in its order
    """

    tracker: str
    chosen: tuple[str, ...]
    blank: bool


def read_opening(data: bytes) -> Opening:
    """Read a test file.

    :raises Rejected: ``opening_invalid``
    """
    if len(data) > LARGEST:
        raise Rejected("opening_invalid", "larger than any ballot's")
    try:
        value = json_text.read(data.decode("utf-8"), code="opening_invalid")
    except UnicodeDecodeError as error:
        raise Rejected("opening_invalid", "not UTF-8") from error
    kind, log, contest, ballot, choices, randomness = json_text.fields(
        value, FIELDS, code="opening_invalid"
    )
    texts = all(isinstance(text, str) for text in (log, contest, ballot))
    if kind != TYPE or not texts or not _is_list(choices) or not _is_list(randomness):
        raise Rejected("opening_invalid", "not the fields of a test file")
    entries = all(type(m) is int and 0 <= m <= LARGEST_ENTRY for m in choices)
    scalars = all(isinstance(r, str) and _SCALAR.fullmatch(r) for r in randomness)
    if not entries or not scalars:
        raise Rejected("opening_invalid", "not small numbers and exponents")
    return Opening(log, contest, ballot, tuple(choices), tuple(map(int, randomness)))


def check_opening(opening: Opening, fixed: Fixed, schemes: Iterable[IBallotScheme]) -> Opened:
    """Check that a ballot is valid and holds what its file says.

    1. the file is of this log and of a contest of it; 2. the ballot is of this contest: form,
    φ, signature; 3. its proofs hold; 4. encrypting again gives its ciphertexts.

    :raises Rejected: ``opening_other``, ``opening_differs`` or what is wrong with the ballot
    :source: voting-flow.md section 6
    """
    record = fixed.records.get(opening.contest)
    if opening.log != fixed.origin or record is None:
        raise Rejected("opening_other", "of another election", step="opening")
    sealed = read_ballot(opening.ballot)
    if (sealed.uuid, sealed.fingerprint) != (record.uuid, record.fingerprint):
        raise BallotRejected("opening_other", "the ballot is of another contest", step="opening")
    check_signature(record.group, sealed)
    held = _open(record, sealed, opening, schemes)
    return Opened(tracker(opening.ballot), held.chosen, held.blank)


def _open(
    record: ElectionRecord, sealed: Ballot, opening: Opening, schemes: Iterable[IBallotScheme]
) -> OpenedAnswer:
    question = record.questions[0]
    kind = question.get("type", "")
    known = [scheme for scheme in schemes if scheme.question_type == kind]
    if not known or len(record.questions) != 1:
        raise Misconfigured("scheme_not_installed", "no test of such ballots")
    if len(sealed.answers) != 1:
        raise BallotRejected("ballot_form", "not one answer per question", step="form")
    credential = record.group.decode(sealed.credential, identity_allowed=False)
    encoded = record.group.encode(credential)
    context = BallotContext(record.group, record.key, record.fingerprint, encoded, question)
    known[0].verify_answer(context, sealed.answers[0])
    try:
        return known[0].open_answer(context, sealed.answers[0], opening.choices, opening.randomness)
    except Rejected as error:
        raise Rejected(error.code, error.detail, step="opening") from error


def _is_list(value: Json) -> bool:
    return isinstance(value, list) and bool(value)
