"""From decryptions to the declared result: decode, decide, draw lots, certify.

:source: architecture D8, D9, section 5 step 9
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from tsukuba_trust.board import canonical, entries
from tsukuba_trust.crypto import json_text
from tsukuba_trust.elections import outcome
from tsukuba_trust.errors import Misconfigured, Refused
from tsukuba_trust.interfaces import IBallotScheme, ITallyMethod
from tsukuba_trust.registry import Registry
from tsukuba_trust.services.acts import Acts, Proposal
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.tally import Tallies, decode, irregular
from tsukuba_trust.store.board import BoardStore
from tsukuba_trust.values import Contest, Json, Outcome

PAPER = "paper"


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
        """
        number = self._acts.next_number(fixed.origin)
        following, blobs = [], []
        for contest in fixed.election.contests:
            entry, bodies = self._declaration(fixed, contest, number)
            following.append(entry)
            blobs.extend(bodies)
        return self._acts.propose(fixed, "certify", at, reason, following=following, blobs=blobs)

    def _declaration(self, fixed: Fixed, contest: Contest, act: int) -> tuple[Json, list[bytes]]:
        ballots = self._board.state(fixed.origin).tallied.get(contest.uuid, 0)
        result = self.result_text(fixed, contest.uuid)
        entry: dict[str, Json] = {"type": "ResultDeclared", "contest": contest.uuid, "act": act}
        if result is None:
            text = outcome.not_decrypted_text(ballots)
        else:
            text = outcome.outcome_text(self.outcome(fixed, contest, result), ballots)
            entry["result"], body = entries.document(result, blob=True)
        entry["outcome"], told = entries.document(text, blob=True)
        bodies = [told or b""] if result is None else [told or b"", body or b""]
        return entry, bodies

    def outcome(self, fixed: Fixed, contest: Contest, result: str) -> Outcome:
        """Decide a contest with the lots drawn so far.

        :param result: of ``result_text``
        """
        return outcome.decide(
            contest,
            self.scheme(contest),
            self._method(contest),
            result=json_text.read(result, code="result_form")["result"][0],
            ballots=self._board.state(fixed.origin).tallied[contest.uuid],
            irregular=self._irregular(fixed, contest),
            electors=electors_of(fixed, self._board),
            lots=lots_of(fixed, self._board, contest.uuid),
        )

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

    def propose_lot(
        self, fixed: Fixed, at: datetime, reason: str, contest: str, order: Sequence[str]
    ) -> Proposal:
        """Propose to record a lot that was drawn between the tied options of a contest.

        :param order: exactly the tied option keys, best first
        :raises Refused: ``no_tie``, ``lot_incomplete``
        :raises Rejected: ``decryption_incomplete``
        """
        result = self.result_text(fixed, contest)
        decided = self.outcome(fixed, fixed.election.contest(contest), result) if result else None
        if decided is None or decided.tied is None:
            raise Refused("no_tie")
        tied = decided.tied
        if sorted(order) != sorted(tied.candidates):
            raise Refused("lot_incomplete", "the lot names others than those who are tied")
        tie = {
            "candidates": list(tied.candidates),
            "seats": tied.seats,
            "stage": tied.stage,
            "kind": tied.kind,
        }
        document, blob = entries.document(canonical.encode(tie).decode())
        entry = {
            "type": "LotDrawn",
            "contest": contest,
            "tie": document,
            "order": list(order),
            "act": self._acts.next_number(fixed.origin),
        }
        blobs = [blob] if blob else []
        return self._acts.propose(fixed, "lot", at, reason, following=[entry], blobs=blobs)

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
    """Return how many electors vote here: by the roll in force, else by the definition."""
    index = board.find(fixed.origin, entries.entry_keys({"type": "RollFixed"})[0])
    if index is None:
        return fixed.election.electors[0] if fixed.election.electors else None
    groups = entries.read_entry(board.entry(fixed.origin, index))["groups"]
    for _index, act in _acts(fixed, board):
        if act["act"] == "change-roll":
            groups = act["change"]["groups"]
    channels = dict(fixed.election.roll.groups)
    return sum(int(one["electors"]) for one in groups if channels.get(one["name"]) != PAPER)


def lots_of(fixed: Fixed, board: BoardStore, contest: str) -> list[list[str]]:
    """Return the lots drawn for a contest, in the order of their acts."""
    drawn = []
    for index, act in _acts(fixed, board):
        if act["act"] == "lot":
            entry = entries.read_entry(board.entry(fixed.origin, index + 1))
            if entry["contest"] == contest:
                drawn.append(entry["order"])
    return drawn


def _acts(fixed: Fixed, board: BoardStore) -> Iterator[tuple[int, Json]]:
    for number in range(1, board.state(fixed.origin).acts + 1):
        named = {"type": "OfficersAct", "number": number}
        index = board.find(fixed.origin, entries.entry_keys(named)[0]) or 0
        yield index, entries.read_entry(board.entry(fixed.origin, index))
