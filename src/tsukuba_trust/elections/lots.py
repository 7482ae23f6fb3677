"""Recorded lots: the only thing that ever settles a tie (elections-jp.md section 4)."""

from collections.abc import Sequence

from tsukuba_trust.errors import Refused


class Lots:
    """Lots in the order in which they were recorded, each an order of keys, best first.

    A tie is settled by the first lot that names all who are tied.

    :raises Refused: ``lot_malformed``: a lot names somebody twice
    """

    def __init__(self, lots: Sequence[Sequence[str]] | None) -> None:
        self._lots = [tuple(lot) for lot in lots or ()]
        self._used: set[int] = set()
        if any(len(set(lot)) != len(lot) for lot in self._lots):
            raise Refused("lot_malformed", "the lot names an option twice")

    def order(self, tied: Sequence[str]) -> list[str] | None:
        """Return the tied, best first; None when no lot was drawn for them yet.

        :raises Refused: ``lot_incomplete``: a lot that settled nothing so far leaves one out
        """
        for number, lot in enumerate(self._lots):
            if set(tied) <= set(lot):
                self._used.add(number)
                return [key for key in lot if key in tied]
        if len(self._used) < len(self._lots):
            raise Refused("lot_incomplete", "the lot leaves out a tied option")
        return None
