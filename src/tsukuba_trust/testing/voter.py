"""A simulated booth: what a voter's device makes, and in which order it sends it.

Rehearsals, tests and load use it; a real voter's secrets are made in her browser only.
"""

import hashlib
from collections.abc import Mapping

from tsukuba_trust.board import registration
from tsukuba_trust.crypto import ballot, credentials, proofs
from tsukuba_trust.crypto.groups import group as named_group
from tsukuba_trust.interfaces import BallotContext, IBallotScheme
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.values import Json, Randomness

BLIND_SIZE = 32
SECRET_SIZE = 32


class Voter:
    """One voting device with fresh keys for every contest of an election.

    :param fixed: what the log has fixed about the election, as the booth loads it
    """

    def __init__(self, fixed: Fixed, randomness: Randomness) -> None:
        self._fixed = fixed
        self._randomness = randomness
        self._group = named_group(fixed.election.group)
        self._text = credentials.new_text(randomness)
        self.blind = randomness(BLIND_SIZE)
        self.page_secret = randomness(SECRET_SIZE)
        self.credentials: Mapping[str, str] = {
            contest.uuid: credentials.public(self._group, self._secret(contest.uuid))
            for contest in fixed.election.contests
        }

    def _secret(self, contest: str) -> int:
        return credentials.derive(self._group, contest, self._text)

    @property
    def page_secret_hash(self) -> bytes:
        """SHA-256 of the page secret: all that the server ever learns before the claim."""
        return hashlib.sha256(self.page_secret).digest()

    def renew_attempt(self) -> None:
        """Draw a new blind and page secret; keys and sealed ballots stay (voting-flow 3.3)."""
        self.blind = self._randomness(BLIND_SIZE)
        self.page_secret = self._randomness(SECRET_SIZE)

    def proofs(self) -> dict[str, Json]:
        """Prove knowledge of every key (D2)."""
        made = {}
        for contest, credential in self.credentials.items():
            prefix = registration.proof_prefix(contest, credential)
            proof = proofs.prove_knowledge(
                self._group, prefix, self._secret(contest), self._randomness
            )
            made[contest] = proofs.proof_json(proof)
        return made

    def binding(self, attempt: str) -> bytes:
        """Return the 32 bytes that the evidence of a bound provider signs."""
        return registration.binding(
            self._fixed.origin,
            self._fixed.digest,
            attempt,
            self.blind,
            list(self.credentials.items()),
        )

    def seal(self, contest: str, selection: Json, scheme: IBallotScheme) -> str:
        """Encrypt, prove and sign a choice.

        :param selection: list of 0/1 per option, or "blank"
        :returns: the canonical ballot text
        """
        record = self._fixed.records[contest]
        answers = [
            scheme.seal_answer(self.context(contest, question), selection, self._randomness)
            for question in record.questions
        ]
        return self.sign(contest, answers)

    def context(self, contest: str, question: Json) -> BallotContext:
        """Return what the proofs of one answer are bound to."""
        record = self._fixed.records[contest]
        return BallotContext(
            record.group, record.key, record.fingerprint, self.credentials[contest], question
        )

    def sign(self, contest: str, answers: list[Json]) -> str:
        """Sign whatever answers with this voter's key; attacks begin here."""
        record = self._fixed.records[contest]
        return ballot.seal_ballot(
            record.group,
            record.uuid,
            record.fingerprint,
            self._secret(contest),
            self.credentials[contest],
            answers,
            self._randomness,
        )
