"""Sheets that tell what somebody voted: of few papers, or of papers that all say the same.

Every sheet stands on the public board for ever, so a place whose papers would tell is counted
and entered together with the next one, as one sheet. A place that has none left to be
joined with is entered as it is, and every verifier says so.

:source: web.md 5.5; attack O15
"""

from collections.abc import Collection, Mapping, Sequence

from tsukuba_trust.elections.electors import groups_of_contest
from tsukuba_trust.elections.sheets import PaperSheet
from tsukuba_trust.errors import Refused
from tsukuba_trust.values import Contest, Election, PublishRule

TOO_SMALL = "sheet_too_small"
ALIKE = 5  # times the least papers: below it, papers that all say the same tell too


def least_papers(election: Election) -> int:
    """Return how many papers a sheet has at least; 0 where the election file says any."""
    rule = election.publish or PublishRule()
    return rule.electors if rule.papers is None else rule.papers


def told_by(paper: PaperSheet, election: Election, contest: Contest) -> str:
    """Return why a sheet tells what somebody voted; empty when it does not."""
    least, received = least_papers(election), paper.protocol.received
    if received == 0 or received >= least * ALIKE:
        return ""
    if received < least:
        return f"{received} papers, fewer than {least}"
    sheet = paper.counted([option.key for option in contest.options])
    shared = [papers for _, papers in sheet.shared]
    alike = (*sheet.votes, *shared, sheet.blank, *paper.invalid_papers().values())
    return f"all {received} papers say the same" if received in alike else ""


def to_be_joined(
    papers: Sequence[PaperSheet],
    election: Election,
    contest: Contest,
    groups: Mapping[str, int] | None = None,
) -> list[tuple[PaperSheet, str]]:
    """Return sheets that tell what somebody voted and can be joined with another place's.

    :param papers: all that are known
    :param groups: electors by group of the roll; a sheet of all of them has nothing to join.
        None without a roll: then the only sheet of a group has not
    """
    found, here = [], None if groups is None else groups_of_contest(contest, groups)
    for paper in papers:
        why = told_by(paper, election, contest)
        if why and not _is_whole(paper, papers, here):
            found.append((paper, why))
    return found


def refuse_small(
    entered: Collection[str],
    papers: Sequence[PaperSheet],
    election: Election,
    contest: Contest,
    groups: Mapping[str, int] | None,
) -> None:
    """Refuse sheets that have to be joined first.

    :param entered: places that are entered now; what stands stands
    :raises Refused: ``sheet_too_small``, naming the first place and how to join it
    """
    for paper, why in to_be_joined(papers, election, contest, groups):
        if paper.place in entered:
            raise Refused(TOO_SMALL, in_words(paper, why))


def in_words(paper: PaperSheet, why: str) -> str:
    """Return one line: place, why, what to do."""
    other = f"the next place of {paper.group}" if paper.group else "the next place"
    return f"{paper.place}: {why}; enter it and {other} as one sheet, all columns added"


def _is_whole(
    paper: PaperSheet, papers: Sequence[PaperSheet], groups: Mapping[str, int] | None
) -> bool:
    if groups is None:
        return [one.group for one in papers].count(paper.group) == 1
    whole = groups.get(paper.group, 0) if paper.group else sum(groups.values())
    return paper.electors >= whole
