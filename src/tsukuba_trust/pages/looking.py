"""The switches of text size, contrast and readings, as links on every page of the portal."""

from dataclasses import asdict
from typing import Any

from pyramid.config import Configurator
from pyramid.events import BeforeRender
from pyramid.request import Request
from pyramid.response import Response

from tsukuba_trust.i18n import _
from tsukuba_trust.web.application import of
from tsukuba_trust.web.look import CHOICES, keep_look, look_of

NAMES = {"size": _("Text size"), "contrast": _("Contrast"), "ruby": _("Readings when you vote")}
VALUES = {
    "normal": _("Normal"),
    "high": _("High"),
    "low": _("Soft"),
    "0": _("Off"),
    "1": _("On"),
}


def switches(request: Request) -> list[dict[str, Any]]:
    """Return the groups of links that change the look of this very page."""
    if request.matched_route is None:
        return []
    standing = asdict(look_of(request))
    groups = []
    for name, values in CHOICES.items():
        if name == "ruby" and request.locale_name != "ja":
            continue
        links = [
            {
                "text": VALUES.get(value, f"{value} %"),
                "href": request.current_route_path(_query={**request.GET, name: value}),
                "current": value == standing[name],
            }
            for value in values
        ]
        groups.append({"name": NAMES[name], "links": links})
    return groups


def _keep(request: Request, response: Response) -> None:
    keep_look(request, response, secure=of(request).settings.secure_cookies)


def add_globals(event: BeforeRender) -> None:
    """Give every template the look; keep what the address of one of our pages asks for."""
    request = event.get("request")
    if request is None:
        return
    event["look"] = look_of(request)
    event["switches"] = switches(request)
    route = request.matched_route
    if route is not None and route.name.startswith("tt.") and request.method == "GET":
        request.add_response_callback(_keep)


def includeme(config: Configurator) -> None:
    """Add the switches."""
    config.add_subscriber(add_globals, BeforeRender)
