"""Simulated people and cards: what rehearsals and load build on."""

from datetime import date

from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.keys import POOL_SIZE, card_key
from tsukuba_trust.testing.people import FOREIGN_RESIDENT, TSUKUBA, people


def test_the_same_seed_gives_the_same_people() -> None:
    assert people(7, 50) == people(7, 50)
    assert people(7, 50) != people(8, 50)


def test_they_are_adult_residents_and_no_two_are_alike() -> None:
    found = people(1, 500)
    assert len({(p.name, p.birth_date, p.sex) for p in found}) == 500
    for person in found:
        assert person.address.startswith(TSUKUBA)
        assert person.age_on(date(2025, 3, 10)) >= 18
    assert FOREIGN_RESIDENT in found


def test_few_people_are_given_when_few_are_asked_for() -> None:
    assert [len(people(1, count)) for count in range(4)] == [0, 1, 2, 3]


def test_thousands_of_cards_share_sixteen_keys(authority: TestAuthority) -> None:
    assert card_key(3) is card_key(3 + POOL_SIZE)
    first, *_, last = [authority.card(person) for person in people(2, POOL_SIZE + 1)]
    assert first.key is last.key
    assert first.certificate != last.certificate


def test_a_certificate_has_the_size_of_a_real_one(authority: TestAuthority) -> None:
    assert 1500 < len(authority.issue(people(1, 2)[1])) < 1850
