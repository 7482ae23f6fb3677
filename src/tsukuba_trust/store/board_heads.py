"""Heads of a log: which are signed, and how far anything may be served."""

from typing import Any

from sqlalchemy import BindParameter, Connection, Row, bindparam, select, update

from tsukuba_trust.board import note
from tsukuba_trust.store.board_append import Log
from tsukuba_trust.store.board_tables import head, log
from tsukuba_trust.store.signer import Head

_SIZE: BindParameter[int] = bindparam("of_size")
_HEAD = select(head).where(head.c.log == bindparam("log_id"), head.c.size == _SIZE)
_OF_ORIGIN = select(log.c.id).where(log.c.origin == bindparam("of_origin")).scalar_subquery()
_SIGNED = (
    update(head)
    .where(head.c.log == _OF_ORIGIN, head.c.size == _SIZE)
    .values(signature=bindparam("new_signature"))
)
_PUBLISHED = (
    update(log)
    .where(log.c.origin == bindparam("of_origin"), log.c.published < _SIZE)
    .values(published=_SIZE)
)


def checkpoint_text(connection: Connection, held: Log, size: int) -> str | None:
    """Return the checkpoint of a size, None where it is not signed."""
    row = connection.execute(_HEAD, {"log_id": held.id, "of_size": size}).first()
    return None if row is None or row.signature is None else _text(held.origin, row)


def signed_heads(connection: Connection, held: Log) -> list[tuple[int, str]]:
    """Return (size, checkpoint) of every signed head, in order."""
    rows = connection.execute(
        select(head)
        .where(head.c.log == held.id, head.c.signature.is_not(None))
        .order_by(head.c.size)
    )
    return [(row.size, _text(held.origin, row)) for row in rows]


def mark_published(connection: Connection, origin: str, signed: Head, text: str) -> None:
    """Keep a head's signature and note that everything up to it is published."""
    signature = text.removeprefix(note.checkpoint_body(origin, signed.size, signed.root))
    given = {"of_origin": origin, "of_size": signed.size}
    connection.execute(_SIGNED, {**given, "new_signature": signature})
    connection.execute(_PUBLISHED, given)


def _text(origin: str, row: Row[Any]) -> str:
    return note.checkpoint_body(origin, row.size, bytes(row.root)) + str(row.signature)
