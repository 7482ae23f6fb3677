"""Voting in a rehearsal: identify, seal, cast, and check the receipt as a booth does."""

import secrets
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from tsukuba_trust.board import entries, merkle, receipt
from tsukuba_trust.cli.rehearsal.cast import Player
from tsukuba_trust.cli.rehearsal.stage import Stage
from tsukuba_trust.registry import DEFAULT_PLUGINS
from tsukuba_trust.registry import load as load_plugins
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.testing.holding import identify
from tsukuba_trust.testing.voter import Voter
from tsukuba_trust.values import Json, Receipt

Sealed = tuple[Voter, dict[str, str]]  # a device and its sealed ballots by contest
AHEAD = 8  # devices that seal at the same time, for each process


@dataclass(frozen=True, slots=True)
class Voted:
    """One voter's visit: her device, its sealed ballots and her receipts by contest."""

    voter: Voter
    ballots: dict[str, str]
    receipts: dict[str, Receipt]


def seal(fixed: Fixed, choices: tuple[tuple[str, Json], ...]) -> Sealed:
    """Seal one voter's choices on a device of her own; runs in any process."""
    schemes = load_plugins([name for name in DEFAULT_PLUGINS if name != "my-number-card"])
    voter = Voter(fixed, secrets.token_bytes)
    ballots = {}
    for uuid, chosen in choices:
        scheme = schemes.ballot_schemes[fixed.election.contest(uuid).ballot_scheme]
        ballots[uuid] = voter.seal(uuid, chosen, scheme)
    return voter, ballots


def seal_all(fixed: Fixed, players: Iterable[Player], jobs: int) -> Iterator[Sealed]:
    """Seal for all players in their order, in ``jobs`` processes beside this one."""
    if jobs == 1:
        yield from (seal(fixed, player.choices) for player in players)
        return
    waiting = iter(players)
    with ExitStack() as stack:
        pool: Executor = stack.enter_context(ProcessPoolExecutor(jobs))
        queue = [
            pool.submit(seal, fixed, player.choices) for player in islice(waiting, AHEAD * jobs)
        ]
        while queue:
            done = queue.pop(0)
            for player in waiting:
                queue.append(pool.submit(seal, fixed, player.choices))
                break
            yield done.result()


def vote(stage: Stage, fixed: Fixed, player: Player, sealed: Sealed, at: datetime) -> Voted:
    """Identify once, then cast every sealed ballot.

    :raises TrustError: whatever the services refuse
    """
    register(stage, fixed, player, sealed, at)
    return cast_all(stage, fixed, sealed, at)


def register(stage: Stage, fixed: Fixed, player: Player, sealed: Sealed, at: datetime) -> None:
    """Identify, and have the device's keys registered."""
    provider = stage.election.identity[0].provider
    identify(stage.office.services, fixed, sealed[0], provider, player.answer, at)


def cast_all(stage: Stage, fixed: Fixed, sealed: Sealed, at: datetime) -> Voted:
    """Cast every sealed ballot of a registered device and check each receipt with its bytes."""
    voter, ballots = sealed
    receipts = {}
    for contest, text in ballots.items():
        receipts[contest] = stage.office.services.casting.cast(contest, text, at)
        check_own(fixed, contest, text, receipts[contest])
    return Voted(voter, ballots, receipts)


def check_own(fixed: Fixed, contest: str, text: str, given: Receipt) -> None:
    """Check a receipt against the entry that the device itself computed (attack V01).

    :raises Rejected: the receipt does not prove that this very ballot is on the log
    """
    document, _blob = entries.document(text)
    entry = {"type": "BallotAccepted", "contest": contest, "ballot": document}
    leaf = merkle.leaf_hash(entries.encode_entry(entry))
    receipt.check_receipt(given.proof, leaf, [fixed.defined["log_key"]], fixed.origin)
