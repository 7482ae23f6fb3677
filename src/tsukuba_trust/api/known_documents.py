"""Every text is parsed and judged once; the judgement is kept beside the document.

Strawberry's own caches keep the parsed document as a key, so they walk through all of it at
every request, and fall over one that is nested deeply.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    parse,
    specified_rules,
    validate,
)
from strawberry.extensions import SchemaExtension
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from tsukuba_trust.api.limits import TOKENS, NoLiteralsInMutations, WithinLimits

RULES = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
MOST_ERRORS = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """A parsed document and what is wrong with it."""

    document: DocumentNode
    errors: tuple[GraphQLError, ...]


Judge = Callable[[GraphQLSchema, str], Judged]


def new_judge(*, free: bool, introspection: bool, size: int) -> Judge:
    """Return what parses and judges documents of one schema.

    :param free: whether limits apply, because anybody writes the documents
    :param size: how many judgements are kept; 0 only to measure what that is worth
    """

    @lru_cache(maxsize=size)
    def judge(schema: GraphQLSchema, query: str) -> Judged:
        try:
            document = parse(query, max_tokens=TOKENS if free else None)
            return Judged(document, tuple(_errors(schema, document, free, introspection)))
        except RecursionError:
            raise GraphQLError("nested too deeply", extensions={"code": "too_large"}) from None

    return judge


def _errors(
    schema: GraphQLSchema, document: DocumentNode, free: bool, introspection: bool
) -> list[GraphQLError]:
    rules: tuple[Any, ...] = RULES
    if free:
        # First what bounds the work of all other rules.
        found = validate(schema, document, [WithinLimits], max_errors=MOST_ERRORS)
        if found:
            return found
        rules += (NoLiteralsInMutations,)
        rules += () if introspection else (NoSchemaIntrospectionCustomRule,)
    return validate(schema, document, rules, max_errors=MOST_ERRORS)


class KnownDocuments(SchemaExtension):
    """Gives Strawberry the judged document instead of letting it parse and validate."""

    def __init__(self, judge: Judge) -> None:
        super().__init__()
        self._judge = judge
        self._errors: tuple[GraphQLError, ...] = ()

    def on_parse(self) -> Iterator[None]:
        """Find the document.

        :raises GraphQLError: it is none, or it is over a limit of the parser
        """
        context = self.execution_context
        judged = self._judge(context.schema._schema, context.query or "")
        context.graphql_document = judged.document
        self._errors = judged.errors
        yield

    def on_validate(self) -> Iterator[None]:
        """Tell what is wrong with it."""
        self.execution_context.pre_execution_errors = list(self._errors)
        yield
