"""One append inside one transaction: the only way into a log (architecture D15).

Everything is read under the lock; nothing of it is remembered from before.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tsukuba_trust.board import entries, merkle, order, order_voting
from tsukuba_trust.board.entries import Blobs
from tsukuba_trust.errors import Refused, Unavailable
from tsukuba_trust.store.board_reading import Hashes, TableLookup, entry_data, find_key
from tsukuba_trust.store.board_tables import (
    component,
    credential,
    entry,
    entry_key,
    head,
    holder,
    log,
    node,
    vote,
)
from tsukuba_trust.values import Json

TILE_BITS = 8
COMPONENT_SIZE = 16

# What a second entry with a key that stands there in other bytes is called.
_TAKEN = {"CredentialsRegistered": "credential_taken"}
_OTHERS_TAKEN = "entry_differs"

# Made once, as in ``board_reading``.
_LOG = select(log).where(log.c.origin == bindparam("origin"))
_LOCKED_LOG = _LOG.with_for_update()
_SEEN = (
    select(component.c.log)
    .where(
        component.c.log == bindparam("log_id"),
        component.c.digest.in_(bindparam("digests", expanding=True)),
    )
    .limit(1)
)
_ENTRY, _KEYS, _COMPONENTS = insert(entry), insert(entry_key), insert(component)
_VOTE, _HEAD = insert(vote), insert(head)
_VOTE_AGAIN = (
    update(vote)
    .where(
        vote.c.log == bindparam("log_id"),
        vote.c.contest == bindparam("of"),
        vote.c.holder == bindparam("by"),
    )
    .values(idx=bindparam("at"))
)
_GROWN = (
    update(log)
    .where(log.c.id == bindparam("log_id"))
    .values(
        size=bindparam("new_size"),
        frontier=bindparam("new_frontier"),
        state=bindparam("new_state"),
    )
)


@dataclass(frozen=True, slots=True)
class Appended:
    """Where an entry stands.

    :param new: False when the same bytes stood there before
    """

    index: int
    new: bool


@dataclass(frozen=True, slots=True)
class Log:
    """A log's row: what appending needs to know of everything before.

    :param published: the largest size that was signed
    """

    id: int
    origin: str
    published: int
    frontier: merkle.Frontier
    state_text: str

    @property
    def state(self) -> order.State:
        """Read what the entries so far make of the election; most questions need it not."""
        return order.State.from_json(json.loads(self.state_text))


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be appended.

    :param data: canonical bytes
    :param components: digests of its ciphertexts, 16 bytes each
    """

    origin: str
    entry: Json
    data: bytes
    components: Sequence[bytes]


def append_entry(connection: Connection, request: Request, blob: Blobs) -> Appended:
    """Append one entry, or find it.

    Steps, after the lock: (1) the same keys (2) order of the board (3) ciphertexts that
    stand there already (4) entry, keys, chains, nodes, head, log row. The caller commits.

    :raises Refused: ``unknown_election``, ``credential_taken``, ``component_seen``,
        ``entry_differs``
    :raises Rejected: step 4: the entry has no place here
    """
    held = _lock(connection, request)
    # (1)
    found = _same(connection, held, request)
    if found is not None:
        return Appended(found, new=False)
    # (2)
    index = held.frontier.size
    lookup = TableLookup(
        lambda query, given: connection.execute(query, given).first(), held.id, blob
    )
    state = order.advance(held.state, request.entry, index, lookup)
    # (3)
    _keep_components(connection, held, request)
    # (4)
    frontier = held.frontier.append(merkle.leaf_hash(request.data))
    _write_entry(connection, held, request, index)
    _write_chains(connection, held, request.entry, index, lookup)
    _write_nodes(connection, held, frontier.size)
    _write_head(connection, held, frontier, state)
    return Appended(index, new=True)


def read_log(connection: Connection, origin: str, *, lock: bool = False) -> Log | None:
    """Return a log's row, and with ``lock`` hold it until the end of the transaction.

    :raises Rejected: ``frontier_invalid``
    """
    row = connection.execute(_LOCKED_LOG if lock else _LOG, {"origin": origin}).first()
    if row is None:
        return None
    return Log(
        row.id,
        row.origin,
        row.published,
        merkle.Frontier.from_bytes(row.size, row.frontier),
        row.state,
    )


def _lock(connection: Connection, request: Request) -> Log:
    held = read_log(connection, request.origin, lock=True)
    if held is None and request.entry["type"] == "ElectionDefined":
        if request.entry["origin"] != request.origin:
            raise Refused("entry_differs", "entry 0 names another origin")
        _create(connection, request.origin)
        held = read_log(connection, request.origin, lock=True)
        if held is None:  # another new log took the same number a moment ago
            raise Unavailable("database_busy", "another log is being made")
    if held is None:
        raise Refused("unknown_election", "there is no such log")
    return held


def _create(connection: Connection, origin: str) -> None:
    build = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    used = connection.scalar(select(log.c.id).order_by(log.c.id.desc()).limit(1))
    row = build(log).values(
        id=(used or 0) + 1,
        origin=origin,
        size=0,
        frontier=b"",
        state=json.dumps(order.State().to_json()),
        published=0,
    )
    connection.execute(row.on_conflict_do_nothing())


def _same(connection: Connection, held: Log, request: Request) -> int | None:
    found = [find_key(connection, held.id, key) for key in entries.entry_keys(request.entry)]
    known = {index for index in found if index is not None}
    if not known:
        return None
    index = known.pop()
    if known or entry_data(connection, held.id, index) != request.data:
        raise Refused(_TAKEN.get(request.entry["type"], _OTHERS_TAKEN))
    return index


def _keep_components(connection: Connection, held: Log, request: Request) -> None:
    if len(set(request.components)) != len(request.components):
        raise Refused("component_seen", "twice in one ballot")
    if any(len(digest) != COMPONENT_SIZE for digest in request.components):
        raise ValueError("components are 16 bytes each")
    seen = connection.scalar(_SEEN, {"log_id": held.id, "digests": list(request.components)})
    if seen is not None:
        raise Refused("component_seen")
    if request.components:
        rows = [{"log": held.id, "digest": digest} for digest in request.components]
        connection.execute(_COMPONENTS, rows)


def _write_entry(connection: Connection, held: Log, request: Request, index: int) -> None:
    leaf = merkle.leaf_hash(request.data)
    row = {"log": held.id, "idx": index, "leaf": leaf, "data": request.data}
    connection.execute(_ENTRY, row)
    keys = [{"log": held.id, "key": key, "idx": index} for key in entries.entry_keys(request.entry)]
    connection.execute(_KEYS, keys)


def _write_chains(
    connection: Connection, held: Log, body: Json, index: int, lookup: TableLookup
) -> None:
    if body["type"] == "CredentialsRegistered":
        first = lookup.holder(body["replaces"]) if "replaces" in body else index
        rows = [
            {
                "log": held.id,
                "contest": one["contest"],
                "credential": one["credential"],
                "registration": index,
                "holder": first,
            }
            for one in body["credentials"]
        ]
        connection.execute(insert(credential), rows)
        chosen = (holder.c.log == held.id, holder.c.holder == first)
        if connection.execute(update(holder).where(*chosen).values(current=index)).rowcount == 0:
            connection.execute(insert(holder).values(log=held.id, holder=first, current=index))
    elif body["type"] == "BallotAccepted":
        contest = body["contest"]
        text = entries.document_text(body["ballot"], lookup.blob)
        public = order_voting.ballot_credential(text, contest)
        # The order has found the registration; entry 0 is none.
        first = lookup.holder(lookup.registration(contest, public) or 0)
        given = {"log_id": held.id, "of": contest, "by": first, "at": index}
        if connection.execute(_VOTE_AGAIN, given).rowcount == 0:
            row = {"log": held.id, "contest": contest, "holder": first, "idx": index}
            connection.execute(_VOTE, row)


def _write_nodes(connection: Connection, held: Log, size: int) -> None:
    """Write the node rows that the last leaf completed: one per 256 below."""
    level = 1
    while size % (1 << TILE_BITS * level) == 0:
        index = (size >> TILE_BITS * level) - 1
        complete = Hashes(connection, held.id).tile(level - 1, index)
        connection.execute(
            insert(node).values(log=held.id, level=level, idx=index, hash=merkle.root(complete))
        )
        level += 1


def _write_head(
    connection: Connection, held: Log, frontier: merkle.Frontier, state: order.State
) -> None:
    row = {"log": held.id, "size": frontier.size, "root": frontier.root}
    connection.execute(_HEAD, row)
    grown = {
        "log_id": held.id,
        "new_size": frontier.size,
        "new_frontier": frontier.to_bytes(),
        "new_state": json.dumps(state.to_json()),
    }
    connection.execute(_GROWN, grown)
