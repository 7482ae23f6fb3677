"""The interface of a group of prime order, and the three groups by name.

protocol.md sections 1 and 2. Written multiplicatively. An element is opaque:
only its own group reads it, and every element that came from outside went
through ``decode``, which checks form *and* membership of the subgroup (P04).

Bulk operations stand in the interface, so that a faster backend can be put
underneath without touching protocol code (performance.md section 7).
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, Final, Protocol, TypeAlias

from tsukuba_trust.crypto.ed25519 import Ed25519
from tsukuba_trust.crypto.finite_groups import belenios_2048, rfc_3526_2048
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Randomness

Element: TypeAlias = Any  # bytes (Ed25519) or gmpy2.mpz (finite field); never looked into outside


class Group(Protocol):
    """A group G of prime order q with generator g. Stateless but for public tables; thread-safe.

    :param capacity: entries of the longest vector that one element holds (protocol.md 2.3);
        0 = no vectors in this group
    :param padding: free bits below such a vector
    """

    name: str
    q: int
    generator: Element
    identity: Element
    capacity: int
    padding: int

    def decode(self, text: str, *, identity_allowed: bool) -> Element:
        """Read enc(X). Full check: canonical form and membership of the subgroup.

        :raises Rejected: code ``element_invalid``
        """

    def decode_many(self, texts: Sequence[str], *, identity_allowed: bool) -> list[Element]: ...

    def reread(self, text: str) -> Element:
        """Read the form of enc(X) alone: ``decode`` accepted it before, or it is ``unchecked``."""

    def encode(self, element: Element) -> str: ...

    def sort_key(self, element: Element) -> Any:
        """Return the key of the order of protocol.md section 2 (bytes or integer)."""

    def multiply(self, a: Element, b: Element) -> Element: ...

    def invert(self, a: Element) -> Element: ...

    def product(self, elements: Iterable[Element]) -> Element: ...

    def power(self, base: Element, exponent: int) -> Element:
        """Raise to a *public* exponent; may take time that depends on it."""

    def powers_product(self, bases: Sequence[Element], exponents: Sequence[int]) -> Element:
        """Return Π base_i^exponent_i for *public* exponents."""

    def powers_products(
        self,
        rows: Sequence[tuple[Sequence[Element], Sequence[int]]],
        *,
        unchecked: Collection[Element] = (),
    ) -> list[Element]:
        """Many ``powers_product`` at once.

        :param unchecked: bases of which only the form was read; checking them on the way is
            cheaper than ``decode``
        :raises Rejected: code ``element_invalid``: one of them is outside the subgroup
        """

    def power_secret(self, base: Element, exponent: int) -> Element:
        """Raise to a *secret* exponent: libsodium, or gmpy2.powmod_sec; no table."""

    def prepare(self, base: Element) -> None:
        """Announce a base that will be raised often to public exponents (g and y)."""

    def ggen(self, i: int) -> Element:
        """Return independent generator i ≥ −1 (protocol.md 2.1, 2.2)."""

    def to_integer(self, element: Element) -> int:
        """Return the integer of an element, as vectors are written into it (protocol.md 2.3)."""

    def from_integer(self, integer: int) -> Element:
        """Return the element of this integer.

        :raises Rejected: code ``element_invalid``: there is none in the subgroup
        """

    def random_scalar(self, randomness: Randomness) -> int:
        """Draw from [0, q) without bias (attack P05): rejection sampling, never mod q."""

    # Secret scalar arithmetic: libsodium scalars for Ed25519; Python integers, on the
    # maker's own machine, for the other groups (threat model).
    def scalar_multiply(self, a: int, b: int) -> int: ...

    def scalar_subtract(self, a: int, b: int) -> int: ...

    def scalar_add(self, a: int, b: int) -> int: ...


GROUPS: Final[Mapping[str, Callable[[], Group]]] = MappingProxyType(
    {
        "Ed25519": Ed25519,
        "BELENIOS-2048": belenios_2048,
        "RFC-3526-2048": rfc_3526_2048,
    }
)


@cache
def group(name: str) -> Group:
    """Return one of the ``GROUPS``.

    :raises Rejected: code ``group_unknown`` (allow-list, attack P07)
    """
    if name not in GROUPS:
        raise Rejected("group_unknown")
    return GROUPS[name]()


def hash_to_scalar(group: Group, prefix: str, elements: Iterable[Element]) -> int:
    """Return H(P; A1,…,Am): SHA-256 of the prefix and the elements, modulo q.

    :source: protocol.md section 1
    """
    text = prefix + ",".join(map(group.encode, elements))
    return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big") % group.q
