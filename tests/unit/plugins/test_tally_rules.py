"""Properties of plurality and approval, and what they refuse (elections-jp.md 12)."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsukuba_trust.errors import Misconfigured, Refused, Rejected
from tsukuba_trust.plugins.tallies.approval import Approval
from tsukuba_trust.plugins.tallies.plurality import Plurality
from tsukuba_trust.values import Contest, Count, Option, Sheet, Text

COUNCIL = {"of": "valid", "divide_by": ["seats", 4]}


def poll(keys, tally=None, ballot=None):
    options = tuple(Option(key, Text((("en", key),))) for key in keys)
    title = Text((("en", "t"),))
    return Contest("c", "", title, title, options, "any", ballot or {}, "any", tally or {})


def single(votes, blank=0, **more):
    return Count(tuple(votes), blank, sum(votes) + blank, **more)


@st.composite
def elections(draw):
    votes = draw(st.lists(st.integers(0, 12), min_size=1, max_size=8))
    seats = draw(st.integers(1, len(votes)))
    tally = {"seats": seats}
    if draw(st.booleans()):
        tally["legal_minimum"] = COUNCIL
    return [f"o{n}" for n in range(len(votes))], votes, tally


@given(elections(), st.randoms(use_true_random=False))
def test_the_order_of_options_does_not_matter(election, random):
    keys, votes, tally = election
    rows = list(zip(keys, votes, strict=True))
    random.shuffle(rows)
    first = Plurality().decide(poll(keys, tally), single(votes))
    mixed_keys, mixed_votes = zip(*rows, strict=True)
    second = Plurality().decide(poll(mixed_keys, tally), single(mixed_votes))
    assert first.status == second.status
    assert set(first.elected) == set(second.elected)
    assert (first.tied and set(first.tied.candidates)) == (
        second.tied and set(second.tied.candidates)
    )


@given(elections())
def test_a_tie_is_never_broken(election):
    keys, votes, tally = election
    outcome = Plurality().decide(poll(keys, tally), single(votes))
    total = dict(outcome.totals)
    if outcome.status in ("decided", "tie"):
        inside = {total[key] for key in outcome.elected}
        passed = [key for key in keys if key not in outcome.elected]
        beaten = [key for key in passed if not outcome.tied or key not in outcome.tied.candidates]
        assert all(total[key] < min(inside) for key in beaten if inside)
    if outcome.tied:
        assert len({total[key] for key in outcome.tied.candidates}) == 1
        assert 0 < outcome.tied.seats < len(outcome.tied.candidates)
        assert len(outcome.elected) + outcome.tied.seats == tally["seats"]


@given(elections())
def test_nobody_below_the_legal_minimum_is_elected(election):
    keys, votes, tally = election
    tally = {**tally, "legal_minimum": COUNCIL}
    outcome = Plurality().decide(poll(keys, tally), single(votes))
    named = set(outcome.elected) | set(outcome.tied.candidates if outcome.tied else ())
    assert all(4 * tally["seats"] * dict(outcome.totals)[key] >= sum(votes) for key in named)
    assert len(outcome.elected) <= tally["seats"]


@given(elections(), st.data())
def test_one_more_vote_never_costs_a_seat(election, data):
    keys, votes, tally = election
    before = Plurality().decide(poll(keys, tally), single(votes))
    if before.elected:
        chosen = data.draw(st.sampled_from(before.elected))
        more = [n + (key == chosen) for key, n in zip(keys, votes, strict=True)]
        assert chosen in Plurality().decide(poll(keys, tally), single(more)).elected


@given(elections(), st.integers(2, 9))
def test_scaled_votes_give_the_same_outcome(election, factor):
    keys, votes, tally = election
    plain = Plurality().decide(poll(keys, tally), single(votes))
    scaled = Plurality().decide(poll(keys, tally), single([factor * n for n in votes]))
    assert (plain.status, plain.elected, plain.tied) == (
        scaled.status,
        scaled.elected,
        scaled.tied,
    )


@given(st.lists(st.integers(0, 9), min_size=3, max_size=3), st.integers(0, 9))
def test_paper_and_internet_add_up_like_one_box(paper, blank):
    sheets = (Sheet("A", tuple(paper), blank, 1),)
    merged = Plurality().decide(poll("abc"), single([2, 1, 0], blank=3, sheets=sheets))
    summed = [n + m for n, m in zip([2, 1, 0], paper, strict=True)]
    assert [votes for _, votes in merged.totals] == summed
    assert merged.detail["valid"] == sum(summed)
    assert merged.detail["blank"] == 3 + blank
    assert merged.detail["invalid"] == 1


def test_equality_is_judged_on_exact_fractions():
    # Sosa 2022: 415.500 and 415.500, both with a half vote of a shared name.
    half = Fraction(831, 2)
    sheets = (Sheet("Sosa", (half, half), 0, 0),)
    outcome = Plurality().decide(poll("ab"), single([0, 0], sheets=sheets))
    assert outcome.tied.candidates == ("a", "b")
    assert outcome.totals == (("a", half), ("b", half))


def test_the_counted_papers_are_the_base_not_the_truncated_sum():
    cut = (Fraction(337173, 1000), Fraction(132826, 1000))
    sheets = (Sheet("Nobeoka", cut, 0, 0, valid=470),)
    tally = {"legal_minimum": {"of": "valid", "divide_by": [4]}}
    outcome = Plurality().decide(poll("ab", tally), single([0, 0], sheets=sheets))
    assert outcome.detail["legal_minimum"] == "117.5"


def test_reaching_the_legal_minimum_exactly_is_enough():
    tally = {"legal_minimum": {"of": "valid", "divide_by": [2]}}
    assert Plurality().decide(poll("abc", tally), single([2, 1, 1])).elected == ("a",)


def test_a_ballot_without_a_vote_is_blank():
    outcome = Plurality().decide(poll("ab"), Count((2, 1), 0, 5, (("sum", 1),)))
    assert (outcome.detail["blank"], outcome.detail["invalid"]) == (1, 1)


def test_it_refuses_more_votes_than_ballots():
    with pytest.raises(Rejected, match="count_malformed"):
        Plurality().decide(poll("ab"), Count((2, 2), 0, 3))
    with pytest.raises(Rejected, match="count_malformed"):
        Approval().decide(poll("ab"), Count((2, 4), 0, 3))


def test_it_refuses_a_sheet_of_another_contest():
    with pytest.raises(Rejected, match="count_malformed"):
        Plurality().decide(poll("ab"), single([1, 0], sheets=(Sheet("A", (1, 2, 3), 0, 0),)))


def test_it_refuses_a_sheet_with_more_votes_than_papers():
    sheets = (Sheet("A", (2, 2), 0, 0, valid=3),)
    with pytest.raises(Rejected, match="count_malformed"):
        Plurality().decide(poll("ab"), single([1, 0], sheets=sheets))


def test_approval_refuses_a_sheet_without_its_valid_papers():
    with pytest.raises(Rejected, match="count_malformed"):
        Approval().decide(poll("ab"), single([1, 0], sheets=(Sheet("A", (1, 2), 0, 0),)))


def test_approval_takes_the_papers_as_the_base_of_the_legal_minimum():
    tally = {"legal_minimum": {"of": "valid", "divide_by": [2]}}
    count = Count((3, 3), 1, 5, sheets=(Sheet("A", (2, 0), 1, 1, valid=2),))
    outcome = Approval().decide(poll("ab", tally), count)
    assert (outcome.detail["valid"], outcome.detail["legal_minimum"]) == (6, 3)
    assert outcome.detail["blank"] == 2
    assert outcome.elected == ("a",)


def test_a_lot_that_leaves_out_a_tied_option_is_refused():
    with pytest.raises(Refused, match="lot_incomplete"):
        Plurality().decide(poll("abc"), single([1, 1, 1]), [["a", "b"]])


def test_fewer_candidates_than_seats_leave_seats_vacant():
    outcome = Plurality().decide(poll("ab", {"seats": 3}), single([1, 1]))
    assert (outcome.status, outcome.detail["vacant"]) == ("incomplete", 1)
    assert outcome.detail["reason"] == "too-few-candidates"


@pytest.mark.parametrize(
    ("tally", "code"),
    [
        ({"seats": 0}, "value_out_of_range"),
        ({"seats": "2"}, "wrong_type"),
        ({"seats": 3}, "seats_unfillable"),
        ({"chairs": 1}, "key_unknown"),
        ({"legal_minimum": {"of": "electors", "divide_by": [4]}}, "value_unknown"),
        ({"legal_minimum": {"of": "valid", "divide_by": [0]}}, "value_unknown"),
        ({"legal_minimum": {"of": "valid", "divide_by": ["chairs"]}}, "value_unknown"),
        ({"legal_minimum": {"of": "valid", "divide_by": [True]}}, "value_unknown"),
        ({"legal_minimum": {"of": "valid"}}, "key_missing"),
    ],
)
@pytest.mark.parametrize("method", [Plurality(), Approval()])
def test_it_refuses_bad_parameters(method, tally, code):
    with pytest.raises(Misconfigured) as refusal:
        method.check(poll("ab", tally))
    assert refusal.value.code == code


def test_plurality_refuses_ballots_with_several_votes():
    with pytest.raises(Misconfigured, match="several_votes"):
        Plurality().check(poll("ab", ballot={"min": 0, "max": 2}))
