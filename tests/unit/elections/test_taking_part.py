"""Who took part in a contest, by channel, and of how many electors."""

import pytest

from record_parts import contest, election
from tsukuba_trust.elections.taking_part import TakingPart, taking_part
from tsukuba_trust.values import RollRule

SCHOOL = election(electorate="roll", roll=RollRule((("grade 4", "internet"), ("grade 5", "paper"))))
ROLL = {"grade 4": 131, "grade 5": 120}
BOTH = [{"channel": "internet", "voters": 100}, {"channel": "paper", "voters": 90}]


def test_without_sheets_the_ballots_are_the_voters_of_the_net_alone() -> None:
    found = taking_part(SCHOOL, contest(0), {"ballots": 100}, ROLL)
    assert found == TakingPart((("internet", 100),), 131)
    assert (found.voters, found.turnout) == (100, "76.3")


def test_with_sheets_both_channels_are_of_all_electors_of_the_contest() -> None:
    outcome = {"ballots": 100, "detail": {"channels": BOTH}}
    found = taking_part(SCHOOL, contest(0), outcome, ROLL)
    assert found == TakingPart((("internet", 100), ("paper", 90)), 251)
    assert (found.voters, found.turnout) == (190, "75.7")


def test_only_the_groups_of_a_contest_are_its_electors() -> None:
    outcome = {"ballots": 100, "detail": {"channels": BOTH}}
    grade4 = contest(0, groups=("grade 4",))
    assert taking_part(SCHOOL, grade4, outcome, ROLL).electors == 131


@pytest.mark.parametrize("groups", [None, {}])
def test_there_is_no_turnout_where_nobody_knows_the_electors(groups) -> None:
    found = taking_part(election(), contest(0), {"ballots": 3}, groups)
    assert (found.voters, found.turnout) == (3, "")
