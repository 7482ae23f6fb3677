"""The decryption rehearsal: every sufficient set of trustees must open everything (D16)."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations

import pytest

from record_parts import draws, trustee_keys
from tsukuba_trust.crypto import decryption, rehearsal
from tsukuba_trust.crypto.groups import group
from tsukuba_trust.crypto.rehearsal import Rehearsal
from tsukuba_trust.crypto.trustees import Trustees, parse_trustees, read_trustees
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Json

DIGEST = "ab" * 32
GROUP = group("Ed25519")


def trustees(count: int, threshold: int) -> Trustees:
    names = tuple(f"Trustee {i}" for i in range(count))
    return read_trustees(GROUP, trustee_keys("Ed25519", names, threshold).text)


def held(count: int, threshold: int, *, context: str = "") -> Rehearsal:
    """Hold a rehearsal with all trustees."""
    of, draw = trustees(count, threshold), draws("rehearsal")
    secrets = trustee_keys(
        "Ed25519", tuple(f"Trustee {i}" for i in range(count)), threshold
    ).secrets
    made = rehearsal.new_rehearsal(GROUP, draw)
    shape = made.ciphertexts(of)
    context = context or decryption.rehearsal_context(DIGEST)
    parts: Iterator[tuple[int, str]] = (
        (number, decryption.partial_decrypt(GROUP, context, secret, key, shape, draw))
        for number, (secret, key) in enumerate(
            zip(secrets, of.verification_keys, strict=True), start=1
        )
    )
    return replace(made, decryptions=dict(parts))


@pytest.mark.parametrize(("count", "threshold"), [(1, 1), (3, 3), (3, 2), (4, 2), (3, 1)])
def test_a_rehearsal_of_all_trustees_passes(count: int, threshold: int) -> None:
    text = rehearsal.rehearsal_text(held(count, threshold))
    rehearsal.check_rehearsal(trustees(count, threshold), DIGEST, text)


def test_every_smallest_sufficient_set_is_tried() -> None:
    assert set(rehearsal.sufficient_sets(trustees(4, 2))) == set(combinations(range(1, 5), 2))
    assert list(rehearsal.sufficient_sets(trustees(3, 3))) == [(1, 2, 3)]


def test_what_is_written_is_read_again() -> None:
    made = held(3, 2)
    assert rehearsal.read_rehearsal(GROUP, rehearsal.rehearsal_text(made)) == made


def refused(text: str, code: str, digest: str = DIGEST) -> None:
    with pytest.raises(Rejected) as caught:
        rehearsal.check_rehearsal(trustees(3, 2), digest, text)
    assert caught.value.code == code


def test_a_rehearsal_for_another_definition_is_refused() -> None:
    refused(rehearsal.rehearsal_text(held(3, 2)), "decryption_proof_invalid", "cd" * 32)


def test_a_decryption_of_an_election_is_none_of_a_rehearsal() -> None:
    refused(rehearsal.rehearsal_text(held(3, 2, context="A" * 43)), "decryption_proof_invalid")


def test_a_rehearsal_without_one_of_the_trustees_is_refused() -> None:
    made = held(3, 2)
    fewer = {number: text for number, text in made.decryptions.items() if number != 2}
    refused(rehearsal.rehearsal_text(replace(made, decryptions=fewer)), "rehearsal_incomplete")


def test_trustees_whose_keys_do_not_open_the_election_key_fail() -> None:
    """Every proof stands, but the key that encrypts is of another ceremony."""
    names = ("Trustee 0", "Trustee 1", "Trustee 2")
    value = json.loads(trustee_keys("Ed25519", names, 2).text)
    other = json.loads(trustee_keys("Ed25519", (*names[:2], "somebody else"), 2).text)
    value[0][1]["coefexps"] = other[0][1]["coefexps"]
    mixed = parse_trustees(GROUP, json.dumps(value))
    with pytest.raises(Rejected) as caught:
        rehearsal.check_rehearsal(mixed, DIGEST, rehearsal.rehearsal_text(held(3, 2)))
    assert (caught.value.code, caught.value.detail) == ("rehearsal_failed", "trustees 1, 2")


EDITS: dict[str, Callable[[Json], object]] = {
    "no messages": lambda value: value.update(messages=[], randomness=[]),
    "a scalar less": lambda value: value["randomness"].pop(),
    "a scalar of zero": lambda value: value["randomness"].__setitem__(0, "0"),
    "a large message": lambda value: value["messages"].__setitem__(0, 1000),
    "a message that is a truth": lambda value: value["messages"].__setitem__(0, True),
    "a list that is none": lambda value: value.update(messages=3),
    "an owner that is none": lambda value: value["decryptions"][0].update(owner="1"),
    "a field too many": lambda value: value.update(more=1),
    "owners in another order": lambda value: value["decryptions"].reverse(),
    "the same owner twice": lambda value: value["decryptions"].append(value["decryptions"][0]),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_rehearsal_of_another_form_is_refused(name: str) -> None:
    value = json.loads(rehearsal.rehearsal_text(held(3, 2)))
    EDITS[name](value)
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    refused(text, "rehearsal_form")


def test_spaces_are_another_form() -> None:
    refused(rehearsal.rehearsal_text(held(3, 2)).replace(",", ", ", 1), "rehearsal_form")
