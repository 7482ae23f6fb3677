"""V09: a receipt that was issued is counted, whatever the clocks of the machines say."""

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest

from election_world import World, opened_world
from tsukuba_trust.board.ledger import read_ledger
from tsukuba_trust.errors import Refused
from tsukuba_trust.testing.voter import Voter

SKEW_S = 600  # far worse than any office's clock
VOTERS = 6
STEPS = 40


@pytest.fixture
def held(tmp_path) -> Iterator[World]:
    made = opened_world(tmp_path)
    yield made
    made.close()


def try_cast(held: World, voter: Voter, chance: random.Random, at) -> int | None:
    """Cast by a machine whose clock is wrong; return the index of the receipt."""
    skewed = at + timedelta(seconds=chance.uniform(-SKEW_S, SKEW_S))
    try:
        return held.cast(voter, chance.randrange(3), at=skewed).index
    except Refused as error:
        assert error.code in ("not_open", "closed", "suspended")
        return None


def try_end(held: World, chance: random.Random, at) -> bool:
    skewed = at + timedelta(seconds=chance.uniform(-SKEW_S, SKEW_S))
    try:
        held.services.counting.end(held.is_fixed, skewed)
    except Refused as error:
        assert error.code == "not_closed"
        return False
    return True


@pytest.mark.parametrize("seed", range(8))
def test_v09_every_receipt_is_counted_under_clock_skew_around_the_end(held, seed):
    chance = random.Random(seed)
    voters = [held.registered(person) for person in range(VOTERS)]
    receipts: dict[int, list[int]] = {number: [] for number in range(VOTERS)}
    start = held.election.period.closes - timedelta(minutes=12)
    for step in range(STEPS):
        at = start + timedelta(minutes=40 * step / STEPS)
        number = chance.randrange(VOTERS)
        index = try_cast(held, voters[number], chance, at)
        if index is not None:
            receipts[number].append(index)
        if chance.random() < 0.4:
            try_end(held, chance, at)
    held.closed()
    ended = held.types().index("VotingEnded")
    counted = read_ledger(
        held.services.board.entries(held.origin), held.services.board.blob
    ).counting(held.contest)
    found = {index for index in counted.values() if index is not None}
    assert all(index < ended for issued in receipts.values() for index in issued)
    assert found == {issued[-1] for issued in receipts.values() if issued}


@pytest.mark.parametrize("seed", range(3))
def test_v09_every_receipt_is_counted_under_clock_skew_around_the_opening(tmp_path, seed):
    held = opened_world(tmp_path, stage="prepared")
    chance = random.Random(seed)
    opens, voters, receipts = held.election.period.opens, [], []
    for step in range(30):
        at = opens - timedelta(minutes=15) + timedelta(minutes=step)
        skewed = at + timedelta(seconds=chance.uniform(-SKEW_S, SKEW_S))
        try:
            held.services.ceremony.open(held.is_fixed, skewed)
            voter = held.voter()
            held.identify(voter, len(voters), at=skewed)
            voters.append(voter)
        except Refused as error:
            assert error.code == "not_open"
        if voters:
            index = try_cast(held, voters[-1], chance, at)
            receipts += [] if index is None else [(len(voters), index)]
    last = dict(receipts)
    held.closed()
    ledger = read_ledger(held.services.board.entries(held.origin), held.services.board.blob)
    found = {index for index in ledger.counting(held.contest).values() if index is not None}
    assert receipts
    assert found == set(last.values())


def test_v09_an_admitted_ballot_is_written_during_the_drain(held):
    voter, closes = held.registered(), held.election.period.closes
    text = held.sealed(voter)
    admitted = closes - timedelta(seconds=1)
    with pytest.raises(Refused, match="not_closed"):
        held.services.counting.end(held.is_fixed, closes + timedelta(seconds=119))
    index = held.send(text, at=admitted).index
    held.closed()
    assert index < held.types().index("VotingEnded")


def test_v09_without_a_drain_an_admitted_ballot_gets_no_receipt_rather_than_a_false_one(held):
    text = held.sealed(held.registered())
    admitted = held.election.period.closes - timedelta(seconds=1)
    held.closed()
    with pytest.raises(Refused, match="closed"):
        held.send(text, at=admitted)


def test_v09_an_early_end_by_the_officers_moves_the_clock_for_everybody(held):
    text, sooner = held.sealed(held.registered()), held.now + timedelta(hours=2)
    held.act("end-early", closes=sooner.isoformat())
    with pytest.raises(Refused, match="closed"):
        held.send(text, at=sooner)
    held.send(text, at=sooner - timedelta(seconds=1))
    held.services.counting.end(held.is_fixed, sooner + timedelta(seconds=120))
    assert held.types()[-1] == "VotingEnded"
