"""The portal's endpoint: free queries by POST, known ones by GET, the schema as a file."""

import hashlib
import json
from typing import Final

from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.response import Response

from tsukuba_trust.api.operations import CAST, IDENTIFY, PUBLIC, documents
from tsukuba_trust.api.printing import schema_text
from tsukuba_trust.api.public import public_schema
from tsukuba_trust.api.requests import Asked, asked, read_request
from tsukuba_trust.api.running import run
from tsukuba_trust.api.schemas import Schema
from tsukuba_trust.errors import Refused
from tsukuba_trust.web.application import of

BODY_BYTES: Final = 64 * 1024
LONGEST_VARIABLES: Final = 2_048
PUBLIC_CACHE: Final = "public, max-age=10"
SCHEMA_CACHE: Final = "public, max-age=300"
ALLOWED: Final = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "content-type",
    "Access-Control-Max-Age": "86400",
}


def graphql(request: Request) -> Response:
    """Answer any query on public data, or one of the two calls for devices."""
    _open_to_all(request)
    sent = read_request(request, BODY_BYTES)
    if sent.query is None:
        response = run(request, _schema(request), _stored(sent.name), sent)
    else:
        response = run(request, _schema(request), sent.query, sent)
    response.headers["Cache-Control"] = "no-store"
    return response


def stored(request: Request) -> Response:
    """Answer a query of the list, so that caches may keep it."""
    _open_to_all(request)
    name = request.matchdict["operation"]
    if name not in PUBLIC:
        raise Refused("wrong_host" if name in (*IDENTIFY, *CAST) else "unknown_operation")
    response = run(request, _schema(request), documents()[name], _sent(request, name))
    response.vary = ("Accept-Language",)
    if response.status_int == 200:
        response.headers["Cache-Control"] = PUBLIC_CACHE
        response.etag = hashlib.sha256(response.body).hexdigest()
        response.conditional_response = True
    return response


def schema_file(request: Request) -> Response:
    """Give the schema's text."""
    _open_to_all(request)
    response = Response(text=schema_text("schema"), content_type="text/plain", charset="utf-8")
    response.headers["Cache-Control"] = SCHEMA_CACHE
    return response


def preflight(request: Request) -> Response:
    """Tell browsers that pages of any origin may ask, without credentials."""
    _open_to_all(request)
    return Response(status=204, headerlist=list(ALLOWED.items()))


def _sent(request: Request, name: str) -> Asked:
    text = request.GET.get("variables", "{}")
    if len(text) > LONGEST_VARIABLES:
        raise Refused("too_large")
    try:
        variables = json.loads(text)
    except (ValueError, RecursionError):
        raise Refused("bad_request") from None
    return asked({"operationName": name, "variables": variables})


def _stored(name: str | None) -> str:
    if name in (*PUBLIC, "IdentificationRequest", "CompleteIdentification"):
        return documents()[str(name)]
    if name in (*IDENTIFY, *CAST):
        raise Refused("wrong_host")
    raise Refused("unknown_operation")


def _schema(request: Request) -> Schema:
    return public_schema(introspection=of(request).settings.introspection)


def _open_to_all(request: Request) -> None:
    def add(_request: Request, response: Response) -> None:
        response.headers["Access-Control-Allow-Origin"] = "*"

    request.add_response_callback(add)


def includeme(config: Configurator) -> None:
    """Add the endpoint, below the route prefix of the portal."""
    config.add_route("api.graphql", "/graphql")
    config.add_view(graphql, route_name="api.graphql", request_method="POST")
    config.add_view(preflight, route_name="api.graphql", request_method="OPTIONS")
    config.add_route("api.stored", "/graphql/{operation}")
    config.add_view(stored, route_name="api.stored", request_method="GET")
    config.add_route("api.schema", "/schema.graphql")
    config.add_view(schema_file, route_name="api.schema", request_method="GET")
