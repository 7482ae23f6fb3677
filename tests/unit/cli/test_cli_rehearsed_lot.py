"""Mayor and council rehearsed: paper, strikes, shared names, a lot at the last seat, a report."""

import csv
import json
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from tsukuba_trust.cli import main
from tsukuba_trust.cli.rehearsal.lots import _moved

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mayor-council")
    words = ["rehearse", str(ROOT / "config/elections/mayor-council-mock.toml")]
    words += ["--voters", "8", "--paper", "300", "--electors", "60", "--tie"]
    words += ["--record", str(folder / "record"), "--report", str(folder / "out")]
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert "the record verifies" in result.output
    assert "lots drawn" in result.output and "│ by lot │" in result.output.replace("  ", " ")
    return folder / "out"


def council(out):
    data = json.loads((out / "report.json").read_text())
    assert [len(one["rows"]) for one in data["contests"]] == [5, 41]
    return data["contests"][1]


def test_the_last_seat_of_the_council_is_filled_by_lot(out):
    found = council(out)
    assert len(found["elected"]) == 28
    assert [row["key"] for row in found["rows"] if row["mark"] == "by-lot"]
    (lot,) = found["lots"]
    assert lot["tie"]["seats"] < len(lot["tie"]["candidates"])
    assert lot["how"]["drawn_by"] and lot["how"]["witnesses"] and len(lot["approved"]) >= 2


def test_shared_names_channels_and_strikes_are_in_the_report(out):
    found = council(out)
    assert {"shared_names", "channels", "paper"} <= {grid["code"] for grid in found["grids"]}
    acts = [act["act"] for act in json.loads((out / "report.json").read_text())["acts"]]
    assert {"strike", "sheets", "lot", "certify"} <= set(acts)


def test_turnout_stands_beside_it_without_small_rows(out):
    with (out / "turnout.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    shown = [row for row in rows if row["electors"] and row["table"] != "all"]
    assert all(int(row["electors"]) >= 20 and int(row["voters"]) >= 5 for row in shown)
    assert [row for row in rows if row["note"] == "too few people"]


@pytest.mark.parametrize("gap", [0, 1, 2, 7])
def test_papers_are_moved_until_two_candidates_are_equal(gap):
    text = "place,vote:top,vote:last,vote:next\nhall,50,20,13\n"
    header, row = csv.reader(_moved(text, Fraction(gap), "last", "next", "top").splitlines())
    votes = dict(zip(header, row, strict=True))
    assert int(votes["vote:last"]) - 20 + gap == int(votes["vote:next"]) - 13
    assert sum(int(votes[name]) for name in header[1:]) == 83
