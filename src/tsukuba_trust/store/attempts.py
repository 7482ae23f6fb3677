"""Identification attempts: ten minutes, shared by all processes, never backed up (D5, D7).

A store of its own, because between an answer and its claim it knows who somebody is *and*
which credentials wait: nothing of that survives the claim.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tsukuba_trust.errors import Refused
from tsukuba_trust.store.attempts_tables import attempt, counter, secret
from tsukuba_trust.store.engines import open_engine, transaction
from tsukuba_trust.store.migrations import check_version
from tsukuba_trust.values import Json, Randomness

LIFETIME_S = 600
SECRET_SIZE = 32
STATES = ("waiting", "opened", "answered", "contested", "void", "claimed")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt of a booth to have its credentials registered.

    :param id: 32 lower-case hex digits
    :param election: origin of the log
    :param page_secret: SHA-256 of the page's secret, 32 bytes
    :param content: what the booth sent and the registrar needs at the claim
    :param provider_state: what the provider wants kept
    :param expires: aware UTC, whole seconds
    :param state: one of ``STATES``
    :param answer: what the valid answer said; gone after the claim
    :param answer_digest: SHA-256 of its evidence
    :param refused: answers that were refused so far
    :param wrong_claims: wrong tokens or digits so far
    :param claimed: index of the registration
    """

    id: str
    election: str
    page_secret: bytes
    content: Json
    provider_state: Json
    expires: datetime
    state: str = "waiting"
    answer: Json = None
    answer_digest: bytes | None = None
    refused: int = 0
    wrong_claims: int = 0
    claimed: int | None = None


class AttemptStore:
    """The attempts of an installation.

    :param randomness: for the store's own key
    """

    def __init__(self, url: str, randomness: Randomness) -> None:
        check_version(url, "attempts")
        # A lost attempt is started anew; waiting for the disk would protect nothing.
        self._engine = open_engine(url, durable=False)
        self._randomness = randomness

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def begin(self) -> Iterator["AttemptTransaction"]:
        """Give one short transaction, committed at the end of the block."""
        with transaction(self._engine) as connection:
            yield AttemptTransaction(connection, self._randomness)


class AttemptTransaction:
    """What can be done with attempts inside one transaction."""

    def __init__(self, connection: Connection, randomness: Randomness) -> None:
        self._connection = connection
        self._randomness = randomness

    def add(self, new: Attempt) -> None:
        """Begin an attempt."""
        self._connection.execute(
            insert(attempt).values(
                id=new.id,
                state=new.state,
                election=new.election,
                page_secret=new.page_secret,
                content=json.dumps(new.content),
                provider_state=json.dumps(new.provider_state),
                refused=0,
                wrong_claims=0,
                expires=int(new.expires.timestamp()),
            )
        )

    def get(self, attempt_id: str, at: datetime) -> Attempt:
        """Return an attempt and keep its row until the end of the transaction.

        :raises Refused: ``unknown_attempt``, ``attempt_expired``
        """
        row = self._connection.execute(
            select(attempt).where(attempt.c.id == attempt_id).with_for_update()
        ).first()
        if row is None:
            raise Refused("unknown_attempt")
        found = _attempt(row)
        if at >= found.expires:
            raise Refused("attempt_expired")
        return found

    def open(self, attempt_id: str) -> None:
        """Note that a device has fetched the request."""
        self._change(attempt_id, "waiting", state="opened")

    def answer(self, attempt_id: str, answer: Json, answer_digest: bytes) -> None:
        """Keep the first valid answer.

        :param answer_digest: SHA-256 of the evidence
        """
        self._change(
            attempt_id,
            state="answered",
            answer=json.dumps(answer),
            answer_digest=answer_digest,
        )

    def contest(self, attempt_id: str) -> None:
        """Void an attempt that two persons answered; forget what they said."""
        self._change(attempt_id, state="contested", answer=None, content="null")

    def void(self, attempt_id: str) -> None:
        """Void an attempt after too many wrong claims; forget the answer."""
        self._change(attempt_id, state="void", answer=None, content="null")

    def count_refused(self, attempt_id: str) -> int:
        """Count a refused answer and return how many there were."""
        self._change(attempt_id, refused=attempt.c.refused + 1)
        return self._number(attempt_id, "refused")

    def note_refusal(self, attempt_id: str, code: str) -> None:
        """Keep why the last answer was refused, for the page that waits."""
        content = self._connection.scalar(
            select(attempt.c.content).where(attempt.c.id == attempt_id)
        )
        kept = json.loads(content or "null") or {}
        self._change(attempt_id, content=json.dumps({**kept, "refusal": code}))

    def count_wrong_claim(self, attempt_id: str) -> int:
        """Count a wrong token and return how many there were."""
        self._change(attempt_id, wrong_claims=attempt.c.wrong_claims + 1)
        return self._number(attempt_id, "wrong_claims")

    def claim(self, attempt_id: str, index: int) -> None:
        """Shrink an attempt to (claimed, index): who and which are forgotten (D5)."""
        self._change(
            attempt_id,
            state="claimed",
            claimed=index,
            answer=None,
            content="null",
            provider_state="null",
        )

    def count(self, name: str, step: int = 1) -> int:
        """Add to a counter and return it; all processes share it."""
        row = self._insert(counter).values(name=name, count=step)
        row = row.on_conflict_do_update(
            index_elements=["name"], set_={"count": counter.c.count + step}
        )
        self._connection.execute(row)
        return self.counted(name)

    def counted(self, name: str) -> int:
        """Return a counter."""
        return self._connection.scalar(select(counter.c.count).where(counter.c.name == name)) or 0

    def key(self) -> bytes:
        """Return the store's own key of 32 bytes, made at its first use (voting-flow.md 3.3)."""
        new = self._randomness(SECRET_SIZE)
        row = self._insert(secret).values(name="token", value=new)
        self._connection.execute(row.on_conflict_do_nothing(index_elements=["name"]))
        found = self._connection.scalar(select(secret.c.value).where(secret.c.name == "token"))
        return bytes(found or new)

    def purge(self, at: datetime) -> int:
        """Destroy expired attempts and return how many there were."""
        gone = self._connection.execute(
            delete(attempt).where(attempt.c.expires <= int(at.timestamp()))
        )
        return gone.rowcount

    def forget(self, election: str, name: str) -> None:
        """Destroy all attempts of an election, and one counter.

        :param name: of the counter
        """
        self._connection.execute(delete(attempt).where(attempt.c.election == election))
        self._connection.execute(delete(counter).where(counter.c.name == name))

    def purge_counters(self, prefix: str, before: int) -> int:
        """Destroy counters ``<prefix>/<second>/…`` of windows that are over."""
        last = f"{prefix}/{before:011d}/"
        gone = self._connection.execute(
            delete(counter).where(counter.c.name >= f"{prefix}/", counter.c.name < last)
        )
        return gone.rowcount

    def _change(self, attempt_id: str, only_in: str | None = None, **values: Any) -> None:
        change = update(attempt).where(attempt.c.id == attempt_id)
        if only_in is not None:
            change = change.where(attempt.c.state == only_in)
        self._connection.execute(change.values(**values))

    def _number(self, attempt_id: str, column: str) -> int:
        chosen = select(attempt.c[column]).where(attempt.c.id == attempt_id)
        return self._connection.scalar(chosen) or 0

    def _insert(self, table: Any) -> Any:
        # The two engines spell "on conflict" alike and import it from two places.
        build: Any = sqlite.insert if self._connection.dialect.name == "sqlite" else None
        return (build or postgresql.insert)(table)


def _attempt(row: Row[Any]) -> Attempt:
    return Attempt(
        id=row.id,
        election=row.election,
        page_secret=row.page_secret,
        content=json.loads(row.content),
        provider_state=json.loads(row.provider_state),
        expires=datetime.fromtimestamp(row.expires, UTC),
        state=row.state,
        answer=None if row.answer is None else json.loads(row.answer),
        answer_digest=row.answer_digest,
        refused=row.refused,
        wrong_claims=row.wrong_claims,
        claimed=row.claimed,
    )
