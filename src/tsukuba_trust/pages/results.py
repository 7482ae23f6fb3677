"""The results page: words first, then the table, then a chart drawn on the server."""

import json
from dataclasses import dataclass
from typing import Any

from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.response import Response

from tsukuba_trust.elections.explained import Explained, explain
from tsukuba_trust.elections.open_data import RESULT_COLUMNS, csv_text, result_lines
from tsukuba_trust.elections.taking_part import taking_part
from tsukuba_trust.pages.elections import shown
from tsukuba_trust.services.assembly import Services
from tsukuba_trust.services.drawn import Drawn, drawn_lots
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.paper_entries import groups_of
from tsukuba_trust.services.result_wording import Wording
from tsukuba_trust.values import Json
from tsukuba_trust.web.application import of


@dataclass(frozen=True, slots=True)
class ContestResult:
    """One contest's result as the page shows it.

    :param voters: by every channel; counted ballots where all voted on the internet
    :param turnout: percent with one decimal, empty without a roll
    """

    explained: Explained
    words: Wording
    lots: tuple[Drawn, ...]
    voters: int
    electors: int | None
    turnout: str


def results(request: Request) -> dict[str, Any]:
    """Show the declared results of a vote, or that there are none yet."""
    application = of(request)
    fixed = application.election(request.matchdict["slug"])
    services = application.office.services
    lots = drawn_lots(services.board, fixed)
    groups = groups_of(fixed, services.board)
    found = []
    for explained, outcome in declared_of(services, fixed):
        words = Wording(explained, request.locale_name, request.localizer.translate)
        own = tuple(lot for lot in lots if lot.contest == explained.contest.uuid)
        part = taking_part(fixed.election, explained.contest, outcome, groups)
        found.append(ContestResult(explained, words, own, part.voters, part.electors, part.turnout))
    return {
        "vote": shown(request, fixed),
        "results": found,
        "fixed": fixed,
        "fractions": any("." in row.votes for one in found for row in one.explained.rows),
        "screen": "results",
    }


def explained_of(services: Services, fixed: Fixed) -> list[Explained]:
    """Return the newest declared outcome of each contest, in the definition's order."""
    return [explained for explained, _ in declared_of(services, fixed)]


def declared_of(services: Services, fixed: Fixed) -> list[tuple[Explained, Json]]:
    """Return the newest declared outcome of each contest, explained and as it stands."""
    declared = {
        uuid: json.loads(text) for uuid, text in services.publishing.outcomes(fixed).items()
    }
    return [
        (explain(contest, declared[contest.uuid]), declared[contest.uuid])
        for contest in fixed.election.contests
        if contest.uuid in declared
    ]


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


def results_csv(request: Request) -> Response:
    """Give the options of every contest, each contest's blank and invalid votes last."""
    application = of(request)
    fixed = application.election(request.matchdict["slug"])
    lines: list[tuple[str, ...]] = [RESULT_COLUMNS]
    for explained in explained_of(application.office.services, fixed):
        lines += result_lines(explained)
    return Response(csv_text(lines), content_type="text/csv", charset="utf-8")


def includeme(config: Configurator) -> None:
    """Add the results page and its data."""
    config.add_route("tt.results_json", "/elections/{slug}/results.json")
    config.add_route("tt.results_csv", "/elections/{slug}/results.csv")
    config.add_view(results, route_name="tt.results", renderer="results.jinja2")
    config.add_view(results_json, route_name="tt.results_json", renderer="json")
    config.add_view(results_csv, route_name="tt.results_csv")
