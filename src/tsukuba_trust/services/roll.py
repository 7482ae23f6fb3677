"""The voter roll in the store: import, report, commitment, changes (D5, D17; attack J11)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tsukuba_trust.errors import Refused
from tsukuba_trust.services import roll_file
from tsukuba_trust.services.admission import CARD_ON_ROLL
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.keys import RegistrarKeys, registrar_keys
from tsukuba_trust.services.people import roll_hashes, subject_hash
from tsukuba_trust.services.roll_file import Elector, SaltedElector
from tsukuba_trust.store.roll import Person, RollStore, RollTransaction
from tsukuba_trust.values import Json, Randomness


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What a provider has made for one elector, for instance from her printed code.

    :param subject: as the provider names her later
    :param data: what it wants kept
    """

    provider: str
    subject: str
    data: Json


@dataclass(frozen=True, slots=True)
class RollReport:
    """How many electors stand in which group; nobody's name.

    :param root: hex; empty until the roll is fixed
    """

    electors: int
    groups: Mapping[str, int]
    root: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What a process keeps of a roll that fits the board: keys of rows, and no name.

    :param members: by leaf; ``born``: by birth date and sex
    """

    members: Mapping[bytes, str]
    born: Mapping[tuple[str, str], Sequence[str]]


class Rolls:
    """The rolls of an installation.

    :param keys: the registrar's, by the origin of the election
    """

    def __init__(
        self, *, roll: RollStore, keys: Mapping[str, RegistrarKeys], randomness: Randomness
    ) -> None:
        self._roll = roll
        self._keys = keys
        self._randomness = randomness
        self._known: dict[tuple[str, str], _Known] = {}

    def import_file(
        self, fixed: Fixed, data: bytes, enrolled: Mapping[str, Sequence[Enrolled]]
    ) -> int:
        """Take over a roll file, all of it or nothing.

        :param data: CSV (``roll_file``)
        :param enrolled: by the electors' numbers
        :returns: how many electors there are
        :raises Refused: ``roll_invalid``, ``roll_fixed``, ``roll_not_due``
        """
        if fixed.election.electorate != "roll":
            raise Refused("roll_not_due")
        electors = roll_file.salted(
            roll_file.read_roll(data, fixed.election.roll), self._randomness
        )
        key = registrar_keys(self._keys, fixed.origin).persons
        hashes = roll_hashes(key, fixed.origin, [one.elector for one in electors])
        with self._roll.begin() as tx:
            for one, person_hash in zip(electors, hashes, strict=True):
                person = self._add(tx, fixed, one)
                if person_hash is not None:
                    tx.enrol(fixed.origin, CARD_ON_ROLL, person, person_hash, {})
                for mark in enrolled.get(one.elector.number, ()):
                    subject = subject_hash(key, fixed.origin, mark.provider, mark.subject)
                    tx.enrol(fixed.origin, mark.provider, person, subject, mark.data)
        return len(electors)

    def _add(self, tx: RollTransaction, fixed: Fixed, one: SaltedElector) -> str:
        return tx.add_person(fixed.origin, one.elector.group, one.elector.record(), one.salt)

    def report(self, fixed: Fixed) -> RollReport:
        """Count the roll."""
        with self._roll.begin() as tx:
            groups = Counter(one.elector.group for one in self._electors(tx, fixed))
            root = tx.root(fixed.origin)
        return RollReport(groups.total(), dict(groups), root.hex() if root else "")

    def fix(self, fixed: Fixed) -> Json:
        """Close the roll and return ``RollFixed``; again the same."""
        with self._roll.begin() as tx:
            electors = list(self._electors(tx, fixed))
            if not electors:
                raise Refused("roll_missing", "nobody was imported")
            root = roll_file.roll_root(one.leaf for one in electors)
            tx.fix(fixed.origin, bytes.fromhex(root))
        groups = [one.elector.group for one in electors]
        counts = roll_file.group_counts(groups, fixed.election.roll)
        return {"type": "RollFixed", "groups": counts, "root": root}

    def check_root(self, fixed: Fixed, root: str) -> None:
        """Check that the roll in the store is the one on the board, record by record.

        :param root: hex, in force on the board
        :raises Refused: ``roll_changed``
        """
        with self._roll.begin() as tx:
            _check_root((one.leaf for one in self._electors(tx, fixed)), root)

    def check_member(self, fixed: Fixed, root: str, person: Person) -> None:
        """Check that a person belongs to the roll that the board commits to (attack J11).

        The lines are read and compared with the root once per process and root.

        :param root: hex, in force on the board
        :raises Refused: ``roll_changed``: the store's roll, or this line of it, is another
        """
        members = self._of(fixed, root).members
        elector = _elector(person)
        if elector is None or members.get(elector.leaf) != person.key:
            raise Refused("roll_changed", "this line is not in the root on the board")

    def born(self, fixed: Fixed, root: str, birth_date: str, sex: str) -> Sequence[str]:
        """Return the keys of the persons with a birth date and sex; few in any roll.

        :raises Refused: ``roll_changed``
        """
        return self._of(fixed, root).born.get((birth_date, sex), ())

    def _of(self, fixed: Fixed, root: str) -> "_Known":
        if (fixed.origin, root) not in self._known:
            with self._roll.begin() as tx:
                lines = [(one, _elector(one)) for one in tx.persons(fixed.origin)]
            found = {one.key: line for one, line in lines if line is not None}
            _check_root((line.leaf for line in found.values()), root)
            born: dict[tuple[str, str], list[str]] = {}
            for key, line in found.items():
                born.setdefault((line.elector.birth_date, line.elector.sex), []).append(key)
            members = {line.leaf: key for key, line in found.items()}
            self._known[fixed.origin, root] = _Known(members, born)
        return self._known[fixed.origin, root]

    def _electors(self, tx: RollTransaction, fixed: Fixed) -> Iterator[SaltedElector]:
        for person in tx.persons(fixed.origin):
            elector = _elector(person)
            if elector is not None:
                yield elector


def _elector(person: Person) -> SaltedElector | None:
    if person.record is None or person.salt is None:
        return None
    return SaltedElector(Elector(**person.record), bytes(person.salt))


def _check_root(leaves: Iterable[bytes], root: str) -> None:
    if roll_file.roll_root(leaves) != root:
        raise Refused("roll_changed", "its root is not the one on the board")
