"""Elections and contests as the board has fixed them."""

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import Any

import strawberry
from strawberry import relay

from tsukuba_trust.api.contests import Contest, contest_of
from tsukuba_trust.api.context import Info
from tsukuba_trust.api.refusal_codes import RefusalCode
from tsukuba_trust.api.scalars import Hex32
from tsukuba_trust.api.texts import LocalizedText, localized
from tsukuba_trust.board.state import State
from tsukuba_trust.elections.fixed import Fixed
from tsukuba_trust.errors import Refused
from tsukuba_trust.services.period import check_open, closes_in_force
from tsukuba_trust.web.look import SIZES, Look, booth_address


@strawberry.enum(description="Contrast of the booth's pages.")
class Contrast(Enum):
    """As the pages' switch names it."""

    NORMAL = "normal"
    HIGH = "high"
    LOW = "low"


@strawberry.type(description="A way to identify oneself.")
class Identity:
    """As the election offers it."""

    provider: str
    bound: bool = strawberry.field(
        description="Whether its evidence signs the very keys that are registered."
    )


@strawberry.type(description="A vote with a period, an electorate and one or more contests.")
class Election(relay.Node):
    """As entry 0 of its log defines it.

    :param state: of the log when the request came
    """

    node_id: relay.NodeID[str]
    fixed: strawberry.Private[Fixed]
    state: strawberry.Private[State]

    @classmethod
    def resolve_nodes(cls, *, info: Info, node_ids: Iterable[str], required: bool = False) -> Any:
        """Find elections by their slugs."""
        return [find_election(info, slug) for slug in node_ids]

    @strawberry.field(description="Last part of the origin; unique for ever.")
    def slug(self) -> str:
        return self.fixed.origin.rpartition("/")[2]

    @strawberry.field(description="Name of the election's log.")
    def origin(self) -> str:
        return self.fixed.origin

    @strawberry.field(description="Digest of entry 0, in which everything below is fixed.")
    def definition(self) -> Hex32:
        return Hex32(self.fixed.digest)

    @strawberry.field(description="survey, school, public-office or referendum.")
    def kind(self) -> str:
        return self.fixed.election.kind

    @strawberry.field(description="binding, advisory or mock.")
    def effect(self) -> str:
        return self.fixed.election.effect

    @strawberry.field
    def title(self, info: Info, locale: str | None = None) -> LocalizedText:
        return localized(self.fixed.election.title, info, locale)

    @strawberry.field
    def description(self, info: Info, locale: str | None = None) -> LocalizedText:
        return localized(self.fixed.election.description, info, locale)

    @strawberry.field(description="Who can take part, one sentence each.")
    def conditions(self, info: Info, locale: str | None = None) -> list[LocalizedText]:
        return [localized(text, info, locale) for text in self.fixed.election.conditions]

    @strawberry.field(description="Whom to ask.")
    def contact(self, info: Info, locale: str | None = None) -> LocalizedText:
        return localized(self.fixed.election.contact, info, locale)

    @strawberry.field(description="BCP 47 tags, the official language first.")
    def languages(self) -> list[str]:
        election = self.fixed.election
        return list(dict.fromkeys((election.official_language, *election.languages)))

    @strawberry.field
    def opens(self) -> datetime:
        return self.fixed.election.period.opens

    @strawberry.field(description="Exclusive; the end now in force.")
    def closes(self) -> datetime:
        return closes_in_force(self.state)

    @strawberry.field(description="The period as the office writes it.")
    def period(self, info: Info, locale: str | None = None) -> LocalizedText:
        return localized(self.fixed.election.period.shown, info, locale)

    @strawberry.field(description="IANA name of the zone that the period is written in.")
    def timezone(self) -> str:
        return self.fixed.election.period.timezone

    @strawberry.field(description="Stage of the log: sealed, open, suspended, ended, declared …")
    def phase(self) -> str:
        return self.state.phase

    @strawberry.field(description="Why no vote is taken now; null while voting is open.")
    def not_taking_votes(self, info: Info) -> RefusalCode | None:
        try:
            check_open(self.fixed, self.state, info.context.at)
        except Refused as error:
            return RefusalCode[error.code]
        return None

    @strawberry.field(description="choose-identify or identify-choose.")
    def flow(self) -> str:
        return self.fixed.election.flow

    @strawberry.field(description="Whether six digits may bring an answer to another device.")
    def cross_device(self) -> bool:
        return self.fixed.election.cross_device

    @strawberry.field(description="Whether a later ballot replaces an earlier one.")
    def revote(self) -> bool:
        return self.fixed.election.revote

    @strawberry.field(description="Name of the group that ballots are sealed in.")
    def group(self) -> str:
        return self.fixed.election.group

    @strawberry.field
    def identities(self, info: Info) -> list[Identity]:
        known = info.context.services.registry.identity_providers
        return [
            Identity(provider=rule.provider, bound=bool(known[rule.provider].bound))
            for rule in self.fixed.election.identity
            if rule.provider in known
        ]

    @strawberry.field
    def contests(self) -> list[Contest]:
        contests = self.fixed.election.contests
        return [contest_of(self.fixed, lambda: self.state, value) for value in contests]

    @strawberry.field(description="Who keeps the keys of the count, in the order of their numbers.")
    def trustees(self) -> list[str]:
        return list(self.fixed.election.trustees.names)

    @strawberry.field(description="How many of them must act together.")
    def threshold(self) -> int:
        return self.fixed.election.trustees.threshold

    @strawberry.field(description="A contest with fewer ballots is never decrypted.")
    def minimum_ballots(self) -> int:
        return self.fixed.election.minimum_ballots

    @strawberry.field(description="Verifier key of the log, as signed notes name it.")
    def log_key(self) -> str:
        return self.state.log_key

    @strawberry.field(description="Newest signed head of the log, a C2SP checkpoint.")
    def checkpoint(self, info: Info) -> str:
        return info.context.services.published.checkpoint(self.fixed.origin)

    @strawberry.field(
        description="The portal that this election belongs to, without a final slash."
    )
    def portal_url(self, info: Info) -> str:
        return str(info.context.application.settings.portal_url)

    @strawberry.field(description="Whether this installation plays: nothing here is a real vote.")
    def is_demo(self, info: Info) -> bool:
        return bool(info.context.application.settings.demo)

    @strawberry.field(
        description="Where voting begins. Nobody builds this address by hand. Give it the look "
        "that the reader chose: size 100, 125, 150 or 200 per cent, contrast, ruby."
    )
    def voting_url(
        self,
        info: Info,
        locale: str,
        contest: str | None = None,
        size: int | None = None,
        contrast: Contrast | None = None,
        ruby: bool = False,
    ) -> str:
        chosen = Look(
            str(size) if str(size) in SIZES else SIZES[0],
            (contrast or Contrast.NORMAL).value,
            "1" if ruby else "0",
        )
        host = info.context.application.settings.voting_url
        return booth_address(host, self.slug(), locale, chosen, contest)


def election_of(info: Info, fixed: Fixed) -> Election:
    """Return an election as it stands now."""
    state = info.context.services.board.state(fixed.origin)
    return Election(node_id=fixed.origin.rpartition("/")[2], fixed=fixed, state=state)


def find_election(info: Info, slug: str) -> Election | None:
    """Return an election by its slug, None when there is none."""
    try:
        return election_of(info, info.context.application.election(slug))
    except Refused:
        return None
