"""Process CPU time: medians of alternating repeats, and slopes between two sizes.

Wall time says little on a shared machine; ratios of CPU time within one run do.
"""

import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

Run = Callable[[], float]  # runs once and returns seconds of CPU


def own(function: Callable[[], object], times: int = 1) -> Run:
    """Measure a function of this process, per call."""

    def run() -> float:
        start = time.process_time()
        for _ in range(times):
            function()
        return (time.process_time() - start) / times

    return run


def child(command: Sequence[str], directory: Path) -> Run:
    """Measure a command; it must succeed."""

    def run() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, cwd=directory, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return run


def medians(runs: dict[str, Run], repeats: int) -> dict[str, float]:
    """Run all in turn, ``repeats`` times, so that a slow minute meets each of them.

    :returns: the median seconds of each
    """
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(repeats):
        for name, run in runs.items():
            seconds[name].append(run())
    return {name: statistics.median(values) for name, values in seconds.items()}
