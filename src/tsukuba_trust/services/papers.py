"""Entering sheets: checked, counted once for trial, and proposed as an act of the officers.

:source: architecture.md section 5 step 9; board.md 2.2 (``SheetsEntered``)
"""

from collections.abc import Sequence
from datetime import datetime

from tsukuba_trust.board import entries
from tsukuba_trust.elections.sheet_rules import channel_differences
from tsukuba_trust.elections.sheets import PaperSheet, Source, sheet_text
from tsukuba_trust.elections.small_sheets import refuse_small
from tsukuba_trust.elections.sum_rules import Difference
from tsukuba_trust.errors import Refused
from tsukuba_trust.services.acts import Acts, Proposal
from tsukuba_trust.services.counting import Counting
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.paper_entries import SHEETS, check_entry, groups_of, papers_of
from tsukuba_trust.store.board import BoardStore
from tsukuba_trust.values import Contest, Json


class Papers:
    """Proposes sheets and says what stands. Nothing is written before officers approve."""

    def __init__(self, *, board: BoardStore, acts: Acts, counting: Counting) -> None:
        self._board = board
        self._acts = acts
        self._counting = counting

    def contest(self, fixed: Fixed, name: str) -> Contest:
        """Return a contest by its uuid or its key in the election file.

        :raises Refused: ``unknown_contest``
        """
        for contest in fixed.election.contests:
            if name in (contest.uuid, contest.key):
                return contest
        raise Refused("unknown_contest", name)

    def standing(self, fixed: Fixed, contest: Contest) -> list[PaperSheet]:
        """Return the newest sheet of every place that was entered."""
        return papers_of(fixed, self._board, contest)

    def differences(self, fixed: Fixed, contest: Contest) -> list[Difference]:
        """Return what keeps all sheets and the internet ballots from being one result."""
        return channel_differences(
            self.standing(fixed, contest),
            fixed.election,
            contest,
            groups=groups_of(fixed, self._board),
            internet=self._board.state(fixed.origin).tallied.get(contest.uuid, 0),
        )

    def propose(
        self,
        fixed: Fixed,
        at: datetime,
        reason: str,
        contest: Contest,
        entered: Sequence[tuple[PaperSheet, Source]],
        *,
        corrects: bool = False,
    ) -> Proposal:
        """Propose to enter sheets of one contest, or to correct places that stand.

        (1) the internet ballots are opened (2) each sheet alone (3) nothing stands there yet,
        or all is a correction (4) no sheet tells what somebody voted (attack O15) (5) the tally
        method can count what would stand.

        :raises Refused: ``too_few_ballots``, ``tally_missing``, ``sheet_stands``,
            ``sheet_not_standing``, ``sheets_missing``, ``sheet_too_small``
        :raises Rejected: ``decryption_incomplete``, ``count_malformed``, and what
            ``sheet_rules.check_sheet`` and ``check_source`` raise
        """
        if not entered:
            raise Refused("sheets_missing", "no place")
        # (1)
        result = self._counting.result_text(fixed, contest.uuid)
        if result is None:
            raise Refused("too_few_ballots", "nothing of this contest is opened")
        # (2)
        following, blobs = self._checked(fixed, contest, entered)
        # (3)
        papers = {one.place: one for one in self.standing(fixed, contest)}
        for paper, _ in entered:
            if (paper.place in papers) != corrects:
                code = "sheet_not_standing" if corrects else "sheet_stands"
                raise Refused(code, paper.place)
        # (4)
        papers |= {paper.place: paper for paper, _ in entered}
        groups, places = groups_of(fixed, self._board), {paper.place for paper, _ in entered}
        refuse_small(places, list(papers.values()), fixed.election, contest, groups)
        # (5)
        self._counting.outcome(fixed, contest, result, papers=list(papers.values()))
        return self._acts.propose(fixed, "sheets", at, reason, following=following, blobs=blobs)

    def _checked(
        self, fixed: Fixed, contest: Contest, entered: Sequence[tuple[PaperSheet, Source]]
    ) -> tuple[list[Json], list[bytes]]:
        """Return the entries of the next act, checked as every verifier does, and their blobs."""
        keys = [option.key for option in contest.options]
        number = self._acts.next_number(fixed.origin)
        following, blobs = [], []
        for paper, source in entered:
            document, blob = entries.document(sheet_text(paper, source, keys))
            entry = {
                "type": SHEETS,
                "contest": contest.uuid,
                "place": paper.place,
                "sheets": document,
                "source": source.sha256,
                "act": number,
            }
            brought = [blob] if blob else []
            check_entry(fixed, entry, brought, self._counting.marks(contest))
            following.append(entry)
            blobs += brought
        return following, blobs
