"""The three databases: made, brought up to date, refused when they are not what they should."""

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.store.attempts_tables import ATTEMPTS
from tsukuba_trust.store.board_tables import BOARD
from tsukuba_trust.store.engines import open_engine
from tsukuba_trust.store.migrations import HERE, VERSIONS, check_version, upgrade
from tsukuba_trust.store.roll_tables import ROLL

Database = Callable[[str], str]
TABLES = {"board": BOARD, "roll": ROLL, "attempts": ATTEMPTS}


@pytest.mark.parametrize("which", TABLES)
def test_the_migrations_make_exactly_the_tables_that_the_code_uses(
    database: Database, which: str
) -> None:
    engine = open_engine(database(which))
    with engine.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, TABLES[which]) == []
    engine.dispose()


@pytest.mark.parametrize("which", TABLES)
def test_the_newest_migration_is_the_version_that_a_store_asks_for(which: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(HERE / which))
    assert ScriptDirectory.from_config(config).get_current_head() == VERSIONS[which]


def test_a_second_upgrade_changes_nothing(database: Database) -> None:
    url = database("board")
    upgrade(url, "board")
    check_version(url, "board")


def test_it_names_a_missing_database(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured) as caught:
        check_version(f"sqlite:///{tmp_path}/none.sqlite", "board")
    assert caught.value.code == "database_missing"
    assert not list(tmp_path.iterdir())


@pytest.mark.postgres
def test_it_names_a_missing_database_on_a_server(postgres: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        check_version(postgres.replace("/postgres?", "/nothing_here?"), "board")
    assert caught.value.code == "database_missing"


def test_it_refuses_a_database_that_was_never_set_up(tmp_path: Path) -> None:
    (tmp_path / "empty.sqlite").touch()
    with pytest.raises(Misconfigured) as caught:
        check_version(f"sqlite:///{tmp_path}/empty.sqlite", "board")
    assert caught.value.code == "database_version"


@pytest.mark.parametrize("version", ["board_0000", "board_9999"])
def test_it_refuses_another_version(database: Database, version: str) -> None:
    url = database("board")
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})
    engine.dispose()
    with pytest.raises(Misconfigured) as caught:
        check_version(url, "board")
    assert caught.value.code == "database_version"


def test_it_does_not_touch_a_database_of_a_newer_program(database: Database) -> None:
    url = database("board")
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'board_9999'"))
    engine.dispose()
    with pytest.raises(Misconfigured) as caught:
        upgrade(url, "board")
    assert caught.value.code == "database_version"


def test_who_and_what_never_share_a_database(database: Database) -> None:
    url = database("board")
    with pytest.raises(Misconfigured) as caught:
        upgrade(url, "roll")
    assert caught.value.code == "database_version"


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y", "nonsense"])
def test_it_refuses_a_url_of_another_kind(url: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        upgrade(url, "board")
    assert caught.value.code == "database_url"


def test_no_table_of_the_board_or_the_roll_has_a_time() -> None:
    """B08: what has no time cannot be joined by time; the roll knows days only."""
    for tables in (BOARD, ROLL):
        for table in tables.sorted_tables:
            for column in table.columns:
                assert column.type.python_type in (int, str, bytes, bool)
                assert not {"time", "at", "created", "updated"} & set(column.name.split("_"))
