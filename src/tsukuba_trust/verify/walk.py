"""One pass over the entries of a log: steps 2 to 7 here, ballots handed on in chunks.

:source: board.md 2.5
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from tsukuba_trust.values import Json
from tsukuba_trust.verify import (
    steps_acts,
    steps_entries,
    steps_lots,
    steps_purge,
    steps_records,
    steps_registrations,
    steps_result,
    steps_sheets,
    steps_shuffles,
    steps_tree,
)
from tsukuba_trust.verify.known import Known, lenient
from tsukuba_trust.verify.steps_ballots import Chunk, Gathering

Take: TypeAlias = Callable[[Known, Json, int], None]


def walk(known: Known) -> Iterator[Chunk]:
    """Read every entry, do steps 2 to 7, and yield the ballots in chunks."""
    gathering = Gathering(known)
    for first, bundle in steps_tree.bundles(known):
        for index, data in enumerate(bundle, first):
            chunk = _take_entry(known, gathering, data, index)
            if chunk is not None:
                yield chunk
    rest = gathering.flush()
    if rest is not None:
        yield rest


def _take_entry(known: Known, gathering: Gathering, data: bytes, index: int) -> Chunk | None:
    entry = lenient(data)
    if not steps_entries.judge_form(known, data, entry, index):
        return None
    chunk = None
    if entry["type"] == "BallotAccepted":
        chunk = gathering.add(entry, index)
    elif entry["type"] == "ElectionDefined" and index == 0:
        known.digest = steps_entries.digest_of(data)
        _take_definition(known, entry)
    elif entry["type"] in _TAKE:
        _TAKE[entry["type"]](known, entry, index)
    steps_entries.judge_order(known, entry, index)
    return chunk


def _take_definition(known: Known, entry: Json) -> None:
    known.defined, known.rule = entry, entry["approval"]
    known.keys.append((0, entry["log_key"]))
    steps_acts.read_definition(known, entry)


def _take_roll(known: Known, entry: Json, _index: int) -> None:
    steps_acts.set_electors(known, entry["groups"])


def _take_tally(known: Known, entry: Json, index: int) -> None:
    known.contests.tallies.setdefault(entry["contest"], (index, entry))


def _take_result(known: Known, entry: Json, index: int) -> None:
    known.contests.results.setdefault(entry["contest"], (index, entry))


def _take_act(known: Known, entry: Json, index: int) -> None:
    known.acting = entry
    steps_acts.judge_act(known, entry, index)


def _take_audit(known: Known, entry: Json, index: int) -> None:
    known.audited = known.audited or (index, entry)


_TAKE: Mapping[str, Take] = {
    "TrusteesFixed": steps_records.read_fixed,
    "RollFixed": _take_roll,
    "OfficersAct": _take_act,
    "CredentialsRegistered": steps_registrations.judge_registration,
    "TallyFixed": _take_tally,
    "Shuffled": steps_shuffles.take_shuffle,
    "PartiallyDecrypted": steps_result.take_decryption,
    "SheetsEntered": steps_sheets.take_sheets,
    "LotDrawn": steps_lots.take_lot,
    "RegistrationAudited": _take_audit,
    "ResultDeclared": _take_result,
    "Purged": steps_purge.take_purged,
}
