"""Questions to the board's tables: hashes for proofs, chains of credentials, entries.

The statements are made once: a cast asks some thirty of them, and making each anew took
longer than the database needs to answer.
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from sqlalchemy import BindParameter, Connection, Row, Select, bindparam, select

from tsukuba_trust.board import merkle
from tsukuba_trust.board.entries import Blobs
from tsukuba_trust.errors import Rejected
from tsukuba_trust.store.board_tables import credential, entry, entry_key, holder, node, vote

TILE_BITS = 8
TILE = 1 << TILE_BITS
PAGE = 256

First: TypeAlias = Callable[[Select[Any], dict[str, Any]], Row[Any] | None]

_LOG: BindParameter[int] = bindparam("log_id")
_LEAVES = (
    select(entry.c.leaf)
    .where(entry.c.log == _LOG, entry.c.idx.between(bindparam("first"), bindparam("last")))
    .order_by(entry.c.idx)
)
_NODES = (
    select(node.c.hash)
    .where(
        node.c.log == _LOG,
        node.c.level == bindparam("level"),
        node.c.idx.between(bindparam("first"), bindparam("last")),
    )
    .order_by(node.c.idx)
)
_REGISTRATION = select(credential.c.registration).where(
    credential.c.log == _LOG,
    credential.c.contest == bindparam("contest"),
    credential.c.credential == bindparam("credential"),
)
_HOLDER = (
    select(credential.c.holder)
    .where(credential.c.log == _LOG, credential.c.registration == bindparam("registration"))
    .limit(1)
)
_CURRENT = select(holder.c.current).where(
    holder.c.log == _LOG, holder.c.holder == bindparam("holder")
)
_VOTE = select(vote.c.idx).where(
    vote.c.log == _LOG,
    vote.c.contest == bindparam("contest"),
    vote.c.holder == bindparam("holder"),
)
_KEY = select(entry_key.c.idx).where(entry_key.c.log == _LOG, entry_key.c.key == bindparam("key"))
_DATA = select(entry.c.data).where(entry.c.log == _LOG, entry.c.idx == bindparam("idx"))


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
            start = number << TILE_BITS
            asked = {"log_id": self._log, "first": start, "last": start + TILE - 1}
            query, given = (_NODES, {**asked, "level": level}) if level else (_LEAVES, asked)
            known = [bytes(one) for one in self._connection.scalars(query, given)]
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
        given = {"log_id": self._log, "contest": contest, "credential": public}
        row = self._first(_REGISTRATION, given)
        return None if row is None else int(row.registration)

    def holder(self, registration: int) -> int:
        """Return the first registration of a chain.

        :raises KeyError: no registration stands at this index
        """
        row = self._first(_HOLDER, {"log_id": self._log, "registration": registration})
        if row is None:
            raise KeyError(registration)
        return int(row.holder)

    def current(self, first_registration: int) -> int:
        """Return the newest registration of a holder's chain.

        :raises KeyError: no such holder
        """
        row = self._first(_CURRENT, {"log_id": self._log, "holder": first_registration})
        if row is None:
            raise KeyError(first_registration)
        return int(row.current)

    def has_ballot(self, first_registration: int, contest: str) -> bool:
        """Return whether a ballot of the holder was accepted in the contest."""
        return self.ballot(first_registration, contest) is not None

    def ballot(self, first_registration: int, contest: str) -> int | None:
        """Return the index of the holder's last accepted ballot in the contest."""
        given = {"log_id": self._log, "contest": contest, "holder": first_registration}
        row = self._first(_VOTE, given)
        return None if row is None else int(row.idx)


def find_key(connection: Connection, log_id: int, key: bytes) -> int | None:
    """Return the index of the entry with this key (``board.entries.entry_keys``)."""
    index: int | None = connection.scalar(_KEY, {"log_id": log_id, "key": key})
    return index


def entry_data(connection: Connection, log_id: int, index: int) -> bytes | None:
    """Return the bytes of one entry."""
    data: bytes | None = connection.scalar(_DATA, {"log_id": log_id, "idx": index})
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
