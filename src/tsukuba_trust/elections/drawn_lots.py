"""Lots as the board records them: the tie, how it was drawn, and which tie each one settles.

``LotDrawn.tie`` is ``tie_text`` of exactly the tie that the count reports with all earlier
lots of the contest. The reason of its act is a strict document:

by hand ``{"how": "by-hand", "drawn_at", "place", "drawn_by": [name], "witnesses": [name]}``;
public ``{"how": "public-draw", "seed", "seen_at"}``, whose order anybody repeats.

:source: elections-jp.md section 4; board.md 2.2 (``LotDrawn``)
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tsukuba_trust.board import canonical
from tsukuba_trust.elections import public_draw
from tsukuba_trust.elections.afterwards import OFFICERS, PUBLIC_DRAW
from tsukuba_trust.elections.reading import single_line
from tsukuba_trust.errors import Refused, Rejected
from tsukuba_trust.values import Election, Json, Outcome, Tie

BY_HAND: Final = "by-hand"
MOST_LOTS: Final = 1000  # of one contest; each means one more count


@dataclass(frozen=True, slots=True)
class ByHand:
    """Officers drew before witnesses.

    :param drawn_at: to the minute, with offset
    """

    drawn_at: str
    place: str
    drawn_by: tuple[str, ...]
    witnesses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublicDraw:
    """A public value drew.

    :param seed: the value, one line
    :param seen_at: where everybody finds it
    """

    seed: str
    seen_at: str


@dataclass(frozen=True, slots=True)
class DrawnLot:
    """A ``LotDrawn``.

    :param tie: its text
    :param recounted: whether sheets of the contest were entered after it
    """

    tie: str
    order: tuple[str, ...]
    recounted: bool = False


def tie_text(tie: Tie) -> str:
    """Return the canonical text of a tie: ``{"candidates", "kind", "seats", "stage"}``."""
    value = {
        "candidates": list(tie.candidates),
        "seats": tie.seats,
        "stage": tie.stage,
        "kind": tie.kind,
    }
    return canonical.encode(value).decode()


def read_tie(text: str) -> Tie:
    """Read a tie's text.

    :raises Rejected: ``tie_form``
    """
    value = _object(text, "tie_form")
    try:
        tie = Tie(tuple(value["candidates"]), value["seats"], value["stage"], value["kind"])
        plain = all(isinstance(one, str) for one in (*tie.candidates, tie.kind))
        counts = all(type(one) is int and one > 0 for one in (tie.seats, tie.stage))
    except (KeyError, TypeError):
        raise Rejected("tie_form", "not a tie") from None
    if not plain or not counts or tie_text(tie) != text:
        raise Rejected("tie_form", "not a tie in its one form")
    return tie


def minutes_text(how: ByHand | PublicDraw) -> str:
    """Return the reason of an act ``lot``.

    :raises Rejected: ``lot_minutes``: a line is missing, or no time to the minute
    """
    if isinstance(how, PublicDraw):
        value: Json = {"how": PUBLIC_DRAW, "seed": how.seed, "seen_at": how.seen_at}
    else:
        value = {
            "how": BY_HAND,
            "drawn_at": how.drawn_at,
            "place": how.place,
            "drawn_by": list(how.drawn_by),
            "witnesses": list(how.witnesses),
        }
    text = canonical.encode(value).decode()
    read_minutes(text)
    return text


def read_minutes(text: str) -> ByHand | PublicDraw:
    """Read the reason of an act ``lot``.

    :raises Rejected: ``lot_minutes``
    """
    value = _object(text, "lot_minutes")
    try:
        if value.pop("how") == PUBLIC_DRAW:
            public = PublicDraw(**value)
            _check_lines("seed and place", (public.seed, public.seen_at))
            return public
        drawn_by, witnesses = _names(value.pop("drawn_by")), _names(value.pop("witnesses"))
        by_hand = ByHand(drawn_by=drawn_by, witnesses=witnesses, **value)
    except (KeyError, TypeError):
        raise Rejected("lot_minutes", "not the minutes of a lot") from None
    _check_lines("place", (by_hand.place,))
    _check_lines("people", (*by_hand.drawn_by, *by_hand.witnesses))
    if len(set(by_hand.witnesses) - set(by_hand.drawn_by)) < 1 or not by_hand.drawn_by:
        raise Rejected("lot_minutes", "somebody draws, and somebody else is witness")
    _read_minute(by_hand.drawn_at)
    return by_hand


def _names(value: Json) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(value)


def _check_lines(what: str, lines: Iterable[Json]) -> None:
    for line in lines:
        if not isinstance(line, str) or not line or line != line.strip() or not single_line(line):
            raise Rejected("lot_minutes", f"{what}: one line each")


def _read_minute(text: Json) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        if at.isoformat(timespec="minutes") != text or at.tzinfo is None:
            raise ValueError
    except (ValueError, TypeError):
        raise Rejected("lot_minutes", "a time such as 2026-10-25T23:10+09:00") from None
    return at


def _object(text: str, code: str) -> Json:
    try:
        return canonical.decode(text.encode())
    except Rejected as error:
        raise Rejected(code, error.detail) from error


def check_lot(
    election: Election, contest: str, lot: DrawnLot, how: ByHand | PublicDraw, at: str
) -> None:
    """Check that a lot was drawn as the election says.

    (1) between exactly the tied (2) by officers or by the public draw that was agreed
    (3) by hand: not after its act; public: the order that the seed gives.

    :param at: of its act
    :raises Rejected: ``lot_incomplete``, ``lot_other_way``, ``lot_minutes``, ``lot_differs``
    """
    tie = read_tie(lot.tie)
    if sorted(lot.order) != sorted(tie.candidates):
        raise Rejected("lot_incomplete", "the lot names others than those who are tied")
    agreed = election.lots.by if election.lots else OFFICERS
    if (agreed == PUBLIC_DRAW) != isinstance(how, PublicDraw):
        raise Rejected("lot_other_way", f"this election agreed: {agreed}")
    if isinstance(how, ByHand):
        if _read_minute(how.drawn_at) > datetime.fromisoformat(at):
            raise Rejected("lot_minutes", "drawn after the act that records it")
        return
    try:
        order = public_draw.draw(election.kind, how.seed, contest, tie.stage, list(tie.candidates))
    except Refused as error:
        raise Rejected(error.code, error.detail) from error
    if order != lot.order:
        raise Rejected("lot_differs", "the public draw gives another order")


def settle(
    decide: Callable[[Sequence[Sequence[str]]], Outcome], drawn: Sequence[DrawnLot]
) -> tuple[Outcome, list[tuple[str, ...]]]:
    """Decide a contest with its lots, each of which settles the tie that it was drawn for.

    :param decide: counts with lots
    :param drawn: in the board's order
    :returns: the outcome and the lots that it rests on
    :raises Rejected: ``lot_other_tie``: no such tie stands, and sheets do not explain it
    """
    if len(drawn) > MOST_LOTS:
        raise Rejected("lot_other_tie", "too many lots")
    used: list[tuple[str, ...]] = []
    outcome = decide(used)
    for number, lot in enumerate(drawn, 1):
        if outcome.tied is not None and tie_text(outcome.tied) == lot.tie:
            used.append(lot.order)
            outcome = decide(used)
        elif not lot.recounted:
            raise Rejected("lot_other_tie", f"lot {number}: the count reports no such tie")
    return outcome, used
