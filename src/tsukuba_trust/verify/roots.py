"""The roots of all sizes that somebody signed, in 40 bytes each."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable

from tsukuba_trust.board import merkle


class Roots:
    """Remembers the root of a growing tree at the sizes that are asked for.

    :param sizes: in any order
    """

    def __init__(self, sizes: Iterable[int] = ()) -> None:
        self._sizes = array("Q", sorted(set(sizes)))
        self._roots = bytearray()

    def keep(self, frontier: merkle.Frontier) -> None:
        """Look at the tree, which has one leaf more every time, beginning with none."""
        known = len(self._roots) // merkle.HASH_SIZE
        if known < len(self._sizes) and self._sizes[known] == frontier.size:
            self._roots += frontier.root

    def get(self, size: int) -> bytes | None:
        """Return the root of a size; None when it was not asked for or not reached."""
        place = bisect_left(self._sizes, size)
        if place == len(self._sizes) or self._sizes[place] != size:
            return None
        return bytes(self._roots[place * merkle.HASH_SIZE : (place + 1) * merkle.HASH_SIZE]) or None
