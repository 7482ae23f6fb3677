"""``tsukuba-trust report``: from a record to a page that needs nothing else."""

import csv
import json
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

import records
from record_lots import TIED, drawn
from tsukuba_trust.cli import main
from tsukuba_trust.cli.reporting.fetching import fetch_record

OUTSIDE = re.compile(r"""(?:src|href|action|data)\s*=|url\(|@import|<script|<link|<iframe""", re.I)


def report(*words, status=0):
    result = CliRunner().invoke(main, ["report", *map(str, words)], catch_exceptions=False)
    assert result.exit_code == status, result.output
    return result.output


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    place = tmp_path_factory.mktemp("report") / "record"
    change = drawn(["option-b", "option-a"])
    return records.build(place, script=TIED, strikes=(), change=change)


@pytest.fixture(scope="module")
def made(record, tmp_path_factory):
    out = tmp_path_factory.mktemp("made") / "out"
    report(record, out)
    return out


class Tags(HTMLParser):
    """Collects tags that are open at the end."""

    VOID = frozenset({"meta", "input", "br", "circle", "path", "rect"})

    def __init__(self):
        super().__init__()
        self.open, self.faults = [], []

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in self.VOID and self.open.pop() != tag:
            self.faults.append(tag)


def test_the_report_is_one_file_without_references_to_anything_outside(made):
    text = (made / "report.html").read_text()
    assert not OUTSIDE.search(text)
    assert "http" not in text.replace("http-equiv", "")
    assert "default-src 'none'" in text


def test_the_report_is_well_formed_and_has_both_languages(made):
    text, tags = (made / "report.html").read_text(), Tags()
    tags.feed(text)
    assert (tags.open, tags.faults) == ([], [])
    assert "結果報告書" in text and "Result report" in text
    assert '<main class="edition" lang="ja"' in text and '<main class="edition" lang="en"' in text


def test_it_tells_votes_the_lot_and_what_to_compare(made, record):
    text = (made / "report.html").read_text()
    data = json.loads((made / "report.json").read_text())
    (one,) = data["contests"]
    assert one["elected"] == ["option-b"]
    assert one["lots"][0]["how"]["witnesses"] == ["Doi", "Endo"]
    for part in (data["root"], data["definition"], data["log_key"], *one["digests"].values()):
        assert part in text
    assert {"uuid", "fingerprint", "tally", "head", "archive"} == set(one["digests"])
    assert "Doi, Endo" in text and "くじの立会人" in text


def test_the_results_are_open_data(made):
    with (made / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["option"], row["votes"], row["mark"]) for row in rows] == [
        ("option-a", "1", ""),
        ("option-b", "1", "by-lot"),
        ("option-c", "0", ""),
        ("", "0", "blank"),
        ("", "0", "invalid"),
    ]


def test_a_zip_gives_the_same_report(record, made, tmp_path):
    archive = tmp_path / "record.zip"
    with zipfile.ZipFile(archive, "w") as target:
        for path in sorted(record.rglob("*")):
            if path.is_file():
                target.write(path, path.relative_to(record))
    report(archive, tmp_path / "out")
    for name in ("report.html", "results.csv", "report.json"):
        assert (tmp_path / "out" / name).read_bytes() == (made / name).read_bytes()


def test_a_published_record_is_fetched_whole(record, tmp_path):
    class Published:
        def open(self, name):
            path = record / name
            return path.open("rb") if path.is_file() else None

    fetch_record(Published(), tmp_path / "copy")
    report(tmp_path / "copy", tmp_path / "out")
    data = json.loads((tmp_path / "out" / "report.json").read_text())
    assert data["contests"][0]["elected"] == ["option-b"]


def test_a_refuted_record_gets_no_report(tmp_path):
    change = {"outcome 0": lambda text, log: text.replace("option-a", "option-b", 1)}
    record = records.build(tmp_path / "record", change=change)
    assert "outcome_differs" in report(record, tmp_path / "out", status=1)
    assert not (tmp_path / "out").exists()


def test_a_record_without_certified_results_gets_no_report(tmp_path):
    record = records.build(tmp_path / "record", until="decrypted")
    assert "not_declared" in report(record, tmp_path / "out", status=1)


def test_a_turnout_of_another_election_is_refused(record, tmp_path):
    other = tmp_path / "turnout.json"
    form = {"form": "tsukuba-trust/turnout/1", "log": "elsewhere", "definition": "0" * 64}
    other.write_text(json.dumps(form))
    output = report(record, tmp_path / "out", "--turnout", other, status=1)
    assert "turnout_other" in output


def test_an_existing_folder_is_not_overwritten(record, tmp_path: Path):
    assert "target_exists" in report(record, tmp_path, status=2)


def turnout_of(made, voters):
    data = json.loads((made / "report.json").read_text())
    numbers = {"electors": 100, "voters": 40, "percent": "40.00"}
    return {
        "form": "tsukuba-trust/turnout/1",
        "log": data["log"],
        "definition": data["definition"],
        "kind": "sample",
        "n": 100,
        "all": {"electors": 900, "voters": voters, "percent": "0.22"},
        "counted": numbers,
        "tables": [
            {
                "name": "age",
                "rows": [{"key": "20-24", "hidden": True}, {"key": "80-", **numbers}],
                "hidden": numbers,
            }
        ],
    }


@pytest.mark.parametrize("voters", [1, 3, 900])
def test_a_turnout_that_the_record_contradicts_is_refused(record, made, tmp_path, voters):
    (tmp_path / "turnout.json").write_text(json.dumps(turnout_of(made, voters)))
    output = report(record, tmp_path / "out", "--turnout", tmp_path / "turnout.json", status=1)
    assert "turnout_differs" in output


def test_turnout_stands_in_the_report_with_its_mark(record, made, tmp_path):
    document = turnout_of(made, 2)
    (tmp_path / "turnout.json").write_text(json.dumps(document))
    report(record, tmp_path / "out", "--turnout", tmp_path / "turnout.json")
    text = (tmp_path / "out" / "report.html").read_text()
    assert "抽出調査 n = 100" in text and "Sample, n = 100" in text
    assert "人数が少ないため" in text
    assert "age,20-24,,,,too few people" in (tmp_path / "out" / "turnout.csv").read_text()
