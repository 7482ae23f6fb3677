"""Files of sheets as commands read them: faults with line and column, nothing kept on a fault."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tsukuba_trust.cli.files import read_table_text
from tsukuba_trust.elections.sheet_rules import (
    SUMS_DIFFER,
    check_place,
    in_words,
    place_differences,
)
from tsukuba_trust.elections.sheet_table import (
    Row,
    add_doubtful,
    read_doubtful,
    read_sheets,
)
from tsukuba_trust.elections.sheets import PaperSheet, Source
from tsukuba_trust.elections.small_sheets import TOO_SMALL, to_be_joined
from tsukuba_trust.elections.small_sheets import in_words as in_few_words
from tsukuba_trust.elections.sum_rules import LISTED, RECEIVED, ROLL, VALID, VOTERS
from tsukuba_trust.errors import Misconfigured, Refused, Rejected
from tsukuba_trust.registry import Registry
from tsukuba_trust.values import Contest, Election

LARGEST = 1 << 20  # bytes: more than 10,000 places
_COLUMNS = {
    RECEIVED: "received",
    VOTERS: "voters",
    VALID: "valid",
    ROLL: "marked",
    LISTED: "electors",
}


@dataclass(frozen=True, slots=True)
class SheetFile:
    """A file of sheets that was read.

    :param rows: the line of each place
    """

    path: Path
    sheets: tuple[PaperSheet, ...]
    rows: tuple[Row, ...]
    source: Source

    def differences(self, election: Election, contest: Contest, marks: int) -> list[str]:
        """Return each sum that does not agree, as a line with the place in the file.

        :raises Misconfigured: what a sheet names is not there, with line and column
        """
        found = []
        for sheet, row in zip(self.sheets, self.rows, strict=True):
            try:
                check_place(sheet, election, contest)
            except (Refused, Rejected) as error:
                cell = row.cells.get("group") if error.code == "group_unknown" else None
                (cell or row.cells["place"]).fail(error.code, error.detail)
            for one in place_differences(sheet, contest, marks):
                name = _COLUMNS[one.rule]
                cell = row.cells.get(name) or row.cells["voters"]
                found.append(f"{cell.where}: {in_words(one)}")
        return found

    def small(self, election: Election, contest: Contest) -> list[str]:
        """Return each sheet that is joined with another first, as a line with its place."""
        rows = {sheet.place: row for sheet, row in zip(self.sheets, self.rows, strict=True)}
        found = to_be_joined(self.sheets, election, contest)
        return [
            f"{rows[one.place].cells['place'].where}: {TOO_SMALL}: {in_few_words(one, why)}"
            for one, why in found
        ]

    def checked(self, election: Election, contest: Contest, marks: int) -> "SheetFile":
        """Return the file when all its sums agree.

        :raises Rejected: ``sums_differ``
        """
        found = self.differences(election, contest, marks)
        if found:
            raise Rejected(SUMS_DIFFER, "; ".join(found[:3]))
        return self


def read_sheet_file(
    path: Path, contest: Contest, encoding: str, doubtful: Path | None = None
) -> SheetFile:
    """Read a file of sheets, and the decisions on its doubtful papers.

    :raises Misconfigured: what is wrong, with line and column
    """
    read = read_sheets(read_table_text(path, encoding, LARGEST), str(path), contest)
    decided = ""
    if doubtful is not None:
        text = read_table_text(doubtful, encoding, LARGEST)
        read = add_doubtful(read, read_doubtful(text, str(doubtful), contest), str(doubtful))
        decided = digest(doubtful)
    sheets, rows = zip(*read, strict=True)
    return SheetFile(path, sheets, rows, Source(digest(path), decided))


def digest(path: Path) -> str:
    """Return the hex SHA-256 of a file that was read a moment ago."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def compare(first: SheetFile, second: SheetFile) -> list[str]:
    """Return where two people typed differently; never what, so that neither copies the other.

    :raises Misconfigured: ``place_unknown``: a place stands in one file only
    """
    found = []
    there = {sheet.place: row for sheet, row in zip(second.sheets, second.rows, strict=True)}
    here = {sheet.place: row for sheet, row in zip(first.sheets, first.rows, strict=True)}
    for mine, theirs, file in ((here, there, second.path), (there, here, first.path)):
        for place, row in mine.items():
            if place not in theirs:
                row.cells["place"].fail("place_unknown", f"{place} does not stand in {file}")
    for place, row in here.items():
        other = there[place]
        for name in sorted({*row.cells, *other.cells}):
            one, two = (r.cells[name].text if name in r.cells else "" for r in (row, other))
            if one != two:
                where = " and ".join(r.cells[name].where for r in (row, other) if name in r.cells)
                found.append(f"{where}: {place}: {name} differs")
    return found


def contest_of(election: Election, key: str) -> Contest:
    """Return a contest of an election file by its key.

    :raises Misconfigured: ``contest_unknown``
    """
    for contest in election.contests:
        if contest.key == key:
            return contest
    known = ", ".join(contest.key for contest in election.contests)
    raise Misconfigured("contest_unknown", f"{key}; there are: {known}")


def marks_of(registry: Registry, contest: Contest) -> int:
    """Return of how many options one paper may speak."""
    return registry.ballot_schemes[contest.ballot_scheme].option_limits(contest)[1]


def typed_twice(
    first: SheetFile, second: SheetFile, names: Sequence[str]
) -> tuple[SheetFile, Source]:
    """Return the sheets that two people typed alike, with both files as their source.

    :raises Rejected: ``sheets_differ``: where, never what
    """
    found = compare(first, second)
    if found:
        raise Rejected("sheets_differ", "; ".join(found[:3]))
    digests = (first.source.sha256, second.source.sha256)
    typed = tuple(zip(names, digests, strict=True))
    return first, Source(first.source.sha256, first.source.doubtful, typed=typed)
