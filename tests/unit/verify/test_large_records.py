"""Large trees, many findings, chunks: what a small record does not show."""

from pathlib import Path

import pytest

import records
from record_log import Log
from record_parts import election
from record_reports import found, verify
from tsukuba_trust.board import tiles
from tsukuba_trust.values import Json
from tsukuba_trust.verify import steps_ballots


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    script = [("register", f"voter {i}") for i in range(600)]
    folder = tmp_path_factory.mktemp("large") / "record"
    return records.build(folder, script=script, until="voted", change={"files": with_older_tiles})


def with_older_tiles(files: dict[str, bytes], log: Log) -> dict[str, bytes]:
    """Keep the partial tiles of earlier heads, as an export does."""
    for size in (5, 300):
        files = {**records.tree(log, size), **files}
    return files


def test_a_tree_of_several_levels_verifies(large: Path) -> None:
    report = verify(large)
    assert report.exit_code == 0, report.to_text()
    assert (large / "tile/1/000.p/1").exists()


@pytest.mark.parametrize("name", ["tile/1/000.p/1", "tile/1/000.p/2", "tile/0/000.p/5"])
def test_a_false_hash_in_any_tile_is_named(name: str, large: Path) -> None:
    path = large / name
    kept = path.read_bytes()
    try:
        path.write_bytes(bytes(len(kept)))
        report = verify(large)
    finally:
        path.write_bytes(kept)
    assert {code for _, _, code, _ in found(report)} == {"tile_differs"}


@pytest.mark.parametrize("name", ["tile/entries/001", "tile/0/001"])
def test_a_file_that_is_not_in_this_copy_cannot_be_checked(name: str, large: Path) -> None:
    path = large / name
    kept = path.read_bytes()
    try:
        path.unlink()
        report = verify(large)
    finally:
        path.write_bytes(kept)
    assert {(status, code) for status, _, code, _ in found(report)} == {("missing", "file_missing")}
    assert report.exit_code == 2


def test_a_bundle_beyond_the_tree_is_a_finding(large: Path) -> None:
    extra = large / tiles.bundle_path(9, 1)
    extra.parent.mkdir(parents=True, exist_ok=True)
    extra.write_bytes(b"\0\1x")
    try:
        report = verify(large)
    finally:
        extra.unlink()
    assert "tile_beyond" in {code for _, _, code, _ in found(report)}


def test_many_refutations_of_one_kind_are_counted_not_listed(tmp_path: Path) -> None:
    script = [("register", f"voter {i}") for i in range(15)]
    stranger = {f"registration {i}": unoffered for i in range(15)}
    report = verify(records.build(tmp_path / "r", script=script, until="voted", change=stranger))
    refuted = [f for f in report.findings if f.status == "refuted"]
    assert len(refuted) == 11
    assert refuted[-1].detail == "5 more of this kind"


def unoffered(entry: Json, log: Log) -> Json:
    return {**entry, "provider": "roll-code"}


def test_electors_of_the_definition_count_where_there_is_no_roll(tmp_path: Path) -> None:
    of = election(electors=(100, "住民基本台帳"))
    path = records.build(tmp_path / "record", of=of, of_electors=100)
    assert verify(path).exit_code == 0


def test_an_unbound_registration_is_refused_where_the_election_wants_bound_ones(
    tmp_path: Path,
) -> None:
    unbound = {"registration 5": lambda entry, log: {**entry, "bound": False}}
    report = verify(records.build(tmp_path / "record", change=unbound))
    assert ("refuted", "7", "unbound_not_accepted", 14) in found(report)


@pytest.mark.parametrize("size", [1, 5_000])
def test_the_size_of_the_chunks_changes_nothing(
    size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = records.build(tmp_path / "record")
    whole = verify(path)
    monkeypatch.setattr(steps_ballots, "CHUNK_BYTES", size)
    assert verify(path, jobs=2).to_json() == whole.to_json()
