"""The report's files in a new folder."""

from pathlib import Path

from tsukuba_trust.cli.files import write_new
from tsukuba_trust.cli.reporting.data import report_json, results_csv, turnout_csv
from tsukuba_trust.cli.reporting.reading import ResultReport
from tsukuba_trust.cli.reporting.rendering import report_html


def write_report(report: ResultReport, out: Path) -> list[str]:
    """Write ``report.html`` and the open data; return the files' names.

    :raises Misconfigured: ``file_exists``
    """
    files = {
        "report.html": report_html(report),
        "results.csv": results_csv(report),
        "report.json": report_json(report),
    }
    if report.turnout is not None:
        files["turnout.csv"] = turnout_csv(report)
    out.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        write_new(out / name, text)
    return list(files)
