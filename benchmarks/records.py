"""Verify whole records of growing size: time and memory per ballot, and two processes.

A record is verified by the command, in a process of its own; nothing of making it is
measured. What a start costs falls out of the difference between two sizes.
"""

import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from benchmarks.elections import hold

SMALLEST, SMALL, LARGE = 100, 1_000, 10_000
SIZES = (SMALLEST, SMALL, LARGE)
REPEATS = 3

Track = Callable[[Iterable[int], str], Iterable[int]]


@dataclass(frozen=True)
class Cost:
    """One run of ``verify``: CPU and wall clock in seconds, peak memory in bytes.

    The memory is that of the process itself, not of its workers.
    """

    cpu: float
    wall: float
    memory: int


@dataclass(frozen=True)
class Measured:
    """Medians by size, and the best runs of the largest in one and in two processes."""

    cpu: dict[int, float]
    memory: dict[int, float]
    disk: dict[int, int]
    one_job: Cost
    two_jobs: Cost

    def slope(self, low: int, high: int) -> float:
        """Return seconds of CPU for each further ballot between two sizes."""
        return (self.cpu[high] - self.cpu[low]) / (high - low)

    @property
    def growth(self) -> float:
        """Cost of a ballot in the large record beside that in the small one."""
        return self.slope(SMALL, LARGE) / self.slope(SMALLEST, SMALL)

    @property
    def bytes_per_ballot(self) -> float:
        """Peak memory for each further ballot."""
        return (self.memory[LARGE] - self.memory[SMALL]) / (LARGE - SMALL)

    @property
    def speed_up(self) -> float:
        """Wall clock of one process beside that of two."""
        return self.one_job.wall / self.two_jobs.wall

    @property
    def disturbed(self) -> bool:
        """Whether others used the processors, so that wall clocks say little."""
        return self.one_job.cpu < 0.95 * self.one_job.wall


# A process begins with the peak memory of the one that starts it, hence a small one between.
STARTER = """
import resource, subprocess, sys, time
start = time.perf_counter()
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, time.perf_counter() - start, used.ru_maxrss)
"""


def verify(record: Path, jobs: int) -> Cost:
    """Verify a record; it must pass."""
    program = Path(sys.executable).with_name("tsukuba-trust")
    command = [str(program), "verify", str(record), "--jobs", str(jobs)]
    done = subprocess.run(
        [sys.executable, "-S", "-c", STARTER, *command], check=True, stdout=subprocess.PIPE
    )
    cpu, wall, memory = map(float, done.stdout.split())
    return Cost(cpu, wall, int(memory) * 1024)


def make(folder: Path, track: Track) -> dict[int, Path]:
    """Hold an election of every size; return their records.

    :param folder: records that stand there already are taken as they are
    """
    records = {}
    for size in SIZES:
        place = folder / str(size)
        records[size] = place / "record"
        if not records[size].exists():
            place.mkdir()
            hold(place, size, lambda numbers: track(numbers, "Voting"))
    return records


def measure(records: dict[int, Path], track: Track) -> Measured:
    """Verify all records in turn, several times."""
    costs: dict[int, list[Cost]] = {size: [] for size in records}
    doubled: list[Cost] = []
    for _ in track(range(REPEATS), "Verifying"):
        for size, record in records.items():
            costs[size].append(verify(record, 1))
        doubled.append(verify(records[LARGE], 2))
    return Measured(
        {size: statistics.median(cost.cpu for cost in found) for size, found in costs.items()},
        {size: statistics.median(cost.memory for cost in found) for size, found in costs.items()},
        {size: _bytes(record) for size, record in records.items()},
        # Others on this machine only ever add to the wall clock.
        min(costs[LARGE], key=lambda cost: cost.wall),
        min(doubled, key=lambda cost: cost.wall),
    )


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def table(found: Measured) -> Table:
    """Return the measurements as a table."""
    shown = Table(title="Records: tsukuba-trust verify, Ed25519, exactly 1 of 3")
    for name in ("ballots", "CPU s", "CPU ms per further ballot", "peak MB", "record MB"):
        shown.add_column(name, justify="right")
    for low, size in zip((0, *SIZES), SIZES, strict=False):
        slope = f"{found.slope(low, size) * 1000:.2f}" if low else ""
        memory, disk = found.memory[size] / 1e6, found.disk[size] / 1e6
        cells = (f"{found.cpu[size]:.2f}", slope, f"{memory:.1f}", f"{disk:.1f}")
        shown.add_row(f"{size:,}", *cells)
    return shown
