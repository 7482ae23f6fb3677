"""The sealed half of the roll: two slots per person, and evidence for the auditors.

Everything comes sealed and goes sealed; sizes are fixed, because a length tells.

:source: architecture D5, D17
"""

from collections.abc import Iterator

from sqlalchemy import Connection, delete, func, insert, select, update

from tsukuba_trust.store.roll_tables import evidence, link
from tsukuba_trust.values import Randomness

KEY_SIZE = 16
EVIDENCE_BLOCK = 4096  # bytes of a sealed box's content, or a multiple
SEAL_SIZE = 48
CURRENT_SIZE = 512 + SEAL_SIZE
PAGE = 1000


class SealedTransaction:
    """Links and evidence inside one transaction of the roll."""

    def __init__(self, connection: Connection, randomness: Randomness) -> None:
        self._connection = connection
        self._randomness = randomness

    def slots(self, election: str, key: str) -> tuple[bytes, bytes] | None:
        """Return the sealed slots (current, pending) of a person, None before the first."""
        row = self._connection.execute(
            select(link.c.current, link.c.pending).where(
                link.c.election == election, link.c.person == key
            )
        ).first()
        return None if row is None else (row.current, row.pending)

    def put_slots(self, election: str, key: str, current: bytes, pending: bytes) -> None:
        """Write both slots of a person, sealed anew.

        :param current: sealed box over 512 bytes
        :param pending: sealed box of the size that all pending slots of the election have
        """
        if len(current) != CURRENT_SIZE or len(pending) <= SEAL_SIZE:
            raise ValueError("a slot of another size would tell who registered")
        self._check_pending_size(election, len(pending))
        changed = self._connection.execute(
            update(link)
            .where(link.c.election == election, link.c.person == key)
            .values(current=current, pending=pending)
        )
        if changed.rowcount == 0:
            self._connection.execute(
                insert(link).values(election=election, person=key, current=current, pending=pending)
            )

    def all_slots(self, election: str) -> Iterator[tuple[str, bytes, bytes]]:
        """Give (person, current, pending) of everybody, in the order of the random keys."""
        rows = select(link).where(link.c.election == election).order_by(link.c.person)
        for row in self._connection.execute(rows).yield_per(PAGE):
            yield row.person, row.current, row.pending

    def add_evidence(self, election: str, sealed: bytes) -> str:
        """Keep a piece of sealed evidence.

        :param sealed: sealed box over a multiple of 4,096 bytes
        :returns: its random key
        """
        if len(sealed) <= SEAL_SIZE or (len(sealed) - SEAL_SIZE) % EVIDENCE_BLOCK:
            raise ValueError("evidence of another size would tell its provider")
        key = self._randomness(KEY_SIZE).hex()
        self._connection.execute(insert(evidence).values(election=election, key=key, sealed=sealed))
        return key

    def remove_evidence(self, election: str, key: str) -> None:
        """Drop evidence of a registration that never came to the board."""
        self._connection.execute(
            delete(evidence).where(evidence.c.election == election, evidence.c.key == key)
        )

    def evidence(self, election: str) -> Iterator[tuple[str, bytes]]:
        """Give (key, sealed evidence) of the whole election, in the order of the keys."""
        rows = select(evidence).where(evidence.c.election == election).order_by(evidence.c.key)
        for row in self._connection.execute(rows).yield_per(PAGE):
            yield row.key, row.sealed

    def _check_pending_size(self, election: str, size: int) -> None:
        other = self._connection.scalar(
            select(func.length(link.c.pending)).where(link.c.election == election).limit(1)
        )
        if other not in (None, size):
            raise ValueError("a slot of another size would tell who registered")
