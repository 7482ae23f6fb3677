"""Tiles and bundles against numbers made in Go (board.md 1.3; section 7 row 17)."""

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsukuba_trust.board import merkle, tiles
from tsukuba_trust.errors import Refused, Rejected

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "board" / "vectors.json").read_text("utf-8")
)


def _entries(size):
    return (b"board vectors leaf %d" % i for i in range(size))


@pytest.mark.parametrize("size", VECTORS["tiles"])
def test_tiles_and_bundles_equal_the_vectors(size):
    made = {item.path: data for item, data in tiles.build(_entries(int(size)), int(size))}
    for item in VECTORS["tiles"][size]:
        data = made[item["path"]]
        assert (len(data), hashlib.sha256(data).hexdigest()) == (item["bytes"], item["sha256"])
        assert data.hex() == item.get("hex", data.hex())


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 600])
def test_a_log_is_made_of_exactly_the_tiles_of_its_size(size):
    made = {item.path for item, _ in tiles.build(_entries(size), size)}
    assert made == {item.path for item in tiles.tiles_for(size)}


def test_earlier_sizes_get_partial_tiles_where_no_full_tile_begins_with_them():
    made = {item.path for item, _ in tiles.build(_entries(600), 600, {3, 258, 513, 600})}
    early = {"tile/0/002.p/1", "tile/1/000.p/1"}
    assert made == {item.path for item in tiles.tiles_for(600)} | early


def test_partial_tiles_of_all_sizes_do_not_grow_with_the_log():
    """Every receipt has a checkpoint of its own; a record must stay as large as its entries."""
    size = 256 * 9 + 200
    made = [item.path for item, _ in tiles.build(_entries(size), size, range(size + 1))]
    assert sum(".p/" in path for path in made) == 200 + 9 + 1  # of both levels, and the bundle


@pytest.mark.parametrize("item", VECTORS["tile_paths"], ids=lambda item: item["path"])
def test_paths_are_spelled_as_in_the_vectors(item):
    bundle = item["level"] == "entries"
    if bundle:
        assert tiles.bundle_path(item["index"], item["width"]) == item["path"]
    else:
        assert tiles.tile_path(item["level"], item["index"], item["width"]) == item["path"]
    read = tiles.parse_path(item["path"])
    assert (read.index, read.width) == (item["index"], item["width"])
    assert isinstance(read, tiles.Bundle) == bundle


@pytest.mark.parametrize("path", [*VECTORS["tile_paths_refused"], "tile/0/٠٠٠", "tile/0/000\n"])
def test_it_refuses_every_malformed_path(path):
    with pytest.raises(Rejected, match="tile_path"):
        tiles.parse_path(path)


@given(st.integers(0, 63), st.integers(0, 10**15), st.integers(1, 256))
def test_reading_a_path_undoes_writing_it(level, index, width):
    assert tiles.parse_path(tiles.tile_path(level, index, width)) == tiles.Tile(level, index, width)
    assert tiles.parse_path(tiles.bundle_path(index, width)) == tiles.Bundle(index, width)


@given(st.text("tile/0x1.p2entris9", max_size=24))
def test_a_path_is_refused_or_is_our_own_spelling(path):
    try:
        assert tiles.parse_path(path).path == path
    except Rejected as error:
        assert error.code == "tile_path"


@given(st.lists(st.binary(max_size=40), max_size=8))
def test_reading_a_bundle_undoes_writing_it(entries):
    assert tiles.decode_bundle(tiles.encode_bundle(entries), len(entries)) == entries


@pytest.mark.parametrize(
    ("data", "width"),
    [("", 1), ("00", 1), ("0001", 1), ("000161", 2), ("00016100", 1), ("0001610001", 2)],
)
def test_it_refuses_a_broken_bundle(data, width):
    with pytest.raises(Rejected, match="bundle_invalid"):
        tiles.decode_bundle(bytes.fromhex(data), width)


def test_it_writes_an_entry_of_65535_bytes_and_no_longer_one():
    assert len(tiles.encode_bundle([bytes(65_535)])) == 65_537
    with pytest.raises(Refused, match="entry_too_large"):
        tiles.encode_bundle([bytes(65_536)])


@pytest.mark.parametrize("length", [8160, 8193, 0])
def test_it_refuses_a_tile_of_another_length(length):
    with pytest.raises(Rejected, match="tile_invalid"):
        tiles.decode_tile(bytes(length), 256)


def test_complete_subtrees_come_out_of_tiles_of_every_level():
    made = {item.path: data for item, data in tiles.build(_entries(70_000), 70_000)}

    def read(level, first, count):
        index, offset = divmod(first, 256)
        width = min(256, (70_000 >> (8 * level)) - 256 * index)
        return tiles.decode_tile(made[tiles.tile_path(level, index, width)], width)[
            offset : offset + count
        ]

    get = tiles.subtrees(read)
    root = {item["size"]: item["root"] for item in VECTORS["roots"]}[70_000]
    assert merkle.range_root(get, 0, 70_000).hex() == root
    for item in VECTORS["inclusion"]:
        if item["size"] == 70_000:
            proof = merkle.inclusion_proof(get, item["index"], 70_000)
            assert [digest.hex() for digest in proof] == item["path"]
