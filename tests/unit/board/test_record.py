"""Records: written whole, read strictly (board.md 2.5, 3.5; section 7 rows 17, 18)."""

import zipfile
from pathlib import Path

import pytest

from board_logs import CONTESTS, LOG_KEY, ORIGIN, Log, key
from tsukuba_trust.board import merkle, note, tiles
from tsukuba_trust.board.record import RecordReader, blob_path, write_record
from tsukuba_trust.errors import Misconfigured, Rejected


@pytest.fixture(scope="module")
def log():
    """A log of more than one tile, with blobs."""
    log = Log().until_open()
    for number in range(260):
        log.register(str(number))
    log.ballot("0", CONTESTS[0], "x" * 40_000)
    log.end()
    for contest in CONTESTS:
        log.tally(contest)
    return log


def checkpoint(log, size=None):
    size = len(log.bytes) if size is None else size
    root = merkle.root(map(merkle.leaf_hash, log.bytes[:size]))
    return note.sign_checkpoint(ORIGIN, size, root, ORIGIN, key("log"))


def write(log, target, **changes):
    parts = {
        "log": log.bytes,
        "checkpoint": checkpoint(log),
        "checkpoints": {10: checkpoint(log, 10), 257: checkpoint(log, 257)},
        "blobs": log.blob,
        "archives": {CONTESTS[0]: lambda: [b"archive ", b"bytes"]},
    }
    write_record(target, **{**parts, **changes})
    return target


@pytest.fixture
def folder(log, tmp_path):
    return write(log, tmp_path / "record")


@pytest.fixture(params=["folder", "zip", "zip of a folder"])
def reader(request, folder, tmp_path):
    if request.param == "folder":
        return RecordReader(folder)
    return RecordReader(zipped(folder, tmp_path / "r.zip", request.param != "zip"))


def zipped(folder, target, wrapped=False):
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for path in folder.rglob("*"):
            made.write(path, path.relative_to(folder.parent if wrapped else folder))
    return target


def test_a_record_is_read_as_it_was_written(reader, log):
    size = len(log.bytes)
    read = note.read_checkpoint(reader.checkpoint(), [LOG_KEY], ORIGIN)
    assert read.size == size
    assert list(reader.entries(0, size, size)) == log.bytes
    assert list(reader.entries(250, 260, size)) == log.bytes[250:260]
    assert reader.checkpoint_sizes() == [10, 257, size]
    assert note.peek_checkpoint(reader.old_checkpoint(257)).size == 257
    assert reader.archives() == [CONTESTS[0]]
    assert b"".join(reader.stream(f"{CONTESTS[0]}.bel")) == b"archive bytes"
    with reader.open("checkpoint") as stream:
        assert stream.read() == reader.checkpoint()


def test_proofs_are_made_from_the_tiles_of_a_record(reader, log):
    size = len(log.bytes)
    get = reader.hashes(size)
    root = note.peek_checkpoint(reader.checkpoint()).root
    for index in (0, 9, 255, 256, size - 1):
        proof = merkle.inclusion_proof(get, index, size)
        merkle.check_inclusion(merkle.leaf_hash(log.bytes[index]), index, size, proof, root)
    old = note.peek_checkpoint(reader.old_checkpoint(257))
    proof = merkle.consistency_proof(get, 257, size)
    merkle.check_consistency(257, size, proof, old.root, root)


def test_a_record_has_exactly_these_files(folder, log):
    size = len(log.bytes)
    due = {
        "checkpoint",
        "checkpoints/index",
        f"{CONTESTS[0]}.bel",
        *(item.path for item in tiles.tiles_for(size)),
    }
    due |= {f"checkpoints/{at}" for at in (10, 257, size)}
    due.add("tile/0/001.p/1")
    due |= {blob_path(digest) for digest in log.blobs if digest}
    assert set(RecordReader(folder).names()) == due


@pytest.mark.parametrize("size", [10, 256, 257])
def test_old_checkpoints_stay_checkable_from_tiles(reader, log, size):
    """A static server cannot cut a tile; a full one begins with every partial one."""
    get = reader.hashes(size)
    root = note.peek_checkpoint(checkpoint(log, size)).root
    assert merkle.range_root(get, 0, size) == root
    proof = merkle.inclusion_proof(get, size - 1, size)
    merkle.check_inclusion(merkle.leaf_hash(log.bytes[size - 1]), size - 1, size, proof, root)


def test_every_blob_is_there_and_checked(reader, log):
    for digest, data in log.blobs.items():
        if digest:
            assert reader.blob(digest, len(data)) == data


def test_a_record_is_never_written_over(folder, log):
    with pytest.raises(Misconfigured, match="target_exists"):
        write(log, folder)


def test_nothing_half_written_stands_under_its_name(log, tmp_path):
    def missing(digest, size):
        raise Rejected("blob_missing")

    with pytest.raises(Rejected, match="blob_missing"):
        write(log, tmp_path / "record", blobs=missing)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_said_so(log, tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(Misconfigured, match="target_unwritable"):
        write(log, tmp_path / "file" / "record")


def test_a_full_disk_is_said_so_and_leaves_nothing(log, tmp_path):
    def full():
        raise OSError(28, "No space left on device")
        yield b""

    with pytest.raises(Misconfigured, match="target_unwritable: record: No space left"):
        write(log, tmp_path / "record", archives={CONTESTS[0]: full})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name",
    [
        "../secret",
        "/etc/passwd",
        "checkpoints/../../secret",
        "checkpoints/01",
        "blob/ab/../../x",
        "blob/ab/" + "cd" * 32,
        "blob/ab/AB" + "cd" * 31,
        "tile/0/000.p/256",
        "tile/../x",
        "x.bel",
        "../HRjeJJBNa8huFh.bel",
        "",
        "checkpoint\n",
        "CHECKPOINT",
        "C:\\x",
    ],
)
def test_only_names_of_a_record_are_read(folder, name):
    (folder.parent / "secret").write_text("secret")
    with pytest.raises(Rejected, match="file_name"):
        RecordReader(folder).read(name, 100)


def test_a_link_out_of_the_folder_is_not_followed(folder):
    outside = folder.parent / "outside"
    outside.write_bytes(bytes(320))
    (folder / "tile/0/001.p/1").unlink()
    (folder / "tile/0/001.p/1").symlink_to(outside)
    with pytest.raises(Rejected, match="file_missing"):
        RecordReader(folder).read("tile/0/001.p/1", 32)


def test_no_file_is_read_beyond_what_it_may_have(folder):
    with pytest.raises(Rejected, match="file_too_large"):
        RecordReader(folder).read("checkpoint", 10)


@pytest.mark.parametrize("change", ["missing", "short", "long", "other"])
def test_each_defect_of_a_blob_is_found(folder, log, change):
    digest, data = next((d, b) for d, b in log.blobs.items() if len(b) > 10_000)
    path = folder / blob_path(digest)
    if change == "missing":
        path.unlink()
    else:
        path.write_bytes(
            {"short": data[:-1], "long": data + b"x", "other": b"x" + data[1:]}[change]
        )
    code = "blob_missing" if change == "missing" else "blob_invalid"
    with pytest.raises(Rejected, match=code):
        RecordReader(folder).blob(digest, len(data))


def test_a_blob_is_not_read_beyond_its_size(folder, log):
    """However long the file is: one byte more is looked at, no second one."""
    digest, data = next((d, b) for d, b in log.blobs.items() if len(b) > 10_000)
    with (folder / blob_path(digest)).open("r+b") as file:
        file.truncate(2**33)  # sparse: 8 GB
    with pytest.raises(Rejected, match="blob_invalid"):
        RecordReader(folder).blob(digest, len(data))


@pytest.mark.parametrize("text", ["1", "2\n1\n", "1\n1\n", "01\n", "x\n", "1\n\n", "\u0661\n"])
def test_an_index_of_checkpoints_is_rising_decimal_lines(folder, text):
    (folder / "checkpoints/index").write_text(text, encoding="utf-8")
    with pytest.raises(Rejected, match="checkpoint_index"):
        RecordReader(folder).checkpoint_sizes()


def test_a_record_may_have_no_index_of_checkpoints(folder):
    (folder / "checkpoints/index").unlink()
    assert RecordReader(folder).checkpoint_sizes() == []


def test_a_missing_bundle_is_named(folder, log):
    size = len(log.bytes)
    (folder / tiles.bundle_path(1, size - 256)).unlink()
    with pytest.raises(Rejected, match=r"file_missing: tile/entries/001\.p"):
        list(RecordReader(folder).entries(0, size, size))


def test_a_missing_tile_is_named(folder, log):
    size = len(log.bytes)
    (folder / "tile/0/000").unlink()
    with pytest.raises(Rejected, match="file_missing: tile/0/000"):
        merkle.inclusion_proof(RecordReader(folder).hashes(size), 0, size)


def test_a_short_tile_is_refused(folder, log):
    (folder / "tile/0/000").write_bytes(bytes(8160))
    size = len(log.bytes)
    with pytest.raises(Rejected, match="tile_invalid"):
        merkle.inclusion_proof(RecordReader(folder).hashes(size), 0, size)


def test_what_is_no_record_cannot_be_used(tmp_path):
    (tmp_path / "text").write_text("x")
    (tmp_path / "empty").mkdir()
    for name in ("text", "empty", "absent"):
        with pytest.raises(Misconfigured, match="record_unusable"):
            RecordReader(tmp_path / name)


def test_a_zip_without_a_checkpoint_cannot_be_used(tmp_path):
    with zipfile.ZipFile(tmp_path / "r.zip", "w") as made:
        made.writestr("other", "x")
    with pytest.raises(Misconfigured, match="record_unusable"):
        RecordReader(tmp_path / "r.zip")


def test_a_truncated_zip_cannot_be_used(folder, tmp_path):
    path = zipped(folder, tmp_path / "r.zip")
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(Misconfigured, match="record_unusable"):
        RecordReader(path)


def test_a_zip_with_a_broken_file_cannot_be_used(folder, tmp_path):
    path = zipped(folder, tmp_path / "r.zip")
    with zipfile.ZipFile(path) as made:
        info = made.getinfo("tile/0/000")
    data = bytearray(path.read_bytes())
    data[info.header_offset + 200] ^= 0xFF
    path.write_bytes(bytes(data))
    with pytest.raises(Misconfigured, match="record_unusable"):
        RecordReader(path).read("tile/0/000", 8192)


def test_a_zip_with_a_name_twice_cannot_be_used(tmp_path):
    path = tmp_path / "r.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("checkpoint", "x")
        with pytest.warns(UserWarning, match="Duplicate"):
            made.writestr("checkpoint", "y")
    with pytest.raises(Misconfigured, match="record_unusable"):
        RecordReader(path)


def test_a_zip_with_a_link_cannot_be_used(tmp_path):
    path = tmp_path / "r.zip"
    link = zipfile.ZipInfo("checkpoint")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(link, "/etc/passwd")
    with pytest.raises(Misconfigured, match="record_unusable"):
        RecordReader(path)


def test_a_zip_bomb_is_read_no_further_than_a_tile_may_be_long(folder, tmp_path):
    path = tmp_path / "r.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("checkpoint", "x")
        made.writestr("tile/0/000", bytes(50_000_000))
    with pytest.raises(Rejected, match="file_too_large"):
        RecordReader(path).read("tile/0/000", 8192)


def test_an_encrypted_zip_cannot_be_used(folder, tmp_path):
    path = zipped(folder, tmp_path / "r.zip")
    data = bytearray(path.read_bytes())
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(sign)
        while place != -1:
            data[place + at] |= 1
            place = data.find(sign, place + 1)
    path.write_bytes(bytes(data))
    with pytest.raises(Misconfigured, match="record_unusable"):
        RecordReader(path)


def test_the_reader_keeps_its_hands_off_other_files(folder):
    (folder / "notes.txt").write_text("mine")
    assert "notes.txt" in RecordReader(folder).names()
    assert isinstance(folder, Path)


def test_two_entries_may_name_one_blob(log, tmp_path):
    log = Log().until_open()
    text = "x" * 40_000
    for name in ("suspend", "resume"):
        log.act(name, reason=log.document(text))
    folder = write(log, tmp_path / "record", checkpoints={}, archives={})
    assert RecordReader(folder).has(blob_path(log.entries[-1]["reason"]["sha256"]))
