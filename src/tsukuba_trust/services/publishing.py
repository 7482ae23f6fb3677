"""The record of an election as files: what anybody serves, mirrors and verifies."""

from functools import partial
from pathlib import Path

from tsukuba_trust.board import entries, note
from tsukuba_trust.board.record_writing import Chunks, write_record
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.tally import Tallies
from tsukuba_trust.store.board import BoardStore


class Publishing:
    """Exports records."""

    def __init__(self, *, board: BoardStore, tallies: Tallies) -> None:
        self._board = board
        self._tallies = tallies

    def size(self, fixed: Fixed) -> int:
        """Return how many entries an export would hold now."""
        return note.peek_checkpoint(self._board.checkpoint(fixed.origin)).size

    def export(self, fixed: Fixed, target: Path) -> int:
        """Write the static tree of board.md 3.5 and each contest's ``.bel``.

        Everything is cut at the newest signed head, so an export of a running election is
        a whole record too.

        :param target: a folder that does not exist yet
        :returns: how many entries it holds
        :raises Misconfigured: ``target_exists``, ``target_unwritable``
        """
        checkpoint = self._board.checkpoint(fixed.origin)
        size = note.peek_checkpoint(checkpoint).size
        kept = {at: text for at, text in self._board.checkpoints(fixed.origin) if at <= size}
        write_record(
            target,
            log=(data for _index, data in self._board.data(fixed.origin, 0, size)),
            checkpoint=checkpoint,
            checkpoints=kept,
            blobs=self._board.blob,
            archives=self._archives(fixed),
        )
        return size

    def _archives(self, fixed: Fixed) -> dict[str, Chunks]:
        tallied = self._board.state(fixed.origin).tallied
        return {contest: partial(self._chunks, fixed, contest) for contest in tallied}

    def _chunks(self, fixed: Fixed, contest: str) -> list[bytes]:
        return [self.archive(fixed, contest)]

    def archive(self, fixed: Fixed, contest: str) -> bytes:
        """Return a contest's ``.bel`` as far as the board goes.

        :raises Refused: ``tally_missing``
        """
        return self._tallies.final_archive(fixed, contest, self.result(fixed, contest))

    def result(self, fixed: Fixed, contest: str) -> str | None:
        """Return the declared Belenios result of a contest, None where there is none."""
        return self._declared(fixed, contest, "result")

    def outcomes(self, fixed: Fixed) -> dict[str, str]:
        """Return the newest declared outcome documents, by contest."""
        found = {uuid: self._declared(fixed, uuid, "outcome") for uuid in fixed.defined["contests"]}
        return {uuid: text for uuid, text in found.items() if text is not None}

    def _declared(self, fixed: Fixed, contest: str, part: str) -> str | None:
        for act in range(self._board.state(fixed.origin).acts, 0, -1):
            named = {"type": "ResultDeclared", "contest": contest, "act": act}
            index = self._board.find(fixed.origin, entries.entry_keys(named)[0])
            if index is not None:
                entry = entries.read_entry(self._board.entry(fixed.origin, index))
                if part not in entry:
                    return None
                return entries.document_text(entry[part], self._board.blob, blob=True)
        return None
