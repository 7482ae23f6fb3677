"""Ballots that are added up under encryption: choose min…max of n, blank or not.

One ciphertext of 0 or 1 per option, proofs that each is 0 or 1 and that the sum is in
range; only the sum over all ballots is ever decrypted (protocol.md sections 6.1, 8, 11).
"""

from collections.abc import Collection, Sequence
from typing import Any

from zope.interface import implementer

from tsukuba_trust.crypto import elgamal
from tsukuba_trust.crypto.discrete_log import Exponents
from tsukuba_trust.crypto.elgamal import Ciphertext
from tsukuba_trust.crypto.groups import Element, Group
from tsukuba_trust.errors import BallotRejected, Misconfigured, Rejected
from tsukuba_trust.interfaces import BallotContext, IBallotScheme, OpenedAnswer
from tsukuba_trust.plugins.ballots.homomorphic_answer import (
    Limits,
    check_answer,
    make_answer,
    open_answer,
)
from tsukuba_trust.values import Contest, Cost, Count, Json, Parameters, Randomness

_NUMBER_LIMIT = 1073741823  # larger counts are written as strings (protocol.md section 8)


@implementer(IBallotScheme)
class HomomorphicBallots:
    """Choose ``min`` to ``max`` options, or vote blank where ``blank`` is true.

    Parameters of a contest: ``{"min": 1, "max": 1, "blank": false}``.
    """

    name = "homomorphic"
    question_type = ""
    needs_shuffle = False

    def check(self, contest: Contest) -> None:
        """Check min, max and blank against the number of options."""
        parameters = contest.ballot
        unknown = sorted(set(parameters) - {"min", "max", "blank"})
        if unknown:
            raise Misconfigured("ballot_parameter_unknown", where=unknown[0])
        for key in ("min", "max"):
            if type(parameters.get(key)) is not int:
                raise Misconfigured("ballot_parameter_invalid", "a whole number", where=key)
        if type(parameters.get("blank", False)) is not bool:
            raise Misconfigured("ballot_parameter_invalid", "true or false", where="blank")
        if not 0 <= parameters["min"] <= parameters["max"]:
            raise Misconfigured("ballot_parameter_invalid", "between 0 and max", where="min")
        if not 1 <= parameters["max"] <= len(contest.options):
            raise Misconfigured(
                "ballot_parameter_invalid", "between 1 and the number of options", where="max"
            )

    def question(self, contest: Contest) -> Json:
        """Return the question in the official language, fields in canonical order."""
        question: dict[str, Json] = {"answers": [o.name.official for o in contest.options]}
        if contest.ballot.get("blank", False):
            question["blank"] = True
        question["min"] = contest.ballot["min"]
        question["max"] = contest.ballot["max"]
        question["question"] = contest.question.official
        return question

    def check_question(self, question: Json) -> None:
        """Check a question of anybody's record.

        :source: protocol.md sections 4, 13.3
        """
        required = {"answers", "min", "max", "question"}
        if not isinstance(question, dict) or set(question) - {"blank"} != required:
            raise Rejected("question_form", "other fields than a homomorphic question has")
        answers, low, high = question["answers"], question["min"], question["max"]
        texts = [question["question"], *answers] if isinstance(answers, list) else [None]
        if not all(isinstance(text, str) for text in texts):
            raise Rejected("question_form", "a text is missing")
        if type(question.get("blank", False)) is not bool:
            raise Rejected("question_form", "blank is neither true nor false")
        if type(low) is not int or type(high) is not int or not answers:
            raise Rejected("question_form", "numbers or answers are missing")
        if not 0 <= low <= high <= len(answers):
            raise Rejected("question_limits", "not 0 ≤ min ≤ max ≤ number of answers")

    def seal_answer(self, context: BallotContext, selection: Json, randomness: Randomness) -> Json:
        """Encrypt a selection and prove it valid."""
        return make_answer(context, selection, randomness)

    def verify_answer(self, context: BallotContext, answer: Json) -> None:
        """Check form, group membership and all proofs.

        Steps: ``answer_form``, ``group_membership``, ``individual_proof``,
        ``blank_proof``, ``overall_proof``.
        """
        try:
            check_answer(context, answer)
        except Rejected as error:
            step = "group_membership" if error.code == "element_invalid" else error.step
            raise BallotRejected(error.code, error.detail, step=step) from error

    def open_answer(
        self,
        context: BallotContext,
        answer: Json,
        choices: Sequence[int],
        randomness: Sequence[int],
    ) -> OpenedAnswer:
        """Encrypt the bits again, the blank one first where there is one, and compare."""
        return open_answer(context, answer, choices, randomness)

    def first_components(self, context: BallotContext, answer: Json) -> Sequence[str]:
        """Return enc(α) of every ciphertext, in order."""
        return [choice["alpha"] for choice in answer["choices"]]

    def combine(
        self, context: BallotContext, answers: Sequence[Json], weights: Sequence[int]
    ) -> Sequence[Ciphertext]:
        """Multiply the ciphertexts of each option, each raised to the voter's weight.

        :param answers: accepted by ``verify_answer``; membership is not checked again
        :source: protocol.md section 8
        """
        group = context.group
        identity = Ciphertext(group.identity, group.identity)
        sums = [identity] * Limits.of(context.question).ciphertexts
        for answer, weight in zip(answers, weights, strict=True):
            for i, choice in enumerate(answer["choices"]):
                ciphertext = elgamal.reread_ciphertext(group, choice)
                weighted = elgamal.power(group, ciphertext, weight)
                sums[i] = elgamal.multiply(group, sums[i], weighted)
        return sums

    def decode(
        self, context: BallotContext, plaintexts: Sequence[Element], total_weight: int
    ) -> Json:
        """Find each count.

        :returns: counts in the order of the options, blank first; above 1073741823 as strings
        :source: protocol.md section 11
        """
        self._check_length(context, plaintexts)
        exponents = Exponents(context.group, total_weight)
        return [_write_count(exponents.find(element)) for element in plaintexts]

    def check_result(
        self,
        context: BallotContext,
        plaintexts: Sequence[Element],
        result: Json,
        total_weight: int,
    ) -> None:
        """Check that each plaintext is g^count and that no count exceeds the total weight.

        :source: protocol.md section 11
        """
        self._check_length(context, plaintexts)
        if not isinstance(result, list) or len(result) != len(plaintexts):
            raise Rejected("result_form", "not one count per option")
        group = context.group
        for element, written in zip(plaintexts, result, strict=True):
            count = _read_count(written)
            if count > total_weight or group.power(group.generator, count) != element:
                raise Rejected("result_differs", "a count is not what was decrypted")

    def _check_length(self, context: BallotContext, plaintexts: Sequence[Element]) -> None:
        if len(plaintexts) != Limits.of(context.question).ciphertexts:
            raise Rejected("result_form", "not one plaintext per option")

    def irregular(self, context: BallotContext, plaintexts: Sequence[Element]) -> Sequence[int]:
        """Return nothing: sums of ballots whose proofs stand."""
        return ()

    def count(
        self, contest: Contest, result: Json, ballots: int, irregular: Collection[int] = ()
    ) -> Count:
        """Read a result entry; every counted ballot is valid by its proofs."""
        counts = [_read_count(written) for written in result]
        blank = counts.pop(0) if contest.ballot.get("blank", False) else 0
        return Count(votes=tuple(counts), blank=blank, ballots=ballots)

    def cost(self, contest: Contest, group: Group) -> Cost:
        """Return what a ballot costs.

        :source: protocol.md section 17
        """
        limits = Limits.of(self.question(contest))
        n, sums = limits.ciphertexts, limits.high - limits.low + 1 + 3 * limits.blank
        element = len(group.encode(group.invert(group.generator)))
        scalar = len(str(group.q))
        return Cost(
            seal=7 * n + 3 * sums + 1,
            check=10 * n + 4 * sums + 5,
            ballot_bytes=400
            + element
            + 2 * scalar
            + n * (2 * element + 4 * scalar + 130)
            + sums * (2 * scalar + 32),
            mix=0,
            mix_check=0,
            mix_bytes=0,
            opened=n,
            opened_each=0,
            patterns=0,
        )

    def option_limits(self, contest: Contest) -> tuple[int, int]:
        """Return ``min`` and ``max``."""
        return contest.ballot["min"], contest.ballot["max"]

    def single_choice(self, blank: bool) -> Parameters:
        """Return the parameters of a contest in which one option is chosen."""
        return {"min": 1, "max": 1, "blank": blank}

    def booth(self) -> Json:
        """Return the booth's module for this scheme."""
        return {"module": "homomorphic", "parameters": {}}


def _write_count(count: int) -> Json:
    return count if count <= _NUMBER_LIMIT else str(count)


def _read_count(written: Json) -> int:
    """Read a count as the protocol writes it: a number, above the limit a string."""
    text = str(written)
    if type(written) not in (int, str) or not text.isascii() or not text.isdecimal():
        raise Rejected("result_form", "not a count")
    count = int(text) if len(text) <= 18 else -1
    if count < 0 or _write_count(count) != written:
        raise Rejected("result_form", "not a count")
    return count


def includeme(config: Any) -> None:
    """Register the scheme."""
    config.add_ballot_scheme("homomorphic", HomomorphicBallots())
