"""Which process answers which path, where registrar and box are two (D5, voting-flow 1.2)."""

from collections.abc import Callable
from typing import Final, TypeAlias

from pyramid.registry import Registry
from pyramid.request import Request
from pyramid.response import Response

from tsukuba_trust.errors import Refused
from tsukuba_trust.web.application import KEY

Handler: TypeAlias = Callable[[Request], Response]

# What is not listed is answered by both: pages, the booth's shell, public queries.
ROLE_OF: Final = {
    "graphql/cast": "box",
    "board": "box",
    "graphql/identify": "registrar",
    "return": "registrar",
    "a": "registrar",
    "callback": "registrar",
}


def role_of(path: str) -> str:
    """Return the role that answers a path of the voting host; "all" where both do."""
    parts = path.strip("/").split("/")
    return ROLE_OF.get("/".join(parts[:2]), ROLE_OF.get(parts[0], "all"))


def check_role(handler: Handler, registry: Registry) -> Handler:
    """Refuse what the other process answers."""
    mine = registry[KEY].settings.role

    def tween(request: Request) -> Response:
        if mine != "all" and role_of(request.path_info) not in ("all", mine):
            raise Refused("wrong_host")
        return handler(request)

    return tween
