"""Approval: a ballot names as many options as it likes; the most named win.

Parameters, each optional: ``seats`` (1), ``legal_minimum``, ``deposit_line``, ``uncontested``,
``repeat`` as in ``plurality``; the lines are of valid ballots, not of marks.

:source: elections-jp.md section 9 ("approval / choose up to n")
"""

from collections.abc import Sequence
from typing import Any

from zope.interface import implementer

from tsukuba_trust.elections.marks import decide_marks
from tsukuba_trust.elections.reading import Table
from tsukuba_trust.elections.seats import SeatRule, check_fillable, take_seat_rule
from tsukuba_trust.interfaces import ITallyMethod
from tsukuba_trust.values import Contest, Count, Outcome


@implementer(ITallyMethod)
class Approval:
    """Elects the options that most ballots approve."""

    name = "approval"

    def check(self, contest: Contest) -> None:
        """Check the parameters.

        :raises Misconfigured: names the key
        """
        check_fillable(contest, _read(contest))

    def decide(
        self, contest: Contest, count: Count, lots: Sequence[Sequence[str]] | None = None
    ) -> Outcome:
        """Decide the contest; internet votes and paper sheets are added.

        :raises Rejected: ``count_malformed``; a sheet must say its valid papers, because
            marks do not add up to them
        """
        return decide_marks(contest, _read(contest), count, len(contest.options), lots)


def _read(contest: Contest) -> SeatRule:
    table = Table(dict(contest.tally), "")
    rule = take_seat_rule(table)
    table.finish()
    return rule


def includeme(config: Any) -> None:
    """Register the method."""
    config.add_tally_method(Approval.name, Approval())
