"""The vendor's whole reading list: three contracts and the values they exchange.

All plugins are stateless, thread-safe and without network, except an identity
provider's own service (5 s limit). They get values and give values; no store,
session, settings or key is ever an argument (attack O22).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from zope.interface import Attribute, Interface

from tsukuba_trust.crypto.elgamal import Ciphertext
from tsukuba_trust.crypto.groups import Element, Group
from tsukuba_trust.values import Contest, Cost, Count, Json, Outcome, Parameters, Randomness


@dataclass(frozen=True, slots=True)
class AttemptView:
    """What an identity provider may know of an attempt (architecture D7, section 4).

    :param id: 32 lower-case hex digits, public
    :param binding: 32 bytes (D2)
    :param title: the official title of the election
    :param origin: of the election's log
    :param voting_host: host name and port
    :param return_url: where a device goes afterwards; empty when there is no page
    :param enrolments: this provider's own JSON per person, kept by the registrar
    :param tries: answers that were already refused in this attempt
    :param parameters: of this provider in the election file
    """

    id: str
    binding: bytes
    title: str
    origin: str
    voting_host: str
    locale: str
    return_url: str = ""
    enrolments: tuple[Json, ...] = ()
    tries: int = 0
    parameters: Parameters = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Begun:
    """A challenge of one of four shapes, and state that we keep for the provider.

    :param challenge: {"shape": "app"|"redirect"|"form"|"webauthn", …}
    """

    challenge: Json
    state: Json


@dataclass(frozen=True, slots=True)
class Identity:
    """Who answered; ``repr`` shows nothing about the person (attack O23).

    :param subject: stable within the provider; never shown, logged or stored in clear
    :param attributes: name, name_flags, address, address_flags, birth_date (YYYY-MM-DD or
        empty when unknown), sex, subject_locality …, each optional
    :param bound: whether the evidence signs the binding
    :param evidence: bytes that an auditor checks again with ``recheck``
    :param not_checked: names of checks that this provider could not make, for instance
        "revocation"; a binding election refuses any
    :param enrolment: what this provider wants kept for this person
    :param person: an id that stays the same over renewals, moves and changes of name, from
        a service that links them; empty where there is none
    """

    subject: str = field(repr=False)
    attributes: Mapping[str, str] = field(repr=False)
    bound: bool
    evidence: bytes = field(repr=False)
    warnings: tuple[str, ...] = ()
    not_checked: tuple[str, ...] = ()
    enrolment: Json = field(default=None, repr=False)
    person: str = field(default="", repr=False)


class IIdentityProvider(Interface):
    """Finds out who somebody is. Knows nothing of rolls, rights or ballots."""

    name = Attribute("The name it is registered under; for ever")
    bound = Attribute("True when its evidence signs the binding")
    not_checked = Attribute("Names of checks that it cannot make here, for instance revocation")

    def check(parameters: Parameters) -> None:
        """Check the provider's parameters of an election file.

        :raises Misconfigured: what is wrong, naming the parameter
        """

    def begin(attempt: AttemptView) -> Begun:
        """Make the challenge for an attempt."""

    def complete(attempt: AttemptView, state: Json, response: Json, at: datetime) -> Identity:
        """Check an answer.

        :param response: as the device sent it: a JSON object of at most 64 KiB
        :param at: the admission time of the request, aware UTC
        :raises Refused: with a code of web.md section 6
        :raises Unavailable: the provider's own service does not answer
        """

    def recheck(evidence: bytes, binding: bytes, at: datetime) -> Identity:
        """Check kept evidence again, for auditors: pure and deterministic.

        :param at: when it was completed
        :raises Rejected: the evidence does not stand
        """


@dataclass(frozen=True, slots=True)
class BallotContext:
    """What every proof of a ballot is bound to.

    :param key: the election key y, an element of the group
    :param fingerprint: φ, 43 characters (protocol.md section 4)
    :param credential: enc of the voter's public credential; empty for tallies
    :param question: one question of the election record
    """

    group: Group
    key: Element
    fingerprint: str
    credential: str
    question: Json


@dataclass(frozen=True, slots=True)
class OpenedAnswer:
    """What a tested ballot says.

    :param chosen: options as the record names them, with rank, score or grade where the
        ballot gives one
    """

    chosen: tuple[str, ...]
    blank: bool


class IBallotScheme(Interface):
    """How a choice becomes a ciphertext, is proven, combined and read again."""

    name = Attribute("The name it is registered under; for ever")
    question_type = Attribute('"type" of its questions in a record; "" for homomorphic ones')
    needs_shuffle = Attribute("True when ciphertexts are shuffled before decryption")

    def check(contest: Contest) -> None:
        """Check the contest's parameters. Deterministic.

        :raises Misconfigured: naming the key
        """

    def question(contest: Contest) -> Json:
        """Return the question of the election record, fields in protocol.md's order."""

    def check_question(question: Json) -> None:
        """Check a question of a record that somebody else wrote.

        :raises Rejected: it is not a question of this scheme, or not a sane one
        """

    def seal_answer(context: BallotContext, selection: Json, randomness: Randomness) -> Json:
        """Encrypt a selection and prove it valid; for rehearsals, tests and load.

        :param selection: list of 0/1 per option, or "blank"; where more can be said than
            that, what the scheme documents
        :returns: the answer, fields in canonical order
        :raises Refused: the selection is not allowed by the question
        """

    def verify_answer(context: BallotContext, answer: Json) -> None:
        """Check form, group membership and proofs of an answer. Deterministic.

        :raises BallotRejected: ``step`` names the check
        """

    def open_answer(
        context: BallotContext, answer: Json, choices: Sequence[int], randomness: Sequence[int]
    ) -> OpenedAnswer:
        """Say what an answer holds, after encrypting it again. Deterministic.

        :param answer: accepted by ``verify_answer``
        :param choices: what its maker says she encrypted: entries of 0…255
        :param randomness: her exponents, not negative
        :raises Rejected: ``opening_invalid``: she can have encrypted no such thing;
            ``opening_differs``: the answer holds something else
        """

    def first_components(context: BallotContext, answer: Json) -> Sequence[str]:
        """Return enc(α) of every ciphertext, in order (copied ones are refused, attack B01)."""

    def combine(
        context: BallotContext, answers: Sequence[Json], weights: Sequence[int]
    ) -> Sequence[Ciphertext]:
        """Return what is to be decrypted: a sum, or a sorted list to shuffle. Deterministic.

        :param answers: accepted by ``verify_answer``; they need not be checked again
        :param weights: one per answer, positive
        :raises Rejected: a weight other than 1 where ballots are shuffled
        """

    def decode(context: BallotContext, plaintexts: Sequence[Element], total_weight: int) -> Json:
        """Return this question's entry of the result record (protocol.md section 11).

        :param plaintexts: where ballots are shuffled, in the order of the last shuffle
        :raises Rejected: an element is no possible plaintext
        """

    def check_result(
        context: BallotContext, plaintexts: Sequence[Element], result: Json, total_weight: int
    ) -> None:
        """Check a published result entry against the decrypted elements.

        :raises Rejected: they differ
        """

    def irregular(context: BallotContext, plaintexts: Sequence[Element]) -> Sequence[int]:
        """Return the places of plaintexts that no honest device seals, which no result shows.

        Other programs read them as something; here they are invalid ballots (attack B05).
        Deterministic; empty where proofs leave no such plaintext.
        """

    def count(
        contest: Contest, result: Json, ballots: int, irregular: Collection[int] = ()
    ) -> Count:
        """Read a result entry as votes per option or whole ballots, blanks and invalid ones.

        :param irregular: as the method of this name gives it
        """

    def cost(contest: Contest, group: Group) -> Cost:
        """Return what a ballot costs, for a contest that ``check`` accepts. Deterministic.

        :raises Misconfigured: ``group_unfit``: this group cannot hold such a ballot
        """

    def option_limits(contest: Contest) -> tuple[int, int]:
        """Return of how many options a ballot speaks that is not blank: fewest and most."""

    def single_choice(blank: bool) -> Parameters:
        """Return the parameters of a contest in which one option, or perhaps blank, is chosen.

        Every scheme offers this most common contest, so that offices can compare costs.
        """

    def booth() -> Json:
        """Return the browser module's name and parameters."""


class ITallyMethod(Interface):
    """Votes in, outcome out. Exact integers and fractions; a tie is reported, never broken."""

    name = Attribute("The name it is registered under; for ever")

    def check(contest: Contest) -> None:
        """Check the contest's parameters.

        :raises Misconfigured: naming the key
        """

    def decide(
        contest: Contest, count: Count, lots: Sequence[Sequence[str]] | None = None
    ) -> Outcome:
        """Decide the contest. Deterministic.

        :param lots: recorded lots, each an order of option keys, best first
        """
