"""What of the board is published: tiles, bundles, checkpoints and blobs, and nothing beyond.

:source: board.md 3.5
"""

from bisect import bisect_left
from threading import Lock

from tsukuba_trust.board import entries, note
from tsukuba_trust.board.record_writing import blobs_of
from tsukuba_trust.board.tiles import HEIGHT, WIDTH, Bundle, Tile, encode_bundle
from tsukuba_trust.errors import Refused
from tsukuba_trust.store.board import BoardStore

NAMES_A_BLOB = b'"sha256"'


class Published:
    """Serves the logs up to their newest signed heads. Thread-safe."""

    def __init__(self, *, board: BoardStore) -> None:
        self._board = board
        self._blobs: dict[str, _BlobIndex] = {}
        self._lock = Lock()

    def checkpoint(self, origin: str) -> str:
        """Return the newest published checkpoint; the first one is signed when asked for.

        :raises Refused: ``unknown_election``
        :raises Unavailable: as ``BoardStore.checkpoint``
        """
        return self._board.published(origin) or self._board.checkpoint(origin)

    def size(self, origin: str) -> int:
        """Return how many entries are published.

        :raises Refused: ``unknown_election``
        """
        text = self._board.published(origin)
        return 0 if text is None else note.peek_checkpoint(text).size

    def sizes(self, origin: str) -> list[int]:
        """Return the sizes of all published checkpoints, in order."""
        last = self.size(origin)
        return [size for size, _text in self._board.checkpoints(origin) if size <= last]

    def checkpoint_at(self, origin: str, size: int) -> str:
        """Return the published checkpoint of a size, with all its signatures.

        :raises Refused: ``unknown_election``, ``not_published``
        """
        found = self._board.checkpoints(origin)
        place = bisect_left(found, (size, ""))
        if place == len(found) or found[place][0] != size or size > self.size(origin):
            raise Refused("not_published")
        return found[place][1]

    def tile(self, origin: str, tile: Tile) -> bytes:
        """Return the hashes of a tile of any width, 32 bytes each.

        :raises Refused: ``unknown_election``, ``not_published``
        """
        count = self.size(origin) >> (HEIGHT * tile.level)
        if tile.index * WIDTH + tile.width > count:
            raise Refused("not_published")
        return b"".join(self._board.tile(origin, tile.level, tile.index)[: tile.width])

    def bundle(self, origin: str, bundle: Bundle) -> bytes:
        """Return an entry bundle of any width.

        :raises Refused: ``unknown_election``, ``not_published``
        """
        start = bundle.index * WIDTH
        end = start + bundle.width
        if end > self.size(origin):
            raise Refused("not_published")
        return encode_bundle([data for _index, data in self._board.data(origin, start, end)])

    def blob(self, origin: str, sha256: str) -> bytes:
        """Return a blob that a published entry names; what waits for its entry is not served.

        :raises Refused: ``unknown_election``, ``not_published``
        """
        with self._lock:
            known = self._blobs.setdefault(origin, _BlobIndex())
            if sha256 not in known.sizes:
                known.read_on(self._board, origin, self.size(origin))
            if sha256 not in known.sizes:
                raise Refused("not_published")
        return self._board.blob(sha256, known.sizes[sha256])


class _BlobIndex:
    """Size by digest of every blob that an entry of a log names, read once."""

    def __init__(self) -> None:
        self.sizes: dict[str, int] = {}
        self._read = 0

    def read_on(self, board: BoardStore, origin: str, end: int) -> None:
        for index, data in board.data(origin, self._read, end):
            if NAMES_A_BLOB in data:
                for document in blobs_of(entries.read_object(data)):
                    self.sizes[document["sha256"]] = document["size"]
            self._read = index + 1
