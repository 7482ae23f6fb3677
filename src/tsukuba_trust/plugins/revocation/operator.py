"""A platform operator's HTTP service behind one small contract; this file is all of it.

Operators (プラットフォーム事業者) sell what J-LIS gives only to accredited houses: revocation, and
which certificates belong to one person (jpki.md 3.6). Their interfaces differ and stand under
contract; the operator, or whoever adapts to it, answers this one call:

``POST <revocation.operator_url>`` with ``Authorization: Bearer <revocation.operator_token>``,
``Content-Type: application/json`` and the body ::

    {"v": 1, "id": "<32 hex digits, new for every call>", "certificate": "<base64 of the DER>"}

Status 200 within five seconds, at most 64 KiB, with exactly these fields ::

    {"v": 1, "id": "<the same>", "sha256": "<hex SHA-256 of the DER>",
     "state": "good" | "revoked" | "unknown",
     "checked": "2026-11-22T01:02:03Z",      when J-LIS's data was made, UTC, whole seconds
     "person": "<1 to 128 printable ASCII characters>"}   or "" when persons are not linked

``person`` is the operator's id of the holder: the same for both of her certificates, over
renewals, moves and changes of name. Anything else than this answer is no answer: the
certificate counts as not checked, never as good. What an operator says is signed by nobody, so
it is believed because of TLS, and an auditor sees only what was said. https always, plain http
to this machine only.

Settings: ``revocation.operator_url``, ``revocation.operator_token`` (path, mode 0600),
``authorities``, ``client_certificate``, ``client_key``, ``max_age_minutes`` of ``checked`` (1440).
"""

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from zope.interface import implementer

from tsukuba_trust.errors import Rejected
from tsukuba_trust.jpki.statuses import GOOD, REVOKED, SKEW, STALE, UNKNOWN, UNREACHABLE, NoAnswer
from tsukuba_trust.plugins.revocation.fetching import Service
from tsukuba_trust.plugins.revocation.options import Options
from tsukuba_trust.revocation import CertificateStatus, IRevocation
from tsukuba_trust.values import Json, Randomness

NAME: Final = "operator"
LARGEST: Final = 64 * 1024
_FIELDS: Final = frozenset(("v", "id", "sha256", "state", "checked", "person"))
_PERSON: Final = re.compile(r"[!-~]{0,128}\Z")
_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"


@implementer(IRevocation)
class Operator:
    """Asks an operator's service.

    :param token: what authorises us
    :param max_age: of the operator's data
    """

    name = NAME
    checks = True
    links = True

    def __init__(
        self,
        service: Service,
        token: str,
        max_age: timedelta,
        randomness: Randomness = secrets.token_bytes,
    ) -> None:
        self._service = service
        self._token = token
        self._max_age = max_age
        self._randomness = randomness

    def ask(self, certificate: bytes, issuer: bytes, at: datetime) -> CertificateStatus:
        """Ask about the certificate and its holder."""
        call = self._randomness(16).hex()
        body = {"v": 1, "id": call, "certificate": base64.b64encode(certificate).decode("ascii")}
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "Accept": "application/json",
        }
        try:
            data = self._service.post(json.dumps(body).encode("ascii"), headers)
            said = _read(data)
            if said["id"] != call:
                raise NoAnswer(STALE, "operator_other_call")
            return self._status(certificate, said, at)
        except NoAnswer as error:
            return CertificateStatus(error.state, error.reason)

    def recheck(
        self, certificate: bytes, issuer: bytes, said: Json, at: datetime
    ) -> CertificateStatus:
        """Read again what the operator said."""
        try:
            return self._status(certificate, _checked(said), at)
        except NoAnswer as error:
            raise Rejected(error.reason, step="recheck") from None

    def _status(self, certificate: bytes, said: dict[str, Any], at: datetime) -> CertificateStatus:
        if said["sha256"] != hashlib.sha256(certificate).hexdigest():
            raise NoAnswer(UNREACHABLE, "operator_other_certificate")
        checked = _time(said["checked"])
        if checked > at + SKEW:
            raise NoAnswer(UNREACHABLE, "operator_from_future")
        if at - checked > self._max_age:
            raise NoAnswer(STALE, "operator_outdated")
        return CertificateStatus(said["state"], said=said, person=said["person"])


def _read(data: bytes) -> dict[str, Any]:
    try:
        return _checked(json.loads(data))
    except (ValueError, RecursionError):
        raise NoAnswer(UNREACHABLE, "operator_malformed") from None


def _checked(said: Json) -> dict[str, Any]:
    """Check the fields of an answer.

    :raises NoAnswer: unreachable
    """
    if not isinstance(said, dict) or set(said) != _FIELDS or said["v"] != 1:
        raise NoAnswer(UNREACHABLE, "operator_malformed")
    texts = [said[name] for name in sorted(_FIELDS - {"v"})]
    if isinstance(said["v"], bool) or not all(isinstance(text, str) for text in texts):
        raise NoAnswer(UNREACHABLE, "operator_malformed")
    if said["state"] not in (GOOD, REVOKED, UNKNOWN) or not _PERSON.match(said["person"]):
        raise NoAnswer(UNREACHABLE, "operator_malformed")
    return said


def _time(text: str) -> datetime:
    try:
        return datetime.strptime(text, _TIME).replace(tzinfo=UTC)
    except ValueError:
        raise NoAnswer(UNREACHABLE, "operator_malformed") from None


def make(settings: Mapping[str, str]) -> Operator:
    """Make the source from the settings.

    :raises Misconfigured: ``revocation_setting`` or ``revocation_address``
    """
    options = Options(settings)
    service = Service(options.text("operator_url"), plain=False, tls=options.tls(), largest=LARGEST)
    token = options.secret("operator_token")
    return Operator(service, token, options.minutes("max_age_minutes", 60 * 24))
