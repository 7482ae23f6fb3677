"""What a card's device sends, and what is kept of it for the auditors: strict forms."""

import base64
import binascii
import re
from typing import Any, Final

from tsukuba_trust.board.canonical import decode
from tsukuba_trust.errors import Rejected
from tsukuba_trust.jpki.profile import AUTH, SIGN
from tsukuba_trust.jpki.refusal import CertificateRefused
from tsukuba_trust.values import Json

ATTRIBUTES: Final = "attributes"
OPERATOR: Final = "operator"
RESPONSE: Final = frozenset({"certificate", "signature"})
_TEXTS: Final = RESPONSE | {"require", "title", "origin", "voting_host", "attempt", "person"}
_EVIDENCE: Final = _TEXTS | {"v", "revocation"}
_STATUS: Final = frozenset({"source", "state", "said"})
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]{4,8192}={0,2}\Z")


def read_response(response: Json) -> tuple[bytes, bytes]:
    """Return certificate (DER) and signature.

    :raises CertificateRefused: ``response_malformed``
    """
    if not isinstance(response, dict) or set(response) != RESPONSE:
        raise CertificateRefused("response_malformed")
    return _decode(response["certificate"]), _decode(response["signature"])


def read_evidence(evidence: bytes) -> dict[str, Any]:
    """Return the texts that were kept, and what was told about revocation.

    :raises Rejected: ``evidence_malformed``
    """
    kept: dict[str, Any] = decode(evidence)
    if set(kept) != _EVIDENCE or kept["v"] != 1:
        raise Rejected("evidence_malformed", step="recheck")
    status = kept["revocation"]
    sound = (
        all(isinstance(kept[key], str) for key in _TEXTS)
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
