"""Attack O15: what published turnout tables tell about people whose row is hidden.

The attacker knows the electors of every cell, the totals and the thresholds; she solves
linear equations, subtracts tables from each other, and tries every possible population.
"""

import itertools
import random
from fractions import Fraction

import pytest

from tsukuba_trust.elections.suppression import may_be_shown, suppress
from tsukuba_trust.values import PublishRule

RULE = PublishRule(20, 5, 5)
SMALL = PublishRule(4, 1, 1)


def one_table(**rows):
    """Return the cells of people with one attribute only."""
    return {(key, "all"): cell for key, cell in rows.items()}


def shown(rows):
    return [row.key for row in rows if row.shown]


def row_space(equations):
    """Reduce rows of a linear system over the fractions; return its pivots."""
    rows, pivots = [list(map(Fraction, row)) for row in equations], []
    for column in range(len(rows[0]) if rows else 0):
        found = next((row for row in rows if row[column]), None)
        if found is None:
            continue
        rows.remove(found)
        pivot = [value / found[column] for value in found]
        rows = [[a - row[column] * b for a, b in zip(row, pivot, strict=True)] for row in rows]
        pivots.append((column, pivot))
    return pivots


def follows(equations, wanted):
    """Tell whether a sum of cells is a linear combination of published sums."""
    rest = list(map(Fraction, wanted))
    for column, pivot in row_space(equations):
        rest = [a - rest[column] * b for a, b in zip(rest, pivot, strict=True)]
    return not any(rest)


def published(cells, rule):
    """Return what the tables tell, as sets of cells whose voters are known, and the tables."""
    tables = suppress(rule, cells)
    known = [set(cells)]
    for side, rows in enumerate(tables):
        known += [{keys for keys in cells if keys[side] == key} for key in shown(rows)]
    return known, tables


def population(seed, bands=4, groups=3, most=14):
    chance = random.Random(seed)
    cells = {}
    for band in range(bands):
        for group in range(groups):
            electors = chance.choice((0, 0, 1, 2, chance.randint(3, most)))
            if electors:
                voters = chance.choice((0, electors, chance.randint(0, electors)))
                cells[f"band {band}", f"group {group}"] = electors, voters
    return cells


def total(cells, keys):
    return sum(cells[k][0] for k in keys), sum(cells[k][1] for k in keys)


def test_o15_small_rows_are_hidden():
    rows, _ = suppress(RULE, one_table(a=(19, 9), b=(40, 4), c=(40, 36), d=(100, 50), e=(100, 50)))
    assert shown(rows) == ["d", "e"]


def test_o15_a_hidden_row_never_stands_alone():
    rows, _ = suppress(RULE, one_table(a=(10, 5), b=(200, 90), c=(100, 40)))
    assert shown(rows) == ["b"]


def test_o15_hidden_rows_together_are_large_enough_too():
    rows, _ = suppress(RULE, one_table(a=(30, 1), b=(30, 2), c=(300, 90), d=(200, 70)))
    assert shown(rows) == ["c"]


def test_o15_unanimous_rows_are_hidden():
    rows, _ = suppress(RULE, one_table(a=(50, 50), b=(50, 0), c=(60, 30), d=(70, 30)))
    assert shown(rows) == ["c", "d"]


def test_o15_nothing_is_shown_of_a_vote_that_is_small_as_a_whole():
    rows, _ = suppress(RULE, one_table(a=(10, 5), b=(9, 4)))
    assert shown(rows) == []


def test_o15_what_is_large_enough_is_shown():
    rows, _ = suppress(RULE, one_table(a=(20, 5), b=(20, 15)))
    assert shown(rows) == ["a", "b"]


def test_o15_which_row_is_hidden_besides_depends_on_no_vote():
    for voters in range(5, 56, 10):
        rows, _ = suppress(RULE, one_table(a=(10, 5), b=(60, voters), c=(70, 30)))
        assert shown(rows) == ["c"]


def test_o15_a_class_and_an_age_that_differ_by_two_people_are_not_both_shown():
    """A grade of 100 and the age band that holds it and two repeaters tell about these two."""
    cells = {
        ("12-15", "grade 1"): (100, 60),
        ("12-15", "grade 2"): (2, 2),
        ("16-18", "grade 2"): (98, 50),
        ("16-18", "grade 3"): (100, 40),
    }
    bands, grades = suppress(RULE, cells)
    assert shown(grades) == ["grade 1", "grade 2", "grade 3"]
    assert shown(bands) == []


def test_o15_two_tables_whose_differences_are_large_are_both_shown():
    cells = {
        (band, group): (200, 90 + number)
        for number, (band, group) in enumerate(itertools.product("abc", "xyz"))
    }
    bands, groups = suppress(RULE, cells)
    assert (shown(bands), shown(groups)) == (list("abc"), list("xyz"))


def test_o15_two_equal_tables_tell_nothing_more_than_one():
    cells = {("a", "x"): (100, 40), ("b", "y"): (100, 40), ("c", "z"): (100, 40)}
    bands, groups = suppress(RULE, cells)
    assert (shown(bands), shown(groups)) == (list("abc"), list("xyz"))


@pytest.mark.parametrize("seed", range(60))
def test_o15_linear_algebra_finds_no_hidden_row(seed):
    cells = population(seed)
    known, tables = published(cells, SMALL)
    order = sorted(cells)
    equations = [[int(keys in part) for keys in order] for part in known]
    for side, rows in enumerate(tables):
        for row in rows:
            wanted = [int(keys[side] == row.key) for keys in order]
            alone = {keys[side] for keys in order} == {row.key}
            if not row.shown and not alone and _small(cells, wanted, order):
                assert not follows(equations, wanted), row


def _small(cells, wanted, order):
    people = [keys for keys, part in zip(order, wanted, strict=True) if part]
    return not may_be_shown(SMALL, total(cells, people))


@pytest.mark.parametrize("seed", range(150))
def test_o15_no_difference_of_published_rows_tells_of_few_or_of_all(seed):
    cells = population(seed)
    _, tables = published(cells, SMALL)
    sides = []
    for side, rows in enumerate(tables):
        blocks = [{k for k in cells if k[side] == key} for key in shown(rows)]
        rest = {k for k in cells if not any(k in block for block in blocks)}
        sides.append([*blocks, rest] if rest else blocks)
    whole = total(cells, cells)
    for one in _unions(sides[0]):
        for other in _unions(sides[1]):
            more, less = one - other, other - one
            (size, voted), (lacking, absent) = total(cells, more), total(cells, less)
            found = size + lacking, voted + lacking - absent
            if found[0] and found[0] != whole[0]:
                assert may_be_shown(SMALL, found), (more, less)


def _unions(blocks):
    for size in range(len(blocks) + 1):
        for chosen in itertools.combinations(blocks, size):
            yield set().union(*chosen)


@pytest.mark.parametrize("seed", range(40))
def test_o15_every_hidden_row_may_have_voted_in_more_than_one_way(seed):
    """Try every way in which the people of hidden rows may have voted."""
    chance = random.Random(seed)
    cells = {}
    for key in "abcde":
        electors = chance.randint(1, 9)
        cells[key, "all"] = electors, chance.randint(0, electors)
    rows, _ = suppress(SMALL, cells)
    hidden = [row for row in rows if not row.shown]
    if not hidden or not may_be_shown(SMALL, total(cells, cells)):
        return
    told = sum(row.voters for row in hidden)
    ways = [range(row.electors + 1) for row in hidden]
    possible = [way for way in itertools.product(*ways) if sum(way) == told]
    for place in range(len(hidden)):
        assert len({way[place] for way in possible}) > 1
