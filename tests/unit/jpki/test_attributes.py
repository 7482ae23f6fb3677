"""The six otherNames: order, flags, sex, and the birth date with its era digit."""

import random

import pytest
from cryptography import x509

from tsukuba_trust.jpki.attributes import read_attributes
from tsukuba_trust.jpki.birthdate import read_birth_date
from tsukuba_trust.jpki.refusal import CertificateRefused
from tsukuba_trust.testing.certificates import utf8_string

ARC = "1.2.392.200149.8.5.5."
VALUES = {
    "1": "髙橋　吉",
    "2": "1000",
    "3": "1",
    "4": "319800217",
    "5": "茨城県つくば市小田１",
    "6": "0000000000",
}


def names(**changes: str) -> bytes:
    return encoded(listed(**changes))


def encoded(general: list[x509.GeneralName]) -> bytes:
    return x509.SubjectAlternativeName(general).public_bytes()


def listed(**changes: str) -> list[x509.GeneralName]:
    values = VALUES | {key.removeprefix("n"): value for key, value in changes.items()}
    return [
        x509.OtherName(x509.ObjectIdentifier(ARC + number), utf8_string(text))
        for number, text in values.items()
    ]


def test_the_order_of_the_names_does_not_matter() -> None:
    shuffled = listed()
    random.Random(5).shuffle(shuffled)
    assert read_attributes(encoded(shuffled)) == read_attributes(names())


def test_other_alternative_names_are_passed_over() -> None:
    more = [
        x509.DNSName("example.test"),
        x509.OtherName(x509.ObjectIdentifier("1.2.3"), utf8_string("x")),
    ]
    assert read_attributes(encoded([*more, *listed()])) == read_attributes(names())


def test_five_is_the_address_and_two_the_flags_of_the_name() -> None:
    """An older program had 5 and 6 exchanged, another the names of 2 and 6 (jpki.md 3.2)."""
    read = read_attributes(names())
    assert (read.address, read.name_flags) == (VALUES["5"], VALUES["2"])


def test_flags_count_code_points_not_bytes_or_units() -> None:
    assert read_attributes(names(n1="𠮷田　一", n2="1000")).name_flags == "1000"


@pytest.mark.parametrize(
    ("digit", "read"), [("1", "1"), ("2", "2"), ("9", "9"), ("0", ""), ("男", "")]
)
def test_an_unknown_sex_is_read_as_unknown(digit: str, read: str) -> None:
    assert read_attributes(names(n3=digit)).sex == read


@pytest.mark.parametrize(
    ("digits", "day"),
    [
        ("319800217", "1980-02-17"),
        ("400000000", ""),
        ("419900000", ""),
        ("419900012", ""),
        ("000000000", ""),
        ("520240229", "2024-02-29"),
    ],
)
def test_unknown_parts_are_no_proof_of_age(digits: str, day: str) -> None:
    read = read_birth_date(digits)
    assert read.day == day
    assert read.warnings == (() if day else ("birth_date_unknown",))


@pytest.mark.parametrize(
    ("era", "day", "fits"),
    [
        ("1", "19120730", True),
        ("1", "19120731", False),
        ("2", "19120730", True),
        ("2", "19120729", False),
        ("2", "19261225", True),
        ("3", "19261225", True),
        ("3", "19261224", False),
        ("3", "19890107", True),
        ("3", "19890108", False),
        ("4", "19890107", False),
        ("4", "19890108", True),
        ("4", "20190430", True),
        ("4", "20190501", False),
        ("5", "20190501", True),
        ("5", "20190430", False),
        ("0", "19800217", True),
        ("6", "19800217", False),
    ],
)
def test_an_era_that_contradicts_the_date_is_reported(era: str, day: str, fits: bool) -> None:
    read = read_birth_date(era + day)
    assert read.warnings == (() if fits else ("birth_date_era",))
    assert read.day.replace("-", "") == day


@pytest.mark.parametrize(
    "digits",
    [
        "",
        "31980021",
        "3198002170",
        "３１９８００２１７",
        "319810229",
        "319801301",
        "x19800217",
        "319800217\n",
    ],
)
def test_o23_an_impossible_date_is_refused_without_repeating_it(digits: str) -> None:
    """O23: neither the message nor a chained error holds the date."""
    with pytest.raises(CertificateRefused) as caught:
        read_birth_date(digits)
    assert caught.value.reason == "cert_birth_date_malformed"
    assert str(caught.value) == "cert_refused: cert_birth_date_malformed"
    assert caught.value.__cause__ is None
