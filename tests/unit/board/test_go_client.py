"""A record against a client that strangers wrote: Go's checksum database library."""

import os
import subprocess
from pathlib import Path

import pytest

from board_logs import CONTESTS, LOG_KEY, ORIGIN, Log, key
from tsukuba_trust.board import merkle, note
from tsukuba_trust.board.record import RecordReader, write_record

SOURCE = Path(__file__).parents[2] / "go_sumdb" / "main.go"

pytestmark = pytest.mark.golang


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """The compiled client; Debian's sources, no network."""
    target = tmp_path_factory.mktemp("go") / "client"
    environment = {
        **os.environ,
        "GO111MODULE": "off",
        "GOPATH": f"{Path.home() / 'go'}:/usr/share/gocode",
        "GOCACHE": str(target.parent / "cache"),
        "GOFLAGS": "-p=1",
    }
    command = ["go", "build", "-o", str(target), str(SOURCE)]
    subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return target


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A record of two tiles with the longest entry there is."""
    log = Log().until_open()
    for number in range(300):
        log.register(str(number))
    data = log.bytes
    data[7] = _longest(data[7])

    def checkpoint(size):
        root = merkle.root(map(merkle.leaf_hash, data[:size]))
        return note.sign_checkpoint(ORIGIN, size, root, ORIGIN, key("log"))

    target = tmp_path_factory.mktemp("record") / CONTESTS[0]
    write_record(
        target,
        log=data,
        checkpoint=checkpoint(len(data)),
        checkpoints={size: checkpoint(size) for size in (1, 7, 256, 257)},
        blobs=log.blob,
        archives={},
    )
    return target


def _longest(data):
    entry = b'{"provider":"' + b"x" * 65_535
    return entry[: 65_535 - len(b'","type":"Shuffled_"}')] + b'","type":"Shuffled_"}'


def run(client, folder, vkey=LOG_KEY):
    return subprocess.run(
        [str(client), str(folder), vkey], capture_output=True, text=True, check=False
    )


def test_go_accepts_checkpoints_tiles_entries_and_proofs(client, folder):
    done = run(client, folder)
    assert (done.returncode, done.stderr) == (0, "")
    reader = RecordReader(folder)
    size = note.peek_checkpoint(reader.checkpoint()).size
    get = reader.hashes(size)
    wanted = [("record", i, merkle.inclusion_proof(get, i, size)) for i in range(size)]
    sizes = reader.checkpoint_sizes()
    wanted += [("tree", old, merkle.consistency_proof(get, old, size)) for old in sizes]
    lines = [" ".join([kind, str(n), *map(bytes.hex, proof)]) for kind, n, proof in wanted]
    assert [line.rstrip() for line in done.stdout.splitlines()] == lines


def test_go_refuses_another_key(client, folder):
    other = note.LogKey(ORIGIN, bytes(32)).text
    assert run(client, folder, other).returncode != 0


@pytest.mark.parametrize("path", ["tile/0/000", "tile/entries/000", "tile/0/001.p/1"])
def test_go_refuses_a_changed_byte(client, folder, path):
    file = folder / path
    good = file.read_bytes()
    file.write_bytes(bytes([good[0] ^ 1]) + good[1:])
    if path == "tile/entries/000":
        file.write_bytes(good[:2] + bytes([good[2] ^ 1]) + good[3:])
    try:
        assert run(client, folder).returncode != 0
    finally:
        file.write_bytes(good)
