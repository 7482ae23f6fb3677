"""What error pages say where nothing more exact is known: a plain sentence per code."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from babel.support import Translations

from tsukuba_trust.i18n import _, read_catalogue

WORDS: Final[Mapping[str, str]] = {
    "title": _("This page cannot be shown"),
    "code_label": _("Code"),
    "mark_label": _("Incident"),
    "back": _("To the start page"),
    "help": _("Please tell the help desk both, the code and the incident."),
}
SENTENCES: Final[Mapping[str, str]] = {
    "not_found": _("There is no page at this address."),
    "not_published": _("There is nothing at this address."),
    "unknown_election": _("This vote was not found."),
    "unknown_contest": _("This field of the vote was not found."),
    "method_not_allowed": _("This cannot be done at this address."),
    "too_large": _("What was sent is too large. Nothing was recorded."),
    "too_many_tries": _("There were too many tries. Please wait a little, then try again."),
    "server_busy": _("The service is busy. Please wait a little, then try again."),
    "wrong_host": _("Another address answers this call."),
    "internal_error": _("This is our mistake, not yours. Please try again a little later."),
    "": _("This request cannot be served."),
}


def sentence(code: str, language: str) -> str:
    """Return the sentence of a code, or one that fits every code."""
    return str(_catalogue(language).gettext(SENTENCES.get(code, SENTENCES[""])))


def words(language: str) -> dict[str, str]:
    """Return the fixed words of the page."""
    catalogue = _catalogue(language)
    return {name: str(catalogue.gettext(text)) for name, text in WORDS.items()}


@cache
def _catalogue(language: str) -> Translations:
    return read_catalogue(language)
