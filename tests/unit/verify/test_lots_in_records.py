"""Ties and the lots that settle them."""

from pathlib import Path
from typing import Any

import pytest

import records
from record_lots import MINUTES, TIE, TIED, drawn
from record_reports import found, verify
from tsukuba_trust.values import Json

ONE = (("register", "ann"), ("cast", "ann", 0))


def test_a_tie_is_reported_and_never_broken(tmp_path: Path) -> None:
    report = verify(records.build(tmp_path / "record", script=TIED, strikes=()))
    assert report.exit_code == 0, report.to_text()
    assert report.facts["contests"][0]["outcome"]["status"] == "tie"
    assert "lot_needed" in {one.code for one in report.findings}


def verdict(folder: Path, order: list[str], **arguments: Any) -> Any:
    change = drawn(order, **arguments)
    return verify(records.build(folder / "record", script=TIED, strikes=(), change=change))


def codes(report: Any) -> set[str]:
    return {code for _, _, code, _ in found(report)}


def test_a_recorded_lot_decides_a_tie(tmp_path: Path) -> None:
    report = verdict(tmp_path, ["option-b", "option-a"])
    assert report.exit_code == 0, report.to_text()
    assert report.facts["contests"][0]["outcome"]["elected"] == ["option-b"]


def test_an_outcome_against_the_lot_is_refuted(tmp_path: Path) -> None:
    change = drawn(["option-b", "option-a"])
    change["outcome 0"] = lambda text, log: text.replace('"option-b"', '"option-a"', 1)
    report = verify(records.build(tmp_path / "record", script=TIED, strikes=(), change=change))
    assert codes(report) == {"outcome_differs"}


def test_a_lot_that_no_tie_asked_for_is_refuted(tmp_path: Path) -> None:
    change = drawn(["option-b", "option-a"])
    change["outcome 0"] = lambda text, log: "{}"
    report = verify(records.build(tmp_path / "record", script=ONE, strikes=(), change=change))
    assert codes(report) == {"lot_other_tie"}


def test_a_second_lot_for_the_same_tie_is_refuted(tmp_path: Path) -> None:
    change = drawn(["option-b", "option-a"], ["option-a", "option-b"])
    report = verify(records.build(tmp_path / "record", script=TIED, strikes=(), change=change))
    assert report.exit_code == 1


@pytest.mark.parametrize(
    ("tie", "code"),
    [
        ({"seats": 2}, "lot_other_tie"),
        ({"stage": 2}, "lot_other_tie"),
        ({"kind": "exclusion"}, "lot_other_tie"),
        ({"candidates": ["option-b", "option-a"]}, "lot_other_tie"),
        ({"votes": 1}, "tie_form"),
        ({"seats": "1"}, "tie_form"),
    ],
    ids=str,
)
def test_a_lot_for_another_tie_is_refuted(tmp_path: Path, tie: Json, code: str) -> None:
    report = verdict(tmp_path, ["option-b", "option-a"], tie={**TIE, **tie})
    assert report.exit_code == 1
    assert code in codes(report)


@pytest.mark.parametrize(
    ("order", "minutes", "code"),
    [
        (["option-b"], {}, "lot_incomplete"),
        (["option-b", "option-c"], {}, "lot_incomplete"),
        (["option-b", "option-a"], {"witnesses": []}, "lot_minutes"),
        (["option-b", "option-a"], {"drawn_at": "2027-05-10T09:01+09:00"}, "lot_minutes"),
        (["option-b", "option-a"], {"vote": "x"}, "lot_minutes"),
    ],
    ids=["one missing", "another option", "no witness", "after its act", "another field"],
)
def test_a_lot_that_was_drawn_in_another_way_is_refuted(
    tmp_path: Path, order: list[str], minutes: Json, code: str
) -> None:
    change = drawn(order, minutes={**MINUTES, **minutes})
    change["outcome 0"] = lambda text, log: "{}"
    report = verify(records.build(tmp_path / "record", script=TIED, strikes=(), change=change))
    assert report.exit_code == 1
    assert code in codes(report)


def test_a_public_draw_that_nobody_agreed_on_is_refuted(tmp_path: Path) -> None:
    minutes = {"how": "public-draw", "seed": "edition 23,456 of May", "seen_at": "kiosks"}
    report = verdict(tmp_path, ["option-b", "option-a"], minutes=minutes)
    assert "lot_other_way" in codes(report)
