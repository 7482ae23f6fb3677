"""The opened installation behind all requests of a process, on either host."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pyramid.config import Configurator
from pyramid.request import Request

from tsukuba_trust.board.state import BEFORE_SEAL
from tsukuba_trust.errors import Misconfigured, Refused
from tsukuba_trust.registry import DEFAULT_PLUGINS, Registry, load
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.office import Office, open_office
from tsukuba_trust.settings import Settings, settings_from
from tsukuba_trust.store.engines import sqlite_file
from tsukuba_trust.store.migrations import VERSIONS, upgrade
from tsukuba_trust.values import Clock, Randomness
from tsukuba_trust.web.host_names import canonical_host
from tsukuba_trust.web.limits import Limits
from tsukuba_trust.web.metrics import Metrics

KEY = "tsukuba_trust.application"


@dataclass(frozen=True, slots=True)
class Application:
    """What a request may use; opened once per process and shared by both hosts.

    :param clock: read once per request, see ``admission``
    """

    settings: Settings
    registry: Registry
    office: Office
    clock: Clock
    randomness: Randomness
    limits: Limits
    metrics: Metrics
    opened: ExitStack = field(repr=False)

    def election(self, slug: str) -> Fixed:
        """Return the election of this slug, the last part of its origin.

        :raises Refused: ``unknown_election``
        """
        return self.office.services.catalogue.get(self.origin(slug))

    def origin(self, slug: str) -> str:
        """Return the origin of the log whose election has this slug.

        :raises Refused: ``unknown_election``
        """
        for origin in self.office.services.board.origins():
            if origin.rpartition("/")[2] == slug:
                return origin
        raise Refused("unknown_election")

    def close(self) -> None:
        """Let go of all stores."""
        self.opened.close()


def of(request: Request) -> Application:
    """Return the application that serves a request."""
    application: Application = request.registry[KEY]
    return application


def open_application(
    settings: Settings,
    *,
    registry: Registry | None = None,
    clock: Clock = lambda: datetime.now(UTC),
    randomness: Randomness = secrets.token_bytes,
    metrics: Metrics | None = None,
) -> Application:
    """Open an installation: stores, the logs' heads, what a crash left undelivered.

    :raises Misconfigured: ``hosts_equal``, ``database_missing``, ``database_version``, …
    """
    if settings.make_databases:
        _make_databases(settings)
    if registry is None:
        registry = load(settings.plugins or DEFAULT_PLUGINS, dict(settings.plugin_settings))
    with ExitStack() as opened:
        office = opened.enter_context(open_office(settings, registry, randomness))
        _check_hosts(settings, office)
        office.services.board.start()
        is_box = settings.role == "box"
        if not is_box:
            office.services.registrar.sweep()
        limits = Limits(
            None if is_box else office.services.attempts,
            settings.max_failures,
            lambda: _networks(office),
        )
        return Application(
            settings=settings,
            registry=registry,
            office=office,
            clock=clock,
            randomness=randomness,
            limits=limits,
            metrics=metrics or Metrics(),
            opened=opened.pop_all(),
        )


def _networks(office: Office) -> Iterator[tuple[str, int]]:
    for origin in office.services.board.origins():
        yield from office.services.catalogue.get(origin).election.networks


def _make_databases(settings: Settings) -> None:
    for store in VERSIONS:
        file = sqlite_file(settings.url(store))
        if file is not None and not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            upgrade(settings.url(store), store)


def _check_hosts(settings: Settings, office: Office) -> None:
    """Refuse one name for both hosts, except in demos and before anything is sealed (D14)."""
    if settings.demo or canonical_host(settings.portal_host) != canonical_host(
        settings.voting_host
    ):
        return
    board = office.services.board
    for origin in board.origins():
        if board.state(origin).phase not in BEFORE_SEAL:
            raise Misconfigured(
                "hosts_equal",
                f"{origin} is sealed and needs a voting host of its own",
                where="tsukuba_trust.voting_host",
            )


def includeme(config: Configurator) -> None:
    """Take the application that was handed in, or open the one of the settings."""
    items: Mapping[str, object] = config.get_settings()
    given = items.get(KEY)
    if not isinstance(given, Application):
        given = open_application(settings_from(items, where="settings"))
    config.registry[KEY] = given
