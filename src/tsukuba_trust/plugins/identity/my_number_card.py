"""The My Number Card as an identity provider: one signature over the registration text.

Settings: ``my_number_card.anchors`` = folder of other authorities than the shipped ones;
``my_number_card.allow_test_anchors = true`` lets it hold a test authority, with which no binding
vote begins or takes anybody;
``my_number_card.app_link`` = address that opens the app, with ``{attempt}`` in it;
``my_number_card.revocation`` = source of revocation (``plugins/revocation``), not-checked when
nothing is named.

:source: jpki.md 3, 4; architecture D2, D7
"""

import hashlib
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from cryptography.hazmat.primitives.serialization import Encoding
from zope.interface import implementer

from tsukuba_trust.board.canonical import encode, encode_value
from tsukuba_trust.errors import Misconfigured, Rejected, Unavailable
from tsukuba_trust.interfaces import AttemptView, Begun, Identity, IIdentityProvider
from tsukuba_trust.jpki.anchors import Anchors, load_anchors
from tsukuba_trust.jpki.decisions import (
    DECISIONS,
    LATER_CODE,
    OPTIONAL,
    RETRY_AFTER_S,
    decide,
)
from tsukuba_trust.jpki.profile import AUTH, SIGN
from tsukuba_trust.jpki.refusal import CertificateRefused
from tsukuba_trust.jpki.signature import registration_text
from tsukuba_trust.jpki.statuses import GOOD, STALE, UNREACHABLE
from tsukuba_trust.jpki.valid import ValidCertificate
from tsukuba_trust.jpki.validate import validate
from tsukuba_trust.my_number import holds_my_number
from tsukuba_trust.plugins.identity.card_forms import (
    ATTRIBUTES,
    OPERATOR,
    answer_in,
    read_evidence,
    read_response,
)
from tsukuba_trust.registry import revocation_source
from tsukuba_trust.revocation import (
    UNASKED,
    CertificateStatus,
    IDecides,
    IRevocation,
    NotChecked,
)
from tsukuba_trust.values import Json, Parameters

NAME: Final = "my-number-card"
REVOCATION: Final = "revocation"
GENUINE: Final = "genuine_authority"  # cards of a test authority prove nothing about anybody
LOG: Final = logging.getLogger("tsukuba_trust.revocation")
# The parameters of an election file; the first word of each is the default.
WORDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "require": (SIGN, AUTH),
        "revocation": tuple(DECISIONS),
        "person": (ATTRIBUTES, OPERATOR),
    }
)


@implementer(IIdentityProvider, IDecides)
class MyNumberCard:
    """Accepts certificate and signature, or a CMS message, in base64.

    :param anchors: the authorities that are believed
    :param app_link: what opens the app on the same device, with ``{attempt}`` in it
    :param revocation: who is asked whether a certificate still stands; None = nobody
    """

    name = NAME
    bound = True

    def __init__(
        self, anchors: Anchors, app_link: str = "", revocation: IRevocation | None = None
    ) -> None:
        self._anchors = anchors
        self._app_link = app_link
        self._revocation: IRevocation = revocation or NotChecked()

    @property
    def not_checked(self) -> tuple[str, ...]:
        """Return what cannot be checked in this installation."""
        revocation = () if self._revocation.checks else (REVOCATION,)
        genuine = all(one.genuine for one in self._anchors)
        return revocation if genuine else (*revocation, GENUINE)

    def check(self, parameters: Parameters) -> None:
        """Check the parameters.

        ``require`` = "sign" (default) or "auth"; ``revocation`` = a policy of ``DECISIONS``,
        "optional" by default; ``person`` = "attributes" (default) or "operator": by whose
        word two certificates belong to one person.

        :raises Misconfigured: ``parameter_unknown``, ``parameter_value``, or
            ``revocation_not_asked``: this installation has no source that can do it
        """
        unknown = sorted(set(parameters) - set(WORDS))
        if unknown:
            raise Misconfigured("parameter_unknown", unknown[0], where=NAME)
        for key, words in WORDS.items():
            if parameters.get(key, words[0]) not in words:
                detail = f"{key} is {' or '.join(words)}"
                raise Misconfigured("parameter_value", detail, where=NAME)
        needs = _word(parameters, "revocation") != OPTIONAL and not self._revocation.checks
        if needs or (_word(parameters, "person") == OPERATOR and not self._revocation.links):
            detail = f"my_number_card.revocation = {self._revocation.name} cannot do that"
            raise Misconfigured("revocation_not_asked", detail, where=NAME)

    def decisions(self, parameters: Parameters) -> Sequence[tuple[str, str]]:
        """Return what follows from each answer of the source of revocation."""
        return tuple(DECISIONS[_word(parameters, "revocation")].items())

    def begin(self, attempt: AttemptView) -> Begun:
        """Ask a device to sign the registration text with the certificate required."""
        challenge = {
            "shape": "app",
            "require": _word(attempt.parameters, "require"),
            "text": _text(attempt),
        }
        if self._app_link:
            challenge["app_link"] = self._app_link.replace("{attempt}", attempt.id)
        return Begun(challenge=challenge, state={})

    def complete(self, attempt: AttemptView, state: Json, response: Json, at: datetime) -> Identity:
        """Check certificate, signature and revocation.

        1. no My Number anywhere (J07); 2. exactly one of the two forms, strict base64; 3. the
        certificate (jpki.md 4, items 1–8); 4. the signature over *this* attempt's text;
        5. revocation, last, so that nobody is asked about a card that did not sign.

        :raises CertificateRefused: ``reason`` names the check
        :raises Refused: ``counter_needed``
        :raises Unavailable: ``cert_check_unavailable``
        """
        if holds_my_number(response):
            raise CertificateRefused("my_number_given")
        signed = read_response(response)
        certificate = signed.certificate
        require = _word(attempt.parameters, "require")
        valid = validate(certificate, at, self._anchors, require)
        signed.check(valid, _text(attempt).encode())
        status = self._ask(certificate, valid, at)
        checked = decide(_word(attempt.parameters, "revocation"), status.state)
        linking = _word(attempt.parameters, "person")
        if linking == OPERATOR and not status.person:
            raise Unavailable(LATER_CODE, "not linked", retry_after_s=RETRY_AFTER_S)
        told = {"source": self._revocation.name, "state": status.state, "said": status.said}
        evidence = {
            "v": 1,
            "require": require,
            **answer_in(response),
            "title": attempt.title,
            "origin": attempt.origin,
            "voting_host": attempt.voting_host,
            "attempt": attempt.id,
            "person": linking,
            "revocation": told,
        }
        person = status.person if linking == OPERATOR else ""
        return _identity(valid, certificate, encode(evidence), checked=checked, person=person)

    def recheck(self, evidence: bytes, binding: bytes, at: datetime) -> Identity:
        """Check kept evidence again: the same checks, at the time it was completed.

        What was said about revocation is read again by the source that was asked; auditors
        name the same one in their settings.

        :raises Rejected: ``evidence_malformed``, ``revocation_source``, ``revocation_state``,
            or the ground of the refusal
        """
        kept = read_evidence(evidence)
        try:
            signed = read_response(answer_in(kept))
            text = registration_text(
                kept["title"], kept["origin"], kept["voting_host"], kept["attempt"], binding
            )
            valid = validate(signed.certificate, at, self._anchors, kept["require"])
            signed.check(valid, text.encode())
        except CertificateRefused as error:
            raise Rejected(error.reason, step="recheck") from None
        except Misconfigured:
            raise Rejected("evidence_malformed", step="recheck") from None
        certificate = signed.certificate
        status = self._ask_again(kept["revocation"], certificate, valid, at)
        person = status.person if kept["person"] == OPERATOR else ""
        checked = status.state == GOOD
        return _identity(valid, certificate, evidence, checked=checked, person=person)

    def _ask(self, certificate: bytes, valid: ValidCertificate, at: datetime) -> CertificateStatus:
        status = self._revocation.ask(certificate, _issuer(valid), at)
        if status.state in (STALE, UNREACHABLE):
            source = self._revocation.name
            LOG.warning("%s gives no answer: %s %s", source, status.state, status.reason)
        return status

    def _ask_again(
        self, told: Json, certificate: bytes, valid: ValidCertificate, at: datetime
    ) -> CertificateStatus:
        if told["source"] != self._revocation.name:
            raise Rejected("revocation_source", step="recheck")
        status = self._revocation.recheck(certificate, _issuer(valid), told["said"], at)
        if status.state != told["state"]:
            raise Rejected("revocation_state", step="recheck")
        return status


def _word(parameters: Parameters, key: str) -> str:
    return str(parameters.get(key, WORDS[key][0]))


def _issuer(valid: ValidCertificate) -> bytes:
    return valid.anchor.certificate.public_bytes(Encoding.DER)


def _text(attempt: AttemptView) -> str:
    return registration_text(
        attempt.title, attempt.origin, attempt.voting_host, attempt.id, attempt.binding
    )


def _identity(
    valid: ValidCertificate, certificate: bytes, evidence: bytes, *, checked: bool, person: str
) -> Identity:
    """Name the person; the registrar keys the attributes before it stores anything (D5)."""
    attributes: Mapping[str, str] = {}
    warnings: tuple[str, ...] = () if valid.anchor.genuine else ("test_anchor",)
    subject: list[str] = ["auth", hashlib.sha256(certificate).hexdigest()]
    if valid.attributes is not None:
        holder = valid.attributes
        attributes = {
            "name": holder.name,
            "name_flags": holder.name_flags,
            "address": holder.address,
            "address_flags": holder.address_flags,
            "birth_date": holder.birth_date.day,
            "sex": holder.sex,
            "subject_locality": valid.subject_locality,
            "crl_locality": valid.crl_locality,
        }
        warnings += holder.birth_date.warnings
        subject = ["sign", holder.name, holder.birth_date.day, holder.sex]
    if person:
        subject = ["person", person]
    return Identity(
        subject=hashlib.sha256(encode_value([NAME, *subject])).hexdigest(),
        attributes=attributes,
        bound=True,
        evidence=evidence,
        warnings=warnings,
        not_checked=_not_checked(valid, checked=checked),
        person=person,
    )


def _not_checked(valid: ValidCertificate, *, checked: bool) -> tuple[str, ...]:
    revocation = () if checked else (REVOCATION,)
    return revocation if valid.anchor.genuine else (*revocation, GENUINE)


def includeme(config: Any) -> None:
    """Register the provider with the authorities that the settings name.

    :raises Misconfigured: an authority is not the pinned one, a test authority is not allowed,
        or the source of revocation is not set up
    """
    settings = config.get_settings()
    folder = settings.get("my_number_card.anchors")
    allow_test = settings.get("my_number_card.allow_test_anchors", "false") == "true"
    anchors = load_anchors(Path(folder) if folder else None, allow_test=allow_test)
    app_link = settings.get("my_number_card.app_link", "")
    asked = settings.get("my_number_card.revocation") or UNASKED
    revocation = revocation_source(asked, settings)
    config.add_identity_provider(NAME, MyNumberCard(anchors, app_link, revocation))
