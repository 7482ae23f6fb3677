"""A record at hand: a folder or zip as it is, or a published one fetched whole."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tsukuba_trust.board import note, tiles
from tsukuba_trust.board.record import RecordReader
from tsukuba_trust.cli.address import AddressFiles, is_address
from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.values import Json

LARGEST_CHECKPOINT = 1 << 20


@contextmanager
def at_hand(place: str) -> Iterator[Path]:
    """Give a record's path for the length of a ``with`` block.

    :param place: path, or address of a published log
    :raises Unavailable: ``address_unreachable``
    :raises Misconfigured: ``record_missing``
    """
    if not is_address(place):
        yield Path(place)
        return
    with TemporaryDirectory(prefix="tsukuba-trust-") as name:
        target = Path(name) / "record"
        fetch_record(AddressFiles(place), target)
        yield target


def fetch_record(files: AddressFiles, target: Path) -> None:
    """Copy a published record: newest head, tiles, entries and what they name by digest.

    Nothing is believed: whoever reads the copy verifies it.
    """
    _copy(files, target, "checkpoint")
    reader = RecordReader(target)
    size = note.peek_checkpoint(reader.checkpoint()).size
    for tile in tiles.tiles_for(size):
        _copy(files, target, tile.path)
    _copy(files, target, "checkpoints/index", needed=False)
    if (target / "checkpoints" / "index").exists():
        for one in reader.checkpoint_sizes():
            _copy(files, target, f"checkpoints/{one}", needed=False)
    for data in reader.entries(0, size, size):
        for digest in _named(json.loads(data)):
            _copy(files, target, f"blob/{digest[:2]}/{digest}", needed=False)


def _copy(files: AddressFiles, target: Path, name: str, *, needed: bool = True) -> None:
    stream = files.open(name)
    if stream is None:
        if needed:
            raise Misconfigured("record_missing", f"nothing at {name}")
        return
    path = target / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with stream:
        path.write_bytes(stream.read())


def _named(value: Json) -> Iterator[str]:
    """Yield the digests of all blobs that an entry names."""
    if isinstance(value, dict):
        digest, size = value.get("sha256"), value.get("size")
        if isinstance(digest, str) and isinstance(size, int) and digest.isalnum():
            yield digest
        for inner in value.values():
            yield from _named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner)
