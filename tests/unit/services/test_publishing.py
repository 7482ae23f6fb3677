"""The exported record: whole at every stage, and accepted by the verifier."""

import json
from pathlib import Path

import pytest

from election_world import World, opened_world
from record_parts import contest
from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.testing import holding
from tsukuba_trust.verify.record import verify_record


def verified(held: World, target: Path):
    held.services.publishing.export(held.is_fixed, target)
    return verify_record(target, registry=held.services.registry)


@pytest.mark.parametrize("revote", [True, False])
@pytest.mark.parametrize("electorate", ["certificate", "roll"])
def test_the_record_of_a_finished_election_verifies(tmp_path, electorate, revote):
    held = opened_world(
        tmp_path / "w", contests=(contest(0), contest(1)), electorate=electorate, revote=revote
    )
    for person in range(1, 4):
        voter = held.registered(person)
        held.cast(voter, person % 3)
        if person == 1:
            held.identify(held.voter(), person)
    held.counted()
    report = verified(held, tmp_path / "record")
    assert report.exit_code == 0, report


@pytest.mark.parametrize("stage", ["prepared", "opened"])
def test_the_record_of_a_running_election_verifies(tmp_path, stage):
    held = opened_world(tmp_path / "w", stage=stage)
    if stage == "opened":
        held.cast(held.registered(), 1)
    assert verified(held, tmp_path / "record").exit_code == 0


def test_the_record_of_an_election_with_all_trustees_and_a_waiver_verifies(tmp_path):
    held = opened_world(tmp_path / "w", names=2, threshold=2)
    held.cast(held.registered(), 1)
    held.counted()
    assert verified(held, tmp_path / "record").exit_code == 0


def test_the_record_between_tally_and_result_verifies(tmp_path):
    held = opened_world(tmp_path / "w")
    held.cast(held.registered(), 1)
    held.closed()
    held.services.counting.fix_tallies(held.is_fixed)
    assert verified(held, tmp_path / "record").exit_code == 0
    assert (tmp_path / "record" / f"{held.contest}.bel").is_file()


def test_a_later_record_continues_an_earlier_one(tmp_path):
    held = opened_world(tmp_path / "w")
    held.cast(held.registered(0), 1)
    held.services.publishing.export(held.is_fixed, tmp_path / "early")
    held.cast(held.registered(1), 2)
    held.counted()
    held.services.publishing.export(held.is_fixed, tmp_path / "late")
    report = verify_record(
        tmp_path / "late",
        registry=held.services.registry,
        previous=tmp_path / "early",
        log_key=held.is_fixed.defined["log_key"],
    )
    assert report.exit_code == 0


def test_a_record_is_never_written_over_another(tmp_path):
    held = opened_world(tmp_path / "w")
    held.services.publishing.export(held.is_fixed, tmp_path / "record")
    with pytest.raises(Misconfigured, match="target_exists"):
        held.services.publishing.export(held.is_fixed, tmp_path / "record")


def test_the_result_of_an_undeclared_contest_is_none(tmp_path):
    held = opened_world(tmp_path / "w")
    assert held.services.publishing.result(held.is_fixed, held.contest) is None


def test_strikes_and_acts_of_every_kind_verify(tmp_path):
    held = opened_world(tmp_path / "w")
    struck = held.identify(voter := held.voter(), 0).index
    held.cast(voter, 0)
    held.cast(held.registered(1), 1)
    held.act("suspend")
    held.act("resume")
    held.act("correct", text="a comma")
    held.act("extend", closes="2027-05-16T00:00+09:00")
    held.act("end-early", closes="2027-05-14T12:00+09:00")
    held.act("change-approval", approval={"total": 3, "from_each": ["city"]})
    held.closed()
    made = held.services.counting.propose_strikes(
        held.is_fixed, held.now, "voted on paper", {struck: "paper"}
    )
    holding.enact(held.services, held.is_fixed, held.staff, made)
    held.counted()
    report = verified(held, tmp_path / "record")
    assert report.exit_code == 0, report
    assert held.votes() == [0, 1, 0]
    text = (tmp_path / "record" / "checkpoint").read_text()
    assert json.dumps(held.size()) == text.split("\n")[1]
