"""How many electors a contest's turnout is of, with paper and without.

:source: architecture.md D5, section 5 step 9; elections-jp.md section 1
"""

from collections.abc import Collection, Mapping

from tsukuba_trust.values import Contest, Election

PAPER = "paper"


def electors_of_contest(
    election: Election, contest: Contest, groups: Mapping[str, int] | None, *, paper: bool
) -> int | None:
    """Return the electors of the channels that were counted; None when nobody says so.

    :param groups: electors by group of the roll in force; None without a roll
    :param paper: whether sheets are counted too
    """
    if groups is None:
        return election.electors[0] if election.electors is not None else None
    on_paper = paper_groups(election, contest)
    here = groups_of_contest(contest, groups)
    return sum(number for name, number in here.items() if paper or name not in on_paper)


def groups_of_contest(contest: Contest, groups: Mapping[str, int]) -> dict[str, int]:
    """Return electors by group, of the groups that vote in a contest."""
    return {
        name: number
        for name, number in groups.items()
        if not contest.groups or name in contest.groups
    }


def paper_groups(election: Election, contest: Contest) -> Collection[str]:
    """Return the groups of the roll that vote on paper in a contest."""
    return [
        name
        for name, channel in election.roll.groups
        if channel == PAPER and (not contest.groups or name in contest.groups)
    ]
