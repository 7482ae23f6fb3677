"""What a card's device sends, and what is kept of it for the auditors: strict forms."""

import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from tsukuba_trust.board.canonical import decode
from tsukuba_trust.errors import Rejected
from tsukuba_trust.jpki.cms import SignedText, read_cms
from tsukuba_trust.jpki.profile import AUTH, SIGN
from tsukuba_trust.jpki.refusal import CertificateRefused
from tsukuba_trust.jpki.valid import ValidCertificate
from tsukuba_trust.values import Json

ATTRIBUTES: Final = "attributes"
OPERATOR: Final = "operator"
_RAW: Final = frozenset({"certificate", "signature"})
_CMS: Final = frozenset({"cms"})
_ABOUT: Final = frozenset({"require", "title", "origin", "voting_host", "attempt", "person"})
_STATUS: Final = frozenset({"source", "state", "said"})
_LONGEST: Final = MappingProxyType({"certificate": 8192, "signature": 8192, "cms": 24_000})


@dataclass(frozen=True, slots=True)
class RawSignature:
    """The raw form: a certificate and a signature over the registration text.

    :param certificate: DER
    """

    certificate: bytes = field(repr=False)
    signature: bytes = field(repr=False)

    def check(self, valid: ValidCertificate, message: bytes) -> None:
        """Check that the holder signed this very text.

        :param valid: ``certificate``, validated
        :raises CertificateRefused: ``signature_invalid``
        """
        valid.check_signed(self.signature, message)


def read_response(response: Json) -> RawSignature | SignedText:
    """Read an answer: certificate and signature, or a CMS message, and nothing else.

    :raises CertificateRefused: ``response_malformed``, or a ground of ``read_cms``
    """
    if not isinstance(response, dict) or set(response) not in (_RAW, _CMS):
        raise CertificateRefused("response_malformed")
    given = {key: _decode(text, _LONGEST[key]) for key, text in response.items()}
    return read_cms(given["cms"]) if "cms" in given else RawSignature(**given)


def answer_in(kept: Mapping[str, Any]) -> Json:
    """Return the answer that stands in kept evidence."""
    return {key: kept[key] for key in sorted(_RAW | _CMS) if key in kept}


def read_evidence(evidence: bytes) -> dict[str, Any]:
    """Return the texts that were kept, and what was told about revocation.

    :raises Rejected: ``evidence_malformed``
    """
    kept: dict[str, Any] = decode(evidence)
    texts = _ABOUT | (_CMS if "cms" in kept else _RAW)
    if set(kept) != texts | {"v", "revocation"} or kept["v"] != 1:
        raise Rejected("evidence_malformed", step="recheck")
    status = kept["revocation"]
    sound = (
        all(isinstance(kept[key], str) for key in texts)
        and isinstance(status, dict)
        and set(status) == _STATUS
        and isinstance(status["source"], str)
        and isinstance(status["state"], str)
    )
    if (
        not sound
        or kept["require"] not in (SIGN, AUTH)
        or kept["person"] not in (ATTRIBUTES, OPERATOR)
    ):
        raise Rejected("evidence_malformed", step="recheck")
    return kept


def _decode(text: Json, longest: int) -> bytes:
    """Decode canonical base64: padded, no spaces, no spare bits.

    The decoder passes over what is not of the alphabet; then the text is not what it encodes to.
    """
    if not isinstance(text, str) or not 0 < len(text) <= longest:
        raise CertificateRefused("response_malformed")
    try:
        data = binascii.a2b_base64(text)
    except ValueError:
        raise CertificateRefused("response_malformed") from None
    if binascii.b2a_base64(data, newline=False).decode("ascii") != text:
        raise CertificateRefused("response_malformed")
    return data
