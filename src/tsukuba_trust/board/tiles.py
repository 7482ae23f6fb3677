"""Tiles and entry bundles: paths, contents, and complete subtrees out of tiles.

:source: board.md 1.3; C2SP tlog-tiles 0.1.0
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tsukuba_trust.board import merkle
from tsukuba_trust.errors import Refused, Rejected

WIDTH = 256  # entries of a full tile
HEIGHT = 8  # levels of the tree in one level of tiles
DEEPEST_LEVEL = 63
LARGEST_BUNDLE = WIDTH * (2 + 65_535)

ReadHashes: TypeAlias = Callable[[int, int, int], Sequence[bytes]]

_PATH = re.compile(
    r"tile/(?P<level>0|[1-9][0-9]?|entries)/"
    r"(?P<index>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?\Z"
)


@dataclass(frozen=True, slots=True)
class Tile:
    """Hashes of a level: ``width`` of them from ``index``·256 on."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        return f"tile/{self.level}/{_index_path(self.index)}{_width_path(self.width)}"


@dataclass(frozen=True, slots=True)
class Bundle:
    """Entries: ``width`` of them from ``index``·256 on."""

    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        return f"tile/entries/{_index_path(self.index)}{_width_path(self.width)}"


def tile_path(level: int, index: int, width: int = WIDTH) -> str:
    """Return the path of a tile of hashes."""
    return Tile(level, index, width).path


def bundle_path(index: int, width: int = WIDTH) -> str:
    """Return the path of an entry bundle."""
    return Bundle(index, width).path


def _index_path(index: int) -> str:
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03d}")
    return "/".join(reversed(groups))


def _width_path(width: int) -> str:
    return "" if width == WIDTH else f".p/{width}"


def parse_path(path: str) -> Tile | Bundle:
    """Read a path of a tile or bundle: exactly the spelling that we write.

    :raises Rejected: code ``tile_path``
    """
    match = _PATH.match(path)
    if match is None:
        raise Rejected("tile_path", step="2")
    index = int(match["index"].replace("x", "").replace("/", ""))
    width = int(match["width"] or WIDTH)
    level = match["level"]
    result = Bundle(index, width) if level == "entries" else Tile(int(level), index, width)
    # Writing it again catches x000/…, .p/256 and every other second spelling.
    too_deep = isinstance(result, Tile) and result.level > DEEPEST_LEVEL
    if result.path != path or too_deep or width > WIDTH:
        raise Rejected("tile_path", step="2")
    return result


def tiles_for(size: int) -> Iterator[Tile | Bundle]:
    """Return everything a tree of ``size`` entries consists of, bundles first.

    Partial ones only at the right edge; partial tiles are never hashed upwards.
    """
    for index, width in _columns(size):
        yield Bundle(index, width)
    level = 0
    while count := size >> (HEIGHT * level):
        for index, width in _columns(count):
            yield Tile(level, index, width)
        level += 1


def _columns(count: int) -> Iterator[tuple[int, int]]:
    full, rest = divmod(count, WIDTH)
    for index in range(full):
        yield index, WIDTH
    if rest:
        yield full, rest


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Return entries one after the other, each behind its length in two bytes.

    :raises Refused: code ``entry_too_large``
    """
    if any(len(entry) > 0xFFFF for entry in entries):
        raise Refused("entry_too_large")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def decode_bundle(data: bytes, width: int) -> list[bytes]:
    """Read exactly ``width`` entries.

    :raises Rejected: code ``bundle_invalid``
    """
    entries = []
    at = 0
    for _ in range(width):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        if start > len(data) or at > len(data):
            raise Rejected("bundle_invalid", "truncated", step="2")
        entries.append(data[start:at])
    if at != len(data):
        raise Rejected("bundle_invalid", "bytes after the last entry", step="2")
    return entries


def decode_tile(data: bytes, width: int) -> list[bytes]:
    """Read exactly ``width`` hashes.

    :raises Rejected: code ``tile_invalid``
    """
    if len(data) != merkle.HASH_SIZE * width:
        raise Rejected("tile_invalid", "length", step="2")
    return [data[at : at + merkle.HASH_SIZE] for at in range(0, len(data), merkle.HASH_SIZE)]


def build(
    entries: Iterable[bytes], size: int, earlier: Collection[int] = ()
) -> Iterator[tuple[Tile | Bundle, bytes]]:
    """Return every tile and bundle of a log with its bytes, while reading it once.

    A partial tile of an earlier size is made only where no full tile begins with it: a
    log of any size has at most 255 of them in each level.

    :param size: number of entries
    :param earlier: sizes for which the partial tiles of hashes are wanted too
    """
    builder = _Builder(size)
    for count, entry in enumerate(entries, start=1):
        yield from builder.add(entry)
        if count in earlier and count != size:
            yield from builder.partial_tiles()
    yield from builder.partial_tiles()
    yield from builder.partial_bundle()


class _Builder:
    """The right edge of a log: what stands in each tile that is not full yet."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._made: dict[int, int] = {}  # width of the last partial tile, by level
        self._bundle: list[bytes] = []
        self._bundles = 0
        self._levels: list[tuple[int, list[bytes]]] = []

    def add(self, entry: bytes) -> Iterator[tuple[Tile | Bundle, bytes]]:
        self._bundle.append(entry)
        if len(self._bundle) == WIDTH:
            yield Bundle(self._bundles), encode_bundle(self._bundle)
            self._bundle = []
            self._bundles += 1
        yield from self._push(0, merkle.leaf_hash(entry))

    def _push(self, level: int, digest: bytes) -> Iterator[tuple[Tile | Bundle, bytes]]:
        if level == len(self._levels):
            self._levels.append((0, []))
        index, hashes = self._levels[level]
        hashes.append(digest)
        if len(hashes) == WIDTH:
            self._levels[level] = (index + 1, [])
            yield Tile(level, index), b"".join(hashes)
            yield from self._push(level + 1, merkle.root(hashes))

    def partial_tiles(self) -> Iterator[tuple[Tile | Bundle, bytes]]:
        for level, (index, hashes) in enumerate(self._levels):
            last = index == (self._size >> (HEIGHT * level)) // WIDTH
            if last and self._made.get(level, 0) < len(hashes):
                self._made[level] = len(hashes)
                yield Tile(level, index, len(hashes)), b"".join(hashes)

    def partial_bundle(self) -> Iterator[tuple[Tile | Bundle, bytes]]:
        if self._bundle:
            yield Bundle(self._bundles, len(self._bundle)), encode_bundle(self._bundle)


def subtrees(read: ReadHashes) -> merkle.Get:
    """Return ``get(level, index)`` for proofs, over hashes that are kept per tile level only.

    :param read: (tile level, first, count) -> that many hashes of this level
    """

    def get(level: int, index: int) -> bytes:
        tile_level, within = divmod(level, HEIGHT)
        hashes = list(read(tile_level, index << within, 1 << within))
        while len(hashes) > 1:
            pairs = zip(hashes[::2], hashes[1::2], strict=True)
            hashes = [merkle.node_hash(left, right) for left, right in pairs]
        return hashes[0]

    return get
