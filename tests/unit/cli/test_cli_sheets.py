"""``tsukuba-trust sheets``: checked, typed twice, compared, signed; faults by line and column."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tsukuba_trust.cli import main

SCHOOL = Path(__file__).parents[3] / "config" / "elections" / "namiki-2021.toml"
HEAD = (
    "place,group,electors,voters,received,not_returned,valid,blank,invalid:two_or_more,"
    "vote:candidate-1,vote:candidate-2,vote:candidate-3"
)
GOOD = "1年1組,1年生,37,36,35,1,33,1,1,10,11,12"
OTHER = "1年2組,1年生,37,30,30,0,30,0,0,10,10,10"
OF = ("--election", str(SCHOOL), "--contest", "president")
COLUMNS = HEAD.split(",")


def sheets(*words, typed=""):
    return CliRunner().invoke(main, ["sheets", *map(str, words)], input=typed)


def text(*lines: str) -> str:
    return "\n".join([HEAD, *lines, ""])


def changed(**changes: str) -> str:
    """Return a good line with other fields."""
    row = dict(zip(COLUMNS, GOOD.split(","), strict=True))
    return ",".join((row | changes).values())


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "sheets.csv"
    path.write_text(text(GOOD, OTHER), encoding="utf-8")
    return path


@pytest.fixture
def refused(tmp_path):
    """Return a function: a file's content -> the one line of the complaint."""

    def refused(content: str | bytes, *words: str) -> str:
        path = tmp_path / "bad.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        before = sorted(tmp_path.iterdir())
        result = sheets("check", path, *OF, *words)
        assert result.exit_code == 2, result.output
        assert result.stdout == ""
        assert len(result.stderr.splitlines()) == 1
        assert sorted(tmp_path.iterdir()) == before
        return result.stderr.replace(f"{path}:", "@").strip()

    return refused


# -- check ------------------------------------------------------------------------------


def test_a_good_file_is_summed_up_with_its_digest(file):
    result = sheets("check", file, *OF)
    assert result.exit_code == 0, result.output
    assert result.output.startswith("2 places, 66 voters, 0 differences\nSHA-256 ")


@pytest.mark.parametrize(
    ("changes", "column", "told"),
    [
        ({"received": "36"}, "received", "received = valid + blank + invalid: 36 is not 35"),
        ({"not_returned": "2"}, "voters", "36 is not 37"),
        ({"vote:candidate-1": "9"}, "valid", "votes + shared names = valid: 32 is not 33"),
        ({"electors": "35"}, "electors", "marked <= electors on the list: 36 is not 35"),
    ],
)
def test_a_sum_that_does_not_agree_is_shown_with_its_place(tmp_path, changes, column, told):
    path = tmp_path / "bad.csv"
    line = changed(**changes)
    path.write_text(text(OTHER, line), encoding="utf-8")
    result = sheets("check", path, *OF)
    assert result.exit_code == 1
    before = line.split(",")[: COLUMNS.index(column)]
    at = len(",".join(before)) + 2
    assert f"{path}:3:{at}: 1年1組: " in result.output
    assert told in result.output


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ([changed(group="9年生")], "error: group_unknown: @2:6: 9年生 is no group of the roll"),
        ([changed(group="")], "error: group_unknown: @2:6: "),
        ([changed(voters="-3")], "error: number_negative: @2:13: -3 where"),
        ([changed(voters="35.5")], "error: number_not_whole: @2:13: 35.5 where"),
        ([changed(**{"vote:candidate-1": "10.5"})], "error: number_not_whole: @2:28: "),
        ([GOOD, GOOD], "error: sheet_twice: @3:1: 1年1組 stands on line 2 already"),
        ([GOOD + ",1"], "error: fields_differ: @2:37: 13 fields, the header has 12"),
    ],
)
def test_a_line_that_cannot_be_is_refused(refused, lines, complaint):
    assert refused(text(*lines)).startswith(complaint)


def test_an_unknown_candidate_is_refused(refused):
    bad = text(GOOD).replace("vote:candidate-3", "vote:candidate-9")
    assert refused(bad).startswith("error: candidate_unknown: @1:")


def test_a_byte_order_mark_is_refused(refused):
    assert refused(b"\xef\xbb\xbf" + text(GOOD).encode()).startswith("error: file_has_bom: @1:1: ")


def test_shift_jis_is_offered_with_a_line_as_it_would_read(refused):
    complaint = refused(text(GOOD).encode("cp932"))
    assert complaint.startswith("error: file_not_text: @2:2: not utf-8; as shift_jis the line")
    assert "1年1組,1年生" in complaint
    assert "--encoding shift_jis" in complaint


def test_shift_jis_is_converted_when_asked_for(tmp_path):
    path = tmp_path / "sheets.csv"
    path.write_bytes(text(GOOD).encode("cp932"))
    result = sheets("check", path, *OF, "--encoding", "shift_jis")
    assert result.exit_code == 0, result.output


def test_100_megabytes_are_refused_before_they_are_read(refused, tmp_path):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    result = sheets("check", path, *OF)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"error: file_too_large: {path}: ")


def test_an_unknown_contest_is_named(file):
    result = sheets("check", file, "--election", SCHOOL, "--contest", "mayor")
    assert result.exit_code == 2
    assert "contest_unknown: mayor; there are: president" in result.stderr


def test_a_doubtful_paper_without_a_decision_is_refused(file, tmp_path):
    doubtful = tmp_path / "doubtful.csv"
    doubtful.write_text("place,number,decision,decided_by\n1年1組,1,,\n", encoding="utf-8")
    result = sheets("check", file, *OF, "--doubtful", doubtful)
    assert result.exit_code == 2
    assert "doubtful_undecided" in result.stderr


def test_decided_papers_are_part_of_the_sums(tmp_path):
    path, doubtful = tmp_path / "s.csv", tmp_path / "d.csv"
    path.write_text(text(changed(voters="37", received="36", electors="40")), encoding="utf-8")
    doubtful.write_text(
        "place,number,decision,decided_by\n1年1組,1,candidate-2,顧問;立会人\n", encoding="utf-8"
    )
    assert sheets("check", path, *OF).exit_code == 1
    result = sheets("check", path, *OF, "--doubtful", doubtful)
    assert result.exit_code == 0, result.output


# -- typed twice ------------------------------------------------------------------------


def test_what_is_typed_is_a_file_that_can_be_checked(tmp_path):
    out = tmp_path / "typed.csv"
    numbers = [37, 36, 35, 33, 1, 1, 0, 36, 1, 10, 11, 12]
    typed = "".join(f"{number}\n" for number in numbers)
    words = ("--place", "1年1組", "--group", "1年生", "--invalid", "two_or_more")
    result = sheets("type", out, *OF, *words, typed=typed)
    assert result.exit_code == 0, result.output
    assert "見本 あおい" in result.output
    assert sheets("check", out, *OF).exit_code == 0
    assert sheets("type", out, *OF, *words, typed=typed).exit_code == 2  # never overwritten


def test_two_typists_learn_where_they_differ_and_never_what_the_other_typed(file, tmp_path):
    second = tmp_path / "second.csv"
    second.write_text(text(GOOD.replace(",10,11,", ",17,11,"), OTHER), encoding="utf-8")
    result = sheets("compare", file, second, *OF)
    assert result.exit_code == 1
    assert "1年1組: vote:candidate-1 differs" in result.output
    assert f"{file}:2:" in result.output
    assert "17" not in result.output.replace(str(tmp_path), "")


def test_two_files_alike_do_not_differ(file, tmp_path):
    second = tmp_path / "second.csv"
    second.write_text(text(OTHER, GOOD), encoding="utf-8")
    assert sheets("compare", file, second, *OF).exit_code == 0


@pytest.mark.parametrize("swapped", [False, True])
def test_a_place_that_one_person_left_out_is_named(file, tmp_path, swapped):
    second = tmp_path / "second.csv"
    second.write_text(text(GOOD), encoding="utf-8")
    pair = (second, file) if swapped else (file, second)
    result = sheets("compare", *pair, *OF)
    assert result.exit_code == 2
    assert f"place_unknown: {file}:3:1: 1年2組" in result.stderr


def test_o15_a_place_with_few_papers_is_named_with_line_and_column(file):
    few = changed(place="1年3組", voters="6", received="6", not_returned="0", valid="6", blank="0")
    few = ",".join([*few.split(",")[:8], "0", "1", "2", "3"])
    file.write_text(text(GOOD, OTHER, few), encoding="utf-8")
    result = sheets("check", file, *OF)
    assert result.exit_code == 1
    (line,) = [one for one in result.output.splitlines() if "sheet_too_small" in one]
    assert line.startswith(
        f"{file}:4:1: sheet_too_small: 1年3組: 6 papers, fewer than 20; enter it"
    )
