"""Measure everything in one run and print it beside its targets.

``make bench`` runs it without arguments. ``--records DIR`` keeps the large records there
and takes those that stand there from an earlier run, as they take longest to make.
"""

import argparse
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.progress import track

from benchmarks import api, booth, cards, casting, crypto, records, shuffles, tallies, targets


def main() -> None:
    """Measure, one kind after the other, and print tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--records", type=Path, help="keep the records of this run here")
    kept: Path | None = parser.parse_args().records
    console = Console(width=140)

    def shown(numbers: Iterable[int], what: str) -> Iterable[int]:
        return track(list(numbers), what, console=console)

    load = ", ".join(f"{part:.1f}" for part in os.getloadavg())
    console.print(f"{os.cpu_count()} processors, load {load}; CPU time unless it says wall clock")
    rows = [crypto.measure(plan) for plan in track(crypto.PLANS, "Ballots", console=console)]
    console.print(crypto.table(rows))
    mixed = [shuffles.measure(plan) for plan in track(shuffles.PLANS, "Mixes", console=console)]
    console.print(shuffles.table(mixed))
    counts = [tallies.measure(plan) for plan in track(tallies.PLANS, "Counts", console=console)]
    console.print(tallies.table(counts))
    console.print(booth.table(booth.measure()))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if kept is not None:
            kept.mkdir(parents=True, exist_ok=True)
        carded = cards.measure(folder, shown)
        console.print(cards.table(carded))
        console.print(casting.table(casting.measure(folder, shown)))
        console.print(api.table(api.measure(folder, shown)))
        found = records.measure(records.make(kept or folder, shown), shown)
    console.print(records.table(found))
    kept_to = [
        *targets.of_ballots(rows),
        *targets.of_shuffles(mixed),
        *targets.of_tallies(counts),
        *targets.of_cards(carded),
        *targets.of_records(found),
    ]
    console.print(targets.table(kept_to))


if __name__ == "__main__":
    main()
