"""The six otherNames of a signing certificate: name, birth date, sex and address.

They are compared code point by code point: nothing here normalises (jpki.md section 7).

:source: jpki.md 3.2
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from cryptography import x509

from tsukuba_trust.jpki.birthdate import BirthDate, read_birth_date
from tsukuba_trust.jpki.der import utf8_text
from tsukuba_trust.jpki.refusal import CertificateRefused

_ARC: Final = "1.2.392.200149.8.5.5."
_FIELDS: Final = {
    f"{_ARC}1": "name",
    f"{_ARC}2": "name_flags",
    f"{_ARC}3": "sex",
    f"{_ARC}4": "birth_date",
    f"{_ARC}5": "address",
    f"{_ARC}6": "address_flags",
}
_SEXES: Final = frozenset({"1", "2", "9"})  # male, female, not applicable


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


def read_attributes(names: Sequence[x509.GeneralName]) -> Attributes:
    """Read the six otherNames, in whatever order, each exactly once.

    :raises CertificateRefused: ``cert_attribute_repeated``, ``cert_attribute_missing``,
        ``cert_attribute_encoding``, ``cert_flags_mismatch`` or ``cert_birth_date_malformed``
    """
    values: dict[str, str] = {}
    for name in names:
        key = _FIELDS.get(name.type_id.dotted_string) if isinstance(name, x509.OtherName) else None
        if key is None:
            continue
        if key in values:
            raise CertificateRefused("cert_attribute_repeated")
        values[key] = _read_text(name.value)
    if len(values) != len(_FIELDS):
        raise CertificateRefused("cert_attribute_missing")
    _check_flags(values["name"], values["name_flags"])
    _check_flags(values["address"], values["address_flags"])
    return Attributes(
        name=values["name"],
        name_flags=values["name_flags"],
        sex=values["sex"] if values["sex"] in _SEXES else "",
        birth_date=read_birth_date(values["birth_date"]),
        address=values["address"],
        address_flags=values["address_flags"],
    )


def _read_text(data: bytes) -> str:
    """Read a value; an empty one and control characters are no text of a register."""
    text = utf8_text(data)
    if not text or any(unicodedata.category(char) == "Cc" for char in text):
        raise CertificateRefused("cert_attribute_encoding")
    return text


def _check_flags(text: str, flags: str) -> None:
    if len(flags) != len(text) or not set(flags) <= {"0", "1"}:
        raise CertificateRefused("cert_flags_mismatch")
