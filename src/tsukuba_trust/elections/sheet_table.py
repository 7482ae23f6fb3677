"""Sheets as CSV files of an office: one line per counting place, read with line and column.

Columns: ``place``, ``group``, ``electors``, ``marked``, ``voters``, ``received``,
``not_returned``, ``not_accepted``, ``valid``, ``blank``, ``invalid:CLASS``, ``vote:OPTION``,
``shared:OPTION+OPTION``, ``lost``. A second file lists decisions on doubtful papers:
``place``, ``number``, ``decision`` (an option, several joined by "+", or ``invalid:CLASS``)
and ``decided_by`` (names joined by ";").
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, NoReturn

from tsukuba_trust.elections.doubtful import Doubtful
from tsukuba_trust.elections.reading import single_line
from tsukuba_trust.elections.sheets import CLASSES, PaperSheet
from tsukuba_trust.elections.sum_rules import Protocol
from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.values import Contest, Sheet

TEXTS: Final = ("place", "group")
NEEDED: Final = ("place", "electors", "voters", "received", "valid", "blank")
OPTIONAL: Final = ("group", "marked", "not_returned", "not_accepted", "lost")
DOUBTFUL: Final = ("place", "number", "decision", "decided_by")
LARGEST: Final = 10**9
_FIELD: Final = re.compile(r'"((?:[^"]|"")*)"(?=,|\Z)|([^",]*)(?=,|\Z)')
_DECIMAL: Final = re.compile(r"([0-9]{1,10})(\.[0-9]{1,3})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cell:
    """One field and its place in the file, for complaints that can be acted on."""

    text: str
    file: str
    line: int
    column: int

    @property
    def where(self) -> str:
        """Return file, line and column."""
        return f"{self.file}:{self.line}:{self.column}"

    def fail(self, code: str, detail: str) -> NoReturn:
        """Raise Misconfigured with the place of this field."""
        raise Misconfigured(code, detail, where=self.where)

    def whole(self) -> int:
        """Return a whole number of 0 or more."""
        value = self.number(decimals=False)
        return value.numerator

    def number(self, *, decimals: bool) -> Fraction:
        """Return a number of 0 or more, with up to three decimals where they may stand."""
        if self.text.startswith("-"):
            self.fail("number_negative", f"{self.text} where a number of 0 or more belongs")
        found = _DECIMAL.fullmatch(self.text)
        if found is None:
            self.fail("number_expected", "a number of 0 or more is expected")
        if found[2] and not decimals:
            self.fail("number_not_whole", f"{self.text} where a whole number belongs")
        value = Fraction(self.text)
        if value > LARGEST:
            self.fail("number_too_large", f"at most {LARGEST}")
        return value


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file by the names of its columns.

    :param header: the names themselves
    """

    cells: Mapping[str, Cell]
    header: Mapping[str, Cell]

    def whole(self, name: str, default: int = 0) -> int:
        """Return a count; a column that is not there has its default."""
        return self.cells[name].whole() if name in self.cells else default


def read_rows(text: str, file: str) -> list[Row]:
    """Read a CSV file with a header; every line has a field for every column.

    :raises Misconfigured: ``csv_malformed``, ``column_twice``, ``fields_differ``,
        ``file_empty``, with line and column
    """
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    rows = [_fields(line, file, number) for number, line in enumerate(lines, start=1) if line]
    if len(rows) < 2:
        raise Misconfigured("file_empty", "a header and a line per place", where=f"{file}:1:1")
    header = [cell.text for cell in rows[0]]
    for at, cell in enumerate(rows[0]):
        if cell.text in header[:at]:
            cell.fail("column_twice", f"column {cell.text} stands there twice")
    for row in rows[1:]:
        if len(row) != len(header):
            row[-1].fail("fields_differ", f"{len(row)} fields, the header has {len(header)}")
    names = dict(zip(header, rows[0], strict=True))
    return [Row(dict(zip(header, row, strict=True)), names) for row in rows[1:]]


def _fields(line: str, file: str, number: int) -> list[Cell]:
    cells, at = [], 0
    while True:
        found = _FIELD.match(line, at)
        if found is None:
            Cell("", file, number, at + 1).fail("csv_malformed", "a quote out of place")
        text = found[2] if found[1] is None else found[1].replace('""', '"')
        cells.append(Cell(text.strip(), file, number, at + 1))
        at = found.end() + 1
        if at > len(line):
            return cells


def read_sheets(text: str, file: str, contest: Contest) -> list[tuple[PaperSheet, Row]]:
    """Read a contest's sheets; what they name and add up to is judged by ``sheet_rules``.

    :returns: each sheet with its line
    :raises Misconfigured: a code per fault, with line and column
    """
    rows = read_rows(text, file)
    keys = [option.key for option in contest.options]
    _check_header(rows[0], file, keys)
    found: list[tuple[PaperSheet, Row]] = []
    places: dict[str, int] = {}
    for row in rows:
        place = row.cells["place"]
        _check_text(place, needed=True)
        if place.text in places:
            detail = f"{place.text} stands on line {places[place.text]} already"
            place.fail("sheet_twice", detail)
        places[place.text] = place.line
        found.append((_sheet(row, contest, keys), row))
    return found


def _check_header(row: Row, file: str, keys: Sequence[str]) -> None:
    wanted = [*NEEDED, *(f"vote:{key}" for key in keys)]
    for name, header in row.header.items():
        kind, _, rest = name.partition(":")
        if kind == "vote" and rest not in keys:
            header.fail("candidate_unknown", f"column {name}: no such option in this contest")
        if kind == "shared" and not set(rest.split("+")) <= set(keys):
            header.fail("candidate_unknown", f"column {name}: no such option in this contest")
        if kind == "invalid" and rest not in CLASSES:
            header.fail("class_unknown", f"column {name}: one of {', '.join(CLASSES)}")
        if kind not in ("vote", "shared", "invalid") and name not in (*NEEDED, *OPTIONAL):
            header.fail("column_unknown", f"no column is called {name or 'nothing'}")
    for name in wanted:
        if name not in row.cells:
            raise Misconfigured("column_missing", f"column {name} is required", where=f"{file}:1:1")


def _check_text(cell: Cell, *, needed: bool) -> None:
    if (needed and not cell.text) or not single_line(cell.text or "-"):
        cell.fail("text_expected", "a line of visible characters is expected")


def _sheet(row: Row, contest: Contest, keys: Sequence[str]) -> PaperSheet:
    group = row.cells.get("group")
    if group is not None:
        _check_text(group, needed=False)
    splits = "shared_names" in contest.tally
    votes = [row.cells[f"vote:{key}"].number(decimals=splits) for key in keys]
    invalid = [(name, row.whole(f"invalid:{name}")) for name in CLASSES]
    shared = [
        (tuple(name.partition(":")[2].split("+")), cell.whole())
        for name, cell in row.cells.items()
        if name.startswith("shared:")
    ]
    place, voters = row.cells["place"].text, row.whole("voters")
    lost = row.cells["lost"].number(decimals=splits) if "lost" in row.cells else Fraction(0)
    received, taken, refused = map(row.whole, ("received", "not_returned", "not_accepted"))
    sheet = Sheet(
        place,
        tuple(n.numerator if n.denominator == 1 else n for n in votes),
        row.whole("blank"),
        sum(papers for _, papers in invalid),
        row.whole("valid"),
        tuple(sorted((names, papers) for names, papers in shared if papers)),
    )
    return PaperSheet(
        place,
        group.text if group is not None else "",
        row.whole("electors"),
        row.whole("marked", voters),
        sheet,
        Protocol(voters, received, taken, refused, lost),
        tuple((name, papers) for name, papers in invalid if papers),
    )


def read_doubtful(text: str, file: str, contest: Contest) -> list[Doubtful]:
    """Read decisions on doubtful papers; an empty decision is one that nobody made yet.

    :raises Misconfigured: a code per fault, with line and column
    """
    keys = [option.key for option in contest.options]
    found = []
    for row in read_rows(text, file):
        for name in DOUBTFUL:
            if name not in row.cells:
                raise Misconfigured("column_missing", f"column {name}", where=f"{file}:1:1")
        place, decision = row.cells["place"], row.cells["decision"]
        _check_text(place, needed=True)
        people = row.cells["decided_by"].text.split(";")
        reason = decision.text.removeprefix("invalid:")
        if reason == decision.text:
            reason = ""
        elif reason not in (*CLASSES, "blank"):
            decision.fail("class_unknown", f"one of {', '.join(CLASSES)}, blank")
        options = () if reason or not decision.text else tuple(decision.text.split("+"))
        if not set(options) <= set(keys):
            decision.fail("candidate_unknown", "no such option in this contest")
        named = tuple(one.strip() for one in people if one.strip())
        if decision.text and not named:
            row.cells["decided_by"].fail("text_expected", "who decided, and who was heard")
        found.append(Doubtful(place.text, row.whole("number"), options, reason, named))
    return found


def add_doubtful(
    sheets: Sequence[tuple[PaperSheet, Row]], papers: Sequence[Doubtful], file: str
) -> list[tuple[PaperSheet, Row]]:
    """Return the sheets with the decisions of their places.

    :raises Misconfigured: ``place_unknown``: a decision of a place without a sheet
    """
    places = {sheet.place for sheet, _ in sheets}
    for paper in papers:
        if paper.place not in places:
            raise Misconfigured("place_unknown", f"no sheet of {paper.place}", where=file)
    return [
        (replace(sheet, doubtful=tuple(p for p in papers if p.place == sheet.place)), row)
        for sheet, row in sheets
    ]
