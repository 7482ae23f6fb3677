"""Step 10 for paper: every sheet alone, and all of them with the internet ballots.

:source: board.md 2.2 (``SheetsEntered``); elections-jp.md section 6; attack O09
"""

from collections.abc import Sequence

from tsukuba_trust.elections import sheet_rules
from tsukuba_trust.elections.electors import electors_of_contest, paper_groups
from tsukuba_trust.elections.sheets import PaperSheet, Source, read_sheet, sheet_text
from tsukuba_trust.elections.small_sheets import TOO_SMALL, told_by
from tsukuba_trust.errors import Refused, Rejected
from tsukuba_trust.values import Contest, Election, Json
from tsukuba_trust.verify.checks import check
from tsukuba_trust.verify.known import Known
from tsukuba_trust.verify.report import Missing


@check("10")
def check_sheet_form(text: str, paper: PaperSheet, source: Source, keys: Sequence[str]) -> None:
    """Check that a sheet's document holds its numbers and nothing else."""
    if sheet_text(paper, source, keys) != text:
        raise Rejected("sheet_malformed", "other bytes for the same sheet")


@check("10")
def check_sheet_source(origin: str, contest: str, source: Source, officers: Sequence[Json]) -> None:
    """Check that an officer signed the file of a sheet, or that two people typed it."""
    sheet_rules.check_source(origin, contest, source, officers)


@check("10")
def check_sheet(paper: PaperSheet, election: Election, contest: Contest, marks: int) -> None:
    """Check what a sheet names, that its doubtful papers are decided, and its sums."""
    sheet_rules.check_sheet(paper, election, contest, marks)


@check("10")
def check_channels(known: Known, election: Election, contest: Contest, ballots: int) -> None:
    """Check that paper and internet together are those marked on the roll (attack O09)."""
    sheet_rules.refuse_differences(
        sheet_rules.channel_differences(
            papers_of(known, contest.uuid),
            election,
            contest,
            groups=known.groups,
            internet=ballots,
        )
    )


def take_sheets(known: Known, entry: Json, index: int) -> None:
    """Judge one sheet and keep it; a later act's sheet of the same place replaces it."""
    findings, uuid = known.findings, entry["contest"]
    known.contests.sheeted[uuid] = index
    election = known.election
    if election is None or uuid not in known.defined["contests"]:
        return
    contest = election.contest(uuid)
    keys = [option.key for option in contest.options]
    try:
        text = known.text(entry["sheets"], "10")
        paper, source = read_sheet(text, entry["place"], entry["source"], keys)
    except (Missing, Rejected) as error:
        findings.add_error("10", error, index)
        known.contests.incomplete.add(uuid)
        return
    findings.check(index, check_sheet_form, text, paper, source, keys)
    officers = known.defined["officers"]
    findings.check(index, check_sheet_source, known.origin, uuid, source, officers)
    scheme = known.plugins.ballot_schemes.get(contest.ballot_scheme)
    if scheme is not None:
        marks = scheme.option_limits(contest)[1]
        findings.check(index, check_sheet, paper, election, contest, marks)
    papers = known.contests.papers.setdefault(uuid, {})
    if entry["place"] in papers:
        findings.note("10", "sheet_replaced", f"{uuid}: {entry['place']}", index)
    papers[entry["place"]] = paper


def papers_of(known: Known, contest: str) -> list[PaperSheet]:
    """Return the newest sheet of every place, in the order of the places."""
    papers = known.contests.papers.get(contest, {})
    return [papers[place] for place in sorted(papers)]


def judge_channels(known: Known, contest: Contest, ballots: int, index: int) -> None:
    """Judge paper and internet together; say so where a group's paper was not entered."""
    election = known.election
    if election is None:
        return
    if papers_of(known, contest.uuid):
        known.findings.check(index, check_channels, known, election, contest, ballots)
        _note_small(known, election, contest, index)
        if known.groups is None:
            detail = f"{contest.uuid}: there is no roll to compare paper and internet voters with"
            known.findings.note("10", "channels_not_compared", detail, index)
    elif paper_groups(election, contest):
        groups = ", ".join(paper_groups(election, contest))
        known.findings.note("10", "paper_not_entered", f"{contest.uuid}: {groups}", index)


def _note_small(known: Known, election: Election, contest: Contest, index: int) -> None:
    """Say which sheets tell what somebody voted (attack O15); nothing can unsay it."""
    for paper in papers_of(known, contest.uuid):
        try:
            why = told_by(paper, election, contest)
        except (Refused, Rejected):  # refuted where the sheet stands
            continue
        if why:
            known.findings.note("10", TOO_SMALL, f"{contest.uuid}: {paper.place}: {why}", index)


def electors(known: Known, contest: Contest) -> int | None:
    """Return how many electors a percentage is of; None when nobody says so."""
    if known.election is None:
        return None
    paper = bool(papers_of(known, contest.uuid))
    return electors_of_contest(known.election, contest, known.groups, paper=paper)
