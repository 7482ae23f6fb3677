"""Reading a record: the static tree of a log and its archives, in a folder or a zip.

Whoever made it is not trusted: names are taken from a fixed grammar, never from entries'
text; every file is read up to the length it may have and no further; nothing is unpacked.

:source: board.md 2.5 (last paragraphs), 3.5
"""

import hashlib
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Protocol

from tsukuba_trust.board import encodings, merkle, note, tiles
from tsukuba_trust.board.record_writing import blob_path, write_record
from tsukuba_trust.errors import Misconfigured, Rejected

__all__ = ["RecordReader", "blob_path", "write_record"]

CHUNK = 1 << 20
LARGEST_INDEX = 16_000_000  # bytes of checkpoints/index
LARGEST_BLOB = 2**40

_NAME = re.compile(
    r"(?:checkpoint|checkpoints/(?:index|0|[1-9][0-9]{0,18})"
    r"|blob/(?P<head>[0-9a-f]{2})/(?P=head)[0-9a-f]{62}"
    r"|(?P<archive>[1-9A-HJ-NP-Za-km-z]{14,64})\.bel)\Z"
)


class Files(Protocol):
    """A record's files, wherever they lie; what they hold is believed of nobody."""

    def open(self, name: str) -> BinaryIO | None:
        """Open a file, or return None when it is not there."""

    def names(self, below: str) -> Iterable[str]:
        """Return the names of the files in a folder, as far as they can be listed."""


class RecordReader:
    """A record's files by name.

    :param path: folder, or zip of one (with or without one folder around everything), or
        files that somebody else opens
    :raises Misconfigured: code ``record_unusable``: neither, or without a checkpoint
    """

    def __init__(self, path: Path | Files) -> None:
        self._files = _files(path) if isinstance(path, Path) else path
        self._tiles = lru_cache(maxsize=64)(self._read_tile)
        if not self.has("checkpoint"):
            where = path.name if isinstance(path, Path) else ""
            raise Misconfigured("record_unusable", "no checkpoint in it", where=where)
        self._size: int | None = None

    def names(self, below: str = "") -> list[str]:
        """Return every file's name, sorted; unknown ones too.

        :param below: only files in this folder and its folders
        """
        return sorted(self._files.names(below))

    def has(self, name: str) -> bool:
        """Return whether a file is there."""
        stream = self._files.open(_checked(name))
        if stream is None:
            return False
        stream.close()
        return True

    def read(self, name: str, limit: int) -> bytes:
        """Return a whole file.

        :param limit: bytes that it may have
        :raises Rejected: code ``file_missing``, ``file_too_large`` or ``file_name``, step 2
        """
        with self._open(name) as stream:
            data = _guarded(stream, limit + 1)
        if len(data) > limit:
            raise Rejected("file_too_large", name, step="2")
        return data

    def stream(self, name: str) -> Iterator[bytes]:
        """Yield a file in pieces; who reads counts them.

        :raises Rejected: code ``file_missing`` or ``file_name``, step 2
        """
        with self._open(name) as stream:
            while piece := _guarded(stream, CHUNK):
                yield piece

    def open(self, name: str) -> BinaryIO:
        """Open a file for reading; the caller closes it.

        :raises Rejected: code ``file_missing`` or ``file_name``, step 2
        """
        return self._open(name)

    def checkpoint(self) -> bytes:
        """Return the newest checkpoint as it stands there."""
        return self.read("checkpoint", note.LARGEST_NOTE)

    def checkpoint_sizes(self) -> list[int]:
        """Return the sizes that ``checkpoints/index`` lists, rising; none when it is absent.

        :raises Rejected: code ``checkpoint_index``
        """
        if not self.has("checkpoints/index"):
            return []
        data = self.read("checkpoints/index", LARGEST_INDEX)
        try:
            lines = data.decode("ascii").split("\n")
            sizes = [encodings.read_decimal(line, merkle.LARGEST_SIZE) for line in lines[:-1]]
        except (UnicodeDecodeError, Rejected) as error:
            raise Rejected("checkpoint_index", step="2") from error
        if lines[-1] or sizes != sorted(set(sizes)):
            raise Rejected("checkpoint_index", "not rising, or without last LF", step="2")
        return sizes

    def old_checkpoint(self, size: int) -> bytes:
        """Return the kept checkpoint of a size."""
        return self.read(f"checkpoints/{size}", note.LARGEST_NOTE)

    def entries(self, start: int, end: int, size: int) -> Iterator[bytes]:
        """Yield the bytes of the entries start…end−1 of a tree of ``size`` entries.

        :raises Rejected: code ``file_missing``, ``bundle_invalid`` …, step 2
        """
        for index in range(start // tiles.WIDTH, -(-end // tiles.WIDTH)):
            first = index * tiles.WIDTH
            width = min(tiles.WIDTH, size - first)
            data = self.read(tiles.bundle_path(index, width), tiles.LARGEST_BUNDLE)
            bundle = tiles.decode_bundle(data, width)
            yield from bundle[max(start - first, 0) : end - first]

    def hashes(self, size: int) -> merkle.Get:
        """Return ``get(level, index)`` for proofs within a tree of ``size`` entries."""

        def read(level: int, first: int, count: int) -> list[bytes]:
            index, offset = divmod(first, tiles.WIDTH)
            width = min(tiles.WIDTH, (size >> (tiles.HEIGHT * level)) - index * tiles.WIDTH)
            return self._tiles(level, index, width)[offset : offset + count]

        return tiles.subtrees(read)

    def _read_tile(self, level: int, index: int, width: int) -> list[bytes]:
        held = width
        if not self.has(tiles.tile_path(level, index, width)):
            held = tiles.WIDTH  # a full tile begins with every partial one
        data = self.read(tiles.tile_path(level, index, held), merkle.HASH_SIZE * tiles.WIDTH)
        return tiles.decode_tile(data, held)[:width]

    def blob(self, sha256: str, size: int) -> bytes:
        """Return a blob, checked.

        :raises Rejected: code ``blob_missing`` or ``blob_invalid``, step 3
        """
        return b"".join(self.stream_blob(sha256, size))

    def stream_blob(self, sha256: str, size: int) -> Iterator[bytes]:
        """Yield a blob in pieces, never beyond its size; the last step checks its digest.

        :raises Rejected: code ``blob_missing`` or ``blob_invalid``, step 3
        """
        stream = self._files.open(_checked(blob_path(sha256)))
        if stream is None:
            raise Rejected("blob_missing", sha256, step="3")
        digest = hashlib.sha256()
        left = size
        with stream:
            while left and (piece := _guarded(stream, min(CHUNK, left))):
                digest.update(piece)
                left -= len(piece)
                yield piece
            beyond = _guarded(stream, 1)
        if left or beyond or digest.hexdigest() != sha256:
            raise Rejected("blob_invalid", sha256, step="3")

    def archives(self) -> list[str]:
        """Return the contests that have a ``.bel`` here."""
        found = (_NAME.match(name) for name in self.names())
        return [match["archive"] for match in found if match and match["archive"]]

    def _open(self, name: str) -> BinaryIO:
        stream = self._files.open(_checked(name))
        if stream is None:
            raise Rejected("file_missing", name, step="2")
        return stream


def _checked(name: str) -> str:
    if not _NAME.match(name):
        try:
            tiles.parse_path(name)
        except Rejected as error:
            raise Rejected("file_name", name[:100], step="2") from error
    return name


def _guarded(stream: BinaryIO, size: int) -> bytes:
    try:
        return stream.read(size)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise Misconfigured("record_unusable", f"cannot be read: {type(error).__name__}") from error


def _files(path: Path) -> Files:
    if path.is_dir():
        return _Folder(path)
    try:
        return _Zip(path)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        text = "neither a folder nor a zip that can be read"
        raise Misconfigured("record_unusable", text, where=path.name) from error


class _Folder:
    def __init__(self, path: Path) -> None:
        self._root = path.resolve()

    def open(self, name: str) -> BinaryIO | None:
        path = (self._root / name).resolve()
        if not path.is_relative_to(self._root) or not path.is_file():
            return None
        return path.open("rb")

    def names(self, below: str) -> Iterable[str]:
        # Not Path.rglob: it keeps every path that it has seen, a kilobyte for each.
        start = len(str(self._root)) + 1
        for folder, _folders, files in os.walk(self._root / below):
            for name in files:
                yield f"{folder}/{name}"[start:]


class _Zip:
    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path)
        infos = [info for info in self._zip.infolist() if not info.is_dir()]
        tops = {info.filename.partition("/")[0] for info in infos}
        inside = all("/" in info.filename for info in infos)
        # A zip of a folder has that folder's name before everything.
        wrapped = len(tops) == 1 and inside and not tops & {"checkpoints", "tile", "blob"}
        start = len(tops.pop()) + 1 if wrapped else 0
        self._infos = {info.filename[start:]: info for info in infos}
        links = any(stat.S_ISLNK(info.external_attr >> 16) for info in infos)
        if len(self._infos) != len(infos) or links:
            raise ValueError("a name twice, or a link")

    def open(self, name: str) -> BinaryIO | None:
        info = self._infos.get(name)
        if info is None:
            return None
        try:
            return self._zip.open(info)  # type: ignore[return-value]
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
            raise Misconfigured("record_unusable", "zip cannot be read") from error

    def names(self, below: str) -> Iterable[str]:
        return [name for name in self._infos if not below or name.startswith(f"{below}/")]
