"""Doubtful papers, sums that must agree, and lots that anybody repeats (attack O09)."""

import hashlib
from dataclasses import replace
from fractions import Fraction

import pytest

from tsukuba_trust.elections.doubtful import Doubtful, add_settled, settle
from tsukuba_trust.elections.public_draw import draw
from tsukuba_trust.elections.sum_rules import (
    RECEIVED,
    ROLL,
    VALID,
    VOTERS,
    Difference,
    Protocol,
    differences,
)
from tsukuba_trust.errors import Refused, Rejected
from tsukuba_trust.values import Sheet

KEYS = "abc"
PEOPLE = ("manager", "witness")


def paper(number, options="", reason="", place="p", by=PEOPLE):
    return Doubtful(place, number, tuple(options), reason, by)


def test_every_doubtful_paper_ends_as_valid_shared_or_invalid():
    papers = [paper(1, "a"), paper(2, "a"), paper(3, "cb"), paper(4, reason="unclear")]
    settled = settle([*papers, paper(5, reason="blank")], KEYS)
    sheet = Sheet("p", (10, 5, 1), blank=2, invalid=1, valid=17, shared=((("b", "c"), 1),))
    whole = add_settled(sheet, settled, KEYS)
    assert whole.votes == (12, 5, 1)
    assert whole.shared == ((("b", "c"), 2),)
    assert (whole.blank, whole.invalid, whole.valid) == (3, 2, 20)


def test_an_undecided_paper_stops_the_count():
    with pytest.raises(Refused, match="doubtful_undecided"):
        settle([paper(1, "a"), paper(2)], KEYS)


@pytest.mark.parametrize(
    "papers",
    [
        [paper(1, "a"), paper(1, "b")],
        [paper(1, "x")],
        [paper(1, "aa")],
        [paper(1, "a", "blank")],
        [paper(1, reason="ugly")],
        [paper(1, "a", by=())],
    ],
)
def test_a_decision_that_cannot_be_is_refused(papers):
    with pytest.raises(Rejected, match="doubtful_malformed"):
        settle(papers, KEYS)


SHEET = Sheet("p", (10, 5, 1), blank=2, invalid=1, valid=16)
BOOK = Protocol(voters=20, received=19, not_returned=1)


def found(sheet=SHEET, book=BOOK, marked=25):
    return differences([(sheet, book)], channels={"paper": 20, "internet": 5}, marked=marked)


def test_o09_sums_that_agree_show_nothing():
    assert found() == []


@pytest.mark.parametrize(
    ("difference", "changes"),
    [
        (Difference(RECEIVED, "p", Fraction(19), Fraction(20)), {"sheet": {"blank": 3}}),
        (Difference(VOTERS, "p", Fraction(21), Fraction(20)), {"book": {"voters": 21}}),
        (Difference(VALID, "p", Fraction(15), Fraction(16)), {"sheet": {"votes": (10, 5, 0)}}),
        (Difference(ROLL, "", Fraction(25), Fraction(24)), {"marked": 24}),
    ],
    ids=["received", "voters", "valid", "roll"],
)
def test_o09_each_sum_that_does_not_agree_is_shown(difference, changes):
    sheet = replace(SHEET, **changes.get("sheet", {}))
    book = replace(BOOK, **changes.get("book", {}))
    assert found(sheet, book, changes.get("marked", 25)) == [difference]


def test_o09_more_votes_than_valid_papers_are_shown():
    assert [one.rule for one in found(replace(SHEET, votes=(10, 5, 2)))] == [VALID]


def test_o09_thousandths_that_a_place_cut_off_itself_are_lost_not_missing():
    sheet = Sheet("p", (Fraction("337.173"), Fraction("132.826")), 0, 0, valid=470)
    book = Protocol(voters=470, received=470, lost=Fraction("0.001"))
    assert differences([(sheet, book)], channels={"paper": 470}, marked=470) == []


def test_o09_papers_with_shared_names_are_valid_papers():
    sheet = Sheet("p", (330, 130), 0, 0, valid=470, shared=((("a", "b"), 10),))
    book = Protocol(voters=470, received=470)
    assert differences([(sheet, book)], channels={"paper": 470}, marked=470) == []


SEED = "public dice of 2026-11-21 18:00: 4 6 1 1 3"


def test_anybody_repeats_a_public_draw_with_sha256():
    def line(key):
        text = f"tsukuba-trust/draw/1\n{SEED}\nuuid\n2\n{key}\n"
        return hashlib.sha256(text.encode()).hexdigest()

    assert draw("survey", SEED, "uuid", 2, "abcdef") == tuple(sorted("abcdef", key=line))


def test_a_public_draw_depends_on_seed_contest_and_stage():
    orders = {
        draw("school", SEED, contest, stage, "abcdefgh")
        for contest in ("one", "two")
        for stage in (1, 2)
    }
    assert len(orders) == 4


@pytest.mark.parametrize("kind", ["public-office", "referendum"])
def test_public_offices_are_drawn_by_hand(kind):
    with pytest.raises(Refused, match="draw_not_allowed"):
        draw(kind, SEED, "uuid", 1, "ab")


@pytest.mark.parametrize("seed", ["", "short", " " + SEED, SEED + "\n"])
def test_a_seed_is_one_line_that_is_hard_to_guess(seed):
    with pytest.raises(Refused, match="draw_seed_malformed"):
        draw("survey", seed, "uuid", 1, "ab")


@pytest.mark.parametrize(
    "seen_the_same",
    ["\ufe0f", "\u034f", "\u115f", "\u3164", " ", "\u3000", "\u0301"],
    ids=ascii,
)
def test_nobody_picks_the_winner_by_what_is_not_seen_in_a_seed(seen_the_same):
    with pytest.raises(Refused, match="draw_seed_malformed"):
        draw("survey", SEED.replace(" ", f" {seen_the_same}", 1), "uuid", 1, "ab")
