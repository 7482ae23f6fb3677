"""Seats for the options with the most votes: legal minimum, ties, lots. Exact numbers only.

:source: 公職選挙法 (POEA) art. 95, as in elections-jp.md sections 1 to 4
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from tsukuba_trust.elections.reading import Table
from tsukuba_trust.errors import Refused, Rejected
from tsukuba_trust.values import Contest, Count, Json, Outcome, Parameters, Sheet, Tie

NO_VALID_VOTES: Final = "no-valid-votes"
LEGAL_MINIMUM: Final = "legal-minimum"
TOO_FEW_CANDIDATES: Final = "too-few-candidates"


@dataclass(frozen=True, slots=True)
class SeatRule:
    """How many seats, and what an option must reach.

    :param divisor: the legal minimum is valid votes / divisor; None = there is none
    """

    seats: int
    divisor: int | None


def read_seat_rule(parameters: Parameters) -> SeatRule:
    """Read ``seats`` and ``legal_minimum = {of = "valid", divide_by = ["seats", 4]}``.

    :raises Misconfigured: names the key
    """
    table = Table(dict(parameters), "")
    seats = table.integer("seats", 1, 1)
    divisor = None
    if table.has("legal_minimum"):
        divisor = _divisor(table.table("legal_minimum"), seats)
    table.finish()
    return SeatRule(seats, divisor)


def _divisor(table: Table, seats: int) -> int:
    table.choice("of", ("valid",))
    divisor = 1
    for part in table.take("divide_by", list):
        if part != "seats" and (type(part) is not int or part < 1):
            table.fail("value_unknown", '"seats" or a positive integer', "divide_by")
        divisor *= seats if part == "seats" else part
    table.finish()
    return divisor


def check_seats(contest: Contest) -> None:
    """Check a contest's tally parameters.

    :raises Misconfigured: names the key
    """
    rule = read_seat_rule(contest.tally)
    if rule.seats > len(contest.options):
        detail = f"{rule.seats} seats for {len(contest.options)} options"
        Table({}, "").fail("seats_unfillable", detail, "seats")


def total_votes(contest: Contest, count: Count) -> tuple[Fraction, ...]:
    """Add internet votes and every paper sheet, option by option.

    :raises Rejected: ``count_malformed``: not one number per option, or one below 0
    """
    columns = [count.votes, *(sheet.votes for sheet in count.sheets)]
    for column in columns:
        if len(column) != len(contest.options) or any(votes < 0 for votes in column):
            raise Rejected("count_malformed", "one number of votes per option")
    return tuple(
        sum((Fraction(votes) for votes in row), Fraction(0)) for row in zip(*columns, strict=True)
    )


def valid_on_paper(sheet: Sheet) -> Fraction:
    """Return the valid papers of a sheet; apportioning may lose a few thousandths of them.

    :raises Rejected: ``count_malformed``
    """
    total = sum((Fraction(votes) for votes in sheet.votes), Fraction(0))
    if sheet.valid is None:
        return total
    if sheet.valid < total:
        raise Rejected("count_malformed", "more votes than valid papers")
    return Fraction(sheet.valid)


def decide_seats(
    contest: Contest,
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
    :param lots: the first one settles the tie, best first
    :raises Refused: ``lot_incomplete``: it leaves out a tied option
    """
    rule = read_seat_rule(contest.tally)
    keys = [option.key for option in contest.options]
    votes = dict(zip(keys, totals, strict=True))
    detail = {"valid": exact(valid), "seats": rule.seats, **facts}
    if rule.divisor is not None:
        detail["legal_minimum"] = exact(valid / rule.divisor)
    result = _Result(tuple((key, number(votes[key])) for key in keys), detail)
    if valid == 0 or not any(totals):
        return result.outcome("no_decision", vacant=rule.seats, reason=NO_VALID_VOTES)
    minimum = valid / rule.divisor if rule.divisor is not None else Fraction(0)
    standing = sorted((key for key in keys if votes[key] >= minimum), key=lambda k: -votes[k])
    if len(standing) <= rule.seats:
        return _all_elected(result, standing, rule.seats, below=len(standing) < len(keys))
    return _by_rank(result, standing, votes, rule.seats, lots)


def _all_elected(result: "_Result", standing: Sequence[str], seats: int, *, below: bool) -> Outcome:
    vacant = seats - len(standing)
    if not vacant:
        return result.outcome("decided", standing)
    status = "incomplete" if standing else "no_decision"
    reason = LEGAL_MINIMUM if below else TOO_FEW_CANDIDATES
    return result.outcome(status, standing, vacant=vacant, reason=reason)


def _by_rank(
    result: "_Result",
    standing: Sequence[str],
    votes: Mapping[str, Fraction],
    seats: int,
    lots: Sequence[Sequence[str]] | None,
) -> Outcome:
    last = votes[standing[seats - 1]]
    above = [key for key in standing if votes[key] > last]
    level = [key for key in standing if votes[key] == last]
    left = seats - len(above)
    if len(level) == left:
        return result.outcome("decided", above + level)
    if not lots:
        return result.outcome("tie", above, tied=Tie(tuple(level), left))
    if not set(level) <= set(lots[0]):
        raise Refused("lot_incomplete", "the lot leaves out a tied option")
    drawn = [key for key in lots[0] if key in level]
    return result.outcome("decided", above + drawn[:left])


@dataclass(frozen=True, slots=True)
class _Result:
    totals: tuple[tuple[str, int | Fraction], ...]
    detail: Mapping[str, Json]

    def outcome(
        self, status: str, elected: Sequence[str] = (), tied: Tie | None = None, **more: Any
    ) -> Outcome:
        return Outcome(status, tuple(elected), tied, self.totals, {**self.detail, **more})


def number(value: Fraction) -> int | Fraction:
    """Return an integer where the number is one."""
    return value.numerator if value.denominator == 1 else value


def exact(value: int | Fraction) -> int | str:
    """Return a number for JSON: an integer, or a fraction as "85/3"."""
    plain = number(Fraction(value))
    return plain if isinstance(plain, int) else str(plain)
