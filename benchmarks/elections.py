"""Whole elections with any number of voters, held through the services.

The city's 2025 survey, its first contest only: exactly 1 of 3, no blank, Ed25519. Every
voter has a card of the test authority, whose sixteen keys sign for real.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tsukuba_trust.cli.rehearsal.cast import Player
from tsukuba_trust.cli.rehearsal.stage import Clock
from tsukuba_trust.cli.rehearsal.voting import Sealed, seal_all
from tsukuba_trust.data import data_dir
from tsukuba_trust.elections import rules
from tsukuba_trust.elections.definition import load as load_election
from tsukuba_trust.registry import DEFAULT_PLUGINS
from tsukuba_trust.registry import load as load_plugins
from tsukuba_trust.services.assembly import Services
from tsukuba_trust.services.ceremony import origin_of, propose
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.office import open_office
from tsukuba_trust.settings import Settings
from tsukuba_trust.store.migrations import VERSIONS, upgrade
from tsukuba_trust.testing import holding
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.people import Person, people
from tsukuba_trust.testing.trustees import Trustee

BOARD_PREFIX = "localhost/bench"
PROVIDER = "my-number-card"
FILE = "elections/needs-survey-2025.toml"


@dataclass(frozen=True)
class Held:
    """An open vote."""

    services: Services
    fixed: Fixed
    staff: holding.Staff
    trustees: list[Trustee]
    authority: TestAuthority
    clock: Clock

    @property
    def contest(self) -> str:
        return self.fixed.election.contests[0].uuid

    def registered(self, count: int, jobs: int) -> Iterator[tuple[Sealed, str]]:
        """Yield devices of ``count`` voters with a sealed ballot, just registered."""
        crowd = people(1, count)
        choices = [tuple(int(place == number % 3) for place in range(3)) for number in range(count)]
        players = [
            Player(self._answer(person), ((self.contest, list(choice)),), revotes=False)
            for person, choice in zip(crowd, choices, strict=True)
        ]
        at = self.clock.during(1, 2)
        for player, sealed in zip(players, seal_all(self.fixed, players, jobs), strict=True):
            holding.identify(self.services, self.fixed, sealed[0], PROVIDER, player.answer, at)
            yield sealed, sealed[1][self.contest]

    def _answer(self, person: Person) -> Callable[[dict[str, str]], dict[str, str]]:
        return lambda challenge: self.authority.card(person).response(challenge["text"])

    def cast(self, ballot: str) -> None:
        """Cast a ballot in the middle of the vote."""
        self.services.casting.cast(self.contest, ballot, self.clock.during(1, 2))

    def finish(self, target: Path) -> None:
        """Count, and write the record."""
        at = self.clock.after
        draw = secrets.token_bytes
        holding.count(self.services, self.fixed, self.staff, self.trustees, at, draw)
        self.services.publishing.export(self.fixed, target)


@contextmanager
def open_vote(state: Path, databases: Mapping[str, str] | None = None) -> Iterator[Held]:
    """Hold an election up to its opening, in a folder of its own.

    :param databases: URL by store; SQLite files in the folder where none is given
    """
    checked = load_election(data_dir("config") / FILE, registry=load_plugins(DEFAULT_PLUGINS))
    election = replace(rules.rehearsal_of(checked), contests=checked.contests[:1])
    clock = Clock(election.period.opens, election.period.closes)
    authority = TestAuthority(clock.during(1, 2))
    settings = _settings(state, authority, databases or {})
    registry = load_plugins(settings.plugins, dict(settings.plugin_settings))
    with open_office(settings, registry, secrets.token_bytes) as office:
        staff = holding.new_staff(election, secrets.token_bytes)
        origin = origin_of(BOARD_PREFIX, election)
        log_key, _ = office.keys.make(origin, secrets.token_bytes)
        keys = staff.public_keys(log_key, office.keys[origin].registration)
        draw = secrets.token_bytes
        proposed = propose(election, origin, keys, registry=registry, randomness=draw)
        services = office.services
        fixed, trustees = holding.prepare(services, proposed, staff, clock.before, draw)
        services.ceremony.open(fixed, clock.opens)
        yield Held(services, fixed, staff, trustees, authority, clock)


def _settings(state: Path, authority: TestAuthority, databases: Mapping[str, str]) -> Settings:
    authority.write_anchors(state / "anchors")
    settings = Settings(
        state=state,
        board_url=databases.get("board", ""),
        roll_url=databases.get("roll", ""),
        attempts_url=databases.get("attempts", ""),
        plugins=tuple(name for name in DEFAULT_PLUGINS if name != "roll-code"),
        board_host=BOARD_PREFIX,
        plugin_settings=(
            ("my_number_card.allow_test_anchors", "true"),
            ("my_number_card.anchors", str(state / "anchors")),
        ),
    )
    for store in VERSIONS:
        upgrade(settings.url(store), store)
    return settings


def hold(folder: Path, voters: int, track: Callable[[Iterable[int]], Iterable[int]]) -> Path:
    """Hold a vote of ``voters`` people with one ballot each; return its record.

    :param track: shows progress over the numbers of the voters
    """
    with open_vote(folder) as held:
        everybody = held.registered(voters, jobs=2)
        for _number in track(range(voters)):
            _device, ballot = next(everybody)
            held.cast(ballot)
        held.finish(folder / "record")
    return folder / "record"
