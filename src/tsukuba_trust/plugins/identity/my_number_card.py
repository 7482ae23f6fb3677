"""The My Number Card as an identity provider: one signature over the registration text.

Settings: ``my_number_card.anchors`` = folder of other authorities than the shipped ones;
``my_number_card.allow_test_anchors = true`` lets it hold a test authority;
``my_number_card.app_link`` = address that opens the app, with ``{attempt}`` in it.

:source: jpki.md 3, 4; architecture D2, D7
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from zope.interface import implementer

from tsukuba_trust.board.canonical import decode, encode, encode_value
from tsukuba_trust.errors import Misconfigured, Rejected
from tsukuba_trust.interfaces import AttemptView, Begun, Identity, IIdentityProvider
from tsukuba_trust.jpki.anchors import Anchors, load_anchors
from tsukuba_trust.jpki.my_number import holds_my_number
from tsukuba_trust.jpki.profile import PROFILES, SIGN
from tsukuba_trust.jpki.refusal import CertificateRefused
from tsukuba_trust.jpki.signature import registration_text
from tsukuba_trust.jpki.validate import ValidCertificate, validate
from tsukuba_trust.values import Json, Parameters

NAME: Final = "my-number-card"
_RESPONSE: Final = frozenset({"certificate", "signature"})
_EVIDENCE: Final = _RESPONSE | {"v", "require", "title", "origin", "voting_host", "attempt"}
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]{4,8192}={0,2}\Z")


@implementer(IIdentityProvider)
class MyNumberCard:
    """Accepts the raw form: certificate and signature, both base64.

    :param anchors: the authorities that are believed
    :param app_link: what opens the app on the same device, with ``{attempt}`` in it
    """

    name = NAME
    bound = True
    not_checked = ("revocation",)

    def __init__(self, anchors: Anchors, app_link: str = "") -> None:
        self._anchors = anchors
        self._app_link = app_link

    def check(self, parameters: Parameters) -> None:
        """Check the parameters: ``require`` = "sign" (default) or "auth".

        :raises Misconfigured: ``parameter_unknown`` or ``parameter_value``
        """
        unknown = sorted(set(parameters) - {"require"})
        if unknown:
            raise Misconfigured("parameter_unknown", unknown[0], where=NAME)
        if _require(parameters) not in PROFILES:
            raise Misconfigured("parameter_value", "require is sign or auth", where=NAME)

    def begin(self, attempt: AttemptView) -> Begun:
        """Ask a device to sign the registration text with the certificate required."""
        challenge = {
            "shape": "app",
            "require": _require(attempt.parameters),
            "text": _text(attempt),
        }
        if self._app_link:
            challenge["app_link"] = self._app_link.replace("{attempt}", attempt.id)
        if self._app_link:
            challenge["app_link"] = self._app_link.replace("{attempt}", attempt.id)
        return Begun(challenge=challenge, state={})

    def complete(self, attempt: AttemptView, state: Json, response: Json, at: datetime) -> Identity:
        """Check certificate and signature.

        1. no My Number anywhere (J07); 2. exactly the two fields, strict base64; 3. the
        certificate (jpki.md 4, items 1–8); 4. the signature over *this* attempt's text.

        :raises CertificateRefused: ``reason`` names the check
        """
        if holds_my_number(response):
            raise CertificateRefused("my_number_given")
        certificate, signature = _read_response(response)
        require = _require(attempt.parameters)
        valid = validate(certificate, at, self._anchors, require)
        valid.check_signed(signature, _text(attempt).encode())
        evidence = {
            "v": 1,
            "require": require,
            "certificate": response["certificate"],
            "signature": response["signature"],
            "title": attempt.title,
            "origin": attempt.origin,
            "voting_host": attempt.voting_host,
            "attempt": attempt.id,
        }
        return _identity(valid, certificate, encode(evidence))

    def recheck(self, evidence: bytes, binding: bytes, at: datetime) -> Identity:
        """Check kept evidence again: the same checks, at the time it was completed.

        :raises Rejected: ``evidence_malformed``, or the ground of the refusal
        """
        kept = _read_evidence(evidence)
        try:
            certificate, signature = _read_response({key: kept[key] for key in _RESPONSE})
            text = registration_text(
                kept["title"], kept["origin"], kept["voting_host"], kept["attempt"], binding
            )
            valid = validate(certificate, at, self._anchors, kept["require"])
            valid.check_signed(signature, text.encode())
        except CertificateRefused as error:
            raise Rejected(error.reason, step="recheck") from None
        except Misconfigured:
            raise Rejected("evidence_malformed", step="recheck") from None
        return _identity(valid, certificate, evidence)


def _require(parameters: Parameters) -> str:
    return str(parameters.get("require", SIGN))


def _text(attempt: AttemptView) -> str:
    return registration_text(
        attempt.title, attempt.origin, attempt.voting_host, attempt.id, attempt.binding
    )


def _read_response(response: Json) -> tuple[bytes, bytes]:
    """Return certificate (DER) and signature.

    :raises CertificateRefused: ``response_malformed``
    """
    if not isinstance(response, dict) or set(response) != _RESPONSE:
        raise CertificateRefused("response_malformed")
    return _decode(response["certificate"]), _decode(response["signature"])


def _read_evidence(evidence: bytes) -> dict[str, str]:
    """Return the texts that ``complete`` kept.

    :raises Rejected: ``evidence_malformed``
    """
    kept = decode(evidence)
    texts = {key: value for key, value in kept.items() if isinstance(value, str)}
    if kept != texts | {"v": 1} or set(kept) != _EVIDENCE or texts["require"] not in PROFILES:
        raise Rejected("evidence_malformed", step="recheck")
    return texts


def _decode(text: Json) -> bytes:
    """Decode canonical base64: padded, no spaces, no spare bits."""
    if not isinstance(text, str) or not _BASE64.match(text):
        raise CertificateRefused("response_malformed")
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise CertificateRefused("response_malformed") from None
    if base64.b64encode(data).decode("ascii") != text:
        raise CertificateRefused("response_malformed")
    return data


def _identity(valid: ValidCertificate, certificate: bytes, evidence: bytes) -> Identity:
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
    return Identity(
        subject=hashlib.sha256(encode_value([NAME, *subject])).hexdigest(),
        attributes=attributes,
        bound=True,
        evidence=evidence,
        warnings=warnings,
        not_checked=MyNumberCard.not_checked,
    )


def includeme(config: Any) -> None:
    """Register the provider with the authorities that the settings name.

    :raises Misconfigured: an authority is not the pinned one, or a test authority is not allowed
    """
    settings = config.get_settings()
    folder = settings.get("my_number_card.anchors")
    allow_test = settings.get("my_number_card.allow_test_anchors", "false") == "true"
    anchors = load_anchors(Path(folder) if folder else None, allow_test=allow_test)
    app_link = settings.get("my_number_card.app_link", "")
    config.add_identity_provider(NAME, MyNumberCard(anchors, app_link))
