"""One more proof for a whole partial decryption: that its factors are no others.

The format's own proofs hash neither α nor the factor (protocol.md section 10), so a trustee
can make *some* other factor pass. A sum then decrypts to no count and is noticed. A ballot
that is opened by itself would become an invalid one, and whoever decrypts last, knowing all
other factors, could choose which (attack P01). This proof stands beside the decryption on the
board; the archive, whose format has no place for it, does not hold it.

Products of all α_i and of all factors, raised to weights that depend on everything, must
have the exponent of the trustee's key: g^x, (Πα_i^u_i)^x = Πf_i^u_i.
"""

import hashlib
from collections.abc import Sequence
from typing import TypeAlias

from tsukuba_trust.crypto.decryption import Shape, parse_partial
from tsukuba_trust.crypto.groups import Element, Group
from tsukuba_trust.crypto.proofs import (
    check_decryption,
    proof_json,
    prove_decryption,
    read_proof,
)
from tsukuba_trust.crypto.shuffle_statement import ciphertexts_text, weights
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Json, Randomness

CODE = "factors_unproven"
Factors: TypeAlias = Sequence[Sequence[Element]]


def prove_factors(
    group: Group,
    fingerprint: str,
    secret: int,
    ciphertexts: Shape,
    text: str,
    randomness: Randomness,
) -> Json:
    """Prove that every factor of a decryption is α^x.

    :param secret: x of a single trustee or s_j of a member
    :param text: of her partial decryption of these ciphertexts
    :returns: a proof as JSON
    """
    public = group.power_secret(group.generator, secret)
    factors = parse_partial(group, text).factors
    prefix, product, _ = _statement(group, fingerprint, public, ciphertexts, factors, text)
    return proof_json(prove_decryption(group, prefix, secret, product, randomness))


def check_factors(
    group: Group,
    fingerprint: str,
    public: Element,
    ciphertexts: Shape,
    factors: Factors,
    text: str,
    json: Json,
) -> None:
    """Check that every factor of a decryption has the exponent of the trustee's key.

    :param factors: of ``text``, a decryption whose form and shape were checked
    :raises Rejected: ``factors_unproven``
    """
    prefix, alpha, factor = _statement(group, fingerprint, public, ciphertexts, factors, text)
    try:
        proof = read_proof(group, json)
        check_decryption(group, prefix, public, alpha, factor, proof, step="factors")
    except Rejected as error:
        raise Rejected(CODE, "a factor may be another than that of the key") from error


def _statement(
    group: Group,
    fingerprint: str,
    public: Element,
    ciphertexts: Shape,
    factors: Factors,
    text: str,
) -> tuple[str, Element, Element]:
    """Return the prefix and the two products."""
    flat = [ciphertext for row in ciphertexts for ciphertext in row]
    parts = (fingerprint, group.encode(public), _hex(ciphertexts_text(group, flat)), _hex(text))
    prefix = f"factors|{'|'.join(parts)}|"
    exponents = weights(group, prefix, len(flat))
    alpha = group.powers_product([ciphertext.alpha for ciphertext in flat], exponents)
    return prefix, alpha, group.powers_product([f for row in factors for f in row], exponents)


def _hex(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
