"""What a shuffle proof speaks of, and the hashes that both sides compute (protocol.md 9).

Names follow the protocol: e and e' are the lists before and after, c commits to the
permutation, ĉ is the chain, h and h_i are generators whose logarithms nobody knows. They
are derived from their numbers by everybody who makes or checks a proof, and are no part of
it: a mixer who could choose them would know their logarithms (attack P02).
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from tsukuba_trust.crypto.elgamal import Ciphertext
from tsukuba_trust.crypto.groups import Element, Group

_DERIVED: dict[str, list[Element]] = {}  # by group: h, h_0, h_1, …; public and the same for all


@dataclass(frozen=True, slots=True)
class Commitments:
    """The first message of a proof.

    :param t: t1, t2, t3, t41, t42
    :param t_hat: one per ciphertext
    """

    t: tuple[Element, ...]
    t_hat: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class ShuffleProof:
    """A proof that one list is a re-encryption of another in some order.

    :param s: s1, s2, s3, s4
    :param c: commitments to the permutation; ``c_hat`` the chain; one per ciphertext
    """

    commitments: Commitments
    s: tuple[int, ...]
    s_hat: tuple[int, ...]
    s_prime: tuple[int, ...]
    c: tuple[Element, ...]
    c_hat: tuple[Element, ...]


@dataclass(frozen=True)
class Statement:
    """Two lists of ciphertexts under one key, in one election.

    :param fingerprint: φ
    :param before: e
    :param after: e', as long as e
    """

    group: Group
    key: Element
    fingerprint: str
    before: Sequence[Ciphertext]
    after: Sequence[Ciphertext]

    @cached_property
    def generators(self) -> Sequence[Element]:
        """The generators h_i, one per ciphertext."""
        return generators(self.group, len(self.before))[1:]

    @cached_property
    def chain_start(self) -> Element:
        """The generator h."""
        return generators(self.group, 0)[0]

    def _lists(self, c: Sequence[Element]) -> str:
        parts = (
            ciphertexts_text(self.group, self.before),
            ciphertexts_text(self.group, self.after),
            elements_text(self.group, c),
        )
        return "".join(parts)

    def weights(self, c: Sequence[Element]) -> list[int]:
        """Return u_i, one per ciphertext of ``before``."""
        text = f"shuffle-challenges|{self.fingerprint}|{self._lists(c)}"
        return weights(self.group, text, len(self.before))

    def challenge(self, made: Commitments, c: Sequence[Element], c_hat: Sequence[Element]) -> int:
        """Return C, which depends on everything but the responses."""
        parts = (
            f"shuffle-challenge|{self.fingerprint}|",
            elements_text(self.group, made.t),
            elements_text(self.group, made.t_hat),
            self._lists(c),
            elements_text(self.group, c_hat),
            self.group.encode(self.key),
        )
        return int(_hex("".join(parts)), 16) % self.group.q


def generators(group: Group, count: int) -> list[Element]:
    """Return h = ggen(−1) and h_i = ggen(i) for i = 0…count−1, in this order.

    :source: protocol.md sections 2.1, 2.2, 9
    """
    derived = _DERIVED.setdefault(group.name, [])
    while len(derived) < count + 1:
        derived.append(group.ggen(len(derived) - 1))
    return derived[: count + 1]


def weights(group: Group, text: str, count: int) -> list[int]:
    """Return u_i for i = 0…count−1.

    :source: protocol.md section 9
    """
    first = _hex(text)
    return [int(_hex(first + _hex(str(i))), 16) % group.q for i in range(count)]


def elements_text(group: Group, elements: Iterable[Element]) -> str:
    """Return every element with a comma behind it, behind the last one too."""
    return "".join(f"{group.encode(element)}," for element in elements)


def ciphertexts_text(group: Group, ciphertexts: Iterable[Ciphertext]) -> str:
    """Return α and β of every ciphertext, each with a comma behind it."""
    return elements_text(group, (part for c in ciphertexts for part in (c.alpha, c.beta)))


def _hex(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
