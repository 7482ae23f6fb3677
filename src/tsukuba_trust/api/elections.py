"""Elections and contests as the board has fixed them."""

from datetime import datetime
from urllib.parse import urlencode

import strawberry

from tsukuba_trust.api.context import Info
from tsukuba_trust.api.refusal_codes import RefusalCode
from tsukuba_trust.api.scalars import Hex32
from tsukuba_trust.api.texts import LocalizedText, localized
from tsukuba_trust.elections.fixed import Fixed
from tsukuba_trust.errors import Refused
from tsukuba_trust.services.period import check_open, closes_in_force
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
class Contest:
    """A contest of a defined election."""

    fixed: strawberry.Private[Fixed]
    value: strawberry.Private[ContestValue]

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
    def minimum(self) -> int:
        return int(self.value.ballot.get("min", 0))

    @strawberry.field(description="Most options of a ballot.")
    def maximum(self) -> int:
        return int(self.value.ballot.get("max", 1))

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


@strawberry.type(description="A way to identify oneself.")
class Identity:
    """As the election offers it."""

    provider: str
    bound: bool = strawberry.field(
        description="Whether its evidence signs the very keys that are registered."
    )


@strawberry.type(description="A vote with a period, an electorate and one or more contests.")
class Election:
    """As entry 0 of its log defines it."""

    fixed: strawberry.Private[Fixed]

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
    def closes(self, info: Info) -> datetime:
        return closes_in_force(info.context.services.board.state(self.fixed.origin))

    @strawberry.field(description="The period as the office writes it.")
    def period(self, info: Info, locale: str | None = None) -> LocalizedText:
        return localized(self.fixed.election.period.shown, info, locale)

    @strawberry.field(description="IANA name of the zone that the period is written in.")
    def timezone(self) -> str:
        return self.fixed.election.period.timezone

    @strawberry.field(description="Stage of the log: sealed, open, suspended, ended, declared …")
    def phase(self, info: Info) -> str:
        return info.context.services.board.state(self.fixed.origin).phase

    @strawberry.field(description="Why no vote is taken now; null while voting is open.")
    def not_taking_votes(self, info: Info) -> RefusalCode | None:
        state = info.context.services.board.state(self.fixed.origin)
        try:
            check_open(self.fixed, state, info.context.at)
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
        return [Contest(fixed=self.fixed, value=value) for value in self.fixed.election.contests]

    @strawberry.field(description="Verifier key of the log, as signed notes name it.")
    def log_key(self, info: Info) -> str:
        return info.context.services.board.state(self.fixed.origin).log_key

    @strawberry.field(description="Newest signed head of the log, a C2SP checkpoint.")
    def checkpoint(self, info: Info) -> str:
        return info.context.services.board.checkpoint(self.fixed.origin)

    @strawberry.field(description="Where voting begins. Nobody builds this address by hand.")
    def voting_url(self, info: Info, locale: str, contest: str | None = None) -> str:
        return voting_url(info, self.fixed, locale, contest)


def optional(text: Text | None, info: Info, locale: str | None) -> LocalizedText | None:
    """Return a text that may be missing."""
    return None if text is None else localized(text, info, locale)


def voting_url(info: Info, fixed: Fixed, locale: str, contest: str | None) -> str:
    """Return the booth's address for an election (voting-flow 1.3)."""
    host = info.context.application.settings.voting_url
    asked = {"contest": contest, "lang": locale} if contest else {"lang": locale}
    return f"{host}/{fixed.origin.rpartition('/')[2]}?{urlencode(asked)}"


def find_election(info: Info, slug: str) -> Fixed | None:
    """Return an election by its slug, None when there is none."""
    try:
        return info.context.application.election(slug)
    except Refused:
        return None
