"""What a card reader says, in the voter's language: what happened, and what to do next.

Read straight from the catalogues: this room runs without a web framework.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from tsukuba_trust.card.service import ServiceRefused
from tsukuba_trust.data import data_dir
from tsukuba_trust.errors import TrustError

Say: TypeAlias = Callable[..., str]
LANGUAGES: Final = ("ja", "en")
DOMAIN: Final = "tsukuba_trust"


def _(text: str) -> str:
    """Mark a text for the catalogues."""
    return text


MEANING: Final = (
    _("What you are about to sign connects your card with the voting page that you have open."),
    _("It holds no choice of yours: the sealed ballot stays in your browser until you are known."),
    _("Sign only if you opened this voting page yourself, just now."),
)
PUT_IN: Final = _("Put your My Number Card on the reader.")
TRIES: Final = _("Tries left for the password: {left} of {most}.")
WHICH: Final = {
    "sign": _("Signature password (6 to 16 letters and digits; capitals or not)"),
    "auth": _("PIN of the user certificate (4 digits)"),
}
LAST: Final = _(
    "Only one try is left. If it is wrong the card locks, and only the city office can unlock "
    "it. Do you want to use the last try?"
)
DONE: Final = _("Your card has answered. You can take it away.")
OPENED: Final = _("The voting page goes on in your browser.")
DIGITS: Final = _("Type this only into the voting page that is open in front of you: {digits}")
NOBODY: Final = _("Never tell anybody; the city will not ask.")
OPEN_YOURSELF: Final = _("Open this address in the browser in which you are voting: {address}")
AGAIN: Final = _("Try again, or stop with Ctrl+C. Nothing has been sent.")
TITLE: Final = _("Sign with your card")
SIGN: Final = _("Sign")
STOP: Final = _("Stop and go back")
YES: Final = _("Use the last try")
RETRY: Final = _("Try again")
BACK: Final = _("Back to the voting page")
WORKING: Final = _("One moment: leave the card on the reader.")
TAKE: Final = _("Please take your card from the reader.")
LEFT: Final = _("A card was left on the reader. The next visit begins when it has been taken away.")

# code -> what happened and what is safe; what to do now
PROBLEMS: Final[Mapping[str, tuple[str, str]]] = {
    "card_locked": (
        _("The card is locked: its password was wrong too often in a row. Nothing was sent."),
        _(
            "Unlock it at the city office, or at a convenience store with the phone app if you "
            "know the other password. You can also vote at the counter or on paper."
        ),
    ),
    "card_wrong_password": (
        _("The password is wrong. Nothing was sent."),
        _("If you are not sure, stop before the last try; the city office can set a new one."),
    ),
    "card_last_try": (
        _("Only one try is left, and it was not used. Nothing was sent."),
        _("If you are not sure of the password, ask at the city office to set a new one."),
    ),
    "card_try_unknown": (
        _("The card left the reader while the password was checked. The try may have counted."),
        _("Put the card back; the number of tries that are left is shown before the next one."),
    ),
    "card_unreadable": (
        _("The card could not be read. Nothing was sent, and no try was counted."),
        _("Lay it flat on the reader and leave it there, or push it in to the stop."),
    ),
    "card_other": (
        _("This is not a My Number Card, or the reader does not understand it."),
        _("Take other cards away from the reader, and lay the My Number Card on it."),
    ),
    "card_no_certificate": (
        _("This card holds no certificate for this vote. Some cards are issued without one."),
        _("Please bring the card to the counter; it can be issued there, or you vote on paper."),
    ),
    "card_in_use": (
        _("Another program is using the card."),
        _("Close it, for instance a tax program or a second window, and try again."),
    ),
    "card_signature_wrong": (
        _("The card's signature does not fit its certificate. Nothing was sent."),
        _("Try again; if it happens again, the card may be damaged: bring it to the city office."),
    ),
    "password_form": (
        _("A password of this form is on no card. Nothing was tried, and no try was counted."),
        _("The signature password has 6 to 16 letters and digits, the other one has 4 digits."),
    ),
    "text_unexpected": (
        _("What was to be signed does not belong to this voting page. Nothing was signed."),
        _("Do not go on. Note the code and ask the help desk: it may be an attempt to deceive."),
    ),
    "return_unexpected": (
        _("The service named a page that is not this vote. It was not opened."),
        _("Do not go on. Note the code and ask the help desk: it may be an attempt to deceive."),
    ),
    "address_invalid": (
        _("This is not the address of a voting page that waits for a card."),
        _("Copy the whole line from the voting page. Never type it, and take it from nobody else."),
    ),
    "card_not_asked": (
        _("This voting page does not wait for a card."),
        _("Go on in the voting page, as it says there."),
    ),
    "reader_missing": (
        _("No card reader was found."),
        _("Connect the reader, and look whether its light is on. The counter has readers, too."),
    ),
    "reader_service_missing": (
        _("The service for card readers is not running on this computer."),
        _("Install and start pcscd, then try again. The counter has readers, too."),
    ),
    "card_extra_missing": (
        _("The part of the program that uses card readers is not installed."),
        _("Install it with the packages named below. The counter has readers, too."),
    ),
    "service_unavailable": (
        _("The voting service does not answer. Nothing was sent."),
        _("Your sealed ballot stays in your browser. Check the connection and try again."),
    ),
}


def language_of(*wished: str) -> str:
    """Return the first language that there is; Japanese where there is none."""
    short = (tag.replace("_", "-").partition("-")[0].lower() for tag in wished)
    return next((tag for tag in short if tag in LANGUAGES), LANGUAGES[0])


def speaker(language: str) -> Say:
    """Return what says a text in a language, with its places filled."""
    from babel.messages.pofile import read_po  # noqa: PLC0415 - slow to import

    path = data_dir("locales") / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language, domain=DOMAIN)

    def say(text: str, **values: object) -> str:
        found = catalogue.get(text)
        return str(found.string if found is not None and found.string else text).format(**values)

    return say


def problem(error: TrustError, language: str, say: Say) -> tuple[str, str]:
    """Return what happened and what to do; empty where there is nothing to add to the code."""
    if isinstance(error, ServiceRefused):
        return error.said.get(language) or next(iter(error.said.values()), ("", ""))
    what, then = PROBLEMS.get(error.code, ("", ""))
    return (say(what), say(then)) if what else ("", "")
