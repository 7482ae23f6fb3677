"""Score: a ballot gives every option 0 to ``max`` points; the most points win.

Parameters, each optional: ``seats`` (1), ``max`` (of the ballots, else 5). An option without
a score gets 0; a ballot without any score is blank.

:source: data/tallies (``score``)
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from zope.interface import implementer

from tsukuba_trust.elections.reading import Table
from tsukuba_trust.elections.seats import SeatRule, check_fillable, decide_seats
from tsukuba_trust.elections.whole_ballots import open_box
from tsukuba_trust.interfaces import ITallyMethod
from tsukuba_trust.plugins.tallies.points import points_of, take_highest
from tsukuba_trust.values import Contest, Count, Outcome


@implementer(ITallyMethod)
class Score:
    """Elects the options with most points."""

    name = "score"

    def check(self, contest: Contest) -> None:
        """Check the parameters.

        :raises Misconfigured: names the key
        """
        check_fillable(contest, _read(contest)[0])

    def decide(
        self, contest: Contest, count: Count, lots: Sequence[Sequence[str]] | None = None
    ) -> Outcome:
        """Decide the contest by the scores of its ballots.

        :raises Rejected: ``count_malformed``
        """
        rule, highest = _read(contest)
        box = open_box(contest, count, of="score", highest=highest)
        totals = [Fraction(points) for points in points_of(box, len(contest.options))]
        facts = {"blank": box.blank, "invalid": box.invalid, "max": highest}
        return decide_seats(contest, rule, totals, Fraction(box.valid), facts, lots)


def _read(contest: Contest) -> tuple[SeatRule, int]:
    table = Table(dict(contest.tally), "")
    rule = SeatRule(table.integer("seats", 1, 1))
    highest = take_highest(contest, table, 5)
    table.finish()
    return rule, highest


def includeme(config: Any) -> None:
    """Register the method."""
    config.add_tally_method(Score.name, Score())
