"""Attack B05: votes that cannot be decoded, or say more than they may.

Nothing proves a sealed vector valid. What can be seen sealed is refused at cast; all else
is an invalid ballot under a published rule, whose name stands in count and outcome.
"""

from dataclasses import dataclass, replace
from itertools import product

import pytest

from shuffles import PHI, draws, key_of, plaintexts
from tsukuba_trust.crypto.elgamal import reread_ciphertext
from tsukuba_trust.crypto.groups import group
from tsukuba_trust.crypto.vectors import encode_vector
from tsukuba_trust.elections.outcome import decide, outcome_text
from tsukuba_trust.errors import BallotRejected, Misconfigured, Refused, Rejected
from tsukuba_trust.interfaces import BallotContext
from tsukuba_trust.plugins.ballots.preference import PreferenceBallots, seal_plaintext
from tsukuba_trust.plugins.ballots.preference_forms import Form, InvalidBallot, weak_orders
from tsukuba_trust.plugins.ballots.preference_reading import form_of_contest
from tsukuba_trust.plugins.tallies.plurality import Plurality
from tsukuba_trust.values import Contest, Option, Text

SCHEME = PreferenceBallots()
ED = group("Ed25519")


def contest_of(options: int = 3, **ballot: object) -> Contest:
    made = tuple(Option(f"o{i}", Text((("ja", f"候補{i}"),))) for i in range(1, options + 1))
    title = Text((("ja", "題"),))
    return Contest("c", "", title, title, made, "preference", ballot, "plurality", {"seats": 1})


CHOICE = contest_of(form="choice", blank=True)
RANKING = contest_of(form="ranking")


def context_of(contest: Contest) -> BallotContext:
    credential = ED.encode(ED.power(ED.generator, 77))
    return BallotContext(ED, key_of(ED), PHI, credential, SCHEME.question(contest))


def rule_of(contest: Contest, element: object) -> str:
    """Seal an element as a forger does, cast it, mix nothing, open it, count it."""
    context = context_of(contest)
    answer = seal_plaintext(context, element, draws("forger"))
    SCHEME.verify_answer(context, answer)
    (ciphertext,) = SCHEME.combine(context, [answer], [1])
    opened = plaintexts(ED, [ciphertext])
    result = SCHEME.decode(context, opened, 1)
    SCHEME.check_result(context, opened, result, 1)
    count = SCHEME.count(contest, result, 1, SCHEME.irregular(context, opened))
    assert (sum(count.votes), count.preferences, count.blank) == (0, (), 0)
    ((rule, ballots),) = count.invalid
    assert ballots == 1
    return rule


def padded(vector: list[int], more: int) -> object:
    """Return the element of the same entries with another padding."""
    number = ED.to_integer(encode_vector(ED, vector)) + 1
    while True:
        try:
            element = ED.from_integer(number)
        except Rejected:
            number += 1
        else:
            if not more:
                return element
            more, number = more - 1, number + 1


@dataclass(frozen=True)
class Forged:
    contest: Contest
    element: object
    rule: str


LIST = contest_of(form="list", slots=2, min=2)
SCORES = contest_of(form="score", max=5)
FORGED = {
    "a random element": Forged(CHOICE, ED.power(ED.generator, 4711), "plaintext"),
    "another padding": Forged(CHOICE, padded([2], 0), "plaintext"),
    "yet another padding": Forged(RANKING, padded([2, 1, 3], 3), "plaintext"),
    "a byte above a valid vote": Forged(CHOICE, encode_vector(ED, [1, 2]), "plaintext"),
    "an option that does not exist": Forged(CHOICE, encode_vector(ED, [4]), "range"),
    "minus one": Forged(CHOICE, encode_vector(ED, [255]), "range"),
    "a rank that does not exist": Forged(RANKING, encode_vector(ED, [1, 2, 4]), "range"),
    "two first ranks": Forged(RANKING, encode_vector(ED, [1, 1, 2]), "twice"),
    "no first rank": Forged(RANKING, encode_vector(ED, [2, 3, 0]), "gap"),
    "nothing where blank is not offered": Forged(RANKING, encode_vector(ED, [0] * 3), "empty"),
    "an option listed twice": Forged(LIST, encode_vector(ED, [3, 3]), "twice"),
    "a list that begins second": Forged(LIST, encode_vector(ED, [0, 3]), "gap"),
    "too short a list": Forged(LIST, encode_vector(ED, [3, 0]), "too_few"),
    "too many ranks": Forged(
        contest_of(form="ranking", max=2), encode_vector(ED, [1, 2, 3]), "too_many"
    ),
    "too high a score": Forged(SCORES, encode_vector(ED, [7, 1, 1]), "range"),
}


@pytest.mark.parametrize("what", FORGED)
def test_b05_it_is_an_invalid_ballot_under_its_rule(what: str) -> None:
    forged = FORGED[what]
    assert rule_of(forged.contest, forged.element) == forged.rule


@pytest.mark.parametrize("what", FORGED)
def test_b05_no_honest_device_seals_it(what: str) -> None:
    contest, honest = FORGED[what].contest, {"empty"}
    if contest is CHOICE or FORGED[what].rule == "plaintext":
        return  # a selection of these forms cannot even say it
    bad = SCHEME.decode(context_of(contest), [FORGED[what].element], 1)[0]
    with pytest.raises(Refused) as refusal:
        SCHEME.seal_answer(context_of(contest), bad, draws("honest"))
    assert refusal.value.detail in honest | {FORGED[what].rule}


def test_b05_the_rule_stands_in_the_outcome() -> None:
    result = [[1], [1], [4], [2], [9]]
    made = decide(CHOICE, SCHEME, Plurality(), result=result, ballots=5, irregular=[3])
    assert made.elected == ("o1",)
    assert made.detail["invalid_ballots"] == [
        {"rule": "plaintext", "ballots": 1},
        {"rule": "range", "ballots": 2},
    ]
    assert '"invalid_ballots":[{"ballots":1,"rule":"plaintext"}' in outcome_text(made, 5)


def test_b05_a_ciphertext_without_its_owner_is_refused_at_cast() -> None:
    context = context_of(CHOICE)
    answer = SCHEME.seal_answer(context, [1, 0, 0], draws("a"))
    ciphertext = reread_ciphertext(ED, answer["choices"])
    other = {**answer["choices"], "beta": ED.encode(ED.power(ciphertext.beta, 2))}
    outside, identity = "0" * 64, ED.encode(ED.identity)
    for choices, step in (
        (other, "knowledge_proof"),
        ({**answer["choices"], "beta": outside}, "group_membership"),
        ({**answer["choices"], "alpha": outside}, "group_membership"),
        ({**answer["choices"], "alpha": identity}, "group_membership"),
        ({"alpha": other["alpha"]}, "answer_form"),
    ):
        with pytest.raises(BallotRejected) as refusal:
            SCHEME.verify_answer(context, {**answer, "choices": choices})
        assert refusal.value.step == step


def test_every_vector_is_valid_or_breaks_a_rule_and_patterns_are_counted() -> None:
    forms = [
        Form("ranking", 3, False, 1, 3),
        Form("ranking", 3, True, 2, 2),
        Form("ranking", 3, True, 1, 3, True),
        Form("ranking", 3, False, 2, 3, True),
        Form("list", 4, True, 1, 2),
        Form("list", 4, False, 2, 3),
        Form("score", 2, True, 0, 3),
        Form("grade", 2, False, 0, 4),
    ]
    for form in forms:
        valid = 0
        for vector in product(range(form.largest + 2), repeat=form.length):
            try:
                levels = form.read(vector)
            except InvalidBallot:
                continue
            valid += 1
            assert len(levels) == form.options
        assert valid == form.patterns(), form


def test_weak_orders_are_the_fubini_numbers() -> None:
    assert [weak_orders(n) for n in range(7)] == [1, 1, 3, 13, 75, 541, 4683]


def test_a_single_choice_says_no_more_than_sums() -> None:
    assert form_of_contest(contest_of(41, form="choice", blank=True)).patterns() == 0


def test_whole_ballots_are_counted_once_each_with_none_first() -> None:
    result = [[1, 2, 3], [0, 1, 2], [1, 2, 3], [0, 0, 0]]
    count = SCHEME.count(contest_of(form="ranking", blank=True), result, 4)
    assert count.preferences == (((None, 1, 2), 1), ((1, 2, 3), 2))
    assert (count.votes, count.blank, count.ballots, count.invalid) == ((), 1, 4, ())


@pytest.mark.parametrize(
    ("ballot", "key"),
    [
        ({}, "form"),
        ({"form": "essay"}, "form"),
        ({"form": "ranking", "max": 4}, "max"),
        ({"form": "ranking", "min": 0}, "min"),
        ({"form": "ranking", "ties": 1}, "ties"),
        ({"form": "ranking", "ties": True, "max": 2}, "max"),
        ({"form": "ranking", "slots": 2}, "slots"),
        ({"form": "score"}, "max"),
        ({"form": "score", "max": 255}, "max"),
        ({"form": "grade", "grades": ["good"]}, "grades"),
        ({"form": "grade", "grades": ["good", "good"]}, "grades"),
        ({"form": "list", "slots": 4}, "slots"),
        ({"form": "list"}, "slots"),
        ({"form": "choice", "max": 1}, "max"),
        ({"form": "choice", "blank": "yes"}, "blank"),
    ],
)
def test_it_names_the_parameter_that_is_wrong(ballot: dict[str, object], key: str) -> None:
    with pytest.raises(Misconfigured) as complaint:
        SCHEME.check(contest_of(**ballot))
    assert complaint.value.where == key


def test_more_options_than_an_entry_holds_are_refused() -> None:
    with pytest.raises(Misconfigured, match="at most 255 options"):
        SCHEME.check(contest_of(256, form="choice"))


def test_a_long_race_fits_into_one_entry_and_a_long_ranking_does_not() -> None:
    race, ranking = contest_of(41, form="choice"), contest_of(41, form="ranking")
    assert len(SCHEME.question(race)["value"]["answers"]) == 1
    assert SCHEME.question(race)["extra"]["options"][40] == "候補41"
    assert SCHEME.cost(race, ED).check == 7
    with pytest.raises(Misconfigured, match="41 entries, but Ed25519 holds 30"):
        SCHEME.cost(ranking, ED)
    with pytest.raises(Misconfigured, match="group_unfit"):
        SCHEME.cost(race, group("BELENIOS-2048"))
    assert SCHEME.cost(ranking, group("RFC-3526-2048")).seal == 5


def test_a_question_of_another_program_takes_any_vector() -> None:
    question = {
        "type": "NonHomomorphic",
        "value": {"answers": ["a", "b"], "question": "?"},
    }
    SCHEME.check_question(question)
    context = replace(context_of(CHOICE), question=question)
    answer = SCHEME.seal_answer(context, [0, 255], draws("raw"))
    SCHEME.verify_answer(context, answer)


@pytest.mark.parametrize("extra", [1, {}, {"form": "essay"}, {"form": "list", "slots": "2"}])
def test_an_extra_that_is_not_ours_cannot_be_sealed(extra: object) -> None:
    question = {"type": "NonHomomorphic", "value": {"answers": ["a"], "question": "?"}}
    SCHEME.check_question({**question, "extra": extra})
    context = replace(context_of(CHOICE), question={**question, "extra": extra})
    with pytest.raises(Rejected, match="question_form"):
        SCHEME.seal_answer(context, [1], draws("raw"))


def test_ballots_of_a_list_weigh_one() -> None:
    context = context_of(CHOICE)
    answer = SCHEME.seal_answer(context, [1, 0, 0], draws("a"))
    with pytest.raises(Rejected, match="weight_not_one"):
        SCHEME.combine(context, [answer], [2])
