"""B08: full dumps of all three stores together connect no person with a ballot.

The link key does, so the test knows the truth and measures how near an attacker comes
without it: by equal values, and by every order that a dump has.
"""

import base64
import math
import os
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, Table, select

import election_world
from election_world import World, world
from tsukuba_trust.board import canonical
from tsukuba_trust.services import evidence, links
from tsukuba_trust.services.keys import box_key
from tsukuba_trust.store.attempts_tables import ATTEMPTS
from tsukuba_trust.store.board_tables import BOARD
from tsukuba_trust.store.engines import open_engine
from tsukuba_trust.store.roll_tables import ROLL

VOTERS = 30
SHORTEST = 6  # shorter values are equal by chance, or are days and small numbers
# Kendall's tau of two independent orders of n things has this standard deviation.
DEVIATION = math.sqrt(2 * (2 * VOTERS + 5) / (9 * VOTERS * (VOTERS - 1)))
Rows = list[dict[str, Any]]


@dataclass
class Dumps:
    """What an attacker has, and what only the keys tell.

    :param holders: person -> holder, by the link key
    :param registrations: index of the registration, per row of evidence, by the auditors' key
    """

    board: dict[str, Rows]
    roll: dict[str, Rows]
    attempts: dict[str, Rows]
    day: str
    holders: dict[str, int]
    registrations: list[int]


_MADE: dict[str, Dumps] = {}


@pytest.fixture
def dumps(
    request: pytest.FixtureRequest, database: Callable[[str], str], tmp_path: Path, monkeypatch
) -> Dumps:
    """Dump all stores of a vote in which people identify in one order and cast in another."""
    kind = request.node.callspec.params["database"]
    if kind not in _MADE:
        monkeypatch.setattr(election_world, "draws", lambda _seed: os.urandom)
        held = world(tmp_path, url=database).opened()
        voters = [held.registered(person) for person in range(VOTERS)]
        random.Random(8).shuffle(voters)
        for place, voter in enumerate(voters):
            held.cast(voter, place % 3)
        held.services.roll.rearrange()  # as before every backup
        roll = dump(held.urls["roll"], ROLL)
        _MADE[kind] = Dumps(
            board=dump(held.urls["board"], BOARD),
            roll=roll,
            attempts=dump(held.urls["attempts"], ATTEMPTS),
            day=held.is_fixed.day(held.now).isoformat(),
            holders=holders_of(held),
            registrations=registrations_of(held, roll["evidence"]),
        )
        held.close()
    return _MADE[kind]


def dump(url: str, tables: MetaData) -> dict[str, Rows]:
    """Return all rows of all tables, in the order of the rows."""
    engine = open_engine(url)
    with engine.begin() as connection:
        found = {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in tables.sorted_tables
        }
    engine.dispose()
    return found


def spellings(value: Any) -> set[bytes]:
    """Return how a value could be written somewhere else."""
    raw = value if isinstance(value, bytes) else str(value).encode()
    plain = {raw, raw.hex().encode(), base64.b64encode(raw).rstrip(b"=")}
    return {one for one in plain if len(one) >= SHORTEST}


def holders_of(held: World) -> dict[str, int]:
    """Return person -> holder, which only the link key tells."""
    key = held.keys[held.origin].link
    with held.services.roll.begin() as tx:
        slots = {one[0]: links.unseal(key, *one[1:]) for one in tx.all_slots(held.origin)}
    found = {person: one.current.holder for person, one in slots.items() if one.current}
    assert len(found) == VOTERS
    return found


def registrations_of(held: World, rows: Rows) -> list[int]:
    """Return which registration each row of evidence is about, which only the auditors know."""
    key = box_key(held.staff.evidence)
    digests = {
        canonical.digest(entry): index
        for index, entry in held.services.board.entries(held.origin)
        if entry["type"] == "CredentialsRegistered"
    }
    return [digests[evidence.unseal(key, row["sealed"]).registration] for row in rows]


def agreement(order: Sequence[int]) -> float:
    """Return Kendall's tau between a sequence and its sorted form."""
    pairs = [
        1 if order[i] < order[j] else -1
        for i in range(len(order))
        for j in range(i + 1, len(order))
    ]
    return sum(pairs) / len(pairs)


def test_b08_no_value_of_the_roll_stands_on_the_board(dumps: Dumps) -> None:
    everything = b"\n".join(
        value if isinstance(value, bytes) else str(value).encode()
        for rows in dumps.board.values()
        for row in rows
        for value in row.values()
    )
    for name, rows in dumps.roll.items():
        for row in rows:
            for column, value in row.items():
                # The election is public, and acts say their day too.
                if column in ("election", "last_day") or value is None:
                    continue
                shared = [one for one in spellings(value) if one in everything]
                assert not shared, f"{name}.{column} stands on the board"


def test_b08_no_value_of_an_attempt_stands_in_the_roll(dumps: Dumps) -> None:
    everything = {
        one
        for rows in dumps.roll.values()
        for row in rows
        for column, value in row.items()
        if column != "election" and value is not None
        for one in spellings(value)
    }
    attempts = dumps.attempts["attempt"]
    assert len(attempts) == VOTERS
    for row in attempts:
        for column, value in row.items():
            assert column == "election" or value is None or not spellings(value) & everything
        assert {row["content"], row["provider_state"], row["answer"]} <= {"null", None}


@pytest.mark.parametrize("table", [ROLL.tables["person"], ROLL.tables["link"]])
def test_b08_no_order_of_the_roll_is_the_order_of_the_board(dumps: Dumps, table: Table) -> None:
    """The rows as they stand, and sorted by each column: five standard deviations at most."""
    rows = dumps.roll[table.name]
    column = "person" if table.name == "link" else "key"
    orders = [rows]
    for name in table.columns.keys():  # noqa: SIM118
        known = [row for row in rows if row[name] is not None]
        if len({bytes(str(row[name]), "utf-8") for row in known}) == VOTERS:
            orders.append(sorted(known, key=lambda row, name=name: row[name]))
    assert len(orders) > 1
    for order in orders:
        places = [dumps.holders[row[column]] for row in order]
        assert abs(agreement(places)) < 5 * DEVIATION
        # Nor does the n-th row belong to the n-th holder more often than a few times by luck.
        lucky = sum(place == right for place, right in zip(places, sorted(places), strict=True))
        assert lucky <= 8


def test_b08_evidence_stands_in_no_order_and_names_nobody(dumps: Dumps) -> None:
    rows = dumps.roll["evidence"]
    assert len(dumps.registrations) == VOTERS
    assert abs(agreement(dumps.registrations)) < 5 * DEVIATION
    assert len({len(row["sealed"]) for row in rows}) == 1
    assert not {row["key"] for row in dumps.roll["person"]} & {row["key"] for row in rows}


def test_b08_what_is_not_sealed_says_only_the_day(dumps: Dumps) -> None:
    for row in dumps.roll["person"]:
        assert (row["uses"], row["last_day"], row["record"]) == (1, dumps.day, None)
        assert len(row["identity"]) == 32
