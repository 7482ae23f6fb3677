"""The group Ed25519 on PyNaCl (protocol.md section 2.1).

An element is its 32-byte RFC 8032 string. libsodium's calls are constant time and
check the subgroup of a base; they refuse the identity and zero scalars, which are
told apart here. Never clamped, never multiplied by the cofactor instead of checked.
"""

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Sequence

from nacl import bindings
from nacl.exceptions import RuntimeError as SodiumError

from tsukuba_trust.crypto.scalars import uniform_below
from tsukuba_trust.errors import Misconfigured, Rejected
from tsukuba_trust.values import Randomness

_FIELD_PRIME = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_IDENTITY = (1).to_bytes(32, "little")
_ORDER_TWO = (_FIELD_PRIME - 1).to_bytes(32, "little")  # the point (0, -1)
_BASE = (4 * pow(5, -1, _FIELD_PRIME) % _FIELD_PRIME).to_bytes(32, "little")
_FORM = re.compile("[0-9a-f]{64}")


class Ed25519:
    """Points of the prime-order subgroup, written multiplicatively.

    :source: RFC 8032 section 5.1; protocol.md section 2.1
    """

    name = "Ed25519"
    q = _ORDER
    generator = _BASE
    identity = _IDENTITY
    capacity = 30
    padding = 14

    def __init__(self) -> None:
        # A libsodium before 1.0.21 takes a point with a component of order two for a
        # member of the subgroup (CVE-2025-69277); such a library must not be used.
        mixed = bindings.crypto_core_ed25519_add(_BASE, _ORDER_TWO)
        if bindings.crypto_core_ed25519_is_valid_point(mixed):
            raise Misconfigured("libsodium_too_old", "accepts points outside the subgroup")

    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        from tsukuba_trust.crypto.groups import group  # noqa: PLC0415 (groups imports this)

        return group, (self.name,)

    def decode(self, text: str, *, identity_allowed: bool) -> bytes:
        """Read enc(X) with the full check: form, curve and subgroup."""
        element = self.reread(text)
        if element == _IDENTITY and not identity_allowed:
            raise Rejected("element_invalid", "the identity")
        _check_member(element)
        return element

    def decode_many(self, texts: Sequence[str], *, identity_allowed: bool) -> list[bytes]:
        """Read many elements, each with the full check."""
        return [self.decode(text, identity_allowed=identity_allowed) for text in texts]

    def reread(self, text: str) -> bytes:
        """Read the form of enc(X) alone."""
        if not isinstance(text, str) or not _FORM.fullmatch(text):
            raise Rejected("element_invalid", "not 64 lower-case hexadecimal digits")
        return bytes.fromhex(text)[::-1]

    def encode(self, element: bytes) -> str:
        """Return enc(X): the RFC 8032 string reversed, in hexadecimal."""
        return element[::-1].hex()

    def sort_key(self, element: bytes) -> bytes:
        """Return the RFC 8032 string, by which elements are ordered."""
        return element

    def multiply(self, a: bytes, b: bytes) -> bytes:
        """Return a·b.

        :raises Rejected: one of them is no point of the curve
        """
        try:
            return bindings.crypto_core_ed25519_add(a, b)
        except SodiumError:
            raise Rejected("element_invalid", "no point of the curve") from None

    def invert(self, a: bytes) -> bytes:
        """Return 1/a: the sign of x flipped."""
        return a if a == _IDENTITY else a[:31] + bytes((a[31] ^ 0x80,))

    def product(self, elements: Iterable[bytes]) -> bytes:
        """Return the product of all elements."""
        result = _IDENTITY
        for element in elements:
            result = element if result == _IDENTITY else self.multiply(result, element)
        return result

    def power(self, base: bytes, exponent: int) -> bytes:
        """Raise to an exponent.

        :raises Rejected: the base is outside the subgroup (libsodium looks)
        """
        exponent %= _ORDER
        if exponent == 0 or base == _IDENTITY:
            return _IDENTITY
        scalar = exponent.to_bytes(32, "little")
        if base == _BASE:
            return bindings.crypto_scalarmult_ed25519_base_noclamp(scalar)
        try:
            return bindings.crypto_scalarmult_ed25519_noclamp(scalar, base)
        except SodiumError:
            raise Rejected("element_invalid", "not in the subgroup") from None

    def powers_product(self, bases: Sequence[bytes], exponents: Sequence[int]) -> bytes:
        """Return Π base_i^exponent_i for public exponents."""
        return self.product(map(self.power, bases, exponents))

    def powers_products(
        self,
        rows: Sequence[tuple[Sequence[bytes], Sequence[int]]],
        *,
        unchecked: Collection[bytes] = (),
    ) -> list[bytes]:
        """Return one product of powers per row.

        libsodium looks at every base that it raises. An unchecked base that no row raises
        to an exponent other than zero is checked by itself.
        """
        products = [self.powers_product(bases, exponents) for bases, exponents in rows]
        for element in unchecked:
            if not any(
                base == element and exponent % _ORDER
                for bases, exponents in rows
                for base, exponent in zip(bases, exponents, strict=True)
            ):
                _check_member(element)
        return products

    def power_secret(self, base: bytes, exponent: int) -> bytes:
        """Raise to a secret exponent; libsodium's multiplication is constant time."""
        return self.power(base, exponent)

    def prepare(self, base: bytes) -> None:
        """Do nothing: libsodium has a table for g and none for other bases."""

    def ggen(self, i: int) -> bytes:
        """Return independent generator i.

        The candidate may lie outside the subgroup; three doublings lead into it.

        :source: protocol.md section 2.1
        """
        digest = hashlib.sha256(f"ggen|{i}".encode()).digest()
        candidate = int.from_bytes(digest, "big") >> 2
        while True:
            point = candidate.to_bytes(32, "little")
            try:
                for _ in range(3):
                    point = self.multiply(point, point)
            except Rejected:  # no point of the curve has this y
                candidate += 1
            else:
                return point

    def to_integer(self, element: bytes) -> int:
        """Return the 256-bit integer that ``encode`` prints."""
        return int.from_bytes(element, "little")

    def from_integer(self, integer: int) -> bytes:
        """Return the element of this integer."""
        return self.decode(f"{integer:064x}", identity_allowed=True)

    def random_scalar(self, randomness: Randomness) -> int:
        """Draw from [0, q) without bias."""
        return uniform_below(_ORDER, randomness)

    def scalar_multiply(self, a: int, b: int) -> int:
        """Return a·b mod q of secret scalars."""
        return _scalar(bindings.crypto_core_ed25519_scalar_mul, a, b)

    def scalar_subtract(self, a: int, b: int) -> int:
        """Return a − b mod q of secret scalars."""
        return _scalar(bindings.crypto_core_ed25519_scalar_sub, a, b)

    def scalar_add(self, a: int, b: int) -> int:
        """Return a + b mod q of secret scalars."""
        return _scalar(bindings.crypto_core_ed25519_scalar_add, a, b)


def _check_member(element: bytes) -> None:
    if element != _IDENTITY and not bindings.crypto_core_ed25519_is_valid_point(element):
        raise Rejected("element_invalid", "not in the subgroup")


def _scalar(operation: Callable[[bytes, bytes], bytes], a: int, b: int) -> int:
    result = operation(a.to_bytes(32, "little"), b.to_bytes(32, "little"))
    return int.from_bytes(result, "little")
