"""An installation from its settings: stores opened, keys found, services put together."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, cast

from tsukuba_trust.errors import Refused
from tsukuba_trust.registry import Registry
from tsukuba_trust.services.assembly import Services, assemble
from tsukuba_trust.services.key_folder import KeyFolder
from tsukuba_trust.settings import Settings
from tsukuba_trust.store.attempts import AttemptStore
from tsukuba_trust.store.board import BoardStore
from tsukuba_trust.store.roll import RollStore
from tsukuba_trust.values import Randomness


@dataclass(frozen=True, slots=True)
class Office:
    """An opened installation."""

    services: Services
    keys: KeyFolder


class Elsewhere:
    """What only the other process has: everything asked of it is refused (D5)."""

    def __getattr__(self, name: str) -> Any:
        raise Refused("wrong_host", "another process answers this")


@contextmanager
def open_office(settings: Settings, registry: Registry, randomness: Randomness) -> Iterator[Office]:
    """Open an installation for the length of a ``with`` block.

    A box has neither roll nor attempts, a registrar does not cast: what is missing answers
    ``wrong_host``.

    :raises Misconfigured: ``database_missing``, ``database_version`` and the like
    """
    keys = KeyFolder(settings.keys, settings.state / "signer.memory")
    with ExitStack() as opened:
        board = BoardStore(settings.url("board"), settings.blobs, keys.signer)
        opened.callback(board.close)
        roll: RollStore | Elsewhere = Elsewhere()
        attempts: AttemptStore | Elsewhere = Elsewhere()
        if settings.role != "box":
            roll = RollStore(settings.url("roll"), randomness)
            opened.callback(roll.close)
            attempts = AttemptStore(settings.url("attempts"), randomness)
            opened.callback(attempts.close)
        services = assemble(
            board=board,
            roll=cast(RollStore, roll),
            attempts=cast(AttemptStore, attempts),
            registry=registry,
            keys=keys,
            voting_host=settings.voting_host,
            randomness=randomness,
            drain=timedelta(seconds=settings.drain_s),
        )
        yield Office(_of_role(services, settings.role), keys)


def _of_role(services: Services, role: str) -> Services:
    missing: Any = Elsewhere()
    if role == "box":
        return replace(services, registrar=missing, rolls=missing, purging=missing)
    return replace(services, casting=missing) if role == "registrar" else services
