"""ElGamal over a group: a ciphertext and its algebra (protocol.md sections 6, 8)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tsukuba_trust.crypto.groups import Element, Group
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Json


@dataclass(frozen=True, slots=True)
class Ciphertext:
    """(α, β) = (g^r, y^r·g^m)."""

    alpha: Element
    beta: Element


def encrypt(group: Group, key: Element, m: int, r: int) -> Ciphertext:
    """Encrypt the integer m in the exponent.

    :param r: secret and fresh
    :source: protocol.md section 6.1
    """
    message = (group.identity, group.generator)[m] if m in (0, 1) else _exponential(group, m)
    return encrypt_element(group, key, message, r)


def encrypt_element(group: Group, key: Element, message: Element, r: int) -> Ciphertext:
    """Encrypt an element itself.

    :param r: secret and fresh
    :source: protocol.md section 6.2
    """
    alpha = group.power_secret(group.generator, r)
    return Ciphertext(alpha, group.multiply(group.power_secret(key, r), message))


def _exponential(group: Group, m: int) -> Element:
    return group.power_secret(group.generator, m % group.q)


def multiply(group: Group, a: Ciphertext, b: Ciphertext) -> Ciphertext:
    """Multiply component by component: the plaintexts are added."""
    return Ciphertext(group.multiply(a.alpha, b.alpha), group.multiply(a.beta, b.beta))


def power(group: Group, ciphertext: Ciphertext, n: int) -> Ciphertext:
    """Raise to a public exponent: the plaintext is multiplied by n."""
    if n == 1:
        return ciphertext
    return Ciphertext(group.power(ciphertext.alpha, n), group.power(ciphertext.beta, n))


def in_order(group: Group, ciphertexts: Iterable[Ciphertext]) -> list[Ciphertext]:
    """Return ciphertexts sorted by α, then β, as a list to be shuffled begins.

    :source: protocol.md section 8
    """

    def place(ciphertext: Ciphertext) -> Any:
        return group.sort_key(ciphertext.alpha), group.sort_key(ciphertext.beta)

    return sorted(ciphertexts, key=place)


def ciphertext_json(group: Group, ciphertext: Ciphertext) -> Json:
    """Return the JSON object, fields in canonical order."""
    return {"alpha": group.encode(ciphertext.alpha), "beta": group.encode(ciphertext.beta)}


def read_ciphertext(
    group: Group, json: Json, *, identity_allowed: bool, step: str = ""
) -> Ciphertext:
    """Read a ciphertext with the full check of both components.

    :param identity_allowed: whether α may be the identity (tallies); β always may
    :raises Rejected: codes ``ciphertext_form``, ``element_invalid``
    """
    return read_ciphertexts(group, [json], identity_allowed=identity_allowed, step=step)[0]


def read_ciphertexts(
    group: Group, jsons: Sequence[Json], *, identity_allowed: bool, step: str = ""
) -> list[Ciphertext]:
    """Read many ciphertexts, each as ``read_ciphertext`` does."""
    for json in jsons:
        check_ciphertext_form(json, step=step)
    try:
        alphas = group.decode_many(
            [json["alpha"] for json in jsons], identity_allowed=identity_allowed
        )
        betas = group.decode_many([json["beta"] for json in jsons], identity_allowed=True)
    except Rejected as error:
        raise Rejected(error.code, error.detail, step=step) from error
    return [Ciphertext(alpha, beta) for alpha, beta in zip(alphas, betas, strict=True)]


def reread_ciphertext(group: Group, json: Json) -> Ciphertext:
    """Read a ciphertext whose membership was checked before, or is about to be."""
    return Ciphertext(group.reread(json["alpha"]), group.reread(json["beta"]))


def check_ciphertext_form(json: Json, *, step: str = "") -> None:
    """Check that this is an object of exactly α and β, in this order.

    :raises Rejected: code ``ciphertext_form``
    """
    if not isinstance(json, dict) or list(json) != ["alpha", "beta"]:
        raise Rejected("ciphertext_form", step=step)
