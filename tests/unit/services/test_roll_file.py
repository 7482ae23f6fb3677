"""Reading a voter roll."""

import hashlib
import random

import pytest

from tsukuba_trust.board import canonical
from tsukuba_trust.errors import Refused
from tsukuba_trust.services.roll_file import (
    Elector,
    SaltedElector,
    group_counts,
    read_roll,
    roll_root,
    salted,
)
from tsukuba_trust.values import RollRule

RULE = RollRule((("grade4", "internet"), ("grade5", "paper")))
HEADER = "number,group,name,birth_date,sex,address\n"


def test_it_reads_a_roll_with_byte_order_mark_and_quotes():
    data = b"\xef\xbb\xbf" + (HEADER + '1,grade4,"つくば　太郎",2015-04-02,1,"a, b"\n').encode()
    assert read_roll(data, RULE) == [
        Elector("1", "grade4", "つくば　太郎", "2015-04-02", "1", "a, b")
    ]


def test_optional_columns_may_be_missing_and_are_left_out_of_the_record():
    assert read_roll(b"group,number\ngrade4,7\n", RULE)[0].record() == {
        "number": "7",
        "group": "grade4",
    }


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("1,grade4,,2015-13-01,1,", "line 2: birth_date"),
        ("1,grade4,,,male,", "line 2: sex"),
        ("1,grade9,,,,", "line 2: group"),
        (",grade4,,,,", "line 2: no number"),
        ("1,grade4,,,,\n1,grade4,,,,", "line 3: number appears twice"),
        ("1,grade4", "line 2: another number of fields"),
        ("1,grade4,,,,,extra", "line 2: another number of fields"),
        ("1,grade4,a\x07b,,,", "control character"),
        ("1,grade4," + "x" * 301 + ",,,", "too long"),
        ('1,grade4,"x', "not CSV"),
        ("", "no elector"),
    ],
)
def test_it_refuses_a_roll_and_names_the_line(body, reason):
    with pytest.raises(Refused, match=reason) as refused:
        read_roll((HEADER + body + "\n" * bool(body)).encode(), RULE)
    assert refused.value.code == "roll_invalid"


def test_it_reports_at_most_twenty_problems_and_says_how_many_more():
    body = "\n".join(f"{n},nowhere" for n in range(25))
    with pytest.raises(Refused, match="and 5 more"):
        read_roll(("number,group\n" + body).encode(), RULE)


@pytest.mark.parametrize("header", ["number\n", "number,group,mynumber\n", "number,number,group\n"])
def test_it_refuses_a_wrong_header(header):
    with pytest.raises(Refused, match="header"):
        read_roll(header.encode(), RULE)


def test_it_refuses_bytes_that_are_not_utf8():
    with pytest.raises(Refused, match="UTF-8"):
        read_roll((HEADER + "1,grade4,つくば,,,").encode("cp932"), RULE)


def test_j07_a_my_number_in_a_roll_is_refused_without_repeating_it():
    # 123456789018 is the specimen number printed in public leaflets.
    with pytest.raises(Refused, match="My Number") as refused:
        read_roll(b"number,group\n123456789018,grade4\n", RULE)
    assert "123456789018" not in str(refused.value)


def test_the_root_is_over_salted_canonical_records_sorted_by_hash():
    one = SaltedElector(Elector("1", "grade4"), b"\x01" * 32)
    two = SaltedElector(Elector("2", "grade4"), b"\x02" * 32)
    leaves = [
        hashlib.sha256(b"\0" + b.salt + canonical.encode(b.elector.record())).digest()
        for b in (one, two)
    ]
    expected = hashlib.sha256(b"\x01" + min(leaves) + max(leaves)).hexdigest()
    assert roll_root([one.leaf, two.leaf]) == roll_root([two.leaf, one.leaf]) == expected


def test_salting_gives_fresh_salts_in_an_order_that_is_not_the_files():
    electors = [Elector(str(n), "grade4") for n in range(50)]
    given = salted(electors, random.Random(1).randbytes)
    assert [one.elector for one in given] != electors
    assert sorted(int(one.elector.number) for one in given) == list(range(50))
    assert len({one.salt for one in given}) == 50


def test_counts_follow_the_definitions_order():
    assert group_counts(["grade5", "grade4", "grade4"], RULE) == [
        {"name": "grade4", "electors": 2},
        {"name": "grade5", "electors": 1},
    ]
