"""The sheet of one counting place as officers enter it: a value, and a document of the board.

A sheet counts the papers of a counting district or a class. Doubtful papers are set aside:
the columns count without them, and each one's decision is listed (elections-jp.md section 6).

:source: board.md 2.2 (``SheetsEntered``); architecture.md section 4; elections-jp.md section 6
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from tsukuba_trust.board import canonical
from tsukuba_trust.elections.doubtful import INVALID_CLASSES, Doubtful, add_settled, settle
from tsukuba_trust.elections.figures import exact
from tsukuba_trust.elections.sum_rules import Protocol
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Json, Sheet

MALFORMED = "sheet_malformed"
CLASSES = tuple(name for name in INVALID_CLASSES if name != "blank")
_COUNTS = ("electors", "marked")
_PROTOCOL = ("voters", "received", "not_returned", "not_accepted")
_BOX = ("valid", "blank")
_DECIMAL = re.compile(r"(0|[1-9][0-9]{0,15})\.[0-9]{1,3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class PaperSheet:
    """One counting place: its list of electors, its box, and what was decided there.

    :param group: of the roll, whose electors stand on this place's list; empty = of several
    :param electors: on the list
    :param marked: of them, marked as having voted in whatever way
    :param sheet: papers without the doubtful ones; its ``invalid`` is the sum of ``invalid``
    :param invalid: (class, papers) pairs in the order of ``CLASSES``, none with 0
    """

    place: str
    group: str
    electors: int
    marked: int
    sheet: Sheet
    protocol: Protocol
    invalid: tuple[tuple[str, int], ...] = ()
    doubtful: tuple[Doubtful, ...] = ()

    def counted(self, keys: Sequence[str]) -> Sheet:
        """Return the sheet with the decisions on doubtful papers added.

        :param keys: of the contest's options
        :raises Refused: ``doubtful_undecided``
        :raises Rejected: ``doubtful_malformed``
        """
        return add_settled(self.sheet, settle(self.doubtful, keys), keys)

    def invalid_papers(self) -> dict[str, int]:
        """Return invalid papers by class, doubtful ones too, without the blank ones."""
        found = dict.fromkeys(CLASSES, 0) | dict(self.invalid)
        for paper in self.doubtful:
            if not paper.options and paper.reason in found:
                found[paper.reason] += 1
        return {name: papers for name, papers in found.items() if papers}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a sheet's numbers come from.

    :param sha256: hex digest of the file that was entered
    :param doubtful: hex digest of the file with decisions on doubtful papers; empty = none
    :param signed: (officer, base64 signature) over both digests, where an officer signed
    :param typed: (person, hex digest of the file) of the two who typed the same numbers
    """

    sha256: str
    doubtful: str = ""
    signed: tuple[str, str] | None = None
    typed: tuple[tuple[str, str], ...] = ()


def sheet_text(paper: PaperSheet, source: Source, keys: Sequence[str]) -> str:
    """Return the canonical text of a sheet's document on the board.

    :param keys: of the contest's options, in its order
    """
    sheet, protocol = paper.sheet, paper.protocol
    document: dict[str, Json] = {
        "group": paper.group,
        "electors": paper.electors,
        "marked": paper.marked,
        **{name: getattr(protocol, name) for name in _PROTOCOL},
        "lost": exact(protocol.lost),
        "valid": sheet.valid,
        "blank": sheet.blank,
        "invalid": [{"class": name, "papers": papers} for name, papers in paper.invalid],
        "votes": [
            {"option": key, "votes": exact(votes)}
            for key, votes in zip(keys, sheet.votes, strict=True)
        ],
        "shared": [{"options": list(names), "papers": papers} for names, papers in sheet.shared],
        "doubtful": [_doubtful(one) for one in paper.doubtful],
        "source": _source(source),
    }
    return canonical.encode(document).decode()


def _doubtful(paper: Doubtful) -> Json:
    found: dict[str, Json] = {"number": paper.number, "options": list(paper.options)}
    if paper.reason:
        found["class"] = paper.reason
    return {**found, "decided_by": list(paper.decided_by)}


def _source(source: Source) -> Json:
    found: dict[str, Json] = {}
    if source.doubtful:
        found["doubtful"] = source.doubtful
    if source.signed is not None:
        found["signed"] = dict(zip(("officer", "signature"), source.signed, strict=True))
    if source.typed:
        found["typed"] = [{"name": name, "sha256": digest} for name, digest in source.typed]
    return found


def read_sheet(
    text: str, place: str, sha256: str, keys: Sequence[str]
) -> tuple[PaperSheet, Source]:
    """Read a document of the board in whatever spelling.

    Who must know that it is spelled canonically compares it with ``sheet_text``.

    :param sha256: ``source`` of its entry
    :raises Rejected: ``sheet_malformed``
    """
    try:
        value = canonical.decode_value(text.encode())
        return _paper(value, place, keys), _read_source(value["source"], sha256)
    except (Rejected, KeyError, TypeError, ValueError, AttributeError) as error:
        detail = error.detail if isinstance(error, Rejected) else "not the form of a sheet"
        raise Rejected(MALFORMED, detail) from None


def _paper(value: Json, place: str, keys: Sequence[str]) -> PaperSheet:
    counts = {name: _whole(value[name]) for name in (*_COUNTS, *_PROTOCOL, *_BOX)}
    votes = {row["option"]: _number(row["votes"]) for row in value["votes"]}
    if [row["option"] for row in value["votes"]] != list(keys):
        raise Rejected(MALFORMED, "one number of votes per option, in their order")
    invalid = tuple((_text(row["class"]), _whole(row["papers"])) for row in value["invalid"])
    shared = tuple(
        (tuple(_text(key) for key in row["options"]), _whole(row["papers"]))
        for row in value["shared"]
    )
    sheet = Sheet(
        place,
        tuple(votes[key] for key in keys),
        counts["blank"],
        sum(papers for _, papers in invalid),
        counts["valid"],
        shared,
    )
    protocol = Protocol(
        counts["voters"],
        counts["received"],
        counts["not_returned"],
        counts["not_accepted"],
        Fraction(_number(value["lost"])),
    )
    decided = tuple(_read_doubtful(row, place) for row in value["doubtful"])
    paper = PaperSheet(
        place, _text(value["group"]), counts["electors"], counts["marked"], sheet, protocol
    )
    return replace(paper, invalid=invalid, doubtful=decided)


def _read_doubtful(row: Json, place: str) -> Doubtful:
    options = tuple(_text(key) for key in row["options"])
    people = tuple(_text(name) for name in row["decided_by"])
    return Doubtful(place, _whole(row["number"]), options, _text(row.get("class", "")), people)


def _read_source(value: Mapping[str, Json], sha256: str) -> Source:
    signed = value.get("signed")
    pair = (_text(signed["officer"]), _text(signed["signature"])) if signed is not None else None
    typed = tuple((_text(one["name"]), _text(one["sha256"])) for one in value.get("typed", []))
    return Source(sha256, _text(value.get("doubtful", "")), pair, typed)


def _whole(value: Json) -> int:
    if type(value) is not int or value < 0:
        raise Rejected(MALFORMED, "a whole number of 0 or more expected")
    return value


def _number(value: Json) -> int | Fraction:
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return Fraction(value)
    return _whole(value)


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise Rejected(MALFORMED, "text expected")
    return value
