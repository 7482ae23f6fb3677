"""Heads that were published before: each is checked, in as many processes as there are."""

from pathlib import Path

import pytest

import records
from tsukuba_trust.verify import steps_tree
from tsukuba_trust.verify.record import verify_record
from tsukuba_trust.verify.report import Report


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return records.build(tmp_path / "record", until="ended", strikes=())


def verified(path: Path, jobs: int = 1) -> Report:
    return verify_record(path, registry=records.registry(), jobs=jobs)


def faults(report: Report) -> list[tuple[str, str, str]]:
    return [
        (finding.step, finding.status, finding.code)
        for finding in report.findings
        if finding.status not in ("passed", "note")
    ]


def kept(record: Path) -> list[Path]:
    sizes = (record / "checkpoints" / "index").read_text().split()
    return [record / "checkpoints" / size for size in sizes]


def test_a_head_that_the_index_names_and_that_is_not_here_cannot_be_checked(record: Path) -> None:
    kept(record)[0].unlink()
    assert faults(verified(record)) == [("1", "missing", "file_missing")]


def test_a_head_that_is_no_note_is_refuted(record: Path) -> None:
    kept(record)[0].write_text("no note\n")
    assert [(step, status) for step, status, _ in faults(verified(record))] == [("1", "refuted")]


def test_a_head_of_another_tree_is_refuted(record: Path) -> None:
    """The second half of step 2: a head under the name of another one."""
    first, second = kept(record)[:2]
    first.write_bytes(second.read_bytes())
    assert ("1", "refuted", "checkpoint_size") in faults(verified(record))


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_size_of_the_chunks_changes_nothing(
    record: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    kept(record)[1].write_text("no note\n")
    whole = verified(record)
    monkeypatch.setattr(steps_tree, "HEADS_PER_CHUNK", 1)
    assert verified(record, jobs).to_json() == whole.to_json()
