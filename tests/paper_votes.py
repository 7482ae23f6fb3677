"""Paper in the services' tests: a held election up to the opened ballots, and its sheets."""

from dataclasses import replace
from typing import Any

from election_world import HOUR, World
from tsukuba_trust.elections.sheet_rules import sign_source
from tsukuba_trust.elections.sheets import PaperSheet, Source
from tsukuba_trust.elections.sum_rules import Protocol
from tsukuba_trust.services.acts import Proposal
from tsukuba_trust.testing import holding
from tsukuba_trust.values import Sheet

SOURCE = "ab" * 32


def opened_ballots(held: World, strikes: dict[int, str] | None = None) -> World:
    """End, strike, fix the tallies and decrypt them."""
    services, fixed = held.services, held.is_fixed
    held.now = held.election.period.closes + HOUR
    services.counting.end(fixed, held.now)
    if strikes:
        made = services.counting.propose_strikes(fixed, held.now, "voted on paper", strikes)
        holding.enact(services, fixed, held.staff, made)
    services.counting.fix_tallies(fixed)
    holding.decrypt(services, fixed, held.trustees[: fixed.election.trustees.threshold], held.draw)
    return held


def sheet(place: str = "hall", votes: tuple[int, ...] = (0, 4, 0), **changes: Any) -> PaperSheet:
    """Return a sheet whose sums agree."""
    papers = sum(votes)
    one = PaperSheet(
        place, "all", papers, papers, Sheet(place, votes, 0, 0, papers), Protocol(papers, papers)
    )
    return replace(one, **changes)


def signed(held: World) -> Source:
    """Return the source of a file that the first officer signed."""
    officer, plain = held.staff.officers[0], Source(SOURCE)
    signature = sign_source(held.origin, held.contest, plain, officer.key)
    return replace(plain, signed=(officer.name, signature))


def propose(held: World, *papers: PaperSheet, corrects: bool = False) -> Proposal:
    """Propose sheets of the first contest."""
    contest = held.election.contests[0]
    entered = [(paper, signed(held)) for paper in papers]
    return held.services.papers.propose(
        held.is_fixed, held.now, "counted", contest, entered, corrects=corrects
    )


def enter(held: World, *papers: PaperSheet, corrects: bool = False) -> int:
    """Propose sheets, have them approved and put on the board."""
    made = propose(held, *papers, corrects=corrects)
    return holding.enact(held.services, held.is_fixed, held.staff, made)


def certify(held: World) -> None:
    """Audit, certify and declare."""
    holding.audit_registrar(held.services, held.is_fixed, held.staff)
    made = held.services.counting.propose_certificate(held.is_fixed, held.now, "certified")
    holding.enact(held.services, held.is_fixed, held.staff, made)
