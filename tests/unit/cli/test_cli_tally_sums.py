"""Cases whose numbers cannot be, and keys that no count reads."""

import json

import pytest
from click.testing import CliRunner

from tsukuba_trust.cli import main
from tsukuba_trust.cli.case.counting import count_case
from tsukuba_trust.errors import Misconfigured

ANSWERS = {"yes": 1, "no": 1, "blank": 1}


@pytest.mark.parametrize(
    ("options", "code", "detail"),
    [
        ({"cast": 2}, "sums_differ", "options.cast: 2, but there are 3 ballots and papers"),
        ({"eligible": 2}, "sums_differ", "options.eligible: 2, but there are 3 ballots"),
        ({"cast": 9, "eligible": 8}, "sums_differ", "options.eligible: 8, but there are 9"),
        ({"base": "eligible"}, "electors_unknown", "a majority of electors needs their number"),
        (
            {"quorum": {"fraction": "1/2"}, "turnout_quorum": {"fraction": "1/3"}},
            "quorum_twice",
            "options.turnout_quorum: one quorum, not two",
        ),
    ],
)
@pytest.mark.parametrize("method", ["referendum", "confidence"])
def test_sums_that_cannot_be_are_named(method, options, code, detail):
    counts = ANSWERS if method == "referendum" else {"a": ANSWERS}
    case = {"method": method, "seats": 0, "candidates": [{"id": "a"}], "counts": counts}
    with pytest.raises(Misconfigured) as found:
        count_case(json.dumps({**case, "options": options}), "case.json")
    assert found.value.code == code
    assert detail in found.value.detail
    assert found.value.where.startswith("case.json:1:")


def test_as_many_as_there_are_may_vote():
    case = {"method": "referendum", "seats": 0, "counts": ANSWERS}
    options = {"cast": 3, "eligible": 3}
    [(_, words)] = count_case(json.dumps({**case, "options": options}), "case.json")
    assert words["cast"] == 3


def test_keys_that_nothing_reads_are_told_beside_the_outcome(tmp_path):
    case = """{"method": "plurality", "seats": 1, "candidates": [{"id": "a"}, {"id": "b"}],
 "invaild": 4,
 "ballots": [{"choice": "a", "count": 3, "weight": 2},
  {"choice": "b", "count": 1, "weight": 9}]}"""
    path = tmp_path / "case.json"
    path.write_text(case)
    result = CliRunner().invoke(main, ["tally", str(path), "--json"])
    assert json.loads(result.stdout)["elected"] == ["a"]
    assert [line.replace(str(path), "@") for line in result.stderr.splitlines()] == [
        "note: @:2:13: 'invaild' is nothing that a case has; passed over",
        "note: @:3:52: 'weight' is nothing that a case has; passed over",
    ]


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "1e3", "-0.5"])
def test_a_number_that_is_none_is_named_where_it_stands(word):
    case = f'{{"method": "plurality",\n "seats": {word}, "candidates": [{{"id": "a"}}]}}'
    with pytest.raises(Misconfigured) as found:
        count_case(case, "case.json")
    assert (found.value.code, found.value.where) == ("number_not_whole", "case.json:2:11")
