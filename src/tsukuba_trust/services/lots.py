"""Lots: where one is needed, and recording that it was drawn.

:source: elections-jp.md section 4; board.md 2.2 (``LotDrawn``)
"""

from collections.abc import Sequence
from datetime import datetime

from tsukuba_trust.board import entries
from tsukuba_trust.elections import public_draw
from tsukuba_trust.elections.drawn_lots import (
    ByHand,
    DrawnLot,
    PublicDraw,
    check_lot,
    minutes_text,
    tie_text,
)
from tsukuba_trust.errors import Refused
from tsukuba_trust.services.acts import Acts, Proposal, minute
from tsukuba_trust.services.counting import Counting
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.values import Contest, Tie


class DrawingLots:
    """Finds ties of counted contests and proposes the lots that settle them."""

    def __init__(self, *, acts: Acts, counting: Counting) -> None:
        self._acts = acts
        self._counting = counting

    def needed(self, fixed: Fixed) -> list[tuple[Contest, Tie]]:
        """Return the tie that each contest waits for, in the definition's order.

        :raises Rejected: ``decryption_incomplete``
        :raises Refused: ``tally_missing``
        """
        found = []
        for contest in fixed.election.contests:
            tied = self._tie(fixed, contest)
            if tied is not None:
                found.append((contest, tied))
        return found

    def _tie(self, fixed: Fixed, contest: Contest) -> Tie | None:
        result = self._counting.result_text(fixed, contest.uuid)
        return None if result is None else self._counting.outcome(fixed, contest, result).tied

    def order(self, fixed: Fixed, contest: str, seed: str) -> tuple[str, ...]:
        """Return the order of a public draw for the tie that a contest waits for.

        :raises Refused: ``no_tie``, ``draw_not_allowed``, ``draw_seed_malformed``
        """
        tied = self._standing(fixed, contest)
        return public_draw.draw(
            fixed.election.kind, seed, contest, tied.stage, list(tied.candidates)
        )

    def propose(
        self,
        fixed: Fixed,
        at: datetime,
        contest: str,
        order: Sequence[str],
        how: ByHand | PublicDraw,
    ) -> Proposal:
        """Propose to record a lot between the tied options of a contest.

        :param order: exactly the tied option keys, best first
        :raises Refused: ``no_tie``
        :raises Rejected: ``lot_incomplete``, ``lot_minutes``, ``lot_other_way``,
            ``lot_differs``, ``decryption_incomplete``
        """
        text = tie_text(self._standing(fixed, contest))
        reason = minutes_text(how)
        lot = DrawnLot(text, tuple(order))
        check_lot(fixed.election, contest, lot, how, minute(fixed, at))
        document, blob = entries.document(text)
        entry = {
            "type": "LotDrawn",
            "contest": contest,
            "tie": document,
            "order": list(order),
            "act": self._acts.next_number(fixed.origin),
        }
        blobs = [blob] if blob else []
        return self._acts.propose(fixed, "lot", at, reason, following=[entry], blobs=blobs)

    def _standing(self, fixed: Fixed, contest: str) -> Tie:
        try:
            of = fixed.election.contest(contest)
        except KeyError:
            raise Refused("unknown_contest", contest) from None
        tied = self._tie(fixed, of)
        if tied is None:
            raise Refused("no_tie", of.title.official)
        return tied
