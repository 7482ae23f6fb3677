"""Which proposal an act's name stands for."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tsukuba_trust.cli.files import read_text
from tsukuba_trust.cli.office import now
from tsukuba_trust.errors import Misconfigured, Refused
from tsukuba_trust.services.acts import Proposal
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.office import Office
from tsukuba_trust.values import Json
from tsukuba_trust.verify.builds import Files

MOVING = ("extend", "end-early")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Given:
    """What an act may need besides its name and reason.

    :param file: the rehearsal, or the list of strikes
    :param closes: ISO 8601 with offset
    :param text: what a correction says
    :param booth: (name, hex SHA-256) of the booth's files from now on
    """

    file: Path | None = None
    closes: str | None = None
    text: str | None = None
    booth: Files = ()


def proposal(office: Office, fixed: Fixed, name: str, reason: str, given: Given) -> Proposal:
    """Make the proposal of an act.

    :raises Refused: ``unknown_act``, ``booth_same``, or what the services say
    :raises Misconfigured: ``option_missing``
    """
    services, at = office.services, now()
    if name in MOVING:
        closes = _given(given.closes, "--closes")
        return services.acts.propose(fixed, name, at, reason, closes=closes)
    makers: dict[str, Callable[[], Proposal]] = {
        "seal": lambda: services.ceremony.propose_seal(fixed, at, reason),
        "waiver": lambda: services.ceremony.propose_waiver(fixed, at, reason),
        "rehearsed": lambda: services.ceremony.propose_rehearsed(
            fixed, at, read_text(_given(given.file, "--file"))
        ),
        "correct": lambda: services.acts.propose(
            fixed, name, at, reason, **_correction(given, services.acts.booth(fixed)[1])
        ),
        "suspend": lambda: services.acts.propose(fixed, name, at, reason),
        "resume": lambda: services.acts.propose(fixed, name, at, reason),
        "strike": lambda: services.counting.propose_strikes(
            fixed, at, reason, read_strikes(read_text(_given(given.file, "--file")))
        ),
        "certify": lambda: services.counting.propose_certificate(fixed, at, reason),
    }
    if name not in makers:
        raise Refused("unknown_act", f"{name}; there are: {', '.join([*makers, *MOVING])}")
    return makers[name]()


def _given(value: T | None, option: str) -> T:
    if value is None:
        raise Misconfigured("option_missing", option)
    return value


def _correction(given: Given, served: Files) -> dict[str, Json]:
    if bool(given.booth) == (given.text is not None):
        raise Misconfigured("option_missing", "either --text or --booth")
    if given.booth and given.booth == served:
        raise Refused("booth_same", "this booth is served already")
    if given.booth:
        return {"booth": [{"name": name, "sha256": digest} for name, digest in given.booth]}
    return {"text": given.text}


def read_strikes(text: str) -> dict[int, str]:
    """Read lines ``holder,reason``; a holder is the index of her first registration.

    :raises Misconfigured: ``strikes_malformed``, naming the line
    """
    found: dict[int, str] = {}
    for number, row in enumerate(csv.reader(text.splitlines()), start=1):
        if len(row) != 2 or not row[0].isascii() or not row[0].isdigit() or not row[1].strip():
            raise Misconfigured(
                "strikes_malformed", f"line {number}: a holder's number, a comma, a reason"
            )
        if int(row[0]) in found:
            raise Misconfigured("strikes_malformed", f"line {number}: holder twice")
        found[int(row[0])] = row[1].strip()
    return found


def read_numbers(text: str, file: str) -> list[str]:
    """Read a file of electors' numbers, one a line under the header ``number``.

    :raises Misconfigured: ``numbers_malformed``, naming the line
    """
    lines = [line.strip() for line in text.splitlines()]
    if lines[:1] != ["number"]:
        raise Misconfigured("numbers_malformed", 'the header "number"', where=f"{file}:1:1")
    seen: dict[str, int] = {}
    for line, number in enumerate(lines[1:], start=2):
        if not number or "," in number:
            raise Misconfigured("numbers_malformed", "one number", where=f"{file}:{line}:1")
        if seen.setdefault(number, line) != line:
            detail = f"stands on line {seen[number]} already"
            raise Misconfigured("numbers_malformed", detail, where=f"{file}:{line}:1")
    return list(seen)
