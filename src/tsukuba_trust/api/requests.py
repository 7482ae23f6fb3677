"""Reading a GraphQL request: size, form, one operation; nothing is executed yet."""

import json
from dataclasses import dataclass
from typing import Any, Final

from pyramid.request import Request

from tsukuba_trust.errors import Refused
from tsukuba_trust.values import Json

KEYS: Final = frozenset(("query", "operationName", "variables", "extensions"))


@dataclass(frozen=True, slots=True)
class Asked:
    """One operation as it was sent."""

    query: str | None
    name: str | None
    variables: dict[str, Json]


def read_request(request: Request, limit: int) -> Asked:
    """Read a POST.

    :param limit: most bytes of the body; more is refused before it is read whole
    :raises Refused: ``too_large``, ``unsupported_media_type``, ``bad_request``
    """
    if request.content_type != "application/json":
        raise Refused("unsupported_media_type")
    return asked(_object(read_body(request, limit)))


def read_body(request: Request, limit: int) -> bytes:
    """Return a body of at most ``limit`` bytes.

    :raises Refused: ``too_large``
    """
    length = request.content_length
    if length is not None and length > limit:
        raise Refused("too_large")
    body: bytes = request.body_file.read(limit + 1)
    if len(body) > limit:
        raise Refused("too_large")
    return body


def asked(given: Json) -> Asked:
    """Check the members of a request.

    :raises Refused: ``bad_request``: a batch, or members of other types
    """
    if not isinstance(given, dict) or not KEYS.issuperset(given):
        raise Refused("bad_request")
    query, name, variables = (given.get(key) for key in ("query", "operationName", "variables"))
    fits = (
        isinstance(query, str | None)
        and isinstance(name, str | None)
        and isinstance(variables, dict | None)
    )
    if not fits or query == "":
        raise Refused("bad_request")
    return Asked(query, name, variables or {})


def _object(body: bytes) -> Json:
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Refused("bad_request") from None


def _no_constant(_name: str) -> Any:
    raise ValueError("not JSON")
