"""Attempts: ten minutes of memory that shrinks when it is used."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from boards import refusal
from tsukuba_trust.store.attempts import LIFETIME_S, Attempt, AttemptStore
from tsukuba_trust.store.engines import open_engine

Database = Callable[[str], str]
NOW = datetime(2027, 5, 10, 3, 0, tzinfo=UTC)
ID = "0123456789abcdef" * 2
NEW = Attempt(
    id=ID,
    election="board.example.jp/e/2027",
    page_secret=b"p" * 32,
    content={"provider": "my-number-card", "blind": "00" * 32},
    provider_state={"x": 1},
    expires=NOW + timedelta(seconds=LIFETIME_S),
)


@pytest.fixture
def url(database: Database) -> str:
    return database("attempts")


@pytest.fixture
def attempts(url: str) -> Iterator[AttemptStore]:
    store = AttemptStore(url, os.urandom)
    with store.begin() as tx:
        tx.add(NEW)
    yield store
    store.close()


def test_an_attempt_comes_back_as_it_was(attempts: AttemptStore) -> None:
    with attempts.begin() as tx:
        assert tx.get(ID, NOW) == NEW


def test_an_unknown_attempt_is_named(attempts: AttemptStore) -> None:
    with attempts.begin() as tx:
        assert refusal(lambda: tx.get("f" * 32, NOW)) == "unknown_attempt"


def test_after_ten_minutes_it_has_expired(attempts: AttemptStore) -> None:
    with attempts.begin() as tx:
        tx.get(ID, NEW.expires - timedelta(seconds=1))
        assert refusal(lambda: tx.get(ID, NEW.expires)) == "attempt_expired"
        assert tx.purge(NEW.expires - timedelta(seconds=1)) == 0
        assert tx.purge(NEW.expires) == 1
        assert refusal(lambda: tx.get(ID, NOW)) == "unknown_attempt"


def test_an_election_is_forgotten_with_its_counter(attempts: AttemptStore) -> None:
    with attempts.begin() as tx:
        for name in ("codes/board.example.jp/e/2027", "codes/board.example.jp/e/2028"):
            tx.count(name)
        tx.forget("board.example.jp/e/2028", "codes/board.example.jp/e/2028")
        assert tx.get(ID, NOW).election == NEW.election
        tx.forget(NEW.election, f"codes/{NEW.election}")
        assert refusal(lambda: tx.get(ID, NOW)) == "unknown_attempt"
        assert tx.counted(f"codes/{NEW.election}") == 0


def test_opening_is_noted_only_while_it_waits(attempts: AttemptStore) -> None:
    with attempts.begin() as tx:
        tx.open(ID)
        assert tx.get(ID, NOW).state == "opened"
        tx.answer(ID, {"name": "x"}, b"d" * 32)
        tx.open(ID)
        assert tx.get(ID, NOW).state == "answered"


def test_an_answer_is_kept_until_the_claim(attempts: AttemptStore) -> None:
    with attempts.begin() as tx:
        tx.answer(ID, {"name": "x"}, b"d" * 32)
    with attempts.begin() as tx:
        found = tx.get(ID, NOW)
    assert (found.answer, found.answer_digest) == ({"name": "x"}, b"d" * 32)


def test_a_claimed_attempt_forgets_who_and_which(attempts: AttemptStore, url: str) -> None:
    """D5: it keeps that it was claimed, and the index."""
    with attempts.begin() as tx:
        tx.answer(ID, {"name": "canary-name"}, b"d" * 32)
        tx.claim(ID, 7)
        found = tx.get(ID, NOW)
    assert (found.state, found.claimed, found.answer, found.content) == ("claimed", 7, None, None)
    assert found.provider_state is None
    engine = open_engine(url)
    with engine.begin() as connection:
        assert "canary" not in str(connection.execute(text("SELECT * FROM attempt")).all())
        assert "blind" not in str(connection.execute(text("SELECT * FROM attempt")).all())
    engine.dispose()


@pytest.mark.parametrize("state", ["contested", "void"])
def test_a_void_attempt_forgets_what_was_said(attempts: AttemptStore, state: str) -> None:
    with attempts.begin() as tx:
        tx.answer(ID, {"name": "x"}, b"d" * 32)
        (tx.contest if state == "contested" else tx.void)(ID)
        found = tx.get(ID, NOW)
    assert (found.state, found.answer, found.content) == (state, None, None)


def test_refusals_and_wrong_claims_are_counted_apart(attempts: AttemptStore) -> None:
    with attempts.begin() as tx:
        assert [tx.count_refused(ID), tx.count_refused(ID), tx.count_wrong_claim(ID)] == [1, 2, 1]
        found = tx.get(ID, NOW)
    assert (found.refused, found.wrong_claims) == (2, 1)


def test_counters_are_shared_by_all_processes(attempts: AttemptStore, url: str) -> None:
    other = AttemptStore(url, os.urandom)
    with attempts.begin() as tx:
        assert tx.count("wrong codes") == 1
    with other.begin() as tx:
        assert (tx.count("wrong codes"), tx.counted("wrong codes"), tx.counted("none")) == (2, 2, 0)
    other.close()


def test_the_key_is_made_once_and_shared(attempts: AttemptStore, url: str) -> None:
    other = AttemptStore(url, os.urandom)
    with attempts.begin() as tx:
        key = tx.key()
    with other.begin() as tx:
        assert tx.key() == key
    assert len(key) == 32
    other.close()


def test_the_tables_are_in_no_backup(url: str) -> None:
    """UNLOGGED on PostgreSQL: not in the write-ahead log, so on no replica."""
    if url.startswith("sqlite"):
        return
    engine = open_engine(url)
    with engine.begin() as connection:
        kinds = connection.execute(
            text(
                "SELECT relname, relpersistence FROM pg_class "
                "WHERE relname IN ('attempt', 'counter', 'secret')"
            )
        ).all()
    engine.dispose()
    assert {kind for _, kind in kinds} == {"u"}
    assert len(kinds) == 3
