"""Majority judgment: every option gets a grade; the best median wins.

Parameters: ``grades`` (names, best first; where the ballots name grades, those); optional
``seats`` (1), filled down the ranking. A missing grade is the worst one; a ballot without any
grade is blank. Of equal medians, one median grade is taken away from each at a time until
they differ. Of two middle grades the better one is the median, the lower in the list of
grades: so counts belenios-tool, while the book takes the worse one.

:source: M. Balinski, R. Laraki, Majority Judgment (2010), chapters 1 and 2
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, groupby
from typing import Any, Final, TypeAlias

from zope.interface import implementer

from tsukuba_trust.elections.lots import Lots
from tsukuba_trust.elections.ranking import fill_from_ranking
from tsukuba_trust.elections.reading import Table
from tsukuba_trust.elections.seats import NO_VALID_VOTES, SeatRule, check_fillable
from tsukuba_trust.elections.whole_ballots import Box, keys_of, open_box
from tsukuba_trust.interfaces import ITallyMethod
from tsukuba_trust.values import Contest, Count, Json, Outcome

_MOST_GRADES: Final = 255
_Value: TypeAlias = tuple[int, ...]


@implementer(ITallyMethod)
class MajorityJudgment:
    """Elects the options with the best majority values."""

    name = "majority-judgment"

    def check(self, contest: Contest) -> None:
        """Check the parameters.

        :raises Misconfigured: names the key
        """
        check_fillable(contest, _read(contest)[0])

    def decide(
        self, contest: Contest, count: Count, lots: Sequence[Sequence[str]] | None = None
    ) -> Outcome:
        """Decide the contest by the grades of its ballots.

        :raises Rejected: ``count_malformed``
        """
        rule, grades = _read(contest)
        box = open_box(contest, count, of="grade", highest=len(grades) - 1)
        keys = keys_of(contest)
        tallies = _tallies(box, len(keys), len(grades))
        detail: dict[str, Json] = {
            "valid": box.valid,
            "blank": box.blank,
            "invalid": box.invalid,
            "seats": rule.seats,
            "grades": list(grades),
            "tally": {
                key: dict(zip(grades, tally, strict=True))
                for key, tally in zip(keys, tallies, strict=True)
            },
        }
        if not box.valid:
            detail |= {"vacant": rule.seats, "reason": NO_VALID_VOTES, "ranking": []}
            return Outcome("no_decision", detail=detail)
        values = dict(zip(keys, majority_values(tallies), strict=True))
        order = sorted(keys, key=lambda key: values[key])
        ranking = [list(group) for _, group in groupby(order, key=lambda key: values[key])]
        medians = {key: grades[values[key][0]] for key in keys}
        detail |= {"ranking": ranking, "majority_grade": medians}
        return fill_from_ranking(ranking, rule.seats, detail, Lots(lots))


def _read(contest: Contest) -> tuple[SeatRule, tuple[str, ...]]:
    table = Table(dict(contest.tally), "")
    rule = SeatRule(table.integer("seats", 1, 1))
    given = contest.ballot.get("grades")
    grades = table.strings("grades", given)
    if given is not None and list(given) != list(grades):
        table.fail("value_differs", "the ballots have other grades", "grades")
    if not 2 <= len(grades) <= _MOST_GRADES:
        table.fail("value_out_of_range", f"2 to {_MOST_GRADES} grades", "grades")
    table.finish()
    return rule, grades


def _tallies(box: Box, size: int, grades: int) -> list[list[int]]:
    tallies = [[0] * grades for _ in range(size)]
    for levels, ballots in box.kinds:
        for tally, level in zip(tallies, levels, strict=True):
            tally[grades - 1 if level is None else level] += ballots
    return tallies


def majority_values(tallies: Sequence[Sequence[int]]) -> list[_Value]:
    """Return each option's medians, each after taking away the one before; the smaller is better.

    With an odd number of grades the middle goes first. An even number has two middles: the
    better of them goes, then the worse, and so on outwards. Runs of equal pairs are not
    written out: all options are looked at where a run of any of them begins.

    :param tallies: ballots per grade, best first; all of the same number of ballots
    """
    bounds = [list(accumulate(tally)) for tally in tallies]
    middle, odd = divmod(bounds[0][-1], 2)
    turns = {0}
    for bound in bounds:
        turns |= {place - middle - odd for place in bound} | {middle - place for place in bound}
    steps = sorted(turn for turn in turns if 0 <= turn < middle)
    values = []
    for bound in bounds:
        first = [bisect_right(bound, middle)] * odd
        pairs = [
            (bisect_right(bound, middle - 1 - step), bisect_right(bound, middle + odd + step))
            for step in steps
        ]
        values.append((*first, *(grade for pair in pairs for grade in pair)))
    return values


def includeme(config: Any) -> None:
    """Register the method."""
    config.add_tally_method(MajorityJudgment.name, MajorityJudgment())
