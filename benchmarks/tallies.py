"""Count a council election by every method: as many ballots as Tsukuba cast in 2020.

41 candidates for 28 seats. A ballot ranks 1 to 41 candidates, ten in the mean, the popular
ones more often; scores and grades are drawn alike. Each method runs in a process of its own,
so that its peak memory is its own; reading the ballots is part of the memory, not the time.
"""

import multiprocessing
import random
import resource
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from rich.table import Table

from tsukuba_trust.registry import load
from tsukuba_trust.values import Contest, Count, Levels, Option, Parameters, Text

BALLOTS = 95_574
CANDIDATES = 41
SEATS = 28
_MEAN = 10  # candidates that a ballot ranks
_HIGHEST = 5


@dataclass(frozen=True)
class Plan:
    """One count.

    :param ballots: "votes", "ranks" or "levels"
    :param limit: seconds of CPU; 0 = no target
    """

    title: str
    method: str
    ballots: str
    parameters: Parameters = field(default_factory=dict)
    limit: float = 0


@dataclass(frozen=True)
class Row:
    """Seconds of CPU and peak bytes of the process; how many different ballots there were."""

    plan: Plan
    seconds: float
    peak: int
    kinds: int


_COUNCIL: Parameters = {"seats": SEATS}
PLANS = [
    Plan("SNTV", "plurality", "votes", _COUNCIL, 2),
    Plan("approval", "approval", "votes", _COUNCIL),
    Plan("D'Hondt", "dhondt", "votes", _COUNCIL),
    Plan("Sainte-Laguë", "sainte-lague", "votes", _COUNCIL),
    Plan("Borda", "borda", "ranks", _COUNCIL),
    Plan("Schulze", "schulze", "ranks", _COUNCIL, 10),
    Plan("IRV", "irv", "ranks"),
    Plan("STV, Scottish", "stv", "ranks", {**_COUNCIL, "rule": "scottish"}, 5),
    Plan("STV, exact", "stv", "ranks", {**_COUNCIL, "rule": "wigm"}, 15),
    Plan("STV, Meek", "stv", "ranks", {**_COUNCIL, "rule": "meek"}, 90),
    Plan("score", "score", "levels"),
    Plan("STAR", "star", "levels"),
    Plan("majority judgment", "majority-judgment", "levels", {"grades": list("abcdef")}),
    Plan("evaluation mean", "evaluation", "levels"),
]


def _contest(plan: Plan) -> Contest:
    title = Text((("en", "council"),))
    options = tuple(Option(f"c{number}", title) for number in range(1, CANDIDATES + 1))
    return Contest("c", "", title, title, options, "", {}, plan.method, plan.parameters)


def _ranking(chance: random.Random) -> Levels:
    """Draw a ranking; candidate n is (n + 1)^-1/2 times as popular as the first."""
    keys = [chance.random() ** ((n + 1) ** 0.5) for n in range(CANDIDATES)]
    length = min(1 + int(chance.expovariate(1 / (_MEAN - 1))), CANDIDATES)
    order = sorted(range(CANDIDATES), key=keys.__getitem__, reverse=True)
    levels: list[int | None] = [None] * CANDIDATES
    for rank, option in enumerate(order[:length], 1):
        levels[option] = rank
    return tuple(levels)


def ballots(kind: str) -> Count:
    """Draw the ballots, the same in every run."""
    chance = random.Random(20201025)
    if kind == "votes":
        favourites = Counter(_ranking(chance).index(1) for _ in range(BALLOTS))
        return Count(tuple(favourites[n] for n in range(CANDIDATES)), 0, BALLOTS)
    if kind == "ranks":
        kinds = Counter(_ranking(chance) for _ in range(BALLOTS))
    else:
        levels = range(_HIGHEST + 1)
        kinds = Counter(tuple(chance.choices(levels, k=CANDIDATES)) for _ in range(BALLOTS))
    return Count((), 0, BALLOTS, preferences=tuple(kinds.items()))


def measure_one(plan: Plan) -> Row:
    """Count once, in this process."""
    method, contest = load([plan.method]).tally_methods[plan.method], _contest(plan)
    count = ballots(plan.ballots)
    start = time.process_time()
    method.decide(contest, count)
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return Row(plan, seconds, peak, len(count.preferences))


def measure(plan: Plan) -> Row:
    """Count once, in a new process."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measure_one, plan).result()


def table(rows: Iterable[Row]) -> Table:
    """Return what was measured."""
    shown = Table(title=f"Counts of {BALLOTS:,} ballots, {CANDIDATES} candidates, {SEATS} seats")
    shown.add_column("method")
    for name in ("seconds of CPU", "peak memory", "different ballots"):
        shown.add_column(name, justify="right")
    for row in rows:
        kinds = f"{row.kinds:,}" if row.kinds else "sums"
        shown.add_row(row.plan.title, f"{row.seconds:.2f}", f"{row.peak / 1e6:,.0f} MB", kinds)
    return shown
