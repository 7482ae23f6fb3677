"""``tsukuba-trust tally``: outcomes as JSON and as lines; faults with line and column."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tsukuba_trust.cli import main
from tsukuba_trust.cli.case import located

CASES = Path(__file__).parents[2] / "vectors" / "tallies"
GOOD = {
    "name": "n",
    "method": "plurality",
    "seats": 1,
    "candidates": [{"id": "a"}, {"id": "b"}],
    "options": {},
    "ballots": [
        {"choice": "a", "count": 3},
        {"choice": "b", "count": 2},
    ],
}


def tally(path, *words):
    return CliRunner().invoke(main, ["tally", str(path), *words])


@pytest.fixture
def refused(tmp_path):
    """Return a function: a file's content -> the complaint without the file's name."""

    def refused(content, *words):
        path = tmp_path / "case.json"
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, str):
            path.write_text(content)
        else:
            path.write_text(json.dumps(content, indent=1))
        before = sorted(tmp_path.iterdir())
        result = tally(path, *words)
        assert result.exit_code == 2, result.output
        assert result.stdout == ""
        assert len(result.stderr.splitlines()) == 1
        assert sorted(tmp_path.iterdir()) == before
        return result.stderr.replace(f"{path}:", "@").strip()

    return refused


def test_json_is_what_the_case_expects():
    result = tally(CASES / "borda-equal-and-truncated.json", "--json")
    case = json.loads((CASES / "borda-equal-and-truncated.json").read_text())
    assert json.loads(result.output) == [case["expected"], case["also"][0]["expected"]]


def test_json_of_one_count_is_one_object():
    result = tally(CASES / "irv-exhausted.json", "--json")
    case = json.loads((CASES / "irv-exhausted.json").read_text())
    assert json.loads(result.output) == case["expected"]


@pytest.mark.parametrize("path", sorted(CASES.glob("*.json")), ids=lambda path: path.stem)
def test_every_case_can_be_read_by_people(path):
    result = tally(path)
    assert result.exit_code == 0
    case = json.loads(path.read_text())
    assert result.output.startswith(f"{case['method']}: {case['expected']['status']}\n")


@pytest.mark.parametrize("method", ["choose-k", "evaluation"])
def test_methods_without_a_form_of_case_are_named_as_such(method, tmp_path):
    (tmp_path / "case.json").write_text(json.dumps(change(method=method)))
    result = tally(tmp_path / "case.json")
    assert "choose-k and evaluation are counted in elections only" in result.stderr


def test_lines_say_who_must_be_drawn_between_and_what_it_changes():
    output = tally(CASES / "stv-tie-lot.json").output
    assert "a lot must be drawn between: C, D" in output
    assert "elected would be: A, B | A, C" in output


def change(**changes):
    return {**GOOD, **changes}


def ballots(*rows, **changes):
    return {**change(**changes), "ballots": list(rows)}


FAULTS = {
    "method": (change(method="luck"), "method_unknown: @3:12: method: one of"),
    "no method": ({"seats": 1, "candidates": []}, "key_missing"),
    "unknown candidate": (
        ballots({"choice": "x", "count": 1}),
        "candidate_unknown: @16:14: ballots[0].choice: no candidate 'x'",
    ),
    "negative": (
        ballots({"choice": "a", "count": -1}),
        "value_out_of_range: @17:13: ballots[0].count: -1 is not between",
    ),
    "decimal": (
        ballots({"choice": "a", "count": 1.5}),
        "number_not_whole: @17:13: ballots[0].count: 1.5 where a whole number belongs",
    ),
    "exponent": (ballots({"choice": "a", "count": 1e3}), "number_not_whole"),
    "text": (ballots({"choice": "a", "count": "3"}), "wrong_type: @17:13"),
    "true": (ballots({"choice": "a", "count": True}), "wrong_type"),
    "no count": (ballots({"choice": "a"}), "key_missing: @15:3: ballots[0]"),
    "no choice": (ballots({"count": 1}), "key_missing"),
    "ballots": (change(ballots={}), "wrong_type: @14:13: ballots: an array"),
    "candidate twice": (change(candidates=[{"id": "a"}, {"id": "a"}]), "candidate_twice: @9:3"),
    "empty id": (change(candidates=[{"id": ""}]), "candidate_malformed"),
    "id with a line": (change(candidates=[{"id": "a\nb"}]), "candidate_malformed"),
    "nobody": (change(candidates=[], ballots=[]), "candidate_missing"),
    "option": (change(options={"lots": []}), "option_unknown: @14:11: options.lots"),
    "option of another method": (change(options={"strength": "margins"}), "key_unknown: @14:15"),
    "lot": (change(options={"lot": ["a", "x"]}), "candidate_unknown"),
    "lot twice": (
        ballots({"choice": "a", "count": 1}, {"choice": "b", "count": 1},
                options={"lot": ["a", "a"]}),
        "lot_malformed: @14:10: options.lot",
    ),
    "lot incomplete": (
        ballots({"choice": "a", "count": 1}, {"choice": "b", "count": 1}, options={"lot": ["a"]}),
        "lot_incomplete",
    ),
    "seats": (change(seats=0), "value_out_of_range: @4:11: seats"),
    "seats missing": ({k: v for k, v in GOOD.items() if k != "seats"}, "key_missing"),
    "counts decimal": (
        {**GOOD, "counts": {"a": 415.5}},
        'number_not_exact: @25:8: counts.a: 415.5 is not exact; write it as a string, "415.5"',
    ),
    "counts word": ({**GOOD, "counts": {"a": "many"}}, "value_unknown"),
    "counts stranger": ({**GOOD, "counts": {"x": 1}}, "candidate_unknown: @25:8: counts.x"),
    "approval counts": ({**change(method="approval"), "counts": {"a": 1}}, "ballots_missing"),
    "fraction": (
        change(options={"legal_minimum": {"fraction": 0.25}}),
        "number_not_exact: @15:16: options.legal_minimum.fraction",
    ),
    "also": (
        {**GOOD, "also": [{"method": "plurality", "seats": -1}]},
        "value_out_of_range: @27:13",
    ),
    "list": ([], "wrong_type"),
    "both": (
        {**GOOD, "counts": {"a": 1}}, "counts_and_ballots: @24:12: counts: a case has counts or"
    ),
    "names of a stranger": (
        {**change(method="dhondt", options={"list_sizes": {"x": 1}}), "counts": {"a": 1}},
        "candidate_unknown: @15:9: options.list_sizes.x",
    ),
}  # fmt: skip
PREFERENCES = {
    "ranked twice": ("borda", {"ranking": [["a"], ["a"]]}, {}, "candidate_twice"),
    "flat ranking": ("irv", {"ranking": ["a"]}, {}, "wrong_type"),
    "rank of nothing": ("irv", {"ranking": [None]}, {}, "wrong_type"),
    "deep ranking": ("irv", {"ranking": [[["a"]]]}, {}, "wrong_type"),
    "ranked stranger": ("stv", {"ranking": [["a", "x"]]}, {}, "candidate_unknown"),
    "score too high": ("score", {"scores": {"a": 6}}, {}, "value_out_of_range"),
    "score of a stranger": ("star", {"scores": {"x": 1}}, {}, "candidate_unknown"),
    "grade": (
        "majority-judgment",
        {"grades": {"a": "great"}},
        {"grades": ["good", "bad"]},
        "grade_unknown",
    ),
    "no grades": ("majority-judgment", {"grades": {"a": "good"}}, {}, "key_missing"),
    "rule": ("stv", {"ranking": []}, {"rule": "irish"}, "value_unknown"),
    "seats": ("irv", {"ranking": []}, {}, "seats_unfillable"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_with_line_and_column(refused, name):
    content, complaint = FAULTS[name]
    assert refused(content).startswith(f"error: {complaint}")


@pytest.mark.parametrize("name", PREFERENCES)
def test_a_fault_in_a_whole_ballot_is_named(refused, name):
    method, ballot, options, complaint = PREFERENCES[name]
    seats = 2 if name == "seats" else 1
    case = ballots({**ballot, "count": 1}, method=method, options=options, seats=seats)
    assert refused(case).startswith(f"error: {complaint}: @")


@pytest.mark.parametrize(
    ("counts", "complaint"),
    [
        ({"maybe": 2}, "key_unknown"),
        ({"yes": 1.5}, "number_not_whole"),
        ({"yes": -1}, "value_out_of_range"),
    ],
)
def test_a_fault_in_a_referendum_is_named(refused, counts, complaint):
    case = {**change(method="referendum"), "counts": counts}
    assert refused(case).startswith(f"error: {complaint}: @25:")


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"base": "some"}, "value_unknown"),
        ({"quorum": {"of": "some", "fraction": "1/2"}}, "value_unknown"),
        ({"quorum": {"of": "cast"}}, "key_missing"),
        ({"quorum": {"fraction": "1/2"}}, "electors_unknown"),
        ({"strict": 1}, "wrong_type"),
    ],
)
def test_a_fault_in_a_confidence_vote_is_named(refused, options, complaint):
    case = {**change(method="confidence", options=options), "counts": {"a": {"yes": 1, "no": 2}}}
    assert refused(case).startswith(f"error: {complaint}: @")


@pytest.mark.parametrize("counts", [{}, {"x": {"yes": 1}}])
def test_a_confidence_vote_is_about_candidates(refused, counts):
    case = {**change(method="confidence"), "counts": counts}
    assert refused(case).startswith("error: candidate_")


def test_broken_json_is_named_with_line_and_column(refused):
    assert refused('{\n "a": 1,\n "b" 2}') == "error: json_malformed: @3:6: Expecting ':' delimiter"


def test_a_key_that_stands_there_twice_is_found(refused):
    content = '{"seats": 1,\n "options": {"lot": [],\n  "lot": [1]}}'
    assert refused(content) == "error: key_twice: @3:10: options.lot: stands there twice"


def test_a_byte_order_mark_is_named(refused):
    content = b"\xef\xbb\xbf" + json.dumps(GOOD).encode()
    assert refused(content).startswith("error: file_has_bom: @1:1: ")


JAPANESE = json.dumps({**GOOD, "name": "市長選挙"}, ensure_ascii=False, indent=1)


def test_shift_jis_is_shown_and_offered(refused):
    complaint = refused(JAPANESE.encode("cp932"))
    assert complaint.startswith("error: file_not_text: @2:11: not utf-8; as shift_jis")
    assert '"name": "市長選挙"' in complaint
    assert "--encoding shift_jis" in complaint


def test_shift_jis_is_converted_when_asked_for(tmp_path):
    path = tmp_path / "case.json"
    path.write_bytes(JAPANESE.encode("cp932"))
    result = tally(path, "--json", "--encoding", "shift_jis")
    assert json.loads(result.stdout)["elected"] == ["a"]
    assert "read as shift_jis" in result.stderr
    assert path.read_bytes() == JAPANESE.encode("cp932")


def test_bytes_that_are_no_text_are_not_offered(refused):
    assert refused(b'{"name": "\xff\xff\x81"}') == "error: file_not_text: @1:11: not utf-8"


def test_100_megabytes_are_refused_before_they_are_read(tmp_path):
    path = tmp_path / "case.json"
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    result = tally(path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: file_too_large: ")


def test_a_missing_file_is_named(tmp_path):
    result = tally(tmp_path / "none.json")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: file_missing: ")


def test_thousands_of_unknown_keys_are_told_in_one_reading(tmp_path, monkeypatch):
    readings, places = [], located._places
    monkeypatch.setattr(located, "_places", lambda text: readings.append(1) or places(text))
    path = tmp_path / "case.json"
    path.write_text(json.dumps(GOOD | {f"key {n}": n for n in range(3000)}))
    assert tally(path).stderr.count("passed over") == 3000
    assert len(readings) == 1
