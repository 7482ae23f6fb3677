"""Receipts: tlog-proof texts, index + inclusion proof + signed checkpoint.

:source: board.md 1.7; C2SP tlog-proof v1
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tsukuba_trust.board import encodings, merkle, note
from tsukuba_trust.errors import Rejected

HEADER = "c2sp.org/tlog-proof@v1"
LONGEST_PROOF = 63
STEP = "receipt"


@dataclass(frozen=True, slots=True)
class Proof:
    """A receipt's text, taken apart but not yet checked.

    :param hashes: inclusion proof, 32 bytes each
    :param checkpoint: the note as received
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str


def write_receipt(index: int, hashes: Sequence[bytes], checkpoint: str) -> str:
    """Return the receipt's text."""
    lines = [HEADER, f"index {index}", *map(encodings.base64_text, hashes), "", checkpoint]
    return "\n".join(lines)


def read_receipt(text: str) -> Proof:
    """Take a receipt apart. An ``extra`` line is allowed and ignored: nothing protects it.

    :raises Rejected: code ``receipt_malformed``
    """
    head, separator, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    try:
        if lines.pop(0) != HEADER or not separator:
            raise Rejected("receipt_malformed", step=STEP)
        if lines[0].startswith("extra "):
            encodings.read_base64(lines.pop(0).removeprefix("extra "))
        index = encodings.read_decimal(_after(lines.pop(0), "index "), merkle.LARGEST_SIZE)
        hashes = tuple(encodings.read_base64(line, merkle.HASH_SIZE) for line in lines)
    except (IndexError, Rejected) as error:
        raise Rejected("receipt_malformed", step=STEP) from error
    if len(hashes) > LONGEST_PROOF:
        raise Rejected("receipt_malformed", "proof too long", step=STEP)
    return Proof(index, hashes, checkpoint)


def check_receipt(text: str, leaf: bytes, vkeys: Sequence[str], origin: str) -> note.Checkpoint:
    """Check that a receipt proves a leaf, which the reader computed from her own bytes.

    :param leaf: 32 bytes, never taken from whoever sent the receipt
    :returns: the checkpoint that the receipt is against
    :raises Rejected: code ``receipt_malformed``, ``inclusion_invalid`` or one of ``note``
    """
    proof = read_receipt(text)
    checkpoint = note.read_checkpoint(proof.checkpoint, vkeys, origin)
    merkle.check_inclusion(leaf, proof.index, checkpoint.size, proof.hashes, checkpoint.root)
    return checkpoint


def _after(line: str, start: str) -> str:
    if not line.startswith(start):
        raise Rejected("receipt_malformed", step=STEP)
    return line.removeprefix(start)
