"""The answer of a homomorphic ballot: made and checked (protocol.md section 6.1).

``total`` is (A, B) there: the product of all ciphertexts but the blank one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial, reduce

from tsukuba_trust.crypto import elgamal, proofs
from tsukuba_trust.crypto.elgamal import Ciphertext
from tsukuba_trust.crypto.groups import Group
from tsukuba_trust.crypto.proofs import Proof
from tsukuba_trust.errors import Refused, Rejected
from tsukuba_trust.interfaces import BallotContext, OpenedAnswer
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
class _Prefixes:
    """The prefixes of an answer's proofs.

    :param pairs: ``enc(α),enc(β)`` per ciphertext, the blank one first
    """

    context: BallotContext
    pairs: Sequence[str]

    @classmethod
    def of(cls, context: BallotContext, choices: Sequence[Json]) -> "_Prefixes":
        return cls(context, [f"{choice['alpha']},{choice['beta']}" for choice in choices])

    def individual(self, i: int) -> str:
        return self._prefix("prove", self.pairs[i])

    def blank(self) -> str:
        return self._prefix("bproof0", ",".join(self.pairs))

    def overall(self, total: Ciphertext) -> str:
        pairs = ",".join(self.pairs)
        if Limits.of(self.context.question).blank:
            return self._prefix("bproof1", pairs)
        encode = self.context.group.encode
        return self._prefix("prove", f"{pairs}|{encode(total.alpha)},{encode(total.beta)}")

    def _prefix(self, word: str, statement: str) -> str:
        return f"{word}|{self.context.fingerprint}|{self.context.credential}|{statement}|"


def _total(context: BallotContext, ciphertexts: Sequence[Ciphertext]) -> Ciphertext:
    options = ciphertexts[Limits.of(context.question).blank :]
    return reduce(partial(elgamal.multiply, context.group), options)


def _minus(group: Group, ciphertext: Ciphertext, values: Sequence[int]) -> list[Ciphertext]:
    """Return the branches (α, β/g^k) for consecutive k."""
    inverse = group.invert(group.generator)
    beta = ciphertext.beta
    if values[0]:
        beta = group.multiply(beta, group.power(group.generator, -values[0]))
    branches = [Ciphertext(ciphertext.alpha, beta)]
    for _ in values[1:]:
        beta = group.multiply(beta, inverse)
        branches.append(Ciphertext(ciphertext.alpha, beta))
    return branches


def _overall_branches(
    context: BallotContext, ciphertexts: Sequence[Ciphertext], total: Ciphertext
) -> list[Ciphertext]:
    limits, group = Limits.of(context.question), context.group
    branches = _minus(group, total, range(limits.low, limits.high + 1))
    if limits.blank:
        branches = _minus(group, ciphertexts[0], (1,)) + branches
    return branches


def check_answer(context: BallotContext, answer: Json) -> None:
    """Check an answer.

    1. form: fields, their order, numbers of choices and proofs; 2. every α and β is in
    the subgroup, and each ciphertext holds 0 or 1; 3. blank or nothing else; 4. the sum.

    :raises Rejected: ``step`` names the check
    :source: protocol.md sections 6.1, 13.5
    """
    group, key, limits = context.group, context.key, Limits.of(context.question)
    individual, overall, blank = _read_proofs(group, limits, answer)
    ciphertexts = [elgamal.reread_ciphertext(group, choice) for choice in answer["choices"]]
    prefixes = _Prefixes.of(context, answer["choices"])
    group.prepare(group.generator)
    group.prepare(key)
    for i, (ciphertext, pair) in enumerate(zip(ciphertexts, individual, strict=True)):
        _check_bit(context, prefixes.individual(i), ciphertext, pair)
    total = _total(context, ciphertexts)
    if limits.blank:
        branches = [ciphertexts[0], total]
        proofs.check_or(group, key, prefixes.blank(), branches, blank, step="blank_proof")
    branches = _overall_branches(context, ciphertexts, total)
    proofs.check_or(group, key, prefixes.overall(total), branches, overall, step="overall_proof")


def _check_bit(
    context: BallotContext, prefix: str, ciphertext: Ciphertext, pair: Sequence[Proof]
) -> None:
    """Check that α and β are members, α not the identity, and that they hold 0 or 1."""
    group, step = context.group, "individual_proof"
    if ciphertext.alpha == group.identity:
        raise Rejected("element_invalid", "the identity", step=step)
    unchecked = (ciphertext.alpha, ciphertext.beta)
    branches = _minus(group, ciphertext, (0, 1))
    proofs.check_or(group, context.key, prefix, branches, pair, step=step, unchecked=unchecked)


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


def open_answer(
    context: BallotContext, answer: Json, choices: Sequence[int], randomness: Sequence[int]
) -> OpenedAnswer:
    """Encrypt again what an answer is said to hold, and compare.

    :raises Rejected: ``opening_invalid``, ``opening_differs``
    :source: voting-flow.md section 6
    """
    group, limits = context.group, Limits.of(context.question)
    bits = len(choices) == limits.ciphertexts and max(choices) <= 1
    if not bits or len(randomness) != limits.ciphertexts:
        raise Rejected("opening_invalid", "not one 0 or 1 and one number per ciphertext")
    again = [
        elgamal.ciphertext_json(group, elgamal.encrypt(group, context.key, m, r % group.q))
        for m, r in zip(choices, randomness, strict=True)
    ]
    if answer["choices"] != again:
        raise Rejected("opening_differs", "the ballot holds something else")
    options = choices[limits.blank :]
    names = zip(context.question["answers"], options, strict=True)
    return OpenedAnswer(tuple(n for n, m in names if m), bool(limits.blank and choices[0]))


def prove_values(
    context: BallotContext, values: Sequence[int], exponents: Sequence[int], randomness: Randomness
) -> Json:
    """Encrypt plaintexts with given exponents and prove them.

    :param values: 0 or 1 per ciphertext, the blank one first
    :param exponents: secret, one per ciphertext
    """
    group, key, limits = context.group, context.key, Limits.of(context.question)
    ciphertexts = list(map(partial(elgamal.encrypt, group, key), values, exponents))
    choices = [elgamal.ciphertext_json(group, ciphertext) for ciphertext in ciphertexts]
    prefixes, total = _Prefixes.of(context, choices), _total(context, ciphertexts)

    def prove(prefix: str, branches: list[Ciphertext], true: int, r: int) -> Json:
        made = proofs.prove_or(group, key, prefix, branches, true, r, randomness)
        return [proofs.proof_json(proof) for proof in made]

    answer: dict[str, Json] = {"choices": choices}
    answer["individual_proofs"] = [
        prove(prefixes.individual(i), _minus(group, c, (0, 1)), values[i], exponents[i])
        for i, c in enumerate(ciphertexts)
    ]
    total_r = reduce(group.scalar_add, exponents[limits.blank :])
    is_blank = limits.blank and values[0] == 1
    true = limits.blank + sum(values[limits.blank :]) - limits.low
    if is_blank:
        true = 0
    r = exponents[0] if is_blank else total_r
    branches = _overall_branches(context, ciphertexts, total)
    answer["overall_proof"] = prove(prefixes.overall(total), branches, true, r)
    if limits.blank:
        true, r = (1, total_r) if is_blank else (0, exponents[0])
        answer["blank_proof"] = prove(prefixes.blank(), [ciphertexts[0], total], true, r)
    return answer
