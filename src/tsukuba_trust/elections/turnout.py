"""Turnout by age band and by group as a document that may be published.

:source: web.md 5.5; requirements.md A52, A71; attacks.md O15
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from tsukuba_trust.elections.rules import age_on
from tsukuba_trust.elections.suppression import Cell, Row, may_be_shown, suppress
from tsukuba_trust.errors import Refused
from tsukuba_trust.values import Json, PublishRule

FORM: Final = "tsukuba-trust/turnout/1"
UNKNOWN: Final = "unknown"
FULL, SAMPLE = "full", "sample"
TABLES: Final = ("age", "group")
_LOWEST: Final = (0, 15, 18, 20, *range(25, 85, 5))  # of each band, as SEED-2021 draws them


def age_band(birth_date: str, day: date) -> str:
    """Return the band of somebody's age on a day: "18-19", "20-24", …, "80-"."""
    try:
        age = age_on(date.fromisoformat(birth_date), day)
    except ValueError:
        return UNKNOWN
    if age < 0:
        return UNKNOWN
    place = max(n for n, low in enumerate(_LOWEST) if low <= age)
    if place + 1 == len(_LOWEST):
        return f"{_LOWEST[place]}-"
    return f"{_LOWEST[place]}-{_LOWEST[place + 1] - 1}"


def bands() -> list[str]:
    """Return every band in order, the unknown one last."""
    pairs = zip(_LOWEST, [*(low - 1 for low in _LOWEST[1:]), ""], strict=True)
    return [*(f"{low}-{high}" for low, high in pairs), UNKNOWN]


@dataclass(frozen=True, slots=True)
class Counted:
    """People of the roll who vote on the internet, by (age band, group).

    :param everybody: of the whole electorate, whatever was sampled
    :param day: on which ages are judged
    """

    cells: Mapping[tuple[str, str], Cell]
    everybody: Cell
    groups: Sequence[str]
    day: date


def turnout_document(
    origin: str, definition: str, rule: PublishRule, counted: Counted
) -> dict[str, Json]:
    """Return what may be published.

    :param definition: D
    :raises Refused: ``sample_too_large``: whoever was not drawn would be seen by subtraction
    """
    people = _sum(counted.cells.values())
    rest = counted.everybody[0] - people[0], counted.everybody[1] - people[1]
    if rest[0] and not may_be_shown(rule, rest):
        raise Refused("sample_too_large", "whoever is not in the sample would be seen")
    ordered = _in_order(counted)
    tables = suppress(rule, ordered)
    return {
        "form": FORM,
        "log": origin,
        "definition": definition,
        "kind": SAMPLE if rest[0] else FULL,
        "n": people[0],
        "age_on": counted.day.isoformat(),
        "suppress_below": {
            "electors": rule.electors,
            "voters": rule.voters,
            "nonvoters": rule.nonvoters,
        },
        "all": _numbers(counted.everybody),
        "counted": _numbers(people),
        "tables": [_table(name, rows) for name, rows in zip(TABLES, tables, strict=True)],
    }


def _in_order(counted: Counted) -> dict[tuple[str, str], Cell]:
    first, second = bands(), list(counted.groups)
    ranks = {key: (first.index(key[0]), second.index(key[1])) for key in counted.cells}
    by_band = sorted(counted.cells, key=lambda key: ranks[key])
    return {key: counted.cells[key] for key in by_band}


def _sum(cells: Iterable[Cell]) -> Cell:
    pairs = list(cells)
    return sum(electors for electors, _ in pairs), sum(voters for _, voters in pairs)


def _numbers(cell: Cell) -> dict[str, Json]:
    electors, voters = cell
    return {"electors": electors, "voters": voters, "percent": percent(voters, electors)}


def _table(name: str, rows: Sequence[Row]) -> dict[str, Json]:
    hidden = [row for row in rows if not row.shown]
    together = sum(row.electors for row in hidden), sum(row.voters for row in hidden)
    table: dict[str, Json] = {
        "name": name,
        "rows": [
            {"key": row.key, **_numbers((row.electors, row.voters))}
            if row.shown
            else {"key": row.key, "hidden": True}
            for row in rows
        ],
    }
    return table | ({"hidden": _numbers(together)} if hidden else {})


def percent(part: int, whole: int) -> str:
    """Return a percentage with two decimals, half up; "–" of nobody."""
    if not whole:
        return "–"
    hundredths = int(Fraction(part * 10000, whole) + Fraction(1, 2))
    return f"{hundredths // 100}.{hundredths % 100:02d}"
