"""Making the installation of a web test: settings, keys, people, and an election of today."""

import atexit
import secrets
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from booth_node import built
from tsukuba_trust.data import data_dir
from tsukuba_trust.elections.definition import load as load_election
from tsukuba_trust.plugins.identity.roll_code import KEY_BYTES, new_code
from tsukuba_trust.registry import DEFAULT_PLUGINS
from tsukuba_trust.registry import load as load_plugins
from tsukuba_trust.services.assembly import Services
from tsukuba_trust.services.ceremony import Proposed, origin_of, propose
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.office import Office, open_office
from tsukuba_trust.services.roll import Enrolled
from tsukuba_trust.settings import Settings
from tsukuba_trust.store.migrations import VERSIONS, upgrade
from tsukuba_trust.testing import holding
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.today import of_today
from tsukuba_trust.testing.trustees import Trustee
from tsukuba_trust.values import Election
from tsukuba_trust.verify.booth import booth_digests

PORTAL, VOTE = "127.0.0.1:6543", "localhost:6543"
CARD, CODE = "my-number-card", "roll-code"
BOARD_HOST = "localhost/tests"
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Made:
    """What stands in a folder, and the people with keys of their own.

    :param codes: printed codes by number of the elector
    """

    folder: Path
    authority: TestAuthority
    staff: holding.Staff
    trustees: list[Trustee]
    proposed: Proposed
    codes: dict[str, str]


_MADE: dict[str, Made] = {}


def copied(folder: Path, file: str, electors: int, stage: str, changes: dict[str, Any]) -> Made:
    """Return a copy of an installation; each kind is made once per process."""
    name = repr((file, electors, stage, sorted(changes.items())))
    if name not in _MADE:
        place = Path(tempfile.mkdtemp(prefix="tt-web-"))
        atexit.register(shutil.rmtree, place, ignore_errors=True)
        _MADE[name] = make(settings_in(place), file, electors, stage, changes)
    shutil.copytree(_MADE[name].folder, folder, dirs_exist_ok=True)
    return replace(_MADE[name], folder=folder)


def settings_in(folder: Path, **changes: Any) -> Settings:
    """Return the settings of an installation below a folder."""
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


def make(settings: Settings, file: str, electors: int, stage: str, changes: dict[str, Any]) -> Made:
    """Make databases, keys and people, and hold an election up to a stage."""
    election = _election(file, changes)
    place = settings.state
    place.mkdir(parents=True, exist_ok=True)
    authority = TestAuthority(election.period.opens)
    authority.write_anchors(place / "anchors")
    code_key = place / "roll-code.key"
    code_key.touch(mode=0o600)
    code_key.write_text(secrets.token_hex(KEY_BYTES), encoding="ascii")
    for store in VERSIONS:
        upgrade(settings.url(store), store)
    staff = holding.new_staff(election, secrets.token_bytes)
    registry = load_plugins(settings.plugins, dict(settings.plugin_settings))
    codes: dict[str, str] = {}
    with open_office(settings, registry, secrets.token_bytes) as office:
        proposed = _propose(office, election, staff)
        fixed, trustees = holding.prepare(
            office.services,
            proposed,
            staff,
            election.period.opens - HOUR,
            secrets.token_bytes,
            fill_roll=_filling(office.services, codes, electors),
        )
        if stage == "open":
            office.services.ceremony.open(fixed, election.period.opens)
    return Made(place, authority, staff, trustees, proposed, codes)


def _election(file: str, changes: dict[str, Any]) -> Election:
    path = data_dir("config") / "elections" / f"{file}.toml"
    checked = load_election(path, registry=load_plugins(DEFAULT_PLUGINS))
    now = datetime.now(UTC)
    slug = f"mock-{now:%Y%m%d}-{secrets.token_hex(3)}"
    return replace(of_today(checked, slug, now), **changes)


def _propose(office: Office, election: Election, staff: holding.Staff) -> Proposed:
    origin = origin_of(BOARD_HOST, election)
    log_key, _registrar = office.keys.make(origin, secrets.token_bytes)
    return propose(
        election,
        origin,
        staff.public_keys(log_key, office.keys[origin].registration),
        registry=office.services.registry,
        randomness=secrets.token_bytes,
        booth=booth_digests(built()),
    )


def _filling(services: Services, codes: dict[str, str], electors: int) -> Callable[[Fixed], None]:
    def fill(fixed: Fixed) -> None:
        lines, enrolled = ["number,group"], {}
        provider: Any = services.registry.identity_providers[CODE]
        groups = fixed.election.roll.groups
        group = next(name for name, channel in groups if channel == "internet")
        for number in map(str, range(1, electors + 1)):
            code = codes[number] = new_code(secrets.token_bytes)
            data = provider.enrol(code)
            enrolled[number] = [Enrolled(CODE, data["code_mac"], data)]
            lines.append(f"{number},{group}")
        services.rolls.import_file(fixed, ("\n".join(lines) + "\n").encode(), enrolled)

    return fill
