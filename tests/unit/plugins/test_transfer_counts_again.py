"""IRV and STV counted once more, slowly and from the words of the rules (attack O08)."""

import random
from fractions import Fraction
from itertools import permutations

import pytest

from polls import decide, poll, whole

ROUNDS = 400


def profile(chance, size):
    """Return rankings of some of the options, few kinds so that ties are common."""
    options = range(size)
    kinds = [chance.sample(options, chance.randint(1, size)) for _ in range(chance.randint(1, 6))]
    return [(tuple(order), chance.randint(1, 7)) for order in kinds]


def levels(order, size):
    return tuple(order.index(n) + 1 if n in order else None for n in range(size))


def cut(value):
    """Five decimals; the rest is cut off."""
    return Fraction(int(value * 10**5), 10**5)


def earlier(tied, history, choose):
    """The latest earlier stage at which some of the tied differ narrows them down."""
    for votes in reversed(history[:-1]):
        edge = choose(votes[n] for n in tied)
        tied = [n for n in tied if votes[n] == edge]
    return tied


def settle(tied, history, lot, choose):
    """Return who is lowest (or has the largest surplus): by earlier stages, then by lot."""
    tied = earlier(tied, history, choose)
    return (max if choose is min else min)(tied, key=lot.index)


def stv(papers, size, seats, lot, rule):
    """Count by papers that each have a worth of their own; return the elected in order."""
    valid = sum(n for _, n in papers)
    quota = Fraction(valid // (seats + 1) + 1)
    exact = rule == "droop-exact"
    if exact:
        quota = Fraction(valid, seats + 1)
    rows = [[list(order), Fraction(1)] for order, n in papers for _ in range(n)]
    held = {n: Fraction(0) for n in range(size)}  # what the elected keep after their transfer
    hopeful, elected, waiting, history = set(range(size)), [], [], []
    while True:
        piles = {n: [row for row in rows if row[0] and row[0][0] == n] for n in range(size)}
        votes = {n: held[n] + sum((w for _, w in pile), Fraction(0)) for n, pile in piles.items()}
        history.append(votes)
        there = [n for n in hopeful if votes[n] > quota or (votes[n] == quota and not exact)]
        if len(hopeful) - len(there) <= seats - len(elected) - len(there):
            there = sorted(there, key=lambda n: (-votes[n], n))
            there += sorted(hopeful - set(there), key=lambda n: (-votes[n], n))
        else:
            there.sort(key=lambda n: (-votes[n], n))
        for n in there:
            hopeful.discard(n)
            elected.append(n)
            if votes[n] > quota:
                waiting.append(n)
        if len(elected) >= seats or not hopeful:
            return elected
        if waiting:
            most = max(votes[n] for n in waiting)
            moved = settle([n for n in waiting if votes[n] == most], history, lot, max)
            waiting.remove(moved)
            share = (votes[moved] - quota) / votes[moved]
            for row in piles[moved]:
                worth = row[1] * share
                row[1] = (
                    worth
                    if rule != "scottish"
                    else cut(row[1] * (votes[moved] - quota) / votes[moved])
                )
            held[moved] = quota
        else:
            fewest = min(votes[n] for n in hopeful)
            moved = settle([n for n in hopeful if votes[n] == fewest], history, lot, min)
            hopeful.discard(moved)
        for row in piles[moved]:
            row[0] = [n for n in row[0] if n in hopeful]


UNIT = 10**9
OMEGA = 1_000  # 0.000001


def up(number, divisor):
    return -(-number // divisor)


def kept(papers, keep, standing):
    """Return everybody's votes when each of the elected keeps a part of every ballot."""
    votes = dict.fromkeys(standing, 0)
    for order, ballots in papers:
        left = UNIT
        for n in order:
            if n in votes:
                part = up(left * keep[n], UNIT)
                votes[n] += part * ballots
                left -= part
    return votes


def meek(papers, size, seats, lot):
    """Count by the reference rule, ballot by ballot; return the elected in order."""
    keep, hopeful, elected, history = dict.fromkeys(range(size), UNIT), set(range(size)), [], []
    votes = kept(papers, keep, hopeful)
    while len(elected) < seats:
        if len(hopeful) + len(elected) <= seats:
            return elected + sorted(hopeful, key=lambda n: (-votes[n], n))
        before, new, surplus = sum(n for _, n in papers) * UNIT, [], UNIT
        while not new:
            votes = kept(papers, keep, [*hopeful, *elected])
            quota = sum(votes.values()) // (seats + 1) + 1
            new = sorted((n for n in hopeful if votes[n] >= quota), key=lambda n: (-votes[n], n))
            hopeful -= set(new)
            elected += new
            surplus = max(0, sum(votes[n] - quota for n in elected))
            if surplus < OMEGA or surplus >= before:
                break
            before = surplus
            for n in elected if not new else ():
                keep[n] = up(up(keep[n] * quota, UNIT) * UNIT, votes[n])
        history.append(votes)
        if not new:
            lowest = min(votes[n] for n in hopeful) + surplus
            out = settle([n for n in hopeful if votes[n] <= lowest], history, lot, min)
            hopeful.discard(out)
            keep[out] = 0
    return elected


def irv(papers, size, lot):
    standing = set(range(size))
    while True:
        tops = [(next((n for n in order if n in standing), None), n) for order, n in papers]
        votes = {one: sum(n for top, n in tops if top == one) for one in standing}
        best = max(standing, key=votes.get)
        if 2 * votes[best] > sum(votes.values()):
            return best
        low = min(votes.values())
        out = [one for one in standing if votes[one] == low]
        standing -= set(out) if low == 0 else {max(out, key=lot.index)}


RULES = {
    "scottish": {"rule": "scottish"},
    "wigm": {"rule": "wigm"},
    "droop-exact": {"rule": "wigm", "quota": "droop-exact"},
    "meek": {"rule": "meek"},
}


@pytest.mark.parametrize("rule", RULES)
def test_o08_stv_elects_the_same_in_the_same_order(rule):
    chance = random.Random(f"stv {rule}")
    for _ in range(ROUNDS):
        size = chance.randint(2, 6)
        seats = chance.randint(1, size)
        papers = profile(chance, size)
        lot = chance.sample(range(size), size)
        keys = "abcdef"[:size]
        kinds = [levels(order, size) for order, n in papers for _ in range(n)]
        contest = poll(keys, {**RULES[rule], "seats": seats})
        ours = decide("stv", contest, whole(kinds), [keys[n] for n in lot])
        again = (papers, size, seats, lot)
        theirs = meek(*again) if rule == "meek" else stv(*again, rule)
        assert list(ours.elected) == [keys[n] for n in theirs], papers


def test_o08_irv_elects_the_same():
    chance = random.Random("irv")
    for _ in range(ROUNDS):
        size = chance.randint(2, 6)
        papers = profile(chance, size)
        lot = chance.sample(range(size), size)
        keys = "abcdef"[:size]
        kinds = [levels(order, size) for order, n in papers for _ in range(n)]
        ours = decide("irv", poll(keys), whole(kinds), [keys[n] for n in lot])
        assert ours.elected == (keys[irv(papers, size, lot)],), papers


def test_o08_an_irv_tie_names_whom_some_lot_elects():
    chance, tied = random.Random("ties"), 0
    while tied < ROUNDS // 10:
        size = chance.randint(2, 4)
        papers = profile(chance, size)
        keys = "abcd"[:size]
        kinds = [levels(order, size) for order, n in papers for _ in range(n)]
        ours = decide("irv", poll(keys), whole(kinds))
        winners = {keys[irv(papers, size, lot)] for lot in permutations(range(size))}
        if ours.status == "tie":
            assert ours.detail["possible_elected"] == [[key] for key in sorted(winners)]
            tied += 1
        else:
            assert winners == set(ours.elected)
