"""Ballots with several marks: the most marked options win; ballots, not marks, are the base.

:source: elections-jp.md section 9 ("approval / choose up to n")
"""

from collections.abc import Sequence
from fractions import Fraction

from tsukuba_trust.elections.papers import blank_and_invalid, invalid_online, total_votes
from tsukuba_trust.elections.seats import SeatRule, decide_seats
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Contest, Count, Outcome, Sheet


def decide_marks(
    contest: Contest,
    rule: SeatRule,
    count: Count,
    most: int,
    lots: Sequence[Sequence[str]] | None,
) -> Outcome:
    """Decide by marks; internet votes and paper sheets are added.

    :param most: marks that one ballot may have
    :raises Rejected: ``count_malformed``
    """
    totals = total_votes(contest, count)
    online = count.ballots - count.blank - invalid_online(count)
    _check_marks(count.votes, online, most)
    valid = online + sum(_valid(sheet, most) for sheet in count.sheets)
    base = Fraction(valid) if any(totals) else Fraction(0)  # no mark: nobody said anything
    return decide_seats(contest, rule, totals, base, blank_and_invalid(count, count.blank), lots)


def _valid(sheet: Sheet, most: int) -> int:
    if sheet.valid is None:
        raise Rejected("count_malformed", "a sheet must say its valid papers")
    _check_marks(sheet.votes, sheet.valid, most)
    return sheet.valid


def _check_marks(votes: Sequence[int | Fraction], ballots: int, most: int) -> None:
    if ballots < max(votes, default=0) or ballots * most < sum(votes):
        raise Rejected("count_malformed", "more votes than ballots")
