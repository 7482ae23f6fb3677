"""Attack O15: turnout from the links tells how many voted, and of nobody whether she did."""

import json
from dataclasses import replace

import pytest

from election_world import CODE, World, opened_world, world
from record_parts import contest
from tsukuba_trust.cli.turnout import as_csv, as_text
from tsukuba_trust.errors import Refused
from tsukuba_trust.plugins.identity.roll_code import new_code
from tsukuba_trust.services.roll import Enrolled
from tsukuba_trust.testing import holding
from tsukuba_trust.values import PublishRule, RollRule

GROUPS = RollRule((("east", "internet"), ("west", "internet"), ("hall", "paper")))
RULE = PublishRule(4, 1, 1)
# number -> group, birth date; the vote ends on 2027-05-14
PEOPLE = {
    **{str(n): ("east", f"200{n % 6}-03-0{n % 9 + 1}") for n in range(1, 8)},
    **{str(n): ("west", f"196{n % 6}-03-0{n % 9 + 1}") for n in range(8, 15)},
    "15": ("east", "1940-01-01"),
    "16": ("hall", "1990-01-01"),
}
VOTERS = ("1", "2", "3", "8", "9", "10", "15")


def roll_world(tmp_path, people=PEOPLE, publish=RULE, **changes) -> World:
    held = world(
        tmp_path,
        seed="turnout",
        electorate="roll",
        roll=GROUPS,
        contests=(contest(0), contest(1)),
        publish=publish,
        **changes,
    )

    def fill(fixed) -> None:
        provider, enrolled = held.services.registry.identity_providers[CODE], {}
        lines = ["number,group,birth_date"]
        for number, (group, born) in people.items():
            code = held.codes[number] = new_code(held.draw)
            data = provider.enrol(code)
            enrolled[number] = [Enrolled(CODE, data["code_mac"], data)]
            lines.append(f"{number},{group},{born}")
        text = "\n".join(lines) + "\n"
        held.services.rolls.import_file(fixed, text.encode(), enrolled)

    held.fixed, held.trustees = holding.prepare(
        held.services, held.proposed, held.staff, held.now, held.draw, fill_roll=fill
    )
    held.now = held.election.period.opens
    held.services.ceremony.open(held.is_fixed, held.now)
    return held


def vote(held: World, *numbers: str) -> None:
    for number in numbers:
        voter = held.voter()
        held.identify(voter, number)
        held.cast(voter, 0)


@pytest.fixture(scope="module")
def counted(tmp_path_factory) -> World:
    held = roll_world(tmp_path_factory.mktemp("turnout"))
    vote(held, *VOTERS)
    held.identify(held.voter(), "4")  # registers, and never casts
    held.closed()
    held.services.counting.fix_tallies(held.is_fixed)
    return held


def rows(document, name):
    (table,) = [one for one in document["tables"] if one["name"] == name]
    return {row["key"]: row.get("voters", "hidden") for row in table["rows"]}


def test_o15_turnout_counts_people_with_a_ballot_and_hides_few(counted):
    document = counted.services.turnout.document(counted.is_fixed)
    assert document["all"] == {"electors": 15, "voters": 7, "percent": "46.67"}
    assert rows(document, "group") == {"east": 4, "west": 3}
    assert "hidden" in rows(document, "age").values()
    assert (document["kind"], document["n"]) == ("full", 15)


def test_o15_no_row_holds_fewer_than_the_file_says(counted):
    document = counted.services.turnout.document(counted.is_fixed)
    for table in document["tables"]:
        for row in [*table["rows"], *([table["hidden"]] if "hidden" in table else [])]:
            if "electors" in row:
                assert row["electors"] >= 4
                assert 1 <= row["voters"] <= row["electors"] - 1


def test_o15_asked_again_it_tells_the_same(counted):
    asked = [counted.services.turnout.document(counted.is_fixed) for _ in range(2)]
    assert asked[0] == asked[1]


def test_o15_it_names_no_person_no_holder_and_no_ballot(counted):
    document = counted.services.turnout.document(counted.is_fixed)
    text = json.dumps(document) + as_csv(document) + as_text(document)
    numbers = [entry for _, entry in counted.services.board.entries(counted.origin)]
    credentials = [
        one["credential"]
        for entry in numbers
        if entry["type"] == "CredentialsRegistered"
        for one in entry["credentials"]
    ]
    assert not [one for one in credentials if one in text]
    assert not [born for _, born in PEOPLE.values() if born in text]
    assert "holder" not in text


def test_o15_counting_turnout_writes_nothing(counted):
    before = counted.size()
    with counted.services.roll.begin() as tx:
        slots = list(tx.all_slots(counted.origin))
    counted.services.turnout.document(counted.is_fixed)
    with counted.services.roll.begin() as tx:
        assert list(tx.all_slots(counted.origin)) == slots
    assert counted.size() == before


@pytest.mark.parametrize("stage", ["open", "ended"])
def test_o15_there_is_no_turnout_before_every_tally_is_fixed(tmp_path, stage):
    """Else two tables, before and after strikes, would be subtracted."""
    held = roll_world(tmp_path)
    vote(held, "1")
    if stage == "ended":
        held.closed()
    with pytest.raises(Refused) as refusal:
        held.services.turnout.document(held.is_fixed)
    assert refusal.value.code == "not_counted"


def test_o15_struck_holders_did_not_vote_on_the_internet(tmp_path):
    held = roll_world(tmp_path)
    vote(held, *VOTERS)
    held.closed()
    holder = next(
        index
        for index, entry in held.services.board.entries(held.origin)
        if entry["type"] == "CredentialsRegistered"
    )
    made = held.services.counting.propose_strikes(
        held.is_fixed, held.now, "list of the hall", {holder: "voted on paper"}
    )
    holding.enact(held.services, held.is_fixed, held.staff, made)
    held.services.counting.fix_tallies(held.is_fixed)
    assert held.services.turnout.document(held.is_fixed)["all"]["voters"] == len(VOTERS) - 1


def test_o15_without_a_roll_there_is_no_turnout_by_age(tmp_path):
    held = opened_world(tmp_path)
    held.closed()
    held.services.counting.fix_tallies(held.is_fixed)
    with pytest.raises(Refused) as refusal:
        held.services.turnout.document(held.is_fixed)
    assert refusal.value.code == "roll_missing"


def test_o15_links_that_tell_another_turnout_than_the_board_are_refused(counted, monkeypatch):
    monkeypatch.setattr(
        type(counted.services.turnout), "_voters", lambda self, fixed: frozenset({1, 2})
    )
    with pytest.raises(Refused) as refusal:
        counted.services.turnout.document(counted.is_fixed)
    assert refusal.value.code == "turnout_differs"


def sampled(counted, size, monkeypatch):
    election = replace(counted.election, publish=replace(RULE, sample=size))
    fixed = replace(counted.is_fixed, election=election)
    return counted.services.turnout.document(fixed)


def test_o15_a_sample_is_marked_and_drawn_the_same_every_time(counted, monkeypatch):
    found = [sampled(counted, 8, monkeypatch) for _ in range(2)]
    assert found[0] == found[1]
    assert (found[0]["kind"], found[0]["n"]) == ("sample", 8)
    assert "sample: " in as_text(found[0]) and "n = 8" in as_csv(found[0])


def test_o15_a_sample_of_nearly_everybody_is_refused(counted, monkeypatch):
    with pytest.raises(Refused) as refusal:
        sampled(counted, 13, monkeypatch)
    assert refusal.value.code == "sample_too_large"


def test_text_and_csv_show_hidden_rows_without_numbers(counted):
    document = counted.services.turnout.document(counted.is_fixed)
    assert "(too few people)" in as_text(document)
    assert [line for line in as_csv(document).splitlines() if line.endswith(",,,too few people")]
