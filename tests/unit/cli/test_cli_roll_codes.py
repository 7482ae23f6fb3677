"""Printed codes: for whom the office makes them."""

from tsukuba_trust.cli.roll import on_internet
from tsukuba_trust.data import data_dir
from tsukuba_trust.elections.definition import load as load_election
from tsukuba_trust.registry import DEFAULT_PLUGINS, load

ROLL = """number,group,name,birth_date,sex
1,4年生,山田 太郎,2005-04-01,1
2,1年生,鈴木 一,2008-05-01,1
"""


def test_only_electors_whose_group_votes_on_the_internet_get_a_code() -> None:
    file = data_dir("config") / "elections" / "namiki-2021.toml"
    election = load_election(file.read_text(encoding="utf-8"), registry=load(DEFAULT_PLUGINS))
    assert on_internet(ROLL.encode(), election.roll) == ["1"]
