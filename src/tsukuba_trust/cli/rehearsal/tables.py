"""Tables of a rehearsal: what was refused, who won, and the head of the log."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from rich.table import Table

from tsukuba_trust.board import note
from tsukuba_trust.cli.rehearsal.refusals import Trial
from tsukuba_trust.cli.words import counted
from tsukuba_trust.elections.electors import electors_of_contest
from tsukuba_trust.elections.explained import BY_LOT, ELECTED, TIED, explain
from tsukuba_trust.services.assembly import Services
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.paper_entries import groups_of
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
    declared = services.publishing.outcomes(fixed)
    for contest in fixed.election.contests:
        outcome = json.loads(declared[contest.uuid])
        table = Table(title=f"{contest.title.official} / {contest.title.in_language('en')}")
        table.title_justify = "left"
        for column in ("", "option", "votes", ""):
            table.add_column(column, justify="right" if column == "votes" else "left")
        _add_options(table, contest, outcome)
        table.caption = turnout(services, fixed, contest, outcome)
        table.caption_justify = "left"
        yield table


def _add_options(table: Table, contest: Contest, outcome: Any) -> None:
    explained = explain(contest, outcome)
    marks = {
        ELECTED: "elected" if len(explained.elected) > 1 else "first",
        BY_LOT: "by lot",
        TIED: "tied: a lot decides",
    }
    for option, row in zip(contest.options, explained.rows, strict=True):
        label = dict(option.labels).get("screen", "")
        table.add_row(label, option.name.official, row.votes or "–", marks.get(row.mark, ""))
    table.add_section()
    table.add_row("", "status", explained.status, "")


def turnout(services: Services, fixed: Fixed, contest: Contest, outcome: Any) -> str:
    """Say who voted how, and how many electors there are, where anybody counted them."""
    channels = outcome.get("detail", {}).get("channels", [])
    ballots = counted(outcome["ballots"], "ballot")
    if channels:
        ballots = ", ".join(f"{one['voters']} by {one['channel']}" for one in channels)
    voters = sum(one["voters"] for one in channels) or outcome["ballots"]
    groups = groups_of(fixed, services.board)
    electors = electors_of_contest(fixed.election, contest, groups, paper=bool(channels))
    if not electors:
        return f"{ballots}, no roll, hence no percentage"
    return f"{ballots}, {electors} electors, turnout {voters * 10000 // electors / 100:.2f} %"


def head(services: Services, fixed: Fixed) -> str:
    """Return what everybody should write down: the log's head and each archive's digest.

    Print it with ``soft_wrap``: a digest that is broken in two cannot be copied.
    """
    checkpoint = note.peek_checkpoint(services.board.checkpoint(fixed.origin))
    rows = [
        ("log", fixed.origin),
        ("entries", str(checkpoint.size)),
        ("root", checkpoint.root.hex()),
    ]
    for contest in fixed.election.contests:
        data = services.publishing.archive(fixed, contest.uuid)
        rows.append((f"{contest.uuid}.bel", hashlib.sha256(data).hexdigest()))
    width = max(len(name) for name, _ in rows)
    return "\n".join(["Write this down", *(f" {name:{width}}  {value}" for name, value in rows)])
