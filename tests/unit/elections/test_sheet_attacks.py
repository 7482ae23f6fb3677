"""What sheets may not hide: votes, places, typists, electors (attack O09)."""

from dataclasses import replace
from fractions import Fraction

import pytest

from record_parts import OFFICERS, contest, election, key, public
from tsukuba_trust.elections.doubtful import Doubtful
from tsukuba_trust.elections.electors import electors_of_contest
from tsukuba_trust.elections.sheet_rules import (
    channel_differences,
    check_sheet,
    check_source,
    place_differences,
    sign_source,
)
from tsukuba_trust.elections.sheets import PaperSheet, Source
from tsukuba_trust.elections.sum_rules import Protocol
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import RollRule, Sheet

HELD = election(electorate="roll", roll=RollRule((("grade 5", "paper"),)))
POLL = contest(0)
NAMES = contest(0, tally={"seats": 1, "shared_names": {}})
DIGEST = "ab" * 32
STAFF = [{"name": name, "organisation": body, "key": public(name)} for name, body in OFFICERS]


def paper(place="5-1", group="grade 5", electors=40, **changes) -> PaperSheet:
    """Return a sheet whose sums agree: 30 voted, one took the paper away."""
    sheet = Sheet(place, (10, 9, 7), blank=2, invalid=1, valid=26)
    one = PaperSheet(place, group, electors, 30, sheet, Protocol(30, 29, not_returned=1))
    return replace(one, invalid=(("two_or_more", 1),), **changes)


def code(one: PaperSheet, of=POLL) -> str:
    with pytest.raises(Rejected) as refusal:
        check_sheet(one, HELD, of, 1)
    return refusal.value.code


def vouched(source: Source) -> str:
    with pytest.raises(Rejected) as refusal:
        check_source("o", POLL.uuid, source, STAFF)
    return refusal.value.code


@pytest.mark.parametrize("lost", [7, Fraction(9, 1000)])
def test_o09_votes_that_vanish_are_not_called_cut_off(lost):
    fewer = Sheet("5-1", (10, 9, 7 - lost), 2, 1, 26)
    gone = paper(sheet=fewer, protocol=Protocol(30, 29, 1, lost=Fraction(lost)))
    assert place_differences(gone, NAMES, 1) == []
    assert code(gone, NAMES) == "lost_too_much"


def test_o09_nothing_is_cut_off_where_no_rule_splits_votes():
    fewer = Sheet("5-1", (10, 9, 0), 2, 1, 26)
    gone = paper(sheet=fewer, protocol=Protocol(30, 29, 1, lost=Fraction(7)))
    assert code(gone) == "lost_too_much"


def test_o09_thousandths_are_cut_off_where_a_rule_splits_votes():
    split = Sheet("5-1", (Fraction(10_333, 1000), Fraction(8666, 1000), 7), 2, 1, 26)
    lost = paper(sheet=split, protocol=Protocol(30, 29, 1, lost=Fraction(1, 1000)))
    check_sheet(lost, HELD, NAMES, 1)


@pytest.mark.parametrize("place", ["", " 5-1", "5-1\u3000", "5-1\u200b", "か\u3099く区"])
def test_o09_one_place_is_not_entered_twice_under_names_that_look_alike(place):
    assert code(paper(place, sheet=replace(paper().sheet, place=place))) == "place_malformed"


def test_a_quorum_is_of_the_groups_that_vote_in_a_contest():
    held = election(
        electorate="roll", roll=RollRule((("north", "internet"), ("south", "internet")))
    )
    ward = contest(0, groups=("north",))
    electors = {"north": 30, "south": 70}
    assert electors_of_contest(held, ward, electors, paper=False) == 30
    whole = paper("all", "", 30, marked=39)
    assert channel_differences([whole], held, ward, groups=electors, internet=9) == []


@pytest.mark.parametrize("second", ["", "Ann ", "\u200bAnn"])
def test_nobody_types_twice_under_names_that_look_alike(second):
    typed = Source(DIGEST, typed=(("Ann", DIGEST), (second, DIGEST)))
    assert vouched(typed) == "sheet_unvouched"


def test_typists_who_are_only_claimed_do_not_stand_beside_a_signature():
    plain = Source(DIGEST)
    signature = sign_source("o", POLL.uuid, plain, key("Aoki"))
    check_source("o", POLL.uuid, replace(plain, signed=("Aoki", signature)), STAFF)
    typed = (("Ann", DIGEST), ("Ben", DIGEST))
    claimed = replace(plain, signed=("Aoki", signature), typed=typed)
    assert vouched(claimed) == "sheet_unvouched"


@pytest.mark.parametrize("people", [(), ("",), ("manager", " ")])
def test_a_doubtful_paper_is_decided_by_somebody(people):
    one = Doubtful("5-1", 1, ("option-a",), decided_by=people)
    assert code(paper(doubtful=(one,))) == "doubtful_malformed"
