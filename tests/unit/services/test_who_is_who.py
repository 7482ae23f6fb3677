"""Who a person is: keyed hashes, twins, cards on a roll; any doubt goes to the counter."""

from collections.abc import Iterator

import pytest

from election_world import CARD, World, opened_world, world
from record_parts import contest
from tsukuba_trust.errors import Refused
from tsukuba_trust.services.people import person_hash, roll_hashes, subject_hash, twin_hash
from tsukuba_trust.services.roll_file import Elector
from tsukuba_trust.testing import holding
from tsukuba_trust.testing.people import WITH_SUBSTITUTE, Person, people
from tsukuba_trust.values import IdentityRule, RollRule

KEY = b"k" * 32
SOMEBODY = {"name": "山田　花子", "birth_date": "1990-01-02", "sex": "2", "address": "a"}


def test_a_move_inside_the_city_does_not_change_who_somebody_is():
    moved = SOMEBODY | {"address": "elsewhere"}
    assert person_hash(KEY, "o", SOMEBODY) == person_hash(KEY, "o", moved)


@pytest.mark.parametrize("part", ["name", "birth_date", "sex"])
def test_name_birth_date_and_sex_make_a_person(part):
    other = SOMEBODY | {part: SOMEBODY[part] + "x"}
    assert person_hash(KEY, "o", SOMEBODY) != person_hash(KEY, "o", other)


@pytest.mark.parametrize("part", ["name", "birth_date", "sex"])
def test_a_missing_part_leads_to_the_counter(part):
    for missing in (SOMEBODY | {part: ""}, {k: v for k, v in SOMEBODY.items() if k != part}):
        with pytest.raises(Refused, match="counter_needed"):
            person_hash(KEY, "o", missing)


def test_a_substitute_character_in_the_name_leads_to_the_counter():
    with pytest.raises(Refused, match="counter_needed"):
        person_hash(KEY, "o", SOMEBODY | {"name_flags": "01000"})


def test_p08_parts_of_a_hash_cannot_flow_into_each_other():
    shifted = {"name": "山田　花子1", "birth_date": "990-01-02", "sex": "2"}
    assert person_hash(KEY, "o", SOMEBODY) != person_hash(KEY, "o", shifted)
    assert subject_hash(KEY, "o", "ab", "c") != subject_hash(KEY, "o", "a", "bc")


def test_hashes_of_two_elections_or_two_keys_have_nothing_in_common():
    first = person_hash(KEY, "o", SOMEBODY)
    assert first != person_hash(KEY, "p", SOMEBODY)
    assert first != person_hash(b"l" * 32, "o", SOMEBODY)


def test_electors_with_one_name_and_birth_date_are_twins_that_no_card_finds():
    alike = Elector("1", "g", "山田　花子", "1990-01-02", "2")
    other = Elector("2", "g", "山田　太郎", "1990-01-02", "1")
    nameless = Elector("3", "g")
    found = roll_hashes(KEY, "o", [alike, other, alike, nameless, alike])
    own = person_hash(KEY, "o", alike.record())
    assert found == [twin_hash(KEY, own), person_hash(KEY, "o", other.record()), None, None, None]


# -- cards on a roll --------------------------------------------------------------------

ANN, BEN, TWIN, STRANGER = people(11, 4)
GROUPS = RollRule((("net", "internet"), ("paper", "paper")))


def line(number: int, person: Person, group: str = "net") -> str:
    return f"{number},{group},{person.name},{person.birth_date},{person.sex}"


def city(folder, **changes) -> World:
    """Return an open election whose roll is matched by the attributes of cards."""
    rows = [line(1, ANN), line(2, BEN, "paper"), line(3, TWIN), line(4, TWIN)]
    data = "number,group,name,birth_date,sex\n" + "\n".join(rows) + "\n"
    held = world(
        folder,
        electorate="roll",
        identity=(IdentityRule(CARD),),
        accept_unbound=False,
        roll=GROUPS,
        **changes,
    )
    held.fixed, held.trustees = holding.prepare(
        held.services, held.proposed, held.staff, held.now, held.draw,
        fill_roll=lambda fixed: held.services.rolls.import_file(fixed, data.encode(), {}),
    )  # fmt: skip
    held.now = held.election.period.opens
    held.services.ceremony.open(held.fixed, held.now)
    return held


@pytest.fixture
def on_roll(tmp_path) -> Iterator[World]:
    made = city(tmp_path)
    yield made
    made.close()


def register(held: World, person: Person) -> int:
    return holding.identify(
        held.services, held.is_fixed, held.voter(), CARD,
        held.card_answer(held.authority.card(person)), held.now,
    ).index  # fmt: skip


def test_a_card_finds_its_line_of_the_roll(on_roll):
    assert register(on_roll, ANN) == on_roll.size() - 1
    assert register(on_roll, ANN) == on_roll.size() - 1
    assert on_roll.services.board.state(on_roll.origin).holders == 1


@pytest.mark.parametrize(
    ("person", "code"),
    [
        (STRANGER, "not_eligible"),
        (BEN, "not_eligible"),
        (TWIN, "counter_needed"),
        (WITH_SUBSTITUTE, "counter_needed"),
    ],
)
def test_a_card_that_finds_no_one_line_is_refused(on_roll, person, code):
    with pytest.raises(Refused) as refused:
        register(on_roll, person)
    assert refused.value.code == code


def test_a_group_that_does_not_vote_in_every_contest_is_refused(tmp_path):
    held = city(tmp_path, contests=(contest(0), contest(1, groups=("paper",))))
    with pytest.raises(Refused, match="not_eligible"):
        register(held, ANN)


def test_nothing_of_a_person_stands_in_clear_beside_the_roll_line(on_roll):
    register(on_roll, ANN)
    with on_roll.services.roll.begin() as tx:
        kept = [one.data for one in tx.enrolments(on_roll.origin, "person")]
    assert kept == [{}] * 3


def test_an_answer_that_waits_for_its_claim_is_sealed_and_silent(tmp_path):
    held = opened_world(tmp_path)
    voter = held.voter()
    started = held.services.registrar.start_identification(
        held.origin, CARD, voter.credentials, voter.proofs(), voter.blind,
        voter.page_secret_hash, "ja", held.now,
    )  # fmt: skip
    card = held.card(3)
    held.services.registrar.complete_identification(
        started.attempt, card.response(started.challenge["text"]), held.now
    )
    with held.services.attempts.begin() as tx:
        attempt = tx.get(started.attempt, held.now)
    for secret in (card.person.name, card.person.birth_date, "certificate"):
        assert secret not in str(attempt.answer)
        assert secret not in repr(attempt)
