"""Rules of single methods: parameters that are refused, edges, and slow second counts."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polls import METHODS, decide, poll, sums, whole
from tsukuba_trust.errors import Misconfigured, Refused, Rejected
from tsukuba_trust.plugins.tallies.stv_flow import UNIT, Flow
from tsukuba_trust.values import Count, Sheet

BAD = [
    ("choose-k", {}, "key_missing"),
    ("choose-k", {"choices": 0}, "value_out_of_range"),
    ("borda", {"unranked": "half"}, "value_unknown"),
    ("schulze", {"strength": "luck"}, "value_unknown"),
    ("irv", {"seats": 2}, "seats_unfillable"),
    ("irv", {"bulk_exclusion": "all"}, "value_unknown"),
    ("stv", {}, "key_missing"),
    ("stv", {"rule": "irish"}, "value_unknown"),
    ("stv", {"rule": "scottish", "seats": 4}, "seats_unfillable"),
    ("stv", {"rule": "scottish", "quota": "droop-exact"}, "key_unknown"),
    ("stv", {"rule": "wigm", "quota": "hare"}, "value_unknown"),
    ("stv", {"rule": "wigm", "arithmetic": "float"}, "value_unknown"),
    ("dhondt", {"seats": 0}, "value_out_of_range"),
    ("dhondt", {"threshold": "2"}, "value_out_of_range"),
    ("dhondt", {"threshold": "0.05"}, "value_unknown"),
    ("dhondt", {"list_sizes": [{"option": "x", "names": 1}]}, "value_unknown"),
    ("dhondt", {"list_sizes": [{"option": "a", "names": 1}] * 2}, "value_twice"),
    ("sainte-lague-modified", {"first_divisor": "1/2"}, "value_out_of_range"),
    ("score", {"max": 0}, "value_out_of_range"),
    ("star", {"seats": 2}, "seats_unfillable"),
    ("star", {"tie_rule": "coin"}, "value_unknown"),
    ("majority-judgment", {}, "key_missing"),
    ("majority-judgment", {"grades": ["good"]}, "value_out_of_range"),
    ("referendum", {}, "question_options"),
    ("confidence", {"majority": "3/2"}, "question_options"),
    ("confidence", {"each": True, "majority": "3/2"}, "value_out_of_range"),
    ("evaluation", {"values": [1, 2]}, "value_out_of_range"),
    ("evaluation", {"values": [1, 2, "x"]}, "wrong_type"),
]


@pytest.mark.parametrize(("method", "tally", "code"), BAD)
def test_a_bad_parameter_is_named(method, tally, code):
    with pytest.raises(Misconfigured) as refusal:
        METHODS[method].check(poll("abc", tally))
    assert refusal.value.code == code


def test_star_has_no_option_called_equal():
    with pytest.raises(Misconfigured, match="option_reserved"):
        METHODS["star"].check(poll(("a", "equal")))


@pytest.mark.parametrize("method", ["dhondt", "plurality", "choose-k", "evaluation"])
def test_ballots_with_more_marks_than_the_method_counts_are_refused(method):
    tally = {"choose-k": {"choices": 1}, "evaluation": {"values": [0, 50, 100]}}.get(method, {})
    with pytest.raises(Misconfigured, match="several_votes"):
        METHODS[method].check(poll("abc", tally, {"min": 0, "max": 2}))


@pytest.mark.parametrize("method", ["score", "star", "evaluation"])
def test_the_highest_score_is_that_of_the_ballots(method):
    ballot = {"form": "score", "max": 9}
    METHODS[method].check(poll("ab", {}, ballot))
    with pytest.raises(Misconfigured, match="value_differs"):
        METHODS[method].check(poll("ab", {"max": 5}, ballot))


def test_the_grades_are_those_of_the_ballots():
    ballot = {"form": "grade", "grades": ["good", "poor"]}
    METHODS["majority-judgment"].check(poll("ab", {}, ballot))
    with pytest.raises(Misconfigured, match="value_differs"):
        METHODS["majority-judgment"].check(poll("ab", {"grades": ["a", "b"]}, ballot))


MALFORMED = [
    Count((), 0, 3, preferences=(((1, 2), 2),)),
    Count((), 0, 2, preferences=(((1, 2, 3), 2),)),
    Count((), 0, 2, preferences=(((1,), 2),)),
    Count((), 0, 0, preferences=(((1, 2), 0),)),
    Count((), 0, 2, preferences=(((-1, 2), 2),)),
    Count((1, 0), 0, 1),
    Count((), 0, 2, preferences=(((1, 2), 2),), sheets=(Sheet("p", (0, 0), 0, 0),)),
    Count((), 0, 2, preferences=(((1, 2), 2),), levels="grade"),
]


@pytest.mark.parametrize("count", MALFORMED)
@pytest.mark.parametrize("method", ["borda", "schulze", "irv"])
def test_ballots_that_cannot_be_are_rejected(method, count):
    with pytest.raises(Rejected, match="count_malformed"):
        decide(method, poll("ab"), count)


@pytest.mark.parametrize("method", ["score", "star"])
def test_a_score_above_the_highest_is_rejected(method):
    with pytest.raises(Rejected, match="count_malformed"):
        decide(method, poll("ab"), whole({(6, 0): 1}))


@pytest.mark.parametrize("method", ["referendum", "dhondt", "evaluation"])
def test_more_votes_than_ballots_are_rejected(method):
    tally = {"evaluation": {"values": [0, 100]}}.get(method, {})
    keys = ("yes", "no") if method == "referendum" else "ab"
    with pytest.raises(Rejected, match="count_malformed"):
        decide(method, poll(keys, tally), Count((2, 2), 0, 3))


def test_marks_cannot_be_more_than_the_choices_of_all_ballots():
    with pytest.raises(Rejected, match="count_malformed"):
        decide("choose-k", poll("abc", {"choices": 2}), Count((3, 3, 1), 0, 3))


def test_choose_k_fills_as_many_seats_as_a_ballot_has_choices():
    outcome = decide("choose-k", poll("abc", {"choices": 2}), Count((3, 2, 1), 0, 3))
    assert outcome.elected == ("a", "b")


def test_a_lot_with_a_name_twice_is_refused():
    with pytest.raises(Refused, match="lot_malformed"):
        decide("plurality", poll("ab"), sums((1, 1)), ["a", "a"])


def test_a_second_lot_settles_a_second_tie():
    ballots = {(1, None, None): 1, (None, 1, None): 1, (None, None, 1): 1}
    contest = poll("abc")
    first = decide("irv", contest, whole(ballots), ["a", "b", "c"])
    assert first.elected == ("a",)
    count = whole({(1, None, None, None): 3, (None, 1, None, None): 3, **{
        (None, None, 1, None): 1, (None, None, None, 1): 1}})  # fmt: skip
    half = decide("irv", poll("abcd"), count, ["c", "d"])
    assert (half.status, half.tied.stage) == ("tie", 3)
    assert half.tied.candidates == ("a", "b")
    both = decide("irv", poll("abcd"), count, ["c", "d"], ["b", "a"])
    assert both.elected == ("b",)


def test_scottish_surpluses_of_equal_size_go_by_the_earlier_stage_then_by_lot():
    ballots = {(1, None, 2, None): 5, (None, 1, None, 2): 5, (None, None, 1, None): 1}
    contest = poll("abcd", {"rule": "scottish", "seats": 3})
    outcome = decide("stv", contest, whole(ballots))
    assert (outcome.status, outcome.tied.kind) == ("tie", "surplus")
    assert outcome.tied.candidates == ("a", "b")
    drawn = decide("stv", contest, whole(ballots), ["b", "a"])
    assert drawn.detail["rounds"][0]["lot"] == ["b"]
    assert drawn.detail["rounds"][1]["candidate"] == "b"


def test_the_exact_quota_must_be_exceeded():
    ballots = {(1, None, None): 4, (None, 1, None): 4, (None, None, 1): 4}
    rules = {"rule": "wigm", "seats": 2}
    integer = decide("stv", poll("abc", {**rules, "quota": "droop-integer"}), whole(ballots))
    exact = decide("stv", poll("abc", {**rules, "quota": "droop-exact"}), whole(ballots))
    assert (integer.detail["quota"], exact.detail["quota"]) == (5, 4)
    assert exact.elected == ()
    thirds = decide("stv", poll("abc", {**rules, "quota": "droop-exact"}), whole({(1, 2, 3): 4}))
    assert thirds.detail["quota"] == "4/3"
    assert thirds.detail["rounds"][1]["totals"]["b"] == "8/3"


@pytest.mark.parametrize("rule", ["scottish", "wigm", "meek"])
def test_fewer_candidates_than_seats_leave_seats_vacant(rule):
    contest = poll("ab", {"rule": rule, "seats": 3})
    outcome = METHODS["stv"].decide(contest, whole({(1, 2): 3, (2, 1): 1}))
    assert (outcome.status, outcome.elected) == ("incomplete", ("a", "b"))
    assert (outcome.detail["vacant"], outcome.detail["reason"]) == (1, "too-few-candidates")


def test_meek_elects_all_when_there_are_only_as_many_as_seats():
    outcome = decide("stv", poll("ab", {"rule": "meek", "seats": 2}), whole({(1, None): 5}))
    assert outcome.elected == ("a", "b")
    assert outcome.detail["rounds"][0]["totals"] == {"a": "5.000000000", "b": "0.000000000"}


def test_safe_bulk_exclusion_takes_the_largest_hopeless_group():
    ballots = {
        (1, None, None, None): 10,
        (None, 1, None, None): 9,
        (None, None, 1, None): 3,
        (None, None, None, 1): 2,
    }
    outcome = decide("irv", poll("abcd", {"bulk_exclusion": "safe"}), whole(ballots))
    assert outcome.detail["rounds"][0]["excluded"] == ["d", "c"]
    assert outcome.elected == ("a",)


def test_too_many_ways_behind_a_tie_are_not_listed():
    size = 16
    ballots = {
        tuple(1 if n == option else 2 if n == (option * 7 + 3) % size else None
              for n in range(size)): 1
        for option in range(size)
    }  # fmt: skip
    keys = [f"c{n}" for n in range(size)]
    outcome = decide("stv", poll(keys, {"rule": "scottish", "seats": 3}), whole(ballots))
    assert outcome.status == "tie"
    assert "possible_elected" not in outcome.detail


def test_star_settles_a_place_in_the_run_off_by_duels_then_by_highest_scores():
    duel = decide("star", poll("abc"), whole({(5, 2, 3): 2, (5, 4, 2): 1}))
    assert duel.detail["finalists"] == ["a", "c"]
    level = whole({(5, 5, 2): 1, (5, 0, 3): 1})
    highest = decide("star", poll("abc"), level)
    assert highest.detail["finalists"] == ["a", "b"]
    told = decide("star", poll("abc", {"tie_rule": "none"}), level)
    assert (told.status, told.tied.kind, told.tied.candidates) == ("tie", "finalist", ("b", "c"))
    assert told.detail["finalists"] == ["a"]
    drawn = decide("star", poll("abc", {"tie_rule": "none"}), level, ["c", "b"])
    assert drawn.detail["finalists"] == ["a", "c"]


def test_one_candidate_alone_wins_star():
    outcome = decide("star", poll("a"), whole({(3,): 1}))
    assert (outcome.elected, outcome.detail["finalists"]) == (("a",), ["a"])


def test_equal_quotients_go_to_the_list_with_more_votes_where_that_is_the_rule():
    contest = poll("abc", {"seats": 3, "tie_rule": "more-votes-then-lot"})
    outcome = decide("dhondt", contest, sums((200, 100, 100)))
    assert (outcome.status, outcome.tied.candidates) == ("tie", ("b", "c"))
    assert outcome.detail["seats"] == {"a": 2, "b": 0, "c": 0}


def test_nobody_above_the_threshold_leaves_all_seats_empty():
    outcome = decide("dhondt", poll("ab", {"seats": 3, "threshold": "2/3"}), sums((5, 5)))
    assert (outcome.status, outcome.detail["reason"]) == ("no_decision", "threshold")
    assert outcome.detail["below_threshold"] == ["a", "b"]


def test_an_evaluation_reports_exact_means():
    points = decide("evaluation", poll("ab"), whole({(100, None): 1, (50, 10): 2}))
    assert points.detail["means"]["a"] == {
        "ballots": 3,
        "points": 200,
        "mean": "200/3",
        "mean_shown": "66.67",
    }
    assert points.detail["means"]["b"]["mean"] == 10
    scale = decide("evaluation", poll("abc", {"values": [0, 50, 100]}), sums((1, 1, 2)))
    assert (scale.detail["mean"], scale.detail["mean_shown"]) == ("62.5", "62.50")


def test_each_person_of_a_confidence_vote_is_judged_alone():
    rule = {"each": True, "quorum": {"at_least": "1/2", "count": "valid"}}
    ballots = {(0, 0, None): 3, (0, 1, 1): 3, (1, None, None): 1}
    outcome = decide("confidence", poll("abc", rule), whole(ballots, electors=12))
    said = {key: row["outcome"] for key, row in outcome.detail["questions"].items()}
    assert said == {"a": "confirmed", "b": "tie", "c": "no_decision"}
    assert outcome.detail["questions"]["c"]["reason"] == "turnout-quorum"
    assert (outcome.status, outcome.elected) == ("mixed", ("a",))


@pytest.mark.parametrize(
    ("rule", "yes", "no", "said"),
    [
        ({"majority": "2/3"}, 20, 10, "rejected"),
        ({"majority": "2/3", "strict": False}, 20, 10, "approved"),
        ({"majority": "2/3"}, 21, 10, "approved"),
        ({"strict": False}, 10, 10, "approved"),
        ({"base": "electors"}, 50, 1, "rejected"),
        ({"base": "electors"}, 51, 1, "approved"),
    ],
)
def test_a_majority_is_exceeded_or_reached_in_its_base(rule, yes, no, said):
    outcome = decide("referendum", poll(("yes", "no"), rule), sums((yes, no), electors=100))
    assert outcome.detail["outcome"] == said


@pytest.mark.parametrize(
    ("quorum", "met"),
    [
        ({"at_least": "1/2"}, True),
        ({"at_least": "1/2", "strict": True}, False),
        ({"at_least": "1/2", "count": "valid"}, False),
    ],
)
def test_a_quorum_is_reached_or_exceeded_by_what_it_counts(quorum, met):
    count = sums((40, 5), blank=5, electors=100)
    outcome = decide("referendum", poll(("yes", "no"), {"quorum": quorum}), count)
    assert outcome.detail["quorum_met"] is met
    assert outcome.detail["turnout"] == "1/2"


@st.composite
def flows(draw):
    options = draw(st.integers(1, 5))
    orders = draw(
        st.lists(
            st.tuples(st.permutations(range(options)), st.integers(0, options), st.integers(1, 4)),
            max_size=8,
        )
    )
    elected = {n for n in range(options) if draw(st.booleans())}
    hopeful = {n for n in range(options) if n not in elected and draw(st.booleans())}
    keep = {n: draw(st.integers(1, UNIT)) if n in elected else UNIT for n in elected | hopeful}
    return [(tuple(order[:end]), ballots) for order, end, ballots in orders], keep, elected, hopeful


@given(flows())
@settings(max_examples=200)
def test_shared_knots_give_the_votes_of_every_ballot_by_itself(flow):
    orders, keep, elected, hopeful = flow
    votes = dict.fromkeys(keep, 0)
    for order, ballots in orders:
        weight = UNIT
        for option in order:
            if option in keep and weight:
                kept = -(-weight * keep[option] // UNIT)
                votes[option] += kept * ballots
                weight -= kept
    assert Flow(orders, elected, hopeful).votes(keep) == votes


def test_a_transfer_value_is_cut_off_after_five_decimals():
    ballots = {(1, 2, None): 7, (1, None, 2): 3, (1, None, None): 4, (None, 1, None): 3,
               (None, None, 1): 7}  # fmt: skip
    outcome = decide("stv", poll("abc", {"rule": "scottish", "seats": 2}), whole(ballots))
    second = outcome.detail["rounds"][1]
    assert outcome.detail["quota"] == "9.00000"
    assert second["totals"]["b"] == "5.49998"  # 3 + 7 × 0.35714, not 3 + 7 × 5/14 = 5.5
    assert Fraction(second["non_transferable"]) == Fraction("1.42860")
