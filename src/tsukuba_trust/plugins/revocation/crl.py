"""Lists of revoked certificates, fetched now and then or laid down as files.

Settings: ``revocation.crl`` = addresses and paths, spaces between them; ``refresh_minutes``
(60): how often they are fetched; ``max_age_minutes`` of ``thisUpdate`` (2880); ``allow_http``.
A list that was fetched stays in use while it is fresh, also when fetching fails. Evidence
names the list by its digest: the office keeps the lists for its auditors.

:source: RFC 5280; jpki.md 3.6
"""

import hashlib
import logging
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from zope.interface import implementer

from tsukuba_trust.errors import Rejected
from tsukuba_trust.jpki.crl import LARGEST, read_list, state_in
from tsukuba_trust.jpki.statuses import UNREACHABLE, NoAnswer
from tsukuba_trust.plugins.revocation.fetching import Service
from tsukuba_trust.plugins.revocation.options import Options
from tsukuba_trust.revocation import CertificateStatus, IRevocation
from tsukuba_trust.values import Json

NAME: Final = "crl"
LOG: Final = logging.getLogger("tsukuba_trust.revocation")
RETRY: Final = timedelta(seconds=30)  # after a list could not be had
_DIGEST: Final = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True, slots=True)
class Listed:
    """A list and its name in evidence.

    :param digest: hex SHA-256 of the bytes as they came
    """

    found: x509.CertificateRevocationList
    digest: str


@dataclass(frozen=True, slots=True)
class _Kept:
    """A list as it was fetched last, and when that was tried last."""

    listed: Listed | None = None
    tried: datetime | None = None
    failed: bool = False


class Shelf:
    """One list, fetched again when it is due; one thread fetches, the others do not wait.

    :param fetch: returns its bytes
    :param refresh: how often
    """

    def __init__(self, fetch: Callable[[], bytes], refresh: timedelta) -> None:
        self._fetch = fetch
        self._refresh = refresh
        self._kept = _Kept()
        self._lock = threading.Lock()

    def current(self, at: datetime) -> Listed | None:
        """Return the list, or None when there has not been one yet."""
        if self._due(at) and self._lock.acquire(blocking=False):
            try:
                if self._due(at):
                    self._kept = self._fetched(at)
            finally:
                self._lock.release()
        return self._kept.listed

    def _due(self, at: datetime) -> bool:
        kept = self._kept
        if kept.tried is None:
            return True
        return at - kept.tried >= (RETRY if kept.failed else self._refresh)

    def _fetched(self, at: datetime) -> _Kept:
        try:
            data = self._fetch()
            return _Kept(Listed(read_list(data), hashlib.sha256(data).hexdigest()), at)
        except NoAnswer as error:
            LOG.warning("list of revoked certificates not usable: %s", error.reason)
            return _Kept(self._kept.listed, at, failed=True)


@implementer(IRevocation)
class Crl:
    """Looks certificates up in lists.

    :param shelves: all lists of the installation, of all authorities and municipalities
    :param max_age: since ``thisUpdate``
    """

    name = NAME
    checks = True
    links = False

    def __init__(self, shelves: Sequence[Shelf], max_age: timedelta) -> None:
        self._shelves = shelves
        self._max_age = max_age

    def ask(self, certificate: bytes, issuer: bytes, at: datetime) -> CertificateStatus:
        """Look the certificate up in every list that covers it."""
        lists = [shelf.current(at) for shelf in self._shelves]
        found = [one for one in lists if one is not None]
        try:
            state = state_in(
                [one.found for one in found],
                x509.load_der_x509_certificate(certificate),
                x509.load_der_x509_certificate(issuer),
                at,
                self._max_age,
            )
        except NoAnswer as error:
            return CertificateStatus(error.state, error.reason)
        if state == "unknown" and len(found) < len(lists):
            return CertificateStatus(UNREACHABLE, "crl_missing")
        return CertificateStatus(state, said={"lists": sorted({one.digest for one in found})})

    def recheck(
        self, certificate: bytes, issuer: bytes, said: Json, at: datetime
    ) -> CertificateStatus:
        """Read which lists were looked at; "good", because nothing else is ever kept."""
        lists = said.get("lists") if isinstance(said, dict) and set(said) == {"lists"} else None
        if not isinstance(lists, list) or not lists or lists != sorted(set(map(str, lists))):
            raise Rejected("evidence_malformed", step="recheck")
        if not all(_DIGEST.match(one) for one in lists):
            raise Rejected("evidence_malformed", step="recheck")
        return CertificateStatus("good", said=said)


def make(settings: Mapping[str, str]) -> Crl:
    """Make the source from the settings.

    :raises Misconfigured: ``revocation_setting`` or ``revocation_address``
    """
    options = Options(settings)
    refresh = options.minutes("refresh_minutes", 60)
    shelves = [Shelf(_fetch(place, options), refresh) for place in options.text("crl").split()]
    return Crl(shelves, options.minutes("max_age_minutes", 60 * 48))


def _fetch(place: str, options: Options) -> Callable[[], bytes]:
    if "://" in place:
        service = Service(place, plain=options.allows_http(), tls=options.tls(), largest=LARGEST)
        return service.get
    return lambda: _read(Path(place))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError:
        raise NoAnswer(UNREACHABLE, "crl_file_unreadable") from None
