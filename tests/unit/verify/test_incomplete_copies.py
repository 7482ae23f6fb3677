"""A copy that lacks something is unusable; it refutes nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import records
from record_log import Log
from record_parts import election, words
from record_reports import found, verify
from tsukuba_trust.values import Json


def lacking(name: Callable[[Log], str]) -> dict[str, Any]:
    """Leave one blob out; ``name`` returns its digest."""

    def files(made: dict[str, bytes], log: Log) -> dict[str, bytes]:
        digest = name(log)
        return {path: data for path, data in made.items() if not path.endswith(digest)}

    return {"change": {"files": files}}


LACKING: dict[str, tuple[Callable[[Log], str], set[str]]] = {
    "trustees": (lambda log: log.entry(1)["trustees"]["sha256"], {"3", "6"}),
    "a record": (lambda log: log.entry(1)["records"][0]["record"]["sha256"], {"3", "6"}),
    "an archive": (lambda log: log.entry(22)["archive"]["sha256"], {"9"}),
    "a result": (lambda log: log.entry(27)["result"]["sha256"], {"3", "10"}),
    "an outcome": (lambda log: log.entry(27)["outcome"]["sha256"], {"3", "10"}),
}


@pytest.mark.parametrize("what", LACKING)
def test_a_copy_without_a_blob_is_unusable_and_not_refuted(what: str, tmp_path: Path) -> None:
    name, where = LACKING[what]
    report = verify(records.build(tmp_path / "record", **lacking(name)))
    assert {step for _, step, _, _ in found(report)} >= where
    assert {(status, code) for status, _, code, _ in found(report)} == {("missing", "blob_missing")}
    assert report.exit_code == 2


def test_a_copy_without_the_definition_is_unusable_and_not_refuted(tmp_path: Path) -> None:
    of = election(description=words("長" * 12_000))
    name = lacking(lambda log: log.entry(0)["definition"]["sha256"])
    assert verify(records.build(tmp_path / "whole", of=of)).exit_code == 0
    report = verify(records.build(tmp_path / "record", of=of, **name))
    assert {status for status, _, _, _ in found(report)} == {"missing"}


def test_a_copy_without_the_rehearsal_is_unusable(tmp_path: Path) -> None:
    def rehearsed(entry: Json, log: Log) -> Json:
        return {**entry, "reason": {"sha256": "0" * 64, "size": 40_000}}

    report = verify(records.build(tmp_path / "record", change={"act rehearsed": rehearsed}))
    assert ("missing", "5", "blob_missing", 3) in found(report)
    assert report.exit_code == 2


@pytest.mark.parametrize("name", ["decryption", "strong"])
def test_a_copy_without_a_decryption_or_its_proofs_is_unusable(name: str, tmp_path: Path) -> None:
    def decrypted(entry: Json, log: Log) -> Json:
        return {**entry, name: {"sha256": "0" * 64, "size": 40_000}}

    report = verify(records.build(tmp_path / "record", change={"decrypted 0 3": decrypted}))
    assert ("missing", "10", "blob_missing", 23) in found(report)
    assert report.exit_code == 2


def test_a_copy_without_archives_says_so(tmp_path: Path) -> None:
    def files(made: dict[str, bytes], log: Log) -> dict[str, bytes]:
        return {name: data for name, data in made.items() if not name.endswith(".bel")}

    report = verify(records.build(tmp_path / "record", change={"files": files}))
    assert report.exit_code == 0
    assert "no_archive_copy" in {finding.code for finding in report.findings}


def test_a_long_ballot_whose_blob_is_missing_cannot_be_checked(tmp_path: Path) -> None:
    def accepted(entry: Json, log: Log) -> Json:
        return {**entry, "ballot": {"sha256": "0" * 64, "size": 40_000}}

    path = records.build(tmp_path / "record", until="voted", change={"accepted 1": accepted})
    report = verify(path)
    assert report.exit_code == 2
    assert ("missing", "8", "blob_missing", 8) in found(report)


def test_a_blob_that_is_no_text_cannot_be_checked(tmp_path: Path) -> None:
    def declared(entry: Json, log: Log) -> Json:
        return {**entry, "outcome": log.blob(b"\xff\xfe")}

    report = verify(records.build(tmp_path / "record", change={"declared 0": declared}))
    assert "blob_not_text" in {code for _, _, code, _ in found(report)}
    assert report.exit_code in (1, 2)
