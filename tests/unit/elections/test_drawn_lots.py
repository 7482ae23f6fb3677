"""Lots one after the other, each for the tie that it was drawn for."""

import pytest

from tsukuba_trust.elections.drawn_lots import DrawnLot, read_minutes, read_tie, settle, tie_text
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Outcome, Tie

FIRST = Tie(("a", "b"), 1, stage=2, kind="exclusion")
SECOND = Tie(("c", "d"), 1, stage=4, kind="election")


def count(lots):
    """Count a contest with two ties, one after the other."""
    if not lots:
        return Outcome("tie", tied=FIRST)
    if len(lots) == 1:
        return Outcome("tie", tied=SECOND)
    return Outcome("decided", (lots[1][0],))


def lot(tie, *order, recounted=False):
    return DrawnLot(tie_text(tie), order, recounted)


def test_several_ties_of_one_contest_are_settled_one_after_the_other():
    outcome, used = settle(count, [lot(FIRST, "b", "a"), lot(SECOND, "d", "c")])
    assert (outcome.elected, used) == (("d",), [("b", "a"), ("d", "c")])


def test_after_the_first_lot_the_next_tie_is_reported():
    assert settle(count, [lot(FIRST, "b", "a")])[0].tied == SECOND


def test_without_lots_the_first_tie_is_reported():
    assert settle(count, [])[0].tied == FIRST


@pytest.mark.parametrize(
    "tie",
    [
        Tie(("a", "b"), 2, 2, "exclusion"),
        Tie(("a", "b"), 1, 1, "exclusion"),
        Tie(("a", "b"), 1, 2, "election"),
        Tie(("a", "c"), 1, 2, "exclusion"),
        SECOND,
    ],
    ids=["seats", "stage", "kind", "options", "later"],
)
def test_a_lot_for_another_tie_is_refused(tie):
    with pytest.raises(Rejected) as refusal:
        settle(count, [lot(tie, *tie.candidates)])
    assert refusal.value.code == "lot_other_tie"


def test_a_lot_before_new_sheets_is_passed_over_when_its_tie_is_gone():
    outcome, used = settle(count, [lot(SECOND, "c", "d", recounted=True), lot(FIRST, "a", "b")])
    assert (outcome.tied, used) == (SECOND, [("a", "b")])


def test_a_lot_before_new_sheets_counts_when_its_tie_still_stands():
    assert settle(count, [lot(FIRST, "a", "b", recounted=True)])[1] == [("a", "b")]


def test_a_tie_is_written_in_one_form_and_read_back():
    text = tie_text(FIRST)
    assert text == '{"candidates":["a","b"],"kind":"exclusion","seats":1,"stage":2}'
    assert read_tie(text) == FIRST


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[]",
        '{"candidates":["a"],"kind":"election","seats":1,"stage":1,"votes":3}',
        '{"candidates":"ab","kind":"election","seats":1,"stage":1}',
        '{"candidates":["a"],"kind":"election","seats":true,"stage":1}',
        '{"candidates":["a"], "kind":"election","seats":1,"stage":1}',
        '{"candidates":["a"],"kind":"election","seats":0,"stage":1}',
        '{"candidates":[1],"kind":"election","seats":1,"stage":1}',
    ],
)
def test_another_form_of_a_tie_is_refused(text):
    with pytest.raises(Rejected) as refusal:
        read_tie(text)
    assert refusal.value.code == "tie_form"


@pytest.mark.parametrize(
    "text",
    [
        "drawn before witnesses",
        "{}",
        '{"how":"public-draw","seed":"x"}',
        '{"how":"public-draw","seed":"a long enough seed","seen_at":""}',
        '{"how":"public-draw","more":"x","seed":"a long enough seed","seen_at":"y"}',
        '{"drawn_at":"2027-05-15T00:30+09:00","drawn_by":"Aoki","how":"by-hand","place":"x",'
        '"witnesses":["Doi"]}',
        '{"drawn_at":"2027-05-15T09:30+09:00","drawn_by":["Aoki"],"how":"by-hand","place":"x",'
        '"witnesses":["Aoki "]}',
    ],
)
def test_other_minutes_of_a_lot_are_refused(text):
    with pytest.raises(Rejected) as refusal:
        read_minutes(text)
    assert refusal.value.code == "lot_minutes"
