"""The acts of a rehearsal, in order, and what is shown of them."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tsukuba_trust.cli.edge import EXIT_REFUSED
from tsukuba_trust.cli.rehearsal import papers, refusals, tables
from tsukuba_trust.cli.rehearsal.cast import Company, Player, engage, fill_roll
from tsukuba_trust.cli.rehearsal.refusals import Trial
from tsukuba_trust.cli.rehearsal.stage import Stage, set_stage
from tsukuba_trust.cli.rehearsal.voting import Voted, cast_all, register, seal_all
from tsukuba_trust.cli.reporting.reading import read_report
from tsukuba_trust.cli.reporting.writing import write_report
from tsukuba_trust.cli.turnout import as_json
from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.testing import holding
from tsukuba_trust.testing.trustees import Trustee
from tsukuba_trust.values import Election
from tsukuba_trust.verify.record import verify_record


def rehearse(
    file: Path,
    company: Company,
    group_name: str,
    kept: tuple[Path | None, Path | None],
    jobs: int,
) -> int:
    """Hold the whole election of a file with simulated people.

    :param kept: new folders for the record and for its report
    :returns: exit status: 0, or 1 when a forbidden thing was accepted or the record fails
    :raises Misconfigured: ``target_exists``, or the file is not usable
    """
    for folder in kept:
        if folder is not None and folder.exists():
            raise Misconfigured("target_exists", "not overwritten", where=str(folder))
    record, report = kept
    console = Console()
    with set_stage(file, group_name) as stage, TemporaryDirectory() as spare:
        console.rule(_title(stage.election))
        players, crowd = engage(stage, company)
        console.print(f"{len(players)} simulated voters, seed {company.seed}; nothing sleeps")
        fixed, trustees = holding.prepare(
            stage.office.services,
            stage.proposed,
            stage.staff,
            stage.clock.before,
            secrets.token_bytes,
            fill_roll=lambda fixed: fill_roll(stage, company, players, crowd, fixed),
        )
        console.print(_prepared(stage, fixed))
        trials = _hold_vote(console, stage, fixed, players, jobs)
        console.print(tables.refusals(trials))
        console.print(_count(stage, company, fixed, trustees))
        target = record or Path(spare) / "record"
        target.parent.mkdir(parents=True, exist_ok=True)
        stage.office.services.publishing.export(fixed, target)
        for table in tables.results(stage.office.services, fixed):
            console.print(table)
        console.print(tables.head(stage.office.services, fixed), soft_wrap=True)
        verified = _verify(console, stage, target, record, jobs)
        if report is not None and verified:
            console.print(_report(stage, fixed, target, report), soft_wrap=True)
    return 0 if verified and all(trial.passed for trial in trials) else EXIT_REFUSED


def _title(election: Election) -> str:
    return f"{election.title.official}  [{election.group}, {election.effect}]"


def _prepared(stage: Stage, fixed: Fixed) -> str:
    rule = stage.election.trustees
    return (
        f"defined, keys of {rule.threshold} of {len(rule.names)} trustees made, sealed by "
        f"{len(stage.staff.officers)} officers, decryption rehearsed; D = {fixed.digest}"
    )


def _count(stage: Stage, company: Company, fixed: Fixed, trustees: Sequence[Trustee]) -> str:
    """Strike, count, enter paper, certify; say what was done."""
    at, done = stage.clock.after, {"struck": 0, "places": 0}

    def strike() -> None:
        done["struck"] = papers.strike_paper_voters(stage, fixed, at)

    def enter() -> None:
        voters = company.paper + done["struck"]
        done["places"] = papers.enter_papers(stage, fixed, company, voters, at)

    audit = holding.count(
        stage.office.services,
        fixed,
        stage.staff,
        trustees,
        at,
        secrets.token_bytes,
        strike=strike if company.paper else None,
        enter=enter if company.paper else None,
    )
    paper = f"{done['struck']} struck, {done['places']} sheets entered, " if company.paper else ""
    return (
        f"ended, counted, {paper}{_lots(stage, fixed)} lots drawn, "
        f"{audit.checked} registrations audited "
        f"({audit.faulty} faulty), certified"
    )


def _lots(stage: Stage, fixed: Fixed) -> int:
    entries = stage.office.services.board.entries(fixed.origin)
    return sum(entry["type"] == "LotDrawn" for _index, entry in entries)


def _report(stage: Stage, fixed: Fixed, record: Path, out: Path) -> str:
    """Write the result report, with turnout where there is a roll; say where."""
    services = stage.office.services
    turnout = None
    if fixed.election.electorate == "roll":
        turnout = as_json(services.turnout.document(fixed))
    log_key = stage.office.keys.log_key(stage.proposed.origin).text
    found = read_report(record, services.registry, log_key, turnout, 1)
    return f"report: {', '.join(write_report(found, out))} in {out}"


def _hold_vote(
    console: Console, stage: Stage, fixed: Fixed, players: Sequence[Player], jobs: int
) -> list[Trial]:
    services, clock = stage.office.services, stage.clock
    services.ceremony.open(fixed, clock.opens)
    revoting = [player for player in players if player.revotes]
    parts = len(players) + len(revoting)
    voted: list[Voted] = []
    trials: list[Trial] = []
    victim, forger = _victim_and_forger(players)
    with _progress(console, "voting", parts) as advance:
        everybody = [*players, *revoting]
        pairs = zip(everybody, seal_all(fixed, everybody, jobs), strict=True)
        for part, (player, sealed) in enumerate(pairs):
            at = clock.during(part, parts)
            register(stage, fixed, player, sealed, at)
            if part == forger:
                trials += refusals.forgers(stage, fixed, voted[victim], sealed, at)
            voted.append(cast_all(stage, fixed, sealed, at))
            advance()
    late = clock.during(parts, parts)
    trials += refusals.strangers(stage, fixed, late)
    if forger is not None:
        trials.append(refusals.replay(stage, voted[forger], late))
        trials += refusals.double_voters(stage, fixed, players[forger], voted[forger], late)
    trials.append(_too_late(stage, fixed, voted[-1]))
    return trials


def _victim_and_forger(players: Sequence[Player]) -> tuple[int, int | None]:
    """Return two voters with a contest in common, the later of whom votes once only."""
    for victim, one in enumerate(players):
        contests = {contest for contest, _chosen in one.choices}
        for forger in range(victim + 1, len(players)):
            other = players[forger]
            if not other.revotes and contests & {contest for contest, _chosen in other.choices}:
                return victim, forger
    return 0, None


def _too_late(stage: Stage, fixed: Fixed, voted: Voted) -> Trial:
    stage.office.services.counting.end(fixed, stage.clock.after)
    return refusals.latecomer(stage, voted, stage.clock.after)


def _verify(console: Console, stage: Stage, target: Path, record: Path | None, jobs: int) -> bool:
    log_key = stage.office.keys.log_key(stage.proposed.origin).text
    report = verify_record(
        target, registry=stage.office.services.registry, log_key=log_key, jobs=jobs
    )
    passed = report.exit_code == 0
    if passed:
        console.print("the record verifies: every step, from entry 0 to the result")
    else:
        console.print(report.to_text(), style="red")
    if record is not None:
        console.print(f"record: {record}\nlog key: {log_key}", soft_wrap=True)
    return passed


@contextmanager
def _progress(console: Console, what: str, total: int) -> Iterator[Callable[[], None]]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(what, total=total)
        yield lambda: progress.advance(task)
