"""Cast through the service, on SQLite and on PostgreSQL side by side.

A cast is everything behind the request: lookups, all proofs, the append with its commit,
the signed head and the receipt. CPU is that of this process; a PostgreSQL server's own
comes on top of it.
"""

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from benchmarks.elections import Held, open_vote
from benchmarks.records import Track
from tsukuba_trust.crypto.ballot import check_signature, read_ballot
from tsukuba_trust.interfaces import BallotContext
from tsukuba_trust.store.migrations import VERSIONS

VOTERS = 120
WARM = 20  # casts that are not counted
SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"


@dataclass(frozen=True)
class Row:
    """Medians in seconds: CPU of a cast, of its proofs alone, and wall clock."""

    cpu: float
    proofs: float
    wall: float


def measure(folder: Path, track: Track) -> dict[str, Row]:
    """Cast in turn on every database that is here."""
    with ExitStack() as stack:
        held = {SQLITE: stack.enter_context(open_vote(_new(folder, SQLITE)))}
        urls = stack.enter_context(_postgresql())
        if urls:
            held[POSTGRESQL] = stack.enter_context(open_vote(_new(folder, POSTGRESQL), urls))
        ballots = {
            name: [ballot for _device, ballot in one.registered(VOTERS, jobs=1)]
            for name, one in held.items()
        }
        seconds: dict[str, list[tuple[float, float, float]]] = {name: [] for name in held}
        for number in track(range(VOTERS), "Casting"):
            for name, one in held.items():
                seconds[name].append(_cast(one, ballots[name][number]))
    return {
        name: Row(*(statistics.median(column) for column in zip(*found[WARM:], strict=True)))
        for name, found in seconds.items()
    }


def _cast(held: Held, ballot: str) -> tuple[float, float, float]:
    cpu, proofs = _timed(held.cast, ballot), _timed(lambda one: _prove(held, one), ballot)
    return cpu[0], proofs[0], cpu[1]


def _timed(function: Callable[[str], None], ballot: str) -> tuple[float, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    function(ballot)
    return time.process_time() - cpu, time.perf_counter() - wall


def _prove(held: Held, ballot_text: str) -> None:
    """Check what costs most of a cast: signature and proofs."""
    record = held.fixed.records[held.contest]
    scheme = held.services.registry.ballot_schemes["homomorphic"]
    ballot = read_ballot(ballot_text)
    check_signature(record.group, ballot)
    context = BallotContext(
        record.group, record.key, record.fingerprint, ballot.credential, record.questions[0]
    )
    scheme.verify_answer(context, ballot.answers[0])


def _new(folder: Path, name: str) -> Path:
    place = folder / name
    place.mkdir()
    return place


@contextmanager
def _postgresql() -> Iterator[dict[str, str]]:
    """Run a server of our own and give a URL by store; nothing where none is installed."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    import postgres_server  # noqa: PLC0415  (lives beside the tests)

    if postgres_server.why_not():
        yield {}
        return
    with postgres_server.server() as url:
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for store in VERSIONS:
                connection.execute(text(f"CREATE DATABASE {store}"))
        engine.dispose()
        base = make_url(url)
        yield {
            store: base.set(database=store).render_as_string(hide_password=False)
            for store in VERSIONS
        }


def table(rows: dict[str, Row]) -> Table:
    """Return the measurements as a table."""
    shown = Table(title="Casting through the service: medians in milliseconds")
    for name in ("database", "CPU", "of it proofs", "ratio", "wall"):
        shown.add_column(name, justify="right" if name != "database" else "left")
    for name, row in rows.items():
        cells = (row.cpu * 1000, row.proofs * 1000, row.cpu / row.proofs, row.wall * 1000)
        shown.add_row(name, *(f"{value:.2f}" for value in cells))
    return shown
