"""P10: threshold decryption for every size, threshold, missing member and number of ballots."""

import os
from collections.abc import Mapping, Sequence
from itertools import combinations

import pytest

from ceremonies import hold, item_of
from tsukuba_trust.crypto.decryption import check_partial, combine, partial_decrypt
from tsukuba_trust.crypto.elgamal import Ciphertext, encrypt, multiply
from tsukuba_trust.crypto.groups import Element, group
from tsukuba_trust.crypto.trustees import Trustees, read_trustees, trustees_text
from tsukuba_trust.errors import Rejected

OF = group("Ed25519")
BALLOTS = (0, 1, 2, 100)
LARGE = 50_000  # as a sum


def _sum(key: Element, ballots: int) -> Ciphertext:
    """Add up ballots, every second one for the option."""
    total = Ciphertext(OF.identity, OF.identity)
    for nth in range(ballots):
        total = multiply(OF, total, encrypt(OF, key, nth % 2, OF.random_scalar(os.urandom)))
    return total


def _factors(
    trustees: Trustees, secrets: Sequence[int], sums: Sequence[Sequence[Ciphertext]]
) -> Mapping[int, Sequence[Sequence[Element]]]:
    """Decrypt by every member, one after the other, and check each."""
    found = {}
    for owner, secret in enumerate(secrets, 1):
        key = trustees.verification_keys[owner - 1]
        text = partial_decrypt(OF, "phi", secret, key, sums, os.urandom)
        found[owner] = check_partial(OF, "phi", key, sums, text)
    return found


@pytest.mark.parametrize(
    ("size", "threshold"), [(n, k) for n in range(1, 8) for k in range(1, n + 1)]
)
def test_p10_it_decrypts_with_every_threshold_of_members(size: int, threshold: int) -> None:
    held = hold(OF, size, threshold)
    trustees = read_trustees(OF, trustees_text([("Pedersen", item_of(OF, held))]))
    key = trustees.key
    large = encrypt(OF, key, LARGE // 2, OF.random_scalar(os.urandom))
    sums = [[_sum(key, ballots) for ballots in BALLOTS], [large]]
    factors = _factors(trustees, [secret for secret, _ in held.keys], sums)
    counts = [[ballots // 2 for ballots in BALLOTS], [LARGE // 2]]
    expected = [[OF.power(OF.generator, count) for count in row] for row in counts]
    everybody = range(1, size + 1)
    for present in combinations(everybody, threshold):
        assert combine(trustees, {o: factors[o] for o in present}, sums) == expected
    for present in combinations(everybody, threshold - 1):
        with pytest.raises(Rejected, match="decryption_incomplete"):
            combine(trustees, {o: factors[o] for o in present}, sums)
    for missing in everybody:
        present = [owner for owner in everybody if owner != missing]
        if len(present) >= threshold:
            assert combine(trustees, {o: factors[o] for o in present}, sums) == expected


def test_p10_a_second_tally_with_the_same_keys_is_not_touched_by_the_first() -> None:
    held = hold(OF, 3, 2)
    trustees = read_trustees(OF, trustees_text([("Pedersen", item_of(OF, held))]))
    secrets = [secret for secret, _ in held.keys]
    tallies = [[[_sum(trustees.key, ballots)]] for ballots in (2, 6, 2)]
    made = [_factors(trustees, secrets, sums) for sums in tallies]
    plain = [combine(trustees, part, sums) for part, sums in zip(made, tallies, strict=True)]
    assert plain == [[[OF.power(OF.generator, count)]] for count in (1, 3, 1)]
