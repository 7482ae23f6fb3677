"""Edited, restored, truncated databases: found at the start, before anything is signed.

Attack O13; board.md section 7, rows 19 and 21.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from boards import VKEY, ballot, data_of, ended, make_board, open_voting, refusal, registration
from record_parts import ORIGIN
from tsukuba_trust.board import merkle, note, receipt
from tsukuba_trust.errors import Rejected, Unavailable
from tsukuba_trust.store.board import BoardStore
from tsukuba_trust.store.board_check import Replay
from tsukuba_trust.store.engines import open_engine

Database = Callable[[str], str]


@dataclass
class Closed:
    """A board whose voting has ended, and where it stands."""

    url: str
    folder: Path

    def sql(self, statement: str, **values: object) -> int:
        engine = open_engine(self.url)
        with engine.begin() as connection:
            changed = connection.execute(text(statement), values).rowcount
        engine.dispose()
        return changed

    def open(self) -> BoardStore:
        return make_board(self.url, self.folder)

    def problem(self) -> str:
        """Start anew, try everything that would use the log, and return what is wrong."""
        board = self.open()
        found = board.start()
        assert refusal(lambda: board.checkpoint(ORIGIN)) == "log_read_only"
        assert refusal(lambda: board.append(ORIGIN, registration("late"))) == "log_read_only"
        board.close()
        return found[ORIGIN]


@pytest.fixture
def closed(database: Database, tmp_path: Path) -> Closed:
    found = Closed(database("board"), tmp_path)
    board = open_voting(found.url, tmp_path)
    for name in ("ann", "bob"):
        board.append(ORIGIN, registration(name))
        board.append(ORIGIN, ballot(name))
    board.append(ORIGIN, ended(board))
    board.checkpoint(ORIGIN)
    board.close()
    return found


def test_an_untouched_board_starts(closed: Closed) -> None:
    board = closed.open()
    assert board.start() == {}
    board.close()


LATE = data_of(ballot("ann", 99))


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("INSERT INTO entry VALUES (1, 10, :leaf, :data)", id="late entry"),
        pytest.param("UPDATE entry SET data = :data WHERE idx = 6", id="ballot exchanged"),
        pytest.param(
            "UPDATE entry SET data = :data, leaf = :leaf WHERE idx = 6",
            id="ballot and leaf exchanged",
        ),
        pytest.param("DELETE FROM entry WHERE idx = 6", id="ballot removed"),
        pytest.param("DELETE FROM entry WHERE idx = 9", id="end removed"),
        pytest.param("UPDATE entry SET idx = 99 WHERE idx = 6", id="ballot moved"),
        pytest.param("UPDATE log SET size = 8", id="log shortened"),
        pytest.param("UPDATE log SET frontier = :leaf", id="frontier"),
        pytest.param("UPDATE log SET state = replace(state, 'ended', 'open')", id="reopened"),
        pytest.param("UPDATE log SET state = '{}'", id="state of nothing"),
        pytest.param("UPDATE log SET state = 'x'", id="state that is no JSON"),
        pytest.param("UPDATE head SET root = :leaf WHERE size = 3", id="old head"),
        pytest.param("UPDATE head SET root = :leaf WHERE size = 10", id="newest head"),
        pytest.param("DELETE FROM head WHERE size = 3", id="head removed"),
        pytest.param("INSERT INTO head VALUES (1, 11, :leaf, NULL, NULL)", id="head added"),
        pytest.param("INSERT INTO node VALUES (1, 1, 0, :leaf)", id="node added"),
        pytest.param("DELETE FROM entry_key WHERE idx = 6", id="key removed"),
        pytest.param("UPDATE entry_key SET idx = 8 WHERE idx = 6", id="key moved"),
        pytest.param("INSERT INTO entry_key VALUES (1, :leaf, 6)", id="key added"),
        pytest.param("UPDATE credential SET holder = 5", id="credentials of one holder"),
        pytest.param("DELETE FROM credential WHERE credential = 'ann'", id="credential removed"),
        pytest.param("UPDATE holder SET current = 99 WHERE holder = 5", id="chain"),
        pytest.param("DELETE FROM vote", id="votes forgotten"),
        pytest.param("UPDATE vote SET idx = 8", id="vote moved"),
        pytest.param("DELETE FROM log", id="log removed"),
    ],
)
def test_o13_what_somebody_did_to_the_tables_is_found(closed: Closed, statement: str) -> None:
    values = {"leaf": merkle.leaf_hash(LATE), "data": LATE}
    used = {name: value for name, value in values.items() if f":{name}" in statement}
    assert closed.sql(statement, **used) > 0
    if statement == "DELETE FROM log":
        board = closed.open()
        assert refusal(lambda: board.append(ORIGIN, registration("x"))) == "log_read_only"
        board.close()
    else:
        assert closed.problem()


def test_o13_a_ballot_with_all_its_hashes_made_anew_is_found_by_the_signers_memory(
    closed: Closed,
) -> None:
    """A forger who makes everything in the database fit still meets the signer's memory."""
    board = closed.open()
    data = [one for _, one in board.data(ORIGIN)]
    board.close()
    data[6] = data_of(ballot("ann", 99))
    other = closed.folder / "forged"
    other.mkdir()
    (other / "blobs").symlink_to(closed.folder / "blobs")
    for table in ("entry", "entry_key", "credential", "holder", "vote", "head", "log"):
        closed.sql(f"DELETE FROM {table}")
    forged = make_board(closed.url, other)
    for one in data:
        forged.append(ORIGIN, json.loads(one))
    forged.close()
    assert "another tree" in closed.problem()


def test_a_change_while_running_meets_the_signer(closed: Closed) -> None:
    """board.md section 7, row 3: equal past, other root."""
    board = closed.open()
    assert board.start() == {}
    closed.sql("UPDATE entry SET leaf = :leaf WHERE idx = 6", leaf=merkle.leaf_hash(LATE))
    act = {
        "type": "OfficersAct", "act": "change-approval", "number": 3, "subject": [],
        "at": "2027-05-15T09:00+09:00", "reason": {"text": "why"}, "approvals": [],
        "change": {"approval": {"total": 1, "from_each": []}},
    }  # fmt: skip
    board.append(ORIGIN, act)
    with pytest.raises(Unavailable) as caught:
        board.checkpoint(ORIGIN)
    assert caught.value.code == "log_read_only"
    assert refusal(lambda: board.append(ORIGIN, {**act, "number": 4})) == "log_read_only"
    board.close()


def test_o13_a_row_inserted_while_running_stops_the_log(closed: Closed) -> None:
    board = closed.open()
    assert board.start() == {}
    values = {"leaf": merkle.leaf_hash(LATE), "data": LATE}
    closed.sql("INSERT INTO entry VALUES (1, 10, :leaf, :data)", **values)
    act = {
        "type": "OfficersAct", "act": "change-approval", "number": 3, "subject": [],
        "at": "2027-05-15T09:00+09:00", "reason": {"text": "why"}, "approvals": [],
        "change": {"approval": {"total": 1, "from_each": []}},
    }  # fmt: skip
    assert refusal(lambda: board.append(ORIGIN, act)) == "log_read_only"
    assert refusal(lambda: board.checkpoint(ORIGIN)) == "log_read_only"
    board.close()


def test_the_same_ballot_twice_in_forged_tables_is_found(closed: Closed) -> None:
    """Row 8: also where no unique index stood in the way."""
    board = closed.open()
    replay = Replay(board.blob)
    data = [one for _, one in board.data(ORIGIN, 0, 7)]
    board.close()
    for index, one in enumerate(data):
        replay.take(index, one)
    with pytest.raises(Rejected):
        replay.take(7, data[6])


def test_a_published_size_that_nobody_signed_gives_no_false_receipt(closed: Closed) -> None:
    closed.sql("UPDATE log SET published = 1000000")
    board = closed.open()
    leaf = merkle.leaf_hash(board.entry(ORIGIN, 6))
    receipt.check_receipt(board.receipt(ORIGIN, 6), leaf, [VKEY], ORIGIN)
    board.close()


def test_a_missing_key_is_a_problem_of_its_log(closed: Closed) -> None:
    board = closed.open()
    (closed.folder / "log.pem").write_text("gone")
    assert "key_invalid" in board.start()[ORIGIN]
    board.close()


def test_a_missing_node_is_named_before_a_wrong_proof_is_made(closed: Closed) -> None:
    closed.sql("DELETE FROM entry WHERE idx = 3")
    board = closed.open()
    assert refusal(lambda: board.consistency(ORIGIN, 3, 10)) == "node_missing"
    board.close()


def test_a_log_that_fails_does_not_stop_the_others(closed: Closed) -> None:
    closed.sql("DELETE FROM vote")
    board = closed.open()
    assert set(board.start()) == {ORIGIN}
    assert refusal(lambda: board.append("other/log", registration("x"))) == "unknown_election"
    board.close()


def test_a_forgotten_memory_of_the_signer_is_read_only(closed: Closed) -> None:
    """Row 19: signer memory deleted."""
    (closed.folder / "memory.json").unlink()
    assert "memory" in closed.problem()


def test_a_database_of_yesterday_is_read_only(tmp_path: Path) -> None:
    """Row 19: database restored from yesterday."""
    from tsukuba_trust.store.migrations import upgrade

    found = Closed(f"sqlite:///{tmp_path}/board.sqlite", tmp_path)
    upgrade(found.url, "board")
    board = open_voting(found.url, tmp_path)
    board.append(ORIGIN, registration("ann"))
    board.checkpoint(ORIGIN)
    board.close()
    shutil.copy(tmp_path / "board.sqlite", tmp_path / "yesterday.sqlite")
    board = found.open()
    board.append(ORIGIN, ballot("ann"))
    board.checkpoint(ORIGIN)
    board.close()
    for path in tmp_path.glob("board.sqlite*"):
        path.unlink()
    shutil.copy(tmp_path / "yesterday.sqlite", tmp_path / "board.sqlite")
    assert "signed 7 entries" in found.problem()


def test_restored_database_and_memory_together_are_caught_by_a_receipt(tmp_path: Path) -> None:
    """Row 19, both: nothing here can know; the reader's own checkpoint shows the fork."""
    from tsukuba_trust.store.migrations import upgrade

    found = Closed(f"sqlite:///{tmp_path}/board.sqlite", tmp_path)
    upgrade(found.url, "board")
    board = open_voting(found.url, tmp_path)
    board.append(ORIGIN, registration("ann"))
    board.checkpoint(ORIGIN)
    board.close()
    kept = tmp_path / "kept"
    kept.mkdir()
    for name in ("board.sqlite", "memory.json"):
        shutil.copy(tmp_path / name, kept / name)
    board = found.open()
    held = board.receipt(ORIGIN, board.append(ORIGIN, ballot("ann", 1)).index)
    board.close()
    for path in tmp_path.glob("board.sqlite*"):
        path.unlink()
    for name in ("board.sqlite", "memory.json"):
        shutil.copy(kept / name, tmp_path / name)
    board = found.open()
    assert board.start() == {}
    board.append(ORIGIN, ballot("ann", 2))
    newest = note.read_checkpoint(board.checkpoint(ORIGIN), [VKEY], ORIGIN)
    leaf = merkle.leaf_hash(data_of(ballot("ann", 1)))
    mine = receipt.check_receipt(held, leaf, [VKEY], ORIGIN)
    assert (mine.size, mine.root) != (newest.size, newest.root)
    assert mine.size == newest.size  # two signed trees of one size: self-evident
    board.close()


def test_a_committed_head_that_nobody_signed_is_signed_at_the_start(closed: Closed) -> None:
    """A crash between commit and signature (board.md 3.2)."""
    closed.sql("UPDATE head SET signature = NULL WHERE size = 10")
    closed.sql("UPDATE log SET published = 0")
    board = closed.open()
    assert board.start() == {}
    sizes = [size for size, _ in board.checkpoints(ORIGIN)]
    assert sizes == [10]
    board.close()
