"""Casting: what is accepted, what is refused before anything is written, what repeats."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from election_world import World, opened_world
from record_parts import contest, draws
from tsukuba_trust.board import canonical, entries, merkle, receipt
from tsukuba_trust.crypto import elgamal
from tsukuba_trust.crypto.ballot import tracker
from tsukuba_trust.errors import BallotRejected, Misconfigured, Refused

TWO = (contest(0), contest(1))


@pytest.fixture
def held(tmp_path) -> Iterator[World]:
    made = opened_world(tmp_path)
    yield made
    made.close()


@pytest.fixture
def two(tmp_path) -> Iterator[World]:
    made = opened_world(tmp_path, contests=TWO)
    yield made
    made.close()


def refused(held: World, text: str, code: str, **arguments) -> None:
    """Assert that a ballot is refused and nothing is written."""
    before = held.size()
    with pytest.raises((Refused, BallotRejected)) as error:
        held.send(text, **arguments)
    assert error.value.code == code
    assert held.size() == before


# -- accepted ---------------------------------------------------------------------------


def test_the_receipt_proves_the_bytes_that_the_voter_sent(held):
    voter = held.registered()
    text = held.sealed(voter)
    got = held.send(text)
    document, _ = entries.document(text)
    leaf = merkle.leaf_hash(
        canonical.encode({"type": "BallotAccepted", "contest": held.contest, "ballot": document})
    )
    vkey = held.is_fixed.defined["log_key"]
    receipt.check_receipt(got.proof, leaf, [vkey], held.origin)
    assert (got.tracker, got.index) == (tracker(text), held.size() - 1)


def test_o21_the_same_post_fifty_times_is_one_ballot_and_one_index(held):
    text = held.sealed(held.registered())
    indexes = {held.send(text).index for _ in range(50)}
    assert indexes == {held.size() - 1}
    assert held.types().count("BallotAccepted") == 1


def test_the_same_bytes_give_their_receipt_even_after_the_end(held):
    text = held.sealed(held.registered())
    first = held.send(text)
    held.closed()
    assert held.send(text).index == first.index


def test_a_later_ballot_of_the_same_holder_is_accepted_beside_the_first(held):
    voter = held.registered()
    assert held.cast(voter, 0).index + 1 == held.cast(voter, 1).index


# -- refused: who and when --------------------------------------------------------------


def test_it_refuses_a_ballot_before_opening(tmp_path):
    held = opened_world(tmp_path, stage="prepared")
    voter = held.voter()
    refused(held, held.sealed(voter), "not_open", at=held.election.period.opens)


def test_it_refuses_a_ballot_admitted_before_the_period_although_the_log_is_open(held):
    text = held.sealed(held.registered())
    refused(held, text, "not_open", at=held.election.period.opens - timedelta(seconds=1))


def test_it_refuses_a_ballot_admitted_at_the_closing_instant(held):
    text = held.sealed(held.registered())
    refused(held, text, "closed", at=held.election.period.closes)


def test_it_accepts_a_ballot_admitted_a_microsecond_before_the_closing_instant(held):
    voter = held.registered()
    held.cast(voter, at=held.election.period.closes - timedelta(microseconds=1))


def test_it_refuses_a_new_ballot_after_the_end(held):
    voter = held.registered()
    text, at = held.sealed(voter), held.now
    held.closed()
    refused(held, text, "closed", at=at)


def test_it_refuses_a_ballot_while_the_vote_is_suspended(held):
    text = held.sealed(held.registered())
    held.act("suspend")
    refused(held, text, "suspended")
    held.act("resume")
    held.send(text)


def test_an_extension_moves_the_end(held):
    text, closes = held.sealed(held.registered()), held.election.period.closes
    refused(held, text, "closed", at=closes)
    held.act("extend", closes=(closes + timedelta(hours=1)).isoformat())
    held.send(text, at=closes)


def test_it_refuses_an_unknown_contest(held):
    refused(held, held.sealed(held.registered()), "unknown_contest", contest="1" * 14)


def test_it_refuses_a_credential_that_was_never_registered(held):
    refused(held, held.sealed(held.voter()), "credential_unknown")


def test_it_refuses_a_replaced_credential_but_keeps_its_ballot(held):
    old = held.registered(0)
    held.cast(old, 0)
    text = held.sealed(old, 1)
    held.registered(0)
    refused(held, text, "credential_replaced")
    held.counted()
    assert held.votes() == [1, 0, 0]


def test_without_revote_the_second_ballot_of_a_holder_is_refused_also_after_replacing(tmp_path):
    held = opened_world(tmp_path, revote=False)
    voter = held.registered(0)
    held.cast(voter, 0)
    refused(held, held.sealed(voter, 1), "already_voted")
    again = held.registered(0)
    refused(held, held.sealed(again, 1), "already_voted")


def test_it_refuses_a_ballot_of_a_hundred_megabytes_before_reading_it(held):
    refused(held, "x" * 100_000_000, "too_large")


def test_an_uninstalled_scheme_is_a_fault_of_the_installation(held, monkeypatch):
    text = held.sealed(held.registered())
    monkeypatch.setattr(type(held.services.registry), "ballot_schemes", {})
    with pytest.raises(Misconfigured, match="scheme_not_installed"):
        held.send(text)


# -- refused: what it says --------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"a":1', "\ud800"])
def test_it_refuses_what_is_no_ballot(held, text):
    before = held.size()
    with pytest.raises(Exception) as error:
        held.send(text)
    assert error.value.code in ("ballot_form", "not_canonical")
    assert held.size() == before


def test_it_refuses_a_ballot_that_is_not_canonical(held):
    text = held.sealed(held.registered())
    refused(held, json.dumps(json.loads(text)), "ballot_form")


def test_it_refuses_a_tampered_choice(held):
    voter = held.registered()
    ballot = json.loads(held.sealed(voter))
    choices = ballot["answers"][0]["choices"]
    choices[0], choices[1] = choices[1], choices[0]
    refused(held, voter.sign(held.contest, ballot["answers"]), "proof_invalid")


def test_it_refuses_a_tampered_signature(held):
    ballot = json.loads(held.sealed(held.registered()))
    ballot["signature"]["proof"]["response"] = "1"
    text = json.dumps(ballot, separators=(",", ":"), ensure_ascii=False)
    refused(held, text, "signature_invalid")


def test_it_refuses_a_ballot_for_another_election_record(held):
    voter = held.registered()
    ballot = json.loads(held.sealed(voter))
    ballot["election_hash"] = "A" * 43
    text = json.dumps(ballot, separators=(",", ":"), ensure_ascii=False)
    refused(held, text, "ballot_fingerprint")


@pytest.mark.parametrize("count", [0, 2])
def test_it_refuses_another_number_of_answers(held, count):
    voter = held.registered()
    answers = json.loads(held.sealed(voter))["answers"] * count
    refused(held, voter.sign(held.contest, answers), "ballot_answers")


def test_a_change_of_the_board_while_proofs_are_checked_is_told_to_the_voter(held, monkeypatch):
    old = held.registered(0)
    text = held.sealed(old)
    verify = type(held.scheme).verify_answer

    def meanwhile(scheme, context, answer):
        held.identify(held.voter(), 0)
        verify(scheme, context, answer)

    monkeypatch.setattr(type(held.scheme), "verify_answer", meanwhile)
    with pytest.raises(Refused, match="credential_replaced"):
        held.send(text)
    assert "BallotAccepted" not in held.types()


# -- B01: copies under another voter ----------------------------------------------------


def test_b01_an_identical_copy_under_another_voter_is_refused(held):
    victim, thief = held.registered(0), held.registered(1)
    text = held.sealed(victim)
    held.send(text)
    answers = json.loads(text)["answers"]
    refused(held, thief.sign(held.contest, answers), "proof_invalid")


def test_b01_a_rerandomised_copy_under_another_voter_is_refused(held):
    victim, thief = held.registered(0), held.registered(1)
    text = held.sealed(victim)
    held.send(text)
    answers = json.loads(text)["answers"]
    record = held.is_fixed.records[held.contest]
    for choice in answers[0]["choices"]:
        ciphertext = elgamal.read_ciphertext(record.group, choice, identity_allowed=False)
        blind = elgamal.encrypt(record.group, record.key, 0, 12345)
        mixed = elgamal.multiply(record.group, ciphertext, blind)
        choice.update(elgamal.ciphertext_json(record.group, mixed))
    refused(held, thief.sign(held.contest, answers), "proof_invalid")


def test_b01_one_copied_component_with_proofs_of_its_own_is_refused(held, monkeypatch):
    """A colluding voter who knows the randomness proves validly; the board still sees it."""
    victim, thief = held.registered(0), held.registered(1)
    monkeypatch.setattr(victim, "_randomness", draws("known"))
    held.send(held.sealed(victim))
    monkeypatch.setattr(thief, "_randomness", draws("known"))
    refused(held, held.sealed(thief), "component_seen")


def test_b01_a_permuted_copy_under_another_voter_is_refused(held):
    victim, thief = held.registered(0), held.registered(1)
    text = held.sealed(victim)
    held.send(text)
    answers = json.loads(text)["answers"]
    for part in ("choices", "individual_proofs"):
        answers[0][part].reverse()
    refused(held, thief.sign(held.contest, answers), "proof_invalid")


def test_b01_the_defence_is_the_board_even_when_proofs_are_not_looked_at(held, monkeypatch):
    victim, thief = held.registered(0), held.registered(1)
    text = held.sealed(victim)
    held.send(text)
    monkeypatch.setattr(type(held.scheme), "verify_answer", lambda *_: None)
    answers = json.loads(text)["answers"]
    answers[0]["choices"].reverse()
    refused(held, thief.sign(held.contest, answers), "component_seen")


def test_a_randomness_used_twice_inside_one_ballot_is_refused(held, monkeypatch):
    voter = held.registered()
    text = held.sealed(voter)
    monkeypatch.setattr(type(held.scheme), "first_components", lambda *_: ["a", "a"])
    refused(held, text, "component_seen")


# -- B02: another contest, another election ---------------------------------------------


def test_b02_a_ballot_of_contest_a_posted_to_b_is_refused(two):
    voter = two.registered()
    first, second = two.is_fixed.defined["contests"]
    refused(two, two.sealed(voter, 0, first), "credential_unknown", contest=second)


def test_b02_a_ballot_on_the_board_of_a_is_no_ballot_of_b(two):
    voter = two.registered()
    first, second = two.is_fixed.defined["contests"]
    text = two.sealed(voter, 0, first)
    two.send(text, first)
    refused(two, text, "ballot_contest", contest=second)


def test_b02_an_answer_of_a_signed_for_b_is_refused(two):
    voter = two.registered()
    first, second = two.is_fixed.defined["contests"]
    answers = json.loads(two.sealed(voter, 0, first))["answers"]
    refused(two, voter.sign(second, answers), "proof_invalid", contest=second)


def test_b02_a_ballot_that_names_another_election_is_refused(held):
    ballot = json.loads(held.sealed(held.registered()))
    ballot["election_uuid"] = "1" * 14
    text = json.dumps(ballot, separators=(",", ":"), ensure_ascii=False)
    refused(held, text, "ballot_contest")


def test_a_low_order_point_in_a_ballot_is_refused(held):
    voter = held.registered()
    answers = json.loads(held.sealed(voter))["answers"]
    answers[0]["choices"][0]["alpha"] = f"{1:064x}"
    refused(held, voter.sign(held.contest, answers), "element_invalid")
