"""Outcomes explained: rows, facts and grids that pages and reports show."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from tsukuba_trust.cli.case.counting import _decide
from tsukuba_trust.cli.case.located import parse
from tsukuba_trust.cli.case.reading import read_case
from tsukuba_trust.elections.explained import explain, figure
from tsukuba_trust.elections.outcome import not_decrypted_text, outcome_text
from tsukuba_trust.registry import load
from tsukuba_trust.services.result_words import MARKS, STATUS, WORDS

CASES = sorted((Path(__file__).parents[2] / "vectors" / "tallies").glob("*.json"))


def explained(name):
    """Yield every count of a case, explained."""
    path = next(one for one in CASES if one.stem == name)
    for runs in read_case(parse(path.read_text(), str(path))):
        for run in runs:
            outcome = _decide(load([run.plugin]), run)
            yield explain(run.contest, json.loads(outcome_text(outcome, 1)))


def fact(found, code):
    (one,) = [one for one in found.facts if one.code == code]
    return one


def grid(found, code):
    (one,) = [one for one in found.grids if one.code == code]
    return one


@pytest.mark.parametrize("name", [path.stem for path in CASES])
def test_every_published_outcome_can_be_explained_in_words(name):
    for found in explained(name):
        assert found.status in STATUS
        assert {row.mark for row in found.rows} <= {"", *MARKS}
        assert {one.code for one in (*found.facts, *found.grids)} <= set(WORDS)
        for one in found.facts:
            assert not one.coded or one.value in WORDS or one.code == "rule"
        for one in found.grids:
            heads = [head for row in (one.columns, *one.rows) for head in row]
            assert {head.text for head in heads if head.kind == "code"} <= set(WORDS)
            assert {len(row) for row in one.rows} == {len(one.columns) + 1}


def test_thresholds_show_how_they_are_made():
    (found,) = explained("plurality-legal-minimum-ichikawa-2017")
    line = fact(found, "legal_minimum")
    assert (line.value, line.formula) == ("29769.5", "119078 × 1/4")
    assert fact(found, "reason").value == "legal-minimum"


def test_a_tie_marks_those_between_whom_a_lot_is_drawn():
    found = next(iter(explained("sntv-tie-partial")))
    assert found.tied is not None
    assert {row.key for row in found.rows if row.mark == "tied"} == set(found.tied[0])


def test_rounds_tell_totals_quota_and_what_happened():
    found = next(iter(explained("stv-food")))
    rounds = grid(found, "rounds")
    assert fact(found, "quota").value == "6.00000"
    assert rounds.rows[0][-1].text == "elected:chocolate"
    assert rounds.rows[2][-1].text == "exclusion:pear|elected:orange"


def test_a_lot_inside_a_round_is_told():
    found = list(explained("stv-tie-lot"))[1]
    assert any("by-lot:" in row[-1].text for row in grid(found, "rounds").rows)


def test_pairs_and_ranking_are_shown():
    found = next(iter(explained("schulze-no-unique-winner")))
    assert found.ranking == (("B", "D"), ("A", "C"))
    assert [head.text for head in grid(found, "pairwise").columns] == list("ABCD")


def test_list_seats_and_their_order_are_shown():
    found = next(iter(explained("dhondt-hokkaido-2024")))
    assert [row[1].text for row in grid(found, "list_seats").rows] == list("3311000")
    assert len(grid(found, "allocation").rows) == 8


@pytest.mark.parametrize(("lost", "rows"), [("0", ["places"]), ("1/3000", ["places", "lost"])])
def test_what_sheets_lost_is_a_row_only_where_they_lost_something(lost, rows):
    (found,) = explained("plurality-tennessee")
    document = {
        "status": "decided",
        "ballots": 0,
        "detail": {"paper": {"places": 2, "lost": lost}},
    }
    shown = grid(explain(found.contest, document), "paper")
    assert [head.text for head, _ in shown.rows] == rows


def test_shared_names_show_cut_figures_and_what_was_lost():
    (found,) = explained("plurality-tennessee")
    document = {
        "status": "decided",
        "ballots": 1,
        "elected": ["memphis"],
        "totals": [{"option": "memphis", "votes": "1000/3"}, {"option": "nashville", "votes": 7}],
        "detail": {
            "valid": 341,
            "by_lot": ["memphis"],
            "deposit_forfeited": ["nashville"],
            "shared_names": {
                "shown": {"memphis": "333.333", "nashville": "7.000"},
                "lost": "1/3000",
                "districts": [
                    {
                        "place": "east",
                        "shown": {"memphis": "333.333", "nashville": "7.000"},
                        "lost": "1/3000",
                    }
                ],
            },
        },
    }
    found = explain(found.contest, document)
    shared = grid(found, "shared_names")
    assert [[head.text for head in row] for row in shared.rows] == [
        ["memphis", "333.333"],
        ["lost", "1/3000"],
    ]
    memphis, nashville = found.rows[:2]
    assert (memphis.votes, memphis.mark, memphis.share) == ("333.333", "by-lot", "97.8")
    assert (nashville.votes, nashville.forfeits) == ("7", True)


def test_a_contest_below_the_minimum_has_a_status_and_no_numbers():
    (found,) = explained("plurality-tennessee")
    found = explain(replace(found.contest), json.loads(not_decrypted_text(3)))
    assert (found.status, found.ballots, found.facts) == ("not_decrypted", 3, ())
    assert {row.votes for row in found.rows} == {""}


@pytest.mark.parametrize(
    ("value", "shown"),
    [(7, "7"), ("85/3", "28.333"), ("0.9999", "0.999"), (Fraction(1, 2), "0.500")],
)
def test_figures_are_cut_off_and_never_rounded(value, shown):
    assert figure(value) == shown
