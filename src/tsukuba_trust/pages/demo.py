"""The demo's own pages, on the portal: a simulated phone, and the button that ends the vote.

Included only with ``tsukuba_trust.demo``; every address here is 404 without it.
"""

from typing import Any

from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response

from tsukuba_trust.card.password import fold
from tsukuba_trust.card.words import PROBLEMS
from tsukuba_trust.errors import Refused
from tsukuba_trust.jpki.profile import SIGN
from tsukuba_trust.testing.demo import CARDS, CREW, RECORD, hold_close, read_crew
from tsukuba_trust.testing.demo_cards import PASSWORD, Cards, roles
from tsukuba_trust.values import Json
from tsukuba_trust.web.application import of


def phone(_request: Request) -> dict[str, Any]:
    """The simulated phone: whose card is read, and with which password."""
    return {"roles": roles(), "password": PASSWORD, "screen": "phone"}


def sign(request: Request) -> Json:
    """Do what a reader and a card do: fold what was typed, sign when the password is right.

    Full-width and lower case are folded and an impossible password is not tried, as by
    ``tsukuba-trust card``: one rule, ``card.password.fold``.
    """
    body = request.json_body
    if not isinstance(body, dict) or not all(
        isinstance(body.get(key), str) for key in ("person", "password", "text")
    ):
        raise Refused("bad_request")
    cards = Cards(of(request).settings.state / CARDS)
    try:
        password = fold(body["password"], SIGN).decode("ascii")
        return {"response": cards.sign(body["person"], password, body["text"])}
    except Refused as error:
        return _told(request, error, cards.left(body["person"]))


def _told(request: Request, error: Refused, left: int) -> Json:
    """Say a card's refusal in the page's language, in our reader's words."""
    wrong, advice = PROBLEMS.get(error.code, ("", ""))
    say = request.localizer.translate
    return {"code": error.code, "left": str(left), "message": say(wrong), "help": say(advice)}


def close(request: Request) -> Response:
    """End the vote by a real act of the demo's officers, count and publish it."""
    application = of(request)
    services, state = application.office.services, application.settings.state
    fixed = services.catalogue.get(services.board.origins()[-1])
    crew = read_crew(state / CREW, fixed.election.group)
    hold_close(services, fixed, crew, application.clock, state / RECORD)
    slug = fixed.origin.rpartition("/")[2]
    return HTTPSeeOther(request.route_path("tt.results", slug=slug))


def includeme(config: Configurator) -> None:
    """Add the demo's pages."""
    config.add_route("tt.demo_phone", "/demo/phone")
    config.add_route("tt.demo_sign", "/demo/sign", request_method="POST")
    config.add_route("tt.demo_close", "/demo/close", request_method="POST")
    config.add_view(phone, route_name="tt.demo_phone", renderer="phone.jinja2")
    config.add_view(sign, route_name="tt.demo_sign", renderer="json")
    config.add_view(close, route_name="tt.demo_close")
