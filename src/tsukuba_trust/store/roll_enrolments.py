"""What identity providers keep about persons of the roll.

A roll code's hash, a passkey: the provider's own JSON, found by the keyed hash of the
subject that the provider names.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, select, update

from tsukuba_trust.errors import Refused
from tsukuba_trust.store.roll_sealed import KEY_SIZE, PAGE, SealedTransaction
from tsukuba_trust.store.roll_tables import enrolment
from tsukuba_trust.values import Json


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a provider keeps about one person.

    :param tries: wrong answers that were counted against it
    """

    key: str
    person: str
    data: Json
    tries: int


class EnrolmentTransaction(SealedTransaction):
    """Enrolments inside one transaction of the roll."""

    def enrol(self, election: str, provider: str, key: str, subject: bytes, data: Json) -> None:
        """Keep what a provider wants kept for a person; a second time replaces it.

        :param subject: keyed hash of the provider's subject, unique in the election
        :raises Refused: ``subject_taken``: it belongs to another person
        """
        known = self.enrolment(election, provider, subject)
        if known is not None and known.person != key:
            raise Refused("subject_taken", "this answer belongs to another person")
        if known is None:
            new = self._randomness(KEY_SIZE).hex()
            self._connection.execute(
                insert(enrolment).values(
                    election=election, provider=provider, key=new, person=key,
                    subject=subject, data=json.dumps(data), tries=0,
                )
            )  # fmt: skip
        else:
            self._connection.execute(
                update(enrolment)
                .where(enrolment.c.election == election, enrolment.c.key == known.key)
                .values(data=json.dumps(data))
            )

    def enrolment(self, election: str, provider: str, subject: bytes) -> Enrolment | None:
        """Return the enrolment of a subject."""
        row = self._connection.execute(
            select(enrolment)
            .where(
                enrolment.c.election == election,
                enrolment.c.provider == provider,
                enrolment.c.subject == subject,
            )
            .with_for_update()
        ).first()
        return None if row is None else _enrolment(row)

    def enrolments(self, election: str, provider: str) -> Iterator[Enrolment]:
        """Give all enrolments of a provider, in the order of their random keys."""
        rows = (
            select(enrolment)
            .where(enrolment.c.election == election, enrolment.c.provider == provider)
            .order_by(enrolment.c.key)
        )
        return (_enrolment(row) for row in self._connection.execute(rows).yield_per(PAGE))

    def count_try(self, election: str, provider: str, key: str) -> int:
        """Count a wrong answer against an enrolment and return how many there were."""
        chosen = (
            enrolment.c.election == election,
            enrolment.c.provider == provider,
            enrolment.c.key == key,
        )
        self._connection.execute(
            update(enrolment).where(*chosen).values(tries=enrolment.c.tries + 1)
        )
        return self._connection.scalar(select(enrolment.c.tries).where(*chosen)) or 0


def _enrolment(row: Row[Any]) -> Enrolment:
    return Enrolment(row.key, row.person, json.loads(row.data), row.tries)
