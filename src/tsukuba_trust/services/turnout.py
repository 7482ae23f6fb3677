"""Turnout by age band and group: from the links, opened once after everything was counted.

Whoever counts learns of each person of the roll whether she voted, as a counting clerk does
who looks at the marked list. Nothing here reads a ballot, and nothing about one person leaves.

:source: web.md 5.5; architecture.md D5; attacks.md O15, P12
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import partial

from tsukuba_trust.board.ledger import read_ledger
from tsukuba_trust.elections.electors import PAPER
from tsukuba_trust.elections.rules import age_day
from tsukuba_trust.elections.suppression import Cell
from tsukuba_trust.elections.turnout import Counted, age_band, turnout_document
from tsukuba_trust.errors import Refused
from tsukuba_trust.services import links
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.keys import RegistrarKeys, registrar_keys
from tsukuba_trust.store.board import BoardStore
from tsukuba_trust.store.roll import Person, RollStore
from tsukuba_trust.values import Json, PublishRule

_SAMPLE = b"tsukuba-trust/turnout-sample/1\n"


class TurnoutTables:
    """Counts who voted on the internet, by what the roll says of people.

    :param keys: the registrar's, by the origin of the election
    """

    def __init__(
        self, *, board: BoardStore, roll: RollStore, keys: Mapping[str, RegistrarKeys]
    ) -> None:
        self._board = board
        self._roll = roll
        self._keys = keys

    def document(self, fixed: Fixed) -> dict[str, Json]:
        """Return the one turnout document of an election; again, the same.

        There is one only: its rows and thresholds stand in the definition, and it is made
        when no strike is possible any more, so that no two of them can be subtracted.

        :raises Refused: ``not_counted``: not every tally is fixed; ``roll_missing``: without a
            roll nothing is known of people; ``links_purged``; ``turnout_differs``: the links
            and the board do not tell the same; ``sample_too_large``
        """
        state = self._board.state(fixed.origin)
        if len(state.tallied) < len(state.contests):
            raise Refused("not_counted", "turnout is counted when every tally is fixed")
        if fixed.election.electorate != "roll":
            raise Refused("roll_missing", "without a roll nothing is known of age or district")
        if state.phase == "purged":
            raise Refused("links_purged")
        rule = fixed.election.publish or PublishRule()
        counted = self._count(fixed, rule)
        return turnout_document(fixed.origin, fixed.digest, rule, counted)

    def _count(self, fixed: Fixed, rule: PublishRule) -> Counted:
        day, voters = age_day(fixed.election), self._voters(fixed)
        channels = dict(fixed.election.roll.groups)
        key = registrar_keys(self._keys, fixed.origin).link
        holder = partial(links.holder_of, self._board, fixed.origin)
        with self._roll.begin() as tx:
            sealed = {one: (a, b) for one, a, b in tx.all_slots(fixed.origin)}
            people = [
                (
                    _rank(fixed, person),
                    (age_band((person.record or {}).get("birth_date", ""), day), person.group),
                    person.key in sealed
                    and holder(links.unseal(key, *sealed[person.key])) in voters,
                )
                for person in tx.persons(fixed.origin)
                if person.record is not None and channels.get(person.group) != PAPER
            ]
        if sum(voted for _, _, voted in people) != len(voters):
            raise Refused("turnout_differs", "links and board do not tell the same")
        everybody = len(people), len(voters)
        drawn = sorted(people)[: rule.sample or None]
        groups = [name for name, _ in fixed.election.roll.groups]
        return Counted(_cells((keys, voted) for _, keys, voted in drawn), everybody, groups, day)

    def _voters(self, fixed: Fixed) -> frozenset[int]:
        """Return who has a counting ballot in any contest, by holder; struck ones have none."""
        ledger = read_ledger(self._board.entries(fixed.origin), self._board.blob)
        found = set()
        for contest in fixed.defined["contests"]:
            for credential, ballot in ledger.counting(contest).items():
                registration = ledger.registration(contest, credential)
                if ballot is not None and registration is not None:
                    found.add(ledger.holder(registration))
        return frozenset(found)


def _rank(fixed: Fixed, person: Person) -> bytes:
    """Return a person's place in the draw of a sample: fixed by D and the roll's salts."""
    salt = person.salt or b""
    return hashlib.sha256(_SAMPLE + fixed.digest.encode() + b"\n" + salt).digest()


def _cells(people: Iterable[tuple[tuple[str, str], bool]]) -> dict[tuple[str, str], Cell]:
    found: defaultdict[tuple[str, str], Cell] = defaultdict(lambda: (0, 0))
    for keys, voted in people:
        electors, voters = found[keys]
        found[keys] = electors + 1, voters + voted
    return dict(found)
