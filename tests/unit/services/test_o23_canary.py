"""O23: a full run with every refusal leaves no name, code, card, choice or secret in a log."""

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from election_world import CODE, World, opened_world, world
from record_parts import contest
from tsukuba_trust.errors import TrustError
from tsukuba_trust.testing import holding
from tsukuba_trust.testing.people import (
    FROM_TSUCHIURA,
    WITH_EXPIRED_CARD,
    WITH_SUBSTITUTE,
    Person,
    people,
)
from tsukuba_trust.testing.voter import Voter
from tsukuba_trust.values import Eligibility

SPECIMEN = "123456789018"  # the My Number printed in public leaflets


@dataclass
class Said:
    """Everything that anybody could have written into a log."""

    lines: list[str] = field(default_factory=list)

    def refused(self, call: Callable[[], object]) -> None:
        """Make a call that must be refused and keep its whole traceback."""
        try:
            call()
        except TrustError as error:
            self.lines += traceback.format_exception(error)
            self.lines.append(repr(error))
        else:
            pytest.fail("it was not refused")

    def check(self, canaries: set[str]) -> None:
        text = "\n".join(self.lines)
        assert [one for one in canaries if one and one in text] == []


@pytest.fixture
def said(caplog) -> Said:
    caplog.set_level(logging.DEBUG)
    # Rows are written at DEBUG by the database library itself; no installation runs so.
    caplog.set_level(logging.INFO, logger="sqlalchemy")
    yield (kept := Said())
    assert kept.lines


def of_person(person: Person) -> set[str]:
    return {person.name, person.birth_date, person.address, person.era_date}


def of_voter(voter: Voter) -> set[str]:
    return {voter._text, voter.blind.hex(), voter.page_secret.hex(), repr(voter.page_secret)}


def test_o23_nothing_of_a_card_or_a_booth_is_ever_written(tmp_path, said, caplog, capfd):
    held = opened_world(tmp_path, eligibility=Eligibility(residence="08220"))
    canaries: set[str] = set()
    voters = []
    for number, person in enumerate(people(7, 3)):
        voters.append(voter := held.voter())
        held.identify(voter, number)
        held.cast(voter, number)
        canaries |= of_person(person) | of_voter(voter)
        said.lines += [repr(voter), repr(held.card(number))]
    for person in (FROM_TSUCHIURA, WITH_EXPIRED_CARD, WITH_SUBSTITUTE):
        canaries |= of_person(person)
        defect = "expired" if person is WITH_EXPIRED_CARD else ""
        card = held.card(person, defect=defect)
        said.refused(lambda card=card: held.identify(held.voter(), card))
        canaries.add(card.response("x")["certificate"][:200])
    text = held.sealed(voters[0], 1)
    said.refused(lambda: held.send(text[:-1] + "x"))
    said.refused(lambda: held.send(text, at=held.election.period.closes))
    said.refused(lambda: held.identify(voters[0], 0))
    held.counted()
    said.lines += [caplog.text, *capfd.readouterr()]
    said.check(canaries | {text, held.keys[held.origin].persons.hex()})


def test_o23_no_code_of_a_roll_and_no_line_of_it_is_ever_written(tmp_path, said, caplog, capfd):
    held = world(tmp_path, electorate="roll", contests=(contest(0),))
    names = [person.name for person in people(3, 2)]

    def fill(fixed) -> None:
        held.import_roll(fixed, 3)
        data = f"number,group,name,sex\n8,all,{names[0]},x\n9,nowhere,{names[1]},1\n"
        said.refused(lambda: held.services.rolls.import_file(fixed, data.encode(), {}))

    held.fixed, held.trustees = holding.prepare(
        held.services, held.proposed, held.staff, held.now, held.draw, fill_roll=fill
    )
    held.now = held.election.period.opens
    held.services.ceremony.open(held.fixed, held.now)
    held.cast(held.registered(1), 2)
    said.refused(lambda: _typed(held, held.codes["2"].replace("-", "")[:-1] + "?"))
    said.refused(lambda: _typed(held, SPECIMEN))
    held.counted()
    codes = set(held.codes.values()) | {code.replace("-", "") for code in held.codes.values()}
    said.lines += [caplog.text, *capfd.readouterr(), repr(held.services.rolls)]
    said.check(set(names) | codes | {SPECIMEN})


def _typed(held: World, code: str) -> None:
    holding.identify(
        held.services, held.is_fixed, held.voter(), CODE, held.code_answer(code), held.now
    )
