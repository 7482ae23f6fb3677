"""What is limited: guesses, never people behind one address (voting-flow.md 12, attack J12).

Counters lie in the attempts store, so all processes share them. An address is counted only
by what fails or is abandoned, as a keyed hash and by the minute; casts and polls never.
"""

import hashlib
import hmac
import ipaddress
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from pyramid.request import Request

from tsukuba_trust.errors import Refused
from tsukuba_trust.store.attempts import AttemptStore
from tsukuba_trust.store.engines import until_free

STARTS: Final = "start"
ADDRESSES: Final = "address"
MOST_STARTS: Final = 10  # of one page, that is per hash of its secret, in ten minutes
START_WINDOW_S: Final = 600
ADDRESS_WINDOW_S: Final = 60
IPV6_PREFIX: Final = 64
REMEMBERED: Final = 10_000
RETRY_AFTER_S: Final = 60

Networks = Callable[[], Iterable[tuple[str, int]]]


class Limits:
    """Counts failures per address and starts per page. Thread-safe.

    :param store: None in a process without attempts (``serve --role box``)
    :param most_failures: of one address in a minute
    :param networks: (network, failures in a minute) of schools and halls, from the elections
    """

    def __init__(self, store: AttemptStore | None, most_failures: int, networks: Networks) -> None:
        self._store = store
        self._most_failures = most_failures
        self._networks = networks
        self._known: dict[str, int] = {}

    def check_address(self, request: Request) -> None:
        """Check that not too much failed from an address in this minute.

        What other processes counted is known here as soon as one request fails here.

        :raises Refused: ``too_many_tries``
        """
        name, address = self._named(request)
        failures = self._known.get(name, 0)
        if failures >= self._most_failures and failures >= self._limit(address):
            raise Refused("too_many_tries", f"try again in {RETRY_AFTER_S} seconds")

    def count_failed(self, request: Request) -> None:
        """Count a request that failed, or one that begins what may be abandoned."""
        self._add(self._named(request)[0], 1)

    def count_finished(self, request: Request) -> None:
        """Take back what ``count_start`` counted: the attempt was not abandoned."""
        self._add(self._named(request)[0], -1)

    def count_start(self, request: Request, page_secret_hash: bytes) -> None:
        """Count the beginning of an attempt.

        :param page_secret_hash: SHA-256 of the page's secret
        :raises Refused: ``too_many_tries``: a few starts per page
        """
        window = _window(request.admitted_at, START_WINDOW_S)
        name = f"{STARTS}/{window:011d}/{self._digest(page_secret_hash)}"
        if self._add(name, 1) > MOST_STARTS:
            raise Refused("too_many_tries")
        self.count_failed(request)

    def _limit(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> int:
        raised = [most for net, most in self._networks() if address in ipaddress.ip_network(net)]
        return max(raised, default=self._most_failures)

    def _named(self, request: Request) -> tuple[str, ipaddress.IPv4Address | ipaddress.IPv6Address]:
        address = _address(request.environ.get("REMOTE_ADDR", ""))
        window = _window(request.admitted_at, ADDRESS_WINDOW_S)
        return f"{ADDRESSES}/{window:011d}/{self._digest(str(_shared(address)).encode())}", address

    def _digest(self, data: bytes) -> str:
        """Return a keyed hash: a copy of the counters names no address."""
        if self._store is None:
            return hashlib.sha256(data).hexdigest()[:32]
        with self._store.begin() as tx:
            key = tx.key()
        return hmac.new(key, b"limits|" + data, hashlib.sha256).hexdigest()[:32]

    def _add(self, name: str, step: int) -> int:
        store = self._store
        if store is None:
            total = self._known.get(name, 0) + step
        else:

            def add() -> int:
                with store.begin() as tx:
                    return tx.count(name, step)

            total = until_free(add)
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[name] = total
        return total


def _window(at: datetime, seconds: int) -> int:
    return int(at.timestamp()) // seconds * seconds


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    try:
        return ipaddress.ip_address(text)
    except ValueError:  # a Unix socket or a test; all of them count as one
        return ipaddress.ip_address("0.0.0.0")  # noqa: S104  not bound, only counted


def _shared(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """Return what counts as one caller: an IPv4 address, a /64 of IPv6."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return ipaddress.ip_network(address.ipv4_mapped)
        return ipaddress.ip_network((address, IPV6_PREFIX), strict=False)
    return ipaddress.ip_network(address)
