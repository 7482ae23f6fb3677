"""From decryptions to the declared result: decode, decide, draw lots, certify.

:source: architecture D8, D9, section 5 step 9
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from tsukuba_trust.board import entries
from tsukuba_trust.crypto import json_text
from tsukuba_trust.elections import outcome
from tsukuba_trust.elections.drawn_lots import DrawnLot, settle
from tsukuba_trust.elections.electors import PAPER, electors_of_contest
from tsukuba_trust.elections.sheet_rules import channel_differences, refuse_differences
from tsukuba_trust.elections.sheets import PaperSheet
from tsukuba_trust.errors import Misconfigured, Refused
from tsukuba_trust.interfaces import IBallotScheme, ITallyMethod
from tsukuba_trust.registry import Registry
from tsukuba_trust.services.acts import Acts, Proposal
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.paper_entries import acts_of, groups_of, papers_of
from tsukuba_trust.services.tally import Tallies, decode, irregular
from tsukuba_trust.store.board import BoardStore
from tsukuba_trust.values import Contest, Json, Outcome


class Declaring:
    """Reads results, has ties settled, and proposes what is declared."""

    def __init__(
        self, *, board: BoardStore, acts: Acts, tallies: Tallies, registry: Registry
    ) -> None:
        self._board = board
        self._acts = acts
        self._tallies = tallies
        self._registry = registry

    def result_text(self, fixed: Fixed, contest: str) -> str | None:
        """Return the Belenios result of a contest; None below ``minimum_ballots``.

        :raises Rejected: ``decryption_incomplete``
        :raises Refused: ``tally_missing``
        """
        state = self._board.state(fixed.origin)
        if contest not in state.tallied:
            raise Refused("tally_missing", contest)
        if not state.needs_decryption(contest):
            return None
        results = decode(
            fixed.records[contest],
            fixed.keys,
            self.scheme(fixed.election.contest(contest)),
            self._tallies.opened(fixed, contest),
            self._tallies.decryptions(fixed, contest),
        )
        return json_text.write({"result": results})

    def propose_certificate(self, fixed: Fixed, at: datetime, reason: str) -> Proposal:
        """Propose to certify and declare every contest's result.

        :raises Rejected: ``decryption_incomplete``
        :raises Rejected: ``sums_differ``: paper and internet are not one result yet
        :raises Refused: ``lot_needed``: between whom, for how many seats
        """
        number = self._acts.next_number(fixed.origin)
        following, blobs = [], []
        for contest in fixed.election.contests:
            entry, bodies = self._declaration(fixed, contest, number)
            following.append(entry)
            blobs.extend(bodies)
        return self._acts.propose(fixed, "certify", at, reason, following=following, blobs=blobs)

    def check_declarable(self, fixed: Fixed) -> None:
        """Check that nothing but the certificate is missing: no sheet, no lot, no decryption.

        :raises Rejected: ``decryption_incomplete``, ``sums_differ``
        :raises Refused: ``lot_needed``
        """
        for contest in fixed.election.contests:
            self._declaration(fixed, contest, act=1)

    def _declaration(self, fixed: Fixed, contest: Contest, act: int) -> tuple[Json, list[bytes]]:
        ballots = self._board.state(fixed.origin).tallied.get(contest.uuid, 0)
        result = self.result_text(fixed, contest.uuid)
        entry: dict[str, Json] = {"type": "ResultDeclared", "contest": contest.uuid, "act": act}
        self._check_channels(fixed, contest, ballots)
        if result is None:
            text = outcome.not_decrypted_text(ballots)
        else:
            decided = self.outcome(fixed, contest, result)
            _check_settled(contest, decided)
            text = outcome.outcome_text(decided, ballots)
            entry["result"], body = entries.document(result, blob=True)
        entry["outcome"], told = entries.document(text, blob=True)
        bodies = [told or b""] if result is None else [told or b"", body or b""]
        return entry, bodies

    def outcome(
        self,
        fixed: Fixed,
        contest: Contest,
        result: str,
        *,
        papers: Sequence[PaperSheet] | None = None,
    ) -> Outcome:
        """Decide a contest with the sheets entered and the lots drawn so far.

        :param result: of ``result_text``
        :param papers: instead of the sheets that stand, for a trial
        :raises Rejected: ``lot_other_tie``: a lot was drawn for another count
        """
        standing = papers_of(fixed, self._board, contest) if papers is None else papers
        groups = groups_of(fixed, self._board)
        decide = partial(
            outcome.decide,
            contest,
            self.scheme(contest),
            self._method(contest),
            result=json_text.read(result, code="result_form")["result"][0],
            ballots=self._board.state(fixed.origin).tallied[contest.uuid],
            irregular=self._irregular(fixed, contest),
            papers=standing,
            electors=electors_of_contest(fixed.election, contest, groups, paper=bool(standing)),
        )
        drawn = lots_of(fixed, self._board, contest.uuid)
        if papers is not None:
            drawn = [replace(lot, recounted=True) for lot in drawn]
        return settle(lambda lots: decide(lots=lots), drawn)[0]

    def _check_channels(self, fixed: Fixed, contest: Contest, ballots: int) -> None:
        papers = papers_of(fixed, self._board, contest)
        groups = groups_of(fixed, self._board)
        refuse_differences(
            channel_differences(papers, fixed.election, contest, groups=groups, internet=ballots)
        )

    def marks(self, contest: Contest) -> int:
        """Return of how many options one paper may speak."""
        return self.scheme(contest).option_limits(contest)[1]

    def _irregular(self, fixed: Fixed, contest: Contest) -> Sequence[int]:
        scheme = self.scheme(contest)
        if not scheme.needs_shuffle:
            return ()
        return irregular(
            fixed.records[contest.uuid],
            fixed.keys,
            scheme,
            self._tallies.opened(fixed, contest.uuid),
            self._tallies.decryptions(fixed, contest.uuid),
        )

    def scheme(self, contest: Contest) -> IBallotScheme:
        """Return the contest's ballot scheme.

        :raises Misconfigured: ``scheme_not_installed``
        """
        scheme = self._registry.ballot_schemes.get(contest.ballot_scheme)
        if scheme is None:
            raise Misconfigured("scheme_not_installed", contest.ballot_scheme)
        return scheme

    def _method(self, contest: Contest) -> ITallyMethod:
        method = self._registry.tally_methods.get(contest.tally_method)
        if method is None:
            raise Misconfigured("method_not_installed", contest.tally_method)
        return method


def electors_of(fixed: Fixed, board: BoardStore) -> int | None:
    """Return how many electors vote online: by the roll in force, else by the definition."""
    groups = groups_of(fixed, board)
    if groups is None:
        return fixed.election.electors[0] if fixed.election.electors else None
    channels = dict(fixed.election.roll.groups)
    return sum(number for name, number in groups.items() if channels.get(name) != PAPER)


def _check_settled(contest: Contest, decided: Outcome) -> None:
    if decided.tied is None:
        return
    names = {option.key: option.name.official for option in contest.options}
    tied = ", ".join(f"{key} ({names[key]})" for key in decided.tied.candidates)
    detail = f"{contest.title.official}: {decided.tied.seats} of {tied}"
    raise Refused("lot_needed", detail)


def lots_of(fixed: Fixed, board: BoardStore, contest: str) -> list[DrawnLot]:
    """Return the lots drawn for a contest, in the order of their acts."""
    drawn: list[DrawnLot] = []
    for index, act in acts_of(fixed, board):
        for place in range(1, len(act["subject"]) + 1) if act["act"] in ("lot", "sheets") else ():
            entry = entries.read_entry(board.entry(fixed.origin, index + place))
            if entry["contest"] == contest and act["act"] == "sheets":
                drawn = [replace(lot, recounted=True) for lot in drawn]
            elif entry["contest"] == contest:
                tie = entries.document_text(entry["tie"], board.blob)
                drawn.append(DrawnLot(tie, tuple(entry["order"])))
    return drawn
