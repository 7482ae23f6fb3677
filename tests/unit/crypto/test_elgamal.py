"""ElGamal: what is multiplied under encryption is added in the clear."""

import pytest
from crypto_samples import NAMES, stream
from hypothesis import given, settings
from hypothesis import strategies as st

from tsukuba_trust.crypto import elgamal
from tsukuba_trust.crypto.discrete_log import Exponents
from tsukuba_trust.crypto.groups import group
from tsukuba_trust.errors import Rejected

few = settings(max_examples=15, deadline=None)
groups = st.sampled_from(NAMES).map(group)


def decrypt(g, secret, ciphertext):
    return g.multiply(ciphertext.beta, g.invert(g.power_secret(ciphertext.alpha, secret)))


@few
@given(groups, st.integers(-3, 2**40), st.integers(0, 2**300), st.integers(1, 2**250))
def test_decryption_gives_the_message_in_the_exponent(g, m, r, secret):
    key = g.power_secret(g.generator, secret)
    assert decrypt(g, secret, elgamal.encrypt(g, key, m, r)) == g.power(g.generator, m)


@few
@given(groups, st.integers(0, 9), st.integers(0, 9), st.integers(0, 5))
def test_products_and_powers_add_and_multiply_the_messages(g, a, b, n):
    secret, draw = 77, stream("elgamal")
    key = g.power(g.generator, secret)
    x, y = (elgamal.encrypt(g, key, m, g.random_scalar(draw)) for m in (a, b))
    total = elgamal.multiply(g, elgamal.power(g, x, n), y)
    assert decrypt(g, secret, total) == g.power(g.generator, a * n + b)


@few
@given(groups, st.integers(1, 3000), st.data())
def test_counts_are_found_from_zero_to_the_total_weight(g, limit, data):
    count = data.draw(st.integers(0, limit))
    assert Exponents(g, limit).find(g.power(g.generator, count)) == count


def test_counts_of_heavy_voters_are_found(any_group):
    exponents = Exponents(any_group, 2 * 10**9)
    for count in (0, 1, 5000003, 2 * 10**9):
        assert exponents.find(any_group.power(any_group.generator, count)) == count


@pytest.mark.parametrize("count", [-1, 1001, 1023, 5000])
def test_b05_a_count_above_the_total_weight_or_below_zero_is_refused(any_group, count):
    element = any_group.power(any_group.generator, count)
    with pytest.raises(Rejected, match="count_not_found"):
        Exponents(any_group, 1000).find(element)


def test_nothing_was_counted_when_nobody_voted(any_group):
    assert Exponents(any_group, 0).find(any_group.identity) == 0
