"""How our schemas are made: scalars, caches, limits, silence about literals."""

from typing import Any, Final

import strawberry
from graphql import GraphQLError
from strawberry.extensions import (
    AddValidationRules,
    DisableIntrospection,
    MaxTokensLimiter,
    ParserCache,
    SchemaExtension,
    ValidationCache,
)
from strawberry.schema.config import StrawberryConfig

from tsukuba_trust.api.limits import FIRST, TOKENS, NoLiteralsInMutations, WithinLimits
from tsukuba_trust.api.scalars import SCALARS

# The caches are shared by all schemas that name the same size: free queries of strangers must
# not push the booth's documents out.
TRUSTED_DOCUMENTS: Final = 64
FREE_DOCUMENTS: Final = 256


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
    types: tuple[type, ...] = (),
    free: bool = False,
    introspection: bool = False,
    caches: bool = True,
) -> Schema:
    """Return a schema over our scalars.

    :param free: whether any document may come; else only trusted ones
    :param caches: off only to measure what they are worth
    """
    return Schema(
        query=query,
        mutation=mutation,
        types=types,
        config=StrawberryConfig(
            scalar_map=SCALARS, relay_max_results=FIRST, disable_field_suggestions=True
        ),
        extensions=_extensions(free, introspection, caches),
    )


def _extensions(free: bool, introspection: bool, caches: bool) -> list[Any]:
    size = FREE_DOCUMENTS if free else TRUSTED_DOCUMENTS
    found: list[type[SchemaExtension] | Any] = []
    if free:
        found += [
            lambda: MaxTokensLimiter(max_token_count=TOKENS),
            lambda: AddValidationRules([WithinLimits, NoLiteralsInMutations]),
        ]
    if free and not introspection:
        found.append(DisableIntrospection)
    if caches:
        found += [lambda: ParserCache(maxsize=size), lambda: ValidationCache(maxsize=size)]
    return found
