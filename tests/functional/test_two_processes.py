"""Two processes of the whole service: asked two hundred times at once, and killed.

Attacks B11, O21; board.md section 7, rows 8 and 20. The whole runs are ``long``; a seeded
tenth of the kills runs always.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from promises import check_promises
from tsukuba_trust.values import Json

Database = Callable[[str], str]
PROGRAMME = Path(__file__).parents[1] / "many_voters.py"
LONG = bool(os.environ.get("TSUKUBA_TRUST_LONG"))
SEED = 2025
COUNT = 200
BALLOT, CREDENTIAL, PERSON = range(3)


@pytest.fixture
def urls(database: Database) -> dict[str, str]:
    return {which: database(which) for which in ("board", "roll", "attempts")}


def run(urls: dict[str, str], folder: Path, mode: str, *numbers: int) -> tuple[list[Json], Json]:
    """Run the programme; return what its processes said, and what the board says."""
    done = subprocess.run(
        [sys.executable, str(PROGRAMME), mode, str(folder), json.dumps(urls), *map(str, numbers)],
        capture_output=True, text=True, timeout=1800, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one for one in said if "failed" in one] == []
    return said[:-1], said[-1]["summary"]


def answers(said: list[Json]) -> Counter[str]:
    return Counter(str(one["answer"]) for one in said)


def test_o21_one_ballot_posted_by_two_processes_at_once_is_one(
    urls: dict[str, str], tmp_path: Path
) -> None:
    said, summary = run(urls, tmp_path, "ask", BALLOT, COUNT)
    assert list(answers(said).values()) == [COUNT]
    assert (summary["accepted"], summary["ballots"]) == (1, 1)


def test_b11_of_many_ballots_of_one_credential_one_counts(
    urls: dict[str, str], tmp_path: Path
) -> None:
    said, summary = run(urls, tmp_path, "ask", CREDENTIAL, COUNT)
    counted = answers(said)
    assert counted.pop("already_voted") == COUNT - 1
    assert list(counted.values()) == [1]
    assert (summary["accepted"], summary["ballots"]) == (1, 1)


def test_b11_of_many_identifications_of_one_person_one_counts(
    urls: dict[str, str], tmp_path: Path
) -> None:
    """Every identification registers; all of them are one holder with one counted ballot."""
    said, summary = run(urls, tmp_path, "ask", PERSON, COUNT)
    assert len(said) == COUNT
    assert set(answers(said)) - {"credential_replaced"} <= {str(n) for n in range(1000)}
    assert (summary["holders"], summary["persons"], summary["ballots"]) == (1, 1, 1)
    assert summary["registrations"] == summary["evidence"] == COUNT


def test_row_20_a_killed_service_breaks_no_promise(urls: dict[str, str], tmp_path: Path) -> None:
    """100 random moments on SQLite, 20 on PostgreSQL; a seeded tenth outside long runs."""
    moments = 100 if urls["board"].startswith("sqlite") else 20
    rounds = moments if LONG else moments // 10
    said, summary = run(urls, tmp_path, "kills", SEED, rounds)
    promises = [one for one in said if "receipt" in one]
    assert len(promises) >= rounds
    check_promises(promises, urls["board"], tmp_path)
    # Who was admitted a moment before the kill may never have come back: fewer holders.
    assert summary["holders"] <= summary["persons"] <= 6
    assert summary["ballots"] <= summary["holders"]
    assert summary["evidence"] == summary["registrations"]
