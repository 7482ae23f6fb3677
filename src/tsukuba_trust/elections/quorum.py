"""Quorums: how much taking part makes a vote count, and what happens when it is missed.

:source: elections-jp.md sections 9 and 12
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from tsukuba_trust.elections.figures import take_fraction
from tsukuba_trust.elections.reading import Table
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Outcome

MISSED: Final = "quorum"
ELECTORS_UNKNOWN: Final = "electors_unknown"


@dataclass(frozen=True, slots=True)
class Quorum:
    """``{of, at_least, count, strict, if_missed}`` of a contest's parameters.

    :param of: the whole: "electors" or "voters" (all papers and ballots)
    :param count: what must reach the fraction: "voters", "valid" or "winning_side"
    :param strict: whether it must be exceeded; reaching it is enough otherwise
    :param if_missed: "void", "do_not_open" or "advisory" (decided all the same, and said)
    """

    of: str
    at_least: Fraction
    count: str
    strict: bool
    if_missed: str


@dataclass(frozen=True, slots=True)
class Turnout:
    """What a quorum looks at: papers and ballots of every channel together."""

    electors: int | None
    voters: int
    valid: Fraction
    winning_side: Fraction


def read_quorum(table: Table) -> Quorum:
    """Read a quorum.

    :raises Misconfigured: names the key
    """
    quorum = Quorum(
        table.choice("of", ("electors", "voters"), "electors"),
        take_fraction(table, "at_least"),
        table.choice("count", ("voters", "valid", "winning_side"), "voters"),
        table.boolean("strict") if table.has("strict") else False,
        table.choice("if_missed", ("void", "do_not_open", "advisory"), "void"),
    )
    if not 0 < quorum.at_least <= 1:
        table.fail("value_out_of_range", "more than 0, at most 1", "at_least")
    if (quorum.of, quorum.count) == ("voters", "voters"):
        table.fail("value_unknown", "all voters are always all voters", "count")
    table.finish()
    return quorum


def is_met(quorum: Quorum, turnout: Turnout) -> bool:
    """Tell whether a quorum is met; compared exactly.

    :raises Rejected: ``electors_unknown``: the quorum is of a number that nobody gave
    """
    if quorum.of == "electors" and turnout.electors is None:
        raise Rejected(ELECTORS_UNKNOWN, "a quorum of electors needs their number")
    whole = turnout.electors if quorum.of == "electors" else turnout.voters
    counted = {
        "voters": Fraction(turnout.voters),
        "valid": turnout.valid,
        "winning_side": turnout.winning_side,
    }[quorum.count]
    needed = quorum.at_least * (whole or 0)
    return counted > needed if quorum.strict else counted >= needed


def apply_quorum(outcome: Outcome, quorum: Quorum | None, turnout: Turnout) -> Outcome:
    """Say in an outcome whether the quorum is met; a missed one voids it unless advisory.

    :raises Rejected: ``electors_unknown``
    """
    if quorum is None:
        return outcome
    met = is_met(quorum, turnout)
    detail = {**outcome.detail, "quorum_met": met}
    if met or quorum.if_missed == "advisory":
        return replace(outcome, detail=detail)
    return Outcome("no_decision", totals=outcome.totals, detail={**detail, "reason": MISSED})
