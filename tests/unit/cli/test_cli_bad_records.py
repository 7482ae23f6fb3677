"""Bad input at the real program: one clear line with a code, the right exit status, nothing
half-written, never a traceback. Here: records and archives.
"""

import shutil
import zipfile
from pathlib import Path

import pytest

import records
from desk import LARGE, REFUSED, UNUSABLE, Desk
from tsukuba_trust.board import events
from tsukuba_trust.board.archive import ArchiveWriter, read_archive


@pytest.fixture(scope="module")
def archive() -> bytes:
    log = records.make()
    return next(iter(log.archives.values()))


@pytest.mark.parametrize("kept", [0, 5, 512, 1_000, "half", "last", "padding"])
def test_a_truncated_archive(desk: Desk, archive: bytes, kept: int | str) -> None:
    size = {"half": len(archive) // 2, "last": len(archive) - 1, "padding": len(archive) - 512}
    end = kept if isinstance(kept, int) else size[kept]
    desk.verdict("archive_unreadable", UNUSABLE, desk.write("a.bel", archive[:end]))


def test_an_archive_cut_between_two_records_is_refuted_or_unusable_but_never_accepted(
    desk: Desk, archive: bytes
) -> None:
    """A cut behind the data record of an event leaves data that no event names."""
    path = desk.write("a.bel", archive[: -2 * 512])
    done = desk.type("verify", path)
    assert done.returncode in (REFUSED, UNUSABLE)
    assert done.stderr == ""


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_truncated_zip(desk: Desk, record: Path, share: float) -> None:
    whole = Path(shutil.make_archive(str(desk.folder / "r"), "zip", record)).read_bytes()
    path = desk.write("half.zip", whole[: int(len(whole) * share)])
    desk.verdict("record_unusable", UNUSABLE, path)


@pytest.mark.parametrize("kind", ["nothing", "an empty folder", "a text"])
def test_something_that_is_no_record(desk: Desk, kind: str) -> None:
    path = desk.folder / "something"
    if kind == "an empty folder":
        path.mkdir()
    elif kind == "a text":
        path.write_text("no record")
    desk.verdict("record_unusable", UNUSABLE, path)


def test_a_ballot_of_100_megabytes_in_an_archive(desk: Desk, archive: bytes) -> None:
    found = read_archive(archive)
    text = '{"election_uuid":"' + "x" * LARGE + '"}'
    path = desk.folder / "a.bel"
    with path.open("wb") as file:
        writer = ArchiveWriter(found.timestamp, file.write)
        writer.add(events.setup(*_setup(archive)))
        writer.add(events.ballot(text))
    desk.verdict("ballot_form", REFUSED, path)


def _setup(archive: bytes) -> tuple[str, str, str]:
    found = read_archive(archive)
    election_text, trustees, credentials, _ = found.events[0].records
    return election_text, trustees, credentials


def test_a_ballot_of_100_megabytes_in_a_record(desk: Desk) -> None:
    huge = '{"election_uuid":"' + "x" * LARGE + '"}'
    path = records.build(
        desk.folder / "r",
        script=(("register", "ann"), ("cast", "ann", 0)),
        strikes=(),
        until="voted",
        change={"ballot 0": lambda _text, _log: huge},
    )
    desk.verdict("schema", REFUSED, path)


def test_a_zip_whose_files_unpack_to_100_megabytes(desk: Desk, record: Path) -> None:
    path = desk.folder / "bomb.zip"
    shutil.copy(Path(shutil.make_archive(str(desk.folder / "r"), "zip", record)), path)
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist() if not name.endswith("/")}
    parts["checkpoint"] += b"\n" * LARGE
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(name, data)
    desk.verdict("file_too_large", REFUSED, path)
