"""Questions to an OCSP responder and its answers, checked without any network.

:source: RFC 6960 sections 3.2, 4.2.2.2; RFC 9654 (nonces)
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from tsukuba_trust.jpki.statuses import (
    GOOD,
    REVOKED,
    SKEW,
    STALE,
    UNKNOWN,
    UNREACHABLE,
    NoAnswer,
    check_signed,
)

LARGEST: Final = 64 * 1024
NONCE_SIZE: Final = 32
LONGEST_WITHOUT_NEXT: Final = timedelta(minutes=10)  # "newer information is always available"
# For naming the issuer in the question only; nothing rests on their collision resistance.
HASHES: Final = MappingProxyType({"sha1": SHA1, "sha256": SHA256})  # nosec: see above
_STATES: Final = MappingProxyType(
    {
        ocsp.OCSPCertStatus.GOOD: GOOD,
        ocsp.OCSPCertStatus.REVOKED: REVOKED,
        ocsp.OCSPCertStatus.UNKNOWN: UNKNOWN,
    }
)
_MOST_CERTIFICATES: Final = 4
_UNREADABLE = (ValueError, Warning, x509.DuplicateExtension, UnsupportedAlgorithm)


@dataclass(frozen=True, slots=True)
class Question:
    """One certificate that is asked about.

    :param nonce: 32 bytes; None when the answer need not be to this very question
    :param hashed: "sha256" or "sha1": how the issuer is named
    """

    certificate: x509.Certificate
    issuer: x509.Certificate
    nonce: bytes | None
    hashed: str = "sha256"

    def request(self) -> bytes:
        """Return the DER to be posted."""
        algorithm: HashAlgorithm = HASHES[self.hashed]()
        builder = ocsp.OCSPRequestBuilder().add_certificate(
            self.certificate, self.issuer, algorithm
        )
        if self.nonce is not None:
            builder = builder.add_extension(x509.OCSPNonce(self.nonce), critical=False)
        return builder.build().public_bytes(Encoding.DER)


@dataclass(frozen=True, slots=True)
class Rules:
    """What an installation asks of an answer.

    :param max_age: since ``thisUpdate``
    :param needs_nonce: False takes answers that were signed beforehand, by their age alone
    :param responder: the one certificate that may sign, where the office pinned one
    """

    max_age: timedelta = timedelta(days=1)
    needs_nonce: bool = True
    responder: x509.Certificate | None = None


def read_answer(data: bytes, question: Question, at: datetime, rules: Rules) -> str:
    """Return "good", "revoked" or "unknown" as a responder says it.

    1. form and status; 2. about exactly this certificate; 3. signed by the authority itself
    or by whom it named for that; 4. to this question; 5. fresh; 6. nothing critical unread.

    :param at: aware UTC
    :raises NoAnswer: unreachable or stale, with the check that failed
    """
    if len(data) > LARGEST:
        raise NoAnswer(UNREACHABLE, "ocsp_too_large")
    try:
        answer = ocsp.load_der_ocsp_response(data)
        if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise NoAnswer(UNREACHABLE, f"ocsp_{answer.response_status.name.lower()}")
        _check_subject(answer, question)
        _check_signer(answer, question.issuer, at, rules)
        _check_nonce(answer, question.nonce, rules)
        _check_fresh(answer, at, rules)
        _check_extensions(answer)
        return _STATES[answer.certificate_status]
    except _UNREADABLE:
        # Not chained: the library's message may quote what it could not read.
        raise NoAnswer(UNREACHABLE, "ocsp_malformed") from None


def _check_subject(answer: ocsp.OCSPResponse, question: Question) -> None:
    if len(list(answer.responses)) != 1:
        raise NoAnswer(UNREACHABLE, "ocsp_not_one_answer")
    asked = ocsp.load_der_ocsp_request(question.request())
    for name in ("serial_number", "issuer_name_hash", "issuer_key_hash"):
        if getattr(answer, name) != getattr(asked, name):
            raise NoAnswer(UNREACHABLE, "ocsp_other_certificate")
    if answer.hash_algorithm.name != asked.hash_algorithm.name:
        raise NoAnswer(UNREACHABLE, "ocsp_other_certificate")


def _check_signer(
    answer: ocsp.OCSPResponse, issuer: x509.Certificate, at: datetime, rules: Rules
) -> None:
    """Find who signed: the pinned responder, else the issuer, else whom the issuer named."""
    given = answer.certificates[:_MOST_CERTIFICATES]
    candidates = [rules.responder] if rules.responder else [issuer, *given]
    signer = next((one for one in candidates if _is_named(answer, one)), None)
    if signer is None:
        raise NoAnswer(UNREACHABLE, "ocsp_responder_unknown")
    if signer not in (issuer, rules.responder):
        check_delegated(signer, issuer)
    if not signer.not_valid_before_utc <= at <= signer.not_valid_after_utc:
        raise NoAnswer(UNREACHABLE, "ocsp_responder_not_valid")
    check_signed(
        signer,
        answer.signature_algorithm_oid,
        answer.signature,
        answer.tbs_response_bytes,
        reason="ocsp_signature",
    )


def _is_named(answer: ocsp.OCSPResponse, candidate: x509.Certificate) -> bool:
    if answer.responder_name is not None:
        return answer.responder_name == candidate.subject
    bits = x509.SubjectKeyIdentifier.from_public_key(candidate.public_key()).digest
    return answer.responder_key_hash == bits


def check_delegated(signer: x509.Certificate, issuer: x509.Certificate) -> None:
    """Check that the issuer itself named this responder.

    Signed by the issuer's key, usage OCSPSigning, and marked ``ocsp-nocheck``: nobody else
    could tell whether the responder's own certificate was revoked.

    :raises NoAnswer: unreachable
    :source: RFC 6960 section 4.2.2.2
    """
    if signer.issuer != issuer.subject:
        raise NoAnswer(UNREACHABLE, "ocsp_responder_of_another")
    check_signed(
        issuer,
        signer.signature_algorithm_oid,
        signer.signature,
        signer.tbs_certificate_bytes,
        reason="ocsp_responder_of_another",
    )
    extensions = signer.extensions
    found = {extension.oid for extension in extensions}
    if ExtensionOID.OCSP_NO_CHECK not in found:
        raise NoAnswer(UNREACHABLE, "ocsp_responder_uncheckable")
    if ExtensionOID.EXTENDED_KEY_USAGE not in found or ExtendedKeyUsageOID.OCSP_SIGNING not in (
        extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    ):
        raise NoAnswer(UNREACHABLE, "ocsp_responder_not_allowed")
    if ExtensionOID.KEY_USAGE in found and not (
        extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature
    ):
        raise NoAnswer(UNREACHABLE, "ocsp_responder_not_allowed")


def _check_nonce(answer: ocsp.OCSPResponse, nonce: bytes | None, rules: Rules) -> None:
    if nonce is None:
        return
    try:
        given = answer.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
    except x509.ExtensionNotFound:
        if rules.needs_nonce:
            raise NoAnswer(STALE, "ocsp_nonce_missing") from None
        return
    if given != nonce:
        raise NoAnswer(STALE, "ocsp_nonce_other")


def _check_fresh(answer: ocsp.OCSPResponse, at: datetime, rules: Rules) -> None:
    made, until = answer.this_update_utc, answer.next_update_utc
    if max(made, answer.produced_at_utc) > at + SKEW:
        raise NoAnswer(UNREACHABLE, "ocsp_from_future")
    if until is not None and until < at:
        raise NoAnswer(STALE, "ocsp_outdated")
    longest = rules.max_age if until is not None else min(rules.max_age, LONGEST_WITHOUT_NEXT)
    if at - made > longest:
        raise NoAnswer(STALE, "ocsp_outdated")


def _check_extensions(answer: ocsp.OCSPResponse) -> None:
    for extension in (*answer.extensions, *answer.single_extensions):
        if extension.critical and extension.oid != x509.OCSPNonce.oid:
            raise NoAnswer(UNREACHABLE, "ocsp_unknown_critical_extension")
