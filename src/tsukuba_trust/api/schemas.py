"""How our schemas are made: scalars, caches, limits, silence about literals."""

from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig

from tsukuba_trust.api.scalars import SCALARS


class Schema(strawberry.Schema):
    """A schema whose errors are told and logged by the view alone.

    The default logger prints the query with its literals: ballots and credentials.
    """

    def process_errors(self, errors: list[GraphQLError], execution_context: Any = None) -> None:
        """Log nothing here."""


def new_schema(query: type, mutation: type) -> Schema:
    """Return a schema over our scalars."""
    return Schema(
        query=query,
        mutation=mutation,
        config=StrawberryConfig(scalar_map=SCALARS),
        extensions=[ParserCache, ValidationCache],
    )
