"""The signer: the log's key, and its own memory of what it signed.

It is the log's first witness: it signs only what continues the tree it signed before,
whatever the database says. Its memory stands outside the database and its backups.

:source: board.md 3.3; architecture D15
"""

import base64
import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tsukuba_trust.board import merkle, note
from tsukuba_trust.errors import Misconfigured, Rejected
from tsukuba_trust.store.files import PRIVATE, no_room_is_one_error, write_whole


@dataclass(frozen=True, slots=True)
class Head:
    """Size and root (32 bytes) of a tree."""

    size: int
    root: bytes


EMPTY = Head(0, merkle.EMPTY_ROOT)


class HeadSource(Protocol):
    """Where the signer looks, under its own lock, for what is to be signed."""

    def head(self, origin: str) -> Head:
        """Return the newest committed head."""

    def consistency(self, origin: str, old: int, new: int) -> Sequence[bytes]:
        """Return the proof that the tree of size ``new`` continues the one of size ``old``."""


class Signer:
    """Signs heads of logs with one key; several processes may share key and memory.

    :param key_path: PKCS#8 PEM of the Ed25519 key, readable by nobody else
    :param memory_path: file of the last signed head per origin; beside it stands a lock file
    """

    def __init__(self, key_path: Path, memory_path: Path) -> None:
        self._key = _read_key(key_path)
        self._memory_path = memory_path

    def key(self, origin: str) -> note.LogKey:
        """Return the public half, under the name of a log."""
        return note.LogKey(origin, self._key.public_key().public_bytes_raw())

    def begin(self, origin: str) -> None:
        """Remember that a new log has signed nothing yet; known logs stay as they are.

        :raises Misconfigured: ``signer_memory``: unreadable
        :raises Unavailable: ``disk_full``
        """
        with self._locked():
            memory = self._read()
            if origin not in memory:
                self._write(memory | {origin: EMPTY})

    def memory(self, origin: str) -> Head | None:
        """Return the last signed head; ``EMPTY`` before the first, None for an unknown log.

        :raises Misconfigured: ``signer_memory``
        """
        return self._read().get(origin)

    def checkpoint(self, origin: str, source: HeadSource) -> tuple[Head, str]:
        """Sign the newest committed head; the same head gives the same bytes again.

        Steps: (1) lock (2) newest head of the source (3) known log (4) consistent with the
        memory (5) memory stored and flushed (6) signature.

        :returns: what was signed, and the checkpoint's text
        :raises Misconfigured: ``signer_memory``: none of this log, or unreadable
        :raises Rejected: ``signer_fork``: a smaller or another tree than the one signed before
        :raises Unavailable: ``disk_full``
        """
        with self._locked():
            head = source.head(origin)
            memory = self._read()
            if origin not in memory:
                raise Misconfigured("signer_memory", f"the signer does not know {origin}")
            signed = memory[origin]
            self._check(origin, signed, head, source)
            if head != signed:
                self._write(memory | {origin: head})
            return head, note.sign_checkpoint(origin, head.size, head.root, origin, self._key)

    def _check(self, origin: str, signed: Head, head: Head, source: HeadSource) -> None:
        if head.size < signed.size:
            raise Rejected("signer_fork", f"size {head.size} after {signed.size} of {origin}")
        try:
            proof = list(source.consistency(origin, signed.size, head.size))
            merkle.check_consistency(signed.size, head.size, proof, signed.root, head.root)
        except Rejected:
            raise Rejected(
                "signer_fork", f"size {head.size} does not continue {signed.size} of {origin}"
            ) from None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        path = self._memory_path.with_name(self._memory_path.name + ".lock")
        with no_room_is_one_error():
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _read(self) -> dict[str, Head]:
        if not self._memory_path.exists():
            return {}
        try:
            stored = json.loads(self._memory_path.read_text(encoding="utf-8"))
            return {
                origin: Head(int(one["size"]), base64.b64decode(one["root"], validate=True))
                for origin, one in stored.items()
            }
        except (ValueError, TypeError, KeyError, AttributeError):
            raise Misconfigured("signer_memory", f"{self._memory_path} is not readable") from None

    def _write(self, memory: dict[str, Head]) -> None:
        stored = {
            origin: {"size": head.size, "root": base64.b64encode(head.root).decode()}
            for origin, head in sorted(memory.items())
        }
        write_whole(self._memory_path, (json.dumps(stored, indent=1) + "\n").encode())


def _read_key(path: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError:
        raise Misconfigured("key_missing", "there is no such file", where=str(path)) from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise Misconfigured("key_invalid", "not a PKCS#8 PEM key", where=str(path)) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise Misconfigured("key_invalid", "not an Ed25519 key", where=str(path))
    if path.stat().st_mode & 0o077:
        raise Misconfigured("key_readable", "others can read it; chmod 600", where=str(path))
    return key
