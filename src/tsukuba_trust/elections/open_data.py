"""Tables as CSV files that anybody may open with a spreadsheet program.

:source: attacks.md O06; OWASP, "CSV Injection"
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from tsukuba_trust.elections.explained import Explained

RESULT_COLUMNS: Final = ("contest", "title", "option", "name", "votes", "share_percent", "mark")

# What spreadsheet programs take for the beginning of a formula; Japanese ones full-width too.
_FORMULA: Final = tuple("=+-@\t\r＝＋－＠")


def csv_text(lines: Iterable[Sequence[str]]) -> str:
    """Return lines as CSV; a text that a program would calculate begins with an apostrophe."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_plain(cell) for cell in line] for line in lines)
    return text.getvalue()


def result_lines(explained: Explained) -> list[tuple[str, ...]]:
    """Return one line per option in the order of the ballot, then blank and invalid votes.

    The last two name no option; ``blank`` and ``invalid`` stand where an option has its mark.
    """
    contest = explained.contest
    names = {option.key: option.name.official for option in contest.options}
    about = (contest.key, contest.title.official)
    facts = {fact.code: fact.value for fact in explained.facts}
    rest = [code for code in ("blank", "invalid") if code in facts]
    return [
        *(
            (*about, row.key, names[row.key], row.votes, row.share, row.mark)
            for row in explained.rows
        ),
        *((*about, "", "", facts[code], "", code) for code in rest),
    ]


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell
