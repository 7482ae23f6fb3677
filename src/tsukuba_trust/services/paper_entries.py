"""What stands on the board about paper: the newest sheet of every place, and the roll's groups.

:source: board.md 2.2 (``SheetsEntered``, ``RollFixed``)
"""

from collections.abc import Iterator, Sequence

from tsukuba_trust.board import entries
from tsukuba_trust.elections.sheet_rules import check_sheet, check_source
from tsukuba_trust.elections.sheets import PaperSheet, read_sheet, sheet_text
from tsukuba_trust.errors import Refused, Rejected
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.store.board import BoardStore
from tsukuba_trust.values import Contest, Json

SHEETS = "SheetsEntered"


def acts_of(fixed: Fixed, board: BoardStore) -> Iterator[tuple[int, Json]]:
    """Give (index, entry) of every officers' act, in order."""
    for number in range(1, board.state(fixed.origin).acts + 1):
        named = {"type": "OfficersAct", "number": number}
        index = board.find(fixed.origin, entries.entry_keys(named)[0]) or 0
        yield index, entries.read_entry(board.entry(fixed.origin, index))


def groups_of(fixed: Fixed, board: BoardStore) -> dict[str, int] | None:
    """Return electors by group of the roll in force; None without a roll."""
    index = board.find(fixed.origin, entries.entry_keys({"type": "RollFixed"})[0])
    if index is None:
        return None
    groups = entries.read_entry(board.entry(fixed.origin, index))["groups"]
    for _index, act in acts_of(fixed, board):
        if act["act"] == "change-roll":
            groups = act["change"]["groups"]
    return {one["name"]: int(one["electors"]) for one in groups}


def papers_of(fixed: Fixed, board: BoardStore, contest: Contest) -> list[PaperSheet]:
    """Return a contest's sheets: of every place the newest act's, in the order of the places."""
    keys = [option.key for option in contest.options]
    found: dict[str, PaperSheet] = {}
    for index, act in acts_of(fixed, board):
        for place in range(1, len(act["subject"]) + 1) if act["act"] == "sheets" else ():
            entry = entries.read_entry(board.entry(fixed.origin, index + place))
            if entry["contest"] == contest.uuid:
                text = entries.document_text(entry["sheets"], board.blob)
                found[entry["place"]], _ = read_sheet(text, entry["place"], entry["source"], keys)
    return [found[place] for place in sorted(found)]


def check_entry(fixed: Fixed, entry: Json, brought: Sequence[bytes], marks: int) -> None:
    """Check a ``SheetsEntered`` as every verifier does: form, source, sums.

    :param brought: blobs that travel with it
    :param marks: of how many options one paper may speak
    :raises Rejected: ``sheet_malformed`` and what ``sheet_rules`` raise
    :raises Refused: ``unknown_contest``
    """
    try:
        contest = fixed.election.contest(entry["contest"])
    except KeyError:
        raise Refused("unknown_contest", entry["contest"]) from None
    keys = [option.key for option in contest.options]
    blobs = {entries.blob_document(blob)["sha256"]: blob for blob in brought}
    text = entries.document_text(entry["sheets"], lambda sha256, _size: blobs[sha256])
    paper, source = read_sheet(text, entry["place"], entry["source"], keys)
    if sheet_text(paper, source, keys) != text:
        raise Rejected("sheet_malformed", "other bytes for the same sheet")
    check_source(fixed.origin, contest.uuid, source, fixed.defined["officers"])
    check_sheet(paper, fixed.election, contest, marks)
