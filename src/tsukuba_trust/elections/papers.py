"""Internet ballots and paper sheets as one box: votes, valid, blank and invalid papers.

:source: elections-jp.md sections 1, 5, 6; architecture.md section 4
"""

from collections.abc import Mapping
from fractions import Fraction

from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Contest, Count, Json, Sheet


def check_columns(contest: Contest, count: Count) -> None:
    """Check that internet votes and every sheet have one number of votes per option.

    :raises Rejected: ``count_malformed``
    """
    for column in (count.votes, *(sheet.votes for sheet in count.sheets)):
        if len(column) != len(contest.options) or any(votes < 0 for votes in column):
            raise Rejected("count_malformed", "one number of votes per option")


def total_votes(contest: Contest, count: Count) -> tuple[Fraction, ...]:
    """Add internet votes and every paper sheet, option by option.

    :raises Rejected: ``count_malformed``; a sheet may not have shared names here
    """
    check_columns(contest, count)
    if any(sheet.shared for sheet in count.sheets):
        raise Rejected("count_malformed", "this method has no rule for shared names")
    columns = [count.votes, *(sheet.votes for sheet in count.sheets)]
    return tuple(
        sum((Fraction(votes) for votes in row), Fraction(0)) for row in zip(*columns, strict=True)
    )


def valid_on_paper(sheet: Sheet) -> Fraction:
    """Return the valid papers of a sheet; apportioning may lose a few thousandths of them.

    :raises Rejected: ``count_malformed``
    """
    total = sum((Fraction(votes) for votes in sheet.votes), Fraction(0))
    total += sum(votes for _, votes in sheet.shared)
    if sheet.valid is None:
        return total
    if sheet.valid < total:
        raise Rejected("count_malformed", "more votes than valid papers")
    return Fraction(sheet.valid)


def blank_and_invalid(count: Count, blank: int) -> Mapping[str, Json]:
    """Return how many papers and ballots of every channel were blank, and invalid.

    :param blank: internet ballots that are blank, as the method understands it
    """
    return {
        "blank": blank + sum(sheet.blank for sheet in count.sheets),
        "invalid": invalid_online(count) + sum(sheet.invalid for sheet in count.sheets),
    }


def invalid_online(count: Count) -> int:
    """Return how many internet ballots decrypted to nothing valid."""
    return sum(ballots for _, ballots in count.invalid)


def voters(count: Count) -> int:
    """Return how many voted: as counted at the door, else all ballots and papers in the box."""
    if count.voters is not None:
        return count.voters
    papers = sum(valid_on_paper(s) + s.blank + s.invalid for s in count.sheets)
    return count.ballots + int(papers)
