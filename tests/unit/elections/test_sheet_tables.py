"""Sheets as CSV files: read whole, or refused with file, line and column."""

from fractions import Fraction

import pytest

from record_parts import contest
from tsukuba_trust.elections.sheet_table import add_doubtful, read_doubtful, read_sheets
from tsukuba_trust.errors import Misconfigured

POLL = contest(0)
SHARED = contest(0, tally={"seats": 1, "shared_names": {}})
HEAD = "place,electors,voters,received,valid,blank,vote:option-a,vote:option-b,vote:option-c"
LINE = "hall,40,30,30,28,2,10,9,9"
LAST = f"f.csv:1:{HEAD.index('vote:option-c') + 1}"
ADDED = f"f.csv:1:{len(HEAD) + 2}"


def sheets(*lines: str, of=POLL):
    return [one for one, _ in read_sheets("\n".join([*lines, ""]), "f.csv", of)]


def refusal(*lines: str, of=POLL) -> str:
    with pytest.raises(Misconfigured) as error:
        sheets(*lines, of=of)
    return str(error.value)


def test_a_line_is_one_place_with_its_list_its_box_and_its_votes():
    (one,) = sheets(HEAD, LINE)
    assert (one.place, one.electors, one.marked, one.protocol.voters) == ("hall", 40, 30, 30)
    assert (one.sheet.votes, one.sheet.valid, one.sheet.blank) == ((10, 9, 9), 28, 2)


def test_columns_may_stand_in_any_order_and_fields_in_quotes():
    head, line = (",".join(reversed(text.split(","))) for text in (HEAD, LINE))
    (one,) = sheets(f"{head},group", f'{line},"class ""A"", 1"')
    assert (one.sheet.votes, one.group) == ((10, 9, 9), 'class "A", 1')


def test_lines_of_an_office_end_as_windows_writes_them():
    assert len(read_sheets(f"{HEAD}\r\n{LINE}\r\n\r\n", "f.csv", POLL)) == 1


def test_invalid_papers_are_counted_by_class():
    (one,) = sheets(f"{HEAD},invalid:two_or_more,invalid:symbols", f"{LINE},1,0")
    assert (one.invalid, one.sheet.invalid) == ((("two_or_more", 1),), 1)


def test_shared_names_and_a_place_that_split_them_itself_are_read():
    head = f"{HEAD},shared:option-a+option-b,lost"
    (one,) = sheets(head, "hall,40,30,30,28,2,10.5,9.333,9,3,0.001", of=SHARED)
    assert one.sheet.votes == (Fraction(21, 2), Fraction(9333, 1000), 9)
    assert one.sheet.shared == ((("option-a", "option-b"), 3),)
    assert one.protocol.lost == Fraction(1, 1000)


@pytest.mark.parametrize(
    ("lines", "code", "where"),
    [
        (
            (HEAD.replace("option-c", "option-x"), LINE),
            "candidate_unknown",
            f"f.csv:1:{HEAD.index('vote:option-c') + 1}",
        ),
        ((f"{HEAD},shared:option-a+you", f"{LINE},1"), "candidate_unknown", ADDED),
        ((f"{HEAD},invalid:ugly", f"{LINE},1"), "class_unknown", ADDED),
        ((f"{HEAD},weather", f"{LINE},1"), "column_unknown", ADDED),
        ((f"{HEAD},blank", f"{LINE},1"), "column_twice", ADDED),
        ((HEAD.replace(",vote:option-c", ""), LINE[:-2]), "column_missing", "f.csv:1:1"),
        ((HEAD, LINE.replace("40", "-1")), "number_negative", "f.csv:2:6"),
        ((HEAD, LINE.replace("28", "28.5")), "number_not_whole", "f.csv:2:15"),
        ((HEAD, LINE.replace(",9,9", ",9.5,8.5")), "number_not_whole", "f.csv:2:23"),
        ((HEAD, LINE.replace("28", "many")), "number_expected", "f.csv:2:15"),
        ((HEAD, LINE.replace("28", "２８")), "number_expected", "f.csv:2:15"),
        ((HEAD, LINE.replace("28", "")), "number_expected", "f.csv:2:15"),
        ((HEAD, LINE.replace("40", "9999999999")), "number_too_large", "f.csv:2:6"),
        ((HEAD, LINE, LINE), "sheet_twice", "f.csv:3:1"),
        ((HEAD, f"{LINE},1"), "fields_differ", "f.csv:2:27"),
        ((HEAD, LINE.replace("hall", 'ha"ll')), "csv_malformed", "f.csv:2:1"),
        ((HEAD, LINE.replace("hall", "ha\x07ll")), "text_expected", "f.csv:2:1"),
        ((HEAD, LINE.replace("hall", "")), "text_expected", "f.csv:2:1"),
        ((HEAD,), "file_empty", "f.csv:1:1"),
        ((), "file_empty", "f.csv:1:1"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_fault_has_a_code_a_line_and_a_column(lines, code, where):
    assert refusal(*lines).startswith(f"{code}: {where}: ")


# -- doubtful papers --------------------------------------------------------------------

DECISIONS = "place,number,decision,decided_by"


def decided(*lines: str):
    return read_doubtful("\n".join([DECISIONS, *lines]), "d.csv", POLL)


def test_decisions_are_read_with_who_decided():
    valid, shared, invalid, open_ = decided(
        "hall,1,option-a,manager; witness",
        "hall,2,option-a+option-b,manager",
        "hall,3,invalid:unclear,manager",
        "hall,4,,",
    )
    assert (valid.options, valid.decided_by) == (("option-a",), ("manager", "witness"))
    assert shared.options == ("option-a", "option-b")
    assert (invalid.options, invalid.reason) == ((), "unclear")
    assert (open_.options, open_.reason) == ((), "")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("hall,1,option-x,manager", "candidate_unknown: d.csv:2:8"),
        ("hall,1,invalid:ugly,manager", "class_unknown: d.csv:2:8"),
        ("hall,1,option-a,", "text_expected: d.csv:2:17"),
        ("hall,one,option-a,manager", "number_expected: d.csv:2:6"),
    ],
)
def test_a_decision_that_cannot_be_is_refused_with_its_place(line, code):
    with pytest.raises(Misconfigured, match=code):
        decided(line)


def test_a_decision_of_a_place_without_a_sheet_is_refused():
    with pytest.raises(Misconfigured, match="place_unknown"):
        add_doubtful(
            read_sheets(f"{HEAD}\n{LINE}\n", "f.csv", POLL), decided("attic,1,option-a,m"), "d.csv"
        )
