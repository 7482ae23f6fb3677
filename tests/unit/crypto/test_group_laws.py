"""Every group obeys the laws, whatever backend computes it."""

import pickle

import pytest
from crypto_samples import NAMES
from hypothesis import given, settings
from hypothesis import strategies as st

from tsukuba_trust.crypto import ed25519
from tsukuba_trust.crypto.groups import group
from tsukuba_trust.errors import Misconfigured, Rejected

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P

groups = st.sampled_from(NAMES).map(group)
exponents = st.one_of(st.integers(0, 3), st.integers(0, 2**256), st.just(-1))
few = settings(max_examples=25, deadline=None)


def affine(element):
    """Read an RFC 8032 string by the textbook formula."""
    number = int.from_bytes(element, "little")
    y, sign = number % 2**255, number >> 255
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    assert (x * x - square) % P == 0
    return (P - x if x % 2 != sign else x), y


def textbook_add(a, b):
    (x1, y1), (x2, y2) = a, b
    product = D * x1 * x2 * y1 * y2
    x = (x1 * y2 + x2 * y1) * pow(1 + product, -1, P) % P
    return x, (y1 * y2 + x1 * x2) * pow(1 - product, -1, P) % P


def textbook_power(point, exponent):
    result = (0, 1)
    while exponent:
        if exponent & 1:
            result = textbook_add(result, point)
        point, exponent = textbook_add(point, point), exponent >> 1
    return result


@few
@given(groups, exponents, exponents)
def test_powers_add_in_the_exponent(g, a, b):
    left = g.multiply(g.power(g.generator, a), g.power(g.generator, b))
    assert left == g.power(g.generator, a + b)


@few
@given(groups, exponents, exponents)
def test_public_and_secret_powers_agree(g, a, b):
    base = g.power(g.generator, a)
    assert g.power(base, b) == g.power_secret(base, b) == g.power(g.generator, a * b)


@few
@given(groups, exponents)
def test_an_element_and_its_inverse_give_the_identity(g, a):
    element = g.power(g.generator, a)
    assert g.multiply(element, g.invert(element)) == g.identity


@few
@given(groups, exponents)
def test_an_element_reads_as_it_was_written(g, a):
    text = g.encode(g.power(g.generator, a))
    assert g.encode(g.decode(text, identity_allowed=True)) == text
    assert g.encode(g.reread(text)) == text


@few
@given(groups, st.lists(st.tuples(exponents, exponents), max_size=4))
def test_products_of_powers_are_the_products_of_the_powers(g, pairs):
    bases = [g.power(g.generator, a) for a, _ in pairs]
    powers = [b for _, b in pairs]
    expected = g.power(g.generator, sum(a * b for a, b in pairs))
    assert g.powers_product(bases, powers) == expected
    assert g.powers_products([(bases, powers)] * 2) == [expected] * 2


@few
@given(groups, exponents)
def test_a_table_changes_nothing(g, a):
    base = g.power(g.generator, 314159)
    before = g.power_secret(base, a)
    g.prepare(base)
    assert g.power(base, a) == before


@few
@given(groups, st.integers(0), st.integers(0))
def test_scalars_are_added_subtracted_and_multiplied_modulo_q(g, a, b):
    a, b = a % g.q, b % g.q
    assert g.scalar_add(a, b) == (a + b) % g.q
    assert g.scalar_subtract(a, b) == (a - b) % g.q
    assert g.scalar_multiply(a, b) == a * b % g.q


@few
@given(st.integers(0, 2**252), st.integers(0, 2**252))
def test_ed25519_is_the_curve_of_the_textbook(a, b):
    g = group("Ed25519")
    left, right = g.power(g.generator, a), g.power(g.generator, b)
    assert affine(g.multiply(left, right)) == textbook_add(affine(left), affine(right))
    assert affine(left) == textbook_power(affine(g.generator), a)


def test_the_order_is_prime_and_the_generator_has_it(any_group):
    assert pow(3, any_group.q - 1, any_group.q) == 1
    generator_twice = any_group.power_secret(any_group.generator, 2)
    assert any_group.power_secret(generator_twice, (any_group.q + 1) // 2) == any_group.generator


def test_elements_are_sorted_by_rfc_8032_bytes_or_as_integers():
    ed, ff = group("Ed25519"), group("BELENIOS-2048")
    assert ed.sort_key(ed.generator) == bytes.fromhex("58" + "66" * 31)
    assert ff.sort_key(ff.decode("1", identity_allowed=True)) == 1


def test_there_is_one_object_per_group(any_group):
    assert group(any_group.name) is any_group


def test_a_process_pool_gets_the_same_group(any_group):
    assert pickle.loads(pickle.dumps(any_group)) is any_group


def test_tables_of_forgotten_keys_are_dropped():
    g = group("BELENIOS-2048")
    for exponent in range(2, 12):
        g.prepare(g.power_secret(g.generator, exponent))
    assert len(g._tables) <= 6


def test_p07_it_knows_three_groups_and_no_other():
    for name in ("RFC-3526-1536", "BELENIOS-256", "ed25519", "Ed25519 ", "", "Ristretto255"):
        with pytest.raises(Rejected, match="group_unknown"):
            group(name)


def test_it_refuses_a_library_that_lets_torsion_pass(monkeypatch):
    monkeypatch.setattr(ed25519.bindings, "crypto_core_ed25519_is_valid_point", lambda point: True)
    with pytest.raises(Misconfigured, match="libsodium_too_old"):
        ed25519.Ed25519()
