"""What database errors mean, and how engines wait for each other."""

import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import exc, text

from boards import refusal
from tsukuba_trust.errors import Unavailable
from tsukuba_trust.store import engines
from tsukuba_trust.store.engines import open_engine, transaction, translated, until_free
from tsukuba_trust.store.migrations import check_version, upgrade
from tsukuba_trust.store.roll import RollStore

Database = Callable[[str], str]


def raised(error: BaseException) -> str:
    """Return the code that an error of a driver becomes."""

    def fail() -> None:
        with translated():
            raise error

    return refusal(fail)


def operational(state: str) -> exc.OperationalError:
    class Driver(psycopg.OperationalError):
        sqlstate = state

    return exc.OperationalError("SELECT canary", {}, Driver("no"))


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("53100", "disk_full"),
        ("40001", "database_busy"),
        ("40P01", "database_busy"),
        ("55P03", "database_busy"),
        ("3D000", "database_missing"),
        ("57P01", "database_unavailable"),
        ("", "database_unavailable"),
    ],
)
def test_a_servers_error_has_one_code(state: str, code: str) -> None:
    assert raised(operational(state)) == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("SQLITE_FULL", "disk_full"),
        ("SQLITE_IOERR_WRITE", "disk_full"),
        ("SQLITE_BUSY", "database_busy"),
        ("SQLITE_BUSY_SNAPSHOT", "database_busy"),
        ("SQLITE_LOCKED", "database_busy"),
        ("SQLITE_CANTOPEN", "database_missing"),
        ("SQLITE_IOERR_READ", "database_unavailable"),
        ("", "database_unavailable"),
    ],
)
def test_a_files_error_has_one_code(name: str, code: str) -> None:
    error = sqlite3.OperationalError("canary")
    error.sqlite_errorname = name
    assert raised(error) == code
    assert raised(exc.OperationalError("SELECT canary", {}, error)) == code


def test_other_errors_have_codes_too() -> None:
    assert raised(exc.TimeoutError("pool")) == "database_busy"
    assert raised(exc.InterfaceError("x", {}, ValueError())) == "database_unavailable"
    assert raised(exc.IntegrityError("x", {}, ValueError())) == "database_conflict"


def test_a_server_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    url = f"postgresql://tests@/board?host={tmp_path}"
    assert refusal(lambda: check_version(url, "board")) == "database_unavailable"


def test_a_folder_in_place_of_a_file_is_no_database(tmp_path: Path) -> None:
    assert refusal(lambda: check_version(f"sqlite:///{tmp_path}", "board")) == "database_missing"
    engine = open_engine(f"sqlite:///{tmp_path}")

    def begin() -> None:
        with transaction(engine):
            pass

    assert refusal(begin) == "database_missing"


@pytest.mark.parametrize("busy_timeout_s", [5.0, 0.001])
def test_a_writer_waits_for_the_other_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, busy_timeout_s: float
) -> None:
    """Also when the other one holds the database for longer than SQLite itself waits."""
    monkeypatch.setattr(engines, "BUSY_TIMEOUT_S", busy_timeout_s)
    url = f"sqlite:///{tmp_path}/x.sqlite"
    first, second = open_engine(url), open_engine(url)
    began, order = threading.Event(), []

    def wait() -> None:
        began.set()
        with transaction(second):
            order.append("second")

    with transaction(first) as connection:
        thread = threading.Thread(target=wait)
        thread.start()
        began.wait()
        connection.execute(text("CREATE TABLE x (y INTEGER)"))
        time.sleep(0.05)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
    first.dispose()
    second.dispose()


def test_a_writer_gives_up_after_its_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "PATIENCE_S", 0.05)
    calls = []

    def busy() -> None:
        calls.append(None)
        raise Unavailable("database_busy")

    assert refusal(lambda: until_free(busy)) == "database_busy"
    assert len(calls) > 1


def test_what_is_not_waiting_is_not_repeated() -> None:
    calls = []

    def full() -> None:
        calls.append(None)
        raise Unavailable("disk_full")

    assert refusal(lambda: until_free(full)) == "disk_full"
    assert len(calls) == 1


def test_sqlite_waits_for_the_disk_and_overwrites_what_it_deletes(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/x.sqlite")
    with engine.begin() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "secure_delete", "busy_timeout")
        ]
    engine.dispose()
    assert found == ["wal", 2, 1, 5000]


@pytest.mark.postgres
def test_postgresql_waits_for_the_disk_but_for_what_can_be_lost(postgres: str) -> None:
    found = []
    for durable in (True, False):
        engine = open_engine(postgres, durable=durable)
        with engine.begin() as connection:
            found.append(connection.scalar(text("SHOW synchronous_commit")))
        engine.dispose()
    assert found == ["on", "off"]


def test_nobody_else_can_read_a_database_file(tmp_path: Path) -> None:
    upgrade(f"sqlite:///{tmp_path}/roll.sqlite", "roll")
    assert (tmp_path / "roll.sqlite").stat().st_mode & 0o077 == 0
    roll = RollStore(f"sqlite:///{tmp_path}/roll.sqlite", os.urandom)
    with roll.begin() as tx:
        tx.admit("o", b"1" * 32)
        for path in tmp_path.glob("roll.sqlite*"):
            assert path.stat().st_mode & 0o077 == 0
    roll.close()


FORK = """
import os, sys
from tsukuba_trust.store.roll import RollStore
store = RollStore(sys.argv[1], os.urandom)
with store.begin() as tx:
    tx.admit("o", b"parent")
child = os.fork()
if child == 0:
    for _ in range(20):
        with store.begin() as tx:
            tx.admit("o", os.urandom(8))
    os._exit(0)
for _ in range(20):
    with store.begin() as tx:
        tx.admit("o", os.urandom(8))
assert os.waitpid(child, 0)[1] == 0
with store.begin() as tx:
    print(tx.count_persons("o"))
store.close()
"""


def test_a_forked_process_opens_connections_of_its_own(database: Database) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORK, database("roll")],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.stdout.strip(), done.returncode) == ("41", 0), done.stderr
