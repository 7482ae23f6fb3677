"""Declared results."""

import json

import strawberry

from tsukuba_trust.api.contests import Contest, Option, contest_of
from tsukuba_trust.api.context import Info
from tsukuba_trust.elections.taking_part import TakingPart, taking_part
from tsukuba_trust.errors import Refused
from tsukuba_trust.services.paper_entries import groups_of
from tsukuba_trust.values import Json


@strawberry.type(description="The votes of one option.")
class OptionTotal:
    """Exact, never rounded."""

    option: Option
    votes: str = strawberry.field(description='A whole number, or a fraction such as "37/4".')


@strawberry.type(description="Who voted in one way.")
class ChannelVoters:
    """One line of the outcome's channels."""

    channel: str = strawberry.field(description="internet or paper.")
    voters: int


@strawberry.type(description="The declared outcome of one contest.")
class ContestResult:
    """What the board's newest declaration says."""

    contest: Contest
    status: str = strawberry.field(
        description="decided, tie, no_decision, incomplete, mixed or not_decrypted."
    )
    ballots: int = strawberry.field(description="Internet ballots counted, blank ones too.")
    electors: int | None = strawberry.field(
        description="Of the channels that were counted; null where nobody knows how many."
    )
    voters: int = strawberry.field(description="Of all channels.")
    channels: list[ChannelVoters] = strawberry.field(description="internet first.")
    turnout: str | None = strawberry.field(
        description="Percent of the electors with one decimal; null without electors."
    )
    totals: list[OptionTotal] = strawberry.field(description="In the order of the contest.")
    elected: list[str] = strawberry.field(description="Keys of options.")
    tied: list[str] = strawberry.field(description="Keys of options between which a lot decides.")
    outcome: str = strawberry.field(description="The declared document, canonical JSON text.")


def results_of(info: Info, slug: str) -> list[ContestResult] | None:
    """Return the declared outcomes of an election, None before there is one."""
    services = info.context.services
    try:
        fixed = info.context.application.election(slug)
    except Refused:
        return None
    declared = services.publishing.outcomes(fixed)
    if not declared:
        return None
    state = services.board.state(fixed.origin)
    groups = groups_of(fixed, services.board)
    found = []
    for value in fixed.election.contests:
        if value.uuid in declared:
            contest, text = contest_of(fixed, lambda: state, value), declared[value.uuid]
            outcome = json.loads(text)
            part = taking_part(fixed.election, value, outcome, groups)
            found.append(_result(contest, text, outcome, part))
    return found


def _result(contest: Contest, text: str, outcome: Json, part: TakingPart) -> ContestResult:
    options = {option.key: Option(value=option) for option in contest.value.options}
    return ContestResult(
        contest=contest,
        status=outcome["status"],
        ballots=outcome["ballots"],
        electors=part.electors,
        voters=part.voters,
        channels=[ChannelVoters(channel=name, voters=voters) for name, voters in part.channels],
        turnout=part.turnout or None,
        totals=[
            OptionTotal(option=options[item["option"]], votes=str(item["votes"]))
            for item in outcome.get("totals", [])
        ],
        elected=outcome.get("elected", []),
        tied=outcome.get("tied", {}).get("candidates", []),
        outcome=text,
    )
