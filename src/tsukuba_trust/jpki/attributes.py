"""The six otherNames of a signing certificate: name, birth date, sex and address.

They are compared code point by code point: nothing here normalises (jpki.md section 7).

:source: jpki.md 3.2
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tsukuba_trust.jpki import der
from tsukuba_trust.jpki.birthdate import BirthDate, read_birth_date
from tsukuba_trust.jpki.oids import dotted, encoded
from tsukuba_trust.jpki.profile import ATTRIBUTES
from tsukuba_trust.jpki.refusal import CertificateRefused

OTHER_NAME: Final = 0xA0
# What stands before a text of so many bytes, by the last number of the attribute's OID; lengths
# have one byte each.
_HEADS: Final = {
    number: [
        bytes((OTHER_NAME, size + 16, der.OBJECT, 10))
        + encoded(oid)
        + bytes((0xA0, size + 2, der.UTF8_STRING, size))
        for size in range(0x80 - 16)
    ]
    for number, oid in enumerate(ATTRIBUTES, start=1)
}
_HEAD_BIRTH: Final = _HEADS[4][9]
_HEAD_SEX: Final = _HEADS[3][1]
_ORDER: Final = (1, 4, 3, 5, 2, 6)
# UTF-8 without control characters; those from U+0080 to U+009F begin with C2.
_TEXT: Final = rb"[^\x00-\x1f\x7f\xc2]+"
_SIZES: Final = {1: _TEXT, 2: b"[01]+", 3: b"[129]", 4: b"[0-9]{9}", 5: _TEXT, 6: b"[01]+"}
_USUAL: Final = re.compile(
    b"".join(
        b"\xa0.\x06\x0a" + re.escape(_HEADS[n][0][4:14]) + b"\xa0.\x0c.(" + _SIZES[n] + b")"
        for n in _ORDER
    )
    + rb"\Z",
    re.DOTALL,
)
_SEXES: Final = frozenset({"1", "2", "9"})  # male, female, not applicable
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f]")
_ENCODING: Final = "cert_attribute_encoding"


@dataclass(frozen=True, slots=True)
class Attributes:
    """What the certificate says about its holder; hidden from ``repr`` and so from logs.

    :param name: family and given name, separated by U+3000
    :param name_flags: a digit per character of ``name``; 1 = a substitute stands there
    :param sex: "1" male, "2" female, "9" not applicable, "" unknown
    :param address: full-width as issued, never normalised
    """

    name: str = field(repr=False)
    name_flags: str = field(repr=False)
    sex: str = field(repr=False)
    birth_date: BirthDate = field(repr=False)
    address: str = field(repr=False)
    address_flags: str = field(repr=False)


def read_attributes(names: bytes, fields: Mapping[str, str] = ATTRIBUTES) -> Attributes:
    """Read the six otherNames, in whatever order, each exactly once.

    An empty text and control characters are no text of a register.

    :param names: DER of the subject's alternative names
    :param fields: field of ``Attributes`` by OID
    :raises CertificateRefused: ``cert_attribute_repeated``, ``cert_attribute_missing``,
        ``cert_attribute_encoding``, ``cert_flags_mismatch``, ``cert_birth_date_malformed`` or
        ``cert_malformed``
    """
    usual = _read_usual(names) if fields is ATTRIBUTES else None
    if usual is not None:
        return usual
    values: dict[str, str] = {}
    for oid, first, end in other_names(names):
        key = fields.get(oid)
        if key is None:
            continue
        if key in values:
            raise CertificateRefused("cert_attribute_repeated")
        values[key] = der.utf8_text(names, first, end, _ENCODING)
    if not all(values.values()) or _CONTROL.search("".join(values.values())):
        raise CertificateRefused(_ENCODING)
    if len(values) != len(fields):
        raise CertificateRefused("cert_attribute_missing")
    _check_flags(values["name"], values["name_flags"])
    _check_flags(values["address"], values["address_flags"])
    return Attributes(
        values["name"],
        values["name_flags"],
        values["sex"] if values["sex"] in _SEXES else "",
        read_birth_date(values["birth_date"]),
        values["address"],
        values["address_flags"],
    )


def _read_usual(names: bytes) -> Attributes | None:
    """Read the six in the order of real cards; None = the explicit reader is to say.

    The texts are found by a pattern, and believed when they encode to the very bytes given.
    """
    match = _USUAL.search(names)
    if match is None:
        return None
    called, born, sex, lives, marks, more = match.groups()
    try:
        name, address = called.decode(), lives.decode()
        birth_date = read_birth_date(born.decode())
        listed = [
            *(_HEADS[1][len(called)], called, _HEAD_BIRTH, born, _HEAD_SEX, sex),
            *(_HEADS[5][len(lives)], lives, _HEADS[2][len(marks)], marks, _HEADS[6][len(more)]),
            more,
        ]
    except (UnicodeDecodeError, CertificateRefused, IndexError):
        return None
    if len(name) != len(marks) or len(address) != len(more):
        return None
    if names != der.sequence(b"".join(listed)):
        return None
    return Attributes(name, marks.decode(), sex.decode(), birth_date, address, more.decode())


def other_names(names: bytes) -> list[tuple[str, int, int]]:
    """Return OID and place of the value of every otherName, in order.

    :param names: DER of GeneralNames; empty = the certificate has none
    :raises CertificateRefused: ``cert_malformed``
    """
    if not names:
        return []
    outer = der.inner(names, (0, 0, len(names)), der.SEQUENCE)
    found = []
    for tag, start, end in der.split(names, outer[1], outer[2]):
        if tag != OTHER_NAME:
            continue
        parts = der.split(names, start, end)
        if len(parts) != 2 or parts[0][0] != der.OBJECT or parts[1][0] != 0xA0:
            raise CertificateRefused(der.MALFORMED)
        found.append((dotted(names[parts[0][1] : parts[0][2]]), parts[1][1], parts[1][2]))
    return found


def _check_flags(text: str, flags: str) -> None:
    if len(flags) != len(text) or flags.strip("01"):
        raise CertificateRefused("cert_flags_mismatch")
