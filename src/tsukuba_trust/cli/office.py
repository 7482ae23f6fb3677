"""What the office's commands share: the opened installation, an election by its slug."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tsukuba_trust.errors import Misconfigured, Refused
from tsukuba_trust.registry import DEFAULT_PLUGINS, load
from tsukuba_trust.services.acts import Proposal
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.office import Office, open_office
from tsukuba_trust.settings import Settings


@contextmanager
def opened(settings: Settings) -> Iterator[Office]:
    """Open the installation of these settings.

    :raises Misconfigured: ``database_missing``, ``database_version`` and the like
    """
    registry = load(settings.plugins or DEFAULT_PLUGINS, dict(settings.plugin_settings))
    with open_office(settings, registry, secrets.token_bytes) as office:
        yield office


def election(office: Office, slug: str) -> Fixed:
    """Return the election of this slug.

    :raises Refused: ``unknown_election``
    """
    for origin in office.services.board.origins():
        if origin.rpartition("/")[2] == slug:
            return office.services.catalogue.get(origin)
    raise Refused("unknown_election", slug)


def now() -> datetime:
    """Return the present, aware UTC; commands read the clock here and nowhere else."""
    return datetime.now(UTC)


def named_values(pairs: tuple[str, ...], option: str) -> dict[str, str]:
    """Read ``NAME=VALUE`` options.

    :raises Misconfigured: ``option_malformed``
    """
    found = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (name and equals and value):
            raise Misconfigured("option_malformed", f"{option} wants NAME=VALUE")
        found[name] = value
    return found


def read_proposal(path: Path) -> Proposal:
    """Read a proposal file.

    :raises Misconfigured: ``proposal_invalid``, ``file_missing`` and the like
    """
    from tsukuba_trust.cli.files import read_text

    return Proposal.from_text(read_text(path))
