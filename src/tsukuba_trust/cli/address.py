"""Published files behind an address: a log's tree, or the files of the booth."""

import secrets
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import BinaryIO

from tsukuba_trust.errors import Misconfigured, Unavailable

TIMEOUT_S = 20
LARGEST = 64_000_000  # bytes of one answer
# Whoever serves one person other files must not know a monitor by its habits (V06).
AGENTS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/156.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/156.0.0.0 Safari/537.36",
)
LANGUAGES = ("ja", "ja-JP,ja;q=0.9,en;q=0.5", "en", "zh-CN,zh;q=0.9", "vi,ja;q=0.5", "ne")


def is_address(text: str) -> bool:
    """Return whether a text names something on the network rather than on this machine."""
    return text.startswith(("https://", "http://"))


def fetch(address: str) -> bytes | None:
    """Return what stands at an address as a visitor gets it; None when nothing does.

    :raises Unavailable: ``address_unreachable``
    """
    headers = {
        "User-Agent": secrets.choice(AGENTS),
        "Accept-Language": secrets.choice(LANGUAGES),
    }
    if not is_address(address):
        raise Misconfigured("address_invalid", "begins with https:// or http://")
    request = urllib.request.Request(address, headers=headers)  # noqa: S310 (checked above)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
            data: bytes = answer.read(LARGEST + 1)
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise Unavailable("address_unreachable", f"{address}: {error.code}") from error
    except (OSError, ValueError) as error:
        raise Unavailable("address_unreachable", f"{address}: {error}") from error
    if len(data) > LARGEST:
        raise Unavailable("address_unreachable", f"{address}: too large")
    return data


class AddressFiles:
    """The files of a log below an address (board.md 3.5)."""

    def __init__(self, address: str, fetch: Callable[[str], bytes | None] = fetch) -> None:
        self._address = address.rstrip("/")
        self._fetch = fetch

    def open(self, name: str) -> BinaryIO | None:
        """Fetch a file whole."""
        data = self._fetch(f"{self._address}/{name}")
        return None if data is None else BytesIO(data)

    def names(self, below: str) -> Iterable[str]:
        """Return nothing: an address cannot be listed."""
        return ()
