"""What a published log has fixed about its election, read as strangers read it."""

from tsukuba_trust.board import entries, merkle, note
from tsukuba_trust.board.record import RecordReader
from tsukuba_trust.elections.fixed import Fixed, read_fixed
from tsukuba_trust.errors import Rejected


def read_published(reader: RecordReader, log_key: str | None = None) -> Fixed:
    """Read entries 0 and 1 and check that they stand under the newest checkpoint.

    1. The checkpoint is signed by the log's key. 2. Both entries are in its tree. 3. Records
    and trustees are those that entry 1 names.

    :param log_key: from the paper notice; without it entry 0 is believed
    :raises Rejected: one of these does not hold
    """
    text = reader.checkpoint()
    size = note.peek_checkpoint(text).size
    first = list(reader.entries(0, min(size, 2), size))
    if len(first) < 2:
        raise Rejected("election_not_fixed", "the log has no trustees yet", step="1")
    fixed = read_fixed(first[0], reader.blob)
    key = log_key or fixed.defined["log_key"]
    checkpoint = note.read_checkpoint(text, [key], fixed.origin)
    get = reader.hashes(size)
    for index, entry in enumerate(first):
        proof = merkle.inclusion_proof(get, index, size)
        leaf = merkle.leaf_hash(entry)
        merkle.check_inclusion(leaf, index, size, proof, checkpoint.root)
    second = entries.read_entry(first[1])
    if second["type"] != "TrusteesFixed":
        raise Rejected("election_not_fixed", "entry 1 is another", step="4")
    return fixed.with_trustees(second, reader.blob)
