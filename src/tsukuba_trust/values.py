"""The things an election is made of: frozen values, no behaviour but reading.

Every room speaks in these. Times are aware; texts are language -> string with
the official language first; parameters of plugins are plain JSON.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from tsukuba_trust.counts import Cost, Count, Levels, Outcome, Sheet, Tie

__all__ = ["ApprovalRule", "Clock", "Contest", "Cost", "Count", "Election", "Eligibility"]
__all__ += ["IdentityRule", "Json", "Levels", "LotRule", "Officer", "Option", "Outcome"]
__all__ += ["Parameters", "Period", "PublishRule", "Randomness", "Receipt", "RollRule", "Sheet"]
__all__ += ["Text", "Tie", "TrusteesRule"]

Json: TypeAlias = Any  # what json.loads gives, floats excluded; narrowed by each schema
Parameters: TypeAlias = Mapping[str, Json]
Clock: TypeAlias = Callable[[], datetime]  # aware UTC
Randomness: TypeAlias = Callable[[int], bytes]  # n -> n bytes from a CSPRNG


@dataclass(frozen=True, slots=True)
class Text:
    """A text in several languages.

    :param variants: (BCP 47 tag, text) pairs, the official language first
    """

    variants: tuple[tuple[str, str], ...]

    def in_language(self, tag: str) -> str:
        """Return the variant of a language, else the official one."""
        return dict(self.variants).get(tag, self.variants[0][1])

    def shown_in(self, tag: str) -> str:
        """Return the tag of the variant that a reader of a language gets."""
        return tag if tag in dict(self.variants) else self.variants[0][0]

    @property
    def official(self) -> str:
        return self.variants[0][1]


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be chosen.

    :param key: stable within the contest, lower-case letters, digits, hyphens
    :param name: the one display name
    :param aliases: other names that are found in circulation (press, screens)
    :param labels: (medium, label) pairs, for instance ("paper", "①")
    """

    key: str
    name: Text
    description: Text | None = None
    aliases: tuple[Text, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Contest:
    """One ballot box (architecture D1).

    :param key: stable within the election, from the file
    :param uuid: Belenios uuid (protocol.md section 4); empty until proposed
    :param ballot: parameters of the ballot scheme
    :param tally: parameters of the tally method
    :param groups: roll groups that vote in it; empty = every elector
    :param description: what the election record says of it (D3); absent = the question
    """

    key: str
    uuid: str
    title: Text
    question: Text
    options: tuple[Option, ...]
    ballot_scheme: str
    ballot: Parameters
    tally_method: str
    tally: Parameters
    groups: tuple[str, ...] = ()
    description: Text | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """Instants, ``closes`` exclusive (D12), and how the office wrote them down.

    :param shown: the wall-clock text per language, for instance "2025年3月24日(月) 23:59まで"
    """

    opens: datetime
    closes: datetime
    timezone: str
    shown: Text


@dataclass(frozen=True, slots=True)
class IdentityRule:
    """One identity provider that an election offers, with its parameters."""

    provider: str
    parameters: Parameters = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Who may vote, judged at identification.

    :param residence: municipality code (JIS X 0402), for instance "08220"; empty = not asked
    :param minimum_age: in years on the day of the vote, 0 = not asked
    :param age_rule: "jp_day_before_birthday" (Act on the Calculation of Ages)
    :param age_on: the day (YYYY-MM-DD) on which the age is judged; empty = day of ``closes``
    """

    residence: str = ""
    minimum_age: int = 0
    age_rule: str = "jp_day_before_birthday"
    age_on: str = ""
    nationality: str = "any"


@dataclass(frozen=True, slots=True)
class TrusteesRule:
    """Names in the order of their numbers (1, 2, …) and how many must act.

    n = 1: one Single item; t = n > 1: n Single items (needs the waiver act);
    t < n: one Pedersen item.

    :param mixers: how many of them mix ballots that are opened one by one; 0 = as many as
        ``threshold``, so that whoever could not decrypt alone cannot link a ballot either
    """

    names: tuple[str, ...]
    threshold: int
    mixers: int = 0

    @property
    def shuffles(self) -> int:
        """How many different trustees mix, one after the other."""
        return self.mixers or self.threshold


@dataclass(frozen=True, slots=True)
class Officer:
    """An election officer; ``key`` is base64 of the Ed25519 public key, empty until given."""

    name: str
    organisation: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class ApprovalRule:
    """n of m: ``total`` approvals, at least one from each named organisation (D8)."""

    total: int
    from_each: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RollRule:
    """Groups of the roll and how they vote.

    :param groups: (name, channel) pairs, channel "internet" or "paper"
    """

    groups: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class LotRule:
    """How ties are settled.

    :param by: "officers" draw by hand before witnesses; "public-draw": anybody repeats it
    :param beacon: for a public draw, which future public value is its seed, in words that
        leave no choice
    """

    by: str = "officers"
    beacon: str = ""


@dataclass(frozen=True, slots=True)
class PublishRule:
    """What published turnout and paper sheets may show (web.md 5.5).

    :param electors: a row with fewer of them is not shown
    :param voters: the same for those who voted; ``nonvoters``: who did not
    :param sample: electors of a sample survey; 0 = everybody
    :param papers: a sheet with fewer of them is joined with another; None = ``electors``,
        0 = sheets of any size
    """

    electors: int = 20
    voters: int = 5
    nonvoters: int = 5
    sample: int = 0
    papers: int | None = None


@dataclass(frozen=True, slots=True)
class Election:
    """Everything an election file says (D9).

    :param slug: identifier, unique for ever, lower-case ASCII with the year
    :param kind: "survey", "school", "public-office", "referendum"
    :param effect: "binding", "advisory" or "mock"
    :param electorate: "roll" or "certificate" (D5)
    :param flow: "choose-identify" (2025) or "identify-choose" (2021)
    :param electors: (count, source) where a percentage is wanted without a roll
    :param accept_unbound: whether evidence that does not sign the binding is enough (D2)
    :param plugins: (name, distribution, version) triples; empty until proposed
    :param booth: (name, hex SHA-256) of the files that the voting host serves; set when proposed
    :param networks: (network, failing requests a minute) of schools and halls, behind whose
        one address many vote (voting-flow 12)
    :param notices: how people are told that their card was used, beside the page itself:
        "letters" = the office may list whom it writes to (attack J13)
    :param lots: absent = officers draw
    :param publish: absent = the defaults
    """

    slug: str
    kind: str
    title: Text
    description: Text
    official_language: str
    languages: tuple[str, ...]
    period: Period
    conditions: tuple[Text, ...]
    contact: Text
    effect: str
    electorate: str
    eligibility: Eligibility
    identity: tuple[IdentityRule, ...]
    accept_unbound: bool
    flow: str
    cross_device: bool
    revote: bool
    group: str
    contests: tuple[Contest, ...]
    trustees: TrusteesRule
    officers: tuple[Officer, ...]
    approval: ApprovalRule
    auditors: tuple[str, ...]
    minimum_ballots: int
    retention_days: int
    roll: RollRule = RollRule()
    legal_basis: str = ""
    electors: tuple[int, str] | None = None
    plugins: tuple[tuple[str, str, str], ...] = ()
    booth: tuple[tuple[str, str], ...] = ()
    sources: tuple[str, ...] = ()
    networks: tuple[tuple[str, int], ...] = ()
    notices: tuple[str, ...] = ()
    lots: LotRule | None = None
    publish: PublishRule | None = None

    def contest(self, uuid: str) -> Contest:
        """Return the contest with this uuid.

        :raises KeyError: no such contest
        """
        for contest in self.contests:
            if contest.uuid == uuid:
                return contest
        raise KeyError(uuid)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a cast: tracker, index on the board, and the tlog-proof text.

    :param tracker: base64 SHA-256 of the ballot, 43 characters
    :param proof: ``c2sp.org/tlog-proof@v1`` text with the signed checkpoint (board.md 1.7)
    """

    contest: str
    tracker: str
    index: int
    proof: str
