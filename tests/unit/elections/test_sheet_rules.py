"""Sheets alone and together: four sums, groups of the roll, sources (attack O09)."""

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
    in_words,
    place_differences,
    sign_source,
)
from tsukuba_trust.elections.sheets import PaperSheet, Source, read_sheet, sheet_text
from tsukuba_trust.elections.sum_rules import (
    COVERED,
    LISTED,
    RECEIVED,
    ROLL,
    VALID,
    VOTERS,
    Protocol,
)
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import RollRule, Sheet

KEYS = ("option-a", "option-b", "option-c")
SCHOOL = election(
    electorate="roll",
    roll=RollRule((("grade 4", "internet"), ("grade 5", "paper"), ("grade 6", "paper"))),
)
CITY = election(electorate="roll")
POLL = contest(0)
NAMES = contest(0, tally={"seats": 1, "shared_names": {}})
ROLL_OF_SCHOOL = {"grade 4": 10, "grade 5": 40, "grade 6": 20}
MANAGER = ("manager", "witness")
DIGEST = "ab" * 32


def paper(place="5-1", group="grade 5", electors=40, **changes) -> PaperSheet:
    """Return a sheet whose sums agree: 30 voted, one took the paper away."""
    sheet = Sheet(place, (10, 9, 7), blank=2, invalid=1, valid=26)
    protocol = Protocol(30, 29, not_returned=1)
    one = PaperSheet(place, group, electors, 30, sheet, protocol, (("two_or_more", 1),))
    return replace(one, **changes)


def code(one: PaperSheet, of=POLL, held=SCHOOL) -> str:
    with pytest.raises(Rejected) as refusal:
        check_sheet(one, held, of, 1)
    return refusal.value.code


def rules(one: PaperSheet, of=POLL, marks=1) -> list[str]:
    return [found.rule for found in place_differences(one, of, marks)]


# -- one place --------------------------------------------------------------------------


def test_a_sheet_whose_sums_agree_is_taken():
    check_sheet(paper(), SCHOOL, POLL, 1)


@pytest.mark.parametrize(
    ("protocol", "broken"),
    [
        (Protocol(31, 30, 1), [RECEIVED, ROLL]),
        (Protocol(29, 29, 1), [VOTERS]),
        (Protocol(30, 29, 0, 1), []),
        (Protocol(30, 29, 1, lost=Fraction(1, 1000)), [VALID]),
    ],
)
def test_papers_received_and_voters_must_add_up(protocol, broken):
    assert rules(paper(protocol=protocol)) == broken


def test_votes_must_be_the_valid_papers():
    assert rules(paper(sheet=Sheet("5-1", (10, 9, 6), 2, 1, 26))) == [VALID]


def test_where_a_paper_has_several_marks_the_tally_method_bounds_them():
    assert rules(paper(sheet=Sheet("5-1", (20, 19, 7), 2, 1, 26)), marks=3) == []


def test_nobody_votes_who_is_not_on_the_list():
    assert rules(paper(electors=29)) == [LISTED]


def test_whoever_voted_is_marked():
    assert rules(paper(marked=29)) == [ROLL]


def test_a_difference_is_told_with_place_rule_and_both_sides():
    (one,) = place_differences(paper(electors=29), POLL, 1)
    assert in_words(one) == f"5-1: {LISTED}: 30 is not 29"


def test_thousandths_that_a_place_lost_keep_the_sum():
    split = Sheet("5-1", (Fraction(10_333, 1000), Fraction(8666, 1000), 7), 2, 1, 26)
    lost = replace(paper(sheet=split), protocol=Protocol(30, 29, 1, lost=Fraction(1, 1000)))
    assert rules(lost, NAMES) == []
    assert rules(replace(lost, protocol=Protocol(30, 29, 1)), NAMES) == [VALID]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"group": "grade 9"}, "group_unknown"),
        ({"group": ""}, "group_unknown"),
        ({"invalid": (("ugly", 1),)}, "class_unknown"),
        ({"invalid": (("symbols", 1), ("symbols", 0))}, "class_unknown"),
        ({"sheet": Sheet("5-1", (Fraction(21, 2), 9, 7), 2, 1, 26)}, "decimals_not_due"),
        (
            {"sheet": Sheet("5-1", (10, 9, 6), 2, 1, 26, (((KEYS[0], KEYS[1]), 1),))},
            "shared_name_malformed",
        ),
        ({"doubtful": (Doubtful("5-1", 1),)}, "doubtful_undecided"),
        ({"doubtful": (Doubtful("5-1", 1, ("you",), "", MANAGER),)}, "doubtful_malformed"),
        ({"electors": 1}, "sums_differ"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_sheet_that_names_what_is_not_there_is_refused(change, expected):
    assert code(paper(**change)) == expected


def test_a_group_that_does_not_vote_in_the_contest_has_no_sheet():
    assert code(paper(), contest(0, groups=("grade 6",))) == "group_unknown"


def test_a_shared_name_belongs_to_two_options_at_least():
    alone = Sheet("5-1", (10, 9, 6), 2, 1, 26, (((KEYS[0],), 1),))
    assert code(paper(sheet=alone), NAMES) == "shared_name_malformed"


def test_decided_doubtful_papers_are_part_of_the_sums():
    doubtful = (
        Doubtful("5-1", 1, (KEYS[0],), "", MANAGER),
        Doubtful("5-1", 2, (), "unclear", MANAGER),
    )
    one = paper(doubtful=doubtful, protocol=Protocol(32, 31, 1), marked=32)
    assert rules(one) == []
    assert one.counted(KEYS).votes == (11, 9, 7)
    assert one.invalid_papers() == {"two_or_more": 1, "unclear": 1}


# -- all places and the roll ------------------------------------------------------------

SIX = replace(paper("6-1", "grade 6", 20), marked=15)
SIX = replace(SIX, protocol=Protocol(15, 15), sheet=Sheet("6-1", (5, 5, 5), 0, 0, 15), invalid=())


def together(*papers, held=SCHOOL, groups=ROLL_OF_SCHOOL, internet=9, of=POLL):
    found = channel_differences(papers, held, of, groups=groups, internet=internet)
    return [(one.rule, one.place) for one in found]


def test_o09_lists_of_paper_groups_that_cover_the_roll_are_one_result_with_the_net():
    assert together(paper(), SIX) == []


def test_without_any_sheet_nothing_is_asked():
    assert together() == []


def test_o09_a_group_whose_sheets_are_missing_is_named():
    assert together(paper()) == [(COVERED, "grade 6")]


def test_o09_a_list_shorter_than_the_roll_is_named():
    assert together(paper(electors=39), SIX) == [(COVERED, "grade 5")]


def test_o09_a_group_on_paper_has_no_marks_of_another_channel():
    assert together(replace(paper(), marked=31), SIX) == [(ROLL, "5-1")]


def mixed(marked: int, electors: int = 100) -> PaperSheet:
    return paper("city", "all", electors, marked=marked)


@pytest.mark.parametrize(
    ("marked", "internet", "agree"),
    [(50, 20, True), (49, 20, False), (50, 21, False), (50, 19, False)],
)
def test_o09_who_is_counted_both_ways_is_one_mark_and_two_votes(marked, internet, agree):
    found = together(mixed(marked), held=CITY, groups={"all": 100}, internet=internet)
    assert found == ([] if agree else [(ROLL, "")])


def test_a_contest_of_some_groups_needs_their_sheets_alone():
    assert together(SIX, of=contest(0, groups=("grade 4", "grade 6"))) == []


def test_without_a_roll_only_the_boxes_are_compared():
    assert together(mixed(50), held=election(), groups=None, internet=7) == []


def test_electors_on_paper_count_when_their_sheets_do():
    found = [electors_of_contest(SCHOOL, POLL, ROLL_OF_SCHOOL, paper=on) for on in (False, True)]
    assert found == [10, 70]


# -- sources ----------------------------------------------------------------------------

STAFF = [{"name": name, "organisation": body, "key": public(name)} for name, body in OFFICERS]


def signed(name="Aoki", by="Aoki", origin="o", sha256=DIGEST, doubtful="") -> Source:
    source = Source(sha256, doubtful)
    return replace(source, signed=(name, sign_source(origin, POLL.uuid, source, key(by))))


def vouched(source: Source) -> str:
    try:
        check_source("o", POLL.uuid, source, STAFF)
    except Rejected as error:
        return error.code
    return ""


def test_an_officer_vouches_for_a_file_by_a_signature():
    assert vouched(signed()) == ""


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (signed(by="Baba"), "sheet_signature"),
        (signed(origin="another"), "sheet_signature"),
        (replace(signed(), sha256="cd" * 32), "sheet_signature"),
        (replace(signed(), doubtful="cd" * 32), "sheet_signature"),
        (signed(name="Nobody"), "officer_unknown"),
        (Source(DIGEST), "sheet_unvouched"),
        (Source(DIGEST, typed=(("Ann", DIGEST),)), "sheet_unvouched"),
        (Source(DIGEST, typed=(("Ann", DIGEST), ("Ann", DIGEST))), "sheet_unvouched"),
        (Source(DIGEST, typed=(("Ann", DIGEST), ("", DIGEST))), "sheet_unvouched"),
        (Source(DIGEST, typed=(("Ann", "cd"), ("Ben", "ef"))), "sheet_unvouched"),
    ],
)
def test_a_file_that_nobody_vouches_for_is_refused(source, expected):
    assert vouched(source) == expected


def test_two_people_who_typed_the_same_vouch_for_it():
    assert vouched(Source(DIGEST, typed=(("Ann", DIGEST), ("Ben", "cd" * 32)))) == ""


# -- documents --------------------------------------------------------------------------

FULL = paper(
    sheet=Sheet("5-1", (Fraction(21, 2), 9, 7), 2, 1, 26, (((KEYS[0], KEYS[1]), 1),)),
    protocol=Protocol(30, 29, 1, 0, Fraction(1, 1000)),
    doubtful=(
        Doubtful("5-1", 1, (KEYS[0],), "", MANAGER),
        Doubtful("5-1", 2, (), "unclear", MANAGER),
    ),
)


@pytest.mark.parametrize(
    "source", [signed(doubtful="cd" * 32), Source(DIGEST, typed=(("A", "b"),))]
)
def test_a_document_gives_back_the_whole_sheet(source):
    text = sheet_text(FULL, source, KEYS)
    assert read_sheet(text, "5-1", DIGEST, KEYS) == (FULL, source)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"blank":2', '"blank":-2'),
        ('"blank":2', '"blank":true'),
        ('"blank":2', '"blank":"2"'),
        ('"blank":2,', ""),
        ('"votes":9', '"votes":"1e9"'),
        ('"votes":9', '"votes":"9/2"'),
        ("option-b", "option-d"),
        ('"group":"grade 5"', '"group":5'),
        ('{"blank"', '{ "blank"'),
        ('"source":{', '"source":[{'),
    ],
)
def test_another_document_is_no_sheet(old, new):
    text = sheet_text(FULL, signed(), KEYS)
    with pytest.raises(Rejected, match="sheet_malformed"):
        read_sheet(text.replace(old, new), "5-1", DIGEST, KEYS)
