"""Modified Sainte-Laguë: the first divisor is larger, so that a first seat is harder to get.

Parameters: see ``highest_averages``; and ``first_divisor``: "7/5" or another fraction of 1 or
more. The divisors after it are 3, 5, 7, …

:source: Valgloven (Norway) § 11-4; Vallagen (Sweden) chapter 14 § 3
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from zope.interface import implementer

from tsukuba_trust.elections.figures import take_fraction
from tsukuba_trust.elections.reading import Table
from tsukuba_trust.interfaces import ITallyMethod
from tsukuba_trust.plugins.tallies.highest_averages import (
    ListRule,
    check_single_choice,
    decide_lists,
    take_list_rule,
)
from tsukuba_trust.values import Contest, Count, Outcome


@implementer(ITallyMethod)
class ModifiedSainteLague:
    """Gives seats to lists."""

    name = "sainte-lague-modified"

    def check(self, contest: Contest) -> None:
        """Check the parameters.

        :raises Misconfigured: names the key
        """
        _read(contest)
        check_single_choice(contest)

    def decide(
        self, contest: Contest, count: Count, lots: Sequence[Sequence[str]] | None = None
    ) -> Outcome:
        """Decide the contest; internet votes and paper sheets are added.

        :raises Rejected: ``count_malformed``
        """
        first, rule = _read(contest)

        def divisor(seats: int) -> Fraction:
            return Fraction(2 * seats + 1) if seats else first

        return decide_lists(contest, rule, count, divisor, lots)


def _read(contest: Contest) -> tuple[Fraction, ListRule]:
    table = Table(dict(contest.tally), "")
    first = take_fraction(table, "first_divisor", "7/5")
    if first < 1:
        table.fail("value_out_of_range", "at least 1", "first_divisor")
    return first, take_list_rule(contest, table)


def includeme(config: Any) -> None:
    """Register the method."""
    config.add_tally_method(ModifiedSainteLague.name, ModifiedSainteLague())
