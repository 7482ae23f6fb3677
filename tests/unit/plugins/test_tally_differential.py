"""Others' programs agree with ours: belenios-tool, votelib (attack O08)."""

import json
import random
import string
import subprocess
from fractions import Fraction

import pytest
from votelib.component.divisor import modified_first_coef, sainte_lague
from votelib.evaluate.proportional import HighestAverages

from polls import decide, poll, sums, whole

PROFILES = 500
TABLES = 5_000
GRADES = ["excellent", "good", "fair", "poor", "reject"]


def tool(method, ballots, *arguments):
    done = subprocess.run(
        ["belenios-tool", "method", method, "--blank-allowed=false", *arguments],
        input=json.dumps(ballots),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def profile(chance, size, highest):
    """Return ballots of numbers from 1; few kinds of ballots make close and tied results."""
    kinds = [[chance.randint(1, highest) for _ in range(size)] for _ in range(chance.randint(1, 8))]
    return [chance.choice(kinds) for _ in range(chance.randint(1, 40))]


@pytest.mark.belenios
def test_o08_belenios_tool_gives_the_same_schulze_rankings():
    chance = random.Random(20240704)
    for _ in range(PROFILES):
        size = chance.randint(2, 7)
        ballots = profile(chance, size, size)
        theirs = tool("schulze", ballots, f"--nchoices={size}")["winners"]
        keys = string.ascii_lowercase[:size]
        ours = decide("schulze", poll(keys), whole(map(tuple, ballots)))
        assert ours.detail["ranking"] == [[keys[n] for n in sorted(group)] for group in theirs]


@pytest.mark.belenios
def test_o08_belenios_tool_gives_the_same_majority_judgments():
    chance = random.Random(20240705)
    for _ in range(PROFILES):
        size = chance.randint(2, 6)
        ballots = profile(chance, size, len(GRADES))
        theirs = tool(
            "majority-judgment", ballots, f"--nchoices={size}", f"--ngrades={len(GRADES)}"
        )["winners"]
        keys = string.ascii_lowercase[:size]
        levels = [tuple(grade - 1 for grade in ballot) for ballot in ballots]
        ours = decide("majority-judgment", poll(keys, {"grades": GRADES}), whole(levels))
        assert ours.detail["ranking"] == [[keys[n] for n in sorted(group)] for group in theirs]


THEIRS = {
    "dhondt": "d_hondt",
    "sainte-lague": "sainte_lague",
    "sainte-lague-modified": modified_first_coef(sainte_lague, Fraction(7, 5)),
}


@pytest.mark.parametrize("method", THEIRS)
def test_o08_votelib_gives_the_same_seats_to_lists(method):
    """Over 5,000 random tables; where our method reports a tie there is nothing to compare."""
    chance, compared = random.Random(method), 0
    while compared < TABLES:
        size, seats = chance.randint(2, 8), chance.randint(1, 15)
        votes = [chance.randint(0, 1000) for _ in range(size)]
        keys = string.ascii_lowercase[:size]
        ours = decide(method, poll(keys, {"seats": seats}), sums(votes))
        if ours.status == "tie" or not any(votes):
            continue
        table = {key: n for key, n in zip(keys, votes, strict=True) if n}
        theirs = HighestAverages(THEIRS[method]).evaluate(table, seats)
        assert {key: n for key, n in ours.detail["seats"].items() if n} == theirs
        compared += 1


def test_o08_votelib_gives_the_same_seats_when_lists_run_out():
    chance, compared = random.Random(95), 0
    while compared < 500:
        size, seats = chance.randint(2, 6), chance.randint(2, 12)
        keys = string.ascii_lowercase[:size]
        votes = [chance.randint(1, 1000) for _ in range(size)]
        names = {key: chance.randint(0, 5) for key in keys}
        sizes = [{"option": key, "names": n} for key, n in names.items()]
        ours = decide("dhondt", poll(keys, {"seats": seats, "list_sizes": sizes}), sums(votes))
        if ours.status == "tie" or sum(names.values()) < seats:
            continue
        table = dict(zip(keys, votes, strict=True))
        theirs = HighestAverages("d_hondt").evaluate(table, seats, max_seats=names)
        assert {key: n for key, n in ours.detail["seats"].items() if n} == theirs
        compared += 1
