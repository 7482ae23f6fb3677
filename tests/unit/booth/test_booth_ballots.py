"""Ballots that the booth's code makes, judged by the server's code (protocol.md 5, 6)."""

import json
import secrets
from statistics import mean, pstdev

import pytest

from booth_node import BoothRefused, ask
from tsukuba_trust.board import canonical, entries, merkle, registration
from tsukuba_trust.crypto import ballot, credentials, proofs, record
from tsukuba_trust.crypto.groups import group as named_group
from tsukuba_trust.interfaces import BallotContext
from tsukuba_trust.plugins.ballots.homomorphic import HomomorphicBallots

UUIDS = ["HRjeJJBNa8huFh", "Abcdefghijkmno"]
ORIGIN = "board.example.jp/e/mock-2025"
GROUPS = ("Ed25519", "BELENIOS-2048", "RFC-3526-2048")
# options, min, max, blank, choice
QUESTIONS = {
    "one of three": (3, 1, 1, None, [0, 1, 0]),
    "the first": (3, 1, 1, False, [1, 0, 0]),
    "none of two": (2, 0, 2, None, [0, 0]),
    "two of four": (4, 1, 3, None, [1, 0, 0, 1]),
    "blank": (3, 1, 1, True, "blank"),
    "not blank": (3, 1, 2, True, [1, 0, 1]),
    "one option": (1, 0, 1, True, [1]),
}


def _key(name):
    group = named_group(name)
    return group.encode(
        group.power_secret(group.generator, group.random_scalar(secrets.token_bytes))
    )


def _record(name, question, uuid=UUIDS[0], key=None):
    options, low, high, blank, _ = question
    content = {"answers": [f'候補 "{i}"\\' for i in range(options)]}
    if blank is not None:
        content["blank"] = blank
    content |= {"min": low, "max": high, "question": "どれに\nしますか"}
    return record.election_record(uuid, "名", "説明", name, key or _key(name), [content])


def _seal_input(records, choices, **more):
    contests = [{"uuid": uuid, "record": text} for uuid, text in records.items()]
    return {"origin": ORIGIN, "contests": contests, "choices": choices, **more}


def _check(text, record_text):
    """Do what casting does with a ballot, short of the board."""
    contest = record.read_record(record_text)
    sealed = ballot.read_ballot(text)
    ballot.check_signature(contest.group, sealed)
    assert (sealed.uuid, sealed.fingerprint) == (contest.uuid, contest.fingerprint)
    credentials.read_credential(contest.group, sealed.credential)
    context = BallotContext(
        contest.group, contest.key, contest.fingerprint, sealed.credential, contest.questions[0]
    )
    HomomorphicBallots().verify_answer(context, sealed.answers[0])
    return sealed


@pytest.mark.parametrize("name", GROUPS)
def test_the_server_accepts_every_kind_of_ballot(name):
    records = {label: _record(name, question) for label, question in QUESTIONS.items()}
    calls = [
        ("seal", _seal_input({UUIDS[0]: records[label]}, {UUIDS[0]: question[-1]}))
        for label, question in QUESTIONS.items()
    ]
    for label, sealed in zip(QUESTIONS, ask(*calls), strict=True):
        found = _check(sealed["ballots"][UUIDS[0]]["text"], records[label])
        assert found.credential == sealed["credentials"][0]["credential"], label


@pytest.mark.parametrize("name", GROUPS)
def test_an_opening_gives_the_choice_back(name):
    question = QUESTIONS["two of four"]
    text = _record(name, question)
    [_, opening] = ask(
        ("seal", _seal_input({UUIDS[0]: text}, {UUIDS[0]: question[-1]})), ("opening", UUIDS[0])
    )
    shown = json.loads(opening["text"])
    contest = record.read_record(text)
    group = contest.group
    choices = _check(shown["ballot"], text).answers[0]["choices"]
    assert shown["choices"] == question[-1]
    for choice, m, r in zip(choices, shown["choices"], shown["randomness"], strict=True):
        assert group.encode(group.power(group.generator, int(r))) == choice["alpha"]
        mask = group.power(contest.key, int(r))
        plain = group.power(group.generator, m)
        assert group.encode(group.multiply(mask, plain)) == choice["beta"]


@pytest.fixture(scope="module")
def two_contests():
    records = {uuid: _record("Ed25519", QUESTIONS["one of three"], uuid) for uuid in UUIDS}
    [sealed] = ask(("seal", _seal_input(records, {UUIDS[1]: [0, 0, 1]})))
    return records, sealed


def test_its_keys_follow_from_the_credential_text(two_contests):
    _, sealed = two_contests
    group = named_group("Ed25519")
    for item in sealed["credentials"]:
        secret = credentials.derive(group, item["contest"], sealed["text"])
        assert credentials.public(group, secret) == item["credential"]


def test_its_proofs_of_knowledge_hold(two_contests):
    _, sealed = two_contests
    group = named_group("Ed25519")
    for item in sealed["credentials"]:
        public = credentials.read_credential(group, item["credential"])
        prefix = registration.proof_prefix(item["contest"], item["credential"])
        proof = proofs.read_proof(group, item["proof"])
        proofs.check_knowledge(group, prefix, public, proof, step="7")


def test_its_binding_is_the_server_s(two_contests):
    _, sealed = two_contests
    attempt, digest = "0123456789abcdef" * 2, "ab" * 32
    given = {
        "origin": ORIGIN,
        "definition": digest,
        "attempt": attempt,
        "blind": sealed["blind"],
        "credentials": sealed["credentials"],
    }
    pairs = [(item["contest"], item["credential"]) for item in sealed["credentials"]]
    expected = registration.binding(ORIGIN, digest, attempt, bytes.fromhex(sealed["blind"]), pairs)
    backwards = {**given, "credentials": sealed["credentials"][::-1]}
    assert ask(("binding", given), ("binding", backwards)) == [expected.hex()] * 2


@pytest.mark.parametrize(("name", "options"), [("Ed25519", 3), ("BELENIOS-2048", 25)])
def test_its_tracker_and_leaf_are_the_board_s_inline_and_as_blob(name, options):
    text = _record(name, (options, 1, 1, None, None))
    choice = [1] + [0] * (options - 1)
    [sealed] = ask(("seal", _seal_input({UUIDS[0]: text}, {UUIDS[0]: choice})))
    made = sealed["ballots"][UUIDS[0]]
    document, blob = entries.document(made["text"])
    entry = {"type": "BallotAccepted", "contest": UUIDS[0], "ballot": document}
    assert (blob is not None) == (options == 25)
    assert made["leaf"] == merkle.leaf_hash(canonical.encode(entry)).hex()
    assert made["tracker"] == ballot.tracker(made["text"])


def test_it_makes_no_ballot_for_a_key_outside_the_group():
    outside = _record("Ed25519", QUESTIONS["one of three"], key="f" * 64)
    with pytest.raises(BoothRefused, match="record_invalid"):
        ask(("seal", _seal_input({UUIDS[0]: outside}, {UUIDS[0]: [1, 0, 0]})))


def test_b07_the_length_of_a_ballot_does_not_depend_on_the_choice():
    """200 ballots per choice: lengths vary with their decimal scalars and with nothing else."""
    text = _record("Ed25519", (2, 1, 1, True, None))
    means, everything = [], []
    for choice in ([1, 0], [0, 1], "blank"):
        call = ("seal", _seal_input({UUIDS[0]: text}, {UUIDS[0]: choice}))
        texts = [one["ballots"][UUIDS[0]]["text"] for one in ask(call, times=200)]
        assert len(set(texts)) == 200
        lengths = [len(one) for one in texts]
        assert 0 < max(lengths) - min(lengths) < 20
        means.append(mean(lengths))
        everything += lengths
    noise = pstdev(everything) * (2 / 200) ** 0.5  # of the difference of two means
    assert 5 * noise < 1.2  # two bytes that follow from the choice would be seen
    assert max(means) - min(means) < 5 * noise


def test_b07_all_that_is_registered_is_the_same_for_every_choice():
    text = _record("Ed25519", QUESTIONS["blank"])
    calls = [
        ("seal", _seal_input({UUIDS[0]: text}, choices))
        for choices in ({}, {UUIDS[0]: [1, 0, 0]}, {UUIDS[0]: "blank"})
    ]
    for sealed in ask(*calls):
        [item] = sealed["credentials"]
        assert list(item) == ["contest", "credential", "proof"]
        assert len(item["credential"]) == 64
        assert len(sealed["blind"]) == 64


def test_b04_two_booths_with_the_same_choice_share_nothing():
    text = _record("Ed25519", QUESTIONS["one of three"])
    call = ("seal", _seal_input({UUIDS[0]: text}, {UUIDS[0]: [0, 1, 0]}))
    [one], [other] = ask(call), ask(call)
    mine, theirs = (json.loads(s["ballots"][UUIDS[0]]["text"])["answers"][0] for s in (one, other))
    alphas = {choice["alpha"] for answer in (mine, theirs) for choice in answer["choices"]}
    assert len(alphas) == 6
    assert one["ballots"][UUIDS[0]]["tracker"] != other["ballots"][UUIDS[0]]["tracker"]


def test_a_later_visit_with_the_same_credential_text_has_the_same_keys(two_contests):
    records, first = two_contests
    [later] = ask(("seal", _seal_input(records, {UUIDS[0]: [1, 0, 0]}, text=first["text"])))
    keys = [[item["credential"] for item in one["credentials"]] for one in (first, later)]
    assert keys[0] == keys[1]
    assert later["blind"] != first["blind"]
    _check(later["ballots"][UUIDS[0]]["text"], records[UUIDS[0]])
