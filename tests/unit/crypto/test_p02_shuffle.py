"""Attack P02: a mixer who replaces, duplicates, drops or moves votes, or knows logarithms."""

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import permutations

import pytest
from crypto_samples import NAMES

from shuffles import (
    PHI,
    cheated,
    ciphertexts,
    draws,
    key_of,
    known_generators,
    mixed,
    plaintexts,
    replaced_with_known_logarithms,
)
from tsukuba_trust.crypto import shuffle_check, shuffle_statement
from tsukuba_trust.crypto.elgamal import Ciphertext, encrypt
from tsukuba_trust.crypto.groups import Group, group
from tsukuba_trust.crypto.shuffle import permutation, reencrypt, shuffle
from tsukuba_trust.crypto.shuffle_check import EQUATIONS, check_proof
from tsukuba_trust.crypto.shuffle_record import (
    check_shuffle,
    parse_shuffle,
    shuffle_lists,
    shuffle_text,
)
from tsukuba_trust.crypto.shuffle_statement import ShuffleProof, Statement, generators
from tsukuba_trust.errors import Rejected

ED = group("Ed25519")


def refused_at(statement: Statement, proof: ShuffleProof) -> str:
    with pytest.raises(Rejected) as refusal:
        check_proof(statement, proof)
    assert refusal.value.code == "shuffle_proof_invalid"
    return refusal.value.step


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [0, 1, 3])
def test_an_honest_mix_is_accepted_and_holds_the_same_votes(name: str, size: int) -> None:
    of = group(name)
    before = ciphertexts(of, size)
    after, proof = shuffle(of, key_of(of), PHI, before, draws(name))
    check_proof(Statement(of, key_of(of), PHI, before, after), proof)
    encoded = [sorted(map(of.encode, plaintexts(of, row))) for row in (before, after)]
    assert encoded[0] == encoded[1]
    assert not set(before) & set(after)


def test_every_order_is_equally_likely() -> None:
    draw, counts = draws("orders"), dict.fromkeys(permutations(range(3)), 0)
    for _ in range(3000):
        counts[tuple(permutation(3, draw))] += 1
    assert sum((n - 500) ** 2 / 500 for n in counts.values()) < 35  # 5 degrees, p < 10^-5


def replace_vote(after: list[Ciphertext], of: Group) -> None:
    after[1] = encrypt(of, key_of(of), 99, 12345)


def duplicate_vote(after: list[Ciphertext], of: Group) -> None:
    after[1] = reencrypt(of, key_of(of), after[0], 54321)


def swap_votes(after: list[Ciphertext], of: Group) -> None:
    after[0], after[1] = after[1], after[0]


def reverse_votes(after: list[Ciphertext], of: Group) -> None:
    after.reverse()


def spoil_alpha(after: list[Ciphertext], of: Group) -> None:
    after[2] = replace(after[2], alpha=of.power(after[2].alpha, 2))


def multiply_vote(after: list[Ciphertext], of: Group) -> None:
    after[2] = Ciphertext(of.power(after[2].alpha, 2), of.power(after[2].beta, 2))


CHEATS: dict[str, tuple[Callable[[list[Ciphertext], Group], None], str]] = {
    "replaced": (replace_vote, "t41"),
    "duplicated": (duplicate_vote, "t41"),
    "swapped": (swap_votes, "t41"),
    "in another order": (reverse_votes, "t41"),
    "raised to a power": (multiply_vote, "t41"),
    "spoilt in α alone": (spoil_alpha, "t42"),
}


@pytest.mark.parametrize("what", CHEATS)
def test_p02_a_vote_cannot_be(what: str) -> None:
    change, equation = CHEATS[what]
    assert refused_at(*cheated(change)) == equation


def test_p02_a_vote_cannot_be_dropped() -> None:
    honest = mixed()
    with pytest.raises(Rejected, match="shuffle_length"):
        check_proof(replace(honest.statement, after=honest.statement.after[:-1]), honest.proof)
    text = shuffle_text(ED, [(honest.statement.after[:-1], honest.proof)])
    with pytest.raises(Rejected, match="shuffle_length"):
        check_shuffle(ED, honest.statement.key, PHI, [honest.statement.before], text)


@pytest.mark.parametrize("change", [swap_votes, reverse_votes, replace_vote, duplicate_vote])
def test_p02_the_list_cannot_be_changed_behind_its_proof(
    change: Callable[[list[Ciphertext], Group], None],
) -> None:
    honest = mixed()
    after = list(honest.statement.after)
    change(after, ED)
    assert refused_at(replace(honest.statement, after=after), honest.proof) == "t1"


def test_p02_generators_are_derived_from_their_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """With known logarithms a vote for 2 becomes one for 7, and every equation holds."""
    with monkeypatch.context() as trusting:
        trusting.setattr(shuffle_statement, "generators", known_generators)
        statement, proof = replaced_with_known_logarithms()
        check_proof(replace(statement), proof)
    assert plaintexts(ED, statement.after)[1] == ED.power(ED.generator, 7)
    assert refused_at(replace(statement), proof) == "t1"


def test_p02_an_honest_mix_with_other_generators_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as other:
        other.setattr(shuffle_statement, "generators", lambda of, n: generators(of, n + 1)[1:])
        made = mixed()
    assert refused_at(replace(made.statement), made.proof) == "t1"


def test_p02_no_generator_stands_in_a_record() -> None:
    text = shuffle_lists(ED, key_of(ED), PHI, [ciphertexts(ED, 3)], draws("record"))
    assert not any(ED.encode(generator) in text for generator in generators(ED, 3))


def shifted(row: tuple[int, ...], place: int) -> tuple[int, ...]:
    return (*row[:place], (row[place] + 1) % ED.q, *row[place + 1 :])


def false_beta() -> tuple[Statement, ShuffleProof]:
    def change(after: list[Ciphertext], of: Group) -> None:
        after[2] = replace(after[2], beta=of.power(after[2].beta, 2))

    return cheated(change)


def with_response(change: Callable[[ShuffleProof], ShuffleProof]) -> tuple[Statement, ShuffleProof]:
    honest = mixed()
    return honest.statement, change(honest.proof)


# A lie that one equation alone finds out.
LIES: dict[str, Callable[[], tuple[Statement, ShuffleProof]]] = {
    "t1": lambda: with_response(lambda proof: replace(proof, s=shifted(proof.s, 0))),
    "t2": lambda: with_response(lambda proof: replace(proof, s=shifted(proof.s, 1))),
    "t3": lambda: with_response(lambda proof: replace(proof, s=shifted(proof.s, 2))),
    "t41": false_beta,
    "t42": lambda: cheated(spoil_alpha),
    "t_hat": lambda: with_response(lambda proof: replace(proof, s_hat=shifted(proof.s_hat, 3))),
}


@pytest.mark.parametrize("equation", sorted(EQUATIONS))
def test_p02_p03_no_equation_can_be_lost_unseen(
    equation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    statement, proof = LIES[equation]()
    assert refused_at(statement, proof) == equation
    monkeypatch.setitem(shuffle_check.EQUATIONS, equation, lambda equations: None)
    check_proof(statement, proof)


def test_p01_a_proof_holds_for_its_own_election_and_key_only() -> None:
    honest = mixed()
    for changed in (
        replace(honest.statement, fingerprint="g" * 43),
        replace(honest.statement, key=ED.power(honest.statement.key, 2)),
        replace(honest.statement, before=honest.statement.before[::-1]),
    ):
        refused_at(changed, honest.proof)


def leaves(json_value, path=()):
    if isinstance(json_value, list):
        for place, item in enumerate(json_value):
            yield from leaves(item, (*path, place))
    else:
        yield path


def test_p01_no_number_of_a_proof_can_be_changed() -> None:
    honest = mixed(2)
    text = shuffle_text(ED, [(honest.statement.after, honest.proof)])
    key, before = honest.statement.key, [honest.statement.before]
    check_shuffle(ED, key, PHI, before, text)
    other = ED.encode(ED.power(ED.generator, 4711))
    for path in leaves(json.loads(text)["proofs"]):
        value = json.loads(text)
        row = value["proofs"]
        for step in path[:-1]:
            row = row[step]
        row[path[-1]] = str((int(row[path[-1]]) + 1) % ED.q) if path[1] == 1 else other
        with pytest.raises(Rejected, match="shuffle_proof_invalid"):
            check_shuffle(ED, key, PHI, before, json.dumps(value, separators=(",", ":")))


FORMLESS = (
    "",
    "[]",
    "{}",
    '{"ciphertexts":[],"proofs":[]}',
    '{"ciphertexts":[{}],"proofs":[[]]}',
    '{"ciphertexts":[[]],"proofs":[[[],[],[],[]]]}',
    '{"ciphertexts":[[]],"proofs":[{}]}',
)


@pytest.mark.parametrize("text", FORMLESS)
def test_it_refuses_a_record_of_no_form(text: str) -> None:
    with pytest.raises(Rejected) as refusal:
        check_shuffle(ED, key_of(ED), PHI, [[]], text)
    assert refusal.value.code == "shuffle_form"


def test_p04_it_refuses_elements_outside_the_subgroup() -> None:
    honest = mixed(2)
    value = json.loads(shuffle_text(ED, [(honest.statement.after, honest.proof)]))
    outside = "0" * 64
    for row in (value["ciphertexts"][0][0], value["proofs"][0][2], value["proofs"][0][0]):
        place = "beta" if isinstance(row, dict) else 0
        row[place], kept = outside, row[place]
        with pytest.raises(Rejected, match="element_invalid"):
            parse_shuffle(ED, json.dumps(value), [2])
        row[place] = kept


def test_it_refuses_spaces() -> None:
    text = shuffle_lists(ED, key_of(ED), PHI, [[]], draws("empty"))
    with pytest.raises(Rejected, match="shuffle_form"):
        check_shuffle(ED, key_of(ED), PHI, [[]], text.replace(",", ", "))
