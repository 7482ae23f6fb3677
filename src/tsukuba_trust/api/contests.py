"""Contests and their options as the board has fixed them."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import strawberry
from strawberry import relay

from tsukuba_trust.api.context import Info
from tsukuba_trust.api.texts import LocalizedText, localized
from tsukuba_trust.board.state import State
from tsukuba_trust.elections.fixed import Fixed
from tsukuba_trust.errors import Refused
from tsukuba_trust.values import Contest as ContestValue
from tsukuba_trust.values import Option as OptionValue
from tsukuba_trust.values import Text


@strawberry.type(description="A label of an option in one medium.")
class Label:
    """For instance ① on paper."""

    medium: str
    label: str


@strawberry.type(description="One thing that can be chosen.")
class Option:
    """Its place in the list is its place in the ballot."""

    value: strawberry.Private[OptionValue]

    @strawberry.field(description="Stable within the contest.")
    def key(self) -> str:
        return self.value.key

    @strawberry.field(description="The one display name; never translated by machine.")
    def name(self, info: Info, locale: str | None = None) -> LocalizedText:
        return localized(self.value.name, info, locale)

    @strawberry.field(description="null where the election gives none.")
    def description(self, info: Info, locale: str | None = None) -> LocalizedText | None:
        return optional(self.value.description, info, locale)

    @strawberry.field
    def labels(self) -> list[Label]:
        return [Label(medium=medium, label=label) for medium, label in self.value.labels]


@strawberry.type(description="One ballot box: one question, its options, one count.")
class Contest(relay.Node):
    """A contest of a defined election.

    :param state: gives the log's state; asked only by who wants to know it
    """

    node_id: relay.NodeID[str]
    fixed: strawberry.Private[Fixed]
    state: strawberry.Private[Callable[[], State]]
    value: strawberry.Private[ContestValue]

    @classmethod
    def resolve_nodes(cls, *, info: Info, node_ids: Iterable[str], required: bool = False) -> Any:
        """Find contests by their uuids."""
        return [find_contest(info, uuid) for uuid in node_ids]

    @strawberry.field(description="What cryptography uses; never the global id.")
    def uuid(self) -> str:
        return self.value.uuid

    @strawberry.field(description="Stable within the election.")
    def key(self) -> str:
        return self.value.key

    @strawberry.field
    def title(self, info: Info, locale: str | None = None) -> LocalizedText:
        return localized(self.value.title, info, locale)

    @strawberry.field
    def question(self, info: Info, locale: str | None = None) -> LocalizedText:
        return localized(self.value.question, info, locale)

    @strawberry.field
    def options(self) -> list[Option]:
        return [Option(value=option) for option in self.value.options]

    @strawberry.field(description="Roll groups that vote in it; empty = every elector.")
    def groups(self) -> list[str]:
        return list(self.value.groups)

    @strawberry.field(description="Fewest options of a ballot that is not blank.")
    def minimum(self, info: Info) -> int:
        return _limits(info, self.value)[0]

    @strawberry.field(description="Most options of a ballot.")
    def maximum(self, info: Info) -> int:
        return _limits(info, self.value)[1]

    @strawberry.field(description="Whether a blank ballot may be cast.")
    def blank(self) -> bool:
        return bool(self.value.ballot.get("blank", False))

    @strawberry.field(description="Name of the ballot scheme.")
    def scheme(self) -> str:
        return self.value.ballot_scheme

    @strawberry.field(
        description="The Belenios election record, exactly as published; null "
        "until the trustees' keys are fixed."
    )
    def record(self) -> str | None:
        found = self.fixed.records.get(self.value.uuid)
        return None if found is None else found.text

    @strawberry.field(description="Digest of the record, 43 characters; null with it.")
    def fingerprint(self) -> str | None:
        found = self.fixed.records.get(self.value.uuid)
        return None if found is None else found.fingerprint

    @strawberry.field(description="Voters with a ballot in it so far; anybody counts the same.")
    def ballots(self) -> int:
        return self.state().ballots.get(self.value.uuid, 0)


def _limits(info: Info, contest: ContestValue) -> tuple[int, int]:
    schemes = info.context.services.registry.ballot_schemes
    limits: tuple[int, int] = schemes[contest.ballot_scheme].option_limits(contest)
    return limits


def contest_of(fixed: Fixed, state: Callable[[], State], value: ContestValue) -> Contest:
    """Return a contest of an election."""
    return Contest(node_id=value.uuid, fixed=fixed, state=state, value=value)


def find_contest(info: Info, uuid: str) -> Contest | None:
    """Return a contest by its uuid, None when there is none."""
    services = info.context.services
    try:
        fixed = services.catalogue.of_contest(uuid)
    except Refused:
        return None
    state = partial(services.board.state, fixed.origin)
    return contest_of(fixed, state, fixed.election.contest(uuid))


def optional(text: Text | None, info: Info, locale: str | None) -> LocalizedText | None:
    """Return a text that may be missing."""
    return None if text is None else localized(text, info, locale)
