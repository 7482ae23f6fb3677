"""Paper overrides internet: which holders are struck because their elector voted on paper (D6).

The registrar's process alone can say so, with the link key; what leaves it are holders'
numbers, for the officers' act.

:source: architecture.md D5, D6; attack O09
"""

from collections.abc import Collection, Mapping

from tsukuba_trust.errors import Refused
from tsukuba_trust.services import links
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.keys import RegistrarKeys, registrar_keys
from tsukuba_trust.store.board import BoardStore
from tsukuba_trust.store.roll import RollStore

REASON = "voted on paper"


class Overrides:
    """Finds the holders of electors.

    :param keys: the registrar's, by the origin of the election
    """

    def __init__(
        self, *, board: BoardStore, roll: RollStore, keys: Mapping[str, RegistrarKeys]
    ) -> None:
        self._board = board
        self._roll = roll
        self._keys = keys

    def strikes(self, fixed: Fixed, numbers: Collection[str]) -> dict[int, str]:
        """Return the holders of electors who voted on paper, with the reason of their strike.

        Whoever never identified has no holder and is not in it. When she voted on paper does
        not matter: paper counts, before or after her internet ballots.

        :param numbers: of the electors, as the roll has them
        :raises Refused: ``elector_unknown``: how many numbers are not in the roll
        """
        wanted, found, known = set(numbers), set[int | None](), set[str]()
        with self._roll.begin() as tx:
            for person in tx.persons(fixed.origin):
                number = (person.record or {}).get("number")
                if number in wanted:
                    known.add(number)
                    sealed = tx.slots(fixed.origin, person.key)
                    if sealed is not None:
                        key = registrar_keys(self._keys, fixed.origin).link
                        slots = links.unseal(key, *sealed)
                        found.add(links.holder_of(self._board, fixed.origin, slots))
        if wanted - known:
            raise Refused("elector_unknown", f"{len(wanted - known)} numbers are not in the roll")
        return dict.fromkeys(sorted(one for one in found if one is not None), REASON)
