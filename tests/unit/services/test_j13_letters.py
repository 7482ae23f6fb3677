"""A coercer votes with the family's cards: the page tells, and the letter where it is set (J13)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from election_world import World, opened_world
from record_parts import election
from tsukuba_trust.elections.checking import check_notices
from tsukuba_trust.elections.definition import freeze, thaw
from tsukuba_trust.errors import Misconfigured, Refused
from tsukuba_trust.services.letters import Letter, letters

DAY = timedelta(days=1)


@pytest.fixture
def held(tmp_path) -> World:
    return opened_world(tmp_path, electorate="roll", notices=("letters",))


def listed(held: World, **arguments) -> list[tuple[str, int]]:
    found = letters(held.services.roll, held.is_fixed, **arguments)
    return [(one.number, one.uses) for one in found]


def test_j13_whoever_identified_is_written_to_and_nobody_else(held):
    for person in (3, 1, 3):
        held.identify(held.voter(), person)
    assert listed(held) == [("1", 1), ("3", 2)]


def test_j13_a_cast_is_never_told(held):
    voters = [held.registered(person) for person in (1, 2)]
    before = letters(held.services.roll, held.is_fixed)
    held.cast(voters[0])
    held.cast(voters[0])
    assert letters(held.services.roll, held.is_fixed) == before


def test_letters_begin_on_a_day(held):
    held.registered(1)
    held.now += 2 * DAY
    held.registered(2)
    today = held.is_fixed.day(held.now)
    assert listed(held, since=today) == [("2", 1)]
    assert listed(held, since=today - 2 * DAY) == [("1", 1), ("2", 1)]


def test_an_election_that_does_not_say_so_writes_to_nobody(tmp_path):
    held = opened_world(tmp_path, electorate="roll")
    with pytest.raises(Refused) as caught:
        letters(held.services.roll, held.is_fixed)
    assert caught.value.code == "letters_not_set"


def test_a_letter_shows_nothing_of_a_person_in_a_log(held):
    held.registered(1)
    letter = letters(held.services.roll, held.is_fixed)[0]
    assert isinstance(letter, Letter)
    assert letter.number not in repr(letter)


def test_the_channel_is_part_of_the_definition():
    made = replace(election(electorate="roll"), notices=("letters",))
    assert thaw(freeze(made)).notices == ("letters",)
    assert "notices" not in freeze(election())


@pytest.mark.parametrize(
    ("electorate", "notices", "code"),
    [
        ("roll", ("pigeons",), "notice_unknown"),
        ("certificate", ("letters",), "notice_without_roll"),
    ],
)
def test_a_channel_that_cannot_be_is_refused(electorate, notices, code):
    def fail(found, key, detail):
        raise Misconfigured(found, detail)

    with pytest.raises(Misconfigured) as caught:
        check_notices(replace(election(electorate=electorate), notices=notices), fail)
    assert caught.value.code == code
