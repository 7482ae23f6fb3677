"""Whole ballots out of a count: rankings, scores and grades, checked and without the blank.

:source: values.py (``Levels``); data of a ballot scheme whose ballots are read one by one
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tsukuba_trust.elections.papers import invalid_online
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Contest, Count, Levels

Ranks: TypeAlias = tuple[tuple[int, ...], ...]  # groups of option numbers, best first


@dataclass(frozen=True, slots=True)
class Box:
    """The ballots that say something, each kind once.

    :param kinds: (levels, ballots) pairs
    :param valid: ballots in ``kinds``
    """

    kinds: tuple[tuple[Levels, int], ...]
    valid: int
    blank: int
    invalid: int


def open_box(contest: Contest, count: Count, *, of: str, highest: int | None = None) -> Box:
    """Return the ballots of a count; a ballot that leaves out every option is blank.

    :param of: what their numbers must be: "rank", "score" or "grade"
    :param highest: the highest level that the contest's ballots can have
    :raises Rejected: ``count_malformed``: votes or sheets instead of whole ballots, other
        levels than the contest's, or a sum that does not match
    """
    if any(count.votes) or count.sheets:
        raise Rejected("count_malformed", "this method needs whole ballots, not sums of votes")
    if count.levels not in ("", of):
        raise Rejected("count_malformed", f"ballots hold a {count.levels}, not a {of}")
    for levels, ballots in count.preferences:
        if len(levels) != len(contest.options) or type(ballots) is not int or ballots < 1:
            raise Rejected("count_malformed", "one level per option, and at least one ballot")
        for level in levels:
            if level is not None and not 0 <= level <= (level if highest is None else highest):
                raise Rejected("count_malformed", "a level out of range")
    kinds = tuple(
        (levels, n) for levels, n in count.preferences if levels.count(None) < len(levels)
    )
    valid = sum(n for _, n in kinds)
    blank = count.blank + sum(n for _, n in count.preferences) - valid
    invalid = invalid_online(count)
    if valid + blank + invalid != count.ballots:
        raise Rejected("count_malformed", "the ballots do not add up")
    return Box(kinds, valid, blank, invalid)


def ranks(levels: Levels) -> Ranks:
    """Return the ranked options as groups of equal rank, best first."""
    groups: dict[int, list[int]] = {}
    for option, level in enumerate(levels):
        if level is not None:
            groups.setdefault(level, []).append(option)
    return tuple(tuple(groups[level]) for level in sorted(groups))


def strict_orders(box: Box) -> tuple[list[tuple[tuple[int, ...], int]], int]:
    """Return every ballot as an order that ends at its first rank of two or more options.

    :returns: (order, ballots) pairs, and how many ballots of the box are left without a first
        choice that way; those say nothing that a count by transfers could use
    """
    orders: dict[tuple[int, ...], int] = {}
    for levels, ballots in box.kinds:
        order: list[int] = []
        for group in ranks(levels):
            if len(group) > 1:
                break
            order.append(group[0])
        orders[tuple(order)] = orders.get(tuple(order), 0) + ballots
    empty = orders.pop((), 0)
    return sorted(orders.items()), empty


def keys_of(contest: Contest) -> Sequence[str]:
    """Return the keys of the contest's options, in order."""
    return [option.key for option in contest.options]
