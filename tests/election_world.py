"""A small election in a folder, held through the services: what their tests stand on.

``World`` has the stores, the people and a time of day; ``held`` goes to any stage. All
people are invented, all cards come from a test authority.
"""

import atexit
import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from record_parts import ORIGIN, draws
from record_parts import election as plain_election
from tsukuba_trust.plugins.ballots.homomorphic import HomomorphicBallots
from tsukuba_trust.plugins.ballots.preference import PreferenceBallots
from tsukuba_trust.plugins.identity.my_number_card import MyNumberCard
from tsukuba_trust.plugins.identity.roll_code import RollCode, new_code
from tsukuba_trust.plugins.tallies.plurality import Plurality
from tsukuba_trust.registry import Origin, Registry
from tsukuba_trust.services.assembly import Services, assemble
from tsukuba_trust.services.ceremony import Proposed, propose
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.keys import (
    RegistrarKeys,
    new_registrar_keys,
    new_signing_key,
    write_key,
)
from tsukuba_trust.services.registrar import Claimed
from tsukuba_trust.services.roll import Enrolled
from tsukuba_trust.store.attempts import AttemptStore
from tsukuba_trust.store.board import BoardStore
from tsukuba_trust.store.migrations import upgrade
from tsukuba_trust.store.roll import RollStore
from tsukuba_trust.store.signer import Signer
from tsukuba_trust.testing import holding
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.cards import TestCard
from tsukuba_trust.testing.people import Person, people
from tsukuba_trust.testing.trustees import Trustee
from tsukuba_trust.testing.voter import Voter
from tsukuba_trust.values import Election, Json, Receipt

HOST = "vote.example.jp:443"
CARD, CODE = "my-number-card", "roll-code"
ROLL_CODE_KEY = b"\x05" * 32
BEFORE = timedelta(days=3)
HOUR = timedelta(hours=1)


def urls_in(folder: Path) -> Callable[[str], str]:
    """Give a function that makes a SQLite database in the folder and returns its URL."""

    def url(which: str) -> str:
        address = f"sqlite:///{folder / which}.sqlite"
        upgrade(address, which)
        return address

    return url


@dataclass
class World:
    """Stores, services and people of one installation with one election.

    :param now: what the clock says; tests move it
    :param codes: printed codes by number of the elector
    """

    folder: Path
    urls: dict[str, str]
    services: Services
    staff: holding.Staff
    authority: TestAuthority
    draw: Callable[[int], bytes]
    proposed: Proposed
    keys: dict[str, RegistrarKeys]
    now: datetime
    fixed: Fixed | None = None
    trustees: list[Trustee] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)

    @property
    def election(self) -> Election:
        return self.proposed.election

    @property
    def is_fixed(self) -> Fixed:
        assert self.fixed is not None
        return self.fixed

    @property
    def contest(self) -> str:
        return self.election.contests[0].uuid

    @property
    def origin(self) -> str:
        return self.proposed.origin

    # -- stages -------------------------------------------------------------------

    def prepared(self, *, electors: int = 8) -> "World":
        """Go to the passed rehearsal."""
        fill = (lambda fixed: self.import_roll(fixed, electors)) if self._has_roll else None
        self.fixed, self.trustees = holding.prepare(
            self.services, self.proposed, self.staff, self.now, self.draw, fill_roll=fill
        )
        return self

    def opened(self, **arguments: Any) -> "World":
        """Go to the open vote, one hour after its opening."""
        self.prepared(**arguments)
        self.now = self.election.period.opens + HOUR
        self.services.ceremony.open(self.is_fixed, self.now)
        return self

    def closed(self) -> "World":
        """Go to the end of the drain."""
        self.now = self.election.period.closes + HOUR
        self.services.counting.end(self.is_fixed, self.now)
        return self

    def counted(self) -> Any:
        """Go to the declared result; return the audit's report."""
        self.now = self.election.period.closes + HOUR
        return holding.count(
            self.services, self.is_fixed, self.staff, self.trustees, self.now, self.draw
        )

    # -- people -------------------------------------------------------------------

    @property
    def _has_roll(self) -> bool:
        return self.election.electorate == "roll"

    def import_roll(self, fixed: Fixed, electors: int) -> None:
        lines = ["number,group"]
        enrolled = {}
        provider = self.services.registry.identity_providers[CODE]
        for number in map(str, range(1, electors + 1)):
            code = self.codes[number] = new_code(self.draw)
            data = provider.enrol(code)  # type: ignore[attr-defined]
            enrolled[number] = [Enrolled(CODE, data["code_mac"], data)]
            lines.append(f"{number},{self.election.roll.groups[0][0]}")
        text = "\n".join(lines) + "\n"
        self.services.rolls.import_file(fixed, text.encode(), enrolled)

    def voter(self) -> Voter:
        return Voter(self.is_fixed, self.draw)

    def card(self, person: Person | int = 0, *, defect: str = "") -> TestCard:
        """Return a new card of somebody, by number for the simulated residents."""
        who = people(7, person + 1)[person] if isinstance(person, int) else person
        return self.authority.card(who, defect=defect)

    def card_answer(self, card: TestCard) -> Callable[[Json], Json]:
        return lambda challenge: card.response(challenge["text"])

    def code_answer(self, code: str) -> Callable[[Json], Json]:
        return lambda _challenge: {"code": code}

    def identify(
        self, voter: Voter, person: Person | int | TestCard = 0, at: datetime | None = None
    ) -> Claimed:
        """Identify with a card, or with a printed code where there is a roll."""
        if self._has_roll:
            provider, code = CODE, self.codes[str(person)]
            answer = self.code_answer(code)
        else:
            card = person if isinstance(person, TestCard) else self.card(person)
            provider, answer = CARD, self.card_answer(card)
        return holding.identify(
            self.services, self.is_fixed, voter, provider, answer, at or self.now
        )

    def registered(self, person: int = 0) -> Voter:
        voter = self.voter()
        self.identify(voter, person)
        return voter

    def sealed(self, voter: Voter, choice: int = 0, contest: str = "") -> str:
        uuid = contest or self.contest
        size = len(self.election.contest(uuid).options)
        selection = [int(place == choice) for place in range(size)]
        return voter.seal(uuid, selection, self.scheme_of(uuid))

    def cast(
        self, voter: Voter, choice: int = 0, contest: str = "", at: datetime | None = None
    ) -> Receipt:
        uuid = contest or self.contest
        return self.send(self.sealed(voter, choice, uuid), uuid, at)

    def send(self, text: str, contest: str = "", at: datetime | None = None) -> Receipt:
        return self.services.casting.cast(contest or self.contest, text, at or self.now)

    @property
    def scheme(self) -> Any:
        return self.services.registry.ballot_schemes["homomorphic"]

    def scheme_of(self, contest: str) -> Any:
        name = self.election.contest(contest).ballot_scheme
        return self.services.registry.ballot_schemes[name]

    def act(self, name: str, **change: Any) -> int:
        """Let all officers approve an act and put it on the board."""
        proposal = self.services.acts.propose(
            self.is_fixed, name, self.now, f"reason of {name}", **change
        )
        return holding.enact(self.services, self.is_fixed, self.staff, proposal)

    # -- looking ------------------------------------------------------------------

    def types(self) -> list[str]:
        return [entry["type"] for _, entry in self.services.board.entries(self.origin)]

    def size(self) -> int:
        return self.services.board.head(self.origin).size

    def votes(self, contest: str = "") -> list[int]:
        """Return the declared counts of a contest."""
        text = self.services.publishing.result(self.is_fixed, contest or self.contest)
        found: list[int] = json.loads(text or "{}")["result"][0]
        return found

    def reopened(self, folder: Path | None = None, seed: str = "reopened") -> "World":
        """Return the same world after a restart of all processes, or a copy of it elsewhere."""
        place, urls, draw = folder or self.folder, self.urls, draws(seed)
        if folder is not None:
            shutil.copytree(self.folder, folder, dirs_exist_ok=True)
            urls = {name: f"sqlite:///{folder / name}.sqlite" for name in urls}
        services = _services(place, urls, self.keys, self.services.registry, draw)
        return replace(self, folder=place, urls=urls, services=services, draw=draw)

    def close(self) -> None:
        """Let go of all files."""
        _close(self.services)


_OPEN: list[Services] = []


def close_all() -> None:
    """Close every store that a world of this process opened."""
    while _OPEN:
        _close(_OPEN[-1])


def _close(services: Services) -> None:
    for store in (services.board, services.roll, services.attempts):
        store.close()
    _OPEN[:] = [one for one in _OPEN if one is not services]


_TEMPLATES: dict[str, World] = {}


def opened_world(
    folder: Path, *, stage: str = "opened", electors: int = 8, **changes: Any
) -> World:
    """Return a copy of a world at a stage; each kind is made once per process.

    :param stage: "proposed", "prepared" or "opened"
    :param changes: of ``record_parts.election``
    """
    name = repr((stage, electors, sorted(changes.items())))
    if name not in _TEMPLATES:
        place = Path(tempfile.mkdtemp(prefix="tt-world-"))
        atexit.register(shutil.rmtree, place, ignore_errors=True)
        made = world(place, seed=name, **changes)
        if stage == "opened":
            made.opened(electors=electors)
        elif stage == "prepared":
            made.prepared(electors=electors)
        made.close()
        _TEMPLATES[name] = made
    return _TEMPLATES[name].reopened(folder, seed=f"copy {name}")


class Plugins:
    """Ours, with a test authority and a known key instead of the office's."""

    def __init__(self, authority: TestAuthority) -> None:
        self._authority = authority

    def includeme(self, registry: Registry) -> None:
        registry.add_ballot_scheme("homomorphic", HomomorphicBallots())
        registry.add_ballot_scheme("preference", PreferenceBallots())
        registry.add_tally_method("plurality", Plurality())
        registry.add_identity_provider(CARD, MyNumberCard(self._authority.anchors))
        registry.add_identity_provider(CODE, RollCode(ROLL_CODE_KEY))


def registry_for(authority: TestAuthority) -> Registry:
    registry = Registry()
    registry.include(Plugins(authority), Origin("tsukuba-trust", "0.1.0"))
    return registry


def _services(
    folder: Path,
    urls: dict[str, str],
    keys: dict[str, RegistrarKeys],
    registry: Registry,
    draw: Callable[[int], bytes],
) -> Services:
    signer = Signer(folder / "log.pem", folder / "memory.json")
    services = assemble(
        board=BoardStore(urls["board"], folder / "blobs", lambda _origin: signer),
        roll=RollStore(urls["roll"], draw),
        attempts=AttemptStore(urls["attempts"], draw),
        registry=registry,
        keys=keys,
        voting_host=HOST,
        randomness=draw,
    )
    _OPEN.append(services)
    return services


def world(
    folder: Path,
    *,
    url: Callable[[str], str] | None = None,
    seed: str = "world",
    draw: Callable[[int], bytes] | None = None,
    **changes: Any,
) -> World:
    """Make an installation and propose an election in it; nothing is on the board yet.

    :param url: makes a database and returns its URL
    :param changes: of ``record_parts.election``
    """
    draw = draw or draws(seed)
    make = url or urls_in(folder)
    urls = {which: make(which) for which in ("board", "roll", "attempts")}
    election = plain_election(**changes)
    authority = TestAuthority(election.period.opens)
    registry = registry_for(authority)
    registrar = new_registrar_keys(draw)
    write_key(folder / "log.pem", new_signing_key(draw))
    log_key = Signer(folder / "log.pem", folder / "memory.json").key(ORIGIN)
    staff = holding.new_staff(election, draw)
    proposed = propose(
        election,
        ORIGIN,
        staff.public_keys(log_key.text, registrar.registration),
        registry=registry,
        randomness=draw,
    )
    keys = {ORIGIN: registrar}
    return World(
        folder=folder,
        urls=urls,
        services=_services(folder, urls, keys, registry, draw),
        staff=staff,
        authority=authority,
        draw=draw,
        proposed=proposed,
        keys=keys,
        now=election.period.opens - BEFORE,
    )
