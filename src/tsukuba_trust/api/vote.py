"""The voting host's two endpoints: trusted documents only."""

from dataclasses import replace
from typing import Final

from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.response import Response

from tsukuba_trust.api.booth import SCHEMA
from tsukuba_trust.api.operations import CAST, IDENTIFY, documents, trusted
from tsukuba_trust.api.requests import read_request
from tsukuba_trust.api.running import run

IDENTIFY_BYTES: Final = 64 * 1024
CAST_BYTES: Final = 512 * 1024


def identify(request: Request) -> Response:
    """Answer one of the identification calls."""
    return _answer(request, IDENTIFY_BYTES, IDENTIFY)


def cast(request: Request) -> Response:
    """Answer what belongs to casting."""
    return _answer(request, CAST_BYTES, CAST)


def _answer(request: Request, limit: int, allowed: tuple[str, ...]) -> Response:
    # No batching, no GET: one POST is one operation.
    asked = read_request(request, limit)
    name = trusted(asked.name, asked.query, allowed)
    return run(request, SCHEMA, documents()[name], replace(asked, name=name))


def includeme(config: Configurator) -> None:
    """Add both endpoints to the voting host."""
    for name, view in (("identify", identify), ("cast", cast)):
        config.add_route(f"api.{name}", f"/graphql/{name}")
        config.add_view(view, route_name=f"api.{name}", request_method="POST")
