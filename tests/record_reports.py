"""Verify a test record and read the report in few words."""

from pathlib import Path
from typing import Any

import records
from tsukuba_trust.verify.record import verify_record
from tsukuba_trust.verify.report import Report


def verify(path: Path, **arguments: Any) -> Report:
    """Verify with the plugins that are switched on by default."""
    return verify_record(path, **{"registry": records.registry(), **arguments})


def found(report: Report) -> set[tuple[str, str, str, int | None]]:
    """Return (status, step, code, entry) of whatever speaks against the record."""
    return {
        (finding.status, finding.step, finding.code, finding.entry)
        for finding in report.findings
        if finding.status not in ("passed", "note")
    }


def codes(report: Report) -> set[str]:
    """Return the codes of whatever speaks against the record."""
    return {code for _, _, code, _ in found(report)}


def notes(report: Report) -> set[str]:
    """Return the codes of what is said beside the verdict."""
    return {finding.code for finding in report.findings if finding.status == "note"}
