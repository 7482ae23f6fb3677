"""The registrar: attempts, answers, claims, and everything it refuses."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from election_world import CARD, CODE, World, opened_world
from record_parts import contest
from tsukuba_trust.crypto import proofs
from tsukuba_trust.elections.rules import Eligibility
from tsukuba_trust.errors import Misconfigured, Refused, Rejected
from tsukuba_trust.services.registrar import Started
from tsukuba_trust.testing.people import (
    FROM_TSUCHIURA,
    FROM_TSUKUBAMIRAI,
    WITH_EXPIRED_CARD,
    WITH_SUBSTITUTE,
)
from tsukuba_trust.testing.voter import Voter

TSUKUBA = Eligibility(residence="08220", minimum_age=18)


@pytest.fixture
def held(tmp_path) -> Iterator[World]:
    made = opened_world(tmp_path / "city", eligibility=TSUKUBA)
    yield made
    made.close()


@pytest.fixture
def school(tmp_path) -> Iterator[World]:
    made = opened_world(tmp_path / "school", electorate="roll", cross_device=True)
    yield made
    made.close()


def start(held: World, voter: Voter, provider: str = CARD, at=None, **changes) -> Started:
    given = {
        "given": voter.credentials,
        "proof_of": voter.proofs(),
        "blind": voter.blind,
        "page_secret_hash": voter.page_secret_hash,
        **changes,
    }
    return held.services.registrar.start_identification(
        held.origin, provider, locale="ja", at=at or held.now, **given
    )


def complete(held: World, started: Started, card, at=None):
    return held.services.registrar.complete_identification(
        started.attempt, card.response(started.challenge["text"]), at or held.now
    )


def claim(held: World, started: Started, voter: Voter, token: str, at=None):
    return held.services.registrar.claim_identification(
        started.attempt, voter.page_secret, token, at or held.now
    )


def code_of(call) -> str:
    with pytest.raises((Refused, Rejected, Misconfigured)) as error:
        call()
    return error.value.code


# -- start ------------------------------------------------------------------------------


def test_an_identification_registers_all_contests_in_one_entry(tmp_path):
    held = opened_world(tmp_path, contests=(contest(0), contest(1)))
    voter = held.voter()
    claimed = held.identify(voter)
    entry = dict(held.services.board.entries(held.origin))[claimed.index]
    assert [one["contest"] for one in entry["credentials"]] == held.is_fixed.defined["contests"]
    assert {one["credential"] for one in entry["credentials"]} == set(voter.credentials.values())
    assert entry["bound"] is True


def test_it_refuses_an_attempt_before_opening(tmp_path):
    held = opened_world(tmp_path, stage="prepared")
    at = held.election.period.opens
    assert code_of(lambda: start(held, held.voter(), at=at)) == "not_open"


def test_it_refuses_an_attempt_at_the_closing_instant(held):
    at = held.election.period.closes
    assert code_of(lambda: start(held, held.voter(), at=at)) == "closed"


def test_it_refuses_an_attempt_while_suspended(held):
    held.act("suspend")
    assert code_of(lambda: start(held, held.voter())) == "suspended"


def test_it_refuses_an_unknown_election(held):
    voter = held.voter()
    call = lambda: held.services.registrar.start_identification(  # noqa: E731
        "nowhere/x-2027", CARD, {}, {}, voter.blind, voter.page_secret_hash, "ja", held.now
    )
    assert code_of(call) == "unknown_election"


def test_it_refuses_a_provider_that_the_election_does_not_offer(held):
    assert code_of(lambda: start(held, held.voter(), CODE)) == "unknown_provider"


def test_a_provider_that_is_not_installed_is_a_fault_of_the_installation(held, monkeypatch):
    monkeypatch.setattr(type(held.services.registry), "identity_providers", {})
    assert code_of(lambda: start(held, held.voter())) == "provider_not_installed"


@pytest.mark.parametrize("change", [{"blind": b"x"}, {"page_secret_hash": b""}])
def test_it_refuses_secrets_of_another_size(held, change):
    assert code_of(lambda: start(held, held.voter(), **change)) == "attempt_malformed"


def test_it_refuses_credentials_for_only_some_contests(tmp_path):
    held = opened_world(tmp_path, contests=(contest(0), contest(1)))
    voter = held.voter()
    some = {held.contest: voter.credentials[held.contest]}
    assert code_of(lambda: start(held, voter, given=some)) == "contests_differ"


def test_it_refuses_a_key_without_proof_of_knowledge(held):
    voter, other = held.voter(), held.voter()
    call = lambda: start(held, voter, proof_of=other.proofs())  # noqa: E731
    assert code_of(call) == "proof_invalid"


@pytest.mark.parametrize("text", [f"{1:064x}", "zz", ""])
def test_it_refuses_a_credential_that_is_no_element(held, text):
    given = {held.contest: text}
    assert code_of(lambda: start(held, held.voter(), given=given)) == "element_invalid"


def test_it_refuses_a_malformed_proof(held):
    call = lambda: start(held, held.voter(), proof_of={held.contest: {"x": 1}})  # noqa: E731
    assert code_of(call) == "proof_form"


def test_it_refuses_credentials_that_are_registered_already(held):
    voter = held.registered(0)
    assert code_of(lambda: start(held, voter)) == "credential_taken"


# -- what the device sees ---------------------------------------------------------------


def test_the_request_shows_title_host_text_and_nothing_of_the_booth(held):
    voter = held.voter()
    started = start(held, voter)
    request = held.services.registrar.identification_request(started.attempt, held.now)
    shown = repr(request)
    assert request.challenge == started.challenge
    assert request.title == held.election.title.official
    for hidden in (voter.blind.hex(), voter.page_secret_hash.hex(), *voter.credentials.values()):
        assert hidden not in shown


def test_the_signed_text_ends_with_the_binding(held):
    voter = held.voter()
    started = start(held, voter)
    assert started.challenge["text"].rstrip("\n").endswith(voter.binding(started.attempt).hex())


def test_an_unknown_attempt_is_unknown_everywhere(held):
    registrar, at = held.services.registrar, held.now
    assert code_of(lambda: registrar.identification_request("0" * 32, at)) == "unknown_attempt"
    assert code_of(lambda: registrar.complete_identification("0" * 32, {}, at)) == (
        "unknown_attempt"
    )
    assert code_of(lambda: registrar.claim_identification("0" * 32, b"", "", at)) == (
        "unknown_attempt"
    )


def test_an_attempt_expires_after_ten_minutes(held):
    voter = held.voter()
    started = start(held, voter)
    late = held.now + timedelta(minutes=10)
    registrar = held.services.registrar
    assert code_of(lambda: complete(held, started, held.card(), late)) == "attempt_expired"
    assert code_of(lambda: registrar.identification_request(started.attempt, late)) == (
        "attempt_expired"
    )
    assert code_of(lambda: claim(held, started, voter, "", late)) == "attempt_expired"


def test_after_an_expired_attempt_the_same_keys_and_ballots_are_used_again(held):
    voter = held.voter()
    text, started = held.sealed(voter), start(held, voter)
    held.now += timedelta(minutes=11)
    assert code_of(lambda: complete(held, started, held.card())) == "attempt_expired"
    blind = voter.blind
    voter.renew_attempt()
    assert voter.blind != blind
    held.identify(voter)
    held.send(text)


# -- complete ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "code"),
    [
        (FROM_TSUCHIURA, "not_tsukuba"),
        (FROM_TSUKUBAMIRAI, "not_tsukuba"),
        (WITH_SUBSTITUTE, "counter_needed"),
    ],
)
def test_it_refuses_who_may_not_vote_here_or_must_see_a_clerk(held, person, code):
    started = start(held, held.voter())
    assert code_of(lambda: complete(held, started, held.card(person))) == code
    assert held.types().count("CredentialsRegistered") == 0


def test_it_refuses_an_expired_card(held):
    started = start(held, held.voter())
    card = held.authority.card(WITH_EXPIRED_CARD, defect="expired")
    assert code_of(lambda: complete(held, started, card)) == "cert_expired"


def test_it_refuses_a_signature_over_another_attempts_binding(held):
    first, second = start(held, held.voter()), start(held, held.voter())
    card = held.card()
    call = lambda: held.services.registrar.complete_identification(  # noqa: E731
        second.attempt, card.response(first.challenge["text"]), held.now
    )
    assert code_of(call) == "cert_refused"


def test_ten_refused_answers_end_an_attempt(held):
    started, card = start(held, held.voter()), held.card()
    answer = lambda: held.services.registrar.complete_identification(  # noqa: E731
        started.attempt, {"certificate": "", "signature": ""}, held.now
    )
    assert [code_of(answer) for _ in range(10)] == ["cert_refused"] * 10
    assert code_of(lambda: complete(held, started, card)) == "too_many_tries"


def test_a_repeated_answer_with_the_same_evidence_gets_the_same_token(held):
    started, card = start(held, held.voter()), held.card()
    assert complete(held, started, card) == complete(held, started, card)


def test_the_same_person_with_another_card_gets_the_answer_of_her_first(held):
    started = start(held, held.voter())
    first = complete(held, started, held.card(1))
    assert complete(held, started, held.card(1)) == first


def test_two_different_people_void_the_attempt(held):
    voter = held.voter()
    started = start(held, voter)
    token = complete(held, started, held.card(1)).token
    assert code_of(lambda: complete(held, started, held.card(2))) == "attempt_contested"
    assert code_of(lambda: complete(held, started, held.card(1))) == "attempt_contested"
    assert code_of(lambda: claim(held, started, voter, token)) == "attempt_contested"
    assert held.types().count("CredentialsRegistered") == 0


def test_an_unbound_answer_is_refused_unless_the_election_accepts_it(school, monkeypatch):
    monkeypatch.setattr(type(school.services.registry.identity_providers[CODE]), "bound", False)
    school.services.catalogue._known.clear()
    fixed = school.services.catalogue.get(school.origin)
    object.__setattr__(fixed.election, "accept_unbound", False)
    started = start(school, school.voter(), CODE)
    answer = lambda: school.services.registrar.complete_identification(  # noqa: E731
        started.attempt, {"code": school.codes["1"]}, school.now
    )
    assert code_of(answer) == "unbound_not_accepted"


def test_a_binding_election_refuses_a_certificate_whose_revocation_was_not_asked(held):
    fixed = held.services.catalogue.get(held.origin)
    object.__setattr__(fixed.election, "effect", "binding")
    started = start(held, held.voter())
    assert code_of(lambda: complete(held, started, held.card())) == "cert_check_unavailable"


# -- claim ------------------------------------------------------------------------------


def test_a_claim_needs_the_page_secret(held):
    voter, stranger = held.voter(), held.voter()
    started = start(held, voter)
    token = complete(held, started, held.card()).token
    assert code_of(lambda: claim(held, started, stranger, token)) == "unknown_attempt"


def test_a_claim_before_the_answer_is_refused(held):
    voter = held.voter()
    assert code_of(lambda: claim(held, start(held, voter), voter, "x")) == "not_answered"


def test_a_claim_with_a_wrong_token_is_refused_and_five_of_them_void_the_attempt(held):
    voter = held.voter()
    started = start(held, voter)
    token = complete(held, started, held.card()).token
    wrong = lambda: claim(held, started, voter, "0" * 32)  # noqa: E731
    assert [code_of(wrong) for _ in range(5)] == ["wrong_token"] * 5
    assert code_of(lambda: claim(held, started, voter, token)) == "too_many_tries"


def test_digits_are_given_and_taken_only_where_the_election_allows_them(held, school):
    assert complete(held, start(held, held.voter()), held.card()).digits == ""
    voter = school.voter()
    asked = start(school, voter, CODE)
    answer = school.services.registrar.complete_identification(
        asked.attempt, {"code": school.codes["1"]}, school.now
    )
    assert len(answer.digits) == 6
    assert claim(school, asked, voter, answer.digits).index == school.size() - 1


def test_an_empty_token_never_fits(held):
    voter = held.voter()
    started = start(held, voter)
    complete(held, started, held.card())
    assert code_of(lambda: claim(held, started, voter, "")) == "wrong_token"


def test_the_same_claim_again_gives_the_same_index(held):
    voter = held.voter()
    started = start(held, voter)
    token = complete(held, started, held.card()).token
    first = claim(held, started, voter, token)
    assert claim(held, started, voter, token).index == first.index
    assert held.types().count("CredentialsRegistered") == 1


def test_a_claimed_attempt_takes_no_further_answer(held):
    voter = held.voter()
    started = start(held, voter)
    claim(held, started, voter, complete(held, started, held.card()).token)
    assert code_of(lambda: complete(held, started, held.card())) == "attempt_claimed"


def test_a_claim_after_the_end_is_refused(held):
    voter = held.voter()
    started = start(held, voter)
    token = complete(held, started, held.card()).token
    at = held.now
    held.closed()
    assert code_of(lambda: claim(held, started, voter, token, at)) == "closed"


def test_identifying_again_replaces_the_credentials_of_the_same_holder(held):
    first = held.identify(held.voter(), 1)
    again = held.identify(held.voter(), 1)
    entry = dict(held.services.board.entries(held.origin))[again.index]
    assert entry["replaces"] == first.index
    assert held.services.board.state(held.origin).holders == 1
    assert (first.uses, again.uses) == (0, 1)
    assert again.last_day == held.is_fixed.day(held.now)


def test_two_cards_of_one_person_are_one_holder(held):
    held.identify(held.voter(), held.card(3))
    held.identify(held.voter(), held.card(3))
    assert held.services.board.state(held.origin).holders == 1


def test_two_people_are_two_holders(held):
    held.identify(held.voter(), 1)
    held.identify(held.voter(), 2)
    assert held.services.board.state(held.origin).holders == 2


def test_credentials_that_another_person_registered_meanwhile_are_taken(held):
    voter = held.voter()
    started = start(held, voter)
    thief = start(held, voter)
    held_token = complete(held, started, held.card(1)).token
    stolen_token = complete(held, thief, held.card(2)).token
    claim(held, started, voter, held_token)
    assert code_of(lambda: claim(held, thief, voter, stolen_token)) == "credential_taken"
    assert held.services.board.state(held.origin).holders == 1


def test_no_registration_without_the_keys_of_the_registrar(held):
    voter = held.voter()
    started = start(held, voter)
    held.keys.clear()
    call = lambda: complete(held, started, held.card())  # noqa: E731
    assert code_of(call) == "registrar_keys_missing"


# -- a roll -----------------------------------------------------------------------------


def test_a_printed_code_registers_its_elector_unbound(school):
    claimed = school.identify(school.voter(), 1)
    entry = dict(school.services.board.entries(school.origin))[claimed.index]
    assert (entry["provider"], entry["bound"]) == (CODE, False)


def test_a_code_used_again_replaces_and_another_code_is_another_holder(school):
    school.identify(school.voter(), 1)
    school.identify(school.voter(), 1)
    school.identify(school.voter(), 2)
    assert school.services.board.state(school.origin).holders == 2


def test_five_wrong_codes_end_the_attempt(school):
    started = start(school, school.voter(), CODE)
    answer = lambda code: school.services.registrar.complete_identification(  # noqa: E731
        started.attempt, {"code": code}, school.now
    )
    wrong = [code_of(lambda: answer("AAAA-AAAA-AAAA")) for _ in range(5)]
    assert wrong == ["wrong_token"] * 5
    assert code_of(lambda: answer(school.codes["1"])) == "too_many_tries"


def test_every_proof_of_a_registration_is_checked(held, monkeypatch):
    seen = []
    check = proofs.check_knowledge
    monkeypatch.setattr(
        proofs, "check_knowledge", lambda *a, **k: (seen.append(a[1]), check(*a, **k))
    )
    start(held, held.voter())
    assert [prefix.split("|")[0] for prefix in seen] == ["register"]
