"""Homomorphic ballots: made, checked, added up, read again."""

import copy
import hashlib
import json
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zope.interface.verify import verifyObject

from tsukuba_trust.crypto import proofs
from tsukuba_trust.crypto.elgamal import Ciphertext
from tsukuba_trust.crypto.groups import group
from tsukuba_trust.errors import BallotRejected, Misconfigured, Refused, Rejected
from tsukuba_trust.interfaces import BallotContext, IBallotScheme
from tsukuba_trust.plugins.ballots import homomorphic, homomorphic_answer
from tsukuba_trust.plugins.ballots.homomorphic import HomomorphicBallots
from tsukuba_trust.values import Contest, Option, Text

NAMES = ("Ed25519", "BELENIOS-2048", "RFC-3526-2048")
SCHEME = HomomorphicBallots()
SECRET = 123456789
ED = group("Ed25519")


def stream(seed):
    calls = count()
    return lambda size: hashlib.shake_256(f"{seed}|{next(calls)}".encode()).digest(size)


def question(options=3, low=1, high=1, blank=None):
    answers = [f"Option {i}" for i in range(options)]
    rest = {} if blank is None else {"blank": blank}
    return {"answers": answers, **rest, "min": low, "max": high, "question": "Which?"}


def context(asked=None, name="Ed25519", phi="f" * 43, credential="c"):
    g = group(name)
    key = g.power(g.generator, SECRET)
    return BallotContext(g, key, phi, credential, asked or question())


def contest(options=3, **parameters):
    text = Text((("ja", "問"), ("en", "Question")))
    made = tuple(Option(f"o{i}", Text((("ja", f"案{i}"),))) for i in range(options))
    return Contest("c", "U" * 14, text, text, made, "homomorphic", parameters, "plurality", {})


def seal(where, selection, seed="seal"):
    return SCHEME.seal_answer(where, selection, stream(seed))


def decrypt(where, ciphertexts):
    g = where.group
    return [g.multiply(c.beta, g.invert(g.power(c.alpha, SECRET))) for c in ciphertexts]


def refuses(where, answer, step=None, code=None):
    with pytest.raises(BallotRejected) as caught:
        SCHEME.verify_answer(where, answer)
    assert step in (None, caught.value.step)
    assert code in (None, caught.value.code)


# The scheme as a plugin


def test_it_keeps_the_contract_of_ballot_schemes():
    assert verifyObject(IBallotScheme, SCHEME)
    assert (SCHEME.name, SCHEME.question_type, SCHEME.needs_shuffle) == ("homomorphic", "", False)


def test_it_registers_itself_by_name():
    registered = {}

    class Config:
        add_ballot_scheme = staticmethod(registered.__setitem__)

    homomorphic.includeme(Config())
    assert isinstance(registered["homomorphic"], HomomorphicBallots)


def test_the_booth_is_told_which_module_to_load():
    assert SCHEME.booth() == {"module": "homomorphic", "parameters": {}}


@pytest.mark.parametrize(
    "parameters",
    [
        {"min": 1, "max": 1},
        {"min": 0, "max": 3, "blank": True},
        {"min": 3, "max": 3, "blank": False},
    ],
)
def test_sane_parameters_pass(parameters):
    SCHEME.check(contest(**parameters))


@pytest.mark.parametrize(
    ("parameters", "where"),
    [
        ({}, "min"),
        ({"min": 1}, "max"),
        ({"min": "1", "max": 1}, "min"),
        ({"min": True, "max": 1}, "min"),
        ({"min": 1, "max": 1.0}, "max"),
        ({"min": 2, "max": 1}, "min"),
        ({"min": -1, "max": 1}, "min"),
        ({"min": 0, "max": 0}, "max"),
        ({"min": 0, "max": 4}, "max"),
        ({"min": 1, "max": 1, "blank": "no"}, "blank"),
        ({"min": 1, "max": 1, "weights": True}, "weights"),
    ],
)
def test_wrong_parameters_are_named(parameters, where):
    with pytest.raises(Misconfigured) as caught:
        SCHEME.check(contest(**parameters))
    assert caught.value.where == where


def test_a_contest_becomes_a_question_in_the_official_language():
    made = SCHEME.question(contest(min=1, max=2))
    assert json.dumps(made, ensure_ascii=False, separators=(",", ":")) == (
        '{"answers":["案0","案1","案2"],"min":1,"max":2,"question":"問"}'
    )


def test_a_blank_option_stands_in_front_of_the_limits():
    made = SCHEME.question(contest(min=1, max=1, blank=True))
    assert list(made) == ["answers", "blank", "min", "max", "question"]
    assert made["blank"] is True


@pytest.mark.parametrize(
    "asked",
    [question(), question(blank=False), question(5, 0, 3, True), question(3, 0, 0)],
)
def test_a_sane_question_passes(asked):
    SCHEME.check_question(asked)


@pytest.mark.parametrize(
    "changed",
    [
        {"min": -1},
        {"min": 2},
        {"max": 4},
        {"min": True},
        {"min": "1"},
        {"max": 1.0},
        {"answers": []},
        {"answers": "abc"},
        {"answers": ["a", 1, "c"]},
        {"question": None},
        {"blank": 1},
        {"blank": None},
        {"type": "NonHomomorphic"},
        {"extra": 1},
    ],
)
def test_an_insane_question_is_refused(changed):
    with pytest.raises(Rejected, match="question_"):
        SCHEME.check_question(question() | changed)


@pytest.mark.parametrize("asked", [None, [], {}, {"answers": ["a"], "min": 0, "max": 1}])
def test_what_is_no_question_is_refused(asked):
    with pytest.raises(Rejected, match="question_form"):
        SCHEME.check_question(asked)


# Sealing and checking


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("asked", "selection"),
    [
        (question(), [0, 1, 0]),
        (question(blank=True), [0, 0, 1]),
        (question(blank=True), "blank"),
        (question(2, 0, 2), [0, 0]),
        (question(2, 1, 2), [1, 1]),
        (question(2, 2, 2, True), "blank"),
        (question(2, 0, 2, True), [0, 0]),
        (question(1, 0, 1), [0]),
    ],
)
def test_what_it_seals_it_accepts(name, asked, selection):
    where = context(asked, name)
    SCHEME.verify_answer(where, seal(where, selection))


@settings(max_examples=30, deadline=None)
@given(st.data(), st.integers(1, 4), st.booleans())
def test_every_allowed_selection_is_accepted_and_counted(data, options, blank):
    low = data.draw(st.integers(0, options))
    high = data.draw(st.integers(low, options))
    where = context(question(options, low, high, blank))
    some = data.draw(
        st.lists(st.integers(0, options - 1), unique=True, min_size=low, max_size=high)
    )
    selection = [int(i in some) for i in range(options)]
    answer = seal(where, selection)
    SCHEME.verify_answer(where, answer)
    result = SCHEME.decode(where, decrypt(where, SCHEME.combine(where, [answer], [1])), 1)
    assert result == [0] * blank + selection


@pytest.mark.parametrize(
    "selection",
    [
        "blank",
        None,
        [0, 0, 0],
        [1, 1, 0],
        [1, 0],
        [1, 0, 0, 0],
        [2, -1, 0],
        [True, 0, 0],
        [1.0, 0, 0],
        ["1", 0, 0],
    ],
)
def test_it_does_not_seal_what_the_question_does_not_allow(selection):
    with pytest.raises(Refused, match="selection_invalid"):
        seal(context(), selection)


def test_the_fields_of_an_answer_stand_in_canonical_order():
    where = context(question(blank=True))
    assert list(seal(where, "blank")) == [
        "choices", "individual_proofs", "overall_proof", "blank_proof",
    ]  # fmt: skip


def test_two_ballots_of_one_choice_share_nothing():
    where, draw = context(), stream("fresh")
    first, second = (SCHEME.seal_answer(where, [1, 0, 0], draw) for _ in range(2))
    components = [*SCHEME.first_components(where, first), *SCHEME.first_components(where, second)]
    assert len(set(components)) == 6


def paths(value, at=()):
    """List the places of all texts in a JSON value."""
    if isinstance(value, str):
        return [at]
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    return [found for key, inner in entries for found in paths(inner, (*at, key))]


def with_text(answer, path, change):
    changed = copy.deepcopy(answer)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = change(inner[path[-1]])
    return changed


@pytest.mark.parametrize("name", ["Ed25519", "BELENIOS-2048"])
@pytest.mark.parametrize("blank", [False, True])
def test_p01_every_text_of_an_answer_matters(name, blank):
    where = context(question(2, 0, 1, blank), name)
    answer = seal(where, [1, 0])
    for path in paths(answer):
        refuses(where, with_text(answer, path, lambda t: t[:-1] + ("1" if t[-1] != "1" else "2")))
        refuses(where, with_text(answer, path, lambda t: "0" + t), code=None)


@pytest.mark.parametrize("blank", [False, True])
def test_p01_one_answer_s_proofs_serve_no_other(blank):
    where = context(question(blank=blank))
    mine, yours = seal(where, [1, 0, 0], "mine"), seal(where, [1, 0, 0], "yours")
    for field in mine:
        refuses(where, mine | {field: yours[field]})


# P04: membership, in both ways it is checked

EIGHTH = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
BAD = {
    "torsion": lambda t: ED.encode(ED.multiply(ED.reread(t), EIGHTH)),
    "order two": lambda t: ED.encode(ED.multiply(ED.reread(t), bytes([236, *[255] * 30, 127]))),
    "small order": lambda t: ED.encode(EIGHTH),
    "identity with a sign": lambda t: f"{2**255 + 1:064x}",
    "not reduced": lambda t: f"{2**255 - 18:064x}",
    "not on the curve": lambda t: f"{2:064x}",
    "upper case": str.upper,
    "too short": lambda t: t[1:],
}


@pytest.fixture(params=["proof", "decoder"])
def zero_or_not(request, monkeypatch):
    """Answers whose proofs hold for anything, so that only membership is at stake.

    With all challenges zero nothing but the decoder stands between.
    """
    if request.param == "decoder":
        monkeypatch.setattr(proofs, "hash_to_scalar", lambda *_: 0)
    answer = seal(context(), [1, 0, 0])
    if request.param == "decoder":
        for proof in [p for pair in answer["individual_proofs"] for p in pair]:
            proof["challenge"] = "0"
        answer["overall_proof"][0]["challenge"] = "0"
    return answer


def test_p04_members_pass_both_ways(zero_or_not):
    SCHEME.verify_answer(context(), zero_or_not)


@pytest.mark.parametrize("component", ["alpha", "beta"])
@pytest.mark.parametrize("bad", sorted(BAD))
def test_p04_no_foreign_point_in_a_ballot(zero_or_not, component, bad):
    path = ("choices", 1, component)
    changed = with_text(zero_or_not, path, BAD[bad])
    refuses(context(), changed, "group_membership", "element_invalid")


def test_p04_alpha_is_not_the_identity(zero_or_not):
    identity = ED.encode(ED.identity)
    changed = with_text(zero_or_not, ("choices", 0, "alpha"), lambda _: identity)
    refuses(context(), changed, "group_membership", "element_invalid")


@pytest.mark.parametrize("name", NAMES[1:])
@pytest.mark.parametrize("component", ["alpha", "beta"])
def test_p04_no_foreign_residue_in_a_ballot(name, component):
    where = context(question(2), name)
    answer, p = seal(where, [1, 0]), where.group.p
    for change in (lambda t: str(p - int(t)), lambda t: str(p + int(t)), lambda t: "0"):
        changed = with_text(answer, ("choices", 1, component), change)
        refuses(where, changed, "group_membership", "element_invalid")


@pytest.mark.parametrize("name", NAMES)
def test_p04_scalars_of_a_ballot_are_below_q(name):
    where = context(question(1, 0, 1), name)
    answer = seal(where, [1])
    for path in paths(answer):
        if path[0] != "choices":
            changed = with_text(answer, path, lambda t: str(int(t) + where.group.q))
            refuses(where, changed, "answer_form", "scalar_invalid")


# Form


@pytest.mark.parametrize(
    "change",
    [
        lambda a: None,
        lambda a: [],
        lambda a: {k: a[k] for k in reversed(list(a))},
        lambda a: a | {"note": "x"},
        lambda a: {k: a[k] for k in list(a)[:-1]},
        lambda a: a | {"blank_proof": a["individual_proofs"][0]},
        lambda a: a | {"choices": a["choices"][:-1]},
        lambda a: a | {"choices": [*a["choices"], a["choices"][0]]},
        lambda a: a | {"choices": dict(enumerate(a["choices"]))},
        lambda a: a | {"choices": [*a["choices"][:-1], {"alpha": "1"}]},
        lambda a: a | {"individual_proofs": a["individual_proofs"][:-1]},
        lambda a: a | {"individual_proofs": [p[:1] for p in a["individual_proofs"]]},
        lambda a: a | {"individual_proofs": [[*p, p[0]] for p in a["individual_proofs"]]},
        lambda a: a | {"overall_proof": []},
        lambda a: a | {"overall_proof": a["overall_proof"] * 2},
        lambda a: a | {"overall_proof": a["overall_proof"][0]},
        lambda a: a | {"overall_proof": [{**a["overall_proof"][0], "extra": "1"}]},
    ],
)
def test_an_answer_has_exactly_the_form_that_the_question_asks_for(change):
    where = context()
    refuses(where, change(seal(where, [1, 0, 0])), "answer_form")


def test_a_blank_proof_is_there_when_blank_is_allowed():
    where = context(question(blank=True))
    answer = seal(where, "blank")
    del answer["blank_proof"]
    refuses(where, answer, "answer_form")


# B01, B02: copies


def test_b01_a_copied_answer_is_refused_under_another_credential():
    answer = seal(context(credential="c"), [1, 0, 0])
    refuses(context(credential="d"), answer, "individual_proof", "proof_invalid")


def test_b01_a_re_randomised_copy_is_refused():
    where = context()
    answer = seal(where, [1, 0, 0])
    for component, base in (("alpha", ED.generator), ("beta", where.key)):
        shift = ED.power(base, 99)
        path = ("choices", 0, component)
        answer = with_text(answer, path, lambda t, s=shift: ED.encode(ED.multiply(ED.reread(t), s)))
    refuses(where, answer, "individual_proof", "proof_invalid")


def test_b01_a_permuted_copy_is_refused():
    where = context()
    answer = seal(where, [1, 0, 0])
    for field in ("choices", "individual_proofs"):
        answer = answer | {field: answer[field][::-1]}
    refuses(where, answer, "overall_proof", "proof_invalid")


def test_b01_every_first_component_is_shown_so_that_one_copied_alone_is_found():
    where = context(question(blank=True))
    answer = seal(where, "blank")
    assert SCHEME.first_components(where, answer) == [c["alpha"] for c in answer["choices"]]


def test_b02_an_answer_for_one_election_is_refused_in_another():
    answer = seal(context(), [1, 0, 0])
    refuses(context(phi="g" * 43), answer, "individual_proof", "proof_invalid")


# B05: over-full and undecodable ballots, made by hand


def forge(where, values, high=None):
    """Make an answer from any plaintexts, with the nearest branches as if they were true."""
    g, draw, limits = where.group, stream("forge"), homomorphic_answer.Limits.of(where.question)
    exponents = [g.random_scalar(draw) for _ in values]
    ciphertexts = [
        Ciphertext(
            g.power(g.generator, r), g.multiply(g.power(where.key, r), g.power(g.generator, v))
        )
        for v, r in zip(values, exponents, strict=True)
    ]
    choices = [{"alpha": g.encode(c.alpha), "beta": g.encode(c.beta)} for c in ciphertexts]
    prefixes = homomorphic_answer._Prefixes.of(where, choices)
    total = homomorphic_answer._total(where, ciphertexts)

    def prove(prefix, branches, true, r):
        true = min(max(true, 0), len(branches) - 1)
        made = proofs.prove_or(g, where.key, prefix, branches, true, r, draw)
        return [proofs.proof_json(proof) for proof in made]

    minus = homomorphic_answer._minus
    answer = {"choices": choices}
    answer["individual_proofs"] = [
        prove(prefixes.individual(i), minus(g, c, (0, 1)), values[i], exponents[i])
        for i, c in enumerate(ciphertexts)
    ]
    total_r = sum(exponents[limits.blank :]) % g.q
    is_blank = limits.blank and values[0] == 1
    true = 0 if is_blank else sum(values[limits.blank :]) - limits.low + limits.blank
    branches = homomorphic_answer._overall_branches(where, ciphertexts, total)
    r = exponents[0] if is_blank else total_r
    answer["overall_proof"] = prove(prefixes.overall(total), branches, true, r)
    if limits.blank:
        true = int(is_blank)
        branches = [ciphertexts[0], total]
        answer["blank_proof"] = prove(
            prefixes.blank(), branches, true, total_r if is_blank else exponents[0]
        )
    return answer


@pytest.mark.parametrize("name", ["Ed25519", "BELENIOS-2048"])
def test_b05_the_forger_of_these_tests_can_make_good_ballots(name):
    SCHEME.verify_answer(context(name=name), forge(context(name=name), [0, 1, 0]))
    where = context(question(blank=True), name)
    SCHEME.verify_answer(where, forge(where, [1, 0, 0, 0]))
    SCHEME.verify_answer(where, forge(where, [0, 0, 0, 1]))


@pytest.mark.parametrize("name", ["Ed25519", "BELENIOS-2048"])
@pytest.mark.parametrize(
    ("values", "step"),
    [
        ([1, 1, 0], "overall_proof"),  # two picks
        ([0, 0, 0], "overall_proof"),  # none
        ([2, 0, 0], "individual_proof"),  # out of range
        ([2, -1, 0], "individual_proof"),  # negative, the sum is right
        ([100, -99, 0], "individual_proof"),
        ([-1, 1, 1], "individual_proof"),
    ],
)
def test_b05_a_ballot_made_by_hand_is_refused(name, values, step):
    where = context(name=name)
    refuses(where, forge(where, values), step, "proof_invalid")


@pytest.mark.parametrize(
    ("values", "step"),
    [
        ([1, 1, 0, 0], "blank_proof"),  # blank and a choice
        ([0, 1, 1, 0], "overall_proof"),  # two picks
        ([0, 0, 0, 0], "overall_proof"),  # neither blank nor a choice
        ([2, 0, 0, 0], "individual_proof"),
        ([-1, 1, 0, 0], "individual_proof"),
    ],
)
def test_b05_a_blank_ballot_made_by_hand_is_refused(values, step):
    where = context(question(blank=True))
    refuses(where, forge(where, values), step, "proof_invalid")


def test_b05_a_random_element_is_refused():
    where = context()
    element = ED.encode(ED.ggen(5))  # a member whose logarithm nobody knows
    changed = with_text(seal(where, [1, 0, 0]), ("choices", 2, "beta"), lambda _: element)
    refuses(where, changed, "individual_proof", "proof_invalid")


def test_b05_nothing_that_cannot_be_decoded_is_counted():
    where = context()
    plaintexts = [ED.identity, ED.generator, ED.ggen(7)]
    with pytest.raises(Rejected, match="count_not_found"):
        SCHEME.decode(where, plaintexts, 1000)


# Tally and result


def tally(where, selections, weights):
    answers = [seal(where, s, f"voter {i}") for i, s in enumerate(selections)]
    return decrypt(where, SCHEME.combine(where, answers, weights))


@pytest.mark.parametrize("name", NAMES)
def test_weights_multiply_votes(name):
    where = context(question(2, blank=True), name)
    plaintexts = tally(where, [[1, 0], "blank", [0, 1], [1, 0]], [2, 3, 5_000_000, 1])
    result = SCHEME.decode(where, plaintexts, 5_000_006)
    assert result == [3, 3, 5_000_000]
    SCHEME.check_result(where, plaintexts, result, 5_000_006)


def test_an_empty_box_is_all_zeros():
    where = context()
    assert SCHEME.decode(where, decrypt(where, SCHEME.combine(where, [], [])), 0) == [0, 0, 0]


def test_sums_may_be_made_in_parts():
    where = context()
    answers = [seal(where, [1, 0, 0], f"{i}") for i in range(4)]
    whole = SCHEME.combine(where, answers, [1] * 4)
    parts = [SCHEME.combine(where, answers[i : i + 2], [1, 1]) for i in (0, 2)]
    for total, left, right in zip(whole, *parts, strict=True):
        assert total.alpha == ED.multiply(left.alpha, right.alpha)
        assert total.beta == ED.multiply(left.beta, right.beta)


def test_large_counts_are_written_as_texts():
    where = context(question(2, 0, 2))
    counts = [1073741823, 1073741824]
    plaintexts = [ED.power(ED.generator, n) for n in counts]
    result = SCHEME.decode(where, plaintexts, 2**31)
    assert result == [1073741823, "1073741824"]
    SCHEME.check_result(where, plaintexts, result, 2**31)


@pytest.mark.parametrize(
    "result",
    [
        [1, 2],
        [1, 2, 3, 0],
        None,
        {},
        "123",
        [1, 2, 4],
        [2, 1, 3],
        [1, 2, "3"],
        [1, 2, 3.0],
        [True, 2, 3],
        [1, 2, None],
        [1, 2, -3],
        [1, 2, "３"],
        [1, 2, "1" * 5000],
        [1, 2, 3 + ED.q],
    ],
)
def test_a_result_that_differs_from_the_plaintexts_is_refused(result):
    plaintexts = [ED.power(ED.generator, n) for n in (1, 2, 3)]
    SCHEME.check_result(context(), plaintexts, [1, 2, 3], 6)
    with pytest.raises(Rejected, match="result_"):
        SCHEME.check_result(context(), plaintexts, result, 6)


def test_b05_a_published_count_above_the_total_weight_is_refused():
    plaintexts = [ED.power(ED.generator, n) for n in (1, 2, 3)]
    with pytest.raises(Rejected, match="result_differs"):
        SCHEME.check_result(context(), plaintexts, [1, 2, 3], 2)


def test_a_result_needs_one_plaintext_per_option():
    for call in (SCHEME.decode, lambda *a: SCHEME.check_result(*a[:2], [1], a[2])):
        with pytest.raises(Rejected, match="result_form"):
            call(context(), [ED.generator], 1)


def test_a_result_is_read_as_votes_per_option():
    counted = SCHEME.count(contest(min=1, max=1), [4, 0, "1073741824"], 5)
    assert (counted.votes, counted.blank, counted.ballots) == ((4, 0, 1073741824), 0, 5)


def test_blank_votes_come_first_and_are_told_apart():
    counted = SCHEME.count(contest(min=1, max=1, blank=True), [2, 4, 0, 1], 7)
    assert (counted.votes, counted.blank, counted.ballots) == ((4, 0, 1), 2, 7)


# Ballots that belenios-tool made


def golden_ballots(folder):
    """Yield question, context and answer of every homomorphic answer of an archive."""
    (path,) = (Path(__file__).parents[3] / "vectors" / "belenios" / folder).glob("*.bel")
    data, offset, record = path.read_bytes(), 0, None
    while offset < len(data):
        size = int(data[offset + 124 : offset + 135], 8)
        body = data[offset + 512 : offset + 512 + size]
        offset += 512 + (size + 511) // 512 * 512
        value = json.loads(body)
        if isinstance(value, dict) and "questions" in value:
            record = value
        if isinstance(value, dict) and "election_hash" in value:
            for asked, answer in zip(record["questions"], value["answers"], strict=True):
                if "type" not in asked:
                    g = group(record["group"])
                    key = g.decode(record["public_key"], identity_allowed=False)
                    phi, credential = value["election_hash"], value["credential"]
                    yield BallotContext(g, key, phi, credential, asked), answer


@pytest.mark.parametrize(
    ("folder", "answers"),
    [("ed-h-single-3", 3), ("ed-h-weights-5", 4), ("ed-mixed-6", 14), ("ff-h-single-3", 3)],
)
def test_answers_made_by_belenios_tool_are_accepted(folder, answers):
    checked = 0
    for where, answer in golden_ballots(folder):
        SCHEME.check_question(where.question)
        SCHEME.verify_answer(where, answer)
        checked += 1
    assert checked == answers
