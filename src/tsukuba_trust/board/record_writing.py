"""Writing a record: the static tree that any web server can hand out.

Written beside its place and moved there when complete, so nothing half-written is ever
found under its name.

:source: board.md 2.5, 3.5
"""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from tsukuba_trust.board import entries, note, tiles
from tsukuba_trust.board.entries import Blobs
from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.values import Json

Chunks: TypeAlias = Callable[[], Iterable[bytes]]


def blob_path(sha256: str) -> str:
    """Return the path of a blob below the log's prefix."""
    return f"blob/{sha256[:2]}/{sha256}"


def blobs_of(entry: Json) -> Iterator[Json]:
    """Yield every document of an entry that is a blob, the archive of a tally too."""
    for document, _always in entries.documents(entry):
        if "sha256" in document:
            yield document
    if entry["type"] == "TallyFixed":
        yield entry["archive"]


def write_record(
    target: Path,
    *,
    log: Iterable[bytes],
    checkpoint: str,
    checkpoints: Mapping[int, str],
    blobs: Blobs,
    archives: Mapping[str, Chunks],
) -> None:
    """Write a record into a folder that does not exist yet.

    Old receipts and checkpoints stay checkable: partial tiles of hashes are written for every
    kept checkpoint as long as no full tile begins with them. Entries stand once, in the
    bundles of the newest size.

    :param log: bytes of all entries up to the checkpoint's size, in order
    :param checkpoint: the newest, signed
    :param checkpoints: every kept one by size, all its signature lines
    :param archives: contest -> its ``.bel`` in pieces
    :raises Misconfigured: code ``target_exists`` or ``target_unwritable``
    """
    if target.exists():
        raise Misconfigured("target_exists", "a record is never written over", where=target.name)
    draft = target.with_name(f".{target.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        _write(draft, log, checkpoint, checkpoints, blobs)
        for contest, chunks in archives.items():
            _put(draft / f"{contest}.bel", chunks())
        draft.rename(target)
    except OSError as error:
        text = os.strerror(error.errno or 0)
        raise Misconfigured("target_unwritable", text, where=target.name) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write(
    draft: Path,
    log: Iterable[bytes],
    checkpoint: str,
    checkpoints: Mapping[int, str],
    blobs: Blobs,
) -> None:
    newest = note.peek_checkpoint(checkpoint).size
    kept = {newest: checkpoint, **checkpoints}
    _put(draft / "checkpoint", [checkpoint.encode()])
    for size, text in kept.items():
        _put(draft / "checkpoints" / str(size), [text.encode()])
    index = "".join(f"{size}\n" for size in sorted(kept))
    _put(draft / "checkpoints" / "index", [index.encode()])
    for item, data in tiles.build(_copying(log, draft, blobs), newest, kept.keys()):
        _put(draft / item.path, [data])


def _copying(log: Iterable[bytes], draft: Path, blobs: Blobs) -> Iterator[bytes]:
    """Hand the entries on, and copy the blobs that they name on the way."""
    for data in log:
        for document in blobs_of(entries.read_object(data)):
            path = draft / blob_path(document["sha256"])
            if not path.exists():
                _put(path, [entries.read_blob(document, blobs)])
        yield data


def _put(path: Path, chunks: Iterable[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)
