"""Plurality: one vote per ballot, the most votes win; one seat or several (SNTV).

Parameters: ``seats`` (1), ``legal_minimum`` (none), for instance
``{of = "valid", divide_by = ["seats", 4]}``.

:source: 公職選挙法 (POEA) art. 95; elections-jp.md sections 2 to 4
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from zope.interface import implementer

from tsukuba_trust.elections.seats import (
    check_seats,
    decide_seats,
    total_votes,
    valid_on_paper,
)
from tsukuba_trust.errors import Misconfigured, Rejected
from tsukuba_trust.interfaces import ITallyMethod
from tsukuba_trust.values import Contest, Count, Outcome


@implementer(ITallyMethod)
class Plurality:
    """Elects the options with most votes that reach the legal minimum."""

    name = "plurality"

    def check(self, contest: Contest) -> None:
        """Check the parameters, and that a ballot cannot give two votes.

        :raises Misconfigured: names the key
        """
        check_seats(contest)
        if contest.ballot.get("max", 1) != 1:
            raise Misconfigured("several_votes", "plurality counts one vote a ballot", where="max")

    def decide(
        self, contest: Contest, count: Count, lots: Sequence[Sequence[str]] | None = None
    ) -> Outcome:
        """Decide the contest; internet votes and paper sheets are added.

        A ballot that gives no vote and is not invalid is blank.

        :raises Rejected: ``count_malformed``
        """
        invalid = sum(ballots for _, ballots in count.invalid)
        blank = count.ballots - invalid - sum(count.votes)
        if blank < 0:
            raise Rejected("count_malformed", "more votes than ballots")
        valid = sum((valid_on_paper(sheet) for sheet in count.sheets), Fraction(sum(count.votes)))
        facts = {
            "blank": blank + sum(sheet.blank for sheet in count.sheets),
            "invalid": invalid + sum(sheet.invalid for sheet in count.sheets),
        }
        return decide_seats(contest, total_votes(contest, count), valid, facts, lots)


def includeme(config: Any) -> None:
    """Register the method."""
    config.add_tally_method(Plurality.name, Plurality())
