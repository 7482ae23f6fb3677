"""The voter roll as a file: strict reading, salted records, the root in ``RollFixed``.

One line per elector in UTF-8 CSV with a header. Every problem is reported at once, by
line, because a clerk mends a file and not a line.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tsukuba_trust.board import canonical, merkle
from tsukuba_trust.errors import Refused
from tsukuba_trust.my_number import is_my_number
from tsukuba_trust.values import Json, Randomness, RollRule

REQUIRED = ("number", "group")
OPTIONAL = ("name", "birth_date", "sex", "address")
LONGEST_FIELD = 300
SHOWN_PROBLEMS = 20
SALT_SIZE = 32
SEXES = ("1", "2", "9")
_MY_NUMBER = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")


@dataclass(frozen=True, slots=True, repr=False)
class Elector:
    """One line of the roll; ``repr`` shows nothing of it (attack O23).

    :param number: the office's own number of this person, unique in the roll
    :param birth_date: YYYY-MM-DD, empty when unknown
    :param sex: "1" male, "2" female, "9" not applicable, empty when not given
    """

    number: str
    group: str
    name: str = ""
    birth_date: str = ""
    sex: str = ""
    address: str = ""

    def record(self) -> Json:
        """Return the canonical-safe record: fields that are empty are left out."""
        fields = {name: getattr(self, name) for name in (*REQUIRED, *OPTIONAL)}
        return {name: value for name, value in fields.items() if value}


@dataclass(frozen=True, slots=True)
class SaltedElector:
    """An elector with the salt that hides the record in the commitment."""

    elector: Elector
    salt: bytes

    @property
    def leaf(self) -> bytes:
        """SHA-256(0x00 ‖ salt ‖ canonical record)."""
        return merkle.leaf_hash(self.salt + canonical.encode(self.elector.record()))


def read_roll(data: bytes, rule: RollRule) -> list[Elector]:
    """Read a roll file.

    :param data: CSV in UTF-8, with or without a byte order mark
    :raises Refused: ``roll_invalid``, with the lines that are wrong and why; never with
        what stands in them
    """
    try:
        rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        header = rows.fieldnames or []
        _check_header(header)
        electors, problems = _read_rows(rows, {name for name, _ in rule.groups})
    except UnicodeDecodeError:
        raise Refused("roll_invalid", "not UTF-8") from None
    except csv.Error as error:
        raise Refused("roll_invalid", f"not CSV: {error}") from None
    if problems:
        more = f" and {len(problems) - SHOWN_PROBLEMS} more" * (len(problems) > SHOWN_PROBLEMS)
        raise Refused("roll_invalid", "; ".join(problems[:SHOWN_PROBLEMS]) + more)
    if not electors:
        raise Refused("roll_invalid", "no elector in the file")
    return electors


def _check_header(header: Sequence[str]) -> None:
    unknown = [name for name in header if name not in (*REQUIRED, *OPTIONAL)]
    missing = [name for name in REQUIRED if name not in header]
    if unknown or missing or len(set(header)) != len(header):
        raise Refused(
            "roll_invalid", f"header: {len(unknown)} unknown columns, missing: {missing or 'none'}"
        )


def _read_rows(rows: "csv.DictReader[str]", groups: set[str]) -> tuple[list[Elector], list[str]]:
    electors: list[Elector] = []
    problems: list[str] = []
    seen: set[str] = set()
    for row in rows:
        if None in row or None in row.values():
            problems.append(f"line {rows.line_num}: another number of fields than the header")
            continue
        elector = Elector(**{name: value.strip() for name, value in row.items()})
        why = _problems(elector, groups)
        if elector.number in seen:
            why.append("number appears twice")
        seen.add(elector.number)
        problems.extend(f"line {rows.line_num}: {reason}" for reason in why)
        electors.append(elector)
    return electors, problems


def _problems(elector: Elector, groups: set[str]) -> list[str]:
    fields = [getattr(elector, name) for name in (*REQUIRED, *OPTIONAL)]
    found = []
    if not elector.number:
        found.append("no number")
    if elector.group not in groups:
        found.append("group is not in the definition")
    if elector.sex and elector.sex not in SEXES:
        found.append("sex is not 1, 2 or 9")
    if elector.birth_date and not _is_date(elector.birth_date):
        found.append("birth_date is not YYYY-MM-DD")
    if not all(_is_plain(field) for field in fields):
        found.append("a field is too long or holds a control character")
    # The twelve digits of a My Number may be kept by nobody here (attack J07).
    if any(is_my_number(match) for field in fields for match in _MY_NUMBER.findall(field)):
        found.append("a field looks like a My Number, which must not be in a roll")
    return found


def _is_plain(field: str) -> bool:
    # The ideographic space stands in every Japanese name; Python calls it unprintable.
    return len(field) <= LONGEST_FIELD and field.replace("\u3000", "").isprintable()


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def salted(electors: Iterable[Elector], randomness: Randomness) -> list[SaltedElector]:
    """Give every elector a fresh salt, in a random order that tells nothing of the file's."""
    drawn = [SaltedElector(elector, randomness(SALT_SIZE)) for elector in electors]
    return sorted(drawn, key=lambda one: one.salt)


def roll_root(leaves: Iterable[bytes]) -> str:
    """Return the hex root over the leaves, sorted by hash.

    :source: board.md 2.2
    """
    return merkle.root(sorted(leaves)).hex()


def group_counts(groups: Iterable[str], rule: RollRule) -> list[Json]:
    """Return electors per group, in the definition's order, as ``RollFixed`` lists them."""
    counted = Counter(groups)
    return [{"name": name, "electors": counted[name]} for name, _ in rule.groups]
