"""Questions to the board's tables: hashes for proofs, chains of credentials, entries."""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, Select, select

from tsukuba_trust.board import merkle
from tsukuba_trust.board.entries import Blobs
from tsukuba_trust.errors import Rejected
from tsukuba_trust.store.board_tables import credential, entry, entry_key, holder, node, vote

TILE_BITS = 8
TILE = 1 << TILE_BITS
PAGE = 256

First: TypeAlias = Callable[[Select[Any]], Row[Any] | None]


class Hashes:
    """Hashes of complete subtrees, read tile by tile: what ``board.merkle`` makes proofs from."""

    def __init__(self, connection: Connection, log_id: int) -> None:
        self._connection = connection
        self._log = log_id
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def __call__(self, level: int, index: int) -> bytes:
        """Return the hash of the subtree of 2^level leaves from leaf index·2^level on.

        :raises Rejected: ``node_missing``
        """
        tile_level, bits = divmod(level, TILE_BITS)
        first = index << bits
        number, offset = divmod(first, TILE)
        found = self.tile(tile_level, number)[offset : offset + (1 << bits)]
        if len(found) != 1 << bits:
            raise Rejected("node_missing", f"level {level}, index {index}", step="2")
        return merkle.root(found)

    def tile(self, level: int, number: int) -> list[bytes]:
        """Return the hashes of a tile, as many as there are, at most 256."""
        known = self._tiles.get((level, number))
        if known is None:
            table, value = (entry, entry.c.leaf) if level == 0 else (node, node.c.hash)
            start = number << TILE_BITS
            query = (
                select(value)
                .where(table.c.log == self._log, table.c.idx.between(start, start + TILE - 1))
                .order_by(table.c.idx)
            )
            if level:
                query = query.where(node.c.level == level)
            known = [bytes(one) for one in self._connection.scalars(query)]
            self._tiles[level, number] = known
        return known


class TableLookup:
    """The lookup of ``board.order``, answered from the tables.

    :param first: runs a query and gives its first row
    :param blob: of the blob folder
    """

    def __init__(self, first: First, log_id: int, blob: Blobs) -> None:
        self._first = first
        self._log = log_id
        self._blob = blob

    @property
    def blob(self) -> Blobs:
        """The log's blobs."""
        return self._blob

    def registration(self, contest: str, public: str) -> int | None:
        """Return the index of the entry that registered a credential."""
        row = self._first(
            select(credential.c.registration).where(
                credential.c.log == self._log,
                credential.c.contest == contest,
                credential.c.credential == public,
            )
        )
        return None if row is None else int(row.registration)

    def holder(self, registration: int) -> int:
        """Return the first registration of a chain.

        :raises KeyError: no registration stands at this index
        """
        row = self._first(
            select(credential.c.holder)
            .where(credential.c.log == self._log, credential.c.registration == registration)
            .limit(1)
        )
        if row is None:
            raise KeyError(registration)
        return int(row.holder)

    def current(self, first_registration: int) -> int:
        """Return the newest registration of a holder's chain.

        :raises KeyError: no such holder
        """
        row = self._first(
            select(holder.c.current).where(
                holder.c.log == self._log, holder.c.holder == first_registration
            )
        )
        if row is None:
            raise KeyError(first_registration)
        return int(row.current)

    def has_ballot(self, first_registration: int, contest: str) -> bool:
        """Return whether a ballot of the holder was accepted in the contest."""
        return self.ballot(first_registration, contest) is not None

    def ballot(self, first_registration: int, contest: str) -> int | None:
        """Return the index of the holder's last accepted ballot in the contest."""
        row = self._first(
            select(vote.c.idx).where(
                vote.c.log == self._log,
                vote.c.contest == contest,
                vote.c.holder == first_registration,
            )
        )
        return None if row is None else int(row.idx)


def find_key(connection: Connection, log_id: int, key: bytes) -> int | None:
    """Return the index of the entry with this key (``board.entries.entry_keys``)."""
    index: int | None = connection.scalar(
        select(entry_key.c.idx).where(entry_key.c.log == log_id, entry_key.c.key == key)
    )
    return index


def entry_data(connection: Connection, log_id: int, index: int) -> bytes | None:
    """Return the bytes of one entry."""
    data: bytes | None = connection.scalar(
        select(entry.c.data).where(entry.c.log == log_id, entry.c.idx == index)
    )
    return data


def entry_range(
    connection: Connection, log_id: int, start: int, end: int
) -> Iterator[tuple[int, bytes, bytes]]:
    """Give (index, leaf, data) of the entries start…end−1 in order, page by page."""
    for page in range(start, end, PAGE):
        rows = connection.execute(
            select(entry.c.idx, entry.c.leaf, entry.c.data)
            .where(entry.c.log == log_id, entry.c.idx >= page, entry.c.idx < min(page + PAGE, end))
            .order_by(entry.c.idx)
        )
        for row in rows:
            yield row.idx, bytes(row.leaf), bytes(row.data)
