"""Tables of a rehearsal: what was refused, who won, and the head of the log."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from rich.table import Table

from tsukuba_trust.board import note
from tsukuba_trust.cli.rehearsal.refusals import Trial
from tsukuba_trust.services.assembly import Services
from tsukuba_trust.services.declaring import electors_of
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.values import Contest


def refusals(trials: Sequence[Trial]) -> Table:
    """Return a table of what was sent although it must be refused."""
    table = Table("sent", "answer", "log unchanged", title="Must be refused", title_justify="left")
    for trial in trials:
        answer = trial.code or "[red]ACCEPTED[/red]"
        table.add_row(trial.what, answer, "[red]NO[/red]" if trial.wrote else "yes")
    return table


def results(services: Services, fixed: Fixed) -> Iterator[Table]:
    """Yield one table per contest, with votes, who is elected, and the turnout."""
    state = services.board.state(fixed.origin)
    declared = services.publishing.outcomes(fixed)
    for contest in fixed.election.contests:
        outcome = json.loads(declared[contest.uuid])
        table = Table(title=f"{contest.title.official} / {contest.title.in_language('en')}")
        table.title_justify = "left"
        for column in ("", "option", "votes", ""):
            table.add_column(column, justify="right" if column == "votes" else "left")
        _add_options(table, contest, outcome)
        ballots = state.tallied[contest.uuid]
        table.caption = f"{ballots} ballots, {turnout(services, fixed, ballots)}"
        table.caption_justify = "left"
        yield table


def _add_options(table: Table, contest: Contest, outcome: Any) -> None:
    totals = {item["option"]: item["votes"] for item in outcome.get("totals", [])}
    tied = (outcome.get("tied") or {}).get("candidates", [])
    for option in contest.options:
        mark = "first" if option.key in outcome.get("elected", []) else ""
        mark = "tied: a lot decides" if option.key in tied else mark
        label = dict(option.labels).get("screen", "")
        table.add_row(label, option.name.official, str(totals.get(option.key, "–")), mark)
    table.add_section()
    table.add_row("", "status", outcome["status"], "")


def turnout(services: Services, fixed: Fixed, ballots: int) -> str:
    """Say how many electors there are, where anybody counted them."""
    electors = electors_of(fixed, services.board)
    if not electors:
        return "no roll, hence no percentage"
    return f"{electors} electors, turnout {ballots * 10000 // electors / 100:.2f} %"


def head(services: Services, fixed: Fixed) -> Table:
    """Return what everybody should write down: the log's head and each archive's digest."""
    checkpoint = note.peek_checkpoint(services.board.checkpoint(fixed.origin))
    table = Table(title="Write this down", title_justify="left", show_header=False, box=None)
    table.add_column()
    table.add_column(overflow="fold")
    table.add_row("log", fixed.origin)
    table.add_row("entries", str(checkpoint.size))
    table.add_row("root", checkpoint.root.hex())
    for contest in fixed.election.contests:
        data = services.publishing.archive(fixed, contest.uuid)
        table.add_row(f"{contest.uuid}.bel", hashlib.sha256(data).hexdigest())
    return table
