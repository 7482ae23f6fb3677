"""The report: one line per fault, and whether somebody may go on with the record."""

import pytest

from tsukuba_trust.errors import Misconfigured, Refused
from tsukuba_trust.verify.report import Finding, Report

PASSED = Finding("1", "passed", "passed", "checkpoint and key")
NOTE = Finding("1", "note", "key_not_pinned")
MISSING = Finding("3", "missing", "blob_missing", "ab12", 7)
REFUTED = Finding("8", "refuted", "proof_invalid", entry=9)


def test_a_finding_is_one_line() -> None:
    assert MISSING.to_line() == "step 3, entry 7: blob_missing: ab12"
    assert REFUTED.to_line() == "step 8, entry 9: proof_invalid"
    assert PASSED.to_line() == "step 1: checkpoint and key"


def test_a_record_that_nothing_speaks_against_is_accepted() -> None:
    Report((PASSED, NOTE)).require_accepted()


def test_a_refuted_record_is_refused_with_what_refutes_it() -> None:
    with pytest.raises(Refused, match="record_refuted: step 8, entry 9: proof_invalid"):
        Report((PASSED, MISSING, REFUTED)).require_accepted()


def test_a_record_that_cannot_be_checked_is_unusable() -> None:
    with pytest.raises(Misconfigured, match="record_unusable: step 3, entry 7: blob_missing"):
        Report((PASSED, NOTE, MISSING)).require_accepted()
