"""A full disk: one clear error, nothing half-written, and everything goes on afterwards."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from boards import ballot, component, make_board, open_voting, refusal, registration
from record_parts import ORIGIN
from tsukuba_trust.errors import Unavailable
from tsukuba_trust.store.blobs import BlobFolder
from tsukuba_trust.store.board import BoardStore
from tsukuba_trust.store.migrations import upgrade


@pytest.fixture
def board(tmp_path: Path) -> Iterator[BoardStore]:
    url = f"sqlite:///{tmp_path}/board.sqlite"
    upgrade(url, "board")
    store = open_voting(url, tmp_path)
    yield store
    store.close()


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def fill(board: BoardStore) -> int:
    """Append ballots until one is refused; return how many were acknowledged."""
    board.append(ORIGIN, registration("ann"))
    for number in range(10_000):
        try:
            board.append(ORIGIN, ballot("ann", number), components=[component(number)])
        except Unavailable as error:
            assert error.code == "disk_full"
            return number
    raise AssertionError("the disk never became full")


def check_whole(board: BoardStore, acknowledged: int, folder: Path) -> None:
    """Check that exactly what was acknowledged stands there, and that voting goes on."""
    assert board.head(ORIGIN).size == 6 + acknowledged
    again = make_board(f"sqlite:///{folder}/board.sqlite", folder)
    assert again.start() == {}
    index = again.append(ORIGIN, ballot("ann", acknowledged)).index
    assert index == 6 + acknowledged
    again.receipt(ORIGIN, index)
    again.close()


def test_a_full_database_gives_one_clear_error(board: BoardStore, tmp_path: Path) -> None:
    limited: list[None] = []

    def limit(connection: object, _record: object, _proxy: object) -> None:
        if not limited:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]
            connection.execute(f"PRAGMA max_page_count = {pages + 20}")  # type: ignore[attr-defined]
            limited.append(None)

    event.listen(board._writer, "checkout", limit)
    acknowledged = fill(board)
    board.close()
    check_whole(board, acknowledged, tmp_path)


def test_a_file_size_limit_gives_the_same_error(board: BoardStore, tmp_path: Path) -> None:
    with largest_file(600_000):
        acknowledged = fill(board)
    check_whole(board, acknowledged, tmp_path)


def test_a_blob_that_finds_no_room_leaves_nothing(tmp_path: Path) -> None:
    folder = BlobFolder(tmp_path)
    with largest_file(10_000), pytest.raises(Unavailable) as caught:
        folder.put(bytes(20_000))
    assert caught.value.code == "disk_full"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    folder.put(bytes(20_000))


def test_a_memory_that_finds_no_room_stays_as_it_was(board: BoardStore, tmp_path: Path) -> None:
    board.checkpoint(ORIGIN)
    before = (tmp_path / "memory.json").read_bytes()
    board.append(ORIGIN, registration("ann"))
    with largest_file(16):
        assert refusal(lambda: make_signer_again(tmp_path, board)) == "disk_full"
    assert (tmp_path / "memory.json").read_bytes() == before
    board.checkpoint(ORIGIN)


def make_signer_again(folder: Path, board: BoardStore) -> None:
    from boards import make_signer

    make_signer(folder).checkpoint(ORIGIN, board)


def test_an_upgrade_without_room_leaves_a_database_that_can_be_upgraded(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/roll.sqlite"
    code = "import sys; from tsukuba_trust.store.migrations import upgrade; upgrade(*sys.argv[1:])"
    with largest_file(20_000):
        done = subprocess.run(
            [sys.executable, "-B", "-c", code, url, "roll"],
            capture_output=True, text=True, check=False, env=os.environ,
        )  # fmt: skip
    assert "disk_full" in done.stderr.splitlines()[-1]
    upgrade(url, "roll")


def test_errors_name_no_data(board: BoardStore) -> None:
    """Neither credential nor ballot stands in what a log would keep (attack O23)."""
    board.append(ORIGIN, registration("canary-credential"))
    entry = registration("canary-credential", salt="x")
    for call in (
        lambda: board.append(ORIGIN, entry),
        lambda: board.append(ORIGIN, ballot("canary-unknown")),
        lambda: board.append(ORIGIN, {**entry, "more": "canary"}),
    ):
        with pytest.raises(Exception) as caught:
            call()
        assert "canary" not in str(caught.value) + json.dumps(vars(caught.value), default=str)
