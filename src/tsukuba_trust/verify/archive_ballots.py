"""Step 9.5: every ballot of an archive, and the running product of those that count.

protocol.md sections 6, 7, 8 and 13. Ballots are read one after the other and checked
in chunks, in worker processes where there are any; none is kept but the ciphertexts of
those that are shuffled.
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tsukuba_trust.crypto import ballot as form
from tsukuba_trust.crypto.ballot import Ballot
from tsukuba_trust.crypto.elgamal import Ciphertext, in_order, multiply
from tsukuba_trust.crypto.groups import Group
from tsukuba_trust.crypto.record import ElectionRecord
from tsukuba_trust.errors import Rejected
from tsukuba_trust.interfaces import BallotContext, IBallotScheme
from tsukuba_trust.values import Json
from tsukuba_trust.verify.archive_chain import Chain, at_step
from tsukuba_trust.verify.archive_setup import Credentials, Setup
from tsukuba_trust.verify.checks import check
from tsukuba_trust.verify.workers import Workers

CHUNK_BYTES = 131_072  # at least 0.1 s of proofs in every group and size of ballot


@dataclass(frozen=True, slots=True)
class Chunk:
    """Ballots to be checked together.

    :param first: number of the first one in the archive, from 1
    :param weights: what each counts; 0 when a later ballot of the same credential does
    """

    first: int
    texts: tuple[str, ...]
    weights: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """What came out of all ballots.

    :param sums: the encrypted tally, one row per question: sums, or sorted lists
    :param ballots: of different credentials
    :param total_weight: of their credentials
    """

    sums: tuple[tuple[Ciphertext, ...], ...]
    ballots: int
    total_weight: int


@dataclass(frozen=True, slots=True)
class BallotChecker:
    """Checks chunks of ballots; goes to worker processes as a value."""

    setup_record: ElectionRecord
    schemes: tuple[IBallotScheme, ...]

    def contexts(self, credential: str) -> list[BallotContext]:
        """Return one context per question, for the owner of a credential."""
        of = self.setup_record
        return [
            BallotContext(of.group, of.key, of.fingerprint, credential, question)
            for question in of.questions
        ]

    def check_chunk(self, chunk: Chunk) -> list[Sequence[Ciphertext]]:
        """Check every ballot and return the product of those that count, per question.

        :raises Rejected: step 9.5, naming the first ballot that is refuted
        """
        answers: list[Sequence[Json]] = []
        for number, text in enumerate(chunk.texts, chunk.first):
            with at_step("9.5", f"ballot {number}"):
                answers.append(self.check_ballot(text).answers)
        counted = [
            (row, weight) for row, weight in zip(answers, chunk.weights, strict=True) if weight
        ]
        weights = [weight for _, weight in counted]
        return [
            scheme.combine(context, [row[i] for row, _ in counted], weights)
            for i, (scheme, context) in enumerate(zip(self.schemes, self.contexts(""), strict=True))
        ]

    def check_ballot(self, text: str) -> Ballot:
        """Check one ballot by itself.

        1. canonical form; 2. uuid; 3. φ; 4. hash; 5. signature; 6. number of answers;
        7. each answer. Whether its credential is listed is not asked here.

        :raises Rejected: the first check that fails
        """
        ballot = form.parse_ballot(text)
        check_canonical(ballot)
        check_election(self.setup_record, ballot)
        check_fingerprint(self.setup_record, ballot)
        check_hash(ballot)
        check_signature(self.setup_record.group, ballot)
        check_answer_count(self.setup_record, ballot)
        contexts = self.contexts(ballot.credential)
        for scheme, context, answer in zip(self.schemes, contexts, ballot.answers, strict=False):
            check_answer(scheme, context, answer)
        return ballot


def check_ballots(chain: Chain, setup: Setup, workers: Workers) -> Counted:
    """Check all ballots and return their product.

    1. each belongs to a listed credential and none stands twice; 2. each by itself.

    :raises Rejected: step 9.5
    """
    last = _find_last(chain, setup.credentials)
    checker = BallotChecker(setup.record, setup.schemes)
    group = setup.record.group
    sums = [list(row) for row in checker.check_chunk(Chunk(1, (), ()))]
    for products in workers.map(checker.check_chunk, _chunks(chain, setup.credentials, last)):
        for place, product in enumerate(products):
            if setup.schemes[place].needs_shuffle:
                sums[place].extend(product)
            else:
                pairs = zip(sums[place], product, strict=True)
                sums[place] = [multiply(group, a, b) for a, b in pairs]
    for place, scheme in enumerate(setup.schemes):
        if scheme.needs_shuffle:
            sums[place] = in_order(group, sums[place])
    places = [place for place, index in enumerate(last) if index >= 0]
    weight = sum(setup.credentials.weights.get(place, 1) for place in places)
    return Counted(tuple(tuple(row) for row in sums), len(places), weight)


def _find_last(chain: Chain, credentials: Credentials) -> "array[int]":
    """Return the last ballot of every credential, −1 for none (protocol.md section 7)."""
    last = array("q", [-1]) * len(credentials.index)
    seen: set[bytes] = set()
    for index in range(chain.ballot_count()):
        with at_step("9.5", f"ballot {index + 1}"):
            check_not_replayed(seen, chain.ballot_digest(index))
            seen.add(chain.ballot_digest(index))
            ballot = form.parse_ballot(chain.ballot_text(index))
            check_listed(credentials, ballot)
        place = credentials.index.get(ballot.credential, -1)
        if place >= 0:
            last[place] = index
    return last


def _chunks(chain: Chain, credentials: Credentials, last: "array[int]") -> Iterator[Chunk]:
    texts: list[str] = []
    weights: list[int] = []
    size = 0
    for index in range(chain.ballot_count()):
        text = chain.ballot_text(index)
        credential = form.parse_ballot(text).credential
        place = credentials.index.get(credential, -1)
        counts = place >= 0 and last[place] == index
        texts.append(text)
        weights.append(credentials.weight(credential) if counts else 0)
        size += len(text)
        if size >= CHUNK_BYTES or index + 1 == chain.ballot_count():
            yield Chunk(index + 2 - len(texts), tuple(texts), tuple(weights))
            texts, weights, size = [], [], 0


@check("9.5")
def check_listed(credentials: Credentials, ballot: Ballot) -> None:
    """Check that the ballot's credential is on the list."""
    if ballot.credential not in credentials.index:
        raise Rejected("credential_unknown")


@check("9.5")
def check_not_replayed(seen: set[bytes], digest: bytes) -> None:
    """Check that no earlier ballot has the same bytes (attack B01)."""
    if digest in seen:
        raise Rejected("ballot_replayed")


@check("9.5")
def check_canonical(ballot: Ballot) -> None:
    """Check that the ballot has the only form in which these values may stand."""
    form.check_canonical(ballot)


@check("9.5")
def check_election(of: ElectionRecord, ballot: Ballot) -> None:
    """Check that the ballot names this election (attack B02)."""
    if ballot.uuid != of.uuid:
        raise Rejected("ballot_election")


@check("9.5")
def check_fingerprint(of: ElectionRecord, ballot: Ballot) -> None:
    """Check that the ballot names this election record (attack B02)."""
    if ballot.fingerprint != of.fingerprint:
        raise Rejected("ballot_fingerprint")


@check("9.5")
def check_hash(ballot: Ballot) -> None:
    """Check that the signed hash is that of the content."""
    form.check_hash(ballot)


@check("9.5")
def check_signature(group: Group, ballot: Ballot) -> None:
    """Check that the owner of the credential signed the hash."""
    form.check_signature_proof(group, ballot)


@check("9.5")
def check_answer_count(of: ElectionRecord, ballot: Ballot) -> None:
    """Check that there is one answer per question."""
    if len(ballot.answers) != len(of.questions):
        raise Rejected("ballot_answers", f"{len(ballot.answers)} of {len(of.questions)}")


@check("9.5")
def check_answer(scheme: IBallotScheme, context: BallotContext, answer: Json) -> None:
    """Check form, subgroup and proofs of one answer."""
    scheme.verify_answer(context, answer)
