"""Yes or no: which part of which base must be reached, and what a missed quorum does.

:source: elections-jp.md section 9 ("過半数" is strictly more than half)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from tsukuba_trust.elections.figures import number, take_fraction
from tsukuba_trust.elections.quorum import (
    ELECTORS_UNKNOWN,
    Quorum,
    Turnout,
    is_met,
    read_quorum,
)
from tsukuba_trust.elections.reading import Table
from tsukuba_trust.elections.seats import NO_VALID_VOTES
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Contest, Json

YES, NO, EQUAL, OPEN = "yes", "no", "equal", "open"
TURNOUT_QUORUM: Final = "turnout-quorum"


@dataclass(frozen=True, slots=True)
class QuestionRule:
    """How one question is judged.

    :param majority: part of the base that yes must exceed, or reach when not ``strict``
    :param base: "yes-no" (valid votes), "cast" (blank and invalid papers too), "electors"
    """

    majority: Fraction
    strict: bool
    base: str
    quorum: Quorum | None


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered to one question, every channel together."""

    yes: Fraction
    no: Fraction
    blank: int
    invalid: int
    cast: int
    electors: int | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came out.

    :param answer: YES, NO, EQUAL (as many yes as no, and one more would decide), OPEN
    :param quorum_met: None when there is no quorum
    :param reason: why it is open
    """

    answer: str
    quorum_met: bool | None
    reason: str = ""


def take_question_rule(table: Table) -> QuestionRule:
    """Take ``majority`` ("1/2"), ``strict`` (true), ``base`` ("yes-no") and ``quorum``.

    :raises Misconfigured: names the key
    """
    majority = take_fraction(table, "majority", "1/2")
    if majority > 1:
        table.fail("value_out_of_range", "at most 1", "majority")
    strict = table.boolean("strict") if table.has("strict") else True
    base = table.choice("base", ("yes-no", "cast", "electors"), "yes-no")
    quorum = read_quorum(table.table("quorum")) if table.has("quorum") else None
    return QuestionRule(majority, strict, base, quorum)


def take_yes_and_no(contest: Contest, table: Table) -> tuple[str, str]:
    """Take ``yes`` and ``no``: which of the two options is which.

    :raises Misconfigured: ``question_options``: there are not exactly these two
    """
    yes, no = table.string("yes", YES), table.string("no", NO)
    if sorted(option.key for option in contest.options) != sorted((yes, no)):
        table.fail("question_options", f"the options must be {yes} and {no}", "options")
    return yes, no


def judge(rule: QuestionRule, answers: Answers) -> Judgement:
    """Judge one question.

    :raises Rejected: ``electors_unknown``
    """
    valid = answers.yes + answers.no
    turnout = Turnout(answers.electors, answers.cast, valid, max(answers.yes, answers.no))
    met = None if rule.quorum is None else is_met(rule.quorum, turnout)
    if met is False and rule.quorum and rule.quorum.if_missed != "advisory":
        return Judgement(OPEN, met, TURNOUT_QUORUM)
    if not valid:
        return Judgement(OPEN, met, NO_VALID_VOTES)
    bases: Mapping[str, Fraction] = {
        "yes-no": valid,
        "cast": Fraction(answers.cast),
        "electors": Fraction(answers.electors or 0),
    }
    if rule.base == "electors" and answers.electors is None:
        raise Rejected(ELECTORS_UNKNOWN, "a majority of electors needs their number")
    line = rule.majority * bases[rule.base]
    if answers.yes > line or (answers.yes == line and not rule.strict):
        return Judgement(YES, met)
    return Judgement(EQUAL if answers.yes == answers.no == line else NO, met)


def figures(answers: Answers) -> dict[str, Json]:
    """Return the numbers of a question for the outcome document."""
    return {
        "yes": number(answers.yes),
        "no": number(answers.no),
        "blank": answers.blank,
        "invalid": answers.invalid,
        "cast": answers.cast,
    }
