"""Lists of ciphertexts to be mixed, and mixers that cheat."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import count

from tsukuba_trust.crypto import shuffle as mixing
from tsukuba_trust.crypto.elgamal import Ciphertext, encrypt
from tsukuba_trust.crypto.groups import Element, Group, group
from tsukuba_trust.crypto.shuffle_statement import ShuffleProof, Statement

PHI = "f" * 43
SECRET = 2**200 + 305


def draws(seed: str) -> Callable[[int], bytes]:
    """Return reproducible randomness; never the same bytes twice."""
    calls = count()
    return lambda size: hashlib.shake_256(f"{seed}|{next(calls)}".encode()).digest(size)


@dataclass(frozen=True)
class Mixed:
    """A list before and after, with everything its mixer knows.

    :param exponents: by place in ``before``
    """

    statement: Statement
    order: list[int]
    exponents: list[int]
    proof: ShuffleProof


def key_of(of: Group) -> Element:
    return of.power(of.generator, SECRET)


def plaintexts(of: Group, ciphertexts: Sequence[Ciphertext]) -> list[Element]:
    """Decrypt with the one secret of these tests."""
    return [of.multiply(c.beta, of.invert(of.power(c.alpha, SECRET))) for c in ciphertexts]


def ciphertexts(of: Group, size: int, seed: str = "list") -> list[Ciphertext]:
    """Encrypt 1, 2, … in the exponent."""
    draw = draws(seed)
    return [encrypt(of, key_of(of), n, of.random_scalar(draw)) for n in range(1, size + 1)]


def mixed(size: int = 4, name: str = "Ed25519") -> Mixed:
    """Mix honestly."""
    of, draw = group(name), draws(f"{name} {size}")
    before = ciphertexts(of, size)
    order = mixing.permutation(size, draw)
    exponents = [of.random_scalar(draw) for _ in before]
    after = [mixing.reencrypt(of, key_of(of), before[i], exponents[i]) for i in order]
    statement = Statement(of, key_of(of), PHI, before, after)
    return Mixed(statement, order, exponents, prove(statement, order, exponents))


def prove(statement: Statement, order: Sequence[int], exponents: Sequence[int]) -> ShuffleProof:
    """Prove an order, whatever the lists are."""
    return mixing._prove_order(statement, order, exponents, draws("proof"))


def cheated(change: Callable[[list[Ciphertext], Group], object]) -> tuple[Statement, ShuffleProof]:
    """Change the list that is put out, and prove the honest order for it."""
    honest = mixed()
    after = list(honest.statement.after)
    change(after, honest.statement.group)
    statement = replace(honest.statement, after=after)
    return statement, prove(statement, honest.order, honest.exponents)


def trapdoor(of: Group, number: int) -> int:
    """Return the logarithm of generator number −1, 0, 1, … that a cheat has chosen."""
    return 1000 + number * number + 7 * number


def known_generators(of: Group, size: int) -> list[Element]:
    """Return h, h_0, h_1, … whose logarithms the cheat knows."""
    return [of.power(of.generator, trapdoor(of, i)) for i in range(-1, size)]


def replaced_with_known_logarithms() -> tuple[Statement, ShuffleProof]:
    """Replace a vote for 2 by one for 7; to be called with ``known_generators`` in place.

    Knowing the logarithms, the cheat opens her commitments to any weights she likes, and
    takes those with which the two lists have the same weighted product.
    """
    of, draw = group("Ed25519"), draws("cheat")
    q, key = of.q, key_of(group("Ed25519"))
    votes, others = (1, 2), (1, 7)
    r, r_new = ([of.random_scalar(draw) for _ in votes] for _ in range(2))
    before = [encrypt(of, key, m, x) for m, x in zip(votes, r, strict=True)]
    after = [encrypt(of, key, m, x) for m, x in zip(others, r_new, strict=True)]
    statement = Statement(of, key, PHI, before, after)
    kappa = [of.random_scalar(draw) for _ in votes]
    c = [of.power(of.generator, k) for k in kappa]
    u = statement.weights(c)
    first = of.random_scalar(draw)
    total = sum(m * w for m, w in zip(votes, u, strict=True))
    new = [first, (total - others[0] * first) * pow(others[1], -1, q) % q]
    chain = [of.random_scalar(draw) for _ in votes]
    logarithm = trapdoor(of, -1)
    for blind, weight in zip(chain, new, strict=True):
        logarithm = (blind + weight * logarithm) % q
    sums = (
        sum(kappa) - trapdoor(of, 0) - trapdoor(of, 1),
        logarithm - trapdoor(of, -1) * u[0] * u[1],
        kappa[0] * u[0] + kappa[1] * u[1] - trapdoor(of, 0) * new[0] - trapdoor(of, 1) * new[1],
        r_new[0] * new[0] + r_new[1] * new[1] - r[0] * u[0] - r[1] * u[1],
    )
    opening = mixing.Opening(tuple(x % q for x in sums), chain, new)
    c_hat = mixing.make_chain(statement, chain, new)
    return statement, mixing.prove(statement, c, c_hat, opening, draw)
