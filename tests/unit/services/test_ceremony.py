"""From a file to an open vote: what must stand before each step."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import pytest
from sqlalchemy import create_engine, text

from election_world import World, opened_world, world
from record_parts import contest
from tsukuba_trust.board import canonical, note
from tsukuba_trust.crypto import json_text
from tsukuba_trust.elections.definition import record_description
from tsukuba_trust.errors import Misconfigured, Refused, Rejected
from tsukuba_trust.services import proposing
from tsukuba_trust.services.proposing import origin_of, propose
from tsukuba_trust.testing import holding
from tsukuba_trust.testing.trustees import hold_key_ceremony
from tsukuba_trust.values import TrusteesRule


@pytest.fixture
def proposed(tmp_path) -> Iterator[World]:
    made = world(tmp_path)
    yield made
    made.close()


@pytest.fixture
def prepared(tmp_path) -> Iterator[World]:
    made = opened_world(tmp_path, stage="prepared")
    yield made
    made.close()


def code_of(call) -> str:
    with pytest.raises((Refused, Rejected, Misconfigured)) as error:
        call()
    return error.value.code


def sealed_by(held: World) -> World:
    """Go to the act seal, no further."""
    held.fixed = held.services.ceremony.define(held.proposed)
    rule = held.election.trustees
    held.trustees, trustees = hold_key_ceremony(held.election.group, rule, held.draw)
    held.fixed = held.services.ceremony.fix_trustees(held.fixed, trustees)
    seal = held.services.ceremony.propose_seal(held.fixed, held.now, "sealed")
    holding.enact(held.services, held.fixed, held.staff, seal)
    return held


# -- proposing --------------------------------------------------------------------------


def test_the_definition_digest_is_that_of_entry_0(proposed):
    fixed = proposed.services.ceremony.define(proposed.proposed)
    assert fixed.digest == proposed.proposed.digest
    assert fixed.digest == canonical.digest(proposed.services.board.entry(proposed.origin, 0))


def test_defining_twice_changes_nothing(proposed):
    proposed.services.ceremony.define(proposed.proposed)
    proposed.services.ceremony.define(proposed.proposed)
    assert proposed.size() == 1


def test_every_contest_gets_a_uuid_of_its_own(tmp_path):
    held = world(tmp_path, contests=(contest(0), contest(1)))
    uuids = [one.uuid for one in held.election.contests]
    assert len(set(uuids)) == 2
    assert all(len(uuid) == proposing.UUID_LENGTH for uuid in uuids)


def test_an_origin_is_lower_case_and_ends_with_the_slug(proposed):
    assert origin_of("Board.Example.JP/e", proposed.election) == "board.example.jp/e/record-2027"


@pytest.mark.parametrize(
    ("part", "code"),
    [("officers", "officer_key_missing"), ("auditors", "auditor_key_missing")],
)
def test_it_refuses_to_propose_without_a_key_of_everybody(proposed, part, code):
    keys = proposed.staff.public_keys("log", proposed.keys[proposed.origin].registration)
    nameless = replace(
        proposed.election,
        officers=tuple(replace(one, key="") for one in proposed.election.officers),
    )
    call = lambda: propose(  # noqa: E731
        nameless,
        proposed.origin,
        replace(keys, **{part: {}}),
        registry=proposed.services.registry,
        randomness=proposed.draw,
    )
    assert code_of(call) == code


def test_a_definition_that_could_not_be_read_back_is_not_proposed(tmp_path):
    assert code_of(lambda: world(tmp_path, minimum_ballots=0)) == "definition_invalid"


def test_a_binding_election_is_refused_without_witnesses(tmp_path):
    held = world(tmp_path, effect="binding")
    assert code_of(lambda: held.services.ceremony.define(held.proposed)) == "witnesses_missing"


def test_a_binding_election_is_refused_when_revocation_cannot_be_asked(tmp_path):
    held = world(tmp_path, effect="binding")
    vkey = held.proposed.entry["log_key"]
    witness = note.LogKey("w1", bytes(32), note.COSIGNATURE).text
    policy = f"log {vkey}\nwitness a {witness} https://w/\ngroup g 1 a\nquorum g\n"
    keys = held.staff.public_keys(vkey, held.keys[held.origin].registration)
    made = propose(
        held.election, held.origin, keys, registry=held.services.registry,
        randomness=held.draw, witness_policy=policy,
    )  # fmt: skip
    assert code_of(lambda: held.services.ceremony.define(made)) == "identity_not_checked"


def test_a_public_office_election_without_legal_basis_is_refused(tmp_path):
    held = world(tmp_path, kind="public-office")
    assert code_of(lambda: held.services.ceremony.define(held.proposed)) == "legal_basis_missing"


def test_a_long_definition_becomes_a_blob_that_is_read_back(tmp_path):
    from record_parts import words

    held = world(tmp_path, description=words("長い説明" * 12_000))
    fixed = held.services.ceremony.define(held.proposed)
    assert "sha256" in fixed.defined["definition"]
    assert fixed.election == held.election


# -- trustees ---------------------------------------------------------------------------


def test_records_name_the_definition_and_the_trustees_key(prepared):
    fixed = prepared.is_fixed
    record = fixed.records[prepared.contest]
    assert record.description == record_description(prepared.election.contests[0], fixed.digest)
    assert record.description.endswith(f"tsukuba-trust definition {fixed.digest}")
    assert record.key == fixed.keys.key


@pytest.mark.parametrize(
    "rule",
    [
        TrusteesRule(("Trustee 1", "Trustee 2"), 1),
        TrusteesRule(("Trustee 1", "Trustee 2", "Trustee 3"), 1),
        TrusteesRule(("Trustee 1", "Trustee 2", "Trustee 3"), 3),
        TrusteesRule(("Trustee 1", "Trustee 2", "Trustee 3", "Trustee 4"), 2),
    ],
)
def test_it_refuses_trustees_that_are_not_those_of_the_definition(proposed, rule):
    fixed = proposed.services.ceremony.define(proposed.proposed)
    _, trustees = hold_key_ceremony("Ed25519", rule, proposed.draw)
    call = lambda: proposed.services.ceremony.fix_trustees(fixed, trustees)  # noqa: E731
    assert code_of(call) == "trustees_differ"
    assert proposed.size() == 1


def test_it_refuses_single_trustees_under_other_names(tmp_path):
    held = world(tmp_path, names=2, threshold=2)
    fixed = held.services.ceremony.define(held.proposed)
    _, trustees = hold_key_ceremony("Ed25519", TrusteesRule(("A", "B"), 2), held.draw)
    call = lambda: held.services.ceremony.fix_trustees(fixed, trustees)  # noqa: E731
    assert code_of(call) == "trustees_differ"


def test_it_refuses_a_trustee_without_proof(tmp_path):
    held = world(tmp_path, names=1, threshold=1)
    fixed = held.services.ceremony.define(held.proposed)
    _, trustees = hold_key_ceremony("Ed25519", held.election.trustees, held.draw)
    items = json.loads(trustees)
    items[0][1]["pok"]["response"] = "1"
    call = lambda: held.services.ceremony.fix_trustees(fixed, json_text.write(items))  # noqa: E731
    assert code_of(call) == "trustee_proof_invalid"


def test_it_refuses_old_threshold_formats_for_our_own_elections(proposed):
    fixed = proposed.services.ceremony.define(proposed.proposed)
    _, trustees = hold_key_ceremony("Ed25519", proposed.election.trustees, proposed.draw)
    items = json.loads(trustees)
    for member in items[0][1]["verification_keys"]:
        del member["signature"]
    call = lambda: proposed.services.ceremony.fix_trustees(  # noqa: E731
        fixed, json_text.write(items)
    )
    assert code_of(call).startswith("trustee")


def test_a_missing_ballot_scheme_is_a_fault_of_the_installation(proposed, monkeypatch):
    monkeypatch.setattr(type(proposed.services.registry), "ballot_schemes", {})
    call = lambda: proposed.services.ceremony.define(proposed.proposed)  # noqa: E731
    assert code_of(call) == "scheme_not_installed"


def test_a_scheme_that_needs_shuffles_is_refused_while_there_are_none(proposed, monkeypatch):
    scheme = proposed.services.registry.ballot_schemes["homomorphic"]
    monkeypatch.setattr(type(scheme), "needs_shuffle", True)
    call = lambda: proposed.services.ceremony.define(proposed.proposed)  # noqa: E731
    assert code_of(call) == "shuffle_missing"


# -- seal -------------------------------------------------------------------------------


def test_the_seal_is_refused_before_the_trustees(proposed):
    fixed = proposed.services.ceremony.define(proposed.proposed)
    call = lambda: proposed.services.ceremony.propose_seal(fixed, proposed.now, "x")  # noqa: E731
    assert code_of(call) == "trustees_missing"
    assert code_of(lambda: fixed.keys) == "trustees_missing"


def test_the_seal_is_refused_before_the_roll(tmp_path):
    held = world(tmp_path, electorate="roll")
    fixed = held.services.ceremony.define(held.proposed)
    _, trustees = hold_key_ceremony("Ed25519", held.election.trustees, held.draw)
    fixed = held.services.ceremony.fix_trustees(fixed, trustees)
    call = lambda: held.services.ceremony.propose_seal(fixed, held.now, "x")  # noqa: E731
    assert code_of(call) == "roll_missing"


def test_the_seal_has_exactly_the_entries_before_it_as_subject(prepared):
    entries = dict(prepared.services.board.entries(prepared.origin))
    assert entries[2]["act"] == "seal"
    assert entries[2]["subject"] == [canonical.digest(entries[at]) for at in range(2)]


# -- rehearsal and opening --------------------------------------------------------------


def test_o01_every_sufficient_subset_was_tried_before_opening(prepared, monkeypatch):
    from tsukuba_trust.crypto import rehearsal

    tried, combine = [], rehearsal.combine
    monkeypatch.setattr(
        rehearsal, "combine", lambda t, f, c: (tried.append(tuple(f)), combine(t, f, c))[1]
    )
    fixed, draw = prepared.is_fixed, prepared.draw
    text = holding.rehearse_decryption(fixed, prepared.trustees, draw)
    rehearsal.check_rehearsal(fixed.keys, fixed.digest, text)
    assert tried == list(combinations((1, 2, 3), 2))


def test_o01_a_rehearsal_without_one_trustee_is_refused(tmp_path):
    held = sealed_by(world(tmp_path))
    text = holding.rehearse_decryption(held.is_fixed, held.trustees[:2], held.draw)
    call = lambda: held.services.ceremony.propose_rehearsed(held.is_fixed, held.now, text)  # noqa: E731
    assert code_of(call) == "rehearsal_incomplete"


def test_a_rehearsal_before_the_seal_is_refused_when_it_is_made(proposed):
    held = proposed
    fixed = held.services.ceremony.define(held.proposed)
    _, trustees = hold_key_ceremony(held.election.group, held.election.trustees, held.draw)
    fixed = held.services.ceremony.fix_trustees(fixed, trustees)
    propose_rehearsed = held.services.ceremony.propose_rehearsed
    assert code_of(lambda: propose_rehearsed(fixed, held.now, "{}")) == "not_sealed"


def test_o01_a_rehearsal_with_a_lost_key_is_refused(tmp_path):
    held = sealed_by(world(tmp_path))
    lost = [*held.trustees[:2], replace(held.trustees[2], secret=12345)]
    text = holding.rehearse_decryption(held.is_fixed, lost, held.draw)
    call = lambda: held.services.ceremony.propose_rehearsed(held.is_fixed, held.now, text)  # noqa: E731
    assert code_of(call) == "decryption_proof_invalid"


def test_o01_opening_without_a_rehearsal_is_refused(tmp_path):
    held = sealed_by(world(tmp_path))
    now = held.election.period.opens
    call = lambda: held.services.ceremony.open(held.is_fixed, now)  # noqa: E731
    assert code_of(call) == "rehearsal_missing"
    assert held.types()[-1] == "OfficersAct"


def test_o01_opening_with_all_trustees_needed_wants_a_signed_waiver(tmp_path):
    held = world(tmp_path, names=2, threshold=2)
    sealed_by(held)
    text = holding.rehearse_decryption(held.is_fixed, held.trustees, held.draw)
    rehearsed = held.services.ceremony.propose_rehearsed(held.is_fixed, held.now, text)
    holding.enact(held.services, held.is_fixed, held.staff, rehearsed)
    now = held.election.period.opens
    assert code_of(lambda: held.services.ceremony.open(held.is_fixed, now)) == "waiver_missing"
    waiver = held.services.ceremony.propose_waiver(held.is_fixed, held.now, "two are all")
    holding.enact(held.services, held.is_fixed, held.staff, waiver)
    assert held.services.ceremony.open(held.is_fixed, now) == held.size() - 1


def test_it_does_not_open_before_its_time(prepared):
    early = prepared.election.period.opens - timedelta(seconds=1)
    call = lambda: prepared.services.ceremony.open(prepared.is_fixed, early)  # noqa: E731
    assert code_of(call) == "not_open"
    with pytest.raises(Refused, match="too early: the period begins at 20"):
        call()


def test_opening_twice_is_one_entry(prepared):
    now = prepared.election.period.opens
    first = prepared.services.ceremony.open(prepared.is_fixed, now)
    assert prepared.services.ceremony.open(prepared.is_fixed, now) == first


# -- the roll ---------------------------------------------------------------------------


def test_a_roll_belongs_to_elections_with_a_roll(prepared):
    call = lambda: prepared.services.ceremony.fix_roll(prepared.is_fixed)  # noqa: E731
    assert code_of(call) == "roll_not_due"
    call = lambda: prepared.services.rolls.import_file(prepared.is_fixed, b"", {})  # noqa: E731
    assert code_of(call) == "roll_not_due"


def test_an_empty_roll_is_not_fixed(tmp_path):
    held = world(tmp_path, electorate="roll")
    fixed = held.services.ceremony.define(held.proposed)
    assert code_of(lambda: held.services.ceremony.fix_roll(fixed)) == "trustees_missing"
    _, trustees = hold_key_ceremony("Ed25519", held.election.trustees, held.draw)
    fixed = held.services.ceremony.fix_trustees(fixed, trustees)
    assert code_of(lambda: held.services.ceremony.fix_roll(fixed)) == "roll_missing"


@pytest.fixture
def school(tmp_path) -> Iterator[World]:
    made = opened_world(tmp_path, stage="prepared", electorate="roll")
    yield made
    made.close()


def tamper(held: World, statement: str) -> None:
    """Change the roll database behind the program's back."""
    engine = create_engine(held.urls["roll"])
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


INVENTED = (
    "INSERT INTO person SELECT election, 'ffff', NULL, \"group\", record, salt, 0, NULL "
    "FROM person LIMIT 1"
)


def test_j11_the_rolls_root_stands_on_the_board_before_the_seal(school):
    entries = [entry for _, entry in school.services.board.entries(school.origin)]
    kinds = [entry["type"] for entry in entries]
    assert kinds.index("RollFixed") < kinds.index("OfficersAct")
    report = school.services.rolls.report(school.is_fixed)
    assert entries[2]["root"] == report.root
    assert entries[2]["groups"] == [{"name": "all", "electors": report.electors}]


def test_fixing_the_roll_again_is_the_same_entry(school):
    assert school.services.ceremony.fix_roll(school.is_fixed) == 2


def test_j11_a_fixed_roll_takes_no_further_electors(school):
    call = lambda: school.services.rolls.import_file(  # noqa: E731
        school.is_fixed, b"number,group\n99,all\n", {}
    )
    assert code_of(call) == "roll_fixed"


def test_j11_an_invented_elector_stops_the_opening(school):
    tamper(school, INVENTED)
    now = school.election.period.opens
    assert code_of(lambda: school.services.ceremony.open(school.is_fixed, now)) == "roll_changed"


def test_j11_a_changed_line_stops_the_opening(school):
    tamper(school, "UPDATE person SET record = replace(record, '1', '9')")
    now = school.election.period.opens
    assert code_of(lambda: school.services.ceremony.open(school.is_fixed, now)) == "roll_changed"


def test_j11_an_elector_invented_while_voting_is_open_cannot_register(tmp_path):
    held = opened_world(tmp_path, electorate="roll")
    held.identify(held.voter(), 1)
    tamper(held, INVENTED)
    tamper(
        held,
        "UPDATE enrolment SET person = 'ffff' WHERE person = "
        "(SELECT person FROM enrolment ORDER BY person LIMIT 1)",
    )
    codes = []
    for number in held.codes:
        try:
            held.identify(held.voter(), number)
        except Refused as error:
            codes.append(error.code)
    assert codes == ["roll_changed"]
    with pytest.raises(Refused, match="roll_changed"):
        held.reopened().identify(held.voter(), 1)


def test_j11_an_invented_row_without_a_line_of_the_roll_cannot_register(tmp_path):
    held = opened_world(tmp_path, electorate="roll")
    tamper(held, INVENTED.replace("record, salt", "NULL, NULL"))
    tamper(held, "UPDATE enrolment SET person = 'ffff'")
    with pytest.raises(Refused, match="roll_changed"):
        held.identify(held.voter(), 1)


def test_j11_holders_never_exceed_the_roll(tmp_path):
    held = opened_world(tmp_path, electorate="roll")
    for _ in range(2):
        for number in held.codes:
            held.identify(held.voter(), number)
    electors = held.services.rolls.report(held.is_fixed).electors
    assert held.services.board.state(held.origin).holders == electors
