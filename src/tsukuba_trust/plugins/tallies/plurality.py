"""Plurality: one vote per ballot, the most votes win; one seat or several (SNTV).

Parameters, each optional: ``seats`` (1); ``legal_minimum`` and ``deposit_line``, for instance
``{of = "valid", divide_by = ["seats", 4]}``; ``shared_names`` (how votes with a shared name
are split); ``quorum``; ``uncontested``; ``repeat`` (``{objection_days, within_days}``).

:source: 公職選挙法 (POEA) art. 68-2, 95; elections-jp.md sections 2 to 5, 9, 12
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from zope.interface import implementer

from tsukuba_trust.elections.papers import (
    blank_and_invalid,
    check_columns,
    invalid_online,
    valid_on_paper,
    voters,
)
from tsukuba_trust.elections.quorum import Quorum, Turnout, apply_quorum, read_quorum
from tsukuba_trust.elections.reading import Table
from tsukuba_trust.elections.seats import SeatRule, check_fillable, decide_seats, take_seat_rule
from tsukuba_trust.elections.shared_names import (
    OFFICER_DECISION,
    SharedNames,
    add_up,
    read_shared_names,
)
from tsukuba_trust.errors import Misconfigured, Refused, Rejected
from tsukuba_trust.interfaces import ITallyMethod
from tsukuba_trust.values import Contest, Count, Outcome


@dataclass(frozen=True, slots=True)
class _Rules:
    seats: SeatRule
    shared_names: SharedNames | None
    quorum: Quorum | None


def _read(contest: Contest) -> _Rules:
    table = Table(dict(contest.tally), "")
    rules = _Rules(
        take_seat_rule(table),
        read_shared_names(table.table("shared_names")) if table.has("shared_names") else None,
        read_quorum(table.table("quorum")) if table.has("quorum") else None,
    )
    table.finish()
    return rules


@implementer(ITallyMethod)
class Plurality:
    """Elects the options with most votes that reach the legal minimum."""

    name = "plurality"

    def check(self, contest: Contest) -> None:
        """Check the parameters, and that a ballot cannot give two votes.

        :raises Misconfigured: names the key
        """
        check_fillable(contest, _read(contest).seats)
        if contest.ballot.get("max", 1) != 1:
            raise Misconfigured("several_votes", "plurality counts one vote a ballot", where="max")

    def decide(
        self, contest: Contest, count: Count, lots: Sequence[Sequence[str]] | None = None
    ) -> Outcome:
        """Decide the contest; internet votes and paper sheets are added.

        A ballot that gives no vote and is not invalid is blank.

        :raises Rejected: ``count_malformed``
        """
        rules = _read(contest)
        check_columns(contest, count)
        blank = count.ballots - invalid_online(count) - sum(count.votes)
        if blank < 0:
            raise Rejected("count_malformed", "more votes than ballots")
        valid = sum((valid_on_paper(sheet) for sheet in count.sheets), Fraction(sum(count.votes)))
        facts = blank_and_invalid(count, blank)
        try:
            votes = add_up(contest, count, rules.shared_names)
        except Refused as refusal:
            if refusal.code != OFFICER_DECISION:
                raise
            return Outcome("no_decision", detail={**facts, "reason": "officer-decision"})
        facts = {**facts, **votes.detail}
        outcome = decide_seats(contest, rules.seats, votes.totals, valid, facts, lots)
        turnout = Turnout(count.electors, voters(count), valid, max(votes.totals))
        return apply_quorum(outcome, rules.quorum, turnout)


def includeme(config: Any) -> None:
    """Register the method."""
    config.add_tally_method(Plurality.name, Plurality())
