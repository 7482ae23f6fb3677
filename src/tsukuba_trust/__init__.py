"""Internet voting that a city can trust.

A Pyramid application: stand-alone by ``main``, or included into a host portal by
``config.include("tsukuba_trust", route_prefix="/vote")``. The voting host is a second
application object, ``vote_app``, with nothing of the host in it (architecture D14).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyramid.config import Configurator
    from pyramid.router import Router

# Rooms are named by dotted strings; this module imports none of them.
SHARED = ("tsukuba_trust.web",)
PORTAL = (
    "tsukuba_trust.web.hosts",
    "tsukuba_trust.web.headers",
    "tsukuba_trust.api.portal",
    "tsukuba_trust.pages",
)
VOTE = (
    "tsukuba_trust.web.vote",
    "tsukuba_trust.api.vote",
    "tsukuba_trust.pages.booth_shell",
)


def main(global_config: object, **settings: Any) -> "Router":
    """Build the stand-alone portal; requests for the voting host go to its own application."""
    from pyramid.config import Configurator

    config = Configurator(settings=settings)
    config.include("tsukuba_trust")
    config.include("tsukuba_trust.web.alone")
    return config.make_wsgi_app()


def includeme(config: "Configurator") -> None:
    """Add voting to a portal, below the route prefix that the host gives."""
    for room in (*SHARED, *PORTAL):
        config.include(room)
    if config.registry["tsukuba_trust.application"].settings.demo:
        config.include("tsukuba_trust.pages.demo")


def vote_app(settings: Mapping[str, Any]) -> "Router":
    """Build the application of the voting host: no cookie, no session, nothing of a host."""
    from pyramid.config import Configurator

    config = Configurator(settings=dict(settings))
    for room in (*SHARED, *VOTE):
        config.include(room)
    return config.make_wsgi_app()
