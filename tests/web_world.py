"""An installation with an open election behind both hosts, for functional and browser tests.

The settings, key files and plugins are those of a real installation with a test authority,
so the same folder can also be served by ``tsukuba-trust serve`` (``ini``). Elections are of
today; the clock is the machine's plus an offset that tests move.
"""

import atexit
import json
import secrets
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from waitress.server import create_server
from webtest import TestApp

from booth_node import built
from tsukuba_trust import main
from tsukuba_trust.data import data_dir
from tsukuba_trust.elections.definition import load as load_election
from tsukuba_trust.plugins.identity.roll_code import KEY_BYTES, new_code
from tsukuba_trust.registry import DEFAULT_PLUGINS
from tsukuba_trust.registry import load as load_plugins
from tsukuba_trust.services.assembly import Services
from tsukuba_trust.services.ceremony import Proposed, origin_of, propose
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.office import open_office
from tsukuba_trust.services.registrar import Claimed
from tsukuba_trust.services.roll import Enrolled
from tsukuba_trust.settings import Settings
from tsukuba_trust.store.migrations import VERSIONS, upgrade
from tsukuba_trust.testing import holding
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.cards import TestCard
from tsukuba_trust.testing.people import Person, people
from tsukuba_trust.testing.today import of_today
from tsukuba_trust.testing.trustees import Trustee
from tsukuba_trust.testing.voter import Voter
from tsukuba_trust.values import Election, Json, Receipt
from tsukuba_trust.verify.booth import booth_digests
from tsukuba_trust.web.application import KEY, Application, open_application

PORTAL, VOTE = "127.0.0.1:6543", "localhost:6543"
JST = ZoneInfo("Asia/Tokyo")
SURVEY, SCHOOL = "needs-survey-2025", "namiki-2021"
CARD, CODE = "my-number-card", "roll-code"
BOARD_HOST = "localhost/tests"


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
        world = self.with_settings(**hosts)
        server = create_server(world.app, sockets=sockets, threads=8, ident=None)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        try:
            yield port
        finally:
            server.close()
            thread.join(timeout=10)
            for one in sockets:
                one.close()

    def with_settings(self, **changes: Any) -> "WebWorld":
        """Return the same world behind other settings, in an application of its own."""
        settings = replace(self.settings, **changes)
        application = _open(settings, self.clock)
        return replace(self, settings=settings, application=application)


def _listening() -> list[Any]:
    import socket

    first = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    first.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    first.bind(("127.0.0.1", 0))
    port = first.getsockname()[1]
    found = [first]
    try:
        second = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
        second.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        second.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        second.bind(("::1", port))
        found.append(second)
    except OSError:
        pass
    return found


# -- making one -------------------------------------------------------------------


def today(election: Election, slug: str, **changes: Any) -> Election:
    """Return the election as a mock vote of three days, open since yesterday."""
    return replace(of_today(election, slug, datetime.now(UTC)), **changes)


_MADE: dict[str, WebWorld] = {}


def web_world(
    folder: Path,
    *,
    file: str = SURVEY,
    electors: int = 8,
    stage: str = "open",
    demo: bool = False,
    settings: dict[str, Any] | None = None,
    **changes: Any,
) -> WebWorld:
    """Return a copy of an installation with one election; each kind is made once per process.

    :param file: election file below ``config/elections``, without suffix
    :param electors: lines of the roll, where the election has one
    :param stage: "prepared" or "open"
    :param demo: the setting
    :param settings: further changes of ``Settings``
    :param changes: of the ``Election``
    """
    name = repr((file, electors, stage, sorted(changes.items())))
    if name not in _MADE:
        place = Path(tempfile.mkdtemp(prefix="tt-web-"))
        atexit.register(shutil.rmtree, place, ignore_errors=True)
        _MADE[name] = _make(place, file, electors, stage, changes)
        _MADE[name].close()
    made = _MADE[name]
    shutil.copytree(made.folder, folder, dirs_exist_ok=True)
    chosen = _settings(folder, demo=demo, **(settings or {}))
    clock = MovingClock()
    application = _open(chosen, clock)
    return replace(made, folder=folder, settings=chosen, application=application, clock=clock)


def _settings(folder: Path, **changes: Any) -> Settings:
    plain = Settings(
        state=folder,
        plugins=DEFAULT_PLUGINS,
        board_host=BOARD_HOST,
        portal_host=PORTAL,
        voting_host=VOTE,
        drain_s=0,
        plugin_settings=(
            ("my_number_card.allow_test_anchors", "true"),
            ("my_number_card.anchors", str(folder / "anchors")),
            ("roll_code.key", str(folder / "roll-code.key")),
        ),
    )
    return replace(plain, **changes)


def _open(settings: Settings, clock: Callable[[], datetime]) -> Application:
    return open_application(settings, clock=clock)


def _make(place: Path, file: str, electors: int, stage: str, changes: dict[str, Any]) -> WebWorld:
    checked = load_election(
        data_dir("config") / "elections" / f"{file}.toml", registry=load_plugins(DEFAULT_PLUGINS)
    )
    slug = f"mock-{datetime.now(JST):%Y%m%d}-{secrets.token_hex(3)}"
    election = today(checked, slug, **changes)
    authority = TestAuthority(election.period.opens)
    authority.write_anchors(place / "anchors")
    code_key = place / "roll-code.key"
    code_key.touch(mode=0o600)
    code_key.write_text(secrets.token_hex(KEY_BYTES), encoding="ascii")
    settings = _settings(place)
    for store in VERSIONS:
        upgrade(settings.url(store), store)
    staff = holding.new_staff(election, secrets.token_bytes)
    codes: dict[str, str] = {}
    registry = load_plugins(settings.plugins, dict(settings.plugin_settings))
    with open_office(settings, registry, secrets.token_bytes) as office:
        origin = origin_of(BOARD_HOST, election)
        log_key, _registrar = office.keys.make(origin, secrets.token_bytes)
        keys = staff.public_keys(log_key, office.keys[origin].registration)
        proposed = propose(
            election,
            origin,
            keys,
            registry=registry,
            randomness=secrets.token_bytes,
            booth=booth_digests(built()),
        )

        def fill(fixed: Fixed) -> None:
            codes.update(_import_roll(office.services, fixed, electors))

        before = election.period.opens - timedelta(hours=1)
        fixed, trustees = holding.prepare(
            office.services, proposed, staff, before, secrets.token_bytes, fill_roll=fill
        )
        if stage == "open":
            office.services.ceremony.open(fixed, election.period.opens)
    clock = MovingClock()
    application = _open(settings, clock)
    return WebWorld(
        place, settings, application, clock, authority, staff, trustees, proposed, codes
    )


def _import_roll(services: Services, fixed: Fixed, electors: int) -> dict[str, str]:
    lines, enrolled, codes = ["number,group"], {}, {}
    provider: Any = services.registry.identity_providers[CODE]
    groups = fixed.election.roll.groups
    group = next(name for name, channel in groups if channel == "internet")
    for number in map(str, range(1, electors + 1)):
        code = codes[number] = new_code(secrets.token_bytes)
        data = provider.enrol(code)
        enrolled[number] = [Enrolled(CODE, data["code_mac"], data)]
        lines.append(f"{number},{group}")
    text = "\n".join(lines) + "\n"
    services.rolls.import_file(fixed, text.encode(), enrolled)
    return codes


def graphql(app: TestApp, path: str, operation: str, variables: Json, **arguments: Any) -> Json:
    """Send one operation by its name, as the booth does; return ``data``."""
    body = {"operationName": operation, "variables": variables}
    answer = app.post_json(path, body, **arguments)
    return json.loads(answer.body)["data"]
