"""Seats for lists by highest averages: each seat goes to the largest quotient.

Parameters of the methods that use it, each optional: ``seats`` (1); ``threshold`` (a part of
all list votes, reaching it is enough); ``list_sizes``: tables ``{option, names}``, because a
list cannot get more seats than it has names; ``tie_rule``: "lot" or "more-votes-then-lot".

Two lists with equal quotients both get a seat while seats suffice, in the contest's order;
at the last seat that is a tie.

:source: POEA art. 95-2; elections-jp.md section 10
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeAlias

from tsukuba_trust.elections.figures import exact, number, ratio, take_fraction
from tsukuba_trust.elections.lots import Lots
from tsukuba_trust.elections.papers import (
    blank_and_invalid,
    invalid_online,
    total_votes,
    valid_on_paper,
)
from tsukuba_trust.elections.reading import Table
from tsukuba_trust.elections.seats import NO_VALID_VOTES
from tsukuba_trust.elections.whole_ballots import keys_of
from tsukuba_trust.errors import Misconfigured, Rejected
from tsukuba_trust.values import Contest, Count, Json, Outcome, Tie

THRESHOLD: Final = "threshold"
LISTS_EXHAUSTED: Final = "lists-exhausted"
_MOST_SEATS: Final = 10_000
Divisor: TypeAlias = Callable[[int], Fraction]  # seats that a list has -> its next divisor


@dataclass(frozen=True, slots=True)
class ListRule:
    """What the lists of a contest are judged by.

    :param sizes: names on a list, for the lists that say so
    :param more_votes: whether of equal quotients the one with more votes comes first
    """

    seats: int
    threshold: Fraction
    sizes: Mapping[str, int]
    more_votes: bool


def take_list_rule(contest: Contest, table: Table) -> ListRule:
    """Take the parameters of lists out of a contest's table.

    :raises Misconfigured: names the key
    """
    seats = table.integer("seats", 1, 1)
    if seats > _MOST_SEATS:
        table.fail("value_out_of_range", f"at most {_MOST_SEATS}", "seats")
    threshold = take_fraction(table, "threshold", "0")
    if threshold > 1:
        table.fail("value_out_of_range", "at most 1", "threshold")
    sizes: dict[str, int] = {}
    for row in table.tables("list_sizes", []):
        key = row.choice("option", keys_of(contest))
        if key in sizes:
            row.fail("value_twice", f"{key} stands there twice", "option")
        sizes[key] = row.integer("names", 0)
        row.finish()
    ties = ("lot", "more-votes-then-lot")
    more_votes = table.choice("tie_rule", ties, "lot") != "lot"
    table.finish()
    return ListRule(seats, threshold, sizes, more_votes)


def check_single_choice(contest: Contest) -> None:
    """Check that a ballot gives one vote.

    :raises Misconfigured: ``several_votes``
    """
    if contest.ballot.get("max", 1) != 1:
        raise Misconfigured("several_votes", "lists count one vote a ballot", where="max")


def decide_lists(
    contest: Contest,
    rule: ListRule,
    count: Count,
    divisor: Divisor,
    lots: Sequence[Sequence[str]] | None,
) -> Outcome:
    """Give the seats to lists; internet votes and paper sheets are added.

    :raises Rejected: ``count_malformed``
    """
    totals = dict(zip(keys_of(contest), total_votes(contest, count), strict=True))
    blank = count.ballots - invalid_online(count) - sum(count.votes)
    if blank < 0:
        raise Rejected("count_malformed", "more votes than ballots")
    valid = sum((valid_on_paper(sheet) for sheet in count.sheets), Fraction(sum(count.votes)))
    whole = sum(totals.values(), Fraction(0))
    line = whole * rule.threshold
    admitted = {key: votes for key, votes in totals.items() if votes and votes >= line}
    detail: dict[str, Json] = {
        "valid": exact(valid),
        **blank_and_invalid(count, blank),
        "list_votes": exact(whole),
        "threshold": exact(line),
        "below_threshold": [key for key in totals if totals[key] < line],
    }
    given = _Allocation(rule, admitted, divisor, Lots(lots))
    tie = given.run()
    seats = {key: given.seats.get(key, 0) for key in totals}
    detail |= {"seats": seats, "allocation_order": given.order, "quotients": given.quotients}
    if given.by_lot:
        detail["by_lot"] = given.by_lot
    vacant = rule.seats - len(given.order)
    status = "tie" if tie else "incomplete" if vacant else "decided"
    if not tie and vacant:
        status = "incomplete" if given.order else "no_decision"
        reason = LISTS_EXHAUSTED if admitted else THRESHOLD if whole else NO_VALID_VOTES
        detail |= {"vacant": vacant, "reason": reason}
    elected = tuple(dict.fromkeys(given.order))
    return Outcome(status, elected, tie, tuple((k, number(v)) for k, v in totals.items()), detail)


class _Allocation:
    """Seats given one by one."""

    def __init__(
        self, rule: ListRule, votes: Mapping[str, Fraction], divisor: Divisor, lots: Lots
    ) -> None:
        self.rule, self.votes, self.divisor, self.lots = rule, votes, divisor, lots
        self.order: list[str] = []
        self.seats = dict.fromkeys(votes, 0)
        self.quotients: list[int | str] = []
        self.by_lot: list[str] = []

    def run(self) -> Tie | None:
        """Give seats until none is left, the lists have no more names, or a tie."""
        while len(self.order) < self.rule.seats:
            quotients = self._quotients()
            if not quotients:
                return None
            best = max(quotients.values())
            level = [key for key in self.votes if quotients.get(key) == best]
            left = self.rule.seats - len(self.order)
            if len(level) > left:
                level, tie = self._settle(level, left)
                self._give(level, best)
                return tie
            self._give(level, best)
        return None

    def _quotients(self) -> dict[str, Fraction]:
        quotients = {}
        for key, votes in self.votes.items():
            has = self.seats[key]
            if has < self.rule.sizes.get(key, has + 1):
                quotients[key] = votes / self.divisor(has)
        return quotients

    def _give(self, keys: Sequence[str], quotient: Fraction) -> None:
        self.order += keys
        for key in keys:
            self.seats[key] += 1
        self.quotients += [ratio(quotient)] * len(keys)

    def _settle(self, level: Sequence[str], left: int) -> tuple[list[str], Tie | None]:
        """Return which of too many equal lists get the last seats, and who is still tied."""
        sure: list[str] = []
        if self.rule.more_votes:
            order = sorted(level, key=lambda key: -self.votes[key])
            edge = self.votes[order[left - 1]]
            sure = [key for key in order if self.votes[key] > edge]
            level = [key for key in level if self.votes[key] == edge]
        open_seats = left - len(sure)
        if len(level) == open_seats:
            return sure + list(level), None
        drawn = self.lots.order(level)
        if drawn is None:
            return sure, Tie(tuple(level), open_seats, kind="seat")
        self.by_lot = drawn[:open_seats]
        return sure + self.by_lot, None
