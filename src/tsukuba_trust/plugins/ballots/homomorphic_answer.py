"""The answer of a homomorphic ballot: made and checked (protocol.md section 6.1).

Variables are named as there: S0 and S are the prefixes' contexts, (A, B) is the sum
of all ciphertexts but the blank one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from tsukuba_trust.crypto import elgamal, proofs
from tsukuba_trust.crypto.elgamal import Ciphertext
from tsukuba_trust.crypto.groups import Group
from tsukuba_trust.crypto.proofs import Proof
from tsukuba_trust.errors import Refused, Rejected
from tsukuba_trust.interfaces import BallotContext
from tsukuba_trust.values import Json, Randomness


@dataclass(frozen=True, slots=True)
class Limits:
    """What a question allows."""

    options: int
    low: int
    high: int
    blank: bool

    @classmethod
    def of(cls, question: Json) -> "Limits":
        """Read a question that ``check_question`` accepted."""
        return cls(
            len(question["answers"]),
            question["min"],
            question["max"],
            question.get("blank", False),
        )

    @property
    def ciphertexts(self) -> int:
        return self.options + self.blank


@dataclass(frozen=True, slots=True)
class _Statement:
    """The ciphertexts of an answer and what its proofs are about.

    :param pairs: ``enc(α),enc(β)`` per ciphertext, the blank one first
    """

    ciphertexts: Sequence[Ciphertext]
    pairs: Sequence[str]
    total: Ciphertext
    context: str

    @classmethod
    def of(
        cls, context: BallotContext, ciphertexts: Sequence[Ciphertext], pairs: Sequence[str]
    ) -> "_Statement":
        group = context.group
        options = ciphertexts[Limits.of(context.question).blank :]
        total = reduce(lambda a, b: elgamal.multiply(group, a, b), options)
        return cls(ciphertexts, pairs, total, f"{context.fingerprint}|{context.credential}")

    def individual_prefix(self, i: int) -> str:
        return f"prove|{self.context}|{self.pairs[i]}|"

    def prefix(self, word: str) -> str:
        return f"{word}|{self.context}|{','.join(self.pairs)}|"

    def sum_prefix(self, group: Group) -> str:
        total = f"{group.encode(self.total.alpha)},{group.encode(self.total.beta)}"
        return f"{self.prefix('prove')}{total}|"


def _minus(group: Group, ciphertext: Ciphertext, values: Iterable[int]) -> list[Ciphertext]:
    """Return the branches (α, β/g^k), k consecutive."""
    inverse = group.invert(group.generator)
    branches: list[Ciphertext] = []
    for k in values:
        if branches:
            beta = group.multiply(branches[-1].beta, inverse)
        else:
            beta = (
                group.multiply(ciphertext.beta, group.power(inverse, k)) if k else ciphertext.beta
            )
        branches.append(Ciphertext(ciphertext.alpha, beta))
    return branches


def _overall_branches(context: BallotContext, statement: _Statement) -> list[Ciphertext]:
    limits, group = Limits.of(context.question), context.group
    branches = _minus(group, statement.total, range(limits.low, limits.high + 1))
    if limits.blank:
        branches = _minus(group, statement.ciphertexts[0], (1,)) + branches
    return branches


def check_answer(context: BallotContext, answer: Json) -> None:
    """Check an answer.

    1. form: fields, their order, numbers of choices and proofs; 2. subgroup of every α
    and β; 3. each ciphertext holds 0 or 1; 4. blank or nothing else; 5. the sum.

    :raises Rejected: ``step`` names the check
    :source: protocol.md sections 6.1, 13.5
    """
    group, key, limits = context.group, context.key, Limits.of(context.question)
    individual, overall, blank = _read_proofs(group, limits, answer)
    ciphertexts = elgamal.read_ciphertexts(
        group, answer["choices"], identity_allowed=False, step="group_membership"
    )
    pairs = [f"{choice['alpha']},{choice['beta']}" for choice in answer["choices"]]
    statement = _Statement.of(context, ciphertexts, pairs)
    group.prepare(group.generator)
    group.prepare(key)
    for i, (ciphertext, pair) in enumerate(zip(ciphertexts, individual, strict=True)):
        prefix, branches = statement.individual_prefix(i), _minus(group, ciphertext, (0, 1))
        proofs.check_or(group, key, prefix, branches, pair, step="individual_proof")
    if limits.blank:
        branches = [ciphertexts[0], statement.total]
        prefix = statement.prefix("bproof0")
        proofs.check_or(group, key, prefix, branches, blank, step="blank_proof")
    prefix = statement.prefix("bproof1") if limits.blank else statement.sum_prefix(group)
    branches = _overall_branches(context, statement)
    proofs.check_or(group, key, prefix, branches, overall, step="overall_proof")


def _read_proofs(
    group: Group, limits: Limits, answer: Json
) -> tuple[list[list[Proof]], list[Proof], list[Proof]]:
    fields = ["choices", "individual_proofs", "overall_proof"]
    if limits.blank:
        fields.append("blank_proof")
    if not isinstance(answer, dict) or list(answer) != fields:
        raise Rejected("answer_form", "not the fields of an answer to this question")
    _check_list(answer["choices"], limits.ciphertexts)
    for choice in answer["choices"]:
        elgamal.check_ciphertext_form(choice, step="answer_form")
    _check_list(answer["individual_proofs"], limits.ciphertexts)
    try:
        individual = [_read_list(group, pair, 2) for pair in answer["individual_proofs"]]
        branches = limits.high - limits.low + 1 + limits.blank
        overall = _read_list(group, answer["overall_proof"], branches)
        blank = _read_list(group, answer["blank_proof"], 2) if limits.blank else []
    except Rejected as error:
        raise Rejected(error.code, error.detail, step="answer_form") from error
    return individual, overall, blank


def _check_list(json: Json, length: int) -> None:
    if not isinstance(json, list) or len(json) != length:
        raise Rejected("answer_form", "not as many as the question asks for")


def _read_list(group: Group, json: Json, length: int) -> list[Proof]:
    _check_list(json, length)
    return [proofs.read_proof(group, proof) for proof in json]


def _values(limits: Limits, selection: Json) -> list[int]:
    """Return the plaintext of every ciphertext."""
    if selection == "blank" and limits.blank:
        return [1] + [0] * limits.options
    if not isinstance(selection, list) or len(selection) != limits.options:
        raise Refused("selection_invalid", "not one value per option")
    if not all(type(value) is int and value in (0, 1) for value in selection):
        raise Refused("selection_invalid", "a value is neither 0 nor 1")
    if not limits.low <= sum(selection) <= limits.high:
        raise Refused("selection_invalid", "too few or too many options")
    return [0] * limits.blank + selection


def make_answer(context: BallotContext, selection: Json, randomness: Randomness) -> Json:
    """Encrypt a selection and prove it valid.

    :raises Refused: code ``selection_invalid``
    :source: protocol.md section 6.1
    """
    group, limits = context.group, Limits.of(context.question)
    values = _values(limits, selection)
    return prove_values(
        context, values, [group.random_scalar(randomness) for _ in values], randomness
    )


def prove_values(
    context: BallotContext, values: Sequence[int], exponents: Sequence[int], randomness: Randomness
) -> Json:
    """Encrypt plaintexts with given exponents and prove them.

    :param values: 0 or 1 per ciphertext, the blank one first
    """
    group, key, limits = context.group, context.key, Limits.of(context.question)
    ciphertexts = [
        elgamal.encrypt(group, key, value, r) for value, r in zip(values, exponents, strict=True)
    ]
    choices = [elgamal.ciphertext_json(group, ciphertext) for ciphertext in ciphertexts]
    pairs = [f"{choice['alpha']},{choice['beta']}" for choice in choices]
    statement = _Statement.of(context, ciphertexts, pairs)

    def prove(prefix: str, branches: list[Ciphertext], true: int, r: int) -> Json:
        made = proofs.prove_or(group, key, prefix, branches, true, r, randomness)
        return [proofs.proof_json(proof) for proof in made]

    total_r = 0
    for r in exponents[limits.blank :]:
        total_r = group.scalar_add(total_r, r)
    chosen = sum(values[limits.blank :])
    answer: dict[str, Json] = {"choices": choices}
    answer["individual_proofs"] = [
        prove(statement.individual_prefix(i), _minus(group, c, (0, 1)), values[i], exponents[i])
        for i, c in enumerate(ciphertexts)
    ]
    branches = _overall_branches(context, statement)
    if not limits.blank:
        true, r = chosen - limits.low, total_r
        answer["overall_proof"] = prove(statement.sum_prefix(group), branches, true, r)
        return answer
    is_blank = values[0] == 1
    true, r = (0, exponents[0]) if is_blank else (1 + chosen - limits.low, total_r)
    answer["overall_proof"] = prove(statement.prefix("bproof1"), branches, true, r)
    branches = [ciphertexts[0], statement.total]
    true, r = (1, total_r) if is_blank else (0, exponents[0])
    answer["blank_proof"] = prove(statement.prefix("bproof0"), branches, true, r)
    return answer
