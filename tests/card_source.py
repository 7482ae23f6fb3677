"""A source of revocation that tests switch, in place of the installation's."""

from datetime import datetime
from typing import Any

from zope.interface import implementer

from tsukuba_trust.errors import Rejected
from tsukuba_trust.revocation import CertificateStatus, IRevocation
from tsukuba_trust.values import Json


@implementer(IRevocation)
class Switch:
    """Says what it is told to say, about everybody.

    :param asked: how often it was asked
    """

    name = "switch"
    checks = True
    links = True

    def __init__(self, state: str = "good") -> None:
        self.state = state
        self.person = ""
        self.asked = 0

    def ask(self, certificate: bytes, issuer: bytes, at: datetime) -> CertificateStatus:
        self.asked += 1
        return CertificateStatus(self.state, person=self.person, said={"person": self.person})

    def recheck(
        self, certificate: bytes, issuer: bytes, said: Json, at: datetime
    ) -> CertificateStatus:
        if not isinstance(said, dict) or set(said) != {"person"}:
            raise Rejected("evidence_malformed", step="recheck")
        return CertificateStatus("good", person=said["person"], said=said)


def switched(services: Any, monkeypatch: Any, state: str = "good") -> Switch:
    """Put a switch into the card provider of an installation."""
    switch = Switch(state)
    provider = services.registry.identity_providers["my-number-card"]
    monkeypatch.setattr(provider, "_revocation", switch)
    return switch
