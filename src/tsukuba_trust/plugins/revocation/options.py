"""The settings of sources of revocation, read strictly: ``revocation.*``."""

import ssl
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

from cryptography import x509

from tsukuba_trust.errors import Misconfigured

PREFIX: Final = "revocation."
KNOWN: Final = frozenset(
    (
        "allow_http",
        "authorities",
        "client_certificate",
        "client_key",
        "crl",
        "max_age_minutes",
        "ocsp_hash",
        "ocsp_nonce",
        "ocsp_responder",
        "ocsp_url",
        "operator_token",
        "operator_url",
        "refresh_minutes",
    )
)
LONGEST_MINUTES: Final = 60 * 24 * 14


class Options:
    """The keys that begin with ``revocation.``.

    :raises Misconfigured: ``revocation_setting``: an unknown key
    """

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._given = {
            key.removeprefix(PREFIX): value.strip()
            for key, value in settings.items()
            if key.startswith(PREFIX)
        }
        for key in sorted(set(self._given) - KNOWN):
            raise bad(key, "not a setting")

    def text(self, key: str) -> str:
        """Return a text that has to be there."""
        if not self._given.get(key):
            raise bad(key, "is missing")
        return self._given[key]

    def one_of(self, key: str, words: tuple[str, ...]) -> str:
        """Return one of some words; the first is the default."""
        value = self._given.get(key) or words[0]
        if value not in words:
            raise bad(key, f"one of {', '.join(words)}")
        return value

    def minutes(self, key: str, default: int) -> timedelta:
        """Return a length of time."""
        text = self._given.get(key) or str(default)
        if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= LONGEST_MINUTES):
            raise bad(key, f"minutes, 1 to {LONGEST_MINUTES}")
        return timedelta(minutes=int(text))

    def allows_http(self) -> bool:
        """Return whether signed answers may travel in the clear."""
        return self.one_of("allow_http", ("false", "true")) == "true"

    def responder(self) -> x509.Certificate | None:
        """Return the pinned OCSP responder, where there is one."""
        path = self._given.get("ocsp_responder")
        if not path:
            return None
        try:
            return x509.load_pem_x509_certificate(Path(path).read_bytes())
        except (OSError, ValueError):
            raise bad("ocsp_responder", "no certificate in PEM") from None

    def tls(self) -> ssl.SSLContext:
        """Return how https is spoken: whose certificates are believed, and our own."""
        try:
            context = ssl.create_default_context(cafile=self._given.get("authorities") or None)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            if self._given.get("client_certificate"):
                key = self.secret_path("client_key")
                context.load_cert_chain(self._given["client_certificate"], key)
        except (OSError, ValueError) as error:
            raise bad("authorities", f"unreadable: {type(error).__name__}") from None
        return context

    def secret(self, key: str) -> str:
        """Return what stands in a file that nobody else may read."""
        try:
            text = self.secret_path(key).read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            raise bad(key, "the file cannot be read") from None
        if not text or not text.isprintable() or len(text.split()) != 1:
            raise bad(key, "the file holds one word")
        return text

    def secret_path(self, key: str) -> Path:
        """Return the path of a secret file, mode 0600."""
        path = Path(self.text(key))
        try:
            loose = path.stat().st_mode & 0o077
        except OSError:
            raise bad(key, "the file cannot be read") from None
        if loose:
            raise bad(key, "others may read the file; its mode has to be 0600")
        return path


def bad(key: str, detail: str) -> Misconfigured:
    """Return the error of a setting."""
    return Misconfigured("revocation_setting", detail, where=PREFIX + key)
