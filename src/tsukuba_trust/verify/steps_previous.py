"""Step 12: an earlier copy of the record is the beginning of this one.

The only protection against entries that were removed and a log that was rebuilt.

:source: board.md 2.5, 4.4; protocol.md 13 (step 10)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tsukuba_trust.board import note
from tsukuba_trust.board.record import RecordReader
from tsukuba_trust.crypto.record import parse_record
from tsukuba_trust.errors import Misconfigured, Rejected
from tsukuba_trust.verify.archive_chain import check_continues as check_archive_continues
from tsukuba_trust.verify.archive_chain import read_chain
from tsukuba_trust.verify.checks import check
from tsukuba_trust.verify.known import Known


@dataclass(frozen=True, slots=True)
class Previous:
    """An earlier copy: a record's newest checkpoint, or an archive and its contest."""

    checkpoint: note.Checkpoint | None = None
    archive: Path | None = None
    contest: str = ""


def read_previous(path: Path) -> Previous:
    """Read what is needed of an earlier copy.

    :raises Misconfigured: it is no record and no archive
    """
    try:
        if is_archive(path):
            return Previous(archive=path, contest=_contest_of(path))
        return Previous(checkpoint=note.peek_checkpoint(RecordReader(path).checkpoint()))
    except Rejected as error:
        raise Misconfigured("previous_unusable", str(error), where=path.name) from error


def _contest_of(path: Path) -> str:
    with path.open("rb") as stream:
        chain = read_chain(stream)
        setup = chain.of_kind("Setup")
        if not setup:
            raise Rejected("setup_missing", "the archive has no Setup")
        return parse_record(chain.text(setup[0][0])).uuid


def is_archive(path: Path) -> bool:
    """Say whether a file begins as a ``.bel`` does, or is called so."""
    if path.suffix == ".bel":
        return True
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(9) == b"BELENIOS\0"


@check("12")
def check_signed(previous: note.Checkpoint, keys: Sequence[str], origin: str) -> None:
    """Check that this log signed the earlier head: else it proves nothing."""
    note.read_checkpoint(previous.text, keys, origin)


@check("12")
def check_not_shorter(previous: int, size: int) -> None:
    """Check that the log did not become shorter (attack 1)."""
    if previous > size:
        raise Rejected("rollback", f"the earlier copy has {previous} entries, this one {size}")


@check("12")
def check_begins_alike(previous: note.Checkpoint, root: bytes | None) -> None:
    """Check that the earlier entries are unchanged: the root of that size is the same."""
    if root is not None and root != previous.root:
        raise Rejected("fork", f"the first {previous.size} entries differ from the earlier copy")


@check("12")
def check_archive(stream: BinaryIO, previous: BinaryIO) -> None:
    """Check that an archive begins with all the bytes of an earlier one."""
    check_archive_continues(stream, previous)


def compare(known: Known, checkpoint: note.Checkpoint) -> None:
    """Do step 12 for the newest checkpoint of an earlier record."""
    findings = known.findings
    keys = known.keys_at(checkpoint.size)
    findings.check(None, check_signed, checkpoint, keys, known.origin)
    findings.check(None, check_not_shorter, checkpoint.size, known.size)
    findings.check(None, check_begins_alike, checkpoint, known.roots.get(checkpoint.size))
