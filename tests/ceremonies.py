"""Threshold key ceremonies: as their members hold them, and their outcome made up."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tsukuba_trust.crypto import ceremony, json_text, pedersen, signed, trustees
from tsukuba_trust.crypto.ceremony import MemberSecret
from tsukuba_trust.crypto.groups import Group
from tsukuba_trust.crypto.proofs import proof_json
from tsukuba_trust.values import Json


@dataclass(frozen=True)
class Held:
    """What each member has after a ceremony."""

    secrets: Sequence[MemberSecret]
    certificates: Sequence[Json]
    deals: Sequence[str]
    keys: Sequence[tuple[int, Json]]


def hold(of_group: Group, size: int, threshold: int) -> Held:
    """Hold a ceremony in which nobody cheats."""
    begun = [
        ceremony.certificate(of_group, size, threshold, index, os.urandom)
        for index in range(1, size + 1)
    ]
    secrets = [secret for secret, _ in begun]
    certificates = [made for _, made in begun]
    deals = [ceremony.deal(of_group, secret, certificates, os.urandom) for secret in secrets]
    keys = [
        ceremony.finish(of_group, secret, certificates, deals, os.urandom) for secret in secrets
    ]
    return Held(secrets, certificates, deals, keys)


def item_of(of_group: Group, held: Held) -> Json:
    """Return the threshold item of the trustees record."""
    keys = [public for _, public in held.keys]
    return ceremony.threshold_item(of_group, held.certificates, held.deals, keys)


def threshold_json(
    of_group: Group,
    threshold: int,
    size: int,
    *,
    context: Mapping[str, Json] | None = None,
    surplus: int = 0,
    other_key: bool = False,
    contexts: bool = True,
) -> Json:
    """Make a threshold item in which everything is signed by its owner, even what is wrong.

    :param context: fields of the first member's context that are told wrong
    :param surplus: coefficients too many in the first member's polynomial
    :param other_key: the first member's key is not what was committed
    :param contexts: False leaves them out, as in the oldest format
    """
    signing = [of_group.random_scalar(os.urandom) for _ in range(size)]
    certificates, commitments, rows = [], [], []
    for index, secret in enumerate(signing, 1):
        told = pedersen.member_context(of_group, index, size, threshold)
        told |= (context or {}) if index == 1 else {}
        keys = {"verification": _public(of_group, secret), "encryption": _public(of_group, index)}
        content = {"context": told, **keys} if contexts else keys
        certificates.append(_signed(of_group, content, secret))
        degree = threshold + (surplus if index == 1 else 0)
        rows.append([of_group.random_scalar(os.urandom) for _ in range(degree)])
        made = [_public(of_group, coefficient) for coefficient in rows[-1]]
        commitments.append(_signed(of_group, {"coefexps": made}, secret))
    shares = [_share(of_group, rows, j) + (other_key and j == 1) for j in range(1, size + 1)]
    pairs = list(zip(commitments, signing, strict=True))
    return {
        "threshold": threshold,
        "certs": certificates,
        "coefexps": commitments,
        "signatures": [_agreement(of_group, certificates, row, secret) for row, secret in pairs],
        "verification_keys": [
            _member_key(of_group, share, secret)
            for share, secret in zip(shares, signing, strict=True)
        ],
    }


def _share(of_group: Group, rows: Sequence[Sequence[int]], j: int) -> int:
    return sum(a * j**k for row in rows for k, a in enumerate(row)) % of_group.q


def _agreement(of_group: Group, certificates: Sequence[Json], row: Json, secret: int) -> Json:
    content = {"certs": list(certificates), **json.loads(row["message"])}
    text = f"certs_sig|{json_text.write(content)}"
    return proof_json(signed.sign(of_group, text, secret, os.urandom).signature)


def _member_key(of_group: Group, share: int, secret: int) -> Json:
    key = trustees.key_json(of_group, share, os.urandom)
    proof = signed.sign(of_group, key["public_key"], secret, os.urandom).signature
    return {**key, "signature": proof_json(proof)}


def _public(of_group: Group, secret: int) -> str:
    return of_group.encode(of_group.power(of_group.generator, secret))


def _signed(of_group: Group, content: Json, secret: int) -> Json:
    text = json_text.write(content)
    return signed.signed_json(signed.sign(of_group, text, secret, os.urandom))
