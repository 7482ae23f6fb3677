"""The roll: persons once, sealed things of one size, nothing that tells an order."""

import hashlib
import os
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date

import pytest
from sqlalchemy import text

from boards import refusal
from tsukuba_trust.store.engines import open_engine
from tsukuba_trust.store.roll import RollStore

Database = Callable[[str], str]
ELECTION = "board.example.jp/e/2027"
CURRENT, PENDING, EVIDENCE = 560, 1584, 4096 + 48
DAY = date(2027, 5, 10)


@pytest.fixture
def url(database: Database) -> str:
    return database("roll")


@pytest.fixture
def roll(url: str) -> Iterator[RollStore]:
    store = RollStore(url, os.urandom)
    yield store
    store.close()


def mac(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def test_one_identity_is_one_person(roll: RollStore) -> None:
    with roll.begin() as tx:
        first = tx.admit(ELECTION, mac("ann"))
    with roll.begin() as tx:
        assert tx.admit(ELECTION, mac("ann")) == first
        assert tx.admit(ELECTION, mac("bob")).key != first.key
        assert tx.admit("other/election", mac("ann")).key != first.key
        assert tx.count_persons(ELECTION) == 2


def test_finding_admits_nobody(roll: RollStore) -> None:
    with roll.begin() as tx:
        assert tx.find(ELECTION, mac("ann")) is None
        assert tx.count_persons(ELECTION) == 0


def test_an_elector_keeps_her_record_and_salt(roll: RollStore) -> None:
    record = {"number": "1", "name": "筑波 花子"}
    with roll.begin() as tx:
        key = tx.add_person(ELECTION, "grade-4", record, b"s" * 32, mac("hanako"))
    with roll.begin() as tx:
        (person,) = tx.persons(ELECTION)
        assert tx.find(ELECTION, mac("hanako")) == tx.lock(ELECTION, key) == person
    assert (person.group, person.record, person.salt) == ("grade-4", record, b"s" * 32)


def test_two_lines_of_a_roll_are_never_one_person(roll: RollStore) -> None:
    with roll.begin() as tx:
        tx.add_person(ELECTION, "g", {"number": "1"}, b"s" * 32, mac("ann"))
        again = refusal(lambda: tx.add_person(ELECTION, "g", {}, b"t" * 32, mac("ann")))
        assert again == "identity_taken"
        tx.add_person(ELECTION, "g", {"number": "2"}, b"t" * 32)
        tx.add_person(ELECTION, "g", {"number": "3"}, b"u" * 32)


def test_j11_a_fixed_roll_takes_nobody(roll: RollStore) -> None:
    with roll.begin() as tx:
        tx.add_person(ELECTION, "g", {"number": "1"}, b"s" * 32)
        tx.fix(ELECTION, b"r" * 32)
        tx.fix(ELECTION, b"r" * 32)
        assert refusal(lambda: tx.add_person(ELECTION, "g", {}, b"t" * 32)) == "roll_fixed"
        assert refusal(lambda: tx.fix(ELECTION, b"q" * 32)) == "roll_fixed"
        assert tx.root(ELECTION) == b"r" * 32


def test_somebody_who_is_not_there_is_not_eligible(roll: RollStore) -> None:
    with roll.begin() as tx:
        assert refusal(lambda: tx.lock(ELECTION, "0" * 32)) == "not_eligible"


def test_uses_are_counted_by_the_day(roll: RollStore) -> None:
    with roll.begin() as tx:
        key = tx.admit(ELECTION, mac("ann")).key
        tx.count_use(ELECTION, key, DAY)
        tx.count_use(ELECTION, key, DAY)
        person = tx.lock(ELECTION, key)
    assert (person.uses, person.last_day) == (2, DAY)


def test_both_slots_are_written_together(roll: RollStore) -> None:
    with roll.begin() as tx:
        key = tx.admit(ELECTION, mac("ann")).key
        assert tx.slots(ELECTION, key) is None
        tx.put_slots(ELECTION, key, b"a" * CURRENT, b"b" * PENDING)
        tx.put_slots(ELECTION, key, b"c" * CURRENT, b"d" * PENDING)
        assert tx.slots(ELECTION, key) == (b"c" * CURRENT, b"d" * PENDING)
        assert [one[0] for one in tx.all_slots(ELECTION)] == [key]


@pytest.mark.parametrize(("current", "pending"), [(559, PENDING), (CURRENT, 1583), (CURRENT, 48)])
def test_a_slot_of_another_size_is_refused(roll: RollStore, current: int, pending: int) -> None:
    with roll.begin() as tx:
        tx.put_slots(ELECTION, tx.admit(ELECTION, mac("a")).key, bytes(CURRENT), bytes(PENDING))
        key = tx.admit(ELECTION, mac("b")).key
        with pytest.raises(ValueError, match="size"):
            tx.put_slots(ELECTION, key, bytes(current), bytes(pending))


def test_evidence_comes_back_by_its_key_and_goes(roll: RollStore) -> None:
    with roll.begin() as tx:
        key = tx.add_evidence(ELECTION, b"e" * EVIDENCE)
        assert list(tx.evidence(ELECTION)) == [(key, b"e" * EVIDENCE)]
        tx.remove_evidence(ELECTION, key)
        assert list(tx.evidence(ELECTION)) == []


@pytest.mark.parametrize("size", [0, 48, 4096, EVIDENCE + 1])
def test_evidence_of_another_size_is_refused(roll: RollStore, size: int) -> None:
    with roll.begin() as tx, pytest.raises(ValueError, match="size"):
        tx.add_evidence(ELECTION, bytes(size))


def test_an_enrolment_is_found_by_its_subject(roll: RollStore) -> None:
    with roll.begin() as tx:
        ann = tx.admit(ELECTION, mac("ann")).key
        bob = tx.admit(ELECTION, mac("bob")).key
        tx.enrol(ELECTION, "roll-code", ann, mac("code"), {"hash": "x"})
        tx.enrol(ELECTION, "roll-code", ann, mac("code"), {"hash": "y"})
        other = refusal(lambda: tx.enrol(ELECTION, "roll-code", bob, mac("code"), {}))
        assert other == "subject_taken"
        found = tx.enrolment(ELECTION, "roll-code", mac("code"))
        assert found is not None
        assert (found.person, found.data, found.tries) == (ann, {"hash": "y"}, 0)
        assert list(tx.enrolments(ELECTION, "roll-code")) == [found]
        assert tx.enrolment(ELECTION, "passkey", mac("code")) is None
        tries = [tx.count_try(ELECTION, "roll-code", found.key) for _ in range(3)]
        assert tries == [1, 2, 3]


def test_a_transaction_that_fails_leaves_nothing(roll: RollStore) -> None:
    with pytest.raises(RuntimeError), roll.begin() as tx:
        tx.admit(ELECTION, mac("ann"))
        raise RuntimeError
    with roll.begin() as tx:
        assert tx.count_persons(ELECTION) == 0


def test_purging_destroys_persons_links_and_evidence(roll: RollStore) -> None:
    with roll.begin() as tx:
        key = tx.admit(ELECTION, mac("ann")).key
        other = tx.admit("other/election", mac("ann")).key
        tx.put_slots(ELECTION, key, bytes(CURRENT), bytes(PENDING))
        tx.add_evidence(ELECTION, bytes(EVIDENCE))
        tx.enrol(ELECTION, "p", key, mac("code"), {})
        kept = dict(tx.count_kept(ELECTION))
        counts = dict(tx.purge(ELECTION))
        assert kept == counts and not any(dict(tx.count_kept(ELECTION)).values())
        assert counts == {"enrolment": 1, "evidence": 1, "link": 1, "person": 1}
        assert tx.count_persons(ELECTION) == 0
        assert tx.lock("other/election", other).key == other


def test_purged_bytes_are_gone_from_the_file(tmp_path: object) -> None:
    """``secure_delete``: a deleted link is overwritten, not only forgotten."""
    from pathlib import Path

    from tsukuba_trust.store.migrations import upgrade

    path = Path(str(tmp_path)) / "roll.sqlite"
    upgrade(f"sqlite:///{path}", "roll")
    store = RollStore(f"sqlite:///{path}", os.urandom)
    with store.begin() as tx:
        key = tx.admit(ELECTION, mac("ann")).key
        tx.put_slots(ELECTION, key, b"canary-" * 80, b"x" * PENDING)
    store.close()
    assert b"canary-" in path.read_bytes()
    store = RollStore(f"sqlite:///{path}", os.urandom)
    with store.begin() as tx:
        tx.purge(ELECTION)
    store.close()
    assert b"canary-" not in path.read_bytes()


# -- B08: what an order would tell -----------------------------------------------------

PERSONS = 60


def register(roll: RollStore, order: Sequence[str]) -> dict[str, str]:
    """Let persons register in an order; return their keys."""
    keys = {}
    for name in order:
        with roll.begin() as tx:
            keys[name] = tx.admit(ELECTION, mac(name)).key
            tx.lock(ELECTION, keys[name])
            tx.put_slots(ELECTION, keys[name], os.urandom(CURRENT), os.urandom(PENDING))
            tx.add_evidence(ELECTION, os.urandom(EVIDENCE))
            tx.count_use(ELECTION, keys[name], DAY)
    return keys


def dumped(url: str, table: str) -> list[str]:
    """Return the keys of a table as a dump gives them: in the order of the rows."""
    engine = open_engine(url)
    column = "person" if table == "link" else "key"
    with engine.begin() as connection:
        rows = [str(row) for row in connection.scalars(text(f"SELECT {column} FROM {table}"))]
    engine.dispose()
    return rows


def agreement(left: Sequence[str], right: Sequence[str]) -> float:
    """Return Kendall's tau between two orders of the same keys: 0 is chance, 1 the same."""
    place = {key: number for number, key in enumerate(right)}
    ranks = [place[key] for key in left]
    pairs = [
        1 if ranks[i] < ranks[j] else -1
        for i in range(len(ranks))
        for j in range(i + 1, len(ranks))
    ]
    return sum(pairs) / len(pairs)


@pytest.mark.parametrize("table", ["person", "link"])
def test_b08_the_order_of_rows_tells_nothing_of_the_order_of_registrations(
    roll: RollStore, url: str, table: str
) -> None:
    """Standard deviation of tau for 60 random keys is 0.09; five of them are allowed."""
    order = [f"person-{number}" for number in range(PERSONS)]
    random.Random(1).shuffle(order)
    keys = register(roll, order)
    if not url.startswith("sqlite"):
        truth = agreement(dumped(url, table), [keys[name] for name in order])
        assert truth > 0.9  # a dump of PostgreSQL tells everything until …
        roll.rearrange()  # … the rows are written anew, as before every backup
    assert abs(agreement(dumped(url, table), [keys[name] for name in order])) < 0.45
    rows = dumped(url, table)
    assert rows == sorted(rows)


def test_b08_rearranging_loses_nothing_and_gives_all_rows_one_transaction(
    roll: RollStore, url: str
) -> None:
    keys = register(roll, ["ann", "bob", "cho"])
    with roll.begin() as tx:
        before = [list(tx.persons(ELECTION)), list(tx.all_slots(ELECTION))]
        evidence = list(tx.evidence(ELECTION))
    roll.rearrange()
    with roll.begin() as tx:
        assert [list(tx.persons(ELECTION)), list(tx.all_slots(ELECTION))] == before
        assert list(tx.evidence(ELECTION)) == evidence
        assert len(keys) == tx.count_persons(ELECTION)
    if not url.startswith("sqlite"):
        engine = open_engine(url)
        with engine.begin() as connection:
            for table in ("person", "link", "evidence"):
                made = connection.scalars(text(f"SELECT DISTINCT xmin::text FROM {table}"))
                assert len(list(made)) == 1
        engine.dispose()


def test_b08_all_persons_look_alike_but_for_their_keys(roll: RollStore, url: str) -> None:
    """Sizes, counters and days tell no more than who took part on which day."""
    register(roll, ["ann", "bob"])
    engine = open_engine(url)
    with engine.begin() as connection:
        sizes = connection.execute(
            text("SELECT DISTINCT length(current), length(pending) FROM link")
        ).all()
        people = connection.execute(text("SELECT DISTINCT uses, last_day FROM person")).all()
        bodies = connection.execute(text("SELECT DISTINCT length(sealed) FROM evidence")).all()
    engine.dispose()
    assert (len(sizes), len(people), len(bodies)) == (1, 1, 1)
