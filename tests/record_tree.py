"""The static tree of a test record: tiles, bundles, heads, blobs, archives."""

import shutil
from pathlib import Path

from record_log import Log
from record_parts import key
from tsukuba_trust.board import merkle, note, tiles


def tree(log: Log, size: int) -> dict[str, bytes]:
    """Return tiles and bundles of the first ``size`` entries."""
    files = {item.path: b"" for item in tiles.tiles_for(size)}
    levels = [[merkle.leaf_hash(data) for data in log.data[:size]]]
    while len(levels[-1]) >= tiles.WIDTH:
        full = len(levels[-1]) // tiles.WIDTH
        rows = [levels[-1][i * tiles.WIDTH : (i + 1) * tiles.WIDTH] for i in range(full)]
        levels.append([merkle.root(row) for row in rows])
    for name in files:
        item = tiles.parse_path(name)
        start = item.index * tiles.WIDTH
        if isinstance(item, tiles.Bundle):
            files[name] = tiles.encode_bundle(log.data[start : start + item.width])
        else:
            files[name] = b"".join(levels[item.level][start : start + item.width])
    return files


def write(log: Log, path: Path) -> Path:
    """Write tiles, bundles, blobs, checkpoints and archives below a new folder."""
    files = tree(log, len(log.data))
    sizes = sorted({*log.heads, len(log.data)})
    for size in sizes:
        files[f"checkpoints/{size}"] = checkpoint(log, size).encode()
    files["checkpoints/index"] = "".join(f"{size}\n" for size in sizes).encode()
    files["checkpoint"] = files[f"checkpoints/{len(log.data)}"]
    for digest, data in log.blobs.items():
        files[f"blob/{digest[:2]}/{digest}"] = data
    for uuid, data in log.archives.items():
        files[f"{uuid}.bel"] = data
    for name, data in log.hook("files", files).items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return path


def checkpoint(log: Log, size: int) -> str:
    """Return the signed head of the first ``size`` entries."""
    root = merkle.root([merkle.leaf_hash(data) for data in log.data[:size]])
    name, root = log.hook("head", (log.origin, root))
    return note.sign_checkpoint(name, size, root, name, key(log.log_key))


def zipped(folder: Path, target: Path) -> Path:
    """Pack a record folder into ``target`` with ``.zip`` behind it."""
    return Path(shutil.make_archive(str(target), "zip", folder))
