"""From the end of voting to the declared result (architecture section 5, steps 7–9)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from tsukuba_trust.board import acts, canonical, entries, rebuild
from tsukuba_trust.board.ledger import Ledger, read_ledger
from tsukuba_trust.board.rebuild import Box
from tsukuba_trust.board.state import COUNTING, FINAL
from tsukuba_trust.crypto import json_text
from tsukuba_trust.crypto.decryption import check_partial
from tsukuba_trust.elections import outcome
from tsukuba_trust.errors import Misconfigured, Refused, Rejected
from tsukuba_trust.interfaces import IBallotScheme, ITallyMethod
from tsukuba_trust.registry import Registry
from tsukuba_trust.services.acts import Acts, Proposal
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.period import closes_in_force
from tsukuba_trust.services.tally import Tallies, contexts, decode, read_decryption
from tsukuba_trust.store.board import BoardStore
from tsukuba_trust.values import Contest, Json

DRAIN = timedelta(seconds=120)
MOST_END_TRIES = 20


class Counting:
    """Ends, strikes, fixes tallies, takes decryptions, declares. Every step may be repeated.

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
        self._board = board
        self._acts = acts
        self._tallies = tallies
        self._registry = registry
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
            except Refused:
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

        (1) every tally is fixed, enough ballots (2) trustee exists and is still needed
        (3) form and proofs (4) append.

        :param text: our file, or the two lines of ``belenios-tool election decrypt``
        :raises Refused: ``tally_missing``, ``too_few_ballots``, ``trustee_unknown``,
            ``decryption_complete``, ``entry_differs``
        :raises Rejected: ``decryption_form``, ``decryption_shape``, ``decryption_proof_invalid``
        """
        # (1)
        state = self._board.state(fixed.origin)
        if contest not in state.tallied or len(state.tallied) < len(state.contests):
            raise Refused("tally_missing", "every tally is fixed before one is decrypted")
        if not state.needs_decryption(contest):
            raise Refused("too_few_ballots")
        # (2)
        keys = fixed.keys.verification_keys
        if not 1 <= trustee <= len(keys):
            raise Refused("trustee_unknown")
        decryption = read_decryption(text, trustee)
        document, blob = entries.document(decryption)
        entry = {
            "type": "PartiallyDecrypted",
            "contest": contest,
            "trustee": trustee,
            "decryption": document,
        }
        given = trustee in state.decrypted.get(contest, ())
        if not given and not state.wants_decryption_of(contest, trustee):
            raise Refused("decryption_complete")
        # (3)
        record = fixed.records[contest]
        ciphertexts = self._tallies.fixed(fixed, contest).prefix.ciphertexts
        check_partial(record.group, record.fingerprint, keys[trustee - 1], ciphertexts, decryption)
        # (4)
        blobs = [blob] if blob else []
        return self._board.append(fixed.origin, entry, blobs=blobs).index

    def post_audit(self, fixed: Fixed, entry: Json, blobs: Sequence[bytes]) -> int:
        """Put the auditors' signed finding on the board.

        :raises Rejected: a signature does not stand, or one auditor of two is missing
        """
        entries.check_schema(entry)
        acts.check_audit(fixed.origin, entry, fixed.defined["auditors"])
        return self._board.append(fixed.origin, entry, blobs=blobs).index

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
            self._tallies.fixed(fixed, contest).prefix,
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
            text = self._outcome(fixed, contest, result, ballots)
            entry["result"], body = entries.document(result, blob=True)
        entry["outcome"], told = entries.document(text, blob=True)
        bodies = [told or b""] if result is None else [told or b"", body or b""]
        return entry, bodies

    def _outcome(self, fixed: Fixed, contest: Contest, result: str, ballots: int) -> str:
        decided = outcome.decide(
            contest,
            self.scheme(contest),
            self._method(contest),
            result=json_text.read(result, code="result_form")["result"][0],
            ballots=ballots,
            electors=electors_of(fixed, self._board),
        )
        return outcome.outcome_text(decided, ballots)

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
    """Return how many electors there are: the roll in force, else what the definition gives."""
    if fixed.election.electors is not None:
        return fixed.election.electors[0]
    index = board.find(fixed.origin, entries.entry_keys({"type": "RollFixed"})[0])
    if index is None:
        return None
    groups = entries.read_entry(board.entry(fixed.origin, index))["groups"]
    for number in range(1, board.state(fixed.origin).acts + 1):
        named = {"type": "OfficersAct", "number": number}
        at = board.find(fixed.origin, entries.entry_keys(named)[0])
        act = entries.read_entry(board.entry(fixed.origin, at or 0))
        if act["act"] == "change-roll":
            groups = act["change"]["groups"]
    return sum(int(group["electors"]) for group in groups)
