"""Attack B12: a blank or protest vote counts as blank, for nobody and in no base."""

import pytest

from polls import decide, poll, sums, whole
from tsukuba_trust.values import Count, Sheet

NOTHING = (None, None, None)
WHOLE = {
    "borda": ("borda", {}, (1, 2, None)),
    "borda-average": ("borda", {"unranked": "average"}, (1, 2, None)),
    "schulze": ("schulze", {}, (1, 2, None)),
    "irv": ("irv", {}, (1, 2, None)),
    "scottish": ("stv", {"rule": "scottish"}, (1, 2, None)),
    "wigm": ("stv", {"rule": "wigm"}, (1, 2, None)),
    "meek": ("stv", {"rule": "meek"}, (1, 2, None)),
    "score": ("score", {}, (5, 3, None)),
    "star": ("star", {}, (5, 3, None)),
    "majority-judgment": ("majority-judgment", {"grades": ["good", "fair", "poor"]}, (0, 1, None)),
    "evaluation": ("evaluation", {}, (90, 10, None)),
    "confidence": ("confidence", {"each": True}, (0, 1, None)),
}
ADDED = {
    "plurality": {},
    "approval": {},
    "choose-k": {"choices": 2, "seats": 1},
    "dhondt": {"seats": 2},
    "sainte-lague": {"seats": 2},
    "sainte-lague-modified": {"seats": 2},
}


@pytest.mark.parametrize("name", WHOLE)
def test_b12_blank_ballots_change_nothing_but_their_number(name):
    method, tally, ballot = WHOLE[name]
    contest = poll("abc", tally)
    without = decide(method, contest, whole({ballot: 3}))
    blanks = decide(method, contest, whole({ballot: 3, NOTHING: 40}))
    assert (blanks.status, blanks.elected, blanks.totals) == (
        without.status,
        without.elected,
        without.totals,
    )
    assert (blanks.detail["valid"], blanks.detail["blank"]) == (3, 40)
    changed = {key for key in blanks.detail if blanks.detail[key] != without.detail.get(key)}
    assert changed <= {"blank", "questions"}


@pytest.mark.parametrize("name", WHOLE)
def test_b12_a_scheme_may_count_blanks_itself(name):
    method, tally, ballot = WHOLE[name]
    contest = poll("abc", tally)
    inside = decide(method, contest, whole({ballot: 3, NOTHING: 4}))
    count = Count((), 4, 9, (("form", 2),), preferences=((ballot, 3),))
    outside = decide(method, contest, count)
    assert outside.detail["blank"] == inside.detail["blank"] == 4
    assert outside.detail["invalid"] == 2


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("count", [whole({}), whole({NOTHING: 9})], ids=["empty", "blank"])
def test_b12_only_blank_ballots_decide_nothing(name, count):
    method, tally, _ = WHOLE[name]
    outcome = decide(method, poll("abc", tally), count)
    assert (outcome.status, outcome.elected) == ("no_decision", ())
    assert outcome.detail["reason"] == "no-valid-votes"
    assert outcome.detail["blank"] == count.ballots


@pytest.mark.parametrize("method", ADDED)
def test_b12_blank_papers_and_ballots_are_in_no_base(method):
    contest = poll("abc", ADDED[method])
    sheet = Sheet("hall", (1, 1, 0), blank=30, invalid=5, valid=2)
    without = decide(method, contest, sums((5, 2, 1)))
    outcome = decide(method, contest, sums((4, 1, 1), blank=20, sheets=(sheet,)))
    assert (outcome.status, outcome.elected) == (without.status, without.elected)
    assert (outcome.detail["valid"], outcome.detail["blank"]) == (8, 50)
    assert outcome.detail["invalid"] == 5


@pytest.mark.parametrize("method", ADDED)
def test_b12_only_blank_papers_decide_nothing(method):
    outcome = decide(method, poll("abc", ADDED[method]), sums((0, 0, 0), blank=7))
    assert (outcome.status, outcome.elected) == ("no_decision", ())
    assert outcome.detail["reason"] == "no-valid-votes"


def test_b12_a_blank_paper_is_neither_yes_nor_no():
    outcome = decide("referendum", poll(("yes", "no")), sums((51, 49), blank=900))
    assert (outcome.detail["outcome"], outcome.detail["blank"]) == ("approved", 900)


def test_b12_blank_papers_count_where_the_base_is_all_papers():
    contest = poll(("yes", "no"), {"base": "cast"})
    outcome = decide("referendum", contest, sums((51, 49), blank=2))
    assert outcome.detail["outcome"] == "rejected"


def test_b12_a_ranking_of_nobody_is_blank_in_a_pairwise_count():
    """Belenios 1.17 let a blank ballot rank all candidates equal first; none is preferred."""
    outcome = decide("schulze", poll("abc"), whole({(1, 2, 3): 1, NOTHING: 5}))
    assert outcome.detail["pairwise"]["c"] == {"a": 0, "b": 0}
    assert outcome.detail["blank"] == 5


def test_b12_a_ranking_of_everybody_alike_is_valid_and_prefers_nobody():
    outcome = decide("schulze", poll("abc"), whole({(1, 1, 1): 5}))
    assert (outcome.detail["valid"], outcome.detail["blank"]) == (5, 0)
    assert outcome.status == "tie"


def test_b12_a_transfer_count_has_no_use_for_a_first_rank_of_two():
    outcome = decide("irv", poll("abc"), whole({(1, 1, 2): 5, (1, None, None): 1}))
    assert (outcome.detail["valid"], outcome.detail["blank"]) == (1, 5)
    assert outcome.elected == ("a",)
