"""Confidence (信任投票): is this person, or each of these, wanted in office?

Parameters, each optional, as of ``referendum``. With ``each = true`` every option is a
person, and a ballot grades each 0 (yes), 1 (no) or not at all; then the outcome's status is
"mixed", and ``detail.questions`` has the outcome of every person. An equal result of one
person is reported as "tie" and not drawn for: nobody is chosen instead.

:source: elections-jp.md section 9 (school, 信任投票)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from zope.interface import implementer

from tsukuba_trust.elections.question import (
    EQUAL,
    NO,
    OPEN,
    YES,
    Answers,
    QuestionRule,
    figures,
    judge,
    take_question_rule,
    take_yes_and_no,
)
from tsukuba_trust.elections.question_outcome import decide_question
from tsukuba_trust.elections.reading import Table
from tsukuba_trust.elections.seats import NO_VALID_VOTES
from tsukuba_trust.elections.whole_ballots import keys_of, open_box
from tsukuba_trust.interfaces import ITallyMethod
from tsukuba_trust.values import Contest, Count, Json, Outcome

WORDS = {YES: "confirmed", NO: "rejected", EQUAL: "tie", OPEN: "no_decision"}


@dataclass(frozen=True, slots=True)
class _Rules:
    question: QuestionRule
    each: bool
    yes: str = ""
    no: str = ""


def _read(contest: Contest) -> _Rules:
    table = Table(dict(contest.tally), "")
    each = table.boolean("each") if table.has("each") else False
    names = () if each else take_yes_and_no(contest, table)
    rules = _Rules(take_question_rule(table), each, *names)
    table.finish()
    return rules


@implementer(ITallyMethod)
class Confidence:
    """Confirms or rejects persons one by one."""

    name = "confidence"

    def check(self, contest: Contest) -> None:
        """Check the parameters.

        :raises Misconfigured: names the key
        """
        _read(contest)

    def decide(
        self, contest: Contest, count: Count, lots: Sequence[Sequence[str]] | None = None
    ) -> Outcome:
        """Decide the contest.

        :raises Rejected: ``count_malformed`` or ``electors_unknown``
        """
        rules = _read(contest)
        if rules.each:
            return _decide_each(contest, rules.question, count)
        return decide_question(contest, rules.question, count, rules.yes, rules.no, WORDS, lots)


def _decide_each(contest: Contest, rule: QuestionRule, count: Count) -> Outcome:
    box = open_box(contest, count, of="grade", highest=1)
    cast = count.ballots if count.voters is None else count.voters
    keys, questions, confirmed, totals = keys_of(contest), {}, [], []
    for option, key in enumerate(keys):
        yes, no = (sum(n for levels, n in box.kinds if levels[option] == say) for say in (0, 1))
        blank = box.valid + box.blank - yes - no
        answers = Answers(Fraction(yes), Fraction(no), blank, box.invalid, cast, count.electors)
        judgement = judge(rule, answers)
        question: dict[str, Json] = {**figures(answers), "outcome": WORDS[judgement.answer]}
        question["quorum_met"] = judgement.quorum_met is not False
        if judgement.reason:
            question["reason"] = judgement.reason
        questions[key] = question
        totals.append((key, yes))
        confirmed += [key] if judgement.answer == YES else []
    detail: dict[str, Json] = {
        "valid": box.valid,
        "blank": box.blank,
        "invalid": box.invalid,
        "questions": questions,
    }
    if not box.valid:
        detail["reason"] = NO_VALID_VOTES
        return Outcome("no_decision", totals=tuple(totals), detail=detail)
    return Outcome("mixed", tuple(confirmed), None, tuple(totals), detail)


def includeme(config: Any) -> None:
    """Register the method."""
    config.add_tally_method(Confidence.name, Confidence())
