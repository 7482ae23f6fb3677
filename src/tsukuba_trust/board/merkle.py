"""The Merkle tree of RFC 6962: hashes, frontier, roots and both kinds of proof.

Pure. Proofs are made over ``get(level, index)``, the hash of the complete subtree of
2^level leaves that begins at leaf index·2^level; who stores hashes how is not known here.

:source: board.md 1.1, 1.2; RFC 9162 section 2.1
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tsukuba_trust.errors import Rejected

HASH_SIZE = 32
LARGEST_SIZE = 2**63 - 1
EMPTY_ROOT = hashlib.sha256(b"").digest()

Get: TypeAlias = Callable[[int, int], bytes]


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of one entry's bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The roots of the complete subtrees of a tree, largest first: all that appending needs.

    :param size: number of leaves
    :param hashes: one per bit of ``size``
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> "Frontier":
        """Return the frontier with one more leaf hash."""
        hashes = list(self.hashes)
        size = self.size
        while size & 1:
            leaf = node_hash(hashes.pop(), leaf)
            size >>= 1
        return Frontier(self.size + 1, (*hashes, leaf))

    @property
    def root(self) -> bytes:
        """The root of the tree."""
        if not self.hashes:
            return EMPTY_ROOT
        *rest, result = self.hashes
        for left in reversed(rest):
            result = node_hash(left, result)
        return result

    def to_bytes(self) -> bytes:
        """Return the hashes one after the other; the size stands elsewhere."""
        return b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> "Frontier":
        """Read back ``to_bytes``.

        :raises Rejected: code ``frontier_invalid``: the length does not fit the size
        """
        if len(data) != HASH_SIZE * size.bit_count():
            raise Rejected("frontier_invalid", step="2")
        cut = range(0, len(data), HASH_SIZE)
        return cls(size, tuple(data[at : at + HASH_SIZE] for at in cut))


def frontier(leaves: Iterable[bytes]) -> Frontier:
    """Return the frontier of a sequence of leaf hashes."""
    result = Frontier()
    for leaf in leaves:
        result = result.append(leaf)
    return result


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes."""
    return frontier(leaves).root


def range_root(get: Get, start: int, end: int) -> bytes:
    """Return MTH of the leaves start…end−1; start is a multiple of a power of two ≥ end−start."""
    result: bytes | None = None
    pieces = _pieces(start, end)
    for level, index in reversed(pieces):
        piece = get(level, index)
        result = piece if result is None else node_hash(piece, result)
    return EMPTY_ROOT if result is None else result


def inclusion_proof(get: Get, index: int, size: int) -> list[bytes]:
    """Return the sibling hashes of leaf ``index`` in the tree of ``size`` leaves, lowest first.

    :raises Rejected: code ``index_outside_tree``
    """
    if not 0 <= index < size:
        raise Rejected("index_outside_tree", step="2")
    start, end = 0, size
    path: list[bytes] = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(range_root(get, middle, end))
            end = middle
        else:
            path.append(range_root(get, start, middle))
            start = middle
    return path[::-1]


def consistency_proof(get: Get, old: int, new: int) -> list[bytes]:
    """Return the hashes that prove the first ``old`` leaves unchanged in ``new``.

    :raises Rejected: code ``size_order``: not 0 ≤ old ≤ new
    """
    if not 0 <= old <= new:
        raise Rejected("size_order", step="2")
    if old in (0, new):
        return []
    start, end, whole = 0, new, True
    path: list[bytes] = []
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(range_root(get, middle, end))
            end = middle
        else:
            path.append(range_root(get, start, middle))
            start, whole = middle, False
    if not whole:
        path.append(range_root(get, start, end))
    return path[::-1]


def check_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes
) -> None:
    """Check that a leaf hash stands at an index of the tree with this size and root.

    The proof does not fix the size: take it from a signed checkpoint, never from elsewhere.

    :raises Rejected: code ``inclusion_invalid``
    """
    if not 0 <= index < size <= LARGEST_SIZE:
        raise Rejected("inclusion_invalid", "index outside the tree", step="2")
    first, last, result = index, size - 1, leaf
    for sibling in _checked(proof, "inclusion_invalid"):
        if last == 0:
            raise Rejected("inclusion_invalid", "proof too long", step="2")
        if first & 1 or first == last:
            result = node_hash(sibling, result)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        first, last = first >> 1, last >> 1
    if last != 0 or result != expected:
        raise Rejected("inclusion_invalid", step="2")


def check_consistency(
    old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """Check that a tree is the beginning of another.

    :raises Rejected: code ``consistency_invalid``
    """
    hashes = _checked(proof, "consistency_invalid")
    if not 0 <= old <= new <= LARGEST_SIZE:
        raise Rejected("consistency_invalid", "sizes", step="2")
    if old in (0, new):
        # Nothing is proven from the empty tree; equal sizes must be equal trees.
        if hashes or (old == new and old_root != new_root):
            raise Rejected("consistency_invalid", step="2")
        return
    if not hashes:
        raise Rejected("consistency_invalid", "empty proof", step="2")
    if old & (old - 1) == 0:
        hashes = [old_root, *hashes]
    if _fold_consistency(old, new, hashes) != (old_root, new_root):
        raise Rejected("consistency_invalid", step="2")


def _fold_consistency(old: int, new: int, hashes: Sequence[bytes]) -> tuple[bytes, bytes]:
    first, last = old - 1, new - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    low = high = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise Rejected("consistency_invalid", "proof too long", step="2")
        if first & 1 or first == last:
            low, high = node_hash(sibling, low), node_hash(sibling, high)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            high = node_hash(high, sibling)
        first, last = first >> 1, last >> 1
    if last != 0:
        raise Rejected("consistency_invalid", "proof too short", step="2")
    return low, high


def _checked(proof: Sequence[bytes], code: str) -> list[bytes]:
    if any(len(item) != HASH_SIZE for item in proof):
        raise Rejected(code, "hash of another length", step="2")
    return list(proof)


def _split(count: int) -> int:
    """Return the largest power of two smaller than a count > 1."""
    power: int = 1 << ((count - 1).bit_length() - 1)
    return power


def _pieces(start: int, end: int) -> list[tuple[int, int]]:
    """Return the complete subtrees (level, index) of a range, from left to right."""
    pieces = []
    while start < end:
        level = (end - start).bit_length() - 1
        pieces.append((level, start >> level))
        start += 1 << level
    return pieces
