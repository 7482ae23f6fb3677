"""The worked examples of Japanese elections, digit for digit (elections-jp.md)."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polls import decide, poll, sums
from tsukuba_trust.elections.figures import cut, exact, fixed
from tsukuba_trust.errors import Misconfigured, Rejected
from tsukuba_trust.values import Sheet

MAYOR = {
    "legal_minimum": {"of": "valid", "divide_by": [4]},
    "deposit_line": {"of": "valid", "divide_by": [10]},
    "repeat": {"objection_days": 14, "within_days": 50},
}


def council(seats, **more):
    return {
        "seats": seats,
        "legal_minimum": {"of": "valid", "divide_by": ["seats", 4]},
        "deposit_line": {"of": "valid", "divide_by": ["seats", 10]},
        **more,
    }


def field(*votes):
    """Return a contest's keys for these votes."""
    return [f"c{number}" for number in range(len(votes))]


def test_shinagawa_2022_elects_nobody_and_names_the_repeat_election():
    votes = (27_759, 27_000, 26_000, 16_536, 8_279, 7_821)
    outcome = decide("plurality", poll(field(*votes), MAYOR), sums(votes))
    assert sum(votes) == 113_395
    assert (outcome.status, outcome.elected) == ("no_decision", ())
    assert outcome.detail["legal_minimum"] == "28348.75"
    assert outcome.detail["deposit_line"] == "11339.5"
    assert outcome.detail["deposit_forfeited"] == ["c4", "c5"]
    assert outcome.detail["reason"] == "legal-minimum"
    assert outcome.detail["repeat"] == {"objection_days": 14, "within_days": 50}


def test_tsukuba_2020_has_a_winner_far_above_the_minimum():
    outcome = decide("plurality", poll("ab", MAYOR), sums((67_933, 24_357)))
    assert outcome.detail["legal_minimum"] == "23072.5"
    assert outcome.elected == ("a",)
    assert "repeat" not in outcome.detail


def test_tsuchiura_2023_two_equal_candidates_inside_the_seats_need_no_lot():
    votes = (*[1_900] * 22, 1_120, 1_120, 1_000, 531, 181, 88)
    outcome = decide("plurality", poll(field(*votes), council(24)), sums(votes))
    assert sum(votes) == 45_840
    assert outcome.detail["legal_minimum"] == "477.5"
    assert outcome.detail["deposit_line"] == 191
    assert outcome.detail["deposit_forfeited"] == ["c26", "c27"]
    assert (outcome.status, len(outcome.elected)) == ("decided", 24)


def test_etajima_2013_and_a_minimum_that_does_not_end():
    outcome = decide("plurality", poll(field(*range(19)), council(18)), sums([855] * 18 + [868]))
    assert outcome.detail["legal_minimum"] == "8129/36"
    assert fixed(Fraction(8129, 36), 1) == "225.8"


def test_akishima_the_last_seat_stays_empty():
    votes = (*[2_000] * 22, 900, 301)
    outcome = decide("plurality", poll(field(*votes), council(24)), sums(votes))
    assert sum(votes) == 45_201
    assert outcome.detail["legal_minimum"] == "470.84375"
    assert (outcome.status, outcome.detail["vacant"]) == ("incomplete", 1)
    assert "c23" not in outcome.elected


def test_sosa_2022_equal_halves_are_drawn_for():
    sheet = Sheet("匝瑳", (415, 415, 500), 0, 0, shared=((("a", "b"), 1),))
    contest = poll("abc", {"seats": 2, "shared_names": {}})
    count = sums((0, 0, 0), sheets=(sheet,))
    outcome = decide("plurality", contest, count)
    assert (outcome.status, outcome.elected) == ("tie", ("c",))
    assert outcome.tied.candidates == ("a", "b")
    assert outcome.detail["shared_names"]["shown"]["a"] == "415.500"
    drawn = decide("plurality", contest, count, ["b", "a"])
    assert (drawn.elected, drawn.detail["by_lot"]) == (("c", "b"), ["b"])


SHARED = [
    ((330, 130), 10, ("337.173", "132.826"), "0.001"),
    ((700, 300), 1, ("700.700", "300.300"), 0),
    ((3_000, 1_000), 150, ("3112.500", "1037.500"), 0),
]


@pytest.mark.parametrize(("own", "papers", "shown", "lost"), SHARED, ids=["延岡", "春日部", "歯科"])
def test_shared_names_come_out_digit_for_digit(own, papers, shown, lost):
    sheet = Sheet("p", own, 0, 0, shared=((("a", "b"), papers),))
    outcome = decide("plurality", poll("ab", {"shared_names": {}}), sums((0, 0), sheets=(sheet,)))
    told = outcome.detail["shared_names"]
    assert (tuple(told["shown"].values()), told["lost"]) == (shown, lost)
    assert outcome.detail["valid"] == sum(own) + papers


def test_atsugi_three_groups_of_shared_names():
    sheet = Sheet("厚木", (500, 292, 198), 0, 0, shared=((("a", "b", "c"), 15),))
    outcome = decide(
        "plurality", poll("abc", {"shared_names": {}}), sums((0,) * 3, sheets=(sheet,))
    )
    assert list(outcome.detail["shared_names"]["shown"].values()) == [
        "507.575",
        "296.424",
        "201.000",
    ]


def test_shinagawa_2025_adds_the_printed_figures_of_two_districts():
    first, second = Fraction("12085.379"), Fraction("11202.620")
    assert fixed(first + second, 3) == "23287.999"


@pytest.mark.parametrize(("cut_on", "shown"), [("total", "1112.121"), ("each", "1112.120")])
def test_a_name_in_two_groups_is_cut_in_total_or_share_by_share(cut_on, shown):
    sheet = Sheet("南砺", (1_000, 500, 100), 0, 0, shared=((("a", "b"), 100), (("a", "c"), 50)))
    contest = poll("abc", {"shared_names": {"cut_on": cut_on}})
    outcome = decide("plurality", contest, sums((0,) * 3, sheets=(sheet,)))
    assert outcome.detail["shared_names"]["shown"]["a"] == shown
    assert dict(outcome.totals)["a"] == 1_000 + Fraction(200, 3) + Fraction(500, 11)


def test_internet_votes_are_own_votes_of_the_one_district():
    sheet = Sheet("p", (100, 100), 0, 0, shared=((("a", "b"), 10),))
    count = sums((300, 100), sheets=(sheet,))
    both = decide("plurality", poll("ab", {"shared_names": {}}), count)
    alone = decide("plurality", poll("ab", {"shared_names": {"base": "district"}}), count)
    assert dict(both.totals) == {"a": 400 + Fraction(20, 3), "b": 200 + Fraction(10, 3)}
    assert dict(alone.totals) == {"a": 405, "b": 205}


def test_internet_votes_belong_to_no_one_district_of_several():
    sheets = tuple(Sheet(p, (100, 100), 0, 0, shared=((("a", "b"), 10),)) for p in "pq")
    with pytest.raises(Rejected, match="no one counting district"):
        decide("plurality", poll("ab", {"shared_names": {}}), sums((300, 100), sheets=sheets))


def test_without_own_votes_the_officers_must_decide():
    sheet = Sheet("p", (0, 0, 5), 0, 0, shared=((("a", "b"), 3),))
    outcome = decide(
        "plurality", poll("abc", {"shared_names": {}}), sums((0,) * 3, sheets=(sheet,))
    )
    assert (outcome.status, outcome.detail["reason"]) == ("no_decision", "officer-decision")


@pytest.mark.parametrize(
    "shared", [(("a",), 1), (("a", "a"), 1), (("a", "x"), 1), (("a", "b"), -1), (("a", "b"), True)]
)
def test_a_malformed_group_of_shared_names_is_refused(shared):
    sheet = Sheet("p", (1, 1), 0, 0, shared=(shared,), valid=9)
    with pytest.raises(Rejected, match="count_malformed"):
        decide("plurality", poll("ab", {"shared_names": {}}), sums((0, 0), sheets=(sheet,)))


def test_shared_names_need_a_rule():
    sheet = Sheet("p", (1, 1), 0, 0, shared=((("a", "b"), 1),))
    for method in ("plurality", "dhondt"):
        with pytest.raises(Rejected, match="shared names"):
            decide(method, poll("ab"), sums((0, 0), sheets=(sheet,)))


@st.composite
def districts(draw):
    size = draw(st.integers(2, 4))
    keys = "abcd"[:size]
    sheets = []
    for number in range(draw(st.integers(1, 3))):
        votes = tuple(draw(st.lists(st.integers(1, 500), min_size=size, max_size=size)))
        members = tuple(key for key in keys if draw(st.booleans()))
        shared = ((members, draw(st.integers(0, 60))),) if len(members) > 1 else ()
        sheets.append(Sheet(f"d{number}", votes, 0, 0, shared=shared))
    return keys, sheets


@given(districts())
def test_printed_figures_and_lost_thousandths_are_the_valid_papers(case):
    keys, sheets = case
    contest = poll(keys, {"shared_names": {}})
    outcome = decide("plurality", contest, sums((0,) * len(keys), sheets=tuple(sheets)))
    told = outcome.detail.get("shared_names")
    if told:
        printed = sum(Fraction(value) for value in told["shown"].values())
        assert printed + Fraction(told["lost"]) == Fraction(outcome.detail["valid"])
    assert sum(votes for _, votes in outcome.totals) == Fraction(outcome.detail["valid"])


@given(districts())
def test_districts_together_are_the_sum_of_their_own_apportionments(case):
    keys, sheets = case
    contest = poll(keys, {"shared_names": {}})
    nothing = sums((0,) * len(keys))
    merged = decide("plurality", contest, replace(nothing, sheets=tuple(sheets)))
    single = [decide("plurality", contest, replace(nothing, sheets=(s,))) for s in sheets]
    for key in keys:
        assert dict(merged.totals)[key] == sum(dict(one.totals)[key] for one in single)


def test_hokkaido_2024_with_thousandths():
    votes = ("694578.943", "641127", "253344", "192303.871", "177620")
    sheet = Sheet("北海道", tuple(map(Fraction, votes)), 0, 0, valid=1_958_975)
    outcome = decide("dhondt", poll("abcde", {"seats": 8}), sums((0,) * 5, sheets=(sheet,)))
    assert list(outcome.detail["seats"].values()) == [3, 3, 1, 1, 0]
    assert outcome.detail["allocation_order"][-1] == "d"
    assert exact(Fraction(outcome.detail["quotients"][-1])) == "192303.871"


def test_a_school_needs_half_of_its_voters_to_vote_validly():
    rule = {"quorum": {"of": "voters", "at_least": "1/2", "count": "valid"}}
    for valid, status in ((450, "decided"), (449, "no_decision")):
        count = sums((valid - 1, 1), blank=900 - valid)
        outcome = decide("plurality", poll("ab", rule), count)
        assert (outcome.status, outcome.detail["quorum_met"]) == (status, status == "decided")


@pytest.mark.parametrize(("yes", "said"), [(81, "confirmed"), (80, None), (79, "rejected")])
def test_a_confidence_vote_needs_more_than_half_of_the_valid_votes(yes, said):
    outcome = decide("confidence", poll(("yes", "no")), sums((yes, 160 - yes)))
    assert outcome.detail.get("outcome") == said
    assert outcome.status == ("tie" if said is None else "decided")


def test_the_review_of_judges_needs_a_hundredth_of_the_electors():
    rule = {
        "yes": "dismiss",
        "no": "keep",
        "quorum": {"of": "electors", "at_least": "1/100", "count": "valid"},
    }
    contest = poll(("dismiss", "keep"), rule)
    few = decide("referendum", contest, sums((9, 0), electors=1_000))
    many = decide("referendum", contest, sums((9, 4), electors=1_000))
    assert (few.status, many.elected) == ("no_decision", ("dismiss",))


def test_a_winning_side_of_a_quarter_of_the_electors_binds():
    quorum = {"of": "electors", "at_least": "1/4", "count": "winning_side", "if_missed": "advisory"}
    contest = poll(("yes", "no"), {"quorum": quorum})
    for yes, met in ((250, True), (249, False)):
        outcome = decide("referendum", contest, sums((yes, 10), electors=1_000))
        assert (outcome.detail["outcome"], outcome.detail["quorum_met"]) == ("approved", met)


def test_as_many_candidates_as_seats_are_elected_without_a_vote():
    rule = council(2, uncontested={})
    outcome = decide("plurality", poll("ab", rule), sums((0, 0)))
    assert (outcome.status, outcome.elected) == ("decided", ("a", "b"))
    assert outcome.detail["uncontested"] is True
    one = decide("plurality", poll("a", rule), sums((0,)))
    assert (one.status, one.detail["vacant"]) == ("incomplete", 1)


def test_a_by_election_may_be_judged_by_the_whole_council():
    rule = {"seats": 1, "legal_minimum": {"of": "valid", "divide_by": [28, 4]}}
    outcome = decide("plurality", poll("ab", rule), sums((5_600, 50)))
    assert outcome.detail["legal_minimum"] == exact(Fraction(5_650, 112))


@pytest.mark.parametrize(
    ("tally", "code"),
    [
        ({"shared_names": {"cut_on": "some"}}, "value_unknown"),
        ({"shared_names": {"decimals": -1}}, "value_out_of_range"),
        ({"quorum": {"at_least": "0"}}, "value_out_of_range"),
        ({"quorum": {"at_least": "0.5"}}, "value_unknown"),
        ({"quorum": {"at_least": "1/2", "of": "voters"}}, "value_unknown"),
        ({"quorum": {}}, "key_missing"),
        ({"uncontested": {"then": "vote"}}, "value_unknown"),
        ({"repeat": {"within_days": 50}}, "key_missing"),
        ({"legal_minimum": {"of": "valid", "fraction": "x"}}, "value_unknown"),
    ],
)
def test_a_bad_rule_is_named(tally, code):
    with pytest.raises(Misconfigured) as refusal:
        decide("plurality", poll("ab", tally), sums((1, 0)))
    assert refusal.value.code == code


def test_a_quorum_of_electors_needs_their_number():
    rule = {"quorum": {"at_least": "1/2"}}
    with pytest.raises(Rejected, match="electors_unknown"):
        decide("plurality", poll("ab", rule), sums((1, 0)))


@given(st.fractions(min_value=0, max_value=10**6), st.integers(0, 6))
def test_figures_are_cut_never_rounded(value, digits):
    assert Fraction(fixed(value, digits)) == cut(value, digits) <= value
    assert value - cut(value, digits) < Fraction(1, 10**digits)
    assert Fraction(exact(value)) == value
