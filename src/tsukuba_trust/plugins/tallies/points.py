"""What ballots with scores have in common: the highest score, and sums."""

from tsukuba_trust.elections.reading import Table
from tsukuba_trust.elections.whole_ballots import Box
from tsukuba_trust.values import Contest


def take_highest(contest: Contest, table: Table, usual: int) -> int:
    """Take ``max``; where ballots say their own highest score, it is that one.

    :param usual: where neither says it
    :raises Misconfigured: ``value_differs``
    """
    given = contest.ballot["max"] if contest.ballot.get("form") == "score" else None
    highest = table.integer("max", 1, given or usual)
    if given is not None and highest != given:
        table.fail("value_differs", f"the ballots' highest score is {given}", "max")
    return highest


def points_of(box: Box, size: int) -> list[int]:
    """Return the sum of each option's scores."""
    points = [0] * size
    for levels, ballots in box.kinds:
        for option, level in enumerate(levels):
            if level:
                points[option] += level * ballots
    return points
