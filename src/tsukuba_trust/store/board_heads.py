"""Heads of a log: which are signed, and how far anything may be served."""

from typing import Any

from sqlalchemy import Connection, Row, select, update

from tsukuba_trust.board import note
from tsukuba_trust.store.board_append import Log
from tsukuba_trust.store.board_tables import head, log
from tsukuba_trust.store.signer import Head


def checkpoint_text(connection: Connection, held: Log, size: int) -> str | None:
    """Return the checkpoint of a size, None where it is not signed."""
    row = connection.execute(select(head).where(head.c.log == held.id, head.c.size == size)).first()
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
    log_id = select(log.c.id).where(log.c.origin == origin).scalar_subquery()
    connection.execute(
        update(head)
        .where(head.c.log == log_id, head.c.size == signed.size)
        .values(signature=signature)
    )
    connection.execute(
        update(log)
        .where(log.c.origin == origin, log.c.published < signed.size)
        .values(published=signed.size)
    )


def _text(origin: str, row: Row[Any]) -> str:
    return note.checkpoint_body(origin, row.size, bytes(row.root)) + str(row.signature)
