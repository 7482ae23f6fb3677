"""The life of an attempt: ten minutes, ten refused answers, five wrong claims, one person.

States and limits of voting-flow.md section 3. Each method is one transaction of the
attempts store; what must be kept of a refusal is committed before it is raised.
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from tsukuba_trust.errors import Refused
from tsukuba_trust.services import tokens
from tsukuba_trust.services.tokens import Answer
from tsukuba_trust.store.attempts import Attempt, AttemptStore, AttemptTransaction
from tsukuba_trust.store.engines import until_free
from tsukuba_trust.values import Json

COUNTERS = ("address", "start")  # of windows of at most ten minutes (voting-flow 12)
COUNTED_S = 600
MOST_REFUSED = 10
MOST_WRONG_CLAIMS = 5
EVER = datetime.min.replace(tzinfo=UTC)  # before every expiry

T = TypeVar("T")


class Attempting:
    """The rules of attempts over their store."""

    def __init__(self, store: AttemptStore) -> None:
        self._store = store

    def add(self, attempt: Attempt) -> None:
        """Begin an attempt."""
        self._do(lambda tx: tx.add(attempt))

    def opened(self, attempt_id: str, at: datetime) -> Attempt:
        """Return an attempt that a device looks at, and note that it did.

        :raises Refused: as ``answerable``
        """

        def look(tx: AttemptTransaction) -> Attempt:
            attempt = tx.get(attempt_id, at)
            _check_answerable(attempt)
            tx.open(attempt_id)
            return attempt

        return self._do(look)

    def answerable(self, attempt_id: str, at: datetime) -> Attempt:
        """Return an attempt that may be answered.

        :raises Refused: ``unknown_attempt``, ``attempt_expired``, ``attempt_contested``,
            ``attempt_claimed`` or ``too_many_tries``
        """
        attempt = self._do(lambda tx: tx.get(attempt_id, at))
        _check_answerable(attempt)
        if attempt.refused >= MOST_REFUSED:
            raise Refused("too_many_tries")
        return attempt

    def count_refused(self, attempt_id: str, code: str) -> None:
        """Count an answer that was refused, and keep why for the page."""

        def note(tx: AttemptTransaction) -> None:
            tx.count_refused(attempt_id)
            tx.note_refusal(attempt_id, code)

        self._do(note)

    def note_refusal(self, attempt_id: str, code: str) -> None:
        """Keep for the page why an answer was refused, without counting it."""
        self._do(lambda tx: tx.note_refusal(attempt_id, code))

    def seen_by_page(self, attempt_id: str, page_secret: bytes) -> Attempt:
        """Return an attempt, even an expired one, to the page that began it.

        :raises Refused: ``unknown_attempt``
        """
        attempt = self._do(lambda tx: tx.get(attempt_id, EVER))
        _check_page(attempt, page_secret)
        return attempt

    def count_wrong_code(self, origin: str) -> int:
        """Count a wrong code of an election and return how many there were; see ``work``."""
        return self._do(lambda tx: tx.count(wrong_codes(origin)))

    def wrong_codes(self, origin: str) -> int:
        """Return how many wrong codes were tried in an election."""
        return self._do(lambda tx: tx.counted(wrong_codes(origin)))

    def keep(
        self,
        attempt_id: str,
        answer: Json,
        evidence: bytes,
        at: datetime,
        *,
        same: Callable[[Json], bool],
        digits: bool,
    ) -> Answer:
        """Keep the first valid answer and return token and digits for who gave it.

        :param same: whether a kept answer is of the same person
        :raises Refused: ``attempt_contested``: two people answered; the attempt is void
        """

        def decide(tx: AttemptTransaction) -> Answer | None:
            attempt = tx.get(attempt_id, at)
            _check_answerable(attempt)
            digest = attempt.answer_digest
            if digest is None:
                digest = hashlib.sha256(evidence).digest()
                tx.answer(attempt_id, answer, digest)
            elif not same(attempt.answer):
                tx.contest(attempt_id)
                return None
            return tokens.answer(tx.key(), attempt_id, digest, digits=digits)

        decided = self._do(decide)
        if decided is None:
            raise Refused("attempt_contested")
        return decided

    def claimable(
        self,
        attempt_id: str,
        page_secret: bytes,
        token: str,
        at: datetime,
        *,
        digits: Callable[[str], bool],
    ) -> Attempt:
        """Return an answered or claimed attempt to who knows page secret and token.

        :param digits: whether an election, by its origin, allows them instead of the token
        :raises Refused: ``unknown_attempt``, ``attempt_expired``, ``attempt_contested``,
            ``too_many_tries``, ``not_answered`` or ``wrong_token``
        """

        def decide(tx: AttemptTransaction) -> Attempt | int:
            attempt = tx.get(attempt_id, at)
            _check_page(attempt, page_secret)
            _check_claimable(attempt)
            expected = tokens.answer(
                tx.key(),
                attempt_id,
                attempt.answer_digest or b"",
                digits=digits(attempt.election),
            )
            if tokens.fits(expected, token):
                return attempt
            if attempt.claimed is not None:
                return 0
            left = max(MOST_WRONG_CLAIMS - tx.count_wrong_claim(attempt_id), 0)
            if not left:
                tx.void(attempt_id)
            return left

        decided = self._do(decide)
        if isinstance(decided, int):
            raise Refused("wrong_token", tries_left=decided)
        return decided

    def close(self, attempt_id: str, index: int) -> None:
        """Shrink an attempt to (claimed, index)."""
        self._do(lambda tx: tx.claim(attempt_id, index))

    def purge(self, at: datetime) -> int:
        """Destroy what is older than ten minutes; return how many attempts there were."""
        past = int(at.timestamp()) - COUNTED_S

        def purge(tx: AttemptTransaction) -> int:
            for counters in COUNTERS:
                tx.purge_counters(counters, past)
            return tx.purge(at)

        return self._do(purge)

    def _do(self, work: Callable[[AttemptTransaction], T]) -> T:
        def once() -> T:
            with self._store.begin() as tx:
                return work(tx)

        return until_free(once)


def wrong_codes(origin: str) -> str:
    """Return the name of the counter of an election's wrong codes."""
    return f"codes/{origin}"


def _check_page(attempt: Attempt, page_secret: bytes) -> None:
    secret = hashlib.sha256(page_secret).digest()
    if not hmac.compare_digest(secret, attempt.page_secret):
        # The page of somebody else learns nothing, not even that it exists.
        raise Refused("unknown_attempt")


def _check_answerable(attempt: Attempt) -> None:
    if attempt.state == "claimed":
        raise Refused("attempt_claimed")
    _check_not_void(attempt)


def _check_claimable(attempt: Attempt) -> None:
    _check_not_void(attempt)
    if attempt.state not in ("answered", "claimed"):
        raise Refused("not_answered")


def _check_not_void(attempt: Attempt) -> None:
    if attempt.state == "contested":
        raise Refused("attempt_contested")
    if attempt.state == "void":
        raise Refused("too_many_tries")
