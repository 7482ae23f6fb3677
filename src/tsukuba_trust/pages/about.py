"""Pages that explain: how it works, worries and answers, accessibility; the language cookie."""

from typing import Any

from pyramid.config import Configurator
from pyramid.request import Request

WORRIES = tuple(f"W{number}" for number in range(1, 11))


def how(_request: Request) -> dict[str, Any]:
    """How a vote travels, in plain words."""
    return {"screen": "how"}


def worries(_request: Request) -> dict[str, Any]:
    """The worries of the 2021 survey, each with the mechanism that answers it."""
    return {"screen": "worries"}


def accessibility(_request: Request) -> dict[str, Any]:
    """What was tested and how to reach us."""
    return {"screen": "accessibility"}


def includeme(config: Configurator) -> None:
    """Add the pages that explain."""
    for name, view in (("how", how), ("worries", worries), ("accessibility", accessibility)):
        config.add_view(view, route_name=f"tt.{name}", renderer=f"{name}.jinja2")
