"""O21: a casting process killed at any moment; the booth sends the same ballot again."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crowd import job_of
from election_world import World, world
from tsukuba_trust.board import entries, merkle, receipt

PROGRAMME = Path(__file__).parents[2] / "killed_caster.py"
LONG = bool(os.environ.get("TSUKUBA_TRUST_LONG"))
BALLOTS = 40
SEED = 2027


@pytest.fixture
def held(tmp_path, database) -> Iterator[World]:
    made = world(tmp_path, url=database).opened()
    yield made
    made.close()


def test_o21_receipts_of_killed_casting_processes_stand_and_nothing_counts_twice(held):
    """100 moments on SQLite and 20 on PostgreSQL in long runs, a seeded tenth otherwise."""
    moments = 100 if held.urls["board"].startswith("sqlite") else 20
    voters = [held.registered(person) for person in range(4)]
    calls = [("cast", held.contest, held.sealed(voters[n % 4], n % 3)) for n in range(BALLOTS)]
    job = job_of(held, calls, rounds=moments if LONG else moments // 10, seed=SEED)
    done = subprocess.run(
        [sys.executable, str(PROGRAMME)],
        input=job, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one for one in said if "failed" in one] == []
    assert len(said) >= BALLOTS
    check_receipts(held, said)
    again = held.reopened()
    assert again.services.board.start() == {}
    assert again.types().count("BallotAccepted") == BALLOTS
    assert again.services.board.state(held.origin).ballots == {held.contest: 4}


def check_receipts(held: World, said: list[dict[str, object]]) -> None:
    """Check each receipt against the voter's own bytes, and that a ballot has one index."""
    vkey = held.is_fixed.defined["log_key"]
    indexes: dict[object, set[object]] = {}
    for one in said:
        document, _ = entries.document(str(one["text"]))
        entry = {"type": "BallotAccepted", "contest": held.contest, "ballot": document}
        leaf = merkle.leaf_hash(entries.encode_entry(entry))
        receipt.check_receipt(str(one["proof"]), leaf, [vkey], held.origin)
        indexes.setdefault(one["text"], set()).add(one["index"])
    assert all(len(found) == 1 for found in indexes.values())
    assert len(indexes) == BALLOTS
