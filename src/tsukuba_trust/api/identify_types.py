"""Types of the identification calls (voting-flow 3.1)."""

from datetime import date, datetime
from enum import Enum
from typing import Annotated

import strawberry

from tsukuba_trust.api.refusal_codes import RefusalCode
from tsukuba_trust.api.refusals import AnyRefusal
from tsukuba_trust.api.scalars import Hex16, Hex32, JsonObject
from tsukuba_trust.api.texts import LocalizedText


@strawberry.input(description="A proof of knowledge: two decimal scalars.")
class ProofInput:
    """As Belenios writes it."""

    challenge: str
    response: str


@strawberry.input(description="The key that a booth made for one contest.")
class CredentialInput:
    """With the proof that the booth knows its secret."""

    contest: str = strawberry.field(description="uuid of the contest.")
    credential: str = strawberry.field(description="Public credential.")
    proof: ProofInput


@strawberry.input
class StartIdentificationInput:
    """What a booth sends to begin an attempt."""

    election: str = strawberry.field(description="Origin of the election's log.")
    definition: Hex32 = strawberry.field(description="Definition digest that the booth shows.")
    provider: str
    credentials: list[CredentialInput] = strawberry.field(description="Of all contests.")
    blind: Hex32 = strawberry.field(description="Drawn anew for every attempt.")
    page_secret_hash: Hex32 = strawberry.field(description="SHA-256 of the page's 32 bytes.")
    locale: str


@strawberry.type(description="An app on a phone is to sign a text.")
class AppChallenge:
    """For cards."""

    text: str = strawberry.field(description="What is signed; its last line is the binding.")
    require: str = strawberry.field(description="Which key of the card: sign or auth.")
    app_link: str | None = strawberry.field(
        description="Opens the app on this device; null where the installation names no app."
    )


@strawberry.type(description="One field of a form.")
class FormField:
    """What may be typed."""

    name: str
    length: int
    alphabet: str


@strawberry.type(description="The page itself asks for something that was handed out.")
class FormChallenge:
    """For codes."""

    fields: list[FormField]


@strawberry.type(description="A provider's own page is to be visited.")
class RedirectChallenge:
    """For identity providers on the web."""

    address: str


@strawberry.type(description="The browser is to use a passkey.")
class WebauthnChallenge:
    """For passkeys."""

    options: JsonObject


Challenge = Annotated[
    AppChallenge | FormChallenge | RedirectChallenge | WebauthnChallenge,
    strawberry.union("Challenge", description="What a device is asked, in one of four shapes."),
]


@strawberry.type(description="A new attempt of ten minutes.")
class StartIdentificationSuccess:
    """What the page shows and keeps."""

    attempt: Hex16
    expires_at: datetime
    poll_after_ms: int
    challenge: Challenge
    device_address: str = strawberry.field(
        description="Address behind the QR code, for a device that is not this one."
    )
    qr: str = strawberry.field(description="That address as a picture: a data: address of an SVG.")


@strawberry.type(description="What a device needs in order to answer an attempt.")
class IdentificationRequest:
    """Nothing of credentials, page secret, blind or choice."""

    attempt: Hex16
    provider: str
    election: str = strawberry.field(description="Origin of the election's log.")
    title: LocalizedText
    voting_host: str
    locale: str
    expires_at: datetime
    challenge: Challenge
    digits: bool = strawberry.field(
        description="Whether the answer gives digits beside the return address."
    )


@strawberry.enum(description="Where an attempt stands.")
class AttemptState(Enum):
    """voting-flow 3.1; REFUSED is not final: the device may answer again."""

    WAITING = "waiting"
    OPENED = "opened"
    ANSWERED = "answered"
    REFUSED = "refused"
    CONTESTED = "contested"
    CLAIMED = "claimed"
    EXPIRED = "expired"


@strawberry.type(description="An attempt as its own page sees it.")
class Attempt:
    """For polling."""

    state: AttemptState
    refusal: RefusalCode | None = strawberry.field(
        description="Why the last answer was refused; null unless the state is REFUSED."
    )
    expires_at: datetime
    poll_after_ms: int


@strawberry.input
class CompleteIdentificationInput:
    """A device's answer."""

    attempt: Hex16
    response: JsonObject = strawberry.field(description="At most 64 KiB, as the provider wants it.")


@strawberry.type(description="The answer was accepted; the same evidence gives this again.")
class CompleteIdentificationSuccess:
    """What the device opens or shows."""

    return_address: str = strawberry.field(
        description="To be opened on the voting device; the token stands in its fragment."
    )
    digits: str | None = strawberry.field(
        description="Six digits to be typed into the waiting page; null where the election "
        "does not allow them."
    )


@strawberry.input
class ClaimIdentificationInput:
    """The page claims what a device has answered."""

    attempt: Hex16
    page_secret: Hex32
    token: str = strawberry.field(description="Return token, or six digits.")


@strawberry.type(description="The credentials are registered; the same claim gives this again.")
class ClaimIdentificationSuccess:
    """Where, with the proof, and what is known of earlier uses."""

    index: int = strawberry.field(description="Number of the entry on the board.")
    entry: str = strawberry.field(description="Its canonical text.")
    receipt: str = strawberry.field(description="tlog-proof of the entry.")
    earlier_uses: int | None = strawberry.field(
        description="Identifications of this person before; null when the claim was repeated."
    )
    last_day: date | None = strawberry.field(description="Of the one before; null when none.")


StartIdentificationResult = Annotated[
    StartIdentificationSuccess | AnyRefusal, strawberry.union("StartIdentificationResult")
]
IdentificationRequestResult = Annotated[
    IdentificationRequest | AnyRefusal, strawberry.union("IdentificationRequestResult")
]
AttemptResult = Annotated[Attempt | AnyRefusal, strawberry.union("AttemptResult")]
CompleteIdentificationResult = Annotated[
    CompleteIdentificationSuccess | AnyRefusal, strawberry.union("CompleteIdentificationResult")
]
ClaimIdentificationResult = Annotated[
    ClaimIdentificationSuccess | AnyRefusal, strawberry.union("ClaimIdentificationResult")
]
