"""Small discrete logarithms: from g^count back to the count (protocol.md section 11)."""

from math import isqrt

from tsukuba_trust.crypto.groups import Element, Group
from tsukuba_trust.errors import Rejected


class Exponents:
    """A search for exponents in [0, limit]: baby steps kept, giant steps per question.

    Takes about 2·√limit multiplications at most, so limit may be 10^11; small exponents
    are found first.

    :param limit: the total weight of the counted ballots
    """

    def __init__(self, group: Group, limit: int) -> None:
        self._group = group
        self._limit = limit
        self._stride = isqrt(limit) + 1
        self._baby: dict[Element, int] = {}
        element = group.identity
        for exponent in range(self._stride):
            self._baby[element] = exponent
            element = group.multiply(element, group.generator)
        self._giant = group.invert(element)  # g^−stride

    def find(self, element: Element) -> int:
        """Return the exponent of g^exponent.

        :raises Rejected: code ``count_not_found``: no exponent in [0, limit]
        """
        for start in range(0, self._limit + 1, self._stride):
            exponent = self._baby.get(element)
            if exponent is not None and start + exponent <= self._limit:
                return start + exponent
            element = self._group.multiply(element, self._giant)
        raise Rejected("count_not_found")
