"""Threshold key ceremonies as their members hold them."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from tsukuba_trust.crypto import ceremony
from tsukuba_trust.crypto.ceremony import MemberSecret
from tsukuba_trust.crypto.groups import Group
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
