"""Which rows of turnout tables may be shown, so that nobody is seen in what is not.

People are counted once, in cells of two attributes; a table shows one of them. Three rules:

1. A row is shown when it has enough electors, voters and non-voters (``PublishRule``).
2. The other rows are hidden together, at least two of them, until their sum, which anybody
   computes from the totals, keeps rule 1 as well.
3. Whatever rows of one table are subtracted from rows of the other, what remains speaks of
   nobody or of a set that keeps rule 1. Otherwise rows of the first table are hidden.

For rule 3 take rows B of one table and G of the other; X = people of B outside of G, Y = of G
outside of B. The difference tells voters(X) - voters(Y), hence voters(X) + non-voters(Y), of
|X| + |Y| people. Groups that lie wholly inside or outside of B can be chosen to add nothing;
each that straddles adds one of its two parts, so the sums of the smaller choices bound every
G at once. Other linear combinations are sums of such differences and never speak of fewer.

:source: web.md 5.5; attacks.md O15; requirements.md A45, A71
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from tsukuba_trust.values import PublishRule

MOST_BLOCKS: Final = 18  # of the smaller table: 131,072 unions are looked at
Cell: TypeAlias = tuple[int, int]  # electors, voters
Cross: TypeAlias = Mapping[tuple[str, str], Cell]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table.

    :param shown: whether its numbers may be published
    """

    key: str
    electors: int
    voters: int
    shown: bool


def may_be_shown(rule: PublishRule, cell: Cell) -> bool:
    """Tell whether a set of people is large and mixed enough (rule 1)."""
    electors, voters = cell
    enough = electors >= rule.electors and voters >= rule.voters
    return enough and electors - voters >= rule.nonvoters


def suppress(rule: PublishRule, cells: Cross) -> tuple[list[Row], list[Row]]:
    """Return both tables in the order in which their rows come first.

    :param cells: people by (row of the first table, row of the second)
    """
    first, second = _sums(cells, 0), _sums(cells, 1)
    hidden, others = _hide(rule, first, ()), _hide(rule, second, ())
    while not _differences_tell_nobody(rule, cells, hidden, others):
        hidden = _hide(rule, first, [*hidden, _smallest(first, hidden)])
    return _rows(first, hidden), _rows(second, others)


def _sums(cells: Cross, side: int) -> dict[str, Cell]:
    sums: dict[str, Cell] = {}
    for keys, (electors, voters) in cells.items():
        before = sums.get(keys[side], (0, 0))
        sums[keys[side]] = before[0] + electors, before[1] + voters
    return sums


def _hide(rule: PublishRule, rows: Mapping[str, Cell], more: Sequence[str]) -> list[str]:
    """Return the rows to hide (rules 1 and 2)."""
    hidden = [key for key in rows if key in more or not may_be_shown(rule, rows[key])]
    while hidden and len(hidden) < len(rows):
        together = _together([rows[key] for key in hidden])
        if len(hidden) > 1 and may_be_shown(rule, together):
            break
        hidden.append(_smallest(rows, hidden))
    return hidden


def _smallest(rows: Mapping[str, Cell], hidden: Sequence[str]) -> str:
    """Return the shown row with fewest electors; how they voted never plays a part."""
    return min((key for key in rows if key not in hidden), key=lambda key: rows[key][0])


def _together(cells: Sequence[Cell]) -> Cell:
    return sum(electors for electors, _ in cells), sum(voters for _, voters in cells)


def _rows(rows: Mapping[str, Cell], hidden: Sequence[str]) -> list[Row]:
    return [Row(key, *rows[key], shown=key not in hidden) for key in rows]


def _differences_tell_nobody(
    rule: PublishRule, cells: Cross, hidden: Sequence[str], others: Sequence[str]
) -> bool:
    """Judge rule 3; hidden rows of a table are one block, known by its sum."""
    blocks = _blocks(cells, hidden, others)
    sides = [sorted({keys[side] for keys in blocks}) for side in (0, 1)]
    if min(map(len, sides)) < 2 or _one_block_protects_all(rule, blocks, sides):
        return True
    smaller, larger = sorted((0, 1), key=lambda side: len(sides[side]))
    if len(sides[smaller]) > MOST_BLOCKS:
        return False
    rest = sides[smaller][1:]  # a union and its complement have the same differences
    return all(
        _union_tells_nobody(rule, blocks, union, sides[larger], smaller) for union in _subsets(rest)
    )


def _blocks(
    cells: Cross, hidden: Sequence[str], others: Sequence[str]
) -> dict[tuple[str, str], Cell]:
    found: dict[tuple[str, str], Cell] = {}
    for (one, other), cell in cells.items():
        keys = ("" if one in hidden else one), ("" if other in others else other)
        found[keys] = _together([found.get(keys, (0, 0)), cell])
    return found


def _one_block_protects_all(
    rule: PublishRule, blocks: Cross, sides: Sequence[Sequence[str]]
) -> bool:
    """Tell whether a row straddles every union with parts that are each large enough."""
    return any(
        all(may_be_shown(rule, blocks.get((one, other), (0, 0))) for one in sides[0])
        for other in sides[1]
    ) or any(
        all(may_be_shown(rule, blocks.get((one, other), (0, 0))) for other in sides[1])
        for one in sides[0]
    )


def _subsets(keys: Sequence[str]) -> Iterator[frozenset[str]]:
    for number in range(1, 1 << len(keys)):
        yield frozenset(key for place, key in enumerate(keys) if number >> place & 1)


def _union_tells_nobody(
    rule: PublishRule, blocks: Cross, union: frozenset[str], groups: Sequence[str], side: int
) -> bool:
    size = events = others = 0
    inside: dict[str, Cell] = dict.fromkeys(groups, (0, 0))
    outside: dict[str, Cell] = dict.fromkeys(groups, (0, 0))
    for keys, cell in blocks.items():
        part = inside if keys[side] in union else outside
        part[keys[1 - side]] = _together([part[keys[1 - side]], cell])
    for group in groups:
        (in_electors, in_voters), (out_electors, out_voters) = inside[group], outside[group]
        if in_electors and out_electors:
            size += min(in_electors, out_electors)
            events += min(in_voters, out_electors - out_voters)
            others += min(in_electors - in_voters, out_voters)
    enough = size >= rule.electors and events >= rule.voters and others >= rule.nonvoters
    return enough or not size
