"""From a file to an open vote: proposal, entry 0, trustees, roll, seal, rehearsal, opening.

The order is that of D3: uuids and log key come before the definition, the definition
before D, D before any trustee's key, the keys before the records and φ.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from tsukuba_trust.board import entries
from tsukuba_trust.board.state import BEFORE_SEAL
from tsukuba_trust.crypto.groups import group as named_group
from tsukuba_trust.crypto.record import NON_HOMOMORPHIC, election_record
from tsukuba_trust.crypto.rehearsal import (
    check_rehearsal,
    new_rehearsal,
    read_rehearsal,
    rehearsal_text,
)
from tsukuba_trust.crypto.trustees import Single, Trustees, read_trustees
from tsukuba_trust.elections import definition, rules
from tsukuba_trust.errors import Misconfigured, Refused
from tsukuba_trust.interfaces import IBallotScheme
from tsukuba_trust.registry import Registry
from tsukuba_trust.services.acts import Acts, Proposal
from tsukuba_trust.services.fixed import Catalogue, Fixed
from tsukuba_trust.services.proposing import Proposed, PublicKeys, origin_of, propose
from tsukuba_trust.services.roll import Rolls
from tsukuba_trust.store.board import BoardStore
from tsukuba_trust.values import Contest, Election, Randomness

__all__ = [
    "Ceremony",
    "Proposed",
    "PublicKeys",
    "join_rehearsal",
    "origin_of",
    "propose",
    "rehearsal_file",
]


class Ceremony:
    """The steps before the first ballot; each may be repeated and then changes nothing.

    :param rolls: needed where an election has a roll
    """

    def __init__(
        self,
        *,
        board: BoardStore,
        catalogue: Catalogue,
        acts: Acts,
        registry: Registry,
        rolls: Rolls | None = None,
    ) -> None:
        self._board = board
        self._catalogue = catalogue
        self._acts = acts
        self._registry = registry
        self._rolls = rolls

    def define(self, proposed: Proposed) -> Fixed:
        """Begin the log with entry 0.

        :raises Refused: what must stand before an election may be sealed (``rules.ready``);
            ``shuffle_missing``: ballots of a scheme would be opened one by one, unmixed
        :raises Misconfigured: ``scheme_not_installed``
        """
        rules.ready(
            proposed.election,
            witness_policy=proposed.entry["witness_policy"],
            not_checked=self._not_checked(proposed.election),
        )
        for contest in proposed.election.contests:
            scheme = self._scheme(contest)
            if scheme.needs_shuffle and scheme.question_type != NON_HOMOMORPHIC:
                raise Refused(
                    "shuffle_missing", f"questions {scheme.question_type!r} are not mixed"
                )
        self._board.append(proposed.origin, proposed.entry, blobs=proposed.blobs)
        return self._catalogue.get(proposed.origin)

    def _not_checked(self, election: Election) -> list[str]:
        found: set[str] = set()
        for rule in election.identity:
            found.update(self._registry.identity_providers[rule.provider].not_checked)
        return sorted(found)

    def fix_trustees(self, fixed: Fixed, trustees_text: str) -> Fixed:
        """Fix the trustees' keys and with them every contest's record.

        (1) complete check of the trustees (2) number, threshold and names of the
        definition (3) records, one per contest (4) append.

        :raises Rejected: a key, proof or signature does not stand
        :raises Refused: ``trustees_differ``
        """
        group = named_group(fixed.election.group)
        trustees = read_trustees(group, trustees_text, require_all_fields=True)
        self._check_trustees(fixed, trustees)
        document, blob = entries.document(trustees_text, blob=True)
        blobs = [blob or b""]
        records = []
        for contest in fixed.election.contests:
            text = self._record(fixed, contest, group.encode(trustees.key))
            record, body = entries.document(text, blob=True)
            records.append({"contest": contest.uuid, "record": record})
            blobs.append(body or b"")
        entry = {"type": "TrusteesFixed", "trustees": document, "records": records}
        self._board.append(fixed.origin, entry, blobs=blobs)
        return self._catalogue.get(fixed.origin)

    def _check_trustees(self, fixed: Fixed, trustees: Trustees) -> None:
        rule = fixed.election.trustees
        singles = [item for item in trustees.items if isinstance(item, Single)]
        if len(trustees.verification_keys) != len(rule.names):
            raise Refused("trustees_differ", "another number than the definition names")
        if rule.threshold == len(rule.names):
            if [one.name for one in singles] != list(rule.names):
                raise Refused("trustees_differ", "names or order")
        elif [getattr(item, "threshold", 0) for item in trustees.items] != [rule.threshold]:
            raise Refused("trustees_differ", "threshold")

    def _record(self, fixed: Fixed, contest: Contest, key: str) -> str:
        return election_record(
            contest.uuid,
            definition.record_name(fixed.election, contest),
            definition.record_description(contest, fixed.digest),
            fixed.election.group,
            key,
            definition.record_questions(contest, self._registry.ballot_schemes),
        )

    def _scheme(self, contest: Contest) -> IBallotScheme:
        scheme = self._registry.ballot_schemes.get(contest.ballot_scheme)
        if scheme is None:
            raise Misconfigured("scheme_not_installed", contest.ballot_scheme)
        return scheme

    def fix_roll(self, fixed: Fixed) -> int:
        """Publish the roll's numbers and root.

        Commits: 1 roll: closed with its root; 2 board: ``RollFixed``. A crash between them
        leaves a closed roll; the same call again appends the same entry.

        :raises Refused: ``trustees_missing``, ``roll_not_due``, ``roll_missing``
        """
        if fixed.trustees is None:
            raise Refused("trustees_missing")
        entry = self._roll(fixed).fix(fixed)
        return self._board.append(fixed.origin, entry).index

    def _roll(self, fixed: Fixed) -> Rolls:
        if fixed.election.electorate != "roll" or self._rolls is None:
            raise Refused("roll_not_due")
        return self._rolls

    def propose_seal(self, fixed: Fixed, at: datetime, reason: str) -> Proposal:
        """Propose act 1 over exactly the entries that stand before it.

        :raises Refused: ``roll_missing``, ``trustees_missing``
        """
        state = self._board.state(fixed.origin)
        if fixed.trustees is None:
            raise Refused("trustees_missing")
        if fixed.election.electorate == "roll" and not state.roll_root:
            raise Refused("roll_missing")
        return self._acts.propose(fixed, "seal", at, reason, subject=state.sealing)

    def propose_waiver(self, fixed: Fixed, at: datetime, reason: str) -> Proposal:
        """Propose to go on although every trustee is needed (attack O01)."""
        return self._acts.propose(fixed, "waiver", at, reason)

    def propose_rehearsed(self, fixed: Fixed, at: datetime, text: str) -> Proposal:
        """Propose to accept a decryption rehearsal.

        :param text: the rehearsal's file with the decryption of every trustee
        :raises Refused: ``not_sealed``
        :raises Rejected: a decryption, or a smallest sufficient set of trustees, failed
        """
        self.check_sealed(fixed)
        check_rehearsal(fixed.keys, fixed.digest, text)
        return self._acts.propose(fixed, "rehearsed", at, text)

    def check_sealed(self, fixed: Fixed) -> None:
        """Check that the election is sealed: before, keys and texts may still be others.

        :raises Refused: ``not_sealed``
        """
        if self._board.state(fixed.origin).phase in BEFORE_SEAL:
            raise Refused("not_sealed", "the rehearsal comes after the act seal")

    def open(self, fixed: Fixed, now: datetime) -> int:
        """Open voting, when its time has come and the rehearsal has passed.

        :raises Refused: ``not_open``: too early; ``rehearsal_missing``; ``roll_changed``: the
            roll is not the one whose root stands on the board (attack J10)
        :raises Rejected: ``waiver_missing``: every trustee is needed (attack O01)
        """
        known = self._board.find(fixed.origin, entries.entry_keys({"type": "VotingOpened"})[0])
        if known is not None:
            return known
        if now < fixed.election.period.opens:
            opens = fixed.election.period.opens.isoformat()
            raise Refused("not_open", f"too early: the period begins at {opens}")
        state = self._board.state(fixed.origin)
        if not state.rehearsal:
            raise Refused("rehearsal_missing")
        if fixed.election.electorate == "roll":
            self._roll(fixed).check_root(fixed, state.roll_root)
        entry = {"type": "VotingOpened", "rehearsal": state.rehearsal}
        return self._board.append(fixed.origin, entry).index


def rehearsal_file(fixed: Fixed, randomness: Randomness) -> str:
    """Return a new rehearsal's file, which every trustee gets."""
    return rehearsal_text(new_rehearsal(named_group(fixed.election.group), randomness))


def join_rehearsal(fixed: Fixed, text: str, decryptions: Mapping[int, str]) -> str:
    """Return a rehearsal's file with the decryptions of the trustees, by number."""
    rehearsal = read_rehearsal(named_group(fixed.election.group), text)
    return rehearsal_text(replace(rehearsal, decryptions=dict(decryptions)))
