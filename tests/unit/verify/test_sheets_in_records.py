"""Paper in records: what was entered is counted, what replaces it counts instead (O09)."""

from pathlib import Path

import pytest

import records
from record_parts import election
from record_reports import found, verify
from record_sheets import SHEET, entered, paper, signed
from tsukuba_trust.elections.sheets import Source
from tsukuba_trust.elections.sum_rules import Protocol
from tsukuba_trust.values import RollRule, Sheet


def report_of(path: Path, **arguments):
    return verify(records.build(path / "record", **arguments))


def outcome_of(report):
    return report.facts["contests"][0]["outcome"]


def notes(report) -> dict[str, str]:
    return {one.code: one.detail for one in report.findings if one.status == "note"}


def votes(report) -> list[int]:
    return [row["votes"] for row in outcome_of(report)["totals"]]


def test_paper_and_internet_are_one_result(tmp_path: Path) -> None:
    plain = report_of(tmp_path / "plain")
    report = report_of(tmp_path, change=entered((paper(), paper("gym", votes=(0, 0, 4)))))
    assert report.exit_code == 0, report.to_text()
    added = [1, 5, 5]
    assert votes(report) == [n + more for n, more in zip(votes(plain), added, strict=True)]
    assert outcome_of(report)["elected"] == ["option-b"]
    assert outcome_of(report)["detail"]["channels"] == [
        {"channel": "internet", "voters": 3},
        {"channel": "paper", "voters": 11},
    ]


def test_a_later_sheet_of_the_same_place_counts_instead(tmp_path: Path) -> None:
    once = report_of(tmp_path / "once", change=entered((paper(votes=(0, 2, 0)),)))
    change = entered((paper(votes=(9, 9, 9)),), (paper(votes=(0, 2, 0)),))
    corrected = report_of(tmp_path, change=change)
    assert corrected.exit_code == 0, corrected.to_text()
    assert votes(corrected) == votes(once)
    assert notes(corrected)["sheet_replaced"].endswith(": hall")
    assert "sheet_replaced" not in notes(once)


def test_an_outcome_from_the_sheet_that_was_corrected_is_refuted(tmp_path: Path) -> None:
    change = entered((paper(votes=(9, 9, 9)),), (paper(votes=(0, 2, 0)),))
    enter = change["audit"]

    def with_the_old_one(entry, log):
        entry = enter(entry, log)
        log.papers["hall"] = paper(votes=(9, 9, 9))
        return entry

    report = report_of(tmp_path, change={"audit": with_the_old_one})
    assert {code for _, _, code, _ in found(report)} == {"outcome_differs"}


def test_an_outcome_without_the_paper_is_refuted(tmp_path: Path) -> None:
    change = entered((paper(),))
    enter = change["audit"]

    def forgotten(entry, log):
        entry = enter(entry, log)
        log.papers.clear()
        return entry

    report = report_of(tmp_path, change={"audit": forgotten})
    assert {code for _, _, code, _ in found(report)} == {"outcome_differs"}


def test_o09_papers_of_a_contest_that_is_not_opened_do_not_vanish_quietly(tmp_path: Path) -> None:
    change = entered((paper(votes=(9, 0, 0)),))
    report = report_of(tmp_path, of=election(minimum_ballots=50), change=change)
    assert ("4", "too_few_ballots") in {(step, code) for _, step, code, _ in found(report)}


def test_sheets_that_two_people_typed_are_taken(tmp_path: Path) -> None:
    typed = Source("ab" * 32, typed=(("Ann", "ab" * 32), ("Ben", "cd" * 32)))
    report = report_of(tmp_path, change=entered((paper(),), source=lambda log: typed))
    assert report.exit_code == 0, report.to_text()


def test_a_signature_for_another_election_vouches_for_nothing(tmp_path: Path) -> None:
    source = signed(origin="board.example.jp/e/other")
    report = report_of(tmp_path, change=entered((paper(),), source=source))
    assert ("refuted", "10", "sheet_signature", SHEET) in found(report)


@pytest.mark.parametrize("text", ["{}", "[]", '"sheet"', '{"votes":[]}', "no JSON"])
def test_a_document_that_is_no_sheet_is_refuted(tmp_path: Path, text: str) -> None:
    report = report_of(tmp_path, change=entered((paper(),), text=lambda _: text))
    assert ("refuted", "10", "sheet_malformed", SHEET) in found(report)


# -- paper groups of a roll -------------------------------------------------------------

ROLL = RollRule((("all", "internet"), ("other", "paper")))


def test_o09_paper_that_nobody_entered_is_said(tmp_path: Path) -> None:
    report = report_of(tmp_path, of=election(electorate="roll", roll=ROLL))
    notes = {(one.code, one.detail) for one in report.findings if one.status == "note"}
    assert any(code == "paper_not_entered" and "other" in detail for code, detail in notes)


def test_o09_votes_and_marks_that_agree_are_accepted(tmp_path: Path) -> None:
    city = paper(group="all", electors=10, marked=10)
    report = report_of(tmp_path, of=election(electorate="roll"), change=entered((city,)))
    assert report.exit_code == 0, report.to_text()


def test_o09_it_is_said_where_no_roll_tells_who_voted_both_ways(tmp_path: Path) -> None:
    report = report_of(tmp_path, change=entered((paper(),)))
    assert "channels_not_compared" in notes(report)


def test_o09_a_voter_counted_both_ways_is_found(tmp_path: Path) -> None:
    city = paper(group="all", electors=10, marked=10)
    report = report_of(
        tmp_path, of=election(electorate="roll"), strikes=(), change=entered((city,))
    )
    assert {code for _, _, code, _ in found(report)} == {"sums_differ"}


def test_a_taken_away_paper_is_no_vote(tmp_path: Path) -> None:
    sheet = Sheet("hall", (1, 5, 1), 2, 1, 7)
    one = paper(
        sheet=sheet,
        protocol=Protocol(12, 10, 1, 1),
        electors=20,
        marked=12,
        invalid=(("not_official", 1),),
    )
    report = report_of(tmp_path, change=entered((one,)))
    assert report.exit_code == 0, report.to_text()
    assert outcome_of(report)["detail"]["paper"] == {
        "places": 1,
        "voters": 12,
        "received": 10,
        "not_returned": 1,
        "not_accepted": 1,
        "doubtful": 0,
        "invalid": [{"class": "not_official", "papers": 1}],
        "lost": 0,
    }
