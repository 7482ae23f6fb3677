"""The portal's schema: any query on public data, and the two calls for devices."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

import strawberry
from strawberry import relay

from tsukuba_trust.api import cast, identify
from tsukuba_trust.api.board import PAGE, Board, board_of, connection, page, place
from tsukuba_trust.api.cast import Receipt, Registration
from tsukuba_trust.api.contests import Contest, find_contest
from tsukuba_trust.api.context import Info
from tsukuba_trust.api.elections import Election, election_of, find_election
from tsukuba_trust.api.identify_types import (
    CompleteIdentificationResult,
    IdentificationRequestResult,
)
from tsukuba_trust.api.results import ContestResult, results_of
from tsukuba_trust.api.schemas import Schema, new_schema

FIND: Final[Mapping[str, Callable[[Info, str], relay.Node | None]]] = {
    "Election": find_election,
    "Contest": find_contest,
}


@strawberry.type
class Query:
    """Queries of the portal."""

    identification_request: IdentificationRequestResult = strawberry.field(
        resolver=identify.identification_request,
        description="What a device needs in order to answer an attempt. Anybody may ask.",
    )
    registration: Registration | None = strawberry.field(
        resolver=cast.registration,
        description="A credential on the board; null when it does not stand there.",
    )
    receipt: Receipt | None = strawberry.field(
        resolver=cast.receipt,
        description="A ballot on the board; null when it does not stand there.",
    )

    @strawberry.field(description="An election or a contest by its global id; null when none.")
    def node(self, info: Info, id: relay.GlobalID) -> relay.Node | None:
        find = FIND.get(id.type_name)
        return None if find is None else find(info, id.node_id)

    @strawberry.field(description="All elections of this installation, oldest first.")
    def elections(
        self, info: Info, first: int = PAGE, after: str | None = None
    ) -> relay.Connection[Election]:
        start = 0 if after is None else place(after) + 1
        services = info.context.services
        origins = services.board.origins()
        found = [
            (number, election_of(info, services.catalogue.get(origin)))
            for number, origin in enumerate(origins[start : start + page(first)], start)
        ]
        found_here: relay.Connection[Election] = connection(found, start, len(origins))
        return found_here

    @strawberry.field(description="null when there is none.")
    def election(self, info: Info, slug: str) -> Election | None:
        return find_election(info, slug)

    @strawberry.field(description="null when there is none.")
    def contest(self, info: Info, uuid: str) -> Contest | None:
        return find_contest(info, uuid)

    @strawberry.field(description="The log of an election, by its slug; null when there is none.")
    def board(self, info: Info, election: str) -> Board | None:
        return board_of(info, election)

    @strawberry.field(
        description="Declared outcomes of an election, by its slug; null before there is one."
    )
    def results(self, info: Info, election: str) -> list[ContestResult] | None:
        return results_of(info, election)


@strawberry.type
class Mutation:
    """Calls of the portal."""

    complete_identification: CompleteIdentificationResult = strawberry.mutation(
        resolver=identify.complete_identification,
        description="Answers an attempt. Anybody may call: the evidence is checked.",
    )


@cache
def public_schema(*, introspection: bool = False) -> Schema:
    """Return the portal's schema.

    :param introspection: whether it describes itself; its text is public in any case
    """
    return new_schema(Query, Mutation, free=True, introspection=introspection)
