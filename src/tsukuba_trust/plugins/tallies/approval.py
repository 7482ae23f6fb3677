"""Approval: a ballot names as many options as it likes; the most named win.

Parameters: as ``plurality``; the legal minimum is of valid ballots, not of marks.

:source: elections-jp.md section 9 ("approval / choose up to n")
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from zope.interface import implementer

from tsukuba_trust.elections.seats import check_seats, decide_seats, total_votes
from tsukuba_trust.errors import Rejected
from tsukuba_trust.interfaces import ITallyMethod
from tsukuba_trust.values import Contest, Count, Outcome, Sheet


@implementer(ITallyMethod)
class Approval:
    """Elects the options that most ballots approve."""

    name = "approval"

    def check(self, contest: Contest) -> None:
        """Check the parameters.

        :raises Misconfigured: names the key
        """
        check_seats(contest)

    def decide(
        self, contest: Contest, count: Count, lots: Sequence[Sequence[str]] | None = None
    ) -> Outcome:
        """Decide the contest; internet votes and paper sheets are added.

        :raises Rejected: ``count_malformed``; a sheet must say its valid papers, because
            marks do not add up to them
        """
        invalid = sum(ballots for _, ballots in count.invalid)
        valid = count.ballots - count.blank - invalid
        if valid < max(count.votes, default=0):
            raise Rejected("count_malformed", "more votes than ballots")
        valid += sum(_valid(sheet) for sheet in count.sheets)
        facts = {
            "blank": count.blank + sum(sheet.blank for sheet in count.sheets),
            "invalid": invalid + sum(sheet.invalid for sheet in count.sheets),
        }
        return decide_seats(contest, total_votes(contest, count), Fraction(valid), facts, lots)


def _valid(sheet: Sheet) -> int:
    if sheet.valid is None or sheet.valid < max(sheet.votes, default=0):
        raise Rejected("count_malformed", "a sheet must say its valid papers")
    return sheet.valid


def includeme(config: Any) -> None:
    """Register the method."""
    config.add_tally_method(Approval.name, Approval())
