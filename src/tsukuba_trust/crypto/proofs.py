"""Zero-knowledge proofs: knowledge, one of several, right decryption.

protocol.md sections 1, 6.1 and 10. Every challenge is H(prefix; commitments), and the
prefix carries the whole statement and its context (strong Fiat-Shamir, attack P01).
The response is *minus*: w − secret·challenge.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tsukuba_trust.crypto.elgamal import Ciphertext
from tsukuba_trust.crypto.groups import Element, Group, hash_to_scalar
from tsukuba_trust.crypto.scalars import read_scalar
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Json, Randomness

# Every kind of proof by the first word of its prefix, with the fields that follow it. A
# prefix outside this table is a programming error, so that no new kind can come into use
# without its mutation tests (attack P01), and no two kinds share challenges (P08).
PROOF_KINDS: dict[str, tuple[str, ...]] = {
    "pok": ("group", "public_key"),
    "sigmsg": ("message",),
    "sig": ("ballot_hash",),
    "register": ("uuid", "credential"),
    "prove": ("fingerprint", "credential", "ciphertexts"),
    "bproof0": ("fingerprint", "credential", "ciphertexts"),
    "bproof1": ("fingerprint", "credential", "ciphertexts"),
    "raweg": ("fingerprint", "credential", "statement"),
    "mixed": ("fingerprint", "public_key", "digest"),
    "factors": ("fingerprint", "public_key", "ciphertexts_digest", "decryption_digest"),
    "decrypt": ("fingerprint", "public_key"),
    "decrypt-strong": ("fingerprint", "public_key", "alpha", "factor"),
}


@dataclass(frozen=True, slots=True)
class Proof:
    """A challenge and a response, both in [0, q)."""

    challenge: int
    response: int


def proof_json(proof: Proof) -> Json:
    """Return the JSON object, fields in canonical order, scalars as decimal strings."""
    return {"challenge": str(proof.challenge), "response": str(proof.response)}


def read_proof(group: Group, json: Json) -> Proof:
    """Read a proof, strictly.

    :raises Rejected: codes ``proof_form``, ``scalar_invalid``
    """
    if not isinstance(json, dict) or list(json) != ["challenge", "response"]:
        raise Rejected("proof_form")
    return Proof(read_scalar(group.q, json["challenge"]), read_scalar(group.q, json["response"]))


def _challenge(group: Group, prefix: str, commitments: Sequence[Element]) -> int:
    if prefix.partition("|")[0] not in PROOF_KINDS or not prefix.endswith("|"):
        raise ValueError("a proof of a kind that is not registered")
    return hash_to_scalar(group, prefix, commitments)


def _check_range(group: Group, proof: Proof, step: str) -> None:
    if not (0 <= proof.challenge < group.q and 0 <= proof.response < group.q):
        raise Rejected("scalar_invalid", step=step)


def prove_knowledge(group: Group, prefix: str, secret: int, randomness: Randomness) -> Proof:
    """Prove that the maker knows the secret x of X = g^x (Schnorr).

    :param prefix: ends with "|" and names X or a signed text
    :source: protocol.md section 1
    """
    w = group.random_scalar(randomness)
    challenge = _challenge(group, prefix, [group.power_secret(group.generator, w)])
    return Proof(challenge, _response(group, w, secret, challenge))


def _response(group: Group, w: int, secret: int, challenge: int) -> int:
    return group.scalar_subtract(w, group.scalar_multiply(secret, challenge))


def check_knowledge(
    group: Group,
    prefix: str,
    public: Element,
    proof: Proof,
    *,
    step: str,
    unchecked: bool = False,
) -> None:
    """Check a proof of knowledge.

    :param public: X, decoded with the full check
    :param unchecked: only the form of X was read: that it is a member and not the identity
        is checked on the way
    :raises Rejected: codes ``proof_invalid``, ``element_invalid``
    :source: protocol.md section 1
    """
    _check_range(group, proof, step)
    if unchecked and public == group.identity:
        raise Rejected("element_invalid", "the identity", step=step)
    row = (group.generator, public), (proof.response, proof.challenge)
    commitments = group.powers_products([row], unchecked=(public,) if unchecked else ())
    if proof.challenge != _challenge(group, prefix, commitments):
        raise Rejected("proof_invalid", step=step)


def prove_or(
    group: Group,
    key: Element,
    prefix: str,
    branches: Sequence[Ciphertext],
    true_index: int,
    r: int,
    randomness: Randomness,
) -> list[Proof]:
    """Prove that one branch (α, β) is (g^r, y^r), without saying which.

    :param r: secret exponent of the true branch
    :source: protocol.md section 6.1
    """
    q = group.q
    proofs: list[Proof] = []
    rows: list[tuple[list[Element], list[int]]] = []
    for branch in branches:  # all false at first; the true one is replaced below
        proof = Proof(group.random_scalar(randomness), group.random_scalar(randomness))
        proofs.append(proof)
        rows += _rows(group, key, branch, proof)
    del rows[2 * true_index : 2 * true_index + 2]
    commitments = group.powers_products(rows)
    w = group.random_scalar(randomness)
    commitments[2 * true_index : 2 * true_index] = [
        group.power_secret(group.generator, w),
        group.power_secret(key, w),
    ]
    others = sum(p.challenge for i, p in enumerate(proofs) if i != true_index)
    challenge = (_challenge(group, prefix, commitments) - others) % q
    proofs[true_index] = Proof(challenge, _response(group, w, r, challenge))
    return proofs


def _rows(
    group: Group, key: Element, branch: Ciphertext, proof: Proof
) -> list[tuple[list[Element], list[int]]]:
    exponents = [proof.response, proof.challenge]
    return [([group.generator, branch.alpha], exponents), ([key, branch.beta], exponents)]


def check_or(
    group: Group,
    key: Element,
    prefix: str,
    branches: Sequence[Ciphertext],
    proofs: Sequence[Proof],
    *,
    step: str,
    unchecked: Collection[Element] = (),
) -> None:
    """Check that for one branch log_g α = log_y β.

    :param branches: elements decoded with the full check, or made of such
    :param unchecked: elements of which only the form was read; their membership is
        checked on the way
    :raises Rejected: codes ``proof_invalid``, ``proof_form``, ``element_invalid``
    :source: protocol.md section 6.1
    """
    if len(branches) != len(proofs):
        raise Rejected("proof_form", step=step)
    rows: list[tuple[list[Element], list[int]]] = []
    for branch, proof in zip(branches, proofs, strict=True):
        _check_range(group, proof, step)
        rows += _rows(group, key, branch, proof)
    challenge = _challenge(group, prefix, group.powers_products(rows, unchecked=unchecked))
    if sum(proof.challenge for proof in proofs) % group.q != challenge:
        raise Rejected("proof_invalid", step=step)


def prove_decryption(
    group: Group, prefix: str, secret: int, alpha: Element, randomness: Randomness
) -> Proof:
    """Prove that the factor α^x has the exponent of X = g^x.

    :param prefix: ``decrypt|φ|enc(X)|``, or of a kind that binds α and the factor too
    :source: protocol.md section 10
    """
    w = group.random_scalar(randomness)
    commitments = [group.power_secret(group.generator, w), group.power_secret(alpha, w)]
    challenge = _challenge(group, prefix, commitments)
    return Proof(challenge, _response(group, w, secret, challenge))


def check_decryption(
    group: Group,
    prefix: str,
    public: Element,
    alpha: Element,
    factor: Element,
    proof: Proof,
    *,
    step: str,
) -> None:
    """Check that log_g X = log_α factor.

    The challenge of the kind ``decrypt`` hashes neither α nor the factor. A trustee can
    therefore make *some* false factor pass. For an α that others fixed she cannot choose
    which, and no count comes out; but who also seals the last ballot of a sum chooses its
    randomness after the challenge and moves the count at will (attack P01). The kinds
    ``decrypt-strong`` and ``factors`` bind both.

    :param public: X, the key of the trustee or member; all elements already decoded
    :raises Rejected: code ``proof_invalid``
    :source: protocol.md section 10
    """
    _check_range(group, proof, step)
    exponents = (proof.response, proof.challenge)
    commitments = group.powers_products(
        [((group.generator, public), exponents), ((alpha, factor), exponents)]
    )
    if proof.challenge != _challenge(group, prefix, commitments):
        raise Rejected("proof_invalid", step=step)
