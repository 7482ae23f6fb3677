"""How our schemas are made: scalars, judged documents, silence about literals."""

from typing import Any, Final

import strawberry
from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig

from tsukuba_trust.api.known_documents import KnownDocuments, new_judge
from tsukuba_trust.api.limits import FIRST
from tsukuba_trust.api.scalars import SCALARS

KEPT: Final = 256  # judged documents per schema


class Schema(strawberry.Schema):
    """A schema whose errors are told and logged by the view alone.

    The default logger prints the query with its literals: ballots and credentials.
    """

    def process_errors(self, errors: list[GraphQLError], execution_context: Any = None) -> None:
        """Log nothing here."""


def new_schema(
    query: type,
    mutation: type,
    *,
    free: bool = False,
    introspection: bool = False,
    kept: int = KEPT,
) -> Schema:
    """Return a schema over our scalars.

    :param free: whether any document may come; else only trusted ones
    :param kept: how many judged documents are kept
    """
    judge = new_judge(free=free, introspection=introspection, size=kept)
    return Schema(
        query=query,
        mutation=mutation,
        config=StrawberryConfig(
            scalar_map=SCALARS, relay_max_results=FIRST, disable_field_suggestions=True
        ),
        extensions=[lambda: KnownDocuments(judge)],
    )
