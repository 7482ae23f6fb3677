"""Attack P07: ciphertexts of 0 and of 1 look alike; the Moscow key of 2019 did not."""

from itertools import product

import gmpy2
import pytest
from crypto_samples import NAMES, stream

from tsukuba_trust.crypto import elgamal
from tsukuba_trust.crypto.finite_field import FiniteField
from tsukuba_trust.crypto.groups import group

SAMPLES = 10_000
CHANCE = 0.025  # five standard deviations of 10,000 fair coins


def character(g, element):
    """Return the quadratic character of an element's integer."""
    if isinstance(element, bytes):
        return gmpy2.jacobi(int.from_bytes(element, "little") % 2**255, 2**255 - 19)
    return gmpy2.jacobi(element, g.p)


def advantage(g, seed):
    """Return how far the best character is from guessing which of 0 and 1 is inside.

    10,000 ciphertexts are the products of 100 by 100 encryptions of zero, times g^m.
    """
    draw = stream(seed)
    key = g.power(g.generator, g.random_scalar(draw))
    zeros = [elgamal.encrypt(g, key, 0, g.random_scalar(draw)) for _ in range(200)]
    right = dict.fromkeys(product((0, 1), repeat=2), 0)
    bits = int.from_bytes(draw(SAMPLES // 8), "big")
    for number, (left, other) in enumerate(product(zeros[:100], zeros[100:])):
        m = bits >> number & 1
        sample = elgamal.multiply(g, left, other)
        beta = g.multiply(sample.beta, g.generator) if m else sample.beta
        signs = character(g, sample.alpha), character(g, beta)
        for a, b in right:
            right[a, b] += (signs[0] ** a * signs[1] ** b == 1) == (m == 1)
    return max(abs(n / SAMPLES - 0.5) for n in right.values())


@pytest.mark.parametrize("name", NAMES)
def test_p07_no_quadratic_character_tells_a_zero_from_a_one(name):
    assert advantage(group(name), name) < CHANCE


def test_p07_the_distinguisher_breaks_a_group_that_is_not_allowed():
    p = 2**127 - 1  # small, and g generates non-residues too
    weak = FiniteField("weak", p, p - 1, 3)
    assert gmpy2.jacobi(3, p) == -1
    assert advantage(weak, "weak") > 0.4
