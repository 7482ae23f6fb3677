"""What every test may use: fixed clock and randomness, databases, and who is skipped why."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from sqlalchemy import URL, create_engine, inspect, make_url, text

sys.path.insert(0, str(Path(__file__).parent))  # builders beside this file: records, logs …

import card_world
import postgres_server
from tsukuba_trust.store.migrations import VERSIONS, upgrade

LONG = "TSUKUBA_TRUST_LONG"

# No test is timed: a busy machine must not turn one red. Under CI every run draws the same
# examples, so that what landed stays green; elsewhere new ones are drawn each time.
hypothesis_settings.register_profile(
    "ours",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("ours")
GO_SOURCES = (Path("/usr/share/gocode/src"), Path.home() / "go/pkg/mod", Path.home() / "go/src")


def _why_no_belenios() -> str:
    if shutil.which("belenios-tool") is None:
        return "no belenios-tool"
    done = subprocess.run(["belenios-tool", "--version"], capture_output=True, check=False)
    return "" if done.returncode == 0 else "belenios-tool does not run"


def _why_no_go() -> str:
    if shutil.which("go") is None:
        return "no Go"
    found = any(next(root.glob("golang.org/x/mod*"), None) for root in GO_SOURCES)
    return "" if found else "no Go module golang.org/x/mod"


def _why_no_browser() -> str:
    if not Path("/usr/bin/chromium").exists():
        return "no Chromium"
    command = ("/usr/bin/chromium", "--headless", "--no-sandbox", "--disable-gpu", "--version")
    done = subprocess.run(command, capture_output=True, check=False)
    return "" if done.returncode == 0 else "Chromium does not run"


MISSING: dict[str, Callable[[], str]] = {
    "browser": _why_no_browser,
    "postgres": postgres_server.why_not,
    "belenios": _why_no_belenios,
    "golang": _why_no_go,
    "card": card_world.why_not,
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what the machine cannot run, saying how to mend it; under CI that is a failure."""
    reasons: dict[str, str] = {}
    for item in items:
        if item.get_closest_marker("long") and not os.environ.get(LONG):
            item.add_marker(pytest.mark.skip(reason="long: runs in `make test-long`"))
            continue
        for marker, why in MISSING.items():
            if item.get_closest_marker(marker):
                reasons.setdefault(marker, why())
                if reasons[marker]:
                    _refuse(item, f"{reasons[marker]}: run `make system`")


def _refuse(item: pytest.Item, reason: str) -> None:
    if os.environ.get("CI"):
        item.stash[_FAIL] = reason
    else:
        item.add_marker(pytest.mark.skip(reason=reason))


_FAIL = pytest.StashKey[str]()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail, before any fixture, a test that CI may not skip."""
    if _FAIL in item.stash:
        pytest.fail(item.stash[_FAIL], pytrace=False)


@pytest.fixture
def randomness() -> Callable[[int], bytes]:
    """Give the same bytes in the same order in every run."""
    count = 0

    def draw(size: int) -> bytes:
        nonlocal count
        count += 1
        seed = hashlib.shake_256(f"tests {count}".encode())
        return seed.digest(size)

    return draw


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """Give a clock that stands still."""
    return lambda: datetime(2025, 3, 10, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Run the session's PostgreSQL server; give the URL of an empty database in it."""
    with postgres_server.server() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one empty SQLite database of each kind; tests get copies."""
    folder = tmp_path_factory.mktemp("templates")
    for which in VERSIONS:
        upgrade(f"sqlite:///{folder / which}.sqlite", which)
    return folder


@pytest.fixture(scope="session")
def postgres_pool(postgres: str) -> Iterator["PostgresPool"]:
    """Make one empty PostgreSQL database of each kind; tests get copies."""
    engine = create_engine(_driver(postgres), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for which in VERSIONS:
            connection.execute(text(f"CREATE DATABASE {which}_template"))
    engine.dispose()
    for which in VERSIONS:
        upgrade(postgres.replace("/postgres?", f"/{which}_template?"), which)
    pool = PostgresPool(postgres)
    yield pool
    pool.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Give a function that makes a database of one kind and returns its URL, on each engine."""
    if request.param == "sqlite":
        templates = request.getfixturevalue("sqlite_templates")

        def copy(which: str) -> str:
            shutil.copy(templates / f"{which}.sqlite", tmp_path / f"{which}.sqlite")
            return f"sqlite:///{tmp_path / which}.sqlite"

        yield copy
        return
    pool = request.getfixturevalue("postgres_pool")
    taken: list[tuple[str, str]] = []

    def take(which: str) -> str:
        taken.append((which, pool.take(which)))
        return pool.url(taken[-1][1])

    yield take
    for which, name in taken:
        pool.give_back(which, name)


class PostgresPool:
    """Databases of one test server, emptied between tests: dropping one costs a checkpoint."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._free: dict[str, list[str]] = {which: [] for which in VERSIONS}
        self._count = 0
        self._engine = create_engine(_driver(server), isolation_level="AUTOCOMMIT")

    def url(self, name: str) -> str:
        return self._server.replace("/postgres?", f"/{name}?")

    def take(self, which: str) -> str:
        if self._free[which]:
            return self._free[which].pop()
        self._count += 1
        name = f"{which}_{self._count}"
        with self._engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {which}_template"))
        return name

    def give_back(self, which: str, name: str) -> None:
        """Empty a database; one whose version a test has changed is left alone."""
        end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
        with self._engine.connect() as connection:
            connection.execute(text(end), {"name": name})
        engine = create_engine(_driver(self.url(name)))
        with engine.begin() as connection:
            tables = set(inspect(connection).get_table_names()) - {"alembic_version"}
            version = connection.scalar(text("SELECT version_num FROM alembic_version"))
            connection.execute(text(f"TRUNCATE {', '.join(sorted(tables))}"))
        engine.dispose()
        if version == VERSIONS[which]:
            self._free[which].append(name)

    def close(self) -> None:
        self._engine.dispose()


def _driver(url: str) -> URL:
    return make_url(url).set(drivername="postgresql+psycopg")
