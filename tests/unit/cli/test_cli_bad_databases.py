"""Bad input at the real program: one clear line with a code, the right exit status, nothing
half-written, never a traceback. Here: databases, and no room.
"""

import re
import shutil
import sqlite3

import pytest

from desk import ACT, REFUSED, SETTINGS, SLUG, UNUSABLE, Desk

# What a process finds when the disk is full: no page more for any SQLite database.
NO_MORE_PAGES = """
import sqlite3
open_database = sqlite3.dbapi2.connect
def connect(*arguments, **named):
    connection = open_database(*arguments, **named)
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    return connection
sqlite3.connect = sqlite3.dbapi2.connect = connect
"""
# The same for the files of a record: a limit of the kernel would hit the database first.
NO_LARGE_FILES = """
import errno, pathlib
open_path = pathlib.Path.open
def opened(path, mode="r", *arguments, **named):
    if "w" in mode and "entries" in str(path):
        raise OSError(errno.ENOSPC, "No space left on device", str(path))
    return open_path(path, mode, *arguments, **named)
pathlib.Path.open = opened
"""

OFFICE_COMMANDS = [
    ("election", "show"),
    ("election", "define", "proposed.json"),
    ("election", "tally", SLUG),
    ("count", SLUG, "x", "1", "proposed.json"),
    ("record", "export", SLUG, "out"),
    ("roll", "report", SLUG),
]


@pytest.mark.parametrize("words", OFFICE_COMMANDS, ids=" ".join)
def test_a_missing_database(at_office: Desk, words: tuple[str, ...]) -> None:
    shutil.rmtree(at_office.folder / "state")
    said = at_office.refused("database_missing", UNUSABLE, *words, *SETTINGS)
    assert "tsukuba-trust db upgrade" in said
    assert not (at_office.folder / "state").exists()


@pytest.mark.parametrize(
    ("store", "version"), [("board", "other_0099"), ("roll", None), ("attempts", "other_0099")]
)
def test_a_wrong_database_version(at_office: Desk, store: str, version: str | None) -> None:
    with sqlite3.connect(at_office.folder / "state" / f"{store}.sqlite") as connection:
        connection.execute("DELETE FROM alembic_version")
        if version:
            connection.execute("INSERT INTO alembic_version VALUES (?)", [version])
    connection.close()
    at_office.refused("database_version", UNUSABLE, "election", "show", *SETTINGS)


def test_a_database_that_is_none(at_office: Desk) -> None:
    at_office.write("state/board.sqlite", b"no database" * 1000)
    at_office.refused("database_damaged", UNUSABLE, "election", "show", *SETTINGS)


@pytest.mark.parametrize("words", OFFICE_COMMANDS[2:], ids=" ".join)
def test_an_election_that_nobody_knows(at_office: Desk, words: tuple[str, ...]) -> None:
    at_office.refused("unknown_election", REFUSED, *words, *SETTINGS)


def test_no_room_for_a_trustees_key(desk: Desk) -> None:
    words = ("trustee", "init", "--group", "Ed25519", "--name", "a", "mine")
    desk.refused("disk_full", UNUSABLE, *words, FSIZE=10)
    assert desk.type(*words).returncode == 0


def test_no_room_for_an_officers_key(desk: Desk) -> None:
    desk.refused("disk_full", UNUSABLE, "approve", "--new-key", "mine.pem", FSIZE=10)
    assert desk.type("approve", "--new-key", "mine.pem").returncode == 0


def test_no_room_for_an_approval_keeps_the_proposal(desk: Desk) -> None:
    made = desk.type("approve", "--new-key", "o.pem")
    desk.write("a.act", ACT.replace("KEY", made.stdout.split("public key: ")[1].strip()))
    before = desk.files()
    words = ("approve", "a.act", "--officer", "somebody", "--key", "o.pem", "--yes")
    done = desk.type(*words, FSIZE=100)
    assert done.stderr.startswith("error: disk_full")
    assert desk.files() == before
    assert desk.type(*words).returncode == 0


def test_no_room_for_databases(desk: Desk) -> None:
    done = desk.type("db", "upgrade", FSIZE=20_000)
    assert re.fullmatch(r"error: disk_full: .+\n", done.stderr), done.stderr
    assert done.returncode == UNUSABLE
    assert desk.type("db", "upgrade").returncode == 0
    assert desk.type("election", "show").returncode == 0


def test_no_room_for_a_record(at_office: Desk) -> None:
    assert at_office.type("election", "define", "proposed.json", *SETTINGS).returncode == 0
    words = ("record", "export", SLUG, "out", *SETTINGS)
    at_office.write("python/sitecustomize.py", NO_LARGE_FILES)
    done = at_office.type(*words)  # signs the head, which is no part of the record
    assert re.fullmatch(r"error: target_unwritable: out: .+\n", done.stderr), done.stderr
    assert done.returncode == UNUSABLE
    shutil.rmtree(at_office.folder / "python")
    assert [path.name for path in at_office.folder.iterdir() if "out" in path.name] == []
    assert at_office.type(*words).returncode == 0
    assert at_office.type("verify", "out").returncode == 0


@pytest.mark.parametrize("how", ["max_page_count", "FSIZE"])
def test_no_room_for_an_entry(at_office: Desk, how: str) -> None:
    words = ("election", "define", "proposed.json", *SETTINGS)
    limits = {}
    if how == "FSIZE":
        limits = {"FSIZE": 4096}  # the write-ahead log would need more
    else:
        at_office.write("python/sitecustomize.py", NO_MORE_PAGES)
    before = _rows(at_office)
    done = at_office.type(*words, **limits)
    assert re.fullmatch(r"error: disk_full: .+\n", done.stderr), done.stderr
    assert done.returncode == UNUSABLE
    assert _rows(at_office) == before == [0, 0]
    shutil.rmtree(at_office.folder / "python", ignore_errors=True)
    assert at_office.type(*words).returncode == 0
    assert _rows(at_office) == [1, 1]


def _rows(desk: Desk) -> list[int]:
    connection = sqlite3.connect(desk.folder / "state" / "board.sqlite")
    try:
        query = "SELECT count(*) FROM {}"
        return [connection.execute(query.format(name)).fetchone()[0] for name in ("log", "entry")]
    finally:
        connection.close()
