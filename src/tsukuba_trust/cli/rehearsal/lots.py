"""A tie at the last seat, brought about with paper, so that a rehearsal shows a lot."""

import csv
import io
from collections.abc import Sequence
from fractions import Fraction

from tsukuba_trust.cli.rehearsal.stage import Stage
from tsukuba_trust.elections.sheets import PaperSheet
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.values import Contest


def with_tie(
    stage: Stage, fixed: Fixed, contest: Contest, text: str, papers: Sequence[PaperSheet]
) -> str:
    """Return a file of sheets with papers moved until the last seat is a tie.

    Unchanged where there are not more candidates than seats, or where too few papers name
    the last one who is elected. Every sum of the sheets stays as it is.

    :param text: CSV of ``papers.sheet_rows``
    :param papers: the sheets of that file
    """
    counting, seats = stage.office.services.counting, int(contest.tally.get("seats", 0))
    result = counting.result_text(fixed, contest.uuid)
    if result is None or not 0 < seats < len(contest.options):
        return text
    found = counting.outcome(fixed, contest, result, papers=papers)
    votes = {key: Fraction(number) for key, number in found.totals}
    ranked = sorted(votes, key=lambda key: -votes[key])
    last, first_out = ranked[seats - 1], ranked[seats]
    return _moved(text, votes[last] - votes[first_out], last, first_out, ranked[0])


def _moved(text: str, gap: Fraction, last: str, first_out: str, top: str) -> str:
    """Move half of the gap from one candidate to the other; an odd paper goes to the top."""
    header, *rows = csv.reader(io.StringIO(text))
    columns = [header.index(f"vote:{key}") for key in (last, first_out, top)]
    if gap.denominator != 1:  # with shared names an exact tie cannot be made of whole papers
        return text
    half, odd = divmod(gap.numerator, 2)
    for row in rows:
        if int(row[columns[0]]) >= half + odd:
            for column, more in zip(columns, (-half - odd, half, odd), strict=True):
                row[column] = str(int(row[column]) + more)
            break
    made = io.StringIO(newline="")
    csv.writer(made, lineterminator="\n").writerows([header, *rows])
    return made.getvalue()
