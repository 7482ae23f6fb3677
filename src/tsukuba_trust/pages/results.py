"""The results page: words first, then the table, then a chart drawn on the server."""

import json
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pyramid.config import Configurator
from pyramid.request import Request

from tsukuba_trust.pages.elections import shown
from tsukuba_trust.services.declaring import electors_of
from tsukuba_trust.values import Contest, Json, Option
from tsukuba_trust.web.application import of

BAR_WIDTH, BAR_HEIGHT, LABEL_WIDTH = 360, 28, 240


@dataclass(frozen=True, slots=True)
class Row:
    """One option in a result.

    :param votes: exact, as text
    :param share: of the valid votes in percent with one decimal; empty when there are none
    :param mark: "elected", "tied" or empty
    :param width: of its bar in the chart
    """

    option: Option
    votes: str
    share: str
    mark: str
    width: int


@dataclass(frozen=True, slots=True)
class ContestResult:
    """One contest's result as the page shows it.

    :param outcome: the declared document
    :param ballots: counted ones
    :param turnout: percent with one decimal, empty without a roll
    """

    contest: Contest
    outcome: Json
    rows: tuple[Row, ...]
    ballots: int
    electors: int | None
    turnout: str


def percent(part: Fraction | int, whole: Fraction | int) -> str:
    """Return a percentage with one decimal, rounded half up, exactly."""
    if not whole:
        return ""
    tenths = int(Fraction(part) * 1000 / Fraction(whole) + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}"


def rows_of(contest: Contest, outcome: Json) -> tuple[Row, ...]:
    """Return the rows of a table in the order of the contest, never sorted by votes."""
    totals = {item["option"]: Fraction(str(item["votes"])) for item in outcome.get("totals", [])}
    valid, most = sum(totals.values()), max(totals.values(), default=Fraction(0))
    tied = (outcome.get("tied") or {}).get("candidates", [])
    rows = []
    for option in contest.options:
        votes = totals.get(option.key)
        mark = "elected" if option.key in outcome.get("elected", []) else ""
        mark = "tied" if option.key in tied else mark
        width = int(votes * BAR_WIDTH / most) if votes and most else 0
        text = "" if votes is None else exact(votes)
        share = "" if votes is None else percent(votes, valid)
        rows.append(Row(option, text, share, mark, width))
    return tuple(rows)


def exact(votes: Fraction) -> str:
    """Return votes as tables show them: whole numbers, or three places cut off, never rounded."""
    if votes.denominator == 1:
        return str(votes.numerator)
    thousandths = int(votes * 1000)
    return f"{thousandths // 1000}.{thousandths % 1000:03}"


def results(request: Request) -> dict[str, Any]:
    """Show the declared results of a vote, or that there are none yet."""
    application = of(request)
    fixed = application.election(request.matchdict["slug"])
    services = application.office.services
    declared = services.publishing.outcomes(fixed)
    electors = electors_of(fixed, services.board)
    state = services.board.state(fixed.origin)
    found = []
    for contest in fixed.election.contests:
        if contest.uuid not in declared:
            continue
        outcome = json.loads(declared[contest.uuid])
        ballots = state.tallied.get(contest.uuid, 0)
        found.append(
            ContestResult(
                contest,
                outcome,
                rows_of(contest, outcome),
                ballots,
                electors,
                percent(ballots, electors) if electors else "",
            )
        )
    return {"vote": shown(request, fixed), "results": found, "fixed": fixed, "screen": "results"}


def results_json(request: Request) -> dict[str, Any]:
    """Give the same as open data."""
    application = of(request)
    fixed = application.election(request.matchdict["slug"])
    declared = application.office.services.publishing.outcomes(fixed)
    return {
        "log": fixed.origin,
        "definition": fixed.digest,
        "contests": [
            {"contest": uuid, "outcome": json.loads(text)} for uuid, text in declared.items()
        ],
    }


def includeme(config: Configurator) -> None:
    """Add the results page and its data."""
    config.add_route("tt.results_json", "/elections/{slug}/results.json")
    config.add_view(results, route_name="tt.results", renderer="results.jinja2")
    config.add_view(results_json, route_name="tt.results_json", renderer="json")
