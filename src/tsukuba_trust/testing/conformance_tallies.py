"""The kit for tally methods: exact, deterministic, a tie is reported and never broken."""

import copy
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from tsukuba_trust.errors import Misconfigured, Rejected
from tsukuba_trust.interfaces import ITallyMethod
from tsukuba_trust.testing.conformance import Conformance, has_float
from tsukuba_trust.values import Contest, Count, Outcome, Sheet

STATUSES = frozenset({"decided", "tie", "no_decision", "incomplete", "mixed"})


class TallyMethodConformance(Conformance):
    """Give ``plugin`` and ``contest``; the contest has at least one seat less than options.

    A method that reads whole ballots sets ``whole_ballots`` and, unless its ballots are
    rankings, overrides ``level``.
    """

    interface = ITallyMethod
    whole_ballots = False

    @pytest.fixture
    def contest(self) -> Contest:
        pytest.fail("the kit needs a fixture `contest`")

    def level(self, contest: Contest) -> int:
        """Return the best level that a ballot can give an option."""
        return 1

    def votes(self, contest: Contest, numbers: Sequence[int]) -> Count:
        """Return a count of ballots that each choose one option alone."""
        if not self.whole_ballots:
            return Count(votes=tuple(numbers), blank=0, ballots=sum(numbers))
        best, size = self.level(contest), len(numbers)
        kinds = [
            (tuple(best if n == option else None for n in range(size)), ballots)
            for option, ballots in enumerate(numbers)
            if ballots
        ]
        return Count((), 0, sum(numbers), preferences=tuple(kinds))

    def samples(self, contest: Contest) -> list[Count]:
        """Return counts of many shapes, the same every time."""
        chance = random.Random(20250220)  # noqa: S311 - a fixed sample, not a secret
        size = len(contest.options)
        rows = [[chance.randrange(limit) for _ in range(size)] for limit in (2, 3, 30, 10**6)]
        rows += [[0] * size, [7] * size, list(range(size)), list(range(size))[::-1]]
        return [self.votes(contest, row) for row in rows]

    def test_it_accepts_the_contest(self, plugin: Any, contest: Contest) -> None:
        plugin.check(contest)

    def test_it_refuses_a_parameter_it_does_not_know(self, plugin: Any, contest: Contest) -> None:
        with pytest.raises(Misconfigured):
            plugin.check(replace(contest, tally={**contest.tally, "no_such_parameter": 1}))

    def test_it_is_deterministic_and_changes_nothing(self, plugin: Any, contest: Contest) -> None:
        for count in self.samples(contest):
            before = copy.deepcopy((contest, count))
            assert plugin.decide(contest, count) == plugin.decide(contest, count)
            assert (contest, count) == before

    def test_its_words_are_the_contracts(self, plugin: Any, contest: Contest) -> None:
        keys = [option.key for option in contest.options]
        for count in self.samples(contest):
            outcome: Outcome = plugin.decide(contest, count)
            assert outcome.status in STATUSES
            assert [key for key, _ in outcome.totals] in ([], keys)
            assert set(outcome.elected) <= set(keys)
            assert len(set(outcome.elected)) == len(outcome.elected)
            assert (outcome.tied is not None) == (outcome.status == "tie")
            if outcome.tied:
                assert 0 < outcome.tied.seats < len(outcome.tied.candidates)
                assert set(outcome.tied.candidates) <= set(keys)
                if outcome.tied.kind not in ("surplus", "seat"):  # who is tied may have a seat
                    assert not set(outcome.tied.candidates) & set(outcome.elected)

    def test_its_numbers_are_exact(self, plugin: Any, contest: Contest) -> None:
        assert not any(has_float(plugin.decide(contest, c)) for c in self.samples(contest))

    def test_the_order_of_options_does_not_matter(self, plugin: Any, contest: Contest) -> None:
        for count in self.samples(contest):
            turned = replace(contest, options=contest.options[::-1])
            same = plugin.decide(turned, _turned(count))
            outcome = plugin.decide(contest, count)
            assert (outcome.status, set(outcome.elected)) == (same.status, set(same.elected))
            assert dict(outcome.totals) == dict(same.totals)

    def test_without_a_vote_nobody_is_elected(self, plugin: Any, contest: Contest) -> None:
        outcome = plugin.decide(contest, self.votes(contest, [0] * len(contest.options)))
        assert (outcome.status, outcome.elected) == ("no_decision", ())

    def test_equal_votes_are_a_tie_that_only_a_lot_settles(
        self, plugin: Any, contest: Contest
    ) -> None:
        count = self.votes(contest, [7] * len(contest.options))
        keys = [option.key for option in contest.options]
        outcome = plugin.decide(contest, count)
        assert (outcome.status, outcome.elected) == ("tie", ())
        for lot in (keys, keys[::-1]):
            drawn = plugin.decide(contest, count, [lot])
            assert (drawn.status, drawn.tied) == ("decided", None)
            if outcome.tied.kind == "exclusion":
                assert set(drawn.elected) <= set(lot[: outcome.tied.seats])
            elif outcome.tied.kind == "finalist":
                assert drawn.elected in ((lot[0],), (lot[1],))
            else:
                assert drawn.elected == tuple(lot[: outcome.tied.seats])

    def test_paper_and_internet_are_one_box(self, plugin: Any, contest: Contest) -> None:
        size = len(contest.options)
        row = list(range(1, size + 1))
        sheet = Sheet("hall", tuple(row), blank=0, invalid=0, valid=sum(row))
        mixed = replace(self.votes(contest, row), sheets=(sheet,))
        if self.whole_ballots:
            with pytest.raises(Rejected):
                plugin.decide(contest, mixed)
            return
        alone = self.votes(contest, [2 * votes for votes in row])
        first, second = plugin.decide(contest, mixed), plugin.decide(contest, alone)
        assert (first.elected, first.totals) == (second.elected, second.totals)

    @pytest.mark.parametrize("fault", ["one too few", "one too many", "below zero"])
    def test_it_rejects_a_malformed_count(self, plugin: Any, contest: Contest, fault: str) -> None:
        good = (1,) * len(contest.options)
        votes = {"one too few": good[1:], "one too many": (*good, 1), "below zero": (*good[1:], -1)}
        with pytest.raises(Rejected):
            plugin.decide(contest, Count(votes[fault], blank=0, ballots=len(good) + 1))
        kinds = {"one too few": ((1,), 5), "one too many": ((1,) * (len(good) + 1), 5)}
        levels, ballots = kinds.get(fault, ((-1, *good[1:]), 5))
        if self.whole_ballots:
            with pytest.raises(Rejected):
                plugin.decide(contest, Count((), 0, 5, preferences=((levels, ballots),)))


def _turned(count: Count) -> Count:
    kinds = tuple((levels[::-1], ballots) for levels, ballots in count.preferences)
    return replace(count, votes=count.votes[::-1], preferences=kinds)
