"""What can be wrong with the six attributes of a signing certificate (jpki.md 3.2)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tsukuba_trust.testing.certificates import der_string
from tsukuba_trust.testing.defect_changes import (
    ADDRESS,
    ADDRESS_FLAGS,
    BIRTH_DATE,
    NAME,
    NAME_FLAGS,
    SEX,
    Defect,
    missing,
    more_text,
    raw,
    repeated,
    setting,
    text,
)

_ALL: Final = {
    "name": NAME,
    "name_flags": NAME_FLAGS,
    "sex": SEX,
    "birth_date": BIRTH_DATE,
    "address": ADDRESS,
    "address_flags": ADDRESS_FLAGS,
}
_ENCODING: Final = "cert_attribute_encoding"
_FLAGS: Final = "cert_flags_mismatch"
_BIRTH: Final = "cert_birth_date_malformed"

ATTRIBUTE_DEFECTS: Final[Mapping[str, Defect]] = MappingProxyType(
    {
        "no_attributes": Defect("cert_attribute_missing", setting(other_names=[])),
        **{f"{k}_missing": Defect("cert_attribute_missing", missing(o)) for k, o in _ALL.items()},
        **{
            f"{k}_repeated": Defect("cert_attribute_repeated", repeated(o)) for k, o in _ALL.items()
        },
        "name_contradicted": Defect("cert_attribute_repeated", repeated(NAME, "別人　太郎")),
        "address_contradicted": Defect("cert_attribute_repeated", repeated(ADDRESS, "土浦市")),
        "name_not_utf8": Defect(_ENCODING, raw(NAME, der_string(12, b"\xff"))),
        "name_overlong_utf8": Defect(_ENCODING, raw(NAME, der_string(12, b"\xc0\xaf"))),
        "name_surrogate": Defect(_ENCODING, raw(NAME, der_string(12, b"\xed\xa0\x80"))),
        "name_printable": Defect(_ENCODING, raw(NAME, der_string(19, b"TARO"))),
        "name_bmp": Defect(_ENCODING, raw(NAME, der_string(30, "筑波".encode("utf-16-be")))),
        "address_t61": Defect(_ENCODING, raw(ADDRESS, der_string(20, b"TSUKUBA"))),
        "sex_as_number": Defect(_ENCODING, raw(SEX, b"\2\1\1")),
        "birth_date_as_time": Defect(_ENCODING, raw(BIRTH_DATE, der_string(24, b"319800217"))),
        "name_empty": Defect(_ENCODING, text(NAME, "")),
        "sex_empty": Defect(_ENCODING, text(SEX, "")),
        "address_empty": Defect(_ENCODING, text(ADDRESS, "")),
        "name_with_newline": Defect(_ENCODING, text(NAME, "筑波\n花子")),
        "name_with_nul": Defect(_ENCODING, text(NAME, "筑波\0花子")),
        "name_with_next_line": Defect(_ENCODING, text(NAME, "筑波\x85花子")),
        "address_with_tab": Defect(_ENCODING, text(ADDRESS, "茨城県つくば市\t１")),
        "address_with_delete": Defect(_ENCODING, text(ADDRESS, "茨城県つくば市\x7f１")),
        "name_flags_short": Defect(_FLAGS, text(NAME_FLAGS, "0")),
        "name_flags_long": Defect(_FLAGS, more_text(NAME_FLAGS, "0")),
        "name_flags_two": Defect(_FLAGS, text(NAME_FLAGS, "00200")),
        "name_flags_wide": Defect(_FLAGS, text(NAME_FLAGS, "０００００")),
        "name_longer_than_flags": Defect(_FLAGS, more_text(NAME, "子")),
        "name_flags_count_bytes": Defect(_FLAGS, text(NAME_FLAGS, "0" * 15)),
        "address_flags_long": Defect(_FLAGS, more_text(ADDRESS_FLAGS, "1")),
        "address_flags_of_41": Defect(_FLAGS, text(ADDRESS_FLAGS, "0" * 41)),
        "address_flags_strange": Defect(_FLAGS, text(ADDRESS_FLAGS, "2" * 99)),
        "address_longer_than_flags": Defect(_FLAGS, more_text(ADDRESS, "号")),
        "birth_date_short": Defect(_BIRTH, text(BIRTH_DATE, "31980021")),
        "birth_date_long": Defect(_BIRTH, text(BIRTH_DATE, "3198002170")),
        "birth_date_without_era": Defect(_BIRTH, text(BIRTH_DATE, "19800217")),
        "birth_date_impossible": Defect(_BIRTH, text(BIRTH_DATE, "319810229")),
        "birth_date_month_13": Defect(_BIRTH, text(BIRTH_DATE, "319801301")),
        "birth_date_wide": Defect(_BIRTH, text(BIRTH_DATE, "３１９８００２１７")),
        "birth_date_letters": Defect(_BIRTH, text(BIRTH_DATE, "S19800217")),
        "birth_date_signed": Defect(_BIRTH, text(BIRTH_DATE, "3-9800217")),
        "birth_date_dashed": Defect(_BIRTH, text(BIRTH_DATE, "31980-2-1")),
    }
)
