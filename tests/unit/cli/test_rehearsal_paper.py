"""Rehearsals with paper: a school with classes, and a city whose one list has both channels."""

import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner

from record_parts import contest, election
from tsukuba_trust.cli import main
from tsukuba_trust.cli.rehearsal.papers import Place, namesakes, places, sheet_rows
from tsukuba_trust.elections.sheet_rules import place_differences
from tsukuba_trust.elections.sheet_table import read_sheets
from tsukuba_trust.registry import DEFAULT_PLUGINS, load
from tsukuba_trust.values import Option, RollRule, Text
from tsukuba_trust.verify.record import verify_record

FILES = Path(__file__).parents[3] / "config" / "elections"


def rehearsed(folder: Path, name: str, *words: str):
    record = folder / "record"
    file = FILES / f"{name}.toml"
    done = CliRunner().invoke(main, ["rehearse", str(file), "--record", str(record), *words])
    assert done.exit_code == 0, done.output
    report = verify_record(record, registry=load(DEFAULT_PLUGINS, {}))
    assert report.exit_code == 0, report.to_text()
    return done.output, json.loads(report.to_json())


def test_o09_a_school_votes_on_the_net_and_in_classes_under_one_certificate(tmp_path):
    words = ("--voters", "6", "--electors", "8", "--blank", "1", "--paper", "45")
    said, found = rehearsed(tmp_path, "namiki-2021", *words)
    outcome = found["contests"][0]["outcome"]
    online, paper = (one["voters"] for one in outcome["detail"]["channels"])
    assert online == 6
    assert outcome["detail"]["paper"]["places"] == 5
    valid = sum(row["votes"] for row in outcome["totals"])
    assert valid == outcome["detail"]["valid"]
    detail = outcome["detail"]
    papers = paper - detail["paper"]["not_returned"]
    assert valid + detail["blank"] + detail["invalid"] == online + papers
    assert f"{online} by internet, {paper} by paper, 53" in " ".join(said.split())


@pytest.mark.long
def test_the_school_election_of_2021_with_160_pupils_on_the_net_and_740_on_paper(tmp_path):
    words = ("--voters", "131", "--electors", "160", "--blank", "1", "--paper", "740")
    said, found = rehearsed(tmp_path, "namiki-2021", *words)
    outcome = found["contests"][0]["outcome"]
    assert outcome["ballots"] == 131
    assert outcome["detail"]["paper"]["places"] == 20
    assert ", 900 electors, turnout " in " ".join(said.split())


def test_o09_a_city_strikes_who_voted_on_paper_and_splits_shared_names(tmp_path):
    _said, found = rehearsed(tmp_path, "mayor-council-mock", "--voters", "9", "--paper", "60")
    for one in found["contests"]:
        detail = one["outcome"]["detail"]
        assert detail["shared_names"]["districts"][0]["place"] == "市内 開票所"
        assert detail["channels"][1]["voters"] == 62  # two of them had voted on the net


# -- the sheets themselves --------------------------------------------------------------

FAMILY = contest(
    0,
    options=tuple(
        Option(key, Text((("ja", name),)))
        for key, name in (("a", "山田 花"), ("b", "鈴木 一"), ("c", "山田 実"))
    ),
    tally={"seats": 1, "shared_names": {}},
)


@pytest.mark.parametrize("seed", range(5))
def test_simulated_sheets_keep_every_sum(seed):
    lists = [Place("5-1", "all", 37, -1), Place("5-2", "all", 12, -1), Place("city", "all", 90, 70)]
    text = sheet_rows(FAMILY, lists, 9, random.Random(seed))
    sheets = [sheet for sheet, _ in read_sheets(text, "f", FAMILY)]
    assert [place_differences(sheet, FAMILY, 1) for sheet in sheets] == [[], [], []]
    assert (sheets[2].protocol.voters, sheets[2].marked) == (70, 79)


def test_the_first_options_of_one_family_share_its_name():
    assert namesakes(FAMILY) == ["a", "c"]
    assert namesakes(contest(0)) == []


def test_classes_hold_a_group_and_none_is_larger_than_a_classroom():
    groups = {"net": 10, "grade 5": 90}
    roll = RollRule((("net", "internet"), ("grade 5", "paper")))
    found = places(election(electorate="roll", roll=roll), contest(0), groups, 0)
    assert [one.electors for one in found] == [30, 30, 30]
    assert {one.group for one in found} == {"grade 5"}
