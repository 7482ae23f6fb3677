"""Evaluation: the exact mean of what ballots give, as in a vote of 0 to 100 points.

Two kinds of contest. With ``values`` (one number per option, in their order) a ballot
chooses one option and that is its value, so that ballots can be added up. Without, every
option is a thing to judge and a ballot gives each 0 to ``max`` (100) points or none; the
mean is over the ballots that gave points. Nobody is elected; the means are the result.

:source: elections-jp.md section 9 (evaluation vote of November 2024)
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from zope.interface import implementer

from tsukuba_trust.elections.figures import exact, fixed, number
from tsukuba_trust.elections.papers import (
    blank_and_invalid,
    invalid_online,
    total_votes,
    valid_on_paper,
)
from tsukuba_trust.elections.reading import Table
from tsukuba_trust.elections.seats import NO_VALID_VOTES
from tsukuba_trust.elections.whole_ballots import keys_of, open_box
from tsukuba_trust.errors import Misconfigured, Rejected
from tsukuba_trust.interfaces import ITallyMethod
from tsukuba_trust.plugins.tallies.points import take_highest
from tsukuba_trust.values import Contest, Count, Json, Outcome

_DECIMALS = 2  # of a mean that is shown


@implementer(ITallyMethod)
class Evaluation:
    """Reports means."""

    name = "evaluation"

    def check(self, contest: Contest) -> None:
        """Check the parameters, and that a ballot chooses one value.

        :raises Misconfigured: names the key
        """
        values, _ = _read(contest)
        if values and contest.ballot.get("max", 1) != 1:
            raise Misconfigured("several_votes", "one value a ballot", where="max")

    def decide(
        self, contest: Contest, count: Count, lots: Sequence[Sequence[str]] | None = None
    ) -> Outcome:
        """Report the means; there is nothing to draw lots for.

        :raises Rejected: ``count_malformed``
        """
        values, highest = _read(contest)
        if values:
            return _one_scale(contest, values, count)
        return _each_option(contest, highest, count)


def _read(contest: Contest) -> tuple[tuple[int, ...], int]:
    table = Table(dict(contest.tally), "")
    values = tuple(table.take("values", list, []))
    highest = 0 if values else take_highest(contest, table, 100)
    if values and len(values) != len(contest.options):
        table.fail("value_out_of_range", "one value per option", "values")
    if any(type(value) is not int or value < 0 for value in values):
        table.fail("wrong_type", "expected integers of 0 or more", "values")
    table.finish()
    return values, highest


def _one_scale(contest: Contest, values: Sequence[int], count: Count) -> Outcome:
    totals = total_votes(contest, count)
    blank = count.ballots - invalid_online(count) - sum(count.votes)
    if blank < 0:
        raise Rejected("count_malformed", "more votes than ballots")
    for sheet in count.sheets:
        valid_on_paper(sheet)
    valid = sum(totals, Fraction(0))
    points = sum((n * value for n, value in zip(totals, values, strict=True)), Fraction(0))
    detail: dict[str, Json] = {"valid": exact(valid), **blank_and_invalid(count, blank)}
    votes = tuple((key, number(n)) for key, n in zip(keys_of(contest), totals, strict=True))
    if not valid:
        return Outcome("no_decision", totals=votes, detail={**detail, "reason": NO_VALID_VOTES})
    detail |= {"values": list(values), "points": exact(points), **_mean(points / valid)}
    return Outcome("decided", totals=votes, detail=detail)


def _each_option(contest: Contest, highest: int, count: Count) -> Outcome:
    box = open_box(contest, count, of="score", highest=highest)
    totals, means = [], {}
    for option, key in enumerate(keys_of(contest)):
        given = [(level, n) for levels, n in box.kinds if (level := levels[option]) is not None]
        ballots, points = sum(n for _, n in given), sum(level * n for level, n in given)
        totals.append((key, points))
        if ballots:
            means[key] = {"ballots": ballots, "points": points, **_mean(Fraction(points, ballots))}
    detail: dict[str, Json] = {
        "valid": box.valid,
        "blank": box.blank,
        "invalid": box.invalid,
        "max": highest,
        "means": means,
    }
    if not box.valid:
        detail["reason"] = NO_VALID_VOTES
    status = "decided" if box.valid else "no_decision"
    return Outcome(status, totals=tuple(totals), detail=detail)


def _mean(mean: Fraction) -> dict[str, Json]:
    return {"mean": exact(mean), "mean_shown": fixed(mean + Fraction(1, 200), _DECIMALS)}


def includeme(config: Any) -> None:
    """Register the method."""
    config.add_tally_method(Evaluation.name, Evaluation())
