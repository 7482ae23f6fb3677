"""The booth's schema: what the voting host answers, by trusted documents only."""

import strawberry

from tsukuba_trust.api import cast, identify
from tsukuba_trust.api.cast import CastBallotResult, Receipt, Registration
from tsukuba_trust.api.context import Info
from tsukuba_trust.api.elections import Election, find_election
from tsukuba_trust.api.identify_types import (
    AttemptResult,
    ClaimIdentificationResult,
    CompleteIdentificationResult,
    IdentificationRequestResult,
    StartIdentificationResult,
)
from tsukuba_trust.api.schemas import new_schema


@strawberry.type
class Query:
    """Queries of the voting host."""

    identification_request: IdentificationRequestResult = strawberry.field(
        resolver=identify.identification_request,
        description="What a device needs in order to answer an attempt. Anybody may ask.",
    )
    attempt: AttemptResult = strawberry.field(
        resolver=identify.attempt,
        description="Where an attempt stands; only for the page that began it.",
    )
    registration: Registration | None = strawberry.field(
        resolver=cast.registration,
        description="A credential on the board; null when it does not stand there.",
    )
    receipt: Receipt | None = strawberry.field(
        resolver=cast.receipt,
        description="A ballot on the board; null when it does not stand there.",
    )

    @strawberry.field(description="An election of this installation; null when there is none.")
    def election(self, info: Info, slug: str) -> Election | None:
        return find_election(info, slug)


@strawberry.type
class Mutation:
    """Calls of the voting host."""

    start_identification: StartIdentificationResult = strawberry.mutation(
        resolver=identify.start_identification,
        description="Begins an attempt. For the booth.",
    )
    complete_identification: CompleteIdentificationResult = strawberry.mutation(
        resolver=identify.complete_identification,
        description="Answers an attempt. Anybody may call: the evidence is checked.",
    )
    claim_identification: ClaimIdentificationResult = strawberry.mutation(
        resolver=identify.claim_identification,
        description="Registers what was answered. For the page that began the attempt.",
    )
    cast_ballot: CastBallotResult = strawberry.mutation(
        resolver=cast.cast_ballot,
        description="Puts a sealed ballot on the board. The same bytes give the same receipt.",
    )


SCHEMA = new_schema(Query, Mutation)
