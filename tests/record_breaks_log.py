"""Faults in entries, files, heads and earlier copies."""

from collections.abc import Callable
from typing import Any

from record_break import BOB, DAN, Break, change
from record_log import Log
from record_parts import ORIGIN, key
from tsukuba_trust.board import entries, note

# -- entries and files ----------------------------------------------------------------


def spaced(data: list[bytes], log: Log) -> list[bytes]:
    data[DAN] = data[DAN].replace(b":", b": ", 1)
    return data


def twice(text: str, log: Log) -> str:
    first = entries.document_text(log.entry(BOB)["ballot"], lambda sha, size: b"")
    return str(first)


def file_change(name: str, edit: Callable[[bytes], bytes]) -> dict[str, Any]:
    def files(found: dict[str, bytes], log: Log) -> dict[str, bytes]:
        return {**found, name: edit(found.get(name, b""))}

    return change(files=files)


def flipped(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def foreign(data: bytes) -> bytes:
    """Sign a head anew with a key of the same name that is not the log's."""
    head = note.peek_checkpoint(data)
    text = note.sign_checkpoint(head.origin, head.size, head.root, ORIGIN, key("a stranger"))
    return text.encode()


STRANGER = note.LogKey(ORIGIN, key("a stranger").public_key().public_bytes_raw()).text
SUSPENDED = (
    ("register", "ann"),
    ("cast", "ann", 0),
    ("act", "suspend"),
    ("cast", "ann", 1),
    ("act", "resume"),
)

FORMS = {
    "steps_entries.check_canonical": Break("3", "not_canonical", DAN, change(entries=spaced)),
    "steps_entries.check_schema": Break(
        "3", "schema", 25, change(audit=lambda entry, log: {**entry, "time": "12:00"})
    ),
    "steps_entries.check_documents": Break(
        "3",
        "blob_not_due",
        2,
        change(act_seal=lambda entry, log: {**entry, "reason": log.blob(b"short")}),
    ),
    "steps_entries.check_key_once": Break("3", "key_twice", BOB + 1, change(ballot_2=twice)),
    "steps_entries.check_order": Break("4", "suspended", 8, {"script": SUSPENDED, "strikes": ()}),
    "steps_tree.check_pinned_key": Break("1", "log_key_other", 0, verify={"log_key": STRANGER}),
    "steps_tree.check_checkpoint": Break(
        "1", "note_unsigned", None, file_change("checkpoint", foreign)
    ),
    "steps_tree.check_old_checkpoint": Break(
        "1", "note_unsigned", None, file_change("checkpoints/5", foreign)
    ),
    "steps_tree.check_newest": Break(
        "1", "rollback", None, file_change("checkpoints/index", lambda data: data + b"1000\n")
    ),
    "steps_tree.check_root": Break(
        "2", "root_differs", None, change(head=lambda head, log: (head[0], bytes(32)))
    ),
    "steps_tree.check_tile": Break(
        "2", "tile_differs", 27, file_change("tile/0/000.p/28", flipped)
    ),
    "steps_tree.check_tile_name": Break(
        "2", "tile_beyond", None, file_change("tile/0/001.p/3", lambda data: bytes(96))
    ),
    "steps_tree.check_old_bundle": Break(
        "2", "bundle_differs", None, file_change("tile/entries/000.p/1", lambda d: b"\0\1x")
    ),
    "steps_previous.check_signed": Break(
        "12",
        "note_unsigned",
        None,
        previous={"until": "voted", **file_change("checkpoint", foreign)},
    ),
    "steps_previous.check_not_shorter": Break(
        "12", "rollback", None, {"until": "voted"}, previous={}
    ),
    "steps_previous.check_begins_alike": Break(
        "12", "fork", None, previous={"until": "voted", "seed": "another history"}
    ),
    "steps_previous.check_archive": Break(
        "12",
        "archive_not_continued",
        None,
        previous={"seed": "another history"},
        previous_archive=True,
    ),
}
