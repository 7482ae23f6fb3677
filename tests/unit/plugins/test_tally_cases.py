"""Every published case gives exactly its outcome (tests/vectors/tallies; attack O08)."""

import json
from pathlib import Path

import pytest

from tsukuba_trust.cli.case.counting import count_case

CASES = Path(__file__).parents[2] / "vectors" / "tallies"
FILES = sorted(CASES.glob("*.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_o08_it_gives_the_published_outcome(path):
    text = path.read_text()
    case = json.loads(text)
    expected = [one["expected"] for one in (case, *case.get("also", ()))]
    assert [words for _, words in count_case(text, path.name)] == expected


def test_every_case_of_the_folder_runs():
    assert len(FILES) == 39
