"""P10: ballots that are opened one by one, by every threshold of trustees."""

import os
from itertools import combinations

import pytest

from ceremonies import hold, item_of
from tsukuba_trust.crypto.decryption import check_partial, combine, partial_decrypt
from tsukuba_trust.crypto.elgamal import encrypt_element
from tsukuba_trust.crypto.factors import check_factors, prove_factors
from tsukuba_trust.crypto.groups import group
from tsukuba_trust.crypto.shuffle_record import check_shuffle, shuffle_lists
from tsukuba_trust.crypto.trustees import read_trustees, trustees_text
from tsukuba_trust.crypto.vectors import decode_vector, encode_vector
from tsukuba_trust.errors import Rejected

OF = group("Ed25519")
SMALL = (0, 1, 2)
LARGE = 100


def opens(size: int, threshold: int, lengths: tuple[int, ...]) -> None:
    """Seal, mix and open lists of these lengths, with every sufficient set of trustees."""
    held = hold(OF, size, threshold)
    trustees = read_trustees(OF, trustees_text([("Pedersen", item_of(OF, held))]))
    votes = [[[nth % 7, nth // 7] for nth in range(length)] for length in lengths]
    lists = [
        [
            encrypt_element(OF, trustees.key, encode_vector(OF, vote), OF.random_scalar(os.urandom))
            for vote in row
        ]
        for row in votes
    ]
    text = shuffle_lists(OF, trustees.key, "phi", lists, os.urandom)
    mixed = check_shuffle(OF, trustees.key, "phi", lists, text)
    factors = {}
    for owner, (secret, _) in enumerate(held.keys, 1):
        key = trustees.verification_keys[owner - 1]
        part = partial_decrypt(OF, "phi", secret, key, mixed, os.urandom)
        factors[owner] = check_partial(OF, "phi", key, mixed, part)
        proof = prove_factors(OF, "phi", secret, mixed, part, os.urandom)
        check_factors(OF, "phi", key, mixed, factors[owner], part, proof)
    everybody = range(1, size + 1)
    for present in combinations(everybody, threshold):
        opened = combine(trustees, {o: factors[o] for o in present}, mixed)
        found = [sorted(decode_vector(OF, element, 2) for element in row) for row in opened]
        assert found == [sorted(row) for row in votes]
    for present in combinations(everybody, threshold - 1):
        with pytest.raises(Rejected, match="decryption_incomplete"):
            combine(trustees, {o: factors[o] for o in present}, mixed)


MATRIX = [(n, k) for n in range(1, 8) for k in range(1, n + 1)]
QUICK = [(1, 1), (3, 2)]


@pytest.mark.parametrize(("size", "threshold"), MATRIX)
def test_p10_it_opens_few_ballots_with_every_threshold(size: int, threshold: int) -> None:
    opens(size, threshold, SMALL)


@pytest.mark.parametrize(
    ("size", "threshold"),
    [pytest.param(*one, marks=() if one in QUICK else pytest.mark.long) for one in MATRIX],
)
def test_p10_it_opens_a_hundred_ballots(size: int, threshold: int) -> None:
    opens(size, threshold, (LARGE,))
