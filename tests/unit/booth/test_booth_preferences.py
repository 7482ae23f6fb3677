"""Ballots with rankings, scores, grades and lists that the booth's code makes (protocol.md 6.2)."""

import json
import secrets

import pytest

from booth_node import BoothRefused, ask
from tsukuba_trust.crypto import ballot, record
from tsukuba_trust.crypto.groups import group as named_group
from tsukuba_trust.crypto.vectors import encode_vector
from tsukuba_trust.errors import Rejected
from tsukuba_trust.interfaces import BallotContext
from tsukuba_trust.plugins.ballots.preference import PreferenceBallots

UUID = "HRjeJJBNa8huFh"
ORIGIN = "board.example.jp/e/mock-2025"
GROUPS = ("Ed25519", "RFC-3526-2048")
NAMES = ["青", "白", "赤"]
GRADES = ["良い", "普通", "悪い"]
# extra, number of answers, selection, vector, what an opening says
FORMS = {
    "a ranking": ({"form": "ranking", "blank": True}, 3, [2, 0, 1], [2, 0, 1], ["1. 赤", "2. 青"]),
    "a tie": (
        {"form": "ranking", "blank": False, "ties": True},
        3,
        [1, 2, 1],
        [1, 2, 1],
        ["1. 青", "1. 赤", "2. 白"],
    ),
    "scores": (
        {"form": "score", "blank": False, "max": 10},
        3,
        [11, 0, 1],
        None,
        ["青: 10", "赤: 0"],
    ),
    "grades": ({"form": "grade", "blank": False, "grades": GRADES}, 3, [3, 1, 0], None, None),
    "a list": (
        {"form": "list", "blank": False, "slots": 2, "options": NAMES},
        2,
        [3, 1],
        [3, 1],
        ["1. 赤", "2. 青"],
    ),
    "one of many": (
        {"form": "choice", "blank": True, "options": [str(n) for n in range(41)]},
        1,
        [int(n == 40) for n in range(41)],
        [41],
        ["40"],
    ),
    "a blank ballot": ({"form": "ranking", "blank": True}, 3, "blank", [0, 0, 0], []),
}


def _record(name, extra, answers):
    group = named_group(name)
    key = group.encode(
        group.power_secret(group.generator, group.random_scalar(secrets.token_bytes))
    )
    texts = NAMES if answers == 3 else [str(n) for n in range(1, answers + 1)]
    question = {
        "type": "NonHomomorphic",
        "value": {"answers": texts, "question": "どの順に\nしますか"},
        "extra": extra,
    }
    return record.election_record(UUID, "名", "説明", name, key, [question])


def _input(text, selection):
    contests = [{"uuid": UUID, "record": text}]
    return {"origin": ORIGIN, "contests": contests, "choices": {UUID: selection}}


def _context(contest, sealed):
    return BallotContext(
        contest.group, contest.key, contest.fingerprint, sealed.credential, contest.questions[0]
    )


@pytest.mark.parametrize("name", GROUPS)
@pytest.mark.parametrize("label", FORMS)
def test_the_server_accepts_and_opens_every_form(name, label):
    extra, answers, selection, vector, said = FORMS[label]
    text = _record(name, extra, answers)
    [_, opening] = ask(("seal", _input(text, selection)), ("opening", UUID))
    shown = json.loads(opening["text"])
    contest, scheme = record.read_record(text), PreferenceBallots()
    sealed = ballot.read_ballot(shown["ballot"])
    ballot.check_signature(contest.group, sealed)
    context = _context(contest, sealed)
    scheme.verify_answer(context, sealed.answers[0])
    assert shown["choices"] == (vector or selection)
    opened = scheme.open_answer(
        context, sealed.answers[0], shown["choices"], [int(r) for r in shown["randomness"]]
    )
    [checked] = ask(("checkOpening", {"text": opening["text"], "record": text}))
    assert (list(opened.chosen), opened.blank) == (checked["chosen"], checked["blank"])
    assert said is None or checked["chosen"] == said


@pytest.mark.parametrize("name", GROUPS)
def test_its_vectors_are_the_server_s(name):
    text = _record(name, {"form": "score", "blank": False, "max": 254}, 3)
    [_, opening] = ask(("seal", _input(text, [255, 1, 128])), ("opening", UUID))
    shown = json.loads(opening["text"])
    contest = record.read_record(text)
    group = contest.group
    choice = ballot.read_ballot(shown["ballot"]).answers[0]["choices"]
    mask = group.power(contest.key, int(shown["randomness"][0]))
    sealed = group.multiply(mask, encode_vector(group, [255, 1, 128]))
    assert choice["beta"] == group.encode(sealed)


REFUSED = {
    "a rank twice": ("a ranking", [1, 1, 0]),
    "a rank left out": ("a ranking", [1, 3, 0]),
    "an entry too many": ("a ranking", [1, 2, 3, 4]),
    "an entry of no option": ("a list", [4, 0]),
    "an option twice": ("a list", [1, 1]),
    "a list that begins late": ("a list", [0, 1]),
    "a score above the highest": ("scores", [12, 0, 0]),
    "a grade that does not exist": ("grades", [4, 0, 0]),
    "a part of a score": ("scores", [1.5, 0, 0]),
    "a negative score": ("scores", [-1, 0, 0]),
    "two of one": ("one of many", [1, 1] + [0] * 39),
    "nothing where blank is not offered": ("scores", [0, 0, 0]),
    "blank where it is not offered": ("a list", "blank"),
}


@pytest.mark.parametrize("label", REFUSED)
def test_it_seals_no_invalid_ballot(label):
    form, selection = REFUSED[label]
    extra, answers, *_ = FORMS[form]
    with pytest.raises(BoothRefused, match="selection_invalid"):
        ask(("seal", _input(_record("Ed25519", extra, answers), selection)))


UNKNOWN = {
    "an unknown form": {"form": "tournament", "blank": False},
    "an unknown parameter": {"form": "ranking", "blank": False, "weights": [1, 2, 3]},
    "no form": {"blank": False},
    "nothing": None,
    "another length": {"form": "list", "blank": False, "slots": 2, "options": NAMES},
    "limits that contradict": {"form": "ranking", "blank": False, "min": 3, "max": 2},
    "no grades": {"form": "grade", "blank": False, "grades": "ABC"},
}


@pytest.mark.parametrize("label", UNKNOWN)
def test_it_seals_for_no_form_that_it_does_not_know(label):
    text = _record("Ed25519", UNKNOWN[label], 3)
    with pytest.raises(BoothRefused, match="record_invalid"):
        ask(("seal", _input(text, [1, 2, 3])))


def test_a_group_that_holds_no_vector_is_refused():
    text = _record("BELENIOS-2048", {"form": "ranking", "blank": False}, 3)
    with pytest.raises(BoothRefused, match="record_invalid"):
        ask(("seal", _input(text, [1, 2, 3])))


CHANGES = {
    "another vector": (lambda file: file.update(choices=[1, 2, 3]), "opening_differs"),
    "another exponent": (lambda file: file.update(randomness=["7"]), "opening_differs"),
    "an invalid vector": (lambda file: file.update(choices=[1, 1, 1]), "opening_invalid"),
    "an entry too few": (lambda file: file.update(choices=[1, 2]), "opening_invalid"),
    "two exponents": (lambda file: file["randomness"].append("1"), "opening_invalid"),
}


@pytest.mark.parametrize("label", CHANGES)
def test_browser_and_server_refuse_an_opening_that_lies(label):
    change, code = CHANGES[label]
    text = _record("Ed25519", {"form": "ranking", "blank": False}, 3)
    [_, opening] = ask(("seal", _input(text, [2, 3, 1])), ("opening", UUID))
    shown = json.loads(opening["text"])
    change(shown)
    with pytest.raises(BoothRefused, match=code):
        ask(("checkOpening", {"text": json.dumps(shown), "record": text}))
    sealed, contest = ballot.read_ballot(shown["ballot"]), record.read_record(text)
    with pytest.raises(Rejected) as refusal:
        PreferenceBallots().open_answer(
            _context(contest, sealed),
            sealed.answers[0],
            shown["choices"],
            [int(r) for r in shown["randomness"]],
        )
    assert refusal.value.code == code
