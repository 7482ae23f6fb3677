"""One look at a log: several questions that are answered from the same moment."""

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select

from tsukuba_trust.board import order
from tsukuba_trust.board.entries import Blobs
from tsukuba_trust.errors import Refused
from tsukuba_trust.store.board_append import Log
from tsukuba_trust.store.board_reading import TableLookup, entry_data, find_key
from tsukuba_trust.store.engines import transaction


class LogView:
    """A log as one transaction sees it; not to be kept longer than that.

    :param blob: of the blob folder
    """

    def __init__(self, connection: Connection, held: Log, blob: Blobs) -> None:
        self._connection = connection
        self._held = held
        self.lookup = TableLookup(
            lambda query, given: connection.execute(query, given).first(), held.id, blob
        )

    @property
    def state(self) -> order.State:
        """What the entries so far make of the election."""
        return self._held.state

    def find(self, key: bytes) -> int | None:
        """Return the index of the entry with a key (``board.entries.entry_keys``)."""
        return find_key(self._connection, self._held.id, key)

    def entry(self, index: int) -> bytes:
        """Return the canonical bytes of an entry.

        :raises Refused: ``unknown_entry``
        """
        data = entry_data(self._connection, self._held.id, index)
        if data is None:
            raise Refused("unknown_entry")
        return bytes(data)


def lookup_by_question(
    reader: Engine, held: Log, blob: Blobs, brought: Sequence[bytes]
) -> TableLookup:
    """Return a lookup that asks every question in a transaction of its own.

    :param brought: blobs that the asker holds and that may not be stored yet
    """
    own = {hashlib.sha256(data).hexdigest(): data for data in brought}

    def first(query: Select[Any], given: dict[str, Any]) -> Row[Any] | None:
        with transaction(reader) as connection:
            return connection.execute(query, given).first()

    def found(sha256: str, size: int) -> bytes:
        return own[sha256] if sha256 in own else blob(sha256, size)

    return TableLookup(first, held.id, found)
