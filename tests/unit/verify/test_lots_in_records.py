"""Ties, lots, and paper that this release does not read."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import records
from record_log import Log
from record_parts import UUIDS
from record_reports import found, verify
from tsukuba_trust.values import Json

ONE = (("register", "ann"), ("cast", "ann", 0))

TIED = (("register", "ann"), ("cast", "ann", 0), ("register", "bob"), ("cast", "bob", 1))


def drawn(order: list[str]) -> dict[str, Callable[[Any, Log], Any]]:
    """Draw a lot between decryption and audit."""

    def draw(entry: Json, log: Log) -> Json:
        lot = {
            "type": "LotDrawn",
            "contest": UUIDS[0],
            "tie": log.document("{}"),
            "order": order,
            "act": log.acts + 1,
        }
        log.act("lot", subject=[lot])
        log.append(lot)
        log.lots.append(order)
        return entry

    return {"audit": draw}


def test_a_tie_is_reported_and_never_broken(tmp_path: Path) -> None:
    report = verify(records.build(tmp_path / "record", script=TIED, strikes=()))
    assert report.exit_code == 0, report.to_text()
    assert report.facts["contests"][0]["outcome"]["status"] == "tie"


def test_a_recorded_lot_decides_a_tie(tmp_path: Path) -> None:
    change = drawn(["option-b", "option-a"])
    report = verify(records.build(tmp_path / "record", script=TIED, strikes=(), change=change))
    assert report.exit_code == 0, report.to_text()
    assert report.facts["contests"][0]["outcome"]["elected"] == ["option-b"]


def test_an_outcome_against_the_lot_is_refuted(tmp_path: Path) -> None:
    change = drawn(["option-b", "option-a"])
    change["outcome 0"] = lambda text, log: text.replace('"option-b"', '"option-a"', 1)
    report = verify(records.build(tmp_path / "record", script=TIED, strikes=(), change=change))
    assert {code for _, _, code, _ in found(report)} == {"outcome_differs"}


def test_a_lot_that_no_tie_asked_for_is_refuted(tmp_path: Path) -> None:
    change = drawn(["option-c", "option-x"])
    change["outcome 0"] = lambda text, log: "{}"
    report = verify(records.build(tmp_path / "record", script=ONE, strikes=(), change=change))
    assert report.exit_code == 1


def test_paper_sheets_are_not_passed_over(tmp_path: Path) -> None:
    def enter(entry: Json, log: Log) -> Json:
        sheet = {
            "type": "SheetsEntered",
            "contest": UUIDS[0],
            "place": "hall",
            "sheets": log.document("{}"),
            "source": "0" * 64,
            "act": log.acts + 1,
        }
        log.act("sheets", subject=[sheet])
        log.append(sheet)
        return entry

    report = verify(records.build(tmp_path / "record", change={"audit": enter}))
    assert report.exit_code == 2
    assert ("unusable", "10", "entry_not_supported", 26) in found(report)
