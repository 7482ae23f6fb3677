"""V8 and the test page: a receipt or a tested ballot, checked in the reader's browser.

The values stand in the address's fragment or in a local file, never in a request. The page
works on a second device and on another origin than the voting host (V02).
"""

from typing import Any

from pyramid.config import Configurator
from pyramid.request import Request

from tsukuba_trust.pages.elections import shown
from tsukuba_trust.web.application import of


def check(request: Request) -> dict[str, Any]:
    """V8: the form that the script fills in and answers."""
    services = of(request).office.services
    votes = [shown(request, services.catalogue.get(one)) for one in services.board.origins()]
    return {"votes": votes, "screen": "V8"}


def check_test(_request: Request) -> dict[str, Any]:
    """The page that opens the file of a tested ballot."""
    return {"screen": "check-test"}


def includeme(config: Configurator) -> None:
    """Add both pages."""
    config.add_view(check, route_name="tt.check", renderer="check.jinja2")
    config.add_view(check_test, route_name="tt.check_test", renderer="check_test.jinja2")
