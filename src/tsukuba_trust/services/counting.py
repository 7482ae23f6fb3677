"""From the end of voting to the last decryption (architecture section 5, steps 7 and 8)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from tsukuba_trust.board import acts, canonical, entries, rebuild
from tsukuba_trust.board.ledger import Ledger, read_ledger
from tsukuba_trust.board.order_acts import EVALUATING
from tsukuba_trust.board.rebuild import Box
from tsukuba_trust.board.state import COUNTING, FINAL, State
from tsukuba_trust.crypto.decryption import check_partial
from tsukuba_trust.crypto.factors import check_factors
from tsukuba_trust.crypto.groups import Element
from tsukuba_trust.crypto.strong_decryption import MISSING, check_strong
from tsukuba_trust.elections.rules import demands_strong_decryption
from tsukuba_trust.errors import Refused, Rejected
from tsukuba_trust.registry import Registry
from tsukuba_trust.services.acts import Acts, Proposal
from tsukuba_trust.services.declaring import Declaring, electors_of
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.period import closes_in_force
from tsukuba_trust.services.tally import Tallies, Work, contexts, read_work
from tsukuba_trust.store.board import BoardStore
from tsukuba_trust.values import Contest, Json

__all__ = ["DRAIN", "Counting", "electors_of"]

DRAIN = timedelta(seconds=120)
MOST_END_TRIES = 20


class Counting(Declaring):
    """Ends, strikes, fixes tallies, takes decryptions. Every step may be repeated.

    :param drain: how long requests admitted before the end may still be written (D12)
    """

    def __init__(
        self,
        *,
        board: BoardStore,
        acts: Acts,
        tallies: Tallies,
        registry: Registry,
        drain: timedelta = DRAIN,
    ) -> None:
        super().__init__(board=board, acts=acts, tallies=tallies, registry=registry)
        self._drain = drain

    def end(self, fixed: Fixed, now: datetime) -> int:
        """Append ``VotingEnded`` when the drain is over; no act and no clock undoes it.

        :returns: its index
        :raises Refused: ``not_closed``: too early
        :raises Rejected: step 4: voting was never opened
        """
        known = self._board.find(fixed.origin, entries.entry_keys({"type": "VotingEnded"})[0])
        if known is not None:
            return known
        for _ in range(MOST_END_TRIES):
            state = self._board.state(fixed.origin)
            if now < closes_in_force(state) + self._drain:
                raise Refused("not_closed", "requests from before the end may still arrive")
            counts = [
                {"contest": one, "holders": state.holders, "ballots": state.ballots[one]}
                for one in state.contests
            ]
            try:
                entry = {"type": "VotingEnded", "contests": counts}
                return self._board.append(fixed.origin, entry).index
            except Rejected as error:
                # A last ballot came between the look and the lock: look again.
                if error.code != "end_counts":
                    raise
            except Refused as error:
                if error.code != "entry_differs":
                    raise
                return self.end(fixed, now)  # another process ended it a moment ago
        raise Refused("server_busy", "ballots still arrive")

    def propose_strikes(
        self, fixed: Fixed, at: datetime, reason: str, holders: Mapping[int, str]
    ) -> Proposal:
        """Propose the one list of struck holders, sorted, with a reason for each.

        :param holders: reason by holder (index of her first registration)
        :raises Refused: ``unknown_holder``, ``strikes_missing``
        """
        if not holders:
            raise Refused("strikes_missing")
        lookup = self._board.lookup(fixed.origin)
        for holder in holders:
            try:
                first = lookup.holder(holder)
            except KeyError:
                first = -1
            if first != holder:
                raise Refused("unknown_holder", str(holder))
        listed = [{"holder": one, "reason": holders[one]} for one in sorted(holders)]
        document, blob = entries.document(canonical.encode_value(listed).decode())
        entry = {
            "type": "HoldersStruck",
            "holders": document,
            "count": len(listed),
            "act": self._acts.next_number(fixed.origin),
        }
        blobs = [blob] if blob else []
        return self._acts.propose(fixed, "strike", at, reason, following=[entry], blobs=blobs)

    def fix_tallies(self, fixed: Fixed) -> list[int]:
        """Write each contest's archive up to EncryptedTally and fix it, in order.

        One commit per contest; after a crash the same call fixes the rest.

        :returns: indexes of ``TallyFixed``
        :raises Refused: ``not_ended``
        """
        state = self._board.state(fixed.origin)
        if state.phase not in (*COUNTING, *FINAL) or state.pending:
            raise Refused("not_ended", "voting has not ended, or an act waits for its entry")
        ledger = read_ledger(self._board.entries(fixed.origin), self._board.blob)
        return [self._fix_tally(fixed, contest, ledger) for contest in fixed.election.contests]

    def _fix_tally(self, fixed: Fixed, contest: Contest, ledger: Ledger) -> int:
        named = {"type": "TallyFixed", "contest": contest.uuid}
        known = self._board.find(fixed.origin, entries.entry_keys(named)[0])
        if known is not None:
            return known
        record = fixed.records[contest.uuid]
        box = Box(
            timestamp=int(fixed.election.period.opens.timestamp()),
            group=record.group,
            record=record.text,
            trustees=fixed.keys.text,
            counting=rebuild.counting(ledger, contest.uuid, record.group),
            ballot=lambda index: self._ballot(fixed, index),
        )
        scheme, context = self.scheme(contest), contexts(record)[0]
        pieces: list[bytes] = []
        prefix = rebuild.write_until_tally(
            box, lambda answers, weights: scheme.combine(context, answers, weights), pieces.append
        )
        data = b"".join(pieces)
        entry = {
            **named,
            "archive": entries.blob_document(data),
            "tally": prefix.digest,
            "ballots": prefix.ballots,
        }
        return self._board.append(fixed.origin, entry, blobs=[data]).index

    def _ballot(self, fixed: Fixed, index: int) -> str:
        entry = entries.read_entry(self._board.entry(fixed.origin, index))
        return entries.document_text(entry["ballot"], self._board.blob)

    def post_decryption(self, fixed: Fixed, contest: str, trustee: int, text: str) -> int:
        """Check a trustee's partial decryption and put it on the board.

        (1) every tally is fixed, enough ballots, all mixed (2) trustee exists and is still
        needed (3) form and proofs (4) append.

        :param text: our file (the decryption, LF, its proofs), or where ballots are added
            up the line or two of ``belenios-tool election decrypt``, without strong proofs
        :raises Refused: ``tally_missing``, ``too_few_ballots``, ``shuffles_missing``,
            ``trustee_unknown``, ``decryption_complete``, ``entry_differs``
        :raises Rejected: ``decryption_form``, ``decryption_shape``,
            ``decryption_proof_invalid``, ``factors_unproven``, ``strong_proof_form``,
            ``strong_proof_invalid``, ``strong_proof_missing``
        """
        # (1)
        state = check_countable(self._board.state(fixed.origin), contest)
        if state.shuffles_missing(contest):
            raise Refused("shuffles_missing", f"{state.shuffles_missing(contest)} to come")
        # (2)
        keys = fixed.keys.verification_keys
        if not 1 <= trustee <= len(keys):
            raise Refused("trustee_unknown")
        work, mixed = read_work(text, trustee), contest in state.mixers
        given = trustee in state.decrypted.get(contest, ())
        if not given and not state.wants_decryption_of(contest, trustee):
            raise Refused("decryption_complete")
        # (3)
        self._check_decryption(fixed, contest, keys[trustee - 1], work, mixed=mixed)
        # (4)
        entry: Json = {"type": "PartiallyDecrypted", "contest": contest, "trustee": trustee}
        entry["decryption"], blob = entries.document(work.text)
        blobs = [blob] if blob else []
        if mixed:
            entry["proof"] = work.proof
        if work.strong is not None:
            entry["strong"], blob = entries.document(work.strong)
            blobs += [blob] if blob else []
        return self._board.append(fixed.origin, entry, blobs=blobs).index

    def _check_decryption(
        self, fixed: Fixed, contest: str, key: Element, work: Work, *, mixed: bool
    ) -> None:
        record = fixed.records[contest]
        ciphertexts = self._tallies.opened(fixed, contest).ciphertexts
        statement = record.group, record.fingerprint, key, ciphertexts
        factors = check_partial(*statement, work.text)
        if mixed:
            check_factors(*statement, factors, work.text, work.proof)
        if work.strong is not None:
            check_strong(*statement, factors, work.strong)
        elif not mixed and demands_strong_decryption(fixed.election):
            raise Rejected(MISSING, "this decryption could hide a moved count")

    def post_audit(self, fixed: Fixed, entry: Json, blobs: Sequence[bytes]) -> int:
        """Put the auditors' signed finding on the board. Sheets and lots stand before it.

        :raises Rejected: a signature does not stand, or one auditor of two is missing;
            ``sums_differ``
        :raises Refused: ``lot_needed``
        """
        entries.check_schema(entry)
        acts.check_audit(fixed.origin, entry, fixed.defined["auditors"])
        if self._board.state(fixed.origin).phase in EVALUATING:
            self.check_declarable(fixed)
        return self._board.append(fixed.origin, entry, blobs=blobs).index


def check_countable(state: State, contest: str) -> State:
    """Check that every tally is fixed and that this one has enough ballots to be opened.

    :raises Refused: ``tally_missing``, ``too_few_ballots``
    """
    if contest not in state.tallied or len(state.tallied) < len(state.contests):
        raise Refused("tally_missing", "every tally is fixed before one is opened")
    if not state.needs_decryption(contest):
        raise Refused("too_few_ballots")
    return state
