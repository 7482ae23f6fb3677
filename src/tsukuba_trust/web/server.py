"""Serving: waitress over given sockets, one or several processes, a stop that loses nothing."""

import errno
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

from pyramid.path import DottedNameResolver
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import create_server

from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.settings import Settings
from tsukuba_trust.web.application import KEY, Application, open_application
from tsukuba_trust.web.health import Internal
from tsukuba_trust.web.metrics import Metrics

LOG = logging.getLogger("tsukuba_trust.server")

WsgiApp: TypeAlias = Callable[..., Any]

LOOPBACK: Final = "127.0.0.1"
THREADS: Final = 8
MOST_BYTES: Final = 2 * 1024 * 1024  # beyond it the server refuses; below it we say so in words
DRAIN_S: Final = 30.0
BACKLOG: Final = 1024
TICK_S: Final = 0.5
PAUSE_S: Final = 1.0


def web_app(application: Application) -> WsgiApp:
    """Build both hosts over an opened installation."""
    build: Callable[..., WsgiApp] = DottedNameResolver().resolve("tsukuba_trust.main")
    return build({}, **{KEY: application})


def bind(addresses: Sequence[str]) -> list[socket.socket]:
    """Bind ``HOST:PORT`` addresses; a name like ``localhost`` binds all that it means here.

    :raises Misconfigured: ``address_unusable``
    """
    bound: list[socket.socket] = []
    for address in addresses:
        host, _, port = address.rpartition(":")
        try:
            found = socket.getaddrinfo(
                host.strip("[]"), int(port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )
            wanted = dict.fromkeys((family, place) for family, _t, _p, _n, place in found)
            bound += _those_there(list(wanted))
        except (OSError, ValueError) as error:
            for one in bound:
                one.close()
            raise Misconfigured("address_unusable", str(error), where=address) from None
    return bound


def _those_there(places: list[tuple[socket.AddressFamily, Any]]) -> list[socket.socket]:
    """Bind all addresses of a name, but not ``::1`` where a machine has no IPv6."""
    bound: list[socket.socket] = []
    for family, place in places:
        try:
            bound.append(_bound(family, place))
        except OSError as error:
            if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                for one in bound:
                    one.close()
                raise
    if not bound:
        raise OSError(errno.EADDRNOTAVAIL, "this machine has no such address")
    return bound


def _bound(family: socket.AddressFamily, place: Any) -> socket.socket:
    one = socket.socket(family, socket.SOCK_STREAM)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    try:
        one.bind(place)
        one.listen(BACKLOG)  # who comes while the processes start waits instead of failing
    except OSError:
        one.close()
        raise
    return one


def run(
    app: WsgiApp, sockets: Sequence[socket.socket], stop: threading.Event, threads: int = THREADS
) -> None:
    """Serve until ``stop`` is set, then answer what has arrived and return.

    Proxy headers reach the application, which believes listed proxies only.
    """
    channels: dict[int, Any] = {}
    server = create_server(
        app,
        map=channels,
        sockets=list(sockets),
        threads=threads,
        ident=None,
        clear_untrusted_proxy_headers=False,
        max_request_body_size=MOST_BYTES,
    )
    while not stop.is_set():
        wasyncore.loop(timeout=TICK_S, map=channels, count=1)
    for one in list(channels.values()):
        if getattr(one, "accepting", False):
            wasyncore.dispatcher.close(one)
    deadline = time.monotonic() + DRAIN_S
    while any(map(_busy, channels.values())) and time.monotonic() < deadline:
        wasyncore.loop(timeout=TICK_S / 10, map=channels, count=1)
    server.task_dispatcher.shutdown()
    wasyncore.close_all(channels)


def _busy(channel: Any) -> bool:
    """Return whether a connection has a request that came in, or an answer to go out."""
    return isinstance(channel, HTTPChannel) and bool(
        channel.requests or channel.request is not None or channel.total_outbufs_len
    )


class Service:
    """The processes of ``serve``.

    :param sockets: of the public hosts, bound
    :param internal: of health and metrics, bound; empty = none
    :param opener: opens the installation in each process
    """

    def __init__(
        self,
        settings: Settings,
        sockets: Sequence[socket.socket],
        internal: Sequence[socket.socket] = (),
        *,
        processes: int = 1,
        threads: int = THREADS,
        opener: Callable[..., Application] = open_application,
    ) -> None:
        self._settings = settings
        self._sockets = sockets
        self._internal = internal
        self._processes = processes
        self._threads = threads
        self._opener = opener
        self._metrics = Metrics(processes)
        self._stop = threading.Event()
        self._children: dict[int, int] = {}

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT, then answer what has arrived and return."""
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, lambda _number, _frame: self._end())
        if self._processes == 1:
            self._serve(0)
            return
        self._opener(self._settings).close()  # what is wrong stops the start, in one place
        for number in range(self._processes):
            self._fork(number)
        self._supervise()

    def _end(self) -> None:
        self._stop.set()
        for child in self._children:
            os.kill(child, signal.SIGTERM)

    def _serve(self, process: int) -> None:
        self._metrics.become(process)
        application = self._opener(self._settings, metrics=self._metrics)
        try:
            if self._internal:
                arguments = (Internal(application), self._internal, self._stop, 1)
                threading.Thread(target=run, args=arguments, daemon=True).start()
            run(web_app(application), self._sockets, self._stop, self._threads)
        finally:
            application.close()

    def _fork(self, number: int) -> None:
        child = os.fork()
        if child:
            self._children[child] = number
            return
        self._children = {}
        status = 1
        try:
            self._serve(number)
            status = 0
        except Exception:
            LOG.exception("process %d of the service ended", number)
        finally:
            os._exit(status)

    def _supervise(self) -> None:
        """Start a process anew when it dies; at the end wait for all of them."""
        while self._children:
            child, _status = os.wait()
            number = self._children.pop(child, None)
            if self._stop.is_set():
                for one in self._sockets:
                    one.close()
            elif number is not None:
                LOG.error("process %d of the service died; it is started anew", number)
                self._stop.wait(PAUSE_S)
                self._fork(number)
