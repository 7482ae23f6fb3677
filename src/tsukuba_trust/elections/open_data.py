"""Tables as CSV files that anybody may open with a spreadsheet program.

:source: attacks.md O06; OWASP, "CSV Injection"
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

# What spreadsheet programs take for the beginning of a formula; Japanese ones full-width too.
_FORMULA: Final = tuple("=+-@\t\r＝＋－＠")


def csv_text(lines: Iterable[Sequence[str]]) -> str:
    """Return lines as CSV; a text that a program would calculate begins with an apostrophe."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_plain(cell) for cell in line] for line in lines)
    return text.getvalue()


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell
