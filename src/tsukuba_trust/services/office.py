"""Everything of one installation, opened once: stores, services, keys and plugins.

The one place that puts services together; the command line and, later, the web use it.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from tsukuba_trust.registry import Registry
from tsukuba_trust.services.acts import Acts
from tsukuba_trust.services.casting import Casting
from tsukuba_trust.services.ceremony import Ceremony
from tsukuba_trust.services.counting import DRAIN, Counting
from tsukuba_trust.services.fixed import Catalogue
from tsukuba_trust.services.key_folder import KeyFolder
from tsukuba_trust.services.publishing import Publishing
from tsukuba_trust.services.registrar import Registrar
from tsukuba_trust.services.roll import Rolls
from tsukuba_trust.services.tally import Tallies
from tsukuba_trust.settings import Settings
from tsukuba_trust.store.attempts import AttemptStore
from tsukuba_trust.store.board import BoardStore
from tsukuba_trust.store.roll import RollStore
from tsukuba_trust.values import Randomness


@dataclass(frozen=True, slots=True)
class Office:
    """The opened installation. Use it in a ``with`` block, or ``close`` it."""

    registry: Registry
    keys: KeyFolder
    board: BoardStore
    roll: RollStore
    attempts: AttemptStore
    catalogue: Catalogue
    acts: Acts
    rolls: Rolls
    ceremony: Ceremony
    registrar: Registrar
    casting: Casting
    tallies: Tallies
    counting: Counting
    publishing: Publishing

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the three stores."""
        for store in (self.board, self.roll, self.attempts):
            store.close()


def open_office(
    settings: Settings, registry: Registry, randomness: Randomness, *, drain: timedelta = DRAIN
) -> Office:
    """Open the stores of an installation and build the services over them.

    :raises Misconfigured: ``database_missing``, ``database_version`` and the like
    """
    keys = KeyFolder(settings.keys, settings.state / "signer.memory")
    board = BoardStore(settings.url("board"), settings.blobs, keys.signer)
    roll = RollStore(settings.url("roll"), randomness)
    attempts = AttemptStore(settings.url("attempts"), randomness)
    catalogue = Catalogue(board)
    acts = Acts(board=board)
    rolls = Rolls(roll=roll, keys=keys, randomness=randomness)
    tallies = Tallies(board=board)
    registrar = Registrar(
        catalogue=catalogue,
        board=board,
        roll=roll,
        attempts=attempts,
        registry=registry,
        keys=keys,
        voting_host=settings.voting_host,
        randomness=randomness,
    )
    return Office(
        registry=registry,
        keys=keys,
        board=board,
        roll=roll,
        attempts=attempts,
        catalogue=catalogue,
        acts=acts,
        rolls=rolls,
        ceremony=Ceremony(
            board=board, catalogue=catalogue, acts=acts, registry=registry, rolls=rolls
        ),
        registrar=registrar,
        casting=Casting(catalogue=catalogue, board=board, registry=registry),
        tallies=tallies,
        counting=Counting(board=board, acts=acts, tallies=tallies, registry=registry, drain=drain),
        publishing=Publishing(board=board, tallies=tallies),
    )
