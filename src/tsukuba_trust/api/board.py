"""The public board through GraphQL: the same facts as its files, for who wants a few of them."""

import base64
from collections.abc import Sequence
from typing import Any

import strawberry
from strawberry import relay

from tsukuba_trust.api.context import Info
from tsukuba_trust.api.limits import FIRST
from tsukuba_trust.board import entries
from tsukuba_trust.errors import Refused
from tsukuba_trust.services.published import Published

PAGE = 20


@strawberry.type(description="One entry of a log.")
class Entry:
    """Exactly the bytes that the log's tree is over."""

    index: int
    type: str
    data: str = strawberry.field(description="Canonical JSON text.")


@strawberry.type(description="The log of one election, up to its newest published head.")
class Board:
    """What is published of a log."""

    origin: str
    published: strawberry.Private[Published]

    @strawberry.field(description="How many entries the newest checkpoint covers.")
    def size(self) -> int:
        return self.published.size(self.origin)

    @strawberry.field(description="Newest signed head, a C2SP checkpoint.")
    def checkpoint(self) -> str:
        return self.published.checkpoint(self.origin)

    @strawberry.field(description="Newest head that enough witnesses have signed.")
    def witnessed(self) -> str:
        return self.published.checkpoint(self.origin)

    @strawberry.field(description="null when no such entry is published.")
    def entry(self, info: Info, index: int) -> Entry | None:
        if not 0 <= index < self.published.size(self.origin):
            return None
        return _entry(index, info.context.services.board.entry(self.origin, index))

    @strawberry.field(description="Entries in order, at most 100 at a time.")
    def entries(
        self, info: Info, first: int = PAGE, after: str | None = None
    ) -> relay.Connection[Entry]:  # type: ignore[type-var]  # entries have no global id
        start = 0 if after is None else place(after) + 1
        size = self.published.size(self.origin)
        end = min(start + page(first), size)
        found = info.context.services.board.data(self.origin, start, end)
        page_of: relay.Connection[Entry] = connection(  # type: ignore[type-var]
            [(index, _entry(index, data)) for index, data in found], start, size
        )
        return page_of


def board_of(info: Info, slug: str) -> Board | None:
    """Return the log of an election, None when there is none."""
    try:
        origin = info.context.application.origin(slug)
    except Refused:
        return None
    return Board(origin=origin, published=info.context.services.published)


def _entry(index: int, data: bytes) -> Entry:
    return Entry(index=index, type=entries.read_object(data)["type"], data=data.decode())


def page(first: int) -> int:
    """Check how many are asked for.

    :raises Refused: ``too_large``
    """
    if not 0 <= first <= FIRST:
        raise Refused("too_large")
    return first


def place(cursor: str) -> int:
    """Read a cursor.

    :raises Refused: ``bad_request``
    """
    try:
        kind, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
    except ValueError:
        raise Refused("bad_request") from None
    if kind != "place" or not (number.isascii() and number.isdigit() and len(number) < 16):
        raise Refused("bad_request")
    return int(number)


def connection(items: Sequence[tuple[int, Any]], start: int, size: int) -> Any:
    """Return a page of a list.

    :param items: (place in the list, item)
    :param size: of the whole list
    """
    edges = [relay.Edge(cursor=_cursor(number), node=item) for number, item in items]
    return relay.Connection(
        page_info=relay.PageInfo(
            has_next_page=start + len(items) < size,
            has_previous_page=start > 0,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
        edges=edges,
    )


def _cursor(number: int) -> str:
    return base64.b64encode(f"place:{number}".encode()).decode()
