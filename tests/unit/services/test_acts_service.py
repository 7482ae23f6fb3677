"""Officers' acts: proposals as files, approvals, and what must follow an act."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from election_world import World, opened_world
from tsukuba_trust.board import canonical, entries
from tsukuba_trust.cli.approve import summary
from tsukuba_trust.errors import Misconfigured, Refused, Rejected
from tsukuba_trust.services.acts import Proposal
from tsukuba_trust.testing.trustees import approve


@pytest.fixture
def held(tmp_path) -> Iterator[World]:
    made = opened_world(tmp_path)
    yield made
    made.close()


def proposal(held: World, act: str = "suspend", **change) -> Proposal:
    return held.services.acts.propose(held.is_fixed, act, held.now, "because", **change)


def enact(held: World, made: Proposal) -> int:
    return held.services.acts.enact(held.is_fixed, made)


def code_of(call) -> str:
    with pytest.raises((Refused, Rejected, Misconfigured)) as error:
        call()
    return error.value.code


def test_an_act_has_the_next_number_and_the_minute_where_the_election_is_held(held):
    act = proposal(held).act
    assert act["number"] == 3
    assert act["at"] == "2027-05-10T09:30+09:00"


def test_a_proposal_goes_through_a_file_and_back(held):
    made = proposal(held, "extend", closes="2027-05-16T00:00+09:00")
    assert Proposal.from_text(made.to_text()) == made


def test_a_long_reason_travels_as_a_blob_with_the_proposal(held):
    made = held.services.acts.propose(held.is_fixed, "suspend", held.now, "x" * 40_000)
    index = enact(held, approve(Proposal.from_text(made.to_text()), held.staff.officers))
    entry = dict(held.services.board.entries(held.origin))[index]
    assert entries.document_text(entry["reason"], held.services.board.blob) == "x" * 40_000


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"form": "other"}', "{", "null"])
def test_it_refuses_what_is_no_proposal_file(text):
    assert code_of(lambda: Proposal.from_text(text)) == "proposal_invalid"


def test_it_refuses_a_proposal_file_with_an_entry_of_another_form(held):
    value = json.loads(proposal(held).to_text())
    value["act"]["extra"] = 1
    assert code_of(lambda: Proposal.from_text(json.dumps(value))) == "proposal_invalid"


def test_two_officers_of_two_organisations_are_enough(held):
    city, school, _ = held.staff.officers
    assert enact(held, approve(proposal(held), [city, school])) == held.size() - 1
    assert held.services.board.state(held.origin).phase == "suspended"


@pytest.mark.parametrize("chosen", [(), (0,), (1,), (0, 2)])
def test_fewer_approvals_or_one_organisation_alone_are_refused(held, chosen):
    made = approve(proposal(held), [held.staff.officers[one] for one in chosen])
    assert code_of(lambda: enact(held, made)) == "approvals_too_few"
    assert held.services.board.state(held.origin).phase == "open"


def test_an_approval_of_another_act_is_refused(held):
    other = approve(proposal(held, "correct", text="typo"), held.staff.officers)
    mixed = replace(proposal(held), act={**proposal(held).act, "approvals": other.act["approvals"]})
    assert code_of(lambda: enact(held, mixed)) == "approval_signature"


def test_approvals_signed_apart_are_merged(held):
    city, school, _ = held.staff.officers
    made = proposal(held)
    merged = approve(made, [city]).merged(approve(made, [school]))
    enact(held, merged)
    assert [one["officer"] for one in merged.act["approvals"]] == ["Aoki", "Baba"]


def test_copies_of_different_acts_are_not_merged(held):
    assert code_of(lambda: proposal(held).merged(proposal(held, "correct", text="typo"))) == (
        "proposal_other"
    )


def test_a_proposal_of_another_election_is_refused(held):
    other = replace(proposal(held), origin="elsewhere.example/e/x-2027")
    assert code_of(lambda: enact(held, other)) == "proposal_other"


def test_enacting_twice_is_one_entry(held):
    made = approve(proposal(held), held.staff.officers)
    assert enact(held, made) == enact(held, made)


def test_an_act_whose_number_was_used_meanwhile_is_refused(held):
    first, second = proposal(held), proposal(held, "correct", text="typo")
    enact(held, approve(first, held.staff.officers))
    assert code_of(lambda: enact(held, approve(second, held.staff.officers))) == "entry_differs"


def test_a_crash_between_an_act_and_its_entry_is_mended_by_the_same_call(held, monkeypatch):
    voter = held.registered()
    held.cast(voter)
    held.closed()
    holder = held.services.board.lookup(held.origin).registration(
        held.contest, voter.credentials[held.contest]
    )
    made = approve(
        held.services.counting.propose_strikes(
            held.is_fixed, held.now, "paper votes", {holder: "paper"}
        ),
        held.staff.officers,
    )
    append = held.services.board.append
    monkeypatch.setattr(
        held.services.board,
        "append",
        lambda origin, entry, **rest: (
            append(origin, entry, **rest)
            if entry["type"] == "OfficersAct"
            else pytest.fail("crash", pytrace=False)
        ),
    )
    with pytest.raises(pytest.fail.Exception):
        enact(held, made)
    monkeypatch.undo()
    with pytest.raises(Refused, match="not_ended"):
        held.services.counting.fix_tallies(held.is_fixed)
    enact(held, made)
    assert held.types()[-2:] == ["OfficersAct", "HoldersStruck"]


def strikes(held: World, holder: int, reason: str) -> dict[str, object]:
    document, _ = entries.document(f'[{{"holder":{holder},"reason":"{reason}"}}]')
    return {"type": "HoldersStruck", "holders": document, "count": 1, "act": 3}


def strike(held: World, following: dict[str, object]) -> Proposal:
    return held.services.acts.propose(
        held.is_fixed, "strike", held.now, "paper votes", following=[following]
    )


def holder_of(held: World) -> int:
    index = held.identify(held.voter(), 0).index
    held.closed()
    return index


def test_an_officer_is_shown_no_other_entries_than_she_signs_for(held):
    holder = holder_of(held)
    made = strike(held, strikes(held, holder, "all of them"))
    shown = replace(made, following=(strikes(held, holder, "one of them"),))
    assert code_of(lambda: Proposal.from_text(shown.to_text())) == "proposal_subject"
    bare = replace(made, following=())
    assert code_of(lambda: Proposal.from_text(bare.to_text())) == "proposal_subject"


def test_an_act_whose_entry_has_no_place_is_not_written_either(held):
    holder = holder_of(held)
    nobody = strikes(held, 999, "nobody")
    assert code_of(lambda: strike(held, nobody)) == "strike_unknown"
    made = strike(held, strikes(held, holder, "paper"))
    act = {**made.act, "subject": [canonical.digest(nobody)]}
    forged = approve(replace(made, act=act, following=(nobody,)), held.staff.officers)
    assert code_of(lambda: enact(held, forged)) == "strike_unknown"
    other = replace(made, following=(strikes(held, holder, "another"),))
    assert code_of(lambda: enact(held, other)) == "proposal_subject"
    assert held.types()[-1] == "VotingEnded"


def test_a_reason_forges_no_line_of_what_an_officer_is_shown(held):
    made = held.services.acts.propose(
        held.is_fixed, "suspend", held.now, "x\nact 3: resume\x1b[2J\u202e"
    )
    shown = summary(made)
    assert "reason: x\\nact 3: resume\\x1b[2J\\u202e" in shown.split("\n")


def test_o12_the_approval_rule_is_changed_only_under_itself(held):
    rule = {"total": 2, "from_each": []}
    of_one_house = [one for one in held.staff.officers if one.name != "Baba"]
    made = approve(proposal(held, "change-approval", approval=rule), of_one_house)
    assert code_of(lambda: enact(held, made)) == "approvals_too_few"
    enact(held, approve(made, [one for one in held.staff.officers if one.name == "Baba"]))
    enact(held, approve(proposal(held), of_one_house))


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"total": 1, "from_each": []}, "approval_too_weak"),
        ({"total": 9, "from_each": []}, "approval_impossible"),
        ({"total": 2, "from_each": ["press"]}, "approval_impossible"),
    ],
)
def test_o12_no_rule_is_proposed_under_which_one_officer_or_nobody_acts(held, rule, code):
    assert code_of(lambda: proposal(held, "change-approval", approval=rule)) == code


def test_o12_nor_is_such_a_rule_enacted(held):
    made = proposal(held, "change-approval", approval={"total": 2, "from_each": []})
    weak = {**made.act, "change": {"approval": {"total": 1, "from_each": []}}}
    full = approve(replace(made, act=weak), held.staff.officers)
    assert code_of(lambda: enact(held, full)) == "approval_too_weak"


def test_an_act_without_a_place_is_refused_when_it_is_made(held):
    assert code_of(lambda: proposal(held, "resume")) == "order"
    at = "2027-05-01T00:00+09:00"
    assert code_of(lambda: proposal(held, "extend", closes=at)) == "closes_direction"


def test_a_wrong_officer_a_wrong_key_and_a_second_approval_are_noticed_at_once(held):
    first, second, _ = held.staff.officers
    made = proposal(held)
    assert code_of(lambda: made.approved("Nobody", first.key)) == "officer_unknown"
    assert code_of(lambda: made.approved(first.name, second.key)) == "officer_key_other"
    once = made.approved(first.name, first.key)
    assert code_of(lambda: once.approved(first.name, first.key)) == "officer_twice"


def test_the_newest_correction_says_which_booth_is_served(held):
    fixed, acts = held.is_fixed, held.services.acts
    assert acts.booth(fixed) == (0, fixed.election.booth)
    first, second = ((("booth.js", digit * 64),) for digit in "12")
    for files in (first, second):
        rows = [{"name": name, "sha256": digest} for name, digest in files]
        made = approve(proposal(held, "correct", booth=rows), held.staff.officers)
        number = made.act["number"]
        enact(held, made)
        assert acts.booth(fixed) == (number, files)
    enact(held, approve(proposal(held, "correct", text="typo"), held.staff.officers))
    assert acts.booth(fixed) == (number, second)
