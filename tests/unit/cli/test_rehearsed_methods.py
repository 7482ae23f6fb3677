"""Every tally method in an election of its own: file, ballots, count, record, report."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tsukuba_trust.cli import main

SCHOOL = Path(__file__).parents[3] / "config/elections/namiki-2021.toml"
MARK = ("homomorphic", "{ min = 1, max = 1, blank = true }")


def opened(form, more=""):
    return "preference", f'{{ form = "{form}", accept_patterns = true{more} }}'


HELD = {
    "approval": ("approval", ("homomorphic", "{ min = 0, max = 3 }"), "{ seats = 2 }"),
    "choose-k": ("choose-k", ("homomorphic", "{ min = 1, max = 2 }"), "{ choices = 2 }"),
    "referendum": ("referendum", MARK, '{ quorum = { of = "electors", at_least = "1/20" } }'),
    "confidence": ("confidence", MARK, '{ base = "electors" }'),
    "each": ("confidence", opened("grade", ', grades = ["yes", "no"]'), "{ each = true }"),
    "borda": ("borda", opened("ranking"), '{ unranked = "average" }'),
    "schulze": ("schulze", opened("ranking"), '{ strength = "margins" }'),
    "irv": ("irv", opened("ranking"), "{ }"),
    "scottish": ("stv", opened("ranking"), '{ rule = "scottish", seats = 2 }'),
    "wigm": ("stv", opened("ranking"), '{ rule = "wigm", seats = 2, quota = "droop-exact" }'),
    "meek": ("stv", opened("ranking"), '{ rule = "meek", seats = 2 }'),
    "dhondt": ("dhondt", MARK, '{ seats = 5, threshold = "1/20" }'),
    "sainte-lague": ("sainte-lague", MARK, "{ seats = 5 }"),
    "modified": (
        "sainte-lague-modified",
        opened("choice", ", blank = true"),
        '{ seats = 3, list_sizes = [{ option = "candidate-1", names = 2 }] }',
    ),
    "score": ("score", opened("score", ", max = 5"), "{ }"),
    "star": ("star", opened("score", ", max = 5"), "{ }"),
    "grades": ("majority-judgment", opened("grade", ', grades = ["good", "fair", "poor"]'), "{ }"),
    "evaluation": ("evaluation", opened("score", ", max = 100"), "{ }"),
}
QUICK = {"referendum"}


def school(name):
    """Return the school's election with one contest by this method, all of it on the internet."""
    method, (scheme, ballot), tally = HELD[name]
    before, after = SCHOOL.read_text("utf-8").split('ballot_scheme = "homomorphic"')
    after = after.split("tally = { seats = 1 }")[1]
    if name in ("referendum", "confidence"):
        after = after.replace('"candidate-1"', '"yes"').replace('"candidate-2"', '"no"')
        after = "[[contests.options]]".join(after.split("[[contests.options]]")[:3])
    before = before.replace('channel = "paper"', 'channel = "internet"')
    return (
        f'{before}ballot_scheme = "{scheme}"\nballot = {ballot}\n'
        f'tally_method = "{method}"\ntally = {tally}{after}'
    )


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=() if one in QUICK else pytest.mark.long) for one in HELD]
)
def test_an_election_by_every_method_is_held_verified_and_reported(name, tmp_path):
    path = tmp_path / "school.toml"
    path.write_text(school(name), "utf-8")
    words = ["--voters", "9", "--electors", "40", "--report", str(tmp_path / "report")]
    result = CliRunner().invoke(main, ["rehearse", str(path), *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert "the record verifies" in result.output
    assert (tmp_path / "report" / "report.html").stat().st_size > 10_000
