"""Blobs: bodies that are too long for an entry, as files named by their digest.

:source: board.md 2.3
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from tsukuba_trust.errors import Rejected
from tsukuba_trust.store.files import PUBLIC, write_whole
from tsukuba_trust.values import Json

CHUNK = 1 << 20


class BlobFolder:
    """A folder of blobs, laid out as they are served: ``<first two digits>/<digest>``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, sha256: str) -> Path:
        """Return where the blob with this digest (64 hex digits) stands or would stand."""
        return self._folder / sha256[:2] / sha256

    def put(self, data: bytes) -> str:
        """Keep a blob, durable before this returns, and return its digest.

        :raises Unavailable: ``disk_full``
        """
        sha256 = hashlib.sha256(data).hexdigest()
        if not self.holds(sha256, len(data)):
            write_whole(self.path(sha256), data, PUBLIC)
        return sha256

    def holds(self, sha256: str, size: int) -> bool:
        """Return whether a blob of this size stands here; files are whole or absent."""
        path = self.path(sha256)
        return path.is_file() and path.stat().st_size == size

    def read(self, sha256: str, size: int) -> bytes:
        """Return exactly the bytes that an entry names.

        :raises Rejected: ``blob_missing``, ``blob_invalid``
        """
        return b"".join(self.stream(sha256, size))

    def stream(self, sha256: str, size: int) -> Iterator[bytes]:
        """Give a blob in pieces, never beyond its size; the last one when the digest fits.

        :raises Rejected: ``blob_missing``, ``blob_invalid``
        """
        path = self.path(sha256)
        if not path.is_file():
            raise Rejected("blob_missing", sha256, step="3")
        digest, left = hashlib.sha256(), size
        if path.stat().st_size != size:
            raise Rejected("blob_invalid", sha256, step="3")
        with path.open("rb") as file:
            while left:
                piece = file.read(min(CHUNK, left))
                left -= len(piece)
                digest.update(piece)
                if not piece or (left == 0 and digest.hexdigest() != sha256):
                    raise Rejected("blob_invalid", sha256, step="3")
                yield piece


def blob_names(value: Json) -> Iterator[tuple[str, int]]:
    """Give (digest, size) of every blob that an entry names, at whatever depth."""
    if isinstance(value, dict):
        if set(value) == {"sha256", "size"}:
            yield value["sha256"], value["size"]
        for item in value.values():
            yield from blob_names(item)
    elif isinstance(value, list):
        for item in value:
            yield from blob_names(item)
