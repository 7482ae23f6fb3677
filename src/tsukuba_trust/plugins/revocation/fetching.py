"""One HTTP call to a service of another house: five seconds, a size, no surprises.

No redirects, no proxies from the environment, no compression, TLS with the system's or the
office's authorities. Plain http only to this machine, or where the office allows it because
the answers are signed themselves. A service that fails rests for some seconds, and only few
threads ask at a time, so that one that hangs cannot hold up everything else (attack J05).
"""

import http.client
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final
from urllib.parse import SplitResult, urlsplit

from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.jpki.statuses import UNREACHABLE, NoAnswer

LIMIT_S: Final = 5.0
REST_S: Final = 5.0
MOST_ASKING: Final = 4  # of the eight threads of a server
LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


class Service:
    """An address that is called.

    :param address: http or https, without user, password or fragment
    :param plain: whether http is allowed to other machines: for answers that are signed
    :param tls: for https
    :param largest: bytes of an answer
    :param limit_s: from the beginning of a call to the last byte of its answer
    :param clock: seconds, monotonic
    :raises Misconfigured: ``revocation_address``
    """

    def __init__(
        self,
        address: str,
        *,
        plain: bool,
        tls: ssl.SSLContext,
        largest: int,
        limit_s: float = LIMIT_S,
        rest_s: float = REST_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._parts = _checked(address, plain)
        self._tls = tls
        self._largest = largest
        self._limit_s = limit_s
        self._clock = clock
        self._gate = Gate(rest_s, clock)

    def get(self) -> bytes:
        """Return what stands there.

        :raises NoAnswer: unreachable
        """
        return self._call("GET", None, {})

    def post(self, body: bytes, headers: Mapping[str, str]) -> bytes:
        """Send something and return the answer.

        :param headers: of the request, the content type among them
        :raises NoAnswer: unreachable
        """
        return self._call("POST", body, headers)

    def _call(self, method: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
        self._gate.enter()
        answered = False
        try:
            data = self._within_limit(method, body, headers)
            answered = True
        except (OSError, http.client.HTTPException, ValueError, AttributeError):
            # AttributeError: the library reads from a socket that the limit has cut.
            raise NoAnswer(UNREACHABLE, "no_connection") from None
        finally:
            self._gate.leave(answered=answered)
        return data

    def _within_limit(self, method: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
        deadline = self._clock() + self._limit_s
        connection = self._connection()
        try:
            connection.connect()
            left = deadline - self._clock()
            if left <= 0:
                raise TimeoutError
            # The library's limit is per read; this one is for all of them.
            cut = threading.Timer(left, _cut, [connection])
            cut.daemon = True
            cut.start()
            try:
                data = self._exchange(connection, method, body, headers)
            finally:
                cut.cancel()
        finally:
            connection.close()
        if self._clock() > deadline:
            raise TimeoutError
        return data

    def _exchange(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        body: bytes | None,
        headers: Mapping[str, str],
    ) -> bytes:
        path = self._parts.path or "/"
        query = f"?{self._parts.query}" if self._parts.query else ""
        connection.request(method, path + query, body, dict(headers))
        answer = connection.getresponse()
        if answer.status != http.client.OK:
            raise NoAnswer(UNREACHABLE, f"http_{answer.status}")
        data = answer.read(self._largest + 1)
        if len(data) > self._largest:
            raise NoAnswer(UNREACHABLE, "answer_too_large")
        if answer.length:
            raise http.client.IncompleteRead(data)
        return data

    def _connection(self) -> http.client.HTTPConnection:
        host, port = self._parts.hostname or "", self._parts.port
        if self._parts.scheme == "https":
            return http.client.HTTPSConnection(host, port, timeout=self._limit_s, context=self._tls)
        return http.client.HTTPConnection(host, port, timeout=self._limit_s)


class Gate:
    """Lets few ask at a time, and after a failure nobody for a while, then one.

    :param rest_s: how long a service rests after a failure
    """

    def __init__(self, rest_s: float, clock: Callable[[], float]) -> None:
        self._rest_s = rest_s
        self._clock = clock
        self._lock = threading.Lock()
        self._asking = 0
        self._failed_at: float | None = None

    def enter(self) -> None:
        """Begin to ask.

        :raises NoAnswer: unreachable: it rests, somebody tries it again, or too many ask
        """
        with self._lock:
            if self._failed_at is not None:
                rested = self._clock() - self._failed_at >= self._rest_s
                if self._asking or not rested:
                    raise NoAnswer(UNREACHABLE, "resting")
            if self._asking >= MOST_ASKING:
                raise NoAnswer(UNREACHABLE, "too_many_asking")
            self._asking += 1

    def leave(self, *, answered: bool) -> None:
        """Say how it went."""
        with self._lock:
            self._asking -= 1
            self._failed_at = None if answered else self._clock()


def _cut(connection: http.client.HTTPConnection) -> None:
    """End a call that takes too long, whatever it waits for."""
    sock = connection.sock
    if sock is not None:
        with suppress(OSError):
            sock.shutdown(2)


def _checked(address: str, plain: bool) -> SplitResult:
    where = "revocation"
    try:
        parts = urlsplit(address)
        strange = parts.username or parts.password or parts.fragment or not parts.hostname
        _ = parts.port
    except ValueError:
        raise Misconfigured("revocation_address", "not an address", where=where) from None
    if strange or not address.isascii() or any(char.isspace() for char in address):
        raise Misconfigured("revocation_address", "host and path only", where=where)
    if parts.scheme not in ("http", "https"):
        raise Misconfigured("revocation_address", "begins with https:// or http://", where=where)
    if parts.scheme == "http" and not plain and parts.hostname not in LOOPBACK:
        detail = "https, or revocation.allow_http = true where answers are signed"
        raise Misconfigured("revocation_address", detail, where=where)
    return parts
