"""Running one operation and telling what came of it; errors never repeat what was sent."""

from typing import Final

from graphql import GraphQLError, GraphQLSyntaxError
from pyramid.request import Request
from pyramid.response import Response
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError

from tsukuba_trust.api.context import context_of
from tsukuba_trust.api.refusals import RETRY_AFTER
from tsukuba_trust.api.requests import Asked
from tsukuba_trust.api.schemas import Schema
from tsukuba_trust.errors import Refused, Rejected, TrustError, Unavailable
from tsukuba_trust.web import errors

STOPPED: Final = "Syntax Error: Document contains more than"  # graphql-core, at the token limit


def run(request: Request, schema: Schema, document: str, asked: Asked) -> Response:
    """Execute a document and answer with its data, or with one error.

    Who made the error decides the status: the caller 4xx, an outside system 503, we 500. A
    refusal is data; where waiting helps, the header says how long, as the data does.
    """
    try:
        result = schema.execute_sync(
            document,
            variable_values=asked.variables,
            context_value=context_of(request),
            operation_name=asked.name,
        )
    except (CannotGetOperationTypeError, InvalidOperationTypeError):
        raise Refused("bad_request") from None
    if result.errors:
        return _failed(request, result.errors)
    response = Response(json_body={"data": result.data}, content_type="application/json")
    if RETRY_AFTER in request.environ:
        response.headers["Retry-After"] = str(request.environ[RETRY_AFTER])
    return response


def _failed(request: Request, found: list[GraphQLError]) -> Response:
    causes = [one.original_error for one in found if one.original_error is not None]
    for cause in causes:
        if not isinstance(cause, Refused | Rejected | Unavailable | GraphQLError):
            return errors.failed(cause, request)
    for cause in causes:
        if isinstance(cause, TrustError):
            return errors.refused(cause, request)
    code = next((_code(one) for one in found), "bad_request")
    response = errors.refused(Refused(code), request)
    return _located(response, found)


def _code(error: GraphQLError) -> str:
    if isinstance(error, GraphQLSyntaxError) and error.message.startswith(STOPPED):
        return "too_large"
    return str((error.extensions or {}).get("code", "bad_request"))


def _located(response: Response, found: list[GraphQLError]) -> Response:
    """Say where in the document; the message itself might quote from it."""
    places = [
        {"line": place.line, "column": place.column}
        for one in found
        for place in one.locations or ()
    ]
    if places:
        body = response.json_body
        body["errors"][0]["locations"] = places[:10]
        response.json_body = body
    return response
