# ruff: noqa: N805 (zope interfaces have no self)
"""Whether a certificate still stands: a small contract of its own (jpki.md 3.6).

A source of revocation is chosen by name in the settings, from the entry points of
``tsukuba_trust.revocation``; installed is not active. An entry point is a function that takes
the settings and returns the object. It is asked at identification only, never at a cast or at
the close (attack J04).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from zope.interface import Attribute, Interface, implementer

from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Json, Parameters

UNASKED: Final = "not-checked"  # the source when the settings name none


@dataclass(frozen=True, slots=True)
class CertificateStatus:
    """What a source of revocation says about one certificate.

    :param state: "good", "revoked", "unknown", "stale" (an answer that is too old or not to
        this question), "unreachable" (no answer, or none that can be believed) or
        "not_checked" (nobody was asked); only a believed answer is ever "good"
    :param reason: why there is no usable answer, a stable code for the log
    :param said: what ``recheck`` needs, canonical JSON without floats and nulls; sealed with
        the evidence, never logged
    :param person: the source's own id of the person (``Identity.person``)
    """

    state: str
    reason: str = ""
    said: Json = field(default_factory=dict, repr=False)
    person: str = field(default="", repr=False)


class IRevocation(Interface):
    """Knows whether a validated certificate has been revoked. Thread-safe."""

    name = Attribute("The name of its entry point; for ever")
    checks = Attribute("False: it asks nobody, and says so")
    links = Attribute("True when it names persons by ids that survive a change of name")

    def ask(certificate: bytes, issuer: bytes, at: datetime) -> CertificateStatus:
        """Ask about a certificate, within five seconds.

        Trouble outside is a status, never an exception.

        :param certificate: DER, validated
        :param issuer: DER of the pinned authority that issued it
        :param at: the admission time of the request, aware UTC
        """

    def recheck(certificate: bytes, issuer: bytes, said: Json, at: datetime) -> CertificateStatus:
        """Read again what was said then, for auditors: pure, deterministic, no network.

        :param said: of the status that ``ask`` returned
        :raises Rejected: it was not said, or says something else
        """


@implementer(IRevocation)
class NotChecked:
    """Asks nobody, and says so.

    What it identifies stands on the board as not checked; a binding election refuses it when
    the file is checked, when the log begins and at every identification.
    """

    name = UNASKED
    checks = False
    links = False

    def ask(self, certificate: bytes, issuer: bytes, at: datetime) -> CertificateStatus:
        """Say that nobody was asked."""
        return CertificateStatus("not_checked")

    def recheck(
        self, certificate: bytes, issuer: bytes, said: Json, at: datetime
    ) -> CertificateStatus:
        """Say again that nobody was asked."""
        if said != {}:
            raise Rejected("evidence_malformed", step="recheck")
        return CertificateStatus("not_checked")


def not_checked(settings: Mapping[str, str]) -> NotChecked:
    """Make the source that asks nobody."""
    return NotChecked()


class IDecides(Interface):
    """What an identity provider may offer beside its contract: its decisions, for officers."""

    def decisions(parameters: Parameters) -> Sequence[tuple[str, str]]:
        """Return (answer of the service asked, what follows for the voter) pairs.

        :param parameters: of an election file, checked
        """
