"""Steps 3 and 4: the form of every entry, nothing twice, everything in its order.

:source: board.md 2.1 to 2.3, 2.5
"""

from dataclasses import replace

from tsukuba_trust.board import canonical, entries, order
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Json
from tsukuba_trust.verify.checks import check
from tsukuba_trust.verify.known import Known


@check("3")
def check_canonical(data: bytes) -> None:
    """Check size and canonical form of an entry's bytes."""
    entries.read_object(data)


@check("3")
def check_schema(entry: Json) -> None:
    """Check that an entry is of a known type with exactly its fields."""
    entries.check_schema(entry)


@check("3")
def check_documents(known: Known, entry: Json) -> None:
    """Check that documents stand inline or as blobs as their length says, and are there."""
    for document, always in entries.documents(entry):
        entries.document_text(document, known.reader.blob, blob=always)


@check("3")
def check_key_once(index: int, earlier: int) -> None:
    """Refuse a second entry under the same key: nothing is counted twice (attacks B01, O21)."""
    raise Rejected("key_twice", f"entry {earlier} has the same key")


@check("4")
def check_order(known: Known, entry: Json, index: int) -> None:
    """Check that an entry may stand here after all before it."""
    known.state = order.advance(known.state, entry, index, known.ledger)


def judge_form(known: Known, data: bytes, entry: Json, index: int) -> bool:
    """Do step 3 for one entry; say whether the further steps can read it."""
    findings = known.findings
    findings.check(index, check_canonical, data)
    if entry is None or not findings.check(index, check_schema, entry):
        known.state = replace(known.state, size=index + 1)
        return False
    for key in entries.entry_keys(entry):
        known.entry_keys.add(key, index)
    findings.check(index, check_documents, known, entry)
    return True


def judge_order(known: Known, entry: Json, index: int) -> None:
    """Do step 4 for one entry, and take it into the books whatever was found."""
    if not known.lost and not known.findings.check(index, check_order, known, entry, index):
        known.lost = known.findings.items[-1].status == "missing"
    known.state = replace(known.state, size=index + 1)
    try:
        known.ledger.record(entry, index)
    except (KeyError, Rejected):
        return  # out of order, or its document cannot be read: said already


def judge_keys(known: Known) -> None:
    """Find keys that stand twice, when all entries are known."""
    for index, earlier in known.entry_keys.repeated():
        known.findings.check(index, check_key_once, index, earlier)


def digest_of(data: bytes) -> str:
    """Return D of entry 0's bytes (architecture D3)."""
    return canonical.digest(data)
