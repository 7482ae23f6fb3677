"""From an identification to a registration on the board, and back after a crash.

Two stores are touched, so there are three commits (architecture D5, section 5 step 4):

1. roll: sealed evidence, and the whole entry in the person's pending slot;
2. board: the entry;
3. roll: the pending slot becomes the current one.

A crash before 1 leaves nothing. After 1 or 2 the pending slot holds the entry; the
repeated claim, the same person's next identification or the start-up sweep sends the
same bytes again and gets the one index, whether or not it stood there already. After 3
nothing is left to do.
"""

from dataclasses import dataclass
from datetime import datetime

from tsukuba_trust.board import canonical, entries, registration
from tsukuba_trust.errors import Refused, Rejected, Unavailable
from tsukuba_trust.services import evidence, links
from tsukuba_trust.services.evidence import Evidence
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.keys import RegistrarKeys
from tsukuba_trust.services.links import Link, Pending, Slots
from tsukuba_trust.store.board import BoardStore
from tsukuba_trust.store.engines import until_free
from tsukuba_trust.store.roll import RollStore, RollTransaction
from tsukuba_trust.values import Json, Randomness

SALT_SIZE = 32
# Others of the same person may stand before us, each one with an identification of its own.
MOST_DELIVERIES = 300


@dataclass(frozen=True, slots=True)
class Draft:
    """What one identification wants registered.

    :param credentials: (contest, credential, proof) items of the entry, in its order
    :param completed: admission time of the answer
    """

    attempt: str
    credentials: tuple[Json, ...]
    provider: str
    bound: bool
    blind: bytes
    completed: datetime
    evidence: bytes


class Delivery:
    """Registers credentials of one person after the other's; see the module's commits.

    :param person: a key of the roll store, wherever it stands below
    """

    def __init__(
        self, board: BoardStore, roll: RollStore, keys: RegistrarKeys, randomness: Randomness
    ) -> None:
        self._board = board
        self._roll = roll
        self._keys = keys
        self._randomness = randomness

    def register(self, fixed: Fixed, person: str, draft: Draft) -> int:
        """Register credentials and return the index of their registration.

        The same draft again gives the same index.

        :raises Refused: ``credential_taken``, or what the board says to the entry
        :raises Unavailable: ``server_busy``; nothing is lost
        """
        for _ in range(MOST_DELIVERIES):
            waiting = until_free(lambda: self._place(fixed, person, draft))
            if isinstance(waiting, int):
                return waiting
            mine = waiting.entry["credentials"] == list(draft.credentials)
            try:
                index = self.deliver(fixed, person, waiting)
            except Refused:
                if mine:
                    raise
                continue  # somebody else's registration was refused; it is out of the way
            if mine:
                return index
        raise Unavailable("server_busy", "too many identifications of one person at once")

    def deliver(self, fixed: Fixed, person: str, pending: Pending) -> int:
        """Send a pending entry to the board and make it current (commits 2 and 3).

        :raises Refused: the board refuses it; then it and its evidence are dropped
        """
        try:
            index = self._board.append(fixed.origin, pending.entry).index
        except (Refused, Rejected) as error:
            until_free(lambda: self._settle(fixed, person, pending, None))
            raise Refused(error.code, error.detail) from None
        until_free(lambda: self._settle(fixed, person, pending, index))
        return index

    def sweep(self, fixed: Fixed) -> int:
        """Deliver everything that a crash left pending.

        :returns: how many were delivered; what the board refuses is dropped, as when it
            refuses the voter herself
        """
        delivered = 0
        for person, pending in until_free(lambda: self._pending(fixed)):
            try:
                self.deliver(fixed, person, pending)
                delivered += 1
            except Refused:
                continue
        return delivered

    def _pending(self, fixed: Fixed) -> list[tuple[str, Pending]]:
        found = []
        with self._roll.begin() as tx:
            for person, current, pending in tx.all_slots(fixed.origin):
                slots = links.unseal(self._keys.link, current, pending)
                if slots.pending:
                    found.append((person, slots.pending))
        return found

    def _place(self, fixed: Fixed, person: str, draft: Draft) -> Pending | int:
        """Write the pending slot (commit 1), or say what stands in it, or where the entry is."""
        with self._roll.begin() as tx:
            tx.lock(fixed.origin, person)
            slots = self._open(tx, fixed, person)
            if slots.pending:
                return slots.pending
            index = self._registered(fixed, slots, draft)
            if index is not None:
                return index
            pending = self._seal(tx, fixed, slots, draft)
            self._write(tx, fixed, person, Slots(slots.current, pending))
            tx.count_use(fixed.origin, person, fixed.day(draft.completed))
            return pending

    def _registered(self, fixed: Fixed, slots: Slots, draft: Draft) -> int | None:
        first = draft.credentials[0]
        key = entries.credential_key(first["contest"], first["credential"])
        index = self._board.find(fixed.origin, key)
        if index is None:
            return None
        holder = self._board.lookup(fixed.origin).holder(index)
        if slots.current is None or slots.current.holder != holder:
            raise Refused("credential_taken")
        return index

    def _seal(self, tx: RollTransaction, fixed: Fixed, slots: Slots, draft: Draft) -> Pending:
        salt = self._randomness(SALT_SIZE)
        entry: Json = {
            "type": "CredentialsRegistered",
            "credentials": list(draft.credentials),
            "provider": draft.provider,
            "bound": draft.bound,
            "evidence": registration.evidence_digest(salt, draft.evidence),
        }
        if slots.current:
            entry["replaces"] = slots.current.registration
        entry = registration.sign(fixed.origin, entry, self._keys.registration)
        sealed = evidence.seal(
            fixed.defined["evidence_key"],
            Evidence(
                attempt=draft.attempt,
                blind=draft.blind,
                completed=draft.completed,
                evidence=draft.evidence,
                provider=draft.provider,
                registration=canonical.digest(entry),
                salt=salt,
            ),
        )
        return Pending(entry, tx.add_evidence(fixed.origin, sealed))

    def _settle(self, fixed: Fixed, person: str, pending: Pending, index: int | None) -> None:
        """Empty the pending slot (commit 3), unless another process has done it."""
        with self._roll.begin() as tx:
            tx.lock(fixed.origin, person)
            slots = self._open(tx, fixed, person)
            if slots.pending != pending:
                return
            current = slots.current
            if index is None:
                tx.remove_evidence(fixed.origin, pending.evidence)
            else:
                current = Link(current.holder if current else index, index)
            self._write(tx, fixed, person, Slots(current))

    def _open(self, tx: RollTransaction, fixed: Fixed, person: str) -> Slots:
        sealed = tx.slots(fixed.origin, person)
        return links.unseal(self._keys.link, *sealed) if sealed else Slots()

    def _write(self, tx: RollTransaction, fixed: Fixed, person: str, slots: Slots) -> None:
        size = links.pending_size(len(fixed.election.contests), fixed.election.group)
        sealed = links.seal(self._keys.link.public_key, slots, size)
        tx.put_slots(fixed.origin, person, *sealed)
