"""Builds of the booth side by side: each election is served the files that it has fixed.

A build lies in a folder under the digest of its files' digests, so it is found by what an
election's definition, or a later act ``correct``, says, and never replaced by another.

:source: voting-flow.md 2.1
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tsukuba_trust.board import canonical
from tsukuba_trust.errors import Misconfigured, Rejected
from tsukuba_trust.verify.booth import MANIFEST, booth_digests, booth_files, reader

Files = tuple[tuple[str, str], ...]  # name, hex SHA-256; sorted by name

FOLDER_MODE: Final = 0o755


def build_name(files: Iterable[tuple[str, str]]) -> str:
    """Return the name of a build's folder: hex SHA-256 over its files' names and digests."""
    rows = [{"name": name, "sha256": digest} for name, digest in sorted(files)]
    return hashlib.sha256(canonical.encode_value(rows)).hexdigest()


def files_of(folder: Path) -> Files:
    """Return what a build consists of.

    :raises Misconfigured: ``booth_missing``
    """
    return tuple(sorted(booth_digests(folder).items()))


def keep_build(builds: Path, built: Path) -> Files:
    """Keep a build's booth beside the others, once, whole or not at all; return its files.

    :param builds: folder of all kept builds
    :param built: folder of the build
    :raises Misconfigured: ``booth_missing``
    """
    try:
        held = booth_files(reader(built))
        manifest = json.loads(reader(built)(MANIFEST))
    except (Rejected, OSError, ValueError) as error:
        raise Misconfigured("booth_missing", "run: make booth", where=str(built)) from error
    files = tuple((name, hashlib.sha256(data).hexdigest()) for name, data in sorted(held.items()))
    place = builds / build_name(files)
    if place.is_dir():
        return files
    builds.mkdir(parents=True, exist_ok=True)
    growing = Path(tempfile.mkdtemp(prefix=".", dir=builds))
    try:
        for name, data in held.items():
            (growing / manifest[name]["path"]).write_bytes(data)
        kept = {name: manifest[name] for name in held}
        (growing / MANIFEST).write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        growing.chmod(FOLDER_MODE)
        growing.rename(place)
    except OSError:
        shutil.rmtree(growing, ignore_errors=True)
        if not place.is_dir():  # else another process has kept the same bytes meanwhile
            raise
    return files


def find_build(builds: Path, built: Path, files: Files) -> Path:
    """Return the folder of the build that consists of exactly these files.

    :param built: the build that came with this software, which need not be kept
    :raises Misconfigured: ``booth_not_kept``: neither of them is it
    """
    for folder in (builds / build_name(files), built):
        try:
            if files_of(folder) == files:
                return folder
        except Misconfigured:
            continue
    raise Misconfigured("booth_not_kept", f"build {build_name(files)} is not in {builds}")


def kept_builds(builds: Path) -> list[Path]:
    """Return the folders of all kept builds."""
    if not builds.is_dir():
        return []
    return sorted(folder for folder in builds.iterdir() if not folder.name.startswith("."))
