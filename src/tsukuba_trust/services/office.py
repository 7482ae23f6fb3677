"""An installation from its settings: stores opened, keys found, services put together."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta

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


@contextmanager
def open_office(settings: Settings, registry: Registry, randomness: Randomness) -> Iterator[Office]:
    """Open an installation for the length of a ``with`` block.

    :raises Misconfigured: ``database_missing``, ``database_version`` and the like
    """
    keys = KeyFolder(settings.keys, settings.state / "signer.memory")
    with ExitStack() as opened:
        board = BoardStore(settings.url("board"), settings.blobs, keys.signer)
        opened.callback(board.close)
        roll = RollStore(settings.url("roll"), randomness)
        opened.callback(roll.close)
        attempts = AttemptStore(settings.url("attempts"), randomness)
        opened.callback(attempts.close)
        services = assemble(
            board=board,
            roll=roll,
            attempts=attempts,
            registry=registry,
            keys=keys,
            voting_host=settings.voting_host,
            randomness=randomness,
            drain=timedelta(seconds=settings.drain_s),
        )
        yield Office(services, keys)
