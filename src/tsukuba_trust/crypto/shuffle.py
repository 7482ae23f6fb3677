"""Mixing: re-encrypt a list of ciphertexts in a secret order, and prove it (protocol.md 9).

Whoever mixes learns nothing of the votes; whoever knows one mixer's order and exponents
still knows nothing as long as another one keeps hers. Secret exponents go through
``power_secret`` only. The order itself moves places in memory, which can be seen from
beside it: a mixer works on a machine of her own without network (threat model).

The proof is B. Terelius' and D. Wikström's (Africacrypt 2010) in the form written down for
CHVote (R. Haenni, R. Koenig, P. Locher, E. Dubuis); variables are named as in protocol.md 9.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from tsukuba_trust.crypto.elgamal import Ciphertext
from tsukuba_trust.crypto.groups import Element, Group
from tsukuba_trust.crypto.scalars import uniform_below
from tsukuba_trust.crypto.shuffle_statement import Commitments, ShuffleProof, Statement
from tsukuba_trust.values import Randomness

# C·u' is below 2^512, as both are hashes; 128 bits more hide it in a group of larger order.
_MASK_LIMIT = 1 << 640


@dataclass(frozen=True, slots=True)
class Opening:
    """What the maker of a proof knows about the two lists.

    :param sums: r̄ = Σρ_i, r̂ = Σρ̂_i·v_i, r̃ = Σρ_i·u_i, r' = Σr_i·u_i
    :param chain: ρ̂_i
    :param weights: u'_i
    """

    sums: tuple[int, ...]
    chain: Sequence[int]
    weights: Sequence[int]


@dataclass(frozen=True, slots=True)
class _Masks:
    """ω1…ω4, ω̂_i and ω'_i."""

    sums: tuple[int, ...]
    chain: Sequence[int]
    weights: Sequence[int]

    @classmethod
    def draw(cls, group: Group, count: int, randomness: Randomness) -> "_Masks":
        """Draw all masks; those of u' as short as they may be (see ``_MASK_LIMIT``)."""
        limit = min(group.q, _MASK_LIMIT)
        return cls(
            tuple(group.random_scalar(randomness) for _ in range(4)),
            [group.random_scalar(randomness) for _ in range(count)],
            [uniform_below(limit, randomness) for _ in range(count)],
        )


def shuffle(
    group: Group,
    key: Element,
    fingerprint: str,
    before: Sequence[Ciphertext],
    randomness: Randomness,
) -> tuple[list[Ciphertext], ShuffleProof]:
    """Mix a list of ciphertexts; of none and of one too.

    :param key: the election key y
    :param fingerprint: φ
    :param before: what the mixer before put out, or the sorted list of the tally
    :returns: the new list and its proof
    :source: protocol.md section 9
    """
    order = permutation(len(before), randomness)
    exponents = [group.random_scalar(randomness) for _ in before]
    after = [reencrypt(group, key, before[i], exponents[i]) for i in order]
    statement = Statement(group, key, fingerprint, before, after)
    return after, _prove_order(statement, order, exponents, randomness)


def permutation(count: int, randomness: Randomness) -> list[int]:
    """Draw an order of 0…count−1, every one equally likely (Fisher and Yates)."""
    order = list(range(count))
    for place in range(count - 1, 0, -1):
        other = uniform_below(place + 1, randomness)
        order[place], order[other] = order[other], order[place]
    return order


def reencrypt(group: Group, key: Element, ciphertext: Ciphertext, r: int) -> Ciphertext:
    """Return (α·g^r, β·y^r).

    :param r: secret and fresh
    """
    return Ciphertext(
        group.multiply(ciphertext.alpha, group.power_secret(group.generator, r)),
        group.multiply(ciphertext.beta, group.power_secret(key, r)),
    )


def _prove_order(
    statement: Statement, order: Sequence[int], exponents: Sequence[int], randomness: Randomness
) -> ShuffleProof:
    """Commit to the order, then prove with what only its maker knows."""
    group = statement.group
    blinds = [group.random_scalar(randomness) for _ in order]  # ρ
    c: list[Element] = [None] * len(order)
    for generator, i in zip(statement.generators, order, strict=True):
        c[i] = group.multiply(group.power_secret(group.generator, blinds[i]), generator)
    weights = statement.weights(c)
    permuted = [weights[i] for i in order]
    chain = [group.random_scalar(randomness) for _ in order]  # ρ̂
    c_hat = make_chain(statement, chain, permuted)
    following = [1]  # v_(N−1), …, v_0
    for weight in reversed(permuted[1:]):
        following.append(group.scalar_multiply(weight, following[-1]))
    sums = (
        reduce(group.scalar_add, blinds, 0),
        _dot(group, chain, following[::-1][: len(chain)]),
        _dot(group, blinds, weights),
        _dot(group, exponents, weights),
    )
    return prove(statement, c, c_hat, Opening(sums, chain, permuted), randomness)


def make_chain(
    statement: Statement, blinds: Sequence[int], weights: Sequence[int]
) -> list[Element]:
    """Return ĉ_i = g^ρ̂_i · ĉ_(i−1)^u'_i."""
    group, last, made = statement.group, statement.chain_start, []
    for blind, weight in zip(blinds, weights, strict=True):
        blinded = group.power_secret(group.generator, blind)
        last = group.multiply(blinded, group.power_secret(last, weight))
        made.append(last)
    return made


def prove(
    statement: Statement,
    c: Sequence[Element],
    c_hat: Sequence[Element],
    opening: Opening,
    randomness: Randomness,
) -> ShuffleProof:
    """Prove knowledge of an opening.

    :source: protocol.md section 9
    """
    group = statement.group
    masks = _Masks.draw(group, len(c), randomness)
    made = _commit(statement, c_hat, masks)
    challenge = statement.challenge(made, c, c_hat)

    def respond(masks: Sequence[int], secrets: Sequence[int]) -> tuple[int, ...]:
        pairs = zip(masks, secrets, strict=True)
        return tuple(
            group.scalar_add(mask, group.scalar_multiply(challenge, secret))
            for mask, secret in pairs
        )

    return ShuffleProof(
        made,
        respond(masks.sums, opening.sums),
        respond(masks.chain, opening.chain),
        respond(masks.weights, opening.weights),
        tuple(c),
        tuple(c_hat),
    )


def _commit(statement: Statement, c_hat: Sequence[Element], masks: _Masks) -> Commitments:
    group, after = statement.group, statement.after
    minus = group.scalar_subtract(0, masks.sums[3])
    t = (
        group.power_secret(group.generator, masks.sums[0]),
        group.power_secret(group.generator, masks.sums[1]),
        _blinded(group, group.generator, masks.sums[2], statement.generators, masks.weights),
        _blinded(group, statement.key, minus, [e.beta for e in after], masks.weights),
        _blinded(group, group.generator, minus, [e.alpha for e in after], masks.weights),
    )
    before = [statement.chain_start, *c_hat][: len(c_hat)]
    rows = zip(masks.chain, before, masks.weights, strict=True)
    t_hat = (
        group.multiply(group.power_secret(group.generator, w), group.power_secret(last, w_prime))
        for w, last, w_prime in rows
    )
    return Commitments(t, tuple(t_hat))


def _blinded(
    group: Group,
    base: Element,
    exponent: int,
    bases: Sequence[Element],
    exponents: Sequence[int],
) -> Element:
    powers = map(group.power_secret, bases, exponents)
    return group.multiply(group.power_secret(base, exponent), group.product(powers))


def _dot(group: Group, a: Sequence[int], b: Sequence[int]) -> int:
    products = map(group.scalar_multiply, a, b)
    return reduce(group.scalar_add, products, 0)
