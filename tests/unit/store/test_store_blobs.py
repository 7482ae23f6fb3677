"""Blobs: whole or absent, and never read beyond what an entry says."""

import hashlib
from pathlib import Path

import pytest

from boards import refusal
from tsukuba_trust.errors import Rejected
from tsukuba_trust.store import blobs, files
from tsukuba_trust.store.blobs import BlobFolder, blob_names

BODY = b"body" * 10_000
DIGEST = hashlib.sha256(BODY).hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> BlobFolder:
    made = BlobFolder(tmp_path)
    assert made.put(BODY) == DIGEST
    return made


def test_a_blob_stands_where_it_is_served_from(folder: BlobFolder, tmp_path: Path) -> None:
    assert (tmp_path / DIGEST[:2] / DIGEST).read_bytes() == BODY
    assert folder.read(DIGEST, len(BODY)) == BODY


def test_putting_it_again_writes_nothing(folder: BlobFolder, tmp_path: Path) -> None:
    before = (tmp_path / DIGEST[:2] / DIGEST).stat().st_mtime_ns
    folder.put(BODY)
    assert (tmp_path / DIGEST[:2] / DIGEST).stat().st_mtime_ns == before


def test_large_blobs_come_in_pieces(folder: BlobFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs, "CHUNK", 16_000)
    assert [len(piece) for piece in folder.stream(DIGEST, len(BODY))] == [16_000] * 2 + [8000]


@pytest.mark.parametrize(
    ("content", "size", "code"),
    [
        (None, len(BODY), "blob_missing"),
        (BODY + b"x", len(BODY), "blob_invalid"),
        (BODY[:-1], len(BODY), "blob_invalid"),
        (BODY[:-1] + b"X", len(BODY), "blob_invalid"),
        (BODY, len(BODY) - 1, "blob_invalid"),
    ],
)
def test_a_blob_that_is_not_what_the_entry_names_is_refused(
    folder: BlobFolder, content: bytes | None, size: int, code: str
) -> None:
    """board.md section 7, row 18."""
    path = folder.path(DIGEST)
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    assert refusal(lambda: folder.read(DIGEST, size)) == code


def test_an_empty_blob_is_read(tmp_path: Path) -> None:
    folder = BlobFolder(tmp_path)
    assert folder.read(folder.put(b""), 0) == b""


def test_a_blob_that_shrinks_while_it_is_read_is_refused(
    folder: BlobFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blobs, "CHUNK", 16_000)
    stream = folder.stream(DIGEST, len(BODY))
    next(stream)
    folder.path(DIGEST).write_bytes(b"")
    with pytest.raises(Rejected):
        list(stream)


def test_names_of_blobs_are_found_at_any_depth() -> None:
    one, two = {"sha256": "a", "size": 1}, {"sha256": "b", "size": 2}
    entry = {"x": one, "y": [{"record": two}, {"text": "t"}], "z": {"sha256": "c"}}
    assert sorted(blob_names(entry)) == [("a", 1), ("b", 2)]


def test_a_write_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x"
    files.write_whole(path, b"old")

    def fail(_descriptor: int) -> None:
        raise OSError(5, "broken")

    monkeypatch.setattr(files.os, "fsync", fail)
    with pytest.raises(OSError, match="broken"):
        files.write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x"]
