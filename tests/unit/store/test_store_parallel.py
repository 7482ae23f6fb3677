"""Two hundred at once, from two processes: one counts.

Attack B11; board.md section 7, row 8.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from boards import CONTEST, make_board, open_voting, registration
from record_parts import ORIGIN
from tsukuba_trust.values import Json

Database = Callable[[str], str]
PROGRAMME = Path(__file__).parents[2] / "killed_writer.py"
COUNT = 200
CREDENTIAL, BALLOT, VOTE, PERSON = range(4)


def ask(kind: int, url: str, folder: Path) -> list[Json]:
    done = subprocess.run(
        [sys.executable, str(PROGRAMME), "parallel", url, str(folder), str(kind), str(COUNT)],
        capture_output=True, text=True, timeout=120, check=False, env=os.environ,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == COUNT
    return answers


def counted(answers: list[Json]) -> Counter[str]:
    return Counter(json.dumps(answer) for answer in answers)


@pytest.fixture
def url(database: Database) -> str:
    return database("board")


def test_b11_of_200_registrations_of_one_credential_one_counts(url: str, tmp_path: Path) -> None:
    open_voting(url, tmp_path).close()
    answers = counted(ask(CREDENTIAL, url, tmp_path))
    assert answers == {'"credential_taken"': COUNT - 1, "[5, true]": 1}


def test_row_8_one_ballot_sent_200_times_stands_once(url: str, tmp_path: Path) -> None:
    board = open_voting(url, tmp_path)
    board.append(ORIGIN, registration("same"))
    board.close()
    assert counted(ask(BALLOT, url, tmp_path)) == {"[6, false]": COUNT - 1, "[6, true]": 1}


def test_b11_of_200_ballots_of_one_credential_one_counts_without_revoting(
    url: str, tmp_path: Path
) -> None:
    board = open_voting(url, tmp_path, revote=False)
    board.append(ORIGIN, registration("same"))
    board.close()
    answers = counted(ask(VOTE, url, tmp_path))
    assert answers == {'"already_voted"': COUNT - 1, "[6, true]": 1}


def test_b11_of_200_ballots_of_one_credential_the_last_counts_with_revoting(
    url: str, tmp_path: Path
) -> None:
    board = open_voting(url, tmp_path)
    holder = board.append(ORIGIN, registration("same")).index
    board.close()
    answers = ask(VOTE, url, tmp_path)
    assert sorted(answers) == [[6 + number, True] for number in range(COUNT)]
    board = make_board(url, tmp_path)
    assert board.start() == {}
    assert board.state(ORIGIN).ballots == {CONTEST: 1}
    assert board.lookup(ORIGIN).ballot(holder, CONTEST) == 5 + COUNT
    board.close()


def test_200_identifications_of_one_person_make_one_person(
    database: Database, tmp_path: Path
) -> None:
    answers = counted(ask(PERSON, database("roll"), tmp_path))
    assert list(answers.values()) == [COUNT]
