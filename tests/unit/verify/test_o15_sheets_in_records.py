"""Attack O15: a record with a sheet that tells what somebody voted says so."""

from pathlib import Path

import records
from record_parts import election
from record_reports import verify
from record_sheets import entered, paper
from tsukuba_trust.values import PublishRule

LARGE = paper("gym", votes=(9, 9, 9))


def noted(path: Path, **arguments) -> list[str]:
    report = verify(records.build(path / "record", change=entered((paper(), LARGE)), **arguments))
    assert report.exit_code == 0, report.to_text()
    return [one.detail for one in report.findings if one.code == "sheet_too_small"]


def test_o15_a_sheet_that_tells_what_somebody_voted_is_noted(tmp_path: Path) -> None:
    (note,) = noted(tmp_path)
    assert note.endswith(": hall: 7 papers, fewer than 20")


def test_o15_nothing_is_noted_where_the_election_file_takes_any_sheet(tmp_path: Path) -> None:
    assert noted(tmp_path, of=election(publish=PublishRule(papers=0))) == []
