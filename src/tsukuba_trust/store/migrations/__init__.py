"""Versions of the three databases, one Alembic history each, inside the package.

``upgrade`` is the only thing that changes a schema; a store that finds another version
than its own stops the start.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.store.engines import open_engine, parse_url, sqlite_file, translated

VERSIONS = {"board": "board_0001", "roll": "roll_0001", "attempts": "attempts_0001"}
HERE = Path(__file__).resolve().parent


def upgrade(url: str, which: str) -> None:
    """Bring a database to this package's version; a SQLite file is made when absent.

    :param which: ``board``, ``roll`` or ``attempts``
    :raises Misconfigured: ``database_url``, ``database_missing``, ``database_version``:
        it is newer than this package, or another one of the three
    :raises Unavailable: ``disk_full``, ``database_unavailable``
    """
    from alembic import command  # noqa: PLC0415  # a third of a second that reading never pays
    from alembic.config import Config  # noqa: PLC0415

    path = sqlite_file(url)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # nobody else reads a roll; SQLite's other files follow
    with translated():
        engine = open_engine(url)
        config = Config()
        config.set_main_option("script_location", str(HERE / which).replace("%", "%%"))
        try:
            with engine.begin() as connection:
                _refuse_other(connection_version(connection), which)
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        finally:
            engine.dispose()


def check_version(url: str, which: str) -> None:
    """Check that a database is there and has this package's version.

    :raises Misconfigured: ``database_missing``, ``database_version``
    :raises Unavailable: ``database_unavailable``
    """
    path = sqlite_file(url)
    if path is not None and not path.is_file():
        raise Misconfigured("database_missing", "run: tsukuba-trust db upgrade", where=str(path))
    with translated():
        engine = open_engine(url, begin="BEGIN")
        try:
            with engine.begin() as connection:
                version = connection_version(connection)
        finally:
            engine.dispose()
    if version != VERSIONS[which]:
        raise Misconfigured(
            "database_version",
            f"is {version or 'not set up'}, this program needs {VERSIONS[which]}; "
            "run: tsukuba-trust db upgrade",
            where=f"{which} ({parse_url(url).render_as_string()})",
        )


def connection_version(connection: Connection) -> str | None:
    """Return the version that a database says it has, None when it was never set up."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version


def _refuse_other(version: str | None, which: str) -> None:
    # One database each (D5): two of them in one file would be joined by every dump.
    is_other = version is not None and not version.startswith(which)
    if version is not None and (is_other or version > VERSIONS[which]):
        raise Misconfigured(
            "database_version", f"is {version}, this program has {VERSIONS[which]}", where=which
        )
