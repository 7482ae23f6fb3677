"""Choose k: a ballot names at most k options, the most named win (block vote).

Parameters: ``choices`` (k), and each optional ``seats`` (k), ``legal_minimum``,
``deposit_line``, ``uncontested``, ``repeat`` as in ``plurality``; the lines are of valid
ballots, not of marks. With k below the seats this is the limited vote.

:source: elections-jp.md section 9 ("approval / choose up to n")
"""

from collections.abc import Sequence
from typing import Any

from zope.interface import implementer

from tsukuba_trust.elections.marks import decide_marks
from tsukuba_trust.elections.reading import Table
from tsukuba_trust.elections.seats import SeatRule, check_fillable, take_seat_rule
from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.interfaces import ITallyMethod
from tsukuba_trust.values import Contest, Count, Outcome


@implementer(ITallyMethod)
class ChooseK:
    """Elects the options that most ballots name; a ballot names ``choices`` at most."""

    name = "choose-k"

    def check(self, contest: Contest) -> None:
        """Check the parameters, and that a ballot cannot give more marks.

        :raises Misconfigured: names the key
        """
        choices, rule = _read(contest)
        check_fillable(contest, rule)
        if contest.ballot.get("max", choices) > choices:
            raise Misconfigured("several_votes", f"at most {choices} a ballot", where="max")

    def decide(
        self, contest: Contest, count: Count, lots: Sequence[Sequence[str]] | None = None
    ) -> Outcome:
        """Decide the contest; internet votes and paper sheets are added.

        :raises Rejected: ``count_malformed``; a sheet must say its valid papers
        """
        choices, rule = _read(contest)
        return decide_marks(contest, rule, count, choices, lots)


def _read(contest: Contest) -> tuple[int, SeatRule]:
    choices = Table(dict(contest.tally), "").integer("choices", 1)
    table = Table({"seats": choices, **contest.tally}, "")
    table.integer("choices", 1)
    rule = take_seat_rule(table)
    table.finish()
    return choices, rule


def includeme(config: Any) -> None:
    """Register the method."""
    config.add_tally_method(ChooseK.name, ChooseK())
