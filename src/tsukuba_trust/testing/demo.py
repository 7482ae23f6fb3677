"""A demo: an election of today with simulated staff, whose keys lie beside it in files.

A real office never has its officers', auditors' and trustees' keys in one place.
"""

import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tsukuba_trust.crypto import ceremony
from tsukuba_trust.crypto.groups import group as named_group
from tsukuba_trust.elections.definition import load as load_election
from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.registry import Registry
from tsukuba_trust.services.assembly import Services
from tsukuba_trust.services.ceremony import origin_of, propose
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.keys import (
    read_box_key,
    read_signing_key,
    write_key,
    write_secret,
)
from tsukuba_trust.services.office import Office
from tsukuba_trust.testing import holding
from tsukuba_trust.testing.authority_files import make_folder
from tsukuba_trust.testing.demo_cards import mistype
from tsukuba_trust.testing.holding import Staff
from tsukuba_trust.testing.today import of_today
from tsukuba_trust.testing.trustees import Signatory, Trustee
from tsukuba_trust.values import Clock, Election
from tsukuba_trust.verify.booth import BUILT, booth_digests

CARDS, CREW, RECORD = "cards", "crew", "record"


@dataclass(frozen=True, slots=True)
class Crew:
    """A demo's simulated staff and trustees."""

    staff: Staff
    trustees: tuple[Trustee, ...]


def new_slug(now: datetime, timezone: str) -> str:
    """Return a slug that is used once: ``mock-<date>-<6 random>``."""
    return f"mock-{now.astimezone(ZoneInfo(timezone)):%Y%m%d}-{secrets.token_hex(3)}"


def read_file(
    file: Path, registry: Registry, group_name: str, slug: str, now: datetime
) -> Election:
    """Read the election file that a demo stages today.

    :param group_name: instead of the file's; empty = as the file says
    """
    election = of_today(load_election(file, registry=registry), slug, now)
    return replace(election, group=group_name) if group_name else election


def make_authority(folder: Path, now: datetime) -> None:
    """Make the demo's test authority, its anchors and its people's cards."""
    make_folder(folder / CARDS, now)
    mistype(folder / CARDS)


def hold_opening(
    office: Office, election: Election, board_host: str, folder: Path, now: datetime
) -> Fixed:
    """Define, make everybody's keys, seal, rehearse and open.

    :param folder: where the simulated crew's keys are kept
    """
    services, origin = office.services, origin_of(board_host, election)
    log_key, _registrar = office.keys.make(origin, secrets.token_bytes)
    staff = holding.new_staff(election, secrets.token_bytes)
    keys = staff.public_keys(log_key, office.keys[origin].registration)
    proposed = propose(
        election,
        origin,
        keys,
        registry=services.registry,
        randomness=secrets.token_bytes,
        booth=booth_digests(BUILT),
    )
    fixed, trustees = holding.prepare(services, proposed, staff, now, secrets.token_bytes)
    keep_crew(folder, Crew(staff, tuple(trustees)))
    services.ceremony.open(fixed, now)
    return fixed


def keep_crew(folder: Path, crew: Crew) -> None:
    """Write all secret keys of a demo's crew into a folder."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    names: dict[str, list[str]] = {}
    for kind, people in (("officer", crew.staff.officers), ("auditor", crew.staff.auditors)):
        names[kind] = [one.name for one in people]
        for number, one in enumerate(people):
            write_key(folder / f"{kind}-{number}.pem", one.key)
    write_key(folder / "evidence.pem", crew.staff.evidence)
    names["trustee"] = [one.name for one in crew.trustees]
    for trustee in crew.trustees:
        write_secret(folder / f"trustee-{trustee.number}.key", ceremony.key_file(trustee.secret))
    (folder / "crew.json").write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")


def read_crew(folder: Path, group_name: str) -> Crew:
    """Read what ``keep_crew`` wrote.

    :raises Misconfigured: ``demo_missing``
    """
    try:
        names = json.loads((folder / "crew.json").read_text(encoding="utf-8"))
    except OSError:
        raise Misconfigured("demo_missing", "no crew is kept here", where=str(folder)) from None
    group = named_group(group_name)

    def people(kind: str) -> tuple[Signatory, ...]:
        keys = (read_signing_key(folder / f"{kind}-{n}.pem") for n in range(len(names[kind])))
        return tuple(Signatory(name, key) for name, key in zip(names[kind], keys, strict=True))

    trustees = tuple(
        Trustee(
            number,
            name,
            ceremony.read_key_file(group, (folder / f"trustee-{number}.key").read_text("ascii")),
        )
        for number, name in enumerate(names["trustee"], start=1)
    )
    staff = Staff(people("officer"), people("auditor"), read_box_key(folder / "evidence.pem"))
    return Crew(staff, trustees)


def hold_close(services: Services, fixed: Fixed, crew: Crew, clock: Clock, target: Path) -> None:
    """End early by a real act of the officers, count, certify, and publish the record.

    What was finished before is not done again.

    :param target: folder for the record, which does not exist yet
    """
    if services.board.state(fixed.origin).phase == "open":
        zone = ZoneInfo(fixed.election.period.timezone)
        closes = clock().astimezone(zone).isoformat(timespec="seconds")
        act = services.acts.propose(fixed, "end-early", clock(), "the demo is over", closes=closes)
        holding.enact(services, fixed, crew.staff, act)
    if services.board.state(fixed.origin).phase != "declared":
        holding.count(services, fixed, crew.staff, crew.trustees, clock(), secrets.token_bytes)
    if not target.exists():
        services.publishing.export(fixed, target)
