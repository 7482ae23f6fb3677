"""Ballots that are mixed and then opened one by one: rankings, scores, grades, lists.

One ciphertext holds a whole ballot as a vector of small integers; nothing proves that it is
a valid one, so every opened ballot is classified by a published rule (``preference_forms``).
A record without ``extra`` is read too; then the vectors are all that is known of it.

:source: protocol.md sections 2.3, 4, 6.2, 8, 9, 11; attacks B05, B10
"""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from zope.interface import implementer

from tsukuba_trust.crypto import elgamal, proofs
from tsukuba_trust.crypto.elgamal import Ciphertext
from tsukuba_trust.crypto.groups import Element, Group
from tsukuba_trust.crypto.record import NON_HOMOMORPHIC
from tsukuba_trust.crypto.vectors import LARGEST_ENTRY, decode_vector, encode_vector, is_plain
from tsukuba_trust.errors import BallotRejected, Misconfigured, Refused, Rejected
from tsukuba_trust.interfaces import BallotContext, IBallotScheme, OpenedAnswer
from tsukuba_trust.plugins.ballots.preference_forms import PLAINTEXT, InvalidBallot
from tsukuba_trust.plugins.ballots.preference_reading import (
    extra_of,
    form_of_contest,
    form_of_question,
    lines_of,
)
from tsukuba_trust.values import Contest, Cost, Count, Json, Levels, Parameters, Randomness


@implementer(IBallotScheme)
class PreferenceBallots:
    """One ciphertext per ballot, mixed before it is opened.

    Parameters of a contest: ``preference_reading``.
    """

    name = "preference"
    question_type = NON_HOMOMORPHIC
    needs_shuffle = True

    def check(self, contest: Contest) -> None:
        """Check the parameters of the contest's form."""
        form_of_contest(contest)

    def question(self, contest: Contest) -> Json:
        """Return the question in the official language, fields in canonical order.

        Where entries are numbers of options, ``answers`` names the entries, as other
        programs read one entry per answer; the options then stand in ``extra``.
        """
        form = form_of_contest(contest)
        names = [option.name.official for option in contest.options]
        answers = [f"{n}" for n in range(1, form.length + 1)] if form.is_slotted else names
        return {
            "type": self.question_type,
            "value": {"answers": answers, "question": contest.question.official},
            "extra": extra_of(contest, form),
        }

    def check_question(self, question: Json) -> None:
        """Check a question of anybody's record; ``extra`` may be whatever its maker wanted.

        :source: protocol.md sections 4, 13.3
        """
        if not isinstance(question, dict) or set(question) - {"extra"} != {"type", "value"}:
            raise Rejected("question_form", "other fields than a non-homomorphic question has")
        value = question["value"]
        if question["type"] != self.question_type:
            raise Rejected("question_form", "another type of question")
        if not isinstance(value, dict) or set(value) != {"answers", "question"}:
            raise Rejected("question_form", "not answers and a question")
        answers = value["answers"]
        texts = [value["question"], *answers] if isinstance(answers, list) else [None]
        if not all(isinstance(text, str) for text in texts) or not answers:
            raise Rejected("question_form", "a text is missing")

    def seal_answer(self, context: BallotContext, selection: Json, randomness: Randomness) -> Json:
        """Encrypt a selection and prove knowledge of it.

        :param selection: as ``Form.vector`` takes it
        :source: protocol.md section 6.2
        """
        try:
            vector = form_of_question(context.question).vector(selection)
        except InvalidBallot as error:
            raise Refused("selection_invalid", error.rule) from error
        return seal_plaintext(context, encode_vector(context.group, vector), randomness)

    def verify_answer(self, context: BallotContext, answer: Json) -> None:
        """Check form, group membership, and that the voter knows what she sealed.

        Steps: ``answer_form``, ``group_membership``, ``knowledge_proof``.
        """
        try:
            _check_answer(context, answer)
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
        """Encrypt the vector again and compare."""
        group = context.group
        try:
            said = lines_of(context.question, choices)
        except InvalidBallot as error:
            raise Rejected("opening_invalid", error.rule) from error
        if len(randomness) != 1:
            raise Rejected("opening_invalid", "not one number")
        plaintext = encode_vector(group, choices)
        again = elgamal.encrypt_element(group, context.key, plaintext, randomness[0] % group.q)
        if answer["choices"] != elgamal.ciphertext_json(group, again):
            raise Rejected("opening_differs", "the ballot holds something else")
        return OpenedAnswer(said, not said)

    def first_components(self, context: BallotContext, answer: Json) -> Sequence[str]:
        """Return enc(α) of the one ciphertext."""
        return [answer["choices"]["alpha"]]

    def combine(
        self, context: BallotContext, answers: Sequence[Json], weights: Sequence[int]
    ) -> Sequence[Ciphertext]:
        """Return all ciphertexts, sorted.

        :raises Rejected: ``weight_not_one``: a ballot in a list cannot weigh more
        :source: protocol.md section 8
        """
        if any(weight != 1 for weight in weights):
            raise Rejected("weight_not_one", "ballots of a list all weigh 1")
        group = context.group
        ciphertexts = (elgamal.reread_ciphertext(group, answer["choices"]) for answer in answers)
        return elgamal.in_order(group, ciphertexts)

    def decode(
        self, context: BallotContext, plaintexts: Sequence[Element], total_weight: int
    ) -> Json:
        """Read each plaintext as a vector, in the order in which they were opened.

        :source: protocol.md section 11
        """
        if len(plaintexts) != total_weight:
            raise Rejected("result_form", "not one plaintext per ballot")
        length = len(context.question["value"]["answers"])
        return [decode_vector(context.group, element, length) for element in plaintexts]

    def check_result(
        self,
        context: BallotContext,
        plaintexts: Sequence[Element],
        result: Json,
        total_weight: int,
    ) -> None:
        """Check that the vectors are those of the plaintexts, in their order.

        :source: protocol.md section 11
        """
        wanted = self.decode(context, plaintexts, total_weight)
        rows = result if isinstance(result, list) else [None]
        if not all(isinstance(row, list) and all(map(_is_int, row)) for row in rows):
            raise Rejected("result_form", "not one list of numbers per ballot")
        if result != wanted:
            raise Rejected("result_differs", "a vector is not what was decrypted")

    def irregular(self, context: BallotContext, plaintexts: Sequence[Element]) -> Sequence[int]:
        """Return the places of plaintexts that are not the plain encoding of their vector.

        A voter's own program may have made them, or a trustee who lied: reading only the
        entries, she could grind a false factor until a short vector says what she likes.
        """
        length = len(context.question["value"]["answers"])
        rows = enumerate(plaintexts)
        return [i for i, element in rows if not is_plain(context.group, element, length)]

    def count(
        self, contest: Contest, result: Json, ballots: int, irregular: Collection[int] = ()
    ) -> Count:
        """Classify every vector: valid ones by what they say, others by the rule they break."""
        form, skipped = form_of_contest(contest), set(irregular)
        valid: Counter[Levels] = Counter()
        invalid: Counter[str] = Counter()
        for place, vector in enumerate(result):
            try:
                if place in skipped:
                    raise InvalidBallot(PLAINTEXT)
                valid[form.read(vector)] += 1
            except InvalidBallot as error:
                invalid[error.rule] += 1
        blank = valid.pop((None,) * form.options, 0)
        rules = tuple(sorted(invalid.items()))
        if form.kind == "choice":
            votes = tuple(valid[_only(i, form.options)] for i in range(form.options))
            return Count(votes=votes, blank=blank, ballots=ballots, invalid=rules)
        preferences = tuple(sorted(valid.items(), key=_none_first))
        return Count(
            votes=(),
            blank=blank,
            ballots=ballots,
            invalid=rules,
            preferences=preferences,
            levels=form.levels,
        )

    def cost(self, contest: Contest, group: Group) -> Cost:
        """Return what a ballot costs.

        :raises Misconfigured: ``group_unfit``: the vector does not fit into one element
        :source: protocol.md section 17
        """
        form = form_of_contest(contest)
        if form.length > group.capacity:
            detail = f"{form.length} entries, but {group.name} holds {group.capacity}"
            raise Misconfigured("group_unfit", detail, where="form")
        element = len(group.encode(group.invert(group.generator)))
        scalar = len(str(group.q))
        return Cost(
            seal=5,
            check=7,
            ballot_bytes=450 + 3 * element + 4 * scalar,
            mix=10,
            mix_check=12,
            mix_bytes=5 * element + 2 * scalar + 40,
            opened=0,
            opened_each=1,
            patterns=form.patterns(),
        )

    def option_limits(self, contest: Contest) -> tuple[int, int]:
        """Return how many options are ranked or listed; any number of scores and grades."""
        form = form_of_contest(contest)
        return (0, form.options) if form.levels != "rank" else (form.low, form.high)

    def single_choice(self, blank: bool) -> Parameters:
        """Return the parameters of a contest in which one option is chosen."""
        return {"form": "choice", "blank": blank}

    def booth(self) -> Json:
        """Return the booth's module for this scheme."""
        return {"module": "preference", "parameters": {}}


def seal_plaintext(context: BallotContext, plaintext: Element, randomness: Randomness) -> Json:
    """Encrypt any element and prove knowledge of the exponent; attacks begin here.

    :source: protocol.md section 6.2
    """
    group = context.group
    r = group.random_scalar(randomness)
    choice = elgamal.ciphertext_json(
        group, elgamal.encrypt_element(group, context.key, plaintext, r)
    )
    proof = proofs.prove_knowledge(group, _prefix(context, choice), r, randomness)
    return {"choices": choice, "proof": proofs.proof_json(proof)}


def _prefix(context: BallotContext, choice: Json) -> str:
    statement = f"{context.group.encode(context.key)},{choice['alpha']},{choice['beta']}"
    return f"raweg|{context.fingerprint}|{context.credential}|{statement}|"


def _check_answer(context: BallotContext, answer: Json) -> None:
    if not isinstance(answer, dict) or list(answer) != ["choices", "proof"]:
        raise Rejected("answer_form", "not the fields of an answer to this question")
    group, choice = context.group, answer["choices"]
    elgamal.check_ciphertext_form(choice, step="answer_form")
    try:
        proof = proofs.read_proof(group, answer["proof"])
    except Rejected as error:
        raise Rejected(error.code, error.detail, step="answer_form") from error
    alpha, beta = group.reread(choice["alpha"]), choice["beta"]
    group.decode(beta, identity_allowed=True)
    proofs.check_knowledge(
        group, _prefix(context, choice), alpha, proof, step="knowledge_proof", unchecked=True
    )


def _only(place: int, options: int) -> Levels:
    return tuple(1 if i == place else None for i in range(options))


def _none_first(item: tuple[Levels, int]) -> list[int]:
    return [-1 if level is None else level for level in item[0]]


def _is_int(value: Json) -> bool:
    return type(value) is int and 0 <= value <= LARGEST_ENTRY


def includeme(config: Any) -> None:
    """Register the scheme."""
    config.add_ballot_scheme("preference", PreferenceBallots())
