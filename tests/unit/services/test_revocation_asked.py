"""Revocation is asked at identification only: attacks J04 and J05, and the binding vote."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from test_registrar import claim, code_of, complete, start

from card_source import Switch, switched
from election_world import CARD, CODE, World, opened_world, world
from tsukuba_trust.errors import Refused, Unavailable
from tsukuba_trust.services.attempting import MOST_REFUSED
from tsukuba_trust.testing import holding
from tsukuba_trust.values import IdentityRule


@pytest.fixture
def held(tmp_path) -> Iterator[World]:
    made = opened_world(tmp_path)
    yield made
    made.close()


@pytest.fixture
def switch(held, monkeypatch) -> Switch:
    return switched(held.services, monkeypatch)


def test_a_good_certificate_votes_and_the_auditors_agree(held, switch):
    held.cast(held.registered(0))
    assert switch.asked == 1
    assert held.counted().faults == ()


def test_j04_a_revoked_certificate_identifies_nobody(held, switch):
    switch.state = "revoked"
    size = held.size()
    started = start(held, held.voter())
    assert code_of(lambda: complete(held, started, held.card(0))) == "cert_revoked"
    assert held.size() == size


def test_j04_a_certificate_revoked_after_the_identification_changes_nothing(held, switch):
    voter = held.registered(0)
    switch.state = "revoked"
    held.cast(voter, 1)
    held.counted()
    assert held.votes() == [0, 1, 0]
    assert switch.asked == 1  # neither the cast nor the close asked


def test_j04_a_certificate_revoked_between_answer_and_claim_changes_nothing(held, switch):
    voter = held.voter()
    started = start(held, voter)
    answer = complete(held, started, held.card(0))
    switch.state = "revoked"
    assert claim(held, started, voter, answer.token).index == held.size() - 1


def test_j04_a_strike_by_the_officers_does_change_it(held, switch):
    holder = held.identify(voter := held.voter(), 0).index
    held.cast(voter, 1)
    held.cast(held.registered(1), 2)
    held.closed()
    made = held.services.counting.propose_strikes(
        held.is_fixed, held.now, "moved away", {holder: "moved"}
    )
    holding.enact(held.services, held.is_fixed, held.staff, made)
    held.counted()
    assert held.votes() == [0, 0, 1]


@pytest.mark.parametrize("state", ["unreachable", "stale"])
def test_j05_a_service_that_is_down_uses_up_no_try_of_the_attempt(held, switch, state):
    switch.state = state
    voter = held.voter()
    started = start(held, voter)
    for _ in range(MOST_REFUSED + 5):
        with pytest.raises(Unavailable) as caught:
            complete(held, started, held.card(0))
        assert caught.value.code == "cert_check_unavailable"
    progress = held.services.registrar.progress(started.attempt, voter.page_secret, held.now)
    assert (progress.state, progress.refusal) == ("refused", "cert_check_unavailable")
    switch.state = "good"
    answer = complete(held, started, held.card(0))
    assert claim(held, started, voter, answer.token).index == held.size() - 1


def test_j05_casts_of_registered_holders_go_on(held, switch):
    voter = held.registered(0)
    switch.state = "unreachable"
    assert held.cast(voter, 1).index == held.size() - 1
    assert held.cast(voter, 2).index == held.size() - 1


def test_j05_a_new_attempt_takes_the_same_sealed_ballot(held, switch):
    switch.state = "unreachable"
    voter = held.voter()
    ballot = held.sealed(voter, 1)
    with pytest.raises(Unavailable):
        complete(held, start(held, voter), held.card(0))
    switch.state = "good"
    again = start(held, voter, blind=b"n" * 32)
    claim(held, again, voter, complete(held, again, held.card(0)).token)
    assert held.send(ballot).index == held.size() - 1


# -- tries per attempt (J12) ------------------------------------------------------------


def test_j12_an_attempt_takes_ten_refused_answers_and_then_not_even_the_right_one(held, switch):
    switch.state = "revoked"
    voter = held.voter()
    started = start(held, voter)
    codes = [
        code_of(lambda: complete(held, started, held.card(0))) for _ in range(MOST_REFUSED + 1)
    ]
    assert codes == ["cert_revoked"] * MOST_REFUSED + ["too_many_tries"]
    switch.state = "good"
    assert code_of(lambda: complete(held, started, held.card(0))) == "too_many_tries"
    assert switch.asked == MOST_REFUSED  # and nobody outside is asked any more
    again = start(held, voter)
    claim(held, again, voter, complete(held, again, held.card(0)).token)


# -- not checked ------------------------------------------------------------------------


def test_a_binding_vote_does_not_begin_where_nobody_is_asked(tmp_path):
    held = world(tmp_path)
    binding = replace(held.proposed.election, effect="binding")
    proposed = replace(
        held.proposed,
        election=binding,
        entry={**held.proposed.entry, "witness_policy": "log x\nquorum any\n"},
    )
    with pytest.raises(Refused) as caught:
        held.services.ceremony.define(proposed)
    assert caught.value.code == "identity_not_checked"


def test_a_binding_vote_takes_no_identification_that_was_not_checked(held):
    fixed = held.is_fixed
    binding = replace(fixed, election=replace(fixed.election, effect="binding"))
    held.services.catalogue._known[held.origin] = binding
    started = start(held, held.voter())
    assert code_of(lambda: complete(held, started, held.card(0))) == "cert_check_unavailable"


# -- linked persons ---------------------------------------------------------------------


def test_a_changed_name_stays_one_holder_where_a_service_links_persons(tmp_path, monkeypatch):
    rule = IdentityRule(CARD, {"person": "operator"})
    held = opened_world(tmp_path, identity=(rule, IdentityRule(CODE)))
    switch = switched(held.services, monkeypatch)
    switch.person = "P-7"
    before, after = held.card(1), held.card(2)
    first = held.identify(held.voter(), before)
    again = held.identify(held.voter(), after)
    assert (first.uses, again.uses) == (0, 1)
    assert held.services.board.state(held.origin).holders == 1
    assert held.counted().faults == ()


def test_without_such_a_service_a_changed_name_is_another_person(held, switch):
    """Nothing in a certificate says who somebody was before: docs/threat-model.md."""
    held.identify(held.voter(), 1)
    held.identify(held.voter(), 2)
    assert held.services.board.state(held.origin).holders == 2
