"""The check at the start: is the board still what its entries and the signer say?

Everything that is derived is derived again from the entries and compared: leaves, keys,
order, chains, nodes, heads, frontier, state; then the signer's memory. A database that
somebody edited, or that was restored from yesterday, is found before anything is signed.

:source: board.md 3.6, attacks 19 and 21 of section 7; attack O13
"""

from collections.abc import Mapping
from typing import Any, NoReturn

from sqlalchemy import Connection, Table, func, select

from tsukuba_trust.board import entries, merkle, order, order_voting
from tsukuba_trust.board.entries import Blobs
from tsukuba_trust.board.ledger import Ledger
from tsukuba_trust.errors import Rejected, Unavailable
from tsukuba_trust.store import board_tables as tables
from tsukuba_trust.store.board_append import TILE_BITS, Log, read_log
from tsukuba_trust.store.board_reading import TILE, entry_range
from tsukuba_trust.store.signer import EMPTY, Head
from tsukuba_trust.values import Json

STEP = "start"


def check_log(connection: Connection, origin: str, blob: Blobs, memory: Head | None) -> None:
    """Check one log against its entries and against what the signer signed.

    :param connection: one snapshot of the database, taken after the memory was read
    :param memory: the signer's; None when it does not know this log
    :raises Unavailable: ``log_read_only``, naming what differs and where: nothing may be
        appended or signed any more
    """
    try:
        held = read_log(connection, origin)
        if held is None:
            if memory not in (None, EMPTY):
                _differs("the signer knows this log, the database does not")
            return
        if memory is None:
            _differs("the signer has lost its memory of this log")
        _check_entries(connection, held, Replay(blob), memory)
    except Rejected as error:
        raise Unavailable("log_read_only", f"{origin}: {error}") from None
    except (KeyError, TypeError, ValueError) as error:
        raise Unavailable("log_read_only", f"{origin}: {type(error).__name__} in a row") from None


class Replay:
    """What a log's tables must hold, made from its entries alone."""

    def __init__(self, blob: Blobs) -> None:
        self._ledger = Ledger(blob)
        self._tiles: dict[int, list[bytes]] = {}
        self.frontier = merkle.Frontier()
        self.state = order.State()
        self.keys: dict[Any, Any] = {}
        self.credentials: dict[Any, Any] = {}
        self.holders: dict[Any, Any] = {}
        self.votes: dict[Any, Any] = {}
        self.nodes: dict[Any, Any] = {}
        self.heads: dict[Any, Any] = {}

    def take(self, index: int, data: bytes) -> None:
        """Take the next entry.

        :raises Rejected: it is none, or has no place here
        """
        body = entries.read_entry(data)
        self.state = order.advance(self.state, body, index, self._ledger)
        self._ledger.record(body, index)
        for key in entries.entry_keys(body):
            if key in self.keys:
                _differs(f"entry {index} has the key of another")
            self.keys[key] = index
        self._chain(body, index)
        self._hash(merkle.leaf_hash(data))

    def _chain(self, body: Json, index: int) -> None:
        if body["type"] == "CredentialsRegistered":
            first = self._ledger.holder(index)
            self.holders[first] = index
            for one in body["credentials"]:
                self.credentials[one["contest"], one["credential"]] = (index, first)
        elif body["type"] == "BallotAccepted":
            contest = body["contest"]
            text = entries.document_text(body["ballot"], self._ledger.blob)
            public = order_voting.ballot_credential(text, contest)
            _registration, first = self.credentials[contest, public]
            self.votes[contest, first] = index

    def _hash(self, leaf: bytes) -> None:
        self.frontier = self.frontier.append(leaf)
        self.heads[self.frontier.size] = self.frontier.root
        level, value = 1, leaf
        tile = self._tiles.setdefault(level, [])
        tile.append(value)
        while len(tile) == TILE:
            value = merkle.root(tile)
            self.nodes[level, (self.frontier.size >> TILE_BITS * level) - 1] = value
            tile.clear()
            level += 1
            tile = self._tiles.setdefault(level, [])
            tile.append(value)


def _check_entries(connection: Connection, held: Log, replay: Replay, memory: Head) -> None:
    size = held.frontier.size
    for index, leaf, data in entry_range(connection, held.id, 0, size):
        if merkle.leaf_hash(data) != leaf:
            _differs(f"entry {index} is not what was hashed")
        if index != replay.frontier.size:
            _differs(f"entry {replay.frontier.size} is missing")
        replay.take(index, data)
    stored = connection.scalar(
        select(func.count()).select_from(tables.entry).where(tables.entry.c.log == held.id)
    )
    if replay.frontier != held.frontier or stored != size:
        _differs("the entries do not make the frontier")
    if replay.state != held.state:
        _differs("the entries do not make the state")
    if memory.size > size:
        _differs(f"the signer signed {memory.size} entries, the database has {size}")
    if memory.size and replay.heads[memory.size] != memory.root:
        _differs(f"the signer signed another tree of size {memory.size}")
    _check_derived(connection, held.id, replay)


def _check_derived(connection: Connection, log_id: int, replay: Replay) -> None:
    wanted: list[tuple[Table, int, Mapping[Any, Any]]] = [
        (tables.entry_key, 1, replay.keys),
        (tables.credential, 2, replay.credentials),
        (tables.holder, 1, replay.holders),
        (tables.vote, 2, replay.votes),
        (tables.node, 2, replay.nodes),
        (tables.head, 1, replay.heads),
    ]
    for table, key_columns, expected in wanted:
        columns = [c for c in table.columns if c.name not in ("log", "signature", "cosignatures")]
        rows = connection.execute(select(*columns).where(table.c.log == log_id))
        found = 0
        for row in rows:
            key, value = _single(row[:key_columns]), _single(row[key_columns:])
            if expected.get(key) != value:
                _differs(f"a row of {table.name} does not follow from the entries")
            found += 1
        if found != len(expected):
            _differs(f"a row of {table.name} is missing")


def _single(values: Any) -> Any:
    parts = tuple(bytes(one) if isinstance(one, memoryview) else one for one in values)
    return parts[0] if len(parts) == 1 else parts


def _differs(what: str) -> NoReturn:
    raise Rejected("board_differs", what, step=STEP)
