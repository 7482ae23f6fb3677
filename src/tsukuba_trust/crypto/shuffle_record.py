"""One mixer's work as a text: a new list and a proof per shuffled question (protocol.md 9)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tsukuba_trust.crypto import json_text
from tsukuba_trust.crypto.elgamal import (
    Ciphertext,
    check_ciphertext_form,
    ciphertext_json,
    read_ciphertexts,
    reread_ciphertext,
)
from tsukuba_trust.crypto.groups import Element, Group
from tsukuba_trust.crypto.proofs import (
    check_knowledge,
    proof_json,
    prove_knowledge,
    read_proof,
)
from tsukuba_trust.crypto.scalars import read_scalar
from tsukuba_trust.crypto.shuffle import shuffle
from tsukuba_trust.crypto.shuffle_check import check_proof
from tsukuba_trust.crypto.shuffle_statement import Commitments, ShuffleProof, Statement
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Json, Randomness

FORM = "shuffle_form"
FIELDS = ("ciphertexts", "proofs")
Lists: TypeAlias = Sequence[Sequence[Ciphertext]]


@dataclass(frozen=True, slots=True)
class Mix:
    """A mixer's work as read; no proof is checked.

    :param lists: one per shuffled question
    """

    lists: tuple[tuple[Ciphertext, ...], ...]
    proofs: tuple[ShuffleProof, ...]


def shuffle_lists(
    group: Group, key: Element, fingerprint: str, before: Lists, draw: Randomness
) -> str:
    """Mix the list of every shuffled question.

    :param key: the election key y
    :param fingerprint: φ
    :param draw: randomness
    :returns: canonical text of the record
    """
    return shuffle_text(group, [shuffle(group, key, fingerprint, row, draw) for row in before])


def shuffle_text(group: Group, mixed: Sequence[tuple[Sequence[Ciphertext], ShuffleProof]]) -> str:
    """Return the canonical text of lists with their proofs."""
    return json_text.write(
        {
            "ciphertexts": [[ciphertext_json(group, c) for c in row] for row, _ in mixed],
            "proofs": [_proof_json(group, proof) for _, proof in mixed],
        }
    )


def _proof_json(group: Group, proof: ShuffleProof) -> Json:
    t = [group.encode(element) for element in proof.commitments.t]
    scalars = [str(s) for s in proof.s]
    responses = [[str(s) for s in row] for row in (proof.s_hat, proof.s_prime)]
    rows = (proof.commitments.t_hat, proof.c, proof.c_hat)
    t_hat, c, c_hat = ([group.encode(element) for element in row] for row in rows)
    return [[*t[:3], t[3:], t_hat], [*scalars, *responses], c, c_hat]


def parse_shuffle(group: Group, text: str, sizes: Sequence[int]) -> Mix:
    """Read a mixer's work: form, subgroup of every element, range of every scalar.

    :param sizes: of the lists before; nothing longer is read
    :raises Rejected: ``shuffle_form``, ``shuffle_length``, ``ciphertext_form``,
        ``element_invalid``, ``scalar_invalid``
    """
    value = json_text.read(text, code=FORM)
    lists, proofs = json_text.fields(value, FIELDS, code=FORM)
    for part in (lists, proofs):
        if not isinstance(part, list) or len(part) != len(sizes):
            raise Rejected(FORM, "not one list and one proof per shuffled question")
    for row, size in zip(lists, sizes, strict=True):
        _check_list(row, size)
    return Mix(
        tuple(tuple(read_ciphertexts(group, row, identity_allowed=True)) for row in lists),
        tuple(_read_proof(group, *pair) for pair in zip(proofs, sizes, strict=True)),
    )


def reread_lists(group: Group, text: str) -> Lists:
    """Read the lists alone, whose membership was checked before, or is about to be.

    :raises Rejected: they cannot be read
    """
    lists, _ = json_text.fields(json_text.read(text, code=FORM), FIELDS, code=FORM)
    if not isinstance(lists, list) or not all(isinstance(row, list) for row in lists):
        raise Rejected(FORM, "not one list per shuffled question")
    for row in lists:
        for ciphertext in row:
            check_ciphertext_form(ciphertext)
    return [[reread_ciphertext(group, ciphertext) for ciphertext in row] for row in lists]


def check_form(text: str) -> None:
    """Check that a record is in canonical form.

    :raises Rejected: ``shuffle_form``
    """
    value = json_text.read(text, code=FORM)
    lists, proofs = json_text.fields(value, FIELDS, code=FORM)
    if text != json_text.write({"ciphertexts": lists, "proofs": proofs}):
        raise Rejected(FORM, "not in canonical form")


def check_shuffle(
    group: Group, key: Element, fingerprint: str, before: Lists, text: str
) -> tuple[tuple[Ciphertext, ...], ...]:
    """Check one mixer's work and return its lists.

    :param before: what the mixer before put out, or the sorted lists of the tally
    :raises Rejected: as ``parse_shuffle``, ``check_form`` and ``shuffle_check.check_proof``
    :source: protocol.md section 9
    """
    check_form(text)
    made = parse_shuffle(group, text, [len(row) for row in before])
    check_proofs(group, key, fingerprint, before, made)
    return made.lists


def check_proofs(group: Group, key: Element, fingerprint: str, before: Lists, made: Mix) -> None:
    """Check the proof of every list.

    :raises Rejected: as ``shuffle_check.check_proof``
    """
    for old, new, proof in zip(before, made.lists, made.proofs, strict=True):
        check_proof(Statement(group, key, fingerprint, old, new), proof)


def sign_shuffle(group: Group, fingerprint: str, secret: int, text: str, draw: Randomness) -> Json:
    """Prove that the owner of a trustee's key stands for a shuffle.

    Its own proof says that it is a shuffle, but anybody could have made it: who mixes for
    all trustees knows who voted what.

    :param secret: x of the trustee, or s_j of a member
    :returns: a proof as JSON
    """
    public = group.power_secret(group.generator, secret)
    prefix = _signed_prefix(group, fingerprint, public, text)
    return proof_json(prove_knowledge(group, prefix, secret, draw))


def check_signature(group: Group, fingerprint: str, public: Element, text: str, json: Json) -> None:
    """Check that the owner of a key stands for a shuffle.

    :param public: the key of the trustee or member, already checked
    :raises Rejected: ``shuffle_unsigned``
    """
    try:
        prefix = _signed_prefix(group, fingerprint, public, text)
        check_knowledge(group, prefix, public, read_proof(group, json), step="mixer")
    except Rejected as error:
        raise Rejected("shuffle_unsigned", "not by the key of this trustee") from error


def _signed_prefix(group: Group, fingerprint: str, public: Element, text: str) -> str:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f"mixed|{fingerprint}|{group.encode(public)}|{digest}|"


def _read_proof(group: Group, json: Json, size: int) -> ShuffleProof:
    commitments, responses, c, c_hat = _items(json, 4)
    t1, t2, t3, t4, t_hat = _items(commitments, 5)
    s = _items(responses, 6)
    for row in (t_hat, s[4], s[5], c, c_hat):
        _check_list(row, size)

    def elements(row: Sequence[str]) -> tuple[Element, ...]:
        return tuple(group.decode_many(row, identity_allowed=True))

    def scalars(row: Sequence[Json]) -> tuple[int, ...]:
        return tuple(read_scalar(group.q, text) for text in row)

    made = Commitments(elements([t1, t2, t3, *_items(t4, 2)]), elements(t_hat))
    parts = (scalars(s[:4]), scalars(s[4]), scalars(s[5]))
    return ShuffleProof(made, *parts, elements(c), elements(c_hat))


def _items(json: Json, count: int) -> list[Json]:
    if not isinstance(json, list) or len(json) != count:
        raise Rejected(FORM, "not the arrays of a shuffle's proof")
    return json


def _check_list(json: Json, size: int) -> None:
    if not isinstance(json, list):
        raise Rejected(FORM, "not the arrays of a shuffle's proof")
    if len(json) != size:
        raise Rejected("shuffle_length", f"a list has not {size} items")
