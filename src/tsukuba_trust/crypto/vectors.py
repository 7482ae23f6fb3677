"""Vectors of small integers as one element of a group (protocol.md section 2.3).

Eight bits per entry, the first one highest, and free bits below, so that some element of
the subgroup begins with them. Reading takes any element: what stands above the entries is
not looked at, and the free bits may be any. ``is_plain`` tells what ``encode`` itself wrote.
"""

from collections.abc import Sequence

from tsukuba_trust.crypto.groups import Element, Group
from tsukuba_trust.errors import Rejected

BITS = 8
LARGEST_ENTRY = (1 << BITS) - 1


def encode_vector(group: Group, entries: Sequence[int]) -> Element:
    """Return the element that holds a vector.

    :param entries: 0…255 each; other programs write 256 as 0, we refuse it
    :raises Rejected: code ``vector_form``: too many, or one is too large
    :source: protocol.md section 2.3
    """
    if len(entries) > group.capacity:
        raise Rejected("vector_form", f"at most {group.capacity} entries in {group.name}")
    number = _packed(entries) << group.padding
    for candidate in range(number, number + (1 << group.padding)):
        try:
            return group.from_integer(candidate)
        except Rejected:
            continue
    raise Rejected("vector_form", "no element begins with these entries")


def decode_vector(group: Group, element: Element, length: int) -> list[int]:
    """Return the entries that any element is read as.

    :param length: how many; what stands above them is ignored, as other programs do
    :source: protocol.md section 2.3
    """
    number = group.to_integer(element) >> group.padding
    shifts = range(BITS * (length - 1), -1, -BITS)
    return [number >> shift & LARGEST_ENTRY for shift in shifts]


def is_plain(group: Group, element: Element, length: int) -> bool:
    """Tell whether an element is the one that ``encode_vector`` makes of its entries.

    Others carry something besides: a few bits in the padding, or anything above.
    """
    entries = decode_vector(group, element, length)
    if group.to_integer(element) >> group.padding != _packed(entries):
        return False
    return bool(encode_vector(group, entries) == element)


def _packed(entries: Sequence[int]) -> int:
    number = 0
    for entry in entries:
        if type(entry) is not int or not 0 <= entry <= LARGEST_ENTRY:
            raise Rejected("vector_form", f"an entry is not in 0…{LARGEST_ENTRY}")
        number = number << BITS | entry
    return number
