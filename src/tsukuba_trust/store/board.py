"""The public board: its logs, the one way into them, receipts and checkpoints.

:source: board.md 3; architecture D4, D15
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, select

from tsukuba_trust.board import entries, merkle, note, receipt
from tsukuba_trust.board.order import State
from tsukuba_trust.errors import Misconfigured, Refused, Rejected, Unavailable
from tsukuba_trust.store.blobs import BlobFolder, blob_names
from tsukuba_trust.store.board_append import Appended, Log, Request, append_entry, read_log
from tsukuba_trust.store.board_check import check_log
from tsukuba_trust.store.board_heads import checkpoint_text, mark_published, signed_heads
from tsukuba_trust.store.board_reading import PAGE, Hashes, TableLookup, entry_range
from tsukuba_trust.store.board_tables import log
from tsukuba_trust.store.board_view import LogView, lookup_by_question
from tsukuba_trust.store.engines import open_engine, transaction, until_free
from tsukuba_trust.store.migrations import check_version
from tsukuba_trust.store.signer import Head, Signer
from tsukuba_trust.values import Json


class BoardStore:
    """The board database of an installation. Thread-safe; one object per process.

    :param url: of the database
    :param blobs: folder of the long bodies, in the same state of backup as the database
    :param signer: gives the signer of a log by its origin
    """

    def __init__(self, url: str, blobs: Path, signer: Callable[[str], Signer]) -> None:
        check_version(url, "board")
        self._writer = open_engine(url, one_connection=True)
        self._reader = open_engine(url, begin="BEGIN", snapshot=True)
        # Signatures can be made again, byte for byte; no need to wait for the disk.
        self._marker = open_engine(url, durable=False)
        self._blobs = BlobFolder(blobs)
        self._signer = signer
        self._problems: dict[str, str] = {}  # by checked origin; empty where all is well
        self._checking = threading.Lock()

    def append(
        self,
        origin: str,
        entry: Json,
        *,
        blobs: Sequence[bytes] = (),
        components: Sequence[bytes] = (),
    ) -> Appended:
        """Append an entry, durable before this returns; the same bytes stand there once.

        A short transaction of its own; signatures and proofs inside the entry were checked
        before, by whoever calls. ``ElectionDefined`` begins a log.

        :param blobs: bodies that the entry names; written before the entry
        :param components: first 16 bytes of SHA-256(contest ‖ 0x00 ‖ enc(α)) of every
            ciphertext of a ballot
        :raises Refused: ``entry_too_large``, ``unknown_election``, ``credential_taken``,
            ``component_seen``, ``entry_differs``: its key stands there in other bytes
        :raises Rejected: step 3: form, or a blob missing; step 4: order of the board
        :raises Unavailable: ``log_read_only``, ``disk_full``, ``database_busy``,
            ``database_unavailable``: whether it stands there is unknown, repeat it
        """
        data = entries.encode_entry(entry)
        for body in blobs:
            self._blobs.put(body)
        for sha256, size in blob_names(entry):
            if not self._blobs.holds(sha256, size):
                raise Rejected("blob_missing", sha256, step="3")
        self._check_once(origin)
        if entry["type"] == "ElectionDefined":
            self._signer(origin).begin(origin)
        request = Request(origin, entry, data, components)
        return until_free(lambda: self._append(request))

    def _append(self, request: Request) -> Appended:
        try:
            with transaction(self._writer) as connection:
                return append_entry(connection, request, self.blob)
        except Unavailable as error:
            if error.code == "database_conflict":  # somebody else wrote into the tables
                raise self._stop(request.origin, error.detail) from None
            raise

    def checkpoint(self, origin: str) -> str:
        """Return the newest committed head, signed by the log's signer.

        :raises Refused: ``unknown_election``
        :raises Unavailable: ``log_read_only``: the signer or the check at the start refuses;
            ``disk_full``, ``database_busy``
        """
        self._check_once(origin)
        with self._read(origin) as (connection, held):
            known = checkpoint_text(connection, held, held.frontier.size)
        if known is not None:
            return known
        try:
            signed, text = self._signer(origin).checkpoint(origin, self)
        except Rejected as error:
            raise self._stop(origin, str(error)) from None
        self._mark(origin, signed, text)
        return text

    def receipt(self, origin: str, index: int) -> str:
        """Return the receipt of an entry: its proof against a signed head that holds it.

        :raises Refused: ``unknown_election``, ``receipt_not_found``
        :raises Unavailable: as ``checkpoint``
        """
        with self._read(origin) as (connection, held):
            if not 0 <= index < held.frontier.size:
                raise Refused("receipt_not_found")
            text = checkpoint_text(connection, held, held.published)
        if text is None or held.published <= index:
            text = self.checkpoint(origin)
        size = note.peek_checkpoint(text).size
        with self._read(origin) as (connection, held):
            proof = merkle.inclusion_proof(Hashes(connection, held.id), index, size)
        return receipt.write_receipt(index, proof, text)

    def checkpoints(self, origin: str) -> list[tuple[int, str]]:
        """Return every signed head in order: (size, checkpoint)."""
        with self._read(origin) as (connection, held):
            return signed_heads(connection, held)

    def published(self, origin: str) -> str | None:
        """Return the newest published checkpoint; nothing beyond its size may be served.

        :raises Refused: ``unknown_election``
        """
        with self._read(origin) as (connection, held):
            return checkpoint_text(connection, held, held.published)

    def tile(self, origin: str, level: int, number: int) -> list[bytes]:
        """Return the hashes of a tile (board.md 1.3), as many as there are, at most 256.

        :raises Refused: ``unknown_election``
        """
        with self._read(origin) as (connection, held):
            return Hashes(connection, held.id).tile(level, number)

    def head(self, origin: str) -> Head:
        """Return the newest committed head, signed or not.

        :raises Refused: ``unknown_election``
        """
        with self._read(origin) as (_connection, held):
            return Head(held.frontier.size, held.frontier.root)

    def consistency(self, origin: str, old: int, new: int) -> list[bytes]:
        """Return the proof that the tree of size ``new`` continues the one of size ``old``.

        :raises Rejected: ``size_order``, ``node_missing``
        """
        with self._read(origin) as (connection, held):
            return merkle.consistency_proof(Hashes(connection, held.id), old, new)

    def origins(self) -> list[str]:
        """Return the origins of all logs, oldest first."""
        with transaction(self._reader) as connection:
            return list(connection.scalars(select(log.c.origin).order_by(log.c.id)))

    def state(self, origin: str) -> State:
        """Return what the entries so far make of the election (``board.order``).

        :raises Refused: ``unknown_election``
        """
        with self._read(origin) as (_connection, held):
            return held.state

    def entry(self, origin: str, index: int) -> bytes:
        """Return the canonical bytes of an entry.

        :raises Refused: ``unknown_election``, ``unknown_entry``
        """
        with self.view(origin) as view:
            return view.entry(index)

    def entries(
        self, origin: str, start: int = 0, end: int | None = None
    ) -> Iterator[tuple[int, Json]]:
        """Give (index, entry) from ``start`` to before ``end``, or to the newest."""
        for index, data in self.data(origin, start, end):
            yield index, entries.read_entry(data)

    def data(
        self, origin: str, start: int = 0, end: int | None = None
    ) -> Iterator[tuple[int, bytes]]:
        """Give (index, canonical bytes) from ``start`` to before ``end``, or to the newest."""
        size = self.head(origin).size
        stop = size if end is None else min(end, size)
        for page in range(start, stop, PAGE):
            with self._read(origin) as (connection, held):
                rows = list(entry_range(connection, held.id, page, min(page + PAGE, stop)))
            for index, _leaf, data in rows:
                yield index, data

    def find(self, origin: str, key: bytes) -> int | None:
        """Return the index of the entry with a key (``board.entries.entry_keys``)."""
        with self.view(origin) as view:
            return view.find(key)

    def lookup(self, origin: str, *, brought: Sequence[bytes] = ()) -> TableLookup:
        """Return what can be asked of the log's chains; every question is a transaction.

        :param brought: blobs that the asker holds and that may not be stored yet
        :raises Refused: ``unknown_election``
        """
        with self._read(origin) as (_connection, held):
            return lookup_by_question(self._reader, held, self.blob, brought)

    @contextmanager
    def view(self, origin: str) -> Iterator[LogView]:
        """Give a look at a log in which several questions see the same moment.

        :raises Refused: ``unknown_election``
        """
        with self._read(origin) as (connection, held):
            yield LogView(connection, held, self.blob)

    def blob(self, sha256: str, size: int) -> bytes:
        """Return the blob that an entry names.

        :raises Rejected: ``blob_missing``, ``blob_invalid``
        """
        return self._blobs.read(sha256, size)

    def start(self) -> dict[str, str]:
        """Check every log, and sign the newest head of each that a crash left unsigned.

        A log that fails is read-only in this process; the others go on.

        :returns: what is wrong, by origin
        """
        problems = {}
        for origin in self.origins():
            try:
                self.checkpoint(origin)
            except (Unavailable, Misconfigured) as error:
                problems[origin] = str(error)
        return problems

    def close(self) -> None:
        """Close all connections."""
        for engine in (self._writer, self._reader, self._marker):
            engine.dispose()

    @contextmanager
    def _read(self, origin: str) -> Iterator[tuple[Connection, Log]]:
        with transaction(self._reader) as connection:
            held = read_log(connection, origin)
            if held is None:
                raise Refused("unknown_election", "there is no such log")
            yield connection, held

    def _check_once(self, origin: str) -> None:
        with self._checking:
            if origin not in self._problems:
                try:
                    # The memory first: the database may only be further.
                    memory = self._signer(origin).memory(origin)
                    with transaction(self._reader) as connection:
                        check_log(connection, origin, self.blob, memory)
                    self._problems[origin] = ""
                except Unavailable as error:
                    if error.code != "log_read_only":
                        raise
                    self._problems[origin] = error.detail
        if self._problems[origin]:
            raise Unavailable("log_read_only", self._problems[origin])

    def _stop(self, origin: str, problem: str) -> Unavailable:
        self._problems[origin] = problem
        return Unavailable("log_read_only", problem)

    def _mark(self, origin: str, signed: Head, text: str) -> None:
        with transaction(self._marker) as connection:
            mark_published(connection, origin, signed, text)
