"""What a published log has fixed about its election, read as strangers read it."""

from collections.abc import Iterable, Iterator

from tsukuba_trust.board import acts, entries, merkle, note
from tsukuba_trust.board.record import RecordReader
from tsukuba_trust.elections.fixed import Fixed, read_fixed
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Json
from tsukuba_trust.verify.booth import FixedBooth

_ACT = b'"type":"OfficersAct"}'  # the end of every act: canonical keys are sorted


def read_published(reader: RecordReader, log_key: str | None = None) -> Fixed:
    """Read entries 0 and 1 and check that they stand under the newest checkpoint.

    1. The checkpoint is signed by the log's key, or by the one that officers rotated to. 2. Both
    entries are in its tree. 3. Records and trustees are those that entry 1 names.

    :param log_key: from the paper notice; without it entry 0 is believed
    :raises Rejected: one of these does not hold
    """
    text = reader.checkpoint()
    size = note.peek_checkpoint(text).size
    first = list(reader.entries(0, min(size, 2), size))
    if len(first) < 2:
        raise Rejected("election_not_fixed", "the log has no trustees yet", step="1")
    fixed = read_fixed(first[0], reader.blob)
    checkpoint = _newest(reader, fixed, log_key)
    get = reader.hashes(size)
    for index, entry in enumerate(first):
        proof = merkle.inclusion_proof(get, index, size)
        leaf = merkle.leaf_hash(entry)
        merkle.check_inclusion(leaf, index, size, proof, checkpoint.root)
    second = entries.read_entry(first[1])
    if second["type"] != "TrusteesFixed":
        raise Rejected("election_not_fixed", "entry 1 is another", step="4")
    return fixed.with_trustees(second, reader.blob)


def read_booths(reader: RecordReader, fixed: Fixed, log_key: str | None = None) -> list[FixedBooth]:
    """Read the whole log for the booths that it has fixed: the definition's, then corrected ones.

    1. All entries have the root of the newest checkpoint, which the log's key signed. 2. Each
    act has the approvals that the rule before it wanted.

    :param fixed: what ``read_published`` gave
    :param log_key: from the paper notice; without it entry 0 is believed
    :raises Rejected: one of these does not hold; ``booth_not_fixed``: there is none
    """
    checkpoint = _newest(reader, fixed, log_key)
    acted = _acts(reader, checkpoint)
    found = [FixedBooth(0, fixed.election.booth), *_corrections(fixed, acted)]
    if not any(one.files for one in found):
        raise Rejected("booth_not_fixed", "the election names no files")
    return [one for one in found if one.files]


def _newest(reader: RecordReader, fixed: Fixed, log_key: str | None) -> note.Checkpoint:
    """Read the newest checkpoint; only where the key was rotated the whole log is read for it."""
    text = reader.checkpoint()
    key = log_key or fixed.defined["log_key"]
    try:
        return note.read_checkpoint(text, [key], fixed.origin)
    except Rejected as error:
        if error.code != "note_unsigned" or key != fixed.defined["log_key"]:
            raise
    acted = _approved(fixed, _acts(reader, note.peek_checkpoint(text)))
    rotated = [act["change"]["log_key"] for act in acted if act["act"] == "rotate-key"]
    return note.read_checkpoint(text, rotated[-1:] or [key], fixed.origin)


def _acts(reader: RecordReader, head: note.Checkpoint) -> list[Json]:
    """Read the officers' acts of the whole log, whose root is the head's.

    :raises Rejected: ``root_differs``
    """
    frontier = merkle.Frontier()
    acted: list[Json] = []
    for data in reader.entries(0, head.size, head.size):
        frontier = frontier.append(merkle.leaf_hash(data))
        if data.endswith(_ACT):
            acted.append(entries.read_entry(data))
    if frontier.root != head.root:
        raise Rejected("root_differs", f"of the first {head.size} entries", step="2")
    return acted


def _approved(fixed: Fixed, acted: Iterable[Json]) -> Iterator[Json]:
    """Yield acts that have the approvals which the rule before each wanted."""
    officers, rule = fixed.defined["officers"], fixed.defined["approval"]
    for act in acted:
        acts.check_approvals(fixed.origin, act, officers, rule)
        rule = act.get("change", {}).get("approval", rule)
        yield act


def _corrections(fixed: Fixed, acted: Iterable[Json]) -> Iterator[FixedBooth]:
    for act in _approved(fixed, acted):
        change = act.get("change", {})
        if "booth" in change:
            files = tuple((row["name"], row["sha256"]) for row in change["booth"])
            yield FixedBooth(act["number"], files)
