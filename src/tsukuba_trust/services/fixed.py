"""The elections of a board store, read once: what is fixed is kept in memory."""

from tsukuba_trust.board import entries
from tsukuba_trust.elections.fixed import Fixed, read_fixed
from tsukuba_trust.errors import Refused
from tsukuba_trust.store.board import BoardStore

__all__ = ["Catalogue", "Fixed"]


class Catalogue:
    """The elections of a board store, by origin and by contest. Thread-safe: it only adds.

    :param board: of this installation
    """

    def __init__(self, board: BoardStore) -> None:
        self._board = board
        self._known: dict[str, Fixed] = {}

    def get(self, origin: str) -> Fixed:
        """Return what is fixed about an election.

        :raises Refused: ``unknown_election``
        """
        known = self._known.get(origin)
        if known is None:
            known = self._read(origin)
            if known.trustees is not None:
                self._known[origin] = known
        return known

    def of_contest(self, contest: str) -> Fixed:
        """Return the election that a contest belongs to.

        :raises Refused: ``unknown_contest``
        """
        for fixed in list(self._known.values()):
            if contest in fixed.records:
                return fixed
        for origin in self._board.origins():
            fixed = self.get(origin)
            if contest in fixed.defined["contests"]:
                return fixed
        raise Refused("unknown_contest")

    def _read(self, origin: str) -> Fixed:
        if origin not in self._board.origins():
            raise Refused("unknown_election")
        fixed = read_fixed(self._board.entry(origin, 0), self._board.blob)
        if self._board.state(origin).phase == "defined":
            return fixed
        entry = entries.read_entry(self._board.entry(origin, 1))
        return fixed.with_trustees(entry, self._board.blob)
