"""Purged records (P12): still good, saying what was destroyed; refuted out of time or form."""

from pathlib import Path

import pytest

import records
from record_breaks_purge import PURGED, purged
from record_reports import found, verify
from tsukuba_trust.elections.retention import KINDS


def report_of(path: Path, **arguments):
    return verify(records.build(path / "record", **arguments))


def test_p12_a_purged_record_is_accepted_and_says_what_is_gone(tmp_path: Path) -> None:
    report = report_of(tmp_path, change=purged(counts=(0, 5, 5, 6, 3)))
    assert report.exit_code == 0, report.to_text()
    notes = {one.code: one.detail for one in report.findings if one.status == "note"}
    assert notes["purged"] == "0 enrolment, 5 evidence, 5 link, 6 person, 3 keys"


@pytest.mark.parametrize("kinds", [KINDS[::-1], (*KINDS, "link"), KINDS[:1], ("ballots",)])
def test_p12_a_purge_of_other_kinds_is_refuted(tmp_path: Path, kinds) -> None:
    report = report_of(tmp_path, change=purged(kinds=kinds))
    assert [code for _, _, code, _ in found(report)] == ["purge_kinds"]


@pytest.mark.parametrize("counts", [(1,), (1, 2, 3, 4), (1, 2, 3, 4, True)])
def test_p12_a_purge_with_wrong_counts_is_refuted(tmp_path: Path, counts) -> None:
    report = report_of(tmp_path, change=purged(counts=counts))
    assert report.exit_code == 1
    assert ("3", PURGED) in {(step, entry) for _, step, _, entry in found(report)}


def test_p12_a_purge_before_the_result_is_refuted(tmp_path: Path) -> None:
    report = report_of(tmp_path, until="decrypted", change=purged())
    assert {step for _, step, _, _ in found(report)} == {"4"}
