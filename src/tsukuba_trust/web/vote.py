"""What belongs to the voting host alone: its headers, its errors, and no page of its own."""

from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.tweens import EXCVIEW, INGRESS, MAIN

from tsukuba_trust.web.access_log import HOST
from tsukuba_trust.web.application import of


def to_the_portal(request: Request) -> Response:
    """Send whoever types the voting host's name to the portal."""
    return HTTPSeeOther(of(request).settings.portal_url + "/")


def includeme(config: Configurator) -> None:
    """Make this the voting host's application."""
    config.include("tsukuba_trust.web.errors.all_of_them")
    config.include("tsukuba_trust.web.well_known")
    config.registry[HOST] = "vote"
    for outer in ("headers.vote_headers", "access_log.access_log"):
        config.add_tween(f"tsukuba_trust.web.{outer}", under=INGRESS, over=EXCVIEW)
    for inner in ("admission.admit", "roles.check_role"):
        config.add_tween(f"tsukuba_trust.web.{inner}", under=EXCVIEW, over=MAIN)
    config.add_route("vote.root", "/")
    config.add_view(to_the_portal, route_name="vote.root", request_method="GET")
