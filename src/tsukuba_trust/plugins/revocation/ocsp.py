"""An OCSP responder is asked at every identification, and its answer kept for the auditors.

Settings: ``revocation.ocsp_url``; ``ocsp_nonce`` = required (default) or optional;
``ocsp_hash`` = sha256 (default) or sha1; ``ocsp_responder`` = PEM of the one certificate that
may sign; ``max_age_minutes`` of ``thisUpdate`` (1440); ``allow_http``. The address in a
certificate is never followed.

:source: RFC 6960; jpki.md 3.6
"""

import base64
import binascii
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from cryptography import x509
from zope.interface import implementer

from tsukuba_trust.errors import Rejected
from tsukuba_trust.jpki.ocsp import LARGEST, NONCE_SIZE, Question, Rules, read_answer
from tsukuba_trust.jpki.statuses import NoAnswer
from tsukuba_trust.plugins.revocation.fetching import Service
from tsukuba_trust.plugins.revocation.options import Options
from tsukuba_trust.revocation import CertificateStatus, IRevocation
from tsukuba_trust.values import Json, Randomness

NAME: Final = "ocsp"
_HEADERS: Final = {
    "Content-Type": "application/ocsp-request",
    "Accept": "application/ocsp-response",
}


@implementer(IRevocation)
class Ocsp:
    """Asks one responder.

    :param hashed: how the question names the issuer
    """

    name = NAME
    checks = True
    links = False

    def __init__(
        self,
        service: Service,
        rules: Rules,
        *,
        hashed: str = "sha256",
        randomness: Randomness = secrets.token_bytes,
    ) -> None:
        self._service = service
        self._rules = rules
        self._hashed = hashed
        self._randomness = randomness

    def ask(self, certificate: bytes, issuer: bytes, at: datetime) -> CertificateStatus:
        """Ask, with a fresh nonce; the whole answer goes into the evidence."""
        nonce = self._randomness(NONCE_SIZE)
        question = self._question(certificate, issuer, nonce, self._hashed)
        try:
            answer = self._service.post(question.request(), _HEADERS)
            state = read_answer(answer, question, at, self._rules)
        except NoAnswer as error:
            return CertificateStatus(error.state, error.reason)
        said = {
            "answer": base64.b64encode(answer).decode("ascii"),
            "hash": self._hashed,
            "nonce": nonce.hex(),
        }
        return CertificateStatus(state, said=said)

    def recheck(
        self, certificate: bytes, issuer: bytes, said: Json, at: datetime
    ) -> CertificateStatus:
        """Check the kept answer again: the same rules, at the same time."""
        try:
            answer = base64.b64decode(said["answer"], validate=True)
            question = self._question(
                certificate, issuer, bytes.fromhex(said["nonce"]), said["hash"]
            )
            state = read_answer(answer, question, at, self._rules)
        except NoAnswer as error:
            raise Rejected(error.reason, step="recheck") from None
        except (KeyError, TypeError, ValueError, binascii.Error):
            raise Rejected("evidence_malformed", step="recheck") from None
        return CertificateStatus(state, said=said)

    def _question(self, certificate: bytes, issuer: bytes, nonce: bytes, hashed: str) -> Question:
        return Question(
            x509.load_der_x509_certificate(certificate),
            x509.load_der_x509_certificate(issuer),
            nonce,
            hashed,
        )


def make(settings: Mapping[str, str]) -> Ocsp:
    """Make the source from the settings.

    :raises Misconfigured: ``revocation_setting`` or ``revocation_address``
    """
    options = Options(settings)
    service = Service(
        options.text("ocsp_url"), plain=options.allows_http(), tls=options.tls(), largest=LARGEST
    )
    rules = Rules(
        max_age=options.minutes("max_age_minutes", 60 * 24),
        needs_nonce=options.one_of("ocsp_nonce", ("required", "optional")) == "required",
        responder=options.responder(),
    )
    return Ocsp(service, rules, hashed=options.one_of("ocsp_hash", ("sha256", "sha1")))
