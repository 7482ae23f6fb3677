"""Attack O24: votes per network address, asked for in court, are not there to be given."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from api_world import Booth
from tsukuba_trust.jobs import work_once
from tsukuba_trust.services.attempting import COUNTED_S
from tsukuba_trust.store.attempts_tables import counter
from tsukuba_trust.store.engines import open_engine
from web_world import web_world

ADDRESS = "203.0.113.77"
WINDOW = timedelta(seconds=COUNTED_S)
FROM_THERE = {"REMOTE_ADDR": ADDRESS}


def counters(world) -> list[str]:
    engine = open_engine(world.settings.url("attempts"))
    with engine.begin() as connection:
        names = [str(name) for name in connection.scalars(select(counter.c.name))]
    engine.dispose()
    return [name for name in names if name.startswith(("address/", "start/"))]


def test_o24_no_trace_of_an_address_outlives_the_limits_window(tmp_path: Path) -> None:
    world = web_world(tmp_path / "state")
    try:
        world.vote.extra_environ |= FROM_THERE
        Booth(world).start()  # and abandoned
        Booth(world).identified(1)
        world.cast(world.registered(2))
        assert len(counters(world)) >= 2  # under keyed hashes
        work_once(world.services, world.now + 2 * WINDOW, timedelta(0))
        assert counters(world) == []
        files = [path for path in world.folder.rglob("*") if path.is_file()]
        assert not [path for path in files if ADDRESS.encode() in path.read_bytes()]
    finally:
        world.close()
