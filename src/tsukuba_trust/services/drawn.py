"""Lots that stand on the board, with their minutes: for results pages.

:source: board.md 2.2 (``LotDrawn``, the act ``lot``)
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tsukuba_trust.board import entries
from tsukuba_trust.elections.drawn_lots import ByHand, PublicDraw, read_minutes, read_tie
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.store.board import BoardStore
from tsukuba_trust.values import Json, Tie


@dataclass(frozen=True, slots=True)
class Drawn:
    """A recorded lot.

    :param index: of the ``LotDrawn`` entry
    :param contest: uuid
    :param order: option keys, best first
    """

    index: int
    contest: str
    tie: Tie
    order: tuple[str, ...]
    how: ByHand | PublicDraw

    @property
    def public(self) -> bool:
        """Whether everybody can draw it again from its seed."""
        return isinstance(self.how, PublicDraw)


def drawn_lots(board: BoardStore, fixed: Fixed) -> tuple[Drawn, ...]:
    """Return the lots of an election in the order in which they were recorded."""
    return tuple(_drawn(board, fixed))


def _drawn(board: BoardStore, fixed: Fixed) -> Iterator[Drawn]:
    for number in range(1, board.state(fixed.origin).acts + 1):
        named = {"type": "OfficersAct", "number": number}
        index = board.find(fixed.origin, entries.entry_keys(named)[0])
        act = None if index is None else _entry(board, fixed, index)
        if index is None or act is None or act["act"] != "lot":
            continue
        lot = _entry(board, fixed, index + 1)
        yield Drawn(
            index + 1,
            lot["contest"],
            read_tie(entries.document_text(lot["tie"], board.blob)),
            tuple(lot["order"]),
            read_minutes(entries.document_text(act["reason"], board.blob)),
        )


def _entry(board: BoardStore, fixed: Fixed, index: int) -> Json:
    return entries.read_entry(board.entry(fixed.origin, index))
