"""Steps 1 and 2: who signed the head, and whether the files are the tree it speaks of.

:source: board.md 1.1 to 1.5, 2.5
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tsukuba_trust.board import merkle, note, tiles
from tsukuba_trust.board.record import RecordReader
from tsukuba_trust.board.tiles import Bundle, Tile
from tsukuba_trust.errors import Rejected
from tsukuba_trust.verify.checks import check
from tsukuba_trust.verify.known import Known
from tsukuba_trust.verify.workers import Workers

HEADS_PER_CHUNK = 512  # some 0.1 s of signatures


@dataclass(frozen=True, slots=True)
class HeadChunk:
    """Kept checkpoints that are checked together: (size in the name, text, keys)."""

    origin: str
    heads: tuple[tuple[int, bytes, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class JudgedHead:
    """What a kept checkpoint says, and (code, detail) of what is wrong with it.

    :param root: empty when it could not be read
    """

    size: int
    root: bytes
    refusal: tuple[str, str] | None


@check("1")
def check_pinned_key(pinned: str, defined: str) -> None:
    """Check that entry 0 names the log key that the reader brought along."""
    if note.read_key(pinned).text != defined:
        raise Rejected("log_key_other", "entry 0 names another key than the one given")


@check("1")
def check_checkpoint(text: bytes, keys: Sequence[str], origin: str) -> None:
    """Check signature and origin of the newest checkpoint (attack 5: wrong origin, right key)."""
    note.read_checkpoint(text, keys, origin)


@check("1")
def check_old_checkpoint(text: bytes, keys: Sequence[str], origin: str, size: int) -> None:
    """Check signature, origin and size of a checkpoint that was published before."""
    if note.read_checkpoint(text, keys, origin).size != size:
        raise Rejected("checkpoint_size", f"under the name of size {size}")


@check("1")
def check_newest(size: int, sizes: Sequence[int]) -> None:
    """Check that no kept checkpoint is larger than the newest one (attacks 1 and 4)."""
    if any(other > size for other in sizes):
        raise Rejected("rollback", f"a checkpoint of size {max(sizes)} was published before {size}")


@check("2")
def check_root(root: bytes, expected: bytes, size: int) -> None:
    """Check that the entries have the signed root."""
    if root != expected:
        raise Rejected("root_differs", f"of the first {size} entries")


@check("2")
def check_tile(path: str, found: Sequence[bytes], hashes: Sequence[bytes]) -> None:
    """Check that a tile holds the hashes that the entries give (attack 21)."""
    if list(found) != list(hashes):
        raise Rejected("tile_differs", path)


@check("2")
def check_tile_name(name: str, item: Tile | Bundle | None, size: int) -> None:
    """Check that a file below ``tile/`` is a tile of this tree and not beyond it (attack 17)."""
    if item is None:
        raise Rejected("tile_path", name[:100])
    level = item.level if isinstance(item, Tile) else 0
    if item.index * tiles.WIDTH + item.width > size >> (tiles.HEIGHT * level):
        raise Rejected("tile_beyond", f"{name}: the tree has {size} entries")


def bundles(known: Known) -> Iterator[tuple[int, list[bytes]]]:
    """Yield (first index, entries) of every bundle, and check tiles and root on the way.

    After the last bundle ``known.complete`` is true; it stays false when a file is missing
    or cannot be taken apart, which is a finding.
    """
    frontier = merkle.Frontier()
    upper: list[bytes] = []
    known.roots.keep(frontier)
    for index in range(-(-known.size // tiles.WIDTH)):
        first = index * tiles.WIDTH
        width = min(tiles.WIDTH, known.size - first)
        try:
            data = known.reader.read(tiles.bundle_path(index, width), tiles.LARGEST_BUNDLE)
            entries = tiles.decode_bundle(data, width)
        except Rejected as error:
            known.findings.add_error("2", error, first)
            return
        hashes = [merkle.leaf_hash(entry) for entry in entries]
        _judge_tile(known, Tile(0, index, width), hashes)
        for leaf in hashes:
            frontier = frontier.append(leaf)
            known.roots.keep(frontier)
        if width == tiles.WIDTH:
            upper.append(merkle.root(hashes))
        yield first, entries
    known.complete = True
    _check_upper(known, upper)
    _check_other_tiles(known)


def _check_upper(known: Known, hashes: list[bytes]) -> None:
    level = 1
    while hashes:
        above: list[bytes] = []
        for index in range(-(-len(hashes) // tiles.WIDTH)):
            row = hashes[index * tiles.WIDTH : (index + 1) * tiles.WIDTH]
            _judge_tile(known, Tile(level, index, len(row)), row)
            if len(row) == tiles.WIDTH:
                above.append(merkle.root(row))
        hashes, level = above, level + 1


def _check_other_tiles(known: Known) -> None:
    """Check what else lies below ``tile/``: partial tiles of earlier sizes, or nothing."""
    due = {item.path for item in tiles.tiles_for(known.size)}
    for name in known.reader.names("tile"):
        if name in due:
            continue
        item = _item(name)
        if not known.findings.check(None, check_tile_name, name, item, known.size):
            continue
        if isinstance(item, Tile):
            _check_partial(known, item)
        elif item is not None:
            known.findings.check(None, check_old_bundle, known.reader, item, known.size)


def _item(name: str) -> Tile | Bundle | None:
    try:
        return tiles.parse_path(name)
    except Rejected:
        return None


def _judge_tile(known: Known, tile: Tile, hashes: Sequence[bytes]) -> None:
    found = _read_tile(known, tile)
    if found is not None:
        pairs = enumerate(zip(found, hashes, strict=False))
        place = next((at for at, (one, other) in pairs if one != other), None)
        of_entry = place is not None and tile.level == 0
        entry = tile.index * tiles.WIDTH + (place or 0) if of_entry else None
        known.findings.check(entry, check_tile, tile.path, found, hashes)


def _read_tile(known: Known, tile: Tile) -> list[bytes] | None:
    try:
        data = known.reader.read(tile.path, merkle.HASH_SIZE * tiles.WIDTH)
        return tiles.decode_tile(data, tile.width)
    except Rejected as error:
        known.findings.add_error("2", error)
        return None


def _check_partial(known: Known, tile: Tile) -> None:
    count = known.size >> (tiles.HEIGHT * tile.level)
    width = min(tiles.WIDTH, count - tile.index * tiles.WIDTH)
    hashes = _read_tile(known, Tile(tile.level, tile.index, width)) if width > 0 else None
    if hashes is not None:
        _judge_tile(known, tile, hashes[: tile.width])


@check("2")
def check_old_bundle(reader: RecordReader, bundle: Bundle, size: int) -> None:
    """Check that a partial bundle of an earlier size is the beginning of today's."""
    data = reader.read(bundle.path, tiles.LARGEST_BUNDLE)
    first = bundle.index * tiles.WIDTH
    today = list(reader.entries(first, min(first + bundle.width, size), size))
    if tiles.decode_bundle(data, bundle.width) != today:
        raise Rejected("bundle_differs", bundle.path)


def check_heads(known: Known, log_key: str | None, workers: Workers) -> None:
    """Do step 1 and the end of step 2, when all entries are known.

    :param log_key: vkey that the reader brought along
    """
    findings, reader = known.findings, known.reader
    if log_key is None:
        findings.note("1", "key_not_pinned", "believed as entry 0 names it; compare it yourself")
    else:
        findings.check(0, check_pinned_key, log_key, known.keys[0][1])
    text = reader.checkpoint()
    newest = note.peek_checkpoint(text)
    findings.check(None, check_checkpoint, text, known.keys_at(newest.size), known.origin)
    root = known.roots.get(newest.size)
    if root is not None:
        findings.check(None, check_root, newest.root, root, newest.size)
    try:
        sizes = reader.checkpoint_sizes()
    except Rejected as error:
        findings.add_error("1", error)
        return
    findings.check(None, check_newest, newest.size, sizes)
    _check_kept(known, (size for size in sizes if size <= newest.size), workers)


def _check_kept(known: Known, sizes: Iterable[int], workers: Workers) -> None:
    """Check every head that was published before; there is one for each receipt."""
    for done in workers.map(judge_heads, _chunks(known, sizes)):
        for judged in done:
            known.findings.reached.add("1")
            if judged.refusal is not None:
                known.findings.add_error("1", Rejected(*judged.refusal, step="1"))
            root = known.roots.get(judged.size)
            if judged.root and root is not None:
                known.findings.check(None, check_root, judged.root, root, judged.size)


def _chunks(known: Known, sizes: Iterable[int]) -> Iterator[HeadChunk]:
    heads: list[tuple[int, bytes, tuple[str, ...]]] = []
    for size in sizes:
        try:
            text = known.reader.old_checkpoint(size)
        except Rejected as error:
            known.findings.add_error("1", error)
            continue
        heads.append((size, text, tuple(known.keys_at(size))))
        if len(heads) == HEADS_PER_CHUNK:
            yield HeadChunk(known.origin, tuple(heads))
            heads = []
    yield HeadChunk(known.origin, tuple(heads))


def judge_heads(chunk: HeadChunk) -> list[JudgedHead]:
    """Check kept checkpoints, each by itself; their roots are compared afterwards."""
    return [_judge_head(chunk.origin, *head) for head in chunk.heads]


def _judge_head(origin: str, size: int, text: bytes, keys: Sequence[str]) -> JudgedHead:
    said, root = 0, b""
    try:
        found = note.peek_checkpoint(text)
        said, root = found.size, found.root
        check_old_checkpoint(text, keys, origin, size)
    except Rejected as error:
        return JudgedHead(said, root, (error.code, error.detail))
    return JudgedHead(said, root, None)
