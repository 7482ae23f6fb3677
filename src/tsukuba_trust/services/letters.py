"""A channel of its own: to whom the office writes that a card was used (attack J13).

A certificate has no e-mail address, and whoever holds somebody's card and password sees the
page instead of her. A letter reaches her at home. The list says who identified herself, never
whether or what she voted: a cast changes nothing in it.
"""

from dataclasses import dataclass, field
from datetime import date

from tsukuba_trust.errors import Refused
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.store.roll import RollStore
from tsukuba_trust.values import Json

LETTERS = "letters"


@dataclass(frozen=True, slots=True)
class Letter:
    """One elector to be written to; ``repr`` shows nothing of her (attack O23).

    :param uses: identifications so far
    :param last_day: of the last one
    """

    number: str = field(repr=False)
    name: str = field(repr=False)
    address: str = field(repr=False)
    uses: int = field(repr=False)
    last_day: date = field(repr=False)


def letters(roll: RollStore, fixed: Fixed, since: date | None = None) -> list[Letter]:
    """List the electors who identified themselves, sorted by their numbers.

    :param since: only those whose last identification was on this day or later
    :raises Refused: ``letters_not_set``: the election file does not name this channel
    """
    if LETTERS not in fixed.election.notices:
        raise Refused("letters_not_set", 'the election file says no notices = ["letters"]')
    found = []
    with roll.begin() as tx:
        for person in tx.persons(fixed.origin):
            if person.record is None or person.last_day is None:
                continue
            if since is None or person.last_day >= since:
                found.append(_letter(person.record, person.uses, person.last_day))
    return sorted(found, key=lambda letter: (len(letter.number), letter.number))


def _letter(record: Json, uses: int, last_day: date) -> Letter:
    number, name, address = (str(record.get(key, "")) for key in ("number", "name", "address"))
    return Letter(number, name, address, uses, last_day)
