"""The single transferable vote: several seats, filled by rankings in proportion.

Parameters: ``rule``: "scottish" (five decimals, cut off), "wigm" (exact fractions) or
"meek"; optional ``seats`` (1); ``tie_rule``: "previous-rounds-then-lot" or "lot";
for wigm ``arithmetic`` ("exact") and ``quota``: "droop-integer" (floor(valid/(seats+1)) + 1,
reached) or "droop-exact" (valid/(seats+1), exceeded). A ballot ends at its first rank with
two or more options; one that ends there before any choice is blank.

:source: SSI 2007/42 (Scotland); PR Foundation, Reference Meek Rule
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from zope.interface import implementer

from tsukuba_trust.elections.reading import Table
from tsukuba_trust.elections.seats import NO_VALID_VOTES, SeatRule, check_fillable
from tsukuba_trust.elections.whole_ballots import keys_of, open_box, strict_orders
from tsukuba_trust.interfaces import ITallyMethod
from tsukuba_trust.plugins.tallies.stv_meek import MeekCount
from tsukuba_trust.plugins.tallies.stv_papers import FIVE_DECIMALS, FRACTIONS, PaperCount, Rule
from tsukuba_trust.plugins.tallies.transfers import Stages, decide_stages
from tsukuba_trust.values import Contest, Count, Json, Outcome


@dataclass(frozen=True, slots=True)
class _Options:
    seats: int
    rule: str
    exact_quota: bool
    previous: bool

    def papers(self, valid: int) -> Rule:
        """Return the rule of a count by papers."""
        arithmetic = FRACTIONS if self.rule == "wigm" else FIVE_DECIMALS
        quota = arithmetic.unit * (valid // (self.seats + 1) + 1)
        if self.exact_quota:
            quota = Fraction(valid, self.seats + 1)
        return Rule(self.seats, arithmetic, quota, self.exact_quota, self.previous)


@implementer(ITallyMethod)
class SingleTransferableVote:
    """Elects by quota, transfer of surpluses and exclusion."""

    name = "stv"

    def check(self, contest: Contest) -> None:
        """Check the parameters.

        :raises Misconfigured: names the key
        """
        check_fillable(contest, SeatRule(_read(contest).seats))

    def decide(
        self, contest: Contest, count: Count, lots: Sequence[Sequence[str]] | None = None
    ) -> Outcome:
        """Decide the contest by the rankings of its ballots; elected in order of election.

        :raises Rejected: ``count_malformed``
        """
        options = _read(contest)
        box = open_box(contest, count, of="rank")
        orders, empty = strict_orders(box)
        valid, keys = box.valid - empty, keys_of(contest)
        detail: dict[str, Json] = {
            "valid": valid,
            "blank": box.blank + empty,
            "invalid": box.invalid,
            "rule": options.rule,
        }
        if options.rule != "meek":
            rule = options.papers(valid)
            detail["quota"] = rule.arithmetic.show(rule.quota)
        if not valid:
            detail |= {"vacant": options.seats, "reason": NO_VALID_VOTES, "rounds": []}
            return Outcome("no_decision", totals=tuple((key, 0) for key in keys), detail=detail)
        stages: Stages
        if options.rule == "meek":
            stages = MeekCount(keys, orders, options.seats, previous=options.previous)
        else:
            stages = PaperCount(keys, orders, rule)
        return decide_stages(stages, keys, options.seats, detail, lots)


def _read(contest: Contest) -> _Options:
    table = Table(dict(contest.tally), "")
    seats = table.integer("seats", 1, 1)
    rule = table.choice("rule", ("scottish", "wigm", "meek"))
    ties = ("previous-rounds-then-lot", "lot")
    previous = table.choice("tie_rule", ties, ties[0]) == ties[0]
    exact_quota = False
    if rule == "wigm":
        table.choice("arithmetic", ("exact",), "exact")
        quotas = ("droop-integer", "droop-exact")
        exact_quota = table.choice("quota", quotas, quotas[0]) == quotas[1]
    table.finish()
    return _Options(seats, rule, exact_quota, previous)


def includeme(config: Any) -> None:
    """Register the method."""
    config.add_tally_method(SingleTransferableVote.name, SingleTransferableVote())
