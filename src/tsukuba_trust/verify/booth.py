"""The booth's files: what was built, compared with what an election has fixed.

The voting host serves the same bytes to everybody, and their digests stand in the
definition (architecture D3, attack V06). Nothing is believed of the manifest but names.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tsukuba_trust.errors import Misconfigured, Rejected

BUILT: Final = Path(__file__).resolve().parents[1] / "pages" / "static" / "build"
MANIFEST: Final = "manifest.json"
KINDS: Final = ("shell", "booth", "worker", "texts")  # what the voting host serves to a voter
LARGEST: Final = 4_000_000  # bytes of one file; all of them together are below 0.5 MB

Read = Callable[[str], bytes]  # path below the build -> content


def booth_files(read: Read) -> dict[str, bytes]:
    """Return the booth's files by name; other built files are the portal's own.

    :raises Rejected: ``booth_incomplete``: a file that the manifest names is not there
    """
    try:
        manifest = json.loads(read(MANIFEST))
        paths = {name: manifest[name]["path"] for name in sorted(manifest) if _is_booth(name)}
        # A name of the manifest is a file beside it and leads nowhere else.
        if any(Path(path).name != path for path in paths.values()):
            raise Rejected("booth_incomplete", "a path outside the folder")
        return {name: read(path) for name, path in paths.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Rejected("booth_incomplete", "no build of the booth") from error


def booth_digests(folder: Path) -> dict[str, str]:
    """Return the digests of a build, as an election's definition takes them.

    :raises Misconfigured: ``booth_missing``: nothing was built here; run ``make booth``
    """
    try:
        files = booth_files(reader(folder))
    except Rejected as error:
        raise Misconfigured("booth_missing", "run: make booth", where=str(folder)) from error
    return {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


def reader(folder: Path) -> Read:
    """Return how the files of a folder are read."""

    def read(path: str) -> bytes:
        with (folder / path).open("rb") as file:
            return file.read(LARGEST)

    return read


@dataclass(frozen=True, slots=True)
class FixedBooth:
    """The files of a booth as an election has fixed them.

    :param act: number of the act ``correct`` that did; 0 = the definition
    :param files: (name, hex SHA-256)
    """

    act: int
    files: tuple[tuple[str, str], ...]

    def differences(self, files: Mapping[str, bytes]) -> list[str]:
        """Return the names of files that are others, missing or added, sorted."""
        fixed = dict(self.files)
        found = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
        names = fixed.keys() | found.keys()
        return sorted(name for name in names if fixed.get(name) != found.get(name))


def check_booth(fixed: Sequence[FixedBooth], files: Mapping[str, bytes]) -> FixedBooth:
    """Check a booth, from wherever it was fetched, against what an election has fixed.

    :param fixed: of the definition and of each act that corrected it, oldest first; not empty
    :returns: whose it is
    :raises Rejected: ``booth_differs``: a file is another, is missing, or was added; the
        detail names those that stand against the nearest of them
    """
    nearest = min(reversed(fixed), key=lambda one: len(one.differences(files)))
    wrong = nearest.differences(files)
    if wrong:
        raise Rejected("booth_differs", ", ".join(wrong))
    return nearest


def _is_booth(name: str) -> bool:
    return name.partition(".")[0] in KINDS
