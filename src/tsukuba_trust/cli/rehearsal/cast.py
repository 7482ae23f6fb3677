"""The cast of a rehearsal: who votes, with what, and what they choose."""

import csv
import io
import random
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import cycle
from typing import TypeAlias, cast

from tsukuba_trust.cli.rehearsal.stage import Stage
from tsukuba_trust.plugins.ballots.preference import PreferenceBallots
from tsukuba_trust.plugins.ballots.preference_forms import Form
from tsukuba_trust.plugins.ballots.preference_reading import form_of_contest
from tsukuba_trust.plugins.identity.roll_code import RollCode, new_code
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.roll import Enrolled
from tsukuba_trust.testing.people import Person, people
from tsukuba_trust.values import Contest, Election, Json

ROLL_CODE = "roll-code"
PAPER_ELECTORS = 3  # per group that votes on paper; enough to be counted on the roll

Answer: TypeAlias = Callable[[Json], Json]
Row: TypeAlias = tuple[str, str, Person]  # number, group, who
SKIPS, BLANKS, REVOTES = 0.04, 0.03, 0.05
APRIL, SIX_YEAR_SCHOOL = 4, 12  # who begins grade 1 in April is 12 by then


@dataclass(frozen=True, slots=True)
class Company:
    """How many people a rehearsal has.

    :param voters: on the internet
    :param seed: of people and choices; keys and encryption are never drawn from it
    :param electors: who may vote on the internet; at least ``voters``
    :param blank: how many of the voters leave every contest blank; None = as chance will
    :param paper: electors who vote on paper; 0 = none of them comes
    :param tie: whether paper brings the last seat of a contest to a tie
    """

    voters: int
    seed: int
    electors: int = 0
    blank: int | None = None
    paper: int = 0
    tie: bool = False


@dataclass(frozen=True, slots=True)
class Player:
    """One simulated voter.

    :param answer: what her card or code says to a challenge
    :param choices: (contest, selection) pairs; a contest that is left out is skipped
    :param revotes: whether she identifies and votes again later
    """

    answer: Answer
    choices: tuple[tuple[str, Json], ...]
    revotes: bool


def engage(stage: Stage, company: Company) -> tuple[list[Player], list[Person]]:
    """Return the voters of a rehearsal and who they are."""
    chance = random.Random(company.seed)  # noqa: S311 - people and choices of a rehearsal
    crowd = people(company.seed, company.voters)
    provider = stage.election.identity[0].provider
    players = []
    for number, person in enumerate(crowd):
        answer = fresh_code() if provider == ROLL_CODE else card_answer(stage, person)
        blank = None if company.blank is None else number < company.blank
        players.append(_player(stage.election, answer, chance, blank))
    return players, crowd


def card_answer(stage: Stage, person: Person, defect: str = "") -> Answer:
    """Return what a person's card answers: a signature over the text of the challenge."""
    card = stage.authority.card(person, defect=defect)
    return lambda challenge: card.response(challenge["text"])


@dataclass(frozen=True, slots=True, repr=False)
class CodeAnswer:
    """What somebody types who holds a printed code."""

    code: str

    def __call__(self, _challenge: Json) -> Json:
        return {"code": self.code}


def fresh_code() -> Answer:
    """Return what the holder of a new code answers."""
    return CodeAnswer(new_code(secrets.token_bytes))


def paper_number(number: int) -> str:
    """Return the roll's number of a player, counted from 1."""
    return f"N{number:05d}"


def fill_roll(
    stage: Stage, company: Company, players: list[Player], crowd: list[Person], fixed: Fixed
) -> None:
    """Import a roll with every player, others who may vote there, and electors on paper."""
    rows: list[Row] = []
    enrolled = {}
    groups = fixed.election.roll.groups
    online = [name for name, channel in groups if channel == "internet"]
    for number, (player, person) in enumerate(zip(players, crowd, strict=True), start=1):
        rows.append((paper_number(number), online[number % len(online)], person))
        if isinstance(player.answer, CodeAnswer):
            enrolled[paper_number(number)] = [_enrolment(stage, player.answer.code)]
    idle = max(company.electors - len(players), 0)
    wanted = [("A", name) for name, _ in zip(cycle(online), range(idle), strict=False)]
    wanted += [("P", name) for name in _paper_groups(company, groups, online)]
    known = {(person.name, person.birth_date) for person in crowd}
    others = people(len(players) + 1, len(wanted) + len(crowd) + 1)
    elsewhere = [one for one in others if (one.name, one.birth_date) not in known]
    for number, ((kind, name), person) in enumerate(zip(wanted, elsewhere, strict=False)):
        rows.append((f"{kind}{number:05d}", name, person))
    if fixed.election.kind == "school":
        rows = pupils(rows, fixed.election.period.opens.date())
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("number", "group", "name", "birth_date", "sex"))
    writer.writerows(_row(*row) for row in rows)
    stage.office.services.rolls.import_file(fixed, text.getvalue().encode(), enrolled)


def _paper_groups(
    company: Company, groups: Sequence[tuple[str, str]], online: Sequence[str]
) -> list[str]:
    """Return the group of each elector who votes on paper."""
    on_paper = [name for name, channel in groups if channel != "internet"]
    if not on_paper:
        return [online[0]] * company.paper
    if not company.paper:
        return [name for name in on_paper for _ in range(PAPER_ELECTORS)]
    return [name for name, _ in zip(cycle(on_paper), range(company.paper), strict=False)]


def pupils(rows: Sequence[Row], day: date) -> list[Row]:
    """Give the members of a grade ("4年生") birth dates of that grade, nothing drawn by chance."""
    begun = day.year - (day.month < APRIL)
    found = []
    for place, (number, group, person) in enumerate(rows):
        grade = int(group[0]) if group[:1].isdecimal() else 1
        youngest = date(begun - SIX_YEAR_SCHOOL - grade + 1, APRIL, 1)
        born = youngest - timedelta(days=place * 7 % 365)
        found.append((number, group, replace(person, birth_date=born.isoformat())))
    return found


def _row(number: str, group: str, person: Person) -> tuple[str, ...]:
    return number, group, person.name, person.birth_date, person.sex


def _enrolment(stage: Stage, code: str) -> Enrolled:
    plugin = cast(RollCode, stage.office.services.registry.identity_providers[ROLL_CODE])
    data = plugin.enrol(code)
    return Enrolled(ROLL_CODE, data["code_mac"], data)


def _player(
    election: Election, answer: Answer, chance: random.Random, blank: bool | None
) -> Player:
    """Return a voter; where there is one contest only, nobody comes to skip it."""
    skips = SKIPS if len(election.contests) > 1 and blank is None else 0
    chosen = []
    for contest in election.contests:
        if chance.random() >= skips:
            chosen.append((contest.uuid, _choice(contest, chance, blank)))
    return Player(answer, tuple(chosen), election.revote and chance.random() < REVOTES)


def _choice(contest: Contest, chance: random.Random, blank: bool | None) -> Json:
    allowed = contest.ballot.get("blank", False)
    if blank and allowed:
        return "blank"
    chosen = selection(contest, chance)
    while blank is False and allowed and chosen == "blank":
        chosen = selection(contest, chance)
    return chosen


def selection(contest: Contest, chance: random.Random) -> Json:
    """Return a random choice that the contest allows, earlier options a little likelier."""
    rule = contest.ballot
    if rule.get("blank") and chance.random() < BLANKS:
        return "blank"
    size = len(contest.options)
    order = sorted(range(size), key=lambda place: chance.random() * (1 + place / (2 * size)))
    if contest.ballot_scheme == PreferenceBallots.name:
        return _preferences(form_of_contest(contest), order, chance)
    wanted = chance.randint(max(rule["min"], min(1, rule["max"])), rule["max"])
    return _marks(order[:wanted], size)


def _marks(picked: list[int], size: int) -> list[int]:
    return [int(place in picked) for place in range(size)]


def _preferences(form: Form, order: list[int], chance: random.Random) -> list[int]:
    """Return a random vector, or marks where one option is chosen.

    :param order: places of the options, the liked ones first
    """
    if form.kind == "choice":
        return _marks(order[:1], form.options)
    if form.kind in ("score", "grade"):
        return [chance.randint(1, form.high) for _ in order]
    wanted = order[: chance.randint(form.low, form.high)]
    if form.kind == "list":
        return [place + 1 for place in wanted] + [0] * (form.length - len(wanted))
    return [wanted.index(place) + 1 if place in wanted else 0 for place in range(form.options)]
