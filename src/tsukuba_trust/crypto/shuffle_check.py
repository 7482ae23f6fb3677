"""Checking a mix: six equations, each by its name (protocol.md section 9).

A power to −C on one side of an equation stands here as a power to C on the other: C is a
hash of 256 bits, −C has the length of q. All elements were decoded with the full check.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tsukuba_trust.crypto.groups import Element
from tsukuba_trust.crypto.shuffle_statement import ShuffleProof, Statement
from tsukuba_trust.errors import Rejected

INVALID = "shuffle_proof_invalid"


@dataclass(frozen=True, slots=True)
class _Equations:
    """A statement, its proof, and the two hashes.

    :param weights: u_i
    :param challenge: C
    """

    of: Statement
    proof: ShuffleProof
    weights: list[int]
    challenge: int

    def demand(self, name: str, left: Element, base: Element, right: Element) -> None:
        """Check left · base^C = right.

        :raises Rejected: ``shuffle_proof_invalid``; ``step`` is the equation
        """
        group = self.of.group
        if group.multiply(left, group.power(base, self.challenge)) != right:
            raise Rejected(INVALID, f"equation {name}", step=name)

    def t1(self) -> None:
        """Check that c commits to a matrix whose columns add up to one."""
        group = self.of.group
        base = _quotient(self, group.product(self.proof.c), group.product(self.of.generators))
        right = group.power(group.generator, self.proof.s[0])
        self.demand("t1", self.proof.commitments.t[0], base, right)

    def t2(self) -> None:
        """Check that the product of the permuted weights is that of the weights."""
        group, product = self.of.group, 1
        for weight in self.weights:
            product = product * weight % group.q
        last = self.proof.c_hat[-1] if self.proof.c_hat else self.of.chain_start
        base = _quotient(self, last, group.power(self.of.chain_start, product))
        right = group.power(group.generator, self.proof.s[1])
        self.demand("t2", self.proof.commitments.t[1], base, right)

    def t3(self) -> None:
        """Check that the permuted weights follow from what c commits to."""
        group = self.of.group
        base = group.powers_product(self.proof.c, self.weights)
        hidden = group.powers_product(self.of.generators, self.proof.s_prime)
        right = group.multiply(group.power(group.generator, self.proof.s[2]), hidden)
        self.demand("t3", self.proof.commitments.t[2], base, right)

    def t41(self) -> None:
        """Check β: the weighted product is the same before and after."""
        before, after = ([e.beta for e in part] for part in (self.of.before, self.of.after))
        self._demand_same("t41", 3, self.of.key, before, after)

    def t42(self) -> None:
        """Check α: the weighted product is the same before and after."""
        before, after = ([e.alpha for e in part] for part in (self.of.before, self.of.after))
        self._demand_same("t42", 4, self.of.group.generator, before, after)

    def _demand_same(
        self, name: str, place: int, base: Element, before: list[Element], after: list[Element]
    ) -> None:
        group = self.of.group
        mixed = group.powers_product(after, self.proof.s_prime)
        right = group.multiply(group.power(base, -self.proof.s[3]), mixed)
        weighted = group.powers_product(before, self.weights)
        self.demand(name, self.proof.commitments.t[place], weighted, right)

    def t_hat(self) -> None:
        """Check every link of the chain."""
        group, last = self.of.group, self.of.chain_start
        for i, link in enumerate(self.proof.c_hat):
            blind = group.power(group.generator, self.proof.s_hat[i])
            right = group.multiply(blind, group.power(last, self.proof.s_prime[i]))
            self.demand("t_hat", self.proof.commitments.t_hat[i], link, right)
            last = link


def _quotient(equations: _Equations, a: Element, b: Element) -> Element:
    group = equations.of.group
    return group.multiply(a, group.invert(b))


EQUATIONS: dict[str, Callable[[_Equations], None]] = {
    "t1": _Equations.t1,
    "t2": _Equations.t2,
    "t3": _Equations.t3,
    "t41": _Equations.t41,
    "t42": _Equations.t42,
    "t_hat": _Equations.t_hat,
}


def check_lengths(statement: Statement, proof: ShuffleProof) -> None:
    """Check that every list is as long as that of the ciphertexts, and all responses are scalars.

    :raises Rejected: ``shuffle_length``, ``scalar_invalid``
    """
    count = len(statement.before)
    rows = (statement.after, proof.commitments.t_hat, proof.s_hat, proof.s_prime)
    if any(len(row) != count for row in (*rows, proof.c, proof.c_hat)):
        raise Rejected("shuffle_length", f"a list has not {count} items")
    if len(proof.commitments.t) != 5 or len(proof.s) != 4:
        raise Rejected("shuffle_length", "not five commitments and four responses")
    q = statement.group.q
    if not all(0 <= s < q for row in (proof.s, proof.s_hat, proof.s_prime) for s in row):
        raise Rejected("scalar_invalid", "a response")


def check_proof(statement: Statement, proof: ShuffleProof) -> None:
    """Check that ``after`` is ``before``, re-encrypted in some order.

    Generators are derived here and never taken from anybody (attack P02).

    :raises Rejected: ``shuffle_length``, ``scalar_invalid``, or ``shuffle_proof_invalid``,
        whose ``step`` is t1, t2, t3, t41, t42 or t_hat
    :source: protocol.md section 9
    """
    check_lengths(statement, proof)
    group = statement.group
    group.prepare(group.generator)
    challenge = statement.challenge(proof.commitments, proof.c, proof.c_hat)
    equations = _Equations(statement, proof, statement.weights(proof.c), challenge)
    for check in EQUATIONS.values():
        check(equations)
