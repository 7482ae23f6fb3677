"""Registrations across three commits: a crash after any of them loses and doubles nothing."""

from collections.abc import Iterator

import pytest
from nacl.public import PrivateKey

from election_world import CARD, World, opened_world
from tsukuba_trust.board import canonical, registration
from tsukuba_trust.errors import Refused, Rejected, Unavailable
from tsukuba_trust.services import delivery, evidence, links
from tsukuba_trust.services.delivery import Delivery
from tsukuba_trust.services.links import Link, Slots


class Crash(BaseException):
    """The process dies here."""


@pytest.fixture
def held(tmp_path) -> Iterator[World]:
    made = opened_world(tmp_path)
    yield made
    made.close()


def answered(held: World, person: int = 0):
    """Start and answer an attempt; return what claims it."""
    voter = held.voter()
    registrar = held.services.registrar
    started = registrar.start_identification(
        held.origin, CARD, voter.credentials, voter.proofs(), voter.blind,
        voter.page_secret_hash, "ja", held.now,
    )  # fmt: skip
    response = held.card(person).response(started.challenge["text"])
    at = held.now
    token = registrar.complete_identification(started.attempt, response, at).token
    return voter, lambda world: world.services.registrar.claim_identification(
        started.attempt, voter.page_secret, token, at
    )


def slots_of(held: World) -> list[Slots]:
    with held.services.roll.begin() as tx:
        sealed = list(tx.all_slots(held.origin))
    return [
        links.unseal(held.keys[held.origin].link, current, pending)
        for _person, current, pending in sealed
    ]


def evidence_of(held: World) -> list[evidence.Evidence]:
    key = PrivateKey(held.staff.evidence.private_bytes_raw())
    with held.services.roll.begin() as tx:
        return [evidence.unseal(key, sealed) for _key, sealed in tx.evidence(held.origin)]


def crash_before(monkeypatch, target, name):
    """Let the process die when it comes to a call."""

    def die(*_args, **_kwargs):
        raise Crash

    monkeypatch.setattr(target, name, die)


STEPS = {
    "before commit 1": (Delivery, "_place"),
    "before commit 2": (Delivery, "deliver"),
    "before commit 3": (Delivery, "_settle"),
}


def crashed(held: World, monkeypatch, step: str, person: int = 0):
    voter, claim = answered(held, person)
    with monkeypatch.context() as patch:
        crash_before(patch, *STEPS[step])
        with pytest.raises(Crash):
            claim(held)
    return voter, claim


def test_after_a_registration_link_and_evidence_say_who_is_which_holder(held):
    claimed = held.identify(held.voter())
    assert slots_of(held) == [Slots(Link(claimed.index, claimed.index))]
    assert len(evidence_of(held)) == 1


def test_the_sealed_evidence_names_the_registration_and_opens_its_commitment(held):
    claimed = held.identify(held.voter())
    entry = dict(held.services.board.entries(held.origin))[claimed.index]
    (kept,) = evidence_of(held)
    assert kept.registration == canonical.digest(entry)
    assert entry["evidence"] == registration.evidence_digest(kept.salt, kept.evidence)


@pytest.mark.parametrize("step", STEPS)
def test_a_crash_is_mended_by_the_repeated_claim(held, monkeypatch, step):
    _voter, claim = crashed(held, monkeypatch, step)
    again = held.reopened()
    index = claim(again).index
    assert again.types().count("CredentialsRegistered") == 1
    assert slots_of(again) == [Slots(Link(index, index))]
    assert len(evidence_of(again)) == 1


@pytest.mark.parametrize("step", ["before commit 2", "before commit 3"])
def test_a_crash_is_mended_by_the_sweep_at_the_start(held, monkeypatch, step):
    voter, claim = crashed(held, monkeypatch, step)
    again = held.reopened()
    assert again.services.registrar.sweep() == 1
    assert again.services.registrar.sweep() == 0
    assert again.types().count("CredentialsRegistered") == 1
    again.cast(voter)
    assert claim(again).index == slots_of(again)[0].current.registration


@pytest.mark.parametrize("step", ["before commit 2", "before commit 3"])
def test_a_crash_is_mended_by_the_next_identification_of_the_same_person(held, monkeypatch, step):
    crashed(held, monkeypatch, step)
    claimed = held.identify(held.voter(), 0)
    assert held.types().count("CredentialsRegistered") == 2
    assert held.services.board.state(held.origin).holders == 1
    (slots,) = slots_of(held)
    assert slots.current == Link(claimed.index - 1, claimed.index)


def test_a_crash_before_the_last_commit_leaves_a_claim_that_finds_its_registration(
    held, monkeypatch
):
    _voter, claim = answered(held)
    with monkeypatch.context() as patch:
        crash_before(patch, type(held.services.registrar._attempting), "close")
        with pytest.raises(Crash):
            claim(held)
    first = slots_of(held)[0].current.registration
    assert claim(held.reopened()).index == first
    assert held.types().count("CredentialsRegistered") == 1


def test_the_claim_of_an_older_attempt_finds_its_own_registration(held, monkeypatch):
    _voter, claim = answered(held)
    with monkeypatch.context() as patch:
        crash_before(patch, type(held.services.registrar._attempting), "close")
        with pytest.raises(Crash):
            claim(held)
    first = slots_of(held)[0].current.registration
    held.identify(held.voter(), 0)
    assert claim(held).index == first


def test_what_the_board_refuses_for_good_leaves_neither_link_nor_evidence(held, monkeypatch):
    crashed(held, monkeypatch, "before commit 2")
    held.closed()
    assert held.services.registrar.sweep() == 0
    assert slots_of(held) == [Slots()]
    assert evidence_of(held) == []


def test_a_claim_that_the_board_refuses_is_told_so_and_leaves_nothing(held, monkeypatch):
    _voter, claim = answered(held)
    monkeypatch.setattr("tsukuba_trust.services.registrar.check_open", lambda *_: None)
    held.closed()
    with pytest.raises(Refused, match="closed"):
        claim(held)
    assert slots_of(held) == [Slots()]
    assert evidence_of(held) == []


def test_a_refused_registration_of_hers_does_not_stop_her_next_one(held, monkeypatch):
    crashed(held, monkeypatch, "before commit 2")
    append = held.services.board.append
    refused = []

    def refuse_once(origin, entry, **rest):
        if not refused:
            refused.append(entry)
            raise Refused("credential_taken")
        return append(origin, entry, **rest)

    monkeypatch.setattr(held.services.board, "append", refuse_once)
    claimed = held.identify(held.voter(), 0)
    assert slots_of(held) == [Slots(Link(claimed.index, claimed.index))]
    assert len(evidence_of(held)) == 1


def test_a_board_that_does_not_answer_leaves_the_registration_pending(held, monkeypatch):
    _voter, claim = answered(held)
    with monkeypatch.context() as patch:

        def down(*_args, **_kwargs):
            raise Unavailable("database_unavailable")

        patch.setattr(held.services.board, "append", down)
        with pytest.raises(Unavailable):
            claim(held)
    (slots,) = slots_of(held)
    assert slots.pending is not None
    assert held.services.registrar.sweep() == 1


def test_too_many_identifications_of_one_person_at_once_are_told_to_wait(held, monkeypatch):
    _voter, claim = answered(held)
    monkeypatch.setattr(delivery, "MOST_DELIVERIES", 0)
    with pytest.raises(Unavailable, match="server_busy"):
        claim(held)


def test_two_processes_that_deliver_one_pending_registration_agree(held, monkeypatch):
    crashed(held, monkeypatch, "before commit 2")
    (slots,) = slots_of(held)
    with held.services.roll.begin() as tx:
        ((person, *_),) = list(tx.all_slots(held.origin))
    deliveries = [
        world.services.registrar._delivery(held.is_fixed) for world in (held, held.reopened())
    ]
    first, second = (one.deliver(held.is_fixed, person, slots.pending) for one in deliveries)
    assert first == second
    assert slots_of(held) == [Slots(Link(first, first))]


def test_the_registrar_cannot_open_the_evidence_it_keeps(held):
    held.identify(held.voter())
    with held.services.roll.begin() as tx:
        ((_key, sealed),) = list(tx.evidence(held.origin))
    with pytest.raises(Rejected):
        evidence.unseal(held.keys[held.origin].link, sealed)


def test_the_sweep_leaves_elections_alone_whose_keys_are_elsewhere(held, monkeypatch):
    crashed(held, monkeypatch, "before commit 2")
    keys = held.keys.pop(held.origin)
    assert held.services.registrar.sweep() == 0
    held.keys[held.origin] = keys
    assert held.services.registrar.sweep() == 1
