"""An installation with an open election behind both hosts, for functional and browser tests.

The settings, key files and plugins are those of a real installation with a test authority,
so the same folder can also be served by ``tsukuba-trust serve`` (``ini``). Elections are of
today; the clock is the machine's plus an offset that tests move.
"""

import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from webtest import TestApp

from tsukuba_trust import main
from tsukuba_trust.services.assembly import Services
from tsukuba_trust.services.ceremony import Proposed
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.registrar import Claimed
from tsukuba_trust.settings import Settings
from tsukuba_trust.store.migrations import VERSIONS
from tsukuba_trust.testing import holding
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.cards import TestCard
from tsukuba_trust.testing.people import Person, people
from tsukuba_trust.testing.trustees import Trustee
from tsukuba_trust.testing.voter import Voter
from tsukuba_trust.values import Election, Receipt
from tsukuba_trust.web.application import KEY, Application, open_application
from tsukuba_trust.web.server import run
from web_making import BOARD_HOST, CARD, CODE, PORTAL, VOTE, copied, make, settings_in

__all__ = ["CARD", "CODE", "PORTAL", "SCHOOL", "SURVEY", "VOTE", "WebWorld", "web_world"]

SURVEY, SCHOOL = "needs-survey-2025", "namiki-2021"


class MovingClock:
    """The machine's clock plus an offset.

    :param offset: set it, or call ``go`` with an instant
    """

    def __init__(self) -> None:
        self.offset = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def go(self, at: datetime) -> None:
        self.offset = at - datetime.now(UTC)


@dataclass
class WebWorld:
    """One installation, its people, and both hosts.

    :param portal: webtest app whose requests carry the portal's host; ``vote`` likewise
    :param codes: printed codes by number of the elector
    :param served: the same world behind the port that a browser talks to
    """

    folder: Path
    settings: Settings
    application: Application
    clock: MovingClock
    authority: TestAuthority
    staff: holding.Staff
    trustees: list[Trustee]
    proposed: Proposed
    codes: dict[str, str] = field(default_factory=dict)
    served: "WebWorld | None" = None

    def __post_init__(self) -> None:
        self.app = main({}, **{KEY: self.application})
        self.portal = TestApp(self.app, extra_environ={"HTTP_HOST": self.settings.portal_host})
        self.vote = TestApp(self.app, extra_environ={"HTTP_HOST": self.settings.voting_host})

    @property
    def services(self) -> Services:
        return self.application.office.services

    @property
    def fixed(self) -> Fixed:
        return self.services.catalogue.get(self.proposed.origin)

    @property
    def election(self) -> Election:
        return self.proposed.election

    @property
    def slug(self) -> str:
        return self.election.slug

    @property
    def contests(self) -> list[str]:
        return [contest.uuid for contest in self.election.contests]

    @property
    def now(self) -> datetime:
        return self.clock()

    @property
    def ini(self) -> Path:
        """Write the settings as a file for commands and other processes; return its path."""
        path = self.folder / "settings.ini"
        names = ("board_url", "roll_url", "attempts_url", "voting_host", "portal_host")
        lines = ["[app:main]", "use = egg:tsukuba-trust", f"tsukuba_trust.state = {self.folder}"]
        lines += [f"tsukuba_trust.{name} = {getattr(self.settings, name)}" for name in names]
        lines += [f"tsukuba_trust.board_host = {BOARD_HOST}", "tsukuba_trust.internal_port = 0"]
        lines += [f"tsukuba_trust.drain_s = {self.settings.drain_s}"]
        lines += [f"tsukuba_trust.demo = {str(self.settings.demo).lower()}"]
        lines += [f"{key} = {value}" for key, value in self.settings.plugin_settings]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    # -- people -------------------------------------------------------------------

    def voter(self) -> Voter:
        return Voter(self.fixed, secrets.token_bytes)

    def card(self, person: Person | int = 0, *, defect: str = "") -> TestCard:
        who = people(7, person + 1)[person] if isinstance(person, int) else person
        return self.authority.card(who, defect=defect)

    def identify(self, voter: Voter, person: Person | int | TestCard = 0) -> Claimed:
        """Register a voter's credentials through the services, with a card or a code."""
        if self.codes:
            code = self.codes[str(person)]
            provider, answer = CODE, (lambda _challenge: {"code": code})
        else:
            card = person if isinstance(person, TestCard) else self.card(person)
            provider, answer = CARD, (lambda challenge: card.response(challenge["text"]))
        return holding.identify(self.services, self.fixed, voter, provider, answer, self.now)

    def registered(self, person: int = 1) -> Voter:
        voter = self.voter()
        self.identify(voter, person)
        return voter

    def sealed(self, voter: Voter, choice: int = 0, contest: str = "") -> str:
        uuid = contest or self.contests[0]
        size = len(self.election.contest(uuid).options)
        scheme = self.services.registry.ballot_schemes["homomorphic"]
        return voter.seal(uuid, [int(place == choice) for place in range(size)], scheme)

    def cast(self, voter: Voter, choice: int = 0, contest: str = "") -> Receipt:
        text = self.sealed(voter, choice, contest)
        return self.services.casting.cast(contest or self.contests[0], text, self.now)

    def act(self, name: str, **change: Any) -> int:
        """Let all officers approve an act and put it on the board."""
        proposal = self.services.acts.propose(self.fixed, name, self.now, f"{name}", **change)
        return holding.enact(self.services, self.fixed, self.staff, proposal)

    def count(self) -> None:
        """End the vote a day after its close, count and declare."""
        self.clock.go(self.election.period.closes + timedelta(days=1))
        holding.count(
            self.services, self.fixed, self.staff, self.trustees, self.now, secrets.token_bytes
        )

    def types(self) -> list[str]:
        return [entry["type"] for _, entry in self.services.board.entries(self.fixed.origin)]

    def close(self) -> None:
        self.application.close()

    @contextmanager
    def serve_in_thread(self) -> Iterator[int]:
        """Serve both hosts on a free port of 127.0.0.1 and, where it exists, ::1; give the port.

        The two host names take this port, so it works for browsers without any DNS.
        """
        sockets = _listening()
        port = sockets[0].getsockname()[1]
        hosts = {"portal_host": f"127.0.0.1:{port}", "voting_host": f"localhost:{port}"}
        world, stop = self.with_settings(**hosts), threading.Event()
        self.served = world
        thread = threading.Thread(target=run, args=(world.app, sockets, stop), daemon=True)
        thread.start()
        try:
            yield port
        finally:
            stop.set()
            thread.join(timeout=10)
            world.close()

    def with_settings(self, **changes: Any) -> "WebWorld":
        """Return the same world behind other settings, in an application of its own."""
        settings = replace(self.settings, **changes)
        application = open_application(settings, clock=self.clock)
        return replace(self, settings=settings, application=application)


def _listening() -> list[socket.socket]:
    """Listen on one free port of both loopback addresses."""
    first = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    first.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    first.bind(("127.0.0.1", 0))
    first.listen()
    port = first.getsockname()[1]
    found = [first]
    try:
        second = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
        second.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        second.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        second.bind(("::1", port))
        second.listen()
        found.append(second)
    except OSError:
        pass
    return found


def web_world(
    folder: Path,
    *,
    file: str = SURVEY,
    electors: int = 8,
    stage: str = "open",
    demo: bool = False,
    settings: dict[str, Any] | None = None,
    url: Callable[[str], str] | None = None,
    **changes: Any,
) -> WebWorld:
    """Return a copy of an installation with one election; each kind is made once per process.

    :param file: election file below ``config/elections``, without suffix
    :param electors: lines of the roll, where the election has one
    :param stage: "prepared" or "open"
    :param demo: the setting
    :param settings: further changes of ``Settings``
    :param url: makes a database and returns its URL; then nothing is copied
    :param changes: of the ``Election``
    """
    urls = {} if url is None else {f"{store}_url": url(store) for store in VERSIONS}
    chosen = settings_in(folder, demo=demo, **urls, **(settings or {}))
    if url is None:
        made = copied(folder, file, electors, stage, changes)
    else:
        made = make(chosen, file, electors, stage, changes)
    clock = MovingClock()
    return WebWorld(
        folder=folder,
        settings=chosen,
        application=open_application(chosen, clock=clock),
        clock=clock,
        authority=made.authority,
        staff=made.staff,
        trustees=made.trustees,
        proposed=made.proposed,
        codes=made.codes,
    )
