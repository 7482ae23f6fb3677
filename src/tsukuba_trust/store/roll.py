"""The roll: persons, sealed links and sealed evidence, enrolments.

Only the registrar's process opens it. What is sealed comes sealed and goes sealed: no key
that opens it is ever here. Row keys are random, and no time is finer than a day (D5).
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, Table, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tsukuba_trust.errors import Refused
from tsukuba_trust.store.engines import open_engine, transaction, translated, until_free
from tsukuba_trust.store.migrations import check_version
from tsukuba_trust.store.roll_enrolments import EnrolmentTransaction
from tsukuba_trust.store.roll_sealed import KEY_SIZE, PAGE
from tsukuba_trust.store.roll_tables import ROLL, enrolment, evidence, fixed, link, person
from tsukuba_trust.values import Json, Randomness


@dataclass(frozen=True, slots=True)
class Person:
    """One person of an election's roll.

    :param key: random, 32 hex digits
    :param group: roll group; empty with ``electorate = "certificate"``
    :param record: the line of the imported roll, None with certificates
    :param salt: of the record in RollFixed
    :param uses: identifications so far
    :param last_day: of the last one, None before the first
    """

    key: str
    group: str
    record: Json
    salt: bytes | None
    uses: int
    last_day: date | None


PURGED = (enrolment, evidence, link, person)


class RollStore:
    """The roll database of an installation; ``election`` is always the log's origin.

    :param randomness: for row keys
    """

    def __init__(self, url: str, randomness: Randomness) -> None:
        check_version(url, "roll")
        self._engine = open_engine(url)
        self._randomness = randomness

    @contextmanager
    def begin(self) -> Iterator["RollTransaction"]:
        """Give one short transaction, committed at the end of the block."""
        with transaction(self._engine) as connection:
            yield RollTransaction(connection, self._randomness)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def rearrange(self) -> None:
        """Write all rows anew in the order of their random keys, and drop every older trace.

        PostgreSQL keeps rows in the order of their changes, and a dump shows it; both keep
        remains of what was deleted. Run this before every backup and after a purge.
        """
        if self._engine.dialect.name == "sqlite":
            with translated(), self._engine.connect() as connection:
                driver = connection.connection.cursor()  # VACUUM stands outside transactions
                driver.execute("VACUUM")
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            until_free(self._rearrange)

    def _rearrange(self) -> None:
        with transaction(self._engine) as connection:
            for table in ROLL.sorted_tables:
                name, keys = table.name, ", ".join(c.name for c in table.primary_key)
                connection.exec_driver_sql(f"LOCK TABLE {name} IN ACCESS EXCLUSIVE MODE")
                connection.exec_driver_sql(
                    f"CREATE TEMP TABLE sorted ON COMMIT DROP AS TABLE {name}"
                )
                connection.exec_driver_sql(f"TRUNCATE {name}")
                connection.exec_driver_sql(
                    f"INSERT INTO {name} SELECT * FROM sorted ORDER BY {keys}"  # noqa: S608
                )
                connection.exec_driver_sql("DROP TABLE sorted")


class RollTransaction(EnrolmentTransaction):
    """What can be done with the roll inside one transaction."""

    def add_person(
        self,
        election: str,
        group: str,
        record: Json,
        salt: bytes,
        identity: bytes | None = None,
    ) -> str:
        """Add one line of an imported roll.

        :param salt: 32 bytes
        :param identity: keyed hash by which her card finds her, unique in the election
        :returns: the person's key
        :raises Refused: ``roll_fixed``; ``identity_taken``: another line has it
        """
        if self.root(election) is not None:
            raise Refused("roll_fixed", "its root stands on the board")
        if identity is not None and self.find(election, identity) is not None:
            raise Refused("identity_taken", "two lines of the roll are one person")
        return self._add(election, group, json.dumps(record), salt, identity)

    def fix(self, election: str, root: bytes) -> None:
        """Close the roll: its root is about to be published in RollFixed.

        :raises Refused: ``roll_fixed``: with another root
        """
        known = self.root(election)
        if known is None:
            self._connection.execute(
                insert(fixed).values(election=election, root=root, purged=False)
            )
        elif known != root:
            raise Refused("roll_fixed", "with another root")

    def root(self, election: str) -> bytes | None:
        """Return the root of a fixed roll."""
        return self._connection.scalar(select(fixed.c.root).where(fixed.c.election == election))

    def admit(self, election: str, identity: bytes, group: str = "") -> Person:
        """Find or add the person that a certificate names; one identity is one person.

        The row stays locked until the end of the transaction, so that of many parallel
        identifications of one person each sees what the one before it did.

        :param identity: HMAC-SHA-256 of name, birth date and sex, 32 bytes (D5)
        """
        if self.find(election, identity) is None:
            self._add(election, group, None, None, identity)
        return _person(self._connection.execute(_by_identity(election, identity)).one())

    def find(self, election: str, identity: bytes) -> Person | None:
        """Return the person with this keyed hash and keep her row, as ``lock`` does."""
        row = self._connection.execute(_by_identity(election, identity)).first()
        return None if row is None else _person(row)

    def lock(self, election: str, key: str) -> Person:
        """Return a person and keep her row until the end of the transaction.

        :raises Refused: ``not_eligible``
        """
        row = self._connection.execute(
            select(person)
            .where(person.c.election == election, person.c.key == key)
            .with_for_update()
        ).first()
        if row is None:
            raise Refused("not_eligible", "no such person on the roll")
        return _person(row)

    def persons(self, election: str) -> Iterator[Person]:
        """Give all persons in the order of their random keys."""
        rows = select(person).where(person.c.election == election).order_by(person.c.key)
        return (_person(row) for row in self._connection.execute(rows).yield_per(PAGE))

    def count_persons(self, election: str) -> int:
        """Return how many persons the roll has."""
        rows = select(func.count()).select_from(person).where(person.c.election == election)
        return self._connection.scalar(rows) or 0

    def count_use(self, election: str, key: str, day: date) -> None:
        """Note that a person identified herself on a day."""
        self._connection.execute(
            update(person)
            .where(person.c.election == election, person.c.key == key)
            .values(uses=person.c.uses + 1, last_day=day.isoformat())
        )

    def count_kept(self, election: str) -> list[tuple[str, int]]:
        """Return (kind, rows) of what ``purge`` would destroy."""
        return [
            (table.name, self._connection.scalar(_count_of(table, election)) or 0)
            for table in PURGED
        ]

    def purge(self, election: str) -> list[tuple[str, int]]:
        """Destroy what is kept only until the objection period ends (architecture section 7).

        :returns: (kind, rows) pairs for the entry ``Purged``
        """
        counts = []
        for table in PURGED:
            gone = self._connection.execute(delete(table).where(table.c.election == election))
            counts.append((table.name, gone.rowcount))
        self._connection.execute(
            update(fixed).where(fixed.c.election == election).values(purged=True)
        )
        return counts

    def _add(
        self, election: str, group: str, record: str | None, salt: bytes | None, mac: bytes | None
    ) -> str:
        is_sqlite = self._connection.dialect.name == "sqlite"
        build = sqlite.insert if is_sqlite else postgresql.insert
        key = self._randomness(KEY_SIZE).hex()
        row = build(person).values(
            election=election, key=key, group=group, record=record, salt=salt,
            identity=mac, uses=0,
        )  # fmt: skip
        # Somebody else may have admitted the same identity a moment ago.
        self._connection.execute(
            row.on_conflict_do_nothing(index_elements=["election", "identity"])
        )
        return key


def _by_identity(election: str, identity: bytes) -> Select[Any]:
    chosen = (person.c.election == election, person.c.identity == identity)
    return select(person).where(*chosen).with_for_update()


def _count_of(table: Table, election: str) -> Select[Any]:
    return select(func.count()).select_from(table).where(table.c.election == election)


def _person(row: Row[Any]) -> Person:
    return Person(
        key=row.key,
        group=row.group,
        record=None if row.record is None else json.loads(row.record),
        salt=row.salt,
        uses=row.uses,
        last_day=None if row.last_day is None else date.fromisoformat(row.last_day),
    )
