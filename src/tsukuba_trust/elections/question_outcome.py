"""The outcome of a contest that asks one yes-or-no question."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from tsukuba_trust.elections.figures import number, ratio
from tsukuba_trust.elections.lots import Lots
from tsukuba_trust.elections.papers import (
    blank_and_invalid,
    invalid_online,
    total_votes,
    valid_on_paper,
    voters,
)
from tsukuba_trust.elections.question import (
    EQUAL,
    NO,
    OPEN,
    YES,
    Answers,
    QuestionRule,
    figures,
    judge,
)
from tsukuba_trust.elections.whole_ballots import keys_of
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Contest, Count, Outcome, Tie


def answers_of(contest: Contest, count: Count, yes: str, no: str) -> Answers:
    """Add up what internet ballots and paper sheets answered.

    :raises Rejected: ``count_malformed``
    """
    totals = dict(zip(keys_of(contest), total_votes(contest, count), strict=True))
    blank = count.ballots - invalid_online(count) - sum(count.votes)
    if blank < 0:
        raise Rejected("count_malformed", "more votes than ballots")
    for sheet in count.sheets:
        valid_on_paper(sheet)
    papers = blank_and_invalid(count, blank)
    return Answers(
        totals[yes], totals[no], papers["blank"], papers["invalid"], voters(count), count.electors
    )


def decide_question(
    contest: Contest,
    rule: QuestionRule,
    count: Count,
    yes: str,
    no: str,
    words: Mapping[str, str],
    lots: Sequence[Sequence[str]] | None,
) -> Outcome:
    """Decide the question; equal answers are a tie, and only a recorded lot settles it.

    :param words: YES and NO -> what the outcome is called
    :raises Rejected: ``count_malformed`` or ``electors_unknown``
    """
    answers = answers_of(contest, count, yes, no)
    judgement = judge(rule, answers)
    detail = {**figures(answers), "majority": ratio(rule.majority), "base": rule.base}
    if answers.electors:
        detail["turnout"] = ratio(Fraction(answers.cast, answers.electors))
    if judgement.quorum_met is not None:
        detail["quorum_met"] = judgement.quorum_met
    sums = {yes: number(answers.yes), no: number(answers.no)}
    totals = tuple((key, sums[key]) for key in keys_of(contest))
    if judgement.answer == OPEN:
        return Outcome("no_decision", totals=totals, detail={**detail, "reason": judgement.reason})
    answer = judgement.answer
    if answer == EQUAL:
        drawn = Lots(lots).order(keys_of(contest))
        if drawn is None:
            return Outcome("tie", (), Tie(tuple(keys_of(contest)), 1), totals, detail)
        answer, detail["by_lot"] = (YES if drawn[0] == yes else NO), drawn[:1]
    chosen = yes if answer == YES else no
    return Outcome("decided", (chosen,), None, totals, {**detail, "outcome": words[answer]})
