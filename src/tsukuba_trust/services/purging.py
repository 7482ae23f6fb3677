"""The end of the retention: links, evidence, persons and keys of an election are destroyed.

Afterwards nothing that is left, and no older copy of a database, connects a person with a
ballot. The board keeps what it has: it names nobody.

:source: architecture.md D5, section 7; board.md 2.2 (``Purged``), 4.5; attack P12
"""

from datetime import datetime
from functools import partial

from tsukuba_trust.board import entries
from tsukuba_trust.elections.retention import KEYS, retention_ends
from tsukuba_trust.errors import Refused
from tsukuba_trust.services.acts import Acts, Proposal
from tsukuba_trust.services.attempting import wrong_codes
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.key_folder import KeyFolder
from tsukuba_trust.services.paper_entries import acts_of
from tsukuba_trust.store.attempts import AttemptStore
from tsukuba_trust.store.board import BoardStore
from tsukuba_trust.store.roll import RollStore
from tsukuba_trust.values import Json

ACT = "purge"


class Purging:
    """Says what a purge would destroy, has it approved, destroys it and records it."""

    def __init__(
        self, *, board: BoardStore, roll: RollStore, attempts: AttemptStore, acts: Acts
    ) -> None:
        self._board = board
        self._roll = roll
        self._attempts = attempts
        self._acts = acts

    def ends(self, fixed: Fixed) -> datetime | None:
        """Return from when on the election may be purged; None while it is not certified."""
        certified = ""
        if self._board.state(fixed.origin).phase in ("declared", "purged"):
            for _index, act in acts_of(fixed, self._board):
                certified = act["at"] if act["act"] == "certify" else certified
        return retention_ends(fixed.election, certified) if certified else None

    def is_done(self, fixed: Fixed) -> bool:
        """Tell whether the board says that the election was purged."""
        return self._board.state(fixed.origin).phase == "purged"

    def kept(self, fixed: Fixed, keys: KeyFolder) -> dict[str, int]:
        """Return how much of each kind is there; nothing is changed.

        :param keys: the folder with the registrar's key files
        """
        with self._roll.begin() as tx:
            rows = dict(tx.count_kept(fixed.origin))
        return {**rows, KEYS: len(keys.registrar_files(fixed.origin))}

    def propose(self, fixed: Fixed, at: datetime, reason: str, keys: KeyFolder) -> Proposal:
        """Propose to destroy what is there. Nothing is destroyed before officers approve.

        :raises Refused: ``not_certified``, ``retention_runs``, ``already_purged``
        """
        self._check_due(fixed, at)
        kept = self.kept(fixed, keys)
        if self.is_done(fixed) and not any(kept.values()):
            raise Refused("already_purged", "nothing of it is left")
        entry = _purged(kept, self._acts.next_number(fixed.origin))
        return self._acts.propose(fixed, ACT, at, reason, following=[entry])

    def enact(self, fixed: Fixed, at: datetime, proposal: Proposal, keys: KeyFolder) -> int:
        """Put an approved purge on the board and destroy.

        Commits: the act; key files, one after the other; the rows of the roll; those of the
        attempts; ``Purged``. A crash anywhere leaves a board that waits for ``Purged``: the
        same call again destroys what is left and appends it. So nothing is destroyed without
        the officers' act on the board, and ``Purged`` stands there only when all is gone.

        :returns: index of the act
        :raises Refused: ``purge_other``: no purge, or of other numbers than there are now;
            ``not_certified``, ``retention_runs``, and what ``Acts.enact`` raises
        :raises Rejected: as ``Acts.enact``
        """
        act = proposal.act
        if act["act"] != ACT or proposal.origin != fixed.origin:
            raise Refused("purge_other", "not a purge of this election")
        if self._board.find(fixed.origin, entries.act_key(act["number"])) is None:
            self._check_due(fixed, at)
            if list(proposal.following) != [_purged(self.kept(fixed, keys), act["number"])]:
                raise Refused("purge_other", "there is more or less by now: propose it again")
        destroy = partial(self._destroy, fixed, keys)
        return self._acts.enact(fixed, proposal, before_following=destroy)

    def _check_due(self, fixed: Fixed, at: datetime) -> None:
        ends = self.ends(fixed)
        if ends is None:
            raise Refused("not_certified", "evidence may still be needed")
        if at < ends:
            raise Refused("retention_runs", f"until {ends.isoformat(timespec='minutes')}")

    def _destroy(self, fixed: Fixed, keys: KeyFolder) -> None:
        # Keys first: without them whatever is left, here or in a backup, is unreadable.
        keys.destroy(fixed.origin)
        with self._roll.begin() as roll:
            roll.purge(fixed.origin)
        self._roll.rearrange()
        with self._attempts.begin() as attempts:
            attempts.forget(fixed.origin, wrong_codes(fixed.origin))


def _purged(kept: dict[str, int], act: int) -> Json:
    return {"type": "Purged", "act": act, "kinds": list(kept), "counts": list(kept.values())}
