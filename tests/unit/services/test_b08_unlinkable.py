"""B08: who holds both databases but no link key learns nothing about who is which holder."""

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine, inspect, make_url, text

from election_world import CARD, World, world
from tsukuba_trust.board import canonical, registration
from tsukuba_trust.services import evidence, links
from tsukuba_trust.services.keys import box_key

PERSONS = 24
SHORTEST = 8  # bytes; shorter values are counters, days and words
# One value both databases name: which election it is.
SHARED = {"board.example.jp/e/record-2027"}


def populated(held: World) -> World:
    for person in range(PERSONS):
        voter = held.voter()
        held.identify(voter, person)
        held.cast(voter, person % 3)
    held.services.roll.rearrange()  # what the office runs before every backup
    return held


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> World:
    made = populated(world(tmp_path_factory.mktemp("b08")).opened())
    made.close()
    return made


@pytest.fixture
def held(template, tmp_path) -> World:
    return template.reopened(tmp_path)


@pytest.fixture
def on_each_engine(tmp_path, database) -> World:
    return populated(world(tmp_path, url=database).opened())


def dump(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return every table with its rows in the order in which they lie on disk."""
    address = make_url(url)
    if address.get_backend_name() == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    engine = create_engine(address)
    tables = {}
    with engine.connect() as connection:
        for name in inspect(engine).get_table_names():
            order = " ORDER BY ctid" if engine.dialect.name == "postgresql" else ""
            rows = connection.execute(text(f"SELECT * FROM {name}{order}"))
            tables[name] = [tuple(row) for row in rows]
    engine.dispose()
    return tables


def values(tables: dict[str, list[tuple[Any, ...]]]) -> set[bytes]:
    """Return every value, as bytes, with what follows from it by decoding or hashing."""
    found: set[bytes] = set()
    for name, rows in tables.items():
        if name == "alembic_version" or name.endswith("_version"):
            continue
        for cell in (cell for row in rows for cell in row if cell is not None):
            raw = bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
            if len(raw) < SHORTEST or raw.decode("utf-8", "replace") in SHARED:
                continue
            found |= {raw, hashlib.sha256(raw).digest(), hashlib.sha256(raw).hexdigest().encode()}
            try:
                found.add(bytes.fromhex(raw.decode()))
            except ValueError:
                found.add(raw.hex().encode())
    return found


def words(entries: list[Any]) -> Iterator[str]:
    for value in entries:
        if isinstance(value, dict):
            yield from words(list(value.values()))
        elif isinstance(value, list):
            yield from words(value)
        elif isinstance(value, str):
            yield value


def links_of(held: World) -> dict[str, int]:
    """Return the holder of each person: what the link key opens."""
    with held.services.roll.begin() as tx:
        rows = list(tx.all_slots(held.origin))
    key = held.keys[held.origin].link
    opened = ((person, links.unseal(key, *sealed)) for person, *sealed in rows)
    return {person: slots.current.holder for person, slots in opened if slots.current}


def concordance(order: list[int]) -> float:
    """Return which part of all pairs stands in rising order: 0.5 is chance."""
    pairs = [(a, b) for i, a in enumerate(order) for b in order[i + 1 :]]
    return sum(a < b for a, b in pairs) / len(pairs)


def test_b08_the_two_databases_share_no_value(held):
    roll, board = dump(held.urls["roll"]), dump(held.urls["board"])
    entries = [entry for _, entry in held.services.board.entries(held.origin)]
    on_board = values(board) | {word.encode() for word in words(entries) if len(word) >= SHORTEST}
    assert not (values(roll) & on_board) - {word.encode() for word in SHARED | {CARD}}


def test_b08_the_order_of_no_roll_table_follows_the_board(on_each_engine):
    held = on_each_engine
    holder = links_of(held)
    tables = dump(held.urls["roll"])
    for name in ("person", "link"):
        order = [holder[row[1]] for row in tables[name]]
        assert len(order) == PERSONS
        assert abs(concordance(order) - 0.5) < 0.2, name
    key = box_key(held.staff.evidence)
    index = {canonical.digest(entry): at for at, entry in held.services.board.entries(held.origin)}
    kept = [evidence.unseal(key, bytes(row[2])) for row in tables["evidence"]]
    order = [index[one.registration] for one in kept]
    assert abs(concordance(order) - 0.5) < 0.2


def test_b08_every_row_of_a_table_has_the_same_size_and_day(held):
    tables = dump(held.urls["roll"])
    for column in (2, 3):
        assert len({len(bytes(row[column])) for row in tables["link"]}) == 1
    assert len({len(bytes(row[2])) for row in tables["evidence"]}) == 1
    assert {row[-1] for row in tables["person"]} == {"2027-05-10"}


def test_b08_nobody_can_match_a_binding_without_the_blind(held):
    """Who saw an attempt's id and binding tries every registration of the board (3.2)."""
    voter = held.voter()
    started = held.services.registrar.start_identification(
        held.origin, CARD, voter.credentials, voter.proofs(), voter.blind,
        voter.page_secret_hash, "ja", held.now,
    )  # fmt: skip
    seen = started.challenge["text"].rstrip("\n")[-64:]
    response = held.card(99).response(started.challenge["text"])
    token = held.services.registrar.complete_identification(
        started.attempt, response, held.now
    ).token
    held.services.registrar.claim_identification(
        started.attempt, voter.page_secret, token, held.now
    )

    def tried(blind: bytes) -> set[str]:
        return {
            registration.binding(
                held.origin, held.is_fixed.digest, started.attempt, blind,
                [(one["contest"], one["credential"]) for one in entry["credentials"]],
            ).hex()
            for _, entry in held.services.board.entries(held.origin)
            if entry["type"] == "CredentialsRegistered"
        }  # fmt: skip

    assert seen in tried(voter.blind)
    assert seen not in tried(bytes(32)) | tried(b"")


def test_b08_with_the_link_key_every_person_is_a_holder(held):
    """The tests above would find a link if there were one: here it is."""
    assert sorted(links_of(held).values()) == [
        index
        for index, entry in held.services.board.entries(held.origin)
        if entry["type"] == "CredentialsRegistered"
    ]


def test_b08_a_claimed_attempt_knows_neither_person_nor_credentials(held):
    rows = dump(held.urls["attempts"])["attempt"]
    assert len(rows) == PERSONS
    for row in rows:
        assert "null" in row
        assert not any("credential" in str(cell) for cell in row)
    held.services.registrar.purge_attempts(held.election.period.closes)
    assert dump(held.urls["attempts"])["attempt"] == []
