"""The stage of a rehearsal: a throw-away installation, a test authority, a simulated clock."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from tsukuba_trust.cli.group_names import known_group
from tsukuba_trust.elections import rules
from tsukuba_trust.elections.definition import load as load_election
from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.plugins.identity.roll_code import KEY_BYTES
from tsukuba_trust.registry import DEFAULT_PLUGINS, Registry
from tsukuba_trust.registry import load as load_plugins
from tsukuba_trust.services.ceremony import Proposed, origin_of, propose
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.office import Office, open_office
from tsukuba_trust.settings import Settings
from tsukuba_trust.store.migrations import VERSIONS, upgrade
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.holding import Staff, new_staff
from tsukuba_trust.values import Election
from tsukuba_trust.verify.booth import BUILT, booth_digests

BOARD_PREFIX = "localhost/rehearsal"


@dataclass(frozen=True, slots=True)
class Clock:
    """Instants of a rehearsal: nothing sleeps, everything is told what time it is."""

    opens: datetime
    closes: datetime

    @property
    def before(self) -> datetime:
        """An hour before the opening: sealing and the trustees' rehearsal."""
        return self.opens - timedelta(hours=1)

    def during(self, part: int, parts: int) -> datetime:
        """Return the instant of one of ``parts`` equal steps inside the period."""
        return self.opens + (self.closes - self.opens) * (part + 1) / (parts + 2)

    @property
    def after(self) -> datetime:
        """Five minutes after the end, when every admitted request has been drained."""
        return self.closes + timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Stage:
    """What every scene of a rehearsal needs."""

    office: Office
    authority: TestAuthority
    staff: Staff
    proposed: Proposed
    clock: Clock

    @property
    def election(self) -> Election:
        return self.proposed.election

    def fixed(self) -> Fixed:
        """Return what the log has fixed by now."""
        return self.office.services.catalogue.get(self.proposed.origin)


@contextmanager
def set_stage(file: Path, group_name: str) -> Iterator[Stage]:
    """Read the election file and open a throw-away installation for it.

    :param group_name: instead of the file's group; empty = as the file says
    :raises Misconfigured: the file or the group is not usable
    """
    checked = load_election(file, registry=load_plugins(DEFAULT_PLUGINS))
    election = rules.rehearsal_of(checked)
    if group_name:
        election = replace(election, group=known_group(group_name))
    clock = Clock(election.period.opens, election.period.closes)
    authority = TestAuthority(clock.during(1, 2))
    with TemporaryDirectory(prefix="tsukuba-trust-") as name:
        settings = _settings(Path(name), authority)
        registry = load_plugins(settings.plugins, dict(settings.plugin_settings))
        with open_office(settings, registry, secrets.token_bytes) as office:
            staff = new_staff(election, secrets.token_bytes)
            proposed = _propose(election, office, registry, staff)
            yield Stage(office, authority, staff, proposed, clock)


def _settings(state: Path, authority: TestAuthority) -> Settings:
    authority.write_anchors(state / "anchors")
    code_key = state / "roll-code.key"
    code_key.touch(mode=0o600)
    code_key.write_text(secrets.token_hex(KEY_BYTES), encoding="ascii")
    settings = Settings(
        state=state,
        plugins=DEFAULT_PLUGINS,
        board_host=BOARD_PREFIX,
        plugin_settings=(
            ("my_number_card.allow_test_anchors", "true"),
            ("my_number_card.anchors", str(state / "anchors")),
            ("roll_code.key", str(code_key)),
        ),
    )
    for store in VERSIONS:
        upgrade(settings.url(store), store)
    return settings


def _propose(election: Election, office: Office, registry: Registry, staff: Staff) -> Proposed:
    origin = origin_of(BOARD_PREFIX, election)
    log_key, _registrar = office.keys.make(origin, secrets.token_bytes)
    keys = staff.public_keys(log_key, office.keys[origin].registration)
    return propose(
        election,
        origin,
        keys,
        registry=registry,
        randomness=secrets.token_bytes,
        booth=_booth(),
    )


def _booth() -> dict[str, str]:
    """Return the digests of the booth, where one is built: a rehearsal also runs without."""
    try:
        return booth_digests(BUILT)
    except Misconfigured:
        return {}
