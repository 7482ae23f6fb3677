"""Killed writers: what was promised stands, nothing stands twice, no head is contradicted.

board.md section 7, rows 8 and 20; attack O21. The whole run of the issue is ``long``; the
seeded tenth of it runs always.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from boards import CONTEST, VKEY, make_board, open_voting
from promises import check_promises
from record_parts import ORIGIN
from tsukuba_trust.board import note
from tsukuba_trust.values import Json

Database = Callable[[str], str]
PROGRAMME = Path(__file__).parents[2] / "killed_writer.py"
LONG = bool(os.environ.get("TSUKUBA_TRUST_LONG"))
SEED = 2025


def run(*arguments: object) -> list[Json]:
    done = subprocess.run(
        [sys.executable, str(PROGRAMME), *map(str, arguments)],
        capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one for one in said if "failed" in one] == []
    return [one for one in said if "receipt" in one]


def test_row_20_writers_killed_at_random_moments_lose_nothing(
    request: pytest.FixtureRequest, database: Database, tmp_path: Path
) -> None:
    """100 moments on SQLite and 20 on PostgreSQL in long runs, a seeded tenth otherwise."""
    url = database("board")
    moments = 100 if url.startswith("sqlite") else 20
    open_voting(url, tmp_path).close()
    promises = run("rounds", url, tmp_path, SEED, moments if LONG else moments // 10, 2)
    assert len(promises) > moments // 10
    check_promises(promises, url, tmp_path)


def test_row_20_a_writer_killed_at_each_line_of_a_cast_leaves_one_ballot(
    database: Database, tmp_path: Path
) -> None:
    url = database("board")
    long_step, step = (1, 50) if url.startswith("sqlite") else (3, 100)
    open_voting(url, tmp_path).close()
    promises = run("lines", url, tmp_path, SEED, long_step if LONG else step)
    check_promises(promises, url, tmp_path)
    board = make_board(url, tmp_path)
    ballots = {p["index"] for p in promises if p["entry"]["type"] == "BallotAccepted"}
    assert len(ballots) > 5
    assert board.head(ORIGIN).size == 6 + len(ballots)
    assert board.state(ORIGIN).ballots == {CONTEST: 1}
    note.read_checkpoint(board.checkpoint(ORIGIN), [VKEY], ORIGIN)
    board.close()
