"""Seats for the options with the most votes: legal minimum, deposits, ties, lots.

:source: 公職選挙法 (POEA) art. 92, 93, 95, 100, 109, as in elections-jp.md sections 1 to 4
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from tsukuba_trust.elections.figures import exact, number, take_fraction
from tsukuba_trust.elections.lots import Lots
from tsukuba_trust.elections.reading import Table
from tsukuba_trust.values import Contest, Json, Outcome, Tie

NO_VALID_VOTES: Final = "no-valid-votes"
LEGAL_MINIMUM: Final = "legal-minimum"
TOO_FEW_CANDIDATES: Final = "too-few-candidates"


@dataclass(frozen=True, slots=True)
class SeatRule:
    """How many seats, and what an option must reach.

    :param minimum: legal minimum as a part of the valid votes; None = there is none
    :param deposit: below this part of the valid votes a deposit is forfeited
    :param uncontested: whether nobody votes when there are no more options than seats
    :param repeat: what follows when seats stay vacant, in days: ``objection_days``,
        ``within_days``
    """

    seats: int
    minimum: Fraction | None = None
    deposit: Fraction | None = None
    uncontested: bool = False
    repeat: tuple[tuple[str, int], ...] = ()


def take_seat_rule(table: Table) -> SeatRule:
    """Take ``seats``, ``legal_minimum``, ``deposit_line``, ``uncontested`` and ``repeat``.

    A line is ``{of = "valid", divide_by = ["seats", 4]}``, or with ``fraction = "1/6"``; a
    by-election that is judged by the size of the whole council divides by that number.

    :raises Misconfigured: names the key
    """
    seats = table.integer("seats", 1, 1)
    lines = {
        key: _line(table.table(key), seats) if table.has(key) else None
        for key in ("legal_minimum", "deposit_line")
    }
    uncontested = table.has("uncontested")
    if uncontested:
        rule = table.table("uncontested")
        rule.choice("when", ("candidates<=seats",), "candidates<=seats")
        rule.choice("then", ("no_vote",), "no_vote")
        rule.finish()
    repeat: tuple[tuple[str, int], ...] = ()
    if table.has("repeat"):
        days = table.table("repeat")
        repeat = tuple((key, days.integer(key, 1)) for key in ("objection_days", "within_days"))
        days.finish()
    return SeatRule(seats, lines["legal_minimum"], lines["deposit_line"], uncontested, repeat)


def _line(table: Table, seats: int) -> Fraction:
    table.choice("of", ("valid",))
    whole = not table.has("fraction")
    part = Fraction(1) if whole else take_fraction(table, "fraction")
    for divisor in table.take("divide_by", list, None if whole else []):
        if divisor != "seats" and (type(divisor) is not int or divisor < 1):
            table.fail("value_unknown", '"seats" or a positive integer', "divide_by")
        part /= seats if divisor == "seats" else divisor
    table.finish()
    return part


def check_fillable(contest: Contest, rule: SeatRule) -> None:
    """Check that the options suffice for the seats.

    :raises Misconfigured: ``seats_unfillable``
    """
    if rule.seats > len(contest.options) and not rule.uncontested:
        detail = f"{rule.seats} seats for {len(contest.options)} options"
        Table({}, "").fail("seats_unfillable", detail, "seats")


def decide_seats(
    contest: Contest,
    rule: SeatRule,
    totals: Sequence[Fraction],
    valid: Fraction,
    facts: Mapping[str, Json],
    lots: Sequence[Sequence[str]] | None,
) -> Outcome:
    """Fill the seats with those who have most votes.

    1. no valid vote: no decision; 2. only those who reach the legal minimum; 3. if they
    fit the seats, all are elected and the rest stays vacant; 4. otherwise the most votes,
    and equality at the last seat is a tie: reported, or settled by a recorded lot.

    :param facts: what the method adds to ``detail``
    :raises Refused: ``lot_incomplete``: it leaves out a tied option
    """
    keys = [option.key for option in contest.options]
    votes = dict(zip(keys, totals, strict=True))
    result = _Result(
        tuple((key, number(votes[key])) for key in keys),
        {"valid": exact(valid), "seats": rule.seats, **facts, **_lines(rule, votes, valid)},
        rule,
    )
    if rule.uncontested and len(keys) <= rule.seats:
        return result.uncontested(keys)
    if valid == 0:
        return result.outcome("no_decision", vacant=rule.seats, reason=NO_VALID_VOTES)
    minimum = valid * rule.minimum if rule.minimum is not None else Fraction(0)
    standing = sorted((key for key in keys if votes[key] >= minimum), key=lambda k: -votes[k])
    if len(standing) <= rule.seats:
        below = len(standing) < len(keys)
        return result.all_elected(standing, LEGAL_MINIMUM if below else TOO_FEW_CANDIDATES)
    return _by_rank(result, standing, votes, Lots(lots))


def _lines(rule: SeatRule, votes: Mapping[str, Fraction], valid: Fraction) -> dict[str, Json]:
    lines: dict[str, Json] = {}
    if rule.minimum is not None:
        lines["legal_minimum"] = exact(valid * rule.minimum)
    if rule.deposit is not None:
        line = valid * rule.deposit
        lines["deposit_line"] = exact(line)
        lines["deposit_forfeited"] = [key for key in votes if votes[key] < line]
    return lines


def _by_rank(
    result: "_Result", standing: Sequence[str], votes: Mapping[str, Fraction], lots: Lots
) -> Outcome:
    seats = result.rule.seats
    last = votes[standing[seats - 1]]
    above = [key for key in standing if votes[key] > last]
    level = [key for key in standing if votes[key] == last]
    left = seats - len(above)
    if len(level) == left:
        return result.outcome("decided", above + level)
    drawn = lots.order(level)
    if drawn is None:
        return result.outcome("tie", above, tied=Tie(tuple(level), left))
    return result.outcome("decided", above + drawn[:left], by_lot=drawn[:left])


@dataclass(frozen=True, slots=True)
class _Result:
    totals: tuple[tuple[str, int | Fraction], ...]
    detail: Mapping[str, Json]
    rule: SeatRule

    def outcome(
        self, status: str, elected: Sequence[str] = (), tied: Tie | None = None, **more: Any
    ) -> Outcome:
        if more.get("vacant") and self.rule.repeat:
            more["repeat"] = dict(self.rule.repeat)
        return Outcome(status, tuple(elected), tied, self.totals, {**self.detail, **more})

    def all_elected(self, standing: Sequence[str], reason: str) -> Outcome:
        vacant = self.rule.seats - len(standing)
        if not vacant:
            return self.outcome("decided", standing)
        status = "incomplete" if standing else "no_decision"
        return self.outcome(status, standing, vacant=vacant, reason=reason)

    def uncontested(self, keys: Sequence[str]) -> Outcome:
        vacant = self.rule.seats - len(keys)
        if vacant:
            return self.outcome(
                "incomplete", keys, vacant=vacant, reason=TOO_FEW_CANDIDATES, uncontested=True
            )
        return self.outcome("decided", keys, uncontested=True)
