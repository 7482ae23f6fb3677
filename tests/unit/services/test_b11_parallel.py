"""B11: two hundred requests at once, from two processes, on both engines: one counts."""

from collections import Counter
from collections.abc import Iterator

import pytest

from crowd import together
from election_world import CARD, World, world

MANY = 200


@pytest.fixture
def held(tmp_path, database) -> Iterator[World]:
    made = world(tmp_path, url=database).opened()
    yield made
    made.close()


@pytest.fixture
def once(tmp_path, database) -> Iterator[World]:
    made = world(tmp_path, url=database, revote=False).opened()
    yield made
    made.close()


def test_b11_two_hundred_casts_of_one_ballot_are_one_entry(held):
    text = held.sealed(held.registered(), 1)
    answers = together(held, [("cast", held.contest, text)] * MANY)
    assert set(answers) == {str(held.size() - 1)}
    assert held.types().count("BallotAccepted") == 1


def test_b11_of_two_hundred_ballots_of_one_credential_one_counts(held):
    voter = held.registered()
    calls = [("cast", held.contest, held.sealed(voter, n % 3)) for n in range(MANY)]
    answers = together(held, calls)
    assert len(set(answers)) == MANY
    assert held.services.board.state(held.origin).ballots == {held.contest: 1}
    last = max(map(int, answers))
    held.counted()
    assert held.votes() == [int(choice == answers.index(str(last)) % 3) for choice in range(3)]


def test_b11_without_revote_one_of_two_hundred_ballots_is_accepted(once):
    voter = once.registered()
    calls = [("cast", once.contest, once.sealed(voter, n % 3)) for n in range(MANY)]
    counted = Counter("refused" if one == "already_voted" else one for one in together(once, calls))
    assert counted == {"refused": MANY - 1, str(once.size() - 1): 1}


def answered(held: World) -> tuple[str, str, str, str]:
    """Start and answer an attempt of one person; return the call that claims it."""
    voter, registrar = held.voter(), held.services.registrar
    started = registrar.start_identification(
        held.origin, CARD, voter.credentials, voter.proofs(), voter.blind,
        voter.page_secret_hash, "ja", held.now,
    )  # fmt: skip
    response = held.card(0).response(started.challenge["text"])
    token = registrar.complete_identification(started.attempt, response, held.now).token
    return ("claim", started.attempt, voter.page_secret.hex(), token)


def test_b11_two_hundred_claims_of_one_identification_are_one_registration(held):
    answers = together(held, [answered(held)] * MANY)
    assert set(answers) == {str(held.size() - 1)}
    assert held.types().count("CredentialsRegistered") == 1
    with held.services.roll.begin() as tx:
        assert len(list(tx.evidence(held.origin))) == 1


def test_b11_parallel_identifications_of_one_person_are_one_holder(held):
    calls = [answered(held) for _ in range(20)]
    answers = together(held, calls * 10)
    assert len(set(answers)) == 20
    assert held.types().count("CredentialsRegistered") == 20
    assert held.services.board.state(held.origin).holders == 1
    with held.services.roll.begin() as tx:
        assert tx.count_persons(held.origin) == 1
        assert len(list(tx.evidence(held.origin))) == 20
