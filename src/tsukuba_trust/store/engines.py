"""Engines: how each database is opened, and what its errors mean.

SQLite runs in WAL mode with ``synchronous = FULL``, ``secure_delete`` and a busy timeout.
Every transaction that writes begins with ``BEGIN IMMEDIATE``, sent by us and not by the
driver, because a transaction that reads first and locks later lost 12 of 200 appends of
two processes (architecture D15).
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url

from tsukuba_trust.errors import Misconfigured, TrustError, Unavailable

BUSY_TIMEOUT_S = 5.0
PATIENCE_S = 60.0  # how long a writer tries again before it gives up
PAUSE_S = 0.01

T = TypeVar("T")

_AGAIN = {"40001", "40P01", "55P03"}  # serialization failure, deadlock, lock not available
_DISK_FULL = {"53100"}
# A file size limit (RLIMIT_FSIZE) reaches SQLite as a failed write, not as "full".
_SQLITE_NO_ROOM = {
    "SQLITE_FULL",
    "SQLITE_IOERR_FSYNC",
    "SQLITE_IOERR_SHMSIZE",
    "SQLITE_IOERR_TRUNCATE",
    "SQLITE_IOERR_WRITE",
}
_SQLITE_DAMAGED = ("SQLITE_NOTADB", "SQLITE_CORRUPT")
_NO_DATABASE = {"3D000"}


def open_engine(
    url: str | URL,
    *,
    begin: str = "BEGIN IMMEDIATE",
    durable: bool = True,
    snapshot: bool = False,
    one_connection: bool = False,
) -> Engine:
    """Open a database for one purpose.

    :param begin: how a SQLite transaction begins; readers say ``BEGIN``
    :param durable: False only where losing the last commits at a power cut does no harm
    :param snapshot: a transaction sees one state of the database; for readers
    :param one_connection: threads of this process wait for each other
    :raises Misconfigured: ``database_url``: neither SQLite nor PostgreSQL
    """
    address = parse_url(url)
    # Parameters are bodies of entries and of the roll: never in a message or a log.
    options: dict[str, Any] = {"hide_parameters": True}
    if one_connection:
        options |= {"pool_size": 1, "max_overflow": 0, "pool_timeout": PATIENCE_S}
    if address.get_backend_name() == "postgresql":
        engine = create_engine(
            address.set(drivername="postgresql+psycopg"),
            isolation_level="REPEATABLE READ" if snapshot else "READ COMMITTED",
            **options,
        )
        if not durable:
            event.listen(engine, "begin", _commit_without_waiting)
    else:
        threads = {"timeout": BUSY_TIMEOUT_S, "check_same_thread": False}
        engine = create_engine(address, connect_args=threads, **options)
        event.listen(engine, "connect", _sqlite_settings(durable))
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    _forget_after_fork(engine)
    return engine


def parse_url(url: str | URL) -> URL:
    """Read a database URL.

    :raises Misconfigured: ``database_url``
    """
    try:
        address = make_url(url)
        name = address.get_backend_name()
    except exc.ArgumentError:
        raise Misconfigured("database_url", "not a database URL") from None
    if name not in ("sqlite", "postgresql"):
        raise Misconfigured("database_url", f"{name} is neither sqlite nor postgresql")
    if name == "sqlite" and address.database in (None, "", ":memory:"):
        raise Misconfigured("database_url", "SQLite needs a file")
    return address


def sqlite_file(url: str | URL) -> Path | None:
    """Return the file of a SQLite URL, None for PostgreSQL."""
    address = parse_url(url)
    is_file = address.get_backend_name() == "sqlite" and address.database
    return Path(str(address.database)) if is_file else None


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """Give one short transaction, committed at the end of the block; errors become ours.

    Waits for another writer before it begins, never afterwards.
    """
    with until_free(lambda: _begin(engine)) as connection, translated():
        yield connection
        connection.commit()


def _begin(engine: Engine) -> Connection:
    with translated():
        connection = engine.connect()
        try:
            connection.begin()
        except BaseException:
            connection.close()
            raise
        return connection


def until_free(work: Callable[[], T]) -> T:
    """Run a whole transaction, and again while another writer holds the database.

    :raises Unavailable: ``database_busy`` after a minute, or what ``translated`` says
    """
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            return work()
        except Unavailable as error:
            if error.code != "database_busy" or time.monotonic() > deadline:
                raise
            time.sleep(PAUSE_S)


@contextmanager
def translated() -> Iterator[None]:
    """Turn database errors into ours: one code each, and never the statement's data.

    :raises Unavailable: ``disk_full``, ``database_busy``, ``database_unavailable``,
        ``database_conflict``: a row stands where there can be none
    :raises Misconfigured: ``database_missing``, ``database_damaged``
    """
    try:
        yield
    except exc.IntegrityError:
        raise Unavailable("database_conflict", "a row stands where there can be none") from None
    except (exc.DatabaseError, sqlite3.DatabaseError) as error:
        raise _database_meaning(error) from None
    except exc.TimeoutError:
        raise Unavailable("database_busy", "no free connection") from None
    except exc.InterfaceError as error:
        raise Unavailable("database_unavailable", type(error.orig).__name__) from None


def _database_meaning(error: Exception) -> Exception:
    """Return our error for one that the database reports, itself for a mistake of ours."""
    if isinstance(error, exc.OperationalError):
        return _meaning(error.orig)
    orig = error.orig if isinstance(error, exc.DatabaseError) else error
    damaged = getattr(orig, "sqlite_errorname", "").startswith(_SQLITE_DAMAGED)
    if isinstance(orig, sqlite3.OperationalError) or damaged:
        return _meaning(orig)
    return error


def _meaning(error: BaseException | None) -> TrustError:
    if isinstance(error, sqlite3.DatabaseError):
        return _sqlite_meaning(error)
    state = getattr(error, "sqlstate", None) or ""
    if state in _DISK_FULL:
        return Unavailable("disk_full", "the database has no room; nothing was written")
    if state in _AGAIN:
        return Unavailable("database_busy", "another writer holds the database")
    if state in _NO_DATABASE or "does not exist" in str(error):
        return Misconfigured("database_missing", "there is no such database on the server")
    return Unavailable("database_unavailable", "the database server does not answer")


def _sqlite_meaning(error: sqlite3.DatabaseError) -> TrustError:
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return Unavailable("database_busy", "another writer holds the database")
    if name in _SQLITE_NO_ROOM:
        return Unavailable("disk_full", "the database has no room; nothing was written")
    if name.startswith(_SQLITE_DAMAGED):
        return Misconfigured("database_damaged", "the file is no database, or a damaged one")
    if name == "SQLITE_CANTOPEN":
        return Misconfigured("database_missing", "the database file cannot be opened")
    return Unavailable("database_unavailable", name or "SQLite refused")


def _sqlite_settings(durable: bool) -> Callable[[Any, Any], None]:
    synchronous = "FULL" if durable else "NORMAL"

    def connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        connection.execute(f"PRAGMA busy_timeout = {int(BUSY_TIMEOUT_S * 1000)}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute("PRAGMA secure_delete = ON")

    return connect


def _commit_without_waiting(connection: Connection) -> None:
    connection.exec_driver_sql("SET LOCAL synchronous_commit = off")


def _forget_after_fork(engine: Engine) -> None:
    """Open new connections in a forked process; two processes on one would mix their words."""

    def connect(_connection: Any, record: Any) -> None:
        record.info["process"] = os.getpid()

    def checkout(_connection: Any, record: Any, proxy: Any) -> None:
        if record.info["process"] != os.getpid():
            record.dbapi_connection = proxy.dbapi_connection = None
            raise exc.DisconnectionError("the connection belongs to the parent process")

    event.listen(engine, "connect", connect)
    event.listen(engine, "checkout", checkout)
