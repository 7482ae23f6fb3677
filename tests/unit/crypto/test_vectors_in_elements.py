"""Vectors as elements: what is refused, what is read of any element, and what is plain."""

import pytest

from tsukuba_trust.crypto.groups import group
from tsukuba_trust.crypto.vectors import decode_vector, encode_vector, is_plain
from tsukuba_trust.errors import Rejected

HOLDING = ["Ed25519", "RFC-3526-2048"]


@pytest.mark.parametrize("name", HOLDING)
def test_the_longest_vector_fits_and_no_longer_one(name: str) -> None:
    of = group(name)
    longest = [255] * of.capacity
    assert decode_vector(of, encode_vector(of, longest), of.capacity) == longest
    with pytest.raises(Rejected, match="vector_form"):
        encode_vector(of, [0] * (of.capacity + 1))


@pytest.mark.parametrize("entries", [[256], [-1], [1, 2, 300], [True], ["1"], [1.0]])
def test_an_entry_that_is_no_byte_is_refused(entries: list[object]) -> None:
    with pytest.raises(Rejected, match="vector_form"):
        encode_vector(group("Ed25519"), entries)  # type: ignore[arg-type]


def test_a_group_without_vectors_says_so() -> None:
    with pytest.raises(Rejected, match="at most 0 entries in BELENIOS-2048"):
        encode_vector(group("BELENIOS-2048"), [1])


@pytest.mark.parametrize("name", HOLDING)
def test_another_padding_reads_alike_and_is_not_plain(name: str) -> None:
    of = group(name)
    element = encode_vector(of, [3, 1, 2])
    assert is_plain(of, element, 3)
    number = of.to_integer(element) + 1
    while True:
        try:
            other = of.from_integer(number)
            break
        except Rejected:
            number += 1
    assert decode_vector(of, other, 3) == [3, 1, 2]
    assert not is_plain(of, other, 3)


@pytest.mark.parametrize("name", HOLDING)
def test_what_stands_above_is_not_read_and_is_not_plain(name: str) -> None:
    of = group(name)
    element = encode_vector(of, [9, 3, 1, 2])
    assert decode_vector(of, element, 3) == [3, 1, 2]
    assert not is_plain(of, element, 3)
    assert not is_plain(of, of.power(of.generator, 4711), 3)
