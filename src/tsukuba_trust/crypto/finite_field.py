"""Groups of residues modulo a prime, on gmpy2 (protocol.md section 2.2).

An element is a ``gmpy2.mpz``. Public exponents of g and y go through fixed-base
tables; secret ones only through ``gmpy2.powmod_sec``.
"""

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, TypeAlias

import gmpy2

from tsukuba_trust.crypto.scalars import uniform_below
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Randomness

Residue: TypeAlias = Any  # gmpy2.mpz; the package carries no types
_Table: TypeAlias = list[list[Residue]]

_FORM = re.compile("[1-9][0-9]*")
_MAX_TABLES = 6  # g and the keys of the contests lately in use
FEWEST_SHARING = 12  # bases from which on sharing squarings is worth it


class FiniteField:
    """The subgroup of prime order q of the integers modulo a prime p.

    :param capacity: entries of the longest vector that one element holds; 0 = none
    """

    padding = 8

    def __init__(self, name: str, p: int, q: int, g: int, *, capacity: int = 0) -> None:
        self.name = name
        self.capacity = capacity
        self.p = gmpy2.mpz(p)
        self.q = q
        self.generator: Residue = gmpy2.mpz(g)
        self.identity: Residue = gmpy2.mpz(1)
        self._order = gmpy2.mpz(q)
        self._inverse: Residue = gmpy2.invert(self.generator, self.p)
        self._safe_prime = 2 * q + 1 == p
        self._digits = len(str(p))
        self._window = 8 if q.bit_length() <= 256 else 6  # bits; time against memory
        self._tables: dict[Residue, _Table] = {}

    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        from tsukuba_trust.crypto.groups import group  # noqa: PLC0415 (groups imports this)

        return group, (self.name,)

    def decode(self, text: str, *, identity_allowed: bool) -> Residue:
        """Read enc(X) with the full check: form, range and subgroup."""
        element = self.reread(text)
        if element == 1 and not identity_allowed:
            raise Rejected("element_invalid", "the identity")
        self._check_member(element)
        return element

    def _check_member(self, element: Residue) -> None:
        if self._safe_prime:  # the subgroup is the squares (Euler's criterion)
            member = gmpy2.jacobi(element, self.p) == 1
        else:
            member = gmpy2.powmod(element, self._order, self.p) == 1
        if not member:
            raise Rejected("element_invalid", "not in the subgroup")

    def decode_many(self, texts: Sequence[str], *, identity_allowed: bool) -> list[Residue]:
        """Read many elements, each with the full check."""
        return [self.decode(text, identity_allowed=identity_allowed) for text in texts]

    def reread(self, text: str) -> Residue:
        """Read form and range of enc(X) alone."""
        if (
            not isinstance(text, str)
            or len(text) > self._digits
            or not _FORM.fullmatch(text)
            or (element := gmpy2.mpz(text)) >= self.p
        ):
            raise Rejected("element_invalid", "not a decimal number below p")
        return element

    def encode(self, element: Residue) -> str:
        """Return enc(X): decimal."""
        return str(element.digits())

    def sort_key(self, element: Residue) -> int:
        """Return the integer, by which elements are ordered."""
        return int(element)

    def multiply(self, a: Residue, b: Residue) -> Residue:
        """Return a·b."""
        return a * b % self.p

    def invert(self, a: Residue) -> Residue:
        """Return 1/a."""
        return gmpy2.invert(a, self.p)

    def product(self, elements: Iterable[Residue]) -> Residue:
        """Return the product of all elements."""
        result = self.identity
        for element in elements:
            result = result * element % self.p
        return result

    def power(self, base: Residue, exponent: int) -> Residue:
        """Raise to a public exponent, by table where there is one."""
        exponent %= self.q
        table = self._tables.get(base)
        if table is None:
            return gmpy2.powmod(base, exponent, self.p)
        p, window = self.p, self._window
        mask = (1 << window) - 1
        result = self.identity
        for row in table:
            digit = exponent & mask
            if digit:
                result = result * row[digit] % p
            exponent >>= window
        return result

    def powers_product(self, bases: Sequence[Residue], exponents: Sequence[int]) -> Residue:
        """Return Π base_i^exponent_i for public exponents.

        Many bases share their squarings: from the highest digit down, the running product
        is raised to 2^width, and the bases of a digit d fall into the bucket of d.

        :source: N. Pippenger, On the evaluation of powers and monomials, SIAM J. Comput. 9 (1980)
        """
        if len(bases) < FEWEST_SHARING:
            return self.product(map(self.power, bases, exponents))
        p, reduced = self.p, [exponent % self.q for exponent in exponents]
        width = max(len(bases).bit_length() - 3, 3)
        mask, longest = (1 << width) - 1, max(map(int.bit_length, reduced))
        result = self.identity
        for at in reversed(range(0, longest, width)):
            for _ in range(width):
                result = result * result % p
            bucket: dict[int, Residue] = {}
            for base, exponent in zip(bases, reduced, strict=True):
                digit = exponent >> at & mask
                bucket[digit] = bucket[digit] * base % p if digit in bucket else base
            result = result * self._weighted(bucket, mask) % p
        return result

    def powers_products(
        self,
        rows: Sequence[tuple[Sequence[Residue], Sequence[int]]],
        *,
        unchecked: Collection[Residue] = (),
    ) -> list[Residue]:
        """Return one product of powers per row.

        All powers of an unchecked base u, the q-th among them, share their squarings; so do
        those of u/g, which are u^e·g^−e (an OR-proof raises both β and β/g).
        """
        known: dict[tuple[Residue, int], Residue] = {}
        for base in unchecked:
            quotient = base * self._inverse % self.p
            exponents, of_quotient = _exponents(rows, base), _exponents(rows, quotient)
            powers = self._checked(base, exponents + of_quotient)
            known |= {(base, e): powers.pop(0) for e in exponents}
            for e, power in zip(of_quotient, powers, strict=True):
                known[quotient, e] = power * self.power(self.generator, -e) % self.p
        return [
            self.product(
                known.get(pair) or self.power(*pair) for pair in zip(bases, exponents, strict=True)
            )
            for bases, exponents in rows
        ]

    def _checked(self, base: Residue, exponents: Sequence[int]) -> list[Residue]:
        """Raise a base to several exponents after its membership is checked."""
        reduced = [exponent % self.q for exponent in exponents]
        if self._safe_prime or len(reduced) < 2:  # fewer than three powers share too little
            self._check_member(base)
            return self._shared(base, reduced)
        first, *powers = self._shared(base, [self.q, *reduced])
        if first != 1:
            raise Rejected("element_invalid", "not in the subgroup")
        return powers

    def _shared(self, base: Residue, exponents: Sequence[int]) -> list[Residue]:
        """Raise one base to several exponents with one row of squarings.

        Walks through base^(2^(width·i)) and multiplies it into the bucket of each
        exponent's digit i; the power is the product of all bucket_d^d.

        :source: A. C. Yao, On the evaluation of powers, SIAM J. Comput. 5 (1976)
        """
        if len(exponents) < 2:
            return [self.power(base, exponent) for exponent in exponents]
        p, width = self.p, 4 if self.q.bit_length() <= 256 else 6
        mask = (1 << width) - 1
        digits = [
            [exponent >> at & mask for at in range(0, self.q.bit_length(), width)]
            for exponent in exponents
        ]
        buckets: list[dict[int, Residue]] = [{} for _ in exponents]
        for column in zip(*digits, strict=True):
            for bucket, digit in zip(buckets, column, strict=True):
                bucket[digit] = bucket[digit] * base % p if digit in bucket else base
            for _ in range(width):
                base = base * base % p
        return [self._weighted(bucket, mask) for bucket in buckets]

    def _weighted(self, bucket: dict[int, Residue], largest: int) -> Residue:
        """Return the product of all bucket_d^d, by running products."""
        running = power = self.identity
        for digit in range(largest, 0, -1):
            if digit in bucket:
                running = running * bucket[digit] % self.p
            power = power * running % self.p
        return power

    def power_secret(self, base: Residue, exponent: int) -> Residue:
        """Raise to a secret exponent in time that does not depend on its bits."""
        exponent %= self.q
        if exponent == 0:  # powmod_sec takes positive exponents only
            return self.identity
        return gmpy2.powmod_sec(base, exponent, self.p)

    def prepare(self, base: Residue) -> None:
        """Make the table of a base that will be raised often to public exponents.

        Row i holds base^(d·2^(window·i)) for every digit d.
        """
        if base in self._tables:
            return
        table = []
        for _ in range(0, self.q.bit_length(), self._window):
            row = [self.identity]
            for _ in range((1 << self._window) - 1):
                row.append(row[-1] * base % self.p)
            table.append(row)
            base = row[-1] * base % self.p
        while len(self._tables) >= _MAX_TABLES:
            self._tables.pop(next(iter(self._tables)), None)
        self._tables[table[0][1]] = table

    def ggen(self, i: int) -> Residue:
        """Return independent generator i.

        :source: protocol.md section 2.2
        """
        digest = hashlib.sha256(f"ggen|{i}".encode()).digest()
        cofactor = (self.p - 1) // self._order
        return gmpy2.powmod(int.from_bytes(digest, "big"), cofactor, self.p)

    def to_integer(self, element: Residue) -> int:
        """Return the residue itself."""
        return int(element)

    def from_integer(self, integer: int) -> Residue:
        """Return the element of this integer."""
        return self.decode(str(integer), identity_allowed=True)

    def random_scalar(self, randomness: Randomness) -> int:
        """Draw from [0, q) without bias."""
        return uniform_below(self.q, randomness)

    def scalar_multiply(self, a: int, b: int) -> int:
        """Return a·b mod q."""
        return a * b % self.q

    def scalar_subtract(self, a: int, b: int) -> int:
        """Return a − b mod q."""
        return (a - b) % self.q

    def scalar_add(self, a: int, b: int) -> int:
        """Return a + b mod q."""
        return (a + b) % self.q


def _exponents(rows: Sequence[tuple[Sequence[Residue], Sequence[int]]], base: Residue) -> list[int]:
    """Return all exponents to which a base is raised."""
    return [
        exponent
        for bases, exponents in rows
        for other, exponent in zip(bases, exponents, strict=True)
        if other == base
    ]
