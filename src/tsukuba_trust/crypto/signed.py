"""Signed messages between the members of a threshold (protocol.md section 3).

The key is not part of the hash in version 1, so a signature says nothing before the
key itself is fixed: every use here takes the key from a certificate first.
"""

from dataclasses import dataclass

from tsukuba_trust.crypto import json_text
from tsukuba_trust.crypto.groups import Element, Group
from tsukuba_trust.crypto.proofs import (
    Proof,
    check_knowledge,
    proof_json,
    prove_knowledge,
    read_proof,
)
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Json, Randomness


@dataclass(frozen=True, slots=True)
class Signed:
    """A text and a proof of knowledge that is bound to it."""

    message: str
    signature: Proof


def sign(group: Group, message: str, secret: int, randomness: Randomness) -> Signed:
    """Sign a text with the secret of a verification key."""
    return Signed(message, prove_knowledge(group, f"sigmsg|{message}|", secret, randomness))


def check(group: Group, message: str, key: Element, signature: Proof, *, step: str) -> None:
    """Check a signature under a key that was fixed before.

    :raises Rejected: ``proof_invalid``
    """
    check_knowledge(group, f"sigmsg|{message}|", key, signature, step=step)


def signed_json(signed: Signed) -> Json:
    """Return the JSON object, fields in canonical order."""
    return {"message": signed.message, "signature": proof_json(signed.signature)}


def read_signed(group: Group, value: Json) -> Signed:
    """Read a signed message; the signature is not checked here.

    :raises Rejected: ``signed_form``, ``proof_form``, ``scalar_invalid``
    """
    message, signature = json_text.fields(value, ("message", "signature"), code="signed_form")
    if list(value) != ["message", "signature"] or not isinstance(message, str):
        raise Rejected("signed_form", "not a message and its signature")
    return Signed(message, read_proof(group, signature))
