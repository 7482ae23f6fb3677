"""ElGamal over a group: a ciphertext and its algebra (protocol.md sections 6, 8)."""

from dataclasses import dataclass

from tsukuba_trust.crypto.groups import Element


@dataclass(frozen=True, slots=True)
class Ciphertext:
    """(α, β) = (g^r, y^r·g^m)."""

    alpha: Element
    beta: Element
