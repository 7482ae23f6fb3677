"""V0, the list of votes, and V1, one vote before it is begun."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyramid.config import Configurator
from pyramid.request import Request

from tsukuba_trust.board.state import BEFORE_OPENING, FINAL, VOTING, State
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.period import closes_in_force
from tsukuba_trust.values import Election
from tsukuba_trust.web.application import of
from tsukuba_trust.web.look import booth_address, look_of


@dataclass(frozen=True, slots=True)
class Shown:
    """A vote as pages show it.

    :param stage: "coming", "open", "suspended", "ended", "declared"
    :param url: of the voting host, with the reader's language and look
    """

    slug: str
    election: Election
    stage: str
    opens: datetime
    closes: datetime
    url: str


def stage_of(fixed: Fixed, state: State, now: datetime) -> str:
    """Return where a vote stands: the log decides, the clock only opens the door (D12)."""
    if state.phase in FINAL:
        return "declared"
    if state.phase in BEFORE_OPENING or now < fixed.election.period.opens:
        return "coming"
    if state.phase not in VOTING or now >= closes_in_force(state):
        return "ended"
    return "suspended" if state.phase == "suspended" else "open"


def shown(request: Request, fixed: Fixed) -> Shown:
    """Return a vote as pages show it."""
    application = of(request)
    state = application.office.services.board.state(fixed.origin)
    slug = fixed.origin.rpartition("/")[2]
    return Shown(
        slug=slug,
        election=fixed.election,
        stage=stage_of(fixed, state, request.admitted_at),
        opens=fixed.election.period.opens,
        closes=closes_in_force(state),
        url=booth_address(
            application.settings.voting_url, slug, request.locale_name, look_of(request)
        ),
    )


def home(request: Request) -> dict[str, Any]:
    """V0: open, coming and past votes."""
    services = of(request).office.services
    votes = [shown(request, services.catalogue.get(one)) for one in services.board.origins()]
    votes = [one for one in votes if one.election.contests]
    groups = {
        "open": [one for one in votes if one.stage in ("open", "suspended")],
        "coming": [one for one in votes if one.stage == "coming"],
        "past": [one for one in votes if one.stage in ("ended", "declared")],
    }
    return {"groups": groups, "screen": "V0"}


def about(request: Request) -> dict[str, Any]:
    """V1: who can take part, what is asked, and where to begin."""
    fixed = of(request).election(request.matchdict["slug"])
    return {"vote": shown(request, fixed), "fixed": fixed, "screen": "V1"}


def includeme(config: Configurator) -> None:
    """Add V0 and V1."""
    config.add_view(home, route_name="tt.home", renderer="home.jinja2")
    config.add_view(about, route_name="tt.election", renderer="election.jinja2")
