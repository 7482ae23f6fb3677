"""Paper in a rehearsal: simulated classes and counting places, entered as an office does it.

The sheets are written as CSV, read back, signed by an officer, approved and enacted. Where
one list has both channels, some internet voters vote on paper too and are struck.
"""

import csv
import hashlib
import io
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tsukuba_trust.cli.rehearsal.cast import Company, paper_number
from tsukuba_trust.cli.rehearsal.lots import with_tie
from tsukuba_trust.cli.rehearsal.stage import Stage
from tsukuba_trust.elections.electors import paper_groups
from tsukuba_trust.elections.sheet_rules import sign_source
from tsukuba_trust.elections.sheet_table import read_sheets
from tsukuba_trust.elections.sheets import PaperSheet, Source
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.paper_entries import groups_of
from tsukuba_trust.testing.holding import enact
from tsukuba_trust.values import Contest, Election

CLASS_SIZE = 40
BOTH_WAYS = 2  # internet voters who vote on paper too, where one list has both channels
TAKEN_AWAY, BLANK, INVALID, SHARED, STAYS_AWAY = 0.01, 0.02, 0.02, 0.05, 0.08


@dataclass(frozen=True, slots=True)
class Place:
    """One list of electors, and how many of them voted on paper."""

    name: str
    group: str
    electors: int
    voters: int


def places(
    election: Election, contest: Contest, groups: dict[str, int], voters: int
) -> list[Place]:
    """Return classes of the groups that vote on paper, else one place for each whole group.

    :param voters: on paper, where a list has both channels
    """
    on_paper = paper_groups(election, contest)
    found = []
    for group in on_paper:
        count = -(-groups[group] // CLASS_SIZE)
        sizes = [(groups[group] + place) // count for place in range(count)]
        found += [Place(f"{group}{n}組", group, size, -1) for n, size in enumerate(sizes, start=1)]
    if not on_paper:
        found = [Place(f"{name} 開票所", name, size, voters) for name, size in groups.items()][:1]
    return found


def sheet_rows(contest: Contest, lists: Sequence[Place], online: int, chance: random.Random) -> str:
    """Return a CSV file of sheets with random, but consistent numbers.

    :param online: internet ballots of the contest, marked on a list with both channels
    """
    keys = [option.key for option in contest.options]
    shared = "+".join(namesakes(contest))
    columns = ["place", "group", "electors", "marked", "voters", "received", "not_returned"]
    columns += ["valid", "blank", "invalid:two_or_more", *(f"vote:{key}" for key in keys)]
    columns += [f"shared:{shared}"] if shared else []
    rows = [columns]
    for place in lists:
        mixed = place.voters >= 0
        voters = place.voters if mixed else _some(place.electors, 1 - STAYS_AWAY, chance)
        away = _some(voters, TAKEN_AWAY, chance)
        blank = _some(voters - away, BLANK, chance)
        wrong = _some(voters - away - blank, INVALID, chance)
        valid = voters - away - blank - wrong
        alike = _some(valid, SHARED, chance) if shared else 0
        drawn = chance.choices(keys, range(len(keys) + 1, 1, -1), k=valid - alike)
        marked = voters + (online if mixed else 0)
        numbers = [place.electors, marked, voters, voters - away, away, valid, blank, wrong]
        numbers += [*(drawn.count(key) for key in keys), *([alike] if shared else [])]
        rows.append([place.name, place.group, *map(str, numbers)])
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _some(total: int, part: float, chance: random.Random) -> int:
    return sum(chance.random() < part for _ in range(total))


def namesakes(contest: Contest) -> list[str]:
    """Return the first two options with one family name, where a rule splits such votes."""
    found: dict[str, list[str]] = {}
    for option in contest.options if "shared_names" in contest.tally else ():
        found.setdefault(option.name.official.split()[0], []).append(option.key)
    return next((keys[:2] for keys in found.values() if len(keys) > 1), [])


def strike_paper_voters(stage: Stage, fixed: Fixed, at: datetime) -> int:
    """Strike the first internet voters, who voted on paper too, where a list has both channels.

    :returns: how many holders were struck
    """
    services = stage.office.services
    if groups_of(fixed, services.board) is None or _has_paper_groups(fixed):
        return 0
    numbers = [paper_number(number) for number in range(1, BOTH_WAYS + 1)]
    struck = services.overrides.strikes(fixed, numbers)
    if struck:
        made = services.counting.propose_strikes(fixed, at, "voted on paper", struck)
        enact(services, fixed, stage.staff, made)
    return len(struck)


def _has_paper_groups(fixed: Fixed) -> bool:
    return any(paper_groups(fixed.election, contest) for contest in fixed.election.contests)


def enter_papers(stage: Stage, fixed: Fixed, company: Company, voters: int, at: datetime) -> int:
    """Enter sheets of every contest whose ballots are added up; return how many there are.

    :param voters: on paper, where a list has both channels
    """
    services, chance = stage.office.services, random.Random(company.seed)  # noqa: S311
    groups, entered = groups_of(fixed, services.board) or {}, 0
    state = services.board.state(fixed.origin)
    for contest in fixed.election.contests:
        scheme = services.registry.ballot_schemes[contest.ballot_scheme]
        if scheme.needs_shuffle or not state.needs_decryption(contest.uuid):
            continue
        lists = places(fixed.election, contest, groups, voters)
        online = state.tallied[contest.uuid]
        text = sheet_rows(contest, lists, online, chance)
        if company.tie:
            text = with_tie(stage, fixed, contest, text, _read(text, contest))
        entered += _enter(stage, fixed, contest, text, at)
    return entered


def _enter(stage: Stage, fixed: Fixed, contest: Contest, text: str, at: datetime) -> int:
    services, officer = stage.office.services, stage.staff.officers[0]
    source = Source(hashlib.sha256(text.encode()).hexdigest())
    signature = sign_source(fixed.origin, contest.uuid, source, officer.key)
    source = replace(source, signed=(officer.name, signature))
    sheets = _read(text, contest)
    pairs = [(sheet, source) for sheet in sheets]
    made = services.papers.propose(fixed, at, "counted before witnesses", contest, pairs)
    enact(services, fixed, stage.staff, made)
    return len(sheets)


def _read(text: str, contest: Contest) -> list[PaperSheet]:
    return [sheet for sheet, _row in read_sheets(text, "rehearsal.csv", contest)]
