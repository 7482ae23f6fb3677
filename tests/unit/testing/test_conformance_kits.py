"""The kits catch what they are for: a plugin with one fault fails."""

from dataclasses import replace

import pytest

from tsukuba_trust.crypto.credentials import public
from tsukuba_trust.crypto.groups import group
from tsukuba_trust.errors import BallotRejected
from tsukuba_trust.interfaces import BallotContext
from tsukuba_trust.plugins.ballots.homomorphic import HomomorphicBallots
from tsukuba_trust.plugins.tallies.plurality import Plurality
from tsukuba_trust.testing import BallotSchemeConformance, TallyMethodConformance
from tsukuba_trust.testing.changes import changes
from tsukuba_trust.testing.conformance_ballots import SECRET, stream
from tsukuba_trust.values import Contest, Option, Text

TITLE = Text((("en", "t"),))
OPTIONS = tuple(Option(key, TITLE) for key in "abc")
POLL = Contest("c", "", TITLE, TITLE, OPTIONS, "h", {"min": 1, "max": 1}, "p", {})
BALLOTS, TALLIES = BallotSchemeConformance(), TallyMethodConformance()


class BreaksTies(Plurality):
    def decide(self, contest, count, lots=None):
        keys = [option.key for option in contest.options]
        return super().decide(contest, count, lots or [keys])


class LikesTheFirst(Plurality):
    def decide(self, contest, count, lots=None):
        outcome = super().decide(contest, count, lots)
        return replace(outcome, elected=outcome.elected and (contest.options[0].key,))


class CountsInFloats(Plurality):
    def decide(self, contest, count, lots=None):
        outcome = super().decide(contest, count, lots)
        totals = tuple((key, float(votes)) for key, votes in outcome.totals)
        return replace(outcome, totals=totals)


@pytest.mark.parametrize(
    ("method", "test"),
    [
        (BreaksTies(), TALLIES.test_equal_votes_are_a_tie_that_only_a_lot_settles),
        (LikesTheFirst(), TALLIES.test_the_order_of_options_does_not_matter),
        (CountsInFloats(), TALLIES.test_its_numbers_are_exact),
    ],
)
def test_a_faulty_tally_method_fails(method, test):
    test(Plurality(), POLL)
    with pytest.raises((AssertionError, KeyError)):
        test(method, POLL)


class ChecksNothing(HomomorphicBallots):
    def verify_answer(self, context, answer):
        return None


class ForgetsTheContext(HomomorphicBallots):
    def verify_answer(self, context, answer):
        if not isinstance(answer, dict):
            raise BallotRejected("answer_form")


class KeepsOneRandomness(HomomorphicBallots):
    def seal_answer(self, context, selection, randomness):
        return super().seal_answer(context, selection, lambda size: b"\x01" * size)


def context_and_answer():
    scheme, ed = HomomorphicBallots(), group("Ed25519")
    key = ed.power_secret(ed.generator, SECRET)
    context = BallotContext(ed, key, "f" * 43, public(ed, SECRET + 1), scheme.question(POLL))
    return context, scheme.seal_answer(context, [1, 0, 0], stream("answer"))


def test_a_scheme_that_checks_nothing_fails():
    context, answer = context_and_answer()
    with pytest.raises(AssertionError):
        BALLOTS.test_it_rejects_every_change(ChecksNothing(), context, answer)


def test_a_scheme_that_forgets_the_context_fails():
    context, answer = context_and_answer()
    with pytest.raises(pytest.fail.Exception):
        BALLOTS.test_an_answer_holds_for_its_own_context_only(ForgetsTheContext(), context, answer)


def test_a_scheme_with_randomness_of_its_own_fails():
    context, _ = context_and_answer()
    with pytest.raises(AssertionError):
        BALLOTS.test_all_its_randomness_is_injected(KeepsOneRandomness(), context, [[1, 0, 0]])


def test_every_change_changes_something():
    value = {"a": ["x", "y", 1, True], "b": {"c": "0" * 40}, "d": ""}
    seen = list(changes(value))
    assert all(repr(changed) != repr(value) for _, changed in seen)
    assert len({what for what, _ in seen}) == len(seen) > 40
