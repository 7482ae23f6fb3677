"""Earlier copies and kept heads."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import records
from record_parts import ORIGIN, UUIDS, contest, election
from record_reports import found, verify


def test_an_earlier_archive_of_another_contest_cannot_be_compared(tmp_path: Path) -> None:
    now = records.build(tmp_path / "now")
    of = election(contests=(contest(1),))
    other = records.build(tmp_path / "other", of=of) / f"{UUIDS[1]}.bel"
    report = verify(now, previous=other)
    assert ("unusable", "12", "previous_other", None) in found(report)


@pytest.mark.parametrize("content", [b"", b"BELENIOS\0 and nothing else"])
def test_an_earlier_copy_that_cannot_be_read_is_unusable(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "earlier.bel"
    path.write_bytes(content)
    assert verify(records.build(tmp_path / "now"), previous=path).exit_code == 2


def test_an_earlier_record_with_a_broken_head_is_unusable(tmp_path: Path) -> None:
    broken = {"files": lambda files, log: {**files, "checkpoint": b"no note"}}
    earlier = records.build(tmp_path / "earlier", change=broken)
    report = verify(records.build(tmp_path / "now"), previous=earlier)
    assert ("unusable", "12", "previous_unusable", None) in found(report)


def test_an_earlier_archive_without_a_setup_is_unusable(tmp_path: Path) -> None:
    now = records.build(tmp_path / "now")
    path = tmp_path / "earlier.bel"
    path.write_bytes(next(now.glob("*.bel")).read_bytes()[:1024])
    report = verify(now, previous=path)
    assert ("unusable", "12", "previous_unusable", None) in found(report)


def test_an_archive_is_compared_with_an_earlier_one(tmp_path: Path) -> None:
    now = records.build(tmp_path / "now") / f"{UUIDS[0]}.bel"
    before = records.build(tmp_path / "before", until="tallied") / f"{UUIDS[0]}.bel"
    other = records.build(tmp_path / "other", seed="another history") / f"{UUIDS[0]}.bel"
    assert verify(now, previous=before).exit_code == 0
    assert verify(now, previous=other).exit_code == 1


def test_a_trustee_compares_with_an_earlier_archive_too(tmp_path: Path) -> None:
    now = records.build(tmp_path / "now", until="tallied")
    before = now / f"{UUIDS[0]}.bel"
    assert verify(now, previous=before, for_trustee=True).exit_code == 0


def files_change(edit: Callable[[dict[str, bytes]], dict[str, bytes]]) -> dict[str, Any]:
    return {"change": {"files": lambda files, log: edit(dict(files))}}


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (lambda f: {**f, "checkpoints/5": f["checkpoints/20"]}, "checkpoint_size"),
        (lambda f: {**f, "checkpoints/5": b"nothing"}, "note_malformed"),
        (lambda f: {**f, "checkpoints/index": b"20\n5\n"}, "checkpoint_index"),
        (lambda f: {**f, "checkpoint": b"nothing"}, "note_malformed"),
    ],
)
def test_a_head_that_is_not_what_its_name_says_is_refuted(
    edit: Callable[[dict[str, bytes]], dict[str, bytes]], code: str, tmp_path: Path
) -> None:
    report = verify(records.build(tmp_path / "record", **files_change(edit)))
    assert code in {found_code for _, _, found_code, _ in found(report)}
    assert report.exit_code == 1


def test_a_record_without_kept_heads_verifies(tmp_path: Path) -> None:
    def edit(files: dict[str, bytes]) -> dict[str, bytes]:
        return {name: data for name, data in files.items() if not name.startswith("checkpoints")}

    assert verify(records.build(tmp_path / "record", **files_change(edit))).exit_code == 0


def test_an_empty_log_is_no_election(tmp_path: Path) -> None:
    change = {"entries": lambda data, log: [], "act seal": lambda entry, log: entry}
    path = records.build(tmp_path / "record", until="sealed", change=change)
    report = verify(path)
    assert report.exit_code == 1
    assert "log_empty" in {code for _, _, code, _ in found(report)}


def test_a_pinned_key_that_is_no_key_refutes_nothing(tmp_path: Path) -> None:
    report = verify(records.build(tmp_path / "record"), log_key=f"{ORIGIN}+00000000+AAAA")
    assert report.exit_code == 2
    assert found(report) == {("unusable", "1", "log_key_invalid", None)}
