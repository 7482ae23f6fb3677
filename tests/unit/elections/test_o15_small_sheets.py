"""Attack O15 on paper: no sheet of few papers, and none of a small place that all agree."""

from dataclasses import replace

import pytest

from record_parts import contest, election
from tsukuba_trust.elections.afterwards import freeze_publish, read_publish
from tsukuba_trust.elections.reading import Table
from tsukuba_trust.elections.sheets import PaperSheet
from tsukuba_trust.elections.small_sheets import ALIKE, least_papers, refuse_small, told_by
from tsukuba_trust.elections.small_sheets import to_be_joined as joined
from tsukuba_trust.elections.sum_rules import Protocol
from tsukuba_trust.errors import Misconfigured, Refused
from tsukuba_trust.values import PublishRule, RollRule, Sheet

SCHOOL = election(electorate="roll", roll=RollRule((("grade 5", "paper"), ("grade 6", "paper"))))
CITY = election(electorate="roll")
POLL = contest(0)
LEAST = 20


def paper(place="5-1", votes=(7, 7, 6), group="grade 5", electors=40, **box) -> PaperSheet:
    received = sum(votes) + sum(box.values())
    sheet = Sheet(place, votes, box.get("blank", 0), box.get("invalid", 0), sum(votes))
    invalid = (("other_matter", box["invalid"]),) if "invalid" in box else ()
    protocol = Protocol(received, received)
    return PaperSheet(place, group, electors, received, sheet, protocol, invalid)


def places(papers, groups=None, of=SCHOOL) -> list[str]:
    return [one.place for one, _ in joined(papers, of, POLL, groups)]


@pytest.mark.parametrize("received", range(1, LEAST))
def test_o15_a_sheet_of_fewer_papers_than_the_least_tells(received: int) -> None:
    assert told_by(paper(votes=(received, 0, 0)), SCHOOL, POLL)
    assert told_by(paper(votes=(received // 2, received - received // 2, 0)), SCHOOL, POLL) == (
        f"{received} papers, fewer than {LEAST}"
    )


def test_o15_a_sheet_of_twenty_different_papers_tells_nothing() -> None:
    assert told_by(paper(), SCHOOL, POLL) == ""


@pytest.mark.parametrize(
    "box",
    [{"votes": (0, 37, 0)}, {"votes": (0, 0, 0), "blank": 37}, {"votes": (0, 0, 0), "invalid": 37}],
)
def test_o15_papers_of_a_class_that_all_say_the_same_tell(box) -> None:
    assert told_by(paper(**box), SCHOOL, POLL) == "all 37 papers say the same"


def test_o15_one_other_paper_is_enough_and_so_is_a_large_place() -> None:
    assert told_by(paper(votes=(0, 36, 1)), SCHOOL, POLL) == ""
    assert told_by(paper(votes=(0, LEAST * ALIKE, 0)), SCHOOL, POLL) == ""


def test_o15_all_papers_with_one_shared_name_tell() -> None:
    one = paper(votes=(0, 0, 0))
    sheet = replace(one.sheet, shared=((("option-a", "option-b"), 30),), valid=30)
    one = replace(one, sheet=sheet, protocol=Protocol(30, 30))
    assert told_by(one, SCHOOL, POLL) == "all 30 papers say the same"


def test_o15_a_place_without_papers_tells_nothing() -> None:
    assert told_by(paper(votes=(0, 0, 0)), SCHOOL, POLL) == ""


def test_o15_a_small_sheet_is_joined_with_another_of_its_group() -> None:
    small, large = paper("5-2", (3, 2, 1)), paper()
    assert places([small, large], {"grade 5": 80, "grade 6": 40}) == ["5-2"]
    both = paper("5-1 and 5-2", (10, 9, 7), electors=80)
    assert places([both], {"grade 5": 80, "grade 6": 40}) == []


def test_o15_a_sheet_of_the_whole_group_or_roll_has_nothing_to_be_joined_with() -> None:
    small = paper("grade 5", (3, 2, 1), electors=8)
    assert places([small, paper("6-1", group="grade 6")], {"grade 5": 8, "grade 6": 40}) == []
    hall = paper("hall", (3, 2, 1), group="", electors=8)
    assert places([hall], {"all": 8}, CITY) == []
    assert places([hall], {"all": 9}, CITY) == ["hall"]


def test_o15_a_group_that_does_not_vote_in_the_contest_is_not_waited_for() -> None:
    hall, of = paper("hall", (3, 2, 1), group="", electors=8), contest(0, groups=("grade 5",))
    groups = {"grade 5": 8, "grade 6": 40}
    assert joined([hall], SCHOOL, of, groups) == []


def test_o15_without_a_roll_the_only_sheet_of_a_group_is_whole() -> None:
    small = paper("5-2", (3, 2, 1))
    assert places([small]) == []
    assert places([small, paper("6-1", group="grade 6")]) == []
    assert places([small, paper()]) == ["5-2"]


def test_o15_a_refusal_names_the_place_and_what_to_do() -> None:
    papers = [paper(), paper("5-2", (3, 2, 1))]
    with pytest.raises(Refused, match="grade 5 as one sheet") as refusal:
        refuse_small(["5-2"], papers, SCHOOL, POLL, {"grade 5": 80})
    assert refusal.value.code == "sheet_too_small" and "5-2: 6 papers" in refusal.value.detail
    refuse_small(["5-1"], papers, SCHOOL, POLL, {"grade 5": 80})  # what stands, stands


@pytest.mark.parametrize(
    ("rule", "least"),
    [(None, 20), (PublishRule(30), 30), (PublishRule(30, papers=5), 5), (PublishRule(papers=0), 0)],
)
def test_o15_the_election_file_says_how_many_papers_are_few(rule, least) -> None:
    of = replace(SCHOOL, publish=rule)
    assert least_papers(of) == least
    assert bool(told_by(paper(votes=(4, 1, 0)), of, POLL)) == (least > 5)


def test_o15_the_definition_keeps_the_least_papers_only_where_the_file_says_so() -> None:
    below = {"electors": 20, "voters": 5, "nonvoters": 5}
    for given in (below, {**below, "papers": 0}, {**below, "papers": 12}):
        rule = read_publish(Table({"suppress_below": given}, "file: publish"))
        assert freeze_publish(rule) == {"suppress_below": given}
    with pytest.raises(Misconfigured):
        read_publish(Table({"suppress_below": {**below, "papers": -1}}, "file: publish"))
