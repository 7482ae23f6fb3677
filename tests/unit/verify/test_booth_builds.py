"""Builds of the booth side by side, and which of them an election accepts."""

import hashlib
import json
from pathlib import Path

import pytest

import record_parts
import records
from tsukuba_trust.board.record import RecordReader
from tsukuba_trust.errors import Misconfigured, Rejected
from tsukuba_trust.verify.booth import FixedBooth, booth_files, check_booth, reader
from tsukuba_trust.verify.builds import build_name, files_of, find_build, keep_build, kept_builds
from tsukuba_trust.verify.published import read_booths, read_published

NAMES = ("shell.html", "booth.js", "worker.js", "texts.ja.json")


def make_build(folder: Path, mark: str) -> Path:
    """Write a build whose files differ by a mark."""
    folder.mkdir(parents=True)
    manifest = {}
    for name in (*NAMES, "site.css"):
        data = f"{name} {mark}".encode()
        digest = hashlib.sha256(data).hexdigest()
        stem, _, suffix = name.rpartition(".")
        path = f"{stem}.{digest[:16]}.{suffix}"
        (folder / path).write_bytes(data)
        manifest[name] = {"path": path, "sha256": digest, "integrity": ""}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def test_builds_lie_side_by_side_and_are_found_by_their_files(tmp_path):
    builds, packaged = tmp_path / "builds", tmp_path / "packaged"
    old, new = (keep_build(builds, make_build(tmp_path / mark, mark)) for mark in "ab")
    make_build(packaged, "b")
    assert len(kept_builds(builds)) == 2
    for files, mark in ((old, "a"), (new, "b")):
        folder = find_build(builds, packaged, files)
        assert booth_files(reader(folder))["booth.js"] == f"booth.js {mark}".encode()
    assert "site.css" not in dict(old)  # the portal's own


def test_a_build_is_kept_once(tmp_path):
    made = make_build(tmp_path / "a", "a")
    assert keep_build(tmp_path / "builds", made) == keep_build(tmp_path / "builds", made)
    assert len(list((tmp_path / "builds").iterdir())) == 1


def test_the_build_of_this_software_needs_not_be_kept(tmp_path):
    packaged = make_build(tmp_path / "packaged", "a")
    assert find_build(tmp_path / "none", packaged, files_of(packaged)) == packaged
    assert kept_builds(tmp_path / "none") == []


def test_rather_no_build_than_another(tmp_path):
    packaged, builds = make_build(tmp_path / "packaged", "b"), tmp_path / "builds"
    files = keep_build(builds, make_build(tmp_path / "a", "a"))
    for file in (builds / build_name(files)).glob("worker*"):
        file.write_bytes(b"changed")
    with pytest.raises(Misconfigured, match="booth_not_kept"):
        find_build(builds, packaged, files)


def test_nothing_is_kept_of_what_is_no_build(tmp_path):
    with pytest.raises(Misconfigured, match="booth_missing"):
        keep_build(tmp_path / "builds", tmp_path)
    assert not (tmp_path / "builds").exists()


def test_either_booth_is_accepted_and_named(tmp_path):
    old, new = (make_build(tmp_path / mark, mark) for mark in "ab")
    fixed = [FixedBooth(0, files_of(old)), FixedBooth(3, files_of(new))]
    assert check_booth(fixed, booth_files(reader(old))).act == 0
    assert check_booth(fixed, booth_files(reader(new))).act == 3


def test_v06_a_mixture_of_two_accepted_booths_is_none(tmp_path):
    old, new = (make_build(tmp_path / mark, mark) for mark in "ab")
    fixed = [FixedBooth(0, files_of(old)), FixedBooth(3, files_of(new))]
    mixed = {**booth_files(reader(new)), "worker.js": b"worker.js a"}
    with pytest.raises(Rejected, match=r"booth_differs: worker\.js"):
        check_booth(fixed, mixed)


# -- what a published log has fixed ---------------------------------------------------

FIRST, SECOND = ((("booth.js", digit * 64), ("shell.html", digit * 64)) for digit in "12")


def rows(files: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"name": name, "sha256": digest} for name, digest in files]


def published(tmp_path: Path, *acts: tuple[str, dict], booth=FIRST, change=None) -> RecordReader:
    script = [("act", *one) for one in acts]
    election = record_parts.election(booth=booth)
    path = records.build(
        tmp_path / "record", of=election, script=script, until="voted", change=change
    )
    return RecordReader(path)


def booths(record: RecordReader) -> list[FixedBooth]:
    return read_booths(record, read_published(record))


def test_the_definitions_booth_and_every_corrected_one_stand_in_the_log(tmp_path):
    record = published(
        tmp_path, ("correct", {"text": "a comma"}), ("correct", {"booth": rows(SECOND)})
    )
    assert booths(record) == [FixedBooth(0, FIRST), FixedBooth(4, SECOND)]


def test_an_election_without_booth_is_no_evidence_for_any(tmp_path):
    with pytest.raises(Rejected, match="booth_not_fixed"):
        booths(published(tmp_path, booth=()))


def test_v06_a_correction_that_too_few_officers_approved_is_refused(tmp_path):
    change = {"approvers correct": lambda approvers, _log: approvers[:1]}
    record = published(tmp_path, ("correct", {"booth": rows(SECOND)}), change=change)
    with pytest.raises(Rejected, match="approvals_too_few"):
        booths(record)


def test_v06_a_correction_that_was_slipped_into_a_copy_is_refused(tmp_path):
    record = published(tmp_path, ("correct", {"booth": rows(SECOND)}))
    fixed = read_published(record)
    for file in (tmp_path / "record" / "tile" / "entries").rglob("*"):
        if file.is_file():
            file.write_bytes(file.read_bytes().replace(b"2" * 64, b"3" * 64))
    with pytest.raises(Rejected, match="root_differs"):
        read_booths(record, fixed)
