"""Borda: of m options, rank r gives m - r points; equal ranks share their points.

Parameters, each optional: ``seats`` (1); ``unranked``: "zero" (no points) or "average" (the
unranked share the points that are left).

:source: data/tallies (``unranked``)
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from zope.interface import implementer

from tsukuba_trust.elections.reading import Table
from tsukuba_trust.elections.seats import SeatRule, check_fillable, decide_seats
from tsukuba_trust.elections.whole_ballots import Box, open_box, ranks
from tsukuba_trust.interfaces import ITallyMethod
from tsukuba_trust.values import Contest, Count, Outcome


@implementer(ITallyMethod)
class Borda:
    """Elects the options with most points."""

    name = "borda"

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
        rule, average = _read(contest)
        box = open_box(contest, count, of="rank")
        points = _points(box, len(contest.options), average=average)
        facts = {"blank": box.blank, "invalid": box.invalid}
        return decide_seats(contest, rule, points, Fraction(box.valid), facts, lots)


def _read(contest: Contest) -> tuple[SeatRule, bool]:
    table = Table(dict(contest.tally), "")
    rule = SeatRule(table.integer("seats", 1, 1))
    average = table.choice("unranked", ("zero", "average"), "zero") == "average"
    table.finish()
    return rule, average


def _points(box: Box, size: int, *, average: bool) -> list[Fraction]:
    doubled = [0] * size
    for levels, ballots in box.kinds:
        groups = ranks(levels)
        if average:
            left = tuple(option for option, level in enumerate(levels) if level is None)
            groups = (*groups, left) if left else groups
        best = 2 * (size - 1)  # points of the next place, doubled
        for group in groups:
            share = best - (len(group) - 1)  # twice the mean of the places that it takes
            for option in group:
                doubled[option] += share * ballots
            best -= 2 * len(group)
    return [Fraction(points, 2) for points in doubled]


def includeme(config: Any) -> None:
    """Register the method."""
    config.add_tally_method(Borda.name, Borda())
