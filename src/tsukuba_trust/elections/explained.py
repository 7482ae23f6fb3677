"""A declared outcome as rows, facts and grids that pages, reports and open data show alike.

Codes and exact figures only, no words: ``services.result_words`` has the words. Everything
comes from the outcome document and the definition, so whoever has the record has it.

:source: web.md 5.5; elections-jp.md sections 1 to 6
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from tsukuba_trust.elections.figures import cut, fixed
from tsukuba_trust.values import Contest, Json

ELECTED, BY_LOT, TIED = "elected", "by-lot", "tied"
# Facts in the order in which they are told: key of ``detail`` -> code.
_FACTS: Final = (
    *("valid", "blank", "invalid", "cast", "turnout", "quorum_met", "outcome", "majority"),
    *("seats", "legal_minimum", "deposit_line", "quota", "threshold", "rule", "vacant", "reason"),
    *("mean", "points", "condorcet_winner"),
)


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One option.

    :param votes: exact; three places cut off where it is no integer; empty = not counted so
    :param share: percent of the valid votes with one decimal; empty where there is none
    :param mark: "elected", "by-lot", "tied" or empty
    :param permille: of the most votes, for bars
    :param forfeits: whether its deposit is lost
    """

    key: str
    votes: str
    share: str
    mark: str
    permille: int
    forfeits: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """One number or word that explains the result.

    :param value: exact, as text; of a code where ``coded``
    :param formula: how it is made, in figures; empty = nothing to show
    """

    code: str
    value: str
    formula: str = ""
    coded: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """What stands in a grid: "option" (a key), "code" (it has words), "text", or "events".

    Events of a round are ``code:key,key`` joined by ``|``.
    """

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table that explains: "rounds", "pairwise", "grades", "shared_names", "channels", …"""

    code: str
    columns: tuple[Head, ...]
    rows: tuple[tuple[Head, ...], ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """A contest's outcome.

    :param tied: (keys, seats, stage, kind) of a tie that waits for a lot
    :param ranking: groups of keys, the best first, where the method ranks
    """

    contest: Contest
    status: str
    ballots: int
    rows: tuple[ResultRow, ...] = ()
    facts: tuple[Fact, ...] = ()
    grids: tuple[Grid, ...] = ()
    ranking: tuple[tuple[str, ...], ...] = ()
    tied: tuple[tuple[str, ...], int, int, str] | None = None
    elected: tuple[str, ...] = field(default=())


def explain(contest: Contest, document: Json) -> Explained:
    """Explain an outcome document of ``elections.outcome``.

    :param document: read from the board
    """
    detail = _tables(document.get("detail", {}))
    elected, by_lot = document.get("elected", []), detail.get("by_lot", [])
    tied = document.get("tied")
    return Explained(
        contest,
        document["status"],
        document["ballots"],
        tuple(_rows(contest, document, detail, by_lot)),
        tuple(_facts(contest, detail)),
        tuple(grid for grid in _grids(contest, detail) if grid.rows),
        tuple(tuple(group) for group in detail.get("ranking", ())),
        (tuple(tied["candidates"]), tied["seats"], tied["stage"], tied["kind"]) if tied else None,
        tuple(elected),
    )


def _tables(value: Json) -> Json:
    """Turn arrays of {"key", "value"} back into tables."""
    if isinstance(value, Mapping):
        return {key: _tables(inner) for key, inner in value.items()}
    if isinstance(value, list):
        if value and all(
            isinstance(one, Mapping) and set(one) == {"key", "value"} for one in value
        ):
            return {one["key"]: _tables(one["value"]) for one in value}
        return [_tables(inner) for inner in value]
    return value


def figure(value: Json, places: int = 3) -> str:
    """Return a number as tables show it: whole, or with its places cut off, never rounded."""
    exact = Fraction(str(value))
    return str(exact.numerator) if exact.denominator == 1 else fixed(cut(exact, places), places)


def percent(part: Fraction, whole: Fraction) -> str:
    """Return a percentage with one decimal, half up; empty of nothing."""
    if not whole:
        return ""
    tenths = int(part * 1000 / whole + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}"


def _rows(
    contest: Contest, document: Json, detail: Mapping[str, Json], by_lot: Sequence[str]
) -> Iterator[ResultRow]:
    votes = {one["option"]: Fraction(str(one["votes"])) for one in document.get("totals", [])}
    most = max(votes.values(), default=Fraction(0))
    tied = (document.get("tied") or {}).get("candidates", [])
    has_share = contest.tally_method in ("plurality", "approval", "choose-k")
    valid = Fraction(str(detail.get("valid", 0))) if has_share else Fraction(0)
    for option in contest.options:
        key, own = option.key, votes.get(option.key)
        mark = TIED if key in tied else ""
        if key in document.get("elected", []):
            mark = BY_LOT if key in by_lot else ELECTED
        yield ResultRow(
            key,
            "" if own is None else figure(own),
            "" if own is None else percent(own, valid),
            mark,
            int(own * 1000 / most) if own and most else 0,
            key in detail.get("deposit_forfeited", []),
        )


def _facts(contest: Contest, detail: Mapping[str, Json]) -> Iterator[Fact]:
    for code in _FACTS:
        value = detail.get(code)
        if value is None or isinstance(value, Mapping | list):
            continue
        if isinstance(value, bool):
            yield Fact(code, "yes" if value else "no", coded=True)
        elif code in ("outcome", "reason", "rule"):
            yield Fact(code, str(value), coded=True)
        elif code in ("turnout", "majority"):
            part = Fraction(str(value))
            yield Fact(code, f"{percent(part, Fraction(1))} %", str(value))
        elif code == "condorcet_winner":
            yield Fact(code, str(value))
        else:
            shown = f"{figure(value)}…" if "/" in str(value) else str(value)
            yield Fact(code, shown, _formula(contest, code, detail))


def _formula(contest: Contest, code: str, detail: Mapping[str, Json]) -> str:
    line = contest.tally.get(code)
    if code not in ("legal_minimum", "deposit_line") or not isinstance(line, Mapping):
        return ""
    parts = [figure(detail.get("valid", 0))]
    for divisor in line.get("divide_by", []):
        parts.append(str(contest.tally.get("seats", 1) if divisor == "seats" else divisor))
    formula = " ÷ ".join(parts)
    return f"{formula} × {line['fraction']}" if "fraction" in line else formula


def _grids(contest: Contest, detail: Mapping[str, Json]) -> Iterator[Grid]:
    keys = [option.key for option in contest.options]
    yield from _rounds(keys, detail)
    for code, name in (("pairwise", "pairwise"), ("tally", "grades")):
        table = detail.get(code)
        if isinstance(table, Mapping) and all(isinstance(v, Mapping) for v in table.values()):
            columns = keys if code == "pairwise" else detail.get("grades", [])
            kind = "option" if code == "pairwise" else "text"
            yield Grid(
                name,
                tuple(Head(kind, column) for column in columns),
                tuple(
                    (Head("option", key), *(_cell(table[key].get(c)) for c in columns))
                    for key in keys
                    if key in table
                ),
            )
    yield from _lists(keys, detail)
    yield from _shared(keys, detail)
    yield from _boxes(detail)


def _cell(value: Json) -> Head:
    return Head("text", "" if value is None else figure(value))


def _rounds(keys: Sequence[str], detail: Mapping[str, Json]) -> Iterator[Grid]:
    rounds = detail.get("rounds", [])
    rows = []
    for number, one in enumerate(rounds, 1):
        totals, done = one.get("totals", {}), []
        if "candidate" in one:
            done.append(f"{one['action']}:{one['candidate']}")
        done += [f"{c}:{','.join(one[c])}" for c in ("elected", "excluded") if one.get(c)]
        done += ["by-lot:"] if one.get("lot") else []
        lost = one.get("non_transferable", one.get("exhausted", 0))
        cells = (_cell(totals.get(key)) for key in keys)
        events = Head("events", "|".join(done))
        rows.append((Head("text", str(number)), *cells, _cell(lost), events))
    columns = (*(Head("option", key) for key in keys), Head("code", "exhausted"))
    yield Grid("rounds", (*columns, Head("code", "step")), tuple(rows))


def _lists(keys: Sequence[str], detail: Mapping[str, Json]) -> Iterator[Grid]:
    seats = detail.get("seats")
    if isinstance(seats, Mapping):
        rows = tuple((Head("option", key), _cell(seats.get(key))) for key in keys)
        yield Grid("list_seats", (Head("code", "seats"),), rows)
    pairs = zip(detail.get("allocation_order", []), detail.get("quotients", []), strict=False)
    steps: tuple[tuple[Head, ...], ...] = tuple(
        (Head("text", str(number)), Head("option", key), _cell(quotient))
        for number, (key, quotient) in enumerate(pairs, 1)
    )
    yield Grid("allocation", (Head("code", "list"), Head("code", "quotient")), steps)


def _shared(keys: Sequence[str], detail: Mapping[str, Json]) -> Iterator[Grid]:
    shared = detail.get("shared_names")
    if not isinstance(shared, Mapping):
        return
    places = shared.get("districts", [])
    touched = [key for key in keys if any(_is_cut(one["shown"].get(key, "")) for one in places)]
    rows = [
        (Head("option", key), *(Head("text", str(one["shown"].get(key, ""))) for one in places))
        for key in touched
    ]
    rows.append((Head("code", "lost"), *(Head("text", str(one["lost"])) for one in places)))
    columns = tuple(Head("text", str(one["place"])) for one in places)
    yield Grid("shared_names", columns, tuple(rows))


def _is_cut(shown: Json) -> bool:
    return bool(str(shown).partition(".")[2].strip("0"))


def _boxes(detail: Mapping[str, Json]) -> Iterator[Grid]:
    channels = detail.get("channels", [])
    yield Grid(
        "channels",
        (Head("code", "voters"),),
        tuple((Head("code", one["channel"]), _cell(one["voters"])) for one in channels),
    )
    paper = dict(detail.get("paper", {}))
    if not Fraction(str(paper.get("lost", 0))):  # what we cut ourselves stands by shared names
        paper.pop("lost", None)
    counts = ("places", "received", "not_returned", "not_accepted", "doubtful", "lost")
    yield Grid(
        "paper",
        (Head("code", "papers"),),
        tuple((Head("code", code), _cell(paper[code])) for code in counts if code in paper),
    )
    invalid = [(one["class"], one["papers"]) for one in paper.get("invalid", [])]
    invalid += [(one["rule"], one["ballots"]) for one in detail.get("invalid_ballots", [])]
    yield Grid(
        "invalid",
        (Head("code", "papers"),),
        tuple((Head("code", name), _cell(number)) for name, number in invalid),
    )
