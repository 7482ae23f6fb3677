"""All services of one installation, put together over its stores."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from tsukuba_trust.registry import Registry
from tsukuba_trust.services.acts import Acts
from tsukuba_trust.services.casting import Casting
from tsukuba_trust.services.ceremony import Ceremony
from tsukuba_trust.services.counting import DRAIN, Counting
from tsukuba_trust.services.fixed import Catalogue
from tsukuba_trust.services.keys import RegistrarKeys
from tsukuba_trust.services.lots import DrawingLots
from tsukuba_trust.services.mixing import Mixing
from tsukuba_trust.services.overrides import Overrides
from tsukuba_trust.services.papers import Papers
from tsukuba_trust.services.published import Published
from tsukuba_trust.services.publishing import Publishing
from tsukuba_trust.services.purging import Purging
from tsukuba_trust.services.registrar import Registrar
from tsukuba_trust.services.roll import Rolls
from tsukuba_trust.services.tally import Tallies
from tsukuba_trust.services.turnout import TurnoutTables
from tsukuba_trust.store.attempts import AttemptStore
from tsukuba_trust.store.board import BoardStore
from tsukuba_trust.store.roll import RollStore
from tsukuba_trust.values import Randomness


@dataclass(frozen=True, slots=True)
class Services:
    """One object per use case, as ``assemble`` made them."""

    board: BoardStore
    roll: RollStore
    attempts: AttemptStore
    registry: Registry
    catalogue: Catalogue
    acts: Acts
    rolls: Rolls
    ceremony: Ceremony
    registrar: Registrar
    casting: Casting
    tallies: Tallies
    mixing: Mixing
    counting: Counting
    lots: DrawingLots
    papers: Papers
    overrides: Overrides
    publishing: Publishing
    published: Published
    turnout: TurnoutTables
    purging: Purging


def assemble(
    *,
    board: BoardStore,
    roll: RollStore,
    attempts: AttemptStore,
    registry: Registry,
    keys: Mapping[str, RegistrarKeys],
    voting_host: str,
    randomness: Randomness,
    drain: timedelta = DRAIN,
) -> Services:
    """Put the services together.

    :param keys: the registrar's, by the origin of the election; read at every use, so an
        election that is proposed later may add its own
    :param voting_host: host name and port that registration texts name
    """
    catalogue, acts, tallies = (
        Catalogue(board),
        Acts(board=board, registry=registry),
        Tallies(board=board),
    )
    rolls = Rolls(roll=roll, keys=keys, randomness=randomness)
    counting = Counting(board=board, acts=acts, tallies=tallies, registry=registry, drain=drain)
    return Services(
        board=board,
        roll=roll,
        attempts=attempts,
        registry=registry,
        catalogue=catalogue,
        acts=acts,
        rolls=rolls,
        ceremony=Ceremony(
            board=board, catalogue=catalogue, acts=acts, registry=registry, rolls=rolls
        ),
        registrar=Registrar(
            catalogue=catalogue,
            board=board,
            roll=roll,
            rolls=rolls,
            attempts=attempts,
            registry=registry,
            keys=keys,
            voting_host=voting_host,
            randomness=randomness,
        ),
        casting=Casting(catalogue=catalogue, board=board, registry=registry),
        tallies=tallies,
        mixing=Mixing(board=board, tallies=tallies),
        counting=counting,
        lots=DrawingLots(acts=acts, counting=counting),
        papers=Papers(board=board, acts=acts, counting=counting),
        overrides=Overrides(board=board, roll=roll, keys=keys),
        publishing=Publishing(board=board, tallies=tallies),
        published=Published(board=board),
        turnout=TurnoutTables(board=board, roll=roll, keys=keys),
        purging=Purging(board=board, roll=roll, attempts=attempts, acts=acts),
    )
