"""One plain sentence per refusal, and what can be done: keys of the catalogues (web.md 6)."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from tsukuba_trust.api.refusal_codes import RefusalCode
from tsukuba_trust.i18n import LANGUAGES, OFFICIAL, _, read_catalogue
from tsukuba_trust.values import Text

C = RefusalCode

# What happened and what is safe; what to do now.
SENTENCES: Final[Mapping[RefusalCode, tuple[str, str]]] = {
    C.card_locked: (
        _("The card is locked: its password was wrong five times in a row. Nothing was sent."),
        _(
            "Unlock it at the city office, or at a convenience store with the phone app if "
            "you know the other password. Your sealed ballot waits in this browser for 30 "
            "minutes."
        ),
    ),
    C.card_wrong_password: (
        _("The password is wrong. Nothing was sent."),
        _(
            "Use the one of 6 to 16 capital letters and digits. Stop before the last try: "
            "after five wrong ones the card locks."
        ),
    ),
    C.card_unreadable: (
        _("The card could not be read. Nothing was sent, and no try was counted."),
        _(
            "Hold card and phone still for a few seconds, then try again. The right place "
            "differs from phone to phone."
        ),
    ),
    C.cert_expired: (
        _("The certificate on the card has expired. Nothing was sent."),
        _("Renew it at the city office; then your card works again."),
    ),
    C.cert_revoked: (
        _(
            "The certificate on the card is no longer valid, for instance after a move or a "
            "change of name. Nothing was sent."
        ),
        _("Ask for a new certificate at the city office. It works from the next day on."),
    ),
    C.cert_check_unavailable: (
        _("Certificates cannot be checked at the moment. Nothing was sent."),
        _(
            "Your sealed ballot stays in this browser. Try again later: you read the card "
            "again, but choose nothing again."
        ),
    ),
    C.cert_refused: (
        _("The certificate on the card was not accepted. Nothing was sent."),
        _("Renew the certificate, or bring the card to the counter."),
    ),
    C.counter_needed: (
        _("We cannot match you with the roll without a look at the card. Nothing is lost."),
        _("Please bring the card to the counter."),
    ),
    C.not_tsukuba: (
        _("The address on the card is not in Tsukuba. Nothing was sent."),
        _("Who lives in Tsukuba can take part. If you moved here recently, ask at the counter."),
    ),
    C.not_eligible: (
        _("You cannot take part in this vote. Nothing was sent."),
        _("The first page says who can take part. If you think this is wrong, ask at the counter."),
    ),
    C.not_open: (
        _("Voting has not begun yet."),
        _("Come back when it begins; nothing is lost."),
    ),
    C.closed: (
        _("Voting has ended. This was not recorded."),
        _("A ballot that was recorded before the end counts. The results will be on this site."),
    ),
    C.already_voted: (
        _("A ballot of yours is on the board, and this vote takes only one. Nothing was changed."),
        _("The number shown is that of your recorded ballot."),
    ),
    C.stale_definition: (
        _("This page is older than the vote. Nothing was sent."),
        _("Load the page again and choose once more."),
    ),
    C.network_lost_before_send: (
        _("The connection was lost. Your vote has not been sent yet."),
        _("Try again when you are connected; the sealed ballot is kept."),
    ),
    C.network_lost_unknown: (
        _("The connection was lost. We do not know yet whether your vote has arrived."),
        _("Try again: the same ballot is recorded once only."),
    ),
    C.server_busy: (
        _("The service is busy. It is not certain yet whether this was recorded."),
        _("Wait a little, then try again: nothing is ever recorded twice."),
    ),
    C.session_expired: (
        _("The time for this step is over. Nothing was sent."),
        _("Start again."),
    ),
    C.device_unsupported: (
        _("This device or browser cannot seal a ballot. Nothing was sent."),
        _("Use another browser or device, or come to the counter."),
    ),
    C.suspended: (
        _("The commission has stopped the vote for now. Nothing was recorded."),
        _("The first page says when it goes on. Recorded ballots stay."),
    ),
    C.receipt_not_found: (
        _("There is no such ballot on the board."),
        _(
            "Compare the number; its last character is a check character. A new ballot can "
            "take some minutes."
        ),
    ),
    C.unknown_attempt: (
        _("This identification is not known any more. Nothing was registered."),
        _("Get a new code. You choose nothing again."),
    ),
    C.attempt_expired: (
        _("This identification is over: it took longer than ten minutes, or it has been used."),
        _("Get a new code. You choose nothing again."),
    ),
    C.attempt_contested: (
        _("Two cards answered. Nobody was registered."),
        _("Please start again, alone in front of your own page."),
    ),
    C.wrong_token: (
        _("The code does not fit. Nothing was registered."),
        _("Look at it again. Digits come from your own phone only, never from a person."),
    ),
    C.too_many_tries: (
        _("There were too many tries. Nothing was registered."),
        _("Wait a little and start again with a new code, or come to the counter."),
    ),
    C.credential_taken: (
        _("This key is registered already. Nothing was changed."),
        _("Start the identification again; new keys are made."),
    ),
    C.ballot_rejected: (
        _("The ballot did not pass a check. Nothing was recorded."),
        _("Choose and seal again."),
    ),
    C.component_seen: (
        _("A part of this ballot is on the board already. Nothing was recorded."),
        _("Choose and seal again."),
    ),
    C.wrong_host: (
        _("Another host answers this call."),
        _("The documentation names the addresses."),
    ),
    C.unknown_operation: (
        _("This operation is not on the list."),
        _("The list is the folder graphql/operations."),
    ),
    C.too_large: (
        _("What was sent is over the limit. Nothing was recorded."),
        _("The documentation names the limits."),
    ),
}

# After these somebody has to look at the card, or to make it work again.
AT_THE_COUNTER: Final = frozenset(
    {
        C.card_locked,
        C.cert_expired,
        C.cert_revoked,
        C.cert_refused,
        C.counter_needed,
        C.not_tsukuba,
        C.not_eligible,
    }
)
COUNTER: Final = _("Where the counter is and when it is open stands with the contact of this vote.")


def message_text(code: RefusalCode) -> Text:
    """Return the sentence of a code in all languages."""
    return _in_all_languages(SENTENCES[code][0])


def help_text(code: RefusalCode) -> Text:
    """Return what can be done now, and where the counter is, in all languages."""
    found = _in_all_languages(SENTENCES[code][1])
    if code not in AT_THE_COUNTER:
        return found
    where = _in_all_languages(COUNTER)
    return Text(
        tuple(
            (tag, f"{text}{'' if tag == OFFICIAL else ' '}{where.in_language(tag)}")
            for tag, text in found.variants
        )
    )


@cache
def _in_all_languages(sentence: str) -> Text:
    tags = (OFFICIAL, *(tag for tag in LANGUAGES if tag != OFFICIAL))
    return Text(tuple((tag, str(_catalogue(tag).gettext(sentence))) for tag in tags))


_catalogue = cache(read_catalogue)
