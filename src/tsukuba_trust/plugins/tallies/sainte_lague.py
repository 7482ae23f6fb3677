"""Sainte-Laguë: a list's votes are divided by 1, 3, 5, …; the largest quotients get the seats.

Parameters: see ``highest_averages``.

:source: A. Sainte-Laguë, La représentation proportionnelle et la méthode des moindres carrés
    (1910)
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from zope.interface import implementer

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
class SainteLague:
    """Gives seats to lists."""

    name = "sainte-lague"

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
        rule = _read(contest)
        return decide_lists(contest, rule, count, lambda seats: Fraction(2 * seats + 1), lots)


def _read(contest: Contest) -> ListRule:
    return take_list_rule(contest, Table(dict(contest.tally), ""))


def includeme(config: Any) -> None:
    """Register the method."""
    config.add_tally_method(SainteLague.name, SainteLague())
