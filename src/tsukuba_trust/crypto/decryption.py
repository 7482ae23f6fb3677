"""Partial decryption, its check, and the combination of the trustees' factors.

protocol.md section 10. For a rehearsal, ``rehearsal_context`` takes the place of φ,
so that no factor of a rehearsal can ever stand as one of the election.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tsukuba_trust.crypto import json_text
from tsukuba_trust.crypto.elgamal import Ciphertext
from tsukuba_trust.crypto.groups import Element, Group
from tsukuba_trust.crypto.proofs import (
    Proof,
    check_decryption,
    proof_json,
    prove_decryption,
    read_proof,
)
from tsukuba_trust.crypto.trustees import Trustees
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Json, Randomness

FORM = "decryption_form"
Shape = Sequence[Sequence[Ciphertext]]


@dataclass(frozen=True, slots=True)
class Partial:
    """A trustee's factors and proofs as read, one row per question; not checked."""

    factors: tuple[tuple[Element, ...], ...]
    proofs: tuple[tuple[Proof, ...], ...]


def rehearsal_context(definition_digest: str) -> str:
    """Return what stands in place of φ in a rehearsal (architecture D16).

    :param definition_digest: D of the election, hex
    """
    return f"rehearsal|{definition_digest}"


def partial_decrypt(
    group: Group,
    fingerprint: str,
    secret: int,
    public: Element,
    ciphertexts: Shape,
    randomness: Randomness,
) -> str:
    """Decrypt a trustee's part of a tally.

    :param fingerprint: φ, or ``rehearsal_context``
    :param secret: x of a single trustee or s_j of a member; never leaves her machine
    :param public: g^secret
    :param ciphertexts: one row per question
    :returns: canonical text of the decryption record
    """
    prefix = _prefix(group, fingerprint, public)
    factors: list[list[str]] = []
    proofs: list[list[Json]] = []
    for row in ciphertexts:
        alphas = [ciphertext.alpha for ciphertext in row]
        factors.append([group.encode(group.power_secret(alpha, secret)) for alpha in alphas])
        made = [prove_decryption(group, prefix, secret, alpha, randomness) for alpha in alphas]
        proofs.append([proof_json(proof) for proof in made])
    return json_text.write({"decryption_factors": factors, "decryption_proofs": proofs})


def parse_partial(group: Group, text: str) -> Partial:
    """Read a decryption record; factors are decoded, no proof is checked.

    :raises Rejected: ``decryption_form``, ``element_invalid``, ``proof_form``, ``scalar_invalid``
    """
    value = json_text.read(text, code=FORM)
    names = ("decryption_factors", "decryption_proofs")
    factors, proofs = json_text.fields(value, names, code=FORM)
    for rows in (factors, proofs):
        if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
            raise Rejected(FORM, "not one list per question")
    return Partial(
        tuple(tuple(group.decode_many(row, identity_allowed=True)) for row in factors),
        tuple(tuple(read_proof(group, proof) for proof in row) for row in proofs),
    )


def check_shape(partial: Partial, ciphertexts: Shape) -> None:
    """Check that there is one factor and one proof per ciphertext, nested alike.

    :raises Rejected: ``decryption_shape``
    """
    wanted = [len(row) for row in ciphertexts]
    if [len(row) for row in partial.factors] != wanted:
        raise Rejected("decryption_shape", "factors")
    if [len(row) for row in partial.proofs] != wanted:
        raise Rejected("decryption_shape", "proofs")


def check_proofs(
    group: Group, fingerprint: str, public: Element, ciphertexts: Shape, partial: Partial
) -> None:
    """Check the proof of every factor.

    :raises Rejected: ``decryption_proof_invalid``
    """
    prefix = _prefix(group, fingerprint, public)
    for question, row in enumerate(ciphertexts):
        for place, ciphertext in enumerate(row):
            factor = partial.factors[question][place]
            proof = partial.proofs[question][place]
            try:
                check_decryption(
                    group, prefix, public, ciphertext.alpha, factor, proof, step="proof"
                )
            except Rejected as error:
                where = f"question {question + 1}, ciphertext {place + 1}"
                raise Rejected("decryption_proof_invalid", where) from error


def check_partial(
    group: Group, fingerprint: str, public: Element, ciphertexts: Shape, text: str
) -> tuple[tuple[Element, ...], ...]:
    """Check a trustee's decryption and return her factors.

    :param public: the key of the trustee or member (``Trustees.verification_keys``)
    :raises Rejected: form, shape or a proof is wrong
    :source: protocol.md section 10
    """
    partial = parse_partial(group, text)
    check_shape(partial, ciphertexts)
    check_proofs(group, fingerprint, public, ciphertexts, partial)
    return partial.factors


def combine(
    trustees: Trustees,
    factors: Mapping[int, Sequence[Sequence[Element]]],
    ciphertexts: Shape,
) -> list[list[Element]]:
    """Return the plaintext elements β / Π factor_j^λ_j.

    :param factors: checked ones, by number of the owner
    :raises Rejected: ``decryption_incomplete``
    :source: protocol.md section 10
    """
    group = trustees.group
    exponents = trustees.chosen(factors)
    owners, powers = list(exponents), list(exponents.values())
    plaintexts: list[list[Element]] = []
    for question, row in enumerate(ciphertexts):
        products = group.powers_products(
            [([factors[o][question][i] for o in owners], powers) for i in range(len(row))]
        )
        pairs = zip(row, products, strict=True)
        plaintexts.append([group.multiply(c.beta, group.invert(product)) for c, product in pairs])
    return plaintexts


def _prefix(group: Group, fingerprint: str, public: Element) -> str:
    return f"decrypt|{fingerprint}|{group.encode(public)}|"
