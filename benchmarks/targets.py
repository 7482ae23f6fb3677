"""What the measurements are held against, and whether they reach it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rich.table import Table

from benchmarks import cards, crypto, records, shuffles, tallies


@dataclass(frozen=True)
class Target:
    """A number beside the limit that it must keep.

    :param at_least: the limit is the smallest good number, not the largest
    """

    what: str
    measured: float
    limit: float
    unit: str = ""
    at_least: bool = False

    @property
    def reached(self) -> bool:
        if self.at_least:
            return self.measured >= self.limit
        return self.measured <= self.limit


def of_ballots(rows: Iterable[crypto.Row]) -> Iterator[Target]:
    """Yield the targets of single ballots: exactly 1 of 3, with and without blank."""
    for row in rows:
        subject = row.subject
        name = f"{subject.group_name}, {subject.title}"
        if subject.options != 3:
            continue
        if subject.group_name == "Ed25519":
            limit = 60 if subject.blank else 38
            yield Target(f"verify {name}", row.verify / row.unit, limit, "× noclamp")
        elif subject.group_name == "BELENIOS-2048" and row.tool_verify:
            tool = "× belenios-tool"
            yield Target(f"verify {name}", row.verify / row.tool_verify, 0.75, tool)
            yield Target(f"make, check {name}", row.make_and_check / row.tool_make, 0.75, tool)


def of_shuffles(rows: Iterable[shuffles.Row]) -> Iterator[Target]:
    """Yield the targets of mixing: beside the tool, and ten times as many ballots."""
    for row in rows:
        name = row.plan.group_name
        if row.tool_make:
            tool = "× belenios-tool"
            yield Target(f"make a shuffle, {name}", row.make / row.tool_make, 1.0, tool)
            yield Target(f"check a shuffle, {name}", row.check / row.tool_check, 1.0, tool)
        else:
            sizes = f"{row.plan.large:,} beside {row.plan.small:,}"
            yield Target(f"cost of mixing one, {sizes}, {name}", row.growth, 1.1, "×")


def of_tallies(rows: Iterable[tallies.Row]) -> Iterator[Target]:
    """Yield the targets of counting."""
    for row in rows:
        if row.plan.limit:
            what = f"{row.plan.title}, {tallies.BALLOTS:,} ballots, {tallies.CANDIDATES} candidates"
            yield Target(what, row.seconds, row.plan.limit, "s")


def of_cards(found: cards.Measured) -> Iterator[Target]:
    """Yield the targets of certificates and of whole answers."""
    for what in (cards.SIGNING, cards.RAW):
        unit = "× bare RSA-2048"
        yield Target(what, found.ratio(what), 0.5, unit, at_least=True)


def of_records(found: records.Measured) -> Iterator[Target]:
    """Yield the targets of whole records."""
    small, large = f"{records.SMALL:,}", f"{records.LARGE:,}"
    more = f"cost of a ballot, {large} beside {small} ballots"
    yield Target(more, found.growth, 1.1, "×")
    memory = f"memory, {small} to {large} ballots"
    yield Target(memory, found.bytes_per_ballot, 1_000, "bytes/ballot")
    busy = " (others used the processors: repeat)" if found.disturbed else ""
    jobs = f"--jobs 2, {large} ballots, wall clock{busy}"
    yield Target(jobs, found.speed_up, 1.7, "×", at_least=True)


def table(targets: Iterable[Target]) -> Table:
    """Return measured numbers with their targets beside them."""
    shown = Table(title="Targets")
    shown.add_column("what")
    for name in ("measured", "target"):
        shown.add_column(name, justify="right")
    shown.add_column("")
    for one in targets:
        digits = 0 if one.limit > 100 else 2
        sign = "≥" if one.at_least else "≤"
        shown.add_row(
            one.what,
            f"{one.measured:,.{digits}f} {one.unit}",
            f"{sign} {one.limit:,g} {one.unit}",
            "[green]reached[/green]" if one.reached else "[red]missed[/red]",
        )
    return shown
