"""The report's open data: CSV of results and turnout, and one JSON with everything."""

import json
from dataclasses import asdict

from tsukuba_trust.cli.reporting.reading import ContestReport, ResultReport
from tsukuba_trust.cli.turnout import as_csv
from tsukuba_trust.elections.open_data import RESULT_COLUMNS, csv_text, result_lines
from tsukuba_trust.values import Json


def results_csv(report: ResultReport) -> str:
    """Return the options of every contest, each contest's blank and invalid votes last."""
    lines = [line for one in report.contests for line in result_lines(one.explained)]
    return csv_text([RESULT_COLUMNS, *lines])


def turnout_csv(report: ResultReport) -> str:
    """Return the turnout tables; hidden rows have no numbers."""
    return as_csv(report.turnout)


def report_json(report: ResultReport) -> str:
    """Return everything that the report shows, exact numbers as strings."""
    value: dict[str, Json] = {
        "form": "tsukuba-trust/report/1",
        "log": report.origin,
        "log_key": report.log_key,
        "definition": report.facts["definition"],
        "entries": report.facts["size"],
        "root": report.facts["root"],
        "effect": report.election.effect,
        "contests": [_contest(one) for one in report.contests],
        "acts": [
            {"number": number, "act": name, "at": at, "approved_by": list(officers)}
            for number, name, at, officers in report.acts
        ],
        "notes": [one.as_json() for one in report.notes],
    }
    if report.turnout is not None:
        value["turnout"] = report.turnout
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _contest(one: ContestReport) -> Json:
    explained = asdict(one.explained)
    explained.pop("contest")
    return {
        "key": one.contest.key,
        "title": dict(one.contest.title.variants),
        "method": one.contest.tally_method,
        **explained,
        "lots": [asdict(lot) for lot in one.lots],
        **{"digests": dict(one.digests)},
    }
