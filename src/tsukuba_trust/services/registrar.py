"""The registrar: from an answered attempt to a registration on the board (D2, D5, D6)."""

from dataclasses import dataclass
from datetime import date, datetime

from tsukuba_trust.services import admission
from tsukuba_trust.services.admission import Judged
from tsukuba_trust.services.delivery import Delivery, Draft
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.identification import Identification, Request, Started
from tsukuba_trust.services.period import check_open

__all__ = ["Claimed", "Registrar", "Request", "Started"]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A registration, and what is said about earlier uses (voting-flow 3.5).

    :param uses: identifications of this person before this one; None when the claim was
        made before, because nothing of the person is kept with it
    :param last_day: of the one before, None when this is the first
    """

    index: int
    origin: str
    uses: int | None = None
    last_day: date | None = None


class Registrar(Identification):
    """Registers the credentials of answered attempts. Thread-safe.

    Its identifications and its parameters are those of ``Identification``.
    """

    def claim_identification(
        self, attempt_id: str, page_secret: bytes, token: str, at: datetime
    ) -> Claimed:
        """Register the credentials of an answered attempt; repeats give the same index.

        (1) page secret (2) claimed already: the same index (3) answered, token right
        (4) voting open, conditions again (5) register, see ``delivery`` for its commits
        (6) last commit: the attempt shrinks to (claimed, index). A crash before (6) leaves
        an attempt whose repeated claim finds its own registration.

        :raises Refused: ``unknown_attempt``, ``attempt_expired``, ``attempt_contested``,
            ``not_answered``, ``wrong_token``, ``too_many_tries``, ``credential_taken``, or a
            ground of (4)
        """
        attempt = self._attempting.claimable(
            attempt_id, page_secret, token, at, digits=self._allows_digits
        )
        if attempt.claimed is not None:
            return Claimed(attempt.claimed, attempt.election)
        fixed = self._catalogue.get(attempt.election)
        check_open(fixed, self._board.state(fixed.origin), at)
        judged = Judged.unseal(self._keys_of(fixed).persons, attempt.answer)
        admission.check_conditions(fixed, judged.attributes)
        person = self._judging.person(fixed, judged)
        if fixed.election.electorate == "roll":
            self._judging.check_roll(fixed, person)
        draft = Draft(
            attempt=attempt_id,
            credentials=tuple(attempt.content["credentials"]),
            provider=attempt.content["provider"],
            bound=judged.bound,
            blind=bytes.fromhex(attempt.content["blind"]),
            completed=judged.completed,
            evidence=judged.evidence,
        )
        index = self._delivery(fixed).register(fixed, person.key, draft)
        self._attempting.close(attempt_id, index)
        return Claimed(index, fixed.origin, person.uses, person.last_day)

    def sweep(self) -> int:
        """Deliver what a crash left pending; run it at every start.

        :returns: how many registrations came to the board
        """
        delivered = 0
        for origin in self._board.origins():
            if origin in self._keys:
                fixed = self._catalogue.get(origin)
                delivered += self._delivery(fixed).sweep(fixed)
        return delivered

    def purge_attempts(self, at: datetime) -> int:
        """Destroy attempts older than ten minutes; return how many there were."""
        return self._attempting.purge(at)

    def wrong_codes(self, origin: str) -> int:
        """Return how many wrong codes were tried in an election."""
        return self._attempting.wrong_codes(origin)

    def _delivery(self, fixed: Fixed) -> Delivery:
        return Delivery(self._board, self._roll, self._keys_of(fixed), self._randomness)
