"""A second proof for every factor of a partial decryption, which binds the whole statement.

The format's own proof hashes neither α nor the factor. A trustee who seals the last ballot of
a sum can therefore fit its randomness to a proof that she made before, and move every count
at will (attack P01). Here both stand in the prefix. These proofs stand beside the decryption
on the board; the archive, whose format has no place for them, does not hold them.

:source: protocol.md section 7
"""

from collections.abc import Sequence

from tsukuba_trust.crypto import json_text
from tsukuba_trust.crypto.decryption import Shape, parse_partial
from tsukuba_trust.crypto.groups import Element, Group
from tsukuba_trust.crypto.proofs import (
    Proof,
    check_decryption,
    proof_json,
    prove_decryption,
    read_proof,
)
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Json, Randomness

FORM = "strong_proof_form"
INVALID = "strong_proof_invalid"
MISSING = "strong_proof_missing"


def prove_strong(
    group: Group,
    fingerprint: str,
    secret: int,
    ciphertexts: Shape,
    text: str,
    randomness: Randomness,
) -> str:
    """Prove for each factor of a decryption that it is α^x.

    :param secret: x of a single trustee or s_j of a member
    :param text: of her partial decryption of these ciphertexts
    :returns: canonical text, one list of proofs per question
    """
    public = group.power_secret(group.generator, secret)
    rows: list[list[Json]] = []
    for row, factors in zip(ciphertexts, parse_partial(group, text).factors, strict=True):
        made = []
        for ciphertext, factor in zip(row, factors, strict=True):
            prefix = _prefix(group, fingerprint, public, ciphertext.alpha, factor)
            proof = prove_decryption(group, prefix, secret, ciphertext.alpha, randomness)
            made.append(proof_json(proof))
        rows.append(made)
    return json_text.write(rows)


def check_strong(
    group: Group,
    fingerprint: str,
    public: Element,
    ciphertexts: Shape,
    factors: Sequence[Sequence[Element]],
    text: str,
) -> None:
    """Check that every factor has the exponent of the trustee's key.

    :param public: the key of the trustee or member (``Trustees.verification_keys``)
    :param factors: of a decryption whose form and shape were checked
    :param text: what ``prove_strong`` returned
    :raises Rejected: ``strong_proof_form``, ``strong_proof_invalid``, ``proof_form``,
        ``scalar_invalid``
    """
    proofs = _read(group, text)
    if [len(row) for row in proofs] != [len(row) for row in ciphertexts]:
        raise Rejected(FORM, "not one proof per ciphertext")
    for question, row in enumerate(ciphertexts):
        for place, ciphertext in enumerate(row):
            alpha, factor = ciphertext.alpha, factors[question][place]
            prefix = _prefix(group, fingerprint, public, alpha, factor)
            proof = proofs[question][place]
            try:
                check_decryption(group, prefix, public, alpha, factor, proof, step="strong")
            except Rejected as error:
                where = f"question {question + 1}, ciphertext {place + 1}"
                raise Rejected(INVALID, where) from error


def _read(group: Group, text: str) -> list[list[Proof]]:
    rows = json_text.read(text, code=FORM)
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise Rejected(FORM, "not one list per question")
    if json_text.write(rows) != text:
        raise Rejected(FORM, "not in canonical form")
    return [[read_proof(group, proof) for proof in row] for row in rows]


def _prefix(
    group: Group, fingerprint: str, public: Element, alpha: Element, factor: Element
) -> str:
    elements = "|".join(group.encode(element) for element in (public, alpha, factor))
    return f"decrypt-strong|{fingerprint}|{elements}|"
