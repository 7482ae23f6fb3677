"""Schulze: the beatpath method on rankings.

Parameters, each optional: ``seats`` (1), filled down the ranking; ``strength`` of a defeat:
"winning-votes" (votes for it; equal ones by fewer votes against) or "margins".

:source: M. Schulze, The Schulze Method of Voting, arXiv:1804.02973, sections 2.2, 2.3
"""

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from zope.interface import implementer

from tsukuba_trust.elections.lots import Lots
from tsukuba_trust.elections.ranking import fill_from_ranking
from tsukuba_trust.elections.reading import Table
from tsukuba_trust.elections.seats import NO_VALID_VOTES, SeatRule, check_fillable
from tsukuba_trust.elections.whole_ballots import keys_of, open_box
from tsukuba_trust.interfaces import ITallyMethod
from tsukuba_trust.plugins.tallies.pairwise import pairwise
from tsukuba_trust.values import Contest, Count, Json, Outcome

_Strength: TypeAlias = tuple[int, int]
_NONE: Final[_Strength] = (0, 0)


@implementer(ITallyMethod)
class Schulze:
    """Elects those whom nobody beats by a stronger path."""

    name = "schulze"

    def check(self, contest: Contest) -> None:
        """Check the parameters.

        :raises Misconfigured: names the key
        """
        check_fillable(contest, _read(contest)[0])

    def decide(
        self, contest: Contest, count: Count, lots: Sequence[Sequence[str]] | None = None
    ) -> Outcome:
        """Decide the contest by the rankings of its ballots.

        :raises Rejected: ``count_malformed``
        """
        rule, margins = _read(contest)
        box = open_box(contest, count, of="rank")
        keys, size = keys_of(contest), len(contest.options)
        defeats = pairwise(box, size)
        detail: dict[str, Json] = {
            "valid": box.valid,
            "blank": box.blank,
            "invalid": box.invalid,
            "seats": rule.seats,
            "pairwise": {
                a: {b: defeats[i][j] for j, b in enumerate(keys) if i != j}
                for i, a in enumerate(keys)
            },
        }
        if not box.valid:
            detail |= {"vacant": rule.seats, "reason": NO_VALID_VOTES}
            detail |= {"ranking": [], "condorcet_winner": None}
            return Outcome("no_decision", detail=detail)
        groups = rank(strongest_paths(defeats, margins=margins))
        ranking = [[keys[option] for option in group] for group in groups]
        detail |= {"ranking": ranking, "condorcet_winner": _condorcet_winner(keys, defeats)}
        return fill_from_ranking(ranking, rule.seats, detail, Lots(lots))


def _read(contest: Contest) -> tuple[SeatRule, bool]:
    table = Table(dict(contest.tally), "")
    rule = SeatRule(table.integer("seats", 1, 1))
    strengths = ("winning-votes", "margins")
    margins = table.choice("strength", strengths, "winning-votes") == "margins"
    table.finish()
    return rule, margins


def strongest_paths(defeats: Sequence[Sequence[int]], *, margins: bool) -> list[list[_Strength]]:
    """Return the strength of the strongest path between any two options."""
    size = range(len(defeats))
    paths = [[_strength(defeats[i][j], defeats[j][i], margins) for j in size] for i in size]
    for middle in size:
        onward = paths[middle]
        for row in paths:
            first = row[middle]
            if first > _NONE:
                row[:] = [max(now, min(first, then)) for now, then in zip(row, onward, strict=True)]
    return paths


def _strength(votes: int, against: int, margins: bool) -> _Strength:
    if votes <= against:
        return _NONE
    return (votes - against, 0) if margins else (votes, -against)


def rank(paths: Sequence[Sequence[_Strength]]) -> list[list[int]]:
    """Return groups of options, best first: each time those whom nobody left beats."""
    left = list(range(len(paths)))
    groups = []
    while left:
        best = [i for i in left if all(paths[j][i] <= paths[i][j] for j in left if j != i)]
        groups.append(best)
        left = [i for i in left if i not in best]
    return groups


def _condorcet_winner(keys: Sequence[str], defeats: Sequence[Sequence[int]]) -> str | None:
    size = range(len(keys))
    for i in size:
        if all(defeats[i][j] > defeats[j][i] for j in size if j != i):
            return keys[i]
    return None


def includeme(config: Any) -> None:
    """Register the method."""
    config.add_tally_method(Schulze.name, Schulze())
