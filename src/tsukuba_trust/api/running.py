"""Running one operation and telling what came of it; errors never repeat what was sent."""

from graphql import GraphQLError
from pyramid.request import Request
from pyramid.response import Response

from tsukuba_trust.api.context import context_of
from tsukuba_trust.api.schemas import Schema
from tsukuba_trust.errors import Refused, Rejected, Unavailable
from tsukuba_trust.values import Json
from tsukuba_trust.web import errors


def run(
    request: Request, schema: Schema, document: str, name: str | None, variables: Json
) -> Response:
    """Execute a document that was already found harmless.

    :raises TrustError: what a resolver raised, to be told as every page tells it
    """
    result = schema.execute_sync(
        document,
        variable_values=variables,
        context_value=context_of(request),
        operation_name=name,
    )
    if result.errors:
        return _failed(request, result.errors)
    return Response(json_body={"data": result.data}, content_type="application/json")


def _failed(request: Request, found: list[GraphQLError]) -> Response:
    causes = [error.original_error for error in found]
    for cause in causes:
        if cause is not None and not isinstance(cause, GraphQLError | Refused | Rejected):
            if isinstance(cause, Unavailable):
                return errors.refused(cause, request)
            return errors.failed(cause, request)
    for cause in causes:
        if isinstance(cause, Refused | Rejected):
            return errors.refused(cause, request)
    return errors.answer(request, 400, "bad_request")
