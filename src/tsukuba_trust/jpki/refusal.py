"""Why a card is refused: the code of the page, and the exact ground beside it."""

from typing import Final

from tsukuba_trust.errors import Refused

# Grounds that have a page of their own (web.md section 6); all others share one.
_PAGES: Final = {"cert_expired": "cert_expired", "cert_revoked": "cert_revoked"}


class CertificateRefused(Refused):
    """A certificate or its signature does not stand.

    ``code`` is the voter's page, ``reason`` the ground; neither says anything about
    the holder, and no message carries a byte of the certificate (attack O23).

    :param reason: stable, lower snake case; one per check of jpki.md section 4
    """

    def __init__(self, reason: str) -> None:
        super().__init__(_PAGES.get(reason, "cert_refused"), reason)
        self.reason = reason
