"""Links: which person is which holder, sealed to the link key (D5, D17).

A person has two slots of fixed size. *current* says her holder and her newest
registration; *pending* holds the whole entry that is on its way to the board, so that
a repeated delivery sends the same bytes. Both are sealed anew at every change, so that
two dumps of the roll tell neither who registered nor which slot changed.
"""

from dataclasses import dataclass

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from tsukuba_trust.board import canonical, entries
from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.services.evidence import pad
from tsukuba_trust.store.board import BoardStore
from tsukuba_trust.values import Json

CURRENT_SIZE = 512
PENDING_BLOCK = 512
PER_CONTEST = {"Ed25519": 320, "BELENIOS-2048": 960}  # bytes of one credential with its proof
PER_CONTEST_LARGEST = 2048
AROUND = 640  # the other fields, the evidence's key and the brackets


@dataclass(frozen=True, slots=True)
class Link:
    """A holder (index of her first registration) and her newest registration's index."""

    holder: int
    registration: int


@dataclass(frozen=True, slots=True)
class Pending:
    """A registration that is perhaps not on the board yet.

    :param entry: the whole ``CredentialsRegistered``
    :param evidence: key of its sealed evidence in the roll store
    """

    entry: Json
    evidence: str


@dataclass(frozen=True, slots=True)
class Slots:
    """What both slots of one person say."""

    current: Link | None = None
    pending: Pending | None = None


def pending_size(contests: int, group: str) -> int:
    """Return how many bytes the pending slot of an election has before sealing."""
    need = AROUND + contests * PER_CONTEST.get(group, PER_CONTEST_LARGEST)
    return -(-need // PENDING_BLOCK) * PENDING_BLOCK


def seal(key: PublicKey, slots: Slots, size: int) -> tuple[bytes, bytes]:
    """Seal both slots anew.

    :param size: of the pending slot, from ``pending_size``
    :returns: current (560 bytes) and pending (``size`` + 48 bytes)
    """
    current: Json = {"v": 1}
    if slots.current:
        current |= {"holder": slots.current.holder, "registration": slots.current.registration}
    pending: Json = {"v": 1}
    if slots.pending:
        pending |= {"entry": slots.pending.entry, "evidence": slots.pending.evidence}
    box = SealedBox(key)
    return (
        box.encrypt(_fixed(canonical.encode(current), CURRENT_SIZE)),
        box.encrypt(_fixed(canonical.encode(pending), size)),
    )


def unseal(key: PrivateKey, current: bytes, pending: bytes) -> Slots:
    """Open both slots of a person.

    :raises Misconfigured: ``link_unreadable``: sealed to another key, or damaged
    """
    box = SealedBox(key)
    try:
        link = canonical.decode(box.decrypt(current).rstrip(b"\0"))
        waiting = canonical.decode(box.decrypt(pending).rstrip(b"\0"))
    except CryptoError:
        raise Misconfigured("link_unreadable", "the link key does not open it") from None
    return Slots(
        current=Link(link["holder"], link["registration"]) if "holder" in link else None,
        pending=Pending(waiting["entry"], waiting["evidence"]) if "entry" in waiting else None,
    )


def _fixed(plain: bytes, size: int) -> bytes:
    if len(plain) > size:
        raise Misconfigured("link_too_large", f"{len(plain)} bytes do not fit into {size}")
    return pad(plain, size)


def holder_of(board: BoardStore, origin: str, slots: Slots) -> int | None:
    """Return somebody's holder, also where a crash left her delivery between two stores."""
    if slots.current is not None or slots.pending is None:
        return slots.current.holder if slots.current else None
    first = slots.pending.entry["credentials"][0]
    key = entries.credential_key(first["contest"], first["credential"])
    index = board.find(origin, key)
    return None if index is None else board.lookup(origin).holder(index)
