"""CSV files that spreadsheet programs only show (attack O06)."""

import csv
import io

import pytest

from tsukuba_trust.elections.open_data import csv_text

FORMULAS = [
    '=HYPERLINK("http://evil.example/","result")',
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(A1:A9)",
    "\t=1",
    "\r=1",
    " =1",
    "＝1+1",
]


@pytest.mark.parametrize("name", FORMULAS)
def test_o06_a_name_in_a_csv_file_is_never_calculated(name: str) -> None:
    (row,) = csv.reader(io.StringIO(csv_text([(name, "1")]), newline=""))
    assert row == [f"'{name}", "1"]


def test_other_cells_stand_as_they_are() -> None:
    line = ("option-a", "三保 葵", "0-14", "33.3", "–", "", "a=b")
    (row,) = csv.reader(io.StringIO(csv_text([line]), newline=""))
    assert tuple(row) == line
